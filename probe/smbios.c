#include "smbios.h"

enum { END_OF_TABLE = 127, SIZE = 0x0c, EXTENDED_SIZE = 0x1c };

/* The strings behind the formatted area end with two NULs; a structure without strings has just these (6.1.3). */
static size_t whole_size(struct hc_text rest, size_t length)
{
    size_t end = length;

    while (end + 1 < rest.size && (rest.at[end] || rest.at[end + 1]))
        end++;
    return end + 2;
}

bool hc_smbios_next(struct hc_text *rest, struct hc_text *area, bool *broken)
{
    size_t length, whole;

    *broken = false;
    if (rest->size < 4 || (unsigned char)rest->at[0] == END_OF_TABLE)
        return false;
    length = (unsigned char)rest->at[1];
    whole = whole_size(*rest, length);
    if (length < 4 || whole > rest->size) {
        *broken = true;
        return false;
    }
    *area = (struct hc_text){ rest->at, length };
    *rest = (struct hc_text){ rest->at + whole, rest->size - whole };
    return true;
}

/* 7.18: size is in MiB, in KiB with bit 15 set; 0x7FFF means the extended size, in MiB; 0xFFFF unknown. */
bool hc_smbios_memory_size(struct hc_text area, uint64_t *bytes)
{
    uint16_t size;
    uint32_t extended;

    if (!hc_le16(area, SIZE, &size) || size == 0xffff)
        return false;
    if (size == 0x7fff) {
        if (!hc_le32(area, EXTENDED_SIZE, &extended))
            return false;
        *bytes = (uint64_t)(extended & 0x7fffffff) << 20;
        return true;
    }
    *bytes = size & 0x8000 ? (uint64_t)(size & 0x7fff) << 10 : (uint64_t)size << 20;
    return true;
}
