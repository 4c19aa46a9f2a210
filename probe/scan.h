/* One scan: a source, run through all probes, with the facts that came of it. The only face of probe/ that report/
   sees beside facts and answers. */
#ifndef HC_SCAN_H
#define HC_SCAN_H

#include "facts.h"

struct hc_source;

enum hc_error {
    HC_OKAY,
    HC_ERROR_MEMORY,
    HC_ERROR_INPUT, /* the recording or folder cannot be used; the message says why */
    HC_ERROR_SYSTEM /* a file could not be read; the message says why */
};

struct hc_scan_options {
    const char *recording;      /* file to replay, or NULL */
    const char *recording_text; /* bytes to replay, or NULL; recording then only names them in messages */
    size_t recording_size;
    const char *sysroot; /* folder with a host's files, or NULL */
    uint64_t timeout_ms; /* 0: none */
    bool prove;
    bool wake;
    bool dell_tokens;
    const bool *skipped; /* of each probe, see selection.h; NULL: none */
    bool udev;
};

/* How a probe fared: everything that it put is known, some, or nothing; or it was not to ask. */
enum hc_probe_state { HC_PROBE_NOTHING, HC_PROBE_PARTIAL, HC_PROBE_COMPLETE, HC_PROBE_SKIPPED };

enum {
#define PROBE(name, title) HC_PROBE_##name,
#include "probes.def"
    HC_PROBES
};

struct hc_scan {
    struct hc_source *source;
    struct hc_facts facts;
    enum hc_probe_state probes[HC_PROBES];
    uint64_t duration_ns;
    const char *time;     /* of the scan or of the recording, or NULL */
    const char *platform; /* linux, windows, macos, other */
    const char *origin;   /* live, recording, sysroot */
    bool redacted;
    size_t replies;
};

/* On an error *scan is NULL and message (of 512 bytes) says what is wrong and what to do. */
enum hc_error hc_scan_run(const struct hc_scan_options *options, struct hc_scan **scan, char *message);

/* Runs the probes over a source, which it takes over. */
enum hc_error hc_scan_source(struct hc_source *source, struct hc_scan **scan);

/* The log of replies as JSON text for free(); NULL: no memory. */
char *hc_scan_record(struct hc_scan *scan, bool keep_identity);

/* Every reply in order, for the evidence of the whole scan and for tests. */
const struct hc_reply *hc_scan_reply(const struct hc_scan *scan, size_t number);

/* A scan without a host: facts are put by hand (the vectors of rules are rated so). */
struct hc_scan *hc_scan_empty(void);

void hc_scan_free(struct hc_scan *scan);

/* The name of a probe, as in probes.def. */
const char *hc_probe_name(int probe);

#endif
