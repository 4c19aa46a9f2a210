/* What the host does with its devices, and how groups of many are judged, from tables put by hand. */
#include "check.h"
#include "device_groups.h"
#include "device_rules.h"
#include "device_uses.h"
#include "report.h"
#include "scan.h"
#include "tables.h"

#include <string.h>

static const struct hc_reply ok = { .key = "file:/x", .answer = HC_OK, .bytes = "" };
static const struct hc_reply denied = { .key = "file:/y", .answer = HC_DENIED, .bytes = "" };

static void text(struct hc_facts *facts, struct hc_table_row *row, int column, const char *value)
{
    hc_cell_text(facts, row, column, value ? &ok : &denied,
                 (struct hc_text){ value ? value : "", value ? strlen(value) : 0 });
}

static struct hc_table_row *function(struct hc_facts *facts, const char *address, const char *class_code,
                                     const char *driver)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_PCI, &ok);

    text(facts, row, HC_COL_PCI_ADDRESS, address);
    text(facts, row, HC_COL_PCI_CLASS, class_code);
    text(facts, row, HC_COL_PCI_DRIVER, driver);
    text(facts, row, HC_COL_PCI_PARENT, "");
    text(facts, row, HC_COL_PCI_PHYSFN, "");
    hc_cell_number(facts, row, HC_COL_PCI_HEADER, &ok, 0);
    return row;
}

/* NULL: not known. */
static void interface(struct hc_facts *facts, const char *name, const char *pci, const char *master, const char *lower,
                      bool route)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, &ok);

    text(facts, row, HC_COL_NET_NAME, name);
    text(facts, row, HC_COL_NET_PCI, pci);
    text(facts, row, HC_COL_NET_KIND, "ethernet");
    text(facts, row, HC_COL_NET_MASTER, master);
    text(facts, row, HC_COL_NET_LOWER, lower);
    hc_cell_flag(facts, row, HC_COL_NET_DEFAULT_ROUTE, &ok, route);
    hc_cell_flag(facts, row, HC_COL_NET_SESSION, &ok, false);
}

static void disk(struct hc_facts *facts, const char *name, const char *pci, const char *uses)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_BLOCK, &ok);

    text(facts, row, HC_COL_BLOCK_NAME, name);
    text(facts, row, HC_COL_BLOCK_PCI, pci);
    text(facts, row, HC_COL_BLOCK_USES, uses);
}

static struct hc_facts *three_cards(struct hc_scan *scan)
{
    struct hc_facts *facts = &scan->facts;

    hc_put_table(facts, HC_TABLE_PCI, &ok);
    function(facts, "0000:01:00.0", "020000", "igb");
    function(facts, "0000:02:00.0", "020000", "igb");
    function(facts, "0000:03:00.0", "010802", "nvme");
    function(facts, "0000:04:00.0", "010802", "");
    function(facts, "0000:05:00.0", "030000", "amdgpu");
    return facts;
}

/* The route goes over a VLAN on a bridge on a bond: both of its cards carry it. */
static void path_through_a_stack(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    interface(facts, "eth0", "0000:01:00.0", "bond0", "", false);
    interface(facts, "eth1", "0000:02:00.0", "bond0", "", false);
    interface(facts, "bond0", "", "br0", "", false);
    interface(facts, "br0", "", "", "", false);
    interface(facts, "br0.7", "", "", "br0", true);
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[0].path == HC_YES && uses[1].path == HC_YES && uses[2].path == HC_NO);
    CHECK(uses[0].other_wired == HC_YES && uses[2].wired == HC_NO && !strcmp(uses[0].interfaces, "eth0"));
    hc_scan_free(scan);
}

/* Masters that are each other's masters end; what stands on nobody knows what leaves every card open. */
static void stacks_that_lie(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    interface(facts, "eth0", "0000:01:00.0", "", "", false);
    interface(facts, "a", "", "b", "b a", false);
    interface(facts, "b", "", "a", NULL, true);
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[0].path == HC_UNKNOWN && uses[4].path == HC_NO);
    hc_scan_free(scan);
}

/* Whether there is another wired interface is open for what is not known of the other, not of one's own. */
static void kind_not_known(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    interface(facts, "eth0", "0000:01:00.0", "", "", true);
    interface(facts, "eth1", "0000:02:00.0", "", "", false);
    facts->tables[HC_TABLE_NET].first->next->cells[HC_COL_NET_KIND] = (struct hc_cell){ .why = &denied };
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[0].other_wired == HC_UNKNOWN && uses[0].other_wired_why == &denied && uses[0].wired == HC_YES);
    CHECK(uses[1].other_wired == HC_YES && uses[1].wired == HC_UNKNOWN && uses[1].wired_why == &denied);
    hc_scan_free(scan);
}

/* A card without an interface here may have it in another network namespace; a free one has none. */
static void interface_elsewhere(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    function(facts, "0000:06:00.0", "020000", "");
    function(facts, "0000:07:00.0", "020000", "vfio-pci");
    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    interface(facts, "eth0", "0000:01:00.0", "", "", true);
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[0].path == HC_YES && uses[0].other_wired == HC_UNKNOWN);
    CHECK(uses[1].path == HC_UNKNOWN && uses[1].path_why == &ok && uses[1].wired == HC_UNKNOWN);
    CHECK(uses[2].path == HC_NO && uses[5].path == HC_NO && uses[6].path == HC_NO);
    hc_scan_free(scan);
}

/* Every answer reads as part of a sentence; an ok one is no reason by itself. */
static void open_words(void)
{
    const struct hc_reply cut = { .key = "pciconf:0000:01:00.0", .answer = HC_DENIED, .error = "only 64 bytes" };
    struct hc_arena arena = { .blocks = NULL };

    CHECK(!strcmp(hc_report_why_open(&arena, &denied), "denied: file:/y"));
    CHECK(!strcmp(hc_report_why_open(&arena, &cut), "denied (only 64 bytes): pciconf:0000:01:00.0"));
    CHECK(!strcmp(hc_report_why_open(&arena, &ok), "what it rests on was read and does not settle it: file:/x"));
    hc_arena_free(&arena);
}

/* A disk in use that is nobody knows where: open for what may carry disks and has a driver. */
static void disks_nobody_knows_where(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    disk(facts, "sdx", NULL, "mounted");
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[2].disk == HC_UNKNOWN && uses[2].disk_why == &denied && uses[3].disk == HC_NO);
    CHECK(uses[4].disk == HC_NO);
    disk(facts, "nvme0n1", "0000:03:00.0", "mounted root");
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[2].disk == HC_YES && !strcmp(uses[2].disks, "nvme0n1 (mounted root)"));
    hc_scan_free(scan);
}

/* Tables that may not be read are no empty ones. */
static void tables_denied(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = three_cards(scan);
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_NET, &denied);
    hc_put_table(facts, HC_TABLE_BLOCK, &denied);
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    CHECK(uses[0].path == HC_UNKNOWN && uses[0].wired == HC_UNKNOWN && uses[1].other_wired == HC_UNKNOWN);
    CHECK(uses[2].disk == HC_UNKNOWN && uses[4].disk == HC_NO && uses[4].path == HC_NO);
    hc_scan_free(scan);
}

static void drivers_that_share(void)
{
    static const struct {
        const char *driver;
        enum hc_tri holds;
    } rows[] = { { "igb", HC_YES },     { "", HC_NO },        { "pcieport", HC_NO },      { "pci-stub", HC_NO },
                 { "vfio-pci", HC_NO }, { NULL, HC_UNKNOWN }, { "mlx5_vfio_pci", HC_NO }, { "virtio-pci", HC_YES } };
    struct hc_scan *scan = hc_scan_empty();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_function f = { .row = function(&scan->facts, "0000:00:01.0", "020000", rows[i].driver) };
        CHECK(hc_host_holds(&f) == rows[i].holds);
    }
    hc_scan_free(scan);
}

/* What is open and only limits leaves a device viable; what is open and blocks leaves it open. */
static void open_rules(void)
{
    struct hc_subject s = { .vendor = 0x8086, .device = 0x1533, .class_code = 0x020000 };
    struct hc_judgement j;

    for (int i = 0; i < HC_INPUTS; i++)
        s.is[i] = HC_NO;
    s.is[HC_IN_RESET] = HC_YES;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_VIABLE && !j.count); /* no interrupt at all */
    s.is[HC_IN_PIN] = HC_UNKNOWN;
    s.why[HC_IN_PIN] = &denied;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_VIABLE && j.count == 1 && j.held[0].open && j.held[0].why == &denied);
    s.is[HC_IN_BROKEN_INTX] = HC_YES; /* listed because of its line */
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_LIMITED);
    s.is[HC_IN_BROKEN_INTX] = HC_NO;
    s.is[HC_IN_PIN] = HC_YES;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_LIMITED && !strcmp(j.held[0].rule->id, "PT-INTX"));
    s.is[HC_IN_MSI] = HC_UNKNOWN;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_VIABLE && j.sure == HC_DEVICE_LIMITED && j.count == 1 && j.held[0].open);
    s.is[HC_IN_DIRECT] = HC_UNKNOWN;
    s.why[HC_IN_DIRECT] = &denied;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_UNKNOWN && j.sure == HC_DEVICE_NOT_POSSIBLE && j.at_best == HC_DEVICE_VIABLE);
    CHECK(!strcmp(j.held[0].rule->id, "PT-RMRR") && j.held[0].why == &denied);
    s.is[HC_IN_DISK] = HC_YES;
    hc_judge_device(&s, &j);
    CHECK(j.verdict == HC_DEVICE_NEVER && j.count == 1);
}

static bool told(uint16_t vendor, uint16_t device, uint32_t class_code, const char *rule)
{
    struct hc_subject s = { .vendor = vendor, .device = device, .class_code = class_code };
    struct hc_judgement j;

    for (int i = 0; i < HC_INPUTS; i++)
        s.is[i] = HC_NO;
    hc_judge_device(&s, &j);
    for (size_t i = 0; i < j.count; i++)
        if (!strcmp(j.held[i].rule->id, rule))
            return true;
    return false;
}

/* First, last and odd ones of the kernel's tables, and neighbors that are not in them. */
static void ids(void)
{
    CHECK(told(0x8086, 0x4949, 0x0b4000, "PT-VARIANT") && !told(0x8086, 0x4948, 0x0b4000, "PT-VARIANT"));
    CHECK(told(0x15b3, 0x101e, 0x020000, "PT-VARIANT") && !told(0x15b3, 0x101d, 0x020000, "PT-VARIANT"));
    CHECK(told(0x1014, 0x04ed, 0x000000, "PT-VARIANT") && told(0x10de, 0x31c2, 0x030200, "PT-VARIANT"));
    CHECK(told(0x8086, 0x1616, 0x030000, "PT-MDEV") && told(0x8086, 0x9bc4, 0x030000, "PT-MDEV"));
    CHECK(told(0x8086, 0x5a85, 0x030000, "PT-MDEV") && told(0x8086, 0x87ca, 0x030000, "PT-MDEV"));
    CHECK(!told(0x8086, 0x3185, 0x030000, "PT-MDEV") && !told(0x8086, 0x9a49, 0x030000, "PT-MDEV"));
    CHECK(!told(0x8086, 0x1616, 0x020000, "PT-MDEV") && told(0x102b, 0x053a, 0x030000, "PT-BMCVGA"));
}

/* pci NULL: not known. */
static void keyboard(struct hc_facts *facts, const char *name, const char *kinds, const char *pci, bool program)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_INPUT, &ok);

    text(facts, row, HC_COL_INPUT_NAME, name);
    text(facts, row, HC_COL_INPUT_KINDS, kinds);
    text(facts, row, HC_COL_INPUT_PCI, pci);
    hc_cell_flag(facts, row, HC_COL_INPUT_VIRTUAL, &ok, program);
}

/* Two USB controllers; what is said of the first and of the second, and of a network card. */
static void keyboards_are(struct hc_scan *scan, enum hc_tri first, enum hc_tri second, int line)
{
    struct hc_facts *facts = &scan->facts;
    struct hc_functions functions;
    const struct hc_uses *uses;

    hc_put_table(facts, HC_TABLE_PCI, &ok);
    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    function(facts, "0000:01:00.0", "0c0330", "xhci_hcd");
    function(facts, "0000:02:00.0", "0c0330", "xhci_hcd");
    function(facts, "0000:03:00.0", "020000", "igb");
    CHECK(hc_functions_of(facts, facts->arena, &functions));
    uses = hc_uses_of(facts, &functions, facts->arena);
    if (uses[0].keyboard != first || uses[1].keyboard != second || uses[2].keyboard != HC_NO) {
        printf("%s:%d: %d %d %d\n", __FILE__, line, uses[0].keyboard, uses[1].keyboard, uses[2].keyboard);
        failures++;
    }
    hc_scan_free(scan);
}

static struct hc_facts *inputs_of(struct hc_scan *scan)
{
    hc_put_table(&scan->facts, HC_TABLE_INPUT, &ok);
    return &scan->facts;
}

static void only_keyboard(void)
{
    struct hc_scan *scan = hc_scan_empty();

    keyboard(inputs_of(scan), "Keys", "keyboard keys", "0000:01:00.0", false);
    keyboard(&scan->facts, "Keys, too", "keyboard keys", "0000:01:00.0", false); /* one with two interfaces */
    keyboard(&scan->facts, "Button", "keys", "", false);
    keyboard(&scan->facts, "Program", "keyboard keys", "", true);
    keyboards_are(scan, HC_YES, HC_NO, __LINE__);
    scan = hc_scan_empty(); /* another one elsewhere */
    keyboard(inputs_of(scan), "Keys", "keyboard keys", "0000:01:00.0", false);
    keyboard(&scan->facts, "AT", "keyboard keys", "", false);
    keyboards_are(scan, HC_NO, HC_NO, __LINE__);
    scan = hc_scan_empty(); /* nobody knows where the other one is, or whether it is one */
    keyboard(inputs_of(scan), "Keys", "keyboard keys", "0000:01:00.0", false);
    keyboard(&scan->facts, "Odd", NULL, "", false);
    keyboards_are(scan, HC_UNKNOWN, HC_NO, __LINE__);
    scan = hc_scan_empty();
    keyboard(inputs_of(scan), "Keys", "keyboard keys", NULL, false);
    keyboards_are(scan, HC_UNKNOWN, HC_UNKNOWN, __LINE__);
    scan = hc_scan_empty(); /* none at all */
    inputs_of(scan);
    keyboards_are(scan, HC_NO, HC_NO, __LINE__);
    scan = hc_scan_empty(); /* nobody may look */
    hc_put_table(&scan->facts, HC_TABLE_INPUT, &denied);
    keyboards_are(scan, HC_UNKNOWN, HC_UNKNOWN, __LINE__);
}

int main(void)
{
    only_keyboard();
    path_through_a_stack();
    stacks_that_lie();
    kind_not_known();
    interface_elsewhere();
    open_words();
    disks_nobody_knows_where();
    tables_denied();
    drivers_that_share();
    open_rules();
    ids();
    return checked();
}
