#include "redact_devices.h"

#include "edid.h"

static void edid(struct hc_text body, struct hc_draft *draft)
{
    hc_draft_add(draft, body);
    hc_edid_redact(draft->text, draft->size);
}

/* Of /proc/bus/input/devices: no U: (Bluetooth address or serial number) and P: (the way to it, for Bluetooth an
   address), and no N: of Bluetooth devices, which people give names. */
static void inputs(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;
    bool bluetooth = true; /* until a line says what it is */

    while (hc_next_line(&body, &line)) {
        if (hc_starts(line, "I: "))
            bluetooth = !hc_starts(line, "I: Bus=") || hc_starts(line, "I: Bus=0005");
        if (!line.size || hc_starts(line, "I: ") || hc_starts(line, "S: ") || hc_starts(line, "H: ") ||
            hc_starts(line, "B: ") || (!bluetooth && hc_starts(line, "N: ")))
            hc_draft_line(draft, line);
    }
}

/* The same for the uevent of one. */
static void input_uevent(struct hc_text body, struct hc_draft *draft)
{
    const bool bluetooth = hc_starts(body, "PRODUCT=5/") || !hc_starts(body, "PRODUCT=");
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (!hc_starts(line, "UNIQ=") && !hc_starts(line, "PHYS=") && (!bluetooth || !hc_starts(line, "NAME=")))
            hc_draft_line(draft, line);
}

/* Of the database of udev: where things are and what kind they are; no links or properties that hold serial numbers,
   names of people or addresses. */
static bool public_udev(struct hc_text line)
{
    static const char *const shown[] = {
        "E: DEVPATH=",     "E: DEVNAME=",     "E: DEVTYPE=", "E: SUBSYSTEM=",         "E: DRIVER=",  "E: MAJOR=",
        "E: MINOR=",       "E: ID_BUS=",      "E: ID_PATH=", "E: ID_INPUT",           "E: ID_TYPE=", "E: ID_VENDOR_ID=",
        "E: ID_MODEL_ID=", "E: ID_REVISION=", "E: ID_SEAT=", "E: ID_USB_INTERFACES=", "P: ",         "N: "
    };

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (hc_starts(line, shown[i]))
            return true;
    return !line.size || hc_starts(line, "S: input/by-path/") || hc_starts(line, "S: serial/by-path/");
}

/* Nodes of network interfaces and disks have names and places of their own in that database. */
static const struct hc_thin_row rows[] = {
    { .begin = "file:/sys/bus/usb/devices/", .end = "/serial" },
    { .begin = "file:/sys/bus/thunderbolt/devices/", .end = "/unique_id" },
    { "file:/sys/class/drm/", "/edid", .thin = edid },
    { "file:/proc/bus/input/devices", NULL, .thin = inputs },
    { "file:/sys/class/input/", "/uevent", .thin = input_uevent },
    { .begin = "udev:net" },
    { .begin = "udev:block" },
    { "udev:", "", .keep = public_udev },
};

enum hc_thinned hc_thin_devices(struct hc_source *src, const char *key, struct hc_text *body)
{
    return hc_thin_by(rows, sizeof rows / sizeof *rows, src, key, body);
}
