/* What the tables of storage do not need of an answer, and what names a disk or its owner, is taken out. */
#include "redact_storage.h"

#include <string.h>

/* An empty answer stays one: the question arose. */
static void nothing(struct hc_text body, struct hc_draft *draft)
{
    (void)body;
    (void)draft;
}

/* Where a folder of images is a link, only that it is one matters. */
static void elsewhere(struct hc_text body, struct hc_draft *draft)
{
    (void)body;
    hc_draft_add(draft, HC_TEXT("/else"));
}

/* "naa.5000...", "eui.0025...": the kind of name stays. */
static void kind_of_name(struct hc_text body, struct hc_draft *draft)
{
    for (size_t i = 0; i < body.size && i < 8; i++)
        if (body.at[i] == '.') {
            hc_draft_add(draft, (struct hc_text){ body.at, i + 1 });
            return;
        }
}

/* The page of an ATA disk holds all of IDENTIFY DEVICE: its firmware (words 23 to 26), model (27 to 46) and speed (217)
   stay where they are; see linux/disks.c. */
static void ata_page(struct hc_text body, struct hc_draft *draft)
{
    static const struct {
        size_t first, behind;
    } kept[] = { { 0, 4 }, { 60 + 2 * 23, 60 + 2 * 47 }, { 60 + 2 * 217, 60 + 2 * 218 } };

    memset(draft->text, 0, body.size);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (kept[i].behind <= body.size)
            memcpy(draft->text + kept[i].first, body.at + kept[i].first, kept[i].behind - kept[i].first);
    draft->size = body.size;
}

static bool is_no_partition_name(struct hc_text line)
{
    return !hc_starts(line, "PARTNAME=") && !hc_starts(line, "PARTUUID=");
}

#define DISK       "file:/sys/class/block/"
#define CONTROLLER "file:/sys/class/nvme/"

static const struct hc_thin_row rows[] = {
    { DISK, "/uevent", .keep = is_no_partition_name },
    { DISK, "/wwid", .thin = kind_of_name },
    { DISK, "/serial", .thin = nothing },
    { DISK, "/vpd_pg80", .thin = nothing },
    { DISK, "/vpd_pg83", .thin = nothing },
    { DISK, "/vpd_pg89", .thin = ata_page },
    { DISK, "/md/uuid", .thin = nothing },
    { CONTROLLER, "/serial", .thin = nothing },
    { CONTROLLER, "/subsysnqn", .thin = nothing },
    { CONTROLLER, "/address", .thin = nothing }, /* of a fabric: that of another machine */
    { "file:/sys/class/fc_host/", "/port_name", .thin = nothing },
    { "file:/sys/class/fc_host/", "/node_name", .thin = nothing },
    { "file:/sys/fs/btrfs/", "/label", .thin = nothing },
    { "link:/var", "", .thin = elsewhere },
};

enum hc_thinned hc_thin_storage(struct hc_source *src, const char *key, struct hc_text *body)
{
    return hc_thin_by(rows, sizeof rows / sizeof *rows, src, key, body);
}
