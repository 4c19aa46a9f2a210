/* Everything that a host can tell: the log of replies so far and, on a live host, a backend that answers new keys. */
#ifndef HC_SOURCE_H
#define HC_SOURCE_H

#ifdef HC_LAYER_REPORT
#error "report/ reads facts; it never asks the host (DESIGN, One way through)"
#endif

#include "answer.h"
#include "arena.h"

#include <stdint.h>

enum {
    HC_KEY_MAX = 4096,         /* bytes of one key */
    HC_REPLY_MAX = 8 << 20,    /* bytes of one answer; /proc/cpuinfo of 4096 CPUs has about 7 MiB */
    HC_REPLIES_MAX = 64 << 20, /* bytes of all answers together */
    HC_KEYS_MAX = 1 << 18,
};

struct hc_lines;
struct hc_source;

/* The error of a reply to a question that was left out. */
#define HC_NOT_ASKED "not asked: --skip or --only"

/* Answers keys of a live host or of a folder. answer() fills in everything but the key. */
struct hc_backend {
    void (*answer)(struct hc_source *src, void *self, struct hc_reply *reply);
    void (*rest)(void *self); /* after the last probe: gives back what it borrowed; may be NULL */
    void (*close)(void *self);
};

/* A place in the index of the log, with what spares a look at the key. */
struct hc_slot {
    uint32_t hash; /* of the key */
    uint32_t at;   /* position in the log + 1; 0: free */
};

struct hc_source {
    struct hc_arena arena;
    const struct hc_backend *backend; /* NULL: a recording */
    void *self;
    const struct hc_reply **log; /* in the order of asking */
    size_t count, room;
    struct hc_slot *index; /* open addressing */
    size_t slots;
    size_t bytes;           /* of all answers */
    uint64_t deadline_ns;   /* on the clock of hc_clock_ns; 0: none */
    bool prove;             /* ioctl:kvm:prove may be asked */
    bool dell_tokens;       /* dell:tokens may be asked */
    bool wake;              /* a sleeping device may be woken, a device be asked what only it knows (device_files.h) */
    bool udev;              /* the database of udev may be asked, which takes time */
    bool mute;              /* every question is answered with "not asked", and not logged: a skipped probe runs, too */
    const bool *skipped;    /* of each probe; NULL: none */
    bool redacted;          /* identity was taken out when this was recorded */
    const char *platform;   /* linux, windows, macos, other */
    const char *origin;     /* live, recording, sysroot */
    bool exhausted;         /* out of memory */
    struct hc_lines *lines; /* lists that redaction looked into */
};

/* NULL if there is no memory. Takes over self, also then. */
struct hc_source *hc_source_new(const struct hc_backend *backend, void *self);
void hc_source_free(struct hc_source *src);

/* The reply to a key; asked at most once. Never NULL. */
const struct hc_reply *hc_ask(struct hc_source *src, const char *key);
/* The same for a key that lives as long as the source: it is not copied. */
const struct hc_reply *hc_ask_lasting(struct hc_source *src, const char *key);

/* Puts a reply into the log: a recording's, or one that came along with another. NULL: no memory, or a key twice. */
const struct hc_reply *hc_log(struct hc_source *src, const struct hc_reply *reply);

/* The reply already in the log, or NULL. */
const struct hc_reply *hc_logged(const struct hc_source *src, const char *key);

/* The same question with another answer than the log has, because of what the bytes say; error says why. */
const struct hc_reply *hc_reword(struct hc_source *src, const struct hc_reply *reply, enum hc_answer answer,
                                 const char *error);
/* An ok reply to the same question, in words: for a refusal that is itself the answer. */
const struct hc_reply *hc_restate(struct hc_source *src, const struct hc_reply *reply, const char *text);
/* "failed": what came does not make sense. A reply that was not ok stays what it is. */
const struct hc_reply *hc_malformed(struct hc_source *src, const struct hc_reply *reply, const char *error);

/* A string of this source's memory; NULL if there is none left. */
char *hc_format(struct hc_source *src, const char *format, ...) HC_PRINTF(2, 3);

/* The end of a scan: the backend gives back what it borrowed (the thread's affinity). Moving a thread to another CPU
   costs more than most questions, so that it stays where it was last asked. */
void hc_rest(struct hc_source *src);

/* For backends: how an answer is filled in. */
void hc_answer_bytes(struct hc_source *src, struct hc_reply *reply, const char *bytes, size_t size);
void hc_answer_text(struct hc_source *src, struct hc_reply *reply, const char *format, ...) HC_PRINTF(3, 4);
void hc_answer_error(struct hc_reply *reply, enum hc_answer answer, const char *error);

/* Monotonic, nanoseconds; the platform's live.c has it. */
uint64_t hc_clock_ns(void);

/* The platform's own host, from its live.c; NULL if there is no memory. */
struct hc_source *hc_source_live(void);

/* A folder that holds a host's files; NULL with *error (errno name) if it cannot be opened. */
struct hc_source *hc_source_sysroot(const char *folder, const char **error);

#endif
