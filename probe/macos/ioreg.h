/* The IORegistry of macOS as text: the properties that ioreg.def names, one "name = value" a line, an empty line behind
   each object. Values: "text", <0a0b> for bytes, decimal numbers, Yes or No. Nothing that names a machine or its owner
   is asked. */
#ifndef HC_MACOS_IOREG_H
#define HC_MACOS_IOREG_H

#include "parse.h"

/* Takes the next object off the front; false at the end. */
bool hc_ioreg_next(struct hc_text *rest, struct hc_text *object);
/* A property that is text, also where the registry keeps it as bytes with a NUL behind. False: it is missing, or is
   something else; room takes the text of bytes. */
bool hc_ioreg_text(struct hc_text object, const char *name, char *room, size_t size, struct hc_text *text);
/* A property of at most eight bytes, the lowest first, or a number. */
bool hc_ioreg_number(struct hc_text object, const char *name, uint64_t *number);

#endif
