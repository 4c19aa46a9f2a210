/* A platform without a backend of its own yet: recordings replay here, and every live question has an honest answer,
   "unsupported". */
#include "input.h"
#include "source.h"

#include <time.h>

#if defined(__APPLE__)
#define PLATFORM "macos"
#else
#define PLATFORM "other"
#endif

uint64_t hc_clock_ns(void)
{
    struct timespec now = { 0, 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void hc_will_fill(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

FILE *hc_open_input(const char *path)
{
    return fopen(path, "rb");
}

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    (void)src;
    (void)self;
    hc_answer_error(reply, HC_UNSUPPORTED, "hostcap has no probes for this platform yet");
}

static void close_nothing(void *self)
{
    (void)self;
}

static const struct hc_backend backend = { .answer = answer, .close = close_nothing };

struct hc_source *hc_source_live(void)
{
    struct hc_source *src = hc_source_new(&backend, NULL);

    if (src) {
        src->platform = PLATFORM;
        src->origin = "live";
    }
    return src;
}

struct hc_source *hc_source_sysroot(const char *folder, const char **error)
{
    (void)folder;
    *error = "a --sysroot is read on Linux only";
    return NULL;
}
