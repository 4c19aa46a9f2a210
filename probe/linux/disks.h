/* What a disk, partition or mapping says of itself. */
#ifndef HC_DISKS_H
#define HC_DISKS_H

#include "facts.h"
#include "source.h"

/* What its place in the web has told already. */
struct hc_disk {
    struct hc_text name, number, target, part_of, pci;
    const struct hc_reply *link; /* whose answer the target is */
};

/* What is shared by all rows of a scan. */
struct hc_disk_scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *udev; /* NULL: not asked yet; ok: udev keeps what it read on disks */
    size_t questions;            /* about so many were asked */
};

void hc_describe_disk(struct hc_disk_scan *scan, struct hc_table_row *row, const struct hc_disk *disk);

/* A reply out of which identity was taken, as what it is for a value that was it. */
const struct hc_reply *hc_whole(struct hc_source *src, const struct hc_reply *reply);

/* How a path of sysfs says that a device is attached, "" for one that stands on no hardware, NULL: not known. The
   function nearest to it tells SATA from the ATA before it. */
const char *hc_transport_of(struct hc_source *src, struct hc_text target, struct hc_text pci);

/* Whether a name in the folder of ZFS is one of its own statistics; the others are pools. */
bool hc_is_zfs_statistic(struct hc_text name);

#endif
