/* What firmware says of the machine: SMBIOS, decoded by the rows of smbios_fields.c, and here where a field is not in
   one place or says more than one thing. DMTF DSP0134 3.8, chapter 7. */
#include "ask.h"
#include "placeholders.h"
#include "probes.h"
#include "smbios_fields.h"
#include "tables.h"
#include "windows/asked.h"

#include <string.h>

#define FOLDER "/sys/firmware/dmi/tables"

enum {
    WINDOWS_HEAD = 8, /* bytes before the table, as Windows gives it */
    TYPES = 256,
    MHZ = 1000000,
    MOST_BYTES =
        1 << 20, /* that are walked; handles allow for 65,280 structures, and none has been seen with so many */
    MOST_ROWS = 8192
};

/* The table, and the structure of it that is decoded. */
struct smbios {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *reply; /* the table as it was read */
    const struct hc_reply *entry; /* the entry point */
    uint16_t version;             /* 0: not known */
    uint32_t announced;           /* bytes of the table, by the entry point; 0: not told */
    bool seen[TYPES];
    size_t rows;
    struct hc_smbios_structure now;
    const struct hc_reply *gone;    /* why there is no such structure; NULL: there is */
    struct hc_table_row *row;       /* NULL: the structure is told as facts */
    bool empty;                     /* nothing is in this slot: what firmware does not know is not asked */
    const struct hc_reply *unknown; /* said for the sake of every such field */
    const struct hc_reply *unspecified;
    uint64_t memory;
    bool memory_known;
};

/* ---- putting: into a fact, or into a cell of the row ---- */

static bool asked(const struct smbios *t, const struct hc_reply *reply)
{
    return !(t->row && t->empty && reply->answer != HC_OK);
}

static void put_text(struct smbios *t, int where, const struct hc_reply *reply, struct hc_text text)
{
    if (t->row && asked(t, reply))
        hc_cell_text(t->facts, t->row, where, reply, text);
    else if (!t->row)
        hc_put_text(t->facts, (struct hc_text_id){ (enum hc_fact)where }, reply, text);
}

static void put_words(struct smbios *t, int where, const struct hc_reply *reply, const char *words)
{
    put_text(t, where, words ? reply : t->unknown, words ? (struct hc_text){ words, strlen(words) } : HC_TEXT(""));
}

static void put_number(struct smbios *t, int where, const struct hc_reply *reply, uint64_t number)
{
    if (t->row && asked(t, reply))
        hc_cell_number(t->facts, t->row, where, reply, number);
    else if (!t->row)
        hc_put_number(t->facts, (struct hc_number_id){ (enum hc_fact)where }, reply, number);
}

static void put_flag(struct smbios *t, int where, const struct hc_reply *reply, bool flag)
{
    if (t->row && asked(t, reply))
        hc_cell_flag(t->facts, t->row, where, reply, flag);
    else if (!t->row)
        hc_put_flag(t->facts, (struct hc_flag_id){ (enum hc_fact)where }, reply, flag);
}

/* ---- reading ---- */

/* Some tables are longer than their version has it; what is there beyond it is not to be trusted. */
static bool has(const struct smbios *t, uint16_t since)
{
    return !t->version || t->version >= since;
}

static bool reads(const struct smbios *t, uint16_t since, size_t offset, size_t size, uint64_t *value)
{
    *value = 0;
    return !t->gone && has(t, since) && hc_smbios_read(t->now.area, offset, size, value);
}

/* Why a field that could not be read is unknown; NULL: an older table, whose rows do not have it. */
static const struct hc_reply *beyond(struct smbios *t)
{
    if (t->gone)
        return t->gone;
    return t->row ? NULL : hc_reword(t->src, t->reply, HC_ABSENT, "the structure is of an older version without it");
}

/* Whether a text may be told: dots are what redaction leaves of one. */
static const struct hc_reply *judged(struct smbios *t, struct hc_text text, enum hc_placeholder kind)
{
    if (t->reply->thinned && strspn(text.at, ".") >= text.size)
        return hc_reword(t->src, t->reply, HC_REDACTED, NULL);
    if (hc_is_placeholder(text, kind))
        return hc_reword(t->src, t->reply, HC_ABSENT,
                         hc_format(t->src, "a placeholder: %.*s", (int)text.size, text.at));
    return t->reply;
}

static const struct hc_reply *of_string(struct smbios *t, size_t offset, enum hc_placeholder kind, struct hc_text *text)
{
    *text = HC_TEXT("");
    switch (hc_smbios_string(&t->now, offset, text)) {
    case HC_STRING_BEYOND: return beyond(t);
    case HC_STRING_NONE: return t->unspecified;
    case HC_STRING_MISSING: return hc_malformed(t->src, t->reply, "a string that is not in its structure");
    case HC_STRING_GIVEN: break;
    }
    *text = hc_smbios_clean(&t->src->arena, *text);
    return judged(t, *text, kind);
}

static void string(struct smbios *t, const struct hc_smbios_field *field)
{
    struct hc_text text = HC_TEXT("");
    const bool identity = hc_smbios_meaning(field)->class == HC_IDENTITY;
    const struct hc_reply *reply = t->gone;

    if (!reply)
        reply = has(t, field->since) ? of_string(t, hc_smbios_string_offset(field, t->now.area),
                                                 identity ? HC_PLACEHOLDER_NUMBER : HC_PLACEHOLDER_ANY, &text)
                                     : beyond(t);
    if (reply)
        put_text(t, field->where, reply, text);
}

/* "Unknown" is a word of most lists: it is no value. */
static void word(struct smbios *t, int where, enum hc_smbios_words list, uint64_t code)
{
    const char *word;

    if (list == HC_WORDS_BOOT && code & 0x80) /* 7.33.1: ranges, of the maker and of the product */
        code &= 0xc0;
    word = hc_smbios_word(list, code);
    if (!word)
        put_text(t, where,
                 hc_malformed(t->src, t->reply, hc_format(t->src, "a code that is not known: 0x%02x", (unsigned)code)),
                 HC_TEXT(""));
    else
        put_words(t, where, t->reply, strcmp(word, "Unknown") ? word : NULL);
}

/* A bit of its own says that nothing is known. */
static void bits(struct smbios *t, const struct hc_smbios_field *field, uint64_t value)
{
    char *text = hc_alloc(&t->src->arena, 256);
    size_t size = 0;
    bool unknown = false;

    for (unsigned bit = 0; text && bit < 16; bit++) {
        const char *name = value >> bit & 1 ? hc_smbios_word(field->words, bit) : NULL;
        size_t length = name ? strlen(name) : 0;
        if (name && !strcmp(name, "unknown"))
            unknown = true;
        else if (name && size + length + 1 < 256) {
            memcpy(text + size, name, length);
            size += length;
            text[size++] = ' ';
        }
    }
    if (unknown && field->words == HC_WORDS_SLOT_TRAIT)
        size = 0;
    put_text(t, field->where, unknown && !size ? t->unknown : t->reply, (struct hc_text){ text ? text : "", size });
}

static void field(struct smbios *t, const struct hc_smbios_field *f)
{
    uint64_t value;

    if (f->kind == HC_FIELD_STRING) {
        string(t, f);
        return;
    }
    if (!reads(t, f->since, f->offset, f->size, &value)) {
        const struct hc_reply *why = beyond(t);
        if (why && f->kind == HC_FIELD_FLAG)
            put_flag(t, f->where, why, false);
        else if (why && (f->kind == HC_FIELD_NUMBER || f->kind == HC_FIELD_REGISTER))
            put_number(t, f->where, why, 0);
        else if (why)
            put_text(t, f->where, why, HC_TEXT(""));
        return;
    }
    if (f->mask && f->kind == HC_FIELD_WORD)
        value = value >> f->shift & f->mask;
    switch (f->kind) {
    case HC_FIELD_WORD: word(t, f->where, f->words, value); break;
    case HC_FIELD_BITS: bits(t, f, value); break;
    case HC_FIELD_FLAG: put_flag(t, f->where, t->reply, (value & f->mask) != 0); break;
    default:
        if (f->none != HC_NO_NONE && value == f->none)
            put_number(t, f->where, t->unknown, 0);
        else if (f->none == UINT64_MAX && value == UINT64_MAX && f->kind == HC_FIELD_NUMBER)
            put_number(t, f->where, t->unknown, 0);
        else
            put_number(t, f->where, t->reply, value * f->scale);
    }
}

static void fields(struct smbios *t, unsigned type)
{
    size_t count;
    const struct hc_smbios_field *f = hc_smbios_fields(type, &count);

    for (size_t i = 0; i < count; i++)
        field(t, &f[i]);
}

/* ---- what is not in one place ---- */

/* A fact that is made of several fields: known, unknown to firmware, or of an older structure. */
static void put_made(struct smbios *t, int where, bool there, bool known, const char *text)
{
    const struct hc_reply *why = there ? (known ? t->reply : t->unspecified) : beyond(t);

    if (why)
        put_text(t, where, why, (struct hc_text){ text ? text : "", text ? strlen(text) : 0 });
}

static void put_counted(struct smbios *t, int where, bool there, bool known, uint64_t number)
{
    const struct hc_reply *why = there ? (known ? t->reply : t->unknown) : beyond(t);

    if (why)
        put_number(t, where, why, number);
}

/* "5.12": 0xFF in both bytes says that there is no such number (7.1). */
static void release(struct smbios *t, int where, size_t offset)
{
    uint64_t major, minor;
    bool there = reads(t, 0x0204, offset, 1, &major);

    there = reads(t, 0x0204, offset + 1, 1, &minor) && there;
    put_made(t, where, there, major != 0xff || minor != 0xff,
             hc_format(t->src, "%u.%u", (unsigned)major, (unsigned)minor));
}

/* 7.1: n + 1 times 64 KiB; 0xFF: the extended size, in MiB or GiB (SMBIOS 3.1). */
static void firmware(struct smbios *t)
{
    uint64_t size, extended;
    bool there = reads(t, 0x0200, 9, 1, &size), known = true;
    uint64_t bytes = (size + 1) << 16;

    if (there && size == 0xff && reads(t, 0x0301, 0x18, 2, &extended)) {
        known = extended >> 14 <= 1;
        bytes = (extended & 0x3fff) << (extended >> 14 ? 30 : 20);
    }
    put_counted(t, HC_FACT_SMBIOS_BIOS_ROM, there, known, bytes);
    release(t, HC_FACT_SMBIOS_BIOS_RELEASE, 0x14);
    release(t, HC_FACT_SMBIOS_BIOS_EC_RELEASE, 0x16);
}

/* 7.2.1: the first three fields are little-endian, which was written down with version 2.6; before, makers followed
   RFC 4122. */
static const char *uuid_text(struct smbios *t, const unsigned char *b)
{
    static const unsigned char little[] = { 3, 2, 1, 0, 5, 4, 7, 6 };
    char *text = hc_alloc(&t->src->arena, 37);
    size_t size = 0;

    for (size_t i = 0; text && i < 16; i++) {
        unsigned char byte = b[t->version >= 0x0206 && i < 8 ? little[i] : i];
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[size++] = '-';
        text[size++] = "0123456789abcdef"[byte >> 4];
        text[size++] = "0123456789abcdef"[byte & 15];
    }
    return text ? text : "";
}

static void uuid(struct smbios *t)
{
    uint64_t high, low;
    struct hc_text text = HC_TEXT("");
    const struct hc_reply *why = t->reply;

    if (!reads(t, 0x0201, 8, 8, &low) || !reads(t, 0x0201, 16, 8, &high)) {
        why = beyond(t);
    } else if (t->reply->thinned) {
        why = hc_reword(t->src, t->reply, HC_REDACTED, NULL);
    } else if ((!low && !high) || (low == UINT64_MAX && high == UINT64_MAX)) {
        why = hc_reword(t->src, t->reply, HC_ABSENT,
                        low ? "a placeholder: all ones, no UUID" : "a placeholder: all zeros, no UUID yet");
    } else {
        text.at = uuid_text(t, (const unsigned char *)t->now.area.at + 8);
        text.size = strlen(text.at);
        if (hc_is_placeholder(text, HC_PLACEHOLDER_UUID))
            why = hc_reword(t->src, t->reply, HC_ABSENT, hc_format(t->src, "a placeholder: %s", text.at));
        else if (!t->version)
            why = t->entry->answer == HC_OK
                      ? hc_malformed(t->src, t->entry, "no version, which tells the order of bytes")
                      : t->entry;
    }
    if (why)
        put_text(t, HC_FACT_SMBIOS_SYSTEM_UUID, why, text);
}

/* 7.5.5: the value that the extended field stands for is 0xFF; 0 is unknown. */
static void count(struct smbios *t, int where, size_t offset, size_t extended)
{
    uint64_t number, wide;
    bool there = reads(t, 0x0205, offset, 1, &number);

    if (there && number == 0xff && reads(t, 0x0300, extended, 2, &wide))
        number = wide == 0xffff ? 0 : wide;
    put_counted(t, where, there, number != 0, number);
}

/* 7.5.2: 0xFE stands for the second field (SMBIOS 2.6). */
static void family(struct smbios *t)
{
    uint64_t code, wide;

    if (!reads(t, 0x0200, 6, 1, &code))
        return;
    if (code == 0xfe && reads(t, 0x0206, 0x28, 2, &wide))
        code = wide;
    word(t, HC_COL_SMBIOS_CPU_FAMILY, HC_WORDS_CPU_FAMILY, code);
}

/* 7.5.4: tenths of a volt, or the bits of what the socket can give. */
static void voltage(struct smbios *t)
{
    static const unsigned given[] = { 0, 5000, 3300, 0, 2900, 0, 0, 0 };
    uint64_t code, millivolts;

    if (!reads(t, 0x0200, 0x11, 1, &code))
        return;
    millivolts = code & 0x80 ? (code & 0x7f) * 100 : given[code & 7];
    put_number(t, HC_COL_SMBIOS_CPU_VOLTAGE, millivolts ? t->reply : t->unknown, millivolts);
}

static void processor(struct smbios *t)
{
    uint64_t status, threads;
    bool there = reads(t, 0x0200, 0x18, 1, &status);

    if (there)
        put_flag(t, HC_COL_SMBIOS_CPU_POPULATED, t->reply, (status & 1 << 6) != 0);
    t->empty = there && !(status & 1 << 6);
    if (there && !t->empty)
        word(t, HC_COL_SMBIOS_CPU_STATUS, HC_WORDS_CPU_STATUS, status & 7);
    fields(t, 4);
    family(t);
    voltage(t);
    count(t, HC_COL_SMBIOS_CPU_CORES, 0x23, 0x2a);
    count(t, HC_COL_SMBIOS_CPU_CORES_ON, 0x24, 0x2c);
    count(t, HC_COL_SMBIOS_CPU_THREADS, 0x25, 0x2e);
    there = reads(t, 0x0306, 0x30, 2, &threads);
    put_counted(t, HC_COL_SMBIOS_CPU_THREADS_ON, there, threads && threads != 0xffff, threads);
}

/* 7.8: KiB, or 64 KiB with the highest bit set; 0xFFFF stands for the wider field (SMBIOS 3.1). */
static void cache_size(struct smbios *t, int where, size_t offset, size_t extended)
{
    uint64_t size, wide;

    if (!reads(t, 0x0200, offset, 2, &size))
        return;
    if (size == 0xffff && reads(t, 0x0301, extended, 4, &wide))
        put_number(t, where, t->reply, (wide & 0x7fffffff) << (wide >> 31 ? 16 : 10));
    else
        put_number(t, where, t->reply, (size & 0x7fff) << (size >> 15 ? 16 : 10));
}

static void cache(struct smbios *t)
{
    uint64_t configuration;

    fields(t, 7);
    if (reads(t, 0x0200, 5, 2, &configuration))
        put_number(t, HC_COL_SMBIOS_CACHE_LEVEL, t->reply, (configuration & 7) + 1);
    cache_size(t, HC_COL_SMBIOS_CACHE_MAXIMUM, 7, 0x13);
    cache_size(t, HC_COL_SMBIOS_CACHE_BYTES, 9, 0x17);
}

/* 7.10, 7.42: segment, bus, device and function; all ones: there is none. */
static void pci(struct smbios *t, int where, size_t offset)
{
    uint64_t segment, bus, at;
    const char *text = "";

    if (!reads(t, 0x0206, offset, 2, &segment) || !reads(t, 0x0206, offset + 2, 1, &bus) ||
        !reads(t, 0x0206, offset + 3, 1, &at))
        return;
    if (segment != 0xffff || bus != 0xff || at != 0xff)
        text = hc_format(t->src, "%04x:%02x:%02x.%x", (unsigned)segment, (unsigned)bus, (unsigned)at >> 3,
                         (unsigned)at & 7);
    put_text(t, where, t->reply, (struct hc_text){ text ? text : "", text ? strlen(text) : 0 });
}

/* 7.10.9: behind the peers, whose number is in the structure. */
static void slot(struct smbios *t)
{
    uint64_t peers, height;

    fields(t, 9);
    pci(t, HC_COL_SLOT_PCI, 0x0d);
    if (reads(t, 0x0305, 0x12, 1, &peers) && reads(t, 0x0305, 0x17 + 5 * (size_t)peers, 1, &height) && height)
        word(t, HC_COL_SLOT_HEIGHT, HC_WORDS_SLOT_HEIGHT, height);
}

/* 7.17: KiB; 0x80000000 stands for the extended field, in bytes (SMBIOS 2.7). */
static void array(struct smbios *t)
{
    uint64_t size, wide;

    fields(t, 16);
    if (!reads(t, 0x0201, 7, 4, &size))
        return;
    if (size != 0x80000000)
        put_number(t, HC_COL_MEMORY_ARRAY_MAXIMUM, size ? t->reply : t->unknown, size << 10);
    else if (reads(t, 0x0207, 0x0f, 8, &wide))
        put_number(t, HC_COL_MEMORY_ARRAY_MAXIMUM, t->reply, wide);
    else
        put_number(t, HC_COL_MEMORY_ARRAY_MAXIMUM, t->unknown, 0);
}

/* 7.18.4: millions of transfers; 0 is unknown, 0xFFFF stands for the extended field (SMBIOS 3.3). */
static void speed(struct smbios *t, int where, uint16_t since, size_t offset, size_t extended)
{
    uint64_t speed, wide;

    if (!reads(t, since, offset, 2, &speed))
        return;
    if (speed == 0xffff)
        speed = reads(t, 0x0303, extended, 4, &wide) ? wide & 0x7fffffff : 0;
    put_number(t, where, speed ? t->reply : t->unknown, speed * MHZ);
}

/* 7.18: 0xFFFF is unknown; 0, which some firmware writes, is no width either. */
static void width(struct smbios *t, int where, size_t offset)
{
    uint64_t bits;

    if (reads(t, 0x0201, offset, 2, &bits))
        put_number(t, where, bits && bits != 0xffff ? t->reply : t->unknown, bits);
}

static void device(struct smbios *t)
{
    uint64_t bytes = 0, set, ranks;
    bool known = hc_smbios_memory_size(t->now.area, t->version, &bytes);

    t->memory_known = t->memory_known && known;
    t->memory += known ? bytes : 0;
    t->empty = known && !bytes;
    put_flag(t, HC_COL_DIMM_POPULATED, t->reply, !t->empty); /* of unknown size is something (7.18) */
    put_number(t, HC_COL_DIMM_BYTES, known ? t->reply : t->unknown, bytes);
    fields(t, 17);
    width(t, HC_COL_DIMM_TOTAL_WIDTH, 0x08);
    width(t, HC_COL_DIMM_DATA_WIDTH, 0x0a);
    if (reads(t, 0x0201, 0x0f, 1, &set) && set) /* 0: of no set */
        put_number(t, HC_COL_DIMM_SET, set == 0xff ? t->unknown : t->reply, set);
    speed(t, HC_COL_DIMM_SPEED, 0x0203, 0x15, 0x54);
    speed(t, HC_COL_DIMM_CONFIGURED_SPEED, 0x0207, 0x20, 0x58);
    if (reads(t, 0x0206, 0x1b, 1, &ranks))
        put_number(t, HC_COL_DIMM_RANKS, ranks & 15 ? t->reply : t->unknown, ranks & 15);
}

/* 7.39 and the IPMI specification, C1: the version in BCD; an odd address means I/O ports, and its lowest bit stands
   elsewhere. Of SSIF (type 4) it is an address on the SMBus. */
static void ipmi(struct smbios *t)
{
    static const unsigned spacing[] = { 1, 4, 16, 0 };
    uint64_t type = 0, version, address, modifier, interrupt, i2c;
    bool there = reads(t, 0x0200, 5, 1, &version), more = reads(t, 0x0200, 0x10, 1, &modifier);

    put_made(t, HC_FACT_SMBIOS_IPMI_SPECIFICATION, there, true,
             hc_format(t->src, "%u.%u", (unsigned)version >> 4, (unsigned)version & 15));
    there = reads(t, 0x0200, 6, 1, &i2c);
    put_counted(t, HC_FACT_SMBIOS_IPMI_I2C, there, i2c != 0, i2c >> 1);
    there = reads(t, 0x0200, 8, 8, &address) && reads(t, 0x0200, 4, 1, &type);
    if (there && type == 4) {
        put_number(t, HC_FACT_SMBIOS_IPMI_BASE, t->reply, address >> 1 & 0x7f);
        more = false;
    } else {
        put_counted(t, HC_FACT_SMBIOS_IPMI_BASE, there, true, (address & ~UINT64_C(1)) | (modifier >> 4 & 1));
    }
    put_flag(t, HC_FACT_SMBIOS_IPMI_IO, there ? t->reply : beyond(t), type != 4 && (address & 1));
    put_counted(t, HC_FACT_SMBIOS_IPMI_SPACING, more, modifier >> 6 < 3, spacing[modifier >> 6 & 3]);
    there = reads(t, 0x0200, 0x11, 1, &interrupt);
    put_counted(t, HC_FACT_SMBIOS_IPMI_INTERRUPT, there, interrupt != 0, interrupt);
}

/* 7.44: four letters of the TCG's register of vendors; of a TPM 2.0 the firmware is two numbers of 16 bits. */
static void tpm(struct smbios *t)
{
    uint64_t vendor, major, minor, firmware, low;
    bool there = reads(t, 0x0301, 4, 4, &vendor);
    char *name = hc_alloc(&t->src->arena, 5);

    for (unsigned i = 0; name && i < 4; i++) {
        char c = (char)(vendor >> 8 * i & 0xff);
        name[i] = c >= ' ' && c < 127 ? c : '\0';
    }
    put_made(t, HC_FACT_SMBIOS_TPM_VENDOR, there, name && *name, name);
    there = reads(t, 0x0301, 8, 1, &major);
    there = reads(t, 0x0301, 9, 1, &minor) && there;
    put_made(t, HC_FACT_SMBIOS_TPM_SPECIFICATION, there, true,
             hc_format(t->src, "%u.%u", (unsigned)major, (unsigned)minor));
    there = reads(t, 0x0301, 0x0a, 4, &firmware);
    low = firmware & 0xffff;
    if (major == 1) { /* TPM_VERSION: major, minor, revision major, revision minor */
        low = firmware >> 24;
        firmware = (firmware >> 16 & 0xff) << 16;
    }
    put_made(t, HC_FACT_SMBIOS_TPM_FIRMWARE, there, true,
             hc_format(t->src, "%u.%u", (unsigned)(firmware >> 16), (unsigned)low));
}

static void oem_strings(struct smbios *t)
{
    struct hc_text rest = t->now.strings;

    for (uint64_t number = 1; rest.size && rest.at[0] && t->rows < MOST_ROWS; number++, t->rows++) {
        const char *end = memchr(rest.at, '\0', rest.size);
        struct hc_text text = { rest.at, end ? (size_t)(end - rest.at) : rest.size };
        t->row = hc_add_row(t->facts, HC_TABLE_SMBIOS_OEM_STRINGS, t->reply);
        put_number(t, HC_COL_OEM_HANDLE, t->reply, t->now.handle);
        put_number(t, HC_COL_OEM_NUMBER, t->reply, number);
        put_text(t, HC_COL_OEM_TEXT, judged(t, text, HC_PLACEHOLDER_ANY),
                 hc_smbios_clean(&t->src->arena, hc_trim(text)));
        rest = (struct hc_text){ rest.at + text.size + (end != NULL), rest.size - text.size - (end != NULL) };
    }
}

/* ---- which address ranges are whose (7.20) ---- */

struct ranges {
    char *text;
    size_t size, room;
    uint64_t bytes;
};

static void add_range(struct smbios *t, struct ranges *r)
{
    uint64_t start, end;
    const char *text;
    size_t size;

    if (!reads(t, 0x0201, 4, 4, &start) || !reads(t, 0x0201, 8, 4, &end))
        return;
    if (start == 0xffffffff) {
        if (!reads(t, 0x0207, 0x0f, 8, &start) || !reads(t, 0x0207, 0x17, 8, &end))
            return;
    } else {
        start <<= 10;
        end = (end << 10) + 1023;
    }
    text = hc_format(t->src, "0x%llx-0x%llx ", (unsigned long long)start, (unsigned long long)end);
    size = text ? strlen(text) : 0;
    if (end < start || r->size + size > r->room)
        return;
    memcpy(r->text + r->size, text, size);
    r->size += size;
    r->bytes += end - start + 1;
}

static void map_array(struct smbios *t, struct hc_text table, uint16_t handle)
{
    enum { ROOM = 4096 };
    struct ranges r = { hc_alloc(&t->src->arena, ROOM), 0, ROOM, 0 };
    struct hc_text rest = table;
    uint64_t of;
    bool broken;

    while (r.text && hc_smbios_next(&rest, &t->now, &broken))
        if (t->now.type == 19 && hc_smbios_read(t->now.area, 0x0c, 2, &of) && of == handle)
            add_range(t, &r);
    if (!r.size)
        return;
    put_text(t, HC_COL_MEMORY_ARRAY_RANGES, t->reply, (struct hc_text){ r.text, r.size });
    put_number(t, HC_COL_MEMORY_ARRAY_MAPPED, t->reply, r.bytes);
}

static void map_arrays(struct smbios *t, struct hc_text table)
{
    enum { MOST = 64 }; /* arrays whose ranges are looked for: each costs a walk */
    size_t count = 0;

    t->empty = false;
    if (t->seen[19])
        for (t->row = t->facts->tables[HC_TABLE_MEMORY_ARRAYS].first; t->row && count < MOST;
             t->row = t->row->next, count++)
            map_array(t, table, (uint16_t)t->row->cells[HC_COL_MEMORY_ARRAY_HANDLE].number);
}

/* ---- the table ---- */

static const struct {
    enum hc_table table; /* HC_TABLES: facts, of the first structure */
    unsigned char type;
    int handle;                       /* column */
    void (*decode)(struct smbios *t); /* NULL: the rows say all; for lists it puts these, too */
} kinds[] = {
    { HC_TABLES, 0, 0, firmware },
    { HC_TABLES, 1, 0, uuid },
    { HC_TABLES, 2, 0, NULL },
    { HC_TABLES, 3, 0, NULL },
    { HC_TABLE_SMBIOS_PROCESSORS, 4, HC_COL_SMBIOS_CPU_HANDLE, processor },
    { HC_TABLE_SMBIOS_CACHES, 7, HC_COL_SMBIOS_CACHE_HANDLE, cache },
    { HC_TABLE_SMBIOS_SLOTS, 9, HC_COL_SLOT_HANDLE, slot },
    { HC_TABLE_MEMORY_ARRAYS, 16, HC_COL_MEMORY_ARRAY_HANDLE, array },
    { HC_TABLE_MEMORY_DEVICES, 17, HC_COL_DIMM_HANDLE, device },
    { HC_TABLES, 32, 0, NULL },
    { HC_TABLES, 38, 0, ipmi },
    { HC_TABLE_SMBIOS_PSUS, 39, HC_COL_PSU_HANDLE, NULL },
    { HC_TABLE_SMBIOS_ONBOARD, 41, HC_COL_ONBOARD_HANDLE, NULL },
    { HC_TABLES, 43, 0, tpm },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static void facts_of(struct smbios *t, size_t kind)
{
    t->row = NULL;
    t->empty = false;
    fields(t, kinds[kind].type);
    if (kinds[kind].decode)
        kinds[kind].decode(t);
}

static void row_of(struct smbios *t, size_t kind)
{
    uint64_t traits;

    t->rows++;
    t->row = hc_add_row(t->facts, kinds[kind].table, t->reply);
    t->empty = false;
    if (!t->row)
        return;
    put_number(t, kinds[kind].handle, t->reply, t->now.handle);
    if (kinds[kind].type == 39 && reads(t, 0x0203, 0x0e, 2, &traits)) {
        t->empty = !(traits & 1 << 1);
        put_flag(t, HC_COL_PSU_PLUGGED, t->reply, !(traits & 1 << 2));
        if (!t->empty)
            word(t, HC_COL_PSU_STATUS, HC_WORDS_PSU_STATUS, traits >> 7 & 7);
    }
    if (kinds[kind].type == 41)
        pci(t, HC_COL_ONBOARD_PCI, 7);
    if (kinds[kind].decode)
        kinds[kind].decode(t);
    else
        fields(t, kinds[kind].type);
}

static void structure(struct smbios *t)
{
    bool first = !t->seen[t->now.type];

    t->seen[t->now.type] = true;
    t->gone = NULL;
    t->empty = false;
    if (t->now.type == 11)
        oem_strings(t);
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i].type != t->now.type)
            continue;
        if (kinds[i].table != HC_TABLES)
            row_of(t, i);
        else if (first) /* Linux, too, believes the first one (drivers/firmware/dmi_scan.c, dmi_save_ident) */
            facts_of(t, i);
    }
}

/* Facts of structures that the table does not have, or that nobody could look for. */
static void missing(struct smbios *t, const struct hc_reply *fault)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (kinds[i].table != HC_TABLES || t->seen[kinds[i].type])
            continue;
        t->now = (struct hc_smbios_structure){ .area = HC_TEXT(""), .strings = HC_TEXT("") };
        t->gone = fault;
        if (t->reply->answer == HC_OK && !fault)
            t->gone =
                hc_reword(t->src, t->reply, HC_ABSENT, hc_format(t->src, "no structure of type %u", kinds[i].type));
        else if (!fault)
            t->gone = t->reply;
        facts_of(t, i);
    }
}

/* Windows gives the table with a head of its own instead of the entry point: a byte, major, minor, revision, and the
   length in four bytes (Microsoft: GetSystemFirmwareTable, RawSMBIOSData). */
static void take_windows_head(struct smbios *t, struct hc_text *table, struct hc_smbios_entry *entry)
{
    uint64_t major = 0, minor = 0, length = 0;

    t->entry = t->reply;
    if (table->size < WINDOWS_HEAD) {
        *table = HC_TEXT("");
        return;
    }
    hc_smbios_read(*table, 1, 1, &major);
    hc_smbios_read(*table, 2, 1, &minor);
    hc_smbios_read(*table, 4, 4, &length);
    *entry = (struct hc_smbios_entry){ .version = (uint16_t)(major << 8 | minor), .announced = (uint32_t)length };
    *table = (struct hc_text){ table->at + WINDOWS_HEAD, table->size - WINDOWS_HEAD };
}

static void read_table(struct smbios *t, struct hc_text *table, struct hc_smbios_entry *entry)
{
    struct hc_text bytes = HC_TEXT("");

    *entry = (struct hc_smbios_entry){ .version = 0 };
    if (hc_is_windows(t->src)) {
        t->reply = hc_ask_fwtable(t->src, "RSMB:0", table);
        take_windows_head(t, table, entry);
        return;
    }
    t->entry = t->reply = hc_ask_file(t->src, FOLDER "/DMI", table);
    if (t->reply->answer == HC_OK) /* both may be read, or neither */
        t->entry = hc_ask_file(t->src, FOLDER "/smbios_entry_point", &bytes);
    hc_smbios_entry(bytes, entry);
}

static void version(struct smbios *t, struct hc_smbios_entry entry)
{
    char *text;

    t->version = entry.version;
    t->announced = entry.announced;
    text =
        hc_format(t->src, entry.wide ? "%u.%u.%u" : "%u.%u", entry.version >> 8, entry.version & 0xff, entry.revision);
    if (!entry.version)
        t->entry = hc_malformed(t->src, t->entry, "no version in the entry point");
    hc_put_text(t->facts, HC_SMBIOS_VERSION, t->entry, (struct hc_text){ text ? text : "", text ? strlen(text) : 0 });
}

/* The sum of the memory devices is known only where every one is. */
static void put_memory(struct smbios *t, bool broken)
{
    const struct hc_reply *reply = t->reply;

    if (broken || !t->memory_known)
        reply = hc_malformed(t->src, reply, broken ? "a structure does not fit" : "a memory device of unknown size");
    else if (!t->memory && reply->answer == HC_OK)
        reply = hc_reword(t->src, reply, HC_ABSENT, "no memory devices listed");
    hc_put_number(t->facts, HC_SMBIOS_MEMORY, reply, t->memory);
}

/* Where the structures do not hold; NULL: they do. */
static const char *fault_of(struct smbios *t, struct hc_text table, struct hc_text rest, bool broken)
{
    const size_t at = table.size - rest.size;

    if (!broken)
        return NULL;
    if (t->rows >= MOST_ROWS || table.size == MOST_BYTES)
        return hc_format(t->src, "byte %zu: more than any machine has", at);
    if (rest.size > 1 && (unsigned char)rest.at[1] < 4)
        return hc_format(t->src, "byte %zu: a structure shorter than its header", at);
    return hc_format(t->src, "byte %zu: a structure goes beyond the end of the table", at);
}

/* An entry point of the older kind says how long the table is; the file may be shorter. Returns what says that the
   table ended too early; NULL: nothing does. */
static const struct hc_reply *put_fault(struct smbios *t, struct hc_text table, struct hc_text rest, bool broken)
{
    const char *fault = fault_of(t, table, rest, broken);
    const struct hc_reply *reply = t->reply;

    if (!fault && rest.size < 4 && t->announced > table.size)
        fault = hc_format(t->src, "byte %zu: the table ends here, and %u bytes were announced", table.size,
                          (unsigned)t->announced);
    if (!fault && reply->answer == HC_OK && t->entry->answer != HC_OK && t->entry->answer != HC_ABSENT)
        reply = t->entry; /* it may have announced more */
    hc_put_text(t->facts, HC_SMBIOS_FAULT, reply, (struct hc_text){ fault ? fault : "", fault ? strlen(fault) : 0 });
    return fault ? hc_malformed(t->src, t->reply, fault) : NULL;
}

void hc_probe_smbios(struct hc_source *src, struct hc_facts *facts)
{
    struct smbios t = { .src = src, .facts = facts, .memory_known = true };
    struct hc_text table, rest;
    struct hc_smbios_entry entry;
    const struct hc_reply *cut;
    uint64_t structures = 0;
    bool broken = false;

    read_table(&t, &table, &entry);
    version(&t, entry);
    t.unknown = hc_reword(src, t.reply, HC_ABSENT, "firmware does not know it");
    t.unspecified = hc_reword(src, t.reply, HC_ABSENT, "firmware does not say it");
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].table != HC_TABLES)
            hc_put_table(facts, kinds[i].table, t.reply);
    hc_put_table(facts, HC_TABLE_SMBIOS_OEM_STRINGS, t.reply);
    if (table.size > MOST_BYTES)
        table.size = MOST_BYTES;
    for (rest = table; t.rows < MOST_ROWS && hc_smbios_next(&rest, &t.now, &broken); structures++)
        structure(&t);
    broken = broken || t.rows >= MOST_ROWS;
    cut = put_fault(&t, table, rest, broken);
    hc_put_number(facts, HC_SMBIOS_COUNT, cut ? cut : t.reply, structures);
    map_arrays(&t, table);
    put_memory(&t, broken);
    missing(&t, cut);
}
