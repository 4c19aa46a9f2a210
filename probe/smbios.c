#include "smbios.h"

#include <string.h>

enum { END_OF_TABLE = 127, HEADER = 4, MEMORY_SIZE = 0x0c, MEMORY_EXTENDED_SIZE = 0x1c };

bool hc_smbios_read(struct hc_text area, size_t offset, size_t size, uint64_t *value)
{
    *value = 0;
    if (offset > area.size || size > area.size - offset)
        return false;
    for (size_t i = size; i-- > 0;)
        *value = *value << 8 | (unsigned char)area.at[offset + i];
    return true;
}

/* ---- structures ---- */

/* The strings behind the formatted area end with two NULs; a structure without strings has just these (6.1.3). */
static size_t whole_size(struct hc_text rest, size_t length)
{
    size_t end = length;

    while (end + 1 < rest.size && (rest.at[end] || rest.at[end + 1]))
        end++;
    return end + 2;
}

bool hc_smbios_next(struct hc_text *rest, struct hc_smbios_structure *structure, bool *broken)
{
    size_t length, whole;

    *broken = false;
    if (rest->size < HEADER || (unsigned char)rest->at[0] == END_OF_TABLE)
        return false;
    length = (unsigned char)rest->at[1];
    whole = whole_size(*rest, length);
    if (length < HEADER || whole > rest->size) {
        *broken = true;
        return false;
    }
    structure->type = (unsigned char)rest->at[0];
    structure->area = (struct hc_text){ rest->at, length };
    structure->strings = (struct hc_text){ rest->at + length, whole - length };
    hc_le16(structure->area, 2, &structure->handle);
    *rest = (struct hc_text){ rest->at + whole, rest->size - whole };
    return true;
}

enum hc_smbios_string hc_smbios_string(const struct hc_smbios_structure *structure, size_t offset, struct hc_text *text)
{
    struct hc_text rest = structure->strings;
    uint64_t number;

    *text = HC_TEXT("");
    if (!hc_smbios_read(structure->area, offset, 1, &number))
        return HC_STRING_BEYOND;
    if (!number)
        return HC_STRING_NONE;
    while (rest.size && rest.at[0]) {
        const char *end = memchr(rest.at, '\0', rest.size);
        size_t size = end ? (size_t)(end - rest.at) : rest.size;
        if (--number == 0) {
            *text = hc_trim((struct hc_text){ rest.at, size });
            return text->size ? HC_STRING_GIVEN : HC_STRING_NONE;
        }
        rest = (struct hc_text){ rest.at + size + (end != NULL), rest.size - size - (end != NULL) };
    }
    return HC_STRING_MISSING;
}

struct hc_text hc_smbios_clean(struct hc_arena *arena, struct hc_text text)
{
    char *copy = NULL;

    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c >= ' ' && c != 0x7f)
            continue;
        if (!copy)
            copy = hc_copy(arena, text.at, text.size);
        if (!copy)
            return HC_TEXT("");
        copy[i] = '?';
    }
    return copy ? (struct hc_text){ copy, text.size } : text;
}

/* ---- the entry point ---- */

/* Versions that firmware is known to write and cannot mean (dmidecode.c, smbios_decode; drivers/firmware/dmi_scan.c,
   dmi_present). */
static uint16_t meant(uint16_t version)
{
    switch (version) {
    case 0x021f:
    case 0x0221: return 0x0203;
    case 0x0233: return 0x0206;
    default: return version;
    }
}

/* 5.2.1 and 5.2.2; the last one is from before SMBIOS 2.1, with a version in BCD. */
bool hc_smbios_entry(struct hc_text bytes, struct hc_smbios_entry *entry)
{
    uint64_t major, minor, length, revision;

    *entry = (struct hc_smbios_entry){ .version = 0 };
    if (hc_starts(bytes, "_SM3_") && hc_smbios_read(bytes, 7, 1, &major) && hc_smbios_read(bytes, 8, 1, &minor) &&
        hc_smbios_read(bytes, 9, 1, &revision) && hc_smbios_read(bytes, 0x0c, 4, &length)) {
        entry->wide = true;
        entry->revision = (uint8_t)revision;
    } else if (hc_starts(bytes, "_SM_") && hc_smbios_read(bytes, 6, 1, &major) && hc_smbios_read(bytes, 7, 1, &minor) &&
               hc_smbios_read(bytes, 0x16, 2, &length)) {
        entry->announced = (uint32_t)length;
    } else if (hc_starts(bytes, "_DMI_") && hc_smbios_read(bytes, 6, 2, &length) &&
               hc_smbios_read(bytes, 14, 1, &minor)) {
        entry->announced = (uint32_t)length;
        major = minor >> 4;
        minor &= 15;
    } else {
        return false;
    }
    entry->version = meant((uint16_t)(major << 8 | minor));
    return entry->version != 0;
}

/* ---- odd places ---- */

/* 7.18: size is in MiB, in KiB with bit 15 set; 0x7FFF means the extended size, in MiB (SMBIOS 2.7); 0xFFFF unknown. */
bool hc_smbios_memory_size(struct hc_text area, uint16_t version, uint64_t *bytes)
{
    uint64_t size, extended;

    if (!hc_smbios_read(area, MEMORY_SIZE, 2, &size) || size == 0xffff)
        return false;
    if (size == 0x7fff && (!version || version >= 0x0207)) {
        if (!hc_smbios_read(area, MEMORY_EXTENDED_SIZE, 4, &extended))
            return false;
        *bytes = (extended & 0x7fffffff) << 20;
        return true;
    }
    *bytes = size & 0x8000 ? (size & 0x7fff) << 10 : size << 20;
    return true;
}

size_t hc_smbios_chassis_sku(struct hc_text area)
{
    uint64_t count, size;

    hc_smbios_read(area, 0x13, 1, &count);
    hc_smbios_read(area, 0x14, 1, &size);
    return 0x15 + (size_t)(count * size);
}
