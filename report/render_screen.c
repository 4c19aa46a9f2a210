/* The one screen: which machine this is, what it can run and why not, and what to change first. */
#include "outer.h"
#include "render_passthrough.h"
#include "report.h"
#include "text_cpu.h"
#include "text_line.h"
#include "text_profiles.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 21, LINES = 40, FIXES_SHOWN = 3, NAMES_SHOWN = 3, REASONS_MAX = 64 };

struct screen {
    const struct hc_report *report;
    struct hc_paper paper;
};

/* ---- the head ---- */

static const char *text_fact(struct screen *s, struct hc_text_id id)
{
    const char *text = hc_text_of(s->report->facts, id);

    return text && *text ? hc_clean(s->report->arena, text) : NULL;
}

static const char *role_text(struct screen *s)
{
    const char *role = hc_word_of(s->report->facts, HC_HOST_ROLE), *below, *text;

    if (!role)
        return "whether this is a guest is not known";
    if (!strcmp(role, "physical"))
        return hc_flag(s->report->facts, HC_HOST_CONTAINER) == HC_YES ? "a physical machine" : "the machine itself";
    if (!strcmp(role, "dom0"))
        return "control domain of Xen";
    if (!strcmp(role, "root-partition"))
        return "root partition of Hyper-V";
    below = hc_outer_name(hc_text_of(s->report->facts, HC_HOST_HYPERVISOR));
    if (!below)
        below = text_fact(s, HC_HOST_HYPERVISOR);
    text = hc_print(s->report->arena, "guest of %s", below ? below : "an unknown hypervisor");
    return text ? text : "";
}

static void separator(struct screen *s, const char *text, bool *first)
{
    if (!text)
        return;
    hc_write(&s->paper, "%s%s", *first ? "" : ", ", text);
    *first = false;
}

static const char *memory_text(struct screen *s)
{
    uint64_t bytes;

    return hc_number_of(s->report->facts, HC_MEMORY_USABLE, &bytes) ? hc_size_text(s->report->arena, bytes) : NULL;
}

/* What was looked at: where from, which machine, which system. */
static void head(struct screen *s)
{
    const struct hc_facts *facts = s->report->facts;
    const char *brand = text_fact(s, HC_CPUID_BRAND), *release = text_fact(s, HC_UNAME_RELEASE);
    bool first = true;

    hc_ink(&s->paper, HC_BOLD, "hostcap " HC_VERSION);
    hc_write(&s->paper, "  ");
    if (!brand)
        brand = text_fact(s, HC_CPUINFO_BRAND);
    separator(s, brand ? brand : hc_word_of(facts, HC_HOST_ARCH), &first);
    separator(s, memory_text(s), &first);
    if (!release)
        release = text_fact(s, HC_KERNEL_RELEASE);
    if (release)
        separator(s, hc_print(s->report->arena, "Linux %s", release), &first);
    hc_write(&s->paper, "\n               ");
    first = true;
    if (hc_flag(facts, HC_HOST_CONTAINER) == HC_YES)
        hc_write(&s->paper, "in a container on: ");
    separator(s, role_text(s), &first);
    separator(s, hc_flag(facts, HC_ROOT) == HC_NO ? "seen without root" : NULL, &first);
    if (strcmp(s->report->scan->origin, "live"))
        separator(s, hc_print(s->report->arena, "from a %s", s->report->scan->origin), &first);
    hc_write(&s->paper, "\n\n");
}

static void level(struct screen *s)
{
    const struct hc_readiness *r = &s->report->readiness;

    hc_write(&s->paper, "%-*s", LABEL, "Level");
    hc_ink(&s->paper, HC_BOLD, "%s", hc_readiness_text(r, s->report->arena));
    hc_write(&s->paper, "  %s%s\n", hc_level_title(r->level), r->at_least ? "; whether more is not known" : "");
}

/* ---- the matrix: products of one verdict for one reason share a row ---- */

struct row {
    enum hc_verdict verdict;
    const char *reason; /* what is wrong; "": nothing */
    const char *names;
    bool in_place; /* installed instead of this system */
};

/* Best first. */
static const enum hc_verdict order[HC_VERDICTS] = { HC_READY, HC_LIMITED, HC_READY_AFTER_FIXES, HC_VERDICT_UNKNOWN,
                                                    HC_NOT_POSSIBLE };

/* Whether an outcome is of the kind that decided the verdict. */
static bool decides(const struct hc_rating *rating, const struct hc_outcome *o)
{
    const bool hard = o->requirement->level == HC_HARD, failed = o->result == HC_RESULT_FAIL;

    switch (rating->verdict) {
    case HC_NOT_POSSIBLE: return hard && failed && o->fix >= HC_FIX_REINSTALL;
    case HC_READY_AFTER_FIXES: return hard && failed;
    case HC_VERDICT_UNKNOWN: return hard && !failed;
    case HC_LIMITED: return failed;
    default: return false;
    }
}

/* The first of its reasons that decides; NULL: none. */
static const struct hc_outcome *deciding(const struct hc_rating *rating)
{
    const struct hc_outcome *outcomes[REASONS_MAX];
    size_t count = hc_report_reasons(rating, outcomes, REASONS_MAX);

    for (size_t i = 0; i < count && i < REASONS_MAX; i++)
        if (decides(rating, outcomes[i]))
            return outcomes[i];
    return NULL;
}

/* Without "os" a product comes with a system of its own, or is one. */
static bool in_place(const struct hc_profile *profile)
{
    for (size_t i = 0; i < profile->count; i++)
        if (!strcmp(profile->requirements[i].id, "host-os"))
            return false;
    return !strcmp(profile->kind, "type1");
}

struct matrix {
    struct row *rows;
    size_t count;
};

static void add_name(struct screen *s, struct row *row, const char *name)
{
    const char *names = hc_print(s->report->arena, "%s%s%s", row->names, *row->names ? ", " : "", name);

    row->names = names ? names : "";
}

/* bare: only verdicts, without their reasons */
static void add_rating(struct screen *s, struct matrix *m, const struct hc_rating *rating, bool bare)
{
    const struct hc_outcome *outcome = bare ? NULL : deciding(rating);
    const char *reason = outcome ? hc_report_words(s->report, outcome).wrong : "";
    const bool place = in_place(rating->profile);
    size_t i = 0;

    while (i < m->count && (m->rows[i].verdict != rating->verdict || m->rows[i].in_place != place ||
                            strcmp(m->rows[i].reason, reason) != 0))
        i++;
    if (i == m->count)
        m->rows[m->count++] = (struct row){ rating->verdict, reason, "", place };
    add_name(s, &m->rows[i], hc_clean(s->report->arena, rating->profile->name));
}

/* The verdicts from this one of the order on lose their reasons: what is ready comes last. */
static struct matrix make_matrix(struct screen *s, size_t reasons_of)
{
    struct matrix m = { hc_alloc(s->report->arena, (s->report->rating_count + 1) * sizeof *m.rows), 0 };

    for (size_t v = 0; m.rows && v < HC_VERDICTS; v++)
        for (size_t i = 0; i < s->report->rating_count; i++)
            if (s->report->ratings[i].verdict == order[v] && !hc_report_foreign(&s->report->ratings[i]))
                add_rating(s, &m, &s->report->ratings[i], v >= reasons_of);
    return m;
}

static void row_lines(struct screen *s, const struct row *row, bool first)
{
    size_t column;

    hc_ink(&s->paper, hc_verdict_ink(row->verdict), "  %-*s", LABEL - 2, first ? hc_verdict_name(row->verdict) : "");
    column = hc_flow(&s->paper, HC_BOLD, LABEL, LABEL, row->names);
    if (*row->reason) {
        hc_write(&s->paper, "  ");
        hc_flow(&s->paper, HC_DIM, column + 2, LABEL + 2, hc_clean(s->report->arena, row->reason));
    }
    hc_write(&s->paper, "\n");
}

static void section(struct screen *s, const struct matrix *m, bool place, const char *title)
{
    const struct row *last = NULL;

    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].in_place != place)
            continue;
        if (!last)
            hc_ink(&s->paper, HC_BOLD, "%s\n", title);
        row_lines(s, &m->rows[i], !last || last->verdict != m->rows[i].verdict);
        last = &m->rows[i];
    }
}

/* ---- the fixes worth most ---- */

struct fix {
    struct hc_words words;
    const char *names;
    size_t worth, count;
};

/* What it is worth to a product that a reason goes: most where it alone keeps it from running. */
static size_t worth(const struct hc_rating *rating, const struct hc_outcome *o)
{
    const bool hard = o->requirement->level == HC_HARD, failed = o->result == HC_RESULT_FAIL;

    if (o->fix >= HC_FIX_REINSTALL && failed)
        return 0;
    switch (rating->verdict) {
    case HC_READY_AFTER_FIXES: return hard && failed ? 10 : 0;
    case HC_VERDICT_UNKNOWN: return hard ? 5 : 0;
    case HC_LIMITED: return failed ? 1 : 0;
    default: return 0;
    }
}

static void add_fix(struct screen *s, struct fix *fixes, size_t *count, const struct hc_rating *rating,
                    const struct hc_outcome *outcome)
{
    const size_t value = worth(rating, outcome);
    const struct hc_words words = hc_report_words(s->report, outcome);
    size_t i = 0;

    if (!value || !*words.change)
        return;
    while (i < *count && strcmp(fixes[i].words.change, words.change) != 0)
        i++;
    if (i == REASONS_MAX)
        return;
    if (i == *count)
        fixes[(*count)++] = (struct fix){ words, "", 0, 0 };
    fixes[i].worth += value;
    if (fixes[i].count++ < NAMES_SHOWN) {
        const char *names = hc_print(s->report->arena, "%s%s%s", fixes[i].names, *fixes[i].names ? ", " : "",
                                     hc_clean(s->report->arena, rating->profile->name));
        fixes[i].names = names ? names : "";
    }
}

static size_t collect_fixes(struct screen *s, struct fix *fixes)
{
    const struct hc_outcome *outcomes[REASONS_MAX];
    size_t count = 0;

    for (size_t r = 0; r < s->report->rating_count; r++) {
        const struct hc_rating *rating = &s->report->ratings[r];
        size_t reasons = hc_report_foreign(rating) ? 0 : hc_report_reasons(rating, outcomes, REASONS_MAX);
        for (size_t i = 0; i < reasons && i < REASONS_MAX; i++)
            add_fix(s, fixes, &count, rating, outcomes[i]);
    }
    return count;
}

/* The one worth most that was not taken; of equals the first. */
static struct fix *best_fix(struct fix *fixes, size_t count)
{
    struct fix *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (fixes[i].worth && (!best || fixes[i].worth > best->worth))
            best = &fixes[i];
    return best;
}

static void fix_lines(struct screen *s)
{
    struct fix fixes[REASONS_MAX], *fix;
    size_t count = collect_fixes(s, fixes), number = 0;

    while (number < FIXES_SHOWN && (fix = best_fix(fixes, count))) {
        size_t column;
        if (!number++)
            hc_ink(&s->paper, HC_BOLD, "What to change first\n");
        hc_write(&s->paper, "  %zu. ", number);
        column = hc_flow(&s->paper, HC_PLAIN, 5, 5, hc_clean(s->report->arena, fix->words.change));
        hc_write(&s->paper, " ");
        hc_flow(&s->paper, HC_DIM, column + 1, 5,
                fix->count > NAMES_SHOWN
                    ? hc_print(s->report->arena, "(for %s and %zu more)", fix->names, fix->count - NAMES_SHOWN)
                    : hc_print(s->report->arena, "(for %s)", fix->names));
        hc_write(&s->paper, "\n");
        fix->worth = 0;
    }
    if (number)
        hc_write(&s->paper, "\n");
}

/* ---- the tail ---- */

static void passthrough_line(struct screen *s)
{
    hc_write(&s->paper, "%-*s", LABEL, "PCI passthrough");
    hc_wrap(&s->paper, LABEL, LABEL, hc_passthrough_line(s->report));
}

static void conflicts(struct screen *s)
{
    for (size_t i = 0; i < s->report->conflict_count; i++) {
        hc_ink(&s->paper, HC_WARN, "%-*s", LABEL, "Conflict");
        hc_wrap(&s->paper, LABEL, LABEL, s->report->conflicts[i].text);
    }
}

static void tail(struct screen *s)
{
    const bool live = !strcmp(s->report->scan->origin, "live");

    if (live && hc_flag(s->report->facts, HC_ROOT) == HC_NO)
        hc_write(&s->paper, "Run as root to see more. ");
    if (live && hc_flag(s->report->facts, HC_LINUX_KVM_ACCESS) == HC_YES &&
        !hc_word_of(s->report->facts, HC_PROVE_STAGE))
        hc_write(&s->paper, "hostcap --prove lets a small guest run. ");
    hc_write(&s->paper, "hostcap list profiles names all; hostcap check NAME is the plan for one.\n");
}

/* ---- all of it ---- */

static void write_screen(struct screen *s, size_t reasons_of)
{
    const struct matrix m = make_matrix(s, reasons_of);

    head(s);
    level(s);
    hc_text_cpu(&s->paper, s->report, LABEL);
    passthrough_line(s);
    conflicts(s);
    hc_write(&s->paper, "\n");
    section(s, &m, false, "On this system");
    section(s, &m, true, "Installed in its place");
    hc_write(&s->paper, "\n");
    fix_lines(s);
    tail(s);
}

static size_t lines(const char *text)
{
    size_t count = 0;

    for (; text && *text; text++)
        count += *text == '\n';
    return count;
}

static char *written(const struct hc_report *report, struct hc_terminal terminal, size_t reasons_of)
{
    struct screen s = { report, { .terminal = terminal } };

    write_screen(&s, reasons_of);
    return hc_take(&s.paper);
}

/* As many verdicts with their reasons as fit; hostcap check has them all. They are as many at every width. */
char *hc_render_screen(const struct hc_report *report, struct hc_terminal terminal)
{
    const struct hc_terminal usual = { .color = terminal.color };
    size_t reasons_of = HC_VERDICTS;
    char *text = written(report, usual, reasons_of);

    while (text && reasons_of && lines(text) > LINES) {
        free(text);
        text = written(report, usual, --reasons_of);
    }
    if (!text || !terminal.width)
        return text;
    free(text);
    return written(report, terminal, reasons_of);
}
