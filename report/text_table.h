/* The rows of a table for a person. */
#ifndef HC_TEXT_TABLE_H
#define HC_TEXT_TABLE_H

#include "report.h"

/* count 0: those of its columns that say something, in their order, as many as fit. For free(), NULL without memory. */
char *hc_render_table_text(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count,
                           struct hc_terminal terminal);
/* Every table with the number of its rows, its columns and its meaning. */
char *hc_render_tables_text(const struct hc_report *report, struct hc_terminal terminal);
char *hc_render_tables_json(const struct hc_report *report);

#endif
