/* Names that somebody chose, or that hold an address: of interfaces, mount points, mappings, pools, file systems. */
#ifndef HC_REDACT_NAMES_H
#define HC_REDACT_NAMES_H

#include "redact_draft.h"

/* The key of a reply as it leaves the host. */
const char *hc_thin_name_in_key(struct hc_source *src, const char *key);
enum hc_thinned hc_thin_names(struct hc_source *src, const char *key, struct hc_text *body);

/* Whether a name is one that kernels and their tools give, or a mount point that every host has: it stays. */
bool hc_names_nobody(struct hc_text name);

#endif
