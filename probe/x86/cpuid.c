/* CPUID leaves. Bits: Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E (0x8000000A: E.4.9, 0x8000001F: E.4.17,
   0x80000026: Fn8000_0026; Linux arch/x86/kernel/cpu/scattered.c reads its bit 30, too);
   Hypervisor Top Level Functional Specification, 2.4 (Hyper-V leaves). */
#include "probes.h"

#include <string.h>

#define BIT(n) (UINT32_C(1) << (n))

#define HYPERV_SIGNATURE "Microsoft Hv"
#define KVM_SIGNATURE    "KVMKVMKVM\0\0\0"
#define HYPERVISOR_LEAF  UINT32_C(0x40000000)

enum {
    SIGNATURE = 12,     /* characters in three registers */
    SIGNATURES_MAX = 8, /* of hypervisors that speak as several */
};

static void put_bytes(char *text, const uint32_t *regs, size_t count)
{
    for (size_t i = 0; i < 4 * count; i++)
        text[i] = (char)(regs[i / 4] >> 8 * (i % 4));
}

/* Twelve or more characters out of registers; what lies behind a NUL does not count. */
static struct hc_text text_of(const char *bytes, size_t size)
{
    const char *end = memchr(bytes, '\0', size);

    return hc_trim((struct hc_text){ bytes, end ? (size_t)(end - bytes) : size });
}

static void vendor(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0, 0, &r);
    char text[12];

    put_bytes(text, (const uint32_t[]){ r.ebx, r.edx, r.ecx }, 3);
    hc_put_text(facts, HC_CPUID_VENDOR, reply, text_of(text, sizeof text));
}

/* Family 0xF adds the extended family; families 6 and 0xF extend the model (SDM vol. 2A, figure 3-6), and so does the
   family 7 of Zhaoxin (as Linux reads it: arch/x86/lib/cpu.c). */
static void signature(struct hc_facts *facts, const struct hc_reply *reply, uint32_t eax)
{
    uint32_t family = eax >> 8 & 15, model = eax >> 4 & 15;

    if (family >= 6)
        model |= (eax >> 16 & 15) << 4;
    if (family == 15)
        family += eax >> 20 & 255;
    hc_put_number(facts, HC_CPUID_FAMILY, reply, family);
    hc_put_number(facts, HC_CPUID_MODEL, reply, model);
    hc_put_number(facts, HC_CPUID_STEPPING, reply, eax & 15);
}

/* ---- bits ---- */

enum cpuid_register { EAX, EBX, ECX, EDX };

struct bit {
    const struct hc_flag_id *id;
    enum cpuid_register from;
    unsigned bit;
};

static uint32_t word_of(const struct hc_cpuid *r, enum cpuid_register from)
{
    const uint32_t words[] = { r->eax, r->ebx, r->ecx, r->edx };

    return words[from];
}

static void put_bits(struct hc_facts *facts, const struct hc_reply *reply, const struct hc_cpuid *r,
                     const struct bit *bits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hc_put_flag(facts, *bits[i].id, reply, (word_of(r, bits[i].from) & BIT(bits[i].bit)) != 0);
}

#define PUT_BITS(facts, reply, r, bits) put_bits(facts, reply, r, bits, sizeof(bits) / sizeof *(bits))

static const struct bit leaf_1[] = {
    { &HC_CPUID_VMX, ECX, 5 },         { &HC_CPUID_SMX, ECX, 6 },           { &HC_CPUID_PCID, ECX, 17 },
    { &HC_CPUID_X2APIC, ECX, 21 },     { &HC_CPUID_TSC_DEADLINE, ECX, 24 }, { &HC_CPUID_XSAVE, ECX, 26 },
    { &HC_CPUID_HYPERVISOR, ECX, 31 },
};

static const struct bit leaf_7[] = {
    { &HC_CPUID_SGX, EBX, 2 },     { &HC_CPUID_SMEP, EBX, 7 },    { &HC_CPUID_INVPCID, EBX, 10 },
    { &HC_CPUID_SMAP, EBX, 20 },   { &HC_CPUID_TME, ECX, 13 },    { &HC_CPUID_LA57, ECX, 16 },
    { &HC_CPUID_SGX_LC, ECX, 30 }, { &HC_CPUID_HYBRID, EDX, 15 },
};

static const struct bit leaf_80000001[] = {
    { &HC_CPUID_SVM, ECX, 2 },      { &HC_CPUID_SKINIT, ECX, 12 }, { &HC_CPUID_NX, EDX, 20 },
    { &HC_CPUID_GBPAGES, EDX, 26 }, { &HC_CPUID_LM, EDX, 29 },
};

static const struct bit leaf_80000007[] = { { &HC_CPUID_INVTSC, EDX, 8 } };

static const struct bit leaf_80000026[] = { { &HC_CPUID_AMD_HYBRID, EAX, 30 } };

static const struct bit leaf_8000000a[] = {
    { &HC_CPUID_SVM_X2AVIC_EXT, ECX, 6 },   { &HC_CPUID_SVM_NP, EDX, 0 },
    { &HC_CPUID_SVM_LBRV, EDX, 1 },         { &HC_CPUID_SVM_SVML, EDX, 2 },
    { &HC_CPUID_SVM_NRIPS, EDX, 3 },        { &HC_CPUID_SVM_TSCRATE, EDX, 4 },
    { &HC_CPUID_SVM_VMCBCLEAN, EDX, 5 },    { &HC_CPUID_SVM_FLUSHBYASID, EDX, 6 },
    { &HC_CPUID_SVM_DECODE, EDX, 7 },       { &HC_CPUID_SVM_PAUSEFILTER, EDX, 10 },
    { &HC_CPUID_SVM_PFTHRESHOLD, EDX, 12 }, { &HC_CPUID_SVM_AVIC, EDX, 13 },
    { &HC_CPUID_SVM_VLS, EDX, 15 },         { &HC_CPUID_SVM_VGIF, EDX, 16 },
    { &HC_CPUID_SVM_GMET, EDX, 17 },        { &HC_CPUID_SVM_X2AVIC, EDX, 18 },
    { &HC_CPUID_SVM_SSS, EDX, 19 },         { &HC_CPUID_SVM_V_SPEC_CTRL, EDX, 20 },
    { &HC_CPUID_SVM_VNMI, EDX, 25 },        { &HC_CPUID_SVM_ADDR_CHK, EDX, 28 },
    { &HC_CPUID_SVM_BUS_LOCK, EDX, 29 },
};

static const struct bit leaf_8000001f[] = {
    { &HC_CPUID_SME, EAX, 0 },
    { &HC_CPUID_SEV, EAX, 1 },
    { &HC_CPUID_SEV_ES, EAX, 3 },
    { &HC_CPUID_SEV_SNP, EAX, 4 },
    { &HC_CPUID_SEV_SECURE_TSC, EAX, 8 },
    { &HC_CPUID_SME_COHERENT, EAX, 10 },
    { &HC_CPUID_SEV_DEBUG_SWAP, EAX, 14 },
    { &HC_CPUID_SEV_ALLOWED, EAX, 27 },
    { &HC_CPUID_SEV_HV_INUSE, EAX, 30 },
};

static void features(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 1, 0, &r);

    signature(facts, reply, r.eax);
    PUT_BITS(facts, reply, &r, leaf_1);
    reply = hc_ask_cpuid(src, cpu, 7, 0, &r);
    PUT_BITS(facts, reply, &r, leaf_7);
    reply = hc_ask_cpuid(src, cpu, 0x80000001, 0, &r);
    PUT_BITS(facts, reply, &r, leaf_80000001);
    reply = hc_ask_cpuid(src, cpu, 0x80000007, 0, &r);
    PUT_BITS(facts, reply, &r, leaf_80000007);
}

/* Leaf 0x8000000A means nothing without SVM; then its features are no, for the same reason. */
static void svm_features(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r = { 0, 0, 0, 0 };
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_SVM);

    if (hc_flag(facts, HC_CPUID_SVM) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, 0x8000000a, 0, &r);
    PUT_BITS(facts, reply, &r, leaf_8000000a);
    hc_put_number(facts, HC_CPUID_SVM_REVISION, reply, r.eax & 255);
    hc_put_number(facts, HC_CPUID_SVM_ASIDS, reply, r.ebx);
}

/* Other vendors have no such leaf; hc_ask_cpuid then says so by the highest one. */
static void memory_encryption(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0x8000001f, 0, &r);

    PUT_BITS(facts, reply, &r, leaf_8000001f);
    hc_put_number(facts, HC_CPUID_SEV_CBIT, reply, r.ebx & 63);
    hc_put_number(facts, HC_CPUID_SEV_GUESTS, reply, r.ecx);
    hc_put_number(facts, HC_CPUID_SEV_MIN_ASID, reply, r.edx);
}

/* The first subleaf is the level of cores. CPUs without this leaf have one kind. */
static void core_kinds(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0x80000026, 0, &r);

    PUT_BITS(facts, reply, &r, leaf_80000026);
}

static void brand(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    const struct hc_reply *reply = NULL;
    char text[48];

    for (uint32_t i = 0; i < 3; i++) {
        struct hc_cpuid r;
        reply = hc_ask_cpuid(src, cpu, 0x80000002 + i, 0, &r);
        if (reply->answer != HC_OK)
            break;
        put_bytes(text + 16 * i, (const uint32_t[]){ r.eax, r.ebx, r.ecx, r.edx }, 4);
    }
    hc_put_text(facts, HC_CPUID_BRAND, reply, reply->answer == HC_OK ? text_of(text, sizeof text) : HC_TEXT(""));
}

/* ---- the hypervisor's leaves ---- */

static const struct bit hyperv_3[] = { { &HC_CPUID_HV_CREATE, EBX, 0 },
                                       { &HC_CPUID_HV_CPU, EBX, 12 },
                                       { &HC_CPUID_HV_ISOLATION, EBX, 22 } };
static const struct bit hyperv_4[] = { { &HC_CPUID_HV_NESTED, EAX, 12 } };
static const struct bit hyperv_6[] = {
    { &HC_CPUID_HV_MSR_BITMAPS, EAX, 1 }, { &HC_CPUID_HV_SLAT, EAX, 3 },           { &HC_CPUID_HV_DMA_REMAP, EAX, 4 },
    { &HC_CPUID_HV_INT_REMAP, EAX, 5 },   { &HC_CPUID_HV_DMA_PROTECTION, EAX, 7 }, { &HC_CPUID_HV_UG, EAX, 17 },
};

/* A leaf of Hyper-V; without Hyper-V, zeros for the reason that it is not there. */
static const struct hc_reply *hyperv_leaf(struct hc_source *src, unsigned cpu, const struct hc_reply *absent,
                                          uint32_t leaf, struct hc_cpuid *r)
{
    memset(r, 0, sizeof *r);
    return absent ? absent : hc_ask_cpuid(src, cpu, leaf, 0, r);
}

static void isolation_type(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    static const char *const types[] = { "none", "vbs", "sev-snp", "tdx" };
    struct hc_cpuid r = { 0, 0, 0, 0 };
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_HV_ISOLATION);

    if (hc_flag(facts, HC_CPUID_HV_ISOLATION) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, 0x4000000c, 0, &r);
    hc_put_word(facts, HC_CPUID_HV_ISOLATION_TYPE, reply, (r.ebx & 15) < 4 ? types[r.ebx & 15] : "");
}

static void hyperv(struct hc_source *src, struct hc_facts *facts, unsigned cpu, const struct hc_reply *absent)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hyperv_leaf(src, cpu, absent, 0x40000003, &r);

    PUT_BITS(facts, reply, &r, hyperv_3);
    isolation_type(src, facts, cpu);
    reply = hyperv_leaf(src, cpu, absent, 0x40000004, &r);
    PUT_BITS(facts, reply, &r, hyperv_4);
    if (!absent)
        hc_put_number(facts, HC_CPUID_HV_PHYS_BITS, reply, r.ecx & 127);
    reply = hyperv_leaf(src, cpu, absent, 0x40000006, &r);
    PUT_BITS(facts, reply, &r, hyperv_6);
    if (!absent)
        hc_put_number(facts, HC_CPUID_HV_LEVEL, reply, r.eax >> 10 & 15);
}

/* A signature is twelve printable characters or NULs behind them, and a highest leaf in its own range. */
static bool signature_at(uint32_t base, const struct hc_cpuid *r, char *text)
{
    size_t size;

    put_bytes(text, (const uint32_t[]){ r->ebx, r->ecx, r->edx }, 3);
    size = text_of(text, SIGNATURE).size;
    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return size && (!r->eax || r->eax - base < 0x100);
}

static void add_name(char *list, const char *name)
{
    size_t at = strlen(list);

    if (at)
        list[at++] = ' ';
    for (size_t i = 0; i < SIGNATURE && name[i]; i++)
        list[at++] = name[i] == ' ' ? '_' : name[i];
    list[at] = '\0';
}

static void kvm_features(struct hc_source *src, struct hc_facts *facts, unsigned cpu, uint32_t base)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, base + 1, 0, &r);

    if (reply->answer == HC_OK && !r.eax && !r.edx) /* before the leaf had its number in EAX: Linux 3.9 */
        return;
    hc_put_number(facts, HC_CPUID_KVM_FEATURES, reply, r.eax);
    hc_put_number(facts, HC_CPUID_KVM_HINTS, reply, r.edx);
}

/* Xen and KVM that speak as Hyper-V to Windows move their own signature up (Xen: arch-x86/cpuid.h; KVM: kvm_para.h). */
static void more_signatures(struct hc_source *src, struct hc_facts *facts, unsigned cpu, const struct hc_reply *first,
                            const struct hc_cpuid *r)
{
    char list[SIGNATURES_MAX * (SIGNATURE + 1) + 1] = "", name[SIGNATURE];
    const struct hc_reply *reply = first;
    struct hc_cpuid words = *r;
    uint32_t base = HYPERVISOR_LEAF;

    while (reply->answer == HC_OK && signature_at(base, &words, name) &&
           base < HYPERVISOR_LEAF + 0x100 * SIGNATURES_MAX) {
        add_name(list, name);
        if (!memcmp(name, KVM_SIGNATURE, SIGNATURE))
            kvm_features(src, facts, cpu, base);
        base += 0x100;
        reply = hc_ask_cpuid(src, cpu, base, 0, &words);
    }
    hc_put_text(facts, HC_CPUID_HV_SIGNATURES, reply, (struct hc_text){ list, strlen(list) });
}

/* Without the hypervisor bit leaf 0x40000000 is not defined: the signature is empty, for that reason. */
static void hypervisor(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_HYPERVISOR);
    struct hc_cpuid r = { 0, 0, 0, 0 };
    struct hc_text name;
    char text[SIGNATURE];

    if (hc_flag(facts, HC_CPUID_HYPERVISOR) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, HYPERVISOR_LEAF, 0, &r);
    put_bytes(text, (const uint32_t[]){ r.ebx, r.ecx, r.edx }, 3);
    name = text_of(text, sizeof text);
    hc_put_text(facts, HC_CPUID_HV_SIGNATURE, reply, name);
    more_signatures(src, facts, cpu, reply, &r);
    hyperv(src, facts, cpu, hc_text_is(name, HYPERV_SIGNATURE) ? NULL : reply);
}

/* Leaf 0x21 carries a signature in a TDX guest (Linux arch/x86/coco/tdx/tdx.c). */
static void tdx_guest(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_HYPERVISOR);
    struct hc_cpuid r = { 0, 0, 0, 0 };
    char text[SIGNATURE];

    if (hc_flag(facts, HC_CPUID_HYPERVISOR) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, 0x21, 0, &r);
    put_bytes(text, (const uint32_t[]){ r.ebx, r.edx, r.ecx }, 3);
    hc_put_flag(facts, HC_CPUID_TDX_GUEST, reply, !memcmp(text, "IntelTDX    ", SIGNATURE));
}

void hc_probe_cpuid(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);

    vendor(src, facts, cpu);
    features(src, facts, cpu);
    svm_features(src, facts, cpu);
    memory_encryption(src, facts, cpu);
    core_kinds(src, facts, cpu);
    brand(src, facts, cpu);
    hypervisor(src, facts, cpu);
    tdx_guest(src, facts, cpu);
}
