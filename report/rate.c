#include "rate.h"

#include <string.h>

const char *hc_verdict_name(enum hc_verdict verdict)
{
    static const char *const names[HC_VERDICTS] = {
        [HC_READY] = "ready",
        [HC_LIMITED] = "limited",
        [HC_READY_AFTER_FIXES] = "ready after fixes",
        [HC_NOT_POSSIBLE] = "not possible",
        [HC_VERDICT_UNKNOWN] = "cannot tell",
    };
    return names[verdict];
}

/* The three-valued and of some clauses; yes for none. */
static enum hc_tri all(struct hc_view *view, const struct hc_clause *clauses, size_t count)
{
    enum hc_tri value = HC_YES;

    for (size_t i = 0; i < count; i++)
        value = hc_and(value, hc_clause_holds(view, &clauses[i]));
    return value;
}

/* The class of a fix that differs in a guest; where the role is unknown, the worse of the two is reckoned with. */
static enum hc_fix fix_for(struct hc_view *view, enum hc_fix here, enum hc_fix in_guest, bool *certain)
{
    enum hc_tri guest;

    *certain = true;
    if (here == in_guest)
        return here;
    guest = hc_see_is(view, HC_HOST_ROLE, "guest");
    *certain = guest != HC_UNKNOWN;
    if (guest == HC_UNKNOWN)
        return here > in_guest ? here : in_guest;
    return guest == HC_YES ? in_guest : here;
}

static void compare(struct hc_view *view, const struct hc_requirement *r, struct hc_outcome *out)
{
    bool certain;
    enum hc_tri holds = hc_clause_holds(view, &r->compares);

    out->fix = fix_for(view, r->fix, r->fix_in_guest, &certain);
    if (holds == HC_YES)
        out->result = HC_RESULT_PASS;
    else
        out->result = holds == HC_NO && certain ? HC_RESULT_FAIL : HC_RESULT_OPEN;
}

/* What the check found, with its evidence: of one cause several requirements fail, and renderers tell the cause. */
static void adopt(struct hc_view *view, const struct hc_finding *finding, struct hc_outcome *out)
{
    bool certain;

    hc_see_again(view, finding->seen, finding->seen_count);
    out->fix = fix_for(view, finding->check->fix, finding->check->fix_in_guest, &certain);
    switch (finding->alone) {
    case HC_PASS: out->result = HC_RESULT_PASS; break;
    case HC_MOOT: out->result = HC_RESULT_NA; break;
    case HC_CANNOT_TELL: out->result = HC_RESULT_OPEN; break;
    default:
        out->result = HC_RESULT_FAIL;
        out->reason = finding->alone;
        out->fix = hc_reason_row(finding->alone)->fix;
    }
}

/* What rating a profile needs at hand. */
struct rater {
    const struct hc_facts *facts;
    const struct hc_finding *findings;
    struct hc_arena *arena;
    struct hc_rating *rating;
};

/* What a requirement asks for, its ground left aside. */
static void ask(const struct rater *rater, struct hc_view *view, const struct hc_requirement *r, struct hc_outcome *out)
{
    out->reason = HC_PASS;
    if (r->check)
        adopt(view, &rater->findings[hc_check_by_id(r->check)], out);
    else
        compare(view, r, out);
}

/* Not applicable where a when is false or every unless is true; a failure counts only where its ground is certain. */
static void evaluate(const struct rater *rater, const struct hc_requirement *r, struct hc_outcome *out)
{
    struct hc_view view = hc_view_of(rater->facts);
    enum hc_tri when = all(&view, r->when, r->when_count);
    enum hc_tri unless = r->unless_count ? all(&view, r->unless, r->unless_count) : HC_NO;

    out->requirement = r;
    out->result = HC_RESULT_NA;
    if (when != HC_NO && unless != HC_YES)
        ask(rater, &view, r, out);
    if (out->result == HC_RESULT_FAIL && (when == HC_UNKNOWN || unless == HC_UNKNOWN)) {
        bool certain;
        out->result = HC_RESULT_OPEN;
        if (!r->check)
            out->fix = fix_for(&view, r->fix, r->fix_in_guest, &certain);
    }
    out->seen = hc_seen(&view, rater->arena);
    out->seen_count = out->seen ? view.count : 0;
}

static const struct hc_outcome *outcome_of(const struct hc_rating *rating, const char *id)
{
    size_t i = 0;

    while (strcmp(rating->outcomes[i].requirement->id, id) != 0)
        i++;
    return &rating->outcomes[i];
}

/* A requirement behind a ground that failed is moot; behind one that is open its own failure is open. */
static void stand_on_grounds(struct hc_rating *rating, struct hc_outcome *out, const enum hc_result *alone)
{
    for (const char *after = out->requirement->after; after;) {
        const struct hc_outcome *ground = outcome_of(rating, after);
        const enum hc_result result = alone[ground - rating->outcomes];
        if (result == HC_RESULT_FAIL) {
            out->result = HC_RESULT_NA;
            return;
        }
        if (result == HC_RESULT_OPEN && out->result == HC_RESULT_FAIL) {
            out->result = HC_RESULT_OPEN;
            out->seen = ground->seen; /* what is open is the ground, and that would settle it */
            out->seen_count = ground->seen_count;
        }
        after = ground->requirement->after;
    }
}

/* After each was asked alone. False if there is no memory. */
static bool join(const struct rater *rater)
{
    struct hc_rating *rating = rater->rating;
    enum hc_result *alone = hc_alloc(rater->arena, (rating->count + 1) * sizeof *alone);

    for (size_t i = 0; alone && i < rating->count; i++)
        alone[i] = rating->outcomes[i].result;
    for (size_t i = 0; alone && i < rating->count; i++)
        stand_on_grounds(rating, &rating->outcomes[i], alone);
    return alone != NULL;
}

/* ---- verdicts ---- */

static bool has(const struct hc_rating *rating, enum hc_level level, enum hc_result result)
{
    for (size_t i = 0; i < rating->count; i++)
        if (rating->outcomes[i].requirement->level == level && rating->outcomes[i].result == result)
            return true;
    return false;
}

/* Over the hard requirements, with the open ones failing or not. */
static enum hc_verdict judge(const struct hc_rating *rating, bool open_fails, bool *override)
{
    bool failed = false, final = false;

    *override = true;
    for (size_t i = 0; i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        if (o->requirement->level != HC_HARD ||
            (o->result != HC_RESULT_FAIL && !(open_fails && o->result == HC_RESULT_OPEN)))
            continue;
        failed = true;
        if (o->fix < HC_FIX_REINSTALL)
            continue;
        final = true;
        *override = *override && o->fix == HC_FIX_OVERRIDE;
    }
    *override = *override && final;
    if (final)
        return HC_NOT_POSSIBLE;
    if (failed)
        return HC_READY_AFTER_FIXES;
    return has(rating, HC_SOFT, HC_RESULT_FAIL) ? HC_LIMITED : HC_READY;
}

bool hc_rate(const struct hc_facts *facts, const struct hc_finding *findings, struct hc_arena *arena,
             const struct hc_profile *profile, struct hc_rating *rating)
{
    const struct rater rater = { facts, findings, arena, rating };
    bool override_now;

    rating->profile = profile;
    rating->count = profile->count;
    rating->outcomes = hc_alloc(arena, (profile->count + 1) * sizeof *rating->outcomes);
    if (!rating->outcomes)
        return false;
    for (size_t i = 0; i < profile->count; i++)
        evaluate(&rater, &profile->requirements[i], &rating->outcomes[i]);
    if (!join(&rater))
        return false;
    rating->sure = judge(rating, true, &override_now);
    rating->at_best = judge(rating, false, &rating->override);
    rating->verdict = rating->sure == rating->at_best ? rating->sure : HC_VERDICT_UNKNOWN;
    rating->override = rating->override && rating->verdict == HC_NOT_POSSIBLE;
    return true;
}

/* Of requirements there are many, of classes that any of them has few. */
unsigned hc_rating_fixes(const struct hc_rating *rating, enum hc_result result, enum hc_level level)
{
    unsigned fixes = 0;

    for (size_t i = 0; i < rating->count; i++)
        if (rating->outcomes[i].result == result && rating->outcomes[i].requirement->level == level)
            fixes |= 1u << rating->outcomes[i].fix;
    return fixes;
}

/* ---- levels ---- */

static const char *const titles[] = { "no hardware virtualization to use now", "hardware virtualization",
                                      "two-dimensional paging", "device isolation", "full acceleration" };

const char *hc_level_title(int level)
{
    return level < 0 ? "unknown" : titles[level];
}

static int climb(const enum hc_tri *holds, int top)
{
    int level = 0;

    while (level < top && holds[level] == HC_YES)
        level++;
    return level;
}

static enum hc_tri unlocked(struct hc_view *v)
{
    const char *fw = hc_see_word(v, HC_VIRT_FW);

    return fw ? hc_tri(strcmp(fw, "disabled") != 0) : HC_UNKNOWN;
}

/* Each level needs all below it. What fixes could change is left out of the potential: firmware, an IOMMU that is
   described and not active; remapping must only not be known to be missing. */
struct hc_readiness hc_readiness(const struct hc_facts *facts, enum hc_tri device)
{
    struct hc_view v = hc_view_of(facts);
    struct hc_readiness r = { .level = -1, .potential = -1 };
    enum hc_tri hw = hc_see(&v, HC_VIRT_HW), x86 = hc_see_is(&v, HC_HOST_ARCH, "x86_64"), fw = unlocked(&v);
    enum hc_tri paging = hc_and(hc_see(&v, HC_VIRT_SLAT), hc_or(hc_tri(x86 != HC_YES), hc_see(&v, HC_VIRT_UG)));
    enum hc_tri full = hc_and(hc_see(&v, HC_VIRT_APICV), hc_see(&v, HC_CPU_X2APIC));
    enum hc_tri remapping = hc_see(&v, HC_IOMMU_INTREMAP);
    int top = x86 == HC_YES ? 4 : 3;
    const enum hc_tri now[] = { hc_and(hw, fw), paging, hc_and(hc_see(&v, HC_IOMMU_ACTIVE), remapping), full };
    const enum hc_tri later[] = { hw, paging, hc_and(hc_see(&v, HC_IOMMU_TABLE), hc_tri(remapping != HC_NO)), full };

    if (hw != HC_UNKNOWN && !(hw == HC_YES && fw == HC_UNKNOWN))
        r.level = climb(now, top);
    if (hw != HC_UNKNOWN)
        r.potential = climb(later, top);
    r.at_least = r.level >= 0 && r.level < top && now[r.level] == HC_UNKNOWN;
    r.passthrough = device == HC_YES;
    r.confidential = hc_or(hc_see(&v, HC_CVM_SEV_SNP), hc_see(&v, HC_CVM_TDX)) == HC_YES;
    r.nested = hc_see(&v, HC_VIRT_NESTED) == HC_YES;
    r.better = r.level >= 0 && r.potential > r.level;
    return r;
}

const char *hc_readiness_text(const struct hc_readiness *r, struct hc_arena *arena)
{
    const char *mark = r->level < 0 ? "" : r->at_least ? "?" : r->better ? "!" : "";
    const char *level = r->level < 0 ? "?" : hc_print(arena, "%d", r->level);
    const char *potential = r->potential > r->level ? hc_print(arena, " (potential HV:%d)", r->potential) : "";
    const char *text = hc_print(arena, "HV:%s%s%s%s%s%s", level ? level : "", mark, potential ? potential : "",
                                r->passthrough ? " +P" : "", r->confidential ? " +C" : "", r->nested ? " +N" : "");

    return text ? text : "";
}
