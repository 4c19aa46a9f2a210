/* What VMware says of this CPU: conclusions from a dated table, esxi_cpu.def. */
#include "conclude.h"
#include "concluded.h"
#include "dated.h"

#include <stddef.h>
#include <string.h>

enum { RELEASES = 4 };

struct range {
    uint64_t first, last;
};

struct cpu_row {
    const char *vendor;
    struct range family, model, stepping;
    const char *brand; /* "part|part": one of them stands in the brand string; "": any brand */
    const char *status[RELEASES];
};

/* Names of the table. */
#define INTEL "GenuineIntel"
#define AMD   "AuthenticAMD"
#define ONE(n)                                                                                                         \
    {                                                                                                                  \
        n, n                                                                                                           \
    }
#define TO(a, b)                                                                                                       \
    {                                                                                                                  \
        a, b                                                                                                           \
    }
#define ANY                                                                                                            \
    {                                                                                                                  \
        0, UINT64_MAX                                                                                                  \
    }
#define SUPPORTED    "supported"
#define DEPRECATED   "deprecated"
#define DISCONTINUED "discontinued"
#define BLOCKED      "blocked"
#define UNLISTED     "unlisted"
#define UNKNOWN      NULL

static const struct cpu_row rows[] = {
#define DATED(date)
#define CPU(vendor, from, to, model, stepping, brand, v70, v80, v90, v92, source)                                      \
    { vendor, { from, to }, model, stepping, brand, { v70, v80, v90, v92 } },
#include "esxi_cpu.def"
};

const char *hc_esxi_cpu_date(void)
{
    return
#define DATED(date) date
#define CPU(vendor, from, to, model, stepping, brand, v70, v80, v90, v92, source)
#include "esxi_cpu.def"
        ;
}

/* ---- matching ---- */

static enum hc_tri within(struct hc_view *v, struct hc_number_id id, struct range range)
{
    uint64_t value;

    if (!range.first && range.last == UINT64_MAX)
        return HC_YES;
    if (!hc_see_number(v, id, &value))
        return HC_UNKNOWN;
    return hc_tri(value >= range.first && value <= range.last);
}

/* Firmware may write the brand in capitals: "INTEL(R) XEON(R) ...". */
static bool contains(const char *text, const char *part, size_t size)
{
    for (; strlen(text) >= size; text++) {
        size_t i = 0;
        while (i < size && (text[i] | 0x20) == (part[i] | 0x20))
            i++;
        if (i == size)
            return true;
    }
    return false;
}

/* Where the CPU says no name, it may have any. */
static enum hc_tri branded(struct hc_view *v, const char *parts)
{
    const char *brand = *parts ? hc_see_text(v, HC_CPU_BRAND) : "";
    bool found = !*parts;

    if (!brand || (*parts && !*brand))
        return HC_UNKNOWN;
    while (*parts && !found) {
        const size_t size = strcspn(parts, "|");
        found = contains(brand, parts, size);
        parts += size + (parts[size] == '|');
    }
    return hc_tri(found);
}

static enum hc_tri matches(struct hc_view *v, const struct cpu_row *row)
{
    const char *vendor = hc_see_text(v, HC_CPU_VENDOR);
    enum hc_tri value = vendor ? hc_tri(!strcmp(vendor, row->vendor)) : HC_UNKNOWN;

    if (value != HC_NO)
        value = hc_and(value, within(v, HC_CPU_FAMILY, row->family));
    if (value != HC_NO)
        value = hc_and(value, within(v, HC_CPU_MODEL, row->model));
    if (value != HC_NO)
        value = hc_and(value, within(v, HC_CPU_STEPPING, row->stepping));
    return value == HC_NO ? value : hc_and(value, branded(v, row->brand));
}

static bool same(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

/* The first row that matches decides. Rows before it that might match too must say the same; a CPU that no row is sure
   to be about is not known: the sources do not speak of it. */
static const char *status_of(struct hc_view *v, size_t release)
{
    const char *maybe = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *status = rows[i].status[release];
        const enum hc_tri match = matches(v, &rows[i]);
        if (match == HC_NO)
            continue;
        if (maybe && !same(maybe, status))
            return NULL;
        if (match == HC_YES || !status)
            return status;
        maybe = status;
    }
    return NULL;
}

void hc_conclude_tables(struct hc_facts *facts)
{
    const struct hc_word_id releases[RELEASES] = { HC_CPU_ESXI_7_0, HC_CPU_ESXI_8_0, HC_CPU_ESX_9_0, HC_CPU_ESX_9_2 };

    for (size_t i = 0; i < RELEASES; i++) {
        struct hc_view v = hc_view_of(facts);
        put_word(facts, &v, releases[i], status_of(&v, i));
    }
}
