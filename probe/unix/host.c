/* Answers that every system of the Unix family gives alike. */
#include "unix/host.h"

#include "input.h"
#include "unix/errno_name.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

const char *hc_key_rest(const char *key, const char *scheme)
{
    size_t size = strlen(scheme);

    return strncmp(key, scheme, size) ? NULL : key + size;
}

void hc_answer_errno(struct hc_reply *reply, int err)
{
    hc_answer_error(reply, hc_errno_answer(err), hc_errno_name(err));
}

uint64_t hc_clock_ns(void)
{
    struct timespec now = { 0, 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- the caller's files ---- */

enum { PIPE_WAIT_MS = 2000 };

/* Blocks again, once a pipe has something to read or its writer is gone. */
static bool ready_to_read(int fd)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    struct stat st;

    if (fstat(fd, &st))
        return false;
    if (S_ISDIR(st.st_mode))
        errno = EISDIR;
    else if (S_ISFIFO(st.st_mode) && poll(&wait, 1, PIPE_WAIT_MS) <= 0)
        errno = ETIMEDOUT;
    else
        return fcntl(fd, F_SETFL, 0) == 0;
    return false;
}

FILE *hc_open_input(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), reason;
    FILE *file = fd >= 0 && ready_to_read(fd) ? fdopen(fd, "rb") : NULL;

    if (!file && fd >= 0) {
        reason = errno;
        close(fd);
        errno = reason;
    }
    return file;
}

/* ---- answers ---- */

void hc_answer_uname(struct hc_source *src, struct hc_reply *reply)
{
    struct utsname u;

    if (uname(&u))
        hc_answer_errno(reply, errno);
    else
        hc_answer_text(src, reply, "sysname %s\nrelease %s\nversion %s\nmachine %s\nnodename %s\n", u.sysname,
                       u.release, u.version, u.machine, u.nodename);
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* Counted here, since gmtime_r() reads the file of the caller's time zone. */
void hc_answer_time(struct hc_source *src, struct hc_reply *reply)
{
    const time_t now = time(NULL);
    const unsigned second = (unsigned)(now % 86400);
    unsigned year = 1970, month = 1, days;
    int64_t day = now / 86400;

    if (now < 0 || day > 365 * 8000) {
        hc_answer_errno(reply, ERANGE);
        return;
    }
    while (day >= (days = days_of_month(year, month))) {
        day -= days;
        year += month == 12;
        month = month % 12 + 1;
    }
    hc_answer_text(src, reply, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, (unsigned)day + 1, second / 3600,
                   second / 60 % 60, second % 60);
}
