/* The one screen: which machine this is, what it can run and why not, and what to change first. */
#include "outer.h"
#include "render_passthrough.h"
#include "report.h"
#include "text_cpu.h"
#include "text_line.h"
#include "text_profiles.h"
#include "text_suitability.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 100, LINES = 40, LABEL = 21, ROOM_LEAST = 45 };
enum { FIXES_SHOWN = 3, NAMES_SHOWN = 3, REASONS_TOLD = 5, REASONS_MAX = 64 };

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

static void title_line(struct screen *s, const char *title)
{
    hc_ink(&s->paper, HC_BOLD, "%s", title);
    hc_write(&s->paper, "\n");
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

/* How much a screen tells. */
struct detail {
    bool whole;     /* reasons as long as they are; otherwise a line each */
    size_t reasons; /* so many rows of a verdict have one; what is left shares a row without */
};

struct row {
    enum hc_verdict verdict;
    const char *reason; /* what is wrong; "": nothing, or not said */
    const char *names;
    size_t count;
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

static bool same_place(const struct row *a, const struct row *b)
{
    return a->verdict == b->verdict && a->in_place == b->in_place;
}

/* Adds products to the row of the same verdict, place and reason. */
static void add_row(struct screen *s, struct matrix *m, const struct row *more)
{
    const char *names;
    size_t i = 0;

    while (i < m->count && !(same_place(&m->rows[i], more) && !strcmp(m->rows[i].reason, more->reason)))
        i++;
    if (i == m->count)
        m->rows[m->count++] = (struct row){ more->verdict, more->reason, "", 0, more->in_place };
    names = hc_print(s->report->arena, "%s%s%s", m->rows[i].names, *m->rows[i].names ? ", " : "", more->names);
    m->rows[i].names = names ? names : "";
    m->rows[i].count += more->count;
}

/* Best first; within a verdict what concerns most. */
static int by_weight(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    size_t i = 0, j = 0;

    while (order[i] != x->verdict)
        i++;
    while (order[j] != y->verdict)
        j++;
    if (i != j)
        return i < j ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->names, y->names);
}

static struct matrix make_matrix(struct screen *s)
{
    struct matrix m = { hc_alloc(s->report->arena, (s->report->rating_count + 1) * sizeof *m.rows), 0 };

    for (size_t i = 0; m.rows && i < s->report->rating_count; i++) {
        const struct hc_rating *rating = &s->report->ratings[i];
        const struct hc_outcome *outcome = deciding(rating);
        const char *name = hc_clean(s->report->arena, rating->profile->name);
        if (!hc_report_foreign(rating))
            add_row(s, &m,
                    &(struct row){ rating->verdict, outcome ? hc_report_words(s->report, outcome).wrong : "", name, 1,
                                   in_place(rating->profile) });
    }
    if (m.count)
        qsort(m.rows, m.count, sizeof *m.rows, by_weight);
    return m;
}

/* The same with so many reasons for each verdict. */
static struct matrix shorter(struct screen *s, const struct matrix *all, size_t reasons)
{
    struct matrix m = { hc_alloc(s->report->arena, (all->count + 1) * sizeof *m.rows), 0 };
    size_t told = 0;

    for (size_t i = 0; m.rows && i < all->count; i++) {
        struct row row = all->rows[i];
        told = i && row.verdict == all->rows[i - 1].verdict ? told : 0;
        if (*row.reason && ++told > reasons)
            row.reason = "";
        add_row(s, &m, &row);
    }
    return m;
}

/* As much of a text as fits in so many columns, whole words. */
static const char *cut(struct screen *s, const char *text, size_t columns)
{
    size_t size = strlen(text);
    const char *part;

    if (size <= columns)
        return text;
    size = columns - 4;
    while (size && text[size] != ' ')
        size--;
    part = hc_print(s->report->arena, "%.*s ...", (int)size, text);
    return part ? part : "";
}

static void reason_text(struct screen *s, const struct row *row, size_t column, bool whole)
{
    const char *reason = hc_clean(s->report->arena, row->reason);

    if (column + 2 + strlen(reason) > COLUMNS && column + ROOM_LEAST > COLUMNS) {
        hc_write(&s->paper, "\n%*s", LABEL + 2, "");
        column = LABEL + 2;
    } else {
        hc_write(&s->paper, "  ");
        column += 2;
    }
    hc_flow(&s->paper, HC_DIM, column, LABEL + 2, whole ? reason : cut(s, reason, COLUMNS - column));
}

static void row_lines(struct screen *s, const struct row *row, bool first, bool whole)
{
    size_t column;

    hc_ink(&s->paper, hc_verdict_ink(row->verdict), "  %-*s", LABEL - 2, first ? hc_verdict_name(row->verdict) : "");
    column = hc_flow(&s->paper, HC_BOLD, LABEL, LABEL, row->names);
    if (*row->reason)
        reason_text(s, row, column, whole);
    hc_write(&s->paper, "\n");
}

static void section(struct screen *s, const struct matrix *m, bool place, const char *title, bool whole)
{
    const struct row *last = NULL;

    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].in_place != place)
            continue;
        if (!last)
            title_line(s, title);
        row_lines(s, &m->rows[i], !last || last->verdict != m->rows[i].verdict, whole);
        last = &m->rows[i];
    }
}

/* ---- the fixes worth most ---- */

struct fix {
    const char *change;
    const char *names;
    const struct hc_rating *last; /* whose name was added last */
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

/* Once for each product, however many of its reasons the fix takes away. */
static void add_product(struct screen *s, struct fix *fix, const struct hc_rating *rating, size_t value)
{
    const char *name = hc_clean(s->report->arena, rating->profile->name);

    if (fix->last == rating)
        return;
    fix->last = rating;
    fix->worth += value;
    if (fix->count++ < NAMES_SHOWN) {
        const char *names = hc_print(s->report->arena, "%s%s%s", fix->names, *fix->names ? ", " : "", name);
        fix->names = names ? names : "";
    }
}

static void add_fix(struct screen *s, struct fix *fixes, size_t *count, const struct hc_rating *rating,
                    const struct hc_outcome *outcome)
{
    const size_t value = worth(rating, outcome);
    const char *change = hc_report_words(s->report, outcome).change;
    size_t i = 0;

    if (!value || !*change)
        return;
    while (i < *count && strcmp(fixes[i].change, change) != 0)
        i++;
    if (i == REASONS_MAX)
        return;
    if (i == *count)
        fixes[(*count)++] = (struct fix){ change, "", NULL, 0, 0 };
    add_product(s, &fixes[i], rating, value);
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
            title_line(s, "What to change first");
        hc_write(&s->paper, "  %zu. ", number);
        column = hc_flow(&s->paper, HC_PLAIN, 5, 5, hc_clean(s->report->arena, fix->change));
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
    const bool rootless = live && hc_flag(s->report->facts, HC_ROOT) == HC_NO;
    const bool provable = live && hc_flag(s->report->facts, HC_LINUX_KVM_ACCESS) == HC_YES &&
                          !hc_word_of(s->report->facts, HC_PROVE_STAGE);
    const char *text = hc_print(s->report->arena, "%s%shostcap check NAME is the plan for one; list profiles names all.",
                                rootless ? "Run as root to see more. " : "",
                                provable ? "--prove lets a small guest run. " : "");

    hc_wrap(&s->paper, 0, 0, text ? text : "");
}

/* ---- all of it ---- */

static void write_screen(struct screen *s, const struct matrix *all, struct detail detail)
{
    const struct matrix m = shorter(s, all, detail.reasons);

    head(s);
    level(s);
    hc_write_suitability(&s->paper, s->report, LABEL);
    hc_text_cpu(&s->paper, s->report, LABEL);
    passthrough_line(s);
    conflicts(s);
    hc_write(&s->paper, "\n");
    section(s, &m, false, "On this system", detail.whole);
    section(s, &m, true, "Installed in its place", detail.whole);
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

static char *written(const struct hc_report *report, struct hc_terminal terminal, const struct matrix *all,
                     struct detail detail)
{
    struct screen s = { report, { .terminal = terminal } };

    write_screen(&s, all, detail);
    return hc_take(&s.paper);
}

/* As much as fits; hostcap check has all of it. It is as much at every width. */
char *hc_render_screen(const struct hc_report *report, struct hc_terminal terminal)
{
    const struct hc_terminal usual = { .color = terminal.color };
    struct screen s = { .report = report };
    const struct matrix all = make_matrix(&s);
    struct detail detail = { true, REASONS_MAX };
    char *text = written(report, usual, &all, detail);

    while (text && detail.reasons && lines(text) > LINES) {
        free(text);
        detail = (struct detail){ false, detail.whole ? REASONS_TOLD : detail.reasons - 1 };
        text = written(report, usual, &all, detail);
    }
    if (!text || !terminal.width)
        return text;
    free(text);
    return written(report, terminal, &all, detail);
}
