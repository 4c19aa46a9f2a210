#include "dated.h"

#include "baseline.h"
#include "outer.h"
#include "pci_quirks.h"
#include "placeholders.h"
#include "suitability.h"

enum { OLD_MONTHS = 18 };

static const char *hypervisors_date(void)
{
    return HC_OUTER_DATE;
}

static const char *scoring_date(void)
{
    return HC_SCORING_DATE;
}

const struct hc_dated_table hc_dated_tables[] = {
    { "hypervisors", "hypervisors by their signatures", hypervisors_date },
    { "cpu_models", "CPU models of QEMU and libvirt", hc_cpu_models_date },
    { "placeholders", "empty words of firmware", hc_placeholders_date },
    { "scoring", "weights of type 1 and type 2", scoring_date },
    { "pci_quirks", "quirks of PCI devices", hc_pci_quirks_date },
    { "esxi_cpus", "CPUs that ESXi supports", hc_esxi_cpu_date },
};
const size_t hc_dated_table_count = sizeof hc_dated_tables / sizeof *hc_dated_tables;

const struct hc_dated_table *hc_dated_of(enum hc_fact fact)
{
    const enum hc_fact esxi[] = { HC_FACT_CPU_ESXI_7_0, HC_FACT_CPU_ESXI_8_0, HC_FACT_CPU_ESX_9_0,
                                  HC_FACT_CPU_ESX_9_2 };

    for (size_t i = 0; i < sizeof esxi / sizeof *esxi; i++)
        if (fact == esxi[i])
            return &hc_dated_tables[hc_dated_table_count - 1];
    return NULL;
}

struct date {
    unsigned months, day;
};

/* Digits, as many as there are up to most; 0: none. */
static size_t digits(const char *text, size_t most, unsigned *number)
{
    size_t n = 0;

    for (*number = 0; n < most && text[n] >= '0' && text[n] <= '9'; n++)
        *number = *number * 10 + (unsigned)(text[n] - '0');
    return n;
}

/* Year, month and day, or without the day where that is not needed: every profile has a date, so that scanf would be a
   fiftieth of a scan. */
static bool read_date(const char *text, bool needs_day, struct date *date)
{
    unsigned year, month, day;
    size_t n = digits(text, 4, &year);

    if (!n || text[n] != '-')
        return false;
    text += n + 1;
    n = digits(text, 2, &month);
    if (!n)
        return false;
    *date = (struct date){ year * 12 + month, 1 };
    if (text[n] != '-' || !digits(text + n + 1, 2, &day))
        return !needs_day;
    date->day = day;
    return true;
}

bool hc_dated_old(const char *date, const char *now)
{
    struct date then, today;

    if (!now || !read_date(now, true, &today) || !read_date(date, false, &then) || today.months < then.months)
        return false;
    today.months -= then.months;
    return today.months > OLD_MONTHS || (today.months == OLD_MONTHS && today.day > then.day);
}
