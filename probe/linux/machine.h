/* Architectures other than x86, each in its file; probe/linux/machine.c chooses. */
#ifndef HC_MACHINE_H
#define HC_MACHINE_H

#include "ask.h"
#include "facts.h"

/* reply and text: /proc/cpuinfo, which has the form of that architecture. */
void hc_machine_arm64(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text);
void hc_machine_s390x(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text);
void hc_machine_power(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text);
void hc_machine_riscv(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text);

/* A line of /proc/cpuinfo that has one of these names (the second may be NULL); absent where there is none. */
void hc_put_cpuinfo(struct hc_source *src, struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply,
                    struct hc_text text, const char *name, const char *or_name);

/* Strings of a property of the device tree (each ends with a NUL), with blanks between them. A property that is absent
   where the kernel shows a device tree at all is known: its reply becomes ok, and the list empty. */
const struct hc_reply *hc_ask_strings(struct hc_source *src, const char *path, struct hc_text *list);
/* The same for presence: ok or absent only where there is a device tree. */
const struct hc_reply *hc_ask_property(struct hc_source *src, const char *path);

#endif
