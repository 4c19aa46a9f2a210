/* Names that are near to one that does not exist, for error messages. */
#ifndef HC_NEAR_H
#define HC_NEAR_H

#include "report.h"

enum { HC_NEAR_MESSAGE = 512 };

/* Each writes "no profile "kwm": did you mean kvm-x86?", or all names where none is near. */
void hc_near_profile(const struct hc_report *report, const char *name, char *message);
void hc_near_selector(const char *name, char *message);
void hc_near_table(const char *name, char *message);
void hc_near_column(enum hc_table table, const char *name, char *message);
void hc_near_id(const struct hc_report *report, const char *name, char *message);
void hc_near_device(const struct hc_report *report, const char *name, char *message);

#endif
