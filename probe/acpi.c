/* The IOMMUs as firmware describes them: DMAR, IVRS, IORT. Here is what these tables share: header, checksum, bounds,
   and the way from a place on the PCI bus to a function. A table is asked for only where the folder names it. */
#include "acpi.h"
#include "pci_address.h"
#include "probes.h"
#include "tables.h"
#include "windows/asked.h"

#include <stdlib.h>
#include <string.h>

/* ---- PCI functions by their place ---- */

struct place {
    uint64_t where; /* segment, bus, device, function */
    const struct hc_table_row *row;
};

struct hc_acpi_pci {
    const struct hc_reply *why; /* ok: a function that is not here is not there; NULL: nobody asked */
    struct place *places;
    uint64_t *below; /* place of a bridge and, in the low 8 bits, the bus of a function that stands below it */
    size_t count, children;
};

static uint64_t where(uint64_t segment, uint64_t bus, uint64_t device, uint64_t function)
{
    return segment << 16 | (bus & 0xff) << 8 | (device & 0x1f) << 3 | (function & 7);
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return x->where < y->where ? -1 : x->where > y->where;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static bool place_in(const struct hc_cell *cell, uint64_t *place)
{
    struct hc_pci_address at;

    if (!cell->known || !hc_pci_address((struct hc_text){ cell->text, strlen(cell->text) }, &at))
        return false;
    *place = where(at.domain, at.bus, at.device, at.function);
    return true;
}

static void index_functions(struct hc_source *src, const struct hc_facts *facts, struct hc_acpi_pci *pci)
{
    const struct hc_table_data *table = &facts->tables[HC_TABLE_PCI];

    pci->why = table->why;
    if (table->known && table->why->answer == HC_ABSENT)
        pci->why = hc_restate(src, table->why, "absent");
    pci->places = hc_alloc(&src->arena, (table->count + 1) * sizeof *pci->places);
    pci->below = hc_alloc(&src->arena, (table->count + 1) * sizeof *pci->below);
    if (!pci->places || !pci->below)
        return;
    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        struct place *place = &pci->places[pci->count];
        uint64_t above;
        if (place_in(&row->cells[HC_COL_PCI_ADDRESS], &place->where)) {
            place->row = row;
            pci->count++;
            if (place_in(&row->cells[HC_COL_PCI_PARENT], &above))
                pci->below[pci->children++] = above << 8 | (place->where >> 8 & 0xff);
        } else if (pci->why && pci->why->answer == HC_OK) /* then nobody knows which function is not there */
            pci->why = hc_malformed(src, pci->why, "the address of a PCI function was expected");
    }
    qsort(pci->places, pci->count, sizeof *pci->places, by_place);
    qsort(pci->below, pci->children, sizeof *pci->below, by_number);
}

/* The lowest bus on which something stands below a bridge: virtual functions may seem to be on higher ones. */
static bool bus_of_children(const struct hc_acpi_pci *pci, uint64_t bridge, uint64_t *bus)
{
    size_t low = 0, high = pci->children;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pci->below[middle] >> 8 < bridge)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == pci->children || pci->below[low] >> 8 != bridge)
        return false;
    *bus = pci->below[low] & 0xff;
    return true;
}

static const struct hc_table_row *function_at(const struct hc_acpi_pci *pci, uint64_t at)
{
    struct place key = { at, NULL };
    const struct place *found =
        pci->count ? bsearch(&key, pci->places, pci->count, sizeof *pci->places, by_place) : NULL;

    return found ? found->row : NULL;
}

static void put_none(struct hc_acpi *table, struct hc_table_row *row, int column)
{
    if (table->pci->why)
        hc_cell_text(table->facts, row, column, table->pci->why, HC_TEXT(""));
}

/* From the bus of a function to the one below it; false, with the cell put, where there is none or it is not known. A
   bridge that nobody set up has 0 there; one that sleeps does not tell, but what is below it does. */
static bool bus_below(struct hc_acpi *table, struct hc_table_row *row, int column, const struct hc_table_row *function,
                      uint64_t *bus)
{
    const struct hc_cell *below = &function->cells[HC_COL_PCI_SECONDARY], *type = &function->cells[HC_COL_PCI_HEADER];
    uint64_t above = *bus, place;

    *bus = below->number;
    if (below->known && below->number > above)
        return true;
    if (!below->known && place_in(&function->cells[HC_COL_PCI_ADDRESS], &place) &&
        bus_of_children(table->pci, place, bus))
        return true;
    if (below->known || (type->known && !type->number)) /* no bridge */
        put_none(table, row, column);
    else if (below->why)
        hc_cell_text(table->facts, row, column, below->why, HC_TEXT(""));
    return false;
}

void hc_acpi_resolve(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t segment, uint64_t bus,
                     struct hc_text path)
{
    const struct hc_table_row *function = NULL;

    for (size_t i = 0; i + 1 < path.size; i += 2) {
        unsigned device = (unsigned char)path.at[i], number = (unsigned char)path.at[i + 1];
        if (function && !bus_below(table, row, column, function, &bus))
            return;
        function = device <= 0x1f && number <= 7 ? function_at(table->pci, where(segment, bus, device, number)) : NULL;
        if (!function)
            break;
    }
    if (function) {
        const struct hc_cell *address = &function->cells[HC_COL_PCI_ADDRESS];
        hc_cell_text(table->facts, row, column, address->why, (struct hc_text){ address->text, strlen(address->text) });
    } else
        put_none(table, row, column);
}

void hc_acpi_resolve_id(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t segment, uint64_t id)
{
    const char step[] = { (char)(id >> 3 & 0x1f), (char)(id & 7) };

    hc_acpi_resolve(table, row, column, segment, id >> 8 & 0xff, (struct hc_text){ step, sizeof step });
}

/* ---- bounded reading ---- */

void hc_acpi_fault(struct hc_acpi *table, size_t at, const char *what)
{
    if (!table->broken)
        table->broken = hc_malformed(table->src, table->reply, hc_format(table->src, "byte %zu: %s", at, what));
}

bool hc_acpi_read(const struct hc_acpi *table, const struct hc_acpi_piece *piece, size_t offset, unsigned size,
                  uint64_t *value)
{
    *value = 0;
    if (offset > piece->end - piece->at || size > piece->end - piece->at - offset)
        return false;
    for (unsigned i = size; i-- > 0;)
        *value = *value << 8 | (unsigned char)table->bytes.at[piece->at + offset + i];
    return true;
}

const struct hc_reply *hc_acpi_part(struct hc_acpi *table, size_t at, unsigned size, uint64_t *value)
{
    struct hc_acpi_piece all = { 0, table->bytes.size, true };

    if (hc_acpi_read(table, &all, at, size, value) || table->reply->answer != HC_OK)
        return table->reply;
    hc_acpi_fault(table, table->bytes.size, "the table ends too early");
    return table->broken;
}

bool hc_acpi_holds(struct hc_acpi *table, size_t size)
{
    if (table->reply->answer == HC_OK && table->bytes.size < size) {
        hc_acpi_fault(table, table->bytes.size, "the table ends too early");
        table->cut = true;
    }
    return table->bytes.size >= size;
}

const struct hc_reply *hc_acpi_counted(struct hc_acpi *table)
{
    if (table->cut)
        return table->broken;
    return table->reply->answer == HC_ABSENT ? hc_restate(table->src, table->reply, "absent") : table->reply;
}

bool hc_acpi_piece(struct hc_acpi *table, size_t at, size_t end, uint64_t length, size_t least, const char *name,
                   struct hc_acpi_piece *piece)
{
    const char *wrong = !length             ? "has length 0"
                        : length < least    ? "is too short"
                        : length > end - at ? "goes beyond the end of what holds it"
                                            : NULL;

    *piece = (struct hc_acpi_piece){ at, length > end - at ? end : at + (size_t)length, !wrong };
    if (wrong)
        hc_acpi_fault(table, at, hc_format(table->src, "%s %s", name, wrong));
    return !wrong;
}

void hc_acpi_fields(struct hc_acpi *table, struct hc_table_row *row, const struct hc_acpi_piece *piece,
                    const struct hc_acpi_field *fields, size_t count)
{
    uint64_t value;

    for (size_t i = 0; i < count; i++) {
        bool there = hc_acpi_read(table, piece, fields[i].offset, fields[i].size, &value);
        if (!there)
            hc_acpi_fault(table, piece->end, "a structure ends too early");
        hc_cell_number(table->facts, row, fields[i].column, there ? table->reply : table->broken, value);
    }
}

void hc_acpi_number(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t value)
{
    hc_cell_number(table->facts, row, column, table->reply, value);
}

void hc_acpi_text(struct hc_acpi *table, struct hc_table_row *row, int column, const struct hc_acpi_piece *piece,
                  size_t offset, size_t most)
{
    size_t room = offset < piece->end - piece->at ? piece->end - piece->at - offset : 0;
    struct hc_text text = { table->bytes.at + piece->at + (room ? offset : 0), room < most ? room : most };
    const char *end = text.size ? memchr(text.at, '\0', text.size) : NULL;

    if (!piece->whole || (room < most && most != SIZE_MAX)) {
        hc_acpi_fault(table, piece->end, "a structure ends too early");
        hc_cell_text(table->facts, row, column, table->broken, HC_TEXT(""));
        return;
    }
    if (end)
        text.size = (size_t)(end - text.at);
    hc_cell_text(table->facts, row, column, table->reply, text);
}

/* ---- the table as a whole ---- */

enum { MOST = 1 << 17 }; /* bytes that are walked */

struct kind {
    const char *name;
    struct hc_flag_id listed, sound;
    void (*walk)(struct hc_acpi *table);
    enum hc_table lists[2];
};

static void put_header(struct hc_acpi *table, const struct hc_reply *listed, const char *name, struct hc_table_row *row)
{
    static const struct hc_acpi_field numbers[] = {
        { HC_COL_ACPI_TABLE_LENGTH, 4, 4 },
        { HC_COL_ACPI_TABLE_REVISION, 8, 1 },
        { HC_COL_ACPI_TABLE_CHECKSUM, 9, 1 },
        { HC_COL_ACPI_TABLE_OEM_REVISION, 24, 4 },
        { HC_COL_ACPI_TABLE_CREATOR_REVISION, 32, 4 },
    };
    static const struct hc_acpi_field texts[] = {
        { HC_COL_ACPI_TABLE_OEM, 10, 6 },
        { HC_COL_ACPI_TABLE_OEM_TABLE, 16, 8 },
        { HC_COL_ACPI_TABLE_CREATOR, 28, 4 },
    };

    hc_cell_text(table->facts, row, HC_COL_ACPI_TABLE_SIGNATURE, listed, (struct hc_text){ name, strlen(name) });
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint64_t value;
        const struct hc_reply *reply = hc_acpi_part(table, numbers[i].offset, numbers[i].size, &value);
        hc_cell_number(table->facts, row, numbers[i].column, reply, value);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct hc_text text = { table->bytes.at, 0 };
        if (table->bytes.size) /* then the whole header is there */
            text = hc_trim((struct hc_text){ text.at + texts[i].offset, texts[i].size });
        hc_cell_text(table->facts, row, texts[i].column, table->reply, text);
    }
}

/* Whether there is a table at all; then its bytes are those that its header counts. */
static void open_table(struct hc_acpi *table, const char *name)
{
    uint32_t length;

    if (table->reply->answer == HC_ABSENT) /* the folder named it */
        table->reply = hc_reword(table->src, table->reply, HC_FAILED, "the folder lists it, but it is not there");
    if (table->reply->answer == HC_OK && (table->bytes.size < HC_ACPI_HEADER || !hc_starts(table->bytes, name))) {
        hc_acpi_fault(table, 0, hc_format(table->src, "no %s", name));
        table->reply = table->broken;
    }
    if (table->reply->answer != HC_OK) {
        table->bytes = HC_TEXT("");
        return;
    }
    hc_le32(table->bytes, 4, &length);
    if (length > table->bytes.size)
        hc_acpi_fault(table, table->bytes.size, "the file ends before the table does");
    else if (length < HC_ACPI_HEADER)
        hc_acpi_fault(table, 4, "a length shorter than the header");
    else if (length < table->bytes.size)
        hc_acpi_fault(table, length, "the file goes on behind the table");
    table->cut = length > table->bytes.size || length < HC_ACPI_HEADER;
    if (length < table->bytes.size)
        table->bytes.size = length < HC_ACPI_HEADER ? HC_ACPI_HEADER : length;
}

static void sum(struct hc_acpi *table)
{
    unsigned char total = 0;

    for (size_t i = 0; i < table->bytes.size; i++)
        total = (unsigned char)(total + (unsigned char)table->bytes.at[i]);
    if (total)
        hc_acpi_fault(table, 9, "the checksum is wrong");
    if (table->bytes.size > MOST) { /* none is so long; each four bytes could be a row */
        hc_acpi_fault(table, MOST, "the table is too long");
        table->bytes.size = MOST;
        table->cut = true;
    }
}

/* Where the system shows firmware's tables. */
static const struct hc_reply *ask_table(struct hc_source *src, const char *name, struct hc_text *bytes)
{
    if (hc_is_windows(src))
        return hc_ask_fwtable(src, hc_format(src, "ACPI:%s", name), bytes);
    return hc_ask_file(src, hc_format(src, "/sys/firmware/acpi/tables/%s", name), bytes);
}

static void listed_table(struct hc_acpi *table, const struct kind *kind)
{
    const struct hc_reply *listed = hc_why(table->facts, kind->listed.fact);
    struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_ACPI_TABLES, listed);
    const struct hc_reply *file = ask_table(table->src, kind->name, &table->bytes);
    const char *fault;

    table->reply = file;
    open_table(table, kind->name);
    sum(table);
    put_header(table, listed, kind->name, row);
    for (size_t i = 0; i < 2; i++)
        hc_put_table(table->facts, kind->lists[i], table->reply);
    kind->walk(table);
    fault = table->broken && table->broken->error ? table->broken->error : "";
    if (file->answer == HC_ABSENT)
        file = table->reply;
    hc_put_flag(table->facts, kind->sound, file, !table->broken);
    hc_cell_text(table->facts, row, HC_COL_ACPI_TABLE_FAULT, file, (struct hc_text){ fault, strlen(fault) });
}

/* No table: what it would list is known to be none; or nobody could look whether there is one. */
static void no_table(struct hc_acpi *table, const struct kind *kind)
{
    const struct hc_reply *why = hc_why(table->facts, kind->listed.fact);

    if (!why)
        return;
    for (size_t i = 0; i < 2; i++)
        hc_put_table(table->facts, kind->lists[i], why);
    table->bytes = HC_TEXT("");
    table->reply = why;
    if (hc_flag(table->facts, kind->listed) == HC_NO)
        table->reply = hc_reword(table->src, why, HC_ABSENT, hc_format(table->src, "no %s", kind->name));
    kind->walk(table);
    hc_put_flag(table->facts, kind->sound, table->reply, false);
}

void hc_probe_acpi(struct hc_source *src, struct hc_facts *facts)
{
    const struct kind kinds[] = {
        { "DMAR", HC_ACPI_DMAR, HC_ACPI_DMAR_SOUND, hc_acpi_dmar, { HC_TABLE_DMAR_STRUCTURES, HC_TABLE_DMAR_SCOPES } },
        { "IVRS", HC_ACPI_IVRS, HC_ACPI_IVRS_SOUND, hc_acpi_ivrs, { HC_TABLE_IVRS_BLOCKS, HC_TABLE_IVRS_ENTRIES } },
        { "IORT", HC_ACPI_IORT, HC_ACPI_IORT_SOUND, hc_acpi_iort, { HC_TABLE_IORT_NODES, HC_TABLE_IORT_NODES } },
    };
    struct hc_acpi_pci pci = { .why = NULL };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (hc_flag(facts, kinds[i].listed) == HC_YES && !pci.places)
            index_functions(src, facts, &pci);
    if (hc_why(facts, HC_ACPI_TABLES.fact))
        hc_put_table(facts, HC_TABLE_ACPI_TABLES, hc_why(facts, HC_ACPI_TABLES.fact));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct hc_acpi table = { .src = src, .facts = facts, .pci = &pci };
        if (hc_flag(facts, kinds[i].listed) == HC_YES)
            listed_table(&table, &kinds[i]);
        else
            no_table(&table, &kinds[i]);
    }
}
