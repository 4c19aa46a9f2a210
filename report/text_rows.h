/* Lines of a section, their cells below each other; and things that stand upon others, as a tree. */
#ifndef HC_TEXT_ROWS_H
#define HC_TEXT_ROWS_H

#include "facts.h"
#include "paper.h"
#include "parse.h"

struct hc_text_row {
    const char *text; /* cells with tabs between them; the last one is wrapped */
    int depth;
    enum hc_ink ink;
};

struct hc_text_rows {
    struct hc_arena *arena;
    struct hc_text_row *list;
    size_t count, room;
};

void hc_rows_add(struct hc_text_rows *rows, int depth, enum hc_ink ink, const char *text);

/* The title stands before the first line, all lines behind indent blanks; nothing where there are no lines. */
void hc_rows_put(struct hc_paper *paper, const struct hc_text_rows *rows, const char *title, size_t indent);

/* Characters of a text, not bytes. */
size_t hc_text_width(const char *text, size_t size);

/* Rows of a table by number, and which stand below which; a row may stand below several, and even below itself. */
struct hc_tree {
    struct hc_arena *arena;
    const struct hc_table_row **rows;
    size_t count;
    size_t *from, *to, edges, room;
    size_t *start, *below; /* made by hc_tree_walk: below[start[n]] to below[start[n + 1] - 1] stand below n */
    uint8_t *state;        /* of each row: see text_rows.c */
};

/* Of things that are to be put into rows, and of all rows of a table. False: no memory. */
bool hc_tree_make(struct hc_tree *tree, struct hc_arena *arena, size_t count);
bool hc_tree_of(struct hc_tree *tree, struct hc_arena *arena, const struct hc_table_data *table);
void hc_tree_edge(struct hc_tree *tree, size_t above, size_t below);
/* An edge from every row whose id stands in a column of another: "above": the column of the lower row names the upper
   ones; otherwise the column of the upper row names the lower ones. Columns may be -1: nothing. */
void hc_tree_edges(struct hc_tree *tree, int id, int column, bool above);
/* A row that is not shown; what stands below it moves up. */
void hc_tree_hide(struct hc_tree *tree, size_t row);
bool hc_tree_has_below(const struct hc_tree *tree, size_t row);
bool hc_tree_hidden(const struct hc_tree *tree, size_t row);

struct hc_tree_visitor {
    /* again: it was shown before, and what stands below it is not shown again */
    void (*row)(void *self, size_t row, int depth, bool again);
    void (*more)(void *self, size_t count, int depth); /* further ones that are not shown */
    void *self;
};
/* Every row that is not hidden, at least once, but of many beside each other only the first. False: no memory. */
bool hc_tree_walk(struct hc_tree *tree, const struct hc_tree_visitor *visitor);

#endif
