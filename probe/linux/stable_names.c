#include "stable_names.h"

#include <string.h>

struct block {
    struct hc_text lines;
};

/* Lines up to an empty one. */
static bool next_block(struct hc_text *rest, struct hc_text *block)
{
    struct hc_text line;

    *block = (struct hc_text){ rest->at, 0 };
    while (hc_next_line(rest, &line) && line.size)
        block->size = (size_t)(line.at + line.size - block->at);
    return block->size != 0;
}

static bool marked(struct hc_text line, const char *mark, struct hc_text *value)
{
    if (!hc_starts(line, mark))
        return false;
    *value = (struct hc_text){ line.at + 3, line.size - 3 };
    return true;
}

void hc_stable_names_of(struct hc_source *src, const char *subsystem, struct hc_stable_names *names)
{
    const char *key = hc_format(src, "udev:%s", subsystem);
    struct hc_text rest, block, lines, line, node;
    size_t count = 0;

    *names = (struct hc_stable_names){ .src = src };
    if (!key || (!src->udev && !hc_logged(src, key)))
        return;
    names->reply = hc_ask_lasting(src, key);
    rest = (struct hc_text){ names->reply->bytes, names->reply->size };
    while (next_block(&rest, &block))
        count++;
    hc_index_make(&names->by_node, &src->arena, count);
    rest = (struct hc_text){ names->reply->bytes, names->reply->size };
    while (next_block(&rest, &block)) {
        struct block *kept = hc_alloc(&src->arena, sizeof *kept);
        for (lines = block; kept && hc_next_line(&lines, &line);)
            if (marked(line, "N: ", &node)) {
                kept->lines = block;
                hc_index_put(&names->by_node, node, kept);
            }
    }
}

const struct hc_reply *hc_stable_names_why(const struct hc_stable_names *names, const char *folder)
{
    if (!names->reply || !names->reply->thinned || !strstr(folder, "/by-id/"))
        return names->reply;
    return hc_reword(names->src, names->reply, HC_REDACTED, "names with serial numbers were taken out");
}

struct hc_text hc_stable_names_below(const struct hc_stable_names *names, struct hc_text node, const char *folder)
{
    const struct block *block = hc_index_get(&names->by_node, node);
    struct hc_text lines, line, link;
    const size_t prefix = strlen("/dev/");
    char *list;
    size_t size = 0;

    if (!block)
        return HC_TEXT("");
    list = hc_alloc(&names->src->arena, 2 * block->lines.size + prefix + 2);
    for (lines = block->lines; list && hc_next_line(&lines, &line);) {
        if (!marked(line, "S: ", &link) || !hc_starts(link, folder + prefix))
            continue;
        memcpy(list + size, "/dev/", prefix);
        memcpy(list + size + prefix, link.at, link.size);
        size += prefix + link.size;
        list[size++] = ' ';
    }
    return list ? hc_trim((struct hc_text){ list, size }) : HC_TEXT("");
}
