/* /proc/cpuinfo: what the kernel left in its feature list. A CPU has the raw bit and the kernel not the flag where
   firmware locked the feature off (arch/x86/kernel/cpu/feat_ctl.c, amd.c) or the command line cleared it. */
#include "probes.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const struct hc_flag_id *id;
    const char *flag;
} flags[] = {
    { &HC_CPUINFO_VMX, "vmx" },
    { &HC_CPUINFO_SVM, "svm" },
    { &HC_CPUINFO_HYPERVISOR, "hypervisor" },
    { &HC_CPUINFO_NX, "nx" },
    { &HC_CPUINFO_LM, "lm" },
    { &HC_CPUINFO_X2APIC, "x2apic" },
    { &HC_CPUINFO_NPT, "npt" },
    { &HC_CPUINFO_AVIC, "avic" },
    { &HC_CPUINFO_TDX_GUEST, "tdx_guest" },
    { &HC_CPUINFO_TDX_HOST, "tdx_host_platform" },
};

/* Names of the kernel's arch/x86/include/asm/vmxfeatures.h. Those of the first list are as old as the line itself; the
   others came later, and a kernel that does not list them may not know them. */
static const struct {
    const struct hc_flag_id *id;
    const char *flag;
    bool late;
} vmx_flags[] = {
    { &HC_CPUINFO_VMX_UG, "unrestricted_guest", false },
    { &HC_CPUINFO_VMX_SHADOW, "shadow_vmcs", false },
    { &HC_CPUINFO_VMX_VNMI, "vnmi", false },
    { &HC_CPUINFO_VMX_PREEMPTION_TIMER, "preemption_timer", false },
    { &HC_CPUINFO_VMX_POSTED_INTR, "posted_intr", false },
    { &HC_CPUINFO_VMX_INVVPID, "invvpid", false },
    { &HC_CPUINFO_VMX_EPT_XO, "ept_x_only", false },
    { &HC_CPUINFO_VMX_EPT_AD, "ept_ad", false },
    { &HC_CPUINFO_VMX_EPT_1G, "ept_1gb", false },
    { &HC_CPUINFO_VMX_EPT_5LEVEL, "ept_5level", true },
    { &HC_CPUINFO_VMX_FLEXPRIORITY, "flexpriority", false },
    { &HC_CPUINFO_VMX_EPTP_SWITCHING, "eptp_switching", false },
    { &HC_CPUINFO_VMX_VTPR, "vtpr", false },
    { &HC_CPUINFO_VMX_MTF, "mtf", false },
    { &HC_CPUINFO_VMX_VAPIC, "vapic", false },
    { &HC_CPUINFO_VMX_VAPIC_REG, "vapic_reg", false },
    { &HC_CPUINFO_VMX_VID, "vid", false },
    { &HC_CPUINFO_VMX_PLE, "ple", false },
    { &HC_CPUINFO_VMX_PML, "pml", false },
    { &HC_CPUINFO_VMX_EPT_VE, "ept_violation_ve", false },
    { &HC_CPUINFO_VMX_MBEC, "ept_mode_based_exec", false },
    { &HC_CPUINFO_VMX_TSC_SCALING, "tsc_scaling", false },
    { &HC_CPUINFO_VMX_WAIT_PAUSE, "usr_wait_pause", false },
    { &HC_CPUINFO_VMX_NOTIFY, "notify_vm_exiting", true },
    { &HC_CPUINFO_VMX_IPI_VIRT, "ipi_virt", true },
};

/* The text of a whole file, read once: first lines of each kind, and whether all CPUs are alike. */
struct cpuinfo {
    struct hc_text vendor, brand, family, model, stepping, flags, vmx_flags, sizes;
    bool has_flags, has_vmx_flags, alike;
    uint64_t processors;
    bool unnumbered; /* a CPU is named without a number */
};

static bool same_virtualization(struct hc_text a, struct hc_text b)
{
    if (a.size == b.size && !memcmp(a.at, b.at, a.size))
        return true;
    return hc_has_word(a, "vmx") == hc_has_word(b, "vmx") && hc_has_word(a, "svm") == hc_has_word(b, "svm");
}

/* s390x, SPARC, Alpha and Xtensa give a number instead of a block for each CPU. */
static bool counts_cpus(struct hc_text name)
{
    return hc_text_is(name, "# processors") || hc_text_is(name, "ncpus active") || hc_text_is(name, "cpus active") ||
           hc_text_is(name, "CPU count");
}

/* Kernels for one CPU alone name it without a number: older ones of ARM (arch/arm/kernel/setup.c), and m68k. */
static bool is_the_only(struct hc_text name)
{
    return hc_text_is(name, "Processor") || hc_text_is(name, "CPU");
}

/* Lines of which the first is kept. */
static const struct {
    const char *name;
    size_t at; /* in struct cpuinfo */
} kept[] = {
    { "vendor_id", offsetof(struct cpuinfo, vendor) },  { "model name", offsetof(struct cpuinfo, brand) },
    { "cpu family", offsetof(struct cpuinfo, family) }, { "model", offsetof(struct cpuinfo, model) },
    { "stepping", offsetof(struct cpuinfo, stepping) }, { "address sizes", offsetof(struct cpuinfo, sizes) },
};

static void keep(struct cpuinfo *info, struct hc_text name, struct hc_text value)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (hc_text_is(name, kept[i].name)) {
            struct hc_text *text = (struct hc_text *)(void *)((char *)info + kept[i].at);
            if (!text->size)
                *text = value;
        }
}

static void take_line(struct cpuinfo *info, struct hc_text name, struct hc_text value)
{
    uint64_t count;

    if (hc_text_is(name, "processor"))
        info->processors++;
    else if (counts_cpus(name) && !info->processors && hc_number(value, 10, &count))
        info->processors = count;
    else if (is_the_only(name))
        info->unnumbered = true;
    else if (hc_text_is(name, "vmx flags") && !info->has_vmx_flags) {
        info->vmx_flags = value;
        info->has_vmx_flags = true;
    } else if (hc_text_is(name, "flags") && !info->has_flags) {
        info->flags = value;
        info->has_flags = true;
    } else if (hc_text_is(name, "flags") && !same_virtualization(info->flags, value))
        info->alike = false;
    else
        keep(info, name, value);
}

static struct cpuinfo parse(struct hc_text text)
{
    struct cpuinfo info = { .vendor = { "", 0 },
                            .brand = { "", 0 },
                            .flags = { "", 0 },
                            .vmx_flags = { "", 0 },
                            .sizes = { "", 0 },
                            .alike = true };
    struct hc_text line, name, value;

    while (hc_next_line(&text, &line))
        if (hc_split(line, ':', &name, &value))
            take_line(&info, name, value);
    if (!info.processors && info.unnumbered)
        info.processors = 1;
    return info;
}

/* Flags that older kernels make of the registers themselves. One that lists vmx and none of these does not list them at
   all (5.6 and later, built without the names of VMX features), so that a missing one says nothing. */
static bool lists_features(const struct cpuinfo *info)
{
    static const char *const names[] = { "tpr_shadow", "vnmi", "flexpriority", "ept", "vpid" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (hc_has_word(info->flags, names[i]))
            return true;
    return info->has_vmx_flags || !hc_has_word(info->flags, "vmx");
}

/* The line "vmx flags" came with Linux 5.6 and stands only where the kernel has VMX; without it, its flags are not
   known, unless there is no VMX. */
static void vmx_line(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply,
                     const struct cpuinfo *info)
{
    const struct hc_reply *vmx = reply, *late;

    if (reply->answer == HC_OK && !info->has_vmx_flags && hc_has_word(info->flags, "vmx"))
        vmx = hc_reword(src, reply, HC_UNSUPPORTED, "this kernel has no line of vmx flags");
    hc_put_text(facts, HC_CPUINFO_VMX_FLAGS, vmx, info->vmx_flags);
    late = vmx->answer == HC_OK ? hc_reword(src, vmx, HC_UNSUPPORTED, "this kernel may not know the flag") : vmx;
    for (size_t i = 0; i < sizeof vmx_flags / sizeof *vmx_flags; i++) {
        bool listed = hc_has_word(info->vmx_flags, vmx_flags[i].flag);
        hc_put_flag(facts, *vmx_flags[i].id, vmx_flags[i].late && !listed && info->has_vmx_flags ? late : vmx, listed);
    }
    if (reply->answer == HC_OK && !lists_features(info))
        reply = vmx;
    hc_put_flag(facts, HC_CPUINFO_EPT, reply, hc_has_word(info->flags, "ept"));
    /* since Linux 5.6 the old flag vpid is set by the bit of virtual NMIs (feat_ctl.c, init_vmx_capabilities) */
    hc_put_flag(facts, HC_CPUINFO_VPID, reply,
                hc_has_word(info->has_vmx_flags ? info->vmx_flags : info->flags, "vpid"));
    hc_put_flag(facts, HC_CPUINFO_VMX_APICV, vmx,
                hc_has_word(info->vmx_flags, "vid") && hc_has_word(info->vmx_flags, "vapic_reg") &&
                    hc_has_word(info->vmx_flags, "posted_intr"));
}

static void put_decimal(struct hc_source *src, struct hc_facts *facts, struct hc_number_id id,
                        const struct hc_reply *reply, struct hc_text text)
{
    uint64_t value = 0;

    if (reply->answer == HC_OK && !hc_number(text, 10, &value)) /* very old kernels write "unknown" */
        reply = hc_malformed(src, reply, "a number was expected");
    hc_put_number(facts, id, reply, value);
}

/* x86-64 psABI, micro-architecture levels, in the kernel's names; it lists no osxsave, and avx only with it. */
static const struct {
    unsigned level;
    const char *flag;
} levels[] = {
    { 1, "lm" },      { 1, "cmov" },     { 1, "cx8" },      { 1, "fpu" },      { 1, "fxsr" },     { 1, "mmx" },
    { 1, "sse" },     { 1, "sse2" },     { 2, "cx16" },     { 2, "lahf_lm" },  { 2, "popcnt" },   { 2, "pni" },
    { 2, "sse4_1" },  { 2, "sse4_2" },   { 2, "ssse3" },    { 3, "avx" },      { 3, "avx2" },     { 3, "bmi1" },
    { 3, "bmi2" },    { 3, "f16c" },     { 3, "fma" },      { 3, "abm" },      { 3, "movbe" },    { 3, "xsave" },
    { 4, "avx512f" }, { 4, "avx512bw" }, { 4, "avx512cd" }, { 4, "avx512dq" }, { 4, "avx512vl" },
};
enum { LEVEL_ROWS = sizeof levels / sizeof *levels };

static uint64_t level_of(struct hc_text list)
{
    bool found[LEVEL_ROWS] = { false };
    struct hc_text word;
    unsigned level = 4;

    while (hc_next_word(&list, &word))
        for (int i = 0; i < LEVEL_ROWS; i++)
            if (hc_text_is(word, levels[i].flag))
                found[i] = true;
    for (int i = 0; i < LEVEL_ROWS; i++)
        if (!found[i] && levels[i].level <= level)
            level = levels[i].level - 1;
    return level;
}

/* "46 bits physical, 48 bits virtual"; kernels for 32 bits write that line too. */
static void address_sizes(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply,
                          struct hc_text line)
{
    struct hc_text words[6], rest = line;
    uint64_t bits[2] = { 0, 0 };
    bool good = true;

    for (int i = 0; i < 6; i++)
        good = hc_next_word(&rest, &words[i]) && good;
    good = good && hc_number(words[0], 10, &bits[0]) && hc_text_is(words[2], "physical,") &&
           hc_number(words[3], 10, &bits[1]) && hc_text_is(words[5], "virtual");
    if (reply->answer == HC_OK && !line.size)
        reply = hc_reword(src, reply, HC_UNSUPPORTED, "this kernel has no line of address sizes");
    else if (!good)
        reply = hc_malformed(src, reply, "bits physical, bits virtual were expected");
    hc_put_number(facts, HC_CPUINFO_PHYSICAL_BITS, reply, bits[0]);
    hc_put_number(facts, HC_CPUINFO_VIRTUAL_BITS, reply, bits[1]);
}

void hc_probe_cpuinfo(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, line;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/cpuinfo", &text), *x86 = reply;
    struct cpuinfo info = parse(text);

    hc_put_number(facts, HC_CPUINFO_PROCESSORS, info.processors ? reply : hc_malformed(src, reply, "no processors"),
                  info.processors);
    if (!info.has_flags && reply->answer == HC_OK)
        x86 = hc_reword(src, reply, HC_UNSUPPORTED, "no x86 flags");
    hc_put_text(facts, HC_CPUINFO_VENDOR, info.vendor.size ? reply : x86, info.vendor);
    hc_put_text(facts, HC_CPUINFO_BRAND, info.brand.size ? reply : x86, info.brand);
    put_decimal(src, facts, HC_CPUINFO_FAMILY, x86, info.family);
    put_decimal(src, facts, HC_CPUINFO_MODEL, x86, info.model);
    put_decimal(src, facts, HC_CPUINFO_STEPPING, x86, info.stepping);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        hc_put_flag(facts, *flags[i].id, x86, hc_has_word(info.flags, flags[i].flag));
    hc_put_flag(facts, HC_CPUINFO_ALIKE, x86, info.alike);
    hc_put_text(facts, HC_CPUINFO_FLAGS, x86, info.flags);
    hc_put_number(facts, HC_CPUINFO_LEVEL, x86, level_of(info.flags));
    address_sizes(src, facts, x86, info.sizes);
    vmx_line(src, facts, x86, &info);
    reply = hc_ask_line(src, "/sys/devices/system/cpu/vulnerabilities/itlb_multihit", &line);
    hc_put_text(facts, HC_ITLB_MULTIHIT, reply, line);
}
