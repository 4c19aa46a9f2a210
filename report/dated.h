/* Data that moves with the world, with the date of the last look at its sources. */
#ifndef HC_DATED_H
#define HC_DATED_H

#include "facts.h"

struct hc_dated_table {
    const char *key;  /* in the report: meta.data */
    const char *name; /* for a person */
    const char *(*date)(void);
};
extern const struct hc_dated_table hc_dated_tables[];
extern const size_t hc_dated_table_count;

/* The table that a fact comes from, or NULL. */
const struct hc_dated_table *hc_dated_of(enum hc_fact fact);

/* Whether a date (year-month or year-month-day) was more than 18 months ago at a time (as host:time gives it, RFC 3339;
   NULL: not known, and then nothing is old). */
bool hc_dated_old(const char *date, const char *now);

/* esxi_cpu.def, in conclude_esxi.c */
const char *hc_esxi_cpu_date(void);

#endif
