#include "json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, KEYS_MAX = 512, FIRST_ROOM = 192 * 1024 /* a report of a small host */ };
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

/* ---- building ----

   A report has thousands of values, so that they lie in an arena instead of a piece of the heap each. In a document
   that cJSON read, which it takes down itself, they are its own; texts and keys are marked as not its to free. */

static cJSON *new_item(struct hc_json_doc *doc, int type)
{
    cJSON *item = doc->parsed ? cJSON_CreateNull() : hc_alloc(&doc->arena, sizeof *item);

    if (item)
        item->type = type;
    return item;
}

/* As cJSON_AddItemToObjectCS() does; the prev of a first item is the last one. */
static void append(cJSON *parent, const char *key, cJSON *item)
{
    cJSON *first = parent->child;

    item->string = (char *)(uintptr_t)key;
    if (!first) {
        parent->child = item->prev = item;
        return;
    }
    item->prev = first->prev;
    first->prev->next = item;
    first->prev = item;
}

/* The key is not copied. */
static struct hc_json *add(struct hc_json_doc *doc, struct hc_json *parent, const char *key, cJSON *item)
{
    cJSON_bool added = item != NULL;

    if (item && !doc->parsed)
        append(in(parent), key, item);
    else if (item)
        added = key ? cJSON_AddItemToObjectCS(in(parent), key, item) : cJSON_AddItemToArray(in(parent), item);
    if (added)
        return out(item);
    if (doc->parsed)
        cJSON_Delete(item);
    doc->exhausted = true;
    return NULL;
}

/* The text is not copied. */
static void add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, int type, const char *string)
{
    cJSON *item = string ? new_item(doc, type | cJSON_IsReference) : NULL;

    if (item)
        item->valuestring = (char *)(uintptr_t)string;
    add(doc, parent, key, item);
}

struct hc_json *hc_json_new(struct hc_json_doc *doc)
{
    *doc = (struct hc_json_doc){ .root = NULL };
    doc->root = out(new_item(doc, cJSON_Object));
    doc->exhausted = !doc->root;
    return doc->root;
}

struct hc_json *hc_json_add_object(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return parent ? add(doc, parent, key, new_item(doc, cJSON_Object)) : NULL;
}

struct hc_json *hc_json_add_array(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return parent ? add(doc, parent, key, new_item(doc, cJSON_Array)) : NULL;
}

/* Replaces what is not UTF-8; the result is at most three times as long. */
static const char *repair(struct hc_json_doc *doc, struct hc_text text)
{
    char *clean = text.size < SIZE_MAX / 4 ? hc_alloc(&doc->arena, 3 * text.size + 1) : NULL;
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
    return clean;
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

static uint64_t eight_bytes(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

static bool plain(struct hc_text text)
{
    size_t i = 0;

    for (; text.size - i >= 8; i += 8) { /* a byte of 0 borrows its highest bit */
        uint64_t word = eight_bytes(text.at + i);
        if (((word - EACH_BYTE(1)) | word) & EACH_BYTE(0x80))
            return false;
    }
    for (; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80 || !text.at[i])
            return false;
    return true;
}

void hc_json_add_text(struct hc_json_doc *doc, struct hc_json *parent, const char *key, struct hc_text text)
{
    if (parent)
        add_string(doc, parent, key, cJSON_String,
                   plain(text) ? hc_copy(&doc->arena, text.at, text.size) : repair(doc, text));
}

void hc_json_add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *string)
{
    struct hc_text text = { string, strlen(string) };

    if (parent)
        add_string(doc, parent, key, cJSON_String, plain(text) ? string : repair(doc, text));
}

void hc_json_add_flag(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool value)
{
    if (parent)
        add(doc, parent, key, new_item(doc, value ? cJSON_True : cJSON_False));
}

void hc_json_add_null(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    if (parent)
        add(doc, parent, key, new_item(doc, cJSON_NULL));
}

/* Digits to any base up to 16, in the arena. */
static const char *digits_of(struct hc_json_doc *doc, uint64_t value, unsigned base, const char *prefix)
{
    static const char digits[] = "0123456789abcdef";
    char text[24], *at = text + sizeof text;
    char *copy;

    do
        *--at = digits[value % base];
    while (value /= base);
    copy = hc_alloc(&doc->arena, strlen(prefix) + (size_t)(text + sizeof text - at) + 1);
    if (!copy)
        return NULL;
    memcpy(copy, prefix, strlen(prefix));
    memcpy(copy + strlen(prefix), at, (size_t)(text + sizeof text - at));
    return copy;
}

void hc_json_add_number(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    if (value > EXACT)
        hc_json_add_hex(doc, parent, key, value);
    else if (parent) /* a cJSON number prints 15 digits only */
        add_string(doc, parent, key, cJSON_Raw, digits_of(doc, value, 10, ""));
}

void hc_json_add_hex(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    if (parent)
        add_string(doc, parent, key, cJSON_String, digits_of(doc, value, 16, "0x"));
}

struct hc_json *hc_json_branch(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    cJSON *found = parent ? cJSON_GetObjectItemCaseSensitive(in(parent), key) : NULL;

    if (found || !parent)
        return out(found);
    key = hc_strdup(&doc->arena, key);
    return add(doc, parent, key, key ? new_item(doc, cJSON_Object) : NULL);
}

struct hc_json *hc_json_required(struct hc_json_doc *doc, struct hc_json *schema)
{
    cJSON *found = schema ? cJSON_GetObjectItemCaseSensitive(in(schema), "required") : NULL;

    return found ? out(found) : hc_json_add_array(doc, schema, "required");
}

/* ---- printing ----

   As cJSON_Print does, which spends a sixth of a scan on it; and control characters that are none in JSON (DEL, and
   U+0080 to U+009F, of which a terminal may take U+009B for the beginning of a command) are escaped. */

struct printer {
    char *text;
    size_t size, room;
    bool indented, exhausted;
};

static char *more_room(struct printer *p, size_t size)
{
    const size_t room = 2 * p->room + size;
    char *longer = p->exhausted ? NULL : realloc(p->text, room);

    if (!longer) {
        p->exhausted = true;
        return NULL;
    }
    p->text = longer;
    p->room = room;
    return longer + p->size;
}

/* Inline: it is asked for every mark. */
static inline char *print_room(struct printer *p, size_t size)
{
    return p->room - p->size >= size && !p->exhausted ? p->text + p->size : more_room(p, size);
}

static void print_bytes(struct printer *p, const char *bytes, size_t size)
{
    char *at = print_room(p, size);

    if (!at)
        return;
    memcpy(at, bytes, size);
    p->size += size;
}

/* A bracket, comma or colon, and the blank that follows where the text is indented; 0: none does. */
static inline void print_mark(struct printer *p, char mark, char blank)
{
    char *at = print_room(p, 2);

    if (!at)
        return;
    at[0] = mark;
    at[1] = blank;
    p->size += p->indented && blank ? 2 : 1;
}

static void print_tabs(struct printer *p, size_t count)
{
    char *at = p->indented ? print_room(p, count) : NULL;

    if (!at)
        return;
    memset(at, '\t', count);
    p->size += count;
}

/* What does not stand as it is: control characters, the quote, the backslash, DEL and the lead byte of U+0080. */
static const bool special[256] = {
    [0] = true,   [1] = true,    [2] = true,    [3] = true,    [4] = true,  [5] = true,  [6] = true,  [7] = true,
    [8] = true,   [9] = true,    [10] = true,   [11] = true,   [12] = true, [13] = true, [14] = true, [15] = true,
    [16] = true,  [17] = true,   [18] = true,   [19] = true,   [20] = true, [21] = true, [22] = true, [23] = true,
    [24] = true,  [25] = true,   [26] = true,   [27] = true,   [28] = true, [29] = true, [30] = true, [31] = true,
    ['"'] = true, ['\\'] = true, [0x7f] = true, [0xc2] = true,
};

/* Escapes the character at the front of a text; how many bytes it has. */
static size_t escape(char **to, const unsigned char *text)
{
    static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
    const unsigned char code = text[0] == 0xc2 ? text[1] : text[0];
    const char *name = strchr(names, code);

    if (text[0] == 0xc2 && code >= 0xa0) {
        memcpy(*to, text, 2);
        *to += 2;
    } else if (name) {
        *(*to)++ = '\\';
        *(*to)++ = letters[name - names];
    } else {
        memcpy(*to, "\\u00", 4);
        (*to)[4] = hex[code >> 4];
        (*to)[5] = hex[code & 15];
        *to += 6;
    }
    return text[0] == 0xc2 ? 2 : 1;
}

/* Whether all of eight bytes stand as they are. Where none of them has its highest bit, one gets it by a subtraction
   that it is too small for. */
static bool plain_word(uint64_t word)
{
    const uint64_t control = word - EACH_BYTE(' '), quote = (word ^ EACH_BYTE('"')) - EACH_BYTE(1),
                   backslash = (word ^ EACH_BYTE('\\')) - EACH_BYTE(1), del = (word ^ EACH_BYTE(0x7f)) - EACH_BYTE(1);

    return !((word | control | quote | backslash | del) & EACH_BYTE(0x80));
}

/* Copies the front of a text, as far as it stands as it is and eight bytes at once go; how many. The last eight may be
   copied in part for the second time. */
static size_t copy_plain(char *to, const char *from, size_t size)
{
    uint64_t word;
    size_t done = 0;

    for (; size - done >= sizeof word && plain_word(word = eight_bytes(from + done)); done += sizeof word)
        memcpy(to + done, &word, sizeof word);
    if (size < sizeof word || size - done >= sizeof word || !plain_word(word = eight_bytes(from + size - sizeof word)))
        return done;
    memcpy(to + size - sizeof word, &word, sizeof word);
    return size;
}

/* Valid UTF-8. */
static void print_string(struct printer *p, const char *string)
{
    const size_t size = strlen(string);
    const unsigned char *from = (const unsigned char *)string, *end = from + size;
    char *start = print_room(p, 6 * size + 2), *to = start;
    size_t plain;

    if (!start)
        return;
    *to++ = '"';
    plain = copy_plain(to, string, size);
    from += plain;
    to += plain;
    while (from < end)
        if (special[*from])
            from += escape(&to, from);
        else
            *to++ = (char)*from++;
    *to++ = '"';
    p->size += (size_t)(to - start);
}

static void print_value(struct printer *p, const cJSON *item, size_t depth);

static void print_array(struct printer *p, const cJSON *array, size_t depth)
{
    print_mark(p, '[', 0);
    for (const cJSON *item = array->child; item; item = item->next) {
        print_value(p, item, depth + 1);
        if (item->next)
            print_mark(p, ',', ' ');
    }
    print_mark(p, ']', 0);
}

static void print_object(struct printer *p, const cJSON *object, size_t depth)
{
    print_mark(p, '{', '\n');
    for (const cJSON *item = object->child; item; item = item->next) {
        print_tabs(p, depth + 1);
        print_string(p, item->string);
        print_mark(p, ':', '\t');
        print_value(p, item, depth + 1);
        if (item->next)
            print_mark(p, ',', '\n');
        else if (p->indented)
            print_mark(p, '\n', 0);
    }
    print_tabs(p, depth);
    print_mark(p, '}', 0);
}

static void print_value(struct printer *p, const cJSON *item, size_t depth)
{
    switch (item->type & 0xff) {
    case cJSON_Object: print_object(p, item, depth); break;
    case cJSON_Array: print_array(p, item, depth); break;
    case cJSON_String: print_string(p, item->valuestring); break;
    case cJSON_Raw: print_bytes(p, item->valuestring, strlen(item->valuestring)); break;
    case cJSON_True: print_bytes(p, "true", 4); break;
    case cJSON_False: print_bytes(p, "false", 5); break;
    default: print_bytes(p, "null", 4);
    }
}

static char *print_built(const struct hc_json_doc *doc, bool indented)
{
    struct printer p = { .indented = indented };

    print_room(&p, FIRST_ROOM);
    print_value(&p, in(doc->root), 0);
    print_bytes(&p, "\n", 2);
    if (!p.exhausted)
        return p.text;
    free(p.text);
    return NULL;
}

char *hc_json_print(const struct hc_json_doc *doc, bool indented)
{
    char *text, *longer;
    size_t size;

    if (doc->exhausted || !doc->root)
        return NULL;
    if (!doc->parsed)
        return print_built(doc, indented);
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
    if (doc->parsed)
        cJSON_Delete(in(doc->root));
    hc_arena_free(&doc->arena);
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
