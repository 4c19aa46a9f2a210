/* The IOMMUs as firmware describes them: DMAR, IVRS, IORT. */
#include "probes.h"

void hc_probe_acpi(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}
