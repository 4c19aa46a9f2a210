/* Walkers of ACPI tables: whole tables, every prefix of them, broken ones, and many random changes. A table that is
   said to be sound must hold no value from outside of it. */
#include "acpi.h"
#include "check.h"
#include "probes.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024, MUTATIONS = 20000 };

struct bytes {
    char at[MOST];
    size_t size;
};

/* Every kind of structure once; the checksum comes later. */
static const struct sample {
    const char *name, *hex;
} samples[] = {
    { "DMAR", "444d41520101000001e6484f53544350434f4d504f5345440100000048434150010000002e05000000000000000000000000"
              "1800000000000000d9fe00000000010800000000020000002800010000000010d9fe000000000308000002f01f0004080000"
              "00001f00050800000100150101002e00000000000000807b00000000ffffff7f00000000010e000000000700000001000000"
              "02080000000007000200100000000000020800000000070003001400000000000000d9fe0000000000000000040017000000"
              "00015c5f53422e504349302e4932433100050010000100000001080000000004000600100000000000010801000000020009"
              "00080001020304" },
    { "IVRS", "49565253d70100000259484f53544350434f4d504f53454401000000484341500100000043302000000000000000000010b0"
              "4000080040000000d8fe00000000000000006e8f04800310000004feff004300ff0000a5000004ffff0000000000480000d7"
              "02a000014800000000a0000211b06400080040000000d8fe000000000000000000020000de4a2522ef736d20100000000000"
              "00000310000004feff004300ff0000a5000004ffff0000000000480000d702a000014800000000a000020220000046280000"
              "00000080423000000028000020082000000000000000000000000000000000a0000000000000100000000000210f20002800"
              "000000000000000000000000007f000000000000020000000000220720003000370000000000000000000000007e00000000"
              "000001000000000040b0a300080040000000d8fe000000000000000000020000de4a2522ef736d2010000000000000000310"
              "000004feff004300ff0000a5000004ffff0000000000480000d702a000014800000000a00002f0a50040414d444930303230"
              "000000000000000002095c5f53422e46555230f0a50040414d444930303430504e50303530310001080300000000000000f0"
              "980040414d44493030343200000000000000000000" },
    { "IORT", "494f5254e00100000396484f53544350434f4d504f5345440100000048434150010000000700000030000000000000000018"
              "0001000000000000000000000000010000000000000004580004010000000100000044000000000005090000000001000000"
              "000000000000000000000000000000006a0000006b0000006d0000006c000000000000000000000000000000ffff00000000"
              "00003000000000000000034c00010200000000000000000000000000402b0000000000000100000000000300000002000000"
              "3c000000000000004c000000000000004c0000004b000000010000000000000000000000024c000303000000020000002400"
              "0000010000000000000001000000000000004000000000000000ff01000000000000480000000000000000020000fffd0000"
              "000200003000000000000000013c0002040000000100000028000000000000000100000000000000205c5f53422e444d4130"
              "0000000000000000000040000000a00000000100000005280001050000000000000000000000000007090000000000000000"
              "4800000000000809000000000644000306000000010000003000000001000000010000001c00000000000080000000000000"
              "010000000000000000000000000000000000100000004800000001000000" },
};

static const struct sample *sample(const char *name)
{
    const struct sample *s = samples;

    while (strcmp(s->name, name))
        s++;
    return s;
}

static void seal(struct bytes *bytes)
{
    unsigned char total = 0;

    bytes->at[9] = 0;
    for (size_t i = 0; i < bytes->size; i++)
        total = (unsigned char)(total + (unsigned char)bytes->at[i]);
    bytes->at[9] = (char)-total;
}

static struct bytes table(const char *name)
{
    struct bytes bytes = { .size = 0 };
    uint64_t value;

    for (const char *hex = sample(name)->hex; *hex; hex += 2, bytes.size++)
        if (hc_number((struct hc_text){ hex, 2 }, 16, &value))
            bytes.at[bytes.size] = (char)value;
    seal(&bytes);
    return bytes;
}

/* ---- a host that shows this table ---- */

struct look {
    struct hc_source *src;
    struct hc_facts facts;
};

static void say(struct hc_source *src, const char *key, enum hc_answer answer, struct hc_text text)
{
    struct hc_reply reply = { .key = key, .answer = answer, .error = answer == HC_OK ? NULL : "as said" };

    reply.bytes = hc_copy(&src->arena, text.at, text.size);
    reply.size = text.size;
    hc_log(src, &reply);
}

static void begin(struct look *look)
{
    memset(&look->facts, 0, sizeof look->facts);
    look->src = hc_source_new(NULL, NULL);
    if (!look->src)
        abort();
    look->facts.arena = &look->src->arena;
}

static void function(struct look *look, const char *address, int secondary, enum hc_answer bus, const char *parent)
{
    const struct hc_reply *ok = hc_logged(look->src, "dir:/sys/firmware/acpi/tables");
    struct hc_table_row *row = hc_add_row(&look->facts, HC_TABLE_PCI, ok);

    hc_cell_text(&look->facts, row, HC_COL_PCI_ADDRESS, ok, (struct hc_text){ address, strlen(address) });
    hc_cell_number(&look->facts, row, HC_COL_PCI_HEADER, ok, secondary >= 0);
    if (parent)
        hc_cell_text(&look->facts, row, HC_COL_PCI_PARENT, ok, (struct hc_text){ parent, strlen(parent) });
    if (secondary >= 0)
        hc_cell_number(&look->facts, row, HC_COL_PCI_SECONDARY,
                       bus == HC_OK ? ok : hc_reword(look->src, ok, bus, "as said"), (uint64_t)secondary);
}

/* The functions that the samples name: three bridges in a row and a device. bus: whether the register of the lowest
   bridge is known; parent: whether it is known what stands below that. */
static void functions(struct look *look, enum hc_answer list, enum hc_answer bus, bool parent)
{
    const struct hc_reply *ok = hc_logged(look->src, "dir:/sys/firmware/acpi/tables");

    hc_put_table(&look->facts, HC_TABLE_PCI, list == HC_OK ? ok : hc_reword(look->src, ok, list, "as said"));
    if (list != HC_OK)
        return;
    function(look, "0000:0b:00.0", -1, HC_OK, parent ? "0000:08:01.0" : NULL); /* as a virtual function may be */
    function(look, "0000:0a:00.0", -1, HC_OK, parent ? "0000:08:01.0" : NULL);
    function(look, "0000:00:07.0", 7, HC_OK, "");
    function(look, "0000:08:01.0", 10, bus, "0000:07:00.0");
    function(look, "0000:07:00.0", 8, HC_OK, "0000:00:07.0");
    function(look, "0000:00:01.0", -1, HC_OK, "");
}

static void run(struct look *look, const char *name, enum hc_answer answer, struct hc_text file)
{
    const char *key = hc_format(look->src, "file:/sys/firmware/acpi/tables/%s", name);

    say(look->src, key, answer, file);
    hc_probe_iommu(look->src, &look->facts);
    hc_probe_acpi(look->src, &look->facts);
}

static void list(struct look *look, const char *names)
{
    begin(look);
    say(look->src, "dir:/sys/firmware/acpi/tables", HC_OK, (struct hc_text){ names, strlen(names) });
}

/* With the functions known; the caller frees the source. */
static struct look scan(const char *name, const struct bytes *bytes)
{
    struct look look;

    list(&look, "DMAR\nIORT\nIVRS\n");
    functions(&look, HC_OK, HC_OK, false);
    run(&look, name, HC_OK, (struct hc_text){ bytes->at, bytes->size });
    return look;
}

static enum hc_tri sound(const struct look *look, const char *name)
{
    return hc_flag(&look->facts, !strcmp(name, "DMAR")   ? HC_ACPI_DMAR_SOUND
                                 : !strcmp(name, "IVRS") ? HC_ACPI_IVRS_SOUND
                                                         : HC_ACPI_IORT_SOUND);
}

static const struct hc_table_row *row(const struct look *look, enum hc_table table, size_t number)
{
    const struct hc_table_row *at = look->facts.tables[table].first;

    while (at && number--)
        at = at->next;
    return at;
}

static bool text_is(const struct hc_table_row *row, int column, const char *text)
{
    return row && row->cells[column].known && !strcmp(row->cells[column].text, text);
}

static bool number_is(const struct hc_table_row *row, int column, uint64_t number)
{
    return row && row->cells[column].known && row->cells[column].number == number;
}

static const char *fault(const struct look *look, const char *name)
{
    for (const struct hc_table_row *at = row(look, HC_TABLE_ACPI_TABLES, 0); at; at = at->next)
        if (text_is(at, HC_COL_ACPI_TABLE_SIGNATURE, name) && at->cells[HC_COL_ACPI_TABLE_FAULT].known)
            return at->cells[HC_COL_ACPI_TABLE_FAULT].text;
    return "unknown";
}

/* ---- whole tables ---- */

static void whole_dmar(void)
{
    struct bytes bytes = table("DMAR");
    struct look look = scan("DMAR", &bytes);
    const struct hc_facts *facts = &look.facts;
    uint64_t units;

    CHECK(hc_flag(facts, HC_ACPI_DMAR_SOUND) == HC_YES && !*fault(&look, "DMAR"));
    CHECK(hc_number_of(facts, HC_ACPI_DMAR_DRHDS, &units) && units == 2);
    CHECK(hc_flag(facts, HC_ACPI_DMAR_INTR_REMAP) == HC_YES && hc_flag(facts, HC_ACPI_DMAR_X2APIC_OPT_OUT) == HC_NO);
    CHECK(facts->tables[HC_TABLE_DMAR_STRUCTURES].count == 9 && facts->tables[HC_TABLE_DMAR_SCOPES].count == 9);
    CHECK(text_is(row(&look, HC_TABLE_DMAR_STRUCTURES, 2), HC_COL_DMAR_TYPE, "RMRR"));
    CHECK(number_is(row(&look, HC_TABLE_DMAR_STRUCTURES, 2), HC_COL_DMAR_LIMIT, 0x7fffffff));
    CHECK(text_is(row(&look, HC_TABLE_DMAR_STRUCTURES, 5), HC_COL_DMAR_OBJECT, "\\_SB.PCI0.I2C1"));
    CHECK(text_is(row(&look, HC_TABLE_DMAR_STRUCTURES, 8), HC_COL_DMAR_TYPE, "9"));
    CHECK(text_is(row(&look, HC_TABLE_DMAR_SCOPES, 4), HC_COL_DMAR_SCOPE_PATH, "07.0 00.0 01.0 00.0"));
    CHECK(text_is(row(&look, HC_TABLE_DMAR_SCOPES, 4), HC_COL_DMAR_SCOPE_ADDRESS, "0000:0a:00.0"));
    CHECK(text_is(row(&look, HC_TABLE_DMAR_SCOPES, 0), HC_COL_DMAR_SCOPE_ADDRESS, "")); /* 0000:00:02.0 */
    hc_source_free(look.src);
}

static void whole_ivrs(void)
{
    struct bytes bytes = table("IVRS");
    struct look look = scan("IVRS", &bytes);
    uint64_t units;

    CHECK(hc_flag(&look.facts, HC_ACPI_IVRS_SOUND) == HC_YES && !*fault(&look, "IVRS"));
    CHECK(hc_number_of(&look.facts, HC_ACPI_IVRS_IVHDS, &units) && units == 1); /* in blocks of three types */
    CHECK(look.facts.tables[HC_TABLE_IVRS_BLOCKS].count == 6 && look.facts.tables[HC_TABLE_IVRS_ENTRIES].count == 27);
    CHECK(number_is(row(&look, HC_TABLE_IVRS_BLOCKS, 1), HC_COL_IVRS_EFR, UINT64_C(0x206d73ef22254ade)));
    CHECK(text_is(row(&look, HC_TABLE_IVRS_BLOCKS, 1), HC_COL_IVRS_ADDRESS, "0000:00:01.0"));
    CHECK(text_is(row(&look, HC_TABLE_IVRS_ENTRIES, 24), HC_COL_IVRS_ENTRY_UID, "\\_SB.FUR0"));
    CHECK(text_is(row(&look, HC_TABLE_IVRS_ENTRIES, 25), HC_COL_IVRS_ENTRY_UID, "3"));
    CHECK(text_is(row(&look, HC_TABLE_IVRS_ENTRIES, 26), HC_COL_IVRS_ENTRY_UID, ""));
    hc_source_free(look.src);
}

static void whole_iort(void)
{
    struct bytes bytes = table("IORT");
    struct look look = scan("IORT", &bytes);
    uint64_t units;

    CHECK(hc_flag(&look.facts, HC_ACPI_IORT_SOUND) == HC_YES && !*fault(&look, "IORT"));
    CHECK(hc_number_of(&look.facts, HC_ACPI_IORT_SMMUS, &units) && units == 2);
    CHECK(text_is(row(&look, HC_TABLE_IORT_NODES, 3), HC_COL_IORT_OUTPUTS, "1 0"));
    CHECK(number_is(row(&look, HC_TABLE_IORT_NODES, 2), HC_COL_IORT_BASE, 0x2b400000));
    CHECK(text_is(row(&look, HC_TABLE_IORT_NODES, 4), HC_COL_IORT_NAME, "\\_SB.DMA0"));
    hc_source_free(look.src);
}

/* ---- what is not known ---- */

static void paths_unknown(void)
{
    static const enum hc_answer lists[] = { HC_DENIED, HC_OK };
    struct bytes bytes = table("DMAR");

    for (size_t i = 0; i < 2; i++) {
        struct look look;
        const struct hc_cell *cell;
        list(&look, "DMAR\n");
        functions(&look, lists[i], HC_DENIED, false);
        run(&look, "DMAR", HC_OK, (struct hc_text){ bytes.at, bytes.size });
        cell = &row(&look, HC_TABLE_DMAR_SCOPES, 4)->cells[HC_COL_DMAR_SCOPE_ADDRESS];
        CHECK(!cell->known && cell->why && cell->why->answer == HC_DENIED);
        hc_source_free(look.src);
    }
}

/* A bridge that sleeps: the functions below it tell its bus. */
static void path_by_parents(void)
{
    struct bytes bytes = table("DMAR");
    struct look look;

    list(&look, "DMAR\n");
    functions(&look, HC_OK, HC_UNSUPPORTED, true);
    run(&look, "DMAR", HC_OK, (struct hc_text){ bytes.at, bytes.size });
    CHECK(text_is(row(&look, HC_TABLE_DMAR_SCOPES, 4), HC_COL_DMAR_SCOPE_ADDRESS, "0000:0a:00.0"));
    hc_source_free(look.src);
}

static void no_tables(void)
{
    static const enum hc_answer answers[] = { HC_DENIED, HC_ABSENT, HC_FAILED, HC_NOT_RECORDED };
    uint64_t units;
    struct look look;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) { /* listed, but nobody can read it */
        list(&look, "DMAR\n");
        run(&look, "DMAR", answers[i], HC_TEXT(""));
        CHECK(hc_flag(&look.facts, HC_ACPI_DMAR_SOUND) == HC_UNKNOWN);
        CHECK(!look.facts.tables[HC_TABLE_DMAR_STRUCTURES].known &&
              !hc_number_of(&look.facts, HC_ACPI_DMAR_DRHDS, &units));
        CHECK(hc_number_of(&look.facts, HC_ACPI_IVRS_IVHDS, &units) && !units);
        CHECK(!hc_logged(look.src, "file:/sys/firmware/acpi/tables/IVRS")); /* the folder does not name it */
        hc_source_free(look.src);
    }
    begin(&look); /* the folder itself is masked */
    say(look.src, "dir:/sys/firmware/acpi/tables", HC_DENIED, HC_TEXT(""));
    run(&look, "DMAR", HC_OK, HC_TEXT(""));
    CHECK(!look.facts.tables[HC_TABLE_DMAR_STRUCTURES].known && !hc_number_of(&look.facts, HC_ACPI_DMAR_DRHDS, &units));
    hc_source_free(look.src);
}

/* ---- broken tables ---- */

static void broken(const char *name, size_t at, unsigned char value, bool sealed, const char *says)
{
    struct bytes bytes = table(name);
    struct look look;

    bytes.at[at] = (char)value;
    if (sealed)
        seal(&bytes);
    look = scan(name, &bytes);
    CHECK(sound(&look, name) == HC_NO);
    if (strcmp(fault(&look, name), says)) {
        printf("%s %zu: %s, not %s\n", name, at, fault(&look, name), says);
        failures++;
    }
    hc_source_free(look.src);
}

static void broken_tables(void)
{
    broken("DMAR", 0, 'X', true, "byte 0: no DMAR");
    broken("DMAR", 12, 'x', false, "byte 9: the checksum is wrong");
    broken("DMAR", 4, 0, true, "byte 256: the file goes on behind the table");
    broken("DMAR", 5, 2, true, "byte 257: the file ends before the table does");
    broken("DMAR", 74, 0, true, "byte 72: a structure has length 0");
    broken("DMAR", 74, 15, true, "byte 72: a structure is too short");
    broken("DMAR", 75, 1, true, "byte 72: a structure goes beyond the end of what holds it");
    broken("DMAR", 89, 0, true, "byte 88: a device scope has length 0");
    broken("DMAR", 89, 5, true, "byte 88: a device scope is too short");
    broken("DMAR", 105, 9, true, "byte 104: a device scope goes beyond the end of what holds it");
    broken("DMAR", 137, 13, true, "byte 148: half a step of a path");
    broken("DMAR", 216, 'x', true, "byte 217: a name without an end");
    broken("IVRS", 50, 0, true, "byte 48: a block has length 0");
    broken("IVRS", 72, 0x90, true, "byte 72: a device entry of a type whose length is not known");
    broken("IVRS", 92, 0xf0, true, "byte 92: a device entry goes beyond the end of what holds it");
    broken("IVRS", 470, 1, true, "byte 449: a device entry goes beyond the end of what holds it");
    broken("IORT", 40, 47, true, "byte 40: the nodes begin outside of the table");
    broken("IORT", 36, 8, true, "byte 480: a node is too short");
    broken("IORT", 80, 2, true, "byte 84: mappings beyond the end of their node");
    broken("IORT", 152, 49, true, "byte 152: a mapping to no node");
}

/* What stood before the break is kept; what was counted behind it is not known. */
static void before_the_break(void)
{
    struct bytes bytes = table("DMAR");
    struct look look;
    uint64_t units;

    bytes.at[74] = 0;
    seal(&bytes);
    look = scan("DMAR", &bytes);
    CHECK(look.facts.tables[HC_TABLE_DMAR_STRUCTURES].known && look.facts.tables[HC_TABLE_DMAR_STRUCTURES].count == 1);
    CHECK(!hc_number_of(&look.facts, HC_ACPI_DMAR_DRHDS, &units) && hc_why(&look.facts, HC_ACPI_DMAR_DRHDS.fact));
    CHECK(hc_flag(&look.facts, HC_ACPI_DMAR_INTR_REMAP) == HC_YES);
    hc_source_free(look.src);
    bytes = table("DMAR"); /* a bad scope: the next structure is found all the same */
    bytes.at[89] = 0;
    seal(&bytes);
    look = scan("DMAR", &bytes);
    CHECK(look.facts.tables[HC_TABLE_DMAR_STRUCTURES].count == 9 && look.facts.tables[HC_TABLE_DMAR_SCOPES].count == 6);
    CHECK(hc_number_of(&look.facts, HC_ACPI_DMAR_DRHDS, &units) && units == 2);
    hc_source_free(look.src);
}

/* ---- nothing from outside ---- */

/* Rows follow each other without a gap, each inside of what holds it; and the last ends where the table does. */
static bool tiled(const struct look *look, enum hc_table table, int offset, int length, size_t first, size_t end)
{
    for (const struct hc_table_row *at = row(look, table, 0); at; at = at->next) {
        if (!number_is(at, offset, first) || !at->cells[length].known)
            return false;
        first += at->cells[length].number;
    }
    return first == end;
}

static bool inside(const struct look *look, enum hc_table table, int holder, int offset, int length,
                   enum hc_table holders, int holder_offset, int holder_length)
{
    for (const struct hc_table_row *at = row(look, table, 0); at; at = at->next) {
        const struct hc_table_row *around = row(look, holders, at->cells[holder].number);
        uint64_t start = at->cells[offset].number, begins;
        if (!around)
            return false;
        begins = around->cells[holder_offset].number;
        if (start < begins || start + at->cells[length].number > begins + around->cells[holder_length].number)
            return false;
    }
    return true;
}

static bool nested(const struct look *look, const char *name, size_t size)
{
    if (!strcmp(name, "DMAR"))
        return tiled(look, HC_TABLE_DMAR_STRUCTURES, HC_COL_DMAR_OFFSET, HC_COL_DMAR_LENGTH, 48, size) &&
               inside(look, HC_TABLE_DMAR_SCOPES, HC_COL_DMAR_SCOPE_STRUCTURE, HC_COL_DMAR_SCOPE_OFFSET,
                      HC_COL_DMAR_SCOPE_LENGTH, HC_TABLE_DMAR_STRUCTURES, HC_COL_DMAR_OFFSET, HC_COL_DMAR_LENGTH);
    if (!strcmp(name, "IVRS"))
        return tiled(look, HC_TABLE_IVRS_BLOCKS, HC_COL_IVRS_OFFSET, HC_COL_IVRS_LENGTH, 48, size) &&
               inside(look, HC_TABLE_IVRS_ENTRIES, HC_COL_IVRS_ENTRY_BLOCK, HC_COL_IVRS_ENTRY_OFFSET,
                      HC_COL_IVRS_ENTRY_LENGTH, HC_TABLE_IVRS_BLOCKS, HC_COL_IVRS_OFFSET, HC_COL_IVRS_LENGTH);
    for (const struct hc_table_row *at = row(look, HC_TABLE_IORT_NODES, 0); at; at = at->next)
        if (!at->cells[HC_COL_IORT_LENGTH].known || !at->cells[HC_COL_IORT_OUTPUTS].known ||
            at->cells[HC_COL_IORT_OFFSET].number + at->cells[HC_COL_IORT_LENGTH].number > size)
            return false;
    return true;
}

static void prefixes(const char *name)
{
    struct bytes bytes = table(name);

    for (size_t size = 0; size <= bytes.size; size++) {
        struct bytes part = bytes; /* first as a table cut off, then as one of that length */
        struct look look;
        part.size = size;
        look = scan(name, &part);
        CHECK(sound(&look, name) == hc_tri(size == bytes.size));
        hc_source_free(look.src);
        memcpy(part.at + 4, (const char[]){ (char)size, (char)(size >> 8), 0, 0 }, 4);
        if (size > 9)
            seal(&part);
        look = scan(name, &part);
        CHECK(sound(&look, name) == HC_NO || nested(&look, name, size));
        hc_source_free(look.src);
    }
}

/* A linear congruential generator: the same changes on every host. */
static unsigned next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void mutations(const char *name)
{
    static const unsigned char edges[] = { 0, 1, 2, 4, 5, 6, 7, 8, 16, 0x40, 0x48, 0x7f, 0x80, 0xf0, 0xff };
    uint32_t state = 20261122;
    int kept = 0;

    for (int i = 0; i < MUTATIONS; i++) {
        struct bytes bytes = table(name);
        struct look look;
        for (unsigned n = next(&state) % 4 + 1; n > 0; n--) {
            size_t at = HC_ACPI_HEADER + next(&state) % (bytes.size - HC_ACPI_HEADER);
            unsigned pick = next(&state);
            bytes.at[at] = (char)(pick & 1 ? edges[(pick >> 1) % sizeof edges] : (unsigned char)(pick >> 1));
        }
        seal(&bytes);
        look = scan(name, &bytes);
        kept += sound(&look, name) == HC_YES;
        CHECK(sound(&look, name) == HC_NO || nested(&look, name, bytes.size));
        hc_source_free(look.src);
    }
    CHECK(kept > 0 && kept < MUTATIONS); /* both kinds were tried */
}

int main(void)
{
    whole_dmar();
    whole_ivrs();
    whole_iort();
    paths_unknown();
    path_by_parents();
    no_tables();
    broken_tables();
    before_the_break();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        prefixes(samples[i].name);
        mutations(samples[i].name);
    }
    return checked();
}
