/* What a board has beside computing: watchdogs, management controllers, sensors, batteries and mains. */
#include "attributes.h"
#include "probes.h"
#include "redact_platform.h"
#include "tables.h"
#include "web.h"
#include "words.h"

#include <string.h>

/* ---- watchdogs: Documentation/ABI/testing/sysfs-class-watchdog ---- */

#define WATCHDOG_FOLDER "/sys/class/watchdog"

static void watchdogs(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, WATCHDOG_FOLDER, &names);
    uint64_t number;

    hc_put_table(facts, HC_TABLE_WATCHDOGS, list);
    while (hc_next_line(&names, &name)) {
        struct hc_folder folder;
        struct hc_table_row *row;
        if (!hc_numbered(name, "watchdog", &number))
            continue;
        folder = hc_open_folder(src, facts, hc_format(src, WATCHDOG_FOLDER "/%.*s", (int)name.size, name.at));
        row = hc_add_row(facts, HC_TABLE_WATCHDOGS, list);
        hc_cell_text(facts, row, HC_COL_WATCHDOG_NAME, list, name);
        hc_folder_text(&folder, row, HC_COL_WATCHDOG_IDENTITY, "identity");
        hc_folder_text(&folder, row, HC_COL_WATCHDOG_STATE, "state");
        hc_folder_number(&folder, row, HC_COL_WATCHDOG_TIMEOUT, "timeout", 1);
        hc_folder_flag(&folder, row, HC_COL_WATCHDOG_NOWAYOUT, "nowayout");
        hc_folder_number(&folder, row, HC_COL_WATCHDOG_BOOTSTATUS, "bootstatus", 1);
    }
}

/* ---- management controllers: Documentation/ABI/testing/sysfs-devices-platform-ipmi ---- */

#define PLATFORM_FOLDER "/sys/devices/platform"
#define IPMI_FOLDER     "/sys/class/ipmi"

/* Words of a list that are a prefix and a number, with blanks between them. */
static struct hc_text numbered_names(struct hc_source *src, struct hc_text names, const char *prefix)
{
    struct hc_words list = hc_words_make(&src->arena, names.size);
    struct hc_text name;
    uint64_t number;

    while (hc_next_line(&names, &name))
        if (hc_numbered(name, prefix, &number))
            hc_words_add(&list, name);
    return hc_words_text(&list);
}

/* What its files say the controller must tell: they are read with --wake only, see device_files.c. */
static void put_controller(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list,
                           struct hc_text name)
{
    struct hc_folder folder =
        hc_open_folder(src, facts, hc_format(src, PLATFORM_FOLDER "/%.*s", (int)name.size, name.at));
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_BMC, list);

    hc_cell_text(facts, row, HC_COL_BMC_NAME, list, name);
    hc_cell_text(facts, row, HC_COL_BMC_INTERFACES, folder.list, numbered_names(src, folder.names, "ipmi"));
    hc_folder_text(&folder, row, HC_COL_BMC_FIRMWARE, "firmware_revision");
    hc_folder_text(&folder, row, HC_COL_BMC_IPMI, "ipmi_version");
    hc_folder_text(&folder, row, HC_COL_BMC_MANUFACTURER, "manufacturer_id");
    hc_folder_text(&folder, row, HC_COL_BMC_PRODUCT, "product_id");
}

/* The controllers are platform devices; where their folder cannot be listed, the interfaces at least. */
static void controllers(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, PLATFORM_FOLDER, &names);
    size_t count = 0;
    uint64_t number;

    while (hc_next_line(&names, &name))
        if (hc_starts(name, "ipmi_bmc.")) {
            put_controller(src, facts, list, name);
            count++;
        }
    if (!count && list->answer != HC_OK) {
        list = hc_ask_dir(src, IPMI_FOLDER, &names);
        while (hc_next_line(&names, &name))
            if (hc_numbered(name, "ipmi", &number)) {
                struct hc_table_row *row = hc_add_row(facts, HC_TABLE_BMC, list);
                hc_cell_text(facts, row, HC_COL_BMC_NAME, list, name);
                hc_cell_text(facts, row, HC_COL_BMC_INTERFACES, list, name);
                count++;
            }
    }
    hc_put_table(facts, HC_TABLE_BMC, list);
    hc_put_listed(facts, HC_IPMI_BMC, list, count != 0);
}

/* ---- sensors: Documentation/hwmon/sysfs-interface.rst ---- */

#define HWMON_FOLDER "/sys/class/hwmon"

static const struct {
    const char *prefix;
    int column;
} inputs[] = { { "temp", HC_COL_SENSOR_TEMPERATURES },
               { "fan", HC_COL_SENSOR_FANS },
               { "in", HC_COL_SENSOR_VOLTAGES },
               { "curr", HC_COL_SENSOR_CURRENTS },
               { "power", HC_COL_SENSOR_POWERS } };

enum { KINDS = sizeof inputs / sizeof *inputs };

/* "temp1_input", "power1_average": which kind of input a file is; KINDS: none. */
static size_t kind_of(struct hc_text name)
{
    struct hc_text stem, rest;
    uint64_t number;

    if (!hc_split(name, '_', &stem, &rest) || !(hc_text_is(rest, "input") || hc_text_is(rest, "average")))
        return KINDS;
    for (size_t i = 0; i < KINDS; i++)
        if (hc_numbered(stem, inputs[i].prefix, &number))
            return i;
    return KINDS;
}

static void put_inputs(const struct hc_folder *folder, struct hc_table_row *row)
{
    struct hc_words list = hc_words_make(&folder->src->arena, folder->names.size);
    struct hc_text rest = folder->names, name;
    uint64_t counts[KINDS] = { 0 };

    while (hc_next_line(&rest, &name)) {
        const size_t kind = kind_of(name);
        if (kind == KINDS)
            continue;
        counts[kind]++;
        hc_words_add(&list, name);
    }
    for (size_t i = 0; i < KINDS; i++)
        hc_cell_number(folder->facts, row, inputs[i].column, folder->list, counts[i]);
    hc_cell_text(folder->facts, row, HC_COL_SENSOR_INPUTS, folder->list, hc_words_text(&list));
}

static struct hc_text function_of(struct hc_text path)
{
    struct hc_text component;

    while (hc_pop_component(&path, &component))
        if (hc_is_pci_address(component))
            return component;
    return HC_TEXT("");
}

static void sensors(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name, target, chip;
    const struct hc_reply *list = hc_ask_dir(src, HWMON_FOLDER, &names), *link, *reply;
    uint64_t number;

    hc_put_table(facts, HC_TABLE_SENSORS, list);
    while (hc_next_line(&names, &name)) {
        struct hc_folder folder;
        struct hc_table_row *row;
        const char *path;
        if (!hc_numbered(name, "hwmon", &number))
            continue;
        path = hc_format(src, HWMON_FOLDER "/%.*s", (int)name.size, name.at);
        link = hc_ask_link(src, path, &target);
        folder = hc_open_folder(src, facts, path);
        row = hc_add_row(facts, HC_TABLE_SENSORS, list);
        hc_cell_text(facts, row, HC_COL_SENSOR_NAME, list, name);
        hc_cell_text(facts, row, HC_COL_SENSOR_PCI, link, function_of(target));
        reply = hc_folder_line(&folder, "name", &chip);
        if (hc_wireless_battery(chip))
            chip = HC_TEXT("battery");
        if (reply)
            hc_cell_text(facts, row, HC_COL_SENSOR_CHIP, reply, chip);
        put_inputs(&folder, row);
    }
}

/* ---- batteries and mains: Documentation/ABI/testing/sysfs-class-power ---- */

#define POWER_FOLDER "/sys/class/power_supply"

static const struct {
    const char *property;
    int column;
    enum hc_type type;
} properties[] = {
    { "POWER_SUPPLY_TYPE", HC_COL_POWER_TYPE, HC_TYPE_TEXT },
    { "POWER_SUPPLY_PRESENT", HC_COL_POWER_PRESENT, HC_TYPE_FLAG },
    { "POWER_SUPPLY_ONLINE", HC_COL_POWER_ONLINE, HC_TYPE_FLAG },
    { "POWER_SUPPLY_STATUS", HC_COL_POWER_STATUS, HC_TYPE_TEXT },
    { "POWER_SUPPLY_CAPACITY", HC_COL_POWER_CAPACITY, HC_TYPE_NUMBER },
    { "POWER_SUPPLY_CYCLE_COUNT", HC_COL_POWER_CYCLES, HC_TYPE_NUMBER },
    { "POWER_SUPPLY_TECHNOLOGY", HC_COL_POWER_TECHNOLOGY, HC_TYPE_TEXT },
    { "POWER_SUPPLY_MANUFACTURER", HC_COL_POWER_MAKER, HC_TYPE_TEXT },
    { "POWER_SUPPLY_MODEL_NAME", HC_COL_POWER_MODEL, HC_TYPE_TEXT },
    { "POWER_SUPPLY_SERIAL_NUMBER", HC_COL_POWER_SERIAL, HC_TYPE_TEXT },
    { "POWER_SUPPLY_SCOPE", HC_COL_POWER_SCOPE, HC_TYPE_TEXT },
};

/* A property that a supply does not have is no question; one that was taken out is. */
static void put_property(struct hc_source *src, struct hc_facts *facts, struct hc_table_row *row, size_t i,
                         const struct hc_reply *reply, struct hc_text text)
{
    const int column = properties[i].column;
    struct hc_text value = HC_TEXT("");
    uint64_t number = 0;

    if (reply->answer == HC_OK && !hc_find_value(text, '=', properties[i].property, &value)) {
        if (column == HC_COL_POWER_SERIAL && reply->thinned)
            hc_cell_text(facts, row, column, hc_reword(src, reply, HC_REDACTED, NULL), value);
        return;
    }
    if (properties[i].type == HC_TYPE_TEXT) {
        hc_cell_text(facts, row, column, reply, value);
        return;
    }
    reply = hc_line_number(src, reply, value, 1, &number);
    if (properties[i].type == HC_TYPE_NUMBER)
        hc_cell_number(facts, row, column, reply, number);
    else if (reply->answer == HC_OK && number > 2) /* 2: online, and the charge can be chosen */
        hc_cell_flag(facts, row, column, hc_malformed(src, reply, "0, 1 or 2 was expected"), false);
    else
        hc_cell_flag(facts, row, column, reply, number != 0);
}

/* By energy or by charge; firmware that tells nonsense gives more than all. */
static void put_health(struct hc_facts *facts, struct hc_table_row *row, const struct hc_reply *reply,
                       struct hc_text text)
{
    static const char *const full[] = { "POWER_SUPPLY_ENERGY_FULL", "POWER_SUPPLY_CHARGE_FULL" };
    static const char *const design[] = { "POWER_SUPPLY_ENERGY_FULL_DESIGN", "POWER_SUPPLY_CHARGE_FULL_DESIGN" };
    struct hc_text value;
    uint64_t now, made;

    for (size_t i = 0; i < sizeof full / sizeof *full; i++)
        if (hc_find_value(text, '=', full[i], &value) && hc_number(value, 10, &now) &&
            hc_find_value(text, '=', design[i], &value) && hc_number(value, 10, &made) && made &&
            now <= UINT64_MAX / 100)
            hc_cell_number(facts, row, HC_COL_POWER_HEALTH, reply, now * 100 / made);
}

/* All properties stand in one file, which is read at once. */
static void supplies(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name, text;
    const struct hc_reply *list = hc_ask_dir(src, POWER_FOLDER, &names), *reply;

    hc_put_table(facts, HC_TABLE_POWER_SUPPLIES, list);
    while (hc_next_line(&names, &name)) {
        struct hc_table_row *row;
        if (hc_wireless_battery(name))
            continue;
        row = hc_add_row(facts, HC_TABLE_POWER_SUPPLIES, list);
        hc_cell_text(facts, row, HC_COL_POWER_NAME, list, name);
        reply = hc_ask_file(src, hc_format(src, POWER_FOLDER "/%.*s/uevent", (int)name.size, name.at), &text);
        for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
            put_property(src, facts, row, i, reply, text);
        put_health(facts, row, reply, text);
    }
}

void hc_probe_board(struct hc_source *src, struct hc_facts *facts)
{
    watchdogs(src, facts);
    controllers(src, facts);
    sensors(src, facts);
    supplies(src, facts);
}
