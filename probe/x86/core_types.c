/* libcpuid behind its adapter. */
#include "probes.h"

void hc_probe_core_types(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
