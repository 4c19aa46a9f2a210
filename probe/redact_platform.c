/* What firmware, batteries and sensors say beside their public facts: names and places of boot entries, serial numbers,
   addresses of wireless devices. */
#include "redact_platform.h"
#include "redact_draft.h"

#include "arena.h"
#include "linux/efi.h"
#include "linux/web.h"

#include <string.h>

static void append_line(struct hc_draft *draft, struct hc_text line)
{
    hc_draft_add(draft, line);
    hc_draft_add(draft, HC_TEXT("\n"));
}

/* Variables of the firmware's own setup may be named by the address of an interface; the few asked have these names. */
static void variable_names(struct hc_text body, struct hc_draft *draft)
{
    static const char *const shown[] = { "SecureBoot-", "SetupMode-", "MokSBStateRT-", "Boot" };
    struct hc_text line;

    while (hc_next_line(&body, &line))
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
            if (hc_starts(line, shown[i])) {
                append_line(draft, line);
                break;
            }
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

static void battery_names(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (!hc_wireless_battery(line))
            append_line(draft, line);
}

static void battery_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (!hc_starts(line, "POWER_SUPPLY_SERIAL_NUMBER="))
            append_line(draft, line);
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
static void zone_lines(struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line, rest, word;

    while (hc_next_line(&body, &line)) {
        rest = line;
        if (hc_next_word(&rest, &word) && (hc_text_is(word, "Node") || hc_text_is(word, "present")))
            append_line(draft, line);
    }
}

static const struct {
    const char *begin, *end; /* of the key; end NULL: it is the whole key */
    void (*thin)(struct hc_text body, struct hc_draft *draft);
} rows[] = {
    { "dir:/sys/firmware/efi/efivars", NULL, variable_names },
    { "file:/sys/firmware/efi/efivars/Boot0", "", load_option },
    { "file:/sys/firmware/efi/efivars/Boot1", "", load_option },
    { "file:/proc/zoneinfo", NULL, zone_lines },
    { "dir:/sys/class/power_supply", NULL, battery_names },
    { "file:/sys/class/power_supply/", "/uevent", battery_lines },
    { "file:/sys/class/hwmon/", "/name", sensor_name },
    { "link:/sys/class/hwmon/", "", up_to_function },
};

static bool fits(const char *key, size_t row)
{
    const size_t size = strlen(key), begin = strlen(rows[row].begin), end = rows[row].end ? strlen(rows[row].end) : 0;

    if (!rows[row].end)
        return !strcmp(key, rows[row].begin);
    return size >= begin + end && !strncmp(key, rows[row].begin, begin) && !strcmp(key + size - end, rows[row].end);
}

bool hc_thin_platform(struct hc_source *src, const char *key, struct hc_text *body)
{
    struct hc_draft draft = { NULL, 0 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!fits(key, i))
            continue;
        draft.text = hc_alloc(&src->arena, body->size + 16);
        if (!draft.text)
            return false;
        rows[i].thin(*body, &draft);
        if (draft.size == body->size && !memcmp(draft.text, body->at, body->size))
            return false;
        *body = (struct hc_text){ draft.text, draft.size };
        return true;
    }
    return false;
}
