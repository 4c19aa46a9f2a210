/* Names of PCI and USB devices from the data files of the machine that renders: pci.ids and usb.ids, or the hardware
   database of udev. Decoration: never a fact, and never in JSON. */
#ifndef HC_NAMES_H
#define HC_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct hc_names;

/* NULL: no memory; where there is no data file every name is NULL. */
struct hc_names *hc_names_open(void);
/* The same for USB devices. */
struct hc_names *hc_usb_names_open(void);
/* Names of USB devices from this file. */
struct hc_names *hc_usb_names_from(const char *path);
void hc_names_close(struct hc_names *names);

/* "Intel Corporation 82574L Gigabit Network Connection" into text; returns text, or NULL where nobody knows it. */
const char *hc_device_name(struct hc_names *names, uint16_t vendor, uint16_t device, char *text, size_t room);

#endif
