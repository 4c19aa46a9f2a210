#include "names.h"

#include "input.h"
#include "names_hwdb.h"
#include "parse.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* pci.ids is sorted (its own head asks for that), so that a name is found by bisection: only the pieces that it looks
   at are read, into a few buffers, for touching fresh memory costs more than reading. A file that is not sorted lacks
   names, nothing worse. */
enum {
    PIECE = 8192,
    LINE = 256,
    PIECES_KEPT = 8,
    VENDORS_KEPT = 8,
    GAPS_KEPT = 16,
    DEVICES_KEPT = 64,
    NAME_KEPT = 120,
    SHORT_NAME = 10,
    SIZE_MOST = 16 << 20
};

struct vendor {
    uint16_t id;
    size_t start, end; /* its line, and behind the last of its devices; start == end: unknown to the file */
};

/* Hosts have many functions of one kind, as virtual ones: their whole name is kept, so that not even the pieces with
   their lines are read again. */
struct device {
    uint16_t vendor, device;
    bool kept;            /* or there is nothing here */
    char text[NAME_KEPT]; /* empty: the file has no name */
};

/* A piece and the beginning of the next, so that a line that starts in it is in it. */
struct piece {
    size_t start, size; /* size 0: nothing read */
    char text[PIECE + LINE];
};

/* Offsets between which no vendor's line starts: some have thousands of devices. */
struct gap {
    size_t start, end;
};

struct hc_names {
    FILE *file; /* NULL: no pci.ids or usb.ids */
    bool usb;
    size_t size;
    struct piece pieces[PIECES_KEPT];
    struct vendor kept[VENDORS_KEPT]; /* those of a host are few */
    size_t vendors;
    struct gap gaps[GAPS_KEPT];
    size_t gap_count;
    struct device devices[DEVICES_KEPT];
    struct hc_hwdb *hwdb; /* where there is no such file */
};

/* ---- the file, read in pieces ---- */

/* What is there from an offset to the end of its piece or, as far as a line goes, behind it; empty: it cannot be read.
   Good until the next call. */
static struct hc_text text_at(struct hc_names *n, size_t at)
{
    size_t start = at - at % PIECE;
    struct piece *p = &n->pieces[start / PIECE % PIECES_KEPT];

    if (!p->size || p->start != start) {
        p->start = start;
        p->size = fseek(n->file, (long)start, SEEK_SET) ? 0 : fread(p->text, 1, sizeof p->text, n->file);
    }
    if (at - start >= p->size)
        return (struct hc_text){ "", 0 };
    return (struct hc_text){ p->text + (at - start), p->size - (at - start) };
}

/* Where the line behind that of an offset starts; the size of the file where there is none, or none can be read. */
static size_t next_line(struct hc_names *n, size_t at)
{
    while (at < n->size) {
        struct hc_text text = text_at(n, at);
        const char *newline = memchr(text.at, '\n', text.size);
        if (newline)
            return at + (size_t)(newline - text.at) + 1;
        if (!text.size)
            break;
        at += PIECE - at % PIECE;
    }
    return n->size;
}

static struct hc_text line_at(struct hc_names *n, size_t at)
{
    struct hc_text text = text_at(n, at), line;

    return hc_next_line(&text, &line) ? line : text;
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

/* Over the pieces that are known to have no vendor. */
static size_t over_gaps(const struct hc_names *n, size_t at)
{
    for (size_t i = 0; i < GAPS_KEPT && i < n->gap_count; i++)
        if (n->gaps[i].start <= at && at < n->gaps[i].end)
            at = n->gaps[i].end;
    return at;
}

static void note_gap(struct hc_names *n, size_t start, size_t end)
{
    if (end > start && end - start > PIECE)
        n->gaps[n->gap_count++ % GAPS_KEPT] = (struct gap){ start, end };
}

/* Over the lines of devices and remarks that start in the piece of an offset. */
static size_t over_devices(struct hc_names *n, size_t at)
{
    struct hc_text text = text_at(n, at);
    const char *line = text.at, *end = text.at + text.size, *newline;
    const char *last = text.at + (PIECE - at % PIECE);

    while (line < end && line < last && (*line == '\t' || *line == '#') &&
           (newline = memchr(line, '\n', (size_t)(end - line))) != NULL)
        line = newline + 1;
    return at + (size_t)(line - text.at);
}

/* The first line of that depth that starts at or behind an offset (0, or within the line before); end: there is none.
 */
static size_t next_entry(struct hc_names *n, size_t start, size_t end, size_t depth, uint16_t *id, struct hc_text *name)
{
    size_t at = start ? next_line(n, start - 1) : 0, piece = n->size;

    for (; at < end; at = next_line(n, at)) {
        if (!depth && at / PIECE != piece)
            at = over_gaps(n, at);
        piece = at / PIECE;
        if (!depth && at < end)
            at = over_devices(n, at);
        if (at < end && entry(line_at(n, at), depth, id, name))
            break;
    }
    if (!depth)
        note_gap(n, start, at < end ? at : end);
    return at < end ? at : end;
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

/* "Advanced Micro Devices, Inc. [AMD]" is AMD to everybody. */
static struct hc_text maker_text(struct hc_text name)
{
    const char *open = name.size > 2 && name.at[name.size - 1] == ']' ? memchr(name.at, '[', name.size) : NULL;
    size_t size = open ? (size_t)(name.at + name.size - 1 - open) : 0;

    return size > 1 && size <= SHORT_NAME ? (struct hc_text){ open + 1, size - 1 } : name;
}

static bool find_name(struct hc_names *n, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    const struct vendor *v = vendor_of(n, vendor);
    struct hc_text name;
    size_t used, at;
    uint16_t id;

    if (v->start == v->end || !entry(line_at(n, v->start), 0, &id, &name))
        return false;
    name = maker_text(name);
    used = (size_t)snprintf(text, room, "%.*s", (int)name.size, name.at);
    at = find(n, next_line(n, v->start), v->end, 1, device, &name);
    if (at < v->end && entry(line_at(n, at), 1, &id, &name) && used < room)
        snprintf(text + used, room - used, " %.*s", (int)name.size, name.at);
    return true;
}

static bool ids_name(struct hc_names *n, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    struct device *d = &n->devices[(vendor ^ device) % DEVICES_KEPT];
    bool found;

    if (d->kept && d->vendor == vendor && d->device == device) {
        snprintf(text, room, "%s", d->text);
        return *text != '\0';
    }
    found = find_name(n, vendor, device, text, room);
    if (!found || (strlen(text) < sizeof d->text && strlen(text) + 1 < room)) { /* whole */
        *d = (struct device){ .vendor = vendor, .device = device, .kept = true };
        snprintf(d->text, sizeof d->text, "%s", found ? text : "");
    }
    return found;
}

/* ---- opening ---- */

/* Debian and Fedora, in this order; then what pciutils and usbutils install by themselves. usb.ids has the same form,
   and behind its vendors stands nothing that looks like one. */
static const char *const pci_places[] = { "/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids", "/usr/share/pci.ids",
                                          "/usr/local/share/pci.ids", NULL };
static const char *const usb_places[] = { "/usr/share/misc/usb.ids", "/usr/share/hwdata/usb.ids",
                                          "/var/lib/usbutils/usb.ids", "/usr/share/usb.ids", NULL };

static bool use_file(struct hc_names *n, FILE *file)
{
    long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);

    if (size <= 0 || size > SIZE_MOST)
        return false;
    setvbuf(file, NULL, _IONBF, 0); /* the pieces are its buffer */
    n->size = (size_t)size;
    n->file = file;
    return true;
}

/* False: no memory. That there is no file is well. */
static bool open_file(struct hc_names *n, const char *const *places)
{
    for (; *places && !n->file; places++) {
        FILE *file = hc_open_input(*places);
        if (!file && errno == ENOMEM)
            return false;
        if (file && !use_file(n, file))
            fclose(file);
    }
    return true;
}

static struct hc_names *open_names(const char *const *places, bool usb)
{
    struct hc_names *n = calloc(1, sizeof *n);

    if (!n)
        return NULL;
    n->usb = usb;
    if (!open_file(n, places)) {
        free(n);
        return NULL;
    }
    if (!n->file)
        n->hwdb = hc_hwdb_open();
    return n;
}

struct hc_names *hc_names_open(void)
{
    return open_names(pci_places, false);
}

struct hc_names *hc_usb_names_open(void)
{
    return open_names(usb_places, true);
}

struct hc_names *hc_usb_names_from(const char *path)
{
    const char *const places[] = { path, NULL };

    return open_names(places, true);
}

void hc_names_close(struct hc_names *n)
{
    if (!n)
        return;
    hc_hwdb_close(n->hwdb);
    if (n->file)
        fclose(n->file);
    free(n);
}

const char *hc_device_name(struct hc_names *n, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    bool found = n->file   ? ids_name(n, vendor, device, text, room)
                 : n->hwdb ? hc_hwdb_name(n->hwdb, n->usb, vendor, device, text, room)
                           : false;

    return found ? text : NULL;
}
