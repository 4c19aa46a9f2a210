#include "render_csv.h"

#include "paper.h"
#include "view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sheet {
    const struct hc_report *report;
    struct hc_paper paper;
    char *scratch;
    size_t room;
    bool begun; /* the line has a field */
};

static void field(struct sheet *s)
{
    if (s->begun)
        hc_write(&s->paper, ",");
    s->begun = true;
}

static void end_line(struct sheet *s)
{
    hc_write(&s->paper, "\r\n");
    s->begun = false;
}

/* What a spreadsheet would take for a formula (OWASP, CSV Injection). */
static bool is_formula(const char *text)
{
    text += strspn(text, " ");
    return *text && strchr("=+-@", *text);
}

static void quoted(struct sheet *s, const char *text, bool apostrophe)
{
    hc_write(&s->paper, "\"%s", apostrophe ? "'" : "");
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1)
        hc_write(&s->paper, "%.*s\"\"", (int)(quote - text), text);
    hc_write(&s->paper, "%s\"", text);
}

/* A text of the host; lists may have lines. */
static void text_field(struct sheet *s, const char *text)
{
    size_t size = strlen(text);
    char *c;

    field(s);
    if (size >= s->room) {
        char *longer = realloc(s->scratch, size + 256);
        if (!longer) {
            s->paper.exhausted = true;
            return;
        }
        s->scratch = longer;
        s->room = size + 256;
    }
    memcpy(s->scratch, text, size + 1);
    for (c = s->scratch; *c; c++)
        if (*c == '\n')
            *c = ' ';
    hc_clean_in_place(s->scratch);
    if (!size || is_formula(s->scratch) || strpbrk(s->scratch, ",\" ;"))
        quoted(s, s->scratch, is_formula(s->scratch));
    else
        hc_write(&s->paper, "%s", s->scratch);
}

static void value_field(struct sheet *s, enum hc_type type, const struct hc_cell *cell)
{
    if (cell->known && type != HC_TYPE_FLAG && type != HC_TYPE_NUMBER && type != HC_TYPE_REGISTER) {
        text_field(s, cell->text);
        return;
    }
    field(s);
    if (!cell->known)
        return;
    if (type == HC_TYPE_FLAG)
        hc_write(&s->paper, "%s", cell->flag ? "true" : "false");
    else
        hc_write(&s->paper, type == HC_TYPE_NUMBER ? "%" PRIu64 : "0x%" PRIx64, cell->number);
}

static void head(struct sheet *s, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_field(s, names[i]);
    end_line(s);
}

static char *finish(struct sheet *s)
{
    free(s->scratch);
    return hc_take(&s->paper);
}

char *hc_render_csv_table(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count)
{
    struct sheet s = { .report = report };
    const struct hc_table_field *f = hc_table_field(table);

    for (size_t c = 0; c < count; c++)
        text_field(&s, f->columns[columns[c]].key);
    end_line(&s);
    for (const struct hc_table_row *row = report->facts->tables[table].first; row; row = row->next) {
        for (size_t c = 0; c < count; c++)
            value_field(&s, f->columns[columns[c]].type, &row->cells[columns[c]]);
        end_line(&s);
    }
    return finish(&s);
}

char *hc_render_csv_facts(const struct hc_report *report)
{
    static const char *const names[] = { "key", "value", "unknown", "class", "volatility", "meaning" };
    struct sheet s = { .report = report };

    head(&s, names, sizeof names / sizeof *names);
    for (int i = 0; i < HC_FACTS; i++) {
        const struct hc_field *f = hc_fact_field((enum hc_fact)i);
        const struct hc_cell *cell = &report->facts->cells[i];
        text_field(&s, f->key);
        value_field(&s, f->type, cell);
        text_field(&s, cell->known ? "" : hc_report_why_unknown(report, (enum hc_fact)i));
        text_field(&s, hc_class_name(f->class));
        text_field(&s, hc_volatility_name(f->volatility));
        text_field(&s, f->meaning);
        end_line(&s);
    }
    return finish(&s);
}

/* row is -1: none. */
static void long_line(struct sheet *s, const char *table, long long row, const struct hc_field *f,
                      const struct hc_cell *cell, const char *why)
{
    text_field(s, table);
    field(s);
    if (row >= 0)
        hc_write(&s->paper, "%lld", row);
    if (f)
        text_field(s, f->key);
    else
        field(s);
    if (cell)
        value_field(s, f->type, cell);
    else
        field(s);
    if (why)
        text_field(s, why);
    else
        field(s);
    end_line(s);
}

static void long_table(struct sheet *s, enum hc_table table)
{
    const struct hc_table_field *f = hc_table_field(table);
    const struct hc_table_data *data = &s->report->facts->tables[table];
    long long number = 0;

    if (!data->known)
        long_line(s, f->key, -1, NULL, NULL,
                  data->why ? hc_report_why_open(s->report->arena, data->why) : "the question did not arise");
    for (const struct hc_table_row *row = data->first; row; row = row->next, number++)
        for (size_t c = 0; c < f->column_count; c++) {
            const struct hc_cell *cell = &row->cells[c];
            if (cell->known || cell->why)
                long_line(s, f->key, number, &f->columns[c], cell,
                          cell->known ? NULL : hc_report_why_open(s->report->arena, cell->why));
        }
}

char *hc_render_csv_all(const struct hc_report *report)
{
    static const char *const names[] = { "table", "row", "column", "value", "unknown" };
    struct sheet s = { .report = report };

    head(&s, names, sizeof names / sizeof *names);
    for (int i = 0; i < HC_FACTS; i++) {
        const struct hc_cell *cell = &report->facts->cells[i];
        long_line(&s, "facts", -1, hc_fact_field((enum hc_fact)i), cell,
                  cell->known ? NULL : hc_report_why_unknown(report, (enum hc_fact)i));
    }
    for (int t = 0; t < HC_TABLES; t++)
        long_table(&s, (enum hc_table)t);
    return finish(&s);
}
