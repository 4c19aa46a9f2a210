/* The whole machine for a person: `hostcap list`. */
#ifndef HC_TEXT_TREE_H
#define HC_TEXT_TREE_H

#include "report.h"

/* names: with names of devices from this machine's data files (names.h). For free(), NULL without memory. */
char *hc_render_tree(const struct hc_report *report, struct hc_terminal terminal, bool names);

/* The keys of tables and the patterns of their lines, for the test that holds them to the tables: false at the end. */
bool hc_tree_section(size_t number, const char **table, const char *const **patterns);

#endif
