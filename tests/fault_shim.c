/* For LD_PRELOAD (tests/faults.py): lets one file of a running program fail.

   FAULT_PATH     the file; with a * at its end every path that begins like this
   FAULT_OPEN     number of the error with which everything that names it fails
   FAULT_READ     number of the error with which reading it fails after it was opened
   FAULT_INSTEAD  path that is used in its place
   FAULT_TELL     number of a descriptor to which a byte goes for every time that the fault was met  */
#undef _FILE_OFFSET_BITS /* both names of a call are here, as they are in the library */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#pragma GCC visibility push(default) /* the project hides symbols; these are here to be found */

enum { DESCRIPTORS = 1024 };

static bool faulty[DESCRIPTORS];     /* open, and of the file that cannot be read */
static char names[DESCRIPTORS][256]; /* what they were opened by */
static DIR *faulty_folder;

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);
ssize_t __readlinkat_chk(int fd, const char *path, char *target, size_t size, size_t room);

/* The call behind this one. A void * to a function only through bytes, for ISO C. */
#define NEXT(function)                                                                                                 \
    __typeof__(&function) next = NULL;                                                                                 \
    void *symbol = dlsym(RTLD_NEXT, #function);                                                                        \
    memcpy(&next, &symbol, sizeof next)

static int setting(const char *name)
{
    const char *value = getenv(name);

    return value ? atoi(value) : 0;
}

static void tell(void)
{
    int fd = setting("FAULT_TELL");

    if (fd)
        (void)!write(fd, "!", 1);
}

static bool is_faulty(const char *path)
{
    const char *fault = getenv("FAULT_PATH");
    size_t size = fault ? strlen(fault) : 0;

    if (!size || !path)
        return false;
    return fault[size - 1] == '*' ? !strncmp(path, fault, size - 1) : !strcmp(path, fault);
}

/* What to use for a path; NULL with errno set: fail. */
static const char *instead(const char *path)
{
    const char *other = getenv("FAULT_INSTEAD");

    if (!is_faulty(path))
        return path;
    if (setting("FAULT_OPEN")) {
        tell();
        errno = setting("FAULT_OPEN");
        return NULL;
    }
    if (!other)
        return path;
    tell();
    return other;
}

static int opened(int fd, const char *path)
{
    if (fd >= 0 && fd < DESCRIPTORS) {
        faulty[fd] = setting("FAULT_READ") && is_faulty(path);
        snprintf(names[fd], sizeof names[fd], "%s", path && strlen(path) < sizeof names[fd] ? path : "");
    }
    return fd;
}

/* True with errno set: this must not be read. */
static bool unreadable(int fd)
{
    if (fd < 0 || fd >= DESCRIPTORS || !faulty[fd])
        return false;
    tell();
    errno = setting("FAULT_READ");
    return true;
}

/* ---- opening ---- */

static mode_t mode_of(int flags, va_list rest)
{
    return flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(function)                                                                                                 \
    int function(const char *path, int flags, ...)                                                                     \
    {                                                                                                                  \
        const char *other = instead(path);                                                                             \
        va_list rest;                                                                                                  \
        mode_t mode;                                                                                                   \
        NEXT(function);                                                                                                \
        va_start(rest, flags);                                                                                         \
        mode = mode_of(flags, rest);                                                                                   \
        va_end(rest);                                                                                                  \
        return other ? opened(next(other, flags, mode), path) : -1;                                                    \
    }
OPEN(open)
OPEN(open64)

/* The whole path of a name in an open folder, as the faults name it. */
static const char *whole(int dir, const char *path, char *room, size_t size)
{
    char link[64];
    ssize_t n;

    if (!path || *path == '/' || dir < 0)
        return path;
    if (dir < DESCRIPTORS && names[dir][0] == '/') { /* as it was opened, which may have been by a link */
        n = (ssize_t)strlen(names[dir]);
        n -= names[dir][n - 1] == '/';
        return (size_t)snprintf(room, size, "%.*s/%s", (int)n, names[dir], path) < size ? room : path;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    n = readlink(link, room, size);
    if (n <= 0 || (size_t)n >= size || (size_t)snprintf(room + n, size - (size_t)n, "/%s", path) >= size - (size_t)n)
        return path;
    return room;
}

#define OPENAT(function)                                                                                               \
    int function(int dir, const char *path, int flags, ...)                                                            \
    {                                                                                                                  \
        char room[4096];                                                                                               \
        const char *other = instead(whole(dir, path, room, sizeof room));                                              \
        const bool same = other == path || other == room;                                                              \
        va_list rest;                                                                                                  \
        mode_t mode;                                                                                                   \
        NEXT(function);                                                                                                \
        va_start(rest, flags);                                                                                         \
        mode = mode_of(flags, rest);                                                                                   \
        va_end(rest);                                                                                                  \
        return other ? opened(next(dir, same ? path : other, flags, mode), whole(dir, path, room, sizeof room)) : -1;  \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(function)                                                                                                \
    FILE *function(const char *path, const char *mode)                                                                 \
    {                                                                                                                  \
        const char *other = instead(path);                                                                             \
        NEXT(function);                                                                                                \
        return other ? next(other, mode) : NULL;                                                                       \
    }
FOPEN(fopen)
FOPEN(fopen64)

DIR *opendir(const char *path)
{
    const char *other = instead(path);
    DIR *dir;
    NEXT(opendir);

    dir = other ? next(other) : NULL;
    if (dir && opened(dirfd(dir), path) >= 0 && dirfd(dir) < DESCRIPTORS && faulty[dirfd(dir)])
        faulty_folder = dir;
    return dir;
}

DIR *fdopendir(int fd)
{
    DIR *dir;
    NEXT(fdopendir);

    dir = next(fd);
    if (dir && fd < DESCRIPTORS && faulty[fd])
        faulty_folder = dir;
    return dir;
}

/* ---- looking ---- */

#define LOOK(function, type)                                                                                           \
    int function(const char *restrict path, type *restrict result)                                                     \
    {                                                                                                                  \
        const char *other = instead(path);                                                                             \
        NEXT(function);                                                                                                \
        return other ? next(other, result) : -1;                                                                       \
    }
LOOK(stat, struct stat)
LOOK(stat64, struct stat64)
LOOK(lstat, struct stat)
LOOK(lstat64, struct stat64)
LOOK(statfs, struct statfs)
LOOK(statfs64, struct statfs64)

#define LOOKAT(function, type)                                                                                         \
    int function(int dir, const char *restrict path, type *restrict result, int flags)                                 \
    {                                                                                                                  \
        const char *other = instead(path);                                                                             \
        NEXT(function);                                                                                                \
        return other ? next(dir, other, result, flags) : -1;                                                           \
    }
LOOKAT(fstatat, struct stat)
LOOKAT(fstatat64, struct stat64)

int access(const char *path, int how)
{
    const char *other = instead(path);
    NEXT(access);

    return other ? next(other, how) : -1;
}

int faccessat(int dir, const char *path, int how, int flags)
{
    const char *other = instead(path);
    NEXT(faccessat);

    return other ? next(dir, other, how, flags) : -1;
}

ssize_t readlink(const char *restrict path, char *restrict target, size_t size)
{
    const char *other = instead(path);
    NEXT(readlink);

    return other ? next(other, target, size) : -1;
}

ssize_t readlinkat(int dir, const char *restrict path, char *restrict target, size_t size)
{
    const char *other = instead(path);
    NEXT(readlinkat);

    return other ? next(dir, other, target, size) : -1;
}

/* What a fortified build calls. */
ssize_t __readlinkat_chk(int fd, const char *path, char *target, size_t size, size_t room)
{
    return size <= room ? readlinkat(fd, path, target, size) : -1;
}

/* ---- reading ---- */

ssize_t read(int fd, void *bytes, size_t size)
{
    NEXT(read);

    return unreadable(fd) ? -1 : next(fd, bytes, size);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room)
{
    return size <= room ? read(fd, bytes, size) : -1;
}

#define PREAD(function, offset_type)                                                                                   \
    ssize_t function(int fd, void *bytes, size_t size, offset_type offset)                                             \
    {                                                                                                                  \
        NEXT(function);                                                                                                \
        return unreadable(fd) ? -1 : next(fd, bytes, size, offset);                                                    \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t getdents64(int fd, void *bytes, size_t size)
{
    NEXT(getdents64);

    return unreadable(fd) ? -1 : next(fd, bytes, size);
}

static bool unreadable_folder(DIR *dir)
{
    if (!dir || dir != faulty_folder)
        return false;
    tell();
    errno = setting("FAULT_READ");
    return true;
}

struct dirent *readdir(DIR *dir)
{
    NEXT(readdir);

    return unreadable_folder(dir) ? NULL : next(dir);
}

struct dirent64 *readdir64(DIR *dir)
{
    NEXT(readdir64);

    return unreadable_folder(dir) ? NULL : next(dir);
}

int closedir(DIR *dir)
{
    NEXT(closedir);

    if (dir == faulty_folder)
        faulty_folder = NULL;
    return next(dir);
}

int close(int fd)
{
    NEXT(close);

    if (fd >= 0 && fd < DESCRIPTORS)
        faulty[fd] = false;
    return next(fd);
}
