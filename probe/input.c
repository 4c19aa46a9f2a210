#include "input.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MESSAGE = 512 };

/* A regular file tells its size, so that one that is too large is refused unread. */
static bool too_large(FILE *file, size_t most)
{
    struct stat st;

    return !fstat(fileno(file), &st) && S_ISREG(st.st_mode) && st.st_size > 0 && (unsigned long long)st.st_size > most;
}

/* Up to one byte more than most; NULL with errno set. */
static char *read_some(FILE *file, size_t most, size_t *size)
{
    size_t room = 1 << 16;
    char *bytes = malloc(room + 1), *larger;

    for (*size = 0; bytes && *size <= most;) {
        size_t n = fread(bytes + *size, 1, room - *size, file);
        *size += n;
        if (!n)
            break;
        if (*size < room)
            continue;
        room *= 2;
        larger = realloc(bytes, room + 1);
        if (!larger)
            free(bytes);
        bytes = larger;
    }
    if (bytes && ferror(file)) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static const char *why(int error)
{
    return error == ETIMEDOUT ? "a pipe that nobody writes to" : strerror(error);
}

char *hc_read_input(const char *path, size_t most, const char *what, size_t *size, char *message)
{
    FILE *file = hc_open_input(path);
    char *bytes = NULL;
    bool large = file && too_large(file, most);

    if (file && !large)
        bytes = read_some(file, most, size);
    if (large || (bytes && *size > most))
        snprintf(message, MESSAGE, "%.300s: larger than %zu MiB, which no %s is", path, most >> 20, what);
    else if (!bytes)
        snprintf(message, MESSAGE, "%.300s: %s", path, why(errno));
    if (file)
        fclose(file);
    if (!bytes || *size > most) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}
