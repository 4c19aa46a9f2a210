/* Where a logical CPU is. Intel SDM vol. 2A, CPUID leaves 1, 4, 0xB, 0x1A, 0x1F; vol. 3A, 10.9 (identifying topology);
   AMD APM vol. 3, appendix E, Fn8000_0008, Fn8000_001E, Fn8000_0026. */
#include "place.h"

#include <string.h>

#define BIT(n) (UINT32_C(1) << (n))

enum { LEVELS_MAX = 8 };

static uint32_t field(uint32_t word, int high, int low)
{
    return word >> low & (uint32_t)((UINT64_C(1) << (high - low + 1)) - 1);
}

uint8_t hc_order(uint32_t n)
{
    uint8_t order = 0;

    while (order < 31 && BIT(order) < n)
        order++;
    return order;
}

/* What the steps below hand on. */
struct cpu {
    struct hc_source *src;
    struct hc_place *place;
    struct hc_cpuid one, extended; /* leaves 1 and 0x80000001 */
};

static bool is_amd(const struct hc_place *p)
{
    return p->vendor == HC_VENDOR_AMD;
}

static const struct hc_reply *ask(const struct cpu *c, uint32_t leaf, uint32_t subleaf, struct hc_cpuid *regs)
{
    return hc_ask_cpuid(c->src, c->place->cpu, leaf, subleaf, regs);
}

static bool vendor_is(const struct hc_cpuid *zero, const char *name)
{
    const uint32_t words[3] = { zero->ebx, zero->edx, zero->ecx };

    for (size_t i = 0; i < 12; i++)
        if ((char)(words[i / 4] >> 8 * (i % 4)) != name[i])
            return false;
    return true;
}

static enum hc_vendor vendor_of(const struct hc_cpuid *zero)
{
    static const struct {
        const char *name;
        enum hc_vendor vendor;
    } rows[] = { { "GenuineIntel", HC_VENDOR_INTEL },
                 { "AuthenticAMD", HC_VENDOR_AMD },
                 { "HygonGenuine", HC_VENDOR_AMD },
                 { "CentaurHauls", HC_VENDOR_CENTAUR } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (vendor_is(zero, rows[i].name))
            return rows[i].vendor;
    return HC_VENDOR_OTHER;
}

/* Family 0xF adds the extended family; families 6 and 0xF extend the model (SDM vol. 2A, figure 3-6). */
static const struct hc_reply *identify(struct cpu *c)
{
    struct hc_cpuid zero;
    const struct hc_reply *reply = ask(c, 0, 0, &zero);
    uint32_t base;

    if (reply->answer != HC_OK)
        return reply;
    if (!zero.eax)
        return hc_reword(c->src, reply, HC_UNSUPPORTED, "this CPU has no leaf 1");
    reply = ask(c, 1, 0, &c->one);
    base = field(c->one.eax, 11, 8);
    c->place->vendor = vendor_of(&zero);
    c->place->family = base == 15 ? base + field(c->one.eax, 27, 20) : base;
    c->place->model = field(c->one.eax, 7, 4) | (base == 6 || base == 15 ? field(c->one.eax, 19, 16) << 4 : 0);
    return reply;
}

/* ---- leaves 0xB, 0x1F, 0x80000026: a level for each subleaf ---- */

enum level { LEVEL_END, LEVEL_THREAD, LEVEL_CORE, LEVEL_MODULE, LEVEL_TILE, LEVEL_DIE, LEVEL_DIE_GROUP };
enum amd_level { AMD_CORE = 1, AMD_COMPLEX, AMD_DIE, AMD_SOCKET };

struct levels {
    size_t count;
    uint32_t apic;
    uint8_t shift[LEVELS_MAX], type[LEVELS_MAX];
    uint16_t threads[LEVELS_MAX];
};

/* Words that contradict each other, or themselves: shifts that fall, another id on another level. */
static bool add_level(struct levels *levels, const struct hc_cpuid *r)
{
    size_t n = levels->count;
    uint8_t shift = (uint8_t)field(r->eax, 4, 0);

    if (n && (r->edx != levels->apic || shift < levels->shift[n - 1]))
        return false;
    levels->apic = r->edx;
    levels->shift[n] = shift;
    levels->type[n] = (uint8_t)field(r->ecx, 15, 8);
    levels->threads[n] = (uint16_t)field(r->ebx, 15, 0);
    levels->count++;
    return true;
}

/* Levels of a leaf; none where the CPU does not have the leaf. Not ok: they are not known. */
static const struct hc_reply *ask_levels(const struct cpu *c, uint32_t leaf, struct levels *levels)
{
    const struct hc_reply *reply = NULL, *last = NULL;
    struct hc_cpuid r;

    memset(levels, 0, sizeof *levels);
    for (uint32_t i = 0; i < LEVELS_MAX; i++) {
        reply = ask(c, leaf, i, &r);
        if (reply->answer != HC_OK)
            return reply;
        if (!field(r.ebx, 15, 0) || !field(r.ecx, 15, 8))
            break;
        if (!add_level(levels, &r))
            return hc_malformed(c->src, reply, "its levels contradict each other");
        last = reply;
    }
    return last ? last : reply;
}

/* On Intel a level's shift gives the number of the next level, so that of a die is the shift below it. */
static uint8_t shift_below(const struct levels *levels, enum level type)
{
    for (size_t i = 0; i < levels->count; i++)
        if (levels->type[i] == type)
            return i ? levels->shift[i - 1] : 0;
    return HC_NO_SHIFT;
}

static void place_intel(struct hc_place *p, const struct levels *levels, bool tells_dies)
{
    p->package = levels->shift[levels->count - 1];
    p->package_threads = levels->threads[levels->count - 1];
    p->core = levels->type[0] == LEVEL_THREAD ? levels->shift[0] : 0;
    p->core_threads = levels->type[0] == LEVEL_THREAD ? levels->threads[0] : 1;
    if (!p->core) /* some firmware says so of two threads: then their ids still take the bits */
        p->core = hc_order(p->core_threads);
    p->module = shift_below(levels, LEVEL_MODULE);
    p->die = shift_below(levels, LEVEL_DIE);
    if (p->die == HC_NO_SHIFT && tells_dies)
        p->die = p->package;
}

/* On AMD a level's shift gives its own number. */
static void place_amd(struct hc_place *p, const struct levels *levels)
{
    p->package = levels->shift[levels->count - 1];
    p->package_threads = levels->threads[levels->count - 1];
    for (size_t i = 0; i < levels->count; i++) {
        if (levels->type[i] == AMD_CORE) {
            p->core = levels->shift[i];
            p->core_threads = levels->threads[i];
        } else if (levels->type[i] == AMD_DIE) {
            p->die = levels->shift[i];
        }
    }
}

/* Whether one of the leaves told, or failed to. */
static bool by_levels(struct cpu *c)
{
    static const uint32_t leaves[] = { 0x80000026, 0x1f, 0xb };
    struct hc_place *p = c->place;
    struct levels levels;

    for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
        const struct hc_reply *reply;
        if (leaves[i] == 0x80000026 && !p->topoext)
            continue;
        reply = ask_levels(c, leaves[i], &levels);
        if (reply->answer == HC_OK && !levels.count)
            continue;
        p->why = reply;
        p->apic = levels.apic;
        if (reply->answer == HC_OK && leaves[i] == 0x80000026)
            place_amd(p, &levels);
        else if (reply->answer == HC_OK)
            place_intel(p, &levels, leaves[i] == 0x1f);
        return true;
    }
    return false;
}

/* ---- before those leaves ---- */

/* Leaf 0x8000001E, EAX: the whole id; EBX[15:8]: threads of a core since family 17h, cores of a compute unit on 15h. */
static void amd_extended(struct cpu *c, const struct hc_cpuid *r)
{
    struct hc_place *p = c->place;
    uint32_t together = field(r->ebx, 15, 8) + 1;

    p->apic = r->eax;
    if (p->family >= 0x17) {
        p->core = hc_order(together);
        p->core_threads = (uint16_t)together;
    } else if (p->family == 0x15 && together > 1) {
        p->module = hc_order(together);
    }
}

/* Fn8000_0008 ECX: logical CPUs of the package and the bits that their ids take (0: as few as do). Emulated CPUs of
   other vendors have it too. */
static void by_amd_leaves(struct cpu *c)
{
    struct hc_place *p = c->place;
    struct hc_cpuid r;

    p->why = ask(c, 0x80000008, 0, &r);
    if (!is_amd(p) && !r.ecx)
        p->why = hc_reword(c->src, p->why, p->why->answer == HC_OK ? HC_UNSUPPORTED : p->why->answer,
                           "this CPU does not tell its cores from its threads");
    p->package_threads = (uint16_t)(field(r.ecx, 7, 0) + 1);
    p->package = (uint8_t)field(r.ecx, 15, 12);
    if (!p->package)
        p->package = hc_order(p->package_threads);
    p->core = 0;
    p->core_threads = 1;
    if (!p->topoext || p->why->answer != HC_OK)
        return;
    p->why = ask(c, 0x8000001e, 0, &r);
    amd_extended(c, &r);
}

/* Leaf 1 EBX[23:16]: ids that a package takes; leaf 4 EAX[31:26]: those of its cores. Both count ids, not CPUs. */
static void by_leaf_4(struct cpu *c)
{
    struct hc_place *p = c->place;
    uint32_t ids = field(c->one.ebx, 23, 16), cores = 1;
    struct hc_cpuid r;
    const struct hc_reply *four = ask(c, 4, 0, &r);

    if (four->answer != HC_OK)
        p->why = four;
    if (field(r.eax, 4, 0))
        cores = field(r.eax, 31, 26) + 1;
    else if (p->vendor != HC_VENDOR_INTEL &&
             four->answer == HC_OK) { /* only Intel had threads before it had this leaf */
        by_amd_leaves(c);
        return;
    }
    if (!ids || hc_order(cores) > hc_order(ids)) {
        p->why = hc_malformed(c->src, p->why, "leaf 1 gives the package fewer ids than it has cores");
        return;
    }
    p->package = hc_order(ids);
    p->core = (uint8_t)(p->package - hc_order(cores));
}

/* Without the HTT flag a package has one logical CPU. Its id is one since the Pentium 4 (SDM vol. 3A, 10.9). */
static void by_leaf_1(struct cpu *c)
{
    struct hc_place *p = c->place;

    p->apic = c->one.ebx >> 24;
    if (c->one.edx & BIT(28)) {
        if (is_amd(p))
            by_amd_leaves(c);
        else
            by_leaf_4(c);
        return;
    }
    p->alone = true;
    p->core = p->package = 0;
    p->core_threads = p->package_threads = 1;
}

/* ---- nodes of an AMD package, each a die ---- */

/* Fn8000_001E ECX. Before it, only packages of the kind G34 (Fn8000_0001 EBX[31:28] = 3; BKDG of families 10h and 15h)
   have two nodes; their ids count the cores of the first, then those of the second. */
static void nodes(struct cpu *c)
{
    struct hc_place *p = c->place;
    struct hc_cpuid r;
    uint32_t half = p->package_threads / 2u;

    p->nodes = 1;
    if (p->topoext && ask(c, 0x8000001e, 0, &r)->answer == HC_OK) {
        p->nodes = (uint8_t)(field(r.ecx, 10, 8) + 1);
        p->node = (uint8_t)(field(r.ecx, 7, 0) % p->nodes);
    } else if (p->topoext) {
        p->nodes = 0;
    } else if (p->family >= 0x10 && p->family < 0x17 && field(c->extended.ebx, 31, 28) == 3 && half) {
        p->nodes = 2;
        p->node = (p->apic & ((BIT(p->package)) - 1)) >= half;
    }
}

/* ---- kinds of cores ---- */

/* Fn8000_0026 EAX[30]: cores differ; EBX[31:28]: 0 performance, 1 efficiency. */
static void amd_kind(struct cpu *c)
{
    struct hc_place *p = c->place;
    struct hc_cpuid r = { 0, 0, 0, 0 };

    p->kind_why = p->topoext ? ask(c, 0x80000026, 0, &r) : p->why;
    p->kind = HC_KIND_ONLY;
    if (r.eax & BIT(30) && field(r.ebx, 31, 28) < 2)
        p->kind = field(r.ebx, 31, 28) ? HC_KIND_EFFICIENCY : HC_KIND_PERFORMANCE;
    else if (r.eax & BIT(30))
        p->kind_why = hc_malformed(c->src, p->kind_why, "a kind of core that has no name yet");
}

/* Leaf 7 EDX[15]: cores differ; leaf 0x1A EAX[31:24]: 0x20 Atom, 0x40 Core. */
static void intel_kind(struct cpu *c)
{
    struct hc_place *p = c->place;
    struct hc_cpuid r;

    p->kind_why = ask(c, 7, 0, &r);
    p->kind = HC_KIND_ONLY;
    if (!(r.edx & BIT(15)))
        return;
    p->kind_why = ask(c, 0x1a, 0, &r);
    switch (field(r.eax, 31, 24)) {
    case 0x20: p->kind = HC_KIND_EFFICIENCY; break;
    case 0x40: p->kind = HC_KIND_PERFORMANCE; break;
    default: p->kind_why = hc_malformed(c->src, p->kind_why, "a kind of core that has no name yet");
    }
}

/* Levels that are in one another, as their words have it. */
static bool nested(const struct hc_place *p)
{
    return p->core <= p->package && (p->module == HC_NO_SHIFT || (p->core <= p->module && p->module <= p->package)) &&
           (p->die == HC_NO_SHIFT || (p->core <= p->die && p->die <= p->package));
}

void hc_place_cpu(struct hc_source *src, unsigned cpu, struct hc_place *place)
{
    struct cpu c = { .src = src, .place = place };
    const struct hc_reply *extended;

    *place = (struct hc_place){ .cpu = cpu, .module = HC_NO_SHIFT, .die = HC_NO_SHIFT };
    place->why = place->kind_why = identify(&c);
    if (place->why->answer != HC_OK)
        return;
    extended = ask(&c, 0x80000001, 0, &c.extended);
    if (is_amd(place) && extended->answer != HC_OK) {
        place->why = place->kind_why = extended;
        return;
    }
    place->topoext = is_amd(place) && c.extended.ecx & BIT(22);
    if (!by_levels(&c))
        by_leaf_1(&c);
    if (!nested(place))
        place->why = hc_malformed(src, place->why, "a core that is larger than its package");
    if (is_amd(place))
        nodes(&c);
    if (is_amd(place))
        amd_kind(&c);
    else
        intel_kind(&c);
}
