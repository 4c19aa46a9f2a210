/* The one door to zlib. */
#ifndef HC_UNZIP_H
#define HC_UNZIP_H

#include "parse.h"
#include "source.h"

enum { HC_UNZIPPED_MAX = 4 << 20 };

/* Unpacks the gzip bytes of an ok reply, at most 4 MiB of them, and hands on each line as it comes (without its
   newline; lines above 4 KiB are left out). The reply comes back failed if the bytes do not unpack. */
const struct hc_reply *hc_unzip_lines(struct hc_source *src, const struct hc_reply *reply, struct hc_text packed,
                                      void (*line)(void *to, struct hc_text line), void *to);

#endif
