/* What a mounted file system says through a folder on it; nothing here changes one. */
#ifndef HC_FS_ANSWERS_H
#define HC_FS_ANSWERS_H

#include "source.h"

/* statfs:PATH. A path over another machine's file system would wait for that machine: whoever asks sees to it. */
void hc_answer_statfs(struct hc_source *src, struct hc_reply *reply, const char *path);
/* ioctl:xfs:geometry_flags:PATH */
void hc_answer_xfs_flags(struct hc_source *src, struct hc_reply *reply, const char *path);

#endif
