#include "checks.h"

#include "recipes.h"
#include "text_line.h"

#include <stdio.h>
#include <string.h>

static const struct hc_reason_row reasons[HC_REASONS] = {
#define REASON(code, fix, wrong, change, see) [code] = { #code, HC_FIX_##fix, wrong, change, see },
#include "reasons.def"
};

static const char *const fix_names[HC_FIXES] = {
    [HC_FIX_OUTER] = "outer",           [HC_FIX_FIRMWARE] = "firmware",   [HC_FIX_INSTALL] = "install",
    [HC_FIX_OS_UPGRADE] = "os-upgrade", [HC_FIX_OS_CONFIG] = "os-config", [HC_FIX_PERMISSION] = "permission",
    [HC_FIX_CONFLICT] = "conflict",     [HC_FIX_EDITION] = "edition",     [HC_FIX_HARDWARE] = "hardware",
    [HC_FIX_REINSTALL] = "reinstall",   [HC_FIX_OVERRIDE] = "override",   [HC_FIX_NONE] = "none",
};

const char *hc_fix_name(enum hc_fix fix)
{
    return fix_names[fix];
}

enum hc_fix hc_fix_by_name(const char *name)
{
    for (int f = 0; f < HC_FIXES; f++)
        if (!strcmp(fix_names[f], name))
            return (enum hc_fix)f;
    return HC_FIXES;
}

const char *hc_result_word(enum hc_reason reason)
{
    switch (reason) {
    case HC_PASS: return "pass";
    case HC_CANNOT_TELL: return "unknown";
    case HC_MOOT: return "moot";
    default: return "fail";
    }
}

const struct hc_reason_row *hc_reason_row(enum hc_reason reason)
{
    return &reasons[reason];
}

enum hc_reason hc_reason_by_code(const char *code)
{
    for (int r = HC_MOOT + 1; r < HC_REASONS; r++)
        if (!strcmp(reasons[r].code, code))
            return (enum hc_reason)r;
    return HC_PASS;
}

static const struct {
    const struct hc_check *rows;
    const size_t *count;
} topics[] = {
#define TOPIC_ROW(topic) { hc_##topic##_checks, &hc_##topic##_check_count },
    HC_CHECK_TOPICS(TOPIC_ROW)
};

size_t hc_check_count(void)
{
    size_t count = 0;

    for (size_t t = 0; t < sizeof topics / sizeof *topics; t++)
        count += *topics[t].count;
    return count;
}

const struct hc_check *hc_check_row(size_t number)
{
    for (size_t t = 0; t < sizeof topics / sizeof *topics; t++) {
        if (number < *topics[t].count)
            return &topics[t].rows[number];
        number -= *topics[t].count;
    }
    return NULL;
}

size_t hc_check_by_id(const char *id)
{
    size_t number = 0;

    while (number < hc_check_count() && strcmp(hc_check_row(number)->id, id))
        number++;
    return number;
}

/* A check is moot where its ground failed or is moot itself; grounds stand before what rests on them. */
static bool ground_gone(const struct hc_finding *findings, size_t count, const char *after)
{
    for (size_t i = 0; after && i < count; i++)
        if (!strcmp(findings[i].check->id, after))
            return findings[i].reason != HC_PASS && findings[i].reason != HC_CANNOT_TELL;
    return false;
}

void hc_run_checks(const struct hc_facts *facts, struct hc_arena *arena, struct hc_finding *findings)
{
    for (size_t i = 0; i < hc_check_count(); i++) {
        struct hc_view view = hc_view_of(facts);
        struct hc_finding *finding = &findings[i];
        finding->check = hc_check_row(i);
        finding->reason = finding->alone = finding->check->eval(&view);
        if (ground_gone(findings, i, finding->check->after))
            finding->reason = HC_MOOT;
        finding->seen = hc_seen(&view, arena);
        finding->seen_count = finding->seen ? view.count : 0;
    }
}

enum hc_reason hc_by_place(struct hc_view *view, enum hc_reason native, enum hc_reason guest, enum hc_reason container)
{
    switch (hc_see_is(view, HC_HOST_ROLE, "guest")) {
    case HC_YES: return guest;
    case HC_UNKNOWN: return HC_CANNOT_TELL;
    default: return hc_see(view, HC_HOST_CONTAINER) == HC_YES ? container : native;
    }
}

enum hc_reason hc_in_container(struct hc_view *view, enum hc_reason inside)
{
    switch (hc_see(view, HC_HOST_CONTAINER)) {
    case HC_YES: return inside;
    case HC_NO: return HC_PASS;
    default: return hc_open_reply(view->facts, HC_FACT_HOST_CONTAINER) ? HC_CANNOT_TELL : HC_MOOT;
    }
}

bool hc_not_x86(struct hc_view *view)
{
    const char *arch = hc_see_word(view, HC_HOST_ARCH);

    return arch && strcmp(arch, "x86_64") && strcmp(arch, "i686");
}

/* ---- texts ---- */

/* The unit of a number stands in its key. */
static const char *number_text(struct hc_arena *arena, const char *key, uint64_t number)
{
    static const char bytes[] = "_bytes", rate[] = "_bits_per_second";
    const size_t size = strlen(key);

    if (size > strlen(bytes) && !strcmp(key + size - strlen(bytes), bytes))
        return hc_size_text(arena, number);
    if (size > strlen(rate) && !strcmp(key + size - strlen(rate), rate))
        return hc_decimal_text(arena, number, "bit/s");
    return hc_print(arena, "%llu", (unsigned long long)number);
}

static const char *fact_text(const struct hc_facts *facts, struct hc_arena *arena, const char *key)
{
    enum hc_fact fact = hc_fact_by_key(key);
    const struct hc_cell *cell = facts && fact != HC_FACTS ? &facts->cells[fact] : NULL;

    if (!cell || !cell->known)
        return NULL;
    switch (hc_fact_field(fact)->type) {
    case HC_TYPE_FLAG: return cell->flag ? "yes" : "no";
    case HC_TYPE_NUMBER:
    case HC_TYPE_REGISTER: return number_text(arena, key, cell->number);
    default: return *cell->text ? cell->text : NULL;
    }
}

/* A value of the host may stand in a command that a person copies: there only what no shell reads as more than a word.
 */
static bool harmless(const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:=/+@-";

    return *value && *value != '-' && !value[strspn(value, plain)];
}

/* Elsewhere a backquote would begin a command. */
static const char *without_marks(struct hc_arena *arena, const char *value)
{
    char *copy = value && strchr(value, '`') ? hc_copy(arena, value, strlen(value)) : NULL;

    if (!copy)
        return value;
    for (char *at = copy; (at = strchr(at, '`'));)
        *at = '\'';
    return copy;
}

/* "{key|word}" without its brackets. */
static const char *placeholder(const struct hc_facts *facts, const struct hc_lookup *lookup, struct hc_arena *arena,
                               char *inside, bool in_command)
{
    char *otherwise = strchr(inside, '|');
    const char *value;

    if (otherwise)
        *otherwise++ = '\0';
    value = hc_recipe(facts, arena, inside);
    if (value)
        return value;
    value = lookup ? lookup->value(lookup->of, inside) : fact_text(facts, arena, inside);
    if (!value && lookup)
        value = fact_text(facts, arena, inside);
    if (value && in_command && !harmless(value))
        value = NULL;
    return value ? without_marks(arena, value) : otherwise ? otherwise : "...";
}

/* "{recipe:$key}" names a fact, whose value stands in a command. */
static char *with_argument(const struct hc_facts *facts, struct hc_arena *arena, char *inside)
{
    char *key = strchr(inside, '$'), *end = key ? strchr(key, '|') : NULL;
    const char *value;

    if (!key)
        return inside;
    *key++ = '\0';
    if (end)
        *end++ = '\0';
    value = fact_text(facts, arena, key);
    return hc_print(arena, "%s%s", inside, value && harmless(value) ? value : end ? end : "...");
}

enum { PIECES = 24 };

/* What a text is filled in from. */
struct filling {
    const struct hc_facts *facts;
    const struct hc_lookup *lookup;
    struct hc_arena *arena;
    bool in_command; /* so far */
};

/* What stands before the next placeholder, and its value. False: there is none. */
static bool next_pieces(struct filling *f, const char **text, struct hc_text pieces[2])
{
    const char *open = strchr(*text, '{'), *close = open ? strchr(open, '}') : NULL;
    char *inside = close ? hc_copy(f->arena, open + 1, (size_t)(close - open) - 1) : NULL;
    const char *value;

    inside = inside ? with_argument(f->facts, f->arena, inside) : NULL;
    if (!inside)
        return false;
    for (const char *at = *text; at < open; at++)
        f->in_command ^= *at == '`';
    value = placeholder(f->facts, f->lookup, f->arena, inside, f->in_command);
    pieces[0] = (struct hc_text){ *text, (size_t)(open - *text) };
    pieces[1] = (struct hc_text){ value, strlen(value) };
    *text = close + 1;
    return true;
}

static const char *fill(const struct hc_facts *facts, const struct hc_lookup *lookup, struct hc_arena *arena,
                        const char *text)
{
    struct filling f = { facts, lookup, arena, false };
    struct hc_text pieces[PIECES + 1];
    const char *rest = text;
    size_t count = 0, size = 0;
    char *filled, *end;

    while (count < PIECES && next_pieces(&f, &rest, &pieces[count]))
        count += 2;
    if (!count)
        return text;
    pieces[count++] = (struct hc_text){ rest, strlen(rest) };
    for (size_t i = 0; i < count; i++)
        size += pieces[i].size;
    filled = end = hc_alloc(arena, size + 1);
    for (size_t i = 0; filled && i < count; i++) {
        memcpy(end, pieces[i].at, pieces[i].size);
        end += pieces[i].size;
    }
    return filled ? filled : text;
}

const char *hc_fill_for(const struct hc_facts *facts, const struct hc_lookup *lookup, struct hc_arena *arena,
                        const char *text)
{
    return hc_plain_recipe(arena, fill(facts, lookup, arena, text));
}

const char *hc_fill(const struct hc_facts *facts, struct hc_arena *arena, const char *text)
{
    return hc_fill_for(facts, NULL, arena, text);
}

const char *hc_fill_marked(const struct hc_facts *facts, struct hc_arena *arena, const char *text)
{
    return fill(facts, NULL, arena, text);
}
