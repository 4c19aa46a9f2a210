/* The one door to cJSON: exact integers, UTF-8 repair, keys in order, and running out of memory is remembered.
   Every adding function takes NULL as parent and then does nothing, so callers check once, at the end. */
#ifndef HC_JSON_H
#define HC_JSON_H

#include "arena.h"
#include "parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hc_json; /* a value inside a document */

struct hc_json_doc {
    struct hc_json *root;
    struct hc_arena arena; /* of what is added */
    bool parsed;           /* cJSON made the tree, and takes it down */
    bool exhausted;        /* sticky: no memory, the document is not whole */
};

/* Building. key is NULL where the parent is an array; a key must live as long as the document. */
struct hc_json *hc_json_new(struct hc_json_doc *doc);
struct hc_json *hc_json_add_object(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
struct hc_json *hc_json_add_array(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
/* Bytes that are not UTF-8 become U+FFFD, control characters become escapes, NUL becomes U+FFFD. */
void hc_json_add_text(struct hc_json_doc *doc, struct hc_json *parent, const char *key, struct hc_text text);
/* The string must live as long as the document. */
void hc_json_add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *string);
void hc_json_add_flag(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool value);
void hc_json_add_null(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
/* Above 2^53 a number is not exact everywhere: it becomes a string "0x...". */
void hc_json_add_number(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value);
void hc_json_add_hex(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value);
/* The member of that name, made where it is missing; copies the key. */
struct hc_json *hc_json_branch(struct hc_json_doc *doc, struct hc_json *parent, const char *key);
/* The list "required" of a schema, made where it is missing. */
struct hc_json *hc_json_required(struct hc_json_doc *doc, struct hc_json *schema);

/* The document as text with a newline at its end, for free(); NULL when exhausted. */
char *hc_json_print(const struct hc_json_doc *doc, bool indented);
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
