/* What this caller may do for containers and guests: user namespaces, security modules, controllers, groups, ids. */
#include "probes.h"

#include <string.h>

/* ---- user namespaces ---- */

static void user_namespaces(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text target;
    uint64_t value;
    const struct hc_reply *reply;

    hc_put_presence(facts, HC_USERNS_BUILT, hc_ask_link(src, "/proc/self/ns/user", &target));
    reply = hc_ask_u64(src, "/proc/sys/user/max_user_namespaces", &value);
    hc_put_number(facts, HC_USERNS_MAX, reply, value);
    reply = hc_ask_u64(src, "/proc/sys/kernel/unprivileged_userns_clone", &value);
    hc_put_listed(facts, HC_USERNS_OFF, reply, value == 0);
    reply = hc_ask_u64(src, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", &value);
    hc_put_listed(facts, HC_USERNS_APPARMOR, reply, value != 0);
}

/* ---- security modules ---- */

/* "lockdown,capability,yama,apparmor" as words. */
static struct hc_text words_of(struct hc_source *src, struct hc_text list)
{
    char *words = hc_copy(&src->arena, list.at, list.size);

    for (size_t i = 0; words && i < list.size; i++)
        if (words[i] == ',')
            words[i] = ' ';
    return (struct hc_text){ words ? words : "", words ? list.size : 0 };
}

static void security_modules(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line;
    struct hc_node node;
    bool on;
    uint64_t enforcing;
    const struct hc_reply *reply = hc_ask_line(src, "/sys/kernel/security/lsm", &line);

    hc_put_text(facts, HC_LSM, reply, words_of(src, line));
    reply = hc_ask_flag(src, "/sys/module/apparmor/parameters/enabled", &on);
    hc_put_listed(facts, HC_APPARMOR, reply, on);
    reply = hc_ask_u64(src, "/sys/fs/selinux/enforce", &enforcing);
    if (reply->answer == HC_ABSENT && hc_ask_stat(src, "/sys/fs/selinux", &node)->answer != HC_ABSENT)
        reply = hc_reword(src, reply, HC_DENIED, "SELinux is on, its file system is not mounted here");
    hc_put_listed(facts, HC_SELINUX_ENFORCING, reply, enforcing != 0);
}

/* ---- controllers ---- */

/* Version 2 lists them; of version 1 each has a folder, or "cpu,cpuacct" have one together. */
static void controllers(struct hc_source *src, struct hc_facts *facts)
{
    static const char *const known[] = { "cpuset",  "cpu",      "cpuacct",    "blkio",   "memory", "devices", "freezer",
                                         "net_cls", "net_prio", "perf_event", "hugetlb", "pids",   "rdma",    "misc" };
    struct hc_text names, found;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/fs/cgroup", &names);
    const char *list = "";

    if (hc_has_word(names, "cgroup.controllers")) {
        reply = hc_ask_line(src, "/sys/fs/cgroup/cgroup.controllers", &found);
        hc_put_text(facts, HC_CGROUP_CONTROLLERS, reply, found);
        return;
    }
    found = words_of(src, names);
    for (size_t i = 0; list && i < sizeof known / sizeof *known; i++)
        if (hc_has_word(found, known[i]))
            list = hc_format(src, "%s%s%s", list, *list ? " " : "", known[i]);
    if (list)
        hc_put_text(facts, HC_CGROUP_CONTROLLERS, reply, (struct hc_text){ list, strlen(list) });
}

/* ---- groups and ids of the caller ---- */

/* The number of a group in /etc/group; a directory service may have others. */
static const struct hc_reply *group_number(struct hc_source *src, const char *name, uint64_t *number)
{
    struct hc_text text, line, found, rest, password, value, members;
    const struct hc_reply *reply = hc_ask_file(src, "/etc/group", &text);

    while (hc_next_line(&text, &line))
        if (hc_split(line, ':', &found, &rest) && hc_text_is(found, name))
            return hc_split(rest, ':', &password, &rest) && hc_split(rest, ':', &value, &members) &&
                           hc_number(value, 10, number)
                       ? reply
                       : hc_malformed(src, reply, "name:password:number:members was expected");
    return reply->answer == HC_OK ? hc_reword(src, reply, HC_ABSENT, "no group of that name") : reply;
}

static bool caller_has(struct hc_text privilege, uint64_t number)
{
    struct hc_text list = { "", 0 }, word;
    uint64_t value;

    if (hc_find_value(privilege, ' ', "egid", &word) && hc_number(word, 10, &value) && value == number)
        return true;
    hc_find_value(privilege, ' ', "groups", &list);
    while (hc_next_word(&list, &word))
        if (hc_number(word, 10, &value) && value == number)
            return true;
    return false;
}

/* What the process has counts: whoever was added to a group a moment ago has to log in again. */
static void group(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *name)
{
    struct hc_text privilege;
    const struct hc_reply *caller = hc_ask_host(src, "privilege", &privilege);
    uint64_t number = 0;
    const struct hc_reply *reply = group_number(src, name, &number);

    hc_put_flag(facts, id, reply->answer == HC_OK ? caller : reply, caller_has(privilege, number));
}

static void ids(struct hc_source *src, struct hc_facts *facts, struct hc_number_id id, const char *name)
{
    struct hc_text text, value = { "", 0 };
    const struct hc_reply *reply = hc_ask_host(src, "subids", &text);
    uint64_t count = 0;

    if (!hc_find_value(text, ' ', name, &value) || !hc_number(value, 10, &count))
        reply = hc_malformed(src, reply, "counts of ids were expected");
    hc_put_number(facts, id, reply, count);
}

void hc_probe_confinement(struct hc_source *src, struct hc_facts *facts)
{
    user_namespaces(src, facts);
    security_modules(src, facts);
    controllers(src, facts);
    group(src, facts, HC_IN_GROUP_KVM, "kvm");
    group(src, facts, HC_IN_GROUP_LIBVIRT, "libvirt");
    ids(src, facts, HC_SUBUID_COUNT, "subuid");
    ids(src, facts, HC_SUBGID_COUNT, "subgid");
}
