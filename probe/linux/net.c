/* Network interfaces, and what they carry. */
#include "probes.h"

void hc_probe_net(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
