/* VMX capability registers 0x480 to 0x493: Intel SDM vol. 3D, appendix A. In a register of controls the high half lists
   what may be set (so control n is bit 32 + n), except for the tertiary controls, whose 64 bits all may be set (A.3.4).
   IA32_FEATURE_CONTROL: vol. 3C, 24.7 and vol. 4, table 2-2. */
#include "probes.h"

#define BIT64(n) (UINT64_C(1) << (n))

enum {
    MSR_IA32_FEATURE_CONTROL = 0x3a,
    MSR_IA32_MKTME_KEYID_PARTITIONING = 0x87,
    MSR_IA32_VMX_BASIC = 0x480,
};

/* In the order of their numbers. */
enum vmx_register {
    BASIC,
    PINBASED,
    PROCBASED,
    EXIT,
    ENTRY,
    MISC,
    CR0_FIXED0,
    CR0_FIXED1,
    CR4_FIXED0,
    CR4_FIXED1,
    VMCS_ENUM,
    PROCBASED2,
    EPT_VPID,
    TRUE_PINBASED,
    TRUE_PROCBASED,
    TRUE_EXIT,
    TRUE_ENTRY,
    VMFUNC,
    PROCBASED3,
    EXIT2,
    REGISTERS
};

#define EPT_MAY_SET  BIT64(33) /* of PROCBASED2 */
#define VPID_MAY_SET BIT64(37)

/* A register with a gate exists only where one of the gate's bits is set. */
static const struct {
    const struct hc_number_id *id;
    uint64_t gate_bits;
    enum vmx_register gate;
} registers[REGISTERS] = {
    [BASIC] = { &HC_MSR_VMX_BASIC, 0, BASIC },
    [PINBASED] = { &HC_MSR_VMX_PINBASED_CTLS, 0, BASIC },
    [PROCBASED] = { &HC_MSR_VMX_PROCBASED_CTLS, 0, BASIC },
    [EXIT] = { &HC_MSR_VMX_EXIT_CTLS, 0, BASIC },
    [ENTRY] = { &HC_MSR_VMX_ENTRY_CTLS, 0, BASIC },
    [MISC] = { &HC_MSR_VMX_MISC, 0, BASIC },
    [CR0_FIXED0] = { &HC_MSR_VMX_CR0_FIXED0, 0, BASIC },
    [CR0_FIXED1] = { &HC_MSR_VMX_CR0_FIXED1, 0, BASIC },
    [CR4_FIXED0] = { &HC_MSR_VMX_CR4_FIXED0, 0, BASIC },
    [CR4_FIXED1] = { &HC_MSR_VMX_CR4_FIXED1, 0, BASIC },
    [VMCS_ENUM] = { &HC_MSR_VMX_VMCS_ENUM, 0, BASIC },
    [PROCBASED2] = { &HC_MSR_VMX_PROCBASED_CTLS2, BIT64(63), PROCBASED }, /* activate secondary controls */
    [EPT_VPID] = { &HC_MSR_VMX_EPT_VPID_CAP, EPT_MAY_SET | VPID_MAY_SET, PROCBASED2 },
    [TRUE_PINBASED] = { &HC_MSR_VMX_TRUE_PINBASED_CTLS, BIT64(55), BASIC },
    [TRUE_PROCBASED] = { &HC_MSR_VMX_TRUE_PROCBASED_CTLS, BIT64(55), BASIC },
    [TRUE_EXIT] = { &HC_MSR_VMX_TRUE_EXIT_CTLS, BIT64(55), BASIC },
    [TRUE_ENTRY] = { &HC_MSR_VMX_TRUE_ENTRY_CTLS, BIT64(55), BASIC },
    [VMFUNC] = { &HC_MSR_VMX_VMFUNC, BIT64(45), PROCBASED2 },             /* enable VM functions */
    [PROCBASED3] = { &HC_MSR_VMX_PROCBASED_CTLS3, BIT64(49), PROCBASED }, /* activate tertiary controls */
    [EXIT2] = { &HC_MSR_VMX_EXIT_CTLS2, BIT64(63), EXIT },                /* activate secondary controls */
};

/* A flag is set where all of its bits are. */
static const struct {
    const struct hc_flag_id *id;
    enum vmx_register from;
    uint64_t bits;
} controls[] = {
    { &HC_MSR_VMX_32BIT, BASIC, BIT64(48) },
    { &HC_MSR_VNMI, PINBASED, BIT64(37) },
    { &HC_MSR_PREEMPTION_TIMER, PINBASED, BIT64(38) },
    { &HC_MSR_POSTED_INT, PINBASED, BIT64(39) },
    { &HC_MSR_TERTIARY, PROCBASED, BIT64(49) },
    { &HC_MSR_TPR_SHADOW, PROCBASED, BIT64(53) },
    { &HC_MSR_MTF, PROCBASED, BIT64(59) },
    { &HC_MSR_MSR_BITMAPS, PROCBASED, BIT64(60) },
    { &HC_MSR_SECONDARY, PROCBASED, BIT64(63) },
    { &HC_MSR_PT_IN_VMX, MISC, BIT64(14) },
    { &HC_MSR_VMWRITE_ANY, MISC, BIT64(29) },
    { &HC_MSR_APIC_ACCESS, PROCBASED2, BIT64(32) },
    { &HC_MSR_EPT, PROCBASED2, EPT_MAY_SET },
    { &HC_MSR_DESC_EXITING, PROCBASED2, BIT64(34) },
    { &HC_MSR_RDTSCP, PROCBASED2, BIT64(35) },
    { &HC_MSR_X2APIC_VIRT, PROCBASED2, BIT64(36) },
    { &HC_MSR_VPID, PROCBASED2, VPID_MAY_SET },
    { &HC_MSR_WBINVD_EXITING, PROCBASED2, BIT64(38) },
    { &HC_MSR_UG, PROCBASED2, BIT64(39) },
    { &HC_MSR_APIC_REG, PROCBASED2, BIT64(40) },
    { &HC_MSR_VINT, PROCBASED2, BIT64(41) },
    { &HC_MSR_PLE, PROCBASED2, BIT64(42) },
    { &HC_MSR_RDRAND_EXITING, PROCBASED2, BIT64(43) },
    { &HC_MSR_INVPCID, PROCBASED2, BIT64(44) },
    { &HC_MSR_VMFUNC_ON, PROCBASED2, BIT64(45) },
    { &HC_MSR_SHADOW_VMCS, PROCBASED2, BIT64(46) },
    { &HC_MSR_ENCLS, PROCBASED2, BIT64(47) },
    { &HC_MSR_RDSEED_EXITING, PROCBASED2, BIT64(48) },
    { &HC_MSR_PML, PROCBASED2, BIT64(49) },
    { &HC_MSR_EPT_VE, PROCBASED2, BIT64(50) },
    { &HC_MSR_PT_CONCEAL, PROCBASED2, BIT64(51) },
    { &HC_MSR_XSAVES, PROCBASED2, BIT64(52) },
    { &HC_MSR_MBEC, PROCBASED2, BIT64(54) },
    { &HC_MSR_PT_GPA, PROCBASED2, BIT64(56) },
    { &HC_MSR_TSC_SCALING, PROCBASED2, BIT64(57) },
    { &HC_MSR_WAIT_PAUSE, PROCBASED2, BIT64(58) },
    { &HC_MSR_ENCLV, PROCBASED2, BIT64(60) },
    { &HC_MSR_BUS_LOCK, PROCBASED2, BIT64(62) },
    { &HC_MSR_NOTIFY, PROCBASED2, BIT64(63) },
    { &HC_MSR_EPT_XO, EPT_VPID, BIT64(0) },
    { &HC_MSR_EPT_WALK4, EPT_VPID, BIT64(6) },
    { &HC_MSR_EPT_WALK5, EPT_VPID, BIT64(7) },
    { &HC_MSR_EPT_UC, EPT_VPID, BIT64(8) },
    { &HC_MSR_EPT_WB, EPT_VPID, BIT64(14) },
    { &HC_MSR_EPT_2M, EPT_VPID, BIT64(16) },
    { &HC_MSR_EPT_1G, EPT_VPID, BIT64(17) },
    { &HC_MSR_INVEPT, EPT_VPID, BIT64(20) },
    { &HC_MSR_EPT_AD, EPT_VPID, BIT64(21) },
    { &HC_MSR_EPT_EXIT_INFO, EPT_VPID, BIT64(22) },
    { &HC_MSR_INVEPT_SINGLE, EPT_VPID, BIT64(25) },
    { &HC_MSR_INVEPT_ALL, EPT_VPID, BIT64(26) },
    /* what KVM and Xen ask of EPT: 4-level walk, write-back, INVEPT, all contexts */
    { &HC_MSR_EPT_USABLE, EPT_VPID, BIT64(6) | BIT64(14) | BIT64(20) | BIT64(26) },
    { &HC_MSR_INVVPID, EPT_VPID, BIT64(32) },
    { &HC_MSR_INVVPID_ADDRESS, EPT_VPID, BIT64(40) },
    { &HC_MSR_INVVPID_SINGLE, EPT_VPID, BIT64(41) },
    { &HC_MSR_INVVPID_ALL, EPT_VPID, BIT64(42) },
    { &HC_MSR_INVVPID_GLOBAL, EPT_VPID, BIT64(43) },
    { &HC_MSR_EPTP_SWITCHING, VMFUNC, BIT64(0) },
    { &HC_MSR_IPI_VIRT, PROCBASED3, BIT64(4) },
};

/* The reply that a register's bits rest on: its own, or its gate's where that says that it does not exist. */
struct answer {
    const struct hc_reply *reply;
    uint64_t value; /* 0 where there is no such register */
};

static void put_controls(struct hc_facts *facts, const struct answer *answers)
{
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        const struct answer *a = &answers[controls[i].from];
        hc_put_flag(facts, *controls[i].id, a->reply, (a->value & controls[i].bits) == controls[i].bits);
    }
    hc_put_flag(facts, HC_MSR_VMX_WB, answers[BASIC].reply, (answers[BASIC].value >> 50 & 15) == 6);
}

static void put_absent(struct hc_source *src, struct hc_facts *facts, int i, const struct hc_reply *because)
{
    if (because->answer == HC_OK)
        because = hc_reword(src, because, HC_ABSENT, "the CPU has no such register");
    hc_put_number(facts, *registers[i].id, because, 0);
}

static struct answer ask_register(struct hc_source *src, struct hc_facts *facts, unsigned cpu, int i,
                                  const struct answer *gate)
{
    struct answer a = { gate->reply, 0 };

    if (registers[i].gate_bits && !(gate->value & registers[i].gate_bits)) {
        put_absent(src, facts, i, gate->reply);
        return a;
    }
    a.reply = hc_ask_msr(src, cpu, MSR_IA32_VMX_BASIC + (unsigned)i, &a.value);
    hc_put_number(facts, *registers[i].id, a.reply, a.value);
    return a;
}

/* EPT's half of the register means nothing without EPT, VPID's half nothing without VPID (A.10). */
static uint64_t meaningful(uint64_t ept_vpid, uint64_t secondary)
{
    if (!(secondary & EPT_MAY_SET))
        ept_vpid &= ~(uint64_t)UINT32_MAX;
    return secondary & VPID_MAY_SET ? ept_vpid : ept_vpid & UINT32_MAX;
}

static void capabilities(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct answer answers[REGISTERS] = { { NULL, 0 } };

    for (int i = 0; i < REGISTERS; i++) {
        answers[BASIC].reply = i ? answers[BASIC].reply : hc_why(facts, HC_FACT_CPUID_VMX);
        answers[i] = ask_register(src, facts, cpu, i, &answers[registers[i].gate]);
    }
    answers[EPT_VPID].value = meaningful(answers[EPT_VPID].value, answers[PROCBASED2].value);
    put_controls(facts, answers);
}

/* One refusal stands for all registers of the CPU: it is the driver's or the caller's, not the register's. */
static void refused(struct hc_facts *facts, const struct hc_reply *reply)
{
    struct answer answers[REGISTERS];

    for (int i = 0; i < REGISTERS; i++) {
        answers[i] = (struct answer){ reply, 0 };
        hc_put_number(facts, *registers[i].id, reply, 0);
    }
    put_controls(facts, answers);
}

static const char *feature_control_state(uint64_t value)
{
    if (!(value & BIT64(0)))
        return "unlocked";
    if (value & BIT64(2))
        return "on";
    return value & BIT64(1) ? "smx_only" : "locked_off";
}

static const struct hc_reply *feature_control(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    static const struct {
        const struct hc_flag_id *id;
        unsigned bit;
    } bits[] = { { &HC_MSR_FEAT_CTL_LOCKED, 0 },  { &HC_MSR_FEAT_CTL_VMX_IN_SMX, 1 }, { &HC_MSR_FEAT_CTL_VMX, 2 },
                 { &HC_MSR_FEAT_CTL_SGX_LC, 17 }, { &HC_MSR_FEAT_CTL_SGX, 18 },       { &HC_MSR_FEAT_CTL_LMCE, 20 } };
    uint64_t value;
    const struct hc_reply *reply = hc_ask_msr(src, cpu, MSR_IA32_FEATURE_CONTROL, &value);

    hc_put_number(facts, HC_MSR_FEAT_CTL, reply, value);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        hc_put_flag(facts, *bits[i].id, reply, (value & BIT64(bits[i].bit)) != 0);
    hc_put_word(facts, HC_MSR_FEAT_CTL_STATE, reply, feature_control_state(value));
    return reply;
}

/* Without VMX none of these registers exists, and none of what they allow: for the same reason. */
static void nothing(struct hc_source *src, struct hc_facts *facts)
{
    struct answer answers[REGISTERS];

    for (int i = 0; i < REGISTERS; i++) {
        answers[i] = (struct answer){ hc_why(facts, HC_FACT_CPUID_VMX), 0 };
        put_absent(src, facts, i, answers[i].reply);
    }
    put_controls(facts, answers);
}

/* Keys for the memory of TDX guests: the high half of the register (TDX module base specification; Linux
   arch/x86/virt/vmx/tdx/tdx.c), which exists with memory encryption (leaf 7, ECX.TME[13]). */
static void tdx(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_TME);
    uint64_t value = 0;

    if (hc_flag(facts, HC_CPUID_TME) == HC_UNKNOWN)
        return;
    if (hc_flag(facts, HC_CPUID_TME) == HC_YES) {
        reply = hc_ask_msr(src, cpu, MSR_IA32_MKTME_KEYID_PARTITIONING, &value);
        hc_put_number(facts, HC_MSR_MKTME_KEYIDS, reply, value);
    }
    hc_put_number(facts, HC_MSR_TDX_KEYIDS, reply, value >> 32);
}

void hc_probe_vmx(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);
    const struct hc_reply *reply;

    tdx(src, facts, cpu);
    if (hc_flag(facts, HC_CPUID_VMX) == HC_NO)
        nothing(src, facts);
    if (hc_flag(facts, HC_CPUID_VMX) != HC_YES)
        return;
    reply = feature_control(src, facts, cpu);
    if (reply->answer == HC_DENIED || reply->answer == HC_UNSUPPORTED)
        refused(facts, reply);
    else
        capabilities(src, facts, cpu);
}
