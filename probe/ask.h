/* Typed questions: a probe asks these, and gets its value together with the reply that proves it.
   A value is set only when the reply is ok; otherwise it is zero or empty. An answer that does not
   parse comes back as a failed reply. */
#ifndef HC_ASK_H
#define HC_ASK_H

#include "link_modes.h"
#include "parse.h"
#include "source.h"

const struct hc_reply *hc_ask_file(struct hc_source *src, const char *path, struct hc_text *text);
/* The one line of a file, without blanks around it. */
const struct hc_reply *hc_ask_line(struct hc_source *src, const char *path, struct hc_text *line);
const struct hc_reply *hc_ask_u64(struct hc_source *src, const char *path, uint64_t *value);
/* Y, N, 1 or 0, as kernel parameters are shown. */
const struct hc_reply *hc_ask_flag(struct hc_source *src, const char *path, bool *value);
/* The names in a directory, sorted, a line each. */
const struct hc_reply *hc_ask_dir(struct hc_source *src, const char *path, struct hc_text *names);
const struct hc_reply *hc_ask_link(struct hc_source *src, const char *path, struct hc_text *target);

/* What stat says of a node, without opening it: "char 10:232 0660 0 104". */
struct hc_node {
    char type; /* c, b, f (regular file), d, or another letter of ls -l */
    uint32_t major, minor, mode, uid, gid;
};
const struct hc_reply *hc_ask_stat(struct hc_source *src, const char *path, struct hc_node *node);

/* How much room the file system of a folder has. The way there must not lead over another machine's file systems, which
   may never answer: linux/file_systems.c sees to it. */
struct hc_room {
    struct hc_text device;                                    /* major:minor */
    uint64_t magic, size, free, available, files, files_free; /* bytes; files 0: no limit, or not told */
};
const struct hc_reply *hc_ask_statfs(struct hc_source *src, const char *path, struct hc_room *room);

/* Whether the caller could open a path for reading and writing, by mode bits and privilege. */
const struct hc_reply *hc_ask_access(struct hc_source *src, const char *path, bool *granted);

struct hc_cpuid {
    uint32_t eax, ebx, ecx, edx;
};
/* A leaf above the highest one of its range (of leaf 0, 0x40000000 + n * 0x100 or 0x80000000) is all zero, and the
   reply is that of the range: it proves that the CPU has no such leaf (Intel SDM vol. 2A, CPUID). */
const struct hc_reply *hc_ask_cpuid(struct hc_source *src, unsigned cpu, uint32_t leaf, uint32_t subleaf,
                                    struct hc_cpuid *regs);
const struct hc_reply *hc_ask_msr(struct hc_source *src, unsigned cpu, uint32_t index, uint64_t *value);

/* A question of the closed list of ioctls that answers with a number, such as "kvm:api_version". */
const struct hc_reply *hc_ask_ioctl(struct hc_source *src, const char *what, uint64_t *value);
/* netlink:link, netlink:addr: a line for each interface, each address (linux/net_text.h). */
const struct hc_reply *hc_ask_netlink(struct hc_source *src, const char *what, struct hc_text *text);
/* ioctl:ethtool:drvinfo:NAME: lines of "name value". It wakes nothing, and is answered only where that is so. */
const struct hc_reply *hc_ask_drvinfo(struct hc_source *src, struct hc_text interface, struct hc_text *text);
/* ioctl:ethtool:link_settings:NAME, answered where that is. */
const struct hc_reply *hc_ask_link_settings(struct hc_source *src, struct hc_text interface,
                                            struct hc_link_settings *settings);
/* Versions of packages in the database of dpkg, apk or pacman: "dpkg:NAME,NAME" is answered with lines "NAME VERSION".
 */
const struct hc_reply *hc_ask_packages(struct hc_source *src, const char *question, struct hc_text *lines);
/* The note, in JSON, that a package left in its program. */
const struct hc_reply *hc_ask_note(struct hc_source *src, const char *path, struct hc_text *json);
/* macOS: a name of sysctl; a class of the IORegistry or a path such as IODeviceTree:/options (macos/ioreg.h); a
   function of the closed list of macos/live.c. Numbers are decimal. */
const struct hc_reply *hc_ask_sysctl(struct hc_source *src, const char *name, struct hc_text *text);
const struct hc_reply *hc_ask_sysctl_u64(struct hc_source *src, const char *name, uint64_t *value);
const struct hc_reply *hc_ask_ioreg(struct hc_source *src, const char *what, struct hc_text *text);
const struct hc_reply *hc_ask_api(struct hc_source *src, const char *function, uint64_t *value);
/* host:uname, host:privilege: lines of "name value". */
const struct hc_reply *hc_ask_host(struct hc_source *src, const char *what, struct hc_text *text);

#endif
