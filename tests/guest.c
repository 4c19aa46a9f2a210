/* The library is a good guest (DESIGN, promise 7): what a caller has before a call, it has after it; many threads may
   call at once; what callers do wrong comes back as an error. Uses only the public header. */
#include "hostcap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    THREADS = 8,
    SIGNALS = 64,
    HANG_S = 300, /* not a bound on speed: a call that never comes back ends the test */
    WARM_CALLS = 3,
    MORE_CALLS = 40,
    ROUNDS = 2,
    MORE_PROOFS = 6,        /* each takes a moment */
    MORE_BYTES = 512 * 1024 /* the heap grows by 132 KiB at a time; a leak of 13 KiB a call shows */
};

static FILE *say; /* the caller's standard error: descriptors 1 and 2 are watched */
static int failures;

static void fail(const char *test, const char *what)
{
    fprintf(say, "%s: %s\n", test, what);
    failures++;
}

static void expect(bool holds, const char *test, const char *what)
{
    if (!holds)
        fail(test, what);
}

/* ---- all that belongs to the caller, as lines of text ---- */

static void note_affinity(FILE *out)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    fprintf(out, "affinity %d:", sched_getaffinity(0, sizeof set, &set));
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set))
            fprintf(out, " %zu", cpu);
    fprintf(out, "\nscheduler %d, nice %d\n", sched_getscheduler(0), getpriority(PRIO_PROCESS, 0));
}

static void note_place(FILE *out)
{
    char folder[4096], name[32] = "";
    mode_t mask = umask(0);

    umask(mask);
    prctl(PR_GET_NAME, name);
    fprintf(out, "folder %s\numask %04o\nlocale %s\nthread's locale %p\n", getcwd(folder, sizeof folder), mask,
            setlocale(LC_ALL, NULL), (void *)uselocale((locale_t)0));
    fprintf(out, "name %s\ndumpable %d\nno new privileges %d\nseccomp %d\n", name, prctl(PR_GET_DUMPABLE),
            prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP));
}

static void note_file(FILE *out, int dir, const char *name)
{
    char target[4096];
    ssize_t size = readlinkat(dir, name, target, sizeof target);
    int fd = atoi(name);

    if (name[0] != '.' && fd != dir)
        fprintf(out, "descriptor %d: %.*s at %lld, flags %x %x\n", fd, size < 0 ? 0 : (int)size, target,
                (long long)lseek(fd, 0, SEEK_CUR), (unsigned)fcntl(fd, F_GETFD), (unsigned)fcntl(fd, F_GETFL));
}

static void note_files(FILE *out)
{
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;

    if (!dir) {
        fputs("no /proc/self/fd\n", out);
        return;
    }
    while ((entry = readdir(dir)))
        note_file(out, dirfd(dir), entry->d_name);
    closedir(dir);
}

static void note_set(FILE *out, const char *what, const sigset_t *set)
{
    fprintf(out, "%s:", what);
    for (int sig = 1; sig <= SIGNALS; sig++)
        if (sigismember(set, sig) == 1)
            fprintf(out, " %d", sig);
    fputc('\n', out);
}

static void note_signals(FILE *out)
{
    struct sigaction action;
    sigset_t set;

    for (int sig = 1; sig <= SIGNALS; sig++) {
        memset(&action, 0, sizeof action);
        if (sigaction(sig, NULL, &action))
            continue;
        fprintf(out, "signal %d: %lx, flags %x,", sig, (unsigned long)action.sa_handler, (unsigned)action.sa_flags);
        note_set(out, "blocks", &action.sa_mask);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    note_set(out, "blocked", &set);
    sigpending(&set);
    note_set(out, "pending", &set);
}

static void note_text(FILE *out, const char *path)
{
    FILE *in = fopen(path, "r");
    int c;

    fprintf(out, "%s:\n", path);
    while (in && (c = getc(in)) != EOF)
        putc(c, out);
    if (in)
        fclose(in);
}

/* Threads, children and timers that a call left behind, and the limits that it may have moved. */
static void note_helpers(FILE *out)
{
    DIR *dir = opendir("/proc/self/task");
    int tasks = 0;

    while (dir && readdir(dir))
        tasks++;
    if (dir)
        closedir(dir);
    errno = 0;
    fprintf(out, "tasks %d\nchildren %d", tasks, (int)waitpid(-1, NULL, WNOHANG));
    fprintf(out, " %d\n", errno);
    note_text(out, "/proc/self/timers");
    note_text(out, "/proc/self/limits");
}

static void note_environment(FILE *out)
{
    for (char **variable = environ; variable && *variable; variable++)
        fprintf(out, "environment %s\n", *variable);
}

/* For free(). */
static char *snapshot(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    note_affinity(out);
    note_place(out);
    note_files(out);
    note_signals(out);
    note_helpers(out);
    note_environment(out);
    fclose(out);
    return text;
}

/* The first line that differs. */
static void same_snapshot(const char *test, char *before, char *after)
{
    char *a = before, *b = after;

    if (!strcmp(before, after))
        return;
    while (*a && *a == *b)
        a++, b++;
    while (a > before && a[-1] != '\n')
        a--, b--;
    fprintf(say, "%s: changed from \"%.*s\" to \"%.*s\"\n", test, (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
    failures++;
}

/* ---- calls ---- */

static char *render(struct hostcap *host, enum hostcap_document document, unsigned flags)
{
    struct hostcap_request request = { .size = sizeof request, .document = document, .flags = flags };
    char error[HOSTCAP_ERROR_SIZE], *text = NULL;

    if (hostcap_render(host, &request, &text, error)) {
        fail("render", error);
        return NULL;
    }
    return text;
}

static struct hostcap *open_host(const struct hostcap_options *options)
{
    char error[HOSTCAP_ERROR_SIZE];
    struct hostcap *host = NULL;

    if (hostcap_open(options, &host, error))
        fail("open", error);
    return host;
}

/* Everything that the library does, once. */
static void whole_call(const struct hostcap_options *options)
{
    static const enum hostcap_document documents[] = { HOSTCAP_DOCUMENT_SUMMARY, HOSTCAP_DOCUMENT_REPORT,
                                                       HOSTCAP_DOCUMENT_CHECK,   HOSTCAP_DOCUMENT_LIST,
                                                       HOSTCAP_DOCUMENT_RECORD,  HOSTCAP_DOCUMENT_SCHEMA };
    struct hostcap *host = open_host(options);

    for (size_t i = 0; host && i < sizeof documents / sizeof *documents; i++) {
        hostcap_release(render(host, documents[i], 0));
        hostcap_release(render(host, documents[i], HOSTCAP_JSON | HOSTCAP_EVIDENCE));
    }
    hostcap_close(host);
}

static void watch_output(FILE *out, int fd)
{
    if (!out || dup2(fileno(out), fd) < 0)
        abort();
}

static void nothing_written(const char *test)
{
    struct stat st;

    for (int fd = 1; fd <= 2; fd++)
        if (fstat(fd, &st) || st.st_size)
            fail(test, fd == 1 ? "wrote to standard output" : "wrote to standard error");
}

static void unchanged(const char *test, const struct hostcap_options *options)
{
    char *before = snapshot(), *after;

    whole_call(options);
    after = snapshot();
    same_snapshot(test, before, after);
    nothing_written(test);
    free(before);
    free(after);
}

/* ---- memory ---- */

/* Sanitizers hold freed memory back, so that its size says nothing. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

struct maps {
    size_t bytes, files; /* files: mappings of one */
};

static struct maps read_maps(void)
{
    FILE *in = fopen("/proc/self/maps", "r");
    struct maps maps = { 0, 0 };
    unsigned long start, end;
    char line[8192];

    while (in && fgets(line, sizeof line, in))
        if (sscanf(line, "%lx-%lx", &start, &end) == 2) {
            maps.bytes += end - start;
            maps.files += strchr(line, '/') != NULL;
        }
    if (in)
        fclose(in);
    return maps;
}

static void memory_goes_back(const char *test, const struct hostcap_options *options)
{
    const int calls = options->prove ? MORE_PROOFS : MORE_CALLS;
    struct maps before, after;

    for (int i = 0; i < WARM_CALLS; i++)
        whole_call(options);
    before = after = read_maps();
    for (int round = 0; round < ROUNDS && !SANITIZED; round++) {
        before = after;
        for (int i = 0; i < calls; i++)
            whole_call(options);
        after = read_maps();
        if (after.bytes <= before.bytes + MORE_BYTES)
            break; /* else the heap's end may have been given back before; a leak comes again */
    }
    expect(before.files == after.files, test, "a file stays mapped");
    expect(SANITIZED || after.bytes <= before.bytes + MORE_BYTES, test, "every call takes more memory");
}

/* ---- many threads ---- */

struct work {
    const struct hostcap_options *options;
    pthread_barrier_t *start;
    char *text;
    bool moved; /* the thread runs on other CPUs than before */
};

/* The report without "run", the only part that two scans of the same answers may differ in. */
static void cut_run(char *text)
{
    char *run = text ? strstr(text, "\"run\":") : NULL, *end = run ? strchr(run, '}') : NULL;

    if (end)
        memmove(run, end, strlen(end) + 1);
}

/* What a live host must say the same of at any moment. */
static char *verdicts(struct hostcap *host)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (size_t i = 0; out && hostcap_profile_id(host, i); i++)
        fprintf(out, "%s: %s, %zu reasons\n", hostcap_profile_id(host, i),
                hostcap_verdict_name(hostcap_verdict(host, hostcap_profile_id(host, i))),
                hostcap_reasons(host, hostcap_profile_id(host, i), NULL, 0));
    if (out)
        fclose(out);
    return text;
}

static void *one_thread(void *argument)
{
    struct work *work = argument;
    cpu_set_t before, after;
    struct hostcap *host;

    CPU_ZERO(&before);
    CPU_ZERO(&after);
    sched_getaffinity(0, sizeof before, &before);
    pthread_barrier_wait(work->start);
    if (!hostcap_open(work->options, &host, NULL)) {
        struct hostcap_request request = { .size = sizeof request, .document = HOSTCAP_DOCUMENT_REPORT };
        if (!work->options->recording_text)
            work->text = verdicts(host);
        else if (!hostcap_render(host, &request, &work->text, NULL))
            cut_run(work->text);
        hostcap_close(host);
    }
    sched_getaffinity(0, sizeof after, &after);
    work->moved = !CPU_EQUAL(&before, &after);
    return NULL;
}

static void many_threads(const char *test, const struct hostcap_options *options)
{
    struct work work[THREADS];
    pthread_t threads[THREADS];
    pthread_barrier_t start;

    pthread_barrier_init(&start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        work[i] = (struct work){ options, &start, NULL, false };
        if (pthread_create(&threads[i], NULL, one_thread, &work[i]))
            abort();
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        expect(work[i].text && *work[i].text, test, "a thread got no result");
        expect(!work[i].moved, test, "a thread lost its affinity");
        expect(work[i].text && work[0].text && !strcmp(work[i].text, work[0].text), test, "threads got other results");
    }
    for (int i = 0; i < THREADS; i++)
        free(work[i].text);
    pthread_barrier_destroy(&start);
}

/* ---- what callers do wrong ---- */

static void refused(const char *test, const char *recording)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;
    char error[HOSTCAP_ERROR_SIZE] = "";
    struct hostcap *host = (struct hostcap *)error; /* must become NULL */
    enum hostcap_status status;

    options.recording = recording;
    status = hostcap_open(&options, &host, error);
    expect(status == HOSTCAP_UNREADABLE || status == HOSTCAP_BAD_INPUT, test, "was not refused");
    expect(!host, test, "the handle is not NULL");
    expect(error[0] && !strchr(error, '\n'), test, "the message is not one line");
    expect(hostcap_open(&options, &host, NULL) == status && !host, test,
           "another answer without a place for the message");
    nothing_written(test);
    if (host && (char *)host != error)
        hostcap_close(host);
}

static void bad_recordings(void)
{
    char folder[] = P_tmpdir "/hostcap-guest-XXXXXX", path[256];

    if (!mkdtemp(folder)) {
        fail("bad recordings", "no temporary folder");
        return;
    }
    snprintf(path, sizeof path, "%s/pipe", folder);
    refused("a folder as recording", folder);
    refused("a recording that is not there", path);
    refused("an empty recording", "/dev/null");
    /* In a child: opening a pipe that nobody writes to may wait for ever, and that is one failure, not the end. */
    if (!mkfifo(path, 0600)) {
        pid_t child = fork();
        int status = 0;
        if (!child) {
            alarm(10);
            failures = 0;
            refused("a pipe as recording", path);
            _exit(failures != 0);
        }
        waitpid(child, &status, 0);
        expect(!WIFSIGNALED(status), "a pipe as recording", "the call never came back");
        expect(WIFSIGNALED(status) || !WEXITSTATUS(status), "a pipe as recording", "see above");
    }
    unlink(path);
    rmdir(folder);
}

/* A program built for a version whose options ended earlier: what lies behind them is not ours to read. */
static void older_caller(const struct hostcap_options *replay)
{
    struct hostcap_options options = *replay;
    struct hostcap *host, *plain = open_host(replay);

    options.size = offsetof(struct hostcap_options, prove);
    options.prove = 1;
    options.profile_files = (const char *const *)(uintptr_t)1;
    options.profile_file_count = 9;
    host = open_host(&options);
    if (host && plain)
        expect(hostcap_profile_count(host) == hostcap_profile_count(plain), "older caller", "other profiles");
    hostcap_close(host);
    hostcap_close(plain);
}

/* The small guest is for those who ask for it. */
static void older_caller_proves_nothing(void)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;
    struct hostcap_value value = { .type = HOSTCAP_TEXT };
    struct hostcap *host;

    options.size = offsetof(struct hostcap_options, prove);
    options.prove = 1;
    host = open_host(&options);
    if (host)
        expect(!hostcap_fact(host, "linux.kvm.prove.stage", &value) && value.type == HOSTCAP_UNKNOWN, "older caller",
               "a guest ran that nobody asked for");
    hostcap_close(host);
}

/* A newer caller, whose options are longer: what this library does not know of it leaves alone. */
static void newer_caller(const struct hostcap_options *replay)
{
    struct {
        struct hostcap_options known;
        char later[64];
    } options = { .known = *replay };
    struct hostcap *host;

    options.known.size = sizeof options;
    memset(options.later, 0, sizeof options.later);
    host = open_host(&options.known);
    hostcap_close(host);
}

static void unknown_name(struct hostcap *host, enum hostcap_document document, const char *name)
{
    struct hostcap_request request = { .size = sizeof request, .document = document, .names = &name, .name_count = 1 };
    char error[HOSTCAP_ERROR_SIZE] = "", *text = error;

    expect(hostcap_render(host, &request, &text, error) == HOSTCAP_UNKNOWN_NAME, name, "was taken for a name");
    expect(!text, name, "a document came with an error");
    expect(error[0] && !strchr(error, '\n'), name, "the message is not one line");
    text = error;
    expect(hostcap_render(host, &request, &text, NULL) == HOSTCAP_UNKNOWN_NAME && !text, name, "without a message");
}

static void unknown_names(struct hostcap *host)
{
    struct hostcap_value value;

    unknown_name(host, HOSTCAP_DOCUMENT_CHECK, "no-such-profile");
    unknown_name(host, HOSTCAP_DOCUMENT_LIST, "no-such-table");
    unknown_name(host, HOSTCAP_DOCUMENT_EXPLAIN, "no-such-id");
    unknown_name(host, HOSTCAP_DOCUMENT_EXPLAIN, "");
    expect(hostcap_verdict(host, "no-such-profile") == HOSTCAP_NO_SUCH_PROFILE, "verdict", "of no such profile");
    expect(hostcap_reasons(host, "no-such-profile", NULL, 0) == 0, "reasons", "of no such profile");
    expect(hostcap_fact(host, "no.such.fact", &value) == HOSTCAP_UNKNOWN_NAME, "fact", "of no such name");
    expect(!hostcap_profile_id(host, hostcap_profile_count(host)), "profiles", "one behind the last");
    expect(!hostcap_profile_id(host, SIZE_MAX), "profiles", "one far behind the last");
}

/* The count is that of all reasons, and no more than room of them are written. */
static void few_reasons(struct hostcap *host, const char *profile)
{
    struct hostcap_reason reasons[2], untouched;
    size_t count = hostcap_reasons(host, profile, NULL, 0);

    memset(reasons, 0x55, sizeof reasons);
    untouched = reasons[1];
    expect(hostcap_reasons(host, profile, reasons, 0) == count, profile, "room 0 changes the count");
    expect(!memcmp(&reasons[0], &untouched, sizeof untouched), profile, "room 0 was written to");
    expect(hostcap_reasons(host, profile, reasons, 1) == count, profile, "room 1 changes the count");
    expect(!memcmp(&reasons[1], &untouched, sizeof untouched), profile, "room 1 was written behind");
    if (count)
        expect(reasons[0].requirement && reasons[0].level && reasons[0].fix_class && reasons[0].text &&
                   reasons[0].fix && reasons[0].verify,
               profile, "a reason without its words");
}

static void without_host(void)
{
    struct hostcap_request request = { .size = sizeof request, .document = HOSTCAP_DOCUMENT_REPORT };
    char error[HOSTCAP_ERROR_SIZE] = "", *text = render(NULL, HOSTCAP_DOCUMENT_SCHEMA, 0);

    expect(text && text[0] == '{' && text[strlen(text) - 1] == '\n', "schema", "is not a document");
    hostcap_release(text);
    text = error;
    expect(hostcap_render(NULL, &request, &text, error) == HOSTCAP_BAD_INPUT && !text && error[0], "no host",
           "a report of nothing");
    hostcap_release(NULL);
    hostcap_close(NULL);
}

/* Every message, name and count that a caller may want of a result. */
static void wrong_calls(const struct hostcap_options *replay)
{
    struct hostcap *host = open_host(replay);

    bad_recordings();
    older_caller(replay);
    older_caller_proves_nothing();
    newer_caller(replay);
    if (host)
        unknown_names(host);
    for (size_t i = 0; host && hostcap_profile_id(host, i); i++)
        few_reasons(host, hostcap_profile_id(host, i));
    hostcap_close(host);
    without_host();
    nothing_written("wrong calls");
}

/* ---- the caller ---- */

static void on_signal(int sig)
{
    (void)sig;
}

/* Some CPUs and not all, where there are three; never one alone, to which a thread that stays moved would be as before.
 */
static void run_on_some_cpus(void)
{
    cpu_set_t set;

    sched_getaffinity(0, sizeof set, &set);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&set) > 2; cpu++)
        if (CPU_ISSET(cpu, &set)) {
            CPU_CLR(cpu, &set);
            break;
        }
    sched_setaffinity(0, sizeof set, &set);
}

/* Nothing as a program finds it, so that "as before" is not "as always". */
static void unusual_caller(void)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigset_t blocked;

    run_on_some_cpus();
    umask(027);
    setlocale(LC_ALL, "C.UTF-8");
    setenv("HOSTCAP_GUEST", "kept", 1);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGRTMIN + 3);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGURG, &action, NULL);
    sigaction(SIGRTMAX, &action, NULL);
    if (chdir("/"))
        abort();
}

static void prove_unchanged(void)
{
    struct hostcap_options options = HOSTCAP_OPTIONS_INIT;

    options.prove = 1;
    if (access("/dev/kvm", R_OK | W_OK)) {
        fputs("prove: skipped, /dev/kvm cannot be used here\n", say);
        return;
    }
    unchanged("prove", &options);
    memory_goes_back("prove", &options);
}

/* The very first call, which is the one that would set up something for good; for hostcap_release. */
static char *first_call(void)
{
    struct hostcap_options live = HOSTCAP_OPTIONS_INIT;
    char *before = snapshot(), *after, *recording = NULL;
    struct hostcap *host = open_host(&live);

    if (host)
        recording = render(host, HOSTCAP_DOCUMENT_RECORD, HOSTCAP_KEEP_IDENTITY);
    hostcap_close(host);
    after = snapshot();
    same_snapshot("first call", before, after);
    nothing_written("first call");
    free(before);
    free(after);
    return recording;
}

int main(void)
{
    struct hostcap_options live = HOSTCAP_OPTIONS_INIT, replay = HOSTCAP_OPTIONS_INIT;
    char *recording;

    say = fdopen(dup(2), "w");
    if (!say)
        return 1;
    setvbuf(say, NULL, _IONBF, 0);
    watch_output(tmpfile(), 1);
    watch_output(tmpfile(), 2);
    alarm(HANG_S);
    unusual_caller();
    recording = first_call();
    if (!recording)
        return 1;
    replay.recording_text = recording;
    replay.recording_size = strlen(recording);

    unchanged("live", &live);
    unchanged("replay", &replay);
    memory_goes_back("live", &live);
    memory_goes_back("replay", &replay);
    prove_unchanged();
    many_threads("threads, replay", &replay);
    many_threads("threads, live", &live);
    wrong_calls(&replay);
    hostcap_release(recording);
    return failures != 0;
}
