/* SMBIOS as it leaves the host: what names the machine is taken out, what describes it stays. */
#ifndef HC_REDACT_SMBIOS_H
#define HC_REDACT_SMBIOS_H

#include "parse.h"

/* Writes what leaves the host to out, which has room for the whole table; returns its size. */
size_t hc_thin_smbios(struct hc_text table, char *out);
/* The same for one file of /sys/class/dmi/id. */
size_t hc_thin_dmi_file(struct hc_text line, char *out);

#endif
