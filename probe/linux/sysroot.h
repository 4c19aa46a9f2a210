/* Opening names inside of a tree as if the tree were the root. */
#ifndef HC_SYSROOT_H
#define HC_SYSROOT_H

#include "source.h"

/* Opens path below root with the flags of open(2); symbolic links, absolute or with "..", never lead out of it.
   by_kernel: try openat2 first. Returns -1 with errno set. */
int hc_open_in_root(int root, const char *path, int flags, bool by_kernel);

#endif
