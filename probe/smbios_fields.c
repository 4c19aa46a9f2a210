/* DMTF DSP0134 3.8, chapter 7: offsets, and the version that brought a field. By type: hc_smbios_fields looks for the
   first and the last row of one. */
#include "smbios_fields.h"

#include "tables.h"

#define FACT(id)                   .table = HC_TABLES, .where = HC_FACT_##id
#define CELL(table_id, id)         .table = HC_TABLE_##table_id, .where = HC_COL_##id
#define ROW(version, t, at, width) .since = version, .type = t, .offset = at, .size = width
#define STRING(version, t, at, place)                                                                                  \
    {                                                                                                                  \
        ROW(version, t, at, 1), .kind = HC_FIELD_STRING, place                                                         \
    }
#define NUMBER(version, t, at, width, means_none, factor, place)                                                       \
    {                                                                                                                  \
        ROW(version, t, at, width), .kind = HC_FIELD_NUMBER, .none = means_none, .scale = factor, place                \
    }
#define REGISTER(version, t, at, width, means_none, place)                                                             \
    {                                                                                                                  \
        ROW(version, t, at, width), .kind = HC_FIELD_REGISTER, .none = means_none, .scale = 1, place                   \
    }
#define WORD(version, t, at, list, place)                                                                              \
    {                                                                                                                  \
        ROW(version, t, at, 1), .kind = HC_FIELD_WORD, .words = HC_WORDS_##list, place                                 \
    }
#define PART(version, t, at, width, by, bits, list, place)                                                             \
    {                                                                                                                  \
        ROW(version, t, at, width), .kind = HC_FIELD_WORD, .shift = by, .mask = bits, .words = HC_WORDS_##list, place  \
    }
#define BITS(version, t, at, width, list, place)                                                                       \
    {                                                                                                                  \
        ROW(version, t, at, width), .kind = HC_FIELD_BITS, .words = HC_WORDS_##list, place                             \
    }
#define FLAG(version, t, at, width, bits, place)                                                                       \
    {                                                                                                                  \
        ROW(version, t, at, width), .kind = HC_FIELD_FLAG, .mask = bits, place                                         \
    }

#define DIMM(id)         CELL(MEMORY_DEVICES, DIMM_##id)
#define CPU(id)          CELL(SMBIOS_PROCESSORS, SMBIOS_CPU_##id)
#define CACHE(id)        CELL(SMBIOS_CACHES, SMBIOS_CACHE_##id)
#define SLOT(id)         CELL(SMBIOS_SLOTS, SLOT_##id)
#define PSU(id)          CELL(SMBIOS_PSUS, PSU_##id)
#define ARRAY(id)        CELL(MEMORY_ARRAYS, MEMORY_ARRAY_##id)
#define BOARD_DEVICE(id) CELL(SMBIOS_ONBOARD, ONBOARD_##id)

#define MHZ UINT64_C(1000000)

static const struct hc_smbios_field rows[] = {
    /* 7.1 firmware */
    STRING(0x0200, 0, 0x04, FACT(SMBIOS_BIOS_VENDOR)),
    STRING(0x0200, 0, 0x05, FACT(SMBIOS_BIOS_VERSION)),
    STRING(0x0200, 0, 0x08, FACT(SMBIOS_BIOS_DATE)),
    REGISTER(0x0200, 0, 0x0a, 8, HC_NO_NONE, FACT(SMBIOS_BIOS_CHARACTERISTICS)),
    FLAG(0x0204, 0, 0x13, 1, 1 << 3, FACT(SMBIOS_BIOS_UEFI)),
    FLAG(0x0204, 0, 0x13, 1, 1 << 4, FACT(SMBIOS_VIRTUAL)),
    /* 7.2 system */
    STRING(0x0200, 1, 0x04, FACT(SMBIOS_SYSTEM_MANUFACTURER)),
    STRING(0x0200, 1, 0x05, FACT(SMBIOS_SYSTEM_PRODUCT)),
    STRING(0x0200, 1, 0x06, FACT(SMBIOS_SYSTEM_VERSION)),
    STRING(0x0200, 1, 0x07, FACT(SMBIOS_SYSTEM_SERIAL)),
    WORD(0x0201, 1, 0x18, WAKE_UP, FACT(SMBIOS_SYSTEM_WAKE_UP)),
    STRING(0x0204, 1, 0x19, FACT(SMBIOS_SYSTEM_SKU)),
    STRING(0x0204, 1, 0x1a, FACT(SMBIOS_SYSTEM_FAMILY)),
    /* 7.3 board */
    STRING(0x0200, 2, 0x04, FACT(SMBIOS_BOARD_MANUFACTURER)),
    STRING(0x0200, 2, 0x05, FACT(SMBIOS_BOARD_PRODUCT)),
    STRING(0x0200, 2, 0x06, FACT(SMBIOS_BOARD_VERSION)),
    STRING(0x0200, 2, 0x07, FACT(SMBIOS_BOARD_SERIAL)),
    STRING(0x0200, 2, 0x08, FACT(SMBIOS_BOARD_ASSET_TAG)),
    STRING(0x0200, 2, 0x0a, FACT(SMBIOS_BOARD_LOCATION)),
    WORD(0x0200, 2, 0x0d, BOARD_TYPE, FACT(SMBIOS_BOARD_TYPE)),
    /* 7.4 chassis */
    STRING(0x0200, 3, 0x04, FACT(SMBIOS_CHASSIS_MANUFACTURER)),
    PART(0x0200, 3, 0x05, 1, 0, 0x7f, CHASSIS_TYPE, FACT(SMBIOS_CHASSIS_TYPE)),
    FLAG(0x0200, 3, 0x05, 1, 0x80, FACT(SMBIOS_CHASSIS_LOCK)),
    STRING(0x0200, 3, 0x06, FACT(SMBIOS_CHASSIS_VERSION)),
    STRING(0x0200, 3, 0x07, FACT(SMBIOS_CHASSIS_SERIAL)),
    STRING(0x0200, 3, 0x08, FACT(SMBIOS_CHASSIS_ASSET_TAG)),
    WORD(0x0201, 3, 0x09, CHASSIS_STATE, FACT(SMBIOS_CHASSIS_BOOT_STATE)),
    WORD(0x0201, 3, 0x0a, CHASSIS_STATE, FACT(SMBIOS_CHASSIS_POWER_STATE)),
    WORD(0x0201, 3, 0x0b, CHASSIS_STATE, FACT(SMBIOS_CHASSIS_THERMAL_STATE)),
    WORD(0x0201, 3, 0x0c, CHASSIS_SECURITY, FACT(SMBIOS_CHASSIS_SECURITY)),
    NUMBER(0x0203, 3, 0x11, 1, 0, 1, FACT(SMBIOS_CHASSIS_HEIGHT)),
    NUMBER(0x0203, 3, 0x12, 1, 0, 1, FACT(SMBIOS_CHASSIS_CORDS)),
    STRING(0x0207, 3, 0, FACT(SMBIOS_CHASSIS_SKU)),
    /* 7.5 processors */
    STRING(0x0200, 4, 0x04, CPU(SOCKET)),
    WORD(0x0200, 4, 0x05, CPU_TYPE, CPU(TYPE)),
    STRING(0x0200, 4, 0x07, CPU(MANUFACTURER)),
    REGISTER(0x0200, 4, 0x08, 8, 0, CPU(ID)),
    STRING(0x0200, 4, 0x10, CPU(VERSION)),
    NUMBER(0x0200, 4, 0x12, 2, 0, MHZ, CPU(CLOCK)),
    NUMBER(0x0200, 4, 0x14, 2, 0, MHZ, CPU(MAXIMUM)),
    NUMBER(0x0200, 4, 0x16, 2, 0, MHZ, CPU(CURRENT)),
    WORD(0x0200, 4, 0x19, CPU_UPGRADE, CPU(UPGRADE)),
    REGISTER(0x0201, 4, 0x1a, 2, 0xffff, CPU(L1)),
    REGISTER(0x0201, 4, 0x1c, 2, 0xffff, CPU(L2)),
    REGISTER(0x0201, 4, 0x1e, 2, 0xffff, CPU(L3)),
    STRING(0x0203, 4, 0x20, CPU(SERIAL)),
    STRING(0x0203, 4, 0x21, CPU(ASSET_TAG)),
    STRING(0x0203, 4, 0x22, CPU(PART)),
    BITS(0x0205, 4, 0x26, 2, CPU_TRAIT, CPU(TRAITS)),
    STRING(0x0308, 4, 0x32, CPU(SOCKET_TYPE)),
    /* 7.8 caches */
    STRING(0x0200, 7, 0x04, CACHE(NAME)),
    FLAG(0x0200, 7, 0x05, 2, 1 << 3, CACHE(SOCKETED)),
    PART(0x0200, 7, 0x05, 2, 5, 3, CACHE_LOCATION, CACHE(LOCATION)),
    FLAG(0x0200, 7, 0x05, 2, 1 << 7, CACHE(ENABLED)),
    PART(0x0200, 7, 0x05, 2, 8, 3, CACHE_MODE, CACHE(MODE)),
    BITS(0x0200, 7, 0x0d, 2, CACHE_SRAM, CACHE(SRAM)),
    NUMBER(0x0201, 7, 0x0f, 1, 0, 1, CACHE(SPEED)),
    WORD(0x0201, 7, 0x10, CACHE_ECC, CACHE(ECC)),
    WORD(0x0201, 7, 0x11, CACHE_TYPE, CACHE(TYPE)),
    WORD(0x0201, 7, 0x12, CACHE_ASSOC, CACHE(WAYS)),
    /* 7.10 slots */
    STRING(0x0200, 9, 0x04, SLOT(NAME)),
    WORD(0x0200, 9, 0x05, SLOT_TYPE, SLOT(TYPE)),
    WORD(0x0200, 9, 0x06, SLOT_WIDTH, SLOT(WIDTH)),
    WORD(0x0200, 9, 0x07, SLOT_USAGE, SLOT(USAGE)),
    WORD(0x0200, 9, 0x08, SLOT_LENGTH, SLOT(LENGTH)),
    NUMBER(0x0200, 9, 0x09, 2, HC_NO_NONE, 1, SLOT(ID)),
    BITS(0x0200, 9, 0x0b, 2, SLOT_TRAIT, SLOT(TRAITS)),
    /* 7.17 memory arrays */
    WORD(0x0201, 16, 0x04, ARRAY_LOCATION, ARRAY(LOCATION)),
    WORD(0x0201, 16, 0x05, ARRAY_USE, ARRAY(USE)),
    WORD(0x0201, 16, 0x06, ARRAY_ECC, ARRAY(ECC)),
    NUMBER(0x0201, 16, 0x0d, 2, HC_NO_NONE, 1, ARRAY(DEVICES)),
    /* 7.18 memory devices */
    REGISTER(0x0201, 17, 0x04, 2, HC_NO_NONE, DIMM(ARRAY)),
    WORD(0x0201, 17, 0x0e, DIMM_FORM, DIMM(FORM)),
    STRING(0x0201, 17, 0x10, DIMM(SLOT)),
    STRING(0x0201, 17, 0x11, DIMM(BANK)),
    WORD(0x0201, 17, 0x12, DIMM_TYPE, DIMM(TYPE)),
    BITS(0x0201, 17, 0x13, 2, DIMM_DETAIL, DIMM(DETAIL)),
    STRING(0x0203, 17, 0x17, DIMM(MANUFACTURER)),
    STRING(0x0203, 17, 0x18, DIMM(SERIAL)),
    STRING(0x0203, 17, 0x19, DIMM(ASSET_TAG)),
    STRING(0x0203, 17, 0x1a, DIMM(PART)),
    NUMBER(0x0208, 17, 0x22, 2, 0, 1, DIMM(MINIMUM_VOLTAGE)),
    NUMBER(0x0208, 17, 0x24, 2, 0, 1, DIMM(MAXIMUM_VOLTAGE)),
    NUMBER(0x0208, 17, 0x26, 2, 0, 1, DIMM(CONFIGURED_VOLTAGE)),
    WORD(0x0302, 17, 0x28, DIMM_TECHNOLOGY, DIMM(TECHNOLOGY)),
    BITS(0x0302, 17, 0x29, 2, DIMM_MODE, DIMM(MODES)),
    STRING(0x0302, 17, 0x2b, DIMM(FIRMWARE)),
    REGISTER(0x0302, 17, 0x2c, 2, 0, DIMM(MODULE_MAKER)),
    REGISTER(0x0302, 17, 0x2e, 2, 0, DIMM(MODULE_PRODUCT)),
    REGISTER(0x0302, 17, 0x30, 2, 0, DIMM(CONTROLLER_MAKER)),
    REGISTER(0x0302, 17, 0x32, 2, 0, DIMM(CONTROLLER_PRODUCT)),
    NUMBER(0x0302, 17, 0x34, 8, UINT64_MAX, 1, DIMM(NON_VOLATILE)),
    NUMBER(0x0302, 17, 0x3c, 8, UINT64_MAX, 1, DIMM(VOLATILE)),
    NUMBER(0x0302, 17, 0x44, 8, UINT64_MAX, 1, DIMM(CACHE)),
    NUMBER(0x0302, 17, 0x4c, 8, UINT64_MAX, 1, DIMM(LOGICAL)),
    REGISTER(0x0307, 17, 0x5c, 2, 0, DIMM(PMIC_MAKER)),
    REGISTER(0x0307, 17, 0x5e, 2, 0xff00, DIMM(PMIC_REVISION)),
    REGISTER(0x0307, 17, 0x60, 2, 0, DIMM(RCD_MAKER)),
    REGISTER(0x0307, 17, 0x62, 2, 0xff00, DIMM(RCD_REVISION)),
    /* 7.33 boot */
    WORD(0x0200, 32, 0x0a, BOOT, FACT(SMBIOS_BOOT_STATUS)),
    /* 7.39 IPMI */
    WORD(0x0200, 38, 0x04, IPMI, FACT(SMBIOS_IPMI_INTERFACE)),
    /* 7.40 power supplies */
    NUMBER(0x0203, 39, 0x04, 1, 0, 1, PSU(GROUP)),
    STRING(0x0203, 39, 0x05, PSU(LOCATION)),
    STRING(0x0203, 39, 0x06, PSU(NAME)),
    STRING(0x0203, 39, 0x07, PSU(MANUFACTURER)),
    STRING(0x0203, 39, 0x08, PSU(SERIAL)),
    STRING(0x0203, 39, 0x09, PSU(ASSET_TAG)),
    STRING(0x0203, 39, 0x0a, PSU(PART)),
    STRING(0x0203, 39, 0x0b, PSU(REVISION)),
    NUMBER(0x0203, 39, 0x0c, 2, 0x8000, 1, PSU(WATTS)),
    PART(0x0203, 39, 0x0e, 2, 10, 15, PSU_TYPE, PSU(TYPE)),
    PART(0x0203, 39, 0x0e, 2, 3, 15, PSU_SWITCH, PSU(SWITCHING)),
    FLAG(0x0203, 39, 0x0e, 2, 1 << 1, PSU(PRESENT)),
    FLAG(0x0203, 39, 0x0e, 2, 1 << 0, PSU(HOT_REPLACEABLE)),
    /* 7.42 devices on the board */
    STRING(0x0206, 41, 0x04, BOARD_DEVICE(NAME)),
    PART(0x0206, 41, 0x05, 1, 0, 0x7f, ONBOARD, BOARD_DEVICE(TYPE)),
    FLAG(0x0206, 41, 0x05, 1, 0x80, BOARD_DEVICE(ENABLED)),
    NUMBER(0x0206, 41, 0x06, 1, HC_NO_NONE, 1, BOARD_DEVICE(INSTANCE)),
    /* 7.44 TPM */
    STRING(0x0301, 43, 0x12, FACT(SMBIOS_TPM_DESCRIPTION)),
};

const struct hc_smbios_field *hc_smbios_fields(unsigned type, size_t *count)
{
    size_t at = 0, end;

    while (at < sizeof rows / sizeof *rows && rows[at].type != type)
        at++;
    for (end = at; end < sizeof rows / sizeof *rows && rows[end].type == type;)
        end++;
    *count = end - at;
    return &rows[*count ? at : 0];
}

bool hc_smbios_decoded(unsigned type)
{
    size_t count;

    hc_smbios_fields(type, &count);
    return count != 0;
}

size_t hc_smbios_string_offset(const struct hc_smbios_field *field, struct hc_text area)
{
    return field->offset ? field->offset : hc_smbios_chassis_sku(area);
}

const struct hc_field *hc_smbios_meaning(const struct hc_smbios_field *field)
{
    return field->table == HC_TABLES ? hc_fact_field((enum hc_fact)field->where)
                                     : &hc_table_field(field->table)->columns[field->where];
}
