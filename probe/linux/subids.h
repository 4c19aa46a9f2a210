/* How many further ids the caller has for containers: numbers only, since the files name people. */
#ifndef HC_SUBIDS_H
#define HC_SUBIDS_H

#include "source.h"

/* host:subids: "subuid 65536" and "subgid 65536". */
void hc_answer_subids(struct hc_source *src, struct hc_reply *reply);

#endif
