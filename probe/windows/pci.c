/* PCI functions as Windows lists them. It shows no configuration space, so that capabilities are not known; for giving
   a device to a guest it knows three properties itself, which Microsoft's survey of such devices reads
   (Virtualization-Documentation, hyperv-tools/DiscreteDeviceAssignment/SurveyDDA.ps1). */
#include "asked.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

struct device {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row, *rights;
    const struct hc_reply *list;
    struct hc_text id, lines;
};

/* The digits behind a word such as VEN_ in PCI\VEN_8086&DEV_15B8&SUBSYS_072D1028&REV_00. */
static bool digits(struct hc_text id, const char *word, size_t count, struct hc_text *value)
{
    const size_t size = strlen(word);

    for (size_t at = 0; at + size + count <= id.size; at++)
        if (!memcmp(id.at + at, word, size)) {
            *value = (struct hc_text){ id.at + at + size, count };
            return true;
        }
    *value = HC_TEXT("");
    return false;
}

static struct hc_text lower(struct hc_source *src, struct hc_text text)
{
    char *copy = hc_copy(&src->arena, text.at, text.size);

    for (size_t i = 0; copy && i < text.size; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] - 'A' + 'a');
    return copy ? (struct hc_text){ copy, text.size } : HC_TEXT("");
}

static void put_id(struct device *d, int column, const char *word, size_t skip, size_t count)
{
    struct hc_text value;
    const struct hc_reply *reply = d->list;

    if (!digits(d->id, word, skip + count, &value))
        reply = hc_malformed(d->src, reply, hc_format(d->src, "no %s in the name of a device", word));
    else
        value = (struct hc_text){ value.at + skip, count };
    hc_cell_text(d->facts, d->row, column, reply, lower(d->src, value));
}

/* DEVPKEY_Device_BusNumber; DEVPKEY_Device_Address has the device above and the function below bit 16 (Windows Driver
   Kit: DEVICE_CAPABILITIES). The domain is in the upper part of the bus number where there is more than one. */
static void put_address(struct device *d)
{
    struct hc_text bus_text, place_text;
    uint64_t bus, place;
    const struct hc_reply *reply = d->list;
    const char *text = "";

    if (hc_wmi_text(d->lines, "bus", &bus_text) && hc_wmi_text(d->lines, "address", &place_text) &&
        hc_number(bus_text, 10, &bus) && hc_number(place_text, 10, &place) && bus <= UINT32_MAX && (place >> 16) < 32 &&
        (place & 0xffff) < 8)
        text = hc_format(d->src, "%04x:%02x:%02x.%x", (unsigned)(bus >> 8), (unsigned)(bus & 255),
                         (unsigned)(place >> 16), (unsigned)(place & 7));
    else
        reply = hc_malformed(d->src, reply, "no bus number and address");
    hc_cell_text(d->facts, d->row, HC_COL_PCI_ADDRESS, reply, hc_text_from(text));
    hc_cell_text(d->facts, d->rights, HC_COL_WIN_PCI_ADDRESS, reply, hc_text_from(text));
}

static bool number_of(struct device *d, const char *name, uint64_t *value)
{
    struct hc_text text;

    *value = 0;
    return hc_wmi_text(d->lines, name, &text) && hc_number(text, 10, value);
}

static void put_class(struct device *d)
{
    uint64_t base = 0, sub = 0, interface = 0;
    const struct hc_reply *reply = d->list;

    if (!number_of(d, "base_class", &base) || !number_of(d, "sub_class", &sub) ||
        !number_of(d, "prog_if", &interface) || base > 255 || sub > 255 || interface > 255)
        reply = hc_malformed(d->src, reply, "no class");
    hc_cell_text(d->facts, d->row, HC_COL_PCI_CLASS, reply,
                 hc_text_from(hc_format(d->src, "%02x%02x%02x", (unsigned)base, (unsigned)sub, (unsigned)interface)));
}

static void put_text(struct device *d, struct hc_table_row *row, int column, const char *name, bool empty_is_none)
{
    struct hc_text value;
    const struct hc_reply *reply = d->list;

    if (!hc_wmi_text(d->lines, name, &value) && !empty_is_none)
        reply = hc_malformed(d->src, reply, hc_format(d->src, "no %s", name));
    hc_cell_text(d->facts, row, column, reply, value);
}

static void put_number(struct device *d, int column, const char *name)
{
    uint64_t value;
    const struct hc_reply *reply = d->list;

    if (!number_of(d, name, &value) && reply->answer == HC_OK)
        reply = hc_reword(d->src, reply, HC_ABSENT, hc_format(d->src, "the device has no property %s", name));
    hc_cell_number(d->facts, d->rights, column, reply, value);
}

static void add_device(struct device *d)
{
    d->row = hc_add_row(d->facts, HC_TABLE_PCI, d->list);
    d->rights = hc_add_row(d->facts, HC_TABLE_WIN_PCI, d->list);
    hc_wmi_text(d->lines, "id", &d->id);
    put_address(d);
    put_id(d, HC_COL_PCI_VENDOR, "VEN_", 0, 4);
    put_id(d, HC_COL_PCI_DEVICE, "DEV_", 0, 4);
    put_id(d, HC_COL_PCI_SUBVENDOR, "SUBSYS_", 4, 4);
    put_id(d, HC_COL_PCI_SUBDEVICE, "SUBSYS_", 0, 4);
    put_id(d, HC_COL_PCI_REVISION, "REV_", 0, 2);
    put_class(d);
    put_text(d, d->row, HC_COL_PCI_DRIVER, "service", true);
    put_text(d, d->rights, HC_COL_WIN_PCI_NAME, "description", false);
    put_number(d, HC_COL_WIN_PCI_TYPE, "device_type");
    put_number(d, HC_COL_WIN_PCI_RESERVED, "reserved_memory");
    put_number(d, HC_COL_WIN_PCI_ACS_UP, "acs_up");
    put_number(d, HC_COL_WIN_PCI_INTERRUPTS, "interrupts");
    put_number(d, HC_COL_WIN_PCI_SRIOV, "sriov");
    put_number(d, HC_COL_WIN_PCI_ACS, "acs");
}

void hc_probe_windows_pci(struct hc_source *src, struct hc_facts *facts)
{
    struct device d = { .src = src, .facts = facts };
    struct hc_text rows;

    if (!hc_is_windows(src))
        return;
    d.list = hc_ask_devices(src, "PCI", &rows);
    hc_put_table(facts, HC_TABLE_PCI, d.list);
    hc_put_table(facts, HC_TABLE_WIN_PCI, d.list);
    while (hc_next_wmi_row(&rows, &d.lines))
        add_device(&d);
}
