/* Takes every answer of every recording away in turn. Denied, failed or not recorded: a verdict may become "cannot
   tell", or "limited" become "ready" (of a device: "viable") with something listed as open, and a fact may become
   unknown; anything else is a contradiction, but for a list that says what it lacks. Absent and garbage: a valid
   report. A technique that is available never becomes one that is not, nor the other way round, and points become
   fewer. sweep [--every N] RECORDING... */
#include "json.h"
#include "legal.h"
#include "recording.h"
#include "report.h"
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t scans, contradictions;

struct change {
    const char *name;
    enum hc_answer answer;
    const char *bytes; /* of an ok answer; NULL: none */
    bool may_differ;   /* the answer says something else now */
};

static const struct change changes[] = {
    { "denied", HC_DENIED, NULL, false },
    { "failed", HC_FAILED, NULL, false },
    { "not recorded", HC_NOT_RECORDED, NULL, false },
    { "absent", HC_ABSENT, NULL, true },
    { "garbage", HC_OK, "\x01\xff{]:=, 0x\n\n18446744073709551616 [x", true },
    { "empty", HC_OK, "", true },
};

enum { CHANGES = sizeof changes / sizeof *changes };

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(HC_RECORDING_MAX) : NULL;

    *size = text ? fread(text, 1, HC_RECORDING_MAX, file) : 0;
    if (file)
        fclose(file);
    return text;
}

static struct hc_source *load(const char *path)
{
    struct hc_recording_error error;
    size_t size;
    char *text = read_file(path, &size);
    struct hc_source *src = text ? hc_recording_load((struct hc_text){ text, size }, &error) : NULL;

    free(text);
    if (!src) {
        fprintf(stderr, "%s: %s\n", path, text ? error.what : "cannot be read");
        exit(1);
    }
    return src;
}

/* A source like the first, but for one answer (number past the end: the same). */
static struct hc_source *changed(const struct hc_source *from, size_t number, const struct change *change)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    src->platform = "linux";
    src->origin = "recording";
    src->prove = true;
    for (size_t i = 0; i < from->count; i++) {
        struct hc_reply reply = *from->log[i];
        if (i == number) {
            reply.answer = change->answer;
            reply.error = NULL;
            reply.bytes = change->bytes ? change->bytes : "";
            reply.size = strlen(reply.bytes);
        }
        hc_log(src, &reply);
    }
    return src;
}

static struct hc_report *report_of(struct hc_source *src)
{
    struct hc_report *report = NULL;
    struct hc_scan *scan;
    char message[512];

    scans++;
    if (hc_scan_source(src, &scan) || hc_report_make(scan, NULL, 0, &report, message)) {
        fprintf(stderr, "no report\n");
        exit(1);
    }
    return report;
}

/* ---- what may change ---- */

static bool open_reason(const struct hc_device *device)
{
    for (size_t i = 0; i < device->reason_count; i++)
        if (device->reasons[i].open)
            return true;
    return false;
}

/* A limit that is not known to hold any more leaves the device viable, and says so. */
static bool device_allowed(const struct hc_device *before, const struct hc_device *after)
{
    if (before->verdict == after->verdict || after->verdict == HC_DEVICE_UNKNOWN)
        return true;
    return before->verdict == HC_DEVICE_LIMITED && after->verdict == HC_DEVICE_VIABLE && open_reason(after);
}

static bool group_allowed(enum hc_device_verdict before, enum hc_device_verdict after)
{
    return before == after || after == HC_DEVICE_UNKNOWN || (before == HC_DEVICE_LIMITED && after == HC_DEVICE_VIABLE);
}

static bool host_allowed(enum hc_host_passthrough before, enum hc_host_passthrough after)
{
    return before == after || after == HC_HOST_UNKNOWN || (before == HC_HOST_PARTIAL && after == HC_HOST_GOOD);
}

/* Of two values that are known. */
static bool same_value(const struct hc_field *field, const struct hc_cell *a, const struct hc_cell *b)
{
    switch (field->type) {
    case HC_TYPE_FLAG: return a->flag == b->flag;
    case HC_TYPE_NUMBER:
    case HC_TYPE_REGISTER: return a->number == b->number;
    default: return !strcmp(a->text, b->text);
    }
}

static struct hc_text text_of(const struct hc_report *report, enum hc_fact fact)
{
    const char *text = report->facts->cells[fact].text;

    return (struct hc_text){ text ? text : "", text ? strlen(text) : 0 };
}

static bool all_among(struct hc_text words, struct hc_text list)
{
    struct hc_text word;

    while (hc_next_word(&words, &word)) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)word.size, word.at);
        if (!hc_has_word(list, name))
            return false;
    }
    return true;
}

/* Lists of features may lose those of a leaf that the list of unseen leaves then names. */
static bool lost_openly(const struct hc_report *before, const struct hc_report *after, enum hc_fact fact)
{
    const struct hc_text was = text_of(before, HC_FACT_CPUID_FEATURES_UNSEEN);
    const struct hc_text now = text_of(after, HC_FACT_CPUID_FEATURES_UNSEEN);
    const bool named = now.size > was.size && all_among(was, now);

    if (fact == HC_FACT_CPUID_FEATURES || fact == HC_FACT_CPU_BASELINE_EXTRA)
        return named && all_among(text_of(after, fact), text_of(before, fact));
    return fact == HC_FACT_CPUID_FEATURES_UNSEEN && named;
}

static void tell(const char *path, const char *key, const char *change, const char *what, const char *before,
                 const char *after)
{
    if (contradictions++ < 200)
        printf("%s: %s %s: %s was %s and became %s\n", path, key, change, what, before, after);
}

/* What vanishes with its listing is no flip, and neither is a group that loses members so. */
static void compare_devices(const char *path, const char *key, const struct change *change,
                            const struct hc_passthrough *before, const struct hc_passthrough *after)
{
    for (size_t i = 0; i < before->functions.count; i++) {
        const struct hc_device *a = &before->devices[i];
        const char *address = before->functions.list[i].address;
        const size_t now = hc_device_by_address(after, address);
        if (now != HC_NO_DEVICE && !device_allowed(a, &after->devices[now]))
            tell(path, key, change->name, address, hc_device_verdict_name(a->verdict),
                 hc_device_verdict_name(after->devices[now].verdict));
    }
    if (before->functions.count == after->functions.count && !host_allowed(before->host, after->host))
        tell(path, key, change->name, "passthrough", hc_host_passthrough_name(before->host),
             hc_host_passthrough_name(after->host));
}

/* Groups have rising numbers; those of predicted ones say nothing. */
static void compare_groups(const char *path, const char *key, const struct change *change,
                           const struct hc_passthrough *before, const struct hc_passthrough *after)
{
    for (size_t a = 0, b = 0; a < before->group_count && !before->predicted && !after->predicted; a++) {
        const struct hc_device_group *was = &before->groups[a], *is;
        char number[32];
        while (b < after->group_count && after->groups[b].number < was->number)
            b++;
        is = b < after->group_count && after->groups[b].number == was->number ? &after->groups[b] : NULL;
        snprintf(number, sizeof number, "group %llu", (unsigned long long)was->number);
        if (is && is->count == was->count && !group_allowed(was->verdict, is->verdict))
            tell(path, key, change->name, number, hc_device_verdict_name(was->verdict),
                 hc_device_verdict_name(is->verdict));
    }
}

static void compare_techniques(const char *path, const char *key, const struct change *change,
                               const struct hc_techniques *before, const struct hc_techniques *after)
{
    for (size_t i = 0; i < before->count; i++) {
        const enum hc_tri was = before->list[i].state, is = after->list[i].state;
        if (was != HC_UNKNOWN && is != HC_UNKNOWN && was != is)
            tell(path, key, change->name, before->list[i].name, hc_state_word(was), hc_state_word(is));
    }
}

/* An item that is known in both has the same points, and with less known there are fewer; but a guest that cannot be
   told any more counts like a machine. */
static void compare_scores(const char *path, const char *key, const struct change *change, bool guest_kept,
                           const struct hc_suitability *before, const struct hc_suitability *after)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct hc_score_item *was = &before->items[i], *is = &after->items[i];
        if ((guest_kept && is->points > was->points) || (was->known && is->known && is->points != was->points))
            tell(path, key, change->name, was->id, was->because, is->because);
    }
    if (before->sure && after->sure && strcmp(before->prefer, after->prefer) != 0)
        tell(path, key, change->name, "suitability", before->prefer, after->prefer);
}

static void compare(const char *path, const char *key, const struct change *change, const struct hc_report *before,
                    const struct hc_report *after)
{
    if (!strcmp(key, "ioctl:kvm:prove") && change->answer == HC_NOT_RECORDED)
        return; /* that is a scan without --prove: a weaker question, not a missing answer */
    for (size_t i = 0; i < before->rating_count; i++)
        if (!allowed(&before->ratings[i], &after->ratings[i]))
            tell(path, key, change->name, before->ratings[i].profile->id, hc_verdict_name(before->ratings[i].verdict),
                 hc_verdict_name(after->ratings[i].verdict));
    compare_devices(path, key, change, before->passthrough, after->passthrough);
    compare_groups(path, key, change, before->passthrough, after->passthrough);
    compare_techniques(path, key, change, before->techniques, after->techniques);
    compare_scores(path, key, change, hc_word_of(after->facts, HC_HOST_ROLE) != NULL, &before->suitability,
                   &after->suitability);
    for (int f = 0; f < HC_FACTS; f++) {
        const struct hc_cell *a = &before->facts->cells[f], *b = &after->facts->cells[f];
        const struct hc_field *field = hc_fact_field((enum hc_fact)f);
        if (a->known && b->known && !same_value(field, a, b) && !lost_openly(before, after, (enum hc_fact)f))
            tell(path, key, change->name, field->key, "one value", "another");
    }
}

/* A report that can be read again, and the texts that a person sees. */
static void render(const struct hc_report *report)
{
    struct hc_json_doc doc;
    struct hc_json_error error;
    char *json = hc_render_report(report, true),
         *text = hc_render_screen(report, (struct hc_terminal){ .color = true });

    if (!json || !text || !hc_json_parse(&doc, (struct hc_text){ json, strlen(json) }, &error)) {
        fprintf(stderr, "a report is no JSON\n");
        exit(1);
    }
    hc_json_free(&doc);
    free(json);
    free(text);
}

/* Every n-th key from first on: a part of the sweep, where the whole takes too long. */
static void sweep(const char *path, size_t first, size_t every)
{
    struct hc_source *recorded = load(path);
    struct hc_report *before = report_of(changed(recorded, recorded->count, &changes[0]));

    for (size_t i = first; i < recorded->count; i += every)
        for (int c = 0; c < CHANGES; c++) {
            struct hc_report *after = report_of(changed(recorded, i, &changes[c]));
            if (changes[c].may_differ)
                render(after);
            else
                compare(path, recorded->log[i]->key, &changes[c], before, after);
            hc_report_free(after);
        }
    hc_report_free(before);
    hc_source_free(recorded);
}

int main(int argc, char **argv)
{
    int from = argc > 2 && !strcmp(argv[1], "--every") ? 3 : 1;
    size_t every = from == 3 ? strtoul(argv[2], NULL, 10) : 1;

    if (!every)
        return 2;
    for (int i = from; i < argc; i++) /* not the same questions of each */
        sweep(argv[i], (size_t)i % every, every);
    printf("%d recordings, %zu scans, %zu contradictions\n", argc - from, scans, contradictions);
    return contradictions || argc <= from;
}
