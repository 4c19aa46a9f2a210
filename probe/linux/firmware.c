#include "probes.h"

void hc_probe_firmware(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node node;

    hc_put_presence(facts, HC_EFI, hc_ask_stat(src, "/sys/firmware/efi", &node));
}
