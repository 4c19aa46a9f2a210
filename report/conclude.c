#include "conclude.h"

#include "baseline.h"
#include "concluded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- putting ---- */

/* A number that another fact has observed. */
static void same_number(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id observed)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t value;
    bool known = hc_see_number(&v, observed, &value);

    conclude(facts, &v, id.fact, known)->number = value;
}

/* ---- the host ---- */

static void host_os(struct hc_facts *facts)
{
    static const struct {
        const char *sysname, *os;
    } rows[] = { { "Linux", "linux" },
                 { "Darwin", "macos" },
                 { "FreeBSD", "freebsd" },
                 { "SunOS", "illumos" },
                 { "Windows", "windows" } };
    struct hc_view v = hc_view_of(facts);
    const char *name = hc_see_text(&v, HC_UNAME_SYSNAME), *os = name ? "other" : NULL;

    for (size_t i = 0; name && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(name, rows[i].sysname))
            os = rows[i].os;
    if (!os && hc_see_text(&v, HC_KERNEL_RELEASE)) /* only Linux has /proc/sys/kernel/osrelease */
        os = "linux";
    put_word(facts, &v, HC_HOST_OS, os);
}

/* The first two numbers of a kernel release: "6.12" of "6.12.9-amd64". */
static void host_os_version(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *release = hc_see_text(&v, HC_UNAME_RELEASE), *text = NULL;
    char *end;

    if (!release)
        release = hc_see_text(&v, HC_KERNEL_RELEASE);
    if (release) {
        unsigned long major = strtoul(release, &end, 10);
        if (end != release && *end == '.')
            text = hc_print(facts->arena, "%lu.%lu", major, strtoul(end + 1, NULL, 10));
    }
    put_text(facts, &v, HC_HOST_OS_VERSION, text);
}

static const char *arch_word(const char *machine)
{
    static const struct {
        const char *machine, *arch;
    } rows[] = { { "x86_64", "x86_64" }, { "aarch64", "aarch64" }, { "arm64", "aarch64" },
                 { "s390x", "s390x" },   { "ppc64le", "ppc64le" }, { "riscv64", "riscv64" },
                 { "i686", "i686" },     { "i586", "i686" },       { "amd64", "x86_64" } };

    for (size_t i = 0; machine && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(machine, rows[i].machine))
            return rows[i].arch;
    return NULL;
}

/* A process of 32 bits sees a machine of 64 (lm); in a folder of files only cpuinfo may tell. */
static void host_arch(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *arch = arch_word(hc_see_text(&v, HC_UNAME_MACHINE));

    if (!arch)
        arch = arch_word(hc_see_text(&v, HC_KERNEL_ARCH));
    if ((!arch || !strcmp(arch, "i686")) && hc_or(hc_see(&v, HC_CPUID_LM), hc_see(&v, HC_CPUINFO_LM)) == HC_YES)
        arch = "x86_64";
    put_word(facts, &v, HC_HOST_ARCH, hc_arch_of(&v, arch));
}

/* A root partition may create partitions and manage CPUs, and is not isolated (drivers/hv/hv_common.c,
   hv_identify_partition_type). */
static enum hc_tri hyperv_root(struct hc_view *v)
{
    return hc_and(hc_and(hc_see(v, HC_CPUID_HV_CREATE), hc_see(v, HC_CPUID_HV_CPU)),
                  hc_not(hc_see(v, HC_CPUID_HV_ISOLATION)));
}

/* Linux sets its flag for Xen also where CPUID hides it (PV); on other systems there is no such list. */
static bool kernel_sees_no_hypervisor(struct hc_view *v)
{
    return hc_see(v, HC_CPUINFO_HYPERVISOR) == HC_NO || hc_see_is(v, HC_HOST_OS, "linux") == HC_NO;
}

/* Xen first: its PV guests may see the CPUID of the bare machine. Then the hypervisor bit, which CPUID knows better
   than the kernel's list. The absence of every hypervisor must be seen to say "physical". */
static const char *role(struct hc_view *v)
{
    enum hc_tri xen = hc_see(v, HC_XEN), bit;

    if (xen == HC_YES) {
        enum hc_tri dom0 = hc_see(v, HC_XEN_DOM0);
        return dom0 == HC_UNKNOWN ? NULL : dom0 == HC_YES ? "dom0" : "guest";
    }
    bit = hc_see(v, HC_CPUID_HYPERVISOR);
    if (bit == HC_YES) {
        enum hc_tri root = hyperv_root(v);
        return root == HC_UNKNOWN || xen == HC_UNKNOWN ? NULL : root == HC_YES ? "root-partition" : "guest";
    }
    if (bit == HC_UNKNOWN)
        bit = hc_see(v, HC_CPUINFO_HYPERVISOR);
    if (xen == HC_UNKNOWN)
        return NULL;
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
    enum hc_tri xen = hc_see(&v, HC_XEN);

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

/* A stale /.dockerenv decides nothing; a PID namespace of its own, or UTS and cgroup namespaces together, do. A service
   may have a UTS namespace alone. */
static void host_container(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri pid = hc_see(&v, HC_NS_PID_INITIAL), inside;
    const char *manager;

    inside =
        hc_or(hc_not(pid), hc_and(hc_not(hc_see(&v, HC_NS_UTS_INITIAL)), hc_not(hc_see(&v, HC_NS_CGROUP_INITIAL))));
    manager = hc_see_text(&v, HC_CONTAINER_MANAGER);
    inside = hc_or(inside, manager ? hc_tri(*manager != '\0') : HC_UNKNOWN);
    put_flag(facts, &v, HC_HOST_CONTAINER, inside);
}

/* ---- the CPU ---- */

/* The first of two observations that is known. */
static void first_number(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id a, struct hc_number_id b)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t value;
    bool known = hc_see_number(&v, a, &value) || hc_see_number(&v, b, &value);

    conclude(facts, &v, id.fact, known)->number = value;
}

static void first_text(struct hc_facts *facts, struct hc_text_id id, struct hc_text_id a, struct hc_text_id b)
{
    struct hc_view v = hc_view_of(facts);
    const char *text = hc_see_text(&v, a);

    put_text(facts, &v, id, text && *text ? text : hc_see_text(&v, b));
}

static void cpu_identity(struct hc_facts *facts)
{
    first_text(facts, HC_CPU_VENDOR, HC_CPUID_VENDOR, HC_CPUINFO_VENDOR);
    first_text(facts, HC_CPU_BRAND, HC_CPUID_BRAND, HC_CPUINFO_BRAND);
    first_number(facts, HC_CPU_FAMILY, HC_CPUID_FAMILY, HC_CPUINFO_FAMILY);
    first_number(facts, HC_CPU_MODEL, HC_CPUID_MODEL, HC_CPUINFO_MODEL);
    first_number(facts, HC_CPU_STEPPING, HC_CPUID_STEPPING, HC_CPUINFO_STEPPING);
}

static void cpu(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri nx, x2apic;

    cpu_identity(facts);
    /* the kernel's flag is cleared where NX is switched off; CPUID alone can only deny */
    nx = hc_see(&v, HC_CPUINFO_NX);
    if (nx == HC_UNKNOWN && hc_see(&v, HC_CPUID_NX) == HC_NO)
        nx = HC_NO;
    put_flag(facts, &v, HC_CPU_NX, nx);

    v = hc_view_of(facts);
    x2apic = hc_see(&v, HC_CPUID_X2APIC);
    put_flag(facts, &v, HC_CPU_X2APIC, x2apic == HC_UNKNOWN ? hc_see(&v, HC_CPUINFO_X2APIC) : x2apic);
}

/* Raw CPUID decides, for the kernel clears its flags where firmware forbids; a flag that is there is proof all the
   same. A hypervisor that uses VT-x itself hides it from its own root: it is there. */
static enum hc_tri hw_virt(struct hc_view *v)
{
    enum hc_tri raw = hc_or(hc_see(v, HC_CPUID_VMX), hc_see(v, HC_CPUID_SVM));
    enum hc_tri shown = hc_or(hc_see(v, HC_CPUINFO_VMX), hc_see(v, HC_CPUINFO_SVM));

    if (raw == HC_YES || (raw == HC_UNKNOWN && shown == HC_YES))
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
    enum hc_tri value = hw_virt(&v);

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

static bool at_least(const char *version, unsigned long major, unsigned long minor)
{
    char *end;
    unsigned long a = version ? strtoul(version, &end, 10) : 0, b;

    if (!version || *end != '.')
        return false;
    b = strtoul(end + 1, NULL, 10);
    return a > major || (a == major && b >= minor);
}

/* Without the register: since Linux 5.6 the kernel clears vmx where firmware locked it off, and svm since some release
   after 6.1 and before 6.12, so that a missing svm tells, and one that is there does not before 6.12. clearcpuid= takes
   the flag away as well, and then says nothing of the firmware. */
static const char *fw_by_flag(struct hc_view *v, bool intel)
{
    enum hc_tri flag = hc_see(v, intel ? HC_CPUINFO_VMX : HC_CPUINFO_SVM);
    const char *release = hc_see_text(v, HC_HOST_OS_VERSION), *cleared;

    if (flag == HC_YES)
        return at_least(release, intel ? 5 : 6, intel ? 6 : 12) ? "enabled" : NULL;
    if (flag == HC_UNKNOWN)
        return NULL;
    cleared = hc_see_text(v, HC_CMDLINE_CLEARCPUID);
    return cleared && !*cleared ? "disabled" : NULL;
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

static void virt_fw(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = fw_state(&v);

    put_word(facts, &v, HC_VIRT_FW, word);
}

/* ---- who holds it ---- */

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

/* A driver that processes hold open runs virtual machines. */
static enum hc_tri in_use(struct hc_view *v, struct hc_flag_id loaded, struct hc_number_id users)
{
    uint64_t count;
    enum hc_tri there = hc_see(v, loaded);

    if (there != HC_YES)
        return there;
    return hc_see_number(v, users, &count) ? hc_tri(count != 0) : HC_UNKNOWN;
}

static const char *owner(struct hc_view *v)
{
    enum hc_tri vbox, vmware, kvm;
    const char *role_word = hc_see_word(v, HC_HOST_ROLE), *error = hc_see_text(v, HC_PROVE_ERROR);

    if (role_word && !strcmp(role_word, "dom0"))
        return "xen";
    if (role_word && !strcmp(role_word, "root-partition"))
        return "hyperv";
    vbox = in_use(v, HC_MODULE_VBOXDRV, HC_VBOXDRV_USERS);
    vmware = in_use(v, HC_MODULE_VMMON, HC_VMMON_USERS);
    if (error && strstr(error, "EBUSY")) {
        if (vbox == HC_YES || vmware == HC_YES)
            return vbox == HC_YES ? "vbox" : "vmware";
        return vbox == HC_NO && vmware == HC_NO ? "other" : NULL;
    }
    kvm = hc_see(v, HC_KVM_MISC);
    if (kvm == HC_YES &&
        (hc_see(v, HC_KVM_PARAM_AT_LOAD) == HC_YES || hc_see_is(v, HC_LINUX_KVM_BACKEND, "pvm") == HC_YES))
        return "kvm";
    if (vbox == HC_YES)
        return "vbox";
    if (vmware == HC_YES)
        return "vmware";
    /* a hypervisor that cannot be seen from here could hold it: only where the role is known is it nobody */
    if (!role_word || vbox == HC_UNKNOWN || vmware == HC_UNKNOWN || kvm == HC_UNKNOWN)
        return NULL;
    return kvm == HC_YES && hc_unanswered(v, HC_FACT_KVM_PARAM_AT_LOAD) ? NULL : "none";
}

static void virt_taken_by(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = owner(&v);

    put_word(facts, &v, HC_VIRT_TAKEN_BY, word);
}

/* ---- what it can do ---- */

/* What hangs on VT-x or AMD-V is no where these are no, and not known where these are not. */
static enum hc_tri with_hw(struct hc_view *v, enum hc_tri value)
{
    enum hc_tri hw = hc_see(v, HC_VIRT_HW);

    return hw == HC_YES ? value : hw;
}

/* Registers say all; the kernel's flag and what KVM uses or offers can only confirm: a parameter may be off by choice,
   and the flag ept says nothing of the capabilities that make it usable. */
static enum hc_tri slat(struct hc_view *v)
{
    enum hc_tri ept = hc_and(hc_see(v, HC_MSR_EPT), hc_see(v, HC_MSR_EPT_USABLE));

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

/* ---- IOMMU ---- */

/* Below a hypervisor that owns the IOMMU, what this system sees is not the answer; "no" is then unknown. */
static enum hc_tri unless_owned(struct hc_view *v, enum hc_tri value, struct hc_flag_id hyperv)
{
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return hc_see(v, hyperv);
    if (value != HC_YES && hc_see_is(v, HC_HOST_ROLE, "dom0") != HC_NO)
        return HC_UNKNOWN;
    return value;
}

static void iommu(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri table = hc_or(hc_see(&v, HC_ACPI_DMAR), hc_or(hc_see(&v, HC_ACPI_IVRS), hc_see(&v, HC_ACPI_VIOT)));
    uint64_t units, groups;
    bool known;

    /* on Arm an IORT may or may not describe an SMMU; without ACPI the device tree does. A unit that runs proves it. */
    if (table == HC_NO && (hc_see(&v, HC_ACPI_IORT) != HC_NO || hc_see_is(&v, HC_HOST_ARCH, "x86_64") != HC_YES))
        table = hc_see_number(&v, HC_IOMMU_UNIT_COUNT, &units) && units ? HC_YES : HC_UNKNOWN;
    put_flag(facts, &v, HC_IOMMU_TABLE, unless_owned(&v, table, HC_CPUID_HV_DMA_REMAP));

    v = hc_view_of(facts);
    known = hc_see_number(&v, HC_IOMMU_GROUP_COUNT, &groups);
    known = hc_see_number(&v, HC_IOMMU_UNIT_COUNT, &units) && known;
    put_flag(facts, &v, HC_IOMMU_ACTIVE,
             unless_owned(&v, known ? hc_tri(groups && units) : HC_UNKNOWN, HC_CPUID_HV_DMA_REMAP));

    v = hc_view_of(facts); /* other architectures isolate interrupts in their own ways */
    put_flag(facts, &v, HC_IOMMU_INTREMAP,
             unless_owned(&v,
                          hc_see_is(&v, HC_HOST_ARCH, "x86_64") == HC_YES ? hc_see(&v, HC_IRQ_REMAPPED) : HC_UNKNOWN,
                          HC_CPUID_HV_INT_REMAP));
}

/* ---- the rest ---- */

static void firmware_and_memory(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri efi = hc_see(&v, HC_EFI);
    const char *mode = efi == HC_YES ? "uefi" : NULL;

    if (efi == HC_NO && hc_see_is(&v, HC_HOST_ARCH, "x86_64") == HC_YES)
        mode = "bios";
    put_word(facts, &v, HC_FW_MODE, mode);
    same_number(facts, HC_MEMORY_INSTALLED, HC_SMBIOS_MEMORY);
    same_number(facts, HC_MEMORY_USABLE, HC_MEMINFO_TOTAL);
}

static void kvm_device(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri there =
        hc_and(hc_see(&v, HC_KVM_NODE), hc_see(&v, HC_KVM_MISC)); /* a node that nobody serves is none */
    enum hc_tri open;

    put_flag(facts, &v, HC_LINUX_KVM_DEV, there);
    v = hc_view_of(facts);
    open = hc_see(&v, HC_LINUX_KVM_DEV) == HC_NO ? HC_NO : hc_see(&v, HC_KVM_OPENED);
    put_flag(facts, &v, HC_LINUX_KVM_ACCESS, open);
}

static const char *cgroup_word(struct hc_view *v)
{
    enum hc_tri v2 = hc_see(v, HC_CGROUP_V2), v1, beside;

    if (v2 != HC_NO)
        return v2 == HC_YES ? "v2" : NULL;
    v1 = hc_see(v, HC_CGROUP_V1);
    beside = hc_see(v, HC_CGROUP_UNIFIED);
    if (v1 == HC_UNKNOWN || beside == HC_UNKNOWN)
        return NULL;
    return v1 == HC_NO ? "none" : beside == HC_YES ? "hybrid" : "v1";
}

/* In a container the modules of the host cannot be seen. */
static enum hc_tri overlayfs(struct hc_view *v)
{
    enum hc_tri found = hc_or(hc_see(v, HC_OVERLAY_LISTED), hc_see(v, HC_OVERLAY_FILE));

    if (found == HC_YES)
        return HC_YES;
    if (hc_see_is(v, HC_CONFIG_OVERLAY_FS, "n") == HC_YES)
        return HC_NO;
    return hc_see(v, HC_HOST_CONTAINER) == HC_NO ? found : HC_UNKNOWN;
}

/* actions_avail came with Linux 4.14 and CONFIG_SECCOMP_FILTER. */
static enum hc_tri seccomp(struct hc_view *v)
{
    enum hc_tri actions = hc_see(v, HC_SECCOMP_ACTIONS);
    const char *config;

    if (actions == HC_YES || (actions == HC_NO && at_least(hc_see_text(v, HC_HOST_OS_VERSION), 4, 14)))
        return actions;
    if (hc_see(v, HC_SECCOMP_STATUS) == HC_NO)
        return HC_NO;
    config = hc_see_word(v, HC_CONFIG_SECCOMP_FILTER);
    return config ? hc_tri(!strcmp(config, "y")) : HC_UNKNOWN;
}

static void containers(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = cgroup_word(&v);
    enum hc_tri value;

    put_word(facts, &v, HC_LINUX_CGROUP, word);
    v = hc_view_of(facts);
    value = overlayfs(&v);
    put_flag(facts, &v, HC_LINUX_OVERLAYFS, value);
    v = hc_view_of(facts);
    value = seccomp(&v);
    put_flag(facts, &v, HC_LINUX_SECCOMP, value);
}

static void x86(struct hc_facts *facts)
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

/* ---- the CPU among others ---- */

/* What KVM offers of the registers decides, for it is its guests that are given the model; where there is no KVM, the
   registers themselves. KVM's list need not be theirs: it adds what a guest need not fear. */
static const char *feature_registers(struct hc_view *v)
{
    const char *offered = hc_see_text(v, HC_KVM_OFFERS_FEATURES);
    const struct hc_reply *why = hc_why(v->facts, HC_FACT_KVM_OFFERS_FEATURES);

    if (offered || !why || (why->answer != HC_ABSENT && why->answer != HC_UNSUPPORTED))
        return offered;
    return hc_see_text(v, HC_MSR_FEATURES);
}

static void cpu_models(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    struct hc_baseline baseline = { NULL, NULL, NULL };
    struct hc_host_cpu host;
    bool known = hc_see_number(&v, HC_CPUID_FAMILY, &host.family);

    known = hc_see_number(&v, HC_CPUID_MODEL, &host.model) && known;
    known = hc_see_number(&v, HC_CPUID_STEPPING, &host.stepping) && known;
    host.vendor = hc_see_text(&v, HC_CPUID_VENDOR);
    host.features = hc_see_text(&v, HC_CPUID_FEATURES);
    host.unseen = hc_see_text(&v, HC_CPUID_FEATURES_UNSEEN);
    host.registers = feature_registers(&v);
    if (known && host.vendor && host.features && host.unseen)
        baseline = hc_baseline(&host, facts->arena);
    put_text(facts, &v, HC_CPU_BASELINE_MODEL, baseline.model);
    put_text(facts, &v, HC_CPU_BASELINE_EXTRA, baseline.extra);
    put_text(facts, &v, HC_CPU_BASELINE_MISSING, baseline.missing);
}

/* The kernel may clear what the CPU has, and adds nothing: its number decides, where Linux has one. More than CPUID
   says cannot be; CPUID alone is the answer only where there is no Linux. */
static void kernels_number(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id kernels,
                           struct hc_number_id cpuids)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t number = 0, most = UINT64_MAX;
    bool known = hc_see_number(&v, kernels, &number), has = hc_see_number(&v, cpuids, &most);

    if (!known && hc_see_is(&v, HC_HOST_OS, "linux") == HC_NO) {
        known = has;
        number = most;
    }
    conclude(facts, &v, id.fact, known && number <= most)->number = number;
}

static enum hc_tri listed(struct hc_view *v, struct hc_text_id list, const char *word)
{
    const char *text = hc_see_text(v, list);

    return text ? hc_tri(hc_has_word((struct hc_text){ text, strlen(text) }, word)) : HC_UNKNOWN;
}

/* What installers of systems and hypervisors ask of a CPU; the kernel's word counts as in kernels_number. */
static void cpu_basics(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id;
        const char *kernels, *cpuids;
    } rows[] = { { &HC_CPU_LM, "lm", "lm" },
                 { &HC_CPU_LAHF64, "lahf_lm", "lahf_lm" },
                 { &HC_CPU_CX16, "cx16", "cx16" },
                 { &HC_CPU_POPCNT, "popcnt", "popcnt" },
                 { &HC_CPU_SSE41, "sse4_1", "sse4.1" },
                 { &HC_CPU_SSE42, "sse4_2", "sse4.2" },
                 { &HC_CPU_XSAVE, "xsave", "xsave" },
                 { &HC_CPU_PREFETCHW, "3dnowprefetch", "3dnowprefetch" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        enum hc_tri value = listed(&v, HC_CPUINFO_FLAGS, rows[i].kernels);
        if (value == HC_UNKNOWN && hc_see_is(&v, HC_HOST_OS, "linux") == HC_NO)
            value = listed(&v, HC_CPUID_FEATURES, rows[i].cpuids);
        put_flag(facts, &v, *rows[i].id, value);
    }
}

static void cpu_hybrid(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);

    put_flag(facts, &v, HC_CPU_HYBRID, hc_see(&v, HC_CPUID_HYBRID));
}

static void cpu_pool(struct hc_facts *facts)
{
    cpu_basics(facts);
    cpu_hybrid(facts);
    kernels_number(facts, HC_CPU_LEVEL, HC_CPUINFO_LEVEL, HC_CPUID_LEVEL);
    kernels_number(facts, HC_CPU_PHYSICAL_BITS, HC_CPUINFO_PHYSICAL_BITS, HC_CPUID_PHYSICAL_BITS);
    cpu_models(facts);
}

/* ---- topology ---- */

enum { SPEAKERS = 3 };

static bool of_cpuid(struct hc_number_id id)
{
    return !strncmp(hc_fact_field(id.fact)->key, "cpuid.", 6);
}

/* CPUID was asked on the CPUs that this process may use; where the kernel lists more, its counts are of a part. */
static bool cpuid_saw_fewer(struct hc_view *v)
{
    uint64_t seen, listed;

    return hc_see_number(v, HC_CPUID_TOPOLOGY_THREADS, &seen) && hc_see_number(v, HC_CPUINFO_PROCESSORS, &listed) &&
           seen != listed;
}

/* The kernel's folders first, then what CPUID says of the same, then /proc/cpuinfo, which lacks what is offline. */
static void topology(struct hc_facts *facts)
{
    static const struct {
        const struct hc_number_id *id, *by[SPEAKERS];
    } rows[] = {
        { &HC_TOPOLOGY_PACKAGES, { &HC_LINUX_PACKAGES, &HC_CPUID_TOPOLOGY_PACKAGES, &HC_CPUINFO_PACKAGES } },
        { &HC_TOPOLOGY_DIES, { &HC_LINUX_DIES, &HC_CPUID_TOPOLOGY_DIES } },
        { &HC_TOPOLOGY_CORES, { &HC_LINUX_CORES, &HC_CPUID_TOPOLOGY_CORES, &HC_CPUINFO_CORES } },
        { &HC_TOPOLOGY_THREADS, { &HC_LINUX_THREADS, &HC_CPUINFO_PROCESSORS, &HC_CPUID_TOPOLOGY_THREADS } },
        { &HC_TOPOLOGY_THREADS_PER_CORE,
          { &HC_LINUX_THREADS_PER_CORE, &HC_CPUID_TOPOLOGY_THREADS_PER_CORE, &HC_CPUINFO_THREADS_PER_CORE } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        bool known = false, partial = cpuid_saw_fewer(&v);
        uint64_t value = 0;
        for (int s = 0; s < SPEAKERS && rows[i].by[s] && !known; s++)
            if (!partial || !of_cpuid(*rows[i].by[s]))
                known = hc_see_number(&v, *rows[i].by[s], &value);
        conclude(facts, &v, rows[i].id->fact, known)->number = value;
    }
}

/* A kernel that tells no nodes apart has all memory in one. */
static void nodes(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t count;
    bool known = hc_see_number(&v, HC_LINUX_NODES, &count);

    conclude(facts, &v, HC_TOPOLOGY_NODES.fact, known)->number = count ? count : 1;
}

/* In the order in which they rest on each other. */
void hc_conclude(struct hc_facts *facts)
{
    host_os(facts);
    host_os_version(facts);
    host_arch(facts);
    if (hc_other_arch(facts))
        hc_conclude_arch(facts);
    else
        x86(facts);
    host_container(facts);
    cpu(facts);
    virt_taken_by(facts);
    iommu(facts);
    firmware_and_memory(facts);
    kvm_device(facts);
    containers(facts);
    cpu_pool(facts);
    topology(facts);
    nodes(facts);
}

/* ---- conflicts ---- */

#define LISTED(flag, listed, bit)                                                                                      \
    {                                                                                                                  \
        &listed, &bit, "the kernel lists " flag ", and the CPU does not have it"                                       \
    }

/* a says yes, b says no, and both cannot be. Of what KVM offers to guests only what it cannot emulate stands here. */
static const struct {
    const struct hc_flag_id *yes, *no;
    const char *text;
} contradictions[] = {
    { &HC_CPUINFO_VMX, &HC_CPUID_VMX, "the kernel lists vmx, and CPUID does not have it" },
    { &HC_CPUINFO_SVM, &HC_CPUID_SVM, "the kernel lists svm, and CPUID does not have it" },
    { &HC_CPUINFO_NX, &HC_CPUID_NX, "the kernel lists nx, and CPUID does not have it" },
    LISTED("ept", HC_CPUINFO_EPT, HC_MSR_EPT),
    LISTED("vpid", HC_CPUINFO_VPID, HC_MSR_VPID),
    LISTED("unrestricted_guest", HC_CPUINFO_VMX_UG, HC_MSR_UG),
    LISTED("vnmi", HC_CPUINFO_VMX_VNMI, HC_MSR_VNMI),
    LISTED("preemption_timer", HC_CPUINFO_VMX_PREEMPTION_TIMER, HC_MSR_PREEMPTION_TIMER),
    LISTED("posted_intr", HC_CPUINFO_VMX_POSTED_INTR, HC_MSR_POSTED_INT),
    LISTED("invvpid", HC_CPUINFO_VMX_INVVPID, HC_MSR_INVVPID),
    LISTED("ept_x_only", HC_CPUINFO_VMX_EPT_XO, HC_MSR_EPT_XO),
    LISTED("ept_ad", HC_CPUINFO_VMX_EPT_AD, HC_MSR_EPT_AD),
    LISTED("ept_1gb", HC_CPUINFO_VMX_EPT_1G, HC_MSR_EPT_1G),
    LISTED("ept_5level", HC_CPUINFO_VMX_EPT_5LEVEL, HC_MSR_EPT_WALK5),
    LISTED("eptp_switching", HC_CPUINFO_VMX_EPTP_SWITCHING, HC_MSR_EPTP_SWITCHING),
    LISTED("vtpr", HC_CPUINFO_VMX_VTPR, HC_MSR_TPR_SHADOW),
    LISTED("mtf", HC_CPUINFO_VMX_MTF, HC_MSR_MTF),
    LISTED("vapic", HC_CPUINFO_VMX_VAPIC, HC_MSR_APIC_ACCESS),
    LISTED("vapic_reg", HC_CPUINFO_VMX_VAPIC_REG, HC_MSR_APIC_REG),
    LISTED("vid", HC_CPUINFO_VMX_VID, HC_MSR_VINT),
    LISTED("ple", HC_CPUINFO_VMX_PLE, HC_MSR_PLE),
    LISTED("shadow_vmcs", HC_CPUINFO_VMX_SHADOW, HC_MSR_SHADOW_VMCS),
    LISTED("pml", HC_CPUINFO_VMX_PML, HC_MSR_PML),
    LISTED("ept_violation_ve", HC_CPUINFO_VMX_EPT_VE, HC_MSR_EPT_VE),
    LISTED("ept_mode_based_exec", HC_CPUINFO_VMX_MBEC, HC_MSR_MBEC),
    LISTED("tsc_scaling", HC_CPUINFO_VMX_TSC_SCALING, HC_MSR_TSC_SCALING),
    LISTED("usr_wait_pause", HC_CPUINFO_VMX_WAIT_PAUSE, HC_MSR_WAIT_PAUSE),
    LISTED("notify_vm_exiting", HC_CPUINFO_VMX_NOTIFY, HC_MSR_NOTIFY),
    LISTED("ipi_virt", HC_CPUINFO_VMX_IPI_VIRT, HC_MSR_IPI_VIRT),
    LISTED("npt", HC_CPUINFO_NPT, HC_CPUID_SVM_NP),
    { &HC_KVM_OFFERS_VPID, &HC_MSR_VPID, "KVM offers VPID, and the CPU's register does not have it" },
    { &HC_KVM_OFFERS_UG, &HC_MSR_UG, "KVM offers unrestricted guest, and the CPU's register does not have it" },
    { &HC_KVM_PARAM_EPT, &HC_MSR_EPT, "KVM uses EPT, and the CPU's register does not have it" },
    { &HC_KVM_OFFERS_EPT, &HC_MSR_EPT, "KVM offers EPT, and the CPU's register does not have it" },
    { &HC_KVM_PARAM_UG, &HC_MSR_UG, "KVM uses unrestricted guest, and the CPU's register does not have it" },
    { &HC_KVM_PARAM_NPT, &HC_CPUID_SVM_NP, "KVM uses nested paging, and CPUID does not have it" },
    { &HC_KVM_OPENED, &HC_KVM_NODE, "/dev/kvm was opened, and it is said not to exist" },
    { &HC_KVM_MISC, &HC_CPUINFO_SIE, "KVM runs, and the kernel lists no sie, which it needs" },
    { &HC_KVM_MISC, &HC_CPUINFO_ISA_H, "KVM runs, and the kernel lists no extension h, which it needs" },
    { &HC_DT_ISA_H, &HC_CPUINFO_ISA_H,
      "the device tree gives the CPU the extension h, and the kernel does not list it" },
};

/* What hangs on VMX is no together with it: that is one contradiction, not twenty. */
static bool follows(const struct hc_facts *facts, enum hc_fact no)
{
    return no != HC_FACT_CPUID_VMX && hc_flag(facts, HC_CPUID_VMX) == HC_NO &&
           hc_why(facts, no) == hc_why(facts, HC_FACT_CPUID_VMX);
}

size_t hc_conflicts(const struct hc_facts *facts, struct hc_conflict *out, size_t room)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions && count < room; i++) {
        struct hc_flag_id yes = *contradictions[i].yes, no = *contradictions[i].no;
        if (hc_flag(facts, yes) == HC_YES && hc_flag(facts, no) == HC_NO && !follows(facts, no.fact))
            out[count++] = (struct hc_conflict){ yes.fact, no.fact, contradictions[i].text };
    }
    if (count < room && hc_arch_conflict(facts))
        out[count++] = (struct hc_conflict){ HC_FACT_UNAME_MACHINE, HC_FACT_CPUINFO_FORM,
                                             "the system names one architecture, and /proc/cpuinfo has the form of "
                                             "another, as where a process is emulated" };
    return count;
}

/* ---- by hand ---- */

static struct hc_cell *given(struct hc_facts *facts, const char *key, enum hc_type type, enum hc_type other)
{
    enum hc_fact fact = hc_fact_by_key(key);

    if (fact == HC_FACTS || (hc_fact_field(fact)->type != type && hc_fact_field(fact)->type != other))
        return NULL;
    facts->cells[fact].known = true;
    return &facts->cells[fact];
}

bool hc_give_flag(struct hc_facts *facts, const char *key, bool value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_FLAG, HC_TYPE_FLAG);

    if (cell)
        cell->flag = value;
    return cell != NULL;
}

bool hc_give_number(struct hc_facts *facts, const char *key, uint64_t value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_NUMBER, HC_TYPE_REGISTER);

    if (cell)
        cell->number = value;
    return cell != NULL;
}

bool hc_give_text(struct hc_facts *facts, const char *key, const char *value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_TEXT, HC_TYPE_WORD);

    if (cell)
        cell->text = hc_strdup(facts->arena, value);
    return cell && cell->text;
}
