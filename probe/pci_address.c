#include "pci_address.h"

static bool digits(struct hc_text text, size_t least, size_t most, uint64_t highest, uint64_t *value)
{
    return text.size >= least && text.size <= most && hc_number(text, 16, value) && *value <= highest &&
           !(text.size > 1 && (text.at[1] == 'x' || text.at[1] == 'X'));
}

bool hc_pci_address(struct hc_text text, struct hc_pci_address *address)
{
    struct hc_text domain, bus, device, function, rest;
    uint64_t v[4];

    if (!hc_split(text, ':', &domain, &rest) || !hc_split(rest, ':', &bus, &rest) ||
        !hc_split(rest, '.', &device, &function) ||
        text.size != domain.size + bus.size + device.size + function.size + 3)
        return false;
    if (!digits(domain, 4, 8, UINT32_MAX, &v[0]) || !digits(bus, 2, 2, 255, &v[1]) ||
        !digits(device, 2, 2, 31, &v[2]) || !digits(function, 1, 1, 7, &v[3]))
        return false;
    *address = (struct hc_pci_address){ (uint32_t)v[0], (uint8_t)v[1], (uint8_t)v[2], (uint8_t)v[3] };
    return true;
}
