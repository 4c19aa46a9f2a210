/* Topology and caches by CPUID. */
#include "probes.h"

void hc_probe_cpuid_topology(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
