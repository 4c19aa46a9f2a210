/* Architectures other than x86. */
#include "probes.h"

void hc_probe_machine(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
