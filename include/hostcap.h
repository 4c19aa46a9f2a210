/* hostcap - what this host can do for virtualization, and how we know.

   One call looks at the host (or replays a recording of one) and gives a handle; everything else asks the handle. The
   library prints nothing, ends nothing, keeps no globals, starts no process, and leaves the thread as it found it
   (affinity, signal handlers, locale, working directory). Two threads may each use a handle of their own; one handle is
   for one thread at a time.

   Every id that you see (facts, checks, reason codes, profiles, requirements) is stable: it is never given another
   meaning, and codes of a later version that you do not know can be shown by their texts.

   struct hostcap *host;
   char error[HOSTCAP_ERROR_SIZE];
   struct hostcap_options options = HOSTCAP_OPTIONS_INIT;

   if (hostcap_open(&options, &host, error) != HOSTCAP_OK)
       ...
   if (hostcap_verdict(host, "kvm") == HOSTCAP_READY)
       ...
   hostcap_close(host);  */
#ifndef HOSTCAP_H
#define HOSTCAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && !defined(_WIN32)
#define HOSTCAP_API __attribute__((visibility("default")))
#else
#define HOSTCAP_API
#endif

struct hostcap; /* one look at one host */

enum hostcap_status {
    HOSTCAP_OK,
    HOSTCAP_NO_MEMORY,
    HOSTCAP_BAD_INPUT,   /* a recording, folder or profile cannot be used: the message names the place */
    HOSTCAP_UNREADABLE,  /* a file could not be read: the message has the reason */
    HOSTCAP_UNKNOWN_NAME /* no such profile, table, fact, check, device, probe: the message lists near ones */
};

#define HOSTCAP_ERROR_SIZE 512

/* Set size with HOSTCAP_OPTIONS_INIT: later versions add members at the end. */
struct hostcap_options {
    size_t size;
    const char *recording;      /* replay this file instead of looking at this host */
    const char *recording_text; /* replay these bytes; recording then only names them in messages */
    size_t recording_size;
    const char *sysroot; /* look at a host's files in this folder */
    uint64_t timeout_ms; /* stop asking after this time; 0: never. What was not asked is unknown */
    int prove;           /* let a small guest run through /dev/kvm: the only option that creates anything */
    const char *const *profile_files; /* profiles of your own, beside those that are built in */
    size_t profile_file_count;
    int wake;        /* read sleeping PCI devices too, which wakes them, and ask what only devices know; live only */
    int dell_tokens; /* ask Dell's firmware for its switches, through libsmbios; live only */
    int udev;        /* ask the database of udev, too: names of nodes that stay the same; live only */
    /* Topics or probes, "cpu,storage": ask only these, all but these; NULL: ask all. What is not asked is unknown. */
    const char *only, *skip;
    int redact; /* for reports that leave the host: facts of the classes identity, network and location become
                   "redacted-1", "redacted-2", ..., the same for the same value; verdicts stay */
    const char *redact_key; /* of at least 16 bytes: "redacted-" and a keyed hash of the value, by which reports of
                               several hosts still join */
    size_t redact_key_size;
};

#define HOSTCAP_OPTIONS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(struct hostcap_options), NULL, NULL, 0, NULL, 0, 0, NULL, 0, 0, 0, 0, NULL, NULL, 0, NULL, 0            \
    }

/* Looks at the host. On success *host is for hostcap_close; on an error it is NULL and error, if not NULL, says in one
   line what is wrong and what to do. */
HOSTCAP_API enum hostcap_status hostcap_open(const struct hostcap_options *options, struct hostcap **host,
                                             char error[HOSTCAP_ERROR_SIZE]);
HOSTCAP_API void hostcap_close(struct hostcap *host);

/* "0.1.0" */
HOSTCAP_API const char *hostcap_version(void);

/* ---- verdicts ---- */

enum hostcap_verdict {
    HOSTCAP_READY,
    HOSTCAP_LIMITED,           /* works, with what it lacks named in the reasons */
    HOSTCAP_READY_AFTER_FIXES, /* every blocking reason has a fix */
    HOSTCAP_NOT_POSSIBLE,
    HOSTCAP_CANNOT_TELL, /* the open reasons would settle it */
    HOSTCAP_NO_SUCH_PROFILE
};

/* profile: an id such as "kvm-x86", or "kvm" for the one of this architecture. */
HOSTCAP_API enum hostcap_verdict hostcap_verdict(const struct hostcap *host, const char *profile);
/* "ready", "limited", "ready after fixes", "not possible", "cannot tell" */
HOSTCAP_API const char *hostcap_verdict_name(enum hostcap_verdict verdict);

/* The profiles of this handle, built-in ones first; NULL behind the last. */
HOSTCAP_API size_t hostcap_profile_count(const struct hostcap *host);
HOSTCAP_API const char *hostcap_profile_id(const struct hostcap *host, size_t number);

/* 0 where a profile is made for another architecture: such a one is left out where no profile is named. */
HOSTCAP_API int hostcap_profile_fits(const struct hostcap *host, const char *profile);

/* What failed or is open in a profile; hard ones first, in the order of doing. Strings live as long as the handle. */
struct hostcap_reason {
    const char *requirement; /* id within the profile */
    const char *code;        /* permanent reason code, or NULL where a profile compares a fact or it is open */
    const char *level;       /* "hard" or "soft" */
    int open;                /* 1: could not be told; text says what would settle it */
    const char *fix_class;   /* who acts: "outer", "firmware", "os-config", "permission", ... "none" */
    const char *text;        /* what is wrong */
    const char *fix;         /* what to change; "" where nothing can be */
    const char *verify;      /* how to see that it worked; may be "" */
};

/* Writes up to room reasons and returns how many there are; 0 also where there is no such profile. */
HOSTCAP_API size_t hostcap_reasons(const struct hostcap *host, const char *profile, struct hostcap_reason *reasons,
                                   size_t room);

/* ---- facts ---- */

enum hostcap_type { HOSTCAP_UNKNOWN, HOSTCAP_FLAG, HOSTCAP_NUMBER, HOSTCAP_TEXT };

struct hostcap_value {
    enum hostcap_type type; /* HOSTCAP_UNKNOWN: text says why, in a few words */
    int flag;
    uint64_t number;
    const char *text; /* lives as long as the handle; bytes of the host, not always UTF-8 */
};

/* HOSTCAP_UNKNOWN_NAME if no fact has that key. */
HOSTCAP_API enum hostcap_status hostcap_fact(const struct hostcap *host, const char *key, struct hostcap_value *value);

/* ---- documents ---- */

enum hostcap_document {
    HOSTCAP_DOCUMENT_SUMMARY,     /* one screen for a person: everything, worst first */
    HOSTCAP_DOCUMENT_REPORT,      /* the whole report, JSON only */
    HOSTCAP_DOCUMENT_CHECK,       /* names: profiles; none: all */
    HOSTCAP_DOCUMENT_LIST,        /* names: one table, "facts", "tables", "profiles", "techniques", or none: the machine
                                     as a tree */
    HOSTCAP_DOCUMENT_EXPLAIN,     /* names: one fact, check, reason code, profile or PCI device, or "suitability" */
    HOSTCAP_DOCUMENT_RECORD,      /* everything needed to replay this host */
    HOSTCAP_DOCUMENT_SCHEMA,      /* JSON Schema of the report, or by name: "diff"; host may be NULL */
    HOSTCAP_DOCUMENT_PASSTHROUGH, /* names: addresses of PCI devices, in full; none: all, by group */
    HOSTCAP_DOCUMENT_EXPORT, /* names: "csv" and perhaps one table or "facts"; none of them: all, a line for a value */
    HOSTCAP_DOCUMENT_DIFF    /* names: two files, each a report (JSON) or a recording, and host may be NULL; or one
                                file: it is compared with host */
};

enum {
    HOSTCAP_JSON = 1,          /* JSON instead of text */
    HOSTCAP_EVIDENCE = 2,      /* JSON: which questions each value rests on */
    HOSTCAP_COLOR = 4,         /* text: ANSI colours */
    HOSTCAP_KEEP_IDENTITY = 8, /* record: with names and addresses; they are left out otherwise */
    HOSTCAP_NAMES = 16         /* text: names of PCI devices, from data files of the machine that renders */
};

/* Set size to sizeof(struct hostcap_request): later versions add members at the end. */
struct hostcap_request {
    size_t size;
    enum hostcap_document document;
    unsigned flags;
    const char *const *names;
    size_t name_count;
    const char *columns; /* list, export: names separated by commas, "all", or NULL: all, but in the text of
                            list those of a wide table that say most */
    unsigned width;      /* text: columns of the terminal, of which 60 to 160 are used; 0: 100 */
};

/* Writes a document: a text that ends with a newline, for hostcap_release. On an error *text is NULL and error, if not
   NULL, says why. */
HOSTCAP_API enum hostcap_status hostcap_render(struct hostcap *host, const struct hostcap_request *request, char **text,
                                               char error[HOSTCAP_ERROR_SIZE]);
HOSTCAP_API void hostcap_release(char *text);

#ifdef __cplusplus
}
#endif

#endif
