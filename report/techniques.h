/* Virtualization techniques that are available here: what runs guests, what devices, firmware, network and disks they
   can get. What is there counts, not what could be installed. */
#ifndef HC_TECHNIQUES_H
#define HC_TECHNIQUES_H

#include "facts.h"

enum { HC_TECHNIQUES_MAX = 40 };

struct hc_technique {
    const char *group, *name; /* "guests", "nested paging" */
    enum hc_tri state;
    const char *because;
    const uint16_t *seen; /* facts */
    size_t seen_count;
    const struct hc_reply *reply; /* of a table that it rests on, or NULL */
};

struct hc_techniques {
    struct hc_technique list[HC_TECHNIQUES_MAX]; /* group by group */
    size_t count;
};

struct hc_report;

/* After the devices were judged. NULL: no memory. */
const struct hc_techniques *hc_techniques_make(const struct hc_report *report);

/* "yes", "no", "unknown" */
const char *hc_state_word(enum hc_tri state);

/* Those that are available, in a line: "guests: hardware-assisted, nested paging; firmware: UEFI". */
const char *hc_techniques_line(const struct hc_report *report);

#endif
