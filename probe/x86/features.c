/* CPUID features by the names of QEMU and libvirt, x86-64 levels, address widths. A leaf costs a hypervisor's guest
   some 10 us: only leaves that have rows in features.def are asked, and only where the CPU says that it has them.
   IA32_CORE_CAPABILITIES and IA32_ARCH_CAPABILITIES: SDM vol. 4, table 2-2. */
#include "cpu_features.h"

#include "probes.h"

#include <string.h>

#define MSR_CORE_CAPABILITIES 0xcfu
#define MSR_ARCH_CAPABILITIES 0x10au

/* ---- leaves ---- */

enum {
    LEAF_1,
    LEAF_6,
    LEAF_7_0,
    LEAF_7_1,
    LEAF_7_2,
    LEAF_D_1,
    LEAF_F_1,
    LEAF_12_0,
    LEAF_12_1,
    LEAF_14_0,
    LEAF_1E_1,
    LEAF_24_0,
    LEAF_24_1,
    LEAF_29_0,
    LEAF_80000001,
    LEAF_80000007,
    LEAF_80000008,
    LEAF_8000000A,
    LEAF_8000001F,
    LEAF_80000021,
    LEAF_80000022,
    LEAF_C0000001,
    LEAVES
};

/* A leaf or subleaf is there where a register of an earlier one has a bit of the mask (the feature that it describes,
   or a number of subleaves: all bits but those of the numbers below). mask 0: the highest leaf alone decides, which
   hc_ask_cpuid knows. */
static const struct {
    uint32_t leaf, subleaf;
    unsigned gate, reg;
    uint32_t mask;
} leaves[LEAVES] = {
    [LEAF_1] = { .leaf = 1 },
    [LEAF_6] = { .leaf = 6 },
    [LEAF_7_0] = { .leaf = 7 },
    [LEAF_7_1] = { 7, 1, LEAF_7_0, HC_EAX, UINT32_MAX },
    [LEAF_7_2] = { 7, 2, LEAF_7_0, HC_EAX, ~UINT32_C(1) },
    [LEAF_D_1] = { 0xd, 1, LEAF_1, HC_ECX, UINT32_C(1) << 26 },
    [LEAF_F_1] = { 0xf, 1, LEAF_7_0, HC_EBX, UINT32_C(1) << 12 },
    [LEAF_12_0] = { 0x12, 0, LEAF_7_0, HC_EBX, UINT32_C(1) << 2 },
    [LEAF_12_1] = { 0x12, 1, LEAF_7_0, HC_EBX, UINT32_C(1) << 2 },
    [LEAF_14_0] = { 0x14, 0, LEAF_7_0, HC_EBX, UINT32_C(1) << 25 },
    [LEAF_1E_1] = { 0x1e, 1, LEAF_7_0, HC_EDX, UINT32_C(1) << 24 },
    [LEAF_24_0] = { 0x24, 0, LEAF_7_1, HC_EDX, UINT32_C(1) << 19 },
    [LEAF_24_1] = { 0x24, 1, LEAF_24_0, HC_EAX, UINT32_MAX },
    [LEAF_29_0] = { 0x29, 0, LEAF_7_1, HC_EDX, UINT32_C(1) << 21 },
    [LEAF_80000001] = { .leaf = 0x80000001 },
    [LEAF_80000007] = { .leaf = 0x80000007 },
    [LEAF_80000008] = { .leaf = 0x80000008 },
    [LEAF_8000000A] = { 0x8000000a, 0, LEAF_80000001, HC_ECX, UINT32_C(1) << 2 },
    [LEAF_8000001F] = { .leaf = 0x8000001f },
    [LEAF_80000021] = { .leaf = 0x80000021 },
    [LEAF_80000022] = { .leaf = 0x80000022 },
    [LEAF_C0000001] = { .leaf = 0xc0000001 },
};

/* reply NULL: the CPU has no such leaf, its registers are zero. */
struct words {
    uint32_t regs[LEAVES][4];
    const struct hc_reply *reply[LEAVES];
};

static bool seen(const struct hc_reply *reply)
{
    return !reply || reply->answer == HC_OK;
}

/* Only Centaur and Zhaoxin have leaves at 0xC0000000; elsewhere the question is one about nothing. */
static bool has_centaur_leaves(const struct hc_facts *facts)
{
    const char *vendor = hc_text_of(facts, HC_CPUID_VENDOR);

    return vendor && (!strcmp(vendor, "CentaurHauls") || !strcmp(vendor, "Shanghai"));
}

static void ask_leaf(struct hc_source *src, unsigned cpu, struct words *w, unsigned i)
{
    const uint32_t mask = leaves[i].mask;
    struct hc_cpuid r;

    if (mask && (!seen(w->reply[leaves[i].gate]) || !(w->regs[leaves[i].gate][leaves[i].reg] & mask))) {
        w->reply[i] = seen(w->reply[leaves[i].gate]) ? NULL : w->reply[leaves[i].gate];
        return;
    }
    w->reply[i] = hc_ask_cpuid(src, cpu, leaves[i].leaf, leaves[i].subleaf, &r);
    memcpy(w->regs[i], (const uint32_t[]){ r.eax, r.ebx, r.ecx, r.edx }, sizeof w->regs[i]);
}

/* ---- features ---- */

const struct hc_feature_row hc_features[HC_FEATURES] = {
#define FEATURE(id, name, leaf, subleaf, reg, bit) { name, leaf, subleaf, HC_##reg, bit, HC_FEATURE_NAMED },
#define KERNEL(id, name, leaf, subleaf, reg, bit)  { name, leaf, subleaf, HC_##reg, bit, HC_FEATURE_KERNEL },
#define IN_MSR(id, name, msr, bit)                 { name, msr, 0, 0, bit, HC_FEATURE_IN_MSR },
#include "features.def"
};

/* All names with a blank behind each. */
#define FEATURE(id, name, leaf, subleaf, reg, bit) name " "
#define KERNEL(id, name, leaf, subleaf, reg, bit)  name " "
#define IN_MSR(id, name, msr, bit)                 name " "
static const size_t all_names = sizeof(
#include "features.def"
);

/* The leaf of a row; rows stand in the order of leaves, so the search begins with the leaf of the row before. */
static unsigned leaf_of(unsigned feature, unsigned from)
{
    for (unsigned i = 0; i < LEAVES; i++) {
        unsigned at = (from + i) % LEAVES;
        if (leaves[at].leaf == hc_features[feature].leaf && leaves[at].subleaf == hc_features[feature].subleaf)
            return at;
    }
    return LEAVES;
}

static bool bit_of(const struct words *w, unsigned leaf, unsigned feature)
{
    return (w->regs[leaf][hc_features[feature].reg] >> hc_features[feature].bit & 1) != 0;
}

struct names {
    char *text;
    size_t size;
};

static void add_name(struct names *names, unsigned feature)
{
    size_t size = strlen(hc_features[feature].name);

    memcpy(names->text + names->size, hc_features[feature].name, size);
    names->size += size;
    names->text[names->size++] = ' ';
}

static void put_names(struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply,
                      const struct names *names)
{
    hc_put_text(facts, id, reply, hc_trim((struct hc_text){ names->text, names->size }));
}

/* Leaf 1 suffices for a list; what of the others was not seen stands beside it. */
static void put_features(struct hc_source *src, struct hc_facts *facts, const struct words *w)
{
    struct names names = { hc_alloc(&src->arena, all_names), 0 };
    unsigned leaf = 0;

    for (unsigned f = 0; names.text && f < HC_FEATURES; f++) {
        if (hc_features[f].kind == HC_FEATURE_IN_MSR)
            continue;
        leaf = leaf_of(f, leaf);
        if (leaf != LEAVES && bit_of(w, leaf, f))
            add_name(&names, f);
    }
    if (names.text)
        put_names(facts, HC_CPUID_FEATURES, w->reply[LEAF_1], &names);
}

/* Leaves that the CPU has or may have, and of which no answer came: the list of features lacks theirs. */
static void put_unseen(struct hc_source *src, struct hc_facts *facts, const struct words *w)
{
    const char *text = "";

    for (unsigned i = 0; i < LEAVES && text; i++)
        if (!seen(w->reply[i]))
            text = hc_format(src, "%s%s%08x:%x", text, *text ? " " : "", (unsigned)leaves[i].leaf,
                             (unsigned)leaves[i].subleaf);
    if (text)
        hc_put_text(facts, HC_CPUID_FEATURES_UNSEEN, w->reply[LEAF_1], (struct hc_text){ text, strlen(text) });
}

/* ---- levels: x86-64 psABI, table 3.1 (micro-architecture levels) ---- */

/* SYSCALL is in the list of level 1 and comes with long mode; Intel shows it to 64-bit code only (SDM vol. 2A, CPUID,
   leaf 0x80000001), so that a recording by a 32-bit program lacks it. LZCNT is the bit that AMD called ABM. */
static const struct {
    unsigned level, feature;
} levels[] = {
    { 1, HC_FEATURE_LM },       { 1, HC_FEATURE_CMOV },     { 1, HC_FEATURE_CX8 },      { 1, HC_FEATURE_FPU },
    { 1, HC_FEATURE_FXSR },     { 1, HC_FEATURE_MMX },      { 1, HC_FEATURE_SSE },      { 1, HC_FEATURE_SSE2 },
    { 2, HC_FEATURE_CX16 },     { 2, HC_FEATURE_LAHF_LM },  { 2, HC_FEATURE_POPCNT },   { 2, HC_FEATURE_PNI },
    { 2, HC_FEATURE_SSE4_1 },   { 2, HC_FEATURE_SSE4_2 },   { 2, HC_FEATURE_SSSE3 },    { 3, HC_FEATURE_AVX },
    { 3, HC_FEATURE_AVX2 },     { 3, HC_FEATURE_BMI1 },     { 3, HC_FEATURE_BMI2 },     { 3, HC_FEATURE_F16C },
    { 3, HC_FEATURE_FMA },      { 3, HC_FEATURE_ABM },      { 3, HC_FEATURE_MOVBE },    { 3, HC_FEATURE_OSXSAVE },
    { 4, HC_FEATURE_AVX512F },  { 4, HC_FEATURE_AVX512BW }, { 4, HC_FEATURE_AVX512CD }, { 4, HC_FEATURE_AVX512DQ },
    { 4, HC_FEATURE_AVX512VL },
};

/* Whether all features of a level are there; unknown because of *why where a leaf was not seen and no seen one denies.
 */
static enum hc_tri reaches(const struct words *w, unsigned level, const struct hc_reply **why)
{
    enum hc_tri all = HC_YES;

    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        unsigned leaf = leaf_of(levels[i].feature, 0);
        if (levels[i].level != level || leaf == LEAVES)
            continue;
        if (!seen(w->reply[leaf])) {
            all = HC_UNKNOWN;
            *why = w->reply[leaf];
        } else if (!bit_of(w, leaf, levels[i].feature))
            return HC_NO;
    }
    return all;
}

static void put_level(struct hc_facts *facts, const struct words *w)
{
    const struct hc_reply *why = w->reply[LEAF_80000001];
    unsigned level = 0;
    enum hc_tri next;

    do
        next = level < 4 ? reaches(w, level + 1, &why) : HC_NO;
    while (next == HC_YES && ++level);
    hc_put_number(facts, HC_CPUID_LEVEL, next == HC_UNKNOWN ? why : w->reply[LEAF_80000001], level);
}

/* ---- address widths: SDM vol. 3A, 4.1.4; APM vol. 3, E.4.7 ---- */

/* Without the leaf: 36 bits with PAE and 32 without; 48 linear ones in long mode and 32 elsewhere. A width of guests of
   0 is that of the host. */
static void put_widths(struct hc_facts *facts, const struct words *w)
{
    const uint32_t eax = w->regs[LEAF_80000008][HC_EAX], leaf_1 = w->regs[LEAF_1][HC_EDX];
    const struct hc_reply *reply = w->reply[LEAF_80000008];
    uint32_t physical = eax & 255, linear = eax >> 8 & 255, guest = eax >> 16 & 255;

    if (!physical && seen(reply)) {
        reply = w->reply[LEAF_1];
        physical = leaf_1 >> 6 & 1 ? 36 : 32;
        linear = w->regs[LEAF_80000001][HC_EDX] >> 29 & 1 ? 48 : 32;
    }
    hc_put_number(facts, HC_CPUID_PHYSICAL_BITS, reply, physical);
    if (seen(reply) && !(eax & 255) && !seen(w->reply[LEAF_80000001])) /* long mode is not known */
        hc_put_number(facts, HC_CPUID_LINEAR_BITS, w->reply[LEAF_80000001], 0);
    else
        hc_put_number(facts, HC_CPUID_LINEAR_BITS, reply, linear);
    hc_put_number(facts, HC_CPUID_GUEST_PHYSICAL_BITS, reply, guest ? guest : physical);
}

/* ---- features in registers ---- */

struct registers {
    const struct hc_reply *reply; /* that of the first which gave no answer, or of the last */
    uint64_t core, arch;
};

static void put_registers(struct hc_source *src, struct hc_facts *facts, struct hc_text_id id,
                          const struct registers *r)
{
    struct names names = { hc_alloc(&src->arena, all_names), 0 };

    for (unsigned f = 0; names.text && f < HC_FEATURES; f++)
        if (hc_features[f].kind == HC_FEATURE_IN_MSR &&
            ((hc_features[f].leaf == MSR_CORE_CAPABILITIES ? r->core : r->arch) >> hc_features[f].bit & 1))
            add_name(&names, f);
    if (names.text)
        put_names(facts, id, r->reply, &names);
}

/* The registers exist where leaf 7 says so; elsewhere there is nothing in them, for that reason. */
static void host_registers(struct hc_source *src, struct hc_facts *facts, const struct words *w, unsigned cpu)
{
    struct registers r = { .reply = w->reply[LEAF_7_0] };

    if (seen(r.reply) && bit_of(w, LEAF_7_0, HC_FEATURE_CORE_CAPABILITY))
        r.reply = hc_ask_msr(src, cpu, MSR_CORE_CAPABILITIES, &r.core);
    if (seen(r.reply) && bit_of(w, LEAF_7_0, HC_FEATURE_ARCH_CAPABILITIES))
        r.reply = hc_ask_msr(src, cpu, MSR_ARCH_CAPABILITIES, &r.arch);
    put_registers(src, facts, HC_MSR_FEATURES, &r);
}

/* What KVM offers guests of IA32_ARCH_CAPABILITIES; nothing where it does not list the register. */
static void kvm_registers(struct hc_source *src, struct hc_facts *facts)
{
    struct registers r = { .reply = hc_ask(src, "ioctl:kvm:msr_feature_index_list") };

    if (r.reply->answer == HC_OK && hc_has_word((struct hc_text){ r.reply->bytes, r.reply->size }, "10a"))
        r.reply = hc_ask_ioctl(src, "kvm:feature_msr:10a", &r.arch);
    put_registers(src, facts, HC_KVM_OFFERS_FEATURES, &r);
}

void hc_probe_features(struct hc_source *src, struct hc_facts *facts)
{
    unsigned cpu = hc_probe_cpu(src);
    struct words w = { 0 };

    for (unsigned i = 0; i < LEAVES; i++)
        if (i != LEAF_C0000001 || has_centaur_leaves(facts))
            ask_leaf(src, cpu, &w, i);
    put_features(src, facts, &w);
    put_unseen(src, facts, &w);
    put_level(facts, &w);
    put_widths(facts, &w);
    host_registers(src, facts, &w, cpu);
    kvm_registers(src, facts);
}
