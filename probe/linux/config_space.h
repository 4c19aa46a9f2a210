/* Configuration spaces of PCI functions as files of sysfs, or as copies of them. */
#ifndef HC_CONFIG_SPACE_H
#define HC_CONFIG_SPACE_H

#include "source.h"

#define HC_PCI_FOLDER "/sys/bus/pci/devices"

/* The path of a function's file; false: no address, as 0000:01:00.0. */
bool hc_config_path(const char *address, char *path, size_t size);

/* Fills in the reply from an open config file; closes fd. A sleeping device of a running host is left alone. */
void hc_answer_from_config(struct hc_source *src, struct hc_reply *reply, int fd, const char *address, bool live);

#endif
