/* What leaves the host of its software's own files: lines that hostcap reads, and no others. */
#ifndef HC_REDACT_SOFTWARE_H
#define HC_REDACT_SOFTWARE_H

#include "redact_draft.h"

enum hc_thinned hc_thin_software(struct hc_source *src, const char *key, struct hc_text *body);
/* The key of a reply as it leaves the host: names of files of settings that are the owner's own become numbers. */
const char *hc_thin_software_key(struct hc_source *src, const char *key);

#endif
