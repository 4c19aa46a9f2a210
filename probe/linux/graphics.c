/* Graphics and displays: Documentation/gpu/drm-uapi.rst, drivers/gpu/drm/drm_sysfs.c. What a connector shows is what
   its driver last saw: reading it neither asks the display nor wakes the card. */
#include "edid.h"
#include "place.h"
#include "probes.h"
#include "tables.h"
#include "web.h"

#include <string.h>

#define DRM     "/sys/class/drm"
#define DEVICES "/sys/bus/pci/devices"

enum { CLASS_DISPLAY = 0x03, CARDS_MOST = 256 /* the kernel had 64 of each kind for long */ };

/* A card or a render node of the kernel, and the function that it is made for. */
struct node {
    struct hc_text name, path, function;
    const struct hc_reply *why;
    bool render, taken;
};

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list; /* of DRM */
    struct hc_text names;
    struct node *nodes;
    size_t count;
};

static const char *path_of(const struct scan *s, struct hc_text name, const char *file)
{
    return hc_format(s->src, DRM "/%.*s%s", (int)name.size, name.at, file);
}

static void put_text(struct scan *s, struct hc_table_row *row, int column, const struct hc_reply *reply,
                     struct hc_text text)
{
    hc_cell_text(s->facts, row, column, reply, text);
}

/* ---- the nodes ---- */

static bool numbered(struct hc_text name, const char *prefix)
{
    const size_t size = strlen(prefix);
    uint64_t number;

    return hc_starts(name, prefix) && hc_number((struct hc_text){ name.at + size, name.size - size }, 10, &number);
}

static void list_nodes(struct scan *s)
{
    struct hc_text rest = s->names, name;
    size_t count = 0;

    while (hc_next_line(&rest, &name))
        count += numbered(name, "card") || numbered(name, "renderD");
    if (count > CARDS_MOST) {
        s->list = hc_malformed(s->src, s->list, "more cards than there can be");
        s->names = HC_TEXT("");
        return;
    }
    s->nodes = hc_alloc(&s->src->arena, (count + 1) * sizeof *s->nodes);
    rest = s->names;
    while (s->nodes && s->count < count && hc_next_line(&rest, &name)) {
        struct node *n = &s->nodes[s->count];
        if (!numbered(name, "card") && !numbered(name, "renderD"))
            continue;
        *n = (struct node){ .name = name, .render = numbered(name, "renderD") };
        n->why = hc_ask_link(s->src, path_of(s, name, ""), &n->path);
        n->function = hc_place_function(n->path);
        s->count++;
    }
}

/* The node of a function; NULL: it has none of that kind. */
static struct node *node_of(struct scan *s, struct hc_text function, bool render)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->nodes[i].render == render && function.size && hc_same_text(s->nodes[i].function, function))
            return &s->nodes[i];
    return NULL;
}

/* What proves that there is no node: a listing, but not where one of them cannot be placed. */
static const struct hc_reply *none_why(const struct scan *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->nodes[i].why->answer != HC_OK)
            return s->nodes[i].why;
    return s->list;
}

/* ---- displays ---- */

/* "card0-HDMI-A-1" is a connector of card0. */
static bool is_connector(struct hc_text name, struct hc_text card)
{
    return name.size > card.size && !memcmp(name.at, card.at, card.size) && name.at[card.size] == '-';
}

static void put_size(struct scan *s, struct hc_table_row *row, const struct hc_reply *reply, const struct hc_edid *e)
{
    const char *mode = hc_format(s->src, "%ux%u", e->width, e->height);

    if (e->width_mm && e->height_mm) {
        hc_cell_number(s->facts, row, HC_COL_DISPLAYS_WIDTH, reply, e->width_mm);
        hc_cell_number(s->facts, row, HC_COL_DISPLAYS_HEIGHT, reply, e->height_mm);
    }
    if (!e->width || !mode)
        return;
    put_text(s, row, HC_COL_DISPLAYS_MODE, reply, (struct hc_text){ mode, strlen(mode) });
    hc_cell_number(s->facts, row, HC_COL_DISPLAYS_REFRESH, reply, e->refresh_millihertz);
}

static void put_edid(struct scan *s, struct hc_table_row *row, const struct hc_reply *reply, const struct hc_edid *e)
{
    char product[5];
    const char *number = e->serial_number ? hc_format(s->src, "%u", e->serial_number) : "";
    struct hc_text serial = e->serial_text;

    if (!serial.size && number)
        serial = (struct hc_text){ number, strlen(number) };
    hc_hex_digits(e->product, 4, product);
    put_text(s, row, HC_COL_DISPLAYS_MAKER,
             *e->manufacturer ? reply : hc_malformed(s->src, reply, "three letters were expected"),
             (struct hc_text){ e->manufacturer, strlen(e->manufacturer) });
    put_text(s, row, HC_COL_DISPLAYS_PRODUCT, reply, (struct hc_text){ product, 4 });
    put_text(s, row, HC_COL_DISPLAYS_NAME, reply, e->name);
    put_text(s, row, HC_COL_DISPLAYS_SERIAL,
             reply->thinned ? hc_reword(s->src, reply, HC_REDACTED, "serial numbers were taken out") : reply, serial);
    if (e->year)
        hc_cell_number(s->facts, row, HC_COL_DISPLAYS_YEAR, reply, e->year);
    put_size(s, row, reply, e);
}

static void put_unreadable(struct scan *s, struct hc_table_row *row, const struct hc_reply *why)
{
    static const int columns[] = { HC_COL_DISPLAYS_MAKER, HC_COL_DISPLAYS_PRODUCT, HC_COL_DISPLAYS_NAME,
                                   HC_COL_DISPLAYS_SERIAL };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        put_text(s, row, columns[i], why, HC_TEXT(""));
}

static void look_at_display(struct scan *s, struct hc_table_row *row, struct hc_text connector)
{
    struct hc_text bytes;
    struct hc_edid edid;
    const struct hc_reply *reply = hc_ask_file(s->src, path_of(s, connector, "/edid"), &bytes);

    hc_cell_number(s->facts, row, HC_COL_DISPLAYS_EDID, reply, bytes.size);
    if (reply->answer == HC_OK && !bytes.size)
        return;
    hc_edid_decode(bytes, &edid);
    hc_cell_flag(s->facts, row, HC_COL_DISPLAYS_SOUND, reply, edid.sound);
    if (edid.readable)
        put_edid(s, row, reply, &edid);
    else
        put_unreadable(s, row, reply->answer == HC_OK ? hc_malformed(s->src, reply, edid.wrong) : reply);
}

/* drm_get_connector_status_name() of drivers/gpu/drm/drm_connector.c */
static const struct hc_reply *ask_status(const struct scan *s, struct hc_text connector, struct hc_text *status)
{
    const struct hc_reply *reply = hc_ask_line(s->src, path_of(s, connector, "/status"), status);

    if (reply->answer == HC_OK && !hc_text_is(*status, "connected") && !hc_text_is(*status, "disconnected") &&
        !hc_text_is(*status, "unknown"))
        return hc_malformed(s->src, reply, "an unexpected word");
    return reply;
}

static const struct hc_reply *put_connector(struct scan *s, const struct node *card, struct hc_text connector,
                                            bool *connected)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_DISPLAYS, s->list);
    struct hc_text status;
    const struct hc_reply *reply = ask_status(s, connector, &status);

    put_text(s, row, HC_COL_DISPLAYS_CONNECTOR, s->list, connector);
    put_text(s, row, HC_COL_DISPLAYS_GPU, card->why, card->function);
    put_text(s, row, HC_COL_DISPLAYS_STATUS, reply, status);
    *connected = hc_text_is(status, "connected");
    if (*connected)
        look_at_display(s, row, connector);
    return reply;
}

/* Bytes of the names of a card's connectors, and of blanks between them. */
static size_t size_of_connectors(const struct scan *s, const struct node *card)
{
    struct hc_text rest = s->names, name;
    size_t size = 0;

    while (hc_next_line(&rest, &name))
        size += is_connector(name, card->name) ? name.size + 1 : 0;
    return size;
}

/* Connectors of a card become rows; those with a display are the list of the card. */
static void put_displays(struct scan *s, struct hc_table_row *gpu, const struct node *card)
{
    char *list = hc_alloc(&s->src->arena, size_of_connectors(s, card) + 1);
    struct hc_text rest = s->names, name;
    const struct hc_reply *why = s->list;
    size_t size = 0;
    bool connected;

    while (list && hc_next_line(&rest, &name)) {
        const struct hc_reply *reply;
        if (!is_connector(name, card->name))
            continue;
        reply = put_connector(s, card, name, &connected);
        if (reply->answer != HC_OK)
            why = reply;
        if (!connected)
            continue;
        memcpy(list + size, name.at, name.size);
        size += name.size;
        list[size++] = ' ';
    }
    if (list)
        put_text(s, gpu, HC_COL_GPUS_DISPLAYS, why, hc_trim((struct hc_text){ list, size }));
}

/* ---- PCI functions ---- */

/* What is known of the function is known of the card, and what is not is open for the same reason. */
static void copy_text(struct scan *s, struct hc_table_row *row, int column, const struct hc_cell *cell)
{
    if (cell->why)
        put_text(s, row, column, cell->why, hc_text_in(cell));
}

static void copy_flag(struct scan *s, struct hc_table_row *row, int column, const struct hc_cell *cell)
{
    if (cell->why)
        hc_cell_flag(s->facts, row, column, cell->why, cell->known && cell->flag);
}

enum { BARS = 6 }; /* behind them the ROM, and windows of virtual functions */

/* The windows of one function stand together, from the one given. */
static void put_window(struct scan *s, struct hc_table_row *row, const struct hc_table_row *bar, struct hc_text address)
{
    const struct hc_reply *why = s->facts->tables[HC_TABLE_PCI_BARS].why;
    uint64_t largest = 0;

    for (; bar && hc_same_text(hc_text_in(&bar->cells[HC_COL_BAR_ADDRESS]), address); bar = bar->next) {
        const struct hc_cell *size = &bar->cells[HC_COL_BAR_SIZE], *number = &bar->cells[HC_COL_BAR_NUMBER];
        if (!number->known && number->why) { /* they could not be read */
            hc_cell_number(s->facts, row, HC_COL_GPUS_WINDOW, number->why, 0);
            return;
        }
        if (!number->known || number->number >= BARS || !size->known || size->number < largest ||
            !hc_starts(hc_text_in(&bar->cells[HC_COL_BAR_TYPE]), "mem"))
            continue;
        why = size->why;
        largest = size->number;
    }
    if (why)
        hc_cell_number(s->facts, row, HC_COL_GPUS_WINDOW, why, largest);
}

/* drivers/gpu/drm/amd/amdgpu/amdgpu_vram_mgr.c; no other driver of the kernel tells it in sysfs. */
static void put_memory(struct scan *s, struct hc_table_row *row, struct hc_text address, const struct hc_cell *driver)
{
    uint64_t bytes = 0;
    const struct hc_reply *reply = driver->why;

    if (!driver->known || !hc_text_in(driver).size)
        return;
    if (hc_text_is(hc_text_in(driver), "amdgpu"))
        reply = hc_ask_u64(
            s->src, hc_format(s->src, DEVICES "/%.*s/mem_info_vram_total", (int)address.size, address.at), &bytes);
    else
        reply = hc_reword(s->src, reply, HC_UNSUPPORTED, "this driver does not tell the size of its memory in sysfs");
    hc_cell_number(s->facts, row, HC_COL_GPUS_MEMORY, reply, bytes);
}

static void put_nodes(struct scan *s, struct hc_table_row *row, struct hc_text function)
{
    struct node *card = node_of(s, function, false), *render = node_of(s, function, true);

    put_text(s, row, HC_COL_GPUS_CARD, card ? card->why : none_why(s), card ? card->name : HC_TEXT(""));
    put_text(s, row, HC_COL_GPUS_RENDER, render ? render->why : none_why(s), render ? render->name : HC_TEXT(""));
    if (!card) {
        put_text(s, row, HC_COL_GPUS_DISPLAYS, none_why(s), HC_TEXT(""));
        return;
    }
    card->taken = true;
    put_displays(s, row, card);
}

static void put_function(struct scan *s, const struct hc_table_row *pci, const struct hc_table_row *bars)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_GPUS, pci->because);
    const struct hc_text address = hc_text_in(&pci->cells[HC_COL_PCI_ADDRESS]);

    copy_text(s, row, HC_COL_GPUS_PCI, &pci->cells[HC_COL_PCI_ADDRESS]);
    copy_text(s, row, HC_COL_GPUS_VENDOR, &pci->cells[HC_COL_PCI_VENDOR]);
    copy_text(s, row, HC_COL_GPUS_DEVICE, &pci->cells[HC_COL_PCI_DEVICE]);
    copy_text(s, row, HC_COL_GPUS_DRIVER, &pci->cells[HC_COL_PCI_DRIVER]);
    copy_flag(s, row, HC_COL_GPUS_BOOT, &pci->cells[HC_COL_PCI_BOOT_VGA]);
    copy_flag(s, row, HC_COL_GPUS_MDEV, &pci->cells[HC_COL_PCI_MDEV]);
    put_window(s, row, bars, address);
    put_memory(s, row, address, &pci->cells[HC_COL_PCI_DRIVER]);
    put_nodes(s, row, address);
}

/* A card of another class (an accelerator with displays), or of another bus. */
static void put_other(struct scan *s, struct node *card)
{
    struct hc_table_row *row;
    struct hc_text uevent, driver;
    const struct hc_reply *reply;

    if (card->render || card->taken)
        return;
    row = hc_add_row(s->facts, HC_TABLE_GPUS, s->list);
    reply = hc_ask_file(s->src, path_of(s, card->name, "/device/uevent"), &uevent);
    hc_uevent_value(uevent, "DRIVER", &driver);
    put_text(s, row, HC_COL_GPUS_PCI, card->why, card->function);
    put_text(s, row, HC_COL_GPUS_DRIVER, reply, driver);
    put_text(s, row, HC_COL_GPUS_CARD, s->list, card->name);
    put_displays(s, row, card);
}

/* ---- mediated devices: Documentation/driver-api/vfio-mediated-device.rst ---- */

static void put_type(struct scan *s, const struct hc_table_row *pci, const struct hc_reply *list, const char *folder,
                     struct hc_text type)
{
    static const struct {
        const char *file;
        int column;
        bool optional;
    } lines[] = { { "name", HC_COL_MDEV_TYPES_NAME, true },
                  { "description", HC_COL_MDEV_TYPES_DESCRIPTION, true },
                  { "device_api", HC_COL_MDEV_TYPES_API, false } };
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_MDEV_TYPES, list);
    const char *path = hc_format(s->src, "%s/%.*s", folder, (int)type.size, type.at);
    const struct hc_reply *reply;
    uint64_t available;
    struct hc_text line;

    copy_text(s, row, HC_COL_MDEV_TYPES_PCI, &pci->cells[HC_COL_PCI_ADDRESS]);
    put_text(s, row, HC_COL_MDEV_TYPES_TYPE, list, type);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        reply = hc_ask_file(s->src, hc_format(s->src, "%s/%s", path, lines[i].file), &line);
        put_text(s, row, lines[i].column, reply->answer == HC_ABSENT && lines[i].optional ? list : reply,
                 hc_trim(line));
    }
    reply = hc_ask_u64(s->src, hc_format(s->src, "%s/available_instances", path), &available);
    hc_cell_number(s->facts, row, HC_COL_MDEV_TYPES_AVAILABLE, reply, available);
}

static void put_types(struct scan *s, const struct hc_table_row *pci)
{
    const struct hc_text address = hc_text_in(&pci->cells[HC_COL_PCI_ADDRESS]);
    const char *folder = hc_format(s->src, DEVICES "/%.*s/mdev_supported_types", (int)address.size, address.at);
    struct hc_text names, type;
    const struct hc_reply *list = hc_ask_dir(s->src, folder, &names);

    if (list->answer != HC_OK) /* the table is not whole */
        hc_put_table(s->facts, HC_TABLE_MDEV_TYPES, list);
    while (folder && hc_next_line(&names, &type))
        put_type(s, pci, list, folder, type);
}

/* ---- all ---- */

static bool is_display(const struct hc_table_row *pci)
{
    uint64_t class;

    return hc_number(hc_text_in(&pci->cells[HC_COL_PCI_CLASS]), 16, &class) && class >> 16 == CLASS_DISPLAY;
}

static void put_functions(struct scan *s)
{
    const struct hc_table_row *bar = s->facts->tables[HC_TABLE_PCI_BARS].first;

    for (const struct hc_table_row *row = s->facts->tables[HC_TABLE_PCI].first; row; row = row->next) {
        const struct hc_text address = hc_text_in(&row->cells[HC_COL_PCI_ADDRESS]);
        if (is_display(row))
            put_function(s, row, bar);
        if (row->cells[HC_COL_PCI_MDEV].known && row->cells[HC_COL_PCI_MDEV].flag)
            put_types(s, row);
        while (bar && hc_same_text(hc_text_in(&bar->cells[HC_COL_BAR_ADDRESS]), address))
            bar = bar->next; /* in the order of the functions */
    }
}

/* Cards of other buses are missing where the class could not be listed; a host with one on PCI has seldom another. */
static const struct hc_reply *gpus_why(const struct scan *s)
{
    const struct hc_table_data *pci = &s->facts->tables[HC_TABLE_PCI];

    if (pci->why && (!pci->known || (s->list->answer != HC_OK && s->facts->tables[HC_TABLE_GPUS].count)))
        return pci->why;
    return s->list;
}

void hc_probe_graphics(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    const struct hc_reply *pci = facts->tables[HC_TABLE_PCI].why;

    s.list = hc_ask_folder(src, "/sys/class", "drm", "", &s.names);
    list_nodes(&s);
    hc_put_table(facts, HC_TABLE_DISPLAYS, s.list);
    hc_put_table(facts, HC_TABLE_MDEV_TYPES, pci ? pci : s.list);
    put_functions(&s);
    hc_put_table(facts, HC_TABLE_GPUS, gpus_why(&s));
    for (size_t i = 0; i < s.count; i++)
        put_other(&s, &s.nodes[i]);
}
