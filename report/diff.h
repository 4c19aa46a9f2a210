/* What changed between two looks at a host, by meaning. What is known on one side only did not change: it cannot be
   compared, and is told as such. */
#ifndef HC_DIFF_H
#define HC_DIFF_H

#include "report.h"

/* identity: this is another thing (serial numbers, UUIDs, addresses that are burnt in). volatile: it changes while the
   host runs. configuration: all else, the hardware and how it is set up. */
enum hc_change_kind { HC_CHANGE_IDENTITY, HC_CHANGE_CONFIGURATION, HC_CHANGE_VOLATILE, HC_CHANGE_KINDS };
enum hc_change_what { HC_CHANGED, HC_ADDED, HC_REMOVED };

const char *hc_change_kind_name(enum hc_change_kind kind);
const char *hc_change_what_name(enum hc_change_what what);

struct hc_change {
    enum hc_change_kind kind;
    enum hc_change_what what;
    enum hc_table table;          /* HC_TABLES: a fact */
    const char *row;              /* what names the row; NULL: a fact */
    const struct hc_field *field; /* NULL: the whole row */
    const struct hc_cell *a, *b;  /* NULL: the whole row */
    bool measured;                /* a quantity that wanders by itself, as free bytes */
};

/* Known in one of the two only. */
struct hc_not_compared {
    enum hc_table table;
    const char *row;              /* NULL: a fact, or the whole table */
    const struct hc_field *field; /* NULL: the whole row or table */
    bool in_a;
};

struct hc_verdict_change {
    const char *profile, *a, *b;
};

struct hc_side_verdict {
    const char *profile, *verdict;
};

/* One of the two: a report read back, a recording replayed, or the host itself. */
struct hc_side {
    const char *name; /* of the file; "this host" */
    const char *kind; /* "report", "recording", "host" */
    const char *time; /* or NULL */
    const struct hc_facts *facts;
    const struct hc_side_verdict *verdicts;
    size_t verdict_count;
    struct hc_report *report; /* to be freed with it; or NULL */
    struct hc_scan *scan;     /* the same */
};

/* A file, or its bytes, with the name that messages call it by. False: error says what it is, message (of 512 bytes)
   why, and there is nothing to close. */
bool hc_side_open(struct hc_side *side, const char *path, enum hc_error *error, char *message);
bool hc_side_read(struct hc_side *side, const char *name, const char *bytes, size_t size, enum hc_error *error,
                  char *message);
/* Of a report that lives longer. False: no memory. */
bool hc_side_of(struct hc_side *side, const struct hc_report *report);
void hc_side_close(struct hc_side *side);

struct hc_diff {
    struct hc_arena arena;
    const struct hc_side *a, *b;
    bool one_keyed;            /* names of one side were taken out with a key: they are none of the other's */
    struct hc_change *changes; /* facts, then tables, in their order */
    size_t count, room;
    struct hc_not_compared *open;
    size_t open_count, open_room;
    struct hc_verdict_change *verdicts;
    size_t verdict_count;
};

/* False: no memory. */
bool hc_diff_make(struct hc_diff *diff, const struct hc_side *a, const struct hc_side *b);
void hc_diff_free(struct hc_diff *diff);

/* For free(), NULL without memory. */
char *hc_render_diff_text(const struct hc_diff *diff, struct hc_terminal terminal);
char *hc_render_diff_json(const struct hc_diff *diff);

#endif
