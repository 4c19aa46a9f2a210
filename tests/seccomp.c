/* The command changes nothing (DESIGN, promise 3), and the kernel is the witness: it runs behind a filter of system
   calls that lets through what only looks, and kills it with SIGSYS at the first call that could do more.

   seccomp COMMAND   runs every command over this host behind the filter
   seccomp --bite    shows that the filter bites: each forbidden call, made by a child, must kill that child

   A filter sees numbers, not paths. So it hands every open that reads over to this program, which traces the command
   and looks at the path: below /dev only the nodes of KVM (for writing too: the node wants it) and of the registers.
   So it does with what is sent to rtnetlink and asked of ethtool: lists of interfaces and addresses, names of drivers,
   settings of links.
   Exit 77: cannot be done here. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__)

#include <dirent.h>
#include <linux/audit.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>

/* ---- the filter ---- */

/* Calls that only look, at the host or at the process itself. What is not here or below kills. */
static const int looking[] = { SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_close, SYS_stat, SYS_fstat, SYS_lstat,
                               SYS_newfstatat, SYS_statx, SYS_statfs, SYS_fstatfs, SYS_access, SYS_faccessat,
                               SYS_faccessat2, SYS_readlink, SYS_readlinkat, SYS_getdents64, SYS_getcwd, SYS_uname,
                               SYS_sysinfo, SYS_getrandom, SYS_clock_gettime, SYS_gettimeofday, SYS_time, SYS_getuid,
                               SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getgroups, SYS_getpid, SYS_gettid, SYS_capget,
                               SYS_getrlimit, SYS_getcpu, SYS_sched_getaffinity, SYS_sched_yield, SYS_recvmsg,
                               /* the thread itself, which puts back what it moves (tests/guest.c) */
                               SYS_sched_setaffinity, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_futex,
                               /* memory, and what the loader and the C library do at the start and the end */
                               SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_arch_prctl,
                               SYS_set_tid_address, SYS_set_robust_list, SYS_rseq, SYS_exit, SYS_exit_group };

static const unsigned kvm_ioctls[] = { KVM_GET_API_VERSION,
                                       KVM_CHECK_EXTENSION,
                                       KVM_GET_MSR_FEATURE_INDEX_LIST,
                                       KVM_GET_MSRS,
                                       TCGETS,
                                       0x8070587c /* XFS_IOC_FSGEOMETRY_V4: fs/xfs/libxfs/xfs_fs.h */ };
/* F_SETFL: a file of names is opened like every input, without waiting, and then read as usual */
static const unsigned fcntls[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL };
static const unsigned outputs[] = { STDOUT_FILENO, STDERR_FILENO };
static const unsigned only_zero[] = { 0 };

/* Calls that may be made when the low half of one argument is one of these. */
static const struct {
    int call, argument;
    const unsigned *values;
    size_t count;
} valued[] = {
#define AMONG(values) values, sizeof values / sizeof *values
    { SYS_ioctl, 1, AMONG(kvm_ioctls) }, { SYS_fcntl, 1, AMONG(fcntls) },        { SYS_write, 0, AMONG(outputs) },
    { SYS_writev, 0, AMONG(outputs) },   { SYS_prlimit64, 2, AMONG(only_zero) }, /* no new limit */
};

#define MAKES_A_FILE (O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))

enum { PROGRAM = 512 };

struct program {
    struct sock_filter code[PROGRAM];
    unsigned short size;
};

static void emit(struct program *p, unsigned code, unsigned value, unsigned yes, unsigned no)
{
    if (p->size == PROGRAM)
        abort();
    p->code[p->size++] = (struct sock_filter){ (uint16_t)code, (uint8_t)yes, (uint8_t)no, value };
}

static void load(struct program *p, size_t offset)
{
    emit(p, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void load_number(struct program *p)
{
    load(p, offsetof(struct seccomp_data, nr));
}

static void load_argument(struct program *p, int number)
{
    load(p, offsetof(struct seccomp_data, args) + 8 * (size_t)number); /* the low half: x86 has it first */
}

static void verdict(struct program *p, unsigned action)
{
    emit(p, BPF_RET | BPF_K, action, 0, 0);
}

/* Ends with the action if the value loaded is this one. */
static void if_equal(struct program *p, unsigned value, unsigned action)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    verdict(p, action);
}

static void begin(struct program *p)
{
    load(p, offsetof(struct seccomp_data, arch));
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
    load_number(p);
    for (size_t i = 0; i < sizeof looking / sizeof *looking; i++)
        if_equal(p, (unsigned)looking[i], SECCOMP_RET_ALLOW);
}

static void allow_values(struct program *p, size_t row)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)valued[row].call, 0, (unsigned)(2 + 2 * valued[row].count));
    load_argument(p, valued[row].argument);
    for (size_t i = 0; i < valued[row].count; i++)
        if_equal(p, valued[row].values[i], SECCOMP_RET_ALLOW);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
}

/* Opens that make, empty or only write a file kill; the rest is for the tracer. */
static void trace_open(struct program *p, int call, int flags)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 7);
    load_argument(p, flags);
    emit(p, BPF_JMP | BPF_JSET | BPF_K, MAKES_A_FILE, 4, 0);
    emit(p, BPF_ALU | BPF_AND | BPF_K, O_ACCMODE, 0, 0);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, O_RDONLY, 1, 0);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, O_RDWR, 0, 1);
    verdict(p, SECCOMP_RET_TRACE);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
}

/* One socket, which reaches the kernel's lists of interfaces and nothing else, and how long it waits for them. */
static void allow_rtnetlink(struct program *p)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 8);
    load_argument(p, 0);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 5);
    load_argument(p, 1);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SOCK_RAW | SOCK_CLOEXEC, 0, 3);
    load_argument(p, 2);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, NETLINK_ROUTE, 0, 1);
    verdict(p, SECCOMP_RET_ALLOW);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_setsockopt, 0, 6);
    load_argument(p, 1);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SOL_SOCKET, 0, 3);
    load_argument(p, 2);
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SO_RCVTIMEO, 0, 1);
    verdict(p, SECCOMP_RET_ALLOW);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
    if_equal(p, SYS_sendto, SECCOMP_RET_TRACE);
}

/* What is asked stands in memory. */
static void trace_ethtool(struct program *p)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4);
    load_argument(p, 1);
    if_equal(p, SIOCETHTOOL, SECCOMP_RET_TRACE);
    load_number(p);
}

/* A new thread of this process changes nothing; a new process would. */
static void allow_threads(struct program *p)
{
    emit(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    load_argument(p, 0);
    emit(p, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
    verdict(p, SECCOMP_RET_ALLOW);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
    if_equal(p, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS); /* its flags are out of sight: the C library takes clone */
}

static void make_filter(struct program *p)
{
    p->size = 0;
    begin(p);
    trace_ethtool(p);
    for (size_t row = 0; row < sizeof valued / sizeof *valued; row++)
        allow_values(p, row);
    trace_open(p, SYS_open, 1);
    trace_open(p, SYS_openat, 2);
    if_equal(p, SYS_execve, SECCOMP_RET_TRACE); /* the tracer lets the first one through: that starts the command */
    allow_threads(p);
    allow_rtnetlink(p);
    verdict(p, SECCOMP_RET_KILL_PROCESS);
}

/* For the child; every later call goes through the filter. */
static void install(void)
{
    struct program p;
    struct sock_fprog program;

    make_filter(&p);
    program = (struct sock_fprog){ p.size, p.code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        _exit(SKIPPED);
}

/* ---- the tracer ---- */

struct outcome {
    bool finished;
    int exit_status;
    int signal;        /* that ended it */
    int executions;    /* of a program */
    char refused[256]; /* path that the tracer refused, or "" */
    long last_call;    /* number of its last system call */
};

/* A text in the child's memory. */
static void read_text(pid_t child, unsigned long long address, char *text, size_t size)
{
    size_t n = 0;

    while (n + sizeof(long) < size) {
        long word = (errno = 0, ptrace(PTRACE_PEEKDATA, child, (void *)(uintptr_t)(address + n), NULL));
        memcpy(text + n, &word, sizeof word);
        if (errno || memchr(text + n, 0, sizeof word))
            break;
        n += sizeof word;
    }
    text[size - 1] = '\0';
    if (errno)
        snprintf(text, size, "?");
}

/* Whole words; false where they cannot be read. */
static bool read_memory(pid_t child, unsigned long long address, void *bytes, size_t size)
{
    for (size_t n = 0; n < size; n += sizeof(long)) {
        long word = (errno = 0, ptrace(PTRACE_PEEKDATA, child, (void *)(uintptr_t)(address + n), NULL));
        if (errno)
            return false;
        memcpy((char *)bytes + n, &word, size - n < sizeof word ? size - n : sizeof word);
    }
    return true;
}

/* One message that asks for a whole list. */
static bool may_send(pid_t child, unsigned long long message, unsigned long long size)
{
    struct nlmsghdr head;

    return size >= sizeof head && read_memory(child, message, &head, sizeof head) && head.nlmsg_len == size &&
           (head.nlmsg_type == RTM_GETLINK || head.nlmsg_type == RTM_GETADDR) &&
           head.nlmsg_flags == (NLM_F_REQUEST | NLM_F_DUMP);
}

/* The name of a driver, the settings of a link. */
static bool may_ask(pid_t child, unsigned long long request)
{
    struct ifreq wanted;
    uint32_t command[2];

    return read_memory(child, request, &wanted, sizeof wanted) &&
           read_memory(child, (uintptr_t)wanted.ifr_data, command, sizeof command) &&
           (command[0] == ETHTOOL_GDRVINFO || command[0] == ETHTOOL_GLINKSETTINGS);
}

static bool register_node(const char *path)
{
    unsigned cpu;
    int end = 0;

    return sscanf(path, "/dev/cpu/%u/msr%n", &cpu, &end) == 1 && end && !path[end];
}

/* ".." could lead anywhere from anywhere, and nothing needs it but libudev, which walks the way to a device with
   O_PATH: that opens nothing (open(2)), neither a file nor a driver. */
static bool may_open(const char *path, unsigned long long flags)
{
    const char *rest = path + strspn(path, "/.");

    if (flags & O_PATH)
        return true;
    if (!strcmp(path, "/dev/kvm"))
        return true;
    if ((flags & O_ACCMODE) != O_RDONLY || strstr(path, ".."))
        return false;
    return strncmp(rest, "dev/", 4) != 0 || register_node(path);
}

/* Skips the call and lets SIGSYS end the child, as the filter does. */
static void refuse(pid_t child, struct user_regs_struct *regs)
{
    regs->orig_rax = (unsigned long long)-1;
    ptrace(PTRACE_SETREGS, child, NULL, regs);
    kill(child, SIGSYS);
}

static void judge(pid_t child, struct outcome *outcome)
{
    struct user_regs_struct regs;
    char path[sizeof outcome->refused];
    bool at;

    if (ptrace(PTRACE_GETREGS, child, NULL, &regs))
        return;
    if (regs.orig_rax == SYS_execve) {
        if (outcome->executions++)
            refuse(child, &regs);
        return;
    }
    if (regs.orig_rax == SYS_sendto || regs.orig_rax == SYS_ioctl) {
        if (regs.orig_rax == SYS_sendto ? !may_send(child, regs.rsi, regs.rdx) : !may_ask(child, regs.rdx))
            refuse(child, &regs);
        return;
    }
    at = regs.orig_rax == SYS_openat;
    read_text(child, at ? regs.rsi : regs.rdi, path, sizeof path);
    if (may_open(path, at ? regs.rdx : regs.rsi))
        return;
    memcpy(outcome->refused, path, sizeof path);
    refuse(child, &regs);
}

/* The signal to hand on, or 0: stops that ptrace makes itself are none. */
static int on_stop(pid_t child, int status, struct outcome *outcome)
{
    struct user_regs_struct regs;

    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
        judge(child, outcome);
    if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8) && !ptrace(PTRACE_GETREGS, child, NULL, &regs))
        outcome->last_call = (long)regs.orig_rax;
    if (status >> 16 || WSTOPSIG(status) == SIGTRAP)
        return 0;
    return WSTOPSIG(status);
}

static struct outcome follow(pid_t child)
{
    struct outcome outcome = { .finished = false };
    int status = 0, sig = 0;

    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : SKIPPED;
        outcome.finished = true;
        return outcome;
    }
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
    while (!ptrace(PTRACE_CONT, child, NULL, (void *)(uintptr_t)sig) && waitpid(child, &status, 0) == child &&
           WIFSTOPPED(status))
        sig = on_stop(child, status, &outcome);
    outcome.finished = WIFEXITED(status);
    outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return outcome;
}

/* The child stops until the tracer is ready, then goes on behind the filter. */
static void enter(void)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
        _exit(SKIPPED);
    raise(SIGSTOP);
    install();
}

/* ---- the commands ---- */

static pid_t start(char *const *argv, FILE *out)
{
    pid_t child = fork();

    if (child)
        return child;
    dup2(fileno(out), STDOUT_FILENO);
    enter();
    execve(argv[0], argv, environ);
    _exit(SKIPPED + 1);
}

static bool whole(FILE *out, bool json)
{
    char first = '\0', last = '\0';
    long size;

    fseek(out, 0, SEEK_END);
    size = ftell(out);
    rewind(out);
    if (size < 2 || fread(&first, 1, 1, out) != 1 || fseek(out, -2, SEEK_END))
        return false;
    last = (char)getc(out);
    return getc(out) == '\n' && (!json || (first == '{' && last == '}'));
}

static void tell(char *const *argv, const struct outcome *outcome, const char *what)
{
    fprintf(stderr, "%s", what);
    for (; *argv; argv++)
        fprintf(stderr, " %s", *argv);
    fprintf(stderr, ": exit %d, signal %d, last system call %ld %s\n", outcome->exit_status, outcome->signal,
            outcome->last_call, outcome->refused);
}

/* 0, 1 or SKIPPED. */
static int run(char *const *argv, bool json, bool any_verdict)
{
    FILE *out = tmpfile();
    struct outcome outcome;
    int failed = 1;

    if (!out)
        return SKIPPED;
    outcome = follow(start(argv, out));
    if (outcome.finished && outcome.exit_status == SKIPPED)
        failed = SKIPPED;
    else if (outcome.signal == SIGSYS)
        tell(argv, &outcome, "made a system call that only looking does not need:");
    else if (!outcome.finished || (outcome.exit_status && !(any_verdict && outcome.exit_status != 2)))
        tell(argv, &outcome, "did not end well:");
    else if (!whole(out, json))
        tell(argv, &outcome, "did not write a whole document:");
    else
        failed = 0;
    fclose(out);
    return failed;
}

static int run_all(char *command)
{
    static const struct {
        char *words[4];
        bool json, any_verdict;
    } lines[] = {
        { { "scan" }, true, false },
        { { "scan", "--evidence" }, true, false },
        { { "check" }, false, true },
        { { "check", "--json" }, true, true },
        { { "list" }, false, false },
        { { "explain", "cpu.hw_virt" }, false, false },
        { { "record", "-" }, true, false },
        { { "record", "--keep-identity", "-" }, true, false },
        { { "passthrough" }, false, false },
        { { "passthrough", "--json" }, true, false },
        { { "list", "facts" }, false, false },
        { { "export", "csv" }, false, false },
        { { "scan", "--skip", "pci,cpu" }, true, false },
        { { "scan", "--udev" }, true, false },
        { { NULL }, false, false },
    };
    int worst = 0;

    for (size_t i = 0; i < sizeof lines / sizeof *lines && worst != SKIPPED; i++) {
        char *argv[] = { command, lines[i].words[0], lines[i].words[1], lines[i].words[2], NULL };
        int failed = run(argv, lines[i].json, lines[i].any_verdict);
        worst = failed ? failed : worst;
    }
    return worst;
}

/* ---- loaded modules ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_sorted(FILE *out, char **names, size_t count)
{
    qsort(names, count, sizeof *names, by_text);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s\n", names[i]);
        free(names[i]);
    }
}

static void print_folder(FILE *out, const char *path)
{
    char *names[4096];
    size_t count = 0;
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && count < sizeof names / sizeof *names && (entry = readdir(dir)))
        if ((names[count] = strdup(entry->d_name)))
            count++;
    if (dir)
        closedir(dir);
    print_sorted(out, names, count);
}

/* The first word of a line is the name; use counts come and go. */
static void print_modules(FILE *out)
{
    FILE *in = fopen("/proc/modules", "r");
    char *names[4096], line[4096];
    size_t count = 0;

    while (in && count < sizeof names / sizeof *names && fgets(line, sizeof line, in)) {
        line[strcspn(line, " ")] = '\0';
        if ((names[count] = strdup(line)))
            count++;
    }
    if (in)
        fclose(in);
    print_sorted(out, names, count);
}

/* For free(). */
static char *modules(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    print_modules(out);
    fputs("/sys/module:\n", out);
    print_folder(out, "/sys/module");
    fclose(out);
    return text;
}

static int scan(char *command)
{
    char *before = modules(), *after;
    int failed = run_all(command);

    after = modules();
    if (strcmp(before, after)) {
        fputs("the scan changed the set of loaded modules\n", stderr);
        failed = 1;
    }
    free(before);
    free(after);
    if (failed == SKIPPED)
        fputs("skipped: this process may not install a filter, or not trace\n", stderr);
    return failed;
}

/* ---- what must be killed ---- */

static const char scratch[] = "hostcap-bite.tmp"; /* never made: the filter comes first */

/* The first one, of no program here, takes the place of the one that starts the command. */
static void bite_exec(void)
{
    char *argv[] = { "/bin/true", NULL };

    execve("/no/such/program", argv, environ);
    execve(argv[0], argv, environ);
}

static void bite_exec_again(void)
{
    char *argv[] = { "/bin/sh", "-c", "exec /bin/true", NULL };

    execve(argv[0], argv, environ);
}

static void bite_execveat(void)
{
    syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0);
}

static void bite_fork(void)
{
    if (!syscall(SYS_fork))
        _exit(0);
}

static void bite_clone(void)
{
    if (!syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL))
        _exit(0);
}

static void bite_socket(void)
{
    socket(AF_INET, SOCK_STREAM, 0);
}

static void bite_generic_netlink(void)
{
    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
}

static void bite_new_link(void)
{
    struct nlmsghdr head = { sizeof head, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 };

    sendto(-1, &head, sizeof head, 0, NULL, 0);
}

static void bite_two_messages(void)
{
    const struct nlmsghdr heads[2] = { { sizeof *heads, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
                                       { sizeof *heads, RTM_DELLINK, NLM_F_REQUEST, 2, 0 } };

    sendto(-1, heads, sizeof heads, 0, NULL, 0);
}

static void bite_socket_option(void)
{
    setsockopt(-1, SOL_SOCKET, SO_ATTACH_FILTER, "", 0);
}

static void bite_set_driver(void)
{
    struct ethtool_value command = { ETHTOOL_NWAY_RST, 0 };
    struct ifreq request = { .ifr_name = "lo", .ifr_data = (void *)&command };

    ioctl(-1, SIOCETHTOOL, &request);
}

static void bite_set_link(void)
{
    struct ethtool_link_settings command = { .cmd = ETHTOOL_SLINKSETTINGS };
    struct ifreq request = { .ifr_name = "lo", .ifr_data = (void *)&command };

    ioctl(-1, SIOCETHTOOL, &request);
}

static void bite_connect(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET };

    connect(-1, (struct sockaddr *)&to, sizeof to);
}

static void bite_open_write(void)
{
    open("/dev/null", O_WRONLY);
}

static void bite_open_create(void)
{
    open(scratch, O_RDONLY | O_CREAT, 0600);
}

static void bite_open_truncate(void)
{
    open(scratch, O_RDONLY | O_TRUNC);
}

static void bite_open_unnamed(void)
{
    open(".", O_TMPFILE | O_RDWR, 0600);
}

static void bite_open_both(void)
{
    open("/dev/null", O_RDWR);
}

static void bite_open_node(void)
{
    open("/dev/zero", O_RDONLY);
}

static void bite_open_around(void)
{
    open("/proc/../dev/zero", O_RDONLY);
}

static void bite_openat2(void)
{
    uint64_t how[3] = { O_WRONLY, 0, 0 };

    syscall(SYS_openat2, AT_FDCWD, "/dev/null", how, sizeof how);
}

static void bite_creat(void)
{
    syscall(SYS_creat, scratch, 0600);
}

static void bite_write(void)
{
    (void)!write(3, "x", 1);
}

static void bite_pwrite(void)
{
    (void)!pwrite(1, "x", 1, 0);
}

static void bite_mkdir(void)
{
    mkdir(scratch, 0700);
}

static void bite_unlink(void)
{
    unlink(scratch);
}

static void bite_rename(void)
{
    rename(scratch, scratch);
}

static void bite_chmod(void)
{
    chmod(scratch, 0600);
}

static void bite_mount(void)
{
    mount("none", scratch, "tmpfs", 0, NULL);
}

static void bite_create_vm(void)
{
    ioctl(-1, KVM_CREATE_VM, 0);
}

static void bite_write_terminal(void)
{
    ioctl(-1, TIOCSTI, "x");
}

static void bite_init_module(void)
{
    syscall(SYS_init_module, NULL, 0, "");
}

static void bite_finit_module(void)
{
    syscall(SYS_finit_module, -1, "", 0);
}

static void bite_ptrace(void)
{
    ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL);
}

static void bite_unshare(void)
{
    unshare(CLONE_FILES);
}

static void bite_set_limit(void)
{
    uint64_t limit[2] = { 0, 0 };

    syscall(SYS_prlimit64, 0, 4, limit, NULL); /* core files */
}

static void bite_bpf(void)
{
    syscall(SYS_bpf, 0, NULL, 0);
}

static void bite_uring(void)
{
    syscall(SYS_io_uring_setup, 1, NULL);
}

/* The same calls have other numbers in the x32 ABI. */
static void bite_x32(void)
{
    syscall(0x40000000 + SYS_getpid);
}

static const struct {
    const char *name;
    void (*call)(void);
} bites[] = {
    { "a second execve", bite_exec },
    { "a program that executes another", bite_exec_again },
    { "execveat", bite_execveat },
    { "fork", bite_fork },
    { "clone of a process", bite_clone },
    { "an internet socket", bite_socket },
    { "another kind of netlink", bite_generic_netlink },
    { "a message that makes an interface", bite_new_link },
    { "a second message behind a first", bite_two_messages },
    { "another option of a socket", bite_socket_option },
    { "a command of ethtool that does something", bite_set_driver },
    { "new settings of a link", bite_set_link },
    { "connect", bite_connect },
    { "open for writing", bite_open_write },
    { "open that creates", bite_open_create },
    { "open that empties", bite_open_truncate },
    { "open of a file without a name", bite_open_unnamed },
    { "open for both of another node than /dev/kvm", bite_open_both },
    { "open of another node", bite_open_node },
    { "open of a node by another way", bite_open_around },
    { "openat2", bite_openat2 },
    { "creat", bite_creat },
    { "write to another descriptor", bite_write },
    { "pwrite", bite_pwrite },
    { "mkdir", bite_mkdir },
    { "unlink", bite_unlink },
    { "rename", bite_rename },
    { "chmod", bite_chmod },
    { "mount", bite_mount },
    { "KVM_CREATE_VM", bite_create_vm },
    { "TIOCSTI", bite_write_terminal },
    { "init_module", bite_init_module },
    { "finit_module", bite_finit_module },
    { "ptrace", bite_ptrace },
    { "unshare", bite_unshare },
    { "a new limit", bite_set_limit },
    { "bpf", bite_bpf },
    { "io_uring", bite_uring },
    { "a call of another ABI", bite_x32 },
};

static void look_at_network(void)
{
    const struct {
        struct nlmsghdr head;
        struct ifinfomsg info;
    } list = { { sizeof list, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { .ifi_family = AF_UNSPEC } };
    struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
    struct ethtool_link_settings link = { .cmd = ETHTOOL_GLINKSETTINGS };
    struct ifreq request = { .ifr_name = "lo", .ifr_data = (void *)&driver };
    const struct timeval wait = { 1, 0 };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0) /* there may be none */
        return;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) ||
        sendto(fd, &list, sizeof list, 0, NULL, 0) != (ssize_t)sizeof list ||
        (ioctl(fd, SIOCETHTOOL, &request), request.ifr_data = (void *)&link, ioctl(fd, SIOCETHTOOL, &request),
         close(fd)))
        _exit(1);
}

/* What the filter must let through, so that it does not just kill everything. */
static void look(void)
{
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) || ioctl(-1, KVM_GET_API_VERSION, 0) != -1 || errno != EBADF || close(fd))
        _exit(1);
    look_at_network();
}

static struct outcome call_behind_filter(void (*call)(void))
{
    pid_t child = fork();

    if (child)
        return follow(child);
    enter();
    call();
    _exit(0);
}

static int bite(void)
{
    struct outcome outcome = call_behind_filter(look);
    int failed = 0;

    if (outcome.finished && outcome.exit_status == SKIPPED)
        return SKIPPED;
    if (!outcome.finished || outcome.exit_status) {
        fputs("the filter kills what only looks\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < sizeof bites / sizeof *bites; i++) {
        outcome = call_behind_filter(bites[i].call);
        if (outcome.signal == SIGSYS)
            continue;
        fprintf(stderr, "%s: was not killed by SIGSYS (exit %d, signal %d)\n", bites[i].name, outcome.exit_status,
                outcome.signal);
        failed = 1;
    }
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: seccomp COMMAND | seccomp --bite\n", stderr);
        return 2;
    }
    return strcmp(argv[1], "--bite") ? scan(argv[1]) : bite();
}

#else

int main(void)
{
    fputs("skipped: the filter is written for Linux on x86-64\n", stderr);
    return SKIPPED;
}

#endif
