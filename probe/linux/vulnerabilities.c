/* /sys/devices/system/cpu/vulnerabilities: a file for each, and what the kernel does about it (drivers/base/cpu.c,
   arch/x86/kernel/cpu/bugs.c, Documentation/admin-guide/hw-vuln). */
#include "probes.h"
#include "tables.h"

#include <string.h>

#define FOLDER "/sys/devices/system/cpu/vulnerabilities"

/* How a line begins. itlb_multihit speaks of KVM first; old kernels said "Mitigation" for what is half done too, and so
   do new ones behind a semicolon ("SMT vulnerable"): the text keeps it. */
static const struct {
    const char *start, *state;
} states[] = {
    { "Not affected", "not_affected" },       { "Mitigation", "mitigated" }, { "Vulnerable", "vulnerable" },
    { "Processor vulnerable", "vulnerable" }, { "Unknown", "unknown" },      { "KVM: Mitigation", "mitigated" },
    { "KVM: Vulnerable", "vulnerable" },
};

static const char *state_of(struct hc_text line)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (hc_starts(line, states[i].start))
            return states[i].state;
    return NULL;
}

static void put_one(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, struct hc_text name)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_VULNERABILITIES, list);
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, hc_format(src, FOLDER "/%.*s", (int)name.size, name.at), &line);
    const char *state = state_of(line);

    hc_cell_text(facts, row, HC_COL_VULNERABILITY_NAME, list, name);
    hc_cell_text(facts, row, HC_COL_VULNERABILITY_TEXT, reply, line);
    hc_cell_text(facts, row, HC_COL_VULNERABILITY_STATE,
                 state ? reply : hc_malformed(src, reply, "none of the words that are known"),
                 (struct hc_text){ state ? state : "", state ? strlen(state) : 0 });
}

/* Kernels before 4.15 have no such folder: then nothing is known. */
void hc_probe_vulnerabilities(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *reply = hc_ask_dir(src, FOLDER, &names);

    if (reply->answer == HC_ABSENT)
        hc_put_table(facts, HC_TABLE_VULNERABILITIES, hc_reword(src, reply, HC_UNSUPPORTED, reply->error));
    else
        hc_put_table(facts, HC_TABLE_VULNERABILITIES, reply);
    while (hc_next_line(&names, &name))
        put_one(src, facts, reply, name);
}
