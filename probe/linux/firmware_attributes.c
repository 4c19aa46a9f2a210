/* Settings of firmware setup that the kernel shows: /sys/class/firmware-attributes
   (Documentation/ABI/testing/sysfs-class-firmware-attributes). There are hundreds, and the driver asks firmware for
   each value: so they are listed, and only those that matter to virtualization are read. */
#include "attributes.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define ATTRIBUTES_FOLDER "/sys/class/firmware-attributes"

/* Names as the makers document them: Dell Command | Configure, Lenovo's BIOS setup by WMI (ThinkPad without blanks,
   ThinkCentre with), HP's BIOS configuration. In the order of the rows. */
static const struct setting {
    const char *purpose, *name;
} settings[] = {
    { "virtualization", "Virtualization" },
    { "virtualization", "ProcVirtualization" },
    { "virtualization", "VirtualizationTechnology" },
    { "virtualization", "Intel(R) Virtualization Technology" },
    { "virtualization", "Virtualization Technology (VTx)" },
    { "virtualization", "SVM CPU Virtualization" },
    { "iommu", "VtForDirectIo" },
    { "iommu", "VTdFeature" },
    { "iommu", "VT-d" },
    { "iommu", "Intel(R) VT-d Feature" },
    { "iommu", "Virtualization Technology for Directed I/O (VTd)" },
    { "iommu", "IOMMU" },
    { "sriov", "SriovGlobalEnable" },
    { "sriov", "SRIOVSupport" },
    { "txt", "TrustExecution" },
    { "txt", "TxT" },
    { "smt", "LogicProc" },
    { "smt", "HyperThreadingTechnology" },
    { "smt", "Hyperthreading" },
    { "secure_boot", "SecureBoot" },
    { "secure_boot", "Secure Boot" },
    { "tpm", "TpmSecurity" },
    { "tpm", "TpmActivation" },
    { "tpm", "SecurityChip" },
    { "tpm", "TPM Device" },
    { "tpm", "TPM State" },
    { "dma_protection", "KernelDma" },
    { "dma_protection", "KernelDMAProtection" },
    { "dma_protection", "DMA Protection" },
};

/* What the settings of one purpose say together; where they disagree, nothing. */
struct switch_state {
    const char *purpose;
    const struct hc_reply *why; /* NULL: no such setting */
    bool on, mixed;
};

static bool is_one_of(struct hc_text value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hc_text_is(value, words[i]))
            return true;
    return false;
}

static void note(struct hc_source *src, struct switch_state *state, const struct hc_reply *reply, struct hc_text value)
{
    static const char *const on[] = { "Enabled", "Enable", "On" }, *const off[] = { "Disabled", "Disable", "Off" };
    const bool yes = is_one_of(value, on, 3), no = is_one_of(value, off, 3);

    if (reply->answer == HC_OK && !yes && !no)
        reply = hc_reword(src, reply, HC_UNSUPPORTED, "a value that is neither on nor off");
    if (state->why && state->why->answer == HC_OK && reply->answer == HC_OK)
        state->mixed = state->mixed || state->on != yes;
    if (!state->why || state->why->answer == HC_OK) { /* one that is not known leaves all not known */
        state->why = reply;
        state->on = yes;
    }
}

static const struct hc_reply *put_row(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list,
                                      const char *driver, const char *path, const struct setting *setting,
                                      struct hc_text *value)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_FIRMWARE_ATTRIBUTES, list);
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_line(src, hc_format(src, "%s/%s/current_value", path, setting->name), value);
    const struct hc_reply *other = hc_ask_line(src, hc_format(src, "%s/%s/display_name", path, setting->name), &text);

    hc_cell_text(facts, row, HC_COL_FWATTR_DRIVER, list, (struct hc_text){ driver, strlen(driver) });
    hc_cell_text(facts, row, HC_COL_FWATTR_PURPOSE, list,
                 (struct hc_text){ setting->purpose, strlen(setting->purpose) });
    hc_cell_text(facts, row, HC_COL_FWATTR_NAME, list, (struct hc_text){ setting->name, strlen(setting->name) });
    hc_cell_text(facts, row, HC_COL_FWATTR_VALUE, reply, *value);
    if (other->answer != HC_ABSENT)
        hc_cell_text(facts, row, HC_COL_FWATTR_TITLE, other, text);
    other = hc_ask_line(src, hc_format(src, "%s/%s/possible_values", path, setting->name), &text);
    if (other->answer != HC_ABSENT)
        hc_cell_text(facts, row, HC_COL_FWATTR_CHOICES, other, text);
    return reply;
}

/* A change that waits for the next start, of any driver. */
static void note_pending(struct hc_facts *facts, const struct hc_folder *folder, const struct hc_reply **none_waits)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_folder_line(folder, "pending_reboot", &line);

    if (!reply)
        reply = hc_reword(folder->src, folder->list, HC_UNSUPPORTED, "the driver does not tell whether a change waits");
    else if (reply->answer == HC_OK && !hc_text_is(line, "0") && !hc_text_is(line, "1"))
        reply = hc_malformed(folder->src, reply, "0 or 1 was expected");
    if (hc_text_is(line, "1"))
        hc_put_flag(facts, HC_SETUP_PENDING, reply, true);
    if (!*none_waits || (*none_waits)->answer == HC_OK)
        *none_waits = reply;
}

static void one_driver(struct hc_source *src, struct hc_facts *facts, struct hc_text name, struct switch_state *states,
                       size_t count, const struct hc_reply **none_waits)
{
    const char *driver = hc_format(src, "%.*s", (int)name.size, name.at);
    const char *path = hc_format(src, ATTRIBUTES_FOLDER "/%s/attributes", driver);
    struct hc_folder folder = hc_open_folder(src, facts, path);
    struct hc_text value;
    const struct hc_reply *reply;

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (!hc_folder_has(&folder, settings[i].name))
            continue;
        reply = put_row(src, facts, folder.list, driver, path, &settings[i], &value);
        for (size_t s = 0; s < count; s++)
            if (!strcmp(states[s].purpose, settings[i].purpose))
                note(src, &states[s], reply, value);
    }
    if (folder.list->answer != HC_OK) /* there may be such settings */
        for (size_t s = 0; s < count; s++)
            note(src, &states[s], folder.list, HC_TEXT(""));
    note_pending(facts, &folder, none_waits);
}

static void put_switch(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id,
                       const struct switch_state *state, const struct hc_reply *none)
{
    const struct hc_reply *reply = state->why ? state->why : none;

    if (state->mixed && reply->answer == HC_OK)
        reply = hc_malformed(src, reply, "settings about the same thing differ");
    hc_put_flag(facts, id, reply, state->on);
}

void hc_probe_firmware_attributes(struct hc_source *src, struct hc_facts *facts)
{
    struct switch_state states[] = { { .purpose = "virtualization" }, { .purpose = "iommu" } };
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, ATTRIBUTES_FOLDER, &names), *none = list, *none_waits = NULL;

    hc_put_table(facts, HC_TABLE_FIRMWARE_ATTRIBUTES, list);
    while (hc_next_line(&names, &name))
        one_driver(src, facts, name, states, sizeof states / sizeof *states, &none_waits);
    if (list->answer == HC_OK)
        none = hc_reword(src, list, HC_ABSENT, "the kernel shows no such setting of firmware");
    put_switch(src, facts, HC_SETUP_VIRTUALIZATION, &states[0], none);
    put_switch(src, facts, HC_SETUP_IOMMU, &states[1], none);
    hc_put_flag(facts, HC_SETUP_PENDING, none_waits ? none_waits : none, false); /* one that was put stands */
}
