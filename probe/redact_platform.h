/* What leaves the host of UEFI variables, batteries and sensors. */
#ifndef HC_REDACT_PLATFORM_H
#define HC_REDACT_PLATFORM_H

#include "parse.h"
#include "source.h"

/* Whether a body was thinned: true, and *body is what may leave. */
bool hc_thin_platform(struct hc_source *src, const char *key, struct hc_text *body);

/* Whether the name of a battery is that of a wireless device, which has an address or a serial number in it. */
bool hc_wireless_battery(struct hc_text name);

#endif
