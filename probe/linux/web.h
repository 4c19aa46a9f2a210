/* Things that stand upon others (mappings upon disks, bridges upon ports): what is said of one holds for all below. */
#ifndef HC_WEB_H
#define HC_WEB_H

#include "parse.h"
#include "source.h"

struct hc_web_edge {
    struct hc_web_node *to;
    struct hc_web_edge *next;
};

struct hc_web_node {
    struct hc_text name;
    unsigned marks;                 /* bits, whose meaning the caller knows */
    const struct hc_reply *because; /* of the first mark */
    struct hc_web_edge *above, *below;
    struct hc_web_node *next_due; /* while marks flow */
    bool due;
};

struct hc_web {
    struct hc_source *src;
    struct hc_web_node *nodes; /* in the order of the names */
    struct hc_web_node **by_name;
    size_t count;
};

/* Below 0, 0 or above 0, by bytes. */
int hc_compare_texts(struct hc_text a, struct hc_text b);

/* A node for each line of names; false: no memory. */
bool hc_web_make(struct hc_web *web, struct hc_source *src, struct hc_text names);
/* NULL: none of that name. */
struct hc_web_node *hc_web_find(const struct hc_web *web, struct hc_text name);
/* Either may be NULL: then nothing happens. */
void hc_web_join(struct hc_web *web, struct hc_web_node *above, struct hc_web_node *below);
void hc_web_mark(struct hc_web_node *node, unsigned marks, const struct hc_reply *because);
/* Marks go down until nothing changes: each edge is followed at most once for each bit, loops or not. */
void hc_web_flow(struct hc_web *web);
/* The same, upwards. */
void hc_web_rise(struct hc_web *web);

/* Names with blanks between them. */
struct hc_text hc_web_names(struct hc_web *web, const struct hc_web_edge *edges);

/* The last component of a path. */
struct hc_text hc_last_component(struct hc_text path);
/* Takes the last component off the end of a path; false at its beginning. */
bool hc_pop_component(struct hc_text *path, struct hc_text *component);
/* "0000:01:00.0", with a domain of four digits or more. */
bool hc_is_pci_address(struct hc_text text);

#endif
