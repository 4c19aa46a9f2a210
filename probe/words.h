/* A list of words with blanks between them, as cells of lists have them. */
#ifndef HC_WORDS_H
#define HC_WORDS_H

#include "arena.h"
#include "parse.h"

/* An empty list, with room for words that together are not longer than size, newlines or blanks between them included.
   Without memory it stays empty. */
struct hc_words {
    char *text;
    size_t size;
};

struct hc_words hc_words_make(struct hc_arena *arena, size_t size);
void hc_words_add(struct hc_words *words, struct hc_text word);
struct hc_text hc_words_text(const struct hc_words *words);

#endif
