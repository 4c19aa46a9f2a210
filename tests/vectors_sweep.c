/* Takes every fact of every host of a vectors file away in turn and rates all profiles: a verdict may become "cannot
   tell", or "limited" become "ready" with something listed as open; anything else is a contradiction.
   vectors_sweep FILE... */
#include "legal.h"
#include "scan.h"
#include "vectors_facts.h"

#include <stdio.h>
#include <stdlib.h>

enum { VECTORS_MAX = 256 << 20 };

static size_t cases, contradictions;

/* All profiles over a host without one of its facts (NULL: with all); the ratings live as long as the scan. */
static struct hc_rating *rate(struct hc_scan *scan, const struct hc_json *host, const struct hc_json *without)
{
    struct hc_finding findings[HC_CHECKS_MAX];
    struct hc_rating *ratings = hc_alloc(scan->facts.arena, hc_profile_count * sizeof *ratings);

    if (!ratings)
        exit(1);
    vector_give_host(&scan->facts, host, without);
    hc_run_checks(&scan->facts, scan->facts.arena, findings);
    for (size_t i = 0; i < hc_profile_count; i++)
        if (!hc_rate(&scan->facts, findings, scan->facts.arena, &hc_profiles[i], &ratings[i]))
            exit(1);
    return ratings;
}

static void compare(const char *vector, const char *fact, const struct hc_rating *before, const struct hc_rating *after)
{
    for (size_t i = 0; i < hc_profile_count; i++, cases++)
        if (!allowed(&before[i], &after[i]) && contradictions++ < 200)
            printf("%s without %s: %s was %s and became %s\n", vector, fact, hc_profiles[i].id,
                   hc_verdict_name(before[i].verdict), hc_verdict_name(after[i].verdict));
}

static struct hc_scan *empty(void)
{
    struct hc_scan *scan = hc_scan_empty();

    if (!scan)
        exit(1);
    return scan;
}

static void sweep_vector(const struct hc_json *vector)
{
    const struct hc_json *host = hc_json_get(vector, "host");
    struct hc_scan *whole = empty();
    const struct hc_rating *before = rate(whole, host, NULL);

    for (const struct hc_json *m = hc_json_first(host); m; m = hc_json_next(m)) {
        struct hc_scan *part;
        if (hc_json_is_null(m))
            continue;
        part = empty();
        compare(hc_json_get_string(vector, "id"), hc_json_name(m), before, rate(part, host, m));
        hc_scan_free(part);
    }
    hc_scan_free(whole);
}

static size_t sweep_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(VECTORS_MAX) : NULL;
    size_t size = text ? fread(text, 1, VECTORS_MAX, file) : 0, count = 0;
    struct hc_json_error error;
    struct hc_json_doc doc = { .root = NULL };

    if (!size || !hc_json_parse(&doc, (struct hc_text){ text, size }, &error)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    for (const struct hc_json *v = hc_json_first(hc_json_get_array(doc.root, "vectors")); v;
         v = hc_json_next(v), count++) {
        bool lies = false; /* then one lie fewer may change everything */
        if (!hc_json_get_flag(v, "contradicts_itself", &lies) || !lies)
            sweep_vector(v);
    }
    hc_json_free(&doc);
    fclose(file);
    free(text);
    return count;
}

int main(int argc, char **argv)
{
    size_t vectors = 0;

    for (int i = 1; i < argc; i++)
        vectors += sweep_file(argv[i]);
    printf("%zu vectors, %zu cases, %zu contradictions\n", vectors, cases, contradictions);
    return contradictions || !cases;
}
