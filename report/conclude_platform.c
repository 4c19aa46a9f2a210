/* What the platform is beside its CPU: Secure Boot, error correction of memory, a management controller. */
#include "concluded.h"

/* SecureBoot is 1 only while signatures are checked, and then SetupMode is 0 (UEFI 2.10, 3.3, 32.3): 1 and 1 cannot be.
   A machine that was not started by UEFI checks nothing; other architectures than x86 have other ways. */
static enum hc_tri secure_boot(struct hc_view *v)
{
    enum hc_tri on;

    if (hc_see_is(v, HC_FW_MODE, "bios") == HC_YES)
        return HC_NO;
    if (hc_see_is(v, HC_FW_MODE, "uefi") != HC_YES)
        return HC_UNKNOWN;
    on = hc_see(v, HC_UEFI_SECURE_BOOT);
    return on == HC_YES && hc_see(v, HC_UEFI_SETUP_MODE) == HC_YES ? HC_UNKNOWN : on;
}

void hc_conclude_platform(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = secure_boot(&v);

    put_flag(facts, &v, HC_FW_SECURE_BOOT, value);
    v = hc_view_of(facts);
    value = hc_see(&v, HC_EDAC_CORRECTS);
    put_flag(facts, &v, HC_MEMORY_ECC, value);
    v = hc_view_of(facts);
    value = hc_see(&v, HC_IPMI_BMC) == HC_YES ? HC_YES : HC_UNKNOWN; /* one that Linux has no driver for may be there */
    put_flag(facts, &v, HC_HOST_BMC, value);
}
