/* Where this process stands: namespaces (the first ones have fixed numbers: include/linux/proc_ns.h), control groups,
   and what containers need of the kernel. */
#include "module_file.h"
#include "probes.h"

/* "pid:[4026531836]" */
static bool sound(struct hc_text target, const char *name)
{
    struct hc_text kind, number;
    uint64_t inode;

    return hc_split(target, ':', &kind, &number) && hc_text_is(kind, name) && number.size > 2 && number.at[0] == '[' &&
           number.at[number.size - 1] == ']' &&
           hc_number((struct hc_text){ number.at + 1, number.size - 2 }, 10, &inode);
}

static void namespace(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *name,
                      const char *first)
{
    struct hc_text target;
    const struct hc_reply *reply = hc_ask_link(src, hc_format(src, "/proc/self/ns/%s", name), &target);

    if (!sound(target, name))
        reply = hc_malformed(src, reply, "NAME:[NUMBER] was expected");
    hc_put_flag(facts, id, reply, hc_text_is(target, first));
}

static void namespaces(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line;
    struct hc_node node;
    const struct hc_reply *reply;

    namespace(src, facts, HC_NS_USER_INITIAL, "user", "user:[4026531837]");
    namespace(src, facts, HC_NS_PID_INITIAL, "pid", "pid:[4026531836]");
    namespace(src, facts, HC_NS_CGROUP_INITIAL, "cgroup", "cgroup:[4026531835]");
    namespace(src, facts, HC_NS_UTS_INITIAL, "uts", "uts:[4026531838]");
    reply = hc_ask_line(src, "/run/systemd/container", &line);
    hc_put_text(facts, HC_CONTAINER_MANAGER, reply->answer == HC_ABSENT ? hc_restate(src, reply, "absent") : reply,
                line);
    hc_put_presence(facts, HC_DOCKERENV, hc_ask_stat(src, "/.dockerenv", &node));
}

static void cgroups(struct hc_source *src, struct hc_facts *facts)
{
    static const char *const controllers[] = { "memory", "cpu", "pids", "freezer", "devices", "systemd" };
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/fs/cgroup", &names);
    bool v1 = false;

    for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++)
        v1 = hc_has_word(names, controllers[i]) || v1;
    hc_put_listed(facts, HC_CGROUP_V2, reply, hc_has_word(names, "cgroup.controllers"));
    hc_put_listed(facts, HC_CGROUP_UNIFIED, reply, hc_has_word(names, "unified"));
    hc_put_listed(facts, HC_CGROUP_V1, reply, v1);
}

static void overlay(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/filesystems", &text);

    hc_put_flag(facts, HC_OVERLAY_LISTED, reply, hc_has_word(text, "overlay"));
    if (hc_flag(facts, HC_OVERLAY_LISTED) != HC_YES)
        hc_put_module_file(src, facts, HC_OVERLAY_FILE, "fs/overlayfs/overlay");
}

static void seccomp(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, value;
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_stat(src, "/proc/sys/kernel/seccomp/actions_avail", &node);

    hc_put_presence(facts, HC_SECCOMP_ACTIONS, reply);
    reply = hc_ask_file(src, "/proc/self/status", &text);
    hc_put_flag(facts, HC_SECCOMP_STATUS, reply, hc_find_value(text, ':', "Seccomp", &value));
}

void hc_probe_container(struct hc_source *src, struct hc_facts *facts)
{
    namespaces(src, facts);
    cgroups(src, facts);
    overlay(src, facts);
    seccomp(src, facts);
}
