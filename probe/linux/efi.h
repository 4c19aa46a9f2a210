/* Load options of UEFI: what a variable Boot#### holds. */
#ifndef HC_LINUX_EFI_H
#define HC_LINUX_EFI_H

#include "parse.h"

/* The name (UTF-16, without its end) and the device path of a load option; false where it does not hold together. */
bool hc_load_option(struct hc_text data, struct hc_text *text, struct hc_text *path);

struct hc_path_node {
    unsigned char type, subtype;
    uint16_t size; /* with the 4 bytes of type, subtype and size */
};
/* Takes the next node off the front; false at the end of the path. */
bool hc_next_path_node(struct hc_text *path, struct hc_path_node *node);

/* disk, usb, cd, network, firmware or other. */
const char *hc_boot_from(struct hc_text path);

#endif
