/* Network interfaces, and what they carry: the default route, and the SSH connection over which this runs. Both hold
   for the ports below a bridge, a bond or a VLAN. */
#include "net_columns.h"
#include "probes.h"
#include "routes.h"
#include "tables.h"
#include "web.h"

#include <stdlib.h>
#include <string.h>

#define NET_FOLDER "/sys/class/net"

/* include/uapi/linux/if.h: operational states */
enum { IF_OPER_UNKNOWN = 0, IF_OPER_UP = 6 };

/* Marks. HARDWARE: it is a device, or stands upon one. */
enum carried { DEFAULT_ROUTE = 1 << 0, SESSION = 1 << 1, HARDWARE = 1 << 2 };

struct interface {
    const struct hc_reply *link, *list, *master_why;
    struct hc_text target, names, master;
    struct hc_link *details; /* what rtnetlink says of it; NULL: nothing */
    uint64_t index;
    struct addresses *first, **end;
    bool named_by_route; /* a default route names it, and not only what stands upon it */
};

struct addresses {
    struct hc_text text;
    struct addresses *next;
};

struct interfaces {
    struct hc_source *src;
    struct hc_web web;
    struct interface *list;                  /* as the nodes of the web */
    const struct hc_reply *routed, *session; /* what proves that one carries a default route, the session */
    const struct hc_reply *no_route,
        *no_session;                       /* what proves that an interface carries none, or why that is not known */
    const struct hc_reply *route_files[2]; /* of IPv4 and IPv6: what they said, sound or not */
    const struct hc_reply *details, *addresses; /* of rtnetlink */
    struct interface **by_index;                /* those that it lists */
    size_t listed;
};

static struct interface *interface_of(const struct interfaces *n, const struct hc_web_node *node)
{
    return &n->list[node - n->web.nodes];
}

static char *path_of(struct interfaces *n, const struct hc_web_node *node, const char *file)
{
    return hc_format(n->src, NET_FOLDER "/%.*s%s", (int)node->name.size, node->name.at, file);
}

/* ---- what stands upon what ---- */

/* The folder says which other questions have an answer; "lower_eth0" is a link to what is below. */
static void place(struct interfaces *n, struct hc_web_node *node)
{
    struct interface *interface = interface_of(n, node);
    struct hc_text rest, name;

    interface->link = hc_ask_link(n->src, path_of(n, node, ""), &interface->target);
    interface->list = hc_ask_dir(n->src, path_of(n, node, ""), &interface->names);
    interface->master_why = interface->list;
    if (hc_has_word(interface->names, "master")) {
        interface->master_why = hc_ask_link(n->src, path_of(n, node, "/master"), &name);
        interface->master = hc_last_component(name);
    }
    rest = interface->names;
    while (hc_next_line(&rest, &name))
        if (hc_starts(name, "lower_"))
            hc_web_join(&n->web, node, hc_web_find(&n->web, (struct hc_text){ name.at + 6, name.size - 6 }));
}

static bool is_virtual(const struct interface *interface)
{
    struct hc_text path = interface->target, component;

    while (hc_pop_component(&path, &component))
        if (hc_text_is(component, "virtual"))
            return true;
    return false;
}

/* ---- what they carry ---- */

/* What a tunnel carries, or a bridge whose ports are all virtual, goes over some other interface: over any. */
static void find_hardware(struct interfaces *n)
{
    for (size_t i = 0; i < n->web.count; i++) {
        struct hc_web_node *node = &n->web.nodes[i];
        if (n->list[i].link->answer == HC_OK && (!is_virtual(&n->list[i]) || hc_text_is(node->name, "lo")))
            hc_web_mark(node, HARDWARE, n->list[i].link);
    }
    hc_web_rise(&n->web);
}

/* Returns the reply that says of the others that they carry none: the one given, or why that is not known. */
static const struct hc_reply *carry(struct interfaces *n, struct hc_text name, enum carried what,
                                    const struct hc_reply *reply, const struct hc_reply *others)
{
    struct hc_web_node *node = hc_web_find(&n->web, name);

    if (node)
        hc_web_mark(node, what, reply);
    if (node && what == DEFAULT_ROUTE)
        interface_of(n, node)->named_by_route = true;
    if (node && node->marks & HARDWARE)
        return others;
    return hc_reword(n->src, reply, HC_UNSUPPORTED, "the way down to the hardware is not seen");
}

/* The ports of whatever carries something must be known, or another may carry it, too. */
static const struct hc_reply *ports_known(const struct interfaces *n, enum carried what, const struct hc_reply *others)
{
    for (size_t i = 0; i < n->web.count; i++)
        if (n->web.nodes[i].marks & what && n->list[i].list->answer != HC_OK)
            return n->list[i].list;
    return others;
}

/* Without IPv4 or without IPv6 there is no such file, and no route. */
static const struct hc_reply *routes(struct interfaces *n, int file, const char *path,
                                     bool (*next)(struct hc_text *rest, struct hc_text *name, bool *sound))
{
    struct hc_text text, name;
    const struct hc_reply *reply = hc_ask_file(n->src, path, &text), *others = reply;
    bool sound = true;

    n->route_files[file] = reply;
    if (reply->answer == HC_ABSENT)
        return n->route_files[file] = hc_restate(n->src, reply, "absent");
    while (next(&text, &name, &sound)) {
        n->routed = reply;
        others = carry(n, name, DEFAULT_ROUTE, reply, others);
        if (!hc_web_find(&n->web, name))
            n->route_files[file] = hc_reword(n->src, reply, HC_FAILED, "a route leads over an interface that is gone");
    }
    if (!sound)
        n->route_files[file] = hc_malformed(n->src, reply, "a line could not be read");
    return sound ? others : n->route_files[file];
}

static void default_routes(struct interfaces *n)
{
    const struct hc_reply *first = routes(n, 0, "/proc/net/route", hc_next_default4);
    const struct hc_reply *second = routes(n, 1, "/proc/net/ipv6_route", hc_next_default6);

    n->no_route = first->answer == HC_OK ? second : first;
}

static void put_default_routes(struct hc_facts *facts, const struct interfaces *n)
{
    const struct hc_reply *why = n->route_files[n->route_files[0]->answer == HC_OK];
    size_t size = 0;
    char *text;

    for (size_t i = 0; i < n->web.count; i++)
        size += n->list[i].named_by_route ? n->web.nodes[i].name.size + 1 : 0;
    text = hc_alloc(&n->src->arena, size + 1);
    size = 0;
    for (size_t i = 0; text && i < n->web.count; i++)
        if (n->list[i].named_by_route) {
            memcpy(text + size, n->web.nodes[i].name.at, n->web.nodes[i].name.size);
            size += n->web.nodes[i].name.size;
            text[size++] = ' ';
        }
    if (n->route_files[0]->thinned || n->route_files[1]->thinned) /* the names are others than those of the host */
        why = hc_reword(n->src, why, HC_REDACTED, NULL);
    hc_put_text(facts, HC_DEFAULT_ROUTES, why, hc_trim((struct hc_text){ text ? text : "", size }));
}

/* "interface eth0" */
static void session(struct interfaces *n)
{
    struct hc_text text, name = HC_TEXT("");
    const struct hc_reply *reply = hc_ask_host(n->src, "ssh", &text);

    n->no_session = reply->answer == HC_ABSENT ? hc_restate(n->src, reply, "absent") : reply;
    n->session = reply;
    if (reply->answer != HC_OK)
        return;
    if (hc_find_value(text, ' ', "interface", &name))
        n->no_session = carry(n, name, SESSION, reply, reply);
    else
        n->no_session = hc_malformed(n->src, reply, "an interface was expected");
}

/* ---- what rtnetlink says ---- */

static void read_links(struct interfaces *n)
{
    struct hc_text text;
    struct hc_link link;
    bool sound = true;

    n->details = hc_ask_netlink(n->src, "link", &text);
    while (hc_next_link(&text, &link, &sound)) {
        struct hc_web_node *node = hc_web_find(&n->web, link.value[HC_LINK_NAME]);
        struct interface *interface = node ? interface_of(n, node) : NULL;
        if (!interface || interface->details)
            continue;
        interface->details = hc_alloc(&n->src->arena, sizeof link);
        if (!interface->details)
            continue;
        *interface->details = link;
        hc_link_number(&link, HC_LINK_INDEX, &interface->index);
        n->by_index[n->listed++] = interface;
    }
    if (sound)
        return;
    n->details = hc_malformed(n->src, n->details, "a line could not be read");
    for (size_t i = 0; i < n->web.count; i++)
        n->list[i].details = NULL;
}

static int by_index(const void *a, const void *b)
{
    const struct interface *x = *(struct interface *const *)a, *y = *(struct interface *const *)b;

    return (x->index > y->index) - (x->index < y->index);
}

static struct interface *numbered(const struct interfaces *n, uint64_t index)
{
    struct interface wanted = { .index = index }, *key = &wanted, **found;

    found = n->listed ? bsearch(&key, n->by_index, n->listed, sizeof *n->by_index, by_index) : NULL;
    return found ? *found : NULL;
}

static void add_address(struct interfaces *n, struct interface *interface, struct hc_text text)
{
    struct addresses *more = hc_alloc(&n->src->arena, sizeof *more);

    if (!more)
        return;
    *more = (struct addresses){ text, NULL };
    if (!interface->end)
        interface->end = &interface->first;
    *interface->end = more;
    interface->end = &more->next;
}

/* Addresses tell the number of their interface. */
static void read_addresses(struct interfaces *n)
{
    struct hc_net_address address;
    struct hc_text text;
    bool sound = true;

    qsort(n->by_index, n->listed, sizeof *n->by_index, by_index);
    n->addresses = hc_ask_netlink(n->src, "addr", &text);
    while (hc_next_address(&text, &address, &sound)) {
        struct interface *interface = numbered(n, address.index);
        struct hc_text shown = hc_address_text(n->src, &address);
        if (hc_was_taken_out(address.bytes))
            shown = address.bytes;
        sound = sound && shown.size;
        if (interface)
            add_address(n, interface, shown);
    }
    if (!sound)
        n->addresses = hc_malformed(n->src, n->addresses, "a line could not be read");
}

/* One after the other, or why they are not known. */
static const struct hc_reply *addresses_of(const struct interfaces *n, const struct interface *interface,
                                           struct hc_text *list)
{
    size_t size = 0;
    char *text;

    *list = HC_TEXT("");
    if (n->addresses->answer != HC_OK || !interface->details)
        return n->addresses->answer != HC_OK ? n->addresses
                                             : hc_reword(n->src, n->addresses, HC_FAILED, "its number is not known");
    for (const struct addresses *one = interface->first; one; one = one->next) {
        if (hc_was_taken_out(one->text))
            return hc_reword(n->src, n->addresses, HC_REDACTED, NULL);
        size += one->text.size + 1;
    }
    text = hc_alloc(&n->src->arena, size + 1);
    size = 0;
    for (const struct addresses *one = interface->first; one && text; one = one->next) {
        memcpy(text + size, one->text.at, one->text.size);
        size += one->text.size;
        text[size++] = ' ';
    }
    *list = hc_trim((struct hc_text){ text ? text : "", text ? size : 0 });
    return n->addresses;
}

/* The folder may be that of another network namespace than the one of this process: then it shows cards that the
   kernel does not. */
static const struct hc_reply *two_namespaces(const struct interfaces *n)
{
    for (size_t i = 0; n->details->answer == HC_OK && i < n->web.count; i++)
        if (!n->list[i].details && n->list[i].link->answer == HC_OK && !is_virtual(&n->list[i]))
            return hc_reword(n->src, n->details, HC_DENIED,
                             "the interfaces of the host are in another network namespace");
    return NULL;
}

/* ---- rows ---- */

static const char *kind_of(uint64_t type, struct hc_text names)
{
    if (type == HC_ARPHRD_LOOPBACK)
        return "loopback";
    if (hc_has_word(names, "wireless") || hc_has_word(names, "phy80211"))
        return "wireless";
    return type == HC_ARPHRD_ETHERNET ? "ethernet" : "other";
}

static void put_kind(const struct hc_net_port *port)
{
    uint64_t type;
    const struct hc_reply *reply;
    const char *kind;

    if (port->details) {
        reply = port->details_why;
        hc_link_number(port->details, HC_LINK_TYPE, &type);
    } else {
        reply = hc_ask_u64(port->src, hc_net_path(port, "/type"), &type);
    }
    kind = kind_of(type, port->names);
    if (reply->answer == HC_OK && port->listing->answer != HC_OK)
        reply = port->listing; /* wireless ones have the type of Ethernet */
    hc_cell_text(port->facts, port->row, HC_COL_NET_KIND, reply, (struct hc_text){ kind, strlen(kind) });
}

static void put_state(const struct hc_net_port *port)
{
    struct hc_text state = HC_TEXT("");
    uint64_t number;
    const struct hc_reply *reply;
    bool up;

    if (port->details && hc_link_number(port->details, HC_LINK_OPERSTATE, &number)) {
        reply = port->details_why;
        up = number == IF_OPER_UP || number == IF_OPER_UNKNOWN;
    } else {
        reply = hc_ask_line(port->src, hc_net_path(port, "/operstate"), &state);
        up = hc_text_is(state, "up") || hc_text_is(state, "unknown");
    }
    hc_cell_flag(port->facts, port->row, HC_COL_NET_UP, reply, up);
}

static struct hc_net_port port_of(struct interfaces *n, struct hc_facts *facts, struct hc_table_row *row,
                                  const struct hc_web_node *node)
{
    const struct interface *interface = interface_of(n, node);
    struct hc_net_port port = {
        .src = n->src,
        .facts = facts,
        .row = row,
        .name = node->name,
        .link = interface->link,
        .listing = interface->list,
        .target = interface->target,
        .names = interface->names,
        .virtual = is_virtual(interface),
        .details = interface->details,
        .details_why = n->details,
    };

    if (!port.details && n->details->answer == HC_OK)
        port.details_why = hc_reword(n->src, n->details, HC_FAILED, "it is not in this list");
    port.addresses_why = addresses_of(n, interface, &port.addresses);
    return port;
}

static void put_row(struct hc_facts *facts, const struct hc_reply *list, struct interfaces *n,
                    const struct hc_web_node *node)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, list);
    const struct interface *interface = interface_of(n, node);
    const bool routed = node->marks & DEFAULT_ROUTE, session = node->marks & SESSION;
    const struct hc_net_port port = port_of(n, facts, row, node);

    hc_cell_text(facts, row, HC_COL_NET_NAME, list, node->name);
    hc_cell_text(facts, row, HC_COL_NET_PCI, interface->link, hc_net_function(interface->target));
    hc_cell_text(facts, row, HC_COL_NET_MASTER, interface->master_why, interface->master);
    hc_cell_text(facts, row, HC_COL_NET_LOWER, interface->list, hc_web_names(&n->web, node->below));
    put_kind(&port);
    put_state(&port);
    hc_cell_flag(facts, row, HC_COL_NET_DEFAULT_ROUTE, routed ? n->routed : n->no_route, routed);
    hc_cell_flag(facts, row, HC_COL_NET_SESSION, session ? n->session : n->no_session, session);
    hc_put_net_columns(&port);
}

/* Interfaces are those of one network namespace. NULL where it is the host's, as far as can be told: a process without
   rights cannot compare its own with that of process 1, but sees whether it is in a container. */
static const struct hc_reply *elsewhere(struct hc_source *src)
{
    struct hc_text pids, mine, first;
    const struct hc_reply *pid = hc_ask_link(src, "/proc/self/ns/pid", &pids);
    const struct hc_reply *own = hc_ask_link(src, "/proc/self/ns/net", &mine);
    const struct hc_reply *other = hc_ask_link(src, "/proc/1/ns/net", &first);
    static const char what[] = "the interfaces of the host are in another network namespace";

    if (pid->answer == HC_OK && !hc_text_is(pids, "pid:[4026531836]"))
        return hc_reword(src, pid, HC_DENIED,
                         "whether these are the interfaces of the host is not seen in a container");
    if (own->answer == HC_OK && other->answer == HC_OK && !hc_same_text(mine, first))
        return hc_reword(src, own, HC_DENIED, what);
    return NULL;
}

/* bonding_masters is a file of the bonding driver. */
static struct hc_text without_files(struct hc_source *src, struct hc_text names)
{
    char *kept = hc_alloc(&src->arena, names.size + 2);
    struct hc_text name;
    size_t size = 0;

    while (kept && hc_next_line(&names, &name)) {
        if (hc_text_is(name, "bonding_masters"))
            continue;
        memcpy(kept + size, name.at, name.size);
        size += name.size;
        kept[size++] = '\n';
    }
    return (struct hc_text){ kept ? kept : "", size };
}

static bool make_room(struct interfaces *n)
{
    struct hc_arena *arena = &n->src->arena;

    n->list = hc_alloc(arena, (n->web.count + 1) * sizeof *n->list);
    n->by_index = hc_alloc(arena, (n->web.count + 1) * sizeof(struct interface *));
    return n->list && n->by_index;
}

void hc_probe_net(struct hc_source *src, struct hc_facts *facts)
{
    struct interfaces n = { .src = src };
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, NET_FOLDER, &names), *why = elsewhere(src);

    if (!why && reply->answer == HC_OK) {
        if (!hc_web_make(&n.web, src, without_files(src, names)) || !make_room(&n))
            return;
        for (size_t i = 0; i < n.web.count; i++)
            place(&n, &n.web.nodes[i]);
        read_links(&n);
        why = two_namespaces(&n);
    }
    hc_put_table(facts, HC_TABLE_NET, why ? why : reply);
    hc_put_number(facts, HC_NET_INTERFACES, why ? why : reply, n.web.count);
    if (why || reply->answer != HC_OK)
        return;
    read_addresses(&n);
    find_hardware(&n);
    default_routes(&n);
    put_default_routes(facts, &n);
    session(&n);
    hc_web_flow(&n.web);
    n.no_route = ports_known(&n, DEFAULT_ROUTE, n.no_route);
    n.no_session = ports_known(&n, SESSION, n.no_session);
    for (size_t i = 0; i < n.web.count; i++)
        put_row(facts, reply, &n, &n.web.nodes[i]);
}
