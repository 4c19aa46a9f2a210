/* The kernel's grouping on composed trees of PCI functions, and the quirks of ids. */
#include "check.h"
#include "pci_quirks.h"
#include "predict.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

/* ---- composing ---- */

enum { NO_ACS = 0, ACS_UNREAD = -1, GROUPS_MAX = 256 };
#define ACS_ALL 0x1d /* SV RR CR UF */

/* A function; what is left out: 8086:1234, an endpoint of one function on a root bus, without ACS. */
struct row {
    const char *address, *parent, *type, *ids, *subsystem, *class_code, *physical, *path;
    bool several;  /* header type bit 7 */
    bool unrooted; /* what is above is not known */
    int cap, ctrl; /* ACS_UNREAD: the space could not be read that far */
};

static void text_cell(struct hc_facts *facts, struct hc_table_row *row, int column, const char *text, size_t size)
{
    static const struct hc_reply ok = { .key = "composed", .answer = HC_OK, .bytes = "" };

    hc_cell_text(facts, row, column, &ok, (struct hc_text){ text, size });
}

static void ids(struct hc_facts *facts, struct hc_table_row *row, int vendor, int device, const char *text)
{
    text_cell(facts, row, vendor, text, 4);
    text_cell(facts, row, device, text + 5, 4);
}

static void acs(struct hc_facts *facts, struct hc_table_row *row, const struct row *r)
{
    static const struct hc_reply ok = { .key = "composed", .answer = HC_OK, .bytes = "" };

    if (r->cap == ACS_UNREAD)
        return;
    hc_cell_flag(facts, row, HC_COL_PCI_ACS, &ok, r->cap != NO_ACS);
    if (r->cap != NO_ACS) {
        hc_cell_number(facts, row, HC_COL_PCI_ACS_CAP, &ok, (uint64_t)r->cap);
        hc_cell_number(facts, row, HC_COL_PCI_ACS_CTRL, &ok, (uint64_t)r->ctrl);
    }
}

static void put_row(struct hc_facts *facts, const struct row *r)
{
    static const struct hc_reply ok = { .key = "composed", .answer = HC_OK, .bytes = "" };
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_PCI, &ok);
    const char *parent = r->parent ? r->parent : "", *physical = r->physical ? r->physical : "";
    const char *type = r->type ? r->type : "endpoint", *class_code = r->class_code ? r->class_code : "020000";

    text_cell(facts, row, HC_COL_PCI_ADDRESS, r->address, strlen(r->address));
    ids(facts, row, HC_COL_PCI_VENDOR, HC_COL_PCI_DEVICE, r->ids ? r->ids : "8086:1234");
    if (r->subsystem)
        ids(facts, row, HC_COL_PCI_SUBVENDOR, HC_COL_PCI_SUBDEVICE, r->subsystem);
    text_cell(facts, row, HC_COL_PCI_CLASS, class_code, strlen(class_code));
    text_cell(facts, row, HC_COL_PCI_REVISION, "01", 2);
    if (!r->unrooted)
        text_cell(facts, row, HC_COL_PCI_PARENT, parent, strlen(parent));
    text_cell(facts, row, HC_COL_PCI_PHYSFN, physical, strlen(physical));
    if (r->path)
        text_cell(facts, row, HC_COL_PCI_PATH, r->path, strlen(r->path));
    if (strcmp(type, "unread") != 0)
        text_cell(facts, row, HC_COL_PCI_PORT_TYPE, type, strlen(type));
    hc_cell_flag(facts, row, HC_COL_PCI_MULTIFUNCTION, &ok, r->several);
    acs(facts, row, r);
}

/* ---- comparing ---- */

enum { IOMMU_OFF = 0, IOMMU_ON = 1, AMD = 2, UNLISTED = 4 };

/* Groups as the index of each function's first fellow, with "?" where it cannot be told: "0 0 2 3?". */
static const char *groups(const struct row *rows, int mode, struct hc_arena *arena, struct hc_prediction *out)
{
    static const struct hc_reply listed = { .key = "composed", .answer = HC_OK, .bytes = "" };
    static const struct hc_reply denied = { .key = "composed", .answer = HC_DENIED, .bytes = "" };
    static char text[GROUPS_MAX];
    struct hc_facts facts = { .arena = arena };
    struct hc_functions functions;
    size_t used = 0;

    hc_put_table(&facts, HC_TABLE_PCI, mode & UNLISTED ? &denied : &listed);
    for (const struct row *r = rows; r->address; r++)
        put_row(&facts, r);
    CHECK(hc_functions_of(&facts, arena, &functions));
    CHECK(hc_predict_groups(&functions, (mode & IOMMU_ON) != 0, (mode & AMD) != 0, arena, out));
    for (size_t i = 0; i < functions.count; i++)
        used += (size_t)snprintf(text + used, GROUPS_MAX - used, "%s%zu%s", i ? " " : "", out->group[i],
                                 out->known[i] == HC_YES ? "" : "?");
    text[used] = 0;
    return text;
}

static void expect(const char *what, const struct row *rows, int mode, const char *wanted)
{
    struct hc_arena arena = { .blocks = NULL };
    struct hc_prediction out;
    const char *got = groups(rows, mode, &arena, &out);

    if (strcmp(got, wanted) != 0) {
        printf("%s: expected %s, got %s\n", what, wanted, got);
        failures++;
    }
    hc_arena_free(&arena);
}

/* Why the function of that index is in its group. */
static void expect_join(const struct row *rows, int mode, size_t index, enum hc_join_kind kind, size_t at)
{
    struct hc_arena arena = { .blocks = NULL };
    struct hc_prediction out;

    groups(rows, mode, &arena, &out);
    if (out.join[index].kind != kind || out.join[index].at != at) {
        printf("%s: joined as %d at %zu\n", rows[index].address, (int)out.join[index].kind, out.join[index].at);
        failures++;
    }
    hc_arena_free(&arena);
}

/* ---- ports ---- */

#define ROOT_PORT(cap_bits, ctrl_bits)                                                                                 \
    {                                                                                                                  \
        .address = "0000:00:01.0", .type = "root port", .cap = cap_bits, .ctrl = ctrl_bits                             \
    }

static void root_ports(void)
{
    static const struct row on[] = { ROOT_PORT(ACS_ALL, ACS_ALL),
                                     { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                     { .address = NULL } };
    static const struct row off[] = { ROOT_PORT(ACS_ALL, 0),
                                      { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                      { .address = NULL } };
    static const struct row without[] = { ROOT_PORT(NO_ACS, 0),
                                          { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                          { .address = NULL } };
    static const struct row wired[] = { ROOT_PORT(0x02, 0),
                                        { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                        { .address = NULL } };

    expect("root port with ACS", on, IOMMU_ON, "0 1");
    expect("root port with ACS off", off, IOMMU_ON, "0 0");
    expect("root port whose ACS the kernel would switch on", off, IOMMU_OFF, "0 1");
    expect("root port without ACS", without, IOMMU_OFF, "0 0");
    for (int bit = 1; bit <= 0x40; bit <<= 1) {
        const struct row rows[] = { ROOT_PORT(0x7f, 0x7f & ~bit),
                                    { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                    { .address = NULL } };
        expect("root port that lacks one bit", rows, IOMMU_ON, bit & ACS_ALL ? "0 0" : "0 1");
    }
    expect("bits that the capability lacks are wired on", wired, IOMMU_ON, "0 1");
    expect_join(without, IOMMU_OFF, 1, HC_JOIN_PORT, 0);
    expect_join(without, IOMMU_OFF, 0, HC_JOIN_PORT, 0);
    expect_join(on, IOMMU_ON, 1, HC_JOIN_NOTHING, HC_NO_FUNCTION);
}

/* A card with a switch: upstream port, two downstream ports, a function below each. */
#define SWITCH(root_acs, down_acs)                                                                                     \
    ROOT_PORT(root_acs, root_acs), { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "upstream port" },   \
        { .address = "0000:02:00.0",                                                                                   \
          .parent = "0000:01:00.0",                                                                                    \
          .type = "downstream port",                                                                                   \
          .cap = down_acs,                                                                                             \
          .ctrl = down_acs },                                                                                          \
        { .address = "0000:02:01.0",                                                                                   \
          .parent = "0000:01:00.0",                                                                                    \
          .type = "downstream port",                                                                                   \
          .cap = down_acs,                                                                                             \
          .ctrl = down_acs },                                                                                          \
        { .address = "0000:03:00.0", .parent = "0000:02:00.0" },                                                       \
    {                                                                                                                  \
        .address = "0000:04:00.0", .parent = "0000:02:01.0"                                                            \
    }

static void switches(void)
{
    static const struct row good[] = { SWITCH(ACS_ALL, ACS_ALL), { .address = NULL } };
    static const struct row bad[] = { SWITCH(ACS_ALL, NO_ACS), { .address = NULL } };
    static const struct row above[] = { SWITCH(NO_ACS, ACS_ALL), { .address = NULL } };
    static const struct row upstream[] = {
        /* a downstream port right below a root port is an upstream port */
        ROOT_PORT(ACS_ALL, ACS_ALL),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "downstream port" },
        { .address = "0000:02:00.0",
          .parent = "0000:01:00.0",
          .type = "downstream port",
          .cap = ACS_ALL,
          .ctrl = ACS_ALL },
        { .address = "0000:03:00.0", .parent = "0000:02:00.0" },
        { .address = NULL }
    };
    static const struct row swapped[] = {
        /* two upstream ports in a row: the second is a downstream port */
        ROOT_PORT(ACS_ALL, ACS_ALL),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "upstream port" },
        { .address = "0000:02:00.0", .parent = "0000:01:00.0", .type = "upstream port" },
        { .address = "0000:03:00.0", .parent = "0000:02:00.0" },
        { .address = NULL }
    };

    expect("two that say they are downstream ports", upstream, IOMMU_ON, "0 1 2 3");
    expect("switch with ACS", good, IOMMU_ON, "0 1 2 3 4 5");
    expect("switch without ACS", bad, IOMMU_ON, "0 1 2 3 2 3");
    expect("switch with ACS below a root port without", above, IOMMU_ON, "0 0 0 0 0 0");
    expect("port that says the opposite of what it is", swapped, IOMMU_ON, "0 1 2 2");
    expect_join(above, IOMMU_ON, 4, HC_JOIN_PORT, 0);
}

/* ---- slots ---- */

static void multifunction(void)
{
    static const struct row card[] = { ROOT_PORT(ACS_ALL, ACS_ALL),
                                       { .address = "0000:01:00.0", .parent = "0000:00:01.0", .several = true },
                                       { .address = "0000:01:00.1", .parent = "0000:00:01.0", .several = true },
                                       { .address = NULL } };
    static const struct row half[] = { { .address = "0000:00:02.0", .several = true, .cap = ACS_ALL },
                                       { .address = "0000:00:02.1", .several = true },
                                       { .address = "0000:00:02.2", .several = true },
                                       { .address = NULL } };
    static const struct row silent[] = { { .address = "0000:00:02.0", .type = "conventional" },
                                         { .address = "0000:00:02.1", .type = "conventional" },
                                         { .address = "0000:00:03.0", .type = "conventional" },
                                         { .address = NULL } };
    static const struct row first_says[] = { { .address = "0000:00:02.0", .several = true },
                                             { .address = "0000:00:02.1" },
                                             { .address = NULL } };
    static const struct row ari[] = { ROOT_PORT(ACS_ALL, ACS_ALL),
                                      { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                      { .address = "0000:01:01.0", .parent = "0000:00:01.0" },
                                      { .address = "0000:01:01.1", .parent = "0000:00:01.0" },
                                      { .address = NULL } };
    static const struct row ports[] = { { .address = "0000:00:1c.0", .type = "root port", .several = true },
                                        { .address = "0000:00:1c.1", .type = "root port", .several = true },
                                        { .address = "0000:01:00.0", .parent = "0000:00:1c.0" },
                                        { .address = "0000:02:00.0", .parent = "0000:00:1c.1" },
                                        { .address = NULL } };

    expect("functions without ACS", card, IOMMU_ON, "0 1 1");
    expect("only function 0 says that there are more", first_says, IOMMU_ON, "0 0");
    expect("functions beyond 7", ari, IOMMU_ON, "0 1 2 2");
    expect("a function with ACS is apart", half, IOMMU_OFF, "0 1 1");
    expect("conventional functions of a slot", silent, IOMMU_ON, "0 0 2");
    expect("root ports without ACS in one slot", ports, IOMMU_ON, "0 0 0 0");
    expect_join(card, IOMMU_ON, 2, HC_JOIN_MULTIFUNCTION, 1);
}

static void integrated(void)
{
    static const struct row intel[] = { { .address = "0000:00:14.0", .type = "integrated endpoint", .several = true },
                                        { .address = "0000:00:14.2", .type = "integrated endpoint", .several = true },
                                        { .address = NULL } };
    static const struct row other[] = {
        { .address = "0000:00:14.0", .type = "integrated endpoint", .several = true, .ids = "1022:1234" },
        { .address = "0000:00:14.2", .type = "integrated endpoint", .several = true, .ids = "1022:1234" },
        { .address = NULL }
    };
    static const struct row collector[] = { { .address = "0000:00:14.0", .type = "event collector", .several = true },
                                            { .address = "0000:00:14.4", .type = "event collector", .several = true },
                                            { .address = NULL } };

    expect("Intel's integrated endpoints", intel, IOMMU_ON, "0 1");
    expect("integrated endpoints of others", other, IOMMU_ON, "0 0");
    expect("event collectors", collector, IOMMU_ON, "0 0");
}

static void southbridge(void)
{
    static const struct row rows[] = {
        { .address = "0000:00:14.0", .type = "conventional", .several = true, .ids = "1002:4385" },
        { .address = "0000:00:14.2", .type = "conventional", .several = true, .ids = "1002:4383" },
        { .address = "0000:00:14.5", .type = "conventional", .several = true, .ids = "1002:4396" },
        { .address = NULL }
    };

    expect("AMD's southbridge with an IVRS", rows, IOMMU_ON | AMD, "0 1 2");
    expect("AMD's southbridge without one", rows, IOMMU_ON, "0 0 0");
    expect("AMD's southbridge whose IOMMU is off", rows, IOMMU_OFF, "0 1 2");
}

/* An IOMMU that is a function of its slot, as of AMD's host bridges. */
static void iommu(void)
{
    static const struct row rows[] = {
        { .address = "0000:00:00.0", .type = "conventional", .several = true, .ids = "1022:1480" },
        { .address = "0000:00:00.2",
          .type = "conventional",
          .several = true,
          .ids = "1022:1481",
          .class_code = "080600" },
        { .address = "0000:00:00.3", .type = "conventional", .several = true, .ids = "1022:1482" },
        { .address = NULL }
    };

    expect("an IOMMU has no group", rows, AMD, "0 1 0");
}

/* ---- bridges ---- */

static void bridges(void)
{
    static const struct row behind[] = {
        ROOT_PORT(ACS_ALL, ACS_ALL),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "PCIe-to-PCI bridge" },
        { .address = "0000:02:00.0", .parent = "0000:01:00.0", .type = "conventional" },
        { .address = "0000:02:01.0", .parent = "0000:01:00.0", .type = "conventional" },
        { .address = NULL }
    };
    static const struct row on_root[] = {
        { .address = "0000:00:1e.0", .type = "conventional" },
        { .address = "0000:01:00.0", .parent = "0000:00:1e.0", .type = "conventional" },
        { .address = "0000:00:1d.0", .type = "conventional" },
        { .address = NULL }
    };
    static const struct row reverse[] = {
        { .address = "0000:00:05.0", .type = "PCI-to-PCIe bridge" },
        { .address = "0000:01:00.0", .parent = "0000:00:05.0", .type = "upstream port" },
        { .address = "0000:02:00.0",
          .parent = "0000:01:00.0",
          .type = "downstream port",
          .cap = ACS_ALL,
          .ctrl = ACS_ALL },
        { .address = "0000:03:00.0", .parent = "0000:02:00.0" },
        { .address = NULL }
    };
    static const struct row thunder[] = {
        /* the bridge where the IOMMU of a ThunderX2 sits, below another */
        { .address = "0000:0f:01.0", .type = "conventional" },
        { .address = "0000:00:01.0", .parent = "0000:0f:01.0", .type = "conventional", .ids = "14e4:9000" },
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "root port", .ids = "177d:af84" },
        { .address = "0000:02:00.0", .parent = "0000:01:00.0" },
        { .address = NULL }
    };

    expect("bridge to conventional PCI", behind, IOMMU_ON, "0 1 1 1");
    expect("conventional bridge on a root bus", on_root, IOMMU_ON, "0 0 2");
    expect("bridge from conventional PCI", reverse, IOMMU_ON, "0 0 0 0");
    expect("no alias above the place of the IOMMU", thunder, IOMMU_ON, "0 0 0 0");
    expect_join(behind, IOMMU_ON, 2, HC_JOIN_BRIDGE, 1);
    expect_join(on_root, IOMMU_ON, 1, HC_JOIN_BRIDGE, 0);
    expect_join(reverse, IOMMU_ON, 3, HC_JOIN_BRIDGE, 0);
    expect_join(thunder, IOMMU_ON, 3, HC_JOIN_PORT, 1);
}

/* ---- virtual functions, VMD ---- */

static void virtual_functions(void)
{
    static const struct row rows[] = {
        ROOT_PORT(ACS_ALL, ACS_ALL),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
        { .address = "0000:01:00.1",
          .parent = "0000:00:01.0",
          .physical = "0000:01:00.0",
          .type = "unread",
          .cap = ACS_UNREAD },
        { .address = "0000:02:00.2", .parent = "0000:00:01.0", .physical = "0000:01:00.0" },
        { .address = NULL }
    };
    static const struct row slot[] = { ROOT_PORT(ACS_ALL, ACS_ALL),
                                       { .address = "0000:01:00.0", .parent = "0000:00:01.0", .several = true },
                                       { .address = "0000:01:00.1", .parent = "0000:00:01.0", .several = true },
                                       { .address = "0000:01:00.2",
                                         .physical = "0000:01:00.0",
                                         .type = "unread",
                                         .unrooted = true,
                                         .cap = ACS_UNREAD },
                                       { .address = NULL } };
    static const struct row open[] = {
        ROOT_PORT(NO_ACS, 0),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
        { .address = "0000:02:00.2", .parent = "0000:00:01.0", .physical = "0000:01:00.0" },
        { .address = NULL }
    };

    expect("a virtual function beside others", slot, IOMMU_ON, "0 1 1 3");
    expect("virtual functions", rows, IOMMU_ON, "0 1 2 3");
    expect("virtual functions below a port without ACS", open, IOMMU_ON, "0 0 0");
}

static void vmd(void)
{
    static const struct row rows[] = {
        { .address = "0000:00:0e.0", .type = "integrated endpoint", .path = "pci0000:00/0000:00:0e.0" },
        { .address = "10000:e0:06.0",
          .type = "root port",
          .cap = ACS_ALL,
          .ctrl = ACS_ALL,
          .path = "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0" },
        { .address = "10000:e1:00.0",
          .parent = "10000:e0:06.0",
          .path = "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0" },
        { .address = "10001:e1:00.0" },
        { .address = NULL }
    };

    expect("behind VMD", rows, IOMMU_ON, "0 0 0 3?");
    expect_join(rows, IOMMU_ON, 2, HC_JOIN_ALIAS, 0);
}

/* ---- quirks ---- */

static void quirk_ports(void)
{
#define BELOW(ids_of_port)                                                                                             \
    {                                                                                                                  \
        { .address = "0000:00:01.0", .type = "root port", .ids = ids_of_port },                                        \
            { .address = "0000:01:00.0", .parent = "0000:00:01.0" },                                                   \
        {                                                                                                              \
            .address = NULL                                                                                            \
        }                                                                                                              \
    }
    static const struct row pch[] = BELOW("8086:8c10"), annapurna[] = BELOW("1c36:0031"), nxp[] = BELOW("1957:8d81"),
                            zhaoxin[] = BELOW("1d17:0710"), spt[] = BELOW("8086:a110");
    static const struct row unlisted[] = {
        { .address = "0000:00:01.0", .type = "root port", .ids = "1d17:0999", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
        { .address = NULL }
    };
    static const struct row functions[] = {
        { .address = "0000:00:02.0", .several = true, .ids = "8086:10c9" },
        { .address = "0000:00:02.1", .several = true, .ids = "8086:10c9" },
        { .address = "0000:00:03.0", .several = true, .ids = "8088:0999", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:00:03.1", .several = true, .ids = "8088:0999", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = NULL }
    };

    expect("Intel PCH", pch, IOMMU_ON, "0 1");
    expect("Annapurna", annapurna, IOMMU_ON, "0 1");
    expect("NXP", nxp, IOMMU_ON, "0 1");
    expect("Zhaoxin", zhaoxin, IOMMU_ON, "0 1");
    expect("a 100-series PCH needs its capability", spt, IOMMU_ON, "0 0");
    expect("a port of Zhaoxin that is not listed", unlisted, IOMMU_ON, "0 0");
    expect("functions by id", functions, IOMMU_ON, "0 1 2 2");
#undef BELOW
}

static void quirk_aliases(void)
{
    static const struct row ricoh[] = {
        { .address = "0000:00:02.0", .several = true, .ids = "1180:e822", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:00:02.3", .several = true, .ids = "1180:e832", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = NULL }
    };
    static const struct row marvell[] = {
        { .address = "0000:00:02.0", .several = true, .ids = "1b4b:9123", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:00:02.1", .several = true, .ids = "1b4b:91a4", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:00:03.0", .ids = "1b4b:9123" },
        { .address = NULL }
    };
    static const struct row adaptec[] = { { .address = "0000:00:01.0" },
                                          { .address = "0000:00:0e.0", .ids = "9005:0285", .subsystem = "9005:02bb" },
                                          { .address = "0000:00:0f.0", .ids = "9005:0285", .subsystem = "9005:0286" },
                                          { .address = "0000:00:10.0", .ids = "9005:0285" },
                                          { .address = NULL } };
    static const struct row phi[] = { { .address = "0000:00:10.0" },
                                      { .address = "0000:00:11.0" },
                                      { .address = "0000:00:12.3" },
                                      { .address = "0000:00:02.0", .ids = "8086:2260" },
                                      { .address = NULL } };
    static const struct row nameless[] = { { .address = "0000:00:10.0", .ids = "ffxx:1234" }, { .address = NULL } };
    static const struct row plx[] = { { .address = "0000:05:00.0", .ids = "10b5:87b0" },
                                      { .address = "0000:05:1f.7", .cap = ACS_ALL, .ctrl = ACS_ALL },
                                      { .address = "0000:06:00.0" },
                                      { .address = NULL } };

    expect("requests of three functions", phi, IOMMU_ON, "0 0 0 0");
    expect("ids that are not known", nameless, IOMMU_ON, "0?");
    expect("requests of function 0", ricoh, IOMMU_ON, "0 0");
    expect("requests of function 1", marvell, IOMMU_ON, "0 0 2");
    expect("requests of a fixed function", adaptec, IOMMU_ON, "0 0 2 3?");
    expect("requests of a whole bus", plx, IOMMU_ON, "0 0 2");
    expect_join(ricoh, IOMMU_ON, 1, HC_JOIN_ALIAS, 0);
}

static void quirk_table(void)
{
    static const struct {
        uint16_t vendor, first, last;
        const char *kinds;
    } rows[] = {
#define DATED(version, date)
#define QUIRK(vendor, first, last, kinds) { vendor, first, last, #kinds },
#include "pci_quirks.def"
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(rows[i].first <= rows[i].last);
        CHECK(!i || rows[i - 1].vendor < rows[i].vendor ||
              (rows[i - 1].vendor == rows[i].vendor && rows[i - 1].last < rows[i].first));
        CHECK(hc_pci_quirks(rows[i].vendor, rows[i].first, 0, 1) && hc_pci_quirks(rows[i].vendor, rows[i].last, 0, 1));
    }
    CHECK(hc_pci_quirks(0x8086, 0x1502, 0x020000, 0) == (HC_QUIRK_NO_FLR | HC_QUIRK_ACS_RCIEP));
    CHECK(hc_pci_quirks(0x10de, 0x237f, 0, 0) == HC_QUIRK_NO_BUS_RESET && !hc_pci_quirks(0x10de, 0x2380, 0, 0));
    CHECK(hc_pci_quirks(0x1002, 0x67df, 0x030000, 0) == (HC_QUIRK_GPU_RESET_BUG | HC_QUIRK_NO_PM_RESET));
    CHECK(hc_pci_quirks(0x1002, 0x67df, 0x038000, 0) == HC_QUIRK_GPU_RESET_BUG);
    CHECK(hc_pci_quirks(0x177d, 0xa100, 0, 0) == (HC_QUIRK_NO_BUS_RESET | HC_QUIRK_ACS_ROOT_PORT));
    CHECK(hc_pci_quirks(0x8086, 0x3405, 0, 0x13) & HC_QUIRK_IR_BROKEN);
    CHECK(hc_pci_quirks(0x8086, 0x3405, 0, 0x22) & HC_QUIRK_IR_BROKEN);
    CHECK(hc_pci_quirks(0x8086, 0x3406, 0, -1) & HC_QUIRK_IR_BROKEN);
    CHECK(!(hc_pci_quirks(0x8086, 0x3406, 0, 0x22) & HC_QUIRK_IR_BROKEN));
    CHECK(!hc_pci_quirks(0xd063, 0x1000, 0, 2) && hc_pci_quirks(0xd063, 0x1000, 0, 1) == HC_QUIRK_NO_FLR);
    CHECK(!hc_pci_quirks(0, 0, UINT32_MAX, -1) && !hc_pci_quirks(0xffff, 0xffff, UINT32_MAX, -1));
    CHECK(strlen(hc_pci_quirks_date()) == 10);
}

/* ---- what is not known ---- */

static void unknown(void)
{
    static const struct row unprivileged[] = {
        { .address = "0000:00:01.0", .type = "unread", .cap = ACS_UNREAD },
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "unread", .cap = ACS_UNREAD },
        { .address = "0000:00:1f.0", .type = "unread", .several = true, .cap = ACS_UNREAD },
        { .address = "0000:00:1f.3", .type = "unread", .several = true, .cap = ACS_UNREAD },
        { .address = "0000:00:02.0", .type = "unread", .cap = ACS_UNREAD },
        { .address = NULL }
    };
    static const struct row sleeping[] = {
        SWITCH(ACS_ALL, ACS_ALL),
        { .address = "0000:00:1c.0", .type = "root port", .cap = ACS_UNREAD },
        { .address = "0000:05:00.0", .parent = "0000:00:1c.0", .type = "unread", .cap = ACS_UNREAD },
        { .address = NULL }
    };
    static const struct row beside[] = { /* one that may belong to the other two makes the three uncertain */
                                         { .address = "0000:00:02.0", .several = true },
                                         { .address = "0000:00:02.1", .several = true },
                                         { .address = "0000:00:02.2", .several = true, .cap = ACS_UNREAD },
                                         { .address = "0000:00:02.3", .several = true, .cap = ACS_ALL },
                                         { .address = NULL }
    };
    static const struct row certain[] = {
        /* the bridge joins them, whatever the port above does */
        { .address = "0000:00:1c.0", .type = "root port", .cap = ACS_UNREAD },
        { .address = "0000:01:00.0", .parent = "0000:00:1c.0", .type = "PCIe-to-PCI bridge" },
        { .address = "0000:02:00.0", .parent = "0000:01:00.0", .type = "conventional" },
        { .address = NULL }
    };
    static const struct row own[] = {
        /* a single function below a port that is known needs nothing of its own */
        ROOT_PORT(ACS_ALL, ACS_ALL),
        { .address = "0000:01:00.0", .parent = "0000:00:01.0", .type = "unread", .cap = ACS_UNREAD },
        { .address = NULL }
    };

    expect("64 bytes of each", unprivileged, IOMMU_OFF, "0? 1? 2? 3? 4");
    expect("a port that sleeps", sleeping, IOMMU_OFF, "0 1 2 3 4 5 6? 7?");
    expect("a function that could not be read", beside, IOMMU_OFF, "0? 0? 2? 3");
    expect("certain in part", certain, IOMMU_OFF, "0? 1? 1?");
    expect("single function that could not be read", own, IOMMU_OFF, "0 1");
    expect("no list", own, UNLISTED, "0? 1?");
}

static void broken_trees(void)
{
    static const struct row ring[] = {
        { .address = "0000:01:00.0", .parent = "0000:02:00.0", .type = "root port", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:02:00.0", .parent = "0000:01:00.0", .type = "root port", .cap = ACS_ALL, .ctrl = ACS_ALL },
        { .address = "0000:03:00.0", .parent = "0000:02:00.0" },
        { .address = "0000:04:00.0", .parent = "0000:04:00.0" },
        { .address = "0000:00:05.0" },
        { .address = NULL }
    };
    static const struct row lost[] = { { .address = "0000:01:00.0", .parent = "0000:00:01.0" },
                                       { .address = "0000:02:00.0", .unrooted = true },
                                       { .address = "0000:03:00.0", .parent = "nonsense" },
                                       { .address = "0000:04:00.0", .physical = "0000:09:00.0" },
                                       { .address = "0000:00:05.0" },
                                       { .address = NULL } };
    static const struct row odd[] = { { .address = "0000:00:20.0" }, /* no such device */
                                      { .address = "0000:00:01.8" },
                                      { .address = "" },
                                      { .address = "0000:00:02.0" },
                                      { .address = "0000:00:02.0" }, /* twice */
                                      { .address = NULL } };

    expect("bridges above each other", ring, IOMMU_ON, "0? 1? 2? 3? 4");
    expect("parents that are not there", lost, IOMMU_ON, "0? 1? 2? 3? 4");
    expect("addresses that are none", odd, IOMMU_ON, "0");
}

/* ---- the tree itself ---- */

static size_t at(const struct hc_functions *functions, const char *address)
{
    return hc_function_at(functions, address, strlen(address));
}

static void tree(void)
{
    static const struct hc_reply ok = { .key = "composed", .answer = HC_OK, .bytes = "" };
    static const struct row rows[] = { { .address = "0000:00:02.1", .several = true },
                                       { .address = "10000:00:02.0" },
                                       { .address = "0000:00:02.0", .class_code = "030000" },
                                       { .address = "0000:01:02.0", .parent = "0000:00:02.1" },
                                       { .address = "0000:00:02.7", .class_code = "080600" } };
    struct hc_arena arena = { .blocks = NULL };
    struct hc_facts facts = { .arena = &arena };
    struct hc_functions f;

    hc_put_table(&facts, HC_TABLE_PCI, &ok);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put_row(&facts, &rows[i]);
    CHECK(hc_functions_of(&facts, &arena, &f) && f.known && f.count == 5);
    CHECK(at(&f, "0000:00:02.1") == 0 && at(&f, "10000:00:02.0") == 1 && at(&f, "0000:00:02.7") == 4);
    CHECK(at(&f, "0000:00:02.2") == HC_NO_FUNCTION && at(&f, "00:02.1") == HC_NO_FUNCTION);
    CHECK(at(&f, "") == HC_NO_FUNCTION && at(&f, "0000:00:02.10") == HC_NO_FUNCTION);
    CHECK(f.list[0].first_in_slot == 0 && f.list[2].first_in_slot == 0 && f.list[4].first_in_slot == 0);
    CHECK(f.list[0].next_in_slot == 2 && f.list[2].next_in_slot == 4 && f.list[4].next_in_slot == HC_NO_FUNCTION);
    CHECK(f.list[1].first_in_slot == 1 && f.list[3].first_in_slot == 3);
    CHECK(f.list[3].parent == 0 && f.list[3].parent_known && f.list[0].parent == HC_NO_FUNCTION);
    CHECK(f.list[2].class_code == 0x030000 && f.list[2].vendor == 0x8086 && f.list[2].device_id == 0x1234);
    CHECK(hc_is_iommu(&f.list[4]) && !hc_is_iommu(&f.list[0]));
    CHECK(f.list[1].domain == 0x10000 && f.list[0].header == -1 && f.list[0].port_type == HC_PORT_ENDPOINT);
    hc_arena_free(&arena);
}

/* Ten thousand ports, each below the one before; closed to a ring, nothing of them is known. */
static void deep(bool ring)
{
    static const struct hc_reply ok = { .key = "composed", .answer = HC_OK, .bytes = "" };
    enum { DEPTH = 10000 };
    struct hc_arena arena = { .blocks = NULL };
    struct hc_facts facts = { .arena = &arena };
    struct hc_functions functions;
    struct hc_prediction out;
    size_t known = 0, alone = 0;

    hc_put_table(&facts, HC_TABLE_PCI, &ok);
    for (unsigned i = 0; i < DEPTH; i++) {
        unsigned above = i ? i - 1 : DEPTH - 1;
        struct row row = { .address = hc_print(&arena, "%04x:%02x:00.0", i >> 8, i & 255),
                           .parent = i || ring ? hc_print(&arena, "%04x:%02x:00.0", above >> 8, above & 255) : NULL,
                           .type = "root port",
                           .cap = ACS_ALL,
                           .ctrl = ACS_ALL };
        put_row(&facts, &row);
    }
    CHECK(hc_functions_of(&facts, &arena, &functions) && functions.count == DEPTH);
    CHECK(hc_predict_groups(&functions, true, false, &arena, &out));
    for (size_t i = 0; i < DEPTH; i++) {
        known += out.known[i] == HC_YES;
        alone += out.group[i] == i;
    }
    CHECK(known == (ring ? 0 : DEPTH) && alone == DEPTH);
    hc_arena_free(&arena);
}

int main(void)
{
    tree();
    deep(false);
    deep(true);
    root_ports();
    switches();
    multifunction();
    integrated();
    southbridge();
    iommu();
    bridges();
    virtual_functions();
    vmd();
    quirk_ports();
    quirk_aliases();
    quirk_table();
    unknown();
    broken_trees();
    return checked();
}
