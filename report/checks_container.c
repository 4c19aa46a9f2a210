/* Checks of containers: where this process stands itself, and what of the kernel and the system they need. */
#include "checks.h"

#include <string.h>

static enum hc_reason not_inside(struct hc_view *v)
{
    return hc_in_container(v, CONTAINER_INSIDE);
}

/* ---- user namespaces and ids ---- */

/* In the order in which one cause hides the next. */
static enum hc_reason why_no_userns(struct hc_view *v)
{
    uint64_t max;

    if (hc_see(v, HC_USERNS_BUILT) == HC_NO)
        return USERNS_NOT_BUILT;
    if (hc_see_number(v, HC_USERNS_MAX, &max) && max == 0)
        return USERNS_NONE_ALLOWED;
    if (hc_see(v, HC_USERNS_OFF) == HC_YES)
        return USERNS_SWITCHED_OFF;
    return hc_see(v, HC_USERNS_APPARMOR) == HC_YES ? USERNS_APPARMOR : USERNS_OFF;
}

static enum hc_reason userns(struct hc_view *v)
{
    switch (hc_see(v, HC_LINUX_USERNS)) {
    case HC_YES: return HC_PASS;
    case HC_NO: return why_no_userns(v);
    default: return HC_CANNOT_TELL;
    }
}

/* Where nobody looked for programs, the question does not arise. */
static enum hc_reason newuidmap(struct hc_view *v)
{
    switch (hc_see(v, HC_NEWUIDMAP_FOUND)) {
    case HC_YES: return HC_PASS;
    case HC_NO: return NEWUIDMAP_MISSING;
    default: return hc_unanswered(v, HC_NEWUIDMAP_FOUND.fact) ? HC_CANNOT_TELL : HC_MOOT;
    }
}

/* ---- options of the kernel ---- */

/* Without a file that tells them, as on many systems, the question does not arise: what fails shows itself. The release
   names the file. */
static enum hc_reason no_options(struct hc_view *v)
{
    bool asked = hc_unanswered(v, HC_CONFIG_KVM.fact) || hc_unanswered(v, HC_KERNEL_RELEASE.fact);

    return asked ? HC_CANNOT_TELL : HC_MOOT;
}

static enum hc_reason options(struct hc_view *v, const char *const *names, enum hc_reason missing)
{
    for (; *names; names++) {
        const char *value = hc_see_option(v, *names);
        if (!value)
            return no_options(v);
        if (!strcmp(value, "n"))
            return missing;
    }
    return HC_PASS;
}

/* A process that has a PID namespace disproves a file that says there are none: it is cut short, or of another kernel.
 */
static enum hc_reason without_pid_ns(struct hc_view *v)
{
    if (hc_see(v, HC_NS_PID_INITIAL) != HC_UNKNOWN)
        return HC_MOOT;
    return hc_unanswered(v, HC_NS_PID_INITIAL.fact) ? HC_CANNOT_TELL : CONTAINER_NO_NAMESPACES;
}

/* moby/moby, contrib/check-config.sh, "Generally Necessary" */
static enum hc_reason namespaces(struct hc_view *v)
{
    static const char *const names[] = { "NET_NS", "IPC_NS", "UTS_NS", "CGROUPS", "KEYS", "POSIX_MQUEUE", NULL };
    const char *pid = hc_see_option(v, "PID_NS");

    if (!pid)
        return no_options(v);
    return strcmp(pid, "y") ? without_pid_ns(v) : options(v, names, CONTAINER_NO_NAMESPACES);
}

/* Rests on network namespaces. */
static enum hc_reason network(struct hc_view *v)
{
    static const char *const names[] = {
        "VETH", "BRIDGE", "BRIDGE_NETFILTER", "NETFILTER_XT_MATCH_ADDRTYPE", "NETFILTER_XT_MATCH_CONNTRACK", NULL
    };
    const char *net = hc_see_option(v, "NET_NS");

    if (!net)
        return no_options(v);
    return strcmp(net, "y") ? HC_MOOT : options(v, names, CONTAINER_NO_NETWORK);
}

const struct hc_check hc_container_checks[] = {
    {
        .id = "container.not_inside",
        .title = "This is not a container itself",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = not_inside,
        .reasons = HC_REASON_LIST(CONTAINER_INSIDE),
    },
    {
        .id = "container.userns",
        .title = "Programs without privilege may make user namespaces",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = userns,
        .reasons =
            HC_REASON_LIST(USERNS_OFF, USERNS_NOT_BUILT, USERNS_NONE_ALLOWED, USERNS_SWITCHED_OFF, USERNS_APPARMOR),
    },
    {
        .id = "container.newuidmap",
        .title = "Containers of a user can be given ids (newuidmap)",
        .fix = HC_FIX_INSTALL,
        .fix_in_guest = HC_FIX_INSTALL,
        .eval = newuidmap,
        .reasons = HC_REASON_LIST(NEWUIDMAP_MISSING),
    },
    {
        .id = "container.network",
        .title = "The kernel has what the network of containers needs",
        .fix = HC_FIX_OS_UPGRADE,
        .fix_in_guest = HC_FIX_OS_UPGRADE,
        .eval = network,
        .reasons = HC_REASON_LIST(CONTAINER_NO_NETWORK),
    },
    {
        .id = "container.namespaces",
        .title = "The kernel has what keeps containers apart",
        .fix = HC_FIX_OS_UPGRADE,
        .fix_in_guest = HC_FIX_OS_UPGRADE,
        .eval = namespaces,
        .reasons = HC_REASON_LIST(CONTAINER_NO_NAMESPACES),
    },
};
const size_t hc_container_check_count = sizeof hc_container_checks / sizeof *hc_container_checks;
