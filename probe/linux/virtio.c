/* Devices that a hypervisor below gives: Linux, drivers/virtio/virtio.c. The driver of the PCI function, virtio-pci,
   only carries them; who serves the device stands here. */
#include "place.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define FOLDER "/sys/bus/virtio/devices"

struct device {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row;
    struct hc_text name;
};

/* include/uapi/linux/virtio_ids.h; numbers are those of the virtio specification, chapter 5. */
static const char *kind_of(uint64_t type)
{
    static const char *const kinds[] = {
        [1] = "network",     [2] = "block",   [3] = "console", [4] = "entropy", [5] = "balloon", [7] = "rpmsg",
        [8] = "scsi",        [9] = "9p",      [11] = "serial", [16] = "gpu",    [17] = "clock",  [18] = "input",
        [19] = "socket",     [20] = "crypto", [22] = "pstore", [23] = "iommu",  [24] = "memory", [25] = "sound",
        [26] = "filesystem", [27] = "pmem",   [28] = "rpmb",
    };

    return type < sizeof kinds / sizeof *kinds && kinds[type] ? kinds[type] : "";
}

/* MODALIAS=virtio:d00000010v00001AF4 */
static bool type_of(struct hc_text uevent, uint64_t *type)
{
    struct hc_text alias;

    *type = 0;
    return hc_uevent_value(uevent, "MODALIAS", &alias) && hc_starts(alias, "virtio:d") && alias.size >= 16 &&
           hc_number((struct hc_text){ alias.at + 8, 8 }, 16, type);
}

static const char *path_of(const struct device *d, const char *file)
{
    return hc_format(d->src, FOLDER "/%.*s%s", (int)d->name.size, d->name.at, file);
}

static void put_device(struct device *d, const struct hc_reply *list)
{
    struct hc_text path, uevent, driver;
    uint64_t type;
    const struct hc_reply *link = hc_ask_link(d->src, path_of(d, ""), &path);
    const struct hc_reply *reply = hc_ask_file(d->src, path_of(d, "/uevent"), &uevent);
    const struct hc_reply *typed =
        type_of(uevent, &type) ? reply : hc_malformed(d->src, reply, "the alias of a virtio device was expected");
    const char *kind = kind_of(type);

    hc_uevent_value(uevent, "DRIVER", &driver);
    hc_cell_text(d->facts, d->row, HC_COL_VIRTIO_NAME, list, d->name);
    hc_cell_text(d->facts, d->row, HC_COL_VIRTIO_PCI, link, hc_place_function(path));
    hc_cell_number(d->facts, d->row, HC_COL_VIRTIO_DEVICE, typed, type);
    hc_cell_text(d->facts, d->row, HC_COL_VIRTIO_KIND, typed, (struct hc_text){ kind, strlen(kind) });
    hc_cell_text(d->facts, d->row, HC_COL_VIRTIO_DRIVER, reply, driver);
}

void hc_probe_virtio(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_folder(src, "/sys/bus", "virtio", "/devices", &names);

    hc_put_table(facts, HC_TABLE_VIRTIO, list);
    while (hc_next_line(&names, &name)) {
        struct device d = { .src = src, .facts = facts, .name = name };
        d.row = hc_add_row(facts, HC_TABLE_VIRTIO, list);
        put_device(&d, list);
    }
}
