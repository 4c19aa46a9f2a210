/* Which ACPI tables firmware has; the tables themselves are read where Linux' are (probe/acpi.c). */
#include "asked.h"
#include "probes.h"

void hc_probe_windows_firmware(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names;
    const struct hc_reply *reply;

    if (!hc_is_windows(src))
        return;
    reply = hc_ask_firmware_tables(src, &names);
    hc_put_presence(facts, HC_ACPI_TABLES, reply);
    hc_put_listed(facts, HC_ACPI_DMAR, reply, hc_has_word(names, "DMAR"));
    hc_put_listed(facts, HC_ACPI_IVRS, reply, hc_has_word(names, "IVRS"));
    hc_put_listed(facts, HC_ACPI_IORT, reply, hc_has_word(names, "IORT"));
    hc_put_listed(facts, HC_ACPI_VIOT, reply, hc_has_word(names, "VIOT"));
}
