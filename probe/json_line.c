#include "json_line.h"

#include <string.h>

/* ---- the tree: how many values stand before one ---- */

/* Adds to *count the values up to wanted, itself included; true: it was found. */
static bool count_to(const struct hc_json *value, const struct hc_json *wanted, size_t *count)
{
    ++*count;
    if (value == wanted)
        return true;
    for (const struct hc_json *m = hc_json_first(value); m; m = hc_json_next(m))
        if (count_to(m, wanted, count))
            return true;
    return false;
}

/* ---- the text: where the n-th value begins ---- */

static size_t string_size(const char *at, const char *end)
{
    const char *from = at;

    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return (size_t)(at - from) + 1;
}

static bool names_a_member(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    return at < end && *at == ':';
}

/* The size of the word at this place, and whether it begins a value; a blank or a comma is a word of one character. */
static size_t word_size(const char *at, const char *end, bool *begins)
{
    size_t size = 1;

    *begins = !strchr(" \t\r\n,:]}", *at);
    if (*at == '"') {
        size = string_size(at, end);
        *begins = !names_a_member(at + size < end ? at + size : end, end);
    } else if (*begins && *at != '{' && *at != '[') {
        while (at + size < end && !strchr(" \t\r\n,]}", at[size]))
            size++;
    }
    return size;
}

static size_t line_of_value(struct hc_text text, size_t number)
{
    size_t line = 1;

    for (const char *at = text.at, *end = text.at + text.size; at < end;) {
        bool begins;
        size_t size = word_size(at, end, &begins);
        if (begins && !--number)
            return line;
        line += *at == '\n';
        at += size;
    }
    return 0;
}

size_t hc_json_line(const struct hc_json_doc *doc, struct hc_text text, const struct hc_json *value)
{
    size_t number = 0;

    return value && count_to(doc->root, value, &number) ? line_of_value(text, number) : 0;
}
