#include "web.h"

#include <stdlib.h>
#include <string.h>

int hc_compare_texts(struct hc_text a, struct hc_text b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp(a.at, b.at, shorter) : 0;

    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int by_name(const void *a, const void *b)
{
    return hc_compare_texts((*(struct hc_web_node *const *)a)->name, (*(struct hc_web_node *const *)b)->name);
}

bool hc_web_make(struct hc_web *web, struct hc_source *src, struct hc_text names)
{
    struct hc_text rest = names, name;
    size_t count = 0;

    *web = (struct hc_web){ .src = src };
    while (hc_next_line(&rest, &name))
        count += name.size != 0;
    web->nodes = hc_alloc(&src->arena, (count + 1) * sizeof *web->nodes);
    web->by_name = hc_alloc(&src->arena, (count + 1) * sizeof(struct hc_web_node *));
    if (!web->nodes || !web->by_name)
        return false;
    while (hc_next_line(&names, &name))
        if (name.size) {
            web->nodes[web->count].name = name;
            web->by_name[web->count] = &web->nodes[web->count];
            web->count++;
        }
    qsort(web->by_name, web->count, sizeof(struct hc_web_node *), by_name);
    return true;
}

struct hc_web_node *hc_web_find(const struct hc_web *web, struct hc_text name)
{
    size_t low = 0, high = web->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = hc_compare_texts(name, web->by_name[middle]->name);
        if (!order)
            return web->by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static void put_first(struct hc_web *web, struct hc_web_edge **list, struct hc_web_node *to)
{
    struct hc_web_edge *edge = hc_alloc(&web->src->arena, sizeof *edge);

    if (!edge)
        return;
    *edge = (struct hc_web_edge){ to, *list };
    *list = edge;
}

void hc_web_join(struct hc_web *web, struct hc_web_node *above, struct hc_web_node *below)
{
    if (!above || !below || above == below)
        return;
    put_first(web, &above->below, below);
    put_first(web, &below->above, above);
}

void hc_web_mark(struct hc_web_node *node, unsigned marks, const struct hc_reply *because)
{
    if (!node->because)
        node->because = because;
    node->marks |= marks;
}

static void spread(struct hc_web *web, bool up)
{
    struct hc_web_node *due = NULL, *node;

    for (size_t i = web->count; i-- > 0;)
        if (web->nodes[i].marks) {
            web->nodes[i].next_due = due;
            web->nodes[i].due = true;
            due = &web->nodes[i];
        }
    while ((node = due)) {
        due = node->next_due;
        node->due = false;
        for (const struct hc_web_edge *edge = up ? node->above : node->below; edge; edge = edge->next) {
            struct hc_web_node *other = edge->to;
            if (!(node->marks & ~other->marks))
                continue;
            hc_web_mark(other, node->marks, node->because);
            if (!other->due) {
                other->next_due = due;
                other->due = true;
                due = other;
            }
        }
    }
}

void hc_web_flow(struct hc_web *web)
{
    spread(web, false);
}

void hc_web_rise(struct hc_web *web)
{
    spread(web, true);
}

struct hc_text hc_web_names(struct hc_web *web, const struct hc_web_edge *edges)
{
    size_t size = 0;
    char *text;

    for (const struct hc_web_edge *edge = edges; edge; edge = edge->next)
        size += edge->to->name.size + 1;
    text = hc_alloc(&web->src->arena, size + 1);
    if (!text)
        return HC_TEXT("");
    for (size_t end = size; edges; edges = edges->next) { /* the last one was put first */
        end -= edges->to->name.size + 1;
        memcpy(text + end, edges->to->name.at, edges->to->name.size);
        text[end + edges->to->name.size] = ' ';
    }
    return hc_trim((struct hc_text){ text, size });
}

bool hc_pop_component(struct hc_text *path, struct hc_text *component)
{
    while (path->size && path->at[path->size - 1] == '/')
        path->size--;
    *component = (struct hc_text){ path->at + path->size, 0 };
    while (path->size && path->at[path->size - 1] != '/') {
        path->size--;
        component->at--;
        component->size++;
    }
    return component->size != 0;
}

struct hc_text hc_last_component(struct hc_text path)
{
    struct hc_text component;

    hc_pop_component(&path, &component);
    return component;
}

static bool hex(struct hc_text text, size_t least, size_t most)
{
    uint64_t value;

    return text.size >= least && text.size <= most && !hc_starts(text, "0x") && !hc_starts(text, "0X") &&
           hc_number(text, 16, &value);
}

bool hc_is_pci_address(struct hc_text text)
{
    struct hc_text domain, rest, bus, slot, device, function;

    return hc_split(text, ':', &domain, &rest) && hc_split(rest, ':', &bus, &slot) &&
           hc_split(slot, '.', &device, &function) && hex(domain, 4, 8) && hex(bus, 2, 2) && hex(device, 2, 2) &&
           hex(function, 1, 1);
}
