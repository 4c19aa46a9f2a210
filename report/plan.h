/* The plan of a rating: its open and failed requirements as steps in the order of doing, each fix once. */
#ifndef HC_PLAN_H
#define HC_PLAN_H

#include "report.h"

enum hc_step_kind {
    HC_STEP_BLOCKED,  /* in the way, and nothing on this host can change it */
    HC_STEP_FIX,      /* to do */
    HC_STEP_BETTER,   /* works without it */
    HC_STEP_FIND_OUT, /* not known */
    HC_STEP_NOTE,     /* good to know */
    HC_STEP_KINDS
};
/* "blocked", "fix", "better", "find out" */
const char *hc_step_kind_name(enum hc_step_kind kind);

enum { HC_STEPS_MAX = 64 };

struct hc_step {
    enum hc_step_kind kind;
    enum hc_fix fix;
    const char *code;   /* or NULL */
    const char *wrong;  /* of all its requirements */
    const char *change; /* with commands between backquotes (recipes.h) */
    const char *verify;
    bool reboot;               /* takes effect after a restart */
    const char **requirements; /* ids */
    size_t requirement_count;
};

struct hc_plan {
    struct hc_step *steps;
    size_t count;
};
/* In the report's arena. */
struct hc_plan hc_plan_of(const struct hc_report *report, const struct hc_rating *rating);

#endif
