/* Devices and groups as text and JSON. Each for free(), NULL without memory. */
#ifndef HC_RENDER_PASSTHROUGH_H
#define HC_RENDER_PASSTHROUGH_H

#include "report.h"

struct hc_json;
struct hc_json_doc;

/* chosen: indices of devices; count 0: all. names: with names from this machine's data files (names.h). */
char *hc_render_passthrough_text(const struct hc_report *report, const size_t *chosen, size_t count,
                                 struct hc_terminal terminal, bool names);
char *hc_render_passthrough_json(const struct hc_report *report, const size_t *chosen, size_t count);

/* One device, for explain: also its row, with the questions that each cell rests on. */
char *hc_render_device_text(const struct hc_report *report, size_t device, struct hc_terminal terminal, bool names);
char *hc_render_device_json(const struct hc_report *report, size_t device);

/* What can go to a guest, in a line of the summary; lives as long as the report. */
const char *hc_passthrough_line(const struct hc_report *report);
/* The same in one line of a screen. */
const char *hc_passthrough_short(const struct hc_report *report);

/* The member "passthrough" of a report. */
void hc_add_passthrough(struct hc_json_doc *doc, struct hc_json *root, const struct hc_report *report);

#endif
