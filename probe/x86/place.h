/* Where one logical CPU is, and its caches, as its own CPUID tells. */
#ifndef HC_PLACE_H
#define HC_PLACE_H

#include "ask.h"

enum { HC_NO_SHIFT = 0xff, HC_CACHES_MAX = 8 };

enum hc_core_kind { HC_KIND_UNKNOWN, HC_KIND_ONLY, HC_KIND_PERFORMANCE, HC_KIND_EFFICIENCY };

enum hc_vendor { HC_VENDOR_OTHER, HC_VENDOR_INTEL, HC_VENDOR_AMD /* and Hygon */, HC_VENDOR_CENTAUR };

/* An APIC id shifted right by a level's shift is the number of that level; HC_NO_SHIFT: not told. */
struct hc_place {
    unsigned cpu;
    const struct hc_reply *why; /* of all below; not ok: where the CPU is is not known */
    enum hc_vendor vendor;
    uint32_t family, model; /* as displayed */
    bool topoext;           /* AMD's leaves 0x8000001D and 0x8000001E */
    uint32_t apic;
    bool alone; /* the only logical CPU of its package, and its id may not be one */
    uint8_t core, module, die, package;
    uint8_t nodes, node;      /* AMD: in this package, and which; 0: not told */
    uint16_t package_threads; /* as the CPU counts them; 0: not told */
    uint16_t core_threads;    /* likewise */
    enum hc_core_kind kind;
    const struct hc_reply *kind_why;
};

void hc_place_cpu(struct hc_source *src, unsigned cpu, struct hc_place *place);

enum hc_cache_type { HC_CACHE_DATA, HC_CACHE_INSTRUCTION, HC_CACHE_UNIFIED };

struct hc_cache {
    const struct hc_reply *why;
    enum hc_cache_type type;
    uint8_t level;
    uint8_t shift; /* of the APIC ids that share it; HC_NO_SHIFT: all of a node */
    uint16_t ways; /* 0: fully associative */
    uint32_t line, sets;
    uint64_t size;
};

/* The caches of a CPU, HC_CACHES_MAX at most. The reply is not ok where the list is not known in full; then it is
   empty. */
const struct hc_reply *hc_caches_of(struct hc_source *src, const struct hc_place *place, struct hc_cache *caches,
                                    size_t *count);

/* The exponent of the power of two that is not below n. */
uint8_t hc_order(uint32_t n);

#endif
