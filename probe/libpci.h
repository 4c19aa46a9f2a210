/* The one door to libpci: bytes of a configuration space in, what it decodes out. */
#ifndef HC_LIBPCI_H
#define HC_LIBPCI_H

#include "pci_config.h"

/* Where a capability stands, 0: nowhere, and whether all its bytes that are decoded here are known. */
struct hc_pci_place {
    unsigned at;
    bool known;
};

struct hc_pci_decoded {
    struct hc_pci_place pm, msi, msix, express, af;
    struct hc_pci_place acs, ari, ats, pasid, pri, sriov, rebar, dpc;
    bool no_soft_reset, af_flr;
    unsigned msix_vectors;
    const char *port_type; /* NULL: a number that is none */
    bool port;             /* root or downstream port: it may forward ARI */
    bool has_link;
    unsigned link_speed, link_width, link_max_speed, link_max_width; /* in the numbers of the registers */
    bool flr, ari_forwarding;
    unsigned acs_capability, acs_control;
    unsigned vfs_total, vfs_active;
};

/* One for a scan; NULL where there is no memory. */
struct hc_libpci;
struct hc_libpci *hc_libpci_open(void);
void hc_libpci_close(struct hc_libpci *lib);

enum hc_libpci_result {
    HC_LIBPCI_DECODED,
    HC_LIBPCI_NO_MEMORY,
    HC_LIBPCI_UNSUPPORTED /* it has nothing to work with on this platform */
};
enum hc_libpci_result hc_libpci_decode(struct hc_libpci *lib, struct hc_pci_config *config,
                                       struct hc_pci_decoded *decoded);

#endif
