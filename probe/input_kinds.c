/* The same reckoning as that of udev (systemd, src/udev/udev-builtin-input_id.c), so that what hostcap calls a keyboard
   is what the desktop takes for one. Codes: include/uapi/linux/input-event-codes.h. */
#include "input_kinds.h"

#include <string.h>

enum { MAP_WORDS = 12 }; /* KEY_CNT is 0x300 */

enum ev { EV_KEY = 1, EV_REL = 2, EV_SW = 5 };
enum prop { PROP_DIRECT = 1, PROP_POINTING_STICK = 5, PROP_ACCELEROMETER = 6 };
enum rel { REL_X = 0, REL_Y = 1, REL_HWHEEL = 6, REL_WHEEL = 8 };
enum abs {
    ABS_X = 0,
    ABS_Y = 1,
    ABS_Z = 2,
    ABS_RX = 3,
    ABS_PRESSURE = 0x18,
    ABS_MT_SLOT = 0x2f,
    ABS_MT_POSITION_X = 0x35,
    ABS_MT_POSITION_Y = 0x36
};
enum key {
    BTN_0 = 0x100,
    BTN_1 = 0x101,
    BTN_MOUSE = 0x110,
    BTN_JOYSTICK = 0x120,
    BTN_DIGI = 0x140,
    BTN_TOOL_PEN = 0x140,
    BTN_TOOL_FINGER = 0x145,
    BTN_TOUCH = 0x14a,
    BTN_STYLUS = 0x14b,
    KEY_OK = 0x160,
    BTN_DPAD_UP = 0x220,
    BTN_DPAD_RIGHT = 0x223,
    KEY_ALS_TOGGLE = 0x230,
    BTN_TRIGGER_HAPPY1 = 0x2c0,
    BTN_TRIGGER_HAPPY40 = 0x2e7
};

struct map {
    uint64_t words[MAP_WORDS];
};

struct maps {
    struct map prop, ev, key, rel, abs;
};

static struct map map_of(struct hc_text text, unsigned word_bits)
{
    struct map map = { { 0 } };
    struct hc_text rest = text, word;
    const unsigned words = word_bits == 32 ? 2 * MAP_WORDS : MAP_WORDS;
    uint64_t value;
    size_t count = 0;

    while (hc_next_word(&rest, &word))
        count++;
    while (hc_next_word(&text, &word) && count-- > 0) {
        if (count >= words || !hc_number(word, 16, &value))
            continue;
        if (word_bits == 32)
            map.words[count / 2] |= (value & UINT32_MAX) << (count % 2 ? 32 : 0);
        else
            map.words[count] = value;
    }
    return map;
}

static bool has(const struct map *map, unsigned bit)
{
    return bit / 64 < MAP_WORDS && map->words[bit / 64] >> (bit % 64) & 1;
}

/* How many bits of a range, without its end. */
static unsigned among(const struct map *map, unsigned start, unsigned end)
{
    unsigned count = 0;

    for (; start < end; start++)
        count += has(map, start);
    return count;
}

/* ---- pointers ---- */

struct pointer {
    bool coordinates, moves, touches_many, direct, touch, stylus, finger, mouse_button, pad, wheel;
    unsigned joystick; /* buttons and axes of one */
};

static struct pointer look(const struct maps *m)
{
    const bool rel = has(&m->ev, EV_REL), pen = has(&m->key, BTN_TOOL_PEN);
    struct pointer p = {
        .coordinates = has(&m->abs, ABS_X) && has(&m->abs, ABS_Y),
        .moves = rel && has(&m->rel, REL_X) && has(&m->rel, REL_Y),
        .touches_many = has(&m->abs, ABS_MT_POSITION_X) && has(&m->abs, ABS_MT_POSITION_Y),
        .direct = has(&m->prop, PROP_DIRECT),
        .touch = has(&m->key, BTN_TOUCH),
        .stylus = has(&m->key, BTN_STYLUS) || pen,
        .finger = has(&m->key, BTN_TOOL_FINGER) && !pen,
        .mouse_button = among(&m->key, BTN_MOUSE, BTN_JOYSTICK) != 0,
        .pad = has(&m->key, BTN_0) && has(&m->key, BTN_1) && !pen,
        .wheel = rel && (has(&m->rel, REL_WHEEL) || has(&m->rel, REL_HWHEEL)),
    };

    if (has(&m->abs, ABS_MT_SLOT) && has(&m->abs, ABS_MT_SLOT - 1)) /* it says that it has every axis */
        p.touches_many = false;
    if (!has(&m->key, BTN_JOYSTICK - 1)) /* a mouse with many buttons has those of a joystick, too */
        p.joystick = among(&m->key, BTN_JOYSTICK, BTN_DIGI) + among(&m->key, BTN_DPAD_UP, BTN_DPAD_RIGHT + 1) +
                     among(&m->key, BTN_TRIGGER_HAPPY1, BTN_TRIGGER_HAPPY40 + 1);
    p.joystick += among(&m->abs, ABS_RX, ABS_PRESSURE);
    return p;
}

/* Some keyboards have random buttons of a joystick, but those have not many keys. Left Ctrl, Caps Lock, Num Lock,
   Insert, mute, calculator, files, mail, play, brightness. */
static bool is_no_joystick(const struct maps *m, const struct pointer *p)
{
    static const unsigned known[] = { 29, 58, 69, 110, 113, 140, 144, 155, 164, 224 };
    unsigned count = 0;

    for (size_t i = 0; has(&m->ev, EV_KEY) && i < sizeof known / sizeof *known; i++)
        count += has(&m->key, known[i]);
    return count >= 4 || p->joystick < 2 || (p->wheel && p->pad);
}

static unsigned touched(const struct pointer *p)
{
    if (p->stylus)
        return HC_INPUT_TABLET;
    if (p->finger && !p->direct)
        return HC_INPUT_TOUCHPAD;
    return p->touch || p->direct ? HC_INPUT_TOUCHSCREEN : 0;
}

static unsigned pointers(const struct maps *m, bool on_i2c)
{
    const struct pointer p = look(m);
    unsigned kinds = 0;

    if (has(&m->prop, PROP_ACCELEROMETER) || (!has(&m->ev, EV_KEY) && p.coordinates && has(&m->abs, ABS_Z)))
        return HC_INPUT_ACCELEROMETER;
    if (p.coordinates)
        kinds = p.stylus || (p.finger && !p.direct) ? touched(&p) : p.mouse_button ? HC_INPUT_MOUSE : touched(&p);
    if (!kinds && p.joystick)
        kinds = HC_INPUT_JOYSTICK;
    if (p.touches_many)
        kinds |= touched(&p);
    if (kinds & HC_INPUT_TABLET && p.pad)
        kinds |= HC_INPUT_TABLET_PAD;
    if (p.pad && p.wheel && !p.moves)
        kinds |= HC_INPUT_TABLET | HC_INPUT_TABLET_PAD;
    if (!(kinds & (HC_INPUT_TABLET | HC_INPUT_TOUCHPAD | HC_INPUT_JOYSTICK)) && p.mouse_button &&
        (p.moves || !p.coordinates))
        kinds |= HC_INPUT_MOUSE | (on_i2c ? HC_INPUT_STICK : 0); /* there are no mice on I2C */
    if (kinds & HC_INPUT_JOYSTICK && is_no_joystick(m, &p))
        kinds &= ~(unsigned)HC_INPUT_JOYSTICK;
    return kinds | (has(&m->prop, PROP_POINTING_STICK) ? HC_INPUT_STICK : 0);
}

/* ---- keys ---- */

#define FIRST_KEYS UINT64_C(0xfffffffe) /* Escape to D; bit 0 is reserved */

static unsigned keys(const struct maps *m)
{
    unsigned kinds = 0;

    if (!has(&m->ev, EV_KEY))
        return 0;
    if (among(&m->key, 0, BTN_0) || among(&m->key, KEY_OK, BTN_DPAD_UP) ||
        among(&m->key, KEY_ALS_TOGGLE, BTN_TRIGGER_HAPPY1))
        kinds |= HC_INPUT_KEYS;
    if ((m->key.words[0] & FIRST_KEYS) == FIRST_KEYS)
        kinds |= HC_INPUT_KEYBOARD;
    return kinds;
}

unsigned hc_input_kinds(const struct hc_input_maps *maps)
{
    const struct maps m = {
        .prop = map_of(maps->prop, maps->word_bits),
        .ev = map_of(maps->ev, maps->word_bits),
        .key = map_of(maps->key, maps->word_bits),
        .rel = map_of(maps->rel, maps->word_bits),
        .abs = map_of(maps->abs, maps->word_bits),
    };
    unsigned kinds = pointers(&m, maps->on_i2c);

    kinds |= keys(&m);
    if (!kinds && has(&m.ev, EV_REL) && (has(&m.rel, REL_WHEEL) || has(&m.rel, REL_HWHEEL)))
        kinds = HC_INPUT_KEYS; /* a wheel alone */
    return kinds | (has(&m.ev, EV_SW) ? HC_INPUT_SWITCH : 0);
}

const char *hc_input_words(unsigned kinds, char words[HC_INPUT_WORDS_SIZE])
{
    static const char *const names[] = { "keyboard", "keys",          "mouse",  "pointing_stick",
                                         "touchpad", "touchscreen",   "tablet", "tablet_pad",
                                         "joystick", "accelerometer", "switch" };
    size_t size = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (kinds >> i & 1) {
            size_t n = strlen(names[i]);
            if (size)
                words[size++] = ' ';
            memcpy(words + size, names[i], n);
            size += n;
        }
    words[size] = '\0';
    return words;
}
