#include "vectors_facts.h"

#include "conclude.h"

#include <string.h>

/* ---- names and units ---- */

static const char modules[] = "linux.module.";

/* The vectors have names and units of their own for some facts. */
static const char *key_of(const char *name, uint64_t *unit)
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
        { "linux.module.vboxdrv", "linux.vboxdrv.loaded", 1 },
        { "linux.module.vmmon", "linux.vmmon.loaded", 1 },
    };

    *unit = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(name, rows[i].theirs)) {
            *unit = rows[i].unit;
            return rows[i].ours;
        }
    return name;
}

/* Their vocabulary has every module of Linux; no profile asks for another than those that facts.def has. */
static bool asked_by_none(const char *key)
{
    return hc_fact_by_key(key) == HC_FACTS && !strncmp(key, modules, strlen(modules)) && key[strlen(modules)];
}

/* ---- giving ---- */

static bool word_of(const struct hc_field *field, const char *word)
{
    const size_t size = strlen(word);

    for (const char *at = field->words; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == size && !strncmp(at, word, size))
            return true;
    return false;
}

static const char *number_fault(const struct hc_json *member, uint64_t unit)
{
    uint64_t number;

    if (!hc_json_number(member, &number))
        return "facts.def has a whole number there";
    return number > UINT64_MAX / unit ? "the number is too large" : NULL;
}

/* Not known: null, and where a status is listed as unknown. */
static bool unknown(const struct hc_json *member)
{
    const char *word = hc_json_string(member);

    return hc_json_is_null(member) || (word && !strcmp(word, "unknown"));
}

const char *vector_fact_fault(const struct hc_json *member)
{
    uint64_t unit;
    const char *key = key_of(hc_json_name(member), &unit), *word = hc_json_string(member);
    const enum hc_fact fact = hc_fact_by_key(key);
    bool flag;

    if (asked_by_none(key))
        return hc_json_is_null(member) || hc_json_flag(member, &flag) ? NULL : "must be true, false or null";
    if (fact == HC_FACTS)
        return "facts.def has no such fact, and none is known to be meant";
    if (unknown(member))
        return NULL;
    switch (hc_fact_field(fact)->type) {
    case HC_TYPE_FLAG: return hc_json_flag(member, &flag) ? NULL : "facts.def has true or false there";
    case HC_TYPE_NUMBER:
    case HC_TYPE_REGISTER: return number_fault(member, unit);
    case HC_TYPE_WORD: return word && word_of(hc_fact_field(fact), word) ? NULL : "facts.def has no such word there";
    default: return word ? NULL : "facts.def has text there";
    }
}

static void give(struct hc_facts *facts, const struct hc_json *member)
{
    uint64_t unit, number;
    const char *key = key_of(hc_json_name(member), &unit);
    bool flag;

    if (unknown(member) || vector_fact_fault(member))
        return;
    if (hc_json_flag(member, &flag))
        hc_give_flag(facts, key, flag);
    else if (hc_json_number(member, &number))
        hc_give_number(facts, key, number * unit);
    else
        hc_give_text(facts, key, hc_json_string(member));
}

static void give_all(struct hc_facts *facts, const struct hc_json *host, const struct hc_json *without)
{
    for (const struct hc_json *m = hc_json_first(host); m; m = hc_json_next(m))
        if (m != without)
            give(facts, m);
}

/* ---- what follows ---- */

/* With SVM every guest is unrestricted, whatever a vector says of a control that only Intel has. */
static void derive_unrestricted(struct hc_facts *facts)
{
    const char *vendor = hc_text_of(facts, HC_CPU_VENDOR);

    if (vendor && (!strcmp(vendor, "AuthenticAMD") || !strcmp(vendor, "HygonGenuine")) &&
        hc_flag(facts, HC_VIRT_HW) == HC_YES)
        hc_give_flag(facts, "virt.ug", true);
}

/* The vocabulary of the vectors has no word for VFIO's switches: what it leaves out stands as the kernel sets it. */
static void give_default(struct hc_facts *facts, const struct hc_json *host)
{
    if (!hc_json_get(host, "iommu.vfio_mode"))
        hc_give_text(facts, "iommu.vfio_mode", "safe");
}

void vector_give_host(struct hc_facts *facts, const struct hc_json *host, const struct hc_json *without)
{
    give_all(facts, host, without);
    give_default(facts, host);
    hc_conclude_tables(facts);
    give_all(facts, host, without); /* what a vector gives itself stands over what tables say */
    derive_unrestricted(facts);
}
