/* Facts and tables as they may leave the host: what is not public gives way to pseudonyms. */
#ifndef HC_REDACT_FACTS_H
#define HC_REDACT_FACTS_H

#include "facts.h"
#include "pseudonyms.h"
#include "source.h"

/* Texts and lists of the classes identity, network and location become pseudonyms; numbers, words and flags of these
   classes become unknown, "redacted". The keys of the questions lose the same names. False: no memory. */
bool hc_redact_facts(struct hc_source *src, struct hc_facts *facts, struct hc_text key);

#endif
