/* Files by which boot loaders and their helpers are known. Only whether they are there is asked: what they say is
   concluded in report/conclude_boot.c. */
#include "ask.h"
#include "probes.h"

enum { PLACES = 3 };

static const struct {
    const struct hc_flag_id *fact;
    const char *paths[PLACES];
} files[] = {
    { &HC_BOOT_GRUB, { "/etc/default/grub" } }, /* GRUB manual, 6.1 Simple configuration handling */
    /* loader.conf(5); the EFI system partition is mounted at one of these: bootctl(1), --esp-path */
    { &HC_BOOT_SYSTEMD, { "/efi/loader/loader.conf", "/boot/loader/loader.conf", "/boot/efi/loader/loader.conf" } },
    { &HC_BOOT_CMDLINE, { "/etc/kernel/cmdline" } },            /* kernel-install(8) */
    { &HC_BOOT_PROXMOX, { "/etc/kernel/proxmox-boot-uuids" } }, /* Proxmox VE manual, Host Bootloader */
    { &HC_BOOT_KERNELSTUB, { "/etc/kernelstub/configuration" } },
    { &HC_BOOT_EXTLINUX, { "/boot/extlinux/extlinux.conf" } },
    { &HC_BOOT_RASPBERRY, { "/boot/firmware/cmdline.txt" } },
};

/* There, if it is at one of its places; not there, if it is known to be at none. */
static const struct hc_reply *find(struct hc_source *src, const char *const *paths)
{
    const struct hc_reply *reply, *absent = NULL, *open = NULL;
    struct hc_node node;

    for (size_t i = 0; i < PLACES && paths[i]; i++) {
        reply = hc_ask_stat(src, paths[i], &node);
        if (reply->answer == HC_OK)
            return reply;
        *(reply->answer == HC_ABSENT ? &absent : &open) = reply;
    }
    return open ? open : absent;
}

void hc_probe_boot_loader(struct hc_source *src, struct hc_facts *facts)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        hc_put_presence(facts, *files[i].fact, find(src, files[i].paths));
}
