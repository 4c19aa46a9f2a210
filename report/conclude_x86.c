/* What an x86 host is to a hypervisor, and what its CPU, its firmware and KVM can do for guests. */
#include "conclude_windows.h"

#include <string.h>

/* ---- role ---- */

/* A root partition may create partitions and manage CPUs, and is not isolated (drivers/hv/hv_common.c,
   hv_identify_partition_type). */
static enum hc_tri hyperv_root(struct hc_view *v)
{
    return hc_and(hc_and(hc_see(v, HC_CPUID_HV_CREATE), hc_see(v, HC_CPUID_HV_CPU)),
                  hc_not(hc_see(v, HC_CPUID_HV_ISOLATION)));
}

/* Windows runs on Xen as a guest with a CPU of its own, which shows Xen's signature; what Linux says of Xen it has not.
 */
static enum hc_tri xen_below(struct hc_view *v)
{
    return hc_on_windows(v) ? HC_NO : hc_see(v, HC_XEN);
}

/* Linux sets its flag for Xen also where CPUID hides it (PV); on other systems there is no such list. */
static bool kernel_sees_no_hypervisor(struct hc_view *v)
{
    return hc_see(v, HC_CPUINFO_HYPERVISOR) == HC_NO || hc_see_is(v, HC_HOST_OS, "linux") == HC_NO;
}

/* Of other things: then the one answer that is missing might contradict the kernel's list. */
static bool cpuid_answers(struct hc_view *v)
{
    return hc_see_text(v, HC_CPUID_VENDOR) || hc_see(v, HC_CPUID_NX) != HC_UNKNOWN;
}

/* Xen first: its PV guests may see the CPUID of the bare machine. Then the hypervisor bit, which CPUID knows better
   than the kernel's list. The absence of every hypervisor must be seen to say "physical". */
static const char *role(struct hc_view *v)
{
    enum hc_tri xen = xen_below(v), bit;

    if (xen == HC_YES) {
        enum hc_tri dom0 = hc_see(v, HC_XEN_DOM0);
        return dom0 == HC_UNKNOWN ? NULL : dom0 == HC_YES ? "dom0" : "guest";
    }
    bit = hc_see(v, HC_CPUID_HYPERVISOR);
    if (bit == HC_YES) {
        enum hc_tri root = hyperv_root(v);
        return root == HC_UNKNOWN || xen == HC_UNKNOWN ? NULL : root == HC_YES ? "root-partition" : "guest";
    }
    if (xen == HC_UNKNOWN || (bit == HC_UNKNOWN && cpuid_answers(v)))
        return NULL;
    if (bit == HC_UNKNOWN)
        bit = hc_see(v, HC_CPUINFO_HYPERVISOR);
    if (bit == HC_YES) /* the kernel's flag alone cannot tell a guest from a root partition, which has no use for PVM */
        return hc_see(v, HC_MODULE_KVM_PVM) == HC_YES ? "guest" : NULL;
    return bit == HC_NO && kernel_sees_no_hypervisor(v) ? "physical" : NULL;
}

static void host_role(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = role(&v);

    put_word(facts, &v, HC_HOST_ROLE, word);
}

/* KVM and Xen may speak as Hyper-V first and give their own name behind it. */
static const char *own_signature(struct hc_facts *facts, struct hc_view *v, const char *first)
{
    const char *all = hc_see_text(v, HC_CPUID_HV_SIGNATURES);
    struct hc_text rest = { all, all ? strlen(all) : 0 }, word;
    char *name;

    while (hc_next_word(&rest, &word))
        if (!hc_text_is(word, "Microsoft_Hv")) {
            name = hc_copy(facts->arena, word.at, word.size);
            for (char *c = name; c && *c; c++)
                *c = *c == '_' ? ' ' : *c;
            return name;
        }
    return all ? first : NULL;
}

/* PV guests of Xen see no signature: an empty one says "none" only where Xen is known not to be there. */
static void host_hypervisor(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *signature = hc_see_text(&v, HC_CPUID_HV_SIGNATURE);
    enum hc_tri xen = xen_below(&v);

    if (xen == HC_YES)
        signature = "XenVMMXenVMM";
    else if (xen == HC_UNKNOWN && signature && !*signature)
        signature = NULL;
    else if (signature && !strcmp(signature, "Microsoft Hv"))
        signature = own_signature(facts, &v, signature);
    put_text(facts, &v, HC_HOST_HYPERVISOR, signature);
}

/* SEV_STATUS: AMD APM vol. 2, 15.34.10. */
static const char *sev_state(uint64_t status)
{
    return status & 4 ? "sev-snp" : status & 2 ? "sev-es" : status & 1 ? "sev" : NULL;
}

/* "none" only where every kind is known not to be there: the CPU of an SEV guest shows SEV, that of a TDX guest leaf
   0x21, and Hyper-V tells what isolates its guest. */
static const char *confidential(struct hc_view *v)
{
    const char *role_word = hc_see_word(v, HC_HOST_ROLE), *type;
    enum hc_tri tdx, sev;
    uint64_t status;

    if (!role_word || strcmp(role_word, "guest"))
        return role_word ? "none" : NULL;
    type = hc_see_word(v, HC_CPUID_HV_ISOLATION_TYPE);
    if (type && strcmp(type, "none"))
        return type;
    tdx = hc_or(hc_see(v, HC_CPUID_TDX_GUEST), hc_see(v, HC_CPUINFO_TDX_GUEST));
    if (tdx == HC_YES)
        return "tdx";
    sev = hc_see(v, HC_CPUID_SEV);
    if (hc_see_number(v, HC_MSR_SEV_STATUS, &status)) {
        if (sev_state(status))
            return sev_state(status);
        sev = HC_NO;
    }
    return type && tdx == HC_NO && sev == HC_NO ? "none" : NULL;
}

static void host_confidential(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = confidential(&v);

    put_word(facts, &v, HC_HOST_CONFIDENTIAL, word);
}

/* The kernel lists it, and CPUID neither contradicts nor answers all but this. */
static bool listed(struct hc_view *v, struct hc_flag_id kernels, struct hc_flag_id cpuids)
{
    if (hc_see(v, kernels) != HC_YES || hc_see(v, cpuids) == HC_NO)
        return false;
    return hc_see(v, cpuids) == HC_YES || !cpuid_answers(v);
}

/* Raw CPUID decides, for the kernel clears its flags where firmware forbids; a flag that is there is proof all the
   same. A hypervisor that uses VT-x itself hides it from its own root: it is there. */
static enum hc_tri hw_virt_on_windows(struct hc_view *v)
{
    enum hc_tri raw = hc_or(hc_see(v, HC_CPUID_VMX), hc_see(v, HC_CPUID_SVM));

    if (raw != HC_NO || hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return raw == HC_UNKNOWN ? raw : HC_YES;
    return hc_see_word(v, HC_HOST_ROLE) ? HC_NO : HC_UNKNOWN;
}

static enum hc_tri hw_virt(struct hc_view *v)
{
    enum hc_tri raw = hc_or(hc_see(v, HC_CPUID_VMX), hc_see(v, HC_CPUID_SVM));
    enum hc_tri shown = hc_or(hc_see(v, HC_CPUINFO_VMX), hc_see(v, HC_CPUINFO_SVM));

    if (raw == HC_YES || listed(v, HC_CPUINFO_VMX, HC_CPUID_VMX) || listed(v, HC_CPUINFO_SVM, HC_CPUID_SVM))
        return HC_YES;
    if (hc_see_is(v, HC_HOST_ROLE, "dom0") != HC_NO) /* PV masks the bits: only Xen knows */
        return hc_see(v, HC_XEN_HVM) == HC_YES ? HC_YES : HC_UNKNOWN;
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return HC_YES;
    if (shown == HC_YES || (shown == HC_UNKNOWN && hc_see_is(v, HC_HOST_OS, "linux") != HC_NO))
        return HC_UNKNOWN; /* the two contradict each other (see the conflict), or one could not be asked */
    return raw;
}

static void virt_hw(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = hc_on_windows(&v) ? hw_virt_on_windows(&v) : hw_virt(&v);

    put_flag(facts, &v, HC_VIRT_HW, value);
}

/* KVM registers itself only after VMX or SVM could be used (vmx_init, svm_init). */
static enum hc_tri kvm_uses_hardware(struct hc_view *v)
{
    return hc_and(hc_see(v, HC_KVM_MISC), hc_and(hc_or(hc_see(v, HC_MODULE_KVM_INTEL), hc_see(v, HC_MODULE_KVM_AMD)),
                                                 hc_not(hc_see(v, HC_MODULE_KVM_PVM))));
}

/* IA32_FEATURE_CONTROL: unlocked, or locked with VMX outside SMX on or off. */
static const char *fw_by_feature_control(struct hc_view *v)
{
    enum hc_tri locked = hc_see(v, HC_MSR_FEAT_CTL_LOCKED), outside;

    if (locked != HC_YES)
        return locked == HC_NO ? "unlocked" : NULL;
    outside = hc_see(v, HC_MSR_FEAT_CTL_VMX);
    if (outside == HC_NO && hc_see(v, HC_CPUINFO_VMX) == HC_YES)
        return "enabled"; /* launched by tboot, inside SMX: the kernel kept the flag */
    return outside == HC_UNKNOWN ? NULL : outside == HC_YES ? "enabled" : "disabled";
}

/* Without the register: since Linux 5.6 the kernel clears vmx where firmware locked it off, and svm since some release
   after 6.1 and before 6.12, so that a missing svm tells, and one that is there does not before 6.12. clearcpuid= takes
   the flag away as well, and then says nothing of the firmware. */
static const char *fw_by_flag(struct hc_view *v, bool intel)
{
    enum hc_tri flag = hc_see(v, intel ? HC_CPUINFO_VMX : HC_CPUINFO_SVM);
    const char *release = hc_see_text(v, HC_HOST_OS_VERSION), *cleared;

    if (flag == HC_YES)
        return hc_version_at_least(release, intel ? 5 : 6, intel ? 6 : 12) ? "enabled" : NULL;
    if (flag == HC_UNKNOWN)
        return NULL;
    cleared = hc_see_text(v, HC_CMDLINE_CLEARCPUID);
    return cleared && !*cleared ? "disabled" : NULL;
}

static const char *fw_on_windows(struct hc_view *v)
{
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return "enabled"; /* the effect: a hypervisor runs on it */
    return hc_see(v, HC_VIRT_HW) == HC_YES ? hc_windows_fw(v) : NULL;
}

static const char *fw_state(struct hc_view *v)
{
    enum hc_tri intel = hc_see(v, HC_CPUID_VMX), svmdis, dom0;

    if (kvm_uses_hardware(v) == HC_YES || hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return "enabled"; /* the effect: a hypervisor runs on it */
    dom0 = hc_see_is(v, HC_HOST_ROLE, "dom0");
    if (dom0 != HC_NO) /* what dom0 sees of registers and flags is Xen's choice */
        return dom0 == HC_YES && hc_see(v, HC_XEN_HVM) == HC_YES ? "enabled" : NULL;
    if (hc_see(v, HC_VIRT_HW) != HC_YES)
        return NULL;
    if (intel == HC_YES) {
        const char *word = fw_by_feature_control(v);
        return word ? word : fw_by_flag(v, true);
    }
    svmdis = hc_see(v, HC_MSR_SVMDIS);
    if (svmdis != HC_UNKNOWN)
        return svmdis == HC_YES ? "disabled" : "enabled";
    return hc_see(v, HC_CPUID_SVM) == HC_YES ? fw_by_flag(v, false) : NULL;
}

/* The switch in firmware setup, where neither register nor flag tells: off means off, unless it was changed since the
   start. On proves nothing: another setting may lock it. */
static const char *fw_by_setup(struct hc_view *v)
{
    if (hc_see_is(v, HC_HOST_ROLE, "physical") != HC_YES || hc_see(v, HC_VIRT_HW) != HC_YES)
        return NULL;
    return hc_see(v, HC_SETUP_VIRTUALIZATION) == HC_NO && hc_see(v, HC_SETUP_PENDING) == HC_NO ? "disabled" : NULL;
}

static void virt_fw(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = hc_on_windows(&v) ? fw_on_windows(&v) : fw_state(&v);

    if (!word)
        word = fw_by_setup(&v);

    put_word(facts, &v, HC_VIRT_FW, word);
}

static const char *backend(struct hc_view *v)
{
    enum hc_tri misc = hc_see(v, HC_KVM_MISC), pvm = hc_see(v, HC_MODULE_KVM_PVM);
    enum hc_tri intel = hc_see(v, HC_MODULE_KVM_INTEL), amd = hc_see(v, HC_MODULE_KVM_AMD);

    if (misc != HC_YES)
        return misc == HC_NO ? "none" : NULL;
    if (hc_see(v, HC_MODULE_KVM) != HC_YES)
        return NULL; /* a device without its module: one of the two is not true */
    if (pvm != HC_NO)
        return pvm == HC_YES ? "pvm" : NULL;
    if (intel == HC_YES && hc_see(v, HC_CPUID_SVM) != HC_YES)
        return "vmx";
    if (amd == HC_YES && hc_see(v, HC_CPUID_VMX) != HC_YES)
        return "svm";
    return intel == HC_NO && amd == HC_NO && hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES ? "other" : NULL;
}

/* The rules count a limited backend as open while nobody knows whether a hypervisor below could lift the limit, and
   what is open does not keep a host from being ready. It must: so the backend is not told without the role. */
static void kvm_backend(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = backend(&v);
    bool limited = word && (!strcmp(word, "pvm") || !strcmp(word, "other"));

    put_word(facts, &v, HC_LINUX_KVM_BACKEND, limited && !hc_see_word(&v, HC_HOST_ROLE) ? NULL : word);
}

/* ---- what it can do ---- */

/* What hangs on VT-x or AMD-V is no where these are no, and not known where these are not. */
static enum hc_tri with_hw(struct hc_view *v, enum hc_tri value)
{
    enum hc_tri hw = hc_see(v, HC_VIRT_HW);

    return hw == HC_YES ? value : hw;
}

static enum hc_tri slat_on_windows(struct hc_view *v)
{
    if (hc_see(v, HC_CPUID_SVM_NP) == HC_YES)
        return HC_YES;
    return hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES ? hc_see(v, HC_CPUID_HV_SLAT) : hc_windows_slat(v);
}

/* Registers say all; the kernel's flag and what KVM uses or offers can only confirm: a parameter may be off by choice,
   and the flag ept says nothing of the capabilities that make it usable. */
static enum hc_tri slat(struct hc_view *v)
{
    enum hc_tri ept;

    if (hc_on_windows(v))
        return slat_on_windows(v);
    ept = hc_and(hc_see(v, HC_MSR_EPT), hc_see(v, HC_MSR_EPT_USABLE));
    if (hc_see(v, HC_CPUID_SVM_NP) == HC_YES || ept == HC_YES)
        return HC_YES;
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES) /* a guest of Hyper-V sees that leaf too */
        return hc_see(v, HC_CPUID_HV_SLAT);
    if (hc_or(hc_see(v, HC_KVM_PARAM_EPT), hc_see(v, HC_KVM_PARAM_NPT)) == HC_YES ||
        hc_see(v, HC_KVM_OFFERS_EPT) == HC_YES)
        return HC_YES;
    if (hc_see(v, HC_CPUID_VMX) == HC_YES) {
        enum hc_tri flag = hc_see(v, HC_CPUINFO_EPT), vmx = hc_see(v, HC_CPUINFO_VMX);
        if (ept != HC_UNKNOWN)
            return ept;
        return vmx == HC_YES ? flag : HC_UNKNOWN; /* the kernel hides ept together with vmx */
    }
    if (hc_see(v, HC_CPUID_SVM) == HC_YES)
        return hc_see(v, HC_CPUID_SVM_NP);
    if (hc_or(hc_see(v, HC_CPUINFO_EPT), hc_see(v, HC_CPUINFO_NPT)) == HC_YES)
        return HC_YES;
    return HC_UNKNOWN;
}

/* Registers of VMX say nothing of a CPU that may have SVM: only where CPUID told which of the two it is. */
static enum hc_tri if_intel(struct hc_view *v, enum hc_tri value)
{
    return hc_see(v, HC_CPUID_VMX) == HC_YES || hc_see(v, HC_CPUID_SVM) == HC_NO ? value : HC_UNKNOWN;
}

static enum hc_tri unrestricted_guest(struct hc_view *v)
{
    enum hc_tri msr = if_intel(v, hc_see(v, HC_MSR_UG));

    if (hc_see(v, HC_CPUID_SVM) == HC_YES)
        return HC_YES; /* SVM always runs real mode */
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return hc_see(v, HC_CPUID_HV_UG);
    if (msr == HC_YES || hc_or(hc_see(v, HC_KVM_PARAM_UG), hc_see(v, HC_KVM_OFFERS_UG)) == HC_YES)
        return HC_YES;
    if (msr == HC_UNKNOWN && hc_see(v, HC_CPUINFO_VMX) == HC_YES)
        return hc_see(v, HC_CPUINFO_VMX_UG);
    return msr;
}

/* A feature of the CPU: Intel's register, or the kernel's list of vmx flags; AMD's CPUID. The register of a CPU without
   VMX says no, which means nothing where a hypervisor hides VMX from its root. */
static enum hc_tri either(struct hc_view *v, struct hc_flag_id msr, struct hc_flag_id listed, struct hc_flag_id amd)
{
    enum hc_tri value, kernel;

    if (hc_see(v, HC_CPUID_SVM) == HC_YES)
        return hc_see(v, amd);
    if (hc_see(v, HC_CPUID_VMX) == HC_NO && hc_see(v, HC_VIRT_HW) != HC_NO)
        return HC_UNKNOWN;
    value = if_intel(v, hc_see(v, msr));
    kernel = hc_see(v, HC_CPUINFO_VMX) == HC_YES ? hc_see(v, listed) : HC_UNKNOWN;
    if (value == HC_UNKNOWN || kernel == HC_UNKNOWN)
        return value == HC_UNKNOWN ? kernel : value;
    return value == kernel ? value : HC_UNKNOWN; /* one of the two is not true: see the conflict */
}

static enum hc_tri apicv(struct hc_view *v)
{
    enum hc_tri parts = hc_and(hc_see(v, HC_MSR_APIC_REG), hc_see(v, HC_MSR_VINT));
    enum hc_tri posted = either(v, HC_MSR_POSTED_INT, HC_CPUINFO_VMX_APICV, HC_CPUID_SVM_AVIC);

    if (hc_see(v, HC_CPUID_VMX) == HC_YES && hc_see(v, HC_MSR_POSTED_INT) != HC_UNKNOWN)
        return hc_and(parts, posted);
    return posted;
}

/* What helps KVM to run guests of guests: VMCS shadowing, or vGIF with virtual VMLOAD; KVM may be told not to use it.
 */
static enum hc_tri nested_help(struct hc_view *v)
{
    enum hc_tri help = either(v, HC_MSR_SHADOW_VMCS, HC_CPUINFO_VMX_SHADOW, HC_CPUID_SVM_VGIF);

    if (hc_see(v, HC_CPUID_SVM) == HC_YES)
        help = hc_and(help, hc_see(v, HC_CPUID_SVM_VLS));
    if (hc_see(v, HC_KVM_PARAM_SHADOW_VMCS) == HC_NO || hc_see(v, HC_KVM_PARAM_VGIF) == HC_NO ||
        hc_see(v, HC_KVM_PARAM_VLS) == HC_NO)
        return HC_NO;
    return help;
}

static enum hc_tri nested(struct hc_view *v)
{
    return hc_and(hc_see(v, HC_KVM_PARAM_NESTED), nested_help(v));
}

static void nested_quality(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri on = with_hw(&v, hc_see(&v, HC_KVM_PARAM_NESTED)), help = nested_help(&v);
    const char *word = on == HC_NO ? "none" : on == HC_UNKNOWN || help == HC_UNKNOWN ? NULL : "software";

    put_word(facts, &v, HC_VIRT_NESTED_QUALITY, word && on == HC_YES && help == HC_YES ? "assisted" : word);
}

/* AMD has these with SVM, or with its nested paging, or names them in CPUID. */
static void cpu_features(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id, *msr, *listed, *amd;
    } rows[] = {
        { &HC_VIRT_VPID, &HC_MSR_VPID, &HC_CPUINFO_VPID, &HC_CPUID_SVM },
        { &HC_VIRT_MBEC, &HC_MSR_MBEC, &HC_CPUINFO_VMX_MBEC, &HC_CPUID_SVM_GMET },
        { &HC_VIRT_1G, &HC_MSR_EPT_1G, &HC_CPUINFO_VMX_EPT_1G, &HC_CPUID_GBPAGES },
        { &HC_VIRT_5LEVEL, &HC_MSR_EPT_WALK5, &HC_CPUINFO_VMX_EPT_5LEVEL, &HC_CPUID_LA57 },
        { &HC_VIRT_AD, &HC_MSR_EPT_AD, &HC_CPUINFO_VMX_EPT_AD, &HC_CPUID_SVM_NP },
        { &HC_VIRT_POSTED, &HC_MSR_POSTED_INT, &HC_CPUINFO_VMX_POSTED_INTR, &HC_CPUID_SVM_AVIC },
        { &HC_VIRT_VNMI, &HC_MSR_VNMI, &HC_CPUINFO_VMX_VNMI, &HC_CPUID_SVM_VNMI },
        { &HC_VIRT_PLE, &HC_MSR_PLE, &HC_CPUINFO_VMX_PLE, &HC_CPUID_SVM_PAUSEFILTER },
        { &HC_VIRT_TSC_SCALING, &HC_MSR_TSC_SCALING, &HC_CPUINFO_VMX_TSC_SCALING, &HC_CPUID_SVM_TSCRATE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        enum hc_tri value = with_hw(&v, either(&v, *rows[i].msr, *rows[i].listed, *rows[i].amd));
        put_flag(facts, &v, *rows[i].id, value);
    }
}

static void tdx_guests(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = hc_see(&v, HC_KVM_PARAM_TDX);
    uint64_t keys;

    if (value == HC_UNKNOWN && hc_see_number(&v, HC_MSR_TDX_KEYIDS, &keys) && keys < 2)
        value = HC_NO; /* one key is the module's own (Linux arch/x86/virt/vmx/tdx/tdx.c) */
    put_flag(facts, &v, HC_CVM_TDX, with_hw(&v, value));
}

/* What KVM itself says when it is loaded decides; CPUID or the registers alone can only deny. */
static void confidential_guests(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id, *parameter, *cpu;
    } rows[] = { { &HC_CVM_SEV, &HC_KVM_PARAM_SEV, &HC_CPUID_SEV },
                 { &HC_CVM_SEV_ES, &HC_KVM_PARAM_SEV_ES, &HC_CPUID_SEV_ES },
                 { &HC_CVM_SEV_SNP, &HC_KVM_PARAM_SEV_SNP, &HC_CPUID_SEV_SNP } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        enum hc_tri value = hc_see(&v, *rows[i].parameter), cpu_has = hc_see(&v, *rows[i].cpu);
        if (value == HC_YES) /* the secure processor must have come up too */
            value = hc_see(&v, HC_SEV_NODE) == HC_YES ? HC_YES : HC_UNKNOWN;
        if (value == HC_UNKNOWN && cpu_has == HC_NO)
            value = HC_NO;
        put_flag(facts, &v, *rows[i].id, with_hw(&v, value));
    }
    tdx_guests(facts);
}

static void virtualization(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id;
        enum hc_tri (*reason)(struct hc_view *v);
    } rows[] = { { &HC_VIRT_SLAT, slat },
                 { &HC_VIRT_UG, unrestricted_guest },
                 { &HC_VIRT_APICV, apicv },
                 { &HC_VIRT_NESTED, nested } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        enum hc_tri value = with_hw(&v, rows[i].reason(&v));
        put_flag(facts, &v, *rows[i].id, value);
    }
}

void hc_conclude_x86(struct hc_facts *facts)
{
    host_role(facts);
    host_hypervisor(facts);
    host_confidential(facts);
    virt_hw(facts);
    virt_fw(facts);
    kvm_backend(facts);
    virtualization(facts);
    cpu_features(facts);
    nested_quality(facts);
    confidential_guests(facts);
}
