/* A whole report: the scan, its conclusions, findings, conflicts and ratings. Renderers read it. */
#ifndef HC_REPORT_H
#define HC_REPORT_H

#include "conclude.h"
#include "paper.h"
#include "passthrough.h"
#include "rate.h"
#include "scan.h"
#include "suitability.h"
#include "techniques.h"

enum { HC_CONFLICTS_MAX = 16, HC_REPLIES_SEEN_MAX = 64 };

struct hc_report {
    struct hc_scan *scan;
    struct hc_facts *facts; /* the scan's */
    struct hc_arena *arena; /* the scan's: all lives as long as it */
    struct hc_finding findings[HC_CHECKS_MAX];
    struct hc_conflict conflicts[HC_CONFLICTS_MAX];
    size_t conflict_count;
    const struct hc_profile **profiles; /* in the order of rating, as many as ratings */
    struct hc_rating *ratings;
    size_t rating_count;
    struct hc_readiness readiness;
    struct hc_suitability suitability;
    const struct hc_passthrough *passthrough; /* devices, groups and their verdicts */
    const struct hc_techniques *techniques;   /* what guests can run by */
};

/* Concludes, checks and rates. Files: profiles of the caller. Takes the scan over. On an error *report is NULL and
   message (of 512 bytes) says what is wrong. */
enum hc_error hc_report_make(struct hc_scan *scan, const char *const *files, size_t file_count,
                             struct hc_report **report, char *message);
void hc_report_free(struct hc_report *report);

/* conclude_devices.c: what profiles may ask of the devices, from the report on passthrough. */
void hc_conclude_devices(struct hc_report *report);

/* By id; "kvm" stands for the one of this host's architecture. NULL if there is none. */
const struct hc_rating *hc_report_rating(const struct hc_report *report, const char *profile);

/* Made for another architecture or system, which is no news on this machine: told only where it is asked for by name.
 */
bool hc_report_foreign(const struct hc_rating *rating);

/* Outcomes worth telling, in the order of doing: hard failures, soft failures, then open ones. room places in out. */
size_t hc_report_reasons(const struct hc_rating *rating, const struct hc_outcome **out, size_t room);
/* Likewise what only informs; nothing where the profile is not possible. */
size_t hc_report_notes(const struct hc_rating *rating, const struct hc_outcome **out, size_t room);

/* The finding of a check, or NULL. */
const struct hc_finding *hc_report_finding(const struct hc_report *report, const struct hc_check *check);

/* Whether a check gives this reason on this host: its words may then name this host's facts. */
bool hc_given_here(const struct hc_report *report, enum hc_reason code);

/* The words of an outcome. For an open one: what would settle it. */
struct hc_words hc_report_words(const struct hc_report *report, const struct hc_outcome *outcome);

/* The text of a conflict that a fact rests on: observations that cannot both be right leave it open. NULL: none. */
const char *hc_report_contradiction(const struct hc_report *report, enum hc_fact fact);

/* Why an open outcome is open, in words that need no explanation: "needs root". */
const char *hc_report_open(const struct hc_report *report, const struct hc_outcome *outcome);
/* Whether something that a person can do would settle it. */
bool hc_report_can_settle(const struct hc_report *report, const struct hc_outcome *outcome);

/* What to do, with commands between backquotes (recipes.h). */
const char *hc_report_change(const struct hc_report *report, const struct hc_outcome *outcome);

/* Why a reply leaves something unknown, in a few words, such as "denied (EACCES): msr:0:3a". */
const char *hc_report_why_open(struct hc_arena *arena, const struct hc_reply *reply);

/* Why a fact is unknown, in a few words, such as "denied (EACCES): msr:0:3a". */
const char *hc_report_why_unknown(const struct hc_report *report, enum hc_fact fact);

/* ---- renderers; each gives a text for free(), NULL without memory ---- */

char *hc_render_report(const struct hc_report *report, bool evidence);
char *hc_render_check_json(const struct hc_report *report, const struct hc_rating *const *ratings, size_t count);
char *hc_render_check_text(const struct hc_report *report, const struct hc_rating *const *ratings, size_t count,
                           struct hc_terminal terminal);
char *hc_render_screen(const struct hc_report *report, struct hc_terminal terminal);
char *hc_render_list(const struct hc_report *report, struct hc_terminal terminal);
char *hc_render_schema(void);
char *hc_render_diff_schema(void);

#endif
