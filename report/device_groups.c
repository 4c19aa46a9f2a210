#include "device_groups.h"

#include "pci_quirks.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { NAMED_FUNCTIONS = 4, LEVELS = 64, MEMORY_BLOCKS = 256, GROUP_MIXED = -2, GROUP_UNSEEN = -3 };

struct numbered {
    uint64_t number;
    int index;
};

struct walk {
    const struct hc_facts *facts;
    const struct hc_functions *functions;
    const struct hc_prediction *prediction;
    struct hc_arena *arena;
    struct hc_groups *groups;
    size_t **next_member; /* of each group: where its next member is written */
    bool *has_stray;      /* of each group: a PCI function that the table of functions does not have */
    bool *listed;         /* of each group: its members are known */
    const struct hc_reply **list_why;
    bool links_known; /* every function says its group, or that it has none */
};

/* ---- one function ---- */

bool hc_is_bridge(const struct hc_function *f)
{
    return f->header > 0 || (f->class_code != UINT32_MAX && f->class_code >> 16 == 0x06);
}

static bool port(const struct hc_function *f)
{
    return f->header > 0 || (f->header < 0 && f->class_code >> 8 == 0x0604);
}

/* Drivers with driver_managed_dma: drivers/pci/pcie/portdrv.c, drivers/pci/pci-stub.c and those of drivers/vfio/pci,
   whose names all have vfio in them. Before Linux 5.19 vfio_dev_driver_allowed() had the same list. */
enum hc_tri hc_host_holds(const struct hc_function *f)
{
    const struct hc_cell *driver = &f->row->cells[HC_COL_PCI_DRIVER];
    const char *name = driver->text;

    if (!driver->known || !name)
        return HC_UNKNOWN;
    return hc_tri(*name && strcmp(name, "pcieport") && strcmp(name, "pci-stub") && !strstr(name, "vfio"));
}

const char *hc_name_functions(const struct hc_functions *functions, const size_t *list, size_t count, size_t but,
                              bool slot, const char *between, const char *more, struct hc_arena *arena)
{
    const char *text = "";
    size_t named = 0;

    for (size_t i = 0; i < count && text; i++) {
        const struct hc_function *f = &functions->list[list[i]];
        if (list[i] == but || (slot && f->first_in_slot == functions->list[but].first_in_slot && !hc_is_bridge(f)))
            continue;
        if (named == NAMED_FUNCTIONS) {
            text = hc_print(arena, "%s%s", text, more);
            break;
        }
        text = hc_print(arena, "%s%s%s", text, named++ ? between : "", functions->list[list[i]].address);
    }
    return text ? text : "";
}

/* ---- groups of the kernel ---- */

/* Groups of VFIO's no-IOMMU mode isolate nothing: drivers/vfio/group.c names them so. */
static bool real(const struct hc_table_row *row)
{
    return !hc_text_is(hc_text_in(&row->cells[HC_COL_IOMMU_GROUP_NAME]), "vfio-noiommu");
}

enum hc_tri hc_grouped(const struct hc_facts *facts)
{
    const struct hc_table_data *table = &facts->tables[HC_TABLE_IOMMU_GROUPS];

    for (const struct hc_table_row *row = table->first; row; row = row->next)
        if (real(row))
            return HC_YES;
    return table->known ? HC_NO : HC_UNKNOWN;
}

static int by_number(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

static const char *add_word(struct hc_arena *arena, const char *list, struct hc_text word)
{
    const char *longer = hc_print(arena, "%s%s%.*s", list, *list ? " " : "", (int)word.size, word.at);

    return longer ? longer : list;
}

static bool looks_like_pci(struct hc_text name)
{
    return memchr(name.at, ':', name.size) && memchr(name.at, '.', name.size);
}

static void assign(struct walk *w, size_t function, int group)
{
    if (w->groups->of[function].group == HC_NO_GROUP)
        w->groups->of[function].group = group;
}

enum { OTHERS_MAX = 64 };

static void take_members(struct walk *w, const struct hc_table_row *row, int group)
{
    const struct hc_cell *devices = &row->cells[HC_COL_IOMMU_GROUP_DEVICES];
    struct hc_text rest = hc_text_in(devices), word;
    const char *others = "";
    size_t other_count = 0;

    while (hc_next_word(&rest, &word)) {
        size_t function = hc_function_at(w->functions, word.at, word.size);
        if (function != HC_NO_FUNCTION) {
            assign(w, function, group);
            continue;
        }
        if (other_count++ < OTHERS_MAX)
            others = add_word(w->arena, others, word);
        w->has_stray[group] |= looks_like_pci(word);
    }
    w->groups->list[group].others = others;
    w->listed[group] = devices->known;
    w->list_why[group] = devices->why;
}

/* Functions say their group, too: what a list that could not be read does not tell. */
static void take_links(struct walk *w, const struct numbered *numbers)
{
    w->links_known = true;
    for (size_t i = 0; i < w->functions->count; i++) {
        const struct hc_cell *link = &w->functions->list[i].row->cells[HC_COL_PCI_GROUP];
        struct hc_membership *m = &w->groups->of[i];
        struct numbered wanted = { .number = link->number }, *found;
        const bool none = !link->known && (!link->why || link->why->answer == HC_ABSENT);
        m->why = link->why;
        m->ungrouped = m->group != HC_NO_GROUP ? HC_NO : none ? HC_YES : HC_UNKNOWN;
        w->links_known = w->links_known && (link->known || none);
        if (!link->known || m->group != HC_NO_GROUP)
            continue;
        found = bsearch(&wanted, numbers, w->groups->count, sizeof *numbers, by_number);
        m->group = found ? found->index : HC_NO_GROUP;
        m->ungrouped = HC_NO;
    }
}

static bool room_for(struct walk *w, size_t count)
{
    struct hc_groups *g = w->groups;

    g->list = hc_alloc(w->arena, (count + 1) * sizeof *g->list);
    g->regions = hc_alloc(w->arena, (count + 1) * sizeof(const char *));
    g->held = hc_alloc(w->arena, (count + 1) * sizeof(size_t *));
    g->held_count = hc_alloc(w->arena, (count + 1) * sizeof *g->held_count);
    w->next_member = hc_alloc(w->arena, (count + 1) * sizeof(size_t *));
    w->has_stray = hc_alloc(w->arena, count + 1);
    w->listed = hc_alloc(w->arena, count + 1);
    w->list_why = hc_alloc(w->arena, (count + 1) * sizeof(const struct hc_reply *));
    return g->list && g->regions && g->held && g->held_count && w->next_member && w->has_stray && w->listed &&
           w->list_why;
}

static bool take_groups(struct walk *w)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_IOMMU_GROUPS];
    struct numbered *numbers = hc_alloc(w->arena, (table->count + 1) * sizeof *numbers);

    if (!numbers || !room_for(w, table->count))
        return false;
    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const int group = (int)w->groups->count;
        if (!real(row) || !row->cells[HC_COL_IOMMU_GROUP_ID].known)
            continue;
        w->groups->list[group] =
            (struct hc_device_group){ .number = row->cells[HC_COL_IOMMU_GROUP_ID].number, .others = "" };
        numbers[w->groups->count++] = (struct numbered){ w->groups->list[group].number, group };
        take_members(w, row, group);
        w->groups->regions[group] = hc_text_in(&row->cells[HC_COL_IOMMU_GROUP_DIRECT]).at;
    }
    qsort(numbers, w->groups->count, sizeof *numbers, by_number);
    take_links(w, numbers);
    return true;
}

/* ---- groups that would be ---- */

static bool predict_groups(struct walk *w)
{
    int *index = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *index); /* of the first member, from 1 */

    if (!index || !room_for(w, w->functions->count))
        return false;
    w->links_known = true;
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_membership *m = &w->groups->of[i];
        size_t first;
        m->ungrouped = hc_tri(hc_is_iommu(&w->functions->list[i])); /* it stands behind no IOMMU */
        m->why = w->functions->list[i].row->cells[HC_COL_PCI_ACS].why;
        if (m->ungrouped == HC_YES)
            continue;
        if (!w->prediction->known || w->prediction->known[i] != HC_YES) {
            w->links_known = false;
            continue;
        }
        first = w->prediction->group[i];
        if (!index[first]) {
            const int group = (int)w->groups->count++;
            w->groups->list[group] =
                (struct hc_device_group){ .number = (uint64_t)group, .predicted = true, .others = "" };
            index[first] = group + 1;
        }
        m->group = index[first] - 1;
    }
    return true;
}

/* ---- members ---- */

static bool chain_members(struct walk *w)
{
    size_t *members = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *members);

    if (!members)
        return false;
    for (size_t i = 0; i < w->functions->count; i++)
        if (w->groups->of[i].group != HC_NO_GROUP)
            w->groups->list[w->groups->of[i].group].count++;
    for (size_t g = 0; g < w->groups->count; g++) {
        w->groups->list[g].members = w->next_member[g] = members;
        members += w->groups->list[g].count;
    }
    for (size_t i = 0; i < w->functions->count; i++)
        if (w->groups->of[i].group != HC_NO_GROUP)
            *w->next_member[w->groups->of[i].group]++ = i;
    return true;
}

/* Other members that a driver of the host holds, but for bridges and functions of the same slot, which go along as one
   card: counted for the group and for each slot. A chipset's bridge to ISA goes nowhere, and the group is not viable
   while a driver such as lpc_ich holds it. */
static void find_bound(struct walk *w, size_t number, size_t *bound, size_t *open, size_t *held)
{
    const struct hc_device_group *group = &w->groups->list[number];
    const struct hc_reply *why = w->list_why[number];
    size_t all_open = *group->others || !w->listed[number] || w->has_stray[number], all_bound = 0;

    for (size_t i = 0; i < group->count; i++) {
        const struct hc_function *f = &w->functions->list[group->members[i]];
        const enum hc_tri holds = port(f) ? HC_NO : hc_host_holds(f);
        if (holds == HC_YES)
            held[all_bound++] = group->members[i];
        why = holds == HC_UNKNOWN ? f->row->cells[HC_COL_PCI_DRIVER].why : why;
        all_open += holds == HC_UNKNOWN;
        bound[f->first_in_slot] += holds == HC_YES && !hc_is_bridge(f);
        open[f->first_in_slot] += holds == HC_UNKNOWN && !hc_is_bridge(f);
    }
    w->groups->held[number] = held;
    w->groups->held_count[number] = all_bound;
    for (size_t i = 0; i < group->count; i++) {
        const struct hc_function *f = &w->functions->list[group->members[i]];
        const enum hc_tri own = hc_is_bridge(f) && !port(f) ? hc_host_holds(f) : HC_NO; /* not counted for its slot */
        const bool more_open = all_open > open[f->first_in_slot] + (own == HC_UNKNOWN);
        struct hc_membership *m = &w->groups->of[group->members[i]];
        m->bound_peer = all_bound > bound[f->first_in_slot] + (own == HC_YES) ? HC_YES : more_open ? HC_UNKNOWN : HC_NO;
        m->bound_why = why ? why : m->why;
    }
    for (size_t i = 0; i < group->count; i++) { /* for the next group */
        const size_t slot = w->functions->list[group->members[i]].first_in_slot;
        bound[slot] = open[slot] = 0;
    }
}

/* All functions of a bus in one group, and no bridge and none that does not survive it among them: the bus can be reset
   under them (pci_bus_resettable(), vfio_pci_dev_set_resettable()). */
static bool find_resettable(struct walk *w, const uint32_t *quirks)
{
    const struct hc_functions *functions = w->functions;
    int *bus = hc_alloc(w->arena, (functions->count + 1) * sizeof *bus);

    for (size_t i = 0; bus && i < functions->count; i++)
        bus[i] = quirks[i] & HC_QUIRK_NO_BUS_RESET ? GROUP_MIXED : HC_NO_GROUP;
    for (size_t i = 0; bus && i < functions->count; i++) {
        const struct hc_function *f = &functions->list[i];
        const int group = w->groups->of[i].group;
        int *common = f->parent == HC_NO_FUNCTION ? NULL : &bus[f->parent];
        if (!common || *common == GROUP_MIXED)
            continue;
        if (f->header > 0 || quirks[i] & HC_QUIRK_NO_BUS_RESET)
            *common = GROUP_MIXED;
        else if (group == HC_NO_GROUP)
            *common = GROUP_UNSEEN;
        else if (*common != GROUP_UNSEEN)
            *common = *common == HC_NO_GROUP || *common == group ? group : GROUP_MIXED;
    }
    for (size_t i = 0; bus && i < functions->count; i++) {
        const struct hc_function *f = &functions->list[i];
        struct hc_membership *m = &w->groups->of[i];
        if (f->parent == HC_NO_FUNCTION)
            m->reset_bus = f->parent_known ? HC_NO : HC_UNKNOWN;
        else if (bus[f->parent] == GROUP_UNSEEN)
            m->reset_bus = HC_UNKNOWN;
        else
            m->reset_bus = hc_tri(bus[f->parent] == m->group);
    }
    return bus != NULL;
}

static void find_bridges_above(struct walk *w)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        const struct hc_function *f = &w->functions->list[i];
        struct hc_membership *m = &w->groups->of[i];
        if (f->parent == HC_NO_FUNCTION)
            m->bridge_above = f->parent_known ? HC_NO : HC_UNKNOWN;
        else if (m->group == HC_NO_GROUP || w->groups->of[f->parent].group == HC_NO_GROUP)
            m->bridge_above = HC_UNKNOWN;
        else
            m->bridge_above = hc_tri(w->groups->of[f->parent].group == m->group);
    }
}

/* ---- memory that firmware ties to devices ---- */

static void group_regions(struct walk *w)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_IOMMU_GROUPS];
    size_t g = 0;

    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const struct hc_cell *direct = &row->cells[HC_COL_IOMMU_GROUP_DIRECT];
        const struct hc_cell *relaxable = &row->cells[HC_COL_IOMMU_GROUP_RELAXABLE];
        const struct hc_device_group *group = &w->groups->list[g];
        if (!real(row))
            continue;
        for (size_t i = 0; i < group->count; i++) {
            struct hc_membership *m = &w->groups->of[group->members[i]];
            m->direct = direct->known ? hc_tri(hc_text_in(direct).size) : HC_UNKNOWN;
            m->relaxable = relaxable->known ? hc_tri(hc_text_in(relaxable).size) : HC_UNKNOWN;
            m->region_why = direct->why;
        }
        g++;
    }
}

/* device_rmrr_is_relaxable() of drivers/iommu/intel/iommu.c */
static bool relaxable(const struct hc_function *f)
{
    return f->class_code != UINT32_MAX && (f->class_code >> 8 == 0x0c03 || f->class_code >> 16 == 0x03);
}

static void mark(struct walk *w, size_t function, bool intel)
{
    struct hc_membership *m = &w->groups->of[function];

    if (intel && relaxable(&w->functions->list[function]))
        m->relaxable = HC_YES;
    else
        m->direct = HC_YES;
}

static void open_regions(struct walk *w, const struct hc_reply *why, bool intel)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_membership *m = &w->groups->of[i];
        if (m->direct != HC_NO || (intel && relaxable(&w->functions->list[i])))
            continue;
        m->direct = HC_UNKNOWN;
        m->region_why = why;
    }
}

/* What a reserved region says of a bridge it says of all below it: is_downstream_to_pci_bridge(). */
static void pass_down(struct walk *w, const bool *bridges)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        size_t at = w->functions->list[i].parent;
        for (int level = 0; at != HC_NO_FUNCTION && level < LEVELS; level++) {
            if (bridges[at]) {
                mark(w, i, true);
                break;
            }
            at = w->functions->list[at].parent;
        }
    }
}

static void rmrr_regions(struct walk *w, bool *rmrr, bool *bridges)
{
    const struct hc_table_data *structures = &w->facts->tables[HC_TABLE_DMAR_STRUCTURES];
    const struct hc_table_data *scopes = &w->facts->tables[HC_TABLE_DMAR_SCOPES];
    bool any_bridge = false;

    for (const struct hc_table_row *row = structures->first; row; row = row->next)
        if (row->cells[HC_COL_DMAR_INDEX].number < structures->count)
            rmrr[row->cells[HC_COL_DMAR_INDEX].number] = hc_text_is(hc_text_in(&row->cells[HC_COL_DMAR_TYPE]), "RMRR");
    for (const struct hc_table_row *row = scopes->first; row; row = row->next) {
        const uint64_t owner = row->cells[HC_COL_DMAR_SCOPE_STRUCTURE].number;
        const struct hc_cell *address = &row->cells[HC_COL_DMAR_SCOPE_ADDRESS];
        size_t function = hc_function_at(w->functions, hc_text_in(address).at, hc_text_in(address).size);
        if (owner >= structures->count || !rmrr[owner])
            continue;
        if (function != HC_NO_FUNCTION) {
            mark(w, function, true);
            bridges[function] = w->functions->list[function].header == 1;
            any_bridge |= bridges[function];
        } else if (!address->known) {
            open_regions(w, address->why ? address->why : scopes->why, true);
        }
    }
    if (any_bridge)
        pass_down(w, bridges);
}

/* init_memory_definitions() of drivers/iommu/amd/init.c: unity maps and exclusion ranges become direct regions. */
static void ivmd_regions(struct walk *w)
{
    enum { UNITY_OR_EXCLUSION = 0x09 };
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_IVRS_BLOCKS];
    size_t blocks = 0;

    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const uint64_t type = row->cells[HC_COL_IVRS_TYPE].number, from = row->cells[HC_COL_IVRS_DEVICE].number;
        const uint64_t to = type == 0x22 ? row->cells[HC_COL_IVRS_AUX].number : from;
        if (type < 0x20 || type > 0x22 || !(row->cells[HC_COL_IVRS_FLAGS].number & UNITY_OR_EXCLUSION))
            continue;
        if (blocks++ == MEMORY_BLOCKS) { /* no firmware has that many: not worth the time */
            open_regions(w, row->because, false);
            return;
        }
        for (size_t i = 0; i < w->functions->count; i++) {
            const struct hc_function *f = &w->functions->list[i];
            const uint64_t id = (uint64_t)f->bus << 8 | (uint64_t)f->device << 3 | f->function;
            if (f->domain == row->cells[HC_COL_IVRS_SEGMENT].number && (type == 0x20 || (id >= from && id <= to)))
                mark(w, i, false);
        }
    }
}

/* What holds for one member holds for the group. */
static void spread(struct walk *w)
{
    for (size_t g = 0; g < w->groups->count; g++) {
        const struct hc_device_group *group = &w->groups->list[g];
        enum hc_tri direct = HC_NO;
        const struct hc_reply *why = NULL;
        for (size_t i = 0; i < group->count; i++) {
            const struct hc_membership *m = &w->groups->of[group->members[i]];
            direct = hc_or(direct, m->direct);
            why = m->direct == HC_UNKNOWN ? m->region_why : why;
        }
        for (size_t i = 0; i < group->count; i++) {
            w->groups->of[group->members[i]].direct = direct;
            w->groups->of[group->members[i]].region_why = why;
        }
    }
}

static bool firmware_regions(struct walk *w)
{
    const struct hc_table_data *dmar = &w->facts->tables[HC_TABLE_DMAR_STRUCTURES];
    const struct hc_table_data *ivrs = &w->facts->tables[HC_TABLE_IVRS_BLOCKS];
    bool *rmrr = hc_alloc(w->arena, dmar->count + 1);
    bool *bridges = hc_alloc(w->arena, w->functions->count + 1);

    if (!rmrr || !bridges)
        return false;
    for (size_t i = 0; i < w->functions->count; i++)
        w->groups->of[i].direct = w->groups->of[i].relaxable = HC_NO;
    rmrr_regions(w, rmrr, bridges);
    ivmd_regions(w);
    if (hc_flag(w->facts, HC_ACPI_DMAR) != HC_NO && !dmar->known)
        open_regions(w, dmar->why ? dmar->why : hc_why(w->facts, HC_FACT_ACPI_DMAR), true);
    if (hc_flag(w->facts, HC_ACPI_IVRS) != HC_NO && !ivrs->known)
        open_regions(w, ivrs->why ? ivrs->why : hc_why(w->facts, HC_FACT_ACPI_IVRS), false);
    spread(w);
    return true;
}

/* ---- isolation on paper ---- */

/* Functions that the hardware would leave in one group, and that are in several. */
static bool find_on_paper(struct walk *w)
{
    const char *override = hc_text_of(w->facts, HC_CMDLINE_ACS_OVERRIDE);
    const enum hc_tri given = override ? hc_tri(*override) : HC_UNKNOWN;
    int *group_of = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *group_of); /* of a predicted one, from 1 */

    if (!group_of)
        return false;
    for (size_t i = 0; w->prediction->known && i < w->functions->count; i++) {
        const int group = w->groups->of[i].group + 1;
        int *real_group;
        if (w->prediction->known[i] != HC_YES || !group)
            continue;
        real_group = &group_of[w->prediction->group[i]];
        *real_group = !*real_group || *real_group == group ? group : GROUP_MIXED;
    }
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_membership *m = &w->groups->of[i];
        const bool known = w->prediction->known && w->prediction->known[i] == HC_YES;
        m->config_why = given == HC_UNKNOWN ? hc_why(w->facts, HC_FACT_CMDLINE_ACS_OVERRIDE)
                                            : w->functions->list[i].row->cells[HC_COL_PCI_ACS].why;
        m->on_paper = hc_and(given, known ? hc_tri(group_of[w->prediction->group[i]] == GROUP_MIXED) : HC_UNKNOWN);
        if (m->on_paper == HC_YES && m->group != HC_NO_GROUP)
            w->groups->list[m->group].on_paper = true;
    }
    return true;
}

/* ---- what joins ---- */

static const char *port_name(const struct hc_function *f)
{
    switch (f->port_type) {
    case HC_PORT_ROOT: return "the root port";
    case HC_PORT_UPSTREAM: return "the upstream port";
    case HC_PORT_DOWNSTREAM: return "the downstream port";
    default: return "the bridge";
    }
}

static const char *sentence(struct walk *w, const struct hc_join *join)
{
    const struct hc_function *at = &w->functions->list[join->at];

    switch (join->kind) {
    case HC_JOIN_PORT:
        return hc_print(w->arena, "What is below %s %s is not isolated from each other: it lacks ACS.", port_name(at),
                        at->address);
    case HC_JOIN_BRIDGE:
        return hc_print(w->arena, "All behind the bridge %s to conventional PCI looks like one device to the IOMMU.",
                        at->address);
    case HC_JOIN_MULTIFUNCTION:
        return hc_print(w->arena, "The functions of the slot of %s are not isolated from each other: they lack ACS.",
                        at->address);
    case HC_JOIN_ALIAS: return hc_print(w->arena, "Requests carry the id of %s, a quirk.", at->address);
    default: return "";
    }
}

/* One sentence for each kind of join. */
static const char *joined(struct walk *w, const struct hc_device_group *group)
{
    bool told[HC_JOIN_ALIAS + 1] = { false }, known = true;
    const char *text = "";

    for (size_t i = 0; i < group->count; i++) {
        const size_t member = group->members[i];
        const struct hc_join *join = w->prediction->join ? &w->prediction->join[member] : NULL;
        known = known && join && w->prediction->known[member] == HC_YES;
        if (!join || join->kind == HC_JOIN_NOTHING || told[join->kind] || w->prediction->known[member] != HC_YES)
            continue;
        told[join->kind] = true;
        text = hc_print(w->arena, "%s%s%s", text, *text ? " " : "", sentence(w, join));
        if (!text)
            return "";
    }
    if (*text)
        return text;
    return known ? "The kernel keeps them together, though their configuration space does not say why."
                 : "What keeps them together stands in their configuration space, which root can read.";
}

/* ---- all ---- */

static bool judge_members(struct walk *w, const uint32_t *quirks)
{
    size_t *bound = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *bound);
    size_t *open = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *open);
    size_t *held = hc_alloc(w->arena, (w->functions->count + 1) * sizeof *held);

    if (!bound || !open || !held)
        return false;
    for (size_t g = 0; g < w->groups->count; g++) {
        struct hc_device_group *group = &w->groups->list[g];
        w->listed[g] |= w->links_known;
        find_bound(w, g, bound, open, held);
        held += w->groups->held_count[g];
        group->joined = group->count > 1 ? joined(w, group) : "";
    }
    find_bridges_above(w);
    return find_resettable(w, quirks);
}

/* Where nothing else is known. */
static void start(struct walk *w)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        w->groups->of[i].group = HC_NO_GROUP;
        w->groups->of[i].on_paper = HC_NO;
        w->groups->of[i].why = w->groups->of[i].region_why = w->facts->tables[HC_TABLE_IOMMU_GROUPS].why;
    }
}

bool hc_groups_of(const struct hc_facts *facts, const struct hc_functions *functions,
                  const struct hc_prediction *prediction, const uint32_t *quirks, struct hc_arena *arena,
                  struct hc_groups *groups)
{
    struct walk w = {
        .facts = facts, .functions = functions, .prediction = prediction, .arena = arena, .groups = groups
    };
    const enum hc_tri grouped = hc_grouped(facts);

    *groups = (struct hc_groups){ .known = grouped != HC_UNKNOWN, .predicted = grouped == HC_NO };
    groups->of = hc_alloc(arena, (functions->count + 1) * sizeof *groups->of);
    if (!groups->of)
        return false;
    start(&w);
    if (!(grouped == HC_YES ? take_groups(&w) : grouped == HC_NO ? predict_groups(&w) : room_for(&w, 0)))
        return false;
    if (!chain_members(&w))
        return false;
    if (grouped == HC_YES)
        group_regions(&w);
    else if (grouped == HC_NO && !firmware_regions(&w))
        return false;
    if (grouped == HC_YES && !find_on_paper(&w))
        return false;
    groups->whole = w.listed;
    groups->stray = w.has_stray;
    return judge_members(&w, quirks);
}
