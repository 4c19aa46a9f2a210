/* Strings stay where a row of smbios_fields.c says that they are public, and placeholders stay: they say of every such
   machine the same. Any other string becomes dots, so that everything keeps its place. Of structures that nobody
   decodes here, those of makers among them, only the header stays. DMTF DSP0134 6.1.2, 6.1.3. */
#include "redact_smbios.h"

#include "placeholders.h"
#include "smbios_fields.h"

#include <string.h>

enum { STRINGS = 256, NAMES = 64, SHORTEST_NAME = 4, LONGEST_NAME = 64, LONGEST_SHOWN = 1024 };

/* Serial numbers and tags of the table: some firmware writes them into a public string, too. */
struct names {
    struct hc_text list[NAMES];
    size_t count;
    bool full;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool holds(struct hc_text text, struct hc_text name)
{
    if (name.size > LONGEST_NAME)
        name.size = LONGEST_NAME;
    for (size_t at = 0; at + name.size <= text.size; at++) {
        size_t i = 0;
        while (i < name.size && lower(text.at[at + i]) == lower(name.at[i]))
            i++;
        if (i == name.size)
            return true;
    }
    return false;
}

/* What the strings of one structure may be shown as. */
enum shown { NOWHERE, PUBLIC, PRIVATE };

/* A string that is public in one place and not in another is not. */
static void judge(const struct hc_smbios_structure *s, enum shown *shown)
{
    size_t count;
    const struct hc_smbios_field *f = hc_smbios_fields(s->type, &count);

    memset(shown, 0, STRINGS * sizeof *shown);
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        if (f[i].kind != HC_FIELD_STRING ||
            !hc_smbios_read(s->area, hc_smbios_string_offset(&f[i], s->area), 1, &number))
            continue;
        if (hc_smbios_meaning(&f[i])->class != HC_PUBLIC)
            shown[number] = PRIVATE;
        else if (shown[number] == NOWHERE)
            shown[number] = PUBLIC;
    }
}

/* The next of the strings; false at their end. */
static bool next_string(struct hc_text *rest, struct hc_text *text)
{
    const char *end = rest->size ? memchr(rest->at, '\0', rest->size) : NULL;

    if (!rest->size || !rest->at[0])
        return false;
    *text = (struct hc_text){ rest->at, end ? (size_t)(end - rest->at) : rest->size };
    *rest = (struct hc_text){ rest->at + text->size + (end != NULL), rest->size - text->size - (end != NULL) };
    return true;
}

/* Of system, board and chassis: those of memory modules stand in their own structure only. */
static void find_names(struct hc_text table, struct names *names)
{
    struct hc_smbios_structure s;
    enum shown shown[STRINGS];
    bool broken;

    while (hc_smbios_next(&table, &s, &broken)) {
        struct hc_text rest = s.strings, text;
        if (s.type < 1 || s.type > 3)
            continue;
        judge(&s, shown);
        for (size_t number = 1; number < STRINGS && next_string(&rest, &text); number++) {
            text = hc_trim(text);
            if (shown[number] != PRIVATE || text.size < SHORTEST_NAME || hc_is_placeholder(text, HC_PLACEHOLDER_NUMBER))
                continue;
            names->full = names->full || names->count == NAMES;
            if (!names->full)
                names->list[names->count++] = text;
        }
    }
}

static bool may_show(const struct names *names, struct hc_text text, enum shown shown)
{
    if (hc_is_placeholder(text, shown == PUBLIC ? HC_PLACEHOLDER_ANY : HC_PLACEHOLDER_NUMBER))
        return true;
    if (shown != PUBLIC || names->full || text.size > LONGEST_SHOWN)
        return false;
    for (size_t i = 0; i < names->count; i++)
        if (holds(text, names->list[i]))
            return false;
    return true;
}

/* Private strings of the structure itself count as names, too. */
static bool repeats_own(const struct hc_smbios_structure *s, const enum shown *shown, struct hc_text text)
{
    struct hc_text rest = s->strings, other;

    for (size_t number = 1; number < STRINGS && next_string(&rest, &other); number++) {
        other = hc_trim(other);
        if (shown[number] == PRIVATE && other.size >= SHORTEST_NAME &&
            !hc_is_placeholder(other, HC_PLACEHOLDER_NUMBER) && holds(text, other))
            return true;
    }
    return false;
}

static void thin_strings(const struct hc_smbios_structure *s, const struct names *names, char *out)
{
    struct hc_text rest = s->strings, text;
    enum shown shown[STRINGS];

    judge(s, shown);
    for (size_t number = 1; next_string(&rest, &text); number++) {
        enum shown how = number < STRINGS ? shown[number] : NOWHERE;
        if (!may_show(names, text, how) || (how == PUBLIC && repeats_own(s, shown, text)))
            memset(out + (text.at - s->area.at), '.', text.size);
    }
}

/* Type 1 holds the UUID (7.2). Lists of strings and address ranges (7.12, 7.20) have no rows, and name nobody. */
static void thin_area(const struct hc_smbios_structure *s, char *out)
{
    if (s->type == 1 && s->area.size > 8)
        memset(out + 8, 0, s->area.size < 24 ? s->area.size - 8 : 16);
    else if (!hc_smbios_decoded(s->type) && s->type != 11 && s->type != 19)
        memset(out + 4, 0, s->area.size - 4);
}

size_t hc_thin_smbios(struct hc_text table, char *out)
{
    struct names names = { .count = 0 };
    struct hc_text rest = table;
    struct hc_smbios_structure s;
    bool broken = false;
    size_t at;

    find_names(table, &names);
    if (table.size)
        memcpy(out, table.at, table.size);
    while (hc_smbios_next(&rest, &s, &broken)) {
        char *start = out + (s.area.at - table.at);
        thin_area(&s, start);
        thin_strings(&s, &names, start);
    }
    /* What does not fit still does not fit by its header alone; behind the end nothing is looked at. */
    at = table.size - rest.size;
    if (!broken && rest.size >= 6 && !rest.at[4] && !rest.at[5])
        return at + 6;
    return at + (rest.size < 4 ? rest.size : 4);
}

size_t hc_thin_dmi_file(struct hc_text line, char *out)
{
    struct hc_text text = hc_trim(line);

    if (line.size)
        memcpy(out, line.at, line.size);
    if (text.size && !hc_is_placeholder(text, HC_PLACEHOLDER_NUMBER) && !hc_is_placeholder(text, HC_PLACEHOLDER_UUID))
        memset(out + (text.at - line.at), '.', text.size);
    return line.size;
}
