/* Sound cards: /proc/asound/cards (sound/core/init.c, snd_card_info_read) names them, sysfs says where they are. */
#include "place.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define FOLDER "/sys/class/sound"

enum { CARDS_MOST = 256 }; /* SNDRV_CARDS is 256 at most */

struct named {
    struct hc_text id, driver, name;
    bool there;
};

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list, *cards_why;
    struct hc_text names;
    struct named cards[CARDS_MOST];
};

/* " 0 [PCH            ]: HDA-Intel - HDA Intel PCH"; a second line says the name in full. */
static void take_line(struct scan *s, struct hc_text line)
{
    struct hc_text number, rest, id, text;
    uint64_t card;
    struct named *n;

    if (!hc_split(line, '[', &number, &rest) || !hc_number(number, 10, &card) || card >= CARDS_MOST ||
        !hc_split(rest, ']', &id, &text) || !hc_starts(text, ":"))
        return;
    n = &s->cards[card];
    *n = (struct named){ .id = id, .driver = HC_TEXT(""), .there = true };
    n->name = hc_trim((struct hc_text){ text.at + 1, text.size - 1 });
    for (size_t i = 0; i + 3 <= n->name.size; i++)
        if (!memcmp(n->name.at + i, " - ", 3)) {
            n->driver = hc_trim((struct hc_text){ n->name.at, i });
            n->name = hc_trim((struct hc_text){ n->name.at + i, n->name.size - i });
            n->name = hc_trim((struct hc_text){ n->name.at + 1, n->name.size - 1 });
            return;
        }
}

/* "pcmC0D3p": device 3 of card 0 plays; with c it records. */
static void count_devices(const struct scan *s, uint64_t card, uint64_t *playback, uint64_t *capture)
{
    struct hc_text rest = s->names, name, of, device;
    uint64_t number;

    *playback = *capture = 0;
    while (hc_next_line(&rest, &name)) {
        if (!hc_starts(name, "pcmC") || !hc_split((struct hc_text){ name.at + 4, name.size - 4 }, 'D', &of, &device) ||
            !hc_number(of, 10, &number) || number != card || !device.size)
            continue;
        *playback += device.at[device.size - 1] == 'p';
        *capture += device.at[device.size - 1] == 'c';
    }
}

static void put_card(struct scan *s, struct hc_text name, uint64_t card)
{
    struct hc_table_row *row = hc_add_row(s->facts, HC_TABLE_SOUND, s->list);
    const struct named *n = &s->cards[card];
    const struct hc_reply *why =
        n->there ? s->cards_why : hc_malformed(s->src, s->cards_why, "a line for every card was expected");
    struct hc_text path;
    uint64_t playback, capture;
    const struct hc_reply *link =
        hc_ask_link(s->src, hc_format(s->src, FOLDER "/%.*s", (int)name.size, name.at), &path);

    hc_cell_number(s->facts, row, HC_COL_SOUND_CARD, s->list, card);
    hc_cell_text(s->facts, row, HC_COL_SOUND_ID, why, n->id);
    hc_cell_text(s->facts, row, HC_COL_SOUND_DRIVER, why, n->driver);
    hc_cell_text(s->facts, row, HC_COL_SOUND_NAME, why, n->name);
    hc_cell_text(s->facts, row, HC_COL_SOUND_PCI, link, hc_place_function(path));
    hc_cell_text(s->facts, row, HC_COL_SOUND_USB, link, hc_place_usb(path));
    count_devices(s, card, &playback, &capture);
    hc_cell_number(s->facts, row, HC_COL_SOUND_PLAYBACK, s->list, playback);
    hc_cell_number(s->facts, row, HC_COL_SOUND_CAPTURE, s->list, capture);
}

static bool card_number(struct hc_text name, uint64_t *card)
{
    return hc_starts(name, "card") && hc_number((struct hc_text){ name.at + 4, name.size - 4 }, 10, card) &&
           *card < CARDS_MOST;
}

void hc_probe_sound(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    struct hc_text rest, name, text, line;
    uint64_t card;

    s.list = hc_ask_folder(src, "/sys/class", "sound", "", &s.names);
    hc_put_table(facts, HC_TABLE_SOUND, s.list);
    rest = s.names;
    while (hc_next_line(&rest, &name)) {
        if (!card_number(name, &card))
            continue;
        if (!s.cards_why) {
            s.cards_why = hc_ask_file(src, "/proc/asound/cards", &text);
            while (hc_next_line(&text, &line))
                take_line(&s, line);
        }
        put_card(&s, name, card);
    }
}
