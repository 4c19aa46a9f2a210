/* Network interfaces: the lines that rtnetlink's answers become, and what a row says of an interface. Each host is the
   few answers that matter; all others are those of a host with one card (eth0, on PCI). */
#include "check.h"
#include "link_modes.h"
#include "net_text.h"
#include "probes.h"
#include "recording.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

struct answer {
    const char *key, *text; /* text NULL: absent; DENIED: denied; INVALID: failed with EINVAL */
};

static const char DENIED[] = "denied", INVALID[] = "EINVAL";

#define NET "/sys/class/net/"
#define CARD                                                                                                           \
    "index 2 type 1 flags 0x11043 name eth0 mtu 1500 operstate 6 carrier 1 address 525400fedcba permanent "            \
    "525400fedcbb port p0\n"
#define CARD_FOLDER "address\ndevice\nduplex\nmtu\noperstate\nphy\nqueues\nspeed\ntype\nuevent\n"

static const struct answer usual[] = {
    { "link:/proc/self/ns/pid", "pid:[4026531836]" },
    { "link:/proc/self/ns/net", "net:[1]" },
    { "link:/proc/1/ns/net", "net:[1]" },
    { "host:ssh", NULL },
    { "file:/proc/net/route", NULL },
    { "file:/proc/net/ipv6_route", NULL },
    { "dir:/sys/class/net", "br0\neth0\nlo\n" },
    { "link:" NET "eth0", "../../devices/pci0000:00/0000:00:1c.0/0000:03:00.0/net/eth0" },
    { "dir:" NET "eth0", CARD_FOLDER },
    { "link:" NET "lo", "../../devices/virtual/net/lo" },
    { "dir:" NET "lo", "address\nmtu\ntype\n" },
    { "link:" NET "br0", "../../devices/virtual/net/br0" },
    { "dir:" NET "br0", "address\nbridge\nmtu\ntype\nuevent\n" },
    { "netlink:link",
      "index 1 type 772 flags 0x10049 name lo mtu 65536 operstate 0 carrier 1 address 000000000000\n" CARD
      "index 3 type 1 flags 0x1002 name br0 mtu 9000 operstate 2 carrier 1 address 0a0000000001 kind "
      "bridge stp 1 vlan_filtering 0\n" },
    { "netlink:addr", "index 1 family inet prefix 8 scope 254 address 7f000001\n"
                      "index 2 family inet prefix 24 scope 0 address c0000205\n"
                      "index 2 family inet6 prefix 64 scope 253 address fe8000000000000050540000fefedcba\n" },
    { "link:/sys/bus/pci/devices/0000:03:00.0/driver", "../../../../bus/pci/drivers/ixgbe" },
    { "dir:/sys/bus/pci/devices/0000:03:00.0", "numa_node\nsriov_numvfs\nsriov_totalvfs\n" },
    { "file:/sys/bus/pci/devices/0000:03:00.0/numa_node", "1\n" },
    { "file:/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs", "4\n" },
    { "file:/sys/bus/pci/devices/0000:03:00.0/sriov_totalvfs", "63\n" },
    { "file:" NET "eth0/speed", "10000\n" },
    { "file:" NET "eth0/duplex", "full\n" },
    { "dir:" NET "eth0/queues", "rx-0\nrx-1\ntx-0\n" },
    { "ioctl:ethtool:drvinfo:eth0", "driver ixgbe\nversion 6.12\nfirmware 0x800 (rev 3)\nbus 0000:03:00.0\n" },
    { "ioctl:ethtool:link_settings:eth0",
      "speed 10000\nport 3\nautonegotiation 0\nsupported 00000420 00003e00 00000000\n" },
};

static void answer(struct hc_source *src, const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count && answers[i].key; i++) {
        const char *text = answers[i].text;
        const bool ok = text && text != DENIED && text != INVALID;
        const struct hc_reply reply = { .key = answers[i].key,
                                        .answer = ok                ? HC_OK
                                                  : !text           ? HC_ABSENT
                                                  : text == INVALID ? HC_FAILED
                                                                    : HC_DENIED,
                                        .error = text == INVALID ? "EINVAL" : NULL,
                                        .bytes = ok ? text : "",
                                        .size = ok ? strlen(text) : 0 };
        hc_log(src, &reply); /* the first answer to a key stands */
    }
}

/* What a cell shows: its value, "null" where the question does not arise, "?" and the answer where it is open. */
static const char *shown(const struct hc_cell *cell, const struct hc_field *field)
{
    static char text[256];

    if (!cell->known) {
        snprintf(text, sizeof text, "%s%s", cell->why ? "? " : "null",
                 cell->why ? hc_answer_name(cell->why->answer) : "");
        return text;
    }
    if (field->type == HC_TYPE_FLAG)
        return cell->flag ? "yes" : "no";
    if (field->type != HC_TYPE_NUMBER)
        return cell->text;
    snprintf(text, sizeof text, "%llu", (unsigned long long)cell->number);
    return text;
}

static bool row_says(struct hc_source *src, const char *name, int column, const char *expected)
{
    struct hc_facts facts = { .arena = &src->arena };
    const char *found = "no such row";
    bool same;

    hc_probe_net(src, &facts);
    if (!facts.tables[HC_TABLE_NET].known)
        found = "no table";
    for (const struct hc_table_row *row = facts.tables[HC_TABLE_NET].first; row; row = row->next)
        if (!strcmp(row->cells[HC_COL_NET_NAME].text, name))
            found = shown(&row->cells[column], &hc_table_field(HC_TABLE_NET)->columns[column]);
    same = !strcmp(found, expected);
    if (!same)
        printf("%s of %s: %s, not %s\n", hc_table_field(HC_TABLE_NET)->columns[column].key, name, found, expected);
    hc_source_free(src);
    return same;
}

static struct hc_source *host(const struct answer *answers, size_t count)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    answer(src, answers, count);
    answer(src, usual, sizeof usual / sizeof *usual);
    return src;
}

#define HOST(...) host((const struct answer[]){ __VA_ARGS__, { NULL, NULL } }, 32)
#define NOTHING                                                                                                        \
    {                                                                                                                  \
        "file:/nothing", NULL                                                                                          \
    }
#define SAYS(name, column, expected, ...) CHECK(row_says(HOST(__VA_ARGS__), name, HC_COL_NET_##column, expected))

/* ---- a host that has it all ---- */

static void card(void)
{
    SAYS("eth0", PCI, "0000:03:00.0", NOTHING);
    SAYS("eth0", KIND, "ethernet", NOTHING);
    SAYS("eth0", UP, "yes", NOTHING);
    SAYS("eth0", LINK_KIND, "", NOTHING);
    SAYS("eth0", DRIVER, "ixgbe", NOTHING);
    SAYS("eth0", FIRMWARE, "0x800 (rev 3)", NOTHING);
    SAYS("eth0", BUS, "pci", NOTHING);
    SAYS("eth0", MAC, "52:54:00:fe:dc:ba", NOTHING);
    SAYS("eth0", PERMANENT_MAC, "52:54:00:fe:dc:bb", NOTHING);
    SAYS("eth0", ADDRESSES, "192.0.2.5/24 fe80::5054:0:fefe:dcba/64", NOTHING);
    SAYS("eth0", MTU, "1500", NOTHING);
    SAYS("eth0", CARRIER, "yes", NOTHING);
    SAYS("eth0", SPEED, "10000000000", NOTHING);
    SAYS("eth0", DUPLEX, "full", NOTHING);
    SAYS("eth0", MAXIMUM, "10000000000", NOTHING);
    SAYS("eth0", CONNECTOR, "fibre", NOTHING);
    SAYS("eth0", AUTONEGOTIATION, "no", NOTHING);
    SAYS("eth0", NODE, "1", NOTHING);
    SAYS("eth0", RX_QUEUES, "2", NOTHING);
    SAYS("eth0", TX_QUEUES, "1", NOTHING);
    SAYS("eth0", SRIOV_TOTAL, "63", NOTHING);
    SAYS("eth0", SRIOV_ACTIVE, "4", NOTHING);
    SAYS("eth0", PORT, "p0", NOTHING);
    SAYS("eth0", BOND_MODE, "null", NOTHING);
}

static void others(void)
{
    SAYS("lo", KIND, "loopback", NOTHING);
    SAYS("lo", LINK_KIND, "", NOTHING);
    SAYS("lo", MAC, "null", NOTHING);
    SAYS("lo", DRIVER, "null", NOTHING);
    SAYS("lo", ADDRESSES, "127.0.0.1/8", NOTHING);
    SAYS("br0", LINK_KIND, "bridge", NOTHING);
    SAYS("br0", BRIDGE_STP, "yes", NOTHING);
    SAYS("br0", BRIDGE_VLANS, "no", NOTHING);
    SAYS("br0", UP, "no", NOTHING);
    SAYS("br0", CARRIER, "null", NOTHING); /* it is down */
    SAYS("br0", ADDRESSES, "", NOTHING);
    SAYS("br0", MTU, "9000", NOTHING);
    SAYS("br0", PERMANENT_MAC, "null", NOTHING);
    SAYS("br0", SPEED, "null", NOTHING);
}

#define LINK(words)                                                                                                    \
    {                                                                                                                  \
        "netlink:link", CARD "index 3 type 1 flags 0x1043 name br0 carrier 1 " words "\n"                              \
    }

static void kinds(void)
{
    SAYS("br0", LINK_KIND, "tap", LINK("kind tun tun_type 2"));
    SAYS("br0", LINK_KIND, "tun", LINK("kind tun tun_type 1"));
    SAYS("br0", LINK_KIND, "veth", LINK("kind veth"));
    SAYS("br0", LINK_KIND, "openvswitch", LINK("kind openvswitch"));
    SAYS("br0", VLAN_ID, "5", LINK("kind vlan vlan_id 5"));
    SAYS("br0", VLAN_ID, "? redacted", LINK("kind vlan vlan_id ?"));
    SAYS("br0", VXLAN_ID, "42", LINK("kind vxlan vxlan_id 42"));
    SAYS("br0", VXLAN_ID, "null", LINK("kind vlan vlan_id 5"));
    SAYS("br0", MACVLAN_MODE, "passthru", LINK("kind macvtap macvlan_mode 8"));
    SAYS("br0", MACVLAN_MODE, "? unsupported", LINK("kind macvtap macvlan_mode 64"));
    SAYS("br0", BOND_MODE, "802.3ad", LINK("kind bond bond_mode 4"));
    SAYS("br0", BOND_MODE, "? unsupported", LINK("kind bond"));
    SAYS("br0", SPEED, "25000000000", LINK("kind bond bond_mode 4"), { "file:" NET "br0/speed", "25000\n" });
}

/* ---- hosts that may not look, or lack a thing ---- */

static void without(void)
{
    SAYS("eth0", SPEED, "? unsupported", { "file:" NET "eth0/speed", "-1\n" });
    SAYS("eth0", SPEED, "? unsupported", { "file:" NET "eth0/speed", INVALID });
    SAYS("eth0", SPEED, "? denied", { "file:" NET "eth0/speed", DENIED });
    SAYS("eth0", SPEED, "? failed", { "file:" NET "eth0/speed", "fast\n" });
    SAYS("eth0", DUPLEX, "? unsupported", { "file:" NET "eth0/duplex", "unknown\n" });
    SAYS("eth0", DRIVER, "? absent", { "link:/sys/bus/pci/devices/0000:03:00.0/driver", NULL }); /* not all was saved */
    SAYS("eth0", DRIVER, "", { "link:" NET "eth0", "../../devices/platform/gadget/net/eth0" },
         { "link:" NET "eth0/device/driver", NULL });
    SAYS("eth0", DRIVER, "? denied", { "link:/sys/bus/pci/devices/0000:03:00.0/driver", DENIED });
    SAYS("eth0", NODE, "null", { "file:/sys/bus/pci/devices/0000:03:00.0/numa_node", "-1\n" });
    SAYS("eth0", SRIOV_TOTAL, "null", { "dir:/sys/bus/pci/devices/0000:03:00.0", "numa_node\n" });
    SAYS("eth0", SRIOV_TOTAL, "? denied", { "dir:/sys/bus/pci/devices/0000:03:00.0", DENIED });
    SAYS("eth0", FIRMWARE, "", { "ioctl:ethtool:drvinfo:eth0", "driver e1000\nfirmware N/A\n" });
    SAYS("eth0", FIRMWARE, "", { "ioctl:ethtool:drvinfo:eth0", "driver e1000\nfirmware \n" });
    SAYS("eth0", FIRMWARE, "? failed", { "ioctl:ethtool:drvinfo:eth0", "driver e1000\n" });
    SAYS("eth0", FIRMWARE, "? denied", { "ioctl:ethtool:drvinfo:eth0", DENIED });
    SAYS("eth0", ADDRESSES, "? denied", { "netlink:addr", DENIED });
    SAYS("eth0", ADDRESSES, "? redacted", { "netlink:addr", "index 2 family inet scope 0 address ?\n" });
    SAYS("eth0", ADDRESSES, "? failed", { "netlink:addr", "index 2 family inet prefix 24 address 0102\n" });
    SAYS("eth0", ADDRESSES, "", { "netlink:addr", "index 7 family inet prefix 24 scope 0 address 01020304\n" });
    SAYS("eth0", BUS, "virtio", { "link:" NET "eth0", "../../devices/pci0000:00/0000:00:03.0/virtio1/net/eth0" },
         NOTHING);
    SAYS("eth0", BUS, "usb", { "link:" NET "eth0", "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/net/eth0" },
         { "link:" NET "eth0/device/subsystem", "../../../../bus/usb" });
    SAYS("eth0", DRIVER, "r8152",
         { "link:" NET "eth0", "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/net/eth0" },
         { "link:" NET "eth0/device/driver", "../../../../bus/usb/drivers/r8152" });
    SAYS("eth0", SRIOV_TOTAL, "null",
         { "link:" NET "eth0", "../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/net/eth0" });
}

/* ---- what a card supports ---- */

#define SETTINGS(text)                                                                                                 \
    {                                                                                                                  \
        "ioctl:ethtool:link_settings:eth0", text                                                                       \
    }
#define CARD_25G "speed 10000\nport 5\nautonegotiation 1\nsupported 80001060 00000c03 00000000 00000000\n"
#define TWISTED  "speed 1000\nport 0\nautonegotiation 1\nsupported 000002ef 00000000 00000000\n"
#define VIRTUAL  "speed 4294967295\nport 255\nautonegotiation 0\nsupported 00000000 00000000 00000000 00000000\n"
#define ZEROS    "speed 100000\nport 0\nautonegotiation 0\nsupported 00000000\n"
#define NEWER    "speed 1000\nport 0\nautonegotiation 1\nsupported 000002ef 00000000 00000000 20000000\n"
#define TOO_FAST "speed 25000\nport 3\nautonegotiation 0\nsupported 00001440 00000000\n"

static void supported(void)
{
    SAYS("eth0", MAXIMUM, "25000000000", SETTINGS(CARD_25G)); /* its link runs at 10 */
    SAYS("eth0", CONNECTOR, "direct attach", SETTINGS(CARD_25G));
    SAYS("eth0", AUTONEGOTIATION, "yes", SETTINGS(CARD_25G));
    SAYS("eth0", MAXIMUM, "1000000000", SETTINGS(TWISTED));
    SAYS("eth0", CONNECTOR, "twisted pair", SETTINGS(TWISTED));
    SAYS("eth0", MAXIMUM, "? unsupported", SETTINGS(VIRTUAL));
    SAYS("eth0", CONNECTOR, "other", SETTINGS(VIRTUAL));
    SAYS("eth0", AUTONEGOTIATION, "? unsupported", SETTINGS(VIRTUAL));
    SAYS("eth0", MAXIMUM, "? unsupported", SETTINGS(ZEROS));
    SAYS("eth0", CONNECTOR, "? unsupported", SETTINGS(ZEROS)); /* 0 is twisted pair, or nothing that anybody set */
    SAYS("eth0", MAXIMUM, "? unsupported", SETTINGS(NEWER));
    SAYS("eth0", AUTONEGOTIATION, "yes", SETTINGS(NEWER));
    SAYS("eth0", MAXIMUM, "? failed", SETTINGS(TOO_FAST));
    SAYS("eth0", CONNECTOR, "fibre", SETTINGS(TOO_FAST));
    SAYS("eth0", MAXIMUM, "? denied", SETTINGS(DENIED));
    SAYS("eth0", AUTONEGOTIATION, "? denied", SETTINGS(DENIED));
    SAYS("eth0", MAXIMUM, "? failed", SETTINGS("speed 1000\nport 0\nautonegotiation 2\nsupported 000002ef\n"));
    SAYS("eth0", MAXIMUM, "null", { "dir:" NET "eth0", "wireless\n" });
    SAYS("eth0", MAXIMUM, "null", { "netlink:link", "index 2 type 32 flags 0x11043 name eth0\n" }); /* InfiniBand */
    SAYS("br0", MAXIMUM, "null", NOTHING);
    SAYS("lo", MAXIMUM, "null", NOTHING);
}

/* A speed of every bit, told by the names of the bits in include/uapi/linux/ethtool.h; of those that have none, 0. */
static const uint32_t speeds[] = {
    [0] = 10,     10,     100,    100,    1000,   1000,   [12] = 10000,  [15] = 2500, [17] = 1000, 10000,   10000,
    [21] = 20000, 20000,  40000,  40000,  40000,  40000,  56000,         56000,       56000,       56000,   25000,
    25000,        25000,  50000,  50000,  100000, 100000, 100000,        100000,      50000,       1000,    10000,
    10000,        10000,  10000,  10000,  2500,   5000,   [52] = 50000,  50000,       50000,       50000,   50000,
    100000,       100000, 100000, 100000, 100000, 200000, 200000,        200000,      200000,      200000,  100,
    1000,         400000, 400000, 400000, 400000, 400000, [75] = 100000, 100000,      100000,      100000,  100000,
    200000,       200000, 200000, 200000, 200000, 400000, 400000,        400000,      400000,      400000,  100,
    100,          10,     800000, 800000, 800000, 800000, 800000,        800000,      10,          10,      10,
    10,           200000, 200000, 200000, 200000, 200000, 200000,        400000,      400000,      400000,  400000,
    400000,       400000, 800000, 800000, 800000, 800000, 800000,        800000,      1600000,     1600000, 1600000,
    1600000,
};

static bool reads(const char *modes, struct hc_link_settings *settings)
{
    char text[4096];

    snprintf(text, sizeof text, "speed 10\nport 0\nautonegotiation 1\nsupported %s\n", modes);
    return hc_read_link_settings(hc_text_from(text), settings);
}

static void bits(void)
{
    struct hc_link_settings settings;

    CHECK(sizeof speeds / sizeof *speeds == 125);
    for (unsigned bit = 0; bit < 160; bit++) {
        uint32_t words[5] = { 0 };
        char text[64];
        words[bit / 32] = UINT32_C(1) << bit % 32;
        snprintf(text, sizeof text, "%08x %08x %08x %08x %08x", words[0], words[1], words[2], words[3], words[4]);
        CHECK(reads(text, &settings) && settings.told && settings.newer == (bit > 124));
        CHECK(settings.megabits == (bit > 124 ? 0 : speeds[bit]));
    }
}

static void odd_bits(void)
{
    struct hc_link_settings settings;
    char words[128 * 9 + 1];

    CHECK(reads("ffffffff ffffffff ffffffff 1fffffff", &settings) && !settings.newer && settings.megabits == 1600000);
    CHECK(reads("ffffffff ffffffff ffffffff ffffffff", &settings) && settings.newer);
    CHECK(!reads("", &settings) && !reads("ef", &settings) && !reads("000002ef 0000", &settings));
    CHECK(!reads("000002ef0", &settings) && !reads("0000zzef", &settings));
    for (size_t i = 0; i < 128; i++)
        memcpy(words + 9 * i, "00000000 ", 10);
    CHECK(!reads(words, &settings));
    words[127 * 9] = '\0';
    CHECK(reads(words, &settings) && !settings.told);
    CHECK(!hc_read_link_settings(HC_TEXT(""), &settings) && !settings.connector.size && !settings.megabits);
}

#define DOWN                                                                                                           \
    {                                                                                                                  \
        "netlink:link", "index 2 type 1 flags 0x1002 name eth0 mtu 1500 operstate 2 carrier 1 address 525400fedcba\n"  \
    }

/* What is down is not asked for its link, nor guessed to have none. */
static void down(void)
{
    SAYS("eth0", UP, "no", DOWN);
    SAYS("eth0", CARRIER, "null", DOWN);
    SAYS("eth0", SPEED, "null", DOWN);
    SAYS("eth0", PERMANENT_MAC, "? unsupported", DOWN);
    SAYS("eth0", MAC, "? redacted",
         { "netlink:link", "index 2 type 1 flags 0x1002 name eth0 address ? permanent ?\n" });
    SAYS("eth0", PERMANENT_MAC, "? redacted", { "netlink:link", "index 2 type 1 flags 0 name eth0 permanent ?\n" });
}

/* ---- saved trees, and recordings of older versions ---- */

#define SAVED                                                                                                          \
    {                                                                                                                  \
        "netlink:link", DENIED                                                                                         \
    }

static void by_folder(void)
{
    SAYS("eth0", KIND, "ethernet", SAVED, { "file:" NET "eth0/type", "1\n" });
    SAYS("eth0", KIND, "wireless", SAVED, { "file:" NET "eth0/type", "1\n" }, { "dir:" NET "eth0", "phy80211\n" });
    SAYS("eth0", LINK_KIND, "", SAVED);
    SAYS("eth0", MTU, "1400", SAVED, { "file:" NET "eth0/mtu", "1400\n" });
    SAYS("eth0", MAC, "52:54:00:00:00:01", SAVED, { "file:" NET "eth0/address", "52:54:00:00:00:01\n" });
    SAYS("eth0", MAC, "? redacted", SAVED, { "file:" NET "eth0/address", "?\n" });
    SAYS("eth0", PERMANENT_MAC, "? denied", SAVED);
    SAYS("eth0", ADDRESSES, "? failed", SAVED);
    SAYS("eth0", FIRMWARE, "? denied", SAVED);
    SAYS("eth0", MAXIMUM, "? denied", SAVED);
    SAYS("eth0", MAXIMUM, "? denied", SAVED, { "file:" NET "eth0/type", "1\n" });
    SAYS("eth0", MAXIMUM, "null", SAVED, { "file:" NET "eth0/type", "32\n" });
    SAYS("eth0", CARRIER, "yes", SAVED, { "file:" NET "eth0/operstate", "up\n" },
         { "file:" NET "eth0/carrier", "1\n" });
    SAYS("eth0", CARRIER, "null", SAVED, { "file:" NET "eth0/operstate", "down\n" });
    SAYS("eth0", UP, "yes", SAVED, { "file:" NET "eth0/operstate", "up\n" });
    SAYS("eth0", SPEED, "10000000000", SAVED, { "file:" NET "eth0/carrier", "1\n" });
    SAYS("br0", LINK_KIND, "bridge", SAVED);
    SAYS("br0", BRIDGE_STP, "no", SAVED, { "file:" NET "br0/bridge/stp_state", "0\n" });
    SAYS("br0", LINK_KIND, "bond", SAVED, { "dir:" NET "br0", "bonding\n" });
    SAYS("br0", BOND_MODE, "active-backup", SAVED, { "dir:" NET "br0", "bonding\n" },
         { "file:" NET "br0/bonding/mode", "active-backup 1\n" });
    SAYS("br0", LINK_KIND, "tap", SAVED, { "dir:" NET "br0", "tun_flags\n" },
         { "file:" NET "br0/tun_flags", "0x1002\n" });
    SAYS("br0", LINK_KIND, "tun", SAVED, { "dir:" NET "br0", "tun_flags\n" },
         { "file:" NET "br0/tun_flags", "0x1001\n" });
    SAYS("br0", LINK_KIND, "vlan", SAVED, { "dir:" NET "br0", "uevent\n" },
         { "file:" NET "br0/uevent", "DEVTYPE=vlan\nINTERFACE=br0\n" });
    SAYS("br0", LINK_KIND, "? denied", SAVED, { "dir:" NET "br0", "uevent\n" },
         { "file:" NET "br0/uevent", "INTERFACE=br0\n" });
    SAYS("br0", LINK_KIND, "? denied", SAVED, { "dir:" NET "br0", DENIED });
}

/* ---- answers that lie, and other namespaces ---- */

static void lies(void)
{
    const struct answer broken = { "netlink:link", CARD "index eth1\n" };

    SAYS("eth0", MTU, "1400", broken, { "file:" NET "eth0/mtu", "1400\n" }); /* none of it counts */
    SAYS("eth0", PERMANENT_MAC, "? failed", broken);
    SAYS("eth0", MTU, "1500",
         { "netlink:link", CARD "index 9 type 1 flags 0 name eth0 mtu 9\n" }); /* the first stands */
    SAYS("eth0", MTU, "? unsupported", { "netlink:link", "index 2 type 1 flags 0x1003 name eth0 mtu many\n" });
    SAYS("eth0", MAC, "null", { "netlink:link", "index 2 type 1 flags 0x1003 name eth0 address 00000000\n" });
    SAYS("br0", MTU, "? failed", { "netlink:link", CARD }, { "file:" NET "br0/mtu", "x\n" });
    SAYS("br0", ADDRESSES, "? failed", { "netlink:link", CARD }); /* it came after the list */
    /* the folder shows a card that this namespace has not */
    SAYS("eth0", MTU, "no table", { "netlink:link", "index 1 type 772 flags 0x10049 name lo\n" });
}

/* ---- text ---- */

static bool address_is(const char *family, const char *bytes, uint64_t prefix, const char *expected)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    const struct hc_net_address address = { .prefix = prefix,
                                            .family = { family, strlen(family) },
                                            .bytes = { bytes, strlen(bytes) } };
    bool same = hc_text_is(hc_address_text(src, &address), expected);

    hc_source_free(src);
    return same;
}

/* RFC 5952, 4.2: the longest run of zeros, the first of two that are alike, never one alone. */
static void texts(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_text lines = HC_TEXT("index 1 type 1 flags 0 name a new thing\n\nindex 2 type 1 flags 0 name b mtu\n");
    struct hc_link link;
    bool sound = true;

    CHECK(hc_next_link(&lines, &link, &sound) && hc_text_is(link.value[HC_LINK_NAME], "a") && sound);
    CHECK(!hc_next_link(&lines, &link, &sound) && !sound); /* neither an empty line nor half a pair */
    CHECK(address_is("inet", "c0000201", 32, "192.0.2.1/32"));
    CHECK(address_is("inet", "c00002", 32, "") && address_is("inet", "c000020g", 32, ""));
    CHECK(address_is("ipx", "c0000201", 32, "") && address_is("inet", "c0000201", 129, ""));
    CHECK(address_is("inet6", "00000000000000000000000000000001", 128, "::1/128"));
    CHECK(address_is("inet6", "00000000000000000000000000000000", 0, "::/0"));
    CHECK(address_is("inet6", "20010db8000000000001000000000001", 64, "2001:db8::1:0:0:1/64"));
    CHECK(address_is("inet6", "20010db8000000010001000100010001", 64, "2001:db8:0:1:1:1:1:1/64"));
    CHECK(address_is("inet6", "20010db8000100000000000000000000", 48, "2001:db8:1::/48"));
    CHECK(hc_text_is(hc_mac_text(src, HC_TEXT("00163e0a0b0c")), "00:16:3e:0a:0b:0c"));
    CHECK(!hc_mac_text(src, HC_TEXT("000000000000")).size && !hc_mac_text(src, HC_TEXT("0a00000g0000")).size);
    CHECK(!hc_mac_text(src, HC_TEXT("7f000001")).size && hc_mac_text(src, HC_TEXT("00163e0a0b0c0d0e")).size == 23);
    hc_source_free(src);
}

/* ---- ways of guests to the network ---- */

static enum hc_tri fact(const struct answer *answers, struct hc_flag_id id)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts = { .arena = &src->arena };
    enum hc_tri value;

    answer(src, answers, 8);
    hc_probe_process(src, &facts);
    hc_probe_net_host(src, &facts);
    value = hc_flag(&facts, id);
    hc_source_free(src);
    return value;
}

#define FACT(id, ...) fact((const struct answer[8]){ __VA_ARGS__ }, HC_##id)
#define OVS                                                                                                            \
    {                                                                                                                  \
        "dir:/run/openvswitch", "db.sock\novs-vswitchd.pid\n"                                                          \
    }
#define PID                                                                                                            \
    {                                                                                                                  \
        "file:/run/openvswitch/ovs-vswitchd.pid", "812\n"                                                              \
    }
#define ROOT                                                                                                           \
    {                                                                                                                  \
        "host:privilege", "euid 0\n"                                                                                   \
    }

static void ways(void)
{
    CHECK(FACT(IPV4_FORWARDING, { "file:/proc/sys/net/ipv4/ip_forward", "1\n" }) == HC_YES);
    CHECK(FACT(IPV4_FORWARDING, { "file:/proc/sys/net/ipv4/ip_forward", DENIED }) == HC_UNKNOWN);
    CHECK(FACT(IPV6_FORWARDING, { "file:/proc/sys/net/ipv6/conf/all/forwarding", NULL }) == HC_NO);
    CHECK(FACT(TUN_REGISTERED, { "file:/proc/misc", "200 tun\n" }) == HC_YES);
    CHECK(FACT(TUN_REGISTERED, { "file:/proc/misc", "232 kvm\n" }) == HC_NO);
    CHECK(FACT(TUN_REGISTERED, { "file:/proc/misc", DENIED }) == HC_UNKNOWN);
    CHECK(FACT(VHOST_NET_NODE, { "stat:/dev/vhost-net", "char 10:238 0660 0 104" }) == HC_YES);
    CHECK(FACT(VHOST_NET_ACCESS, { "stat:/dev/vhost-net", "char 10:238 0660 0 104" },
               { "access:rw:/dev/vhost-net", "refused" }) == HC_NO);
    CHECK(FACT(VHOST_NET_ACCESS, { "stat:/dev/vhost-net", NULL }) == HC_NO);
    CHECK(FACT(VHOST_NET_ACCESS, { "stat:/dev/vhost-net", DENIED }) == HC_UNKNOWN);
    CHECK(FACT(VHOST_VSOCK_ACCESS, { "stat:/dev/vhost-vsock", "char 10:241 0660 0 104" },
               { "access:rw:/dev/vhost-vsock", "granted" }) == HC_YES);
    CHECK(FACT(MACVTAP_REGISTERED, { "stat:/sys/class/macvtap", "dir 0:0 0755 0 0" }) == HC_YES);
    CHECK(FACT(MACVTAP_REGISTERED, { "stat:/sys/class/macvtap", NULL }) == HC_NO);
    CHECK(FACT(MACVTAP_REGISTERED, { "stat:/sys/class/macvtap", DENIED }) == HC_UNKNOWN);
}

static void open_vswitch(void)
{
    CHECK(FACT(OVS_LOADED, { "file:/proc/modules", "openvswitch 1 0 - Live 0x0\n" }) == HC_YES);
    CHECK(FACT(OVS_LOADED, { "file:/proc/modules", "nsh 1 1 openvswitch, Live 0x0\n" }) == HC_NO);
    CHECK(FACT(OVS_DATABASE, OVS) == HC_YES && FACT(OVS_DATABASE, { "dir:/run/openvswitch", NULL }) == HC_NO);
    CHECK(FACT(OVS_DATABASE, { "dir:/run/openvswitch", DENIED }) == HC_UNKNOWN);
    CHECK(FACT(OVS_RUNNING, OVS, PID, { "file:/proc/812/comm", "ovs-vswitchd\n" }) == HC_YES);
    CHECK(FACT(OVS_RUNNING, OVS, PID, { "file:/proc/812/comm", "bash\n" }) == HC_NO);
    CHECK(FACT(OVS_RUNNING, OVS, PID, ROOT, { "file:/proc/812/comm", NULL }) == HC_NO);
    CHECK(FACT(OVS_RUNNING, OVS, PID, { "file:/proc/812/comm", NULL }) == HC_UNKNOWN); /* hidepid */
    CHECK(FACT(OVS_RUNNING, OVS, { "file:/run/openvswitch/ovs-vswitchd.pid", "none\n" }) == HC_UNKNOWN);
    CHECK(FACT(OVS_RUNNING, { "dir:/run/openvswitch", "db.sock\n" }) == HC_NO);
    CHECK(FACT(OVS_RUNNING, { "dir:/run/openvswitch", NULL }) == HC_NO);
}

/* ---- what leaves the host ---- */

static bool leaves(const char *key, const char *text, const char *expected)
{
    struct hc_source *src = HOST({ key, text }, { "dir:/sys/class/net", "eth0\nwombat-lan\n" });
    const struct hc_reply *reply = hc_redact(src, hc_ask(src, key));
    bool same = !strcmp(reply->bytes, expected);

    if (!same)
        printf("%s became %s", text, reply->bytes);
    hc_source_free(src);
    return same;
}

static void shared(void)
{
    CHECK(leaves("netlink:link",
                 "index 2 type 1 flags 0x1003 name wombat-lan mtu 9 address 525400fedcba kind vlan vlan_id 7\n",
                 "index 2 type 1 flags 0x1003 name named2 mtu 9 address ? kind vlan vlan_id ?\n"));
    CHECK(leaves("netlink:link", "index 2 permanent 525400fedcba name eth0\n", "index 2 permanent ? name eth0\n"));
    CHECK(leaves("netlink:addr", "index 2 family inet prefix 24 scope 0 address c0000201\n",
                 "index 2 family inet scope 0 address ?\n"));
    CHECK(leaves("file:" NET "wombat-lan/address", "52:54:00:fe:dc:ba\n", "?\n"));
    CHECK(leaves("file:" NET "wombat-lan/uevent", "DEVTYPE=vlan\nINTERFACE=wombat-lan\nIFINDEX=2\n", "DEVTYPE=vlan\n"));
    CHECK(
        leaves("link:" NET "eth0/device/driver", "../../../bus/pci/drivers/e1000e", "../../../bus/pci/drivers/e1000e"));
    struct hc_source *src =
        HOST({ "ioctl:ethtool:drvinfo:wombat-lan", "driver x\n" }, { "dir:/sys/class/net", "eth0\nwombat-lan\n" });
    const struct hc_reply *reply = hc_redact(src, hc_ask(src, "ioctl:ethtool:drvinfo:wombat-lan"));
    CHECK(!strcmp(reply->key, "ioctl:ethtool:drvinfo:named2"));
    hc_source_free(src);
    src = HOST({ "ioctl:ethtool:link_settings:wombat-lan", TWISTED }, { "dir:/sys/class/net", "eth0\nwombat-lan\n" });
    reply = hc_redact(src, hc_ask(src, "ioctl:ethtool:link_settings:wombat-lan"));
    CHECK(!strcmp(reply->key, "ioctl:ethtool:link_settings:named2") && !strcmp(reply->bytes, TWISTED));
    hc_source_free(src);
}

int main(void)
{
    card();
    others();
    kinds();
    without();
    supported();
    bits();
    odd_bits();
    down();
    by_folder();
    lies();
    texts();
    ways();
    open_vswitch();
    shared();
    return checked();
}
