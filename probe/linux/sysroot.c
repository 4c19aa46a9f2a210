/* A folder that holds a host's files: an unpacked report, or the host's root mounted in a container. Nothing in it
   leads out of it: the kernel resolves names with RESOLVE_IN_ROOT (openat2, Linux 5.6), or we do it the same way,
   a component at a time. */
#include "sysroot.h"

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

struct sysroot {
    int fd;
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

/* Whether a folder is there and holds something: only then is what it does not hold absent, and not just not saved. */
static bool holds_something(struct sysroot *tree, const char *path)
{
    char folder[HC_KEY_MAX];
    char *slash;
    struct hc_reply names = { .bytes = "" };
    struct hc_source *scratch = hc_source_new(NULL, NULL);
    int fd;
    bool some = false;

    snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash && slash != folder)
        *slash = '\0';
    fd = hc_open_in_root(tree->fd, folder, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC, true);
    if (fd >= 0 && scratch) {
        hc_answer_from_dir(scratch, &names, fd);
        some = names.size != 0;
    } else if (fd >= 0) {
        close(fd);
    }
    hc_source_free(scratch);
    return some;
}

static void answer_missing(struct sysroot *tree, struct hc_reply *reply, const char *path, int err)
{
    hc_answer_errno(reply, err);
    if (reply->answer == HC_ABSENT && !holds_something(tree, path))
        hc_answer_error(reply, HC_NOT_RECORDED, NULL);
}

/* Looks before it opens: a device node or a pipe in the tree is never opened for reading. */
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

static void answer_open(struct hc_source *src, struct sysroot *tree, struct hc_reply *reply, const char *path, bool dir)
{
    struct stat st;
    int look = open_path(tree, reply, path, &st, 0), fd;

    if (look < 0)
        return;
    close(look);
    if (dir ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)) {
        hc_answer_error(reply, HC_FAILED, dir ? "not a folder" : "not a regular file");
        return;
    }
    fd = hc_open_in_root(tree->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, true);
    if (fd < 0)
        hc_answer_errno(reply, errno);
    else if (dir)
        hc_answer_from_dir(src, reply, fd);
    else
        hc_answer_from_file(src, reply, fd);
    if (dir && reply->answer == HC_OK && !reply->size)
        hc_answer_error(reply, HC_NOT_RECORDED, NULL);
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
        answer_open(src, self, reply, rest, false);
    else if ((rest = hc_key_rest(reply->key, "dir:")))
        answer_open(src, self, reply, rest, true);
    else if ((rest = hc_key_rest(reply->key, "link:")))
        answer_link(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "stat:")))
        answer_stat(src, self, reply, rest);
}

static void close_sysroot(void *self)
{
    struct sysroot *tree = self;

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
