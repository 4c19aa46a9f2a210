/* Runs a program for macOS on Linux, as far as hostcap needs one: maps a Mach-O file, binds what it imports to
   functions of this file or of libc, and plays the Mac of a script that tests/macos/run makes of a recording. An import
   that is not in the table is refused, so that the table is the list of what hostcap takes of libSystem. One thread, no
   Objective-C, no chained fixups (mach-o/loader.h of macOS; zig links with the older opcodes).

       loader SCRIPT PROGRAM [ARGUMENT…] */
#include "play.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAGIC_64 = 0xfeedfacf,
    LC_SEGMENT_64 = 0x19,
    LC_DYLD_INFO_ONLY = 0x22,
    LC_MAIN = 0x28,
    LC_DYLD_CHAINED_FIXUPS = 0x34,
    REQUIRED = 0x7fffffff, /* without the bit that says that a loader must know the command */
    THREAD_DATA = 0x11,
    THREAD_BSS = 0x12,
    THREAD_VARIABLES = 0x13,
    SEGMENTS_MAX = 8
};

struct image {
    unsigned char *file, *base;
    size_t size;
    uint64_t lowest;
    unsigned char *segments[SEGMENTS_MAX];
    size_t sizes[SEGMENTS_MAX], count;
    uint32_t info[8]; /* offset and size of rebase, bind, weak bind, lazy bind */
    uint64_t entry;
    int unknown;
};

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "loader: %s %s\n", what, name);
    exit(99);
}

static uint32_t u32(const unsigned char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t u64(const unsigned char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static void read_file(struct image *image, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st))
        fail("cannot read", path);
    image->size = (size_t)st.st_size;
    image->file = mmap(NULL, image->size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (image->file == MAP_FAILED || image->size < 32 || u32(image->file) != MAGIC_64)
        fail("not a 64-bit Mach-O file:", path);
}

/* ---- segments ---- */

typedef void visit(struct image *image, uint32_t command, const unsigned char *at);

static void each_command(struct image *image, visit *visit)
{
    const unsigned char *at = image->file + 32;

    for (uint32_t n = u32(image->file + 16); n; n--, at += u32(at + 4))
        visit(image, u32(at) & REQUIRED, at);
}

static uint64_t highest;

static void measure(struct image *image, uint32_t command, const unsigned char *at)
{
    if (command == LC_DYLD_CHAINED_FIXUPS)
        fail("chained fixups are not understood", "");
    if (command != LC_SEGMENT_64 || !u32(at + 60)) /* no access at all: __PAGEZERO */
        return;
    if (!image->lowest)
        image->lowest = u64(at + 24);
    highest = u64(at + 24) + u64(at + 32);
}

static unsigned char *at_address(const struct image *image, uint64_t address)
{
    return image->base + (address - image->lowest);
}

static void map(struct image *image, uint32_t command, const unsigned char *at)
{
    if (command == LC_MAIN)
        image->entry = u64(at + 8);
    for (int i = 0; command == LC_DYLD_INFO_ONLY && i < 8; i++)
        image->info[i] = u32(at + 8 + 4 * i);
    if (command != LC_SEGMENT_64)
        return;
    if (image->count == SEGMENTS_MAX)
        fail("more segments than expected", "");
    image->sizes[image->count] = u64(at + 32);
    image->segments[image->count++] = u32(at + 60) ? at_address(image, u64(at + 24)) : NULL;
    if (u32(at + 60))
        memcpy(at_address(image, u64(at + 24)), image->file + u64(at + 40), u64(at + 48));
}

static void protect(struct image *image, uint32_t command, const unsigned char *at)
{
    if (command == LC_SEGMENT_64 && (u32(at + 60) & PROT_EXEC)) /* the bits are the same */
        mprotect(at_address(image, u64(at + 24)), u64(at + 32), PROT_READ | PROT_EXEC);
}

/* ---- thread-local variables: a descriptor holds a function, a key and an offset ---- */

extern char hc_tlv_thunk[];
#if defined(__x86_64__)
__asm__(".text\n.globl hc_tlv_thunk\nhc_tlv_thunk:\n movq 8(%rdi), %rax\n addq 16(%rdi), %rax\n ret\n");
#else
__asm__(".text\n.globl hc_tlv_thunk\nhc_tlv_thunk:\n ldr x16, [x0, #8]\n ldr x0, [x0, #16]\n add x0, x0, x16\n ret\n");
#endif

static uint64_t tls_start, tls_end;
static unsigned char *tls;

static void sections(const unsigned char *at,
                     void (*visit)(struct image *image, uint32_t type, uint64_t address, uint64_t size),
                     struct image *image)
{
    const unsigned char *section = at + 72;

    for (uint32_t n = u32(at + 64); n; n--, section += 80)
        visit(image, u32(section + 64) & 0xff, u64(section + 32), u64(section + 40));
}

static void measure_tls(struct image *image, uint32_t type, uint64_t address, uint64_t size)
{
    (void)image;
    if (type != THREAD_DATA && type != THREAD_BSS)
        return;
    if (!tls_start)
        tls_start = address;
    tls_end = address + size;
}

static void point_tls(struct image *image, uint32_t type, uint64_t address, uint64_t size)
{
    if (type == THREAD_DATA)
        memcpy(tls + (address - tls_start), at_address(image, address), size);
    for (uint64_t at = address; type == THREAD_VARIABLES && at < address + size; at += 24)
        memcpy(at_address(image, at) + 8, &tls, sizeof tls);
}

static void find_tls(struct image *image, uint32_t command, const unsigned char *at)
{
    if (command == LC_SEGMENT_64)
        sections(at, measure_tls, image);
}

static void set_tls(struct image *image, uint32_t command, const unsigned char *at)
{
    if (command == LC_SEGMENT_64)
        sections(at, point_tls, image);
}

/* ---- rebasing and binding ---- */

static uint64_t leb(const unsigned char **at, int is_signed)
{
    uint64_t value = 0;
    unsigned shift = 0, byte;

    do {
        byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && (byte & 0x40) && shift < 64)
        value |= ~UINT64_C(0) << shift;
    return value;
}

struct place {
    unsigned segment;
    uint64_t offset;
};

static void store(struct image *image, struct place *place, uint64_t value)
{
    if (place->segment >= image->count || place->offset + 8 > image->sizes[place->segment])
        fail("a place outside of the program", "");
    memcpy(image->segments[place->segment] + place->offset, &value, sizeof value);
}

static void slide(struct image *image, struct place *place, uint64_t times, uint64_t skip)
{
    while (times--) {
        const uint64_t old = u64(image->segments[place->segment] + place->offset);
        store(image, place, old - image->lowest + (uint64_t)(uintptr_t)image->base);
        place->offset += 8 + skip;
    }
}

static void rebase(struct image *image)
{
    const unsigned char *at = image->file + image->info[0], *end = at + image->info[1];
    struct place place = { 0, 0 };
    uint64_t times;

    while (at < end) {
        const unsigned immediate = *at & 0x0f;
        switch (*at++ & 0xf0) {
        case 0x00: return;
        case 0x10: break; /* pointers are all there is */
        case 0x20:
            place.segment = immediate;
            place.offset = leb(&at, 0);
            break;
        case 0x30: place.offset += leb(&at, 0); break;
        case 0x40: place.offset += immediate * 8u; break;
        case 0x50: slide(image, &place, immediate, 0); break;
        case 0x60: slide(image, &place, leb(&at, 0), 0); break;
        case 0x70:
            slide(image, &place, 1, 0);
            place.offset += leb(&at, 0);
            break;
        case 0x80:
            times = leb(&at, 0);
            slide(image, &place, times, leb(&at, 0));
            break;
        default: fail("an unknown rebase opcode", "");
        }
    }
}

static uint64_t address_of(struct image *image, const char *name)
{
    void *found = strcmp(name, "__tlv_bootstrap") ? hc_import(name) : hc_tlv_thunk;

    if (!found) {
        fprintf(stderr, "loader: no import %s\n", name);
        image->unknown++;
    }
    return (uint64_t)(uintptr_t)found;
}

static void bind(struct image *image, int which)
{
    const unsigned char *at = image->file + image->info[which], *end = at + image->info[which + 1];
    struct place place = { 0, 0 };
    const char *name = "";
    uint64_t addend = 0, times, skip;

    while (at < end) {
        const unsigned immediate = *at & 0x0f, opcode = *at++ & 0xf0;
        switch (opcode) {
        case 0x00: addend = 0; break; /* of lazy ones each has an end */
        case 0x20: leb(&at, 0); break;
        case 0x10:
        case 0x30:
        case 0x50: break;
        case 0x40:
            name = (const char *)at;
            at += strlen(name) + 1;
            break;
        case 0x60: addend = leb(&at, 1); break;
        case 0x70:
            place.segment = immediate;
            place.offset = leb(&at, 0);
            break;
        case 0x80: place.offset += leb(&at, 0); break;
        case 0x90:
        case 0xa0:
        case 0xb0:
        case 0xc0:
            times = opcode == 0xc0 ? leb(&at, 0) : 1;
            skip = opcode == 0xa0 || opcode == 0xc0 ? leb(&at, 0) : opcode == 0xb0 ? immediate * 8u : 0;
            while (times--) {
                store(image, &place, address_of(image, name) + addend);
                place.offset += 8 + skip;
            }
            break;
        default: fail("an unknown bind opcode", name);
        }
    }
}

int main(int argc, char **argv)
{
    static struct image image;
    int (*entry)(int argc, char **argv, char **environment, char **apple);
    char *nothing = NULL;

    if (argc < 3)
        fail("usage: loader SCRIPT PROGRAM [ARGUMENT…]", "");
    hc_play(argv[1]);
    read_file(&image, argv[2]);
    each_command(&image, measure);
    image.base = mmap(NULL, highest - image.lowest, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image.base == MAP_FAILED)
        fail("no memory for", argv[2]);
    each_command(&image, map);
    rebase(&image);
    bind(&image, 2);
    bind(&image, 6);
    each_command(&image, find_tls);
    tls = calloc(1, tls_end - tls_start + 16);
    each_command(&image, set_tls);
    if (image.unknown || !image.entry)
        fail("this program cannot be run:", argv[2]);
    each_command(&image, protect);
    __builtin___clear_cache((char *)image.base, (char *)image.base + (highest - image.lowest));
    entry = (int (*)(int, char **, char **, char **))(uintptr_t)(image.base + image.entry);
    exit(entry(argc - 2, argv + 2, environ, &nothing));
}
