/* Registers of IOMMUs by name, and which half of a pair is the one that is meant. */
#include "check.h"
#include "iommu_bits.h"

/* Those of the lab's host. */
static void vtd(void)
{
    char names[HC_IOMMU_NAMES_MAX];

    CHECK(
        hc_text_is(hc_vtd_features(0xd2008c22260206, 0xf00f4a, names), "SAGAW39 SLLPS2M SLLPS1G PSI DWD DRD QI IR PT"));
    CHECK(HC_VTD_WIDTH(UINT64_C(0xd2008c22260206)) == 39);
    CHECK((0xf00f4a & HC_VTD_ECAP_IR) && !(0xf42 & HC_VTD_ECAP_IR));
    CHECK(!hc_vtd_features(0, 0, names).size);
    CHECK(hc_vtd_features(UINT64_MAX, UINT64_MAX, names).size < HC_IOMMU_NAMES_MAX);
}

/* The second register is 0 or has bits of its own; real first registers have IASup. */
static void amd(void)
{
    char names[HC_IOMMU_NAMES_MAX];
    uint64_t efr;

    CHECK(hc_amd_efr(HC_TEXT("29d3"), &efr) && efr == 0x29d3);
    CHECK(hc_amd_efr(HC_TEXT("0:29d3"), &efr) && efr == 0x29d3);
    CHECK(hc_amd_efr(HC_TEXT("29d3:0"), &efr) && efr == 0x29d3);
    CHECK(hc_amd_efr(HC_TEXT("246577efa2254afa:10"), &efr) && efr == 0x246577efa2254afa);
    CHECK(hc_amd_efr(HC_TEXT("10:246577efa2254afa"), &efr) && efr == 0x246577efa2254afa);
    CHECK(hc_amd_efr(HC_TEXT("0:0"), &efr) && !efr);
    CHECK(hc_amd_efr(HC_TEXT("13:0"), &efr) && efr == 0x13 && hc_amd_efr(HC_TEXT("0:13"), &efr) && efr == 0x13);
    CHECK(!hc_amd_efr(HC_TEXT("29d3:40"), &efr) && !hc_amd_efr(HC_TEXT("1:2"), &efr));
    CHECK(!hc_amd_efr(HC_TEXT(""), &efr) && !hc_amd_efr(HC_TEXT(":"), &efr) && !hc_amd_efr(HC_TEXT("1:2:3"), &efr));
    CHECK(hc_text_is(hc_amd_features(0x29d3, names), "PreF PPR GT IA GA HE"));
}

int main(void)
{
    vtd();
    amd();
    return checked();
}
