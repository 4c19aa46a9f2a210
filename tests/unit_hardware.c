/* USB, displays, graphics, input and the rest of what is plugged in. Each host is the few answers that matter. */
#include "check.h"
#include "edid.h"
#include "input_kinds.h"
#include "names.h"
#include "place.h"
#include "probes.h"
#include "recording.h"
#include "redact_devices.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct answer {
    const char *key, *text; /* text NULL: absent; DENIED: denied; EDID: edid_bytes */
};

static const char DENIED[] = "denied", EDID[] = "edid";
static unsigned char edid_bytes[256];

static void answer(struct hc_source *src, const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = answers[i].text;
        const bool ok = text && text != DENIED;
        const struct hc_reply reply = { .key = answers[i].key,
                                        .answer = ok     ? HC_OK
                                                  : text ? HC_DENIED
                                                         : HC_ABSENT,
                                        .bytes = ok ? text : "",
                                        .size = ok ? strlen(text) : 0 };
        struct hc_reply bytes = reply;

        if (text == EDID) {
            bytes.bytes = (const char *)edid_bytes;
            bytes.size = sizeof edid_bytes;
        }
        hc_log(src, &bytes);
    }
}

#define ANSWER(src, ...)                                                                                               \
    answer(src, (const struct answer[]){ __VA_ARGS__ },                                                                \
           sizeof(const struct answer[]){ __VA_ARGS__ } / sizeof(struct answer))

/* The cell of a row by number: its text or number, "-" where it was no question, "?" where it is open. */
static const char *shown(const struct hc_facts *facts, enum hc_table table, size_t number, int column)
{
    static char text[2][512];
    static int turn;
    const struct hc_table_row *row = facts->tables[table].first;
    const struct hc_cell *cell;

    while (row && number-- > 0)
        row = row->next;
    if (!row)
        return "no such row";
    cell = &row->cells[column];
    if (!cell->known)
        return cell->why ? "?" : "-";
    switch (hc_table_field(table)->columns[column].type) {
    case HC_TYPE_FLAG: return cell->flag ? "yes" : "no";
    case HC_TYPE_NUMBER:
        turn = !turn;
        snprintf(text[turn], sizeof text[turn], "%llu", (unsigned long long)cell->number);
        return text[turn];
    default: return cell->text;
    }
}

#define SHOWS(table, number, column, expected)                                                                         \
    do {                                                                                                               \
        const char *found = shown(&facts, HC_TABLE_##table, number, HC_COL_##table##_##column);                        \
        if (strcmp(found, expected)) {                                                                                 \
            printf("%s:%d: %s of %d: '%s', not '%s'\n", __FILE__, __LINE__, #column, number, found, expected);         \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

/* ---- USB ---- */

#define USB      "/sys/bus/usb/devices/"
#define UP       "../../../devices/pci0000:00/0000:00:14.0/"
#define HUB(rev) "DEVTYPE=usb_device\nDRIVER=usb\nPRODUCT=1d6b/3/" rev "\nTYPE=9/0/3\nBUSNUM=003\nDEVNUM=001\n"
#define KEYS                                                                                                           \
    "DEVTYPE=usb_device\nDRIVER=usb\nPRODUCT=46d/c548/501\nTYPE=0/0/0\nBUSNUM=003\n"                                   \
    "DEVNUM=007\n"

static struct hc_source *usb_host(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    ANSWER(src, { "dir:/sys/bus", "pci\nusb\n" },
           { "dir:/sys/bus/usb/devices", "3-0:1.0\n3-5\n3-5:1.0\n3-5:1.1\n3-5:1.2\n3-5.3\nusb3\n" },
           { "link:" USB "usb3", UP "usb3" }, { "link:" USB "3-5", UP "usb3/3-5" },
           { "link:" USB "3-5.3", UP "usb3/3-5/3-5.3" }, { "file:" USB "usb3/uevent", HUB("612") },
           { "file:" USB "usb3/speed", "20000\n" }, { "file:" USB "usb3/version", " 3.10\n" },
           { "file:" USB "usb3/authorized", "1\n" }, { "file:" USB "usb3/removable", "unknown\n" },
           { "file:" USB "3-0:1.0/uevent", "DRIVER=hub\nINTERFACE=9/0/0\n" }, { "file:" USB "3-5/uevent", KEYS },
           { "file:" USB "3-5/speed", "1.5\n" }, { "file:" USB "3-5/version", " 2.00\n" },
           { "file:" USB "3-5/authorized", "1\n" }, { "file:" USB "3-5/removable", "removable\n" },
           { "dir:" USB "3-5", "idVendor\nmanufacturer\nproduct\nserial\n" },
           { "file:" USB "3-5/manufacturer", "Log\033[31mitech\n" }, { "file:" USB "3-5/product", "USB Receiver\n" },
           { "file:" USB "3-5/serial", "SECRET-1\n" },
           { "file:" USB "3-5:1.0/uevent", "DRIVER=usbhid\nINTERFACE=3/1/1\n" },
           { "file:" USB "3-5:1.1/uevent", "DRIVER=usbhid\nINTERFACE=3/1/2\n" },
           { "file:" USB "3-5:1.2/uevent", "DRIVER=cdc_acm\nINTERFACE=2/2/1\n" });
    return src;
}

static void usb(void)
{
    struct hc_source *src = usb_host();
    struct hc_facts facts = { .arena = &src->arena };

    ANSWER(src, { "file:" USB "3-5.3/uevent", "PRODUCT=zz/1\nBUSNUM=x\n" }, { "dir:" USB "3-5.3", "uevent\n" },
           { "file:" USB "3-5.3/authorized", DENIED });
    hc_probe_usb(src, &facts);
    CHECK(facts.tables[HC_TABLE_USB].count == 3);
    SHOWS(USB, 0, NAME, "3-5");
    SHOWS(USB, 0, BUS, "3");
    SHOWS(USB, 0, NUMBER, "7");
    SHOWS(USB, 0, PARENT, "usb3");
    SHOWS(USB, 0, PCI, "0000:00:14.0");
    SHOWS(USB, 0, VENDOR, "046d");
    SHOWS(USB, 0, PRODUCT, "c548");
    SHOWS(USB, 0, RELEASE, "0501");
    SHOWS(USB, 0, CLASS, "000000");
    SHOWS(USB, 0, DRIVERS, "usbhid cdc_acm");
    SHOWS(USB, 0, INTERFACES, "030101 030102 020201");
    SHOWS(USB, 0, SPEED, "1500000");
    SHOWS(USB, 0, VERSION, "2.00");
    SHOWS(USB, 0, MODEL, "USB Receiver");
    SHOWS(USB, 0, SERIAL, "SECRET-1");
    SHOWS(USB, 0, REMOVABLE, "removable");
    /* one whose answers make no sense, or are none */
    SHOWS(USB, 1, NAME, "3-5.3");
    SHOWS(USB, 1, PARENT, "3-5");
    SHOWS(USB, 1, BUS, "?");
    SHOWS(USB, 1, VENDOR, "?");
    SHOWS(USB, 1, CLASS, "?");
    SHOWS(USB, 1, DRIVERS, "");
    SHOWS(USB, 1, SERIAL, "?");
    SHOWS(USB, 1, AUTHORIZED, "?");
    SHOWS(USB, 1, SPEED, "?");
    /* hubs are not asked for strings */
    SHOWS(USB, 2, NAME, "usb3");
    SHOWS(USB, 2, PARENT, "");
    SHOWS(USB, 2, CLASS, "090003");
    SHOWS(USB, 2, DRIVERS, "hub");
    SHOWS(USB, 2, SPEED, "20000000000");
    SHOWS(USB, 2, SERIAL, "-");
    CHECK(!hc_logged(src, "file:" USB "usb3/serial"));
    hc_source_free(src);
}

/* No USB at all, and nobody may look: known to be none, and unknown. */
static void no_usb(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    ANSWER(src, { "dir:/sys/bus", "pci\n" });
    hc_probe_usb(src, &facts);
    CHECK(facts.tables[HC_TABLE_USB].known && !facts.tables[HC_TABLE_USB].count);
    CHECK(!hc_logged(src, "dir:/sys/bus/usb/devices"));
    hc_source_free(src);
    src = hc_source_new(NULL, NULL);
    facts = (struct hc_facts){ .arena = &src->arena };
    ANSWER(src, { "dir:/sys/bus", DENIED }, { "dir:/sys/bus/usb/devices", DENIED });
    hc_probe_usb(src, &facts);
    CHECK(!facts.tables[HC_TABLE_USB].known);
    hc_source_free(src);
}

static void places(void)
{
    CHECK(hc_is_usb_device(HC_TEXT("usb12")) && hc_is_usb_device(HC_TEXT("1-5")) &&
          hc_is_usb_device(HC_TEXT("1-5.3.2")));
    CHECK(!hc_is_usb_device(HC_TEXT("usb")) && !hc_is_usb_device(HC_TEXT("1-5:1.0")) &&
          !hc_is_usb_device(HC_TEXT("1-")) && !hc_is_usb_device(HC_TEXT("1")) && !hc_is_usb_device(HC_TEXT("")) &&
          !hc_is_usb_device(HC_TEXT("1-5.")) && !hc_is_usb_device(HC_TEXT("1-5-3")));
    CHECK(hc_text_is(hc_place_usb(HC_TEXT(UP "usb3/3-5/3-5.3/3-5.3:1.0/0003:046D:C548.0001/input/input3")), "3-5.3"));
    CHECK(hc_text_is(hc_place_usb(HC_TEXT(UP "usb3/3-5/3-5:1.0/i2c-7/7-0050")), "3-5"));
    CHECK(!hc_place_usb(HC_TEXT("/devices/pci0000:00/0000:00:15.0/i2c-1/1-0050/input/input3")).size);
    CHECK(hc_place_is_virtual(HC_TEXT("/devices/virtual/input/input3")));
    CHECK(!hc_place_is_virtual(HC_TEXT("/devices/platform/virtual/input3")));
}

/* ---- displays ---- */

static void seal(unsigned char *block)
{
    unsigned total = 0;

    block[127] = 0;
    for (int i = 0; i < 127; i++)
        total += block[i];
    block[127] = (unsigned char)(256 - (total & 255));
}

static void make_edid(void)
{
    static const unsigned char head[] = { 0,    255,  255,  255,  255, 255, 255, 0, 0x10, 0xac, 0x34, 0x12,
                                          0x78, 0x56, 0x34, 0x12, 12,  30,  1,   4, 0x80, 60,   34 };
    /* 2560x1440: 241.50 MHz, 2720 by 1481 in all; 597 by 336 mm */
    static const unsigned char mode[] = { 0x56, 0x5e, 0x00, 0xa0, 0xa0, 0xa0, 0x29, 0x50, 0,
                                          0,    0,    0,    0x55, 0x50, 0x21, 0,    0,    0 };

    memset(edid_bytes, 0, sizeof edid_bytes);
    memcpy(edid_bytes, head, sizeof head);
    memcpy(edid_bytes + 54, mode, sizeof mode);
    memcpy(edid_bytes + 72, "\0\0\0\xff\0SECRET-2\n    ", 18);
    memcpy(edid_bytes + 90, "\0\0\0\xfc\0U27\033[2J\n     ", 18);
    memcpy(edid_bytes + 108, "\0\0\0\xfe\0SECRET-3\n    ", 18);
    edid_bytes[126] = 1;
    memcpy(edid_bytes + 128, "\x70 SECRET-4", 10);
    seal(edid_bytes);
    seal(edid_bytes + 128);
}

static struct hc_text edid_text(size_t size)
{
    return (struct hc_text){ (const char *)edid_bytes, size };
}

static void decode(void)
{
    struct hc_edid e;

    make_edid();
    hc_edid_decode(edid_text(256), &e);
    CHECK(e.readable && e.sound && !strcmp(e.manufacturer, "DEL") && e.product == 0x1234);
    CHECK(e.serial_number == 0x12345678 && hc_text_is(e.serial_text, "SECRET-2") && e.year == 2020);
    CHECK(e.width == 2560 && e.height == 1440 && e.width_mm == 597 && e.height_mm == 336);
    CHECK(e.refresh_millihertz > 59900 && e.refresh_millihertz < 60000);
    hc_edid_decode(edid_text(128), &e); /* the block that it speaks of is missing */
    CHECK(e.readable && !e.sound && !strcmp(e.manufacturer, "DEL"));
    hc_edid_decode(edid_text(127), &e);
    CHECK(!e.readable && e.wrong);
    edid_bytes[200]++;
    hc_edid_decode(edid_text(256), &e);
    CHECK(e.readable && !e.sound);
    edid_bytes[20]++;
    hc_edid_decode(edid_text(256), &e);
    CHECK(!e.readable && !e.sound && e.wrong);
    memset(edid_bytes, 0, 128);
    hc_edid_decode(edid_text(256), &e);
    CHECK(!e.readable && e.wrong);
    make_edid();
    edid_bytes[8] = edid_bytes[9] = 0xff; /* no letters */
    memset(edid_bytes + 54, 0xff, 18);    /* a mode of the largest numbers */
    memset(edid_bytes + 58, 0, 1);
    edid_bytes[17] = 0;
    seal(edid_bytes);
    hc_edid_decode(edid_text(256), &e);
    CHECK(e.readable && !*e.manufacturer && !e.year);
}

static bool holds(const char *bytes, size_t size, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= size; i++)
        if (!memcmp(bytes + i, word, n))
            return true;
    return false;
}

static void redact_edid(void)
{
    struct hc_edid before, after;
    unsigned char odd[300];

    for (int bad = 0; bad < 3; bad++) {
        make_edid();
        edid_bytes[20] = (unsigned char)(edid_bytes[20] + (bad == 1));
        edid_bytes[250] = (unsigned char)(edid_bytes[250] + (bad == 2));
        hc_edid_decode(edid_text(256), &before);
        hc_edid_redact((char *)edid_bytes, 256);
        hc_edid_decode(edid_text(256), &after);
        CHECK(before.readable == after.readable && before.sound == after.sound && before.width == after.width);
        CHECK(!holds((char *)edid_bytes, 256, "SECRET") && !after.serial_number && !after.serial_text.size);
    }
    memset(odd, 'S', sizeof odd);
    hc_edid_redact((char *)odd, sizeof odd);
    CHECK(!holds((char *)odd, sizeof odd, "S"));
    make_edid();
    hc_edid_redact((char *)edid_bytes, 200); /* the second block is cut off */
    CHECK(!holds((char *)edid_bytes, 200, "SECRET"));
}

#define DRM "/sys/class/drm/"

static void put_pci(struct hc_facts *facts, const struct hc_reply *reply, const char *address, const char *class,
                    const char *driver, bool mdev)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_PCI, reply), *bar;

    hc_put_table(facts, HC_TABLE_PCI, reply);
    hc_put_table(facts, HC_TABLE_PCI_BARS, reply);
    hc_cell_text(facts, row, HC_COL_PCI_ADDRESS, reply, (struct hc_text){ address, strlen(address) });
    hc_cell_text(facts, row, HC_COL_PCI_CLASS, reply, (struct hc_text){ class, strlen(class) });
    hc_cell_text(facts, row, HC_COL_PCI_DRIVER, reply, (struct hc_text){ driver, strlen(driver) });
    hc_cell_flag(facts, row, HC_COL_PCI_MDEV, reply, mdev);
    for (uint64_t i = 0; i < 7; i += 2) {
        bar = hc_add_row(facts, HC_TABLE_PCI_BARS, reply);
        hc_cell_text(facts, bar, HC_COL_BAR_ADDRESS, reply, (struct hc_text){ address, strlen(address) });
        hc_cell_number(facts, bar, HC_COL_BAR_NUMBER, reply, i);
        hc_cell_text(facts, bar, HC_COL_BAR_TYPE, reply, i == 4 ? HC_TEXT("io") : HC_TEXT("mem64"));
        hc_cell_number(facts, bar, HC_COL_BAR_SIZE, reply, UINT64_C(1) << (24 + 2 * i));
    }
}

static void graphics(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };
    const struct hc_reply *list;

    make_edid();
    ANSWER(src, { "dir:/sys/bus/pci/devices", "" }, { "dir:/sys/class", "drm\n" },
           { "dir:/sys/class/drm", "card0\ncard0-DP-1\ncard0-HDMI-A-1\ncard0-HDMI-A-2\ncard1\nrenderD128\nversion\n" },
           { "link:" DRM "card0", "../../devices/pci0000:00/0000:03:00.0/drm/card0" },
           { "link:" DRM "renderD128", "../../devices/pci0000:00/0000:03:00.0/drm/renderD128" },
           { "link:" DRM "card1", "../../devices/platform/simple-framebuffer.0/drm/card1" },
           { "file:" DRM "card0-DP-1/status", "connected\n" }, { "file:" DRM "card0-DP-1/edid", EDID },
           { "file:" DRM "card0-HDMI-A-1/status", "disconnected\n" }, { "file:" DRM "card0-HDMI-A-2/status", DENIED },
           { "file:" DRM "card1/device/uevent", "DRIVER=simple-framebuffer\n" },
           { "file:/sys/bus/pci/devices/0000:03:00.0/mem_info_vram_total", "8573157376\n" },
           { "dir:/sys/bus/pci/devices/0000:04:00.0/mdev_supported_types", "nvidia-35\n" },
           { "file:/sys/bus/pci/devices/0000:04:00.0/mdev_supported_types/nvidia-35/name", "GRID M60-0B\n" },
           { "file:/sys/bus/pci/devices/0000:04:00.0/mdev_supported_types/nvidia-35/description", NULL },
           { "file:/sys/bus/pci/devices/0000:04:00.0/mdev_supported_types/nvidia-35/device_api", "vfio-pci\n" },
           { "file:/sys/bus/pci/devices/0000:04:00.0/mdev_supported_types/nvidia-35/available_instances", "x\n" });
    list = hc_ask(src, "dir:/sys/bus/pci/devices");
    put_pci(&facts, list, "0000:02:00.0", "020000", "e1000e", false);
    put_pci(&facts, list, "0000:03:00.0", "030000", "amdgpu", false);
    put_pci(&facts, list, "0000:04:00.0", "030200", "nvidia", true);
    put_pci(&facts, list, "0000:05:00.0", "030000", "", false);
    hc_probe_graphics(src, &facts);
    CHECK(facts.tables[HC_TABLE_GPUS].known && facts.tables[HC_TABLE_GPUS].count == 4);
    SHOWS(GPUS, 0, PCI, "0000:03:00.0");
    SHOWS(GPUS, 0, CARD, "card0");
    SHOWS(GPUS, 0, RENDER, "renderD128");
    SHOWS(GPUS, 0, MEMORY, "8573157376");
    SHOWS(GPUS, 0, WINDOW, "268435456"); /* neither I/O nor the ROM */
    SHOWS(GPUS, 0, DISPLAYS, "?");       /* one connector was not told */
    SHOWS(GPUS, 1, PCI, "0000:04:00.0");
    SHOWS(GPUS, 1, CARD, "");
    SHOWS(GPUS, 1, MEMORY, "?");
    SHOWS(GPUS, 1, DISPLAYS, "");
    SHOWS(GPUS, 2, DRIVER, "");
    SHOWS(GPUS, 2, MEMORY, "-");
    SHOWS(GPUS, 3, PCI, "");
    SHOWS(GPUS, 3, DRIVER, "simple-framebuffer");
    CHECK(facts.tables[HC_TABLE_DISPLAYS].count == 3);
    SHOWS(DISPLAYS, 0, CONNECTOR, "card0-DP-1");
    SHOWS(DISPLAYS, 0, MAKER, "DEL");
    SHOWS(DISPLAYS, 0, SERIAL, "SECRET-2");
    SHOWS(DISPLAYS, 0, MODE, "2560x1440");
    SHOWS(DISPLAYS, 0, YEAR, "2020");
    SHOWS(DISPLAYS, 0, SOUND, "yes");
    SHOWS(DISPLAYS, 1, STATUS, "disconnected");
    SHOWS(DISPLAYS, 1, EDID, "-");
    SHOWS(DISPLAYS, 2, STATUS, "?");
    CHECK(facts.tables[HC_TABLE_MDEV_TYPES].count == 1);
    SHOWS(MDEV_TYPES, 0, PCI, "0000:04:00.0");
    SHOWS(MDEV_TYPES, 0, DESCRIPTION, "");
    SHOWS(MDEV_TYPES, 0, AVAILABLE, "?");
    hc_source_free(src);
}

/* A display that lies, and one that tells nothing. */
static void odd_displays(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    make_edid();
    edid_bytes[30]++;
    ANSWER(src, { "dir:/sys/class", "drm\n" }, { "dir:/sys/class/drm", "card0\ncard0-DP-1\ncard0-DP-2\ncard0-DP-3\n" },
           { "link:" DRM "card0", "../../devices/pci0000:00/0000:03:00.0/drm/card0" },
           { "file:" DRM "card0-DP-1/status", "connected\n" }, { "file:" DRM "card0-DP-2/status", "connected\n" },
           { "file:" DRM "card0-DP-3/status", "connected\n" }, { "file:" DRM "card0-DP-1/edid", EDID },
           { "file:" DRM "card0-DP-2/edid", "" }, { "file:" DRM "card0-DP-3/edid", DENIED });
    hc_probe_graphics(src, &facts);
    SHOWS(GPUS, 0, PCI, "0000:03:00.0");
    SHOWS(GPUS, 0, DISPLAYS, "card0-DP-1 card0-DP-2 card0-DP-3");
    SHOWS(DISPLAYS, 0, SOUND, "no");
    SHOWS(DISPLAYS, 0, MAKER, "?");
    SHOWS(DISPLAYS, 0, MODE, "-");
    SHOWS(DISPLAYS, 1, EDID, "0");
    SHOWS(DISPLAYS, 1, MAKER, "-");
    SHOWS(DISPLAYS, 2, EDID, "?");
    hc_source_free(src);
}

/* ---- input ---- */

#define KEYBOARD_MAPS                                                                                                  \
    "B: PROP=0\nB: EV=120013\nB: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\nB: MSC=10\nB: "      \
    "LED=7\n"
#define PLACE "/devices/pci0000:00/0000:00:14.0/usb3/3-5/3-5:1.0/0003:046D:C548.0001/input/"

static const char inputs_text[] =
    "I: Bus=0003 Vendor=046d Product=c548 Version=0111\nN: Name=\"Receiver\"\nP: Phys=usb-0000:00:14.0-5/input0\n"
    "S: Sysfs=" PLACE "input3\nU: Uniq=SECRET-5\nH: Handlers=sysrq kbd event3 leds \n" KEYBOARD_MAPS "\n"
    "I: Bus=0005 Vendor=05ac Product=0267 Version=0067\nN: Name=\"Secret's Keyboard\"\nP: Phys=a4:83:e7:SECRET\n"
    "S: Sysfs=/devices/virtual/misc/uhid/0005:05AC:0267.0005/input/input9\nU: Uniq=SECRET-6\nH: Handlers=kbd event9 "
    "\n" KEYBOARD_MAPS
    "\nI: Bus=0019 Vendor=0000 Product=0001 Version=0000\nN: Name=\"Power Button\"\nP: Phys=LNXPWRBN/button/input0\n"
    "S: Sysfs=/devices/LNXSYSTM:00/LNXPWRBN:00/input/input0\nU: Uniq=\nH: Handlers=kbd event0 \nB: PROP=0\nB: EV=3\n"
    "B: KEY=10000000000000 0\n\n"
    "I: odd\nN: Name=\"\n\n";

static void inputs(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    ANSWER(src, { "file:/proc/bus/input/devices", inputs_text });
    hc_probe_inputs(src, &facts);
    CHECK(facts.tables[HC_TABLE_INPUT].count == 4);
    SHOWS(INPUT, 0, ID, "input3");
    SHOWS(INPUT, 0, NAME, "Receiver");
    SHOWS(INPUT, 0, KINDS, "keyboard keys");
    SHOWS(INPUT, 0, BUS, "usb");
    SHOWS(INPUT, 0, USB, "3-5");
    SHOWS(INPUT, 0, PCI, "0000:00:14.0");
    SHOWS(INPUT, 0, VIRTUAL, "no");
    SHOWS(INPUT, 0, HANDLERS, "sysrq kbd event3 leds");
    SHOWS(INPUT, 1, NAME, "-");
    SHOWS(INPUT, 1, VIRTUAL, "yes");
    SHOWS(INPUT, 2, KINDS, "keys");
    SHOWS(INPUT, 3, KINDS, "?");
    SHOWS(INPUT, 3, BUS, "?");
    hc_source_free(src);
    src = hc_source_new(NULL, NULL);
    facts = (struct hc_facts){ .arena = &src->arena };
    ANSWER(src, { "file:/proc/bus/input/devices", DENIED });
    hc_probe_inputs(src, &facts);
    CHECK(!facts.tables[HC_TABLE_INPUT].known);
    hc_source_free(src);
}

#define UDEV                                                                                                           \
    "P: " PLACE "input3/event3\nN: input/event3\nS: input/by-path/pci-0000:00:14.0-usb-0:5:1.0-event-kbd\n"            \
    "S: input/by-id/usb-Receiver_SECRET-8-event-kbd\nE: ID_SERIAL=SECRET-9\nE: ID_BUS=usb\n\nP: /devices/odd\n\n\nN: " \
    "x"

/* Stable names come from udev, where it is asked: a recording holds what was. */
static void stable_names(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };
    const struct hc_reply *thinned;

    ANSWER(src, { "file:/proc/bus/input/devices", inputs_text }, { "udev:input", UDEV });
    hc_probe_inputs(src, &facts);
    SHOWS(INPUT, 0, BY_PATH, "/dev/input/by-path/pci-0000:00:14.0-usb-0:5:1.0-event-kbd");
    SHOWS(INPUT, 0, BY_ID, "/dev/input/by-id/usb-Receiver_SECRET-8-event-kbd");
    SHOWS(INPUT, 2, BY_ID, "");
    thinned = hc_redact(src, hc_logged(src, "udev:input"));
    CHECK(thinned->thinned && !holds(thinned->bytes, thinned->size, "SECRET") &&
          holds(thinned->bytes, thinned->size, "by-path"));
    hc_source_free(src);
    src = hc_source_new(NULL, NULL);
    facts = (struct hc_facts){ .arena = &src->arena };
    ANSWER(src, { "file:/proc/bus/input/devices", inputs_text }, { "udev:input", DENIED });
    hc_probe_inputs(src, &facts);
    SHOWS(INPUT, 0, BY_PATH, "?");
    hc_source_free(src);
    src = hc_source_new(NULL, NULL);
    facts = (struct hc_facts){ .arena = &src->arena };
    ANSWER(src, { "file:/proc/bus/input/devices", inputs_text });
    hc_probe_inputs(src, &facts);
    SHOWS(INPUT, 0, BY_PATH, "-");
    hc_source_free(src);
}

#define UEVENT                                                                                                         \
    "PRODUCT=3/46d/c548/111\nNAME=\"Receiver\"\nPHYS=\"usb-0000:00:14.0-5/"                                            \
    "input0\"\nUNIQ=\"SECRET-10\"\nPROP=0\nEV=120013\n"                                                                \
    "KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\n"

/* Where /proc does not tell: a file for each, of which one is denied. */
static void inputs_of_sysfs(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };
    const struct hc_reply *thinned;

    ANSWER(
        src, { "file:/proc/bus/input/devices", NULL }, { "dir:/sys/class/input", "event3\ninput3\ninput4\nmice\n" },
        { "link:/sys/class/input/input3", "../.." PLACE "input3" }, { "file:/sys/class/input/input3/uevent", UEVENT },
        { "link:/sys/class/input/input4", "../.." PLACE "input4" }, { "file:/sys/class/input/input4/uevent", DENIED });
    hc_probe_inputs(src, &facts);
    CHECK(facts.tables[HC_TABLE_INPUT].known && facts.tables[HC_TABLE_INPUT].count == 2);
    SHOWS(INPUT, 0, ID, "input3");
    SHOWS(INPUT, 0, NAME, "Receiver");
    SHOWS(INPUT, 0, KINDS, "keyboard keys");
    SHOWS(INPUT, 0, BUS, "usb");
    SHOWS(INPUT, 0, VENDOR, "046d");
    SHOWS(INPUT, 0, USB, "3-5");
    SHOWS(INPUT, 0, HANDLERS, "?");
    SHOWS(INPUT, 1, ID, "input4");
    SHOWS(INPUT, 1, KINDS, "?");
    thinned = hc_redact(src, hc_logged(src, "file:/sys/class/input/input3/uevent"));
    CHECK(!holds(thinned->bytes, thinned->size, "SECRET") && holds(thinned->bytes, thinned->size, "Receiver"));
    hc_source_free(src);
}

static unsigned kinds(const char *prop, const char *ev, const char *key, const char *rel, const char *abs,
                      unsigned bits)
{
    const struct hc_input_maps maps = { { prop, strlen(prop) },
                                        { ev, strlen(ev) },
                                        { key, strlen(key) },
                                        { rel, strlen(rel) },
                                        { abs, strlen(abs) },
                                        bits,
                                        false };

    return hc_input_kinds(&maps);
}

static void kinds_of_input(void)
{
    CHECK(kinds("0", "17", "ff0000 0 0 0 0", "903", "0", 64) == HC_INPUT_MOUSE);
    CHECK(kinds("0", "17", "ff0000 0 0 0 0 0 0 0 0", "903", "0", 32) == HC_INPUT_MOUSE);
    CHECK(kinds("5", "b", "e520 10000 0 0 0 0", "0", "2e0800000000003", 64) == HC_INPUT_TOUCHPAD);
    CHECK(kinds("2", "b", "400 0 0 0 0 0", "0", "260800000000003", 64) == HC_INPUT_TOUCHSCREEN);
    CHECK(kinds("0", "1b", "1f0000 0 0 0 0", "0", "100 3", 64) == HC_INPUT_MOUSE); /* VMware's */
    CHECK(kinds("40", "9", "", "", "7", 64) == HC_INPUT_ACCELEROMETER);
    CHECK(kinds("0", "21", "", "", "", 64) == HC_INPUT_SWITCH);
    CHECK(!kinds("", "", "", "", "", 64));
    /* more words than there are keys, and words that are none */
    CHECK(!kinds("1 2 3 4 5 6 7 8 9 a b c d e f 0 0 0", "x", "zz 1 0", "-1", "", 64));
}

/* ---- virtio ---- */

static void virtio(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    ANSWER(src, { "dir:/sys/bus", "pci\nvirtio\n" }, { "dir:/sys/bus/virtio/devices", "virtio0\nvirtio1\nvirtio2\n" },
           { "link:/sys/bus/virtio/devices/virtio0", "../../../devices/pci0000:00/0000:00:08.0/virtio0" },
           { "file:/sys/bus/virtio/devices/virtio0/uevent", "DRIVER=virtio_gpu\nMODALIAS=virtio:d00000010v00001AF4\n" },
           { "link:/sys/bus/virtio/devices/virtio1", "../../../devices/platform/LNRO0005:00/virtio1" },
           { "file:/sys/bus/virtio/devices/virtio1/uevent", "MODALIAS=virtio:d00000BADv00001AF4\n" },
           { "link:/sys/bus/virtio/devices/virtio2", DENIED },
           { "file:/sys/bus/virtio/devices/virtio2/uevent", "DRIVER=virtio_net\nMODALIAS=virtio:d1v1AF4\n" });
    hc_probe_virtio(src, &facts);
    CHECK(facts.tables[HC_TABLE_VIRTIO].count == 3);
    SHOWS(VIRTIO, 0, PCI, "0000:00:08.0");
    SHOWS(VIRTIO, 0, DEVICE, "16");
    SHOWS(VIRTIO, 0, KIND, "gpu");
    SHOWS(VIRTIO, 0, DRIVER, "virtio_gpu");
    SHOWS(VIRTIO, 1, PCI, "");
    SHOWS(VIRTIO, 1, DEVICE, "2989");
    SHOWS(VIRTIO, 1, KIND, "");
    SHOWS(VIRTIO, 1, DRIVER, "");
    SHOWS(VIRTIO, 2, PCI, "?");
    SHOWS(VIRTIO, 2, DEVICE, "?");
    SHOWS(VIRTIO, 2, KIND, "?");
    SHOWS(VIRTIO, 2, DRIVER, "virtio_net");
    hc_source_free(src);
}

/* ---- sound, serial ports, Thunderbolt ---- */

static void others(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };

    ANSWER(
        src, { "dir:/sys/class", "sound\ntty\n" }, { "dir:/sys/bus", "thunderbolt\n" },
        { "dir:/sys/class/sound", "card0\ncard1\ncontrolC0\npcmC0D0c\npcmC0D0p\npcmC0D3p\npcmC1D0p\ntimer\n" },
        { "link:/sys/class/sound/card0", "../../devices/pci0000:00/0000:00:1f.3/sound/card0" },
        { "link:/sys/class/sound/card1", "../../devices/pci0000:00/0000:00:14.0/usb3/3-5/3-5:1.0/sound/card1" },
        { "file:/proc/asound/cards", " 0 [PCH            ]: HDA-Intel - HDA Intel - PCH\n                      HDA "
                                     "Intel PCH at 0x604b118000 irq 153\n" },
        { "dir:/sys/class/tty", "console\nhvc0\nptmx\ntty\ntty0\nttyS0\nttyS1\nttyS2\nttyUSB0\nttyp0\n" },
        { "file:/proc/tty/driver/serial", DENIED }, { "file:/sys/class/tty/ttyS0/type", "4\n" },
        { "file:/sys/class/tty/ttyS1/type", "0\n" }, { "file:/sys/class/tty/ttyS2/type", DENIED },
        { "file:/sys/class/tty/console/active", "tty0 ttyS0\n" },
        { "link:/sys/class/tty/ttyS0", "../../devices/pnp0/00:01/tty/ttyS0" },
        { "link:/sys/class/tty/ttyUSB0", "../../devices/pci0000:00/0000:00:14.0/usb3/3-2/3-2:1.0/ttyUSB0/tty/ttyUSB0" },
        { "dir:/sys/bus/thunderbolt/devices", "0-1\ndomain0\n" },
        { "link:/sys/bus/thunderbolt/devices/domain0", "../../../devices/pci0000:00/0000:00:0d.2/domain0" },
        { "file:/sys/bus/thunderbolt/devices/domain0/uevent", "DEVTYPE=thunderbolt_domain\n" },
        { "dir:/sys/bus/thunderbolt/devices/domain0", "iommu_dma_protection\nsecurity\n" },
        { "file:/sys/bus/thunderbolt/devices/domain0/security", "user\n" },
        { "file:/sys/bus/thunderbolt/devices/domain0/iommu_dma_protection", "1\n" },
        { "file:/sys/bus/thunderbolt/devices/0-1/uevent", "DEVTYPE=thunderbolt_device\n" },
        { "dir:/sys/bus/thunderbolt/devices/0-1", "authorized\ndevice_name\nunique_id\n" },
        { "file:/sys/bus/thunderbolt/devices/0-1/authorized", "2\n" },
        { "file:/sys/bus/thunderbolt/devices/0-1/device_name", "Dock\n" },
        { "file:/sys/bus/thunderbolt/devices/0-1/unique_id", "SECRET-7\n" });
    hc_probe_sound(src, &facts);
    hc_probe_serial_ports(src, &facts);
    hc_probe_thunderbolt(src, &facts);
    SHOWS(SOUND, 0, DRIVER, "HDA-Intel");
    SHOWS(SOUND, 0, NAME, "HDA Intel - PCH");
    SHOWS(SOUND, 0, ID, "PCH");
    SHOWS(SOUND, 0, PLAYBACK, "2");
    SHOWS(SOUND, 0, CAPTURE, "1");
    SHOWS(SOUND, 0, PCI, "0000:00:1f.3");
    SHOWS(SOUND, 1, NAME, "?");
    SHOWS(SOUND, 1, USB, "3-5");
    CHECK(facts.tables[HC_TABLE_SERIAL_PORTS].count == 4);
    SHOWS(SERIAL_PORTS, 0, NAME, "hvc0");
    SHOWS(SERIAL_PORTS, 0, UART, "-");
    SHOWS(SERIAL_PORTS, 1, NAME, "ttyS0");
    SHOWS(SERIAL_PORTS, 1, UART, "16550A");
    SHOWS(SERIAL_PORTS, 1, CONSOLE, "yes");
    SHOWS(SERIAL_PORTS, 2, NAME, "ttyS2");
    SHOWS(SERIAL_PORTS, 2, UART, "?");
    SHOWS(SERIAL_PORTS, 3, USB, "3-2");
    SHOWS(SERIAL_PORTS, 3, CONSOLE, "no");
    SHOWS(THUNDERBOLT, 0, KIND, "router");
    SHOWS(THUNDERBOLT, 0, AUTHORIZED, "2");
    SHOWS(THUNDERBOLT, 0, UNIQUE, "SECRET-7");
    SHOWS(THUNDERBOLT, 0, SECURITY, "-");
    SHOWS(THUNDERBOLT, 1, KIND, "domain");
    SHOWS(THUNDERBOLT, 1, SECURITY, "user");
    SHOWS(THUNDERBOLT, 1, DMA, "yes");
    SHOWS(THUNDERBOLT, 1, PCI, "0000:00:0d.2");
    hc_source_free(src);
}

/* ---- names ---- */

static const char ids[] =
    "# sorted\n0001  First\n\t0002  Thing\n046d  Logitech, Inc.\n\tc52b  Unifying Receiver\n\tc548  "
    "Logi Bolt\n\t\t0001  interface\nfffe  Last [LST]\n\nC 00  (Defined at Interface level)\n\t01  "
    "Audio\nAT 0100  USB Streaming\nHUT 01  Generic Desktop Controls\n\t000  Undefined\n";

static void names(void)
{
    char path[] = "/tmp/hostcap-names-XXXXXX", text[80];
    const int fd = mkstemp(path);
    struct hc_names *n;

    CHECK(fd >= 0 && write(fd, ids, sizeof ids - 1) == sizeof ids - 1);
    n = hc_usb_names_from(path);
    CHECK(n && hc_device_name(n, 0x046d, 0xc548, text, sizeof text) && !strcmp(text, "Logitech, Inc. Logi Bolt"));
    CHECK(hc_device_name(n, 0x046d, 1, text, sizeof text) && !strcmp(text, "Logitech, Inc."));
    CHECK(hc_device_name(n, 0xfffe, 1, text, sizeof text) && !strcmp(text, "LST"));
    CHECK(hc_device_name(n, 1, 2, text, sizeof text) && !strcmp(text, "First Thing"));
    CHECK(!hc_device_name(n, 0xc000, 1, text, sizeof text) && !hc_device_name(n, 0xffff, 1, text, sizeof text));
    hc_names_close(n);
    close(fd);
    unlink(path);
}

/* ---- what may leave the host ---- */

static void redaction(void)
{
    struct hc_source *src = usb_host();
    const struct hc_reply *reply;
    struct hc_text text;

    make_edid();
    ANSWER(src, { "file:/proc/bus/input/devices", inputs_text }, { "file:" DRM "card0-DP-1/edid", EDID },
           { "file:/sys/bus/thunderbolt/devices/0-1/unique_id", "SECRET-7\n" });
    for (size_t i = 0; i < src->count; i++) {
        reply = hc_redact(src, src->log[i]);
        CHECK(!holds(reply->bytes, reply->size, "SECRET") && !holds(reply->bytes, reply->size, "Secret"));
    }
    reply = hc_redact(src, hc_logged(src, "file:" USB "3-5/serial"));
    CHECK(reply->answer == HC_REDACTED);
    /* what is left answers the public questions as before */
    reply = hc_redact(src, hc_logged(src, "file:/proc/bus/input/devices"));
    text = (struct hc_text){ reply->bytes, reply->size };
    CHECK(reply->thinned && holds(text.at, text.size, "Receiver"));
    hc_source_free(src);
}

int main(void)
{
    usb();
    no_usb();
    places();
    decode();
    redact_edid();
    graphics();
    odd_displays();
    inputs();
    stable_names();
    inputs_of_sysfs();
    kinds_of_input();
    virtio();
    others();
    names();
    redaction();
    return checked();
}
