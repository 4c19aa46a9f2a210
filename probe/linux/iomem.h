/* Who holds which memory of devices: /proc/iomem. */
#ifndef HC_IOMEM_H
#define HC_IOMEM_H

#include "ask.h"

/* Who holds memory of a PCI function for the picture that firmware set up, as BOOTFB; empty: nobody. */
const struct hc_reply *hc_ask_framebuffer(struct hc_source *src, struct hc_text address, struct hc_text *name);

#endif
