/* Disks, and what they are used for. A disk is free only where everything that could use it was seen: mounts of the
   host, swap, mappings (LVM, md, dm-crypt, multipath, bcache), btrfs and ZFS. Whatever cannot be followed down to a
   disk leaves every disk without a use of its own unknown. */
#include "disks.h"
#include "mounts.h"
#include "probes.h"
#include "tables.h"
#include "web.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_FOLDER "/sys/class/block"
#define BTRFS_FOLDER "/sys/fs/btrfs"
#define ZFS_FOLDER   "/proc/spl/kstat/zfs"

enum use {
    MOUNTED = 1 << 0,
    ROOT = 1 << 1,
    BOOT = 1 << 2,
    SWAP = 1 << 3,
    HELD = 1 << 4,
    LVM = 1 << 5,
    MD = 1 << 6,
    CRYPT = 1 << 7,
    MULTIPATH = 1 << 8,
    BCACHE = 1 << 9,
    BTRFS = 1 << 10,
    ZFS = 1 << 11
};

static const char *const use_names[] = { "mounted", "root",  "boot",      "swap",   "held",  "lvm",
                                         "md",      "crypt", "multipath", "bcache", "btrfs", "zfs" };

struct place {
    struct hc_text point;
    struct place *next;
};

struct disk {
    const struct hc_reply *link, *dev, *pci_why; /* pci_why: NULL, or why the functions are not known */
    const struct hc_reply *below;                /* NULL, or the list of what it stands upon */
    struct hc_text target, number, pci, part_of, mapping;
    struct place *mounts; /* the last one first */
    size_t mounts_size;
};

struct disks {
    struct hc_source *src;
    struct hc_web web;
    struct disk *list;              /* as the nodes of the web */
    const struct hc_reply *blind;   /* NULL, or why a use may not have been seen */
    const struct hc_reply *slaves;  /* NULL, or why a holder may not have been seen */
    const struct hc_reply *mounted; /* the list of mounts */
    struct hc_text mounts;
    struct disk **numbers; /* the list, sorted by number */
    bool btrfs, zfs;       /* mounted */
    bool mapped;           /* the names of mappings were asked */
};

static struct disk *disk_of(const struct disks *d, const struct hc_web_node *node)
{
    return &d->list[node - d->web.nodes];
}

/* The first reason stands. */
static void lose(struct disks *d, const struct hc_reply *reply, const char *what)
{
    if (!d->blind)
        d->blind = reply->answer == HC_OK ? hc_reword(d->src, reply, HC_FAILED, what) : reply;
}

/* ---- what there is ---- */

/* A file below a device's folder. */
static char *path_of(struct disks *d, const struct hc_web_node *node, const char *file)
{
    return hc_format(d->src, BLOCK_FOLDER "/%.*s%s", (int)node->name.size, node->name.at, file);
}

/* Every function that a path of sysfs goes through, the nearest one first. */
static struct hc_text functions_of(struct hc_source *src, struct hc_text path)
{
    char *list = hc_alloc(&src->arena, path.size + 2);
    struct hc_text component;
    size_t size = 0;

    while (list && hc_pop_component(&path, &component))
        if (hc_is_pci_address(component)) {
            if (size)
                list[size++] = ' ';
            memcpy(list + size, component.at, component.size);
            size += component.size;
        }
    return (struct hc_text){ list ? list : "", size };
}

/* "sda1", "nvme0n1p1" (block/partitions/core.c). Other disks below one are no partitions of it: mmcblk0boot0. */
static bool is_partition(struct hc_text name, struct hc_text whole)
{
    const bool digit = whole.size && whole.at[whole.size - 1] >= '0' && whole.at[whole.size - 1] <= '9';
    const size_t before = whole.size + digit;
    uint64_t number;

    return name.size > before && !memcmp(name.at, whole.at, whole.size) && (!digit || name.at[whole.size] == 'p') &&
           hc_number((struct hc_text){ name.at + before, name.size - before }, 10, &number);
}

/* "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1" */
static void place(struct disks *d, struct hc_web_node *node)
{
    struct disk *disk = disk_of(d, node);
    struct hc_text parent, name;
    struct hc_web_node *whole = NULL;

    disk->link = hc_ask_link(d->src, path_of(d, node, ""), &disk->target);
    if (disk->link->answer != HC_OK)
        lose(d, disk->link, NULL);
    disk->pci = functions_of(d->src, disk->target);
    parent = disk->target;
    if (hc_pop_component(&parent, &name) && hc_pop_component(&parent, &name))
        whole = hc_web_find(&d->web, name);
    if (whole && whole != node) {
        if (is_partition(node->name, whole->name))
            disk->part_of = whole->name;
        hc_web_join(&d->web, node, whole);
    }
    disk->dev = hc_ask_line(d->src, path_of(d, node, "/dev"), &disk->number);
}

static bool has_folder(struct hc_text path, const char *name)
{
    struct hc_text component;

    while (hc_pop_component(&path, &component))
        if (hc_text_is(component, name))
            return true;
    return false;
}

/* ---- what stands upon what ---- */

/* "LVM-...", "CRYPT-LUKS2-...", "mpath-...": the first word of its UUID says who made a mapping. */
static unsigned made_by(struct disks *d, const struct hc_web_node *node)
{
    static const struct {
        const char *word;
        unsigned use;
    } makers[] = { { "LVM-", LVM }, { "CRYPT-", CRYPT }, { "mpath-", MULTIPATH }, { "DMRAID-", MD } };
    struct hc_text uuid;

    if (hc_starts(node->name, "md"))
        return MD;
    if (hc_starts(node->name, "bcache"))
        return BCACHE;
    if (!hc_starts(node->name, "dm-"))
        return 0;
    hc_ask_line(d->src, path_of(d, node, "/dm/uuid"), &uuid);
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (hc_starts(uuid, makers[i].word))
            return makers[i].use;
    return 0;
}

static bool made_by_mapping(struct hc_text name)
{
    return hc_starts(name, "dm-") || hc_starts(name, "md") || hc_starts(name, "bcache") || hc_starts(name, "drbd");
}

/* Virtual disks that never stand upon others, and are many. */
static bool alone(struct hc_text name)
{
    return hc_starts(name, "loop") || hc_starts(name, "ram") || hc_starts(name, "zram") || hc_starts(name, "nbd") ||
           hc_starts(name, "zd");
}

/* A mapping lists its disks in slaves, they list it in holders (block/holder.c): the shorter way round is asked. */
static void hold(struct disks *d, struct hc_web_node *node)
{
    struct disk *disk = disk_of(d, node);
    const struct hc_reply *reply;
    struct hc_text names, name;
    unsigned maker;

    if (disk->part_of.size || alone(node->name) || !has_folder(disk->target, "virtual") ||
        has_folder(disk->target, "nvme-subsystem"))
        return;
    disk->below = reply = hc_ask_dir(d->src, path_of(d, node, "/slaves"), &names);
    if (reply->answer != HC_OK) {
        d->slaves = d->slaves ? d->slaves : reply;
        lose(d, reply, NULL);
    }
    maker = names.size ? made_by(d, node) : 0;
    while (hc_next_line(&names, &name)) {
        struct hc_web_node *below = hc_web_find(&d->web, name);
        if (!below) {
            lose(d, reply, "a mapping stands upon a disk that is not listed");
            continue;
        }
        hc_web_join(&d->web, node, below);
        hc_web_mark(below, HELD | maker, reply);
    }
}

/* Adds the functions of one path to those of the disk that several lead to. */
static void add_functions(struct disks *d, struct disk *disk, struct hc_text functions)
{
    struct hc_text function;
    char *list = hc_alloc(&d->src->arena, disk->pci.size + functions.size + 2);
    size_t size = disk->pci.size;

    if (!list)
        return;
    memcpy(list, disk->pci.at, size);
    while (hc_next_word(&functions, &function)) {
        char address[32];
        if (function.size >= sizeof address)
            continue;
        memcpy(address, function.at, function.size);
        address[function.size] = '\0';
        if (hc_has_word((struct hc_text){ list, size }, address))
            continue;
        if (size)
            list[size++] = ' ';
        memcpy(list + size, function.at, function.size);
        size += function.size;
    }
    disk->pci = (struct hc_text){ list, size };
}

/* "nvme0c1n2" is the way to nvme0n2 through one controller (drivers/nvme/host/multipath.c). */
static struct hc_web_node *head_of(struct disks *d, struct hc_text name)
{
    struct hc_text way, space;

    if (!hc_starts(name, "nvme") || !hc_split((struct hc_text){ name.at + 4, name.size - 4 }, 'c', &way, &space) ||
        !memchr(space.at, 'n', space.size))
        return NULL;
    hc_split(space, 'n', &name, &space);
    name.at = hc_format(d->src, "nvme%.*sn%.*s", (int)way.size, way.at, (int)space.size, space.at);
    name.size = name.at ? strlen(name.at) : 0;
    return hc_web_find(&d->web, name);
}

static void lead(struct disks *d, struct hc_web_node *node)
{
    struct hc_web_node *head = head_of(d, node->name);

    if (!head)
        return;
    hc_web_join(&d->web, head, node);
    add_functions(d, disk_of(d, head), disk_of(d, node)->pci);
}

/* A head whose ways are not listed: the controllers of its subsystem. */
static void ask_controllers(struct disks *d, struct disk *disk)
{
    struct hc_text path = disk->target, name, names, target;
    const struct hc_reply *reply;

    hc_pop_component(&path, &name);
    hc_pop_component(&path, &name);
    reply = hc_ask_dir(d->src, hc_format(d->src, "/sys/class/nvme-subsystem/%.*s", (int)name.size, name.at), &names);
    if (reply->answer != HC_OK)
        disk->pci_why = reply;
    while (hc_next_line(&names, &name)) {
        uint64_t number;
        if (!hc_starts(name, "nvme") || !hc_number((struct hc_text){ name.at + 4, name.size - 4 }, 10, &number))
            continue;
        reply = hc_ask_link(d->src, hc_format(d->src, "/sys/class/nvme/%.*s", (int)name.size, name.at), &target);
        if (reply->answer != HC_OK)
            disk->pci_why = reply;
        add_functions(d, disk, functions_of(d->src, target));
    }
    if (disk->pci_why)
        lose(d, disk->pci_why, NULL);
}

static void inherit(struct disks *d, struct hc_web_node *node)
{
    struct disk *disk = disk_of(d, node);

    if (!has_folder(disk->target, "nvme-subsystem"))
        return;
    if (disk->part_of.size) {
        struct disk *whole = disk_of(d, hc_web_find(&d->web, disk->part_of));
        disk->pci = whole->pci;
        disk->pci_why = whole->pci_why;
    } else if (!disk->pci.size) {
        ask_controllers(d, disk);
    }
}

/* ---- finding a device ---- */

static int compare_numbers(const void *a, const void *b)
{
    const struct disk *one = *(struct disk *const *)a, *other = *(struct disk *const *)b;

    return hc_compare_texts(one->number, other->number);
}

static void sort_numbers(struct disks *d)
{
    for (size_t i = 0; i < d->web.count; i++)
        d->numbers[i] = &d->list[i];
    qsort(d->numbers, d->web.count, sizeof(struct disk *), compare_numbers);
}

static struct hc_web_node *by_number(struct disks *d, struct hc_text number)
{
    struct disk key = { .number = number }, *wanted = &key, **found;

    found = number.size && d->web.count
                ? bsearch(&wanted, d->numbers, d->web.count, sizeof(struct disk *), compare_numbers)
                : NULL;
    return found ? &d->web.nodes[*found - d->list] : NULL;
}

/* /dev/mapper/NAME; the names are asked only where something has such a path. */
static struct hc_web_node *by_mapping(struct disks *d, struct hc_text name)
{
    for (size_t i = 0; i < d->web.count; i++)
        if (!d->mapped && hc_starts(d->web.nodes[i].name, "dm-"))
            hc_ask_line(d->src, path_of(d, &d->web.nodes[i], "/dm/name"), &d->list[i].mapping);
    d->mapped = true;
    for (size_t i = 0; i < d->web.count; i++)
        if (d->list[i].mapping.size && hc_same_text(d->list[i].mapping, name))
            return &d->web.nodes[i];
    return NULL;
}

/* A name with a slash ("cciss/c0d0") has a "!" in sysfs. */
static struct hc_web_node *by_path(struct disks *d, struct hc_text path)
{
    char *name;

    if (!hc_starts(path, "/dev/"))
        return NULL;
    path = (struct hc_text){ path.at + 5, path.size - 5 };
    if (hc_starts(path, "mapper/"))
        return by_mapping(d, (struct hc_text){ path.at + 7, path.size - 7 });
    name = hc_copy(&d->src->arena, path.at, path.size);
    for (size_t i = 0; name && i < path.size; i++)
        if (name[i] == '/')
            name[i] = '!';
    return name ? hc_web_find(&d->web, (struct hc_text){ name, path.size }) : NULL;
}

/* ---- mounts ---- */

static unsigned use_of(struct hc_text point)
{
    static const char *const boot[] = { "/boot", "/boot/efi", "/efi" };

    if (hc_text_is(point, "/"))
        return MOUNTED | ROOT;
    for (size_t i = 0; i < sizeof boot / sizeof *boot; i++)
        if (hc_text_is(point, boot[i]))
            return MOUNTED | BOOT;
    return MOUNTED;
}

static void add_mount(struct disks *d, struct disk *disk, struct hc_text point)
{
    struct place *place = hc_alloc(&d->src->arena, sizeof *place);

    if (!place)
        return;
    *place = (struct place){ point, disk->mounts };
    disk->mounts = place;
    disk->mounts_size += point.size + 1;
}

static void use(struct disks *d, struct hc_web_node *node, unsigned uses, const struct hc_mount *mount)
{
    hc_web_mark(node, uses | use_of(mount->point), d->mounted);
    add_mount(d, disk_of(d, node), mount->point);
}

/* "/dev/sda2", or several with ":" between them, as bcachefs has them. */
static void mount_by_source(struct disks *d, const struct hc_mount *mount, unsigned uses)
{
    struct hc_text rest = mount->source, source;
    struct hc_web_node *node;

    while (rest.size) {
        if (!hc_split(rest, ':', &source, &rest)) {
            source = rest;
            rest.size = 0;
        }
        node = by_path(d, source);
        if (node)
            use(d, node, uses, mount);
        else
            lose(d, d->mounted, "a mounted file system is on a device that is not listed");
    }
}

/* XFS keeps its log or its real-time section on other devices: fs/xfs/xfs_super.c, xfs_fs_show_options. */
static void mount_options(struct disks *d, const struct hc_mount *mount)
{
    struct hc_text rest = mount->options, option, name, path;
    struct hc_web_node *node;

    while (rest.size) {
        if (!hc_split(rest, ',', &option, &rest)) {
            option = rest;
            rest.size = 0;
        }
        if (!hc_split(option, '=', &name, &path) || !(hc_text_is(name, "logdev") || hc_text_is(name, "rtdev")))
            continue;
        node = by_path(d, path);
        if (node)
            hc_web_mark(node, MOUNTED, d->mounted);
        else
            lose(d, d->mounted, "a mounted file system has a part on a device that is not listed");
    }
}

/* btrfs and ZFS say themselves which devices they have; the source of btrfs is one of them. */
static void mount_without_device(struct disks *d, const struct hc_mount *mount)
{
    struct hc_web_node *node;

    if (hc_text_is(mount->type, "btrfs")) {
        d->btrfs = true;
        node = by_path(d, mount->source);
        if (node)
            use(d, node, BTRFS, mount);
    } else if (hc_text_is(mount->type, "zfs")) {
        d->zfs = true;
    } else if (hc_mount_is_diskless(mount) || hc_text_is(mount->source, "/dev/fuse")) {
        return;
    } else if (hc_starts(mount->source, "/dev/") || hc_text_is(mount->type, "bcachefs")) {
        mount_by_source(d, mount, 0);
    } else if (hc_text_is(mount->point, "/")) {
        lose(d, d->mounted, "the device of the root file system is not known");
    }
}

static void mounts(struct disks *d)
{
    struct hc_text rest;
    struct hc_mount mount;
    const struct hc_reply *unseen;
    bool sound = true, root = false;

    d->mounted = hc_ask_mounts(d->src, &d->mounts, &unseen);
    if (unseen)
        lose(d, unseen, NULL);
    if (d->mounted->answer != HC_OK)
        lose(d, d->mounted, NULL);
    rest = d->mounts;
    while (hc_next_mount(&rest, &mount, &sound)) {
        struct hc_web_node *node = hc_mount_has_device(&mount) ? by_number(d, mount.number) : NULL;
        root = root || hc_text_is(mount.point, "/");
        if (node)
            use(d, node, 0, &mount);
        else if (hc_mount_has_device(&mount))
            lose(d, d->mounted, "a mounted file system is on a device that is not listed");
        else
            mount_without_device(d, &mount);
        mount_options(d, &mount);
    }
    if (!sound || !root)
        lose(d, d->mounted, sound ? "no root file system among the mounts" : "a line could not be read");
}

/* ---- files on file systems ---- */

/* A file in use: the disks below it are those of the mount that it lies on. loop: the disk that the file is, or NULL.
 */
static void use_file(struct disks *d, struct hc_text path, struct hc_web_node *loop, unsigned uses,
                     const struct hc_reply *reply)
{
    struct hc_mount mount;
    struct hc_web_node *node = NULL;

    if (!hc_mount_of(d->mounts, path, &mount)) {
        lose(d, reply, "the file system of a file in use is not among the mounts");
        return;
    }
    node = hc_mount_has_device(&mount) ? by_number(d, mount.number) : by_path(d, mount.source);
    if (!node)
        return; /* the mount itself was told of, or lies on no disk */
    if (loop)
        hc_web_join(&d->web, loop, node);
    else
        hc_web_mark(node, uses, reply);
}

/* Those without a file are many, and not asked for one: what is not mounted or held needs none below it. */
static void loops(struct disks *d)
{
    struct hc_text path;

    for (size_t i = 0; i < d->web.count; i++) {
        struct hc_web_node *node = &d->web.nodes[i];
        const struct hc_reply *reply;
        if (!hc_starts(node->name, "loop") || d->list[i].part_of.size || !node->marks)
            continue;
        reply = hc_ask_line(d->src, path_of(d, node, "/loop/backing_file"), &path);
        if (reply->answer == HC_OK)
            use_file(d, path, node, 0, reply);
        else
            lose(d, reply, NULL);
    }
}

/* zram may write what does not fit to a disk, which it holds without a link: "none" or a path. */
static void swap_behind(struct disks *d)
{
    struct hc_text path;

    for (size_t i = 0; i < d->web.count; i++) {
        struct hc_web_node *node = &d->web.nodes[i], *disk;
        const struct hc_reply *reply;
        if (!hc_starts(node->name, "zram") || !node->marks)
            continue;
        reply = hc_ask_line(d->src, path_of(d, node, "/backing_dev"), &path);
        if (reply->answer == HC_ABSENT || hc_text_is(path, "none"))
            continue;
        disk = by_path(d, path);
        if (disk)
            hc_web_join(&d->web, node, disk);
        else
            lose(d, reply, "zram writes to a device that is not listed");
    }
}

/* "/dev/sda2  partition  8388604  0  -2" */
static void swaps(struct disks *d)
{
    struct hc_text text, line, path, kind;
    const struct hc_reply *reply = hc_ask_file(d->src, "/proc/swaps", &text);

    if (reply->answer == HC_ABSENT) /* a kernel without swap */
        return;
    if (reply->answer != HC_OK || !hc_next_line(&text, &line) || !hc_starts(line, "Filename"))
        lose(d, reply, "a list of swap was expected");
    while (hc_next_line(&text, &line)) {
        struct hc_web_node *node;
        if (!hc_next_word(&line, &path) || !hc_next_word(&line, &kind))
            continue;
        node = by_path(d, path);
        if (node)
            hc_web_mark(node, SWAP, reply);
        else if (hc_text_is(kind, "file"))
            use_file(d, path, NULL, SWAP, reply);
        else
            lose(d, reply, "swap is on a device that is not listed");
    }
}

/* ---- what file systems say themselves, whoever mounted them ---- */

/* ext4, xfs and f2fs have a folder for each mounted device; jbd2 one for each journal: "sda2-8", or "sdb1" where it has
   a device of its own. Other names there are no devices. */
static void folders(struct disks *d)
{
    static const char *const paths[] = { "/sys/fs/ext4", "/sys/fs/xfs", "/sys/fs/f2fs", "/proc/fs/jbd2" };
    struct hc_text names, name;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct hc_reply *reply = hc_ask_dir(d->src, paths[i], &names);
        while (hc_next_line(&names, &name)) {
            struct hc_web_node *node = hc_web_find(&d->web, name);
            while (!node && name.size && name.at[name.size - 1] != '-')
                name.size--;
            if (!node && name.size)
                node = hc_web_find(&d->web, (struct hc_text){ name.at, name.size - 1 });
            if (node)
                hc_web_mark(node, MOUNTED, reply);
        }
    }
}

static bool is_uuid(struct hc_text name)
{
    return name.size == 36 && name.at[8] == '-' && name.at[13] == '-';
}

/* One file system: each member has the uses of all, because none goes without the others. */
static void members(struct disks *d, const struct hc_reply *reply, struct hc_text names)
{
    struct hc_text rest = names, name;
    unsigned uses = BTRFS | MOUNTED;

    if (reply->answer != HC_OK || !names.size)
        lose(d, reply, "a file system without a device");
    while (hc_next_line(&rest, &name)) {
        struct hc_web_node *node = hc_web_find(&d->web, name);
        if (node)
            uses |= node->marks & (ROOT | BOOT | SWAP);
        else
            lose(d, reply, "a mounted file system is on a device that is not listed");
    }
    while (hc_next_line(&names, &name)) {
        struct hc_web_node *node = hc_web_find(&d->web, name);
        if (node)
            hc_web_mark(node, uses, reply);
    }
}

/* A folder for each file system that is mounted, by whom ever (fs/btrfs/sysfs.c). */
static void btrfs(struct disks *d)
{
    struct hc_text names, name, devices;
    const struct hc_reply *reply = hc_ask_dir(d->src, BTRFS_FOLDER, &names);
    bool any = false;

    while (hc_next_line(&names, &name))
        if (is_uuid(name)) {
            const struct hc_reply *list =
                hc_ask_dir(d->src, hc_format(d->src, BTRFS_FOLDER "/%.*s/devices", (int)name.size, name.at), &devices);
            members(d, list, devices);
            any = true;
        }
    if (d->btrfs && !any)
        lose(d, reply, "btrfs is mounted, and its devices are not listed");
}

/* A set of caches has no mapping above it while it backs no disk (drivers/md/bcache/super.c, register_cache). */
static void caches(struct disks *d)
{
    struct hc_text names, name, target;
    const struct hc_reply *reply = hc_ask_dir(d->src, "/sys/fs/bcache", &names);

    while (hc_next_line(&names, &name)) {
        struct hc_web_node *node;
        if (!is_uuid(name))
            continue;
        reply = hc_ask_link(d->src, hc_format(d->src, "/sys/fs/bcache/%.*s/cache0", (int)name.size, name.at), &target);
        hc_pop_component(&target, &name); /* ".../block/sdc/bcache" */
        node = hc_web_find(&d->web, hc_last_component(target));
        if (node)
            hc_web_mark(node, HELD | BCACHE, reply);
        else
            lose(d, reply, "a cache is on a device that is not listed");
    }
}

/* ---- ZFS ---- */

/* Pools are the folders among the statistics of the module. */
bool hc_is_zfs_statistic(struct hc_text name)
{
    static const char names[] = "abdstats arcstats brtstats chksum_bench dbgmsg dbufs dbufstats ddtstats dmu_tx "
                                "dnodestats fletcher_4_bench fm gzip import_progress metaslab_stats qat "
                                "vdev_cache_stats vdev_mirror_stats vdev_raidz_bench xuio_stats zfetchstats zil "
                                "zstd";
    struct hc_text rest = HC_TEXT(names), word;

    while (hc_next_word(&rest, &word))
        if (hc_same_text(word, name))
            return true;
    return false;
}

/* "E:ID_FS_TYPE=zfs_member", "E:ID_FS_LABEL=tank": what udev read on the device. A member without a pool's name may be
   a cache or a spare. NULL: no data of it. */
static const struct hc_reply *ask_member(struct disks *d, struct hc_web_node *node, bool *member, struct hc_text *pool)
{
    const struct disk *disk = disk_of(d, node);
    struct hc_text text, type;
    const struct hc_reply *reply =
        hc_ask_file(d->src, hc_format(d->src, "/run/udev/data/b%.*s", (int)disk->number.size, disk->number.at), &text);

    *member = hc_find_value(text, '=', "E:ID_FS_TYPE", &type) && hc_text_is(type, "zfs_member");
    if (!hc_find_value(text, '=', "E:ID_FS_LABEL", pool))
        *pool = (struct hc_text){ "", 0 };
    return reply;
}

/* Marks the members of one pool; without any, its disks could be all. */
static void pool(struct disks *d, const struct hc_reply *list, struct hc_text name)
{
    bool any = false;

    for (size_t i = 0; i < d->web.count; i++) {
        struct hc_web_node *node = &d->web.nodes[i];
        struct hc_text label;
        bool member;
        const struct hc_reply *reply;
        if (node->marks || alone(node->name) || !d->list[i].number.size)
            continue;
        reply = ask_member(d, node, &member, &label);
        if (member && hc_same_text(label, name)) {
            hc_web_mark(node, ZFS, reply);
            any = true;
        } else if (reply->answer != HC_OK || (member && !label.size)) {
            lose(d, reply, "whether a pool of ZFS uses it is not known");
        }
    }
    if (!any)
        lose(d, list, "a pool of ZFS is imported, and its disks are not known");
}

static void zfs(struct disks *d)
{
    struct hc_text names, name;
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_stat(d->src, "/sys/module/zfs", &node);
    bool any = false;

    if (reply->answer == HC_OK)
        reply = hc_ask_dir(d->src, ZFS_FOLDER, &names);
    else
        names = (struct hc_text){ "", 0 };
    if (reply->answer != HC_OK && reply->answer != HC_ABSENT)
        lose(d, reply, NULL);
    while (hc_next_line(&names, &name)) {
        const struct hc_reply *kind;
        if (hc_is_zfs_statistic(name))
            continue;
        kind = hc_ask_stat(d->src, hc_format(d->src, ZFS_FOLDER "/%.*s", (int)name.size, name.at), &node);
        if (kind->answer == HC_OK && node.type != 'd')
            continue;
        any = true;
        pool(d, kind, name);
    }
    if (d->zfs && !any)
        lose(d, reply, "ZFS is mounted, and no pool is listed");
}

/* ---- rows ---- */

static struct hc_text words_of(struct disks *d, unsigned uses)
{
    char *text = hc_alloc(&d->src->arena, 128);
    size_t size = 0;

    for (size_t i = 0; text && i < sizeof use_names / sizeof *use_names; i++)
        if (uses >> i & 1) {
            size_t length = strlen(use_names[i]);
            if (size)
                text[size++] = ' ';
            memcpy(text + size, use_names[i], length);
            size += length;
        }
    return (struct hc_text){ text ? text : "", size };
}

/* Partitions stand above their disk as mappings do, but hold nothing. */
static struct hc_text holders_of(struct disks *d, const struct hc_web_node *node)
{
    struct hc_web_edge *edges = NULL, **end = &edges;

    for (const struct hc_web_edge *edge = node->above; edge; edge = edge->next) {
        struct hc_web_edge *kept = made_by_mapping(edge->to->name) && !disk_of(d, edge->to)->part_of.size
                                       ? hc_alloc(&d->src->arena, sizeof *kept)
                                       : NULL;
        if (!kept)
            continue;
        kept->to = edge->to;
        *end = kept;
        end = &kept->next;
    }
    return hc_web_names(&d->web, edges);
}

static struct hc_text points_of(struct disks *d, const struct disk *disk)
{
    char *text = hc_alloc(&d->src->arena, disk->mounts_size + 1);
    size_t end = disk->mounts_size;

    if (!text)
        return HC_TEXT("");
    for (const struct place *place = disk->mounts; place; place = place->next) { /* the last one was put first */
        end -= place->point.size + 1;
        memcpy(text + end, place->point.at, place->point.size);
        text[end + place->point.size] = ' ';
    }
    return hc_trim((struct hc_text){ text, disk->mounts_size });
}

/* Empty is known only where nothing was lost. */
static void put_uses(struct hc_facts *facts, struct hc_table_row *row, struct disks *d, const struct hc_web_node *node)
{
    const struct hc_reply *reply = node->marks ? node->because : d->blind ? d->blind : d->mounted;
    const struct hc_reply *mounted =
        d->mounted->thinned ? hc_reword(d->src, d->mounted, HC_REDACTED, NULL) : d->mounted;

    hc_cell_text(facts, row, HC_COL_BLOCK_USES, reply, words_of(d, node->marks));
    hc_cell_text(facts, row, HC_COL_BLOCK_MOUNTS, mounted, points_of(d, disk_of(d, node)));
}

static void put_row(struct hc_disk_scan *scan, const struct hc_reply *list, struct disks *d,
                    const struct hc_web_node *node)
{
    struct hc_facts *facts = scan->facts;
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_BLOCK, list);
    const struct disk *disk = disk_of(d, node);
    const struct hc_reply *dev = disk->dev;

    if (dev->answer == HC_ABSENT) /* a way of NVMe multipath has no node */
        dev = hc_restate(d->src, dev, "absent");
    hc_cell_text(facts, row, HC_COL_BLOCK_NAME, list, node->name);
    hc_cell_text(facts, row, HC_COL_BLOCK_NUMBER, dev, disk->number);
    hc_cell_text(facts, row, HC_COL_BLOCK_PCI, disk->pci_why ? disk->pci_why : disk->link, disk->pci);
    hc_cell_text(facts, row, HC_COL_BLOCK_DISK, disk->link, disk->part_of);
    hc_cell_text(facts, row, HC_COL_BLOCK_HOLDERS, d->slaves ? d->slaves : list, holders_of(d, node));
    hc_cell_text(facts, row, HC_COL_BLOCK_BELOW, disk->below ? disk->below : disk->link,
                 hc_web_names(&d->web, node->below));
    put_uses(facts, row, d, node);
    hc_describe_disk(scan, row,
                     &(struct hc_disk){ .name = node->name,
                                        .number = disk->number,
                                        .target = disk->target,
                                        .part_of = disk->part_of,
                                        .pci = disk->pci,
                                        .link = disk->link });
}

/* A mapping in use stands upon something: where nothing is seen below it, it could be any disk. */
static void look_below(struct disks *d)
{
    for (size_t i = 0; i < d->web.count; i++) {
        const struct hc_web_node *node = &d->web.nodes[i];
        if (node->marks && !node->below && made_by_mapping(node->name))
            lose(d, node->because, "a mapping in use stands upon no disk that is seen");
    }
}

static bool look(struct disks *d, struct hc_text names)
{
    if (!hc_web_make(&d->web, d->src, names))
        return false;
    d->list = hc_alloc(&d->src->arena, (d->web.count + 1) * sizeof *d->list);
    d->numbers = hc_alloc(&d->src->arena, (d->web.count + 1) * sizeof(struct disk *));
    if (!d->list || !d->numbers)
        return false;
    for (size_t i = 0; i < d->web.count; i++)
        place(d, &d->web.nodes[i]);
    for (size_t i = 0; i < d->web.count; i++)
        hold(d, &d->web.nodes[i]);
    for (size_t i = 0; i < d->web.count; i++)
        lead(d, &d->web.nodes[i]);
    for (size_t i = 0; i < d->web.count; i++)
        inherit(d, &d->web.nodes[i]);
    sort_numbers(d);
    return true;
}

/* A disk of which not all is known may be the largest. */
static void put_largest(struct hc_facts *facts, const struct hc_reply *list)
{
    const struct hc_reply *why = list;
    uint64_t most = 0;

    for (const struct hc_table_row *row = facts->tables[HC_TABLE_BLOCK].first; row; row = row->next) {
        const struct hc_cell *size = &row->cells[HC_COL_BLOCK_SIZE], *removable = &row->cells[HC_COL_BLOCK_REMOVABLE];
        const struct hc_cell *type = &row->cells[HC_COL_BLOCK_TYPE];
        if ((type->known && !hc_cell_is(type, "disk")) || hc_cell_is(&row->cells[HC_COL_BLOCK_TRANSPORT], "usb") ||
            (removable->known && removable->flag))
            continue;
        if (!type->known)
            why = type->why;
        else if (!size->known || !removable->known)
            why = size->known ? removable->why : size->why;
        else if (size->number > most)
            most = size->number;
    }
    if (why)
        hc_put_number(facts, HC_LARGEST_DISK, why, most);
}

void hc_probe_block(struct hc_source *src, struct hc_facts *facts)
{
    struct disks d = { .src = src };
    struct hc_disk_scan scan = { .src = src, .facts = facts };
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, BLOCK_FOLDER, &names);

    hc_put_table(facts, HC_TABLE_BLOCK, reply);
    if (reply->answer != HC_OK)
        hc_put_number(facts, HC_LARGEST_DISK, reply, 0);
    if (reply->answer != HC_OK || !look(&d, names))
        return;
    mounts(&d);
    swaps(&d);
    folders(&d);
    btrfs(&d);
    caches(&d);
    zfs(&d);
    hc_web_flow(&d.web);
    loops(&d);
    swap_behind(&d);
    hc_web_flow(&d.web);
    look_below(&d);
    for (size_t i = 0; i < d.web.count; i++)
        put_row(&scan, reply, &d, &d.web.nodes[i]);
    put_largest(facts, reply);
}
