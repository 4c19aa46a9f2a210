/* What Linux took from SMBIOS when it booted, and shows to everybody but for serial numbers: asked where the table
   itself may not be read. It shows the first structure of each type, and an empty text as no file
   (drivers/firmware/dmi-id.c). */
#include "placeholders.h"
#include "probes.h"
#include "smbios.h"

#include <string.h>

#define FOLDER "/sys/class/dmi/id"

static const struct {
    const char *name;
    const struct hc_text_id *fact;
    enum hc_placeholder kind;
} files[] = {
    { "bios_vendor", &HC_DMI_BIOS_VENDOR, HC_PLACEHOLDER_ANY },
    { "bios_version", &HC_DMI_BIOS_VERSION, HC_PLACEHOLDER_ANY },
    { "bios_date", &HC_DMI_BIOS_DATE, HC_PLACEHOLDER_ANY },
    { "bios_release", &HC_DMI_BIOS_RELEASE, HC_PLACEHOLDER_ANY },
    { "ec_firmware_release", &HC_DMI_EC_RELEASE, HC_PLACEHOLDER_ANY },
    { "sys_vendor", &HC_DMI_VENDOR, HC_PLACEHOLDER_ANY },
    { "product_name", &HC_DMI_PRODUCT, HC_PLACEHOLDER_ANY },
    { "product_version", &HC_DMI_PRODUCT_VERSION, HC_PLACEHOLDER_ANY },
    { "product_family", &HC_DMI_PRODUCT_FAMILY, HC_PLACEHOLDER_ANY },
    { "product_sku", &HC_DMI_PRODUCT_SKU, HC_PLACEHOLDER_ANY },
    { "product_serial", &HC_DMI_PRODUCT_SERIAL, HC_PLACEHOLDER_NUMBER },
    { "product_uuid", &HC_DMI_PRODUCT_UUID, HC_PLACEHOLDER_UUID },
    { "board_vendor", &HC_DMI_BOARD_VENDOR, HC_PLACEHOLDER_ANY },
    { "board_name", &HC_DMI_BOARD_NAME, HC_PLACEHOLDER_ANY },
    { "board_version", &HC_DMI_BOARD_VERSION, HC_PLACEHOLDER_ANY },
    { "board_serial", &HC_DMI_BOARD_SERIAL, HC_PLACEHOLDER_NUMBER },
    { "board_asset_tag", &HC_DMI_BOARD_ASSET_TAG, HC_PLACEHOLDER_NUMBER },
    { "chassis_vendor", &HC_DMI_CHASSIS_VENDOR, HC_PLACEHOLDER_ANY },
    { "chassis_version", &HC_DMI_CHASSIS_VERSION, HC_PLACEHOLDER_ANY },
    { "chassis_serial", &HC_DMI_CHASSIS_SERIAL, HC_PLACEHOLDER_NUMBER },
    { "chassis_asset_tag", &HC_DMI_CHASSIS_ASSET_TAG, HC_PLACEHOLDER_NUMBER },
};

/* The reply to one of its files; that the folder does not list it says the same as no such file. */
static const struct hc_reply *ask(struct hc_source *src, const struct hc_reply *folder, struct hc_text names,
                                  const char *name, struct hc_text *text)
{
    *text = HC_TEXT("");
    if (folder->answer != HC_OK)
        return folder;
    if (!hc_has_word(names, name))
        return hc_reword(src, folder, HC_ABSENT, hc_format(src, "no file %s", name));
    return hc_ask_line(src, hc_format(src, FOLDER "/%s", name), text);
}

/* The kernel shows the number of the type; its highest bit, a lock, is taken off (dmi_scan.c, dmi_save_type). */
static void chassis_type(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *folder,
                         struct hc_text names)
{
    struct hc_text line;
    const struct hc_reply *reply = ask(src, folder, names, "chassis_type", &line);
    uint64_t code = 0;
    const char *word = hc_number(line, 10, &code) ? hc_smbios_word(HC_WORDS_CHASSIS_TYPE, code & 0x7f) : NULL;

    if (!word)
        reply = hc_malformed(src, reply, "a type of chassis that is not known");
    else if (code == 2)
        reply = hc_reword(src, reply, HC_ABSENT, "firmware does not know it");
    hc_put_text(facts, HC_DMI_CHASSIS_TYPE, reply,
                hc_trim((struct hc_text){ word ? word : "", word ? strlen(word) : 0 }));
}

void hc_probe_dmi(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, text;
    const struct hc_reply *table = hc_ask_file(src, "/sys/firmware/dmi/tables/DMI", &text), *folder, *reply;

    if (table->answer == HC_OK)
        return;
    folder = hc_ask_dir(src, FOLDER, &names);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        reply = ask(src, folder, names, files[i].name, &text);
        text = hc_smbios_clean(&src->arena, text);
        if (reply->answer == HC_OK && reply->thinned && strspn(text.at, ".") >= text.size)
            reply = hc_reword(src, reply, HC_REDACTED, NULL);
        else if (reply->answer == HC_OK && !text.size)
            reply = hc_reword(src, reply, HC_ABSENT, "firmware does not say it");
        else if (reply->answer == HC_OK && hc_is_placeholder(text, files[i].kind))
            reply = hc_reword(src, reply, HC_ABSENT, hc_format(src, "a placeholder: %.*s", (int)text.size, text.at));
        hc_put_text(facts, *files[i].fact, reply, text);
    }
    chassis_type(src, facts, folder, names);
}
