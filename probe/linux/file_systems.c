/* Mounted file systems, and the folders where disk images live. A question to a path over another machine's file system
   can wait forever, and one over an automounter mounts something: both are asked only of file systems of a closed list
   of local types, on ways that lead over nothing else, and once for each. */
#include "disks.h"
#include "mounts.h"
#include "probes.h"
#include "tables.h"
#include "web.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASKED_MOST = 512,           /* file systems that are asked for room */
    XFS_FLAG_REFLINK = 1 << 20, /* fs/xfs/libxfs/xfs_fs.h, XFS_FSOP_GEOM_FLAGS_REFLINK */

};

struct mount {
    struct hc_mount line;
    struct mount *next; /* of the same file system */
};

struct file_system {
    struct mount *first;
    struct hc_text block; /* empty: it has no single disk, or that is not known */
    const struct hc_reply *block_why, *room_why, *reflink_why, *snapshots_why;
    struct hc_room room;
    bool reflink;
    const char *snapshots;
};

struct mounted {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *reply, *strange; /* strange: NULL, or why paths may lead elsewhere from here */
    struct mount *list, **sorted;
    size_t count;
    struct hc_text *unsafe; /* mount points that nothing may be asked over, sorted */
    size_t unsafe_count;
    struct file_system *systems;
    size_t system_count, asked;
};

static bool among(struct hc_text word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hc_text_is(word, list[i]))
            return true;
    return false;
}

#define AMONG(word, list) among(word, list, sizeof(list) / sizeof *(list))

/* ---- types ---- */

/* Their own disks, or disks that this kernel reaches itself: what statfs needs is in memory. */
static const char *const local[] = { "ext2",     "ext3",   "ext4",     "xfs",      "btrfs",  "zfs",
                                     "bcachefs", "f2fs",   "jfs",      "reiserfs", "nilfs2", "vfat",
                                     "msdos",    "exfat",  "ntfs3",    "hfsplus",  "minix",  "ufs",
                                     "erofs",    "cramfs", "squashfs", "udf",      "iso9660" };
static const char *const in_memory[] = { "tmpfs", "ramfs", "rootfs", "overlay" };
/* Windows into the kernel, and no storage. */
static const char *const of_kernel[] = { "proc",       "sysfs",      "devtmpfs", "devpts",    "cgroup", "cgroup2",
                                         "securityfs", "debugfs",    "tracefs",  "pstore",    "bpf",    "efivarfs",
                                         "mqueue",     "hugetlbfs",  "configfs", "fusectl",   "nsfs",   "binfmt_misc",
                                         "selinuxfs",  "rpc_pipefs", "nfsd",     "autofs",    "xenfs",  "resctrl",
                                         "smackfs",    "ibmasmfs",   "spufs",    "functionfs" };
static const char *const remote[] = { "nfs",    "nfs4", "cifs",     "smb3",           "smbfs",      "9p",    "virtiofs",
                                      "ceph",   "afs",  "coda",     "fuse.glusterfs", "fuse.sshfs", "ncpfs", "lustre",
                                      "beegfs", "gpfs", "orangefs", "fuse.ceph",      "fuse.s3fs" };

static bool is_local(struct hc_text type)
{
    return AMONG(type, local);
}

static bool safe_to_pass(struct hc_text type)
{
    return is_local(type) || AMONG(type, in_memory) || (AMONG(type, of_kernel) && !hc_text_is(type, "autofs"));
}

static bool has_a_row(const struct hc_mount *mount)
{
    return hc_text_is(mount->point, "/") || !(AMONG(mount->type, of_kernel) || AMONG(mount->type, in_memory));
}

/* ---- ways that cannot hang ---- */

static int by_text(const void *a, const void *b)
{
    return hc_compare_texts(*(const struct hc_text *)a, *(const struct hc_text *)b);
}

static bool is_unsafe(const struct mounted *m, struct hc_text point)
{
    return m->unsafe_count && bsearch(&point, m->unsafe, m->unsafe_count, sizeof *m->unsafe, by_text);
}

/* Whether it or a folder above it is the mount point of something that may not answer. */
static bool leads_over_unsafe(const struct mounted *m, struct hc_text path)
{
    struct hc_text component;

    if (is_unsafe(m, HC_TEXT("/")))
        return true;
    for (; path.size > 1; hc_pop_component(&path, &component)) {
        while (path.size > 1 && path.at[path.size - 1] == '/')
            path.size--;
        if (is_unsafe(m, path))
            return true;
    }
    return false;
}

/* ---- mounts into file systems ---- */

static int by_number(const void *a, const void *b)
{
    const struct mount *x = *(struct mount *const *)a, *y = *(struct mount *const *)b;
    int order = hc_compare_texts(x->line.number, y->line.number);

    return order ? order : (x > y) - (x < y); /* as the kernel lists them */
}

static bool read_mounts(struct mounted *m, struct hc_text text)
{
    struct hc_text rest = text;
    struct hc_mount mount;
    bool sound = true;
    size_t count = 0;

    while (hc_next_mount(&rest, &mount, &sound))
        count++;
    m->list = hc_alloc(&m->src->arena, (count + 1) * sizeof *m->list);
    m->sorted = hc_alloc(&m->src->arena, (count + 1) * sizeof(struct mount *));
    m->unsafe = hc_alloc(&m->src->arena, (count + 1) * sizeof *m->unsafe);
    m->systems = hc_alloc(&m->src->arena, (count + 1) * sizeof *m->systems);
    if (!m->list || !m->sorted || !m->unsafe || !m->systems)
        return false;
    while (hc_next_mount(&text, &mount, &sound)) {
        if (!safe_to_pass(mount.type))
            m->unsafe[m->unsafe_count++] = mount.point;
        if (has_a_row(&mount))
            m->list[m->count++].line = mount;
    }
    qsort(m->unsafe, m->unsafe_count, sizeof *m->unsafe, by_text);
    return true;
}

/* Lines without numbers, of an old or saved tree, are a file system each. */
static void group(struct mounted *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->sorted[i] = &m->list[i];
    qsort(m->sorted, m->count, sizeof(struct mount *), by_number);
    for (size_t i = 0; i < m->count; i++) {
        struct mount *mount = m->sorted[i];
        if (i && mount->line.number.size && hc_same_text(mount->line.number, m->sorted[i - 1]->line.number))
            m->sorted[i - 1]->next = mount;
        else
            m->systems[m->system_count++].first = mount;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct mount *x = ((const struct file_system *)a)->first, *y = ((const struct file_system *)b)->first;

    return (x > y) - (x < y);
}

/* ---- what one says ---- */

static void find_block(const struct mounted *m, struct file_system *fs)
{
    struct hc_text target, number = fs->first->line.number;

    if (!hc_mount_has_device(&fs->first->line))
        return;
    fs->block_why = hc_ask_link(m->src, hc_format(m->src, "/sys/dev/block/%.*s", (int)number.size, number.at), &target);
    fs->block = hc_last_component(target);
}

/* The device of a folder on btrfs is that of its subvolume (fs/btrfs/inode.c, btrfs_getattr). */
static bool is_other(const struct file_system *fs)
{
    return !hc_text_is(fs->first->line.type, "btrfs") && !hc_same_text(fs->room.device, fs->first->line.number);
}

static const struct mount *safe_mount(const struct mounted *m, const struct file_system *fs)
{
    const struct mount *mount = fs->first;

    while (mount && leads_over_unsafe(m, mount->line.point))
        mount = mount->next;
    return mount;
}

static const struct hc_reply *not_asked(const struct mounted *m, const char *why)
{
    return hc_reword(m->src, m->reply, HC_UNSUPPORTED, why);
}

static void find_room(struct mounted *m, struct file_system *fs)
{
    const struct hc_mount *first = &fs->first->line;
    const struct mount *mount = safe_mount(m, fs);

    if (m->strange)
        fs->room_why = m->strange;
    else if (!is_local(first->type) && !(AMONG(first->type, in_memory) && mount))
        fs->room_why = not_asked(m, "a file system that may never answer is not asked");
    else if (!mount)
        fs->room_why = not_asked(m, "every way there leads over a file system that may never answer");
    else if (!first->number.size)
        fs->room_why = hc_reword(m->src, m->reply, HC_NOT_RECORDED, NULL);
    else if (m->asked++ >= ASKED_MOST)
        fs->room_why = not_asked(m, "too many file systems to ask each");
    else
        fs->room_why = hc_ask_statfs(m->src, hc_mount_path(m->src, mount->line.point), &fs->room);
    if (fs->room_why->answer == HC_OK && is_other(fs))
        fs->room_why = hc_malformed(m->src, fs->room_why, "another file system is mounted over it");
}

/* XFS tells it to whoever asks its root, the others by what they are. */
static void find_reflink(const struct mounted *m, struct file_system *fs)
{
    static const char *const can[] = { "btrfs", "bcachefs" };
    static const char *const cannot[] = { "ext2",  "ext3",   "ext4",     "f2fs",  "jfs",     "reiserfs", "nilfs2",
                                          "vfat",  "msdos",  "exfat",    "ntfs3", "hfsplus", "minix",    "ufs",
                                          "erofs", "cramfs", "squashfs", "udf",   "iso9660", "tmpfs",    "ramfs" };
    const struct hc_mount *first = &fs->first->line;
    const struct mount *mount = safe_mount(m, fs);
    uint64_t flags;
    bool on;

    fs->reflink_why = m->reply;
    fs->reflink = AMONG(first->type, can);
    if (fs->reflink || AMONG(first->type, cannot))
        return;
    if (hc_text_is(first->type, "xfs") && fs->room_why->answer == HC_OK && mount) {
        fs->reflink_why = hc_ask_ioctl(
            m->src, hc_format(m->src, "xfs:geometry_flags:%s", hc_mount_path(m->src, mount->line.point)), &flags);
        fs->reflink = flags & XFS_FLAG_REFLINK;
    } else if (hc_text_is(first->type, "xfs")) {
        fs->reflink_why = fs->room_why;
    } else if (hc_text_is(first->type, "zfs")) { /* off unless asked for; a pool's own feature is not seen */
        fs->reflink_why = hc_ask_flag(m->src, "/sys/module/zfs/parameters/zfs_bclone_enabled", &on);
        if (fs->reflink_why->answer == HC_OK && on)
            fs->reflink_why = hc_reword(m->src, fs->reflink_why, HC_UNSUPPORTED, "each pool decides on it");
    } else {
        fs->reflink_why = not_asked(m, "whether such a file system can is not known");
    }
}

static bool thin_layer(struct mounted *m, struct hc_text name)
{
    struct hc_text uuid;

    hc_ask_line(m->src, hc_format(m->src, "/sys/class/block/%.*s/dm/uuid", (int)name.size, name.at), &uuid);
    return hc_starts(uuid, "LVM-") && uuid.size > 6 && !memcmp(uuid.at + uuid.size - 6, "-tpool", 6);
}

/* A thin volume stands upon the "-tpool" layer of its pool (LVM2, lib/activate/dev_manager.c). */
static void find_volume(struct mounted *m, struct file_system *fs)
{
    struct hc_text uuid, names, name;
    const struct hc_reply *reply;

    if (!hc_starts(fs->block, "dm-"))
        return;
    reply = hc_ask_line(m->src, hc_format(m->src, "/sys/class/block/%.*s/dm/uuid", (int)fs->block.size, fs->block.at),
                        &uuid);
    fs->snapshots_why = reply;
    if (!hc_starts(uuid, "LVM-"))
        return;
    fs->snapshots = "lvm";
    reply = hc_ask_dir(m->src, hc_format(m->src, "/sys/class/block/%.*s/slaves", (int)fs->block.size, fs->block.at),
                       &names);
    if (reply->answer != HC_OK)
        fs->snapshots_why = reply;
    while (hc_next_line(&names, &name))
        if (hc_starts(name, "dm-") && thin_layer(m, name))
            fs->snapshots = "lvm-thin";
}

static void find_snapshots(struct mounted *m, struct file_system *fs)
{
    static const char *const can[] = { "btrfs", "bcachefs", "zfs", "nilfs2" };
    const struct hc_mount *first = &fs->first->line;

    fs->snapshots_why = m->reply;
    fs->snapshots = "";
    if (AMONG(first->type, can))
        fs->snapshots = "file-system";
    else if (!is_local(first->type) && !AMONG(first->type, in_memory))
        fs->snapshots_why = not_asked(m, "what keeps it may take snapshots, and does not say");
    else
        find_volume(m, fs);
}

/* ---- rows ---- */

static struct hc_text options_of(const struct mounted *m, const struct hc_mount *mount, bool *read_only)
{
    char *text = hc_alloc(&m->src->arena, mount->options.size + 2);
    struct hc_text rest = mount->options, option;
    size_t size = 0;

    *read_only = false;
    while (text && rest.size) {
        if (!hc_split(rest, ',', &option, &rest)) {
            option = rest;
            rest.size = 0;
        }
        if (hc_text_is(option, "ro"))
            *read_only = true;
        else if (hc_mount_option_matters(option)) {
            memcpy(text + size, option.at, option.size);
            size += option.size;
            text[size++] = ' ';
        }
    }
    return hc_trim((struct hc_text){ text ? text : "", size });
}

static struct hc_text points_of(const struct mounted *m, const struct file_system *fs)
{
    size_t size = 0;
    char *text;

    for (const struct mount *mount = fs->first; mount; mount = mount->next)
        size += mount->line.point.size + 1;
    text = hc_alloc(&m->src->arena, size + 1);
    size = 0;
    for (const struct mount *mount = fs->first; text && mount; mount = mount->next) {
        memcpy(text + size, mount->line.point.at, mount->line.point.size);
        size += mount->line.point.size;
        text[size++] = ' ';
    }
    return hc_trim((struct hc_text){ text ? text : "", size });
}

static void put_room(const struct mounted *m, struct hc_table_row *row, const struct file_system *fs)
{
    const struct hc_reply *why = fs->room_why;

    hc_cell_number(m->facts, row, HC_COL_FS_SIZE, why, fs->room.size);
    hc_cell_number(m->facts, row, HC_COL_FS_FREE, why, fs->room.free);
    hc_cell_number(m->facts, row, HC_COL_FS_AVAILABLE, why, fs->room.available);
    if (why->answer == HC_OK && fs->room.files) /* btrfs has no limit, and says 0 */
        hc_cell_number(m->facts, row, HC_COL_FS_FILES_FREE, why, fs->room.files_free);
}

static void put_text(const struct mounted *m, struct hc_table_row *row, int column, const struct hc_reply *reply,
                     const char *text)
{
    hc_cell_text(m->facts, row, column, reply, (struct hc_text){ text, strlen(text) });
}

static void put_row(struct mounted *m, struct file_system *fs)
{
    struct hc_table_row *row = hc_add_row(m->facts, HC_TABLE_FILE_SYSTEMS, m->reply);
    const struct hc_reply *reply = m->reply, *whole = hc_whole(m->src, reply);
    const struct hc_mount *first = &fs->first->line;
    bool read_only;
    struct hc_text options = options_of(m, first, &read_only);

    if (first->number.size)
        hc_cell_text(m->facts, row, HC_COL_FS_NUMBER, reply, first->number);
    hc_cell_text(m->facts, row, HC_COL_FS_TYPE, reply, first->type);
    if (fs->block_why)
        hc_cell_text(m->facts, row, HC_COL_FS_BLOCK, fs->block_why, fs->block);
    hc_cell_text(m->facts, row, HC_COL_FS_SOURCE, whole, first->source);
    hc_cell_text(m->facts, row, HC_COL_FS_MOUNTS, whole, points_of(m, fs));
    if (is_local(first->type) || AMONG(first->type, in_memory) || AMONG(first->type, remote))
        hc_cell_flag(m->facts, row, HC_COL_FS_REMOTE, reply, AMONG(first->type, remote));
    else
        hc_cell_flag(m->facts, row, HC_COL_FS_REMOTE, not_asked(m, "what stands behind it is not known"), false);
    hc_cell_flag(m->facts, row, HC_COL_FS_READ_ONLY, reply, read_only);
    hc_cell_text(m->facts, row, HC_COL_FS_OPTIONS, reply, options);
    put_room(m, row, fs);
    hc_cell_flag(m->facts, row, HC_COL_FS_REFLINK, fs->reflink_why, fs->reflink);
    put_text(m, row, HC_COL_FS_SNAPSHOTS, fs->snapshots_why, fs->snapshots);
}

/* ---- where images live ---- */

static const struct {
    const char *purpose, *folder;
} folders[] = {
    { "libvirt", "/var/lib/libvirt/images" },
    { "Proxmox VE", "/var/lib/vz" },
    { "Docker", "/var/lib/docker" },
    { "Podman", "/var/lib/containers/storage" },
    { "containerd", "/var/lib/containerd" },
    { "Incus", "/var/lib/incus" },
    { "LXD", "/var/lib/lxd" },
    { "systemd-machined", "/var/lib/machines" },
};

/* Where something on this host may not answer, a link on the way could lead there: each folder is looked at first. The
   kernel says EINVAL of what is no link. NULL: the way is fine. */
static const struct hc_reply *look_along(const struct mounted *m, struct hc_text path)
{
    struct hc_text target;

    if (m->strange)
        return m->strange;
    if (leads_over_unsafe(m, path))
        return not_asked(m, "the way there leads over a file system that may never answer");
    if (!m->unsafe_count)
        return NULL;
    for (size_t size = 1; size <= path.size; size++) {
        const struct hc_reply *reply;
        if (size < path.size && path.at[size] != '/')
            continue;
        reply = hc_ask_link(m->src, hc_format(m->src, "%.*s", (int)size, path.at), &target);
        if (reply->answer == HC_ABSENT)
            return NULL; /* nothing lies behind it */
        if (reply->answer == HC_OK)
            return hc_reword(m->src, reply, HC_UNSUPPORTED, "a link on the way could lead to what may never answer");
    }
    return NULL;
}

/* The nearest folder that is there: what is made below it lies on the same file system. */
static const struct hc_reply *nearest(const struct mounted *m, struct hc_text *path, struct hc_room *room,
                                      const struct hc_reply **exists)
{
    const struct hc_reply *reply;
    struct hc_text component;
    bool first = true;

    for (;; first = false) {
        if (!path->size)
            *path = HC_TEXT("/");
        reply = look_along(m, *path);
        if (!reply)
            reply = hc_ask_statfs(m->src, hc_format(m->src, "%.*s", (int)path->size, path->at), room);
        if (first)
            *exists = reply;
        if (reply->answer != HC_ABSENT || path->size <= 1)
            return reply;
        hc_pop_component(path, &component);
        while (path->size > 1 && path->at[path->size - 1] == '/')
            path->size--;
    }
}

static const struct file_system *system_of(const struct mounted *m, const struct hc_room *room)
{
    for (size_t i = 0; i < m->system_count; i++)
        if (hc_same_text(m->systems[i].first->line.number, room->device))
            return &m->systems[i];
    return NULL;
}

/* include/uapi/linux/magic.h; OpenZFS, include/sys/zfs_vfsops_os.h */
static const char *type_of(uint64_t magic)
{
    static const struct {
        uint32_t magic;
        const char *type;
    } types[] = { { 0x9123683e, "btrfs" }, { 0x2fc12fc1, "zfs" },     { 0xca451a4e, "bcachefs" },
                  { 0x58465342, "xfs" },   { 0x794c7630, "overlay" }, { 0x01021994, "tmpfs" } };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].magic == magic)
            return types[i].type;
    return NULL;
}

static void put_abilities(const struct mounted *m, struct hc_table_row *row, const struct hc_reply *reply,
                          const struct hc_room *room)
{
    const struct file_system *fs = reply->answer == HC_OK ? system_of(m, room) : NULL;
    const char *type = reply->answer == HC_OK ? type_of(room->magic) : "";
    const struct hc_reply *unknown =
        reply->answer == HC_OK ? hc_reword(m->src, reply, HC_UNSUPPORTED, "no such file system is listed") : reply;

    if (fs) {
        hc_cell_text(m->facts, row, HC_COL_IMAGES_NUMBER, reply, room->device);
        hc_cell_text(m->facts, row, HC_COL_IMAGES_TYPE, m->reply, fs->first->line.type);
        hc_cell_flag(m->facts, row, HC_COL_IMAGES_REFLINK, fs->reflink_why, fs->reflink);
        put_text(m, row, HC_COL_IMAGES_SNAPSHOTS, fs->snapshots_why, fs->snapshots);
        return;
    }
    put_text(m, row, HC_COL_IMAGES_TYPE, type ? reply : unknown, type ? type : "");
    if (type && !strcmp(type, "btrfs")) { /* a subvolume has a number of its own */
        hc_cell_flag(m->facts, row, HC_COL_IMAGES_REFLINK, reply, true);
        put_text(m, row, HC_COL_IMAGES_SNAPSHOTS, reply, "file-system");
        return;
    }
    hc_cell_flag(m->facts, row, HC_COL_IMAGES_REFLINK, unknown, false);
    put_text(m, row, HC_COL_IMAGES_SNAPSHOTS, unknown, "");
}

static void put_folder(const struct mounted *m, const char *purpose, const char *folder)
{
    struct hc_table_row *row = hc_add_row(m->facts, HC_TABLE_IMAGE_FOLDERS, m->reply);
    struct hc_text path = { folder, strlen(folder) };
    struct hc_room room = { .device = { "", 0 } };
    const struct hc_reply *exists, *reply = nearest(m, &path, &room, &exists);
    const bool absent = exists->answer == HC_ABSENT;

    put_text(m, row, HC_COL_IMAGES_PURPOSE, m->reply, purpose);
    put_text(m, row, HC_COL_IMAGES_FOLDER, m->reply, folder);
    hc_cell_flag(m->facts, row, HC_COL_IMAGES_EXISTS, absent ? hc_restate(m->src, exists, "absent") : exists, !absent);
    hc_cell_text(m->facts, row, HC_COL_IMAGES_MEASURED, reply, path);
    hc_cell_number(m->facts, row, HC_COL_IMAGES_AVAILABLE, reply, room.available);
    hc_cell_number(m->facts, row, HC_COL_IMAGES_SIZE, reply, room.size);
    put_abilities(m, row, reply, &room);
    if (strcmp(purpose, "libvirt") != 0 || !row)
        return;
    hc_put_number(m->facts, HC_IMAGES_FREE, reply, room.available);
    if (row->cells[HC_COL_IMAGES_REFLINK].why)
        hc_put_flag(m->facts, HC_IMAGES_REFLINKS, row->cells[HC_COL_IMAGES_REFLINK].why,
                    row->cells[HC_COL_IMAGES_REFLINK].flag);
}

/* Paths are those of this process: where it has mounts of its own, the host's lead elsewhere. NULL: they are the same.
 */
static const struct hc_reply *elsewhere(struct hc_source *src, const struct hc_reply *mounts)
{
    struct hc_text own, first;
    const struct hc_reply *one, *other;

    if (strcmp(mounts->key, "file:/proc/1/mountinfo") != 0)
        return NULL; /* its own, or a saved tree, where nothing of this kind was recorded */
    one = hc_ask_link(src, "/proc/self/ns/mnt", &own);
    other = hc_ask_link(src, "/proc/1/ns/mnt", &first);
    if (one->answer != HC_OK || other->answer != HC_OK)
        return one->answer != HC_OK ? one : other;
    return hc_same_text(own, first) ? NULL : hc_reword(src, one, HC_DENIED, "this process has mounts of its own");
}

void hc_probe_file_systems(struct hc_source *src, struct hc_facts *facts)
{
    struct mounted m = { .src = src, .facts = facts };
    struct hc_text text;
    const struct hc_reply *unseen;

    m.reply = hc_ask_mounts(src, &text, &unseen);
    hc_put_table(facts, HC_TABLE_FILE_SYSTEMS, m.reply);
    hc_put_table(facts, HC_TABLE_IMAGE_FOLDERS, m.reply);
    if (m.reply->answer != HC_OK) {
        hc_put_number(facts, HC_IMAGES_FREE, m.reply, 0);
        hc_put_flag(facts, HC_IMAGES_REFLINKS, m.reply, false);
    }
    if (m.reply->answer != HC_OK || !read_mounts(&m, text))
        return;
    m.strange = elsewhere(src, m.reply);
    group(&m);
    qsort(m.systems, m.system_count, sizeof *m.systems, by_place);
    for (size_t i = 0; i < m.system_count; i++) {
        find_block(&m, &m.systems[i]);
        find_room(&m, &m.systems[i]);
        find_reflink(&m, &m.systems[i]);
        find_snapshots(&m, &m.systems[i]);
        put_row(&m, &m.systems[i]);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        put_folder(&m, folders[i].purpose, folders[i].folder);
}
