#include "asked.h"

#include <string.h>

bool hc_is_windows(const struct hc_source *src)
{
    return src->platform && !strcmp(src->platform, "windows");
}

static const struct hc_reply *ask(struct hc_source *src, const char *scheme, const char *rest, struct hc_text *text)
{
    const struct hc_reply *reply = hc_ask(src, hc_format(src, "%s:%s", scheme, rest));

    if (hc_ask(src, "api:wine_get_version")->answer == HC_OK)
        reply = hc_reword(src, reply, HC_UNSUPPORTED, "this is Wine, which makes it up");
    *text = (struct hc_text){ reply->bytes, reply->answer == HC_OK ? reply->size : 0 };
    return reply;
}

static const struct hc_reply *number_in(struct hc_source *src, const struct hc_reply *reply, struct hc_text text,
                                        uint64_t *value)
{
    *value = 0;
    if (reply->answer == HC_OK && !hc_number(hc_trim(text), 10, value))
        return hc_malformed(src, reply, "a number was expected");
    return reply;
}

const struct hc_reply *hc_ask_api_text(struct hc_source *src, const char *what, struct hc_text *text)
{
    return ask(src, "api", what, text);
}

const struct hc_reply *hc_ask_api_number(struct hc_source *src, const char *what, uint64_t *value)
{
    struct hc_text text;
    const struct hc_reply *reply = ask(src, "api", what, &text);

    return number_in(src, reply, text, value);
}

const struct hc_reply *hc_ask_api_line(struct hc_source *src, const char *what, const char *name, uint64_t *value)
{
    struct hc_text text, line = { "", 0 };
    const struct hc_reply *reply = ask(src, "api", what, &text);

    hc_find_value(text, ' ', name, &line);
    return number_in(src, reply, line, value);
}

const struct hc_reply *hc_ask_api_bytes(struct hc_source *src, const char *what, unsigned char *bytes, size_t count)
{
    struct hc_text text;
    const struct hc_reply *reply = ask(src, "api", what, &text);
    uint64_t value;

    text = hc_trim(text);
    memset(bytes, 0, count);
    for (size_t i = 0; i < count; i++) {
        if (2 * i + 2 > text.size || !hc_number((struct hc_text){ text.at + 2 * i, 2 }, 16, &value))
            return hc_malformed(src, reply, "more bytes were expected");
        bytes[i] = (unsigned char)value;
    }
    return reply;
}

const struct hc_reply *hc_ask_reg_number(struct hc_source *src, const char *place, uint64_t *value)
{
    struct hc_text text, digits = { "", 0 };
    const struct hc_reply *reply = ask(src, "reg", place, &text);

    if (hc_starts(text, "number "))
        digits = (struct hc_text){ text.at + 7, text.size - 7 };
    return number_in(src, reply, digits, value);
}

const struct hc_reply *hc_ask_reg_text(struct hc_source *src, const char *place, struct hc_text *text)
{
    const struct hc_reply *reply = ask(src, "reg", place, text);

    if (reply->answer == HC_OK && !hc_starts(*text, "text ")) {
        *text = HC_TEXT("");
        return hc_malformed(src, reply, "a text was expected");
    }
    if (text->size)
        *text = (struct hc_text){ text->at + 5, text->size - 5 };
    return reply;
}

/* ---- WMI ---- */

const struct hc_reply *hc_ask_wmi(struct hc_source *src, const char *question, struct hc_text *rows)
{
    return ask(src, "wmi", question, rows);
}

bool hc_next_wmi_row(struct hc_text *rows, struct hc_text *row)
{
    struct hc_text line, rest = *rows;

    *row = (struct hc_text){ rest.at, 0 };
    while (hc_next_line(&rest, &line) && line.size)
        row->size = (size_t)(line.at + line.size - row->at);
    *rows = rest;
    return row->size != 0;
}

bool hc_wmi_text(struct hc_text row, const char *property, struct hc_text *value)
{
    return hc_find_value(row, '=', property, value);
}

bool hc_wmi_number(struct hc_text row, const char *property, uint64_t *value)
{
    struct hc_text text;

    *value = 0;
    return hc_wmi_text(row, property, &text) && hc_number(text, 10, value);
}

bool hc_wmi_flag(struct hc_text row, const char *property, bool *value)
{
    struct hc_text text = { "", 0 };
    bool known = hc_wmi_text(row, property, &text);

    *value = known && hc_text_is(text, "TRUE");
    return known && (*value || hc_text_is(text, "FALSE"));
}

struct hc_text hc_wmi_list(struct hc_source *src, struct hc_text value)
{
    char *copy = hc_copy(&src->arena, value.at, value.size);

    if (!copy)
        return HC_TEXT("");
    for (size_t i = 0; i < value.size; i++)
        if (strchr("{},", copy[i]))
            copy[i] = ' ';
    return hc_trim((struct hc_text){ copy, value.size });
}

/* ---- firmware ---- */

const struct hc_reply *hc_ask_fwtable(struct hc_source *src, const char *what, struct hc_text *bytes)
{
    return ask(src, "fwtable", what, bytes);
}

const struct hc_reply *hc_ask_firmware_tables(struct hc_source *src, struct hc_text *names)
{
    return ask(src, "fwtables", "ACPI", names);
}

/* ---- devices ---- */

const struct hc_reply *hc_ask_devices(struct hc_source *src, const char *enumerator, struct hc_text *rows)
{
    return ask(src, "devices", enumerator, rows);
}
