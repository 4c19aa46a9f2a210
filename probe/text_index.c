#include "text_index.h"

#include <stdint.h>

void hc_index_make(struct hc_text_index *index, struct hc_arena *arena, size_t most)
{
    size_t slots = 16;

    while (slots < 2 * most)
        slots *= 2;
    *index = (struct hc_text_index){ .keys = hc_alloc(arena, slots * sizeof *index->keys),
                                     .values = hc_alloc(arena, slots * sizeof *index->values) };
    if (index->keys && index->values) {
        index->slots = slots;
        index->room = most;
    }
}

/* FNV-1a, 32 bits. */
static size_t slot_of(const struct hc_text_index *index, struct hc_text key)
{
    uint32_t h = 2166136261u;
    size_t slot;

    for (size_t i = 0; i < key.size; i++)
        h = (h ^ (unsigned char)key.at[i]) * 16777619u;
    slot = h & (index->slots - 1);
    while (index->keys[slot].at && !hc_same_text(index->keys[slot], key))
        slot = (slot + 1) & (index->slots - 1);
    return slot;
}

void hc_index_put(struct hc_text_index *index, struct hc_text key, const void *value)
{
    size_t slot = index->room ? slot_of(index, key) : 0;

    if (!index->room || index->keys[slot].at)
        return;
    index->keys[slot] = key;
    index->values[slot] = value;
    index->room--;
}

const void *hc_index_get(const struct hc_text_index *index, struct hc_text key)
{
    return index->slots ? index->values[slot_of(index, key)] : NULL;
}
