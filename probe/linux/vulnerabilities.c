/* /sys/devices/system/cpu/vulnerabilities. */
#include "probes.h"

void hc_probe_vulnerabilities(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
