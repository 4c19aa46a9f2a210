#include "edid.h"

#include <string.h>

/* Table 3.1 */
enum {
    BLOCK = 128,
    AT_MANUFACTURER = 8,
    AT_PRODUCT = 10,
    AT_SERIAL = 12,
    AT_WEEK = 16,
    AT_YEAR = 17,
    AT_WIDTH_CM = 21,
    AT_HEIGHT_CM = 22,
    AT_DESCRIPTORS = 54,
    DESCRIPTORS = 4,
    DESCRIPTOR = 18,
    AT_EXTENSIONS = 126,
    AT_CHECKSUM = 127,
    TAG_SERIAL = 0xff,
    TAG_TEXT = 0xfe, /* what the maker likes */
    TAG_NAME = 0xfc,
    DESCRIPTOR_TEXT = 5, /* 13 bytes, to a newline */
    YEAR_0 = 1990
};

static const char header[] = "\x00\xff\xff\xff\xff\xff\xff\x00";

static unsigned byte(const char *at, size_t offset)
{
    return (unsigned char)at[offset];
}

static unsigned sum(const char *block)
{
    unsigned total = 0;

    for (size_t i = 0; i < BLOCK; i++)
        total += byte(block, i);
    return total & 0xff;
}

static bool all_sound(struct hc_text bytes)
{
    const size_t blocks = 1 + byte(bytes.at, AT_EXTENSIONS);

    if (bytes.size < blocks * BLOCK)
        return false;
    for (size_t i = 0; i < blocks; i++)
        if (sum(bytes.at + i * BLOCK))
            return false;
    return true;
}

/* 3.4.1: three letters of five bits, 1 for A, the most significant byte first. */
static void manufacturer(const char *block, char letters[4])
{
    const unsigned id = byte(block, AT_MANUFACTURER) << 8 | byte(block, AT_MANUFACTURER + 1);

    for (int i = 0; i < 3; i++) {
        const unsigned letter = id >> (10 - 5 * i) & 31;
        letters[i] = (char)('A' + letter - 1);
        if (letter < 1 || letter > 26) {
            letters[0] = '\0';
            return;
        }
    }
    letters[3] = '\0';
}

/* 3.10.3.1: ends with a newline, and blanks behind it. */
static struct hc_text descriptor_text(const char *descriptor)
{
    struct hc_text text = { descriptor + DESCRIPTOR_TEXT, DESCRIPTOR - DESCRIPTOR_TEXT };
    const char *end = memchr(text.at, '\n', text.size);

    if (end)
        text.size = (size_t)(end - text.at);
    return hc_trim(text);
}

/* 3.10.2, table 3.21: the first is the mode that the display prefers. */
static void timing(const char *d, struct hc_edid *edid)
{
    const unsigned clock = byte(d, 0) | byte(d, 1) << 8; /* of 10 kHz */
    const unsigned width = byte(d, 2) | (byte(d, 4) & 0xf0) << 4, blank = byte(d, 3) | (byte(d, 4) & 0x0f) << 8;
    const unsigned height = byte(d, 5) | (byte(d, 7) & 0xf0) << 4, pause = byte(d, 6) | (byte(d, 7) & 0x0f) << 8;
    const uint64_t pixels = (uint64_t)(width + blank) * (height + pause);
    const unsigned width_mm = byte(d, 12) | (byte(d, 14) & 0xf0) << 4;
    const unsigned height_mm = byte(d, 13) | (byte(d, 14) & 0x0f) << 8;

    if (!width || !height)
        return;
    edid->width = width;
    edid->height = byte(d, 17) & 0x80 ? 2 * height : height; /* interlaced: that of a field */
    edid->refresh_millihertz = (clock * UINT64_C(10000000) + pixels / 2) / pixels;
    if (width_mm && height_mm) {
        edid->width_mm = width_mm;
        edid->height_mm = height_mm;
    }
}

static void descriptors(const char *block, struct hc_edid *edid)
{
    for (int i = 0; i < DESCRIPTORS; i++) {
        const char *d = block + AT_DESCRIPTORS + i * DESCRIPTOR;
        if (byte(d, 0) || byte(d, 1)) {
            if (!edid->width)
                timing(d, edid);
        } else if (byte(d, 3) == TAG_NAME && !edid->name.size) {
            edid->name = descriptor_text(d);
        } else if (byte(d, 3) == TAG_SERIAL && !edid->serial_text.size) {
            edid->serial_text = descriptor_text(d);
        }
    }
}

void hc_edid_decode(struct hc_text bytes, struct hc_edid *edid)
{
    *edid = (struct hc_edid){ .name = HC_TEXT(""), .serial_text = HC_TEXT("") };
    if (bytes.size < BLOCK)
        edid->wrong = "an EDID has 128 bytes or more";
    else if (memcmp(bytes.at, header, sizeof header - 1) != 0)
        edid->wrong = "this is no EDID";
    else if (sum(bytes.at))
        edid->wrong = "the checksum of the EDID is wrong";
    if (edid->wrong)
        return;
    edid->readable = true;
    edid->sound = all_sound(bytes);
    manufacturer(bytes.at, edid->manufacturer);
    hc_le16(bytes, AT_PRODUCT, &edid->product);
    hc_le32(bytes, AT_SERIAL, &edid->serial_number);
    edid->year = byte(bytes.at, AT_YEAR) ? YEAR_0 + byte(bytes.at, AT_YEAR) : 0;
    if (byte(bytes.at, AT_WIDTH_CM) && byte(bytes.at, AT_HEIGHT_CM)) { /* one of them 0: an aspect ratio */
        edid->width_mm = 10 * byte(bytes.at, AT_WIDTH_CM);
        edid->height_mm = 10 * byte(bytes.at, AT_HEIGHT_CM);
    }
    descriptors(bytes.at, edid);
}

/* ---- redaction ---- */

static void correct(char *block, unsigned before)
{
    block[AT_CHECKSUM] = (char)(byte(block, AT_CHECKSUM) + before - sum(block));
}

static void clear_descriptor(char *d)
{
    const bool timing = byte(d, 0) || byte(d, 1);

    if (!timing && (byte(d, 3) == TAG_SERIAL || byte(d, 3) == TAG_TEXT))
        memset(d + DESCRIPTOR_TEXT, ' ', DESCRIPTOR - DESCRIPTOR_TEXT);
}

void hc_edid_redact(char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += BLOCK) {
        unsigned before;
        if (at + BLOCK > size || (!at && memcmp(bytes, header, sizeof header - 1) != 0)) {
            memset(bytes + at, 0, size - at); /* nobody knows what this is */
            return;
        }
        before = sum(bytes + at);
        if (at) {
            memset(bytes + at, 0, BLOCK);
        } else {
            memset(bytes + AT_SERIAL, 0, 4);
            for (int i = 0; i < DESCRIPTORS; i++)
                clear_descriptor(bytes + AT_DESCRIPTORS + i * DESCRIPTOR);
        }
        correct(bytes + at, before);
    }
}
