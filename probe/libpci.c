/* libpci as a decoder of bytes that were read elsewhere: it gets the whole of a configuration space, unknown bytes as
   zeros, through pci_setup_cache(), and so never reads of the host. Works with 3.9.0 and later.

   Its errors end the process unless they are caught; the function that catches them gets no pointer of ours, so that
   where to go back to is kept by thread. pci_alloc() is not used: it cannot be told about that function before it may
   fail, and all that it adds are names and parameters of files that are never opened. */
#include "libpci.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { GROWTH = 4096 }; /* later versions append members */

struct hc_libpci {
    struct pci_access *access;
    struct pci_dev *device;
    bool ready;
};

static _Thread_local jmp_buf *way_back;

static void PCI_NONRET on_error(char *message, ...)
{
    (void)message;
    longjmp(*way_back, 1);
}

static void on_warning(char *message, ...)
{
    (void)message;
}

/* The back end of Linux: it opens nothing before it is asked to. */
static bool start(struct hc_libpci *lib)
{
    jmp_buf back;

    way_back = &back;
    if (setjmp(back))
        return false;
    pci_init(lib->access);
    return true;
}

struct hc_libpci *hc_libpci_open(void)
{
    struct hc_libpci *lib = calloc(1, sizeof *lib);
    struct pci_access *access = calloc(1, sizeof *access + GROWTH);

    if (!lib || !access) {
        free(lib);
        free(access);
        return NULL;
    }
    access->method = PCI_ACCESS_SYS_BUS_PCI;
    access->error = on_error;
    access->warning = on_warning;
    access->debug = on_warning;
    lib->access = access;
    lib->ready = start(lib);
    return lib;
}

void hc_libpci_close(struct hc_libpci *lib)
{
    jmp_buf back;

    if (!lib)
        return;
    way_back = &back;
    if (!setjmp(back))
        pci_cleanup(lib->access); /* frees the structure, too */
    free(lib);
}

/* ---- capabilities ---- */

/* Lists that lead astray are followed by libpci further than by Linux (drivers/pci/pci.c, pci_find_next_cap), through
   the header too. */
static struct hc_pci_place find(struct pci_dev *d, const struct hc_pci_config *config, unsigned id, unsigned type,
                                size_t size)
{
    const struct pci_cap *cap = pci_find_cap(d, id, type);

    if (!cap || !hc_pci_listed(config, cap->addr))
        return (struct hc_pci_place){ .at = 0 };
    return (struct hc_pci_place){ .at = cap->addr, .known = hc_pci_config_knows(config, cap->addr, size) };
}

static const char *port_type(unsigned type)
{
    static const char *const names[] = {
        [PCI_EXP_TYPE_ENDPOINT] = "endpoint",
        [PCI_EXP_TYPE_LEG_END] = "legacy endpoint",
        [PCI_EXP_TYPE_ROOT_PORT] = "root port",
        [PCI_EXP_TYPE_UPSTREAM] = "upstream port",
        [PCI_EXP_TYPE_DOWNSTREAM] = "downstream port",
        [PCI_EXP_TYPE_PCI_BRIDGE] = "PCIe-to-PCI bridge",
        [PCI_EXP_TYPE_PCIE_BRIDGE] = "PCI-to-PCIe bridge",
        [PCI_EXP_TYPE_ROOT_INT_EP] = "integrated endpoint",
        [PCI_EXP_TYPE_ROOT_EC] = "event collector",
    };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

/* Parts of the root complex itself have no link (PCI Express Base 6.0, 7.5.3). */
static void decode_link(struct pci_dev *d, int at, unsigned type, struct hc_pci_decoded *out)
{
    unsigned most = pci_read_long(d, at + PCI_EXP_LNKCAP), now = pci_read_word(d, at + PCI_EXP_LNKSTA);

    out->has_link = type != PCI_EXP_TYPE_ROOT_INT_EP && type != PCI_EXP_TYPE_ROOT_EC;
    out->link_max_speed = most & PCI_EXP_LNKCAP_SPEED;
    out->link_max_width = (most & PCI_EXP_LNKCAP_WIDTH) >> 4;
    out->link_speed = now & PCI_EXP_LNKSTA_SPEED;
    out->link_width = (now & PCI_EXP_LNKSTA_WIDTH) >> 4;
}

static void decode_express(struct pci_dev *d, const struct hc_pci_config *config, struct hc_pci_decoded *out)
{
    int at = (int)out->express.at;
    unsigned flags = pci_read_word(d, at + PCI_EXP_FLAGS), type = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
    bool second = hc_pci_second_port(flags);

    out->express.known =
        hc_pci_config_knows(config, out->express.at, second ? PCI_EXP_DEVCTL2 + 2 : PCI_EXP_LNKSTA + 2);
    out->port_type = port_type(type);
    out->port = type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_DOWNSTREAM;
    out->flr = (pci_read_long(d, at + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLRESET) != 0;
    out->ari_forwarding = second && (pci_read_word(d, at + PCI_EXP_DEVCTL2) & PCI_EXP_DEVCTL2_ARI);
    decode_link(d, at, type, out);
}

/* Linux wants both: drivers/pci/pci.c, pcie_af_flr(). */
static bool decode_af(struct pci_dev *d, int at)
{
    unsigned cap = pci_read_byte(d, at + PCI_AF_CAP);

    return (cap & PCI_AF_CAP_TP) && (cap & PCI_AF_CAP_FLR);
}

static void decode_conventional(struct pci_dev *d, const struct hc_pci_config *config, struct hc_pci_decoded *out)
{
    out->pm = find(d, config, PCI_CAP_ID_PM, PCI_CAP_NORMAL, PCI_PM_CTRL + 2);
    out->msi = find(d, config, PCI_CAP_ID_MSI, PCI_CAP_NORMAL, 2);
    out->msix = find(d, config, PCI_CAP_ID_MSIX, PCI_CAP_NORMAL, 4);
    out->express = find(d, config, PCI_CAP_ID_EXP, PCI_CAP_NORMAL, 4);
    out->af = find(d, config, PCI_CAP_ID_AF, PCI_CAP_NORMAL, PCI_AF_CAP + 1);
    if (out->pm.at)
        out->no_soft_reset = (pci_read_word(d, (int)out->pm.at + PCI_PM_CTRL) & PCI_PM_CTRL_NO_SOFT_RST) != 0;
    if (out->msix.at)
        out->msix_vectors = (pci_read_word(d, (int)out->msix.at + PCI_MSI_FLAGS) & PCI_MSIX_TABSIZE) + 1u;
    if (out->af.at)
        out->af_flr = decode_af(d, (int)out->af.at);
    if (out->express.at)
        decode_express(d, config, out);
}

/* On some of Intel's root ports the registers are 32 bits wide: Linux drivers/pci/quirks.c, INTEL_SPT_ACS_CTRL. */
static void decode_acs(struct pci_dev *d, const struct hc_pci_config *config, struct hc_pci_decoded *out)
{
    int at = (int)out->acs.at;
    bool wide = hc_pci_wide_acs(config);

    if (wide)
        out->acs.known = hc_pci_config_knows(config, out->acs.at, PCI_ACS_CAP + 8);
    out->acs_capability = pci_read_word(d, at + PCI_ACS_CAP);
    out->acs_control = pci_read_word(d, at + (wide ? PCI_ACS_CAP + 4 : PCI_ACS_CTRL));
}

/* NumVFs counts only while VF Enable is set (PCI Express Base 6.0, 9.3.3.3). */
static void decode_sriov(struct pci_dev *d, struct hc_pci_decoded *out)
{
    int at = (int)out->sriov.at;

    out->vfs_total = pci_read_word(d, at + PCI_IOV_TOTALVF);
    if (pci_read_word(d, at + PCI_IOV_CTRL) & PCI_IOV_CTRL_VFE)
        out->vfs_active = pci_read_word(d, at + PCI_IOV_NUMVF);
}

static void decode_extended(struct pci_dev *d, const struct hc_pci_config *config, struct hc_pci_decoded *out)
{
    out->acs = find(d, config, PCI_EXT_CAP_ID_ACS, PCI_CAP_EXTENDED, PCI_ACS_CTRL + 2);
    out->ari = find(d, config, PCI_EXT_CAP_ID_ARI, PCI_CAP_EXTENDED, 4);
    out->ats = find(d, config, PCI_EXT_CAP_ID_ATS, PCI_CAP_EXTENDED, 4);
    out->pasid = find(d, config, PCI_EXT_CAP_ID_PASID, PCI_CAP_EXTENDED, 4);
    out->pri = find(d, config, PCI_EXT_CAP_ID_PRI, PCI_CAP_EXTENDED, 4);
    out->sriov = find(d, config, PCI_EXT_CAP_ID_SRIOV, PCI_CAP_EXTENDED, PCI_IOV_NUMVF + 2);
    out->rebar = find(d, config, PCI_EXT_CAP_ID_REBAR, PCI_CAP_EXTENDED, 4);
    out->dpc = find(d, config, PCI_EXT_CAP_ID_DPC, PCI_CAP_EXTENDED, 4);
    if (out->acs.at)
        decode_acs(d, config, out);
    if (out->sriov.at)
        decode_sriov(d, out);
}

static bool decode(struct hc_libpci *lib, struct hc_pci_config *config, struct hc_pci_decoded *decoded)
{
    jmp_buf back;

    way_back = &back;
    if (setjmp(back))
        return false;
    lib->device = pci_get_dev(lib->access, 0, 0, 0, 0);
    pci_setup_cache(lib->device, config->bytes, sizeof config->bytes);
    decode_conventional(lib->device, config, decoded);
    decode_extended(lib->device, config, decoded);
    return true;
}

/* libpci looks for the list of a CardBus bridge where other headers have it. */
enum hc_libpci_result hc_libpci_decode(struct hc_libpci *lib, struct hc_pci_config *config,
                                       struct hc_pci_decoded *decoded)
{
    unsigned char *pointer = &config->bytes[PCI_CAPABILITY_LIST], before = *pointer;
    bool good;

    memset(decoded, 0, sizeof *decoded);
    if (!lib->ready)
        return HC_LIBPCI_UNSUPPORTED;
    if ((config->bytes[PCI_HEADER_TYPE] & 0x7f) == PCI_HEADER_TYPE_CARDBUS)
        *pointer = config->bytes[PCI_CB_CAPABILITY_LIST];
    good = decode(lib, config, decoded);
    *pointer = before;
    if (lib->device)
        pci_free_dev(lib->device);
    lib->device = NULL;
    if (!good)
        memset(decoded, 0, sizeof *decoded);
    return good ? HC_LIBPCI_DECODED : HC_LIBPCI_NO_MEMORY;
}
