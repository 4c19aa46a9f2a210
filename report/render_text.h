/* Texts for a person that explain and list show. Each for free(), NULL without memory. */
#ifndef HC_RENDER_TEXT_H
#define HC_RENDER_TEXT_H

#include "report.h"

char *hc_render_fact_text(const struct hc_report *report, enum hc_fact fact, struct hc_terminal terminal);
char *hc_render_finding_text(const struct hc_report *report, const struct hc_finding *finding,
                             struct hc_terminal terminal);
char *hc_render_reason_text(const struct hc_report *report, enum hc_reason reason, struct hc_terminal terminal);
char *hc_render_profile_text(const struct hc_report *report, const struct hc_rating *rating,
                             struct hc_terminal terminal);

#endif
