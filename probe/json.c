#include "json.h"

#include <cjson/cJSON.h>
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

void hc_json_free(struct hc_json_doc *doc)
{
    if (doc->parsed)
        cJSON_Delete(in(doc->root));
    free(doc->text);
    doc->text = NULL;
    doc->root = NULL;
}

/* ---- reading ----

   cJSON lets through what other readers refuse (numbers such as 01, control characters, keys that come twice) and does
   not tell where and why it gave up. So the text is checked first, by RFC 8259; what cJSON then refuses, it has no
   memory for. */

struct reader {
    struct hc_text rest;
    struct hc_text *keys; /* of the objects that are open, innermost last */
    size_t key_count, key_room;
    const char *wrong;
    bool exhausted;
};

static bool refuse(struct reader *r, const char *what)
{
    if (!r->wrong)
        r->wrong = r->rest.size ? what : "the text ends too early";
    return false;
}

static void advance(struct reader *r, size_t n)
{
    r->rest = (struct hc_text){ r->rest.at + n, r->rest.size - n };
}

static bool at(const struct reader *r, char c)
{
    return r->rest.size && r->rest.at[0] == c;
}

static bool take(struct reader *r, char c)
{
    bool here = at(r, c);

    if (here)
        advance(r, 1);
    return here;
}

static void skip_blanks(struct reader *r)
{
    while (at(r, ' ') || at(r, '\n') || at(r, '\t') || at(r, '\r'))
        advance(r, 1);
}

static size_t digits(struct reader *r)
{
    size_t n = 0;

    for (; r->rest.size && r->rest.at[0] >= '0' && r->rest.at[0] <= '9'; n++)
        advance(r, 1);
    return n;
}

static bool read_number(struct reader *r)
{
    take(r, '-');
    if (!take(r, '0') && !digits(r))
        return refuse(r, "this is not JSON");
    if (take(r, '.') && !digits(r))
        return refuse(r, "a number without digits behind its point");
    if (at(r, 'e') || at(r, 'E')) {
        advance(r, 1);
        if (!take(r, '+'))
            take(r, '-');
        if (!digits(r))
            return refuse(r, "a number without digits in its exponent");
    }
    return true;
}

/* Above U+FFFF a character is escaped in two halves (RFC 8259, 7). */
static bool second_half(struct reader *r, uint64_t first)
{
    uint64_t code = 0;

    if (first < 0xdc00 && hc_starts(r->rest, "\\u") && r->rest.size >= 6)
        hc_number((struct hc_text){ r->rest.at + 2, 4 }, 16, &code);
    if (code < 0xdc00 || code > 0xdfff)
        return refuse(r, "half of a surrogate pair");
    advance(r, 6);
    return true;
}

static bool read_escape(struct reader *r)
{
    uint64_t code;

    advance(r, 1);
    if (r->rest.size && r->rest.at[0] && strchr("\"\\/bfnrt", r->rest.at[0])) {
        advance(r, 1);
        return true;
    }
    if (!take(r, 'u') || r->rest.size < 4)
        return refuse(r, "an unknown escape");
    for (int i = 0; i < 4; i++)
        if (!hc_number((struct hc_text){ r->rest.at + i, 1 }, 16, &code))
            return refuse(r, "an escape without its four digits");
    hc_number((struct hc_text){ r->rest.at, 4 }, 16, &code);
    if (!code)
        return refuse(r, "a NUL character");
    advance(r, 4);
    return code < 0xd800 || code > 0xdfff || second_half(r, code);
}

/* Behind the opening quote; what stands before the closing one comes back. */
static bool read_string(struct reader *r, struct hc_text *inside)
{
    inside->at = r->rest.at;
    while (r->rest.size && !at(r, '"')) {
        unsigned char c = (unsigned char)r->rest.at[0];
        size_t length = c < 0x80 ? 1 : hc_utf8_length(r->rest);
        if (!length)
            return refuse(r, "these bytes are not UTF-8");
        if (c < 0x20)
            return refuse(r, "a control character that is not escaped");
        if (!at(r, '\\'))
            advance(r, length);
        else if (!read_escape(r))
            return false;
    }
    inside->size = (size_t)(r->rest.at - inside->at);
    return take(r, '"') || refuse(r, "");
}

/* A key that comes twice would let two readers see two hosts. Keys are compared as they stand: without escapes. */
static bool keep_key(struct reader *r, struct hc_text key, size_t first)
{
    for (size_t i = first; i < r->key_count; i++)
        if (r->keys[i].size == key.size && !memcmp(r->keys[i].at, key.at, key.size))
            return false;
    if (r->key_count == r->key_room) {
        size_t room = r->key_room ? 2 * r->key_room : 64;
        struct hc_text *keys = realloc(r->keys, room * sizeof *keys);
        if (!keys) {
            r->exhausted = true;
            return false;
        }
        r->keys = keys;
        r->key_room = room;
    }
    r->keys[r->key_count++] = key;
    return true;
}

static bool read_key(struct reader *r, size_t first)
{
    struct hc_text start = r->rest, key;

    if (!take(r, '"'))
        return refuse(r, "a key in quotes was expected");
    if (!read_string(r, &key))
        return false;
    if (memchr(key.at, '\\', key.size)) {
        r->rest = start;
        return refuse(r, "a key with an escape in it");
    }
    if (r->key_count - first >= KEYS_MAX || !keep_key(r, key, first)) {
        r->rest = start;
        return refuse(r, "a key that stands here twice (or one of more than 512)");
    }
    skip_blanks(r);
    return take(r, ':') || refuse(r, "a colon was expected");
}

static bool read_value(struct reader *r, size_t depth);

static bool read_members(struct reader *r, size_t depth, bool object)
{
    const char close = object ? '}' : ']';
    const size_t first = r->key_count;

    advance(r, 1);
    skip_blanks(r);
    if (take(r, close))
        return true;
    for (;;) {
        skip_blanks(r);
        if ((object && !read_key(r, first)) || !read_value(r, depth + 1))
            return false;
        skip_blanks(r);
        if (take(r, close))
            break;
        if (!take(r, ','))
            return refuse(r, "a comma or the closing bracket was expected");
    }
    r->key_count = first;
    return true;
}

static bool read_value(struct reader *r, size_t depth)
{
    static const char *const words[] = { "true", "false", "null" };
    struct hc_text inside;

    skip_blanks(r);
    if (depth > DEEPEST)
        return refuse(r, "more than 64 levels of brackets");
    if (at(r, '{') || at(r, '['))
        return read_members(r, depth, at(r, '{'));
    if (take(r, '"'))
        return read_string(r, &inside);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hc_starts(r->rest, words[i])) {
            advance(r, strlen(words[i]));
            return true;
        }
    return read_number(r);
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

/* What editors of other systems make of a file, told by its first bytes; NULL: nothing of the kind. */
static const char *other_encoding(struct hc_text text)
{
    if (!text.size)
        return "the text is empty";
    if (hc_starts(text, "\xef\xbb\xbf"))
        return "a byte order mark, which JSON has not: save the text without one";
    if (hc_starts(text, "\xff\xfe") || hc_starts(text, "\xfe\xff"))
        return "the text is UTF-16: save it as UTF-8";
    return NULL;
}

static bool sound(struct hc_text text, struct hc_json_error *error, bool *exhausted)
{
    struct reader r = { .rest = text, .wrong = other_encoding(text) };
    bool whole = !r.wrong && read_value(&r, 1);

    if (whole)
        skip_blanks(&r);
    if (whole && r.rest.size)
        whole = refuse(&r, "more text behind the end of the document");
    free(r.keys);
    *exhausted = r.exhausted;
    if (whole)
        return true;
    place(text, text.size - r.rest.size, error);
    error->what = r.wrong;
    return false;
}

bool hc_json_parse(struct hc_json_doc *doc, struct hc_text text, struct hc_json_error *error)
{
    *doc = (struct hc_json_doc){ .parsed = true };
    *error = (struct hc_json_error){ 1, 1, "out of memory" };
    if (!sound(text, error, &doc->exhausted))
        return false;
    doc->root = out(cJSON_ParseWithLengthOpts(text.at, text.size, NULL, 0));
    doc->exhausted = !doc->root;
    return doc->root != NULL;
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
