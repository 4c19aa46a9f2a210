#include "profile.h"

#include "json_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE = 512, REQUIREMENTS_MAX = 500 };

static const char *const operators[HC_OPERATORS] = {
    [HC_OP_ALWAYS] = "always",
    [HC_OP_UNSOURCED] = "unsourced",
    [HC_OP_IS] = "is",
    [HC_OP_IN] = "in",
    [HC_OP_NOT_IN] = "not_in",
    [HC_OP_AT_LEAST] = "at_least",
    [HC_OP_ABOUT_AT_LEAST] = "about_at_least",
    [HC_OP_VERSION_AT_LEAST] = "version_at_least",
    [HC_OP_BUILD_AT_LEAST] = "build_at_least",
};

static const char *const levels[] = { [HC_HARD] = "hard", [HC_SOFT] = "soft", [HC_INFO] = "info" };

const char *hc_operator_name(enum hc_operator op)
{
    return operators[op];
}

const char *hc_level_name(enum hc_level level)
{
    return levels[level];
}

/* ---- parsing: the first thing that is wrong is told ---- */

struct parser {
    struct hc_arena *arena;
    const char *file;
    struct hc_text text;
    const struct hc_json_doc *doc;
    const struct hc_json *at;   /* the object that is read */
    const char *place;          /* id of the requirement */
    struct hc_clause ground[2]; /* where the profile applies at all: every other requirement has them as when */
    size_t ground_count;
    char *message;
    bool failed;
};

/* The line of the member that is wrong, or of the object that lacks it. */
static size_t line_of(const struct parser *p, const char *key)
{
    const struct hc_json *member = hc_json_get(p->at, key);

    return hc_json_line(p->doc, p->text, member ? member : p->at);
}

static bool fail_with(struct parser *p, const char *key, const char *word, const char *what)
{
    if (p->failed || p->arena->exhausted)
        return false; /* without memory nothing that is missing is the file's fault */
    p->failed = true;
    snprintf(p->message, MESSAGE, "%.160s, line %zu%s%.80s: \"%.80s\" %s", p->file, line_of(p, key),
             p->place ? ", requirement " : "", p->place ? p->place : "", word, what);
    return false;
}

static bool fail(struct parser *p, const char *key, const char *what)
{
    return fail_with(p, key, key, what);
}

static const char *string(struct parser *p, const struct hc_json *object, const char *key, bool needed)
{
    const char *value = hc_json_get_string(object, key);

    if (!value && (needed || hc_json_get(object, key)))
        fail(p, key, "must be text");
    return value ? hc_strdup(p->arena, value) : "";
}

static bool known_key(struct parser *p, const struct hc_json *object, const char *const *keys, size_t count)
{
    for (const struct hc_json *m = hc_json_first(object); m; m = hc_json_next(m)) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || !strcmp(hc_json_name(m), keys[i]);
        if (!known)
            return fail(p, hc_json_name(m), "is not a key of this place");
    }
    return true;
}

static const char *const *words(struct parser *p, const struct hc_json *list, const char *key, size_t *count)
{
    const char **out;
    size_t n = 0;

    *count = hc_json_size(list);
    out = hc_alloc(p->arena, (*count + 1) * sizeof *out);
    if (!hc_json_is_array(list))
        fail(p, key, "must be a list of words");
    else if (!*count)
        fail(p, key, "must name at least one");
    for (const struct hc_json *m = hc_json_first(list); out && m; m = hc_json_next(m)) {
        if (!hc_json_string(m)) {
            fail(p, key, "must be a list of words");
            return out;
        }
        out[n++] = hc_strdup(p->arena, hc_json_string(m));
    }
    return out;
}

static bool word_of(const struct hc_field *field, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = field->words; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (strcspn(at, "|") == size && !strncmp(at, word, size))
            return true;
    return !field->words;
}

/* A word that the fact can never have is a slip of the pen. */
static void check_words(struct parser *p, const struct hc_clause *clause, const char *key)
{
    const struct hc_field *field = hc_fact_field(clause->fact);

    if (field->type != HC_TYPE_WORD && field->type != HC_TYPE_TEXT)
        fail(p, key, "compares words with a fact that is none");
    for (size_t i = 0; !p->failed && clause->words && i < clause->word_count; i++)
        if (clause->words[i] && !word_of(field, clause->words[i]))
            fail(p, key, "names a word that this fact never has");
}

static void value_is(struct parser *p, const struct hc_json *value, struct hc_clause *clause)
{
    const char **word;

    if (hc_json_flag(value, &clause->flag)) {
        if (hc_fact_field(clause->fact)->type != HC_TYPE_FLAG)
            fail(p, "is", "compares true or false with a fact that is neither");
        return;
    }
    word = hc_alloc(p->arena, sizeof *word);
    if (!hc_json_string(value) || !word) {
        fail(p, "is", "must be true, false or a word");
        return;
    }
    word[0] = hc_strdup(p->arena, hc_json_string(value));
    clause->words = word;
    clause->word_count = 1;
    check_words(p, clause, "is");
}

static void value_number(struct parser *p, const struct hc_json *value, struct hc_clause *clause, const char *key)
{
    if (!hc_json_number(value, &clause->number))
        fail(p, key, "must be a whole number");
    else if (hc_fact_field(clause->fact)->type != HC_TYPE_NUMBER)
        fail(p, key, "compares a number with a fact that is none");
}

static void value_version(struct parser *p, const struct hc_json *value, struct hc_clause *clause)
{
    const char **word = hc_alloc(p->arena, sizeof *word);

    if (!hc_json_string(value) || !word ||
        strspn(hc_json_string(value), "0123456789.") != strlen(hc_json_string(value))) {
        fail(p, "version_at_least", "must be text of numbers and dots, such as \"6.12\"");
        return;
    }
    word[0] = hc_strdup(p->arena, hc_json_string(value));
    clause->words = word;
    clause->word_count = 1;
}

/* {"x86_64": 18362, "aarch64": 19041} or {"10": 19045, "11": 22631} */
static void value_builds(struct parser *p, const struct hc_json *value, struct hc_clause *clause)
{
    size_t room = 0, count = 0;
    struct hc_build *builds;

    for (const struct hc_json *m = hc_json_is_object(value) ? hc_json_first(value) : NULL; m; m = hc_json_next(m))
        room++;
    builds = hc_alloc(p->arena, (room + 1) * sizeof *builds);
    for (const struct hc_json *m = room ? hc_json_first(value) : NULL; builds && m; m = hc_json_next(m)) {
        builds[count].of = hc_strdup(p->arena, hc_json_name(m));
        if (!hc_json_number(m, &builds[count++].least))
            room = 0;
    }
    if (!room)
        fail(p, "build_at_least", "must give a whole number for each architecture or release of Windows");
    clause->builds = builds;
    clause->build_count = count;
}

static void operand(struct parser *p, const struct hc_json *value, struct hc_clause *clause)
{
    const char *key = operators[clause->op];

    switch (clause->op) {
    case HC_OP_IS: value_is(p, value, clause); break;
    case HC_OP_IN:
    case HC_OP_NOT_IN:
        clause->words = words(p, value, key, &clause->word_count);
        check_words(p, clause, key);
        break;
    case HC_OP_AT_LEAST:
    case HC_OP_ABOUT_AT_LEAST: value_number(p, value, clause, key); break;
    case HC_OP_VERSION_AT_LEAST: value_version(p, value, clause); break;
    case HC_OP_BUILD_AT_LEAST: value_builds(p, value, clause); break;
    default: break;
    }
}

/* {"fact": "host.arch", "in": ["x86_64"]}: exactly one operator. */
static void parse_clause(struct parser *p, const struct hc_json *object, struct hc_clause *clause)
{
    const char *key = hc_json_get_string(object, "fact");
    int found = 0;

    if (!key) {
        fail(p, "fact", "must name a fact");
        return;
    }
    clause->fact = hc_fact_by_key(key);
    if (clause->fact == HC_FACTS) {
        fail_with(p, "fact", key, "is no fact (see hostcap list facts)");
        return;
    }
    for (int op = HC_OP_IS; op < HC_OPERATORS; op++)
        if (hc_json_get(object, operators[op])) {
            clause->op = (enum hc_operator)op;
            operand(p, hc_json_get(object, operators[op]), clause);
            found++;
        }
    if (found != 1)
        fail_with(p, "fact", key,
                  "needs exactly one of is, in, not_in, at_least, about_at_least, version_at_least, build_at_least");
}

/* A list of clauses behind those of the ground. */
static const struct hc_clause *clauses(struct parser *p, const struct hc_json *object, const char *key,
                                       size_t ground_count, size_t *count)
{
    static const char *const keys[] = {
        "fact", "is", "in", "not_in", "at_least", "about_at_least", "version_at_least", "build_at_least"
    };
    const struct hc_json *list = hc_json_get(object, key), *outer = p->at;
    struct hc_clause *out = hc_alloc(p->arena, (ground_count + hc_json_size(list) + 1) * sizeof *out);
    size_t n = 0;

    *count = 0;
    if (list && !hc_json_is_array(list))
        fail(p, key, "must be a list");
    if (!out || p->failed)
        return NULL;
    for (; n < ground_count; n++)
        out[n] = p->ground[n];
    for (const struct hc_json *m = hc_json_first(list); m && !p->failed; m = hc_json_next(m)) {
        p->at = m;
        if (!hc_json_is_object(m))
            fail(p, key, "must hold objects such as {\"fact\": \"host.os\", \"is\": \"linux\"}");
        known_key(p, m, keys, sizeof keys / sizeof *keys);
        parse_clause(p, m, &out[n++]);
    }
    p->at = outer;
    *count = n;
    return out;
}

/* "firmware", or "none|outer": the first on the machine itself, the second in a guest. */
static void parse_fix(struct parser *p, const struct hc_json *object, struct hc_requirement *r)
{
    const char *text = hc_json_get_string(object, "fix"), *bar = text ? strchr(text, '|') : NULL;
    char *first;

    if (r->check) {
        if (text)
            fail(p, "fix", "comes from the check");
        return;
    }
    first = text ? hc_copy(p->arena, text, bar ? (size_t)(bar - text) : strlen(text)) : NULL;
    r->fix = first ? hc_fix_by_name(first) : HC_FIXES;
    r->fix_in_guest = bar ? hc_fix_by_name(bar + 1) : r->fix;
    if (r->fix == HC_FIXES || r->fix_in_guest == HC_FIXES)
        fail(p, "fix",
             "must be one of outer, firmware, install, os-upgrade, os-config, permission, conflict, edition, "
             "hardware, reinstall, override, none, or two of them as none|outer");
}

static void parse_level(struct parser *p, const struct hc_json *object, struct hc_requirement *r)
{
    const char *text = hc_json_get_string(object, "level");

    for (int l = HC_HARD; l <= HC_INFO; l++)
        if (text && !strcmp(text, levels[l])) {
            r->level = (enum hc_level)l;
            return;
        }
    fail(p, "level", "must be hard, soft or info");
}

/* A requirement asks one thing, in one way. */
static void check_subject(struct parser *p, const struct hc_json *object)
{
    static const char *const subjects[] = { "check", "fact", "always", "unsourced" };
    const char *found = NULL;

    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        if (found && hc_json_get(object, subjects[i]))
            fail_with(p, subjects[i], subjects[i], "stands beside another of check, fact, always, unsourced");
        else if (hc_json_get(object, subjects[i]))
            found = subjects[i];
    }
    if (!found)
        fail(p, "fact", "is missing: a requirement has one of check, fact, always, unsourced");
    for (int op = HC_OP_IS; op < HC_OPERATORS; op++)
        if (hc_json_get(object, operators[op]) && !hc_json_get(object, "fact"))
            fail(p, operators[op], "compares nothing: it belongs to a fact");
}

static void parse_subject(struct parser *p, const struct hc_json *object, struct hc_requirement *r)
{
    const char *check = hc_json_get_string(object, "check");
    bool yes = false;

    check_subject(p, object);
    if (hc_json_get(object, "fact"))
        parse_clause(p, object, &r->compares);
    else if (check && hc_check_by_id(check) == hc_check_count())
        fail_with(p, "check", check, "is no check (see hostcap scan, findings)");
    else if (check)
        r->check = hc_strdup(p->arena, check);
    else if (hc_json_get(object, "check"))
        fail(p, "check", "must be the id of a check");
    else if (hc_json_get_flag(object, "always", &yes) && yes)
        r->compares.op = HC_OP_ALWAYS;
    else if (hc_json_get_flag(object, "unsourced", &yes) && yes)
        r->compares.op = HC_OP_UNSOURCED;
    else
        fail(p, hc_json_get(object, "always") ? "always" : "unsourced", "can only be true");
}

/* The words of a check come from its reasons. */
static const char *words_of(struct parser *p, const struct hc_json *object, const char *key, bool check)
{
    if (check && hc_json_get(object, key))
        fail(p, key, "comes from the check");
    return string(p, object, key, !check);
}

static void parse_requirement(struct parser *p, const struct hc_json *object, struct hc_requirement *r)
{
    static const char *const keys[] = {
        "id",     "check",  "fact",     "always",         "unsourced",        "is",
        "in",     "not_in", "at_least", "about_at_least", "version_at_least", "build_at_least",
        "level",  "fix",    "after",    "when",           "unless",           "text",
        "advice", "source",
    };

    p->at = object;
    p->place = NULL;
    if (!hc_json_is_object(object)) {
        fail(p, "requirements", "must hold objects");
        return;
    }
    r->id = string(p, object, "id", true);
    p->place = r->id;
    known_key(p, object, keys, sizeof keys / sizeof *keys);
    parse_subject(p, object, r);
    parse_level(p, object, r);
    parse_fix(p, object, r);
    r->when = clauses(p, object, "when", p->ground_count, &r->when_count);
    r->unless = clauses(p, object, "unless", 0, &r->unless_count);
    r->after = hc_json_get(object, "after") ? string(p, object, "after", true) : NULL;
    r->text = words_of(p, object, "text", r->check);
    r->advice = words_of(p, object, "advice", r->check);
    r->source = string(p, object, "source", true);
}

/* "arch" and "os" at the head of a profile: hard requirements of their own, and the ground of all others. */
static void parse_ground(struct parser *p, const struct hc_json *root, const char *key, enum hc_fact fact,
                         struct hc_requirement *r)
{
    struct hc_clause clause = { .fact = fact, .op = HC_OP_IN };
    const char *title = hc_json_get_string(root, "title");
    bool arch = fact == HC_FACT_HOST_ARCH;

    clause.words = words(p, hc_json_get(root, key), key, &clause.word_count);
    check_words(p, &clause, key);
    *r = (struct hc_requirement){ .id = arch ? "arch" : "host-os",
                                  .compares = clause,
                                  .level = HC_HARD,
                                  .fix = arch ? HC_FIX_NONE : HC_FIX_REINSTALL,
                                  .source = "the profile" };
    r->fix_in_guest = r->fix;
    r->when = clauses(p, NULL, "when", p->ground_count, &r->when_count);
    r->text = hc_print(p->arena, "%s %s.", title ? title : "This",
                       arch ? "is not for this architecture" : "does not run on this system");
    r->advice = arch ? "Use a machine of another architecture, or what is made for this one."
                     : "Install a system that it runs on.";
    p->ground[p->ground_count++] = clause;
}

/* What explain and check could not tell from the profile. */
static bool taken(const char *id)
{
    return !strcmp(id, "kvm") || hc_fact_by_key(id) != HC_FACTS || hc_check_by_id(id) < hc_check_count() ||
           hc_reason_by_code(id) != HC_PASS;
}

static bool well_named(const char *id)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

    return *id && *id != '.' && *id != '-' && !id[strspn(id, plain)];
}

/* "2026-01-31" */
static bool dated(const char *text)
{
    static const char form[] = "0000-00-00";

    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return true;
}

static void parse_head(struct parser *p, const struct hc_json *root, struct hc_profile *profile)
{
    static const char *const keys[] = { "hostcap_profile", "id",   "title", "name",        "kind", "date",
                                        "sources",         "arch", "os",    "requirements" };
    uint64_t format = 0;

    if (!hc_json_get_number(root, "hostcap_profile", &format) || format != HC_PROFILE_FORMAT) {
        fail(p, "hostcap_profile", "must be 1: that is how a profile of this version begins");
        return;
    }
    known_key(p, root, keys, sizeof keys / sizeof *keys);
    profile->id = string(p, root, "id", true);
    if (profile->id && !well_named(profile->id))
        fail(p, "id", "must be small letters, digits, dots and hyphens");
    if (profile->id && taken(profile->id))
        fail(p, "id", "is the name of a fact, a check or a code, or kvm, which stands for several");
    profile->title = string(p, root, "title", true);
    profile->name = hc_json_get(root, "name") ? string(p, root, "name", true) : profile->title;
    profile->kind = string(p, root, "kind", true);
    if (profile->kind && strcmp(profile->kind, "type1") && strcmp(profile->kind, "type2") &&
        strcmp(profile->kind, "container") && strcmp(profile->kind, "feature") && strcmp(profile->kind, "purpose"))
        fail(p, "kind", "must be type1, type2, container, feature or purpose");
    profile->date = string(p, root, "date", true);
    if (profile->date && !dated(profile->date))
        fail(p, "date", "must be a date such as 2026-01-31");
    profile->sources = words(p, hc_json_get(root, "sources"), "sources", &profile->source_count);
    if (!hc_json_get_array(root, "requirements"))
        fail(p, "requirements", "must be a list");
    else if (hc_json_size(hc_json_get(root, "requirements")) > REQUIREMENTS_MAX)
        fail(p, "requirements", "are more than 500");
}

/* ---- the requirements among each other ---- */

/* Where a requirement of that id stands in the list; count: nowhere. */
static size_t find(const struct hc_requirement *list, size_t count, const char *id)
{
    size_t i = 0;

    while (i < count && strcmp(list[i].id, id) != 0)
        i++;
    return i;
}

/* Whether the grounds of a requirement end somewhere: true too where one of them is no requirement of the list. */
static bool grounds_end(const struct hc_requirement *list, size_t count, size_t from)
{
    for (size_t steps = 0; from < count && list[from].after; steps++) {
        if (steps > count)
            return false;
        from = find(list, count, list[from].after);
    }
    return true;
}

/* objects: what the requirements were read from, for the line. */
static void check_list(struct parser *p, const struct hc_requirement *list, size_t count,
                       const struct hc_json *const *objects)
{
    for (size_t i = 0; i < count && !p->failed && !p->arena->exhausted; i++) {
        p->place = list[i].id;
        p->at = objects[i];
        const size_t first = find(list, i, list[i].id);
        if (first < i)
            fail_with(p, "id", list[i].id,
                      objects[first] ? "stands in this profile twice" : "is the id of what the head of a profile asks");
        else if (list[i].after && find(list, count, list[i].after) == count)
            fail_with(p, "after", list[i].after, "is no requirement of this profile");
        else if (!grounds_end(list, count, i))
            fail_with(p, "after", list[i].after, "leads back to this requirement: a cycle");
    }
}

static const struct hc_profile *parse_root(struct parser *p, const struct hc_json *root)
{
    const size_t room = hc_json_size(hc_json_get(root, "requirements")) + 3;
    struct hc_profile *profile = hc_alloc(p->arena, sizeof *profile);
    struct hc_requirement *list = hc_alloc(p->arena, room * sizeof *list);
    const struct hc_json **objects = hc_alloc(p->arena, room * sizeof *objects);

    if (!profile || !list || !objects)
        return NULL;
    p->at = root;
    profile->file = hc_strdup(p->arena, p->file);
    parse_head(p, root, profile);
    if (p->failed)
        return NULL;
    if (hc_json_get(root, "arch"))
        parse_ground(p, root, "arch", HC_FACT_HOST_ARCH, &list[profile->count++]);
    if (hc_json_get(root, "os"))
        parse_ground(p, root, "os", HC_FACT_HOST_OS, &list[profile->count++]);
    for (const struct hc_json *m = hc_json_first(hc_json_get(root, "requirements")); m && !p->failed;
         m = hc_json_next(m)) {
        objects[profile->count] = m;
        parse_requirement(p, m, &list[profile->count++]);
    }
    profile->requirements = list;
    check_list(p, list, profile->count, objects);
    return p->failed || p->arena->exhausted ? NULL : profile;
}

const struct hc_profile *hc_profile_parse(struct hc_arena *arena, const char *file, struct hc_text text, char *message)
{
    struct hc_json_error error;
    struct hc_json_doc doc;
    struct parser p = { .arena = arena, .file = file, .text = text, .doc = &doc, .message = message };
    const struct hc_profile *profile = NULL;

    message[0] = '\0';
    if (hc_json_parse(&doc, text, &error))
        profile = parse_root(&p, doc.root);
    else if (!doc.exhausted)
        snprintf(message, MESSAGE, "%.200s, line %zu, column %zu: %s", file, error.line, error.column, error.what);
    hc_json_free(&doc);
    return profile;
}

/* ---- comparing ---- */

static int compare_versions(const char *a, const char *b)
{
    while (*a || *b) {
        char *end_a = (char *)(uintptr_t)a, *end_b = (char *)(uintptr_t)b;
        unsigned long x = *a ? strtoul(a, &end_a, 10) : 0, y = *b ? strtoul(b, &end_b, 10) : 0;
        if (x != y)
            return x < y ? -1 : 1;
        a = *end_a == '.' ? end_a + 1 : "";
        b = *end_b == '.' ? end_b + 1 : "";
    }
    return 0;
}

static enum hc_tri compare_text(struct hc_view *view, const struct hc_clause *clause)
{
    const char *value = hc_see_text(view, (struct hc_text_id){ clause->fact });
    bool listed = false;

    if (!value)
        return HC_UNKNOWN;
    if (clause->op == HC_OP_VERSION_AT_LEAST)
        return hc_tri(compare_versions(value, clause->words[0]) >= 0);
    for (size_t i = 0; i < clause->word_count; i++)
        listed = listed || !strcmp(value, clause->words[i]);
    return hc_tri(listed == (clause->op != HC_OP_NOT_IN));
}

/* What the system can use lacks what firmware, a crash kernel or mem= keep: enough of it is enough installed, and only
   much less than enough is too little. */
static enum hc_tri compare_usable(struct hc_view *view, uint64_t least)
{
    uint64_t usable;

    if (!hc_see_number(view, HC_MEMORY_USABLE, &usable))
        return HC_UNKNOWN;
    if (usable >= least - least / 32)
        return HC_YES;
    if (hc_see_is(view, HC_HOST_ROLE, "dom0") != HC_NO)
        return HC_UNKNOWN; /* Xen has the rest */
    return usable < least / 4 * 3 ? HC_NO : HC_UNKNOWN;
}

/* Where the modules are not known, what the system can use of them stands for them. */
static enum hc_tri compare_number(struct hc_view *view, const struct hc_clause *clause)
{
    uint64_t value, least = clause->number;

    if (!hc_see_number(view, (struct hc_number_id){ clause->fact }, &value))
        return clause->fact == HC_FACT_MEMORY_INSTALLED ? compare_usable(view, least) : HC_UNKNOWN;
    if (clause->op == HC_OP_ABOUT_AT_LEAST)
        least -= least / 32; /* 3.125 %, as ESXi's installer allows */
    return hc_tri(value >= least);
}

/* The release of Windows that a build is of: 11 begins with build 22000 (Microsoft, Windows 11 release information). */
static const char *release_of(uint64_t build)
{
    return build >= 22000 ? "11" : "10";
}

/* The build where the machine's architecture or the release has a least one; yes where it has none. */
static enum hc_tri compare_build(struct hc_view *view, const struct hc_clause *clause)
{
    const char *text = hc_see_text(view, (struct hc_text_id){ clause->fact }), *arch;
    uint64_t build;
    enum hc_tri holds = HC_YES;

    if (!text || !hc_number((struct hc_text){ text, strlen(text) }, 10, &build))
        return HC_UNKNOWN;
    arch = hc_see_word(view, HC_HOST_ARCH);
    for (size_t i = 0; i < clause->build_count; i++)
        if (build < clause->builds[i].least) {
            const bool of_release = strspn(clause->builds[i].of, "0123456789") > 0;
            const char *mine = of_release ? release_of(build) : arch;
            if (!mine)
                holds = HC_UNKNOWN;
            else if (!strcmp(mine, clause->builds[i].of))
                return HC_NO;
        }
    return holds;
}

enum hc_tri hc_clause_holds(struct hc_view *view, const struct hc_clause *clause)
{
    enum hc_tri value;

    if (clause->op == HC_OP_ALWAYS)
        return HC_NO; /* a note: it always applies */
    if (clause->op == HC_OP_UNSOURCED)
        return HC_UNKNOWN;
    if (clause->op == HC_OP_BUILD_AT_LEAST)
        return compare_build(view, clause);
    if (clause->op == HC_OP_AT_LEAST || clause->op == HC_OP_ABOUT_AT_LEAST)
        return compare_number(view, clause);
    if (hc_fact_field(clause->fact)->type != HC_TYPE_FLAG)
        return compare_text(view, clause);
    value = hc_see(view, (struct hc_flag_id){ clause->fact });
    return clause->flag ? value : hc_not(value);
}
