/* Addresses of PCI functions: "0000:01:00.0"; domains that Linux makes up (VMD) have more than four digits. */
#ifndef HC_PCI_ADDRESS_H
#define HC_PCI_ADDRESS_H

#include "parse.h"

struct hc_pci_address {
    uint32_t domain;
    uint8_t bus, device, function;
};

bool hc_pci_address(struct hc_text text, struct hc_pci_address *address);

#endif
