/* What is easier to see from inside: readers, JSON, trees, tables of names. */
#include "answer.h"
#include "check.h"
#include "checks.h"
#include "cpulist.h"
#include "device_rules.h"
#include "facts.h"
#include "json.h"
#include "nest.h"
#include "parse.h"
#include "profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void three_values(void)
{
    static const enum hc_tri all[] = { HC_UNKNOWN, HC_NO, HC_YES };

    CHECK(hc_and(HC_NO, HC_UNKNOWN) == HC_NO && hc_and(HC_YES, HC_UNKNOWN) == HC_UNKNOWN);
    CHECK(hc_or(HC_YES, HC_UNKNOWN) == HC_YES && hc_or(HC_NO, HC_UNKNOWN) == HC_UNKNOWN);
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            CHECK(hc_not(hc_and(all[a], all[b])) == hc_or(hc_not(all[a]), hc_not(all[b])));
}

static void numbers(void)
{
    uint64_t v = 7;

    CHECK(hc_number(HC_TEXT("18446744073709551615"), 10, &v) && v == UINT64_MAX);
    CHECK(!hc_number(HC_TEXT("18446744073709551616"), 10, &v));
    CHECK(!hc_number(HC_TEXT(""), 10, &v) && !hc_number(HC_TEXT("0x"), 10, &v) && !hc_number(HC_TEXT("-1"), 10, &v));
    CHECK(!hc_number(HC_TEXT("12 "), 10, &v) && !hc_number(HC_TEXT("8"), 8, &v));
    CHECK(hc_number(HC_TEXT("0xFf"), 10, &v) && v == 255);
    CHECK(hc_number(HC_TEXT("ff"), 16, &v) && v == 255);
}

static void texts(void)
{
    struct hc_text rest = HC_TEXT("a : b\n\nflags\t\t: vmx svm"), line, name, value;

    CHECK(hc_find_value(rest, ':', "flags", &value) && hc_text_is(value, "vmx svm"));
    CHECK(!hc_find_value(rest, ':', "bugs", &value) && !value.size);
    CHECK(hc_next_line(&rest, &line) && hc_split(line, ':', &name, &value) && hc_text_is(name, "a"));
    CHECK(hc_next_line(&rest, &line) && !line.size && hc_next_line(&rest, &line) && !hc_next_line(&rest, &line));
    CHECK(hc_has_word(HC_TEXT("x svmx svm"), "svm") && !hc_has_word(HC_TEXT("svmx"), "svm"));
    CHECK(!hc_has_word(HC_TEXT(""), "svm") && !hc_has_word((struct hc_text){ NULL, 0 }, "svm") &&
          hc_has_word(HC_TEXT("svm"), "svm"));
    CHECK(!hc_has_word(HC_TEXT("sv"), "svm") && !hc_has_word(HC_TEXT("vsvm svm_lock"), "svm") &&
          hc_has_word(HC_TEXT("a\tsvm\n"), "svm"));
    CHECK(hc_utf8_length(HC_TEXT("\xed\xa0\x80")) == 0); /* a surrogate */
    CHECK(hc_utf8_length(HC_TEXT("\xc0\x80")) == 0 && hc_utf8_length(HC_TEXT("\xf0\x9f\x98\x80")) == 4);
}

static void cpu_lists(void)
{
    struct hc_arena arena = { .blocks = NULL };
    struct hc_text list = HC_TEXT("0-3,8");
    static const unsigned cpus[] = { 0, 1, 2, 8, 10, 11, 8191 };
    struct hc_cpu_range range;
    size_t count;

    CHECK(hc_cpu_list(list, &count) && count == 5 && hc_in_cpu_list(list, 8) && !hc_in_cpu_list(list, 4));
    CHECK(hc_cpu_list(HC_TEXT(""), &count) && count == 0);
    CHECK(hc_cpu_list(HC_TEXT("0-8191"), &count) && count == 8192 && !hc_cpu_list(HC_TEXT("0-8192"), &count));
    CHECK(!hc_cpu_list(HC_TEXT("3-1"), &count) && !hc_cpu_list(HC_TEXT("0,"), &count));
    CHECK(!hc_cpu_list(HC_TEXT("1,0"), &count) && !hc_cpu_list(HC_TEXT("0-2,2"), &count));
    CHECK(!hc_cpu_list(HC_TEXT(","), &count) && !hc_cpu_list(HC_TEXT("0-"), &count));
    CHECK(!hc_cpu_list(HC_TEXT("99999999999999999999"), &count) && !hc_cpu_list(HC_TEXT("0 1"), &count));
    CHECK(hc_next_range(&list, &range) && range.first == 0 && range.last == 3);
    CHECK(hc_next_range(&list, &range) && range.first == 8 && range.last == 8 && !hc_next_range(&list, &range));
    CHECK(hc_text_is(hc_cpu_list_of_mask(&arena, HC_TEXT("0000,00000002,0000010f")), "0-3,8,33"));
    CHECK(hc_text_is(hc_cpu_list_of_mask(&arena, HC_TEXT("c0000000")), "30-31"));
    CHECK(!hc_cpu_list_of_mask(&arena, HC_TEXT("1,1")).at && !hc_cpu_list_of_mask(&arena, HC_TEXT("")).at);
    CHECK(!hc_cpu_list_of_mask(&arena, HC_TEXT("123456789")).at && !hc_cpu_list_of_mask(&arena, HC_TEXT("1,")).at);
    list = hc_cpu_list_of(&arena, cpus, sizeof cpus / sizeof *cpus);
    CHECK(list.at && hc_text_is(list, "0-2,8,10-11,8191"));
    CHECK(hc_cpu_list(list, &count) && count == sizeof cpus / sizeof *cpus);
    CHECK(hc_cpu_list_of(&arena, cpus, 0).size == 0);
    hc_arena_free(&arena);
}

static void json(void)
{
    static const char *const refused[] = { "",
                                           "{",
                                           "{\"a\":1,\"a\":2}",
                                           "{\"a\":\"\x01\"}",
                                           "{\"a\":\"\xff\"}",
                                           "{\"a\":\"\\u0000\"}",
                                           "{} x",
                                           "\xef\xbb\xbf{}" };
    struct hc_json_doc doc;
    struct hc_json_error error;
    struct hc_json *root;
    char *text;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bool read = hc_json_parse(&doc, (struct hc_text){ refused[i], strlen(refused[i]) }, &error);
        if (read)
            printf("read: %s\n", refused[i]);
        CHECK(!read);
        hc_json_free(&doc);
    }
    CHECK(!hc_json_parse(&doc, HC_TEXT("{\n \"a\": x}"), &error) && error.line == 2 && error.column == 7);
    hc_json_free(&doc);
    root = hc_json_new(&doc);
    hc_json_add_number(&doc, root, "exact", UINT64_C(9007199254740991));
    hc_json_add_number(&doc, root, "large", UINT64_MAX);
    hc_json_add_text(&doc, root, "broken", HC_TEXT("a\xff\0b"));
    text = hc_json_print(&doc);
    CHECK(text && !strcmp(text, "{\n\t\"exact\":\t9007199254740991,\n\t\"large\":\t\"0xffffffffffffffff\",\n"
                                "\t\"broken\":\t\"a\xef\xbf\xbd\xef\xbf\xbd"
                                "b\"\n}\n"));
    free(text);
    hc_json_free(&doc);
}

/* Each level ends where something is added to one that it stands in, and all of them at the end. */
static void json_levels(void)
{
    struct hc_json_doc doc;
    struct hc_json *root = hc_json_new(&doc), *list, *inner;
    char *text;

    list = hc_json_add_array(&doc, root, "a");
    hc_json_add_null(&doc, list, NULL);
    inner = hc_json_add_object(&doc, list, NULL);
    hc_json_add_array(&doc, hc_json_add_object(&doc, inner, "b"), "c");
    hc_json_add_object(&doc, list, NULL);
    hc_json_add_flag(&doc, hc_json_add_object(&doc, root, "d"), "e", true);
    text = hc_json_print(&doc);
    CHECK(text && !strcmp(text, "{\n\t\"a\":\t[null, {\n\t\t\t\"b\":\t{\n\t\t\t\t\"c\":\t[]\n\t\t\t}\n\t\t}, {\n\t\t}],"
                                "\n\t\"d\":\t{\n\t\t\"e\":\ttrue\n\t}\n}\n"));
    free(text);
    hc_json_free(&doc);
    text = hc_json_new(&doc) ? hc_json_print(&doc) : NULL;
    CHECK(text && !strcmp(text, "{\n}\n"));
    free(text);
    hc_json_free(&doc);
}

/* What would not be whole, or not what was meant, is no document. */
static void json_refused(void)
{
    struct hc_json_doc doc;
    struct hc_json *at = hc_json_new(&doc), *closed = hc_json_add_object(&doc, at, "a");

    hc_json_add_null(&doc, at, "b");
    hc_json_add_null(&doc, closed, "c");
    CHECK(doc.exhausted && !hc_json_print(&doc));
    hc_json_free(&doc);
    at = hc_json_new(&doc);
    for (int depth = 1; depth < HC_JSON_DEEPEST; depth++)
        at = hc_json_add_object(&doc, at, "k");
    CHECK(at && !doc.exhausted);
    at = hc_json_add_object(&doc, at, "k");
    CHECK(!at && doc.exhausted);
    hc_json_add_null(&doc, at, "k");
    CHECK(!hc_json_print(&doc));
    hc_json_free(&doc);
}

/* Longer than the room that a document begins with. */
static void json_grows(void)
{
    enum { LONG = 700000 };
    char *given = calloc(1, LONG + 1), *text;
    struct hc_json_doc doc;
    struct hc_json *list = hc_json_add_array(&doc, hc_json_new(&doc), "k");

    for (int i = 0; given && i < LONG; i++)
        given[i] = (char)(i % 97 ? 'a' + i % 26 : '\n');
    for (int i = 0; given && i < 3; i++)
        hc_json_add_string(&doc, list, NULL, given);
    text = hc_json_print(&doc);
    CHECK(given && text && strlen(text) == 3 * (LONG + (LONG + 96) / 97 + 2) + strlen("{\n\t\"k\":\t[, , ]\n}\n"));
    free(given);
    free(text);
    hc_json_free(&doc);
}

/* Every key comes once, in an object of its own front, and with the others of its front. */
static void nests(void)
{
    struct hc_nest nest;
    bool told[HC_FACTS + HC_TABLES] = { false };
    struct hc_nested m;
    size_t members = 0;

    CHECK(hc_nest(&nest, true));
    for (size_t o = 0; o < nest.count; o++)
        for (bool more = hc_nest_first(&nest, o, &m); more; more = hc_nest_next(&nest, &m)) {
            const char *key = m.kind == HC_NESTED_OBJECT ? nest.objects[m.number].key
                              : m.kind == HC_NESTED_FACT ? hc_fact_field((enum hc_fact)m.number)->key
                                                         : hc_table_field((enum hc_table)m.number)->key;
            const size_t size = nest.objects[o].size, name = size + (size != 0);
            members++;
            CHECK(m.kind == HC_NESTED_OBJECT || !told[m.member]);
            CHECK(!strncmp(key, nest.objects[o].key, size) && (!size || key[size] == '.'));
            CHECK(!strncmp(key + name, m.name, strlen(m.name)) && !strchr(m.name, '.'));
            CHECK(m.kind == HC_NESTED_OBJECT ? nest.objects[m.number].size == name + strlen(m.name)
                                             : strlen(key) == name + strlen(m.name));
            if (m.kind != HC_NESTED_OBJECT)
                told[m.member] = true;
        }
    CHECK(members == HC_FACTS + HC_TABLES + nest.count - 1);
}

/* Each character that must be escaped, at each place of texts about as long as the words they are copied by. */
static void json_places(void)
{
    static const struct {
        const char *character, *escaped;
    } rows[] = { { "\"", "\\\"" },      { "\\", "\\\\" },          { "\n", "\\n" },           { "\x1f", "\\u001f" },
                 { "\x7f", "\\u007f" }, { "\xc2\x9b", "\\u009b" }, { "\xff", "\xef\xbf\xbd" } };

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int size = 0; size < 20; size++)
            for (int place = 0; place <= size; place++) {
                char given[64], expected[128], *text;
                struct hc_json_doc doc;
                struct hc_json *root = hc_json_new(&doc);
                snprintf(given, sizeof given, "%.*s%s%.*s", place, "~ !abcdefghijklmnopq", rows[r].character,
                         size - place, "ABCDEFGHIJKLMNOPQRST");
                snprintf(expected, sizeof expected, "{\n\t\"k\":\t\"%.*s%s%.*s\"\n}\n", place, "~ !abcdefghijklmnopq",
                         rows[r].escaped, size - place, "ABCDEFGHIJKLMNOPQRST");
                hc_json_add_string(&doc, root, "k", given);
                text = hc_json_print(&doc);
                CHECK(text && !strcmp(text, expected));
                free(text);
                hc_json_free(&doc);
            }
}

/* Each id has one meaning: no fact, check, code or table shares a name with another. */
static void names(void)
{
    for (int f = 0; f < HC_FACTS; f++) {
        const char *key = hc_fact_field((enum hc_fact)f)->key;
        CHECK(hc_fact_by_key(key) == (enum hc_fact)f);
        CHECK(hc_check_by_id(key) == hc_check_count());
        CHECK(hc_table_by_key(key) == HC_TABLES);
        CHECK(strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(key));
        for (int g = 0; g < HC_FACTS; g++) { /* a key is a leaf or a branch, never both */
            const char *other = hc_fact_field((enum hc_fact)g)->key;
            CHECK(strncmp(other, key, strlen(key)) || other[strlen(key)] != '.');
        }
    }
    CHECK(hc_check_count() <= HC_CHECKS_MAX);
    for (size_t i = 0; i < hc_check_count(); i++) {
        const struct hc_check *check = hc_check_row(i);
        CHECK(hc_check_by_id(check->id) == i);
        CHECK(!check->after || hc_check_by_id(check->after) < i); /* a ground stands before */
    }
}

/* Every reason code belongs to a check or a rule, has words, and its fix names no firmware setup to a guest. */
static void reasons(void)
{
    for (int r = HC_MOOT + 1; r < HC_REASONS; r++) {
        const struct hc_reason_row *row = hc_reason_row((enum hc_reason)r);
        size_t given = 0;
        for (size_t i = 0; i < hc_check_count(); i++)
            for (const enum hc_reason *at = hc_check_row(i)->reasons; *at; at++)
                given += *at == (enum hc_reason)r;
        for (size_t i = 0; i < hc_device_rule_count(); i++)
            given += hc_device_rule(i)->reason == (enum hc_reason)r;
        CHECK(given >= 1);
        CHECK(*row->wrong && *row->change && *row->see);
        CHECK(row->fix != HC_FIX_OUTER || (!strstr(row->change, "firmware") && !strstr(row->change, "BIOS")));
        CHECK(!strstr(row->code, "CPU_") || !strstr(row->change, "VT-d"));
        CHECK(hc_reason_by_code(row->code) == (enum hc_reason)r);
    }
}

static void hints(void)
{
    for (int a = 0; a < HC_ANSWERS; a++) {
        struct hc_reply reply = { .key = "file:/x", .answer = (enum hc_answer)a, .bytes = "" };
        CHECK(a == HC_OK || *hc_hint(&reply));
    }
}

int main(void)
{
    three_values();
    numbers();
    texts();
    cpu_lists();
    json();
    json_levels();
    json_refused();
    json_grows();
    json_places();
    nests();
    names();
    reasons();
    hints();
    return checked();
}
