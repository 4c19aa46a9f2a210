/* Facts and tables as they may leave the host: what is not public gives way to pseudonyms. */
#ifndef HC_REDACT_FACTS_H
#define HC_REDACT_FACTS_H

#include "facts.h"
#include "pseudonyms.h"
#include "source.h"

/* Texts and lists of the classes identity, network and location become pseudonyms; numbers, words and flags of these
   classes become unknown, "redacted". The keys of the questions lose the same names. False: no memory. */
bool hc_redact_facts(struct hc_source *src, struct hc_facts *facts, struct hc_text key);

/* Values of these classes that cannot be mistaken for anything else (a serial number, an address, not "server"), with
   words of the same length for them: what a recording must not hold in any reply, whatever was taken out of it before.
   NULL: no memory. */
struct hc_pseudonyms *hc_find_identity(const struct hc_facts *facts);

#endif
