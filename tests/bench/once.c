/* Runs a program once, its output thrown away, and prints nanoseconds, peak memory in KiB and exit status. A small
   program measures: a child's peak begins with that of the program that forks it, and Python's is larger than a scan.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void start(char **argv)
{
    int null = open("/dev/null", O_RDWR);

    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execvp(argv[0], argv);
    _exit(127);
}

int main(int argc, char **argv)
{
    long long begin = now();
    struct rusage usage;
    int status = 0;
    pid_t child;

    if (argc < 2)
        return 2;
    child = vfork();
    if (!child)
        start(argv + 1);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    printf("%lld %ld %d\n", now() - begin, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return 0;
}
