#include "recipes.h"

#include "outer.h"

#include <string.h>

/* ---- this host ---- */

/* Where facts are NULL nothing is known. */
static bool is(const struct hc_facts *facts, struct hc_word_id id, const char *word)
{
    const char *value = facts ? hc_word_of(facts, id) : NULL;

    return value && !strcmp(value, word);
}

static bool yes(const struct hc_facts *facts, struct hc_flag_id id)
{
    return facts && hc_flag(facts, id) == HC_YES;
}

static bool text_has(const struct hc_facts *facts, struct hc_text_id id, const char *part)
{
    const char *text = facts ? hc_text_of(facts, id) : NULL;

    return !*part || (text && strstr(text, part));
}

static bool list_has(const struct hc_facts *facts, struct hc_text_id id, const char *word)
{
    const char *text = facts ? hc_text_of(facts, id) : NULL;

    return text && hc_has_word((struct hc_text){ text, strlen(text) }, word);
}

/* A distribution or one made from it. */
static bool like(const struct hc_facts *facts, const char *distribution)
{
    return list_has(facts, HC_OS_ID, distribution) || list_has(facts, HC_OS_ID_LIKE, distribution);
}

/* ---- install ---- */

enum tool { APT, DNF, ZYPPER, PACMAN, APK, XBPS, EMERGE, NIX, TOOLS };

static const struct {
    const char *name;
    enum tool names; /* the column of packages.def */
    const char *start, *end;
} managers[] = {
    { "apt", APT, "As root: `apt install ", "`." },
    { "dnf", DNF, "As root: `dnf install ", "`." },
    { "yum", DNF, "As root: `yum install ", "`." },
    { "rpm-ostree", DNF, "As root: `rpm-ostree install ", "` `reboot`." },
    { "zypper", ZYPPER, "As root: `zypper install ", "`." },
    { "transactional-update", ZYPPER, "As root: `transactional-update pkg install ", "` `reboot`." },
    { "pacman", PACMAN, "As root: `pacman -S ", "`." },
    { "apk", APK, "As root: `apk add ", "`." },
    { "xbps", XBPS, "As root: `xbps-install ", "`." },
    { "emerge", EMERGE, "As root: `emerge ", "`." },
    { "nix", NIX, "Put this into /etc/nixos/configuration.nix: ", " Then as root: `nixos-rebuild switch`." },
};

static const struct package {
    const char *capability, *title, *machine, *names[TOOLS];
} packages[] = {
#define PACKAGE(capability, title, machine, ...) { capability, title, machine, { __VA_ARGS__ } },
#include "packages.def"
};

static const struct package *package_of(const struct hc_facts *facts, const char *capability)
{
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (!strcmp(packages[i].capability, capability) &&
            (!*packages[i].machine || is(facts, HC_HOST_ARCH, packages[i].machine)))
            return &packages[i];
    return NULL;
}

/* The column of a tool; distributions that share it may not have all of it. */
static const char *names_for(const struct hc_facts *facts, const struct package *package, enum tool tool)
{
    static const char fedora[] = "fedora:";
    const char *names = package->names[tool];

    if (!names || strncmp(names, fedora, sizeof fedora - 1) != 0)
        return names;
    return list_has(facts, HC_OS_ID, "fedora") ? names + sizeof fedora - 1 : NULL;
}

static const char *install(const struct hc_facts *facts, struct hc_arena *arena, const char *capability)
{
    const struct package *package = package_of(facts, capability);

    if (!package)
        return NULL;
    for (size_t i = 0; i < sizeof managers / sizeof *managers; i++) {
        const char *names = names_for(facts, package, managers[i].names);
        if (names && is(facts, HC_HOST_PACKAGE_MANAGER, managers[i].name))
            return hc_print(arena, "%s%s%s", managers[i].start, names, managers[i].end);
    }
    return hc_print(arena, "Install %s with the package manager of this system.", package->title);
}

/* ---- the kernel's command line ---- */

struct boot_recipe {
    const char *loader, *family; /* a distribution, or NULL: any */
    const char *add, *remove;    /* %s: the word */
};

/* GRUB: the manual, 6.1, and what each family runs to write its configuration: update-grub(8) of Debian; grubby(8) of
   Fedora and RHEL; the SLES administration guide, The boot loader GRUB 2; ArchWiki, Kernel parameters. systemd-boot:
   systemd-boot(7), kernel-install(8). Proxmox VE manual, Editing the Kernel Commandline. rpm-ostree(1), kargs. The
   first row that fits counts. */
static const struct boot_recipe boot_recipes[] = {
    { "grub", "debian",
      "In /etc/default/grub add %s to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: `update-grub` "
      "`reboot`.",
      "In /etc/default/grub take %s out of GRUB_CMDLINE_LINUX_DEFAULT and GRUB_CMDLINE_LINUX; then as root: "
      "`update-grub` `reboot`." },
    { "grub", "fedora", "As root: `grubby --update-kernel=ALL --args=\"%s\"` `reboot`.",
      "As root: `grubby --update-kernel=ALL --remove-args=\"%s\"` `reboot`." },
    { "grub", "rhel", "As root: `grubby --update-kernel=ALL --args=\"%s\"` `reboot`.",
      "As root: `grubby --update-kernel=ALL --remove-args=\"%s\"` `reboot`." },
    { "grub", "suse",
      "In /etc/default/grub add %s to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: `grub2-mkconfig -o "
      "/boot/grub2/grub.cfg` `reboot`.",
      "In /etc/default/grub take %s out of GRUB_CMDLINE_LINUX_DEFAULT and GRUB_CMDLINE_LINUX; then as root: "
      "`grub2-mkconfig -o /boot/grub2/grub.cfg` `reboot`." },
    { "grub", "arch",
      "In /etc/default/grub add %s to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then as root: `grub-mkconfig -o "
      "/boot/grub/grub.cfg` `reboot`.",
      "In /etc/default/grub take %s out of GRUB_CMDLINE_LINUX_DEFAULT and GRUB_CMDLINE_LINUX; then as root: "
      "`grub-mkconfig -o /boot/grub/grub.cfg` `reboot`." },
    { "grub", NULL,
      "In /etc/default/grub add %s to GRUB_CMDLINE_LINUX_DEFAULT, inside its quotes; then let GRUB write its "
      "configuration again (update-grub, grub-mkconfig or grub2-mkconfig) and `reboot`.",
      "In /etc/default/grub take %s out of GRUB_CMDLINE_LINUX_DEFAULT and GRUB_CMDLINE_LINUX; then let GRUB write its "
      "configuration again (update-grub, grub-mkconfig or grub2-mkconfig) and `reboot`." },
    { "proxmox-boot-tool", NULL,
      "Add %s to the one line of /etc/kernel/cmdline; then as root: `proxmox-boot-tool refresh` `reboot`.",
      "Take %s out of the one line of /etc/kernel/cmdline; then as root: `proxmox-boot-tool refresh` `reboot`." },
    { "kernelstub", NULL, "As root: `kernelstub --add-options \"%s\"` `reboot`.",
      "As root: `kernelstub --delete-options \"%s\"` `reboot`." },
    { "rpm-ostree", NULL, "As root: `rpm-ostree kargs --append-if-missing=%s` `reboot`.",
      "As root: `rpm-ostree kargs --delete-if-present=%s` `reboot`." },
    { "systemd-boot", NULL,
      "As root: `bootctl list`. Add %s to the line options of each entry that it shows, and where there is "
      "/etc/kernel/cmdline to its line too, for later kernels; then `reboot`.",
      "As root: `bootctl list`. Take %s out of the line options of each entry that it shows, and where there is "
      "/etc/kernel/cmdline out of its line too; then `reboot`." },
    { "extlinux", NULL,
      "Add %s to the lines append of /boot/extlinux/extlinux.conf, and to the settings of what writes that file; then "
      "`reboot`.",
      "Take %s out of the lines append of /boot/extlinux/extlinux.conf, and out of the settings of what writes that "
      "file; then `reboot`." },
    { "raspberry-pi", NULL, "Add %s to the one line of /boot/firmware/cmdline.txt; then `reboot`.",
      "Take %s out of the one line of /boot/firmware/cmdline.txt; then `reboot`." },
};

static const struct boot_recipe nixos = {
    NULL,
    NULL,
    "In /etc/nixos/configuration.nix add \"%s\" to boot.kernelParams; then as root: `nixos-rebuild boot` `reboot`.",
    "In /etc/nixos/configuration.nix take \"%s\" out of boot.kernelParams; then as root: `nixos-rebuild boot` "
    "`reboot`.",
};

static const struct boot_recipe any_loader = { NULL, NULL, "Add %s to the kernel command line and `reboot`.",
                                               "Remove %s from the kernel command line and `reboot`." };

/* Files of a container are not those of the machine's boot loader. */
static const struct boot_recipe *boot_recipe(const struct hc_facts *facts)
{
    if (!facts || hc_flag(facts, HC_HOST_CONTAINER) == HC_YES)
        return &any_loader;
    if (like(facts, "nixos"))
        return &nixos;
    for (size_t i = 0; i < sizeof boot_recipes / sizeof *boot_recipes; i++)
        if (is(facts, HC_BOOT_LOADER, boot_recipes[i].loader) &&
            (!boot_recipes[i].family || like(facts, boot_recipes[i].family)))
            return &boot_recipes[i];
    return &any_loader;
}

/* The text with the word in its place, once. */
static const char *with_word(struct hc_arena *arena, const char *text, const char *word)
{
    const char *place = strstr(text, "%s");

    return place ? hc_print(arena, "%.*s%s%s", (int)(place - text), text, word, place + 2) : text;
}

static const char *add_argument(const struct hc_facts *facts, struct hc_arena *arena, const char *word)
{
    return *word ? with_word(arena, boot_recipe(facts)->add, word) : NULL;
}

static const char *remove_argument(const struct hc_facts *facts, struct hc_arena *arena, const char *word)
{
    return *word ? with_word(arena, boot_recipe(facts)->remove, word) : NULL;
}

/* ---- firmware ---- */

static const struct firmware_word {
    const char *button, *maker, *product, *cpu, *words;
} firmware_words[] = {
#define FIRMWARE(button, maker, product, cpu, words) { button, maker, product, cpu, words },
#include "firmware_words.def"
};

static bool cpu_is(const struct hc_facts *facts, const char *vendor)
{
    const char *signature = facts ? hc_text_of(facts, HC_CPU_VENDOR) : NULL;

    if (!*vendor)
        return true;
    if (!signature)
        return false;
    return !strcmp(vendor, "intel") ? !strcmp(signature, "GenuineIntel")
                                    : !strcmp(signature, "AuthenticAMD") || !strcmp(signature, "HygonGenuine");
}

static bool made_by(const struct hc_facts *facts, const struct firmware_word *row)
{
    return (text_has(facts, HC_SYSTEM_MANUFACTURER, row->maker) ||
            text_has(facts, HC_BOARD_MANUFACTURER, row->maker)) &&
           (text_has(facts, HC_SYSTEM_PRODUCT, row->product) || text_has(facts, HC_SYSTEM_FAMILY, row->product) ||
            text_has(facts, HC_SYSTEM_VERSION, row->product));
}

static const char *words_of(const struct hc_facts *facts, const char *button)
{
    for (size_t i = 0; i < sizeof firmware_words / sizeof *firmware_words; i++)
        if (!strcmp(firmware_words[i].button, button) && made_by(facts, &firmware_words[i]) &&
            cpu_is(facts, firmware_words[i].cpu))
            return firmware_words[i].words;
    return NULL;
}

/* By the maker of the CPU, where that is known. */
static const char *virtualization_button(const struct hc_facts *facts)
{
    return cpu_is(facts, "intel") ? "vmx" : cpu_is(facts, "amd") ? "svm" : "vt";
}

/* A guest has no firmware setup that could help, and a container none at all. */
static const char *firmware(const struct hc_facts *facts, struct hc_arena *arena, const char *button)
{
    const char *which = !strcmp(button, "vt") ? virtualization_button(facts) : button;
    const char *words = words_of(facts, which);
    const bool cpu = strstr("vt vmx svm txt", which) != NULL; /* locked until the power is cut: Intel SDM, 24.7 */

    if (!words)
        return NULL;
    if (yes(facts, HC_HOST_CONTAINER))
        return "Run hostcap on the host of this container, which can say what to change.";
    if (is(facts, HC_HOST_ROLE, "guest") && cpu)
        return hc_outer_switch(facts);
    if (is(facts, HC_HOST_ROLE, "guest"))
        return "Nothing inside this guest can change it: let the hypervisor below give it to this guest.";
    return hc_print(arena, "In the firmware setup enable %s, save, and %s.", words,
                    cpu ? "switch the machine fully off once; a restart may not be enough" : "let it start again");
}

/* ---- modules ---- */

static const char *module(const struct hc_facts *facts, struct hc_arena *arena, const char *name)
{
    (void)facts;
    return *name ? hc_print(arena, "As root: `modprobe %s`.", name) : NULL;
}

static const char *kvm_module(const struct hc_facts *facts, struct hc_arena *arena, const char *nothing)
{
    (void)nothing;
    if (cpu_is(facts, "intel"))
        return module(facts, arena, "kvm_intel");
    if (cpu_is(facts, "amd"))
        return module(facts, arena, "kvm_amd");
    return "Run as root: modprobe kvm_intel (Intel) or modprobe kvm_amd (AMD).";
}

static const char *outer(const struct hc_facts *facts, struct hc_arena *arena, const char *nothing)
{
    (void)arena;
    (void)nothing;
    return hc_outer_switch(facts);
}

/* ---- the table ---- */

static const struct {
    const char *name;
    const char *(*make)(const struct hc_facts *facts, struct hc_arena *arena, const char *argument);
} recipes[] = {
    { "install", install },
    { "kernel_argument", add_argument },
    { "no_kernel_argument", remove_argument },
    { "firmware", firmware },
    { "module", module },
    { "kvm_module", kvm_module },
    { "outer", outer },
};

const char *hc_recipe(const struct hc_facts *facts, struct hc_arena *arena, const char *name)
{
    const size_t size = strcspn(name, ":");

    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        if (strlen(recipes[i].name) == size && !strncmp(recipes[i].name, name, size))
            return recipes[i].make(facts, arena, name[size] ? name + size + 1 : "");
    return NULL;
}

/* ---- commands in a text ---- */

bool hc_next_piece(const char **marked, struct hc_piece *piece)
{
    const char *at = *marked, *end;

    if (!*at)
        return false;
    piece->command = *at == '`' && strchr(at + 1, '`');
    at += piece->command;
    end = strchr(piece->command ? at : at + 1, '`');
    if (!end)
        end = at + strlen(at);
    piece->text = (struct hc_text){ at, (size_t)(end - at) };
    *marked = end + piece->command;
    return true;
}

const char *hc_plain_recipe(struct hc_arena *arena, const char *marked)
{
    struct hc_piece piece;
    char *plain, *end;
    bool after_command = false;

    if (!strchr(marked, '`'))
        return marked;
    plain = end = hc_alloc(arena, 2 * strlen(marked) + 1);
    while (plain && hc_next_piece(&marked, &piece)) {
        if (after_command && !piece.command && hc_text_is(piece.text, " ") && *marked == '`')
            piece.text = (struct hc_text){ "; ", 2 };
        memcpy(end, piece.text.at, piece.text.size);
        end += piece.text.size;
        after_command = piece.command;
    }
    return plain ? plain : "";
}
