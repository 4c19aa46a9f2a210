#include "unzip.h"

#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* inflateInit2: largest window, gzip header (zlib.h) */

/* The last four bytes of a gzip file are the size of what it holds (RFC 1952, 2.3.1): a hint, checked by inflating. */
static size_t room_for(struct hc_text packed)
{
    uint32_t size = 0;

    hc_le32(packed, packed.size < 4 ? 0 : packed.size - 4, &size);
    return size < HC_UNZIPPED_MAX ? size : HC_UNZIPPED_MAX;
}

const struct hc_reply *hc_unzip(struct hc_source *src, const struct hc_reply *reply, struct hc_text packed,
                                struct hc_text *plain)
{
    size_t room = room_for(packed);
    char *bytes = hc_alloc(&src->arena, room + 1);
    z_stream stream;
    int end;

    *plain = (struct hc_text){ "", 0 };
    memset(&stream, 0, sizeof stream);
    if (!bytes || inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return hc_malformed(src, reply, "ENOMEM");
    stream.next_in = (Bytef *)(uintptr_t)packed.at;
    stream.avail_in = (uInt)packed.size;
    stream.next_out = (Bytef *)bytes;
    stream.avail_out = (uInt)room;
    end = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (end == Z_MEM_ERROR)
        return hc_malformed(src, reply, "ENOMEM");
    if (end != Z_STREAM_END)
        return hc_malformed(src, reply, "not a whole gzip file of at most 4 MiB");
    *plain = (struct hc_text){ bytes, room - stream.avail_out };
    return reply;
}
