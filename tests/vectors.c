/* Rates the hosts of a vectors file with the compiled-in profiles, judges their devices and compares: verdict, bounds,
   lists, levels, deciding rules.
   vectors FILE...   Any file of the format hostcap-vectors/1; targets without a profile here are passed over. */
#include "conclude.h"
#include "device_rules.h"
#include "json.h"
#include "rate.h"
#include "scan.h"
#include "suitability.h"
#include "vectors_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VECTORS_MAX = 256 << 20 };

static struct hc_arena arena;
static size_t judged, devices, scored, wrong;

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

static void compare_target(const char *vector, const struct hc_facts *facts, const struct hc_finding *findings,
                           const struct hc_profile *profile, const struct hc_json *expect)
{
    struct hc_rating rating;
    const char *verdict = hc_json_get_string(expect, "verdict");
    bool override = false;

    if (!hc_rate(facts, findings, facts->arena, profile, &rating))
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

static void compare_level(const char *vector, const struct hc_json *expect, const char *what, const char *key, int got)
{
    const struct hc_json *value = hc_json_get(expect, key);
    uint64_t number = 0;
    int expected = hc_json_number(value, &number) ? (int)number : -1;
    char a[16], b[16];

    if (!value || expected == got)
        return;
    snprintf(a, sizeof a, "%d", expected);
    snprintf(b, sizeof b, "%d", got);
    differs(vector, what, key, a, b);
}

static void compare_suitability(const char *vector, const struct hc_json *expect, const struct hc_facts *facts)
{
    const struct hc_suitability s = hc_suitability(facts, facts->arena);
    const char *prefer = hc_json_get_string(expect, "prefer");

    if (!expect)
        return;
    scored++;
    compare_level(vector, expect, "suitability", "type1", s.type1);
    compare_level(vector, expect, "suitability", "type2", s.type2);
    if (!prefer || strcmp(prefer, s.prefer))
        differs(vector, "suitability", "prefer", prefer ? prefer : "none", s.prefer);
}

/* ---- devices ---- */

static bool has(const struct hc_json *device, const char *key)
{
    bool flag = false;
    uint64_t number;
    const struct hc_json *value = hc_json_get(device, key);

    return hc_json_flag(value, &flag) ? flag : hc_json_number(value, &number) && number;
}

/* null: not known; missing: no. */
static void put(struct hc_subject *s, enum hc_input input, const struct hc_json *device, const char *key)
{
    s->is[input] = hc_json_is_null(hc_json_get(device, key)) ? HC_UNKNOWN : hc_tri(has(device, key));
}

static void put_listed(struct hc_subject *s, enum hc_input input, const struct hc_json *device, const char *key,
                       const char *word)
{
    const struct hc_json *list = hc_json_get(device, key);

    s->is[input] = hc_json_is_null(list) ? HC_UNKNOWN : hc_tri(hc_json_is_array(list) && listed(list, word));
}

static uint64_t hex(const struct hc_json *device, const char *key, uint64_t otherwise)
{
    const char *text = hc_json_get_string(device, key);
    uint64_t value;

    return text && hc_number((struct hc_text){ text, strlen(text) }, 16, &value) ? value : otherwise;
}

/* "0000:0a:00" of "0000:0a:00.1" */
static bool same_slot(const char *a, const char *b)
{
    const size_t size = strcspn(a, ".");

    return size == strcspn(b, ".") && !memcmp(a, b, size);
}

static bool managed(const char *driver)
{
    return !strcmp(driver, "pcieport") || !strcmp(driver, "pci-stub") || strstr(driver, "vfio");
}

static void put_members(struct hc_subject *s, const struct hc_json *device)
{
    const char *self = hc_json_get_string(device, "bdf");

    for (const struct hc_json *m = hc_json_first(hc_json_get_array(device, "group_members")); m; m = hc_json_next(m)) {
        const char *bdf = hc_json_get_string(m, "bdf"), *driver = hc_json_get_string(m, "driver");
        if (!self || !bdf || !strcmp(self, bdf))
            continue;
        if (has(m, "critical"))
            s->is[HC_IN_CRITICAL_PEER] = HC_YES;
        if (driver && !managed(driver) && !has(m, "bridge") && !same_slot(self, bdf))
            s->is[HC_IN_BOUND_PEER] = HC_YES;
    }
}

static void put_reset(struct hc_subject *s, const struct hc_json *device)
{
    static const char *const good[] = { "device_specific", "acpi", "flr", "af_flr", "cxl_bus" };
    const struct hc_json *list = hc_json_get(device, "reset");

    put_listed(s, HC_IN_RESET_PM, device, "reset", "pm");
    put_listed(s, HC_IN_RESET_OWN, device, "reset", "device_specific");
    s->is[HC_IN_RESET] = hc_json_is_null(list) ? HC_UNKNOWN : HC_NO;
    for (size_t i = 0; hc_json_is_array(list) && i < sizeof good / sizeof *good; i++)
        if (listed(list, good[i]))
            s->is[HC_IN_RESET] = HC_YES;
    put(s, HC_IN_RESET_BUS, device, "hot_reset");
    if (hc_json_is_array(list) && listed(list, "bus"))
        s->is[HC_IN_RESET_BUS] = HC_YES;
}

static void put_quirks(struct hc_subject *s, const struct hc_json *device)
{
    put_listed(s, HC_IN_GPU_RESET_BUG, device, "quirks", "gpu_reset_bug");
    put_listed(s, HC_IN_BROKEN_INTX, device, "quirks", "broken_intx_masking");
    put_listed(s, HC_IN_DENYLISTED, device, "quirks", "vfio_denylist");
    put_listed(s, HC_IN_NO_RESET_QUIRK, device, "quirks", "no_flr");
    if (s->is[HC_IN_NO_RESET_QUIRK] == HC_NO)
        put_listed(s, HC_IN_NO_RESET_QUIRK, device, "quirks", "no_bus_reset");
}

/* The keys of a device that are no or yes. */
static void put_flags(struct hc_subject *s, const struct hc_json *device)
{
    static const struct {
        enum hc_input input;
        const char *key;
    } rows[] = {
        { HC_IN_BRIDGE, "bridge" },
        { HC_IN_DISK, "disk_in_use" },
        { HC_IN_WIRED, "wired" },
        { HC_IN_DIRECT, "direct_region" },
        { HC_IN_RELAXABLE, "relaxable_region" },
        { HC_IN_VFS_ON, "sriov_num" },
        { HC_IN_LEGACY_BUS, "legacy_bus" },
        { HC_IN_ON_PAPER, "acs_override" },
        { HC_IN_MSI, "msi" },
        { HC_IN_MSIX, "msix" },
        { HC_IN_EXTERNAL, "external" },
        { HC_IN_BOOT_VGA, "boot_vga" },
        { HC_IN_OTHER_DISPLAY, "other_display" },
        { HC_IN_CAN_HAVE_VFS, "sriov_total" },
        { HC_IN_MDEV, "mdev" },
        { HC_IN_UNGROUPED, "ungrouped" },
        { HC_IN_DENYLIST_OFF, "denylist_off" },
        { HC_IN_PATH, "default_route" },
    };

    for (size_t i = 0; i < HC_INPUTS; i++)
        s->is[i] = HC_NO;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put(s, rows[i].input, device, rows[i].key);
    put(s, HC_IN_OTHER_WIRED, device, "only_nic");
    s->is[HC_IN_OTHER_WIRED] = hc_not(s->is[HC_IN_OTHER_WIRED]);
    put(s, HC_IN_PIN, device, "no_pin");
    s->is[HC_IN_PIN] = hc_not(s->is[HC_IN_PIN]);
}

static struct hc_subject subject_of(const struct hc_json *device, const struct hc_rating *host)
{
    struct hc_subject s = { .vendor = (uint16_t)hex(device, "vendor", 0x1234),
                            .device = (uint16_t)hex(device, "device", 0x5678),
                            .class_code = (uint32_t)hex(device, "class", 0xff00) << 8 };
    const char *bdf = hc_json_get_string(device, "bdf");

    s.at_graphics_place = bdf && !strcmp(bdf, "0000:00:02.0");
    put_flags(&s, device);
    put_quirks(&s, device);
    put_reset(&s, device);
    put_members(&s, device);
    s.is[HC_IN_HOST_IMPOSSIBLE] = hc_reaches(host, HC_NOT_POSSIBLE);
    s.is[HC_IN_HOST_UNREADY] = hc_reaches(host, HC_READY_AFTER_FIXES);
    return s;
}

static enum hc_effect worst_effect(const struct hc_judgement *j)
{
    enum hc_effect worst = HC_EFFECT_INFO;

    for (size_t i = 0; i < j->count; i++)
        if (!j->held[i].open && j->held[i].rule->effect > worst)
            worst = j->held[i].rule->effect;
    return worst;
}

/* Each rule that decides is expected, and the other way round. */
static void compare_rules(const char *vector, const char *bdf, const struct hc_judgement *j, const struct hc_json *list)
{
    const enum hc_effect worst = worst_effect(j);
    const char *got = "";

    for (size_t i = 0; i < j->count; i++)
        if (worst != HC_EFFECT_INFO && !j->held[i].open && j->held[i].rule->effect == worst) {
            got = hc_print(&arena, "%s %s", got, j->held[i].rule->id);
            if (!listed(list, j->held[i].rule->id))
                differs(vector, bdf, "rules", "not there", j->held[i].rule->id);
        }
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (!hc_has_word((struct hc_text){ got, strlen(got) }, hc_json_string(m)))
            differs(vector, bdf, "rules", hc_json_string(m), got);
}

static void compare_device(const char *vector, const struct hc_json *entry, const struct hc_rating *host)
{
    static const char *const words[HC_DEVICE_VERDICTS] = { "viable",     "limited", "after_fix",
                                                           "not_viable", "never",   "unknown" };
    const struct hc_json *device = hc_json_get(entry, "device"), *expect = hc_json_get(entry, "expect");
    const char *verdict = hc_json_get_string(expect, "verdict"), *bdf = hc_json_get_string(device, "bdf");
    const struct hc_subject subject = subject_of(device, host);
    struct hc_judgement judgement;

    devices++;
    hc_judge_device(&subject, &judgement);
    if (!verdict || strcmp(verdict, words[judgement.verdict]))
        differs(vector, bdf ? bdf : "device", "verdict", verdict ? verdict : "none", words[judgement.verdict]);
    if (judgement.verdict != HC_DEVICE_UNKNOWN)
        compare_rules(vector, bdf ? bdf : "device", &judgement, hc_json_get_array(expect, "rules"));
}

static void judge_devices(const char *id, const struct hc_json *vector, const struct hc_facts *facts,
                          const struct hc_finding *findings)
{
    struct hc_rating host;

    for (size_t i = 0; i < hc_profile_count; i++)
        if (!strcmp(hc_profiles[i].id, "vfio") && !hc_rate(facts, findings, facts->arena, &hc_profiles[i], &host))
            exit(1);
        else if (!strcmp(hc_profiles[i].id, "vfio"))
            for (const struct hc_json *d = hc_json_first(hc_json_get_array(vector, "devices")); d; d = hc_json_next(d))
                compare_device(id, d, &host);
}

static void rate_vector(const struct hc_json *vector)
{
    const char *id = hc_json_get_string(vector, "id");
    const struct hc_json *expect = hc_json_get(vector, "expect"), *targets = hc_json_get(expect, "targets");
    struct hc_scan *scan = hc_scan_empty();
    struct hc_finding findings[HC_CHECKS_MAX];
    struct hc_readiness readiness;

    if (!scan || !id)
        exit(1);
    wrong += give_host(&scan->facts, hc_json_get(vector, "host"), NULL);
    hc_run_checks(&scan->facts, scan->facts.arena, findings);
    for (size_t i = 0; i < hc_profile_count; i++)
        if (hc_json_get(targets, hc_profiles[i].id))
            compare_target(id, &scan->facts, findings, &hc_profiles[i], hc_json_get(targets, hc_profiles[i].id));
    judge_devices(id, vector, &scan->facts, findings);
    readiness = hc_readiness(&scan->facts, HC_UNKNOWN);
    compare_level(id, expect, "readiness", "level", readiness.level);
    compare_level(id, expect, "readiness", "potential", readiness.potential);
    compare_suitability(id, hc_json_get(expect, "suitability"), &scan->facts);
    hc_scan_free(scan);
}

static size_t rate_file(const char *path)
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

    for (int i = 1; i < argc; i++)
        vectors += rate_file(argv[i]);
    printf("%zu vectors, %zu targets and %zu devices judged, %zu scored, %zu differ\n", vectors, judged, devices,
           scored, wrong);
    hc_arena_free(&arena);
    return wrong || !judged;
}
