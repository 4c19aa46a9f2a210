/* The verdict of a profile with its plan, as hostcap check and explain print it. */
#ifndef HC_TEXT_PLAN_H
#define HC_TEXT_PLAN_H

#include "paper.h"
#include "report.h"

void hc_text_plan(struct hc_paper *paper, const struct hc_report *report, const struct hc_rating *rating);

#endif
