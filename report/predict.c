/* The rules of pci_device_group() (drivers/iommu/iommu.c), which VT-d, AMD-Vi, the SMMUs and virtio-iommu use for every
   PCI function:
   - pci_for_each_dma_alias() (drivers/pci/search.c): where a bridge to conventional PCI stands above, requests carry
     the id of that bridge, and the function belongs to its group; functions behind VMD to that of the VMD;
   - pci_acs_path_enabled() (drivers/pci/pci.c): unless every port from the bridge above up to the root isolates, the
     function belongs to the group of the bridge above;
   - get_pci_alias_group(): quirks by which a function uses the id of another one of its bus join the two;
   - get_pci_function_alias_group(): functions of a multifunction slot that do not isolate are together.
   The kernel goes through the functions one after the other and takes the first group that it meets; bridges come
   before what is below them. So a function needs to be joined with the nearest of these only, in any order.

   This is Linux 6.1 (looked at: 6.1.192), with the ids of later kernels. A series proposed in 2025 ("Fix incorrect
   iommu_groups with PCIe ACS", with pci_reachable_set()) would make groups larger where a switch or a multifunction
   slot isolates in part; nothing of it is here. Not foreseen: what the command line changes (pci=disable_acs_redir,
   config_acs, pcie_acs_override), ids that only AMD's IVRS ties together on one bus (setup_aliases() of
   drivers/iommu/amd/iommu.c; firmware uses them for what stands behind a bridge, which is joined anyway), functions
   that no IOMMU covers, which have no group at all. */
#include "predict.h"

#include "pci_quirks.h"
#include "tables.h"

#include <string.h>

/* PCI Express Base 6.0, 7.7.11.2; REQ_ACS_FLAGS of drivers/iommu/iommu.c */
#define ACS_SV       0x01u
#define ACS_RR       0x04u
#define ACS_CR       0x08u
#define ACS_UF       0x10u
#define ACS_REQUIRED (ACS_SV | ACS_RR | ACS_CR | ACS_UF)

enum state { UNSEEN, CLIMBING, SEEN };

struct node {
    enum state state;
    enum hc_port_type type; /* as the kernel corrects it */
    uint32_t quirks;
    size_t above; /* the bridge above its bus; HC_NO_FUNCTION: a root bus, or not known */
    bool above_known;
    enum hc_tri multifunction; /* as the kernel sees it */
    enum hc_tri isolated;      /* pci_acs_enabled() */
    enum hc_tri path;          /* it and all above it isolate */
    size_t leak;               /* the nearest of them that does not */
    size_t taker;              /* it, or the nearest above it, that puts its own id on requests from below */
};

/* Two that would share a group if what could not be read says so. */
struct doubt {
    size_t a, b;
};

struct walk {
    const struct hc_functions *functions;
    bool acs_enabled, amd_iommu;
    struct node *nodes;
    size_t *stack;
    bool *unknown; /* of the function that names a group */
    struct doubt *doubts;
    size_t doubt_count, doubt_room;
    struct hc_arena *arena;
    struct hc_prediction *out;
};

static bool none(size_t index)
{
    return index == HC_NO_FUNCTION;
}

/* ---- sets of functions, each named by its first ---- */

static size_t name_of(const struct walk *w, size_t i)
{
    size_t *group = w->out->group;

    while (group[i] != i)
        i = group[i] = group[group[i]];
    return i;
}

static void unite(struct walk *w, size_t a, size_t b)
{
    a = name_of(w, a);
    b = name_of(w, b);
    w->out->group[a > b ? a : b] = a > b ? b : a;
}

static void give_reason(struct walk *w, size_t i, enum hc_join_kind kind, size_t at)
{
    if (w->out->join[i].kind == HC_JOIN_NOTHING)
        w->out->join[i] = (struct hc_join){ kind, at };
}

static void join(struct walk *w, size_t a, size_t b, enum hc_join_kind kind, size_t at)
{
    unite(w, a, b);
    give_reason(w, a, kind, at);
    give_reason(w, b, kind, at);
}

static void doubt(struct walk *w, size_t a, size_t b)
{
    if (w->doubt_count < w->doubt_room)
        w->doubts[w->doubt_count++] = (struct doubt){ a, b };
}

/* ---- one function ---- */

static bool is_virtual(const struct hc_function *f)
{
    return !none(f->physical);
}

/* pci_scan_slot() sets it for all but function 0, too, which below a port may count beyond 7 (ARI). */
static enum hc_tri multifunction(const struct walk *w, const struct hc_function *f, size_t above)
{
    enum hc_port_type port = none(above) ? HC_PORT_UNKNOWN : w->nodes[above].type;

    if (f->function || (f->device && (port == HC_PORT_ROOT || port == HC_PORT_DOWNSTREAM)))
        return HC_YES;
    return f->multifunction;
}

/* set_pcie_port_type() of drivers/pci/probe.c: ports of switches that say the opposite of what they are. */
static enum hc_port_type corrected(enum hc_port_type type, enum hc_port_type above)
{
    if (type == HC_PORT_DOWNSTREAM &&
        (above == HC_PORT_ROOT || above == HC_PORT_DOWNSTREAM || above == HC_PORT_PCI_TO_PCIE))
        return HC_PORT_UPSTREAM;
    return type == HC_PORT_UPSTREAM && above == HC_PORT_UPSTREAM ? HC_PORT_DOWNSTREAM : type;
}

/* pci_acs_flags_enabled(): what the capability lacks counts as wired on. While the IOMMU is off the kernel has not
   switched anything on: pci_std_enable_acs() then switches on all of this that there is. */
static enum hc_tri by_capability(const struct walk *w, const struct hc_function *f)
{
    unsigned needed = ACS_REQUIRED & f->acs_cap;

    if (f->acs != HC_YES || !w->acs_enabled)
        return f->acs;
    return hc_tri((f->acs_ctrl & needed) == needed);
}

/* pci_dev_specific_acs_enabled() of drivers/pci/quirks.c; unknown: no quirk decides. */
static enum hc_tri by_quirk(const struct node *n)
{
    bool root = n->type == HC_PORT_ROOT, down = root || n->type == HC_PORT_DOWNSTREAM;

    if (n->quirks & (HC_QUIRK_ACS_FUNCTIONS | HC_QUIRK_ACS_PORT))
        return HC_YES;
    if ((n->quirks & (HC_QUIRK_ACS_ROOT_PORT | HC_QUIRK_ACS_PCH) && root) ||
        (n->quirks & HC_QUIRK_ACS_DOWNSTREAM && down) ||
        (n->quirks & HC_QUIRK_ACS_RCIEP && n->type == HC_PORT_INTEGRATED_ENDPOINT))
        return HC_YES;
    if (n->quirks & HC_QUIRK_ACS_LISTED || (n->quirks & HC_QUIRK_ACS_PORTS_LISTED && down))
        return HC_NO;
    return HC_UNKNOWN;
}

/* pci_quirk_amd_sb_acs(): functions of a southbridge on a root bus, where there is an IVRS table. With a southbridge of
   AMD's there is one as soon as its IOMMU is switched on. */
static enum hc_tri by_southbridge(const struct walk *w, const struct node *n)
{
    if (!(n->quirks & HC_QUIRK_ACS_AMD_SB) || (w->acs_enabled && !w->amd_iommu))
        return HC_NO;
    return hc_and(n->multifunction, n->above_known ? hc_tri(none(n->above)) : HC_UNKNOWN);
}

/* pci_acs_enabled() of drivers/pci/pci.c */
static enum hc_tri isolated(const struct walk *w, const struct hc_function *f, const struct node *n)
{
    enum hc_tri quirk = by_quirk(n), southbridge = by_southbridge(w, n);

    if (southbridge != HC_NO)
        return southbridge;
    if (quirk != HC_UNKNOWN)
        return quirk;
    if (is_virtual(f)) /* an endpoint, and never multifunction: pci_iov_add_virtfn() */
        return HC_YES;
    switch (n->type) {
    case HC_PORT_UNKNOWN: return HC_UNKNOWN;
    case HC_PORT_CONVENTIONAL:
    case HC_PORT_PCI_TO_PCIE:
    case HC_PORT_PCIE_TO_PCI:
    case HC_PORT_EVENT_COLLECTOR: return HC_NO;
    case HC_PORT_ROOT:
    case HC_PORT_DOWNSTREAM: return by_capability(w, f);
    default: /* endpoints and upstream ports matter to their slot only */
        return hc_or(hc_not(n->multifunction), by_capability(w, f));
    }
}

/* Whether requests from below carry its own id. Of a bridge that could not be read its isolation is not known either,
   so that this leaves no more open. */
static bool takes_over(const struct node *n)
{
    return n->type == HC_PORT_CONVENTIONAL || n->type == HC_PORT_PCI_TO_PCIE || n->type == HC_PORT_PCIE_TO_PCI;
}

static void take_in(const struct walk *w, size_t i)
{
    const struct hc_function *f = &w->functions->list[i];
    struct node *n = &w->nodes[i];
    const struct node *above = none(n->above) ? NULL : &w->nodes[n->above];
    const struct hc_cell *revision = &f->row->cells[HC_COL_PCI_REVISION];
    uint64_t number;
    bool known = revision->known && hc_number((struct hc_text){ revision->text, strlen(revision->text) }, 16, &number);

    n->quirks = hc_pci_quirks(f->vendor, f->device_id, f->class_code, known ? (int)number : -1);
    n->type = above ? corrected(f->port_type, above->type) : f->port_type;
    n->multifunction = multifunction(w, f, n->above);
    n->isolated = isolated(w, f, n);
    n->path = hc_and(n->isolated, above ? above->path : n->above_known ? HC_YES : HC_UNKNOWN);
    n->leak = n->isolated == HC_NO ? i : above ? above->leak : HC_NO_FUNCTION;
    if (n->quirks & HC_QUIRK_TRANSLATION_ROOT)
        n->taker = HC_NO_FUNCTION;
    else
        n->taker = takes_over(n) ? i : above ? above->taker : HC_NO_FUNCTION;
    n->state = SEEN;
}

/* A virtual function hangs where its physical one does: its bus is none of its own. */
static void find_above(const struct walk *w, size_t i)
{
    const struct hc_function *f = &w->functions->list[i];
    const struct hc_function *owner = is_virtual(f) ? &w->functions->list[f->physical] : f;

    w->nodes[i].above = owner->parent;
    w->nodes[i].above_known = f->physical_known && owner->parent_known;
}

/* Bridges before what is below them; where broken links go round, nothing is known of what is above. */
static void climb(const struct walk *w, size_t i)
{
    size_t depth = 0;

    while (!none(i) && w->nodes[i].state == UNSEEN) {
        w->nodes[i].state = CLIMBING;
        find_above(w, i);
        w->stack[depth++] = i;
        i = w->nodes[i].above;
    }
    if (!none(i) && w->nodes[i].state == CLIMBING) {
        w->nodes[w->stack[depth - 1]].above = HC_NO_FUNCTION;
        w->nodes[w->stack[depth - 1]].above_known = false;
    }
    while (depth)
        take_in(w, w->stack[--depth]);
}

/* ---- what joins ---- */

bool hc_is_iommu(const struct hc_function *f)
{
    return f->class_code >> 8 == 0x0806 || (f->vendor == 0x1af4 && f->device_id == 0x1057);
}

/* pci_real_dma_dev() of arch/x86/pci/common.c: a VMD hides what is below it in a domain of its own. */
static bool behind_vmd(struct walk *w, size_t i)
{
    const struct hc_function *f = &w->functions->list[i];
    const struct hc_cell *cell = &f->row->cells[HC_COL_PCI_PATH];
    const char *path = cell->known ? cell->text : "", *root = NULL, *start = path;
    size_t vmd;

    if (f->domain <= UINT16_MAX)
        return false;
    for (const char *at = path; (at = strstr(at, "/pci")); at++)
        root = at;
    for (const char *at = path; root && at < root; at++)
        if (*at == '/')
            start = at + 1;
    vmd = root ? hc_function_at(w->functions, start, (size_t)(root - start)) : HC_NO_FUNCTION;
    if (none(vmd) || vmd == i)
        doubt(w, i, i);
    else
        join(w, i, vmd, HC_JOIN_ALIAS, vmd);
    return true;
}

static void join_above(struct walk *w, size_t i)
{
    const struct node *n = &w->nodes[i], *above = none(n->above) ? NULL : &w->nodes[n->above];

    if (behind_vmd(w, i))
        return;
    if (!n->above_known)
        doubt(w, i, i);
    if (!above)
        return;
    if (!none(above->taker))
        join(w, i, above->taker, HC_JOIN_BRIDGE, above->taker);
    if (above->path == HC_NO)
        join(w, i, n->above, HC_JOIN_PORT, above->leak);
    else if (above->path == HC_UNKNOWN)
        doubt(w, i, n->above);
}

/* Functions that do not isolate are together, if the slot is a multifunction one at all. */
static void join_slot(struct walk *w, size_t first)
{
    const struct hc_function *list = w->functions->list;
    size_t leader = HC_NO_FUNCTION, open = HC_NO_FUNCTION;

    for (size_t i = first; !none(i); i = list[i].next_in_slot) {
        if (hc_is_iommu(&list[i]) || w->nodes[i].isolated == HC_YES)
            continue;
        if (w->nodes[i].isolated == HC_UNKNOWN) {
            open = none(open) ? i : open;
            continue;
        }
        if (none(leader))
            leader = i;
        else
            join(w, i, leader, HC_JOIN_MULTIFUNCTION, leader);
    }
    for (size_t i = first; !none(open) && !none(i); i = list[i].next_in_slot)
        if (i != open && w->nodes[i].isolated != HC_YES && !hc_is_iommu(&list[i]))
            doubt(w, i, open);
}

/* ---- quirks of ids ---- */

static void join_alias(struct walk *w, size_t i, unsigned device, unsigned function)
{
    const struct hc_function *f = &w->functions->list[i];
    size_t other = hc_function_by_numbers(w->functions, f->domain, f->bus, (uint8_t)device, (uint8_t)function);

    if (!none(other) && other != i)
        join(w, i, other, HC_JOIN_ALIAS, other);
}

/* quirk_fixed_dma_alias(): cards of two kinds, told by their subsystem. */
static void join_adaptec(struct walk *w, size_t i)
{
    const struct hc_cell *cells = w->functions->list[i].row->cells;
    const struct hc_cell *vendor = &cells[HC_COL_PCI_SUBVENDOR], *device = &cells[HC_COL_PCI_SUBDEVICE];

    if (!vendor->known || !device->known)
        doubt(w, i, i);
    else if (!strcmp(vendor->text, "9005") && (!strcmp(device->text, "02bb") || !strcmp(device->text, "02bc")))
        join_alias(w, i, 1, 0);
}

/* pci_add_dma_alias() of drivers/pci/quirks.c. Those of a Switchtec bridge, which its registers tell, belong to no
   functions that the host sees. */
static void join_aliases(struct walk *w, size_t i)
{
    const struct hc_function *f = &w->functions->list[i];
    uint32_t quirks = w->nodes[i].quirks;

    if (!f->vendor || !f->device_id)
        doubt(w, i, i);
    if (quirks & HC_QUIRK_ALIAS_FUNCTION_0)
        join_alias(w, i, f->device, 0);
    if (quirks & HC_QUIRK_ALIAS_FUNCTION_1)
        join_alias(w, i, f->device, 1);
    if (quirks & HC_QUIRK_ALIAS_MIC) {
        join_alias(w, i, 0x10, 0);
        join_alias(w, i, 0x11, 0);
        join_alias(w, i, 0x12, 3);
    }
    if (quirks & HC_QUIRK_ALIAS_ADAPTEC)
        join_adaptec(w, i);
    for (unsigned id = 0; quirks & HC_QUIRK_ALIAS_BUS && id < 256; id++)
        join_alias(w, i, id >> 3, id & 7);
}

/* ---- all ---- */

/* A group is known where no doubt would make it larger. */
static void settle(struct walk *w)
{
    size_t count = w->functions->count;

    for (size_t d = 0; d < w->doubt_count; d++) {
        size_t a = name_of(w, w->doubts[d].a), b = name_of(w, w->doubts[d].b);
        if (a != b || w->doubts[d].a == w->doubts[d].b)
            w->unknown[a] = w->unknown[b] = true;
    }
    for (size_t i = 0; i < count; i++) {
        w->out->group[i] = name_of(w, i);
        w->out->known[i] = hc_tri(w->functions->known && !w->unknown[w->out->group[i]]);
    }
}

static bool make_room(struct walk *w)
{
    size_t count = w->functions->count + 1;

    w->doubt_room = 6 * count; /* a function doubts its place, what is above it, its slot, and twice its ids */
    w->nodes = hc_alloc(w->arena, count * sizeof *w->nodes);
    w->stack = hc_alloc(w->arena, count * sizeof *w->stack);
    w->unknown = hc_alloc(w->arena, count * sizeof *w->unknown);
    w->doubts = hc_alloc(w->arena, w->doubt_room * sizeof *w->doubts);
    w->out->known = hc_alloc(w->arena, count * sizeof *w->out->known);
    w->out->group = hc_alloc(w->arena, count * sizeof *w->out->group);
    w->out->join = hc_alloc(w->arena, count * sizeof *w->out->join);
    return w->nodes && w->stack && w->unknown && w->doubts && w->out->known && w->out->group && w->out->join;
}

bool hc_predict_groups(const struct hc_functions *functions, bool acs_enabled, bool amd_iommu, struct hc_arena *arena,
                       struct hc_prediction *prediction)
{
    struct walk w = {
        .functions = functions, .acs_enabled = acs_enabled, .amd_iommu = amd_iommu, .arena = arena, .out = prediction
    };

    if (!make_room(&w))
        return false;
    for (size_t i = 0; i < functions->count; i++) {
        prediction->group[i] = i;
        prediction->join[i] = (struct hc_join){ HC_JOIN_NOTHING, HC_NO_FUNCTION };
        climb(&w, i);
    }
    for (size_t i = 0; i < functions->count; i++) {
        join_above(&w, i);
        join_aliases(&w, i);
    }
    for (size_t i = 0; i < functions->count; i++)
        if (functions->list[i].first_in_slot == i)
            join_slot(&w, i);
    settle(&w);
    return true;
}
