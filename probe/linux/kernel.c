/* Release, command line, configuration and lockdown of the running kernel. */
#include "kernel_options.h"
#include "probes.h"

#include <string.h>

static void release(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, "/proc/sys/kernel/osrelease", &line);

    hc_put_text(facts, HC_KERNEL_RELEASE, reply, line);
    reply = hc_ask_line(src, "/proc/sys/kernel/arch", &line);
    hc_put_text(facts, HC_KERNEL_ARCH, reply, line);
}

/* Parameters whose last word on the command line counts. Words behind "--" belong to init. */
static void command_line(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const struct hc_text_id *id;
        const char *name;
    } rows[] = { { &HC_CMDLINE_CLEARCPUID, "clearcpuid" },
                 { &HC_CMDLINE_INTEL_IOMMU, "intel_iommu" },
                 { &HC_CMDLINE_AMD_IOMMU, "amd_iommu" },
                 { &HC_CMDLINE_IOMMU, "iommu" },
                 { &HC_CMDLINE_INTREMAP, "intremap" },
                 { &HC_CMDLINE_IOMMU_PASSTHROUGH, "iommu.passthrough" },
                 { &HC_CMDLINE_ACS_OVERRIDE, "pcie_acs_override" } };
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/cmdline", &text);

    hc_put_text(facts, HC_KERNEL_CMDLINE, reply->thinned ? hc_reword(src, reply, HC_REDACTED, NULL) : reply,
                hc_trim(text));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_text rest = text, word, name, value, last = { "", 0 };
        while (hc_next_word(&rest, &word) && !hc_text_is(word, "--"))
            if (hc_split(word, '=', &name, &value) && hc_text_is(name, rows[i].name))
                last = value;
        hc_put_text(facts, *rows[i].id, reply, last);
    }
}

/* "none [integrity] confidentiality": the word in brackets holds (security/lockdown/lockdown.c). */
static void lockdown(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line, word;
    const struct hc_reply *reply = hc_ask_line(src, "/sys/kernel/security/lockdown", &line);
    char value[32] = "";

    while (hc_next_word(&line, &word))
        if (word.size > 2 && word.size < sizeof value && word.at[0] == '[' && word.at[word.size - 1] == ']')
            memcpy(value, word.at + 1, word.size - 2);
    hc_put_word(facts, HC_LOCKDOWN, reply, value);
}

static void clocksource(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text line;
    const struct hc_reply *reply =
        hc_ask_line(src, "/sys/devices/system/clocksource/clocksource0/current_clocksource", &line);

    hc_put_text(facts, HC_CLOCKSOURCE, reply, line);
}

void hc_probe_kernel(struct hc_source *src, struct hc_facts *facts)
{
    release(src, facts);
    command_line(src, facts);
    hc_put_kernel_options(src, facts);
    lockdown(src, facts);
    clocksource(src, facts);
}
