/* Persistent memory: modules, regions and namespaces of libnvdimm, and what a program maps as device DAX
   (Documentation/ABI/testing/sysfs-bus-nvdimm and sysfs-bus-dax). */
#include "attributes.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define ND_FOLDER  "/sys/bus/nd/devices"
#define DAX_FOLDER "/sys/bus/dax/devices"

static const struct {
    const char *prefix, *kind;
} kinds[] = { { "nmem", "module" }, { "region", "region" }, { "namespace", "namespace" } };

static const char *kind_of(struct hc_text name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t size = strlen(kinds[i].prefix);
        if (hc_starts(name, kinds[i].prefix) && name.size > size && name.at[size] >= '0' && name.at[size] <= '9')
            return kinds[i].kind;
    }
    return NULL;
}

/* Where there is no node the kernel says -1. */
static void put_node(const struct hc_folder *folder, struct hc_table_row *row)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, "numa_node", &line);
    uint64_t node;

    if (!reply)
        return;
    if (hc_text_is(line, "-1"))
        reply = hc_reword(folder->src, reply, HC_ABSENT, "the kernel knows no node");
    reply = hc_line_number(folder->src, reply, line, 1, &node);
    hc_cell_number(folder->facts, row, HC_COL_PMEM_NODE, reply, node);
}

/* A namespace or a device of size 0 is a seed: the place where the next one would be made. */
static bool is_seed(const struct hc_folder *folder)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, "size", &line);

    return reply && reply->answer == HC_OK && hc_text_is(line, "0");
}

static void put_row(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, const char *where,
                    struct hc_text name, const char *kind)
{
    const char *path = hc_format(src, "%s/%.*s", where, (int)name.size, name.at);
    struct hc_folder folder = hc_open_folder(src, facts, path);
    struct hc_table_row *row;

    if (is_seed(&folder))
        return;
    row = hc_add_row(facts, HC_TABLE_PERSISTENT, list);
    hc_cell_text(facts, row, HC_COL_PMEM_NAME, list, name);
    hc_cell_text(facts, row, HC_COL_PMEM_KIND, list, (struct hc_text){ kind, strlen(kind) });
    if (strcmp(kind, "module"))
        hc_folder_number(&folder, row, HC_COL_PMEM_SIZE, "size", 1);
    hc_folder_text(&folder, row, HC_COL_PMEM_MODE, "mode");
    put_node(&folder, row);
    hc_folder_text(&folder, row, HC_COL_PMEM_DOMAIN, "persistence_domain");
}

void hc_probe_persistent(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, dax_names, name;
    const struct hc_reply *list = hc_ask_dir(src, ND_FOLDER, &names), *dax = hc_ask_dir(src, DAX_FOLDER, &dax_names);
    const bool both = dax->answer == HC_OK || dax->answer == HC_ABSENT;

    hc_put_table(facts, HC_TABLE_PERSISTENT, both ? list : dax);
    while (hc_next_line(&names, &name)) {
        const char *kind = kind_of(name);
        if (kind)
            put_row(src, facts, list, ND_FOLDER, name, kind);
    }
    while (hc_next_line(&dax_names, &name))
        put_row(src, facts, dax, DAX_FOLDER, name, "dax");
}
