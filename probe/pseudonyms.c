#include "pseudonyms.h"

#include "redact_names.h"
#include "sha256.h"

#include <string.h>

enum { DIGITS = 20, LENGTHS_MAX = 512, SHORTEST = 3 /* what is shorter stands in other words by chance */ };

/* FNV-1a, 32 bits. */
static uint32_t hash(struct hc_text text)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < text.size; i++)
        h = (h ^ (unsigned char)text.at[i]) * 16777619u;
    return h;
}

static bool is_nothing(struct hc_text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!memchr("0:.-/", value.at[i], 5))
            return false;
    return true;
}

bool hc_is_stand_in(struct hc_text value)
{
    return is_nothing(value) || hc_starts(value, HC_PSEUDONYM_MARK) || hc_starts(value, "127.") ||
           hc_text_is(value, "::1") || hc_text_is(value, "::1/128") || hc_text_is(value, "localhost") ||
           hc_text_is(value, "localhost.localdomain") || hc_text_is(value, "(none)") || hc_names_nobody(value);
}

/* ---- the list ---- */

static struct hc_pseudonym *slot_of(struct hc_pseudonym *list, size_t slots, struct hc_text value, uint32_t h)
{
    size_t slot = h & (slots - 1);

    while (list[slot].stands && !(list[slot].hash == h && hc_same_text(list[slot].value, value)))
        slot = (slot + 1) & (slots - 1);
    return &list[slot];
}

static bool grow(struct hc_pseudonyms *p)
{
    size_t slots = p->slots ? 4 * p->slots : 64;
    struct hc_pseudonym *list = hc_alloc(p->arena, slots * sizeof *list);

    if (!list)
        return false;
    for (size_t i = 0; i < p->slots; i++)
        if (p->list[i].stands)
            *slot_of(list, slots, p->list[i].value, p->list[i].hash) = p->list[i];
    p->list = list;
    p->slots = slots;
    return true;
}

/* The longest first: of two values of which one holds the other the whole one is found. */
static bool note_length(struct hc_pseudonyms *p, size_t length)
{
    size_t at = 0;

    if (!p->lengths)
        p->lengths = hc_alloc(p->arena, LENGTHS_MAX * sizeof *p->lengths);
    if (!p->lengths)
        return false;
    while (at < p->length_count && p->lengths[at] > length)
        at++;
    if ((at < p->length_count && p->lengths[at] == length) || p->length_count == LENGTHS_MAX)
        return true;
    memmove(p->lengths + at + 1, p->lengths + at, (p->length_count - at) * sizeof *p->lengths);
    p->lengths[at] = length;
    p->length_count++;
    return true;
}

static uint16_t pair(const char *at)
{
    return (uint16_t)((unsigned char)at[0] << 8 | (unsigned char)at[1]);
}

static bool note_begin(struct hc_pseudonyms *p, struct hc_text value)
{
    if (!p->begins)
        p->begins = hc_alloc(p->arena, 65536 / 8);
    if (p->begins && value.size >= SHORTEST)
        p->begins[pair(value.at) / 8] |= (unsigned char)(1 << pair(value.at) % 8);
    return p->begins != NULL;
}

/* "xxxxxx12": as long as the value. */
static const char *long_word(struct hc_pseudonyms *p, size_t size)
{
    char *word = hc_alloc(p->arena, size + 1);
    size_t number = p->count + 1;

    if (!word)
        return NULL;
    memset(word, 'x', size);
    for (size_t at = size; at && number; number /= 10)
        word[--at] = (char)('0' + number % 10);
    return word;
}

static const char *word_for(struct hc_pseudonyms *p, struct hc_text value)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[HC_SHA256_SIZE];
    char hex[DIGITS + 1];

    if (p->same_length)
        return long_word(p, value.size);
    if (!p->key.size)
        return hc_print(p->arena, HC_PSEUDONYM_MARK "%zu", p->count + 1);
    hc_hmac_sha256(p->key, value, digest);
    for (size_t i = 0; i < DIGITS; i++)
        hex[i] = digits[digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
    hex[DIGITS] = '\0';
    return hc_print(p->arena, HC_PSEUDONYM_MARK "%s", hex);
}

const char *hc_pseudonym(struct hc_pseudonyms *p, struct hc_text value)
{
    const uint32_t h = hash(value);
    struct hc_pseudonym *slot;

    if (hc_is_stand_in(value))
        return hc_copy(p->arena, value.at, value.size);
    if (2 * p->count >= p->slots && !grow(p))
        return NULL;
    slot = slot_of(p->list, p->slots, value, h);
    if (slot->stands)
        return slot->stands;
    value.at = hc_copy(p->arena, value.at, value.size);
    if (!value.at || !note_length(p, value.size) || !note_begin(p, value))
        return NULL;
    *slot = (struct hc_pseudonym){ value, word_for(p, value), h, false };
    p->count += slot->stands != NULL;
    return slot->stands;
}

void hc_pseudonym_stays(struct hc_pseudonyms *p, struct hc_text value)
{
    struct hc_pseudonym *slot = p->slots ? slot_of(p->list, p->slots, value, hash(value)) : NULL;

    if (slot && slot->stands)
        slot->stays = true;
}

/* ---- values inside of texts ---- */

static bool in_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* The longest value that stands at the beginning of a text; 0: none. */
static size_t value_at(const struct hc_pseudonyms *p, struct hc_text text, const char **stands)
{
    struct hc_text value = text;
    const struct hc_pseudonym *slot;

    if (text.size < SHORTEST || !p->begins || !(p->begins[pair(text.at) / 8] & 1 << pair(text.at) % 8))
        return 0;
    for (size_t i = 0; i < p->length_count; i++) {
        const size_t length = p->lengths[i];
        if (length < SHORTEST || length > text.size ||
            (length < text.size && in_word(text.at[length]) && in_word(text.at[length - 1])))
            continue;
        value.size = length;
        slot = slot_of(p->list, p->slots, value, hash(value));
        if (!slot->stands || slot->stays)
            continue;
        *stands = slot->stands;
        return length;
    }
    return 0;
}

static bool begins_word(const char *text, size_t at)
{
    return !at || !in_word(text[at]) || !in_word(text[at - 1]);
}

size_t hc_pseudonyms_over(const struct hc_pseudonyms *p, char *bytes, size_t size)
{
    const char *stands = NULL;
    size_t count = 0;

    for (size_t at = 0; at < size;) {
        const struct hc_text rest = { bytes + at, size - at };
        const size_t length = begins_word(bytes, at) ? value_at(p, rest, &stands) : 0;
        if (length)
            memcpy(bytes + at, stands, length);
        count += length != 0;
        at += length ? length : 1;
    }
    return count;
}

const char *hc_pseudonyms_in(struct hc_pseudonyms *p, const char *text)
{
    const char *made = "", *stands = NULL;
    size_t size = strlen(text), done = 0;

    for (size_t at = 0; at < size;) {
        const struct hc_text rest = { text + at, size - at };
        const size_t length = begins_word(text, at) ? value_at(p, rest, &stands) : 0;
        if (length) {
            made = hc_print(p->arena, "%s%.*s%s", made, (int)(at - done), text + done, stands);
            if (!made)
                return "";
            done = at + length;
        }
        at += length ? length : 1;
    }
    if (!done)
        return text;
    made = hc_print(p->arena, "%s%s", made, text + done);
    return made ? made : "";
}
