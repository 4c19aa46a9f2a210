/* What devices tell of themselves: serial numbers of USB devices and displays, addresses of Bluetooth devices. */
#ifndef HC_REDACT_DEVICES_H
#define HC_REDACT_DEVICES_H

#include "parse.h"
#include "source.h"

/* What of an answer may leave the host: whole: as it is; body: what is left; nothing: all of it names one device. */
enum hc_thinned { HC_WHOLE, HC_LESS, HC_NOTHING };
enum hc_thinned hc_thin_devices(struct hc_source *src, const char *key, struct hc_text *body);

#endif
