/* Serial numbers and names of disks, their partitions and controllers. */
#ifndef HC_REDACT_STORAGE_H
#define HC_REDACT_STORAGE_H

#include "redact_draft.h"

enum hc_thinned hc_thin_storage(struct hc_source *src, const char *key, struct hc_text *body);

#endif
