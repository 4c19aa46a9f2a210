/* Files by which boot loaders and their helpers are known. Only whether they are there is asked: what they say is
   concluded in report/conclude_boot.c. */
#include "ask.h"
#include "probes.h"

static const struct {
    const struct hc_flag_id *fact;
    const char *path;
} files[] = {
    { &HC_BOOT_GRUB, "/etc/default/grub" },                 /* GRUB manual, 6.1 Simple configuration handling */
    { &HC_BOOT_CMDLINE, "/etc/kernel/cmdline" },            /* kernel-install(8) */
    { &HC_BOOT_PROXMOX, "/etc/kernel/proxmox-boot-uuids" }, /* Proxmox VE manual, Host Bootloader */
    { &HC_BOOT_KERNELSTUB, "/etc/kernelstub/configuration" },
    { &HC_BOOT_EXTLINUX, "/boot/extlinux/extlinux.conf" },
    { &HC_BOOT_RASPBERRY, "/boot/firmware/cmdline.txt" },
};

void hc_probe_boot_loader(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node node;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        hc_put_presence(facts, *files[i].fact, hc_ask_stat(src, files[i].path, &node));
}
