#include "net_text.h"

#include <stdio.h>
#include <string.h>

static const char *const fields[HC_LINK_FIELDS] = {
    [HC_LINK_INDEX] = "index",       [HC_LINK_TYPE] = "type",
    [HC_LINK_FLAGS] = "flags",       [HC_LINK_NAME] = "name",
    [HC_LINK_MTU] = "mtu",           [HC_LINK_OPERSTATE] = "operstate",
    [HC_LINK_CARRIER] = "carrier",   [HC_LINK_MASTER] = "master",
    [HC_LINK_ADDRESS] = "address",   [HC_LINK_PERMANENT] = "permanent",
    [HC_LINK_PORT] = "port",         [HC_LINK_KIND] = "kind",
    [HC_LINK_SLAVE] = "slave",       [HC_LINK_BOND_MODE] = "bond_mode",
    [HC_LINK_VLAN_ID] = "vlan_id",   [HC_LINK_MACVLAN_MODE] = "macvlan_mode",
    [HC_LINK_STP] = "stp",           [HC_LINK_VLAN_FILTERING] = "vlan_filtering",
    [HC_LINK_TUN_TYPE] = "tun_type", [HC_LINK_VXLAN_ID] = "vxlan_id",
};

bool hc_was_taken_out(struct hc_text value)
{
    return hc_text_is(value, "?");
}

/* ---- interfaces ---- */

/* Later versions may say more: what is not known is passed over. */
static bool read_link(struct hc_text line, struct hc_link *link)
{
    struct hc_text name, value;
    uint64_t number;

    memset(link, 0, sizeof *link);
    while (hc_next_word(&line, &name)) {
        if (!hc_next_word(&line, &value))
            return false;
        for (size_t i = 0; i < HC_LINK_FIELDS; i++)
            if (hc_text_is(name, fields[i])) {
                link->value[i] = value;
                break;
            }
    }
    return link->value[HC_LINK_NAME].size && hc_link_number(link, HC_LINK_INDEX, &number) &&
           hc_link_number(link, HC_LINK_TYPE, &number) && hc_link_number(link, HC_LINK_FLAGS, &number);
}

bool hc_next_link(struct hc_text *rest, struct hc_link *link, bool *sound)
{
    struct hc_text line;

    while (hc_next_line(rest, &line)) {
        if (read_link(line, link))
            return true;
        *sound = false;
    }
    return false;
}

bool hc_link_number(const struct hc_link *link, enum hc_link_field field, uint64_t *value)
{
    *value = 0;
    return link->value[field].size && hc_number(link->value[field], 10, value);
}

/* ---- addresses ---- */

static bool read_address(struct hc_text line, struct hc_net_address *address)
{
    struct hc_text name, value;
    bool index = false, prefix = true;

    *address = (struct hc_net_address){ .index = 0 };
    while (hc_next_word(&line, &name)) {
        if (!hc_next_word(&line, &value))
            return false;
        if (hc_text_is(name, "index"))
            index = hc_number(value, 10, &address->index);
        else if (hc_text_is(name, "prefix"))
            prefix = hc_number(value, 10, &address->prefix);
        else if (hc_text_is(name, "family"))
            address->family = value;
        else if (hc_text_is(name, "scope"))
            address->scope = value;
        else if (hc_text_is(name, "address"))
            address->bytes = value;
    }
    return index && prefix && address->bytes.size;
}

bool hc_next_address(struct hc_text *rest, struct hc_net_address *address, bool *sound)
{
    struct hc_text line;

    while (hc_next_line(rest, &line)) {
        if (read_address(line, address))
            return true;
        *sound = false;
    }
    return false;
}

static bool bytes_of(struct hc_text digits, unsigned char *bytes, size_t count)
{
    uint64_t value;

    if (digits.size != 2 * count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!hc_number((struct hc_text){ digits.at + 2 * i, 2 }, 16, &value))
            return false;
        bytes[i] = (unsigned char)value;
    }
    return true;
}

/* The longest run of two or more zero groups, the first of several, becomes "::" (RFC 5952, 4.2). */
static void find_gap(const unsigned *groups, int *start, int *length)
{
    *start = *length = 0;
    for (int i = 0, run = 0; i < 8; i++) {
        run = groups[i] ? 0 : run + 1;
        if (run > 1 && run > *length) {
            *length = run;
            *start = i - run + 1;
        }
    }
}

static void write_groups(const unsigned char *bytes, char *text, size_t room)
{
    unsigned groups[8];
    int start, length;
    size_t size = 0;

    for (int i = 0; i < 8; i++)
        groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
    find_gap(groups, &start, &length);
    for (int i = 0; i < 8 && size + 6 < room; i++) {
        if (length && i == start) {
            size += (size_t)snprintf(text + size, room - size, "::");
            i += length - 1;
        } else {
            const bool first = !i || (length && i == start + length);
            size += (size_t)snprintf(text + size, room - size, "%s%x", first ? "" : ":", groups[i]);
        }
    }
}

struct hc_text hc_address_text(struct hc_source *src, const struct hc_net_address *address)
{
    unsigned char bytes[16];
    char text[64] = "";
    char *made;

    if (hc_text_is(address->family, "inet") && bytes_of(address->bytes, bytes, 4))
        snprintf(text, sizeof text, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    else if (hc_text_is(address->family, "inet6") && bytes_of(address->bytes, bytes, 16))
        write_groups(bytes, text, sizeof text);
    if (!text[0] || address->prefix > 128)
        return HC_TEXT("");
    made = hc_format(src, "%s/%u", text, (unsigned)address->prefix);
    return (struct hc_text){ made ? made : "", made ? strlen(made) : 0 };
}

/* EUI-48, EUI-64, and the 20 bytes of InfiniBand; tunnels have IP addresses there. */
struct hc_text hc_mac_text(struct hc_source *src, struct hc_text digits)
{
    unsigned char bytes[20];
    const size_t count = digits.size / 2;
    char *text;
    bool zero = true;

    if ((count != 6 && count != 8 && count != 20) || !bytes_of(digits, bytes, count))
        return HC_TEXT("");
    text = hc_alloc(&src->arena, 3 * count + 1);
    for (size_t i = 0; text && i < count; i++) {
        snprintf(text + 3 * i, 4, "%02x%s", bytes[i], i + 1 < count ? ":" : "");
        zero = zero && !bytes[i];
    }
    return zero || !text ? HC_TEXT("") : (struct hc_text){ text, 3 * count - 1 };
}
