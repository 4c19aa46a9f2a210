/* VM_CR: AMD APM vol. 2, 15.30.1 (LOCK is bit 3, SVMDIS bit 4). SYSCFG: 3.2.1 (MemEncryptionModEn is bit 23, SNPEn bit
   24). SEV_STATUS, which only a guest of SEV has: 15.34.10. */
#include "probes.h"

#define BIT64(n) (UINT64_C(1) << (n))

#define MSR_SYSCFG     UINT32_C(0xc0010010)
#define MSR_VM_CR      UINT32_C(0xc0010114)
#define MSR_SEV_STATUS UINT32_C(0xc0010131)

static void vm_cr(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_msr(src, cpu, MSR_VM_CR, &value);

    hc_put_number(facts, HC_MSR_VM_CR, reply, value);
    hc_put_flag(facts, HC_MSR_SVM_LOCK, reply, (value & BIT64(3)) != 0);
    hc_put_flag(facts, HC_MSR_SVMDIS, reply, (value & BIT64(4)) != 0);
}

/* On the machine itself SYSCFG says what firmware and kernel did; in a guest SEV_STATUS says what protects it. */
static void encryption(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    uint64_t value;
    const struct hc_reply *reply;

    if (hc_flag(facts, HC_CPUID_HYPERVISOR) == HC_YES) {
        reply = hc_ask_msr(src, cpu, MSR_SEV_STATUS, &value);
        hc_put_number(facts, HC_MSR_SEV_STATUS, reply, value);
        return;
    }
    reply = hc_ask_msr(src, cpu, MSR_SYSCFG, &value);
    hc_put_number(facts, HC_MSR_SYSCFG, reply, value);
    hc_put_flag(facts, HC_MSR_SME_EN, reply, (value & BIT64(23)) != 0);
    hc_put_flag(facts, HC_MSR_SNP_EN, reply, (value & BIT64(24)) != 0);
}

void hc_probe_svm(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);

    if (hc_flag(facts, HC_CPUID_SVM) == HC_YES)
        vm_cr(src, facts, cpu);
    if (hc_flag(facts, HC_CPUID_SME) == HC_YES || hc_flag(facts, HC_CPUID_SEV) == HC_YES)
        encryption(src, facts, cpu);
}
