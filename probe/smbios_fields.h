/* What each structure of SMBIOS tells, and which fact or cell that is: rows that the decoder and the redaction share.
 */
#ifndef HC_SMBIOS_FIELDS_H
#define HC_SMBIOS_FIELDS_H

#include "facts.h"
#include "smbios.h"

enum hc_smbios_kind {
    HC_FIELD_STRING, /* a string; its placeholders are none */
    HC_FIELD_NUMBER, /* value * scale; none: the value that means unknown or nothing */
    HC_FIELD_REGISTER,
    HC_FIELD_WORD, /* a code of a list */
    HC_FIELD_BITS, /* the words of the bits that are set */
    HC_FIELD_FLAG  /* whether any of the bits is set */
};

#define HC_NO_NONE UINT64_MAX /* every value means what it says */

struct hc_smbios_field {
    uint16_t since;       /* version that brought it, as 0x0207 */
    unsigned char type;   /* of the structure */
    unsigned char offset; /* 0 of a string: the SKU number of a chassis */
    unsigned char size;
    enum hc_smbios_kind kind;
    enum hc_table table; /* HC_TABLES: a fact */
    int where;           /* fact, or column of the table */
    enum hc_smbios_words words;
    unsigned char shift;
    uint32_t mask; /* of the value, shifted; 0: all of it */
    uint64_t none, scale;
};

/* The rows of a type of structure, one after the other. */
const struct hc_smbios_field *hc_smbios_fields(unsigned type, size_t *count);
/* Whether any row is of that type. */
bool hc_smbios_decoded(unsigned type);
size_t hc_smbios_string_offset(const struct hc_smbios_field *field, struct hc_text area);
const struct hc_field *hc_smbios_meaning(const struct hc_smbios_field *field);

#endif
