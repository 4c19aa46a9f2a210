/* What the dated table says of CPUs: the ends of its ranges, and values that are not known. What counts as old. */
#include "check.h"
#include "conclude.h"
#include "dated.h"
#include "scan.h"

#include <string.h>

enum { RELEASES = 4, NONE = -1 };

static const struct row {
    const char *what, *vendor, *brand;
    int family, model, stepping;
    const char *expected[RELEASES];
} rows[] = {
#define INTEL "GenuineIntel"
#define AMD   "AuthenticAMD"
    { "Westmere", INTEL, "", 6, 0x2c, 2, { "blocked", "blocked", "blocked", "blocked" } },
    { "the last of that range", INTEL, "", 6, 0x36, 2, { "blocked", "blocked", "blocked", "blocked" } },
    { "Sandy Bridge within it", INTEL, "", 6, 0x2d, 7, { "deprecated", "blocked", "blocked", "blocked" } },
    { "behind that range", INTEL, "", 6, 0x37, 3, { "unlisted", "unlisted", "unlisted", "unlisted" } },
    { "NetBurst", INTEL, NULL, 0xf, 4, NONE, { "blocked", "blocked", "blocked", "blocked" } },
    { "a family without a row", INTEL, "Intel(R) Xeon(R)", 19, 1, 0, { NULL, NULL, NULL, NULL } },
    { "Kaby Lake", INTEL, "", 6, 0x9e, 9, { "supported", "supported", "discontinued", "discontinued" } },
    { "Coffee Lake", INTEL, "", 6, 0x9e, 0xa, { "supported", "supported", "deprecated", "deprecated" } },
    { "the last Coffee Lake", INTEL, "", 6, 0x9e, 0xd, { "supported", "supported", "deprecated", "deprecated" } },
    { "stepping not known", INTEL, "", 6, 0x9e, NONE, { NULL, NULL, NULL, NULL } },
    { "Skylake-SP",
      INTEL,
      "Intel(R) Xeon(R) Gold 6140",
      6,
      0x55,
      4,
      { "supported", "supported", "deprecated", "discontinued" } },
    { "Skylake-W",
      INTEL,
      "INTEL(R) XEON(R) w-2145 CPU",
      6,
      0x55,
      4,
      { "supported", "supported", "discontinued", "discontinued" } },
    { "Skylake, brand not known", INTEL, NULL, 6, 0x55, 4, { "supported", "supported", NULL, "discontinued" } },
    { "Skylake, no brand", INTEL, "", 6, 0x55, 4, { "supported", "supported", NULL, "discontinued" } },
    { "Cascade Lake", INTEL, NULL, 6, 0x55, 7, { "supported", "supported", "deprecated", "deprecated" } },
    { "Cooper Lake", INTEL, NULL, 6, 0x55, 0xb, { "supported", "supported", "supported", "supported" } },
    { "Ice Lake on 7.0", INTEL, NULL, 6, 0x6a, 6, { NULL, "supported", "supported", "supported" } },
    { "Rocket Lake E",
      INTEL,
      "Intel(R) Xeon(R) E-2336 CPU",
      6,
      0xa7,
      1,
      { NULL, "supported", "supported", "supported" } },
    { "Rocket Lake of clients",
      INTEL,
      "11th Gen Intel(R) Core(TM) i9-11900K",
      6,
      0xa7,
      1,
      { "unlisted", "unlisted", "unlisted", "unlisted" } },
    { "model not known", INTEL, NULL, 6, NONE, 1, { NULL, NULL, NULL, NULL } },
    { "before Bulldozer", AMD, NULL, 0x14, NONE, NONE, { "blocked", "blocked", "blocked", "blocked" } },
    { "Bulldozer", AMD, NULL, 0x15, 1, NONE, { "deprecated", "blocked", "blocked", "blocked" } },
    { "Piledriver", AMD, NULL, 0x15, 2, NONE, { "supported", "blocked", "blocked", "blocked" } },
    { "Bulldozer or later, or behind the last row", AMD, NULL, 0x15, NONE, NONE, { NULL, NULL, NULL, NULL } },
    { "Naples",
      AMD,
      "AMD EPYC 7551 32-Core Processor",
      0x17,
      1,
      2,
      { "supported", "supported", "deprecated", "deprecated" } },
    { "its embedded brother", AMD, "AMD EPYC 3251 8-Core Processor", 0x17, 1, 2, { NULL, NULL, NULL, NULL } },
    { "Ryzen",
      AMD,
      "AMD Ryzen 7 3700X 8-Core Processor",
      0x17,
      0x71,
      0,
      { "unlisted", "unlisted", "unlisted", "unlisted" } },
    { "Turin", AMD, "AMD EPYC 9755 128-Core Processor", 0x1a, 2, 1, { NULL, NULL, "supported", "supported" } },
    { "a maker without rows", "HygonGenuine", "Hygon C86", 0x18, 1, 1, { NULL, NULL, NULL, NULL } },
    { "nothing known", NULL, NULL, NONE, NONE, NONE, { NULL, NULL, NULL, NULL } },
};

static void give_number(struct hc_facts *facts, const char *key, int value)
{
    if (value != NONE)
        CHECK(hc_give_number(facts, key, (uint64_t)value));
}

static void look_up(const struct row *row)
{
    const struct hc_word_id releases[RELEASES] = { HC_CPU_ESXI_7_0, HC_CPU_ESXI_8_0, HC_CPU_ESX_9_0, HC_CPU_ESX_9_2 };
    struct hc_scan *scan = hc_scan_empty();

    CHECK(scan != NULL);
    if (!scan)
        return;
    if (row->vendor)
        CHECK(hc_give_text(&scan->facts, "cpu.vendor", row->vendor));
    if (row->brand)
        CHECK(hc_give_text(&scan->facts, "cpu.brand", row->brand));
    give_number(&scan->facts, "cpu.family", row->family);
    give_number(&scan->facts, "cpu.model", row->model);
    give_number(&scan->facts, "cpu.stepping", row->stepping);
    hc_conclude_tables(&scan->facts);
    for (size_t i = 0; i < RELEASES; i++) {
        const char *got = hc_word_of(&scan->facts, releases[i]), *expected = row->expected[i];
        const bool right = expected ? got && !strcmp(got, expected) : !got;
        if (!right)
            printf("%s: release %zu: %s\n", row->what, i, got ? got : "not known");
        CHECK(right && scan->facts.cells[releases[i].fact].via_count);
    }
    hc_scan_free(scan);
}

static void old(void)
{
    CHECK(!hc_dated_old("2026-11-22", "2026-11-22T00:00:00Z") && !hc_dated_old("2026-11-22", "2020-01-01T00:00:00Z"));
    CHECK(!hc_dated_old("2026-11-22", "2028-05-22T23:59:59Z") && hc_dated_old("2026-11-22", "2028-05-23T00:00:00Z"));
    CHECK(!hc_dated_old("2026-11", "2028-05-01T00:00:00Z") && hc_dated_old("2026-11", "2028-05-02T00:00:00Z"));
    CHECK(!hc_dated_old("2000-01-01", NULL) && !hc_dated_old("2000-01-01", "soon") &&
          !hc_dated_old("long ago", "2028-05-23"));
    for (size_t i = 0; i < hc_dated_table_count; i++)
        CHECK(!hc_dated_old(hc_dated_tables[i].date(), "2026-11-23") &&
              hc_dated_old(hc_dated_tables[i].date(), "2099-01-01"));
    CHECK(hc_dated_of(HC_FACT_CPU_ESX_9_2) && !strcmp(hc_dated_of(HC_FACT_CPU_ESX_9_2)->key, "esxi_cpus"));
    CHECK(!hc_dated_of(HC_FACT_HOST_ARCH));
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        look_up(&rows[i]);
    old();
    return checked();
}
