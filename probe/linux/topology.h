/* What the parts of the topology probe share: the CPUs of /sys/devices/system, and the groups that they form. */
#ifndef HC_TOPOLOGY_H
#define HC_TOPOLOGY_H

#include "cpulist.h"
#include "facts.h"

#define HC_CPU_FOLDER  "/sys/devices/system/cpu"
#define HC_NODE_FOLDER "/sys/devices/system/node"

enum hc_level { HC_CORE, HC_CLUSTER, HC_DIE, HC_PACKAGE, HC_LEVELS };

/* CPUs that one list puts together. */
struct hc_cpu_group {
    const struct hc_reply *why; /* the list, or why there is none that can be believed */
    struct hc_text list;
    unsigned first; /* the CPU whose files were asked */
    size_t size;    /* CPUs of it that run; 0: another list told for the only one */
    const struct hc_reply *id_why;
    uint64_t id;
    struct hc_text type; /* of a core */
    const struct hc_reply *type_why;
    struct hc_cpu_group *next;
};

struct hc_cpu {
    bool listed, runs, isolated;
    unsigned thread;               /* which of its core */
    const struct hc_reply *online; /* that it runs or not */
    struct hc_cpu_group *group[HC_LEVELS];
    uint64_t node;
    const struct hc_reply *node_why;
};

struct hc_topology {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_cpu *cpus; /* by number, count of them */
    unsigned count;
    int running; /* of them, as far as is known */
    struct hc_cpu_group *groups[HC_LEVELS], **end[HC_LEVELS];
};

/* Whether the CPUs of a group are known. */
static inline bool hc_sound(const struct hc_cpu_group *group)
{
    return group->why->answer == HC_OK;
}

static inline char *hc_cpu_path(struct hc_topology *t, unsigned cpu, const char *rest)
{
    return hc_format(t->src, HC_CPU_FOLDER "/cpu%u/%s", cpu, rest);
}

/* For lists of what every machine has: where the kernel shows none, it is not known, and not an empty list. */
const struct hc_reply *hc_unless_absent(struct hc_source *src, const struct hc_reply *reply);

/* core_kinds.c: the type of each core. */
void hc_topology_kinds(struct hc_topology *t);

/* caches.c: the table of caches. */
void hc_topology_caches(struct hc_topology *t);

/* numa.c: the CPUs of a node, as ranges. */
const struct hc_reply *hc_node_cpus(struct hc_source *src, uint64_t node, struct hc_text *list);
/* Takes the next node off the names in /sys/devices/system/node; false at the end. */
bool hc_next_node(struct hc_text *names, uint64_t *node);

/* cpuinfo_topology.c: what /proc/cpuinfo says of packages and cores. */
void hc_cpuinfo_topology(struct hc_source *src, struct hc_facts *facts);

#endif
