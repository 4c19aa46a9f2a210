#include "files.h"

#include "unix/errno_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

bool hc_answer_from_attribute(struct hc_source *src, struct hc_reply *reply, int fd)
{
    char text[4096];
    ssize_t size = read(fd, text, sizeof text);

    if (size <= 0 || size == sizeof text) {
        lseek(fd, 0, SEEK_SET);
        return false;
    }
    hc_answer_bytes(src, reply, text, (size_t)size);
    close(fd);
    return true;
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

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_of(const char *text)
{
    size_t n = 0;

    while (is_digit(text[n]))
        n++;
    return n;
}

/* Runs of digits compare as numbers: where the names first differ, the longer run there is the higher number. */
static int natural(const char *a, const char *b)
{
    size_t same = 0, run, da, db;

    while (a[same] && a[same] == b[same])
        same++;
    for (run = same; run && is_digit(a[run - 1]);)
        run--;
    da = digits_of(a + run);
    db = digits_of(b + run);
    if (da && db && da != db)
        return da < db ? -1 : 1;
    return (unsigned char)a[same] - (unsigned char)b[same];
}

/* "0000:01:00.0": told by its marks, since long listings are compared often. */
static bool is_address(const char *name, size_t size)
{
    return size >= 12 && name[size - 8] == ':' && name[size - 5] == ':' && name[size - 2] == '.';
}

/* Addresses of PCI functions are hex, and come first: of as many digits by their bytes; more digits are a higher
   domain. */
static int by_name(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    const size_t size_x = strlen(x), size_y = strlen(y);
    const bool address = is_address(x, size_x);

    if (address != is_address(y, size_y))
        return address ? -1 : 1;
    if (!address)
        return natural(x, y);
    return size_x != size_y ? (size_x < size_y ? -1 : 1) : memcmp(x, y, size_x);
}

/* Names one behind the other, and where each begins. */
struct names {
    char *text;
    size_t size, text_room;
    size_t *starts;
    size_t count, room;
    bool exhausted;
};

static bool make_room(struct names *names, size_t more)
{
    if (names->size + more > names->text_room) {
        char *text = realloc(names->text, names->text_room = 2 * names->text_room + more + 1024);
        if (!text)
            return false;
        names->text = text;
    }
    if (names->count == names->room) {
        size_t *starts = realloc(names->starts, (names->room = 2 * names->room + 64) * sizeof *starts);
        if (!starts)
            return false;
        names->starts = starts;
    }
    return true;
}

static bool keep_name(struct names *names, const char *name)
{
    size_t size = strlen(name) + 1;

    if (!strcmp(name, ".") || !strcmp(name, ".."))
        return true;
    if (!make_room(names, size)) {
        names->exhausted = true;
        return false;
    }
    names->starts[names->count++] = names->size;
    memcpy(names->text + names->size, name, size);
    names->size += size;
    return names->size <= HC_REPLY_MAX;
}

static void answer_names(struct hc_source *src, struct hc_reply *reply, const struct names *names)
{
    const char **list = malloc((names->count + 1) * sizeof *list);
    char *text = malloc(names->size + 1), *at = text;

    if (list && text) {
        for (size_t i = 0; i < names->count; i++)
            list[i] = names->text + names->starts[i];
        if (names->count)
            qsort(list, names->count, sizeof *list, by_name);
        for (size_t i = 0; i < names->count; i++) {
            size_t size = strlen(list[i]);
            memcpy(at, list[i], size);
            at[size] = '\n';
            at += size + 1;
        }
        hc_answer_bytes(src, reply, text, (size_t)(at - text));
    } else {
        hc_answer_errno(reply, ENOMEM);
    }
    free(list);
    free(text);
}

/* Entries as getdents64() packs them. */
static const struct dirent64 *next_entry(const struct hc_entries *entries, size_t end, size_t *at)
{
    const struct dirent64 *entry = (const void *)(entries->bytes + *at);

    if (*at >= end)
        return NULL;
    *at += entry->d_reclen;
    return entry;
}

bool hc_entries_have_file(const struct hc_entries *entries, const char *name)
{
    const struct dirent64 *entry;

    for (size_t at = 0; (entry = next_entry(entries, entries->size, &at));)
        if (entry->d_type == DT_REG && !strcmp(entry->d_name, name))
            return true;
    return false;
}

/* Another look is needed to see the end, as libc has it; the rest of its care of an open folder is not. False with
   errno set, or 0 where there are too many. */
static bool read_names(int fd, struct hc_entries *entries, struct names *names)
{
    const size_t least = 1024; /* of room for an entry */
    const struct dirent64 *entry;
    bool kept = true;
    size_t used = 0;
    ssize_t n;

    entries->size = 0;
    while ((n = getdents64(fd, entries->bytes + used, sizeof entries->bytes - used)) > 0) {
        for (size_t at = used; (entry = next_entry(entries, used + (size_t)n, &at));)
            if (!keep_name(names, entry->d_name)) {
                errno = names->exhausted ? ENOMEM : 0;
                return false;
            }
        used += (size_t)n;
        if (sizeof entries->bytes - used < least) {
            used = 0;
            kept = false;
        }
    }
    entries->size = kept && !n ? used : 0;
    return n == 0;
}

void hc_answer_from_entries(struct hc_source *src, struct hc_reply *reply, int fd, struct hc_entries *entries)
{
    struct names names = { .text = NULL };

    if (read_names(fd, entries, &names))
        answer_names(src, reply, &names);
    else if (errno)
        hc_answer_errno(reply, errno);
    else
        hc_answer_error(reply, HC_FAILED, "too many names");
    free(names.text);
    free(names.starts);
}

void hc_answer_from_dir(struct hc_source *src, struct hc_reply *reply, int fd)
{
    struct hc_entries entries;

    hc_answer_from_entries(src, reply, fd, &entries);
    close(fd);
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
