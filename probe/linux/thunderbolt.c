/* Thunderbolt and USB4: Documentation/ABI/testing/sysfs-bus-thunderbolt. Only what the kernel keeps is asked: boot_acl
   and the versions of firmware would wake the controller. */
#include "place.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define FOLDER "/sys/bus/thunderbolt/devices"

struct device {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row;
    const struct hc_reply *listing;
    struct hc_text name, names;
};

static const char *path_of(const struct device *d, const char *file)
{
    return hc_format(d->src, FOLDER "/%.*s%s%s", (int)d->name.size, d->name.at, *file ? "/" : "", file);
}

/* DEVTYPE of its uevent (drivers/thunderbolt). */
static const char *kind_of(struct hc_text type)
{
    static const char *const kinds[][2] = { { "thunderbolt_domain", "domain" },
                                            { "thunderbolt_device", "router" },
                                            { "thunderbolt_retimer", "retimer" },
                                            { "thunderbolt_service", "service" },
                                            { "thunderbolt_xdomain", "host_to_host" } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (hc_text_is(type, kinds[i][0]))
            return kinds[i][1];
    return "";
}

/* A line that has no meaning for some, and then is no question; those that have it are listed. */
static void put_line(struct device *d, int column, const char *file)
{
    struct hc_text line;
    const struct hc_reply *reply;

    if (d->listing->answer == HC_OK && !hc_has_word(d->names, file))
        return;
    reply = hc_ask_line(d->src, path_of(d, file), &line);
    hc_cell_text(d->facts, d->row, column, reply, line);
}

static void put_number(struct device *d, int column, const char *file)
{
    uint64_t value;
    const struct hc_reply *reply;

    if (d->listing->answer == HC_OK && !hc_has_word(d->names, file))
        return;
    reply = hc_ask_u64(d->src, path_of(d, file), &value);
    hc_cell_number(d->facts, d->row, column, reply, value);
}

static void put_dma(struct device *d)
{
    bool value;
    const struct hc_reply *reply;

    if (d->listing->answer == HC_OK && !hc_has_word(d->names, "iommu_dma_protection"))
        return;
    reply = hc_ask_flag(d->src, path_of(d, "iommu_dma_protection"), &value);
    hc_cell_flag(d->facts, d->row, HC_COL_THUNDERBOLT_DMA, reply, value);
}

static void put_device(struct device *d, const struct hc_reply *list)
{
    struct hc_text path, uevent, type;
    const struct hc_reply *link = hc_ask_link(d->src, path_of(d, ""), &path);
    const struct hc_reply *reply = hc_ask_file(d->src, path_of(d, "uevent"), &uevent);
    const char *kind = hc_uevent_value(uevent, "DEVTYPE", &type) ? kind_of(type) : "";

    d->listing = hc_ask_dir(d->src, path_of(d, ""), &d->names);
    hc_cell_text(d->facts, d->row, HC_COL_THUNDERBOLT_NAME, list, d->name);
    hc_cell_text(d->facts, d->row, HC_COL_THUNDERBOLT_KIND,
                 *kind ? reply : hc_malformed(d->src, reply, "an unexpected kind of device"),
                 (struct hc_text){ kind, strlen(kind) });
    hc_cell_text(d->facts, d->row, HC_COL_THUNDERBOLT_PCI, link, hc_place_function(path));
    put_line(d, HC_COL_THUNDERBOLT_SECURITY, "security");
    put_dma(d);
    put_number(d, HC_COL_THUNDERBOLT_AUTHORIZED, "authorized");
    put_line(d, HC_COL_THUNDERBOLT_VENDOR, "vendor_name");
    put_line(d, HC_COL_THUNDERBOLT_DEVICE, "device_name");
    put_number(d, HC_COL_THUNDERBOLT_GENERATION, "generation");
    put_line(d, HC_COL_THUNDERBOLT_UNIQUE, "unique_id");
}

void hc_probe_thunderbolt(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_folder(src, "/sys/bus", "thunderbolt", "/devices", &names);

    hc_put_table(facts, HC_TABLE_THUNDERBOLT, list);
    while (hc_next_line(&names, &name)) {
        struct device d = { .src = src, .facts = facts, .name = name };
        d.row = hc_add_row(facts, HC_TABLE_THUNDERBOLT, list);
        put_device(&d, list);
    }
}
