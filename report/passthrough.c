/* Puts together what is known of each function, lets the rules judge it, and sums up groups and the host. */
#include "passthrough.h"

#include "conclude.h"
#include "device_groups.h"
#include "device_rules.h"
#include "device_uses.h"
#include "pci_quirks.h"
#include "report.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

const char *hc_device_verdict_name(enum hc_device_verdict verdict)
{
    static const char *const names[HC_DEVICE_VERDICTS] = {
        [HC_DEVICE_VIABLE] = "viable",
        [HC_DEVICE_LIMITED] = "limited",
        [HC_DEVICE_AFTER_FIXES] = "viable after fixes",
        [HC_DEVICE_NOT_POSSIBLE] = "not possible",
        [HC_DEVICE_NEVER] = "never",
        [HC_DEVICE_UNKNOWN] = "cannot tell",
    };
    return names[verdict];
}

const char *hc_host_passthrough_name(enum hc_host_passthrough host)
{
    static const char *const names[] = { "none", "after fixes", "partial", "good", "cannot tell" };

    return names[host];
}

/* Critical: the host needs it. */
struct critical {
    enum hc_tri *is;             /* of each function */
    const struct hc_reply **why; /* of an unknown one */
    const size_t **list;         /* of each group: its critical members */
    size_t *count, *open;        /* of each group: how many, and of how many it is not known */
    const struct hc_reply **group_why;
};

struct making {
    const struct hc_report *report;
    const struct hc_facts *facts;
    struct hc_arena *arena;
    struct hc_passthrough *p;
    struct hc_groups groups;
    const struct hc_uses *uses;
    uint32_t *quirks;
    bool *large_bar;
    const struct hc_reply *bars_why;
    struct critical critical;
    const struct hc_rating *rating; /* of the profile vfio; NULL: none */
    struct hc_words host_words;
    size_t displays, nodes;
    const struct hc_table_row *unclassed; /* a function that may be a display, too; NULL: none */
};

/* ---- cells ---- */

static const struct hc_cell *cell_of(const struct hc_function *f, int column)
{
    return &f->row->cells[column];
}

static const char *text_of(const struct hc_function *f, int column)
{
    const struct hc_cell *cell = cell_of(f, column);

    return cell->known && cell->text ? cell->text : "";
}

static bool has_method(const struct hc_function *f, const char *name)
{
    const char *text = text_of(f, HC_COL_PCI_RESET_METHODS);

    return hc_has_word((struct hc_text){ text, strlen(text) }, name);
}

static void put(struct hc_subject *s, enum hc_input input, enum hc_tri is, const struct hc_reply *why)
{
    s->is[input] = is;
    s->why[input] = why;
}

static void put_flag(struct hc_subject *s, enum hc_input input, const struct hc_function *f, int column)
{
    const struct hc_cell *cell = cell_of(f, column);

    put(s, input, cell->known ? hc_tri(cell->flag) : HC_UNKNOWN, cell->why);
}

static bool is_display(const struct hc_function *f)
{
    return f->class_code != UINT32_MAX && f->class_code >> 16 == 0x03;
}

/* ---- the host ---- */

static void put_host(const struct making *m, struct hc_subject *s)
{
    put(s, HC_IN_HOST_IMPOSSIBLE, hc_reaches(m->rating, HC_NOT_POSSIBLE), NULL);
    put(s, HC_IN_HOST_UNREADY, hc_reaches(m->rating, HC_READY_AFTER_FIXES), NULL);
}

static void find_host_words(struct making *m)
{
    const struct hc_outcome *first = NULL;

    m->rating = hc_report_rating(m->report, "vfio");
    m->host_words = (struct hc_words){ NULL, "", "", "" };
    if (m->rating && hc_report_reasons(m->rating, &first, 1) && first)
        m->host_words = hc_report_words(m->report, first);
}

/* ---- what a reset can do ---- */

enum reset_kind { RESET_NONE, RESET_BUS, RESET_PM, RESET_GOOD };

/* The kernel's own list, from Linux 5.15 on (pci_reset_fn_methods of drivers/pci/pci.c, its order). */
static void put_listed_reset(struct hc_subject *s, const struct hc_function *f, uint32_t quirks)
{
    const bool flr = has_method(f, "flr") && !(quirks & HC_QUIRK_NO_FLR);
    const bool own = has_method(f, "device_specific");

    put(s, HC_IN_RESET,
        hc_tri(own || flr || has_method(f, "af_flr") || has_method(f, "acpi") || has_method(f, "cxl_bus")), NULL);
    put(s, HC_IN_RESET_PM, hc_tri(has_method(f, "pm")), NULL);
    put(s, HC_IN_RESET_OWN, hc_tri(own), NULL);
    if (has_method(f, "bus"))
        put(s, HC_IN_RESET_BUS, HC_YES, NULL);
}

static enum hc_tri flag_of(const struct hc_function *f, int column)
{
    const struct hc_cell *cell = cell_of(f, column);

    return cell->known ? hc_tri(cell->flag) : HC_UNKNOWN;
}

static enum hc_tri at_least(bool known_way)
{
    return known_way ? HC_YES : HC_UNKNOWN;
}

/* Without it: what capabilities offer and no quirk forbids is there; there may be more, as methods of ACPI. */
static void put_reset_by_capability(struct hc_subject *s, const struct hc_function *f, uint32_t quirks)
{
    const bool no_pm = (quirks & HC_QUIRK_NO_PM_RESET) && (f->parent != HC_NO_FUNCTION || !f->parent_known);
    const bool flr = flag_of(f, HC_COL_PCI_FLR) == HC_YES && !(quirks & HC_QUIRK_NO_FLR);
    const bool own = quirks & HC_QUIRK_DEVICE_RESET;
    const struct hc_reply *why = cell_of(f, HC_COL_PCI_RESET_METHODS)->why;

    put(s, HC_IN_RESET, at_least(own || flr || flag_of(f, HC_COL_PCI_AF_FLR) == HC_YES), why);
    put(s, HC_IN_RESET_PM, at_least(flag_of(f, HC_COL_PCI_PM_RESET) == HC_YES && !no_pm), why);
    put(s, HC_IN_RESET_OWN, at_least(own), why);
    if (why && why->answer == HC_UNSUPPORTED) /* before Linux 5.15: there is some way, and nobody says which */
        put(s, HC_IN_RESET_BUS, HC_YES, NULL);
}

static void put_reset(const struct making *m, struct hc_subject *s, size_t i)
{
    const struct hc_function *f = &m->p->functions.list[i];
    const struct hc_cell *methods = cell_of(f, HC_COL_PCI_RESET_METHODS);
    const uint32_t quirks = m->quirks[i];

    put(s, HC_IN_RESET_BUS, m->groups.of[i].reset_bus, m->groups.of[i].why);
    if (methods->known)
        put_listed_reset(s, f, quirks);
    else
        put_reset_by_capability(s, f, quirks);
    put(s, HC_IN_GPU_RESET_BUG, hc_tri(quirks & HC_QUIRK_GPU_RESET_BUG), NULL);
    put(s, HC_IN_NO_RESET_QUIRK, hc_tri(quirks & (HC_QUIRK_NO_FLR | HC_QUIRK_NO_BUS_RESET)), NULL);
}

/* The best way, by name; NULL: not known. */
static const char *best_reset(const struct hc_subject *s, const struct hc_function *f, uint32_t quirks)
{
    static const char *const order[] = { "device_specific", "acpi", "flr", "af_flr", "pm", "bus", "cxl_bus" };

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (has_method(f, order[i]) && !(i == 2 && quirks & HC_QUIRK_NO_FLR))
            return order[i];
    if (!cell_of(f, HC_COL_PCI_RESET_METHODS)->known && s->is[HC_IN_RESET] == HC_YES)
        return s->is[HC_IN_RESET_OWN] == HC_YES ? order[0] : flag_of(f, HC_COL_PCI_FLR) == HC_YES ? "flr" : "af_flr";
    if (s->is[HC_IN_RESET] == HC_UNKNOWN)
        return NULL;
    if (s->is[HC_IN_RESET_PM] != HC_NO)
        return s->is[HC_IN_RESET_PM] == HC_YES ? "pm" : NULL;
    if (s->is[HC_IN_RESET_BUS] != HC_NO)
        return s->is[HC_IN_RESET_BUS] == HC_YES ? "bus" : NULL;
    return "none";
}

/* ---- the rest of a subject ---- */

/* pci_setup_device() of drivers/pci/probe.c: only bridges have the classes of bridges, and nothing else has their
   header; so the class decides where the header was not read. */
static void put_header(struct hc_subject *s, const struct hc_function *f)
{
    enum hc_tri is = HC_UNKNOWN;

    if (f->header >= 0)
        is = hc_tri(f->header != 0);
    else if (f->class_code != UINT32_MAX)
        is = hc_tri(f->class_code >> 8 == 0x0604 || f->class_code >> 8 == 0x0607 || f->class_code >> 8 == 0x0609);
    put(s, HC_IN_BRIDGE, is, cell_of(f, HC_COL_PCI_HEADER)->why);
}

/* A keyboard matters to who sits before a display. */
static void put_keyboard(const struct making *m, struct hc_subject *s, const struct hc_uses *u)
{
    const enum hc_tri display = m->displays ? HC_YES : m->unclassed ? HC_UNKNOWN : HC_NO;
    const struct hc_reply *why = u->keyboard_why;

    if (u->keyboard == HC_YES && display == HC_UNKNOWN)
        why = m->unclassed->cells[HC_COL_PCI_CLASS].why;
    put(s, HC_IN_KEYBOARD, hc_and(u->keyboard, display), why);
}

static void put_uses(const struct making *m, struct hc_subject *s, size_t i)
{
    const struct hc_uses *u = &m->uses[i];

    put(s, HC_IN_DISK, u->disk, u->disk_why);
    put(s, HC_IN_PATH, u->path, u->path_why);
    put(s, HC_IN_WIRED, u->wired, u->wired_why);
    put(s, HC_IN_OTHER_WIRED, u->other_wired, u->other_wired_why);
    put_keyboard(m, s, u);
}

/* The integrated display that VT-d is told to leave out. Covered, it would have a group of its own, for it is one
   function on the root bus (Linux drivers/iommu/iommu.c, pci_device_group), and memory that firmware ties to displays
   is relaxable (drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable). */
static bool display_alone(const struct making *m, const struct hc_subject *s, size_t i)
{
    return s->is[HC_IN_UNGROUPED] == HC_YES && s->is[HC_IN_LEFT_OUT] == HC_YES && s->at_graphics_place &&
           s->vendor == 0x8086 && is_display(&m->p->functions.list[i]) &&
           flag_of(&m->p->functions.list[i], HC_COL_PCI_MULTIFUNCTION) == HC_NO;
}

static void put_alone(struct hc_subject *s)
{
    static const enum hc_input inputs[] = { HC_IN_DIRECT, HC_IN_BOUND_PEER, HC_IN_ON_PAPER, HC_IN_CRITICAL_PEER };

    for (size_t n = 0; n < sizeof inputs / sizeof *inputs; n++)
        put(s, inputs[n], HC_NO, NULL);
}

static void put_group(const struct making *m, struct hc_subject *s, size_t i)
{
    const struct hc_membership *g = &m->groups.of[i];
    const struct critical *c = &m->critical;
    enum hc_tri peer = HC_UNKNOWN;

    put(s, HC_IN_UNGROUPED, g->ungrouped, g->why);
    put(s, HC_IN_LEFT_OUT, hc_flag(m->facts, HC_IOMMU_DISPLAY_LEFT_OUT),
        hc_open_reply(m->facts, HC_FACT_IOMMU_DISPLAY_LEFT_OUT));
    put(s, HC_IN_DIRECT, g->direct, g->region_why);
    put(s, HC_IN_RELAXABLE, g->relaxable, g->region_why);
    put(s, HC_IN_BOUND_PEER, g->bound_peer, g->bound_why);
    put(s, HC_IN_ON_PAPER, g->on_paper, g->config_why);
    if (display_alone(m, s, i)) {
        put_alone(s);
        return;
    }
    if (g->group != HC_NO_GROUP && c->count[g->group] > (c->is[i] == HC_YES))
        peer = HC_YES;
    else if (g->group != HC_NO_GROUP && c->open[g->group] == (c->is[i] == HC_UNKNOWN))
        peer = HC_NO;
    put(s, HC_IN_CRITICAL_PEER, peer, g->group == HC_NO_GROUP ? g->why : c->group_why[g->group]);
}

/* It speaks for all below it: what is behind a bridge to conventional PCI shares a group with that bridge, so where the
   bridge above is no member there is no such bridge. */
static void put_legacy(const struct making *m, struct hc_subject *s, size_t i)
{
    const struct hc_function *f = &m->p->functions.list[i];
    const struct hc_function *above = f->parent == HC_NO_FUNCTION ? NULL : &m->p->functions.list[f->parent];
    const struct hc_reply *why = above ? m->groups.of[i].why : cell_of(f, HC_COL_PCI_PARENT)->why;
    enum hc_tri type = HC_UNKNOWN;

    if (above && above->port_type != HC_PORT_UNKNOWN)
        type = hc_tri(above->port_type == HC_PORT_PCIE_TO_PCI || above->port_type == HC_PORT_CONVENTIONAL);
    if (above && type == HC_UNKNOWN)
        why = cell_of(above, HC_COL_PCI_PORT_TYPE)->why;
    put(s, HC_IN_LEGACY_BUS, hc_and(m->groups.of[i].bridge_above, type), why);
}

/* Set only where the question arises: a function without the capability has none. */
static enum hc_tri above_zero(const struct hc_function *f, int column)
{
    const struct hc_cell *cell = cell_of(f, column);

    if (cell->known)
        return hc_tri(cell->number > 0);
    return !cell->why || cell->why->answer == HC_ABSENT ? HC_NO : HC_UNKNOWN;
}

static void put_sriov(struct hc_subject *s, const struct hc_function *f)
{
    const bool virtual_one = *text_of(f, HC_COL_PCI_PHYSFN) != '\0', none = flag_of(f, HC_COL_PCI_SRIOV) == HC_NO;
    const enum hc_tri on = above_zero(f, HC_COL_PCI_SRIOV_ACTIVE), total = above_zero(f, HC_COL_PCI_SRIOV_TOTAL);

    put(s, HC_IN_VFS_ON, virtual_one || (none && on != HC_YES) ? HC_NO : on, cell_of(f, HC_COL_PCI_SRIOV_ACTIVE)->why);
    put(s, HC_IN_CAN_HAVE_VFS, virtual_one ? HC_NO : total, cell_of(f, HC_COL_PCI_SRIOV_TOTAL)->why);
}

static void put_interrupts(struct hc_subject *s, const struct hc_function *f, uint32_t quirks)
{
    const struct hc_cell *pin = cell_of(f, HC_COL_PCI_PIN);

    put(s, HC_IN_PIN, pin->known ? hc_tri(pin->number) : HC_UNKNOWN, pin->why);
    put_flag(s, HC_IN_MSI, f, HC_COL_PCI_MSI);
    put_flag(s, HC_IN_MSIX, f, HC_COL_PCI_MSIX);
    put(s, HC_IN_BROKEN_INTX, hc_tri(quirks & HC_QUIRK_BROKEN_INTX), NULL);
}

/* Only displays of VGA have the file boot_vga. */
static void put_display(const struct making *m, struct hc_subject *s, const struct hc_function *f)
{
    const struct hc_cell *rom = cell_of(f, HC_COL_PCI_ROM), *picture = cell_of(f, HC_COL_PCI_FRAMEBUFFER);
    const size_t others = m->displays - is_display(f);

    put_flag(s, HC_IN_BOOT_VGA, f, HC_COL_PCI_BOOT_VGA);
    if (f->class_code != UINT32_MAX && f->class_code >> 8 != 0x0300)
        put(s, HC_IN_BOOT_VGA, HC_NO, NULL);
    put(s, HC_IN_OTHER_DISPLAY, hc_tri(others > 0), NULL);
    put(s, HC_IN_PICTURE, picture->known ? hc_tri(*picture->text) : is_display(f) ? HC_UNKNOWN : HC_NO, picture->why);
    put(s, HC_IN_NO_ROM, rom->known ? hc_tri(!rom->flag) : HC_UNKNOWN, rom->why);
}

/* A parameter of a module that is not loaded has its default, and that is to refuse. */
static void put_denylist(const struct making *m, struct hc_subject *s, uint32_t quirks)
{
    const struct hc_reply *why = hc_why(m->facts, HC_FACT_VFIO_DENYLIST_OFF);
    enum hc_tri off = hc_flag(m->facts, HC_VFIO_DENYLIST_OFF);

    if (off == HC_UNKNOWN && why && why->answer == HC_ABSENT)
        off = HC_NO;
    put(s, HC_IN_DENYLISTED, hc_tri(quirks & HC_QUIRK_VFIO_DENYLIST), NULL);
    put(s, HC_IN_DENYLIST_OFF, off, why);
}

static void put_place(const struct making *m, struct hc_subject *s, size_t i)
{
    const struct hc_function *f = &m->p->functions.list[i];
    const struct hc_cell *removable = cell_of(f, HC_COL_PCI_REMOVABLE), *node = cell_of(f, HC_COL_PCI_NODE);

    put(s, HC_IN_EXTERNAL, removable->known ? hc_tri(!strcmp(removable->text, "removable")) : HC_UNKNOWN,
        removable->why);
    put(s, HC_IN_NODES, hc_tri(m->nodes > 1 && node->known), node->why);
    put(s, HC_IN_LARGE_BAR, m->large_bar[i] ? HC_YES : m->bars_why ? HC_UNKNOWN : HC_NO, m->bars_why);
    put(s, HC_IN_BOUND, hc_host_holds(f), cell_of(f, HC_COL_PCI_DRIVER)->why);
    put(s, HC_IN_MDEV, flag_of(f, HC_COL_PCI_MDEV), cell_of(f, HC_COL_PCI_MDEV)->why);
}

static struct hc_subject subject_of(const struct making *m, size_t i)
{
    const struct hc_function *f = &m->p->functions.list[i];
    struct hc_subject s = {
        .vendor = f->vendor,
        .device = f->device_id,
        .class_code = f->class_code,
        .at_graphics_place = !f->domain && !f->bus && f->device == 2 && !f->function,
        .ids_why = cell_of(f, HC_COL_PCI_CLASS)->why,
    };

    put_host(m, &s);
    put_header(&s, f);
    put_uses(m, &s, i);
    put_group(m, &s, i);
    put_legacy(m, &s, i);
    put_reset(m, &s, i);
    put_sriov(&s, f);
    put_interrupts(&s, f, m->quirks[i]);
    put_display(m, &s, f);
    put_denylist(m, &s, m->quirks[i]);
    put_place(m, &s, i);
    return s;
}

/* ---- what the host needs, before groups are judged ---- */

/* The rules of effect "never", on their own: what they say of one function counts for its group. */
static enum hc_tri needed(const struct hc_subject *s, const struct hc_reply **why)
{
    enum hc_tri any = HC_NO;

    for (size_t r = 0; r < hc_device_rule_count() && s->is[HC_IN_BRIDGE] != HC_YES; r++) {
        struct hc_look look = { .subject = s };
        enum hc_tri holds;
        if (hc_device_rule(r)->effect != HC_EFFECT_NEVER)
            continue;
        holds = hc_device_rule(r)->holds(&look);
        if (holds == HC_UNKNOWN)
            *why = look.open;
        any = hc_or(any, holds);
    }
    return any;
}

static bool room_for_critical(struct making *m)
{
    struct critical *c = &m->critical;
    const size_t functions = m->p->functions.count + 1, groups = m->groups.count + 1;

    c->is = hc_alloc(m->arena, functions * sizeof *c->is);
    c->why = hc_alloc(m->arena, functions * sizeof(const struct hc_reply *));
    c->list = hc_alloc(m->arena, groups * sizeof(size_t *));
    c->count = hc_alloc(m->arena, groups * sizeof *c->count);
    c->open = hc_alloc(m->arena, groups * sizeof *c->open);
    c->group_why = hc_alloc(m->arena, groups * sizeof(const struct hc_reply *));
    return c->is && c->why && c->list && c->count && c->open && c->group_why;
}

static bool find_critical(struct making *m)
{
    struct critical *c = &m->critical;
    size_t *list = hc_alloc(m->arena, (m->p->functions.count + 1) * sizeof *list);

    if (!list || !room_for_critical(m))
        return false;
    for (size_t i = 0; i < m->p->functions.count; i++) {
        struct hc_subject s = { .class_code = m->p->functions.list[i].class_code };
        put_header(&s, &m->p->functions.list[i]);
        put_uses(m, &s, i);
        c->is[i] = needed(&s, &c->why[i]);
    }
    for (size_t g = 0; g < m->groups.count; g++) {
        const struct hc_device_group *group = &m->groups.list[g];
        c->open[g] = !m->groups.whole[g] || m->groups.stray[g];
        c->list[g] = list;
        for (size_t i = 0; i < group->count; i++) {
            const size_t member = group->members[i];
            if (c->is[member] == HC_YES)
                list[c->count[g]++] = member;
            if (c->is[member] == HC_UNKNOWN)
                c->group_why[g] = c->why[member];
            c->open[g] += c->is[member] == HC_UNKNOWN;
        }
        list += c->count[g];
    }
    return true;
}

/* ---- words ---- */

struct naming {
    const struct making *m;
    const struct hc_function *f;
    size_t index;
};

static const char *others_of(const struct naming *n, int group, const char *between, const char *more)
{
    const struct hc_groups *g = &n->m->groups;

    return hc_name_functions(&n->m->p->functions, g->held[group], g->held_count[group], n->index, true, between, more,
                             n->m->arena);
}

static const char *of_group(const struct naming *n, const char *name)
{
    const struct making *m = n->m;
    const int number = m->groups.of[n->index].group;
    const struct hc_device_group *group = number == HC_NO_GROUP ? NULL : &m->groups.list[number];

    if (!group)
        return NULL;
    if (!strcmp(name, "group"))
        return hc_print(m->arena, "%llu", (unsigned long long)group->number);
    if (!strcmp(name, "others"))
        return others_of(n, number, ", ", " and others");
    if (!strcmp(name, "unbind"))
        return others_of(n, number, " ", " ...");
    if (!strcmp(name, "critical"))
        return hc_name_functions(&m->p->functions, m->critical.list[number], m->critical.count[number], n->index, false,
                                 ", ", " and others", m->arena);
    if (!strcmp(name, "joined"))
        return *group->joined ? hc_print(m->arena, " %s", group->joined) : "";
    if (!strcmp(name, "regions"))
        return m->groups.regions[number] && *m->groups.regions[number] ? m->groups.regions[number] : NULL;
    return NULL;
}

static const char *number_text(const struct naming *n, int column)
{
    const struct hc_cell *cell = cell_of(n->f, column);

    return cell->known ? hc_print(n->m->arena, "%llu", (unsigned long long)cell->number) : NULL;
}

static const char *value_of(const void *of, const char *name)
{
    const struct naming *n = of;

    if (!strcmp(name, "device"))
        return n->f->address;
    if (!strcmp(name, "driver"))
        return text_of(n->f, HC_COL_PCI_DRIVER);
    if (!strcmp(name, "framebuffer"))
        return text_of(n->f, HC_COL_PCI_FRAMEBUFFER);
    if (!strcmp(name, "port"))
        return n->f->parent == HC_NO_FUNCTION ? NULL : n->m->p->functions.list[n->f->parent].address;
    if (!strcmp(name, "disks"))
        return n->m->uses[n->index].disks;
    if (!strcmp(name, "interfaces"))
        return n->m->uses[n->index].interfaces;
    if (!strcmp(name, "keyboards"))
        return n->m->uses[n->index].keyboards;
    if (!strcmp(name, "vfs"))
        return hc_print(n->m->arena, "%s virtual functions", number_text(n, HC_COL_PCI_SRIOV_ACTIVE));
    if (!strcmp(name, "total_vfs"))
        return number_text(n, HC_COL_PCI_SRIOV_TOTAL);
    if (!strcmp(name, "node"))
        return number_text(n, HC_COL_PCI_NODE);
    if (!strcmp(name, "load"))
        return hc_flag(n->m->facts, HC_VFIO_PCI) == HC_YES ? "" : "modprobe vfio-pci; ";
    if (!strcmp(name, "host_wrong"))
        return n->m->host_words.wrong;
    if (!strcmp(name, "host_fix"))
        return n->m->host_words.change;
    return of_group(n, name);
}

/* What would settle an open rule. */
static struct hc_words open_words(const struct making *m, const struct hc_held *held, const char *address)
{
    const struct hc_reply *why = held->why;
    struct hc_words words = { hc_reason_row(held->rule->reason)->code, NULL, "", "" };

    if (!why && held->rule->effect >= HC_EFFECT_AFTER_FIXES && m->host_words.wrong &&
        !strcmp(held->rule->id, "PT-HOST")) {
        words.wrong = hc_print(m->arena, "It cannot be told %s. %s", held->rule->question, m->host_words.wrong);
        words.change = m->host_words.change;
    } else {
        words.wrong = hc_print(m->arena, "It is not known of %s %s%s%s.", address, held->rule->question,
                               why ? ": " : "", why ? hc_report_why_open(m->arena, why) : "");
        words.change = why ? hc_hint(why) : "";
    }
    words.wrong = words.wrong ? words.wrong : "";
    return words;
}

static struct hc_device_reason reason_of(const struct making *m, size_t i, const struct hc_held *held)
{
    const struct naming naming = { m, &m->p->functions.list[i], i };
    const struct hc_lookup lookup = { value_of, &naming };
    const struct hc_reason_row *row = hc_reason_row(held->rule->reason);
    struct hc_device_reason reason = {
        held->rule->id, held->rule->effect, held->open, held->why, { NULL, "", "", "" }
    };

    if (held->open) {
        reason.words = open_words(m, held, naming.f->address);
        return reason;
    }
    reason.words.code = row->code;
    reason.words.wrong = hc_fill_for(m->facts, &lookup, m->arena, row->wrong);
    reason.words.change = hc_fill_for(m->facts, &lookup, m->arena, row->change);
    reason.words.see = hc_fill_for(m->facts, &lookup, m->arena, row->see);
    return reason;
}

/* ---- devices ---- */

static bool judge(const struct making *m, size_t i, struct hc_device *device)
{
    const struct hc_function *f = &m->p->functions.list[i];
    const struct hc_subject subject = subject_of(m, i);
    struct hc_judgement judgement;
    struct hc_device_reason *reasons;

    hc_judge_device(&subject, &judgement);
    reasons = hc_alloc(m->arena, (judgement.count + 1) * sizeof *reasons);
    if (!reasons)
        return false;
    for (size_t r = 0; r < judgement.count; r++)
        reasons[r] = reason_of(m, i, &judgement.held[r]);
    *device = (struct hc_device){
        .function = i,
        .group = m->groups.of[i].group,
        .bridge = subject.is[HC_IN_BRIDGE] == HC_YES || hc_is_bridge(f),
        .verdict = judgement.verdict,
        .sure = judgement.sure,
        .at_best = judgement.at_best,
        .own_sure = judgement.own_sure,
        .own_best = judgement.own_best,
        .reasons = reasons,
        .reason_count = judgement.count,
        .reset = subject.is[HC_IN_BRIDGE] == HC_YES ? NULL : best_reset(&subject, f, m->quirks[i]),
    };
    return true;
}

static bool judge_devices(struct making *m)
{
    struct hc_device *devices = hc_alloc(m->arena, (m->p->functions.count + 1) * sizeof *devices);

    m->p->devices = devices;
    for (size_t i = 0; devices && i < m->p->functions.count; i++) {
        if (!judge(m, i, &devices[i]))
            return false;
        if (!devices[i].bridge)
            m->p->counts[devices[i].verdict]++;
    }
    return devices != NULL;
}

/* ---- groups and the host ---- */

/* Worse last: a group is worth what its worst member is. */
static int badness(enum hc_device_verdict verdict)
{
    static const int places[HC_DEVICE_VERDICTS] = {
        [HC_DEVICE_VIABLE] = 0,  [HC_DEVICE_LIMITED] = 1,      [HC_DEVICE_AFTER_FIXES] = 2,
        [HC_DEVICE_UNKNOWN] = 3, [HC_DEVICE_NOT_POSSIBLE] = 4, [HC_DEVICE_NEVER] = 5,
    };
    return places[verdict];
}

static void judge_groups(struct making *m)
{
    for (size_t g = 0; g < m->groups.count; g++) {
        struct hc_device_group *group = &m->groups.list[g];
        bool any = false;
        for (size_t i = 0; i < group->count; i++) {
            const struct hc_device *d = &m->p->devices[group->members[i]];
            if (!d->bridge && (!any || badness(d->verdict) > badness(group->verdict)))
                group->verdict = d->verdict;
            any |= !d->bridge;
        }
        if (!any) /* bridges only, or nothing that is known here */
            group->verdict = group->count ? HC_DEVICE_NOT_POSSIBLE : HC_DEVICE_UNKNOWN;
    }
    m->p->groups = m->groups.list;
    m->p->group_count = m->groups.count;
    m->p->predicted = m->groups.predicted;
}

/* Of those that people pass through: a display, a network card, an NVMe disk; and grouping alone is in the way. At best
   what is open of that is not so. */
static bool spoiled(const struct making *m, const struct hc_device *d, bool at_best)
{
    static const char *const rules[] = { "PT-GROUP", "PT-GROUP-CRITICAL", "PT-LEGACY-BUS", "PT-ACS-OVERRIDE" };
    const uint32_t class = m->p->functions.list[d->function].class_code;

    if (class == UINT32_MAX || (class >> 16 != 0x03 && class >> 16 != 0x02 && class >> 8 != 0x0108))
        return false;
    for (size_t r = 0; r < d->reason_count; r++)
        for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
            if (!(at_best && d->reasons[r].open) && !strcmp(d->reasons[r].rule, rules[i]))
                return true;
    return false;
}

/* Good: at least one device is viable, all others are, too, or limited, or stay because the host needs them, and
   grouping spoils no display, network card or NVMe disk. Partial: at least one is viable or limited. After fixes: none
   is, and one will be. None: there is nothing to give. What is not known of a device keeps a host from being good for
   sure, though the host may need that device; and one whose class is not known may be a bridge, which does not count
   (bridges: reckoned so). */
static enum hc_host_passthrough host_at(const struct making *m, bool at_best, bool bridges)
{
    size_t counts[HC_DEVICE_VERDICTS] = { 0 };
    bool any_spoiled = false;

    for (size_t i = 0; i < m->p->functions.count; i++) {
        const struct hc_device *d = &m->p->devices[i];
        const bool known = d->verdict != HC_DEVICE_UNKNOWN;
        if (d->bridge || (bridges && m->p->functions.list[d->function].class_code == UINT32_MAX))
            continue;
        counts[known ? d->verdict : at_best ? d->at_best : d->sure]++;
        any_spoiled |= spoiled(m, d, at_best) || (!known && !at_best);
    }
    if (counts[HC_DEVICE_VIABLE] && !counts[HC_DEVICE_AFTER_FIXES] && !counts[HC_DEVICE_NOT_POSSIBLE] && !any_spoiled)
        return HC_HOST_GOOD;
    if (counts[HC_DEVICE_VIABLE] || counts[HC_DEVICE_LIMITED])
        return HC_HOST_PARTIAL;
    return counts[HC_DEVICE_AFTER_FIXES] ? HC_HOST_AFTER_FIXES : HC_HOST_NONE;
}

static void judge_host(struct making *m)
{
    const enum hc_host_passthrough sure = host_at(m, false, false);
    const bool agreed =
        host_at(m, true, false) == sure && host_at(m, false, true) == sure && host_at(m, true, true) == sure;

    m->p->host = m->p->functions.known && agreed ? sure : HC_HOST_UNKNOWN;
    if (hc_on_macos(m->facts)) /* whatever the devices are: no released system of Apple gives any away */
        m->p->host = HC_HOST_NONE;
}

/* ---- making ---- */

static bool find_quirks(struct making *m)
{
    m->quirks = hc_alloc(m->arena, (m->p->functions.count + 1) * sizeof *m->quirks);
    for (size_t i = 0; m->quirks && i < m->p->functions.count; i++) {
        const struct hc_function *f = &m->p->functions.list[i];
        const char *text = text_of(f, HC_COL_PCI_REVISION);
        uint64_t revision;
        const bool known = hc_number((struct hc_text){ text, strlen(text) }, 16, &revision);
        m->quirks[i] = hc_pci_quirks(f->vendor, f->device_id, f->class_code, known ? (int)revision : -1);
        m->displays += is_display(f);
        if (f->class_code == UINT32_MAX)
            m->unclassed = f->row;
    }
    return m->quirks != NULL;
}

static bool find_large_bars(struct making *m)
{
    const struct hc_table_data *table = &m->facts->tables[HC_TABLE_PCI_BARS];

    m->large_bar = hc_alloc(m->arena, m->p->functions.count + 1);
    m->bars_why = table->known ? NULL : table->why;
    for (const struct hc_table_row *row = table->first; m->large_bar && row; row = row->next) {
        const char *address = row->cells[HC_COL_BAR_ADDRESS].text;
        size_t function = address ? hc_function_at(&m->p->functions, address, strlen(address)) : HC_NO_FUNCTION;
        if (function != HC_NO_FUNCTION && row->cells[HC_COL_BAR_SIZE].known &&
            row->cells[HC_COL_BAR_SIZE].number >> 32 && row->cells[HC_COL_BAR_NUMBER].number < 6)
            m->large_bar[function] = true;
    }
    return m->large_bar != NULL;
}

/* What the kernel would switch on, or has. */
static bool predict(struct making *m)
{
    const bool on = hc_grouped(m->facts) == HC_YES;
    const bool amd = hc_flag(m->facts, HC_ACPI_IVRS) == HC_YES;

    return hc_predict_groups(&m->p->functions, on, amd, m->arena, &m->p->prediction);
}

static bool make(struct making *m)
{
    m->nodes = m->facts->tables[HC_TABLE_NUMA].count;
    find_host_words(m);
    return hc_functions_of(m->facts, m->arena, &m->p->functions) && find_quirks(m) && find_large_bars(m) &&
           predict(m) && hc_groups_of(m->facts, &m->p->functions, &m->p->prediction, m->quirks, m->arena, &m->groups) &&
           (m->uses = hc_uses_of(m->facts, &m->p->functions, m->arena)) != NULL && find_critical(m) && judge_devices(m);
}

const struct hc_passthrough *hc_passthrough_make(const struct hc_report *report)
{
    struct making m = { .report = report, .facts = report->facts, .arena = report->arena };

    m.p = hc_alloc(m.arena, sizeof *m.p);
    if (!m.p || !make(&m))
        return NULL;
    judge_groups(&m);
    judge_host(&m);
    return m.p;
}

size_t hc_device_by_address(const struct hc_passthrough *passthrough, const char *address)
{
    char whole[32];
    size_t found = hc_function_at(&passthrough->functions, address, strlen(address));

    if (found != HC_NO_FUNCTION || strlen(address) > 16)
        return found;
    snprintf(whole, sizeof whole, "0000:%s", address);
    return hc_function_at(&passthrough->functions, whole, strlen(whole));
}
