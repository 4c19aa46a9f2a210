/* Which distribution this is and what installs software on it, so that a fix can name the command. In a container both
   are those of its image. */
#include "probes.h"

#include <string.h>

/* ---- os-release ---- */

/* A value as a shell reads it: quotes around it, a backslash before what would else mean something (os-release(5)). */
static struct hc_text unquote(struct hc_source *src, struct hc_text value)
{
    char *plain;
    size_t size = 0;

    if (value.size >= 2 && (value.at[0] == '"' || value.at[0] == '\'') && value.at[value.size - 1] == value.at[0])
        value = (struct hc_text){ value.at + 1, value.size - 2 };
    if (!value.size || !memchr(value.at, '\\', value.size))
        return value;
    plain = hc_alloc(&src->arena, value.size + 1);
    for (size_t i = 0; plain && i < value.size; i++) {
        i += value.at[i] == '\\' && i + 1 < value.size;
        plain[size++] = value.at[i];
    }
    return (struct hc_text){ plain ? plain : "", size };
}

/* The last assignment counts, as in a shell; empty where there is none. */
static struct hc_text field(struct hc_source *src, struct hc_text text, const char *name)
{
    struct hc_text line, key, value, last = { "", 0 };

    while (hc_next_line(&text, &line))
        if (hc_split(line, '=', &key, &value) && hc_text_is(key, name))
            last = value;
    return unquote(src, last);
}

static void os_release(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const struct hc_text_id *id;
        const char *name;
    } rows[] = { { &HC_OS_ID, "ID" },
                 { &HC_OS_ID_LIKE, "ID_LIKE" },
                 { &HC_OS_VERSION_ID, "VERSION_ID" },
                 { &HC_OS_CODENAME, "VERSION_CODENAME" },
                 { &HC_OS_VARIANT_ID, "VARIANT_ID" },
                 { &HC_OS_PRETTY_NAME, "PRETTY_NAME" } };
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/etc/os-release", &text);

    if (reply->answer == HC_ABSENT)
        reply = hc_ask_file(src, "/usr/lib/os-release", &text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hc_put_text(facts, *rows[i].id, reply, field(src, text, rows[i].name));
}

/* ---- package tools ---- */

/* Families by ID and ID_LIKE; a tool is looked for where its family is, and everywhere where none is known. */
static const struct {
    const char *name, *families, *paths[2];
} tools[] = {
    { "apt", "debian ubuntu", { "/usr/bin/apt-get" } },
    { "dnf", "fedora rhel centos", { "/usr/bin/dnf" } },
    { "yum", "fedora rhel centos", { "/usr/bin/yum" } },
    { "rpm-ostree", "fedora rhel centos", { "/usr/bin/rpm-ostree" } },
    { "zypper", "suse opensuse sles", { "/usr/bin/zypper" } },
    { "transactional-update", "suse opensuse sles", { "/usr/sbin/transactional-update" } },
    { "pacman", "arch", { "/usr/bin/pacman" } },
    { "apk", "alpine postmarketos openwrt", { "/sbin/apk", "/usr/bin/apk" } },
    { "nix", "nixos", { "/run/current-system/sw/bin/nix-env" } },
    { "guix", "guix", { "/run/current-system/profile/bin/guix" } },
    { "emerge", "gentoo", { "/usr/bin/emerge" } },
    { "xbps", "void", { "/usr/bin/xbps-install" } },
    { "opkg", "openwrt lede", { "/bin/opkg" } },
};

enum { TOOLS = sizeof tools / sizeof *tools };

static bool of_family(const struct hc_facts *facts, const char *families)
{
    const char *const said[] = { hc_text_of(facts, HC_OS_ID), hc_text_of(facts, HC_OS_ID_LIKE) };
    struct hc_text rest = { families, strlen(families) }, family;

    while (hc_next_word(&rest, &family))
        for (size_t i = 0; i < 2; i++) {
            struct hc_text words = { said[i], said[i] ? strlen(said[i]) : 0 }, word;
            while (hc_next_word(&words, &word))
                if (hc_same_text(word, family))
                    return true;
        }
    return false;
}

static const struct hc_reply *find_tool(struct hc_source *src, size_t tool)
{
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_stat(src, tools[tool].paths[0], &node);

    return reply->answer == HC_ABSENT && tools[tool].paths[1] ? hc_ask_stat(src, tools[tool].paths[1], &node) : reply;
}

static void package_tools(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *found = NULL, *open = NULL, *absent = NULL;
    const char *list = "";
    bool known = false;

    for (size_t i = 0; i < TOOLS; i++)
        known = of_family(facts, tools[i].families) || known;
    for (size_t i = 0; i < TOOLS; i++) {
        const struct hc_reply *reply;
        if (known && !of_family(facts, tools[i].families))
            continue;
        reply = find_tool(src, i);
        if (reply->answer == HC_OK) {
            const char *longer = hc_format(src, "%s%s%s", list, *list ? " " : "", tools[i].name);
            list = longer ? longer : list;
            found = found ? found : reply;
        } else {
            *(reply->answer == HC_ABSENT ? &absent : &open) = reply;
        }
    }
    if (!found && !open && absent)
        found = hc_restate(src, absent, "absent");
    if (found || open)
        hc_put_text(facts, HC_PACKAGE_TOOLS, found ? found : open, (struct hc_text){ list, strlen(list) });
}

void hc_probe_distribution(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node node;

    os_release(src, facts);
    package_tools(src, facts);
    hc_put_presence(facts, HC_OSTREE_BOOTED, hc_ask_stat(src, "/run/ostree-booted", &node));
    hc_put_presence(facts, HC_SYSTEMD, hc_ask_stat(src, "/run/systemd/system", &node)); /* sd_booted(3) */
}
