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

#define OPTION(id, name)                                                                                               \
    {                                                                                                                  \
        &HC_##id, name, sizeof(name) - 1                                                                               \
    }
static const struct {
    const struct hc_word_id *id;
    const char *name;
    size_t size;
} options[] = {
    OPTION(CONFIG_KVM, "CONFIG_KVM"),
    OPTION(CONFIG_KVM_INTEL, "CONFIG_KVM_INTEL"),
    OPTION(CONFIG_KVM_AMD, "CONFIG_KVM_AMD"),
    OPTION(CONFIG_INTEL_IOMMU, "CONFIG_INTEL_IOMMU"),
    OPTION(CONFIG_INTEL_IOMMU_ON, "CONFIG_INTEL_IOMMU_DEFAULT_ON"),
    OPTION(CONFIG_INTGPU_OFF, "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF"),
    OPTION(CONFIG_AMD_IOMMU, "CONFIG_AMD_IOMMU"),
    OPTION(CONFIG_IRQ_REMAP, "CONFIG_IRQ_REMAP"),
    OPTION(CONFIG_VFIO_PCI, "CONFIG_VFIO_PCI"),
    OPTION(CONFIG_OVERLAY_FS, "CONFIG_OVERLAY_FS"),
    OPTION(CONFIG_SECCOMP_FILTER, "CONFIG_SECCOMP_FILTER"),
};

enum { OPTIONS = sizeof options / sizeof *options };

struct config {
    char found[OPTIONS]; /* y, m or n */
    bool any;            /* some option stood there */
};

/* "CONFIG_KVM=m". An option that the file does not name is off: "# CONFIG_X is not set", or hidden by another. */
static void config_line(void *to, struct hc_text line)
{
    struct config *config = to;

    if (line.size < 3 || line.at[line.size - 2] != '=' || line.at[0] != 'C')
        return;
    config->any = true;
    for (size_t i = 0; i < OPTIONS; i++)
        if (options[i].size == line.size - 2 && !memcmp(options[i].name, line.at, line.size - 2))
            config->found[i] = line.at[line.size - 1];
}

static void plain_lines(struct hc_text text, struct config *config)
{
    struct hc_text line;

    while (hc_next_line(&text, &line))
        config_line(config, line);
}

/* What /proc/config.gz says, or else the file that distributions put beside the kernel. */
static void configuration(struct hc_source *src, struct hc_facts *facts)
{
    const char *release = hc_text_of(facts, HC_KERNEL_RELEASE);
    struct config config = { .any = false };
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/config.gz", &text);

    memset(config.found, 'n', sizeof config.found);
    if (reply->answer == HC_OK) {
        reply = hc_unzip_lines(src, reply, text, config_line, &config);
    } else if (release && !strchr(release, '/')) {
        reply = hc_ask_file(src, hc_format(src, "/boot/config-%s", release), &text);
        plain_lines(text, &config);
    }
    if (!config.any)
        reply = hc_malformed(src, reply, "no kernel configuration");
    for (size_t i = 0; i < OPTIONS; i++)
        hc_put_word(facts, *options[i].id, reply, (const char[]){ config.found[i], '\0' });
}

void hc_probe_kernel(struct hc_source *src, struct hc_facts *facts)
{
    release(src, facts);
    command_line(src, facts);
    configuration(src, facts);
    lockdown(src, facts);
}
