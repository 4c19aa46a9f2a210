/* Names of device nodes that stay the same when devices are plugged in another order, as udev gives them. */
#ifndef HC_STABLE_NAMES_H
#define HC_STABLE_NAMES_H

#include "ask.h"
#include "text_index.h"

struct hc_stable_names {
    const struct hc_reply *reply; /* NULL: udev is not asked */
    struct hc_text_index by_node; /* "input/event3": its block of lines */
    struct hc_source *src;
};

/* Asks udev:SUBSYSTEM where that is wanted, or was recorded. */
void hc_stable_names_of(struct hc_source *src, const char *subsystem, struct hc_stable_names *names);

/* What proves those below a folder; NULL: udev is not asked. Links that name a serial number leave the host only where
   that is wanted. */
const struct hc_reply *hc_stable_names_why(const struct hc_stable_names *names, const char *folder);

/* Names of a node below a folder, as "/dev/input/by-path/", with blanks between them; empty: none. */
struct hc_text hc_stable_names_below(const struct hc_stable_names *names, struct hc_text node, const char *folder);

#endif
