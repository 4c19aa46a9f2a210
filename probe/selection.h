/* Which probes shall ask: --only and --skip. Names are those of probes.def, or topics that stand for several. */
#ifndef HC_SELECTION_H
#define HC_SELECTION_H

#include "scan.h"

/* Lists of names with commas between them, or NULL. False: no such name, which is then in wrong (of 64 bytes). */
bool hc_select(const char *only, const char *skip, bool skipped[HC_PROBES], char *wrong);

/* Topics, then the names of probes; NULL behind the last. */
const char *hc_selector(size_t number);

#endif
