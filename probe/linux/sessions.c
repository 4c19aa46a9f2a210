/* Who is logged in at this machine, by the state files of systemd-logind (src/login/logind-session.c, session_save) or
   elogind: one regular file for each session, and pipes beside them, which have a dot in their names. */
#include "ask.h"
#include "probes.h"

#include <string.h>

#define SESSIONS_FOLDER "/run/systemd/sessions"

enum { SESSIONS_MOST = 64 }; /* a terminal server has thousands */

struct count {
    uint64_t graphical, seated;
};

/* SEAT: keyboard and screen of this machine. A greeter is a session of its own class, and graphical, too. */
static const struct hc_reply *count(struct hc_source *src, struct hc_text name, struct count *counts)
{
    struct hc_text text, type, seat;
    const struct hc_reply *reply =
        hc_ask_file(src, hc_format(src, SESSIONS_FOLDER "/%.*s", (int)name.size, name.at), &text);

    if (reply->answer != HC_OK)
        return reply;
    if (!hc_find_value(text, '=', "TYPE", &type))
        return hc_malformed(src, reply, "no line TYPE");
    counts->graphical += hc_text_is(type, "x11") || hc_text_is(type, "wayland") || hc_text_is(type, "mir");
    counts->seated += hc_find_value(text, '=', "SEAT", &seat) && seat.size;
    return reply;
}

void hc_probe_sessions(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    struct count counts = { 0, 0 };
    const struct hc_reply *list = hc_ask_dir(src, SESSIONS_FOLDER, &names), *why = list;
    size_t asked = 0;

    while (hc_next_line(&names, &name) && why->answer == HC_OK) {
        const struct hc_reply *one;
        if (memchr(name.at, '.', name.size))
            continue;
        if (++asked > SESSIONS_MOST) {
            why = hc_reword(src, list, HC_UNSUPPORTED, "more sessions than are read");
            break;
        }
        one = count(src, name, &counts);
        if (one->answer != HC_OK && one->answer != HC_ABSENT) /* it ended meanwhile */
            why = one;
    }
    hc_put_number(facts, HC_SESSIONS_GRAPHICAL, counts.graphical ? list : why, counts.graphical);
    hc_put_number(facts, HC_SESSIONS_SEATED, why, counts.seated);
}
