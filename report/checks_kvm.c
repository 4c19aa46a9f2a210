/* Checks of KVM: the device, the caller's right to it, what executes its guests, and whether a guest ran. */
#include "checks.h"

#include <string.h>

enum { EMULATED_ABOVE = 20 }; /* times slower than here: no hardware virtualization comes near it */

static enum hc_reason why_no_device(struct hc_view *v)
{
    if (hc_see(v, HC_KVM_MISC) == HC_YES)
        return hc_see(v, HC_HOST_CONTAINER) == HC_YES ? KVM_NODE_MISSING_CONTAINER : KVM_NODE_MISSING;
    if (hc_see_is(v, HC_CONFIG_KVM, "n") == HC_YES)
        return KVM_NOT_BUILT;
    if (hc_not_x86(v))
        return KVM_NOT_OFFERED;
    return hc_see(v, HC_HOST_CONTAINER) == HC_YES ? CONTAINER_KVM_NOT_LOADED : KVM_MOD_NOT_LOADED;
}

static enum hc_reason device(struct hc_view *v)
{
    switch (hc_see(v, HC_LINUX_KVM_DEV)) {
    case HC_YES: return hc_see(v, HC_KVM_NODE_RIGHT) == HC_NO ? KVM_NODE_WRONG : HC_PASS;
    case HC_NO: return why_no_device(v);
    default: return HC_CANNOT_TELL;
    }
}

/* Whether some group other than root's was given the device. */
static bool group_may(struct hc_view *v, const char *mode)
{
    uint64_t gid;
    bool roots = hc_see_number(v, HC_KVM_NODE_GID, &gid) && gid == 0;

    return strlen(mode) == 4 && mode[2] >= '6' && !roots;
}

static enum hc_reason permission(struct hc_view *v)
{
    const char *mode;

    switch (hc_see(v, HC_LINUX_KVM_ACCESS)) {
    case HC_YES: return HC_PASS;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: break;
    }
    if (hc_see(v, HC_KVM_MODE_ALLOWS) == HC_YES)
        return hc_see(v, HC_NS_USER_INITIAL) == HC_NO ? KVM_PERM_USERNS : KVM_PERM_LSM;
    mode = hc_see_text(v, HC_KVM_NODE_MODE);
    return mode && !group_may(v, mode) ? KVM_PERM_MODE : KVM_PERM;
}

static enum hc_reason backend(struct hc_view *v)
{
    const char *word = hc_see_word(v, HC_LINUX_KVM_BACKEND);

    if (!word)
        return HC_CANNOT_TELL;
    if (strcmp(word, "pvm") && strcmp(word, "other"))
        return HC_PASS;
    hc_see(v, HC_VIRT_HW); /* the reason says "works" and "without VT-x or AMD-V": that is its evidence too */
    hc_see(v, HC_KVM_OPENED);
    switch (hc_see_is(v, HC_HOST_ROLE, "guest")) {
    case HC_YES: return KVM_BACKEND_LIMITED_GUEST;
    case HC_NO: return KVM_BACKEND_LIMITED;
    default: return HC_CANNOT_TELL;
    }
}

static bool may_have_kvm(struct hc_view *v)
{
    return hc_see(v, HC_VIRT_HW) == HC_YES && hc_see_is(v, HC_VIRT_FW, "disabled") != HC_YES;
}

/* Of products that take any /dev/kvm, or emulate where there is none. Where KVM is missing that could be there, the
   check of the device tells. */
static enum hc_reason stock_guests(struct hc_view *v)
{
    const char *word = hc_see_word(v, HC_LINUX_KVM_GUESTS);

    if (!word)
        return hc_arose(v, HC_FACT_LINUX_KVM_GUESTS) && !may_have_kvm(v) ? HC_CANNOT_TELL : HC_MOOT;
    if (!strcmp(word, "none"))
        return KVM_EMULATION_ONLY;
    return strcmp(word, "special") ? HC_PASS : backend(v);
}

/* Not asked (--prove) is not open: the answer rests on the other layers then. */
static enum hc_reason guest_runs(struct hc_view *v)
{
    const char *stage = hc_see_word(v, HC_PROVE_STAGE), *error;

    if (!stage)
        return hc_tried(v, HC_FACT_PROVE_STAGE) ? HC_CANNOT_TELL : HC_MOOT;
    if (strcmp(stage, "nothing") && strcmp(stage, "created"))
        return HC_PASS;
    error = hc_see_text(v, HC_PROVE_ERROR);
    if (error && strstr(error, "EBUSY"))
        return HC_MOOT; /* cpu.owner tells */
    switch (hc_see_is(v, HC_HOST_ROLE, "guest")) {
    case HC_YES: return KVM_GUEST_FAILED_NESTED;
    case HC_NO: return KVM_GUEST_FAILED;
    default: return HC_CANNOT_TELL;
    }
}

/* On a backend that emulates by nature that is the reason; elsewhere the hypervisor below is to blame, or nobody knows.
 */
static enum hc_reason emulated(struct hc_view *v, enum hc_reason by_backend)
{
    enum hc_tri pvm = hc_or(hc_see_is(v, HC_LINUX_KVM_BACKEND, "pvm"), hc_see_is(v, HC_LINUX_KVM_BACKEND, "other"));

    if (pvm != HC_NO)
        return by_backend;
    return hc_see_is(v, HC_HOST_ROLE, "guest") == HC_YES ? KVM_SLOW_NESTED : by_backend;
}

static enum hc_reason guest_native(struct hc_view *v)
{
    const char *stage = hc_see_word(v, HC_PROVE_STAGE);
    uint64_t ratio;

    if (!stage || !strcmp(stage, "nothing") || !strcmp(stage, "created"))
        return HC_MOOT; /* no guest ran at all: kvm.guest_runs tells */
    if (strcmp(stage, "execution"))
        return emulated(v, KVM_GUEST_STOPS);
    if (!hc_see_number(v, HC_PROVE_RATIO, &ratio))
        return HC_CANNOT_TELL;
    return ratio > EMULATED_ABOVE ? emulated(v, KVM_EMULATED) : HC_PASS;
}

const struct hc_check hc_kvm_checks[] = {
    {
        .id = "kvm.device",
        .title = "The kernel offers /dev/kvm",
        .after = "cpu.owner",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = device,
        .reasons = HC_REASON_LIST(KVM_MOD_NOT_LOADED, CONTAINER_KVM_NOT_LOADED, KVM_NOT_BUILT, KVM_NOT_OFFERED,
                                  KVM_NODE_MISSING_CONTAINER, KVM_NODE_MISSING, KVM_NODE_WRONG),
    },
    {
        .id = "kvm.access",
        .title = "You may open /dev/kvm",
        .after = "kvm.device",
        .fix = HC_FIX_PERMISSION,
        .fix_in_guest = HC_FIX_PERMISSION,
        .eval = permission,
        .reasons = HC_REASON_LIST(KVM_PERM, KVM_PERM_MODE, KVM_PERM_LSM, KVM_PERM_USERNS),
    },
    {
        .id = "kvm.backend",
        .title = "KVM runs guests with VT-x, AMD-V or the like",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = backend,
        .reasons = HC_REASON_LIST(KVM_BACKEND_LIMITED, KVM_BACKEND_LIMITED_GUEST),
    },
    {
        .id = "kvm.stock_guests",
        .title = "KVM runs any guest",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = stock_guests,
        .reasons = HC_REASON_LIST(KVM_EMULATION_ONLY, KVM_BACKEND_LIMITED, KVM_BACKEND_LIMITED_GUEST),
    },
    {
        .id = "kvm.guest_runs",
        .title = "A small guest runs",
        .after = "kvm.device",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OUTER,
        .eval = guest_runs,
        .reasons = HC_REASON_LIST(KVM_GUEST_FAILED, KVM_GUEST_FAILED_NESTED),
    },
    {
        .id = "kvm.guest_native",
        .title = "The CPU itself executes it",
        .after = "kvm.guest_runs",
        .fix = HC_FIX_NONE,
        .fix_in_guest = HC_FIX_NONE,
        .eval = guest_native,
        .reasons = HC_REASON_LIST(KVM_GUEST_STOPS, KVM_EMULATED, KVM_SLOW_NESTED),
    },
};
const size_t hc_kvm_check_count = sizeof hc_kvm_checks / sizeof *hc_kvm_checks;
