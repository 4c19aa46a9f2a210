/* Memory controllers and modules as the EDAC drivers count their errors (Documentation/ABI/testing/sysfs-devices-edac,
   drivers/edac/edac_mc_sysfs.c). Nearly all of these drivers load only where error correction runs. */
#include "attributes.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define EDAC_FOLDER "/sys/devices/system/edac/mc"
#define MIB         (UINT64_C(1) << 20)

/* What holds of all modules together. */
struct edac {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *mode; /* why the next is so, or not known */
    bool corrects;
    size_t modules;
    const struct hc_reply *ce_why, *ue_why;
    uint64_t ce, ue;
};

/* Words of edac_caps[] in edac_mc_sysfs.c. PARITY finds errors and corrects none; the rest is not said to. */
static bool corrects(struct hc_text mode, bool *known)
{
    static const char *const with[] = { "EC", "SECDED", "S2ECD2ED", "S4ECD4ED", "S8ECD8ED", "S16ECD16ED" };

    *known = true;
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        if (hc_text_is(mode, with[i]))
            return true;
    *known = hc_text_is(mode, "None") || hc_text_is(mode, "PARITY");
    return false;
}

/* One module without correction says no for all; one that is not known leaves a yes open. */
static void note_mode(struct edac *e, const struct hc_reply *reply, struct hc_text mode)
{
    bool known = false, yes = false;

    e->modules++;
    if (reply->answer == HC_OK) {
        yes = corrects(mode, &known);
        if (!known)
            reply = hc_reword(e->src, reply, HC_UNSUPPORTED, "the driver does not tell the mode");
    }
    if (e->mode && e->mode->answer == HC_OK && !e->corrects)
        return;
    if (!e->mode || (known && !yes) || (e->mode->answer == HC_OK && !known)) {
        e->mode = reply;
        e->corrects = yes;
    }
}

/* A count as a cell, and in a sum that is known only if all are. */
static void put_count(struct edac *e, struct hc_table_row *row, int column, const char *path,
                      const struct hc_reply **why, uint64_t *sum)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_u64(e->src, path, &value);

    hc_cell_number(e->facts, row, column, reply, value);
    if (!why || (*why && (*why)->answer != HC_OK))
        return;
    *why = reply;
    *sum += value;
}

static void put_module(struct edac *e, struct hc_table_row *row, const char *path)
{
    struct hc_text text;
    uint64_t mib;
    const struct hc_reply *reply = hc_ask_line(e->src, hc_format(e->src, "%s/dimm_label", path), &text);

    hc_cell_text(e->facts, row, HC_COL_EDAC_LABEL, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/dimm_location", path), &text);
    hc_cell_text(e->facts, row, HC_COL_EDAC_PLACE, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/dimm_mem_type", path), &text);
    hc_cell_text(e->facts, row, HC_COL_EDAC_TYPE, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/dimm_edac_mode", path), &text);
    hc_cell_text(e->facts, row, HC_COL_EDAC_MODE, reply, text);
    note_mode(e, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/size", path), &text);
    reply = hc_line_number(e->src, reply, text, MIB, &mib);
    hc_cell_number(e->facts, row, HC_COL_EDAC_SIZE, reply, mib);
    put_count(e, row, HC_COL_EDAC_CE, hc_format(e->src, "%s/dimm_ce_count", path), NULL, NULL);
    put_count(e, row, HC_COL_EDAC_UE, hc_format(e->src, "%s/dimm_ue_count", path), NULL, NULL);
}

/* Kernels before 3.6 have only these: rows of chips that are selected together. */
static void put_chip_row(struct edac *e, struct hc_table_row *row, const char *path)
{
    struct hc_text text;
    uint64_t mib;
    const struct hc_reply *reply = hc_ask_line(e->src, hc_format(e->src, "%s/mem_type", path), &text);

    hc_cell_text(e->facts, row, HC_COL_EDAC_TYPE, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/edac_mode", path), &text);
    hc_cell_text(e->facts, row, HC_COL_EDAC_MODE, reply, text);
    note_mode(e, reply, text);
    reply = hc_ask_line(e->src, hc_format(e->src, "%s/size_mb", path), &text);
    reply = hc_line_number(e->src, reply, text, MIB, &mib);
    hc_cell_number(e->facts, row, HC_COL_EDAC_SIZE, reply, mib);
    put_count(e, row, HC_COL_EDAC_CE, hc_format(e->src, "%s/ce_count", path), NULL, NULL);
    put_count(e, row, HC_COL_EDAC_UE, hc_format(e->src, "%s/ue_count", path), NULL, NULL);
}

static size_t put_units(struct edac *e, const struct hc_folder *folder, uint64_t controller, const char *prefix,
                        void (*fill)(struct edac *, struct hc_table_row *, const char *))
{
    struct hc_text rest = folder->names, name;
    uint64_t number;
    size_t count = 0;

    while (hc_next_line(&rest, &name)) {
        struct hc_table_row *row;
        if (!hc_numbered(name, prefix, &number))
            continue;
        row = hc_add_row(e->facts, HC_TABLE_EDAC, folder->list);
        hc_cell_number(e->facts, row, HC_COL_EDAC_CONTROLLER, folder->list, controller);
        hc_cell_text(e->facts, row, HC_COL_EDAC_UNIT, folder->list, name);
        fill(e, row, hc_format(e->src, "%s/%.*s", folder->path, (int)name.size, name.at));
        count++;
    }
    return count;
}

static void put_controller(struct edac *e, const struct hc_reply *list, struct hc_text name, uint64_t number)
{
    const char *path = hc_format(e->src, EDAC_FOLDER "/%.*s", (int)name.size, name.at);
    struct hc_folder folder = hc_open_folder(e->src, e->facts, path);
    struct hc_table_row *row = hc_add_row(e->facts, HC_TABLE_EDAC_CONTROLLERS, list);

    hc_cell_number(e->facts, row, HC_COL_EDAC_MC_ID, list, number);
    hc_folder_text(&folder, row, HC_COL_EDAC_MC_NAME, "mc_name");
    hc_folder_number(&folder, row, HC_COL_EDAC_MC_SIZE, "size_mb", MIB);
    put_count(e, row, HC_COL_EDAC_MC_CE, hc_format(e->src, "%s/ce_count", path), &e->ce_why, &e->ce);
    put_count(e, row, HC_COL_EDAC_MC_UE, hc_format(e->src, "%s/ue_count", path), &e->ue_why, &e->ue);
    hc_folder_number(&folder, row, HC_COL_EDAC_MC_CE_NOINFO, "ce_noinfo_count", 1);
    hc_folder_number(&folder, row, HC_COL_EDAC_MC_UE_NOINFO, "ue_noinfo_count", 1);
    hc_folder_number(&folder, row, HC_COL_EDAC_MC_SECONDS, "seconds_since_reset", 1);
    if (folder.list->answer != HC_OK)
        note_mode(e, folder.list, HC_TEXT(""));
    else if (!put_units(e, &folder, number, "dimm", put_module) && !put_units(e, &folder, number, "rank", put_module))
        put_units(e, &folder, number, "csrow", put_chip_row);
}

void hc_probe_edac(struct hc_source *src, struct hc_facts *facts)
{
    struct edac e = { .src = src, .facts = facts };
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, EDAC_FOLDER, &names), *none = list;
    uint64_t number;

    hc_put_table(facts, HC_TABLE_EDAC_CONTROLLERS, list);
    hc_put_table(facts, HC_TABLE_EDAC, list);
    while (hc_next_line(&names, &name))
        if (hc_numbered(name, "mc", &number))
            put_controller(&e, list, name, number);
    if (list->answer == HC_OK)
        none = hc_reword(src, list, HC_ABSENT, "no driver counts errors of memory here");
    hc_put_flag(facts, HC_EDAC_CORRECTS, e.mode ? e.mode : none, e.corrects);
    hc_put_number(facts, HC_EDAC_CORRECTED, e.ce_why ? e.ce_why : none, e.ce);
    hc_put_number(facts, HC_EDAC_UNCORRECTED, e.ue_why ? e.ue_why : none, e.ue);
}
