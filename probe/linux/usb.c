/* USB devices as Linux shows them: Documentation/ABI/testing/sysfs-bus-usb, drivers/usb/core/sysfs.c. What an attribute
   shows was read from the device when it was plugged: nothing here wakes one. Strings stand behind the lock of the
   device, which is held for seconds where a hub has trouble with what is behind it: hubs are not asked for theirs. */
#include "place.h"
#include "probes.h"
#include "tables.h"
#include "web.h"

#include <string.h>

#define FOLDER "/sys/bus/usb/devices"

/* bNumInterfaces is a byte; names of drivers are those of modules. */
enum { INTERFACES_MOST = 255, DRIVER_MOST = 64 };

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list;
    struct hc_web web; /* devices stand upon their interfaces */
};

struct device {
    struct scan *scan;
    struct hc_table_row *row;
    struct hc_text name;
    const struct hc_reply *uevent_why, *listing;
    struct hc_text uevent, names;
};

static const char *path_of(const struct scan *s, struct hc_text name, const char *file)
{
    return hc_format(s->src, FOLDER "/%.*s%s%s", (int)name.size, name.at, *file ? "/" : "", file);
}

static void put_text(struct device *d, int column, const struct hc_reply *reply, struct hc_text text)
{
    hc_cell_text(d->scan->facts, d->row, column, reply, text);
}

static const struct hc_reply *lacks(const struct device *d, const char *what)
{
    return hc_malformed(d->scan->src, d->uevent_why, what);
}

/* ---- what the kernel tells when a device comes (drivers/usb/core/driver.c and usb.c) ---- */

static void put_number(struct device *d, int column, const char *key)
{
    struct hc_text text;
    uint64_t value = 0;
    const bool sound = hc_uevent_value(d->uevent, key, &text) && hc_number(text, 10, &value);

    hc_cell_number(d->scan->facts, d->row, column, sound ? d->uevent_why : lacks(d, "a number was expected"), value);
}

static void put_hex(struct device *d, int column, struct hc_text digits)
{
    char text[5] = "";
    uint64_t value = 0;
    const bool sound = digits.size <= 4 && hc_number(digits, 16, &value);

    hc_hex_digits(value, 4, text);
    put_text(d, column, sound ? d->uevent_why : lacks(d, "hex digits were expected"), (struct hc_text){ text, 4 });
}

/* PRODUCT=vendor/product/release, in hex without leading zeros. */
static void put_ids(struct device *d)
{
    struct hc_text ids, vendor = HC_TEXT(""), product = HC_TEXT(""), release = HC_TEXT(""), rest;

    if (hc_uevent_value(d->uevent, "PRODUCT", &ids) && hc_split(ids, '/', &vendor, &rest))
        hc_split(rest, '/', &product, &release);
    put_hex(d, HC_COL_USB_VENDOR, vendor);
    put_hex(d, HC_COL_USB_PRODUCT, product);
    put_hex(d, HC_COL_USB_RELEASE, release);
}

/* "9/0/1" as "090001". */
static bool class_code(struct hc_text text, char digits[7])
{
    struct hc_text part[3], rest;
    uint64_t value;

    if (!hc_split(text, '/', &part[0], &rest) || !hc_split(rest, '/', &part[1], &part[2]))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!hc_number(part[i], 10, &value) || value > 255)
            return false;
        hc_hex_digits(value, 2, digits + 2 * i);
    }
    return true;
}

static bool is_hub(const struct device *d)
{
    struct hc_text type;
    char digits[7];

    return hc_uevent_value(d->uevent, "TYPE", &type) && class_code(type, digits) && !memcmp(digits, "09", 2);
}

static void put_class(struct device *d)
{
    struct hc_text type;
    char digits[7] = "";
    const bool sound = hc_uevent_value(d->uevent, "TYPE", &type) && class_code(type, digits);

    put_text(d, HC_COL_USB_CLASS, sound ? d->uevent_why : lacks(d, "a class was expected"),
             (struct hc_text){ digits, strlen(digits) });
}

/* ---- interfaces ---- */

struct found {
    const struct hc_reply *why;         /* of what is found; or why it is not all */
    const struct hc_reply *classes_why; /* the same for classes */
    char *drivers, *classes;
    size_t drivers_size, classes_size;
};

static void add_driver(struct found *f, struct hc_text driver)
{
    char name[DRIVER_MOST + 1];

    if (driver.size > DRIVER_MOST)
        driver.size = DRIVER_MOST;
    memcpy(name, driver.at, driver.size);
    name[driver.size] = '\0';
    if (hc_has_word((struct hc_text){ f->drivers, f->drivers_size }, name))
        return;
    memcpy(f->drivers + f->drivers_size, driver.at, driver.size);
    f->drivers_size += driver.size;
    f->drivers[f->drivers_size++] = ' ';
}

static void look_at_interface(struct device *d, const struct hc_web_node *node, struct found *f)
{
    struct hc_text uevent, driver, class;
    char digits[7] = "";
    const struct hc_reply *reply = hc_ask_file(d->scan->src, path_of(d->scan, node->name, "uevent"), &uevent);

    if (reply->answer != HC_OK) {
        f->why = f->classes_why = reply;
        return;
    }
    if (hc_uevent_value(uevent, "DRIVER", &driver) && driver.size)
        add_driver(f, driver);
    if (!hc_uevent_value(uevent, "INTERFACE", &class) || !class_code(class, digits)) {
        f->classes_why = hc_malformed(d->scan->src, reply, "a class was expected");
        return;
    }
    memcpy(f->classes + f->classes_size, digits, 6);
    f->classes_size += 6;
    f->classes[f->classes_size++] = ' ';
}

static void put_interfaces(struct device *d, const struct hc_web_node *node)
{
    struct found f = { .why = d->scan->list, .classes_why = d->scan->list };
    size_t count = 0;

    for (const struct hc_web_edge *edge = node->below; edge && count < INTERFACES_MOST; edge = edge->next)
        count++;
    f.drivers = hc_alloc(&d->scan->src->arena, count * (DRIVER_MOST + 1) + 1);
    f.classes = hc_alloc(&d->scan->src->arena, count * 7 + 1);
    if (!f.drivers || !f.classes)
        return;
    for (const struct hc_web_edge *edge = node->below; edge && count-- > 0; edge = edge->next)
        look_at_interface(d, edge->to, &f);
    put_text(d, HC_COL_USB_DRIVERS, f.why, hc_trim((struct hc_text){ f.drivers, f.drivers_size }));
    put_text(d, HC_COL_USB_INTERFACES, f.classes_why, hc_trim((struct hc_text){ f.classes, f.classes_size }));
}

/* ---- attributes ---- */

/* "1.5", "12", "480", "5000", ... in millions of bits a second. */
static void put_speed(struct device *d)
{
    struct hc_text line, whole, part = HC_TEXT("0");
    uint64_t millions = 0, tenths = 0;
    const struct hc_reply *reply = hc_ask_line(d->scan->src, path_of(d->scan, d->name, "speed"), &line);

    if (!hc_split(line, '.', &whole, &part))
        whole = line;
    if (!hc_number(whole, 10, &millions) || !hc_number(part, 10, &tenths) || part.size != 1 || millions > 1000000)
        reply = hc_malformed(d->scan->src, reply, "a speed was expected");
    hc_cell_number(d->scan->facts, d->row, HC_COL_USB_SPEED, reply, millions * 1000000 + tenths * 100000);
}

static void put_line(struct device *d, int column, const char *file)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(d->scan->src, path_of(d->scan, d->name, file), &line);

    put_text(d, column, reply, line);
}

/* An attribute that only some have: a folder that has what every device has tells which are not there. */
static void put_string(struct device *d, int column, const char *file)
{
    if (hc_has_word(d->names, file) || d->listing->answer != HC_OK)
        put_line(d, column, file);
    else if (hc_has_word(d->names, "idVendor"))
        put_text(d, column, d->listing, HC_TEXT(""));
    else
        put_text(d, column, hc_malformed(d->scan->src, d->listing, "a part of its folder"), HC_TEXT(""));
}

static void put_strings(struct device *d)
{
    d->listing = hc_ask_dir(d->scan->src, path_of(d->scan, d->name, ""), &d->names);
    put_string(d, HC_COL_USB_MAKER, "manufacturer");
    put_string(d, HC_COL_USB_MODEL, "product");
    put_string(d, HC_COL_USB_SERIAL, "serial");
}

static void put_authorized(struct device *d)
{
    bool value;
    const struct hc_reply *reply = hc_ask_flag(d->scan->src, path_of(d->scan, d->name, "authorized"), &value);

    hc_cell_flag(d->scan->facts, d->row, HC_COL_USB_AUTHORIZED, reply, value);
}

static void put_place(struct device *d)
{
    struct hc_text target, self, above = HC_TEXT("");
    const struct hc_reply *reply = hc_ask_link(d->scan->src, path_of(d->scan, d->name, ""), &target);

    put_text(d, HC_COL_USB_PCI, reply, hc_place_function(target));
    hc_pop_component(&target, &self);
    if (!hc_starts(d->name, "usb"))
        above = hc_place_usb(target);
    put_text(d, HC_COL_USB_PARENT, reply, above);
}

static void put_device(struct scan *s, const struct hc_web_node *node)
{
    struct device d = { .scan = s, .name = node->name };

    d.row = hc_add_row(s->facts, HC_TABLE_USB, s->list);
    d.uevent_why = hc_ask_file(s->src, path_of(s, node->name, "uevent"), &d.uevent);
    put_text(&d, HC_COL_USB_NAME, s->list, node->name);
    put_number(&d, HC_COL_USB_BUS, "BUSNUM");
    put_number(&d, HC_COL_USB_NUMBER, "DEVNUM");
    put_place(&d);
    put_ids(&d);
    put_class(&d);
    put_interfaces(&d, node);
    put_line(&d, HC_COL_USB_VERSION, "version");
    put_speed(&d);
    put_authorized(&d);
    put_line(&d, HC_COL_USB_REMOVABLE, "removable");
    if (d.uevent_why->answer != HC_OK || !is_hub(&d))
        put_strings(&d);
}

/* "1-5:1.0" belongs to 1-5, and "1-0:1.0" to usb1. From the last to the first, for the web puts what comes first. */
static void join_interfaces(struct scan *s)
{
    for (size_t i = s->web.count; i-- > 0;) {
        struct hc_web_node *node = &s->web.nodes[i], *device;
        struct hc_text name, rest, bus, port;
        if (!hc_split(node->name, ':', &name, &rest))
            continue;
        device = hc_web_find(&s->web, name);
        if (!device && hc_split(name, '-', &bus, &port) && hc_text_is(port, "0")) {
            const char *root = hc_format(s->src, "usb%.*s", (int)bus.size, bus.at);
            device = root ? hc_web_find(&s->web, (struct hc_text){ root, strlen(root) }) : NULL;
        }
        hc_web_join(&s->web, device, node);
    }
}

void hc_probe_usb(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    struct hc_text names;

    s.list = hc_ask_folder(src, "/sys/bus", "usb", "/devices", &names);
    hc_put_table(facts, HC_TABLE_USB, s.list);
    if (s.list->answer != HC_OK || !hc_web_make(&s.web, src, names))
        return;
    join_interfaces(&s);
    for (size_t i = 0; i < s.web.count; i++)
        if (hc_is_usb_device(s.web.nodes[i].name))
            put_device(&s, &s.web.nodes[i]);
}
