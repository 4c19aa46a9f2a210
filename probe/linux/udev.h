/* The database of udev, through libudev, and what is read out of its lines. No type of libudev crosses this header;
   udev_none.c stands in where there is no libudev. */
#ifndef HC_UDEV_H
#define HC_UDEV_H

#include "source.h"

/* Lines of `udevadm info --export-db` for the devices of one subsystem of a closed list; those that no hardware stands
   behind (below /devices/virtual) are left out. */
void hc_answer_udev(struct hc_source *src, struct hc_reply *reply, const char *subsystem);

#endif
