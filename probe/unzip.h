/* The one door to zlib. */
#ifndef HC_UNZIP_H
#define HC_UNZIP_H

#include "parse.h"
#include "source.h"

enum { HC_UNZIPPED_MAX = 4 << 20 };

/* Unpacks the gzip bytes of an ok reply, at most 4 MiB of them; the reply comes back failed if they do not unpack. */
const struct hc_reply *hc_unzip(struct hc_source *src, const struct hc_reply *reply, struct hc_text packed,
                                struct hc_text *plain);

#endif
