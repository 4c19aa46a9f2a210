/* Which Windows this is and on what machine; memory; drivers of other hypervisors. */
#include "asked.h"
#include "probes.h"

/* GetFirmwareType: FIRMWARE_TYPE of winnt.h, 1 BIOS, 2 UEFI. */
static void firmware_type(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t type;
    const struct hc_reply *reply = hc_ask_api_number(src, "GetFirmwareType", &type);

    hc_put_word(facts, HC_WIN_FIRMWARE, reply, type == 1 ? "bios" : type == 2 ? "uefi" : "");
}

static void secure_boot(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t on;
    const struct hc_reply *reply = hc_ask_reg_number(
        src, "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State:UEFISecureBootEnabled", &on);

    hc_put_flag(facts, HC_WIN_SECURE_BOOT, reply, on != 0);
}

static void versions(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text;
    uint64_t value;
    const struct hc_reply *reply = hc_ask_api_line(src, "RtlGetVersion", "build", &value);

    hc_put_number(facts, HC_WIN_BUILD, reply, value);
    reply = hc_ask_api_line(src, "RtlGetVersion", "product_type", &value);
    hc_put_word(facts, HC_WIN_PRODUCT_TYPE, reply,
                value == 1   ? "workstation"
                : value == 2 ? "domain-controller"
                : value == 3 ? "server"
                             : "");
    reply = hc_ask_api_number(src, "GetProductInfo", &value);
    hc_put_number(facts, HC_WIN_PRODUCT, reply, value);
    reply = hc_ask_reg_text(src, "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion:EditionID", &text);
    hc_put_text(facts, HC_WIN_EDITION, reply, text);
    reply = hc_ask_reg_text(src, "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion:DisplayVersion", &text);
    hc_put_text(facts, HC_WIN_DISPLAY_VERSION, reply, text);
}

/* Wine says of itself that it is there: a program for Windows that runs on another system. */
static void wine(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *reply = hc_ask(src, "api:wine_get_version");
    struct hc_text text = { reply->bytes, reply->size };

    if (reply->answer == HC_ABSENT)
        reply = hc_restate(src, reply, "");
    hc_put_text(facts, HC_WIN_WINE, reply, text);
}

/* IMAGE_FILE_MACHINE_*: Microsoft, PE Format. Without WOW64 the machine of a process is 0. */
static const char *machine_word(uint64_t machine)
{
    return machine == 0x8664   ? "x86_64"
           : machine == 0xaa64 ? "aarch64"
           : machine == 0x014c ? "i686"
           : machine           ? "other"
                               : "none";
}

static void machines(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, value;
    const struct hc_reply *reply = hc_ask_api_text(src, "IsWow64Process2", &text), *why;
    uint64_t number = 0;

    why = hc_find_value(text, ' ', "native", &value) && hc_number(value, 16, &number) && number
              ? reply
              : hc_malformed(src, reply, "no machine");
    hc_put_word(facts, HC_WIN_NATIVE, why, machine_word(number));
    why = hc_find_value(text, ' ', "process", &value) && hc_number(value, 16, &number)
              ? reply
              : hc_malformed(src, reply, "no machine");
    hc_put_word(facts, HC_WIN_PROCESS, why, machine_word(number));
}

static void memory(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t total;
    const struct hc_reply *reply = hc_ask_api_line(src, "GlobalMemoryStatusEx", "total", &total);

    hc_put_number(facts, HC_WIN_MEMORY, reply, total);
}

/* The key of a driver's service, whose start type every driver has, is there while the program is installed. */
static void drivers(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *fact;
        const char *place;
    } rows[] = {
        { &HC_WIN_VBOX, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\VBoxSup:Start" },
        { &HC_WIN_VMWARE, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmx86:Start" },
        { &HC_WIN_AEHD, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\aehd:Start" },
        { &HC_WIN_HAXM, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\IntelHaxm:Start" },
    };
    uint64_t start;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hc_put_presence(facts, *rows[i].fact, hc_ask_reg_number(src, rows[i].place, &start));
}

/* tbs.h: TPM_VERSION_12 is 1, TPM_VERSION_20 is 2. */
static void tpm(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t version;
    const struct hc_reply *reply = hc_ask_api_line(src, "Tbsi_GetDeviceInfo", "version", &version);

    if (reply->answer == HC_ABSENT)
        hc_put_word(facts, HC_WIN_TPM, hc_restate(src, reply, ""), "none");
    hc_put_word(facts, HC_WIN_TPM, reply, version == 1 ? "1.2" : version == 2 ? "2.0" : "");
}

void hc_probe_windows_system(struct hc_source *src, struct hc_facts *facts)
{
    if (!hc_is_windows(src))
        return;
    wine(src, facts);
    versions(src, facts);
    machines(src, facts);
    firmware_type(src, facts);
    secure_boot(src, facts);
    memory(src, facts);
    drivers(src, facts);
    tpm(src, facts);
}
