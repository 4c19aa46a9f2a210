/* POWER: PowerNV runs in hypervisor mode, pSeries is a partition of PowerVM or a guest of KVM. /dev/kvm belongs to the
   module kvm, which needs neither of the two that execute guests: kvm_hv by hardware, kvm_pr without. */
#include "machine.h"

static void module(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *path)
{
    struct hc_node node;

    hc_put_presence(facts, id, hc_ask_stat(src, path, &node));
}

static bool listed(struct hc_text text, const char *name)
{
    struct hc_text line, word;

    while (hc_next_line(&text, &line))
        if (hc_next_word(&line, &word) && hc_text_is(word, name))
            return true;
    return false;
}

void hc_machine_power(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    struct hc_text modules;
    const struct hc_reply *loaded = hc_ask_file(src, "/proc/modules", &modules), *nested;
    bool value;

    hc_put_cpuinfo(src, facts, HC_CPUINFO_CPU, reply, text, "cpu", NULL);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_PLATFORM, reply, text, "platform", NULL);
    hc_put_cpuinfo(src, facts, HC_CPUINFO_MMU, reply, text, "MMU", NULL);
    hc_put_presence(facts, HC_DT_PARTITION, hc_ask_property(src, "/sys/firmware/devicetree/base/ibm,partition-name"));
    hc_put_presence(facts, HC_DT_HYPERTAS,
                    hc_ask_property(src, "/sys/firmware/devicetree/base/rtas/ibm,hypertas-functions"));
    module(src, facts, HC_MODULE_KVM_HV, "/sys/module/kvm_hv");
    module(src, facts, HC_MODULE_KVM_PR, "/sys/module/kvm_pr");
    hc_put_listed(facts, HC_KVM_HV_LOADED, loaded, listed(modules, "kvm_hv"));
    nested = hc_ask_flag(src, "/sys/module/kvm_hv/parameters/nested", &value);
    hc_put_flag(facts, HC_KVM_PARAM_NESTED, nested, value);
}
