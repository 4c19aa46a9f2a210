/* IOMMU groups as they are, or, where there are none, as they would be; what the members of one mean for each other. */
#ifndef HC_DEVICE_GROUPS_H
#define HC_DEVICE_GROUPS_H

#include "passthrough.h"

/* What the rules want to know of the group of one function. */
struct hc_membership {
    int group;                     /* HC_NO_GROUP: none, or not known */
    enum hc_tri ungrouped;         /* others have groups, and this one has none */
    enum hc_tri bound_peer;        /* a driver of the host holds another member, in another slot */
    enum hc_tri bridge_above;      /* the bridge above it is a member */
    enum hc_tri reset_bus;         /* all that a reset of its bus resets is in the group */
    enum hc_tri direct, relaxable; /* memory that firmware ties to the group */
    enum hc_tri on_paper;
    const struct hc_reply *why, *bound_why, *region_why, *config_why;
};

struct hc_groups {
    struct hc_device_group *list;
    size_t count;
    bool known;               /* whether there are groups, and which */
    bool predicted;           /* the IOMMU is off */
    struct hc_membership *of; /* of each function */
    const size_t **held;      /* of each group: members that a driver of the host holds, but for bridges */
    size_t *held_count;
    const char **regions; /* of each group, those that keep it from guests */
    const bool *whole;    /* of each group: all its members are known ... */
    const bool *stray;    /* ... but for a PCI function that is not in the table of functions */
};

/* False: no memory. Linear in the functions, but for the sorting of group numbers. */
bool hc_groups_of(const struct hc_facts *facts, const struct hc_functions *functions,
                  const struct hc_prediction *prediction, const uint32_t *quirks, struct hc_arena *arena,
                  struct hc_groups *groups);

/* Whether the IOMMU is on: groups are there. */
enum hc_tri hc_grouped(const struct hc_facts *facts);

/* Devices that are no candidates for guests: bridges, and what the chipset calls one (class 06). */
bool hc_is_bridge(const struct hc_function *f);

/* Whether a driver of the host does DMA for it that VFIO must not share: a driver that says driver_managed_dma does
   not. */
enum hc_tri hc_host_holds(const struct hc_function *f);

/* Up to four of a list of functions but one, or but all of its slot; more: what stands for the rest. */
const char *hc_name_functions(const struct hc_functions *functions, const size_t *list, size_t count, size_t but,
                              bool slot, const char *between, const char *more, struct hc_arena *arena);

#endif
