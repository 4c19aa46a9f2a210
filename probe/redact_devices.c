#include "redact_devices.h"

#include "edid.h"

#include <string.h>

static bool between(const char *key, const char *prefix, const char *ending)
{
    const size_t size = strlen(key), before = strlen(prefix), behind = strlen(ending);

    return size > before + behind && !strncmp(key, prefix, before) && !strcmp(key + size - behind, ending);
}

static enum hc_thinned edid(struct hc_source *src, struct hc_text *body)
{
    char *copy = hc_copy(&src->arena, body->at, body->size);

    if (!copy)
        return HC_NOTHING;
    hc_edid_redact(copy, body->size);
    body->at = copy;
    return HC_LESS;
}

/* Of /proc/bus/input/devices: no U: (Bluetooth address or serial number) and P: (the way to it, for Bluetooth an
   address), and no N: of Bluetooth devices, which people give names. */
static enum hc_thinned inputs(struct hc_source *src, struct hc_text *body)
{
    char *kept = hc_alloc(&src->arena, body->size + 2);
    struct hc_text rest = *body, line;
    bool bluetooth = true; /* until a line says what it is */
    size_t size = 0;

    if (!kept)
        return HC_NOTHING;
    while (hc_next_line(&rest, &line)) {
        if (hc_starts(line, "I: "))
            bluetooth = !hc_starts(line, "I: Bus=") || hc_starts(line, "I: Bus=0005");
        if (line.size && !hc_starts(line, "I: ") && !hc_starts(line, "S: ") && !hc_starts(line, "H: ") &&
            !hc_starts(line, "B: ") && (bluetooth || !hc_starts(line, "N: ")))
            continue;
        memcpy(kept + size, line.at, line.size);
        size += line.size;
        kept[size++] = '\n';
    }
    *body = (struct hc_text){ kept, size };
    return HC_LESS;
}

/* The same for the uevent of one. */
static enum hc_thinned input_uevent(struct hc_source *src, struct hc_text *body)
{
    char *kept = hc_alloc(&src->arena, body->size + 2);
    struct hc_text rest = *body, line;
    const bool bluetooth = hc_starts(*body, "PRODUCT=5/") || !hc_starts(*body, "PRODUCT=");
    size_t size = 0;

    if (!kept)
        return HC_NOTHING;
    while (hc_next_line(&rest, &line)) {
        if (hc_starts(line, "UNIQ=") || hc_starts(line, "PHYS=") || (bluetooth && hc_starts(line, "NAME=")))
            continue;
        memcpy(kept + size, line.at, line.size);
        size += line.size;
        kept[size++] = '\n';
    }
    *body = (struct hc_text){ kept, size };
    return HC_LESS;
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

static enum hc_thinned udev(struct hc_source *src, struct hc_text *body)
{
    char *kept = hc_alloc(&src->arena, body->size + 2);
    struct hc_text rest = *body, line;
    size_t size = 0;

    if (!kept)
        return HC_NOTHING;
    while (hc_next_line(&rest, &line)) {
        if (!public_udev(line))
            continue;
        memcpy(kept + size, line.at, line.size);
        size += line.size;
        kept[size++] = '\n';
    }
    *body = (struct hc_text){ kept, size };
    return HC_LESS;
}

/* Nodes of network interfaces and disks have names and places of their own there. */
static enum hc_thinned of_subsystem(struct hc_source *src, const char *subsystem, struct hc_text *body)
{
    if (!strcmp(subsystem, "net") || !strcmp(subsystem, "block"))
        return HC_NOTHING;
    return udev(src, body);
}

enum hc_thinned hc_thin_devices(struct hc_source *src, const char *key, struct hc_text *body)
{
    if (between(key, "file:/sys/bus/usb/devices/", "/serial") ||
        between(key, "file:/sys/bus/thunderbolt/devices/", "/unique_id"))
        return body->size ? HC_NOTHING : HC_WHOLE;
    if (between(key, "file:/sys/class/drm/", "/edid"))
        return body->size ? edid(src, body) : HC_WHOLE;
    if (!strcmp(key, "file:/proc/bus/input/devices"))
        return body->size ? inputs(src, body) : HC_WHOLE;
    if (between(key, "file:/sys/class/input/", "/uevent"))
        return body->size ? input_uevent(src, body) : HC_WHOLE;
    if (!strncmp(key, "udev:", 5))
        return body->size ? of_subsystem(src, key + 5, body) : HC_WHOLE;
    return HC_WHOLE;
}
