/* Three-valued logic: a zeroed value is unknown. */
#ifndef HC_TRI_H
#define HC_TRI_H

#include <stdbool.h>

enum hc_tri { HC_UNKNOWN, HC_NO, HC_YES };

static inline enum hc_tri hc_tri(bool value)
{
    return value ? HC_YES : HC_NO;
}

static inline enum hc_tri hc_not(enum hc_tri a)
{
    return a == HC_UNKNOWN ? HC_UNKNOWN : hc_tri(a == HC_NO);
}

static inline enum hc_tri hc_or(enum hc_tri a, enum hc_tri b)
{
    if (a == HC_YES || b == HC_YES)
        return HC_YES;
    return a == HC_NO && b == HC_NO ? HC_NO : HC_UNKNOWN;
}

static inline enum hc_tri hc_and(enum hc_tri a, enum hc_tri b)
{
    if (a == HC_NO || b == HC_NO)
        return HC_NO;
    return a == HC_YES && b == HC_YES ? HC_YES : HC_UNKNOWN;
}

#endif
