/* Bounded readers: host bytes are untrusted, and none of these reads behind its end. */
#ifndef HC_PARSE_H
#define HC_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of bytes; nothing is copied. */
struct hc_text {
    const char *at;
    size_t size;
};

#define HC_TEXT(literal) ((struct hc_text){ literal, sizeof(literal) - 1 })

/* Of a string; empty where it is NULL. */
struct hc_text hc_text_from(const char *string);

struct hc_text hc_trim(struct hc_text text);
bool hc_text_is(struct hc_text text, const char *word);
bool hc_same_text(struct hc_text a, struct hc_text b);
bool hc_starts(struct hc_text text, const char *prefix);

/* Takes the next line (without its newline) off the front; false at the end. */
bool hc_next_line(struct hc_text *rest, struct hc_text *line);

/* Takes the next run of bytes other than blanks (space, tab, newline) off the front; false at the end. */
bool hc_next_word(struct hc_text *rest, struct hc_text *word);

/* "name : value" split at the first separator, both trimmed; false where there is none. */
bool hc_split(struct hc_text line, char separator, struct hc_text *name, struct hc_text *value);

/* Whether a word stands in a list separated by blanks. */
bool hc_has_word(struct hc_text list, const char *word);

/* The value behind "name" and a separator on the first line that has it, as in /proc/meminfo and /proc/cpuinfo; empty:
   there is none. */
bool hc_find_value(struct hc_text text, char separator, const char *name, struct hc_text *value);

/* A whole number without sign: decimal, or hexadecimal behind 0x or when base is 16. The whole text must be digits. */
bool hc_number(struct hc_text text, int base, uint64_t *value);

/* Little-endian integers at an offset; false when they do not fit. */
bool hc_le16(struct hc_text bytes, size_t offset, uint16_t *value);
bool hc_le32(struct hc_text bytes, size_t offset, uint32_t *value);

/* Bytes of the UTF-8 sequence at the front, 0 if it is malformed (Unicode 15, table 3-7). */
size_t hc_utf8_length(struct hc_text text);

#endif
