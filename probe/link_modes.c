#include "link_modes.h"

enum { WORD_DIGITS = 8, WORD_BITS = 32, WORDS_MAX = INT8_MAX };

/* include/uapi/linux/ethtool.h, as are all numbers here */
#define SPEED_UNKNOWN UINT32_MAX
#define TWISTED_PAIR  (UINT64_C(1) << 7) /* ETHTOOL_LINK_MODE_TP_BIT */

/* enum ethtool_link_mode_bit_indices, up to 1600000baseDR8_2: bits of one speed in a row. Bits 6 to 11, 13, 14, 16, 20,
   49 to 51 and 74 tell of connectors, pauses, backplanes and error correction, not of speed. */
static const struct {
    uint8_t first, last;
    uint32_t megabits;
} modes[] = {
    { 0, 1, 10 },          { 2, 3, 100 },      { 4, 5, 1000 },       { 6, 11, 0 },         { 12, 12, 10000 },
    { 13, 14, 0 },         { 15, 15, 2500 },   { 16, 16, 0 },        { 17, 17, 1000 },     { 18, 19, 10000 },
    { 20, 20, 0 },         { 21, 22, 20000 },  { 23, 26, 40000 },    { 27, 30, 56000 },    { 31, 33, 25000 },
    { 34, 35, 50000 },     { 36, 39, 100000 }, { 40, 40, 50000 },    { 41, 41, 1000 },     { 42, 46, 10000 },
    { 47, 47, 2500 },      { 48, 48, 5000 },   { 49, 51, 0 },        { 52, 56, 50000 },    { 57, 61, 100000 },
    { 62, 66, 200000 },    { 67, 67, 100 },    { 68, 68, 1000 },     { 69, 73, 400000 },   { 74, 74, 0 },
    { 75, 79, 100000 },    { 80, 84, 200000 }, { 85, 89, 400000 },   { 90, 91, 100 },      { 92, 92, 10 },
    { 93, 98, 800000 },    { 99, 102, 10 },    { 103, 108, 200000 }, { 109, 114, 400000 }, { 115, 120, 800000 },
    { 121, 124, 1600000 },
};

static const struct {
    uint64_t number; /* PORT_TP and so on */
    const char *word;
} connectors[] = {
    { 0x00, "twisted pair" }, { 0x01, "AUI" },           { 0x02, "MII" },  { 0x03, "fibre" },
    { 0x04, "BNC" },          { 0x05, "direct attach" }, { 0xef, "none" }, { 0xff, "other" },
};

static void take_bit(struct hc_link_settings *settings, unsigned bit)
{
    settings->told = true;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (bit >= modes[i].first && bit <= modes[i].last) {
            if (modes[i].megabits > settings->megabits)
                settings->megabits = modes[i].megabits;
            return;
        }
    settings->newer = true;
}

/* *first: the lowest 32 bits. */
static bool take_modes(struct hc_text words, struct hc_link_settings *settings, uint64_t *first)
{
    struct hc_text word;
    unsigned count = 0;
    uint64_t bits;

    for (; hc_next_word(&words, &word); count++) {
        if (word.size != WORD_DIGITS || count == WORDS_MAX || !hc_number(word, 16, &bits))
            return false;
        if (!count)
            *first = bits;
        for (unsigned bit = 0; bit < WORD_BITS; bit++)
            if (bits >> bit & 1)
                take_bit(settings, count * WORD_BITS + bit);
    }
    return count > 0;
}

static bool number_of(struct hc_text text, const char *name, uint64_t *number)
{
    struct hc_text value;

    return hc_find_value(text, ' ', name, &value) && hc_number(value, 10, number);
}

/* Number 0 is also what a driver leaves that tells nothing: twisted pair only where the modes have it, too. */
static struct hc_text connector_of(uint64_t number, bool twisted_pair)
{
    for (size_t i = number || twisted_pair ? 0 : 1; i < sizeof connectors / sizeof *connectors; i++)
        if (connectors[i].number == number)
            return hc_text_from(connectors[i].word);
    return HC_TEXT("");
}

bool hc_read_link_settings(struct hc_text text, struct hc_link_settings *settings)
{
    struct hc_text words;
    uint64_t connector, on, speed, first = 0;

    *settings = (struct hc_link_settings){ .connector = HC_TEXT("") };
    if (!number_of(text, "port", &connector) || !number_of(text, "autonegotiation", &on) || on > 1 ||
        !number_of(text, "speed", &speed) || !hc_find_value(text, ' ', "supported", &words) ||
        !take_modes(words, settings, &first))
        return false;
    settings->autonegotiation = on != 0;
    settings->connector = connector_of(connector, (first & TWISTED_PAIR) != 0);
    settings->megabits_now = speed == SPEED_UNKNOWN ? 0 : speed;
    return true;
}
