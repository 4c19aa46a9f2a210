/* The JSON Schema of the report: what is fixed stands in schema.json, facts and tables come from their rows. That of a
   comparison is fixed as a whole. */
#include "schema.h"
#include "facts.h"
#include "json.h"
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

/* The "properties" of the object that a dotted key stands in, and the last name of the key; every name on the way is
   required. */
static struct hc_json *properties_of(struct hc_json_doc *doc, const char *key, const char **name)
{
    struct hc_json *schema = doc->root;
    char part[64];
    size_t size;

    while (key[size = strcspn(key, ".")] && size < sizeof part) {
        struct hc_json *properties = hc_json_branch(doc, schema, "properties");
        bool new_object;
        memcpy(part, key, size);
        part[size] = '\0';
        new_object = !hc_json_get(properties, part);
        if (new_object)
            hc_json_add_text(doc, hc_json_required(doc, schema), NULL, (struct hc_text){ part, size });
        schema = hc_json_branch(doc, properties, part);
        if (new_object)
            hc_json_add_string(doc, schema, "type", "object");
        key += size + 1;
    }
    *name = key;
    hc_json_add_string(doc, hc_json_required(doc, schema), NULL, key);
    return hc_json_branch(doc, schema, "properties");
}

static void add_table(struct hc_json_doc *doc, enum hc_table table)
{
    const struct hc_table_field *field = hc_table_field(table);
    const char *name;
    struct hc_json *properties = properties_of(doc, field->key, &name), *property, *items, *required;

    property = hc_json_add_object(doc, properties, name);
    add_types(doc, property, "array");
    hc_json_add_string(doc, property, "description", field->meaning);
    items = hc_json_add_object(doc, property, "items");
    hc_json_add_string(doc, items, "type", "object");
    required = hc_json_required(doc, items);
    for (size_t c = 0; c < field->column_count; c++) {
        hc_json_add_string(doc, required, NULL, field->columns[c].key);
        add_property(doc, hc_json_branch(doc, items, "properties"), field->columns[c].key, &field->columns[c]);
    }
}

char *hc_render_schema(void)
{
    struct hc_json_doc doc;
    struct hc_json_error error;
    char *text = NULL;

    if (hc_json_parse(&doc, hc_schema_text, &error)) {
        for (int f = 0; f < HC_FACTS; f++) {
            const char *name;
            struct hc_json *properties = properties_of(&doc, hc_fact_field((enum hc_fact)f)->key, &name);
            add_property(&doc, properties, name, hc_fact_field((enum hc_fact)f));
        }
        for (int t = 0; t < HC_TABLES; t++)
            add_table(&doc, (enum hc_table)t);
        text = hc_json_print(&doc, true);
    }
    hc_json_free(&doc);
    return text;
}

char *hc_render_diff_schema(void)
{
    struct hc_json_doc doc;
    struct hc_json_error error;
    char *text = NULL;

    if (hc_json_parse(&doc, hc_diff_schema_text, &error))
        text = hc_json_print(&doc, true);
    hc_json_free(&doc);
    return text;
}
