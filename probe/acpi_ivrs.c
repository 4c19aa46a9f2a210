/* IVRS: AMD-Vi as firmware describes it (AMD I/O Virtualization Technology specification 48882, chapter 5; Linux
   include/acpi/actbl2.h). Linux refuses a table whose checksum is wrong, and knows no length of entry types
   from 80h on but F0h (drivers/iommu/amd/init.c). */
#include "acpi.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 48, HEADER = 6, ENTRY_HEADER = 4, ACPI_HID = 0xf0, HID_HEADER = 22 };
enum { ALIAS_SELECT = 0x42, ALIAS_RANGE = 0x43, EXTENDED_SELECT = 0x46, EXTENDED_RANGE = 0x47, SPECIAL = 0x48 };
enum { UID_NONE, UID_NUMBER, UID_TEXT };

#define FIELDS(list) list, sizeof(list) / sizeof *(list)

/* 5.2.2, 5.2.3 */
static const struct hc_acpi_field ivhd[] = {
    { HC_COL_IVRS_CAPABILITY, 6, 2 },  { HC_COL_IVRS_BASE, 8, 8 },
    { HC_COL_IVRS_SEGMENT, 16, 2 },    { HC_COL_IVRS_INFO, 18, 2 },
    { HC_COL_IVRS_ATTRIBUTES, 20, 4 }, { HC_COL_IVRS_EFR, 24, 8 }, /* from here on not in type 10h */
    { HC_COL_IVRS_EFR2, 32, 8 },
};
static const struct hc_acpi_field ivmd[] = {
    { HC_COL_IVRS_AUX, 6, 2 },
    { HC_COL_IVRS_SEGMENT, 8, 2 },
    { HC_COL_IVRS_BASE, 16, 8 },
    { HC_COL_IVRS_SIZE, 24, 8 },
};

static const struct type {
    unsigned char type;
    size_t least; /* bytes before the entries */
    bool unit, device;
    const struct hc_acpi_field *fields;
    size_t count;
} types[] = {
    { 0x10, 24, true, true, ivhd, 5 },       { 0x11, 40, true, true, FIELDS(ivhd) },
    { 0x40, 40, true, true, FIELDS(ivhd) },  { 0x20, 32, false, false, FIELDS(ivmd) }, /* all devices */
    { 0x21, 32, false, true, FIELDS(ivmd) }, { 0x22, 32, false, false, FIELDS(ivmd) }, /* a range of them */
};

static const struct type *type_of(uint64_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return &types[i];
    return NULL;
}

/* ---- device entries ---- */

/* 0: it has none that is known. Types below 80h tell it by their two highest bits. */
static uint64_t entry_length(const struct hc_acpi *table, const struct hc_acpi_piece *rest, uint64_t type)
{
    uint64_t uid;

    if (type < 0x80)
        return UINT64_C(4) << (type >> 6);
    if (type == ACPI_HID)
        return hc_acpi_read(table, rest, HID_HEADER - 1, 1, &uid) ? HID_HEADER + uid : HID_HEADER;
    return 0;
}

/* A number has 8 bytes. */
static void unique_id(struct hc_acpi *table, struct hc_table_row *row, const struct hc_acpi_piece *piece)
{
    uint64_t format, number;
    const char *text;

    if (!hc_acpi_read(table, piece, 20, 1, &format) || format > UID_TEXT)
        return;
    if (format != UID_NUMBER) {
        hc_acpi_text(table, row, HC_COL_IVRS_ENTRY_UID, piece, HID_HEADER, format == UID_TEXT ? SIZE_MAX : 0);
        return;
    }
    if (!hc_acpi_read(table, piece, HID_HEADER, 8, &number))
        hc_acpi_fault(table, piece->end, "a number of 8 bytes was expected");
    else if ((text = hc_format(table->src, "%llu", (unsigned long long)number)))
        hc_cell_text(table->facts, row, HC_COL_IVRS_ENTRY_UID, table->reply, (struct hc_text){ text, strlen(text) });
}

static void entry_data(struct hc_acpi *table, struct hc_table_row *row, const struct hc_acpi_piece *piece,
                       uint64_t type)
{
    static const struct hc_acpi_field alias[] = { { HC_COL_IVRS_ENTRY_SOURCE, 5, 2 } };
    static const struct hc_acpi_field extended[] = { { HC_COL_IVRS_ENTRY_EXTENDED, 4, 4 } };
    static const struct hc_acpi_field special[] = { { HC_COL_IVRS_ENTRY_HANDLE, 4, 1 },
                                                    { HC_COL_IVRS_ENTRY_SOURCE, 5, 2 },
                                                    { HC_COL_IVRS_ENTRY_VARIETY, 7, 1 } };
    static const struct hc_acpi_field named[] = { { HC_COL_IVRS_ENTRY_UID_FORMAT, 20, 1 } };

    switch (type) {
    case ALIAS_SELECT:
    case ALIAS_RANGE: HC_ACPI_FIELDS(table, row, piece, alias); break;
    case EXTENDED_SELECT:
    case EXTENDED_RANGE: HC_ACPI_FIELDS(table, row, piece, extended); break;
    case SPECIAL: HC_ACPI_FIELDS(table, row, piece, special); break;
    case ACPI_HID:
        hc_acpi_text(table, row, HC_COL_IVRS_ENTRY_HID, piece, 4, 8);
        hc_acpi_text(table, row, HC_COL_IVRS_ENTRY_CID, piece, 12, 8);
        HC_ACPI_FIELDS(table, row, piece, named);
        unique_id(table, row, piece);
        break;
    default: break;
    }
}

/* A bad entry ends the entries of its block; the next block is found all the same. */
static void entries(struct hc_acpi *table, uint64_t number, const struct hc_acpi_piece *block, size_t first)
{
    static const struct hc_acpi_field fields[] = { { HC_COL_IVRS_ENTRY_TYPE, 0, 1 },
                                                   { HC_COL_IVRS_ENTRY_DEVICE, 1, 2 },
                                                   { HC_COL_IVRS_ENTRY_SETTING, 3, 1 } };
    struct hc_acpi_piece piece = { block->at, block->at + first, true };
    uint64_t type, length;

    if (block->end - block->at <= first)
        return;
    for (size_t at = piece.end; piece.whole && at < block->end; at = piece.end) {
        struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_IVRS_ENTRIES, table->reply);
        piece = (struct hc_acpi_piece){ at, block->end, true };
        hc_acpi_read(table, &piece, 0, 1, &type);
        length = entry_length(table, &piece, type);
        hc_acpi_number(table, row, HC_COL_IVRS_ENTRY_BLOCK, number);
        hc_acpi_number(table, row, HC_COL_IVRS_ENTRY_OFFSET, at);
        if (!length)
            hc_acpi_fault(table, at, "a device entry of a type whose length is not known");
        else
            hc_acpi_number(table, row, HC_COL_IVRS_ENTRY_LENGTH, length);
        hc_acpi_piece(table, at, block->end, length ? length : UINT64_MAX, ENTRY_HEADER, "a device entry", &piece);
        HC_ACPI_FIELDS(table, row, &piece, fields);
        entry_data(table, row, &piece, type);
    }
}

/* ---- blocks ---- */

static void block(struct hc_acpi *table, uint64_t number, uint64_t length, const struct type *type,
                  const struct hc_acpi_piece *piece)
{
    static const struct hc_acpi_field common[] = { { HC_COL_IVRS_TYPE, 0, 1 },
                                                   { HC_COL_IVRS_FLAGS, 1, 1 },
                                                   { HC_COL_IVRS_DEVICE, 4, 2 } };
    struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_IVRS_BLOCKS, table->reply);
    uint64_t device, segment;

    hc_acpi_number(table, row, HC_COL_IVRS_INDEX, number);
    hc_acpi_number(table, row, HC_COL_IVRS_OFFSET, piece->at);
    hc_acpi_number(table, row, HC_COL_IVRS_LENGTH, length);
    HC_ACPI_FIELDS(table, row, piece, common);
    if (!type)
        return;
    hc_acpi_fields(table, row, piece, type->fields, type->count);
    if (type->device && hc_acpi_read(table, piece, 4, 2, &device) &&
        hc_acpi_read(table, piece, type->unit ? 16 : 8, 2, &segment))
        hc_acpi_resolve_id(table, row, HC_COL_IVRS_ADDRESS, segment, device);
    if (type->unit)
        entries(table, number, piece, type->least);
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* One IOMMU may have a block of each type, for software older and newer: its own id tells it from others. */
static uint64_t distinct(uint32_t *ids, size_t count)
{
    uint64_t found = 0;

    if (!ids || !count)
        return 0;
    qsort(ids, count, sizeof *ids, by_number);
    for (size_t i = 0; i < count; i++)
        found += !i || ids[i] != ids[i - 1];
    return found;
}

/* Returns the number of IOMMUs. */
static uint64_t blocks(struct hc_acpi *table)
{
    struct hc_acpi_piece piece = { 0, BLOCKS, true };
    uint32_t *units = hc_alloc(&table->src->arena, (table->bytes.size / HEADER + 1) * sizeof *units);
    uint64_t code, length, device, segment, number = 0;
    size_t count = 0;

    if (!hc_acpi_holds(table, BLOCKS))
        return 0;
    for (; piece.whole && piece.end < table->bytes.size; number++) {
        const struct type *type = NULL;
        bool header;
        piece = (struct hc_acpi_piece){ piece.end, table->bytes.size, true };
        header = hc_acpi_read(table, &piece, 0, 1, &code) && hc_acpi_read(table, &piece, 2, 2, &length);
        if (header)
            type = type_of(code);
        if (!hc_acpi_piece(table, piece.at, table->bytes.size, header ? length : 1, type ? type->least : HEADER,
                           "a block", &piece))
            table->cut = true;
        if (header && length)
            block(table, number, length, type, &piece);
        if (units && type && type->unit && hc_acpi_read(table, &piece, 4, 2, &device) &&
            hc_acpi_read(table, &piece, 16, 2, &segment))
            units[count++] = (uint32_t)(segment << 16 | device);
    }
    return distinct(units, count);
}

void hc_acpi_ivrs(struct hc_acpi *table)
{
    uint64_t info, units;
    const struct hc_reply *reply = hc_acpi_part(table, 36, 4, &info);

    hc_put_number(table->facts, HC_ACPI_IVRS_INFO, reply, info);
    units = blocks(table);
    hc_put_number(table->facts, HC_ACPI_IVRS_IVHDS, hc_acpi_counted(table), units);
}
