/* A comparison as text and JSON. */
#include "diff.h"
#include "json.h"
#include "paper.h"
#include "text_line.h"

#include <stdlib.h>
#include <string.h>

enum { OPEN_SHOWN = 8, VALUE_MOST = 160, LONG = 120 };

/* ---- text ---- */

struct sheet {
    const struct hc_diff *diff;
    struct hc_arena arena;
    struct hc_paper paper;
};

static const char *cut(struct sheet *s, const char *text)
{
    size_t size = strlen(text);
    const char *copy;

    if (!size)
        return "(empty)";
    if (size <= VALUE_MOST)
        return hc_clean(&s->arena, text);
    copy = hc_copy(&s->arena, text, VALUE_MOST);
    copy = copy ? hc_print(&s->arena, "%s ...", hc_clean(&s->arena, copy)) : NULL;
    return copy ? copy : "";
}

static bool in_bytes(const struct hc_field *field)
{
    return field->key_size > 6 && !strcmp(field->key + field->key_size - 6, "_bytes");
}

static const char *value_text(struct sheet *s, const struct hc_field *field, const struct hc_cell *cell)
{
    const char *text;

    switch (field->type) {
    case HC_TYPE_FLAG: return cell->flag ? "yes" : "no";
    case HC_TYPE_NUMBER:
        text = hc_print(&s->arena, "%llu", (unsigned long long)cell->number);
        if (text && in_bytes(field) && cell->number >= 1024)
            text = hc_print(&s->arena, "%s (%s)", text, hc_size_text(&s->arena, cell->number));
        break;
    case HC_TYPE_REGISTER: text = hc_print(&s->arena, "0x%llx", (unsigned long long)cell->number); break;
    default: return cut(s, cell->text);
    }
    return text ? text : "";
}

/* Words of one list that the other has not, each behind a sign. */
static void words_beyond(struct sheet *s, const char *list, const char *other, char sign, enum hc_ink ink)
{
    const struct hc_text there = { other, strlen(other) };
    struct hc_text rest = { list, strlen(list) }, word;

    while (hc_next_word(&rest, &word)) {
        const char *name = hc_copy(&s->arena, word.at, word.size);
        if (!name || hc_has_word(there, name))
            continue;
        hc_ink(&s->paper, ink, " %c%s", sign, hc_clean(&s->arena, name));
    }
}

static bool has_all(struct hc_arena *arena, const char *list, const char *words)
{
    const struct hc_text there = { list, strlen(list) };
    struct hc_text rest = { words, strlen(words) }, word;

    while (hc_next_word(&rest, &word)) {
        const char *name = hc_copy(arena, word.at, word.size);
        if (name && !hc_has_word(there, name))
            return false;
    }
    return true;
}

/* Of lists, and of long lines as the kernel's, only the words that came and went. */
static bool by_words(const struct hc_change *c)
{
    if (c->field->type == HC_TYPE_LIST)
        return true;
    return c->field->type == HC_TYPE_TEXT && strlen(c->a->text) + strlen(c->b->text) > LONG &&
           strchr(c->a->text, ' ') && strchr(c->b->text, ' ');
}

static void put_change(struct sheet *s, const struct hc_change *c)
{
    const char *table = c->table == HC_TABLES ? NULL : hc_table_field(c->table)->key;

    hc_write(&s->paper, "  ");
    if (!c->field) {
        hc_ink(&s->paper, c->what == HC_ADDED ? HC_GOOD : HC_BAD, "%c %s %s", c->what == HC_ADDED ? '+' : '-', table,
               cut(s, c->row));
        hc_write(&s->paper, "\n");
        return;
    }
    if (table)
        hc_write(&s->paper, "%s %s ", table, cut(s, c->row));
    hc_write(&s->paper, "%s:", c->field->key);
    if (by_words(c) && !(has_all(&s->arena, c->a->text, c->b->text) && has_all(&s->arena, c->b->text, c->a->text))) {
        words_beyond(s, c->a->text, c->b->text, '-', HC_BAD);
        words_beyond(s, c->b->text, c->a->text, '+', HC_GOOD);
    } else {
        hc_write(&s->paper, " %s -> %s", value_text(s, c->field, c->a), value_text(s, c->field, c->b));
    }
    hc_write(&s->paper, "\n");
}

static void put_kind(struct sheet *s, enum hc_change_kind kind)
{
    static const char *const titles[HC_CHANGE_KINDS] = { "Identity", "Configuration", "Volatile" };
    size_t shown = 0, measured = 0;

    for (size_t i = 0; i < s->diff->count; i++) {
        const struct hc_change *c = &s->diff->changes[i];
        if (c->kind != kind)
            continue;
        if (c->measured) {
            measured++;
            continue;
        }
        if (!shown++)
            hc_ink(&s->paper, HC_BOLD, "%s\n", titles[kind]);
        put_change(s, c);
    }
    if (measured)
        hc_ink(&s->paper, HC_DIM, "%s%zu quantit%s that wander%s by %s (--json lists %s)\n", shown ? "  and " : "",
               measured, measured == 1 ? "y" : "ies", measured == 1 ? "s" : "", measured == 1 ? "itself" : "themselves",
               measured == 1 ? "it" : "them");
}

static const char *open_name(struct sheet *s, const struct hc_not_compared *o)
{
    const char *table = o->table == HC_TABLES ? NULL : hc_table_field(o->table)->key;
    const char *text = !table    ? o->field->key
                       : !o->row ? table
                                 : hc_print(&s->arena, "%s %s%s%s", table, cut(s, o->row), o->field ? " " : "",
                                            o->field ? o->field->key : "");

    return text ? text : "";
}

static void put_open(struct sheet *s, bool in_a)
{
    const char *list = NULL, *text;
    size_t count = 0;

    for (size_t i = 0; i < s->diff->open_count; i++) {
        if (s->diff->open[i].in_a != in_a)
            continue;
        if (count++ < OPEN_SHOWN)
            list = hc_print(&s->arena, "%s%s%s", list ? list : "", list ? ", " : "", open_name(s, &s->diff->open[i]));
    }
    if (!count)
        return;
    text = hc_print(&s->arena, "known in %s only: %s", in_a ? "A" : "B", list ? list : "");
    if (count > OPEN_SHOWN)
        text = hc_print(&s->arena, "%s, and %zu more (--json lists them)", text ? text : "", count - OPEN_SHOWN);
    hc_write(&s->paper, "  ");
    hc_wrap(&s->paper, 2, 4, text ? text : "");
}

static void put_side(struct sheet *s, const char *letter, const struct hc_side *side)
{
    hc_ink(&s->paper, HC_BOLD, "%s", letter);
    hc_write(&s->paper, "  %s", hc_clean(&s->arena, side->name));
    if (strcmp(side->kind, "host") != 0)
        hc_write(&s->paper, ", a %s", side->kind);
    hc_write(&s->paper, "%s%s\n", side->time ? " of " : "", side->time ? hc_clean(&s->arena, side->time) : "");
}

char *hc_render_diff_text(const struct hc_diff *diff, struct hc_terminal terminal)
{
    struct sheet s = { .diff = diff, .paper = { .terminal = terminal } };
    char *text;

    put_side(&s, "A", diff->a);
    put_side(&s, "B", diff->b);
    if (!diff->count && !diff->verdict_count)
        hc_ink(&s.paper, HC_GOOD, "Nothing changed that both know.\n");
    if (diff->verdict_count)
        hc_ink(&s.paper, HC_BOLD, "Verdicts\n");
    for (size_t i = 0; i < diff->verdict_count; i++)
        hc_write(&s.paper, "  %s: %s -> %s\n", hc_clean(&s.arena, diff->verdicts[i].profile),
                 hc_clean(&s.arena, diff->verdicts[i].a), hc_clean(&s.arena, diff->verdicts[i].b));
    for (int kind = 0; kind < HC_CHANGE_KINDS; kind++)
        put_kind(&s, (enum hc_change_kind)kind);
    if (diff->open_count)
        hc_ink(&s.paper, HC_BOLD, "Not compared\n");
    put_open(&s, true);
    put_open(&s, false);
    text = hc_take(&s.paper);
    if (s.arena.exhausted) {
        free(text);
        text = NULL;
    }
    hc_arena_free(&s.arena);
    return text;
}

/* ---- JSON ---- */

static void add_list(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *text)
{
    struct hc_json *list = hc_json_add_array(doc, parent, key);
    struct hc_text rest = { text, strlen(text) }, word;
    char room[256];

    while (hc_next_word(&rest, &word)) {
        size_t size = word.size < sizeof room - 1 ? word.size : sizeof room - 1;
        memcpy(room, word.at, size);
        room[size] = '\0';
        hc_json_add_text(doc, list, NULL, (struct hc_text){ room, size });
    }
}

static void add_value(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const struct hc_field *field,
                      const struct hc_cell *cell)
{
    switch (field->type) {
    case HC_TYPE_FLAG: hc_json_add_flag(doc, parent, key, cell->flag); break;
    case HC_TYPE_NUMBER: hc_json_add_number(doc, parent, key, cell->number); break;
    case HC_TYPE_REGISTER: hc_json_add_hex(doc, parent, key, cell->number); break;
    case HC_TYPE_LIST: add_list(doc, parent, key, cell->text); break;
    default: hc_json_add_string(doc, parent, key, cell->text);
    }
}

static void add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *text)
{
    if (text)
        hc_json_add_string(doc, parent, key, text);
    else
        hc_json_add_null(doc, parent, key);
}

static void add_side(struct hc_json_doc *doc, struct hc_json *root, const char *key, const struct hc_side *side)
{
    struct hc_json *object = hc_json_add_object(doc, root, key);

    hc_json_add_string(doc, object, "name", side->name);
    hc_json_add_string(doc, object, "kind", side->kind);
    add_string(doc, object, "time", side->time);
}

static void add_where(struct hc_json_doc *doc, struct hc_json *object, enum hc_table table, const char *row,
                      const struct hc_field *field)
{
    add_string(doc, object, "table", table == HC_TABLES ? NULL : hc_table_field(table)->key);
    add_string(doc, object, "row", row);
    add_string(doc, object, "key", field ? field->key : NULL);
}

char *hc_render_diff_json(const struct hc_diff *diff)
{
    struct hc_json_doc doc;
    struct hc_json *root = hc_json_new(&doc), *list;
    char *text;

    add_side(&doc, root, "a", diff->a);
    add_side(&doc, root, "b", diff->b);
    list = hc_json_add_array(&doc, root, "verdicts");
    for (size_t i = 0; i < diff->verdict_count; i++) {
        struct hc_json *object = hc_json_add_object(&doc, list, NULL);
        hc_json_add_string(&doc, object, "profile", diff->verdicts[i].profile);
        hc_json_add_string(&doc, object, "a", diff->verdicts[i].a);
        hc_json_add_string(&doc, object, "b", diff->verdicts[i].b);
    }
    list = hc_json_add_array(&doc, root, "changes");
    for (size_t i = 0; i < diff->count; i++) {
        const struct hc_change *c = &diff->changes[i];
        struct hc_json *object = hc_json_add_object(&doc, list, NULL);
        hc_json_add_string(&doc, object, "kind", hc_change_kind_name(c->kind));
        hc_json_add_string(&doc, object, "what", hc_change_what_name(c->what));
        hc_json_add_flag(&doc, object, "measured", c->measured);
        add_where(&doc, object, c->table, c->row, c->field);
        if (!c->field)
            continue;
        add_value(&doc, object, "a", c->field, c->a);
        add_value(&doc, object, "b", c->field, c->b);
    }
    list = hc_json_add_array(&doc, root, "not_compared");
    for (size_t i = 0; i < diff->open_count; i++) {
        struct hc_json *object = hc_json_add_object(&doc, list, NULL);
        hc_json_add_string(&doc, object, "known_in", diff->open[i].in_a ? "a" : "b");
        add_where(&doc, object, diff->open[i].table, diff->open[i].row, diff->open[i].field);
    }
    text = hc_json_print(&doc);
    hc_json_free(&doc);
    return text;
}
