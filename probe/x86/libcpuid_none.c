/* In place of libcpuid.c where the library is not there to link with. */
#include "libcpuid.h"

#include <string.h>

const struct hc_reply *hc_libcpuid_decode(struct hc_source *src, unsigned cpu, struct hc_decoded *decoded)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0, 0, &r);

    memset(decoded, 0, sizeof *decoded);
    return reply->answer == HC_OK ? hc_reword(src, reply, HC_UNSUPPORTED, "built without libcpuid") : reply;
}
