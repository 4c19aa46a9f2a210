/* A folder that holds a host's files: an unpacked report, or the host's root mounted in a container. Nothing in it
   leads out of it: the kernel resolves names with RESOLVE_IN_ROOT (openat2, Linux 5.6), or we do it the same way,
   a component at a time. */
#include "sysroot.h"

#include "config_space.h"
#include "files.h"
#include "packages.h"
#include "tri.h"
#include "unix/errno_name.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

struct folder {
    int fd; /* -1: none */
    char path[HC_KEY_MAX];
    enum { UNSEEN, EMPTY, HOLDS_SOMETHING } holds;
    struct hc_entries entries; /* where it was listed */
};

/* Folders that hold many others: of those this one stays open. */
#define NEAR(path)                                                                                                     \
    {                                                                                                                  \
        path, sizeof(path) - 1                                                                                         \
    }
static const struct {
    const char *path;
    size_t size;
} near_folders[] = { NEAR("/sys/devices/system/cpu"), NEAR("/sys/kernel/iommu_groups"), NEAR("/sys/bus/pci/devices") };
enum { NEAR_FOLDERS = sizeof near_folders / sizeof *near_folders };

/* Most questions are for files side by side: the folder of the last one stays open, and is looked at once. */
struct sysroot {
    int fd;
    struct folder last, near[NEAR_FOLDERS];
    enum hc_tri sysfs; /* its /sys is that of a running kernel */
};

/* ---- resolving, where the kernel cannot ---- */

struct walk {
    int root, at;        /* at: the folder reached so far; a duplicate of root at the start */
    char rest[PATH_MAX]; /* what is still to be walked */
    int links;
};

/* Takes the first component off walk->rest into name; false at the end. */
static bool component(struct walk *walk, char *name)
{
    size_t skip = strspn(walk->rest, "/"), size = strcspn(walk->rest + skip, "/");

    memcpy(name, walk->rest + skip, size);
    name[size] = '\0';
    memmove(walk->rest, walk->rest + skip + size, strlen(walk->rest + skip + size) + 1);
    return size != 0;
}

static bool move_to(struct walk *walk, int fd)
{
    if (fd < 0)
        return false;
    close(walk->at);
    walk->at = fd;
    return true;
}

/* ".." at the root stays there. */
static bool up(struct walk *walk)
{
    struct stat here, root;

    if (fstat(walk->at, &here) || fstat(walk->root, &root))
        return false;
    if (here.st_dev == root.st_dev && here.st_ino == root.st_ino)
        return true;
    return move_to(walk, openat(walk->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Puts the target of a link before the rest; an absolute one starts at the root of the tree. */
static bool follow(struct walk *walk, const char *name)
{
    char target[PATH_MAX], joined[2 * PATH_MAX];
    ssize_t size = readlinkat(walk->at, name, target, sizeof target - 1);

    if (size < 0)
        return false;
    target[size] = '\0';
    if (++walk->links > LINKS_MAX ||
        snprintf(joined, sizeof joined, "%s/%s", target, walk->rest) >= (int)sizeof walk->rest) {
        errno = ELOOP;
        return false;
    }
    memcpy(walk->rest, joined, strlen(joined) + 1);
    return target[0] != '/' || move_to(walk, fcntl(walk->root, F_DUPFD_CLOEXEC, 0));
}

static bool more(const struct walk *walk)
{
    return walk->rest[strspn(walk->rest, "/")] != '\0';
}

/* One step; the last one opens with the flags that were asked for. Returns the open file, -1, or -2 to go on. */
static int step(struct walk *walk, const char *name, int flags)
{
    struct stat st;
    bool last = !more(walk);

    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return !strcmp(name, "..") && !up(walk) ? -1 : -2;
    if (fstatat(walk->at, name, &st, AT_SYMLINK_NOFOLLOW))
        return -1;
    if (S_ISLNK(st.st_mode) && !(last && flags & O_NOFOLLOW))
        return follow(walk, name) ? -2 : -1;
    if (last)
        return openat(walk->at, name, flags | O_NOFOLLOW);
    return move_to(walk, openat(walk->at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) ? -2 : -1;
}

static int open_by_hand(int root, const char *path, int flags)
{
    struct walk walk = { .root = root, .at = fcntl(root, F_DUPFD_CLOEXEC, 0), .links = 0 };
    char name[PATH_MAX];
    int fd = -2;

    if (snprintf(walk.rest, sizeof walk.rest, "%s", path) >= (int)sizeof walk.rest) {
        errno = ENAMETOOLONG;
        fd = -1;
    }
    while (fd == -2 && component(&walk, name))
        fd = step(&walk, name, flags);
    if (fd == -2) /* the path ended at a folder already reached */
        fd = openat(walk.at, ".", flags & ~O_NOFOLLOW);
    close(walk.at);
    return fd;
}

int hc_open_in_root(int root, const char *path, int flags, bool by_kernel)
{
    struct open_how how = { .flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
    long fd = -1;

    errno = ENOSYS;
    if (by_kernel)
        fd = syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || (by_kernel && errno != ENOSYS && errno != EPERM))
        return (int)fd;
    return open_by_hand(root, path, flags); /* an old kernel, or a filter of system calls that does not know it */
}

/* ---- answers ---- */

static void leave_folder(struct folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    folder->fd = -1;
}

/* An open folder takes the place of what was there. */
static void keep_folder(struct folder *folder, int fd, const char *path, size_t size)
{
    leave_folder(folder);
    memcpy(folder->path, path, size);
    folder->path[size] = '\0';
    folder->holds = UNSEEN;
    folder->entries.size = 0;
    folder->fd = fd;
}

/* Opens the folder that is the first size bytes of a path; false with errno set. */
static bool enter_folder(struct sysroot *tree, struct folder *folder, const char *path, size_t size)
{
    if (size >= sizeof folder->path) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (folder->fd < 0 || strncmp(folder->path, path, size) || folder->path[size]) {
        keep_folder(folder, -1, path, size);
        folder->fd = hc_open_in_root(tree->fd, size ? folder->path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC, true);
    }
    return folder->fd >= 0;
}

/* Bytes of a path before the name of the file. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) : 0;
}

/* The folder of those that hold many others that is on the way to a path, and the size of its own; NULL: none. */
static struct folder *near_folder(struct sysroot *tree, const char *path, size_t *size)
{
    for (size_t i = 0; i < NEAR_FOLDERS && !strstr(path, "/.."); i++) {
        *size = near_folders[i].size;
        if (!strncmp(path, near_folders[i].path, *size) && path[*size] == '/')
            return &tree->near[i];
    }
    return NULL;
}

/* A folder on the way to a file, opened; *name is the rest of the path. NULL with errno set. */
static struct folder *folder_of(struct sysroot *tree, const char *path, bool one_name, const char **name)
{
    size_t near_size, size = folder_size(path);
    struct folder *folder = near_folder(tree, path, &near_size);

    if (folder && (!one_name || size == near_size))
        size = near_size;
    else
        folder = &tree->last;
    *name = path + size + (path[size] == '/');
    return enter_folder(tree, folder, path, size) ? folder : NULL;
}

/* Whether the folder of a path is there and holds something: only then is what it does not hold absent, and not just
   not saved. */
static bool holds_something(struct sysroot *tree, const char *path)
{
    struct folder *folder = &tree->last;
    struct hc_reply names = { .bytes = "" };
    struct hc_source *scratch;
    int fd;

    if (!enter_folder(tree, folder, path, folder_size(path)))
        return false;
    if (folder->holds != UNSEEN)
        return folder->holds == HOLDS_SOMETHING;
    scratch = hc_source_new(NULL, NULL);
    fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    folder->holds = EMPTY;
    if (fd >= 0 && scratch) {
        hc_answer_from_dir(scratch, &names, fd);
        folder->holds = names.size ? HOLDS_SOMETHING : EMPTY;
    } else if (fd >= 0) {
        close(fd);
    }
    hc_source_free(scratch);
    return folder->holds == HOLDS_SOMETHING;
}

static void answer_missing(struct sysroot *tree, struct hc_reply *reply, const char *path, int err)
{
    hc_answer_errno(reply, err);
    if (reply->answer == HC_ABSENT && !holds_something(tree, path))
        hc_answer_error(reply, HC_NOT_RECORDED, NULL);
}

/* Looks at a path without opening what is there. */
static int open_path(struct sysroot *tree, struct hc_reply *reply, const char *path, struct stat *st, int flags)
{
    int fd = hc_open_in_root(tree->fd, path, O_PATH | O_CLOEXEC | flags, true);

    if (fd >= 0 && !fstat(fd, st))
        return fd;
    answer_missing(tree, reply, path, errno);
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A file behind a link. Like all of them it is looked at before it is opened. */
static int open_far_file(struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    struct stat st;
    int look = open_path(tree, reply, path, &st, 0), fd;

    if (look < 0)
        return -1;
    close(look);
    if (!S_ISREG(st.st_mode)) {
        hc_answer_error(reply, HC_FAILED, "not a regular file");
        return -1;
    }
    fd = hc_open_in_root(tree->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, true);
    if (fd < 0)
        hc_answer_errno(reply, errno);
    return fd;
}

static const int reading = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
static const int listing = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC;

static bool plain_name(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Below a folder that stays open, by a name without ".."; fails where a link is on the way, which only the root's own
   walk may follow. */
static int open_below(int folder, const char *name, int flags)
{
    struct open_how how = { .flags = (unsigned)flags, .resolve = RESOLVE_NO_SYMLINKS };

    if (plain_name(name))
        return openat(folder, name, flags | O_NOFOLLOW);
    return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

/* A device node or a pipe in the tree is never opened for reading. Whatever is not plainly a file on a way without
   links is left to the walk from the root. *size: as stat said; -1: it was not asked. */
static int open_file(struct sysroot *tree, struct hc_reply *reply, const char *path, off_t *size)
{
    const char *name;
    const struct folder *folder = folder_of(tree, path, !strncmp(path, HC_PCI_FOLDER "/", sizeof HC_PCI_FOLDER), &name);
    struct stat st = { .st_size = -1 };
    int fd = -1;

    if (folder && *name && strcmp(name, "..") != 0 &&
        (hc_entries_have_file(&folder->entries, name) ||
         (!fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))))
        fd = open_below(folder->fd, name, reading);
    *size = fd < 0 ? -1 : st.st_size;
    return fd < 0 ? open_far_file(tree, reply, path) : fd;
}

static void answer_file(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    off_t size;
    int fd = open_file(tree, reply, path, &size);

    if (fd >= 0 && size >= 0)
        hc_answer_from_regular(src, reply, fd, size);
    else if (fd >= 0 && (strncmp(path, "/sys/", 5) != 0 || !hc_answer_from_attribute(src, reply, fd)))
        hc_answer_from_file(src, reply, fd);
}

/* Whether the tree's /sys is that of a running kernel, whose devices must not be woken; asked of one file for all. */
static bool is_sysfs(struct sysroot *tree, int fd)
{
    struct statfs fs;

    if (tree->sysfs == HC_UNKNOWN)
        tree->sysfs = hc_tri(fstatfs(fd, &fs) || fs.f_type == SYSFS_MAGIC);
    return tree->sysfs == HC_YES;
}

static void answer_config(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *address)
{
    char path[64];
    off_t size;
    int fd;

    if (!hc_config_path(address, path, sizeof path)) {
        hc_answer_errno(reply, EINVAL);
        return;
    }
    fd = open_file(tree, reply, path, &size);
    if (fd >= 0)
        hc_answer_from_config(src, reply, fd, address, is_sysfs(tree, fd));
}

/* Questions for what it holds often come next: it takes the place of the last folder. */
static void list_folder(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path, int fd)
{
    size_t size = strlen(path);

    if (size >= sizeof tree->last.path) { /* no key is that long */
        hc_answer_from_dir(src, reply, fd);
    } else {
        keep_folder(&tree->last, fd, path, size);
        hc_answer_from_entries(src, reply, fd, &tree->last.entries);
    }
    if (reply->answer == HC_OK && !reply->size)
        hc_answer_error(reply, HC_NOT_RECORDED, NULL);
}

/* From a folder that stays open where one is on the way; else, or where that fails, from the root. What lies in such a
   folder itself is a link more often than not. */
static int open_folder(struct sysroot *tree, const char *path)
{
    size_t size;
    struct folder *folder = near_folder(tree, path, &size);
    int fd = -1;

    if (folder && !plain_name(path + size + 1) && enter_folder(tree, folder, path, size))
        fd = open_below(folder->fd, path + size + 1, listing);
    return fd < 0 ? hc_open_in_root(tree->fd, path, listing, true) : fd;
}

/* What is no folder cannot be opened as one, so it need not be looked at first. */
static void answer_dir(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    int fd = open_folder(tree, path), look, err = errno;
    struct stat st;

    if (fd >= 0) {
        list_folder(src, tree, reply, path, fd);
        return;
    }
    look = open_path(tree, reply, path, &st, 0);
    if (look < 0)
        return;
    close(look);
    if (S_ISDIR(st.st_mode))
        hc_answer_errno(reply, err);
    else
        hc_answer_error(reply, HC_FAILED, "not a folder");
}

/* Of a name in an open folder; of more than a name only the walk from the root may follow what is on the way. */
static void answer_link(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    const char *name;
    const struct folder *folder = folder_of(tree, path, true, &name);
    struct stat st;
    int fd;

    if (folder && plain_name(name)) {
        hc_answer_from_link(src, reply, folder->fd, name);
        if (reply->answer == HC_ABSENT)
            answer_missing(tree, reply, path, ENOENT);
        return;
    }
    fd = open_path(tree, reply, path, &st, O_NOFOLLOW);
    if (fd < 0)
        return;
    hc_answer_from_link(src, reply, fd, "");
    close(fd);
}

static void answer_stat(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    struct stat st;
    int fd = open_path(tree, reply, path, &st, 0);

    if (fd < 0)
        return;
    hc_answer_from_stat(src, reply, &st);
    close(fd);
}

static void answer_packages(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *rest)
{
    bool folder;
    const char *path = hc_package_database(rest, &folder);
    off_t size;
    int fd = !path ? -1 : folder ? open_folder(tree, path) : open_file(tree, reply, path, &size);

    if (fd >= 0)
        hc_answer_from_packages(src, reply, fd, rest);
    else if (path && folder)
        answer_missing(tree, reply, path, errno);
}

static void answer_note(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    off_t size;
    int fd = open_file(tree, reply, path, &size);

    if (fd >= 0)
        hc_answer_from_note(src, reply, fd);
}

/* What belongs to a running system is not in its files: CPUID, registers, ioctls, the caller's own rights. */
static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    const char *rest;

    if ((rest = hc_key_rest(reply->key, "file:")))
        answer_file(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "dir:")))
        answer_dir(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "link:")))
        answer_link(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "stat:")))
        answer_stat(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "pciconf:")))
        answer_config(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "packages:")))
        answer_packages(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "note:")))
        answer_note(src, self, reply, rest);
}

static void close_sysroot(void *self)
{
    struct sysroot *tree = self;

    leave_folder(&tree->last);
    for (size_t i = 0; i < NEAR_FOLDERS; i++)
        leave_folder(&tree->near[i]);
    close(tree->fd);
    free(tree);
}

static const struct hc_backend backend = { .answer = answer, .close = close_sysroot };

struct hc_source *hc_source_sysroot(const char *folder, const char **error)
{
    struct sysroot *tree = malloc(sizeof *tree);
    struct hc_source *src;

    *error = NULL;
    if (!tree)
        return NULL;
    tree->last.fd = -1;
    for (size_t i = 0; i < NEAR_FOLDERS; i++)
        tree->near[i].fd = -1;
    tree->sysfs = HC_UNKNOWN;
    tree->fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (tree->fd < 0) {
        *error = hc_errno_name(errno);
        free(tree);
        return NULL;
    }
    src = hc_source_new(&backend, tree);
    if (src) {
        src->platform = "linux";
        src->origin = "sysroot";
    }
    return src;
}
