/* IORT: on Arm the SMMUs, and which root complexes and devices go through them (Arm DEN0049E; Linux
   include/acpi/actbl2.h). */
#include "acpi.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NODE = 48, HEADER = 16, MAPPING = 20, OUTPUT_REFERENCE = 12 };
enum { NAMED_COMPONENT = 1, SMMU_V2 = 3, SMMU_V3 = 4, OBJECT_NAME = 29 };

#define FIELDS(list) list, sizeof(list) / sizeof *(list)

static const struct hc_acpi_field root_complex[] = { { HC_COL_IORT_ATS, 24, 4 }, { HC_COL_IORT_SEGMENT, 28, 4 } };
static const struct hc_acpi_field smmu_v2[] = { { HC_COL_IORT_BASE, 16, 8 },
                                                { HC_COL_IORT_MODEL, 32, 4 },
                                                { HC_COL_IORT_FLAGS, 36, 4 } };
static const struct hc_acpi_field smmu_v3[] = { { HC_COL_IORT_BASE, 16, 8 },
                                                { HC_COL_IORT_FLAGS, 24, 4 },
                                                { HC_COL_IORT_MODEL, 40, 4 } };

static const struct type {
    const char *name;
    size_t least;
    const struct hc_acpi_field *fields;
    size_t count;
} types[] = {
    { "ITS group", 20, NULL, 0 },
    { "named component", 30, NULL, 0 },
    { "root complex", 32, FIELDS(root_complex) },
    { "SMMUv1 or v2", 60, FIELDS(smmu_v2) },
    { "SMMUv3", 60, FIELDS(smmu_v3) },
    { "PMCG", 32, NULL, 0 },
    { "RMR", 28, NULL, 0 },
};

/* Where the nodes begin, in ascending order. */
struct nodes {
    uint32_t *starts;
    size_t count;
};

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* "0 2", built in one piece: a node may have very many mappings. */
static bool outputs(struct hc_acpi *table, const struct nodes *nodes, const struct hc_acpi_piece *piece, size_t first,
                    size_t count, struct hc_text *list)
{
    char *text = hc_alloc(&table->src->arena, count * 11 + 1), *at = text;
    uint64_t reference;

    for (size_t i = 0; text && i < count; i++) {
        uint32_t key;
        const uint32_t *node;
        hc_acpi_read(table, piece, first + i * MAPPING + OUTPUT_REFERENCE, 4, &reference);
        key = (uint32_t)reference;
        node = bsearch(&key, nodes->starts, nodes->count, sizeof key, by_number);
        if (!node) {
            hc_acpi_fault(table, piece->at + first + i * MAPPING + OUTPUT_REFERENCE, "a mapping to no node");
            return false;
        }
        at += snprintf(at, 12, "%s%u", i ? " " : "", (unsigned)(node - nodes->starts));
    }
    *list = (struct hc_text){ text, text ? (size_t)(at - text) : 0 };
    return text != NULL;
}

static void mappings(struct hc_acpi *table, struct hc_table_row *row, const struct nodes *nodes,
                     const struct hc_acpi_piece *piece)
{
    static const struct hc_acpi_field fields[] = { { HC_COL_IORT_MAPPINGS, 8, 4 } };
    struct hc_text list = { "", 0 };
    uint64_t count = 0, first = 0, room = piece->end - piece->at;
    bool good = piece->whole && hc_acpi_read(table, piece, 8, 4, &count) && hc_acpi_read(table, piece, 12, 4, &first);

    HC_ACPI_FIELDS(table, row, piece, fields);
    if (good && count && (first < HEADER || first > room || count > (room - first) / MAPPING)) {
        hc_acpi_fault(table, piece->at + 12, "mappings beyond the end of their node");
        good = false;
    }
    if (good && count)
        good = outputs(table, nodes, piece, (size_t)first, (size_t)count, &list);
    if (good || table->broken)
        hc_cell_text(table->facts, row, HC_COL_IORT_OUTPUTS, good ? table->reply : table->broken, list);
}

static void node(struct hc_acpi *table, uint64_t number, uint64_t length, const struct nodes *nodes,
                 const struct hc_acpi_piece *piece)
{
    static const struct hc_acpi_field common[] = { { HC_COL_IORT_REVISION, 3, 1 } };
    struct hc_table_row *row = hc_add_row(table->facts, HC_TABLE_IORT_NODES, table->reply);
    unsigned code = (unsigned char)table->bytes.at[piece->at];
    const struct type *type = code < sizeof types / sizeof *types ? &types[code] : NULL;
    const char *name = type ? type->name : hc_format(table->src, "%u", code);

    hc_acpi_number(table, row, HC_COL_IORT_INDEX, number);
    hc_acpi_number(table, row, HC_COL_IORT_OFFSET, piece->at);
    hc_acpi_number(table, row, HC_COL_IORT_LENGTH, length);
    if (name)
        hc_cell_text(table->facts, row, HC_COL_IORT_TYPE, table->reply, (struct hc_text){ name, strlen(name) });
    HC_ACPI_FIELDS(table, row, piece, common);
    mappings(table, row, nodes, piece);
    if (type && type->fields)
        hc_acpi_fields(table, row, piece, type->fields, type->count);
    if (code == NAMED_COMPONENT)
        hc_acpi_text(table, row, HC_COL_IORT_NAME, piece, OBJECT_NAME, SIZE_MAX);
}

/* A look ahead: mappings name nodes by their first byte, those behind them as well. */
static struct nodes find_nodes(struct hc_acpi *table, size_t first, uint64_t count)
{
    size_t most = table->bytes.size / HEADER + 1;
    struct nodes nodes = { hc_alloc(&table->src->arena, most * sizeof *nodes.starts), 0 };
    uint16_t length;

    for (size_t at = first; nodes.starts && nodes.count < count && nodes.count < most; at += length) {
        if (!hc_le16(table->bytes, at + 1, &length) || length < HEADER)
            break;
        nodes.starts[nodes.count++] = (uint32_t)at;
    }
    return nodes;
}

/* Returns the number of SMMUs. */
static uint64_t walk(struct hc_acpi *table, size_t first, uint64_t count)
{
    struct nodes nodes = find_nodes(table, first, count);
    struct hc_acpi_piece piece = { first, first, true };
    uint64_t type, length, units = 0;

    for (uint64_t number = 0; piece.whole && number < count; number++) {
        size_t least = HEADER;
        bool header;
        piece = (struct hc_acpi_piece){ piece.end, table->bytes.size, true };
        header = hc_acpi_read(table, &piece, 0, 1, &type) && hc_acpi_read(table, &piece, 1, 2, &length);
        if (header && type < sizeof types / sizeof *types)
            least = types[type].least;
        if (!hc_acpi_piece(table, piece.at, table->bytes.size, header ? length : 1, least, "a node", &piece))
            table->cut = true;
        if (header && length)
            node(table, number, length, &nodes, &piece);
        units += header && (type == SMMU_V2 || type == SMMU_V3);
    }
    return units;
}

void hc_acpi_iort(struct hc_acpi *table)
{
    uint64_t count, first, units = 0;

    hc_acpi_part(table, 36, 4, &count);
    hc_acpi_part(table, 40, 4, &first);
    if (hc_acpi_holds(table, FIRST_NODE)) {
        if (count && (first < FIRST_NODE || first > table->bytes.size)) {
            hc_acpi_fault(table, 40, "the nodes begin outside of the table");
            table->cut = true;
        } else
            units = walk(table, (size_t)first, count);
    }
    hc_put_number(table->facts, HC_ACPI_IORT_SMMUS, hc_acpi_counted(table), units);
}
