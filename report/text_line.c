#include "text_line.h"

#include "paper.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 4, NAME_MOST = 200 };

/* ---- numbers for a person ---- */

static const char *scaled(struct hc_arena *arena, double value, double step, const char *const *units, size_t count,
                          const char *unit)
{
    size_t u = 0;
    const char *text;
    bool whole;

    while (value >= step * 0.9995 && u + 1 < count) {
        value /= step;
        u++;
    }
    whole = value >= 99.95 || (uint64_t)(value * 10 + 0.5) % 10 == 0;
    text = hc_print(arena, whole ? "%.0f %s%s" : "%.1f %s%s", value, units[u], unit);
    return text ? text : "";
}

const char *hc_size_text(struct hc_arena *arena, uint64_t bytes)
{
    static const char *const units[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };

    return scaled(arena, (double)bytes, 1024, units, sizeof units / sizeof *units, "B");
}

const char *hc_decimal_text(struct hc_arena *arena, uint64_t number, const char *unit)
{
    static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };

    return scaled(arena, (double)number, 1000, units, sizeof units / sizeof *units, unit);
}

/* Kernels count memory in binary units, makers of disks in decimal ones. */
static const char *disk_text(struct hc_arena *arena, uint64_t bytes)
{
    const char *text = hc_print(arena, "%s (%s)", hc_size_text(arena, bytes), hc_decimal_text(arena, bytes, "B"));

    return text ? text : "";
}

/* ---- PCI functions ---- */

const char *hc_short_address(const char *address)
{
    return strncmp(address, "0000:", 5) ? address : address + 5;
}

/* "ASPEED ASPEED Graphics Family": the maker stands in the name of the device, too. */
static void drop_repeated_word(char *name)
{
    size_t size = strcspn(name, " ");

    if (size && name[size] && !strncmp(name, name + size + 1, size) && name[2 * size + 1] == ' ')
        memmove(name, name + size + 1, strlen(name + size + 1) + 1);
}

/* "Intel Corporation 82574L" is an Intel 82574L to everybody. */
static void shorten(char *name)
{
    static const char *const forms[] = { " Corporation", ", Inc.", " Inc.",      " Co., Ltd.",
                                         " Limited",     " Ltd.",  " Technology" };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char *at = strstr(name, forms[i]);
        size_t size = strlen(forms[i]);
        if (at && (!at[size] || at[size] == ' ' || at[size] == ','))
            memmove(at, at + size, strlen(at + size) + 1);
    }
    drop_repeated_word(name);
}

const char *hc_function_name(const struct hc_report *report, struct hc_names *names, const struct hc_function *f)
{
    char room[NAME_MOST];
    const char *name = names && f->vendor ? hc_device_name(names, f->vendor, f->device_id, room, NAME_MOST) : NULL;

    if (name) {
        shorten(room);
        return hc_clean(report->arena, room);
    }
    name = f->vendor ? hc_print(report->arena, "%04x:%04x", (unsigned)f->vendor, (unsigned)f->device_id) : "";
    return name ? name : "";
}

/* The name of the function with that address, or the address. */
static const char *device_text(const struct hc_line *line, const char *address)
{
    const struct hc_functions *functions = &line->report->passthrough->functions;
    size_t f = hc_function_at(functions, address, strlen(address));

    return f == HC_NO_FUNCTION ? "" : hc_function_name(line->report, line->names, &functions->list[f]);
}

/* ---- values ---- */

int hc_column_by_key(enum hc_table table, struct hc_text key)
{
    const struct hc_table_field *field = hc_table_field(table);

    for (size_t c = 0; c < field->column_count; c++)
        if (field->columns[c].key_size == key.size && !memcmp(field->columns[c].key, key.at, key.size))
            return (int)c;
    return -1;
}

static const struct hc_cell *find(const struct hc_line *line, struct hc_text key, enum hc_type *type)
{
    int column = line->table == HC_TABLES ? -1 : hc_column_by_key(line->table, key);
    char name[96];
    enum hc_fact fact;

    if (column >= 0) {
        *type = hc_table_field(line->table)->columns[column].type;
        return &line->row->cells[column];
    }
    if (key.size >= sizeof name)
        return NULL;
    memcpy(name, key.at, key.size);
    name[key.size] = '\0';
    fact = hc_fact_by_key(name);
    if (fact == HC_FACTS)
        return NULL;
    *type = hc_fact_field(fact)->type;
    return &line->report->facts->cells[fact];
}

static const char *known_text(const struct hc_line *line, struct hc_text key)
{
    enum hc_type type;
    const struct hc_cell *cell = find(line, key, &type);

    return cell && cell->known && type == HC_TYPE_TEXT ? cell->text : "";
}

/* A mount's path with the escapes that the kernel writes for blanks, \040 and such: fs/proc_namespace.c, mangle(). */
static void write_path(struct hc_paper *paper, struct hc_text word)
{
    uint64_t byte;

    for (size_t i = 0; i < word.size; i++) {
        bool escape = word.at[i] == '\\' && i + 3 < word.size &&
                      hc_number((struct hc_text){ word.at + i + 1, 3 }, 8, &byte) && byte && byte < 128;
        hc_write(paper, "%c", escape ? (char)byte : word.at[i]);
        i += escape ? 3 : 0;
    }
}

/* "a b c" and lines: "a, b, c" */
static const char *list_text(struct hc_arena *arena, const char *text, struct hc_text form)
{
    struct hc_text rest = { text, strlen(text) }, word;
    struct hc_paper paper = { .terminal = { .color = false } };
    const char *list;
    char *whole;

    if (hc_starts(form, "is ") && !hc_same_text(hc_trim(rest), (struct hc_text){ form.at + 3, form.size - 3 }))
        return "";

    while (hc_next_word(&rest, &word)) {
        if (hc_starts(form, "has ") && !hc_same_text(word, (struct hc_text){ form.at + 4, form.size - 4 }))
            continue;
        hc_write(&paper, "%s", paper.size ? ", " : "");
        if (hc_text_is(form, "paths"))
            write_path(&paper, word);
        else
            hc_write(&paper, "%.*s", (int)word.size, word.at);
    }
    whole = hc_take(&paper);
    list = whole ? hc_clean(arena, whole) : "";
    arena->exhausted = arena->exhausted || !whole;
    free(whole);
    return list;
}

static const char *number_text(struct hc_arena *arena, uint64_t number, struct hc_text form)
{
    const char *text;

    if (form.size && !number)
        return ""; /* in a form nothing is not worth a word */
    if (hc_text_is(form, "size"))
        return hc_size_text(arena, number);
    if (hc_text_is(form, "disk"))
        return disk_text(arena, number);
    if (hc_text_is(form, "rate"))
        return hc_decimal_text(arena, number, "bit/s");
    if (hc_text_is(form, "rate_mts")) {
        text = hc_print(arena, "%llu MT/s", (unsigned long long)(number / 1000000));
        return text ? text : "";
    }
    if (hc_text_is(form, "hz"))
        return hc_decimal_text(arena, number, "Hz");
    if (hc_starts(form, "n "))
        text = hc_print(arena, "%llu %.*s%s", (unsigned long long)number, (int)form.size - 2, form.at + 2,
                        number == 1 ? "" : "s");
    else
        text = hc_print(arena, "%llu", (unsigned long long)number);
    return text ? text : "";
}

/* What a device calls itself; where it says nothing, and hubs are not asked, the name that data files have for its ids.
 */
static const char *usb_text(const struct hc_line *line)
{
    const char *vendor = known_text(line, HC_TEXT("vendor_id")), *product = known_text(line, HC_TEXT("product_id"));
    char room[NAME_MOST];
    uint64_t v, p;

    if (!line->names || *known_text(line, HC_TEXT("manufacturer")) || *known_text(line, HC_TEXT("product")) ||
        !hc_number((struct hc_text){ vendor, strlen(vendor) }, 16, &v) || v > UINT16_MAX ||
        !hc_number((struct hc_text){ product, strlen(product) }, 16, &p) || p > UINT16_MAX ||
        !hc_device_name(line->names, (uint16_t)v, (uint16_t)p, room, NAME_MOST))
        return "";
    shorten(room);
    return hc_clean(line->report->arena, room);
}

const struct hc_table_row *hc_virtio_behind(const struct hc_report *report, const char *address)
{
    const struct hc_table_row *row = report->facts->tables[HC_TABLE_VIRTIO].first;

    while (row && !(row->cells[HC_COL_VIRTIO_PCI].known && !strcmp(row->cells[HC_COL_VIRTIO_PCI].text, address)))
        row = row->next;
    return row;
}

/* virtio-pci only carries a device: the driver that serves it. */
static const char *serving_text(const struct hc_line *line, const char *driver)
{
    const char *address =
        *known_text(line, HC_TEXT("pci")) ? known_text(line, HC_TEXT("pci")) : known_text(line, HC_TEXT("address"));
    const struct hc_table_row *row =
        *address && !strcmp(driver, "virtio-pci") ? hc_virtio_behind(line->report, address) : NULL;
    const struct hc_cell *cell = row ? &row->cells[HC_COL_VIRTIO_DRIVER] : NULL;

    return cell && cell->known && *cell->text ? cell->text : driver;
}

/* Of a mapping the name that its maker gave it: "vg-root" is dm-0. */
static const char *mapped_text(const struct hc_line *line, const char *name)
{
    for (const struct hc_table_row *row = line->report->facts->tables[HC_TABLE_BLOCK].first; row; row = row->next) {
        const struct hc_cell *mapping = &row->cells[HC_COL_BLOCK_MAPPING];
        if (row->cells[HC_COL_BLOCK_NAME].known && !strcmp(row->cells[HC_COL_BLOCK_NAME].text, name))
            return mapping->known && *mapping->text ? mapping->text : name;
    }
    return name;
}

/* "Dell" before "Dell Monitor" says nothing. */
static bool repeats(const char *maker, const char *product)
{
    size_t size = strlen(maker);

    return !strncmp(maker, product, size) && (!product[size] || product[size] == ' ');
}

static const char *text_in_form(const struct hc_line *line, const char *text, struct hc_text form)
{
    struct hc_arena *arena = line->report->arena;

    if (hc_text_is(form, "device"))
        return device_text(line, text);
    if (hc_text_is(form, "usb"))
        return usb_text(line);
    if (hc_text_is(form, "some") && (!strcmp(text, "Other") || !strcmp(text, "Unknown")))
        return "";
    if (hc_starts(form, "before ") && repeats(text, known_text(line, (struct hc_text){ form.at + 7, form.size - 7 })))
        return "";
    if (hc_text_is(form, "short"))
        text = hc_short_address(text);
    if (hc_text_is(form, "serving"))
        text = serving_text(line, text);
    if (hc_text_is(form, "booted"))
        return !strcmp(text, "uefi") ? "UEFI" : "no UEFI";
    if (hc_text_is(form, "mapped"))
        text = mapped_text(line, text);
    return hc_clean(arena, text);
}

static const char *value_text(const struct hc_line *line, enum hc_type type, const struct hc_cell *cell,
                              struct hc_text form)
{
    struct hc_arena *arena = line->report->arena;
    const char *text;

    switch (type) {
    case HC_TYPE_FLAG: return cell->flag ? "yes" : "no";
    case HC_TYPE_NUMBER: return number_text(arena, cell->number, form);
    case HC_TYPE_REGISTER: text = hc_print(arena, "0x%llx", (unsigned long long)cell->number); return text ? text : "";
    case HC_TYPE_LIST: return list_text(arena, cell->text, form);
    default: return text_in_form(line, cell->text, form);
    }
}

/* ---- the pattern ---- */

/* Of a flag whether it is set, of a list whether something is in it; of the rest there is no yes, nor no. */
static bool is_yes(enum hc_type type, const struct hc_cell *cell, bool no)
{
    return type == HC_TYPE_FLAG ? cell->flag != no : type == HC_TYPE_LIST && !*cell->text == no;
}

/* What stands between braces: keys with | between them, and behind the last a form or a text. */
static const char *braces(const struct hc_line *line, struct hc_text inside)
{
    size_t end = 0;
    char sign = '\0';
    struct hc_text form = { "", 0 };

    while (end < inside.size && !strchr(":?!", inside.at[end]))
        end++;
    if (end < inside.size) {
        sign = inside.at[end];
        form = (struct hc_text){ inside.at + end + 1, inside.size - end - 1 };
    }
    for (size_t at = 0; at < end;) {
        const char *bar = memchr(inside.at + at, '|', end - at);
        size_t size = bar ? (size_t)(bar - inside.at) - at : end - at;
        enum hc_type type;
        const struct hc_cell *cell = find(line, (struct hc_text){ inside.at + at, size }, &type);
        const char *text = "";
        if (cell && cell->known && (sign == '?' || sign == '!'))
            text = is_yes(type, cell, sign == '!') ? hc_copy(line->report->arena, form.at, form.size) : "";
        else if (cell && cell->known)
            text = value_text(line, type, cell, form);
        if (text && *text)
            return text;
        at += size + 1;
    }
    return "";
}

/* Behind the bracket that closes the one before at. */
static const char *behind(const char *at)
{
    for (int depth = 1; *at && depth; at++)
        depth += (*at == '[') - (*at == ']');
    return at;
}

/* Up to the end or the closing bracket; false: a {} of this level said nothing. */
static bool expand(const struct hc_line *line, struct hc_paper *paper, const char *at, int depth)
{
    bool whole = true;

    while (*at && *at != ']') {
        size_t plain = strcspn(at, "{[]");
        hc_write(paper, "%.*s", (int)plain, at);
        at += plain;
        if (*at == '{') {
            size_t size = strcspn(at, "}");
            const char *text = braces(line, (struct hc_text){ at + 1, size - 1 });
            whole = whole && *text;
            hc_write(paper, "%s", text);
            at += size + (at[size] == '}');
        } else if (*at == '[') {
            size_t before = paper->size;
            if (depth < DEEPEST && !expand(line, paper, at + 1, depth + 1) && paper->text)
                paper->text[paper->size = before] = '\0';
            at = behind(at + 1);
        }
    }
    return whole;
}

/* Cells stand between tabs; each loses blanks and separators at its front, and blanks at its end. */
static void trim_cells(char *text)
{
    char *to = text;

    for (const char *cell = text; *cell;) {
        size_t size = strcspn(cell, "\t"), skip = strspn(cell, " ,;:"), left;
        bool last = !cell[size];
        const char *from = cell;
        skip = skip < size ? skip : size;
        left = size - skip;
        while (left && from[skip + left - 1] == ' ')
            left--;
        memmove(to, from + skip, left);
        to += left;
        cell += size + !last;
        if (!last)
            *to++ = '\t';
    }
    while (to > text && to[-1] == '\t')
        to--;
    *to = '\0';
}

const char *hc_line_text(const struct hc_line *line, const char *pattern)
{
    struct hc_paper paper = { .terminal = { .color = false } };
    const char *text = NULL;
    char *whole;

    expand(line, &paper, pattern, 0);
    whole = hc_take(&paper);
    if (whole) {
        trim_cells(whole);
        text = hc_strdup(line->report->arena, whole);
    } else {
        line->report->arena->exhausted = true;
    }
    free(whole);
    return text ? text : "";
}

bool hc_line_key(const char **at, struct hc_text *key)
{
    const char *from = *at;

    if (from[0] != '|') { /* not within braces */
        from = strchr(from, '{');
        if (!from)
            return false;
    }
    key->at = from + 1;
    key->size = strcspn(key->at, "|:?!}");
    *at = key->at + key->size;
    return true;
}
