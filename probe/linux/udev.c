/* libudev walks /sys and /run/udev/data; it costs 75 to 100 microseconds for each device, so that it is asked only with
   --udev. Where udevd never ran it knows no more than sysfs. */
#include "udev.h"

#include <libudev.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const subsystems[] = { "input", "tty", "usb", "drm", "sound", "block", "net", "tpm", "thunderbolt" };

struct draft {
    char *text;
    size_t size, room;
    bool failed;
};

static void append(struct draft *d, const char *bytes, size_t size)
{
    if (d->failed || d->size + size > HC_REPLY_MAX) {
        d->failed = true;
        return;
    }
    if (d->size + size > d->room) {
        const size_t room = 2 * (d->size + size) + 4096;
        char *text = realloc(d->text, room);
        if (!text) {
            d->failed = true;
            return;
        }
        d->text = text;
        d->room = room;
    }
    memcpy(d->text + d->size, bytes, size);
    d->size += size;
}

/* A line break within a value would begin a line of its own. */
static void append_value(struct draft *d, const char *value)
{
    for (size_t n; *value; value += n) {
        n = strcspn(value, "\n");
        append(d, value, n);
        if (!value[n])
            break;
        append(d, " ", 1);
        n++;
    }
}

static void append_line(struct draft *d, const char *mark, const char *name, const char *value)
{
    append(d, mark, strlen(mark));
    if (name) {
        append_value(d, name);
        append(d, "=", 1);
    }
    append_value(d, value);
    append(d, "\n", 1);
}

static const char *below_dev(const char *path)
{
    return strncmp(path, "/dev/", 5) ? path : path + 5;
}

static void append_device(struct draft *d, struct udev_device *device)
{
    const char *node = udev_device_get_devnode(device), *path = udev_device_get_devpath(device);
    struct udev_list_entry *entry;

    append_line(d, "P: ", NULL, path ? path : "");
    if (node)
        append_line(d, "N: ", NULL, below_dev(node));
    udev_list_entry_foreach(entry, udev_device_get_devlinks_list_entry(device))
        append_line(d, "S: ", NULL, below_dev(udev_list_entry_get_name(entry)));
    udev_list_entry_foreach(entry, udev_device_get_properties_list_entry(device))
    {
        const char *value = udev_list_entry_get_value(entry);
        append_line(d, "E: ", udev_list_entry_get_name(entry), value ? value : "");
    }
    append(d, "\n", 1);
}

/* A device that vanishes makes the walk return an error, and the list still holds the others. */
static void walk(struct draft *d, struct udev *udev, struct udev_enumerate *list)
{
    struct udev_list_entry *entry;

    udev_enumerate_scan_devices(list);
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list))
    {
        const char *path = udev_list_entry_get_name(entry);
        struct udev_device *device;
        if (!strncmp(path, "/sys/devices/virtual/", 21))
            continue;
        device = udev_device_new_from_syspath(udev, path);
        if (!device)
            continue;
        append_device(d, device);
        udev_device_unref(device);
    }
}

static bool listed(const char *subsystem)
{
    for (size_t i = 0; i < sizeof subsystems / sizeof *subsystems; i++)
        if (!strcmp(subsystem, subsystems[i]))
            return true;
    return false;
}

void hc_answer_udev(struct hc_source *src, struct hc_reply *reply, const char *subsystem)
{
    struct draft d = { .text = NULL };
    struct udev *udev;
    struct udev_enumerate *list;

    if (!listed(subsystem)) {
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on Linux");
        return;
    }
    if (access("/run/udev/data", X_OK)) {
        hc_answer_error(reply, HC_UNSUPPORTED, "udev keeps no database here (/run/udev/data)");
        return;
    }
    udev = udev_new();
    list = udev ? udev_enumerate_new(udev) : NULL;
    if (list && udev_enumerate_add_match_subsystem(list, subsystem) >= 0)
        walk(&d, udev, list);
    else
        d.failed = true;
    if (list)
        udev_enumerate_unref(list);
    if (udev)
        udev_unref(udev);
    if (d.failed)
        hc_answer_error(reply, HC_FAILED, "libudev could not be asked, or said too much");
    else
        hc_answer_bytes(src, reply, d.text ? d.text : "", d.size);
    free(d.text);
}
