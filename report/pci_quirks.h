/* Odd PCI devices by their ids: resets that hang or do nothing, interrupts that cannot be masked, isolation that the
   kernel knows of without a capability, requests that carry another's id. A dated table: pci_quirks.def. */
#ifndef HC_PCI_QUIRKS_H
#define HC_PCI_QUIRKS_H

#include <stdint.h>

enum hc_pci_quirk {
    /* resets */
    HC_QUIRK_NO_FLR = 1 << 0,        /* Function Level Reset hangs it */
    HC_QUIRK_NO_BUS_RESET = 1 << 1,  /* it, or what is below, does not come back */
    HC_QUIRK_NO_PM_RESET = 1 << 2,   /* D3hot to D0 resets nothing; counts unless it is on a root bus */
    HC_QUIRK_DEVICE_RESET = 1 << 3,  /* the kernel has a reset of its own for it */
    HC_QUIRK_GPU_RESET_BUG = 1 << 4, /* the GPU is unusable for a second guest */
    /* giving it away */
    HC_QUIRK_BROKEN_INTX = 1 << 5,   /* its INTx cannot be masked: needs an interrupt line of its own */
    HC_QUIRK_VFIO_DENYLIST = 1 << 6, /* vfio-pci refuses it (disable_denylist) */
    HC_QUIRK_IR_BROKEN = 1 << 7,     /* chipset: Linux switches interrupt remapping off */
    /* isolation: pci_dev_specific_acs_enabled() */
    HC_QUIRK_ACS_FUNCTIONS = 1 << 8,     /* functions that send nothing to each other */
    HC_QUIRK_ACS_PORT = 1 << 9,          /* isolates like a port with ACS */
    HC_QUIRK_ACS_ROOT_PORT = 1 << 10,    /* the same where it is a root port */
    HC_QUIRK_ACS_DOWNSTREAM = 1 << 11,   /* the same where it is a root port or a downstream port */
    HC_QUIRK_ACS_PCH = 1 << 12,          /* the same where it is a root port, after a change in its registers */
    HC_QUIRK_ACS_SPT = 1 << 13,          /* root port: the registers of its capability are 4 bytes wide */
    HC_QUIRK_ACS_AMD_SB = 1 << 14,       /* function of a southbridge on a root bus: isolates where there is an IVRS */
    HC_QUIRK_ACS_RCIEP = 1 << 15,        /* integrated endpoints of this maker are isolated */
    HC_QUIRK_ACS_PORTS_LISTED = 1 << 16, /* of this maker's ports only those of the table isolate */
    HC_QUIRK_ACS_LISTED = 1 << 17,       /* of this maker's functions only those of the table isolate */
    /* requests with another's id */
    HC_QUIRK_ALIAS_FUNCTION_0 = 1 << 18,
    HC_QUIRK_ALIAS_FUNCTION_1 = 1 << 19,
    HC_QUIRK_ALIAS_BUS = 1 << 20,        /* any function of its bus */
    HC_QUIRK_ALIAS_MIC = 1 << 21,        /* 10.0, 11.0 and 12.3 of its bus */
    HC_QUIRK_ALIAS_ADAPTEC = 1 << 22,    /* 01.0 of its bus, with the subsystems 9005:02bb and 9005:02bc */
    HC_QUIRK_TRANSLATION_ROOT = 1 << 23, /* bridge: its IOMMU sits here, nothing above counts as an alias */
};

/* The kinds that hold, or'ed. class_code has 24 bits (UINT32_MAX: not known); where the revision is not known (-1) a
   defect of some revisions holds. */
uint32_t hc_pci_quirks(uint16_t vendor, uint16_t device, uint32_t class_code, int revision);

/* Of the last look at the sources. */
const char *hc_pci_quirks_date(void);

#endif
