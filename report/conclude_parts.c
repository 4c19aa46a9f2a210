/* What installers of hypervisors ask of a machine's parts: its kind, the largest disk, wired network cards and their
 * speed. */
#include "concluded.h"
#include "functions.h"
#include "tables.h"

enum { ETHERNET_CONTROLLER = 0x0200 }; /* PCI Code and ID Assignment 1.14, 1.3: base class 02, sub-class 00 */

/* ---- chassis ---- */

/* SMBIOS 3.7, 7.4.1; of other kinds nobody can tell what is in them. */
static const struct {
    const char *type, *word;
} kinds[] = {
    { "Desktop", "desktop" },
    { "Low Profile Desktop", "desktop" },
    { "Pizza Box", "desktop" },
    { "Mini Tower", "desktop" },
    { "Tower", "desktop" },
    { "All In One", "desktop" },
    { "Space-saving", "desktop" },
    { "Lunch Box", "desktop" },
    { "Sealed-case PC", "desktop" },
    { "Mini PC", "desktop" },
    { "Stick PC", "desktop" },
    { "Portable", "laptop" },
    { "Laptop", "laptop" },
    { "Notebook", "laptop" },
    { "Sub Notebook", "laptop" },
    { "Tablet", "laptop" },
    { "Convertible", "laptop" },
    { "Detachable", "laptop" },
    { "Main Server Chassis", "server" },
    { "Rack Mount Chassis", "server" },
    { "Multi-system", "server" },
    { "CompactPCI", "server" },
    { "AdvancedTCA", "server" },
    { "Blade", "server" },
    { "Blade Enclosing", "server" },
};

/* A guest has none, whatever it is told. */
static const char *chassis(struct hc_view *v)
{
    const char *role = hc_see_word(v, HC_HOST_ROLE), *type;

    if (!role || !strcmp(role, "guest"))
        return role ? "other" : NULL;
    type = hc_see_text(v, HC_CHASSIS_TYPE);
    if (!type || !strcmp(type, "Unknown"))
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(type, kinds[i].type))
            return kinds[i].word;
    return "other";
}

/* ---- wired network cards ---- */

static bool is_virtual(const struct hc_function *f)
{
    return f->physical != HC_NO_FUNCTION || !hc_cell_is(&f->row->cells[HC_COL_PCI_PHYSFN], "");
}

/* Functions of PCI, whether or not a driver holds them; virtual ones belong to one that counts. */
static bool count_functions(const struct hc_functions *functions, uint64_t *count)
{
    for (size_t i = 0; i < functions->count; i++) {
        const struct hc_function *f = &functions->list[i];
        if (f->class_code == UINT32_MAX)
            return false;
        if (f->class_code >> 8 != ETHERNET_CONTROLLER)
            continue;
        if (!f->row->cells[HC_COL_PCI_PHYSFN].known)
            return false;
        *count += !is_virtual(f);
    }
    return functions->known;
}

/* Whether an interface is a card that no function of class 0200 stands for: on another bus (USB, Hyper-V, s390x), or
   carried by a function of another class, as the older ones of Mellanox. */
static enum hc_tri beside_functions(const struct hc_functions *functions, const struct hc_table_row *row)
{
    const struct hc_cell *kind = &row->cells[HC_COL_NET_KIND], *bus = &row->cells[HC_COL_NET_BUS];
    const struct hc_cell *pci = &row->cells[HC_COL_NET_PCI];
    size_t at;

    if (!kind->known || !hc_cell_is(kind, "ethernet"))
        return kind->known ? HC_NO : HC_UNKNOWN;
    if (!bus->known || !pci->known)
        return bus->why || !pci->known ? HC_UNKNOWN : HC_NO; /* software has no bus, and nobody asked for it */
    if (hc_cell_is(pci, "") || !(hc_cell_is(bus, "pci") || hc_cell_is(bus, "virtio")))
        return HC_YES;
    at = hc_function_at(functions, pci->text, strlen(pci->text));
    if (at == HC_NO_FUNCTION)
        return HC_UNKNOWN;
    return hc_tri(functions->list[at].class_code >> 8 != ETHERNET_CONTROLLER && !is_virtual(&functions->list[at]));
}

static bool count_others(const struct hc_facts *facts, const struct hc_functions *functions, uint64_t *count)
{
    for (const struct hc_table_row *row = facts->tables[HC_TABLE_NET].first; row; row = row->next) {
        const enum hc_tri one = beside_functions(functions, row);
        if (one == HC_UNKNOWN)
            return false;
        *count += one == HC_YES;
    }
    return facts->tables[HC_TABLE_NET].known;
}

static void wired(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    struct hc_functions functions;
    uint64_t count = 0, listed;
    bool known = hc_see_number(&v, HC_PCI_FUNCTIONS, &listed);

    known = hc_see_number(&v, HC_NET_INTERFACES, &listed) && known; /* the tables that are read here */
    known = known && hc_functions_of(facts, facts->arena, &functions) && count_functions(&functions, &count) &&
            count_others(facts, &functions, &count);
    conclude(facts, &v, HC_NIC_WIRED.fact, known)->number = count;
}

/* ---- the fastest of them ---- */

struct fastest {
    bool known;
    uint64_t speed;
    const struct hc_reply *why; /* of an unknown: the reply that would settle it */
};

/* Of an interface that is counted above; done: the functions whose speed is told, by their numbers. */
static void take_card(struct fastest *fastest, const struct hc_functions *functions, const struct hc_table_row *row,
                      bool *done)
{
    const struct hc_cell *speed = &row->cells[HC_COL_NET_MAXIMUM];
    const struct hc_text pci = hc_text_in(&row->cells[HC_COL_NET_PCI]);
    const size_t at = hc_function_at(functions, pci.at, pci.size);

    if (at != HC_NO_FUNCTION && is_virtual(&functions->list[at]))
        return;
    if (at != HC_NO_FUNCTION)
        done[at] = true;
    if (speed->known && speed->number > fastest->speed)
        fastest->speed = speed->number;
    fastest->known = fastest->known && speed->known;
    if (!speed->known && hc_open_rank(speed->why) > hc_open_rank(fastest->why))
        fastest->why = speed->why;
}

/* One that no interface stands for, as what is given to a guest, could be the fastest. */
static bool all_done(const struct hc_functions *functions, const bool *done)
{
    for (size_t i = 0; i < functions->count; i++)
        if (functions->list[i].class_code >> 8 == ETHERNET_CONTROLLER && !is_virtual(&functions->list[i]) && !done[i])
            return false;
    return true;
}

/* Where it is known how many there are, it is known which; none has the speed 0. */
static struct fastest fastest_of(const struct hc_facts *facts)
{
    struct fastest fastest = { .known = true };
    struct hc_functions functions;
    bool *done;

    if (!hc_functions_of(facts, facts->arena, &functions) ||
        !(done = hc_alloc(facts->arena, functions.count * sizeof *done + 1)))
        return (struct fastest){ .known = false };
    for (const struct hc_table_row *row = facts->tables[HC_TABLE_NET].first; row; row = row->next)
        if (hc_cell_is(&row->cells[HC_COL_NET_KIND], "ethernet") && row->cells[HC_COL_NET_BUS].known)
            take_card(&fastest, &functions, row, done);
    fastest.known = fastest.known && all_done(&functions, done);
    return fastest;
}

static void fast(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    struct fastest fastest = { .known = false };
    uint64_t cards;

    if (hc_see_number(&v, HC_NIC_WIRED, &cards))
        fastest = fastest_of(facts);
    conclude(facts, &v, HC_NIC_MAX.fact, fastest.known)->number = fastest.speed;
    if (!fastest.known && fastest.why)
        facts->cells[HC_FACT_NIC_MAX] = (struct hc_cell){ .why = fastest.why };
}

void hc_conclude_parts(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = chassis(&v);
    uint64_t bytes;
    bool known;

    put_word(facts, &v, HC_HOST_CHASSIS, word);
    v = hc_view_of(facts);
    known = hc_see_number(&v, HC_LARGEST_DISK, &bytes);
    conclude(facts, &v, HC_DISK_FREE.fact, known)->number = bytes;
    wired(facts);
    fast(facts);
}
