/* What sets the command line of the kernel. LoaderInfo says which boot loader was started, where that sets it:
   systemd-boot always, GRUB with its module bli (systemd.io, Boot Loader Interface; GRUB manual, bli). Otherwise the
   files of settings tell. Each question is asked only after those above it were answered with no. */
#include "concluded.h"

static enum hc_tri starts(const char *text, const char *name)
{
    return text ? hc_tri(!strncmp(text, name, strlen(name))) : HC_UNKNOWN;
}

/* By its own word. Its files do not tell: the partition that they are on need not be mounted. */
static enum hc_tri systemd_boot(struct hc_view *v)
{
    return starts(hc_see_text(v, HC_UEFI_LOADER), "systemd-boot");
}

/* It feeds GRUB too, and then GRUB's settings count (Proxmox VE manual, Editing the Kernel Commandline). */
static enum hc_tri proxmox(struct hc_view *v)
{
    return hc_and(systemd_boot(v), hc_see(v, HC_BOOT_PROXMOX));
}

static enum hc_tri image(struct hc_view *v)
{
    return hc_see_is(v, HC_HOST_PACKAGE_MANAGER, "rpm-ostree");
}

static enum hc_tri kernelstub(struct hc_view *v)
{
    return hc_see(v, HC_BOOT_KERNELSTUB);
}

/* One that says a name, and it is not GRUB's. */
static enum hc_tri another(struct hc_view *v)
{
    const char *loader = hc_see_text(v, HC_UEFI_LOADER);

    return loader && *loader ? hc_not(starts(loader, "GRUB")) : HC_NO;
}

static enum hc_tri grub(struct hc_view *v)
{
    return hc_see(v, HC_BOOT_GRUB);
}

static enum hc_tri extlinux(struct hc_view *v)
{
    return hc_see(v, HC_BOOT_EXTLINUX);
}

static enum hc_tri raspberry_pi(struct hc_view *v)
{
    return hc_see(v, HC_BOOT_RASPBERRY);
}

static const struct {
    const char *word;
    enum hc_tri (*holds)(struct hc_view *v);
} rows[] = {
    { "rpm-ostree", image },
    { "kernelstub", kernelstub },
    { "proxmox-boot-tool", proxmox },
    { "systemd-boot", systemd_boot },
    { "other", another },
    { "grub", grub },
    { "extlinux", extlinux },
    { "raspberry-pi", raspberry_pi },
};

/* The files of a container are not those of the machine's boot loader. */
static const char *boot_loader(struct hc_view *v)
{
    if (hc_see(v, HC_HOST_CONTAINER) == HC_YES)
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum hc_tri holds = rows[i].holds(v);
        if (holds != HC_NO)
            return holds == HC_YES ? rows[i].word : NULL;
    }
    return "other";
}

void hc_conclude_boot(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = boot_loader(&v);

    put_word(facts, &v, HC_BOOT_LOADER, word);
}
