/* SMBIOS structures, walked within bounds: DMTF DSP0134 3.7. */
#ifndef HC_SMBIOS_H
#define HC_SMBIOS_H

#include "parse.h"

/* Takes the next structure off the front: its formatted area, header included. False at the end (type 127, no bytes
   left) and where a length does not fit; then *broken tells which. */
bool hc_smbios_next(struct hc_text *rest, struct hc_text *area, bool *broken);

/* Bytes of a memory device (type 17): 0 for an empty slot; false where firmware does not know the size. */
bool hc_smbios_memory_size(struct hc_text area, uint64_t *bytes);

#endif
