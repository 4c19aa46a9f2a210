/* Where a value stands in the text that it was read from: for messages about files of people. */
#ifndef HC_JSON_LINE_H
#define HC_JSON_LINE_H

#include "json.h"

/* The line, from 1, on which this value begins; 0: it is not of this document. text: what doc was parsed from. */
size_t hc_json_line(const struct hc_json_doc *doc, struct hc_text text, const struct hc_json *value);

#endif
