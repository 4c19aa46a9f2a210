/* Architectures other than x86: whose form /proc/cpuinfo has, what firmware's device tree and SMBIOS call the machine,
   and then what only that architecture knows. On x86 nothing of this is asked. */
#include "machine.h"
#include "probes.h"

#include <string.h>

/* ---- lines and properties ---- */

void hc_put_cpuinfo(struct hc_source *src, struct hc_facts *facts, struct hc_text_id id, const struct hc_reply *reply,
                    struct hc_text text, const char *name, const char *or_name)
{
    struct hc_text value = { "", 0 };
    bool found = hc_find_value(text, ':', name, &value) || (or_name && hc_find_value(text, ':', or_name, &value));

    if (!found && reply->answer == HC_OK)
        reply = hc_reword(src, reply, HC_ABSENT, hc_format(src, "no line %s", name));
    hc_put_text(facts, id, reply, found ? value : HC_TEXT(""));
}

/* Without a device tree (a machine of ACPI) there is no folder: nothing is then said about its nodes. */
static const struct hc_reply *in_tree(struct hc_source *src, const struct hc_reply *reply)
{
    struct hc_text names;
    const struct hc_reply *root;

    if (reply->answer != HC_ABSENT)
        return reply;
    root = hc_ask_dir(src, "/sys/firmware/devicetree/base", &names);
    return root->answer == HC_OK && names.size ? reply : hc_reword(src, reply, HC_UNSUPPORTED, "no device tree here");
}

const struct hc_reply *hc_ask_property(struct hc_source *src, const char *path)
{
    struct hc_node node;

    return in_tree(src, hc_ask_stat(src, path, &node));
}

const struct hc_reply *hc_ask_strings(struct hc_source *src, const char *path, struct hc_text *list)
{
    struct hc_text bytes;
    const struct hc_reply *reply = in_tree(src, hc_ask_file(src, path, &bytes));
    char *copy;

    *list = (struct hc_text){ "", 0 };
    if (reply->answer == HC_ABSENT)
        return hc_restate(src, reply, "absent");
    copy = reply->answer == HC_OK ? hc_alloc(&src->arena, bytes.size + 1) : NULL;
    if (!copy)
        return reply;
    for (size_t i = 0; i < bytes.size; i++)
        copy[i] = bytes.at[i] ? bytes.at[i] : ' ';
    *list = hc_trim((struct hc_text){ copy, bytes.size });
    return reply;
}

/* ---- whose /proc/cpuinfo ---- */

/* Lines that only one architecture writes: arch/x86/kernel/cpu/proc.c, arch/s390/kernel/processor.c, arch/arm/kernel/
   setup.c, arch/arm64/kernel/cpuinfo.c (always architecture 8, formerly the word), arch/powerpc/kernel/setup-common.c,
   arch/riscv/kernel/cpu.c. */
static const char *form_of_line(struct hc_text name, struct hc_text value)
{
    if (hc_text_is(name, "vendor_id"))
        return hc_text_is(value, "IBM/S390") ? "s390" : "x86";
    if (hc_text_is(name, "flags") || hc_text_is(name, "cpu family"))
        return "x86";
    if (hc_text_is(name, "CPU architecture"))
        return hc_text_is(value, "8") || hc_text_is(value, "AArch64") ? "arm64" : "arm";
    if (hc_text_is(name, "isa") && hc_starts(value, "rv"))
        return "riscv";
    if (hc_text_is(name, "timebase"))
        return "power";
    for (; hc_text_is(name, "revision") && value.size; value = (struct hc_text){ value.at + 1, value.size - 1 })
        if (hc_starts(value, "(pvr "))
            return "power";
    return NULL;
}

static const char *form(struct hc_text text)
{
    struct hc_text line, name, value;
    const char *word = NULL;

    while (!word && hc_next_line(&text, &line))
        if (hc_split(line, ':', &name, &value))
            word = form_of_line(name, value);
    return word ? word : "other";
}

/* ---- what every such machine may tell ---- */

static void names(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_strings(src, "/sys/firmware/devicetree/base/compatible", &text);

    hc_put_text(facts, HC_DT_COMPATIBLE, reply, text);
    reply = hc_ask_strings(src, "/sys/firmware/devicetree/base/hypervisor/compatible", &text);
    hc_put_text(facts, HC_DT_HYPERVISOR, reply, text);
    reply = hc_ask_line(src, "/sys/class/dmi/id/sys_vendor", &text);
    hc_put_text(facts, HC_DMI_VENDOR, reply, text);
    reply = hc_ask_line(src, "/sys/class/dmi/id/product_name", &text);
    hc_put_text(facts, HC_DMI_PRODUCT, reply, text);
    reply = hc_ask_line(src, "/sys/kernel/cpu_byteorder", &text);
    hc_put_word(facts, HC_BYTE_ORDER, reply,
                hc_text_is(text, "little") ? "little"
                : hc_text_is(text, "big")  ? "big"
                                           : "neither");
}

void hc_probe_machine(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const char *form;
        void (*ask)(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text);
    } rows[] = { { "arm64", hc_machine_arm64 },
                 { "s390", hc_machine_s390x },
                 { "power", hc_machine_power },
                 { "riscv", hc_machine_riscv } };
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/cpuinfo", &text);
    const char *word = form(text);

    if (!hc_trim(text).size)
        reply = hc_malformed(src, reply, "an empty list of CPUs");
    hc_put_word(facts, HC_CPUINFO_FORM, reply, word);
    if (reply->answer != HC_OK || !strcmp(word, "x86"))
        return;
    names(src, facts);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_MACHINE, reply, text, "machine", "Hardware");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(word, rows[i].form))
            rows[i].ask(src, facts, reply, text);
}
