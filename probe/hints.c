/* How to settle an unknown: it follows from the reply, and is written here only. */
#include "answer.h"

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
    { HC_UNSUPPORTED, "file:/proc/net/", "Look over which interface this tunnel or bridge leaves (ip route get)." },
    { HC_UNSUPPORTED, "host:ssh", "Look over which interface this session comes (ip route get)." },
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
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].answer == reply->answer && !strncmp(reply->key, rows[i].key, strlen(rows[i].key)))
            return rows[i].hint;
    return "";
}
