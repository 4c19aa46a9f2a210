/* DMAR: Intel VT-d as firmware describes it (VT-d specification 4.1, chapter 8; Linux include/acpi/actbl1.h). Linux
   takes a structure of length 0 for the end, refuses a table with one that goes beyond the end or an ANDD without an
   end of its name (drivers/iommu/intel/dmar.c), and only warns of a wrong checksum (drivers/acpi/acpica/utcksum.c). */
#include "acpi.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

enum { STRUCTURES = 48, HEADER = 4, SCOPE_HEADER = 6, ANDD = 4, ANDD_NAME = 8 };
enum { INTR_REMAP = 1 << 0, X2APIC_OPT_OUT = 1 << 1, DMA_CTRL_PLATFORM_OPT_IN = 1 << 2 }; /* 8.1 */

#define FIELDS(list) list, sizeof(list) / sizeof *(list)

/* 8.3 to 8.9 */
static const struct hc_acpi_field drhd[] = {
    { HC_COL_DMAR_FLAGS, 4, 1 },
    { HC_COL_DMAR_SIZE, 5, 1 },
    { HC_COL_DMAR_SEGMENT, 6, 2 },
    { HC_COL_DMAR_BASE, 8, 8 },
};
static const struct hc_acpi_field rmrr[] = {
    { HC_COL_DMAR_SEGMENT, 6, 2 },
    { HC_COL_DMAR_BASE, 8, 8 },
    { HC_COL_DMAR_LIMIT, 16, 8 },
};
static const struct hc_acpi_field atsr[] = { { HC_COL_DMAR_FLAGS, 4, 1 }, { HC_COL_DMAR_SEGMENT, 6, 2 } };
static const struct hc_acpi_field rhsa[] = { { HC_COL_DMAR_BASE, 8, 8 }, { HC_COL_DMAR_PROXIMITY, 16, 4 } };
static const struct hc_acpi_field andd[] = { { HC_COL_DMAR_DEVICE, 7, 1 } };
static const struct hc_acpi_field sidp[] = { { HC_COL_DMAR_SEGMENT, 6, 2 } };

static const struct type {
    const char *name;
    size_t least; /* bytes before the scopes */
    bool scopes;
    const struct hc_acpi_field *fields;
    size_t count;
} types[] = {
    { "DRHD", 16, true, FIELDS(drhd) }, { "RMRR", 24, true, FIELDS(rmrr) },
    { "ATSR", 8, true, FIELDS(atsr) },  { "RHSA", 20, false, FIELDS(rhsa) },
    { "ANDD", 8, false, FIELDS(andd) }, { "SATC", 8, true, FIELDS(atsr) }, /* laid out as an ATSR */
    { "SIDP", 8, true, FIELDS(sidp) },
};

/* "1c.4 00.0" */
static void put_path(struct hc_acpi *table, struct hc_table_row *row, struct hc_text path)
{
    char text[(UINT8_MAX / 2 + 1) * 6] = "";
    size_t size = 0;

    for (size_t i = 0; i + 1 < path.size && size + 6 < sizeof text; i += 2)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%02x.%x", i ? " " : "",
                                 (unsigned)(unsigned char)path.at[i], (unsigned)(unsigned char)path.at[i + 1]);
    hc_cell_text(table->facts, row, HC_COL_DMAR_SCOPE_PATH, table->reply, (struct hc_text){ text, size });
}

/* 8.3.1 */
static void scope(struct hc_acpi *table, uint64_t number, uint64_t segment, bool segment_known,
                  const struct hc_acpi_piece *piece)
{
    static const struct hc_acpi_field fields[] = {
        { HC_COL_DMAR_SCOPE_TYPE, 0, 1 }, { HC_COL_DMAR_SCOPE_LENGTH, 1, 1 }, { HC_COL_DMAR_SCOPE_FLAGS, 2, 1 },
        { HC_COL_DMAR_SCOPE_ID, 4, 1 },   { HC_COL_DMAR_SCOPE_BUS, 5, 1 },
    };
    struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_DMAR_SCOPES, table->reply);
    uint64_t bus;
    bool has_bus = hc_acpi_read(table, piece, 5, 1, &bus);
    struct hc_text path = { table->bytes.at + piece->at, piece->end - piece->at };

    hc_acpi_number(table, row, HC_COL_DMAR_SCOPE_STRUCTURE, number);
    hc_acpi_number(table, row, HC_COL_DMAR_SCOPE_OFFSET, piece->at);
    HC_ACPI_FIELDS(table, row, piece, fields);
    if (piece->whole && path.size % 2)
        hc_acpi_fault(table, piece->end - 1, "half a step of a path");
    if (!piece->whole || path.size % 2 || !has_bus || !segment_known) {
        hc_cell_text(table->facts, row, HC_COL_DMAR_SCOPE_PATH, table->broken, HC_TEXT(""));
        hc_cell_text(table->facts, row, HC_COL_DMAR_SCOPE_ADDRESS, table->broken, HC_TEXT(""));
        return;
    }
    path = (struct hc_text){ path.at + SCOPE_HEADER, path.size - SCOPE_HEADER };
    put_path(table, row, path);
    hc_acpi_resolve(table, row, HC_COL_DMAR_SCOPE_ADDRESS, segment, bus, path);
}

/* A bad scope ends the scopes of its structure; the next structure is found all the same. */
static void scopes(struct hc_acpi *table, uint64_t number, const struct hc_acpi_piece *structure, size_t first)
{
    struct hc_acpi_piece piece = { structure->at, structure->at + first, true };
    uint64_t segment, length;
    bool known = hc_acpi_read(table, structure, 6, 2, &segment), good = structure->end - structure->at > first;

    for (size_t at = structure->at + first; good && at < structure->end; at = piece.end) {
        piece = (struct hc_acpi_piece){ at, structure->end, true };
        if (!hc_acpi_read(table, &piece, 1, 1, &length))
            length = 1;
        good = hc_acpi_piece(table, at, structure->end, length, SCOPE_HEADER, "a device scope", &piece);
        if (length)
            scope(table, number, segment, known, &piece);
    }
}

static void object_name(struct hc_acpi *table, struct hc_table_row *row, const struct hc_acpi_piece *piece)
{
    size_t end = piece->at + ANDD_NAME;

    while (end < piece->end && table->bytes.at[end])
        end++;
    if (end < piece->end) {
        hc_acpi_text(table, row, HC_COL_DMAR_OBJECT, piece, ANDD_NAME, SIZE_MAX);
        return;
    }
    hc_acpi_fault(table, piece->end, "a name without an end");
    hc_cell_text(table->facts, row, HC_COL_DMAR_OBJECT, table->broken, HC_TEXT(""));
}

static void structure(struct hc_acpi *table, uint64_t number, uint64_t type, uint64_t length,
                      const struct hc_acpi_piece *piece)
{
    struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_DMAR_STRUCTURES, table->reply);
    const struct type *known = type < sizeof types / sizeof *types ? &types[type] : NULL;
    const char *name = known ? known->name : hc_format(table->src, "%u", (unsigned)type);

    hc_acpi_number(table, row, HC_COL_DMAR_INDEX, number);
    hc_acpi_number(table, row, HC_COL_DMAR_OFFSET, piece->at);
    hc_acpi_number(table, row, HC_COL_DMAR_LENGTH, length);
    if (name)
        hc_cell_text(table->facts, row, HC_COL_DMAR_TYPE, table->reply, (struct hc_text){ name, strlen(name) });
    if (!known)
        return;
    hc_acpi_fields(table, row, piece, known->fields, known->count);
    if (type == ANDD)
        object_name(table, row, piece);
    if (known->scopes)
        scopes(table, number, piece, known->least);
}

/* Returns the number of remapping units. */
static uint64_t structures(struct hc_acpi *table)
{
    struct hc_acpi_piece piece = { 0, STRUCTURES, true };
    uint64_t type, length, number = 0, units = 0;

    if (!hc_acpi_holds(table, STRUCTURES))
        return 0;
    for (; piece.whole && piece.end < table->bytes.size; number++) {
        size_t least = HEADER;
        bool header;
        piece = (struct hc_acpi_piece){ piece.end, table->bytes.size, true };
        header = hc_acpi_read(table, &piece, 0, 2, &type) && hc_acpi_read(table, &piece, 2, 2, &length);
        if (header && type < sizeof types / sizeof *types)
            least = types[type].least;
        if (!hc_acpi_piece(table, piece.at, table->bytes.size, header ? length : 1, least, "a structure", &piece))
            table->cut = true;
        if (header && length)
            structure(table, number, type, length, &piece);
        units += header && !type;
    }
    return units;
}

void hc_acpi_dmar(struct hc_acpi *table)
{
    uint64_t width, flags, units;
    const struct hc_reply *reply = hc_acpi_part(table, 36, 1, &width);

    hc_put_number(table->facts, HC_ACPI_DMAR_WIDTH, reply, width + 1);
    reply = hc_acpi_part(table, 37, 1, &flags);
    hc_put_flag(table->facts, HC_ACPI_DMAR_INTR_REMAP, reply, (flags & INTR_REMAP) != 0);
    hc_put_flag(table->facts, HC_ACPI_DMAR_X2APIC_OPT_OUT, reply, (flags & X2APIC_OPT_OUT) != 0);
    hc_put_flag(table->facts, HC_ACPI_DMAR_OPT_IN, reply, (flags & DMA_CTRL_PLATFORM_OPT_IN) != 0);
    units = structures(table);
    hc_put_number(table->facts, HC_ACPI_DMAR_DRHDS, hc_acpi_counted(table), units);
}
