/* Probes turn replies into facts and rows. A probe asks and puts; it opens, prints and judges nothing. */
#ifndef HC_PROBES_H
#define HC_PROBES_H

#include "ask.h"
#include "facts.h"

#define PROBE(name, title) void hc_probe_##name(struct hc_source *src, struct hc_facts *facts);
#include "probes.def"

/* The CPU that this host's CPUID and MSR questions go to: one on which the process may run. */
unsigned hc_probe_cpu(struct hc_source *src);

#endif
