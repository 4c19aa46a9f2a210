#include "arena.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32 * 1024, BLOCK_MOST = 16 << 20, BLOCK_LARGE = 4 << 20 };

struct hc_block {
    struct hc_block *next;
    size_t used, size;
    max_align_t data[];
};

static struct hc_block *new_block(size_t size)
{
    struct hc_block *block;

    if (size > SIZE_MAX - sizeof *block)
        return NULL;
    block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    if (size >= BLOCK_LARGE)
        hc_will_fill(block, size);
    block->size = size;
    return block;
}

/* A large piece gets a block of its own behind the open one, which stays open. */
static void link_block(struct hc_arena *arena, struct hc_block *block, bool large)
{
    if (arena->blocks && large) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
        return;
    }
    block->next = arena->blocks;
    arena->blocks = block;
}

/* Larger hosts get larger blocks, which the system hands out zeroed. */
static size_t block_size(const struct hc_arena *arena)
{
    size_t size = BLOCK;

    while (size < BLOCK_MOST && size < arena->total / 4)
        size *= 2;
    return size;
}

void *hc_alloc(struct hc_arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    struct hc_block *block = arena->blocks;
    size_t usual;

    if (size > SIZE_MAX - align) {
        arena->exhausted = true;
        return NULL;
    }
    size = (size + align - 1) / align * align;
    if (!block || block->size - block->used < size) {
        usual = block_size(arena);
        block = new_block(size > usual ? size : usual);
        if (!block) {
            arena->exhausted = true;
            return NULL;
        }
        arena->total += block->size;
        link_block(arena, block, size > usual);
    }
    block->used += size;
    return (char *)block->data + block->used - size;
}

char *hc_copy(struct hc_arena *arena, const char *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? hc_alloc(arena, size + 1) : NULL;

    if (copy && size)
        memcpy(copy, bytes, size);
    return copy;
}

char *hc_strdup(struct hc_arena *arena, const char *text)
{
    return hc_copy(arena, text, strlen(text));
}

char *hc_vprint(struct hc_arena *arena, const char *format, va_list args)
{
    char most[256], *text;
    va_list again;
    int size;

    va_copy(again, args);
    size = vsnprintf(most, sizeof most, format, args);
    text = size < 0 ? NULL : hc_alloc(arena, (size_t)size + 1);
    if (text && (size_t)size < sizeof most)
        memcpy(text, most, (size_t)size);
    else if (text)
        vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

char *hc_print(struct hc_arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = hc_vprint(arena, format, args);
    va_end(args);
    return text;
}

void hc_arena_free(struct hc_arena *arena)
{
    while (arena->blocks) {
        struct hc_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
}
