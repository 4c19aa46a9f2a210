/* The IOMMU in outline: what firmware describes, which units the kernel drives, which groups it formed, and whether
   interrupts are remapped. Judged later, by the effect. */
#include "probes.h"
#include "tables.h"

#include <string.h>

static bool listed(struct hc_text names, const char *name)
{
    return hc_has_word(names, name);
}

static void acpi(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/firmware/acpi/tables", &names);

    hc_put_presence(facts, HC_ACPI_TABLES, reply);
    hc_put_listed(facts, HC_ACPI_DMAR, reply, listed(names, "DMAR"));
    hc_put_listed(facts, HC_ACPI_IVRS, reply, listed(names, "IVRS"));
    hc_put_listed(facts, HC_ACPI_IORT, reply, listed(names, "IORT"));
    hc_put_listed(facts, HC_ACPI_VIOT, reply, listed(names, "VIOT"));
}

/* A list that is absent is an empty one: the kernel makes the folder when it has an IOMMU driver. */
static void put_count(struct hc_source *src, struct hc_facts *facts, struct hc_number_id id,
                      const struct hc_reply *reply, uint64_t count)
{
    if (reply->answer == HC_ABSENT)
        reply = hc_restate(src, reply, "absent");
    hc_put_number(facts, id, reply, count);
}

static void units(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/class/iommu", &names);
    uint64_t count = 0;

    hc_put_table(facts, HC_TABLE_IOMMU_UNITS, reply);
    for (; hc_next_line(&names, &name); count++)
        hc_cell_text(facts, hc_add_row(facts, HC_TABLE_IOMMU_UNITS, reply), HC_COL_IOMMU_UNIT_NAME, reply, name);
    put_count(src, facts, HC_IOMMU_UNIT_COUNT, reply, count);
}

static void group(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, uint64_t id)
{
    static const char path[] = "/sys/kernel/iommu_groups";
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_IOMMU_GROUPS, list);
    struct hc_text text;
    const struct hc_reply *reply =
        hc_ask_line(src, hc_format(src, "%s/%llu/type", path, (unsigned long long)id), &text);

    hc_cell_number(facts, row, HC_COL_IOMMU_GROUP_ID, list, id);
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_TYPE, reply, text);
    reply = hc_ask_dir(src, hc_format(src, "%s/%llu/devices", path, (unsigned long long)id), &text);
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_DEVICES, reply, hc_trim(text));
}

static void groups(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/kernel/iommu_groups", &names);
    struct hc_text rest = names;
    uint64_t count = 0, id;

    while (hc_next_line(&rest, &name))
        if (!hc_number(name, 10, &id))
            reply = hc_malformed(src, reply, "groups are numbers");
    hc_put_table(facts, HC_TABLE_IOMMU_GROUPS, reply);
    for (; reply->answer == HC_OK && hc_next_line(&names, &name); count++)
        if (hc_number(name, 10, &id))
            group(src, facts, reply, id);
    put_count(src, facts, HC_IOMMU_GROUP_COUNT, reply, count);
}

/* Controllers whose interrupts are remapped are named IR-IO-APIC, IR-PCI-MSI, ... on Intel and on AMD. */
static void interrupts(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, word;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/interrupts", &text);
    bool remapped = false, any = text.size != 0;

    while (!remapped && hc_next_word(&text, &word))
        remapped = hc_starts(word, "IR-");
    hc_put_flag(facts, HC_IRQ_REMAPPED, any ? reply : hc_malformed(src, reply, "an empty list of interrupts"),
                remapped);
}

void hc_probe_iommu(struct hc_source *src, struct hc_facts *facts)
{
    acpi(src, facts);
    units(src, facts);
    groups(src, facts);
    interrupts(src, facts);
}
