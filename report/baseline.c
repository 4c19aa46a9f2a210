#include "baseline.h"

#include "cpu_features.h"
#include "parse.h"

#include <string.h>

enum { WORDS = (HC_FEATURES + 63) / 64 };

struct set {
    uint64_t words[WORDS];
};

static bool holds(const struct set *set, unsigned feature)
{
    return (set->words[feature / 64] >> feature % 64 & 1) != 0;
}

static void flip(struct set *set, unsigned feature)
{
    set->words[feature / 64] ^= UINT64_C(1) << feature % 64;
}

static void put(struct set *set, unsigned feature)
{
    set->words[feature / 64] |= UINT64_C(1) << feature % 64;
}

static struct set both(const struct set *a, const struct set *b)
{
    struct set out;

    for (int i = 0; i < WORDS; i++)
        out.words[i] = a->words[i] | b->words[i];
    return out;
}

/* What a has and b has not. */
static struct set without(const struct set *a, const struct set *b)
{
    struct set out;

    for (int i = 0; i < WORDS; i++)
        out.words[i] = a->words[i] & ~b->words[i];
    return out;
}

static unsigned size_of(const struct set *set)
{
    unsigned size = 0;

    for (int i = 0; i < WORDS; i++)
        for (uint64_t w = set->words[i]; w; w &= w - 1)
            size++;
    return size;
}

/* ---- models ---- */

enum {
    MODEL_NONE,
#define DATED(of, date)
#define MODEL(id, name, vendor, base) MODEL_##id,
#define SIGNATURE(family, model, first, last)
#define ADD(id)
#define LACK(id)
#include "cpu_models.def"
    MODELS
};

static const struct model {
    char name[24], vendor[13];
    uint8_t base;
} models[MODELS] = {
#define DATED(of, date)
#define MODEL(id, name, vendor, base) [MODEL_##id] = { name, vendor, MODEL_##base },
#define SIGNATURE(family, model, first, last)
#define ADD(id)
#define LACK(id)
#include "cpu_models.def"
};

/* What stands below each model, in its order. */
static const struct line {
    enum { IS_MODEL, IS_SIGNATURE, IS_FEATURE } what;
    uint16_t which; /* of the model or feature; of a signature the model */
    uint8_t family, first, last;
} lines[] = {
#define DATED(of, date)
#define MODEL(id, name, vendor, base)         { .what = IS_MODEL, .which = MODEL_##id },
#define SIGNATURE(family, model, first, last) { IS_SIGNATURE, model, family, first, last },
#define ADD(id)                               { .what = IS_FEATURE, .which = HC_FEATURE_##id },
#define LACK(id)                              { .what = IS_FEATURE, .which = HC_FEATURE_##id },
#include "cpu_models.def"
};

const char *hc_cpu_models_date(void)
{
    return
#define DATED(of, date) date
#define MODEL(id, name, vendor, base)
#define SIGNATURE(family, model, first, last)
#define ADD(id)
#define LACK(id)
#include "cpu_models.def"
        ;
}

/* Models as a host sees them: which have its signature. */
struct table {
    struct set features[MODELS];
    bool own[MODELS];
};

static bool signature_fits(const struct line *line, const struct hc_host_cpu *host)
{
    return line->family == host->family && line->which == host->model && host->stepping >= line->first &&
           host->stepping <= line->last;
}

/* A model is told from another: what it adds or lacks is what differs. */
static void expand(struct table *table, const struct hc_host_cpu *host)
{
    unsigned at = MODEL_NONE;

    memset(table, 0, sizeof *table);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        switch (lines[i].what) {
        case IS_MODEL:
            at = lines[i].which;
            table->features[at] = table->features[models[at].base];
            break;
        case IS_SIGNATURE: table->own[at] |= signature_fits(&lines[i], host); break;
        case IS_FEATURE: flip(&table->features[at], lines[i].which); break;
        }
}

/* What serves only guests of guests: a model fits without it, and libvirt then disables it by name. */
static struct set nested_features(void)
{
    struct set set = { { 0 } };

    put(&set, HC_FEATURE_VMX);
    put(&set, HC_FEATURE_SVM);
    for (unsigned f = 0; f < HC_FEATURES; f++)
        if (hc_features[f].kind == HC_FEATURE_NAMED && hc_features[f].leaf == 0x8000000a)
            put(&set, f);
    return set;
}

static bool vendor_fits(unsigned model, const struct hc_host_cpu *host)
{
    return !models[model].vendor[0] || !strcmp(models[model].vendor, host->vendor);
}

/* Among equals the later one: a version after the one that it improves. MODEL_NONE: none fits. */
static unsigned best(const struct table *table, const struct hc_host_cpu *host, const struct set *has)
{
    struct set nested = nested_features(), enough = both(has, &nested);
    unsigned found = MODEL_NONE, most = 0;

    for (unsigned m = 1; m < MODELS; m++) {
        struct set lacks = without(&table->features[m], &enough);
        unsigned size = size_of(&table->features[m]);
        if (!vendor_fits(m, host) || size_of(&lacks))
            continue;
        if (table->own[m] > table->own[found] || (table->own[m] == table->own[found] && size >= most)) {
            found = m;
            most = size;
        }
    }
    return found;
}

/* The model of the host's own signature that lacks the least. */
static unsigned nearest(const struct table *table, const struct hc_host_cpu *host, const struct set *has)
{
    unsigned found = MODEL_NONE, least = HC_FEATURES;

    for (unsigned m = 1; m < MODELS; m++) {
        struct set lacks = without(&table->features[m], has);
        if (table->own[m] && vendor_fits(m, host) && size_of(&lacks) <= least) {
            found = m;
            least = size_of(&lacks);
        }
    }
    return found;
}

/* ---- the host ---- */

/* Names come in the order of the rows, so that each is looked for behind the one before; then from the beginning. */
static struct set set_of(const char *names)
{
    struct hc_text rest = { names, strlen(names) }, word;
    struct set set = { { 0 } };
    unsigned from = 0;

    while (hc_next_word(&rest, &word))
        for (unsigned i = 0; i < HC_FEATURES; i++) {
            unsigned f = (from + i) % HC_FEATURES;
            if (hc_text_is(word, hc_features[f].name)) {
                put(&set, f);
                from = f + 1;
                break;
            }
        }
    return set;
}

static struct set leaf_set(bool in_msr, uint64_t leaf, uint64_t subleaf)
{
    struct set set = { { 0 } };

    for (unsigned f = 0; f < HC_FEATURES; f++)
        if ((hc_features[f].kind == HC_FEATURE_IN_MSR) == in_msr && hc_features[f].leaf == leaf &&
            hc_features[f].subleaf == subleaf)
            put(&set, f);
    return set;
}

static struct set unseen_of(const char *leaves)
{
    struct hc_text rest = { leaves, strlen(leaves) }, word, leaf, subleaf;
    struct set set = { { 0 } };
    uint64_t a, b;

    while (hc_next_word(&rest, &word))
        if (hc_split(word, ':', &leaf, &subleaf) && hc_number(leaf, 16, &a) && hc_number(subleaf, 16, &b)) {
            struct set more = leaf_set(false, a, b);
            set = both(&set, &more);
        }
    return set;
}

/* A register is there where CPUID announces it; what is in it is unknown where that or the register is. */
static void look_into_registers(const struct hc_host_cpu *host, struct set *has, struct set *unknown)
{
    static const struct {
        uint32_t msr;
        enum hc_feature announced_by;
    } registers[] = { { 0xcf, HC_FEATURE_CORE_CAPABILITY }, { 0x10a, HC_FEATURE_ARCH_CAPABILITIES } };
    struct set held = set_of(host->registers ? host->registers : "");

    for (int i = 0; i < 2; i++) {
        struct set all = leaf_set(true, registers[i].msr, 0), not_held = without(&all, &held);
        if (holds(has, registers[i].announced_by) && host->registers) {
            struct set in_it = without(&all, &not_held);
            *has = both(has, &in_it);
        } else if (holds(has, registers[i].announced_by) || holds(unknown, registers[i].announced_by))
            *unknown = both(unknown, &all);
    }
}

/* Transactional memory of Haswell is broken: Intel's specification updates (HSW136, HSD136, HSE40) have it disabled,
   and libvirt does not count it. Haswell-EX came with stepping 4, where it works. */
static void drop_broken(const struct hc_host_cpu *host, struct set *has)
{
    static const enum hc_feature tsx[] = { HC_FEATURE_HLE, HC_FEATURE_RTM };

    if (strcmp(host->vendor, "GenuineIntel") != 0 || host->family != 6)
        return;
    if (host->model != 60 && host->model != 69 && host->model != 70 && (host->model != 63 || host->stepping > 3))
        return;
    for (int i = 0; i < 2; i++)
        if (holds(has, tsx[i]))
            flip(has, tsx[i]);
}

/* ---- the answer ---- */

static const char *names_of(const struct set *set, struct hc_arena *arena)
{
    const size_t room = size_of(set) * (sizeof hc_features[0].name + 1);
    char *text = hc_alloc(arena, room + 1), *at = text;

    for (unsigned f = 0; text && f < HC_FEATURES; f++)
        if (holds(set, f) && hc_features[f].kind != HC_FEATURE_KERNEL) {
            size_t size = strlen(hc_features[f].name);
            if (at > text)
                *at++ = ' ';
            memcpy(at, hc_features[f].name, size);
            at += size;
        }
    return text;
}

/* What the host lacks of the model made for its own CPU, or of the one that fits where there is none. */
static struct set lacks_of(const struct table *table, const struct hc_host_cpu *host, const struct set *has,
                           unsigned fits)
{
    unsigned wanted = table->own[fits] ? fits : nearest(table, host, has);

    return without(&table->features[wanted == MODEL_NONE ? fits : wanted], has);
}

static bool same(const struct set *a, const struct set *b)
{
    return !memcmp(a, b, sizeof *a);
}

/* Each answer counts only where it is the same with and without the features that are not known. */
struct hc_baseline hc_baseline(const struct hc_host_cpu *host, struct hc_arena *arena)
{
    struct set has = set_of(host->features), unknown = unseen_of(host->unseen), all, extra, lacks, lacks_at_best;
    struct hc_baseline out = { NULL, NULL, NULL };
    struct table table;
    unsigned sure;

    look_into_registers(host, &has, &unknown);
    all = both(&has, &unknown);
    drop_broken(host, &has);
    drop_broken(host, &all);
    expand(&table, host);
    sure = best(&table, host, &has);
    if (sure == MODEL_NONE || sure != best(&table, host, &all))
        return out;
    out.model = models[sure].name;
    extra = without(&has, &table.features[sure]);
    if (same(&has, &all))
        out.extra = names_of(&extra, arena);
    lacks = lacks_of(&table, host, &has, sure);
    lacks_at_best = lacks_of(&table, host, &all, sure);
    if (same(&lacks, &lacks_at_best))
        out.missing = names_of(&lacks, arena);
    return out;
}
