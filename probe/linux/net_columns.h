/* What a row of the table of interfaces says of the thing itself: its device, its link, its addresses. */
#ifndef HC_NET_COLUMNS_H
#define HC_NET_COLUMNS_H

#include "facts.h"
#include "net_text.h"

/* include/uapi/linux/if_arp.h */
enum { HC_ARPHRD_ETHERNET = 1, HC_ARPHRD_LOOPBACK = 772 };

struct hc_net_port {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row;
    struct hc_text name;
    const struct hc_reply *link, *listing; /* /sys/class/net/NAME: where it leads, what it holds */
    struct hc_text target, names;
    bool virtual;                       /* it leads to no device */
    const struct hc_link *details;      /* its line of netlink:link; NULL: there is none, because of details_why */
    const struct hc_reply *details_why; /* also what proves the details */
    const struct hc_reply *addresses_why;
    struct hc_text addresses;
};

/* A file of its folder, or of one below. */
char *hc_net_path(const struct hc_net_port *port, const char *file);
/* The last function on the way to it; empty: none. */
struct hc_text hc_net_function(struct hc_text target);

void hc_put_net_columns(const struct hc_net_port *port);

#endif
