/* Routes and addresses of /proc/net: over which interface the host is reached. */
#ifndef HC_ROUTES_H
#define HC_ROUTES_H

#include "parse.h"
#include "source.h"

/* The interface of the next default route that is up and does not reject: of /proc/net/route, of /proc/net/ipv6_route.
 *sound becomes false at a line that cannot be read. False at the end. */
bool hc_next_default4(struct hc_text *rest, struct hc_text *name, bool *sound);
bool hc_next_default6(struct hc_text *rest, struct hc_text *name, bool *sound);

/* The interface that has an address of 4 or 16 bytes in network order. Of several networks that hold it the smallest
   one counts; name is empty where two are alike, or none holds it. */
const struct hc_reply *hc_interface_of(struct hc_source *src, const unsigned char *address, size_t size,
                                       struct hc_text *name);

#endif
