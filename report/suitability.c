#include "suitability.h"

#include "text_line.h"
#include "view.h"

#include <string.h>

#define GIB(n) (UINT64_C(n) << 30)

enum { APART = 15 };

enum item {
#define ITEM(id, name, max, title) id,
#define FROM(item, number, points)
#define WORTH(item, word, points)
#include "scoring.def"
    ITEMS
};

_Static_assert((int)ITEMS <= (int)HC_SCORE_ITEMS_MAX, "room for every item");

static const struct {
    const char *id, *title;
    int max;
} items[] = {
#define ITEM(id, name, max, title) [id] = { name, title, max },
#define FROM(item, number, points)
#define WORTH(item, word, points)
#include "scoring.def"
};

/* A row of a scale: from a number on, or for a word. */
struct step {
    enum item item;
    const char *word;
    uint64_t from;
    int points;
};

static const struct step scale[] = {
#define ITEM(id, name, max, title)
#define FROM(item, number, points) { item, NULL, number, points },
#define WORTH(item, word, points)  { item, word, 0, points },
#include "scoring.def"
};

/* What was found of one item: at least this number, or this word; not known where more may be true. */
struct finding {
    const char *word, *because;
    uint64_t number;
    bool known;
};

struct look {
    struct hc_view view;
    struct hc_arena *arena;
};

static int points_of(enum item item, const struct finding *found)
{
    int points = 0;

    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++) {
        const struct step *s = &scale[i];
        const bool holds = s->word ? found->word && !strcmp(found->word, s->word) : found->number >= s->from;
        if (s->item == item && holds && s->points > points)
            points = s->points;
    }
    return points;
}

/* ---- what the items rest on ---- */

static struct finding iommu(struct look *l)
{
    const enum hc_tri table = hc_see(&l->view, HC_IOMMU_TABLE), remaps = hc_see(&l->view, HC_IOMMU_INTREMAP);

    if (table == HC_UNKNOWN)
        return (struct finding){ .because = "whether firmware describes an IOMMU is not known" };
    if (table == HC_NO)
        return (struct finding){ .because = "firmware describes no IOMMU", .known = true };
    if (remaps == HC_YES)
        return (struct finding){ .because = "an IOMMU, and interrupts are remapped", .number = 2, .known = true };
    return (struct finding){ .because = remaps == HC_NO ? "an IOMMU, but interrupts are not remapped"
                                                        : "an IOMMU; whether interrupts are remapped is not known",
                             .number = 1,
                             .known = remaps == HC_NO };
}

/* 3.125 % less than a round number will do: firmware keeps some of the modules for itself. */
static struct finding memory(struct look *l)
{
    struct finding f = { .because = "how much memory there is is not known" };
    uint64_t bytes;

    f.known = hc_see_number(&l->view, HC_MEMORY_INSTALLED, &bytes) || hc_see_number(&l->view, HC_MEMORY_USABLE, &bytes);
    if (!f.known)
        return f;
    f.number = bytes / 31 * 32 + bytes % 31 * 32 / 31;
    f.because = hc_size_text(l->arena, bytes);
    return f;
}

static struct finding cores(struct look *l)
{
    struct finding f = { .because = "the number of cores is not known" };

    f.known = hc_see_number(&l->view, HC_TOPOLOGY_CORES, &f.number);
    if (f.known)
        f.because = hc_print(l->arena, "%llu %s", (unsigned long long)f.number, f.number == 1 ? "core" : "cores");
    return f;
}

/* The fastest card speaks for the others: there is one fact about speed. */
static struct finding network(struct look *l)
{
    struct finding f = { .because = "whether there is a wired network is not known" };
    uint64_t wired, speed = 0;
    bool measured;

    if (!hc_see_number(&l->view, HC_NIC_WIRED, &wired))
        return f;
    f.known = true;
    f.because = "no wired interface";
    if (!wired)
        return f;
    measured = hc_see_number(&l->view, HC_NIC_MAX, &speed);
    f.known = measured;
    f.number = !measured || speed < 1000000000 ? 1 : wired == 1 ? 2 : 3;
    f.because = hc_print(l->arena, "%llu wired, %s%s", (unsigned long long)wired,
                         measured ? "the fastest for " : "how fast is not known",
                         measured ? hc_decimal_text(l->arena, speed, "bit/s") : "");
    return f;
}

static struct finding chassis(struct look *l)
{
    struct finding f = { .word = hc_see_word(&l->view, HC_HOST_CHASSIS) };

    f.known = f.word != NULL;
    f.because = !f.word                    ? "what kind of machine it is is not known"
                : !strcmp(f.word, "other") ? "neither server nor desktop nor laptop"
                                           : hc_print(l->arena, "a %s", f.word);
    return f;
}

static struct finding management(struct look *l)
{
    static const char *const words[] = { [HC_UNKNOWN] = "not known", [HC_NO] = "no", [HC_YES] = "yes" };
    const enum hc_tri bmc = hc_see(&l->view, HC_HOST_BMC), ecc = hc_see(&l->view, HC_MEMORY_ECC);

    return (struct finding){ .because = hc_print(l->arena, "BMC: %s, ECC: %s", words[bmc], words[ecc]),
                             .number = (uint64_t)(bmc == HC_YES) + (ecc == HC_YES),
                             .known = bmc != HC_UNKNOWN && ecc != HC_UNKNOWN };
}

static struct finding disk(struct look *l)
{
    struct finding f = { .because = "how much room there is is not known" };

    f.known = hc_see_number(&l->view, HC_DISK_FREE, &f.number);
    if (f.known)
        f.because = hc_size_text(l->arena, f.number);
    return f;
}

static struct finding interactive(struct look *l)
{
    static const char *const words[] = { [HC_UNKNOWN] = "whether somebody works at it is not known",
                                         [HC_NO] = "no desktop session, and no edition for desktops",
                                         [HC_YES] = "a desktop session, or an edition for desktops" };
    const enum hc_tri desktop = hc_see(&l->view, HC_HOST_INTERACTIVE);

    return (struct finding){ .because = words[desktop], .number = desktop == HC_YES, .known = desktop != HC_UNKNOWN };
}

static struct finding holder(struct look *l)
{
    const char *by = hc_see_word(&l->view, HC_VIRT_TAKEN_BY);
    const bool free_to_use = by && (!strcmp(by, "none") || !strcmp(by, "kvm"));

    return (struct finding){ .because = !by                   ? "who holds them is not known"
                                        : !strcmp(by, "none") ? "nobody holds them"
                                                              : hc_print(l->arena, "held by %s", by),
                             .number = free_to_use,
                             .known = by != NULL };
}

/* ---- points ---- */

static struct finding find(enum item item, struct look *l)
{
    static struct finding (*const finders[])(struct look *) = {
        [T1_IOMMU] = iommu,     [T1_MEMORY] = memory,     [T1_CORES] = cores, [T1_NIC] = network,
        [T1_CHASSIS] = chassis, [T1_MANAGE] = management, [T1_DISK] = disk,   [T2_INTERACTIVE] = interactive,
        [T2_CHASSIS] = chassis, [T2_MEMORY] = memory,     [T2_CORES] = cores, [T2_DISK] = disk,
        [T2_FREE] = holder,
    };

    return finders[item](l);
}

static bool for_type1(enum item item)
{
    return items[item].id[1] == '1';
}

/* What stands behind the words where the host is a guest, or may be one. */
static const char *in_guest(struct hc_arena *arena, const char *because, enum hc_tri guest)
{
    if (guest == HC_NO)
        return because;
    return hc_print(arena, guest == HC_YES ? "%s; half, in a guest" : "%s; half, if this is a guest", because);
}

/* A Mac of Apple silicon starts systems that Apple signed, or Linux as the owner's own: no hypervisor of type 1. */
static bool apple_silicon(const struct hc_facts *facts)
{
    return hc_flag(facts, HC_MACOS_ARM64) == HC_YES;
}

static void no_type1(struct hc_score_item *s, struct look *l)
{
    hc_see(&l->view, HC_MACOS_ARM64);
    s->points = 0;
    s->known = true;
    s->because = "no hypervisor of type 1 starts on Apple silicon";
}

/* In a guest the machine is another's: what counts for type 1 counts half there. */
static struct hc_score_item score(enum item item, const struct hc_facts *facts, struct hc_arena *arena)
{
    struct look l = { hc_view_of(facts), arena };
    const enum hc_tri guest = for_type1(item) ? hc_see_is(&l.view, HC_HOST_ROLE, "guest") : HC_NO;
    const struct finding found = find(item, &l);
    const int points = points_of(item, &found);
    struct hc_score_item s = { .id = items[item].id, .title = items[item].title, .max = items[item].max };

    s.points = guest == HC_YES ? points / 2 : points;
    s.known = found.known && (guest != HC_UNKNOWN || !points);
    s.because = found.because && points ? in_guest(arena, found.because, guest) : found.because;
    s.because = s.because ? s.because : "";
    if (for_type1(item) && apple_silicon(facts))
        no_type1(&s, &l);
    s.seen = hc_seen(&l.view, arena);
    s.seen_count = s.seen ? l.view.count : 0;
    return s;
}

static const char *preferred(int type1, int type2)
{
    if (type1 - type2 >= APART)
        return "type1";
    return type2 - type1 >= APART ? "type2" : "either";
}

/* Whether the preference stays the same where all that is open falls to one side. */
static bool settled(const struct hc_suitability *s, enum hc_tri guest)
{
    int more[2] = { 0, 0 }, fewer1 = 0;

    for (size_t i = 0; i < s->count; i++) {
        const struct hc_score_item *item = &s->items[i];
        const bool type1 = for_type1((enum item)i);
        const int max = type1 && guest == HC_YES ? item->max / 2 : item->max;
        more[type1] += item->known ? 0 : max - item->points;
        fewer1 += type1 && guest == HC_UNKNOWN ? item->points - item->points / 2 : 0;
    }
    return !strcmp(preferred(s->type1 + more[true], s->type2), s->prefer) &&
           !strcmp(preferred(s->type1 - fewer1, s->type2 + more[false]), s->prefer);
}

struct hc_suitability hc_suitability(const struct hc_facts *facts, struct hc_arena *arena)
{
    struct hc_suitability s = { .count = ITEMS };
    struct hc_view view = hc_view_of(facts);
    const enum hc_tri gate = hc_flag(facts, HC_VIRT_HW), guest = hc_see_is(&view, HC_HOST_ROLE, "guest");

    for (int i = 0; i < ITEMS; i++) {
        s.items[i] = score((enum item)i, facts, arena);
        *(for_type1((enum item)i) ? &s.type1 : &s.type2) += s.items[i].points;
    }
    s.prefer = preferred(s.type1, s.type2);
    s.sure = gate == HC_NO || (gate == HC_YES && settled(&s, guest));
    if (gate == HC_YES)
        return s;
    s.type1 = s.type2 = gate == HC_NO ? 0 : -1;
    s.prefer = gate == HC_NO ? "neither" : "unknown";
    return s;
}
