/* Profiles: what a hypervisor, runtime or purpose asks of a host, as data. report/profiles/NAME.json are compiled in
   (cmake/profiles.cmake makes C of them); others are loaded at run time. There is no expression language: a requirement
   names a check or compares one fact. */
#ifndef HC_PROFILE_H
#define HC_PROFILE_H

#include "checks.h"

enum { HC_PROFILE_FORMAT = 1 };

enum hc_operator {
    HC_OP_ALWAYS,    /* a note that holds everywhere */
    HC_OP_UNSOURCED, /* nobody says what is required: it cannot be told */
    HC_OP_IS,        /* true, false, or a word */
    HC_OP_IN,        /* one of some words */
    HC_OP_NOT_IN,
    HC_OP_AT_LEAST,         /* a number in the unit of the fact */
    HC_OP_ABOUT_AT_LEAST,   /* 3.125 % less will do: what firmware keeps of memory for itself */
    HC_OP_VERSION_AT_LEAST, /* "6.12": numbers between dots */
    HC_OP_BUILD_AT_LEAST,   /* of Windows: a build for each architecture or release */
    HC_OPERATORS
};

enum hc_level { HC_HARD, HC_SOFT, HC_INFO };

/* The least build of Windows on an architecture ("aarch64") or in a release ("10", "11"). */
struct hc_build {
    const char *of;
    uint64_t least;
};

/* A fact compared with one value or several. */
struct hc_clause {
    enum hc_fact fact;
    enum hc_operator op;
    bool flag;
    uint64_t number;
    const char *const *words;
    size_t word_count;
    const struct hc_build *builds;
    size_t build_count;
};

struct hc_requirement {
    const char *id;
    const char *check; /* NULL: compares */
    struct hc_clause compares;
    enum hc_level level;
    enum hc_fix fix, fix_in_guest; /* with a check: the check's */
    const char *after;             /* NULL, or the requirement of this profile without which this one is moot */
    const struct hc_clause *when, *unless;
    size_t when_count, unless_count;
    const char *text, *advice, *source; /* text and advice of a check come from its reason */
};

struct hc_profile {
    const char *id, *title, *name, *kind, *date, *file; /* name: a short one, for tables */
    const char *const *sources;
    size_t source_count;
    const struct hc_requirement *requirements;
    size_t count;
};

/* Parses a profile into the arena. NULL with a message (of 512 bytes) that names the file, the place and the key; an
   empty message means that there is no memory. */
const struct hc_profile *hc_profile_parse(struct hc_arena *arena, const char *file, struct hc_text text, char *message);
/* The profiles that are compiled in, in the order of their files. */
extern const struct hc_profile hc_profiles[];
extern const size_t hc_profile_count;

/* Compares; unknown where the fact is unknown. */
enum hc_tri hc_clause_holds(struct hc_view *view, const struct hc_clause *clause);

const char *hc_operator_name(enum hc_operator op);
const char *hc_level_name(enum hc_level level);

#endif
