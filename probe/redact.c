/* What leaves the host in a recording that is meant to be shared: everything but what names the host, its people or
   its place. A row for each key whose answer could; a thinned reply still answers the public questions. */
#include "recording.h"
#include "redact_devices.h"
#include "redact_names.h"
#include "redact_platform.h"
#include "redact_smbios.h"
#include "redact_software.h"
#include "redact_storage.h"

#include <string.h>

/* Words of the kernel command line that change what hostcap finds; others may hold addresses, names or secrets. */
static const char *const public_words[] = {
    "intel_iommu",
    "amd_iommu",
    "iommu",
    "iommu.passthrough",
    "iommu.strict",
    "intremap",
    "clearcpuid",
    "noexec",
    "nox2apic",
    "x2apic_phys",
    "lockdown",
    "mitigations",
    "nosmt",
    "hugepages",
    "hugepagesz",
    "default_hugepagesz",
    "pcie_acs_override",
    "pci",
    "nomodule",
    "modprobe.blacklist",
    "module_blacklist",
    "nested_pvm",
    "quiet",
    "ro",
    "rw",
    "noapic",
    "nolapic",
    "acpi",
    "noefi",
    "isolcpus",
    "nohz_full",
    "mem",
    "maxcpus",
    "nr_cpus",
    "cgroup_disable",
    "systemd.unified_cgroup_hierarchy",
};

static const char *const public_prefixes[] = { "kvm.", "kvm-", "kvm_", "vfio", "iommu." };

/* Groups that exist on many hosts; others may be a person's own. */
static const char *const public_groups[] = { "root", "kvm", "libvirt", "libvirt-qemu", "qemu", "disk", "users" };

static bool listed(struct hc_text word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hc_text_is(word, list[i]))
            return true;
    return false;
}

#define LISTED(word, list) listed(word, list, sizeof(list) / sizeof *(list))

static bool public_word(struct hc_text word)
{
    struct hc_text name = word, value;

    hc_split(word, '=', &name, &value);
    for (size_t i = 0; i < sizeof public_prefixes / sizeof *public_prefixes; i++)
        if (hc_starts(name, public_prefixes[i]))
            return true;
    return LISTED(name, public_words);
}

static void command_line(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text word;

    while (hc_next_word(&body, &word) && !hc_text_is(word, "--")) /* behind it: arguments of init */
        if (public_word(word)) {
            hc_draft_add(draft, draft->size ? HC_TEXT(" ") : HC_TEXT(""));
            hc_draft_add(draft, word);
        }
}

static bool uname_line(struct hc_text line)
{
    return !hc_starts(line, "nodename ");
}

static void group_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line)) {
        struct hc_text name = line, members;
        if (!hc_split(line, ':', &name, &members) || !LISTED(name, public_groups))
            continue;
        while (line.size && line.at[line.size - 1] != ':')
            line.size--;
        hc_draft_line(draft, line);
    }
}

/* The fifth and later words of /proc/modules are load addresses, which tell root where the kernel lies. */
static void module_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line, word;

    while (hc_next_line(&body, &line)) {
        for (int n = 0; n < 5 && hc_next_word(&line, &word); n++) {
            hc_draft_add(draft, n ? HC_TEXT(" ") : HC_TEXT(""));
            hc_draft_add(draft, word);
        }
        hc_draft_add(draft, HC_TEXT("\n"));
    }
}

/* Names in a control group's path (users, units, container ids) become their first letter. */
static void cgroup_path(struct hc_text path, struct hc_draft *draft)
{
    bool first = true;

    for (; path.size; path = (struct hc_text){ path.at + 1, path.size - 1 }) {
        if (path.at[0] == '/' || first)
            hc_draft_add(draft, (struct hc_text){ path.at, 1 });
        first = path.at[0] == '/';
    }
}

static void cgroup_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line, id, rest, controllers, path;

    while (hc_next_line(&body, &line)) {
        if (!hc_split(line, ':', &id, &rest) || !hc_split(rest, ':', &controllers, &path))
            continue;
        hc_draft_add(draft, id);
        hc_draft_add(draft, HC_TEXT(":"));
        hc_draft_add(draft, controllers);
        hc_draft_add(draft, HC_TEXT(":"));
        cgroup_path(path, draft);
        hc_draft_add(draft, HC_TEXT("\n"));
    }
}

/* Windows' own head stands before the table. */
static void windows_smbios_table(struct hc_text body, struct hc_draft *draft)
{
    const size_t head = body.size < 8 ? body.size : 8;

    memcpy(draft->text, body.at, head);
    draft->size = head + hc_thin_smbios((struct hc_text){ body.at + head, body.size - head }, draft->text + head);
}

static void smbios_table(struct hc_text body, struct hc_draft *draft)
{
    draft->size = hc_thin_smbios(body, draft->text);
}

static void dmi_file(struct hc_text body, struct hc_draft *draft)
{
    draft->size = hc_thin_dmi_file(body, draft->text);
}

/* Boards and machines of other architectures show serial numbers among their CPUs; on s390x the identification of each
   CPU ends with the machine's (arch/s390/include/asm/cpu.h). */
static void cpuinfo_lines(struct hc_text body, struct hc_draft *draft)
{
    static const char *const serials[] = { "Serial", "cpu serial number", "system serial number" };
    static const char mark[] = "identification = ";
    struct hc_text line, name, value;

    while (hc_next_line(&body, &line)) {
        size_t start = draft->size, at;
        if (hc_split(line, ':', &name, &value) && LISTED(name, serials))
            continue;
        hc_draft_add(draft, line);
        hc_draft_add(draft, body.at > line.at + line.size ? HC_TEXT("\n") : HC_TEXT(""));
        for (at = start; at + sizeof mark - 1 < draft->size && memcmp(draft->text + at, mark, sizeof mark - 1); at++)
            ;
        for (at += sizeof mark - 1; at < draft->size && draft->text[at] != ','; at++)
            draft->text[at] = '0';
    }
}

/* Of /proc/sysinfo the machine's type, and what runs below: no sequence code, plant, or name of a partition or guest.
 */
static bool sysinfo_line(struct hc_text line)
{
    static const char *const shown[] = { "Manufacturer", "Type", "LPAR Number", "VM00 Control Program",
                                         "VM00 CPUs Total" };
    struct hc_text name, value;

    return hc_split(line, ':', &name, &value) && LISTED(name, shown);
}

/* Where the kernel lies is told to root; who may not know it sees zeros. */
static bool iomem_line(struct hc_text line)
{
    struct hc_text range, name;

    return hc_split(line, ':', &range, &name) && !hc_starts(name, "Kernel ") && !hc_starts(name, "Crash kernel");
}

#define DMI "file:/sys/class/dmi/id/"

static const struct hc_thin_row rows[] = {
    { "host:uname", NULL, .keep = uname_line },
    { "file:/proc/cmdline", NULL, .thin = command_line },
    { "file:/proc/modules", NULL, .thin = module_lines },
    { "file:/proc/iomem", NULL, .keep = iomem_line },
    { "file:/proc/self/cgroup", NULL, .thin = cgroup_lines },
    { "file:/etc/group", NULL, .thin = group_lines },
    { "file:/sys/firmware/dmi/tables/DMI", NULL, .thin = smbios_table },
    { "file:/proc/sysinfo", NULL, .keep = sysinfo_line },
    { "file:/proc/cpuinfo", NULL, .thin = cpuinfo_lines },
    { "fwtable:RSMB:0", NULL, .thin = windows_smbios_table },
    { DMI "product_serial", NULL, .thin = dmi_file },
    { DMI "product_uuid", NULL, .thin = dmi_file },
    { DMI "board_serial", NULL, .thin = dmi_file },
    { DMI "board_asset_tag", NULL, .thin = dmi_file },
    { DMI "chassis_serial", NULL, .thin = dmi_file },
    { DMI "chassis_asset_tag", NULL, .thin = dmi_file },
};

static enum hc_thinned thin_host(struct hc_source *src, const char *key, struct hc_text *body)
{
    return hc_thin_by(rows, sizeof rows / sizeof *rows, src, key, body);
}

/* Keys below a control group's own folder hold its path: file:/sys/fs/cgroup/[memory/]PATH/memory.max. */
static const char *thin_key(struct hc_source *src, const char *key)
{
    static const char root[] = "file:/sys/fs/cgroup";
    struct hc_draft draft = { hc_alloc(&src->arena, strlen(key) + 1), 0 };
    const char *file = strrchr(key, '/');

    if (strncmp(key, root, sizeof root - 1) || !draft.text || file <= key + sizeof root - 1)
        return key;
    hc_draft_add(&draft, (struct hc_text){ key, sizeof root - 1 });
    if (!strncmp(key + draft.size, "/memory/", 8)) /* the version 1 controller is no part of the path */
        hc_draft_add(&draft, HC_TEXT("/memory"));
    cgroup_path((struct hc_text){ key + draft.size, (size_t)(file - key) - draft.size }, &draft);
    hc_draft_add(&draft, (struct hc_text){ file, strlen(file) });
    return draft.text;
}

/* Whatever a topic takes out; the first that changes an answer does it. */
static enum hc_thinned thinned(struct hc_source *src, const char *key, struct hc_text *body)
{
    static enum hc_thinned (*const topics[])(struct hc_source *, const char *, struct hc_text *) = {
        hc_thin_names, hc_thin_platform, hc_thin_software, hc_thin_storage, hc_thin_devices, thin_host,
    };
    enum hc_thinned left = HC_WHOLE;

    for (size_t i = 0; i < sizeof topics / sizeof *topics && left == HC_WHOLE; i++)
        left = topics[i](src, key, body);
    return left;
}

const char *hc_redact_key(struct hc_source *src, const char *key)
{
    return hc_thin_name_in_key(src, hc_thin_software_key(src, thin_key(src, key)));
}

const struct hc_reply *hc_redact(struct hc_source *src, const struct hc_reply *reply)
{
    struct hc_text body = { reply->bytes, reply->size };
    struct hc_reply *copy = hc_alloc(&src->arena, sizeof *copy);
    enum hc_thinned left;

    if (!copy)
        return reply;
    *copy = *reply;
    copy->key = hc_redact_key(src, reply->key);
    left = reply->answer == HC_OK ? thinned(src, reply->key, &body) : HC_WHOLE;
    if (left == HC_NOTHING)
        *copy = (struct hc_reply){ .key = copy->key, .answer = HC_REDACTED, .bytes = "" };
    if (left != HC_LESS)
        return copy;
    copy->bytes = body.at;
    copy->size = body.size;
    copy->thinned = true;
    return copy;
}
