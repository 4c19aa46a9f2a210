/* Files that the caller names: recordings and profiles. */
#ifndef HC_INPUT_H
#define HC_INPUT_H

#include <stddef.h>
#include <stdio.h>

/* The whole file with a NUL behind it, for free(). NULL where it cannot be read or is larger than most bytes: message
   (of 512 bytes) names the file and says why; what: "recording" or "profile". */
char *hc_read_input(const char *path, size_t most, const char *what, size_t *size, char *message);

/* Opens a file for reading; NULL with errno set. A folder is EISDIR. A pipe is waited for at most two seconds (then
   ETIMEDOUT), so that one that nobody writes to does not hold the caller for ever; the platform's live.c has it. */
FILE *hc_open_input(const char *path);

#endif
