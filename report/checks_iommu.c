/* Checks of device isolation: the effect first (groups formed, interrupts remapped), settings explain it. */
#include "checks.h"
#include "tables.h"

#include <string.h>

/* ---- whose it is ---- */

/* Xen and Hyper-V drive the IOMMU themselves, for their own way of passing devices on. */
static enum hc_tri owned(struct hc_view *v)
{
    return hc_or(hc_see_is(v, HC_HOST_ROLE, "dom0"), hc_see_is(v, HC_HOST_ROLE, "root-partition"));
}

/* The check of the owner speaks for the others, where it rests on anything: test vectors do not tell of groups. */
static bool owner_tells(struct hc_view *v)
{
    return owned(v) == HC_YES && hc_arose(v, HC_FACT_IOMMU_GROUPED);
}

static enum hc_reason own(struct hc_view *v)
{
    const enum hc_tri others = owned(v);

    if (others == HC_NO || (others == HC_UNKNOWN && hc_see(v, HC_IOMMU_ACTIVE) == HC_NO))
        return HC_PASS; /* where nobody is known to own it and it does nothing, iommu.isolation tells */
    if (!hc_arose(v, HC_FACT_IOMMU_GROUPED))
        return others == HC_YES ? HC_MOOT : HC_PASS;
    switch (hc_and(others, hc_not(hc_see(v, HC_IOMMU_GROUPED)))) {
    case HC_NO: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: return hc_see_is(v, HC_HOST_ROLE, "dom0") == HC_YES ? XEN_HOLDS_IOMMU : HYPERV_HOLDS_IOMMU;
    }
}

/* ---- groups ---- */

static enum hc_reason why_inactive(struct hc_view *v)
{
    const char *word;

    if (hc_see_is(v, HC_IOMMU_SWITCH, "off") == HC_YES && hc_see(v, HC_IOMMU_UNITS_RUN) != HC_YES)
        return IOMMU_CMDLINE_OFF;
    word = hc_see_word(v, HC_IOMMU_BREAK);
    if (!word || !strcmp(word, "groups"))
        return IOMMU_NO_GROUPS;
    if (!strcmp(word, "kernel"))
        return IOMMU_NOT_BUILT;
    return !strcmp(word, "command-line") ? IOMMU_KERNEL_OFF_DEFAULT : IOMMU_NO_UNITS;
}

static enum hc_reason active(struct hc_view *v)
{
    switch (hc_see(v, HC_IOMMU_ACTIVE)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return owner_tells(v) ? HC_MOOT : HC_CANNOT_TELL;
    default: break;
    }
    switch (hc_see(v, HC_IOMMU_TABLE)) {
    case HC_YES: return why_inactive(v);
    case HC_NO: return hc_by_place(v, IOMMU_FW_OFF, GUEST_NO_IOMMU, CONTAINER_NO_IOMMU);
    default: return HC_CANNOT_TELL;
    }
}

/* ---- interrupts ---- */

/* Linux drivers/iommu/intel/irq_remapping.c, intel_prepare_irq_remapping: every unit must have it. */
static bool unit_without(struct hc_view *v)
{
    uint64_t count;

    hc_see_number(v, HC_IOMMU_UNIT_COUNT, &count);
    for (const struct hc_table_row *row = v->facts->tables[HC_TABLE_IOMMU_UNITS].first; row; row = row->next)
        if (row->cells[HC_COL_IOMMU_UNIT_IR].known && !row->cells[HC_COL_IOMMU_UNIT_IR].flag)
            return true;
    return false;
}

static const char *pci_text(const struct hc_table_row *row, int column)
{
    return row->cells[column].known && row->cells[column].text ? row->cells[column].text : "";
}

/* Linux arch/x86/kernel/early-quirks.c, intel_remapping_check: host bridges up to revision 13h, and 22h of the 3405. */
static bool broken_bridge(const struct hc_table_row *row)
{
    const char *device = pci_text(row, HC_COL_PCI_DEVICE), *revision = pci_text(row, HC_COL_PCI_REVISION);

    if (strcmp(pci_text(row, HC_COL_PCI_VENDOR), "8086") != 0 || strlen(revision) != 2)
        return false;
    if (strcmp(device, "3403") != 0 && strcmp(device, "3405") != 0 && strcmp(device, "3406") != 0)
        return false;
    return strcmp(revision, "13") <= 0 || (!strcmp(device, "3405") && !strcmp(revision, "22"));
}

static bool erratum(struct hc_view *v)
{
    uint64_t count;

    hc_see_number(v, HC_PCI_FUNCTIONS, &count);
    for (const struct hc_table_row *row = v->facts->tables[HC_TABLE_PCI].first; row; row = row->next)
        if (broken_bridge(row))
            return true;
    return false;
}

/* The class must not hang on an answer that may be missing: all causes but a word on the command line share one. */
static enum hc_reason why_not_remapped(struct hc_view *v)
{
    if (hc_see_is(v, HC_HOST_ARCH, "aarch64") == HC_YES)
        return IOMMU_MSI_NOT_ISOLATED;
    if (erratum(v))
        return IOMMU_IR_ERRATUM;
    if (unit_without(v))
        return IOMMU_IR_NO_UNIT;
    if (hc_see(v, HC_ACPI_DMAR) == HC_YES && hc_see(v, HC_ACPI_DMAR_INTR_REMAP) == HC_NO)
        return IOMMU_IR_NO_FLAG;
    return IOMMU_IR_MISSING;
}

static enum hc_reason intremap(struct hc_view *v)
{
    const char *said;

    switch (hc_see(v, HC_IOMMU_INTREMAP)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return owner_tells(v) ? HC_MOOT : HC_CANNOT_TELL;
    default: break;
    }
    said = hc_see_text(v, HC_CMDLINE_INTREMAP);
    if (said && strstr(said, "off"))
        return IOMMU_IR_CMDLINE;
    if (!said && hc_unanswered(v, HC_FACT_CMDLINE_INTREMAP))
        return HC_CANNOT_TELL;
    return hc_by_place(v, why_not_remapped(v), GUEST_IR_MISSING, CONTAINER_IR_MISSING);
}

/* ---- VFIO ---- */

static enum hc_reason vfio_safe(struct hc_view *v)
{
    const char *mode = hc_see_word(v, HC_IOMMU_MODE);

    if (!mode)
        return HC_CANNOT_TELL;
    if (!strcmp(mode, "unsafe-interrupts"))
        return UNSAFE_INTERRUPTS;
    return !strcmp(mode, "no-iommu") ? NOIOMMU_MODE : HC_PASS;
}

static enum hc_reason vfio_driver(struct hc_view *v)
{
    if (hc_see(v, HC_VFIO_PCI) == HC_YES)
        return HC_PASS;
    switch (hc_see_is(v, HC_CONFIG_VFIO_PCI, "n")) {
    case HC_YES: return VFIO_NOT_BUILT;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: return HC_PASS;
    }
}

/* ---- what groups and domains are worth ---- */

static enum hc_reason groups_real(struct hc_view *v)
{
    const char *value = hc_see_text(v, HC_CMDLINE_ACS_OVERRIDE);

    if (!value)
        return HC_CANNOT_TELL;
    return *value ? ACS_OVERRIDE : HC_PASS;
}

static enum hc_reason host_confined(struct hc_view *v)
{
    switch (hc_see_is(v, HC_IOMMU_DOMAIN, "translated")) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: return hc_see_is(v, HC_IOMMU_DOMAIN, "mixed") == HC_YES ? HC_PASS : IOMMU_PT;
    }
}

static enum hc_reason words(struct hc_view *v)
{
    const char *argument = hc_see_text(v, HC_IOMMU_NOISE);

    if (!argument)
        return hc_open_reply(v->facts, HC_FACT_IOMMU_NOISE) ? HC_CANNOT_TELL : HC_MOOT;
    return *argument ? IOMMU_CMDLINE_NOISE : HC_PASS;
}

const struct hc_check hc_iommu_checks[] = {
    {
        .id = "iommu.owner",
        .title = "No hypervisor below keeps the IOMMU for itself",
        .fix = HC_FIX_CONFLICT,
        .fix_in_guest = HC_FIX_CONFLICT,
        .eval = own,
        .reasons = HC_REASON_LIST(XEN_HOLDS_IOMMU, HYPERV_HOLDS_IOMMU),
    },
    {
        .id = "iommu.isolation",
        .title = "Devices are isolated by an IOMMU",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = active,
        .reasons = HC_REASON_LIST(IOMMU_FW_OFF, GUEST_NO_IOMMU, CONTAINER_NO_IOMMU, IOMMU_CMDLINE_OFF,
                                  IOMMU_KERNEL_OFF_DEFAULT, IOMMU_NOT_BUILT, IOMMU_NO_UNITS, IOMMU_NO_GROUPS),
    },
    {
        .id = "iommu.interrupts",
        .title = "Interrupts of devices are isolated",
        .after = "iommu.isolation",
        .fix = HC_FIX_OVERRIDE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = intremap,
        .reasons = HC_REASON_LIST(IOMMU_IR_MISSING, IOMMU_IR_NO_UNIT, IOMMU_IR_NO_FLAG, IOMMU_IR_ERRATUM,
                                  IOMMU_IR_CMDLINE, IOMMU_MSI_NOT_ISOLATED, GUEST_IR_MISSING, CONTAINER_IR_MISSING),
    },
    {
        .id = "iommu.vfio_safe",
        .title = "VFIO gives devices away only where that is safe",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = vfio_safe,
        .reasons = HC_REASON_LIST(UNSAFE_INTERRUPTS, NOIOMMU_MODE),
    },
    {
        .id = "iommu.vfio_driver",
        .title = "The kernel has the driver vfio-pci",
        .fix = HC_FIX_OS_UPGRADE,
        .fix_in_guest = HC_FIX_OS_UPGRADE,
        .eval = vfio_driver,
        .reasons = HC_REASON_LIST(VFIO_NOT_BUILT),
    },
    {
        .id = "iommu.groups_real",
        .title = "IOMMU groups are as the hardware isolates",
        .after = "iommu.isolation",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = groups_real,
        .reasons = HC_REASON_LIST(ACS_OVERRIDE),
    },
    {
        .id = "iommu.host_confined",
        .title = "Devices that the host keeps are confined too",
        .after = "iommu.isolation",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = host_confined,
        .reasons = HC_REASON_LIST(IOMMU_PT),
    },
    {
        .id = "iommu.words",
        .title = "What the kernel command line says of IOMMUs has a meaning here",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = words,
        .reasons = HC_REASON_LIST(IOMMU_CMDLINE_NOISE),
    },
};
const size_t hc_iommu_check_count = sizeof hc_iommu_checks / sizeof *hc_iommu_checks;
