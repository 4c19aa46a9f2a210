/* Checks of the CPU: what silicon has, what firmware and kernel left of it, and who holds it. */
#include "checks.h"

#include <string.h>

static enum hc_reason hw_virt(struct hc_view *v)
{
    switch (hc_see(v, HC_VIRT_HW)) {
    case HC_YES: return HC_PASS;
    case HC_NO:
        return hc_by_place(v, CPU_VIRT_ABSENT, hc_not_x86(v) ? GUEST_MAY_NOT_HOST : GUEST_NO_NESTED, CPU_VIRT_ABSENT);
    default: return HC_CANNOT_TELL;
    }
}

/* Bits of the kernel's own numbering: 4*32+5 is VMX, 6*32+2 SVM (arch/x86/include/asm/cpufeatures.h). */
static bool clears_virtualization(const char *list)
{
    static const char *const words[] = { "vmx", "svm", "133", "194" };
    struct hc_text rest = { list, strlen(list) }, word, tail;

    while (rest.size) {
        if (!hc_split(rest, ',', &word, &tail)) {
            word = rest;
            tail = HC_TEXT("");
        }
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (hc_text_is(word, words[i]))
                return true;
        rest = tail;
    }
    return false;
}

/* CPUID has it, the kernel's list does not, and the command line says why. */
static bool cleared(struct hc_view *v)
{
    const char *list = hc_see_text(v, HC_CMDLINE_CLEARCPUID);

    return list && clears_virtualization(list) && hc_or(hc_see(v, HC_CPUINFO_VMX), hc_see(v, HC_CPUINFO_SVM)) == HC_NO;
}

/* The same, but the command line is not known. */
static bool perhaps_cleared(struct hc_view *v)
{
    return !hc_see_text(v, HC_CMDLINE_CLEARCPUID) && hc_unanswered(v, HC_FACT_CMDLINE_CLEARCPUID) &&
           hc_or(hc_see(v, HC_CPUINFO_VMX), hc_see(v, HC_CPUINFO_SVM)) == HC_NO;
}

static enum hc_reason who_disabled(struct hc_view *v)
{
    if (cleared(v))
        return CPU_VIRT_CLEARED;
    if (hc_see(v, HC_CPUID_SVM) == HC_YES)
        return CPU_SVM_FW_DISABLED;
    if (hc_see(v, HC_MSR_FEAT_CTL_LOCKED) == HC_YES && hc_see(v, HC_MSR_FEAT_CTL_VMX_IN_SMX) == HC_YES)
        return CPU_VMX_SMX_ONLY;
    if (hc_see_is(v, HC_CONFIG_KVM_INTEL, "n") == HC_YES)
        return CPU_VMX_KERNEL_LOCKED;
    return CPU_VMX_FW_LOCKED;
}

static enum hc_reason firmware(struct hc_view *v)
{
    const char *state = hc_see_word(v, HC_VIRT_FW);
    enum hc_reason reason;

    if (!state || strcmp(state, "disabled")) {
        if (cleared(v))
            return CPU_VIRT_CLEARED;
        return state && !perhaps_cleared(v) ? HC_PASS : HC_CANNOT_TELL;
    }
    if (hc_see_is(v, HC_HOST_ARCH, "aarch64") == HC_YES && hc_see_is(v, HC_HOST_ROLE, "dom0") == HC_YES)
        return XEN_DOM0;
    if (hc_see_is(v, HC_HOST_ARCH, "aarch64") == HC_YES)
        return hc_by_place(v, ARM_NOT_AT_EL2, GUEST_NOT_AT_EL2, ARM_NOT_AT_EL2);
    reason = hc_by_place(v, CPU_VMX_FW_LOCKED, GUEST_VIRT_DISABLED, CONTAINER_VIRT_DISABLED);
    return reason == CPU_VMX_FW_LOCKED ? who_disabled(v) : reason;
}

static enum hc_reason alike(struct hc_view *v)
{
    if (hc_not_x86(v))
        return HC_MOOT;
    /* the kernel's flags may be alike where firmware's registers are not */
    switch (hc_see(v, HC_MSR_ALIKE) == HC_NO ? HC_NO : hc_see(v, HC_CPUINFO_ALIKE)) {
    case HC_YES: return HC_PASS;
    case HC_NO:
        if (hc_see(v, HC_KVM_MISC) == HC_YES)
            return HC_PASS; /* KVM compared them when it started */
        return hc_by_place(v, CPU_PER_CPU_MISMATCH, GUEST_CPU_MISMATCH, CPU_PER_CPU_MISMATCH);
    default: return hc_unanswered(v, HC_FACT_CPUINFO_ALIKE) ? HC_CANNOT_TELL : HC_MOOT;
    }
}

static enum hc_reason owner(struct hc_view *v)
{
    static const struct {
        const char *word;
        enum hc_reason reason;
    } rows[] = { { "none", HC_PASS },       { "kvm", HC_PASS },       { "xen", XEN_DOM0 },
                 { "hyperv", HYPERV_ROOT }, { "vbox", VT_BUSY_VBOX }, { "vmware", VT_BUSY_VMWARE } };
    const char *word = hc_see_word(v, HC_VIRT_TAKEN_BY), *error = NULL;

    for (size_t i = 0; word && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(word, rows[i].word))
            return rows[i].reason;
    if (!word) /* somebody does, whoever it is: KVM was refused */
        error = hc_see_text(v, HC_PROVE_ERROR);
    return word || (error && strstr(error, "EBUSY")) ? VT_BUSY_OTHER : HC_CANNOT_TELL;
}

/* Of products on top of KVM: what holds for KVM where its state on this host was looked at. */
static enum hc_reason owner_of_kvm(struct hc_view *v)
{
    return hc_arose(v, HC_FACT_LINUX_KVM_GUESTS) ? owner(v) : HC_MOOT;
}

/* Of hypervisors that start at EL2 themselves; their control domain does not. */
static enum hc_reason el2(struct hc_view *v)
{
    if (!hc_arose(v, HC_FACT_ARM_EL2) || hc_see_is(v, HC_HOST_ROLE, "dom0") == HC_YES)
        return HC_MOOT;
    switch (hc_see(v, HC_ARM_EL2)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: return hc_by_place(v, ARM_NOT_AT_EL2, GUEST_NOT_AT_EL2, ARM_NOT_AT_EL2);
    }
}

/* Of hypervisors that are started by the machine itself. */
static enum hc_reason starts_others(struct hc_view *v)
{
    return hc_see(v, HC_MACOS_ARM64) == HC_YES ? APPLE_SILICON : HC_MOOT;
}

/* KVM may be told not to use what the CPU has; that shows in its parameters only while it is loaded. */
static enum hc_reason slat_used(struct hc_view *v)
{
    if (hc_see(v, HC_KVM_PARAM_EPT) == HC_NO || hc_see(v, HC_KVM_PARAM_NPT) == HC_NO)
        return CPU_SLAT_OFF;
    if (hc_see(v, HC_KVM_PARAM_EPT) == HC_YES || hc_see(v, HC_KVM_PARAM_NPT) == HC_YES)
        return HC_PASS;
    return hc_unanswered(v, HC_FACT_KVM_PARAM_EPT) || hc_unanswered(v, HC_FACT_KVM_PARAM_NPT) ? HC_CANNOT_TELL
                                                                                              : HC_PASS;
}

static enum hc_reason slat(struct hc_view *v)
{
    switch (hc_see(v, HC_VIRT_SLAT)) {
    case HC_YES: return slat_used(v);
    case HC_NO: return hc_see_is(v, HC_HOST_ROLE, "guest") == HC_YES ? GUEST_NESTED_NO_EPT : CPU_NO_SLAT;
    default: return HC_CANNOT_TELL;
    }
}

static enum hc_reason nx(struct hc_view *v)
{
    if (hc_not_x86(v))
        return HC_MOOT;
    switch (hc_see(v, HC_CPU_NX)) {
    case HC_YES: return HC_PASS;
    case HC_NO: return hc_by_place(v, CPU_NX_OFF, GUEST_NX_OFF, CONTAINER_NX_OFF);
    default: return HC_CANNOT_TELL;
    }
}

static enum hc_reason apicv(struct hc_view *v)
{
    if (hc_not_x86(v))
        return HC_MOOT;
    switch (hc_see(v, HC_VIRT_APICV)) {
    case HC_YES: return HC_PASS;
    case HC_NO: return CPU_NO_APICV;
    default: return HC_CANNOT_TELL;
    }
}

static enum hc_reason role(struct hc_view *v)
{
    const char *word = hc_see_word(v, HC_HOST_ROLE);

    if (!word)
        return HC_CANNOT_TELL;
    return !strcmp(word, "physical") || !strcmp(word, "root-partition") ? HC_PASS : GUEST_NESTED;
}

const struct hc_check hc_cpu_checks[] = {
    {
        .id = "cpu.hw_virt",
        .title = "The CPU has VT-x, AMD-V or the like",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = hw_virt,
        .reasons = HC_REASON_LIST(CPU_VIRT_ABSENT, GUEST_NO_NESTED, GUEST_MAY_NOT_HOST),
    },
    {
        .id = "cpu.firmware",
        .title = "Firmware and kernel leave VT-x, AMD-V or the like on",
        .after = "cpu.hw_virt",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = firmware,
        .reasons = HC_REASON_LIST(CPU_VMX_FW_LOCKED, CPU_SVM_FW_DISABLED, CPU_VMX_SMX_ONLY, CPU_VMX_KERNEL_LOCKED,
                                  CPU_VIRT_CLEARED, GUEST_VIRT_DISABLED, CONTAINER_VIRT_DISABLED, ARM_NOT_AT_EL2,
                                  GUEST_NOT_AT_EL2, XEN_DOM0),
    },
    {
        .id = "cpu.alike",
        .title = "All CPUs offer the same virtualization features",
        .after = "cpu.firmware",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = alike,
        .reasons = HC_REASON_LIST(CPU_PER_CPU_MISMATCH, GUEST_CPU_MISMATCH),
    },
    {
        .id = "cpu.owner",
        .title = "No other hypervisor holds VT-x, AMD-V or the like",
        .after = "cpu.firmware",
        .fix = HC_FIX_CONFLICT,
        .fix_in_guest = HC_FIX_CONFLICT,
        .eval = owner,
        .reasons = HC_REASON_LIST(XEN_DOM0, HYPERV_ROOT, VT_BUSY_VBOX, VT_BUSY_VMWARE, VT_BUSY_OTHER),
    },
    {
        .id = "kvm.owner",
        .title = "No other hypervisor keeps VT-x, AMD-V or the like from KVM",
        .after = "cpu.firmware",
        .fix = HC_FIX_CONFLICT,
        .fix_in_guest = HC_FIX_CONFLICT,
        .eval = owner_of_kvm,
        .reasons = HC_REASON_LIST(XEN_DOM0, HYPERV_ROOT, VT_BUSY_VBOX, VT_BUSY_VMWARE, VT_BUSY_OTHER),
    },
    {
        .id = "arm.at_el2",
        .title = "The system was started at EL2, the level of hypervisors",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = el2,
        .reasons = HC_REASON_LIST(ARM_NOT_AT_EL2, GUEST_NOT_AT_EL2),
    },
    {
        .id = "mac.starts_others",
        .title = "The machine starts other systems than macOS",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = starts_others,
        .reasons = HC_REASON_LIST(APPLE_SILICON),
    },
    {
        .id = "cpu.slat",
        .title = "Guest page tables in hardware (EPT, NPT or the like)",
        .after = "cpu.hw_virt",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = slat,
        .reasons = HC_REASON_LIST(CPU_NO_SLAT, GUEST_NESTED_NO_EPT, CPU_SLAT_OFF),
    },
    {
        .id = "cpu.no_execute",
        .title = "No-execute pages are on",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = nx,
        .reasons = HC_REASON_LIST(CPU_NX_OFF, GUEST_NX_OFF, CONTAINER_NX_OFF),
    },
    {
        .id = "cpu.apicv",
        .title = "The CPU can deliver interrupts to guests without an exit (APICv, AVIC)",
        .after = "cpu.hw_virt",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = apicv,
        .reasons = HC_REASON_LIST(CPU_NO_APICV),
    },
    {
        .id = "host.not_nested",
        .title = "This is the machine itself, not a guest",
        .after = "cpu.owner",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = role,
        .reasons = HC_REASON_LIST(GUEST_NESTED),
    },
};
const size_t hc_cpu_check_count = sizeof hc_cpu_checks / sizeof *hc_cpu_checks;
