#include "parse.h"

#include <string.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

static struct hc_text skip(struct hc_text text, size_t n)
{
    return (struct hc_text){ text.at + n, text.size - n };
}

struct hc_text hc_text_from(const char *string)
{
    return string ? (struct hc_text){ string, strlen(string) } : HC_TEXT("");
}

struct hc_text hc_trim(struct hc_text text)
{
    while (text.size && blank(text.at[0]))
        text = skip(text, 1);
    while (text.size && blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

bool hc_text_is(struct hc_text text, const char *word)
{
    size_t size = strlen(word);

    return text.size == size && !memcmp(text.at, word, size);
}

bool hc_same_text(struct hc_text a, struct hc_text b)
{
    return a.size == b.size && (!a.size || !memcmp(a.at, b.at, a.size));
}

bool hc_starts(struct hc_text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && !memcmp(text.at, prefix, size);
}

bool hc_next_line(struct hc_text *rest, struct hc_text *line)
{
    const char *end;

    if (!rest->size)
        return false;
    end = memchr(rest->at, '\n', rest->size);
    line->at = rest->at;
    line->size = end ? (size_t)(end - rest->at) : rest->size;
    *rest = skip(*rest, end ? line->size + 1 : line->size);
    return true;
}

bool hc_next_word(struct hc_text *rest, struct hc_text *word)
{
    const char *at = rest->at, *end = rest->size ? at + rest->size : at; /* an empty text may have no place */

    while (at < end && blank(*at))
        at++;
    word->at = at;
    while (at < end && !blank(*at))
        at++;
    word->size = (size_t)(at - word->at);
    *rest = (struct hc_text){ at, (size_t)(end - at) };
    return word->size != 0;
}

bool hc_split(struct hc_text line, char separator, struct hc_text *name, struct hc_text *value)
{
    const char *at = line.size ? memchr(line.at, separator, line.size) : NULL;
    size_t before = at ? (size_t)(at - line.at) : 0;

    if (!at)
        return false;
    *name = hc_trim((struct hc_text){ line.at, before });
    *value = hc_trim(skip(line, before + 1));
    return true;
}

/* Looks for the first character of the word only where it begins one: lists of flags are asked for many. */
bool hc_has_word(struct hc_text list, const char *word)
{
    const char *at = list.at, *end = list.size ? at + list.size : at;
    size_t size = strlen(word);

    while (list.size && size && (size_t)(end - at) >= size && (at = memchr(at, word[0], (size_t)(end - at)))) {
        bool whole = (size_t)(end - at) >= size && (at == list.at || blank(at[-1])) && !memcmp(at, word, size);
        if (whole && (at + size == end || blank(at[size])))
            return true;
        at++;
    }
    return false;
}

bool hc_find_value(struct hc_text text, char separator, const char *name, struct hc_text *value)
{
    struct hc_text line, found;

    while (hc_next_line(&text, &line))
        if (hc_split(line, separator, &found, value) && hc_text_is(found, name))
            return true;
    *value = HC_TEXT("");
    return false;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

bool hc_number(struct hc_text text, int base, uint64_t *value)
{
    uint64_t n = 0;

    if (hc_starts(text, "0x") || hc_starts(text, "0X")) {
        text = skip(text, 2);
        base = 16;
    }
    if (!text.size)
        return false;
    for (; text.size; text = skip(text, 1)) {
        int d = digit(text.at[0]);
        if (d >= base || n > (UINT64_MAX - (uint64_t)d) / (uint64_t)base)
            return false;
        n = n * (uint64_t)base + (uint64_t)d;
    }
    *value = n;
    return true;
}

bool hc_le16(struct hc_text bytes, size_t offset, uint16_t *value)
{
    if (bytes.size < 2 || offset > bytes.size - 2)
        return false;
    *value = (uint16_t)((unsigned char)bytes.at[offset] | (unsigned)(unsigned char)bytes.at[offset + 1] << 8);
    return true;
}

bool hc_le32(struct hc_text bytes, size_t offset, uint32_t *value)
{
    uint16_t low, high;

    if (!hc_le16(bytes, offset, &low) || offset + 2 < offset || !hc_le16(bytes, offset + 2, &high))
        return false;
    *value = low | (uint32_t)high << 16;
    return true;
}

size_t hc_utf8_length(struct hc_text text)
{
    /* lead byte range, length, range of the second byte */
    static const unsigned char rows[][5] = {
        { 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
        { 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
        { 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
    };
    const unsigned char *b = (const unsigned char *)text.at;

    if (!text.size)
        return 0;
    if (b[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (b[0] < rows[i][0] || b[0] > rows[i][1])
            continue;
        if (text.size < rows[i][2] || b[1] < rows[i][3] || b[1] > rows[i][4])
            return 0;
        for (size_t n = 2; n < rows[i][2]; n++)
            if ((b[n] & 0xc0) != 0x80)
                return 0;
        return rows[i][2];
    }
    return 0;
}
