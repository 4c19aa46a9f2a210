#include "passthrough.h"

#include "report.h"

const char *hc_device_verdict_name(enum hc_device_verdict verdict)
{
    static const char *const names[HC_DEVICE_VERDICTS] = {
        [HC_DEVICE_VIABLE] = "viable",
        [HC_DEVICE_LIMITED] = "limited",
        [HC_DEVICE_AFTER_FIXES] = "viable after fixes",
        [HC_DEVICE_NOT_POSSIBLE] = "not possible",
        [HC_DEVICE_NEVER] = "never",
        [HC_DEVICE_UNKNOWN] = "cannot tell",
    };
    return names[verdict];
}

const char *hc_host_passthrough_name(enum hc_host_passthrough host)
{
    static const char *const names[] = { "none", "after fixes", "partial", "good", "cannot tell" };

    return names[host];
}

const struct hc_passthrough *hc_passthrough_make(const struct hc_report *report)
{
    struct hc_passthrough *p = hc_alloc(report->arena, sizeof *p);

    if (p)
        *p = (struct hc_passthrough){ .host = HC_HOST_UNKNOWN };
    return p;
}

size_t hc_device_by_address(const struct hc_passthrough *passthrough, const char *address)
{
    (void)passthrough;
    (void)address;
    return HC_NO_DEVICE;
}
