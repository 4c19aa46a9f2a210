/* Caches by /sys/devices/system/cpu/cpuN/cache/indexM, each read through one of the CPUs that share it.

   What is read of every cache is its size and who shares it. The rest is read once for those of one size at one index
   in one package and kind of core: there the kernel takes all from the same table of the CPU, in the same order
   (drivers/base/cacheinfo.c), and cells keep the reply of the cache that was read. */
#include "topology.h"

#include "tables.h"

#include <string.h>

enum { INDEXES = 16, TRIES = 8 };

/* What caches that are alike share. */
struct model {
    unsigned index;
    const struct hc_cpu_group *package;
    struct hc_text size, kind;
    const struct hc_reply *level_why, *type_why, *ways_why, *line_why, *sets_why;
    uint64_t level, ways, line, sets;
    const char *type;
    struct model *next;
};

struct cache {
    const struct hc_reply *shared, *size_why;
    struct hc_text cpus;
    uint64_t size;
    const struct model *model;
    struct cache *next;
};

struct caches {
    struct hc_topology *t;
    struct model *models;
    struct cache *first[INDEXES], **end[INDEXES];
    struct cache *(*of)[INDEXES]; /* by CPU: whose caches are known */
    uint32_t *indexes;            /* by CPU: what it has, where a thread of its core was asked */
    bool masks;                   /* this kernel has no lists of who shares */
    const struct hc_cpu *listed;  /* whose folder was listed last, with what it held */
    uint32_t listed_indexes;
};

static const char *index_path(struct caches *c, unsigned cpu, unsigned index, const char *file)
{
    return hc_format(c->t->src, HC_CPU_FOLDER "/cpu%u/cache/index%u/%s", cpu, index, file);
}

/* "32K": kernels write nothing but K. */
static const struct hc_reply *ask_size(struct hc_source *src, const char *path, struct hc_text *text, uint64_t *size)
{
    static const char units[] = "KMG";
    const struct hc_reply *reply = hc_ask_line(src, path, text);
    const char *unit = text->size ? memchr(units, text->at[text->size - 1], sizeof units - 1) : NULL;
    struct hc_text number = { text->at, text->size - (unit != NULL) };

    *size = 0;
    if (reply->answer == HC_OK && (!hc_number(number, 10, size) || *size > UINT32_MAX))
        return hc_malformed(src, reply, "a size was expected");
    if (unit)
        *size <<= 10 * (unit - units + 1);
    return reply;
}

static const struct hc_reply *ask_type(struct hc_source *src, const char *path, const char **type)
{
    static const char *const words[][2] = { { "Data", "data" },
                                            { "Instruction", "instruction" },
                                            { "Unified", "unified" } };
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, path, &line);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hc_text_is(line, words[i][0])) {
            *type = words[i][1];
            return reply;
        }
    *type = "";
    return hc_malformed(src, reply, "Data, Instruction or Unified was expected");
}

static struct hc_text kind_of(const struct hc_cpu *cpu)
{
    return cpu->group[HC_CORE] ? cpu->group[HC_CORE]->type : HC_TEXT("");
}

/* size = ways * lines in a sector * line * sets, where all are told. Firmware's field for the ways may be too small. */
static void check_ways(struct caches *c, struct model *m, unsigned cpu, struct hc_text size)
{
    uint64_t kilobytes = 0, partition = 1, bytes = m->ways * m->line * m->sets;

    if (!size.size || size.at[size.size - 1] != 'K' || !bytes || m->ways_why->answer != HC_OK ||
        !hc_number((struct hc_text){ size.at, size.size - 1 }, 10, &kilobytes) || bytes >> 10 == kilobytes)
        return;
    hc_ask_u64(c->t->src, index_path(c, cpu, m->index, "physical_line_partition"), &partition);
    if (bytes * partition >> 10 != kilobytes)
        m->ways_why = hc_malformed(c->t->src, m->ways_why, "size, ways, line and sets contradict each other");
}

static const struct model *model_of(struct caches *c, unsigned cpu, unsigned index, struct hc_text size)
{
    struct hc_source *src = c->t->src;
    const struct hc_cpu *self = &c->t->cpus[cpu];
    struct model *m = c->models;

    for (; m; m = m->next)
        if (size.size && m->index == index && m->package == self->group[HC_PACKAGE] && hc_same_text(m->size, size) &&
            hc_same_text(m->kind, kind_of(self)))
            return m;
    m = hc_alloc(&src->arena, sizeof *m);
    if (!m)
        return NULL;
    *m = (struct model){ .index = index, .package = self->group[HC_PACKAGE], .size = size, .kind = kind_of(self) };
    m->level_why = hc_ask_u64(src, index_path(c, cpu, index, "level"), &m->level);
    m->type_why = ask_type(src, index_path(c, cpu, index, "type"), &m->type);
    m->ways_why = hc_ask_u64(src, index_path(c, cpu, index, "ways_of_associativity"), &m->ways);
    m->line_why = hc_ask_u64(src, index_path(c, cpu, index, "coherency_line_size"), &m->line);
    m->sets_why = hc_ask_u64(src, index_path(c, cpu, index, "number_of_sets"), &m->sets);
    check_ways(c, m, cpu, size);
    m->next = c->models;
    c->models = m;
    return m;
}

static const struct hc_reply *ask_shared(struct caches *c, unsigned cpu, unsigned index, struct hc_text *list)
{
    const struct hc_reply *reply = NULL, *mask;

    if (!c->masks)
        reply = hc_ask_cpu_list(c->t->src, index_path(c, cpu, index, "shared_cpu_list"), list);
    if (reply && reply->answer != HC_ABSENT && reply->answer != HC_NOT_RECORDED)
        return reply;
    mask = hc_ask_cpu_mask(c->t->src, index_path(c, cpu, index, "shared_cpu_map"), list);
    c->masks = c->masks || mask->answer == HC_OK;
    return reply && mask->answer != HC_OK ? reply : mask;
}

static const struct hc_reply *contradict(struct caches *c, const struct hc_reply *reply)
{
    return hc_malformed(c->t->src, reply, "the lists of two caches contradict each other");
}

/* The cache is that of all CPUs in a list. One that has another at this index makes both lists doubtful. */
static void share(struct caches *c, struct cache *cache, unsigned index, struct hc_text list)
{
    struct hc_cpu_range range;

    while (hc_next_range(&list, &range))
        for (unsigned n = range.first; n <= range.last && n < c->t->count; n++) {
            struct cache **old = &c->of[n][index];
            if (*old && *old != cache) {
                (*old)->shared = contradict(c, (*old)->shared);
                cache->shared = contradict(c, cache->shared);
            } else {
                *old = cache;
            }
        }
}

/* Threads of a core share what it has, also where the list of a cache does not say so. */
static struct hc_text threads_of(struct caches *c, unsigned cpu)
{
    const struct hc_cpu_group *core = c->t->cpus[cpu].group[HC_CORE];

    return core && hc_sound(core) ? core->list : HC_TEXT("");
}

static void add(struct caches *c, struct cache *cache, unsigned index)
{
    if (!c->end[index])
        c->end[index] = &c->first[index];
    *c->end[index] = cache;
    c->end[index] = &cache->next;
}

static void read_cache(struct caches *c, unsigned cpu, unsigned index)
{
    struct hc_source *src = c->t->src;
    struct cache *cache = hc_alloc(&src->arena, sizeof *cache);
    struct hc_text size;

    if (!cache)
        return;
    cache->shared = ask_shared(c, cpu, index, &cache->cpus);
    cache->size_why = ask_size(src, index_path(c, cpu, index, "size"), &size, &cache->size);
    cache->model = model_of(c, cpu, index, size);
    c->of[cpu][index] = cache;
    if (cache->shared->answer == HC_OK && !hc_in_cpu_list(cache->cpus, cpu))
        cache->shared = hc_malformed(src, cache->shared, "a list without the CPU itself");
    share(c, cache, index, cache->shared->answer == HC_OK ? cache->cpus : threads_of(c, cpu));
    add(c, cache, index);
}

/* Which indexes a CPU has, as bits. */
static const struct hc_reply *ask_indexes(struct caches *c, unsigned cpu, uint32_t *indexes)
{
    struct hc_text names, name;
    const struct hc_reply *reply =
        hc_ask_dir(c->t->src, hc_format(c->t->src, HC_CPU_FOLDER "/cpu%u/cache", cpu), &names);
    uint64_t index;

    *indexes = 0;
    while (hc_next_line(&names, &name))
        if (hc_starts(name, "index") && hc_number((struct hc_text){ name.at + 5, name.size - 5 }, 10, &index) &&
            index < INDEXES)
            *indexes |= UINT32_C(1) << index;
    c->listed = &c->t->cpus[cpu];
    c->listed_indexes = *indexes;
    return reply;
}

static uint32_t known_indexes(const struct caches *c, unsigned cpu)
{
    uint32_t known = 0;

    for (unsigned index = 0; index < INDEXES; index++)
        known |= (uint32_t)(c->of[cpu][index] != NULL) << index;
    return known;
}

/* Cores of one kind in one package have caches at the same indexes; 0: none of them was listed last. */
static uint32_t listed_for_kind(const struct caches *c, unsigned cpu)
{
    const struct hc_cpu *self = &c->t->cpus[cpu];

    if (!c->listed || !self->group[HC_PACKAGE] || c->listed->group[HC_PACKAGE] != self->group[HC_PACKAGE] ||
        !hc_same_text(kind_of(c->listed), kind_of(self)))
        return 0;
    return c->listed_indexes;
}

/* The threads of a core have the same caches. */
static void tell_siblings(struct caches *c, unsigned cpu, uint32_t indexes)
{
    struct hc_text rest = threads_of(c, cpu);
    struct hc_cpu_range range;

    while (hc_next_range(&rest, &range))
        for (unsigned n = range.first; n <= range.last && n < c->t->count; n++)
            c->indexes[n] = indexes;
}

/* Whether a CPU has what others of its kind have: then its own folder need not be listed. */
static bool like_others(struct caches *c, unsigned cpu, uint32_t indexes)
{
    struct hc_text list;

    for (unsigned index = 0; index < INDEXES; index++)
        if (indexes >> index & 1 && !c->of[cpu][index] && ask_shared(c, cpu, index, &list)->answer != HC_OK)
            return false;
    return true;
}

static const struct hc_reply *read_caches(struct caches *c, unsigned cpu)
{
    uint32_t known = known_indexes(c, cpu), indexes;
    const struct hc_reply *reply = NULL;

    if (c->indexes[cpu] && (c->indexes[cpu] & ~known) == 0)
        return NULL;
    indexes = listed_for_kind(c, cpu);
    if (!indexes || !like_others(c, cpu, indexes))
        reply = ask_indexes(c, cpu, &indexes);
    for (unsigned index = 0; index < INDEXES; index++)
        if ((indexes & ~known) >> index & 1)
            read_cache(c, cpu, index);
    tell_siblings(c, cpu, indexes);
    return reply;
}

/* ---- the table ---- */

static void put_row(struct hc_facts *facts, const struct cache *cache)
{
    const struct model nothing = { .level_why = cache->size_why,
                                   .type_why = cache->size_why,
                                   .ways_why = cache->size_why,
                                   .line_why = cache->size_why,
                                   .sets_why = cache->size_why,
                                   .type = "" };
    const struct model *m = cache->model ? cache->model : &nothing;
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_CACHES, cache->size_why);

    hc_cell_number(facts, row, HC_COL_CACHE_SIZE, cache->size_why, cache->size);
    hc_cell_text(facts, row, HC_COL_CACHE_CPUS, cache->shared, cache->cpus);
    hc_cell_number(facts, row, HC_COL_CACHE_LEVEL, m->level_why, m->level);
    hc_cell_text(facts, row, HC_COL_CACHE_TYPE, m->type_why, (struct hc_text){ m->type, strlen(m->type) });
    hc_cell_number(facts, row, HC_COL_CACHE_WAYS, m->ways_why, m->ways);
    hc_cell_number(facts, row, HC_COL_CACHE_LINE, m->line_why, m->line);
    hc_cell_number(facts, row, HC_COL_CACHE_SETS, m->sets_why, m->sets);
}

static void put_rows(struct caches *c, const struct hc_reply *why)
{
    hc_put_table(c->t->facts, HC_TABLE_CACHES, why);
    for (unsigned index = 0; index < INDEXES; index++)
        for (const struct cache *cache = c->first[index]; cache; cache = cache->next)
            put_row(c->t->facts, cache);
}

/* ---- kernels that show caches elsewhere ---- */

static struct hc_table_row *plain_row(struct hc_topology *t, const struct hc_reply *reply, uint64_t level,
                                      const char *type, uint64_t size)
{
    struct hc_table_row *row = hc_add_row(t->facts, HC_TABLE_CACHES, reply);

    hc_cell_number(t->facts, row, HC_COL_CACHE_LEVEL, reply, level);
    hc_cell_text(t->facts, row, HC_COL_CACHE_TYPE, reply, (struct hc_text){ type, strlen(type) });
    hc_cell_number(t->facts, row, HC_COL_CACHE_SIZE, reply, size);
    return row;
}

/* Files of each CPU on SPARC (arch/sparc/kernel/sysfs.c); who shares a cache is not among them. */
static void sparc_caches(struct hc_topology *t, unsigned cpu)
{
    static const struct {
        const char *size, *line, *type;
        unsigned level;
    } rows[] = { { "l1_dcache_size", "l1_dcache_line_size", "data", 1 },
                 { "l1_icache_size", "l1_icache_line_size", "instruction", 1 },
                 { "l2_cache_size", "l2_cache_line_size", "unified", 2 } };
    uint64_t size, line;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct hc_reply *reply =
            hc_ask_u64(t->src, hc_format(t->src, HC_CPU_FOLDER "/cpu%u/%s", cpu, rows[i].size), &size);
        struct hc_table_row *row = plain_row(t, reply, rows[i].level, rows[i].type, size);
        reply = hc_ask_u64(t->src, hc_format(t->src, HC_CPU_FOLDER "/cpu%u/%s", cpu, rows[i].line), &line);
        hc_cell_number(t->facts, row, HC_COL_CACHE_LINE, reply, line);
    }
}

static bool is_sparc(struct hc_topology *t, const struct hc_reply **reply)
{
    uint64_t size;

    for (unsigned cpu = 0; cpu < t->count; cpu++)
        if (t->cpus[cpu].runs) {
            const char *path = hc_format(t->src, HC_CPU_FOLDER "/cpu%u/l1_dcache_size", cpu);
            *reply = hc_ask_u64(t->src, path, &size);
            return (*reply)->answer == HC_OK;
        }
    return false;
}

/* The number behind "name=" in a line of words; false where it is not there. */
static bool word_number(struct hc_text line, const char *wanted, uint64_t *number)
{
    struct hc_text word, name, value;

    while (hc_next_word(&line, &word))
        if (hc_split(word, '=', &name, &value) && hc_text_is(name, wanted)) {
            value.size -= value.size && value.at[value.size - 1] == 'K';
            return hc_number(value, 10, number);
        }
    return false;
}

/* A cache of s390x that CPUs share, which is in no folder of theirs (arch/s390/kernel/cache.c, show_cacheinfo):
   "level=3 type=Unified scope=Shared size=65536K line_size=256 associativity=16". How many there are is not told. */
static void put_s390(struct hc_topology *t, const struct hc_reply *reply, struct hc_text line)
{
    struct hc_table_row *row;
    uint64_t level, size, number;

    if (!hc_has_word(line, "scope=Shared") || !hc_has_word(line, "type=Unified") ||
        !word_number(line, "level", &level) || !word_number(line, "size", &size) || size > UINT32_MAX)
        return;
    row = plain_row(t, reply, level, "unified", size << 10);
    if (word_number(line, "line_size", &number))
        hc_cell_number(t->facts, row, HC_COL_CACHE_LINE, reply, number);
    if (word_number(line, "associativity", &number))
        hc_cell_number(t->facts, row, HC_COL_CACHE_WAYS, reply, number);
}

static void s390_caches(struct hc_topology *t)
{
    struct hc_text text, line, name, value;
    const struct hc_reply *reply = hc_ask_file(t->src, "/proc/cpuinfo", &text);
    struct hc_text rest = text;

    if (!hc_next_line(&rest, &line) || !hc_split(line, ':', &name, &value) || !hc_text_is(value, "IBM/S390"))
        return;
    while (hc_next_line(&rest, &line) && !hc_starts(line, "processor"))
        if (hc_starts(line, "cache") && hc_split(line, ':', &name, &value))
            put_s390(t, reply, value);
}

/* ---- all of it ---- */

/* A CPU that does not show its caches has a row all the same: it has some. */
static void unknown_caches(struct caches *c, unsigned cpu, const struct hc_reply *reply)
{
    struct cache *cache = hc_alloc(&c->t->src->arena, sizeof *cache);
    char *text = hc_format(c->t->src, "%u", cpu);

    if (!cache || !text)
        return;
    *cache = (struct cache){ .shared = c->t->cpus[cpu].online, .size_why = reply, .cpus = { text, strlen(text) } };
    add(c, cache, 0);
}

/* Asks the CPUs that run. The reply is that of the first; where the first ones show no caches, nobody is asked more. */
static const struct hc_reply *ask_all(struct caches *c)
{
    const struct hc_reply *good = NULL, *reply = NULL, *bad[TRIES] = { NULL };
    unsigned tried = 0, of[TRIES];

    for (unsigned cpu = 0; cpu < c->t->count && tried < TRIES; cpu++) {
        if (!c->t->cpus[cpu].runs)
            continue;
        reply = read_caches(c, cpu);
        if (reply && reply->answer == HC_OK) {
            good = good ? good : reply;
        } else if (reply && good) {
            unknown_caches(c, cpu, reply);
        } else if (reply) {
            of[tried] = cpu;
            bad[tried++] = reply;
        }
    }
    for (unsigned i = 0; good && i < tried; i++)
        unknown_caches(c, of[i], bad[i]);
    return good ? good : bad[0];
}

void hc_topology_caches(struct hc_topology *t)
{
    struct caches c = { .t = t };
    const struct hc_reply *why, *sparc;

    c.of = hc_alloc(&t->src->arena, t->count * sizeof *c.of);
    c.indexes = hc_alloc(&t->src->arena, t->count * sizeof *c.indexes);
    if (!c.of || !c.indexes)
        return;
    why = ask_all(&c);
    if (why && why->answer == HC_OK) {
        put_rows(&c, why);
        s390_caches(t);
    } else if (is_sparc(t, &sparc)) {
        hc_put_table(t->facts, HC_TABLE_CACHES, sparc);
        for (unsigned cpu = 0; cpu < t->count; cpu++)
            if (t->cpus[cpu].runs)
                sparc_caches(t, cpu);
    } else if (why) {
        hc_put_table(t->facts, HC_TABLE_CACHES, hc_unless_absent(t->src, why));
    }
}
