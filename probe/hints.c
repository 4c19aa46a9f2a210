/* How to settle an unknown: it follows from the reply, and is written here only. */
#include "answer.h"
#include "source.h"

#include <stddef.h>
#include <string.h>

static const struct {
    enum hc_answer answer;
    const char *key; /* beginning of the key; "" fits all. The first row that fits counts */
    const char *hint;
} rows[] = {
    { HC_DENIED, "msr:", "Run hostcap as root: model specific registers are for root only." },
    { HC_DENIED, "ioctl:kvm:", "Run hostcap as root or as a member of the group of /dev/kvm." },
    { HC_DENIED, "file:/sys/firmware", "Run hostcap as root on the host itself, not in a container." },
    { HC_DENIED, "dir:/sys/firmware", "Run hostcap on the host itself: this container hides its firmware." },
    { HC_DENIED, "stat:/sys/firmware", "Run hostcap on the host itself: this container hides its firmware." },
    { HC_DENIED,
      "pciconf:", "Run hostcap as root, on the host itself: the kernel shows others only the first 64 bytes." },
    { HC_DENIED, "", "Run hostcap as root, on the host itself." },
    { HC_UNSUPPORTED, "msr:", "On the host itself load the msr driver (modprobe msr) and run hostcap as root again." },
    { HC_UNSUPPORTED, "pciconf:", "Run hostcap with --wake, which wakes sleeping devices to read them." },
    { HC_UNSUPPORTED, "file:/sys/devices/platform/ipmi_bmc.",
      "Run hostcap with --wake, which asks the management controller and waits for it." },
    { HC_UNSUPPORTED, "file:/sys/class/tpm/", "Run hostcap with --wake, which asks the TPM and waits for it." },
    { HC_UNSUPPORTED, "file:/proc/net/", "Look over which interface this tunnel or bridge leaves (ip route get)." },
    { HC_UNSUPPORTED, "ioctl:ethtool:link_settings:",
      "Run hostcap again while this interface has a link; that of a virtual card may have no speed." },
    { HC_UNSUPPORTED, "ioctl:ethtool:", "Run hostcap again while this interface has a link." },
    { HC_UNSUPPORTED, "host:ssh", "Look over which interface this session comes (ip route get)." },
    { HC_UNSUPPORTED, "dir:/sys/devices/system/memory", "lsmem(1) asks every memory block." },
    { HC_UNSUPPORTED, "file:/sys/firmware/efi/efivars", "Mount efivarfs on /sys/firmware/efi/efivars." },
    { HC_UNSUPPORTED, "stat:/sys/firmware/efi",
      "Boot a kernel that has CONFIG_EFI and shows its configuration, or look into firmware setup." },
    { HC_UNSUPPORTED, "dell:tokens", "Install libsmbios and load dell_smbios, or look into firmware setup." },
    { HC_UNSUPPORTED, "file:/boot/config-",
      "Boot a kernel that shows its configuration, or install its file in /boot." },
    { HC_UNSUPPORTED, "host:subids", "Run hostcap as a user of /etc/passwd, or look at getsubids USER." },
    { HC_UNSUPPORTED, "stat:/run/udev", "Only udev reads what is on disks; look with blkid as root." },
    { HC_UNSUPPORTED, "file:/proc/1/mountinfo", "Nothing that may wait for another machine is asked; look with df." },
    { HC_UNSUPPORTED, "file:/proc/self/mountinfo",
      "Nothing that may wait for another machine is asked; look with df." },
    { HC_UNSUPPORTED, "", "This kernel or platform cannot answer; nothing on this host settles it." },
    { HC_ABSENT, "msr:", "The CPU or the hypervisor below does not have this register." },
    { HC_ABSENT, "ioctl:kvm:",
      "Load KVM, where this system may have it (on x86 modprobe kvm_intel or kvm_amd), and run hostcap again." },
    { HC_ABSENT, "file:/proc/config.gz", "Boot a kernel that shows its configuration, or install its file in /boot." },
    { HC_ABSENT, "file:/boot/config-", "Boot a kernel that shows its configuration, or install its file in /boot." },
    { HC_ABSENT, "file:/sys/module/", "Load the module, then run hostcap again." },
    { HC_ABSENT, "file:/sys/firmware/dmi/", "Firmware does not tell it." },
    { HC_ABSENT, "file:/sys/class/dmi/id/", "Firmware does not tell it." },
    { HC_ABSENT, "", "It is not there on this host." },
    { HC_NOT_RECORDED, "ioctl:kvm:prove", "Run hostcap with --prove, which lets a small guest run." },
    { HC_NOT_RECORDED, "dell:tokens", "On a Dell run hostcap as root with --dell-tokens." },
    { HC_NOT_RECORDED, "", "Record the host again with this version of hostcap, on the host itself." },
    { HC_REDACTED, "", "Record the host with --keep-identity." },
    { HC_FAILED, "file:/sys/firmware/acpi/",
      "See the error; where firmware made the table wrong, only an update of the firmware settles it." },
    { HC_FAILED, "file:/sys/firmware/dmi/",
      "See the error; where firmware made the table wrong, only an update of the firmware settles it." },
    { HC_FAILED, "", "See the error; run hostcap again, and report it if it stays." },
};

const char *hc_hint(const struct hc_reply *reply)
{
    if (reply->error && !strcmp(reply->error, HC_NOT_ASKED))
        return "Run hostcap without --skip and --only.";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].answer == reply->answer && !strncmp(reply->key, rows[i].key, strlen(rows[i].key)))
            return rows[i].hint;
    return "";
}
