/* A name that is taken out becomes another one, the same wherever it stands, so that a replay still finds what belongs
   together. The other name follows from the place in a list of the same recording: nothing leads back to the first, and
   what was replaced once is replaced by itself. */
#include "redact_names.h"

#include "linux/mounts.h"
#include "linux/web.h"
#include "pseudonyms.h"
#include "text_index.h"

#include <string.h>

#define NET_FOLDER   "/sys/class/net"
#define BTRFS_FOLDER "/sys/fs/btrfs"
#define CACHE_FOLDER "/sys/fs/bcache"
#define ZFS_FOLDER   "/proc/spl/kstat/zfs"

struct draft {
    struct hc_source *src;
    const char *key;
    char *text;
    size_t size, room;
    struct hc_web names; /* of mappings, where one was looked for */
    struct hc_text *mappings;
};

static void append(struct draft *draft, struct hc_text piece)
{
    if (piece.size > draft->room - draft->size)
        piece.size = draft->room - draft->size;
    if (piece.size)
        memcpy(draft->text + draft->size, piece.at, piece.size);
    draft->size += piece.size;
}

static struct hc_text from(struct hc_text text, size_t start)
{
    return (struct hc_text){ text.at + start, text.size - start };
}

/* The answer that was given to a key; empty where there is none. */
static struct hc_text answered(struct hc_source *src, const char *key)
{
    const struct hc_reply *reply = key ? hc_logged(src, key) : NULL;

    return reply && reply->answer == HC_OK ? (struct hc_text){ reply->bytes, reply->size } : HC_TEXT("");
}

/* The lines of a list by what they say: a host may have 100,000 interfaces, each of which is looked for. */
struct hc_lines {
    const char *key; /* of the answer that is the list */
    struct hc_text_index index;
    struct hc_lines *next;
};

static size_t count_lines(struct hc_text list)
{
    struct hc_text line;
    size_t count = 0;

    while (hc_next_line(&list, &line))
        count++;
    return count;
}

static struct hc_lines *lines_of(struct hc_source *src, const char *key)
{
    struct hc_lines *lines = src->lines;
    struct hc_text list, line;

    while (lines && strcmp(lines->key, key) != 0)
        lines = lines->next;
    if (lines)
        return lines;
    lines = hc_alloc(&src->arena, sizeof *lines);
    if (!lines)
        return NULL;
    list = answered(src, key);
    hc_index_make(&lines->index, &src->arena, count_lines(list));
    for (uintptr_t n = 1; hc_next_line(&list, &line); n++)
        hc_index_put(&lines->index, line, (const void *)n);
    lines->key = key;
    lines->next = src->lines;
    return src->lines = lines;
}

/* Which line of a list a name is, from 1; 0: none. The key lives as long as the source. */
static size_t line_of(struct hc_source *src, const char *key, struct hc_text name)
{
    const struct hc_lines *lines = key ? lines_of(src, key) : NULL;

    return lines ? (size_t)(uintptr_t)hc_index_get(&lines->index, name) : 0;
}

/* ---- interfaces ---- */

static size_t digits_of(struct hc_text text)
{
    size_t n = 0;

    while (n < text.size && text.at[n] >= '0' && text.at[n] <= '9')
        n++;
    return n;
}

/* Names that kernels and their tools give to the first, second, ... of a kind. */
static bool is_numbered(struct hc_text name)
{
    static const char *const kinds[] = { "eth",  "wlan",  "wwan",   "usb",    "ib",   "br",  "bond",
                                         "team", "virbr", "vmbr",   "lxcbr",  "tun",  "tap", "ifb",
                                         "sit",  "dummy", "docker", "ip6tnl", "tunl", "gre", "wg" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t size = strlen(kinds[i]);
        if (hc_starts(name, kinds[i]) && name.size > size && digits_of(from(name, size)) == name.size - size)
            return true;
    }
    return hc_text_is(name, "lo") || hc_text_is(name, "bonding_masters"); /* a file beside them */
}

/* "enp3s0f0np0": where a device sits, as systemd.net-naming-scheme(7) puts it. */
static bool is_place(struct hc_text name)
{
    if (!(hc_starts(name, "en") || hc_starts(name, "wl") || hc_starts(name, "ww") || hc_starts(name, "ib")))
        return false;
    name = from(name, 2);
    if (!name.size)
        return false;
    while (name.size) {
        size_t digits;
        if (hc_starts(name, "np")) /* the name of a port */
            name = from(name, 1);
        if (!memchr("oPpsfduicv", name.at[0], 10))
            return false;
        digits = digits_of(from(name, 1));
        if (!digits)
            return false;
        name = from(name, 1 + digits);
    }
    return true;
}

/* "enx001122334455" */
static bool is_address(struct hc_text name)
{
    uint64_t value;

    return name.size == 15 && name.at[2] == 'x' && hc_number(from(name, 3), 16, &value);
}

static struct hc_text interface(struct draft *draft, struct hc_text name)
{
    size_t number;

    if (!name.size || is_numbered(name) || is_place(name) || hc_starts(name, HC_PSEUDONYM_MARK))
        return name;
    number = line_of(draft->src, "dir:" NET_FOLDER, name);
    if (is_address(name))
        return hc_text_from(hc_format(draft->src, "%.3s%012zx", name.at, number));
    return hc_text_from(hc_format(draft->src, "named%zu", number));
}

static void interface_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line)) {
        append(draft, interface(draft, line));
        append(draft, HC_TEXT("\n"));
    }
}

static void neighbor_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line)) {
        if (hc_starts(line, "lower_") || hc_starts(line, "upper_")) {
            append(draft, (struct hc_text){ line.at, 6 });
            line = interface(draft, from(line, 6));
        }
        append(draft, line);
        append(draft, HC_TEXT("\n"));
    }
}

static void interface_link(struct hc_text body, struct draft *draft)
{
    struct hc_text name;

    hc_pop_component(&body, &name);
    append(draft, body);
    append(draft, interface(draft, name));
}

static void session_line(struct hc_text body, struct draft *draft)
{
    struct hc_text name;

    if (!hc_find_value(body, ' ', "interface", &name))
        return;
    append(draft, HC_TEXT("interface "));
    append(draft, interface(draft, name));
    append(draft, HC_TEXT("\n"));
}

/* What would lead to the host or its network, and says nothing of what it can do. */
static bool is_secret(struct hc_text name)
{
    static const char *const names[] = { "address", "permanent", "vlan_id", "vxlan_id" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (hc_text_is(name, names[i]))
            return true;
    return false;
}

/* Pairs of netlink:link and netlink:addr. The prefix of an address is left out: its length is a number. */
static void pair_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line, name, value;

    while (hc_next_line(&body, &line)) {
        const size_t start = draft->size;
        while (hc_next_word(&line, &name)) {
            if (!hc_next_word(&line, &value))
                value = HC_TEXT("");
            if (hc_text_is(name, "prefix"))
                continue;
            append(draft, draft->size > start ? HC_TEXT(" ") : HC_TEXT(""));
            append(draft, name);
            append(draft, HC_TEXT(" "));
            append(draft, is_secret(name) ? HC_TEXT("?") : hc_text_is(name, "name") ? interface(draft, value) : value);
        }
        append(draft, HC_TEXT("\n"));
    }
}

static void taken_out(struct hc_text body, struct draft *draft)
{
    append(draft, body.size ? HC_TEXT("?\n") : HC_TEXT(""));
}

/* Of uevent what kind of interface it is, and not its name. */
static void kind_line(struct hc_text body, struct draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (hc_starts(line, "DEVTYPE=")) {
            append(draft, line);
            append(draft, HC_TEXT("\n"));
        }
}

/* Only default routes stay, without their gateways. */
static void route_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line, name, to, gateway, flags, word = { "", 0 };

    while (hc_next_line(&body, &line)) {
        if (hc_starts(line, "Iface")) {
            append(draft, line);
            append(draft, HC_TEXT("\n"));
            continue;
        }
        hc_next_word(&line, &name);
        hc_next_word(&line, &to);
        hc_next_word(&line, &gateway);
        hc_next_word(&line, &flags);
        for (int n = 0; n < 4; n++)
            hc_next_word(&line, &word);
        if (!hc_text_is(to, "00000000") || !hc_text_is(word, "00000000"))
            continue;
        append(draft, interface(draft, name));
        append(draft, HC_TEXT("\t00000000\t00000000\t"));
        append(draft, flags);
        append(draft, HC_TEXT("\t0\t0\t0\t00000000\t0\t0\t0\n"));
    }
}

#define NO_ADDRESS "00000000000000000000000000000000"

static void route6_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line, words[10];

    while (hc_next_line(&body, &line)) {
        size_t count = 0;
        while (count < 10 && hc_next_word(&line, &words[count]))
            count++;
        if (count < 10 || !hc_text_is(words[0], NO_ADDRESS) || !hc_text_is(words[1], "00"))
            continue;
        append(draft, HC_TEXT(NO_ADDRESS " 00 " NO_ADDRESS " 00 " NO_ADDRESS " 00000000 00000000 00000000 "));
        append(draft, words[8]);
        append(draft, HC_TEXT(" "));
        append(draft, interface(draft, words[9]));
        append(draft, HC_TEXT("\n"));
    }
}

/* What says nothing of the host. */
static void whole(struct hc_text body, struct draft *draft)
{
    append(draft, body);
}

static void nothing(struct hc_text body, struct draft *draft)
{
    (void)body;
    (void)draft;
}

/* ---- file systems and pools ---- */

static bool is_uuid(struct hc_text name)
{
    return name.size == 36 && name.at[8] == '-' && name.at[13] == '-';
}

/* The name of a folder in a list of such folders. */
static struct hc_text member(struct hc_source *src, const char *folder, struct hc_text name)
{
    size_t number = line_of(src, hc_format(src, "dir:%s", folder), name);

    if (is_uuid(name))
        return hc_text_from(hc_format(src, "00000000-0000-0000-0000-%012zu", number));
    return strcmp(folder, ZFS_FOLDER) || hc_starts(name, HC_PSEUDONYM_MARK) ||
                   !hc_logged(src, hc_format(src, "stat:" ZFS_FOLDER "/%.*s", (int)name.size, name.at))
               ? name
               : hc_text_from(hc_format(src, "pool%zu", number));
}

/* dir:/sys/fs/btrfs and the like: the key is the list. */
static void member_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line)) {
        append(draft, member(draft->src, draft->key + 4, line));
        append(draft, HC_TEXT("\n"));
    }
}

/* Of what udev knows: kinds of tables, partitions and contents; of a member of a pool, of which. */
static void udev_lines(struct hc_text body, struct draft *draft)
{
    static const char *const kinds[] = { "E:ID_PART_TABLE_TYPE=", "E:ID_PART_ENTRY_TYPE=", "E:ID_FS_TYPE=",
                                         "E:ID_FS_VERSION=" };
    struct hc_text value, rest = body, line;
    const bool zfs = hc_find_value(body, '=', "E:ID_FS_TYPE", &value) && hc_text_is(value, "zfs_member");

    while (hc_next_line(&rest, &line))
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (hc_starts(line, kinds[i])) {
                append(draft, line);
                append(draft, HC_TEXT("\n"));
            }
    if (!zfs)
        return;
    if (!hc_find_value(body, '=', "E:ID_FS_LABEL", &value))
        return;
    append(draft, HC_TEXT("E:ID_FS_LABEL="));
    append(draft,
           line_of(draft->src, "dir:" ZFS_FOLDER, value) ? member(draft->src, ZFS_FOLDER, value) : HC_TEXT("other"));
    append(draft, HC_TEXT("\n"));
}

/* ---- mounts ---- */

enum { LVM_GROUP = 36, LVM_VOLUME = 32, MAPPINGS_MOST = 4096 }; /* "LVM-" and two UUIDs of 32 letters */

/* Which mapping has a UUID that begins so, as a number that says nothing else. */
static size_t mapping_with(struct hc_source *src, struct hc_text begin)
{
    struct hc_text disks = answered(src, "dir:/sys/class/block"), disk, uuid;

    for (size_t n = 1; n < MAPPINGS_MOST && hc_next_line(&disks, &disk);) {
        if (!hc_starts(disk, "dm-"))
            continue;
        uuid = answered(src, hc_format(src, "file:/sys/class/block/%.*s/dm/uuid", (int)disk.size, disk.at));
        if (uuid.size >= begin.size && !memcmp(uuid.at, begin.at, begin.size))
            return n;
        n++;
    }
    return 0;
}

/* A volume of LVM still belongs to its group, and is still the layer that it was ("-tpool"). */
static void lvm_volume(struct hc_text body, struct draft *draft)
{
    const struct hc_text uuid = hc_trim(body);
    struct hc_text layer = from(uuid, LVM_GROUP + LVM_VOLUME);

    for (size_t i = 0; i < layer.size; i++)
        if (!(layer.at[i] == '-' && !i) && !(layer.at[i] >= 'a' && layer.at[i] <= 'z'))
            layer.size = 0;
    append(draft, hc_text_from(hc_format(draft->src, "LVM-%032zu%032zu%.*s\n",
                                         mapping_with(draft->src, (struct hc_text){ uuid.at, LVM_GROUP }),
                                         mapping_with(draft->src, (struct hc_text){ uuid.at, LVM_GROUP + LVM_VOLUME }),
                                         (int)layer.size, layer.at)));
}

/* "LVM-", "CRYPT-": who made a mapping. */
static void maker(struct hc_text body, struct draft *draft)
{
    if (hc_starts(body, "LVM-") && hc_trim(body).size >= LVM_GROUP + LVM_VOLUME) {
        lvm_volume(body, draft);
        return;
    }
    for (size_t i = 0; i < body.size; i++)
        if (body.at[i] == '-') {
            append(draft, (struct hc_text){ body.at, i + 1 });
            return;
        }
}

#define MAPPING_FOLDER "file:/sys/class/block/"
#define MAPPING_NAME   "/dm/name"

/* "dm-0" of the key file:/sys/class/block/dm-0/dm/name; empty: it is another key. */
static struct hc_text mapping_of(const char *key)
{
    struct hc_text text = hc_text_from(key);
    const size_t before = sizeof MAPPING_FOLDER - 1, behind = sizeof MAPPING_NAME - 1;

    if (!hc_starts(text, MAPPING_FOLDER) || text.size < before + behind ||
        !hc_text_is(from(text, text.size - behind), MAPPING_NAME))
        return HC_TEXT("");
    return (struct hc_text){ text.at + before, text.size - before - behind };
}

static char *name_key(struct hc_source *src, struct hc_text disk)
{
    return hc_format(src, MAPPING_FOLDER "%.*s" MAPPING_NAME, (int)disk.size, disk.at);
}

static void mapping(struct hc_text body, struct draft *draft)
{
    (void)body;
    append(draft, mapping_of(draft->key));
}

/* The names of all mappings, and beside each its "dm-0", in the order of both. */
static void find_mappings(struct draft *draft)
{
    struct hc_text disks = answered(draft->src, "dir:/sys/class/block"), rest = disks, disk, name;
    struct draft names = { .src = draft->src };
    size_t count = 0;

    for (names.room = 1; hc_next_line(&rest, &disk); count++)
        if (hc_starts(disk, "dm-"))
            names.room += answered(draft->src, name_key(draft->src, disk)).size + 1;
    names.text = hc_alloc(&draft->src->arena, names.room);
    draft->mappings = hc_alloc(&draft->src->arena, (count + 1) * sizeof *draft->mappings);
    if (!names.text || !draft->mappings)
        return;
    for (count = 0; hc_next_line(&disks, &disk);) {
        rest = hc_starts(disk, "dm-") ? answered(draft->src, name_key(draft->src, disk)) : HC_TEXT("");
        if (!hc_next_line(&rest, &name) || !name.size)
            continue;
        append(&names, name);
        append(&names, HC_TEXT("\n"));
        draft->mappings[count++] = disk;
    }
    hc_web_make(&draft->names, draft->src, (struct hc_text){ names.text, names.size });
}

/* "/dev/sda1": a name that kernels give. */
static bool is_kernel_device(struct hc_text path)
{
    static const char *const kernel[] = { "sd",   "hd",     "vd", "xvd", "nvme", "md",   "dm-",
                                          "loop", "mmcblk", "sr", "ram", "zram", "fuse", "root" };
    const struct hc_text name = hc_starts(path, "/dev/") ? from(path, 5) : HC_TEXT("");

    for (size_t i = 0; i < sizeof kernel / sizeof *kernel; i++)
        if (hc_starts(name, kernel[i]) && !memchr(name.at, '/', name.size))
            return true;
    return false;
}

/* "/dev/mapper/vg-root" becomes "/dev/mapper/dm-0", as its name does; names that kernels give stay. */
static struct hc_text device(struct draft *draft, struct hc_text path)
{
    struct hc_text name;

    if (hc_starts(path, "/dev/mapper/")) {
        const struct hc_web_node *node;
        if (!draft->mappings)
            find_mappings(draft);
        node = hc_web_find(&draft->names, from(path, 12));
        name = node ? draft->mappings[node - draft->names.nodes] : HC_TEXT("other");
        return hc_text_from(hc_format(draft->src, "/dev/mapper/%.*s", (int)name.size, name.at));
    }
    if (is_kernel_device(path))
        return path;
    return hc_starts(path, "/dev/") ? HC_TEXT("/dev/other") : HC_TEXT("none");
}

/* Several with ":" between them. */
static void devices(struct draft *draft, struct hc_text paths)
{
    struct hc_text path;

    while (hc_starts(paths, "/dev/") && hc_split(paths, ':', &path, &paths)) {
        append(draft, device(draft, path));
        append(draft, HC_TEXT(":"));
    }
    append(draft, device(draft, paths));
}

static bool is_public_point(struct hc_text point)
{
    static const char *const points[] = {
        "/", "/boot", "/boot/efi", "/efi", "/usr", "/usr/local", "/var", "/var/lib", "/var/log", "/var/tmp", "/opt",
        "/home", "/root", "/srv", "/tmp", "/mnt", "/run", "/media", "/proc", "/sys", "/dev", "/nix", "/gnu",
        /* where linux/file_systems.c looks for images */
        "/var/lib/libvirt", "/var/lib/libvirt/images", "/var/lib/vz", "/var/lib/docker", "/var/lib/containers",
        "/var/lib/containers/storage", "/var/lib/containerd", "/var/lib/incus", "/var/lib/lxd", "/var/lib/machines"
    };

    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        if (hc_text_is(point, points[i]))
            return true;
    return false;
}

/* What redaction puts in the place of names, too: "named1", "/mount35", "pool2", zeros and a number. */
static bool is_made(struct hc_text name)
{
    static const char *const made[] = {
        "named", "/mount", "pool", "dm-", "/dev/mapper/dm-", "00000000-0000-0000-0000-"
    };

    if (hc_text_is(name, "/dev/other") || hc_text_is(name, "/dev/mapper/other"))
        return true;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const size_t size = strlen(made[i]);
        if (hc_starts(name, made[i]) && name.size > size && digits_of(from(name, size)) == name.size - size)
            return true;
    }
    return is_address(name) && hc_starts(from(name, 3), "00000000");
}

bool hc_names_nobody(struct hc_text name)
{
    return is_numbered(name) || is_place(name) || is_public_point(name) || is_kernel_device(name) || is_made(name);
}

static struct hc_text point_of(struct draft *draft, const struct hc_mount *mount)
{
    if (is_public_point(mount->point))
        return mount->point;
    return hc_text_from(hc_format(draft->src, "/mount%.*s", (int)mount->id.size, mount->id.at));
}

/* Of the options those that matter for what is kept there, and those that name other devices. */
static void options(struct draft *draft, struct hc_text list)
{
    struct hc_text option, name, path;
    bool more = true;

    append(draft, hc_starts(list, "ro") && (list.size == 2 || list.at[2] == ',') ? HC_TEXT("ro") : HC_TEXT("rw"));
    while (list.size && more) {
        more = hc_split(list, ',', &option, &path);
        if (!more)
            option = list;
        list = more ? path : list;
        if (hc_mount_option_matters(option) && !hc_text_is(option, "ro")) {
            append(draft, HC_TEXT(","));
            append(draft, option);
        }
        if (!hc_split(option, '=', &name, &path) || !(hc_text_is(name, "logdev") || hc_text_is(name, "rtdev")))
            continue;
        append(draft, HC_TEXT(","));
        append(draft, name);
        append(draft, HC_TEXT("="));
        append(draft, device(draft, path));
    }
}

static void mount_line(struct draft *draft, const struct hc_mount *mount)
{
    const bool is_long = mount->number.size != 0;

    if (is_long) {
        append(draft, mount->id);
        append(draft, HC_TEXT(" 0 "));
        append(draft, mount->number);
        append(draft, HC_TEXT(" / "));
        append(draft, point_of(draft, mount));
        append(draft, HC_TEXT(" rw - "));
        append(draft, mount->type);
        append(draft, HC_TEXT(" "));
    }
    devices(draft, mount->source);
    append(draft, HC_TEXT(" "));
    if (!is_long) {
        append(draft, point_of(draft, mount));
        append(draft, HC_TEXT(" "));
        append(draft, mount->type);
        append(draft, HC_TEXT(" "));
    }
    options(draft, mount->options);
    append(draft, is_long ? HC_TEXT("\n") : HC_TEXT(" 0 0\n"));
}

/* A line that cannot be read stays one. */
static void mount_lines(struct hc_text body, struct draft *draft)
{
    struct hc_mount mount;
    bool sound = true;

    while (hc_next_mount(&body, &mount, &sound))
        mount_line(draft, &mount);
    append(draft, sound ? HC_TEXT("") : HC_TEXT("?\n"));
}

/* A file keeps the mount point that it lies below. */
static struct hc_text file(struct draft *draft, struct hc_text path)
{
    static const char *const lists[] = { "file:/proc/1/mountinfo", "file:/proc/mounts", "file:/proc/self/mountinfo" };
    struct hc_mount mount;
    struct hc_text point;

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct hc_text mounts = answered(draft->src, lists[i]);
        if (!mounts.size || !hc_mount_of(mounts, path, &mount))
            continue;
        point = point_of(draft, &mount);
        return hc_text_from(hc_format(draft->src, "%.*s/file", hc_text_is(point, "/") ? 0 : (int)point.size, point.at));
    }
    return HC_TEXT("/file");
}

static void file_line(struct hc_text body, struct draft *draft)
{
    append(draft, file(draft, hc_trim(body)));
    append(draft, HC_TEXT("\n"));
}

static void device_line(struct hc_text body, struct draft *draft)
{
    append(draft, device(draft, hc_trim(body)));
    append(draft, HC_TEXT("\n"));
}

static void swap_lines(struct hc_text body, struct draft *draft)
{
    struct hc_text line, path, kind;

    while (hc_next_line(&body, &line)) {
        const struct hc_text whole = line;
        if (hc_starts(line, "Filename") || !hc_next_word(&line, &path) || !hc_next_word(&line, &kind)) {
            append(draft, hc_starts(whole, "Filename") ? whole : HC_TEXT("?"));
        } else {
            append(draft, hc_text_is(kind, "file") ? file(draft, path) : device(draft, path));
            append(draft, HC_TEXT("\t"));
            append(draft, kind);
            append(draft, line);
        }
        append(draft, HC_TEXT("\n"));
    }
}

/* ---- which key holds what ---- */

static const struct {
    const char *begin, *end; /* of the key; end NULL: it is the whole key */
    void (*thin)(struct hc_text body, struct draft *draft);
} rows[] = {
    { "dir:" NET_FOLDER, NULL, interface_lines },
    { "dir:" NET_FOLDER "/", "", neighbor_lines },
    { "link:" NET_FOLDER "/", "/device/driver", whole },
    { "link:" NET_FOLDER "/", "/device/subsystem", whole },
    { "link:" NET_FOLDER "/", "", interface_link },
    { "netlink:link", NULL, pair_lines },
    { "netlink:addr", NULL, pair_lines },
    { "file:" NET_FOLDER "/", "/address", taken_out },
    { "file:" NET_FOLDER "/", "/uevent", kind_line },
    { "host:ssh", NULL, session_line },
    { "file:/proc/net/route", NULL, route_lines },
    { "file:/proc/net/ipv6_route", NULL, route6_lines },
    { "file:/proc/net/if_inet6", NULL, nothing },
    { "dir:" BTRFS_FOLDER, NULL, member_lines },
    { "dir:" CACHE_FOLDER, NULL, member_lines },
    { "dir:" ZFS_FOLDER, NULL, member_lines },
    { "file:/run/udev/data/b", "", udev_lines },
    { "file:/sys/class/block/", "/dm/uuid", maker },
    { MAPPING_FOLDER, MAPPING_NAME, mapping },
    { "file:/sys/class/block/", "/loop/backing_file", file_line },
    { "file:/sys/class/block/", "/backing_dev", device_line },
    { "file:/proc/1/mountinfo", NULL, mount_lines },
    { "file:/proc/self/mountinfo", NULL, mount_lines },
    { "file:/proc/mounts", NULL, mount_lines },
    { "file:/proc/swaps", NULL, swap_lines },
};

enum hc_thinned hc_thin_names(struct hc_source *src, const char *key, struct hc_text *body)
{
    struct draft draft = { .src = src, .key = key, .room = 8 * body->size + 64 };
    size_t i = 0;

    while (i < sizeof rows / sizeof *rows && !hc_key_fits(key, rows[i].begin, rows[i].end))
        i++;
    if (i == sizeof rows / sizeof *rows)
        return HC_WHOLE;
    draft.text = hc_alloc(&src->arena, draft.room);
    if (!draft.text)
        return HC_NOTHING;
    rows[i].thin(*body, &draft);
    return hc_thinned_to(body, draft.text, draft.size);
}

static bool is_point(struct hc_source *src, struct hc_text point, const char *path)
{
    const char *plain = memchr(point.at, '\\', point.size) ? hc_mount_path(src, point) : NULL;

    return plain ? !strcmp(plain, path) : hc_text_is(point, path);
}

/* Questions about a mounted file system have a mount point, which becomes what it is in the list of mounts. */
static const char *thin_point_in_key(struct hc_source *src, const char *key)
{
    static const char *const schemes[] = { "statfs:", "ioctl:xfs:geometry_flags:" };
    static const char *const lists[] = { "file:/proc/1/mountinfo", "file:/proc/self/mountinfo" };
    struct draft draft = { .src = src, .key = key };
    struct hc_mount mount;
    bool sound = true;

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const size_t size = strlen(schemes[i]);
        if (strncmp(key, schemes[i], size) || is_public_point(hc_text_from(key + size)))
            continue;
        for (size_t j = 0; j < sizeof lists / sizeof *lists; j++)
            for (struct hc_text rest = answered(src, lists[j]); hc_next_mount(&rest, &mount, &sound);)
                if (is_point(src, mount.point, key + size)) {
                    const struct hc_text point = point_of(&draft, &mount);
                    return hc_format(src, "%s%.*s", schemes[i], (int)point.size, point.at);
                }
        return hc_format(src, "%s/other", schemes[i]);
    }
    return key;
}

/* "ioctl:ethtool:drvinfo:eth0" */
static const char *thin_interface_in_key(struct hc_source *src, const char *key)
{
    static const char scheme[] = "ioctl:ethtool:";
    struct draft draft = { .src = src, .key = key };
    const char *name = strncmp(key, scheme, sizeof scheme - 1) ? NULL : strchr(key + sizeof scheme - 1, ':');
    struct hc_text other;

    if (!name)
        return NULL;
    other = interface(&draft, hc_text_from(++name));
    return hc_format(src, "%.*s%.*s", (int)(name - key), key, (int)other.size, other.at);
}

/* Below these folders the next component of a key is a name. */
const char *hc_thin_name_in_key(struct hc_source *src, const char *key)
{
    static const char *const folders[] = { NET_FOLDER, BTRFS_FOLDER, CACHE_FOLDER, ZFS_FOLDER };
    struct draft draft = { .src = src, .key = key };
    const char *path = strchr(key, ':'), *thinned = thin_interface_in_key(src, key);

    if (thinned)
        return thinned;
    for (size_t i = 0; path && i < sizeof folders / sizeof *folders; i++) {
        size_t size = strlen(folders[i]), length;
        struct hc_text name, other;
        if (strncmp(path + 1, folders[i], size) || path[1 + size] != '/')
            continue;
        length = strcspn(path + 2 + size, "/");
        name = (struct hc_text){ path + 2 + size, length };
        other = i ? member(src, folders[i], name) : interface(&draft, name);
        return hc_format(src, "%.*s%.*s%s", (int)(name.at - key), key, (int)other.size, other.at, name.at + length);
    }
    return thin_point_in_key(src, key);
}
