/* The floor of a scan (DESIGN, Proof: Bench): the same opens, reads, CPUIDs and ioctls, linked to the same libraries,
   with no thought and no output. tests/bench/run writes keys.h from a recording of this host: "KEY(text)" lines. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kvm.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

static const char *const keys[] = {
#define KEY(key) key,
#include "keys.h"
};

static const struct {
    const char *name;
    int number;
} extensions[] = {
#define EXTENSION(name, number, meaning) { #name, number },
#include "kvm_extensions.def"
};

static int kvm = -1, msr = -1;

static void read_file(const char *path)
{
    size_t room = 4096, size = 0;
    char *bytes;
    ssize_t n = 1;
    struct stat st;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return;
    bytes = fstat(fd, &st) ? NULL : malloc(room);
    while (bytes && (n = read(fd, bytes + size, room - size)) > 0) {
        char *larger = bytes;
        size += (size_t)n;
        if (size == room)
            larger = realloc(bytes, room *= 4);
        if (!larger)
            free(bytes);
        bytes = larger;
    }
    free(bytes);
    close(fd);
}

static void read_folder(const char *path)
{
    DIR *dir = opendir(path);

    while (dir && readdir(dir))
        ;
    if (dir)
        closedir(dir);
}

static void read_link(const char *path)
{
    char target[PATH_MAX];

    (void)!readlink(path, target, sizeof target);
}

static void look(const char *path)
{
    struct stat st;

    (void)stat(path, &st);
}

static void ask_access(const char *path)
{
    (void)!faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS);
}

/* Moves to the CPU and stays there: the scan moves once for a run of keys, too. */
static void ask_cpuid(const char *rest)
{
#if defined(__x86_64__) || defined(__i386__)
    static unsigned here = UINT_MAX;
    unsigned cpu, leaf, subleaf, a, b, c, d;
    cpu_set_t one;

    if (sscanf(rest, "%u:%x:%x", &cpu, &leaf, &subleaf) != 3)
        return;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    if (cpu != here)
        (void)sched_setaffinity(0, sizeof one, &one);
    here = cpu;
    __cpuid_count(leaf, subleaf, a, b, c, d);
#else
    (void)rest;
#endif
}

static void ask_msr(const char *rest)
{
    unsigned cpu, number;
    char path[64];
    unsigned long long value;

    if (sscanf(rest, "%u:%x", &cpu, &number) != 2)
        return;
    snprintf(path, sizeof path, "/dev/cpu/%u/msr", cpu);
    if (msr < 0 && !access("/sys/class/msr", F_OK))
        msr = open(path, O_RDONLY | O_CLOEXEC);
    (void)!pread(msr, &value, sizeof value, (off_t)number);
}

static void ask_extension(const char *name)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (!strcmp(name, extensions[i].name))
            (void)ioctl(kvm, KVM_CHECK_EXTENSION, (unsigned long)extensions[i].number);
}

static void ask_feature_list(void)
{
    struct kvm_msr_list *list = calloc(1, sizeof *list + 512 * sizeof list->indices[0]);

    if (list && ioctl(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, list)) /* once for the number, once for the list */
        (void)ioctl(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, list);
    free(list);
}

static void ask_feature(const char *rest)
{
    struct kvm_msrs *query = calloc(1, sizeof *query + sizeof query->entries[0]);

    if (query) {
        query->nmsrs = 1;
        query->entries[0].index = (unsigned)strtoul(rest, NULL, 16);
        (void)ioctl(kvm, KVM_GET_MSRS, query);
    }
    free(query);
}

static void ask_kvm(const char *what)
{
    if (kvm < 0)
        kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (!strcmp(what, "api_version"))
        (void)ioctl(kvm, KVM_GET_API_VERSION, 0);
    else if (!strcmp(what, "msr_feature_index_list"))
        ask_feature_list();
    else if (!strncmp(what, "check_extension:", 16))
        ask_extension(what + 16);
    else if (!strncmp(what, "feature_msr:", 12))
        ask_feature(what + 12);
}

/* "0000:00:01.0 0+16 52+4": the bytes that the scan read. */
static void read_config(const char *rest)
{
    char path[128], bytes[4096];
    int fd, used, offset, count;
    struct stat st;

    snprintf(path, sizeof path, "/sys/bus/pci/devices/%.*s/config", (int)strcspn(rest, " "), rest);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fstat(fd, &st);
    for (rest += strcspn(rest, " "); sscanf(rest, " %d+%d%n", &offset, &count, &used) == 2; rest += used)
        if (count > 0 && count <= (int)sizeof bytes)
            (void)!pread(fd, bytes, (size_t)count, offset);
    close(fd);
}

static void ask_host(const char *what)
{
    struct utsname names;

    if (!strcmp(what, "uname"))
        (void)uname(&names);
    else
        (void)time(NULL);
}

int main(void)
{
    static const struct {
        const char *scheme;
        void (*ask)(const char *rest);
    } askers[] = {
        { "file:", read_file },  { "dir:", read_folder },      { "link:", read_link }, { "stat:", look },
        { "cpuid:", ask_cpuid }, { "access:rw:", ask_access }, { "msr:", ask_msr },    { "ioctl:kvm:", ask_kvm },
        { "host:", ask_host },   { "pciconf:", read_config },
    };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t a = 0; a < sizeof askers / sizeof *askers; a++)
            if (!strncmp(keys[i], askers[a].scheme, strlen(askers[a].scheme)))
                askers[a].ask(keys[i] + strlen(askers[a].scheme));
    return 0;
}
