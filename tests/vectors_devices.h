/* The device of a test vector as the rules of passthrough see it. */
#ifndef VECTORS_DEVICES_H
#define VECTORS_DEVICES_H

#include "device_rules.h"
#include "json.h"

/* What is wrong with a key of a device, in a few words; NULL: it is known. */
const char *vector_device_fault(const struct hc_json *member);

/* host: the rating of vfio. */
struct hc_subject vector_subject(const struct hc_json *device, const struct hc_rating *host);

#endif
