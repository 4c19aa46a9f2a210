#include "text_profiles.h"

#include "json.h"

#include <string.h>

enum { REASONS_MAX = 64 };

static const struct {
    const char *kind, *title;
} kinds[] = {
    { "type1", "Hypervisors of type 1" },
    { "type2", "Hypervisors of type 2 and emulators" },
    { "container", "Containers and small virtual machines" },
    { "feature", "Features" },
    { "purpose", "Purposes" },
};

enum hc_ink hc_verdict_ink(enum hc_verdict verdict)
{
    switch (verdict) {
    case HC_READY: return HC_GOOD;
    case HC_NOT_POSSIBLE: return HC_BAD;
    default: return HC_WARN;
    }
}

/* ---- the list ---- */

static void profile_line(struct hc_paper *paper, const struct hc_report *report, const struct hc_rating *rating)
{
    const struct hc_profile *profile = rating->profile;
    const bool foreign = hc_report_foreign(rating);

    hc_write(paper, "  %-26s ", hc_clean(report->arena, profile->id));
    hc_ink(paper, foreign ? HC_DIM : hc_verdict_ink(rating->verdict), "%-18s",
           foreign ? "for other machines" : hc_verdict_name(rating->verdict));
    hc_write(paper, " %s\n", hc_clean(report->arena, profile->title));
}

char *hc_render_profiles_text(const struct hc_report *report, struct hc_terminal terminal)
{
    struct hc_paper paper = { .terminal = terminal };

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        bool any = false;
        for (size_t i = 0; i < report->rating_count; i++) {
            if (strcmp(report->profiles[i]->kind, kinds[k].kind) != 0)
                continue;
            if (!any)
                hc_ink(&paper, HC_BOLD, "%s%s\n", k ? "\n" : "", kinds[k].title);
            any = true;
            profile_line(&paper, report, &report->ratings[i]);
        }
    }
    return hc_take(&paper);
}

static void add_profile(struct hc_json_doc *doc, struct hc_json *list, const struct hc_rating *rating)
{
    const struct hc_profile *profile = rating->profile;
    struct hc_json *object = hc_json_add_object(doc, list, NULL), *sources;

    hc_json_add_string(doc, object, "profile", profile->id);
    hc_json_add_string(doc, object, "title", profile->title);
    hc_json_add_string(doc, object, "name", profile->name);
    hc_json_add_string(doc, object, "kind", profile->kind);
    hc_json_add_string(doc, object, "date", profile->date);
    hc_json_add_string(doc, object, "verdict", hc_verdict_name(rating->verdict));
    hc_json_add_flag(doc, object, "for_this_host", !hc_report_foreign(rating));
    sources = hc_json_add_array(doc, object, "sources");
    for (size_t i = 0; i < profile->source_count; i++)
        hc_json_add_string(doc, sources, NULL, profile->sources[i]);
}

char *hc_render_profiles_json(const struct hc_report *report)
{
    struct hc_json_doc doc = { .root = NULL };
    struct hc_json *list;
    char *text;

    doc.root = hc_json_new(&doc);
    list = hc_json_add_array(&doc, doc.root, "profiles");
    for (size_t i = 0; i < report->rating_count; i++)
        add_profile(&doc, list, &report->ratings[i]);
    text = hc_json_print(&doc);
    hc_json_free(&doc);
    return text;
}

/* ---- for a monitor ---- */

static const char *nagios_status(enum hc_verdict verdict)
{
    switch (verdict) {
    case HC_READY: return "OK";
    case HC_LIMITED: return "WARNING";
    case HC_VERDICT_UNKNOWN: return "UNKNOWN";
    default: return "CRITICAL";
    }
}

/* A bar would begin the performance data. */
static const char *without_bars(struct hc_arena *arena, const char *text)
{
    char *copy = hc_strdup(arena, hc_clean(arena, text));

    for (char *at = copy; at && *at; at++)
        if (*at == '|')
            *at = '/';
    return copy ? copy : "";
}

char *hc_render_nagios(const struct hc_report *report, const struct hc_rating *rating)
{
    const struct hc_outcome *outcomes[REASONS_MAX];
    const size_t count = hc_report_reasons(rating, outcomes, REASONS_MAX);
    struct hc_paper paper = { .terminal = { .color = false } };

    hc_write(&paper, "HOSTCAP %s: %s %s", nagios_status(rating->verdict),
             without_bars(report->arena, rating->profile->title), hc_verdict_name(rating->verdict));
    if (count)
        hc_write(&paper, ": %s", without_bars(report->arena, hc_report_words(report, outcomes[0]).wrong));
    if (report->readiness.level >= 0)
        hc_write(&paper, " | level=%d;;;0;4", report->readiness.level);
    hc_write(&paper, "\n");
    for (size_t i = 1; i < count && i < REASONS_MAX; i++)
        hc_write(&paper, "%s\n", without_bars(report->arena, hc_report_words(report, outcomes[i]).wrong));
    return hc_take(&paper);
}
