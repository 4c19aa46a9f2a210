/* Keyboards, mice and the like: one file tells of all of them, with the keys that each has (drivers/input/input.c,
   input_devices_seq_show). Where that file is not to be had, sysfs has the same, in a file for each. */
#include "input_kinds.h"
#include "place.h"
#include "probes.h"
#include "stable_names.h"
#include "tables.h"
#include "web.h"

#include <string.h>

#define CLASS "/sys/class/input"

enum { BUS_BLUETOOTH = 0x05, BUS_I2C = 0x18, HANDLERS_MOST = 16 };

struct device {
    struct hc_text id, name, path, handlers;
    const struct hc_reply *handlers_why; /* NULL: that of the rest */
    struct hc_input_maps maps;
    bool mapped;
};

/* include/uapi/linux/input.h */
static const char *bus_name(uint64_t bus)
{
    static const char *const names[] = {
        [0x01] = "pci",      [0x02] = "isapnp",      [0x03] = "usb",     [0x04] = "hil",   [0x05] = "bluetooth",
        [0x06] = "virtual",  [0x10] = "isa",         [0x11] = "i8042",   [0x12] = "xtkbd", [0x13] = "rs232",
        [0x14] = "gameport", [0x15] = "parport",     [0x16] = "amiga",   [0x17] = "adb",   [0x18] = "i2c",
        [0x19] = "host",     [0x1a] = "gsc",         [0x1b] = "atari",   [0x1c] = "spi",   [0x1d] = "rmi",
        [0x1e] = "cec",      [0x1f] = "intel-ishtp", [0x20] = "amd-sfh",
    };

    return bus < sizeof names / sizeof *names && names[bus] ? names[bus] : "other";
}

/* "Bus=0003 Vendor=046d Product=c548 Version=0111": the digits behind a name. */
static bool id_of(const struct device *d, const char *name, uint64_t *value)
{
    struct hc_text rest = d->id, word, key, digits;

    while (hc_next_word(&rest, &word))
        if (hc_split(word, '=', &key, &digits) && hc_text_is(key, name))
            return hc_number(digits, 16, value) && *value <= UINT16_MAX;
    return false;
}

static void take_map(struct device *d, struct hc_text line)
{
    struct hc_text name, value;

    if (!hc_split(line, '=', &name, &value))
        return;
    d->mapped = true;
    if (hc_text_is(name, "PROP"))
        d->maps.prop = value;
    else if (hc_text_is(name, "EV"))
        d->maps.ev = value;
    else if (hc_text_is(name, "KEY"))
        d->maps.key = value;
    else if (hc_text_is(name, "REL"))
        d->maps.rel = value;
    else if (hc_text_is(name, "ABS"))
        d->maps.abs = value;
}

static struct hc_text behind(struct hc_text line, size_t size)
{
    return line.size < size ? (struct hc_text){ line.at + line.size, 0 }
                            : (struct hc_text){ line.at + size, line.size - size };
}

/* N: Name="AT Translated Set 2 keyboard" */
static struct hc_text without_quotes(struct hc_text text)
{
    if (text.size >= 2 && text.at[0] == '"' && text.at[text.size - 1] == '"')
        return (struct hc_text){ text.at + 1, text.size - 2 };
    return text;
}

static void take_line(struct device *d, struct hc_text line)
{
    if (hc_starts(line, "I: "))
        d->id = behind(line, 3);
    else if (hc_starts(line, "N: Name="))
        d->name = without_quotes(behind(line, 8));
    else if (hc_starts(line, "S: Sysfs="))
        d->path = behind(line, 9);
    else if (hc_starts(line, "H: Handlers="))
        d->handlers = hc_trim(behind(line, 12));
    else if (hc_starts(line, "B: "))
        take_map(d, behind(line, 3));
}

/* ---- one device ---- */

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list;
    unsigned word_bits; /* 0: not known */
    const struct hc_reply *machine_why;
    struct hc_stable_names stable;
};

static void put(struct scan *s, struct hc_table_row *row, int column, struct hc_text text)
{
    hc_cell_text(s->facts, row, column, s->list, text);
}

static void put_id(struct scan *s, struct hc_table_row *row, int column, const struct device *d, const char *name)
{
    char digits[5] = "";
    uint64_t value = 0;
    const bool sound = id_of(d, name, &value);

    hc_hex_digits(value, 4, digits);
    hc_cell_text(s->facts, row, column, sound ? s->list : hc_malformed(s->src, s->list, "hex digits were expected"),
                 (struct hc_text){ digits, 4 });
}

/* Where nothing says how wide the words are, most devices are the same either way. */
static unsigned kinds_of(const struct scan *s, struct device *d, bool *known)
{
    unsigned wide, narrow;

    *known = true;
    d->maps.word_bits = s->word_bits ? s->word_bits : 64;
    wide = hc_input_kinds(&d->maps);
    if (s->word_bits)
        return wide;
    d->maps.word_bits = 32;
    narrow = hc_input_kinds(&d->maps);
    *known = wide == narrow;
    return wide;
}

static void put_kinds(struct scan *s, struct hc_table_row *row, struct device *d, uint64_t bus)
{
    char words[HC_INPUT_WORDS_SIZE];
    const struct hc_reply *why = s->list;
    bool known;

    d->maps.on_i2c = bus == BUS_I2C;
    hc_input_words(kinds_of(s, d, &known), words);
    if (!d->mapped)
        why = hc_malformed(s->src, s->list, "without what the device can do");
    else if (!known)
        why = hc_malformed(s->src, s->machine_why, "how many bits its words have is not known");
    hc_cell_text(s->facts, row, HC_COL_INPUT_KINDS, why, (struct hc_text){ words, strlen(words) });
}

/* Links lead to the nodes of handlers, mostly to that of eventN. */
static void put_names(struct scan *s, struct hc_table_row *row, int column, struct hc_text handlers, const char *folder)
{
    const struct hc_reply *why = hc_stable_names_why(&s->stable, folder);
    struct hc_text handler, found;
    char *list = NULL;

    for (int n = 0; why && n < HANDLERS_MOST && hc_next_word(&handlers, &handler); n++) {
        const char *node = hc_format(s->src, "input/%.*s", (int)handler.size, handler.at);
        found = node ? hc_stable_names_below(&s->stable, (struct hc_text){ node, strlen(node) }, folder) : handler;
        if (node && found.size)
            list = hc_format(s->src, "%s%s%.*s", list ? list : "", list ? " " : "", (int)found.size, found.at);
    }
    if (why)
        hc_cell_text(s->facts, row, column, why, (struct hc_text){ list ? list : "", list ? strlen(list) : 0 });
}

static void put_device(struct scan *s, struct device *d)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_INPUT, s->list);
    uint64_t bus = 0;
    const bool sound = id_of(d, "Bus", &bus);
    const char *name = bus_name(bus);

    put(s, row, HC_COL_INPUT_ID, hc_last_component(d->path));
    if (sound && bus != BUS_BLUETOOTH)
        put(s, row, HC_COL_INPUT_NAME, d->name);
    put_kinds(s, row, d, bus);
    hc_cell_text(s->facts, row, HC_COL_INPUT_BUS,
                 sound ? s->list : hc_malformed(s->src, s->list, "hex digits were expected"),
                 (struct hc_text){ name, strlen(name) });
    put_id(s, row, HC_COL_INPUT_VENDOR, d, "Vendor");
    put_id(s, row, HC_COL_INPUT_PRODUCT, d, "Product");
    hc_cell_text(s->facts, row, HC_COL_INPUT_HANDLERS, d->handlers_why ? d->handlers_why : s->list, d->handlers);
    put_names(s, row, HC_COL_INPUT_BY_PATH, d->handlers, "/dev/input/by-path/");
    put_names(s, row, HC_COL_INPUT_BY_ID, d->handlers, "/dev/input/by-id/");
    if (!d->path.size) /* nothing says where it is */
        return;
    put(s, row, HC_COL_INPUT_USB, hc_place_usb(d->path));
    put(s, row, HC_COL_INPUT_PCI, hc_place_function(d->path));
    hc_cell_flag(s->facts, row, HC_COL_INPUT_VIRTUAL, s->list, hc_place_is_virtual(d->path));
}

static bool says_64(struct hc_text machine)
{
    for (size_t i = 0; i + 1 < machine.size; i++)
        if (machine.at[i] == '6' && machine.at[i + 1] == '4')
            return true;
    return false;
}

static bool has_wide_word(struct hc_text line)
{
    struct hc_text name, word;

    while (hc_next_word(&line, &word)) {
        hc_split(word, '=', &name, &word);
        if (word.size > 8)
            return true;
    }
    return false;
}

static bool narrow_machine(struct hc_text machine)
{
    static const char *const narrow[] = { "i386", "i486", "i586", "i686", "arm", "mips", "ppc", "parisc" };

    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
        if (hc_starts(machine, narrow[i]) && !says_64(machine))
            return true;
    return false;
}

/* Words of a 64-bit kernel have up to 16 digits; where none has more than 8, the machine says what it is. */
static void find_word_bits(struct scan *s, bool wide)
{
    struct hc_text uname, machine;

    s->word_bits = wide ? 64 : 0;
    if (wide)
        return;
    s->machine_why = hc_ask_host(s->src, "uname", &uname);
    if (hc_find_value(uname, ' ', "machine", &machine))
        s->word_bits = narrow_machine(machine) ? 32 : 64;
}

/* ---- one file for all ---- */

static void from_list(struct scan *s, struct hc_text text)
{
    struct device d = { .mapped = false };
    struct hc_text rest = text, line;
    bool wide = false;

    while (!wide && hc_next_line(&rest, &line))
        wide = hc_starts(line, "B: ") && has_wide_word(line);
    find_word_bits(s, wide);
    while (hc_next_line(&text, &line)) {
        if (line.size) {
            take_line(&d, line);
            continue;
        }
        if (d.id.size)
            put_device(s, &d);
        d = (struct device){ .mapped = false };
    }
    if (d.id.size)
        put_device(s, &d);
}

/* ---- a file for each: input_dev_uevent() ---- */

static bool is_map(struct hc_text line)
{
    return hc_starts(line, "PROP=") || hc_starts(line, "EV=") || hc_starts(line, "KEY=") || hc_starts(line, "REL=") ||
           hc_starts(line, "ABS=");
}

static const struct hc_reply *ask_uevent(struct scan *s, struct hc_text name, struct hc_text *text)
{
    return hc_ask_file(s->src, hc_format(s->src, CLASS "/%.*s/uevent", (int)name.size, name.at), text);
}

/* "PRODUCT=3/46d/c548/111" in the words of the list. */
static struct hc_text ids_of(struct scan *s, struct hc_text product)
{
    struct hc_text bus, vendor, device, rest;
    const char *text = NULL;

    if (hc_split(product, '/', &bus, &rest) && hc_split(rest, '/', &vendor, &rest) &&
        hc_split(rest, '/', &device, &rest))
        text = hc_format(s->src, "Bus=%.*s Vendor=%.*s Product=%.*s", (int)bus.size, bus.at, (int)vendor.size,
                         vendor.at, (int)device.size, device.at);
    return text ? (struct hc_text){ text, strlen(text) } : HC_TEXT("");
}

/* One that could not be read: nothing of it is known but its name. */
static void put_unread(struct scan *s, struct hc_text name, const struct hc_reply *list, const struct hc_reply *why)
{
    static const int columns[] = { HC_COL_INPUT_NAME,   HC_COL_INPUT_KINDS,   HC_COL_INPUT_BUS,
                                   HC_COL_INPUT_VENDOR, HC_COL_INPUT_PRODUCT, HC_COL_INPUT_HANDLERS,
                                   HC_COL_INPUT_USB,    HC_COL_INPUT_PCI,     HC_COL_INPUT_VIRTUAL };
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_INPUT, list);

    hc_cell_text(s->facts, row, HC_COL_INPUT_ID, list, name);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        hc_cell_text(s->facts, row, columns[i], why, HC_TEXT(""));
}

static void from_uevent(struct scan *s, struct hc_text name, const struct hc_reply *no_handlers)
{
    struct device d = { .handlers_why = no_handlers };
    const struct hc_reply *list = s->list, *link;
    struct hc_text text, line, value;

    link = hc_ask_link(s->src, hc_format(s->src, CLASS "/%.*s", (int)name.size, name.at), &d.path);
    s->list = ask_uevent(s, name, &text);
    if (hc_uevent_value(text, "PRODUCT", &value))
        d.id = ids_of(s, value);
    if (hc_uevent_value(text, "NAME", &value))
        d.name = without_quotes(value);
    while (hc_next_line(&text, &line))
        if (is_map(line))
            take_map(&d, line);
    if (link->answer == HC_OK && s->list->answer == HC_OK)
        put_device(s, &d);
    else
        put_unread(s, name, list, link->answer == HC_OK ? s->list : link);
    s->list = list;
}

static bool is_device(struct hc_text name)
{
    uint64_t number;

    return hc_starts(name, "input") && hc_number((struct hc_text){ name.at + 5, name.size - 5 }, 10, &number);
}

static void from_class(struct scan *s, struct hc_text names, const struct hc_reply *no_handlers)
{
    struct hc_text rest = names, name, text, line;
    bool wide = false;

    while (hc_next_line(&rest, &name)) {
        if (wide || !is_device(name))
            continue;
        ask_uevent(s, name, &text);
        while (!wide && hc_next_line(&text, &line))
            wide = is_map(line) && has_wide_word(line);
    }
    find_word_bits(s, wide);
    while (hc_next_line(&names, &name))
        if (is_device(name))
            from_uevent(s, name, no_handlers);
}

void hc_probe_inputs(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    struct hc_text text, names;
    const struct hc_reply *folder;

    s.list = hc_ask_file(src, "/proc/bus/input/devices", &text);
    if (s.list->answer == HC_OK) {
        hc_put_table(facts, HC_TABLE_INPUT, s.list);
        hc_stable_names_of(src, "input", &s.stable);
        from_list(&s, text);
        return;
    }
    folder = hc_ask_folder(src, "/sys/class", "input", "", &names);
    if (folder->answer == HC_OK) {
        const struct hc_reply *no_handlers =
            s.list->answer == HC_ABSENT ? hc_reword(src, s.list, HC_UNSUPPORTED, "only the list tells them") : s.list;
        s.list = folder;
        hc_put_table(facts, HC_TABLE_INPUT, folder);
        from_class(&s, names, no_handlers);
        return;
    }
    hc_put_table(facts, HC_TABLE_INPUT, s.list);
}
