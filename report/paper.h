/* A growing text for a person: wrapped, with colours where they are wanted, and no byte of the host that a terminal
   would obey. */
#ifndef HC_PAPER_H
#define HC_PAPER_H

#include "arena.h"

enum hc_ink { HC_PLAIN, HC_GOOD, HC_WARN, HC_BAD, HC_DIM, HC_BOLD };

/* What the reader's side can show. */
struct hc_terminal {
    bool color;
    unsigned width; /* columns; 0: not known, and then 100 */
};

struct hc_paper {
    char *text;
    size_t size, room;
    struct hc_terminal terminal;
    bool exhausted; /* sticky: the text is not whole */
};

void hc_write(struct hc_paper *paper, const char *format, ...) HC_PRINTF(2, 3);
/* In a colour; the width of a format counts without it. */
void hc_ink(struct hc_paper *paper, enum hc_ink ink, const char *format, ...) HC_PRINTF(3, 4);
size_t hc_width(const struct hc_paper *paper);
/* Words wrapped at that width, every line but the first behind indent blanks; the cursor stands at column, and at the
   one returned behind the last word. */
size_t hc_flow(struct hc_paper *paper, enum hc_ink ink, size_t column, size_t indent, const char *text);
/* The same, plain and with the end of the line. */
void hc_wrap(struct hc_paper *paper, size_t column, size_t indent, const char *text);
/* A text of the host: control characters and what is not UTF-8 become question marks. */
const char *hc_clean(struct hc_arena *arena, const char *text);
/* The same in the text's own place. */
void hc_clean_in_place(char *text);
/* The text for free(), or NULL if it is not whole. */
char *hc_take(struct hc_paper *paper);

#endif
