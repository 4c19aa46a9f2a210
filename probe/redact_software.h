/* What leaves the host of its software's own files: lines that hostcap reads, and no others. */
#ifndef HC_REDACT_SOFTWARE_H
#define HC_REDACT_SOFTWARE_H

#include "parse.h"
#include "source.h"

/* Makes *body, the answer to a key, what leaves the host; false: nothing in it is to be changed. */
bool hc_thin_software(struct hc_source *src, const char *key, struct hc_text *body);
/* The key of a reply as it leaves the host: names of files of settings that are the owner's own become numbers. */
const char *hc_thin_software_key(struct hc_source *src, const char *key);
/* Whether nothing of an answer leaves the host: descriptors of firmware that are the owner's own name their folders. */
bool hc_is_own_software(const char *key);

#endif
