#include "text_rows.h"

#include "text_index.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 8, WIDEST = 34, STEP = 2, DEEPEST = 16, BESIDE = 40, CRAMPED = 20 };

/* ---- lines ---- */

size_t hc_text_width(const char *text, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < size; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

void hc_rows_add(struct hc_text_rows *rows, int depth, enum hc_ink ink, const char *text)
{
    if (!text || !*text)
        return;
    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 32;
        struct hc_text_row *list = hc_alloc(rows->arena, room * sizeof *list);
        if (!list)
            return; /* the arena remembers */
        if (rows->count)
            memcpy(list, rows->list, rows->count * sizeof *list);
        rows->list = list;
        rows->room = room;
    }
    rows->list[rows->count++] = (struct hc_text_row){ text, depth, ink };
}

static void measure(const struct hc_text_rows *rows, size_t *widths)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *cell = rows->list[i].text;
        for (size_t c = 0; c < CELLS && strchr(cell, '\t'); c++) {
            size_t size = strcspn(cell, "\t");
            size_t width = hc_text_width(cell, size) + (c ? 0 : (size_t)rows->list[i].depth * STEP);
            if (width > widths[c] && width <= WIDEST)
                widths[c] = width;
            cell += size + 1;
        }
    }
}

static void put_row(struct hc_paper *paper, const struct hc_text_row *row, const size_t *widths, size_t indent)
{
    const char *cell = row->text;
    size_t column = indent + (size_t)row->depth * STEP;

    hc_write(paper, "%*s", row->depth * STEP, "");
    if (row->ink != HC_PLAIN) {
        hc_ink(paper, row->ink, "%s", cell);
        hc_write(paper, "\n");
        return;
    }
    for (size_t c = 0; c < CELLS && strchr(cell, '\t'); c++) {
        size_t size = strcspn(cell, "\t"), width = hc_text_width(cell, size);
        size_t wanted = widths[c] - (c ? 0 : (size_t)row->depth * STEP), pad = 0;
        if (widths[c] || width) { /* a cell that is empty in every row takes no room */
            pad = (wanted > width && wanted <= WIDEST ? wanted - width : 0) + 2;
            hc_write(paper, "%.*s%*s", (int)size, cell, (int)pad, "");
        }
        column += width + pad;
        cell += size + 1;
    }
    hc_wrap(paper, column, column + CRAMPED < hc_width(paper) ? column : indent + 4, cell);
}

void hc_rows_put(struct hc_paper *paper, const struct hc_text_rows *rows, const char *title, size_t indent)
{
    size_t widths[CELLS] = { 0 };

    measure(rows, widths);
    for (size_t i = 0; i < rows->count; i++) {
        hc_ink(paper, HC_BOLD, "%-*s", (int)indent, i ? "" : title);
        put_row(paper, &rows->list[i], widths, indent);
    }
}

/* ---- trees ---- */

enum { HIDDEN = 1, SHOWN = 2, HAS_ABOVE = 4, HAS_BELOW = 8, REACHED = 16 };

bool hc_tree_make(struct hc_tree *tree, struct hc_arena *arena, size_t count)
{
    *tree = (struct hc_tree){ .arena = arena, .count = count };
    tree->rows = hc_alloc(arena, (count + 1) * sizeof *tree->rows);
    tree->state = hc_alloc(arena, count + 1);
    return tree->rows && tree->state;
}

bool hc_tree_of(struct hc_tree *tree, struct hc_arena *arena, const struct hc_table_data *table)
{
    size_t n = 0;

    if (!hc_tree_make(tree, arena, table->count))
        return false;
    for (const struct hc_table_row *row = table->first; row; row = row->next)
        tree->rows[n++] = row;
    return true;
}

void hc_tree_edge(struct hc_tree *tree, size_t above, size_t below)
{
    if (tree->edges == tree->room) {
        size_t room = tree->room ? 2 * tree->room : 64;
        size_t *both = hc_alloc(tree->arena, 2 * room * sizeof *both);
        if (!both)
            return;
        if (tree->edges) {
            memcpy(both, tree->from, tree->edges * sizeof *both);
            memcpy(both + room, tree->to, tree->edges * sizeof *both);
        }
        tree->from = both;
        tree->to = both + room;
        tree->room = room;
    }
    tree->from[tree->edges] = above;
    tree->to[tree->edges++] = below;
    tree->state[above] |= HAS_BELOW;
    tree->state[below] |= HAS_ABOVE;
}

static struct hc_text text_of(const struct hc_table_row *row, int column)
{
    return hc_text_in(&row->cells[column]);
}

void hc_tree_edges(struct hc_tree *tree, int id, int column, bool above)
{
    struct hc_text_index index;

    if (id < 0 || column < 0)
        return;
    hc_index_make(&index, tree->arena, tree->count);
    for (size_t i = 0; i < tree->count; i++)
        if (text_of(tree->rows[i], id).size)
            hc_index_put(&index, text_of(tree->rows[i], id), &tree->rows[i]);
    for (size_t i = 0; i < tree->count; i++) {
        struct hc_text rest = text_of(tree->rows[i], column), word;
        while (hc_next_word(&rest, &word)) {
            const struct hc_table_row *const *other = hc_index_get(&index, word);
            size_t o = other ? (size_t)(other - (const struct hc_table_row *const *)tree->rows) : i;
            if (other && o != i)
                hc_tree_edge(tree, above ? o : i, above ? i : o);
        }
    }
}

void hc_tree_hide(struct hc_tree *tree, size_t row)
{
    tree->state[row] |= HIDDEN;
}

bool hc_tree_hidden(const struct hc_tree *tree, size_t row)
{
    return (tree->state[row] & HIDDEN) != 0;
}

bool hc_tree_has_below(const struct hc_tree *tree, size_t row)
{
    return (tree->state[row] & HAS_BELOW) != 0;
}

/* Edges sorted by what stands above, in the order of adding. */
static bool sort_edges(struct hc_tree *tree)
{
    size_t *at = hc_alloc(tree->arena, (tree->count + 2) * sizeof *at);

    tree->start = hc_alloc(tree->arena, (tree->count + 2) * sizeof *tree->start);
    tree->below = hc_alloc(tree->arena, (tree->edges + 1) * sizeof *tree->below);
    if (!at || !tree->start || !tree->below)
        return false;
    for (size_t e = 0; e < tree->edges; e++)
        tree->start[tree->from[e] + 1]++;
    for (size_t n = 0; n < tree->count; n++)
        tree->start[n + 1] += tree->start[n];
    memcpy(at, tree->start, (tree->count + 1) * sizeof *at);
    for (size_t e = 0; e < tree->edges; e++)
        tree->below[at[tree->from[e]]++] = tree->to[e];
    return true;
}

/* Of many beside each other only the first are shown. */
struct beside {
    size_t shown, left_out;
    int level; /* how deep the walk is, with rows that are hidden */
};

static void visit(struct hc_tree *tree, const struct hc_tree_visitor *v, size_t row, int depth, struct beside *beside);

static void visit_below(struct hc_tree *tree, const struct hc_tree_visitor *v, size_t row, int depth,
                        struct beside *beside)
{
    beside->level++;
    for (size_t i = tree->start[row]; i < tree->start[row + 1]; i++)
        visit(tree, v, tree->below[i], depth, beside);
    beside->level--;
}

static void visit(struct hc_tree *tree, const struct hc_tree_visitor *v, size_t row, int depth, struct beside *beside)
{
    struct beside inner = { 0, 0, beside->level };
    bool again = (tree->state[row] & SHOWN) != 0;

    tree->state[row] |= SHOWN;
    if (tree->state[row] & HIDDEN) {
        if (!again && beside->level < DEEPEST)
            visit_below(tree, v, row, depth, beside);
        return;
    }
    if (beside->shown >= BESIDE || beside->level >= DEEPEST) {
        beside->left_out++;
        return;
    }
    beside->shown++;
    v->row(v->self, row, depth, again && hc_tree_has_below(tree, row));
    if (again)
        return;
    visit_below(tree, v, row, depth + 1, &inner);
    if (inner.left_out)
        v->more(v->self, inner.left_out, depth + 1);
}

/* What no way from a root leads to stands in a ring. */
static bool mark_reached(struct hc_tree *tree)
{
    size_t *queue = hc_alloc(tree->arena, (tree->count + 1) * sizeof *queue), end = 0;

    for (size_t row = 0; queue && row < tree->count; row++)
        if (!(tree->state[row] & HAS_ABOVE)) {
            tree->state[row] |= REACHED;
            queue[end++] = row;
        }
    for (size_t at = 0; queue && at < end; at++)
        for (size_t i = tree->start[queue[at]]; i < tree->start[queue[at] + 1]; i++)
            if (!(tree->state[tree->below[i]] & REACHED)) {
                tree->state[tree->below[i]] |= REACHED;
                queue[end++] = tree->below[i];
            }
    return queue != NULL;
}

bool hc_tree_walk(struct hc_tree *tree, const struct hc_tree_visitor *v)
{
    struct beside top = { 0, 0, 0 };

    if (!sort_edges(tree) || !mark_reached(tree))
        return false;
    for (size_t row = 0; row < tree->count; row++)
        if (!(tree->state[row] & HAS_ABOVE) || !(tree->state[row] & (REACHED | SHOWN)))
            visit(tree, v, row, 0, &top);
    if (top.left_out)
        v->more(v->self, top.left_out, 0);
    return true;
}
