/* What must come out of the composed hosts with Windows, fact by fact, and what a smaller answer may not turn into. */
#include "ask.h"
#include "check.h"
#include "conclude.h"
#include "conclude_windows.h"
#include "recording.h"
#include "scan.h"
#include "windows/asked.h"

#include <stdlib.h>
#include <string.h>

static const char *folder;

static struct hc_scan *host(const char *name)
{
    char path[1024], message[512];
    struct hc_scan_options options = { .recording = path };
    struct hc_scan *scan = NULL;

    snprintf(path, sizeof path, "%s/windows-%s/recording.json", folder, name);
    if (hc_scan_run(&options, &scan, message))
        printf("%s\n", message);
    else
        hc_conclude(&scan->facts);
    return scan;
}

/* The value as text; "?": unknown. */
static const char *value_of(const struct hc_scan *scan, const char *key)
{
    const enum hc_fact fact = hc_fact_by_key(key);
    const struct hc_cell *cell = fact == HC_FACTS ? NULL : &scan->facts.cells[fact];
    static char number[32];

    if (!cell || !cell->known)
        return cell ? "?" : "no such fact";
    if (hc_fact_field(fact)->type == HC_TYPE_FLAG)
        return cell->flag ? "yes" : "no";
    if (hc_fact_field(fact)->type != HC_TYPE_NUMBER)
        return cell->text;
    snprintf(number, sizeof number, "%llu", (unsigned long long)cell->number);
    return number;
}

static const struct {
    const char *host, *key, *value;
} truths[] = {
    { "bare", "host.os", "windows" },
    { "bare", "host.os_version", "22631" },
    { "bare", "host.os_edition", "pro" },
    { "bare", "host.role", "physical" },
    { "bare", "virt.hw", "yes" },
    { "bare", "virt.fw", "enabled" },
    { "bare", "virt.slat", "yes" },
    { "bare", "virt.taken_by", "none" },
    { "bare", "fw.mode", "uefi" },
    { "bare", "fw.secureboot", "yes" },
    { "bare", "cpu.nx", "yes" },
    { "bare", "iommu.table", "yes" },
    { "bare", "iommu.active", "?" },
    { "bare", "memory.installed_bytes", "34359738368" },
    { "bare", "win.hypervisor_serves", "?" },
    { "bare", "process.root", "no" },
    { "firmware-off", "virt.hw", "yes" },
    { "firmware-off", "virt.fw", "disabled" },
    { "firmware-off", "virt.slat", "yes" },
    { "firmware-off", "virt.taken_by", "?" },
    { "firmware-off", "fw.mode", "bios" },
    { "firmware-off", "fw.secureboot", "no" },
    { "hyperv-vbs", "cpuid.vmx", "no" },
    { "hyperv-vbs", "host.role", "root-partition" },
    { "hyperv-vbs", "virt.hw", "yes" },
    { "hyperv-vbs", "virt.fw", "enabled" },
    { "hyperv-vbs", "virt.slat", "yes" },
    { "hyperv-vbs", "virt.taken_by", "hyperv" },
    { "hyperv-vbs", "win.vbs", "running" },
    { "hyperv-vbs", "win.hypervisor_serves", "vbs hyper-v whp" },
    { "hyperv-vbs", "iommu.table", "yes" },
    { "hyperv-vbs", "iommu.active", "no" },
    { "hyperv-vbs", "iommu.intremap", "yes" },
    { "wsl2", "host.role", "root-partition" },
    { "wsl2", "win.hypervisor_serves", "vmp" },
    { "wsl2", "host.os_edition", "home" },
    { "wsl2", "win.feature.hyperv", "no" },
    { "wsl2", "win.feature.vmp", "yes" },
    { "home", "host.os_edition", "home" },
    { "home", "virt.taken_by", "none" },
    { "azure-guest", "host.role", "guest" },
    { "azure-guest", "host.hypervisor", "Microsoft Hv" },
    { "azure-guest", "host.os_edition", "server" },
    { "azure-guest", "virt.hw", "yes" },
    { "azure-guest", "virt.fw", "enabled" },
    { "azure-guest", "virt.slat", "yes" }, /* CPUID has nested paging, though Windows says no */
    { "arm64", "host.arch", "aarch64" },
    { "arm64", "host.role", "?" },
    { "arm64", "cpuid.vendor", "?" },
    { "arm64", "virt.hw", "?" },
    { "arm64", "win.vbs", "running" },
    { "arm64-emulated", "host.arch", "aarch64" },
    { "arm64-emulated", "cpuid.vendor", "?" },
    { "arm64-emulated", "virt.hw", "?" },
};

static void what_comes_out(void)
{
    struct hc_scan *scan = NULL;

    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        if (!i || strcmp(truths[i].host, truths[i - 1].host) != 0) {
            hc_scan_free(scan);
            scan = host(truths[i].host);
        }
        if (!scan || strcmp(value_of(scan, truths[i].key), truths[i].value) != 0) {
            printf("%s: %s is %s, not %s\n", truths[i].host, truths[i].key,
                   scan ? value_of(scan, truths[i].key) : "not to be had", truths[i].value);
            failures++;
        }
    }
    hc_scan_free(scan);
}

/* Below a hypervisor a no of Windows is no answer; a yes is one everywhere. */
static void what_is_believed(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *f = &scan->facts;
    struct hc_view v;

    CHECK(hc_give_text(f, "host.os", "windows") && hc_give_text(f, "host.role", "guest"));
    CHECK(hc_give_flag(f, "win.processor_feature.virt_firmware_enabled", false));
    CHECK(hc_give_flag(f, "win.processor.slat", false));
    v = hc_view_of(f);
    CHECK(!hc_windows_fw(&v) && hc_windows_slat(&v) == HC_UNKNOWN);
    CHECK(hc_give_text(f, "host.role", "physical"));
    CHECK(hc_windows_fw(&v) && !strcmp(hc_windows_fw(&v), "disabled") && hc_windows_slat(&v) == HC_NO);
    CHECK(hc_give_text(f, "host.role", "guest"));
    CHECK(hc_give_flag(f, "win.processor.virtualization_firmware_enabled", true));
    CHECK(hc_windows_fw(&v) && !strcmp(hc_windows_fw(&v), "enabled"));
    hc_scan_free(scan);
}

/* Rows of WMI: apart by an empty line; a property that is not there is not known. */
static void rows(void)
{
    struct hc_text list = HC_TEXT("A=1\nB={2,3}\n\nA=x y\n"), row, value;
    struct hc_source *src = hc_source_new(NULL, NULL);
    uint64_t number;
    bool flag;

    CHECK(hc_next_wmi_row(&list, &row) && hc_wmi_number(row, "A", &number) && number == 1);
    CHECK(hc_wmi_text(row, "B", &value) && hc_text_is(hc_wmi_list(src, value), "2 3"));
    CHECK(!hc_wmi_flag(row, "A", &flag) && !flag);
    CHECK(hc_next_wmi_row(&list, &row) && hc_wmi_text(row, "A", &value) && hc_text_is(value, "x y"));
    CHECK(!hc_wmi_text(row, "B", &value) && !hc_wmi_number(row, "A", &number));
    CHECK(!hc_next_wmi_row(&list, &row));
    hc_source_free(src);
}

/* What Wine answers is no answer of Windows; what only Linux answers is not asked of Windows. */
static void who_is_asked(void)
{
    static const char text[] =
        "{\"hostcap_recording\": 1, \"tool\": \"t\", \"platform\": \"windows\", \"redacted\": false, \"replies\": ["
        "{\"key\": \"api:wine_get_version\", \"text\": [\"8.0\"]},"
        "{\"key\": \"api:IsProcessorFeaturePresent:21\", \"text\": [\"1\"]}]}";
    struct hc_recording_error error;
    struct hc_source *src = hc_recording_load((struct hc_text){ text, sizeof text - 1 }, &error);
    struct hc_text file;
    uint64_t value;

    CHECK(src);
    CHECK(hc_ask_api_number(src, "IsProcessorFeaturePresent:21", &value)->answer == HC_UNSUPPORTED && !value);
    CHECK(hc_ask_file(src, "/proc/cpuinfo", &file)->answer == HC_UNSUPPORTED);
    CHECK(!hc_logged(src, "file:/proc/cpuinfo"));
    hc_source_free(src);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    what_comes_out();
    what_is_believed();
    rows();
    who_is_asked();
    return checked();
}
