/* Registers of IOMMUs by the names of their manuals. */
#ifndef HC_IOMMU_BITS_H
#define HC_IOMMU_BITS_H

#include "parse.h"

enum { HC_IOMMU_NAMES_MAX = 512 };

/* Intel VT-d 5.0, 11.4.2 (Capability) and 11.4.3 (Extended Capability): MGAW is the width less one. */
#define HC_VTD_WIDTH(cap) (((cap) >> 16 & 0x3f) + 1)
#define HC_VTD_ECAP_IR    (UINT64_C(1) << 3)

/* Names separated by blanks, in the order of the bits; names has HC_IOMMU_NAMES_MAX places. */
struct hc_text hc_vtd_features(uint64_t cap, uint64_t ecap, char *names);
struct hc_text hc_amd_features(uint64_t efr, char *names);

/* The Extended Feature register out of what Linux shows as "features". False: it cannot be told. */
bool hc_amd_efr(struct hc_text text, uint64_t *efr);

#endif
