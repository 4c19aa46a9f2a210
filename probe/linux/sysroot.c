/* A folder that holds a host's files: an unpacked report, or the host's root mounted in a container. Nothing in it
   leads out of it: the kernel resolves names with RESOLVE_IN_ROOT (openat2, Linux 5.6), or we do it the same way,
   a component at a time. */
#include "sysroot.h"

#include "config_space.h"
#include "errno_name.h"
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

/* Most questions are for files side by side: the folder of the last one stays open, and is looked at once. */
struct sysroot {
    int fd;
    int folder; /* -1: none */
    char folder_path[HC_KEY_MAX];
    enum { UNSEEN, EMPTY, HOLDS_SOMETHING } folder_holds;
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

static void leave_folder(struct sysroot *tree)
{
    if (tree->folder >= 0)
        close(tree->folder);
    tree->folder = -1;
}

/* Opens the folder that is the first size bytes of a path; returns the rest of the path, or NULL with errno set. */
static const char *enter_folder(struct sysroot *tree, const char *path, size_t size)
{
    if (size >= sizeof tree->folder_path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    if (tree->folder < 0 || strncmp(tree->folder_path, path, size) || tree->folder_path[size]) {
        leave_folder(tree);
        memcpy(tree->folder_path, path, size);
        tree->folder_path[size] = '\0';
        tree->folder_holds = UNSEEN;
        tree->folder =
            hc_open_in_root(tree->fd, size ? tree->folder_path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC, true);
    }
    return tree->folder < 0 ? NULL : path + size + (path[size] == '/');
}

/* Bytes of a path before the name of the file. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) : 0;
}

/* Of the many folders of CPUs the one above them all stays open. */
static size_t near_folder_size(const char *path)
{
    static const char cpus[] = "/sys/devices/system/cpu/";

    return strncmp(path, cpus, sizeof cpus - 1) || strstr(path, "/..") ? folder_size(path) : sizeof cpus - 2;
}

/* Whether the folder of a path is there and holds something: only then is what it does not hold absent, and not just
   not saved. */
static bool holds_something(struct sysroot *tree, const char *path)
{
    struct hc_reply names = { .bytes = "" };
    struct hc_source *scratch;
    int fd;

    if (!enter_folder(tree, path, folder_size(path)))
        return false;
    if (tree->folder_holds != UNSEEN)
        return tree->folder_holds == HOLDS_SOMETHING;
    scratch = hc_source_new(NULL, NULL);
    fd = openat(tree->folder, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    tree->folder_holds = EMPTY;
    if (fd >= 0 && scratch) {
        hc_answer_from_dir(scratch, &names, fd);
        tree->folder_holds = names.size ? HOLDS_SOMETHING : EMPTY;
    } else if (fd >= 0) {
        close(fd);
    }
    hc_source_free(scratch);
    return tree->folder_holds == HOLDS_SOMETHING;
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

/* Below a folder that stays open; fails where a link is on the way, which only the root's own walk may follow. */
static int open_below(int folder, const char *name)
{
    struct open_how how = { .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC,
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

    return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

/* A device node or a pipe in the tree is never opened for reading. Whatever is not plainly a file on a way without
   links is left to the walk from the root. *size: what stat says, where it was asked; otherwise -1. */
static int open_file(struct sysroot *tree, struct hc_reply *reply, const char *path, off_t *size)
{
    const char *name = enter_folder(tree, path, near_folder_size(path));
    struct stat st;
    int fd = -1;

    if (name && *name && strcmp(name, "..") != 0 && !fstatat(tree->folder, name, &st, AT_SYMLINK_NOFOLLOW) &&
        S_ISREG(st.st_mode))
        fd = open_below(tree->folder, name);
    *size = fd < 0 ? -1 : st.st_size;
    return fd < 0 ? open_far_file(tree, reply, path) : fd;
}

static void answer_file(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    off_t size;
    int fd = open_file(tree, reply, path, &size);

    if (fd >= 0 && size >= 0)
        hc_answer_from_regular(src, reply, fd, size);
    else if (fd >= 0)
        hc_answer_from_file(src, reply, fd);
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
        hc_answer_from_config(src, reply, fd, address);
}

/* What is no folder cannot be opened as one, so it need not be looked at first. */
static void answer_dir(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    int fd = hc_open_in_root(tree->fd, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC, true), look, err = errno;
    struct stat st;

    if (fd >= 0) {
        hc_answer_from_dir(src, reply, fd);
        if (reply->answer == HC_OK && !reply->size)
            hc_answer_error(reply, HC_NOT_RECORDED, NULL);
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

static void answer_link(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path)
{
    struct stat st;
    int fd = open_path(tree, reply, path, &st, O_NOFOLLOW);

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
}

static void close_sysroot(void *self)
{
    struct sysroot *tree = self;

    leave_folder(tree);
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
    tree->folder = -1;
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
