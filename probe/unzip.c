#include "unzip.h"

#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* inflateInit2: largest window, gzip header (zlib.h) */
enum { PIECE = 16 * 1024, LINE_MAX_BYTES = 4096 };

static const char no_memory[] = "ENOMEM";

struct lines {
    void (*line)(void *to, struct hc_text line);
    void *to;
    char bytes[PIECE + LINE_MAX_BYTES]; /* a line begun, then the next piece */
    size_t begun;
};

/* Hands on the whole lines and keeps the beginning of the next; one that does not end is dropped, not cut. */
static void hand_on(struct lines *l, size_t size)
{
    struct hc_text rest = { l->bytes, l->begun + size };
    const char *end;

    while ((end = rest.size ? memchr(rest.at, '\n', rest.size) : NULL)) {
        size_t length = (size_t)(end - rest.at);
        l->line(l->to, (struct hc_text){ rest.at, length });
        rest = (struct hc_text){ end + 1, rest.size - length - 1 };
    }
    l->begun = rest.size <= LINE_MAX_BYTES ? rest.size : 0;
    memmove(l->bytes, rest.at, l->begun);
}

static const char *inflate_all(z_stream *stream, struct lines *l)
{
    size_t total = 0;
    int state = Z_OK;

    while (state == Z_OK && total <= HC_UNZIPPED_MAX) {
        stream->next_out = (Bytef *)l->bytes + l->begun;
        stream->avail_out = PIECE;
        state = inflate(stream, Z_NO_FLUSH);
        total += PIECE - stream->avail_out;
        hand_on(l, PIECE - stream->avail_out);
    }
    if (l->begun && state == Z_STREAM_END)
        l->line(l->to, (struct hc_text){ l->bytes, l->begun });
    if (state == Z_MEM_ERROR)
        return no_memory;
    return state == Z_STREAM_END ? NULL : "not a whole gzip file of at most 4 MiB";
}

const struct hc_reply *hc_unzip_lines(struct hc_source *src, const struct hc_reply *reply, struct hc_text packed,
                                      void (*line)(void *to, struct hc_text line), void *to)
{
    struct lines lines;
    const char *wrong;
    z_stream stream;

    lines.line = line;
    lines.to = to;
    lines.begun = 0;
    memset(&stream, 0, sizeof stream);
    stream.next_in = (Bytef *)(uintptr_t)packed.at;
    stream.avail_in = (uInt)packed.size;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        src->exhausted = true;
        return hc_malformed(src, reply, no_memory);
    }
    inflateValidate(&stream, 0); /* a checksum guards against transport; these bytes come from the kernel's memory */
    wrong = inflate_all(&stream, &lines);
    inflateEnd(&stream);
    if (wrong == no_memory) /* what is asked next may hang on these lines */
        src->exhausted = true;
    return wrong ? hc_malformed(src, reply, wrong) : reply;
}
