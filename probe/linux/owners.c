/* Other hypervisors that may hold VT-x or AMD-V: drivers of VirtualBox and VMware, and Xen below this system. */
#include "probes.h"

#define XENFEAT_DOM0 (UINT64_C(1) << 11) /* include/xen/interface/features.h */

/* "vboxdrv 696320 2 vboxnetadp,vboxnetflt, Live 0x0": users are those beyond the modules listed. */
static bool find_module(struct hc_text text, const char *name, uint64_t *users, bool *sound)
{
    struct hc_text line, found, size, references, above;

    while (hc_next_line(&text, &line)) {
        uint64_t count = 0;
        if (!hc_next_word(&line, &found) || !hc_text_is(found, name) || !hc_next_word(&line, &size) ||
            !hc_next_word(&line, &references) || !hc_next_word(&line, &above))
            continue;
        *sound = hc_number(references, 10, &count);
        for (size_t i = 0; i < above.size; i++)
            count -= above.at[i] == ',' && count;
        *users = count;
        return true;
    }
    *users = 0;
    *sound = true;
    return false;
}

static void driver(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id loaded, struct hc_number_id users,
                   const char *name)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/modules", &text);
    uint64_t count;
    bool sound, found = find_module(text, name, &count, &sound);

    hc_put_listed(facts, loaded, reply, found); /* without /proc/modules the kernel loads none */
    if (found)
        hc_put_number(facts, users, sound ? reply : hc_malformed(src, reply, "a number of users was expected"), count);
}

/* control_d stands in /proc/xen/capabilities where xenfs is mounted; otherwise the features tell. */
static void dom0(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/xen/capabilities", &text);
    uint64_t features = 0;

    hc_put_flag(facts, HC_XEN_DOM0, reply, hc_has_word(text, "control_d"));
    if (reply->answer == HC_OK)
        return;
    reply = hc_ask_line(src, "/sys/hypervisor/properties/features", &text);
    if (reply->answer == HC_OK && !hc_number(text, 16, &features))
        reply = hc_malformed(src, reply, "hexadecimal features were expected");
    hc_put_flag(facts, HC_XEN_DOM0, reply, (features & XENFEAT_DOM0) != 0);
}

static void hvm(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, word;
    const struct hc_reply *reply = hc_ask_file(src, "/sys/hypervisor/properties/capabilities", &text);
    bool found = false;

    while (hc_next_word(&text, &word))
        found = hc_starts(word, "hvm-") || found;
    hc_put_flag(facts, HC_XEN_HVM, reply, found);
}

static void xen(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, "/sys/hypervisor/type", &line);

    hc_put_listed(facts, HC_XEN, reply, hc_text_is(line, "xen"));
    if (hc_flag(facts, HC_XEN) == HC_NO) {
        hc_put_listed(facts, HC_XEN_DOM0, reply, false);
        hc_put_listed(facts, HC_XEN_HVM, reply, false);
        return;
    }
    dom0(src, facts);
    hvm(src, facts);
}

void hc_probe_owners(struct hc_source *src, struct hc_facts *facts)
{
    driver(src, facts, HC_MODULE_VBOXDRV, HC_VBOXDRV_USERS, "vboxdrv");
    driver(src, facts, HC_MODULE_VMMON, HC_VMMON_USERS, "vmmon");
    xen(src, facts);
}
