/* Firmware for guests. Packages describe theirs in files for QEMU's managers (docs/interop/firmware.json of QEMU):
   which image, for which machines, with which features. The host's own kind is read; where a name says that a file is
   for another, it is left out. */
#include "json.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

enum { DESCRIPTORS_MAX = 64 };

/* By priority: a name in an earlier folder hides the same one in a later (firmware.json, "Management applications"). */
static const char *const folders[] = { "/etc/qemu/firmware", "/usr/share/qemu/firmware" };

static bool contains(struct hc_text text, const char *part)
{
    const size_t size = strlen(part);

    for (size_t i = 0; i + size <= text.size; i++)
        if (!memcmp(text.at + i, part, size))
            return true;
    return false;
}

/* "60-edk2-aarch64.json" on an x86 host. Only names that say so: any other is read. */
static bool of_other_machine(const struct hc_facts *facts, struct hc_text name)
{
    static const struct {
        const char *part, *machines;
    } rows[] = {
        { "x86_64", "x86_64" }, { "ovmf-x64", "x86_64" },       { "ia32", "x86_64" },   { "i386", "x86_64" },
        { "i686", "x86_64" },   { "aarch64", "aarch64" },       { "arm", "aarch64" },   { "riscv64", "riscv64" },
        { "s390", "s390x" },    { "loongarch64", "loongarch" }, { "ppc64", "ppc64le" },
    };
    const char *machine = hc_text_of(facts, HC_UNAME_MACHINE);

    if (!machine)
        machine = hc_text_of(facts, HC_KERNEL_ARCH);
    for (size_t i = 0; machine && i < sizeof rows / sizeof *rows; i++)
        if (contains(name, rows[i].part))
            return strcmp(machine, rows[i].machines) != 0;
    return false;
}

static bool is_descriptor(struct hc_text name)
{
    static const char ending[] = ".json";
    const size_t size = sizeof ending - 1;

    return name.size > size && name.at[0] != '.' && !memcmp(name.at + name.size - size, ending, size);
}

static struct hc_text string(const struct hc_json *object, const char *name)
{
    const char *text = hc_json_get_string(object, name);

    return text ? (struct hc_text){ text, strlen(text) } : HC_TEXT("");
}

/* Strings of an array as one text, parted by blanks. */
static const char *join(struct hc_source *src, const char *list, const struct hc_json *array)
{
    for (const struct hc_json *m = hc_json_first(array); list && m; m = hc_json_next(m)) {
        const char *word = hc_json_string(m);
        if (word)
            list = hc_format(src, "%s%s%s", list, *list ? " " : "", word);
    }
    return list;
}

static void put_list(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                     const char *list)
{
    if (list)
        hc_cell_text(facts, row, column, reply, (struct hc_text){ list, strlen(list) });
}

static void put_targets(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row,
                        const struct hc_reply *reply, const struct hc_json *targets)
{
    const char *machines = "", *architectures = "";

    for (const struct hc_json *t = hc_json_first(targets); t; t = hc_json_next(t)) {
        const char *architecture = hc_json_get_string(t, "architecture");
        if (architecture && architectures)
            architectures = hc_format(src, "%s%s%s", architectures, *architectures ? " " : "", architecture);
        machines = join(src, machines, hc_json_get_array(t, "machines"));
    }
    put_list(facts, row, HC_COL_IMAGE_ARCHITECTURES, reply, architectures);
    put_list(facts, row, HC_COL_IMAGE_MACHINES, reply, machines);
}

/* Where packages put images. Another place is the owner's: it may be a person's folder, or another machine's. */
static bool is_of_package(struct hc_text path)
{
    return hc_starts(path, "/usr/") || hc_starts(path, "/opt/") || hc_starts(path, "/nix/store/") ||
           hc_starts(path, "/gnu/store/") || hc_starts(path, "/run/current-system/");
}

/* Flash has an image and a template of variables; memory and kernel have an image alone. */
static void put_image(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row,
                      const struct hc_reply *reply, const struct hc_json *mapping)
{
    const struct hc_json *executable = hc_json_get(mapping, "executable");
    struct hc_text path = string(executable ? executable : mapping, "filename");
    const char *file = hc_copy(&src->arena, path.at, path.size);
    const struct hc_reply *image;
    struct hc_node node;

    if (!path.size || path.at[0] != '/' || !file) {
        reply = hc_malformed(src, reply, "the descriptor names no image");
        hc_cell_text(facts, row, HC_COL_IMAGE_PATH, reply, HC_TEXT(""));
        return;
    }
    hc_cell_text(facts, row, HC_COL_IMAGE_PATH, reply, path);
    hc_cell_text(facts, row, HC_COL_IMAGE_VARIABLES, reply, string(hc_json_get(mapping, "nvram-template"), "filename"));
    image = is_of_package(path)
                ? hc_ask_stat(src, file, &node)
                : hc_reword(src, reply, HC_UNSUPPORTED, "images are looked for where packages put them");
    hc_cell_flag(facts, row, HC_COL_IMAGE_PRESENT,
                 image->answer == HC_ABSENT ? hc_restate(src, image, "absent") : image, image->answer == HC_OK);
}

static void put_descriptor(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, const char *path)
{
    struct hc_text text;
    struct hc_json_error error;
    struct hc_json_doc doc = { .root = NULL };
    const struct hc_reply *reply = hc_ask_file(src, path, &text);
    const bool empty = reply->answer == HC_OK && !hc_trim(text).size; /* an empty file hides those of its name */
    struct hc_table_row *row;

    if (empty || !path)
        return;
    row = hc_add_row(facts, HC_TABLE_FIRMWARE_IMAGES, list);
    if (reply->answer == HC_OK && !hc_json_parse(&doc, text, &error)) {
        reply = hc_malformed(src, reply, "JSON was expected");
        src->exhausted = doc.exhausted || src->exhausted;
    }
    hc_cell_text(facts, row, HC_COL_IMAGE_DESCRIPTOR, list, (struct hc_text){ path, strlen(path) });
    put_image(src, facts, row, reply, hc_json_get(doc.root, "mapping"));
    put_list(facts, row, HC_COL_IMAGE_INTERFACES, reply, join(src, "", hc_json_get_array(doc.root, "interface-types")));
    put_list(facts, row, HC_COL_IMAGE_FEATURES, reply, join(src, "", hc_json_get_array(doc.root, "features")));
    put_targets(src, facts, row, reply, hc_json_get_array(doc.root, "targets"));
    if (doc.root)
        hc_json_free(&doc);
}

/* ---- where no descriptor is ---- */

/* Images by their places in packages that have no descriptors: Debian, Fedora, Arch, openSUSE, Alpine. */
static const struct {
    const char *machine, *path, *features;
} images[] = {
    { "x86_64", "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "secure-boot requires-smm" },
    { "x86_64", "/usr/share/OVMF/OVMF_CODE_4M.fd", "" },
    { "x86_64", "/usr/share/OVMF/OVMF_CODE.fd", "" },
    { "x86_64", "/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd", "secure-boot requires-smm" },
    { "x86_64", "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "" },
    { "x86_64", "/usr/share/qemu/ovmf-x86_64-code.bin", "" },
    { "aarch64", "/usr/share/AAVMF/AAVMF_CODE.fd", "" },
    { "aarch64", "/usr/share/edk2/aarch64/QEMU_EFI.fd", "" },
    { "aarch64", "/usr/share/qemu/aavmf-aarch64-code.bin", "" },
};

/* The reply of its place. */
static const struct hc_reply *put_known_image(struct hc_source *src, struct hc_facts *facts, size_t i)
{
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_stat(src, images[i].path, &node);
    struct hc_table_row *row;

    if (reply->answer != HC_OK || node.type != 'f')
        return reply;
    row = hc_add_row(facts, HC_TABLE_FIRMWARE_IMAGES, reply);
    hc_cell_text(facts, row, HC_COL_IMAGE_PATH, reply, (struct hc_text){ images[i].path, strlen(images[i].path) });
    hc_cell_flag(facts, row, HC_COL_IMAGE_PRESENT, reply, true);
    put_list(facts, row, HC_COL_IMAGE_INTERFACES, reply, "uefi");
    put_list(facts, row, HC_COL_IMAGE_FEATURES, reply, images[i].features);
    put_list(facts, row, HC_COL_IMAGE_ARCHITECTURES, reply, images[i].machine);
    return reply;
}

/* The first reply that does not tell whether an image is there, or otherwise. */
static const struct hc_reply *known_images(struct hc_source *src, struct hc_facts *facts,
                                           const struct hc_reply *otherwise)
{
    const char *machine = hc_text_of(facts, HC_UNAME_MACHINE);
    const struct hc_reply *open = NULL;

    for (size_t i = 0; i < sizeof images / sizeof *images; i++)
        if (!machine || !strcmp(machine, images[i].machine)) {
            const struct hc_reply *reply = put_known_image(src, facts, i);
            if (!open && reply->answer != HC_OK && reply->answer != HC_ABSENT)
                open = reply;
        }
    return open ? open : otherwise;
}

/* Names of both folders. An earlier folder's name hides a later one's. */
void hc_probe_firmware_images(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names[2], name;
    const struct hc_reply *replies[2], *reply;
    size_t count = 0;

    for (size_t f = 0; f < 2; f++)
        replies[f] = hc_ask_dir(src, folders[f], &names[f]);
    reply = replies[0]->answer != HC_OK && replies[0]->answer != HC_ABSENT ? replies[0] : replies[1];
    hc_put_table(facts, HC_TABLE_FIRMWARE_IMAGES, reply);
    for (size_t f = 0; f < 2; f++) {
        struct hc_text rest = names[f];
        while (hc_next_line(&rest, &name)) {
            char *plain = hc_copy(&src->arena, name.at, name.size);
            if (!plain || !is_descriptor(name) || of_other_machine(facts, name) ||
                (f && hc_has_word(names[0], plain)) || count++ >= DESCRIPTORS_MAX)
                continue;
            put_descriptor(src, facts, replies[f], hc_format(src, "%s/%s", folders[f], plain));
        }
    }
    if (!count && facts->tables[HC_TABLE_FIRMWARE_IMAGES].known)
        reply = known_images(src, facts, reply);
    hc_put_number(facts, HC_FIRMWARE_IMAGE_COUNT, reply->answer == HC_ABSENT ? hc_restate(src, reply, "absent") : reply,
                  facts->tables[HC_TABLE_FIRMWARE_IMAGES].count);
}
