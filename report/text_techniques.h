/* The techniques that are available, for a person. */
#ifndef HC_TEXT_TECHNIQUES_H
#define HC_TEXT_TECHNIQUES_H

#include "report.h"

/* For free(), NULL without memory. */
char *hc_render_techniques_text(const struct hc_report *report, struct hc_terminal terminal);

#endif
