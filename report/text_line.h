/* A line about a row of a table, or about the host, from a pattern:

     {key}         the value of that column or, where the table has no such column, of that fact
     {a|b}         the first of them that is known and not empty
     {key:form}    in a form
     {key?text}    text where the flag is yes, or something is in the list
     {key!text}    text where the flag is no, or nothing is in the list
     [text {key}]  all of it, but only where every {} in it says something; may stand within another

   Forms of numbers: size (of memory), disk (of a disk), rate, rate_mts, hz, some (other than 0), n WORD (2 cores).
   Of texts: some (other than the words for none of these), device (its name, by its PCI address), short (a PCI
   address), serving (the driver that serves a device that this one carries), usb (the name of a device that says none),
   mapped (a disk's name in /dev/mapper), booted (UEFI or no UEFI), before KEY (unless that begins with it). Of lists:
   has WORD (that word, if it is in it), is WORD (if nothing else is), paths (of mounts).

   A key that this build does not have says nothing, as an unknown one. Separators at the front of what comes out fall
   away, so that every part may begin with its own. */
#ifndef HC_TEXT_LINE_H
#define HC_TEXT_LINE_H

#include "names.h"
#include "report.h"

struct hc_line {
    const struct hc_report *report;
    enum hc_table table; /* HC_TABLES: facts only */
    const struct hc_table_row *row;
    struct hc_names *names; /* for names of devices; NULL: none wanted */
};

/* Lives as long as the report; "" where it says nothing. Clean for a terminal; tabs are the pattern's own. */
const char *hc_line_text(const struct hc_line *line, const char *pattern);

/* The next key of a pattern, from *at on; false at its end. */
bool hc_line_key(const char **at, struct hc_text *key);

/* The number of a column by its key, or -1. */
int hc_column_by_key(enum hc_table table, struct hc_text key);

/* The name of a function, without the legal form of its maker; its ids where nobody knows it or no names are wanted. */
const char *hc_function_name(const struct hc_report *report, struct hc_names *names, const struct hc_function *f);
/* The row of the virtio device that a PCI function carries, or NULL. */
const struct hc_table_row *hc_virtio_behind(const struct hc_report *report, const char *address);
/* Without the domain where that is 0. */
const char *hc_short_address(const char *address);

/* "932 GiB" and "1 TB": never more than three digits and a tenth. */
const char *hc_size_text(struct hc_arena *arena, uint64_t bytes);
const char *hc_decimal_text(struct hc_arena *arena, uint64_t number, const char *unit);

#endif
