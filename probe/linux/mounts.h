/* What is mounted: lines of mountinfo, and of mounts where a saved tree has only those. */
#ifndef HC_MOUNTS_H
#define HC_MOUNTS_H

#include "parse.h"
#include "source.h"

/* Words as the kernel writes them: blanks are \040. */
struct hc_mount {
    struct hc_text id;     /* "" in mounts */
    struct hc_text number; /* major:minor; "" in mounts */
    struct hc_text root, point, type, source, options;
};

/* The next line; *sound becomes false where one cannot be read, which is skipped. False at the end. */
bool hc_next_mount(struct hc_text *rest, struct hc_mount *mount, bool *sound);

/* Whether its device has a number of its own: those with major 0 are made up for file systems without one, or with
   several (btrfs, ZFS). */
bool hc_mount_has_device(const struct hc_mount *mount);

/* The mount that a path lies on: the longest mount point above it, the last one of several. */
bool hc_mount_of(struct hc_text mounts, struct hc_text path, struct hc_mount *found);

/* File systems that lie on no disk of this host: in memory, or on another machine. */
bool hc_mount_is_diskless(const struct hc_mount *mount);

/* A path as the caller of the kernel spells it: "\\040" is a blank. NULL: no memory. */
char *hc_mount_path(struct hc_source *src, struct hc_text point);

/* Options of a file system that matter for what is kept on it, and name nobody. */
bool hc_mount_option_matters(struct hc_text option);

/* The host's own mounts. *unseen: NULL, or why what is mounted elsewhere on this host is not among them. */
const struct hc_reply *hc_ask_mounts(struct hc_source *src, struct hc_text *text, const struct hc_reply **unseen);

#endif
