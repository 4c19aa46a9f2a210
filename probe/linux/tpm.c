/* TPMs: /sys/class/tpm (Documentation/ABI/stable/sysfs-class-tpm, drivers/char/tpm/tpm-sysfs.c). */
#include "attributes.h"
#include "probes.h"
#include "tables.h"
#include "words.h"

#include <string.h>

#define TPM_FOLDER "/sys/class/tpm"

/* Kernels before 5.6 do not tell; only a TPM 1.2 has the file caps, which they had below device/ before 4.4. */
static const struct hc_reply *version(const struct hc_folder *tpm, const char **word)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(tpm, "tpm_version_major", &line);

    *word = "";
    if (!reply && hc_folder_has(tpm, "caps"))
        *word = "1.2";
    else if (!reply)
        return hc_reword(tpm->src, tpm->list, HC_UNSUPPORTED, "this kernel does not tell the version");
    else if (hc_text_is(line, "2"))
        *word = "2.0";
    else if (hc_text_is(line, "1"))
        *word = "1.2";
    else
        return hc_malformed(tpm->src, reply, "1 or 2 was expected");
    return reply ? reply : tpm->list;
}

/* "pcr-sha256" is a folder of the bank's registers. */
static void put_banks(const struct hc_folder *tpm, struct hc_table_row *row)
{
    struct hc_words list = hc_words_make(&tpm->src->arena, tpm->names.size);
    struct hc_text rest = tpm->names, name;

    while (hc_next_line(&rest, &name))
        if (hc_starts(name, "pcr-"))
            hc_words_add(&list, (struct hc_text){ name.at + 4, name.size - 4 });
    if (list.size || tpm->list->answer != HC_OK)
        hc_cell_text(tpm->facts, row, HC_COL_TPM_BANKS, tpm->list, hc_words_text(&list));
}

/* "Manufacturer: 0x53544d20", "TCG version: 1.2", "Firmware version: 13.12". These, and whether it is owned, enabled
   and active, the TPM itself must tell: they are read with --wake only, see device_files.c. */
static void put_caps(const struct hc_folder *tpm, struct hc_table_row *row)
{
    struct hc_text text, value;
    const struct hc_reply *reply;

    if (!hc_folder_has(tpm, "caps"))
        return;
    reply = hc_ask_file(tpm->src, hc_format(tpm->src, "%s/caps", tpm->path), &text);
    if (reply->answer != HC_OK || hc_find_value(text, ':', "Manufacturer", &value))
        hc_cell_text(tpm->facts, row, HC_COL_TPM_MANUFACTURER, reply, reply->answer == HC_OK ? value : text);
    if (reply->answer != HC_OK || hc_find_value(text, ':', "Firmware version", &value))
        hc_cell_text(tpm->facts, row, HC_COL_TPM_FIRMWARE, reply, reply->answer == HC_OK ? value : text);
}

static void put_ppi(const struct hc_folder *tpm, struct hc_table_row *row)
{
    struct hc_text line = HC_TEXT("");
    const struct hc_reply *reply = tpm->list;

    if (hc_folder_has(tpm, "ppi"))
        reply = hc_ask_line(tpm->src, hc_format(tpm->src, "%s/ppi/version", tpm->path), &line);
    hc_cell_text(tpm->facts, row, HC_COL_TPM_PPI, reply, line);
}

void hc_probe_tpm(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name, driver;
    const struct hc_reply *list = hc_ask_dir(src, TPM_FOLDER, &names), *reply;
    uint64_t number;
    const char *word;

    hc_put_table(facts, HC_TABLE_TPM, list);
    while (hc_next_line(&names, &name)) {
        struct hc_folder tpm, device;
        struct hc_table_row *row;
        if (!hc_numbered(name, "tpm", &number))
            continue;
        tpm = hc_open_folder(src, facts, hc_format(src, TPM_FOLDER "/%.*s", (int)name.size, name.at));
        row = hc_add_row(facts, HC_TABLE_TPM, list);
        hc_cell_text(facts, row, HC_COL_TPM_NAME, list, name);
        reply = version(&tpm, &word);
        hc_cell_text(facts, row, HC_COL_TPM_VERSION, reply, (struct hc_text){ word, strlen(word) });
        if (hc_folder_has(&tpm, "device")) {
            device = hc_open_folder(src, facts, hc_format(src, "%s/device", tpm.path));
            reply = hc_folder_link(&device, "driver", &driver);
            if (reply)
                hc_cell_text(facts, row, HC_COL_TPM_DRIVER, reply, driver);
        }
        put_banks(&tpm, row);
        put_caps(&tpm, row);
        hc_folder_flag(&tpm, row, HC_COL_TPM_OWNED, "owned");
        hc_folder_flag(&tpm, row, HC_COL_TPM_ENABLED, "enabled");
        hc_folder_flag(&tpm, row, HC_COL_TPM_ACTIVE, "active");
        put_ppi(&tpm, row);
    }
}
