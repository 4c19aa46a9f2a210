/* Answers read from open files and folders: the live host and a --sysroot share them. */
#ifndef HC_FILES_H
#define HC_FILES_H

#include "source.h"
#include "unix/host.h"

#include <sys/stat.h>

/* Fills in the reply from an open regular file, up to HC_REPLY_MAX bytes; closes fd. */
void hc_answer_from_file(struct hc_source *src, struct hc_reply *reply, int fd);
/* What sysfs shows comes whole in one read (fs/sysfs/file.c: a page at most), so that less than a page needs no second
   look, neither for its end nor for its kind; it closes fd then. False: it does. */
bool hc_answer_from_attribute(struct hc_source *src, struct hc_reply *reply, int fd);
/* The same as hc_answer_from_file(), where stat has said that it is a regular file of so many bytes. */
void hc_answer_from_regular(struct hc_source *src, struct hc_reply *reply, int fd, off_t announced);
/* Fills in the reply from an open folder: its names in natural order (2 before 10), a line each; closes fd. */
void hc_answer_from_dir(struct hc_source *src, struct hc_reply *reply, int fd);

/* What the kernel said of a folder; size 0: it was too much to keep. */
struct hc_entries {
    size_t size;
    char bytes[32 * 1024];
};
/* The same as hc_answer_from_dir(), but the folder stays open and what it holds is kept. */
void hc_answer_from_entries(struct hc_source *src, struct hc_reply *reply, int fd, struct hc_entries *entries);
/* Whether a regular file of that name was among them. */
bool hc_entries_have_file(const struct hc_entries *entries, const char *name);
void hc_answer_from_link(struct hc_source *src, struct hc_reply *reply, int dir, const char *name);
void hc_answer_from_stat(struct hc_source *src, struct hc_reply *reply, const struct stat *st);

#endif
