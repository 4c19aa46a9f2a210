/* What of a PCI configuration space is read, how an answer to "pciconf:" spells it, and what of it is known.

   size 4096                size of the kernel's file: 4096, 256, or what a dump holds
   04 07041000              offset and bytes, in hex, ascending: only the bytes that were really read
   40 0d600000865334f0  */
#ifndef HC_PCI_CONFIG_H
#define HC_PCI_CONFIG_H

#include "arena.h"
#include "parse.h"

enum { HC_PCI_HEADER = 64, HC_PCI_CONVENTIONAL = 256, HC_PCI_EXPRESS = 4096, HC_PCI_BEHIND = 64 };

struct hc_pci_config {
    size_t size;                                         /* of the kernel's file */
    unsigned char bytes[HC_PCI_EXPRESS + HC_PCI_BEHIND]; /* zeros behind the end, where a register reaches over it */
    unsigned char known[HC_PCI_EXPRESS / 8];             /* a bit for each byte */
};

/* Fills in bytes from an offset on; how many, fewer only where no more can be read. */
typedef size_t hc_pci_reader(void *self, size_t offset, unsigned char *bytes, size_t count);

/* Reads the header, the lists of capabilities, and of those that hostcap decodes the registers. Serial numbers and
   vital product data are not read: they name the card; the revision only where it is not told elsewhere. False: not
   even the header. */
bool hc_pci_config_read(struct hc_pci_config *config, size_t size, bool revision, hc_pci_reader *read, void *self);

/* The answer's text; at is NULL where there is no memory. */
struct hc_text hc_pci_config_text(struct hc_arena *arena, const struct hc_pci_config *config);

/* False: not of the form above, or without a header. */
bool hc_pci_config_parse(struct hc_text text, struct hc_pci_config *config);

bool hc_pci_config_knows(const struct hc_pci_config *config, size_t offset, size_t count);

/* Whether the list of capabilities tells, to its end, that there is neither MSI nor MSI-X. */
bool hc_pci_config_lines_only(const struct hc_pci_config *config);

/* Nothing behind the header is known: the kernel shows no more without privilege. */
bool hc_pci_config_header_only(const struct hc_pci_config *config);

/* Every byte that was read of the header's beginning is ff: nothing answered there. Five bits of the Command register
   are always 0 (PCI Local Bus 3.0, 6.2.2). */
bool hc_pci_config_dead(const struct hc_pci_config *config);

/* How far a list of capabilities could be followed. */
enum hc_pci_list {
    HC_PCI_LIST_WHOLE, /* to its end; or there is none */
    HC_PCI_LIST_CUT,   /* to bytes that are not known */
    HC_PCI_LIST_BROKEN /* into itself, into the header, or to bytes that are all ones */
};
enum hc_pci_list hc_pci_capabilities(const struct hc_pci_config *config);
enum hc_pci_list hc_pci_extended(const struct hc_pci_config *config);

enum { HC_PCI_REVISION = 0x08, HC_PCI_INTERRUPT_PIN = 0x3d };

/* Whether a list, as far as it can be followed, leads to that place. */
bool hc_pci_listed(const struct hc_pci_config *config, size_t at);

/* Whether the PCI Express Capabilities register is that of a port that has Device Control 2. */
bool hc_pci_second_port(unsigned flags);

/* Root ports of Intel's 100 and 200 series, whose ACS registers are 32 bits wide: the control register stands at 8. */
bool hc_pci_wide_acs(const struct hc_pci_config *config);

#endif
