/* Memory of one scan: taken in blocks, given back all at once. */
#ifndef HC_ARENA_H
#define HC_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct hc_block;

struct hc_arena {
    struct hc_block *blocks;
    size_t total;   /* bytes of all blocks */
    bool exhausted; /* sticky: an allocation failed since the start */
};

/* Zeroed memory, aligned for any type; NULL when there is none, and then exhausted is set. */
void *hc_alloc(struct hc_arena *arena, size_t size);

/* A copy with a NUL behind it; NULL like hc_alloc. */
char *hc_copy(struct hc_arena *arena, const char *bytes, size_t size);
char *hc_strdup(struct hc_arena *arena, const char *text);

#if defined(__MINGW32__)
#define HC_PRINTF(string, first) __attribute__((format(gnu_printf, string, first)))
#else
#define HC_PRINTF(string, first) __attribute__((format(printf, string, first)))
#endif
char *hc_print(struct hc_arena *arena, const char *format, ...) HC_PRINTF(2, 3);
char *hc_vprint(struct hc_arena *arena, const char *format, va_list args) HC_PRINTF(2, 0);

void hc_arena_free(struct hc_arena *arena);

/* That fresh memory will be used whole, so that the system may give it in large pages; the platform's live.c has it. */
void hc_will_fill(void *memory, size_t size);

#endif
