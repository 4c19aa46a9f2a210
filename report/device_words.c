#include "device_words.h"

#include <string.h>

static const struct {
    uint16_t class; /* and subclass; a subclass of 80 stands for all others of its class */
    const char *word;
} class_words[] = {
    { 0x0101, "IDE disks" },
    { 0x0104, "RAID disks" },
    { 0x0106, "SATA disks" },
    { 0x0107, "SAS disks" },
    { 0x0108, "NVMe disk" },
    { 0x0180, "storage" },
    { 0x0200, "Ethernet" },
    { 0x0207, "InfiniBand" },
    { 0x0280, "network" },
    { 0x0302, "GPU" },
    { 0x0380, "display" },
    { 0x0400, "video" },
    { 0x0403, "audio" },
    { 0x0480, "multimedia" },
    { 0x0580, "memory" },
    { 0x0600, "host bridge" },
    { 0x0601, "ISA bridge" },
    { 0x0604, "PCI bridge" },
    { 0x0680, "bridge" },
    { 0x0700, "serial port" },
    { 0x0780, "communication" },
    { 0x0806, "IOMMU" },
    { 0x0805, "SD cards" },
    { 0x0880, "system device" },
    { 0x0980, "input" },
    { 0x0a80, "docking station" },
    { 0x0b80, "processor" },
    { 0x0c00, "FireWire" },
    { 0x0c03, "USB" },
    { 0x0c05, "SMBus" },
    { 0x0c07, "IPMI" },
    { 0x0c80, "serial bus" },
    { 0x0d11, "Bluetooth" },
    { 0x0d80, "wireless" },
    { 0x0e80, "intelligent I/O" },
    { 0x0f80, "satellite" },
    { 0x1080, "encryption" },
    { 0x1180, "signal processing" },
    { 0x1280, "accelerator" },
    { 0x1380, "instrumentation" },
};

static const char *class_word(uint32_t code)
{
    const char *word = NULL;

    for (size_t i = 0; i < sizeof class_words / sizeof *class_words && code != UINT32_MAX; i++) {
        if (class_words[i].class == code >> 8)
            return class_words[i].word;
        if (class_words[i].class == ((code >> 8 & 0xff00) | 0x80))
            word = class_words[i].word;
    }
    return word ? word : "device";
}

static const char *port_word(enum hc_port_type type)
{
    switch (type) {
    case HC_PORT_ROOT: return "root port";
    case HC_PORT_UPSTREAM: return "switch, upper port";
    case HC_PORT_DOWNSTREAM: return "switch, lower port";
    case HC_PORT_PCIE_TO_PCI: return "bridge to conventional PCI";
    case HC_PORT_PCI_TO_PCIE: return "bridge from conventional PCI";
    case HC_PORT_CONVENTIONAL: return "conventional PCI bridge";
    default: return NULL;
    }
}

const char *hc_device_kind(const struct hc_function *f, bool bridge)
{
    const char *port = bridge && f->header == 1 ? port_word(f->port_type) : NULL; /* others bridge to ISA or a CPU */

    return port ? port : class_word(f->class_code);
}

const char *hc_reset_text(const char *reset)
{
    static const struct {
        const char *method, *text;
    } rows[] = {
        { "flr", "flr: the device alone, as a whole" },
        { "af_flr", "af_flr: the device alone, as a whole" },
        { "device_specific", "device_specific: the device alone, in a way that the kernel knows for it" },
        { "acpi", "acpi: the device alone, by firmware" },
        { "cxl_bus", "cxl_bus: the device alone, over its CXL port" },
        { "pm", "pm: by switching it to sleep and back, which some devices do not take for a reset" },
        { "bus", "bus: with all devices on its bus, which must go to the same guest" },
        { "slot", "slot: by switching its slot off and on" },
        { "none", "none: what a guest leaves in it, the next guest may find" },
    };

    for (size_t i = 0; reset && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(reset, rows[i].method))
            return rows[i].text;
    return reset ? reset : "not known";
}
