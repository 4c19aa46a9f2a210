#include "text_table.h"

#include "json.h"
#include "paper.h"
#include "text_line.h"
#include "text_rows.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 100, GAP = 2, WIDE_CELL = 44 };

struct sheet {
    const struct hc_report *report;
    const struct hc_table_field *field;
    const struct hc_table_data *data;
    struct hc_paper paper;
    size_t *columns, *widths, count;
    char *scratch;
    size_t room;
};

/* Room for one cell's text: a long table has a million cells, and none is kept. */
static char *room_for(struct sheet *s, size_t size)
{
    if (size >= s->room) {
        char *longer = realloc(s->scratch, size + 64);
        if (!longer) {
            s->paper.exhausted = true;
            return NULL;
        }
        s->scratch = longer;
        s->room = size + 64;
    }
    return s->scratch;
}

/* Lists stand on one line. Good until the next call. */
static const char *cell_text(struct sheet *s, size_t column, const struct hc_cell *cell)
{
    enum hc_type type = s->field->columns[column].type;
    bool number = type == HC_TYPE_NUMBER || type == HC_TYPE_REGISTER;
    char *text;

    if (!cell->known)
        return "?";
    if (type == HC_TYPE_FLAG)
        return cell->flag ? "yes" : "no";
    if (!number && !*cell->text)
        return "-";
    text = room_for(s, number ? 24 : strlen(cell->text));
    if (!text)
        return "";
    if (number) {
        snprintf(text, 24, type == HC_TYPE_NUMBER ? "%" PRIu64 : "0x%" PRIx64, cell->number);
        return text;
    }
    memcpy(text, cell->text, strlen(cell->text) + 1);
    for (char *c = text; *c; c++)
        if (*c == '\n')
            *c = ' ';
    hc_clean_in_place(text);
    return text;
}

/* The widest cell of a column; says: whether any says something. */
static size_t column_width(struct sheet *s, size_t column, bool *says)
{
    size_t widest = s->field->columns[column].key_size;

    *says = false;
    for (const struct hc_table_row *row = s->data->first; row; row = row->next) {
        const char *text = cell_text(s, column, &row->cells[column]);
        size_t width = hc_text_width(text, strlen(text));
        *says = *says || (strcmp(text, "?") != 0 && strcmp(text, "-") != 0);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* What is looked for first in wide tables; keys that a table does not have are passed over. */
static const struct {
    const char *table, *columns;
} first[] = {
    { "pci", "address class_code vendor_id device_id driver iommu_group numa_node parent port_type power_state" },
    { "iommu.units", "name kind version interrupt_remapping address_bits cap ecap features" },
    { "block", "name type size_bytes model transport disk holders mounts" },
    { "net", "name kind up driver speed_bits_per_second mac master pci addresses" },
};

/* Takes a column where it says something and there is room; the first one names the row. */
static size_t take_one(struct sheet *s, size_t column, size_t used)
{
    bool says;
    size_t width = column_width(s, column, &says);

    for (size_t c = 0; c < s->count; c++)
        if (s->columns[c] == column)
            return used;
    if (s->count && (!says || width > WIDE_CELL || used + width > LINE))
        return used;
    s->widths[s->count] = width;
    s->columns[s->count++] = column;
    return used + width + GAP;
}

static bool all_fit(struct sheet *s)
{
    size_t used = 0;
    bool says;

    for (size_t c = 0; c < s->field->column_count && used <= LINE + GAP; c++)
        used += column_width(s, c, &says) + GAP;
    return used <= LINE + GAP;
}

/* All where all fit in a line; else those that say something, what is looked for first before others. */
static void choose(struct sheet *s)
{
    const bool all = all_fit(s);
    size_t used = 0;

    for (size_t i = 0; !all && i < sizeof first / sizeof *first; i++) {
        struct hc_text rest = { first[i].columns, strlen(first[i].columns) }, word;
        while (!strcmp(first[i].table, s->field->key) && hc_next_word(&rest, &word)) {
            int column = hc_column_by_key(hc_table_by_key(s->field->key), word);
            if (column >= 0)
                used = take_one(s, (size_t)column, used);
        }
    }
    for (size_t c = 0; c < s->field->column_count; c++) {
        bool says;
        if (!all) {
            used = take_one(s, c, used);
            continue;
        }
        s->widths[s->count] = column_width(s, c, &says);
        s->columns[s->count++] = c;
    }
}

static void take(struct sheet *s, const size_t *columns, size_t count)
{
    bool says;

    for (size_t c = 0; c < count; c++) {
        s->columns[c] = columns[c];
        s->widths[c] = column_width(s, columns[c], &says);
    }
    s->count = count;
}

static void put_row(struct sheet *s, const struct hc_table_row *row)
{
    for (size_t c = 0; c < s->count; c++) {
        const char *text =
            row ? cell_text(s, s->columns[c], &row->cells[s->columns[c]]) : s->field->columns[s->columns[c]].key;
        size_t width = hc_text_width(text, strlen(text));
        hc_ink(&s->paper, row ? HC_PLAIN : HC_BOLD, "%s", text);
        if (c + 1 < s->count)
            hc_write(&s->paper, "%*s", (int)(s->widths[c] - width + GAP), "");
    }
    hc_write(&s->paper, "\n");
}

static void put_unknown(struct sheet *s)
{
    hc_write(&s->paper, "%s is not known", s->field->key);
    if (s->data->why)
        hc_write(&s->paper, ": %s. %s", hc_clean(s->report->arena, hc_report_why_open(s->report->arena, s->data->why)),
                 hc_hint(s->data->why));
    hc_write(&s->paper, "\n");
}

char *hc_render_table_text(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count,
                           struct hc_terminal terminal)
{
    const struct hc_table_field *field = hc_table_field(table);
    size_t most = (count > field->column_count ? count : field->column_count) + 1;
    struct sheet s = { .report = report,
                       .field = field,
                       .data = &report->facts->tables[table],
                       .paper = { .terminal = terminal },
                       .columns = hc_alloc(report->arena, most * sizeof *s.columns),
                       .widths = hc_alloc(report->arena, most * sizeof *s.widths) };

    if (!s.columns || !s.widths)
        return NULL;
    if (!s.data->known) {
        put_unknown(&s);
        return hc_take(&s.paper);
    }
    if (count)
        take(&s, columns, count);
    else
        choose(&s);
    put_row(&s, NULL);
    for (const struct hc_table_row *row = s.data->first; row; row = row->next)
        put_row(&s, row);
    if (!count && s.count < field->column_count)
        hc_ink(&s.paper, HC_DIM, "(%zu of %zu columns; --columns all shows every one)\n", s.count, field->column_count);
    free(s.scratch);
    return hc_take(&s.paper);
}

/* ---- all tables ---- */

char *hc_render_tables_text(const struct hc_report *report, struct hc_terminal terminal)
{
    struct hc_paper paper = { .terminal = terminal };
    struct hc_text_rows rows = { .arena = report->arena };

    for (int t = 0; t < HC_TABLES; t++) {
        const struct hc_table_field *field = hc_table_field((enum hc_table)t);
        const struct hc_table_data *data = &report->facts->tables[t];
        hc_rows_add(&rows, 0, HC_PLAIN,
                    data->known ? hc_print(report->arena, "%s\t%zu row%s\t%s", field->key, data->count,
                                           data->count == 1 ? "" : "s", field->meaning)
                                : hc_print(report->arena, "%s\tnot known\t%s", field->key, field->meaning));
    }
    hc_rows_put(&paper, &rows, "", 0);
    return hc_take(&paper);
}

char *hc_render_tables_json(const struct hc_report *report)
{
    struct hc_json_doc doc;
    struct hc_json *list = hc_json_add_array(&doc, hc_json_new(&doc), "tables");
    char *text;

    for (int t = 0; t < HC_TABLES; t++) {
        const struct hc_table_field *field = hc_table_field((enum hc_table)t);
        const struct hc_table_data *data = &report->facts->tables[t];
        struct hc_json *object = hc_json_add_object(&doc, list, NULL), *columns;
        hc_json_add_string(&doc, object, "table", field->key);
        hc_json_add_string(&doc, object, "meaning", field->meaning);
        if (data->known)
            hc_json_add_number(&doc, object, "rows", data->count);
        else
            hc_json_add_null(&doc, object, "rows");
        columns = hc_json_add_array(&doc, object, "columns");
        for (size_t c = 0; c < field->column_count; c++)
            hc_json_add_string(&doc, columns, NULL, field->columns[c].key);
    }
    text = hc_json_print(&doc);
    hc_json_free(&doc);
    return text;
}
