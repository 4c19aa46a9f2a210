/* Facts: values that keep the reply that proves them. The rows of facts.def give each its type, key and meaning.

   A fact is known, or unknown because of a reply; a zeroed fact is unknown because nobody asked. */
#ifndef HC_FACTS_H
#define HC_FACTS_H

#include "answer.h"
#include "arena.h"
#include "parse.h"
#include "tri.h"

#include <stdint.h>

enum hc_type {
    HC_TYPE_FLAG,     /* true or false */
    HC_TYPE_NUMBER,   /* up to 2^53; the unit stands in the key */
    HC_TYPE_REGISTER, /* up to 64 bits, shown as "0x..." */
    HC_TYPE_TEXT,     /* as the host says it; valid UTF-8 is not promised */
    HC_TYPE_WORD,     /* one word of a closed list */
    HC_TYPE_LIST      /* names separated by blanks */
};

/* Who could be harmed when a fact is shown to others. */
enum hc_class { HC_PUBLIC, HC_IDENTITY, HC_NETWORK, HC_LOCATION };

/* When a fact may change: with the hardware, with a boot, at any time. */
enum hc_volatility { HC_STATIC, HC_BOOT, HC_RUNTIME };

/* "public", "identity", "network", "location"; "static", "boot", "runtime". */
const char *hc_class_name(enum hc_class class);
const char *hc_volatility_name(enum hc_volatility volatility);

/* One index for all facts, in the order of the rows. */
enum hc_fact {
#define FLAG(id, key, class, volatility, meaning)        HC_FACT_##id,
#define NUMBER(id, key, class, volatility, meaning)      HC_FACT_##id,
#define REGISTER(id, key, class, volatility, meaning)    HC_FACT_##id,
#define TEXT(id, key, class, volatility, meaning)        HC_FACT_##id,
#define LIST(id, key, class, volatility, meaning)        HC_FACT_##id,
#define WORD(id, key, class, volatility, words, meaning) HC_FACT_##id,
#include "facts.def"
    HC_FACTS
};

/* A type of its own for the ids of each kind of fact, so that the compiler refuses a number where a flag belongs. */
struct hc_flag_id {
    enum hc_fact fact;
};
struct hc_number_id {
    enum hc_fact fact;
};
struct hc_text_id {
    enum hc_fact fact;
};
struct hc_word_id {
    enum hc_fact fact;
};
#define HC_ID(kind, id)                                  static const struct hc_##kind##_id HC_##id __attribute__((unused)) = { HC_FACT_##id };
#define FLAG(id, key, class, volatility, meaning)        HC_ID(flag, id)
#define NUMBER(id, key, class, volatility, meaning)      HC_ID(number, id)
#define REGISTER(id, key, class, volatility, meaning)    HC_ID(number, id)
#define TEXT(id, key, class, volatility, meaning)        HC_ID(text, id)
#define LIST(id, key, class, volatility, meaning)        HC_ID(text, id)
#define WORD(id, key, class, volatility, words, meaning) HC_ID(word, id)
#include "facts.def"

/* What a row of facts.def or of a table's .def says. */
struct hc_field {
    enum hc_type type;
    enum hc_class class;
    enum hc_volatility volatility;
    const char *key;
    size_t key_size;
    const char *meaning;
    const char *words; /* of a WORD, separated by | */
};

const struct hc_field *hc_fact_field(enum hc_fact fact);
/* HC_FACTS if no fact has that key. */
enum hc_fact hc_fact_by_key(const char *key);

/* A value with its reason. via: the facts that a conclusion rests on. A large host has a million of these, so that the
   value of a fact has one place: flag, number or text, as its field's type says. */
struct hc_cell {
    union {
        uint64_t number;
        const char *text;
    };
    const struct hc_reply *why; /* of an unknown or an observation; NULL: nobody asked */
    const uint16_t *via;
    uint16_t via_count;
    bool known;
    bool flag;
};

/* ---- tables ---- */

enum hc_table {
#define TABLE(id, key, file, meaning) HC_TABLE_##id,
#include "tables.def"
    HC_TABLES
};

struct hc_table_row {
    enum hc_table table;
    const struct hc_reply *because; /* that there is such a row */
    struct hc_cell *cells;
    struct hc_table_row *next;
};

struct hc_table_data {
    const struct hc_reply *why; /* of the list as a whole; NULL: nobody asked */
    bool known;
    size_t count;
    struct hc_table_row *first, **end;
};

struct hc_table_field {
    const char *key;
    const char *meaning;
    const struct hc_field *columns;
    size_t column_count;
};

const struct hc_table_field *hc_table_field(enum hc_table table);
enum hc_table hc_table_by_key(const char *key);

/* ---- the store ---- */

struct hc_facts {
    struct hc_arena *arena; /* the source's: facts live as long */
    struct hc_cell cells[HC_FACTS];
    struct hc_table_data tables[HC_TABLES];
};

/* Putting a value with its reply. Where the reply is not ok the fact becomes unknown, because of that reply: a denied
   question can never become a no. The first reply of a fact stands; a later one only fills in an unknown. */
void hc_put_flag(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply, bool value);
void hc_put_number(struct hc_facts *facts, struct hc_number_id id, const struct hc_reply *reply, uint64_t value);
void hc_put_text(struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply, struct hc_text value);
/* A word that is not on the list of the row leaves the fact unknown. */
void hc_put_word(struct hc_facts *facts, struct hc_word_id id, const struct hc_reply *reply, const char *value);
/* For questions about being there: absent is a known no; denied still is not. */
void hc_put_presence(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply);
/* Presence that an ok reply decides: absent is no, ok is the value. */
void hc_put_listed(struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply, bool value);

/* The list as a whole: ok or absent is a known (perhaps empty) list. */
void hc_put_table(struct hc_facts *facts, enum hc_table table, const struct hc_reply *reply);
struct hc_table_row *hc_add_row(struct hc_facts *facts, enum hc_table table, const struct hc_reply *because);
/* Cells by column number of the table's enum (tables.h); row may be NULL. */
void hc_cell_flag(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                  bool value);
void hc_cell_number(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                    uint64_t value);
void hc_cell_text(struct hc_facts *facts, struct hc_table_row *row, int column, const struct hc_reply *reply,
                  struct hc_text value);

/* The text of a cell; empty where it is not known. */
struct hc_text hc_text_in(const struct hc_cell *cell);
/* Whether it is known, and this one. */
bool hc_cell_is(const struct hc_cell *cell, const char *text);

/* Reading. The reply behind a fact, for facts that hang on it. */
enum hc_tri hc_flag(const struct hc_facts *facts, struct hc_flag_id id);
bool hc_number_of(const struct hc_facts *facts, struct hc_number_id id, uint64_t *value);
/* NULL: unknown. */
const char *hc_text_of(const struct hc_facts *facts, struct hc_text_id id);
const char *hc_word_of(const struct hc_facts *facts, struct hc_word_id id);
const struct hc_reply *hc_why(const struct hc_facts *facts, enum hc_fact fact);

#endif
