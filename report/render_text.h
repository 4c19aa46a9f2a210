/* Texts for a person that explain and list show. Each for free(), NULL without memory. */
#ifndef HC_RENDER_TEXT_H
#define HC_RENDER_TEXT_H

#include "paper.h"
#include "report.h"

char *hc_render_fact_text(const struct hc_report *report, enum hc_fact fact, bool color);
char *hc_render_finding_text(const struct hc_report *report, const struct hc_finding *finding, bool color);
char *hc_render_reason_text(const struct hc_report *report, enum hc_reason reason, bool color);
char *hc_render_profile_text(const struct hc_report *report, const struct hc_rating *rating, bool color);

/* "ready              KVM on x86 (kvm-x86)" */
void hc_verdict_line(struct hc_paper *paper, struct hc_arena *arena, const struct hc_rating *rating);

#endif
