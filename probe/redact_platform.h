/* What leaves the host of UEFI variables, batteries and sensors. */
#ifndef HC_REDACT_PLATFORM_H
#define HC_REDACT_PLATFORM_H

#include "redact_draft.h"

enum hc_thinned hc_thin_platform(struct hc_source *src, const char *key, struct hc_text *body);

/* Whether the name of a battery is that of a wireless device, which has an address or a serial number in it. */
bool hc_wireless_battery(struct hc_text name);

#endif
