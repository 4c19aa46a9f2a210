/* Disks, file systems and what is made of several, from hosts of the few answers that matter. */
#include "check.h"
#include "probes.h"
#include "recording.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answer {
    const char *key, *text; /* text NULL: absent; DENIED: denied; BROKEN: failed */
    size_t size;            /* of a text with NULs in it; 0: up to the first */
};

static const char DENIED[] = "denied", BROKEN[] = "broken";

static void log_answer(struct hc_source *src, const struct answer *a)
{
    const bool ok = a->text && a->text != DENIED && a->text != BROKEN;
    const struct hc_reply reply = { .key = a->key,
                                    .answer = ok                  ? HC_OK
                                              : a->text == DENIED ? HC_DENIED
                                              : a->text           ? HC_FAILED
                                                                  : HC_ABSENT,
                                    .error = a->text == BROKEN ? "EIO" : NULL,
                                    .bytes = ok ? a->text : "",
                                    .size = !ok       ? 0
                                            : a->size ? a->size
                                                      : strlen(a->text) };

    hc_log(src, &reply); /* the first answer to a key stands */
}

static const struct answer usual[] = {
    { .key = "link:/proc/1/ns/pid", .text = "pid:[4026531836]" },
    { .key = "link:/proc/1/ns/mnt", .text = "mnt:[1]" },
    { .key = "link:/proc/self/ns/mnt", .text = "mnt:[1]" },
    { .key = "file:/proc/1/mountinfo", .text = "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n" },
    { .key = "file:/proc/swaps", .text = "Filename Type Size Used Priority\n" },
    { .key = "stat:/sys/module/zfs" },
    { .key = "stat:/run/udev/data" },
};

static struct hc_source *host(const struct answer *answers, size_t count)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    for (size_t i = 0; i < count && answers[i].key; i++)
        log_answer(src, &answers[i]);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        log_answer(src, &usual[i]);
    return src;
}

#define HOST(list) host(list, sizeof(list) / sizeof *(list))

static struct hc_facts look(struct hc_source *src)
{
    struct hc_facts facts = { .arena = &src->arena };

    hc_probe_block(src, &facts);
    hc_probe_file_systems(src, &facts);
    hc_probe_storage(src, &facts);
    return facts;
}

static const struct hc_cell *cell(const struct hc_facts *facts, enum hc_table table, const char *name, int column)
{
    for (const struct hc_table_row *row = facts->tables[table].first; row; row = row->next)
        if (!name || (row->cells[0].known && !strcmp(row->cells[0].text, name)))
            return &row->cells[column];
    return NULL;
}

/* "?answer" of an unknown, "-" where the question does not arise, "no row". */
static const char *shown(const struct hc_facts *facts, enum hc_table table, const char *name, int column)
{
    static char text[4][512];
    static unsigned turn;
    const struct hc_cell *c = cell(facts, table, name, column);
    char *at = text[turn++ % 4];

    if (!c)
        return "no row";
    if (!c->known) {
        snprintf(at, sizeof *text, c->why ? "?%s" : "-", c->why ? hc_answer_name(c->why->answer) : "");
        return at;
    }
    switch (hc_table_field(table)->columns[column].type) {
    case HC_TYPE_FLAG: return c->flag ? "yes" : "no";
    case HC_TYPE_NUMBER: snprintf(at, sizeof *text, "%llu", (unsigned long long)c->number); return at;
    default: return c->text;
    }
}

static void is(int where, const char *found, const char *expected)
{
    if (!strcmp(found, expected))
        return;
    printf("%s:%d: \"%s\", not \"%s\"\n", __FILE__, where, found, expected);
    failures++;
}

#define DISK(name, column, expected) is(__LINE__, shown(&facts, HC_TABLE_BLOCK, name, HC_COL_BLOCK_##column), expected)
#define FS(number, column, expected)                                                                                   \
    is(__LINE__, shown(&facts, HC_TABLE_FILE_SYSTEMS, number, HC_COL_FS_##column), expected)
#define IMAGES(whose, column, expected)                                                                                \
    is(__LINE__, shown(&facts, HC_TABLE_IMAGE_FOLDERS, whose, HC_COL_IMAGES_##column), expected)
#define ROW(table, name, column, expected)                                                                             \
    is(__LINE__, shown(&facts, HC_TABLE_##table, name, HC_COL_##column), expected)

/* ---- disks ---- */

#define B "/sys/class/block/"

/* IDENTIFY DEVICE behind 60 bytes: serial at word 10, firmware 23, model 27, speed 217; each two letters swapped. */
static void fill_page(char *page, const char *serial, const char *firmware, const char *model, unsigned speed)
{
    const struct {
        size_t word, size;
        const char *text;
    } parts[] = { { 10, 20, serial }, { 23, 8, firmware }, { 27, 40, model } };

    memset(page, 0, 572);
    page[1] = (char)0x89;
    for (size_t i = 0; i < 3; i++)
        for (size_t n = 0; n < parts[i].size; n++)
            page[60 + 2 * parts[i].word + (n ^ 1)] = n < strlen(parts[i].text) ? parts[i].text[n] : ' ';
    page[60 + 2 * 217] = (char)(speed & 0xff);
    page[60 + 2 * 217 + 1] = (char)(speed >> 8);
}

static void sata(void)
{
    static char page[572];
    const struct answer list[] = {
        { .key = "dir:/sys/class/block", .text = "sda\nsda1\n" },
        { .key = "link:" B "sda",
          .text = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda" },
        { .key = "file:" B "sda/dev", .text = "8:0\n" },
        { .key = "file:" B "sda/size", .text = "7814037168\n" },
        { .key = "dir:" B "sda/", .text = "device\nqueue\nremovable\nro\nsda1\nsize\n" },
        { .key = "file:" B "sda/ro", .text = "0\n" },
        { .key = "file:" B "sda/removable", .text = "0\n" },
        { .key = "dir:" B "sda/device", .text = "driver\nmodel\nrev\nvendor\nvpd_pg80\nvpd_pg89\nwwid\n" },
        { .key = "file:" B "sda/device/vendor", .text = "ATA     \n" },
        { .key = "file:" B "sda/device/model", .text = "WDC WD4000FYYZ-0\n" },
        { .key = "file:" B "sda/device/rev", .text = "1K03\n" },
        { .key = "file:" B "sda/device/vpd_pg89", .text = page, .size = sizeof page },
        { .key = "file:" B "sda/device/wwid", .text = "naa.50014ee25f9d7a1b\n" },
        { .key = "link:" B "sda/device/driver", .text = "../../../../bus/scsi/drivers/sd" },
        { .key = "file:/sys/bus/pci/devices/0000:00:1f.2/class", .text = "0x010601\n" },
        { .key = "file:/sys/bus/pci/devices/0000:00:1f.2/numa_node", .text = "-1\n" },
        { .key = "file:" B "sda/queue/rotational", .text = "1\n" },
        { .key = "file:" B "sda/queue/discard_max_bytes", .text = "0\n" },
        { .key = "file:" B "sda/queue/discard_granularity", .text = "0\n" },
        { .key = "file:" B "sda/queue/logical_block_size", .text = "512\n" },
        { .key = "file:" B "sda/queue/physical_block_size", .text = "4096\n" },
        { .key = "file:" B "sda/queue/optimal_io_size", .text = "0\n" },
        { .key = "file:" B "sda/queue/zoned", .text = BROKEN },
        { .key = "file:" B "sda/queue/scheduler", .text = "none [mq-deadline] bfq\n" },
        { .key = "link:" B "sda1",
          .text = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1" },
        { .key = "file:" B "sda1/dev", .text = "8:1\n" },
        { .key = "file:" B "sda1/size", .text = "2048\n" },
        { .key = "file:" B "sda1/start", .text = "18446744073709551615\n" },
        { .key = "file:" B "sda1/ro", .text = "1\n" },
        { .key = "file:" B "sda1/uevent", .text = "DEVTYPE=partition\nPARTN=1\nPARTNAME=My home\n" },
        { .key = "stat:/run/udev/data", .text = "d 0:0 755 0 0" },
        { .key = "file:/run/udev/data/b8:0", .text = "E:ID_PART_TABLE_TYPE=gpt\n" },
        { .key = "file:/run/udev/data/b8:1",
          .text = "E:ID_FS_TYPE=ext4\nE:ID_FS_LABEL=a_b\nE:ID_FS_LABEL_ENC=a\\x20b\nE:ID_FS_UUID=1234-ABCD\n" },
    };
    struct hc_source *src;
    struct hc_facts facts;

    fill_page(page, "     WD-WMC130000001", "01.01K03", "WDC WD4000FYYZ-01UL1B1", 7200);
    src = HOST(list);
    facts = look(src);
    DISK("sda", TYPE, "disk");
    DISK("sda", SIZE, "4000787030016");
    DISK("sda", TRANSPORT, "sata");
    DISK("sda", VENDOR, "-");
    DISK("sda", MODEL, "WDC WD4000FYYZ-01UL1B1");
    DISK("sda", FIRMWARE, "01.01K03");
    DISK("sda", SERIAL, "WD-WMC130000001");
    DISK("sda", WWID, "naa.50014ee25f9d7a1b");
    DISK("sda", DRIVER, "sd");
    DISK("sda", NODE, "-");
    DISK("sda", SCSI, "0:0:0:0");
    DISK("sda", ROTATIONAL, "yes");
    DISK("sda", TRIM, "no");
    DISK("sda", PHYSICAL, "4096");
    DISK("sda", ZONED, "?failed"); /* one odd file costs its own cell */
    DISK("sda", SCHEDULER, "mq-deadline");
    DISK("sda", PARTITION_TABLE, "gpt");
    DISK("sda", CONTENT, "");
    CHECK(facts.cells[HC_FACT_LARGEST_DISK].known && facts.cells[HC_FACT_LARGEST_DISK].number == 4000787030016);
    DISK("sda1", TYPE, "partition");
    DISK("sda1", BELOW, "sda");
    DISK("sda1", SIZE, "1048576");
    DISK("sda1", START, "?failed");
    DISK("sda1", READ_ONLY, "yes");
    DISK("sda1", PARTITION, "1");
    DISK("sda1", PARTITION_LABEL, "My home");
    DISK("sda1", CONTENT, "ext4");
    DISK("sda1", LABEL, "a b");
    DISK("sda1", UUID, "1234-ABCD");
    DISK("sda1", TRANSPORT, "-");
    hc_source_free(src);
}

/* What the flag of the kernel says of a disk without a rate is a default. */
static void turning(const char *expected, const char *path, const char *device, const char *page, size_t size,
                    int where)
{
    const struct answer list[] = {
        { .key = "dir:/sys/class/block", .text = "sda\n" },
        { .key = "link:" B "sda", .text = path },
        { .key = "file:" B "sda/dev", .text = "8:0\n" },
        { .key = "file:" B "sda/size", .text = "8\n" },
        { .key = "dir:" B "sda/", .text = "device\n" },
        { .key = "dir:" B "sda/device", .text = device },
        { .key = "file:" B "sda/queue/rotational", .text = "1\n" },
        { .key = "file:" B "sda/device/vpd_pgb1", .text = page, .size = size },
        { .key = "file:" B "sda/device/vpd_pg89", .text = page, .size = size },
    };
    struct hc_source *src = HOST(list);
    struct hc_facts facts = look(src);

    is(where, shown(&facts, HC_TABLE_BLOCK, "sda", HC_COL_BLOCK_ROTATIONAL), expected);
    hc_source_free(src);
}

#define TURNING(expected, path, device, page, size) turning(expected, path, device, page, size, __LINE__)

static void rotation(void)
{
    static const char told[] = "\0\xb1\0\x3c\x1c\x20\0\0", silent[] = "\0\xb1\0\x3c\0\0\0\0";
    static const char ata[] = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda";
    static const char usb[] =
        "../../devices/pci0000:00/0000:00:14.0/usb1/1-5/1-5:1.0/host0/target0:0:0/0:0:0:0/block/sda";
    static const char hba[] = "../../devices/pci0000:00/0000:03:00.0/host2/target2:2:0/2:2:0:0/block/sda";
    static const char vda[] = "../../devices/pci0000:00/0000:00:02.0/virtio1/block/sda";

    TURNING("yes", ata, "vpd_pgb1\n", told, 8);
    TURNING("?unsupported", ata, "vpd_pgb1\n", silent, 8); /* an emulated disk */
    TURNING("?unsupported", ata, "vpd_pg89\n", silent, 8); /* a page cut short */
    TURNING("yes", ata, "model\n", "", 0);
    TURNING("?unsupported", usb, "model\n", "", 0);
    TURNING("yes", usb, "vpd_pgb1\n", told, 8);
    TURNING("?unsupported", hba, "model\n", "", 0);
    TURNING("?unsupported", vda, "model\n", "", 0);
}

/* Older kernels have the page, and not the name that is made of it. */
static void identified(const char *expected, const char *page, size_t size, int where)
{
    const struct answer list[] = {
        { .key = "dir:/sys/class/block", .text = "sda\n" },
        { .key = "link:" B "sda", .text = "../../devices/pci0000:00/0000:03:00.0/host2/target2:2:0/2:2:0:0/block/sda" },
        { .key = "file:" B "sda/dev", .text = "8:0\n" },
        { .key = "file:" B "sda/size", .text = "8\n" },
        { .key = "dir:" B "sda/", .text = "device\n" },
        { .key = "dir:" B "sda/device", .text = "vpd_pg83\n" },
        { .key = "file:" B "sda/device/vpd_pg83", .text = page, .size = size },
    };
    struct hc_source *src = HOST(list);
    struct hc_facts facts = look(src);

    is(where, shown(&facts, HC_TABLE_BLOCK, "sda", HC_COL_BLOCK_WWID), expected);
    hc_source_free(src);
}

#define IDENTIFIED(expected, page) identified(expected, page, sizeof(page) - 1, __LINE__)

static void identification(void)
{
#define NAA  "\x01\x03\x00\x08\x50\x01\x4e\xe2\x5f\x9d\x7a\x1b"
#define PORT "\x61\x93\x00\x08\x50\x01\x4e\xe2\x5f\x9d\x7a\x19"
#define EUI  "\x01\x02\x00\x08\x00\x25\x38\x41\x00\x00\x00\x01"
#define T10                                                                                                            \
    "\x02\x01\x00\x04"                                                                                                 \
    "ABCD"
    IDENTIFIED("naa.50014ee25f9d7a1b", "\0\x83\0\x20" T10 EUI NAA PORT);
    IDENTIFIED("eui.0025384100000001", "\0\x83\0\x10" EUI PORT);
    IDENTIFIED("-", "\0\x83\0\x10" T10);
    IDENTIFIED("-", "\0\x83\0\x10"
                    "\x01\x03\x00\xff\x50"); /* longer than the page */
    IDENTIFIED("-", "\0\x83");
}

static void many_kinds(void)
{
    const struct answer list[] = {
        { .key = "dir:/sys/class/block", .text = "dm-0\ndm-1\nloop0\nmmcblk0\nnvme0n1\nnvme1n1\nsdb\nsdc\nvda\n" },
        { .key = "link:" B "dm-0", .text = "../../devices/virtual/block/dm-0" },
        { .key = "dir:" B "dm-0/slaves", .text = "dm-1\n" }, /* a loop, which no kernel makes */
        { .key = "link:" B "dm-1", .text = "../../devices/virtual/block/dm-1" },
        { .key = "dir:" B "dm-1/slaves", .text = "dm-0\n" },
        { .key = "file:" B "dm-0/dm/uuid", .text = "CRYPT-LUKS2-0123-luks\n" },
        { .key = "file:" B "dm-1/dm/uuid", .text = DENIED },
        { .key = "link:" B "loop0", .text = "../../devices/virtual/block/loop0" },
        { .key = "file:" B "loop0/size", .text = "0\n" },
        { .key = "link:" B "mmcblk0",
          .text = "../../devices/platform/soc/fe340000.mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0" },
        { .key = "link:" B "nvme0n1", .text = "../../devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1" },
        { .key = "file:/sys/class/nvme/nvme0/transport", .text = "pcie\n" },
        { .key = "link:" B "nvme1n1", .text = "../../devices/virtual/nvme-fabrics/ctl/nvme1/nvme1n1" },
        { .key = "file:/sys/class/nvme/nvme1/transport", .text = "tcp\n" },
        { .key = "link:" B "sdb", .text = "../../devices/platform/host3/session1/target3:0:0/3:0:0:1/block/sdb" },
        { .key = "dir:" B "sdb/", .text = DENIED },
        { .key = "file:" B "sdb/size", .text = "abc\n" },
        { .key = "link:" B "sdc",
          .text = "../../devices/pci0000:00/0000:03:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0/block/sdc" },
        { .key = "link:" B "vda", .text = "../../devices/pci0000:00/0000:00:02.0/virtio1/block/vda" },
        { .key = "file:" B "vda/size", .text = "16\n" },
        { .key = "dir:" B "vda/", .text = "device\nserial\n" },
        { .key = "dir:" B "vda/device", .text = "driver\nvendor\n" },
        { .key = "file:" B "vda/serial", .text = "never asked" },
    };
    struct hc_source *src = HOST(list);
    struct hc_facts facts = look(src);

    DISK("dm-0", TYPE, "crypt");
    DISK("dm-0", TRANSPORT, "-");
    DISK("dm-0", BELOW, "dm-1");
    DISK("dm-1", TYPE, "?denied");
    DISK("loop0", TYPE, "loop");
    DISK("loop0", SIZE, "0");
    DISK("loop0", READ_ONLY, "-");
    DISK("mmcblk0", TRANSPORT, "mmc");
    DISK("nvme0n1", TRANSPORT, "nvme");
    DISK("nvme0n1", CONTROLLER, "nvme0");
    DISK("nvme1n1", TRANSPORT, "nvme-tcp");
    DISK("sdb", TRANSPORT, "iscsi");
    DISK("sdb", SIZE, "?failed");
    DISK("sdb", MODEL, "?denied");
    DISK("sdc", TRANSPORT, "sas");
    DISK("vda", TRANSPORT, "virtio");
    DISK("vda", VENDOR, "-");
    DISK("vda", SERIAL, "-");
    DISK("vda", ROTATIONAL, "?unsupported");
    DISK("vda", CONTENT, "?unsupported");            /* no udev */
    CHECK(!facts.cells[HC_FACT_LARGEST_DISK].known); /* sdb may be it */
    hc_source_free(src);
}

/* ---- file systems ---- */

#define ROOM(device, type)                                                                                             \
    "device " device "\ntype " type "\nblock 4096\nblocks 100\nfree 50\navailable 40\nfiles 10\nfiles_free 5\n"

static void file_systems(void)
{
    const struct answer list[] = {
        { .key = "file:/proc/1/mountinfo",
          .text = "25 1 8:1 / / rw - ext4 /dev/sda1 rw,data=ordered,secret=x\n"
                  "26 25 0:5 / /proc rw - proc proc rw\n"
                  "27 25 0:40 / /net rw - nfs4 nas:/vol rw,addr=192.0.2.1\n"
                  "28 27 8:2 / /net/disk rw - ext4 /dev/sda2 ro\n"
                  "29 25 8:3 / /a\\040b rw - xfs /dev/sda3 rw\n"
                  "30 25 8:3 /x /mnt/x rw - xfs /dev/sda3 rw\n"
                  "31 25 0:41 / /big rw - btrfs /dev/sda4 rw,compress=zstd:3\n"
                  "32 25 253:3 / /vm rw - ext4 /dev/mapper/vg-vm rw\n"
                  "33 25 8:5 / /old rw - xfs /dev/sda5 rw\n"
                  "34 25 0:50 / /home rw - fuse.thing thing rw\n"
                  "35 25 8:6 / /covered rw - ext4 /dev/sda6 rw\n" },
        { .key = "statfs:/", .text = ROOM("8:1", "ef53") },
        { .key = "statfs:/a b", .text = ROOM("8:3", "58465342") },
        { .key = "ioctl:xfs:geometry_flags:/a b", .text = "0x77cdca" },
        { .key = "statfs:/big", .text = ROOM("0:42", "9123683e") },
        { .key = "statfs:/vm", .text = ROOM("253:3", "ef53") },
        { .key = "statfs:/old", .text = ROOM("8:5", "58465342") },
        { .key = "ioctl:xfs:geometry_flags:/old", .text = DENIED },
        { .key = "statfs:/covered", .text = ROOM("0:40", "6969") },
        { .key = "statfs:/net/disk", .text = ROOM("8:2", "ef53") }, /* must not be asked */
        { .key = "link:/sys/dev/block/253:3", .text = "../../devices/virtual/block/dm-3" },
        { .key = "file:" B "dm-3/dm/uuid", .text = "LVM-" },
        { .key = "dir:" B "dm-3/slaves", .text = "dm-2\n" },
        { .key = "file:" B "dm-2/dm/uuid", .text = "LVM-x-tpool\n" },
        { .key = "link:/var", .text = BROKEN }, /* EINVAL: no link */
        { .key = "link:/var/lib", .text = BROKEN },
        { .key = "link:/var/lib/libvirt", .text = BROKEN },
        { .key = "link:/var/lib/libvirt/images", .text = BROKEN },
        { .key = "statfs:/var/lib/libvirt/images", .text = ROOM("8:3", "58465342") },
        { .key = "link:/var/lib/docker", .text = "/net/docker" },
        { .key = "link:/var/lib/vz" },
        { .key = "statfs:/var/lib/vz" },
        { .key = "statfs:/var/lib", .text = ROOM("0:42", "9123683e") },
        { .key = "link:/var/lib/incus", .text = BROKEN },
        { .key = "statfs:/var/lib/incus", .text = DENIED },
    };
    struct hc_source *src = HOST(list);
    struct hc_facts facts = look(src);

    FS("8:1", TYPE, "ext4");
    FS("8:1", OPTIONS, "data=ordered");
    FS("8:1", SIZE, "409600");
    FS("8:1", AVAILABLE, "163840");
    FS("8:1", FILES_FREE, "5");
    FS("8:1", REFLINK, "no");
    FS("8:1", SNAPSHOTS, "");
    FS("0:5", TYPE, "no row");
    FS("0:40", REMOTE, "yes");
    FS("0:40", SIZE, "?unsupported");
    FS("0:40", REFLINK, "?unsupported");
    FS("8:2", SIZE, "?unsupported"); /* behind NFS */
    FS("8:2", READ_ONLY, "yes");
    FS("8:3", MOUNTS, "/a\\040b /mnt/x");
    FS("8:3", FREE, "204800");
    FS("8:3", REFLINK, "yes");
    FS("0:41", REFLINK, "yes");
    FS("0:41", SNAPSHOTS, "file-system");
    FS("0:41", SIZE, "409600"); /* a subvolume has a number of its own */
    FS("253:3", SNAPSHOTS, "lvm-thin");
    FS("253:3", BLOCK, "dm-3");
    FS("8:5", REFLINK, "?denied");
    FS("0:50", REMOTE, "?unsupported");
    FS("8:6", SIZE, "?failed");
    IMAGES("libvirt", EXISTS, "yes");
    IMAGES("libvirt", NUMBER, "8:3");
    IMAGES("libvirt", REFLINK, "yes");
    IMAGES("libvirt", AVAILABLE, "163840");
    CHECK(facts.cells[HC_FACT_IMAGES_FREE].known && facts.cells[HC_FACT_IMAGES_FREE].number == 163840);
    CHECK(facts.cells[HC_FACT_IMAGES_REFLINKS].known && facts.cells[HC_FACT_IMAGES_REFLINKS].flag);
    IMAGES("Docker", EXISTS, "?unsupported"); /* a link, and there is NFS */
    IMAGES("Docker", AVAILABLE, "?unsupported");
    IMAGES("Proxmox VE", EXISTS, "no");
    IMAGES("Proxmox VE", MEASURED, "/var/lib");
    IMAGES("Proxmox VE", TYPE, "btrfs");
    IMAGES("Proxmox VE", SNAPSHOTS, "file-system");
    IMAGES("Incus", EXISTS, "?denied");
    IMAGES("Incus", AVAILABLE, "?denied");
    hc_source_free(src);
}

static void strange_mounts(void)
{
    const struct answer own[] = { { .key = "link:/proc/self/ns/mnt", .text = "mnt:[2]" },
                                  { .key = "statfs:/", .text = ROOM("8:1", "ef53") } };
    const struct answer hidden[] = { { .key = "link:/proc/self/ns/mnt", .text = DENIED },
                                     { .key = "statfs:/", .text = ROOM("8:1", "ef53") } };
    const struct answer lies[] = { { .key = "statfs:/", .text = "device 8:1\ntype ef53\nblock 4096\n" } };
    const struct answer huge[] = { { .key = "statfs:/",
                                     .text = "device 8:1\ntype ef53\nblock 4096\nblocks 18446744073709551615\nfree 0\n"
                                             "available 0\nfiles 0\nfiles_free 0\n" } };
    const struct answer none[] = { { .key = "file:/proc/1/mountinfo", .text = DENIED },
                                   { .key = "file:/proc/self/mountinfo", .text = DENIED } };
    struct hc_source *src = HOST(own);
    struct hc_facts facts = look(src);

    FS("8:1", SIZE, "?denied"); /* that / is another one */
    IMAGES("libvirt", AVAILABLE, "?denied");
    hc_source_free(src);
    src = HOST(hidden);
    facts = look(src);
    FS("8:1", SIZE, "?denied");
    CHECK(!facts.cells[HC_FACT_IMAGES_FREE].known);
    hc_source_free(src);
    src = HOST(lies);
    facts = look(src);
    FS("8:1", SIZE, "?failed");
    hc_source_free(src);
    src = HOST(huge);
    facts = look(src);
    FS("8:1", SIZE, "?failed");
    hc_source_free(src);
    src = HOST(none);
    facts = look(src);
    CHECK(!facts.tables[HC_TABLE_FILE_SYSTEMS].known);
    hc_source_free(src);
}

/* ---- what is made of several ---- */

#define VG "0123456789abcdef0123456789ABCDEF"
#define LV "abcdefghijklmnopqrstuvwxyz01234"

static const struct answer layers[] = {
    { .key = "dir:/sys/class/block", .text = "dm-0\ndm-1\ndm-2\ndm-3\nmd0\nsda\nsdb\n" },
    { .key = "file:" B "dm-0/dm/uuid", .text = "LVM-" VG LV "1\n" },
    { .key = "file:" B "dm-0/dm/name", .text = "my--vg-root\n" },
    { .key = "dir:" B "dm-0/slaves", .text = "dm-1\n" },
    { .key = "file:" B "dm-1/dm/uuid", .text = "LVM-" VG LV "2-tpool\n" },
    { .key = "dir:" B "dm-1/slaves", .text = "dm-2\n" },
    { .key = "file:" B "dm-2/dm/uuid", .text = "LVM-" VG LV "2_tdata\n" },
    { .key = "dir:" B "dm-2/slaves", .text = "md0\nsda\n" },
    { .key = "file:" B "dm-3/dm/uuid", .text = "CRYPT-LUKS2-x\n" },
    { .key = "dir:" B "md0/md", .text = "array_state\ndegraded\nlevel\nraid_disks\nsync_action\n" },
    { .key = "file:" B "md0/md/level", .text = "raid1\n" },
    { .key = "file:" B "md0/md/raid_disks", .text = "2\n" },
    { .key = "file:" B "md0/md/degraded", .text = "1\n" },
    { .key = "file:" B "md0/md/array_state", .text = "clean\n" },
    { .key = "file:" B "md0/md/sync_action", .text = BROKEN },
    { .key = "dir:" B "md0/slaves", .text = "sda\nsdb\n" },
    { .key = "dir:/sys/class/nvme", .text = "nvme0\nnvme1\n" },
    { .key = "link:/sys/class/nvme/nvme0", .text = "../../devices/pci0000:00/0000:01:00.0/nvme/nvme0" },
    { .key = "dir:/sys/class/nvme/nvme0", .text = "firmware_rev\nmodel\nnvme0n1\nserial\nsubsysnqn\ntransport\n" },
    { .key = "file:/sys/class/nvme/nvme0/model", .text = "SAMSUNG MZVLB1T0HBLR-000L7              \n" },
    { .key = "file:/sys/class/nvme/nvme0/firmware_rev", .text = "4M2QEXF7\n" },
    { .key = "file:/sys/class/nvme/nvme0/serial", .text = "S4EMNX0R240763      \n" },
    { .key = "file:/sys/class/nvme/nvme0/subsysnqn", .text = "nqn.2014.08.org.nvmexpress:S4EMNX0R240763\n" },
    { .key = "file:/sys/class/nvme/nvme0/transport", .text = "pcie\n" },
    { .key = "file:/sys/bus/pci/devices/0000:01:00.0/numa_node", .text = "1\n" },
    { .key = "dir:/sys/class/nvme/nvme1", .text = DENIED },
    { .key = "dir:/sys/class/scsi_host", .text = "host0\nhost1\n" },
    { .key = "link:/sys/class/scsi_host/host0",
      .text = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/scsi_host/host0" },
    { .key = "file:/sys/class/scsi_host/host0/proc_name", .text = "ahci\n" },
    { .key = "file:/sys/bus/pci/devices/0000:00:1f.2/class", .text = "0x010601\n" },
    { .key = "link:/sys/class/scsi_host/host1", .text = "../../devices/pci0000:00/0000:04:00.0/host1/scsi_host/host1" },
    { .key = "file:/sys/class/scsi_host/host1/proc_name", .text = "qla2xxx\n" },
    { .key = "dir:/sys/class/fc_host", .text = "host1\n" },
    { .key = "file:/sys/class/fc_host/host1/port_name", .text = "0x21000024ff3dc5a2\n" },
    { .key = "file:/sys/class/fc_host/host1/port_state", .text = "Online\n" },
    { .key = "file:/sys/class/fc_host/host1/speed", .text = "16 Gbit\n" },
    { .key = "dir:/sys/fs/btrfs", .text = "01234567-89ab-cdef-0123-456789abcdef\nfeatures\n" },
    { .key = "file:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/label", .text = "My label\n" },
    { .key = "dir:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/devices", .text = "sda\nsdb\n" },
    { .key = "dir:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/allocation/data",
      .text = "flags\nraid1\nsingle\n" },
    { .key = "dir:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/devinfo", .text = "1\n2\n" },
    { .key = "file:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/devinfo/1/missing", .text = "0\n" },
    { .key = "file:/sys/fs/btrfs/01234567-89ab-cdef-0123-456789abcdef/devinfo/2/missing", .text = "1\n" },
    { .key = "stat:/sys/module/zfs", .text = "d 0:0 755 0 0" },
    { .key = "dir:/proc/spl/kstat/zfs", .text = "arcstats\ntank\n" },
    { .key = "stat:/proc/spl/kstat/zfs/tank", .text = "d 0:0 555 0 0" },
    { .key = "file:/proc/spl/kstat/zfs/tank/state", .text = "DEGRADED\n" },
};

static void several(void)
{
    struct hc_source *src = HOST(layers);
    struct hc_facts facts = look(src);

    ROW(VOLUME_GROUPS, "my-vg", VG_VOLUMES, "1");
    ROW(VOLUME_GROUPS, "my-vg", VG_POOLS, "1");
    ROW(VOLUME_GROUPS, "my-vg", VG_DISKS, "md0 sda");
    CHECK(facts.tables[HC_TABLE_VOLUME_GROUPS].count == 1);
    ROW(MD_ARRAYS, "md0", MD_LEVEL, "raid1");
    ROW(MD_ARRAYS, "md0", MD_DEGRADED, "1");
    ROW(MD_ARRAYS, "md0", MD_SYNC, "?failed");
    ROW(MD_ARRAYS, "md0", MD_CHUNK, "-");
    ROW(MD_ARRAYS, "md0", MD_MEMBERS, "sda sdb");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_PCI, "0000:01:00.0");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_MODEL, "SAMSUNG MZVLB1T0HBLR-000L7");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_SERIAL, "S4EMNX0R240763");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_NODE, "1");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_NAMESPACES, "nvme0n1");
    ROW(NVME_CONTROLLERS, "nvme1", NVME_MODEL, "?denied");
    ROW(SCSI_HOSTS, "host0", SCSI_TRANSPORT, "sata");
    ROW(SCSI_HOSTS, "host0", SCSI_DRIVER, "ahci");
    ROW(SCSI_HOSTS, "host0", SCSI_PORT_NAME, "-");
    ROW(SCSI_HOSTS, "host1", SCSI_TRANSPORT, "fc");
    ROW(SCSI_HOSTS, "host1", SCSI_PORT_NAME, "0x21000024ff3dc5a2");
    ROW(SCSI_HOSTS, "host1", SCSI_SPEED, "16 Gbit");
    ROW(BTRFS, NULL, BTRFS_LABEL, "My label");
    ROW(BTRFS, NULL, BTRFS_DEVICES, "sda sdb");
    ROW(BTRFS, NULL, BTRFS_DATA, "single raid1");
    ROW(BTRFS, NULL, BTRFS_MISSING, "1");
    ROW(ZFS_POOLS, "tank", ZFS_STATE, "DEGRADED");
    CHECK(facts.tables[HC_TABLE_ZFS_POOLS].count == 1);
    hc_source_free(src);
}

static void nothing_there(void)
{
    const struct answer list[] = { { .key = "dir:/sys/class/block", .text = DENIED },
                                   { .key = "dir:/sys/class/nvme" } };
    struct hc_source *src = HOST(list);
    struct hc_facts facts = look(src);

    CHECK(!facts.tables[HC_TABLE_MD_ARRAYS].known && !facts.tables[HC_TABLE_VOLUME_GROUPS].known);
    CHECK(facts.tables[HC_TABLE_NVME_CONTROLLERS].known && !facts.tables[HC_TABLE_NVME_CONTROLLERS].count);
    CHECK(!facts.tables[HC_TABLE_SCSI_HOSTS].known && facts.tables[HC_TABLE_ZFS_POOLS].known);
    hc_source_free(src);
}

/* ---- what leaves the host ---- */

/* The same host as others see it. */
static struct hc_source *redacted(struct hc_source *src)
{
    struct hc_source *thin = hc_source_new(NULL, NULL);

    for (size_t i = 0; i < src->count; i++)
        hc_log(thin, hc_redact(src, src->log[i]));
    return thin;
}

static bool holds(const struct hc_source *src, const char *secret)
{
    const size_t size = strlen(secret);

    for (size_t i = 0; i < src->count; i++) {
        const struct hc_reply *reply = src->log[i];
        if (strstr(reply->key, secret))
            return true;
        for (size_t at = 0; at + size <= reply->size; at++)
            if (!memcmp(reply->bytes + at, secret, size))
                return true;
    }
    return false;
}

static void redaction(void)
{
    static const char *const secrets[] = { "S4EMNX0R240763", "my--vg", VG, "My label", "21000024ff3dc5a2", "tank" };
    struct hc_source *src = HOST(layers), *thin;
    struct hc_facts facts = look(src);

    thin = redacted(src);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (holds(thin, secrets[i]))
            printf("%s is in a redacted recording\n", secrets[i]);
        CHECK(holds(src, secrets[i]) && !holds(thin, secrets[i]));
    }
    facts = look(thin);
    ROW(VOLUME_GROUPS, NULL, VG_NAME, "?redacted");
    ROW(VOLUME_GROUPS, NULL, VG_POOLS, "1");
    ROW(VOLUME_GROUPS, NULL, VG_DISKS, "md0 sda");
    CHECK(facts.tables[HC_TABLE_VOLUME_GROUPS].count == 1);
    ROW(NVME_CONTROLLERS, "nvme0", NVME_MODEL, "SAMSUNG MZVLB1T0HBLR-000L7");
    ROW(NVME_CONTROLLERS, "nvme0", NVME_SERIAL, "?redacted");
    ROW(SCSI_HOSTS, "host1", SCSI_PORT_NAME, "?redacted");
    ROW(BTRFS, NULL, BTRFS_LABEL, "?redacted");
    ROW(BTRFS, NULL, BTRFS_MISSING, "1");
    ROW(ZFS_POOLS, NULL, ZFS_STATE, "DEGRADED");
    hc_source_free(thin);
    hc_source_free(src);
}

static void redaction_of_disks(void)
{
    static char page[572];
    const struct answer list[] = {
        { .key = "dir:/sys/class/block", .text = "sda\nsda1\n" },
        { .key = "link:" B "sda",
          .text = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda" },
        { .key = "file:" B "sda/dev", .text = "8:0\n" },
        { .key = "file:" B "sda/size", .text = "8\n" },
        { .key = "dir:" B "sda/", .text = "device\n" },
        { .key = "dir:" B "sda/device", .text = "model\nvendor\nvpd_pg80\nvpd_pg89\nwwid\n" },
        { .key = "file:" B "sda/device/vendor", .text = "ATA     \n" },
        { .key = "file:" B "sda/device/vpd_pg89", .text = page, .size = sizeof page },
        { .key = "file:" B "sda/device/vpd_pg80", .text = "\0\x80\0\4SECR", .size = 8 },
        { .key = "file:" B "sda/device/wwid", .text = "t10.ATA     SECRET-SERIAL\n" },
        { .key = "file:" B "sda/queue/rotational", .text = "1\n" },
        { .key = "link:" B "sda1",
          .text = "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1" },
        { .key = "file:" B "sda1/dev", .text = "8:1\n" },
        { .key = "file:" B "sda1/uevent", .text = "PARTN=1\nPARTNAME=SECRET-NAME\nPARTUUID=SECRET-UUID\n" },
        { .key = "stat:/run/udev/data", .text = "d 0:0 755 0 0" },
        { .key = "file:/run/udev/data/b8:1",
          .text = "E:ID_FS_TYPE=xfs\nE:ID_FS_LABEL=SECRET-LABEL\nE:ID_FS_UUID=SECRET-FS\nE:ID_SERIAL=SECRET-UDEV\n" },
        { .key = "file:/proc/1/mountinfo",
          .text = "25 1 8:1 / /SECRET\\040place rw - xfs /dev/sda1 ro,inode64,SECRET=1\n26 1 8:0 / / rw - ext4 "
                  "/dev/sda rw\n" },
        { .key = "file:/proc/self/mountinfo", .text = "27 26 0:40 / /SECRET\\040nas rw - nfs nas:/SECRET rw\n" },
        { .key = "link:/var", .text = "/SECRET/var" },
        { .key = "statfs:/SECRET place", .text = ROOM("8:1", "58465342") },
        { .key = "ioctl:xfs:geometry_flags:/SECRET place", .text = "0x100000" },
    };
    struct hc_source *src, *thin;
    struct hc_facts facts;

    fill_page(page, "SECRET-SERIAL", "FW1", "MODEL", 7200);
    src = HOST(list);
    facts = look(src);
    DISK("sda", SERIAL, "SECRET-SERIAL");
    thin = redacted(src);
    CHECK(!holds(thin, "SECR"));
    CHECK(!holds(thin, "ESRCTES")); /* as words of ATA hold it */
    facts = look(thin);
    DISK("sda", MODEL, "MODEL");
    DISK("sda", FIRMWARE, "FW1");
    DISK("sda", SERIAL, "?redacted");
    DISK("sda", WWID, "?redacted");
    DISK("sda", ROTATIONAL, "yes");
    DISK("sda1", PARTITION, "1");
    DISK("sda1", CONTENT, "xfs");
    FS("8:1", READ_ONLY, "yes");
    FS("8:1", OPTIONS, "inode64");
    FS("8:1", FREE, "204800");
    FS("8:1", REFLINK, "yes");
    FS("8:1", MOUNTS, "?redacted");
    hc_source_free(thin);
    hc_source_free(src);
}

/* ---- many ---- */

static void many_partitions(void)
{
    enum { COUNT = 100000 };
    char *names = malloc(16 * COUNT), *at = names;
    struct answer list = { .key = "dir:/sys/class/block" };
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    for (int i = 0; names && i < COUNT; i++)
        at += snprintf(at, 16, "sda%d\n", i);
    list.text = names;
    log_answer(src, &list);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        log_answer(src, &usual[i]);
    hc_probe_block(src, &facts);
    hc_probe_file_systems(src, &facts);
    CHECK(facts.tables[HC_TABLE_BLOCK].count == COUNT);
    CHECK(facts.tables[HC_TABLE_FILE_SYSTEMS].count == 1);
    CHECK(!src->exhausted);
    hc_source_free(src);
    free(names);
}

int main(void)
{
    sata();
    rotation();
    identification();
    many_kinds();
    file_systems();
    strange_mounts();
    several();
    nothing_there();
    redaction();
    redaction_of_disks();
    many_partitions();
    return checked();
}
