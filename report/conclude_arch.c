/* Conclusions on architectures other than x86. What KVM has to be able to use before it registers /dev/kvm is named in
   arch/arm64/kvm/arm.c (kvm_arm_init), arch/s390/kvm/kvm-s390.c (kvm_s390_init), arch/riscv/kvm/main.c
   (riscv_kvm_init) and arch/powerpc/kvm/book3s_hv.c (kvmppc_book3s_init_hv). */
#include "concluded.h"

#include <string.h>

/* ---- which architecture ---- */

static const struct {
    const char *arch, *form;
} forms[] = { { "x86_64", "x86" },    { "i686", "x86" },    { "aarch64", "arm64" }, { "s390x", "s390" },
              { "ppc64le", "power" }, { "ppc64", "power" }, { "riscv64", "riscv" } };

static const char *form_of(const char *arch)
{
    for (size_t i = 0; arch && i < sizeof forms / sizeof *forms; i++)
        if (!strcmp(arch, forms[i].arch))
            return forms[i].form;
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

/* Machines that uname names and the list of architectures does not have. A name of 32 bits says nothing of the CPU. */
static const char *other_machine(struct hc_view *v)
{
    static const char *const names[] = { "loongarch64", "mips64", "sparc64", "ia64", "alpha", "parisc64" };
    const char *machine = hc_see_text(v, HC_UNAME_MACHINE);

    for (size_t i = 0; machine && i < sizeof names / sizeof *names; i++)
        if (!strcmp(machine, names[i]))
            return "other";
    return NULL;
}

/* Files of a host without its uname: by what /proc/cpuinfo holds, where that is enough. */
static const char *arch_of_form(struct hc_view *v, const char *form)
{
    const char *isa;

    if (!strcmp(form, "arm64"))
        return "aarch64";
    if (!strcmp(form, "x86"))
        return hc_see(v, HC_CPUINFO_LM) == HC_NO ? "i686" : NULL;
    if (!strcmp(form, "s390"))
        return has_word(hc_see_text(v, HC_CPUINFO_FEATURES), "zarch") ? "s390x" : NULL;
    if (!strcmp(form, "power"))
        return hc_see_is(v, HC_BYTE_ORDER, "little") == HC_YES ? "ppc64le" : NULL;
    isa = strcmp(form, "riscv") ? NULL : hc_see_text(v, HC_CPUINFO_ISA);
    return isa && !strncmp(isa, "rv64", 4) ? "riscv64" : NULL;
}

/* An emulated process is told its own architecture by uname, and reads the files of the machine below: the kernel's own
   word for it, and the form of /proc/cpuinfo. */
const char *hc_arch_of(struct hc_view *v, const char *word)
{
    const char *form = hc_see_word(v, HC_CPUINFO_FORM), *kernel = form_of(hc_see_text(v, HC_KERNEL_ARCH));

    if (!word)
        word = other_machine(v);
    if (form && !strcmp(form, "other"))
        form = NULL;
    if (!word)
        return form ? arch_of_form(v, form) : NULL;
    if (kernel && !same(kernel, form_of(word)))
        return !form || same(kernel, form) ? hc_see_text(v, HC_KERNEL_ARCH) : NULL;
    return !form || same(form, form_of(word)) ? word : NULL;
}

bool hc_arch_conflict(const struct hc_facts *facts)
{
    const char *form = hc_word_of(facts, HC_CPUINFO_FORM), *named = form_of(hc_text_of(facts, HC_UNAME_MACHINE));

    return form && named && strcmp(form, "other") && strcmp(form, named);
}

/* The family of the machine, by the same words: also where POWER does not tell its byte order, or Arm its size. */
static const char *family(struct hc_view *v)
{
    const char *arch = hc_see_word(v, HC_HOST_ARCH), *form;

    if (arch)
        return form_of(arch) ? form_of(arch) : "other";
    form = hc_see_word(v, HC_CPUINFO_FORM);
    return hc_arch_conflict(v->facts) ? "other" : form;
}

static bool is(struct hc_view *v, const char *word)
{
    return same(family(v), word);
}

bool hc_other_arch(const struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = family(&v);

    return word && strcmp(word, "x86");
}

/* ---- what this system is to a hypervisor ---- */

static const struct {
    const char *vendor, *product; /* beginnings; "" fits all */
    const char *name;
} virtual_machines[] = {
    /* systemd src/basic/virt.c; the products' own SMBIOS tables */
    { "QEMU", "", "unknown" }, /* KVM or an emulator */
    { "VMware, Inc.", "", "VMware" },
    { "Apple Inc.", "Apple Virtualization", "Apple Virtualization" },
    { "Microsoft Corporation", "Virtual Machine", "Hyper-V" },
    { "Parallels", "", "Parallels" },
    { "innotek GmbH", "", "VirtualBox" },
    { "Oracle Corporation", "VirtualBox", "VirtualBox" },
    { "Xen", "", "Xen" },
    { "Cloud Hypervisor", "", "Cloud Hypervisor" },
    { "", "KVM Virtual Machine", "KVM" },
    { "", "OpenStack Nova", "unknown" },
};

static const char *by_dmi(struct hc_view *v)
{
    const char *vendor = hc_see_text(v, HC_DMI_VENDOR), *product = hc_see_text(v, HC_DMI_PRODUCT);

    for (size_t i = 0; (vendor || product) && i < sizeof virtual_machines / sizeof *virtual_machines; i++)
        if (!strncmp(vendor ? vendor : "", virtual_machines[i].vendor, strlen(virtual_machines[i].vendor)) &&
            !strncmp(product ? product : "", virtual_machines[i].product, strlen(virtual_machines[i].product)))
            return virtual_machines[i].name;
    if (vendor && product && !strcmp(vendor, "Amazon EC2") && !strstr(product, ".metal"))
        return "AWS Nitro";
    return hc_see(v, HC_SMBIOS_VIRTUAL) == HC_YES ? "unknown" : NULL;
}

/* Machines that only exist virtually; whether KVM runs them or an emulator, they do not tell. */
static bool virtual_tree(const char *compatible)
{
    static const char *const names[] = { "linux,dummy-virt", "riscv-virtio", "qemu,pseries", "qemu,powernv",
                                         "xen,xenvm" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has_word(compatible, names[i]))
            return true;
    return false;
}

static const char *by_device_tree(struct hc_view *v)
{
    static const struct {
        const char *compatible, *name;
    } rows[] = { { "linux,kvm", "KVM" }, { "vmware", "VMware" }, { "xen,xen", "Xen" } };
    const char *list = hc_see_text(v, HC_DT_HYPERVISOR);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (has_word(list, rows[i].compatible))
            return rows[i].name;
    if (list && *list)
        return "unknown";
    return virtual_tree(hc_see_text(v, HC_DT_COMPATIBLE)) ? "unknown" : NULL;
}

/* A mode of an older CPU ("architected") is something that only a hypervisor gives, and so are its calls. Guests of KVM
   are named by their device tree: without it PowerVM cannot be told from them. */
static const char *by_power(struct hc_view *v)
{
    const char *cpu, *machine = hc_see_text(v, HC_CPUINFO_MACHINE), *platform;

    if (machine && strstr(machine, "emulated by qemu"))
        return "unknown";
    platform = hc_see_text(v, HC_CPUINFO_PLATFORM);
    if (platform && strcmp(platform, "pSeries"))
        return NULL;
    if (hc_or(hc_see(v, HC_DT_PARTITION), hc_see(v, HC_DT_HYPERTAS)) == HC_YES)
        return machine && hc_see_text(v, HC_DT_COMPATIBLE) && hc_see_text(v, HC_DT_HYPERVISOR) ? "PowerVM" : "unknown";
    cpu = hc_see_text(v, HC_CPUINFO_CPU);
    return cpu && strstr(cpu, "(architected)") ? "unknown" : NULL;
}

static const char *by_sysinfo(struct hc_view *v)
{
    const char *program = hc_see_text(v, HC_SYSINFO_CONTROL);

    if (!program || !*program)
        return hc_see(v, HC_UV_GUEST) == HC_YES ? "unknown" : NULL;
    return !strncmp(program, "z/VM", 4) ? "z/VM" : !strncmp(program, "KVM", 3) ? "KVM" : "unknown";
}

/* "unknown": a guest, of whom is not known. NULL: no sign of a hypervisor, which proves nothing. */
static const char *below(struct hc_view *v)
{
    const char *name = NULL;

    if (is(v, "s390"))
        return by_sysinfo(v);
    name = by_device_tree(v);
    if ((!name || !strcmp(name, "unknown")) && by_dmi(v))
        name = by_dmi(v);
    return name || !is(v, "power") ? name : by_power(v);
}

/* The machine itself: a partition of s390x with nobody above PR/SM, or POWER that started from OPAL. Elsewhere nothing
   excludes a hypervisor: one may hide, and EL2 or H may be its gift. */
static bool physical(struct hc_view *v)
{
    const char *program;

    if (is(v, "s390")) {
        program = hc_see_text(v, HC_SYSINFO_CONTROL);
        return program && !*program && hc_see(v, HC_SYSINFO_LPAR) == HC_YES && hc_see(v, HC_UV_GUEST) != HC_YES;
    }
    return is(v, "power") && same(hc_see_text(v, HC_CPUINFO_PLATFORM), "PowerNV");
}

static void role(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri xen = hc_see(&v, HC_XEN), dom0 = xen == HC_YES ? hc_see(&v, HC_XEN_DOM0) : HC_NO;
    const char *name = xen == HC_YES ? "Xen" : below(&v), *word = NULL;

    if (xen == HC_YES)
        word = dom0 == HC_UNKNOWN ? NULL : dom0 == HC_YES ? "dom0" : "guest";
    else if (name)
        word = "guest";
    else if (physical(&v))
        word = "physical";
    put_word(facts, &v, HC_HOST_ROLE, word);
    if (!name && word) /* what the partition runs on is the machine's own */
        name = is(&v, "s390") ? "PR/SM" : "";
    put_text(facts, &v, HC_HOST_HYPERVISOR, same(name, "unknown") ? NULL : name);
}

/* ---- Arm: EL2 ---- */

static bool same_number(struct hc_view *v, struct hc_number_id id, uint64_t number)
{
    uint64_t other;

    return hc_see_number(v, id, &other) && other == number;
}

/* The timer that the kernel chose tells its level. The EL1 timer is chosen at EL2, or where there is no virtual one. */
static enum hc_tri by_timer(struct hc_view *v, const char **mode)
{
    uint64_t used, other;

    *mode = NULL;
    if (!hc_see_number(v, HC_ARCH_TIMER_IRQ, &used))
        return HC_UNKNOWN;
    if (same_number(v, HC_TIMER_VIRTUAL, used))
        return HC_NO;
    if (same_number(v, HC_TIMER_EL2, used) || same_number(v, HC_TIMER_EL2_VIRTUAL, used))
        *mode = "vhe";
    else if (same_number(v, HC_TIMER_EL1, used) && hc_see_number(v, HC_TIMER_VIRTUAL, &other))
        *mode = "nvhe";
    return *mode ? HC_YES : HC_UNKNOWN;
}

/* KVM of arm64 is never a module: where it is built in, was not told to stay away and is not there, EL2 was not. */
static bool kvm_stayed_away(struct hc_view *v)
{
    const char *mode;

    if (hc_see(v, HC_KVM_MISC) != HC_NO || hc_see_is(v, HC_CONFIG_KVM, "y") != HC_YES)
        return false;
    mode = hc_see_text(v, HC_CMDLINE_KVM_ARM);
    return mode && strcmp(mode, "none");
}

static enum hc_tri el2(struct hc_view *v)
{
    const char *mode;
    enum hc_tri timer = by_timer(v, &mode), kvm = hc_see(v, HC_KVM_MISC);

    if (kvm == HC_YES)
        return timer == HC_NO ? HC_UNKNOWN : HC_YES; /* or else the two contradict each other */
    return timer == HC_UNKNOWN && kvm_stayed_away(v) ? HC_NO : timer;
}

/* Only a kernel that keeps EL2 for KVM can protect guests from itself. */
static const char *el2_mode(struct hc_view *v)
{
    const char *mode, *wanted;
    enum hc_tri kvm;

    if (hc_see(v, HC_ARM_EL2) != HC_YES || by_timer(v, &mode) != HC_YES || strcmp(mode, "nvhe"))
        return hc_see(v, HC_ARM_EL2) == HC_YES ? mode : NULL;
    kvm = hc_see(v, HC_KVM_MISC);
    wanted = hc_see_text(v, HC_CMDLINE_KVM_ARM);
    if (kvm == HC_UNKNOWN || (kvm == HC_YES && !wanted))
        return NULL;
    return kvm == HC_YES && !strcmp(wanted, "protected") ? "protected" : mode;
}

static const char *gic(struct hc_view *v)
{
    const char *driven = hc_see_word(v, HC_GIC_DRIVEN);
    uint64_t version;

    if (driven || !hc_see_number(v, HC_MADT_GIC, &version))
        return driven;
    return version == 2 ? "v2" : version == 3 || version == 4 ? "v3" : NULL;
}

static void arm(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri reached = el2(&v);
    const char *word;

    put_flag(facts, &v, HC_ARM_EL2, reached);
    v = hc_view_of(facts);
    word = el2_mode(&v);
    put_word(facts, &v, HC_ARM_EL2_MODE, word);
    v = hc_view_of(facts);
    word = gic(&v);
    put_word(facts, &v, HC_ARM_GIC, word);
}

/* ---- virtualization in hardware ---- */

/* Xen on Arm needs EL2 itself. Without it nobody can say whether the CPU has one. */
static enum hc_tri hw_arm(struct hc_view *v)
{
    return hc_see(v, HC_ARM_EL2) == HC_YES || hc_see_is(v, HC_HOST_ROLE, "dom0") == HC_YES ? HC_YES : HC_UNKNOWN;
}

/* Kernels that list facilities (4.10) list sie too. */
static enum hc_tri hw_s390x(struct hc_view *v)
{
    enum hc_tri sie = hc_see(v, HC_CPUINFO_SIE);

    if (sie != HC_NO)
        return sie;
    return hc_see(v, HC_KVM_MISC) == HC_NO && hc_see_text(v, HC_CPUINFO_FACILITIES) ? HC_NO : HC_UNKNOWN;
}

static enum hc_tri kvm_hv(struct hc_view *v)
{
    return hc_and(hc_see(v, HC_KVM_MISC), hc_or(hc_see(v, HC_KVM_PPC_HV), hc_see(v, HC_KVM_HV_LOADED)));
}

/* A partition may have guests where its hypervisor lets it, and only with radix page tables (kvmhv_nested_init); what
   the hypervisor lets shows when kvm_hv loads. */
static enum hc_tri hw_power(struct hc_view *v)
{
    const char *platform;

    if (kvm_hv(v) == HC_YES)
        return HC_YES;
    platform = hc_see_text(v, HC_CPUINFO_PLATFORM);
    if (same(platform, "PowerNV"))
        return HC_YES;
    return same(platform, "pSeries") && same(hc_see_text(v, HC_CPUINFO_MMU), "Hash") ? HC_NO : HC_UNKNOWN;
}

/* Kernels before 5.18 pass over letters that they do not use; those with mvendorid (5.19) list what all harts have. */
static enum hc_tri hw_riscv(struct hc_view *v)
{
    enum hc_tri listed = hc_see(v, HC_CPUINFO_ISA_H), tree;

    if (listed == HC_YES)
        return HC_YES;
    tree = hc_see(v, HC_DT_ISA_H);
    if (listed == HC_UNKNOWN || !hc_see_text(v, HC_CPUINFO_MVENDORID))
        return tree == HC_YES ? HC_YES : HC_UNKNOWN;
    return tree == HC_YES || hc_see(v, HC_KVM_MISC) == HC_YES ? HC_UNKNOWN : HC_NO; /* see the conflicts */
}

static enum hc_tri hardware(struct hc_view *v)
{
    if (is(v, "arm64"))
        return hw_arm(v);
    if (is(v, "s390"))
        return hw_s390x(v);
    if (is(v, "riscv"))
        return hw_riscv(v);
    return is(v, "power") ? hw_power(v) : HC_UNKNOWN;
}

/* Only on Arm does firmware decide; elsewhere what is there may be used. */
static const char *firmware(struct hc_view *v)
{
    enum hc_tri usable = hc_see(v, is(v, "arm64") ? HC_ARM_EL2 : HC_VIRT_HW);

    if (usable == HC_NO)
        return is(v, "arm64") ? "disabled" : NULL;
    return usable == HC_YES ? "enabled" : NULL;
}

/* ---- KVM ---- */

static const char *backend_power(struct hc_view *v)
{
    if (kvm_hv(v) == HC_YES)
        return "hv";
    if (hc_see(v, HC_KVM_PPC_HV) != HC_NO)
        return NULL;
    return hc_see(v, HC_MODULE_KVM_PR) == HC_YES ? "other" : NULL;
}

static const char *backend(struct hc_view *v)
{
    enum hc_tri there = hc_see(v, HC_KVM_MISC);

    if (there != HC_YES)
        return there == HC_NO ? "none" : NULL;
    if (is(v, "arm64"))
        return hc_see(v, HC_VIRT_HW) == HC_YES ? "el2" : NULL;
    if (is(v, "s390"))
        return hc_see(v, HC_VIRT_HW) == HC_YES ? "sie" : NULL;
    if (is(v, "riscv"))
        return hc_see(v, HC_VIRT_HW) == HC_YES ? "h" : NULL;
    return is(v, "power") ? backend_power(v) : NULL;
}

/* All of them translate the memory of guests in hardware. */
static enum hc_tri slat(struct hc_view *v)
{
    static const char *const words[] = { "el2", "sie", "hv", "h" };
    const char *word = hc_see_word(v, HC_LINUX_KVM_BACKEND);

    if (hc_see(v, HC_VIRT_HW) == HC_NO)
        return HC_NO;
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (!strcmp(word, words[i]))
            return HC_YES;
    return HC_UNKNOWN;
}

static enum hc_tri nested(struct hc_view *v)
{
    if (hc_see(v, HC_VIRT_HW) == HC_NO)
        return HC_NO;
    if (is(v, "arm64"))
        return hc_see(v, HC_KVM_ARM_EL2);
    if (is(v, "s390"))
        return hc_and(hc_see(v, HC_VIRT_HW), hc_see(v, HC_KVM_PARAM_NESTED));
    return is(v, "power") ? hc_and(hc_see(v, HC_KVM_PPC_NESTED), hc_see(v, HC_KVM_PARAM_NESTED)) : HC_UNKNOWN;
}

void hc_conclude_arch(struct hc_facts *facts)
{
    struct hc_view v;
    const char *word;
    enum hc_tri value;

    role(facts);
    v = hc_view_of(facts);
    if (is(&v, "arm64"))
        arm(facts);
    v = hc_view_of(facts);
    value = hardware(&v);
    put_flag(facts, &v, HC_VIRT_HW, value);
    v = hc_view_of(facts);
    word = firmware(&v);
    put_word(facts, &v, HC_VIRT_FW, word);
    v = hc_view_of(facts);
    word = backend(&v);
    put_word(facts, &v, HC_LINUX_KVM_BACKEND, word);
    v = hc_view_of(facts);
    value = slat(&v);
    put_flag(facts, &v, HC_VIRT_SLAT, value);
    v = hc_view_of(facts);
    value = nested(&v);
    put_flag(facts, &v, HC_VIRT_NESTED, value);
}
