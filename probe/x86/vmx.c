/* VMX capability registers. The high half of a control register lists the controls that may be set: Intel SDM vol. 3D,
   A.3 (controls), A.10 (EPT and VPID); IA32_FEATURE_CONTROL: vol. 3C, 24.7 and vol. 4, table 2-2. */
#include "probes.h"

#define BIT64(n) (UINT64_C(1) << (n))

enum {
    MSR_IA32_FEATURE_CONTROL = 0x3a,
    MSR_IA32_VMX_PINBASED_CTLS = 0x481,
    MSR_IA32_VMX_PROCBASED_CTLS = 0x482,
    MSR_IA32_VMX_PROCBASED_CTLS2 = 0x48b,
    MSR_IA32_VMX_EPT_VPID_CAP = 0x48c,
};

#define MAY_SET_SECONDARY         BIT64(63) /* 0x482: activate secondary controls */
#define MAY_SET_POSTED_INTERRUPTS BIT64(39) /* 0x481 */
/* 0x48C: 4-level page walk, write-back, INVEPT, all-context INVEPT: what KVM asks of EPT */
#define EPT_USABLE (BIT64(6) | BIT64(14) | BIT64(20) | BIT64(26))

static const struct {
    const struct hc_flag_id *id;
    uint64_t may_set;
} secondary[] = {
    { &HC_MSR_EPT, BIT64(33) },      { &HC_MSR_VPID, BIT64(37) }, { &HC_MSR_UG, BIT64(39) },
    { &HC_MSR_APIC_REG, BIT64(40) }, { &HC_MSR_VINT, BIT64(41) }, { &HC_MSR_SHADOW_VMCS, BIT64(46) },
};

static void put_secondary(struct hc_facts *facts, const struct hc_reply *reply, uint64_t controls)
{
    for (size_t i = 0; i < sizeof secondary / sizeof *secondary; i++)
        hc_put_flag(facts, *secondary[i].id, reply, (controls & secondary[i].may_set) != 0);
}

static void feature_control(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_msr(src, cpu, MSR_IA32_FEATURE_CONTROL, &value);

    hc_put_number(facts, HC_MSR_FEAT_CTL, reply, value);
    hc_put_flag(facts, HC_MSR_FEAT_CTL_LOCKED, reply, (value & BIT64(0)) != 0);
    hc_put_flag(facts, HC_MSR_FEAT_CTL_VMX_IN_SMX, reply, (value & BIT64(1)) != 0);
    hc_put_flag(facts, HC_MSR_FEAT_CTL_VMX, reply, (value & BIT64(2)) != 0);
}

/* 0x48B exists only where 0x482 lets secondary controls be activated (SDM vol. 3D, A.3.3). */
static void secondary_controls(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    uint64_t primary, controls = 0;
    const struct hc_reply *reply = hc_ask_msr(src, cpu, MSR_IA32_VMX_PROCBASED_CTLS, &primary);

    if (reply->answer == HC_OK && primary & MAY_SET_SECONDARY)
        reply = hc_ask_msr(src, cpu, MSR_IA32_VMX_PROCBASED_CTLS2, &controls);
    put_secondary(facts, reply, controls);
}

static void ept(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    uint64_t value = 0;
    const struct hc_reply *reply = hc_why(facts, HC_FACT_MSR_EPT);

    if (hc_flag(facts, HC_MSR_EPT) == HC_YES)
        reply = hc_ask_msr(src, cpu, MSR_IA32_VMX_EPT_VPID_CAP, &value);
    hc_put_flag(facts, HC_MSR_EPT_USABLE, reply, (value & EPT_USABLE) == EPT_USABLE);
}

/* Without VMX none of these registers exists, and none of what they allow: for the same reason. */
static void nothing(struct hc_facts *facts)
{
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_VMX);

    put_secondary(facts, reply, 0);
    hc_put_flag(facts, HC_MSR_EPT_USABLE, reply, false);
    hc_put_flag(facts, HC_MSR_POSTED_INT, reply, false);
}

void hc_probe_vmx(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);
    uint64_t pin;
    const struct hc_reply *reply;

    if (hc_flag(facts, HC_CPUID_VMX) == HC_NO)
        nothing(facts);
    if (hc_flag(facts, HC_CPUID_VMX) != HC_YES)
        return;
    feature_control(src, facts, cpu);
    secondary_controls(src, facts, cpu);
    ept(src, facts, cpu);
    reply = hc_ask_msr(src, cpu, MSR_IA32_VMX_PINBASED_CTLS, &pin);
    hc_put_flag(facts, HC_MSR_POSTED_INT, reply, (pin & MAY_SET_POSTED_INTERRUPTS) != 0);
}
