/* What Windows' own answers come to: asked by the conclusions that Windows shares with other systems. */
#ifndef HC_CONCLUDE_WINDOWS_H
#define HC_CONCLUDE_WINDOWS_H

#include "concluded.h"

bool hc_on_windows(struct hc_view *view);
/* "enabled", "disabled"; NULL: Windows does not tell, or this is none. */
const char *hc_windows_fw(struct hc_view *view);
enum hc_tri hc_windows_slat(struct hc_view *view);
/* Who holds VT-x or AMD-V where Hyper-V does not; NULL: not known. */
const char *hc_windows_owner(struct hc_view *view);
/* Edition, and what the hypervisor serves. */
void hc_conclude_windows(struct hc_facts *facts);

#endif
