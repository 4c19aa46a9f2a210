/* What a verdict may become where less is known. */
#ifndef LEGAL_H
#define LEGAL_H

#include "rate.h"

static bool has_open(const struct hc_rating *rating)
{
    for (size_t i = 0; i < rating->count; i++)
        if (rating->outcomes[i].result == HC_RESULT_OPEN)
            return true;
    return false;
}

static bool allowed(const struct hc_rating *before, const struct hc_rating *after)
{
    if (before->verdict == after->verdict || after->verdict == HC_VERDICT_UNKNOWN)
        return true;
    return before->verdict == HC_LIMITED && after->verdict == HC_READY && has_open(after);
}

#endif
