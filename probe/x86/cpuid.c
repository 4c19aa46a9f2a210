/* CPUID leaves. Bits: Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E; Hypervisor Top Level Functional
   Specification, 2.4 (Hyper-V leaves). */
#include "probes.h"

#include <string.h>

#define BIT(n) (UINT32_C(1) << (n))

#define HYPERV_SIGNATURE "Microsoft Hv"

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

static void leaf_1(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 1, 0, &r);

    signature(facts, reply, r.eax);
    hc_put_flag(facts, HC_CPUID_VMX, reply, (r.ecx & BIT(5)) != 0);
    hc_put_flag(facts, HC_CPUID_SMX, reply, (r.ecx & BIT(6)) != 0);
    hc_put_flag(facts, HC_CPUID_X2APIC, reply, (r.ecx & BIT(21)) != 0);
    hc_put_flag(facts, HC_CPUID_HYPERVISOR, reply, (r.ecx & BIT(31)) != 0);
}

static void leaf_80000001(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0x80000001, 0, &r);

    hc_put_flag(facts, HC_CPUID_SVM, reply, (r.ecx & BIT(2)) != 0);
    hc_put_flag(facts, HC_CPUID_NX, reply, (r.edx & BIT(20)) != 0);
    hc_put_flag(facts, HC_CPUID_LM, reply, (r.edx & BIT(29)) != 0);
}

/* Leaf 0x8000000A means nothing without SVM; then its features are no, for the same reason. */
static void svm_features(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    static const struct {
        const struct hc_flag_id *id;
        uint32_t bit;
    } rows[] = { { &HC_CPUID_SVM_NP, BIT(0) },
                 { &HC_CPUID_SVM_NRIPS, BIT(3) },
                 { &HC_CPUID_SVM_AVIC, BIT(13) },
                 { &HC_CPUID_SVM_VLS, BIT(15) },
                 { &HC_CPUID_SVM_VGIF, BIT(16) } };
    struct hc_cpuid r = { 0, 0, 0, 0 };
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_SVM);

    if (hc_flag(facts, HC_CPUID_SVM) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, 0x8000000a, 0, &r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hc_put_flag(facts, *rows[i].id, reply, (r.edx & rows[i].bit) != 0);
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

static void hyperv(struct hc_source *src, struct hc_facts *facts, unsigned cpu, const struct hc_reply *proof,
                   bool is_hyperv)
{
    struct hc_cpuid privileges = { 0, 0, 0, 0 }, hardware = { 0, 0, 0, 0 };
    const struct hc_reply *p = proof, *h = proof;

    if (is_hyperv) {
        p = hc_ask_cpuid(src, cpu, 0x40000003, 0, &privileges);
        h = hc_ask_cpuid(src, cpu, 0x40000006, 0, &hardware);
    }
    hc_put_flag(facts, HC_CPUID_HV_CREATE, p, (privileges.ebx & BIT(0)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_CPU, p, (privileges.ebx & BIT(12)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_ISOLATION, p, (privileges.ebx & BIT(22)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_SLAT, h, (hardware.eax & BIT(3)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_UG, h, (hardware.eax & BIT(17)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_DMA_REMAP, h, (hardware.eax & BIT(4)) != 0);
    hc_put_flag(facts, HC_CPUID_HV_INT_REMAP, h, (hardware.eax & BIT(5)) != 0);
}

/* Without the hypervisor bit leaf 0x40000000 is not defined: the signature is empty, for that reason. */
static void hypervisor(struct hc_source *src, struct hc_facts *facts, unsigned cpu)
{
    const struct hc_reply *reply = hc_why(facts, HC_FACT_CPUID_HYPERVISOR);
    struct hc_cpuid r = { 0, 0, 0, 0 };
    struct hc_text name;
    char text[12];

    if (hc_flag(facts, HC_CPUID_HYPERVISOR) == HC_YES)
        reply = hc_ask_cpuid(src, cpu, 0x40000000, 0, &r);
    put_bytes(text, (const uint32_t[]){ r.ebx, r.ecx, r.edx }, 3);
    name = text_of(text, sizeof text);
    hc_put_text(facts, HC_CPUID_HV_SIGNATURE, reply, name);
    hyperv(src, facts, cpu, reply, hc_text_is(name, HYPERV_SIGNATURE));
}

void hc_probe_cpuid(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);

    vendor(src, facts, cpu);
    leaf_1(src, facts, cpu);
    leaf_80000001(src, facts, cpu);
    svm_features(src, facts, cpu);
    brand(src, facts, cpu);
    hypervisor(src, facts, cpu);
}
