#include "macos/ioreg.h"

#include <string.h>

bool hc_ioreg_next(struct hc_text *rest, struct hc_text *object)
{
    struct hc_text line;
    const char *start;

    while (hc_starts(*rest, "\n"))
        hc_next_line(rest, &line);
    start = rest->at;
    *object = (struct hc_text){ start, 0 };
    while (hc_next_line(rest, &line) && line.size)
        object->size = (size_t)(line.at - start) + line.size;
    return object->size != 0;
}

/* The value behind "name = "; a name may have a colon, and no equals sign. */
static bool value_of(struct hc_text object, const char *name, struct hc_text *value)
{
    return hc_find_value(object, '=', name, value);
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of "<0a0b>"; false where it is not of that form, or has more than fit. */
static bool bytes_of(struct hc_text value, char *room, size_t size, size_t *count)
{
    const size_t digits = value.size >= 2 ? value.size - 2 : 0;

    if (!hc_starts(value, "<") || !digits || value.at[value.size - 1] != '>' || digits % 2 || digits / 2 > size)
        return false;
    for (size_t i = 0; i < digits / 2; i++) {
        const int high = digit(value.at[1 + 2 * i]), low = digit(value.at[2 + 2 * i]);
        if (high < 0 || low < 0)
            return false;
        room[i] = (char)(high << 4 | low);
    }
    *count = digits / 2;
    return true;
}

bool hc_ioreg_text(struct hc_text object, const char *name, char *room, size_t size, struct hc_text *text)
{
    struct hc_text value;
    size_t count;

    if (!value_of(object, name, &value))
        return false;
    if (value.size >= 2 && value.at[0] == '"' && value.at[value.size - 1] == '"') {
        *text = (struct hc_text){ value.at + 1, value.size - 2 };
        return true;
    }
    if (!bytes_of(value, room, size, &count))
        return false;
    *text = (struct hc_text){ room, count };
    for (size_t i = 0; i < count; i++)
        if (!room[i]) {
            text->size = i;
            break;
        }
    return true;
}

bool hc_ioreg_number(struct hc_text object, const char *name, uint64_t *number)
{
    struct hc_text value;
    char bytes[8];
    size_t count;

    *number = 0;
    if (!value_of(object, name, &value))
        return false;
    if (!bytes_of(value, bytes, sizeof bytes, &count))
        return hc_number(value, 10, number);
    for (size_t i = count; i--;)
        *number = *number << 8 | (unsigned char)bytes[i];
    return true;
}
