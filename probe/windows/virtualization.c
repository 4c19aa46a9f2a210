/* What Windows says of virtualization: whether firmware left it on, whether a hypervisor runs and for whom.
   Observations only: several of these are no while a hypervisor runs, whatever the machine has
   (report/conclude_windows.c). */
#include "asked.h"
#include "probes.h"

#define CIMV2 "ROOT\\CIMV2:"

/* winnt.h: PF_NX_ENABLED 12, PF_SECOND_LEVEL_ADDRESS_TRANSLATION 20, PF_VIRT_FIRMWARE_ENABLED 21. */
static void processor_features(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t on;
    const struct hc_reply *reply = hc_ask_api_number(src, "IsProcessorFeaturePresent:21", &on);

    hc_put_flag(facts, HC_WIN_PF_FIRMWARE, reply, on != 0);
    reply = hc_ask_api_number(src, "IsProcessorFeaturePresent:20", &on);
    hc_put_flag(facts, HC_WIN_PF_SLAT, reply, on != 0);
    reply = hc_ask_api_number(src, "IsProcessorFeaturePresent:12", &on);
    hc_put_flag(facts, HC_WIN_PF_NX, reply, on != 0);
}

static void put_row_flag(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id,
                         const struct hc_reply *reply, struct hc_text row, const char *property)
{
    bool on;

    if (reply->answer == HC_OK && !hc_wmi_flag(row, property, &on))
        reply = hc_reword(src, reply, HC_UNSUPPORTED, hc_format(src, "no %s", property));
    hc_put_flag(facts, id, reply, reply->answer == HC_OK && on);
}

static void processor(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text rows, row;
    const struct hc_reply *reply =
        hc_ask_wmi(src,
                   CIMV2 "Win32_Processor:VirtualizationFirmwareEnabled,SecondLevelAddressTranslationExtensions,"
                         "VMMonitorModeExtensions",
                   &rows);

    hc_next_wmi_row(&rows, &row); /* of the first package; they do not differ */
    put_row_flag(src, facts, HC_WIN_WMI_FIRMWARE, reply, row, "VirtualizationFirmwareEnabled");
    put_row_flag(src, facts, HC_WIN_WMI_SLAT, reply, row, "SecondLevelAddressTranslationExtensions");
    put_row_flag(src, facts, HC_WIN_WMI_VMM, reply, row, "VMMonitorModeExtensions");
    reply = hc_ask_wmi(src, CIMV2 "Win32_ComputerSystem:HypervisorPresent", &rows);
    hc_next_wmi_row(&rows, &row);
    put_row_flag(src, facts, HC_WIN_HYPERVISOR, reply, row, "HypervisorPresent");
}

/* ---- optional features ---- */

struct feature {
    const struct hc_flag_id *fact;
    const char *names[2];
    bool on, open;
};

static void note(struct feature *feature, struct hc_text name, uint64_t state)
{
    for (size_t i = 0; i < 2 && feature->names[i]; i++)
        if (hc_text_is(name, feature->names[i])) {
            feature->on |= state == 1;
            feature->open |= state != 1 && state != 2 && state != 3;
        }
}

/* InstallState: 1 enabled, 2 disabled, 3 absent, 4 unknown (Microsoft: Win32_OptionalFeature). An edition that does not
   have a feature does not list it. */
static void features(struct hc_source *src, struct hc_facts *facts)
{
    struct feature rows[] = {
        { .fact = &HC_WIN_HYPERV, .names = { "Microsoft-Hyper-V", "Microsoft-Hyper-V-Hypervisor" } },
        { .fact = &HC_WIN_VMP, .names = { "VirtualMachinePlatform" } },
        { .fact = &HC_WIN_WHP, .names = { "HypervisorPlatform" } },
    };
    struct hc_text list, row, name;
    const struct hc_reply *reply = hc_ask_wmi(src, CIMV2 "Win32_OptionalFeature:Name,InstallState", &list);
    bool any = false;
    uint64_t state;

    while (hc_next_wmi_row(&list, &row)) {
        if (!hc_wmi_text(row, "Name", &name))
            continue;
        any = true;
        hc_wmi_number(row, "InstallState", &state);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            note(&rows[i], name, state);
    }
    if (!any) /* every Windows has some: an empty list is no answer */
        reply = hc_malformed(src, reply, "no optional feature is listed");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hc_put_flag(facts, *rows[i].fact,
                    rows[i].open && !rows[i].on ? hc_malformed(src, reply, "its state is not known") : reply,
                    rows[i].on);
}

/* ---- virtualization-based security ---- */

static void put_list(struct hc_source *src, struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply,
                     struct hc_text row, const char *property)
{
    struct hc_text value = { "", 0 };

    if (reply->answer == HC_OK && !hc_wmi_text(row, property, &value))
        reply = hc_reword(src, reply, HC_UNSUPPORTED, hc_format(src, "no %s", property));
    hc_put_text(facts, id, reply, hc_wmi_list(src, value));
}

/* Microsoft: Win32_DeviceGuard; VirtualizationBasedSecurityStatus 0 off, 1 enabled but not running, 2 running. */
static void device_guard(struct hc_source *src, struct hc_facts *facts)
{
    static const char *const words[] = { "off", "configured", "running" };
    struct hc_text rows, row;
    const struct hc_reply
        *reply = hc_ask_wmi(src,
                            "ROOT\\Microsoft\\Windows\\DeviceGuard:Win32_DeviceGuard:VirtualizationBasedSecurityStatus,"
                            "AvailableSecurityProperties,SecurityServicesRunning",
                            &rows),
        *status;
    uint64_t value = 0;

    hc_next_wmi_row(&rows, &row);
    status = hc_wmi_number(row, "VirtualizationBasedSecurityStatus", &value)
                 ? reply
                 : hc_malformed(src, reply, "no VirtualizationBasedSecurityStatus");
    hc_put_word(facts, HC_WIN_VBS, status, value < 3 ? words[value] : "");
    put_list(src, facts, HC_WIN_GUARD_AVAILABLE, reply, row, "AvailableSecurityProperties");
    put_list(src, facts, HC_WIN_GUARD_RUNNING, reply, row, "SecurityServicesRunning");
}

/* SYSTEM_VSM_PROTECTION_INFORMATION: a byte each (phnt, ntexapi.h). Not documented by Microsoft: shown, and nothing
   is concluded from it. */
static void secure_mode(struct hc_source *src, struct hc_facts *facts)
{
    static const struct hc_flag_id *const ids[] = { &HC_WIN_VSM_DMA_AVAILABLE, &HC_WIN_VSM_DMA_IN_USE, &HC_WIN_VSM_MBEC,
                                                    &HC_WIN_VSM_APICV };
    unsigned char bytes[4];
    const struct hc_reply *reply = hc_ask_api_bytes(src, "NtQuerySystemInformation:169", bytes, sizeof bytes);

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        hc_put_flag(facts, *ids[i], reply, bytes[i] != 0);
    reply = hc_ask_api_bytes(src, "NtQuerySystemInformation:202", bytes, 1);
    hc_put_flag(facts, HC_WIN_DMA_GUARD, reply, bytes[0] != 0);
}

/* ---- Windows Hypervisor Platform ---- */

/* Microsoft: WHvGetCapability; 0x0000 WHvCapabilityCodeHypervisorPresent, 0x0001 Features. */
static void platform(struct hc_source *src, struct hc_facts *facts)
{
    unsigned char bytes[8];
    const struct hc_reply *reply = hc_ask_api_bytes(src, "WHvGetCapability:0", bytes, 4);
    uint64_t features_of = 0;

    hc_put_flag(facts, HC_WIN_WHP_PRESENT, reply, bytes[0] != 0);
    reply = hc_ask_api_bytes(src, "WHvGetCapability:1", bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        features_of |= (uint64_t)bytes[i] << 8 * i;
    hc_put_number(facts, HC_WIN_WHP_FEATURES, reply, features_of);
}

void hc_probe_windows_virtualization(struct hc_source *src, struct hc_facts *facts)
{
    if (!hc_is_windows(src))
        return;
    processor_features(src, facts);
    processor(src, facts);
    features(src, facts);
    device_guard(src, facts);
    secure_mode(src, facts);
    platform(src, facts);
}
