/* A side of a comparison: which kind of file it is, its content says. A report that is read back is as little to be
   trusted as any other input: a value of another type than its field has is not known. */
#include "diff.h"

#include "input.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MOST = 256 << 20, MESSAGE = 512 }; /* a report of 100,000 PCI functions has 140 MiB */

static const struct hc_reply read_back = { .key = "report", .answer = HC_OK, .bytes = "" };

/* ---- values ---- */

static void read_text(struct hc_arena *arena, struct hc_cell *cell, const char *text)
{
    cell->text = text ? hc_strdup(arena, text) : NULL;
    cell->known = cell->text != NULL;
}

static void read_list(struct hc_arena *arena, struct hc_cell *cell, const struct hc_json *list)
{
    size_t size = 1, at = 0;
    char *text;

    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        size += hc_json_string(m) ? strlen(hc_json_string(m)) + 1 : 0;
    text = hc_json_is_array(list) ? hc_alloc(arena, size) : NULL;
    for (const struct hc_json *m = text ? hc_json_first(list) : NULL; m; m = hc_json_next(m)) {
        const char *word = hc_json_string(m);
        if (!word)
            return;
        memcpy(text + at, word, strlen(word));
        at += strlen(word);
        text[at++] = '\n';
    }
    if (at)
        text[at - 1] = '\0';
    cell->text = text;
    cell->known = text != NULL;
}

static void read_register(struct hc_cell *cell, const char *text)
{
    cell->known = text && hc_number((struct hc_text){ text, strlen(text) }, 16, &cell->number);
}

static void read_cell(struct hc_arena *arena, const struct hc_field *field, struct hc_cell *cell,
                      const struct hc_json *value)
{
    if (!value || hc_json_is_null(value))
        return;
    cell->why = &read_back;
    switch (field->type) {
    case HC_TYPE_FLAG: cell->known = hc_json_flag(value, &cell->flag); break;
    case HC_TYPE_NUMBER: cell->known = hc_json_number(value, &cell->number); break;
    case HC_TYPE_REGISTER: read_register(cell, hc_json_string(value)); break;
    case HC_TYPE_LIST: read_list(arena, cell, value); break;
    default: read_text(arena, cell, hc_json_string(value));
    }
}

/* The value at a dotted key; NULL: there is none. */
static const struct hc_json *at_key(const struct hc_json *root, const char *key)
{
    char part[64];

    while (root) {
        size_t size = strcspn(key, ".");
        if (size >= sizeof part)
            return NULL;
        memcpy(part, key, size);
        part[size] = '\0';
        root = hc_json_get(root, part);
        if (!key[size])
            break;
        key += size + 1;
    }
    return root;
}

static void read_row(struct hc_facts *facts, enum hc_table table, const struct hc_json *object)
{
    const struct hc_table_field *field = hc_table_field(table);
    struct hc_table_row *row = hc_add_row(facts, table, &read_back);
    const struct hc_json *next = hc_json_first(object);

    for (size_t c = 0; row && c < field->column_count; c++) {
        bool here = next && hc_json_name(next) && !strcmp(hc_json_name(next), field->columns[c].key);
        const struct hc_json *value = here ? next : hc_json_get(object, field->columns[c].key);
        if (here)
            next = hc_json_next(next);
        read_cell(facts->arena, &field->columns[c], &row->cells[c], value);
    }
}

static void read_facts(struct hc_facts *facts, const struct hc_json *root)
{
    for (int f = 0; f < HC_FACTS; f++) {
        const struct hc_field *field = hc_fact_field((enum hc_fact)f);
        read_cell(facts->arena, field, &facts->cells[f], at_key(root, field->key));
    }
    for (int t = 0; t < HC_TABLES; t++) {
        const struct hc_json *list = at_key(root, hc_table_field((enum hc_table)t)->key);
        if (!hc_json_is_array(list))
            continue;
        facts->tables[t].known = true;
        facts->tables[t].why = &read_back;
        for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
            if (hc_json_is_object(m))
                read_row(facts, (enum hc_table)t, m);
    }
}

static void read_verdicts(struct hc_side *side, struct hc_arena *arena, const struct hc_json *ratings)
{
    size_t room = hc_json_is_array(ratings) ? hc_json_size(ratings) : 0;
    struct hc_side_verdict *verdicts = hc_alloc(arena, (room + 1) * sizeof *verdicts);

    for (const struct hc_json *m = room ? hc_json_first(ratings) : NULL; verdicts && m; m = hc_json_next(m)) {
        const char *profile = hc_json_get_string(m, "profile"), *verdict = hc_json_get_string(m, "verdict");
        if (profile && verdict)
            verdicts[side->verdict_count++] =
                (struct hc_side_verdict){ hc_strdup(arena, profile), hc_strdup(arena, verdict) };
    }
    side->verdicts = verdicts;
}

/* ---- files ---- */

static bool refuse(enum hc_error *error, enum hc_error what, char *message, const char *path, const char *why)
{
    *error = what;
    snprintf(message, MESSAGE, "%.200s: %s", path, why);
    return false;
}

static bool open_report(struct hc_side *side, const struct hc_json *root, enum hc_error *error, char *message)
{
    const struct hc_json *meta = hc_json_get(root, "meta");
    const char *schema = hc_json_get_string(meta, "schema_version"), *tool = hc_json_get_string(meta, "tool");
    const char *time = hc_json_get_string(hc_json_get(meta, "run"), "time");

    if (!tool || strcmp(tool, "hostcap") != 0 || !schema)
        return refuse(error, HC_ERROR_INPUT, message, side->name,
                      "neither a report (hostcap scan) nor a recording (hostcap record)");
    if (strncmp(schema, "1.", 2) != 0)
        return refuse(error, HC_ERROR_INPUT, message, side->name, "a report of another version of the format: update");
    if (!hc_json_get_array(root, "unknowns"))
        return refuse(error, HC_ERROR_INPUT, message, side->name, "not a whole report: hostcap scan writes one");
    side->kind = "report";
    side->scan = hc_scan_empty();
    *error = HC_ERROR_MEMORY;
    if (!side->scan)
        return false;
    read_facts(&side->scan->facts, root);
    read_verdicts(side, side->scan->facts.arena, hc_json_get(root, "ratings"));
    side->time = time ? hc_strdup(side->scan->facts.arena, time) : NULL;
    side->facts = &side->scan->facts;
    return !side->scan->facts.arena->exhausted;
}

static bool open_recording(struct hc_side *side, const char *bytes, size_t size, enum hc_error *error, char *message)
{
    struct hc_scan_options options = { .recording = side->name, .recording_text = bytes, .recording_size = size };
    struct hc_scan *scan;

    *error = hc_scan_run(&options, &scan, message);
    if (!*error)
        *error = hc_report_make(scan, NULL, 0, &side->report, message);
    if (*error)
        return false;
    side->kind = "recording";
    *error = HC_ERROR_MEMORY;
    return hc_side_of(side, side->report);
}

bool hc_side_read(struct hc_side *side, const char *name, const char *bytes, size_t size, enum hc_error *error,
                  char *message)
{
    struct hc_json_error wrong = { 0 };
    struct hc_json_doc doc = { 0 };
    bool done;

    *side = (struct hc_side){ .name = name };
    if (hc_json_parse(&doc, (struct hc_text){ bytes, size }, &wrong)) {
        if (hc_json_get(doc.root, "hostcap_recording")) {
            hc_json_free(&doc);
            done = open_recording(side, bytes, size, error, message);
        } else {
            done = open_report(side, doc.root, error, message);
        }
    } else {
        done = false;
        *error = doc.exhausted ? HC_ERROR_MEMORY : HC_ERROR_INPUT;
        snprintf(message, MESSAGE, "%.200s, line %zu, column %zu: %s", side->name, wrong.line, wrong.column,
                 wrong.what ? wrong.what : "");
    }
    hc_json_free(&doc);
    if (!done)
        hc_side_close(side);
    return done;
}

bool hc_side_open(struct hc_side *side, const char *path, enum hc_error *error, char *message)
{
    size_t size;
    char *bytes;
    bool done;

    bytes = hc_read_input(path, INPUT_MOST, "report or recording", &size, message);
    if (!bytes) {
        *error = HC_ERROR_SYSTEM;
        return false;
    }
    done = hc_side_read(side, path, bytes, size, error, message);
    free(bytes);
    return done;
}

bool hc_side_of(struct hc_side *side, const struct hc_report *report)
{
    struct hc_side_verdict *verdicts = hc_alloc(report->arena, (report->rating_count + 1) * sizeof *verdicts);

    if (!side->kind)
        side->kind = "host";
    if (!side->name)
        side->name = "this host";
    side->facts = report->facts;
    side->time = report->scan->time;
    side->verdicts = verdicts;
    for (size_t i = 0; verdicts && i < report->rating_count; i++)
        verdicts[side->verdict_count++] =
            (struct hc_side_verdict){ report->ratings[i].profile->id, hc_verdict_name(report->ratings[i].verdict) };
    return verdicts != NULL;
}

void hc_side_close(struct hc_side *side)
{
    if (side->scan)
        hc_scan_free(side->scan);
    hc_report_free(side->report);
    side->scan = NULL;
    side->report = NULL;
}
