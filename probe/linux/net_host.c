/* How guests could reach the network here: what forwards, and which drivers carry frames to them. Nodes are looked at
   and never opened, as that loads a driver. */
#include "probes.h"

#include <string.h>

static void forwarding(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_u64(src, "/proc/sys/net/ipv4/ip_forward", &value);

    hc_put_flag(facts, HC_IPV4_FORWARDING, reply, value != 0);
    reply = hc_ask_u64(src, "/proc/sys/net/ipv6/conf/all/forwarding", &value);
    hc_put_listed(facts, HC_IPV6_FORWARDING, reply, value != 0);
}

/* A kernel without character devices of the kind has no /proc/misc, and none of them. */
static void node(struct hc_source *src, struct hc_facts *facts, const char *name, const char *path,
                 struct hc_flag_id registered, struct hc_flag_id there, struct hc_flag_id access)
{
    struct hc_text text;
    struct hc_node found;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/misc", &text);
    bool granted = false;

    hc_put_listed(facts, registered, reply, hc_has_word(text, name));
    reply = hc_ask_stat(src, path, &found);
    hc_put_presence(facts, there, reply);
    if (reply->answer == HC_OK)
        reply = hc_ask_access(src, path, &granted);
    hc_put_listed(facts, access, reply, granted);
}

/* The class is there from the moment of loading, built in or not (drivers/net/macvtap.c); the list of all character
   devices takes the kernel longer than all else that is asked here. */
static void macvtap(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node found;

    hc_put_presence(facts, HC_MACVTAP_REGISTERED, hc_ask_stat(src, "/sys/class/macvtap", &found));
}

/* ---- Open vSwitch ---- */

#define OVS_FOLDER "/run/openvswitch"

static bool lists_module(struct hc_text modules, const char *name)
{
    struct hc_text line, word;

    while (hc_next_line(&modules, &line))
        if (hc_next_word(&line, &word) && hc_text_is(word, name))
            return true;
    return false;
}

/* A process that is not seen may be hidden (proc(5), hidepid), but not from root. A number may have been given to
   another process since. */
static const struct hc_reply *process(struct hc_source *src, struct hc_facts *facts, uint64_t pid, bool *runs)
{
    struct hc_text name;
    const struct hc_reply *reply = hc_ask_line(src, hc_format(src, "/proc/%llu/comm", (unsigned long long)pid), &name);

    *runs = hc_text_is(name, "ovs-vswitchd");
    if (reply->answer != HC_ABSENT)
        return reply;
    if (hc_flag(facts, HC_ROOT) == HC_YES)
        return hc_restate(src, reply, "absent");
    return hc_reword(src, reply, HC_DENIED, "processes of others may be hidden");
}

static void open_vswitch(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, names;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/modules", &text);
    const struct hc_reply *folder = hc_ask_dir(src, OVS_FOLDER, &names);
    uint64_t pid;
    bool runs = false;

    hc_put_listed(facts, HC_OVS_LOADED, reply, lists_module(text, "openvswitch"));
    hc_put_listed(facts, HC_OVS_DATABASE, folder, hc_has_word(names, "db.sock"));
    reply = folder;
    if (hc_has_word(names, "ovs-vswitchd.pid"))
        reply = hc_ask_u64(src, OVS_FOLDER "/ovs-vswitchd.pid", &pid);
    if (reply != folder && reply->answer == HC_OK)
        reply = process(src, facts, pid, &runs);
    hc_put_listed(facts, HC_OVS_RUNNING, reply, runs);
}

void hc_probe_net_host(struct hc_source *src, struct hc_facts *facts)
{
    forwarding(src, facts);
    node(src, facts, "tun", "/dev/net/tun", HC_TUN_REGISTERED, HC_TUN_NODE, HC_TUN_ACCESS);
    node(src, facts, "vhost-net", "/dev/vhost-net", HC_VHOST_NET_REGISTERED, HC_VHOST_NET_NODE, HC_VHOST_NET_ACCESS);
    node(src, facts, "vhost-vsock", "/dev/vhost-vsock", HC_VHOST_VSOCK_REGISTERED, HC_VHOST_VSOCK_NODE,
         HC_VHOST_VSOCK_ACCESS);
    macvtap(src, facts);
    open_vswitch(src, facts);
}
