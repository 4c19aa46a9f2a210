/* Where documents go on Windows. The console takes UTF-16, files and pipes take the bytes as they are: the same text on
   every system. Paths are UTF-8 in here, whatever the code page. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shellapi.h>

enum { ERROR_ROOM = 512, ATTEMPTS = 100, PIECE = 4096, PATH_ROOM = 4096 };

static wchar_t *wide_of(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *wide = size > 0 ? malloc((size_t)size * sizeof *wide) : NULL;

    if (wide)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    return wide;
}

static bool is_console(DWORD number)
{
    DWORD mode;

    return GetConsoleMode(GetStdHandle(number), &mode) != 0;
}

/* A console that was opened for this program alone closes with it: somebody double-clicked, and wants to read. */
static void wait_for_reader(void)
{
    DWORD processes[2];
    int c;

    fflush(stdout);
    if (GetConsoleProcessList(processes, 2) != 1 || !is_console(STD_INPUT_HANDLE) || !is_console(STD_OUTPUT_HANDLE))
        return;
    fputs("\nPress Enter to close this window.", stderr);
    do
        c = getchar();
    while (c != '\n' && c != EOF);
}

/* Standard files that are closed stay so: the C library of Windows gives their numbers to nobody. Bytes go out as they
   are, without a carriage return before each newline. */
void secure_standard_files(void)
{
    _setmode(1, _O_BINARY);
    _setmode(2, _O_BINARY);
    atexit(wait_for_reader);
}

/* The command line in UTF-8, which main() gets in the code page. It lasts as long as the process. */
char **native_arguments(int argc, char **argv)
{
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    char **narrow = wide && count == argc ? calloc((size_t)argc + 1, sizeof *narrow) : NULL;

    for (int i = 0; narrow && i < argc; i++) {
        int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);
        narrow[i] = malloc((size_t)size + 1);
        if (!narrow[i])
            return argv;
        WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, narrow[i], size, NULL, NULL);
    }
    LocalFree(wide);
    return narrow ? narrow : argv;
}

FILE *open_to_read(const char *path)
{
    wchar_t *wide = wide_of(path);
    FILE *file = wide ? _wfopen(wide, L"rb") : NULL;

    free(wide);
    return file;
}

/* Consoles before Windows 10 1511 do not know the sequences: asking for them fails there. */
static bool console_has_colors(void)
{
    HANDLE console = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD mode;

    return GetConsoleMode(console, &mode) && ((mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) ||
                                              SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING));
}

bool use_color(const char *when, const char *output)
{
    const char *no_color = getenv("NO_COLOR");

    if (!strcmp(when, "always"))
        return true;
    return !strcmp(when, "auto") && !output && !(no_color && *no_color) && console_has_colors();
}

unsigned terminal_width(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        return 0;
    return (unsigned)(info.srWindow.Right - info.srWindow.Left + 1);
}

/* ---- writing ---- */

static int fail(char *error, const char *where, DWORD code)
{
    wchar_t wide[256] = L"";
    char text[512] = "";
    DWORD size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code, 0, wide,
                                sizeof wide / sizeof *wide, NULL);

    while (size && (wide[size - 1] <= L' ' || wide[size - 1] == L'.'))
        wide[--size] = L'\0';
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof text, NULL, NULL);
    snprintf(error, ERROR_ROOM, "%.300s: cannot write: %.150s (Windows error %lu)", where, text, code);
    return -1;
}

static bool write_all(HANDLE file, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        DWORD size = left > 1u << 20 ? 1u << 20 : (DWORD)left, done = 0;
        if (!WriteFile(file, text, size, &done, NULL) || !done)
            return false;
        text += done;
        left -= done;
    }
    return true;
}

/* In pieces, none of which parts a pair of surrogates. */
static bool write_console(HANDLE console, const char *text)
{
    wchar_t *wide = wide_of(text), *at = wide;
    size_t left = wide ? wcslen(wide) : 0;
    bool whole = wide != NULL;

    while (left && whole) {
        DWORD size = left > PIECE ? PIECE : (DWORD)left, done = 0;
        if (size < left && at[size - 1] >= 0xd800 && at[size - 1] < 0xdc00)
            size--;
        whole = WriteConsoleW(console, at, size, &done, NULL) && done;
        at += done;
        left -= done;
    }
    free(wide);
    return whole;
}

static int write_standard(const char *text, char *error)
{
    HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
    bool whole = is_console(STD_OUTPUT_HANDLE) ? write_console(out, text) : write_all(out, text);

    return whole ? 0 : fail(error, "standard output", GetLastError());
}

/* A new file beside the one to be replaced, which is then renamed: it is there whole or not at all. */
static HANDLE open_beside(const wchar_t *output, wchar_t *name)
{
    HANDLE file = INVALID_HANDLE_VALUE;

    for (int i = 0; i < ATTEMPTS && file == INVALID_HANDLE_VALUE; i++) {
        if (_snwprintf(name, PATH_ROOM, L"%ls.%lu-%d.tmp", output, GetCurrentProcessId(), i) >= PATH_ROOM) {
            SetLastError(ERROR_FILENAME_EXCED_RANGE);
            break;
        }
        name[PATH_ROOM - 1] = L'\0';
        file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
        if (file == INVALID_HANDLE_VALUE && GetLastError() != ERROR_FILE_EXISTS)
            break;
    }
    return file;
}

static int replace_file(const wchar_t *output, const char *shown, const char *text, char *error)
{
    wchar_t name[PATH_ROOM];
    HANDLE file = open_beside(output, name);
    DWORD code = 0;

    if (file == INVALID_HANDLE_VALUE)
        return fail(error, shown, GetLastError());
    if (!write_all(file, text) || !FlushFileBuffers(file))
        code = GetLastError();
    CloseHandle(file);
    if (!code && !MoveFileExW(name, output, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        code = GetLastError();
    if (!code)
        return 0;
    DeleteFileW(name);
    return fail(error, shown, code);
}

/* What a path leads to, when it is there: a link stays a link, and a device or pipe is written to. */
static int write_existing(HANDLE there, const wchar_t *output, const char *shown, const char *text, char *error)
{
    wchar_t target[PATH_ROOM];
    DWORD size;

    if (GetFileType(there) != FILE_TYPE_DISK)
        return write_all(there, text) ? 0 : fail(error, shown, GetLastError());
    size = GetFinalPathNameByHandleW(there, target, PATH_ROOM, FILE_NAME_NORMALIZED);
    CloseHandle(there);
    return replace_file(size && size < PATH_ROOM ? target : output, shown, text, error);
}

int write_document(const char *output, const char *text, char *error)
{
    wchar_t *wide;
    HANDLE there;
    int status;

    if (!output)
        return write_standard(text, error);
    if (!*output)
        return fail(error, "the empty name", ERROR_PATH_NOT_FOUND);
    wide = wide_of(output);
    if (!wide)
        return fail(error, output, ERROR_NOT_ENOUGH_MEMORY);
    there = CreateFileW(wide, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (there != INVALID_HANDLE_VALUE)
        status = write_existing(there, wide, output, text, error);
    else if (GetLastError() == ERROR_FILE_NOT_FOUND)
        status = replace_file(wide, output, text, error);
    else
        status = fail(error, output, GetLastError());
    free(wide);
    return status;
}
