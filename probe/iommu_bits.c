#include "iommu_bits.h"

#include <string.h>

struct bit {
    unsigned char number;
    const char *name;
};

/* Intel VT-d 5.0, 11.4.2 and 11.4.3; Linux drivers/iommu/intel/iommu.h. Of the fields the bits that each say one thing:
   page tables of 39, 48 and 57 bits, and large pages in the second level. */
static const struct bit vtd_cap[] = {
    { 4, "RWBF" },     { 5, "PLMR" },     { 6, "PHMR" },     { 7, "CM" },       { 9, "SAGAW39" },
    { 10, "SAGAW48" }, { 11, "SAGAW57" }, { 22, "ZLR" },     { 34, "SLLPS2M" }, { 35, "SLLPS1G" },
    { 39, "PSI" },     { 54, "DWD" },     { 55, "DRD" },     { 56, "FL1GP" },   { 59, "PI" },
    { 60, "FL5LP" },   { 61, "ECMDS" },   { 62, "ESIRTPS" }, { 63, "ESRTPS" },
};

static const struct bit vtd_ecap[] = {
    { 0, "C" },     { 1, "QI" },     { 2, "DT" },   { 3, "IR" },     { 4, "EIM" },   { 6, "PT" },
    { 7, "SC" },    { 26, "NEST" },  { 29, "PRS" }, { 40, "PASID" }, { 43, "SMTS" }, { 46, "SLTS" },
    { 47, "FLTS" }, { 48, "SMPWC" }, { 49, "RPS" }, { 51, "PMS" },
};

/* AMD I/O Virtualization Technology Specification 48882, MMIO offset 0030h; Linux drivers/iommu/amd/amd_iommu_types.h
 */
static const struct bit amd_efr[] = {
    { 0, "PreF" },    { 1, "PPR" },    { 2, "XT" },      { 3, "NX" },     { 4, "GT" },
    { 6, "IA" },      { 7, "GA" },     { 8, "HE" },      { 9, "PC" },     { 21, "GAM_VAPIC" },
    { 48, "GIOSUP" }, { 49, "HASUP" }, { 50, "EPHSUP" }, { 52, "HDSUP" }, { 63, "SNP" },
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static size_t append(char *names, size_t size, uint64_t value, const struct bit *bits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(bits[i].name);
        if (!(value >> bits[i].number & 1) || size + length + 1 > HC_IOMMU_NAMES_MAX)
            continue;
        if (size)
            names[size++] = ' ';
        memcpy(names + size, bits[i].name, length);
        size += length;
    }
    return size;
}

struct hc_text hc_vtd_features(uint64_t cap, uint64_t ecap, char *names)
{
    size_t size = append(names, 0, cap, vtd_cap, COUNT(vtd_cap));

    return (struct hc_text){ names, append(names, size, ecap, vtd_ecap, COUNT(vtd_ecap)) };
}

struct hc_text hc_amd_features(uint64_t efr, char *names)
{
    return (struct hc_text){ names, append(names, 0, efr, amd_efr, COUNT(amd_efr)) };
}

/* One half is zero, or only one has IASup: that is the register. */
static bool choose(uint64_t a, uint64_t b, uint64_t *efr)
{
    const uint64_t ia = UINT64_C(1) << 6;

    if (a && b && !(a & ia) == !(b & ia))
        return false;
    *efr = !b || (a && (a & ia)) ? a : b;
    return true;
}

bool hc_amd_efr(struct hc_text text, uint64_t *efr)
{
    struct hc_text first, second;
    uint64_t a, b;

    *efr = 0;
    if (!hc_split(text, ':', &first, &second))
        return hc_number(text, 16, efr);
    return hc_number(first, 16, &a) && hc_number(second, 16, &b) && choose(a, b, efr);
}
