/* Devices and groups as JSON. */
#include "render_passthrough.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

static void add_reasons(struct hc_json_doc *doc, struct hc_json *object, const struct hc_device *device)
{
    static const char *const effects[] = {
        [HC_EFFECT_INFO] = "info",
        [HC_EFFECT_LIMITED] = "limited",
        [HC_EFFECT_AFTER_FIXES] = "after fixes",
        [HC_EFFECT_NOT_POSSIBLE] = "not possible",
        [HC_EFFECT_NEVER] = "never",
    };
    struct hc_json *list = hc_json_add_array(doc, object, "reasons");

    for (size_t i = 0; i < device->reason_count; i++) {
        const struct hc_device_reason *r = &device->reasons[i];
        struct hc_json *reason = hc_json_add_object(doc, list, NULL);
        hc_json_add_string(doc, reason, "rule", r->rule);
        hc_json_add_string(doc, reason, "code", r->words.code);
        hc_json_add_string(doc, reason, "effect", effects[r->effect]);
        hc_json_add_flag(doc, reason, "open", r->open);
        hc_json_add_string(doc, reason, "text", r->words.wrong);
        hc_json_add_string(doc, reason, "fix", r->words.change);
        hc_json_add_string(doc, reason, "verify", r->words.see);
    }
}

static void add_device(struct hc_json_doc *doc, struct hc_json *object, const struct hc_passthrough *p,
                       const struct hc_device *device)
{
    struct hc_json *between;

    hc_json_add_string(doc, object, "address", p->functions.list[device->function].address);
    hc_json_add_flag(doc, object, "bridge", device->bridge);
    if (device->group == HC_NO_GROUP)
        hc_json_add_null(doc, object, "group");
    else
        hc_json_add_number(doc, object, "group", p->groups[device->group].number);
    hc_json_add_string(doc, object, "verdict", hc_device_verdict_name(device->verdict));
    if (device->verdict == HC_DEVICE_UNKNOWN) {
        between = hc_json_add_array(doc, object, "between");
        hc_json_add_string(doc, between, NULL, hc_device_verdict_name(device->sure));
        hc_json_add_string(doc, between, NULL, hc_device_verdict_name(device->at_best));
    } else {
        hc_json_add_null(doc, object, "between");
    }
    if (device->reset)
        hc_json_add_string(doc, object, "reset", device->reset);
    else
        hc_json_add_null(doc, object, "reset");
    add_reasons(doc, object, device);
}

/* A list separated by blanks; text is cut into words in a copy. */
static void add_words(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *text)
{
    struct hc_json *list = hc_json_add_array(doc, parent, key);
    struct hc_text rest = { text, strlen(text) }, word;

    while (hc_next_word(&rest, &word))
        hc_json_add_text(doc, list, NULL, word);
}

static void add_group(struct hc_json_doc *doc, struct hc_json *list, const struct hc_passthrough *p,
                      const struct hc_device_group *group)
{
    struct hc_json *object = hc_json_add_object(doc, list, NULL), *devices;

    hc_json_add_number(doc, object, "number", group->number);
    hc_json_add_flag(doc, object, "predicted", group->predicted);
    hc_json_add_string(doc, object, "verdict", hc_device_verdict_name(group->verdict));
    devices = hc_json_add_array(doc, object, "devices");
    for (size_t i = 0; i < group->count; i++)
        hc_json_add_string(doc, devices, NULL, p->functions.list[group->members[i]].address);
    add_words(doc, object, "others", group->others);
    hc_json_add_string(doc, object, "joined", group->joined);
    hc_json_add_flag(doc, object, "on_paper", group->on_paper);
}

static void add_counts(struct hc_json_doc *doc, struct hc_json *object, const struct hc_passthrough *p)
{
    static const char *const keys[HC_DEVICE_VERDICTS] = { "viable",       "limited", "viable_after_fixes",
                                                          "not_possible", "never",   "cannot_tell" };
    struct hc_json *counts = hc_json_add_object(doc, object, "counts");

    for (int v = 0; v < HC_DEVICE_VERDICTS; v++)
        hc_json_add_number(doc, counts, keys[v], p->counts[v]);
}

/* chosen: a mark for each device; NULL: all. Groups that have none of the chosen are left out. */
static void add_all(struct hc_json_doc *doc, struct hc_json *root, const struct hc_passthrough *p, const bool *chosen,
                    const bool *chosen_group)
{
    struct hc_json *object = hc_json_add_object(doc, root, "passthrough"), *list;

    hc_json_add_string(doc, object, "verdict", hc_host_passthrough_name(p->host));
    hc_json_add_flag(doc, object, "predicted", p->predicted);
    add_counts(doc, object, p);
    list = hc_json_add_array(doc, object, "groups");
    for (size_t g = 0; g < p->group_count; g++)
        if (!chosen_group || chosen_group[g])
            add_group(doc, list, p, &p->groups[g]);
    list = hc_json_add_array(doc, object, "devices");
    for (size_t i = 0; i < p->functions.count; i++)
        if (!chosen || chosen[i])
            add_device(doc, hc_json_add_object(doc, list, NULL), p, &p->devices[i]);
}

static char *finish(const struct hc_report *report, struct hc_json_doc *doc)
{
    char *text = report->arena->exhausted ? NULL : hc_json_print(doc);

    hc_json_free(doc);
    return text;
}

void hc_add_passthrough(struct hc_json_doc *doc, struct hc_json *root, const struct hc_report *report)
{
    add_all(doc, root, report->passthrough, NULL, NULL);
}

char *hc_render_passthrough_json(const struct hc_report *report, const size_t *chosen, size_t count)
{
    const struct hc_passthrough *p = report->passthrough;
    bool *devices = hc_alloc(report->arena, p->functions.count + 1);
    bool *groups = hc_alloc(report->arena, p->group_count + 1);
    struct hc_json_doc doc;
    struct hc_json *root;

    if (!devices || !groups)
        return NULL;
    root = hc_json_new(&doc);
    for (size_t i = 0; i < count; i++) {
        devices[chosen[i]] = true;
        if (p->devices[chosen[i]].group != HC_NO_GROUP)
            groups[p->devices[chosen[i]].group] = true;
    }
    add_all(&doc, root, p, count ? devices : NULL, count ? groups : NULL);
    return finish(report, &doc);
}

char *hc_render_device_json(const struct hc_report *report, size_t device)
{
    const struct hc_passthrough *p = report->passthrough;
    struct hc_json_doc doc;
    struct hc_json *root = hc_json_new(&doc);

    hc_json_add_string(&doc, root, "id", p->functions.list[device].address);
    hc_json_add_string(&doc, root, "kind", "device");
    add_device(&doc, root, p, &p->devices[device]);
    return finish(report, &doc);
}
