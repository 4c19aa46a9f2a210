/* Modules that modprobe would find. */
#ifndef HC_MODULE_FILE_H
#define HC_MODULE_FILE_H

#include "ask.h"
#include "facts.h"

/* Puts whether /lib/modules/RELEASE/kernel/PATH.ko lies there, under any of the endings that kernels are built with.
   Nothing is put where the release is not known. */
void hc_put_module_file(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *path);

#endif
