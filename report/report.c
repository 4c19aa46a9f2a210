#include "report.h"

#include "dated.h"
#include "input.h"
#include "recipes.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE = 512, PROFILE_MAX = 1 << 20 };

/* ---- profiles ---- */

/* Where the profile of that id stands; rating_count: nowhere. */
static size_t place_of(const struct hc_report *report, const char *id)
{
    size_t i = 0;

    while (i < report->rating_count && strcmp(report->profiles[i]->id, id) != 0)
        i++;
    return i;
}

static enum hc_error add_profile(struct hc_report *report, const struct hc_profile *profile, char *message)
{
    size_t same;

    if (!profile)
        return message[0] ? HC_ERROR_INPUT : HC_ERROR_MEMORY;
    same = place_of(report, profile->id);
    if (same < report->rating_count) {
        snprintf(message, MESSAGE, "%.160s: the id \"%.60s\" is that of %s%.160s: give this profile one of its own",
                 profile->file, profile->id, same < hc_profile_count ? "the built-in profile " : "",
                 same < hc_profile_count ? profile->id : report->profiles[same]->file);
        return HC_ERROR_INPUT;
    }
    report->profiles[report->rating_count++] = profile;
    return HC_OKAY;
}

static enum hc_error add_file(struct hc_report *report, const char *path, char *message)
{
    size_t size;
    char *text = hc_read_input(path, PROFILE_MAX, "profile", &size, message);
    enum hc_error error = HC_ERROR_SYSTEM;

    if (text)
        error = add_profile(report, hc_profile_parse(report->arena, path, (struct hc_text){ text, size }, message),
                            message);
    free(text);
    return error;
}

static enum hc_error load_profiles(struct hc_report *report, const char *const *files, size_t count, char *message)
{
    enum hc_error error = HC_OKAY;

    report->profiles = hc_alloc(report->arena, (hc_profile_count + count + 1) * sizeof *report->profiles);
    if (!report->profiles)
        return HC_ERROR_MEMORY;
    for (; report->rating_count < hc_profile_count; report->rating_count++)
        report->profiles[report->rating_count] = &hc_profiles[report->rating_count];
    for (size_t i = 0; i < count && !error; i++)
        error = add_file(report, files[i], message);
    return error;
}

/* ---- making ---- */

static bool rate(struct hc_report *report, size_t number)
{
    return hc_rate(report->facts, report->findings, report->arena, report->profiles[number], &report->ratings[number]);
}

/* The devices are judged over the rating of vfio, and the other profiles may ask about the devices. */
static bool rate_all(struct hc_report *report)
{
    const size_t vfio = place_of(report, "vfio");

    report->ratings = hc_alloc(report->arena, (report->rating_count + 1) * sizeof *report->ratings);
    if (!report->ratings)
        return false;
    if (vfio < report->rating_count && !rate(report, vfio))
        return false;
    /* The words about devices name what is shown; the verdict above stands as it is. */
    if (report->scan->redact && !hc_scan_redact(report->scan))
        return false;
    report->passthrough = hc_passthrough_make(report);
    if (!report->passthrough)
        return false;
    hc_conclude_devices(report);
    report->readiness = hc_readiness(report->facts, hc_flag(report->facts, HC_PASSTHROUGH_ANY_READY));
    report->techniques = hc_techniques_make(report);
    if (!report->techniques)
        return false;
    for (size_t i = 0; i < report->rating_count; i++)
        if (i != vfio && !rate(report, i))
            return false;
    return !report->arena->exhausted;
}

enum hc_error hc_report_make(struct hc_scan *scan, const char *const *files, size_t file_count,
                             struct hc_report **report, char *message)
{
    struct hc_report *r = calloc(1, sizeof *r);
    enum hc_error error = HC_ERROR_MEMORY;

    *report = NULL;
    if (!r) {
        hc_scan_free(scan);
        return error;
    }
    r->scan = scan;
    r->facts = &scan->facts;
    r->arena = scan->facts.arena;
    error = load_profiles(r, files, file_count, message);
    if (!error) {
        hc_conclude(r->facts);
        hc_run_checks(r->facts, r->arena, r->findings);
        r->conflict_count = hc_conflicts(r->facts, r->conflicts, HC_CONFLICTS_MAX);
        r->suitability = hc_suitability(r->facts, r->arena);
        error = rate_all(r) ? HC_OKAY : HC_ERROR_MEMORY;
    }
    if (error) {
        hc_report_free(r);
        return error;
    }
    *report = r;
    return HC_OKAY;
}

void hc_report_free(struct hc_report *report)
{
    if (!report)
        return;
    hc_scan_free(report->scan);
    free(report);
}

/* ---- asking ---- */

static const char *arch_profile(const struct hc_report *report)
{
    static const struct {
        const char *arch, *profile;
    } rows[] = { { "x86_64", "kvm-x86" },    { "i686", "kvm-x86" },        { "aarch64", "kvm-arm64" },
                 { "s390x", "kvm-s390x" },   { "ppc64le", "kvm-ppc64le" }, { "riscv64", "kvm-riscv64" },
                 { "ppc64", "kvm-ppc64le" }, { "power", "kvm-ppc64le" } };
    const char *arch = hc_word_of(report->facts, HC_HOST_ARCH);

    if (!arch) /* POWER may not tell its byte order */
        arch = hc_word_of(report->facts, HC_CPUINFO_FORM);
    for (size_t i = 0; arch && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(arch, rows[i].arch))
            return rows[i].profile;
    return "kvm-x86";
}

const struct hc_rating *hc_report_rating(const struct hc_report *report, const char *profile)
{
    const char *id = strcmp(profile, "kvm") ? profile : arch_profile(report);

    for (size_t i = 0; i < report->rating_count; i++)
        if (!strcmp(report->profiles[i]->id, id))
            return &report->ratings[i];
    return NULL;
}

bool hc_report_foreign(const struct hc_rating *rating)
{
    for (size_t i = 0; i < rating->count; i++) {
        const char *id = rating->outcomes[i].requirement->id;
        if (rating->outcomes[i].result == HC_RESULT_FAIL && (!strcmp(id, "arch") || !strcmp(id, "host-os")))
            return true;
    }
    return false;
}

const struct hc_finding *hc_report_finding(const struct hc_report *report, const struct hc_check *check)
{
    for (size_t i = 0; i < hc_check_count(); i++)
        if (report->findings[i].check == check)
            return &report->findings[i];
    return NULL;
}

bool hc_given_here(const struct hc_report *report, enum hc_reason code)
{
    for (size_t i = 0; i < hc_check_count(); i++)
        if (report->findings[i].reason == code)
            return true;
    return false;
}

/* The check of a requirement, or NULL. */
static const struct hc_check *check_of(const struct hc_requirement *r)
{
    return r->check ? hc_check_row(hc_check_by_id(r->check)) : NULL;
}

/* A requirement whose ground failed is no news: one cause, one failure. */
static bool moot(const struct hc_rating *rating, const struct hc_outcome *outcome)
{
    const struct hc_check *check = check_of(outcome->requirement);

    while (check && check->after) {
        for (size_t i = 0; i < rating->count; i++) {
            const struct hc_outcome *o = &rating->outcomes[i];
            if (o->result == HC_RESULT_FAIL && o->requirement->check && !strcmp(o->requirement->check, check->after))
                return true;
        }
        check = hc_check_row(hc_check_by_id(check->after));
    }
    return false;
}

static size_t add_outcomes(const struct hc_rating *rating, enum hc_result result, enum hc_level level,
                           const struct hc_outcome **out, size_t count, size_t room)
{
    const unsigned fixes = hc_rating_fixes(rating, result, level);

    for (int fix = 0; fixes >> fix; fix++)
        for (size_t i = 0; (fixes >> fix & 1) && i < rating->count; i++) {
            const struct hc_outcome *o = &rating->outcomes[i];
            if (o->result != result || o->requirement->level != level || o->fix != (enum hc_fix)fix)
                continue;
            if (moot(rating, o))
                continue;
            if (count < room)
                out[count] = o;
            count++;
        }
    return count;
}

size_t hc_report_reasons(const struct hc_rating *rating, const struct hc_outcome **out, size_t room)
{
    size_t count = add_outcomes(rating, HC_RESULT_FAIL, HC_HARD, out, 0, room);

    count = add_outcomes(rating, HC_RESULT_FAIL, HC_SOFT, out, count, room);
    count = add_outcomes(rating, HC_RESULT_OPEN, HC_HARD, out, count, room);
    return add_outcomes(rating, HC_RESULT_OPEN, HC_SOFT, out, count, room);
}

size_t hc_report_notes(const struct hc_rating *rating, const struct hc_outcome **out, size_t room)
{
    return rating->verdict == HC_NOT_POSSIBLE ? 0 : add_outcomes(rating, HC_RESULT_FAIL, HC_INFO, out, 0, room);
}

static bool rests_on(const struct hc_facts *facts, enum hc_fact fact, enum hc_fact wanted)
{
    const struct hc_cell *cell = &facts->cells[fact];

    for (size_t i = 0; i < cell->via_count; i++)
        if (cell->via[i] == wanted || rests_on(facts, (enum hc_fact)cell->via[i], wanted))
            return true;
    return fact == wanted;
}

const char *hc_report_contradiction(const struct hc_report *report, enum hc_fact fact)
{
    for (size_t i = 0; i < report->conflict_count; i++)
        if (rests_on(report->facts, fact, report->conflicts[i].a) &&
            rests_on(report->facts, fact, report->conflicts[i].b))
            return report->conflicts[i].text;
    return NULL;
}

/* An ok reply may say less than was asked. */
const char *hc_report_why_open(struct hc_arena *arena, const struct hc_reply *reply)
{
    const char *text;

    if (reply->answer == HC_OK)
        text = hc_print(arena, "what it rests on was read and does not settle it: %s", reply->key);
    else
        text = hc_print(arena, "%s%s%s%s: %s", hc_answer_name(reply->answer), reply->error ? " (" : "",
                        reply->error ? reply->error : "", reply->error ? ")" : "", reply->key);
    return text ? text : "";
}

/* Why something is unknown though all that it rests on is known. */
static const char *without_reply(const struct hc_report *report, enum hc_fact fact)
{
    const struct hc_dated_table *table = hc_dated_of(fact);
    const char *text;

    if (!report->facts->cells[fact].via_count)
        return "the question did not arise";
    if (!table)
        return "what it rests on is known and does not settle it";
    text = hc_print(report->arena, "the table (%s, as of %s) does not speak of this one", table->name, table->date());
    return text ? text : "";
}

static const char *why_unknown(const struct hc_report *report, enum hc_fact fact, const char *contradiction,
                               const struct hc_reply *reply)
{
    if (contradiction)
        return contradiction;
    return reply ? hc_report_why_open(report->arena, reply) : without_reply(report, fact);
}

const char *hc_report_why_unknown(const struct hc_report *report, enum hc_fact fact)
{
    return why_unknown(report, fact, hc_report_contradiction(report, fact), hc_open_reply(report->facts, fact));
}

/* The fact that holds an open outcome up: one that contradicts another, or whose question is most worth settling; of
   equals the last, for conclusions stand behind what they rest on. */
static enum hc_fact open_fact(const struct hc_report *report, const struct hc_outcome *outcome)
{
    enum hc_fact best = HC_FACTS;
    int rank = -1;

    for (size_t i = 0; i < outcome->seen_count; i++) {
        enum hc_fact fact = (enum hc_fact)outcome->seen[i];
        const struct hc_reply *reply;
        if (report->facts->cells[fact].known)
            continue;
        reply = hc_open_reply(report->facts, fact);
        if (hc_report_contradiction(report, fact))
            return fact;
        if (hc_open_rank(reply) >= rank) {
            rank = hc_open_rank(reply);
            best = fact;
        }
    }
    return best;
}

/* NULL: nothing was asked, or a contradiction stands in the way. */
static const struct hc_reply *open_reply(const struct hc_report *report, const struct hc_outcome *outcome)
{
    enum hc_fact fact = open_fact(report, outcome);

    return fact == HC_FACTS || hc_report_contradiction(report, fact) ? NULL : hc_open_reply(report->facts, fact);
}

/* Nothing on this host would settle it. */
static bool unsourced(const struct hc_outcome *outcome)
{
    return !outcome->requirement->check && outcome->requirement->compares.op == HC_OP_UNSOURCED;
}

const char *hc_report_open(const struct hc_report *report, const struct hc_outcome *outcome)
{
    static const char *const words[HC_ANSWERS] = {
        [HC_NOT_RECORDED] = "Not recorded.",          [HC_OK] = "What was read does not settle it.",
        [HC_ABSENT] = "This host does not tell.",     [HC_UNSUPPORTED] = "This host does not tell.",
        [HC_FAILED] = "An answer could not be read.", [HC_REDACTED] = "Taken out of the recording.",
    };
    const enum hc_fact fact = open_fact(report, outcome);
    const struct hc_reply *reply = open_reply(report, outcome);

    if (unsourced(outcome))
        return "No source says what it asks for.";
    if (fact != HC_FACTS && hc_report_contradiction(report, fact))
        return "Observations contradict each other.";
    if (!reply)
        return fact != HC_FACTS && hc_dated_of(fact) ? "The table of such CPUs does not speak of this one."
                                                     : "What is known does not settle it.";
    if (reply->error && !strncmp(reply->error, "not asked", 9))
        return "Nobody asked.";
    if (reply->answer == HC_DENIED)
        return hc_flag(report->facts, HC_ROOT) == HC_NO ? "Needs root." : "Refused even to root.";
    return words[reply->answer];
}

bool hc_report_can_settle(const struct hc_report *report, const struct hc_outcome *outcome)
{
    const struct hc_reply *reply = open_reply(report, outcome);

    return !unsourced(outcome) && reply && reply->answer != HC_ABSENT && reply->answer != HC_UNSUPPORTED;
}

/* What would settle an open outcome. */
static struct hc_words open_words(const struct hc_report *report, const struct hc_outcome *outcome)
{
    enum hc_fact fact = open_fact(report, outcome);
    struct hc_words words = { NULL, "It cannot be told.", "", "" };
    const struct hc_reply *reply;
    const char *contradiction;

    if (fact == HC_FACTS)
        return words;
    reply = hc_open_reply(report->facts, fact);
    contradiction = hc_report_contradiction(report, fact);
    words.wrong = hc_print(report->arena, "%s is not known: %s.", hc_fact_field(fact)->key,
                           why_unknown(report, fact, contradiction, reply));
    if (!words.wrong)
        words.wrong = "";
    if (contradiction)
        words.change = "Find out which of the two is wrong; report it if it is hostcap.";
    else if (reply)
        words.change = hc_hint(reply);
    return words;
}

/* What is done to a kernel is done on the host of a container. */
static const char *where(const struct hc_report *report, enum hc_fix fix)
{
    bool kernel = fix == HC_FIX_OS_CONFIG || fix == HC_FIX_OS_UPGRADE || fix == HC_FIX_CONFLICT;

    return kernel && hc_flag(report->facts, HC_HOST_CONTAINER) == HC_YES ? "(On the host of this container.) " : "";
}

const char *hc_report_change(const struct hc_report *report, const struct hc_outcome *outcome)
{
    const struct hc_reason_row *row = hc_reason_row(outcome->reason);
    const char *change, *place;

    if (outcome->result == HC_RESULT_OPEN && !unsourced(outcome))
        return open_words(report, outcome).change;
    if (outcome->reason == HC_PASS)
        return hc_fill_marked(report->facts, report->arena, outcome->requirement->advice);
    place = strstr(row->code, "CONTAINER") ? "" : where(report, row->fix);
    change = hc_fill_marked(report->facts, report->arena, row->change);
    change = hc_print(report->arena, "%s%s", place, change);
    return change ? change : "";
}

struct hc_words hc_report_words(const struct hc_report *report, const struct hc_outcome *outcome)
{
    struct hc_words words = { NULL, "", "", "" };

    if (outcome->result == HC_RESULT_OPEN && !unsourced(outcome))
        return open_words(report, outcome);
    if (outcome->reason != HC_PASS) {
        const struct hc_reason_row *row = hc_reason_row(outcome->reason);
        words.code = row->code;
        words.wrong = hc_fill(report->facts, report->arena, row->wrong);
        words.see = hc_fill(report->facts, report->arena, row->see);
    } else {
        words.wrong = hc_fill(report->facts, report->arena, outcome->requirement->text);
    }
    words.change = hc_plain_recipe(report->arena, hc_report_change(report, outcome));
    return words;
}
