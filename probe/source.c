#include "source.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct hc_reply no_memory = { .key = "", .answer = HC_FAILED, .error = "ENOMEM", .bytes = "", .size = 0 };

static const struct hc_reply not_asked_to_prove = {
    .key = "ioctl:kvm:prove", .answer = HC_NOT_RECORDED, .error = NULL, .bytes = "", .size = 0
};
static const struct hc_reply not_asked_of_dell = { .key = "dell:tokens", .bytes = "" };

const char *hc_answer_name(enum hc_answer answer)
{
    static const char *const names[HC_ANSWERS] = {
        [HC_NOT_RECORDED] = "not recorded",
        [HC_OK] = "ok",
        [HC_ABSENT] = "absent",
        [HC_DENIED] = "denied",
        [HC_FAILED] = "failed",
        [HC_UNSUPPORTED] = "unsupported",
        [HC_REDACTED] = "redacted",
    };
    return names[answer];
}

struct hc_source *hc_source_new(const struct hc_backend *backend, void *self)
{
    struct hc_source *src = calloc(1, sizeof *src);

    if (!src) {
        if (backend)
            backend->close(self);
        return NULL;
    }
    src->backend = backend;
    src->self = self;
    return src;
}

void hc_source_free(struct hc_source *src)
{
    if (!src)
        return;
    if (src->backend)
        src->backend->close(src->self);
    free(src->log);
    free(src->index);
    hc_arena_free(&src->arena);
    free(src);
}

void hc_rest(struct hc_source *src)
{
    if (src->backend && src->backend->rest)
        src->backend->rest(src->self);
}

/* FNV-1a, 32 bits. */
static uint32_t hash(const char *key)
{
    uint32_t h = 2166136261u;

    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 16777619u;
    return h;
}

static size_t slot_of(const struct hc_source *src, const char *key, uint32_t h)
{
    size_t slot = h & (src->slots - 1);
    const struct hc_slot *s;

    while ((s = &src->index[slot])->at && (s->hash != h || strcmp(src->log[s->at - 1]->key, key) != 0))
        slot = (slot + 1) & (src->slots - 1);
    return slot;
}

static const struct hc_reply *logged(const struct hc_source *src, const char *key, uint32_t h)
{
    uint32_t at = src->slots ? src->index[slot_of(src, key, h)].at : 0;

    return at ? src->log[at - 1] : NULL;
}

const struct hc_reply *hc_logged(const struct hc_source *src, const char *key)
{
    return logged(src, key, hash(key));
}

/* Where nothing is yet; the keys are known to differ. */
static struct hc_slot *free_slot(struct hc_slot *index, size_t slots, uint32_t h)
{
    size_t slot = h & (slots - 1);

    while (index[slot].at)
        slot = (slot + 1) & (slots - 1);
    return &index[slot];
}

/* Keeps the index at most half full. */
static bool grow(struct hc_source *src)
{
    size_t room = src->room ? 2 * src->room : 256;
    const struct hc_reply **log = realloc(src->log, room * sizeof *log);
    struct hc_slot *index;

    if (!log)
        return false;
    src->log = log;
    index = calloc(2 * room, sizeof *index);
    if (!index)
        return false;
    for (size_t i = 0; i < src->slots; i++)
        if (src->index[i].at)
            *free_slot(index, 2 * room, src->index[i].hash) = src->index[i];
    free(src->index);
    src->index = index;
    src->slots = 2 * room;
    src->room = room;
    return true;
}

static const struct hc_reply *keep(struct hc_source *src, const struct hc_reply *reply, uint32_t h)
{
    struct hc_reply *kept;
    size_t slot;

    if (src->count == src->room && !grow(src)) {
        src->exhausted = true;
        return NULL;
    }
    slot = slot_of(src, reply->key, h);
    if (src->index[slot].at)
        return NULL;
    kept = hc_alloc(&src->arena, sizeof *kept);
    if (!kept)
        return NULL;
    *kept = *reply;
    src->log[src->count++] = kept;
    src->index[slot] = (struct hc_slot){ h, (uint32_t)src->count };
    src->bytes += reply->size;
    return kept;
}

const struct hc_reply *hc_log(struct hc_source *src, const struct hc_reply *reply)
{
    return keep(src, reply, hash(reply->key));
}

/* Where a source has no (more) answer of its own. */
static void answer(struct hc_source *src, struct hc_reply *reply)
{
    if (!src->backend)
        return; /* a recording: not recorded */
    if (src->deadline_ns && hc_clock_ns() > src->deadline_ns)
        hc_answer_error(reply, HC_FAILED, "the time limit of the scan was reached");
    else if (src->count >= HC_KEYS_MAX || src->bytes > HC_REPLIES_MAX)
        hc_answer_error(reply, HC_FAILED, "the size limit of the scan was reached");
    else
        src->backend->answer(src, src->self, reply);
}

/* An answer that is not worth a place in the log. */
static const struct hc_reply *unlogged(struct hc_source *src, const char *key, enum hc_answer answer, const char *error)
{
    struct hc_reply *reply = hc_alloc(&src->arena, sizeof *reply);
    const char *copy = hc_strdup(&src->arena, key);

    if (!reply || !copy)
        return &no_memory;
    *reply = (struct hc_reply){ .key = copy, .answer = answer, .error = error, .bytes = "" };
    return reply;
}

/* Schemes that a platform answers, where it does not answer those of Linux; live and in a recording the same. */
static const struct {
    const char *platform, *schemes[12];
} platforms[] = {
    { "macos", { "host:time", "host:uname", "host:privilege", "sysctl:", "ioreg:", "api:", "cpuid:" } },
    { "windows", { "host:", "wmi:", "reg:", "devprop:", "fwtable:", "api:", "cpuid:" } },
};

static bool has_scheme(const char *key, const char *const *schemes)
{
    for (; *schemes; schemes++)
        if (!strncmp(key, *schemes, strlen(*schemes)))
            return true;
    return false;
}

/* The platform that has no answer to a question of that scheme; NULL: it has, or it is not known which it is. */
static const char *foreign_to(const struct hc_source *src, const char *key)
{
    for (size_t i = 0; src->platform && i < sizeof platforms / sizeof *platforms; i++)
        if (!strcmp(src->platform, platforms[i].platform) && !has_scheme(key, platforms[i].schemes))
            return platforms[i].platform;
    return NULL;
}

static const struct hc_reply *ask(struct hc_source *src, const char *key, bool lasting)
{
    uint32_t h = key ? hash(key) : 0;
    const struct hc_reply *known;
    struct hc_reply reply = { .answer = HC_NOT_RECORDED, .bytes = "" };

    if (!key)
        return &no_memory;
    if (src->mute) /* of a probe that is skipped: its facts say why they are unknown, and another may still ask */
        return unlogged(src, key, HC_NOT_RECORDED, HC_NOT_ASKED);
    known = logged(src, key, h);
    if (known)
        return known;
    if (foreign_to(src, key))
        return unlogged(src, key, HC_UNSUPPORTED, "not a question for this system");
    if (!src->prove && !strcmp(key, not_asked_to_prove.key))
        return &not_asked_to_prove;
    if (!src->dell_tokens && !strcmp(key, not_asked_of_dell.key))
        return &not_asked_of_dell;
    reply.key = lasting ? key : hc_strdup(&src->arena, key);
    if (!reply.key)
        return &no_memory;
    answer(src, &reply);
    if (src->arena.exhausted)
        return &no_memory;
    known = keep(src, &reply, h);
    return known ? known : &no_memory;
}

const struct hc_reply *hc_ask(struct hc_source *src, const char *key)
{
    return ask(src, key, false);
}

const struct hc_reply *hc_ask_lasting(struct hc_source *src, const char *key)
{
    return ask(src, key, true);
}

const struct hc_reply *hc_reword(struct hc_source *src, const struct hc_reply *reply, enum hc_answer answer,
                                 const char *error)
{
    struct hc_reply *other = hc_alloc(&src->arena, sizeof *other);

    if (!other)
        return &no_memory;
    *other = (struct hc_reply){ .key = reply->key, .answer = answer, .error = error, .bytes = "" };
    return other;
}

const struct hc_reply *hc_restate(struct hc_source *src, const struct hc_reply *reply, const char *text)
{
    struct hc_reply *other = text ? hc_alloc(&src->arena, sizeof *other) : NULL;

    if (!other)
        return &no_memory;
    *other = (struct hc_reply){ .key = reply->key, .answer = HC_OK, .bytes = text, .size = strlen(text) };
    return other;
}

const struct hc_reply *hc_malformed(struct hc_source *src, const struct hc_reply *reply, const char *error)
{
    return reply->answer == HC_OK ? hc_reword(src, reply, HC_FAILED, error) : reply;
}

char *hc_format(struct hc_source *src, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = hc_vprint(&src->arena, format, args);
    va_end(args);
    return text;
}

void hc_answer_bytes(struct hc_source *src, struct hc_reply *reply, const char *bytes, size_t size)
{
    const char *copy = hc_copy(&src->arena, bytes, size);

    if (!copy) {
        hc_answer_error(reply, HC_FAILED, "ENOMEM");
        return;
    }
    reply->answer = HC_OK;
    reply->error = NULL;
    reply->bytes = copy;
    reply->size = size;
}

void hc_answer_text(struct hc_source *src, struct hc_reply *reply, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = hc_vprint(&src->arena, format, args);
    va_end(args);
    if (!text) {
        hc_answer_error(reply, HC_FAILED, "ENOMEM");
        return;
    }
    reply->answer = HC_OK;
    reply->error = NULL;
    reply->bytes = text;
    reply->size = strlen(text);
}

void hc_answer_error(struct hc_reply *reply, enum hc_answer answer, const char *error)
{
    reply->answer = answer;
    reply->error = error;
    reply->bytes = "";
    reply->size = 0;
}
