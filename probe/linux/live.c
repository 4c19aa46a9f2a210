/* The running Linux host. Changes nothing: no write, no module load, no device node opened but /dev/kvm (when the
   kernel lists it in /proc/misc) and /dev/cpu/N/msr (when the msr driver is there). */
#include "config_space.h"
#include "cpulist.h"
#include "dell.h"
#include "device_files.h"
#include "files.h"
#include "fs_answers.h"
#include "input.h"
#include "kvm_ioctl.h"
#include "netlink_answer.h"
#include "packages.h"
#include "parse.h"
#include "routes.h"
#include "subids.h"
#include "udev.h"
#include "unix/errno_name.h"
#include "unix/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { CPUS_MAX = 8192, NOBODY = -1 };

struct cpu_mask {
    unsigned long bits[CPUS_MAX / (8 * sizeof(unsigned long))];
};

/* Most questions are for files below this folder: it is walked to once, and kept open. */
static const char cpu_folder[] = "/sys/devices/system/cpu";

enum { NEAR = 8, NEAR_PATH = 128 };

/* An open folder of sysfs. */
struct near {
    int fd;
    char path[NEAR_PATH]; /* with a slash behind it */
    size_t size;
    uint64_t used; /* in the order of questions */
};

struct live {
    struct near near[NEAR]; /* that folder, then some that were listed: mostly the next questions lie in one of them */
    size_t near_count;
    uint64_t uses;
    int kvm;                /* open /dev/kvm, or -1 */
    int msr;                /* open /dev/cpu/N/msr of msr_cpu, or -1 */
    int msr_cpu;            /* NOBODY: none */
    int pinned;             /* the CPU that this thread was moved to, or NOBODY */
    struct cpu_mask before; /* the thread's affinity before that */
    size_t mask_size;       /* bytes of it that the kernel uses */
};

void hc_will_fill(void *memory, size_t size)
{
    const uintptr_t page = 4096, start = ((uintptr_t)memory + page - 1) & ~(page - 1);

    madvise((void *)start, ((uintptr_t)memory + size - start) & ~(page - 1), MADV_HUGEPAGE);
}

/* ---- files ---- */

/* The file system that /proc and /sys are made of: anything else there was mounted over, to hide it. */
static bool expected_magic(const char *folder, unsigned long magic)
{
    static const unsigned long in_sys[] = { SYSFS_MAGIC,   SECURITYFS_MAGIC, EFIVARFS_MAGIC,     CGROUP_SUPER_MAGIC,
                                            DEBUGFS_MAGIC, TRACEFS_MAGIC,    CGROUP2_SUPER_MAGIC };

    if (!strncmp(folder, "/proc", 5))
        return magic == PROC_SUPER_MAGIC || magic == XENFS_SUPER_MAGIC;
    if (magic == TMPFS_MAGIC) /* version 1 mounts its controllers in one */
        return !strncmp(folder, "/sys/fs/cgroup", 14);
    for (size_t i = 0; i < sizeof in_sys / sizeof *in_sys; i++)
        if (magic == in_sys[i])
            return true;
    return false;
}

static bool kernel_path(const char *path)
{
    return !strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5);
}

/* Whether the nearest folder of a path that exists is one that a container runtime put over the real one. */
static bool masked(const char *path, bool missing)
{
    char folder[HC_KEY_MAX];
    struct statfs fs;

    if (!kernel_path(path))
        return false;
    snprintf(folder, sizeof folder, "%s", path);
    if (missing) /* its parent is the nearest that can exist */
        *strrchr(folder, '/') = '\0';
    while (statfs(folder, &fs)) {
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return true; /* not even /proc or /sys is there */
        *slash = '\0';
    }
    return !expected_magic(folder, (unsigned long)fs.f_type);
}

static void answer_missing(struct hc_reply *reply, const char *path, int err)
{
    hc_answer_errno(reply, err);
    if (reply->answer == HC_ABSENT && masked(path, true))
        hc_answer_error(reply, HC_DENIED, "not mounted here, or hidden by a container runtime");
}

/* The open folder that a path lies in, deepest first, and what is left of the path; or else the path itself. Walking to
   a device takes ten steps, through a link. */
static int near_folder(struct live *live, const char **path)
{
    struct near *best = NULL;

    if (strncmp(*path, "/sys/", 5) != 0)
        return AT_FDCWD;
    for (size_t i = 0; i < live->near_count; i++) {
        struct near *near = &live->near[i];
        if ((!best || near->size > best->size) && !strncmp(*path, near->path, near->size) && (*path)[near->size] &&
            (*path)[near->size] != '/')
            best = near;
    }
    if (!best)
        return AT_FDCWD;
    best->used = ++live->uses;
    *path += best->size;
    return best->fd;
}

static int open_file(struct live *live, const char *path)
{
    int folder = near_folder(live, &path);

    return openat(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static void answer_file(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *path)
{
    struct stat st;
    int fd;

    if (!src->wake && hc_asks_device(path)) {
        hc_answer_error(reply, HC_UNSUPPORTED,
                        "not asked: the device itself would have to answer, which may take long");
        return;
    }
    /* outside of /proc and /sys a name may be a device or a pipe, which must not even be opened */
    if (!kernel_path(path) && !stat(path, &st) && !S_ISREG(st.st_mode)) {
        hc_answer_error(reply, HC_FAILED, "not a regular file");
        return;
    }
    fd = open_file(live, path);
    if (fd < 0)
        answer_missing(reply, path, errno);
    else if (strncmp(path, "/sys/", 5) != 0 || !hc_answer_from_attribute(src, reply, fd))
        hc_answer_from_file(src, reply, fd);
}

/* A free place, or that of the folder that was longest of no use. */
static struct near *near_place(struct live *live)
{
    struct near *oldest = &live->near[1];

    if (live->near_count < NEAR)
        return &live->near[live->near_count++];
    for (size_t i = 2; i < NEAR; i++)
        if (live->near[i].used < oldest->used)
            oldest = &live->near[i];
    close(oldest->fd);
    return oldest;
}

/* Keeps an open folder of sysfs for the questions that follow. */
static void stay_near(struct live *live, int fd, const char *path)
{
    size_t size = strlen(path);
    struct near *near;

    while (size && path[size - 1] == '/')
        size--;
    if (strncmp(path, "/sys/", 5) != 0 || size + 1 > sizeof near->path) {
        close(fd);
        return;
    }
    near = near_place(live);
    near->fd = fd;
    near->used = ++live->uses;
    memcpy(near->path, path, size);
    near->path[size] = '/';
    near->size = size + 1;
}

static void answer_dir(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *path)
{
    struct hc_entries entries;
    const char *name = path;
    int folder = near_folder(live, &name), fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        answer_missing(reply, path, errno);
        return;
    }
    hc_answer_from_entries(src, reply, fd, &entries);
    stay_near(live, fd, path);
    if (reply->answer == HC_OK && !reply->size && masked(path, false))
        hc_answer_error(reply, HC_DENIED, "not mounted here, or hidden by a container runtime");
}

static void answer_link(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *path)
{
    const char *name = path;
    int folder = near_folder(live, &name);

    hc_answer_from_link(src, reply, folder, name);
    if (reply->answer == HC_ABSENT)
        answer_missing(reply, path, ENOENT);
}

static void answer_stat(struct hc_source *src, struct hc_reply *reply, const char *path)
{
    struct stat st;

    if (stat(path, &st))
        answer_missing(reply, path, errno);
    else
        hc_answer_from_stat(src, reply, &st);
}

static void answer_access(struct hc_source *src, struct hc_reply *reply, const char *path)
{
    if (!faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS))
        hc_answer_text(src, reply, "granted");
    else if (errno == EACCES || errno == EPERM || errno == EROFS)
        hc_answer_text(src, reply, "refused");
    else
        hc_answer_errno(reply, errno);
}

static void answer_config(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *address)
{
    char path[64];
    int fd;

    if (!hc_config_path(address, path, sizeof path)) {
        hc_answer_errno(reply, EINVAL);
        return;
    }
    fd = open_file(live, path);
    if (fd < 0)
        answer_missing(reply, path, errno);
    else
        hc_answer_from_config(src, reply, fd, address, true);
}

/* ---- CPUs ---- */

static bool affinity(struct cpu_mask *mask, size_t *size)
{
    long n = syscall(SYS_sched_getaffinity, 0, sizeof *mask, mask);

    *size = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static bool pin(struct live *live, unsigned cpu)
{
    const unsigned word = 8 * sizeof(unsigned long);
    struct cpu_mask one = { { 0 } };

    if (live->pinned == (int)cpu)
        return true;
    if (cpu >= CPUS_MAX || (live->pinned == NOBODY && !affinity(&live->before, &live->mask_size)))
        return false;
    one.bits[cpu / word] = 1ul << (cpu % word);
    if (syscall(SYS_sched_setaffinity, 0, live->mask_size, &one))
        return false;
    live->pinned = (int)cpu;
    return true;
}

static void unpin(void *self)
{
    struct live *live = self;

    if (live->pinned != NOBODY)
        syscall(SYS_sched_setaffinity, 0, live->mask_size, &live->before);
    live->pinned = NOBODY;
}

static bool cpuid_key(const char *rest, unsigned *cpu, unsigned *leaf, unsigned *subleaf)
{
    struct hc_text text = { rest, strlen(rest) }, part[3], tail;
    uint64_t v[3];

    if (!hc_split(text, ':', &part[0], &tail) || !hc_split(tail, ':', &part[1], &part[2]) ||
        !hc_number(part[0], 10, &v[0]) || !hc_number(part[1], 16, &v[1]) || !hc_number(part[2], 16, &v[2]) ||
        v[0] >= CPUS_MAX || v[1] > UINT32_MAX || v[2] > UINT32_MAX)
        return false;
    *cpu = (unsigned)v[0];
    *leaf = (unsigned)v[1];
    *subleaf = (unsigned)v[2];
    return true;
}

static void answer_cpuid(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned cpu, leaf, subleaf, a, b, c, d;

    if (!cpuid_key(rest, &cpu, &leaf, &subleaf)) {
        hc_answer_errno(reply, EINVAL);
    } else if (!pin(live, cpu)) {
        hc_answer_errno(reply, errno);
    } else {
        __cpuid_count(leaf, subleaf, a, b, c, d);
        hc_answer_text(src, reply, "%08x %08x %08x %08x", a, b, c, d);
    }
#else
    (void)src;
    (void)live;
    (void)rest;
    (void)cpuid_key;
    (void)pin;
    hc_answer_error(reply, HC_UNSUPPORTED, "not an x86 CPU");
#endif
}

/* The node of a driver that is not loaded may stand in /dev and would load it: look for the driver first. */
static int open_msr(struct live *live, unsigned cpu)
{
    char path[64];

    if (live->msr_cpu == (int)cpu)
        return live->msr;
    if (access("/sys/class/msr", F_OK)) {
        errno = ENOSYS;
        return -1;
    }
    if (live->msr >= 0)
        close(live->msr);
    snprintf(path, sizeof path, "/dev/cpu/%u/msr", cpu);
    live->msr = open(path, O_RDONLY | O_CLOEXEC);
    live->msr_cpu = live->msr < 0 ? NOBODY : (int)cpu;
    return live->msr;
}

static void answer_msr(struct hc_source *src, struct live *live, struct hc_reply *reply, const char *rest)
{
    struct hc_text text = { rest, strlen(rest) }, first, second;
    uint64_t cpu, index, value;
    int fd;

    if (!hc_split(text, ':', &first, &second) || !hc_number(first, 10, &cpu) || !hc_number(second, 16, &index) ||
        cpu >= CPUS_MAX || index > UINT32_MAX) {
        hc_answer_errno(reply, EINVAL);
        return;
    }
    fd = open_msr(live, (unsigned)cpu);
    if (fd < 0 && (errno == ENOENT || errno == ENOSYS || errno == ENXIO))
        hc_answer_error(reply, HC_UNSUPPORTED, "the msr driver is not loaded");
    else if (fd < 0)
        hc_answer_errno(reply, errno);
    else if (pread(fd, &value, sizeof value, (off_t)index) == sizeof value)
        hc_answer_text(src, reply, "%016llx", (unsigned long long)value);
    else if (errno == EIO)
        hc_answer_error(reply, HC_ABSENT, "EIO: the CPU has no such register");
    else
        hc_answer_errno(reply, errno);
}

/* ---- KVM ---- */

static int open_kvm(struct hc_source *src, struct live *live, struct hc_reply *reply)
{
    const struct hc_reply *misc = hc_ask(src, "file:/proc/misc");

    if (live->kvm >= 0)
        return live->kvm;
    if (misc->answer != HC_OK)
        hc_answer_error(reply, misc->answer, "whether the kernel has KVM could not be read in /proc/misc");
    else if (!hc_has_word((struct hc_text){ misc->bytes, misc->size }, "kvm"))
        hc_answer_error(reply, HC_ABSENT, "no kvm in /proc/misc");
    else if ((live->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC)) < 0)
        hc_answer_errno(reply, errno);
    return live->kvm;
}

/* ---- the process itself ---- */

/* The CPUs on which this thread may run; the numbers ascend. A probe that pinned it gave back what was before. */
static size_t allowed_cpus(unsigned *cpus)
{
    const size_t word = 8 * sizeof(unsigned long);
    struct cpu_mask mask;
    size_t size, count = 0;

    if (!affinity(&mask, &size))
        return 0;
    for (unsigned cpu = 0; cpu < 8 * size; cpu++)
        if (mask.bits[cpu / word] >> (cpu % word) & 1)
            cpus[count++] = cpu;
    return count;
}

static void answer_cpus(struct hc_source *src, struct hc_reply *reply)
{
    unsigned cpus[CPUS_MAX];
    size_t count = allowed_cpus(cpus);
    struct hc_text list = hc_cpu_list_of(&src->arena, cpus, count);

    if (!count)
        hc_answer_errno(reply, errno);
    else if (list.at)
        hc_answer_bytes(src, reply, list.at, list.size);
    else
        hc_answer_errno(reply, ENOMEM);
}

static unsigned first_cpu(void)
{
    unsigned cpus[CPUS_MAX];

    return allowed_cpus(cpus) ? cpus[0] : 0;
}

/* euid, effective capabilities, groups, and a CPU on which this process may run. */
static void answer_privilege(struct hc_source *src, struct hc_reply *reply)
{
    struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct caps[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
    gid_t groups[256];
    int count = getgroups(sizeof groups / sizeof *groups, groups);
    char list[12 * 257] = "";

    syscall(SYS_capget, &head, caps);
    for (int i = 0; i < count; i++)
        snprintf(list + strlen(list), 12, " %u", groups[i]);
    hc_answer_text(src, reply, "euid %u\negid %u\ngroups%s\ncap_eff %08x%08x\ncpu %u\n", geteuid(), getegid(), list,
                   caps[1].effective, caps[0].effective, first_cpu());
}

/* ---- the SSH connection of this session ---- */

enum { ANCESTORS_MAX = 64 };

static bool read_process(pid_t pid, const char *file, char *text, size_t size)
{
    char path[64];
    int fd;
    ssize_t got;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    got = read(fd, text, size - 1);
    close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* The fourth word of stat; the second is a name in brackets that may hold anything. 0: none. */
static pid_t parent_of(pid_t pid)
{
    char text[512], *end;
    int parent = 0;

    if (!read_process(pid, "stat", text, sizeof text))
        return 0;
    end = strrchr(text, ')');
    return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/* The value of SSH_CONNECTION among the variables that a process was started with; false where they may not be read.
 */
static bool connection_of(pid_t pid, char *value, size_t size)
{
    static const char name[] = "SSH_CONNECTION=";
    char path[64], variable[256], room[8192];
    FILE *file;
    size_t used = 0;

    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    file = fopen(path, "re");
    if (file) /* the file system announces pieces of 1024 */
        setvbuf(file, room, _IOFBF, sizeof room);
    value[0] = '\0';
    for (int c; file && (c = getc_unlocked(file)) != EOF;) {
        variable[used] = (char)c;
        used += used + 1 < sizeof variable;
        if (c)
            continue;
        if (!strncmp(variable, name, sizeof name - 1))
            snprintf(value, size, "%s", variable + sizeof name - 1);
        used = 0;
    }
    if (file)
        fclose(file);
    return file != NULL;
}

static bool is_daemon(pid_t pid)
{
    char name[64];

    return read_process(pid, "comm", name, sizeof name) && (!strncmp(name, "sshd", 4) || !strncmp(name, "dropbear", 8));
}

/* sudo and su take the variable away: then an ancestor has it. True with an empty value: this is no SSH session. */
static bool find_connection(char *value, size_t size)
{
    const char *own = getenv("SSH_CONNECTION");
    pid_t pid = parent_of(getpid());

    snprintf(value, size, "%s", own ? own : "");
    for (int n = 0; !value[0] && pid > 1 && n < ANCESTORS_MAX; n++, pid = parent_of(pid))
        if (!connection_of(pid, value, size) && is_daemon(pid))
            return false;
    return true;
}

/* "CLIENT PORT SERVER PORT": the third word is an address of this host. It does not leave; its interface does. */
static void answer_ssh(struct hc_source *src, struct hc_reply *reply)
{
    char value[256], server[128] = "";
    unsigned char address[16];
    struct hc_text name = { "", 0 };
    char *scope;
    size_t size;

    if (!find_connection(value, sizeof value)) {
        hc_answer_error(reply, HC_DENIED, "the connection of this SSH session is not known");
        return;
    }
    if (sscanf(value, "%*s %*s %127s", server) != 1) {
        hc_answer_error(reply, value[0] ? HC_FAILED : HC_ABSENT, "no SSH session");
        return;
    }
    scope = strchr(server, '%'); /* an address of one link names it */
    if (scope)
        *scope = '\0';
    size = strchr(server, ':') ? 16 : 4;
    if (inet_pton(size == 16 ? AF_INET6 : AF_INET, server, address) == 1)
        hc_interface_of(src, address, size, &name);
    if (scope)
        name = (struct hc_text){ scope + 1, strlen(scope + 1) };
    if (name.size)
        hc_answer_text(src, reply, "interface %.*s\n", (int)name.size, name.at);
    else
        hc_answer_error(reply, HC_UNSUPPORTED, "the interface of this SSH session is not known");
}

static void answer_host(struct hc_source *src, struct hc_reply *reply, const char *what)
{
    if (!strcmp(what, "uname"))
        hc_answer_uname(src, reply);
    else if (!strcmp(what, "privilege"))
        answer_privilege(src, reply);
    else if (!strcmp(what, "cpus"))
        answer_cpus(src, reply);
    else if (!strcmp(what, "time"))
        hc_answer_time(src, reply);
    else if (!strcmp(what, "ssh"))
        answer_ssh(src, reply);
    else if (!strcmp(what, "subids"))
        hc_answer_subids(src, reply);
    else
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on Linux");
}

/* ---- packages ---- */

static void answer_packages(struct hc_source *src, struct hc_reply *reply, const char *rest)
{
    bool listing;
    const char *path = hc_package_database(rest, &listing);
    int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (listing ? O_DIRECTORY : 0)) : -1;

    if (!path)
        hc_answer_errno(reply, EINVAL);
    else if (fd < 0)
        answer_missing(reply, path, errno);
    else
        hc_answer_from_packages(src, reply, fd, rest);
}

/* Only of regular files: what else has that name must not be opened. */
static void answer_note(struct hc_source *src, struct hc_reply *reply, const char *path)
{
    struct stat st;
    int fd = stat(path, &st) ? -1 : S_ISREG(st.st_mode) ? open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC) : -2;

    if (fd == -2)
        hc_answer_error(reply, HC_FAILED, "not a regular file");
    else if (fd < 0)
        answer_missing(reply, path, errno);
    else
        hc_answer_from_note(src, reply, fd);
}

/* ---- the backend ---- */

static void answer(struct hc_source *src, void *self, struct hc_reply *reply)
{
    struct live *live = self;
    const char *rest;

    if ((rest = hc_key_rest(reply->key, "file:")))
        answer_file(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "dir:")))
        answer_dir(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "link:")))
        answer_link(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "stat:")))
        answer_stat(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "statfs:")))
        hc_answer_statfs(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "ioctl:xfs:geometry_flags:")))
        hc_answer_xfs_flags(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "access:rw:")))
        answer_access(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "pciconf:")))
        answer_config(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "cpuid:")))
        answer_cpuid(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "msr:")))
        answer_msr(src, live, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "ioctl:kvm:")) && open_kvm(src, live, reply) >= 0)
        hc_answer_kvm(src, reply, live->kvm, rest);
    else if ((rest = hc_key_rest(reply->key, "dell:")))
        hc_answer_dell(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "packages:")))
        answer_packages(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "note:")))
        answer_note(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "udev:")))
        hc_answer_udev(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "host:")))
        answer_host(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "netlink:")))
        hc_answer_netlink(src, reply, rest);
    else if ((rest = hc_key_rest(reply->key, "ioctl:ethtool:")))
        hc_answer_ethtool(src, reply, rest);
    else if (!hc_key_rest(reply->key, "ioctl:kvm:"))
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question on Linux");
}

static void close_live(void *self)
{
    struct live *live = self;

    unpin(live);
    if (live->kvm >= 0)
        close(live->kvm);
    if (live->msr >= 0)
        close(live->msr);
    for (size_t i = 0; i < live->near_count; i++)
        close(live->near[i].fd);
    free(live);
}

static const struct hc_backend backend = { .answer = answer, .rest = unpin, .close = close_live };

struct hc_source *hc_source_live(void)
{
    struct live *live = malloc(sizeof *live);
    struct hc_source *src;
    int cpus;

    if (!live)
        return NULL;
    *live = (struct live){ .kvm = -1, .msr = -1, .msr_cpu = NOBODY, .pinned = NOBODY };
    cpus = open(cpu_folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (cpus >= 0)
        stay_near(live, cpus, cpu_folder);
    src = hc_source_new(&backend, live);
    if (src) {
        src->platform = "linux";
        src->origin = "live";
    }
    return src;
}
