#include "cpulist.h"

#include <stdio.h>
#include <string.h>

enum { WORD_BITS = 32, WORD_DIGITS = 8, WORDS_MAX = HC_CPUS_MAX / WORD_BITS };

static bool take_number(struct hc_text *text, unsigned *value)
{
    unsigned n = 0;
    size_t size = 0;

    while (size < text->size && text->at[size] >= '0' && text->at[size] <= '9' && n < HC_CPUS_MAX)
        n = 10 * n + (unsigned)(text->at[size++] - '0');
    *value = n;
    text->at += size;
    text->size -= size;
    return size && n < HC_CPUS_MAX;
}

bool hc_next_range(struct hc_text *list, struct hc_cpu_range *range)
{
    if (!take_number(list, &range->first))
        return false;
    range->last = range->first;
    if (list->size && *list->at == '-') {
        list->at++;
        list->size--;
        if (!take_number(list, &range->last) || range->last < range->first)
            return false;
    }
    if (list->size < 2 || *list->at != ',') /* a comma stands between two */
        return list->size == 0;
    list->at++;
    list->size--;
    return true;
}

bool hc_cpu_list(struct hc_text list, size_t *count)
{
    struct hc_cpu_range range;
    unsigned next = 0;

    for (*count = 0; list.size; next = range.last + 1) {
        if (!hc_next_range(&list, &range) || range.first < next)
            return false;
        *count += range.last - range.first + 1;
    }
    return true;
}

bool hc_in_cpu_list(struct hc_text list, unsigned cpu)
{
    struct hc_cpu_range range;

    while (hc_next_range(&list, &range))
        if (cpu <= range.last)
            return cpu >= range.first;
    return false;
}

/* The words of a mask, the lowest first; all but the highest have eight digits. Returns how many, 0: not a mask. */
static size_t words_of(struct hc_text mask, uint32_t *words)
{
    size_t count = 0;
    uint64_t word;

    while (mask.size) {
        size_t size = 0;
        while (size < mask.size && mask.at[mask.size - size - 1] != ',')
            size++;
        mask.size -= size;
        if (!size || size > WORD_DIGITS || (mask.size && size != WORD_DIGITS) ||
            !hc_number((struct hc_text){ mask.at + mask.size, size }, 16, &word))
            return 0;
        if (count < WORDS_MAX)
            words[count++] = (uint32_t)word;
        else if (word)
            return 0;
        mask.size -= mask.size != 0; /* the comma */
    }
    return count;
}

static bool bit(const uint32_t *words, size_t n)
{
    return words[n / WORD_BITS] >> n % WORD_BITS & 1;
}

struct hc_text hc_cpu_list_of_mask(struct hc_arena *arena, struct hc_text mask)
{
    uint32_t words[WORDS_MAX];
    char text[5 * HC_CPUS_MAX]; /* "8191," for each */
    size_t bits = words_of(mask, words) * WORD_BITS, size = 0;

    for (size_t first = 0, end; first < bits; first = end + 1) {
        for (end = first; end < bits && bit(words, end); end++)
            continue;
        if (end == first)
            continue;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%zu", size ? "," : "", first);
        if (end - first > 1)
            size += (size_t)snprintf(text + size, sizeof text - size, "-%zu", end - 1);
    }
    return (struct hc_text){ bits ? hc_copy(arena, text, size) : NULL, size };
}

struct hc_text hc_cpu_list_of(struct hc_arena *arena, const unsigned *cpus, size_t count)
{
    char text[5 * HC_CPUS_MAX + 1]; /* "8191," for each */
    size_t size = 0;

    for (size_t i = 0, end; i < count && cpus[i] < HC_CPUS_MAX; i = end) {
        for (end = i + 1; end < count && cpus[end] == cpus[end - 1] + 1; end++)
            continue;
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%u", i ? "," : "", cpus[i]);
        if (end - i > 1)
            size += (size_t)snprintf(text + size, sizeof text - size, "-%u", cpus[end - 1]);
    }
    return (struct hc_text){ hc_copy(arena, text, size), size };
}

const struct hc_reply *hc_ask_cpu_list(struct hc_source *src, const char *path, struct hc_text *list)
{
    const struct hc_reply *reply = hc_ask_line(src, path, list);
    size_t count;

    if (hc_text_is(*list, "(null)"))
        *list = HC_TEXT("");
    if (hc_cpu_list(*list, &count))
        return reply;
    *list = HC_TEXT("");
    return hc_malformed(src, reply, "a list of CPUs was expected");
}

const struct hc_reply *hc_ask_cpu_mask(struct hc_source *src, const char *path, struct hc_text *list)
{
    struct hc_text mask;
    const struct hc_reply *reply = hc_ask_line(src, path, &mask);

    *list = reply->answer == HC_OK ? hc_cpu_list_of_mask(&src->arena, mask) : HC_TEXT("");
    if (list->at)
        return reply;
    *list = HC_TEXT("");
    return hc_malformed(src, reply, "a mask of CPUs was expected");
}

const struct hc_reply *hc_ask_cpu_folders(struct hc_source *src, const char *path, struct hc_text *list)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(src, path, &names);
    char *text = hc_alloc(&src->arena, names.size + 1);
    size_t size = 0, count;
    uint64_t cpu;

    while (text && hc_next_line(&names, &name))
        if (hc_starts(name, "cpu") && hc_number((struct hc_text){ name.at + 3, name.size - 3 }, 10, &cpu)) {
            memcpy(text + size, name.at + 3, name.size - 3);
            size += name.size - 2;
            text[size - 1] = ',';
        }
    *list = (struct hc_text){ text ? text : "", size ? size - 1 : 0 };
    if (hc_cpu_list(*list, &count) && count)
        return reply;
    *list = HC_TEXT("");
    return hc_malformed(src, reply, "folders of CPUs were expected");
}
