/* /proc/cpuinfo: what the kernel left in its feature list. A CPU has the raw bit and the kernel not the flag where
   firmware locked the feature off (arch/x86/kernel/cpu/feat_ctl.c, amd.c) or the command line cleared it. */
#include "probes.h"

#include <string.h>

static const struct {
    const struct hc_flag_id *id;
    const char *flag;
} flags[] = {
    { &HC_CPUINFO_VMX, "vmx" },   { &HC_CPUINFO_SVM, "svm" },   { &HC_CPUINFO_HYPERVISOR, "hypervisor" },
    { &HC_CPUINFO_NX, "nx" },     { &HC_CPUINFO_LM, "lm" },     { &HC_CPUINFO_X2APIC, "x2apic" },
    { &HC_CPUINFO_EPT, "ept" },   { &HC_CPUINFO_VPID, "vpid" }, { &HC_CPUINFO_NPT, "npt" },
    { &HC_CPUINFO_AVIC, "avic" },
};

/* The text of a whole file, read once: first lines of each kind, and whether all CPUs are alike. */
struct cpuinfo {
    struct hc_text vendor, brand, flags, vmx_flags;
    bool has_flags, has_vmx_flags, alike;
    bool headed; /* a line Processor, once for all: where no CPU has a block of its own there is one CPU (old Arm) */
    uint64_t processors;
};

static bool same_virtualization(struct hc_text a, struct hc_text b)
{
    if (a.size == b.size && !memcmp(a.at, b.at, a.size))
        return true;
    return hc_has_word(a, "vmx") == hc_has_word(b, "vmx") && hc_has_word(a, "svm") == hc_has_word(b, "svm");
}

/* s390x, SPARC and Alpha give a number instead of a block for each CPU. */
static bool counts_cpus(struct hc_text name)
{
    return hc_text_is(name, "# processors") || hc_text_is(name, "ncpus active") || hc_text_is(name, "cpus active");
}

static void take_line(struct cpuinfo *info, struct hc_text name, struct hc_text value)
{
    uint64_t count;

    if (hc_text_is(name, "processor"))
        info->processors++;
    else if (counts_cpus(name) && !info->processors && hc_number(value, 10, &count))
        info->processors = count;
    else if (hc_text_is(name, "Processor"))
        info->headed = true;
    else if (hc_text_is(name, "vendor_id") && !info->vendor.size)
        info->vendor = value;
    else if (hc_text_is(name, "model name") && !info->brand.size)
        info->brand = value;
    else if (hc_text_is(name, "vmx flags") && !info->has_vmx_flags) {
        info->vmx_flags = value;
        info->has_vmx_flags = true;
    } else if (hc_text_is(name, "flags") && !info->has_flags) {
        info->flags = value;
        info->has_flags = true;
    } else if (hc_text_is(name, "flags") && !same_virtualization(info->flags, value))
        info->alike = false;
}

static struct cpuinfo parse(struct hc_text text)
{
    struct cpuinfo info = {
        .vendor = { "", 0 }, .brand = { "", 0 }, .flags = { "", 0 }, .vmx_flags = { "", 0 }, .alike = true
    };
    struct hc_text line, name, value;

    while (hc_next_line(&text, &line))
        if (hc_split(line, ':', &name, &value))
            take_line(&info, name, value);
    if (!info.processors && info.headed)
        info.processors = 1;
    return info;
}

/* The line "vmx flags" came with Linux 5.6 and stands only where the kernel has VMX; without it, its flags are not
   known, unless there is no VMX. */
static void vmx_line(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply,
                     const struct cpuinfo *info)
{
    const struct hc_reply *vmx = reply;

    if (reply->answer == HC_OK && !info->has_vmx_flags && hc_has_word(info->flags, "vmx"))
        vmx = hc_reword(src, reply, HC_UNSUPPORTED, "this kernel has no line of vmx flags");
    hc_put_flag(facts, HC_CPUINFO_VMX_UG, vmx, hc_has_word(info->vmx_flags, "unrestricted_guest"));
    hc_put_flag(facts, HC_CPUINFO_VMX_SHADOW, vmx, hc_has_word(info->vmx_flags, "shadow_vmcs"));
    hc_put_flag(facts, HC_CPUINFO_VMX_APICV, vmx,
                hc_has_word(info->vmx_flags, "vid") && hc_has_word(info->vmx_flags, "vapic_reg") &&
                    hc_has_word(info->vmx_flags, "posted_intr"));
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
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        hc_put_flag(facts, *flags[i].id, x86, hc_has_word(info.flags, flags[i].flag));
    hc_put_flag(facts, HC_CPUINFO_ALIKE, x86, info.alike);
    vmx_line(src, facts, x86, &info);
    reply = hc_ask_line(src, "/sys/devices/system/cpu/vulnerabilities/itlb_multihit", &line);
    hc_put_text(facts, HC_ITLB_MULTIHIT, reply, line);
}
