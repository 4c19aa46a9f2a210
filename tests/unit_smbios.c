/* SMBIOS: the walk over whole and broken tables, what depends on the version, placeholders, who may not look, and what
   leaves the host in a recording. */
#include "check.h"
#include "conclude.h"
#include "concluded.h"
#include "placeholders.h"
#include "probes.h"
#include "recording.h"
#include "smbios.h"
#include "smbios_fields.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096, MUTATIONS = 20000 };

#define TABLE_KEY "file:/sys/firmware/dmi/tables/DMI"
#define ENTRY_KEY "file:/sys/firmware/dmi/tables/smbios_entry_point"

struct table {
    char at[ROOM];
    size_t size;
};

/* A structure: type, formatted area behind the header, and strings separated by |. */
static void add(struct table *t, unsigned type, size_t length, const void *area, const char *strings)
{
    char *start = t->at + t->size;

    memset(start, 0, length);
    memcpy(start + 4, area, length - 4);
    start[0] = (char)type;
    start[1] = (char)length;
    start[2] = (char)t->size;
    start[3] = (char)(t->size >> 8);
    t->size += length;
    for (const char *s = strings; *s; s++)
        t->at[t->size++] = *s == '|' ? '\0' : *s;
    t->at[t->size++] = '\0'; /* of the last string, and the one that ends them all */
    t->at[t->size++] = '\0';
}

static void end(struct table *t)
{
    memcpy(t->at + t->size, "\x7f\x04\xff\xfe\0\0", 6);
    t->size += 6;
}

static void firmware(struct table *t, const char *strings)
{
    /* strings 1 to 3, 16 MiB, UEFI, release 5.12, no embedded controller */
    add(t, 0, 24, "\1\2\0\xf0\3\xff\0\0\0\0\0\0\0\0\3\x08\5\x0c\xff\xff", strings);
}

static void machine(struct table *t, const char *uuid, const char *strings)
{
    char area[23] = "\1\2\3\4";

    memcpy(area + 4, uuid, 16);
    memcpy(area + 20, "\6\5\6", 3);
    add(t, 1, 27, area, strings);
}

/* A memory device of 40 bytes; size at 8, extended size at 0x18 of what is behind the header. */
static void module(struct table *t, const char *size, const char *extended, const char *strings)
{
    char area[36] = { 0 };

    memcpy(area + 4, "\x48\0\x40\0", 4);
    memcpy(area + 8, size, 2);
    memcpy(area + 10, "\x09\0\1\2\x1a\x80\x20\x80\x0c\3\4\5\6\2", 14);
    memcpy(area + 24, extended, 4);
    memcpy(area + 28, "\x60\x09", 2);
    add(t, 17, 40, area, strings);
}

#define UUID     "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
#define ONES     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define FIRMWARE "Maker of firmware|1.2|01/31/2024"
#define MACHINE  "Maker|Model|1.0|SERIAL-7788|SKU 1|Family"
#define MODULE   "DIMM_A1|BANK 0|Samsung|0BADCAFE|TAG-5566|M393A4K40"

static struct table whole(void)
{
    struct table t = { .size = 0 };

    firmware(&t, FIRMWARE);
    machine(&t, UUID, MACHINE);
    add(&t, 2, 15, "\1\2\3\4\5\1\6\0\0\x0a\0", "Board maker|Board|B1|BOARD-1122|BTAG-3344|Rack 9");
    add(&t, 3, 22, "\1\x97\2\3\4\3\3\3\3\0\0\0\0\2\1\0\0\5", "Case maker|C1|CASE-9900|CTAG-1212|C-SKU");
    add(&t, 11, 5, "\2", "Owner: somebody|Default string");
    add(&t, 16, 23, "\3\3\6\0\0\0\x80\xfe\xff\2\0\0\0\0\0\x20\0\0\0", "");
    module(&t, "\0\x20", "\0\0\0\0", MODULE);
    module(&t, "\xff\x7f", "\0\0\1\0", MODULE);
    module(&t, "\0\0", "\0\0\0\0", "DIMM_B1|BANK 1|NO DIMM|NO DIMM|NO DIMM|NO DIMM");
    add(&t, 200, 12, "secrets", "Hidden in a structure of the maker");
    end(&t);
    return t;
}

/* ---- a host of one table ---- */

static void log_bytes(struct hc_source *src, const char *key, const void *bytes, size_t size)
{
    struct hc_reply reply = { .key = key, .answer = HC_OK, .bytes = bytes, .size = size };

    hc_log(src, &reply);
}

static void log_answer(struct hc_source *src, const char *key, enum hc_answer answer, const char *error)
{
    struct hc_reply reply = { .key = key, .answer = answer, .error = error, .bytes = "" };

    hc_log(src, &reply);
}

static void log_text(struct hc_source *src, const char *key, const char *text)
{
    log_bytes(src, key, text, strlen(text));
}

/* An entry point of the 64-bit kind; version 0: none. */
static struct hc_source *host(const struct table *table, unsigned version)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    char entry[24] = "_SM3_\0\x18\0\0\0\1\0\0\x10\0\0";

    entry[7] = (char)(version >> 8);
    entry[8] = (char)version;
    if (table)
        log_bytes(src, TABLE_KEY, table->at, table->size);
    if (version)
        log_bytes(src, ENTRY_KEY, hc_copy(&src->arena, entry, sizeof entry), sizeof entry);
    return src;
}

static void decode(struct hc_source *src, struct hc_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    facts->arena = &src->arena;
    hc_probe_smbios(src, facts);
    hc_probe_dmi(src, facts);
    hc_conclude_system(facts);
}

static bool says(const struct hc_facts *facts, struct hc_text_id id, const char *text)
{
    const char *found = hc_text_of(facts, id);

    return found ? text && !strcmp(found, text) : !text;
}

static bool unknown_as(const struct hc_facts *facts, enum hc_fact fact, enum hc_answer answer, const char *error)
{
    const struct hc_reply *why = hc_open_reply(facts, fact);

    return !facts->cells[fact].known && why && why->answer == answer &&
           (!error || (why->error && strstr(why->error, error)));
}

static const struct hc_cell *cell(const struct hc_facts *facts, enum hc_table table, size_t number, int column)
{
    static const struct hc_cell none;
    const struct hc_table_row *row = facts->tables[table].first;

    while (row && number--)
        row = row->next;
    return row ? &row->cells[column] : &none;
}

static bool cell_says(const struct hc_cell *found, const char *text)
{
    return found->known && !strcmp(found->text, text);
}

/* ---- what is concluded of the platform ---- */

/* An array of two modules and a free slot: its error correction, the widths of the modules. */
static struct table memory_of(char correction, const char *first, const char *second, unsigned traits)
{
    struct table t = { .size = 0 };
    char array[19] = "\3\3\0\0\0\0\x80\xfe\xff\2", device[36] = { 0 };

    array[2] = correction;
    add(&t, 16, 23, array, "");
    memcpy(device + 8, "\0\x20", 2);
    memcpy(device + 4, first, 4);
    add(&t, 17, 40, device, "");
    memcpy(device + 4, second, 4);
    add(&t, 17, 40, device, "");
    memset(device + 4, 0, 8);
    add(&t, 17, 40, device, "");
    memset(device, 0, 20);
    device[15] = (char)traits;
    add(&t, 0, 24, device, "");
    end(&t);
    return t;
}

#define ECC_WIDTH   "\x48\0\x40\0"
#define PLAIN_WIDTH "\x40\0\x40\0"

static enum hc_tri corrects(const struct table *t, const char *role, struct hc_flag_id *edac, bool value)
{
    struct hc_source *src = host(t, 0x0302);
    struct hc_facts facts;
    enum hc_tri found;

    decode(src, &facts);
    if (role)
        hc_give_text(&facts, "host.role", role);
    if (edac)
        hc_give_flag(&facts, hc_fact_field(edac->fact)->key, value);
    hc_conclude_platform(&facts);
    found = hc_flag(&facts, HC_MEMORY_ECC);
    hc_source_free(src);
    return found;
}

static void error_correction(void)
{
    static const struct {
        char word;
        const char *first, *second;
        unsigned traits;
        const char *role;
        enum hc_tri is;
    } rows[] = {
        { 6, ECC_WIDTH, ECC_WIDTH, 0, "physical", HC_YES },
        { 5, "\x48\0\x48\0", "\x28\0\x20\0", 0, "physical", HC_YES }, /* counted in both; DDR5 */
        { 3, PLAIN_WIDTH, PLAIN_WIDTH, 0, "physical", HC_NO },
        { 6, ECC_WIDTH, PLAIN_WIDTH, 0, "physical", HC_UNKNOWN }, /* one of them has no bits for it */
        { 3, ECC_WIDTH, PLAIN_WIDTH, 0, "physical", HC_UNKNOWN },
        { 6, "\xff\xff\xff\xff", ECC_WIDTH, 0, "physical", HC_UNKNOWN }, /* not known */
        { 6, "\x40\0\x48\0", ECC_WIDTH, 0, "physical", HC_UNKNOWN },     /* less than its data */
        { 4, PLAIN_WIDTH, PLAIN_WIDTH, 0, "physical", HC_UNKNOWN },      /* parity */
        { 2, ECC_WIDTH, ECC_WIDTH, 0, "physical", HC_UNKNOWN },
        { 6, ECC_WIDTH, ECC_WIDTH, 0, "guest", HC_UNKNOWN },
        { 6, ECC_WIDTH, ECC_WIDTH, 0, NULL, HC_UNKNOWN },
        { 6, ECC_WIDTH, ECC_WIDTH, 1 << 4, "physical", HC_UNKNOWN }, /* a machine that says it is none */
    };
    struct table t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        t = memory_of(rows[i].word, rows[i].first, rows[i].second, rows[i].traits);
        CHECK(corrects(&t, rows[i].role, NULL, false) == rows[i].is);
    }
    t = memory_of(6, ECC_WIDTH, ECC_WIDTH, 0);
    CHECK(corrects(&t, "physical", &(struct hc_flag_id){ HC_FACT_EDAC_CORRECTS }, false) == HC_NO); /* it counts more */
    t.size -= 6 + 16; /* it ends within its last structure */
    CHECK(corrects(&t, "physical", NULL, false) == HC_UNKNOWN);
}

static enum hc_tri has_controller(const char *area)
{
    struct table t = { .size = 0 };
    struct hc_source *src;
    struct hc_facts facts;
    enum hc_tri found;

    if (area)
        add(&t, 38, 18, area, "");
    end(&t);
    src = host(&t, 0x0302);
    decode(src, &facts);
    hc_conclude_platform(&facts);
    found = hc_flag(&facts, HC_HOST_BMC);
    hc_source_free(src);
    return found;
}

static void controllers(void)
{
    CHECK(has_controller("\1\x20\x20\xff\xa3\x0c\0\0\0\0\0\0\0") == HC_YES);
    CHECK(has_controller("\0\x20\x20\xff\xa3\x0c\0\0\0\0\0\0\0") == HC_UNKNOWN); /* an interface of no kind */
    CHECK(has_controller("\x77\x20\x20\xff\xa3\x0c\0\0\0\0\0\0\0") == HC_UNKNOWN);
    CHECK(has_controller(NULL) == HC_UNKNOWN);
}

/* ---- whole tables ---- */

static void machine_told(void)
{
    struct table t = whole();
    struct hc_source *src = host(&t, 0x0302);
    struct hc_facts facts;
    uint64_t number;

    decode(src, &facts);
    CHECK(says(&facts, HC_SMBIOS_VERSION, "3.2.0") && says(&facts, HC_SMBIOS_FAULT, ""));
    CHECK(hc_number_of(&facts, HC_SMBIOS_COUNT, &number) && number == 10);
    CHECK(says(&facts, HC_SYSTEM_MANUFACTURER, "Maker") && says(&facts, HC_SYSTEM_SERIAL, "SERIAL-7788"));
    CHECK(says(&facts, HC_SYSTEM_UUID, "33221100-5544-7766-8899-aabbccddeeff"));
    CHECK(says(&facts, HC_FIRMWARE_DATE, "2024-01-31") && says(&facts, HC_FIRMWARE_RELEASE, "5.12"));
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_BIOS_EC_RELEASE, HC_ABSENT, NULL));
    CHECK(hc_number_of(&facts, HC_SMBIOS_BIOS_ROM, &number) && number == 16 << 20);
    CHECK(hc_flag(&facts, HC_SMBIOS_BIOS_UEFI) == HC_YES && hc_flag(&facts, HC_SMBIOS_CHASSIS_LOCK) == HC_YES);
    CHECK(says(&facts, HC_CHASSIS_TYPE, "Rack Mount Chassis") && says(&facts, HC_SMBIOS_CHASSIS_SKU, "C-SKU"));
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_IPMI_INTERFACE, HC_ABSENT, "no structure of type 38"));
    hc_source_free(src);
}

static void modules_told(void)
{
    struct table t = whole();
    struct hc_source *src = host(&t, 0x0302);
    struct hc_facts facts;
    uint64_t number;

    decode(src, &facts);
    CHECK(facts.tables[HC_TABLE_MEMORY_DEVICES].count == 3);
    CHECK(hc_number_of(&facts, HC_SMBIOS_MEMORY, &number) && number == UINT64_C(72) << 30);
    CHECK(cell(&facts, HC_TABLE_MEMORY_DEVICES, 1, HC_COL_DIMM_BYTES)->number == UINT64_C(64) << 30);
    CHECK(cell_says(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_TYPE), "DDR4"));
    CHECK(cell_says(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_DETAIL), "synchronous registered "));
    CHECK(cell_says(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_PART), "M393A4K40"));
    CHECK(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_SPEED)->number == UINT64_C(3200000000));
    CHECK(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_CONFIGURED_SPEED)->number == UINT64_C(2400000000));
    CHECK(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_RANKS)->number == 2);
    CHECK(!cell(&facts, HC_TABLE_MEMORY_DEVICES, 2, HC_COL_DIMM_POPULATED)->flag);
    CHECK(!cell(&facts, HC_TABLE_MEMORY_DEVICES, 2, HC_COL_DIMM_MANUFACTURER)->why); /* does not arise */
    CHECK(cell_says(cell(&facts, HC_TABLE_MEMORY_DEVICES, 2, HC_COL_DIMM_SLOT), "DIMM_B1"));
    CHECK(cell(&facts, HC_TABLE_MEMORY_ARRAYS, 0, HC_COL_MEMORY_ARRAY_MAXIMUM)->number == UINT64_C(1) << 37);
    CHECK(cell_says(cell(&facts, HC_TABLE_SMBIOS_OEM_STRINGS, 0, HC_COL_OEM_TEXT), "Owner: somebody"));
    hc_source_free(src);
}

/* Fields that a version does not have are not read, whatever stands there. */
static void by_version(void)
{
    struct table t = whole();
    struct hc_source *src = host(&t, 0x0203);
    struct hc_facts facts;
    uint64_t number;

    decode(src, &facts);
    CHECK(says(&facts, HC_SYSTEM_UUID, "00112233-4455-6677-8899-aabbccddeeff"));
    CHECK(hc_number_of(&facts, HC_SMBIOS_MEMORY, &number) && number == (UINT64_C(8) << 30) + (UINT64_C(32767) << 20));
    CHECK(!cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_RANKS)->why);
    CHECK(!cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_CONFIGURED_SPEED)->why);
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_SYSTEM_FAMILY, HC_ABSENT, "older version"));
    hc_source_free(src);

    src = host(&t, 0); /* nobody recorded the entry point: no order of bytes, and the length counts */
    decode(src, &facts);
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_UUID, HC_NOT_RECORDED, NULL));
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_FAULT, HC_NOT_RECORDED, NULL));
    CHECK(hc_number_of(&facts, HC_SMBIOS_MEMORY, &number) && number == UINT64_C(72) << 30);
    hc_source_free(src);
}

static void entry_points(void)
{
    static const char old[31] = "_SM_\0\x1f\2\x33\0\0\0\0\0\0\0\0_DMI_\0\x34\x12";
    static const char oldest[15] = "_DMI_\0\x34\x12\0\0\0\0\0\0\x21";
    struct hc_smbios_entry entry;

    CHECK(hc_smbios_entry((struct hc_text){ old, sizeof old }, &entry));
    CHECK(entry.version == 0x0206 && entry.announced == 0x1234 && !entry.wide); /* 2.51 is meant as 2.6 */
    CHECK(hc_smbios_entry((struct hc_text){ oldest, sizeof oldest }, &entry) && entry.version == 0x0201);
    CHECK(!hc_smbios_entry((struct hc_text){ oldest, 14 }, &entry) && !entry.version);
    CHECK(!hc_smbios_entry(HC_TEXT("_SM3_"), &entry) && !hc_smbios_entry(HC_TEXT(""), &entry));
}

/* ---- tables that lie ---- */

static void broken_at(struct table *t, const char *fault)
{
    struct hc_source *src = host(t, 0x0302);
    struct hc_facts facts;
    const char *found;

    decode(src, &facts);
    found = hc_text_of(&facts, HC_SMBIOS_FAULT);
    CHECK(found && strstr(found, fault));
    CHECK(says(&facts, HC_SYSTEM_MANUFACTURER, "Maker")); /* before the break */
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_MEMORY, HC_FAILED, "does not fit"));
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_CHASSIS_TYPE, HC_FAILED, fault)); /* behind it: not "none" */
    hc_source_free(src);
}

static void broken_tables(void)
{
    struct table t = { .size = 0 };
    size_t at;

    firmware(&t, FIRMWARE);
    machine(&t, UUID, MACHINE);
    at = t.size;
    add(&t, 3, 22, "\1\x97\2\3\4\3\3\3\3\0\0\0\0\2\1\0\0\5", "Case maker|C1");
    t.at[at + 1] = 3;
    broken_at(&t, "shorter than its header");
    t.at[at + 1] = 0;
    broken_at(&t, "shorter than its header");
    t.at[at + 1] = (char)255;
    broken_at(&t, "beyond the end");
    t.at[at + 1] = 22;
    t.size--; /* the second NUL behind the strings */
    broken_at(&t, "beyond the end");
}

/* No end marker; an end marker too early; fewer bytes than were announced. */
static void odd_ends(void)
{
    char entry[31] = "_SM_\0\x1f\2\7\0\0\0\0\0\0\0\0_DMI_\0\0\x10";
    struct table t = { .size = 0 };
    struct hc_source *src;
    struct hc_facts facts;

    firmware(&t, FIRMWARE);
    machine(&t, UUID, MACHINE);
    src = host(&t, 0x0302);
    decode(src, &facts);
    CHECK(says(&facts, HC_SMBIOS_FAULT, "") && says(&facts, HC_SYSTEM_PRODUCT, "Model"));
    hc_source_free(src);

    src = host(&t, 0);
    log_bytes(src, ENTRY_KEY, entry, sizeof entry);
    decode(src, &facts);
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_CHASSIS_TYPE, HC_FAILED, "4096 bytes were announced"));
    hc_source_free(src);

    end(&t);
    machine(&t, ONES, "Behind|the|end|of|all|this");
    src = host(&t, 0x0302);
    decode(src, &facts);
    CHECK(says(&facts, HC_SMBIOS_FAULT, "") && says(&facts, HC_SYSTEM_PRODUCT, "Model"));
    hc_source_free(src);
}

static void odd_strings(void)
{
    struct table t = { .size = 0 };
    struct hc_source *src;
    struct hc_facts facts;

    firmware(&t, "First|1.0|today");
    firmware(&t, "Second|2.0|02/02/2022");
    machine(&t, UUID, "\x1b]0;owned\x07|Tab\tand\nnewline|  ");
    src = host(&t, 0x0302);
    decode(src, &facts);
    CHECK(says(&facts, HC_FIRMWARE_VENDOR, "First") && says(&facts, HC_FIRMWARE_DATE, "today"));
    CHECK(says(&facts, HC_SYSTEM_PRODUCT, "Tab?and?newline") && says(&facts, HC_SYSTEM_MANUFACTURER, "?]0;owned?"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_VERSION, HC_ABSENT, "does not say"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_SERIAL, HC_FAILED, "a string that is not"));
    hc_source_free(src);
}

/* Random bytes changed: nothing is read behind the end (a sanitizer would see), and it ends. */
static void mutations(void)
{
    const struct table sound = whole();
    struct hc_facts *facts = malloc(sizeof *facts);

    srand(1);
    for (int n = 0; facts && n < MUTATIONS; n++) {
        struct table *t = malloc(sizeof *t);
        char *exact;
        struct hc_source *src = hc_source_new(NULL, NULL);
        *t = sound;
        for (int i = rand() % 4; i >= 0; i--)
            t->at[(size_t)rand() % t->size] = (char)rand();
        t->size -= rand() % 3 ? 0 : (size_t)rand() % t->size;
        exact = malloc(t->size + 1);
        memcpy(exact, t->at, t->size);
        log_bytes(src, TABLE_KEY, exact, t->size);
        log_bytes(src, ENTRY_KEY, "_SM3_\0\x18\3\7\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
        decode(src, facts);
        hc_redact(src, hc_logged(src, TABLE_KEY));
        hc_source_free(src);
        free(exact);
        free(t);
    }
    free(facts);
}

static void too_many(void)
{
    enum { MANY = 200000, EACH = 6 };
    char *bytes = malloc(MANY * EACH);
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts;

    for (size_t i = 0; bytes && i < MANY; i++)
        memcpy(bytes + i * EACH, "\x11\4\0\0\0\0", EACH);
    log_bytes(src, TABLE_KEY, bytes, MANY * EACH);
    decode(src, &facts);
    CHECK(facts.tables[HC_TABLE_MEMORY_DEVICES].count <= 8192);
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_MEMORY, HC_FAILED, NULL));
    CHECK(strstr(hc_text_of(&facts, HC_SMBIOS_FAULT), "more than any machine has"));
    hc_source_free(src);
    free(bytes);
}

/* ---- placeholders ---- */

#define IS(text, kind)     CHECK(hc_is_placeholder(HC_TEXT(text), HC_PLACEHOLDER_##kind))
#define IS_NOT(text, kind) CHECK(!hc_is_placeholder(HC_TEXT(text), HC_PLACEHOLDER_##kind))

static void placeholders(void)
{
    IS("To Be Filled By O.E.M.", ANY);
    IS("  default STRING ", ANY);
    IS("Not Specified", NUMBER);
    IS("SerNum0", ANY);
    IS("A1_AssetTagNum12", ANY);
    IS("P1-DIMMA1_AssetTag (date:17/39)", ANY);
    IS("Type2 - Board Serial Number", ANY);
    IS("----", ANY);
    IS("00000000", NUMBER);
    IS("0", NUMBER);
    IS("1234567890", NUMBER);
    IS("03000200-0400-0500-0006-000700080009", UUID);
    IS("ffffffff-ffff-ffff-ffff-ffffffffffff", UUID);
    IS_NOT("0", ANY); /* a version may be 0 */
    IS_NOT("1234567890", ANY);
    IS_NOT("Dell Inc.", ANY);
    IS_NOT("OEM Systems Ltd", ANY);
    IS_NOT("Unknown Worlds", ANY);
    IS_NOT("SERIAL-7788", NUMBER);
    IS_NOT("4c4c4544-0042-4b10-8048-b4c04f583332", UUID);
    IS_NOT("", ANY);
    CHECK(strlen(hc_placeholders_date()) == strlen("2026-11"));
}

static void not_shown(void)
{
    struct table t = { .size = 0 };
    struct hc_source *src;
    struct hc_facts facts;

    machine(&t, ONES, "To Be Filled By O.E.M.|Model|x.x|System Serial Number|Default string|0");
    src = host(&t, 0x0302);
    decode(src, &facts);
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_MANUFACTURER, HC_ABSENT, "a placeholder: To Be Filled"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_SERIAL, HC_ABSENT, "a placeholder: System Serial"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_UUID, HC_ABSENT, "a placeholder: all ones"));
    CHECK(says(&facts, HC_SYSTEM_PRODUCT, "Model") && says(&facts, HC_SYSTEM_FAMILY, "0"));
    hc_source_free(src);
}

/* ---- who may not look ---- */

static struct hc_source *denied(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    src->platform = "linux";
    log_answer(src, TABLE_KEY, HC_DENIED, "EACCES");
    log_answer(src, ENTRY_KEY, HC_DENIED, "EACCES");
    log_text(src, "dir:/sys/class/dmi/id",
             "bios_date\nbios_vendor\nchassis_asset_tag\nchassis_type\nproduct_name\nproduct_serial\nsys_vendor\n");
    log_text(src, "file:/sys/class/dmi/id/bios_date", "02/03/2021\n");
    log_text(src, "file:/sys/class/dmi/id/bios_vendor", "Default string\n");
    log_text(src, "file:/sys/class/dmi/id/chassis_type", "10\n");
    log_text(src, "file:/sys/class/dmi/id/chassis_asset_tag", "TAG-4711\n");
    log_text(src, "file:/sys/class/dmi/id/product_name", "Model\n");
    log_text(src, "file:/sys/class/dmi/id/sys_vendor", " \n");
    log_answer(src, "file:/sys/class/dmi/id/product_serial", HC_DENIED, "EACCES");
    return src;
}

static void by_linux(void)
{
    struct hc_source *src = denied();
    struct hc_facts facts;

    decode(src, &facts);
    CHECK(says(&facts, HC_SYSTEM_PRODUCT, "Model") && says(&facts, HC_CHASSIS_TYPE, "Notebook"));
    CHECK(says(&facts, HC_FIRMWARE_DATE, "2021-02-03") && says(&facts, HC_CHASSIS_ASSET_TAG, "TAG-4711"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_SERIAL, HC_DENIED, NULL));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_MANUFACTURER, HC_DENIED, NULL)); /* the table may tell */
    CHECK(unknown_as(&facts, HC_FACT_SMBIOS_MEMORY, HC_DENIED, NULL));
    CHECK(unknown_as(&facts, HC_FACT_DMI_BIOS_VENDOR, HC_ABSENT, "a placeholder: Default"));
    CHECK(!facts.tables[HC_TABLE_MEMORY_DEVICES].known && !facts.tables[HC_TABLE_SMBIOS_SLOTS].known);
    hc_source_free(src);
}

static void none(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts facts;

    log_answer(src, TABLE_KEY, HC_ABSENT, "ENOENT");
    log_answer(src, ENTRY_KEY, HC_ABSENT, "ENOENT");
    log_answer(src, "dir:/sys/class/dmi/id", HC_ABSENT, "ENOENT");
    decode(src, &facts);
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_MANUFACTURER, HC_ABSENT, NULL));
    CHECK(facts.tables[HC_TABLE_MEMORY_DEVICES].known && !facts.tables[HC_TABLE_MEMORY_DEVICES].count);
    hc_source_free(src);
}

/* ---- what leaves the host ---- */

static bool inside(const struct hc_reply *reply, const char *word)
{
    for (size_t at = 0; at + strlen(word) <= reply->size; at++)
        if (!memcmp(reply->bytes + at, word, strlen(word)))
            return true;
    return false;
}

static void redacted(void)
{
    static const char *const secrets[] = {
        "SERIAL-7788", "0BADCAFE",  "TAG-5566", "BOARD-1122", "BTAG-3344", "Rack 9",
        "CASE-9900",   "CTAG-1212", "Owner",    "Hidden",     "secrets",   "\x33\x44"
    };
    static const char *const shown[] = { "Maker",     "Model",   "SKU 1",       "Samsung",
                                         "M393A4K40", "DIMM_A1", "Board maker", "01/31/2024" };
    struct table t = whole();
    struct hc_source *src = host(&t, 0x0302), *other = hc_source_new(NULL, NULL);
    const struct hc_reply *thin = hc_redact(src, hc_logged(src, TABLE_KEY)), *again;
    struct hc_facts facts;

    CHECK(thin->thinned && thin->size == t.size);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        CHECK(!inside(thin, secrets[i]));
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        CHECK(inside(thin, shown[i]));
    again = hc_log(other, thin);
    log_bytes(other, ENTRY_KEY, hc_logged(src, ENTRY_KEY)->bytes, 24);
    decode(other, &facts);
    CHECK(says(&facts, HC_SYSTEM_PRODUCT, "Model") && says(&facts, HC_SYSTEM_SKU, "SKU 1"));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_SERIAL, HC_REDACTED, NULL));
    CHECK(unknown_as(&facts, HC_FACT_SYSTEM_UUID, HC_REDACTED, NULL));
    CHECK(cell_says(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_PART), "M393A4K40"));
    CHECK(cell(&facts, HC_TABLE_MEMORY_DEVICES, 0, HC_COL_DIMM_SERIAL)->why->answer == HC_REDACTED);
    CHECK(again && hc_redact(other, again)->size == thin->size);
    CHECK(!memcmp(hc_redact(other, again)->bytes, thin->bytes, thin->size));
    hc_source_free(src);
    hc_source_free(other);
}

/* A serial number in a public string; one string in two places; a table that breaks off. */
static void redacted_oddly(void)
{
    struct table t = { .size = 0 };
    struct hc_source *src;
    const struct hc_reply *thin;
    struct hc_smbios_structure s;
    struct hc_text rest;
    bool broken = false;

    machine(&t, UUID, "Maker|Model abc-12345 x|1.0|ABC-12345|abc-12345|Family");
    module(&t, "\0\x20", "\0\0\0\0", "DIMM_A1|BANK 0|0BADCAFE|0BADCAFE|TAG|PART 0BADCAFE");
    add(&t, 17, 40, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "TWOPLACES");
    t.size--;
    src = host(&t, 0x0302);
    thin = hc_redact(src, hc_logged(src, TABLE_KEY));
    CHECK(inside(thin, "Maker") && inside(thin, "Family") && inside(thin, "DIMM_A1"));
    CHECK(!inside(thin, "12345") && !inside(thin, "0BADCAFE") && !inside(thin, "TWOPLACES"));
    rest = (struct hc_text){ thin->bytes, thin->size };
    while (hc_smbios_next(&rest, &s, &broken))
        ;
    CHECK(broken); /* still */
    hc_source_free(src);
}

static void files_redacted(void)
{
    struct hc_source *src = denied();
    char *text = hc_recording_save(src, &(const struct hc_pseudonyms){ .arena = &src->arena }),
         *all = hc_recording_save(src, NULL);

    CHECK(text && !strstr(text, "4711") && strstr(text, "Model") && strstr(text, "Default string"));
    CHECK(all && strstr(all, "4711"));
    free(text);
    free(all);
    hc_source_free(src);
}

static void words_in_order(void)
{
    static const struct {
        unsigned list, code;
    } words[] = {
#define WORD(list, code, word) { HC_WORDS_##list, code },
#include "smbios_words.def"
    };

    for (size_t i = 1; i < sizeof words / sizeof *words; i++)
        CHECK(words[i - 1].list < words[i].list ||
              (words[i - 1].list == words[i].list && words[i - 1].code < words[i].code));
    CHECK(!strcmp(hc_smbios_word(HC_WORDS_BOARD_TYPE, 1), "Unknown"));
    CHECK(!strcmp(hc_smbios_word(HC_WORDS_ONBOARD, 0x10), "UFS Controller"));
    CHECK(!hc_smbios_word(HC_WORDS_ONBOARD, 0x11) && !hc_smbios_word(HC_WORDS_CPU_FAMILY, 0xffff));
}

int main(void)
{
    machine_told();
    modules_told();
    by_version();
    entry_points();
    broken_tables();
    odd_ends();
    odd_strings();
    mutations();
    too_many();
    placeholders();
    not_shown();
    by_linux();
    none();
    redacted();
    redacted_oddly();
    files_redacted();
    words_in_order();
    error_correction();
    controllers();
    return checked();
}
