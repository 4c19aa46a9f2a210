#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERROR = 512, ATTEMPTS = 100 };

void secure_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        struct stat st;
        if (fstat(fd, &st) && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
            abort(); /* a program without standard files cannot even complain */
    }
}

char **native_arguments(int argc, char **argv)
{
    (void)argc;
    return argv;
}

FILE *open_to_read(const char *path)
{
    return fopen(path, "rb");
}

bool use_color(const char *when, const char *output)
{
    const char *no_color = getenv("NO_COLOR");

    if (!strcmp(when, "always"))
        return true;
    return !strcmp(when, "auto") && !output && isatty(1) && !(no_color && *no_color);
}

static int fail(char *error, const char *where)
{
    snprintf(error, ERROR, "%.300s: cannot write: %s", where, strerror(errno));
    return -1;
}

static int write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text += n;
        left -= (size_t)n;
    }
    return 0;
}

/* A new file beside the one to be replaced, so that rename(2) puts it there whole. */
static int open_beside(const char *output, char *name, size_t size)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int fd;
        if (snprintf(name, size, "%s.%ld-%d.tmp", output, (long)getpid(), attempt) >= (int)size) {
            errno = ENAMETOOLONG;
            return -1;
        }
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static int close_whole(int fd)
{
    int wrong = fsync(fd);
    int reason = errno;

    if (close(fd) || wrong) {
        errno = wrong ? reason : errno;
        return -1;
    }
    return 0;
}

/* mode: the permission bits that the file has now, or 0 for those of a new one. */
static int replace_file(const char *output, mode_t mode, const char *text, char *error)
{
    char name[4096];
    int fd = open_beside(output, name, sizeof name);

    if (fd < 0)
        return fail(error, output);
    if ((mode && fchmod(fd, mode)) || write_all(fd, text)) {
        int reason = errno;
        close(fd);
        unlink(name);
        errno = reason;
        return fail(error, output);
    }
    if (close_whole(fd) || rename(name, output)) {
        int reason = errno;
        unlink(name);
        errno = reason;
        return fail(error, output);
    }
    return 0;
}

/* A pipe, terminal or device cannot be replaced: it is written to. */
static int write_through(const char *output, const char *text, char *error)
{
    int fd = open(output, O_WRONLY | O_NOCTTY);

    if (fd < 0 || write_all(fd, text)) {
        int reason = errno;
        if (fd >= 0)
            close(fd);
        errno = reason;
        return fail(error, output);
    }
    return close(fd) ? fail(error, output) : 0;
}

/* A link stays a link: what it leads to is replaced. Where that is no file of its own (/dev/stdout), it is written to.
 */
static int write_to_link(const char *output, const char *text, char *error)
{
    char *target = strncmp(output, "/dev/", 5) ? realpath(output, NULL) : NULL;
    struct stat st;
    int status;

    if (target && !stat(target, &st) && S_ISREG(st.st_mode))
        status = replace_file(target, st.st_mode & 07777, text, error);
    else
        status = write_through(output, text, error);
    free(target);
    return status;
}

int write_document(const char *output, const char *text, char *error)
{
    struct stat st;

    if (!output)
        return write_all(1, text) ? fail(error, "standard output") : 0;
    if (!*output) {
        errno = ENOENT;
        return fail(error, "the empty name");
    }
    if (lstat(output, &st))
        return replace_file(output, 0, text, error);
    if (S_ISLNK(st.st_mode))
        return write_to_link(output, text, error);
    return S_ISREG(st.st_mode) ? replace_file(output, st.st_mode & 07777, text, error)
                               : write_through(output, text, error);
}
