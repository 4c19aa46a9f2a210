/* What rtnetlink tells of interfaces and addresses, and ethtool of their drivers and links, as lines of text.
   (linux/netlink.h is a header of the kernel.) */
#ifndef HC_NETLINK_ANSWER_H
#define HC_NETLINK_ANSWER_H

#include "parse.h"
#include "source.h"

/* what: "link" or "addr". */
void hc_answer_netlink(struct hc_source *src, struct hc_reply *reply, const char *what);
/* what: "drvinfo:NAME" or "link_settings:NAME". */
void hc_answer_ethtool(struct hc_source *src, struct hc_reply *reply, const char *what);

/* A growing text; for free(). */
struct hc_lines {
    char *text;
    size_t size, room;
    const char *error; /* NULL: all went well */
};

/* A message of RTM_NEWLINK or RTM_NEWADDR without its nlmsghdr becomes a line. */
void hc_write_link(struct hc_lines *lines, struct hc_text message);
void hc_write_address(struct hc_lines *lines, struct hc_text message);

#endif
