/* Machine, board, chassis and firmware: what the table says, or where it may not be read, what Linux kept of it. A
   placeholder is no value: it stands among the unknowns of the observation. */
#include "concluded.h"
#include "placeholders.h"

#include <stdio.h>
#include <string.h>

/* Linux shows the same table: what it shows counts only where the table itself was not read. */
static const struct {
    const struct hc_text_id *fact, *table, *linux_shows;
} rows[] = {
    { &HC_SYSTEM_MANUFACTURER, &HC_SMBIOS_SYSTEM_MANUFACTURER, &HC_DMI_VENDOR },
    { &HC_SYSTEM_PRODUCT, &HC_SMBIOS_SYSTEM_PRODUCT, &HC_DMI_PRODUCT },
    { &HC_SYSTEM_VERSION, &HC_SMBIOS_SYSTEM_VERSION, &HC_DMI_PRODUCT_VERSION },
    { &HC_SYSTEM_FAMILY, &HC_SMBIOS_SYSTEM_FAMILY, &HC_DMI_PRODUCT_FAMILY },
    { &HC_SYSTEM_SKU, &HC_SMBIOS_SYSTEM_SKU, &HC_DMI_PRODUCT_SKU },
    { &HC_SYSTEM_SERIAL, &HC_SMBIOS_SYSTEM_SERIAL, &HC_DMI_PRODUCT_SERIAL },
    { &HC_SYSTEM_UUID, &HC_SMBIOS_SYSTEM_UUID, &HC_DMI_PRODUCT_UUID },
    { &HC_BOARD_MANUFACTURER, &HC_SMBIOS_BOARD_MANUFACTURER, &HC_DMI_BOARD_VENDOR },
    { &HC_BOARD_PRODUCT, &HC_SMBIOS_BOARD_PRODUCT, &HC_DMI_BOARD_NAME },
    { &HC_BOARD_VERSION, &HC_SMBIOS_BOARD_VERSION, &HC_DMI_BOARD_VERSION },
    { &HC_BOARD_SERIAL, &HC_SMBIOS_BOARD_SERIAL, &HC_DMI_BOARD_SERIAL },
    { &HC_BOARD_ASSET_TAG, &HC_SMBIOS_BOARD_ASSET_TAG, &HC_DMI_BOARD_ASSET_TAG },
    { &HC_CHASSIS_MANUFACTURER, &HC_SMBIOS_CHASSIS_MANUFACTURER, &HC_DMI_CHASSIS_VENDOR },
    { &HC_CHASSIS_TYPE, &HC_SMBIOS_CHASSIS_TYPE, &HC_DMI_CHASSIS_TYPE },
    { &HC_CHASSIS_VERSION, &HC_SMBIOS_CHASSIS_VERSION, &HC_DMI_CHASSIS_VERSION },
    { &HC_CHASSIS_SERIAL, &HC_SMBIOS_CHASSIS_SERIAL, &HC_DMI_CHASSIS_SERIAL },
    { &HC_CHASSIS_ASSET_TAG, &HC_SMBIOS_CHASSIS_ASSET_TAG, &HC_DMI_CHASSIS_ASSET_TAG },
    { &HC_FIRMWARE_VENDOR, &HC_SMBIOS_BIOS_VENDOR, &HC_DMI_BIOS_VENDOR },
    { &HC_FIRMWARE_VERSION, &HC_SMBIOS_BIOS_VERSION, &HC_DMI_BIOS_VERSION },
    { &HC_FIRMWARE_RELEASE, &HC_SMBIOS_BIOS_RELEASE, &HC_DMI_BIOS_RELEASE },
};

static const char *either(struct hc_view *v, struct hc_text_id table, struct hc_text_id linux_shows)
{
    const char *text = hc_see_text(v, table);

    if (text || !hc_why(v->facts, linux_shows.fact))
        return text;
    text = hc_see_text(v, linux_shows);
    return text && !hc_is_placeholder((struct hc_text){ text, strlen(text) }, HC_PLACEHOLDER_ANY) ? text : NULL;
}

/* 7.1: mm/dd/yyyy; mm/dd/yy is of 19yy. Another form stays as it is. */
static const char *plain_date(struct hc_facts *facts, const char *date)
{
    unsigned month, day, year;
    int end = 0;

    if (!date || sscanf(date, "%2u/%2u/%4u%n", &month, &day, &year, &end) != 3 || date[end] || month < 1 ||
        month > 12 || day < 1 || day > 31 || (year > 99 && year < 1900))
        return date;
    return hc_print(facts->arena, "%04u-%02u-%02u", year < 100 ? year + 1900 : year, month, day);
}

void hc_conclude_system(struct hc_facts *facts)
{
    struct hc_view v;
    const char *text;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        v = hc_view_of(facts);
        text = either(&v, *rows[i].table, *rows[i].linux_shows);
        put_text(facts, &v, *rows[i].fact, text);
    }
    v = hc_view_of(facts);
    text = plain_date(facts, either(&v, HC_SMBIOS_BIOS_DATE, HC_DMI_BIOS_DATE));
    put_text(facts, &v, HC_FIRMWARE_DATE, text);
}
