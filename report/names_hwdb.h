/* The hardware database of udev, through libudev: names where there is no pci.ids. No type of libudev crosses this
   header; names_hwdb_none.c stands in where there is no libudev. */
#ifndef HC_NAMES_HWDB_H
#define HC_NAMES_HWDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hc_hwdb;

/* NULL: no database. */
struct hc_hwdb *hc_hwdb_open(void);
void hc_hwdb_close(struct hc_hwdb *hwdb);

/* False: it does not know the vendor. */
bool hc_hwdb_name(struct hc_hwdb *hwdb, bool usb, uint16_t vendor, uint16_t device, char *text, size_t room);

#endif
