/* Smaller JSON documents: what list and explain show as text. Each for free(), NULL without memory. */
#ifndef HC_RENDER_JSON_H
#define HC_RENDER_JSON_H

#include "report.h"

char *hc_render_table_json(const struct hc_report *report, enum hc_table table, const size_t *columns, size_t count);
/* All facts, with the tables or without. */
char *hc_render_facts_json(const struct hc_report *report, bool with_tables);
char *hc_render_fact_json(const struct hc_report *report, enum hc_fact fact);
char *hc_render_finding_json(const struct hc_report *report, const struct hc_finding *finding);
char *hc_render_reason_json(const struct hc_report *report, enum hc_reason reason);
char *hc_render_rating_json(const struct hc_report *report, const struct hc_rating *rating);
char *hc_render_suitability_json(const struct hc_report *report);
char *hc_render_techniques_json(const struct hc_report *report);

#endif
