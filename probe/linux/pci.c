/* PCI functions as Linux shows them: Documentation/ABI/testing/sysfs-bus-pci, drivers/pci/pci-sysfs.c. Few questions
   for each, since there may be ten thousand; the listing of its folder tells which are worth asking. */
#include "iomem.h"
#include "libpci.h"
#include "pci_address.h"
#include "probes.h"
#include "tables.h"
#include "text_index.h"

#include <string.h>

#define FOLDER  "/sys/bus/pci/devices"
#define DRIVERS "/sys/bus/pci/drivers"
#define SLOTS   "/sys/bus/pci/slots"

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_libpci *lib;
    struct hc_text_index groups;  /* address: the row of its group */
    struct hc_text_index slots;   /* domain:bus:device: struct named */
    struct hc_text_index modules; /* driver: struct named */
    bool slots_known;
    bool one_node; /* memory is in one place */
};

struct named {
    const struct hc_reply *reply;
    struct hc_text name;
};

struct function {
    struct scan *scan;
    struct hc_table_row *row;
    struct hc_text address;
    char path[128]; /* its folder, and a name in it */
    size_t folder_size;
    const struct hc_reply *listing;
    struct hc_text names;
    bool whole; /* what is not listed is not there */
    uint64_t class_code;
    bool class_known;
};

/* ---- questions ---- */

/* Until the next call. */
static const char *below(struct function *f, const char *name)
{
    size_t size = strlen(name) + 1;

    if (f->folder_size + 1 + size > sizeof f->path)
        return NULL;
    f->path[f->folder_size] = '/';
    memcpy(f->path + f->folder_size + 1, name, size);
    return f->path;
}

static const char *folder(struct function *f)
{
    f->path[f->folder_size] = '\0';
    return f->path;
}

static enum hc_tri listed(const struct function *f, const char *name)
{
    if (hc_has_word(f->names, name))
        return HC_YES;
    return f->whole ? HC_NO : HC_UNKNOWN;
}

static void put_text(struct function *f, int column, const struct hc_reply *reply, struct hc_text text)
{
    hc_cell_text(f->scan->facts, f->row, column, reply, text);
}

static void put_flag(struct function *f, int column, const struct hc_reply *reply, bool value)
{
    hc_cell_flag(f->scan->facts, f->row, column, reply, value);
}

static void put_number(struct function *f, int column, const struct hc_reply *reply, uint64_t value)
{
    hc_cell_number(f->scan->facts, f->row, column, reply, value);
}

static void put_hex(struct function *f, int column, const struct hc_reply *reply, uint64_t value, size_t digits)
{
    static const char hex[] = "0123456789abcdef";
    char text[16];

    for (size_t i = digits; i-- > 0; value >>= 4)
        text[i] = hex[value & 15];
    put_text(f, column, reply, (struct hc_text){ text, digits });
}

/* One line of a file that not every function has; empty where it has none. */
static void put_optional(struct function *f, int column, const char *name)
{
    struct hc_text line = HC_TEXT("");
    const struct hc_reply *reply =
        listed(f, name) == HC_NO ? f->listing : hc_ask_line(f->scan->src, below(f, name), &line);

    put_text(f, column, reply, line);
}

static void put_listed(struct function *f, int column, const char *name)
{
    enum hc_tri there = listed(f, name);

    put_flag(f, column,
             there == HC_UNKNOWN ? hc_malformed(f->scan->src, f->listing, "a part of its folder") : f->listing,
             there == HC_YES);
}

static struct hc_text last_name(struct hc_text path)
{
    struct hc_text name, rest = path;

    while (hc_split(rest, '/', &name, &rest))
        continue;
    return rest;
}

/* The last name of what a link points to; empty where there is no link. */
static const struct hc_reply *ask_name(struct function *f, const char *link, struct hc_text *name)
{
    const struct hc_reply *reply = f->listing;

    *name = HC_TEXT("");
    if (listed(f, link) == HC_NO)
        return reply;
    reply = hc_ask_link(f->scan->src, below(f, link), name);
    *name = last_name(*name);
    return reply;
}

/* ---- who it is ---- */

static struct hc_text after(struct hc_text text, char mark)
{
    struct hc_text before, rest;

    return hc_split(text, mark, &before, &rest) ? rest : text;
}

/* "0x8086" in a file of its own; hex digits in uevent. */
static void put_id(struct function *f, int column, const struct hc_reply *reply, struct hc_text text, size_t digits)
{
    uint64_t value = 0;

    if (reply->answer == HC_OK && (!hc_number(text, 16, &value) || value >> 4 * digits))
        reply = hc_malformed(f->scan->src, reply, "an id in hex was expected");
    put_hex(f, column, reply, value, digits);
    if (column == HC_COL_PCI_CLASS && reply->answer == HC_OK) {
        f->class_code = value;
        f->class_known = true;
    }
}

static void put_ids_of_files(struct function *f)
{
    static const struct {
        int column;
        size_t digits;
        const char *name;
    } rows[] = {
        { HC_COL_PCI_VENDOR, 4, "vendor" },
        { HC_COL_PCI_DEVICE, 4, "device" },
        { HC_COL_PCI_CLASS, 6, "class" },
        { HC_COL_PCI_SUBVENDOR, 4, "subsystem_vendor" },
        { HC_COL_PCI_SUBDEVICE, 4, "subsystem_device" },
    };
    struct hc_text line;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct hc_reply *reply = hc_ask_line(f->scan->src, below(f, rows[i].name), &line);
        put_id(f, rows[i].column, reply, line, rows[i].digits);
    }
}

static struct named *module_of(struct scan *scan, struct hc_text driver);

static void put_driver(struct function *f, const struct hc_reply *reply, struct hc_text driver)
{
    const struct named *module;

    put_text(f, HC_COL_PCI_DRIVER, reply, driver);
    if (reply->answer != HC_OK || !driver.size) {
        put_text(f, HC_COL_PCI_MODULE, reply, driver);
        return;
    }
    module = hc_index_get(&f->scan->modules, driver);
    if (!module)
        module = module_of(f->scan, driver);
    if (module)
        put_text(f, HC_COL_PCI_MODULE, module->reply, module->name);
}

/* The kernel's own view, which is right for virtual functions too (their configuration space has no ids). */
static void put_identity(struct function *f)
{
    struct hc_text text, id, class_code, sub, driver = HC_TEXT("");
    const struct hc_reply *reply = hc_ask_file(f->scan->src, below(f, "uevent"), &text);

    if (!hc_find_value(text, '=', "PCI_ID", &id) || !hc_find_value(text, '=', "PCI_CLASS", &class_code) ||
        !hc_find_value(text, '=', "PCI_SUBSYS_ID", &sub)) {
        put_ids_of_files(f);
        reply = ask_name(f, "driver", &driver);
        put_driver(f, reply, driver);
        return;
    }
    put_id(f, HC_COL_PCI_VENDOR, reply, (struct hc_text){ id.at, id.size - after(id, ':').size - 1 }, 4);
    put_id(f, HC_COL_PCI_DEVICE, reply, after(id, ':'), 4);
    put_id(f, HC_COL_PCI_CLASS, reply, class_code, 6);
    put_id(f, HC_COL_PCI_SUBVENDOR, reply, (struct hc_text){ sub.at, sub.size - after(sub, ':').size - 1 }, 4);
    put_id(f, HC_COL_PCI_SUBDEVICE, reply, after(sub, ':'), 4);
    if (!hc_find_value(text, '=', "DRIVER", &driver))
        driver = HC_TEXT("");
    put_driver(f, reply, driver);
}

/* ---- the driver's module ---- */

/* Parts of the kernel have folders among the modules, too; what was loaded is in /proc/modules. */
static bool loaded(struct hc_text modules, struct hc_text name)
{
    struct hc_text line, word;

    while (hc_next_line(&modules, &line))
        if (hc_next_word(&line, &word) && hc_same_text(word, name))
            return true;
    return false;
}

static struct named *module_of(struct scan *scan, struct hc_text driver)
{
    struct named *module = hc_alloc(&scan->src->arena, sizeof *module);
    const struct hc_reply *list;
    struct hc_text modules;
    char *path;

    if (!module || memchr(driver.at, '/', driver.size) || driver.at[0] == '.')
        return NULL;
    path = hc_format(scan->src, DRIVERS "/%.*s/module", (int)driver.size, driver.at);
    module->reply = hc_ask_link(scan->src, path, &module->name);
    module->name = last_name(module->name);
    list = hc_ask_file(scan->src, "/proc/modules", &modules);
    if (module->reply->answer == HC_ABSENT) {
        module->reply = hc_restate(scan->src, module->reply, "absent");
    } else if (module->reply->answer == HC_OK && list->answer == HC_OK && !loaded(modules, module->name)) {
        module->reply = list;
        module->name = HC_TEXT("");
    }
    hc_index_put(&scan->modules, driver, module);
    return module;
}

/* ---- where it is ---- */

/* ".../pci0000:00/0000:00:01.0/0000:01:00.0": from the first root bus on. */
static bool find_path(struct hc_text target, struct hc_text *path)
{
    struct hc_text name, rest = target;

    for (*path = target; hc_split(rest, '/', &name, &rest); *path = rest)
        if (hc_starts(name, "pci") && name.size > 3 && memchr(name.at, ':', name.size))
            return true;
    return false;
}

static struct hc_text parent_of(struct hc_text path)
{
    struct hc_text parent = HC_TEXT(""), name, rest = path;
    struct hc_pci_address address;

    while (hc_split(rest, '/', &name, &rest))
        parent = name;
    return hc_pci_address(parent, &address) ? parent : HC_TEXT("");
}

static void put_place(struct function *f)
{
    struct hc_text target, path;
    const struct hc_reply *reply = hc_ask_link(f->scan->src, folder(f), &target);

    if (!find_path(target, &path) || !hc_same_text(last_name(path), f->address)) {
        reply = hc_malformed(f->scan->src, reply, "no way from a root bus to the function");
        path = HC_TEXT("");
    }
    put_text(f, HC_COL_PCI_PATH, reply, path);
    put_text(f, HC_COL_PCI_PARENT, reply, parent_of(path));
}

static void put_slot(struct function *f)
{
    struct hc_text place = f->address;
    const struct named *slot;

    while (place.size && place.at[place.size - 1] != '.')
        place.size--;
    place.size -= place.size != 0;
    slot = hc_index_get(&f->scan->slots, place);
    if (slot)
        put_text(f, HC_COL_PCI_SLOT, slot->reply, slot->name);
    else if (f->scan->slots_known)
        put_text(f, HC_COL_PCI_SLOT, f->row->because, HC_TEXT(""));
}

static void put_group(struct function *f)
{
    const struct hc_table_row *group = hc_index_get(&f->scan->groups, f->address);
    const struct hc_reply *reply;
    struct hc_text name;
    uint64_t number = 0;

    if (group) {
        put_number(f, HC_COL_PCI_GROUP, group->cells[HC_COL_IOMMU_GROUP_DEVICES].why,
                   group->cells[HC_COL_IOMMU_GROUP_ID].number);
        return;
    }
    reply = ask_name(f, "iommu_group", &name);
    if (reply == f->listing) /* in no group: there is nothing to tell */
        return;
    if (reply->answer == HC_OK && !hc_number(name, 10, &number))
        reply = hc_malformed(f->scan->src, reply, "groups are numbers");
    put_number(f, HC_COL_PCI_GROUP, reply, number);
}

/* "-1": near to none. */
static void put_node(struct function *f)
{
    const struct hc_reply *reply;
    struct hc_text line;
    uint64_t node = 0;

    if (f->scan->one_node || listed(f, "numa_node") == HC_NO)
        return;
    reply = hc_ask_line(f->scan->src, below(f, "numa_node"), &line);
    if (hc_text_is(line, "-1"))
        return;
    if (reply->answer == HC_OK && !hc_number(line, 10, &node))
        reply = hc_malformed(f->scan->src, reply, "a number was expected");
    put_number(f, HC_COL_PCI_NODE, reply, node);
}

/* ---- what the kernel can do with it ---- */

/* Before Linux 5.15 a file tells that there is some way, and not which. */
static void put_resets(struct function *f)
{
    if (listed(f, "reset_method") == HC_NO && listed(f, "reset") == HC_YES)
        put_text(f, HC_COL_PCI_RESET_METHODS,
                 hc_reword(f->scan->src, f->listing, HC_UNSUPPORTED,
                           "the kernel can reset it, but does not say how (Linux 5.15 and later do)"),
                 HC_TEXT(""));
    else
        put_optional(f, HC_COL_PCI_RESET_METHODS, "reset_method");
}

static void put_power(struct function *f)
{
    if (listed(f, "power_state") == HC_NO)
        put_text(f, HC_COL_PCI_POWER,
                 hc_reword(f->scan->src, f->listing, HC_UNSUPPORTED, "Linux 5.11 and later show it"), HC_TEXT(""));
    else
        put_optional(f, HC_COL_PCI_POWER, "power_state");
}

static void put_boot_vga(struct function *f)
{
    const struct hc_reply *reply = f->listing;
    bool value = false;

    if (listed(f, "boot_vga") != HC_NO)
        reply = hc_ask_flag(f->scan->src, below(f, "boot_vga"), &value);
    put_flag(f, HC_COL_PCI_BOOT_VGA, reply, value);
}

static void put_framebuffer(struct function *f)
{
    struct hc_text name;
    const struct hc_reply *reply;

    if (!f->class_known || f->class_code >> 16 != 0x03)
        return;
    reply = hc_ask_framebuffer(f->scan->src, f->address, &name);
    put_text(f, HC_COL_PCI_FRAMEBUFFER, reply, name);
}

static void put_removable(struct function *f)
{
    struct hc_text line = HC_TEXT("");
    const struct hc_reply *reply =
        listed(f, "removable") == HC_NO ? f->listing : hc_ask_line(f->scan->src, below(f, "removable"), &line);

    put_text(f, HC_COL_PCI_REMOVABLE, reply, hc_text_is(line, "unknown") ? HC_TEXT("") : line);
}

static void put_abilities(struct function *f)
{
    struct hc_text name;
    const struct hc_reply *reply = ask_name(f, "physfn", &name);

    put_text(f, HC_COL_PCI_PHYSFN, reply, name);
    put_power(f);
    put_resets(f);
    put_boot_vga(f);
    put_framebuffer(f);
    put_removable(f);
    put_optional(f, HC_COL_PCI_LABEL, "label");
    put_listed(f, HC_COL_PCI_ROM, "rom");
    put_listed(f, HC_COL_PCI_MDEV, "mdev_supported_types");
}

/* ---- windows ---- */

/* Linux include/linux/ioport.h */
#define IORESOURCE_IO       UINT64_C(0x100)
#define IORESOURCE_MEM      UINT64_C(0x200)
#define IORESOURCE_PREFETCH UINT64_C(0x2000)
#define IORESOURCE_MEM_64   UINT64_C(0x100000)
#define IORESOURCE_UNSET    UINT64_C(0x20000000)

static struct hc_table_row *add_bar(struct function *f, const struct hc_reply *reply)
{
    struct hc_table_row *row = hc_add_row(f->scan->facts, HC_TABLE_PCI_BARS, reply);

    hc_cell_text(f->scan->facts, row, HC_COL_BAR_ADDRESS, f->row->because, f->address);
    return row;
}

static void put_bar(struct function *f, const struct hc_reply *reply, uint64_t number, const uint64_t *v)
{
    struct hc_facts *facts = f->scan->facts;
    struct hc_table_row *row;
    uint64_t first = v[0], last = v[1], flags = v[2];

    if (!(flags & (IORESOURCE_IO | IORESOURCE_MEM)) || last < first || (!first && !last))
        return;
    row = add_bar(f, reply);
    hc_cell_number(facts, row, HC_COL_BAR_NUMBER, reply, number);
    hc_cell_text(facts, row, HC_COL_BAR_TYPE, reply,
                 flags & IORESOURCE_IO       ? HC_TEXT("io")
                 : flags & IORESOURCE_MEM_64 ? HC_TEXT("mem64")
                                             : HC_TEXT("mem32"));
    hc_cell_flag(facts, row, HC_COL_BAR_PREFETCHABLE, reply, (flags & IORESOURCE_PREFETCH) != 0);
    if (!(flags & IORESOURCE_UNSET)) /* the kernel found no place for it */
        hc_cell_number(facts, row, HC_COL_BAR_BASE, reply, first);
    hc_cell_number(facts, row, HC_COL_BAR_SIZE, reply, last - first + 1);
}

static bool three_numbers(struct hc_text line, uint64_t *v)
{
    struct hc_text word;

    for (int i = 0; i < 3; i++)
        if (!hc_next_word(&line, &word) || !hc_number(word, 16, &v[i]))
            return false;
    return true;
}

/* Behind the ROM stand the windows of virtual functions, and of a bridge those to the bus below. */
static void put_bars(struct function *f)
{
    static const char nothing[] = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
    struct hc_text text, line;
    const struct hc_reply *reply = hc_ask_file(f->scan->src, below(f, "resource"), &text);
    uint64_t lines = f->class_known && f->class_code >> 16 == 0x06 && f->class_code >> 8 != 0x0600 ? 7 : 13, v[3];

    for (uint64_t n = 0; n < lines && hc_next_line(&text, &line); n++) {
        if (hc_text_is(line, nothing)) /* most of them */
            continue;
        if (!three_numbers(line, v)) {
            reply = hc_malformed(f->scan->src, reply, "three numbers a line were expected");
            break;
        }
        put_bar(f, reply, n, v);
    }
    if (reply->answer != HC_OK)
        hc_cell_number(f->scan->facts, add_bar(f, reply), HC_COL_BAR_NUMBER, reply, 0);
}

/* ---- configuration space ---- */

/* The registers, and why the ends of both lists are known or not. */
struct space {
    const struct hc_reply *reply, *list, *extended;
    struct hc_pci_config config;
    struct hc_pci_decoded decoded;
};

static const struct hc_reply *list_reply(struct function *f, const struct space *space, enum hc_pci_list state)
{
    struct hc_source *src = f->scan->src;

    if (state == HC_PCI_LIST_WHOLE)
        return space->reply;
    if (state == HC_PCI_LIST_BROKEN)
        return hc_reword(src, space->reply, HC_FAILED, "the list of capabilities does not come to an end");
    if (hc_pci_config_header_only(&space->config))
        return hc_reword(src, space->reply, HC_DENIED, "only the first 64 bytes could be read");
    return hc_reword(src, space->reply, HC_FAILED, "the list of capabilities could not be read to its end");
}

/* A capability whose registers could not all be read. */
static const struct hc_reply *place_reply(struct function *f, const struct space *space, struct hc_pci_place place)
{
    return place.known ? space->reply : hc_malformed(f->scan->src, space->reply, "registers that could not be read");
}

static void put_capability(struct function *f, int column, const struct space *space, struct hc_pci_place place,
                           const struct hc_reply *list)
{
    put_flag(f, column, place.at ? space->reply : list, place.at != 0);
}

/* What a bit of a capability says; without the capability it is a no. */
static void put_bit(struct function *f, int column, const struct space *space, struct hc_pci_place place, bool value)
{
    put_flag(f, column, place.at ? place_reply(f, space, place) : space->list, place.at && value);
}

/* A number of a capability; without the capability there is none. */
static void put_register(struct function *f, int column, const struct space *space, struct hc_pci_place place,
                         const struct hc_reply *list, uint64_t value)
{
    if (place.at)
        put_number(f, column, place_reply(f, space, place), value);
    else if (list->answer != HC_OK)
        put_number(f, column, list, 0);
}

/* PCI Express Base 6.0, 7.5.3.6: numbers of speeds. */
static uint64_t speed_of(unsigned number)
{
    static const unsigned mts[] = { 0, 2500, 5000, 8000, 16000, 32000, 64000 };

    return number < sizeof mts / sizeof *mts ? mts[number] : 0;
}

/* Virtual functions share the link of their physical one, and show none. */
static void put_link(struct function *f, const struct space *space)
{
    const struct hc_pci_decoded *d = &space->decoded;
    const struct hc_reply *reply = place_reply(f, space, d->express);

    if (!d->has_link || !d->link_max_width)
        return;
    put_number(f, HC_COL_PCI_WIDTH_MAX, reply, d->link_max_width);
    put_number(f, HC_COL_PCI_WIDTH, reply, d->link_width);
    if (speed_of(d->link_max_speed))
        put_number(f, HC_COL_PCI_SPEED_MAX, reply, speed_of(d->link_max_speed));
    if (speed_of(d->link_speed))
        put_number(f, HC_COL_PCI_SPEED, reply, speed_of(d->link_speed));
}

static void put_port(struct function *f, const struct space *space)
{
    const struct hc_pci_decoded *d = &space->decoded;
    const struct hc_reply *reply = place_reply(f, space, d->express);

    if (!d->express.at) {
        put_text(f, HC_COL_PCI_PORT_TYPE, space->list, HC_TEXT("conventional"));
        return;
    }
    if (!d->port_type)
        reply = hc_malformed(f->scan->src, reply, "no type of a port");
    put_text(f, HC_COL_PCI_PORT_TYPE, reply,
             d->port_type ? (struct hc_text){ d->port_type, strlen(d->port_type) } : HC_TEXT(""));
    if (d->port)
        put_flag(f, HC_COL_PCI_ARI_FORWARDING, reply, d->ari_forwarding);
    put_link(f, space);
}

/* Where the capability cannot be read: a kernel with SR-IOV has these files for every function that can have virtual
   ones (drivers/pci/iov.c, sriov_dev_attr_group). */
static void put_no_vfs(struct function *f)
{
    const char *built = hc_word_of(f->scan->facts, HC_CONFIG_PCI_IOV);

    if (built && *built == 'y')
        put_number(f, HC_COL_PCI_SRIOV_TOTAL, f->listing, 0);
}

/* The driver may offer fewer virtual functions than the device has: the kernel's own numbers come first. */
static void put_sriov(struct function *f, const struct space *space)
{
    static const struct {
        int column;
        const char *name;
    } rows[] = { { HC_COL_PCI_SRIOV_TOTAL, "sriov_totalvfs" }, { HC_COL_PCI_SRIOV_ACTIVE, "sriov_numvfs" } };
    const struct hc_pci_decoded *d = &space->decoded;
    uint64_t number;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (listed(f, rows[i].name) == HC_YES) {
            const struct hc_reply *reply = hc_ask_u64(f->scan->src, below(f, rows[i].name), &number);
            put_number(f, rows[i].column, reply, number);
        }
    if (listed(f, "sriov_numvfs") == HC_NO) /* the kernel has switched none on */
        put_number(f, HC_COL_PCI_SRIOV_ACTIVE, f->listing, 0);
    if (space->reply->answer == HC_OK) {
        put_register(f, HC_COL_PCI_SRIOV_TOTAL, space, d->sriov, space->extended, d->vfs_total);
        put_register(f, HC_COL_PCI_SRIOV_ACTIVE, space, d->sriov, space->extended, d->vfs_active);
    }
    if (listed(f, "sriov_totalvfs") == HC_NO && !d->sriov.at)
        put_no_vfs(f);
}

/* Of a device that has nothing better the pin is read, by recordings since there is this column. */
static void put_pin(struct function *f, const struct space *space)
{
    const struct hc_reply *reply = space->list;

    if (hc_pci_config_knows(&space->config, HC_PCI_INTERRUPT_PIN, 1))
        reply = space->reply;
    else if (hc_pci_config_lines_only(&space->config))
        reply = hc_reword(f->scan->src, reply, HC_NOT_RECORDED, "the interrupt pin was not read");
    else if (reply->answer == HC_OK)
        return;
    put_number(f, HC_COL_PCI_PIN, reply, space->config.bytes[HC_PCI_INTERRUPT_PIN]);
}

static void put_capabilities(struct function *f, const struct space *space)
{
    const struct hc_pci_decoded *d = &space->decoded;

    put_port(f, space);
    put_capability(f, HC_COL_PCI_MSI, space, d->msi, space->list);
    put_capability(f, HC_COL_PCI_MSIX, space, d->msix, space->list);
    put_register(f, HC_COL_PCI_MSIX_VECTORS, space, d->msix, space->list, d->msix_vectors);
    put_pin(f, space);
    put_bit(f, HC_COL_PCI_FLR, space, d->express, d->flr);
    put_bit(f, HC_COL_PCI_AF_FLR, space, d->af, d->af_flr);
    put_bit(f, HC_COL_PCI_PM_RESET, space, d->pm, !d->no_soft_reset);
    put_capability(f, HC_COL_PCI_ACS, space, d->acs, space->extended);
    put_register(f, HC_COL_PCI_ACS_CAP, space, d->acs, space->extended, d->acs_capability);
    put_register(f, HC_COL_PCI_ACS_CTRL, space, d->acs, space->extended, d->acs_control);
    put_capability(f, HC_COL_PCI_ARI, space, d->ari, space->extended);
    put_capability(f, HC_COL_PCI_ATS, space, d->ats, space->extended);
    put_capability(f, HC_COL_PCI_PASID, space, d->pasid, space->extended);
    put_capability(f, HC_COL_PCI_PRI, space, d->pri, space->extended);
    put_capability(f, HC_COL_PCI_SRIOV, space, d->sriov, space->extended);
    put_capability(f, HC_COL_PCI_REBAR, space, d->rebar, space->extended);
    put_capability(f, HC_COL_PCI_DPC, space, d->dpc, space->extended);
}

/* Where nothing of them is known, with the one reason for all. */
static void put_no_capabilities(struct function *f, const struct hc_reply *why)
{
    static const int columns[] = {
        HC_COL_PCI_PORT_TYPE, HC_COL_PCI_MSI,      HC_COL_PCI_MSIX,     HC_COL_PCI_MSIX_VECTORS, HC_COL_PCI_ACS,
        HC_COL_PCI_ACS_CAP,   HC_COL_PCI_ARI,      HC_COL_PCI_ACS_CTRL, HC_COL_PCI_ATS,          HC_COL_PCI_PASID,
        HC_COL_PCI_PRI,       HC_COL_PCI_DPC,      HC_COL_PCI_SRIOV,    HC_COL_PCI_REBAR,        HC_COL_PCI_FLR,
        HC_COL_PCI_AF_FLR,    HC_COL_PCI_PM_RESET, HC_COL_PCI_PIN,
    };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        put_flag(f, columns[i], why, false);
}

static void put_revision(struct function *f)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(f->scan->src, below(f, "revision"), &line);

    put_id(f, HC_COL_PCI_REVISION, reply, line, 2);
}

/* PCI Local Bus 3.0, 6.1: revision at 8, header type at 0x0e; of a bridge the buses below at 0x19 and 0x1a. */
static void put_header(struct function *f, const struct space *space)
{
    const unsigned char *bytes = space->config.bytes;
    unsigned type = bytes[0x0e] & 0x7f;
    bool whole = space->list->answer != HC_DENIED; /* or no more was needed */

    if (hc_pci_config_knows(&space->config, HC_PCI_REVISION, 1))
        put_hex(f, HC_COL_PCI_REVISION, space->reply, bytes[HC_PCI_REVISION], 2);
    else
        put_revision(f);
    put_number(f, HC_COL_PCI_CONFIG_BYTES, space->reply, whole ? space->config.size : HC_PCI_HEADER);
    put_number(f, HC_COL_PCI_HEADER, space->reply, type);
    put_flag(f, HC_COL_PCI_MULTIFUNCTION, space->reply, (bytes[0x0e] & 0x80) != 0);
    if (type == 1 || type == 2) {
        put_number(f, HC_COL_PCI_SECONDARY, space->reply, bytes[0x19]);
        put_number(f, HC_COL_PCI_SUBORDINATE, space->reply, bytes[0x1a]);
    }
}

static void put_no_header(struct function *f, const struct hc_reply *why)
{
    put_revision(f);
    put_number(f, HC_COL_PCI_CONFIG_BYTES, why, 0);
    put_number(f, HC_COL_PCI_HEADER, why, 0);
    put_flag(f, HC_COL_PCI_MULTIFUNCTION, why, false);
}

/* "8.0 GT/s PCIe" */
static bool speed_of_text(struct hc_text line, uint64_t *mts)
{
    struct hc_text number, whole, tenths;
    uint64_t v[2] = { 0, 0 };

    if (!hc_next_word(&line, &number) || !hc_starts(hc_trim(line), "GT/s"))
        return false;
    if (!hc_split(number, '.', &whole, &tenths))
        whole = number;
    else if (tenths.size != 1 || !hc_number(tenths, 10, &v[1]))
        return false;
    if (!hc_number(whole, 10, &v[0]) || v[0] > 1000)
        return false;
    *mts = 1000 * v[0] + 100 * v[1];
    return true;
}

/* The kernel tells everybody of the link, and everybody else of the rest of configuration space nothing. Not asked of a
   device that sleeps: the kernel would read of it. */
static void put_link_of_files(struct function *f)
{
    static const struct {
        int column;
        const char *name;
        bool speed;
    } rows[] = {
        { HC_COL_PCI_SPEED, "current_link_speed", true },
        { HC_COL_PCI_WIDTH, "current_link_width", false },
        { HC_COL_PCI_SPEED_MAX, "max_link_speed", true },
        { HC_COL_PCI_WIDTH_MAX, "max_link_width", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct hc_reply *reply;
        struct hc_text line;
        uint64_t value = 0;
        if (listed(f, rows[i].name) != HC_YES)
            continue;
        reply = hc_ask_line(f->scan->src, below(f, rows[i].name), &line);
        if (hc_starts(line, "Unknown"))
            continue;
        if (!(rows[i].speed ? speed_of_text(line, &value) : hc_number(line, 10, &value)))
            reply = hc_malformed(f->scan->src, reply, rows[i].speed ? "a speed was expected" : "a number was expected");
        put_number(f, rows[i].column, reply, value);
    }
}

static const struct hc_reply *ask_space(struct function *f, struct space *space)
{
    struct hc_source *src = f->scan->src;
    const struct hc_reply *reply = hc_ask(src, hc_format(src, "pciconf:%.*s", (int)f->address.size, f->address.at));

    memset(&space->decoded, 0, sizeof space->decoded);
    if (reply->answer != HC_OK)
        return reply;
    if (!hc_pci_config_parse((struct hc_text){ reply->bytes, reply->size }, &space->config))
        return hc_malformed(src, reply, "offsets and bytes in hex were expected");
    if (hc_pci_config_dead(&space->config))
        return hc_malformed(src, reply, "all ones: no device answers");
    return reply;
}

static void put_space(struct function *f)
{
    struct space space;
    const struct hc_reply *reply = space.reply = ask_space(f, &space);
    enum hc_libpci_result result;

    if (reply->answer != HC_OK) {
        put_no_header(f, reply);
        put_no_capabilities(f, reply);
        put_sriov(f, &space);
        return;
    }
    space.list = list_reply(f, &space, hc_pci_capabilities(&space.config));
    space.extended = list_reply(f, &space, hc_pci_extended(&space.config));
    put_header(f, &space);
    result = hc_libpci_decode(f->scan->lib, &space.config, &space.decoded);
    if (result == HC_LIBPCI_NO_MEMORY) {
        f->scan->src->arena.exhausted = true; /* no report either */
    } else if (result == HC_LIBPCI_UNSUPPORTED) {
        space.list = space.extended = hc_reword(f->scan->src, reply, HC_FAILED, "libpci cannot decode it here");
        put_no_capabilities(f, space.list);
    } else {
        put_capabilities(f, &space);
    }
    put_sriov(f, &space);
    if (!space.decoded.express.at && space.list->answer != HC_OK)
        put_link_of_files(f);
}

/* ---- all of them ---- */

/* A folder of sysfs and not some files of one: attributes that every function has, and few who copy take along. */
static bool whole_folder(struct hc_text names)
{
    return hc_has_word(names, "uevent") && hc_has_word(names, "resource") && hc_has_word(names, "enable") &&
           hc_has_word(names, "config");
}

static void put_function(struct scan *scan, const struct hc_reply *list, struct hc_text address)
{
    struct function f = { .scan = scan, .row = hc_add_row(scan->facts, HC_TABLE_PCI, list), .address = address };

    if (!f.row)
        return;
    memcpy(f.path, FOLDER "/", sizeof FOLDER);
    memcpy(f.path + sizeof FOLDER, address.at, address.size); /* 17 bytes at most */
    f.folder_size = sizeof FOLDER + address.size;
    put_text(&f, HC_COL_PCI_ADDRESS, list, address);
    put_place(&f);
    f.listing = hc_ask_dir(scan->src, folder(&f), &f.names);
    f.whole = whole_folder(f.names);
    put_identity(&f);
    put_slot(&f);
    put_group(&f);
    put_node(&f);
    put_abilities(&f);
    put_bars(&f);
    put_space(&f);
}

static size_t count_words(struct hc_text text)
{
    struct hc_text word;
    size_t count = 0;

    while (hc_next_word(&text, &word))
        count++;
    return count;
}

static struct hc_text devices_of(const struct hc_table_row *group)
{
    const struct hc_cell *cell = &group->cells[HC_COL_IOMMU_GROUP_DEVICES];

    return cell->known && cell->text && group->cells[HC_COL_IOMMU_GROUP_ID].known
               ? (struct hc_text){ cell->text, strlen(cell->text) }
               : (struct hc_text){ "", 0 };
}

static void index_groups(struct scan *scan)
{
    const struct hc_table_row *first = scan->facts->tables[HC_TABLE_IOMMU_GROUPS].first, *row;
    struct hc_text rest, word;
    size_t count = 0;

    for (row = first; row; row = row->next)
        count += count_words(devices_of(row));
    hc_index_make(&scan->groups, &scan->src->arena, count);
    for (row = first; row; row = row->next)
        for (rest = devices_of(row); hc_next_word(&rest, &word);)
            hc_index_put(&scan->groups, word, row);
}

/* "0000:01:00", without a function. */
static void index_slots(struct scan *scan)
{
    struct hc_text names, name, address;
    const struct hc_reply *list = hc_ask_dir(scan->src, SLOTS, &names);

    scan->slots_known = list->answer == HC_OK || list->answer == HC_ABSENT;
    hc_index_make(&scan->slots, &scan->src->arena, count_words(names));
    while (hc_next_line(&names, &name)) {
        struct named *slot = hc_alloc(&scan->src->arena, sizeof *slot);
        if (!slot)
            return;
        slot->name = name;
        slot->reply =
            hc_ask_line(scan->src, hc_format(scan->src, SLOTS "/%.*s/address", (int)name.size, name.at), &address);
        if (slot->reply->answer == HC_OK)
            hc_index_put(&scan->slots, address, slot);
        else
            scan->slots_known = false; /* it may be anybody's */
    }
}

/* A name that is no address costs itself: a row of which nothing else is known. */
static void put_odd_name(struct scan *scan, const struct hc_reply *list)
{
    struct hc_table_row *row = hc_add_row(scan->facts, HC_TABLE_PCI, list);

    hc_cell_text(scan->facts, row, HC_COL_PCI_ADDRESS, hc_malformed(scan->src, list, "a name that is no address"),
                 HC_TEXT(""));
}

void hc_probe_pci(struct hc_source *src, struct hc_facts *facts)
{
    struct scan scan = { .src = src, .facts = facts };
    struct hc_text names, name;
    struct hc_pci_address address;
    const struct hc_reply *list = hc_ask_dir(src, FOLDER, &names);
    uint64_t nodes;

    hc_put_table(facts, HC_TABLE_PCI, list);
    hc_put_table(facts, HC_TABLE_PCI_BARS, list);
    hc_put_number(facts, HC_PCI_FUNCTIONS, list->answer == HC_ABSENT ? hc_restate(src, list, "absent") : list,
                  count_words(names));
    if (!names.size)
        return;
    scan.lib = hc_libpci_open();
    if (!scan.lib) {
        src->arena.exhausted = true; /* no report either */
        return;
    }
    scan.one_node = hc_number_of(facts, HC_LINUX_NODES, &nodes) && nodes < 2;
    hc_index_make(&scan.modules, &src->arena, count_words(names));
    index_groups(&scan);
    index_slots(&scan);
    while (hc_next_line(&names, &name))
        if (hc_pci_address(name, &address))
            put_function(&scan, list, name);
        else
            put_odd_name(&scan, list);
    hc_libpci_close(scan.lib);
}
