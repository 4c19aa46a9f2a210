/* How long it takes to judge a host that was scanned: all checks, then all compiled-in profiles, each time into fresh
   memory. The first time reads the profiles from the program's file, as every run of the command does.
   bench_ratings [RECORDING]   without one: this host */
#include "conclude.h"
#include "rate.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TIMES = 1000 };

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t rate_all(const struct hc_facts *facts)
{
    struct hc_arena arena = { .exhausted = false };
    struct hc_finding findings[HC_CHECKS_MAX];
    struct hc_rating rating;
    size_t requirements = 0;

    hc_run_checks(facts, &arena, findings);
    for (size_t i = 0; i < hc_profile_count; i++) {
        if (!hc_rate(facts, findings, &arena, &hc_profiles[i], &rating))
            exit(1);
        requirements += rating.count;
    }
    hc_arena_free(&arena);
    return requirements;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static double times[TIMES];
    const struct hc_scan_options options = { .recording = argc > 1 ? argv[1] : NULL };
    char message[512] = "out of memory";
    struct hc_scan *scan;
    size_t requirements = 0;
    double first;

    if (hc_scan_run(&options, &scan, message)) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    hc_conclude(&scan->facts);
    for (size_t i = 0; i < TIMES; i++) {
        const double begin = now_ms();
        requirements = rate_all(&scan->facts);
        times[i] = now_ms() - begin;
    }
    first = times[0];
    qsort(times, TIMES, sizeof *times, by_size);
    printf("ratings: %zu profiles, %zu requirements: first %.2f ms, median %.2f ms, most %.2f ms (bar: 2)\n",
           hc_profile_count, requirements, first, times[TIMES / 2], times[TIMES - 1]);
    hc_scan_free(scan);
    return 0;
}
