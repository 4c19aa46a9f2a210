/* The CPU for a person: how many, what it can do for guests, what is switched off and by whom. */
#ifndef HC_TEXT_CPU_H
#define HC_TEXT_CPU_H

#include "paper.h"
#include "report.h"

/* Some lines, each behind a label of that width. */
void hc_text_cpu(struct hc_paper *paper, const struct hc_report *report, int label);

#endif
