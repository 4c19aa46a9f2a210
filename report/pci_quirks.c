#include "pci_quirks.h"

#include <stdbool.h>
#include <stddef.h>

struct quirk {
    uint16_t vendor, first, last;
    uint32_t kinds;
};

/* Names of the table without their prefix. */
enum {
    NO_FLR = HC_QUIRK_NO_FLR,
    NO_BUS_RESET = HC_QUIRK_NO_BUS_RESET,
    NO_PM_RESET = HC_QUIRK_NO_PM_RESET,
    DEVICE_RESET = HC_QUIRK_DEVICE_RESET,
    GPU_RESET_BUG = HC_QUIRK_GPU_RESET_BUG,
    BROKEN_INTX = HC_QUIRK_BROKEN_INTX,
    VFIO_DENYLIST = HC_QUIRK_VFIO_DENYLIST,
    IR_BROKEN = HC_QUIRK_IR_BROKEN,
    ACS_FUNCTIONS = HC_QUIRK_ACS_FUNCTIONS,
    ACS_PORT = HC_QUIRK_ACS_PORT,
    ACS_ROOT_PORT = HC_QUIRK_ACS_ROOT_PORT,
    ACS_DOWNSTREAM = HC_QUIRK_ACS_DOWNSTREAM,
    ACS_PCH = HC_QUIRK_ACS_PCH,
    ACS_SPT = HC_QUIRK_ACS_SPT,
    ACS_AMD_SB = HC_QUIRK_ACS_AMD_SB,
    ALIAS_FUNCTION_0 = HC_QUIRK_ALIAS_FUNCTION_0,
    ALIAS_FUNCTION_1 = HC_QUIRK_ALIAS_FUNCTION_1,
    ALIAS_BUS = HC_QUIRK_ALIAS_BUS,
    ALIAS_MIC = HC_QUIRK_ALIAS_MIC,
    ALIAS_ADAPTEC = HC_QUIRK_ALIAS_ADAPTEC,
    TRANSLATION_ROOT = HC_QUIRK_TRANSLATION_ROOT
};

static const struct quirk quirks[] = {
#define DATED(version, date)
#define QUIRK(vendor, first, last, kinds) { vendor, first, last, kinds },
#include "pci_quirks.def"
};

/* The last row that does not begin behind the device, if it reaches as far. */
static uint32_t of_device(uint16_t vendor, uint16_t device)
{
    size_t low = 0, high = sizeof quirks / sizeof *quirks;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct quirk *q = &quirks[middle];
        if (q->vendor < vendor || (q->vendor == vendor && q->first <= device))
            low = middle + 1;
        else
            high = middle;
    }
    return low && quirks[low - 1].vendor == vendor && quirks[low - 1].last >= device ? quirks[low - 1].kinds : 0;
}

/* pci_dev_acs_enabled of quirks.c has rows for any device of these makers. */
static uint32_t of_maker(uint16_t vendor)
{
    switch (vendor) {
    case 0x8086: return HC_QUIRK_ACS_RCIEP;
    case 0x1d17: return HC_QUIRK_ACS_PORTS_LISTED;
    case 0x8088: return HC_QUIRK_ACS_LISTED;
    default: return 0;
    }
}

/* Defects that later revisions have not: intel_remapping_check() of early-quirks.c, quirk_no_flr_snet() of quirks.c. */
static uint32_t mended(uint16_t vendor, uint16_t device, int revision)
{
    if (vendor == 0x8086 && revision > 0x13 && !(device == 0x3405 && revision == 0x22))
        return HC_QUIRK_IR_BROKEN;
    return vendor == 0xd063 && revision >= 0 && revision != 1 ? HC_QUIRK_NO_FLR : 0;
}

uint32_t hc_pci_quirks(uint16_t vendor, uint16_t device, uint32_t class_code, int revision)
{
    uint32_t kinds = of_device(vendor, device) | of_maker(vendor);

    if (vendor == 0x1002 && class_code >> 8 == 0x0300)
        kinds |= HC_QUIRK_NO_PM_RESET;
    return kinds & ~mended(vendor, device, revision);
}

const char *hc_pci_quirks_date(void)
{
    return
#define DATED(version, date) date
#define QUIRK(vendor, first, last, kinds)
#include "pci_quirks.def"
        ;
}
