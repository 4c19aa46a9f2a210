/* Type 1 or type 2: whether this machine suits a hypervisor that takes all of it, or one beside the work that it does.
   Hardware virtualization is the gate; behind it points are added (scoring.def), and 15 of them apart prefer one. */
#ifndef HC_SUITABILITY_H
#define HC_SUITABILITY_H

#include "facts.h"

#define HC_SCORING_DATE "2026-11-22"

enum { HC_SCORE_ITEMS_MAX = 16 };

/* points: for what is known; of a host that may be a guest: as if it were none. */
struct hc_score_item {
    const char *id, *title; /* "T1.iommu"; the number behind the T is the type that it counts for */
    int points, max;
    bool known;          /* false: what it rests on is not known, at least in part */
    const char *because; /* what was found, in a few words */
    const uint16_t *seen;
    size_t seen_count;
};

struct hc_suitability {
    int type1, type2;   /* up to 100; 0 behind a shut gate, -1 where the gate is not known */
    const char *prefer; /* "type1", "type2", "either", "neither", "unknown"; by the points of what is known */
    bool sure;          /* nothing that is open could turn it */
    struct hc_score_item items[HC_SCORE_ITEMS_MAX];
    size_t count;
};

struct hc_suitability hc_suitability(const struct hc_facts *facts, struct hc_arena *arena);

#endif
