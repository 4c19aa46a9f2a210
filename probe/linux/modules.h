/* The closed list of kernel modules that hostcap looks at. */
#ifndef HC_MODULES_H
#define HC_MODULES_H

#include "parse.h"

/* Whether a module is on the list; - and _ are the same in names of modules. */
bool hc_is_listed_module(struct hc_text name);

#endif
