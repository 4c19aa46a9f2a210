/* For LD_PRELOAD (tests/memory.py): fails one allocation of a program.

   MALLOC_FAIL  its number after the start of main, from 1; with a + at its end all later ones fail, too; 0: none
   MALLOC_TELL  number of a descriptor that gets, at the end, how many allocations there were  */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#pragma GCC visibility push(default) /* the project hides symbols; these are here to be found */

typedef int start_function(int, char **, char **);

static start_function *program;
static unsigned long fail_at, count;
static bool and_after, running;
static int tell_to;

/* The C library's own, by the names under which it offers them to those who replace them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
int __libc_start_main(start_function *main_function, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end);

static bool fails(void)
{
    unsigned long number;

    if (!running)
        return false;
    number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (!fail_at || (and_after ? number < fail_at : number != fail_at))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t members, size_t size)
{
    return fails() ? NULL : __libc_calloc(members, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

static void tell(void)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%lu\n", count);

    if (tell_to)
        (void)!write(tell_to, text, (size_t)size);
}

static int started(int argc, char **argv, char **variables)
{
    int status;

    running = true;
    status = program(argc, argv, variables);
    running = false;
    tell();
    return status;
}

int __libc_start_main(start_function *main_function, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end)
{
    const char *number = getenv("MALLOC_FAIL"), *to = getenv("MALLOC_TELL");
    void *symbol = dlsym(RTLD_NEXT, "__libc_start_main");
    __typeof__(&__libc_start_main) next = NULL;

    memcpy(&next, &symbol, sizeof next);
    fail_at = number ? strtoul(number, NULL, 10) : 0;
    and_after = number && strchr(number, '+');
    tell_to = to ? atoi(to) : 0;
    program = main_function;
    return next(started, argc, argv, init, fini, loader_fini, stack_end);
}
