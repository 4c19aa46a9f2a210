/* /sys/devices/system/cpu: which CPUs there are, and how they form cores, clusters, dies and packages. A list read
   from one CPU of a group answers for all in it, so nothing is asked of its siblings. Offline CPUs show no topology.
   Names and values: Linux Documentation/ABI/stable/sysfs-devices-system-cpu, drivers/base/topology.c. */
#include "topology.h"

#include "probes.h"
#include "tables.h"

#include <string.h>

enum { NAMES = 4, TRIES = 8 };

#define NO_CLUSTER "65535" /* BAD_APICID: the second level cache has no number (arch/x86/kernel/cpu/cacheinfo.c) */

/* The names of a list since the newest kernels; a mask where a kernel had no list yet. */
static const struct {
    struct {
        const char *name;
        bool mask;
    } lists[NAMES];
    const char *id;
} files[HC_LEVELS] = {
    [HC_CORE] = { { { "core_cpus_list", false },
                    { "thread_siblings_list", false },
                    { "core_cpus", true },
                    { "thread_siblings", true } },
                  "core_id" },
    [HC_CLUSTER] = { { { "cluster_cpus_list", false }, { "cluster_cpus", true } }, "cluster_id" },
    [HC_DIE] = { { { "die_cpus_list", false }, { "die_cpus", true } }, "die_id" },
    [HC_PACKAGE] = { { { "package_cpus_list", false },
                       { "core_siblings_list", false },
                       { "package_cpus", true },
                       { "core_siblings", true } },
                     "physical_package_id" },
};

/* ---- which CPUs there are ---- */

/* Room for CPUs up to one with that number. */
static bool make_room(struct hc_topology *t, struct hc_text list)
{
    struct hc_cpu_range range = { 0, 0 };

    while (hc_next_range(&list, &range))
        t->count = range.last + 1;
    t->cpus = hc_alloc(&t->src->arena, t->count * sizeof *t->cpus);
    return t->cpus != NULL;
}

static const struct hc_reply *list_cpus(struct hc_topology *t, const struct hc_reply *present, struct hc_text *list)
{
    const struct hc_reply *folders;

    if (present->answer == HC_OK && list->size)
        return present;
    folders = hc_ask_cpu_folders(t->src, HC_CPU_FOLDER, list); /* older than 2.6.28 */
    return folders->answer == HC_OK ? folders : hc_malformed(t->src, present, "no CPU is present");
}

static void mark_online(struct hc_topology *t, struct hc_text list, const struct hc_reply *reply)
{
    struct hc_cpu_range range;

    for (unsigned cpu = 0; cpu < t->count; cpu++)
        t->cpus[cpu].online = reply;
    while (hc_next_range(&list, &range))
        for (unsigned cpu = range.first; cpu <= range.last && cpu < t->count; cpu++)
            t->cpus[cpu].runs = t->cpus[cpu].listed;
}

/* Without a list of those online: a CPU's own file, which those that cannot be switched off do not have. Then its
   topology tells, for only a CPU that runs has one. */
static void ask_online(struct hc_topology *t, struct hc_cpu *cpu, unsigned number)
{
    bool runs;
    const struct hc_reply *reply = hc_ask_flag(t->src, hc_cpu_path(t, number, "online"), &runs);

    cpu->online = reply;
    cpu->runs = reply->answer != HC_OK || runs;
}

static void count_running(struct hc_topology *t)
{
    for (unsigned cpu = 0; cpu < t->count; cpu++)
        t->running += t->cpus[cpu].runs;
}

/* Who is online and not present is not one of the table. */
static void find_cpus(struct hc_topology *t, const struct hc_reply *online, struct hc_text online_list,
                      struct hc_text present_list)
{
    struct hc_cpu_range range;

    while (hc_next_range(&present_list, &range))
        for (unsigned cpu = range.first; cpu <= range.last; cpu++)
            t->cpus[cpu].listed = true;
    if (online->answer == HC_OK && online_list.size)
        mark_online(t, online_list, online);
    else
        for (unsigned cpu = 0; cpu < t->count; cpu++)
            if (t->cpus[cpu].listed)
                ask_online(t, &t->cpus[cpu], cpu);
    count_running(t);
}

/* ---- groups ---- */

static void keep_group(struct hc_topology *t, enum hc_level level, struct hc_cpu_group *group)
{
    if (!t->end[level])
        t->end[level] = &t->groups[level];
    *t->end[level] = group;
    t->end[level] = &group->next;
}

static struct hc_cpu_group *new_group(struct hc_topology *t, unsigned first)
{
    struct hc_cpu_group *group = hc_alloc(&t->src->arena, sizeof *group);

    if (group)
        group->first = first;
    return group;
}

static void forget_groups(struct hc_topology *t, enum hc_level level)
{
    t->groups[level] = NULL;
    t->end[level] = NULL;
    for (unsigned cpu = 0; cpu < t->count; cpu++)
        t->cpus[cpu].group[level] = NULL;
}

/* What contradicts itself is not known. */
static void spoil(struct hc_topology *t, struct hc_cpu_group *group)
{
    group->why = hc_malformed(t->src, group->why, "the lists of two CPUs contradict each other");
    group->id_why = group->why;
    group->size += group->size == 0; /* it counts, as one that is not known */
}

static const struct hc_reply *ask_list(struct hc_topology *t, enum hc_level level, int name, unsigned cpu,
                                       struct hc_text *list)
{
    const char *path = hc_format(t->src, HC_CPU_FOLDER "/cpu%u/topology/%s", cpu, files[level].lists[name].name);

    return files[level].lists[name].mask ? hc_ask_cpu_mask(t->src, path, list) : hc_ask_cpu_list(t->src, path, list);
}

/* The first name that is answered; the kernel has the same for all CPUs. */
static const struct hc_reply *ask_names(struct hc_topology *t, enum hc_level level, unsigned cpu, int *name,
                                        struct hc_text *list)
{
    const struct hc_reply *first = NULL, *reply;

    for (int n = 0; n < NAMES && files[level].lists[n].name; n++) {
        reply = ask_list(t, level, n, cpu, list);
        if (reply->answer == HC_OK) {
            *name = n;
            return reply;
        }
        if (!first || first->answer == HC_ABSENT || first->answer == HC_NOT_RECORDED)
            first = reply;
    }
    return first;
}

static void ask_id(struct hc_topology *t, enum hc_level level, struct hc_cpu_group *group)
{
    struct hc_text line;
    const char *path = hc_format(t->src, HC_CPU_FOLDER "/cpu%u/topology/%s", group->first, files[level].id);
    const struct hc_reply *reply = hc_ask_line(t->src, path, &line);

    if (hc_text_is(line, "-1") || (level == HC_CLUSTER && hc_text_is(line, NO_CLUSTER)))
        reply = hc_reword(t->src, reply, HC_UNSUPPORTED, "the kernel does not know it");
    else if (reply->answer == HC_OK && !hc_number(line, 10, &group->id))
        reply = hc_malformed(t->src, reply, "a number was expected");
    group->id_why = reply;
}

/* Puts the CPUs of its list into a group. Nobody is in two, and the one that was asked is in its own. */
static void fill(struct hc_topology *t, enum hc_level level, struct hc_cpu_group *group)
{
    struct hc_text rest = group->list;
    struct hc_cpu_range range;

    t->cpus[group->first].group[level] = group;
    if (!hc_sound(group)) {
        group->size = 1;
        return;
    }
    if (!hc_in_cpu_list(group->list, group->first))
        spoil(t, group);
    while (hc_next_range(&rest, &range))
        for (unsigned cpu = range.first; cpu <= range.last && cpu < t->count; cpu++) {
            struct hc_cpu_group **old = &t->cpus[cpu].group[level];
            if (*old && !(*old)->list.size) { /* it could not tell: this list tells for it */
                (*old)->size = 0;
                *old = NULL;
            }
            if (*old && *old != group) {
                spoil(t, *old);
                spoil(t, group);
            } else if (t->cpus[cpu].runs) {
                *old = group;
                t->cpus[cpu].thread = level == HC_CORE ? (unsigned)group->size : t->cpus[cpu].thread;
                group->size++;
            }
        }
}

/* Where the first CPUs have no such file, this kernel or architecture has none, and one group says so for all. */
static void no_such_level(struct hc_topology *t, enum hc_level level, const struct hc_reply *reply)
{
    struct hc_cpu_group *group = new_group(t, 0);

    forget_groups(t, level);
    for (unsigned cpu = 0; group && cpu < t->count; cpu++)
        t->cpus[cpu].group[level] = group;
    if (!group)
        return;
    group->why = group->id_why = reply;
    group->size = 1;
    keep_group(t, level, group);
}

/* A die or cluster without a number is a kernel's filler: a list of the one CPU (drivers/base/topology.c). */
static bool needs_id(enum hc_level level)
{
    return level == HC_DIE || level == HC_CLUSTER;
}

/* ---- without lists ---- */

static struct hc_cpu_group *group_of_id(struct hc_topology *t, enum hc_level level, uint64_t id)
{
    struct hc_cpu_group *group = t->groups[level];

    while (group && (group->id != id || !hc_sound(group)))
        group = group->next;
    return group;
}

/* Each CPU's own number, where no list tells who belongs together. That of a package is unique in the system and so
   tells; that of a core is unique in some part of its package, and does not (why: what the lists were). */
static bool read_ids(struct hc_topology *t, enum hc_level level, const struct hc_reply *why)
{
    forget_groups(t, level);
    for (unsigned cpu = 0; cpu < t->count; cpu++) {
        struct hc_cpu_group *group = t->cpus[cpu].runs ? new_group(t, cpu) : NULL, *other = NULL;
        if (!group)
            continue;
        ask_id(t, level, group);
        if (group->id_why->answer != HC_OK && !t->groups[level])
            return false;
        group->why = level == HC_PACKAGE ? group->id_why : why;
        if (hc_sound(group))
            other = group_of_id(t, level, group->id);
        t->cpus[cpu].group[level] = other ? other : group;
        t->cpus[cpu].group[level]->size++;
        if (!other)
            keep_group(t, level, group);
    }
    return true;
}

static void without_lists(struct hc_topology *t, enum hc_level level, const struct hc_reply *why)
{
    if (needs_id(level) || !read_ids(t, level, why))
        no_such_level(t, level, why);
}

/* ---- a level ---- */

static struct hc_cpu_group *read_group(struct hc_topology *t, enum hc_level level, unsigned cpu, int *name)
{
    struct hc_cpu_group *group = new_group(t, cpu);

    if (!group)
        return NULL;
    group->why =
        *name < 0 ? ask_names(t, level, cpu, name, &group->list) : ask_list(t, level, *name, cpu, &group->list);
    group->id_why = group->why;
    if (hc_sound(group))
        ask_id(t, level, group);
    if (needs_id(level) && group->id_why->answer != HC_OK)
        group->why = group->id_why;
    return group;
}

static unsigned last_of(const struct hc_topology *t, const struct hc_cpu_group *group)
{
    struct hc_text rest = group->list;
    struct hc_cpu_range range;
    unsigned last = group->first;

    while (hc_next_range(&rest, &range))
        last = range.last < t->count && t->cpus[range.last].runs ? range.last : last;
    return last;
}

/* Many CPUs hang on the list of a package or die: one more of them must say the same. */
static void hear_witness(struct hc_topology *t, enum hc_level level, int name, struct hc_cpu_group *group)
{
    unsigned witness = last_of(t, group);
    struct hc_text list;

    if ((level != HC_PACKAGE && level != HC_DIE) || !hc_sound(group) || witness == group->first)
        return;
    if (ask_list(t, level, name, witness, &list)->answer == HC_OK && !hc_same_text(list, group->list))
        spoil(t, group);
}

static void read_level(struct hc_topology *t, enum hc_level level)
{
    int name = -1, tried = 0;
    bool found = false;

    for (unsigned cpu = 0; cpu < t->count; cpu++) {
        struct hc_cpu_group *group;
        if (!t->cpus[cpu].runs || t->cpus[cpu].group[level])
            continue;
        group = read_group(t, level, cpu, &name);
        if (!group)
            return;
        found = found || hc_sound(group);
        if (!found && (++tried == TRIES || t->running == tried || (needs_id(level) && name >= 0))) {
            without_lists(t, level, group->why);
            return;
        }
        keep_group(t, level, group);
        fill(t, level, group);
        hear_witness(t, level, name, group);
    }
}

/* Linux counts the two cores of an AMD compute unit (family 15h) as threads of one core, but each has a number of its
   own (arch/x86/kernel/smpboot.c, match_smt). Then every CPU that runs is a core. */
static bool has_units(struct hc_topology *t)
{
    const struct hc_cpu_group *core = t->groups[HC_CORE];
    struct hc_cpu_group second = { .first = 0 };
    struct hc_text rest;
    struct hc_cpu_range range;

    while (core && (!hc_sound(core) || core->size < 2))
        core = core->next;
    if (!core || core->id_why->answer != HC_OK)
        return false;
    for (rest = core->list; hc_next_range(&rest, &range) && !second.first;)
        for (unsigned cpu = range.first; cpu <= range.last && !second.first; cpu++)
            second.first = cpu != core->first ? cpu : 0;
    ask_id(t, HC_CORE, &second);
    return second.id_why->answer == HC_OK && second.id != core->id;
}

static void split_units(struct hc_topology *t)
{
    if (!has_units(t))
        return;
    forget_groups(t, HC_CORE);
    for (unsigned cpu = 0; cpu < t->count; cpu++) {
        struct hc_cpu_group *group = t->cpus[cpu].runs ? new_group(t, cpu) : NULL;
        if (!group)
            continue;
        ask_id(t, HC_CORE, group);
        group->why = group->id_why;
        group->size = 1;
        t->cpus[cpu].group[HC_CORE] = group;
        t->cpus[cpu].thread = 0;
        keep_group(t, HC_CORE, group);
    }
}

/* A core lies in one package. */
static void check_nesting(struct hc_topology *t)
{
    for (unsigned cpu = 0; cpu < t->count; cpu++) {
        struct hc_cpu_group *core = t->cpus[cpu].group[HC_CORE], *package = t->cpus[cpu].group[HC_PACKAGE];
        const struct hc_cpu_group *first = core ? t->cpus[core->first].group[HC_PACKAGE] : NULL;
        if (first && package && hc_sound(core) && hc_sound(first) && hc_sound(package) && first != package)
            spoil(t, core);
    }
}

/* ---- nodes ---- */

static void put_in_node(struct hc_topology *t, struct hc_text list, uint64_t node, const struct hc_reply *reply)
{
    struct hc_cpu_range range;

    while (hc_next_range(&list, &range))
        for (unsigned c = range.first; c <= range.last && c < t->count; c++) {
            struct hc_cpu *cpu = &t->cpus[c];
            cpu->node_why = cpu->node_why ? hc_malformed(t->src, reply, "two nodes list this CPU") : reply;
            cpu->node = node;
        }
}

static void find_nodes(struct hc_topology *t)
{
    struct hc_text names;
    const struct hc_reply *folder = hc_ask_dir(t->src, HC_NODE_FOLDER, &names), *missing = folder;
    uint64_t node;

    if (folder->answer == HC_OK)
        missing = hc_reword(t->src, folder, HC_ABSENT, "no node lists this CPU");
    while (hc_next_node(&names, &node)) {
        struct hc_text list;
        const struct hc_reply *reply = hc_node_cpus(t->src, node, &list);
        put_in_node(t, list, node, reply);
        if (reply->answer != HC_OK)
            missing = reply;
    }
    for (unsigned cpu = 0; cpu < t->count; cpu++)
        if (!t->cpus[cpu].node_why)
            t->cpus[cpu].node_why = missing;
}

/* ---- the table ---- */

static void put_group(struct hc_topology *t, struct hc_table_row *row, int column, const struct hc_cpu_group *group)
{
    if (group)
        hc_cell_number(t->facts, row, column, group->id_why, group->id);
}

static void put_place(struct hc_topology *t, struct hc_table_row *row, const struct hc_cpu *cpu)
{
    const struct hc_cpu_group *core = cpu->group[HC_CORE];

    put_group(t, row, HC_COL_CPU_PACKAGE, cpu->group[HC_PACKAGE]);
    put_group(t, row, HC_COL_CPU_DIE, cpu->group[HC_DIE]);
    put_group(t, row, HC_COL_CPU_CLUSTER, cpu->group[HC_CLUSTER]);
    put_group(t, row, HC_COL_CPU_CORE, core);
    if (!core)
        return;
    hc_cell_number(t->facts, row, HC_COL_CPU_THREAD, core->why, cpu->thread);
    if (core->type_why)
        hc_cell_text(t->facts, row, HC_COL_CPU_TYPE, core->type_why, core->type);
}

static void put_offline(struct hc_topology *t, struct hc_table_row *row, const struct hc_reply *offline)
{
    static const int columns[] = { HC_COL_CPU_PACKAGE, HC_COL_CPU_DIE,    HC_COL_CPU_CLUSTER,
                                   HC_COL_CPU_CORE,    HC_COL_CPU_THREAD, HC_COL_CPU_TYPE };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        hc_cell_number(t->facts, row, columns[i], offline, 0);
}

static void put_rows(struct hc_topology *t, const struct hc_reply *list, const struct hc_reply *isolated)
{
    const struct hc_reply *offline =
        hc_reword(t->src, list, HC_ABSENT, "offline: the kernel does not tell where it is");

    hc_put_table(t->facts, HC_TABLE_CPUS, list);
    for (unsigned n = 0; n < t->count; n++) {
        const struct hc_cpu *cpu = &t->cpus[n];
        struct hc_table_row *row;
        if (!cpu->listed)
            continue;
        row = hc_add_row(t->facts, HC_TABLE_CPUS, list);
        hc_cell_number(t->facts, row, HC_COL_CPU_ID, list, n);
        hc_cell_flag(t->facts, row, HC_COL_CPU_ONLINE, cpu->online, cpu->runs);
        if (cpu->runs)
            put_place(t, row, cpu);
        else
            put_offline(t, row, offline);
        hc_cell_number(t->facts, row, HC_COL_CPU_NODE, cpu->node_why, cpu->node);
        hc_cell_flag(t->facts, row, HC_COL_CPU_ISOLATED, isolated, cpu->isolated);
    }
}

/* ---- counts ---- */

/* Known where every CPU that runs has its place. */
static void put_count(struct hc_topology *t, struct hc_number_id id, enum hc_level level)
{
    const struct hc_cpu_group *group = t->groups[level];
    const struct hc_reply *why = NULL;
    uint64_t count = 0;

    for (; group && (hc_sound(group) || !group->size); group = group->next) {
        count += group->size != 0;
        why = group->size ? group->why : why;
    }
    if (group || why)
        hc_put_number(t->facts, id, group ? group->why : why, count);
}

static void put_counts(struct hc_topology *t)
{
    const struct hc_cpu_group *core = t->groups[HC_CORE];
    const struct hc_reply *why = NULL;
    uint64_t threads = 0, most = 0;

    put_count(t, HC_LINUX_PACKAGES, HC_PACKAGE);
    put_count(t, HC_LINUX_DIES, HC_DIE);
    put_count(t, HC_LINUX_CLUSTERS, HC_CLUSTER);
    put_count(t, HC_LINUX_CORES, HC_CORE);
    for (; core && (hc_sound(core) || !core->size); core = core->next)
        most = core->size > most ? core->size : most;
    if (core || most)
        hc_put_number(t->facts, HC_LINUX_THREADS_PER_CORE, core ? core->why : t->groups[HC_CORE]->why, most);
    for (unsigned cpu = 0; cpu < t->count; cpu++) {
        threads += t->cpus[cpu].runs;
        if (t->cpus[cpu].listed && (!why || t->cpus[cpu].online->answer != HC_OK))
            why = t->cpus[cpu].online;
    }
    if (why)
        hc_put_number(t->facts, HC_LINUX_THREADS, why, threads);
}

/* Where nothing else told that a CPU runs, its topology did. */
static void settle_online(struct hc_topology *t)
{
    for (unsigned n = 0; n < t->count; n++) {
        struct hc_cpu *cpu = &t->cpus[n];
        if (cpu->listed && cpu->online->answer != HC_OK && cpu->group[HC_CORE] && hc_sound(cpu->group[HC_CORE]))
            cpu->online = cpu->group[HC_CORE]->why;
    }
}

/* ---- facts of the whole ---- */

static const struct hc_reply *put_list(struct hc_topology *t, const char *name, struct hc_text_id id,
                                       struct hc_text *list)
{
    const struct hc_reply *reply = hc_ask_cpu_list(t->src, hc_format(t->src, HC_CPU_FOLDER "/%s", name), list);

    hc_put_text(t->facts, id, reply, *list);
    return reply;
}

static void put_kept_free(struct hc_topology *t, struct hc_number_id id, const struct hc_reply *reply,
                          struct hc_text list)
{
    size_t count = 0;

    hc_cpu_list(list, &count);
    hc_put_number(t->facts, id, reply, count);
}

static const struct hc_reply *put_line(struct hc_topology *t, const char *path, struct hc_text_id id)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(t->src, path, &line);

    hc_put_text(t->facts, id, reply, line);
    return reply;
}

/* What has no driver has no governor, and tells no frequency. In kHz: Documentation/admin-guide/pm/cpufreq.rst. */
static void put_frequency(struct hc_topology *t, unsigned cpu)
{
    uint64_t khz = 0;
    const struct hc_reply *reply = put_line(t, hc_cpu_path(t, cpu, "cpufreq/scaling_driver"), HC_CPUFREQ_DRIVER);

    if (reply->answer != HC_OK) {
        hc_put_text(t->facts, HC_CPUFREQ_GOVERNOR, reply, HC_TEXT(""));
        hc_put_number(t->facts, HC_CPUFREQ_MAXIMUM, reply, 0);
        return;
    }
    put_line(t, hc_cpu_path(t, cpu, "cpufreq/scaling_governor"), HC_CPUFREQ_GOVERNOR);
    reply = hc_ask_u64(t->src, hc_cpu_path(t, cpu, "cpufreq/cpuinfo_max_freq"), &khz);
    if (khz > UINT64_MAX / 1000)
        reply = hc_malformed(t->src, reply, "a frequency was expected");
    hc_put_number(t->facts, HC_CPUFREQ_MAXIMUM, reply, khz * 1000);
}

static void put_settings(struct hc_topology *t)
{
    unsigned first = 0;
    bool active;
    const struct hc_reply *reply = hc_ask_flag(t->src, HC_CPU_FOLDER "/smt/active", &active);

    hc_put_flag(t->facts, HC_SMT_ACTIVE, reply, active);
    put_line(t, HC_CPU_FOLDER "/smt/control", HC_SMT_CONTROL);
    while (first + 1 < t->count && !t->cpus[first].runs)
        first++;
    put_line(t, hc_cpu_path(t, first, "microcode/version"), HC_MICROCODE_VERSION);
    put_frequency(t, first);
}

static void mark_isolated(struct hc_topology *t, struct hc_text list)
{
    struct hc_cpu_range range;

    while (hc_next_range(&list, &range))
        for (unsigned cpu = range.first; cpu <= range.last && cpu < t->count; cpu++)
            t->cpus[cpu].isolated = true;
}

const struct hc_reply *hc_unless_absent(struct hc_source *src, const struct hc_reply *reply)
{
    return reply->answer == HC_ABSENT ? hc_reword(src, reply, HC_UNSUPPORTED, reply->error) : reply;
}

void hc_probe_topology(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_topology t = { .src = src, .facts = facts };
    struct hc_text possible, present, online, offline, isolated, nohz;
    const struct hc_reply *cpus, *runs, *apart, *tickless;

    put_list(&t, "possible", HC_CPUS_POSSIBLE, &possible);
    cpus = put_list(&t, "present", HC_CPUS_PRESENT, &present);
    runs = put_list(&t, "online", HC_CPUS_ONLINE, &online);
    put_list(&t, "offline", HC_CPUS_OFFLINE, &offline);
    apart = put_list(&t, "isolated", HC_CPUS_ISOLATED, &isolated);
    tickless = put_list(&t, "nohz_full", HC_CPUS_NOHZ_FULL, &nohz);
    put_kept_free(&t, HC_CPUS_ISOLATED_COUNT, apart, isolated);
    put_kept_free(&t, HC_CPUS_NOHZ_COUNT, tickless, nohz);
    hc_cpuinfo_topology(src, facts);
    cpus = list_cpus(&t, cpus, &present);
    if (cpus->answer != HC_OK || !make_room(&t, present)) {
        hc_put_table(facts, HC_TABLE_CPUS, hc_unless_absent(src, cpus));
        put_settings(&t);
        return;
    }
    find_cpus(&t, runs, online, present);
    mark_isolated(&t, isolated);
    for (int level = 0; level < HC_LEVELS; level++)
        read_level(&t, (enum hc_level)level);
    split_units(&t);
    check_nesting(&t);
    settle_online(&t);
    hc_topology_kinds(&t);
    find_nodes(&t);
    put_rows(&t, cpus, apart);
    put_counts(&t);
    put_settings(&t);
    hc_topology_caches(&t);
}
