/* The running Mac. Nothing is linked but libSystem: IOKit, CoreFoundation and Hypervisor.framework are loaded when they
   are asked, through the few functions that are declared here. No virtual machine is made. */
#include "parse.h"
#include "source.h"
#include "unix/host.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysctl.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

void hc_will_fill(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}

/* ---- sysctl ---- */

enum sysctl_type { NONE, NUMBER, TEXT };

static enum sysctl_type type_of(const char *name)
{
    static const struct {
        const char *name;
        enum sysctl_type type;
    } rows[] = {
#define SYSCTL_LISTED(name, id) { name, NUMBER },
#define SYSCTL_FLAG(name, id)   { name, NUMBER },
#define SYSCTL_NUMBER(name, id) { name, NUMBER },
#define SYSCTL_TEXT(name, id)   { name, TEXT },
#include "macos/sysctls.def"
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, name))
            return rows[i].type;
    return NONE;
}

/* Nothing in the table can be below zero, and hw.cpufamily uses all 32 bits. */
static void answer_number(struct hc_source *src, struct hc_reply *reply, const char *bytes, size_t size)
{
    uint32_t small;
    uint64_t large;

    if (size == sizeof small) {
        memcpy(&small, bytes, sizeof small);
        hc_answer_text(src, reply, "%u", (unsigned)small);
    } else if (size == sizeof large) {
        memcpy(&large, bytes, sizeof large);
        hc_answer_text(src, reply, "%llu", (unsigned long long)large);
    } else {
        hc_answer_error(reply, HC_FAILED, "a number has 4 or 8 bytes");
    }
}

/* A text may come with a NUL behind it, or without. */
static void answer_sysctl(struct hc_source *src, struct hc_reply *reply, const char *name)
{
    const enum sysctl_type type = type_of(name);
    char bytes[2048];
    size_t size = sizeof bytes;

    if (type == NONE)
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on macOS");
    else if (sysctlbyname(name, bytes, &size, NULL, 0))
        hc_answer_errno(reply, errno);
    else if (type == NUMBER)
        answer_number(src, reply, bytes, size);
    else
        hc_answer_bytes(src, reply, bytes, strnlen(bytes, size));
}

/* Rosetta gives a translated process a CPU that is not there: sysctl.proc_translated is 1 then, and unknown to a system
   without Rosetta. */
static bool translated(void)
{
    int value = 0;
    size_t size = sizeof value;

    return !sysctlbyname("sysctl.proc_translated", &value, &size, NULL, 0) && value;
}

/* ---- CPUID ---- */

/* macOS lets no thread choose its CPU; the first stands for all. */
static void answer_cpuid(struct hc_source *src, struct hc_reply *reply, const char *rest)
{
#if defined(__x86_64__)
    struct hc_text text = hc_text_from(rest), part[3], tail;
    uint64_t cpu, leaf, subleaf;
    unsigned a, b, c, d;

    if (!hc_split(text, ':', &part[0], &tail) || !hc_split(tail, ':', &part[1], &part[2]) ||
        !hc_number(part[0], 10, &cpu) || !hc_number(part[1], 16, &leaf) || !hc_number(part[2], 16, &subleaf) ||
        leaf > UINT32_MAX || subleaf > UINT32_MAX) {
        hc_answer_errno(reply, EINVAL);
    } else if (translated()) {
        hc_answer_error(reply, HC_UNSUPPORTED, "translated by Rosetta: not the CPU of this machine");
    } else if (cpu) {
        hc_answer_error(reply, HC_UNSUPPORTED, "macOS lets no thread choose its CPU");
    } else {
        __cpuid_count((unsigned)leaf, (unsigned)subleaf, a, b, c, d);
        hc_answer_text(src, reply, "%08x %08x %08x %08x", a, b, c, d);
    }
#else
    (void)src;
    (void)rest;
    (void)translated;
    hc_answer_error(reply, HC_UNSUPPORTED, "not an x86 CPU");
#endif
}

/* ---- Hypervisor.framework ---- */

/* hv_return_t: Hypervisor/hv_error.h. */
enum { HV_SUCCESS = 0 };
#define HV_DENIED      0xfae94007u
#define HV_UNSUPPORTED 0xfae9400fu

#define FRAMEWORK(name) "/System/Library/Frameworks/" name ".framework/" name

/* A configuration query: it needs no virtual machine, and no entitlement is known to be asked of it. */
static void answer_el2(struct hc_source *src, struct hc_reply *reply, void *framework)
{
    uint32_t (*supported)(bool *) = (uint32_t(*)(bool *))dlsym(framework, "hv_vm_config_get_el2_supported");
    bool yes = false;
    uint32_t result = supported ? supported(&yes) : HV_SUCCESS;

    if (!supported)
        hc_answer_error(reply, HC_ABSENT, "Hypervisor.framework has no such function: macOS 15 is the first with it");
    else if (result == HV_SUCCESS)
        hc_answer_text(src, reply, "%d", yes);
    else if (result == HV_DENIED)
        hc_answer_error(reply, HC_DENIED, "HV_DENIED");
    else if (result == HV_UNSUPPORTED)
        hc_answer_error(reply, HC_UNSUPPORTED, "HV_UNSUPPORTED");
    else
        hc_answer_error(reply, HC_FAILED, hc_format(src, "hv_return_t 0x%08x", (unsigned)result));
}

static void answer_api(struct hc_source *src, struct hc_reply *reply, const char *function)
{
    void *framework;

    if (strcmp(function, "hv_vm_config_get_el2_supported") != 0) {
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on macOS");
        return;
    }
    framework = dlopen(FRAMEWORK("Hypervisor"), RTLD_LAZY | RTLD_LOCAL);
    if (!framework) {
        hc_answer_error(reply, HC_UNSUPPORTED, "Hypervisor.framework cannot be loaded");
        return;
    }
    answer_el2(src, reply, framework);
    dlclose(framework);
}

/* ---- the IORegistry ---- */

enum { UTF8 = 0x08000100, NUMBER_SINT64 = 4 }; /* kCFStringEncodingUTF8, kCFNumberSInt64Type */

typedef const void *cf;

/* What is used of IOKit and CoreFoundation. */
struct iokit {
    void *library, *foundation;
    cf (*IOServiceMatching)(const char *class);
    int (*IOServiceGetMatchingServices)(uint32_t port, cf matching, uint32_t *iterator);
    uint32_t (*IOIteratorNext)(uint32_t iterator);
    uint32_t (*IORegistryEntryFromPath)(uint32_t port, const char *path);
    cf (*IORegistryEntryCreateCFProperty)(uint32_t entry, cf key, cf allocator, uint32_t options);
    int (*IOObjectRelease)(uint32_t object);
    cf (*CFStringCreateWithCString)(cf allocator, const char *text, uint32_t encoding);
    unsigned char (*CFStringGetCString)(cf string, char *room, long size, uint32_t encoding);
    const unsigned char *(*CFDataGetBytePtr)(cf data);
    long (*CFDataGetLength)(cf data);
    unsigned char (*CFNumberGetValue)(cf number, long type, void *value);
    unsigned char (*CFBooleanGetValue)(cf boolean);
    unsigned long (*CFGetTypeID)(cf value);
    unsigned long (*CFStringGetTypeID)(void);
    unsigned long (*CFDataGetTypeID)(void);
    unsigned long (*CFNumberGetTypeID)(void);
    unsigned long (*CFBooleanGetTypeID)(void);
    void (*CFRelease)(cf value);
};

/* POSIX promises that a function's address goes through void *. */
static bool find(void *library, const char *name, void *function)
{
    void *at = dlsym(library, name);

    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static bool find_all(struct iokit *io)
{
#define IN(library, name) find(io->library, #name, &io->name)
    return IN(library, IOServiceMatching) && IN(library, IOServiceGetMatchingServices) && IN(library, IOIteratorNext) &&
           IN(library, IORegistryEntryFromPath) && IN(library, IORegistryEntryCreateCFProperty) &&
           IN(library, IOObjectRelease) && IN(foundation, CFStringCreateWithCString) &&
           IN(foundation, CFStringGetCString) && IN(foundation, CFDataGetBytePtr) && IN(foundation, CFDataGetLength) &&
           IN(foundation, CFNumberGetValue) && IN(foundation, CFBooleanGetValue) && IN(foundation, CFGetTypeID) &&
           IN(foundation, CFStringGetTypeID) && IN(foundation, CFDataGetTypeID) && IN(foundation, CFNumberGetTypeID) &&
           IN(foundation, CFBooleanGetTypeID) && IN(foundation, CFRelease);
#undef IN
}

struct live {
    struct iokit io;
    enum { UNTRIED, LOADED, MISSING } state;
};

static bool load_iokit(struct live *live)
{
    struct iokit *io = &live->io;

    if (live->state != UNTRIED)
        return live->state == LOADED;
    io->library = dlopen(FRAMEWORK("IOKit"), RTLD_LAZY | RTLD_LOCAL);
    io->foundation = dlopen(FRAMEWORK("CoreFoundation"), RTLD_LAZY | RTLD_LOCAL);
    live->state = io->library && io->foundation && find_all(io) ? LOADED : MISSING;
    return live->state == LOADED;
}

/* The text of an answer while it grows. */
struct answer {
    char bytes[1 << 17];
    size_t size;
    bool full;
};

static void HC_PRINTF(2, 3) add(struct answer *answer, const char *format, ...)
{
    const size_t room = sizeof answer->bytes - answer->size;
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(answer->bytes + answer->size, room, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= room)
        answer->full = true;
    else
        answer->size += (size_t)size;
}

/* Quotes and lines of its own would not be read back. */
static void add_string(const struct iokit *io, struct answer *answer, const char *name, cf value)
{
    char text[512];

    if (!io->CFStringGetCString(value, text, sizeof text, UTF8))
        return;
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == '"')
            *c = '?';
    add(answer, "%s = \"%s\"\n", name, text);
}

static void add_data(const struct iokit *io, struct answer *answer, const char *name, cf value)
{
    const unsigned char *bytes = io->CFDataGetBytePtr(value);
    const long size = io->CFDataGetLength(value);

    if (size <= 0 || size > 256)
        return;
    add(answer, "%s = <", name);
    for (long i = 0; i < size; i++)
        add(answer, "%02x", bytes[i]);
    add(answer, ">\n");
}

static void add_value(const struct iokit *io, struct answer *answer, const char *name, cf value)
{
    const unsigned long type = io->CFGetTypeID(value);
    int64_t number;

    if (type == io->CFStringGetTypeID())
        add_string(io, answer, name, value);
    else if (type == io->CFDataGetTypeID())
        add_data(io, answer, name, value);
    else if (type == io->CFBooleanGetTypeID())
        add(answer, "%s = %s\n", name, io->CFBooleanGetValue(value) ? "Yes" : "No");
    else if (type == io->CFNumberGetTypeID() && io->CFNumberGetValue(value, NUMBER_SINT64, &number))
        add(answer, "%s = %lld\n", name, (long long)number);
}

static const struct {
    const char *what, *property;
} properties[] = {
#define IOREG(what, property) { what, property },
#include "macos/ioreg.def"
};

static bool is_known(const char *what)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (!strcmp(properties[i].what, what))
            return true;
    return false;
}

/* One object: its properties that are asked for, then an empty line; also of one that has none of them. */
static void add_object(const struct iokit *io, struct answer *answer, const char *what, uint32_t entry)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        cf key, value = NULL;
        if (strcmp(properties[i].what, what) != 0 || !*properties[i].property)
            continue;
        key = io->CFStringCreateWithCString(NULL, properties[i].property, UTF8);
        if (key)
            value = io->IORegistryEntryCreateCFProperty(entry, key, NULL, 0);
        if (value) {
            add_value(io, answer, properties[i].property, value);
            io->CFRelease(value);
        }
        if (key)
            io->CFRelease(key);
    }
    add(answer, "\n");
}

/* How many objects there were; -1: the registry refused. */
static int add_services(const struct iokit *io, struct answer *answer, const char *class)
{
    cf matching = io->IOServiceMatching(class); /* the next call takes it over */
    uint32_t iterator = 0, entry;
    int count = 0;

    if (!matching || io->IOServiceGetMatchingServices(0, matching, &iterator))
        return -1;
    for (; (entry = io->IOIteratorNext(iterator)) != 0; count++) {
        add_object(io, answer, class, entry);
        io->IOObjectRelease(entry);
    }
    io->IOObjectRelease(iterator);
    return count;
}

static int add_path(const struct iokit *io, struct answer *answer, const char *path)
{
    const uint32_t entry = io->IORegistryEntryFromPath(0, path);

    if (!entry)
        return 0;
    add_object(io, answer, path, entry);
    io->IOObjectRelease(entry);
    return 1;
}

static void answer_ioreg(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *what)
{
    struct answer *answer = NULL;
    int count = 0;

    if (!is_known(what))
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on macOS");
    else if (!load_iokit(live))
        hc_answer_error(reply, HC_UNSUPPORTED, "IOKit cannot be loaded");
    else if (!(answer = calloc(1, sizeof *answer)))
        hc_answer_errno(reply, ENOMEM);
    if (!answer)
        return;
    count = strchr(what, ':') ? add_path(&live->io, answer, what) : add_services(&live->io, answer, what);
    if (count < 0 || answer->full)
        hc_answer_error(reply, HC_FAILED, count < 0 ? "the IORegistry refused" : "more than fits");
    else if (!count)
        hc_answer_error(reply, HC_ABSENT, "the IORegistry has none");
    else
        hc_answer_bytes(src, reply, answer->bytes, answer->size);
    free(answer);
}

/* ---- the backend ---- */

static void answer_host(struct hc_source *src, struct hc_reply *reply, const char *what)
{
    if (!strcmp(what, "uname"))
        hc_answer_uname(src, reply);
    else if (!strcmp(what, "time"))
        hc_answer_time(src, reply);
    else if (!strcmp(what, "privilege"))
        hc_answer_text(src, reply, "euid %u\negid %u\ncpu 0\n", geteuid(), getegid());
    else
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on macOS");
}

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    const char *rest;

    if ((rest = hc_key_rest(reply->key, "sysctl:")))
        answer_sysctl(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "ioreg:")))
        answer_ioreg(src, self, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "api:")))
        answer_api(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "cpuid:")))
        answer_cpuid(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "host:")))
        answer_host(src, reply, rest);
    else
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on macOS");
}

static void close_live(void *self)
{
    struct live *live = self;

    if (live->io.foundation)
        dlclose(live->io.foundation);
    if (live->io.library)
        dlclose(live->io.library);
    free(live);
}

static const struct hc_backend backend = { .answer = answer, .close = close_live };

struct hc_source *hc_source_live(void)
{
    struct live *live = calloc(1, sizeof *live);
    struct hc_source *src = live ? hc_source_new(&backend, live) : NULL;

    if (src) {
        src->platform = "macos";
        src->origin = "live";
    }
    return src;
}

struct hc_source *hc_source_sysroot(const char *folder, const char **error)
{
    (void)folder;
    *error = "a --sysroot is read on Linux only";
    return NULL;
}
