/* Checks of device isolation, in outline: the effect first (groups formed, interrupts remapped), settings explain it.
 */
#include "checks.h"

#include <string.h>

static bool says_off(const char *value)
{
    return value && !strncmp(value, "off", 3);
}

static enum hc_reason why_inactive(struct hc_view *v)
{
    if (says_off(hc_see_text(v, HC_CMDLINE_INTEL_IOMMU)) || says_off(hc_see_text(v, HC_CMDLINE_AMD_IOMMU)) ||
        says_off(hc_see_text(v, HC_CMDLINE_IOMMU)))
        return IOMMU_CMDLINE_OFF;
    if (hc_see(v, HC_ACPI_DMAR) == HC_YES && hc_see_is(v, HC_CONFIG_INTEL_IOMMU_ON, "n") == HC_YES)
        return IOMMU_KERNEL_OFF_DEFAULT;
    return IOMMU_NO_GROUPS;
}

static enum hc_reason active(struct hc_view *v)
{
    switch (hc_see(v, HC_IOMMU_ACTIVE)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: break;
    }
    switch (hc_see(v, HC_IOMMU_TABLE)) {
    case HC_YES: return why_inactive(v);
    case HC_NO: return hc_by_place(v, IOMMU_FW_OFF, GUEST_NO_IOMMU, CONTAINER_NO_IOMMU);
    default: return HC_CANNOT_TELL;
    }
}

static enum hc_reason intremap(struct hc_view *v)
{
    switch (hc_see(v, HC_IOMMU_INTREMAP)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: break;
    }
    if (says_off(hc_see_text(v, HC_CMDLINE_INTREMAP)))
        return IOMMU_IR_CMDLINE;
    return hc_by_place(v, IOMMU_IR_MISSING, GUEST_IR_MISSING, CONTAINER_IR_MISSING);
}

const struct hc_check hc_iommu_checks[] = {
    {
        .id = "iommu.isolation",
        .title = "Devices are isolated by an IOMMU",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = active,
        .reasons = HC_REASON_LIST(IOMMU_FW_OFF, GUEST_NO_IOMMU, CONTAINER_NO_IOMMU, IOMMU_CMDLINE_OFF,
                                  IOMMU_KERNEL_OFF_DEFAULT, IOMMU_NO_GROUPS),
    },
    {
        .id = "iommu.interrupts",
        .title = "Interrupts of devices are remapped",
        .after = "iommu.isolation",
        .fix = HC_FIX_FIRMWARE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = intremap,
        .reasons = HC_REASON_LIST(IOMMU_IR_MISSING, IOMMU_IR_CMDLINE, GUEST_IR_MISSING, CONTAINER_IR_MISSING),
    },
};
const size_t hc_iommu_check_count = sizeof hc_iommu_checks / sizeof *hc_iommu_checks;
