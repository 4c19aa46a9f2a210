/* Facts and tables as JSON nests them: by the dots in their keys, each member where its name first comes. */
#ifndef HC_NEST_H
#define HC_NEST_H

#include "facts.h"
#include "tables.h"

enum { HC_NEST_ROOT, HC_NEST_OBJECTS = 256, HC_NEST_MEMBERS = (int)HC_FACTS + (int)HC_TABLES + HC_NEST_OBJECTS };

struct hc_nest_object {
    const char *key; /* its own key is the front of this one */
    size_t size;
    uint16_t first, last; /* members */
};

/* A member is a number: first the facts, then the tables, then the objects. */
struct hc_nest {
    struct hc_nest_object objects[HC_NEST_OBJECTS];
    size_t count;
    uint16_t next[HC_NEST_MEMBERS];
};

/* False where there are more objects than room, which a test rules out. */
bool hc_nest(struct hc_nest *nest, bool with_tables);

enum hc_nested_kind { HC_NESTED_FACT, HC_NESTED_TABLE, HC_NESTED_OBJECT };

struct hc_nested {
    enum hc_nested_kind kind;
    size_t number;    /* of the fact, table or object */
    const char *name; /* the last of its key */
    char room[64];    /* for the name of an object */
    uint16_t member;
};

/* The members of an object in order; false: no more. */
bool hc_nest_first(const struct hc_nest *nest, size_t object, struct hc_nested *member);
bool hc_nest_next(const struct hc_nest *nest, struct hc_nested *member);

#endif
