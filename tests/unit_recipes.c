/* What a fix says for a host: by package manager, boot loader, maker of the machine and hypervisor below; and which
   boot loader a host has, from the few answers that matter. */
#include "check.h"
#include "checks.h"
#include "conclude.h"
#include "paper.h"
#include "plan.h"
#include "probes.h"
#include "profile.h"
#include "recipes.h"
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same(const char *value, const char *expected, int line)
{
    if (value && !strcmp(value, expected))
        return;
    printf("%s:%d: \"%s\", not \"%s\"\n", __FILE__, line, value ? value : "(none)", expected);
    failures++;
}

#define IS(value, expected) same(value, expected, __LINE__)

/* ---- a host of given facts ---- */

struct fact_row {
    const char *key, *text; /* the last row has no key */
};

static struct hc_facts *host_of(const struct fact_row *rows)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_facts *facts = src ? hc_alloc(&src->arena, sizeof *facts) : NULL;

    if (!facts)
        abort();
    facts->arena = &src->arena;
    for (; rows->key; rows++) {
        const enum hc_fact fact = hc_fact_by_key(rows->key);
        if (fact == HC_FACTS)
            abort();
        facts->cells[fact].known = true;
        if (hc_fact_field(fact)->type == HC_TYPE_FLAG)
            facts->cells[fact].flag = !strcmp(rows->text, "yes");
        else
            facts->cells[fact].text = rows->text;
    }
    return facts;
}

/* The arena is the first member of the source. */
static void done(struct hc_facts *facts)
{
    hc_source_free((struct hc_source *)(void *)facts->arena);
}

static void fills(const struct fact_row *rows, const char *text, const char *expected, int line)
{
    struct hc_facts *facts = host_of(rows);

    same(hc_fill(facts, facts->arena, text), expected, line);
    done(facts);
}

#define HOST(...)                   ((const struct fact_row[]){ __VA_ARGS__, { NULL, NULL } })
#define FILLS(rows, text, expected) fills(rows, text, expected, __LINE__)

#define X86                                                                                                            \
    {                                                                                                                  \
        "host.arch", "x86_64"                                                                                          \
    }
#define WITH(manager)                                                                                                  \
    {                                                                                                                  \
        "host.package_manager", manager                                                                                \
    }
#define DEBIAN                                                                                                         \
    {                                                                                                                  \
        "linux.os_release.id", "debian"                                                                                \
    }
#define UBUNTU                                                                                                         \
    { "linux.os_release.id", "ubuntu" },                                                                               \
    {                                                                                                                  \
        "linux.os_release.id_like", "debian"                                                                           \
    }
#define FEDORA                                                                                                         \
    {                                                                                                                  \
        "linux.os_release.id", "fedora"                                                                                \
    }
#define ROCKY                                                                                                          \
    { "linux.os_release.id", "rocky" },                                                                                \
    {                                                                                                                  \
        "linux.os_release.id_like", "rhel centos fedora"                                                               \
    }
#define SUSE                                                                                                           \
    { "linux.os_release.id", "opensuse-tumbleweed" },                                                                  \
    {                                                                                                                  \
        "linux.os_release.id_like", "opensuse suse"                                                                    \
    }
#define ARCH                                                                                                           \
    {                                                                                                                  \
        "linux.os_release.id", "arch"                                                                                  \
    }
#define BOOTS(loader)                                                                                                  \
    {                                                                                                                  \
        "linux.boot_loader", loader                                                                                    \
    }

static void installs(void)
{
    FILLS(HOST(X86, WITH("apt")), "{install:qemu-kvm}", "As root: apt install qemu-system-x86.");
    FILLS(HOST({ "host.arch", "aarch64" }, WITH("apt")), "{install:qemu-kvm}", "As root: apt install qemu-system-arm.");
    FILLS(HOST({ "host.arch", "s390x" }, WITH("apt")), "{install:qemu-kvm}", "As root: apt install qemu-system.");
    FILLS(HOST(X86, WITH("dnf")), "{install:swtpm}", "As root: dnf install swtpm swtpm-tools.");
    FILLS(HOST(X86, WITH("dnf"), FEDORA), "{install:docker}", "As root: dnf install moby-engine.");
    FILLS(HOST(X86, WITH("dnf"), ROCKY), "{install:docker}",
          "Install Docker Engine with the package manager of this system.");
    FILLS(HOST(X86, WITH("yum")), "{install:libvirt}", "As root: yum install libvirt.");
    FILLS(HOST(X86, WITH("zypper")), "{install:ovmf}", "As root: zypper install qemu-ovmf-x86_64.");
    FILLS(HOST(X86, WITH("pacman")), "{install:ovmf}", "As root: pacman -S edk2-ovmf.");
    FILLS(HOST(X86, WITH("apk")), "{install:docker}", "As root: apk add docker.");
    FILLS(HOST(X86, WITH("xbps")), "{install:podman}", "As root: xbps-install podman.");
    FILLS(HOST(X86, WITH("emerge")), "{install:lxc}", "As root: emerge app-containers/lxc.");
    FILLS(HOST(X86, WITH("rpm-ostree")), "{install:qemu-kvm}", "As root: rpm-ostree install qemu-kvm; reboot.");
    FILLS(HOST(X86, WITH("transactional-update")), "{install:libvirt}",
          "As root: transactional-update pkg install libvirt; reboot.");
    FILLS(HOST(X86, WITH("nix")), "{install:libvirt}",
          "Put this into /etc/nixos/configuration.nix: virtualisation.libvirtd.enable = true; Then as root: "
          "nixos-rebuild switch.");
    FILLS(HOST(X86, WITH("opkg")), "{install:qemu-kvm}", "Install QEMU with the package manager of this system.");
    FILLS(HOST(X86, WITH("zypper")), "{install:mdevctl}", "Install mdevctl with the package manager of this system.");
    FILLS(HOST(X86), "{install:swtpm}", "Install swtpm (the TPM for guests) with the package manager of this system.");
}

static void kernel_arguments(void)
{
    static const char add[] = "{kernel_argument:intel_iommu=on}", take[] = "{no_kernel_argument:noexec=off}";

    FILLS(HOST(DEBIAN, BOOTS("grub")), add,
          "In /etc/default/grub add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: "
          "update-grub; reboot.");
    FILLS(
        HOST(UBUNTU, BOOTS("grub")), take,
        "In /etc/default/grub take noexec=off out of GRUB_CMDLINE_LINUX_DEFAULT and GRUB_CMDLINE_LINUX; then as root: "
        "update-grub; reboot.");
    FILLS(HOST(FEDORA, BOOTS("grub")), add, "As root: grubby --update-kernel=ALL --args=\"intel_iommu=on\"; reboot.");
    FILLS(HOST(ROCKY, BOOTS("grub")), take,
          "As root: grubby --update-kernel=ALL --remove-args=\"noexec=off\"; reboot.");
    FILLS(HOST(SUSE, BOOTS("grub")), add,
          "In /etc/default/grub add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: "
          "grub2-mkconfig -o /boot/grub2/grub.cfg; reboot.");
    FILLS(HOST(ARCH, BOOTS("grub")), add,
          "In /etc/default/grub add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: "
          "grub-mkconfig -o /boot/grub/grub.cfg; reboot.");
    FILLS(HOST({ "linux.os_release.id", "void" }, BOOTS("grub")), add,
          "In /etc/default/grub add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then let GRUB "
          "write its configuration again (update-grub, grub-mkconfig or grub2-mkconfig) and reboot.");
    FILLS(HOST(ARCH, BOOTS("systemd-boot")), add,
          "As root: bootctl list. Add intel_iommu=on to the line options of each entry that it shows, and where there "
          "is /etc/kernel/cmdline to its line too, for later kernels; then reboot.");
    FILLS(HOST({ "linux.os_release.id", "pop" }, BOOTS("kernelstub")), add,
          "As root: kernelstub --add-options \"intel_iommu=on\"; reboot.");
    FILLS(HOST({ "linux.os_release.id", "pop" }, BOOTS("kernelstub")), take,
          "As root: kernelstub --delete-options \"noexec=off\"; reboot.");
    FILLS(
        HOST(DEBIAN, BOOTS("proxmox-boot-tool")), add,
        "Add intel_iommu=on to the one line of /etc/kernel/cmdline; then as root: proxmox-boot-tool refresh; reboot.");
    FILLS(HOST(FEDORA, BOOTS("rpm-ostree")), take, "As root: rpm-ostree kargs --delete-if-present=noexec=off; reboot.");
    FILLS(HOST({ "linux.os_release.id", "nixos" }, BOOTS("systemd-boot")), add,
          "In /etc/nixos/configuration.nix add \"intel_iommu=on\" to boot.kernelParams; then as root: nixos-rebuild "
          "boot; reboot.");
    FILLS(HOST(DEBIAN, BOOTS("raspberry-pi")), add,
          "Add intel_iommu=on to the one line of /boot/firmware/cmdline.txt; then reboot.");
    FILLS(HOST(DEBIAN, BOOTS("other")), add, "Add intel_iommu=on to the kernel command line and reboot.");
    FILLS(HOST(DEBIAN), add, "Add intel_iommu=on to the kernel command line and reboot.");
    FILLS(HOST(DEBIAN, BOOTS("grub"), { "host.container", "yes" }), add,
          "Add intel_iommu=on to the kernel command line and reboot.");
}

/* A word of the host in a command is one that no shell reads as more. */
static void words_of_the_host(void)
{
    static const char take[] = "{no_kernel_argument:clearcpuid=$linux.kernel.clearcpuid}";

    FILLS(HOST(FEDORA, BOOTS("grub"), { "linux.kernel.clearcpuid", "vmx,514" }), take,
          "As root: grubby --update-kernel=ALL --remove-args=\"clearcpuid=vmx,514\"; reboot.");
    FILLS(HOST(FEDORA, BOOTS("grub"), { "linux.kernel.clearcpuid", "x\";id;\"" }), take,
          "As root: grubby --update-kernel=ALL --remove-args=\"clearcpuid=...\"; reboot.");
    FILLS(HOST({ "linux.kvm.node_group", "kvm" }), "As root: `usermod -aG {linux.kvm.node_group|kvm} YOU`.",
          "As root: usermod -aG kvm YOU.");
    FILLS(HOST({ "linux.kvm.node_group", "a; reboot" }), "As root: `usermod -aG {linux.kvm.node_group|kvm} YOU`.",
          "As root: usermod -aG kvm YOU.");
    FILLS(HOST({ "linux.kvm.node_group", "a`id`b" }), "Group {linux.kvm.node_group}.", "Group a'id'b.");
}

#define INTEL                                                                                                          \
    {                                                                                                                  \
        "cpu.vendor", "GenuineIntel"                                                                                   \
    }
#define AMD                                                                                                            \
    {                                                                                                                  \
        "cpu.vendor", "AuthenticAMD"                                                                                   \
    }
#define OFF   ", save, and switch the machine fully off once; a restart may not be enough."
#define AGAIN ", save, and let it start again."
#define GUEST                                                                                                          \
    {                                                                                                                  \
        "host.role", "guest"                                                                                           \
    }

static void firmware(void)
{
    FILLS(HOST(INTEL), "{firmware:vt}", "In the firmware setup enable Intel Virtualization Technology (VT-x, VMX)" OFF);
    FILLS(HOST(AMD), "{firmware:vt}", "In the firmware setup enable SVM Mode (AMD-V)" OFF);
    FILLS(HOST(INTEL, { "system.manufacturer", "LENOVO" }, { "system.version", "ThinkPad T14 Gen 3" }), "{firmware:vt}",
          "In the firmware setup enable Intel (R) Virtualization Technology, on the page Virtualization" OFF);
    FILLS(HOST(INTEL, { "board.manufacturer", "ASUSTeK COMPUTER INC." }), "{firmware:iommu}",
          "In the firmware setup enable VT-d, under Advanced, System Agent Configuration" AGAIN);
    FILLS(HOST(AMD, { "board.manufacturer", "ASUSTeK COMPUTER INC." }), "{firmware:iommu}",
          "In the firmware setup enable IOMMU (AMD-Vi)" AGAIN);
    FILLS(HOST(INTEL, { "system.manufacturer", "Supermicro" }), "{firmware:interrupts}",
          "In the firmware setup enable Interrupt Remapping, beside Intel VT for Directed I/O (VT-d)" AGAIN);
    FILLS(HOST(INTEL, GUEST), "{firmware:iommu}",
          "Nothing inside this guest can change it: let the hypervisor below give it to this guest.");
    FILLS(HOST(INTEL, { "host.container", "yes" }), "{firmware:vt}",
          "Run hostcap on the host of this container, which can say what to change.");
}

static void outer(void)
{
    FILLS(
        HOST(GUEST, { "host.hypervisor", "KVMKVMKVM" }, { "firmware.vendor", "Proxmox distribution of EDK II" }),
        "{firmware:vt}",
        "On the Proxmox VE host, with this guest off: qm set VMID --cpu host; there the parameter nested of kvm_intel "
        "or kvm_amd must be on.");
    FILLS(HOST(GUEST, { "host.hypervisor", "KVMKVMKVM" }, { "system.manufacturer", "Amazon EC2" }), "{outer}",
          "On Amazon EC2 choose an instance type that offers nested virtualization, or one of bare metal.");
    FILLS(HOST(GUEST, { "host.hypervisor", "VBoxVBoxVBox" }), "{outer}",
          "On the VirtualBox host, with this guest off: VBoxManage modifyvm NAME --nested-hw-virt on.");
    FILLS(HOST({ "system.manufacturer", "Google" }, { "host.hypervisor", "" }), "{kvm_module}",
          "Run as root: modprobe kvm_intel (Intel) or modprobe kvm_amd (AMD).");
}

/* ---- the boot loader of a host ---- */

struct file_row {
    const char *key, *bytes; /* NULL: denied */
    size_t size;
};

struct files {
    const struct file_row *rows;
};

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    const struct files *files = self;

    for (const struct file_row *row = files->rows; row->key; row++) {
        if (strcmp(row->key, reply->key) != 0)
            continue;
        if (row->bytes)
            hc_answer_bytes(src, reply, row->bytes, row->size);
        else
            hc_answer_error(reply, HC_DENIED, "EACCES");
        return;
    }
    hc_answer_error(reply, HC_ABSENT, "ENOENT");
}

static void leave(void *self)
{
    free(self);
}

static const struct hc_backend backend = { .answer = answer, .close = leave };

static void boots(const struct file_row *rows, const char *expected, int line)
{
    struct files *files = malloc(sizeof *files);
    struct hc_source *src;
    struct hc_facts *facts;
    const char *word;

    if (!files)
        abort();
    files->rows = rows;
    src = hc_source_new(&backend, files);
    facts = src ? hc_alloc(&src->arena, sizeof *facts) : NULL;
    if (!facts)
        abort();
    facts->arena = &src->arena;
    facts->cells[HC_CONFIG_EFI.fact].known = true; /* without it no folder need not mean BIOS */
    facts->cells[HC_CONFIG_EFI.fact].text = "y";
    hc_probe_firmware(src, facts);
    hc_probe_efi(src, facts);
    hc_probe_boot_loader(src, facts);
    hc_probe_distribution(src, facts);
    hc_conclude(facts);
    word = hc_word_of(facts, HC_BOOT_LOADER);
    same(word ? word : "?", expected, line);
    done(facts);
}

#define ANSWER(key, bytes)                                                                                             \
    {                                                                                                                  \
        key, bytes, sizeof bytes - 1                                                                                   \
    }
#define DENIED(key)                                                                                                    \
    {                                                                                                                  \
        key, NULL, 0                                                                                                   \
    }
#define FILE_AT(path) ANSWER("stat:" path, "file 0:0 0644 0 0")
#define UEFI                                                                                                           \
    ANSWER("stat:/sys/firmware/efi", "dir 0:0 0755 0 0"),                                                              \
        ANSWER("dir:/sys/firmware/efi/efivars", "BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c\n")
#define LOADER       "file:/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
#define SAYS_SYSTEMD ANSWER(LOADER, "\6\0\0\0s\0y\0s\0t\0e\0m\0d\0-\0b\0o\0o\0t\0 \0002\0005\0005\0\0\0")
#define SAYS_GRUB    ANSWER(LOADER, "\6\0\0\0G\0R\0U\0B\0 \0002\0.\0001\0002\0\0\0")
#define SAYS_OTHER   ANSWER(LOADER, "\6\0\0\0L\0i\0m\0i\0n\0e\0\0\0")
#define GRUB         FILE_AT("/etc/default/grub")
#define PROXMOX      FILE_AT("/etc/kernel/proxmox-boot-uuids")
#define BOOTS_WITH(expected, ...)                                                                                      \
    boots((const struct file_row[]){ ANSWER("file:/etc/os-release", "ID=debian\n"),                                    \
                                     FILE_AT("/usr/bin/apt-get"),                                                      \
                                     __VA_ARGS__,                                                                      \
                                     { NULL, NULL, 0 } },                                                              \
          expected, __LINE__)

static void boot_loaders(void)
{
    BOOTS_WITH("grub", GRUB);                           /* BIOS */
    BOOTS_WITH("grub", UEFI, GRUB);                     /* without its module bli */
    BOOTS_WITH("grub", UEFI, SAYS_GRUB, GRUB, PROXMOX); /* Secure Boot on Proxmox VE */
    BOOTS_WITH("grub", GRUB, PROXMOX);                  /* ZFS and BIOS */
    BOOTS_WITH("proxmox-boot-tool", UEFI, SAYS_SYSTEMD, GRUB, PROXMOX);
    BOOTS_WITH("systemd-boot", UEFI, SAYS_SYSTEMD, GRUB); /* left over */
    BOOTS_WITH("kernelstub", UEFI, SAYS_SYSTEMD, FILE_AT("/etc/kernelstub/configuration"));
    BOOTS_WITH("extlinux", FILE_AT("/boot/extlinux/extlinux.conf"));
    BOOTS_WITH("raspberry-pi", FILE_AT("/boot/firmware/cmdline.txt"));
    BOOTS_WITH("other", UEFI, SAYS_OTHER, GRUB);
    BOOTS_WITH("other", UEFI);
    BOOTS_WITH("?", UEFI, DENIED(LOADER), GRUB); /* may be systemd-boot from a partition that is not mounted */
    BOOTS_WITH("?", DENIED("stat:/etc/default/grub"));
}

/* ---- every text ---- */

static const struct fact_row nothing[] = { { NULL, NULL } };

/* Without a host general words: no recipe that nobody knows, no mark left. */
static void whole(const char *text, const char *of)
{
    struct hc_facts *facts = host_of(nothing);
    const char *bare = hc_fill(NULL, facts->arena, text), *rest = text;
    char *name;

    while ((rest = strchr(rest, '{')) && strchr(rest, '}')) {
        name = hc_copy(facts->arena, rest + 1, strcspn(rest + 1, "}|$"));
        rest++;
        if (name && strchr(name, ':') && !hc_recipe(NULL, facts->arena, strchr(text, '$') ? "outer" : name)) {
            printf("%s: no recipe for {%s}\n", of, name);
            failures++;
        }
    }
    if (strpbrk(bare, "{}`")) {
        printf("%s: %s\n", of, bare);
        failures++;
    }
    done(facts);
}

static void all_texts(void)
{
    for (int r = HC_MOOT + 1; r < HC_REASONS; r++) {
        const struct hc_reason_row *row = hc_reason_row((enum hc_reason)r);
        whole(row->wrong, row->code);
        whole(row->change, row->code);
        whole(row->see, row->code);
    }
    for (size_t p = 0; p < hc_profile_count; p++)
        for (size_t i = 0; i < hc_profiles[p].count; i++) {
            const struct hc_requirement *requirement = &hc_profiles[p].requirements[i];
            whole(requirement->text ? requirement->text : "", requirement->id);
            whole(requirement->advice ? requirement->advice : "", requirement->id);
        }
}

/* Inside a guest or a container no fix of whatever reason names a firmware setup. */
static void no_setup_inside(void)
{
    struct hc_facts *guest = host_of(HOST(GUEST, { "host.hypervisor", "KVMKVMKVM" }, INTEL, DEBIAN));

    for (int r = HC_MOOT + 1; r < HC_REASONS; r++) {
        const struct hc_reason_row *row = hc_reason_row((enum hc_reason)r);
        const char *words = hc_fill(guest, guest->arena, row->change);
        if (strstr(words, "In the firmware setup")) {
            printf("%s in a guest: %s\n", row->code, words);
            failures++;
        }
    }
    done(guest);
}

static void pieces(void)
{
    const char *marked = "As root: `a` `b`; then `reboot`.";
    struct hc_piece piece;
    static const char *const expected[] = { "As root: ", "a", " ", "b", "; then ", "reboot", "." };
    size_t count = 0;

    for (; hc_next_piece(&marked, &piece); count++)
        CHECK(count < 7 && hc_text_is(piece.text, expected[count]) && piece.command == (count % 2 == 1));
    CHECK(count == 7);
    marked = "one ` alone";
    CHECK(hc_next_piece(&marked, &piece) && !piece.command && hc_text_is(piece.text, "one "));
    CHECK(hc_next_piece(&marked, &piece) && !piece.command && hc_text_is(piece.text, "` alone"));
    CHECK(!hc_next_piece(&marked, &piece));
}

int main(void)
{
    installs();
    kernel_arguments();
    words_of_the_host();
    firmware();
    outer();
    boot_loaders();
    all_texts();
    no_setup_inside();
    pieces();
    return checked();
}
