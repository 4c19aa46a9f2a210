/* Devices and groups as text, from verdicts that are given: what a person must find there, and must not. */
#include "check.h"
#include "names.h"
#include "render_passthrough.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { DEVICES = 7, MANY = 10000 };

static const struct hc_device_reason host_off = {
    .rule = "PT-HOST",
    .effect = HC_EFFECT_AFTER_FIXES,
    .words = { "DEV_HOST", "The host is not ready.", "Fix the host first.", "hostcap check vfio" },
};
static const struct hc_device_reason held = {
    .rule = "PT-SRIOV-PF",
    .effect = HC_EFFECT_AFTER_FIXES,
    .words = { "DEV_HELD", "Its virtual functions are on.",
               "Give those, or switch them off, as root: echo 0 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs; echo "
               "1",
               "lspci -k" },
};
static const struct hc_device_reason bound = {
    .rule = "PT-DRIVER",
    .effect = HC_EFFECT_INFO,
    .words = { "DEV_BOUND", "The driver nouveau holds it.", "As root: echo unbind", "" },
};
static const struct hc_device_reason disk = {
    .rule = "PT-SAFE-DISK",
    .effect = HC_EFFECT_NEVER,
    .words = { "DEV_DISK", "This host runs from it: / is on nvme0n1p2.", "", "findmnt /" },
};
static const struct hc_device_reason together = {
    .rule = "PT-GROUP",
    .effect = HC_EFFECT_LIMITED,
    .words = { "DEV_GROUP", "The whole group must go to the guest.", "Use another slot.", "" },
};
static const struct hc_device_reason offer = {
    .rule = "PT-SRIOV-BETTER",
    .effect = HC_EFFECT_INFO,
    .words = { "DEV_VFS", "It can have 8 virtual functions.", "echo 8 > sriov_numvfs", "" },
};
static const struct hc_device_reason unread = {
    .rule = "PT-RESET-NONE",
    .effect = HC_EFFECT_LIMITED,
    .open = true,
    .words = { NULL, "Whether it can be reset is not known.", "Run as root.", "" },
};

static const struct {
    const char *address, *vendor, *device, *driver;
    uint32_t class_code;
    int group;
    bool bridge;
    enum hc_device_verdict verdict;
    const struct hc_device_reason *reasons[3];
    size_t reason_count;
} hosts[DEVICES] = {
    { "0000:00:01.0", "8086", "1901", "pcieport", 0x060400, 0, true, HC_DEVICE_NOT_POSSIBLE, { NULL }, 0 },
    { "0000:00:02.0", "8086", "3e92", "i915", 0x030000, 1, false, HC_DEVICE_VIABLE, { NULL }, 0 },
    { "0000:01:00.0",
      "10de",
      "1b80",
      "nouveau",
      0x030000,
      2,
      false,
      HC_DEVICE_AFTER_FIXES,
      { &host_off, &held, &bound },
      3 },
    { "0000:01:00.1", "10de", "10f0", "", 0x040300, 2, false, HC_DEVICE_LIMITED, { &together }, 1 },
    { "0000:02:00.0", "144d", "a808", "nvme", 0x010802, 3, false, HC_DEVICE_NEVER, { &disk, &bound }, 2 },
    { "0000:03:00.0", "8086", "1572", "i40e", 0x020000, 4, false, HC_DEVICE_VIABLE, { &offer }, 1 },
    { "0000:04:00.0", "1912", "0014", "xhci_hcd", 0x0c0330, HC_NO_GROUP, false, HC_DEVICE_UNKNOWN, { &unread }, 1 },
};

struct stage {
    struct hc_arena arena;
    struct hc_facts facts;
    struct hc_report report;
    struct hc_passthrough p;
    struct hc_function functions[DEVICES];
    struct hc_device devices[DEVICES];
    struct hc_device_reason reasons[DEVICES][3];
    struct hc_device_group groups[5];
    size_t members[5][3];
};

static const struct hc_reply seen = { .key = "file:/sys/bus/pci/devices/X", .answer = HC_OK, .bytes = "" };
static const struct hc_reply denied = { .key = "file:/sys/bus/pci/devices/Y", .answer = HC_DENIED, .bytes = "" };

static void put_function(struct stage *t, size_t i)
{
    struct hc_table_row *row = hc_add_row(&t->facts, HC_TABLE_PCI, &seen);

    hc_cell_text(&t->facts, row, HC_COL_PCI_ADDRESS, &seen,
                 (struct hc_text){ hosts[i].address, strlen(hosts[i].address) });
    hc_cell_text(&t->facts, row, HC_COL_PCI_DRIVER, &seen,
                 (struct hc_text){ hosts[i].driver, strlen(hosts[i].driver) });
    hc_cell_flag(&t->facts, row, HC_COL_PCI_FLR, &denied, false);
    t->functions[i] = (struct hc_function){ .row = row,
                                            .address = hosts[i].address,
                                            .vendor = (uint16_t)strtoul(hosts[i].vendor, NULL, 16),
                                            .device_id = (uint16_t)strtoul(hosts[i].device, NULL, 16),
                                            .class_code = hosts[i].class_code,
                                            .port_type = hosts[i].bridge ? HC_PORT_ROOT : HC_PORT_ENDPOINT,
                                            .header = hosts[i].bridge,
                                            .acs = hosts[i].bridge ? HC_NO : HC_UNKNOWN,
                                            .parent = i == 2 || i == 3 ? 0 : HC_NO_FUNCTION };
}

static void put_device(struct stage *t, size_t i)
{
    struct hc_device_group *g = hosts[i].group == HC_NO_GROUP ? NULL : &t->groups[hosts[i].group];

    for (size_t r = 0; r < hosts[i].reason_count; r++)
        t->reasons[i][r] = *hosts[i].reasons[r];
    t->devices[i] = (struct hc_device){ .function = i,
                                        .group = hosts[i].group,
                                        .bridge = hosts[i].bridge,
                                        .verdict = hosts[i].verdict,
                                        .sure = HC_DEVICE_NOT_POSSIBLE,
                                        .at_best = HC_DEVICE_VIABLE,
                                        .reasons = t->reasons[i],
                                        .reason_count = hosts[i].reason_count,
                                        .reset = "flr" };
    t->p.counts[hosts[i].verdict] += !hosts[i].bridge;
    if (!g)
        return;
    g->members = t->members[hosts[i].group];
    t->members[hosts[i].group][g->count++] = i;
    g->number = (uint64_t)hosts[i].group + 10;
    g->others = "";
    g->joined = g->count > 1 ? "Nothing keeps the functions of slot 0000:01:00 apart." : "";
    g->verdict = hosts[i].verdict;
}

static void set_stage(struct stage *t)
{
    *t = (struct stage){ .facts = { .arena = NULL } };
    t->facts.arena = &t->arena;
    hc_put_table(&t->facts, HC_TABLE_PCI, &seen);
    for (size_t i = 0; i < DEVICES; i++) {
        put_function(t, i);
        put_device(t, i);
    }
    t->p.functions = (struct hc_functions){ .known = true, .list = t->functions, .count = DEVICES };
    t->p.devices = t->devices;
    t->p.groups = t->groups;
    t->p.group_count = 5;
    t->p.host = HC_HOST_PARTIAL;
    t->report = (struct hc_report){ .facts = &t->facts, .arena = &t->arena, .passthrough = &t->p };
}

static size_t times(const char *text, const char *word)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        n++;
    return n;
}

static bool has_line(const char *text, const char *a, const char *b)
{
    for (const char *at = text, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        const char *x = strstr(at, a), *y = strstr(at, b);
        if (x && x < end && y && y < end)
            return true;
    }
    return false;
}

static void overview(struct stage *t)
{
    char *text = hc_render_passthrough_text(&t->report, NULL, 0, (struct hc_terminal){ .color = false }, false);

    CHECK(text && strstr(text, "partial: 3 of 6 devices can go to a guest now (1 with limits), 1 after fixes, 1\n"));
    CHECK(times(text, "The host is not ready.") == 1); /* at the head, not with the device */
    CHECK(has_line(text, "group 11 ", "0000:00:02.0") && has_line(text, "group 11 ", "viable"));
    CHECK(has_line(text, "group 12 ", "2 devices that go together: Nothing keeps"));
    CHECK(strstr(text, "  echo 0 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs\n"));
    CHECK(!strstr(text, "echo unbind"));
    CHECK(has_line(text, "never", "0000:02:00.0") && strstr(text, "This host runs from it"));
    CHECK(strstr(text, "It can have 8 virtual functions."));
    CHECK(has_line(text, "no group", "cannot tell") && strstr(text, "Run as root."));
    CHECK(!strstr(text, "0000:00:01.0") && strstr(text, "1 bridge is left out"));
    CHECK(!strstr(text, "rediction") && !strchr(text, '\033'));
    if (getenv("HOSTCAP_SHOW"))
        puts(text);
    free(text);
}

static void predicted(struct stage *t)
{
    char *text;

    t->p.predicted = true;
    t->groups[1].predicted = true;
    text = hc_render_passthrough_text(&t->report, NULL, 0, (struct hc_terminal){ .color = true }, false);
    CHECK(text && strstr(text, "Prediction") && strstr(text, "would be 11") && strstr(text, "\033[38;5;28m"));
    free(text);
}

static void split_on_paper(struct stage *t)
{
    char *text;

    t->groups[0].on_paper = t->groups[1].on_paper = true; /* of a bridge alone, and of a device */
    text = hc_render_passthrough_text(&t->report, NULL, 0, (struct hc_terminal){ .color = false }, false);
    CHECK(text && strstr(text, "2 groups are split by pcie_acs_override") && !strstr(text, "0 devices"));
    free(text);
}

static void in_full(struct stage *t)
{
    const size_t gpu = 2, both[] = { 4, 0 };
    char *text = hc_render_device_text(&t->report, gpu, (struct hc_terminal){ .color = false }, false);

    CHECK(text && has_line(text, "Path", "0000:00:01.0 (root port, without ACS) > 0000:01:00.0"));
    CHECK(strstr(text, "with 0000:01:00.1: audio, no driver, 10de:10f0, limited"));
    CHECK(strstr(text, "DEV_HOST") && strstr(text, "see: lspci -k"));
    CHECK(strstr(text, "switch them off, as root:\n         echo 0 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs\n"
                       "         echo 1\n"));
    CHECK(strstr(text, "To hand it over:") && strstr(text, "         echo unbind\n"));
    CHECK(has_line(text, "driver", "nouveau") && has_line(text, "flr", "? denied"));
    CHECK(has_line(text, "driver", "file:/sys/bus/pci/devices/X"));
    if (getenv("HOSTCAP_SHOW"))
        puts(text);
    free(text);
    text = hc_render_passthrough_text(&t->report, both, 2, (struct hc_terminal){ .color = false }, false);
    CHECK(text && strstr(text, "a bridge: it stays") && !strstr(text, "file:/sys"));
    CHECK(strstr(text, "must stay with the host:") && !strstr(text, "echo unbind")); /* the host's disk */
    free(text);
}

/* Each in a line, in a time that no test would notice. */
static void many(struct stage *t)
{
    struct hc_device *devices = calloc(MANY, sizeof *devices);
    struct hc_device_group *groups = calloc(MANY, sizeof *groups);
    size_t *members = calloc(MANY, sizeof *members);
    char *text = NULL;

    for (size_t i = 0; devices && groups && members && i < MANY; i++) {
        members[i] = i;
        devices[i] = (struct hc_device){ .function = i % DEVICES, .group = (int)i, .verdict = HC_DEVICE_VIABLE };
        groups[i] = (struct hc_device_group){ .number = i, .members = &members[i], .count = 1, .others = "" };
        groups[i].joined = "";
    }
    t->p.devices = devices;
    t->p.groups = groups;
    t->p.group_count = MANY;
    if (devices && groups && members)
        text = hc_render_passthrough_text(&t->report, NULL, 0, (struct hc_terminal){ .color = false }, true);
    CHECK(text && times(text, "\ngroup ") == MANY);
    free(text);
    free(members);
    free(groups);
    free(devices);
}

/* What the host says of itself cannot steer a terminal. */
static void hostile(struct stage *t)
{
    static const char *const bad = "\033[31mred\xff";
    char *text;

    t->groups[2].joined = bad;
    t->functions[2].address = bad;
    t->devices[4].reset = bad;
    hc_cell_text(&t->facts, hc_add_row(&t->facts, HC_TABLE_PCI, &seen), HC_COL_PCI_DRIVER, &seen,
                 (struct hc_text){ bad, strlen(bad) });
    t->functions[4].row = t->functions[3].row->next;
    for (size_t i = 0; i < 2; i++) {
        const size_t chosen[] = { 2, 4 };
        text = hc_render_passthrough_text(&t->report, chosen, i ? 2 : 0, (struct hc_terminal){ .color = false }, false);
        CHECK(text && !strchr(text, '\033') && !strchr(text, '\xff') && strstr(text, "?[31mred?"));
        free(text);
    }
}

static void unknown(struct stage *t)
{
    char *text;

    t->p.functions = (struct hc_functions){ .known = false };
    memset(t->p.counts, 0, sizeof t->p.counts);
    t->facts.tables[HC_TABLE_PCI].why = &denied;
    t->p.group_count = 0;
    text = hc_render_passthrough_text(&t->report, NULL, 0, (struct hc_terminal){ .color = false }, true);
    CHECK(text && strstr(text, "cannot tell: the PCI devices of this host are not known") && strstr(text, "denied"));
    free(text);
    t->p.functions.known = true;
    CHECK(!strcmp(hc_passthrough_line(&t->report), "there are no PCI devices"));
}

/* Where this machine has a file of names, Intel and Red Hat are in it; where it has none, nothing is known. */
static void names(void)
{
    struct hc_names *names = hc_names_open();
    char text[200], small[8];

    CHECK(names != NULL);
    for (int again = 0; names && again < 2; again++) {
        const char *intel = hc_device_name(names, 0x8086, 0x1572, text, sizeof text);
        CHECK(!intel || !strcmp(intel, "Intel Corporation Ethernet Controller X710 for 10GbE SFP+"));
        CHECK(!intel || !strcmp(hc_device_name(names, 0x8086, 0xfffe, text, sizeof text), "Intel Corporation"));
        CHECK(!intel || !strcmp(hc_device_name(names, 0x1af4, 0x1041, text, sizeof text),
                                "Red Hat, Inc. Virtio 1.0 network device"));
        CHECK(!intel || !strcmp(hc_device_name(names, 0x8086, 0x1572, small, sizeof small), "Intel C"));
        CHECK(!intel || !strncmp(hc_device_name(names, 0x1022, 0x1450, text, sizeof text), "AMD ", 4));
        CHECK(!hc_device_name(names, 0x0000, 0x0001, text, sizeof text));
    }
    hc_names_close(names);
}

int main(void)
{
    static void (*const tests[])(struct stage * t) = { overview, predicted, split_on_paper, in_full,
                                                       many,     hostile,   unknown };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        struct stage t;
        set_stage(&t);
        tests[i](&t);
        hc_arena_free(&t.arena);
    }
    names();
    return checked();
}
