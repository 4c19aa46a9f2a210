/* Versions of packages: from the database of the package manager, of named packages only (it may be long, and lists all
   that somebody installed), and from the note that a package left in a program. */
#ifndef HC_PACKAGES_H
#define HC_PACKAGES_H

#include "source.h"

/* "dpkg:NAME,NAME", likewise apk and pacman: the file or folder to open; NULL: not such a question. */
const char *hc_package_database(const char *question, bool *folder);
/* Fills in "NAME VERSION", a line for each of those that are installed; closes fd. */
void hc_answer_from_packages(struct hc_source *src, struct hc_reply *reply, int fd, const char *question);

/* Fills in the JSON of the package note in a program: https://systemd.io/ELF_PACKAGE_METADATA/. Absent: it has none.
   Closes fd. */
void hc_answer_from_note(struct hc_source *src, struct hc_reply *reply, int fd);

#endif
