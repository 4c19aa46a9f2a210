/* What the host does with its PCI functions: disks in use behind them, the way to this host over them,
   and the keyboard. */
#ifndef HC_DEVICE_USES_H
#define HC_DEVICE_USES_H

#include "functions.h"

/* Of one function. why: of an unknown one. */
struct hc_uses {
    enum hc_tri disk;
    const struct hc_reply *disk_why;
    const char *disks; /* "nvme0n1p2 (mounted root)", the first and how many more; NULL: none */
    enum hc_tri path;  /* the default route or this session goes over it */
    const struct hc_reply *path_why;
    enum hc_tri wired; /* has a wired interface */
    const struct hc_reply *wired_why;
    enum hc_tri other_wired; /* another function has one */
    const struct hc_reply *other_wired_why;
    const char *interfaces; /* names; NULL: none */
    enum hc_tri keyboard;   /* a USB controller with the only keyboard of the host */
    const struct hc_reply *keyboard_why;
    const char *keyboards; /* names; NULL: none, or none is told */
};

/* One for each function; NULL: no memory. Linear in the rows and what they name. */
const struct hc_uses *hc_uses_of(const struct hc_facts *facts, const struct hc_functions *functions,
                                 struct hc_arena *arena);

#endif
