/* CPUs and caches by the CPUID of every CPU, where the operating system does not tell. Levels are bits of APIC ids:
   CPUs whose ids agree above a level's bits are in the same one (Intel SDM vol. 3A, 10.9; AMD APM vol. 3, E.5). */
#include "cpulist.h"
#include "macos/macos.h"
#include "place.h"
#include "probes.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

struct use {
    struct hc_cache cache;
    uint64_t group; /* CPUs with the same one share it */
    unsigned cpu, first;
    bool beyond; /* more ids share it than a package has */
};

struct view {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list;    /* host:cpus */
    const struct hc_reply *trouble; /* why not every CPU is placed; NULL: all are */
    unsigned *cpus;                 /* the list; when all are placed, room for those of one cache */
    size_t count;
    struct hc_place *places;
    uint8_t *l2_shift; /* of each CPU; HC_NO_SHIFT: none */
    bool *has_l3;
    bool ids_differ, clusters, kinds_differ;
    struct use *uses;
    size_t use_count;
    const struct hc_reply *no_caches; /* why a CPU's are not known */
};

/* For a while, so not of the arena. Without memory the whole scan must fail, not tell less. */
static void *room(const struct view *v, size_t size)
{
    void *memory = calloc(1, size ? size : 1);

    v->src->arena.exhausted |= !memory;
    return memory;
}

/* ---- groups of CPUs ---- */

#define NO_DIES "this CPU does not tell its dies"
#define ALONE   (UINT64_C(1) << 40) /* above all ids: the only CPU of its package */

static uint64_t group(const struct hc_place *p, uint8_t shift)
{
    return p->alone ? ALONE | p->cpu : (uint64_t)p->apic >> shift << shift;
}

static uint64_t die_group(const struct hc_place *p)
{
    return p->die != HC_NO_SHIFT ? group(p, p->die) : group(p, p->package) << 8 | p->node;
}

static bool tells_die(const struct hc_place *p)
{
    return p->die != HC_NO_SHIFT || p->nodes;
}

static int order(uint64_t x, uint64_t y)
{
    return x < y ? -1 : x > y;
}

static int compare_ids(const void *a, const void *b)
{
    return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

enum what { BY_PACKAGE, BY_DIE, BY_CORE, BY_ID, BY_APIC };

static uint64_t group_by(const struct hc_place *p, enum what what)
{
    switch (what) {
    case BY_PACKAGE: return group(p, p->package);
    case BY_DIE: return die_group(p);
    case BY_CORE: return group(p, p->core);
    case BY_ID: return group(p, 0);
    default: return p->apic;
    }
}

/* How many groups the CPUs that have a place form; 0: no memory. *largest: CPUs of the largest. */
static size_t count_groups(const struct view *v, enum what what, size_t *largest)
{
    uint64_t *ids = room(v, v->count * sizeof *ids);
    size_t groups = 0, size = 0, count = 0;

    *largest = 0;
    if (!ids)
        return 0;
    for (size_t i = 0; i < v->count; i++)
        if (v->places[i].why->answer == HC_OK)
            ids[count++] = group_by(&v->places[i], what);
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        bool same = i && ids[i] == ids[i - 1];
        size = same ? size + 1 : 1;
        groups += !same;
        *largest = size > *largest ? size : *largest;
    }
    free(ids);
    return groups;
}

/* ---- which CPUs ---- */

static void add_cpus(struct view *v, struct hc_text list)
{
    struct hc_cpu_range range;

    while (list.size && hc_next_range(&list, &range))
        for (unsigned cpu = range.first; cpu <= range.last; cpu++)
            v->cpus[v->count++] = cpu;
}

/* Without a list, the CPU on which this process ran. */
static bool find_cpus(struct view *v)
{
    struct hc_text list;
    size_t count;

    v->list = hc_ask_host(v->src, "cpus", &list);
    list = hc_trim(list);
    if (!hc_cpu_list(list, &count) || !count) {
        v->list = hc_malformed(v->src, v->list, "a list of CPUs was expected");
        count = 0;
    }
    v->cpus = room(v, (count + 1) * sizeof *v->cpus);
    if (!v->cpus)
        return false;
    if (count)
        add_cpus(v, list);
    else
        v->cpus[v->count++] = hc_probe_cpu(v->src);
    return true;
}

/* ---- where they are ---- */

/* Ids that two CPUs have tell nothing of either. */
static void distrust_equal_ids(struct view *v)
{
    size_t largest;

    count_groups(v, BY_APIC, &largest);
    v->ids_differ = largest <= 1;
    count_groups(v, BY_ID, &largest);
    if (largest <= 1)
        return;
    for (size_t i = 0; i < v->count; i++) {
        v->places[i].why = hc_malformed(v->src, v->places[i].why, "two CPUs give the same APIC id");
        v->trouble = v->trouble ? v->trouble : v->places[i].why;
    }
}

static void find_places(struct view *v)
{
    if (v->list->answer != HC_OK)
        v->trouble = v->list;
    for (size_t i = 0; i < v->count; i++) {
        hc_place_cpu(v->src, v->cpus[i], &v->places[i]);
        if (v->places[i].why->answer != HC_OK && !v->trouble)
            v->trouble = v->places[i].why;
    }
    distrust_equal_ids(v);
}

/* ---- their caches ---- */

static void add_uses(struct view *v, size_t i, const struct hc_cache *caches, size_t count)
{
    const struct hc_place *p = &v->places[i];

    for (size_t c = 0; c < count; c++) {
        struct use *use = &v->uses[v->use_count++];
        *use = (struct use){ .cache = caches[c], .cpu = p->cpu };
        use->group = caches[c].shift == HC_NO_SHIFT ? group(p, p->package) << 8 | p->node : group(p, caches[c].shift);
        use->beyond = !p->alone && caches[c].shift != HC_NO_SHIFT && caches[c].shift > p->package;
        if (caches[c].level == 2)
            v->l2_shift[i] = caches[c].shift;
        v->has_l3[i] |= caches[c].level == 3;
    }
}

static void find_caches(struct view *v)
{
    for (size_t i = 0; i < v->count; i++) {
        struct hc_cache caches[HC_CACHES_MAX];
        const struct hc_reply *reply = v->places[i].why;
        size_t count = 0;

        v->l2_shift[i] = HC_NO_SHIFT;
        if (reply->answer == HC_OK)
            reply = hc_caches_of(v->src, &v->places[i], caches, &count);
        if (reply->answer != HC_OK)
            v->no_caches = reply;
        add_uses(v, i, caches, count);
    }
}

/* ---- clusters and kinds of cores ---- */

static uint8_t cluster_shift(const struct view *v, size_t i)
{
    const struct hc_place *p = &v->places[i];

    return p->module != HC_NO_SHIFT ? p->module : v->l2_shift[i];
}

struct member {
    uint64_t cluster, core;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    return x->cluster != y->cluster ? order(x->cluster, y->cluster) : order(x->core, y->core);
}

/* A cluster is a module, a compute unit, or else cores that share a second level cache, as the kernel has it too. There
   are clusters where one has two cores. */
static void find_clusters(struct view *v)
{
    struct member *members = room(v, v->count * sizeof *members);
    size_t n = 0;

    if (!members)
        return;
    for (size_t i = 0; i < v->count; i++)
        if (cluster_shift(v, i) != HC_NO_SHIFT)
            members[n++] =
                (struct member){ group(&v->places[i], cluster_shift(v, i)), group(&v->places[i], v->places[i].core) };
    qsort(members, n, sizeof *members, compare_members);
    for (size_t i = 1; i < n; i++)
        v->clusters |= members[i].cluster == members[i - 1].cluster && members[i].core != members[i - 1].core;
    free(members);
}

static void find_kinds(struct view *v)
{
    v->kinds_differ = v->count == 1;
    for (size_t i = 1; i < v->count; i++)
        v->kinds_differ |= v->places[i].kind != v->places[0].kind || v->has_l3[i] != v->has_l3[0];
}

/* Efficiency cores without the third level cache that others have are the ones apart from the ring: the low-power
   island. */
static const char *kind_name(const struct view *v, size_t i, bool any_l3)
{
    const struct hc_place *p = &v->places[i];

    if (p->kind == HC_KIND_ONLY || !v->kinds_differ)
        return "";
    if (p->kind == HC_KIND_PERFORMANCE)
        return "performance";
    return any_l3 && !v->has_l3[i] ? "low-power" : "efficiency";
}

/* ---- the table of CPUs ---- */

static void put_number(const struct view *v, struct hc_table_row *row, int column, const struct hc_reply *reply,
                       uint64_t value)
{
    hc_cell_number(v->facts, row, column, reply, value);
}

/* A number in its package: the id's bits below the package's, without those below the level's. */
static uint64_t in_package(const struct hc_place *p, uint8_t shift)
{
    return ((uint64_t)p->apic & ((UINT64_C(1) << p->package) - 1)) >> shift;
}

/* A reply that is ok, but does not tell. */
static const struct hc_reply *untold(const struct view *v, const struct hc_reply *reply, const char *why)
{
    return reply->answer == HC_OK ? hc_reword(v->src, reply, HC_UNSUPPORTED, why) : reply;
}

static void put_die(const struct view *v, struct hc_table_row *row, const struct hc_place *p)
{
    if (!tells_die(p))
        put_number(v, row, HC_COL_CPU_DIE, untold(v, p->why, NO_DIES), 0);
    else
        put_number(v, row, HC_COL_CPU_DIE, p->why, p->die != HC_NO_SHIFT ? in_package(p, p->die) : p->node);
}

static void put_cluster(const struct view *v, struct hc_table_row *row, const struct hc_place *p, uint8_t shift)
{
    if (!v->clusters || shift == HC_NO_SHIFT)
        put_number(v, row, HC_COL_CPU_CLUSTER,
                   v->trouble ? v->trouble : untold(v, p->why, "its cores form no clusters"), 0);
    else
        put_number(v, row, HC_COL_CPU_CLUSTER, p->why, in_package(p, shift));
}

static void put_place(const struct view *v, struct hc_table_row *row, size_t i)
{
    const struct hc_place *p = &v->places[i];
    const struct hc_reply *package = p->why;

    if (p->alone && !v->ids_differ)
        package = hc_malformed(v->src, p->why, "this CPU does not give its APIC id");
    put_number(v, row, HC_COL_CPU_PACKAGE, package, p->apic >> p->package);
    put_number(v, row, HC_COL_CPU_CORE, p->why, p->alone ? 0 : in_package(p, p->core));
    put_number(v, row, HC_COL_CPU_THREAD, p->why, p->alone ? 0 : p->apic & ((UINT32_C(1) << p->core) - 1));
    put_die(v, row, p);
    put_cluster(v, row, p, cluster_shift(v, i));
}

static void put_cpus(const struct view *v)
{
    bool any_l3 = false;

    for (size_t i = 0; i < v->count; i++)
        any_l3 |= v->has_l3[i];
    for (size_t i = 0; i < v->count; i++) {
        const struct hc_reply *because = v->list->answer == HC_OK ? v->list : v->places[i].why;
        struct hc_table_row *row = hc_add_row(v->facts, HC_TABLE_CPUS, because);
        const char *kind = kind_name(v, i, any_l3);

        put_number(v, row, HC_COL_CPU_ID, because, v->places[i].cpu);
        hc_cell_flag(v->facts, row, HC_COL_CPU_ONLINE, because, true);
        put_place(v, row, i);
        hc_cell_text(v->facts, row, HC_COL_CPU_TYPE, v->places[i].kind_why, (struct hc_text){ kind, strlen(kind) });
    }
}

/* ---- the table of caches ---- */

static int compare_kinds(const struct use *x, const struct use *y)
{
    return x->cache.level != y->cache.level ? order(x->cache.level, y->cache.level)
                                            : order(x->cache.type, y->cache.type);
}

static int compare_groups(const struct use *x, const struct use *y)
{
    return x->cache.shift != y->cache.shift ? order(x->cache.shift, y->cache.shift) : order(x->group, y->group);
}

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;

    if (compare_kinds(x, y))
        return compare_kinds(x, y);
    return compare_groups(x, y) ? compare_groups(x, y) : order(x->cpu, y->cpu);
}

static bool same_cache(const struct use *x, const struct use *y)
{
    return !compare_kinds(x, y) && !compare_groups(x, y);
}

/* By level, type and the first CPU that has it. */
static int compare_caches(const void *a, const void *b)
{
    const struct use *x = a, *y = b;

    if (compare_kinds(x, y))
        return compare_kinds(x, y);
    if (x->first != y->first)
        return order(x->first, y->first);
    return compare_groups(x, y) ? compare_groups(x, y) : order(x->cpu, y->cpu);
}

/* Brings the uses of each cache together, and the caches in order. */
static void order_uses(struct view *v)
{
    qsort(v->uses, v->use_count, sizeof *v->uses, compare_uses);
    for (size_t i = 0; i < v->use_count; i++)
        v->uses[i].first = i && same_cache(&v->uses[i], &v->uses[i - 1]) ? v->uses[i - 1].first : v->uses[i].cpu;
    qsort(v->uses, v->use_count, sizeof *v->uses, compare_caches);
}

static void put_sharers(const struct view *v, struct hc_table_row *row, const struct use *use, size_t count)
{
    const struct hc_reply *reply = use->cache.why;
    struct hc_text list;
    size_t cpus = 0;

    for (size_t i = 0; i < count; i++)
        if (!i || use[i].cpu != use[i - 1].cpu) /* a CPU that tells of it twice */
            v->cpus[cpus++] = use[i].cpu;
    list = hc_cpu_list_of(&v->src->arena, v->cpus, cpus);
    if (use->beyond)
        reply = hc_malformed(v->src, reply, "a cache that packages share");
    else if (v->trouble && use->cache.shift > 0) /* others may share it that were not seen */
        reply = v->trouble;
    hc_cell_text(v->facts, row, HC_COL_CACHE_CPUS, reply, list.at ? list : HC_TEXT(""));
}

static void put_cache(const struct view *v, const struct use *use, size_t count)
{
    static const char *const types[] = { "data", "instruction", "unified" };
    const struct hc_cache *c = &use->cache;
    const struct hc_reply *reply = c->why;
    struct hc_table_row *row = hc_add_row(v->facts, HC_TABLE_CACHES, reply);

    for (size_t i = 1; i < count; i++)
        if (use[i].cache.size != c->size || use[i].cache.ways != c->ways)
            reply = hc_malformed(v->src, c->why, "CPUs that share this cache describe it differently");
    put_number(v, row, HC_COL_CACHE_LEVEL, c->why, c->level);
    hc_cell_text(v->facts, row, HC_COL_CACHE_TYPE, c->why, (struct hc_text){ types[c->type], strlen(types[c->type]) });
    put_number(v, row, HC_COL_CACHE_SIZE, reply, c->size);
    put_number(v, row, HC_COL_CACHE_WAYS, reply, c->ways);
    put_number(v, row, HC_COL_CACHE_LINE, reply, c->line);
    put_number(v, row, HC_COL_CACHE_SETS, reply, c->sets);
    put_sharers(v, row, use, count);
}

static void put_caches(struct view *v)
{
    order_uses(v);
    for (size_t i = 0, end; i < v->use_count; i = end) {
        for (end = i + 1; end < v->use_count && same_cache(&v->uses[end], &v->uses[i]); end++)
            ;
        put_cache(v, &v->uses[i], end - i);
    }
}

/* ---- counts ---- */

static void put_counted(const struct view *v, struct hc_number_id id, enum what what)
{
    const struct hc_reply *reply = v->trouble ? v->trouble : v->list;
    size_t largest;

    hc_put_number(v->facts, id, reply, count_groups(v, what, &largest));
}

static void put_counts(const struct view *v)
{
    const struct hc_reply *no_dies = NULL;
    size_t largest;

    for (size_t i = 0; i < v->count && !no_dies; i++)
        if (!tells_die(&v->places[i]))
            no_dies = untold(v, v->places[i].why, NO_DIES);
    hc_put_number(v->facts, HC_CPUID_TOPOLOGY_THREADS, v->list, v->count);
    put_counted(v, HC_CPUID_TOPOLOGY_PACKAGES, BY_PACKAGE);
    put_counted(v, HC_CPUID_TOPOLOGY_CORES, BY_CORE);
    if (no_dies)
        hc_put_number(v->facts, HC_CPUID_TOPOLOGY_DIES, no_dies, 0);
    else
        put_counted(v, HC_CPUID_TOPOLOGY_DIES, BY_DIE);
    if (v->trouble)
        return;
    count_groups(v, BY_CORE, &largest);
    hc_put_number(v->facts, HC_CPUID_TOPOLOGY_THREADS_PER_CORE, v->list, largest);
}

/* What one CPU says of its package. Legacy leaves of Intel tell how many ids there are, not how many CPUs. */
static void put_package(const struct view *v)
{
    const struct hc_place *p = &v->places[0];
    const struct hc_reply *reply = p->why;
    uint64_t cores = p->core_threads ? (uint64_t)p->package_threads / p->core_threads : 0;

    if (!p->package_threads || !p->core_threads)
        reply = untold(v, reply, "this CPU tells how many ids its package takes, not how many CPUs it has");
    hc_put_number(v->facts, HC_CPUID_TOPOLOGY_THREADS_PER_PACKAGE, reply, p->package_threads);
    if (p->kind != HC_KIND_ONLY && p->vendor != HC_VENDOR_AMD)
        reply = untold(v, reply, "its cores differ, perhaps in their threads");
    else if (p->core_threads && p->package_threads % p->core_threads)
        reply = hc_malformed(v->src, reply, "a package of cores and a part of one");
    hc_put_number(v->facts, HC_CPUID_TOPOLOGY_THREADS_PER_CORE, reply, p->core_threads);
    hc_put_number(v->facts, HC_CPUID_TOPOLOGY_CORES_PER_PACKAGE, reply, cores);
}

/* ---- the probe ---- */

/* What is not known either way keeps the kernel's reason. An absent reply must not stand for an empty list. */
static bool start_table(struct hc_facts *facts, enum hc_table table, const struct hc_reply *reply)
{
    if (reply->answer == HC_OK || (!facts->tables[table].why && reply->answer != HC_ABSENT))
        hc_put_table(facts, table, reply);
    return reply->answer == HC_OK;
}

static void look(struct view *v)
{
    const struct hc_reply *cpus = v->list->answer == HC_OK ? v->list : NULL, *caches;
    bool want_cpus = !v->facts->tables[HC_TABLE_CPUS].known, want_caches = !v->facts->tables[HC_TABLE_CACHES].known;

    find_places(v);
    find_caches(v);
    find_clusters(v);
    find_kinds(v);
    put_counts(v);
    put_package(v);
    if (want_cpus && start_table(v->facts, HC_TABLE_CPUS, cpus ? cpus : v->places[0].why))
        put_cpus(v);
    caches = v->use_count ? v->uses[0].cache.why : v->no_caches ? v->no_caches : v->places[0].why;
    if (want_caches && start_table(v->facts, HC_TABLE_CACHES, caches))
        put_caches(v);
}

void hc_probe_cpuid_topology(struct hc_source *src, struct hc_facts *facts)
{
    struct view v = { .src = src, .facts = facts };

    if (facts->tables[HC_TABLE_CPUS].known && facts->tables[HC_TABLE_CACHES].known)
        return;
    if (hc_is_macos(src)) /* no thread chooses its CPU there: each answer may come from another one */
        return;
    if (find_cpus(&v)) {
        v.places = room(&v, v.count * sizeof *v.places);
        v.uses = room(&v, v.count * HC_CACHES_MAX * sizeof *v.uses);
        v.l2_shift = room(&v, v.count);
        v.has_l3 = room(&v, v.count * sizeof *v.has_l3);
        if (v.places && v.uses && v.l2_shift && v.has_l3)
            look(&v);
    }
    free(v.has_l3);
    free(v.l2_shift);
    free(v.uses);
    free(v.places);
    free(v.cpus);
}
