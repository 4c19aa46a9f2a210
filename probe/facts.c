#include "facts.h"

#include "redact_names.h"
#include "tables.h"

#include <string.h>

#define EXACT (UINT64_C(1) << 53) /* JSON numbers are exact up to here */

static const struct hc_field fields[HC_FACTS] = {
#define ROW(type, id, key, class, volatility, words, meaning)                                                          \
    [HC_FACT_##id] = { HC_TYPE_##type, HC_##class, HC_##volatility, key, sizeof(key) - 1, meaning, words },
#define FLAG(id, key, class, volatility, meaning)        ROW(FLAG, id, key, class, volatility, NULL, meaning)
#define NUMBER(id, key, class, volatility, meaning)      ROW(NUMBER, id, key, class, volatility, NULL, meaning)
#define REGISTER(id, key, class, volatility, meaning)    ROW(REGISTER, id, key, class, volatility, NULL, meaning)
#define TEXT(id, key, class, volatility, meaning)        ROW(TEXT, id, key, class, volatility, NULL, meaning)
#define LIST(id, key, class, volatility, meaning)        ROW(LIST, id, key, class, volatility, NULL, meaning)
#define WORD(id, key, class, volatility, words, meaning) ROW(WORD, id, key, class, volatility, words, meaning)
#include "facts.def"
};

#include "table_fields.h"

#define COLUMNS(name) name, sizeof(name) / sizeof *(name)
static const struct hc_table_field tables[HC_TABLES] = {
#define TABLE(id, key, columns, meaning) [HC_TABLE_##id] = { key, meaning, COLUMNS(columns) },
#include "tables.def"
};

const char *hc_class_name(enum hc_class class)
{
    static const char *const names[] = { "public", "identity", "network", "location" };

    return names[class];
}

const char *hc_volatility_name(enum hc_volatility volatility)
{
    static const char *const names[] = { "static", "boot", "runtime" };

    return names[volatility];
}

const struct hc_field *hc_fact_field(enum hc_fact fact)
{
    return &fields[fact];
}

enum hc_fact hc_fact_by_key(const char *key)
{
    size_t size = strlen(key);

    for (int f = 0; f < HC_FACTS; f++)
        if (fields[f].key_size == size && !memcmp(fields[f].key, key, size))
            return (enum hc_fact)f;
    return HC_FACTS;
}

const struct hc_table_field *hc_table_field(enum hc_table table)
{
    return &tables[table];
}

enum hc_table hc_table_by_key(const char *key)
{
    for (int t = 0; t < HC_TABLES; t++)
        if (!strcmp(tables[t].key, key))
            return (enum hc_table)t;
    return HC_TABLES;
}

/* A reply that says that the value could not be: kept beside the original, which stands in the log. */
static void refuse(struct hc_facts *facts, struct hc_cell *cell, enum hc_answer answer, const char *error)
{
    struct hc_reply *bad = hc_alloc(facts->arena, sizeof *bad);

    cell->known = false;
    if (!bad)
        return;
    *bad = (struct hc_reply){ .key = cell->why->key, .answer = answer, .error = error, .bytes = "" };
    cell->why = bad;
}

/* The one door through which every value comes in: only an ok reply makes it known. */
static struct hc_cell *put(struct hc_cell *cell, const struct hc_reply *reply)
{
    if (cell->known || (cell->why && reply->answer != HC_OK))
        return NULL;
    cell->why = reply;
    cell->known = reply->answer == HC_OK;
    return cell->known ? cell : NULL;
}

/* What stands in a thinned reply where a name was: another name, which is as good, or nothing, dots and zeros, which
   are no value. */
static bool names_stay(const struct hc_field *field, struct hc_text value)
{
    struct hc_text word;

    if (!value.size)
        return field->class != HC_IDENTITY; /* a port of none, a mount nowhere */
    if (field->type != HC_TYPE_LIST)
        return hc_names_nobody(value);
    while (hc_next_word(&value, &word))
        if (!hc_names_nobody(word))
            return false;
    return true;
}

static void put_text(struct hc_facts *facts, struct hc_cell *cell, const struct hc_field *field, struct hc_text value)
{
    if (field->class != HC_PUBLIC && cell->why->thinned && !names_stay(field, value)) {
        refuse(facts, cell, HC_REDACTED, NULL);
        return;
    }
    cell->text = hc_copy(facts->arena, value.at, value.size);
    if (!cell->text)
        cell->known = false;
}

static void put_number(struct hc_facts *facts, struct hc_cell *cell, const struct hc_field *field, uint64_t value)
{
    cell->number = value;
    if (field->class != HC_PUBLIC && cell->why->thinned)
        refuse(facts, cell, HC_REDACTED, NULL);
    else if (field->type == HC_TYPE_NUMBER && value > EXACT)
        refuse(facts, cell, HC_FAILED, "a number above 2^53 is no measurement");
}

static void put_flag(struct hc_facts *facts, struct hc_cell *cell, const struct hc_field *field, bool value)
{
    cell->flag = value;
    if (field->class != HC_PUBLIC && cell->why->thinned)
        refuse(facts, cell, HC_REDACTED, NULL);
}

void hc_put_flag(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply, bool value)
{
    struct hc_cell *cell = put(&facts->cells[id.fact], reply);

    if (cell)
        put_flag(facts, cell, &fields[id.fact], value);
}

void hc_put_number(struct hc_facts *facts, struct hc_number_id id, const struct hc_reply *reply, uint64_t value)
{
    struct hc_cell *cell = put(&facts->cells[id.fact], reply);

    if (cell)
        put_number(facts, cell, &fields[id.fact], value);
}

void hc_put_text(struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply, struct hc_text value)
{
    struct hc_cell *cell = put(&facts->cells[id.fact], reply);

    if (cell)
        put_text(facts, cell, &fields[id.fact], value);
}

static const char *listed_word(const char *words, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = words; size && *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == size && !memcmp(at, word, size))
            return at;
    return NULL;
}

void hc_put_word(struct hc_facts *facts, struct hc_word_id id, const struct hc_reply *reply, const char *value)
{
    struct hc_cell *cell = put(&facts->cells[id.fact], reply);

    if (!cell)
        return;
    if (listed_word(fields[id.fact].words, value))
        put_text(facts, cell, &fields[id.fact], (struct hc_text){ value, strlen(value) });
    else
        refuse(facts, cell, HC_FAILED, "an unexpected word");
}

void hc_put_listed(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply, bool value)
{
    struct hc_cell *cell = &facts->cells[id.fact];

    if (reply->answer == HC_ABSENT && !cell->known) {
        cell->why = reply;
        cell->known = true;
        cell->flag = false;
        return;
    }
    hc_put_flag(facts, id, reply, value);
}

void hc_put_presence(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply)
{
    hc_put_listed(facts, id, reply, true);
}

void hc_put_table(struct hc_facts *facts, enum hc_table table, const struct hc_reply *reply)
{
    facts->tables[table].why = reply;
    facts->tables[table].known = reply->answer == HC_OK || reply->answer == HC_ABSENT;
}

struct hc_table_row *hc_add_row(struct hc_facts *facts, enum hc_table table, const struct hc_reply *because)
{
    struct hc_table_data *data = &facts->tables[table];
    struct hc_table_row *row = hc_alloc(facts->arena, sizeof *row);

    if (row)
        row->cells = hc_alloc(facts->arena, tables[table].column_count * sizeof *row->cells);
    if (!row || !row->cells)
        return NULL;
    row->table = table;
    row->because = because;
    if (!data->end)
        data->end = &data->first;
    *data->end = row;
    data->end = &row->next;
    data->count++;
    return row;
}

static struct hc_cell *cell_of(struct hc_table_row *row, int column, const struct hc_reply *reply)
{
    return row ? put(&row->cells[column], reply) : NULL;
}

static const struct hc_field *column_of(const struct hc_table_row *row, int column)
{
    return &tables[row->table].columns[column];
}

void hc_cell_flag(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                  bool value)
{
    struct hc_cell *cell = cell_of(row, column, reply);

    if (cell)
        put_flag(facts, cell, column_of(row, column), value);
}

void hc_cell_number(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                    uint64_t value)
{
    struct hc_cell *cell = cell_of(row, column, reply);

    if (cell)
        put_number(facts, cell, column_of(row, column), value);
}

void hc_cell_text(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                  struct hc_text value)
{
    struct hc_cell *cell = cell_of(row, column, reply);

    if (cell)
        put_text(facts, cell, column_of(row, column), value);
}

enum hc_tri hc_flag(const struct hc_facts *facts, struct hc_flag_id id)
{
    const struct hc_cell *cell = &facts->cells[id.fact];

    return cell->known ? hc_tri(cell->flag) : HC_UNKNOWN;
}

bool hc_number_of(const struct hc_facts *facts, struct hc_number_id id, uint64_t *value)
{
    *value = facts->cells[id.fact].number;
    return facts->cells[id.fact].known;
}

const char *hc_text_of(const struct hc_facts *facts, struct hc_text_id id)
{
    return facts->cells[id.fact].known ? facts->cells[id.fact].text : NULL;
}

const char *hc_word_of(const struct hc_facts *facts, struct hc_word_id id)
{
    return facts->cells[id.fact].known ? facts->cells[id.fact].text : NULL;
}

const struct hc_reply *hc_why(const struct hc_facts *facts, enum hc_fact fact)
{
    return facts->cells[fact].why;
}

struct hc_text hc_text_in(const struct hc_cell *cell)
{
    return hc_text_from(cell->known ? cell->text : NULL);
}

bool hc_cell_is(const struct hc_cell *cell, const char *text)
{
    return cell->known && cell->text && !strcmp(cell->text, text);
}
