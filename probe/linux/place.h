/* Where a device sits, by its path in sysfs; and folders of sysfs that may not be there. */
#ifndef HC_PLACE_H
#define HC_PLACE_H

#include "ask.h"

/* The nearest PCI function above a device; empty: it is below none. */
struct hc_text hc_place_function(struct hc_text path);
/* The nearest USB device, as "1-5.3", or "usb1" for a root hub; empty: it is below none. */
struct hc_text hc_place_usb(struct hc_text path);
/* "usb1" or "1-5.3", but not an interface as "1-5.3:1.0". */
bool hc_is_usb_device(struct hc_text name);
/* Made by a program or by the kernel alone: below devices/virtual. */
bool hc_place_is_virtual(struct hc_text path);

/* The names in PARENT/NAME/REST, where a listing of PARENT says that NAME is there; the reply is that of PARENT where
   it is not, and then there are no names. One listing of /sys/class answers for all classes that a host lacks. */
const struct hc_reply *hc_ask_folder(struct hc_source *src, const char *parent, const char *name, const char *rest,
                                     struct hc_text *names);

/* "KEY=value" of a uevent file. */
bool hc_uevent_value(struct hc_text uevent, const char *key, struct hc_text *value);

/* The lowest bits of a number as hex digits, at most 8 of them; digits has room for them and a NUL. */
void hc_hex_digits(uint64_t value, size_t count, char *digits);

#endif
