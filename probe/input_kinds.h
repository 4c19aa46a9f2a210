/* What an input device can be used as, by the keys and axes that it has. */
#ifndef HC_INPUT_KINDS_H
#define HC_INPUT_KINDS_H

#include "parse.h"

/* Bit maps as the kernel prints them: words in hex, the highest first (drivers/input/input.c, input_seq_print_bitmap).
 */
struct hc_input_maps {
    struct hc_text prop, ev, key, rel, abs;
    unsigned word_bits; /* 32 or 64: that of the kernel */
    bool on_i2c;
};

enum hc_input_kind {
    HC_INPUT_KEYBOARD = 1 << 0, /* a full one: Escape, all digits, Q to D */
    HC_INPUT_KEYS = 1 << 1,
    HC_INPUT_MOUSE = 1 << 2,
    HC_INPUT_STICK = 1 << 3,
    HC_INPUT_TOUCHPAD = 1 << 4,
    HC_INPUT_TOUCHSCREEN = 1 << 5,
    HC_INPUT_TABLET = 1 << 6,
    HC_INPUT_TABLET_PAD = 1 << 7,
    HC_INPUT_JOYSTICK = 1 << 8,
    HC_INPUT_ACCELEROMETER = 1 << 9,
    HC_INPUT_SWITCH = 1 << 10
};

/* hc_input_kind, joined. */
unsigned hc_input_kinds(const struct hc_input_maps *maps);

enum { HC_INPUT_WORDS_SIZE = 128 };
/* "keyboard keys", into words; returns words. */
const char *hc_input_words(unsigned kinds, char words[HC_INPUT_WORDS_SIZE]);

#endif
