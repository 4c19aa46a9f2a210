/* Rates the hosts of a vectors file with the compiled-in profiles and compares: verdict, bounds, lists, levels.
   vectors FILE...   Any file of the format hostcap-vectors/1; targets without a profile here are passed over. */
#include "conclude.h"
#include "json.h"
#include "rate.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROFILES_MAX = 128, MIB = 1 << 20, VECTORS_MAX = 256 << 20 };

static struct hc_arena arena;
static const struct hc_profile *profiles[PROFILES_MAX];
static size_t profile_count, judged, wrong;

static void load_profiles(void)
{
    char message[512];

    for (size_t i = 0; i < hc_profile_text_count; i++) {
        const struct hc_profile_text *t = &hc_profile_texts[i];
        profiles[profile_count] = hc_profile_parse(&arena, t->file, (struct hc_text){ t->text, t->size }, message);
        if (!profiles[profile_count++]) {
            fprintf(stderr, "%s\n", message);
            exit(1);
        }
    }
}

/* ---- facts ---- */

/* The vectors count memory in MiB, the facts in bytes. */
static const char *fact_key(const char *key, uint64_t *unit)
{
    *unit = 1;
    if (strcmp(key, "mem.installed_mib") && strcmp(key, "mem.usable_mib"))
        return key;
    *unit = MIB;
    return strcmp(key, "mem.usable_mib") ? "memory.installed_bytes" : "memory.usable_bytes";
}

static void give(struct hc_facts *facts, const struct hc_json *member)
{
    uint64_t unit, number;
    const char *key = fact_key(hc_json_name(member), &unit);
    bool flag, given = true;

    if (hc_json_is_null(member) || hc_fact_by_key(key) == HC_FACTS)
        return; /* unknown, or a fact that no profile here speaks of */
    if (hc_json_flag(member, &flag))
        given = hc_give_flag(facts, key, flag);
    else if (hc_json_number(member, &number))
        given = hc_give_number(facts, key, number * unit);
    else if (hc_json_string(member))
        given = hc_give_text(facts, key, hc_json_string(member));
    if (!given) {
        printf("%s: the vector gives it another type than facts.def\n", key);
        wrong++;
    }
}

/* ---- comparing ---- */

static void differs(const char *vector, const char *target, const char *what, const char *expected, const char *got)
{
    printf("%s, %s: %s: expected %s, got %s\n", vector, target, what, expected, got);
    wrong++;
}

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

static void compare_list(const char *vector, const struct hc_rating *rating, const struct hc_json *expect,
                         const char *key, enum hc_result result, enum hc_level level)
{
    const struct hc_json *list = hc_json_get_array(expect, key);
    size_t found = 0;

    for (size_t i = 0; list && i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        if (o->result != result || o->requirement->level != level)
            continue;
        found++;
        if (!listed(list, o->requirement->id))
            differs(vector, rating->profile->id, key, "not there", o->requirement->id);
    }
    if (list && found < hc_json_size(list))
        differs(vector, rating->profile->id, key, "more than were found", "fewer");
}

static void compare_fixes(const char *vector, const struct hc_rating *rating, const struct hc_json *expect)
{
    const struct hc_json *list = hc_json_get_array(expect, "fixes");

    for (size_t i = 0; list && i < rating->count; i++) {
        const struct hc_outcome *o = &rating->outcomes[i];
        if (o->result == HC_RESULT_FAIL && o->requirement->level == HC_HARD && !listed(list, hc_fix_name(o->fix)))
            differs(vector, rating->profile->id, "fixes", "not there", hc_fix_name(o->fix));
    }
}

static void compare_bounds(const char *vector, const struct hc_rating *rating, const struct hc_json *expect)
{
    const struct hc_json *between = hc_json_get_array(expect, "between");

    if (!between)
        return;
    if (!listed(between, word(rating->sure)) || !listed(between, word(rating->at_best)))
        differs(vector, rating->profile->id, "between", "other bounds", word(rating->sure));
}

static void compare_target(const char *vector, const struct hc_facts *facts, const struct hc_profile *profile,
                           const struct hc_json *expect)
{
    struct hc_rating rating;
    const char *verdict = hc_json_get_string(expect, "verdict");
    bool override = false;

    if (!hc_rate(facts, facts->arena, profile, &rating))
        exit(1);
    judged++;
    if (!verdict || strcmp(verdict, word(rating.verdict)))
        differs(vector, profile->id, "verdict", verdict ? verdict : "none", word(rating.verdict));
    if (hc_json_get_flag(expect, "override", &override) && override != rating.override)
        differs(vector, profile->id, "override", override ? "true" : "false", override ? "false" : "true");
    compare_list(vector, &rating, expect, "blocking", HC_RESULT_FAIL, HC_HARD);
    compare_list(vector, &rating, expect, "soft", HC_RESULT_FAIL, HC_SOFT);
    compare_list(vector, &rating, expect, "open", HC_RESULT_OPEN, HC_HARD);
    compare_list(vector, &rating, expect, "open_soft", HC_RESULT_OPEN, HC_SOFT);
    compare_fixes(vector, &rating, expect);
    compare_bounds(vector, &rating, expect);
}

static void compare_level(const char *vector, const struct hc_json *expect, const char *key, int got)
{
    const struct hc_json *value = hc_json_get(expect, key);
    uint64_t number = 0;
    int expected = hc_json_number(value, &number) ? (int)number : -1;
    char a[16], b[16];

    if (!value || expected == got)
        return;
    snprintf(a, sizeof a, "%d", expected);
    snprintf(b, sizeof b, "%d", got);
    differs(vector, "readiness", key, a, b);
}

static void rate_vector(const struct hc_json *vector)
{
    const char *id = hc_json_get_string(vector, "id");
    const struct hc_json *expect = hc_json_get(vector, "expect"), *targets = hc_json_get(expect, "targets");
    struct hc_scan *scan = hc_scan_empty();
    struct hc_readiness readiness;

    if (!scan || !id)
        exit(1);
    for (const struct hc_json *m = hc_json_first(hc_json_get(vector, "host")); m; m = hc_json_next(m))
        give(&scan->facts, m);
    for (size_t i = 0; i < profile_count; i++)
        if (hc_json_get(targets, profiles[i]->id))
            compare_target(id, &scan->facts, profiles[i], hc_json_get(targets, profiles[i]->id));
    readiness = hc_readiness(&scan->facts);
    compare_level(id, expect, "level", readiness.level);
    compare_level(id, expect, "potential", readiness.potential);
    hc_scan_free(scan);
}

static size_t rate_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(VECTORS_MAX) : NULL;
    size_t size = text ? fread(text, 1, VECTORS_MAX, file) : 0, count = 0;
    struct hc_json_error error;
    struct hc_json_doc doc = { NULL, false };

    if (!size || !hc_json_parse(&doc, (struct hc_text){ text, size }, &error)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    for (const struct hc_json *v = hc_json_first(hc_json_get_array(doc.root, "vectors")); v;
         v = hc_json_next(v), count++)
        rate_vector(v);
    hc_json_free(&doc);
    fclose(file);
    free(text);
    return count;
}

int main(int argc, char **argv)
{
    size_t vectors = 0;

    load_profiles();
    for (int i = 1; i < argc; i++)
        vectors += rate_file(argv[i]);
    printf("%zu vectors, %zu targets judged, %zu differ\n", vectors, judged, wrong);
    hc_arena_free(&arena);
    return wrong || !judged;
}
