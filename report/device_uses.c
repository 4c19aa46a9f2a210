/* Disks, network interfaces and keyboards, walked once each. A table that could not be read, or a row whose function is
   not known, leaves the question open for every function that could carry such a thing and has a driver. */
#include "device_uses.h"

#include "device_rules.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    const struct hc_facts *facts;
    const struct hc_functions *functions;
    struct hc_arena *arena;
    struct hc_uses *uses;
    size_t *more; /* of each function: rows beyond the first that are told of; while keyboards are counted: these */
};

/* A function that no driver of the host holds carries nothing for it. */
static bool held(const struct hc_function *f)
{
    const struct hc_cell *driver = &f->row->cells[HC_COL_PCI_DRIVER];

    return !driver->known || !driver->text || *driver->text;
}

static const struct hc_reply *why_of(const struct hc_cell *cell, const struct hc_table_row *row)
{
    return cell->why ? cell->why : row->because;
}

/* ---- disks ---- */

static void note_disk(struct walk *w, size_t function, const struct hc_table_row *row)
{
    struct hc_uses *u = &w->uses[function];
    const struct hc_cell *uses = &row->cells[HC_COL_BLOCK_USES];

    if (!uses->known && u->disk != HC_YES) {
        u->disk = HC_UNKNOWN;
        u->disk_why = why_of(uses, row);
    }
    if (!uses->known || !hc_text_in(uses).size)
        return;
    u->disk = HC_YES;
    if (u->disks) {
        w->more[function]++;
        return;
    }
    u->disks = hc_print(w->arena, "%s (%s)", hc_text_in(&row->cells[HC_COL_BLOCK_NAME]).at, uses->text);
}

static void open_disks(struct walk *w, const struct hc_reply *why)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        const struct hc_function *f = &w->functions->list[i];
        struct hc_uses *u = &w->uses[i];
        if (u->disk != HC_NO || !held(f) || hc_may_carry_disks(f->class_code) == HC_NO)
            continue;
        u->disk = HC_UNKNOWN;
        u->disk_why = why;
    }
}

static void disks(struct walk *w)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_BLOCK];
    const struct hc_reply *stray = NULL;
    bool open = !table->known;

    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const struct hc_cell *pci = &row->cells[HC_COL_BLOCK_PCI], *uses = &row->cells[HC_COL_BLOCK_USES];
        struct hc_text rest = hc_text_in(pci), word;
        if (!pci->known && !(uses->known && !hc_text_in(uses).size)) { /* in use, perhaps, and nobody knows where */
            open = true;
            stray = why_of(pci, row);
        }
        while (hc_next_word(&rest, &word)) {
            size_t function = hc_function_at(w->functions, word.at, word.size);
            if (function != HC_NO_FUNCTION)
                note_disk(w, function, row);
        }
    }
    if (open)
        open_disks(w, stray ? stray : table->why);
}

/* ---- network ---- */

struct interface {
    const struct hc_table_row *row;
    struct hc_text name;
    size_t function;
    size_t first_port, next_port; /* of a bridge or bond, by the name of their master */
    enum hc_tri carries;
    const struct hc_reply *why;
};

struct network {
    struct interface *list, **by_name;
    size_t count, *queue;
};

static int by_name(const void *a, const void *b)
{
    const struct interface *x = *(struct interface *const *)a, *y = *(struct interface *const *)b;
    size_t size = x->name.size < y->name.size ? x->name.size : y->name.size;
    int order = memcmp(x->name.at, y->name.at, size);

    return order ? order : (x->name.size > y->name.size) - (x->name.size < y->name.size);
}

static struct interface *named(const struct network *n, struct hc_text name)
{
    struct interface wanted = { .name = name }, *key = &wanted, **found;

    found = name.size ? bsearch(&key, n->by_name, n->count, sizeof *n->by_name, by_name) : NULL;
    return found ? *found : NULL;
}

static enum hc_tri flag_of(const struct hc_cell *cell)
{
    return cell->known ? hc_tri(cell->flag) : HC_UNKNOWN;
}

static bool list_interfaces(struct walk *w, struct network *n)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_NET];

    n->list = hc_alloc(w->arena, (table->count + 1) * sizeof *n->list);
    n->by_name = hc_alloc(w->arena, (table->count + 1) * sizeof(struct interface *));
    n->queue = hc_alloc(w->arena, (table->count + 1) * sizeof *n->queue);
    if (!n->list || !n->by_name || !n->queue)
        return false;
    for (const struct hc_table_row *row = table->first; row; row = row->next, n->count++) {
        struct hc_text pci = hc_text_in(&row->cells[HC_COL_NET_PCI]);
        enum hc_tri route = flag_of(&row->cells[HC_COL_NET_DEFAULT_ROUTE]);
        enum hc_tri session = flag_of(&row->cells[HC_COL_NET_SESSION]);
        n->list[n->count] = (struct interface){
            .row = row,
            .name = hc_text_in(&row->cells[HC_COL_NET_NAME]),
            .function = hc_function_at(w->functions, pci.at, pci.size),
            .first_port = HC_NO_FUNCTION,
            .next_port = HC_NO_FUNCTION,
            .carries = hc_or(route, session),
            .why = row->cells[route == HC_UNKNOWN ? HC_COL_NET_DEFAULT_ROUTE : HC_COL_NET_SESSION].why,
        };
        n->by_name[n->count] = &n->list[n->count];
    }
    qsort(n->by_name, n->count, sizeof *n->by_name, by_name);
    return true;
}

static void chain_ports(struct network *n)
{
    for (size_t i = 0; i < n->count; i++) {
        struct interface *master = named(n, hc_text_in(&n->list[i].row->cells[HC_COL_NET_MASTER]));
        if (!master)
            continue;
        n->list[i].next_port = master->first_port;
        master->first_port = i;
    }
}

/* What an interface carries goes over all below it: ports of a bridge or bond, what a VLAN stands on. */
static void pass_down(struct network *n, enum hc_tri state)
{
    size_t head = 0, tail = 0;

    for (size_t i = 0; i < n->count; i++)
        if (n->list[i].carries == state)
            n->queue[tail++] = i;
    while (head < tail) {
        struct interface *from = &n->list[n->queue[head++]], *to;
        struct hc_text rest = hc_text_in(&from->row->cells[HC_COL_NET_LOWER]), word;
        size_t port = from->first_port;
        while ((port != HC_NO_FUNCTION) || hc_next_word(&rest, &word)) {
            to = port != HC_NO_FUNCTION ? &n->list[port] : named(n, word);
            port = port != HC_NO_FUNCTION ? to->next_port : port;
            if (!to || to->carries == HC_YES || to->carries == state)
                continue;
            to->carries = state;
            to->why = from->why;
            n->queue[tail++] = (size_t)(to - n->list);
        }
    }
}

/* Its place in the stack is not known: what is above it may carry something. */
static void open_stacks(struct network *n)
{
    bool hidden = false;

    for (size_t i = 0; i < n->count; i++) /* something that carries, and stands on nobody knows what */
        if (n->list[i].carries == HC_YES && !n->list[i].row->cells[HC_COL_NET_LOWER].known &&
            n->list[i].function == HC_NO_FUNCTION)
            hidden = true;
    for (size_t i = 0; i < n->count; i++) {
        struct interface *f = &n->list[i];
        const struct hc_cell *master = &f->row->cells[HC_COL_NET_MASTER];
        if (f->carries != HC_NO || (!hidden && master->known))
            continue;
        f->carries = HC_UNKNOWN;
        f->why = why_of(master, f->row);
    }
}

static void note_interface(struct walk *w, const struct interface *f, size_t *wired_functions)
{
    struct hc_uses *u = &w->uses[f->function];
    const struct hc_cell *kind = &f->row->cells[HC_COL_NET_KIND];

    u->path = u->path == HC_NO ? f->carries : hc_or(u->path, f->carries);
    if (u->path == HC_UNKNOWN)
        u->path_why = f->why;
    if (u->interfaces)
        w->more[f->function]++;
    else
        u->interfaces = f->name.size ? f->name.at : NULL;
    if (!kind->known && u->wired == HC_NO) {
        u->wired = HC_UNKNOWN;
        u->wired_why = why_of(kind, f->row);
    }
    if (hc_text_is(hc_text_in(kind), "ethernet") && u->wired != HC_YES) {
        u->wired = HC_YES;
        ++*wired_functions;
    }
}

static void open_network(struct walk *w, const struct hc_reply *why)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        const struct hc_function *f = &w->functions->list[i];
        struct hc_uses *u = &w->uses[i];
        if (!held(f) || hc_may_carry_network(f->class_code) == HC_NO)
            continue;
        if (u->path == HC_NO) {
            u->path = HC_UNKNOWN;
            u->path_why = why;
        }
        if (u->wired == HC_NO) {
            u->wired = HC_UNKNOWN;
            u->wired_why = why;
        }
    }
}

/* Drivers that leave a card to programs, as those of DPDK, have no interface for it. */
static bool has_interface(const struct hc_function *f)
{
    const struct hc_cell *driver = &f->row->cells[HC_COL_PCI_DRIVER];

    return f->class_code != UINT32_MAX && f->class_code >> 16 == 0x02 && driver->known && driver->text &&
           *driver->text && !strstr(driver->text, "vfio") && !strstr(driver->text, "uio") &&
           strcmp(driver->text, "pci-stub");
}

/* A network card that a driver of the host holds, and without an interface here: that may be in another network
   namespace, and carry what it likes. */
static void open_hidden(struct walk *w, const struct hc_reply *why)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_uses *u = &w->uses[i];
        if (u->interfaces || u->path != HC_NO || !has_interface(&w->functions->list[i]))
            continue;
        u->path = u->wired = HC_UNKNOWN;
        u->path_why = u->wired_why = why;
    }
}

static void count_wired(struct walk *w, size_t wired_functions)
{
    const struct hc_uses *open[2] = { NULL, NULL }; /* one that is not this one is among any two */
    size_t count = 0;

    for (size_t i = 0; i < w->functions->count && count < 2; i++)
        if (w->uses[i].wired == HC_UNKNOWN)
            open[count++] = &w->uses[i];
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_uses *u = &w->uses[i];
        const struct hc_uses *open_other = open[0] == u ? open[1] : open[0];
        u->other_wired = wired_functions > (u->wired == HC_YES) ? HC_YES : open_other ? HC_UNKNOWN : HC_NO;
        u->other_wired_why = open_other ? open_other->wired_why : NULL;
    }
}

static bool interfaces(struct walk *w)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_NET];
    struct network n = { .count = 0 };
    const struct hc_reply *why = table->why;
    size_t wired_functions = 0;
    bool open = !table->known;

    if (!list_interfaces(w, &n))
        return false;
    chain_ports(&n);
    pass_down(&n, HC_YES);
    open_stacks(&n);
    pass_down(&n, HC_UNKNOWN);
    for (size_t i = 0; i < n.count; i++) {
        if (n.list[i].function != HC_NO_FUNCTION)
            note_interface(w, &n.list[i], &wired_functions);
        else if (!n.list[i].row->cells[HC_COL_NET_PCI].known) { /* it may be that of any function */
            open = true;
            why = why_of(&n.list[i].row->cells[HC_COL_NET_PCI], n.list[i].row);
        }
    }
    if (open)
        open_network(w, why);
    else
        open_hidden(w, table->why);
    count_wired(w, wired_functions);
    return true;
}

/* ---- keyboards ---- */

/* A controller that a driver of the host holds. */
static bool may_carry_keyboards(const struct hc_function *f)
{
    return held(f) && (f->class_code == UINT32_MAX || f->class_code >> 8 == 0x0c03);
}

struct keyboards {
    size_t count;               /* those of devices; a program can type, but nobody can type on it */
    bool open;                  /* there may be one, and nobody knows where */
    const struct hc_reply *why; /* of that */
};

static void note_keyboard(struct walk *w, struct keyboards *k, const struct hc_table_row *row)
{
    const struct hc_cell *pci = &row->cells[HC_COL_INPUT_PCI], *name = &row->cells[HC_COL_INPUT_NAME];
    const struct hc_cell *program = &row->cells[HC_COL_INPUT_VIRTUAL];
    const struct hc_text address = hc_text_in(pci);
    size_t function;

    if (program->known && program->flag)
        return;
    if (!pci->known) {
        k->open = true;
        k->why = why_of(pci, row);
        return;
    }
    k->count++;
    function = hc_function_at(w->functions, address.at, address.size);
    if (function == HC_NO_FUNCTION)
        return;
    w->more[function]++;
    if (!w->uses[function].keyboards && hc_text_in(name).size)
        w->uses[function].keyboards = hc_print(w->arena, " (%s)", name->text);
}

static void judge_keyboards(struct walk *w, const struct keyboards *k)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        struct hc_uses *u = &w->uses[i];
        const size_t own = w->more[i];
        w->more[i] = 0;
        if (k->count > own || !may_carry_keyboards(&w->functions->list[i]) || (!own && !k->open))
            continue;
        u->keyboard = k->open ? HC_UNKNOWN : HC_YES;
        u->keyboard_why = k->why;
    }
}

static void keyboards(struct walk *w)
{
    const struct hc_table_data *table = &w->facts->tables[HC_TABLE_INPUT];
    struct keyboards k = { .open = !table->known, .why = table->why };

    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const struct hc_cell *kinds = &row->cells[HC_COL_INPUT_KINDS];
        if (!kinds->known) {
            k.open = true;
            k.why = why_of(kinds, row);
        } else if (hc_has_word(hc_text_in(kinds), "keyboard")) {
            note_keyboard(w, &k, row);
        }
    }
    judge_keyboards(w, &k);
}

/* ---- all ---- */

static void tell_more(struct walk *w, bool of_disks)
{
    for (size_t i = 0; i < w->functions->count; i++) {
        const char **text = of_disks ? &w->uses[i].disks : &w->uses[i].interfaces;
        if (w->more[i] && *text)
            *text = hc_print(w->arena, "%s and %zu more", *text, w->more[i]);
        w->more[i] = 0;
    }
}

const struct hc_uses *hc_uses_of(const struct hc_facts *facts, const struct hc_functions *functions,
                                 struct hc_arena *arena)
{
    struct walk w = { .facts = facts, .functions = functions, .arena = arena };

    w.uses = hc_alloc(arena, (functions->count + 1) * sizeof *w.uses);
    w.more = hc_alloc(arena, (functions->count + 1) * sizeof *w.more);
    if (!w.uses || !w.more)
        return NULL;
    for (size_t i = 0; i < functions->count; i++)
        w.uses[i] = (struct hc_uses){ .disk = HC_NO, .path = HC_NO, .wired = HC_NO, .keyboard = HC_NO };
    disks(&w);
    tell_more(&w, true);
    if (!interfaces(&w))
        return NULL;
    tell_more(&w, false);
    keyboards(&w);
    return w.uses;
}
