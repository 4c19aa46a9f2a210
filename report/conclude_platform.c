/* What the platform is beside its CPU: Secure Boot, error correction of memory, a management controller. */
#include "conclude_windows.h"
#include "tables.h"

/* SecureBoot is 1 only while signatures are checked, and then SetupMode is 0 (UEFI 2.10, 3.3, 32.3): 1 and 1 cannot be.
   A machine that was not started by UEFI checks nothing; other architectures than x86 have other ways. */
static enum hc_tri secure_boot(struct hc_view *v)
{
    enum hc_tri on;

    if (hc_see_is(v, HC_FW_MODE, "bios") == HC_YES)
        return HC_NO;
    if (hc_on_windows(v))
        return hc_see(v, HC_WIN_SECURE_BOOT);
    on = hc_see(v, HC_UEFI_SECURE_BOOT);
    if (hc_see_is(v, HC_FW_MODE, "uefi") != HC_YES)
        return HC_UNKNOWN;
    return on == HC_YES && hc_see(v, HC_UEFI_SETUP_MODE) == HC_YES ? HC_UNKNOWN : on;
}

/* ---- error correction of memory ---- */

/* The word says what the array supports (SMBIOS 3.7, 7.17.3). Parity and CRC find errors, and who knows what else. */
static enum hc_tri array_corrects(const struct hc_table_row *array)
{
    if (hc_cell_is(&array->cells[HC_COL_MEMORY_ARRAY_ECC], "None"))
        return HC_NO;
    return hc_cell_is(&array->cells[HC_COL_MEMORY_ARRAY_ECC], "Single-bit ECC") ||
                   hc_cell_is(&array->cells[HC_COL_MEMORY_ARRAY_ECC], "Multi-bit ECC")
               ? HC_YES
               : HC_UNKNOWN;
}

/* Whether a module has bits for it: the total width counts them, the data width does not (7.18.1), though some firmware
   says 72 for both. */
static enum hc_tri module_corrects(const struct hc_table_row *module)
{
    const struct hc_cell *total = &module->cells[HC_COL_DIMM_TOTAL_WIDTH];
    const struct hc_cell *data = &module->cells[HC_COL_DIMM_DATA_WIDTH];

    if (!total->known || !data->known || !data->number || total->number < data->number)
        return HC_UNKNOWN;
    return hc_tri(total->number > data->number || total->number % 32 != 0);
}

/* All modules of an array say the same as it; unknown where one does not, or there is none. */
static enum hc_tri agreed(const struct hc_facts *facts, const struct hc_table_row *array)
{
    const struct hc_cell *handle = &array->cells[HC_COL_MEMORY_ARRAY_HANDLE];
    const enum hc_tri word = array_corrects(array);
    bool any = false;

    for (const struct hc_table_row *m = facts->tables[HC_TABLE_MEMORY_DEVICES].first; m; m = m->next) {
        const struct hc_cell *populated = &m->cells[HC_COL_DIMM_POPULATED], *of = &m->cells[HC_COL_DIMM_ARRAY];
        if (!populated->known || !of->known || !handle->known)
            return HC_UNKNOWN;
        if (!populated->flag || of->number != handle->number)
            continue;
        if (module_corrects(m) != word)
            return HC_UNKNOWN;
        any = true;
    }
    return any ? word : HC_UNKNOWN;
}

/* By firmware's tables, of the machine itself: a hypervisor's guests are told anything. What is supported (the array)
   and what is plugged in (the modules) must say the same, of all memory of the system. */
static enum hc_tri ecc_by_tables(struct hc_view *v)
{
    const char *fault = hc_see_text(v, HC_SMBIOS_FAULT);
    enum hc_tri all = HC_UNKNOWN;

    if (!fault || *fault || hc_see_is(v, HC_HOST_ROLE, "physical") != HC_YES || hc_see(v, HC_SMBIOS_VIRTUAL) == HC_YES)
        return HC_UNKNOWN;
    for (const struct hc_table_row *array = v->facts->tables[HC_TABLE_MEMORY_ARRAYS].first; array;
         array = array->next) {
        enum hc_tri one;
        if (array->cells[HC_COL_MEMORY_ARRAY_USE].known &&
            !hc_cell_is(&array->cells[HC_COL_MEMORY_ARRAY_USE], "System Memory"))
            continue;
        one = agreed(v->facts, array);
        if (one == HC_UNKNOWN || (all != HC_UNKNOWN && all != one))
            return HC_UNKNOWN;
        all = one;
    }
    return all;
}

/* What the driver of the memory controller reads there goes before what firmware wrote down. */
static enum hc_tri memory_ecc(struct hc_view *v)
{
    enum hc_tri runs = hc_see(v, HC_EDAC_CORRECTS);

    return runs != HC_UNKNOWN ? runs : ecc_by_tables(v);
}

/* ---- management controller ---- */

/* The kernel talks to one, or firmware describes the interface to one (SMBIOS 3.7, 7.39), as QEMU does for the one that
   it gives a guest. Without either there may be one all the same: described by ACPI (SPMI) alone, or reached as a
   network card. */
static enum hc_tri management_controller(struct hc_view *v)
{
    if (hc_see(v, HC_IPMI_BMC) == HC_YES)
        return HC_YES;
    return hc_see_text(v, HC_SMBIOS_IPMI_INTERFACE) ? HC_YES : HC_UNKNOWN; /* kind 0, Unknown, is no text */
}

void hc_conclude_platform(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = secure_boot(&v);

    put_flag(facts, &v, HC_FW_SECURE_BOOT, value);
    v = hc_view_of(facts);
    value = memory_ecc(&v);
    put_flag(facts, &v, HC_MEMORY_ECC, value);
    v = hc_view_of(facts);
    value = management_controller(&v);
    put_flag(facts, &v, HC_HOST_BMC, value);
}
