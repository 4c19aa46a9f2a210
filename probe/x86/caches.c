/* Caches. Leaf 4: Intel SDM vol. 2A, CPUID (also Zhaoxin); leaf 2: its table 3-12; leaves 0x80000005, 0x80000006 and
   0x8000001D: AMD APM vol. 3, appendix E (the first two also VIA, Transmeta and others). */
#include "place.h"

#include <string.h>

#define BIT(n) (UINT32_C(1) << (n))

enum { KIB = 1024, SIZE_ODD = 1 << 30 /* no cache has so many sets, or a GiB */ };

struct list {
    struct hc_source *src;
    const struct hc_place *place;
    struct hc_cache *caches;
    size_t count;
    const struct hc_reply *why;
};

static uint32_t field(uint32_t word, int high, int low)
{
    return word >> low & (uint32_t)((UINT64_C(1) << (high - low + 1)) - 1);
}

static const struct hc_reply *ask(struct list *l, uint32_t leaf, uint32_t subleaf, struct hc_cpuid *regs)
{
    l->why = hc_ask_cpuid(l->src, l->place->cpu, leaf, subleaf, regs);
    return l->why;
}

static void add(struct list *l, struct hc_cache cache)
{
    cache.why = l->why;
    if (!cache.sets && cache.line && cache.ways)
        cache.sets = (uint32_t)(cache.size / cache.line / cache.ways);
    if (l->count < HC_CACHES_MAX)
        l->caches[l->count++] = cache;
}

/* Before Zen an L3 belongs to the northbridge of a node (BKDG of families 10h and 15h). */
static bool l3_of_node(const struct hc_place *p)
{
    return p->vendor == HC_VENDOR_AMD && p->family < 0x17;
}

/* ---- leaves 4 and 0x8000001D, which have one form ---- */

static bool add_subleaf(struct list *l, const struct hc_cpuid *r)
{
    static const enum hc_cache_type types[] = { HC_CACHE_DATA, HC_CACHE_DATA, HC_CACHE_INSTRUCTION, HC_CACHE_UNIFIED };
    uint32_t type = field(r->eax, 4, 0), line = field(r->ebx, 11, 0) + 1, ways = field(r->ebx, 31, 22) + 1;
    uint64_t size = (uint64_t)line * (field(r->ebx, 21, 12) + 1) * ways;
    struct hc_cache cache = { .level = (uint8_t)field(r->eax, 7, 5), .line = line, .sets = r->ecx + 1 };

    if (type > 3 || !cache.level || cache.level > 4 || r->ecx >= SIZE_ODD ||
        size * cache.sets > SIZE_ODD * UINT64_C(16))
        return false;
    cache.type = types[type];
    cache.size = size * cache.sets;
    cache.ways = r->eax & BIT(9) ? 0 : (uint16_t)ways;
    cache.shift = hc_order(field(r->eax, 25, 14) + 1);
    if (cache.level == 3 && l3_of_node(l->place))
        cache.shift = HC_NO_SHIFT;
    add(l, cache);
    return true;
}

/* Whether the leaf tells of caches, or failed to. */
static bool by_subleaves(struct list *l, uint32_t leaf)
{
    struct hc_cpuid r;

    for (uint32_t i = 0; i < HC_CACHES_MAX; i++) {
        if (ask(l, leaf, i, &r)->answer != HC_OK)
            break;
        if (!field(r.eax, 4, 0))
            return i > 0;
        if (!add_subleaf(l, &r)) {
            l->why = hc_malformed(l->src, l->why, "no cache is like this");
            break;
        }
    }
    return true;
}

/* ---- leaf 2 ---- */

static void add_descriptor(struct list *l, uint8_t byte)
{
    static const struct {
        uint8_t byte, level;
        enum hc_cache_type type;
        uint16_t kib, ways, line;
    } rows[] = {
#define CACHE(descriptor, level, type, kib, ways, line) { descriptor, level, HC_CACHE_##type, kib, ways, line },
#include "cache_descriptors.def"
    };
    bool xeon_mp = l->place->family == 15 && l->place->model == 6;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].byte == byte)
            add(l, (struct hc_cache){ .level = byte == 0x49 && xeon_mp ? 3 : rows[i].level,
                                      .type = rows[i].type,
                                      .shift = l->place->core,
                                      .ways = rows[i].ways,
                                      .line = rows[i].line,
                                      .size = UINT64_C(1) * rows[i].kib * KIB });
}

/* The lowest byte of EAX is a count; a register with bit 31 set says nothing. */
static bool by_descriptors(struct list *l)
{
    struct hc_cpuid r;

    if (ask(l, 2, 0, &r)->answer != HC_OK)
        return true;
    for (int i = 1; i < 16; i++) {
        uint32_t word = (const uint32_t[]){ r.eax, r.ebx, r.ecx, r.edx }[i / 4];
        if (!(word & BIT(31)))
            add_descriptor(l, (uint8_t)(word >> 8 * (i % 4)));
    }
    return l->count > 0;
}

/* ---- leaves 0x80000005 and 0x80000006 ---- */

/* APM vol. 3, table E-4; 9 sends to leaf 0x8000001D. */
static const uint16_t amd_ways[16] = { 0, 1, 2, 3, 4, 6, 8, 0, 16, 0, 32, 48, 64, 96, 128, 0 };

/* The first level, and the second of the VIA C3 before Nehemiah (Linux, centaur_size_cache). */
static void add_l1_form(struct list *l, uint32_t word, uint8_t level, enum hc_cache_type type)
{
    uint32_t ways = field(word, 23, 16);

    if (field(word, 31, 24))
        add(l, (struct hc_cache){ .level = level,
                                  .type = type,
                                  .shift = l->place->core,
                                  .ways = ways == 0xff ? 0 : (uint16_t)ways,
                                  .line = field(word, 7, 0),
                                  .size = UINT64_C(1) * field(word, 31, 24) * KIB });
}

static void add_amd_l2(struct list *l, uint32_t word)
{
    if (field(word, 31, 16) && field(word, 15, 12))
        add(l, (struct hc_cache){ .level = 2,
                                  .type = HC_CACHE_UNIFIED,
                                  .shift = l->place->core,
                                  .ways = amd_ways[field(word, 15, 12)],
                                  .line = field(word, 7, 0),
                                  .size = UINT64_C(1) * field(word, 31, 16) * KIB });
}

/* The size is that of the package's nodes together, in units of 512 KiB. */
static void add_amd_l3(struct list *l, uint32_t word)
{
    uint32_t parts = l->place->nodes ? l->place->nodes : 1;

    if (field(word, 31, 18) && field(word, 15, 12))
        add(l, (struct hc_cache){ .level = 3,
                                  .type = HC_CACHE_UNIFIED,
                                  .shift = HC_NO_SHIFT,
                                  .ways = (uint16_t)(amd_ways[field(word, 15, 12)] / parts),
                                  .line = field(word, 7, 0),
                                  .size = UINT64_C(512) * KIB * field(word, 31, 18) / parts });
}

static void by_amd_leaves(struct list *l)
{
    struct hc_cpuid r;

    if (ask(l, 0x80000005, 0, &r)->answer != HC_OK)
        return;
    add_l1_form(l, r.ecx, 1, HC_CACHE_DATA);
    add_l1_form(l, r.edx, 1, HC_CACHE_INSTRUCTION);
    if (ask(l, 0x80000006, 0, &r)->answer != HC_OK)
        return;
    if (l->place->vendor == HC_VENDOR_CENTAUR && l->place->family == 6 && l->place->model < 9)
        add_l1_form(l, r.ecx, 2, HC_CACHE_UNIFIED);
    else
        add_amd_l2(l, r.ecx);
    if (l3_of_node(l->place))
        add_amd_l3(l, r.edx);
}

const struct hc_reply *hc_caches_of(struct hc_source *src, const struct hc_place *place, struct hc_cache *caches,
                                    size_t *count)
{
    struct list l = { .src = src, .place = place, .caches = caches };

    if (!(place->topoext && by_subleaves(&l, 0x8000001d)) && !by_subleaves(&l, 4) &&
        !(place->vendor == HC_VENDOR_INTEL && by_descriptors(&l)))
        by_amd_leaves(&l);
    *count = l.why->answer == HC_OK ? l.count : 0;
    return l.why;
}
