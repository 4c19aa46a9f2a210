/* Software, modules, the distribution and what the caller may do, on hosts of several distributions. Each host is the
   few answers that matter; whatever else is asked is absent. */
#include "check.h"
#include "conclude.h"
#include "modules.h"
#include "probes.h"
#include "recording.h"
#include "redact_software.h"
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct answer_row {
    const char *key, *text; /* text DENIED, NOT_RECORDED: such an answer; the last row has no key */
};

static const char DENIED[] = "denied", NOT_RECORDED[] = "not recorded", GONE[] = "gone";

static bool give(struct hc_source *src, const struct answer_row *rows, struct hc_reply *reply)
{
    for (; rows->key; rows++) {
        if (strcmp(rows->key, reply->key) != 0)
            continue;
        if (rows->text == DENIED)
            hc_answer_error(reply, HC_DENIED, "EACCES");
        else if (rows->text == GONE)
            hc_answer_error(reply, HC_ABSENT, "ENOENT");
        else if (rows->text != NOT_RECORDED)
            hc_answer_bytes(src, reply, rows->text, strlen(rows->text));
        return true;
    }
    return false;
}

struct host {
    const struct answer_row *changes, *rows;
};

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    const struct host *host = self;

    if (!(host->changes && give(src, host->changes, reply)) && !give(src, host->rows, reply))
        hc_answer_error(reply, HC_ABSENT, "ENOENT");
}

static void leave(void *self)
{
    free(self);
}

static const struct hc_backend backend = { .answer = answer, .close = leave };

/* A host looked at; for done(). */
static struct hc_facts *look(const struct answer_row *rows, const struct answer_row *changes)
{
    struct host *host = malloc(sizeof *host);
    struct hc_source *src;
    struct hc_facts *facts;

    if (!host)
        abort();
    *host = (struct host){ changes, rows };
    src = hc_source_new(&backend, host);
    facts = src ? hc_alloc(&src->arena, sizeof *facts) : NULL;
    if (!facts)
        abort();
    facts->arena = &src->arena;
    hc_probe_process(src, facts);
    hc_probe_kernel(src, facts);
    hc_probe_container(src, facts);
    hc_probe_distribution(src, facts);
    hc_probe_sessions(src, facts);
    hc_probe_confinement(src, facts);
    hc_probe_software(src, facts);
    hc_probe_firmware_images(src, facts);
    hc_probe_modules(src, facts);
    hc_conclude(facts);
    return facts;
}

/* The arena is the first member of the source. */
static void done(struct hc_facts *facts)
{
    hc_source_free((struct hc_source *)(void *)facts->arena);
}

/* ---- reading ---- */

static const char *or_open(const char *text)
{
    return text ? text : "?";
}

static const char *cell(const struct hc_facts *facts, enum hc_table table, const char *name, int column)
{
    for (const struct hc_table_row *row = facts->tables[table].first; row; row = row->next) {
        const struct hc_cell *first = &row->cells[0], *wanted = &row->cells[column];
        const size_t size = strlen(name), length = first->known ? strlen(first->text) : 0;
        if (first->known && length >= size && !strcmp(first->text + length - size, name))
            return !wanted->known                                                        ? (wanted->why ? "?" : "-")
                   : column == HC_COL_IMAGE_PRESENT && table == HC_TABLE_FIRMWARE_IMAGES ? (wanted->flag ? "yes" : "no")
                                                                                         : wanted->text;
    }
    return facts->tables[table].known ? "no row" : "no table";
}

#define IS(value, expected)                                                                                            \
    do {                                                                                                               \
        const char *found_ = (value);                                                                                  \
        if (strcmp(found_, expected)) {                                                                                \
            printf("%s:%d: %s: \"%s\", not \"%s\"\n", __FILE__, __LINE__, #value, found_, expected);                   \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

#define SOFTWARE(name, column) cell(facts, HC_TABLE_SOFTWARE, name, HC_COL_SOFTWARE_##column)
#define MODULE(name, column)   cell(facts, HC_TABLE_KERNEL_MODULES, name, HC_COL_MODULE_##column)
#define IMAGE(name, column)    cell(facts, HC_TABLE_FIRMWARE_IMAGES, name, HC_COL_IMAGE_##column)
#define TEXT_OF(id)            or_open(hc_text_of(facts, id))
#define WORD_OF(id)            or_open(hc_word_of(facts, id))

static const char *flag(const struct hc_facts *facts, struct hc_flag_id id)
{
    static const char *const words[] = { [HC_UNKNOWN] = "?", [HC_NO] = "no", [HC_YES] = "yes" };

    return words[hc_flag(facts, id)];
}

/* ---- hosts ---- */

#define FILE_STAT   "file 0:0 0755 0 0"
#define FOLDER_STAT "dir 0:0 0755 0 0"
#define SOCKET_STAT "socket 0:0 0660 0 104"
#define UNAME(machine)                                                                                                 \
    {                                                                                                                  \
        "host:uname", "sysname Linux\nrelease 6.12.9\nversion #1\nmachine " machine "\nnodename here\n"                \
    }
#define COMMON                                                                                                         \
    { "stat:/usr/bin", FOLDER_STAT }, { "link:/proc/self/ns/user", "user:[4026531837]" },                              \
        { "link:/proc/self/ns/pid", "pid:[4026531836]" }, { "link:/proc/self/ns/uts", "uts:[4026531838]" },            \
        { "link:/proc/self/ns/cgroup", "cgroup:[4026531835]" }, { "file:/proc/sys/kernel/osrelease", "6.12.9\n" },     \
        { "file:/proc/sys/user/max_user_namespaces", "1000\n" },                                                       \
    {                                                                                                                  \
        "dir:/sys/fs/cgroup", "cgroup.controllers\ncgroup.procs\n"                                                     \
    }

static const struct answer_row debian[] = {
    UNAME("x86_64"),
    COMMON,
    { "file:/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME='Debian'\nVERSION_ID=\"13\"\n"
                              "VERSION_CODENAME=trixie\nID=debian\nOWNER=\"Jane Doe\"\n" },
    { "stat:/usr/bin/apt-get", FILE_STAT },
    { "stat:/run/systemd/system", FOLDER_STAT },
    { "file:/proc/sys/kernel/unprivileged_userns_clone", "1\n" },
    { "file:/sys/kernel/security/lsm", "lockdown,capability,yama,apparmor\n" },
    { "file:/sys/module/apparmor/parameters/enabled", "Y\n" },
    { "file:/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n" },
    { "file:/etc/group", "root:x:0:\nkvm:x:104:jane\nlibvirt:x:105:jane\n" },
    { "host:privilege", "euid 1000\negid 1000\ngroups 1000 104\ncap_eff 0000000000000000\ncpu 0\n" },
    { "host:subids", "subuid 65536\nsubgid 131072\n" },
    { "stat:/usr/bin/qemu-system-x86_64", FILE_STAT },
    { "stat:/usr/sbin/libvirtd", FILE_STAT },
    { "stat:/run/libvirt/libvirt-sock", SOCKET_STAT },
    { "stat:/usr/bin/podman", FILE_STAT },
    { "stat:/run/podman/podman.sock", DENIED },
    { "stat:/usr/local/bin/firecracker", FILE_STAT },
    { "stat:/usr/bin/swtpm", FOLDER_STAT }, /* not a program */
    { "link:/usr/lib/x86_64-linux-gnu/libvirt.so.0", "libvirt.so.0.11003.0" },
    { "packages:dpkg:qemu-system-x86,pve-qemu-kvm,qemu-system-x86_64,libvirt-daemon,libvirt,podman",
      "qemu-system-x86 1:10.0.2+ds-2\nlibvirt-daemon 11.3.0-3\n" },
    { "file:/proc/modules", "kvm_intel 400000 0 - Live 0x0\nkvm 1300000 1 kvm_intel, Live 0x0\nzfs 1 0 - Live 0x0\n" },
    { "file:/boot/config-6.12.9",
      "CONFIG_KVM=m\nCONFIG_KVM_INTEL=m\nCONFIG_KVM_AMD=m\nCONFIG_VFIO=m\nCONFIG_VFIO_PCI=m\n"
      "CONFIG_TUN=y\nCONFIG_DRM_NOUVEAU=m\nCONFIG_HZ=250\nCONFIG_NR_CPUS=8192\n"
      "# CONFIG_IOMMUFD is not set\nCONFIG_MODULE_COMPRESS_XZ=y\n" },
    { "stat:/lib/modules/6.12.9", FOLDER_STAT },
    { "stat:/lib/modules/6.12.9/kernel/arch/x86/kvm/kvm-amd.ko.xz", FILE_STAT },
    { "stat:/lib/modules/6.12.9/kernel/drivers/gpu/drm/nouveau/nouveau.ko.xz", FILE_STAT },
    { "stat:/lib/modules/6.12.9/kernel/drivers/vfio/pci/vfio-pci.ko.xz", FILE_STAT },
    { "dir:/etc/modprobe.d", "gpu.conf\nnotes.txt\nold.conf\n" },
    { "file:/etc/modprobe.d/gpu.conf",
      "# mine\nblacklist nouveau\noptions vfio-pci ids=10de:1b80\noptions vfio_pci disable_vga=1\n"
      "install kvm-amd /bin/false\noptions e1000e owner=jane\n" },
    { "file:/etc/modprobe.d/old.conf", "" },
    { "dir:/usr/lib/modprobe.d", "old.conf\n" },
    { "file:/usr/lib/modprobe.d/old.conf", "blacklist kvm\n" }, /* hidden by the empty one */
    { "file:/proc/cmdline", "root=/dev/sda1 module_blacklist=vfio-pci,xe quiet\n" },
    { "dir:/usr/share/qemu/firmware",
      "40-edk2-x86_64-secure.json\n50-edk2-aarch64.json\n60-edk2-x86_64.json\n70-bad.json\n" },
    { "file:/usr/share/qemu/firmware/40-edk2-x86_64-secure.json",
      "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":{\"filename\":\"/usr/fw/"
      "a.fd\"},"
      "\"nvram-template\":{\"filename\":\"/usr/fw/a.vars\"}},\"targets\":[{\"architecture\":\"x86_64\",\"machines\":"
      "[\"pc-q35-*\"]}],\"features\":[\"secure-boot\",\"requires-smm\"]}" },
    { "file:/usr/share/qemu/firmware/60-edk2-x86_64.json",
      "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"memory\",\"filename\":\"/usr/fw/b.fd\"},\"targets\":"
      "[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}],\"features\":[]}" },
    { "file:/usr/share/qemu/firmware/70-bad.json", "{\"mapping\":" },
    { "stat:/usr/fw/b.fd", FILE_STAT },
    { NULL, NULL },
};

static void on_debian(void)
{
    struct hc_facts *facts = look(debian, NULL);
    uint64_t count;

    IS(TEXT_OF(HC_HOST_DISTRIBUTION), "debian");
    IS(TEXT_OF(HC_HOST_DISTRIBUTION_VERSION), "13");
    IS(TEXT_OF(HC_OS_PRETTY_NAME), "Debian GNU/Linux 13 (trixie)");
    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "apt");
    IS(flag(facts, HC_SYSTEMD), "yes");
    IS(flag(facts, HC_LINUX_USERNS), "yes");
    IS(TEXT_OF(HC_LSM), "lockdown capability yama apparmor");
    IS(flag(facts, HC_APPARMOR), "yes");
    IS(flag(facts, HC_SELINUX_ENFORCING), "no");
    IS(TEXT_OF(HC_CGROUP_CONTROLLERS), "cpuset cpu io memory pids");
    IS(flag(facts, HC_IN_GROUP_KVM), "yes");
    IS(flag(facts, HC_IN_GROUP_LIBVIRT), "no");
    CHECK(hc_number_of(facts, HC_LINUX_SUBID, &count) && count == 65536);
    IS(SOFTWARE("qemu", PATH), "/usr/bin/qemu-system-x86_64");
    IS(SOFTWARE("qemu", VERSION), "1:10.0.2+ds-2");
    IS(SOFTWARE("qemu", FROM), "package");
    IS(SOFTWARE("qemu", SOCKET), "-");
    IS(TEXT_OF(HC_SW_QEMU), "10.0.2");
    IS(SOFTWARE("libvirt", VERSION), "11.3.0");
    IS(SOFTWARE("libvirt", FROM), "library");
    IS(SOFTWARE("libvirt", SOCKET), "/run/libvirt/libvirt-sock");
    IS(TEXT_OF(HC_SW_LIBVIRT), "11.3.0");
    IS(SOFTWARE("podman", VERSION), "-"); /* not in the database */
    IS(SOFTWARE("podman", SOCKET), "?");
    IS(SOFTWARE("firecracker", VERSION), "-");
    IS(SOFTWARE("swtpm", PATH), "no row");
    CHECK(facts->tables[HC_TABLE_SOFTWARE].count == 4);
    done(facts);
}

static void modules_of_debian(void)
{
    struct hc_facts *facts = look(debian, NULL);

    IS(MODULE("kvm", STATE), "loaded");
    IS(MODULE("kvm", BLOCKED), "");
    IS(MODULE("kvm_amd", STATE), "available");
    IS(MODULE("kvm_amd", BLOCKED), "install");
    IS(MODULE("tun", STATE), "built-in");
    IS(MODULE("tun", BLOCKED), "-");
    IS(MODULE("vfio", STATE), "missing"); /* its package is not installed */
    IS(MODULE("vfio_pci", STATE), "available");
    IS(MODULE("vfio_pci", OPTIONS), "ids=10de:1b80 disable_vga=1");
    IS(MODULE("vfio_pci", BLOCKED_BY), "command-line");
    IS(MODULE("nouveau", BLOCKED), "blacklist");
    IS(MODULE("nouveau", BLOCKED_BY), "/etc/modprobe.d");
    IS(MODULE("iommufd", STATE), "no row"); /* not built */
    IS(MODULE("zfs", STATE), "loaded");
    IS(MODULE("nvidia", STATE), "no row");
    IS(cell(facts, HC_TABLE_KERNEL_OPTIONS, "NR_CPUS", HC_COL_OPTION_VALUE), "8192");
    IS(cell(facts, HC_TABLE_KERNEL_OPTIONS, "IOMMUFD", HC_COL_OPTION_VALUE), "n");
    IS(WORD_OF(HC_CONFIG_VFIO_PCI), "m");
    done(facts);
}

static void firmware_of_debian(void)
{
    static const struct answer_row whole[] = { { "stat:/usr/fw/a.fd", FILE_STAT }, { NULL, NULL } };
    static const struct answer_row closed[] = { { "dir:/usr/share/qemu/firmware", DENIED }, { NULL, NULL } };
    static const struct answer_row none[] = { { "dir:/usr/share/qemu/firmware", GONE },
                                              { "stat:/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", FILE_STAT },
                                              { NULL, NULL } };
    struct hc_facts *facts = look(debian, NULL);

    IS(IMAGE("40-edk2-x86_64-secure.json", PRESENT), "no");
    IS(IMAGE("40-edk2-x86_64-secure.json", VARIABLES), "/usr/fw/a.vars");
    IS(IMAGE("40-edk2-x86_64-secure.json", FEATURES), "secure-boot requires-smm");
    IS(IMAGE("60-edk2-x86_64.json", PRESENT), "yes");
    IS(IMAGE("60-edk2-x86_64.json", MACHINES), "pc-q35-*");
    IS(IMAGE("50-edk2-aarch64.json", PATH), "no row");
    IS(IMAGE("70-bad.json", INTERFACES), "?");
    IS(flag(facts, HC_SW_UEFI), "yes");
    IS(flag(facts, HC_SW_UEFI_SECURE), "?"); /* the bad one might have it */
    done(facts);
    facts = look(debian, whole);
    IS(flag(facts, HC_SW_UEFI_SECURE), "yes");
    done(facts);
    facts = look(debian, closed);
    IS(flag(facts, HC_SW_UEFI), "?");
    done(facts);
    facts = look(debian, none);
    IS(flag(facts, HC_SW_UEFI_SECURE), "yes");
    done(facts);
}

/* What may not be looked at is never a no. */
static void closed_hosts(void)
{
    static const struct answer_row closed[] = {
        { "stat:/usr/bin/qemu-system-x86_64", DENIED },
        { "stat:/usr/sbin/libvirtd", DENIED },
        { "file:/proc/modules", DENIED },
        { "file:/etc/group", DENIED },
        { "host:subids", DENIED },
        { "file:/proc/sys/user/max_user_namespaces", DENIED },
        { "file:/sys/module/apparmor/parameters/enabled", DENIED },
        { "file:/sys/fs/selinux/enforce", DENIED },
        { "file:/etc/os-release", DENIED },
        { NULL, NULL },
    };
    static const struct answer_row hidden[] = { { "stat:/usr/bin", NOT_RECORDED }, { NULL, NULL } };
    static const struct answer_row conf[] = { { "file:/etc/modprobe.d/gpu.conf", DENIED }, { NULL, NULL } };
    static const struct answer_row database[] = {
        { "packages:dpkg:qemu-system-x86,pve-qemu-kvm,qemu-system-x86_64,libvirt-daemon,libvirt,podman", DENIED },
        { NULL, NULL }
    };
    struct hc_facts *facts = look(debian, closed);

    IS(TEXT_OF(HC_SW_QEMU), "?");
    IS(TEXT_OF(HC_SW_LIBVIRT), "?");
    IS(MODULE("kvm", STATE), "no table");
    IS(flag(facts, HC_IN_GROUP_KVM), "?");
    IS(flag(facts, HC_LINUX_USERNS), "?");
    IS(flag(facts, HC_APPARMOR), "?");
    IS(flag(facts, HC_SELINUX_ENFORCING), "?");
    IS(TEXT_OF(HC_HOST_DISTRIBUTION), "?");
    CHECK(!facts->cells[HC_FACT_LINUX_SUBID].known);
    done(facts);
    facts = look(debian, hidden);
    IS(SOFTWARE("qemu", PATH), "no table");
    IS(TEXT_OF(HC_SW_QEMU), "?");
    done(facts);
    facts = look(debian, conf);
    IS(MODULE("kvm", BLOCKED), "?");
    IS(MODULE("vfio_pci", BLOCKED), "denied"); /* the command line is known */
    done(facts);
    facts = look(debian, database);
    IS(SOFTWARE("qemu", VERSION), "?");
    IS(TEXT_OF(HC_SW_QEMU), "?");
    IS(TEXT_OF(HC_SW_LIBVIRT), "11.3.0");
    done(facts);
}

/* Hosts that lie, or are odd. */
static void odd_hosts(void)
{
    static const struct answer_row odd[] = {
        { "file:/etc/os-release", "ID=\nVERSION_ID\n=x\nPRETTY_NAME=\"A \\\"B\\\" C\\" },
        { "file:/etc/group", "kvm\nlibvirt:x:many:\n" },
        { "host:subids", "subuid -1\n" },
        { "file:/proc/sys/user/max_user_namespaces", "many\n" },
        { "packages:dpkg:qemu-system-x86,pve-qemu-kvm,qemu-system-x86_64,libvirt-daemon,libvirt,podman",
          "qemu-system-x86 :\n\npodman\n" },
        { "link:/usr/lib/x86_64-linux-gnu/libvirt.so.0", "libvirt.so.0.x.y" },
        { "file:/proc/modules", "\n \nkvm\n" },
        { NULL, NULL },
    };
    static const struct answer_row container[] = { { "link:/proc/self/ns/pid", "pid:[4026532000]" }, { NULL, NULL } };
    static const struct answer_row selinux[] = { { "stat:/sys/fs/selinux", FOLDER_STAT }, { NULL, NULL } };
    static const struct answer_row upgraded[] = { { "stat:/lib/modules/6.12.9", GONE }, { NULL, NULL } };
    static const struct answer_row no_config[] = {
        { "file:/boot/config-6.12.9", GONE },
        { "file:/lib/modules/6.12.9/modules.builtin",
          "kernel/drivers/net/tun.ko\nkernel/drivers/vfio/pci/vfio-pci.ko\n" },
        { NULL, NULL }
    };
    static const struct answer_row nothing[] = { { "file:/boot/config-6.12.9", GONE }, { NULL, NULL } };
    struct hc_facts *facts = look(debian, odd);

    IS(TEXT_OF(HC_HOST_DISTRIBUTION), "linux");
    IS(flag(facts, HC_IN_GROUP_KVM), "?");
    IS(flag(facts, HC_IN_GROUP_LIBVIRT), "?");
    IS(flag(facts, HC_LINUX_USERNS), "?");
    CHECK(!facts->cells[HC_FACT_LINUX_SUBID].known);
    IS(TEXT_OF(HC_SW_QEMU), "?");
    IS(SOFTWARE("libvirt", VERSION), "-");
    IS(MODULE("kvm", STATE), "loaded");
    done(facts);
    facts = look(debian, container); /* the image may have no modules, the host has */
    IS(MODULE("vfio", STATE), "?");
    IS(MODULE("vfio_pci", STATE), "available");
    done(facts);
    facts = look(debian, selinux); /* its file system is hidden from this container */
    IS(flag(facts, HC_SELINUX_ENFORCING), "?");
    done(facts);
    facts = look(debian, upgraded);
    IS(MODULE("vfio_pci", STATE), "missing");
    IS(flag(facts, HC_MODULES_FOLDER), "no");
    done(facts);
    facts = look(debian, no_config);
    IS(MODULE("vfio_pci", STATE), "built-in");
    IS(MODULE("tun", STATE), "built-in");
    IS(MODULE("kvm_amd", STATE), "available");
    CHECK(!facts->tables[HC_TABLE_KERNEL_OPTIONS].known);
    IS(MODULE("vfio", STATE), "missing");
    done(facts);
    facts = look(debian, nothing); /* it may be built in */
    IS(MODULE("vfio", STATE), "?");
    IS(MODULE("kvm_amd", STATE), "available");
    done(facts);
}

/* ---- other distributions ---- */

static void on_fedora(void)
{
    static const struct answer_row rows[] = {
        UNAME("x86_64"),
        COMMON,
        { "file:/etc/os-release", "NAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=42\nVARIANT_ID=server\n" },
        { "stat:/usr/bin/dnf", FILE_STAT },
        { "stat:/usr/bin/yum", FILE_STAT },
        { "file:/sys/fs/selinux/enforce", "1" },
        { "stat:/usr/bin/qemu-system-x86_64", FILE_STAT },
        { "note:/usr/bin/qemu-system-x86_64", "{\"type\":\"rpm\",\"name\":\"qemu\",\"version\":\"9.2.4-1.fc42\"}" },
        { "stat:/usr/sbin/virtqemud", FILE_STAT },
        { "stat:/run/libvirt/virtqemud-sock", SOCKET_STAT },
        { "link:/usr/lib64/libvirt.so.0", "libvirt.so.0.11000.0" },
        { "stat:/usr/bin/podman", FILE_STAT },
        { "note:/usr/bin/podman", "[1" },
        { NULL, NULL },
    };
    static const struct answer_row image[] = { { "stat:/usr/bin/rpm-ostree", FILE_STAT },
                                               { "stat:/run/ostree-booted", FILE_STAT },
                                               { "stat:/usr/bin/qemu-system-x86_64", GONE },
                                               { NULL, NULL } };
    struct hc_facts *facts = look(rows, NULL);

    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "dnf");
    IS(TEXT_OF(HC_OS_VARIANT_ID), "server");
    IS(flag(facts, HC_SELINUX_ENFORCING), "yes");
    IS(SOFTWARE("qemu", FROM), "note");
    IS(SOFTWARE("qemu", PACKAGE), "qemu");
    IS(TEXT_OF(HC_SW_QEMU), "9.2.4");
    IS(TEXT_OF(HC_SW_LIBVIRT), "11.0.0");
    IS(SOFTWARE("libvirt", SOCKET), "/run/libvirt/virtqemud-sock");
    IS(SOFTWARE("podman", VERSION), "-");
    done(facts);
    facts = look(rows, image);
    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "rpm-ostree");
    IS(TEXT_OF(HC_SW_QEMU), ""); /* not installed, which is known */
    done(facts);
}

static void on_ubuntu(void)
{
    static const struct answer_row rows[] = {
        UNAME("aarch64"),
        COMMON,
        { "file:/usr/lib/os-release", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n" },
        { "stat:/usr/bin/apt-get", FILE_STAT },
        { "file:/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n" },
        { "stat:/usr/bin/qemu-system-x86_64", FILE_STAT }, /* for guests of another kind */
        { "stat:/snap/bin/lxd", FILE_STAT },
        { "stat:/var/snap/lxd/common/lxd/unix.socket", SOCKET_STAT },
        { NULL, NULL },
    };
    struct hc_facts *facts = look(rows, NULL);

    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "apt");
    IS(flag(facts, HC_LINUX_USERNS), "no");
    IS(TEXT_OF(HC_SW_QEMU), "");
    IS(SOFTWARE("lxd", SOCKET), "/var/snap/lxd/common/lxd/unix.socket");
    done(facts);
}

static void on_arch_and_alpine(void)
{
    static const struct answer_row arch[] = {
        UNAME("x86_64"),
        COMMON,
        { "file:/etc/os-release", "ID=arch\nBUILD_ID=rolling\n" },
        { "stat:/usr/bin/pacman", FILE_STAT },
        { "file:/proc/sys/kernel/unprivileged_userns_clone", "0\n" },
        { "stat:/usr/bin/qemu-system-x86_64", FILE_STAT },
        { "packages:pacman:qemu-system-x86,pve-qemu-kvm,qemu-system-x86_64", "qemu-system-x86 10.1.0-1\n" },
        { NULL, NULL },
    };
    static const struct answer_row alpine[] = {
        UNAME("x86_64"),
        COMMON,
        { "dir:/sys/fs/cgroup", "cpu,cpuacct\nmemory\nunified\nopenrc\n" },
        { "file:/etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n" },
        { "stat:/sbin/apk", FILE_STAT },
        { "stat:/usr/bin/qemu-img", FILE_STAT },
        { "packages:apk:qemu-utils,qemu-img", "qemu-img 10.0.3-r1\n" },
        { NULL, NULL },
    };
    static const struct answer_row old_groups[] = { { "dir:/sys/fs/cgroup", "cpu,cpuacct\nmemory\nunified\nopenrc\n" },
                                                    { NULL, NULL } };
    struct hc_facts *facts = look(arch, NULL);

    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "pacman");
    IS(TEXT_OF(HC_HOST_DISTRIBUTION_VERSION), "");
    IS(flag(facts, HC_LINUX_USERNS), "no");
    IS(TEXT_OF(HC_SW_QEMU), "10.1.0");
    done(facts);
    facts = look(alpine, old_groups);
    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "apk");
    IS(flag(facts, HC_SYSTEMD), "no");
    IS(TEXT_OF(HC_CGROUP_CONTROLLERS), "cpu cpuacct memory");
    IS(SOFTWARE("qemu-img", VERSION), "10.0.3-r1");
    IS(TEXT_OF(HC_SW_QEMU), "");
    done(facts);
}

static void on_nixos(void)
{
#define STORE "/run/current-system/sw/bin/"
    static const struct answer_row rows[] = {
        UNAME("x86_64"),
        COMMON,
        { "file:/etc/os-release", "ID=nixos\nVERSION_ID=\"25.05\"\n" },
        { "stat:/run/current-system/sw/bin", FOLDER_STAT },
        { "stat:" STORE "nix-env", FILE_STAT },
        { "stat:" STORE "qemu-system-x86_64", FILE_STAT },
        { "link:" STORE "qemu-system-x86_64", "/nix/store/abc0123-qemu-host-cpu-only-9.2.4/bin/qemu-system-x86_64" },
        { "stat:" STORE "libvirtd", FILE_STAT },
        { "link:" STORE "libvirtd", "/nix/store/abc0123-libvirt/bin/libvirtd" },
        { NULL, NULL },
    };
    struct hc_facts *facts = look(rows, NULL);

    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "nix");
    IS(SOFTWARE("qemu", FROM), "store");
    IS(SOFTWARE("qemu", PACKAGE), "qemu-host-cpu-only");
    IS(TEXT_OF(HC_SW_QEMU), "9.2.4");
    IS(SOFTWARE("libvirt", VERSION), "-");
    done(facts);
}

/* A kernel without modules, and a caller of a directory service. */
static void on_small_hosts(void)
{
    static const struct answer_row rows[] = {
        UNAME("x86_64"), COMMON, { "file:/boot/config-6.12.9", "CONFIG_KVM=y\nCONFIG_VFIO_PCI=m\n" }, { NULL, NULL }
    };
    static const struct answer_row no_userns[] = { { "link:/proc/self/ns/user", GONE },
                                                   { "file:/proc/sys/user/max_user_namespaces", GONE },
                                                   { NULL, NULL } };
    struct hc_facts *facts = look(rows, NULL);

    IS(MODULE("kvm", STATE), "built-in");
    IS(MODULE("vfio_pci", STATE), "missing");
    IS(WORD_OF(HC_HOST_PACKAGE_MANAGER), "none");
    CHECK(facts->tables[HC_TABLE_SOFTWARE].known && !facts->tables[HC_TABLE_SOFTWARE].count);
    IS(flag(facts, HC_SW_UEFI), "no");
    done(facts);
    facts = look(rows, no_userns);
    IS(flag(facts, HC_LINUX_USERNS), "no");
    done(facts);
}

/* ---- who is logged in ---- */

#define SYSTEMD                                                                                                        \
    {                                                                                                                  \
        "stat:/run/systemd/system", "dir 0:0 0755 0 0"                                                                 \
    }
#define SESSIONS(list)                                                                                                 \
    {                                                                                                                  \
        "dir:/run/systemd/sessions", list                                                                              \
    }
#define SESSION(name, text)                                                                                            \
    {                                                                                                                  \
        "file:/run/systemd/sessions/" name, text                                                                       \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL                                                                                                     \
    }
#define SSH  "UID=1000\nUSER=jane\nREMOTE=1\nTYPE=tty\nREMOTE_HOST=192.0.2.1\nCLASS=user\n"
#define TEXT "UID=1000\nUSER=jane\nTYPE=tty\nSEAT=seat0\nCLASS=user\n"
#define DRAW "UID=1000\nUSER=jane\nTYPE=wayland\nSEAT=seat0\nCLASS=greeter\n"

static void logged_in(void)
{
    static const struct {
        struct answer_row rows[6];
        const char *is;
    } hosts[] = {
        { { SYSTEMD, SESSIONS("c1\nc1.ref\n"), SESSION("c1", DRAW), SESSION("c1.ref", DENIED), END }, "yes" },
        { { SYSTEMD, SESSIONS("3\n3.ref\n"), SESSION("3", SSH), SESSION("3.ref", DENIED), END }, "no" },
        { { SYSTEMD, SESSIONS("3\n4\n"), SESSION("3", SSH), SESSION("4", TEXT), END }, "?" }, /* startx, perhaps */
        { { SYSTEMD, SESSIONS(""), END }, "no" },
        { { SESSIONS(""), END }, "?" }, /* nobody would write there */
        { { SYSTEMD, SESSIONS(DENIED), END }, "?" },
        { { SYSTEMD, SESSIONS("3\n"), SESSION("3", DENIED), END }, "?" },
        { { SYSTEMD, SESSIONS("3\n4\n"), SESSION("3", DRAW), SESSION("4", DENIED), END }, "yes" },
        { { SYSTEMD, SESSIONS("3\n"), SESSION("3", "nonsense\n"), END }, "?" },
        { { SYSTEMD, SESSIONS("3\n"), SESSION("3", GONE), END }, "no" },
    };
    static const struct answer_row none[] = { END };

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct hc_facts *facts = look(none, hosts[i].rows);
        IS(flag(facts, HC_HOST_INTERACTIVE), hosts[i].is);
        done(facts);
    }
}

static void crowd(void)
{
    static char list[65 * 3 + 1];
    struct answer_row rows[68] = { SYSTEMD, SESSIONS(list) };
    static char keys[65][32];
    struct hc_facts *facts;

    for (size_t i = 0; i < 65; i++) {
        snprintf(list + 3 * i, 4, "%02zu\n", i + 10);
        snprintf(keys[i], sizeof keys[i], "file:/run/systemd/sessions/%02zu", i + 10);
        rows[2 + i] = (struct answer_row){ keys[i], SSH };
    }
    facts = look(rows, NULL);
    IS(flag(facts, HC_HOST_INTERACTIVE), "?");
    done(facts);
}

/* ---- what leaves the host ---- */

static void thinned(const char *key, const char *text, const char *expected)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_text body = { text, strlen(text) };

    hc_thin_software(src, key, &body);
    if (!hc_text_is(body, expected)) {
        printf("%s: \"%.*s\", not \"%s\"\n", key, (int)body.size, body.at, expected);
        failures++;
    }
    hc_source_free(src);
}

/* A recording to share holds no name of a file that its owner made, and says the same of modules. */
static void shared_names(void)
{
    static const struct answer_row own[] = {
        { "dir:/etc/modprobe.d", "jane.conf\njane.txt\nold.conf\n" },
        { "file:/etc/modprobe.d/jane.conf", "blacklist nouveau\n# Jane\n" },
        { "dir:/run/modprobe.d", "jane.conf\n" },
        { "dir:/etc/qemu/firmware", "50-a.json\n" },
        { "file:/etc/qemu/firmware/50-a.json", "{\"mapping\":{\"filename\":\"/home/jane/fw\"}}" },
        { NULL, NULL },
    };
    struct hc_facts *facts = look(debian, own);
    struct hc_source *src = (struct hc_source *)(void *)facts->arena;
    size_t count = src->count, files = 0;

    IS(IMAGE("50-a.json", PRESENT), "?");
    for (size_t i = 0; i < count; i++) {
        const struct hc_reply *reply = hc_redact(src, src->log[i]);
        const bool conf = strstr(reply->key, "modprobe.d") || strstr(reply->key, "/etc/qemu");
        CHECK(!strstr(reply->key, "jane"));
        CHECK(!conf || reply->answer != HC_OK || !memmem(reply->bytes, reply->size, "ane", 3));
        files += !strcmp(reply->key, "file:/etc/modprobe.d/own-0-1.conf");
        if (!strcmp(reply->key, "dir:/etc/modprobe.d"))
            CHECK(hc_text_is((struct hc_text){ reply->bytes, reply->size }, "own-0-1.conf\nold.conf\n"));
        if (!strcmp(reply->key, "dir:/run/modprobe.d"))
            CHECK(hc_text_is((struct hc_text){ reply->bytes, reply->size }, "own-0-1.conf\n"));
    }
    CHECK(files == 1);
    done(facts);
}

static void redaction(void)
{
    thinned("file:/run/systemd/sessions/3", SSH, "TYPE=tty\nCLASS=user\n");
    thinned("file:/etc/os-release", "ID=debian\nOWNER=\"Jane Doe\"\nSUPPORT_URL=x\nVERSION_ID=13",
            "ID=debian\nVERSION_ID=13\n");
    thinned("file:/etc/modprobe.d/a.conf",
            "# Jane\nblacklist nouveau\noptions e1000e owner=jane\ninstall kvm /home/jane/run\n"
            "install vfio_pci /bin/false\noptions vfio-pci ids=1:2\nsoftdep jane pre: kvm\n",
            "blacklist nouveau\ninstall vfio_pci /bin/false\noptions vfio-pci ids=1:2\n");
    thinned("file:/etc/modprobe.d/a.conf", "blacklist kvm\n", "blacklist kvm\n");
    thinned("file:/etc/hostname", "jane\n", "jane\n"); /* not a key of this file */
    CHECK(hc_is_listed_module(HC_TEXT("vfio-pci")) && hc_is_listed_module(HC_TEXT("vfio_pci")) &&
          !hc_is_listed_module(HC_TEXT("e1000e")) && !hc_is_listed_module(HC_TEXT("")));
}

int main(void)
{
    on_debian();
    modules_of_debian();
    firmware_of_debian();
    closed_hosts();
    odd_hosts();
    on_fedora();
    on_ubuntu();
    on_arch_and_alpine();
    on_nixos();
    on_small_hosts();
    logged_in();
    crowd();
    redaction();
    shared_names();
    return checked();
}
