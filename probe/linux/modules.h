/* The closed list of kernel modules that hostcap looks at. */
#ifndef HC_MODULES_H
#define HC_MODULES_H

#include "parse.h"

/* Whether a module is on the list; - and _ are the same in names of modules. */
bool hc_is_listed_module(struct hc_text name);

/* "/bin/false": in place of a module's own way to be loaded it keeps it out; other commands load it in theirs. */
bool hc_module_kept_out(struct hc_text command);

#endif
