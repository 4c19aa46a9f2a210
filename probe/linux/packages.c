#include "packages.h"

#include "files.h"
#include "parse.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Fields of an entry; entries are parted by an empty line. */
struct form {
    const char *manager, *path;
    const char *name, *version, *status; /* each behind a newline; status NULL: whatever is listed is installed */
};

static const struct form forms[] = {
    { "dpkg", "/var/lib/dpkg/status", "\nPackage: ", "\nVersion: ", "\nStatus: " }, /* deb-control(5), dpkg(1) */
    { "apk", "/lib/apk/db/installed", "\nP:", "\nV:", NULL },                       /* apk-package(5) */
    { "pacman", "/var/lib/pacman/local", NULL, NULL, NULL },                        /* folders NAME-VERSION-RELEASE */
};

static const struct form *form_of(const char *question, struct hc_text *names)
{
    struct hc_text manager;

    if (hc_split((struct hc_text){ question, strlen(question) }, ':', &manager, names))
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
            if (hc_text_is(manager, forms[i].manager))
                return &forms[i];
    return NULL;
}

const char *hc_package_database(const char *question, bool *folder)
{
    struct hc_text names;
    const struct form *form = form_of(question, &names);

    *folder = form && !form->name;
    return form ? form->path : NULL;
}

/* What was found so far. */
struct found {
    struct hc_text names; /* asked for, parted by commas */
    bool begins[256];     /* some of them begins with that byte */
    const struct form *form;
    size_t size;
    char lines[4096];
};

static void note_beginnings(struct found *found)
{
    memset(found->begins, 0, sizeof found->begins);
    for (size_t i = 0; i < found->names.size; i++)
        if (!i || found->names.at[i - 1] == ',')
            found->begins[(unsigned char)found->names.at[i]] = true;
}

/* Of thousands of names few begin as one that is asked for. */
static bool asked_for(const struct found *found, struct hc_text name)
{
    struct hc_text one, rest = found->names;

    if (!name.size || !found->begins[(unsigned char)name.at[0]])
        return false;
    while (rest.size) {
        if (!hc_split(rest, ',', &one, &rest)) {
            one = rest;
            rest.size = 0;
        }
        if (hc_same_text(one, name))
            return true;
    }
    return false;
}

static void keep(struct found *found, struct hc_text name, struct hc_text version)
{
    size_t room = sizeof found->lines - found->size;
    int size = snprintf(found->lines + found->size, room, "%.*s %.*s\n", (int)name.size, name.at, (int)version.size,
                        version.at);

    if (size > 0 && (size_t)size < room)
        found->size += (size_t)size;
}

/* ---- a long file of entries ---- */

static struct hc_text line_at(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));

    return hc_trim((struct hc_text){ at, (size_t)((stop ? stop : end) - at) });
}

static struct hc_text value_of(struct hc_text entry, const char *field)
{
    const size_t size = strlen(field);
    const char *at = memmem(entry.at, entry.size, field, size);

    return at ? line_at(at + size, entry.at + entry.size) : HC_TEXT("");
}

/* "install ok installed"; what was removed may be listed still (dpkg-query(1)). */
static bool installed(const struct form *form, struct hc_text entry)
{
    struct hc_text words = form->status ? value_of(entry, form->status) : HC_TEXT("installed"), word, last = { "", 0 };

    while (hc_next_word(&words, &word))
        last = word;
    return hc_text_is(last, "installed");
}

/* The next name of a package. Its first letter is rare in such files: a search for it alone is the fastest. */
static const char *next_name(const char *at, const char *end, const char *field, size_t size)
{
    while ((at = memchr(at + 1, field[1], (size_t)(end - at - 1)))) {
        if (at[-1] == '\n' && (size_t)(end - at) >= size && !memcmp(at, field + 1, size - 1))
            return at - 1;
    }
    return NULL;
}

/* Whole entries, each with its newline in front. */
static void read_entries(struct found *found, struct hc_text text)
{
    const struct form *form = found->form;
    const size_t size = strlen(form->name);
    const char *at = text.at, *end = text.at + text.size;

    while (at < end && (at = next_name(at, end, form->name, size))) {
        struct hc_text name, entry, version;
        const char *stop;
        if (end - at <= (ptrdiff_t)size || !found->begins[(unsigned char)at[size]] ||
            !asked_for(found, name = line_at(at + size, end))) {
            at += size;
            continue;
        }
        stop = memmem(at, (size_t)(end - at), "\n\n", 2);
        entry = (struct hc_text){ at, (size_t)((stop ? stop : end) - at) };
        version = value_of(entry, form->version);
        if (version.size && installed(form, entry))
            keep(found, name, version);
        at = stop ? stop : end;
    }
}

/* The place behind the last whole entry; 0: there is none. */
static size_t whole_entries(const char *text, size_t size)
{
    while (size > 1 && (text[size - 1] != '\n' || text[size - 2] != '\n'))
        size--;
    return size > 1 ? size : 0;
}

/* Through a room of fixed size, so that it costs no memory. An entry that does not fit into it is left out. */
static bool read_database(struct found *found, int fd)
{
    char text[32 * 1024];
    size_t used = 1, whole, total = 0;
    ssize_t n;

    text[0] = '\n';
    while ((n = read(fd, text + used, sizeof text - used)) > 0) {
        used += (size_t)n;
        total += (size_t)n;
        if (total > HC_REPLY_MAX) {
            errno = EFBIG;
            return false;
        }
        whole = whole_entries(text, used);
        read_entries(found, (struct hc_text){ text, whole });
        if (!whole && used == sizeof text)
            whole = used;
        if (whole) { /* the last newline stands in front of the next entry */
            memmove(text, text + whole - 1, used - whole + 1);
            used -= whole - 1;
        }
    }
    read_entries(found, (struct hc_text){ text, n ? 0 : used });
    return n == 0;
}

/* ---- a folder of folders ---- */

/* "qemu-base-9.1.0-2": neither version nor release has a hyphen (PKGBUILD(5)). */
static void read_name(struct found *found, const char *folder)
{
    struct hc_text name = { folder, strlen(folder) };
    size_t hyphens = 0, at = name.size;

    while (at && hyphens < 2)
        hyphens += name.at[--at] == '-';
    name.size = at;
    if (hyphens == 2 && asked_for(found, name))
        keep(found, name, (struct hc_text){ folder + at + 1, strlen(folder) - at - 1 });
}

static bool read_folder(struct found *found, int fd)
{
    _Alignas(struct dirent64) char entries[32 * 1024];
    ssize_t n;

    while ((n = getdents64(fd, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            read_name(found, entry->d_name);
            at += entry->d_reclen;
        }
    return n == 0;
}

void hc_answer_from_packages(struct hc_source *src, struct hc_reply *reply, int fd, const char *question)
{
    struct found found;
    struct stat st;
    bool ok;

    found.form = form_of(question, &found.names);
    found.size = 0;
    note_beginnings(&found);
    errno = EINVAL;
    ok = found.form && !fstat(fd, &st) && S_ISDIR(st.st_mode) == !found.form->name &&
         (found.form->name ? S_ISREG(st.st_mode) && read_database(&found, fd) : read_folder(&found, fd));
    if (ok)
        hc_answer_bytes(src, reply, found.lines, found.size);
    else
        hc_answer_errno(reply, errno);
    close(fd);
}

/* ---- notes in programs ---- */

#define NT_FDO_PACKAGING 0xcafe1a7eu

enum { SEGMENTS_MAX = 32, NOTES_MAX = 4096 };

/* Notes as gABI has them: sizes of name and content, type, then both, each filled up to 4 bytes. */
static bool find_note(struct hc_text notes, struct hc_text *json)
{
    uint32_t name_size, size, type;
    size_t at = 0;

    while (hc_le32(notes, at, &name_size) && hc_le32(notes, at + 4, &size) && hc_le32(notes, at + 8, &type)) {
        size_t name = at + 12, content = name + ((name_size + (size_t)3) & ~(size_t)3);
        if (content > notes.size || size > notes.size - content)
            return false;
        if (type == NT_FDO_PACKAGING && name_size == 4 && !memcmp(notes.at + name, "FDO", 4)) {
            *json = hc_trim((struct hc_text){ notes.at + content, size });
            return true;
        }
        at = content + ((size + (size_t)3) & ~(size_t)3);
    }
    return false;
}

/* Little-endian programs of 64 bits, which all machines of today's hypervisors but s390x have. */
static bool read_note(int fd, char *notes, struct hc_text *json)
{
    Elf64_Ehdr head;
    Elf64_Phdr segments[SEGMENTS_MAX];
    size_t size;

    if (pread(fd, &head, sizeof head, 0) != sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
        head.e_phentsize != sizeof *segments || head.e_phnum > SEGMENTS_MAX)
        return false;
    size = head.e_phnum * sizeof *segments;
    if (pread(fd, segments, size, (off_t)head.e_phoff) != (ssize_t)size)
        return false;
    for (size_t i = 0; i < head.e_phnum; i++) {
        ssize_t got;
        if (segments[i].p_type != PT_NOTE || segments[i].p_filesz > NOTES_MAX)
            continue;
        got = pread(fd, notes, segments[i].p_filesz, (off_t)segments[i].p_offset);
        if (got > 0 && find_note((struct hc_text){ notes, (size_t)got }, json))
            return true;
    }
    return false;
}

void hc_answer_from_note(struct hc_source *src, struct hc_reply *reply, int fd)
{
    char notes[NOTES_MAX];
    struct hc_text json;

    if (read_note(fd, notes, &json))
        hc_answer_bytes(src, reply, json.at, json.size);
    else
        hc_answer_error(reply, HC_ABSENT, "no package note in this program");
    close(fd);
}
