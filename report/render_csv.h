/* Values as comma separated lines (RFC 4180: CRLF, quotes doubled), in UTF-8.

   A value that is known and empty is "", one that is not known is nothing between two commas. Numbers are plain, flags
   true or false, registers 0x..., lists have blanks between their names. A text of the host that begins with = + - or @
   gets an apostrophe in front, so that no spreadsheet takes it for a formula; control characters become question marks.
   Each for free(), NULL without memory. */
#ifndef HC_RENDER_CSV_H
#define HC_RENDER_CSV_H

#include "report.h"

/* A line for a row. A table that is not known has its head only. */
char *hc_render_csv_table(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count);
/* A line for a fact: key, value, unknown (the reason), class, volatility, meaning. */
char *hc_render_csv_facts(const struct hc_report *report);
/* A line for a value, of all facts and tables: table, row, column, value, unknown. Facts are the table "facts" with no
   row; cells to which their question does not apply are left out. */
char *hc_render_csv_all(const struct hc_report *report);

#endif
