/* The public interface: include/hostcap.h. */
#include "hostcap.h"

#include "diff.h"
#include "near.h"
#include "paper.h"
#include "render_csv.h"
#include "render_json.h"
#include "render_passthrough.h"
#include "render_text.h"
#include "report.h"
#include "selection.h"
#include "text_profiles.h"
#include "text_suitability.h"
#include "text_table.h"
#include "text_techniques.h"
#include "text_tree.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64, REDACT_KEY_LEAST = 16 };

struct hostcap {
    struct hc_report *report;
};

const char *hostcap_version(void)
{
    return HC_VERSION;
}

static enum hostcap_status status_of(enum hc_error error)
{
    switch (error) {
    case HC_OKAY: return HOSTCAP_OK;
    case HC_ERROR_MEMORY: return HOSTCAP_NO_MEMORY;
    case HC_ERROR_SYSTEM: return HOSTCAP_UNREADABLE;
    default: return HOSTCAP_BAD_INPUT;
    }
}

static enum hostcap_status tell(enum hostcap_status status, const char *message, char *error)
{
    if (error) {
        snprintf(error, HOSTCAP_ERROR_SIZE, "%s", status == HOSTCAP_NO_MEMORY ? "out of memory" : message);
        hc_clean_in_place(error); /* it quotes files of others */
    }
    return status;
}

/* What a caller of an older version did not have stays zero. */
static struct hostcap_options known_options(const struct hostcap_options *given)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;

    if (given)
        memcpy(&options, given, given->size < sizeof options ? given->size : sizeof options);
    return options;
}

enum hostcap_status hostcap_open(const struct hostcap_options *given, struct hostcap **host,
                                 char error[HOSTCAP_ERROR_SIZE])
{
    struct hostcap_options o = known_options(given);
    struct hc_scan_options scan_options = { .recording = o.recording,
                                            .recording_text = o.recording_text,
                                            .recording_size = o.recording_size,
                                            .sysroot = o.sysroot,
                                            .timeout_ms = o.timeout_ms,
                                            .prove = o.prove != 0,
                                            .wake = o.wake != 0,
                                            .dell_tokens = o.dell_tokens != 0,
                                            .udev = o.udev != 0,
                                            .redact = o.redact != 0 || o.redact_key,
                                            .redact_key = o.redact_key,
                                            .redact_key_size = o.redact_key_size };
    char message[HOSTCAP_ERROR_SIZE] = "out of memory", wrong[64];
    struct hc_scan *scan = NULL;
    bool skipped[HC_PROBES];
    enum hc_error failed;

    *host = NULL;
    if (o.redact_key && o.redact_key_size < REDACT_KEY_LEAST)
        return tell(HOSTCAP_BAD_INPUT, "a key of less than 16 bytes can be guessed: use openssl rand -hex 32", error);
    if (!hc_select(o.only, o.skip, skipped, wrong)) {
        hc_near_selector(wrong, message);
        return tell(HOSTCAP_UNKNOWN_NAME, message, error);
    }
    scan_options.skipped = o.only || o.skip ? skipped : NULL;
    *host = calloc(1, sizeof **host);
    if (!*host)
        return tell(HOSTCAP_NO_MEMORY, message, error);
    failed = hc_scan_run(&scan_options, &scan, message);
    if (!failed)
        failed = hc_report_make(scan, o.profile_files, o.profile_file_count, &(*host)->report, message);
    if (!failed)
        return HOSTCAP_OK;
    free(*host);
    *host = NULL;
    return tell(status_of(failed), message, error);
}

void hostcap_close(struct hostcap *host)
{
    if (!host)
        return;
    hc_report_free(host->report);
    free(host);
}

/* ---- verdicts ---- */

static enum hostcap_verdict verdict_of(enum hc_verdict verdict)
{
    static const enum hostcap_verdict verdicts[HC_VERDICTS] = {
        [HC_READY] = HOSTCAP_READY,
        [HC_LIMITED] = HOSTCAP_LIMITED,
        [HC_READY_AFTER_FIXES] = HOSTCAP_READY_AFTER_FIXES,
        [HC_NOT_POSSIBLE] = HOSTCAP_NOT_POSSIBLE,
        [HC_VERDICT_UNKNOWN] = HOSTCAP_CANNOT_TELL,
    };
    return verdicts[verdict];
}

enum hostcap_verdict hostcap_verdict(const struct hostcap *host, const char *profile)
{
    const struct hc_rating *rating = hc_report_rating(host->report, profile);

    return rating ? verdict_of(rating->verdict) : HOSTCAP_NO_SUCH_PROFILE;
}

const char *hostcap_verdict_name(enum hostcap_verdict verdict)
{
    for (int v = 0; v < HC_VERDICTS; v++)
        if (verdict_of((enum hc_verdict)v) == verdict)
            return hc_verdict_name((enum hc_verdict)v);
    return "no such profile";
}

size_t hostcap_profile_count(const struct hostcap *host)
{
    return host->report->rating_count;
}

const char *hostcap_profile_id(const struct hostcap *host, size_t number)
{
    return number < host->report->rating_count ? host->report->ratings[number].profile->id : NULL;
}

int hostcap_profile_fits(const struct hostcap *host, const char *profile)
{
    const struct hc_rating *rating = hc_report_rating(host->report, profile);

    return rating && !hc_report_foreign(rating);
}

size_t hostcap_reasons(const struct hostcap *host, const char *profile, struct hostcap_reason *reasons, size_t room)
{
    const struct hc_rating *rating = hc_report_rating(host->report, profile);
    const struct hc_outcome **outcomes;
    size_t count;

    if (!rating)
        return 0;
    outcomes = hc_alloc(host->report->arena, (rating->count + 1) * sizeof *outcomes);
    count = outcomes ? hc_report_reasons(rating, outcomes, rating->count) : 0;
    for (size_t i = 0; i < count && i < room; i++) {
        struct hc_words words = hc_report_words(host->report, outcomes[i]);
        reasons[i] = (struct hostcap_reason){ outcomes[i]->requirement->id,
                                              words.code,
                                              hc_level_name(outcomes[i]->requirement->level),
                                              outcomes[i]->result == HC_RESULT_OPEN,
                                              hc_fix_name(outcomes[i]->fix),
                                              words.wrong,
                                              words.change,
                                              words.see };
    }
    return count;
}

/* ---- facts ---- */

enum hostcap_status hostcap_fact(const struct hostcap *host, const char *key, struct hostcap_value *value)
{
    enum hc_fact fact = hc_fact_by_key(key);
    const struct hc_cell *cell = &host->report->facts->cells[fact == HC_FACTS ? 0 : fact];

    *value = (struct hostcap_value){ HOSTCAP_UNKNOWN, 0, 0, "" };
    if (fact == HC_FACTS)
        return HOSTCAP_UNKNOWN_NAME;
    if (!cell->known) {
        value->text = hc_report_why_unknown(host->report, fact);
        return HOSTCAP_OK;
    }
    switch (hc_fact_field(fact)->type) {
    case HC_TYPE_FLAG:
        value->type = HOSTCAP_FLAG;
        value->flag = cell->flag;
        break;
    case HC_TYPE_NUMBER:
    case HC_TYPE_REGISTER:
        value->type = HOSTCAP_NUMBER;
        value->number = cell->number;
        break;
    default: value->type = HOSTCAP_TEXT; value->text = cell->text;
    }
    return HOSTCAP_OK;
}

/* ---- documents ---- */

struct rendering {
    const struct hc_report *report;
    const struct hostcap_request *request;
    char **text;
    char message[HOSTCAP_ERROR_SIZE];
    bool json;
    struct hc_terminal terminal;
};

static enum hostcap_status done(struct rendering *r, char *text)
{
    if (r->report && r->report->arena->exhausted) { /* something may be missing in it */
        free(text);
        text = NULL;
    }
    *r->text = text;
    return text ? HOSTCAP_OK : HOSTCAP_NO_MEMORY;
}

static enum hostcap_status render_check(struct rendering *r)
{
    const struct hc_report *report = r->report;
    size_t count = 0, room = r->request->name_count + report->rating_count + 1;
    const struct hc_rating **ratings = hc_alloc(report->arena, room * sizeof *ratings);

    if (!ratings)
        return HOSTCAP_NO_MEMORY;
    for (size_t i = 0; i < r->request->name_count; i++) {
        ratings[count++] = hc_report_rating(report, r->request->names[i]);
        if (!ratings[i]) {
            hc_near_profile(report, r->request->names[i], r->message);
            return HOSTCAP_UNKNOWN_NAME;
        }
    }
    for (size_t i = 0; !r->request->name_count && i < report->rating_count; i++)
        if (!hc_report_foreign(&report->ratings[i]))
            ratings[count++] = &report->ratings[i];
    return done(r, r->json ? hc_render_check_json(report, ratings, count)
                           : hc_render_check_text(report, ratings, count, r->terminal));
}

/* "a,b" as numbers of columns, of which there is room for all of the table and COLUMNS_MAX more; false with the message
   set. */
static bool choose_columns(struct rendering *r, enum hc_table table, size_t *columns, size_t *count)
{
    const struct hc_table_field *field = hc_table_field(table);
    const char *at = r->request->columns;

    if (at && !strcmp(at, "all"))
        at = NULL;
    if (at && !*at) {
        hc_near_column(table, "", r->message);
        return false;
    }
    for (*count = 0; !at && *count < field->column_count; (*count)++)
        columns[*count] = *count;
    for (; at && *at; at += *at == ',') {
        size_t size = strcspn(at, ","), found = 0;
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(size < 60 ? size : 60), at);
        while (found < field->column_count && strcmp(field->columns[found].key, name))
            found++;
        if (found == field->column_count || *count == COLUMNS_MAX) {
            hc_near_column(table, name, r->message);
            return false;
        }
        columns[(*count)++] = found;
        at += size;
    }
    return true;
}

static bool names(const struct rendering *r)
{
    return (r->request->flags & HOSTCAP_NAMES) != 0;
}

/* The table that is asked for, and its columns; NULL: it cannot be, and *status says why. */
static size_t *table_and_columns(struct rendering *r, const char *name, enum hc_table *table, size_t *count,
                                 enum hostcap_status *status)
{
    size_t *columns;

    *table = hc_table_by_key(name);
    *status = HOSTCAP_UNKNOWN_NAME;
    if (*table == HC_TABLES) {
        hc_near_table(name, r->message);
        return NULL;
    }
    columns = hc_alloc(r->report->arena, (COLUMNS_MAX + hc_table_field(*table)->column_count) * sizeof *columns);
    if (columns)
        return choose_columns(r, *table, columns, count) ? columns : NULL;
    *status = HOSTCAP_NO_MEMORY;
    return NULL;
}

static enum hostcap_status render_table(struct rendering *r, const char *name)
{
    enum hostcap_status status;
    enum hc_table table;
    size_t count, *columns = table_and_columns(r, name, &table, &count, &status);

    if (!columns)
        return status;
    if (r->json)
        return done(r, hc_render_table_json(r->report, table, columns, count));
    return done(r, hc_render_table_text(r->report, table, columns, r->request->columns ? count : 0, r->terminal));
}

static enum hostcap_status render_list(struct rendering *r)
{
    const char *name = r->request->name_count ? r->request->names[0] : NULL;

    if (!name)
        return done(r,
                    r->json ? hc_render_facts_json(r->report, true) : hc_render_tree(r->report, r->terminal, names(r)));
    if (!strcmp(name, "facts"))
        return done(r, r->json ? hc_render_facts_json(r->report, false) : hc_render_list(r->report, r->terminal));
    if (!strcmp(name, "profiles"))
        return done(r, r->json ? hc_render_profiles_json(r->report) : hc_render_profiles_text(r->report, r->terminal));
    if (!strcmp(name, "tables"))
        return done(r, r->json ? hc_render_tables_json(r->report) : hc_render_tables_text(r->report, r->terminal));
    if (!strcmp(name, "techniques"))
        return done(r,
                    r->json ? hc_render_techniques_json(r->report) : hc_render_techniques_text(r->report, r->terminal));
    return render_table(r, name);
}

static enum hostcap_status render_nagios(struct rendering *r)
{
    const struct hc_rating *rating;

    if (r->request->name_count < 2) {
        snprintf(r->message, sizeof r->message, "export nagios needs the name of a profile: hostcap list profiles");
        return HOSTCAP_UNKNOWN_NAME;
    }
    rating = hc_report_rating(r->report, r->request->names[1]);
    if (rating)
        return done(r, hc_render_nagios(r->report, rating));
    hc_near_profile(r->report, r->request->names[1], r->message);
    return HOSTCAP_UNKNOWN_NAME;
}

static enum hostcap_status render_csv(struct rendering *r)
{
    const struct hostcap_request *request = r->request;
    enum hostcap_status status;
    enum hc_table table;
    size_t count, *columns;

    if (request->name_count < 2)
        return done(r, hc_render_csv_all(r->report));
    if (!strcmp(request->names[1], "facts"))
        return done(r, hc_render_csv_facts(r->report));
    columns = table_and_columns(r, request->names[1], &table, &count, &status);
    return columns ? done(r, hc_render_csv_table(r->report, table, columns, count)) : status;
}

static enum hostcap_status render_export(struct rendering *r)
{
    const char *format = r->request->name_count ? r->request->names[0] : "";

    if (!strcmp(format, "csv"))
        return render_csv(r);
    if (!strcmp(format, "nagios"))
        return render_nagios(r);
    snprintf(r->message, sizeof r->message, "no format \"%.80s\"; there are csv and nagios", format);
    return HOSTCAP_UNKNOWN_NAME;
}

static enum hostcap_status render_diff(struct rendering *r)
{
    const struct hostcap_request *request = r->request;
    struct hc_side a = { .name = NULL }, b = { .name = NULL };
    struct hc_diff diff = { .count = 0 };
    enum hostcap_status status = HOSTCAP_NO_MEMORY;
    enum hc_error error = HC_OKAY;
    bool opened;

    if (!request->name_count || request->name_count > 2 || (request->name_count == 1 && !r->report)) {
        snprintf(r->message, sizeof r->message, "diff takes two files, or one to compare this host with");
        return HOSTCAP_BAD_INPUT;
    }
    opened = hc_side_open(&a, request->names[0], &error, r->message);
    if (opened && request->name_count == 2)
        opened = hc_side_open(&b, request->names[1], &error, r->message);
    else if (opened)
        opened = hc_side_of(&b, r->report);
    if (!opened)
        status = error ? status_of(error) : HOSTCAP_NO_MEMORY;
    else if (hc_diff_make(&diff, &a, &b))
        status = done(r, r->json ? hc_render_diff_json(&diff) : hc_render_diff_text(&diff, r->terminal));
    hc_diff_free(&diff);
    hc_side_close(&a);
    hc_side_close(&b);
    return status;
}

static enum hostcap_status explain_one(struct rendering *r, const char *id)
{
    const struct hc_report *report = r->report;
    enum hc_fact fact = hc_fact_by_key(id);
    size_t check = hc_check_by_id(id);
    enum hc_reason code = hc_reason_by_code(id);
    const struct hc_rating *rating = hc_report_rating(report, id);
    size_t device = hc_device_by_address(report->passthrough, id);

    if (!strcmp(id, "suitability"))
        return done(r, r->json ? hc_render_suitability_json(report) : hc_render_suitability_text(report, r->terminal));
    if (check < hc_check_count())
        return done(r, r->json ? hc_render_finding_json(report, &report->findings[check])
                               : hc_render_finding_text(report, &report->findings[check], r->terminal));
    if (fact != HC_FACTS)
        return done(r, r->json ? hc_render_fact_json(report, fact) : hc_render_fact_text(report, fact, r->terminal));
    if (code != HC_PASS)
        return done(r,
                    r->json ? hc_render_reason_json(report, code) : hc_render_reason_text(report, code, r->terminal));
    if (rating)
        return done(r, r->json ? hc_render_rating_json(report, rating)
                               : hc_render_profile_text(report, rating, r->terminal));
    if (device != HC_NO_DEVICE)
        return done(r, r->json ? hc_render_device_json(report, device)
                               : hc_render_device_text(report, device, r->terminal, names(r)));
    if (strchr(id, ':'))
        hc_near_device(report, id, r->message);
    else
        hc_near_id(report, id, r->message);
    return HOSTCAP_UNKNOWN_NAME;
}

static enum hostcap_status render_passthrough(struct rendering *r)
{
    const struct hc_report *report = r->report;
    const struct hostcap_request *request = r->request;
    size_t *chosen = hc_alloc(report->arena, (request->name_count + 1) * sizeof *chosen);

    if (!chosen)
        return HOSTCAP_NO_MEMORY;
    for (size_t i = 0; i < request->name_count; i++) {
        chosen[i] = hc_device_by_address(report->passthrough, request->names[i]);
        if (chosen[i] == HC_NO_DEVICE) {
            hc_near_device(report, request->names[i], r->message);
            return HOSTCAP_UNKNOWN_NAME;
        }
    }
    return done(r, r->json ? hc_render_passthrough_json(report, chosen, request->name_count)
                           : hc_render_passthrough_text(report, chosen, request->name_count, r->terminal, names(r)));
}

static enum hostcap_status render_schema(struct rendering *r)
{
    const char *name = r->request->name_count ? r->request->names[0] : NULL;

    if (!name)
        return done(r, hc_render_schema());
    if (!strcmp(name, "diff"))
        return done(r, hc_render_diff_schema());
    snprintf(r->message, sizeof r->message, "no schema of \"%.80s\"; there is that of the report, and diff", name);
    return HOSTCAP_UNKNOWN_NAME;
}

static enum hostcap_status render(struct rendering *r)
{
    const bool evidence = r->request->flags & HOSTCAP_EVIDENCE;

    switch (r->request->document) {
    case HOSTCAP_DOCUMENT_SUMMARY:
        return done(r, r->json ? hc_render_report(r->report, evidence) : hc_render_screen(r->report, r->terminal));
    case HOSTCAP_DOCUMENT_REPORT: return done(r, hc_render_report(r->report, evidence));
    case HOSTCAP_DOCUMENT_CHECK: return render_check(r);
    case HOSTCAP_DOCUMENT_LIST: return render_list(r);
    case HOSTCAP_DOCUMENT_EXPLAIN:
        if (r->request->name_count == 1)
            return explain_one(r, r->request->names[0]);
        snprintf(r->message, sizeof r->message,
                 "explain takes one id of a fact, check, code, profile or device, or suitability");
        return HOSTCAP_BAD_INPUT;
    case HOSTCAP_DOCUMENT_RECORD:
        return done(r, hc_scan_record(r->report->scan, (r->request->flags & HOSTCAP_KEEP_IDENTITY) != 0));
    case HOSTCAP_DOCUMENT_SCHEMA: return render_schema(r);
    case HOSTCAP_DOCUMENT_PASSTHROUGH: return render_passthrough(r);
    case HOSTCAP_DOCUMENT_EXPORT: return render_export(r);
    case HOSTCAP_DOCUMENT_DIFF: return render_diff(r);
    }
    snprintf(r->message, sizeof r->message, "no such document");
    return HOSTCAP_BAD_INPUT;
}

enum hostcap_status hostcap_render(struct hostcap *host, const struct hostcap_request *given, char **text,
                                   char error[HOSTCAP_ERROR_SIZE])
{
    struct hostcap_request request = { .size = 0 };
    struct rendering r = { .report = host ? host->report : NULL, .request = &request, .text = text, .message = "" };
    enum hostcap_status status;

    memcpy(&request, given, given->size < sizeof request ? given->size : sizeof request);
    r.json = (request.flags & HOSTCAP_JSON) != 0;
    r.terminal = (struct hc_terminal){ (request.flags & HOSTCAP_COLOR) != 0, request.width };
    *text = NULL;
    if (!host && request.document != HOSTCAP_DOCUMENT_SCHEMA && request.document != HOSTCAP_DOCUMENT_DIFF)
        return tell(HOSTCAP_BAD_INPUT, "this document needs a host", error);
    status = render(&r);
    return status == HOSTCAP_OK ? status : tell(status, r.message, error);
}

void hostcap_release(char *text)
{
    free(text);
}
