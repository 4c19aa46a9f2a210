/* A recording is the log of replies, saved as JSON; loading it gives a source without a backend.

   {"hostcap_recording": 1, "tool": "hostcap 0.1.0", "platform": "linux", "redacted": true, "replies": [
     {"key": "file:/proc/cmdline", "text": ["quiet splash", ""]},    lines: the bytes are these joined by newlines
     {"key": "file:/proc/config.gz", "hex": "1f8b..."},              where the bytes are not plain text
     {"key": "msr:0:3a", "answer": "denied", "error": "EACCES"}]}  */
#ifndef HC_RECORDING_H
#define HC_RECORDING_H

#include "json.h"
#include "pseudonyms.h"
#include "source.h"

enum { HC_RECORDING_FORMAT = 1, HC_RECORDING_MAX = 64 << 20 };

/* The log as JSON text for free(); NULL: no memory. Identity: what is to be found in no reply, beside all that names
   the host; NULL: everything is kept. */
char *hc_recording_save(struct hc_source *src, const struct hc_pseudonyms *identity);

/* What is wrong with a recording: where (line 0: nowhere in particular) and what. */
struct hc_recording_error {
    struct hc_json_error at;
    char what[256];
};

/* NULL with *error set if the text is no recording; NULL with an empty what if there is no memory. */
struct hc_source *hc_recording_load(struct hc_text text, struct hc_recording_error *error);

/* A reply as it may leave the host: a copy in the arena of src, or the reply itself where nothing identifies it. */
const struct hc_reply *hc_redact(struct hc_source *src, const struct hc_reply *reply);

/* A key as it may leave the host: the same, or a copy without a name that stands in it. */
const char *hc_redact_key(struct hc_source *src, const char *key);

#endif
