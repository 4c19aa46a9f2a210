/* libSystem, as far as hostcap imports it: libc's own function where both have the same, otherwise one of these, which
   translate numbers and structures. Of a script:

       sysctl NAME i NUMBER | q NUMBER | t TEXT | e ERRNO     4 bytes, 8 bytes, text, error
       uname FIELD TEXT, time SECONDS, euid NUMBER, egid NUMBER
       framework NAME              one that can be loaded */
#include "play.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the script ---- */

enum { LINES = 4096, WORDS = 5 };

static struct hc_script_line lines[LINES];
static int line_count;

void hc_play(const char *path)
{
    FILE *file = fopen(path, "r");
    static char text[1 << 16];
    int n;

    while (file && line_count < LINES && fgets(text, sizeof text, file)) {
        char *rest = strdup(text), *word;
        rest[strcspn(rest, "\n")] = '\0';
        for (n = 0; n < WORDS; n++) {
            word = strsep(&rest, "\t");
            lines[line_count].word[n] = word ? word : "";
        }
        line_count++;
    }
    if (!file) {
        fprintf(stderr, "loader: cannot read %s\n", path);
        exit(99);
    }
    fclose(file);
}

const struct hc_script_line *hc_script_lines(int *count)
{
    *count = line_count;
    return lines;
}

const struct hc_script_line *hc_script(const char *first, const char *second)
{
    for (int i = 0; i < line_count; i++)
        if (!strcmp(lines[i].word[0], first) && (!second || !strcmp(lines[i].word[1], second)))
            return &lines[i];
    return NULL;
}

/* ---- the Mac ---- */

static int give(void *old, size_t *size, const void *bytes, size_t count)
{
    if (*size < count) {
        errno = ENOMEM;
        return -1;
    }
    memcpy(old, bytes, count);
    *size = count;
    return 0;
}

static int mac_sysctlbyname(const char *name, void *old, size_t *size, void *fresh, size_t fresh_size)
{
    const struct hc_script_line *line = hc_script("sysctl", name);
    const char type = line ? *line->word[2] : 'e';
    int64_t number = line ? strtoll(line->word[3], NULL, 10) : ENOENT;
    int32_t small = (int32_t)number;

    if (fresh || fresh_size) {
        fprintf(stderr, "loader: a sysctl is written\n");
        exit(98);
    }
    switch (type) {
    case 'i': return give(old, size, &small, sizeof small);
    case 'q': return give(old, size, &number, sizeof number);
    case 't': return give(old, size, line->word[3], strlen(line->word[3]) + 1);
    default: errno = small; return -1;
    }
}

static int mac_uname(char *fields)
{
    static const char *const names[] = { "sysname", "nodename", "release", "version", "machine" };

    for (int i = 0; i < 5; i++) {
        const struct hc_script_line *line = hc_script("uname", names[i]);
        snprintf(fields + 256 * i, 256, "%s", line ? line->word[2] : "");
    }
    return 0;
}

static long number_in(const char *word)
{
    const struct hc_script_line *line = hc_script(word, NULL);

    return line ? strtol(line->word[1], NULL, 10) : 0;
}

static long mac_time(long *at)
{
    if (at)
        *at = number_in("time");
    return number_in("time");
}

static unsigned mac_geteuid(void)
{
    return (unsigned)number_in("euid");
}

static unsigned mac_getegid(void)
{
    return (unsigned)number_in("egid");
}

static void *mac_dlopen(const char *path, int mode)
{
    const char *name = strrchr(path, '/');

    (void)mode;
    return name ? (void *)(uintptr_t)hc_script("framework", name + 1) : NULL;
}

static void *mac_dlsym(void *library, const char *name)
{
    (void)library;
    return hc_framework_symbol(name);
}

static int mac_dlclose(void *library)
{
    (void)library;
    return 0;
}

/* ---- numbers and structures that differ ---- */

static int flags_of(int mac)
{
    static const int rows[][2] = { { 0x4, O_NONBLOCK },   { 0x8, O_APPEND },         { 0x100, O_NOFOLLOW },
                                   { 0x200, O_CREAT },    { 0x400, O_TRUNC },        { 0x800, O_EXCL },
                                   { 0x20000, O_NOCTTY }, { 0x100000, O_DIRECTORY }, { 0x1000000, O_CLOEXEC } };
    int flags = mac & 3;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (mac & rows[i][0])
            flags |= rows[i][1];
    return flags;
}

/* sys/stat.h of macOS with 64-bit inode numbers. */
struct mac_stat {
    int32_t dev;
    uint16_t mode, nlink;
    uint64_t ino;
    uint32_t uid, gid;
    int32_t rdev;
    int64_t times[8];
    int64_t size, blocks;
    int32_t blksize;
    uint32_t flags, gen;
    int32_t spare;
    int64_t more[2];
};

static int convert(int result, const struct stat *st, struct mac_stat *mac)
{
    if (!result)
        *mac = (struct mac_stat){ .mode = (uint16_t)st->st_mode,
                                  .ino = st->st_ino,
                                  .nlink = (uint16_t)st->st_nlink,
                                  .uid = st->st_uid,
                                  .gid = st->st_gid,
                                  .size = st->st_size };
    return result;
}

static int mac_fstat(int fd, struct mac_stat *mac)
{
    struct stat st;

    return convert(fstat(fd, &st), &st, mac);
}

static int mac_stat(const char *path, struct mac_stat *mac)
{
    struct stat st;

    return convert(stat(path, &st), &st, mac);
}

static int mac_lstat(const char *path, struct mac_stat *mac)
{
    struct stat st;

    return convert(lstat(path, &st), &st, mac);
}

/* ---- ctype.h of macOS: a table with a header of 60 bytes ---- */

static struct {
    char head[60];
    uint32_t type[256];
    int32_t lower[256], upper[256];
} runes;

static void fill_runes(void)
{
    for (int c = 0; c < 128; c++) {
        runes.type[c] = (isalpha(c) ? 0x100u : 0) | (iscntrl(c) ? 0x200u : 0) | (isdigit(c) ? 0x400u : 0) |
                        (isgraph(c) ? 0x800u : 0) | (islower(c) ? 0x1000u : 0) | (ispunct(c) ? 0x2000u : 0) |
                        (isspace(c) ? 0x4000u : 0) | (isupper(c) ? 0x8000u : 0) | (isxdigit(c) ? 0x10000u : 0) |
                        (isblank(c) ? 0x20000u : 0) | (isprint(c) ? 0x40000u : 0);
        runes.lower[c] = tolower(c);
        runes.upper[c] = toupper(c);
    }
}

static int mac_maskrune(int c, unsigned long mask)
{
    return c >= 0 && c < 256 ? (int)(runes.type[c] & mask) : 0;
}

static int mac_tolower(int c)
{
    return c >= 0 && c < 128 ? tolower(c) : c;
}

/* ---- functions with checks ---- */

static void *mac_memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
    return size > room ? (abort(), NULL) : memcpy(to, from, size);
}

static void *mac_memmove_chk(void *to, const void *from, size_t size, size_t room)
{
    return size > room ? (abort(), NULL) : memmove(to, from, size);
}

static char *mac_strcat_chk(char *to, const char *from, size_t room)
{
    return strlen(to) + strlen(from) >= room ? (abort(), NULL) : strcat(to, from);
}

static void mac_bzero(void *at, size_t size)
{
    memset(at, 0, size);
}

static int *mac_error(void)
{
    return &errno;
}

static void not_played(void)
{
    fprintf(stderr, "loader: a function was called that is not played\n");
    exit(97);
}

/* ---- functions with a variable number of arguments ----

   On Intel they are called as on Linux. On Apple silicon the variable arguments lie on the stack, eight bytes each, and
   a va_list is a pointer to them; from it comes a va_list of AAPCS64 whose registers are used up. */

#if defined(__x86_64__)

static int mac_open(const char *path, int flags, ...)
{
    va_list args;
    int mode;

    va_start(args, flags);
    mode = va_arg(args, int);
    va_end(args);
    return open(path, flags_of(flags), mode);
}

static int mac_fcntl(int fd, int command, ...)
{
    va_list args;
    int value;

    va_start(args, command);
    value = va_arg(args, int);
    va_end(args);
    return fcntl(fd, command, command == F_SETFL ? flags_of(value) : value);
}

static int mac_sprintf_chk(char *to, int flag, size_t room, const char *format, ...)
{
    va_list args;
    int size;

    (void)flag;
    va_start(args, format);
    size = vsnprintf(to, room, format, args);
    va_end(args);
    return size;
}

#else

struct aapcs_list {
    char *stack;
    void *general_top, *vector_top;
    int general_offset, vector_offset;
};

static void list_of(va_list *list, char *stack)
{
    const struct aapcs_list all_on_stack = { stack, NULL, NULL, 0, 0 };

    _Static_assert(sizeof(va_list) == sizeof all_on_stack, "AAPCS64");
    memcpy(list, &all_on_stack, sizeof all_on_stack);
}

/* Puts the address of the variable arguments behind the fixed ones. */
#define ENTRY(name, reg)                                                                                               \
    __asm__(".text\n.globl hc_entry_" #name "\nhc_entry_" #name ":\n mov " #reg ", sp\n b hc_mac_" #name "\n");        \
    extern char hc_entry_##name[];

#define WITH_LIST(call)                                                                                                \
    va_list list;                                                                                                      \
    int result;                                                                                                        \
    list_of(&list, stack);                                                                                             \
    result = call;                                                                                                     \
    return result

int hc_mac_printf(const char *format, char *stack);
int hc_mac_fprintf(FILE *file, const char *format, char *stack);
int hc_mac_sprintf(char *to, const char *format, char *stack);
int hc_mac_snprintf(char *to, size_t room, const char *format, char *stack);
int hc_mac_sprintf_chk(char *to, int flag, size_t room, const char *format, char *stack);
int hc_mac_sscanf(const char *text, const char *format, char *stack);
int hc_mac_open(const char *path, int flags, char *stack);
int hc_mac_fcntl(int fd, int command, char *stack);

ENTRY(printf, x1)
int hc_mac_printf(const char *format, char *stack)
{
    WITH_LIST(vprintf(format, list));
}

ENTRY(fprintf, x2)
int hc_mac_fprintf(FILE *file, const char *format, char *stack)
{
    WITH_LIST(vfprintf(file, format, list));
}

ENTRY(sprintf, x2)
int hc_mac_sprintf(char *to, const char *format, char *stack)
{
    WITH_LIST(vsprintf(to, format, list));
}

ENTRY(snprintf, x3)
int hc_mac_snprintf(char *to, size_t room, const char *format, char *stack)
{
    WITH_LIST(vsnprintf(to, room, format, list));
}

ENTRY(sprintf_chk, x4)
int hc_mac_sprintf_chk(char *to, int flag, size_t room, const char *format, char *stack)
{
    (void)flag;
    WITH_LIST(vsnprintf(to, room, format, list));
}

ENTRY(sscanf, x2)
int hc_mac_sscanf(const char *text, const char *format, char *stack)
{
    WITH_LIST(vsscanf(text, format, list));
}

ENTRY(open, x2)
int hc_mac_open(const char *path, int flags, char *stack)
{
    return open(path, flags_of(flags), *(int *)(void *)stack);
}

ENTRY(fcntl, x2)
int hc_mac_fcntl(int fd, int command, char *stack)
{
    const int value = *(int *)(void *)stack;

    return fcntl(fd, command, command == F_SETFL ? flags_of(value) : value);
}

static int mac_vfprintf(FILE *file, const char *format, char *stack)
{
    WITH_LIST(vfprintf(file, format, list));
}

static int mac_vsnprintf(char *to, size_t room, const char *format, char *stack)
{
    WITH_LIST(vsnprintf(to, room, format, list));
}

#endif

static int mac_ioctl(int fd, unsigned long request)
{
    (void)fd;
    (void)request;
    errno = ENOTTY; /* no terminal has a width here */
    return -1;
}

/* ---- the table ---- */

#define SAME(name)                                                                                                     \
    {                                                                                                                  \
        "_" #name, (void *)(uintptr_t)(name)                                                                           \
    }
#define MAC(name)                                                                                                      \
    {                                                                                                                  \
        "_" #name, (void *)(uintptr_t)(mac_##name)                                                                     \
    }
#define INODE64(name)                                                                                                  \
    MAC(name),                                                                                                         \
    {                                                                                                                  \
        "_" #name "$INODE64", (void *)(uintptr_t)(mac_##name)                                                          \
    }
#define AS(name, what)                                                                                                 \
    {                                                                                                                  \
        name, (void *)(uintptr_t)(what)                                                                                \
    }
#if defined(__x86_64__)
#define LISTED(name)     SAME(name)
#define FORMATTED(name)  SAME(name)
#define TRANSLATED(name) MAC(name)
#define CHECKED(name)                                                                                                  \
    {                                                                                                                  \
        "___" #name, (void *)(uintptr_t)(mac_##name)                                                                   \
    }
#else
#define LISTED(name) MAC(name)
#define FORMATTED(name)                                                                                                \
    {                                                                                                                  \
        "_" #name, hc_entry_##name                                                                                     \
    }
#define TRANSLATED(name) FORMATTED(name)
#define CHECKED(name)                                                                                                  \
    {                                                                                                                  \
        "___" #name, hc_entry_##name                                                                                   \
    }
#endif

void *hc_import(const char *name)
{
    static FILE *out, *err;
    static int ready;
    static const struct {
        const char *name;
        void *address;
    } rows[] = {
        /* the Mac */
        MAC(sysctlbyname),
        MAC(uname),
        MAC(time),
        MAC(geteuid),
        MAC(getegid),
        MAC(dlopen),
        MAC(dlsym),
        MAC(dlclose),
        /* translated */
        INODE64(fstat),
        INODE64(stat),
        INODE64(lstat),
        TRANSLATED(open),
        TRANSLATED(fcntl),
        MAC(ioctl),
        AS("___error", mac_error),
        AS("___maskrune", mac_maskrune),
        AS("___tolower", mac_tolower),
        AS("___memcpy_chk", mac_memcpy_chk),
        AS("___memmove_chk", mac_memmove_chk),
        AS("___strcat_chk", mac_strcat_chk),
        AS("___bzero", mac_bzero),
        AS("_bzero", mac_bzero),
        CHECKED(sprintf_chk),
        FORMATTED(printf),
        FORMATTED(fprintf),
        FORMATTED(sprintf),
        FORMATTED(snprintf),
        FORMATTED(sscanf),
        LISTED(vfprintf),
        LISTED(vsnprintf),
        /* data */
        AS("__DefaultRuneLocale", &runes),
        AS("___stdoutp", &out),
        AS("___stderrp", &err),
        AS("_optarg", &optarg),
        AS("_optind", &optind),
        /* the same */
        SAME(abort),
        SAME(access),
        SAME(basename),
        SAME(bsearch),
        SAME(calloc),
        SAME(clock_gettime),
        SAME(close),
        SAME(exit),
        SAME(fchmod),
        SAME(fclose),
        SAME(fdopen),
        SAME(feof),
        SAME(ferror),
        SAME(fflush),
        SAME(fgets),
        SAME(fileno),
        SAME(fopen),
        SAME(fputc),
        SAME(fputs),
        SAME(fread),
        SAME(free),
        SAME(fseek),
        SAME(fsync),
        SAME(ftell),
        SAME(fwrite),
        SAME(getenv),
        SAME(getopt_long),
        SAME(getpid),
        SAME(isatty),
        SAME(longjmp),
        SAME(lseek),
        SAME(malloc),
        SAME(memchr),
        SAME(memcmp),
        SAME(memcpy),
        SAME(memmove),
        SAME(memset),
        SAME(poll),
        SAME(putchar),
        SAME(puts),
        SAME(qsort),
        SAME(read),
        SAME(readlink),
        SAME(realloc),
        SAME(realpath),
        SAME(rename),
        SAME(setjmp),
        SAME(setvbuf),
        SAME(strcat),
        SAME(strchr),
        SAME(strcmp),
        SAME(strcpy),
        SAME(strcspn),
        SAME(strerror),
        SAME(strlen),
        SAME(strncmp),
        SAME(strncpy),
        SAME(strnlen),
        SAME(strpbrk),
        SAME(strrchr),
        SAME(strspn),
        SAME(strstr),
        SAME(strtod),
        SAME(strtol),
        SAME(strtoll),
        SAME(strtoul),
        SAME(strtoull),
        SAME(unlink),
        SAME(write),
        AS("_realpath$DARWIN_EXTSN", realpath),
        AS("dyld_stub_binder", not_played),
    };

    if (!ready++) {
        fill_runes();
        out = stdout;
        err = stderr;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(rows[i].name, name))
            return rows[i].address;
    return NULL;
}
