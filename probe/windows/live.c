/* The running Windows. Changes nothing: registry, firmware tables and devices are only read, no process is started, and
   nothing is loaded but libraries of the system, from its own folder. What older releases lack is looked up by name, so
   that one program starts on Windows 10 1809 and on all that came after it. */
#include "cpulist.h"
#include "input.h"
#include "native.h"
#include "parse.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { CPUS_MAX = 4096, NOBODY = -1, FIRMWARE_MAX = 1 << 20, VALUE_MAX = 64 << 10 };

struct live {
    struct hc_wmi *wmi;
    int pinned; /* the CPU that this thread was moved to, or NOBODY */
    GROUP_AFFINITY before;
    unsigned native; /* machine type of the system, IMAGE_FILE_MACHINE_*; 0: not asked yet */
};

uint64_t hc_clock_ns(void)
{
    LARGE_INTEGER now, per_second;

    QueryPerformanceFrequency(&per_second);
    QueryPerformanceCounter(&now);
    return (uint64_t)(now.QuadPart / per_second.QuadPart) * 1000000000u +
           (uint64_t)(now.QuadPart % per_second.QuadPart) * 1000000000u / (uint64_t)per_second.QuadPart;
}

void hc_will_fill(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

FILE *hc_open_input(const char *path)
{
    wchar_t *wide = hc_wide(path);
    FILE *file = wide ? _wfopen(wide, L"rb") : NULL;

    free(wide);
    return file;
}

/* ---- functions that not every release has ---- */

typedef void (*function)(void);

static function find(const wchar_t *library, const char *name)
{
    HMODULE module = GetModuleHandleW(library);

    if (!module)
        module = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return module ? (function)GetProcAddress(module, name) : NULL;
}

static void answer_no_function(struct hc_reply *reply)
{
    hc_answer_error(reply, HC_UNSUPPORTED, "this Windows does not have the function");
}

/* ---- what the system is ---- */

typedef BOOL(WINAPI *is_wow64_process2)(HANDLE process, USHORT *machine, USHORT *native);

/* A process may be emulated (x86-64 on Arm): then only this tells what the machine is. */
static unsigned native_machine(struct live *live)
{
    is_wow64_process2 ask = (is_wow64_process2)find(L"kernel32.dll", "IsWow64Process2");
    USHORT process = 0, machine = 0;
    SYSTEM_INFO system;

    if (live->native)
        return live->native;
    GetNativeSystemInfo(&system);
    live->native = system.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64 ? IMAGE_FILE_MACHINE_AMD64
                   : system.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_INTEL
                       ? IMAGE_FILE_MACHINE_I386
                       : 0xaa64; /* IMAGE_FILE_MACHINE_ARM64 */
    if (ask && ask(GetCurrentProcess(), &process, &machine) && machine)
        live->native = machine;
    return live->native;
}

static void answer_machine(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest)
{
    is_wow64_process2 ask = (is_wow64_process2)find(L"kernel32.dll", "IsWow64Process2");
    USHORT process = 0, machine = 0;

    (void)live;
    (void)rest;
    if (!ask)
        answer_no_function(reply);
    else if (!ask(GetCurrentProcess(), &process, &machine))
        hc_answer_win32(src, reply, GetLastError());
    else
        hc_answer_text(src, reply, "process %04x\nnative %04x\n", process, machine);
}

typedef LONG(WINAPI *rtl_get_version)(RTL_OSVERSIONINFOEXW *info);

static bool version(RTL_OSVERSIONINFOEXW *info)
{
    rtl_get_version ask = (rtl_get_version)find(L"ntdll.dll", "RtlGetVersion");

    memset(info, 0, sizeof *info);
    info->dwOSVersionInfoSize = sizeof *info;
    return ask && !ask(info);
}

static void answer_version(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest)
{
    RTL_OSVERSIONINFOEXW v;

    (void)live;
    (void)rest;
    if (!version(&v))
        answer_no_function(reply);
    else
        hc_answer_text(src, reply, "major %lu\nminor %lu\nbuild %lu\nproduct_type %u\nsuite %04x\n", v.dwMajorVersion,
                       v.dwMinorVersion, v.dwBuildNumber, v.wProductType, v.wSuiteMask);
}

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case IMAGE_FILE_MACHINE_AMD64: return "x86_64";
    case IMAGE_FILE_MACHINE_I386: return "i686";
    case 0xaa64: return "aarch64";
    default: return "unknown";
    }
}

static void answer_uname(struct hc_source *src, struct live *live, struct hc_reply *reply)
{
    wchar_t name[256] = L"";
    DWORD size = sizeof name / sizeof *name;
    RTL_OSVERSIONINFOEXW v;
    const char *node;

    if (!version(&v)) {
        answer_no_function(reply);
        return;
    }
    if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, &size))
        name[0] = L'\0';
    node = hc_narrow(src, name, -1);
    hc_answer_text(src, reply, "sysname Windows\nrelease %lu.%lu.%lu\nversion %lu\nmachine %s\nnodename %s\n",
                   v.dwMajorVersion, v.dwMinorVersion, v.dwBuildNumber, v.dwBuildNumber,
                   machine_name(native_machine(live)), node ? node : "");
}

static unsigned first_cpu(void)
{
    PROCESSOR_NUMBER at = { 0, 0, 0 };
    unsigned cpu = 0;

    GetCurrentProcessorNumberEx(&at);
    for (WORD g = 0; g < at.Group; g++)
        cpu += GetActiveProcessorCount(g);
    return cpu + at.Number;
}

static void answer_privilege(struct hc_source *src, struct hc_reply *reply)
{
    TOKEN_ELEVATION elevation = { 0 };
    HANDLE token = NULL;
    DWORD size = 0;
    bool known = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) &&
                 GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size);

    if (token)
        CloseHandle(token);
    if (known)
        hc_answer_text(src, reply, "elevated %d\ncpu %u\n", elevation.TokenIsElevated != 0, first_cpu());
    else
        hc_answer_win32(src, reply, GetLastError());
}

/* Numbers go on from group to group. A process that may use some CPUs of one group only is told so by its mask. */
static void answer_cpus(struct hc_source *src, struct hc_reply *reply)
{
    unsigned cpus[CPUS_MAX];
    size_t count = 0, all = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    DWORD_PTR mine = 0, systems = 0;
    struct hc_text list;

    if (GetActiveProcessorGroupCount() == 1 && GetProcessAffinityMask(GetCurrentProcess(), &mine, &systems) && mine) {
        for (unsigned cpu = 0; cpu < 8 * sizeof mine; cpu++)
            if (mine >> cpu & 1)
                cpus[count++] = cpu;
    } else {
        for (; count < all && count < CPUS_MAX; count++)
            cpus[count] = (unsigned)count;
    }
    list = hc_cpu_list_of(&src->arena, cpus, count);
    hc_answer_bytes(src, reply, list.at ? list.at : "", list.size);
}

static void answer_time(struct hc_source *src, struct hc_reply *reply)
{
    SYSTEMTIME t;

    GetSystemTime(&t);
    hc_answer_text(src, reply, "%04u-%02u-%02uT%02u:%02u:%02uZ", t.wYear, t.wMonth, t.wDay, t.wHour, t.wMinute,
                   t.wSecond);
}

static void answer_host(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest)
{
    if (!strcmp(rest, "uname"))
        answer_uname(src, live, reply);
    else if (!strcmp(rest, "privilege"))
        answer_privilege(src, reply);
    else if (!strcmp(rest, "cpus"))
        answer_cpus(src, reply);
    else if (!strcmp(rest, "time"))
        answer_time(src, reply);
    else
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on Windows");
}

/* ---- CPUID ---- */

static bool pin(struct live *live, unsigned cpu)
{
    GROUP_AFFINITY one = { 0 };
    unsigned number = cpu;
    WORD group = 0;

    if (live->pinned == (int)cpu)
        return true;
    while (group < GetActiveProcessorGroupCount() && number >= GetActiveProcessorCount(group))
        number -= GetActiveProcessorCount(group++);
    if (group >= GetActiveProcessorGroupCount())
        return false;
    one.Group = group;
    one.Mask = (KAFFINITY)1 << number;
    if (live->pinned == NOBODY && !GetThreadGroupAffinity(GetCurrentThread(), &live->before))
        return false;
    if (!SetThreadGroupAffinity(GetCurrentThread(), &one, NULL))
        return false;
    live->pinned = (int)cpu;
    return true;
}

static void rest(void *self)
{
    struct live *live = self;

    if (live->pinned != NOBODY)
        SetThreadGroupAffinity(GetCurrentThread(), &live->before, NULL);
    live->pinned = NOBODY;
}

static bool cpuid_key(const char *text, unsigned *cpu, unsigned *leaf, unsigned *subleaf)
{
    struct hc_text rest_of = { text, strlen(text) }, first, second, third;
    uint64_t a, b, c;

    if (!hc_split(rest_of, ':', &first, &rest_of) || !hc_split(rest_of, ':', &second, &third) ||
        !hc_number(first, 10, &a) || !hc_number(second, 16, &b) || !hc_number(third, 16, &c) || a >= CPUS_MAX ||
        b > UINT32_MAX || c > UINT32_MAX)
        return false;
    *cpu = (unsigned)a;
    *leaf = (unsigned)b;
    *subleaf = (unsigned)c;
    return true;
}

/* An emulator on Arm makes a CPU up (AuthenticAMD of family 0Fh without SVM, as seen): its CPUID says nothing of the
   machine. */
static void answer_cpuid(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    unsigned cpu, leaf, subleaf, a = 0, b = 0, c = 0, d = 0;
    const unsigned machine = native_machine(live);

    if (machine != IMAGE_FILE_MACHINE_AMD64 && machine != IMAGE_FILE_MACHINE_I386) {
        hc_answer_error(reply, HC_UNSUPPORTED, "this machine is no x86: CPUID would be an emulator's");
        return;
    }
    if (!cpuid_key(text, &cpu, &leaf, &subleaf) || !pin(live, cpu)) {
        hc_answer_error(reply, HC_ABSENT, "no such CPU");
        return;
    }
#if defined(__x86_64__) || defined(__i386__)
    __cpuid_count(leaf, subleaf, a, b, c, d);
#endif
    hc_answer_text(src, reply, "%08x %08x %08x %08x", a, b, c, d);
}

/* ---- registry ---- */

static void answer_value(struct hc_source *src, struct hc_reply *reply, DWORD type, const BYTE *bytes, DWORD size)
{
    const wchar_t *wide = (const wchar_t *)(const void *)bytes;
    int units = (int)(size / sizeof *wide);
    uint64_t number = 0;
    char *text;

    switch (type) {
    case REG_DWORD:
    case REG_QWORD:
        memcpy(&number, bytes, size < sizeof number ? size : sizeof number);
        hc_answer_text(src, reply, "number %llu", (unsigned long long)number);
        return;
    case REG_SZ:
    case REG_EXPAND_SZ:
    case REG_MULTI_SZ:
        while (units && !wide[units - 1])
            units--;
        text = hc_narrow(src, wide, units);
        hc_answer_text(src, reply, "text %s", text ? text : "");
        return;
    default:
        text = hc_alloc(&src->arena, 2 * (size_t)size + 1);
        for (DWORD i = 0; text && i < size; i++)
            snprintf(text + 2 * i, 3, "%02x", bytes[i]);
        hc_answer_text(src, reply, "binary %s", text ? text : "");
    }
}

static HKEY root_of(struct hc_text name)
{
    return hc_text_is(name, "HKLM") ? HKEY_LOCAL_MACHINE : hc_text_is(name, "HKCU") ? HKEY_CURRENT_USER : NULL;
}

/* HKLM\PATH:VALUE */
static void answer_registry(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    struct hc_text path, value, root, below;
    wchar_t *wide_path, *wide_value;
    DWORD type = 0, size = VALUE_MAX;
    BYTE *bytes = hc_alloc(&src->arena, VALUE_MAX);
    LSTATUS error = ERROR_INVALID_PARAMETER;

    (void)live;
    if (!hc_split(hc_text_from(text), ':', &path, &value) || !hc_split(path, '\\', &root, &below) || !root_of(root)) {
        hc_answer_error(reply, HC_FAILED, "no place in the registry");
        return;
    }
    wide_path = hc_wide(hc_format(src, "%.*s", (int)below.size, below.at));
    wide_value = hc_wide(hc_format(src, "%.*s", (int)value.size, value.at));
    if (wide_path && wide_value && bytes)
        error = RegGetValueW(root_of(root), wide_path, wide_value, RRF_RT_ANY | RRF_NOEXPAND, &type, bytes, &size);
    free(wide_path);
    free(wide_value);
    if (error)
        hc_answer_win32(src, reply, (DWORD)error);
    else
        answer_value(src, reply, type, bytes, size);
}

/* ---- firmware tables ---- */

static DWORD provider_of(struct hc_text name)
{
    return hc_text_is(name, "RSMB") ? 0x52534d42u : hc_text_is(name, "ACPI") ? 0x41435049u : 0;
}

/* The number of an ACPI table is its name in the order of memory; that of SMBIOS is 0. */
static bool table_number(struct hc_text name, DWORD *number)
{
    *number = 0;
    if (hc_text_is(name, "0"))
        return true;
    if (name.size == sizeof *number)
        memcpy(number, name.at, sizeof *number);
    return name.size == sizeof *number;
}

/* fwtable:RSMB:0, fwtable:ACPI:DMAR */
static void answer_table(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    struct hc_text provider, name;
    DWORD number = 0;
    UINT size;
    char *bytes;

    (void)live;
    if (!hc_split(hc_text_from(text), ':', &provider, &name) || !provider_of(provider) ||
        !table_number(name, &number)) {
        hc_answer_error(reply, HC_FAILED, "no table of firmware");
        return;
    }
    SetLastError(ERROR_SUCCESS);
    size = GetSystemFirmwareTable(provider_of(provider), number, NULL, 0);
    if (!size || size > FIRMWARE_MAX) {
        hc_answer_win32(src, reply, size ? ERROR_MORE_DATA : GetLastError());
        return;
    }
    bytes = hc_alloc(&src->arena, size);
    if (bytes && GetSystemFirmwareTable(provider_of(provider), number, bytes, size) == size)
        hc_answer_bytes(src, reply, bytes, size);
    else
        hc_answer_error(reply, HC_FAILED, "the table changed its size");
}

/* fwtables:ACPI: names, a line each. One table of a name is listed as often as it is there. */
static void answer_tables(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    const DWORD provider = provider_of(hc_text_from(text));
    UINT size = provider ? EnumSystemFirmwareTables(provider, NULL, 0) : 0;
    char *names = size && size < FIRMWARE_MAX ? hc_alloc(&src->arena, size) : NULL;
    char *lines = names ? hc_alloc(&src->arena, size / 4 * 5 + 1) : NULL;
    size_t count = 0;

    (void)live;
    if (!size) {
        hc_answer_error(reply, HC_UNSUPPORTED,
                        "this Windows lists no tables"); /* a machine without any has no Windows */
        return;
    }
    if (!lines || EnumSystemFirmwareTables(provider, names, size) != size) {
        hc_answer_error(reply, HC_FAILED, "the list changed its size");
        return;
    }
    for (size_t at = 0; at + 4 <= size; at += 4) {
        for (size_t i = 0; i < 4; i++)
            lines[5 * count + i] = isalnum((unsigned char)names[at + i]) ? names[at + i] : '_';
        lines[5 * count++ + 4] = '\n';
    }
    hc_answer_bytes(src, reply, lines, 5 * count);
}

/* ---- functions of the system ---- */

static void answer_feature(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    uint64_t number;

    (void)live;
    if (hc_number(hc_text_from(text), 10, &number) && number <= UINT16_MAX)
        hc_answer_text(src, reply, "%d", IsProcessorFeaturePresent((DWORD)number) != 0);
    else
        hc_answer_error(reply, HC_FAILED, "no number of a feature");
}

typedef BOOL(WINAPI *get_firmware_type)(DWORD *type);

static void answer_firmware_type(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    get_firmware_type ask = (get_firmware_type)find(L"kernel32.dll", "GetFirmwareType");
    DWORD type = 0;

    (void)live;
    (void)text;
    if (!ask)
        answer_no_function(reply);
    else if (!ask(&type))
        hc_answer_win32(src, reply, GetLastError());
    else
        hc_answer_text(src, reply, "%lu", type);
}

static void answer_product(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    RTL_OSVERSIONINFOEXW v;
    DWORD type = 0;

    (void)live;
    (void)text;
    if (version(&v) && GetProductInfo(v.dwMajorVersion, v.dwMinorVersion, 0, 0, &type))
        hc_answer_text(src, reply, "%lu", type);
    else
        hc_answer_win32(src, reply, GetLastError());
}

static void answer_memory(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    MEMORYSTATUSEX memory = { .dwLength = sizeof memory };

    (void)live;
    (void)text;
    if (GlobalMemoryStatusEx(&memory))
        hc_answer_text(src, reply, "total %llu\navailable %llu\n", memory.ullTotalPhys, memory.ullAvailPhys);
    else
        hc_answer_win32(src, reply, GetLastError());
}

static void answer_wine(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    typedef const char *(*wine_get_version)(void);
    wine_get_version ask = (wine_get_version)find(L"ntdll.dll", "wine_get_version");

    (void)live;
    (void)text;
    if (ask)
        hc_answer_text(src, reply, "%s", ask());
    else
        hc_answer_error(reply, HC_ABSENT, "this is no Wine");
}

static void answer_hex(struct hc_source *src, struct hc_reply *reply, const unsigned char *bytes, size_t size)
{
    char text[129] = "";

    for (size_t i = 0; i < size && i < 64; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    hc_answer_text(src, reply, "%s", text);
}

/* WHvGetCapability:CODE, hexadecimal. The library is there where the Windows Hypervisor Platform is switched on. */
static void answer_platform(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    typedef HRESULT(WINAPI * get_capability)(UINT32 code, void *buffer, UINT32 size, UINT32 *written);
    get_capability ask = (get_capability)find(L"WinHvPlatform.dll", "WHvGetCapability");
    unsigned char bytes[64] = { 0 };
    UINT32 written = 0;
    uint64_t code;
    HRESULT result;

    (void)live;
    if (!hc_number(hc_text_from(text), 16, &code) || code > UINT32_MAX) {
        hc_answer_error(reply, HC_FAILED, "no number of a capability");
        return;
    }
    if (!ask) {
        hc_answer_error(reply, HC_ABSENT, "no WinHvPlatform.dll");
        return;
    }
    result = ask((UINT32)code, bytes, sizeof bytes, &written);
    if (FAILED(result))
        hc_answer_hresult(src, reply, "WHvGetCapability", result);
    else
        answer_hex(src, reply, bytes, written < sizeof bytes ? written : sizeof bytes);
}

/* NtQuerySystemInformation:CLASS: phnt, ntexapi.h. */
static void answer_information(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    static const struct {
        unsigned class, size;
    } classes[] = { { 90, 32 }, { 91, 16 }, { 145, 2 }, { 165, 8 }, { 169, 4 }, { 202, 1 } };
    typedef LONG(WINAPI * query)(int class, void *buffer, ULONG size, ULONG *returned);
    query ask = (query)find(L"ntdll.dll", "NtQuerySystemInformation");
    unsigned char bytes[64] = { 0 };
    ULONG returned = 0;
    uint64_t class = 0;
    size_t i = 0;
    LONG status;

    (void)live;
    hc_number(hc_text_from(text), 10, &class);
    while (i < sizeof classes / sizeof *classes && classes[i].class != class)
        i++;
    if (i == sizeof classes / sizeof *classes || !ask) {
        answer_no_function(reply);
        return;
    }
    status = ask((int)class, bytes, classes[i].size, &returned);
    if (!status)
        answer_hex(src, reply, bytes, returned && returned < sizeof bytes ? returned : classes[i].size);
    else /* STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD; STATUS_INVALID_INFO_CLASS, STATUS_NOT_IMPLEMENTED */
        hc_answer_error(reply,
                        (ULONG)status == 0xc0000022u || (ULONG)status == 0xc0000061u   ? HC_DENIED
                        : (ULONG)status == 0xc0000003u || (ULONG)status == 0xc0000002u ? HC_UNSUPPORTED
                                                                                       : HC_FAILED,
                        hc_format(src, "NTSTATUS 0x%08lX", (ULONG)status));
}

/* tbs.h: TPM_DEVICE_INFO; version 1 is TPM 1.2, 2 is TPM 2.0. 0x8028400F: TBS_E_TPM_NOT_FOUND. */
static void answer_tpm(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    typedef UINT32(WINAPI * get_device_info)(UINT32 size, void *info);
    get_device_info ask = (get_device_info)find(L"tbs.dll", "Tbsi_GetDeviceInfo");
    UINT32 info[4] = { 1, 0, 0, 0 }, result;

    (void)live;
    (void)text;
    if (!ask) {
        answer_no_function(reply);
        return;
    }
    result = ask(sizeof info, info);
    if (!result)
        hc_answer_text(src, reply, "version %u\n", info[1]);
    else
        hc_answer_error(reply, result == 0x8028400fu ? HC_ABSENT : HC_FAILED, hc_format(src, "TBS 0x%08X", result));
}

/* ---- the backend ---- */

typedef void (*answerer)(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest);

static void ask_wmi(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    hc_answer_wmi(src, &live->wmi, reply, text);
}

static void ask_devices(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *text)
{
    (void)live;
    hc_answer_devices(src, reply, text);
}

static const struct {
    const char *key; /* beginning; a whole key where it does not end with a colon */
    answerer answer;
} schemes[] = {
    { "host:", answer_host },
    { "cpuid:", answer_cpuid },
    { "reg:", answer_registry },
    { "fwtable:", answer_table },
    { "fwtables:", answer_tables },
    { "devices:", ask_devices },
    { "wmi:", ask_wmi },
    { "api:IsProcessorFeaturePresent:", answer_feature },
    { "api:WHvGetCapability:", answer_platform },
    { "api:NtQuerySystemInformation:", answer_information },
    { "api:IsWow64Process2", answer_machine },
    { "api:RtlGetVersion", answer_version },
    { "api:GetProductInfo", answer_product },
    { "api:GetFirmwareType", answer_firmware_type },
    { "api:GlobalMemoryStatusEx", answer_memory },
    { "api:Tbsi_GetDeviceInfo", answer_tpm },
    { "api:wine_get_version", answer_wine },
};

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t size = strlen(schemes[i].key);
        if (!strncmp(reply->key, schemes[i].key, size) && (schemes[i].key[size - 1] == ':' || !reply->key[size])) {
            schemes[i].answer(src, self, reply, reply->key + size);
            return;
        }
    }
    hc_answer_error(reply, HC_UNSUPPORTED, "no such question on Windows");
}

static void close_live(void *self)
{
    struct live *live = self;

    rest(live);
    hc_wmi_close(live->wmi);
    free(live);
}

static const struct hc_backend backend = { .answer = answer, .rest = rest, .close = close_live };

struct hc_source *hc_source_live(void)
{
    struct live *live = calloc(1, sizeof *live);
    struct hc_source *src;

    if (!live)
        return NULL;
    live->pinned = NOBODY;
    src = hc_source_new(&backend, live);
    if (src) {
        src->platform = "windows";
        src->origin = "live";
    }
    return src;
}

struct hc_source *hc_source_sysroot(const char *folder, const char **error)
{
    (void)folder;
    *error = "a --sysroot is read on Linux only";
    return NULL;
}
