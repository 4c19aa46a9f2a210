/* Error numbers by name: names are the same on every platform, numbers are not. */
#ifndef HC_ERRNO_NAME_H
#define HC_ERRNO_NAME_H

#include "answer.h"

/* "EACCES"; a number that is not in the table is "EOTHER". */
const char *hc_errno_name(int err);

/* ENOENT, ENODEV, ... are absent; EACCES, EPERM denied; a call that this kernel lacks unsupported; the rest failed. */
enum hc_answer hc_errno_answer(int err);

#endif
