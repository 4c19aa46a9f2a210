#include "dated.h"

#include "baseline.h"
#include "outer.h"
#include "pci_quirks.h"
#include "placeholders.h"
#include "suitability.h"

#include <stdio.h>

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

bool hc_dated_old(const char *date, const char *now)
{
    unsigned year, month, day = 1, year_now, month_now, day_now, months;

    if (!now || sscanf(now, "%4u-%2u-%2u", &year_now, &month_now, &day_now) != 3)
        return false;
    if (sscanf(date, "%4u-%2u-%2u", &year, &month, &day) < 2)
        return false;
    if (year_now * 12 + month_now < year * 12 + month)
        return false;
    months = year_now * 12 + month_now - year * 12 - month;
    return months > OLD_MONTHS || (months == OLD_MONTHS && day_now > day);
}
