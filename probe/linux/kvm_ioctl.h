/* The closed list of questions to /dev/kvm; none changes the host. */
#ifndef HC_KVM_IOCTL_H
#define HC_KVM_IOCTL_H

#include "source.h"

/* what: "api_version", "check_extension:NAME", "msr_feature_index_list", "feature_msr:HEX" or "prove". */
void hc_answer_kvm(struct hc_source *src, struct hc_reply *reply, int kvm, const char *what);

/* Those of them that depend on the architecture: kvm_x86.c or kvm_other.c. */
void hc_answer_kvm_arch(struct hc_source *src, struct hc_reply *reply, int kvm, const char *what);

#endif
