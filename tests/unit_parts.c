/* What installers ask of a machine's parts, concluded from tables that are made here by hand. */
#include "check.h"
#include "conclude.h"
#include "concluded.h"
#include "tables.h"

#include <string.h>

static const struct hc_reply ok = { .key = "k", .answer = HC_OK, .bytes = "" };
static const struct hc_reply denied = { .key = "k", .answer = HC_DENIED, .bytes = "" };

#define DENIED "denied"
#define NOBODY NULL /* nobody asked */

/* ---- chassis ---- */

static bool chassis_is(const char *role, const char *type, const char *word)
{
    struct hc_arena arena = { NULL, 0, false };
    struct hc_facts facts = { .arena = &arena };
    const char *found;
    bool same;

    if (role)
        hc_give_text(&facts, "host.role", role);
    if (type)
        hc_give_text(&facts, "chassis.type", type);
    hc_conclude_parts(&facts);
    found = hc_word_of(&facts, HC_HOST_CHASSIS);
    same = found ? word && !strcmp(found, word) : !word;
    hc_arena_free(&arena);
    return same;
}

static void chassis(void)
{
    CHECK(chassis_is("physical", "Rack Mount Chassis", "server"));
    CHECK(chassis_is("physical", "Mini Tower", "desktop"));
    CHECK(chassis_is("physical", "Convertible", "laptop"));
    CHECK(chassis_is("dom0", "Blade", "server"));
    CHECK(chassis_is("physical", "IoT Gateway", "other"));
    CHECK(chassis_is("physical", "Unknown", NULL));
    CHECK(chassis_is("physical", NULL, NULL));
    CHECK(chassis_is("guest", "Desktop", "other")); /* Hyper-V says so to all */
    CHECK(chassis_is("guest", NULL, "other"));
    CHECK(chassis_is(NULL, "Desktop", NULL));
}

/* ---- wired network cards ---- */

struct function {
    const char *address, *class_code, *physical;
};
struct interface {
    const char *kind, *bus, *pci;
};
struct host {
    struct function functions[4];
    struct interface interfaces[4];
    int wired; /* -1: not known */
};

static void put(struct hc_facts *facts, struct hc_table_row *row, int column, const char *text)
{
    if (text && !strcmp(text, DENIED))
        hc_cell_text(facts, row, column, &denied, HC_TEXT(""));
    else if (text)
        hc_cell_text(facts, row, column, &ok, (struct hc_text){ text, strlen(text) });
}

static void fill(struct hc_facts *facts, const struct host *host)
{
    hc_put_table(facts, HC_TABLE_PCI, &ok);
    hc_put_table(facts, HC_TABLE_NET, &ok);
    hc_give_number(facts, "linux.pci.function_count", 1);
    hc_give_number(facts, "linux.net.interface_count", 1);
    for (const struct function *f = host->functions; f->address; f++) {
        struct hc_table_row *row = hc_add_row(facts, HC_TABLE_PCI, &ok);
        put(facts, row, HC_COL_PCI_ADDRESS, f->address);
        put(facts, row, HC_COL_PCI_CLASS, f->class_code);
        put(facts, row, HC_COL_PCI_PHYSFN, f->physical);
    }
    for (const struct interface *i = host->interfaces; i->kind; i++) {
        struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, &ok);
        put(facts, row, HC_COL_NET_KIND, i->kind);
        put(facts, row, HC_COL_NET_BUS, i->bus);
        put(facts, row, HC_COL_NET_PCI, i->pci);
    }
}

static int wired_of(const struct host *host, enum hc_table refused)
{
    struct hc_arena arena = { NULL, 0, false };
    struct hc_facts facts = { .arena = &arena };
    uint64_t count;
    int found;

    fill(&facts, host);
    if (refused != HC_TABLES)
        hc_put_table(&facts, refused, &denied);
    hc_conclude_parts(&facts);
    found = hc_number_of(&facts, HC_NIC_WIRED, &count) ? (int)count : -1;
    hc_arena_free(&arena);
    return found;
}

#define NO_FUNCTION                                                                                                    \
    {                                                                                                                  \
        NULL, NULL, NULL                                                                                               \
    }
#define NO_INTERFACE NO_FUNCTION
#define A            "0000:01:00.0"
#define B            "0000:01:00.1"

static void wired(void)
{
    static const struct host hosts[] = {
        { { { A, "020000", "" } }, { { "ethernet", "pci", A } }, 1 },
        { { { A, "020000", "" }, { B, "020000", "" } }, { { "loopback", NOBODY, "" } }, 2 }, /* given to guests */
        { { { A, "020000", "" }, { B, "020000", A } }, { { "ethernet", "pci", B } }, 1 },    /* a virtual function */
        { { { A, "028000", "" } }, { { "wireless", "pci", A } }, 0 },                        /* Wi-Fi */
        { { { A, "028000", "" } },
          { { "ethernet", "pci", A }, { "ethernet", "pci", A } },
          2 }, /* ConnectX-3, two ports */
        { { { A, "0c0330", "" } }, { { "ethernet", "usb", A } }, 1 },
        { { { A, "020000", "" } }, { { "ethernet", "virtio", A } }, 1 },
        { { NO_FUNCTION }, { { "ethernet", "virtio", "" }, { "ethernet", "ccwgroup", "" } }, 2 },
        { { NO_FUNCTION }, { { "ethernet", NOBODY, "" } }, 0 }, /* a bridge */
        { { NO_FUNCTION }, { { "ethernet", DENIED, "" } }, -1 },
        { { NO_FUNCTION }, { { DENIED, "usb", "" } }, -1 },
        { { { A, DENIED, "" } }, { NO_INTERFACE }, -1 },
        { { { A, "020000", DENIED } }, { NO_INTERFACE }, -1 },
        { { NO_FUNCTION }, { { "ethernet", "pci", B } }, -1 }, /* a function that is not there */
    };

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        CHECK(wired_of(&hosts[i], HC_TABLES) == hosts[i].wired);
        CHECK(wired_of(&hosts[i], HC_TABLE_NET) == -1 && wired_of(&hosts[i], HC_TABLE_PCI) == -1);
    }
}

/* ---- the fastest card ---- */

enum { NO_SPEED = -1, NOT_ASKED = -2, UNKNOWN = -1 };

struct fast_host {
    struct host host;
    int speeds[4]; /* of its interfaces; NO_SPEED: denied */
    int fastest;
};

static int fastest_of(const struct fast_host *fast, const struct hc_reply **why)
{
    struct hc_arena arena = { NULL, 0, false };
    struct hc_facts facts = { .arena = &arena };
    const int *speed = fast->speeds;
    uint64_t number;
    int found;

    fill(&facts, &fast->host);
    for (struct hc_table_row *row = facts.tables[HC_TABLE_NET].first; row; row = row->next, speed++)
        if (*speed != NOT_ASKED)
            hc_cell_number(&facts, row, HC_COL_NET_MAXIMUM, *speed < 0 ? &denied : &ok, (uint64_t)*speed);
    hc_conclude_parts(&facts);
    found = hc_number_of(&facts, HC_NIC_MAX, &number) ? (int)number : UNKNOWN;
    *why = facts.cells[HC_FACT_NIC_MAX].why;
    hc_arena_free(&arena);
    return found;
}

static void fast(void)
{
    static const struct fast_host hosts[] = {
        { { { { A, "020000", "" }, { B, "020000", "" } }, { { "ethernet", "pci", A }, { "ethernet", "pci", B } }, 0 },
          { 1000, 25000 },
          25000 },
        /* what is not known could be more */
        { { { { A, "020000", "" }, { B, "020000", "" } }, { { "ethernet", "pci", A }, { "ethernet", "pci", B } }, 0 },
          { 25000, NO_SPEED },
          UNKNOWN },
        { { { { A, "020000", "" }, { B, "020000", "" } }, { { "ethernet", "pci", A } }, 0 }, { 1000 }, UNKNOWN },
        /* a bridge, and a virtual function, are no cards */
        { { { { A, "020000", "" } }, { { "ethernet", "pci", A }, { "ethernet", NOBODY, "" } }, 0 },
          { 1000, NOT_ASKED },
          1000 },
        { { { { A, "020000", "" }, { B, "020000", A } }, { { "ethernet", "pci", A }, { "ethernet", "pci", B } }, 0 },
          { 1000, NO_SPEED },
          1000 },
        { { { NO_FUNCTION }, { { "ethernet", "usb", "" }, { "wireless", "pci", "" } }, 0 }, { 2500, NOT_ASKED }, 2500 },
        { { { NO_FUNCTION }, { { "loopback", NOBODY, "" } }, 0 }, { NOT_ASKED }, 0 },
        { { { { A, DENIED, "" } }, { { "ethernet", "pci", A } }, 0 }, { 1000 }, UNKNOWN },
        { { { NO_FUNCTION }, { { DENIED, "usb", "" } }, 0 }, { 1000 }, UNKNOWN },
    };
    const struct hc_reply *why;

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        CHECK(fastest_of(&hosts[i], &why) == hosts[i].fastest);
    CHECK(fastest_of(&hosts[1], &why) == UNKNOWN && why == &denied);
}

/* ---- disks ---- */

static void disks(void)
{
    struct hc_arena arena = { NULL, 0, false };
    struct hc_facts facts = { .arena = &arena };
    uint64_t bytes;

    hc_conclude_parts(&facts);
    CHECK(!hc_number_of(&facts, HC_DISK_FREE, &bytes));
    hc_give_number(&facts, "linux.storage.largest_fixed_disk_bytes", 500);
    hc_give_number(&facts, "linux.storage.images_available_bytes", 900); /* on another machine: no disk of this one */
    hc_conclude_parts(&facts);
    CHECK(hc_number_of(&facts, HC_DISK_FREE, &bytes) && bytes == 500);
    hc_arena_free(&arena);
}

int main(void)
{
    chassis();
    wired();
    fast();
    disks();
    return checked();
}
