#include "outer.h"

#include <stddef.h>
#include <string.h>

/* Signatures without the blanks and NULs at their ends. Sources: systemd src/basic/virt.c; Microsoft TLFS; the
   products' manuals on nested virtualization; Xen, SUPPORT.md, x86/Nested HVM, and xl.cfg(5); Apple,
   VZGenericPlatformConfiguration, isNestedVirtualizationSupported. */
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
    { "XenVMMXenVMM", "Xen",
      "Better use the machine itself. Xen offers nested virtualization only as an experiment, without support "
      "(nestedhvm=1 in the configuration of this guest)." },
    { "TCGTCGTCGTCG", "QEMU (TCG)",
      "QEMU's emulation can offer AMD-V: start it with -cpu max,+svm; better, let QEMU use KVM." },
    { "prl hyperv", "Parallels", "In the guest's options of Parallels enable nested virtualization." },
    { "Apple VZ", "Apple Virtualization",
      "On a Mac with M3 or later and macOS 15 or later let the program that runs this guest switch nested "
      "virtualization on; others cannot." },
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

/* Clouds and managers that say who they are in SMBIOS: what their user does, rather than the hypervisor's own switch.
   Makers: cloud-init, tools/ds-identify; the manuals of each on nested virtualization. */
static const struct {
    const struct hc_text_id *fact;
    const char *part, *change;
} places[] = {
    { &HC_SYSTEM_MANUFACTURER, "Amazon EC2",
      "On Amazon EC2 choose an instance type that offers nested virtualization, or one of bare metal." },
    { &HC_SYSTEM_MANUFACTURER, "Google",
      "On Google Cloud, with this guest off, set enableNestedVirtualization of its advancedMachineFeatures; not every "
      "machine type offers it." },
    { &HC_CHASSIS_ASSET_TAG, "7783-7084-3265-9085-8269-3286-77",
      "On Azure choose a size that offers nested virtualization." },
    { &HC_SYSTEM_MANUFACTURER, "Alibaba Cloud", "On Alibaba Cloud choose an instance type of bare metal." },
    { &HC_SYSTEM_MANUFACTURER, "OpenStack",
      "Ask who runs this OpenStack: the compute node needs nested=1 of kvm_intel or kvm_amd and cpu_mode "
      "host-passthrough or host-model." },
    { &HC_FIRMWARE_VENDOR, "Proxmox",
      "On the Proxmox VE host, with this guest off: qm set VMID --cpu host; there the parameter nested of kvm_intel or "
      "kvm_amd must be on." },
};

static const char *at_place(const struct hc_facts *facts)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *text = hc_text_of(facts, *places[i].fact);
        if (text && strstr(text, places[i].part))
            return places[i].change;
    }
    return NULL;
}

const char *hc_outer_switch(const struct hc_facts *facts)
{
    const char *signature = facts ? hc_text_of(facts, HC_HOST_HYPERVISOR) : NULL;
    const char *change = facts && signature && *signature ? at_place(facts) : NULL;

    for (size_t i = 0; !change && signature && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(signature, rows[i].signature))
            change = rows[i].change;
    return change ? change : general;
}
