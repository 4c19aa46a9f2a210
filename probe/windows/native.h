/* What the answers of Windows share: its texts are UTF-16, its errors numbers. */
#ifndef HC_WINDOWS_NATIVE_H
#define HC_WINDOWS_NATIVE_H

#include "source.h"

#include <wchar.h>

/* For free(); NULL: no memory, or not UTF-8. */
wchar_t *hc_wide(const char *text);
/* In the memory of the source; count < 0: up to the NUL. NULL: no memory. */
char *hc_narrow(struct hc_source *src, const wchar_t *text, int count);

/* An error of Win32 or an HRESULT as an answer. */
void hc_answer_win32(struct hc_source *src, struct hc_reply *reply, unsigned long code);
void hc_answer_hresult(struct hc_source *src, struct hc_reply *reply, const char *where, long code);

/* wmi:NAMESPACE:CLASS:PROPERTY,PROPERTY. *wmi is NULL before the first question. */
struct hc_wmi;
void hc_answer_wmi(struct hc_source *src, struct hc_wmi **wmi, struct hc_reply *reply, const char *rest);
void hc_wmi_close(struct hc_wmi *wmi);

/* devices:ENUMERATOR: a row for each, as of WMI. */
void hc_answer_devices(struct hc_source *src, struct hc_reply *reply, const char *enumerator);

#endif
