/* Release, command line, configuration and lockdown of the running kernel. */
#include "probes.h"
#include "unzip.h"

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
                 { &HC_CMDLINE_INTREMAP, "intremap" } };
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

static const struct {
    const struct hc_word_id *id;
    const char *name;
} options[] = {
    { &HC_CONFIG_KVM, "CONFIG_KVM" },
    { &HC_CONFIG_KVM_INTEL, "CONFIG_KVM_INTEL" },
    { &HC_CONFIG_KVM_AMD, "CONFIG_KVM_AMD" },
    { &HC_CONFIG_INTEL_IOMMU, "CONFIG_INTEL_IOMMU" },
    { &HC_CONFIG_INTEL_IOMMU_ON, "CONFIG_INTEL_IOMMU_DEFAULT_ON" },
    { &HC_CONFIG_AMD_IOMMU, "CONFIG_AMD_IOMMU" },
    { &HC_CONFIG_IRQ_REMAP, "CONFIG_IRQ_REMAP" },
    { &HC_CONFIG_OVERLAY_FS, "CONFIG_OVERLAY_FS" },
    { &HC_CONFIG_SECCOMP_FILTER, "CONFIG_SECCOMP_FILTER" },
};

enum { OPTIONS = sizeof options / sizeof *options };

/* An option that the file does not name is off: "# CONFIG_X is not set", or hidden because of another. */
static void put_options(struct hc_facts *facts, const struct hc_reply *reply, struct hc_text config)
{
    char found[OPTIONS];
    struct hc_text line, name, value;

    memset(found, 'n', sizeof found);
    while (hc_next_line(&config, &line)) {
        if (!hc_starts(line, "CONFIG_") || !hc_split(line, '=', &name, &value) || value.size != 1)
            continue;
        for (size_t i = 0; i < OPTIONS; i++)
            if (hc_text_is(name, options[i].name))
                found[i] = value.at[0];
    }
    for (size_t i = 0; i < OPTIONS; i++)
        hc_put_word(facts, *options[i].id, reply, (const char[]){ found[i], '\0' });
}

/* What /proc/config.gz says, or else the file that distributions put beside the kernel. */
static void configuration(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, plain = { "", 0 };
    const char *release = hc_text_of(facts, HC_KERNEL_RELEASE);
    const struct hc_reply *reply = hc_ask_file(src, "/proc/config.gz", &text);

    if (reply->answer == HC_OK)
        reply = hc_unzip(src, reply, text, &plain);
    else if (release && !strchr(release, '/'))
        reply = hc_ask_file(src, hc_format(src, "/boot/config-%s", release), &plain);
    if (reply->answer == HC_OK && !memchr(plain.at, '=', plain.size))
        reply = hc_malformed(src, reply, "no kernel configuration");
    put_options(facts, reply, plain);
}

void hc_probe_kernel(struct hc_source *src, struct hc_facts *facts)
{
    release(src, facts);
    command_line(src, facts);
    configuration(src, facts);
    lockdown(src, facts);
}
