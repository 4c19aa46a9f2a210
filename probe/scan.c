#include "scan.h"

#include "input.h"
#include "probes.h"
#include "recording.h"
#include "redact_facts.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE = 512 };

static const struct {
    const char *name;
    void (*run)(struct hc_source *src, struct hc_facts *facts);
} probes[HC_PROBES] = {
#define PROBE(name, title) { #name, hc_probe_##name },
#include "probes.def"
};

const char *hc_probe_name(int probe)
{
    return probes[probe].name;
}

/* ---- where the answers come from ---- */

static enum hc_error load(const char *name, struct hc_text text, struct hc_source **src, char *message)
{
    struct hc_recording_error error;

    *src = hc_recording_load(text, &error);
    if (*src)
        return HC_OKAY;
    if (!error.what[0])
        return HC_ERROR_MEMORY;
    if (error.at.line)
        snprintf(message, MESSAGE, "%.200s, line %zu, column %zu: %s", name, error.at.line, error.at.column,
                 error.what);
    else
        snprintf(message, MESSAGE, "%.200s: %s", name, error.what);
    return HC_ERROR_INPUT;
}

static enum hc_error open_recording(const struct hc_scan_options *o, struct hc_source **src, char *message)
{
    char *bytes;
    size_t size;
    enum hc_error error;

    if (o->recording_text)
        return load(o->recording ? o->recording : "recording", (struct hc_text){ o->recording_text, o->recording_size },
                    src, message);
    bytes = hc_read_input(o->recording, HC_RECORDING_MAX, "recording", &size, message);
    if (!bytes)
        return HC_ERROR_SYSTEM;
    error = load(o->recording, (struct hc_text){ bytes, size }, src, message);
    free(bytes);
    return error;
}

static enum hc_error open_source(const struct hc_scan_options *o, struct hc_source **src, char *message)
{
    const char *error = NULL;

    if (o->recording || o->recording_text)
        return open_recording(o, src, message);
    *src = o->sysroot ? hc_source_sysroot(o->sysroot, &error) : hc_source_live();
    if (error) {
        snprintf(message, MESSAGE, "%.300s: %s: not a folder that can be read", o->sysroot, error);
        return HC_ERROR_INPUT;
    }
    return *src ? HC_OKAY : HC_ERROR_MEMORY;
}

/* ---- running ---- */

static struct hc_scan *new_scan(struct hc_source *src)
{
    struct hc_scan *scan = calloc(1, sizeof *scan);

    if (!scan)
        return NULL;
    scan->source = src;
    scan->facts.arena = &src->arena;
    scan->platform = src->platform ? src->platform : "other";
    scan->origin = src->origin ? src->origin : "live";
    scan->redacted = src->redacted;
    return scan;
}

/* What a probe's facts came to: those that no probe before it had put. */
static void run_probe(struct hc_scan *scan, int probe, bool *told)
{
    const bool skipped = scan->source->skipped && scan->source->skipped[probe];
    size_t known = 0, put = 0;

    scan->source->mute = skipped;
    probes[probe].run(scan->source, &scan->facts);
    scan->source->mute = false;
    for (int f = 0; f < HC_FACTS; f++)
        if (!told[f] && scan->facts.cells[f].why) {
            told[f] = true;
            put++;
            known += scan->facts.cells[f].known;
        }
    scan->probes[probe] = skipped        ? HC_PROBE_SKIPPED
                          : !known       ? HC_PROBE_NOTHING
                          : known == put ? HC_PROBE_COMPLETE
                                         : HC_PROBE_PARTIAL;
}

enum hc_error hc_scan_source(struct hc_source *src, struct hc_scan **scan)
{
    uint64_t start = hc_clock_ns();
    const struct hc_reply *time;
    bool told[HC_FACTS] = { false };

    *scan = new_scan(src);
    if (!*scan) {
        hc_source_free(src);
        return HC_ERROR_MEMORY;
    }
    time = hc_ask(src, "host:time");
    (*scan)->time = time->answer == HC_OK ? time->bytes : NULL;
    for (int p = 0; p < HC_PROBES; p++)
        run_probe(*scan, p, told);
    src->skipped = NULL; /* the caller's */
    hc_rest(src);
    (*scan)->duration_ns = hc_clock_ns() - start;
    (*scan)->replies = src->count;
    if (src->arena.exhausted || src->exhausted) {
        hc_scan_free(*scan);
        *scan = NULL;
        return HC_ERROR_MEMORY;
    }
    return HC_OKAY;
}

enum hc_error hc_scan_run(const struct hc_scan_options *options, struct hc_scan **scan, char *message)
{
    struct hc_source *src = NULL;
    enum hc_error error;

    *scan = NULL;
    snprintf(message, MESSAGE, "out of memory");
    error = open_source(options, &src, message);
    if (error)
        return error;
    src->wake = options->wake;
    src->dell_tokens = options->dell_tokens || !src->backend;
    src->skipped = options->skipped;
    src->udev = options->udev;
    src->prove = options->prove || !src->backend; /* a recording answers what was asked then */
    src->deadline_ns = options->timeout_ms ? hc_clock_ns() + options->timeout_ms * 1000000u : 0;
    error = hc_scan_source(src, scan);
    if (error)
        return error;
    (*scan)->redact = options->redact;
    (*scan)->redact_key = options->redact_key;
    (*scan)->redact_key_size = options->redact_key_size;
    return HC_OKAY;
}

struct hc_scan *hc_scan_empty(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_scan *scan = src ? new_scan(src) : NULL;

    if (!scan)
        hc_source_free(src);
    return scan;
}

char *hc_scan_record(struct hc_scan *scan, bool keep_identity)
{
    const struct hc_pseudonyms *identity = keep_identity    ? NULL
                                           : scan->identity ? scan->identity
                                                            : hc_find_identity(&scan->facts);

    return identity || keep_identity ? hc_recording_save(scan->source, identity) : NULL;
}

bool hc_scan_redact(struct hc_scan *scan)
{
    const struct hc_text key = { scan->redact_key, scan->redact_key ? scan->redact_key_size : 0 };

    scan->redacted = true;
    scan->identity = hc_find_identity(&scan->facts);
    return scan->identity && hc_redact_facts(scan->source, &scan->facts, key);
}

const struct hc_reply *hc_scan_reply(const struct hc_scan *scan, size_t number)
{
    return scan->source->log[number];
}

void hc_scan_free(struct hc_scan *scan)
{
    if (!scan)
        return;
    hc_source_free(scan->source);
    free(scan);
}
