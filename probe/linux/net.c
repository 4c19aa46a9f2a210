/* Network interfaces, and what they carry: the default route, and the SSH connection over which this runs. Both hold
   for the ports below a bridge, a bond or a VLAN. */
#include "probes.h"
#include "routes.h"
#include "tables.h"
#include "web.h"

#include <string.h>

#define NET_FOLDER "/sys/class/net"

/* include/uapi/linux/if_arp.h */
enum { ARPHRD_ETHERNET = 1, ARPHRD_LOOPBACK_DEVICE = 772 };

/* Marks. HARDWARE: it is a device, or stands upon one. */
enum carried { DEFAULT_ROUTE = 1 << 0, SESSION = 1 << 1, HARDWARE = 1 << 2 };

struct interface {
    const struct hc_reply *link, *list, *master_why;
    struct hc_text target, names, master;
};

struct interfaces {
    struct hc_source *src;
    struct hc_web web;
    struct interface *list;                  /* as the nodes of the web */
    const struct hc_reply *routed, *session; /* what proves that one carries a default route, the session */
    const struct hc_reply *no_route,
        *no_session; /* what proves that an interface carries none, or why that is not known */
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
static const struct hc_reply *routes(struct interfaces *n, const char *path,
                                     bool (*next)(struct hc_text *rest, struct hc_text *name, bool *sound))
{
    struct hc_text text, name;
    const struct hc_reply *reply = hc_ask_file(n->src, path, &text), *others = reply;
    bool sound = true;

    if (reply->answer == HC_ABSENT)
        return hc_restate(n->src, reply, "absent");
    while (next(&text, &name, &sound)) {
        n->routed = reply;
        others = carry(n, name, DEFAULT_ROUTE, reply, others);
    }
    return sound ? others : hc_malformed(n->src, reply, "a line could not be read");
}

static void default_routes(struct interfaces *n)
{
    const struct hc_reply *first = routes(n, "/proc/net/route", hc_next_default4);
    const struct hc_reply *second = routes(n, "/proc/net/ipv6_route", hc_next_default6);

    n->no_route = first->answer == HC_OK ? second : first;
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

/* ---- rows ---- */

static const char *kind_of(uint64_t type, struct hc_text names)
{
    if (type == ARPHRD_LOOPBACK_DEVICE)
        return "loopback";
    if (hc_has_word(names, "wireless") || hc_has_word(names, "phy80211"))
        return "wireless";
    return type == ARPHRD_ETHERNET ? "ethernet" : "other";
}

static struct hc_text nearest_function(struct hc_text path)
{
    struct hc_text component;

    while (hc_pop_component(&path, &component))
        if (hc_is_pci_address(component))
            return component;
    return HC_TEXT("");
}

static void put_kind(struct hc_facts *facts, struct hc_table_row *row, struct interfaces *n,
                     const struct hc_web_node *node)
{
    const struct interface *interface = interface_of(n, node);
    struct hc_text state;
    uint64_t type;
    const struct hc_reply *reply = hc_ask_u64(n->src, path_of(n, node, "/type"), &type);
    const char *kind = kind_of(type, interface->names);

    if (reply->answer == HC_OK && interface->list->answer != HC_OK)
        reply = interface->list; /* wireless ones have the type of Ethernet */
    hc_cell_text(facts, row, HC_COL_NET_KIND, reply, (struct hc_text){ kind, strlen(kind) });
    reply = hc_ask_line(n->src, path_of(n, node, "/operstate"), &state);
    hc_cell_flag(facts, row, HC_COL_NET_UP, reply, hc_text_is(state, "up") || hc_text_is(state, "unknown"));
}

static void put_row(struct hc_facts *facts, const struct hc_reply *list, struct interfaces *n,
                    const struct hc_web_node *node)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, list);
    const struct interface *interface = interface_of(n, node);
    const bool routed = node->marks & DEFAULT_ROUTE, session = node->marks & SESSION;

    hc_cell_text(facts, row, HC_COL_NET_NAME, list, node->name);
    hc_cell_text(facts, row, HC_COL_NET_PCI, interface->link, nearest_function(interface->target));
    hc_cell_text(facts, row, HC_COL_NET_MASTER, interface->master_why, interface->master);
    hc_cell_text(facts, row, HC_COL_NET_LOWER, interface->list, hc_web_names(&n->web, node->below));
    put_kind(facts, row, n, node);
    hc_cell_flag(facts, row, HC_COL_NET_DEFAULT_ROUTE, routed ? n->routed : n->no_route, routed);
    hc_cell_flag(facts, row, HC_COL_NET_SESSION, session ? n->session : n->no_session, session);
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

void hc_probe_net(struct hc_source *src, struct hc_facts *facts)
{
    struct interfaces n = { .src = src };
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, NET_FOLDER, &names), *why = elsewhere(src);

    hc_put_table(facts, HC_TABLE_NET, why ? why : reply);
    if (why || reply->answer != HC_OK || !hc_web_make(&n.web, src, without_files(src, names)))
        return;
    n.list = hc_alloc(&src->arena, (n.web.count + 1) * sizeof *n.list);
    if (!n.list)
        return;
    for (size_t i = 0; i < n.web.count; i++)
        place(&n, &n.web.nodes[i]);
    find_hardware(&n);
    default_routes(&n);
    session(&n);
    hc_web_flow(&n.web);
    n.no_route = ports_known(&n, DEFAULT_ROUTE, n.no_route);
    n.no_session = ports_known(&n, SESSION, n.no_session);
    for (size_t i = 0; i < n.web.count; i++)
        put_row(facts, reply, &n, &n.web.nodes[i]);
}
