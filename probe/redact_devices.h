/* What devices tell of themselves: serial numbers of USB devices and displays, addresses of Bluetooth devices. */
#ifndef HC_REDACT_DEVICES_H
#define HC_REDACT_DEVICES_H

#include "redact_draft.h"

enum hc_thinned hc_thin_devices(struct hc_source *src, const char *key, struct hc_text *body);

#endif
