#include "names_hwdb.h"

#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hc_hwdb {
    struct udev *udev;
    struct udev_hwdb *hwdb;
};

struct hc_hwdb *hc_hwdb_open(void)
{
    struct hc_hwdb *h = calloc(1, sizeof *h);

    if (!h)
        return NULL;
    h->udev = udev_new();
    h->hwdb = h->udev ? udev_hwdb_new(h->udev) : NULL;
    if (h->hwdb)
        return h;
    hc_hwdb_close(h);
    return NULL;
}

void hc_hwdb_close(struct hc_hwdb *h)
{
    if (!h)
        return;
    if (h->hwdb)
        udev_hwdb_unref(h->hwdb);
    if (h->udev)
        udev_unref(h->udev);
    free(h);
}

/* The database holds patterns, and what is asked is the name by which the kernel asks for a driver. */
bool hc_hwdb_name(struct hc_hwdb *h, bool usb, uint16_t vendor, uint16_t device, char *text, size_t room)
{
    const char *maker = NULL, *model = NULL;
    struct udev_list_entry *entry;
    char alias[80];

    if (usb)
        snprintf(alias, sizeof alias, "usb:v%04Xp%04X", (unsigned)vendor, (unsigned)device);
    else
        snprintf(alias, sizeof alias, "pci:v%08Xd%08Xsv00000000sd00000000bc00sc00i00", (unsigned)vendor,
                 (unsigned)device);
    udev_list_entry_foreach(entry, udev_hwdb_get_properties_list_entry(h->hwdb, alias, 0))
    {
        const char *name = udev_list_entry_get_name(entry);
        if (!strcmp(name, "ID_VENDOR_FROM_DATABASE"))
            maker = udev_list_entry_get_value(entry);
        if (!strcmp(name, "ID_MODEL_FROM_DATABASE"))
            model = udev_list_entry_get_value(entry);
    }
    if (maker)
        snprintf(text, room, "%s%s%s", maker, model ? " " : "", model ? model : "");
    return maker != NULL;
}
