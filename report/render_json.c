/* The report as JSON: one shape on every host. Facts nest by their keys; null means that it is not known, and unknowns
   says why. */
#include "render_json.h"
#include "dated.h"
#include "json.h"
#include "nest.h"
#include "plan.h"
#include "recipes.h"
#include "render_passthrough.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION "1.4.0"

struct output {
    const struct hc_report *report;
    struct hc_json_doc doc;
    struct hc_json *root;
};

/* JSON Pointer (RFC 6901) of a fact. */
static const char *pointer(struct output *o, const char *key)
{
    const size_t size = strlen(key);
    char *text = hc_alloc(o->report->arena, size + 2);

    if (text) {
        text[0] = '/';
        memcpy(text + 1, key, size);
    }
    for (char *c = text; c && *c; c++)
        if (*c == '.')
            *c = '/';
    return text ? text : "";
}

/* ---- values ---- */

static void add_list(struct output *o, struct hc_json *parent, const char *name, const char *text)
{
    struct hc_json *list = hc_json_add_array(&o->doc, parent, name);
    struct hc_text rest = hc_text_from(text), word;

    while (hc_next_word(&rest, &word))
        hc_json_add_text(&o->doc, list, NULL, word);
}

static void add_cell(struct output *o, struct hc_json *parent, const char *name, enum hc_type type,
                     const struct hc_cell *cell)
{
    if (!cell->known) {
        hc_json_add_null(&o->doc, parent, name);
        return;
    }
    switch (type) {
    case HC_TYPE_FLAG: hc_json_add_flag(&o->doc, parent, name, cell->flag); break;
    case HC_TYPE_NUMBER: hc_json_add_number(&o->doc, parent, name, cell->number); break;
    case HC_TYPE_REGISTER: hc_json_add_hex(&o->doc, parent, name, cell->number); break;
    case HC_TYPE_LIST: add_list(o, parent, name, cell->text); break;
    default: hc_json_add_string(&o->doc, parent, name, cell->text);
    }
}

static void add_table(struct output *o, struct hc_json *parent, const char *name, enum hc_table table)
{
    const struct hc_table_field *field = hc_table_field(table);
    const struct hc_table_data *data = &o->report->facts->tables[table];
    struct hc_json *list;

    if (!data->known) {
        hc_json_add_null(&o->doc, parent, name);
        return;
    }
    list = hc_json_add_array(&o->doc, parent, name);
    for (const struct hc_table_row *row = data->first; row; row = row->next) {
        struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);
        for (size_t c = 0; c < field->column_count; c++)
            add_cell(o, object, field->columns[c].key, field->columns[c].type, &row->cells[c]);
    }
}

static void add_members(struct output *o, const struct hc_nest *nest, size_t object, struct hc_json *parent)
{
    struct hc_nested m;

    for (bool more = hc_nest_first(nest, object, &m); more; more = hc_nest_next(nest, &m))
        switch (m.kind) {
        case HC_NESTED_FACT:
            add_cell(o, parent, m.name, hc_fact_field((enum hc_fact)m.number)->type,
                     &o->report->facts->cells[m.number]);
            break;
        case HC_NESTED_TABLE: add_table(o, parent, m.name, (enum hc_table)m.number); break;
        case HC_NESTED_OBJECT: add_members(o, nest, m.number, hc_json_add_object(&o->doc, parent, m.name)); break;
        }
}

static void facts(struct output *o, bool with_tables)
{
    struct hc_nest nest;

    if (!hc_nest(&nest, with_tables))
        o->doc.exhausted = true;
    add_members(o, &nest, HC_NEST_ROOT, o->root);
}

/* ---- unknowns and evidence ---- */

static void add_unknown(struct output *o, struct hc_json *list, const char *where, const struct hc_reply *reply)
{
    struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);

    hc_json_add_string(&o->doc, object, "pointer", where);
    hc_json_add_string(&o->doc, object, "answer", reply ? hc_answer_name(reply->answer) : "not asked");
    if (!reply)
        return;
    hc_json_add_string(&o->doc, object, "key", reply->key);
    if (reply->error)
        hc_json_add_string(&o->doc, object, "error", reply->error);
    hc_json_add_string(&o->doc, object, "hint", hc_hint(reply));
}

static void fact_unknown(struct output *o, struct hc_json *list, enum hc_fact fact)
{
    const char *conflict = hc_report_contradiction(o->report, fact), *where = pointer(o, hc_fact_field(fact)->key);
    struct hc_json *object;

    if (!conflict) {
        add_unknown(o, list, where, hc_open_reply(o->report->facts, fact));
        return;
    }
    object = hc_json_add_object(&o->doc, list, NULL);
    hc_json_add_string(&o->doc, object, "pointer", where);
    hc_json_add_string(&o->doc, object, "answer", "conflict");
    hc_json_add_string(&o->doc, object, "error", conflict);
}

/* A cell that nobody asked for is one to which its question does not apply: a bridge's bus of what is no bridge. There
   is no reason to tell, and of ten thousand devices it would be told a hundred thousand times. */
static void table_unknowns(struct output *o, struct hc_json *list, enum hc_table t)
{
    const struct hc_table_field *field = hc_table_field(t);
    const struct hc_table_data *data = &o->report->facts->tables[t];
    size_t number = 0;

    if (!data->known)
        add_unknown(o, list, pointer(o, field->key), data->why);
    for (const struct hc_table_row *row = data->first; row; row = row->next, number++)
        for (size_t c = 0; c < field->column_count; c++)
            if (!row->cells[c].known && row->cells[c].why) {
                const char *where =
                    hc_print(o->report->arena, "%s/%zu/%s", pointer(o, field->key), number, field->columns[c].key);
                add_unknown(o, list, where ? where : "", row->cells[c].why);
            }
}

static void unknowns(struct output *o)
{
    struct hc_json *list = hc_json_add_array(&o->doc, o->root, "unknowns");

    for (int f = 0; f < HC_FACTS; f++)
        if (!o->report->facts->cells[f].known)
            fact_unknown(o, list, (enum hc_fact)f);
    for (int t = 0; t < HC_TABLES; t++)
        table_unknowns(o, list, (enum hc_table)t);
}

static struct hc_json *add_keys(struct output *o, struct hc_json *object, const uint16_t *seen, size_t count)
{
    const struct hc_reply *replies[HC_REPLIES_SEEN_MAX];
    size_t n = hc_evidence(o->report->facts, seen, count, replies, HC_REPLIES_SEEN_MAX);
    struct hc_json *keys = hc_json_add_array(&o->doc, object, "keys");

    for (size_t i = 0; i < n; i++)
        hc_json_add_string(&o->doc, keys, NULL, replies[i]->key);
    return keys;
}

static void evidence(struct output *o)
{
    struct hc_json *list = hc_json_add_array(&o->doc, o->root, "evidence");

    for (int f = 0; f < HC_FACTS; f++) {
        const uint16_t self = (uint16_t)f;
        struct hc_json *object;
        if (!o->report->facts->cells[f].known)
            continue;
        object = hc_json_add_object(&o->doc, list, NULL);
        hc_json_add_string(&o->doc, object, "pointer", pointer(o, hc_fact_field((enum hc_fact)f)->key));
        add_keys(o, object, &self, 1);
    }
}

/* ---- meta ---- */

/* Whole: nothing was refused, failed, taken out or skipped. What is absent or unsupported is an answer. */
static bool complete(const struct hc_report *report)
{
    for (int p = 0; p < HC_PROBES; p++)
        if (report->scan->probes[p] == HC_PROBE_SKIPPED)
            return false;
    for (int f = 0; f < HC_FACTS; f++) {
        const struct hc_reply *reply = hc_open_reply(report->facts, (enum hc_fact)f);
        if (reply && (reply->answer == HC_DENIED || reply->answer == HC_FAILED || reply->answer == HC_REDACTED))
            return false;
    }
    return true;
}

/* Of meta.data, and profiles by their ids. */
static void old_data(struct output *o, struct hc_json *run)
{
    struct hc_json *list = hc_json_add_array(&o->doc, run, "old_data");
    const char *now = o->report->scan->time;

    for (size_t i = 0; i < hc_dated_table_count; i++)
        if (hc_dated_old(hc_dated_tables[i].date(), now))
            hc_json_add_string(&o->doc, list, NULL, hc_dated_tables[i].key);
    for (size_t i = 0; i < o->report->rating_count; i++)
        if (hc_dated_old(o->report->profiles[i]->date, now))
            hc_json_add_string(&o->doc, list, NULL, o->report->profiles[i]->id);
}

static void meta(struct output *o)
{
    static const char *const states[] = { "nothing", "partial", "complete", "skipped" };
    const struct hc_scan *scan = o->report->scan;
    struct hc_json *object = hc_json_add_object(&o->doc, o->root, "meta"), *inner;
    enum hc_tri root = hc_flag(o->report->facts, HC_ROOT);

    hc_json_add_string(&o->doc, object, "tool", "hostcap");
    hc_json_add_string(&o->doc, object, "version", HC_VERSION);
    hc_json_add_string(&o->doc, object, "schema_version", SCHEMA_VERSION);
    hc_json_add_string(&o->doc, object, "platform", scan->platform);
    if (root == HC_UNKNOWN)
        hc_json_add_null(&o->doc, object, "privilege");
    else
        hc_json_add_string(&o->doc, object, "privilege", root == HC_YES ? "root" : "user");
    hc_json_add_flag(&o->doc, object, "redacted", scan->redacted);
    hc_json_add_flag(&o->doc, object, "complete", complete(o->report));
    inner = hc_json_add_object(&o->doc, object, "probes");
    for (int p = 0; p < HC_PROBES; p++)
        hc_json_add_string(&o->doc, inner, hc_probe_name(p), states[scan->probes[p]]);
    inner = hc_json_add_object(&o->doc, object, "data");
    for (size_t i = 0; i < hc_dated_table_count; i++)
        hc_json_add_string(&o->doc, inner, hc_dated_tables[i].key, hc_dated_tables[i].date());
    inner = hc_json_add_object(&o->doc, object, "run");
    hc_json_add_string(&o->doc, inner, "origin", scan->origin);
    if (scan->time)
        hc_json_add_string(&o->doc, inner, "time", scan->time);
    else
        hc_json_add_null(&o->doc, inner, "time");
    hc_json_add_number(&o->doc, inner, "duration_us", scan->duration_ns / 1000);
    old_data(o, inner);
}

/* ---- findings and ratings ---- */

/* The letters of the text, so that nobody takes it apart. */
static void tags(struct output *o, struct hc_json *object, const struct hc_readiness *r)
{
    const struct {
        const char *tag;
        bool here;
    } rows[] = { { "!", r->better }, { "P", r->passthrough }, { "C", r->confidential }, { "N", r->nested } };
    struct hc_json *list = hc_json_add_array(&o->doc, object, "tags");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].here)
            hc_json_add_string(&o->doc, list, NULL, rows[i].tag);
}

static void readiness(struct output *o)
{
    const struct hc_readiness *r = &o->report->readiness;
    struct hc_json *object = hc_json_add_object(&o->doc, o->root, "readiness");

    if (r->level < 0)
        hc_json_add_null(&o->doc, object, "level");
    else
        hc_json_add_number(&o->doc, object, "level", (uint64_t)r->level);
    if (r->potential < 0)
        hc_json_add_null(&o->doc, object, "potential");
    else
        hc_json_add_number(&o->doc, object, "potential", (uint64_t)r->potential);
    hc_json_add_string(&o->doc, object, "text", hc_readiness_text(r, o->report->arena));
    tags(o, object, r);
}

static void points(struct output *o, struct hc_json *object, const char *name, int value)
{
    if (value < 0)
        hc_json_add_null(&o->doc, object, name);
    else
        hc_json_add_number(&o->doc, object, name, (uint64_t)value);
}

static void suitability(struct output *o)
{
    const struct hc_suitability *s = &o->report->suitability;
    struct hc_json *object = hc_json_add_object(&o->doc, o->root, "suitability"), *list;

    points(o, object, "type1", s->type1);
    points(o, object, "type2", s->type2);
    hc_json_add_string(&o->doc, object, "prefer", s->prefer);
    hc_json_add_flag(&o->doc, object, "sure", s->sure);
    hc_json_add_string(&o->doc, object, "date", HC_SCORING_DATE);
    list = hc_json_add_array(&o->doc, object, "items");
    for (size_t i = 0; i < s->count; i++) {
        const struct hc_score_item *item = &s->items[i];
        struct hc_json *row = hc_json_add_object(&o->doc, list, NULL);
        hc_json_add_string(&o->doc, row, "id", item->id);
        hc_json_add_string(&o->doc, row, "title", item->title);
        points(o, row, "points", item->points);
        points(o, row, "max", item->max);
        hc_json_add_flag(&o->doc, row, "known", item->known);
        hc_json_add_string(&o->doc, row, "because", item->because);
        add_keys(o, row, item->seen, item->seen_count);
    }
}

static void techniques(struct output *o)
{
    const struct hc_techniques *all = o->report->techniques;
    struct hc_json *list = hc_json_add_array(&o->doc, o->root, "techniques");

    for (size_t i = 0; i < all->count; i++) {
        const struct hc_technique *t = &all->list[i];
        struct hc_json *row = hc_json_add_object(&o->doc, list, NULL), *keys;
        hc_json_add_string(&o->doc, row, "group", t->group);
        hc_json_add_string(&o->doc, row, "name", t->name);
        hc_json_add_string(&o->doc, row, "state", hc_state_word(t->state));
        hc_json_add_string(&o->doc, row, "because", t->because);
        keys = add_keys(o, row, t->seen, t->seen_count);
        if (t->reply)
            hc_json_add_string(&o->doc, keys, NULL, t->reply->key);
    }
}

static void add_reason_row(struct output *o, struct hc_json *object, enum hc_reason reason, const struct hc_facts *with)
{
    const struct hc_reason_row *row = hc_reason_row(reason);

    hc_json_add_string(&o->doc, object, "code", row->code);
    hc_json_add_string(&o->doc, object, "fix_class", hc_fix_name(row->fix));
    hc_json_add_string(&o->doc, object, "text", hc_fill(with, o->report->arena, row->wrong));
    hc_json_add_string(&o->doc, object, "fix", hc_fill(with, o->report->arena, row->change));
    hc_json_add_string(&o->doc, object, "verify", row->see);
}

static void findings(struct output *o)
{
    struct hc_json *list = hc_json_add_array(&o->doc, o->root, "findings");

    for (size_t i = 0; i < hc_check_count(); i++) {
        const struct hc_finding *f = &o->report->findings[i];
        struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);
        hc_json_add_string(&o->doc, object, "check", f->check->id);
        hc_json_add_string(&o->doc, object, "title", f->check->title);
        hc_json_add_string(&o->doc, object, "result", hc_result_word(f->reason));
        if (f->reason > HC_MOOT)
            add_reason_row(o, object, f->reason, o->report->facts);
        add_keys(o, object, f->seen, f->seen_count);
    }
}

static void add_ids(struct output *o, struct hc_json *object, const char *key, const struct hc_rating *rating,
                    enum hc_result result, enum hc_level level)
{
    struct hc_json *list = hc_json_add_array(&o->doc, object, key);

    for (size_t i = 0; i < rating->count; i++)
        if (rating->outcomes[i].result == result && rating->outcomes[i].requirement->level == level)
            hc_json_add_string(&o->doc, list, NULL, rating->outcomes[i].requirement->id);
}

static void add_fixes(struct output *o, struct hc_json *object, const struct hc_rating *rating)
{
    struct hc_json *list = hc_json_add_array(&o->doc, object, "fixes");
    const unsigned fixes = hc_rating_fixes(rating, HC_RESULT_FAIL, HC_HARD);

    for (int fix = 0; fixes >> fix; fix++)
        if (fixes >> fix & 1)
            hc_json_add_string(&o->doc, list, NULL, hc_fix_name((enum hc_fix)fix));
}

static void add_reasons(struct output *o, struct hc_json *object, const struct hc_rating *rating)
{
    struct hc_json *list = hc_json_add_array(&o->doc, object, "reasons");
    const struct hc_outcome **outcomes = hc_alloc(o->report->arena, (rating->count + 1) * sizeof *outcomes);
    size_t count = outcomes ? hc_report_reasons(rating, outcomes, rating->count) : 0;

    for (size_t i = 0; i < count; i++) {
        struct hc_words words = hc_report_words(o->report, outcomes[i]);
        struct hc_json *reason = hc_json_add_object(&o->doc, list, NULL);
        hc_json_add_string(&o->doc, reason, "requirement", outcomes[i]->requirement->id);
        hc_json_add_string(&o->doc, reason, "level", hc_level_name(outcomes[i]->requirement->level));
        hc_json_add_string(&o->doc, reason, "result", outcomes[i]->result == HC_RESULT_FAIL ? "fail" : "open");
        if (words.code)
            hc_json_add_string(&o->doc, reason, "code", words.code);
        else
            hc_json_add_null(&o->doc, reason, "code");
        hc_json_add_string(&o->doc, reason, "fix_class", hc_fix_name(outcomes[i]->fix));
        hc_json_add_string(&o->doc, reason, "text", words.wrong);
        hc_json_add_string(&o->doc, reason, "fix", words.change);
        hc_json_add_string(&o->doc, reason, "verify", words.see);
        add_keys(o, reason, outcomes[i]->seen, outcomes[i]->seen_count);
    }
}

/* What is to be typed, each command once; a restart is a flag of the step. */
static void add_commands(struct output *o, struct hc_json *object, const char *marked)
{
    struct hc_json *list = hc_json_add_array(&o->doc, object, "commands");
    struct hc_piece piece;

    while (hc_next_piece(&marked, &piece)) {
        if (piece.command && !hc_text_is(piece.text, "reboot"))
            hc_json_add_text(&o->doc, list, NULL, piece.text);
    }
}

static void add_plan(struct output *o, struct hc_json *rating, const struct hc_rating *of)
{
    const struct hc_plan plan = hc_plan_of(o->report, of);
    struct hc_json *list = hc_json_add_array(&o->doc, rating, "plan"), *ids;

    for (size_t i = 0; i < plan.count; i++) {
        const struct hc_step *step = &plan.steps[i];
        struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);
        hc_json_add_number(&o->doc, object, "step", i + 1);
        hc_json_add_string(&o->doc, object, "kind", hc_step_kind_name(step->kind));
        hc_json_add_string(&o->doc, object, "fix_class", hc_fix_name(step->fix));
        hc_json_add_string(&o->doc, object, "problem", step->wrong);
        hc_json_add_string(&o->doc, object, "text", hc_plain_recipe(o->report->arena, step->change));
        add_commands(o, object, step->change);
        hc_json_add_string(&o->doc, object, "verify", step->verify);
        hc_json_add_flag(&o->doc, object, "reboot", step->reboot);
        ids = hc_json_add_array(&o->doc, object, "requirements");
        for (size_t r = 0; r < step->requirement_count; r++)
            hc_json_add_string(&o->doc, ids, NULL, step->requirements[r]);
    }
}

/* with_plan: the reasons once more, as steps; left out where there are many ratings. */
static void add_rating(struct output *o, struct hc_json *list, const struct hc_rating *rating, bool with_plan)
{
    struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);

    hc_json_add_string(&o->doc, object, "profile", rating->profile->id);
    hc_json_add_string(&o->doc, object, "title", rating->profile->title);
    hc_json_add_string(&o->doc, object, "kind", rating->profile->kind);
    hc_json_add_string(&o->doc, object, "date", rating->profile->date);
    hc_json_add_string(&o->doc, object, "verdict", hc_verdict_name(rating->verdict));
    hc_json_add_string(&o->doc, object, "sure", hc_verdict_name(rating->sure));
    hc_json_add_string(&o->doc, object, "at_best", hc_verdict_name(rating->at_best));
    hc_json_add_flag(&o->doc, object, "override", rating->override);
    add_ids(o, object, "blocking", rating, HC_RESULT_FAIL, HC_HARD);
    add_fixes(o, object, rating);
    add_ids(o, object, "soft", rating, HC_RESULT_FAIL, HC_SOFT);
    add_ids(o, object, "open", rating, HC_RESULT_OPEN, HC_HARD);
    add_ids(o, object, "open_soft", rating, HC_RESULT_OPEN, HC_SOFT);
    add_reasons(o, object, rating);
    if (with_plan)
        add_plan(o, object, rating);
}

static void conflicts(struct output *o)
{
    struct hc_json *list = hc_json_add_array(&o->doc, o->root, "conflicts");

    for (size_t i = 0; i < o->report->conflict_count; i++) {
        const struct hc_conflict *c = &o->report->conflicts[i];
        const uint16_t both[] = { (uint16_t)c->a, (uint16_t)c->b };
        struct hc_json *object = hc_json_add_object(&o->doc, list, NULL), *where;
        hc_json_add_string(&o->doc, object, "text", c->text);
        where = hc_json_add_array(&o->doc, object, "pointers");
        hc_json_add_string(&o->doc, where, NULL, pointer(o, hc_fact_field(c->a)->key));
        hc_json_add_string(&o->doc, where, NULL, pointer(o, hc_fact_field(c->b)->key));
        add_keys(o, object, both, 2);
    }
}

/* ---- documents ---- */

static char *finish(struct output *o)
{
    char *text = o->report->arena->exhausted ? NULL : hc_json_print(&o->doc);

    hc_json_free(&o->doc);
    return text;
}

char *hc_render_report(const struct hc_report *report, bool with_evidence)
{
    struct output o = { .report = report };
    struct hc_json *list;

    o.root = hc_json_new(&o.doc);
    meta(&o);
    facts(&o, true);
    readiness(&o);
    suitability(&o);
    findings(&o);
    list = hc_json_add_array(&o.doc, o.root, "ratings");
    for (size_t i = 0; i < report->rating_count; i++)
        add_rating(&o, list, &report->ratings[i], false);
    hc_add_passthrough(&o.doc, o.root, report);
    techniques(&o);
    conflicts(&o);
    unknowns(&o);
    if (with_evidence)
        evidence(&o);
    return finish(&o);
}

char *hc_render_check_json(const struct hc_report *report, const struct hc_rating *const *ratings, size_t count)
{
    struct output o = { .report = report };
    struct hc_json *list;

    o.root = hc_json_new(&o.doc);
    meta(&o);
    readiness(&o);
    list = hc_json_add_array(&o.doc, o.root, "ratings");
    for (size_t i = 0; i < count; i++)
        add_rating(&o, list, ratings[i], true);
    return finish(&o);
}

static void table_json(struct output *o, enum hc_table table, const size_t *columns, size_t count)
{
    const struct hc_table_field *field = hc_table_field(table);
    const struct hc_table_data *data = &o->report->facts->tables[table];
    struct hc_json *list;

    hc_json_add_string(&o->doc, o->root, "table", field->key);
    if (!data->known) {
        hc_json_add_null(&o->doc, o->root, "rows");
        add_unknown(o, hc_json_add_array(&o->doc, o->root, "unknowns"), "/rows", data->why);
        return;
    }
    list = hc_json_add_array(&o->doc, o->root, "rows");
    for (const struct hc_table_row *row = data->first; row; row = row->next) {
        struct hc_json *object = hc_json_add_object(&o->doc, list, NULL);
        for (size_t c = 0; c < count; c++)
            add_cell(o, object, field->columns[columns[c]].key, field->columns[columns[c]].type,
                     &row->cells[columns[c]]);
    }
}

char *hc_render_table_json(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    table_json(&o, table, columns, count);
    return finish(&o);
}

/* {"techniques": [...]} */
char *hc_render_techniques_json(const struct hc_report *report)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    techniques(&o);
    return finish(&o);
}

/* {"id": "suitability", "kind": "score", "suitability": {...}} */
char *hc_render_suitability_json(const struct hc_report *report)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    hc_json_add_string(&o.doc, o.root, "id", "suitability");
    hc_json_add_string(&o.doc, o.root, "kind", "score");
    suitability(&o);
    return finish(&o);
}

char *hc_render_facts_json(const struct hc_report *report, bool with_tables)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    facts(&o, with_tables);
    return finish(&o);
}

/* {"id": ..., "kind": "fact"|"check"|"code"|"profile", ...}: what the text of explain says. */
char *hc_render_fact_json(const struct hc_report *report, enum hc_fact fact)
{
    struct output o = { .report = report };
    const struct hc_field *field = hc_fact_field(fact);
    const uint16_t self = (uint16_t)fact;

    o.root = hc_json_new(&o.doc);
    hc_json_add_string(&o.doc, o.root, "id", field->key);
    hc_json_add_string(&o.doc, o.root, "kind", "fact");
    hc_json_add_string(&o.doc, o.root, "meaning", field->meaning);
    add_cell(&o, o.root, "value", field->type, &report->facts->cells[fact]);
    add_keys(&o, o.root, &self, 1);
    if (!report->facts->cells[fact].known)
        add_unknown(&o, hc_json_add_array(&o.doc, o.root, "unknowns"), "/value", hc_open_reply(report->facts, fact));
    return finish(&o);
}

char *hc_render_finding_json(const struct hc_report *report, const struct hc_finding *finding)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    hc_json_add_string(&o.doc, o.root, "id", finding->check->id);
    hc_json_add_string(&o.doc, o.root, "kind", "check");
    hc_json_add_string(&o.doc, o.root, "title", finding->check->title);
    hc_json_add_string(&o.doc, o.root, "result", hc_result_word(finding->reason));
    if (finding->reason > HC_MOOT)
        add_reason_row(&o, o.root, finding->reason, report->facts);
    add_keys(&o, o.root, finding->seen, finding->seen_count);
    return finish(&o);
}

char *hc_render_reason_json(const struct hc_report *report, enum hc_reason reason)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    hc_json_add_string(&o.doc, o.root, "id", hc_reason_row(reason)->code);
    hc_json_add_string(&o.doc, o.root, "kind", "code");
    add_reason_row(&o, o.root, reason, hc_given_here(report, reason) ? report->facts : NULL);
    return finish(&o);
}

char *hc_render_rating_json(const struct hc_report *report, const struct hc_rating *rating)
{
    struct output o = { .report = report };

    o.root = hc_json_new(&o.doc);
    hc_json_add_string(&o.doc, o.root, "id", rating->profile->id);
    hc_json_add_string(&o.doc, o.root, "kind", "profile");
    add_rating(&o, hc_json_add_array(&o.doc, o.root, "ratings"), rating, true);
    return finish(&o);
}
