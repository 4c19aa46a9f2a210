#include "functions.h"

#include "tables.h"

#include <string.h>

/* ---- a hash index: open addressing in twice as many places as there are functions ---- */

static size_t place_of(uint64_t key, size_t slots)
{
    key *= UINT64_C(0x9e3779b97f4a7c15); /* spreads neighbors, of which PCI addresses are full */
    return (size_t)(key >> 32) & (slots - 1);
}

static uint64_t slot_key(const struct hc_function *f)
{
    return (uint64_t)f->domain << 13 | (uint64_t)f->bus << 5 | f->device;
}

static uint64_t address_key(const struct hc_function *f)
{
    return slot_key(f) << 3 | f->function;
}

static bool empty(size_t index)
{
    return index == HC_NO_FUNCTION;
}

/* Where the key stands, or the free place that it belongs to. */
static size_t *find(size_t *index, size_t slots, const struct hc_function *list,
                    uint64_t (*key_of)(const struct hc_function *f), uint64_t key)
{
    size_t at = place_of(key, slots);

    while (!empty(index[at]) && key_of(&list[index[at]]) != key)
        at = (at + 1) & (slots - 1);
    return &index[at];
}

static size_t *new_index(struct hc_arena *arena, size_t slots)
{
    size_t *index = hc_alloc(arena, slots * sizeof *index);

    for (size_t i = 0; index && i < slots; i++)
        index[i] = HC_NO_FUNCTION;
    return index;
}

/* ---- addresses ---- */

static bool hex_field(struct hc_text *rest, char end, uint64_t limit, uint64_t *value)
{
    const char *stop = end ? memchr(rest->at, end, rest->size) : rest->at + rest->size;
    struct hc_text field = { rest->at, stop ? (size_t)(stop - rest->at) : 0 };

    if (!stop || !hc_number(field, 16, value) || *value > limit)
        return false;
    rest->size -= field.size + (end != 0);
    rest->at = stop + (end != 0);
    return true;
}

/* Four fields: domain:bus:device.function. */
static bool parse_address(struct hc_text text, struct hc_function *f)
{
    uint64_t domain, bus, device, function;

    if (!text.size || !hex_field(&text, ':', UINT32_MAX, &domain) || !hex_field(&text, ':', 0xff, &bus) ||
        !hex_field(&text, '.', 0x1f, &device) || !hex_field(&text, 0, 7, &function))
        return false;
    f->domain = (uint32_t)domain;
    f->bus = (uint8_t)bus;
    f->device = (uint8_t)device;
    f->function = (uint8_t)function;
    return true;
}

size_t hc_function_at(const struct hc_functions *functions, const char *address, size_t size)
{
    struct hc_function f;

    if (!parse_address((struct hc_text){ address, size }, &f))
        return HC_NO_FUNCTION;
    return hc_function_by_numbers(functions, f.domain, f.bus, f.device, f.function);
}

size_t hc_function_by_numbers(const struct hc_functions *functions, uint32_t domain, uint8_t bus, uint8_t device,
                              uint8_t function)
{
    struct hc_function f = { .domain = domain, .bus = bus, .device = device, .function = function };

    if (!functions->count)
        return HC_NO_FUNCTION;
    return *find(functions->by_address, functions->slots, functions->list, address_key, address_key(&f));
}

/* ---- one row ---- */

static uint64_t hex_of(const struct hc_cell *cell, uint64_t unknown)
{
    uint64_t value;

    return hc_number(hc_text_in(cell), 16, &value) ? value : unknown;
}

static enum hc_tri flag_of(const struct hc_cell *cell)
{
    return cell->known ? hc_tri(cell->flag) : HC_UNKNOWN;
}

static enum hc_port_type port_type_of(const struct hc_cell *cell)
{
    static const char *const names[] = {
        [HC_PORT_CONVENTIONAL] = "conventional",
        [HC_PORT_ENDPOINT] = "endpoint",
        [HC_PORT_LEGACY_ENDPOINT] = "legacy endpoint",
        [HC_PORT_ROOT] = "root port",
        [HC_PORT_UPSTREAM] = "upstream port",
        [HC_PORT_DOWNSTREAM] = "downstream port",
        [HC_PORT_PCIE_TO_PCI] = "PCIe-to-PCI bridge",
        [HC_PORT_PCI_TO_PCIE] = "PCI-to-PCIe bridge",
        [HC_PORT_INTEGRATED_ENDPOINT] = "integrated endpoint",
        [HC_PORT_EVENT_COLLECTOR] = "event collector",
    };
    struct hc_text text = hc_text_in(cell);

    for (int t = HC_PORT_CONVENTIONAL; t <= HC_PORT_EVENT_COLLECTOR; t++)
        if (hc_text_is(text, names[t]))
            return (enum hc_port_type)t;
    return HC_PORT_UNKNOWN;
}

static void fill(struct hc_function *f, const struct hc_table_row *row)
{
    const struct hc_cell *cells = row->cells;

    f->row = row;
    f->address = hc_text_in(&cells[HC_COL_PCI_ADDRESS]).at;
    f->vendor = (uint16_t)hex_of(&cells[HC_COL_PCI_VENDOR], 0);
    f->device_id = (uint16_t)hex_of(&cells[HC_COL_PCI_DEVICE], 0);
    f->class_code = (uint32_t)hex_of(&cells[HC_COL_PCI_CLASS], UINT32_MAX);
    f->header = cells[HC_COL_PCI_HEADER].known ? (int)cells[HC_COL_PCI_HEADER].number : -1;
    f->port_type = port_type_of(&cells[HC_COL_PCI_PORT_TYPE]);
    f->multifunction = flag_of(&cells[HC_COL_PCI_MULTIFUNCTION]);
    f->acs = flag_of(&cells[HC_COL_PCI_ACS]);
    if (f->acs == HC_YES && (!cells[HC_COL_PCI_ACS_CAP].known || !cells[HC_COL_PCI_ACS_CTRL].known))
        f->acs = HC_UNKNOWN;
    f->acs_cap = f->acs == HC_YES ? (uint16_t)cells[HC_COL_PCI_ACS_CAP].number : 0;
    f->acs_ctrl = f->acs == HC_YES ? (uint16_t)cells[HC_COL_PCI_ACS_CTRL].number : 0;
    f->parent = f->physical = f->next_in_slot = f->first_in_slot = HC_NO_FUNCTION;
}

/* ---- how they hang together ---- */

/* The function that a cell names; a name that leads nowhere leaves the question open. */
static bool named(const struct hc_functions *functions, const struct hc_cell *cell, size_t *index)
{
    struct hc_text name = hc_text_in(cell);

    *index = name.size ? hc_function_at(functions, name.at, name.size) : HC_NO_FUNCTION;
    return cell->known && (!name.size || !empty(*index));
}

static void join_slots(struct hc_functions *functions, size_t *last_of)
{
    for (size_t i = 0; i < functions->count; i++) {
        struct hc_function *f = &functions->list[i];
        size_t *last = find(last_of, functions->slots, functions->list, slot_key, slot_key(f));

        f->first_in_slot = empty(*last) ? i : functions->list[*last].first_in_slot;
        if (!empty(*last))
            functions->list[*last].next_in_slot = i;
        *last = i;
    }
}

/* Rows whose address is broken or stands there twice are no functions of the tree. */
static void take_rows(const struct hc_table_data *table, struct hc_functions *functions)
{
    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        struct hc_function *f = &functions->list[functions->count];
        size_t *place;

        if (!parse_address(hc_text_in(&row->cells[HC_COL_PCI_ADDRESS]), f))
            continue;
        place = find(functions->by_address, functions->slots, functions->list, address_key, address_key(f));
        if (!empty(*place))
            continue;
        fill(f, row);
        *place = functions->count++;
    }
}

bool hc_functions_of(const struct hc_facts *facts, struct hc_arena *arena, struct hc_functions *functions)
{
    const struct hc_table_data *table = &facts->tables[HC_TABLE_PCI];
    size_t *last_of;

    *functions = (struct hc_functions){ .known = table->known, .slots = 1 };
    while (functions->slots < 2 * (table->count + 1))
        functions->slots *= 2;
    functions->list = hc_alloc(arena, (table->count + 1) * sizeof *functions->list);
    functions->by_address = new_index(arena, functions->slots);
    last_of = new_index(arena, functions->slots);
    if (!functions->list || !functions->by_address || !last_of)
        return false;
    take_rows(table, functions);
    for (size_t i = 0; i < functions->count; i++) {
        struct hc_function *f = &functions->list[i];
        f->parent_known = named(functions, &f->row->cells[HC_COL_PCI_PARENT], &f->parent);
        f->physical_known = named(functions, &f->row->cells[HC_COL_PCI_PHYSFN], &f->physical);
    }
    join_slots(functions, last_of);
    return true;
}
