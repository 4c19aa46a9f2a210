/* The one door to cJSON, which reads; and the writing of documents: exact integers, UTF-8 repair, keys in order, and
   running out of memory is remembered. Every adding function takes NULL as parent and then does nothing, so callers
   check once, at the end. */
#ifndef HC_JSON_H
#define HC_JSON_H

#include "parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hc_json; /* a value of a document that was read; an open object or array of one that is written */

enum { HC_JSON_DEEPEST = 32 }; /* of what is written */

struct hc_json_level {
    uint16_t depth;
    bool array, filled;
};

struct hc_json_doc {
    struct hc_json *root;
    bool parsed;    /* cJSON made the tree, and takes it down */
    bool exhausted; /* sticky: no memory, the document is not whole */
    /* Of a document that is written: the text so far, and the levels that are open. */
    char *text;
    size_t size, room, depth;
    struct hc_json_level levels[HC_JSON_DEEPEST];
};

/* Writing: text in the order of the document. An object or array is open until something is added to one that it stands
   in. key is a word of ours that needs no escapes, or NULL where the parent is an array. What is given is copied. */
struct hc_json *hc_json_new(struct hc_json_doc *doc);
struct hc_json *hc_json_add_object(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
struct hc_json *hc_json_add_array(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
/* Bytes that are not UTF-8 become U+FFFD, control characters become escapes, NUL becomes U+FFFD. */
void hc_json_add_text(struct hc_json_doc *doc, struct hc_json *parent, const char *key, struct hc_text text);
void hc_json_add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *string);
void hc_json_add_flag(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool value);
void hc_json_add_null(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
/* Above 2^53 a number is not exact everywhere: it becomes a string "0x...". */
void hc_json_add_number(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value);
void hc_json_add_hex(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value);
/* A value of a document that was read, with all that stands in it; its numbers are exact integers. An object or array
   may get more; NULL: it is neither. */
struct hc_json *hc_json_add_copy(struct hc_json_doc *doc, struct hc_json *parent, const char *key,
                                 const struct hc_json *value);

/* Ends the document: its text with a newline at the end, for free(); NULL when exhausted. */
char *hc_json_print(struct hc_json_doc *doc);
void hc_json_free(struct hc_json_doc *doc);

/* Reading: strict JSON (RFC 8259), no key twice, no escapes in keys, no NUL, at most 64 levels deep. */
struct hc_json_error {
    size_t line, column; /* from 1 */
    const char *what;
};
/* False with doc->exhausted set where there is no memory. */
bool hc_json_parse(struct hc_json_doc *doc, struct hc_text text, struct hc_json_error *error);

/* NULL or false where it is missing or of another type. Strings hold valid UTF-8. */
const struct hc_json *hc_json_get(const struct hc_json *object, const char *key);
const struct hc_json *hc_json_get_array(const struct hc_json *object, const char *key);
const char *hc_json_get_string(const struct hc_json *object, const char *key);
bool hc_json_get_flag(const struct hc_json *object, const char *key, bool *value);
bool hc_json_get_number(const struct hc_json *object, const char *key, uint64_t *value);
bool hc_json_is_object(const struct hc_json *value);
bool hc_json_is_array(const struct hc_json *value);
bool hc_json_is_null(const struct hc_json *value);
const char *hc_json_string(const struct hc_json *value);
bool hc_json_flag(const struct hc_json *value, bool *flag);
bool hc_json_number(const struct hc_json *value, uint64_t *number);
size_t hc_json_size(const struct hc_json *array);
/* Members in order: for (m = hc_json_first(array); m; m = hc_json_next(m)). */
const struct hc_json *hc_json_first(const struct hc_json *value);
const struct hc_json *hc_json_next(const struct hc_json *member);
const char *hc_json_name(const struct hc_json *member);

#endif
