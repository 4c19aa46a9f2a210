/* The host of a test vector as facts. */
#ifndef VECTORS_FACTS_H
#define VECTORS_FACTS_H

#include "facts.h"
#include "json.h"

/* What is wrong with a fact of a vector, in a few words; NULL: it can be given. */
const char *vector_fact_fault(const struct hc_json *member);

/* Gives what can be given of a host but for one member (NULL: all), and what follows from it. */
void vector_give_host(struct hc_facts *facts, const struct hc_json *host, const struct hc_json *without);

#endif
