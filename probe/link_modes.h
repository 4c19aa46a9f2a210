/* What an Ethernet driver tells of its link: lines of "name value" (linux/netlink.c), with the link modes that it
   supports as words of 32 bits in hexadecimal, the lowest first. "speed 1000\nport 0\nautonegotiation 1\nsupported
   000000ef 00000000 00000000\n" */
#ifndef HC_LINK_MODES_H
#define HC_LINK_MODES_H

#include "parse.h"

struct hc_link_settings {
    bool told;                /* some bit is set: the kernel hands a driver zeros, and not all fill them in */
    bool newer;               /* so is a bit that is not known here; it may be a faster mode than any that is */
    bool autonegotiation;     /* it is on */
    struct hc_text connector; /* "twisted pair", "fibre", ...; empty: not told, or a number that is not known here */
    uint64_t megabits;        /* of the fastest mode that is known here; 0: none */
    uint64_t megabits_now;    /* of the link; 0: not told */
};

/* False where it cannot be read: a value that is missing or is no number, a word of another size. */
bool hc_read_link_settings(struct hc_text text, struct hc_link_settings *settings);

#endif
