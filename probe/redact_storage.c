/* What the tables of storage do not need of an answer, and what names a disk or its owner, is taken out. */
#include "redact_storage.h"
#include "redact_draft.h"

#include <string.h>

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

static void partition_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (!hc_starts(line, "PARTNAME=") && !hc_starts(line, "PARTUUID=")) {
            hc_draft_add(draft, line);
            hc_draft_add(draft, HC_TEXT("\n"));
        }
}

#define DISK       "file:/sys/class/block/"
#define CONTROLLER "file:/sys/class/nvme/"

static const struct {
    const char *begin, *end; /* of the key */
    void (*thin)(struct hc_text body, struct hc_draft *draft);
} rows[] = {
    { DISK, "/uevent", partition_lines },
    { DISK, "/wwid", kind_of_name },
    { DISK, "/serial", nothing },
    { DISK, "/vpd_pg80", nothing },
    { DISK, "/vpd_pg83", nothing },
    { DISK, "/vpd_pg89", ata_page },
    { DISK, "/md/uuid", nothing },
    { CONTROLLER, "/serial", nothing },
    { CONTROLLER, "/subsysnqn", nothing },
    { CONTROLLER, "/address", nothing }, /* of a fabric: that of another machine */
    { "file:/sys/class/fc_host/", "/port_name", nothing },
    { "file:/sys/class/fc_host/", "/node_name", nothing },
    { "file:/sys/fs/btrfs/", "/label", nothing },
    { "link:/var", "", elsewhere },
};

static bool ends(struct hc_text text, const char *end)
{
    size_t size = strlen(end);

    return text.size >= size && !memcmp(text.at + text.size - size, end, size);
}

bool hc_thin_storage(struct hc_source *src, const char *key, struct hc_text *body)
{
    const struct hc_text name = { key, strlen(key) };
    struct hc_draft draft = { NULL, 0 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!hc_starts(name, rows[i].begin) || !ends(name, rows[i].end))
            continue;
        draft.text = hc_alloc(&src->arena, body->size + sizeof "/else");
        if (!draft.text)
            return false;
        rows[i].thin(*body, &draft);
        if (draft.size == body->size && !memcmp(draft.text, body->at, body->size))
            return false;
        *body = (struct hc_text){ draft.text, draft.size };
        return true;
    }
    return false;
}
