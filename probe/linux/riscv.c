/* RISC-V: the hypervisor extension is the letter h of the ISA string, among the single letters behind "rv64" and before
   the first underscore, or a word of the list of extensions in the device tree. */
#include "machine.h"

#include <string.h>

/* "rv64imafdch_zicsr_...": the letters end with the first z, s or x, which begin longer names also without an
   underscore (RISC-V unprivileged specification, ISA extension naming conventions). Older device trees write the modes
   s and u among the letters; the kernel passes over them (arch/riscv/kernel/cpufeature.c). */
static bool has_h(struct hc_text isa)
{
    bool modes;

    if (!hc_starts(isa, "rv64") && !hc_starts(isa, "rv32"))
        return false;
    for (size_t i = 4; i < isa.size; i++) {
        if (isa.at[i] == 'h')
            return true;
        modes = isa.at[i] == 's' && i + 1 < isa.size && isa.at[i + 1] == 'u';
        if (!modes && memchr("_zsx", isa.at[i], 4))
            return false;
    }
    return false;
}

/* KVM asks for what all harts have (arch/riscv/kvm/main.c), and so must this. */
static bool all_have_h(struct hc_text text)
{
    struct hc_text line, name, value;
    bool any = false;

    while (hc_next_line(&text, &line)) {
        if (!hc_split(line, ':', &name, &value) || !hc_text_is(name, "isa"))
            continue;
        if (!has_h(value))
            return false;
        any = true;
    }
    return any;
}

/* The first hart's node; newer trees have the list, older ones the string (bindings/riscv/extensions.yaml). */
static void tree(struct hc_source *src, struct hc_facts *facts, struct hc_text cpuinfo)
{
    struct hc_text value, list;
    uint64_t hart;
    const struct hc_reply *reply;

    if (!hc_find_value(cpuinfo, ':', "hart", &value) || !hc_number(value, 10, &hart))
        return;
    reply = hc_ask_strings(
        src,
        hc_format(src, "/sys/firmware/devicetree/base/cpus/cpu@%llx/riscv,isa-extensions", (unsigned long long)hart),
        &list);
    if (reply->answer == HC_OK && list.size) {
        hc_put_flag(facts, HC_DT_ISA_H, reply, hc_has_word(list, "h"));
        return;
    }
    reply = hc_ask_strings(
        src, hc_format(src, "/sys/firmware/devicetree/base/cpus/cpu@%llx/riscv,isa", (unsigned long long)hart), &list);
    if (reply->answer == HC_OK && !hc_starts(list, "rv"))
        reply = hc_reword(src, reply, HC_ABSENT, "the node names no ISA");
    hc_put_flag(facts, HC_DT_ISA_H, reply, has_h(list));
}

void hc_machine_riscv(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    hc_put_cpuinfo(src, facts, HC_CPUINFO_CPU, reply, text, "uarch", NULL);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_MMU, reply, text, "mmu", NULL);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_ISA, reply, text, "isa", NULL);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_MVENDORID, reply, text, "mvendorid", NULL);
    hc_put_flag(facts, HC_CPUINFO_ISA_H, reply, all_have_h(text));
    tree(src, facts, text);
}
