#include "nest.h"

#include <string.h>

enum { NONE = UINT16_MAX, TABLES_AT = HC_FACTS, OBJECTS_AT = (int)HC_FACTS + (int)HC_TABLES };

static const char *key_of(size_t member)
{
    return member < TABLES_AT ? hc_fact_field((enum hc_fact)member)->key
                              : hc_table_field((enum hc_table)(member - TABLES_AT))->key;
}

/* Up to the last dot, which is left out. */
static size_t front(const char *key, size_t size)
{
    while (size && key[size - 1] != '.')
        size--;
    return size ? size - 1 : 0;
}

static void append(struct hc_nest *nest, size_t object, size_t member)
{
    struct hc_nest_object *o = &nest->objects[object];

    nest->next[member] = NONE;
    if (o->first == NONE)
        o->first = (uint16_t)member;
    else
        nest->next[o->last] = (uint16_t)member;
    o->last = (uint16_t)member;
}

static bool is(const struct hc_nest_object *object, const char *key, size_t size)
{
    return object->size == size && !memcmp(object->key, key, size);
}

/* The object of that key, made where it is missing, in those that it stands in; of most keys it is one of the last.
   HC_NEST_OBJECTS: no room. */
static size_t object_of(struct hc_nest *nest, const char *key, size_t size)
{
    size_t parent, made;

    for (size_t i = nest->count; i-- > 0;)
        if (is(&nest->objects[i], key, size))
            return i;
    parent = object_of(nest, key, front(key, size)); /* ends: the root is there */
    made = nest->count;
    if (made == HC_NEST_OBJECTS)
        return made;
    nest->objects[nest->count++] = (struct hc_nest_object){ key, size, NONE, NONE };
    append(nest, parent, OBJECTS_AT + made);
    return made;
}

bool hc_nest(struct hc_nest *nest, bool with_tables)
{
    const size_t members = with_tables ? OBJECTS_AT : TABLES_AT;
    size_t object = HC_NEST_ROOT;

    nest->objects[HC_NEST_ROOT] = (struct hc_nest_object){ "", 0, NONE, NONE };
    nest->count = 1;
    for (size_t m = 0; m < members; m++) {
        const char *key = key_of(m);
        const size_t size = front(key, strlen(key));
        if (!is(&nest->objects[object], key, size)) /* mostly it is that of the key before */
            object = object_of(nest, key, size);
        if (object == HC_NEST_OBJECTS)
            return false;
        append(nest, object, m);
    }
    return true;
}

static bool show(const struct hc_nest *nest, size_t number, struct hc_nested *member)
{
    const struct hc_nest_object *object;
    const char *key;
    size_t cut;

    if (number == NONE)
        return false;
    member->member = (uint16_t)number;
    if (number < OBJECTS_AT) {
        member->kind = number < TABLES_AT ? HC_NESTED_FACT : HC_NESTED_TABLE;
        member->number = number < TABLES_AT ? number : number - TABLES_AT;
        key = strrchr(key_of(number), '.');
        member->name = key ? key + 1 : key_of(number);
        return true;
    }
    member->kind = HC_NESTED_OBJECT;
    member->number = number - OBJECTS_AT;
    object = &nest->objects[member->number];
    cut = front(object->key, object->size);
    key = object->key + cut + (cut != 0);
    cut = object->size - (size_t)(key - object->key);
    cut = cut < sizeof member->room ? cut : sizeof member->room - 1;
    memcpy(member->room, key, cut);
    member->room[cut] = '\0';
    member->name = member->room;
    return true;
}

bool hc_nest_first(const struct hc_nest *nest, size_t object, struct hc_nested *member)
{
    return show(nest, nest->objects[object].first, member);
}

bool hc_nest_next(const struct hc_nest *nest, struct hc_nested *member)
{
    return show(nest, nest->next[member->member], member);
}
