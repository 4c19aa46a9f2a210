/* s390x: SIE starts guests (arch/s390/kernel/processor.c shows it as a feature), /proc/sysinfo names the hypervisors
   below, each of which may or may not let this system have SIE. */
#include "machine.h"

static void flag_file(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *path)
{
    bool value;
    const struct hc_reply *reply = hc_ask_flag(src, path, &value);

    hc_put_listed(facts, id, reply, value); /* without the ultravisor there are no such files */
}

/* Machine (STSI 1.1.1), partition (2.2.2), virtual machines (3.2.2), the next below first: arch/s390/kernel/sysinfo.c.
 */
static void sysinfo(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, value = { "", 0 }, number;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/sysinfo", &text), *type = reply;
    bool found = hc_find_value(text, ':', "Type", &value);

    if (reply->answer == HC_OK && !hc_find_value(text, ':', "Manufacturer", &number))
        reply = type = hc_malformed(src, reply, "no machine");
    if (reply->answer == HC_OK && !found)
        type = hc_malformed(src, reply, "no type");
    hc_put_text(facts, HC_SYSINFO_TYPE, type, found ? value : HC_TEXT(""));
    hc_put_flag(facts, HC_SYSINFO_LPAR, reply, hc_find_value(text, ':', "LPAR Number", &number));
    found = hc_find_value(text, ':', "VM00 Control Program", &value);
    hc_put_text(facts, HC_SYSINFO_CONTROL, reply, found ? value : HC_TEXT(""));
}

void hc_machine_s390x(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *reply, struct hc_text text)
{
    struct hc_text features;
    const struct hc_reply *list = reply;

    if (!hc_find_value(text, ':', "features", &features)) {
        features = HC_TEXT("");
        list = hc_malformed(src, reply, "no features");
    }
    hc_put_text(facts, HC_CPUINFO_FEATURES, list, features);
    hc_put_flag(facts, HC_CPUINFO_SIE, list, hc_has_word(features, "sie"));
    hc_put_cpuinfo(src, facts, HC_CPUINFO_FACILITIES, reply, text, "facilities", NULL);
    sysinfo(src, facts);
    flag_file(src, facts, HC_UV_HOST, "/sys/firmware/uv/prot_virt_host");
    flag_file(src, facts, HC_UV_GUEST, "/sys/firmware/uv/prot_virt_guest");
    flag_file(src, facts, HC_KVM_PARAM_NESTED, "/sys/module/kvm/parameters/nested");
}
