#include "vectors_devices.h"

#include <string.h>

/* ---- keys ---- */

/* The keys of a device that are no or yes; of a number: whether it is above 0. */
static const struct {
    enum hc_input input;
    const char *key;
} flags[] = {
    { HC_IN_BRIDGE, "bridge" },
    { HC_IN_DISK, "disk_in_use" },
    { HC_IN_WIRED, "wired" },
    { HC_IN_DIRECT, "direct_region" },
    { HC_IN_RELAXABLE, "relaxable_region" },
    { HC_IN_VFS_ON, "sriov_num" },
    { HC_IN_LEGACY_BUS, "legacy_bus" },
    { HC_IN_ON_PAPER, "acs_override" },
    { HC_IN_MSI, "msi" },
    { HC_IN_MSIX, "msix" },
    { HC_IN_EXTERNAL, "external" },
    { HC_IN_BOOT_VGA, "boot_vga" },
    { HC_IN_OTHER_DISPLAY, "other_display" },
    { HC_IN_CAN_HAVE_VFS, "sriov_total" },
    { HC_IN_MDEV, "mdev" },
    { HC_IN_UNGROUPED, "ungrouped" },
    { HC_IN_DENYLIST_OFF, "denylist_off" },
    { HC_IN_PATH, "default_route" },
};

/* The others. A group's number and the device's own driver decide nothing: its members say who holds what. */
static const char *const others[] = { "bdf",       "class",  "vendor", "device", "group",    "group_members", "reset",
                                      "hot_reset", "quirks", "driver", "is_vf",  "only_nic", "no_pin" };

static const char *const reset_words[] = { "flr", "af_flr", "pm", "bus", "acpi", "device_specific", "cxl_bus" };

/* Of pci-quirks.tsv; those of ACS and of interrupts made the groups, and the bit of the host, what they are. */
static const char *const quirk_words[] = { "gpu_reset_bug",   "broken_intx_masking", "vfio_denylist",
                                           "no_flr",          "no_bus_reset",        "no_pm_reset",
                                           "device_specific", "acs_amd_sb",          "acs_isolated_mf",
                                           "acs_pch",         "acs_rciep",           "acs_spt",
                                           "ir_broken" };

/* ---- values ---- */

static bool listed(const struct hc_json *list, const char *word)
{
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (hc_json_string(m) && !strcmp(hc_json_string(m), word))
            return true;
    return false;
}

static bool has(const struct hc_json *device, const char *key)
{
    bool flag = false;
    uint64_t number;
    const struct hc_json *value = hc_json_get(device, key);

    return hc_json_flag(value, &flag) ? flag : hc_json_number(value, &number) && number;
}

/* null: not known; missing: no. */
static enum hc_tri tri_of(const struct hc_json *device, const char *key)
{
    return hc_json_is_null(hc_json_get(device, key)) ? HC_UNKNOWN : hc_tri(has(device, key));
}

static void put(struct hc_subject *s, enum hc_input input, const struct hc_json *device, const char *key)
{
    s->is[input] = tri_of(device, key);
}

static void put_listed(struct hc_subject *s, enum hc_input input, const struct hc_json *device, const char *key,
                       const char *word)
{
    const struct hc_json *list = hc_json_get(device, key);

    s->is[input] = hc_json_is_null(list) ? HC_UNKNOWN : hc_tri(hc_json_is_array(list) && listed(list, word));
}

static uint64_t hex(const struct hc_json *device, const char *key, uint64_t otherwise)
{
    const char *text = hc_json_get_string(device, key);
    uint64_t value;

    return text && hc_number((struct hc_text){ text, strlen(text) }, 16, &value) ? value : otherwise;
}

/* "0000:0a:00" of "0000:0a:00.1" */
static bool same_slot(const char *a, const char *b)
{
    const size_t size = strcspn(a, ".");

    return size == strcspn(b, ".") && !memcmp(a, b, size);
}

static bool managed(const char *driver)
{
    return !strcmp(driver, "pcieport") || !strcmp(driver, "pci-stub") || strstr(driver, "vfio");
}

static void put_members(struct hc_subject *s, const struct hc_json *device)
{
    const char *self = hc_json_get_string(device, "bdf");

    for (const struct hc_json *m = hc_json_first(hc_json_get_array(device, "group_members")); m; m = hc_json_next(m)) {
        const char *bdf = hc_json_get_string(m, "bdf"), *driver = hc_json_get_string(m, "driver");
        if (!self || !bdf || !strcmp(self, bdf))
            continue;
        s->is[HC_IN_CRITICAL_PEER] = hc_or(s->is[HC_IN_CRITICAL_PEER], tri_of(m, "critical"));
        if (driver && !managed(driver) && !has(m, "bridge") && !same_slot(self, bdf))
            s->is[HC_IN_BOUND_PEER] = HC_YES;
    }
}

static void put_reset(struct hc_subject *s, const struct hc_json *device)
{
    static const char *const good[] = { "device_specific", "acpi", "flr", "af_flr", "cxl_bus" };
    const struct hc_json *list = hc_json_get(device, "reset");

    put_listed(s, HC_IN_RESET_PM, device, "reset", "pm");
    put_listed(s, HC_IN_RESET_OWN, device, "reset", "device_specific");
    s->is[HC_IN_RESET] = hc_json_is_null(list) ? HC_UNKNOWN : HC_NO;
    for (size_t i = 0; hc_json_is_array(list) && i < sizeof good / sizeof *good; i++)
        if (listed(list, good[i]))
            s->is[HC_IN_RESET] = HC_YES;
    put(s, HC_IN_RESET_BUS, device, "hot_reset");
    if (hc_json_is_array(list) && listed(list, "bus"))
        s->is[HC_IN_RESET_BUS] = HC_YES;
}

static void put_quirks(struct hc_subject *s, const struct hc_json *device)
{
    put_listed(s, HC_IN_GPU_RESET_BUG, device, "quirks", "gpu_reset_bug");
    put_listed(s, HC_IN_BROKEN_INTX, device, "quirks", "broken_intx_masking");
    put_listed(s, HC_IN_DENYLISTED, device, "quirks", "vfio_denylist");
    put_listed(s, HC_IN_NO_RESET_QUIRK, device, "quirks", "no_flr");
    if (s->is[HC_IN_NO_RESET_QUIRK] == HC_NO)
        put_listed(s, HC_IN_NO_RESET_QUIRK, device, "quirks", "no_bus_reset");
}

static void put_flags(struct hc_subject *s, const struct hc_json *device)
{
    for (size_t i = 0; i < HC_INPUTS; i++)
        s->is[i] = HC_NO;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        put(s, flags[i].input, device, flags[i].key);
    put(s, HC_IN_OTHER_WIRED, device, "only_nic");
    s->is[HC_IN_OTHER_WIRED] = hc_not(s->is[HC_IN_OTHER_WIRED]);
    put(s, HC_IN_PIN, device, "no_pin");
    s->is[HC_IN_PIN] = hc_not(s->is[HC_IN_PIN]);
}

struct hc_subject vector_subject(const struct hc_json *device, const struct hc_rating *host)
{
    struct hc_subject s = { .vendor = (uint16_t)hex(device, "vendor", 0x1234),
                            .device = (uint16_t)hex(device, "device", 0x5678),
                            .class_code = (uint32_t)hex(device, "class", 0xff00) << 8 };
    const char *bdf = hc_json_get_string(device, "bdf");

    s.at_graphics_place = bdf && !strcmp(bdf, "0000:00:02.0");
    put_flags(&s, device);
    put_quirks(&s, device);
    put_reset(&s, device);
    put_members(&s, device);
    s.is[HC_IN_HOST_IMPOSSIBLE] = hc_reaches(host, HC_NOT_POSSIBLE);
    s.is[HC_IN_HOST_UNREADY] = hc_reaches(host, HC_READY_AFTER_FIXES);
    return s;
}

/* ---- faults ---- */

static bool among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; word && i < count; i++)
        if (!strcmp(words[i], word))
            return true;
    return false;
}

static const char *words_fault(const struct hc_json *list, const char *const *words, size_t count, const char *fault)
{
    if (!hc_json_is_array(list) && !hc_json_is_null(list))
        return "must be a list or null";
    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        if (!among(words, count, hc_json_string(m)))
            return fault;
    return NULL;
}

static const char *members_fault(const struct hc_json *list)
{
    static const char *const keys[] = { "bdf", "driver", "critical", "bridge" };

    for (const struct hc_json *m = hc_json_first(list); m; m = hc_json_next(m))
        for (const struct hc_json *k = hc_json_first(m); k; k = hc_json_next(k))
            if (!among(keys, sizeof keys / sizeof *keys, hc_json_name(k)))
                return "has a key that is not known";
    return hc_json_is_array(list) ? NULL : "must be a list";
}

const char *vector_device_fault(const struct hc_json *member)
{
    const char *key = hc_json_name(member);
    uint64_t number;
    bool flag;

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(key, flags[i].key))
            return hc_json_is_null(member) || hc_json_flag(member, &flag) || hc_json_number(member, &number)
                       ? NULL
                       : "must be true, false, a number or null";
    if (!among(others, sizeof others / sizeof *others, key))
        return "no rule here rests on it";
    if (!strcmp(key, "reset"))
        return words_fault(member, reset_words, sizeof reset_words / sizeof *reset_words, "names no method of reset");
    if (!strcmp(key, "quirks"))
        return words_fault(member, quirk_words, sizeof quirk_words / sizeof *quirk_words, "names no known quirk");
    return strcmp(key, "group_members") ? NULL : members_fault(member);
}
