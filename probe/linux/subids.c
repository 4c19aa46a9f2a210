#include "subids.h"

#include "files.h"
#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

/* The whole of a file that is not larger; NULL with errno set. For free(). */
static char *read_whole(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), err;
    struct stat st;
    char *text = NULL;
    ssize_t got = -1;

    if (fd < 0)
        return NULL;
    errno = EFBIG;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX && (text = malloc((size_t)st.st_size + 1)))
        got = read(fd, text, (size_t)st.st_size);
    err = errno;
    close(fd);
    if (got < 0) {
        free(text);
        errno = err;
        return NULL;
    }
    *size = (size_t)got;
    return text;
}

/* The name of a user in /etc/passwd: "name:x:1000:...". Others come from directory services, which are not asked.
   Empty: it is not there. False with errno set. */
static bool user_name(uid_t uid, char *name, size_t room)
{
    size_t size = 0;
    char *text = read_whole("/etc/passwd", &size);
    struct hc_text rest = { text, size }, line, found, password, number, more;
    uint64_t value;

    *name = '\0';
    if (!text)
        return errno == ENOENT;
    while (!*name && hc_next_line(&rest, &line))
        if (hc_split(line, ':', &found, &more) && hc_split(more, ':', &password, &more) &&
            hc_split(more, ':', &number, &more) && hc_number(number, 10, &value) && value == uid && found.size < room) {
            memcpy(name, found.at, found.size);
            name[found.size] = '\0';
        }
    free(text);
    return true;
}

/* Lines "user:first:count", where the user may be a number (subuid(5)). False with errno set: it could not be read. */
static bool count_ids(const char *path, const char *name, uid_t uid, uint64_t *count)
{
    size_t size = 0;
    char *text = read_whole(path, &size), number[16];
    struct hc_text rest = { text, size }, line, user, first, more;
    uint64_t value;

    *count = 0;
    if (!text)
        return errno == ENOENT; /* nobody has any */
    snprintf(number, sizeof number, "%u", uid);
    while (hc_next_line(&rest, &line))
        if (hc_split(line, ':', &user, &more) && (hc_text_is(user, name) || hc_text_is(user, number)) &&
            hc_split(more, ':', &first, &more) && hc_number(more, 10, &value) && value <= UINT32_MAX &&
            *count <= UINT32_MAX)
            *count += value;
    free(text);
    return true;
}

void hc_answer_subids(struct hc_source *src, struct hc_reply *reply)
{
    const uid_t uid = geteuid();
    uint64_t users, groups;
    char name[256];

    if (!user_name(uid, name, sizeof name))
        hc_answer_errno(reply, errno);
    else if (!*name)
        hc_answer_error(reply, HC_UNSUPPORTED, "the caller is not in /etc/passwd");
    else if (count_ids("/etc/subuid", name, uid, &users) && count_ids("/etc/subgid", name, uid, &groups))
        hc_answer_text(src, reply, "subuid %llu\nsubgid %llu\n", (unsigned long long)users, (unsigned long long)groups);
    else
        hc_answer_errno(reply, errno);
}
