/* Ratings: the requirements of a profile over the facts of a host, with every unknown counted as failing (sure) and as
   passing (at best). */
#ifndef HC_RATE_H
#define HC_RATE_H

#include "profile.h"

enum hc_verdict { HC_READY, HC_LIMITED, HC_READY_AFTER_FIXES, HC_NOT_POSSIBLE, HC_VERDICT_UNKNOWN, HC_VERDICTS };
/* "ready", "limited", "ready after fixes", "not possible", "cannot tell" */
const char *hc_verdict_name(enum hc_verdict verdict);

enum hc_result { HC_RESULT_NA, HC_RESULT_PASS, HC_RESULT_FAIL, HC_RESULT_OPEN };

struct hc_outcome {
    const struct hc_requirement *requirement;
    enum hc_result result;
    enum hc_fix fix;       /* of a failure; of an open one: the class to reckon with */
    enum hc_reason reason; /* of a failed check, or HC_PASS */
    const uint16_t *seen;
    size_t seen_count;
};

struct hc_rating {
    const struct hc_profile *profile;
    enum hc_verdict verdict, sure, at_best;
    bool override; /* not possible, but for an unsupported switch of the vendor */
    struct hc_outcome *outcomes;
    size_t count;
};

/* findings: of hc_run_checks over the same facts. False if there is no memory. */
bool hc_rate(const struct hc_facts *facts, const struct hc_finding *findings, struct hc_arena *arena,
             const struct hc_profile *profile, struct hc_rating *rating);

/* The classes of fix of the outcomes with this result and level: a bit for each. */
unsigned hc_rating_fixes(const struct hc_rating *rating, enum hc_result result, enum hc_level level);

/* Readiness levels (0 to 4) now and after fixes of firmware and system; -1: unknown. */
struct hc_readiness {
    int level, potential;
    bool at_least;     /* what the next level needs is not known */
    bool passthrough;  /* tag P: some device can be given to a guest as it is */
    bool confidential; /* tag C: guests can be kept from the host, with integrity (SEV-SNP, TDX) */
    bool nested;       /* tag N: guests can run guests, with help of the CPU */
    bool better;       /* tag !: fixes would raise the level */
};
/* device: whether some device can be given to a guest, of which the facts of the host say nothing. */
struct hc_readiness hc_readiness(const struct hc_facts *facts, enum hc_tri device);
const char *hc_level_title(int level);
/* "HV:2! (potential HV:4) +P"; "HV:2?" where it may be more. */
const char *hc_readiness_text(const struct hc_readiness *readiness, struct hc_arena *arena);

#endif
