/* Lists of CPUs as the kernel writes them: ranges "0-3,8", or a mask of words of 32 bits "00000000,0000010f". */
#ifndef HC_CPULIST_H
#define HC_CPULIST_H

#include "ask.h"

enum { HC_CPUS_MAX = 8192 }; /* the most that Linux can be built for (NR_CPUS) */

struct hc_cpu_range {
    unsigned first, last;
};

/* Takes the next range off the front; false at the end, and where it does not parse or goes beyond HC_CPUS_MAX. */
bool hc_next_range(struct hc_text *list, struct hc_cpu_range *range);

/* Whether the whole is ranges in ascending order; count: the CPUs in them. */
bool hc_cpu_list(struct hc_text list, size_t *count);
bool hc_in_cpu_list(struct hc_text list, unsigned cpu);

/* A mask as ranges; an empty text at NULL where it is no mask or there is no memory. */
struct hc_text hc_cpu_list_of_mask(struct hc_arena *arena, struct hc_text mask);

/* Numbers that ascend, below HC_CPUS_MAX, as ranges; NULL if there is no memory. */
struct hc_text hc_cpu_list_of(struct hc_arena *arena, const unsigned *cpus, size_t count);

/* A file with a list; an empty list is an ok reply. "(null)", as nohz_full says for none, is empty. */
const struct hc_reply *hc_ask_cpu_list(struct hc_source *src, const char *path, struct hc_text *list);
/* A file with a mask; the list is made of it. */
const struct hc_reply *hc_ask_cpu_mask(struct hc_source *src, const char *path, struct hc_text *list);
/* A folder that holds cpu0, cpu1, ...; the list is made of their numbers. */
const struct hc_reply *hc_ask_cpu_folders(struct hc_source *src, const char *path, struct hc_text *list);

#endif
