/* libFuzzer: a recording in, every document out. Reaches every parser: the JSON reader, each probe, profiles by the
   second half of the input, reports that are compared. */
#include "diff.h"
#include "hostcap.h"
#include "profile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render_all(struct hostcap *host)
{
    static const struct {
        enum hostcap_document document;
        unsigned flags;
        const char *name;
    } documents[] = {
        { HOSTCAP_DOCUMENT_SUMMARY, HOSTCAP_COLOR, NULL },
        { HOSTCAP_DOCUMENT_REPORT, HOSTCAP_EVIDENCE, NULL },
        { HOSTCAP_DOCUMENT_CHECK, 0, NULL },
        { HOSTCAP_DOCUMENT_LIST, 0, NULL },
        { HOSTCAP_DOCUMENT_LIST, 0, "facts" },
        { HOSTCAP_DOCUMENT_LIST, 0, "iommu.groups" },
        { HOSTCAP_DOCUMENT_EXPORT, 0, "csv" },
        { HOSTCAP_DOCUMENT_EXPLAIN, 0, "cpu.hw_virt" },
        { HOSTCAP_DOCUMENT_EXPLAIN, HOSTCAP_JSON, "virt.fw" },
        { HOSTCAP_DOCUMENT_RECORD, 0, NULL },
    };

    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct hostcap_request request = { sizeof request,
                                           documents[i].document,
                                           documents[i].flags,
                                           &documents[i].name,
                                           documents[i].name != NULL,
                                           NULL,
                                           0 };
        char *text;
        if (!hostcap_render(host, &request, &text, NULL))
            hostcap_release(text);
    }
}

static void try_profile(const uint8_t *data, size_t size)
{
    struct hc_arena arena = { 0 };
    char message[HOSTCAP_ERROR_SIZE];

    hc_profile_parse(&arena, "input", (struct hc_text){ (const char *)data, size }, message);
    hc_arena_free(&arena);
}

/* As a report or recording that is compared with itself. */
static void try_diff(const uint8_t *data, size_t size)
{
    char message[HOSTCAP_ERROR_SIZE];
    enum hc_error error;
    struct hc_side side;
    struct hc_diff diff;

    if (!hc_side_read(&side, "input", (const char *)data, size, &error, message))
        return;
    if (hc_diff_make(&diff, &side, &side)) {
        free(hc_render_diff_text(&diff, (struct hc_terminal){ .color = true }));
        free(hc_render_diff_json(&diff));
    }
    hc_diff_free(&diff);
    hc_side_close(&side);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;
    struct hostcap *host;
    char *copy = malloc(size + 1); /* the reader takes bytes with a NUL behind them or without: here without */

    if (!copy)
        return 0;
    for (size_t i = 0; i < size; i++)
        copy[i] = (char)data[i];
    options.recording_text = copy;
    options.recording_size = size;
    if (!hostcap_open(&options, &host, NULL)) {
        render_all(host);
        hostcap_close(host);
    }
    try_profile(data, size);
    try_diff(data, size);
    free(copy);
    return 0;
}
