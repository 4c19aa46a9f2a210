/* What a display tells of itself: VESA Enhanced EDID Standard, Release A, Revision 2 (EDID 1.4). */
#ifndef HC_EDID_H
#define HC_EDID_H

#include "parse.h"

struct hc_edid {
    bool readable;        /* the first block has its header, and its checksum is right */
    bool sound;           /* and so are all further blocks, as many as it says */
    const char *wrong;    /* of one that is not readable: what is wrong */
    char manufacturer[4]; /* three letters; empty: they are none */
    uint16_t product;
    unsigned year;                /* 0: not told */
    unsigned width_mm, height_mm; /* 0: not told */
    unsigned width, height;       /* of the preferred mode; 0: not told */
    uint64_t refresh_millihertz;
    struct hc_text name, serial_text; /* empty: none */
    uint32_t serial_number;           /* 0: none */
};

void hc_edid_decode(struct hc_text bytes, struct hc_edid *edid);

/* Zeros where serial numbers may stand, and checksums that are as right or wrong as before. Extensions are emptied:
   theirs (DisplayID, CTA-861 vendor blocks) may be anywhere in them. */
void hc_edid_redact(char *bytes, size_t size);

#endif
