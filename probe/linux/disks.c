/* Disks, partitions and mappings in sysfs (Linux Documentation/ABI/stable/sysfs-block). Listings say which files there
   are; nothing here opens a device, and no file is read that makes the kernel ask one: a virtio disk's serial would
   (drivers/block/virtio_blk.c, serial_show), and so would nuse of an NVMe namespace (drivers/nvme/host/sysfs.c). What
   only the contents of a disk say comes from what udev read on it. */
#include "disks.h"

#include "ask.h"
#include "tables.h"
#include "web.h"

#include <string.h>

#define BLOCK_FOLDER "/sys/class/block"
#define UDEV_FOLDER  "/run/udev/data"

enum {
    SECTOR = 512, /* what sysfs counts in, whatever a disk has */
    QUESTIONS_MOST = 100000,
    QUESTIONS_OF_A_DISK = 30,
    QUESTIONS_OF_A_PARTITION = 5,
    NAME_SHOWN = 64
};

struct look {
    struct hc_disk_scan *scan;
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row;
    const struct hc_disk *disk;
    const struct hc_reply *list, *device_list; /* device_list NULL: it has no device */
    struct hc_text names, device;              /* what its folder holds, and that of its device */
    const char *transport;
};

/* ---- cells ---- */

const struct hc_reply *hc_whole(struct hc_source *src, const struct hc_reply *reply)
{
    return reply->answer == HC_OK && reply->thinned ? hc_reword(src, reply, HC_REDACTED, NULL) : reply;
}

static char *path_of(const struct look *l, const char *file)
{
    return hc_format(l->src, BLOCK_FOLDER "/%.*s/%s", (int)l->disk->name.size, l->disk->name.at, file);
}

static void put_text(const struct look *l, int column, const struct hc_reply *reply, struct hc_text value)
{
    hc_cell_text(l->facts, l->row, column, reply, hc_trim(value));
}

static void put_word(const struct look *l, int column, const struct hc_reply *reply, const char *word)
{
    put_text(l, column, reply, (struct hc_text){ word, strlen(word) });
}

static const struct hc_reply *ask_number(const struct look *l, const char *file, uint64_t unit, uint64_t *value)
{
    const struct hc_reply *reply = hc_ask_u64(l->src, path_of(l, file), value);

    if (*value > UINT64_MAX / unit) {
        *value = 0;
        return hc_malformed(l->src, reply, "too large a number");
    }
    *value *= unit;
    return reply;
}

static uint64_t number(const struct look *l, int column, const char *file, uint64_t unit)
{
    uint64_t value;
    const struct hc_reply *reply = ask_number(l, file, unit, &value);

    hc_cell_number(l->facts, l->row, column, reply, value);
    return value;
}

static void flag(const struct look *l, int column, const char *file)
{
    bool value;
    const struct hc_reply *reply = hc_ask_flag(l->src, path_of(l, file), &value);

    hc_cell_flag(l->facts, l->row, column, reply, value);
}

static void line(const struct look *l, int column, const char *file)
{
    struct hc_text value;
    const struct hc_reply *reply = hc_ask_line(l->src, path_of(l, file), &value);

    put_text(l, column, reply, value);
}

/* The same of a value that names the disk: what was thinned is none. */
static void name_line(const struct look *l, int column, const char *file)
{
    struct hc_text value;
    const struct hc_reply *reply = hc_ask_line(l->src, path_of(l, file), &value);

    put_text(l, column, hc_whole(l->src, reply), value);
}

/* Where its folder could not be listed, what would have been asked next is not known, for the same reason. */
static void lose(const struct look *l, const int *columns, size_t count, const struct hc_reply *why)
{
    for (size_t i = 0; i < count; i++)
        hc_cell_text(l->facts, l->row, columns[i], why, HC_TEXT(""));
}

#define LOSE(l, columns, why) lose(l, columns, sizeof(columns) / sizeof *(columns), why)

/* ---- how it is attached ---- */

static bool numbered(struct hc_text component, const char *word)
{
    size_t size = strlen(word);
    uint64_t n;

    return hc_starts(component, word) &&
           hc_number((struct hc_text){ component.at + size, component.size - size }, 10, &n);
}

/* Folders on the way from the root of all devices, the more telling first: an USB disk is behind a SCSI host, too. */
static const struct {
    const char *word;
    bool number; /* a number follows, and nothing else */
    const char *transport;
} ways[] = {
    { "usb", true, "usb" },          { "session", true, "iscsi" },  { "rport-", false, "fc" },
    { "end_device-", false, "sas" }, { "ata", true, "ata" },        { "mmc", true, "mmc" },
    { "mmc_host", false, "mmc" },    { "fw", true, "firewire" },    { "vbd-", false, "xen" },
    { "ndbus", true, "nvdimm" },     { "VMBUS:", false, "hyperv" }, { "MSFT1000:", false, "hyperv" },
    { "virtio", true, "virtio" },    { "css", true, "ccw" },        { "host", true, "scsi" },
};

static const char *way_of(struct hc_text target)
{
    size_t best = sizeof ways / sizeof *ways;
    struct hc_text component;
    bool none = false, sata = false;

    while (hc_pop_component(&target, &component)) {
        none = none || hc_text_is(component, "virtual");
        /* the node of a device tree, as in "ffe08000.sata" */
        sata = sata || (component.size > 5 && !memcmp(component.at + component.size - 5, ".sata", 5));
        for (size_t i = 0; i < best; i++)
            if (ways[i].number ? numbered(component, ways[i].word) : hc_starts(component, ways[i].word))
                best = i;
    }
    if (best == sizeof ways / sizeof *ways)
        return none ? "" : NULL;
    return sata && !strcmp(ways[best].transport, "scsi") ? "sata" : ways[best].transport;
}

/* The class of the nearest function is in the log already: 0101 is IDE, 0106 SATA (PCI Code and ID Assignment, 1.2). */
static unsigned class_of(struct hc_source *src, struct hc_text pci)
{
    struct hc_text address;
    uint64_t class_code = 0;

    if (hc_next_word(&pci, &address) && address.size < NAME_SHOWN)
        hc_ask_u64(src, hc_format(src, "/sys/bus/pci/devices/%.*s/class", (int)address.size, address.at), &class_code);
    return (unsigned)(class_code >> 8 & 0xffff);
}

/* Before Linux 2.6.39 the ports of ATA had no folder of their own. */
const char *hc_transport_of(struct hc_source *src, struct hc_text target, struct hc_text pci)
{
    const char *way = way_of(target);
    const bool ata = way && !strcmp(way, "ata");
    unsigned class_code;

    if (!ata && !(way && !strcmp(way, "scsi")))
        return way;
    class_code = class_of(src, pci);
    if (class_code == 0x0101)
        return "ata";
    return ata || class_code == 0x0106 ? "sata" : way;
}

/* "nvme0" of ".../nvme/nvme0/nvme0n1"; empty: several lead to it, or it is no such disk. */
static struct hc_text controller_of(struct hc_text target)
{
    struct hc_text component;

    if (!hc_pop_component(&target, &component) || !hc_starts(component, "nvme") ||
        !hc_pop_component(&target, &component) || !numbered(component, "nvme"))
        return HC_TEXT("");
    return component;
}

/* Names of drivers/nvme/host: pcie, tcp, rdma, fc, loop. */
static void nvme_transport(struct look *l)
{
    struct hc_text controller = controller_of(l->disk->target), way;
    const struct hc_reply *reply;

    if (!controller.size) { /* several ways; that of PCIe is seen by its functions */
        reply = l->disk->pci.size ? l->disk->link
                                  : hc_reword(l->src, l->disk->link, HC_UNSUPPORTED, "several controllers lead to it");
        put_word(l, HC_COL_BLOCK_TRANSPORT, reply, "nvme");
        return;
    }
    put_text(l, HC_COL_BLOCK_CONTROLLER, l->disk->link, controller);
    reply = hc_ask_line(l->src,
                        hc_format(l->src, "/sys/class/nvme/%.*s/transport", (int)controller.size, controller.at), &way);
    if (reply->answer == HC_ABSENT) { /* before Linux 4.5 there was PCIe only */
        reply = hc_restate(l->src, reply, "pcie");
        way = HC_TEXT("pcie");
    }
    put_word(l, HC_COL_BLOCK_TRANSPORT, reply,
             hc_text_is(way, "pcie") ? "nvme" : hc_format(l->src, "nvme-%.*s", (int)way.size, way.at));
}

static void transport(struct look *l)
{
    const struct hc_reply *why = l->disk->link;

    if (hc_starts(l->disk->name, "nvme")) {
        l->transport = "nvme";
        nvme_transport(l);
        return;
    }
    l->transport = why->answer == HC_OK ? hc_transport_of(l->src, l->disk->target, l->disk->pci) : NULL;
    if (l->transport && !*l->transport)
        return; /* it stands on no hardware of its own */
    if (why->answer == HC_OK && !l->transport)
        why = hc_reword(l->src, why, HC_UNSUPPORTED, "this way of attaching a disk is not known");
    put_word(l, HC_COL_BLOCK_TRANSPORT, why, l->transport ? l->transport : "");
}

/* "0:0:0:0", the folder of a SCSI device. */
static void scsi_address(const struct look *l)
{
    struct hc_text path = l->disk->target, component, rest, part;

    while (hc_pop_component(&path, &component)) {
        size_t numbers = 0;
        uint64_t n;
        rest = component;
        while (hc_split(rest, ':', &part, &rest) && hc_number(part, 10, &n))
            numbers++;
        if (numbers == 3 && hc_number(rest, 10, &n)) {
            put_text(l, HC_COL_BLOCK_SCSI, l->disk->link, component);
            return;
        }
    }
}

/* ---- what kind it is ---- */

static const struct {
    const char *begin, *type;
} kinds[] = {
    { "loop", "loop" }, { "zram", "zram" }, { "ram", "ram" },   { "nbd", "nbd" },
    { "rbd", "rbd" },   { "drbd", "drbd" }, { "zd", "zvol" },   { "bcache", "bcache" },
    { "md", "md" },     { "sr", "rom" },    { "fd", "floppy" }, { "scd", "rom" },
};

/* Maker of a mapping: the first word of its UUID (lib/misc/dm uuids, as cryptsetup, LVM and multipath give them). */
static const char *maker_of(struct look *l, const struct hc_reply **reply)
{
    static const struct {
        const char *word, *type;
    } makers[] = { { "LVM-", "lvm" },
                   { "CRYPT-", "crypt" },
                   { "mpath-", "multipath" },
                   { "DMRAID-", "dmraid" },
                   { "part", "partition" } };
    struct hc_text uuid;

    *reply = hc_ask_line(l->src, path_of(l, "dm/uuid"), &uuid);
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (hc_starts(uuid, makers[i].word))
            return makers[i].type;
    return "dm";
}

/* NVMe: "nvme0c1n2" is one way to nvme0n2 (drivers/nvme/host/multipath.c). */
static bool is_path(struct hc_text name)
{
    return hc_starts(name, "nvme") && memchr(name.at + 4, 'c', name.size - 4);
}

static const char *type_of(struct look *l, const struct hc_reply **reply)
{
    if (l->disk->part_of.size)
        return "partition";
    if (hc_starts(l->disk->name, "dm-"))
        return maker_of(l, reply);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (numbered(l->disk->name, kinds[i].begin))
            return kinds[i].type;
    return hc_starts(l->disk->name, "md_") ? "md" : is_path(l->disk->name) ? "path" : "disk";
}

/* ---- what the disk says ---- */

/* IDENTIFY DEVICE of an ATA disk, behind 60 bytes of the page that a SCSI disk would not have (SAT-3, 12.4.2; Linux
   drivers/ata/libata-scsi.c, ata_scsiop_inq_89). Two bytes of text are a word, the first one above (ACS-3, 3.3.10). */
enum { PAGE_89_IDENTIFY = 60, WORD_SERIAL = 10, WORD_FIRMWARE = 23, WORD_MODEL = 27, WORD_ROTATION = 217 };

static struct hc_text identify_text(const struct look *l, struct hc_text page, size_t word, size_t size)
{
    const size_t start = PAGE_89_IDENTIFY + 2 * word;
    char *text = page.size >= start + size ? hc_alloc(&l->src->arena, size + 1) : NULL;

    for (size_t i = 0; text && i < size; i += 2) {
        text[i] = page.at[start + i + 1];
        text[i + 1] = page.at[start + i];
    }
    return hc_trim((struct hc_text){ text ? text : "", text ? size : 0 });
}

/* SCSI has room for 16 letters of a model, which ATA disks exceed. False: no such page. */
static bool ata_names(const struct look *l)
{
    struct hc_text page, model;
    const struct hc_reply *reply;

    if (!hc_has_word(l->device, "vpd_pg89"))
        return false;
    reply = hc_ask_file(l->src, path_of(l, "device/vpd_pg89"), &page);
    model = identify_text(l, page, WORD_MODEL, 40);
    if (reply->answer != HC_OK || !model.size)
        return false;
    put_text(l, HC_COL_BLOCK_MODEL, reply, model);
    put_text(l, HC_COL_BLOCK_FIRMWARE, reply, identify_text(l, page, WORD_FIRMWARE, 8));
    put_text(l, HC_COL_BLOCK_SERIAL, hc_whole(l->src, reply), identify_text(l, page, WORD_SERIAL, 20));
    return true;
}

/* Unit serial number: the text stands behind 4 bytes (SPC-4, 7.8.15). */
static void unit_serial(const struct look *l)
{
    struct hc_text page;
    const struct hc_reply *reply = hc_ask_file(l->src, path_of(l, "device/vpd_pg80"), &page);
    const size_t size = page.size >= 4 ? (size_t)(unsigned char)page.at[3] : 0;

    if (reply->answer == HC_OK && !reply->thinned && page.size < 4 + size)
        reply = hc_malformed(l->src, reply, "a page of a serial number was expected");
    put_text(l, HC_COL_BLOCK_SERIAL, hc_whole(l->src, reply),
             reply->answer == HC_OK && page.size >= 4 + size ? (struct hc_text){ page.at + 4, size } : HC_TEXT(""));
}

static bool has(const struct look *l, const char *file)
{
    return hc_has_word(l->names, file);
}

static bool device_has(const struct look *l, const char *file)
{
    return hc_has_word(l->device, file);
}

static void serial(const struct look *l)
{
    if (device_has(l, "vpd_pg80"))
        unit_serial(l);
    else if (device_has(l, "serial"))
        name_line(l, HC_COL_BLOCK_SERIAL, "device/serial");
}

static void names(const struct look *l)
{
    struct hc_text vendor = HC_TEXT("");
    const struct hc_reply *reply = l->list;
    bool ata;

    if (device_has(l, "vendor") && device_has(l, "model"))
        reply = hc_ask_line(l->src, path_of(l, "device/vendor"), &vendor);
    ata = hc_text_is(vendor, "ATA"); /* what libata and bridges say in the place of a vendor */
    if (vendor.size && !ata)
        put_text(l, HC_COL_BLOCK_VENDOR, reply, vendor);
    if (!ata || !ata_names(l)) {
        if (device_has(l, "model"))
            line(l, HC_COL_BLOCK_MODEL, "device/model");
        else if (device_has(l, "name") && l->transport && !strcmp(l->transport, "mmc"))
            line(l, HC_COL_BLOCK_MODEL, "device/name");
        if (device_has(l, "rev"))
            line(l, HC_COL_BLOCK_FIRMWARE, "device/rev");
        else if (device_has(l, "firmware_rev"))
            line(l, HC_COL_BLOCK_FIRMWARE, "device/firmware_rev");
        serial(l);
    }
    if (has(l, "wwid"))
        name_line(l, HC_COL_BLOCK_WWID, "wwid");
    else if (device_has(l, "wwid"))
        name_line(l, HC_COL_BLOCK_WWID, "device/wwid");
}

static void driver(const struct look *l)
{
    struct hc_text target;
    const struct hc_reply *reply;

    if (!device_has(l, "driver"))
        return;
    reply = hc_ask_link(l->src, path_of(l, "device/driver"), &target);
    put_text(l, HC_COL_BLOCK_DRIVER, reply, hc_last_component(target));
}

/* The kernel's -1 says that there is one node, or that firmware told of none. */
static void node(const struct look *l)
{
    struct hc_text pci = l->disk->pci, address, text;
    const struct hc_reply *reply;
    uint64_t value;

    if (!hc_next_word(&pci, &address) || address.size >= NAME_SHOWN)
        return;
    reply = hc_ask_line(l->src, hc_format(l->src, "/sys/bus/pci/devices/%.*s/numa_node", (int)address.size, address.at),
                        &text);
    if (reply->answer == HC_OK && hc_number(text, 10, &value))
        hc_cell_number(l->facts, l->row, HC_COL_BLOCK_NODE, reply, value);
}

/* ---- whether it turns ---- */

/* What the disk itself says of its speed: 0 not told, 1 does not turn, else turns in a minute (SBC-3, 6.6.4, and the
   same in a word of ATA: ACS-3, 7.12.7.82). NULL: nothing is there to look at. */
static const struct hc_reply *rotation(const struct look *l, unsigned *rate)
{
    struct hc_text page;
    const struct hc_reply *reply = NULL;
    size_t at = 0;

    *rate = 0;
    if (device_has(l, "vpd_pgb1")) {
        reply = hc_ask_file(l->src, path_of(l, "device/vpd_pgb1"), &page);
        at = 4;
        if (reply->answer == HC_OK && page.size >= at + 2)
            *rate = (unsigned)(unsigned char)page.at[at] << 8 | (unsigned char)page.at[at + 1];
    } else if (device_has(l, "vpd_pg89")) {
        uint16_t word = 0;
        reply = hc_ask_file(l->src, path_of(l, "device/vpd_pg89"), &page);
        if (hc_le16(page, PAGE_89_IDENTIFY + 2 * WORD_ROTATION, &word) && word != UINT16_MAX)
            *rate = word;
    }
    return reply;
}

/* The flag is true unless a driver or a disk said otherwise. A hypervisor's disk says nothing of what it is made of;
   nor does one behind USB or a RAID controller where no rate was told. */
static void rotational(const struct look *l)
{
    static const char *const silent[] = { "virtio", "xen", "hyperv" };
    const struct hc_reply *reply, *told;
    unsigned rate;
    bool turns;

    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (l->transport && !strcmp(l->transport, silent[i])) {
            reply = hc_reword(l->src, l->disk->link, HC_UNSUPPORTED, "a virtual disk does not say what it is made of");
            hc_cell_flag(l->facts, l->row, HC_COL_BLOCK_ROTATIONAL, reply, false);
            return;
        }
    reply = hc_ask_flag(l->src, path_of(l, "queue/rotational"), &turns);
    if (turns) {
        told = rotation(l, &rate);
        if (rate > 1)
            reply = told;
        else if (!told && l->transport && (!strcmp(l->transport, "sata") || !strcmp(l->transport, "sas")))
            told = NULL; /* an older kernel, which looked at the rate and does not show it */
        else
            reply = hc_reword(l->src, told ? told : reply, HC_UNSUPPORTED, "the disk does not say whether it turns");
    }
    hc_cell_flag(l->facts, l->row, HC_COL_BLOCK_ROTATIONAL, reply, turns);
}

/* ---- its queue ---- */

/* "none [mq-deadline] kyber"; a single one may stand without brackets. */
static void scheduler(const struct look *l)
{
    struct hc_text text, word, chosen = HC_TEXT(""), first = HC_TEXT("");
    const struct hc_reply *reply = hc_ask_line(l->src, path_of(l, "queue/scheduler"), &text);

    while (hc_next_word(&text, &word)) {
        first = first.size ? first : word;
        if (word.size > 2 && word.at[0] == '[' && word.at[word.size - 1] == ']')
            chosen = (struct hc_text){ word.at + 1, word.size - 2 };
    }
    put_text(l, HC_COL_BLOCK_SCHEDULER, reply, chosen.size ? chosen : first);
}

static void queue(const struct look *l)
{
    uint64_t most;
    const struct hc_reply *reply = ask_number(l, "queue/discard_max_bytes", 1, &most);

    hc_cell_flag(l->facts, l->row, HC_COL_BLOCK_TRIM, reply, most != 0);
    number(l, HC_COL_BLOCK_TRIM_GRAIN, "queue/discard_granularity", 1);
    number(l, HC_COL_BLOCK_LOGICAL, "queue/logical_block_size", 1);
    number(l, HC_COL_BLOCK_PHYSICAL, "queue/physical_block_size", 1);
    number(l, HC_COL_BLOCK_OPTIMAL, "queue/optimal_io_size", 1);
    line(l, HC_COL_BLOCK_ZONED, "queue/zoned");
    line(l, HC_COL_BLOCK_CACHE, "queue/write_cache");
    scheduler(l);
}

/* ---- what udev read on it ---- */

/* udev writes what is no plain letter as \x20 (libudev's encoding, used for the names with _ENC). */
static struct hc_text decoded(struct hc_source *src, struct hc_text value)
{
    char *text = memchr(value.at, '\\', value.size) ? hc_alloc(&src->arena, value.size + 1) : NULL;
    size_t size = 0;
    uint64_t code;

    for (size_t i = 0; text && i < value.size; i++) {
        if (i + 3 < value.size && value.at[i] == '\\' && value.at[i + 1] == 'x' &&
            hc_number((struct hc_text){ value.at + i + 2, 2 }, 16, &code)) {
            text[size++] = (char)code;
            i += 3;
        } else {
            text[size++] = value.at[i];
        }
    }
    return text ? (struct hc_text){ text, size } : value;
}

static const struct {
    const char *name; /* the second one counts where the first is not there */
    int column;
    bool identity, of_partition;
} properties[] = {
    { "E:ID_PART_TABLE_TYPE", HC_COL_BLOCK_PARTITION_TABLE, false, false },
    { "E:ID_PART_ENTRY_TYPE", HC_COL_BLOCK_PARTITION_TYPE, false, true },
    { "E:ID_PART_ENTRY_NAME", HC_COL_BLOCK_PARTITION_LABEL, true, true },
    { "E:ID_PART_ENTRY_UUID", HC_COL_BLOCK_PARTITION_UUID, true, true },
    { "E:ID_FS_TYPE", HC_COL_BLOCK_CONTENT, false, false },
    { "E:ID_FS_LABEL_ENC", HC_COL_BLOCK_LABEL, true, false },
    { "E:ID_FS_LABEL", HC_COL_BLOCK_LABEL, true, false },
    { "E:ID_FS_UUID_ENC", HC_COL_BLOCK_UUID, true, false },
    { "E:ID_FS_UUID", HC_COL_BLOCK_UUID, true, false },
};

/* Of a virtio disk only udev tells the serial without asking the disk. */
static void udev_serial(const struct look *l, const struct hc_reply *reply, struct hc_text text)
{
    struct hc_text value;

    if (l->transport && !strcmp(l->transport, "virtio") && !l->row->cells[HC_COL_BLOCK_SERIAL].why &&
        hc_find_value(text, '=', "E:ID_SERIAL", &value))
        put_text(l, HC_COL_BLOCK_SERIAL, reply, value);
}

static void contents(const struct look *l)
{
    struct hc_text text, value;
    struct hc_node folder;
    const struct hc_reply *reply, *whole;

    if (!l->scan->udev)
        l->scan->udev = hc_ask_stat(l->src, UDEV_FOLDER, &folder);
    reply = l->scan->udev;
    if (reply->answer == HC_ABSENT || !l->disk->number.size)
        reply = hc_reword(l->src, reply, HC_UNSUPPORTED, "without udev nobody read what is on it");
    else if (reply->answer == HC_OK)
        reply = hc_ask_file(
            l->src, hc_format(l->src, UDEV_FOLDER "/b%.*s", (int)l->disk->number.size, l->disk->number.at), &text);
    if (reply->answer != HC_OK) {
        put_text(l, HC_COL_BLOCK_CONTENT, reply, HC_TEXT(""));
        return;
    }
    whole = hc_whole(l->src, reply);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (properties[i].of_partition <= (l->disk->part_of.size != 0) &&
            hc_find_value(text, '=', properties[i].name, &value))
            put_text(l, properties[i].column, properties[i].identity ? whole : reply, decoded(l->src, value));
    udev_serial(l, whole, text);
    if (!hc_find_value(text, '=', "E:ID_FS_TYPE", &value)) /* it looked, and knew nothing of what is there */
        put_text(l, HC_COL_BLOCK_CONTENT, reply, HC_TEXT(""));
}

/* ---- rows ---- */

/* PARTN is there since Linux 3.5, PARTUUID since 6.9 (block/partitions/core.c, part_uevent). */
static void partition(const struct look *l)
{
    struct hc_text text, value;
    const struct hc_reply *reply = hc_ask_file(l->src, path_of(l, "uevent"), &text);
    uint64_t n;

    if (reply->answer == HC_OK && !hc_find_value(text, '=', "PARTN", &value))
        number(l, HC_COL_BLOCK_PARTITION, "partition", 1);
    else if (reply->answer == HC_OK && !hc_number(value, 10, &n))
        put_text(l, HC_COL_BLOCK_PARTITION, hc_malformed(l->src, reply, "a number was expected"), HC_TEXT(""));
    else
        hc_cell_number(l->facts, l->row, HC_COL_BLOCK_PARTITION, reply, reply->answer == HC_OK ? n : 0);
    if (hc_find_value(text, '=', "PARTNAME", &value))
        put_text(l, HC_COL_BLOCK_PARTITION_LABEL, hc_whole(l->src, reply), value);
    if (hc_find_value(text, '=', "PARTUUID", &value))
        put_text(l, HC_COL_BLOCK_PARTITION_UUID, hc_whole(l->src, reply), value);
    number(l, HC_COL_BLOCK_START, "start", SECTOR);
    flag(l, HC_COL_BLOCK_READ_ONLY, "ro");
    contents(l);
}

static void hardware(struct look *l)
{
    static const int columns[] = { HC_COL_BLOCK_MODEL, HC_COL_BLOCK_SERIAL, HC_COL_BLOCK_WWID };

    l->device_list = hc_ask_dir(l->src, path_of(l, "device"), &l->device);
    if (l->device_list->answer != HC_OK)
        LOSE(l, columns, l->device_list);
    names(l);
    if (device_has(l, "state"))
        line(l, HC_COL_BLOCK_STATE, "device/state");
    driver(l);
    node(l);
    scsi_address(l);
    rotational(l);
    if (has(l, "nsid"))
        number(l, HC_COL_BLOCK_NAMESPACE, "nsid", 1);
}

static void mapped(const struct look *l, const char *type)
{
    if (has(l, "dm"))
        name_line(l, HC_COL_BLOCK_MAPPING, "dm/name");
    if (!strcmp(type, "loop") && has(l, "loop"))
        name_line(l, HC_COL_BLOCK_FILE, "loop/backing_file");
}

static void whole(struct look *l, const char *type)
{
    static const int columns[] = { HC_COL_BLOCK_READ_ONLY, HC_COL_BLOCK_REMOVABLE, HC_COL_BLOCK_MODEL,
                                   HC_COL_BLOCK_SERIAL,    HC_COL_BLOCK_WWID,      HC_COL_BLOCK_TRIM,
                                   HC_COL_BLOCK_LOGICAL,   HC_COL_BLOCK_PHYSICAL };

    l->list = hc_ask_dir(l->src, path_of(l, ""), &l->names);
    if (l->list->answer != HC_OK) {
        LOSE(l, columns, l->list);
        return;
    }
    flag(l, HC_COL_BLOCK_READ_ONLY, "ro");
    flag(l, HC_COL_BLOCK_REMOVABLE, "removable");
    if (has(l, "device"))
        hardware(l);
    mapped(l, type);
    if (has(l, "queue"))
        queue(l);
    contents(l);
}

/* Loops without a file, RAM disks and the like are many, and there is nothing more to say of them. */
static bool is_idle(const char *type, uint64_t size)
{
    return !strcmp(type, "ram") || (!size && (!strcmp(type, "loop") || !strcmp(type, "nbd") || !strcmp(type, "zram")));
}

void hc_describe_disk(struct hc_disk_scan *scan, struct hc_table_row *row, const struct hc_disk *disk)
{
    static const int columns[] = { HC_COL_BLOCK_SIZE, HC_COL_BLOCK_READ_ONLY };
    const bool part = disk->part_of.size != 0;
    struct look l = { .scan = scan,
                      .src = scan->src,
                      .facts = scan->facts,
                      .row = row,
                      .disk = disk,
                      .names = { "", 0 },
                      .device = { "", 0 } };
    const struct hc_reply *reply = disk->link;
    const char *type = type_of(&l, &reply);
    uint64_t size;

    put_word(&l, HC_COL_BLOCK_TYPE, reply, type);
    scan->questions += part ? QUESTIONS_OF_A_PARTITION : QUESTIONS_OF_A_DISK;
    if (scan->questions > QUESTIONS_MOST) { /* the log has an end, and other probes come after this one */
        LOSE(&l, columns, hc_reword(scan->src, disk->link, HC_UNSUPPORTED, "too many disks to ask each"));
        return;
    }
    if (!part)
        transport(&l);
    size = number(&l, HC_COL_BLOCK_SIZE, "size", SECTOR);
    if (part)
        partition(&l);
    else if (!is_idle(type, size))
        whole(&l, type);
}
