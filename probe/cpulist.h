/* Lists of CPUs as the kernel writes them: "0-3,8". */
#ifndef HC_CPULIST_H
#define HC_CPULIST_H

#include "arena.h"
#include "parse.h"

enum { HC_CPUS_MAX = 1 << 16 }; /* above every kernel's NR_CPUS */

/* Takes the next range off the front. False at the end, and where it does not parse: then *rest is not empty. */
bool hc_next_cpus(struct hc_text *rest, unsigned *first, unsigned *last);

/* The same way back, from numbers that ascend; NULL if there is no memory. */
char *hc_cpus_text(struct hc_arena *arena, const unsigned *cpus, size_t count);

#endif
