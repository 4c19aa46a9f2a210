/* Huge pages, CPUs kept free, the kernel's kind, helpers and what the CPU has for confidential guests. */
#include "concluded.h"

/* ---- memory and CPUs kept free ---- */

/* Kernels that cannot keep any have no such file: that is a known 0. */
static void kept(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id observed)
{
    struct hc_view v = hc_view_of(facts);
    const struct hc_cell *cell = &facts->cells[observed.fact];
    uint64_t number = 0;
    bool known = hc_see_number(&v, observed, &number) || (cell->why && cell->why->answer == HC_ABSENT);

    conclude(facts, &v, id.fact, known)->number = number;
}

/* ---- kernel and helpers ---- */

/* The build names it: init/Makefile (UTS_VERSION); "PREEMPT RT" in the patches before Linux 5.4. */
static void realtime(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *build = hc_see_text(&v, HC_UNAME_VERSION);

    put_flag(facts, &v, HC_LINUX_REALTIME,
             build ? hc_tri(strstr(build, "PREEMPT_RT") || strstr(build, "PREEMPT RT")) : HC_UNKNOWN);
}

static void swtpm(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = hc_see(&v, HC_SWTPM_FOUND);

    put_flag(facts, &v, HC_SW_SWTPM, value);
}

/* Linux sets nonstop_tsc by the same bit (arch/x86/kernel/cpu/intel.c, amd.c). */
static void invariant_tsc(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = hc_see(&v, HC_CPUID_INVTSC);
    const char *flags = value == HC_UNKNOWN ? hc_see_text(&v, HC_CPUINFO_FLAGS) : NULL;

    put_flag(facts, &v, HC_CPU_INVARIANT_TSC, flags ? hc_tri(has_word(flags, "nonstop_tsc")) : value);
}

/* ---- confidential guests ---- */

/* TDX has no bit of its own: firmware that prepared it left keys for it, and without memory encryption (TME) there
   are none (Linux Documentation/arch/x86/tdx.rst). Keys of a CPU that has TME may be missing because firmware gave
   none, or because this CPU has no TDX. */
static enum hc_tri tdx_cpu(struct hc_view *v)
{
    enum hc_tri ready = hc_or(hc_see(v, HC_CVM_TDX), hc_see(v, HC_CPUINFO_TDX_HOST));
    uint64_t keys;

    if (hc_see_number(v, HC_MSR_TDX_KEYIDS, &keys) && keys >= 2)
        ready = HC_YES;
    if (ready == HC_YES)
        return HC_YES;
    return hc_see(v, HC_CPUID_TME) == HC_NO ? HC_NO : HC_UNKNOWN;
}

static enum hc_tri has_confidential(struct hc_view *v)
{
    const char *vendor = hc_see_text(v, HC_CPU_VENDOR);

    if (!vendor)
        return HC_UNKNOWN;
    if (!strcmp(vendor, "GenuineIntel"))
        return tdx_cpu(v);
    return hc_or(hc_see(v, HC_CVM_SEV_SNP), hc_see(v, HC_CPUID_SEV_SNP));
}

/* Each maker has its own, and no other. */
static enum hc_tri runs_confidential(struct hc_view *v)
{
    const char *vendor;

    if (hc_see_is(v, HC_HOST_ARCH, "s390x") == HC_YES)
        return hc_see(v, HC_KVM_S390_PROTECTED);
    vendor = hc_see_text(v, HC_CPU_VENDOR);
    if (!vendor)
        return hc_or(hc_see(v, HC_CVM_SEV_SNP), hc_see(v, HC_CVM_TDX));
    return hc_see(v, strcmp(vendor, "GenuineIntel") ? HC_CVM_SEV_SNP : HC_CVM_TDX);
}

static void confidential(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = has_confidential(&v);

    put_flag(facts, &v, HC_CVM_CPU, value);
    v = hc_view_of(facts);
    value = runs_confidential(&v);
    put_flag(facts, &v, HC_CVM_READY, value);
}

void hc_conclude_purposes(struct hc_facts *facts)
{
    kept(facts, HC_MEMORY_HUGEPAGES, HC_HUGEPAGES_RESERVED);
    kept(facts, HC_LINUX_ISOLATED, HC_CPUS_ISOLATED_COUNT);
    kept(facts, HC_LINUX_TICKLESS, HC_CPUS_NOHZ_COUNT);
    realtime(facts);
    swtpm(facts);
    invariant_tsc(facts);
    confidential(facts);
}
