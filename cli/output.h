/* Where documents go. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* A program started with standard files closed would open others under their numbers and write into them: these are
   filled with /dev/null, opened so that writing fails. */
void secure_standard_files(void);

/* The arguments in UTF-8, where the system gives them otherwise. */
char **native_arguments(int argc, char **argv);

FILE *open_to_read(const char *path);

/* when: auto, always, never. Colours are for a terminal, and not where NO_COLOR is set (no-color.org). */
bool use_color(const char *when, const char *output);

/* Columns of the terminal that standard output is; 0: it is none, or does not tell. */
unsigned terminal_width(void);

/* Writes text to a file (NULL: standard output), whole or not at all. Returns 0, or -1 with error (of 512 bytes). */
int write_document(const char *output, const char *text, char *error);

#endif
