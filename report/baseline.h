/* The best named CPU model of QEMU and libvirt for a host: what a pool of hosts can agree on. */
#ifndef HC_BASELINE_H
#define HC_BASELINE_H

#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of a host. Lists of names as in cpuid.features and msr.features; unseen: leaves as in
   cpuid.features_unseen_leaves; registers NULL: those that CPUID announces are not known. */
struct hc_host_cpu {
    const char *vendor;
    uint64_t family, model, stepping;
    const char *features, *unseen, *registers;
};

/* NULL: not known, for features that are not known could make another answer; or no model fits. */
struct hc_baseline {
    const char *model, *extra, *missing;
};

/* The model all of whose features the host has, but perhaps those that serve only guests of guests: one of the host's
   signature before others, then the one with the most features. extra: what the host has more; missing: what it lacks
   of the model of its own signature, of that model or of the one nearest. NULL without memory. */
struct hc_baseline hc_baseline(const struct hc_host_cpu *host, struct hc_arena *arena);

/* Of the last look at the public definitions. */
const char *hc_cpu_models_date(void);

#endif
