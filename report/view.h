/* A view of the facts that notes what was looked at: that is the evidence of a conclusion or finding. */
#ifndef HC_VIEW_H
#define HC_VIEW_H

#include "facts.h"

struct hc_view {
    const struct hc_facts *facts;
    uint16_t seen[HC_FACTS];
    size_t count;
};

struct hc_view hc_view_of(const struct hc_facts *facts);

enum hc_tri hc_see(struct hc_view *view, struct hc_flag_id id);
bool hc_see_number(struct hc_view *view, struct hc_number_id id, uint64_t *value);
/* NULL: unknown. */
const char *hc_see_text(struct hc_view *view, struct hc_text_id id);
const char *hc_see_word(struct hc_view *view, struct hc_word_id id);
/* Whether a word is known and this one; unknown where it is not known. */
enum hc_tri hc_see_is(struct hc_view *view, struct hc_word_id id, const char *word);

/* An option of the kernel, without CONFIG_: "y", "m", "n" or its value; NULL: unknown. */
const char *hc_see_option(struct hc_view *view, const char *name);

/* Somebody asked, and the answer was refused, failed or is missing: not the same as a question that never arose. */
bool hc_unanswered(struct hc_view *view, enum hc_fact fact);

/* Whether anybody asked for it, or concluded on it. */
bool hc_arose(struct hc_view *view, enum hc_fact fact);

/* Somebody tried, and was refused or failed. */
bool hc_tried(struct hc_view *view, enum hc_fact fact);

/* What a check looked at counts as seen here too. */
void hc_see_again(struct hc_view *view, const uint16_t *seen, size_t count);

/* A copy of what was seen, in the order of facts.def, in an arena; NULL if nothing was, or there is no memory. */
const uint16_t *hc_seen(const struct hc_view *view, struct hc_arena *arena);

/* The keys that a cell rests on, each once: of its own reply, or of all facts that it was concluded from. Returns the
   number of replies written to out. */
size_t hc_evidence(const struct hc_facts *facts, const uint16_t *via, size_t via_count, const struct hc_reply **out,
                   size_t room);
/* The reply because of which a fact is unknown, searched through the facts that it rests on: the one that most likely
   settles it (refused before failed before never asked); NULL: nobody asked. */
const struct hc_reply *hc_open_reply(const struct hc_facts *facts, enum hc_fact fact);
/* How much it is worth to settle an open reply: more is better, -1 for none. */
int hc_open_rank(const struct hc_reply *reply);

#endif
