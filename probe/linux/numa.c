/* /sys/devices/system/node: memory nodes (Linux Documentation/ABI/stable/sysfs-devices-node). A kernel without NUMA has
   no such folder. */
#include "topology.h"

#include "probes.h"
#include "tables.h"

static char *node_path(struct hc_source *src, uint64_t node, const char *file)
{
    return hc_format(src, HC_NODE_FOLDER "/node%llu/%s", (unsigned long long)node, file);
}

bool hc_next_node(struct hc_text *names, uint64_t *node)
{
    struct hc_text name;

    while (hc_next_line(names, &name))
        if (hc_starts(name, "node") && hc_number((struct hc_text){ name.at + 4, name.size - 4 }, 10, node))
            return true;
    return false;
}

/* Kernels before 2.6.29 had only the mask. */
const struct hc_reply *hc_node_cpus(struct hc_source *src, uint64_t node, struct hc_text *list)
{
    const struct hc_reply *reply = hc_ask_cpu_list(src, node_path(src, node, "cpulist"), list), *other;

    if (reply->answer != HC_ABSENT && reply->answer != HC_NOT_RECORDED)
        return reply;
    other = hc_ask_cpu_mask(src, node_path(src, node, "cpumap"), list);
    if (other->answer != HC_OK) /* links to the CPUs stand beside it */
        other = hc_ask_cpu_folders(src, node_path(src, node, ""), list);
    return other->answer == HC_OK ? other : reply;
}

/* "Node 0 MemTotal:       67108864 kB" */
static const struct hc_reply *find_memory(struct hc_source *src, const struct hc_reply *reply, struct hc_text text,
                                          uint64_t *bytes)
{
    struct hc_text line, name, value, word;

    *bytes = 0;
    while (hc_next_line(&text, &line)) {
        if (!hc_split(line, ':', &name, &value))
            continue;
        while (hc_next_word(&name, &word) && !hc_text_is(word, "MemTotal"))
            continue;
        if (hc_text_is(word, "MemTotal") && hc_next_word(&value, &word) && hc_number(word, 10, bytes) &&
            *bytes <= UINT64_MAX >> 10) {
            *bytes <<= 10;
            return reply;
        }
    }
    *bytes = 0;
    return hc_malformed(src, reply, "no such line");
}

/* All nodes together; why: what proves it, or of the first that is not known. */
struct sum {
    const struct hc_reply *why;
    uint64_t bytes;
};

static void put_memory(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row, uint64_t node,
                       struct sum *sum)
{
    struct hc_text text;
    uint64_t total;
    const struct hc_reply *reply = hc_ask_file(src, node_path(src, node, "meminfo"), &text);
    const struct hc_reply *has_total = find_memory(src, reply, text, &total);

    hc_cell_number(facts, row, HC_COL_NODE_MEMORY, has_total, total);
    if (sum->why->answer == HC_OK)
        *sum = (struct sum){ has_total, sum->bytes + total };
}

static void put_node(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, uint64_t node,
                     struct sum *sum)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NUMA, list);
    struct hc_text text;
    const struct hc_reply *reply = hc_node_cpus(src, node, &text);

    hc_cell_number(facts, row, HC_COL_NODE_ID, list, node);
    hc_cell_text(facts, row, HC_COL_NODE_CPUS, reply, text);
    put_memory(src, facts, row, node, sum);
    reply = hc_ask_line(src, node_path(src, node, "distance"), &text);
    hc_cell_text(facts, row, HC_COL_NODE_DISTANCES, reply, text);
}

void hc_probe_numa(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, HC_NODE_FOLDER, &names);
    struct sum sum = { reply, 0 };
    uint64_t node, count = 0;

    hc_put_table(facts, HC_TABLE_NUMA, reply);
    for (; hc_next_node(&names, &node); count++)
        put_node(src, facts, reply, node, &sum);
    if (!count && reply->answer == HC_OK)
        sum.why = hc_reword(src, reply, HC_ABSENT, "no memory nodes listed");
    hc_put_number(facts, HC_NODES_MEMORY, sum.why, sum.bytes);
    if (reply->answer == HC_ABSENT)
        reply = hc_restate(src, reply, "absent");
    hc_put_number(facts, HC_LINUX_NODES, reply, count);
}
