/* VM_CR: AMD APM vol. 2, 15.30.1 (LOCK is bit 3, SVMDIS bit 4). */
#include "probes.h"

#define MSR_VM_CR UINT32_C(0xc0010114)

void hc_probe_svm(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *reply;
    uint64_t value;

    if (hc_flag(facts, HC_CPUID_SVM) != HC_YES)
        return;
    reply = hc_ask_msr(src, hc_probe_cpu(src), MSR_VM_CR, &value);
    hc_put_number(facts, HC_MSR_VM_CR, reply, value);
    hc_put_flag(facts, HC_MSR_SVM_LOCK, reply, (value & UINT64_C(1) << 3) != 0);
    hc_put_flag(facts, HC_MSR_SVMDIS, reply, (value & UINT64_C(1) << 4) != 0);
}
