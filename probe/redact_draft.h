/* What is left of an answer, and the tables of keys whose answers are thinned: one of each topic. */
#ifndef HC_REDACT_DRAFT_H
#define HC_REDACT_DRAFT_H

#include "parse.h"
#include "source.h"

#include <string.h>

/* What of an answer may leave the host. Whole: as it is; less: what stands in *body now; nothing: all of it is secret.
 */
enum hc_thinned { HC_WHOLE, HC_LESS, HC_NOTHING };

/* A growing text of at most the size of what it is made from and a few bytes more, unless its maker says more. */
struct hc_draft {
    char *text;
    size_t size;
};

static inline void hc_draft_add(struct hc_draft *draft, struct hc_text piece)
{
    if (piece.size)
        memcpy(draft->text + draft->size, piece.at, piece.size);
    draft->size += piece.size;
}

static inline void hc_draft_line(struct hc_draft *draft, struct hc_text line)
{
    hc_draft_add(draft, line);
    hc_draft_add(draft, HC_TEXT("\n"));
}

/* Either writes what is left, or says of each line whether it stays; a row with neither lets nothing through. */
struct hc_thin_row {
    const char *begin, *end; /* of the key; end NULL: begin is the whole key */
    void (*thin)(struct hc_text body, struct hc_draft *draft);
    bool (*keep)(struct hc_text line);
};

bool hc_key_fits(const char *key, const char *begin, const char *end);

/* *body becomes the draft, unless it is the same. */
enum hc_thinned hc_thinned_to(struct hc_text *body, const char *text, size_t size);

/* By the first row that fits the key. */
enum hc_thinned hc_thin_by(const struct hc_thin_row *rows, size_t count, struct hc_source *src, const char *key,
                           struct hc_text *body);

#endif
