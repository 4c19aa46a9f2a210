#include "cpulist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool cpu_number(struct hc_text text, unsigned *cpu)
{
    uint64_t value;

    if (!hc_number(text, 10, &value) || value >= HC_CPUS_MAX)
        return false;
    *cpu = (unsigned)value;
    return true;
}

bool hc_next_cpus(struct hc_text *rest, unsigned *first, unsigned *last)
{
    struct hc_text item, tail, low, high;

    *rest = hc_trim(*rest);
    if (!hc_split(*rest, ',', &item, &tail)) {
        item = *rest;
        tail = (struct hc_text){ "", 0 };
    }
    if (!hc_split(item, '-', &low, &high))
        low = high = item;
    if (!cpu_number(low, first) || !cpu_number(high, last) || *last < *first)
        return false;
    *rest = tail;
    return true;
}

char *hc_cpus_text(struct hc_arena *arena, const unsigned *cpus, size_t count)
{
    enum { RANGE = 2 * 10 + 2 }; /* two numbers of 32 bits, a dash, a comma */
    char *text = malloc(count * RANGE + 1), *copy;
    size_t size = 0;

    if (!text)
        return NULL;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && cpus[end] == cpus[end - 1] + 1; end++)
            ;
        size += (size_t)snprintf(text + size, RANGE + 1, end > i + 1 ? "%s%u-%u" : "%s%u", i ? "," : "", cpus[i],
                                 cpus[end - 1]);
    }
    copy = hc_copy(arena, text, size);
    free(text);
    return copy;
}
