/* IOKit, CoreFoundation and Hypervisor.framework of the Mac that is played. Of a script:

       ioreg CLASS                 an object begins
       prop NAME d HEX | s TEXT | n NUMBER
       el2 0 | 1 | denied          without such a line the function does not exist */
#include "play.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRING = 1, DATA, NUMBER, BOOLEAN };

struct object {
    unsigned long type;
    char text[512];
    unsigned char bytes[256];
    long size;
    int64_t number;
};

static const char *matching;
static int position;

static bool is_class(const struct hc_script_line *line, const char *class)
{
    return !strcmp(line->word[0], "ioreg") && !strcmp(line->word[1], class);
}

static const void *service_matching(const char *class)
{
    matching = class;
    return class;
}

static int matching_services(uint32_t port, const void *dictionary, uint32_t *iterator)
{
    (void)port;
    (void)dictionary;
    position = 0;
    *iterator = UINT32_MAX;
    return 0;
}

/* An object is the number of its line, counted from 1. */
static uint32_t next(uint32_t iterator)
{
    int count;
    const struct hc_script_line *lines = hc_script_lines(&count);

    (void)iterator;
    while (position < count)
        if (is_class(&lines[position++], matching))
            return (uint32_t)position;
    return 0;
}

static uint32_t from_path(uint32_t port, const char *path)
{
    uint32_t unused;

    service_matching(path);
    matching_services(port, NULL, &unused);
    return next(0);
}

static struct object *new_object(unsigned long type)
{
    struct object *object = calloc(1, sizeof *object);

    if (!object)
        abort();
    object->type = type;
    return object;
}

static struct object *value_of(const char *type, const char *text)
{
    struct object *object = new_object(*type == 'd' ? DATA : *type == 's' ? STRING : NUMBER);

    snprintf(object->text, sizeof object->text, "%s", text);
    object->number = strtoll(text, NULL, 10);
    for (unsigned byte; object->type == DATA && sscanf(text, "%2x", &byte) == 1; text += 2)
        object->bytes[object->size++] = (unsigned char)byte;
    return object;
}

static const void *property(uint32_t entry, const void *key, const void *allocator, uint32_t options)
{
    int count;
    const struct hc_script_line *lines = hc_script_lines(&count);

    (void)allocator;
    (void)options;
    for (int i = (int)entry; i < count && !strcmp(lines[i].word[0], "prop"); i++)
        if (!strcmp(lines[i].word[1], ((const struct object *)key)->text))
            return value_of(lines[i].word[2], lines[i].word[3]);
    return NULL;
}

static int release_entry(uint32_t entry)
{
    (void)entry;
    return 0;
}

static const void *new_string(const void *allocator, const char *text, uint32_t encoding)
{
    struct object *object = new_object(STRING);

    (void)allocator;
    (void)encoding;
    snprintf(object->text, sizeof object->text, "%s", text);
    return object;
}

static unsigned char get_string(const void *string, char *room, long size, uint32_t encoding)
{
    (void)encoding;
    return snprintf(room, (size_t)size, "%s", ((const struct object *)string)->text) < size;
}

static const unsigned char *get_bytes(const void *data)
{
    return ((const struct object *)data)->bytes;
}

static long get_size(const void *data)
{
    return ((const struct object *)data)->size;
}

static unsigned char get_number(const void *number, long type, void *value)
{
    memcpy(value, &((const struct object *)number)->number, sizeof(int64_t));
    return type == 4;
}

static unsigned char get_boolean(const void *boolean)
{
    return ((const struct object *)boolean)->number != 0;
}

static unsigned long get_type(const void *value)
{
    return ((const struct object *)value)->type;
}

static unsigned long string_type(void)
{
    return STRING;
}

static unsigned long data_type(void)
{
    return DATA;
}

static unsigned long number_type(void)
{
    return NUMBER;
}

static unsigned long boolean_type(void)
{
    return BOOLEAN;
}

static void release(const void *value)
{
    free((void *)(uintptr_t)value);
}

static uint32_t el2_supported(bool *supported)
{
    const struct hc_script_line *line = hc_script("el2", NULL);

    *supported = !strcmp(line->word[1], "1");
    return strcmp(line->word[1], "denied") ? 0 : 0xfae94007; /* HV_DENIED */
}

#define ROW(name, function)                                                                                            \
    {                                                                                                                  \
        name, (void *)(uintptr_t)(function)                                                                            \
    }

void *hc_framework_symbol(const char *name)
{
    static const struct {
        const char *name;
        void *function;
    } rows[] = {
        ROW("IOServiceMatching", service_matching),
        ROW("IOServiceGetMatchingServices", matching_services),
        ROW("IOIteratorNext", next),
        ROW("IORegistryEntryFromPath", from_path),
        ROW("IORegistryEntryCreateCFProperty", property),
        ROW("IOObjectRelease", release_entry),
        ROW("CFStringCreateWithCString", new_string),
        ROW("CFStringGetCString", get_string),
        ROW("CFDataGetBytePtr", get_bytes),
        ROW("CFDataGetLength", get_size),
        ROW("CFNumberGetValue", get_number),
        ROW("CFBooleanGetValue", get_boolean),
        ROW("CFGetTypeID", get_type),
        ROW("CFStringGetTypeID", string_type),
        ROW("CFDataGetTypeID", data_type),
        ROW("CFNumberGetTypeID", number_type),
        ROW("CFBooleanGetTypeID", boolean_type),
        ROW("CFRelease", release),
        ROW("hv_vm_config_get_el2_supported", el2_supported),
    };

    if (!strcmp(name, "hv_vm_config_get_el2_supported") && !hc_script("el2", NULL))
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, name))
            return rows[i].function;
    return NULL;
}
