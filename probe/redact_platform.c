/* What firmware, batteries and sensors say beside their public facts: names and places of boot entries, serial numbers,
   addresses of wireless devices. */
#include "redact_platform.h"

#include "arena.h"
#include "linux/efi.h"
#include "linux/web.h"

#include <string.h>

/* Variables of the firmware's own setup may be named by the address of an interface; the few asked have these names. */
static bool is_asked_variable(struct hc_text line)
{
    static const char *const shown[] = { "SecureBoot-", "SetupMode-", "MokSBStateRT-", "Boot" };

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (hc_starts(line, shown[i]))
            return true;
    return false;
}

/* Names of disks have serial numbers in them, device paths partition ids and addresses: what stays is how long the name
   is, and of the path the types. Data behind the path goes. */
static void load_option(struct hc_text body, struct hc_draft *draft)
{
    const size_t attributes = 4;
    struct hc_text text, path;
    struct hc_path_node node;

    if (body.size < attributes ||
        !hc_load_option((struct hc_text){ body.at + attributes, body.size - attributes }, &text, &path))
        return;
    draft->size = (size_t)(path.at - body.at) + path.size;
    memset(draft->text, 0, draft->size);
    memcpy(draft->text, body.at, (size_t)(text.at - body.at));
    for (size_t i = 0; i < text.size; i += 2)
        draft->text[(size_t)(text.at - body.at) + i] = '.';
    for (struct hc_text rest = path; rest.size >= 4;
         rest = (struct hc_text){ rest.at + node.size, rest.size - node.size }) {
        struct hc_text next = rest;
        memcpy(draft->text + (rest.at - body.at), rest.at, 4);
        if (!hc_next_path_node(&next, &node))
            break;
    }
}

/* "00:11:22:33:44:55" */
static bool is_address(const char *at)
{
    static const char digits[] = "0123456789abcdefABCDEF";

    for (int i = 0; i < 17; i++)
        if (i % 3 == 2 ? at[i] != ':' : !memchr(digits, at[i], sizeof digits - 1))
            return false;
    return true;
}

/* Wireless devices bring batteries named by their address or serial number: "hid-00:11:22:33:44:55-battery",
   "ps-controller-battery-00:11:22:33:44:55". */
bool hc_wireless_battery(struct hc_text name)
{
    if (hc_starts(name, "hid-") || hc_starts(name, "hid_"))
        return true;
    for (size_t i = 0; i + 17 <= name.size; i++)
        if (is_address(name.at + i))
            return true;
    return false;
}

static bool is_own_battery(struct hc_text line)
{
    return !hc_wireless_battery(line);
}

static bool is_public_property(struct hc_text line)
{
    return !hc_starts(line, "POWER_SUPPLY_SERIAL_NUMBER=");
}

/* A battery is a sensor, too, by its name. */
static void sensor_name(struct hc_text body, struct hc_draft *draft)
{
    hc_draft_add(draft, hc_wireless_battery(hc_trim(body)) ? HC_TEXT("battery\n") : body);
}

/* Of a path what leads to the PCI function: behind it stand addresses of wireless devices and serial numbers. */
static void up_to_function(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text path = body, component;

    while (path.size) {
        const struct hc_text whole = path;
        if (!hc_pop_component(&path, &component))
            break;
        if (hc_is_pci_address(component)) {
            hc_draft_add(draft, whole);
            return;
        }
    }
    hc_draft_add(draft, HC_TEXT("other"));
}

/* Of hundreds of counters the one that is asked for. */
static bool is_asked_counter(struct hc_text line)
{
    struct hc_text word;

    return hc_next_word(&line, &word) && (hc_text_is(word, "Node") || hc_text_is(word, "present"));
}

static const struct hc_thin_row rows[] = {
    { "dir:/sys/firmware/efi/efivars", NULL, .keep = is_asked_variable },
    { "file:/sys/firmware/efi/efivars/Boot0", "", .thin = load_option },
    { "file:/sys/firmware/efi/efivars/Boot1", "", .thin = load_option },
    { "file:/proc/zoneinfo", NULL, .keep = is_asked_counter },
    { "dir:/sys/class/power_supply", NULL, .keep = is_own_battery },
    { "file:/sys/class/power_supply/", "/uevent", .keep = is_public_property },
    { "file:/sys/class/hwmon/", "/name", .thin = sensor_name },
    { "link:/sys/class/hwmon/", "", .thin = up_to_function },
};

enum hc_thinned hc_thin_platform(struct hc_source *src, const char *key, struct hc_text *body)
{
    return hc_thin_by(rows, sizeof rows / sizeof *rows, src, key, body);
}
