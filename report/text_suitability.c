#include "text_suitability.h"

#include <string.h>

enum { BAR = 20, BESIDE = 36 }; /* columns of a bar; with its title and number */

static void bar(struct hc_paper *paper, const char *title, int points, bool preferred)
{
    char full[BAR + 1] = "####################", rest[BAR + 1] = "....................";
    const int length = (points * BAR + 50) / 100;

    full[length] = '\0';
    rest[BAR - length] = '\0';
    hc_write(paper, "%s  [", title);
    hc_ink(paper, preferred ? HC_GOOD : HC_PLAIN, "%s", full);
    hc_ink(paper, HC_DIM, "%s", rest);
    hc_write(paper, "] %3d", points);
}

static size_t open_items(const struct hc_suitability *s)
{
    size_t open = 0;

    for (size_t i = 0; i < s->count; i++)
        open += !s->items[i].known;
    return open;
}

/* One sentence; NULL: no memory. */
static const char *sentence(const struct hc_report *report)
{
    const struct hc_suitability *s = &report->suitability;
    const char *role = hc_word_of(report->facts, HC_HOST_ROLE);
    const bool guest = role && !strcmp(role, "guest");
    const char *text;

    if (!strcmp(s->prefer, "unknown"))
        return "It cannot be told: whether the CPU has hardware virtualization is not known.";
    if (!strcmp(s->prefer, "neither"))
        return guest ? "Neither: the hypervisor below shows this guest no hardware virtualization."
                     : "Neither: the CPU has no hardware virtualization.";
    text = !strcmp(s->prefer, "type1") ? "Better for a hypervisor that takes the whole machine (type 1)"
           : !strcmp(s->prefer, "type2")
               ? "Better for a hypervisor beside other work (type 2)"
               : "Suits both a hypervisor of its own (type 1) and one beside other work (type 2)";
    if (s->sure)
        return hc_print(report->arena, "%s.", text);
    return hc_print(report->arena, "%s by what is known; %zu of %zu items are open and could turn it.", text,
                    open_items(s), s->count);
}

void hc_write_suitability(struct hc_paper *paper, const struct hc_report *report, size_t label)
{
    const struct hc_suitability *s = &report->suitability;
    const char *text = sentence(report);

    hc_write(paper, "%-*s", (int)label, "Type 1 or type 2");
    if (s->type1 > 0 || s->type2 > 0) {
        bar(paper, "type 1", s->type1, !strcmp(s->prefer, "type1"));
        hc_write(paper, "\n%*s", (int)label, "");
        bar(paper, "type 2", s->type2, !strcmp(s->prefer, "type2"));
        hc_write(paper, "\n%*s", (int)label, "");
    }
    hc_wrap(paper, label, label, text ? text : "");
}

static void bar_line(struct hc_paper *paper, size_t label, const char *title, int points, bool better, const char *what)
{
    bar(paper, title, points, better);
    hc_write(paper, "  ");
    hc_flow(paper, HC_DIM, label + BESIDE, label, what);
    hc_write(paper, "\n%*s", (int)label, "");
}

static const char *short_sentence(const struct hc_report *report)
{
    const struct hc_suitability *s = &report->suitability;
    const char *better = !strcmp(s->prefer, "type1")   ? "Type 1 suits it better"
                         : !strcmp(s->prefer, "type2") ? "Type 2 suits it better"
                                                       : "Either suits it";
    const char *text = s->sure ? hc_print(report->arena, "%s.", better)
                               : hc_print(report->arena, "%s, by what is known: %zu of %zu items are open.", better,
                                          open_items(s), s->count);

    return text ? text : "";
}

void hc_write_suitability_short(struct hc_paper *paper, const struct hc_report *report, size_t label)
{
    const struct hc_suitability *s = &report->suitability;

    hc_write(paper, "%-*s", (int)label, "Type 1 or type 2");
    if (!strcmp(s->prefer, "unknown") || !strcmp(s->prefer, "neither")) {
        hc_write(paper, "%s\n", !strcmp(s->prefer, "neither") ? "Neither: both need it." : "It cannot be told.");
        return;
    }
    bar_line(paper, label, "type 1", s->type1, !strcmp(s->prefer, "type1"), "takes the whole machine");
    bar_line(paper, label, "type 2", s->type2, !strcmp(s->prefer, "type2"), "runs beside other work");
    hc_wrap(paper, label, label, short_sentence(report));
}

static void item_line(struct hc_paper *paper, const struct hc_report *report, const struct hc_score_item *item)
{
    hc_write(paper, "  %-15s ", item->id);
    hc_ink(paper, item->known ? HC_PLAIN : HC_WARN, "%3d of %2d%s", item->points, item->max, item->known ? " " : "?");
    hc_write(paper, "  %s: ", item->title);
    hc_wrap(paper, 31 + strlen(item->title) + 2, 31, hc_clean(report->arena, item->because));
}

char *hc_render_suitability_text(const struct hc_report *report, struct hc_terminal terminal)
{
    const struct hc_suitability *s = &report->suitability;
    struct hc_paper paper = { .terminal = terminal };
    bool open = false;

    hc_write_suitability(&paper, report, 18);
    hc_write(&paper, "\n  Points (weights of " HC_SCORING_DATE ", a matter of judgement)%s:\n",
             s->type1 > 0 || s->type2 > 0 ? "" : ", which do not count here");
    for (size_t i = 0; i < s->count; i++) {
        item_line(&paper, report, &s->items[i]);
        open |= !s->items[i].known;
    }
    if (open)
        hc_write(&paper, "  ?: not known, or not all of it\n");
    return hc_take(&paper);
}
