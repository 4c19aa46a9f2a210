/* The report for a person: one screen for everything, a plan for a profile. */
#include "render_text.h"
#include "outer.h"
#include "paper.h"
#include "render_passthrough.h"
#include "text_cpu.h"
#include "text_plan.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 19, REASONS_SHOWN = 64 };

static const enum hc_ink inks[HC_VERDICTS] = {
    [HC_READY] = HC_GOOD,       [HC_LIMITED] = HC_WARN,         [HC_READY_AFTER_FIXES] = HC_WARN,
    [HC_NOT_POSSIBLE] = HC_BAD, [HC_VERDICT_UNKNOWN] = HC_WARN,
};

/* Worst first. */
static const enum hc_verdict order[HC_VERDICTS] = { HC_NOT_POSSIBLE, HC_VERDICT_UNKNOWN, HC_READY_AFTER_FIXES,
                                                    HC_LIMITED, HC_READY };

/* Among equals, hypervisors on the machine itself first. */
static const char *const kinds[] = { "type1", "type2", "container", "feature" };

struct sheet {
    const struct hc_report *report;
    struct hc_paper paper;
};

static const char *text_fact(struct sheet *s, struct hc_text_id id)
{
    const char *text = hc_text_of(s->report->facts, id);

    return text && *text ? hc_clean(s->report->arena, text) : NULL;
}

/* "12.3 GiB" */
static const char *size_text(struct sheet *s, uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
    double value = (double)bytes;
    size_t unit = 0;
    const char *text;

    while (value >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1024;
        unit++;
    }
    text = hc_print(s->report->arena, value < 10 && unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text ? text : "";
}

/* ---- the head ---- */

static const char *role_text(struct sheet *s)
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

static void separator(struct sheet *s, const char *text, bool *first)
{
    if (!text)
        return;
    hc_write(&s->paper, "%s%s", *first ? "" : ", ", text);
    *first = false;
}

/* What was looked at: where from, which machine, which system. */
static void head(struct sheet *s)
{
    const struct hc_facts *facts = s->report->facts;
    const char *brand = text_fact(s, HC_CPUID_BRAND), *release = text_fact(s, HC_UNAME_RELEASE);
    uint64_t bytes;
    bool first = true;

    hc_ink(&s->paper, HC_BOLD, "hostcap " HC_VERSION);
    hc_write(&s->paper, "  ");
    if (!brand)
        brand = text_fact(s, HC_CPUINFO_BRAND);
    separator(s, brand ? brand : hc_word_of(facts, HC_HOST_ARCH), &first);
    separator(s, hc_number_of(facts, HC_MEMORY_USABLE, &bytes) ? size_text(s, bytes) : NULL, &first);
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

static void level(struct sheet *s)
{
    const struct hc_readiness *r = &s->report->readiness;

    hc_write(&s->paper, "%-*s", LABEL, "Level");
    hc_ink(&s->paper, HC_BOLD, "%s", hc_readiness_text(r, s->report->arena));
    hc_write(&s->paper, "  %s%s\n", hc_level_title(r->level), r->at_least ? "; whether more is not known" : "");
}

/* ---- reasons ---- */

/* What is wrong, from a column on, and behind an arrow what to do. */
static void reason(struct sheet *s, const struct hc_words *given, size_t column, size_t indent, bool with_fix)
{
    struct hc_words words = *given;

    hc_wrap(&s->paper, column, indent, hc_clean(s->report->arena, words.wrong));
    if (!with_fix || !*words.change)
        return;
    hc_write(&s->paper, "%*s-> ", (int)indent, "");
    hc_wrap(&s->paper, indent + 3, indent + 3, hc_clean(s->report->arena, words.change));
}

/* Several requirements may be open for one missing answer: it is told once. */
static bool said_before(struct sheet *s, const struct hc_outcome *const *outcomes, size_t number)
{
    const char *wrong = hc_report_words(s->report, outcomes[number]).wrong;

    for (size_t i = 0; i < number; i++)
        if (outcomes[i]->result == outcomes[number]->result &&
            !strcmp(hc_report_words(s->report, outcomes[i]).wrong, wrong))
            return true;
    return false;
}

static void open_note(struct sheet *s, size_t open)
{
    if (open)
        hc_write(&s->paper, "%*s(%zu open: hostcap check says what would settle %s)\n", LABEL, "", open,
                 open == 1 ? "it" : "them");
}

void hc_verdict_line(struct hc_paper *paper, struct hc_arena *arena, const struct hc_rating *rating)
{
    hc_ink(paper, inks[rating->verdict], "%-*s", LABEL, hc_verdict_name(rating->verdict));
    hc_ink(paper, HC_BOLD, "%s", hc_clean(arena, rating->profile->title));
    hc_ink(paper, HC_DIM, " (%s)", hc_clean(arena, rating->profile->id));
    hc_write(paper, "\n");
}

/* In the summary: every failure in a line or two; what is open only where it holds the verdict up. */
static void short_rating(struct sheet *s, const struct hc_rating *rating)
{
    const struct hc_outcome *outcomes[REASONS_SHOWN];
    size_t count = hc_report_reasons(rating, outcomes, REASONS_SHOWN), open = 0;

    hc_verdict_line(&s->paper, s->report->arena, rating);
    for (size_t i = 0; i < count && i < REASONS_SHOWN; i++) {
        bool failed = outcomes[i]->result == HC_RESULT_FAIL;
        bool hard = outcomes[i]->requirement->level == HC_HARD;
        bool by_user = outcomes[i]->fix == HC_FIX_PERMISSION || outcomes[i]->fix == HC_FIX_OS_CONFIG;
        struct hc_words words = hc_report_words(s->report, outcomes[i]);
        if (said_before(s, outcomes, i))
            continue;
        if (!failed && !(rating->verdict == HC_VERDICT_UNKNOWN && hard)) {
            open++;
            continue;
        }
        hc_write(&s->paper, "%*s", LABEL, "");
        reason(s, &words, LABEL, LABEL, hard || by_user);
    }
    open_note(s, open);
}

static void foreign_line(struct sheet *s)
{
    const char *list = NULL;

    for (size_t i = 0; i < s->report->rating_count; i++)
        if (hc_report_foreign(&s->report->ratings[i]))
            list = hc_print(s->report->arena, "%s%s%s", list ? list : "", list ? ", " : "",
                            s->report->ratings[i].profile->id);
    if (!list)
        return;
    hc_ink(&s->paper, HC_DIM, "%-*s", LABEL, "other machines");
    hc_wrap(&s->paper, LABEL, LABEL, hc_clean(s->report->arena, list));
}

static void finding_line(struct sheet *s, const char *label, const char *id)
{
    const struct hc_finding *f = &s->report->findings[hc_check_by_id(id)];
    const char *text = f->check->title;

    hc_write(&s->paper, "%-*s", LABEL, label);
    if (f->reason == HC_PASS)
        hc_ink(&s->paper, HC_GOOD, "yes: ");
    else if (f->reason == HC_CANNOT_TELL)
        hc_ink(&s->paper, HC_WARN, "cannot tell: ");
    else if (f->reason == HC_MOOT)
        hc_write(&s->paper, "-    ");
    else
        hc_ink(&s->paper, HC_BAD, "no: ");
    if (f->reason > HC_MOOT)
        text = hc_fill(s->report->facts, s->report->arena, hc_reason_row(f->reason)->wrong);
    hc_wrap(&s->paper, LABEL + 5, LABEL, hc_clean(s->report->arena, text));
}

static void passthrough_line(struct sheet *s)
{
    const char *text = hc_print(s->report->arena, "%s (hostcap passthrough)", hc_passthrough_line(s->report));

    hc_write(&s->paper, "%-*s", LABEL, "PCI passthrough");
    hc_wrap(&s->paper, LABEL, LABEL, text ? text : "");
}

static void tail(struct sheet *s)
{
    bool live = !strcmp(s->report->scan->origin, "live");

    for (size_t i = 0; i < s->report->conflict_count; i++) {
        hc_ink(&s->paper, HC_WARN, "%-*s", LABEL, "Conflict");
        hc_wrap(&s->paper, LABEL, LABEL, s->report->conflicts[i].text);
    }
    hc_write(&s->paper, "\n");
    if (live && hc_flag(s->report->facts, HC_ROOT) == HC_NO)
        hc_write(&s->paper, "Run as root to see more. ");
    if (live && hc_flag(s->report->facts, HC_LINUX_KVM_ACCESS) == HC_YES &&
        !hc_word_of(s->report->facts, HC_PROVE_STAGE))
        hc_write(&s->paper, "hostcap --prove lets a small guest run. ");
    hc_write(&s->paper, "hostcap explain ID shows the evidence.\n");
}

char *hc_render_summary(const struct hc_report *report, bool color)
{
    struct sheet s = { report, { .color = color } };

    head(&s);
    for (size_t v = 0; v < HC_VERDICTS; v++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            for (size_t i = 0; i < report->rating_count; i++)
                if (report->ratings[i].verdict == order[v] && !strcmp(report->ratings[i].profile->kind, kinds[k]) &&
                    !hc_report_foreign(&report->ratings[i]))
                    short_rating(&s, &report->ratings[i]);
    foreign_line(&s);
    hc_write(&s.paper, "\n");
    hc_text_cpu(&s.paper, report, LABEL);
    level(&s);
    finding_line(&s, "Device isolation",
                 report->findings[hc_check_by_id("iommu.owner")].reason > HC_MOOT ? "iommu.owner" : "iommu.isolation");
    if (report->findings[hc_check_by_id("iommu.isolation")].reason == HC_PASS)
        finding_line(&s, "Interrupts", "iommu.interrupts");
    passthrough_line(&s);
    tail(&s);
    return hc_take(&s.paper);
}

/* ---- list ---- */

static const char *value_text(struct sheet *s, enum hc_type type, const struct hc_cell *cell)
{
    const char *text = NULL;

    if (!cell->known)
        return NULL;
    if (type == HC_TYPE_FLAG)
        return cell->flag ? "yes" : "no";
    if (type == HC_TYPE_NUMBER)
        text = hc_print(s->report->arena, "%llu", (unsigned long long)cell->number);
    else if (type == HC_TYPE_REGISTER)
        text = hc_print(s->report->arena, "0x%llx", (unsigned long long)cell->number);
    else
        text = *cell->text ? hc_clean(s->report->arena, cell->text) : "-";
    return text ? text : "";
}

char *hc_render_list(const struct hc_report *report, bool color)
{
    struct sheet s = { report, { .color = color } };
    const char *last = "";

    for (int f = 0; f < HC_FACTS; f++) {
        const struct hc_field *field = hc_fact_field((enum hc_fact)f);
        const char *value = value_text(&s, field->type, &report->facts->cells[f]);
        size_t group = strcspn(field->key, ".");
        if (strncmp(last, field->key, group + 1))
            hc_write(&s.paper, "%s", *last ? "\n" : "");
        last = field->key;
        hc_write(&s.paper, "%-42s ", field->key);
        if (value)
            hc_write(&s.paper, "%.200s%s\n", value, strlen(value) > 200 ? " ..." : "");
        else
            hc_ink(&s.paper, HC_DIM, "? %s\n", hc_clean(report->arena, hc_report_why_unknown(report, (enum hc_fact)f)));
    }
    return hc_take(&s.paper);
}

/* ---- explain ---- */

/* What a question was answered, in a line: the first line of the bytes, or why there are none. */
static void reply_line(struct sheet *s, const struct hc_reply *reply)
{
    struct hc_text rest = { reply->bytes, reply->size }, line = { "", 0 };
    const char *text;

    hc_write(&s->paper, "    %-48s ", hc_clean(s->report->arena, reply->key));
    if (reply->answer != HC_OK) {
        hc_write(&s->paper, "%s%s%s\n", hc_answer_name(reply->answer), reply->error ? ": " : "",
                 reply->error ? hc_clean(s->report->arena, reply->error) : "");
        return;
    }
    if (!reply->size) {
        hc_write(&s->paper, "(empty)\n");
        return;
    }
    hc_next_line(&rest, &line);
    line = hc_trim(line);
    text = hc_copy(s->report->arena, line.at, line.size < 60 ? line.size : 60);
    hc_write(&s->paper, "%s%s\n", text ? hc_clean(s->report->arena, text) : "",
             rest.size || line.size > 60 ? " ..." : "");
}

static void evidence(struct sheet *s, const uint16_t *seen, size_t count)
{
    const struct hc_reply *replies[HC_REPLIES_SEEN_MAX];
    size_t n = hc_evidence(s->report->facts, seen, count, replies, HC_REPLIES_SEEN_MAX);

    hc_write(&s->paper, "  Evidence (question, answer):\n");
    if (!n)
        hc_write(&s->paper, "    none: nobody asked on this host\n");
    for (size_t i = 0; i < n; i++)
        reply_line(s, replies[i]);
}

static void fact_line(struct sheet *s, enum hc_fact fact)
{
    const struct hc_field *field = hc_fact_field(fact);
    const char *value = value_text(s, field->type, &s->report->facts->cells[fact]);

    hc_write(&s->paper, "    %-42s ", field->key);
    if (value)
        hc_write(&s->paper, "%.200s%s\n", value, strlen(value) > 200 ? " ..." : "");
    else
        hc_write(&s->paper, "? %s\n", hc_clean(s->report->arena, hc_report_why_unknown(s->report, fact)));
}

char *hc_render_fact_text(const struct hc_report *report, enum hc_fact fact, bool color)
{
    struct sheet s = { report, { .color = color } };
    const struct hc_field *field = hc_fact_field(fact);
    const struct hc_cell *cell = &report->facts->cells[fact];
    const char *value = value_text(&s, field->type, cell);
    const uint16_t self = (uint16_t)fact;
    const struct hc_reply *open = hc_open_reply(report->facts, fact);

    hc_ink(&s.paper, HC_BOLD, "%s", field->key);
    hc_write(&s.paper, " = %s\n  %s\n", value ? value : "?", field->meaning);
    if (!cell->known) {
        hc_write(&s.paper, "  Not known: %s\n", hc_clean(report->arena, hc_report_why_unknown(report, fact)));
        if (open)
            hc_write(&s.paper, "  To settle it: %s\n", hc_hint(open));
    }
    if (cell->via_count) {
        hc_write(&s.paper, "  Concluded from:\n");
        for (size_t i = 0; i < cell->via_count; i++)
            fact_line(&s, (enum hc_fact)cell->via[i]);
    }
    evidence(&s, &self, 1);
    return hc_take(&s.paper);
}

/* With the facts of this host, or without, where the code is not this host's. */
static void reason_text(struct sheet *s, enum hc_reason code, const struct hc_facts *facts)
{
    const struct hc_reason_row *row = hc_reason_row(code);

    hc_write(&s->paper, "  ");
    hc_wrap(&s->paper, 2, 2, hc_clean(s->report->arena, hc_fill(facts, s->report->arena, row->wrong)));
    hc_write(&s->paper, "  Fix (%s): ", hc_fix_name(row->fix));
    hc_wrap(&s->paper, 20, 7, hc_clean(s->report->arena, hc_fill(facts, s->report->arena, row->change)));
    hc_write(&s->paper, "  See that it worked: %s\n",
             hc_clean(s->report->arena, hc_fill(facts, s->report->arena, row->see)));
}

static void open_facts(struct sheet *s, const struct hc_finding *f)
{
    for (size_t i = 0; i < f->seen_count; i++) {
        const struct hc_reply *open = hc_open_reply(s->report->facts, (enum hc_fact)f->seen[i]);
        if (open) {
            hc_write(&s->paper, "  To settle it: %s\n", hc_hint(open));
            return;
        }
    }
}

char *hc_render_finding_text(const struct hc_report *report, const struct hc_finding *finding, bool color)
{
    struct sheet s = { report, { .color = color } };

    hc_ink(&s.paper, HC_BOLD, "%s", finding->check->id);
    hc_write(&s.paper, " = %s", hc_result_word(finding->reason));
    if (finding->reason > HC_MOOT)
        hc_write(&s.paper, " %s", hc_reason_row(finding->reason)->code);
    hc_write(&s.paper, "\n  Asks: %s\n", finding->check->title);
    if (finding->reason > HC_MOOT)
        reason_text(&s, finding->reason, report->facts);
    if (finding->reason == HC_CANNOT_TELL)
        open_facts(&s, finding);
    hc_write(&s.paper, "  Rests on:\n");
    for (size_t i = 0; i < finding->seen_count; i++)
        fact_line(&s, (enum hc_fact)finding->seen[i]);
    evidence(&s, finding->seen, finding->seen_count);
    return hc_take(&s.paper);
}

char *hc_render_reason_text(const struct hc_report *report, enum hc_reason code, bool color)
{
    struct sheet s = { report, { .color = color } };

    hc_ink(&s.paper, HC_BOLD, "%s\n", hc_reason_row(code)->code);
    reason_text(&s, code, hc_given_here(report, code) ? report->facts : NULL);
    for (size_t i = 0; i < hc_check_count(); i++)
        for (const enum hc_reason *r = hc_check_row(i)->reasons; *r; r++)
            if (*r == code)
                hc_write(&s.paper, "  Given by the check %s: %s. On this host: %s\n", hc_check_row(i)->id,
                         hc_check_row(i)->title, hc_result_word(report->findings[i].reason));
    return hc_take(&s.paper);
}

char *hc_render_profile_text(const struct hc_report *report, const struct hc_rating *rating, bool color)
{
    static const char *const results[] = { "n/a", "pass", "fail", "open" };
    struct sheet s = { report, { .color = color } };

    hc_text_plan(&s.paper, report, rating);
    hc_write(&s.paper, "  Requirements (as of %s):\n", hc_clean(report->arena, rating->profile->date));
    for (size_t i = 0; i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        hc_write(&s.paper, "    %-5s %-5s %-14s %-18s %s\n", results[o->result], hc_level_name(o->requirement->level),
                 hc_clean(report->arena, o->requirement->id),
                 o->requirement->check                         ? o->requirement->check
                 : o->requirement->compares.op == HC_OP_ALWAYS ? "-"
                                                               : hc_fact_field(o->requirement->compares.fact)->key,
                 hc_clean(report->arena, o->requirement->source));
    }
    return hc_take(&s.paper);
}
