/* The JSON Schema of the report: what is fixed stands in schema.json, facts and tables come from their rows. That of a
   comparison is fixed as a whole. */
#include "schema.h"
#include "facts.h"
#include "json.h"
#include "nest.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

static void annotate(struct hc_json_doc *doc, struct hc_json *property, const struct hc_field *field)
{
    hc_json_add_string(doc, property, "description", field->meaning);
    hc_json_add_string(doc, property, "x-class", hc_class_name(field->class));
    hc_json_add_string(doc, property, "x-volatility", hc_volatility_name(field->volatility));
}

static void add_types(struct hc_json_doc *doc, struct hc_json *property, const char *type)
{
    struct hc_json *types = hc_json_add_array(doc, property, "type");

    hc_json_add_string(doc, types, NULL, type);
    hc_json_add_string(doc, types, NULL, "null");
}

static void add_words(struct hc_json_doc *doc, struct hc_json *property, const char *words)
{
    struct hc_json *list = hc_json_add_array(doc, property, "enum");

    for (; *words; words += strcspn(words, "|"), words += *words == '|')
        hc_json_add_text(doc, list, NULL, (struct hc_text){ words, strcspn(words, "|") });
    hc_json_add_null(doc, list, NULL);
}

static void add_property(struct hc_json_doc *doc, struct hc_json *parent, const char *name,
                         const struct hc_field *field)
{
    struct hc_json *property = hc_json_add_object(doc, parent, name);

    switch (field->type) {
    case HC_TYPE_FLAG: add_types(doc, property, "boolean"); break;
    case HC_TYPE_NUMBER:
        add_types(doc, property, "integer");
        hc_json_add_number(doc, property, "minimum", 0);
        break;
    case HC_TYPE_REGISTER:
        add_types(doc, property, "string");
        hc_json_add_string(doc, property, "pattern", "^0x[0-9a-f]+$");
        break;
    case HC_TYPE_TEXT: add_types(doc, property, "string"); break;
    case HC_TYPE_WORD: add_words(doc, property, field->words); break;
    case HC_TYPE_LIST:
        add_types(doc, property, "array");
        hc_json_add_string(doc, hc_json_add_object(doc, property, "items"), "type", "string");
        break;
    }
    annotate(doc, property, field);
}

static void add_table(struct hc_json_doc *doc, struct hc_json *parent, const char *name, enum hc_table table)
{
    const struct hc_table_field *field = hc_table_field(table);
    struct hc_json *property = hc_json_add_object(doc, parent, name), *items, *list;

    add_types(doc, property, "array");
    hc_json_add_string(doc, property, "description", field->meaning);
    items = hc_json_add_object(doc, property, "items");
    hc_json_add_string(doc, items, "type", "object");
    list = hc_json_add_array(doc, items, "required");
    for (size_t c = 0; c < field->column_count; c++)
        hc_json_add_string(doc, list, NULL, field->columns[c].key);
    list = hc_json_add_object(doc, items, "properties");
    for (size_t c = 0; c < field->column_count; c++)
        add_property(doc, list, field->columns[c].key, &field->columns[c]);
}

/* Every name is required. */
static void add_names(struct hc_json_doc *doc, const struct hc_nest *nest, size_t object, struct hc_json *required)
{
    struct hc_nested m;

    for (bool more = hc_nest_first(nest, object, &m); more; more = hc_nest_next(nest, &m))
        hc_json_add_string(doc, required, NULL, m.name);
}

static void add_object(struct hc_json_doc *doc, const struct hc_nest *nest, size_t object, struct hc_json *schema);

static void add_properties(struct hc_json_doc *doc, const struct hc_nest *nest, size_t object,
                           struct hc_json *properties)
{
    struct hc_nested m;

    for (bool more = hc_nest_first(nest, object, &m); more; more = hc_nest_next(nest, &m))
        switch (m.kind) {
        case HC_NESTED_FACT: add_property(doc, properties, m.name, hc_fact_field((enum hc_fact)m.number)); break;
        case HC_NESTED_TABLE: add_table(doc, properties, m.name, (enum hc_table)m.number); break;
        case HC_NESTED_OBJECT: add_object(doc, nest, m.number, hc_json_add_object(doc, properties, m.name)); break;
        }
}

/* What comes first of the two follows what comes first in the object: texts that are published keep their order. */
static void add_object(struct hc_json_doc *doc, const struct hc_nest *nest, size_t object, struct hc_json *schema)
{
    struct hc_nested first;
    const bool objects_first = hc_nest_first(nest, object, &first) && first.kind == HC_NESTED_OBJECT;

    hc_json_add_string(doc, schema, "type", "object");
    if (objects_first)
        add_properties(doc, nest, object, hc_json_add_object(doc, schema, "properties"));
    add_names(doc, nest, object, hc_json_add_array(doc, schema, "required"));
    if (!objects_first)
        add_properties(doc, nest, object, hc_json_add_object(doc, schema, "properties"));
}

/* What is fixed, and behind it in "required" and "properties" what comes from the rows. */
static void add_root(struct hc_json_doc *doc, struct hc_json *root, const struct hc_json *fixed)
{
    struct hc_nest nest;

    if (!hc_nest(&nest, true))
        doc->exhausted = true;
    for (const struct hc_json *m = hc_json_first(fixed); m; m = hc_json_next(m)) {
        struct hc_json *copy = hc_json_add_copy(doc, root, hc_json_name(m), m);
        if (!strcmp(hc_json_name(m), "required"))
            add_names(doc, &nest, HC_NEST_ROOT, copy);
        else if (!strcmp(hc_json_name(m), "properties"))
            add_properties(doc, &nest, HC_NEST_ROOT, copy);
    }
}

static void add_all(struct hc_json_doc *doc, struct hc_json *root, const struct hc_json *fixed)
{
    for (const struct hc_json *m = hc_json_first(fixed); m; m = hc_json_next(m))
        hc_json_add_copy(doc, root, hc_json_name(m), m);
}

static char *render(struct hc_text text, void (*add)(struct hc_json_doc *, struct hc_json *, const struct hc_json *))
{
    struct hc_json_doc fixed, doc;
    struct hc_json_error error;
    char *out = NULL;

    if (hc_json_parse(&fixed, text, &error)) {
        add(&doc, hc_json_new(&doc), fixed.root);
        out = hc_json_print(&doc);
        hc_json_free(&doc);
    }
    hc_json_free(&fixed);
    return out;
}

char *hc_render_schema(void)
{
    return render(hc_schema_text, add_root);
}

char *hc_render_diff_schema(void)
{
    return render(hc_diff_schema_text, add_all);
}
