#include "plan.h"

#include "recipes.h"

#include <string.h>

const char *hc_step_kind_name(enum hc_step_kind kind)
{
    static const char *const names[HC_STEP_KINDS] = {
        [HC_STEP_BLOCKED] = "blocked",   [HC_STEP_FIX] = "fix",   [HC_STEP_BETTER] = "better",
        [HC_STEP_FIND_OUT] = "find out", [HC_STEP_NOTE] = "note",
    };
    return names[kind];
}

static enum hc_step_kind kind_of(const struct hc_outcome *outcome)
{
    if (outcome->result == HC_RESULT_OPEN)
        return HC_STEP_FIND_OUT;
    if (outcome->requirement->level == HC_INFO)
        return HC_STEP_NOTE;
    if (outcome->requirement->level != HC_HARD)
        return HC_STEP_BETTER;
    return outcome->fix >= HC_FIX_REINSTALL ? HC_STEP_BLOCKED : HC_STEP_FIX;
}

/* Two sentences, or two remarks without an end. */
static const char *both(struct hc_arena *arena, const char *first, const char *second)
{
    const char *between = *first && first[strlen(first) - 1] == '.' ? " " : "; ";
    const char *text = hc_print(arena, "%s%s%s", first, between, second);

    return text ? text : first;
}

static bool needs_reboot(const char *marked)
{
    struct hc_piece piece;

    while (hc_next_piece(&marked, &piece))
        if (piece.command && hc_text_is(piece.text, "reboot"))
            return true;
    return false;
}

/* The step that says the same already: the same is wrong, or the same is to be done. */
static struct hc_step *step_like(const struct hc_plan *plan, const struct hc_step *step)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct hc_step *other = &plan->steps[i];
        if ((other->kind == HC_STEP_FIND_OUT) != (step->kind == HC_STEP_FIND_OUT))
            continue;
        if (!strcmp(other->wrong, step->wrong) || (*step->change && !strcmp(other->change, step->change)))
            return other;
    }
    return NULL;
}

/* room: for as many requirements as there are. False if there is no memory. */
static bool add(const struct hc_report *report, struct hc_plan *plan, const struct hc_outcome *outcome, size_t room)
{
    const struct hc_words words = hc_report_words(report, outcome);
    struct hc_step step = { .kind = kind_of(outcome),
                            .fix = outcome->fix,
                            .code = words.code,
                            .wrong = words.wrong,
                            .change = hc_report_change(report, outcome),
                            .verify = words.see };
    struct hc_step *same = step_like(plan, &step);

    if (!same) {
        step.reboot = needs_reboot(step.change);
        step.requirements = hc_alloc(report->arena, room * sizeof *step.requirements);
        if (!step.requirements)
            return false;
        same = &plan->steps[plan->count++];
        *same = step;
    } else if (step.kind == HC_STEP_NOTE && same->kind != HC_STEP_NOTE) {
        return true; /* said already */
    } else if (!strstr(same->wrong, step.wrong)) {
        same->wrong = both(report->arena, same->wrong, step.wrong);
    }
    same->requirements[same->requirement_count++] = outcome->requirement->id;
    return true;
}

struct hc_plan hc_plan_of(const struct hc_report *report, const struct hc_rating *rating)
{
    const struct hc_outcome *outcomes[HC_STEPS_MAX];
    size_t count = hc_report_reasons(rating, outcomes, HC_STEPS_MAX);
    struct hc_plan plan = { NULL, 0 };

    count = count < HC_STEPS_MAX ? count : HC_STEPS_MAX;
    count += hc_report_notes(rating, outcomes + count, HC_STEPS_MAX - count);
    count = count < HC_STEPS_MAX ? count : HC_STEPS_MAX;
    plan.steps = hc_alloc(report->arena, (count + 1) * sizeof *plan.steps);
    for (int kind = 0; plan.steps && kind < HC_STEP_KINDS; kind++)
        for (size_t i = 0; i < count; i++)
            if (kind_of(outcomes[i]) == (enum hc_step_kind)kind && !add(report, &plan, outcomes[i], count))
                return plan;
    return plan;
}
