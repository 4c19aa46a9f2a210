/* Serial numbers and names of disks, their partitions and controllers. */
#ifndef HC_REDACT_STORAGE_H
#define HC_REDACT_STORAGE_H

#include "parse.h"
#include "source.h"

/* As hc_thin_names(). */
bool hc_thin_storage(struct hc_source *src, const char *key, struct hc_text *body);

#endif
