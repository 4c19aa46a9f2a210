/* Without libudev there is no hardware database. */
#include "names_hwdb.h"

struct hc_hwdb *hc_hwdb_open(void)
{
    return NULL;
}

void hc_hwdb_close(struct hc_hwdb *hwdb)
{
    (void)hwdb;
}

bool hc_hwdb_name(struct hc_hwdb *hwdb, bool usb, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    (void)hwdb;
    (void)usb;
    (void)vendor;
    (void)device;
    (void)text;
    (void)room;
    return false;
}
