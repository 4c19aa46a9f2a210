#include "words.h"

#include <string.h>

struct hc_words hc_words_make(struct hc_arena *arena, size_t size)
{
    return (struct hc_words){ hc_alloc(arena, size + 2), 0 };
}

void hc_words_add(struct hc_words *words, struct hc_text word)
{
    if (!words->text)
        return;
    if (words->size)
        words->text[words->size++] = ' ';
    if (word.size)
        memcpy(words->text + words->size, word.at, word.size);
    words->size += word.size;
}

struct hc_text hc_words_text(const struct hc_words *words)
{
    return (struct hc_text){ words->text ? words->text : "", words->size };
}
