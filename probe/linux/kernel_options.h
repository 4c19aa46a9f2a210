/* The configuration of the running kernel: the options that virtualization and containers rest on. */
#ifndef HC_KERNEL_OPTIONS_H
#define HC_KERNEL_OPTIONS_H

#include "facts.h"
#include "source.h"

/* Puts the table of options and the facts that are options. */
void hc_put_kernel_options(struct hc_source *src, struct hc_facts *facts);

/* The value of an option (without CONFIG_) as the table has it, and the reply that proves it; NULL: not known. */
const char *hc_kernel_option(const struct hc_facts *facts, const char *name, const struct hc_reply **reply);

#endif
