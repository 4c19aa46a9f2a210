#include "json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, KEYS_MAX = 512 };
#define EXACT (UINT64_C(1) << 53) /* largest integer that every JSON reader keeps */

/* struct hc_json is cJSON under another name: the library's type stays in this file. */
static cJSON *in(const struct hc_json *value)
{
    return (cJSON *)(uintptr_t)value;
}

static struct hc_json *out(const cJSON *value)
{
    return (struct hc_json *)(uintptr_t)value;
}

static struct hc_json *add(struct hc_json_doc *doc, struct hc_json *parent, const char *key, cJSON *item)
{
    cJSON_bool added =
        item && (key ? cJSON_AddItemToObject(in(parent), key, item) : cJSON_AddItemToArray(in(parent), item));

    if (added)
        return out(item);
    cJSON_Delete(item);
    doc->exhausted = true;
    return NULL;
}

struct hc_json *hc_json_new(struct hc_json_doc *doc)
{
    doc->root = out(cJSON_CreateObject());
    doc->exhausted = !doc->root;
    return doc->root;
}

struct hc_json *hc_json_add_object(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return parent ? add(doc, parent, key, cJSON_CreateObject()) : NULL;
}

struct hc_json *hc_json_add_array(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return parent ? add(doc, parent, key, cJSON_CreateArray()) : NULL;
}

/* Replaces what is not UTF-8; the result is at most three times as long. */
static char *repair(struct hc_text text)
{
    char *clean = text.size < SIZE_MAX / 3 ? malloc(3 * text.size + 1) : NULL;
    size_t n = 0;

    if (!clean)
        return NULL;
    while (text.size) {
        size_t length = text.at[0] ? hc_utf8_length(text) : 0;
        memcpy(clean + n, length ? text.at : "\xef\xbf\xbd", length ? length : 3);
        n += length ? length : 3;
        length = length ? length : 1;
        text = (struct hc_text){ text.at + length, text.size - length };
    }
    clean[n] = '\0';
    return clean;
}

static bool plain(struct hc_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80 || !text.at[i])
            return false;
    return true;
}

void hc_json_add_text(struct hc_json_doc *doc, struct hc_json *parent, const char *key, struct hc_text text)
{
    char *clean;

    if (!parent)
        return;
    if (plain(text) && text.at[text.size] == '\0') {
        add(doc, parent, key, cJSON_CreateString(text.at));
        return;
    }
    clean = repair(text);
    add(doc, parent, key, clean ? cJSON_CreateString(clean) : NULL);
    free(clean);
}

void hc_json_add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *string)
{
    hc_json_add_text(doc, parent, key, (struct hc_text){ string, strlen(string) });
}

void hc_json_add_flag(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool value)
{
    if (parent)
        add(doc, parent, key, cJSON_CreateBool(value));
}

void hc_json_add_null(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    if (parent)
        add(doc, parent, key, cJSON_CreateNull());
}

void hc_json_add_number(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    char digits[24];

    if (value > EXACT) {
        hc_json_add_hex(doc, parent, key, value);
        return;
    }
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    if (parent)
        add(doc, parent, key, cJSON_CreateRaw(digits)); /* a cJSON number prints 15 digits only */
}

void hc_json_add_hex(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "0x%" PRIx64, value);
    hc_json_add_string(doc, parent, key, digits);
}

struct hc_json *hc_json_branch(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    cJSON *found = parent ? cJSON_GetObjectItemCaseSensitive(in(parent), key) : NULL;

    return found ? out(found) : hc_json_add_object(doc, parent, key);
}

struct hc_json *hc_json_required(struct hc_json_doc *doc, struct hc_json *schema)
{
    cJSON *found = schema ? cJSON_GetObjectItemCaseSensitive(in(schema), "required") : NULL;

    return found ? out(found) : hc_json_add_array(doc, schema, "required");
}

char *hc_json_print(const struct hc_json_doc *doc, bool indented)
{
    char *text, *longer;
    size_t size;

    if (doc->exhausted || !doc->root)
        return NULL;
    text = indented ? cJSON_Print(in(doc->root)) : cJSON_PrintUnformatted(in(doc->root));
    if (!text)
        return NULL;
    size = strlen(text);
    longer = realloc(text, size + 2);
    if (!longer) {
        free(text);
        return NULL;
    }
    memcpy(longer + size, "\n", 2);
    return longer;
}

void hc_json_free(struct hc_json_doc *doc)
{
    cJSON_Delete(in(doc->root));
    doc->root = NULL;
}

/* What cJSON lets through: bytes that are not UTF-8, control characters in strings, NUL, and stacks of brackets. */
struct lexer {
    struct hc_text rest;
    bool in_string;
    size_t depth;
};

static const char *step(struct lexer *lexer, size_t *length)
{
    struct hc_text rest = lexer->rest;
    unsigned char c = (unsigned char)rest.at[0];

    *length = hc_utf8_length(rest);
    if (!*length)
        return "these bytes are not UTF-8";
    if (c < 0x20 && (lexer->in_string || (c != '\n' && c != '\r' && c != '\t')))
        return "a control character that is not escaped";
    if (lexer->in_string && c == '\\') {
        if (hc_starts(rest, "\\u0000"))
            return "a NUL character";
        *length = rest.size > 1 ? 2 : 1;
        return rest.size > 1 && (unsigned char)rest.at[1] >= 0x80 ? "an unknown escape" : NULL;
    }
    if (c == '"')
        lexer->in_string = !lexer->in_string;
    else if (!lexer->in_string && (c == '{' || c == '['))
        return ++lexer->depth > DEEPEST ? "more than 64 levels of brackets" : NULL;
    else if (!lexer->in_string && (c == '}' || c == ']') && lexer->depth)
        lexer->depth--;
    return NULL;
}

static void place(struct hc_text text, size_t offset, struct hc_json_error *error)
{
    error->line = error->column = 1;
    for (size_t i = 0; i < offset && i < text.size; i++) {
        error->column++;
        if (text.at[i] == '\n') {
            error->line++;
            error->column = 1;
        }
    }
}

static bool refuse(struct hc_text text, size_t offset, const char *what, struct hc_json_error *error)
{
    place(text, offset, error);
    error->what = what;
    return false;
}

static bool lexically_sound(struct hc_text text, struct hc_json_error *error)
{
    struct lexer lexer = { .rest = text };

    if (hc_starts(text, "\xef\xbb\xbf"))
        return refuse(text, 0, "a byte order mark; JSON begins without one", error);
    while (lexer.rest.size) {
        size_t length;
        const char *wrong = step(&lexer, &length);
        if (wrong)
            return refuse(text, text.size - lexer.rest.size, wrong, error);
        lexer.rest = (struct hc_text){ lexer.rest.at + length, lexer.rest.size - length };
    }
    return true;
}

/* cJSON keeps a key that comes twice and answers with the first: two readers could see two hosts. */
static const char *repeated_key(const cJSON *value)
{
    size_t keys = 0;

    for (const cJSON *a = value->child; a; a = a->next) {
        const char *found = repeated_key(a);
        if (found)
            return found;
        if (cJSON_IsObject(value) && ++keys > KEYS_MAX)
            return a->string;
        for (const cJSON *b = value->child; cJSON_IsObject(value) && b != a; b = b->next)
            if (!strcmp(a->string, b->string))
                return a->string;
    }
    return NULL;
}

/* Where a key stands for the second time; good enough for a message. */
static size_t second(struct hc_text text, const char *key)
{
    size_t size = strlen(key), seen = 0;

    for (size_t i = 0; i + size + 2 <= text.size; i++)
        if (text.at[i] == '"' && !memcmp(text.at + i + 1, key, size) && text.at[i + 1 + size] == '"' && seen++)
            return i;
    return 0;
}

bool hc_json_parse(struct hc_json_doc *doc, struct hc_text text, struct hc_json_error *error)
{
    const char *end = text.at, *key;

    doc->root = NULL;
    doc->exhausted = false;
    if (!lexically_sound(text, error))
        return false;
    doc->root = out(cJSON_ParseWithLengthOpts(text.at, text.size, &end, 0));
    if (!doc->root)
        return refuse(text, (size_t)(end - text.at),
                      (size_t)(end - text.at) >= text.size ? "the text ends too early" : "this is not JSON", error);
    for (size_t i = (size_t)(end - text.at); i < text.size; i++)
        if (!strchr(" \t\r\n", text.at[i]))
            return refuse(text, i, "more text behind the end of the document", error);
    key = repeated_key(in(doc->root));
    if (key)
        return refuse(text, second(text, key), "a key that stands here twice (or more than 512 keys)", error);
    return true;
}

const struct hc_json *hc_json_get(const struct hc_json *object, const char *key)
{
    return hc_json_is_object(object) ? out(cJSON_GetObjectItemCaseSensitive(in(object), key)) : NULL;
}

const struct hc_json *hc_json_get_array(const struct hc_json *object, const char *key)
{
    const struct hc_json *value = hc_json_get(object, key);

    return hc_json_is_array(value) ? value : NULL;
}

const char *hc_json_get_string(const struct hc_json *object, const char *key)
{
    return hc_json_string(hc_json_get(object, key));
}

bool hc_json_get_flag(const struct hc_json *object, const char *key, bool *value)
{
    return hc_json_flag(hc_json_get(object, key), value);
}

bool hc_json_get_number(const struct hc_json *object, const char *key, uint64_t *value)
{
    return hc_json_number(hc_json_get(object, key), value);
}

bool hc_json_is_object(const struct hc_json *value)
{
    return cJSON_IsObject(in(value));
}

bool hc_json_is_array(const struct hc_json *value)
{
    return cJSON_IsArray(in(value));
}

bool hc_json_is_null(const struct hc_json *value)
{
    return cJSON_IsNull(in(value));
}

const char *hc_json_string(const struct hc_json *value)
{
    return cJSON_GetStringValue(in(value));
}

bool hc_json_flag(const struct hc_json *value, bool *flag)
{
    *flag = cJSON_IsTrue(in(value));
    return cJSON_IsBool(in(value));
}

bool hc_json_number(const struct hc_json *value, uint64_t *number)
{
    double d = cJSON_IsNumber(in(value)) ? in(value)->valuedouble : -1;

    if (!(d >= 0 && d <= (double)EXACT))
        return false;
    *number = (uint64_t)d;
    return (double)*number == d;
}

size_t hc_json_size(const struct hc_json *array)
{
    size_t n = 0;

    for (const struct hc_json *m = hc_json_first(array); m; m = hc_json_next(m))
        n++;
    return n;
}

const struct hc_json *hc_json_first(const struct hc_json *value)
{
    return value ? out(in(value)->child) : NULL;
}

const struct hc_json *hc_json_next(const struct hc_json *member)
{
    return out(in(member)->next);
}

const char *hc_json_name(const struct hc_json *member)
{
    return in(member)->string;
}
