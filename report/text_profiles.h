/* Profiles as a list, and one of them for a monitor. */
#ifndef HC_TEXT_PROFILES_H
#define HC_TEXT_PROFILES_H

#include "paper.h"
#include "report.h"

enum hc_ink hc_verdict_ink(enum hc_verdict verdict);

/* All profiles with their verdicts, by kind. For free(), NULL without memory. */
char *hc_render_profiles_text(const struct hc_report *report, struct hc_terminal terminal);
char *hc_render_profiles_json(const struct hc_report *report);

/* One rating as a plugin of Nagios, Icinga and the like prints it: status, what is wrong, performance data; more
   reasons on lines of their own (Monitoring Plugins, development guidelines, plugin output). */
char *hc_render_nagios(const struct hc_report *report, const struct hc_rating *rating);

#endif
