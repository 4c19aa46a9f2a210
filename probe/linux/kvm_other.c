/* Architectures whose KVM has no feature registers, and no small guest here yet. */
#include "kvm_ioctl.h"

void hc_answer_kvm_arch(struct hc_source *src, struct hc_reply *reply, int kvm, const char *what)
{
    (void)src;
    (void)kvm;
    (void)what;
    hc_answer_error(reply, HC_UNSUPPORTED, "KVM of this architecture cannot be asked this");
}
