/* Words that stand for what names a host, its people, its network or its place: the same for the same value, wherever
   it stands. With a key they are "redacted-" and 20 hexadecimal digits of HMAC-SHA-256, so that reports of a fleet that
   were made with one key still join; without, they are numbered in the order of the report. */
#ifndef HC_PSEUDONYMS_H
#define HC_PSEUDONYMS_H

#include "arena.h"
#include "parse.h"

#define HC_PSEUDONYM_MARK "redacted-"

struct hc_pseudonym {
    struct hc_text value;
    const char *stands; /* the word for it */
    uint32_t hash;
    bool stays; /* inside of texts */
};

struct hc_pseudonyms {
    struct hc_arena *arena;
    struct hc_text key; /* empty: none */
    struct hc_pseudonym *list;
    size_t slots, count; /* open addressing */
    size_t *lengths;     /* of the values, each once */
    size_t length_count;
    bool same_length;      /* words as long as their values: what is made of bytes that say how long they are */
    unsigned char *begins; /* a bit for each pair of bytes with which a value begins */
};

/* The word for a value; the value itself where it says nothing of its owner (hc_is_stand_in). */
const char *hc_pseudonym(struct hc_pseudonyms *p, struct hc_text value);
/* Leaves a value where it stands inside of texts: it is a word of others, too. */
void hc_pseudonym_stays(struct hc_pseudonyms *p, struct hc_text value);
/* A text in which values stand between other things, such as paths, with words in their places; itself where there
   are none. */
const char *hc_pseudonyms_in(struct hc_pseudonyms *p, const char *text);

/* Puts words of the same length in the place of values among bytes; how many. */
size_t hc_pseudonyms_over(const struct hc_pseudonyms *p, char *bytes, size_t size);

/* Whether a text names nobody: empty, zeros, a name that a kernel gives (eth0), a folder that every host has (/var),
   an address of this host to itself, or what redaction puts in the place of a name. */
bool hc_is_stand_in(struct hc_text value);

#endif
