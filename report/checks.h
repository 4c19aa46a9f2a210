/* Checks turn facts into findings in three-valued logic. A check is a row; its function looks at facts through a view
   and returns that all is well, that it cannot tell, or one of its reason codes. */
#ifndef HC_CHECKS_H
#define HC_CHECKS_H

#include "view.h"

/* Who acts. The order is the order of doing; the last four cannot be done by changing this host. */
enum hc_fix {
    HC_FIX_OUTER, /* the hypervisor below */
    HC_FIX_FIRMWARE,
    HC_FIX_INSTALL,
    HC_FIX_OS_CONFIG,
    HC_FIX_PERMISSION,
    HC_FIX_EDITION,
    HC_FIX_OS_UPGRADE,
    HC_FIX_CONFLICT,  /* another product is in the way */
    HC_FIX_HARDWARE,  /* add memory, a disk, a card */
    HC_FIX_REINSTALL, /* another operating system */
    HC_FIX_OVERRIDE,  /* the vendor refuses; an unsupported switch exists */
    HC_FIX_NONE,      /* this hardware cannot */
    HC_FIXES
};
const char *hc_fix_name(enum hc_fix fix);
/* HC_FIXES if there is no such class. */
enum hc_fix hc_fix_by_name(const char *name);

enum hc_reason {
    HC_PASS,
    HC_CANNOT_TELL,
    HC_MOOT, /* the question does not arise */
#define REASON(code, fix, wrong, change, see) code,
#include "reasons.def"
    HC_REASONS
};

struct hc_reason_row {
    const char *code;
    enum hc_fix fix;
    const char *wrong, *change, *see;
};
/* "pass", "unknown", "moot" or "fail" */
const char *hc_result_word(enum hc_reason reason);
/* For codes behind HC_MOOT. */
const struct hc_reason_row *hc_reason_row(enum hc_reason reason);
/* HC_PASS if there is no such code. */
enum hc_reason hc_reason_by_code(const char *code);

struct hc_check {
    const char *id;
    const char *title;
    const char *after;             /* its ground: where that check failed, this one is moot */
    enum hc_fix fix, fix_in_guest; /* the class to reckon with while it cannot be told */
    enum hc_reason (*eval)(struct hc_view *view);
    const enum hc_reason *reasons; /* what eval may return beside pass, cannot tell and moot; ends with HC_PASS */
};

enum { HC_CHECKS_MAX = 64 };
size_t hc_check_count(void);
const struct hc_check *hc_check_row(size_t number);
/* hc_check_count() if there is no such id. */
size_t hc_check_by_id(const char *id);

struct hc_finding {
    const struct hc_check *check;
    enum hc_reason alone;  /* what the check returned */
    enum hc_reason reason; /* the same, or moot where its ground failed */
    const uint16_t *seen;  /* facts: the evidence */
    size_t seen_count;
};

/* All checks in order; findings has hc_check_count() places. */
void hc_run_checks(const struct hc_facts *facts, struct hc_arena *arena, struct hc_finding *findings);

/* A text of a reason or profile with its {facts} and recipes (recipes.h) filled in; facts may be NULL: general words
 * then. */
const char *hc_fill(const struct hc_facts *facts, struct hc_arena *arena, const char *text);

/* The same with commands still between backquotes: for hc_next_piece of recipes.h. */
const char *hc_fill_marked(const struct hc_facts *facts, struct hc_arena *arena, const char *text);

/* Placeholders that are no facts but of one thing, as {device}. value: NULL where it is not known. */
struct hc_lookup {
    const char *(*value)(const void *of, const char *name);
    const void *of;
};
const char *hc_fill_for(const struct hc_facts *facts, const struct hc_lookup *lookup, struct hc_arena *arena,
                        const char *text);

/* For checks: the reason that fits the place. Counts only where the role is known, for who acts depends on it. */
enum hc_reason hc_by_place(struct hc_view *view, enum hc_reason native, enum hc_reason guest, enum hc_reason container);

/* For checks: that reason inside of a container. Where nobody looked, as on other systems, the question does not arise.
 */
enum hc_reason hc_in_container(struct hc_view *view, enum hc_reason inside);

/* Whether this is known not to be x86: some questions and some words fit only there. */
bool hc_not_x86(struct hc_view *view);

/* Rows of checks_TOPIC.c. */
#define HC_CHECK_TOPICS(TOPIC) TOPIC(cpu) TOPIC(kvm) TOPIC(iommu) TOPIC(container) TOPIC(hosted)
#define HC_DECLARE_TOPIC(topic)                                                                                        \
    extern const struct hc_check hc_##topic##_checks[];                                                                \
    extern const size_t hc_##topic##_check_count;
HC_CHECK_TOPICS(HC_DECLARE_TOPIC)

#define HC_REASON_LIST(...) ((const enum hc_reason[]){ __VA_ARGS__, HC_PASS })

#endif
