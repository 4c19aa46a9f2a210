/* A folder of small files, as sysfs has one for each device: listed once, so that only what is there is asked. */
#ifndef HC_LINUX_ATTRIBUTES_H
#define HC_LINUX_ATTRIBUTES_H

#include "ask.h"
#include "facts.h"

struct hc_folder {
    struct hc_source *src;
    struct hc_facts *facts;
    const char *path;
    const struct hc_reply *list;
    struct hc_text names;
};

struct hc_folder hc_open_folder(struct hc_source *src, struct hc_facts *facts, const char *path);
bool hc_folder_has(const struct hc_folder *folder, const char *name);

/* The one line of a file in the folder; of one that is not listed NULL: then the question does not arise. */
const struct hc_reply *hc_folder_line(const struct hc_folder *folder, const char *name, struct hc_text *line);
/* The last component of a link; as above. */
const struct hc_reply *hc_folder_link(const struct hc_folder *folder, const char *name, struct hc_text *last);

/* A file's line as a cell; where it is not listed the cell stays as it is. */
void hc_folder_text(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name);
void hc_folder_link_name(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name);
/* A whole number, times a unit. */
void hc_folder_number(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name,
                      uint64_t unit);
/* 1 or 0. */
void hc_folder_flag(const struct hc_folder *folder, struct hc_table_row *row, int column, const char *name);

/* A line as a number times a unit; anything else than digits is malformed. */
const struct hc_reply *hc_line_number(struct hc_source *src, const struct hc_reply *reply, struct hc_text line,
                                      uint64_t unit, uint64_t *value);

/* "mc12": the number behind a prefix; false where it is something else. */
bool hc_numbered(struct hc_text name, const char *prefix, uint64_t *number);

#endif
