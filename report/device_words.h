/* What a device is and how it is reset, in words for a person. */
#ifndef HC_DEVICE_WORDS_H
#define HC_DEVICE_WORDS_H

#include "functions.h"

/* "Ethernet", "NVMe disk", "root port": by its class, and of a bridge by the kind of its port. */
const char *hc_device_kind(const struct hc_function *function, bool bridge);

/* What a way of resetting does; NULL (not known) has words too. */
const char *hc_reset_text(const char *reset);

#endif
