/* Memory beside SMBIOS, UEFI, firmware's settings, TPM, watchdogs, management controllers, sensors, power supplies: on
   a host that has them, one that has not, one that may not look, and one that lies. Every host is a few answers. */
#include "check.h"
#include "conclude.h"
#include "dell.h"
#include "device_files.h"
#include "probes.h"
#include "recording.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

/* most answers are text, and leave the size out */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct answer {
    const char *key, *text; /* text NULL: absent; DENIED: denied */
    size_t size;            /* 0: as long as the text */
};

static const char DENIED[] = "denied";

static struct hc_source *host_of(const struct answer *answers, size_t count)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    src->platform = "linux";
    src->dell_tokens = true;
    for (size_t i = 0; i < count && answers[i].key; i++) {
        const char *text = answers[i].text;
        const bool ok = text && text != DENIED;
        const struct hc_reply reply = { .key = answers[i].key,
                                        .answer = ok     ? HC_OK
                                                  : text ? HC_DENIED
                                                         : HC_ABSENT,
                                        .bytes = ok ? text : "",
                                        .size = !ok               ? 0
                                                : answers[i].size ? answers[i].size
                                                                  : strlen(text) };
        hc_log(src, &reply);
    }
    return src;
}

#define HOST(...)                                                                                                      \
    host_of((const struct answer[]){ __VA_ARGS__ },                                                                    \
            sizeof(const struct answer[]){ __VA_ARGS__ } / sizeof(struct answer))
#define BYTES(key, text)                                                                                               \
    {                                                                                                                  \
        key, text, sizeof(text) - 1                                                                                    \
    }

/* A cell or fact as text: "?" with the answer where it is not known, "-" where nobody put it. */
static const char *shown(const struct hc_cell *cell, enum hc_type type)
{
    static char text[256];

    if (!cell->known)
        snprintf(text, sizeof text, cell->why ? "? %s" : "-", cell->why ? hc_answer_name(cell->why->answer) : "");
    else if (type == HC_TYPE_NUMBER)
        snprintf(text, sizeof text, "%llu", (unsigned long long)cell->number);
    else if (type == HC_TYPE_FLAG)
        snprintf(text, sizeof text, "%s", cell->flag ? "yes" : "no");
    else
        snprintf(text, sizeof text, "%s", cell->text);
    return text;
}

static void same(const char *found, const char *expected, const char *what, int line)
{
    if (!strcmp(found, expected))
        return;
    printf("%s:%d: %s: %s, not %s\n", __FILE__, line, what, found, expected);
    failures++;
}

#define FACT(facts, id, expected)                                                                                      \
    same(shown(&(facts)->cells[HC_FACT_##id], hc_fact_field(HC_FACT_##id)->type), expected, #id, __LINE__)

static const char *cell_shown(const struct hc_facts *facts, enum hc_table table, size_t number, int column)
{
    const struct hc_table_row *row = facts->tables[table].first;

    for (; row && number; number--)
        row = row->next;
    return row ? shown(&row->cells[column], hc_table_field(table)->columns[column].type) : "no such row";
}

#define CELL(facts, table, row, column, expected)                                                                      \
    same(cell_shown(facts, HC_TABLE_##table, row, HC_COL_##column), expected, #column, __LINE__)
#define ROWS(facts, table, n) CHECK((facts)->tables[HC_TABLE_##table].count == (n))

typedef void probe(struct hc_source *, struct hc_facts *);

/* Facts of one probe; the source lives until the next call. */
static struct hc_facts *probed(probe *run, struct hc_source *src)
{
    static struct hc_facts facts;
    static struct hc_source *before;

    if (before)
        hc_source_free(before);
    before = src;
    facts = (struct hc_facts){ .arena = &src->arena };
    run(src, &facts);
    return &facts;
}

/* ---- memory ---- */

#define MEMINFO(kb)                                                                                                    \
    {                                                                                                                  \
        "file:/proc/meminfo", "MemTotal: " kb " kB\nMemFree: 5 kB\nMemAvailable: 6 kB\nSwapTotal: 0 kB\n"              \
    }
#define FOUR                                                                                                           \
    {                                                                                                                  \
        "dir:/sys/devices/system/memory", "block_size_bytes\nmemory0\nmemory1\nmemory2\nmemory9\nprobe\n"              \
    }
#define BLOCK                                                                                                          \
    {                                                                                                                  \
        "file:/sys/devices/system/memory/block_size_bytes", "8000000\n"                                                \
    } /* 128 MiB */
#define STATE(n, s)                                                                                                    \
    {                                                                                                                  \
        "file:/sys/devices/system/memory/memory" #n "/state", s "\n"                                                   \
    }

static void memory(void)
{
    static char many[40 * 12];
    struct hc_facts *f = probed(hc_probe_memory, HOST(MEMINFO("500000"), FOUR, BLOCK));

    FACT(f, MEMINFO_AVAILABLE, "6144");
    FACT(f, MEMINFO_FREE, "5120");
    FACT(f, MEMINFO_SWAP, "0");
    FACT(f, MEMINFO_SWAP_FREE, "? absent");
    FACT(f, MEMORY_BLOCK, "134217728");
    FACT(f, MEMORY_PRESENT, "536870912");
    FACT(f, MEMORY_ONLINE, "536870912"); /* less than a block is missing in MemTotal */

    f = probed(hc_probe_memory,
               HOST(MEMINFO("200000"), FOUR, BLOCK,
                    { "file:/proc/zoneinfo", "Node 0, zone DMA\n  present  4000\n  present 120000\n" }));
    FACT(f, MEMORY_ONLINE, "536870912"); /* nor in the zones */

    f = probed(hc_probe_memory,
               HOST(MEMINFO("200000"), FOUR, BLOCK, { "file:/proc/zoneinfo", DENIED }, STATE(0, "online"),
                    STATE(1, "offline"), STATE(2, "going-offline"), STATE(9, "online")));
    FACT(f, MEMORY_ONLINE, "402653184");
    f = probed(hc_probe_memory, HOST(MEMINFO("200000"), FOUR, BLOCK, STATE(0, "online"),
                                     { "file:/sys/devices/system/memory/memory1/state", DENIED }));
    FACT(f, MEMORY_ONLINE, "? denied"); /* never fewer */

    for (int i = 0; i < 40; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "memory%d\n", i);
    f = probed(hc_probe_memory, HOST(MEMINFO("200000"), { "dir:/sys/devices/system/memory", many }, BLOCK,
                                     { "file:/proc/zoneinfo", "present 5\n" }));
    FACT(f, MEMORY_PRESENT, "5368709120");
    FACT(f, MEMORY_ONLINE, "? unsupported");
    f = probed(hc_probe_memory, HOST(MEMINFO("200000"), { "dir:/sys/devices/system/memory", many }, BLOCK));
    FACT(f, MEMORY_ONLINE, "? not recorded");

    f = probed(hc_probe_memory, HOST({ "file:/proc/meminfo", "MemTotal: 5 pages\n" }, FOUR,
                                     { "file:/sys/devices/system/memory/block_size_bytes", "ffffffffffffffff\n" }));
    FACT(f, MEMINFO_TOTAL, "? failed");
    FACT(f, MEMORY_BLOCK, "? failed");
    FACT(f, MEMORY_ONLINE, "? failed");
    f = probed(hc_probe_memory, HOST({ "file:/proc/meminfo", DENIED }, { "dir:/sys/devices/system/memory", DENIED }));
    FACT(f, MEMINFO_AVAILABLE, "? denied");
    FACT(f, MEMORY_PRESENT, "? denied");
    FACT(f, MEMORY_ONLINE, "? denied");
    f = probed(hc_probe_memory, HOST({ "dir:/sys/devices/system/memory", NULL },
                                     { "file:/sys/devices/system/memory/block_size_bytes", NULL }));
    FACT(f, MEMORY_ONLINE, "? absent");
}

#define NODE(n, kb)                                                                                                    \
    {                                                                                                                  \
        "file:/sys/devices/system/node/node" #n "/meminfo", "Node " #n " MemTotal: " kb " kB\n"                        \
    }

static void nodes(void)
{
    struct hc_conflict conflicts[8];
    struct hc_facts *f = probed(
        hc_probe_numa, HOST({ "dir:/sys/devices/system/node", "node0\nnode1\n" }, NODE(0, "1000"), NODE(1, "24")));

    FACT(f, NODES_MEMORY, "1048576");
    hc_give_number(f, "linux.memory.total_bytes", 1048576);
    CHECK(!hc_conflicts(f, conflicts, 8));
    hc_give_number(f, "linux.memory.total_bytes", 2097152);
    CHECK(hc_conflicts(f, conflicts, 8) == 1 && conflicts[0].b == HC_FACT_NODES_MEMORY);
    hc_give_number(f, "smbios.memory_bytes", 2097151);
    CHECK(hc_conflicts(f, conflicts, 8) == 2 && conflicts[0].b == HC_FACT_SMBIOS_MEMORY);
    CHECK(hc_conflicts(f, conflicts, 1) == 1 && hc_conflicts(f, conflicts, 0) == 0);
    f = probed(hc_probe_numa, HOST({ "dir:/sys/devices/system/node", "node0\nnode1\n" }, NODE(0, "1000"),
                                   { "file:/sys/devices/system/node/node1/meminfo", DENIED }));
    FACT(f, NODES_MEMORY, "? denied");
}

/* Documentation/admin-guide/pm/cpufreq.rst: kHz. */
static void frequency(void)
{
#define CPU "/sys/devices/system/cpu/"
#define CPUFREQ(khz)                                                                                                   \
    HOST({ "file:" CPU "present", "0\n" }, { "file:" CPU "cpu0/cpufreq/scaling_driver", "intel_pstate\n" },            \
         { "file:" CPU "cpu0/cpufreq/scaling_governor", "powersave\n" },                                               \
         { "file:" CPU "cpu0/cpufreq/cpuinfo_max_freq", khz })
    struct hc_facts *f = probed(hc_probe_topology, CPUFREQ("4700000\n"));

    FACT(f, CPUFREQ_DRIVER, "intel_pstate");
    FACT(f, CPUFREQ_GOVERNOR, "powersave");
    FACT(f, CPUFREQ_MAXIMUM, "4700000000");
    f = probed(hc_probe_topology, CPUFREQ("18446744073709551615\n"));
    FACT(f, CPUFREQ_MAXIMUM, "? failed");
    f = probed(hc_probe_topology, CPUFREQ(DENIED));
    FACT(f, CPUFREQ_MAXIMUM, "? denied");
    f = probed(hc_probe_topology,
               HOST({ "file:" CPU "present", "0\n" }, { "file:" CPU "cpu0/cpufreq/scaling_driver", NULL }));
    FACT(f, CPUFREQ_GOVERNOR, "? absent");
    FACT(f, CPUFREQ_MAXIMUM, "? absent");
}

#define MC      "/sys/devices/system/edac/mc"
#define MC0     "file:" MC "/mc0/"
#define DIMM(n) MC0 "dimm" #n "/"
#define COUNTS(ce, ue)                                                                                                 \
    { MC0 "ce_count", ce "\n" },                                                                                       \
    {                                                                                                                  \
        MC0 "ue_count", ue "\n"                                                                                        \
    }

static void edac(void)
{
    struct hc_facts *f = probed(
        hc_probe_edac,
        HOST({ "dir:" MC, "mc0\npower\n" }, { "dir:" MC "/mc0", "ce_count\ncsrow0\ndimm0\ndimm1\nmc_name\nsize_mb\n" },
             { MC0 "mc_name", "Skylake Socket#0 IMC#0\n" }, { MC0 "size_mb", "32768\n" }, COUNTS("3", "0"),
             { DIMM(0) "dimm_label", "CPU_SrcID#0_MC#0_Chan#0_DIMM#0\n" },
             { DIMM(0) "dimm_location", "channel 0 slot 0\n" }, { DIMM(0) "dimm_mem_type", "Registered-DDR4\n" },
             { DIMM(0) "dimm_edac_mode", "S4ECD4ED\n" }, { DIMM(0) "size", "16384\n" },
             { DIMM(0) "dimm_ce_count", "3\n" }, { DIMM(0) "dimm_ue_count", "0\n" },
             { DIMM(1) "dimm_edac_mode", "SECDED\n" }, { DIMM(1) "size", "-5\n" },
             { DIMM(1) "dimm_ce_count", DENIED }));

    ROWS(f, EDAC_CONTROLLERS, 1);
    CELL(f, EDAC_CONTROLLERS, 0, EDAC_MC_NAME, "Skylake Socket#0 IMC#0");
    CELL(f, EDAC_CONTROLLERS, 0, EDAC_MC_SIZE, "34359738368");
    CELL(f, EDAC_CONTROLLERS, 0, EDAC_MC_CE, "3");
    CELL(f, EDAC_CONTROLLERS, 0, EDAC_MC_SECONDS, "-");
    ROWS(f, EDAC, 2); /* the rows of chips are the same modules once more */
    CELL(f, EDAC, 0, EDAC_LABEL, "CPU_SrcID#0_MC#0_Chan#0_DIMM#0");
    CELL(f, EDAC, 0, EDAC_SIZE, "17179869184");
    CELL(f, EDAC, 1, EDAC_SIZE, "? failed");
    CELL(f, EDAC, 1, EDAC_CE, "? denied");
    FACT(f, EDAC_CORRECTS, "yes");
    FACT(f, EDAC_CORRECTED, "3");
    FACT(f, EDAC_UNCORRECTED, "0");

#define MODES(a, b)                                                                                                    \
    probed(hc_probe_edac, HOST({ "dir:" MC, "mc0\n" }, { "dir:" MC "/mc0", "dimm0\ndimm1\n" }, COUNTS("x", "1"),       \
                               { DIMM(0) "dimm_edac_mode", a }, { DIMM(1) "dimm_edac_mode", b }))
    f = MODES("None", "Unknown");
    FACT(f, EDAC_CORRECTS, "no");
    FACT(f, EDAC_CORRECTED, "? failed");
    f = MODES("Unknown", "None");
    FACT(f, EDAC_CORRECTS, "no");
    f = MODES("SECDED", "Unknown");
    FACT(f, EDAC_CORRECTS, "? unsupported");
    f = MODES("Unknown", "SECDED");
    FACT(f, EDAC_CORRECTS, "? unsupported");
    f = MODES("SECDED", DENIED);
    FACT(f, EDAC_CORRECTS, "? denied");
    f = MODES("SECDED", "PARITY");
    FACT(f, EDAC_CORRECTS, "no");
    f = probed(hc_probe_edac, HOST({ "dir:" MC, "mc0\n" }, { "dir:" MC "/mc0", "csrow0\n" }, COUNTS("0", "0"),
                                   { MC0 "csrow0/edac_mode", "SECDED\n" }, { MC0 "csrow0/size_mb", "2048\n" }));
    CELL(f, EDAC, 0, EDAC_UNIT, "csrow0");
    FACT(f, EDAC_CORRECTS, "yes");
    f = probed(hc_probe_edac, HOST({ "dir:" MC, "mc0\n" }, { "dir:" MC "/mc0", DENIED }));
    FACT(f, EDAC_CORRECTS, "? denied");
    f = probed(hc_probe_edac, HOST({ "dir:" MC, NULL }));
    ROWS(f, EDAC, 0);
    CHECK(f->tables[HC_TABLE_EDAC].known);
    FACT(f, EDAC_CORRECTS, "? absent");
    f = probed(hc_probe_edac, HOST({ "dir:" MC, DENIED }));
    CHECK(!f->tables[HC_TABLE_EDAC].known);
    FACT(f, EDAC_CORRECTS, "? denied");
}

#define ND "/sys/bus/nd/devices"

static void persistent(void)
{
    struct hc_facts *f = probed(
        hc_probe_persistent,
        HOST({ "dir:" ND, "btt0.0\nnamespace0.0\nnamespace0.1\nndbus0\nnmem0\nregion0\nregional\n" },
             { "dir:" ND "/namespace0.0", "mode\nnuma_node\nsize\nuuid\n" },
             { "file:" ND "/namespace0.0/size", "1073741824\n" }, { "file:" ND "/namespace0.0/mode", "memory\n" },
             { "file:" ND "/namespace0.0/numa_node", "-1\n" }, { "dir:" ND "/namespace0.1", "size\n" },
             { "file:" ND "/namespace0.1/size", "0\n" }, { "dir:" ND "/nmem0", "state\n" },
             { "dir:" ND "/region0", "persistence_domain\nsize\n" }, { "file:" ND "/region0/size", "2147483648\n" },
             { "file:" ND "/region0/persistence_domain", "memory_controller\n" },
             { "dir:/sys/bus/dax/devices", "dax0.0\n" }, { "dir:/sys/bus/dax/devices/dax0.0", "size\n" },
             { "file:/sys/bus/dax/devices/dax0.0/size", DENIED }));

    ROWS(f, PERSISTENT, 4); /* a namespace of size 0 is where the next would be made */
    CELL(f, PERSISTENT, 0, PMEM_NAME, "namespace0.0");
    CELL(f, PERSISTENT, 0, PMEM_SIZE, "1073741824");
    CELL(f, PERSISTENT, 0, PMEM_NODE, "? absent");
    CELL(f, PERSISTENT, 1, PMEM_KIND, "module");
    CELL(f, PERSISTENT, 1, PMEM_SIZE, "-");
    CELL(f, PERSISTENT, 2, PMEM_DOMAIN, "memory_controller");
    CELL(f, PERSISTENT, 3, PMEM_SIZE, "? denied");
    f = probed(hc_probe_persistent, HOST({ "dir:" ND, NULL }, { "dir:/sys/bus/dax/devices", DENIED }));
    CHECK(!f->tables[HC_TABLE_PERSISTENT].known);
}

/* ---- UEFI ---- */

#define VARS   "/sys/firmware/efi/efivars"
#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define VAR(n) "file:" VARS "/" n GLOBAL
#define UEFI                                                                                                           \
    {                                                                                                                  \
        "stat:/sys/firmware/efi", "dir 0:0 0755 0 0"                                                                   \
    }
#define ATTR "\x07\x00\x00\x00"
#define SHIM "file:" VARS "/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23"
/* HD(1,GPT,…) and a file path, as a short form of a partition's path */
#define LOAD                                                                                                           \
    ATTR "\x01\x00\x00\x00"                                                                                            \
         "\x36\x00"                                                                                                    \
         "S\0S\0D\0 \0S\0N\0"                                                                                          \
         "7\0\xe9\0\0\0"                                                                                               \
         "\x04\x01\x2a\x00PARTITIONPARTITIONPARTITIONPARTITIONxx"                                                      \
         "\x04\x04\x08\x00"                                                                                            \
         "a\0\0\0"                                                                                                     \
         "\x7f\xff\x04\x00"                                                                                            \
         "optional data"

static void both(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node node;

    hc_probe_kernel(src, facts);
    hc_put_presence(facts, HC_EFI, hc_ask_stat(src, "/sys/firmware/efi", &node));
    hc_probe_efi(src, facts);
}

static const char *secure(struct hc_facts *facts)
{
    hc_give_text(facts, "uname.machine", "x86_64");
    hc_conclude(facts);
    return shown(&facts->cells[HC_FACT_FW_SECURE_BOOT], HC_TYPE_FLAG);
}

#define KERNEL                                                                                                         \
    {                                                                                                                  \
        "file:/proc/sys/kernel/osrelease", "6.1.0\n"                                                                   \
    }
#define CONFIG "file:/boot/config-6.1.0"
#define NO_FOLDER                                                                                                      \
    {                                                                                                                  \
        "stat:/sys/firmware/efi", NULL                                                                                 \
    }

/* A missing folder is a BIOS only where the kernel would have it. */
static void without_folder(void)
{
    struct hc_facts *f = probed(both, HOST(KERNEL, { CONFIG, "CONFIG_EFI=y\n" }, NO_FOLDER));

    FACT(f, UEFI_SECURE_BOOT, "no");
    FACT(f, UEFI_BOOT_CURRENT, "? absent");
    CHECK(!strcmp(secure(f), "no"));
    FACT(f, FW_MODE, "bios");
    f = probed(both, HOST(KERNEL, { CONFIG, "CONFIG_64BIT=y\n# CONFIG_EFI is not set\n" }, NO_FOLDER));
    FACT(f, EFI, "no");
    FACT(f, UEFI_SECURE_BOOT, "? unsupported");
    CHECK(secure(f)[0] == '-');
    FACT(f, FW_MODE, "-");
    f = probed(both, HOST(KERNEL, { CONFIG, DENIED }, NO_FOLDER));
    FACT(f, UEFI_SETUP_MODE, "? unsupported");
    CHECK(secure(f)[0] == '-');
    FACT(f, FW_MODE, "-");
    f = probed(both, HOST(KERNEL, { CONFIG, "CONFIG_EFI=maybe\n" }, NO_FOLDER));
    CHECK(secure(f)[0] == '-');
    f = probed(both, HOST(KERNEL, { CONFIG, "CONFIG_EFI=n\n" }, UEFI)); /* the effect counts */
    secure(f);
    FACT(f, FW_MODE, "uefi");
    f = probed(both, HOST(KERNEL, { CONFIG, "CONFIG_EFI=y\n" }, { "stat:/sys/firmware/efi", DENIED }));
    FACT(f, UEFI_SECURE_BOOT, "? denied");
    CHECK(secure(f)[0] == '-');
    FACT(f, FW_MODE, "-");
}

static void uefi(void)
{
    struct hc_conflict conflicts[8];
    struct hc_facts *f = probed(both, HOST(UEFI, { "file:/sys/firmware/efi/fw_platform_size", "64\n" },
                                           BYTES(VAR("SecureBoot"), ATTR "\x01"), BYTES(VAR("SetupMode"), ATTR "\x00"),
                                           { SHIM, NULL }, { "dir:" VARS, "SecureBoot\n" },
                                           BYTES(VAR("BootCurrent"), ATTR "\x0a\x00"), BYTES(VAR("Boot000A"), LOAD)));

    FACT(f, UEFI_SECURE_BOOT, "yes");
    FACT(f, UEFI_SETUP_MODE, "no");
    FACT(f, UEFI_SHIM_OFF, "no");
    FACT(f, UEFI_BITS, "64");
    FACT(f, UEFI_BOOT_CURRENT, "10");
    FACT(f, UEFI_BOOT_NAME, "SSD SN7\xc3\xa9");
    FACT(f, UEFI_BOOT_FROM, "disk");
    CHECK(!strcmp(secure(f), "yes"));

    f = probed(both, HOST(UEFI, BYTES(VAR("SecureBoot"), ATTR "\x01"), BYTES(VAR("SetupMode"), ATTR "\x01")));
    CHECK(secure(f)[0] == '-'); /* they contradict each other */
    CHECK(hc_conflicts(f, conflicts, 8) == 1);
    f = probed(both, HOST(UEFI, BYTES(VAR("SecureBoot"), ATTR "\x00")));
    CHECK(!strcmp(secure(f), "no"));
    f = probed(both, HOST(UEFI, { VAR("SecureBoot"), NULL }, { "dir:" VARS, "Boot0000\n" }));
    FACT(f, UEFI_SECURE_BOOT, "no"); /* firmware that does not know of it */
    f = probed(both, HOST(UEFI, { VAR("SecureBoot"), NULL }, { "dir:" VARS, "" }));
    FACT(f, UEFI_SECURE_BOOT, "? unsupported"); /* nobody mounted them */
    CHECK(secure(f)[0] == '-');
    f = probed(both, HOST(UEFI, { VAR("SecureBoot"), NULL }, { "dir:" VARS, DENIED }));
    FACT(f, UEFI_SECURE_BOOT, "? denied");
    f = probed(both, HOST(UEFI, { VAR("SecureBoot"), DENIED }, { VAR("BootCurrent"), DENIED }));
    FACT(f, UEFI_SECURE_BOOT, "? denied");
    FACT(f, UEFI_BOOT_NAME, "? denied");
    CHECK(secure(f)[0] == '-');
    f = probed(both, HOST(UEFI, BYTES(VAR("SecureBoot"), ATTR "\x02"), BYTES(VAR("SetupMode"), ATTR),
                          BYTES(VAR("BootCurrent"), ATTR "\x01\x00"),
                          BYTES(VAR("Boot0001"), ATTR "\x01\0\0\0\xff\xff"
                                                      "A\0\0\0\x7f")));
    FACT(f, UEFI_SECURE_BOOT, "? failed");
    FACT(f, UEFI_SETUP_MODE, "? failed");
    FACT(f, UEFI_BOOT_NAME, "? failed");
    FACT(f, UEFI_BOOT_FROM, "? failed");
}

/* ---- settings of firmware ---- */

#define FWA     "/sys/class/firmware-attributes"
#define DELL(n) "file:" FWA "/dell-wmi-sysman/attributes/" n

static void attributes(void)
{
    struct hc_facts *f =
        probed(hc_probe_firmware_attributes,
               HOST({ "dir:" FWA, "dell-wmi-sysman\n" },
                    { "dir:" FWA "/dell-wmi-sysman/attributes",
                      "Asset\nSecureBoot\nSvcTag\nVirtualization\nVtForDirectIo\npending_reboot\n" },
                    { DELL("Virtualization/current_value"), "Disabled\n" },
                    { DELL("Virtualization/display_name"), "Virtualization\n" },
                    { DELL("Virtualization/possible_values"), "Disabled;Enabled;\n" },
                    { DELL("VtForDirectIo/current_value"), "Enabled\n" }, { DELL("VtForDirectIo/display_name"), NULL },
                    { DELL("VtForDirectIo/possible_values"), NULL }, { DELL("SecureBoot/current_value"), DENIED },
                    { DELL("pending_reboot"), "0\n" }));

    ROWS(f, FIRMWARE_ATTRIBUTES, 3); /* the owner's tags are never asked */
    CELL(f, FIRMWARE_ATTRIBUTES, 0, FWATTR_NAME, "Virtualization");
    CELL(f, FIRMWARE_ATTRIBUTES, 0, FWATTR_CHOICES, "Disabled;Enabled;");
    CELL(f, FIRMWARE_ATTRIBUTES, 1, FWATTR_VALUE, "Enabled");
    CELL(f, FIRMWARE_ATTRIBUTES, 1, FWATTR_TITLE, "-");
    CELL(f, FIRMWARE_ATTRIBUTES, 2, FWATTR_VALUE, "? denied");
    FACT(f, SETUP_VIRTUALIZATION, "no");
    FACT(f, SETUP_IOMMU, "yes");
    FACT(f, SETUP_PENDING, "no");

#define HP(n) "file:" FWA "/hp-bioscfg/attributes/" n "/current_value"
#define HP_HOST(vtx, svm, waits)                                                                                       \
    probed(hc_probe_firmware_attributes,                                                                               \
           HOST({ "dir:" FWA, "hp-bioscfg\n" },                                                                        \
                { "dir:" FWA "/hp-bioscfg/attributes",                                                                 \
                  "SVM CPU Virtualization\nVirtualization Technology (VTx)\npending_reboot\n" },                       \
                { HP("Virtualization Technology (VTx)"), vtx }, { HP("SVM CPU Virtualization"), svm },                 \
                { "file:" FWA "/hp-bioscfg/attributes/pending_reboot", waits }))
    f = HP_HOST("Enable\n", "Enable\n", "1\n");
    FACT(f, SETUP_VIRTUALIZATION, "yes");
    FACT(f, SETUP_PENDING, "yes");
    f = HP_HOST("Disable\n", "Enable\n", "2\n");
    FACT(f, SETUP_VIRTUALIZATION, "? failed"); /* they disagree */
    FACT(f, SETUP_PENDING, "? failed");
    f = HP_HOST("Disable\n", DENIED, DENIED);
    FACT(f, SETUP_VIRTUALIZATION, "? denied");
    FACT(f, SETUP_PENDING, "? denied");
    f = HP_HOST("Perhaps\n", "Disable\n", "0\n");
    FACT(f, SETUP_VIRTUALIZATION, "? unsupported");
    f = probed(hc_probe_firmware_attributes, HOST({ "dir:" FWA, NULL }));
    FACT(f, SETUP_VIRTUALIZATION, "? absent");
    CHECK(f->tables[HC_TABLE_FIRMWARE_ATTRIBUTES].known);
    f = probed(hc_probe_firmware_attributes,
               HOST({ "dir:" FWA, "thinklmi\n" }, { "dir:" FWA "/thinklmi/attributes", DENIED }));
    FACT(f, SETUP_VIRTUALIZATION, "? denied");
    FACT(f, SETUP_PENDING, "? denied");
}

static void nothing(struct hc_source *src, struct hc_facts *facts)
{
    (void)src;
    (void)facts;
}

static void register_and_setup(void)
{
    struct hc_conflict conflicts[4];
    struct hc_facts *f = probed(nothing, hc_source_new(NULL, NULL));

    hc_give_flag(f, "msr.vm_cr_svmdis", true);
    hc_give_flag(f, "linux.firmware_setup.virtualization", true);
    CHECK(!hc_conflicts(f, conflicts, 4)); /* a change may wait */
    hc_give_flag(f, "linux.firmware_setup.pending_reboot", false);
    CHECK(hc_conflicts(f, conflicts, 4) == 1 && conflicts[0].b == HC_FACT_MSR_SVMDIS);
    hc_give_flag(f, "linux.firmware_setup.virtualization", false);
    CHECK(!hc_conflicts(f, conflicts, 4));
    hc_give_flag(f, "msr.vm_cr_svmdis", false);
    CHECK(hc_conflicts(f, conflicts, 4) == 1);
}

/* Off in firmware setup is off, on a machine, where nothing else tells and no change waits. */
static const char *firmware_word(bool hypervisor, bool on, int pending, int flag)
{
    struct hc_facts *f = probed(nothing, hc_source_new(NULL, NULL));

    hc_give_text(f, "uname.sysname", "Linux");
    hc_give_text(f, "uname.release", "6.1.0");
    hc_give_text(f, "uname.machine", "x86_64");
    hc_give_text(f, "cpuid.vendor", "AuthenticAMD");
    hc_give_flag(f, "cpuid.hypervisor", hypervisor);
    hc_give_flag(f, "linux.cpuinfo.hypervisor", hypervisor);
    hc_give_flag(f, "cpuid.svm", true);
    hc_give_flag(f, "cpuid.vmx", false);
    hc_give_flag(f, "linux.xen.present", false);
    hc_give_flag(f, "linux.kvm.registered", false);
    hc_give_flag(f, "linux.firmware_setup.virtualization", on);
    if (pending >= 0)
        hc_give_flag(f, "linux.firmware_setup.pending_reboot", pending != 0);
    if (flag >= 0)
        hc_give_flag(f, "linux.cpuinfo.svm", flag != 0);
    hc_conclude(f);
    return shown(&f->cells[HC_FACT_VIRT_FW], HC_TYPE_WORD);
}

static void switched_off(void)
{
    same(firmware_word(false, false, 0, -1), "disabled", "off, and nothing waits", __LINE__);
    CHECK(firmware_word(false, false, 1, -1)[0] == '-');
    CHECK(firmware_word(false, false, -1, -1)[0] == '-');
    CHECK(firmware_word(false, true, 0, -1)[0] == '-'); /* on proves nothing */
    CHECK(firmware_word(true, false, 0, -1)[0] == '-');
    same(firmware_word(false, false, 0, 1), "disabled", "a flag that kernels before 6.12 leave", __LINE__);
}

static void dell(void)
{
    unsigned char entry[0x1f] = "_SM_", entry3[0x18] = "_SM3_";
    struct hc_facts *f =
        probed(hc_probe_dell_tokens, HOST({ "dell:tokens", "014a 1\n014b 0\n0204 0\n0205 1\n02ad 1\n02ae 1\n" }));

    FACT(f, DELL_VIRTUALIZATION, "no");
    FACT(f, DELL_VTD, "yes");
    FACT(f, DELL_SRIOV, "? failed");
    FACT(f, DELL_SECURE_BOOT, "? absent");
    f = probed(hc_probe_dell_tokens, HOST({ "dell:tokens", "014a 0\n014b 0\n0204 x\n" }));
    FACT(f, DELL_VIRTUALIZATION, "? absent");
    FACT(f, DELL_VTD, "? absent");
    f = probed(hc_probe_dell_tokens, HOST({ "dell:tokens", DENIED }));
    FACT(f, DELL_VTD, "? denied");
    f = probed(hc_probe_dell_tokens, hc_source_new(NULL, NULL));
    FACT(f, DELL_VTD, "? not recorded"); /* a source that was not told to ask */

    entry[5] = 0x1f;
    entry[6] = 2;
    entry[7] = 8;
    memcpy(entry + 0x10, "_DMI_", 5);
    entry[0x16] = 100;
    for (int i = 0x10; i < 0x1f; i++)
        entry[0x15] = (unsigned char)(entry[0x15] - (i == 0x15 ? 0 : entry[i]));
    for (int i = 0; i < 0x1f; i++)
        entry[4] = (unsigned char)(entry[4] - (i == 4 ? 0 : entry[i]));
    CHECK(hc_smbios_entry_sound(entry, 0x1f, 100));
    CHECK(!hc_smbios_entry_sound(entry, 0x1f, 99));
    CHECK(!hc_smbios_entry_sound(entry, 0x1e, 100));
    entry[8]++;
    CHECK(!hc_smbios_entry_sound(entry, 0x1f, 100));
    entry3[6] = 0x18;
    entry3[0x0c] = 100;
    for (int i = 0; i < 0x18; i++)
        entry3[5] = (unsigned char)(entry3[5] - (i == 5 ? 0 : entry3[i]));
    CHECK(hc_smbios_entry_sound(entry3, 0x18, 100));
    CHECK(!hc_smbios_entry_sound(entry3, 0x18, 99)); /* the kernel cut the table: libsmbios would look elsewhere */
    CHECK(!hc_smbios_entry_sound(entry3, 3, 100));
}

/* ---- TPM, watchdogs, management controllers, sensors, power ---- */

#define TPM0 "/sys/class/tpm/tpm0"

static void tpm(void)
{
    struct hc_facts *f =
        probed(hc_probe_tpm, HOST({ "dir:/sys/class/tpm", "tpm0\n" },
                                  { "dir:" TPM0, "dev\ndevice\npcr-sha1\npcr-sha256\nppi\ntpm_version_major\n" },
                                  { "file:" TPM0 "/tpm_version_major", "2\n" }, { "dir:" TPM0 "/device", "driver\n" },
                                  { "link:" TPM0 "/device/driver", "../../bus/acpi/drivers/tpm_crb" },
                                  { "file:" TPM0 "/ppi/version", "1.3\n" }));

    CELL(f, TPM, 0, TPM_VERSION, "2.0");
    CELL(f, TPM, 0, TPM_DRIVER, "tpm_crb");
    CELL(f, TPM, 0, TPM_BANKS, "sha1 sha256");
    CELL(f, TPM, 0, TPM_PPI, "1.3");
    CELL(f, TPM, 0, TPM_OWNED, "-");
    f = probed(hc_probe_tpm,
               HOST({ "dir:/sys/class/tpm", "tpm0\n" }, { "dir:" TPM0, "active\ncaps\nenabled\nowned\n" },
                    { "file:" TPM0 "/caps", "Manufacturer: 0x53544d20\nTCG version: 1.2\nFirmware version: 13.12\n" },
                    { "file:" TPM0 "/owned", "1\n" }, { "file:" TPM0 "/enabled", "1\n" },
                    { "file:" TPM0 "/active", "7\n" }));
    CELL(f, TPM, 0, TPM_VERSION, "1.2");
    CELL(f, TPM, 0, TPM_MANUFACTURER, "0x53544d20");
    CELL(f, TPM, 0, TPM_FIRMWARE, "13.12");
    CELL(f, TPM, 0, TPM_OWNED, "yes");
    CELL(f, TPM, 0, TPM_ACTIVE, "? failed");
    CELL(f, TPM, 0, TPM_PPI, "");
    f = probed(hc_probe_tpm, HOST({ "dir:/sys/class/tpm", "tpm0\ntpm1\n" }, { "dir:" TPM0, "dev\n" },
                                  { "dir:/sys/class/tpm/tpm1", DENIED }));
    CELL(f, TPM, 0, TPM_VERSION, "? unsupported");
    CELL(f, TPM, 1, TPM_VERSION, "? denied");
    f = probed(hc_probe_tpm, HOST({ "dir:/sys/class/tpm", DENIED }));
    CHECK(!f->tables[HC_TABLE_TPM].known);
    f = probed(hc_probe_tpm, HOST({ "dir:/sys/class/tpm", NULL }));
    CHECK(f->tables[HC_TABLE_TPM].known);
}

#define BMC "/sys/devices/platform/ipmi_bmc.0"

/* Whoever reads these waits for a device, with no way to stop. */
static void device_files(void)
{
    static const char *const asking[] = { BMC "/firmware_revision", BMC "/ipmi_version", BMC "/manufacturer_id",
                                          BMC "/product_id",        TPM0 "/caps",        TPM0 "/owned",
                                          TPM0 "/enabled",          TPM0 "/active" };
    static const char *const kept[] = { BMC,
                                        BMC "/",
                                        TPM0 "/tpm_version_major",
                                        TPM0 "/ppi/version",
                                        "/sys/class/net/eth0/active",
                                        "owned",
                                        "/sys/class/watchdog/watchdog0/state" };

    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        CHECK(hc_asks_device(asking[i]));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        CHECK(!hc_asks_device(kept[i]));
}

static void live_device_files(void)
{
    static const char key[] = "file:/sys/class/tpm/tpm987/owned"; /* none has so many */

    for (int wake = 0; wake < 2; wake++) {
        struct hc_source *src = hc_source_live();
        src->wake = wake;
        CHECK((hc_ask(src, key)->answer == HC_UNSUPPORTED) == !wake);
        hc_source_free(src);
    }
}

#define WD "/sys/class/watchdog/watchdog0"
#define HW "/sys/class/hwmon/hwmon"
#define PS "/sys/class/power_supply"

#define BATTERY                                                                                                        \
    "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_STATUS=Discharging\nPOWER_SUPPLY_PRESENT=1\n"     \
    "POWER_SUPPLY_ENERGY_FULL_DESIGN=50000\nPOWER_SUPPLY_ENERGY_FULL=40000\nPOWER_SUPPLY_CAPACITY=87\n"                \
    "POWER_SUPPLY_SERIAL_NUMBER= 12345S\n"

static struct hc_source *board_host(void)
{
    return HOST({ "dir:/sys/class/watchdog", "watchdog0\n" }, { "dir:" WD, "identity\nnowayout\nstate\ntimeout\n" },
                { "file:" WD "/identity", "iTCO_wdt\n" }, { "file:" WD "/state", "inactive\n" },
                { "file:" WD "/timeout", "30\n" }, { "file:" WD "/nowayout", "maybe\n" },
                { "dir:/sys/devices/platform", "dcdbas\nipmi_bmc.0\nserial8250\n" },
                { "dir:" BMC, "firmware_revision\nguid\nipmi0\nipmi_version\nmanufacturer_id\n" },
                { "file:" BMC "/firmware_revision", "2.35\n" }, { "file:" BMC "/ipmi_version", "2.0\n" },
                { "file:" BMC "/manufacturer_id", "0x0002a2\n" }, { "dir:/sys/class/hwmon", "hwmon0\nhwmon1\n" },
                { "link:" HW "0", "../../devices/pci0000:00/0000:00:18.3/hwmon/hwmon0" },
                { "dir:" HW "0", "device\nfan1_input\nname\npower1_average\ntemp1_input\ntemp1_label\ntemp2_input\n" },
                { "file:" HW "0/name", "k10temp\n" },
                { "link:" HW "1", "../../devices/pci0000:00/0000:00:14.0/usb1/hid-00:11:22:33:44:55-battery/hwmon1" },
                { "dir:" HW "1", "name\n" }, { "file:" HW "1/name", "hid_00:11:22:33:44:55_battery\n" },
                { "dir:" PS, "AC\nBAT0\nBAT1\nhid-4C-11-AE-battery\nps-controller-battery-00:11:22:33:44:55\nucsi-"
                             "source-psy-USBC000:001\n" },
                { "file:" PS "/AC/uevent", "POWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=1\n" },
                { "file:" PS "/BAT0/uevent", BATTERY }, { "file:" PS "/BAT1/uevent", DENIED });
}

/* What a live host answers without --wake. */
static void not_asked(void)
{
    struct hc_source *src =
        HOST({ "dir:/sys/devices/platform", "ipmi_bmc.0\n" }, { "dir:" BMC, "firmware_revision\nipmi0\n" });
    const struct hc_reply reply = { .key = "file:" BMC "/firmware_revision", .answer = HC_UNSUPPORTED, .bytes = "" };
    struct hc_facts *f;

    hc_log(src, &reply);
    CHECK(strstr(hc_hint(&reply), "--wake"));
    f = probed(hc_probe_board, src);
    FACT(f, IPMI_BMC, "yes");
    CELL(f, BMC, 0, BMC_INTERFACES, "ipmi0");
    CELL(f, BMC, 0, BMC_FIRMWARE, "? unsupported");
}

static void board(void)
{
    struct hc_facts *f = probed(hc_probe_board, board_host());

    CELL(f, WATCHDOGS, 0, WATCHDOG_IDENTITY, "iTCO_wdt");
    CELL(f, WATCHDOGS, 0, WATCHDOG_TIMEOUT, "30");
    CELL(f, WATCHDOGS, 0, WATCHDOG_NOWAYOUT, "? failed");
    CELL(f, WATCHDOGS, 0, WATCHDOG_BOOTSTATUS, "-");
    CELL(f, BMC, 0, BMC_FIRMWARE, "2.35");
    CELL(f, BMC, 0, BMC_INTERFACES, "ipmi0");
    CELL(f, BMC, 0, BMC_PRODUCT, "-");
    FACT(f, IPMI_BMC, "yes");
    CELL(f, SENSORS, 0, SENSOR_CHIP, "k10temp");
    CELL(f, SENSORS, 0, SENSOR_PCI, "0000:00:18.3");
    CELL(f, SENSORS, 0, SENSOR_TEMPERATURES, "2");
    CELL(f, SENSORS, 0, SENSOR_VOLTAGES, "0");
    CELL(f, SENSORS, 0, SENSOR_INPUTS, "fan1_input power1_average temp1_input temp2_input");
    CELL(f, SENSORS, 1, SENSOR_CHIP, "battery");
    ROWS(f, POWER_SUPPLIES, 4); /* without those of wireless devices */
    CELL(f, POWER_SUPPLIES, 0, POWER_ONLINE, "yes");
    CELL(f, POWER_SUPPLIES, 0, POWER_CAPACITY, "-");
    CELL(f, POWER_SUPPLIES, 1, POWER_HEALTH, "80");
    CELL(f, POWER_SUPPLIES, 1, POWER_SERIAL, "12345S");
    CELL(f, POWER_SUPPLIES, 2, POWER_CAPACITY, "? denied");

    f = probed(hc_probe_board, HOST({ "dir:/sys/devices/platform", DENIED }, { "dir:/sys/class/ipmi", "ipmi0\n" }));
    CELL(f, BMC, 0, BMC_NAME, "ipmi0");
    FACT(f, IPMI_BMC, "yes");
    f = probed(hc_probe_board, HOST({ "dir:/sys/devices/platform", DENIED }, { "dir:/sys/class/ipmi", DENIED }));
    FACT(f, IPMI_BMC, "? denied");
    f = probed(hc_probe_board, HOST({ "dir:/sys/devices/platform", "serial8250\n" }));
    FACT(f, IPMI_BMC, "no");
    CHECK(f->tables[HC_TABLE_BMC].known && !f->tables[HC_TABLE_WATCHDOGS].known);
}

/* ---- what leaves the host ---- */

static void lacks(const char *text, const char *word)
{
    if (!text || strstr(text, word)) {
        printf("%s in a redacted recording\n", word);
        failures++;
    }
}

static void redacted(void)
{
    struct hc_source *src = board_host(), *again;
    char *text = hc_recording_save(src, &(const struct hc_pseudonyms){ .arena = &src->arena });
    struct hc_recording_error error;
    struct hc_facts *f;

    lacks(text, "12345S");
    lacks(text, "11:22:33");
    lacks(text, "4C-11-AE");
    again = text ? hc_recording_load((struct hc_text){ text, strlen(text) }, &error) : NULL;
    CHECK(again);
    if (again) {
        f = probed(hc_probe_board, again);
        CELL(f, POWER_SUPPLIES, 1, POWER_CAPACITY, "87");
        CELL(f, POWER_SUPPLIES, 1, POWER_SERIAL, "? redacted");
        CELL(f, SENSORS, 0, SENSOR_PCI, "0000:00:18.3");
        CELL(f, SENSORS, 1, SENSOR_PCI, "0000:00:14.0");
        CELL(f, SENSORS, 1, SENSOR_CHIP, "battery");
    }
    free(text);
    hc_source_free(src);

    src = HOST(UEFI, BYTES(VAR("BootCurrent"), ATTR "\x0a\x00"), BYTES(VAR("Boot000A"), LOAD),
               { VAR("SecureBoot"), NULL }, { "dir:" VARS, "Boot000A\n001122334455-937fe521\nSecureBoot-8\n" });
    text = hc_recording_save(src, &(const struct hc_pseudonyms){ .arena = &src->arena });
    lacks(text, "001122334455");
    lacks(text, "PARTITION");
    lacks(text, "504152544954494f4e"); /* bytes are hexadecimal there */
    lacks(text, "530053004400");
    lacks(text, "6f7074696f6e616c");
    again = text ? hc_recording_load((struct hc_text){ text, strlen(text) }, &error) : NULL;
    CHECK(again);
    if (again) {
        f = probed(both, again);
        FACT(f, UEFI_BOOT_FROM, "disk");
        FACT(f, UEFI_BOOT_CURRENT, "10");
        FACT(f, UEFI_BOOT_NAME, "? redacted");
        FACT(f, UEFI_SECURE_BOOT, "no");
    }
    free(text);
    hc_source_free(src);
}

int main(void)
{
    memory();
    nodes();
    frequency();
    edac();
    persistent();
    uefi();
    without_folder();
    attributes();
    switched_off();
    register_and_setup();
    dell();
    tpm();
    device_files();
    live_device_files();
    board();
    not_asked();
    redacted();
    return checked();
}
