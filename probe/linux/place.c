#include "place.h"

#include "web.h"

#include <string.h>

struct hc_text hc_place_function(struct hc_text path)
{
    struct hc_text component;

    while (hc_pop_component(&path, &component))
        if (hc_is_pci_address(component))
            return component;
    return HC_TEXT("");
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits at an offset; how many. */
static size_t digits_at(struct hc_text text, size_t at)
{
    size_t n = 0;

    while (at + n < text.size && digit(text.at[at + n]))
        n++;
    return n;
}

static bool is_root_hub(struct hc_text name)
{
    return hc_starts(name, "usb") && name.size > 3 && digits_at(name, 3) == name.size - 3;
}

/* BUS-PORT[.PORT...]: drivers/usb/core/usb.c, usb_alloc_dev(). */
bool hc_is_usb_device(struct hc_text name)
{
    size_t at = digits_at(name, 0), n;
    char separator = '-';

    if (is_root_hub(name))
        return true;
    if (!at)
        return false;
    while (at < name.size && name.at[at] == separator && (n = digits_at(name, at + 1)) > 0) {
        at += 1 + n;
        separator = '.';
    }
    return at == name.size && separator == '.';
}

/* Other buses have names of the same form (as 7-0050 of I2C), but not directly below a USB device. */
struct hc_text hc_place_usb(struct hc_text path)
{
    struct hc_text nearest = HC_TEXT(""), component, rest;

    while (path.size) {
        if (!hc_split(path, '/', &component, &rest)) {
            component = path;
            rest = (struct hc_text){ path.at + path.size, 0 };
        }
        path = rest;
        if (nearest.size ? hc_is_usb_device(component) : is_root_hub(component))
            nearest = component;
        else if (nearest.size)
            break;
    }
    return nearest;
}

bool hc_place_is_virtual(struct hc_text path)
{
    struct hc_text component;

    while (hc_pop_component(&path, &component))
        if (hc_text_is(component, "virtual") && hc_text_is(hc_last_component(path), "devices"))
            return true;
    return false;
}

/* In a --sysroot an empty place is not always one that the host had empty: there each folder is asked for. */
const struct hc_reply *hc_ask_folder(struct hc_source *src, const char *parent, const char *name, const char *rest,
                                     struct hc_text *names)
{
    if (!src->origin || strcmp(src->origin, "sysroot") != 0) {
        const struct hc_reply *reply = hc_ask_dir(src, parent, names);
        if (reply->answer == HC_OK && !hc_has_word(*names, name)) {
            *names = HC_TEXT("");
            return reply;
        }
    }
    return hc_ask_dir(src, hc_format(src, "%s/%s%s", parent, name, rest), names);
}

bool hc_uevent_value(struct hc_text uevent, const char *key, struct hc_text *value)
{
    return hc_find_value(uevent, '=', key, value);
}

void hc_hex_digits(uint64_t value, size_t count, char *digits)
{
    static const char hex[] = "0123456789abcdef";

    digits[count] = '\0';
    for (; count-- > 0; value >>= 4)
        digits[count] = hex[value & 15];
}
