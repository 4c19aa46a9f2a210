/* macOS: the text of the IORegistry, and what is said of a Mac that answers little, oddly, or not at all. */
#include "check.h"
#include "conclude.h"
#include "macos/ioreg.h"
#include "probes.h"
#include "scan.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

static bool is(struct hc_text text, const char *word)
{
    return hc_text_is(text, word);
}

static void objects(void)
{
    struct hc_text rest = HC_TEXT("a = 1\nb = \"two\"\n\n\nc = <0102>\n\n"), object;
    char room[4];
    struct hc_text text;
    uint64_t number;

    CHECK(hc_ioreg_next(&rest, &object) && is(object, "a = 1\nb = \"two\""));
    CHECK(hc_ioreg_number(object, "a", &number) && number == 1);
    CHECK(hc_ioreg_text(object, "b", room, sizeof room, &text) && is(text, "two"));
    CHECK(!hc_ioreg_number(object, "b", &number) && !hc_ioreg_number(object, "c", &number));
    CHECK(hc_ioreg_next(&rest, &object) && hc_ioreg_number(object, "c", &number) && number == 0x0201);
    CHECK(!hc_ioreg_next(&rest, &object));
    rest = HC_TEXT("\n");
    CHECK(!hc_ioreg_next(&rest, &object));
}

static void odd_values(void)
{
    const struct hc_text object = HC_TEXT("long = <0102030405060708090a>\nodd = <010>\nnot hex = <zz>\nempty = <>\n"
                                          "open = <0102\nname = <4d6163003132>\nquote = \"\nminus = -1");
    static const char *const numbers[] = { "long", "odd", "not hex", "empty", "open", "quote", "minus", "none" };
    char room[8];
    struct hc_text text;
    uint64_t number;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        CHECK(!hc_ioreg_number(object, numbers[i], &number) && !number);
    CHECK(hc_ioreg_text(object, "name", room, sizeof room, &text) && is(text, "Mac"));
    CHECK(!hc_ioreg_text(object, "name", room, 5, &text)); /* it has six bytes */
    CHECK(!hc_ioreg_text(object, "quote", room, sizeof room, &text));
}

/* ---- a Mac ---- */

struct answers {
    const char *key, *text; /* NULL: denied; empty: absent */
};

static struct hc_source *source(const char *platform, const struct answers *rows, size_t count)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    src->platform = platform;
    for (size_t i = 0; i < count; i++) {
        struct hc_reply reply = { .key = rows[i].key, .bytes = "", .answer = HC_DENIED };
        if (rows[i].text && !*rows[i].text)
            reply.answer = HC_ABSENT;
        else if (rows[i].text)
            hc_answer_text(src, &reply, "%s", rows[i].text);
        hc_log(src, &reply);
    }
    return src;
}

static struct hc_facts look(struct hc_source *src)
{
    struct hc_facts facts;

    memset(&facts, 0, sizeof facts);
    facts.arena = &src->arena;
    hc_probe_process(src, &facts);
    hc_probe_macos(src, &facts);
    hc_probe_macos_machine(src, &facts);
    hc_probe_macos_devices(src, &facts);
    hc_conclude(&facts);
    return facts;
}

#define DARWIN "sysname Darwin\nrelease 24.1.0\nversion 1\nmachine arm64\nnodename host\n"
#define SILICON                                                                                                        \
    { "host:uname", DARWIN },                                                                                          \
    {                                                                                                                  \
        "sysctl:hw.optional.arm64", "1"                                                                                \
    }
#define LOOK(...)                                                                                                      \
    const struct answers rows[] = { __VA_ARGS__ };                                                                     \
    struct hc_source *src = source("macos", rows, sizeof rows / sizeof *rows);                                         \
    struct hc_facts facts = look(src)

/* Denied, odd or never asked: nothing of it is a no. */
static void unknown_stays_unknown(void)
{
    LOOK(SILICON, { "sysctl:kern.hv_support", NULL }, { "sysctl:kern.hv_vmm_present", "" },
         { "api:hv_vm_config_get_el2_supported", NULL }, { "sysctl:hw.physicalcpu", "many" });

    CHECK(hc_flag(&facts, HC_MAC_HV) == HC_UNKNOWN && hc_flag(&facts, HC_VIRT_HW) == HC_UNKNOWN);
    CHECK(hc_flag(&facts, HC_VIRT_NESTED) == HC_UNKNOWN && !hc_word_of(&facts, HC_HOST_ROLE));
    CHECK(!facts.cells[HC_TOPOLOGY_CORES.fact].known);
    hc_source_free(src);
}

static void no_switch_has_two(void)
{
    LOOK(SILICON, { "sysctl:kern.hv_support", "2" });

    CHECK(hc_flag(&facts, HC_MACOS_HV_SUPPORT) == HC_UNKNOWN);
    CHECK(hc_why(&facts, HC_MACOS_HV_SUPPORT.fact)->answer == HC_FAILED);
    hc_source_free(src);
}

static void old_kernel(void)
{
    LOOK({ "host:uname", "sysname Darwin\nrelease 13.4.0\nversion 1\nmachine x86_64\nnodename host\n" },
         { "sysctl:hw.optional.arm64", "" }, { "sysctl:kern.hv_support", "" },
         { "sysctl:machdep.cpu.features", "FPU VMX SSE4.1" }, { "sysctl:kern.osproductversion", "10.9.5" });

    CHECK(hc_flag(&facts, HC_MAC_HV) == HC_NO && hc_flag(&facts, HC_VIRT_HW) == HC_YES);
    CHECK(hc_flag(&facts, HC_VIRT_SLAT) == HC_UNKNOWN && !hc_word_of(&facts, HC_VIRT_FW));
    CHECK(!strcmp(hc_word_of(&facts, HC_HOST_ROLE), "physical")); /* no VMM among the features */
    CHECK(!strcmp(hc_word_of(&facts, HC_HOST_ARCH), "x86_64"));
    hc_source_free(src);
}

static void switched_off(void)
{
    LOOK(SILICON, { "sysctl:kern.hv_support", "1" }, { "sysctl:kern.hv_disable", "1" },
         { "sysctl:kern.hv_vmm_present", "0" });

    CHECK(hc_flag(&facts, HC_MAC_HV) == HC_NO && hc_flag(&facts, HC_VIRT_HW) == HC_YES);
    CHECK(hc_flag(&facts, HC_VIRT_NESTED) == HC_NO);
    hc_source_free(src);
}

static void functions(void)
{
    LOOK(SILICON,
         { "ioreg:IOPCIDevice", "pcidebug = \"1:0:0\"\nvendor-id = <02100000>\ndevice-id = <38690000>\n"
                                "class-code = <00000300>\n\npcidebug = \"0:28:4(2:5)\"\nvendor-id = <86800000>\n\n"
                                "pcidebug = \"0:32:0\"\n\npcidebug = \"x\"\n\n" });
    const struct hc_table_data *pci = &facts.tables[HC_TABLE_PCI];
    const struct hc_table_row *row = pci->first;

    CHECK(pci->known && pci->count == 2); /* no bus has a device 32 */
    CHECK(hc_cell_is(&row->cells[HC_COL_PCI_ADDRESS], "0000:01:00.0"));
    CHECK(hc_cell_is(&row->cells[HC_COL_PCI_VENDOR], "1002") && hc_cell_is(&row->cells[HC_COL_PCI_DEVICE], "6938"));
    CHECK(hc_cell_is(&row->cells[HC_COL_PCI_CLASS], "030000"));
    CHECK(hc_cell_is(&row->next->cells[HC_COL_PCI_ADDRESS], "0000:00:1c.4"));
    CHECK(!row->next->cells[HC_COL_PCI_DEVICE].known);
    hc_source_free(src);
}

/* Another system is not asked; macOS is asked nothing of another. */
static void elsewhere(void)
{
    struct hc_source *src = source("linux", NULL, 0);
    struct hc_facts facts = look(src);
    struct hc_text text;
    size_t before = src->count;

    CHECK(!hc_logged(src, "sysctl:kern.hv_support") && !hc_logged(src, "ioreg:IOPCIDevice"));
    CHECK(!hc_why(&facts, HC_MACOS_HV_SUPPORT.fact));
    src->platform = "macos";
    CHECK(hc_ask_file(src, "/proc/cpuinfo", &text)->answer == HC_UNSUPPORTED && src->count == before);
    CHECK(hc_ask_sysctl(src, "hw.model", &text)->answer == HC_NOT_RECORDED && src->count == before + 1);
    hc_source_free(src);
}

int main(void)
{
    objects();
    odd_values();
    unknown_stays_unknown();
    no_switch_has_two();
    old_kernel();
    switched_off();
    functions();
    elsewhere();
    return checked();
}
