/* What the probes of macOS share. */
#ifndef HC_MACOS_H
#define HC_MACOS_H

#include "probes.h"

#include <string.h>

/* Elsewhere nothing of macOS is asked, so that no other host's log knows of it. */
static inline bool hc_is_macos(const struct hc_source *src)
{
    return src->platform && !strcmp(src->platform, "macos");
}

#endif
