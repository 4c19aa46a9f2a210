/* Hypervisors by the signature of CPUID leaf 0x40000000, and what each calls the switch that exposes virtualization to
   a guest. Data that moves with the world: the date is that of the last look. */
#ifndef HC_OUTER_H
#define HC_OUTER_H

#include "facts.h"

#define HC_OUTER_DATE "2026-11-22"

/* The name of a hypervisor, or NULL if the signature is not known. */
const char *hc_outer_name(const char *signature);
/* One sentence for the person who runs the hypervisor below; a general one where that is not known or facts are
   NULL. */
const char *hc_outer_switch(const struct hc_facts *facts);

#endif
