/* What is left of an answer: a growing text of at most the size of what it is made from, unless its maker says more. */
#ifndef HC_REDACT_DRAFT_H
#define HC_REDACT_DRAFT_H

#include "parse.h"

#include <string.h>

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

#endif
