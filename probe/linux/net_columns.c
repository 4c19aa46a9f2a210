/* Where rtnetlink answered, it is asked for all that it knows; where it did not (a saved tree, a recording of an older
   version), sysfs is. */
#include "net_columns.h"

#include "ask.h"
#include "tables.h"
#include "web.h"

#include <stdio.h>
#include <string.h>

#define NET_FOLDER "/sys/class/net"
#define PCI_FOLDER "/sys/bus/pci/devices"

#define IFF_UP           UINT64_C(1) /* include/uapi/linux/if.h */
#define MEGABIT          UINT64_C(1000000)
#define SPEED_MAX        UINT64_C(100000000) /* in Mbit/s; what is above stands for unknown */
#define TUN_TYPE_FRAMES  2                   /* include/uapi/linux/if_tun.h: IFF_TAP */
#define TUN_FLAGS_FRAMES 2

typedef struct hc_net_port port_t;

char *hc_net_path(const port_t *port, const char *file)
{
    return hc_format(port->src, NET_FOLDER "/%.*s%s", (int)port->name.size, port->name.at, file);
}

struct hc_text hc_net_function(struct hc_text target)
{
    struct hc_text component;

    while (hc_pop_component(&target, &component))
        if (hc_is_pci_address(component))
            return component;
    return HC_TEXT("");
}

static bool has(const port_t *port, const char *name)
{
    return hc_has_word(port->names, name);
}

static bool is_loopback(const port_t *port)
{
    return hc_text_is(port->name, "lo");
}

static bool is_wireless(const port_t *port)
{
    return has(port, "wireless") || has(port, "phy80211");
}

static bool is_device(const port_t *port)
{
    return port->link->answer == HC_OK && !port->virtual && !is_loopback(port);
}

static void put_number(const port_t *port, int column, const struct hc_reply *reply, uint64_t value)
{
    hc_cell_number(port->facts, port->row, column, reply, value);
}

static void put_text(const port_t *port, int column, const struct hc_reply *reply, struct hc_text value)
{
    hc_cell_text(port->facts, port->row, column, reply, value);
}

static void put_flag(const port_t *port, int column, const struct hc_reply *reply, bool value)
{
    hc_cell_flag(port->facts, port->row, column, reply, value);
}

/* ---- the kind of link ---- */

struct word {
    uint64_t number;
    const char *word;
};

static struct hc_text word_of(const struct word *words, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].number == number)
            return hc_text_from(words[i].word);
    return HC_TEXT("");
}

#define WORD_OF(words, number) word_of(words, sizeof(words) / sizeof *(words), number)

/* One driver makes two kinds: an end for frames is what a virtual machine wants. */
static struct hc_text kind_told(const struct hc_link *details)
{
    uint64_t type;

    if (hc_text_is(details->value[HC_LINK_KIND], "tun") && hc_link_number(details, HC_LINK_TUN_TYPE, &type) &&
        type == TUN_TYPE_FRAMES)
        return HC_TEXT("tap");
    return details->value[HC_LINK_KIND];
}

/* Folders and files that only one kind has, and what the driver calls its devices: "DEVTYPE=vlan". */
static const struct hc_reply *kind_by_folder(const port_t *port, struct hc_text *kind)
{
    const struct hc_reply *reply = port->listing;
    struct hc_text text = HC_TEXT("");
    uint64_t flags;

    *kind = has(port, "bridge") ? HC_TEXT("bridge") : has(port, "bonding") ? HC_TEXT("bond") : HC_TEXT("");
    if (kind->size || reply->answer != HC_OK)
        return reply;
    if (has(port, "tun_flags")) {
        reply = hc_ask_line(port->src, hc_net_path(port, "/tun_flags"), &text);
        if (reply->answer == HC_OK && !hc_number(text, 16, &flags))
            return hc_malformed(port->src, reply, "flags were expected");
        *kind = reply->answer == HC_OK && flags & TUN_FLAGS_FRAMES ? HC_TEXT("tap") : HC_TEXT("tun");
        return reply;
    }
    reply = hc_ask_file(port->src, hc_net_path(port, "/uevent"), &text);
    if (!hc_find_value(text, '=', "DEVTYPE", kind))
        *kind = HC_TEXT("");
    return reply->answer == HC_OK && !kind->size ? port->details_why : reply;
}

static struct hc_text put_link_kind(const port_t *port)
{
    const struct hc_reply *reply = port->details_why;
    struct hc_text kind = HC_TEXT("");

    if (port->details)
        kind = kind_told(port->details);
    else if (port->link->answer != HC_OK || is_device(port) || is_loopback(port))
        reply = port->link;
    else
        reply = kind_by_folder(port, &kind);
    put_text(port, HC_COL_NET_LINK_KIND, reply, kind);
    return reply->answer == HC_OK ? kind : HC_TEXT("");
}

/* ---- what a kind has of its own ---- */

/* drivers/net/bonding/bond_options.c, bond_mode_tbl */
static const struct word bond_modes[] = {
    { 0, "balance-rr" }, { 1, "active-backup" }, { 2, "balance-xor" }, { 3, "broadcast" },
    { 4, "802.3ad" },    { 5, "balance-tlb" },   { 6, "balance-alb" },
};

/* include/uapi/linux/if_link.h, enum macvlan_mode */
static const struct word macvlan_modes[] = {
    { 1, "private" }, { 2, "vepa" }, { 4, "bridge" }, { 8, "passthru" }, { 16, "source" },
};

/* A number that the kernel tells of this kind; what was taken out is known to be so. */
static const struct hc_reply *told(const port_t *port, enum hc_link_field field, uint64_t *number)
{
    *number = 0;
    if (!port->details || hc_link_number(port->details, field, number))
        return port->details_why;
    if (hc_was_taken_out(port->details->value[field]))
        return hc_reword(port->src, port->details_why, HC_REDACTED, NULL);
    return hc_reword(port->src, port->details_why, HC_UNSUPPORTED, "this kernel does not tell it");
}

static void put_word(const port_t *port, int column, enum hc_link_field field, const struct word *words, size_t count)
{
    uint64_t number;
    const struct hc_reply *reply = told(port, field, &number);
    struct hc_text word = word_of(words, count, number);

    if (reply->answer == HC_OK && !word.size)
        reply = hc_reword(port->src, reply, HC_UNSUPPORTED, "a mode that is not known");
    put_text(port, column, reply, word);
}

/* "802.3ad 4" */
static void put_bond(const port_t *port)
{
    const struct hc_reply *reply;
    struct hc_text line, word = HC_TEXT("");

    if (port->details) {
        put_word(port, HC_COL_NET_BOND_MODE, HC_LINK_BOND_MODE, bond_modes, sizeof bond_modes / sizeof *bond_modes);
        return;
    }
    reply = hc_ask_line(port->src, hc_net_path(port, "/bonding/mode"), &line);
    if (reply->answer == HC_OK && !hc_next_word(&line, &word))
        reply = hc_malformed(port->src, reply, "a mode was expected");
    put_text(port, HC_COL_NET_BOND_MODE, reply, word);
}

static void put_bridge(const port_t *port)
{
    static const struct {
        int column;
        enum hc_link_field field;
        const char *file;
    } rows[] = {
        { HC_COL_NET_BRIDGE_STP, HC_LINK_STP, "/bridge/stp_state" },
        { HC_COL_NET_BRIDGE_VLANS, HC_LINK_VLAN_FILTERING, "/bridge/vlan_filtering" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t number;
        const struct hc_reply *reply = port->details ? told(port, rows[i].field, &number)
                                                     : hc_ask_u64(port->src, hc_net_path(port, rows[i].file), &number);
        put_flag(port, rows[i].column, reply, number != 0);
    }
}

static void put_of_kind(const port_t *port, struct hc_text kind)
{
    uint64_t number;
    const struct hc_reply *reply;

    if (hc_text_is(kind, "bond"))
        put_bond(port);
    if (hc_text_is(kind, "bridge"))
        put_bridge(port);
    if (hc_text_is(kind, "macvlan") || hc_text_is(kind, "macvtap"))
        put_word(port, HC_COL_NET_MACVLAN_MODE, HC_LINK_MACVLAN_MODE, macvlan_modes,
                 sizeof macvlan_modes / sizeof *macvlan_modes);
    if (hc_text_is(kind, "vlan")) {
        reply = told(port, HC_LINK_VLAN_ID, &number);
        put_number(port, HC_COL_NET_VLAN_ID, reply, number);
    }
    if (hc_text_is(kind, "vxlan")) {
        reply = told(port, HC_LINK_VXLAN_ID, &number);
        put_number(port, HC_COL_NET_VXLAN_ID, reply, number);
    }
}

/* ---- addresses ---- */

/* "52:54:00:12:ab:cd" of sysfs as digits. */
static struct hc_text digits_of(struct hc_source *src, struct hc_text line)
{
    char *digits = hc_alloc(&src->arena, line.size + 1);
    size_t size = 0;

    for (size_t i = 0; digits && i < line.size; i++)
        if (line.at[i] != ':')
            digits[size++] = line.at[i];
    return (struct hc_text){ digits ? digits : "", size };
}

static void put_address(const port_t *port, int column, const struct hc_reply *reply, struct hc_text digits)
{
    struct hc_text mac = hc_mac_text(port->src, digits);

    if (hc_was_taken_out(digits))
        reply = hc_reword(port->src, reply, HC_REDACTED, NULL);
    if (mac.size || reply->answer != HC_OK)
        put_text(port, column, reply, mac);
}

static void put_addresses(const port_t *port)
{
    const struct hc_reply *reply = port->details_why;
    struct hc_text line = HC_TEXT("");

    put_text(port, HC_COL_NET_ADDRESSES, port->addresses_why, port->addresses);
    if (is_loopback(port))
        return;
    if (port->details) {
        put_address(port, HC_COL_NET_MAC, reply, port->details->value[HC_LINK_ADDRESS]);
    } else {
        reply = hc_ask_line(port->src, hc_net_path(port, "/address"), &line);
        put_address(port, HC_COL_NET_MAC, reply, digits_of(port->src, line));
    }
    if (!is_device(port))
        return;
    reply = port->details_why;
    if (port->details && !port->details->value[HC_LINK_PERMANENT].size)
        reply = hc_reword(port->src, reply, HC_UNSUPPORTED, "the kernel does not tell it (before 5.6 it never does)");
    put_address(port, HC_COL_NET_PERMANENT_MAC, reply,
                port->details ? port->details->value[HC_LINK_PERMANENT] : HC_TEXT(""));
}

/* ---- the link ---- */

/* Whether there is one, as far as it can be told without asking an interface that is down. */
static bool put_carrier(const port_t *port)
{
    uint64_t flags = 0, carrier = 0;
    const struct hc_reply *reply = port->details_why;
    struct hc_text state;

    if (port->details) {
        hc_link_number(port->details, HC_LINK_FLAGS, &flags);
        if (!(flags & IFF_UP))
            return false;
        reply = told(port, HC_LINK_CARRIER, &carrier);
    } else {
        hc_ask_line(port->src, hc_net_path(port, "/operstate"), &state);
        if (hc_text_is(state, "down") || hc_text_is(state, "notpresent"))
            return false;
        reply = hc_ask_u64(port->src, hc_net_path(port, "/carrier"), &carrier);
    }
    put_flag(port, HC_COL_NET_CARRIER, reply, carrier != 0);
    return reply->answer == HC_OK && carrier;
}

/* Drivers that do not know the speed say -1 or fail with EINVAL: net/core/net-sysfs.c, speed_show(). */
static const struct hc_reply *not_said(const port_t *port, const struct hc_reply *reply)
{
    if (reply->answer == HC_OK || (reply->answer == HC_FAILED && reply->error && !strcmp(reply->error, "EINVAL")))
        return hc_reword(port->src, reply, HC_UNSUPPORTED, "the driver does not know it");
    return reply;
}

static void put_speed(const port_t *port)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(port->src, hc_net_path(port, "/speed"), &line);
    uint64_t megabits = 0;

    if (reply->answer != HC_OK || hc_text_is(line, "-1") || hc_text_is(line, "4294967295"))
        reply = not_said(port, reply);
    else if (!hc_number(line, 10, &megabits) || megabits > SPEED_MAX)
        reply = hc_malformed(port->src, reply, "a number of megabits was expected");
    put_number(port, HC_COL_NET_SPEED, reply, megabits <= SPEED_MAX ? megabits * MEGABIT : 0);
    reply = hc_ask_line(port->src, hc_net_path(port, "/duplex"), &line);
    if (reply->answer != HC_OK || !(hc_text_is(line, "full") || hc_text_is(line, "half")))
        reply = not_said(port, reply);
    put_text(port, HC_COL_NET_DUPLEX, reply, line);
}

/* A mode that is not known here may be the fastest, and a list that lacks the speed of now lacks others, too. */
static const struct hc_reply *why_no_maximum(const port_t *port, const struct hc_reply *reply,
                                             const struct hc_link_settings *settings)
{
    if (reply->answer != HC_OK)
        return reply;
    if (settings->newer)
        return hc_reword(port->src, reply, HC_UNSUPPORTED, "it has modes of a link that are not known here");
    if (!settings->megabits)
        return hc_reword(port->src, reply, HC_UNSUPPORTED, "the driver names no speed that it supports");
    if (settings->megabits_now > settings->megabits)
        return hc_reword(port->src, reply, HC_FAILED, "the link is faster than what the driver says it supports");
    return reply;
}

/* The same function of the driver answers as for the speed above, with more. */
static void put_settings(const port_t *port)
{
    struct hc_link_settings settings = { .connector = HC_TEXT("") };
    const struct hc_reply *reply = port->details_why, *told, *connector;

    if (port->details)
        reply = hc_ask_link_settings(port->src, port->name, &settings);
    told = connector = reply;
    if (reply->answer == HC_OK && !settings.told)
        told = hc_reword(port->src, reply, HC_UNSUPPORTED, "the driver tells nothing of its link");
    if (reply->answer == HC_OK && !settings.connector.size)
        connector = hc_reword(port->src, reply, HC_UNSUPPORTED, "the driver does not know it");
    put_number(port, HC_COL_NET_MAXIMUM, why_no_maximum(port, reply, &settings), settings.megabits * MEGABIT);
    put_text(port, HC_COL_NET_CONNECTOR, connector, settings.connector);
    put_flag(port, HC_COL_NET_AUTONEGOTIATION, told, settings.autonegotiation);
}

static void put_mtu(const port_t *port)
{
    uint64_t mtu;
    const struct hc_reply *reply =
        port->details ? told(port, HC_LINK_MTU, &mtu) : hc_ask_u64(port->src, hc_net_path(port, "/mtu"), &mtu);

    put_number(port, HC_COL_NET_MTU, reply, mtu);
}

/* ---- the device ---- */

/* ".../0000:00:03.0/virtio0/net/eth0": virtio0 */
static struct hc_text device_of(struct hc_text target)
{
    struct hc_text name, folder, device = HC_TEXT("");

    hc_pop_component(&target, &name);
    hc_pop_component(&target, &folder);
    if (hc_text_is(folder, "net"))
        hc_pop_component(&target, &device);
    return device;
}

/* A file of the PCI function, by the path under which the table of functions asks it. */
static char *function_path(const port_t *port, struct hc_text function, const char *file)
{
    return hc_format(port->src, PCI_FOLDER "/%.*s%s", (int)function.size, function.at, file);
}

static void put_driver(const port_t *port, bool is_function, struct hc_text function)
{
    struct hc_text target;
    const struct hc_reply *reply;

    reply = hc_ask_link(port->src,
                        is_function ? function_path(port, function, "/driver") : hc_net_path(port, "/device/driver"),
                        &target);
    if (reply->answer == HC_ABSENT && !is_function) /* what others stand upon may have none; a function has */
        reply = hc_restate(port->src, reply, "absent");
    put_text(port, HC_COL_NET_DRIVER, reply, hc_last_component(target));
}

/* The names of devices tell two buses: drivers/virtio/virtio.c, register_virtio_device() has "virtio%u". */
static void put_bus(const port_t *port, bool is_function, struct hc_text device)
{
    struct hc_text target;
    const struct hc_reply *reply;
    uint64_t number;

    if (is_function ||
        (hc_starts(device, "virtio") && hc_number((struct hc_text){ device.at + 6, device.size - 6 }, 10, &number))) {
        put_text(port, HC_COL_NET_BUS, port->link, is_function ? HC_TEXT("pci") : HC_TEXT("virtio"));
        return;
    }
    reply = hc_ask_link(port->src, hc_net_path(port, "/device/subsystem"), &target);
    put_text(port, HC_COL_NET_BUS, reply, hc_last_component(target));
}

static void put_queues(const port_t *port)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(port->src, hc_net_path(port, "/queues"), &names);
    uint64_t rx = 0, tx = 0;

    while (hc_next_line(&names, &name)) {
        rx += hc_starts(name, "rx-");
        tx += hc_starts(name, "tx-");
    }
    put_number(port, HC_COL_NET_RX_QUEUES, reply, rx);
    put_number(port, HC_COL_NET_TX_QUEUES, reply, tx);
}

/* "-1": near to none. */
static void put_node(const port_t *port, struct hc_text function)
{
    uint64_t nodes, node = 0;
    const struct hc_reply *reply;
    struct hc_text line;

    if (!function.size || (hc_number_of(port->facts, HC_LINUX_NODES, &nodes) && nodes < 2))
        return;
    reply = hc_ask_line(port->src, function_path(port, function, "/numa_node"), &line);
    if (hc_text_is(line, "-1") || reply->answer == HC_ABSENT)
        return;
    if (reply->answer == HC_OK && !hc_number(line, 10, &node))
        reply = hc_malformed(port->src, reply, "a number was expected");
    put_number(port, HC_COL_NET_NODE, reply, node);
}

static void put_sriov(const port_t *port, struct hc_text function)
{
    static const struct {
        int column;
        const char *file;
    } rows[] = { { HC_COL_NET_SRIOV_TOTAL, "sriov_totalvfs" }, { HC_COL_NET_SRIOV_ACTIVE, "sriov_numvfs" } };
    struct hc_text names;
    const struct hc_reply *list = hc_ask_dir(port->src, function_path(port, function, ""), &names), *reply;
    uint64_t number;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (list->answer == HC_OK && !hc_has_word(names, rows[i].file))
            continue; /* a function that can have none */
        reply = list->answer != HC_OK
                    ? list
                    : hc_ask_u64(port->src, function_path(port, function, hc_format(port->src, "/%s", rows[i].file)),
                                 &number);
        put_number(port, rows[i].column, reply, list->answer == HC_OK ? number : 0);
    }
}

/* Some drivers say "N/A" where they know of none. Asked only of an interface that this list shows: of a name that is
   gone the kernel would ask for a module. */
static void put_firmware(const port_t *port)
{
    struct hc_text text, version = HC_TEXT("");
    const struct hc_reply *reply = port->details_why;

    if (port->details) {
        reply = hc_ask_drvinfo(port->src, port->name, &text);
        if (reply->answer == HC_OK && !hc_find_value(text, ' ', "firmware", &version))
            reply = hc_malformed(port->src, reply, "a line of firmware was expected");
    }
    if (hc_text_is(version, "N/A") || hc_text_is(version, "n/a"))
        version = HC_TEXT("");
    put_text(port, HC_COL_NET_FIRMWARE, reply, version);
}

static void put_device(const port_t *port)
{
    struct hc_text function = hc_net_function(port->target), device = device_of(port->target);
    const bool is_function = function.size && hc_same_text(function, device);

    put_driver(port, is_function, function);
    put_bus(port, is_function, device);
    put_firmware(port);
    put_queues(port);
    put_node(port, function);
    if (is_function)
        put_sriov(port, function);
    if (port->details && port->details->value[HC_LINK_PORT].size)
        put_text(port, HC_COL_NET_PORT, port->details_why, port->details->value[HC_LINK_PORT]);
}

/* Or may be, where its type is not known. */
static bool is_wired(const port_t *port)
{
    uint64_t type = HC_ARPHRD_ETHERNET;

    if (!is_device(port) || is_wireless(port))
        return false;
    if (port->details)
        hc_link_number(port->details, HC_LINK_TYPE, &type);
    else if (hc_ask_u64(port->src, hc_net_path(port, "/type"), &type)->answer != HC_OK)
        return true;
    return type == HC_ARPHRD_ETHERNET;
}

void hc_put_net_columns(const port_t *port)
{
    struct hc_text kind = put_link_kind(port);
    bool carrier;

    put_of_kind(port, kind);
    put_addresses(port);
    put_mtu(port);
    carrier = put_carrier(port);
    if (carrier && !is_wireless(port) && (is_device(port) || hc_text_is(kind, "bond")))
        put_speed(port);
    if (is_device(port))
        put_device(port);
    if (is_wired(port))
        put_settings(port);
}
