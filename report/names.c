#include "names.h"

#include "input.h"
#include "names_hwdb.h"
#include "parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* pci.ids is sorted (its own head asks for that), so that a name is found by bisection: only the pieces that it looks at
   are read. A copy of the file that is not sorted lacks names, nothing worse. */
enum { PIECE = 16384, SIZE_MOST = 16 << 20, VENDORS_KEPT = 8 };

struct vendor {
    uint16_t id;
    size_t start, end; /* its line, and behind the last of its devices; start == end: unknown to the file */
};

struct hc_names {
    FILE *file;  /* NULL: no pci.ids */
    char *text;  /* as large as the file; what is not read yet is zero */
    bool *there; /* the pieces that are read */
    size_t size;
    struct vendor kept[VENDORS_KEPT]; /* those of a host are few */
    size_t vendors;
    struct hc_hwdb *hwdb; /* where there is no pci.ids */
};

/* ---- the file, read in pieces ---- */

static bool read_piece(struct hc_names *n, size_t piece)
{
    size_t at = piece * PIECE, size = n->size - at < PIECE ? n->size - at : PIECE;

    if (!n->there[piece])
        n->there[piece] = !fseek(n->file, (long)at, SEEK_SET) && fread(n->text + at, 1, size, n->file) == size;
    return n->there[piece];
}

/* Where the line behind that of an offset starts; the size of the file where there is none, or none can be read. */
static size_t next_line(struct hc_names *n, size_t at)
{
    while (at < n->size && read_piece(n, at / PIECE)) {
        size_t end = (at / PIECE + 1) * PIECE;
        const char *newline = memchr(n->text + at, '\n', (end < n->size ? end : n->size) - at);
        if (newline)
            return (size_t)(newline - n->text) + 1;
        at = end;
    }
    return n->size;
}

/* The line at an offset, of which all is then read. */
static struct hc_text line_at(struct hc_names *n, size_t at)
{
    size_t end = next_line(n, at);

    if (at >= end || !read_piece(n, at / PIECE))
        return (struct hc_text){ "", 0 };
    return (struct hc_text){ n->text + at, end - at };
}

/* ---- lines ---- */

/* "8086  Intel Corporation" behind depth tabs. */
static bool entry(struct hc_text line, size_t depth, uint16_t *id, struct hc_text *name)
{
    uint64_t value;

    for (size_t i = 0; i < depth; i++)
        if (i >= line.size || line.at[i] != '\t')
            return false;
    line = (struct hc_text){ line.at + depth, line.size - depth };
    if (line.size < 6 || line.at[4] != ' ' || !hc_number((struct hc_text){ line.at, 4 }, 16, &value))
        return false;
    *id = (uint16_t)value;
    *name = hc_trim((struct hc_text){ line.at + 4, line.size - 4 });
    return true;
}

/* The first line of that depth that starts at or behind an offset (0, or within the line before); end: there is none. */
static size_t next_entry(struct hc_names *n, size_t at, size_t end, size_t depth, uint16_t *id, struct hc_text *name)
{
    for (at = at ? next_line(n, at - 1) : 0; at < end; at = next_line(n, at))
        if (entry(line_at(n, at), depth, id, name))
            return at;
    return end;
}

/* The line of an id among those of a depth between two offsets; end: it is not there. */
static size_t find(struct hc_names *n, size_t start, size_t end, size_t depth, uint16_t wanted, struct hc_text *name)
{
    size_t low = start, high = end;
    uint16_t id;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t at = next_entry(n, middle, high, depth, &id, name);
        if (at < high && id == wanted)
            return at;
        if (at < high && id < wanted)
            low = next_line(n, at);
        else
            high = middle;
    }
    return end;
}

/* Classes stand behind the vendors, as "C 00  Unclassified device": no vendor's line, and no end that matters. */
static const struct vendor *vendor_of(struct hc_names *n, uint16_t id)
{
    struct vendor *v = &n->kept[n->vendors % VENDORS_KEPT];
    struct hc_text name;
    uint16_t next;

    for (size_t i = 0; i < VENDORS_KEPT && i < n->vendors; i++)
        if (n->kept[i].id == id)
            return &n->kept[i];
    *v = (struct vendor){ .id = id, .start = find(n, 0, n->size, 0, id, &name), .end = n->size };
    if (v->start < n->size)
        v->end = next_entry(n, next_line(n, v->start), n->size, 0, &next, &name);
    n->vendors++;
    return v;
}

static bool ids_name(struct hc_names *n, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    const struct vendor *v = vendor_of(n, vendor);
    struct hc_text maker, name = { "", 0 };
    uint16_t id;
    size_t start;

    if (v->start == v->end || !entry(line_at(n, v->start), 0, &id, &maker))
        return false;
    start = next_line(n, v->start);
    if (find(n, start, v->end, 1, device, &name) == v->end)
        name = (struct hc_text){ "", 0 };
    snprintf(text, room, "%.*s%s%.*s", (int)maker.size, maker.at, name.size ? " " : "", (int)name.size, name.at);
    return true;
}

/* ---- opening ---- */

/* Debian and Fedora, in this order; then what pciutils installs by itself. */
static const char *const places[] = { "/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids", "/usr/share/pci.ids",
                                      "/usr/local/share/pci.ids" };

static bool use_file(struct hc_names *n, FILE *file)
{
    long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);

    if (size <= 0 || size > SIZE_MOST)
        return false;
    setvbuf(file, NULL, _IONBF, 0); /* pieces are its buffer */
    n->size = (size_t)size;
    n->text = calloc(n->size, 1);
    n->there = calloc(n->size / PIECE + 1, sizeof *n->there);
    if (n->text && n->there)
        n->file = file;
    return n->file != NULL;
}

static void open_file(struct hc_names *n)
{
    for (size_t i = 0; i < sizeof places / sizeof *places && !n->text; i++) {
        FILE *file = hc_open_input(places[i]);
        if (file && !use_file(n, file))
            fclose(file);
    }
}

struct hc_names *hc_names_open(void)
{
    struct hc_names *n = calloc(1, sizeof *n);

    if (!n)
        return NULL;
    open_file(n);
    if (!n->file)
        n->hwdb = hc_hwdb_open();
    return n;
}

void hc_names_close(struct hc_names *n)
{
    if (!n)
        return;
    hc_hwdb_close(n->hwdb);
    if (n->file)
        fclose(n->file);
    free(n->text);
    free(n->there);
    free(n);
}

const char *hc_device_name(struct hc_names *n, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    bool found = n->file   ? ids_name(n, vendor, device, text, room)
                 : n->hwdb ? hc_hwdb_name(n->hwdb, vendor, device, text, room)
                           : false;

    return found ? text : NULL;
}
