#include "attributes.h"

#include "web.h"

#include <string.h>

struct hc_folder hc_open_folder(struct hc_source *src, struct hc_facts *facts, const char *path)
{
    struct hc_folder folder = { .src = src, .facts = facts, .path = path };

    folder.list = hc_ask_dir(src, path, &folder.names);
    return folder;
}

/* Names may have blanks in them: a name is a line. */
bool hc_folder_has(const struct hc_folder *folder, const char *name)
{
    struct hc_text rest = folder->names, line;

    while (hc_next_line(&rest, &line))
        if (hc_text_is(line, name))
            return true;
    return false;
}

static const char *path_of(const struct hc_folder *folder, const char *name)
{
    return hc_format(folder->src, "%s/%s", folder->path, name);
}

const struct hc_reply *hc_folder_line(const struct hc_folder *folder, const char *name, struct hc_text *line)
{
    *line = HC_TEXT("");
    if (folder->list->answer != HC_OK)
        return folder->list;
    return hc_folder_has(folder, name) ? hc_ask_line(folder->src, path_of(folder, name), line) : NULL;
}

const struct hc_reply *hc_folder_link(const struct hc_folder *folder, const char *name, struct hc_text *last)
{
    const struct hc_reply *reply;

    *last = HC_TEXT("");
    if (folder->list->answer != HC_OK)
        return folder->list;
    if (!hc_folder_has(folder, name))
        return NULL;
    reply = hc_ask_link(folder->src, path_of(folder, name), last);
    *last = hc_last_component(*last);
    return reply;
}

void hc_folder_text(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, name, &line);

    if (reply)
        hc_cell_text(folder->facts, row, column, reply, line);
}

void hc_folder_link_name(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name)
{
    struct hc_text last;
    const struct hc_reply *reply = hc_folder_link(folder, name, &last);

    if (reply)
        hc_cell_text(folder->facts, row, column, reply, last);
}

const struct hc_reply *hc_line_number(struct hc_source *src, const struct hc_reply *reply, struct hc_text line,
                                      uint64_t unit, uint64_t *value)
{
    *value = 0;
    if (reply->answer != HC_OK)
        return reply;
    if (!hc_number(line, 10, value) || *value > UINT64_MAX / unit) {
        *value = 0;
        return hc_malformed(src, reply, "a number was expected");
    }
    *value *= unit;
    return reply;
}

void hc_folder_number(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name,
                      uint64_t unit)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, name, &line);
    uint64_t value;

    if (!reply)
        return;
    reply = hc_line_number(folder->src, reply, line, unit, &value);
    hc_cell_number(folder->facts, row, column, reply, value);
}

void hc_folder_flag(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, name, &line);
    const bool yes = hc_text_is(line, "1") || hc_text_is(line, "Y");

    if (!reply)
        return;
    if (reply->answer == HC_OK && !yes && !hc_text_is(line, "0") && !hc_text_is(line, "N"))
        reply = hc_malformed(folder->src, reply, "1 or 0 was expected");
    hc_cell_flag(folder->facts, row, column, reply, yes);
}

bool hc_numbered(struct hc_text name, const char *prefix, uint64_t *number)
{
    const size_t size = strlen(prefix);

    return hc_starts(name, prefix) && hc_number((struct hc_text){ name.at + size, name.size - size }, 10, number);
}
