#include "redact_facts.h"

#include "recording.h"

#include <string.h>

enum { DISTINCTIVE = 6 };

struct redaction {
    struct hc_source *src;
    struct hc_arena *arena;
    struct hc_pseudonyms words;
    /* Replies and what is shown of them, by the place of the former in memory: open addressing. */
    const struct hc_reply **from, **to;
    size_t slots, count;
};

/* ---- values ---- */

/* "S4NUNX0R1234", "aa:bb:cc:00:11:22", "/home/alice": no word and no number that stands elsewhere by chance. */
static bool distinctive(struct hc_text value)
{
    bool letter = false, digit = false, mark = false;

    for (size_t i = 0; i < value.size; i++) {
        const char c = value.at[i];
        digit |= c >= '0' && c <= '9';
        mark |= memchr("-_.:@/ ", c, 7) != NULL;
        letter |= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
    }
    return value.size >= DISTINCTIVE && ((letter && (digit || mark)) || (digit && mark));
}

/* The word for a value. Inside of keys only what cannot be taken for another word is replaced, and interfaces, whose
   names stand in paths: a host may be called "host". */
static const char *word_of(struct redaction *r, const struct hc_field *field, struct hc_text value)
{
    const char *stands = hc_pseudonym(&r->words, value);

    if (field->class != HC_NETWORK && !distinctive(value))
        hc_pseudonym_stays(&r->words, value);
    return stands;
}

static const char *list_of(struct redaction *r, const struct hc_field *field, const char *text)
{
    struct hc_text rest = { text, strlen(text) }, word;
    size_t room = 1, size = 0;
    char *list;

    while (hc_next_word(&rest, &word)) {
        const char *stands = word_of(r, field, word);
        room += stands ? strlen(stands) + 1 : 0;
    }
    list = hc_alloc(r->arena, room);
    rest = (struct hc_text){ text, strlen(text) };
    while (list && hc_next_word(&rest, &word)) {
        const char *stands = word_of(r, field, word);
        const size_t length = stands ? strlen(stands) : 0;
        if (size)
            list[size++] = ' ';
        if (length)
            memcpy(list + size, stands, length);
        size += length;
    }
    return list;
}

/* Has the question of a value that cannot be shown, and says why. */
static void take_out(struct redaction *r, struct hc_cell *cell)
{
    struct hc_reply *why = hc_alloc(r->arena, sizeof *why);

    cell->known = false;
    cell->via_count = 0;
    if (why)
        *why = (struct hc_reply){ .key = cell->why ? cell->why->key : "", .answer = HC_REDACTED, .bytes = "" };
    cell->why = why;
}

static void redact_value(struct redaction *r, const struct hc_field *field, struct hc_cell *cell)
{
    if (field->class == HC_PUBLIC || !cell->known)
        return;
    if (field->type == HC_TYPE_TEXT)
        cell->text = word_of(r, field, (struct hc_text){ cell->text, strlen(cell->text) });
    else if (field->type == HC_TYPE_LIST)
        cell->text = list_of(r, field, cell->text);
    else
        take_out(r, cell);
    if (cell->known && !cell->text)
        cell->text = "";
}

/* ---- replies ---- */

static size_t slot_of(const struct hc_reply *const *from, size_t slots, const struct hc_reply *reply)
{
    size_t slot = ((uintptr_t)reply >> 4) * 2654435761u & (slots - 1);

    while (from[slot] && from[slot] != reply)
        slot = (slot + 1) & (slots - 1);
    return slot;
}

static bool grow(struct redaction *r)
{
    size_t slots = r->slots ? 4 * r->slots : 1024;
    const struct hc_reply **from = hc_alloc(r->arena, slots * sizeof *from);
    const struct hc_reply **to = hc_alloc(r->arena, slots * sizeof *to);

    if (!from || !to)
        return false;
    for (size_t i = 0; i < r->slots; i++)
        if (r->from[i]) {
            size_t slot = slot_of(from, slots, r->from[i]);
            from[slot] = r->from[i];
            to[slot] = r->to[i];
        }
    r->from = from;
    r->to = to;
    r->slots = slots;
    return true;
}

/* A reply without the names in its key, and without its bytes; itself where there are none. */
static const struct hc_reply *shown(struct redaction *r, const struct hc_reply *reply)
{
    struct hc_reply *copy;
    const char *key;
    size_t slot;

    if (!reply || (2 * r->count >= r->slots && !grow(r)))
        return NULL;
    slot = slot_of(r->from, r->slots, reply);
    if (r->from[slot])
        return r->to[slot];
    r->from[slot] = r->to[slot] = reply;
    r->count++;
    key = hc_redact_key(r->src, hc_pseudonyms_in(&r->words, reply->key));
    if (!key || !strcmp(key, reply->key))
        return reply;
    copy = hc_alloc(r->arena, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *reply;
    copy->key = key;
    return r->to[slot] = copy;
}

/* ---- everything ---- */

static void redact_values(struct redaction *r, struct hc_facts *facts)
{
    for (int f = 0; f < HC_FACTS; f++)
        redact_value(r, hc_fact_field((enum hc_fact)f), &facts->cells[f]);
    for (int t = 0; t < HC_TABLES; t++) {
        const struct hc_table_field *field = hc_table_field((enum hc_table)t);
        for (struct hc_table_row *row = facts->tables[t].first; row; row = row->next)
            for (size_t c = 0; c < field->column_count; c++)
                redact_value(r, &field->columns[c], &row->cells[c]);
    }
}

/* After all values: a key may hold the value of any fact. */
static void redact_replies(struct redaction *r, struct hc_facts *facts)
{
    for (int f = 0; f < HC_FACTS; f++)
        facts->cells[f].why = shown(r, facts->cells[f].why);
    for (int t = 0; t < HC_TABLES; t++) {
        const size_t columns = hc_table_field((enum hc_table)t)->column_count;
        facts->tables[t].why = shown(r, facts->tables[t].why);
        for (struct hc_table_row *row = facts->tables[t].first; row; row = row->next) {
            row->because = shown(r, row->because);
            for (size_t c = 0; c < columns; c++)
                row->cells[c].why = shown(r, row->cells[c].why);
        }
    }
}

bool hc_redact_facts(struct hc_source *src, struct hc_facts *facts, struct hc_text key)
{
    struct redaction r = { .src = src, .arena = facts->arena, .words = { .arena = facts->arena, .key = key } };

    redact_values(&r, facts);
    redact_replies(&r, facts);
    return !facts->arena->exhausted;
}

/* ---- what no reply of a recording may hold ---- */

static void for_each_word(struct hc_pseudonyms *values, const struct hc_field *field, const struct hc_cell *cell,
                          void (*work)(struct hc_pseudonyms *values, struct hc_text word))
{
    struct hc_text rest, word;

    if (!cell->known || (field->type != HC_TYPE_TEXT && field->type != HC_TYPE_LIST))
        return;
    rest = (struct hc_text){ cell->text, strlen(cell->text) };
    if (field->type == HC_TYPE_TEXT)
        work(values, rest);
    while (field->type == HC_TYPE_LIST && hc_next_word(&rest, &word))
        work(values, word);
}

static void note(struct hc_pseudonyms *values, struct hc_text word)
{
    if (distinctive(word))
        hc_pseudonym(values, word);
}

static void note_cell(struct hc_pseudonyms *values, const struct hc_field *field, const struct hc_cell *cell)
{
    if (field->class != HC_PUBLIC)
        for_each_word(values, field, cell, note);
}

/* What is also the value of a public fact is no secret, and questions hang on it. */
static void stay_cell(struct hc_pseudonyms *values, const struct hc_field *field, const struct hc_cell *cell)
{
    if (field->class == HC_PUBLIC)
        for_each_word(values, field, cell, hc_pseudonym_stays);
}

static void for_each_cell(struct hc_pseudonyms *values, const struct hc_facts *facts,
                          void (*work)(struct hc_pseudonyms *values, const struct hc_field *field,
                                       const struct hc_cell *cell))
{
    for (int f = 0; f < HC_FACTS; f++)
        if (f != HC_FACT_KERNEL_CMDLINE) /* words, of which many are public: they have a row of their own */
            work(values, hc_fact_field((enum hc_fact)f), &facts->cells[f]);
    for (int t = 0; t < HC_TABLES; t++) {
        const struct hc_table_field *field = hc_table_field((enum hc_table)t);
        for (const struct hc_table_row *row = facts->tables[t].first; row; row = row->next)
            for (size_t c = 0; c < field->column_count; c++)
                work(values, &field->columns[c], &row->cells[c]);
    }
}

struct hc_pseudonyms *hc_find_identity(const struct hc_facts *facts)
{
    struct hc_pseudonyms *values = hc_alloc(facts->arena, sizeof *values);

    if (!values)
        return NULL;
    values->arena = facts->arena;
    values->same_length = true;
    for_each_cell(values, facts, note_cell);
    for_each_cell(values, facts, stay_cell);
    return facts->arena->exhausted ? NULL : values;
}
