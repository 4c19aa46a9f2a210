/* Controllers, and what is made of several disks: NVMe (Linux drivers/nvme/host/sysfs.c), SCSI hosts, md
   (Documentation/admin-guide/md.rst), LVM as mappings tell of it, btrfs (Documentation of btrfs, sysfs), ZFS. */
#include "attributes.h"
#include "disks.h"
#include "place.h"
#include "probes.h"
#include "tables.h"
#include "web.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_FOLDER "/sys/class/block"
#define NVME_FOLDER  "/sys/class/nvme"
#define SCSI_FOLDER  "/sys/class/scsi_host"
#define FC_FOLDER    "/sys/class/fc_host"
#define BTRFS_FOLDER "/sys/fs/btrfs"
#define ZFS_FOLDER   "/proc/spl/kstat/zfs"

struct storage {
    struct hc_source *src;
    struct hc_facts *facts;
};

static char *in(const struct storage *s, const char *folder, struct hc_text name, const char *file)
{
    return folder ? hc_format(s->src, "%s/%.*s%s", folder, (int)name.size, name.at, file) : NULL;
}

static void line(const struct storage *s, struct hc_table_row *row, int column, const char *path)
{
    struct hc_text value;
    const struct hc_reply *reply = hc_ask_line(s->src, path, &value);

    hc_cell_text(s->facts, row, column, hc_whole(s->src, reply), value);
}

static void number(const struct storage *s, struct hc_table_row *row, int column, const char *path)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_u64(s->src, path, &value);

    hc_cell_number(s->facts, row, column, reply, value);
}

/* Which file is asked for which column, where the folder has it. */
struct attribute {
    int column;
    const char *file;
    bool number;
};

static void attributes(const struct storage *s, struct hc_table_row *row, const char *folder, struct hc_text names,
                       const struct attribute *list, size_t count)
{
    for (size_t i = 0; folder && i < count; i++) {
        if (!hc_has_word(names, list[i].file))
            continue;
        (list[i].number ? number : line)(s, row, list[i].column, hc_format(s->src, "%s/%s", folder, list[i].file));
    }
}

#define ATTRIBUTES(s, row, folder, names, list) attributes(s, row, folder, names, list, sizeof(list) / sizeof *(list))

static struct hc_text words_of(const struct storage *s, struct hc_text lines)
{
    struct hc_words list = hc_words_make(&s->src->arena, lines.size);
    struct hc_text name;

    while (hc_next_line(&lines, &name))
        hc_words_add(&list, name);
    return hc_words_text(&list);
}

/* ---- NVMe ---- */

static struct hc_text namespaces_of(const struct storage *s, struct hc_text names)
{
    struct hc_words list = hc_words_make(&s->src->arena, names.size);
    struct hc_text name, number_text, rest;

    while (hc_next_line(&names, &name))
        if (hc_starts(name, "nvme") &&
            hc_split((struct hc_text){ name.at + 4, name.size - 4 }, 'n', &number_text, &rest))
            hc_words_add(&list, name);
    return hc_words_text(&list);
}

static void nvme_node(const struct storage *s, struct hc_table_row *row, struct hc_text pci)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_line(s->src, in(s, "/sys/bus/pci/devices", pci, "/numa_node"), &text);
    uint64_t value;

    if (reply->answer == HC_OK && hc_number(text, 10, &value)) /* -1: one node, or firmware did not say */
        hc_cell_number(s->facts, row, HC_COL_NVME_NODE, reply, value);
}

static void controller(const struct storage *s, const struct hc_reply *list, struct hc_text name)
{
    static const struct attribute files[] = {
        { HC_COL_NVME_TRANSPORT, "transport", false },   { HC_COL_NVME_MODEL, "model", false },
        { HC_COL_NVME_FIRMWARE, "firmware_rev", false }, { HC_COL_NVME_SERIAL, "serial", false },
        { HC_COL_NVME_NQN, "subsysnqn", false },         { HC_COL_NVME_KIND, "cntrltype", false },
        { HC_COL_NVME_STATE, "state", false },           { HC_COL_NVME_QUEUES, "queue_count", true },
    };
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_NVME_CONTROLLERS, list);
    struct hc_text target, names, pci;
    const struct hc_reply *link = hc_ask_link(s->src, in(s, NVME_FOLDER, name, ""), &target);
    const struct hc_reply *folder = hc_ask_dir(s->src, in(s, NVME_FOLDER, name, ""), &names);

    pci = hc_place_function(target);
    hc_cell_text(s->facts, row, HC_COL_NVME_NAME, list, name);
    hc_cell_text(s->facts, row, HC_COL_NVME_PCI, link, pci);
    hc_cell_text(s->facts, row, HC_COL_NVME_NAMESPACES, folder, namespaces_of(s, names));
    if (folder->answer != HC_OK)
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            hc_cell_text(s->facts, row, files[i].column, folder, HC_TEXT(""));
    ATTRIBUTES(s, row, in(s, NVME_FOLDER, name, ""), names, files);
    if (pci.size)
        nvme_node(s, row, pci);
    else if (link->answer == HC_OK && hc_has_word(names, "address"))
        line(s, row, HC_COL_NVME_ADDRESS, in(s, NVME_FOLDER, name, "/address"));
}

static void nvme(const struct storage *s)
{
    struct hc_text names, name;
    uint64_t number;
    const struct hc_reply *reply = hc_ask_dir(s->src, NVME_FOLDER, &names);

    hc_put_table(s->facts, HC_TABLE_NVME_CONTROLLERS, reply);
    while (hc_next_line(&names, &name))
        if (hc_numbered(name, "nvme", &number))
            controller(s, reply, name);
}

/* ---- SCSI hosts ---- */

/* Classes of the transports, whose folders list the hosts that are of them. */
static const struct {
    const char *folder, *transport;
} transports[] = { { FC_FOLDER, "fc" }, { "/sys/class/sas_host", "sas" }, { "/sys/class/iscsi_host", "iscsi" } };

enum { TRANSPORTS = sizeof transports / sizeof *transports };

static const char *told_transport(const struct hc_text *lists, struct hc_text name)
{
    for (size_t i = 0; i < TRANSPORTS; i++) {
        struct hc_text rest = lists[i], host;
        while (hc_next_line(&rest, &host))
            if (hc_same_text(host, name))
                return transports[i].transport;
    }
    return NULL;
}

static void scsi_host(const struct storage *s, const struct hc_reply *list, struct hc_text name,
                      const struct hc_text *lists)
{
    static const struct attribute files[] = {
        { HC_COL_SCSI_PORT_NAME, "port_name", false },
        { HC_COL_SCSI_PORT_STATE, "port_state", false },
        { HC_COL_SCSI_SPEED, "speed", false },
    };
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_SCSI_HOSTS, list);
    struct hc_text target, pci;
    const struct hc_reply *link = hc_ask_link(s->src, in(s, SCSI_FOLDER, name, ""), &target);
    const char *transport = told_transport(lists, name);

    pci = hc_place_function(target);
    if (!transport)
        transport = hc_transport_of(s->src, target, pci);
    hc_cell_text(s->facts, row, HC_COL_SCSI_NAME, list, name);
    hc_cell_text(s->facts, row, HC_COL_SCSI_PCI, link, pci);
    line(s, row, HC_COL_SCSI_DRIVER, in(s, SCSI_FOLDER, name, "/proc_name"));
    if (transport && *transport)
        hc_cell_text(s->facts, row, HC_COL_SCSI_TRANSPORT, link, (struct hc_text){ transport, strlen(transport) });
    if (transport && !strcmp(transport, "fc"))
        ATTRIBUTES(s, row, in(s, FC_FOLDER, name, ""), HC_TEXT("port_name port_state speed"), files);
}

static void scsi(const struct storage *s)
{
    uint64_t number;
    struct hc_text names, name, lists[TRANSPORTS] = { { "", 0 } };
    const struct hc_reply *reply = hc_ask_dir(s->src, SCSI_FOLDER, &names);

    hc_put_table(s->facts, HC_TABLE_SCSI_HOSTS, reply);
    for (size_t i = 0; i < TRANSPORTS && names.size; i++)
        hc_ask_dir(s->src, transports[i].folder, &lists[i]);
    while (hc_next_line(&names, &name))
        if (hc_numbered(name, "host", &number))
            scsi_host(s, reply, name, lists);
}

/* ---- md ---- */

static void array(const struct storage *s, const struct hc_reply *list, struct hc_text name)
{
    static const struct attribute files[] = {
        { HC_COL_MD_LEVEL, "level", false },      { HC_COL_MD_DISKS, "raid_disks", true },
        { HC_COL_MD_DEGRADED, "degraded", true }, { HC_COL_MD_STATE, "array_state", false },
        { HC_COL_MD_SYNC, "sync_action", false }, { HC_COL_MD_METADATA, "metadata_version", false },
        { HC_COL_MD_CHUNK, "chunk_size", true },
    };
    const char *folder = in(s, BLOCK_FOLDER, name, "/md");
    struct hc_text names, members;
    const struct hc_reply *reply = hc_ask_dir(s->src, folder, &names);
    struct hc_table_row *row;

    if (reply->answer == HC_ABSENT)
        return; /* another disk of such a name, or a partition of an array */
    row = hc_add_row(s->facts, HC_TABLE_MD_ARRAYS, list);
    hc_cell_text(s->facts, row, HC_COL_MD_NAME, list, name);
    if (reply->answer != HC_OK)
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            hc_cell_text(s->facts, row, files[i].column, reply, HC_TEXT(""));
    ATTRIBUTES(s, row, folder, names, files);
    reply = hc_ask_dir(s->src, in(s, BLOCK_FOLDER, name, "/slaves"), &members);
    hc_cell_text(s->facts, row, HC_COL_MD_MEMBERS, reply, words_of(s, members));
}

/* ---- LVM ---- */

enum { GROUP_START = 4, GROUP = 32, VOLUME = 32 }; /* of "LVM-" and two UUIDs without dashes */

struct volume {
    const struct hc_reply *reply;
    size_t place;
    struct hc_text name, group, layer; /* layer: what stands behind the UUIDs, with its dash */
};

static bool read_volume(const struct storage *s, struct hc_text name, struct volume *volume)
{
    struct hc_text uuid;

    volume->reply = hc_ask_line(s->src, in(s, BLOCK_FOLDER, name, "/dm/uuid"), &uuid);
    if (!hc_starts(uuid, "LVM-") || uuid.size < GROUP_START + GROUP + VOLUME)
        return false;
    volume->name = name;
    volume->group = (struct hc_text){ uuid.at + GROUP_START, GROUP };
    volume->layer =
        (struct hc_text){ uuid.at + GROUP_START + GROUP + VOLUME, uuid.size - GROUP_START - GROUP - VOLUME };
    return true;
}

static int by_group(const void *a, const void *b)
{
    const struct volume *x = a, *y = b;
    int order = hc_compare_texts(x->group, y->group);

    return order ? order : (x->place > y->place) - (x->place < y->place);
}

struct group {
    const struct volume *volumes;
    size_t count;
};

/* As their first volumes are listed: an order that names and UUIDs have no part in. */
static int by_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    return (x->volumes->place > y->volumes->place) - (x->volumes->place < y->volumes->place);
}

/* "vg--a-lv": a dash of a name is doubled, a single one parts group and volume (LVM2, libdm, dm_build_dm_name). */
static struct hc_text group_name(const struct storage *s, struct hc_text mapping)
{
    char *name = hc_alloc(&s->src->arena, mapping.size + 1);
    size_t size = 0;

    for (size_t i = 0; name && i < mapping.size; i++) {
        if (mapping.at[i] == '-' && (i + 1 == mapping.size || mapping.at[++i] != '-'))
            break;
        name[size++] = mapping.at[i];
    }
    return (struct hc_text){ name ? name : "", size };
}

struct disks_of {
    struct hc_text *list;
    size_t count;
};

static int by_text(const void *a, const void *b)
{
    return hc_compare_texts(*(const struct hc_text *)a, *(const struct hc_text *)b);
}

/* What the mappings of a group stand upon, but for mappings of the same group. */
static struct hc_text group_disks(const struct storage *s, const struct volume *volumes, size_t count,
                                  const struct hc_reply **why)
{
    struct disks_of found = { NULL, 0 };
    struct hc_text names, name;
    struct hc_words list;
    size_t room = 0;

    for (size_t i = 0; i < count; i++) {
        const struct hc_reply *reply = hc_ask_dir(s->src, in(s, BLOCK_FOLDER, volumes[i].name, "/slaves"), &names);
        *why = reply->answer != HC_OK ? reply : *why;
        room += names.size;
    }
    found.list = hc_alloc(&s->src->arena, (room + 1) * sizeof *found.list);
    list = hc_words_make(&s->src->arena, room);
    for (size_t i = 0; found.list && i < count; i++) {
        hc_ask_dir(s->src, in(s, BLOCK_FOLDER, volumes[i].name, "/slaves"), &names);
        while (hc_next_line(&names, &name)) {
            struct volume other;
            if (!hc_starts(name, "dm-") || !read_volume(s, name, &other) ||
                !hc_same_text(other.group, volumes[i].group))
                found.list[found.count++] = name;
        }
    }
    if (found.count)
        qsort(found.list, found.count, sizeof *found.list, by_text);
    for (size_t i = 0; i < found.count; i++)
        if (!i || !hc_same_text(found.list[i], found.list[i - 1]))
            hc_words_add(&list, found.list[i]);
    return hc_words_text(&list);
}

static void volume_group(const struct storage *s, const struct volume *volumes, size_t count)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_VOLUME_GROUPS, volumes->reply);
    const struct hc_reply *why = volumes->reply, *named;
    struct hc_text mapping, disks = group_disks(s, volumes, count, &why);
    uint64_t plain = 0, pools = 0;

    for (size_t i = 0; i < count; i++) {
        plain += !volumes[i].layer.size;
        pools += hc_text_is(volumes[i].layer, "-tpool");
    }
    named = hc_ask_line(s->src, in(s, BLOCK_FOLDER, volumes->name, "/dm/name"), &mapping);
    hc_cell_text(s->facts, row, HC_COL_VG_NAME, hc_whole(s->src, named), group_name(s, mapping));
    hc_cell_text(s->facts, row, HC_COL_VG_UUID, hc_whole(s->src, volumes->reply), volumes->group);
    hc_cell_number(s->facts, row, HC_COL_VG_VOLUMES, volumes->reply, plain);
    hc_cell_number(s->facts, row, HC_COL_VG_POOLS, volumes->reply, pools);
    hc_cell_text(s->facts, row, HC_COL_VG_DISKS, why, disks);
}

static void volume_groups(const struct storage *s, const struct hc_reply *list, struct hc_text names)
{
    struct hc_text rest = names, name;
    const struct hc_reply *why = list;
    struct volume *volumes;
    struct group *groups;
    size_t count = 0, group_count = 0, from = 0;

    while (hc_next_line(&rest, &name))
        count += hc_starts(name, "dm-");
    volumes = hc_alloc(&s->src->arena, (count + 1) * sizeof *volumes);
    groups = hc_alloc(&s->src->arena, (count + 1) * sizeof *groups);
    count = 0;
    while (volumes && groups && hc_next_line(&names, &name)) {
        if (!hc_starts(name, "dm-"))
            continue;
        volumes[count].place = count;
        if (read_volume(s, name, &volumes[count]))
            count++;
        else if (volumes[count].reply->answer != HC_OK) /* it may be one */
            why = volumes[count].reply;
    }
    hc_put_table(s->facts, HC_TABLE_VOLUME_GROUPS, why);
    if (count)
        qsort(volumes, count, sizeof *volumes, by_group);
    for (size_t i = 1; i <= count; i++)
        if (i == count || !hc_same_text(volumes[i].group, volumes[from].group)) {
            groups[group_count++] = (struct group){ volumes + from, i - from };
            from = i;
        }
    if (group_count)
        qsort(groups, group_count, sizeof *groups, by_first);
    for (size_t i = 0; i < group_count; i++)
        volume_group(s, groups[i].volumes, groups[i].count);
}

static void block_layers(const struct storage *s)
{
    struct hc_text names, rest, name;
    const struct hc_reply *reply = hc_ask_dir(s->src, BLOCK_FOLDER, &names);

    hc_put_table(s->facts, HC_TABLE_MD_ARRAYS, reply);
    rest = names;
    while (hc_next_line(&rest, &name))
        if (hc_starts(name, "md"))
            array(s, reply, name);
    volume_groups(s, reply, names);
}

/* ---- btrfs ---- */

/* A folder for each profile in use stands among the numbers (fs/btrfs/sysfs.c, btrfs_sysfs_add_block_group_type). */
static void profile(const struct storage *s, struct hc_table_row *row, int column, const char *folder)
{
    static const char *const profiles[] = { "single",  "dup",    "raid0", "raid1", "raid1c3",
                                            "raid1c4", "raid10", "raid5", "raid6" };
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(s->src, folder, &names);
    struct hc_words list = hc_words_make(&s->src->arena, names.size);

    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (hc_has_word(names, profiles[i]))
            hc_words_add(&list, hc_text_from(profiles[i]));
    hc_cell_text(s->facts, row, column, reply, hc_words_text(&list));
}

static void missing(const struct storage *s, struct hc_table_row *row, struct hc_text name)
{
    struct hc_text ids, id;
    const char *folder = in(s, BTRFS_FOLDER, name, "/devinfo");
    const struct hc_reply *reply = hc_ask_dir(s->src, folder, &ids), *one;
    uint64_t count = 0;
    bool gone;

    while (hc_next_line(&ids, &id)) {
        one = hc_ask_flag(s->src, in(s, folder, id, "/missing"), &gone);
        count += gone;
        if (one->answer != HC_OK)
            reply = one;
    }
    hc_cell_number(s->facts, row, HC_COL_BTRFS_MISSING, reply, count);
}

static void btrfs(const struct storage *s)
{
    struct hc_text names, name, devices;
    const struct hc_reply *reply = hc_ask_dir(s->src, BTRFS_FOLDER, &names), *list;

    hc_put_table(s->facts, HC_TABLE_BTRFS, reply);
    while (hc_next_line(&names, &name)) {
        struct hc_table_row *row;
        if (name.size != 36 || name.at[8] != '-')
            continue;
        row = hc_add_row(s->facts, HC_TABLE_BTRFS, reply);
        hc_cell_text(s->facts, row, HC_COL_BTRFS_UUID, hc_whole(s->src, reply), name);
        line(s, row, HC_COL_BTRFS_LABEL, in(s, BTRFS_FOLDER, name, "/label"));
        list = hc_ask_dir(s->src, in(s, BTRFS_FOLDER, name, "/devices"), &devices);
        hc_cell_text(s->facts, row, HC_COL_BTRFS_DEVICES, list, words_of(s, devices));
        profile(s, row, HC_COL_BTRFS_DATA, in(s, BTRFS_FOLDER, name, "/allocation/data"));
        profile(s, row, HC_COL_BTRFS_METADATA, in(s, BTRFS_FOLDER, name, "/allocation/metadata"));
        missing(s, row, name);
    }
}

/* ---- ZFS ---- */

static void zfs_version(const struct storage *s, const struct hc_reply *module)
{
    struct hc_text version = { "", 0 };

    if (module->answer == HC_OK)
        module = hc_ask_line(s->src, "/sys/module/zfs/version", &version);
    hc_put_text(s->facts, HC_ZFS_VERSION, module, version);
}

static void zfs(const struct storage *s)
{
    struct hc_text names, name;
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_stat(s->src, "/sys/module/zfs", &node);

    names = (struct hc_text){ "", 0 };
    zfs_version(s, reply);
    if (reply->answer == HC_OK)
        reply = hc_ask_dir(s->src, ZFS_FOLDER, &names);
    hc_put_table(s->facts, HC_TABLE_ZFS_POOLS, reply);
    while (hc_next_line(&names, &name)) {
        struct hc_table_row *row;
        if (hc_is_zfs_statistic(name))
            continue;
        if (hc_ask_stat(s->src, in(s, ZFS_FOLDER, name, ""), &node)->answer == HC_OK && node.type != 'd')
            continue;
        row = hc_add_row(s->facts, HC_TABLE_ZFS_POOLS, reply);
        hc_cell_text(s->facts, row, HC_COL_ZFS_NAME, hc_whole(s->src, reply), name);
        line(s, row, HC_COL_ZFS_STATE, in(s, ZFS_FOLDER, name, "/state"));
    }
}

void hc_probe_storage(struct hc_source *src, struct hc_facts *facts)
{
    const struct storage s = { src, facts };

    nvme(&s);
    scsi(&s);
    block_layers(&s);
    btrfs(&s);
    zfs(&s);
}
