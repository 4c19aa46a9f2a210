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

/* "/bin/false": any other command is the owner's own. */
static bool is_nothing(struct hc_text command)
{
    static const char *const words[] = { "/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hc_text_is(hc_trim(command), words[i]))
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
           (hc_text_is(command, "install") && is_nothing(line));
}

static const struct {
    const char *begin;
    bool whole; /* of the key */
    bool (*keep)(struct hc_text line);
} rows[] = {
    { "file:/etc/os-release", true, os_release_line },           { "file:/usr/lib/os-release", true, os_release_line },
    { "file:/etc/modprobe.d/", false, modprobe_line },           { "file:/run/modprobe.d/", false, modprobe_line },
    { "file:/usr/local/lib/modprobe.d/", false, modprobe_line }, { "file:/usr/lib/modprobe.d/", false, modprobe_line },
    { "file:/lib/modprobe.d/", false, modprobe_line },
};

bool hc_thin_software(struct hc_source *src, const char *key, struct hc_text *body)
{
    const struct hc_text text = { key, strlen(key) };
    struct hc_text rest = *body, line;
    char *kept;
    size_t row = 0, size = 0;

    while (row < sizeof rows / sizeof *rows &&
           !(rows[row].whole ? hc_text_is(text, rows[row].begin) : hc_starts(text, rows[row].begin)))
        row++;
    if (row == sizeof rows / sizeof *rows || !(kept = hc_alloc(&src->arena, body->size + 2)))
        return false;
    while (hc_next_line(&rest, &line))
        if (rows[row].keep(line)) {
            memcpy(kept + size, line.at, line.size);
            size += line.size;
            kept[size++] = '\n';
        }
    if (size == body->size && !memcmp(kept, body->at, size))
        return false;
    *body = (struct hc_text){ kept, size };
    return true;
}
