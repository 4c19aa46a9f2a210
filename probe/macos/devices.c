/* PCI functions as the IORegistry lists them: numbers only, for macOS shows nobody their configuration space. */
#include "macos/ioreg.h"
#include "macos/macos.h"
#include "tables.h"

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *reply;
};

/* "bus:device.function" from pcidebug, "1:0:0" or "0:28:0(1:1)" with what lies below a bridge, all decimal. */
static const char *address_of(struct scan *s, struct hc_text object)
{
    struct hc_text text, part[3], rest;
    uint64_t number[3];
    char room[64];

    if (!hc_ioreg_text(object, "pcidebug", room, sizeof room, &text) || !hc_split(text, ':', &part[0], &rest) ||
        !hc_split(rest, ':', &part[1], &part[2]))
        return NULL;
    for (size_t i = 0; i < part[2].size; i++)
        if (part[2].at[i] == '(')
            part[2].size = i;
    for (int i = 0; i < 3; i++)
        if (!hc_number(part[i], 10, &number[i]))
            return NULL;
    if (number[0] > 255 || number[1] > 31 || number[2] > 7)
        return NULL;
    return hc_format(s->src, "0000:%02x:%02x.%x", (unsigned)number[0], (unsigned)number[1], (unsigned)number[2]);
}

static void put_hex(struct scan *s, struct hc_table_row *row, int column, struct hc_text object, const char *property,
                    int digits)
{
    uint64_t number;
    const struct hc_reply *reply = s->reply;

    if (!hc_ioreg_number(object, property, &number) || number >> 4 * digits)
        reply = hc_reword(s->src, reply, HC_ABSENT, hc_format(s->src, "no %s", property));
    hc_cell_text(s->facts, row, column, reply,
                 hc_text_from(hc_format(s->src, "%0*llx", digits, (unsigned long long)number)));
}

static void put_function(struct scan *s, struct hc_text object, const char *address)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_PCI, s->reply);

    hc_cell_text(s->facts, row, HC_COL_PCI_ADDRESS, s->reply, hc_text_from(address));
    put_hex(s, row, HC_COL_PCI_VENDOR, object, "vendor-id", 4);
    put_hex(s, row, HC_COL_PCI_DEVICE, object, "device-id", 4);
    put_hex(s, row, HC_COL_PCI_SUBVENDOR, object, "subsystem-vendor-id", 4);
    put_hex(s, row, HC_COL_PCI_SUBDEVICE, object, "subsystem-id", 4);
    put_hex(s, row, HC_COL_PCI_CLASS, object, "class-code", 6);
    put_hex(s, row, HC_COL_PCI_REVISION, object, "revision-id", 2);
}

void hc_probe_macos_devices(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    struct hc_text text, object;
    const char *address;

    if (!hc_is_macos(src))
        return;
    s.reply = hc_ask_ioreg(src, "IOPCIDevice", &text);
    hc_put_table(facts, HC_TABLE_PCI, s.reply);
    while (hc_ioreg_next(&text, &object)) {
        address = address_of(&s, object);
        if (address)
            put_function(&s, object, address);
    }
}
