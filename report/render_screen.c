/* The one screen: which machine this is, what it can run and why not, and what to change first. */
#include "conclude.h"
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
enum { FIXES_SHOWN = 3, FIX_LINES = 2, FIX_INDENT = 5, AS_ABOVE = 44, REASONS_TOLD = 20, REASONS_MAX = 64 };

struct screen {
    const struct hc_report *report;
    struct hc_paper paper;
};

/* ---- the head ---- */

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

/* Windows 11 begins with build 22000 (Microsoft, Windows 11 release information); a server goes by its year. */
static const char *system_text(struct screen *s, const char *release)
{
    const struct hc_facts *facts = s->report->facts;
    const char *os = hc_word_of(facts, HC_HOST_OS), *type = hc_word_of(facts, HC_WIN_PRODUCT_TYPE);
    uint64_t build;

    if (text_fact(s, HC_WIN_WINE))
        return hc_print(s->report->arena, "Wine %s", text_fact(s, HC_WIN_WINE));
    if (hc_on_macos(facts))
        return hc_print(s->report->arena, "macOS %s", hc_text_of(facts, HC_HOST_OS_VERSION));
    if (!os || strcmp(os, "windows") || !hc_number_of(facts, HC_WIN_BUILD, &build))
        return release ? hc_print(s->report->arena, "Linux %s", release) : NULL;
    return hc_print(s->report->arena, "Windows %s, build %llu",
                    !type || strcmp(type, "workstation") ? "Server"
                    : build >= 22000                     ? "11"
                                                         : "10",
                    (unsigned long long)build);
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
    separator(s, system_text(s, release), &first);
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
    size_t reasons; /* so many rows have one; what is left of a verdict shares a row without */
};

struct row {
    enum hc_verdict verdict;
    bool in_place;      /* installed instead of this system */
    const char *reason; /* what is wrong; "": nothing, or not said */
    size_t count, first;
};

/* In the order of kinds; each has the number of its row. */
struct product {
    const struct hc_rating *rating;
    size_t row;
};

struct matrix {
    struct product *products;
    struct row *rows;
    size_t product_count, row_count;
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

static const char *reason_of(struct screen *s, const struct hc_rating *rating)
{
    const struct hc_outcome *outcome = deciding(rating);

    if (!outcome)
        return "";
    return outcome->result == HC_RESULT_OPEN ? hc_report_open(s->report, outcome)
                                             : hc_report_words(s->report, outcome).wrong;
}

/* Without "os" a product comes with a system of its own, or is one. */
static bool in_place(const struct hc_profile *profile)
{
    for (size_t i = 0; i < profile->count; i++)
        if (!strcmp(profile->requirements[i].id, "host-os"))
            return false;
    return !strcmp(profile->kind, "type1");
}

/* The row of the same verdict, place and reason, which is made where there is none. */
static void put_product(struct matrix *m, const struct row *like, const struct hc_rating *rating)
{
    size_t i = 0;

    while (i < m->row_count && !(m->rows[i].verdict == like->verdict && m->rows[i].in_place == like->in_place &&
                                 !strcmp(m->rows[i].reason, like->reason)))
        i++;
    if (i == m->row_count)
        m->rows[m->row_count++] = (struct row){ like->verdict, like->in_place, like->reason, 0, m->product_count };
    m->rows[i].count++;
    m->products[m->product_count++] = (struct product){ rating, i };
}

static struct matrix new_matrix(struct screen *s)
{
    const size_t room = s->report->rating_count + 1;
    struct matrix m = { hc_alloc(s->report->arena, room * sizeof *m.products),
                        hc_alloc(s->report->arena, room * sizeof *m.rows), 0, 0 };

    return m;
}

static struct matrix make_matrix(struct screen *s)
{
    static const char *const kinds[] = { "type1", "type2", "container", "feature", "purpose" };
    struct matrix m = new_matrix(s);

    for (size_t k = 0; m.products && m.rows && k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < s->report->rating_count; i++) {
            const struct hc_rating *rating = &s->report->ratings[i];
            if (!strcmp(rating->profile->kind, kinds[k]) && !hc_report_foreign(rating))
                put_product(&m, &(struct row){ rating->verdict, in_place(rating->profile), reason_of(s, rating), 0, 0 },
                            rating);
        }
    return m;
}

/* Whether a row says why and stands before another: it concerns more, or as much and better known ones. */
static bool weighs_more(const struct row *row, const struct row *other)
{
    if (!*row->reason != !*other->reason)
        return *row->reason != '\0';
    return row->count != other->count ? row->count > other->count : row->first < other->first;
}

/* How many rows of the same verdict and place stand before it. */
static size_t rank(const struct matrix *m, const struct row *row)
{
    size_t before = 0;

    for (size_t i = 0; i < m->row_count; i++)
        before +=
            m->rows[i].verdict == row->verdict && m->rows[i].in_place == row->in_place && weighs_more(&m->rows[i], row);
    return before;
}

/* Whose reason is told before another's: the first of each verdict before the second of any, here before elsewhere, and
   what can be changed before what cannot. */
static bool told_before(const struct matrix *m, const struct row *row, const struct row *other)
{
    static const int turns[HC_VERDICTS] = {
        [HC_READY_AFTER_FIXES] = 0, [HC_LIMITED] = 1, [HC_NOT_POSSIBLE] = 2, [HC_VERDICT_UNKNOWN] = 3, [HC_READY] = 4
    };
    const size_t a = rank(m, row), b = rank(m, other);

    if (a != b)
        return a < b;
    if (row->in_place != other->in_place)
        return other->in_place;
    return turns[row->verdict] < turns[other->verdict];
}

static size_t turn_of(const struct matrix *m, const struct row *row)
{
    size_t before = 0;

    for (size_t i = 0; i < m->row_count; i++)
        before += *m->rows[i].reason && told_before(m, &m->rows[i], row);
    return before;
}

/* The same with so many reasons. */
static struct matrix shorter(struct screen *s, const struct matrix *all, size_t reasons)
{
    struct matrix m = new_matrix(s);

    for (size_t i = 0; m.products && m.rows && i < all->product_count; i++) {
        struct row like = all->rows[all->products[i].row];
        if (turn_of(all, &all->rows[all->products[i].row]) >= reasons)
            like.reason = "";
        put_product(&m, &like, all->products[i].rating);
    }
    return m;
}

/* Where the architecture is not known, there are as many KVMs as architectures. */
static bool named_before(const struct matrix *m, size_t product)
{
    for (size_t i = 0; i < product; i++)
        if (m->products[i].row == m->products[product].row &&
            !strcmp(m->products[i].rating->profile->name, m->products[product].rating->profile->name))
            return true;
    return false;
}

static const char *names_of(struct screen *s, const struct matrix *m, const struct row *row)
{
    const char *names = "";

    for (size_t i = 0; names && i < m->product_count; i++)
        if (&m->rows[m->products[i].row] == row && !named_before(m, i))
            names = hc_print(s->report->arena, "%s%s%s", names, *names ? ", " : "",
                             hc_clean(s->report->arena, m->products[i].rating->profile->name));
    return names ? names : "";
}

static void reason_text(struct screen *s, const char *text, size_t column, bool whole)
{
    const char *reason = hc_clean(s->report->arena, text);

    if (column + 2 + strlen(reason) > COLUMNS && column + ROOM_LEAST > COLUMNS) {
        hc_write(&s->paper, "\n%*s", LABEL + 2, "");
        column = LABEL + 2;
    } else {
        hc_write(&s->paper, "  ");
        column += 2;
    }
    hc_flow(&s->paper, HC_PLAIN, column, LABEL + 2, whole ? reason : cut(s, reason, COLUMNS - column));
}

/* What rows of the other place said above is not said in full again. */
static const char *not_again(struct screen *s, const struct matrix *m, const struct row *row)
{
    const char *text = row->reason;

    for (size_t i = 0; row->in_place && i < m->row_count; i++)
        if (!m->rows[i].in_place && !strcmp(m->rows[i].reason, row->reason))
            text = hc_print(s->report->arena, "As above: %s", cut(s, row->reason, AS_ABOVE));
    return text ? text : "";
}

static void row_lines(struct screen *s, const struct matrix *m, const struct row *row, bool first, bool whole)
{
    size_t column;

    hc_ink(&s->paper, hc_verdict_ink(row->verdict), "  %-*s", LABEL - 2, first ? hc_verdict_name(row->verdict) : "");
    column = hc_flow(&s->paper, HC_BOLD, LABEL, LABEL, names_of(s, m, row));
    if (*row->reason)
        reason_text(s, not_again(s, m, row), column, whole);
    hc_write(&s->paper, "\n");
}

/* The rows of one verdict and place, those with a reason first. */
static void verdict_lines(struct screen *s, const struct matrix *m, bool place, enum hc_verdict verdict, bool whole)
{
    for (size_t turn = 0; turn < m->row_count; turn++)
        for (size_t i = 0; i < m->row_count; i++)
            if (m->rows[i].verdict == verdict && m->rows[i].in_place == place && rank(m, &m->rows[i]) == turn)
                row_lines(s, m, &m->rows[i], !turn, whole);
}

static void section(struct screen *s, const struct matrix *m, bool place, const char *title, bool whole)
{
    bool any = false;

    for (size_t i = 0; i < m->row_count; i++)
        any |= m->rows[i].in_place == place;
    if (any)
        title_line(s, title);
    for (size_t v = 0; v < HC_VERDICTS; v++)
        verdict_lines(s, m, place, order[v], whole);
}

/* ---- the fixes worth most ---- */

struct fix {
    const char *change;
    const struct hc_rating *last; /* whom it helps; counted once, however many of its reasons go */
    size_t worth, count;
};

/* What it is worth to a product that a reason goes: most where it alone keeps it from running. */
static size_t worth(struct screen *s, const struct hc_rating *rating, const struct hc_outcome *o)
{
    const bool hard = o->requirement->level == HC_HARD, failed = o->result == HC_RESULT_FAIL;

    if (failed ? o->fix >= HC_FIX_REINSTALL : !hc_report_can_settle(s->report, o))
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
    const size_t value = worth(s, rating, outcome);
    const char *change = hc_report_words(s->report, outcome).change;
    size_t i = 0;

    if (!value || !*change)
        return;
    while (i < *count && strcmp(fixes[i].change, change) != 0)
        i++;
    if (i == REASONS_MAX)
        return;
    if (i == *count)
        fixes[(*count)++] = (struct fix){ change, NULL, 0, 0 };
    if (fixes[i].last == rating)
        return;
    fixes[i].last = rating;
    fixes[i].worth += value;
    fixes[i].count++;
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

/* Lines that a text takes at the usual width. */
static size_t height(const char *text, size_t column, size_t indent)
{
    struct hc_paper paper = { .terminal = { .color = false } };
    size_t breaks = 0;
    char *lines;

    hc_flow(&paper, HC_PLAIN, column, indent, text);
    lines = hc_take(&paper);
    for (const char *at = lines; at && *at; at++)
        breaks += *at == '\n';
    free(lines);
    return breaks + 1;
}

/* What to do in two lines with whom it helps; hostcap check has all of it. */
static const char *two_lines(struct screen *s, const char *change, const char *whom)
{
    for (size_t columns = FIX_LINES * (COLUMNS - FIX_INDENT);; columns -= 4) {
        const char *text = cut(s, change, columns);
        const char *both = hc_print(s->report->arena, "%s %s", text, whom);
        if (!both || columns < COLUMNS / 2 || height(both, FIX_INDENT, FIX_INDENT) <= FIX_LINES)
            return text;
    }
}

static void fix_line(struct screen *s, const struct fix *fix, size_t number)
{
    const char *whom = fix->count == 1
                           ? hc_print(s->report->arena, "(%s)", hc_clean(s->report->arena, fix->last->profile->name))
                           : hc_print(s->report->arena, "(%zu products)", fix->count);
    size_t column;

    whom = whom ? whom : "";
    hc_write(&s->paper, "  %zu. ", number);
    column = hc_flow(&s->paper, HC_PLAIN, FIX_INDENT, FIX_INDENT,
                     two_lines(s, hc_clean(s->report->arena, fix->change), whom));
    if (column + 1 + strlen(whom) > hc_width(&s->paper)) {
        hc_write(&s->paper, "\n%*s", FIX_INDENT, "");
        column = FIX_INDENT;
    } else {
        hc_write(&s->paper, " ");
        column++;
    }
    hc_flow(&s->paper, HC_DIM, column, FIX_INDENT, whom);
    hc_write(&s->paper, "\n");
}

static void fix_lines(struct screen *s)
{
    struct fix fixes[REASONS_MAX], *fix;
    size_t count = collect_fixes(s, fixes), number = 0;

    while (number < FIXES_SHOWN && (fix = best_fix(fixes, count))) {
        if (!number++)
            title_line(s, "What to do first");
        fix_line(s, fix, number);
        fix->worth = 0;
    }
    if (number)
        hc_write(&s->paper, "\n");
}

/* ---- the tail ---- */

static void passthrough_line(struct screen *s)
{
    hc_write(&s->paper, "%-*s", LABEL, "PCI passthrough");
    hc_wrap(&s->paper, LABEL, LABEL, hc_passthrough_short(s->report));
}

static void conflicts(struct screen *s)
{
    for (size_t i = 0; i < s->report->conflict_count; i++) {
        hc_ink(&s->paper, HC_WARN, "%-*s", LABEL, "Conflict");
        hc_wrap(&s->paper, LABEL, LABEL, cut(s, s->report->conflicts[i].text, COLUMNS - LABEL));
    }
}

static void tail(struct screen *s)
{
    const bool live = !strcmp(s->report->scan->origin, "live");
    const bool rootless = live && hc_flag(s->report->facts, HC_ROOT) == HC_NO;
    const bool provable = live && hc_flag(s->report->facts, HC_LINUX_KVM_ACCESS) == HC_YES &&
                          !hc_word_of(s->report->facts, HC_PROVE_STAGE);
    const char *text =
        hc_print(s->report->arena, "%s%shostcap check NAME is the plan for one; list profiles names all.",
                 rootless ? "Run as root to see more. " : "", provable ? "--prove lets a small guest run. " : "");

    hc_wrap(&s->paper, 0, 0, text ? text : "");
}

/* ---- all of it ---- */

static void write_screen(struct screen *s, const struct matrix *all, struct detail detail)
{
    const struct matrix m = shorter(s, all, detail.reasons);

    head(s);
    level(s);
    hc_write_suitability_short(&s->paper, s->report, LABEL);
    hc_text_cpu(&s->paper, s->report, LABEL);
    passthrough_line(s);
    conflicts(s);
    hc_write(&s->paper, "\n");
    section(s, &m, false, "On this system", detail.whole);
    section(s, &m, true, "Instead of this system", detail.whole);
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
