/* Files that the caller names: recordings and profiles. */
#ifndef HC_INPUT_H
#define HC_INPUT_H

#include <stdio.h>

/* Opens a file for reading; NULL with errno set. A folder is EISDIR. A pipe is waited for at most two seconds (then
   ETIMEDOUT), so that one that nobody writes to does not hold the caller for ever; the platform's live.c has it. */
FILE *hc_open_input(const char *path);

#endif
