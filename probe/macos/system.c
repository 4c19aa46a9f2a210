/* macOS by sysctl: system, CPU, memory, and what Hypervisor.framework says of itself. */
#include "macos/macos.h"

static void put_switch(struct hc_source *src, struct hc_facts *facts, const char *name, struct hc_flag_id id,
                       bool absent_is_no)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_sysctl_u64(src, name, &value);

    if (reply->answer == HC_OK && value > 1)
        reply = hc_malformed(src, reply, "0 or 1 was expected");
    if (absent_is_no)
        hc_put_listed(facts, id, reply, value == 1);
    else
        hc_put_flag(facts, id, reply, value == 1);
}

static void put_number(struct hc_source *src, struct hc_facts *facts, const char *name, struct hc_number_id id)
{
    uint64_t value;
    const struct hc_reply *reply = hc_ask_sysctl_u64(src, name, &value);

    hc_put_number(facts, id, reply, value);
}

static void put_text(struct hc_source *src, struct hc_facts *facts, const char *name, struct hc_text_id id)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_sysctl(src, name, &text);

    hc_put_text(facts, id, reply, text);
}

/* Hypervisor.framework has the function since macOS 15, so that without it guests cannot run guests. */
static void put_el2(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t value;
    const struct hc_reply *reply;

    if (hc_flag(facts, HC_MACOS_ARM64) != HC_YES)
        return;
    reply = hc_ask_api(src, "hv_vm_config_get_el2_supported", &value);
    hc_put_listed(facts, HC_MACOS_EL2, reply, value == 1);
}

void hc_probe_macos(struct hc_source *src, struct hc_facts *facts)
{
    if (!hc_is_macos(src))
        return;
#define SYSCTL_LISTED(name, id) put_switch(src, facts, name, HC_##id, true);
#define SYSCTL_FLAG(name, id)   put_switch(src, facts, name, HC_##id, false);
#define SYSCTL_NUMBER(name, id) put_number(src, facts, name, HC_##id);
#define SYSCTL_TEXT(name, id)   put_text(src, facts, name, HC_##id);
#include "macos/sysctls.def"
    put_el2(src, facts);
}
