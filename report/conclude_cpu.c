/* The CPU as such: identity, what it offers to programs, the model that guests can be given, and how many there are. */
#include "baseline.h"
#include "conclude_windows.h"

#include <string.h>

/* ---- which CPU ---- */

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
    nx = hc_see(&v, hc_on_windows(&v) ? HC_WIN_PF_NX : HC_CPUINFO_NX);
    if (nx == HC_UNKNOWN && hc_see(&v, HC_CPUID_NX) == HC_NO)
        nx = HC_NO;
    put_flag(facts, &v, HC_CPU_NX, nx);

    v = hc_view_of(facts);
    x2apic = hc_see(&v, HC_CPUID_X2APIC);
    put_flag(facts, &v, HC_CPU_X2APIC, x2apic == HC_UNKNOWN ? hc_see(&v, HC_CPUINFO_X2APIC) : x2apic);
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

    return text ? hc_tri(has_word(text, word)) : HC_UNKNOWN;
}

/* A name that is missing says no only where every leaf was seen. */
static enum hc_tri in_cpuid(struct hc_view *v, const char *name)
{
    enum hc_tri value = listed(v, HC_CPUID_FEATURES, name);
    const char *unseen = value == HC_NO ? hc_see_text(v, HC_CPUID_FEATURES_UNSEEN) : NULL;

    return value == HC_NO && (!unseen || *unseen) ? HC_UNKNOWN : value;
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
            value = in_cpuid(&v, rows[i].cpuids);
        put_flag(facts, &v, *rows[i].id, value);
    }
}

/* Each maker has a bit of its own, which says nothing of the others' CPUs. A guest has what its hypervisor shows. */
static enum hc_tri hybrid(struct hc_view *v)
{
    const char *vendor = hc_see_text(v, HC_CPU_VENDOR);

    if (vendor && !strcmp(vendor, "GenuineIntel"))
        return hc_see(v, HC_CPUID_HYBRID);
    if (vendor && (!strcmp(vendor, "AuthenticAMD") || !strcmp(vendor, "HygonGenuine")))
        return hc_see(v, HC_CPUID_AMD_HYBRID);
    return HC_UNKNOWN;
}

static void cpu_hybrid(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const enum hc_tri value = hybrid(&v);

    put_flag(facts, &v, HC_CPU_HYBRID, value);
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

void hc_conclude_cpu(struct hc_facts *facts)
{
    cpu(facts);
    cpu_pool(facts);
    topology(facts);
    nodes(facts);
}
