/* UEFI as the kernel shows it: the few variables that tell how this system was started. Each is read once, and none is
   written; efivarfs lets a user read about a hundred a second (fs/efivarfs/file.c), so that no more are asked. A file
   has the 4 bytes of its attributes first (Documentation/filesystems/efivarfs.rst). */
#include "efi.h"

#include "ask.h"
#include "probes.h"

#include <string.h>

#define VARIABLES "/sys/firmware/efi/efivars"
#define GLOBAL    "8be4df61-93ca-11d2-aa0d-00e098032b8c" /* EFI_GLOBAL_VARIABLE, UEFI 2.10, 3.3 */
#define SHIM      "605dab50-e046-4300-abb6-3dd810dd8b23" /* of the boot loader shim, lib/guid.c */

enum { ATTRIBUTES = 4 };

/* A variable is missing where its folder has others. An empty folder is one where nobody mounted efivarfs. */
static const struct hc_reply *missing(struct hc_source *src, const struct hc_reply *reply)
{
    struct hc_text names;
    const struct hc_reply *list = hc_ask_dir(src, VARIABLES, &names);

    if (list->answer == HC_OK && !names.size)
        return hc_reword(src, reply, HC_UNSUPPORTED, "efivarfs is not mounted");
    return list->answer == HC_OK ? reply : list;
}

/* What stands behind the attributes: size bytes, or at least one where size is 0. */
static const struct hc_reply *variable(struct hc_source *src, const char *name, const char *guid, size_t size,
                                       struct hc_text *data)
{
    const struct hc_reply *reply = hc_ask_file(src, hc_format(src, VARIABLES "/%s-%s", name, guid), data);

    if (reply->answer == HC_ABSENT)
        return missing(src, reply);
    if (reply->answer != HC_OK)
        return reply;
    if (data->size <= ATTRIBUTES || (size && data->size != ATTRIBUTES + size)) {
        *data = HC_TEXT("");
        return hc_malformed(src, reply, "the variable has another size");
    }
    *data = (struct hc_text){ data->at + ATTRIBUTES, data->size - ATTRIBUTES };
    return reply;
}

/* One byte, 0 or 1 (UEFI 2.10, 3.3). Firmware without Secure Boot has no such variable. */
static void flag(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *name,
                 const char *guid)
{
    struct hc_text data;
    const struct hc_reply *reply = variable(src, name, guid, 1, &data);

    if (reply->answer == HC_OK && data.at[0] != 0 && data.at[0] != 1)
        reply = hc_malformed(src, reply, "0 or 1 was expected");
    hc_put_listed(facts, id, reply, data.size && data.at[0] == 1);
}

/* ---- the entry that was started ---- */

/* UTF-8 of one character; surrogates that stand alone become U+FFFD. */
static size_t put_utf8(uint32_t c, char *out)
{
    if (c >= 0xd800 && c < 0xe000)
        c = 0xfffd;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static struct hc_text utf8_of(struct hc_source *src, struct hc_text utf16)
{
    char *text = hc_alloc(&src->arena, utf16.size / 2 * 3 + 4);
    size_t size = 0;
    uint16_t unit, low;

    for (size_t at = 0; text && hc_le16(utf16, at, &unit); at += 2) {
        uint32_t c = unit;
        if (unit >= 0xd800 && unit < 0xdc00 && hc_le16(utf16, at + 2, &low) && low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((uint32_t)(unit & 0x3ff) << 10) + (low & 0x3ff);
            at += 2;
        }
        size += put_utf8(c, text + size);
    }
    return (struct hc_text){ text ? text : "", text ? size : 0 };
}

/* EFI_LOAD_OPTION (UEFI 2.10, 3.1.3): attributes, bytes of the device path, text up to two zero bytes, device path. */
bool hc_load_option(struct hc_text data, struct hc_text *text, struct hc_text *path)
{
    const size_t start = 6;
    uint16_t size, unit;
    size_t end = start;

    if (!hc_le16(data, 4, &size))
        return false;
    for (;; end += 2) {
        if (!hc_le16(data, end, &unit))
            return false;
        if (!unit)
            break;
    }
    *text = (struct hc_text){ data.at + start, end - start };
    if (data.size - end - 2 < size)
        return false;
    *path = (struct hc_text){ data.at + end + 2, size };
    return true;
}

bool hc_next_path_node(struct hc_text *path, struct hc_path_node *node)
{
    uint16_t size;

    if (!hc_le16(*path, 2, &size) || size < 4 || size > path->size)
        return false;
    *node = (struct hc_path_node){ (unsigned char)path->at[0], (unsigned char)path->at[1], size };
    *path = (struct hc_text){ path->at + size, path->size - size };
    return node->type != 0x7f;
}

/* Device paths: UEFI 2.10, 10.3.4 (messaging, type 3) and 10.3.5 (media, type 4). A partition may lie on a stick, which
   a short path does not say: the nearest word is the medium. */
static const struct {
    unsigned char type, subtype;
    const char *word;
} nodes[] = {
    { 3, 5, "usb" },      { 3, 15, "usb" },     { 3, 16, "usb" },     { 3, 11, "network" }, { 3, 12, "network" },
    { 3, 13, "network" }, { 3, 24, "network" }, { 3, 28, "network" }, { 4, 2, "cd" },       { 4, 6, "firmware" },
    { 4, 7, "firmware" }, { 3, 1, "disk" },     { 3, 2, "disk" },     { 3, 18, "disk" },    { 3, 22, "disk" },
    { 3, 23, "disk" },    { 3, 26, "disk" },    { 3, 29, "disk" },    { 4, 1, "disk" },
};

const char *hc_boot_from(struct hc_text path)
{
    struct hc_path_node node;
    size_t best = sizeof nodes / sizeof *nodes;

    while (hc_next_path_node(&path, &node))
        for (size_t i = 0; i < best; i++)
            if (nodes[i].type == node.type && nodes[i].subtype == node.subtype)
                best = i; /* the rows are in the order of what tells most */
    return best < sizeof nodes / sizeof *nodes ? nodes[best].word : "other";
}

static void boot_entry(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text data, text = HC_TEXT(""), path = HC_TEXT("");
    const struct hc_reply *reply = variable(src, "BootCurrent", GLOBAL, 2, &data);
    uint16_t number = 0;

    hc_le16(data, 0, &number);
    hc_put_number(facts, HC_UEFI_BOOT_CURRENT, reply, number);
    if (reply->answer == HC_OK)
        reply = variable(src, hc_format(src, "Boot%04X", number), GLOBAL, 0, &data);
    if (reply->answer == HC_OK && !hc_load_option(data, &text, &path))
        reply = hc_malformed(src, reply, "a load option was expected");
    hc_put_word(facts, HC_UEFI_BOOT_FROM, reply, hc_boot_from(path));
    if (reply->answer == HC_OK && reply->thinned)
        reply = hc_reword(src, reply, HC_REDACTED, NULL);
    hc_put_text(facts, HC_UEFI_BOOT_NAME, reply, utf8_of(src, text));
}

/* No UEFI, so none of its variables; or it is not known. A kernel that was built without CONFIG_EFI never has the
   folder (drivers/firmware/efi/efi.c, efisubsys_init), and one that does not show its configuration may be such a one.
 */
static void without(struct hc_source *src, struct hc_facts *facts)
{
    const char *built = hc_word_of(facts, HC_CONFIG_EFI);
    const struct hc_reply *efi = hc_why(facts, HC_FACT_EFI);

    if (efi && efi->answer == HC_ABSENT && (!built || strcmp(built, "y") != 0))
        efi = hc_reword(src, efi, HC_UNSUPPORTED, "this kernel may have been built without UEFI");
    hc_put_presence(facts, HC_UEFI_SECURE_BOOT, efi);
    hc_put_presence(facts, HC_UEFI_SETUP_MODE, efi);
    hc_put_presence(facts, HC_UEFI_SHIM_OFF, efi);
    hc_put_number(facts, HC_UEFI_BITS, efi, 0);
    hc_put_number(facts, HC_UEFI_BOOT_CURRENT, efi, 0);
    hc_put_text(facts, HC_UEFI_BOOT_NAME, efi, HC_TEXT(""));
    hc_put_word(facts, HC_UEFI_BOOT_FROM, efi, "other");
}

void hc_probe_efi(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *reply;
    uint64_t bits;

    if (hc_flag(facts, HC_EFI) != HC_YES) {
        without(src, facts);
        return;
    }
    reply = hc_ask_u64(src, "/sys/firmware/efi/fw_platform_size", &bits);
    hc_put_number(facts, HC_UEFI_BITS, reply, bits);
    flag(src, facts, HC_UEFI_SECURE_BOOT, "SecureBoot", GLOBAL);
    flag(src, facts, HC_UEFI_SETUP_MODE, "SetupMode", GLOBAL);
    flag(src, facts, HC_UEFI_SHIM_OFF, "MokSBStateRT", SHIM);
    boot_entry(src, facts);
}
