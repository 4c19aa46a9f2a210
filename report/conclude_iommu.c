/* The IOMMU in layers: described by firmware, built into the kernel, not switched off, units that run, groups formed,
   interrupts remapped. The effect outranks the setting: where groups are formed all layers before hold. */
#include "conclude_windows.h"
#include "tables.h"

/* Below a hypervisor that owns the IOMMU, what this system sees is not the answer; "no" is then unknown. */
static enum hc_tri unless_owned(struct hc_view *v, enum hc_tri value, struct hc_flag_id hyperv)
{
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return hc_see(v, hyperv);
    if (value != HC_YES && hc_see_is(v, HC_HOST_ROLE, "dom0") != HC_NO)
        return HC_UNKNOWN;
    return value;
}

static enum hc_tri owned(struct hc_view *v)
{
    return hc_or(hc_see_is(v, HC_HOST_ROLE, "root-partition"), hc_see_is(v, HC_HOST_ROLE, "dom0"));
}

/* ---- described by firmware ---- */

/* A table that names no unit describes none. Who may not read it sees its name, which then counts. */
static enum hc_tri described(struct hc_view *v, struct hc_flag_id table, struct hc_number_id units)
{
    enum hc_tri there = hc_see(v, table);
    uint64_t count;

    return there == HC_YES && hc_see_number(v, units, &count) ? hc_tri(count != 0) : there;
}

/* On Arm an IORT may or may not describe an SMMU: only its content tells. */
static enum hc_tri iort(struct hc_view *v)
{
    enum hc_tri there = hc_see(v, HC_ACPI_IORT);
    uint64_t count;

    if (there != HC_YES)
        return there;
    return hc_see_number(v, HC_ACPI_IORT_SMMUS, &count) ? hc_tri(count != 0) : HC_UNKNOWN;
}

/* A unit that runs is described, be it by a device tree. Without ACPI that is where to look, so that no table is no
   answer anywhere but on a PC. */
static void table(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri on_arm = iort(&v);
    enum hc_tri value =
        hc_or(hc_or(described(&v, HC_ACPI_DMAR, HC_ACPI_DMAR_DRHDS), described(&v, HC_ACPI_IVRS, HC_ACPI_IVRS_IVHDS)),
              hc_or(hc_see(&v, HC_ACPI_VIOT), on_arm));
    uint64_t units;

    if (value != HC_YES && hc_see_number(&v, HC_IOMMU_UNIT_COUNT, &units) && units)
        value = HC_YES;
    if (value == HC_NO && hc_see(&v, HC_ACPI_IORT) != HC_YES && hc_see_is(&v, HC_HOST_ARCH, "x86_64") != HC_YES)
        value = hc_see(&v, HC_DT_IOMMU_MAP);
    if (value != HC_YES || !hc_on_windows(&v)) /* Windows shows the tables of firmware to its root partition */
        value = unless_owned(&v, value, HC_CPUID_HV_DMA_REMAP);
    put_flag(facts, &v, HC_IOMMU_TABLE, value);
}

/* ---- built into the kernel, not switched off ---- */

/* The kernel has the folder of IOMMUs from 3.17 on, where it has some driver. */
static void built(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri intel = hc_see(&v, HC_ACPI_DMAR), amd = hc_see(&v, HC_ACPI_IVRS), value = HC_UNKNOWN;
    uint64_t units;

    if (hc_see_number(&v, HC_IOMMU_UNIT_COUNT, &units) && units)
        value = HC_YES;
    else if (hc_see(&v, HC_IOMMU_CLASS) == HC_NO && hc_version_at_least(hc_see_text(&v, HC_HOST_OS_VERSION), 3, 17))
        value = HC_NO;
    else if (intel == HC_YES && amd == HC_NO)
        value = hc_see_is(&v, HC_CONFIG_INTEL_IOMMU, "y");
    else if (amd == HC_YES && intel == HC_NO)
        value = hc_see_is(&v, HC_CONFIG_AMD_IOMMU, "y");
    put_flag(facts, &v, HC_IOMMU_BUILT, value);
}

/* The last of on and off in a list with commas; none of them: unknown. */
static enum hc_tri on_or_off(const char *list)
{
    enum hc_tri value = HC_UNKNOWN;

    for (; list && *list; list += strcspn(list, ","), list += *list == ',') {
        if (!strncmp(list, "on", 2) || !strncmp(list, "force_enable", 12))
            value = HC_YES;
        if (!strncmp(list, "off", 3))
            value = HC_NO;
    }
    return value;
}

/* The argument that decides, its value, and what it says; no name: none does. */
struct word {
    const char *name, *value;
    enum hc_tri says;
};

/* Linux drivers/iommu/intel/iommu.c, intel_iommu_setup; amd/init.c, parse_amd_iommu_options; arch/x86/kernel/pci-dma.c,
   iommu_setup. A word for the other maker's IOMMU is noise; of "iommu" only off counts, and it holds for both. */
static struct word deciding(struct hc_view *v, const char *iommu, const char *intel, const char *amd)
{
    if (on_or_off(iommu) == HC_NO)
        return (struct word){ "iommu", iommu, HC_NO };
    if (on_or_off(intel) != HC_UNKNOWN && hc_see(v, HC_ACPI_DMAR) != HC_NO)
        return (struct word){ "intel_iommu", intel, on_or_off(intel) };
    if (on_or_off(amd) != HC_UNKNOWN && hc_see(v, HC_ACPI_IVRS) != HC_NO)
        return (struct word){ "amd_iommu", amd, on_or_off(amd) };
    return (struct word){ NULL, "", HC_UNKNOWN };
}

/* Of other architectures no word switches it off. What is said of an IOMMU of which it is not known whether it is there
   decides nothing. */
static const char *switch_word(struct hc_view *v, struct word *word)
{
    const char *iommu = hc_see_text(v, HC_CMDLINE_IOMMU), *intel = hc_see_text(v, HC_CMDLINE_INTEL_IOMMU);
    const char *amd = hc_see_text(v, HC_CMDLINE_AMD_IOMMU), *arch = hc_see_word(v, HC_HOST_ARCH);

    if (!iommu || !intel || !amd || !arch)
        return NULL;
    if (!strcmp(arch, "x86_64") || !strcmp(arch, "i686"))
        *word = deciding(v, iommu, intel, amd);
    if (!word->name)
        return "default";
    if (strcmp(word->name, "iommu") != 0 && hc_see(v, *word->name == 'i' ? HC_ACPI_DMAR : HC_ACPI_IVRS) != HC_YES)
        return NULL;
    return word->says == HC_YES ? "on" : "off";
}

static void switched(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    struct word word = { NULL, "", HC_UNKNOWN };
    const char *says = switch_word(&v, &word), *argument = says ? "" : NULL;

    put_word(facts, &v, HC_IOMMU_SWITCH, says);
    if (says && !strcmp(says, "off"))
        argument = hc_print(facts->arena, "%s=%s", word.name, word.value);
    put_text(facts, &v, HC_IOMMU_OFF_ARGUMENT, argument);
}

/* Words that people add and no kernel knows: drivers/iommu/amd/init.c, parse_amd_iommu_options, says "Unknown option";
   to iommu_setup and gart_parse_options of arch/x86/kernel a number is the size of an aperture that only the GART has.
 */
static bool unknown_word(struct hc_text word, const char *name)
{
    if (!strcmp(name, "intel_iommu"))
        return hc_text_is(word, "pt") || hc_text_is(word, "1");
    return hc_text_is(word, "on") || hc_text_is(word, "1") || (*name == 'a' && hc_text_is(word, "pt"));
}

/* An argument all of whose words are unknown. */
static bool says_nothing(const char *list, const char *name)
{
    struct hc_text rest = hc_text_from(list), word, tail;

    while (hc_split(rest, ',', &word, &tail)) {
        if (!unknown_word(word, name))
            return false;
        rest = tail;
    }
    return rest.size && unknown_word(rest, name);
}

/* The one for the other maker's IOMMU counts, too. */
static const char *noise(struct hc_view *v, struct hc_arena *arena)
{
    const char *iommu = hc_see_text(v, HC_CMDLINE_IOMMU), *intel = hc_see_text(v, HC_CMDLINE_INTEL_IOMMU);
    const char *amd = hc_see_text(v, HC_CMDLINE_AMD_IOMMU), *arch = hc_see_word(v, HC_HOST_ARCH);
    enum hc_tri dmar = hc_see(v, HC_ACPI_DMAR), ivrs = hc_see(v, HC_ACPI_IVRS);

    if (!iommu || !intel || !amd || !arch)
        return NULL;
    if (strcmp(arch, "x86_64") != 0 && strcmp(arch, "i686") != 0)
        return "";
    if (*amd && (says_nothing(amd, "amd_iommu") || (ivrs == HC_NO && dmar == HC_YES)))
        return hc_print(arena, "amd_iommu=%s", amd);
    if (*intel && (says_nothing(intel, "intel_iommu") || (dmar == HC_NO && ivrs == HC_YES)))
        return hc_print(arena, "intel_iommu=%s", intel);
    if (*iommu && says_nothing(iommu, "iommu"))
        return hc_print(arena, "iommu=%s", iommu);
    return (*amd || *intel) && (dmar == HC_UNKNOWN || ivrs == HC_UNKNOWN) ? NULL : "";
}

static void noise_argument(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *argument = noise(&v, facts->arena);

    put_text(facts, &v, HC_IOMMU_NOISE, argument);
}

/* Linux drivers/iommu/intel/iommu.c, intel_iommu_setup: igfx_off. Kernels of Debian know intgpu_off beside it, which is
   their default where CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF is set and nobody says on. */
static enum hc_tri left_out(struct hc_view *v)
{
    const char *said = hc_see_text(v, HC_CMDLINE_INTEL_IOMMU);

    if (hc_see(v, HC_ACPI_DMAR) == HC_NO)
        return HC_NO;
    if (!said)
        return HC_UNKNOWN;
    if (strstr(said, "igfx_off") || strstr(said, "intgpu_off"))
        return HC_YES;
    return on_or_off(said) == HC_YES ? HC_NO : hc_see_is(v, HC_CONFIG_INTGPU_OFF, "y");
}

static void display_left_out(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = left_out(&v);

    put_flag(facts, &v, HC_IOMMU_DISPLAY_LEFT_OUT, value);
}

/* ---- groups ---- */

static const char *cell_text(const struct hc_table_row *row, int column)
{
    return row->cells[column].known ? row->cells[column].text : NULL;
}

/* Not one that VFIO made up for a device without an IOMMU, which has a name and no default domain. */
static enum hc_tri real_group(const struct hc_table_row *row)
{
    const char *type = cell_text(row, HC_COL_IOMMU_GROUP_TYPE), *name = cell_text(row, HC_COL_IOMMU_GROUP_NAME);

    if (type && *type && strcmp(type, "unknown") != 0)
        return HC_YES;
    return name ? hc_tri(strcmp(name, "vfio-noiommu") != 0) : HC_UNKNOWN;
}

static enum hc_tri any_real_group(struct hc_view *v, bool units)
{
    const struct hc_table_data *groups = &v->facts->tables[HC_TABLE_IOMMU_GROUPS];
    enum hc_tri any = HC_NO;
    uint64_t count;

    if (!hc_see_number(v, HC_IOMMU_GROUP_COUNT, &count))
        return HC_UNKNOWN;
    for (const struct hc_table_row *row = groups->first; row && any != HC_YES; row = row->next)
        any = hc_or(any, real_group(row));
    return any == HC_UNKNOWN && units ? HC_YES : any; /* a unit that runs puts every device into a group of its own */
}

/* Kernels before 3.17 had groups and no folder of units; POWER has no unit in it. */
static enum hc_tri units_run(struct hc_view *v, bool known, uint64_t units, enum hc_tri grouped)
{
    if (known && units)
        return HC_YES;
    if (hc_see(v, HC_IOMMU_CLASS) == HC_NO || hc_see_is(v, HC_HOST_ARCH, "ppc64le") == HC_YES)
        return grouped;
    return known ? HC_NO : HC_UNKNOWN;
}

static void groups(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t units;
    bool known = hc_see_number(&v, HC_IOMMU_UNIT_COUNT, &units);
    enum hc_tri grouped = any_real_group(&v, known && units), run;

    put_flag(facts, &v, HC_IOMMU_GROUPED, grouped);
    run = units_run(&v, known, units, grouped);
    put_flag(facts, &v, HC_IOMMU_UNITS_RUN, run);
    put_flag(facts, &v, HC_IOMMU_ACTIVE, unless_owned(&v, hc_and(grouped, run), HC_CPUID_HV_DMA_REMAP));
}

/* Linux drivers/iommu/iommu.c, iommu_group_show_type. Groups without a default domain say nothing. */
static const char *domain_word(struct hc_view *v)
{
    const struct hc_table_data *groups = &v->facts->tables[HC_TABLE_IOMMU_GROUPS];
    bool identity = false, translated = false, open = false;
    uint64_t count;

    if (!hc_see_number(v, HC_IOMMU_GROUP_COUNT, &count))
        return NULL;
    for (const struct hc_table_row *row = groups->first; row; row = row->next) {
        const char *type = cell_text(row, HC_COL_IOMMU_GROUP_TYPE);
        open = open || !type;
        identity = identity || (type && !strcmp(type, "identity"));
        translated = translated || (type && !strncmp(type, "DMA", 3));
    }
    if (identity && translated)
        return "mixed";
    return open || (!identity && !translated) ? NULL : identity ? "identity" : "translated";
}

static void domain(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = domain_word(&v);

    put_word(facts, &v, HC_IOMMU_DOMAIN, word);
}

/* ---- interrupts ---- */

/* The messages of a device can raise only its own interrupts: on a PC by remapping, on Arm behind an ITS, which gives
   each device a table (Linux kernel/irq/msi.c, msi_device_has_isolated_msi; irq-gic-v3-its.c), on s390x always
   (arch/s390/include/asm/msi.h). Where no controller of either kind is in use it is not known. */
static enum hc_tri isolated(struct hc_view *v)
{
    const char *arch = hc_see_word(v, HC_HOST_ARCH);
    enum hc_tri apart, plain;

    if (!arch)
        return HC_UNKNOWN;
    if (!strcmp(arch, "s390x"))
        return HC_YES;
    if (strcmp(arch, "x86_64") != 0 && strcmp(arch, "aarch64") != 0)
        return HC_UNKNOWN;
    apart = hc_see(v, *arch == 'x' ? HC_IRQ_REMAPPED : HC_IRQ_ITS);
    plain = hc_see(v, HC_IRQ_PLAIN);
    if (apart == HC_YES && (*arch == 'x' || plain == HC_NO))
        return HC_YES;
    return apart == HC_NO && plain == HC_YES ? HC_NO : HC_UNKNOWN;
}

static void interrupts(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = isolated(&v);

    put_flag(facts, &v, HC_IOMMU_INTREMAP, unless_owned(&v, value, HC_CPUID_HV_INT_REMAP));
}

/* ---- together ---- */

/* A word that switches it off is named before a kernel without a driver: it stands there for sure, and whether there is
   a driver is often not known. */
static const char *inactive(struct hc_view *v)
{
    enum hc_tri run = hc_see(v, HC_IOMMU_UNITS_RUN), has_driver = hc_see(v, HC_IOMMU_BUILT), by_default;

    if (hc_see(v, HC_IOMMU_TABLE) != HC_YES)
        return hc_see(v, HC_IOMMU_TABLE) == HC_NO ? "firmware" : NULL;
    if (run != HC_NO)
        return run == HC_YES ? "groups" : NULL;
    if (hc_see_is(v, HC_IOMMU_SWITCH, "off") != HC_NO)
        return hc_see_word(v, HC_IOMMU_SWITCH) ? "command-line" : NULL;
    if (has_driver != HC_YES)
        return has_driver == HC_NO ? "kernel" : NULL;
    if (hc_see_is(v, HC_IOMMU_SWITCH, "default") != HC_YES || hc_see(v, HC_ACPI_DMAR) != HC_YES)
        return "units";
    by_default = hc_or(hc_see_is(v, HC_CONFIG_INTEL_IOMMU_ON, "y"), hc_see_is(v, HC_CONFIG_INTGPU_OFF, "y"));
    if (by_default != HC_YES) /* VT-d needs a word there */
        return by_default == HC_NO ? "command-line" : NULL;
    return "units";
}

static const char *break_word(struct hc_view *v)
{
    enum hc_tri active = hc_see(v, HC_IOMMU_ACTIVE), apart;

    switch (owned(v)) {
    case HC_YES: return "hypervisor";
    case HC_UNKNOWN: return NULL;
    default: break;
    }
    if (active != HC_YES)
        return active == HC_NO ? inactive(v) : NULL;
    apart = hc_see(v, HC_IOMMU_INTREMAP);
    return apart == HC_UNKNOWN ? NULL : apart == HC_YES ? "none" : "interrupts";
}

static void first_break(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = break_word(&v);

    put_word(facts, &v, HC_IOMMU_BREAK, word);
}

/* What VFIO was told counts only where it makes a difference. */
static void vfio_mode(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri active = hc_see(&v, HC_IOMMU_ACTIVE), apart = hc_see(&v, HC_IOMMU_INTREMAP);
    enum hc_tri unsafe = hc_and(hc_see(&v, HC_VFIO_UNSAFE_INTERRUPTS), hc_and(active, hc_not(apart)));
    enum hc_tri without = hc_and(hc_see(&v, HC_VFIO_NOIOMMU), hc_not(active));
    const char *word = NULL;

    if (unsafe == HC_YES || without == HC_YES)
        word = unsafe == HC_YES ? "unsafe-interrupts" : "no-iommu";
    else if (unsafe == HC_NO && without == HC_NO)
        word = "safe";
    put_word(facts, &v, HC_IOMMU_MODE, word);
}

void hc_conclude_iommu(struct hc_facts *facts)
{
    table(facts);
    built(facts);
    switched(facts);
    noise_argument(facts);
    display_left_out(facts);
    groups(facts);
    domain(facts);
    interrupts(facts);
    first_break(facts);
    vfio_mode(facts);
}
