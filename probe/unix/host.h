/* What the backends of Linux and macOS answer alike; hc_clock_ns() and hc_open_input() are there too. */
#ifndef HC_UNIX_HOST_H
#define HC_UNIX_HOST_H

#include "source.h"

/* The answer that errno stands for. */
void hc_answer_errno(struct hc_reply *reply, int err);

/* The part of a key behind its scheme, or NULL if it is another scheme. */
const char *hc_key_rest(const char *key, const char *scheme);

/* host:uname and host:time. */
void hc_answer_uname(struct hc_source *src, struct hc_reply *reply);
void hc_answer_time(struct hc_source *src, struct hc_reply *reply);

#endif
