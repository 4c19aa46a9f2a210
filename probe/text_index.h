/* Values found by a text: what would otherwise be searched for in every row of a long table. */
#ifndef HC_TEXT_INDEX_H
#define HC_TEXT_INDEX_H

#include "arena.h"
#include "parse.h"

struct hc_text_index {
    struct hc_text *keys; /* at is NULL: free */
    const void **values;
    size_t slots, room;
};

/* For that many texts at most. Without memory it stays empty. */
void hc_index_make(struct hc_text_index *index, struct hc_arena *arena, size_t most);

/* The first value of a text stands. The text is not copied. */
void hc_index_put(struct hc_text_index *index, struct hc_text key, const void *value);

/* NULL: none. */
const void *hc_index_get(const struct hc_text_index *index, struct hc_text key);

#endif
