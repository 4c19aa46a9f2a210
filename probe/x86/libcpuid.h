/* The one door to libcpuid: CPUID replies in, what it decodes out. */
#ifndef HC_LIBCPUID_H
#define HC_LIBCPUID_H

#include "ask.h"

/* Sizes in bytes, of one cache each; -1: libcpuid could not tell, perhaps for lack of a reply. */
struct hc_decoded {
    int64_t l1d, l1i, l2, l3;
    const struct hc_reply *missing; /* the first that was not ok and that it did without; or NULL */
    char codename[64];              /* a guess by best score: to be believed only with a second opinion */
};

/* ok, or why there is nothing. */
const struct hc_reply *hc_libcpuid_decode(struct hc_source *src, unsigned cpu, struct hc_decoded *decoded);

#endif
