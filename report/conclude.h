/* Conclusions: facts that join several observations, with the evidence of all that they rest on. The vocabulary that
   profiles and checks speak. */
#ifndef HC_CONCLUDE_H
#define HC_CONCLUDE_H

#include "view.h"

void hc_conclude(struct hc_facts *facts);
/* Its last part, what dated tables say of a CPU: rests on conclusions alone (conclude_esxi.c). */
void hc_conclude_tables(struct hc_facts *facts);

/* Whether the host is known to run macOS. */
bool hc_on_macos(const struct hc_facts *facts);

/* Two observations that cannot both be right; both stand. */
struct hc_conflict {
    enum hc_fact a, b;
    const char *text;
};
size_t hc_conflicts(const struct hc_facts *facts, struct hc_conflict *out, size_t room);

/* Puts a conclusion by hand, as a rule's test vector gives it. False: no such fact, or a value of another type. */
bool hc_give_flag(struct hc_facts *facts, const char *key, bool value);
bool hc_give_number(struct hc_facts *facts, const char *key, uint64_t value);
bool hc_give_text(struct hc_facts *facts, const char *key, const char *value);

#endif
