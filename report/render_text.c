/* Facts and explanations for a person. */
#include "render_text.h"
#include "text_plan.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 19, REASONS_SHOWN = 64 };

struct sheet {
    const struct hc_report *report;
    struct hc_paper paper;
};

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

char *hc_render_list(const struct hc_report *report, struct hc_terminal terminal)
{
    struct sheet s = { report, { .terminal = terminal } };
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

char *hc_render_fact_text(const struct hc_report *report, enum hc_fact fact, struct hc_terminal terminal)
{
    struct sheet s = { report, { .terminal = terminal } };
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

char *hc_render_finding_text(const struct hc_report *report, const struct hc_finding *finding,
                             struct hc_terminal terminal)
{
    struct sheet s = { report, { .terminal = terminal } };

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

char *hc_render_reason_text(const struct hc_report *report, enum hc_reason code, struct hc_terminal terminal)
{
    struct sheet s = { report, { .terminal = terminal } };

    hc_ink(&s.paper, HC_BOLD, "%s\n", hc_reason_row(code)->code);
    reason_text(&s, code, hc_given_here(report, code) ? report->facts : NULL);
    for (size_t i = 0; i < hc_check_count(); i++)
        for (const enum hc_reason *r = hc_check_row(i)->reasons; *r; r++)
            if (*r == code)
                hc_write(&s.paper, "  Given by the check %s: %s. On this host: %s\n", hc_check_row(i)->id,
                         hc_check_row(i)->title, hc_result_word(report->findings[i].reason));
    return hc_take(&s.paper);
}

char *hc_render_profile_text(const struct hc_report *report, const struct hc_rating *rating,
                             struct hc_terminal terminal)
{
    static const char *const results[] = { "n/a", "pass", "fail", "open" };
    struct sheet s = { report, { .terminal = terminal } };

    hc_text_plan(&s.paper, report, rating);
    hc_write(&s.paper, "  Requirements (as of %s):\n", hc_clean(report->arena, rating->profile->date));
    for (size_t i = 0; i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        hc_write(&s.paper, "    %-5s %-5s %-14s %-18s %s\n", results[o->result], hc_level_name(o->requirement->level),
                 hc_clean(report->arena, o->requirement->id),
                 o->requirement->check                            ? o->requirement->check
                 : o->requirement->compares.op <= HC_OP_UNSOURCED ? "-"
                                                                  : hc_fact_field(o->requirement->compares.fact)->key,
                 hc_clean(report->arena, o->requirement->source));
    }
    return hc_take(&s.paper);
}
