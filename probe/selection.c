#include "selection.h"

#include "parse.h"

#include <stdio.h>
#include <string.h>

/* A probe may stand in several; tests/unit_inventory.c sees to it that each stands in one. Names of probes that this
   build does not have are passed over. */
static const struct {
    const char *name, *probes;
} topics[] = {
    { "cpu",
      "cpuid vmx svm cpuinfo features topology agree numa cpuid_topology core_types vulnerabilities machine macos" },
    { "kvm", "kvm kvm_extensions prove owners windows_virtualization macos" },
    { "iommu", "iommu acpi windows_firmware" },
    { "pci", "pci windows_pci macos_devices" },
    { "memory", "memory numa smbios dmi edac persistent macos" },
    { "storage", "block file_systems storage windows_parts" },
    { "network", "net net_host windows_parts" },
    { "usb", "usb" },
    { "devices", "virtio usb inputs graphics sound serial_ports thunderbolt board tpm" },
    { "firmware", "firmware acpi smbios dmi efi boot_loader firmware_attributes dell_tokens tpm macos_machine" },
    { "software", "kernel owners container distribution sessions confinement software firmware_images modules "
                  "windows_system macos" },
    { "container", "container" },
};

enum { TOPICS = sizeof topics / sizeof *topics, ALWAYS = HC_PROBE_process };

static bool is_topic(const char *name)
{
    for (size_t t = 0; t < TOPICS; t++)
        if (!strcmp(topics[t].name, name))
            return true;
    return false;
}

const char *hc_selector(size_t number)
{
    if (number < TOPICS)
        return topics[number].name;
    number -= TOPICS;
    for (int p = 0; p < HC_PROBES; p++)
        if (!is_topic(hc_probe_name(p)) && !number--)
            return hc_probe_name(p);
    return NULL;
}

/* What every report says of its scan is asked in any case. */
static bool mark(struct hc_text name, bool marked[HC_PROBES])
{
    bool found = false;

    for (size_t t = 0; t < TOPICS; t++) {
        struct hc_text rest = { topics[t].probes, strlen(topics[t].probes) }, probe;
        if (!hc_text_is(name, topics[t].name))
            continue;
        found = true;
        while (hc_next_word(&rest, &probe))
            for (int p = 0; p < HC_PROBES; p++)
                marked[p] = marked[p] || hc_text_is(probe, hc_probe_name(p));
    }
    for (int p = 0; p < HC_PROBES; p++)
        if (hc_text_is(name, hc_probe_name(p)))
            marked[p] = found = true;
    return found;
}

static bool mark_list(const char *list, bool marked[HC_PROBES], char *wrong)
{
    while (list) {
        size_t size = strcspn(list, ",");
        if (!mark(hc_trim((struct hc_text){ list, size }), marked)) {
            snprintf(wrong, 64, "%.*s", (int)(size < 60 ? size : 60), list);
            return false;
        }
        list = list[size] ? list + size + 1 : NULL;
    }
    return true;
}

bool hc_select(const char *only, const char *skip, bool skipped[HC_PROBES], char *wrong)
{
    bool chosen[HC_PROBES] = { false };

    memset(skipped, 0, HC_PROBES * sizeof *skipped);
    if (!mark_list(only, chosen, wrong) || !mark_list(skip, skipped, wrong))
        return false;
    for (int p = 0; only && p < HC_PROBES; p++)
        skipped[p] = skipped[p] || !chosen[p];
    skipped[ALWAYS] = false;
    return true;
}
