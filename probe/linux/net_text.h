/* The lines of netlink:link and netlink:addr (linux/netlink.c): words in pairs, a name and its value, in any order.
   "index 4 type 1 flags 0x1043 name eth0 mtu 1500 operstate 6 carrier 1 address 52540012abcd kind vlan vlan_id 5"
   "index 4 family inet prefix 24 scope 0 address c0000201"
   A value that was taken out before the recording was shared is "?". */
#ifndef HC_NET_TEXT_H
#define HC_NET_TEXT_H

#include "parse.h"
#include "source.h"

enum hc_link_field {
    HC_LINK_INDEX,
    HC_LINK_TYPE,  /* include/uapi/linux/if_arp.h */
    HC_LINK_FLAGS, /* include/uapi/linux/if.h */
    HC_LINK_NAME,
    HC_LINK_MTU,
    HC_LINK_OPERSTATE, /* include/uapi/linux/if.h */
    HC_LINK_CARRIER,
    HC_LINK_MASTER, /* its index */
    HC_LINK_ADDRESS,
    HC_LINK_PERMANENT, /* address that the device was made with */
    HC_LINK_PORT,      /* name of the physical port */
    HC_LINK_KIND,      /* driver of a link that software makes */
    HC_LINK_SLAVE,     /* the same of its master */
    HC_LINK_BOND_MODE,
    HC_LINK_VLAN_ID,
    HC_LINK_MACVLAN_MODE,
    HC_LINK_STP,
    HC_LINK_VLAN_FILTERING,
    HC_LINK_TUN_TYPE, /* 1: packets, 2: frames */
    HC_LINK_VXLAN_ID,
    HC_LINK_FIELDS
};

/* Values that are not there are empty. */
struct hc_link {
    struct hc_text value[HC_LINK_FIELDS];
};

/* The next line; *sound becomes false where one cannot be read, which is skipped. False at the end. */
bool hc_next_link(struct hc_text *rest, struct hc_link *link, bool *sound);
bool hc_link_number(const struct hc_link *link, enum hc_link_field field, uint64_t *value);

struct hc_net_address {
    uint64_t index, prefix;
    struct hc_text family, scope, bytes; /* bytes: hex digits, or "?" */
};

bool hc_next_address(struct hc_text *rest, struct hc_net_address *address, bool *sound);
/* "192.0.2.1/24", "fe80::1/64" (RFC 5952); empty: no such address. */
struct hc_text hc_address_text(struct hc_source *src, const struct hc_net_address *address);
/* "52:54:00:12:ab:cd"; empty: that is no address of a network card, or nothing but zeros. */
struct hc_text hc_mac_text(struct hc_source *src, struct hc_text digits);

bool hc_was_taken_out(struct hc_text value);

#endif
