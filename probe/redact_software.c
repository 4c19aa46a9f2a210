#include "redact_software.h"

#include "linux/modules.h"

#include <string.h>

/* os-release may carry fields of an owner's own. */
static bool os_release_line(struct hc_text line)
{
    static const char *const names[] = {
        "ID", "ID_LIKE", "VERSION_ID", "VERSION_CODENAME", "VARIANT_ID", "PRETTY_NAME"
    };
    struct hc_text name, value;

    if (!hc_split(line, '=', &name, &value))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (hc_text_is(name, names[i]))
            return true;
    return false;
}

/* Settings of other modules may hold addresses, names and commands. */
static bool modprobe_line(struct hc_text line)
{
    struct hc_text command, module;

    if (!hc_next_word(&line, &command) || !hc_next_word(&line, &module) || !hc_is_listed_module(module))
        return false;
    return hc_text_is(command, "blacklist") || hc_text_is(command, "options") ||
           (hc_text_is(command, "install") && hc_module_kept_out(line));
}

/* Of a session's file what kind it is: no names, terminals, or hosts that it came from. */
static bool session_line(struct hc_text line)
{
    return hc_starts(line, "TYPE=") || hc_starts(line, "CLASS=") || hc_starts(line, "SEAT=");
}

/* ---- names of files of settings ---- */

/* Folders of the owner, whose names hide those of later ones and of packages. */
static const char *const own_folders[] = { "/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d" };
static const char *const package_folders[] = { "/usr/lib/modprobe.d", "/lib/modprobe.d" };

static struct hc_text listed(struct hc_source *src, const char *folder)
{
    const struct hc_reply *reply = hc_logged(src, hc_format(src, "dir:%s", folder));

    return reply && reply->answer == HC_OK ? (struct hc_text){ reply->bytes, reply->size } : HC_TEXT("");
}

/* 0: it is not in the list. */
static size_t line_number(struct hc_text list, struct hc_text name)
{
    struct hc_text line;

    for (size_t n = 1; hc_next_line(&list, &line); n++)
        if (hc_same_text(line, name))
            return n;
    return 0;
}

/* A name that a package uses stays. Any other is the same in every folder, so that what it hides stays hidden. */
static struct hc_text conf_name(struct hc_source *src, struct hc_text name)
{
    size_t number = 0, folder = 0;
    const char *other;

    for (size_t i = 0; i < sizeof package_folders / sizeof *package_folders; i++)
        if (line_number(listed(src, package_folders[i]), name))
            return name;
    while (folder < sizeof own_folders / sizeof *own_folders &&
           !(number = line_number(listed(src, own_folders[folder]), name)))
        folder++;
    other = hc_format(src, "own-%zu-%zu.conf", folder, number);
    return (struct hc_text){ other ? other : "", other ? strlen(other) : 0 };
}

/* Names without the ending are no settings, and nobody asks for them. */
static enum hc_thinned conf_names(struct hc_source *src, const char *folder, struct hc_text *body)
{
    struct hc_text rest = *body, line;
    const char *kept = "";

    for (size_t i = 0; i < sizeof own_folders / sizeof *own_folders; i++) {
        if (strcmp(folder, own_folders[i]) != 0)
            continue;
        while (kept && hc_next_line(&rest, &line)) {
            struct hc_text name = conf_name(src, line);
            if (line.size > 5 && !memcmp(line.at + line.size - 5, ".conf", 5))
                kept = hc_format(src, "%s%.*s\n", kept, (int)name.size, name.at);
        }
        return kept ? hc_thinned_to(body, kept, strlen(kept)) : HC_NOTHING;
    }
    return HC_WHOLE;
}

const char *hc_thin_software_key(struct hc_source *src, const char *key)
{
    for (size_t i = 0; i < sizeof own_folders / sizeof *own_folders; i++) {
        const size_t size = strlen(own_folders[i]);
        const char *other;
        struct hc_text name;
        if (strncmp(key, "file:", 5) != 0 || strncmp(key + 5, own_folders[i], size) != 0 || key[5 + size] != '/')
            continue;
        name = conf_name(src, (struct hc_text){ key + 6 + size, strlen(key + 6 + size) });
        other = hc_format(src, "file:%s/%.*s", own_folders[i], (int)name.size, name.at);
        return other ? other : key; /* without memory nothing is saved */
    }
    return key;
}

/* ---- lines ---- */

static const struct hc_thin_row rows[] = {
    { "file:/etc/os-release", NULL, .keep = os_release_line },
    { "file:/usr/lib/os-release", NULL, .keep = os_release_line },
    { "file:/etc/modprobe.d/", "", .keep = modprobe_line },
    { "file:/run/modprobe.d/", "", .keep = modprobe_line },
    { "file:/usr/local/lib/modprobe.d/", "", .keep = modprobe_line },
    { "file:/usr/lib/modprobe.d/", "", .keep = modprobe_line },
    { "file:/lib/modprobe.d/", "", .keep = modprobe_line },
    { "file:/run/systemd/sessions/", "", .keep = session_line },
    { .begin = "file:/etc/qemu/firmware/", .end = "" }, /* descriptors that are the owner's own name their folders */
};

enum hc_thinned hc_thin_software(struct hc_source *src, const char *key, struct hc_text *body)
{
    if (!strncmp(key, "dir:", 4))
        return conf_names(src, key + 4, body);
    return hc_thin_by(rows, sizeof rows / sizeof *rows, src, key, body);
}
