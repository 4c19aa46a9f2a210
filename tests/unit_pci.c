/* Configuration spaces: what is read of them, how answers spell it, and what libpci makes of it. */
#include "check.h"
#include "libpci.h"
#include "pci_address.h"
#include "text_index.h"

#include <string.h>

/* ---- a device ---- */

/* What it has, how far it may be read, and what was asked for. */
struct device {
    unsigned char bytes[HC_PCI_EXPRESS];
    size_t readable, asked;
    bool touched[HC_PCI_EXPRESS];
};

static size_t read_device(void *self, size_t offset, unsigned char *bytes, size_t count)
{
    struct device *device = self;

    device->asked++;
    if (offset >= device->readable)
        return 0;
    if (count > device->readable - offset)
        count = device->readable - offset;
    memcpy(bytes, device->bytes + offset, count);
    memset(device->touched + offset, true, count);
    return count;
}

static void put(struct device *device, size_t at, unsigned long value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        device->bytes[at + i] = (unsigned char)(value >> 8 * i);
}

static void put_extended(struct device *device, size_t at, unsigned id, size_t next)
{
    put(device, at, id | 1ul << 16 | (unsigned long)next << 20, 4);
}

/* A network card: PM without a soft reset, MSI-X, PCI Express 2 with FLR, VPD, a serial number, SR-IOV. */
static void make_card(struct device *device)
{
    memset(device, 0, sizeof *device);
    device->readable = HC_PCI_EXPRESS;
    put(device, 0x00, 0x10fb8086, 4);
    put(device, 0x06, 0x0010, 2);
    put(device, 0x08, 0x02000001, 4);
    put(device, 0x0e, 0x80, 1);
    put(device, 0x34, 0x40, 1);
    put(device, 0x40, 0x5001, 2);
    put(device, 0x50, 0x003f7011, 4);
    put(device, 0x70, 0x0002a010, 4);
    put(device, 0x74, 0x10008000, 4);
    put(device, 0x7c, 0x43, 4);
    put(device, 0x82, 0x42, 2);
    put(device, 0xa0, 0x0003, 2);
    memset(device->bytes + 0xa4, 0x5a, 4); /* its data; the half dword before is an address (PCI 3.0, appendix I) */
    put_extended(device, 0x100, 0x0003, 0x140);
    memset(device->bytes + 0x104, 0x5a, 8);
    put_extended(device, 0x140, 0x0010, 0);
    put(device, 0x148, 0x19, 2);
    put(device, 0x14e, 64, 2);
    put(device, 0x150, 7, 2);
}

/* A root port of Intel with ACS. */
static void make_port(struct device *device, unsigned id)
{
    memset(device, 0, sizeof *device);
    device->readable = HC_PCI_EXPRESS;
    put(device, 0x00, 0x8086 | (unsigned long)id << 16, 4);
    put(device, 0x06, 0x0010, 2);
    put(device, 0x0e, 0x01, 1);
    put(device, 0x34, 0x40, 1);
    put(device, 0x40, 0x00420010, 4);
    put(device, 0x68, 0x20, 2);
    put_extended(device, 0x100, 0x000d, 0);
    put(device, 0x104, 0x000f, 4);
    put(device, 0x108, 0x000d, 4);
}

static bool decode(struct device *device, size_t size, struct hc_pci_config *config, struct hc_pci_decoded *out)
{
    struct hc_libpci *lib = hc_libpci_open();
    bool good = hc_pci_config_read(config, size, true, read_device, device) &&
                hc_libpci_decode(lib, config, out) == HC_LIBPCI_DECODED;

    hc_libpci_close(lib);
    return good;
}

/* ---- tests ---- */

static void whole(void)
{
    struct hc_pci_config config;
    struct hc_pci_decoded d;
    struct device device;

    make_card(&device);
    CHECK(decode(&device, 4096, &config, &d));
    CHECK(hc_pci_capabilities(&config) == HC_PCI_LIST_WHOLE && hc_pci_extended(&config) == HC_PCI_LIST_WHOLE);
    CHECK(d.flr && !d.no_soft_reset && d.msix_vectors == 64 && !d.msi.at && !strcmp(d.port_type, "endpoint"));
    CHECK(d.has_link && d.link_max_speed == 3 && d.link_max_width == 4 && d.link_speed == 2 && d.link_width == 4);
    CHECK(d.sriov.at == 0x140 && d.sriov.known && d.vfs_total == 64 && d.vfs_active == 7 && !d.acs.at);
    put(&device, 0x148, 0x18, 2); /* VF Enable is clear */
    CHECK(decode(&device, 4096, &config, &d) && d.vfs_total == 64 && d.vfs_active == 0);
}

/* Nothing that names the card is asked for. */
static void private(void)
{
    struct hc_pci_config config;
    struct device device;

    make_card(&device);
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device));
    for (size_t at = 0; at < HC_PCI_EXPRESS; at++)
        CHECK(!device.touched[at] || device.bytes[at] != 0x5a);
    CHECK(device.touched[0xa0] && device.touched[0x100] && device.asked <= 13);
}

/* Each dword costs: ids and revision are told by the kernel. Of a root port the id says how wide its registers are. */
static void told_elsewhere(void)
{
    struct hc_pci_config config;
    struct device device;

    make_card(&device);
    CHECK(hc_pci_config_read(&config, 4096, false, read_device, &device));
    CHECK(!device.touched[0x00] && !device.touched[HC_PCI_REVISION] && device.touched[0x06] && device.touched[0x0e]);
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && config.bytes[HC_PCI_REVISION] == 1);
    make_port(&device, 0xa110);
    CHECK(hc_pci_config_read(&config, 4096, false, read_device, &device) && hc_pci_wide_acs(&config));
}

static void parts(void)
{
    struct hc_pci_config config;
    struct hc_pci_decoded d;
    struct device device;

    make_card(&device);
    device.readable = 64; /* without privilege */
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_config_header_only(&config));
    CHECK(hc_pci_capabilities(&config) == HC_PCI_LIST_CUT && hc_pci_extended(&config) == HC_PCI_LIST_CUT);
    device.readable = 0x72; /* it goes away in the middle */
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_capabilities(&config) == HC_PCI_LIST_CUT);
    CHECK(d.msix.known && d.express.at == 0x70 && !d.express.known);
    device.readable = 256;
    CHECK(decode(&device, 256, &config, &d) && hc_pci_extended(&config) == HC_PCI_LIST_WHOLE && !d.sriov.at);
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_extended(&config) == HC_PCI_LIST_CUT);
    device.readable = 0x33;
    CHECK(!hc_pci_config_read(&config, 4096, true, read_device, &device));
    put(&device, 0x06, 0, 2); /* no capabilities: 64 bytes tell it all */
    device.readable = 64;
    CHECK(decode(&device, 256, &config, &d) && hc_pci_extended(&config) == HC_PCI_LIST_WHOLE);
}

static void broken(void)
{
    struct hc_pci_config config;
    struct hc_pci_decoded d;
    struct device device;

    make_card(&device);
    put(&device, 0x71, 0x40, 1); /* back to the beginning */
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_capabilities(&config) == HC_PCI_LIST_BROKEN);
    CHECK(d.flr && d.msix_vectors == 64 && d.sriov.at == 0x140);
    make_card(&device);
    put_extended(&device, 0x140, 0x0010, 0x100);
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_extended(&config) == HC_PCI_LIST_BROKEN && d.sriov.known);
    make_card(&device);
    put(&device, 0x34, device.bytes[0x34] | 3u, 1); /* the lowest bits are reserved */
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_capabilities(&config) == HC_PCI_LIST_WHOLE && d.pm.known);
    make_card(&device);
    put(&device, 0x34, 0x08, 1); /* into the header, where a 1 would be power management */
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_capabilities(&config) == HC_PCI_LIST_BROKEN && !d.pm.at);
    make_card(&device);
    put_extended(&device, 0x140, 0x0010, 0xffc); /* registers would reach over the end */
    put_extended(&device, 0xffc, 0x000d, 0);
    CHECK(decode(&device, 4096, &config, &d) && d.acs.at == 0xffc && !d.acs.known);
    make_card(&device);
    put(&device, 0x50, 0xffffffff, 4);
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_capabilities(&config) == HC_PCI_LIST_BROKEN);
    memset(device.bytes, 0xff, sizeof device.bytes);
    device.asked = 0;
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && hc_pci_config_dead(&config) &&
          device.asked == 1);
}

/* The pin costs an access, so it is read where there is neither MSI nor MSI-X, and that is sure. */
static void pin(void)
{
    struct hc_pci_config config;
    struct device device;

    make_card(&device);
    put(&device, 0x3c, 0x0100, 4);
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && !device.touched[0x3d]);
    CHECK(!hc_pci_config_lines_only(&config));
    put(&device, 0x50, 0x0009, 1); /* a vendor's capability in place of MSI-X */
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && hc_pci_config_lines_only(&config));
    CHECK(hc_pci_config_knows(&config, HC_PCI_INTERRUPT_PIN, 1) && config.bytes[HC_PCI_INTERRUPT_PIN] == 1);
    put(&device, 0x50, 0x0005, 1);
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && !hc_pci_config_lines_only(&config));
    put(&device, 0x50, 0x0009, 1);
    device.readable = 0x60; /* the rest of the list is not seen */
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device) && !hc_pci_config_lines_only(&config));
    CHECK(!hc_pci_config_knows(&config, HC_PCI_INTERRUPT_PIN, 1));
}

/* Linux: INTEL_SPT_ACS_CTRL is 8. */
static void wide_acs(void)
{
    struct hc_pci_config config;
    struct hc_pci_decoded d;
    struct device device;

    make_port(&device, 0xa110);
    CHECK(decode(&device, 4096, &config, &d) && hc_pci_wide_acs(&config));
    CHECK(d.acs.known && d.acs_capability == 0x0f && d.acs_control == 0x0d && d.port && d.ari_forwarding);
    make_port(&device, 0xa340);
    CHECK(decode(&device, 4096, &config, &d) && !hc_pci_wide_acs(&config) && d.acs_control == 0);
    make_port(&device, 0xa110);
    device.readable = 0x108;
    CHECK(decode(&device, 4096, &config, &d) && d.acs.at && !d.acs.known);
}

/* libpci looks elsewhere for the list of a CardBus bridge. */
static void cardbus(void)
{
    struct hc_pci_config config;
    struct hc_pci_decoded d;
    struct device device;

    make_card(&device);
    put(&device, 0x0e, 2, 1);
    put(&device, 0x14, 0x40, 1);
    put(&device, 0x34, 0, 1);
    CHECK(decode(&device, 256, &config, &d) && d.pm.at == 0x40 && config.bytes[0x34] == 0);
}

static void text(void)
{
    static const char *const refused[] = { "",
                                           "size 4097\n",
                                           "size 256\n",
                                           "size 256\n00 00\n",
                                           "size 64\n3f 0000\n",
                                           "size 256\n00 0g\n",
                                           "size 256\n00 000\n",
                                           "sizes 1\n" };
    struct hc_arena arena = { .blocks = NULL };
    struct hc_pci_config config, again;
    struct device device;
    struct hc_text out;

    make_card(&device);
    CHECK(hc_pci_config_read(&config, 4096, true, read_device, &device));
    out = hc_pci_config_text(&arena, &config);
    CHECK(out.at && hc_starts(out, "size 4096\n04 ") && out.size < 700);
    CHECK(hc_pci_config_parse(out, &again) && !memcmp(&config, &again, sizeof config));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK(!hc_pci_config_parse((struct hc_text){ refused[i], strlen(refused[i]) }, &again));
    memset(config.known, 0x55, sizeof config.known);
    CHECK(hc_pci_config_text(&arena, &config).at); /* the longest there can be */
    hc_arena_free(&arena);
}

static void addresses(void)
{
    static const char *const refused[] = { "",
                                           "unparsable",
                                           "000:01:00.0",
                                           "0000:01:20.0",
                                           "0000:01:0.0",
                                           "0000:01:00.8",
                                           "0000:01:00.0 ",
                                           "0000:01:00",
                                           "0000:0x:00.0",
                                           "0x00:01:00.0",
                                           "100000000:01:00.0",
                                           "0000: 1:00.0" };
    struct hc_pci_address a;

    CHECK(hc_pci_address(HC_TEXT("0000:3b:1f.7"), &a) && !a.domain && a.bus == 0x3b && a.device == 31 &&
          a.function == 7);
    CHECK(hc_pci_address(HC_TEXT("10000:e1:00.0"), &a) && a.domain == 0x10000);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK(!hc_pci_address((struct hc_text){ refused[i], strlen(refused[i]) }, &a));
}

static void indexes(void)
{
    static const int values[] = { 1, 2, 3 };
    struct hc_arena arena = { .blocks = NULL };
    struct hc_text_index index;

    hc_index_make(&index, &arena, 2);
    CHECK(!hc_index_get(&index, HC_TEXT("a")));
    hc_index_put(&index, HC_TEXT("a"), &values[0]);
    hc_index_put(&index, HC_TEXT("a"), &values[1]);
    hc_index_put(&index, HC_TEXT("b"), &values[1]);
    hc_index_put(&index, HC_TEXT("c"), &values[2]); /* one too many */
    CHECK(hc_index_get(&index, HC_TEXT("a")) == &values[0] && hc_index_get(&index, HC_TEXT("b")) == &values[1]);
    CHECK(!hc_index_get(&index, HC_TEXT("c")));
    hc_arena_free(&arena);
}

int main(void)
{
    whole();
    private();
    told_elsewhere();
    parts();
    broken();
    pin();
    wide_acs();
    cardbus();
    text();
    addresses();
    indexes();
    return checked();
}
