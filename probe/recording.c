#include "recording.h"

#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Plain text survives as lines: UTF-8 without control characters other than tab and newline. */
static bool plain(struct hc_text text)
{
    while (text.size) {
        size_t length = hc_utf8_length(text);
        unsigned char c = (unsigned char)text.at[0];
        if (!length || c == 0x7f || (c < 0x20 && c != '\t' && c != '\n'))
            return false;
        text = (struct hc_text){ text.at + length, text.size - length };
    }
    return true;
}

static void save_lines(struct hc_json_doc *doc, struct hc_json *object, struct hc_text text)
{
    struct hc_json *lines = hc_json_add_array(doc, object, "text");
    const char *end;

    while ((end = text.size ? memchr(text.at, '\n', text.size) : NULL)) {
        size_t size = (size_t)(end - text.at);
        hc_json_add_text(doc, lines, NULL, (struct hc_text){ text.at, size });
        text = (struct hc_text){ end + 1, text.size - size - 1 };
    }
    hc_json_add_text(doc, lines, NULL, text);
}

static void save_hex(struct hc_json_doc *doc, struct hc_json *object, struct hc_text bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(2 * bytes.size + 1);

    if (!hex) {
        doc->exhausted = true;
        return;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        hex[2 * i] = digits[(unsigned char)bytes.at[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes.at[i] & 15];
    }
    hex[2 * bytes.size] = '\0';
    hc_json_add_text(doc, object, "hex", (struct hc_text){ hex, 2 * bytes.size });
    free(hex);
}

static void save_reply(struct hc_json_doc *doc, struct hc_json *replies, const struct hc_reply *reply)
{
    struct hc_json *object = hc_json_add_object(doc, replies, NULL);
    struct hc_text bytes = { reply->bytes, reply->size };

    hc_json_add_string(doc, object, "key", reply->key);
    if (reply->answer != HC_OK)
        hc_json_add_string(doc, object, "answer", hc_answer_name(reply->answer));
    if (reply->error)
        hc_json_add_string(doc, object, "error", reply->error);
    if (reply->thinned)
        hc_json_add_flag(doc, object, "thinned", true);
    if (reply->answer == HC_OK && plain(bytes))
        save_lines(doc, object, bytes);
    else if (reply->answer == HC_OK)
        save_hex(doc, object, bytes);
}

/* The last net: values that the facts know, in replies that no row of redaction speaks of. */
static const struct hc_reply *without(struct hc_source *src, const struct hc_reply *reply,
                                      const struct hc_pseudonyms *identity)
{
    struct hc_reply *copy = hc_alloc(&src->arena, sizeof *copy);
    char *bytes = hc_copy(&src->arena, reply->bytes, reply->size), *key = hc_strdup(&src->arena, reply->key);

    if (!copy || !bytes || !key)
        return reply;
    *copy = *reply;
    copy->key = key;
    copy->bytes = bytes;
    copy->thinned |= hc_pseudonyms_over(identity, bytes, reply->size) != 0;
    hc_pseudonyms_over(identity, key, strlen(key));
    return copy;
}

char *hc_recording_save(struct hc_source *src, const struct hc_pseudonyms *identity)
{
    struct hc_json_doc doc;
    struct hc_json *root = hc_json_new(&doc), *replies;
    char *text;

    hc_json_add_number(&doc, root, "hostcap_recording", HC_RECORDING_FORMAT);
    hc_json_add_string(&doc, root, "tool", "hostcap " HC_VERSION);
    hc_json_add_string(&doc, root, "platform", src->platform);
    hc_json_add_flag(&doc, root, "redacted", src->redacted || identity);
    replies = hc_json_add_array(&doc, root, "replies");
    for (size_t i = 0; i < src->count; i++) {
        const struct hc_reply *reply = src->log[i];
        if (identity)
            reply = without(src, hc_redact(src, reply), identity);
        if (src->arena.exhausted) /* what could not be redacted is not saved */
            break;
        if (reply->answer != HC_NOT_RECORDED)
            save_reply(&doc, replies, reply);
    }
    text = src->arena.exhausted ? NULL : hc_json_print(&doc);
    hc_json_free(&doc);
    return text;
}

static bool wrong(struct hc_recording_error *error, const char *key, const char *what)
{
    if (key)
        snprintf(error->what, sizeof error->what, "the reply to %.120s: %s", key, what);
    else
        snprintf(error->what, sizeof error->what, "%s", what);
    return false;
}

static bool load_lines(struct hc_source *src, const struct hc_json *lines, struct hc_reply *reply)
{
    size_t size = 0, at = 0;
    char *bytes;

    for (const struct hc_json *line = hc_json_first(lines); line; line = hc_json_next(line)) {
        if (!hc_json_string(line))
            return false;
        size += strlen(hc_json_string(line)) + 1;
    }
    bytes = hc_alloc(&src->arena, size + 1);
    for (const struct hc_json *line = hc_json_first(lines); bytes && line; line = hc_json_next(line)) {
        size_t length = strlen(hc_json_string(line));
        memcpy(bytes + at, hc_json_string(line), length);
        at += length;
        bytes[at++] = '\n';
    }
    reply->bytes = bytes ? bytes : "";
    reply->size = bytes && size ? size - 1 : 0;
    if (bytes && size)
        bytes[size - 1] = '\0';
    return size != 0; /* an empty list of lines is no text: empty text is one empty line */
}

static bool load_hex(struct hc_source *src, const char *hex, struct hc_reply *reply)
{
    size_t size = strlen(hex) / 2;
    char *bytes = hc_alloc(&src->arena, size + 1);

    if (strlen(hex) % 2)
        return false;
    for (size_t i = 0; bytes && i < size; i++) {
        uint64_t value;
        if (!hc_number((struct hc_text){ hex + 2 * i, 2 }, 16, &value))
            return false;
        bytes[i] = (char)value;
    }
    reply->bytes = bytes ? bytes : "";
    reply->size = bytes ? size : 0;
    return true;
}

static bool load_answer(const struct hc_json *object, struct hc_reply *reply)
{
    const char *name = hc_json_get_string(object, "answer");

    if (!hc_json_get(object, "answer")) {
        reply->answer = HC_OK;
        return true;
    }
    for (int a = 0; name && a < HC_ANSWERS; a++)
        if (a != HC_OK && !strcmp(name, hc_answer_name((enum hc_answer)a))) {
            reply->answer = (enum hc_answer)a;
            return true;
        }
    return false;
}

static bool load_bytes(struct hc_source *src, const struct hc_json *object, struct hc_reply *reply)
{
    const struct hc_json *lines = hc_json_get_array(object, "text");
    const char *hex = hc_json_get_string(object, "hex");

    if (reply->answer != HC_OK)
        return !hc_json_get(object, "text") && !hc_json_get(object, "hex");
    if (lines && !hc_json_get(object, "hex"))
        return load_lines(src, lines, reply);
    return hex && !hc_json_get(object, "text") && load_hex(src, hex, reply);
}

static bool load_reply(struct hc_source *src, const struct hc_json *object, struct hc_recording_error *error)
{
    const char *key = hc_json_get_string(object, "key");
    const char *what = hc_json_get_string(object, "error");
    struct hc_reply reply = { .bytes = "" };

    if (!key || !*key || strlen(key) > HC_KEY_MAX)
        return wrong(error, NULL, "a reply without a key of 1 to 4096 bytes");
    if (!load_answer(object, &reply))
        return wrong(error, key, "answer is none of absent, denied, unsupported, failed, not recorded, redacted");
    if ((hc_json_get(object, "error") && !what) ||
        (hc_json_get(object, "thinned") && !hc_json_get_flag(object, "thinned", &reply.thinned)))
        return wrong(error, key, "error must be text, thinned must be true or false");
    if (!load_bytes(src, object, &reply))
        return wrong(error, key,
                     "an ok reply has either text (a list of lines) or hex (pairs of digits), another has none");
    if (reply.size > HC_REPLY_MAX)
        return wrong(error, key, "more than 8 MiB, which no answer has");
    reply.key = hc_strdup(&src->arena, key);
    reply.error = what ? hc_strdup(&src->arena, what) : NULL;
    if (src->arena.exhausted)
        return true; /* told once, at the end */
    if (!hc_log(src, &reply) && !src->arena.exhausted && !src->exhausted)
        return wrong(error, key, "this key was answered before");
    return true;
}

static bool known_platform(const char *platform)
{
    static const char *const known[] = { "linux", "windows", "macos", "other" };

    for (size_t i = 0; platform && i < sizeof known / sizeof *known; i++)
        if (!strcmp(platform, known[i]))
            return true;
    return false;
}

static bool load_head(const struct hc_json *root, struct hc_recording_error *error)
{
    const char *tool = hc_json_get_string(root, "tool");
    uint64_t format;
    bool redacted;

    if (!hc_json_get_number(root, "hostcap_recording", &format) || !format)
        return wrong(error, NULL, "not a recording of hostcap: it does not say \"hostcap_recording\": 1");
    if (format > HC_RECORDING_FORMAT) {
        snprintf(
            error->what, sizeof error->what,
            "recorded by a newer version (%.60s, format %llu); this is hostcap %s, which reads format %d: update it",
            tool ? tool : "unknown", (unsigned long long)format, HC_VERSION, HC_RECORDING_FORMAT);
        return false;
    }
    if (!hc_json_get_array(root, "replies"))
        return wrong(error, NULL, "\"replies\" must be a list");
    if (!tool || !hc_json_get_flag(root, "redacted", &redacted))
        return wrong(error, NULL, "\"tool\" must be text, \"redacted\" true or false");
    if (!known_platform(hc_json_get_string(root, "platform")))
        return wrong(error, NULL, "\"platform\" must be linux, windows, macos or other");
    return true;
}

static void keep_head(struct hc_source *src, const struct hc_json *root)
{
    const char *platform = hc_strdup(&src->arena, hc_json_get_string(root, "platform"));

    src->platform = platform ? platform : "";
    src->origin = "recording";
    hc_json_get_flag(root, "redacted", &src->redacted);
}

static struct hc_source *load_replies(const struct hc_json *root, struct hc_recording_error *error)
{
    struct hc_source *src;
    size_t count = 0;

    if (!load_head(root, error))
        return NULL;
    src = hc_source_new(NULL, NULL);
    if (src)
        keep_head(src, root);
    for (const struct hc_json *r = hc_json_first(hc_json_get(root, "replies")); src && r; r = hc_json_next(r))
        if (++count > HC_KEYS_MAX || !load_reply(src, r, error)) {
            if (count > HC_KEYS_MAX)
                wrong(error, NULL, "more replies than any host gives");
            hc_source_free(src);
            return NULL;
        }
    if (src && (src->arena.exhausted || src->exhausted)) {
        hc_source_free(src);
        src = NULL;
    }
    return src;
}

struct hc_source *hc_recording_load(struct hc_text text, struct hc_recording_error *error)
{
    struct hc_json_doc doc;
    struct hc_source *src = NULL;

    memset(error, 0, sizeof *error);
    if (hc_json_parse(&doc, text, &error->at))
        src = load_replies(doc.root, error);
    else if (!doc.exhausted)
        wrong(error, NULL, error->at.what);
    hc_json_free(&doc);
    return src;
}
