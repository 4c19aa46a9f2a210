#include "pci_config.h"

#include <string.h>

/* PCI Local Bus 3.0, 6.1 and 6.7; PCI Express Base 6.0, 7.5 to 7.9. */
enum {
    VENDOR = 0x00,
    DEVICE = 0x02,
    COMMAND = 0x04,
    STATUS = 0x06,
    STATUS_CAPABILITIES = 0x10,
    CACHE_LINE = 0x0c,
    HEADER_TYPE = 0x0e,
    HEADER_TYPE_DEVICE = 0,
    HEADER_TYPE_CARDBUS = 2,
    HEAD = 0x10, /* what headers of all types begin with */
    BUS_NUMBERS = 0x18,
    CAPABILITIES = 0x34,
    CARDBUS_CAPABILITIES = 0x14,
    EXTENDED = 0x100,
    INTERRUPT = 0x3c,
    ID_MSI = 0x05,
    ID_EXPRESS = 0x10,
    ID_MSIX = 0x11,
    ID_ACS = 0x0d,
    EXPRESS_TYPE_ROOT_PORT = 4,
    EXPRESS_TYPE_DOWNSTREAM_PORT = 6
};

/* Registers that are decoded: bytes from the capability's own header on. Each dword is an access to the device, which
   under a hypervisor costs more than anything else here. */
static const struct {
    uint16_t id;
    uint8_t size;
} bodies[] = {
    { 0x01, 8 }, /* Power Management */
    { 0x10, 4 }, /* PCI Express: the rest by its type */
    { 0x11, 4 }, /* MSI-X */
    { 0x13, 4 }, /* Advanced Features */
}, extended_bodies[] = {
    { 0x0d, 8 },    /* ACS */
    { 0x10, 0x14 }, /* SR-IOV: up to NumVFs */
};

/* Up to Link Status; of ports since version 2 up to Device Control 2. */
enum { EXPRESS_SIZE = 0x14, EXPRESS_PORT_SIZE = 0x2c };

static unsigned byte_at(const struct hc_pci_config *config, size_t offset)
{
    return config->bytes[offset];
}

static unsigned word_at(const struct hc_pci_config *config, size_t offset)
{
    return byte_at(config, offset) | byte_at(config, offset + 1) << 8;
}

static uint32_t long_at(const struct hc_pci_config *config, size_t offset)
{
    return word_at(config, offset) | (uint32_t)word_at(config, offset + 2) << 16;
}

static void mark(struct hc_pci_config *config, size_t offset, size_t count)
{
    for (size_t i = offset; i < offset + count; i++)
        config->known[i / 8] |= (unsigned char)(1u << i % 8);
}

static bool known(const struct hc_pci_config *config, size_t at)
{
    return (config->known[at / 8] >> at % 8 & 1) != 0;
}

bool hc_pci_config_knows(const struct hc_pci_config *config, size_t offset, size_t count)
{
    if (offset > HC_PCI_EXPRESS || count > HC_PCI_EXPRESS - offset)
        return false;
    for (size_t i = offset; i < offset + count; i++)
        if (!known(config, i))
            return false;
    return true;
}

bool hc_pci_config_header_only(const struct hc_pci_config *config)
{
    for (size_t i = HC_PCI_HEADER / 8; i < sizeof config->known; i++)
        if (config->known[i])
            return false;
    return true;
}

bool hc_pci_config_dead(const struct hc_pci_config *config)
{
    for (size_t i = 0; i < HEAD; i++)
        if (known(config, i) && byte_at(config, i) != 0xff)
            return false;
    return hc_pci_config_knows(config, COMMAND, 4);
}

/* Whether what hostcap reads of a header is there. */
static bool has_header(const struct hc_pci_config *config)
{
    unsigned type = byte_at(config, HEADER_TYPE) & 0x7f;
    bool listed = word_at(config, STATUS) & STATUS_CAPABILITIES;

    if (hc_pci_config_dead(config))
        return true;
    if (!hc_pci_config_knows(config, COMMAND, 4) || !hc_pci_config_knows(config, CACHE_LINE, 4))
        return false;
    return (type == HEADER_TYPE_DEVICE || hc_pci_config_knows(config, BUS_NUMBERS, 4)) &&
           (!listed ||
            hc_pci_config_knows(config, type == HEADER_TYPE_CARDBUS ? CARDBUS_CAPABILITIES : CAPABILITIES, 1));
}

/* ---- the lists ---- */

/* A walk along a list. Every place is seen once, so that it ends. */
struct walk {
    const struct hc_pci_config *config;
    unsigned char seen[HC_PCI_EXPRESS / 4 / 8];
    size_t at; /* 0: the end */
    enum hc_pci_list state;
};

static void stop(struct walk *walk, enum hc_pci_list state)
{
    walk->state = state;
    walk->at = 0;
}

static void go_to(struct walk *walk, size_t at)
{
    size_t place = at / 4;

    walk->at = at;
    if (at && walk->seen[place / 8] >> place % 8 & 1)
        stop(walk, HC_PCI_LIST_BROKEN);
    walk->seen[place / 8] |= (unsigned char)(1u << place % 8);
}

/* The two lowest bits of a pointer are reserved (PCI Local Bus 3.0, 6.7). */
static void go_to_capability(struct walk *walk, unsigned pointer)
{
    pointer &= 0xfcu;
    if (pointer && pointer < HC_PCI_HEADER)
        stop(walk, HC_PCI_LIST_BROKEN);
    else
        go_to(walk, pointer);
}

static void start(struct walk *walk, const struct hc_pci_config *config)
{
    unsigned type = byte_at(config, HEADER_TYPE) & 0x7f;

    memset(walk, 0, sizeof *walk);
    walk->config = config;
    if (word_at(config, STATUS) & STATUS_CAPABILITIES)
        go_to_capability(walk, byte_at(config, type == HEADER_TYPE_CARDBUS ? CARDBUS_CAPABILITIES : CAPABILITIES));
}

/* Whether walk->at is the place of a capability. */
static bool here(struct walk *walk)
{
    if (walk->at && !hc_pci_config_knows(walk->config, walk->at, 2))
        stop(walk, HC_PCI_LIST_CUT);
    else if (walk->at && byte_at(walk->config, walk->at) == 0xff)
        stop(walk, HC_PCI_LIST_BROKEN);
    return walk->at != 0;
}

static void next(struct walk *walk)
{
    go_to_capability(walk, byte_at(walk->config, walk->at + 1));
}

/* All zero where the list is empty; an id of zero on the way is a capability without a meaning. */
static bool extended_here(struct walk *walk)
{
    if (walk->at && !hc_pci_config_knows(walk->config, walk->at, 4))
        stop(walk, HC_PCI_LIST_CUT);
    else if (walk->at && long_at(walk->config, walk->at) == UINT32_MAX)
        stop(walk, HC_PCI_LIST_BROKEN);
    else if (walk->at && !long_at(walk->config, walk->at))
        walk->at = 0;
    return walk->at != 0;
}

static void next_extended(struct walk *walk)
{
    size_t at = long_at(walk->config, walk->at) >> 20 & 0xffcu;

    if (at && at < EXTENDED)
        stop(walk, HC_PCI_LIST_BROKEN);
    else
        go_to(walk, at);
}

static size_t find(const struct hc_pci_config *config, unsigned id)
{
    struct walk walk;

    for (start(&walk, config); here(&walk); next(&walk))
        if (byte_at(config, walk.at) == id)
            return walk.at;
    return 0;
}

enum hc_pci_list hc_pci_capabilities(const struct hc_pci_config *config)
{
    struct walk walk;

    for (start(&walk, config); here(&walk); next(&walk))
        continue;
    return walk.state;
}

bool hc_pci_config_lines_only(const struct hc_pci_config *config)
{
    return hc_pci_capabilities(config) == HC_PCI_LIST_WHOLE && !find(config, ID_MSI) && !find(config, ID_MSIX);
}

static void start_extended(struct walk *walk, const struct hc_pci_config *config)
{
    memset(walk, 0, sizeof *walk);
    walk->config = config;
    if (config->size > EXTENDED)
        go_to(walk, EXTENDED);
}

/* Only PCI Express has such a list (PCI-X 2.0, which could, is not decoded). */
enum hc_pci_list hc_pci_extended(const struct hc_pci_config *config)
{
    struct walk walk;

    if (!find(config, ID_EXPRESS))
        return hc_pci_capabilities(config);
    for (start_extended(&walk, config); extended_here(&walk); next_extended(&walk))
        continue;
    return walk.state;
}

bool hc_pci_listed(const struct hc_pci_config *config, size_t at)
{
    struct walk walk;

    for (start(&walk, config); here(&walk); next(&walk))
        if (walk.at == at)
            return true;
    for (start_extended(&walk, config); extended_here(&walk); next_extended(&walk))
        if (walk.at == at)
            return true;
    return false;
}

bool hc_pci_second_port(unsigned flags)
{
    unsigned type = flags >> 4 & 15;

    return (flags & 15) >= 2 && (type == EXPRESS_TYPE_ROOT_PORT || type == EXPRESS_TYPE_DOWNSTREAM_PORT);
}

/* Linux drivers/pci/quirks.c, pci_quirk_intel_spt_pch_acs_match(). */
static bool wide_acs_id(unsigned device)
{
    static const struct {
        uint16_t first, last;
    } rows[] = { { 0xa110, 0xa11f }, { 0xa167, 0xa16a }, { 0xa290, 0xa29f }, { 0xa2e7, 0xa2ee }, { 0x9d10, 0x9d1b } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (device >= rows[i].first && device <= rows[i].last)
            return true;
    return false;
}

static bool root_port(const struct hc_pci_config *config)
{
    size_t express = find(config, ID_EXPRESS);

    return express && hc_pci_config_knows(config, express, 4) &&
           (word_at(config, express + 2) >> 4 & 15) == EXPRESS_TYPE_ROOT_PORT;
}

bool hc_pci_wide_acs(const struct hc_pci_config *config)
{
    return word_at(config, VENDOR) == 0x8086 && wide_acs_id(word_at(config, DEVICE)) && root_port(config);
}

/* ---- reading ---- */

struct reading {
    struct hc_pci_config *config;
    hc_pci_reader *read;
    void *self;
};

/* Nothing twice, and nothing behind the end. */
static void take(struct reading *r, size_t offset, size_t count)
{
    if (offset + count > r->config->size)
        count = offset < r->config->size ? r->config->size - offset : 0;
    while (count && hc_pci_config_knows(r->config, offset, 1)) {
        offset++;
        count--;
    }
    if (count)
        mark(r->config, offset, r->read(r->self, offset, r->config->bytes + offset, count));
}

static void take_body(struct reading *r, size_t at)
{
    unsigned id = byte_at(r->config, at);

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        if (bodies[i].id == id)
            take(r, at, bodies[i].size);
    if (id == ID_EXPRESS && hc_pci_config_knows(r->config, at, 4))
        take(r, at, hc_pci_second_port(word_at(r->config, at + 2)) ? EXPRESS_PORT_SIZE : EXPRESS_SIZE);
}

static void take_capabilities(struct reading *r)
{
    struct walk walk;

    for (start(&walk, r->config); walk.at; next(&walk)) {
        take(r, walk.at, 4); /* the dword whose half is wanted costs as much as the half */
        if (!here(&walk))
            return;
        take_body(r, walk.at);
    }
}

static void take_extended(struct reading *r)
{
    struct walk walk;
    bool wide;

    if (root_port(r->config))
        take(r, VENDOR, 4);
    wide = hc_pci_wide_acs(r->config);
    for (start_extended(&walk, r->config); walk.at; next_extended(&walk)) {
        take(r, walk.at, 4);
        if (!extended_here(&walk))
            return;
        for (size_t i = 0; i < sizeof extended_bodies / sizeof *extended_bodies; i++)
            if (extended_bodies[i].id == word_at(r->config, walk.at))
                take(r, walk.at, extended_bodies[i].size);
        if (wide && word_at(r->config, walk.at) == ID_ACS)
            take(r, walk.at, 12);
    }
}

/* Of the header what is not told by the kernel's own files: they have the ids and the windows, for two. */
static bool take_header(struct reading *r, bool revision)
{
    unsigned type;

    take(r, COMMAND, 4);
    if (hc_pci_config_dead(r->config))
        return true;
    if (revision)
        take(r, HC_PCI_REVISION, 4);
    take(r, CACHE_LINE, 4);
    type = byte_at(r->config, HEADER_TYPE) & 0x7f;
    if (word_at(r->config, STATUS) & STATUS_CAPABILITIES)
        take(r, type == HEADER_TYPE_CARDBUS ? CARDBUS_CAPABILITIES : CAPABILITIES, 4);
    if (type != HEADER_TYPE_DEVICE)
        take(r, BUS_NUMBERS, 4);
    return has_header(r->config);
}

bool hc_pci_config_read(struct hc_pci_config *config, size_t size, bool revision, hc_pci_reader *read, void *self)
{
    struct reading r = { .config = config, .read = read, .self = self };

    memset(config, 0, sizeof *config);
    config->size = size < HC_PCI_EXPRESS ? size : HC_PCI_EXPRESS;
    if (!take_header(&r, revision))
        return false;
    if (hc_pci_config_dead(config))
        return true;
    take_capabilities(&r);
    if (hc_pci_config_lines_only(config) && (byte_at(config, HEADER_TYPE) & 0x7f) == HEADER_TYPE_DEVICE)
        take(&r, INTERRUPT, 4);
    if (find(config, ID_EXPRESS))
        take_extended(&r);
    return true;
}

/* ---- text ---- */

static const char hex[] = "0123456789abcdef";

static char *put_hex(char *at, size_t value, int digits)
{
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        *at++ = hex[value >> shift & 15];
    return at;
}

/* How far the next known byte may be: most of the space is not. */
static size_t step(const struct hc_pci_config *config, size_t offset)
{
    static const unsigned char none[8];

    if (config->known[offset / 8])
        return 1;
    if (offset % 64 || memcmp(config->known + offset / 8, none, sizeof none) != 0)
        return 8 - offset % 8;
    return 64;
}

/* The next run of known bytes from *offset on; its length. */
static size_t next_run(const struct hc_pci_config *config, size_t *offset)
{
    size_t end;

    while (*offset < HC_PCI_EXPRESS && !known(config, *offset))
        *offset += step(config, *offset);
    for (end = *offset; end < HC_PCI_EXPRESS && known(config, end);)
        end += end % 8 == 0 && config->known[end / 8] == 0xff ? 8 : 1;
    return end - *offset;
}

struct hc_text hc_pci_config_text(struct hc_arena *arena, const struct hc_pci_config *config)
{
    char text[16 + 4 * HC_PCI_EXPRESS], *at = text; /* the worst: every other byte, a line of 7 for each */
    size_t offset = 0, count;
    char digits[4], *digit = digits;

    memcpy(at, "size ", 5);
    at += 5;
    for (size_t n = config->size; n || digit == digits; n /= 10)
        *digit++ = (char)('0' + n % 10);
    while (digit > digits)
        *at++ = *--digit;
    *at++ = '\n';
    for (; (count = next_run(config, &offset)); offset += count) {
        at = put_hex(at, offset, offset > 0xff ? 3 : 2);
        *at++ = ' ';
        for (size_t i = 0; i < count; i++) {
            *at++ = hex[byte_at(config, offset + i) >> 4];
            *at++ = hex[byte_at(config, offset + i) & 15];
        }
        *at++ = '\n';
    }
    return (struct hc_text){ hc_copy(arena, text, (size_t)(at - text)), (size_t)(at - text) };
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "40 0d600000": behind all that is known so far. */
static bool parse_run(struct hc_text line, size_t *end, struct hc_pci_config *config)
{
    struct hc_text place, digits;
    uint64_t offset;

    if (!hc_split(line, ' ', &place, &digits) || !hc_number(place, 16, &offset) || digits.size % 2 || offset < *end ||
        offset > config->size || digits.size / 2 > config->size - offset)
        return false;
    for (size_t i = 0; i < digits.size / 2; i++) {
        int high = digit_of(digits.at[2 * i]), low = digit_of(digits.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        config->bytes[offset + i] = (unsigned char)(high << 4 | low);
    }
    mark(config, (size_t)offset, digits.size / 2);
    *end = (size_t)offset + digits.size / 2;
    return true;
}

bool hc_pci_config_parse(struct hc_text text, struct hc_pci_config *config)
{
    struct hc_text line, name, value;
    size_t end = 0;
    uint64_t size;

    memset(config, 0, sizeof *config);
    if (!hc_next_line(&text, &line) || !hc_split(line, ' ', &name, &value) || !hc_text_is(name, "size") ||
        !hc_number(value, 10, &size) || size > HC_PCI_EXPRESS)
        return false;
    config->size = (size_t)size;
    while (hc_next_line(&text, &line))
        if (line.size && !parse_run(line, &end, config))
            return false;
    return has_header(config);
}
