/* Dell's switches of firmware setup (tokens), read through libsmbios: asked only for --dell-tokens. */
#ifndef HC_LINUX_DELL_H
#define HC_LINUX_DELL_H

#include "source.h"

/* dell:tokens: "014b 1" for each token of a closed list that firmware has: its number, and whether it is active. */
void hc_answer_dell(struct hc_source *src, struct hc_reply *reply, const char *what);

/* Whether libsmbios would take these two files. Where it does not it looks for the table in /dev/mem, so that it must
   not even be called. */
bool hc_smbios_entry_sound(const unsigned char *entry, size_t size, size_t table_size);

#endif
