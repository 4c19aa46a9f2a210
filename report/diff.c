#include "diff.h"

#include "text_index.h"
#include "text_line.h"

#include <stdlib.h>
#include <string.h>

const char *hc_change_kind_name(enum hc_change_kind kind)
{
    static const char *const names[HC_CHANGE_KINDS] = { "identity", "configuration", "volatile" };

    return names[kind];
}

const char *hc_change_what_name(enum hc_change_what what)
{
    static const char *const names[] = { "changed", "added", "removed" };

    return names[what];
}

/* ---- what a change means ---- */

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && !strcmp(text + strlen(text) - strlen(end), end);
}

/* What names one thing, and what is burnt in. A command line may hold a name, and is none. */
static enum hc_change_kind kind_of(const struct hc_field *field)
{
    bool name = field->class == HC_IDENTITY && !ends_with(field->key, "command_line");

    if (name || (field->class == HC_NETWORK && field->volatility == HC_STATIC))
        return HC_CHANGE_IDENTITY;
    return field->volatility == HC_RUNTIME ? HC_CHANGE_VOLATILE : HC_CHANGE_CONFIGURATION;
}

/* Quantities that wander while a host does nothing; switches and names do not. */
static bool measured(const struct hc_field *field)
{
    static const char *const units[] = { "_bytes",   "_hz",           "_mts",    "_per_second", "_seconds", "_percent",
                                         "_celsius", "_rpm",          "_uv",     "_ua",         "_uw",      "_uwh",
                                         "_uah",     "_millicelsius", "_inodes", "free" };

    for (size_t i = 0; field->volatility == HC_RUNTIME && i < sizeof units / sizeof *units; i++)
        if (field->type == HC_TYPE_NUMBER && ends_with(field->key, units[i]))
            return true;
    return false;
}

/* Lists are the same where their words are, in that order. */
static bool same_words(const char *a, const char *b)
{
    struct hc_text rest_a = { a, strlen(a) }, rest_b = { b, strlen(b) }, x, y;
    bool more_a, more_b;

    do {
        more_a = hc_next_word(&rest_a, &x);
        more_b = hc_next_word(&rest_b, &y);
        if (more_a != more_b || (more_a && !hc_same_text(x, y)))
            return false;
    } while (more_a);
    return true;
}

static bool same(const struct hc_field *field, const struct hc_cell *a, const struct hc_cell *b)
{
    switch (field->type) {
    case HC_TYPE_FLAG: return a->flag == b->flag;
    case HC_TYPE_NUMBER:
    case HC_TYPE_REGISTER: return a->number == b->number;
    case HC_TYPE_LIST: return same_words(a->text, b->text);
    default: return !strcmp(a->text, b->text);
    }
}

/* ---- lists that grow ---- */

static void *grown(struct hc_arena *arena, void *list, size_t count, size_t *room, size_t each)
{
    void *longer;

    if (count < *room)
        return list;
    longer = hc_alloc(arena, (*room ? 2 * *room : 32) * each);
    if (!longer)
        return NULL;
    if (count)
        memcpy(longer, list, count * each);
    *room = *room ? 2 * *room : 32;
    return longer;
}

static void add_change(struct hc_diff *d, const struct hc_change *change)
{
    struct hc_change *list = grown(&d->arena, d->changes, d->count, &d->room, sizeof *list);

    if (!list)
        return; /* the arena remembers */
    d->changes = list;
    list[d->count++] = *change;
}

static void add_open(struct hc_diff *d, enum hc_table table, const char *row, const struct hc_field *field, bool in_a)
{
    struct hc_not_compared *list = grown(&d->arena, d->open, d->open_count, &d->open_room, sizeof *list);

    if (!list)
        return;
    d->open = list;
    list[d->open_count++] = (struct hc_not_compared){ table, row, field, in_a };
}

/* ---- comparing ---- */

#define MARK "redacted-"

/* Without a key a name that was taken out is the same on different hosts, "redacted-1", and says nothing. With one it
   has many digits, and says whether two that were taken out with that key are the same. */
static bool with_key(struct hc_text word)
{
    return hc_starts(word, MARK) && word.size > sizeof MARK + 8;
}

static bool taken_out(const struct hc_diff *d, struct hc_text word)
{
    return hc_starts(word, MARK) && (d->one_keyed || !with_key(word));
}

static bool is_text(const struct hc_field *field)
{
    return field->type != HC_TYPE_FLAG && field->type != HC_TYPE_NUMBER && field->type != HC_TYPE_REGISTER;
}

static bool keyed_cell(const struct hc_field *field, const struct hc_cell *cell)
{
    return field->class != HC_PUBLIC && is_text(field) && cell->known &&
           with_key((struct hc_text){ cell->text, strlen(cell->text) });
}

/* Names were taken out with a key. */
static bool keyed(const struct hc_facts *facts)
{
    for (int f = 0; f < HC_FACTS; f++)
        if (keyed_cell(hc_fact_field((enum hc_fact)f), &facts->cells[f]))
            return true;
    for (int t = 0; t < HC_TABLES; t++)
        for (const struct hc_table_row *row = facts->tables[t].first; row; row = row->next)
            for (size_t c = 0; c < hc_table_field((enum hc_table)t)->column_count; c++)
                if (keyed_cell(&hc_table_field((enum hc_table)t)->columns[c], &row->cells[c]))
                    return true;
    return false;
}

static bool comparable(const struct hc_diff *d, const struct hc_field *field, const struct hc_cell *cell)
{
    struct hc_text rest, word;

    if (!cell->known || !is_text(field))
        return cell->known;
    rest = (struct hc_text){ cell->text, strlen(cell->text) };
    while (field->class != HC_PUBLIC && hc_next_word(&rest, &word))
        if (taken_out(d, word))
            return false;
    return true;
}

static void compare(struct hc_diff *d, enum hc_table table, const char *row, const struct hc_field *field,
                    const struct hc_cell *a, const struct hc_cell *b)
{
    const bool known_a = comparable(d, field, a), known_b = comparable(d, field, b);

    if (known_a != known_b)
        add_open(d, table, row, field, known_a);
    else if (known_a && !same(field, a, b))
        add_change(d, &(struct hc_change){ kind_of(field), HC_CHANGED, table, row, field, a, b, measured(field) });
}

/* By what rows of two looks are the same thing: ways from the surest on, with semicolons between them, each a list of
   columns. Names of disks and interfaces may change with every boot. The last way also names the row. A way with a
   column that the table does not have is passed over. */
static const struct {
    const char *table, *ways;
} natural_keys[] = {
    { "block", "wwid;partition_uuid;serial;mapping;name" },
    { "net", "permanent_mac;pci;name" },
    { "file_systems", "source,mounts;source" },
    { "memory.devices", "bank,slot" },
    { "memory.edac", "controller,unit" },
    { "smbios.processors", "socket" },
    { "smbios.caches", "designation" },
    { "smbios.slots", "designation" },
    { "smbios.onboard_devices", "designation" },
    { "firmware_attributes", "driver,name" },
    { "mdev_types", "pci,type" },
    { "sensors", "chip" },
    { "input", "name" },
    { "smbios.power_supplies", "location,name" },
    { "smbios.oem_strings", "number" },
    { "caches", "level,type,cpus" },
    { "pci_bars", "address,bar" },
    { "acpi.dmar.scopes", "structure,offset" },
    { "acpi.ivrs.entries", "block,offset" },
};

enum { KEY_COLUMNS = 4 };

struct way {
    int columns[KEY_COLUMNS];
    size_t count;
    bool last; /* here an empty name is one, too */
};

/* The next way; false at the end. count 0: a column is missing. */
static bool next_way(enum hc_table table, const char **ways, struct way *way)
{
    bool missing = false;

    if (!**ways)
        return false;
    for (way->count = 0; **ways && **ways != ';'; *ways += **ways == ',') {
        size_t size = strcspn(*ways, ",;");
        int column = hc_column_by_key(table, (struct hc_text){ *ways, size });
        missing = missing || column < 0;
        if (way->count < KEY_COLUMNS)
            way->columns[way->count++] = column;
        *ways += size;
    }
    *ways += **ways == ';';
    way->last = !**ways;
    if (missing)
        way->count = 0;
    return true;
}

static const char *ways_of(enum hc_table table)
{
    for (size_t i = 0; i < sizeof natural_keys / sizeof *natural_keys; i++)
        if (!strcmp(natural_keys[i].table, hc_table_field(table)->key))
            return natural_keys[i].ways;
    return hc_table_field(table)->columns[0].key;
}

/* "level type cpus" of a row; NULL: a part of it is not known or, but for the last way, says nothing. */
static const char *key_of(struct hc_diff *d, enum hc_table table, const struct way *way, const struct hc_table_row *row)
{
    const char *key = NULL;

    for (size_t i = 0; i < way->count; i++) {
        const struct hc_cell *cell = &row->cells[way->columns[i]];
        enum hc_type type = hc_table_field(table)->columns[way->columns[i]].type;
        const char *part;
        if (!comparable(d, &hc_table_field(table)->columns[way->columns[i]], cell))
            return NULL;
        part = type == HC_TYPE_NUMBER || type == HC_TYPE_REGISTER || type == HC_TYPE_FLAG
                   ? hc_print(&d->arena, "%llu", (unsigned long long)(type == HC_TYPE_FLAG ? cell->flag : cell->number))
                   : cell->text;
        if (!part || (!*part && !way->last))
            return NULL;
        key = key ? hc_print(&d->arena, "%s %s", key, part) : part;
    }
    return key;
}

struct rows {
    const struct hc_table_row **list;
    const char **keys; /* by the way at hand; NULL: none */
    const struct hc_table_row **mate;
    size_t count;
};

static bool rows_of(struct hc_diff *d, const struct hc_table_data *data, struct rows *rows)
{
    size_t n = 0;

    rows->count = data->count;
    rows->list = hc_alloc(&d->arena, (data->count + 1) * sizeof *rows->list);
    rows->keys = hc_alloc(&d->arena, (data->count + 1) * sizeof *rows->keys);
    rows->mate = hc_alloc(&d->arena, (data->count + 1) * sizeof *rows->mate);
    for (const struct hc_table_row *row = data->first; rows->list && row; row = row->next)
        rows->list[n++] = row;
    return rows->list && rows->keys && rows->mate;
}

/* Keys of the rows that have no mate yet. Where one comes twice, the second gets a number. */
static void take_keys(struct hc_diff *d, enum hc_table table, const struct way *way, struct rows *rows)
{
    struct hc_text_index seen;

    hc_index_make(&seen, &d->arena, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const char *key = rows->mate[i] ? NULL : key_of(d, table, way, rows->list[i]);
        size_t *times, *fresh;
        rows->keys[i] = key;
        if (!key)
            continue;
        fresh = hc_alloc(&d->arena, sizeof *fresh);
        hc_index_put(&seen, (struct hc_text){ key, strlen(key) }, fresh);
        times = (size_t *)(uintptr_t)hc_index_get(&seen, (struct hc_text){ key, strlen(key) });
        if (times && (*times)++)
            rows->keys[i] = hc_print(&d->arena, "%s (%zu)", key, *times);
    }
}

static void mate(struct hc_diff *d, struct rows *a, struct rows *b)
{
    struct hc_text_index index;

    hc_index_make(&index, &d->arena, a->count);
    for (size_t i = 0; i < a->count; i++)
        if (a->keys[i])
            hc_index_put(&index, (struct hc_text){ a->keys[i], strlen(a->keys[i]) }, &a->list[i]);
    for (size_t i = 0; i < b->count; i++) {
        const struct hc_table_row *const *found =
            b->keys[i] ? hc_index_get(&index, (struct hc_text){ b->keys[i], strlen(b->keys[i]) }) : NULL;
        if (found) {
            b->mate[i] = *found;
            a->mate[found - (const struct hc_table_row *const *)a->list] = b->list[i];
        }
    }
}

/* Whether a row that has no mate is in one look only: not where its name is not known, or that of a row without a mate
   on the other side is not: it may be this one. */
static size_t nameless(struct hc_diff *d, enum hc_table table, const struct way *last, const struct rows *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < rows->count; i++)
        count += !rows->mate[i] && !key_of(d, table, last, rows->list[i]);
    return count;
}

static void alone(struct hc_diff *d, enum hc_table table, const char *name, bool in_a, size_t others)
{
    if (!name || others)
        add_open(d, table, name ? name : "(without a name)", NULL, in_a);
    else
        add_change(d, &(struct hc_change){ .kind = HC_CHANGE_CONFIGURATION,
                                           .what = in_a ? HC_REMOVED : HC_ADDED,
                                           .table = table,
                                           .row = name });
}

static void compare_rows(struct hc_diff *d, enum hc_table table, const struct way *last, const struct rows *a,
                         const struct rows *b)
{
    const struct hc_table_field *field = hc_table_field(table);
    size_t nameless_a = nameless(d, table, last, a), nameless_b = nameless(d, table, last, b);

    for (size_t i = 0; i < a->count; i++) {
        const char *name = key_of(d, table, last, a->list[i]);
        if (!a->mate[i])
            alone(d, table, name, true, nameless_b);
        for (size_t c = 0; a->mate[i] && c < field->column_count; c++)
            compare(d, table, name ? name : "(without a name)", &field->columns[c], &a->list[i]->cells[c],
                    &a->mate[i]->cells[c]);
    }
    for (size_t i = 0; i < b->count; i++)
        if (!b->mate[i])
            alone(d, table, key_of(d, table, last, b->list[i]), false, nameless_a);
}

/* Rows without a name, as many on one side as on the other: which is which makes no difference that could be told. */
static void mate_nameless(struct hc_diff *d, enum hc_table table, const struct way *last, struct rows *a,
                          struct rows *b)
{
    size_t j = 0;

    if (nameless(d, table, last, a) != nameless(d, table, last, b))
        return;
    for (size_t i = 0; i < a->count; i++) {
        if (a->mate[i] || key_of(d, table, last, a->list[i]))
            continue;
        while (b->mate[j] || key_of(d, table, last, b->list[j]))
            j++;
        a->mate[i] = b->list[j];
        b->mate[j] = a->list[i];
    }
}

static void compare_table(struct hc_diff *d, enum hc_table table)
{
    const struct hc_table_data *data_a = &d->a->facts->tables[table], *data_b = &d->b->facts->tables[table];
    const char *ways = ways_of(table);
    struct way way, last = { .count = 0 };
    struct rows a, b;

    if (data_a->known != data_b->known)
        add_open(d, table, NULL, NULL, data_a->known);
    if (!data_a->known || !data_b->known || !rows_of(d, data_a, &a) || !rows_of(d, data_b, &b))
        return;
    while (next_way(table, &ways, &way)) {
        if (!way.count)
            continue;
        take_keys(d, table, &way, &a);
        take_keys(d, table, &way, &b);
        mate(d, &a, &b);
        last = way;
    }
    mate_nameless(d, table, &last, &a, &b);
    compare_rows(d, table, &last, &a, &b);
}

static bool compare_verdicts(struct hc_diff *d)
{
    d->verdicts = hc_alloc(&d->arena, (d->a->verdict_count + 1) * sizeof *d->verdicts);
    for (size_t i = 0; d->verdicts && i < d->a->verdict_count; i++)
        for (size_t j = 0; j < d->b->verdict_count; j++) {
            const struct hc_side_verdict *a = &d->a->verdicts[i], *b = &d->b->verdicts[j];
            if (!a->profile || !b->profile || !a->verdict || !b->verdict || strcmp(a->profile, b->profile) != 0)
                continue;
            if (strcmp(a->verdict, b->verdict) != 0)
                d->verdicts[d->verdict_count++] = (struct hc_verdict_change){ a->profile, a->verdict, b->verdict };
            break;
        }
    return d->verdicts != NULL;
}

bool hc_diff_make(struct hc_diff *diff, const struct hc_side *a, const struct hc_side *b)
{
    *diff = (struct hc_diff){ .a = a, .b = b, .one_keyed = keyed(a->facts) != keyed(b->facts) };
    for (int f = 0; f < HC_FACTS; f++)
        compare(diff, HC_TABLES, NULL, hc_fact_field((enum hc_fact)f), &a->facts->cells[f], &b->facts->cells[f]);
    for (int t = 0; t < HC_TABLES; t++)
        compare_table(diff, (enum hc_table)t);
    return compare_verdicts(diff) && !diff->arena.exhausted;
}

void hc_diff_free(struct hc_diff *diff)
{
    hc_arena_free(&diff->arena);
}
