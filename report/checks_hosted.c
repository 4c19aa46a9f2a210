/* Checks of hypervisors on top of a system: drivers from outside of the kernel, and KVM beside them. Each question
   arises only where the product is installed here. */
#include "checks.h"
#include "concluded.h"

/* Their drivers are built for the host's kernel and loaded by the host. */
static enum hc_reason outside(struct hc_view *v)
{
    return hc_in_container(v, HOSTED_IN_CONTAINER);
}

/* ---- VirtualBox beside KVM ---- */

/* From Linux 6.12 on KVM takes VT-x when it is loaded (virt/kvm/kvm_main.c, enable_virt_at_load); from 6.16 on vboxdrv
   of VirtualBox 7.2 asks KVM for it (SUPDrv-linux.c, supdrvOSEnableHwvirt). A driver or owner that is not known is the
   matter of the requirement on virt.taken_by. */
static enum hc_reason kvm_holds(struct hc_view *v)
{
    const char *version;

    if (hc_see(v, HC_MODULE_VBOXDRV) != HC_YES)
        return HC_MOOT;
    switch (hc_see_is(v, HC_VIRT_TAKEN_BY, "kvm")) {
    case HC_NO: return HC_PASS;
    case HC_UNKNOWN: return HC_MOOT;
    default: break;
    }
    version = hc_see_text(v, HC_HOST_OS_VERSION);
    if (!version)
        return HC_MOOT;
    return hc_version_at_least(version, 6, 16) ? HC_PASS : VBOX_KVM_CONFLICT;
}

/* VirtualBox 7.2.10 wants KVM to have it switched on: VERR_SVM_HOST_SVME_NOT_ENABLED otherwise (its issues 711, 713).
 */
static enum hc_reason kvm_started(struct hc_view *v)
{
    const char *version = hc_see_text(v, HC_HOST_OS_VERSION);
    const enum hc_tri asks = version ? hc_tri(hc_version_at_least(version, 6, 16)) : HC_UNKNOWN;
    const enum hc_tri wants = hc_and(asks, hc_and(hc_see(v, HC_MODULE_VBOXDRV), hc_see(v, HC_KVM_MISC)));

    if (wants == HC_NO)
        return HC_MOOT;
    switch (hc_and(wants, hc_not(hc_see(v, HC_KVM_PARAM_AT_LOAD)))) {
    case HC_YES: return VBOX_KVM_NOT_STARTED;
    case HC_NO: return HC_PASS;
    default: return hc_see(v, HC_MODULE_VBOXDRV) == HC_YES ? HC_CANNOT_TELL : HC_MOOT;
    }
}

/* ---- signatures ---- */

/* kernel/module/signing.c, module_sig_check: CONFIG_MODULE_SIG_FORCE, or lockdown of any kind. */
static enum hc_tri only_signed(struct hc_view *v)
{
    const char *lockdown = hc_see_word(v, HC_LOCKDOWN), *forced;

    if (lockdown && strcmp(lockdown, "none"))
        return HC_YES;
    forced = hc_see_option(v, "MODULE_SIG_FORCE");
    if (forced && !strcmp(forced, "y"))
        return HC_YES;
    return lockdown && forced ? HC_NO : HC_UNKNOWN;
}

/* Whether the file is signed is not looked at: a driver that is loaded was accepted, one that is not may have been
   refused. Programs in a container tell nothing of its host. */
static enum hc_reason driver(struct hc_view *v, struct hc_flag_id found, struct hc_flag_id loaded)
{
    enum hc_tri is_loaded = hc_see(v, loaded), installed = hc_see(v, found), needed = only_signed(v);

    if (is_loaded == HC_YES || needed == HC_NO)
        return HC_PASS;
    if (is_loaded == HC_UNKNOWN || installed == HC_NO || hc_see(v, HC_HOST_CONTAINER) == HC_YES)
        return HC_MOOT;
    if (installed == HC_YES && needed == HC_YES)
        return MODULE_UNSIGNED;
    if (needed == HC_UNKNOWN)
        return installed == HC_YES ? HC_CANNOT_TELL : HC_MOOT;
    return HC_CANNOT_TELL; /* the programs are not known, and without a driver they would not run */
}

static enum hc_reason vboxdrv(struct hc_view *v)
{
    return driver(v, HC_VIRTUALBOX_FOUND, HC_MODULE_VBOXDRV);
}

static enum hc_reason vmmon(struct hc_view *v)
{
    return driver(v, HC_VMWARE_FOUND, HC_MODULE_VMMON);
}

const struct hc_check hc_hosted_checks[] = {
    {
        .id = "hosted.not_in_container",
        .title = "Drivers of a hypervisor can be loaded here: this is no container",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = outside,
        .reasons = HC_REASON_LIST(HOSTED_IN_CONTAINER),
    },
    {
        .id = "virtualbox.kvm",
        .title = "KVM leaves VT-x or AMD-V to VirtualBox",
        .fix = HC_FIX_CONFLICT,
        .fix_in_guest = HC_FIX_CONFLICT,
        .eval = kvm_holds,
        .reasons = HC_REASON_LIST(VBOX_KVM_CONFLICT),
    },
    {
        .id = "virtualbox.kvm_started",
        .title = "KVM has switched VT-x or AMD-V on for VirtualBox",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = kvm_started,
        .reasons = HC_REASON_LIST(VBOX_KVM_NOT_STARTED),
    },
    {
        .id = "virtualbox.driver",
        .title = "The kernel accepts VirtualBox's driver",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = vboxdrv,
        .reasons = HC_REASON_LIST(MODULE_UNSIGNED),
    },
    {
        .id = "vmware.driver",
        .title = "The kernel accepts VMware's driver",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = vmmon,
        .reasons = HC_REASON_LIST(MODULE_UNSIGNED),
    },
};
const size_t hc_hosted_check_count = sizeof hc_hosted_checks / sizeof *hc_hosted_checks;
