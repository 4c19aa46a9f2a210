/* The JSON Schema of reports, without what comes from the rows of facts and tables; report/schema.json, compiled in. */
#ifndef HC_SCHEMA_H
#define HC_SCHEMA_H

#include "parse.h"

extern const struct hc_text hc_schema_text;
/* That of comparisons, whole; report/diff.schema.json. */
extern const struct hc_text hc_diff_schema_text;

#endif
