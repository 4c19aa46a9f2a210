/* Packages, cores and microcode by /proc/cpuinfo of x86 (arch/x86/kernel/cpu/proc.c): lines that stand in the part of
   each CPU. Where another source tells, this is the weaker one: it lacks dies, clusters and CPUs that are offline. */
#include "topology.h"

#include <stdlib.h>

/* What one CPU's part says, and how far it was read. */
struct part {
    uint64_t package, core;
    bool has_package, has_core;
};

struct parts {
    struct part *list; /* HC_CPUS_MAX of them */
    size_t count;
    struct hc_text microcode;
    bool bad; /* a number is missing or does not parse */
};

static void take_line(struct parts *parts, struct hc_text line)
{
    struct part *part = parts->count ? &parts->list[parts->count - 1] : NULL;
    struct hc_text name, value;

    if (!hc_split(line, ':', &name, &value))
        return;
    if (hc_text_is(name, "processor")) {
        if (parts->count < HC_CPUS_MAX)
            parts->list[parts->count++] = (struct part){ .has_core = false };
        else
            parts->bad = true;
    } else if (part && hc_text_is(name, "physical id")) {
        part->has_package = hc_number(value, 10, &part->package);
    } else if (part && hc_text_is(name, "core id")) {
        part->has_core = hc_number(value, 10, &part->core);
    } else if (part && hc_text_is(name, "microcode") && !parts->microcode.size) {
        parts->microcode = value;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    if (x->package != y->package)
        return x->package < y->package ? -1 : 1;
    return x->core < y->core ? -1 : x->core > y->core;
}

static void put_counts(struct hc_facts *facts, struct parts *parts, const struct hc_reply *reply)
{
    uint64_t packages = 0, cores = 0, threads = 0, most = 0;

    for (size_t i = 0; i < parts->count; i++)
        parts->bad = parts->bad || !parts->list[i].has_package || !parts->list[i].has_core;
    if (!parts->count || parts->bad)
        return; /* other architectures, one CPU alone, some virtual machines: nothing is told */
    qsort(parts->list, parts->count, sizeof *parts->list, by_place);
    for (size_t i = 0; i < parts->count; i++) {
        bool new_core = !i || by_place(&parts->list[i - 1], &parts->list[i]);
        packages += !i || parts->list[i - 1].package != parts->list[i].package;
        cores += new_core;
        threads = new_core ? 1 : threads + 1;
        most = threads > most ? threads : most;
    }
    hc_put_number(facts, HC_CPUINFO_PACKAGES, reply, packages);
    hc_put_number(facts, HC_CPUINFO_CORES, reply, cores);
    hc_put_number(facts, HC_CPUINFO_THREADS_PER_CORE, reply, most);
}

void hc_cpuinfo_topology(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, line;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/cpuinfo", &text);
    struct parts parts = { .list = malloc(HC_CPUS_MAX * sizeof *parts.list) };

    if (!parts.list) {
        src->exhausted = true;
        return;
    }
    while (hc_next_line(&text, &line))
        if (line.size && (line.at[0] == 'p' || line.at[0] == 'c' || line.at[0] == 'm')) /* most lines are others */
            take_line(&parts, line);
    if (reply->answer != HC_OK || parts.microcode.size)
        hc_put_text(facts, HC_CPUINFO_MICROCODE, reply, parts.microcode);
    put_counts(facts, &parts, reply);
    free(parts.list);
}
