#include "near.h"

#include "selection.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NEAR = 5, LONGEST = 64 };

struct candidates {
    const char *wanted;
    const char *names[NEAR];
    size_t distances[NEAR], count;
};

/* Levenshtein distance without regard to case; names longer than 64 are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1], n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            size_t change = diagonal + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            row[j] = above + 1 < change ? above + 1 : change;
            row[j] = row[j - 1] + 1 < row[j] ? row[j - 1] + 1 : row[j];
            diagonal = above;
        }
    }
    return row[m];
}

/* A name that contains the wanted one is near however long it is. */
static size_t rank(const char *wanted, const char *name)
{
    return *wanted && strstr(name, wanted) ? 1 : distance(wanted, name);
}

static void consider(struct candidates *c, const char *name)
{
    size_t d = rank(c->wanted, name), at = c->count;

    if (d > strlen(c->wanted) / 2 + 1)
        return;
    while (at && c->distances[at - 1] > d)
        at--;
    if (at == NEAR)
        return;
    c->count += c->count < NEAR;
    memmove(&c->names[at + 1], &c->names[at], (c->count - at - 1) * sizeof *c->names);
    memmove(&c->distances[at + 1], &c->distances[at], (c->count - at - 1) * sizeof *c->distances);
    c->names[at] = name;
    c->distances[at] = d;
}

static void write_message(const struct candidates *c, const char *kind, const char *otherwise, char *message)
{
    size_t at = (size_t)snprintf(message, HC_NEAR_MESSAGE, "no %s \"%.80s\"", kind, c->wanted);

    if (!c->count) {
        snprintf(message + at, HC_NEAR_MESSAGE - at, "; %s", otherwise);
        return;
    }
    for (size_t i = 0; i < c->count && at < HC_NEAR_MESSAGE; i++)
        at += (size_t)snprintf(message + at, HC_NEAR_MESSAGE - at, "%s%s%s", i ? ", " : ": did you mean ", c->names[i],
                               i + 1 == c->count ? "?" : "");
}

/* Adds a name to a list, where there is room for all of it. */
static void add(char *list, size_t room, const char *between, const char *name)
{
    size_t used = strlen(list);

    if (used + strlen(between) + strlen(name) < room)
        snprintf(list + used, room - used, "%s%s", between, name);
}

void hc_near_profile(const struct hc_report *report, const char *name, char *message)
{
    static const char all[] = "hostcap list profiles names them all";
    struct candidates c = { .wanted = name };

    for (size_t i = 0; i < report->rating_count; i++)
        consider(&c, report->profiles[i]->id);
    if (!strcmp(name, "kvm"))
        snprintf(message, HC_NEAR_MESSAGE, "no profile for KVM on this architecture yet; %s", all);
    else
        write_message(&c, "profile", all, message);
}

void hc_near_selector(const char *name, char *message)
{
    struct candidates c = { .wanted = name };
    char all[400] = "there are";
    const char *selector;

    for (size_t i = 0; (selector = hc_selector(i)); i++) {
        consider(&c, selector);
        add(all, sizeof all, " ", selector);
    }
    write_message(&c, "topic or probe", all, message);
}

void hc_near_table(const char *name, char *message)
{
    struct candidates c = { .wanted = name };

    consider(&c, "facts");
    consider(&c, "tables");
    consider(&c, "techniques");
    for (int t = 0; t < HC_TABLES; t++)
        consider(&c, hc_table_field((enum hc_table)t)->key);
    write_message(&c, "table", "hostcap list tables names them all", message);
}

void hc_near_column(enum hc_table table, const char *name, char *message)
{
    const struct hc_table_field *field = hc_table_field(table);
    struct candidates c = { .wanted = name };
    char all[200] = "its columns are";

    for (size_t i = 0; i < field->column_count; i++) {
        consider(&c, field->columns[i].key);
        add(all, sizeof all, " ", field->columns[i].key);
    }
    write_message(&c, "column", all, message);
}

void hc_near_device(const struct hc_report *report, const char *name, char *message)
{
    const struct hc_functions *functions = &report->passthrough->functions;
    struct candidates c = { .wanted = name };

    for (size_t i = 0; i < functions->count; i++) {
        const char *address = functions->list[i].address;
        bool brief = strlen(name) < sizeof "00:00.00" && !strncmp(address, "0000:", 5); /* without its domain */
        consider(&c, address + (brief ? 5 : 0));
    }
    write_message(&c, "PCI device", "hostcap list pci names them all", message);
}

void hc_near_id(const struct hc_report *report, const char *name, char *message)
{
    struct candidates c = { .wanted = name };

    consider(&c, "suitability");
    for (size_t i = 0; i < hc_check_count(); i++)
        consider(&c, hc_check_row(i)->id);
    for (int f = 0; f < HC_FACTS; f++)
        consider(&c, hc_fact_field((enum hc_fact)f)->key);
    for (int r = HC_MOOT + 1; r < HC_REASONS; r++)
        consider(&c, hc_reason_row((enum hc_reason)r)->code);
    for (size_t i = 0; i < report->rating_count; i++)
        consider(&c, report->profiles[i]->id);
    write_message(&c, "fact, check, code or profile", "hostcap list facts names the facts, hostcap check the profiles",
                  message);
}
