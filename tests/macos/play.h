/* What the loader's programs import, and the Mac that is played for them. */
#ifndef HC_PLAY_H
#define HC_PLAY_H

#include <stdint.h>

extern char **environ;

/* Reads the script of a Mac: lines of words separated by tabs. */
void hc_play(const char *path);
/* The address of what a program imports; NULL: not in the table. */
void *hc_import(const char *name);
/* dlsym() of the frameworks that are played. */
void *hc_framework_symbol(const char *name);

/* Of the script: the line that begins with these words, up to two; NULL: there is none. The words of a line. */
struct hc_script_line {
    const char *word[5];
};
const struct hc_script_line *hc_script(const char *first, const char *second);
/* All lines. */
const struct hc_script_line *hc_script_lines(int *count);

#endif
