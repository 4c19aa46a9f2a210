/* The profiles that are compiled in, beside the same files as they are read at run time: cmake/profiles.cmake and
   report/profile.c must understand each alike.   unit_profiles DIR   the folder of the profiles */
#include "check.h"
#include "profile.h"

#include <string.h>

enum { FILE_MAX_SIZE = 1 << 20 };

static char file_text[FILE_MAX_SIZE];

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_words(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
    bool same = a_count == b_count;

    for (size_t i = 0; same && a && i < a_count; i++)
        same = same_text(a[i], b[i]);
    return same && !a == !b;
}

/* CMake gives the members of an object in the order of their names. */
static bool has_build(const struct hc_clause *clause, const struct hc_build *build)
{
    for (size_t i = 0; i < clause->build_count; i++)
        if (same_text(clause->builds[i].of, build->of) && clause->builds[i].least == build->least)
            return true;
    return false;
}

static bool same_clause(const struct hc_clause *a, const struct hc_clause *b)
{
    bool same = a->fact == b->fact && a->op == b->op && a->flag == b->flag && a->number == b->number &&
                a->build_count == b->build_count && same_words(a->words, a->word_count, b->words, b->word_count);

    for (size_t i = 0; same && i < a->build_count; i++)
        same = has_build(b, &a->builds[i]);
    return same;
}

static bool same_clauses(const struct hc_clause *a, size_t a_count, const struct hc_clause *b, size_t b_count)
{
    bool same = a_count == b_count;

    for (size_t i = 0; same && i < a_count; i++)
        same = same_clause(&a[i], &b[i]);
    return same;
}

static bool same_requirement(const struct hc_requirement *a, const struct hc_requirement *b)
{
    return same_text(a->id, b->id) && same_text(a->check, b->check) && same_clause(&a->compares, &b->compares) &&
           a->level == b->level && a->fix == b->fix && a->fix_in_guest == b->fix_in_guest &&
           same_text(a->after, b->after) && same_text(a->text, b->text) && same_text(a->advice, b->advice) &&
           same_text(a->source, b->source) && same_clauses(a->when, a->when_count, b->when, b->when_count) &&
           same_clauses(a->unless, a->unless_count, b->unless, b->unless_count);
}

static void same_profile(const struct hc_profile *a, const struct hc_profile *b)
{
    CHECK(same_text(a->id, b->id) && same_text(a->title, b->title) && same_text(a->name, b->name) &&
          same_text(a->kind, b->kind) && same_text(a->date, b->date));
    CHECK(same_words(a->sources, a->source_count, b->sources, b->source_count));
    CHECK(a->count == b->count);
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        bool same = same_requirement(&a->requirements[i], &b->requirements[i]);
        if (!same)
            printf("%s: requirement %s differs\n", a->file, a->requirements[i].id);
        CHECK(same);
    }
}

static struct hc_text read_file(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;
    size_t size = 0;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file) {
        size = fread(file_text, 1, sizeof file_text, file);
        fclose(file);
    }
    return (struct hc_text){ file_text, size };
}

static void one(const char *folder, const struct hc_profile *built_in)
{
    struct hc_arena arena = { 0 };
    char message[512], file[80];
    const struct hc_profile *read =
        hc_profile_parse(&arena, built_in->file, read_file(folder, built_in->file), message);

    if (!read)
        printf("%s\n", message);
    CHECK(read != NULL);
    if (read)
        same_profile(built_in, read);
    snprintf(file, sizeof file, "%s.json", built_in->id);
    CHECK(same_text(file, built_in->file) && built_in->source_count && strlen(built_in->date) == 10);
    CHECK(strlen(built_in->name) <= 20);
    hc_arena_free(&arena);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2 && hc_profile_count > 40);
    for (size_t i = 0; argc == 2 && i < hc_profile_count; i++)
        one(argv[1], &hc_profiles[i]);
    return checked();
}
