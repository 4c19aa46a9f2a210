/* The IOMMU: described by firmware, at work, its interrupts remapped. */
#include "concluded.h"

/* Below a hypervisor that owns the IOMMU, what this system sees is not the answer; "no" is then unknown. */
static enum hc_tri unless_owned(struct hc_view *v, enum hc_tri value, struct hc_flag_id hyperv)
{
    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") == HC_YES)
        return hc_see(v, hyperv);
    if (value != HC_YES && hc_see_is(v, HC_HOST_ROLE, "dom0") != HC_NO)
        return HC_UNKNOWN;
    return value;
}

void hc_conclude_iommu(struct hc_facts *facts)
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
