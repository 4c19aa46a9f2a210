/* Type 1 or type 2 for a person: two bars and a sentence; with every line item. */
#ifndef HC_TEXT_SUITABILITY_H
#define HC_TEXT_SUITABILITY_H

#include "paper.h"
#include "report.h"

/* "Type 1 or 2        type 1  [########............]  42", the bar of type 2 and the sentence below, behind a label of
   so many columns. */
void hc_write_suitability(struct hc_paper *paper, const struct hc_report *report, size_t label);

/* Shorter, for a screen. */
void hc_write_suitability_short(struct hc_paper *paper, const struct hc_report *report, size_t label);

/* For free(), NULL without memory. */
char *hc_render_suitability_text(const struct hc_report *report, struct hc_terminal terminal);

#endif
