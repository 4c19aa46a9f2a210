/* The host of a vector as facts. */
#ifndef VECTORS_HOST_H
#define VECTORS_HOST_H

#include "conclude.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

/* The vectors have names and units of their own for some facts. */
static const char *fact_key(const char *key, uint64_t *unit)
{
    static const struct {
        const char *theirs, *ours;
        uint64_t unit;
    } rows[] = {
        { "mem.installed_mib", "memory.installed_bytes", UINT64_C(1) << 20 },
        { "mem.usable_mib", "memory.usable_bytes", UINT64_C(1) << 20 },
        { "disk.free_gib", "disk.free_bytes", UINT64_C(1) << 30 },
        { "nic.max_mbps", "nic.max_bits_per_second", 1000000 },
        { "cpu.cores", "topology.cores", 1 },
        { "mem.ecc", "memory.ecc", 1 },
    };

    *unit = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(key, rows[i].theirs)) {
            *unit = rows[i].unit;
            return rows[i].ours;
        }
    return key;
}

/* False, and told, where the type is not that of facts.def. */
static bool give(struct hc_facts *facts, const struct hc_json *member)
{
    uint64_t unit, number;
    const char *key = fact_key(hc_json_name(member), &unit);
    bool flag, given = true;

    if (hc_json_is_null(member) || hc_fact_by_key(key) == HC_FACTS)
        return true; /* unknown, or a fact that no profile here speaks of */
    if (hc_json_flag(member, &flag))
        given = hc_give_flag(facts, key, flag);
    else if (hc_json_number(member, &number))
        given = hc_give_number(facts, key, number * unit);
    else if (hc_json_string(member))
        given = hc_give_text(facts, key, hc_json_string(member));
    if (!given)
        printf("%s: the vector gives it another type than facts.def\n", key);
    return given;
}

/* With SVM every guest is unrestricted; the vectors leave that out. */
static void derive_unrestricted(struct hc_facts *facts)
{
    const char *vendor = hc_text_of(facts, HC_CPU_VENDOR);

    if (vendor && (!strcmp(vendor, "AuthenticAMD") || !strcmp(vendor, "HygonGenuine")) &&
        hc_flag(facts, HC_VIRT_HW) == HC_YES)
        hc_give_flag(facts, "virt.ug", true);
}

static size_t give_members(struct hc_facts *facts, const struct hc_json *host, const struct hc_json *without)
{
    size_t mistyped = 0;

    for (const struct hc_json *m = hc_json_first(host); m; m = hc_json_next(m))
        mistyped += m != without && !give(facts, m);
    return mistyped;
}

/* What a vector gives itself stands over what follows from the rest; one member may be left out. Returns how many have
   another type. */
static size_t give_host(struct hc_facts *facts, const struct hc_json *host, const struct hc_json *without)
{
    give_members(facts, host, without);
    hc_conclude_tables(facts);
    derive_unrestricted(facts);
    return give_members(facts, host, without);
}

#endif
