/* Observations that cannot both be right. Both stand, and the report says so. */
#include "conclude.h"
#include "concluded.h"

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

/* Amounts of memory: the first may not be more than the second. */
static const struct {
    const struct hc_number_id *less, *more;
    const char *text;
} amounts[] = {
    { &HC_MEMINFO_TOTAL, &HC_SMBIOS_MEMORY, "the kernel gives out more memory than its modules have by SMBIOS" },
    { &HC_MEMINFO_TOTAL, &HC_MEMORY_PRESENT, "the kernel gives out more memory than its memory blocks have" },
    { &HC_MEMINFO_AVAILABLE, &HC_MEMINFO_TOTAL, "more memory is available than the kernel gives out" },
};

/* MemTotal is said of the whole and of each node: more than this part between the two is no matter of time. */
enum { APART = 16 };

static bool nodes_differ(const struct hc_facts *facts)
{
    uint64_t nodes, total;

    if (!hc_number_of(facts, HC_NODES_MEMORY, &nodes) || !hc_number_of(facts, HC_MEMINFO_TOTAL, &total))
        return false;
    return (nodes > total ? nodes - total : total - nodes) > total / APART;
}

/* How firmware setup has virtualization, and how the CPU's register has it, where no change waits for a start. */
static size_t setup_conflict(const struct hc_facts *facts, struct hc_conflict *out)
{
    const enum hc_tri setup = hc_flag(facts, HC_SETUP_VIRTUALIZATION);
    const enum hc_tri vmx_off =
        hc_and(hc_flag(facts, HC_MSR_FEAT_CTL_LOCKED),
               hc_and(hc_not(hc_flag(facts, HC_MSR_FEAT_CTL_VMX)), hc_not(hc_flag(facts, HC_MSR_FEAT_CTL_VMX_IN_SMX))));
    const enum hc_tri svm_off = hc_flag(facts, HC_MSR_SVMDIS);
    const enum hc_fact by = svm_off == HC_UNKNOWN ? HC_FACT_MSR_FEAT_CTL_VMX : HC_FACT_MSR_SVMDIS;

    if (hc_flag(facts, HC_SETUP_PENDING) != HC_NO)
        return 0;
    if (setup == HC_YES && hc_or(vmx_off, svm_off) == HC_YES)
        *out = (struct hc_conflict){ HC_FACT_SETUP_VIRTUALIZATION, by,
                                     "firmware setup has virtualization on, and the CPU's register forbids it" };
    else if (setup == HC_NO && (hc_flag(facts, HC_MSR_FEAT_CTL_VMX) == HC_YES || svm_off == HC_NO))
        *out = (struct hc_conflict){ HC_FACT_SETUP_VIRTUALIZATION, by,
                                     "firmware setup has virtualization off, and the CPU's register allows it" };
    else
        return 0;
    return 1;
}

static size_t platform_conflicts(const struct hc_facts *facts, struct hc_conflict *out, size_t room)
{
    size_t count = 0;
    uint64_t less, more;

    for (size_t i = 0; i < sizeof amounts / sizeof *amounts && count < room; i++)
        if (hc_number_of(facts, *amounts[i].less, &less) && hc_number_of(facts, *amounts[i].more, &more) && less > more)
            out[count++] = (struct hc_conflict){ amounts[i].less->fact, amounts[i].more->fact, amounts[i].text };
    if (count < room && nodes_differ(facts))
        out[count++] = (struct hc_conflict){ HC_FACT_MEMINFO_TOTAL, HC_FACT_NODES_MEMORY,
                                             "/proc/meminfo and the memory nodes tell different amounts, as where a "
                                             "balloon or a container runtime changed one of them" };
    if (count < room && hc_flag(facts, HC_UEFI_SECURE_BOOT) == HC_YES && hc_flag(facts, HC_UEFI_SETUP_MODE) == HC_YES)
        out[count++] = (struct hc_conflict){ HC_FACT_UEFI_SECURE_BOOT, HC_FACT_UEFI_SETUP_MODE,
                                             "Secure Boot is on, and firmware is in setup mode, where it cannot be" };
    if (count < room)
        count += setup_conflict(facts, &out[count]);
    return count;
}

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
    count += platform_conflicts(facts, out + count, room - count);
    return count;
}
