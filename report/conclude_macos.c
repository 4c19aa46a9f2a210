/* What macOS says of itself and of its Mac, in the words that profiles use. macOS has one way to hardware
   virtualization, Hypervisor.framework, and gives no PCI device to a guest. */
#include "conclude.h"
#include "concluded.h"

#include <stdlib.h>
#include <string.h>

bool hc_on_macos(const struct hc_facts *facts)
{
    const char *os = hc_word_of(facts, HC_HOST_OS);

    return os && !strcmp(os, "macos");
}

/* ---- which system ---- */

static void os_version(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);

    put_text(facts, &v, HC_HOST_OS_VERSION, hc_see_text(&v, HC_MACOS_VERSION));
}

/* Rosetta makes uname of a translated process say x86_64. */
static void arch(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri arm = hc_see(&v, HC_MACOS_ARM64);
    const char *machine = arm == HC_UNKNOWN ? hc_see_text(&v, HC_UNAME_MACHINE) : NULL;

    if (machine && !strcmp(machine, "arm64"))
        arm = HC_YES;
    put_word(facts, &v, HC_HOST_ARCH, arm == HC_UNKNOWN ? NULL : arm == HC_YES ? "aarch64" : "x86_64");
}

/* kern.hv_vmm_present came with macOS 11; before it Intel's list of features has VMM, which is CPUID's bit. */
static enum hc_tri in_machine(struct hc_view *v)
{
    enum hc_tri value = hc_see(v, HC_MACOS_VMM_PRESENT);
    const char *features;

    if (value != HC_UNKNOWN || hc_see_is(v, HC_HOST_ARCH, "x86_64") != HC_YES)
        return value;
    features = hc_see_text(v, HC_MACOS_CPU_FEATURES);
    return features ? hc_tri(has_word(features, "VMM")) : hc_see(v, HC_CPUID_HYPERVISOR);
}

static void role(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri guest = in_machine(&v);

    put_word(facts, &v, HC_HOST_ROLE, guest == HC_UNKNOWN ? NULL : guest == HC_YES ? "guest" : "physical");
    v = hc_view_of(facts);
    put_word(facts, &v, HC_HOST_CONFIDENTIAL, hc_see_is(&v, HC_HOST_ROLE, "physical") == HC_YES ? "none" : NULL);
}

/* The beginnings of model names that hypervisors give to their guests. */
static const char *by_model(const char *model)
{
    static const struct {
        const char *model, *name;
    } rows[] = { { "VirtualMac", "Apple Virtualization" }, { "VMware", "VMware" }, { "Parallels", "Parallels" } };

    for (size_t i = 0; model && i < sizeof rows / sizeof *rows; i++)
        if (!strncmp(model, rows[i].model, strlen(rows[i].model)))
            return rows[i].name;
    return NULL;
}

static void hypervisor(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *role_word = hc_see_word(&v, HC_HOST_ROLE), *name = NULL;

    if (role_word && !strcmp(role_word, "physical"))
        name = "";
    else if (role_word)
        name = by_model(hc_see_text(&v, HC_MACOS_MODEL));
    if (role_word && !name) {
        name = hc_see_text(&v, HC_CPUID_HV_SIGNATURE);
        name = name && *name ? name : NULL;
    }
    put_text(facts, &v, HC_HOST_HYPERVISOR, name);
}

/* ---- the chip ---- */

/* "m3" of "Apple M3 Max"; a guest is told of a virtual one. */
static const char *chip(struct hc_facts *facts, struct hc_view *v)
{
    const char *brand, *arch_word = hc_see_word(v, HC_HOST_ARCH);
    char *end;
    unsigned long number;

    if (!arch_word || !strcmp(arch_word, "x86_64"))
        return arch_word ? "intel" : NULL;
    brand = hc_see_text(v, HC_MACOS_CPU_BRAND);
    if (!brand || strncmp(brand, "Apple M", 7) != 0)
        return NULL;
    number = strtoul(brand + 7, &end, 10);
    return end != brand + 7 && (!*end || *end == ' ') ? hc_print(facts->arena, "m%lu", number) : NULL;
}

static void mac(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *name = chip(facts, &v);
    uint64_t disabled = 0;
    enum hc_tri usable;

    put_text(facts, &v, HC_MAC_CHIP, name);
    v = hc_view_of(facts);
    usable = hc_see(&v, HC_MACOS_HV_SUPPORT);
    if (usable == HC_YES && hc_see_number(&v, HC_MACOS_HV_DISABLE, &disabled) && disabled)
        usable = HC_NO;
    put_flag(facts, &v, HC_MAC_HV, usable);
}

/* ---- virtualization ---- */

/* On Intel kern.hv_support is 1 only with VMX, EPT and unrestricted guest (xnu osfmk/i386/vmx/vmx_cpu.c,
   vmx_hv_support); 0 denies none of them. A guest has what it is given. */
static enum hc_tri hw(struct hc_view *v)
{
    enum hc_tri support = hc_see(v, HC_MACOS_HV_SUPPORT);
    const char *features;

    if (support == HC_YES)
        return HC_YES;
    if (hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES) {
        features = hc_see_text(v, HC_MACOS_CPU_FEATURES);
        return features ? hc_tri(has_word(features, "VMX")) : hc_see(v, HC_CPUID_VMX);
    }
    return support == HC_NO && hc_see_is(v, HC_HOST_ROLE, "guest") == HC_YES ? HC_NO : HC_UNKNOWN;
}

/* What kern.hv_support proves where it is 1, and what cannot be without virtualization. */
static enum hc_tri proven(struct hc_view *v)
{
    if (hc_see(v, HC_MACOS_HV_SUPPORT) == HC_YES)
        return HC_YES;
    return hc_see(v, HC_VIRT_HW) == HC_NO ? HC_NO : HC_UNKNOWN;
}

static enum hc_tri unrestricted(struct hc_view *v)
{
    return hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES ? proven(v) : HC_UNKNOWN;
}

/* Since macOS 11 hypervisors for Intel Macs stand on Hypervisor.framework, which shows no VT-x to its guests; before,
   their own kernel extensions could. */
static enum hc_tri nested(struct hc_view *v)
{
    const char *version;

    if (hc_see(v, HC_MAC_HV) == HC_NO)
        return HC_NO;
    if (hc_see_is(v, HC_HOST_ARCH, "aarch64") == HC_YES)
        return hc_see(v, HC_MACOS_EL2);
    version = hc_see_text(v, HC_HOST_OS_VERSION);
    return hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES && version && strtoul(version, NULL, 10) >= 11 ? HC_NO
                                                                                                         : HC_UNKNOWN;
}

static void virtualization(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id;
        enum hc_tri (*reason)(struct hc_view *v);
    } rows[] = {
        { &HC_VIRT_HW, hw }, { &HC_VIRT_SLAT, proven }, { &HC_VIRT_UG, unrestricted }, { &HC_VIRT_NESTED, nested }
    };
    struct hc_view v;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum hc_tri value;
        v = hc_view_of(facts);
        value = rows[i].reason(&v);
        put_flag(facts, &v, *rows[i].id, value);
    }
    v = hc_view_of(facts);
    put_word(facts, &v, HC_VIRT_FW, hc_see(&v, HC_MACOS_HV_SUPPORT) == HC_YES ? "enabled" : NULL);
}

/* At EL2 of Apple silicon there is nobody but macOS, which lends it to all. On Intel a kernel extension may hold VT-x.
 */
static void taken_by(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const bool free_to_use =
        hc_see_is(&v, HC_HOST_ARCH, "aarch64") == HC_YES && hc_see_is(&v, HC_HOST_ROLE, "physical") == HC_YES;

    put_word(facts, &v, HC_VIRT_TAKEN_BY, free_to_use ? "none" : NULL);
}

/* ---- the machine ---- */

/* Every device of Apple silicon is behind a DART; on Intel the driver of VT-d shows itself. Either is macOS's own. */
static enum hc_tri iommu(struct hc_view *v)
{
    if (hc_see_is(v, HC_HOST_ROLE, "physical") != HC_YES)
        return HC_UNKNOWN;
    if (hc_see_is(v, HC_HOST_ARCH, "aarch64") == HC_YES)
        return HC_YES;
    return hc_see(v, HC_MACOS_VTD) == HC_YES ? HC_YES : HC_UNKNOWN;
}

static void isolation(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = iommu(&v);

    put_flag(facts, &v, HC_IOMMU_TABLE, value);
    v = hc_view_of(facts);
    value = iommu(&v);
    put_flag(facts, &v, HC_IOMMU_ACTIVE, value);
}

/* A Mac with T2 has a policy; an older one with Intel has no Secure Boot. Apple silicon keeps its policy elsewhere. */
static enum hc_tri secure_boot(struct hc_view *v)
{
    enum hc_tri t2;
    uint64_t policy;

    if (hc_see_is(v, HC_HOST_ARCH, "x86_64") != HC_YES || hc_see_is(v, HC_HOST_ROLE, "physical") != HC_YES)
        return HC_UNKNOWN;
    t2 = hc_see(v, HC_MACOS_T2);
    if (t2 != HC_YES)
        return t2;
    return hc_see_number(v, HC_MACOS_SECURE_BOOT, &policy) && policy <= 2 ? hc_tri(policy != 0) : HC_UNKNOWN;
}

static void firmware_and_memory(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri on;
    uint64_t bytes;
    bool known;

    put_word(facts, &v, HC_FW_MODE, hc_see_is(&v, HC_HOST_ARCH, "x86_64") == HC_YES ? "uefi" : NULL);
    v = hc_view_of(facts);
    on = secure_boot(&v);
    put_flag(facts, &v, HC_FW_SECURE_BOOT, on);
    v = hc_view_of(facts);
    known = hc_see_number(&v, HC_MACOS_MEMSIZE, &bytes);
    conclude(facts, &v, HC_MEMORY_INSTALLED.fact, known)->number = bytes;
    v = hc_view_of(facts);
    known = hc_see_number(&v, HC_MACOS_MEMSIZE_USABLE, &bytes) || hc_see_number(&v, HC_MACOS_MEMSIZE, &bytes);
    conclude(facts, &v, HC_MEMORY_USABLE.fact, known)->number = bytes;
}

/* A battery makes a laptop: since 2022 no name of a model tells. */
static const char *chassis(struct hc_view *v)
{
    const char *role_word = hc_see_word(v, HC_HOST_ROLE), *model;
    enum hc_tri battery;

    if (!role_word || !strcmp(role_word, "guest"))
        return role_word ? "other" : NULL;
    model = hc_see_text(v, HC_MACOS_MODEL);
    if (model && !strncmp(model, "Xserve", 6))
        return "server";
    battery = hc_see(v, HC_MACOS_BATTERY);
    if (battery == HC_UNKNOWN && model && !strncmp(model, "MacBook", 7))
        battery = HC_YES;
    return battery == HC_UNKNOWN ? NULL : battery == HC_YES ? "laptop" : "desktop";
}

static void machine(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word;

    put_text(facts, &v, HC_SYSTEM_MANUFACTURER, hc_see_text(&v, HC_MACOS_MANUFACTURER));
    v = hc_view_of(facts);
    put_text(facts, &v, HC_SYSTEM_PRODUCT, hc_see_text(&v, HC_MACOS_MODEL));
    v = hc_view_of(facts);
    word = chassis(&v);
    put_word(facts, &v, HC_HOST_CHASSIS, word);
}

/* ---- the CPU ---- */

static void same_number(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id observed)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t number;
    bool known = !facts->cells[id.fact].known && hc_see_number(&v, observed, &number);

    if (known)
        conclude(facts, &v, id.fact, true)->number = number;
}

/* The kernel's count of what runs; the CPUs of CPUID would be those of one thread. */
static void threads_per_core(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t cores, threads;
    bool known = hc_see_number(&v, HC_MACOS_CORES, &cores) && cores && hc_see_number(&v, HC_MACOS_THREADS, &threads);

    conclude(facts, &v, HC_TOPOLOGY_THREADS_PER_CORE.fact, known)->number = known ? threads / cores : 0;
}

/* A translated process is told x86_64 and a CPU that is not there; one that is told arm64 is none. */
static bool may_be_translated(struct hc_view *v)
{
    const char *machine;

    if (hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES || hc_see(v, HC_MACOS_TRANSLATED) == HC_NO)
        return false;
    machine = hc_see_text(v, HC_UNAME_MACHINE);
    return !machine || strcmp(machine, "arm64") || hc_see(v, HC_MACOS_TRANSLATED) == HC_YES;
}

static void cpu_words(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *arch_word = hc_see_word(&v, HC_HOST_ARCH), *text = NULL;
    uint64_t kinds;

    if (arch_word)
        text = strcmp(arch_word, "aarch64") ? hc_see_text(&v, HC_MACOS_CPU_VENDOR) : "Apple";
    put_text(facts, &v, HC_CPU_VENDOR, text);
    v = hc_view_of(facts);
    text = may_be_translated(&v) ? NULL : hc_see_text(&v, HC_MACOS_CPU_BRAND);
    put_text(facts, &v, HC_CPU_BRAND, text);
    v = hc_view_of(facts);
    if (hc_see_number(&v, HC_MACOS_PERFLEVELS, &kinds))
        put_flag(facts, &v, HC_CPU_HYBRID, hc_tri(kinds > 1));
}

/* Rosetta tells of an Intel CPU that is not there. */
static bool is_intel(struct hc_view *v)
{
    return hc_see_is(v, HC_HOST_ARCH, "x86_64") == HC_YES;
}

/* Apple's names of Intel's bits (xnu osfmk/i386/cpuid.c, feature_map and extfeature_map). */
static void cpu_bits(struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id;
        bool ext;
        const char *word;
    } rows[] = { { &HC_CPU_CX16, false, "CX16" },    { &HC_CPU_POPCNT, false, "POPCNT" },
                 { &HC_CPU_SSE41, false, "SSE4.1" }, { &HC_CPU_SSE42, false, "SSE4.2" },
                 { &HC_CPU_XSAVE, false, "XSAVE" },  { &HC_CPU_X2APIC, false, "x2APIC" },
                 { &HC_CPU_LM, true, "EM64T" },      { &HC_CPU_LAHF64, true, "LAHF" },
                 { &HC_CPU_NX, true, "XD" },         { &HC_CPU_PREFETCHW, true, "PREFETCHW" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_view v = hc_view_of(facts);
        const char *list = hc_see_text(&v, rows[i].ext ? HC_MACOS_CPU_EXTFEATURES : HC_MACOS_CPU_FEATURES);
        if (list && is_intel(&v))
            put_flag(facts, &v, *rows[i].id, hc_tri(has_word(list, rows[i].word)));
    }
}

void hc_conclude_macos_cpu(struct hc_facts *facts)
{
    static const struct {
        const struct hc_number_id *id, *observed;
    } rows[] = { { &HC_CPU_FAMILY, &HC_MACOS_CPU_FAMILY },     { &HC_CPU_MODEL, &HC_MACOS_CPU_MODEL },
                 { &HC_CPU_STEPPING, &HC_MACOS_CPU_STEPPING }, { &HC_TOPOLOGY_PACKAGES, &HC_MACOS_PACKAGES },
                 { &HC_TOPOLOGY_CORES, &HC_MACOS_CORES },      { &HC_TOPOLOGY_THREADS, &HC_MACOS_THREADS } };

    struct hc_view v = hc_view_of(facts);

    for (size_t i = is_intel(&v) ? 0 : 3; i < sizeof rows / sizeof *rows; i++) /* the first three are of Intel */
        same_number(facts, *rows[i].id, *rows[i].observed);
    threads_per_core(facts);
    cpu_words(facts);
    cpu_bits(facts);
}

void hc_conclude_macos(struct hc_facts *facts)
{
    os_version(facts);
    arch(facts);
    role(facts);
    hypervisor(facts);
    mac(facts);
    virtualization(facts);
}

void hc_conclude_macos_machine(struct hc_facts *facts)
{
    taken_by(facts);
    isolation(facts);
    firmware_and_memory(facts);
    machine(facts);
}
