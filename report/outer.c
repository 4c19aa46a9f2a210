#include "outer.h"

#include <stddef.h>
#include <string.h>

/* Signatures without the blanks and NULs at their ends. Sources: systemd src/basic/virt.c; Microsoft TLFS; the
   products' manuals on nested virtualization. */
static const struct {
    const char *signature, *name, *change;
} rows[] = {
    { "KVMKVMKVM", "KVM",
      "On the KVM host set the parameter nested=1 of kvm_intel or kvm_amd and, with this guest off, give it the CPU "
      "type "
      "host; in a cloud choose an instance type with nested virtualization." },
    { "Linux KVM Hv", "KVM",
      "On the KVM host set the parameter nested=1 of kvm_intel or kvm_amd and, with this guest off, give it the CPU "
      "type "
      "host." },
    { "Microsoft Hv", "Hyper-V",
      "On the Hyper-V host, with this guest off: Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true; "
      "in "
      "Azure choose a size with nested virtualization." },
    { "VMwareVMware", "VMware",
      "With this guest off, in its CPU settings of VMware enable Expose hardware assisted virtualization (Virtualize "
      "Intel VT-x/EPT "
      "or "
      "AMD-V/RVI)." },
    { "VBoxVBoxVBox", "VirtualBox",
      "On the VirtualBox host, with this guest off: VBoxManage modifyvm NAME --nested-hw-virt on." },
    { "XenVMMXenVMM", "Xen", "Xen does not support nested virtualization: use the machine itself." },
    { "TCGTCGTCGTCG", "QEMU (TCG)",
      "QEMU's emulation can offer AMD-V: start it with -cpu max,+svm; better, let QEMU use KVM." },
    { "prl hyperv", "Parallels", "In the guest's options of Parallels enable nested virtualization." },
    { "Apple VZ", "Apple Virtualization", "Apple's framework does not expose virtualization to such guests." },
    { "bhyve bhyve", "bhyve", "bhyve does not support nested virtualization: use the machine itself." },
    { "BHyVE BHyVE", "bhyve", "bhyve does not support nested virtualization: use the machine itself." },
    { "ACRNACRNACRN", "ACRN", "Use the machine itself, without ACRN below." },
};

static const char general[] = "Let the hypervisor below expose VT-x, AMD-V or the like to this guest (nested "
                              "virtualization, CPU type host); in a "
                              "cloud choose an instance type that has it.";

const char *hc_outer_name(const char *signature)
{
    for (size_t i = 0; signature && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(signature, rows[i].signature))
            return rows[i].name;
    return NULL;
}

const char *hc_outer_switch(const char *signature)
{
    for (size_t i = 0; signature && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(signature, rows[i].signature))
            return rows[i].change;
    return general;
}
