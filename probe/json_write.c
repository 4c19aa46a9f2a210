/* JSON as text, value by value: a report has thousands of them, and a tree of them would take longer to make than all
   else. As cJSON_Print lays it out, by tabs; and control characters that are none in JSON (DEL, and U+0080 to U+009F,
   of which a terminal may take U+009B for the beginning of a command) are escaped. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_ROOM = 256 * 1024,     /* a report of a small host */
    FRAME = HC_JSON_DEEPEST + 8, /* comma, newline, tabs, quotes, colon */
    DIGITS = 20,
    ESCAPE = 6 /* the most that a byte becomes */
};
#define EXACT (UINT64_C(1) << 53) /* largest integer that every JSON reader keeps */

/* ---- room ---- */

static char *more_room(struct hc_json_doc *doc, size_t size)
{
    const size_t room = 2 * doc->room + size;
    char *longer = doc->exhausted ? NULL : realloc(doc->text, room);

    if (!longer) {
        doc->exhausted = true;
        return NULL;
    }
    doc->text = longer;
    doc->room = room;
    return longer + doc->size;
}

/* Inline: it is asked for every value. */
static inline char *room_for(struct hc_json_doc *doc, size_t size)
{
    return doc->room - doc->size >= size && !doc->exhausted ? doc->text + doc->size : more_room(doc, size);
}

static void written_to(struct hc_json_doc *doc, const char *end)
{
    doc->size = (size_t)(end - doc->text);
}

/* ---- levels ---- */

static struct hc_json_level *level_of(struct hc_json *handle)
{
    return (struct hc_json_level *)(void *)handle;
}

/* As many as can be are copied, for their number then is a constant; the room is there. */
static char *put_tabs(char *to, size_t count)
{
    static const char tabs[HC_JSON_DEEPEST + 1] = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";

    memcpy(to, tabs, HC_JSON_DEEPEST);
    return to + count;
}

static void close_level(struct hc_json_doc *doc)
{
    const struct hc_json_level *level = &doc->levels[doc->depth];
    char *to = room_for(doc, FRAME);

    if (to && level->array) {
        *to++ = ']';
    } else if (to) {
        if (level->filled)
            *to++ = '\n';
        to = put_tabs(to, doc->depth);
        *to++ = '}';
    }
    if (to)
        written_to(doc, to);
    doc->depth--;
}

/* What stands before a value: the ends of levels within its parent, a comma, its key. Where the value begins, with as
   much room as it needs; NULL: there is none. */
static char *begin(struct hc_json_doc *doc, struct hc_json *parent, const char *key, size_t size)
{
    struct hc_json_level *level = level_of(parent);
    const size_t key_size = key ? strlen(key) : 0;
    char *to;

    if (!parent)
        return NULL;
    if (level->depth > doc->depth) /* it is closed: no document rather than a wrong one */
        doc->exhausted = true;
    while (doc->depth > level->depth)
        close_level(doc);
    to = room_for(doc, FRAME + key_size + size);
    if (!to)
        return NULL;
    if (level->filled) {
        *to++ = ',';
        *to++ = level->array ? ' ' : '\n';
    }
    level->filled = true;
    if (level->array)
        return to;
    to = put_tabs(to, level->depth + (size_t)1);
    *to++ = '"';
    memcpy(to, key, key_size);
    memcpy(to + key_size, "\":\t", 3);
    return to + key_size + 3;
}

static struct hc_json *open_level(struct hc_json_doc *doc, bool array)
{
    struct hc_json_level *level = &doc->levels[doc->depth];

    *level = (struct hc_json_level){ .depth = (uint16_t)doc->depth, .array = array };
    return (struct hc_json *)(void *)level;
}

static struct hc_json *add_level(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool array)
{
    char *to = begin(doc, parent, key, 2);

    if (!to)
        return NULL;
    if (doc->depth + 1 == HC_JSON_DEEPEST) { /* ours are not as deep */
        doc->exhausted = true;
        return NULL;
    }
    *to++ = array ? '[' : '{';
    if (!array)
        *to++ = '\n';
    written_to(doc, to);
    doc->depth++;
    return open_level(doc, array);
}

struct hc_json *hc_json_new(struct hc_json_doc *doc)
{
    char *to;

    *doc = (struct hc_json_doc){ .depth = 0 };
    to = more_room(doc, FIRST_ROOM);
    if (!to)
        return NULL;
    memcpy(to, "{\n", 2);
    written_to(doc, to + 2);
    doc->root = open_level(doc, false);
    return doc->root;
}

struct hc_json *hc_json_add_object(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return add_level(doc, parent, key, false);
}

struct hc_json *hc_json_add_array(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    return add_level(doc, parent, key, true);
}

char *hc_json_print(struct hc_json_doc *doc)
{
    char *text;

    while (doc->root && doc->depth)
        close_level(doc);
    text = doc->root ? room_for(doc, FRAME) : NULL;
    if (!text)
        return NULL;
    if (doc->levels[0].filled)
        *text++ = '\n';
    memcpy(text, "}\n", 3);
    text = doc->text;
    doc->text = NULL;
    doc->root = NULL;
    return text;
}

/* ---- text ---- */

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Escapes a control character, quote or backslash, or what follows the lead byte of U+0080. */
static char *put_escape(char *to, unsigned char code)
{
    static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
    const char *name = strchr(names, code);

    *to++ = '\\';
    if (name) {
        *to++ = letters[name - names];
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = hex[code >> 4];
    to[4] = hex[code & 15];
    return to + 5;
}

/* The character at the front of a text, which is cut. */
static char *put_character(char *to, struct hc_text *text)
{
    const unsigned char *from = (const unsigned char *)text->at;
    const size_t size = *from ? hc_utf8_length(*text) : 0;

    *text = (struct hc_text){ text->at + (size ? size : 1), text->size - (size ? size : 1) };
    if (!size) {
        memcpy(to, "\xef\xbf\xbd", 3);
        return to + 3;
    }
    if (*from == 0xc2 && from[1] < 0xa0)
        return put_escape(to, from[1]);
    if (*from < ' ' || *from == '"' || *from == '\\' || *from == 0x7f)
        return put_escape(to, *from);
    memcpy(to, from, size);
    return to + size;
}

static uint64_t eight_bytes(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* Whether all of eight bytes stand as they are. Where none of them has its highest bit, one gets it by a subtraction
   that it is too small for. */
static bool plain_word(uint64_t word)
{
    const uint64_t control = word - EACH_BYTE(' '), quote = (word ^ EACH_BYTE('"')) - EACH_BYTE(1),
                   backslash = (word ^ EACH_BYTE('\\')) - EACH_BYTE(1), del = (word ^ EACH_BYTE(0x7f)) - EACH_BYTE(1);

    return !((word | control | quote | backslash | del) & EACH_BYTE(0x80));
}

/* Copies the front of a text as far as it stands as it is and eight bytes at once go; how many. The last eight may be
   copied in part for the second time; a text that is shorter is made up to eight, for which there is room. */
static size_t copy_plain(char *to, struct hc_text text)
{
    uint64_t word = EACH_BYTE('a');
    size_t done = 0;

    if (text.size < sizeof word) {
        memcpy(&word, text.at, text.size);
        memcpy(to, &word, sizeof word);
        return plain_word(word) ? text.size : 0;
    }
    for (; text.size - done >= sizeof word && plain_word(word = eight_bytes(text.at + done)); done += sizeof word)
        memcpy(to + done, &word, sizeof word);
    if (text.size - done >= sizeof word || !plain_word(word = eight_bytes(text.at + text.size - sizeof word)))
        return done;
    memcpy(to + text.size - sizeof word, &word, sizeof word);
    return text.size;
}

void hc_json_add_text(struct hc_json_doc *doc, struct hc_json *parent, const char *key, struct hc_text text)
{
    char *to;

    if (text.size > SIZE_MAX / (4 * ESCAPE)) {
        doc->exhausted = true;
        return;
    }
    to = begin(doc, parent, key, ESCAPE * text.size + sizeof(uint64_t) + 2);
    if (!to)
        return;
    *to++ = '"';
    while (text.size) {
        const size_t plain = copy_plain(to, text);
        to += plain;
        text = (struct hc_text){ text.at + plain, text.size - plain };
        if (text.size)
            to = put_character(to, &text);
    }
    *to++ = '"';
    written_to(doc, to);
}

void hc_json_add_string(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *string)
{
    hc_json_add_text(doc, parent, key, (struct hc_text){ string, strlen(string) });
}

/* ---- other values ---- */

static void add_word(struct hc_json_doc *doc, struct hc_json *parent, const char *key, const char *word, size_t size)
{
    char *to = begin(doc, parent, key, size);

    if (!to)
        return;
    memcpy(to, word, size);
    written_to(doc, to + size);
}

void hc_json_add_flag(struct hc_json_doc *doc, struct hc_json *parent, const char *key, bool value)
{
    add_word(doc, parent, key, value ? "true" : "false", value ? 4 : 5);
}

void hc_json_add_null(struct hc_json_doc *doc, struct hc_json *parent, const char *key)
{
    add_word(doc, parent, key, "null", 4);
}

void hc_json_add_number(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    char digits[DIGITS], *end = digits + sizeof digits, *at = end;

    if (value > EXACT) {
        hc_json_add_hex(doc, parent, key, value);
        return;
    }
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    add_word(doc, parent, key, at, (size_t)(end - at));
}

void hc_json_add_hex(struct hc_json_doc *doc, struct hc_json *parent, const char *key, uint64_t value)
{
    static const char hex[] = "0123456789abcdef";
    char digits[DIGITS], *end = digits + sizeof digits, *at = end;

    *--at = '"';
    do
        *--at = hex[value & 15];
    while (value >>= 4);
    at -= 3;
    memcpy(at, "\"0x", 3);
    add_word(doc, parent, key, at, (size_t)(end - at));
}

static struct hc_json *copy_members(struct hc_json_doc *doc, struct hc_json *to, const struct hc_json *from)
{
    for (const struct hc_json *m = hc_json_first(from); m; m = hc_json_next(m))
        hc_json_add_copy(doc, to, hc_json_name(m), m);
    return to;
}

struct hc_json *hc_json_add_copy(struct hc_json_doc *doc, struct hc_json *parent, const char *key,
                                 const struct hc_json *value)
{
    uint64_t number;
    bool flag;

    if (hc_json_is_object(value))
        return copy_members(doc, hc_json_add_object(doc, parent, key), value);
    if (hc_json_is_array(value))
        return copy_members(doc, hc_json_add_array(doc, parent, key), value);
    if (hc_json_string(value))
        hc_json_add_string(doc, parent, key, hc_json_string(value));
    else if (hc_json_flag(value, &flag))
        hc_json_add_flag(doc, parent, key, flag);
    else if (hc_json_number(value, &number))
        hc_json_add_number(doc, parent, key, number);
    else
        hc_json_add_null(doc, parent, key);
    return NULL;
}
