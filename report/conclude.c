#include "conclude.h"

#include "conclude_windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- putting ---- */

/* A number that another fact has observed. */
static void same_number(struct hc_facts *facts, struct hc_number_id id, struct hc_number_id observed)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t value;
    bool known = hc_see_number(&v, observed, &value);

    conclude(facts, &v, id.fact, known)->number = value;
}

/* ---- versions ---- */

bool hc_version_at_least(const char *version, unsigned long major, unsigned long minor)
{
    char *end;
    unsigned long a = version ? strtoul(version, &end, 10) : 0, b;

    if (!version || *end != '.')
        return false;
    b = strtoul(end + 1, NULL, 10);
    return a > major || (a == major && b >= minor);
}

/* ---- the host ---- */

static void host_os(struct hc_facts *facts)
{
    static const struct {
        const char *sysname, *os;
    } rows[] = { { "Linux", "linux" },
                 { "Darwin", "macos" },
                 { "FreeBSD", "freebsd" },
                 { "SunOS", "illumos" },
                 { "Windows", "windows" } };
    struct hc_view v = hc_view_of(facts);
    const char *name = hc_see_text(&v, HC_UNAME_SYSNAME), *os = name ? "other" : NULL;

    for (size_t i = 0; name && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(name, rows[i].sysname))
            os = rows[i].os;
    if (os && !strcmp(os, "windows") && hc_see_text(&v, HC_WIN_WINE) && *hc_see_text(&v, HC_WIN_WINE))
        os = "other";                              /* Wine: which system is below does not show */
    if (!os && hc_see_text(&v, HC_KERNEL_RELEASE)) /* only Linux has /proc/sys/kernel/osrelease */
        os = "linux";
    put_word(facts, &v, HC_HOST_OS, os);
}

/* The first two numbers of a kernel release: "6.12" of "6.12.9-amd64"; of Windows the build. */
static void host_os_version(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *release, *text = NULL;
    uint64_t build;
    char *end;

    if (hc_on_windows(&v)) {
        if (hc_see_number(&v, HC_WIN_BUILD, &build))
            text = hc_print(facts->arena, "%llu", (unsigned long long)build);
        put_text(facts, &v, HC_HOST_OS_VERSION, text);
        return;
    }
    release = hc_see_text(&v, HC_UNAME_RELEASE);
    if (!release)
        release = hc_see_text(&v, HC_KERNEL_RELEASE);
    if (release) {
        unsigned long major = strtoul(release, &end, 10);
        if (end != release && *end == '.')
            text = hc_print(facts->arena, "%lu.%lu", major, strtoul(end + 1, NULL, 10));
    }
    put_text(facts, &v, HC_HOST_OS_VERSION, text);
}

static const char *arch_word(const char *machine)
{
    static const struct {
        const char *machine, *arch;
    } rows[] = { { "x86_64", "x86_64" }, { "aarch64", "aarch64" }, { "arm64", "aarch64" },
                 { "s390x", "s390x" },   { "ppc64le", "ppc64le" }, { "riscv64", "riscv64" },
                 { "i686", "i686" },     { "i586", "i686" },       { "amd64", "x86_64" } };

    for (size_t i = 0; machine && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(machine, rows[i].machine))
            return rows[i].arch;
    return NULL;
}

/* A process of 32 bits sees a machine of 64 (lm); in a folder of files only cpuinfo may tell. */
static void host_arch(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *arch = arch_word(hc_see_text(&v, HC_UNAME_MACHINE));

    if (!arch)
        arch = arch_word(hc_see_text(&v, HC_KERNEL_ARCH));
    if ((!arch || !strcmp(arch, "i686")) && hc_or(hc_see(&v, HC_CPUID_LM), hc_see(&v, HC_CPUINFO_LM)) == HC_YES)
        arch = "x86_64";
    put_word(facts, &v, HC_HOST_ARCH, hc_arch_of(&v, arch));
}

/* A stale /.dockerenv decides nothing; a PID namespace of its own, or UTS and cgroup namespaces together, do. A service
   may have a UTS namespace alone. */
static void host_container(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri pid = hc_see(&v, HC_NS_PID_INITIAL), inside;
    const char *manager;

    inside =
        hc_or(hc_not(pid), hc_and(hc_not(hc_see(&v, HC_NS_UTS_INITIAL)), hc_not(hc_see(&v, HC_NS_CGROUP_INITIAL))));
    manager = hc_see_text(&v, HC_CONTAINER_MANAGER);
    inside = hc_or(inside, manager ? hc_tri(*manager != '\0') : HC_UNKNOWN);
    put_flag(facts, &v, HC_HOST_CONTAINER, inside);
}

/* ---- who holds it ---- */

/* A driver that processes hold open runs virtual machines. */
static enum hc_tri in_use(struct hc_view *v, struct hc_flag_id loaded, struct hc_number_id users)
{
    uint64_t count;
    enum hc_tri there = hc_see(v, loaded);

    if (there != HC_YES)
        return there;
    return hc_see_number(v, users, &count) ? hc_tri(count != 0) : HC_UNKNOWN;
}

static const char *owner(struct hc_view *v)
{
    enum hc_tri vbox, vmware, kvm;
    const char *role_word = hc_see_word(v, HC_HOST_ROLE), *error = hc_see_text(v, HC_PROVE_ERROR);

    if (role_word && !strcmp(role_word, "dom0"))
        return "xen";
    if (role_word && !strcmp(role_word, "root-partition"))
        return "hyperv";
    if (hc_on_windows(v))
        return hc_windows_owner(v);
    vbox = in_use(v, HC_MODULE_VBOXDRV, HC_VBOXDRV_USERS);
    vmware = in_use(v, HC_MODULE_VMMON, HC_VMMON_USERS);
    if (error && strstr(error, "EBUSY")) {
        if (vbox == HC_YES || vmware == HC_YES)
            return vbox == HC_YES ? "vbox" : "vmware";
        return vbox == HC_NO && vmware == HC_NO ? "other" : NULL;
    }
    kvm = hc_see(v, HC_KVM_MISC);
    if (kvm == HC_YES &&
        (hc_see(v, HC_KVM_PARAM_AT_LOAD) == HC_YES || hc_see_is(v, HC_LINUX_KVM_BACKEND, "pvm") == HC_YES))
        return "kvm";
    if (vbox == HC_YES)
        return "vbox";
    if (vmware == HC_YES)
        return "vmware";
    /* a hypervisor that cannot be seen from here could hold it: only where the role is known is it nobody */
    if (!role_word || vbox == HC_UNKNOWN || vmware == HC_UNKNOWN || kvm == HC_UNKNOWN)
        return NULL;
    return kvm == HC_YES && hc_unanswered(v, HC_FACT_KVM_PARAM_AT_LOAD) ? NULL : "none";
}

static void virt_taken_by(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = owner(&v);

    put_word(facts, &v, HC_VIRT_TAKEN_BY, word);
}

/* ---- the rest ---- */

/* A kernel with CONFIG_EFI has the folder whenever UEFI started it (drivers/firmware/efi/efi.c, efisubsys_init); a
   kernel without never has, and where the configuration is not shown it may be such a one. SMBIOS does not help: under
   QEMU its bit for UEFI (7.1.2.2) is clear with firmware of either kind. */
static const char *boot_mode(struct hc_view *v)
{
    enum hc_tri efi;

    if (hc_on_windows(v))
        return hc_see_word(v, HC_WIN_FIRMWARE);
    efi = hc_see(v, HC_EFI);
    if (efi == HC_YES)
        return "uefi";
    if (efi == HC_UNKNOWN || hc_see_is(v, HC_HOST_ARCH, "x86_64") != HC_YES)
        return NULL;
    return hc_see_is(v, HC_CONFIG_EFI, "y") == HC_YES ? "bios" : NULL;
}

static void firmware_and_memory(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *mode = boot_mode(&v);

    put_word(facts, &v, HC_FW_MODE, mode);
    same_number(facts, HC_MEMORY_INSTALLED, HC_SMBIOS_MEMORY);
    same_number(facts, HC_MEMORY_USABLE, hc_on_windows(&v) ? HC_WIN_MEMORY : HC_MEMINFO_TOTAL);
}

static void kvm_device(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri there =
        hc_and(hc_see(&v, HC_KVM_NODE), hc_see(&v, HC_KVM_MISC)); /* a node that nobody serves is none */
    enum hc_tri open;

    put_flag(facts, &v, HC_LINUX_KVM_DEV, there);
    v = hc_view_of(facts);
    open = hc_see(&v, HC_LINUX_KVM_DEV) == HC_NO ? HC_NO : hc_see(&v, HC_KVM_OPENED);
    put_flag(facts, &v, HC_LINUX_KVM_ACCESS, open);
}

static const char *cgroup_word(struct hc_view *v)
{
    enum hc_tri v2 = hc_see(v, HC_CGROUP_V2), v1, beside;

    if (v2 != HC_NO)
        return v2 == HC_YES ? "v2" : NULL;
    v1 = hc_see(v, HC_CGROUP_V1);
    beside = hc_see(v, HC_CGROUP_UNIFIED);
    if (v1 == HC_UNKNOWN || beside == HC_UNKNOWN)
        return NULL;
    return v1 == HC_NO ? "none" : beside == HC_YES ? "hybrid" : "v1";
}

/* In a container the modules of the host cannot be seen. */
static enum hc_tri overlayfs(struct hc_view *v)
{
    enum hc_tri found = hc_or(hc_see(v, HC_OVERLAY_LISTED), hc_see(v, HC_OVERLAY_FILE));

    if (found == HC_YES)
        return HC_YES;
    if (hc_see_is(v, HC_CONFIG_OVERLAY_FS, "n") == HC_YES)
        return HC_NO;
    return hc_see(v, HC_HOST_CONTAINER) == HC_NO ? found : HC_UNKNOWN;
}

/* actions_avail came with Linux 4.14 and CONFIG_SECCOMP_FILTER. */
static enum hc_tri seccomp(struct hc_view *v)
{
    enum hc_tri actions = hc_see(v, HC_SECCOMP_ACTIONS);
    const char *config;

    if (actions == HC_YES || (actions == HC_NO && hc_version_at_least(hc_see_text(v, HC_HOST_OS_VERSION), 4, 14)))
        return actions;
    if (hc_see(v, HC_SECCOMP_STATUS) == HC_NO)
        return HC_NO;
    config = hc_see_word(v, HC_CONFIG_SECCOMP_FILTER);
    return config ? hc_tri(!strcmp(config, "y")) : HC_UNKNOWN;
}

static void containers(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = cgroup_word(&v);
    enum hc_tri value;

    put_word(facts, &v, HC_LINUX_CGROUP, word);
    v = hc_view_of(facts);
    value = overlayfs(&v);
    put_flag(facts, &v, HC_LINUX_OVERLAYFS, value);
    v = hc_view_of(facts);
    value = seccomp(&v);
    put_flag(facts, &v, HC_LINUX_SECCOMP, value);
}

/* What guests KVM can run here, where that can be told. A machine that could have KVM and has not is told by its
 * checks. */
static const char *guests_of_kvm(struct hc_view *v)
{
    const char *backend = hc_see_word(v, HC_LINUX_KVM_BACKEND);

    if (!backend)
        return NULL;
    if (!strcmp(backend, "none"))
        return hc_see(v, HC_VIRT_HW) == HC_NO || hc_see_is(v, HC_VIRT_FW, "disabled") == HC_YES ? "none" : NULL;
    return strcmp(backend, "pvm") && strcmp(backend, "other") ? "native" : "special";
}

static void kvm_guests(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);

    put_word(facts, &v, HC_LINUX_KVM_GUESTS, guests_of_kvm(&v));
}

/* In the order in which they rest on each other. */
void hc_conclude(struct hc_facts *facts)
{
    host_os(facts);
    host_os_version(facts);
    host_arch(facts);
    if (hc_on_macos(facts))
        hc_conclude_macos(facts);
    else if (hc_other_arch(facts))
        hc_conclude_arch(facts);
    else
        hc_conclude_x86(facts);
    host_container(facts);
    virt_taken_by(facts);
    hc_conclude_windows(facts);
    hc_conclude_iommu(facts);
    firmware_and_memory(facts);
    hc_conclude_platform(facts);
    hc_conclude_system(facts);
    hc_conclude_parts(facts);
    if (hc_on_macos(facts))
        hc_conclude_macos_machine(facts);
    kvm_device(facts);
    kvm_guests(facts);
    containers(facts);
    hc_conclude_software(facts);
    hc_conclude_boot(facts);
    hc_conclude_cpu(facts);
    if (hc_on_macos(facts))
        hc_conclude_macos_cpu(facts);
    hc_conclude_purposes(facts);
    hc_conclude_tables(facts);
}

/* ---- by hand ---- */

static struct hc_cell *given(struct hc_facts *facts, const char *key, enum hc_type type, enum hc_type other)
{
    enum hc_fact fact = hc_fact_by_key(key);

    if (fact == HC_FACTS || (hc_fact_field(fact)->type != type && hc_fact_field(fact)->type != other))
        return NULL;
    facts->cells[fact].known = true;
    return &facts->cells[fact];
}

bool hc_give_flag(struct hc_facts *facts, const char *key, bool value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_FLAG, HC_TYPE_FLAG);

    if (cell)
        cell->flag = value;
    return cell != NULL;
}

bool hc_give_number(struct hc_facts *facts, const char *key, uint64_t value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_NUMBER, HC_TYPE_REGISTER);

    if (cell)
        cell->number = value;
    return cell != NULL;
}

bool hc_give_text(struct hc_facts *facts, const char *key, const char *value)
{
    struct hc_cell *cell = given(facts, key, HC_TYPE_TEXT, HC_TYPE_WORD);

    if (cell)
        cell->text = hc_strdup(facts->arena, value);
    return cell && cell->text;
}
