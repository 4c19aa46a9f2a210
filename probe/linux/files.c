#include "files.h"

#include "errno_name.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
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

/* What is read of a file: small ones into the room at hand, without asking for memory. */
struct content {
    char at_hand[4096];
    char *bytes;
    size_t size, room;
};

static bool enlarge(struct content *content, size_t room)
{
    bool small = content->bytes == content->at_hand;
    char *larger = realloc(small ? NULL : content->bytes, room);

    if (!larger)
        return false;
    if (small)
        memcpy(larger, content->at_hand, content->size);
    content->bytes = larger;
    content->room = room;
    return true;
}

/* False with errno set. Where as many bytes came as the file system said, that was all: another read would say so.
   /proc and /sys say 0 or a page, so there the end is read. */
static bool read_all(struct hc_source *src, int fd, size_t announced, struct content *content)
{
    if (announced > content->room && announced <= HC_REPLY_MAX && !enlarge(content, announced))
        return false;
    for (;;) {
        ssize_t n = read(fd, content->bytes + content->size, content->room - content->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        content->size += (size_t)n;
        if (content->size > HC_REPLY_MAX || (src->deadline_ns && hc_clock_ns() > src->deadline_ns)) {
            errno = content->size > HC_REPLY_MAX ? EFBIG : ETIMEDOUT;
            return false;
        }
        if (content->size == announced)
            return true;
        if (content->size == content->room && !enlarge(content, 4 * content->room))
            return false;
    }
}

void hc_answer_from_regular(struct hc_source *src, struct hc_reply *reply, int fd, off_t announced)
{
    struct content content;

    content.bytes = content.at_hand;
    content.room = sizeof content.at_hand;
    content.size = 0;
    if (read_all(src, fd, announced > 0 ? (size_t)announced : 0, &content))
        hc_answer_bytes(src, reply, content.bytes, content.size);
    else if (errno == EFBIG)
        hc_answer_error(reply, HC_FAILED, "more than 8 MiB");
    else
        hc_answer_errno(reply, errno);
    if (content.bytes != content.at_hand)
        free(content.bytes);
    close(fd);
}

void hc_answer_from_file(struct hc_source *src, struct hc_reply *reply, int fd)
{
    struct stat st;

    if (fstat(fd, &st)) {
        hc_answer_errno(reply, errno);
    } else if (S_ISCHR(st.st_mode)) { /* how container runtimes mask a file: /dev/null over it */
        hc_answer_error(reply, HC_DENIED, "masked by a device node");
    } else if (!S_ISREG(st.st_mode)) {
        hc_answer_error(reply, HC_FAILED, "not a regular file");
    } else {
        hc_answer_from_regular(src, reply, fd, st.st_size);
        return;
    }
    close(fd);
}

/* Runs of digits compare as numbers. */
static int natural(const char *a, const char *b)
{
    while (*a && *b) {
        size_t da, db;
        if (!isdigit((unsigned char)*a) || !isdigit((unsigned char)*b)) {
            if (*a != *b)
                return (unsigned char)*a - (unsigned char)*b;
            a++;
            b++;
            continue;
        }
        da = strspn(a, "0123456789");
        db = strspn(b, "0123456789");
        if (da != db)
            return da < db ? -1 : 1;
        if (memcmp(a, b, da))
            return memcmp(a, b, da);
        a += da;
        b += da;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int by_name(const void *a, const void *b)
{
    return natural(*(const char *const *)a, *(const char *const *)b);
}

struct names {
    char **list;
    size_t count, bytes;
    bool exhausted;
};

static bool keep_name(struct names *names, const char *name)
{
    if (!(names->count & (names->count - 1))) { /* doubles at 0, 1, 2, 4, ... */
        char **list = realloc(names->list, (names->count ? 2 * names->count : 1) * sizeof *list);
        if (!list) {
            names->exhausted = true;
            return false;
        }
        names->list = list;
    }
    names->list[names->count] = strdup(name);
    if (!names->list[names->count]) {
        names->exhausted = true;
        return false;
    }
    names->count++;
    names->bytes += strlen(name) + 1;
    return names->bytes <= HC_REPLY_MAX;
}

static void answer_names(struct hc_source *src, struct hc_reply *reply, struct names *names)
{
    char *text = malloc(names->bytes + 1);
    size_t at = 0;

    if (!text) {
        hc_answer_errno(reply, ENOMEM);
        return;
    }
    if (names->count)
        qsort(names->list, names->count, sizeof *names->list, by_name);
    for (size_t i = 0; i < names->count; i++) {
        size_t size = strlen(names->list[i]);
        memcpy(text + at, names->list[i], size);
        text[at + size] = '\n';
        at += size + 1;
    }
    hc_answer_bytes(src, reply, text, at);
    free(text);
}

void hc_answer_from_dir(struct hc_source *src, struct hc_reply *reply, int fd)
{
    DIR *dir = fdopendir(fd);
    struct names names = { .list = NULL };
    struct dirent *entry;
    bool whole = true;

    if (!dir) {
        hc_answer_errno(reply, errno);
        close(fd);
        return;
    }
    while (whole && (errno = 0, entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            whole = keep_name(&names, entry->d_name);
    if (names.exhausted)
        hc_answer_errno(reply, ENOMEM);
    else if (!whole)
        hc_answer_error(reply, HC_FAILED, "too many names");
    else if (errno)
        hc_answer_errno(reply, errno);
    else
        answer_names(src, reply, &names);
    for (size_t i = 0; i < names.count; i++)
        free(names.list[i]);
    free(names.list);
    closedir(dir);
}

void hc_answer_from_link(struct hc_source *src, struct hc_reply *reply, int dir, const char *name)
{
    char target[PATH_MAX];
    ssize_t size = readlinkat(dir, name, target, sizeof target);

    if (size < 0)
        hc_answer_errno(reply, errno);
    else if (size == sizeof target)
        hc_answer_errno(reply, ENAMETOOLONG);
    else
        hc_answer_bytes(src, reply, target, (size_t)size);
}

void hc_answer_from_stat(struct hc_source *src, struct hc_reply *reply, const struct stat *st)
{
    static const struct {
        mode_t type;
        const char *name;
    } types[] = { { S_IFCHR, "char" }, { S_IFBLK, "block" }, { S_IFREG, "file" },
                  { S_IFDIR, "dir" },  { S_IFIFO, "pipe" },  { S_IFSOCK, "socket" } };
    const char *type = "other";

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((st->st_mode & S_IFMT) == types[i].type)
            type = types[i].name;
    hc_answer_text(src, reply, "%s %u:%u %04o %u %u", type, major(st->st_rdev), minor(st->st_rdev),
                   (unsigned)(st->st_mode & 07777), st->st_uid, st->st_gid);
}
