/* SMBIOS structures, walked within bounds: DMTF DSP0134 3.8. */
#ifndef HC_SMBIOS_H
#define HC_SMBIOS_H

#include "arena.h"
#include "parse.h"

/* A structure: its formatted area, header included, and the strings behind it, each ended by a NUL. */
struct hc_smbios_structure {
    struct hc_text area, strings;
    unsigned type;
    uint16_t handle;
};

/* Takes the next structure off the front. False at the end (type 127, no bytes left) and where a length does not fit;
   then *broken tells which. */
bool hc_smbios_next(struct hc_text *rest, struct hc_smbios_structure *structure, bool *broken);

/* An unsigned integer of 1 to 8 bytes in the formatted area; false (and 0) where the area ends before it. */
bool hc_smbios_read(struct hc_text area, size_t offset, size_t size, uint64_t *value);

/* The string that a byte of the formatted area numbers, without blanks around it. */
enum hc_smbios_string {
    HC_STRING_GIVEN,
    HC_STRING_BEYOND, /* the formatted area ends before that byte */
    HC_STRING_NONE,   /* number 0, or nothing but blanks */
    HC_STRING_MISSING /* no string has that number */
};
enum hc_smbios_string hc_smbios_string(const struct hc_smbios_structure *structure, size_t offset,
                                       struct hc_text *text);

/* The text without control characters, each of which becomes a question mark: firmware may write anything. */
struct hc_text hc_smbios_clean(struct hc_arena *arena, struct hc_text text);

/* What the entry point says: version as 0x0307, 0 where it has none that is known; announced: bytes of the table, 0
   where it tells only the most that they can be. */
struct hc_smbios_entry {
    uint16_t version;
    uint8_t revision;
    bool wide; /* the 64-bit entry point of SMBIOS 3.0 */
    uint32_t announced;
};
bool hc_smbios_entry(struct hc_text bytes, struct hc_smbios_entry *entry);

/* Bytes of a memory device (type 17): 0 for an empty slot; false where firmware does not know the size. The extended
   size counts only where this version has one; version 0: not known, where the structure is long enough for one. */
bool hc_smbios_memory_size(struct hc_text area, uint16_t version, uint64_t *bytes);

/* Offset of the number of the SKU string of a chassis (type 3), which stands behind a list (7.4). */
size_t hc_smbios_chassis_sku(struct hc_text area);

/* What a code stands for (probe/smbios_words.def); NULL: nothing that is known. */
enum hc_smbios_words {
    HC_WORDS_BOARD_TYPE,
    HC_WORDS_WAKE_UP,
    HC_WORDS_CHASSIS_TYPE,
    HC_WORDS_CHASSIS_STATE,
    HC_WORDS_CHASSIS_SECURITY,
    HC_WORDS_CPU_TYPE,
    HC_WORDS_CPU_FAMILY,
    HC_WORDS_CPU_STATUS,
    HC_WORDS_CPU_UPGRADE,
    HC_WORDS_CPU_TRAIT,
    HC_WORDS_CACHE_ECC,
    HC_WORDS_CACHE_TYPE,
    HC_WORDS_CACHE_ASSOC,
    HC_WORDS_CACHE_MODE,
    HC_WORDS_CACHE_LOCATION,
    HC_WORDS_CACHE_SRAM,
    HC_WORDS_SLOT_TYPE,
    HC_WORDS_SLOT_WIDTH,
    HC_WORDS_SLOT_USAGE,
    HC_WORDS_SLOT_LENGTH,
    HC_WORDS_SLOT_HEIGHT,
    HC_WORDS_SLOT_TRAIT,
    HC_WORDS_ARRAY_LOCATION,
    HC_WORDS_ARRAY_USE,
    HC_WORDS_ARRAY_ECC,
    HC_WORDS_DIMM_FORM,
    HC_WORDS_DIMM_TYPE,
    HC_WORDS_DIMM_DETAIL,
    HC_WORDS_DIMM_TECHNOLOGY,
    HC_WORDS_DIMM_MODE,
    HC_WORDS_BOOT,
    HC_WORDS_IPMI,
    HC_WORDS_PSU_TYPE,
    HC_WORDS_PSU_STATUS,
    HC_WORDS_PSU_SWITCH,
    HC_WORDS_ONBOARD
};
const char *hc_smbios_word(enum hc_smbios_words list, uint64_t code);

#endif
