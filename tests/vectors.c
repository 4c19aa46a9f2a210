/* Rates the hosts of vectors files with the compiled-in profiles, judges their devices and compares all that a vector
   expects.
   run_vectors FILE...             items that differ, one line each; then "N passed, N failed"
   run_vectors --verdicts FILE...  the verdict of each target of each host, compared with nothing
   An item is a target, a device, the level, the potential, type1, type2, prefer or the tags of a vector. What cannot be
   compared is an item that failed: a target without a profile, a fact or a key that is not known here.
   Exit 0: all passed; 1: some failed; 2: a file cannot be read. */
#include "input.h"
#include "rate.h"
#include "scan.h"
#include "suitability.h"
#include "vectors_devices.h"
#include "vectors_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VECTORS_MAX = 256 << 20, TOLD_MAX = 1000 };

/* A vector while it is compared. */
struct run {
    const char *vector, *item;
    struct hc_arena *arena;
    const struct hc_facts *facts;
    struct hc_finding findings[HC_CHECKS_MAX];
    enum hc_tri device; /* whether some device of it can be given to a guest */
    bool differs;       /* the item that is looked at */
};

static size_t passed, failed, told;
static bool verdicts_only;

/* ---- items ---- */

static void begin(struct run *r, const char *item)
{
    r->item = item;
    r->differs = false;
}

__attribute__((format(printf, 2, 3))) static void differ(struct run *r, const char *format, ...)
{
    va_list args;

    r->differs = true;
    if (told++ >= TOLD_MAX)
        return;
    printf("%s, %s: ", r->vector, r->item);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

static void end(struct run *r)
{
    *(r->differs ? &failed : &passed) += 1;
}

static void fail(struct run *r, const char *item, const char *why)
{
    begin(r, item);
    differ(r, "%s", why);
    end(r);
}

/* ---- small words ---- */

static const char *word(enum hc_verdict verdict)
{
    static const char *const words[] = {
        [HC_READY] = "ready",
        [HC_LIMITED] = "limited",
        [HC_READY_AFTER_FIXES] = "ready_after_fix",
        [HC_NOT_POSSIBLE] = "not_possible",
        [HC_VERDICT_UNKNOWN] = "unknown",
    };
    return words[verdict];
}

static bool listed(const struct hc_json *list, const char *id)
{
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (hc_json_string(m) && !strcmp(hc_json_string(m), id))
            return true;
    return false;
}

static const struct hc_profile *profile_of(const char *id)
{
    for (size_t i = 0; i < hc_profile_count; i++)
        if (!strcmp(hc_profiles[i].id, id))
            return &hc_profiles[i];
    return NULL;
}

/* Each key of an object is one of these. */
static void known_keys(struct run *r, const struct hc_json *object, const char *const *keys, size_t count)
{
    for (const struct hc_json *m = hc_json_first(object); m; m = hc_json_next(m)) {
        size_t i = 0;
        while (i < count && strcmp(keys[i], hc_json_name(m)) != 0)
            i++;
        if (i == count)
            differ(r, "\"%s\" is not compared here", hc_json_name(m));
    }
}

/* ---- targets ---- */

static bool in_list(const struct hc_rating *rating, const char *id, enum hc_result result, enum hc_level level)
{
    for (size_t i = 0; i < rating->count; i++)
        if (!strcmp(rating->outcomes[i].requirement->id, id))
            return rating->outcomes[i].result == result && rating->outcomes[i].requirement->level == level;
    return false;
}

static void compare_list(struct run *r, const struct hc_rating *rating, const struct hc_json *expect, const char *key,
                         enum hc_result result, enum hc_level level)
{
    const struct hc_json *list = hc_json_get(expect, key);

    if (!list)
        return;
    if (!hc_json_is_array(list))
        differ(r, "%s: is no list", key);
    for (size_t i = 0; i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        if (o->result == result && o->requirement->level == level && !listed(list, o->requirement->id))
            differ(r, "%s: %s is too much", key, o->requirement->id);
    }
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (!hc_json_string(m) || !in_list(rating, hc_json_string(m), result, level))
            differ(r, "%s: %s is missing", key, hc_json_string(m) ? hc_json_string(m) : "a word");
}

static bool needs_fix(const struct hc_rating *rating, const char *name)
{
    for (size_t i = 0; i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        if (o->result == HC_RESULT_FAIL && o->requirement->level == HC_HARD && !strcmp(hc_fix_name(o->fix), name))
            return true;
    }
    return false;
}

static void compare_fixes(struct run *r, const struct hc_rating *rating, const struct hc_json *expect)
{
    const struct hc_json *list = hc_json_get(expect, "fixes");

    if (!list)
        return;
    if (!hc_json_is_array(list))
        differ(r, "fixes: is no list");
    for (int f = 0; f < HC_FIXES; f++) {
        const char *name = hc_fix_name((enum hc_fix)f);
        if (needs_fix(rating, name) != listed(list, name))
            differ(r, "fixes: %s is %s", name, listed(list, name) ? "missing" : "too much");
    }
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (!hc_json_string(m) || hc_fix_by_name(hc_json_string(m)) == HC_FIXES)
            differ(r, "fixes: %s is no class of fixes", hc_json_string(m) ? hc_json_string(m) : "a word");
}

/* The sure verdict, then the one at best. */
static void compare_bounds(struct run *r, const struct hc_rating *rating, const struct hc_json *expect)
{
    const struct hc_json *between = hc_json_get(expect, "between"), *sure = hc_json_first(between);
    const struct hc_json *best = sure ? hc_json_next(sure) : NULL;

    if (!between || hc_json_is_null(between))
        return;
    if (!best || hc_json_next(best) || !hc_json_string(sure) || !hc_json_string(best))
        differ(r, "between: is no list of two verdicts");
    else if (strcmp(hc_json_string(sure), word(rating->sure)) || strcmp(hc_json_string(best), word(rating->at_best)))
        differ(r, "between: expected %s and %s, got %s and %s", hc_json_string(sure), hc_json_string(best),
               word(rating->sure), word(rating->at_best));
}

static void compare_flag(struct run *r, const struct hc_json *expect, const char *key, bool got)
{
    const struct hc_json *value = hc_json_get(expect, key);
    bool flag;

    if (value && (!hc_json_flag(value, &flag) || flag != got))
        differ(r, "%s: got %s", key, got ? "true" : "false");
}

static void compare_word(struct run *r, const struct hc_json *expect, const char *key, const char *got)
{
    const char *expected = hc_json_get_string(expect, key);

    if (!expected || strcmp(expected, got))
        differ(r, "%s: expected %s, got %s", key, expected ? expected : "no word", got);
}

static void compare_rating(struct run *r, const struct hc_rating *rating, const struct hc_json *expect)
{
    static const char *const keys[] = { "verdict", "override", "blocking",  "fixes",
                                        "soft",    "open",     "open_soft", "between" };

    known_keys(r, expect, keys, sizeof keys / sizeof *keys);
    compare_word(r, expect, "verdict", word(rating->verdict));
    compare_flag(r, expect, "override", rating->override);
    compare_list(r, rating, expect, "blocking", HC_RESULT_FAIL, HC_HARD);
    compare_fixes(r, rating, expect);
    compare_list(r, rating, expect, "soft", HC_RESULT_FAIL, HC_SOFT);
    compare_list(r, rating, expect, "open", HC_RESULT_OPEN, HC_HARD);
    compare_list(r, rating, expect, "open_soft", HC_RESULT_OPEN, HC_SOFT);
    compare_bounds(r, rating, expect);
}

static void rate(struct run *r, const struct hc_profile *profile, struct hc_rating *rating)
{
    if (!hc_rate(r->facts, r->findings, r->arena, profile, rating))
        exit(2); /* no memory */
}

static void compare_target(struct run *r, const struct hc_json *expect)
{
    const struct hc_profile *profile = profile_of(hc_json_name(expect));
    struct hc_rating rating;

    begin(r, hc_json_name(expect));
    if (profile)
        rate(r, profile, &rating);
    if (profile && verdicts_only)
        printf("%s\t%s\t%s\t%s\t%s\n", r->vector, r->item, word(rating.verdict), word(rating.sure),
               word(rating.at_best));
    else if (!profile)
        differ(r, "has no profile here");
    else
        compare_rating(r, &rating, expect);
    end(r);
}

/* ---- levels and points ---- */

static const char *number_text(struct run *r, int number)
{
    return number < 0 ? "null" : hc_print(r->arena, "%d", number);
}

/* -1: not known, null in the file. */
static void compare_number(struct run *r, const struct hc_json *expect, const char *key, int got)
{
    const struct hc_json *value = hc_json_get(expect, key);
    uint64_t number;

    if (!value)
        return;
    begin(r, key);
    if (!hc_json_is_null(value) && !hc_json_number(value, &number))
        differ(r, "is neither a number nor null");
    else if (got < 0 ? !hc_json_is_null(value) : hc_json_is_null(value) || number != (uint64_t)got)
        differ(r, "expected %s, got %s", hc_json_is_null(value) ? "null" : number_text(r, (int)number),
               number_text(r, got));
    end(r);
}

/* As letters in a list, or as the line that is printed. */
static void compare_tags(struct run *r, const struct hc_json *tags, const struct hc_readiness *readiness)
{
    const struct {
        const char *tag;
        bool has;
    } rows[] = { { "P", readiness->passthrough },
                 { "C", readiness->confidential },
                 { "N", readiness->nested },
                 { "!", readiness->better } };
    const char *line = hc_readiness_text(readiness, r->arena);

    if (!tags)
        return;
    begin(r, "tags");
    if (hc_json_string(tags) && strcmp(hc_json_string(tags), line))
        differ(r, "expected %s, got %s", hc_json_string(tags), line);
    for (size_t i = 0; hc_json_is_array(tags) && i < sizeof rows / sizeof *rows; i++)
        if (listed(tags, rows[i].tag) != rows[i].has)
            differ(r, "%s is %s", rows[i].tag, rows[i].has ? "too much" : "missing");
    if (!hc_json_string(tags) && !hc_json_is_array(tags))
        differ(r, "is neither a list nor a text");
    end(r);
}

static void compare_suitability(struct run *r, const struct hc_json *expect)
{
    static const char *const keys[] = { "type1", "type2", "prefer" };
    const struct hc_suitability s = hc_suitability(r->facts, r->arena);

    compare_number(r, expect, "type1", s.type1);
    compare_number(r, expect, "type2", s.type2);
    begin(r, "suitability");
    known_keys(r, expect, keys, sizeof keys / sizeof *keys);
    if (hc_json_get(expect, "prefer"))
        compare_word(r, expect, "prefer", s.prefer);
    end(r);
}

/* ---- devices ---- */

static enum hc_effect worst_effect(const struct hc_judgement *j)
{
    enum hc_effect worst = HC_EFFECT_INFO;

    for (size_t i = 0; i < j->count; i++)
        if (!j->held[i].open && j->held[i].rule->effect > worst)
            worst = j->held[i].rule->effect;
    return worst;
}

static bool decides(const struct hc_judgement *j, const char *rule)
{
    const enum hc_effect worst = worst_effect(j);

    for (size_t i = 0; i < j->count && worst != HC_EFFECT_INFO; i++)
        if (!j->held[i].open && j->held[i].rule->effect == worst && !strcmp(j->held[i].rule->id, rule))
            return true;
    return false;
}

/* Each rule that decides is expected, and the other way round. Where the verdict is open none decides. */
static void compare_rules(struct run *r, const struct hc_judgement *j, const struct hc_json *expect)
{
    const struct hc_json *list = hc_json_get(expect, "rules");

    if (!list || j->verdict == HC_DEVICE_UNKNOWN)
        return;
    for (size_t i = 0; i < j->count; i++) {
        const char *id = j->held[i].rule->id;
        if (decides(j, id) && !listed(list, id))
            differ(r, "rules: %s is too much", id);
    }
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (!hc_json_string(m) || !decides(j, hc_json_string(m)))
            differ(r, "rules: %s is missing", hc_json_string(m) ? hc_json_string(m) : "a word");
}

static void compare_device(struct run *r, const struct hc_json *entry, const struct hc_rating *host)
{
    static const char *const words[HC_DEVICE_VERDICTS] = { "viable",     "limited", "after_fix",
                                                           "not_viable", "never",   "unknown" };
    static const char *const keys[] = { "device", "expect" }, *const expected[] = { "verdict", "rules" };
    const struct hc_json *device = hc_json_get(entry, "device"), *expect = hc_json_get(entry, "expect");
    const char *bdf = hc_json_get_string(device, "bdf");
    const struct hc_subject subject = vector_subject(device, host);
    struct hc_judgement judgement;

    hc_judge_device(&subject, &judgement);
    if (judgement.verdict == HC_DEVICE_VIABLE || judgement.verdict == HC_DEVICE_LIMITED)
        r->device = HC_YES;
    begin(r, bdf ? bdf : "a device");
    known_keys(r, entry, keys, sizeof keys / sizeof *keys);
    known_keys(r, expect, expected, sizeof expected / sizeof *expected);
    for (const struct hc_json *m = hc_json_first(device); m; m = hc_json_next(m))
        if (vector_device_fault(m))
            differ(r, "\"%s\": %s", hc_json_name(m), vector_device_fault(m));
    compare_word(r, expect, "verdict", words[judgement.verdict]);
    compare_rules(r, &judgement, expect);
    end(r);
}

static void compare_devices(struct run *r, const struct hc_json *list)
{
    const struct hc_profile *vfio = profile_of("vfio");
    struct hc_rating host;

    if (!hc_json_first(list) || verdicts_only)
        return;
    if (!vfio) {
        fail(r, "devices", "the profile vfio is missing");
        return;
    }
    rate(r, vfio, &host);
    r->device = HC_NO;
    for (const struct hc_json *d = hc_json_first(list); d; d = hc_json_next(d))
        compare_device(r, d, &host);
}

/* ---- vectors ---- */

/* What is not known of a host is an item of its own: it could have changed any other. */
static void check_host(struct run *r, const struct hc_json *host)
{
    if (!hc_json_is_object(host))
        fail(r, "host", "is no object");
    for (const struct hc_json *m = hc_json_first(host); m; m = hc_json_next(m))
        if (vector_fact_fault(m))
            fail(r, hc_json_name(m), vector_fact_fault(m));
}

static void check_keys(struct run *r, const struct hc_json *vector, const struct hc_json *expect)
{
    static const char *const keys[] = {
        "id", "description", "note", "contradicts_itself", "host", "expect", "devices"
    };
    static const char *const expected[] = { "targets", "level", "potential", "tags", "suitability" };

    begin(r, "vector");
    known_keys(r, vector, keys, sizeof keys / sizeof *keys);
    known_keys(r, expect, expected, sizeof expected / sizeof *expected);
    if (!hc_json_is_object(expect) && !hc_json_first(hc_json_get_array(vector, "devices")))
        differ(r, "expects nothing");
    if (r->differs)
        end(r);
}

static void compare_expected(struct run *r, const struct hc_json *expect)
{
    const struct hc_json *suitability = hc_json_get(expect, "suitability");
    const struct hc_readiness readiness = hc_readiness(r->facts, r->device);

    compare_number(r, expect, "level", readiness.level);
    compare_number(r, expect, "potential", readiness.potential);
    compare_tags(r, hc_json_get(expect, "tags"), &readiness);
    if (suitability)
        compare_suitability(r, suitability);
}

static void compare_vector(struct run *r, const struct hc_json *vector)
{
    const struct hc_json *expect = hc_json_get(vector, "expect"), *targets = hc_json_get(expect, "targets");

    check_host(r, hc_json_get(vector, "host"));
    check_keys(r, vector, expect);
    for (const struct hc_json *t = hc_json_first(targets); t; t = hc_json_next(t))
        compare_target(r, t);
    compare_devices(r, hc_json_get_array(vector, "devices"));
    if (!verdicts_only)
        compare_expected(r, expect);
}

static void run_vector(const struct hc_json *vector)
{
    const char *id = hc_json_get_string(vector, "id");
    struct hc_scan *scan = hc_scan_empty();
    struct run r = { .vector = id ? id : "a vector without an id" };

    if (!scan)
        exit(2);
    r.facts = &scan->facts;
    r.arena = scan->facts.arena;
    vector_give_host(&scan->facts, hc_json_get(vector, "host"), NULL);
    hc_run_checks(r.facts, r.arena, r.findings);
    compare_vector(&r, vector);
    hc_scan_free(scan);
}

/* ---- files ---- */

__attribute__((noreturn)) static void refuse(const char *message)
{
    fflush(stdout);
    fprintf(stderr, "run_vectors: %s\n", message);
    exit(2);
}

static void parse(struct hc_json_doc *doc, const char *path, struct hc_text text)
{
    char message[512];
    struct hc_json_error error;

    if (hc_json_parse(doc, text, &error))
        return;
    snprintf(message, sizeof message, "%.300s, line %zu, column %zu: %s", path, error.line, error.column, error.what);
    refuse(message);
}

static void run_file(const char *path)
{
    size_t size = 0;
    char message[512], *text = hc_read_input(path, VECTORS_MAX, "file of vectors", &size, message);
    struct hc_json_doc doc = { .root = NULL };
    const struct hc_json *vectors;
    const char *format;

    if (!text)
        refuse(message);
    parse(&doc, path, (struct hc_text){ text, size });
    format = hc_json_get_string(doc.root, "format");
    vectors = hc_json_get_array(doc.root, "vectors");
    if (!format || strcmp(format, "hostcap-vectors/1") || !hc_json_first(vectors)) {
        snprintf(message, sizeof message, "%.300s: has no vectors of the format hostcap-vectors/1", path);
        refuse(message);
    }
    for (const struct hc_json *v = hc_json_first(vectors); v; v = hc_json_next(v))
        run_vector(v);
    hc_json_free(&doc);
    free(text);
}

int main(int argc, char **argv)
{
    int first = 1;

    verdicts_only = argc > 1 && !strcmp(argv[1], "--verdicts");
    first += verdicts_only;
    if (first == argc)
        refuse("usage: run_vectors [--verdicts] FILE...");
    for (int i = first; i < argc; i++)
        run_file(argv[i]);
    if (told > TOLD_MAX)
        printf("... and %zu more differences\n", told - TOLD_MAX);
    if (!verdicts_only)
        printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}
