/* hostcap check: the verdict of a profile, why in a sentence, and what to do as a plan. Nothing of it is run. */
#include "text_plan.h"

#include "dated.h"
#include "plan.h"
#include "recipes.h"
#include "text_profiles.h"

#include <string.h>

enum { LABEL = 19, INDENT = 6, COMMANDS = 10 };

struct sheet {
    const struct hc_report *report;
    struct hc_paper *paper;
};

static size_t steps_of(const struct hc_plan *plan, enum hc_step_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->steps[i].kind == kind;
    return count;
}

/* ---- why ---- */

static const char *counted(struct sheet *s, size_t count, const char *one, const char *many)
{
    const char *text = count == 1 ? one : hc_print(s->report->arena, "%zu %s", count, many);

    return text ? text : "";
}

static const char *why(struct sheet *s, const struct hc_rating *rating, const struct hc_plan *plan)
{
    switch (rating->verdict) {
    case HC_READY:
        return steps_of(plan, HC_STEP_FIND_OUT) ? "All that it must have is there; the rest is not all known."
                                                : "All that it asks for is there.";
    case HC_LIMITED: return "All that it must have is there; not all that makes it good.";
    case HC_READY_AFTER_FIXES:
        return counted(s, steps_of(plan, HC_STEP_FIX), "One thing is missing, and it can be had.",
                       "things are missing, and all can be had.");
    case HC_NOT_POSSIBLE:
        return rating->override ? "Its maker refuses this machine; a switch without support forces it."
                                : "Nothing that is done to this system makes it possible.";
    default:
        return hc_print(s->report->arena, "Answers are missing: it is between %s and %s.",
                        hc_verdict_name(rating->sure), hc_verdict_name(rating->at_best));
    }
}

/* ---- dates of data ---- */

static const struct hc_dated_table *table_of(const struct hc_rating *rating)
{
    const struct hc_dated_table *table = NULL;

    for (size_t i = 0; i < rating->count && !table; i++)
        if (!rating->outcomes[i].requirement->check && rating->outcomes[i].result != HC_RESULT_NA)
            table = hc_dated_of(rating->outcomes[i].requirement->compares.fact);
    return table;
}

static void dated(struct sheet *s, const char *what, const char *date)
{
    const bool old = hc_dated_old(date, s->report->scan->time);

    hc_ink(s->paper, old ? HC_WARN : HC_DIM, "%*s%s: as of %s%s\n", LABEL, "", what, hc_clean(s->report->arena, date),
           old ? ", which is long ago: a newer hostcap may know better" : "");
}

/* Dates only where the rating rests on what moves fast, or on what is old. */
static void dates(struct sheet *s, const struct hc_rating *rating)
{
    const struct hc_dated_table *table = table_of(rating);

    if (table)
        dated(s, table->name, table->date());
    if (hc_dated_old(rating->profile->date, s->report->scan->time))
        dated(s, "this profile", rating->profile->date);
}

/* ---- steps ---- */

/* What is left around commands that stand on lines of their own: no mark that led to them or followed them. */
static struct hc_text around(struct hc_text text, bool before_reboot)
{
    static const char *const ends[] = { "; then", ", then", " then", " and" };

    text = hc_trim(text);
    while (text.size && strchr(";,.", text.at[0])) {
        text.at++;
        text.size--;
    }
    text = hc_trim(text);
    for (size_t i = 0; before_reboot && i < sizeof ends / sizeof *ends; i++) {
        const size_t size = strlen(ends[i]);
        if (text.size >= size && !memcmp(text.at + text.size - size, ends[i], size))
            text.size -= size;
    }
    return text;
}

/* A sentence of its own. */
static const char *sentence(struct sheet *s, struct hc_text text, bool before_reboot)
{
    char *copy;
    const char *end;

    text = around(text, before_reboot);
    if (!text.size)
        return NULL;
    copy = hc_copy(s->report->arena, text.at, text.size);
    if (!copy)
        return NULL;
    if (copy[0] >= 'a' && copy[0] <= 'z' && !strncmp(copy, "then ", 5))
        copy[0] = 'T';
    end = strchr(".:;,", copy[text.size - 1]) ? "" : ".";
    return hc_print(s->report->arena, "%s%s", copy, end);
}

static bool reboot_next(const char *rest)
{
    struct hc_piece piece;

    return hc_next_piece(&rest, &piece) && piece.command && hc_text_is(piece.text, "reboot");
}

static void command_line(struct sheet *s, struct hc_text command)
{
    const char *text = hc_copy(s->report->arena, command.at, command.size);

    if (text && !hc_text_is(command, "reboot"))
        hc_write(s->paper, "%*s%s\n", COMMANDS, "", hc_clean(s->report->arena, text));
}

static void change(struct sheet *s, const char *marked)
{
    struct hc_piece piece;

    for (bool first = true; hc_next_piece(&marked, &piece); first = false) {
        const char *text = piece.command ? NULL : sentence(s, piece.text, reboot_next(marked));
        if (piece.command)
            command_line(s, piece.text);
        if (!text)
            continue;
        hc_write(s->paper, "%*s%s", INDENT, "", first ? "-> " : "   ");
        hc_wrap(s->paper, INDENT + 3, INDENT + 3, hc_clean(s->report->arena, text));
    }
}

static void step(struct sheet *s, const struct hc_step *step, size_t number)
{
    hc_write(s->paper, "%4zu. ", number);
    if (step->code)
        hc_ink(s->paper, HC_DIM, "%s  ", step->code);
    hc_wrap(s->paper, INDENT + (step->code ? strlen(step->code) + 2 : 0), INDENT,
            hc_clean(s->report->arena, step->wrong));
    change(s, step->change);
    if (*step->verify)
        hc_write(s->paper, "%*sThen: %s\n", INDENT, "", hc_clean(s->report->arena, step->verify));
}

static const char *numbers(struct sheet *s, const struct hc_plan *plan, bool (*chosen)(const struct hc_step *step))
{
    const char *text = NULL;

    for (size_t i = 0; i < plan->count; i++)
        if (chosen(&plan->steps[i]))
            text = hc_print(s->report->arena, "%s%s%zu", text ? text : "", text ? ", " : "", i + 1);
    return text;
}

static bool restarts(const struct hc_step *step)
{
    return step->reboot && step->kind != HC_STEP_NOTE;
}

/* Who goes into the firmware setup restarts anyway. */
static bool in_setup(const struct hc_step *step)
{
    return step->fix == HC_FIX_FIRMWARE && (step->kind == HC_STEP_FIX || step->kind == HC_STEP_BETTER);
}

static void reboot(struct sheet *s, const struct hc_plan *plan)
{
    const char *after = numbers(s, plan, restarts), *setup = numbers(s, plan, in_setup), *text;

    if (!after)
        return;
    text = hc_print(s->report->arena, "Reboot once, after %s %s%s%s%s.", strchr(after, ',') ? "steps" : "step", after,
                    setup ? ", and do step " : "", setup ? setup : "", setup ? " on the way" : "");
    hc_write(s->paper, "\n  ");
    hc_wrap(s->paper, 2, 2, text ? text : "");
}

static const char *title(const struct hc_rating *rating, enum hc_step_kind kind)
{
    switch (kind) {
    case HC_STEP_BLOCKED: return "In the way:";
    case HC_STEP_FIX: return rating->verdict == HC_NOT_POSSIBLE ? "Missing too:" : "To do, in this order:";
    case HC_STEP_BETTER: return "Better:";
    case HC_STEP_NOTE: return "Good to know:";
    default: return "To find out:";
    }
}

static void verdict_line(struct sheet *s, const struct hc_rating *rating)
{
    hc_ink(s->paper, hc_verdict_ink(rating->verdict), "%-*s", LABEL, hc_verdict_name(rating->verdict));
    hc_ink(s->paper, HC_BOLD, "%s", hc_clean(s->report->arena, rating->profile->title));
    hc_ink(s->paper, HC_DIM, " (%s)\n", hc_clean(s->report->arena, rating->profile->id));
}

void hc_text_plan(struct hc_paper *paper, const struct hc_report *report, const struct hc_rating *rating)
{
    struct sheet sheet = { report, paper }, *s = &sheet;
    const struct hc_plan plan = hc_plan_of(report, rating);
    const char *because = why(s, rating, &plan);

    verdict_line(s, rating);
    hc_write(s->paper, "%*s", LABEL, "");
    hc_wrap(s->paper, LABEL, LABEL, because ? because : "");
    dates(s, rating);
    for (size_t i = 0; i < plan.count; i++) {
        if (!i || plan.steps[i].kind != plan.steps[i - 1].kind)
            hc_write(s->paper, "\n  %s\n", title(rating, plan.steps[i].kind));
        step(s, &plan.steps[i], i + 1);
    }
    reboot(s, &plan);
    hc_write(s->paper, "\n");
}

char *hc_render_check_text(const struct hc_report *report, const struct hc_rating *const *ratings, size_t count,
                           struct hc_terminal terminal)
{
    struct hc_paper paper = { .terminal = terminal };

    for (size_t i = 0; i < count; i++)
        hc_text_plan(&paper, report, ratings[i]);
    return hc_take(&paper);
}
