/* Words that stand where firmware should have put a name or a number. */
#ifndef HC_PLACEHOLDERS_H
#define HC_PLACEHOLDERS_H

#include "parse.h"

enum hc_placeholder { HC_PLACEHOLDER_ANY, HC_PLACEHOLDER_NUMBER, HC_PLACEHOLDER_UUID };

/* Whether a text is one, where a name (ANY), a serial number or tag (NUMBER: also those of a name), or a UUID belongs.
 */
bool hc_is_placeholder(struct hc_text text, enum hc_placeholder where);
/* Of the list: year-month. */
const char *hc_placeholders_date(void);

#endif
