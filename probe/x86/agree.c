/* Whether firmware treated every CPU alike. KVM refuses to start where one CPU differs (vmx_check_processor_compat),
   so that the register of the first CPU alone proves nothing. */
#include "cpulist.h"
#include "probes.h"

#include <string.h>

#define MSR_IA32_FEATURE_CONTROL UINT32_C(0x3a)
#define MSR_VM_CR                UINT32_C(0xc0010114)

/* The first reply that differs, is missing or refused; else the last one: all are alike. */
static const struct hc_reply *compare(struct hc_source *src, uint32_t index, struct hc_text online, uint64_t first,
                                      const struct hc_reply *reply, bool *alike)
{
    struct hc_cpu_range range;
    uint64_t value;

    while (hc_next_range(&online, &range))
        for (unsigned cpu = range.first; cpu <= range.last; cpu++) {
            reply = hc_ask_msr(src, cpu, index, &value);
            *alike = reply->answer == HC_OK && value == first;
            if (!*alike)
                return reply;
        }
    return reply;
}

/* A register that faults on one CPU and not on another is a difference too. */
void hc_probe_agree(struct hc_source *src, struct hc_facts *facts)
{
    bool intel = hc_flag(facts, HC_CPUID_VMX) == HC_YES, alike = true;
    const char *online = hc_text_of(facts, HC_CPUS_ONLINE);
    const struct hc_reply *reply;
    uint32_t index = intel ? MSR_IA32_FEATURE_CONTROL : MSR_VM_CR;
    uint64_t first;

    if (!intel && hc_flag(facts, HC_CPUID_SVM) != HC_YES)
        return;
    reply = hc_ask_msr(src, hc_probe_cpu(src), index, &first);
    if (reply->answer == HC_OK && !online)
        reply = hc_why(facts, HC_FACT_CPUS_ONLINE);
    else if (reply->answer == HC_OK)
        reply = compare(src, index, (struct hc_text){ online, strlen(online) }, first, reply, &alike);
    if (reply && alike)
        hc_put_flag(facts, HC_MSR_ALIKE, reply, true);
    else if (reply)
        hc_put_listed(facts, HC_MSR_ALIKE, reply, false);
}
