/* Devices and groups for a person. */
#include "conclude.h"
#include "device_words.h"
#include "names.h"
#include "paper.h"
#include "render_passthrough.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

/* Columns of the overview: whose group, the verdict, the device. */
enum { VERDICT = 13, DEVICE = 32, LABEL = 19, NAME_MOST = 200, TOLD_MOST = 32, BRIDGES_SHOWN = 4 };
/* Columns of one device in full. */
enum { FULL = 13, REASON = 6 };

static const enum hc_ink inks[HC_DEVICE_VERDICTS] = {
    [HC_DEVICE_VIABLE] = HC_GOOD,      [HC_DEVICE_LIMITED] = HC_WARN, [HC_DEVICE_AFTER_FIXES] = HC_WARN,
    [HC_DEVICE_NOT_POSSIBLE] = HC_BAD, [HC_DEVICE_NEVER] = HC_BAD,    [HC_DEVICE_UNKNOWN] = HC_WARN,
};
static const enum hc_ink host_inks[] = {
    [HC_HOST_NONE] = HC_BAD,  [HC_HOST_AFTER_FIXES] = HC_WARN, [HC_HOST_PARTIAL] = HC_WARN,
    [HC_HOST_GOOD] = HC_GOOD, [HC_HOST_UNKNOWN] = HC_WARN,
};

struct sheet {
    const struct hc_report *report;
    const struct hc_passthrough *p;
    struct hc_paper paper;
    struct hc_names *names;      /* NULL: none wanted */
    const char *told[TOLD_MOST]; /* what to do, as it was told for other devices */
    size_t told_count;
};

/* NULL: there was no memory for it, and finish() tells. */
static const char *clean(struct sheet *s, const char *text)
{
    return text ? hc_clean(s->report->arena, text) : "";
}

static const struct hc_function *function_of(const struct sheet *s, size_t device)
{
    return &s->p->functions.list[s->p->devices[device].function];
}

static const char *address_of(struct sheet *s, size_t device)
{
    return clean(s, function_of(s, device)->address);
}

/* ---- words ---- */

static const char *cell(struct sheet *s, const struct hc_function *f, int column)
{
    const struct hc_cell *c = &f->row->cells[column];

    return c->known && c->text && *c->text ? clean(s, c->text) : NULL;
}

static const char *name_of(struct sheet *s, const struct hc_function *f, char *room)
{
    const char *name =
        s->names && f->vendor ? hc_device_name(s->names, f->vendor, f->device_id, room, NAME_MOST) : NULL;

    return name ? clean(s, name) : "";
}

/* "Ethernet, driver e1000e, 8086:15bb" */
static const char *kind_text(struct sheet *s, size_t device)
{
    const struct hc_function *f = function_of(s, device);
    const struct hc_cell *driver = &f->row->cells[HC_COL_PCI_DRIVER];
    const char *held = cell(s, f, HC_COL_PCI_DRIVER), *text;
    char ids[16] = "";

    if (f->vendor)
        snprintf(ids, sizeof ids, ", %04x:%04x", (unsigned)f->vendor, (unsigned)f->device_id);
    text = hc_print(s->report->arena, "%s, %s%s%s", hc_device_kind(f, s->p->devices[device].bridge),
                    held            ? "driver "
                    : driver->known ? "no driver"
                                    : "driver not known",
                    held ? held : "", ids);
    return text ? text : "";
}

/* Commands stand behind "root: " with semicolons between them: each on a line of its own, whole, as it is typed. */
static void put_commands(struct sheet *s, size_t indent, const char *commands)
{
    while (*commands) {
        const char *end = strstr(commands, "; ");
        size_t size = end ? (size_t)(end - commands) : strlen(commands);
        const char *line = hc_copy(s->report->arena, commands, size);
        hc_write(&s->paper, "%*s%s\n", (int)indent, "", line ? clean(s, line) : "");
        commands += end ? size + 2 : size;
    }
}

/* What to do, behind an arrow. */
static void put_change(struct sheet *s, size_t indent, const char *change)
{
    static const char by_root[] = "s root: ";
    const char *commands = strstr(change, by_root), *text = change;

    if (!*change)
        return;
    if (commands) {
        commands += sizeof by_root - 1;
        text = hc_copy(s->report->arena, change, (size_t)(commands - change) - 1);
    }
    hc_write(&s->paper, "%*s-> ", (int)indent, "");
    hc_wrap(&s->paper, indent + 3, indent + 3, text ? clean(s, text) : "");
    if (commands)
        put_commands(s, indent + 3, commands);
}

/* What is wrong, from the cursor on, and what to do. */
static void put_words(struct sheet *s, const struct hc_words *words, size_t column, size_t indent)
{
    hc_wrap(&s->paper, column, indent, clean(s, words->wrong));
    put_change(s, indent, words->change ? words->change : "");
}

/* ---- the host ---- */

static size_t counted(const struct hc_passthrough *p)
{
    size_t all = 0;

    for (int v = 0; v < HC_DEVICE_VERDICTS; v++)
        all += p->counts[v];
    return all;
}

/* ", 3 after fixes" where there are some. */
static const char *with_count(struct hc_arena *arena, const char *text, size_t count, const char *format)
{
    char piece[64];
    const char *longer;

    if (!count || !text)
        return text;
    snprintf(piece, sizeof piece, "%zu %s", count, format);
    longer = hc_print(arena, "%s, %s", text, piece);
    return longer ? longer : text;
}

/* "2 of 9 devices can go to a guest now (1 with limits), 3 after fixes, 4 never: this host needs them" */
static const char *counts_text(const struct hc_report *report)
{
    const struct hc_passthrough *p = report->passthrough;
    struct hc_arena *arena = report->arena;
    size_t all = counted(p), limited = p->counts[HC_DEVICE_LIMITED], now = p->counts[HC_DEVICE_VIABLE] + limited;
    const char *devices = all == 1 ? "device" : "devices", *text;

    if (now)
        text = hc_print(arena, "%zu of %zu %s can go to a guest now", now, all, devices);
    else
        text = hc_print(arena, "none of %zu %s can go to a guest now", all, devices);
    if (limited && text)
        text = hc_print(arena, "%s (%zu with limits)", text, limited);
    text = with_count(arena, text, p->counts[HC_DEVICE_AFTER_FIXES], "after fixes");
    text = with_count(arena, text, p->counts[HC_DEVICE_NOT_POSSIBLE], "not at all");
    text = with_count(arena, text, p->counts[HC_DEVICE_UNKNOWN], "cannot be told");
    text = with_count(arena, text, p->counts[HC_DEVICE_NEVER],
                      p->counts[HC_DEVICE_NEVER] == 1 ? "must stay: this host needs it"
                                                      : "must stay: this host needs them");
    return text ? text : "";
}

/* "2 of 9 devices now, 3 after fixes, 4 must stay" */
static const char *short_counts(const struct hc_report *report)
{
    const struct hc_passthrough *p = report->passthrough;
    struct hc_arena *arena = report->arena;
    const size_t all = counted(p), limited = p->counts[HC_DEVICE_LIMITED], now = p->counts[HC_DEVICE_VIABLE] + limited;
    const char *devices = all == 1 ? "device" : "devices";
    const char *text = now ? hc_print(arena, "%zu of %zu %s now", now, all, devices)
                           : hc_print(arena, "none of %zu %s now", all, devices);

    if (limited && text)
        text = hc_print(arena, "%s (%zu with limits)", text, limited);
    text = with_count(arena, text, p->counts[HC_DEVICE_AFTER_FIXES], "after fixes");
    text = with_count(arena, text, p->counts[HC_DEVICE_NOT_POSSIBLE], "not at all");
    text = with_count(arena, text, p->counts[HC_DEVICE_UNKNOWN], "not known");
    text = with_count(arena, text, p->counts[HC_DEVICE_NEVER], "must stay");
    return text ? text : "";
}

const char *hc_passthrough_short(const struct hc_report *report)
{
    const struct hc_passthrough *p = report->passthrough;
    const char *text;

    if (!p->functions.known || !counted(p))
        return hc_passthrough_line(report);
    text = hc_print(report->arena, "%s: %s", hc_host_passthrough_name(p->host), short_counts(report));
    return text ? text : "";
}

const char *hc_passthrough_line(const struct hc_report *report)
{
    const struct hc_passthrough *p = report->passthrough;
    const char *text;

    if (hc_on_macos(report->facts))
        return "none: macOS gives no PCI device to a guest";
    if (!p->functions.known)
        return "cannot tell: the PCI devices of this host are not known";
    if (!counted(p))
        return "there are no PCI devices";
    text = hc_print(report->arena, "%s: %s", hc_host_passthrough_name(p->host), counts_text(report));
    return text ? text : "";
}

static void label(struct sheet *s, const char *text)
{
    hc_write(&s->paper, "%-*s", LABEL, text);
}

/* The first thing that the host needs, or that a device needs where the host is ready. */
static bool first_words(struct sheet *s, struct hc_words *words)
{
    const struct hc_rating *rating = hc_report_rating(s->report, "vfio");
    const struct hc_outcome *outcome;

    if (rating && hc_report_reasons(rating, &outcome, 1)) {
        bool hard = outcome->requirement->level == HC_HARD;
        if (hard && (outcome->result == HC_RESULT_FAIL || rating->verdict == HC_VERDICT_UNKNOWN)) {
            *words = hc_report_words(s->report, outcome);
            return true;
        }
    }
    for (size_t d = 0; d < s->p->functions.count; d++)
        for (size_t i = 0; i < s->p->devices[d].reason_count; i++) {
            const struct hc_device_reason *r = &s->p->devices[d].reasons[i];
            if (!s->p->devices[d].bridge && !r->open && r->effect == HC_EFFECT_AFTER_FIXES) {
                *words = r->words;
                return true;
            }
        }
    return false;
}

static void unknown_table(struct sheet *s)
{
    const struct hc_reply *why = s->report->facts->tables[HC_TABLE_PCI].why;

    if (!why)
        return;
    label(s, "");
    hc_wrap(&s->paper, LABEL, LABEL,
            clean(s, hc_print(s->report->arena, "%s: %s. %s", hc_answer_name(why->answer), why->key, hc_hint(why))));
}

/* Its name stands in the words of a group. */
static bool lacks_acs(const struct sheet *s)
{
    for (size_t g = 0; g < s->p->group_count; g++)
        if (s->p->groups[g].count > 1 && strstr(s->p->groups[g].joined, "ACS"))
            return true;
    return false;
}

/* A split that the hardware does not make is told before anybody relies on a group. */
static void on_paper(struct sheet *s)
{
    size_t groups = 0;

    for (size_t g = 0; g < s->p->group_count; g++)
        groups += s->p->groups[g].on_paper;
    if (!groups)
        return;
    hc_ink(&s->paper, HC_BAD, "%-*s", LABEL, "Not kept apart");
    hc_wrap(
        &s->paper, LABEL, LABEL,
        clean(s, hc_print(
                     s->report->arena,
                     "%zu %s split by pcie_acs_override on the kernel command line, not by the hardware: what is in %s "
                     "can reach devices of others.",
                     groups, groups == 1 ? "group is" : "groups are", groups == 1 ? "it" : "them")));
}

static void head(struct sheet *s)
{
    struct hc_words words;

    hc_ink(&s->paper, HC_BOLD, "%-*s", LABEL, "PCI passthrough");
    if (!s->p->functions.known || !counted(s->p)) {
        hc_wrap(&s->paper, LABEL, LABEL, hc_passthrough_line(s->report));
        unknown_table(s);
        return;
    }
    hc_ink(&s->paper, host_inks[s->p->host], "%s", hc_host_passthrough_name(s->p->host));
    hc_write(&s->paper, ": ");
    hc_wrap(&s->paper, LABEL + strlen(hc_host_passthrough_name(s->p->host)) + 2, LABEL, counts_text(s->report));
    if (first_words(s, &words)) {
        label(s, s->p->host == HC_HOST_UNKNOWN ? "To settle first" : "To do first");
        put_words(s, &words, LABEL, LABEL);
        if (words.see && *words.see)
            hc_write(&s->paper, "%*ssee: %s\n", LABEL, "", clean(s, words.see));
    }
    label(s, "Groups");
    hc_wrap(&s->paper, LABEL, LABEL, "devices are kept apart by group only: all of a group go to the same guest.");
    if (lacks_acs(s)) {
        label(s, "ACS");
        hc_wrap(
            &s->paper, LABEL, LABEL,
            "Access Control Services: by them a port or a card keeps its devices apart; without, they share a group.");
    }
    on_paper(s);
    if (s->p->predicted) {
        hc_ink(&s->paper, HC_WARN, "%-*s", LABEL, "Prediction");
        hc_wrap(&s->paper, LABEL, LABEL,
                "the IOMMU is off, so there are no groups yet. Those below would form if it were on; the verdicts rest "
                "on them.");
    }
}

/* ---- the overview ---- */

/* The worst that an open reason of a device could do. */
static enum hc_effect worst_open(const struct hc_device *d)
{
    enum hc_effect worst = HC_EFFECT_INFO;

    for (size_t i = 0; i < d->reason_count; i++)
        if (d->reasons[i].open && d->reasons[i].effect > worst)
            worst = d->reasons[i].effect;
    return worst;
}

/* Whether a reason decides the verdict; where there is none yet, whether its answer would. */
static bool decides(const struct hc_device *d, const struct hc_device_reason *r)
{
    static const enum hc_effect effects[HC_DEVICE_VERDICTS] = {
        [HC_DEVICE_LIMITED] = HC_EFFECT_LIMITED,
        [HC_DEVICE_AFTER_FIXES] = HC_EFFECT_AFTER_FIXES,
        [HC_DEVICE_NOT_POSSIBLE] = HC_EFFECT_NOT_POSSIBLE,
        [HC_DEVICE_NEVER] = HC_EFFECT_NEVER,
    };

    if (d->verdict == HC_DEVICE_UNKNOWN)
        return r->open && r->effect != HC_EFFECT_INFO && r->effect == worst_open(d);
    return d->verdict != HC_DEVICE_VIABLE && !r->open && r->effect == effects[d->verdict];
}

/* What stands at the head is not told again for each device, and what is offered in its place always is. */
static bool worth_telling(const struct hc_device *d, const struct hc_device_reason *r)
{
    if (!strcmp(r->rule, "PT-HOST"))
        return false;
    return decides(d, r) || !strcmp(r->rule, "PT-SRIOV-BETTER") || !strcmp(r->rule, "PT-MDEV");
}

/* The same advice for many devices stands at the first of them; what is to be typed names its device. */
static bool told_before(struct sheet *s, const char *change)
{
    for (size_t i = 0; i < s->told_count; i++)
        if (!strcmp(s->told[i], change))
            return true;
    if (s->told_count < TOLD_MOST)
        s->told[s->told_count++] = change;
    return false;
}

static bool says(const struct hc_device *d, const struct hc_device_reason *wanted)
{
    for (size_t i = 0; i < d->reason_count; i++)
        if (!strcmp(d->reasons[i].words.wrong, wanted->words.wrong) && worth_telling(d, &d->reasons[i]))
            return true;
    return false;
}

/* Without the words behind that stand with the group. */
static const char *without(struct sheet *s, const char *text, const char *joined)
{
    size_t size = strlen(text), cut = strlen(joined);
    const char *shorter = NULL;

    if (cut && size > cut && !strcmp(text + size - cut, joined))
        shorter = hc_copy(s->report->arena, text, size - cut);
    return shorter ? shorter : text;
}

/* Reasons of a device. In a group that is told of, joined are its words, and before is the member that came before,
   whose words are not told again; else "" and NULL. */
static void short_reasons(struct sheet *s, const struct hc_device *d, const struct hc_device *before,
                          const char *joined)
{
    for (size_t i = 0; i < d->reason_count; i++) {
        const struct hc_device_reason *r = &d->reasons[i];
        struct hc_words words = r->words;
        if (!worth_telling(d, r) || (before && says(before, r)))
            continue;
        if (words.change && told_before(s, words.change))
            words.change = NULL;
        words.wrong = without(s, words.wrong, joined);
        hc_write(&s->paper, "%*s", DEVICE + 2, "");
        put_words(s, &words, DEVICE + 2, DEVICE + 2);
        if (r->open)
            return; /* one open question is enough here: the others stand with the device in full */
    }
}

/* Address, kind and name, from the cursor on. */
static void device_text(struct sheet *s, size_t device)
{
    const char *address = address_of(s, device), *kind = kind_text(s, device);
    char room[NAME_MOST];
    const char *name = name_of(s, function_of(s, device), room);

    hc_ink(&s->paper, HC_BOLD, "%s", address);
    hc_write(&s->paper, "  ");
    hc_wrap(&s->paper, DEVICE + strlen(address) + 2, DEVICE + 2,
            clean(s, hc_print(s->report->arena, "%s%s%s", kind, *name ? ", " : "", name)));
}

static void verdict_word(struct sheet *s, enum hc_device_verdict verdict)
{
    hc_ink(&s->paper, inks[verdict], "%-*s", DEVICE - VERDICT, hc_device_verdict_name(verdict));
}

static const char *group_label(struct sheet *s, const struct hc_device_group *g)
{
    const char *text =
        hc_print(s->report->arena, g->predicted ? "would be %llu" : "group %llu", (unsigned long long)g->number);

    return text ? text : "";
}

static void alone(struct sheet *s, const char *group, size_t device)
{
    const struct hc_device *d = &s->p->devices[device];

    hc_write(&s->paper, "%-*s", VERDICT, group);
    verdict_word(s, d->verdict);
    device_text(s, device);
    short_reasons(s, d, NULL, "");
}

/* What holds them together. */
static void group_words(struct sheet *s, const struct hc_device_group *g, size_t devices)
{
    const char *text = hc_print(s->report->arena, "%zu %s%s%s%s%s%s", devices, devices == 1 ? "device" : "devices",
                                devices == 1 ? "" : " that go together", *g->joined ? ": " : "", g->joined,
                                *g->others ? " With them: " : "", g->others);

    hc_wrap(&s->paper, DEVICE, DEVICE, text ? clean(s, text) : "");
}

/* In a line, and not all of very many. */
static void bridges_line(struct sheet *s, const struct hc_device_group *g, size_t bridges)
{
    size_t shown = 0;

    if (!bridges)
        return;
    hc_write(&s->paper, "%*s", DEVICE, "");
    hc_ink(&s->paper, HC_DIM, bridges == 1 ? "bridge" : "bridges");
    for (size_t i = 0; i < g->count && shown < BRIDGES_SHOWN; i++)
        if (s->p->devices[g->members[i]].bridge)
            hc_ink(&s->paper, HC_DIM, "%s %s", shown++ ? "," : "", address_of(s, g->members[i]));
    if (shown < bridges)
        hc_ink(&s->paper, HC_DIM, ", %zu more", bridges - shown);
    hc_ink(&s->paper, HC_DIM, ", left with the host");
    hc_write(&s->paper, "\n");
}

static void together(struct sheet *s, const struct hc_device_group *g, size_t devices)
{
    const struct hc_device *before = NULL;

    hc_write(&s->paper, "%-*s", VERDICT, group_label(s, g));
    verdict_word(s, g->verdict);
    group_words(s, g, devices);
    bridges_line(s, g, g->count - devices);
    for (size_t i = 0; i < g->count; i++) {
        const struct hc_device *d = &s->p->devices[g->members[i]];
        if (d->bridge)
            continue;
        hc_write(&s->paper, "%*s", VERDICT, "");
        verdict_word(s, d->verdict);
        device_text(s, g->members[i]);
        short_reasons(s, d, before, g->joined);
        before = d;
    }
}

/* Bridges beside at most one device are left out: returns how many. */
static size_t put_group(struct sheet *s, const struct hc_device_group *g)
{
    size_t devices = 0, only = 0;

    for (size_t i = 0; i < g->count; i++)
        if (!s->p->devices[g->members[i]].bridge) {
            devices++;
            only = g->members[i];
        }
    if (devices > 1 || *g->others) {
        together(s, g, devices);
        return 0;
    }
    if (devices)
        alone(s, group_label(s, g), only);
    return g->count - devices;
}

static void overview(struct sheet *s)
{
    size_t left_out = 0;

    head(s);
    hc_write(&s->paper, "\n");
    for (size_t g = 0; g < s->p->group_count; g++)
        left_out += put_group(s, &s->p->groups[g]);
    for (size_t d = 0; d < s->p->functions.count; d++) {
        if (s->p->devices[d].group != HC_NO_GROUP)
            continue;
        if (s->p->devices[d].bridge)
            left_out++;
        else
            alone(s, "no group", d);
    }
    if (left_out)
        hc_ink(&s->paper, HC_DIM, "%*s%zu %s left out: %s with the host.\n", DEVICE, "", left_out,
               left_out == 1 ? "bridge is" : "bridges are", left_out == 1 ? "it stays" : "they stay");
    if (counted(s->p))
        hc_write(&s->paper, "\nhostcap passthrough DEVICE tells all of a device: its path, its reset, what to type.\n");
}

/* ---- one device in full ---- */

static void row(struct sheet *s, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    hc_write(&s->paper, "  %-*s", FULL - 2, name);
    hc_wrap(&s->paper, FULL, FULL, clean(s, text));
}

static void full_verdict(struct sheet *s, const struct hc_device *d)
{
    hc_write(&s->paper, "  %-*s", FULL - 2, "Verdict");
    if (d->bridge) {
        hc_write(&s->paper, "a bridge: it stays with the host and is not counted\n");
        return;
    }
    hc_ink(&s->paper, inks[d->verdict], "%s", hc_device_verdict_name(d->verdict));
    if (d->verdict == HC_DEVICE_UNKNOWN)
        hc_write(&s->paper, ": between %s and %s", hc_device_verdict_name(d->sure), hc_device_verdict_name(d->at_best));
    hc_write(&s->paper, "\n");
}

/* What isolates at a port that has others below: the kernel may know of some that do without. */
static const char *acs_text(const struct hc_function *f)
{
    if (f->acs == HC_UNKNOWN || (f->port_type != HC_PORT_ROOT && f->port_type != HC_PORT_DOWNSTREAM))
        return "";
    return f->acs == HC_YES ? ", with ACS" : ", without ACS";
}

/* "0000:00:01.0 (root port, with ACS) > 0000:01:00.0": no deeper than buses can be. */
static const char *path_text(struct sheet *s, const struct hc_function *f)
{
    const char *path = f->address;

    for (int depth = 0; f->parent != HC_NO_FUNCTION && depth < 256; depth++) {
        f = &s->p->functions.list[f->parent];
        path = hc_print(s->report->arena, "%s (%s%s) > %s", f->address, hc_device_kind(f, true), acs_text(f),
                        path ? path : "");
    }
    return path;
}

static void full_group(struct sheet *s, const struct hc_device *d)
{
    const struct hc_device_group *g = d->group == HC_NO_GROUP ? NULL : &s->p->groups[d->group];
    bool one = g && g->count == 1 && !*g->others;

    if (!g) {
        row(s, "Group", "none");
        return;
    }
    row(s, "Group",
        hc_print(s->report->arena, "%llu%s, %s%s", (unsigned long long)g->number,
                 g->predicted ? " (prediction: the IOMMU is off, and this is what would be)" : "",
                 one ? "alone in it" : "which as a whole is ", one ? "" : hc_device_verdict_name(g->verdict)));
    row(s, "", g->joined);
    row(s, "", *g->others ? hc_print(s->report->arena, "Also in it: %s", g->others) : NULL);
    if (g->on_paper)
        row(s, "", "Split by pcie_acs_override: the hardware does not keep this group apart from others.");
    for (size_t i = 0; i < g->count; i++) {
        const struct hc_device *member = &s->p->devices[g->members[i]];
        if (member == d)
            continue;
        row(s, i ? "" : "",
            hc_print(s->report->arena, "with %s: %s, %s", address_of(s, g->members[i]), kind_text(s, g->members[i]),
                     member->bridge ? "stays with the host" : hc_device_verdict_name(member->verdict)));
    }
}

static void full_reason(struct sheet *s, const struct hc_device_reason *r, size_t number)
{
    size_t column = REASON;

    hc_write(&s->paper, "%4zu. ", number);
    if (r->words.code && *r->words.code) {
        hc_ink(&s->paper, HC_DIM, "%s  ", clean(s, r->words.code));
        column += strlen(r->words.code) + 2;
    }
    put_words(s, &r->words, column, REASON);
    if (r->words.see && *r->words.see)
        hc_write(&s->paper, "%*ssee: %s\n", REASON, "", clean(s, r->words.see));
}

/* How to take a device from its driver is told only where it may be taken: of a disk that the host runs from it would
   be the way to lose it. */
static bool hands_over(const struct hc_device_reason *r)
{
    return !strcmp(r->rule, "PT-DRIVER");
}

struct section {
    const char *title, *besides; /* where the device cannot go anyway */
    enum hc_effect least, most;
    bool open, handing;
};

static void section(struct sheet *s, const struct hc_device *d, const struct section *section)
{
    bool stays = d->verdict == HC_DEVICE_NEVER ||
                 (d->verdict == HC_DEVICE_NOT_POSSIBLE && section->least < HC_EFFECT_NOT_POSSIBLE);
    bool besides = section->besides && stays;
    size_t number = 0;

    for (size_t i = 0; i < d->reason_count; i++) {
        const struct hc_device_reason *r = &d->reasons[i];
        if (r->open != section->open || r->effect < section->least || r->effect > section->most ||
            hands_over(r) != section->handing)
            continue;
        if (!number++)
            hc_write(&s->paper, "\n  %s\n", besides ? section->besides : section->title);
        full_reason(s, r, number);
    }
}

static void full_reasons(struct sheet *s, const struct hc_device *d)
{
    static const struct section sections[] = {
        { "It must stay with the host:", NULL, HC_EFFECT_NEVER, HC_EFFECT_NEVER, false, false },
        { "In the way:", "Besides, in the way:", HC_EFFECT_NOT_POSSIBLE, HC_EFFECT_NOT_POSSIBLE, false, false },
        { "Not known:", NULL, HC_EFFECT_LIMITED, HC_EFFECT_NEVER, true, false },
        { "To do, in this order:", "Besides, it would need:", HC_EFFECT_AFTER_FIXES, HC_EFFECT_AFTER_FIXES, false,
          false },
        { "Works, but:", "Besides, it would be limited:", HC_EFFECT_LIMITED, HC_EFFECT_LIMITED, false, false },
        { "To hand it over:", NULL, HC_EFFECT_INFO, HC_EFFECT_NEVER, false, true },
        { "Good to know:", NULL, HC_EFFECT_INFO, HC_EFFECT_INFO, false, false },
        { "Not known either:", NULL, HC_EFFECT_INFO, HC_EFFECT_INFO, true, false },
    };
    bool may_go = !d->bridge && d->verdict <= HC_DEVICE_AFTER_FIXES;

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (may_go || !sections[i].handing)
            section(s, d, &sections[i]);
    if (may_go && d->group != HC_NO_GROUP && s->p->groups[d->group].count > 1)
        hc_write(&s->paper, "\n  Hand over every device of its group before a guest starts; bridges stay.\n");
}

static void full(struct sheet *s, size_t device)
{
    const struct hc_device *d = &s->p->devices[device];
    const struct hc_function *f = function_of(s, device);
    const char *subvendor = cell(s, f, HC_COL_PCI_SUBVENDOR), *subdevice = cell(s, f, HC_COL_PCI_SUBDEVICE);
    char room[NAME_MOST];
    bool card = subvendor && subdevice && strcmp(subvendor, "0000") != 0;

    hc_ink(&s->paper, HC_BOLD, "%s", address_of(s, device));
    hc_write(&s->paper, "  %s\n", name_of(s, f, room));
    full_verdict(s, d);
    row(s, "Device",
        hc_print(s->report->arena, "%s%s%s%s%s", kind_text(s, device), card ? ", card " : "", card ? subvendor : "",
                 card ? ":" : "", card ? subdevice : ""));
    row(s, "Called", cell(s, f, HC_COL_PCI_LABEL));
    row(s, "Slot", cell(s, f, HC_COL_PCI_SLOT));
    row(s, "Path", path_text(s, f));
    full_group(s, d);
    if (!d->bridge)
        row(s, "Reset", hc_reset_text(d->reset));
    full_reasons(s, d);
}

/* ---- documents ---- */

static char *finish(struct sheet *s)
{
    hc_names_close(s->names);
    s->paper.exhausted = s->paper.exhausted || s->report->arena->exhausted;
    return hc_take(&s->paper);
}

static struct sheet open_sheet(const struct hc_report *report, struct hc_terminal terminal, bool names)
{
    struct sheet s = { .report = report, .p = report->passthrough, .paper = { .terminal = terminal } };

    s.names = names ? hc_names_open() : NULL;
    s.paper.exhausted = names && !s.names;
    return s;
}

char *hc_render_passthrough_text(const struct hc_report *report, const size_t *chosen, size_t count,
                                 struct hc_terminal terminal, bool names)
{
    struct sheet s = open_sheet(report, terminal, names && (count || counted(report->passthrough)));

    if (!count)
        overview(&s);
    for (size_t i = 0; i < count; i++) {
        hc_write(&s.paper, "%s", i ? "\n" : "");
        full(&s, chosen[i]);
    }
    return finish(&s);
}

static const char *value_text(struct sheet *s, const struct hc_field *field, const struct hc_cell *c)
{
    const char *text = NULL;

    if (!c->known)
        text = hc_print(s->report->arena, "? %s", c->why ? hc_answer_name(c->why->answer) : "");
    else if (field->type == HC_TYPE_FLAG)
        text = c->flag ? "yes" : "no";
    else if (field->type == HC_TYPE_NUMBER)
        text = hc_print(s->report->arena, "%llu", (unsigned long long)c->number);
    else if (field->type == HC_TYPE_REGISTER)
        text = hc_print(s->report->arena, "0x%llx", (unsigned long long)c->number);
    else
        text = *c->text ? hc_print(s->report->arena, "%s", c->text) : "-";
    return text ? text : "";
}

/* Cells to which the question does not apply are left out: nobody asked. */
static void cells(struct sheet *s, size_t device)
{
    const struct hc_table_field *table = hc_table_field(HC_TABLE_PCI);
    const struct hc_function *f = function_of(s, device);

    hc_write(&s->paper, "\n  Facts, and the questions that they rest on:\n");
    for (size_t c = 0; c < table->column_count; c++) {
        const struct hc_cell *this = &f->row->cells[c];
        char *value;
        if (!this->known && !this->why)
            continue;
        value = hc_strdup(s->report->arena, value_text(s, &table->columns[c], this));
        for (char *at = value; at && *at; at++)
            *at = *at == '\n' ? ' ' : *at;
        hc_write(&s->paper, "    %-22s %-24s ", table->columns[c].key, value ? clean(s, value) : "");
        hc_ink(&s->paper, HC_DIM, "%s", this->why ? clean(s, this->why->key) : "");
        hc_write(&s->paper, "\n");
    }
}

char *hc_render_device_text(const struct hc_report *report, size_t device, struct hc_terminal terminal, bool names)
{
    struct sheet s = open_sheet(report, terminal, names);

    full(&s, device);
    cells(&s, device);
    return finish(&s);
}
