/* /proc/PID/mountinfo: Linux Documentation/filesystems/proc.rst, 3.5. */
#include "mounts.h"

#include "ask.h"

#include <string.h>

#define FIRST_PID_NAMESPACE "pid:[4026531836]" /* include/uapi/linux/nsfs.h, PID_NS_INIT_INO */

static bool take(struct hc_text *line, struct hc_text *const *words, size_t count)
{
    struct hc_text ignored;

    for (size_t i = 0; i < count; i++)
        if (!hc_next_word(line, words[i] ? words[i] : &ignored))
            return false;
    return true;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool long_line(struct hc_text line, struct hc_mount *m)
{
    struct hc_text *const first[] = { &m->id, NULL, &m->number, &m->root, &m->point, NULL };
    struct hc_text *const last[] = { &m->type, &m->source };
    struct hc_text word = { "", 0 };

    if (!take(&line, first, 6) || !memchr(m->number.at, ':', m->number.size))
        return false;
    while (!hc_text_is(word, "-"))
        if (!hc_next_word(&line, &word))
            return false;
    if (!take(&line, last, 2))
        return false;
    hc_next_word(&line, &m->options);
    return true;
}

/* "/dev/sda2 / ext4 rw,relatime 0 0" */
static bool short_line(struct hc_text line, struct hc_mount *m)
{
    struct hc_text *const words[] = { &m->source, &m->point, &m->type, &m->options, NULL, NULL };

    return take(&line, words, 6) && !hc_next_word(&line, &m->id);
}

bool hc_next_mount(struct hc_text *rest, struct hc_mount *mount, bool *sound)
{
    static const struct hc_mount none = { { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 } };
    struct hc_text line;

    while (hc_next_line(rest, &line)) {
        *mount = none;
        if (long_line(line, mount))
            return true;
        *mount = none;
        if (short_line(line, mount)) {
            mount->id = none.id;
            return true;
        }
        *sound = *sound && !line.size;
    }
    return false;
}

bool hc_mount_has_device(const struct hc_mount *mount)
{
    return mount->number.size && !hc_starts(mount->number, "0:");
}

/* Whether a path is a mount point or lies below it. */
static bool below(struct hc_text path, struct hc_text point)
{
    if (hc_text_is(point, "/"))
        return path.size && path.at[0] == '/';
    return path.size >= point.size && !memcmp(path.at, point.at, point.size) &&
           (path.size == point.size || path.at[point.size] == '/');
}

bool hc_mount_of(struct hc_text mounts, struct hc_text path, struct hc_mount *found)
{
    struct hc_mount mount;
    bool any = false, sound = true;

    while (hc_next_mount(&mounts, &mount, &sound))
        if (mount.point.size && below(path, mount.point) && (!any || mount.point.size >= found->point.size)) {
            *found = mount;
            any = true;
        }
    return any;
}

bool hc_mount_is_diskless(const struct hc_mount *mount)
{
    static const char *const types[] = { "rootfs", "tmpfs", "ramfs", "devtmpfs", "proc", "sysfs",    "devpts",
                                         "nfs",    "nfs4",  "cifs",  "smb3",     "9p",   "virtiofs", "ceph" };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (hc_text_is(mount->type, types[i]))
            return true;
    return false;
}

/* fs/proc_namespace.c, mangle(): three octal digits for blanks, newlines and backslashes. */
char *hc_mount_path(struct hc_source *src, struct hc_text point)
{
    char *path = hc_copy(&src->arena, point.at, point.size);
    size_t size = 0;
    uint64_t code;

    for (size_t i = 0; path && i < point.size; i++) {
        if (point.at[i] == '\\' && i + 3 < point.size && point.at[i + 1] <= '3' &&
            hc_number((struct hc_text){ point.at + i + 1, 3 }, 8, &code)) {
            path[size++] = (char)code;
            i += 3;
        } else {
            path[size++] = point.at[i];
        }
    }
    if (path)
        path[size] = '\0';
    return path;
}

/* ext4(5), xfs(5), btrfs(5), and what ZFS shows; with their values. */
bool hc_mount_option_matters(struct hc_text option)
{
    static const char *const names[] = {
        "ro",        "discard",   "nodiscard",  "nobarrier", "barrier",    "data",   "compress", "compress-force",
        "nodatacow", "nodatasum", "autodefrag", "degraded",  "ssd",        "dax",    "inode32",  "inode64",
        "noquota",   "prjquota",  "usrquota",   "grpquota",  "norecovery", "noload", "errors",   "commit"
    };
    struct hc_text name = option, value;

    hc_split(option, '=', &name, &value);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (hc_text_is(name, names[i]))
            return true;
    return false;
}

/* Process 1 of the first PID namespace has the host's mounts. Where it cannot be looked at, this process sees mounts
   that are the host's too, but perhaps not all. A saved tree has the files without the namespaces. */
const struct hc_reply *hc_ask_mounts(struct hc_source *src, struct hc_text *text, const struct hc_reply **unseen)
{
    struct hc_text target;
    const struct hc_reply *first = hc_ask_link(src, "/proc/1/ns/pid", &target), *reply;

    *unseen = NULL;
    if (hc_text_is(target, FIRST_PID_NAMESPACE) || first->answer == HC_NOT_RECORDED) {
        reply = hc_ask_file(src, "/proc/1/mountinfo", text);
        if (reply->answer == HC_NOT_RECORDED)
            reply = hc_ask_file(src, "/proc/mounts", text);
        if (reply->answer == HC_OK || first->answer == HC_NOT_RECORDED)
            return reply;
        first = reply;
    }
    if (first->answer == HC_OK || first->answer == HC_ABSENT)
        first = hc_reword(src, first, HC_DENIED, "what the host itself mounts is not seen from here");
    *unseen = first;
    return hc_ask_file(src, "/proc/self/mountinfo", text);
}
