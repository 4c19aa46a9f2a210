/* arm64. No CPU flag tells whether there is an EL2, and dmesg is not for everybody; but the kernel uses another timer
   at each level (arch_timer_select_ppi in drivers/clocksource/arm_arch_timer.c), firmware says which interrupt each
   timer has, and /proc/interrupts shows the one that is used. */
#include "machine.h"
#include "tables.h"

#include <string.h>

/* ---- /proc/cpuinfo ---- */

static const struct hc_reply *number_line(struct hc_source *src, const struct hc_reply *reply, struct hc_text text,
                                          const char *name, uint64_t *value)
{
    struct hc_text line;

    *value = 0;
    if (reply->answer != HC_OK)
        return reply;
    if (!hc_find_value(text, ':', name, &line))
        return hc_reword(src, reply, HC_ABSENT, hc_format(src, "no line %s", name));
    return hc_number(line, 10, value) ? reply : hc_malformed(src, reply, "a number was expected");
}

enum { PARTS_MAX = 16 };

/* "41:d03 41:d08": cores of big and little kinds stand in one list, each kind once. */
static void parts(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    struct hc_text line, name, value;
    uint64_t implementer = 0, part;
    unsigned seen[PARTS_MAX];
    size_t count = 0, i;
    const char *list = "";

    while (hc_next_line(&text, &line)) {
        if (!hc_split(line, ':', &name, &value))
            continue;
        if (hc_text_is(name, "CPU implementer") && (!hc_number(value, 10, &implementer) || implementer > 0xff))
            implementer = 0;
        if (!hc_text_is(name, "CPU part") || !hc_number(value, 10, &part) || part > 0xfff)
            continue;
        for (i = 0; i < count && seen[i] != (implementer << 12 | part); i++)
            ;
        if (i < count || count == PARTS_MAX)
            continue;
        seen[count++] = (unsigned)(implementer << 12 | part);
        list = hc_format(src, "%s%s%02x:%03x", list ? list : "", list && *list ? " " : "", (unsigned)implementer,
                         (unsigned)part);
    }
    if (!count && reply->answer == HC_OK)
        reply = hc_reword(src, reply, HC_ABSENT, "no line CPU part");
    hc_put_text(facts, HC_CPUINFO_PARTS, reply, list ? (struct hc_text){ list, strlen(list) } : HC_TEXT(""));
}

static void cpus(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    static const struct {
        const struct hc_number_id *id;
        const char *name;
    } rows[] = { { &HC_CPUINFO_IMPLEMENTER, "CPU implementer" },
                 { &HC_CPUINFO_PART, "CPU part" },
                 { &HC_CPUINFO_VARIANT, "CPU variant" },
                 { &HC_CPUINFO_REVISION, "CPU revision" } };
    uint64_t value;

    hc_put_cpuinfo(src, facts, HC_CPUINFO_FEATURES, reply, text, "Features", NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct hc_reply *one = number_line(src, reply, text, rows[i].name, &value);
        hc_put_number(facts, *rows[i].id, one, value);
    }
    parts(src, facts, reply, text);
}

/* ---- /proc/interrupts ---- */

static struct hc_text last_word(struct hc_text line)
{
    size_t size;

    line = hc_trim(line);
    for (size = line.size; size && line.at[size - 1] != ' ' && line.at[size - 1] != '\t'; size--)
        ;
    return (struct hc_text){ line.at + size, line.size - size };
}

/* " 11:  755  715  GICv3  27 Level  arch_timer": the word behind the controller's name is the hardware interrupt. */
static bool hardware_interrupt(struct hc_text line, uint64_t *number)
{
    struct hc_text word;

    while (hc_next_word(&line, &word))
        if (hc_starts(word, "GIC"))
            return hc_next_word(&line, &word) && hc_number(word, 10, number);
    return false;
}

/* Names of the chips: drivers/irqchip/irq-gic.c (GICv2, GIC-0 before), irq-gic-v3.c, irq-gic-v5.c (GICv5-PPI, ...). */
static const char *gic_of_line(struct hc_text line)
{
    struct hc_text word;

    while (hc_next_word(&line, &word)) {
        if (hc_starts(word, "GICv5"))
            return "v5";
        if (hc_text_is(word, "GICv3"))
            return "v3";
        if (hc_text_is(word, "GICv2") || hc_text_is(word, "GIC-0") || hc_text_is(word, "GIC"))
            return "v2";
    }
    return NULL;
}

static void interrupts(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, line;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/interrupts", &text), *absent = reply;
    const char *gic = NULL;
    uint64_t timer = 0;
    bool found = false;

    while (hc_next_line(&text, &line)) {
        if (!gic)
            gic = gic_of_line(line);
        if (!found && hc_text_is(last_word(line), "arch_timer"))
            found = hardware_interrupt(line, &timer);
    }
    if (reply->answer == HC_OK)
        absent = hc_reword(src, reply, HC_ABSENT, "no such line");
    hc_put_word(facts, HC_GIC_DRIVEN, gic ? reply : absent, gic ? gic : "");
    hc_put_number(facts, HC_ARCH_TIMER_IRQ, found ? reply : absent, timer);
}

/* ---- which interrupt is which timer ---- */

static const struct hc_number_id *const timers[] = { &HC_TIMER_EL1, &HC_TIMER_VIRTUAL, &HC_TIMER_EL2,
                                                     &HC_TIMER_EL2_VIRTUAL };
enum { TIMERS = 4, PPI = 16 };

/* The property interrupts of the node timer: secure, EL1, virtual, EL2 and perhaps virtual EL2, three or four cells
   each (Documentation/devicetree/bindings/timer/arm,arch_timer.yaml, interrupt-controller/arm,gic-v3.yaml): kind (1: of
   one CPU), number, flags. Cells are big-endian. */
static bool cell(struct hc_text bytes, size_t index, uint32_t *value)
{
    const unsigned char *b = (const unsigned char *)bytes.at + 4 * index;

    if (bytes.size / 4 <= index)
        return false;
    *value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return true;
}

static void timers_of_tree(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text bytes;
    const struct hc_reply *reply = hc_ask_file(src, "/sys/firmware/devicetree/base/timer/interrupts", &bytes);
    size_t each = bytes.size == 64 || bytes.size == 80 ? 4 : bytes.size == 48 || bytes.size == 60 ? 3 : 0;
    uint32_t kind = 0, number = 0;

    if (reply->answer == HC_OK && !each)
        reply = hc_malformed(src, reply, "four or five interrupts were expected");
    for (size_t i = 0; i < TIMERS; i++) {
        const struct hc_reply *one = reply;
        bool there = cell(bytes, (i + 1) * each, &kind) && cell(bytes, (i + 1) * each + 1, &number);
        if (reply->answer == HC_OK && (!there || kind != 1))
            one = hc_reword(src, reply, HC_ABSENT, "no such interrupt");
        hc_put_number(facts, *timers[i], one, one->answer == HC_OK ? number + UINT64_C(16) : 0);
    }
}

static bool table(struct hc_text bytes, const char *signature, size_t least)
{
    return hc_starts(bytes, signature) && bytes.size >= least;
}

/* ACPI 6.5, table 5.124 (GTDT): interrupts of the EL1, virtual, EL2 and (since 6.3) virtual EL2 timers; 0: none. */
static void timers_of_acpi(struct hc_source *src, struct hc_facts *facts)
{
    static const size_t at[TIMERS] = { 56, 64, 72, 96 };
    struct hc_text bytes;
    const struct hc_reply *reply = hc_ask_file(src, "/sys/firmware/acpi/tables/GTDT", &bytes);

    if (reply->answer == HC_OK && !table(bytes, "GTDT", 80))
        reply = hc_malformed(src, reply, "no GTDT");
    for (size_t i = 0; i < TIMERS; i++) {
        uint32_t number = 0;
        const struct hc_reply *one = reply;
        if (reply->answer == HC_OK && (!hc_le32(bytes, at[i], &number) || !number))
            one = hc_reword(src, reply, HC_ABSENT, "no such interrupt");
        hc_put_number(facts, *timers[i], one, number);
    }
}

/* ---- the rest ---- */

/* ACPI 6.5, 5.2.12.15: the GIC distributor is entry 12 of the MADT, its version at 20; 0: look into the registers. */
static void madt(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text bytes;
    const struct hc_reply *reply = hc_ask_file(src, "/sys/firmware/acpi/tables/APIC", &bytes);
    unsigned version = 0;

    if (reply->answer == HC_OK && !table(bytes, "APIC", 44))
        reply = hc_malformed(src, reply, "no MADT");
    for (size_t at = 44; reply->answer == HC_OK && at + 2 <= bytes.size;) {
        size_t size = (unsigned char)bytes.at[at + 1];
        if (size < 2 || at + size > bytes.size)
            break;
        if (bytes.at[at] == 12 && size > 20)
            version = (unsigned char)bytes.at[at + 20];
        at += size;
    }
    if (reply->answer == HC_OK && !version)
        reply = hc_reword(src, reply, HC_ABSENT, "the table names no version");
    hc_put_number(facts, HC_MADT_GIC, reply, version);
}

/* The kernel takes - and _ in names of parameters for the same (lib/cmdline.c, parameq); the last word counts. */
static void kvm_mode(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, word, name, value, last = { "", 0 };
    const struct hc_reply *reply = hc_ask_file(src, "/proc/cmdline", &text);

    while (hc_next_word(&text, &word) && !hc_text_is(word, "--"))
        if (hc_split(word, '=', &name, &value) &&
            (hc_text_is(name, "kvm-arm.mode") || hc_text_is(name, "kvm_arm.mode")))
            last = value;
    hc_put_text(facts, HC_CMDLINE_KVM_ARM, reply, last);
}

void hc_machine_arm64(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    cpus(src, facts, reply, text);
    interrupts(src, facts);
    timers_of_tree(src, facts);
    timers_of_acpi(src, facts);
    madt(src, facts);
    kvm_mode(src, facts);
}
