/* The IOMMU: what firmware describes, which units the kernel drives, which groups it formed, whether interrupts are
   remapped, and what VFIO was told. Judged later, by the effect. */
#include "iommu_bits.h"
#include "probes.h"
#include "tables.h"

#include <stdio.h>
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

/* ---- units ---- */

/* The kernel names a unit after its driver: dmar0, ivhd0, smmu3.0x09050000. That of virtio is named after the bus
   address of its device, whose own name tells. */
static const char *unit_kind(struct hc_source *src, struct hc_text name, const struct hc_reply **reply)
{
    struct hc_text device;

    if (hc_starts(name, "dmar"))
        return "vt-d";
    if (hc_starts(name, "ivhd"))
        return "amd-vi";
    if (hc_starts(name, "smmu"))
        return "smmu";
    *reply = hc_ask_link(src, hc_format(src, "/sys/class/iommu/%.*s/device", (int)name.size, name.at), &device);
    while (device.size && memchr(device.at, '/', device.size))
        device = (struct hc_text){ device.at + 1, device.size - 1 };
    return hc_starts(device, "virtio") ? "virtio" : "other";
}

static const struct hc_reply *ask_unit(struct hc_source *src, struct hc_text name, const char *file,
                                       struct hc_text *text)
{
    return hc_ask_line(src, hc_format(src, "/sys/class/iommu/%.*s/%s", (int)name.size, name.at, file), text);
}

static const struct hc_reply *ask_register(struct hc_source *src, struct hc_text name, const char *file,
                                           uint64_t *value)
{
    struct hc_text text;
    const struct hc_reply *reply = ask_unit(src, name, file, &text);

    return hc_number(text, 16, value) ? reply : hc_malformed(src, reply, "a hexadecimal number was expected");
}

/* Linux Documentation/ABI/testing/sysfs-class-iommu-intel-iommu */
static void vtd_unit(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row, struct hc_text name)
{
    char names[HC_IOMMU_NAMES_MAX];
    uint64_t address, cap, ecap;
    struct hc_text text;
    const struct hc_reply *reply = ask_register(src, name, "intel-iommu/address", &address), *more;

    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_ADDRESS, reply, address);
    reply = ask_unit(src, name, "intel-iommu/version", &text);
    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_VERSION, reply, text);
    reply = ask_register(src, name, "intel-iommu/cap", &cap);
    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_CAP, reply, cap);
    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_WIDTH, reply, HC_VTD_WIDTH(cap));
    more = ask_register(src, name, "intel-iommu/ecap", &ecap);
    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_ECAP, more, ecap);
    hc_cell_flag(facts, row, HC_COL_IOMMU_UNIT_IR, more, (ecap & HC_VTD_ECAP_IR) != 0);
    text = hc_vtd_features(cap, ecap, names);
    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_FEATURES, reply->answer == HC_OK ? more : reply, text);
}

/* Linux 5.19 to 6.6 show "EFR2:EFR", later ones "EFR:EFR2", older ones EFR alone (drivers/iommu/amd/init.c,
   amd_iommu_show_features); distributions carry such changes back, so the release decides nothing. Whether interrupts
   can be remapped stands in no register: the architecture has it, firmware must name the I/O APICs. */
static void amd_unit(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row, struct hc_text name)
{
    char names[HC_IOMMU_NAMES_MAX];
    uint64_t cap, efr = 0;
    struct hc_text text;
    const struct hc_reply *reply = ask_register(src, name, "amd-iommu/cap", &cap);

    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_CAP, reply, cap);
    reply = ask_unit(src, name, "amd-iommu/features", &text);
    if (!hc_amd_efr(text, &efr))
        reply = hc_malformed(src, reply, "which half is the Extended Feature register cannot be told");
    hc_cell_number(facts, row, HC_COL_IOMMU_UNIT_EFR, reply, efr);
    text = hc_amd_features(efr, names);
    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_FEATURES, reply, text);
}

static void unit(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, struct hc_text name)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_IOMMU_UNITS, list);
    const struct hc_reply *reply = list;
    const char *kind = unit_kind(src, name, &reply);
    struct hc_text names;

    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_NAME, list, name);
    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_KIND, reply, (struct hc_text){ kind, strlen(kind) });
    if (!strcmp(kind, "vt-d"))
        vtd_unit(src, facts, row, name);
    if (!strcmp(kind, "amd-vi"))
        amd_unit(src, facts, row, name);
    reply = hc_ask_dir(src, hc_format(src, "/sys/class/iommu/%.*s/devices", (int)name.size, name.at), &names);
    hc_cell_text(facts, row, HC_COL_IOMMU_UNIT_DEVICES, reply, hc_trim(names));
}

static void units(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(src, "/sys/class/iommu", &names);
    uint64_t count = 0;

    hc_put_presence(facts, HC_IOMMU_CLASS, reply);
    hc_put_table(facts, HC_TABLE_IOMMU_UNITS, reply);
    for (; hc_next_line(&names, &name); count++)
        unit(src, facts, reply, name);
    put_count(src, facts, HC_IOMMU_UNIT_COUNT, reply, count);
}

/* ---- groups ---- */

static char *group_path(struct hc_source *src, uint64_t id, const char *file)
{
    return hc_format(src, "/sys/kernel/iommu_groups/%llu/%s", (unsigned long long)id, file);
}

/* The regions of one type as FIRST-LAST; false where a line is not "0x0 0xfff type". What is written is shorter than
   what was read. */
static bool regions(struct hc_source *src, struct hc_text text, const char *type, struct hc_text *list)
{
    const size_t room = text.size + 1;
    char *out = text.size ? hc_alloc(&src->arena, room) : NULL;
    struct hc_text line, first, last, word;
    uint64_t a, b;

    *list = (struct hc_text){ out ? out : "", 0 };
    if (text.size && !out)
        return false;
    while (hc_next_line(&text, &line)) {
        if (!hc_next_word(&line, &first) || !hc_next_word(&line, &last) || !hc_next_word(&line, &word) ||
            !hc_number(first, 16, &a) || !hc_number(last, 16, &b) || a > b)
            return false;
        if (hc_text_is(word, type))
            list->size += (size_t)snprintf(out + list->size, room - list->size, "%s0x%llx-0x%llx",
                                           list->size ? " " : "", (unsigned long long)a, (unsigned long long)b);
    }
    return true;
}

/* Linux 4.11 and later; direct-relaxable from 5.3 on (Documentation/ABI/testing/sysfs-kernel-iommu_groups). On an older
   kernel the file is missing, and whether there are such regions stays unknown. */
static void group_regions(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row, uint64_t id)
{
    struct hc_text text, direct = { "", 0 }, relaxable = { "", 0 };
    const struct hc_reply *reply = hc_ask_file(src, group_path(src, id, "reserved_regions"), &text);

    if (!regions(src, text, "direct", &direct) || !regions(src, text, "direct-relaxable", &relaxable))
        reply = hc_malformed(src, reply, "lines of FIRST LAST TYPE were expected");
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_DIRECT, reply, direct);
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_RELAXABLE, reply, relaxable);
}

/* Only a group without a default domain can be one that VFIO made up to do without an IOMMU, and those have a name
   (Linux drivers/vfio/group.c, vfio_noiommu_group_alloc): the others are not asked. */
static void group(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, uint64_t id)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_IOMMU_GROUPS, list);
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_line(src, group_path(src, id, "type"), &text);

    hc_cell_number(facts, row, HC_COL_IOMMU_GROUP_ID, list, id);
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_TYPE, reply, text);
    if (!text.size || hc_text_is(text, "unknown")) {
        reply = hc_ask_line(src, group_path(src, id, "name"), &text);
        if (reply->answer == HC_ABSENT)
            reply = hc_restate(src, reply, "absent");
        hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_NAME, reply, text);
    }
    reply = hc_ask_dir(src, group_path(src, id, "devices"), &text);
    hc_cell_text(facts, row, HC_COL_IOMMU_GROUP_DEVICES, reply, hc_trim(text));
    group_regions(src, facts, row, id);
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

/* ---- interrupts ---- */

/* Controllers whose messages go to the CPUs as the device sends them: of a PC, and of Arm the GICv2m and MBI frames,
   "MSI" before Linux 6.11 (drivers/irqchip/irq-gic-v2m.c, irq-gic-v3-mbi.c). */
static bool plain_controller(struct hc_text word)
{
    return hc_text_is(word, "IO-APIC") || hc_text_is(word, "MSI") || hc_starts(word, "PCI-MSI") ||
           hc_starts(word, "GICv2m-") || hc_starts(word, "MBI-");
}

/* Controllers whose interrupts are remapped are named IR-IO-APIC, IR-PCI-MSI, ... on Intel and on AMD; those behind an
   Arm ITS are ITS-MSI, ITS-PCI-MSI, ... */
static void interrupts(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, word;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/interrupts", &text);
    bool remapped = false, its = false, plain = false;

    if (!text.size)
        reply = hc_malformed(src, reply, "an empty list of interrupts");
    while (hc_next_word(&text, &word)) {
        remapped = remapped || hc_starts(word, "IR-");
        its = its || hc_starts(word, "ITS-");
        plain = plain || plain_controller(word);
    }
    hc_put_flag(facts, HC_IRQ_REMAPPED, reply, remapped);
    hc_put_flag(facts, HC_IRQ_ITS, reply, its);
    hc_put_flag(facts, HC_IRQ_PLAIN, reply, plain);
}

/* ---- VFIO ---- */

/* "vfio.enable_unsafe_noiommu_mode=1" on the command line: modprobe gives it to the module when that is loaded. */
static bool told_at_boot(struct hc_text words, const char *module, const char *name)
{
    struct hc_text word, left, value, first, second;
    bool on = false;

    while (hc_next_word(&words, &word) && !hc_text_is(word, "--"))
        if (hc_split(word, '=', &left, &value) && hc_split(left, '.', &first, &second) && hc_text_is(first, module) &&
            hc_text_is(second, name))
            on = value.size == 1 && memchr("1Yy", value.at[0], 3);
    return on;
}

/* Where a module is not loaded nobody has told it anything, but for the command line. */
static const struct hc_reply *when_loaded(struct hc_source *src, const struct hc_reply *absent, const char *module,
                                          const char *name, bool *on)
{
    struct hc_text words;
    struct hc_node node;
    const struct hc_reply *boot = hc_ask_file(src, "/proc/cmdline", &words), *loaded;

    *on = told_at_boot(words, module, name);
    if (boot->answer != HC_OK || !*on)
        return boot->answer == HC_OK ? absent : boot;
    loaded = hc_ask_stat(src, hc_format(src, "/sys/module/%s", module), &node);
    if (loaded->answer == HC_OK) /* it knows no such parameter */
        return absent;
    return loaded->answer == HC_ABSENT ? boot : loaded;
}

/* A driver that is part of the kernel shows its parameters too; enable_unsafe_noiommu_mode needs CONFIG_VFIO_NOIOMMU.
 */
static void parameter(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *module,
                      const char *name)
{
    bool on;
    const struct hc_reply *reply = hc_ask_flag(src, hc_format(src, "/sys/module/%s/parameters/%s", module, name), &on);

    if (reply->answer == HC_ABSENT)
        reply = when_loaded(src, reply, module, name, &on);
    hc_put_listed(facts, id, reply, on);
}

static void vfio(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names;

    parameter(src, facts, HC_VFIO_UNSAFE_INTERRUPTS, "vfio_iommu_type1", "allow_unsafe_interrupts");
    parameter(src, facts, HC_VFIO_NOIOMMU, "vfio", "enable_unsafe_noiommu_mode");
    parameter(src, facts, HC_VFIO_DENYLIST_OFF, "vfio_pci", "disable_denylist");
    hc_put_presence(facts, HC_VFIO_PCI, hc_ask_dir(src, "/sys/bus/pci/drivers/vfio-pci", &names));
}

/* The folder of the host bridge that a function is below: its link without "pci0000:00" and what follows. */
static struct hc_text host_bridge(struct hc_text link)
{
    struct hc_text rest = link, name;

    while (hc_split(rest, '/', &name, &rest))
        if (hc_starts(name, "pci"))
            return (struct hc_text){ link.at, (size_t)(name.at - link.at) };
    return (struct hc_text){ "", 0 };
}

/* Whether that host bridge has an iommu-map; NULL: the device tree does not describe it. */
static const struct hc_reply *ask_map(struct hc_source *src, struct hc_text bridge)
{
    struct hc_node node;
    struct hc_text path = { bridge.at + 8, bridge.size - 8 }; /* behind "../../.." */

    if (hc_ask_stat(src, hc_format(src, "/sys%.*sof_node", (int)path.size, path.at), &node)->answer != HC_OK)
        return NULL;
    return hc_ask_stat(src, hc_format(src, "/sys%.*sof_node/iommu-map", (int)path.size, path.at), &node);
}

/* Without ACPI the device tree describes IOMMUs: Linux drivers/iommu/of_iommu.c, of_iommu_configure() leads PCI devices
   to one by the property iommu-map of their host bridge, and by nothing else. One that has it is enough. */
static void device_tree(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *map = NULL, *found = NULL;
    struct hc_text names, name, link, bridge, last = { "", 0 };

    if (hc_flag(facts, HC_ACPI_TABLES) != HC_NO)
        return;
    hc_ask_dir(src, "/sys/bus/pci/devices", &names);
    while ((!found || found->answer != HC_OK) && hc_next_line(&names, &name)) {
        hc_ask_link(src, hc_format(src, "/sys/bus/pci/devices/%.*s", (int)name.size, name.at), &link);
        bridge = host_bridge(link);
        if (!hc_starts(bridge, "../../../devices/") || hc_same_text(bridge, last))
            continue;
        last = bridge;
        map = ask_map(src, bridge);
        if (map && (!found || found->answer == HC_ABSENT || map->answer == HC_OK)) /* one not seen is kept */
            found = map;
    }
    if (found)
        hc_put_presence(facts, HC_DT_IOMMU_MAP, found);
}

void hc_probe_iommu(struct hc_source *src, struct hc_facts *facts)
{
    acpi(src, facts);
    device_tree(src, facts);
    units(src, facts);
    groups(src, facts);
    interrupts(src, facts);
    vfio(src, facts);
}
