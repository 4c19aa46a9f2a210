/* Which IOMMU groups Linux would form, from configuration space alone: pci_device_group() of drivers/iommu/iommu.c
   replayed (Linux 6.1 and later). */
#ifndef HC_PREDICT_H
#define HC_PREDICT_H

#include "functions.h"

/* Why a function shares its group with another. */
enum hc_join_kind {
    HC_JOIN_NOTHING,
    HC_JOIN_PORT,          /* a port on the way up lacks ACS: at */
    HC_JOIN_BRIDGE,        /* a bridge to conventional PCI speaks for all below it: at */
    HC_JOIN_MULTIFUNCTION, /* functions of its slot are not isolated from each other: at, the first of them */
    HC_JOIN_ALIAS          /* its requests carry the id of another function (a quirk): at */
};

struct hc_join {
    enum hc_join_kind kind;
    size_t at;
};

struct hc_prediction {
    enum hc_tri *known;   /* of each function: whether its group can be told; no: what it needs could not be read */
    size_t *group;        /* of each function: the first member of its group, which names it */
    struct hc_join *join; /* of each function */
};

/* acs_enabled: count what the Control registers have switched on (IOMMU on); otherwise what the kernel would switch on,
   which is all that the Capability registers offer. amd_iommu: there is an IVRS table (counts while the IOMMU is
   on). False: no memory. */
bool hc_predict_groups(const struct hc_functions *functions, bool acs_enabled, bool amd_iommu, struct hc_arena *arena,
                       struct hc_prediction *prediction);

/* The function of an IOMMU itself (AMD-Vi, virtio-iommu): nothing translates for it, IVRS and VIOT leave it out, and
   the kernel gives it no group. Above it is foreseen alone. */
bool hc_is_iommu(const struct hc_function *f);

#endif
