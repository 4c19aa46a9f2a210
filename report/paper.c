#include "paper.h"

#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_WIDTH = 100, LEAST_WIDTH = 60, MOST_WIDTH = 160 };

static bool fits(struct hc_paper *paper, size_t more)
{
    size_t room = paper->room ? paper->room : 4096;
    char *text;

    while (room - paper->size <= more)
        room *= 2;
    if (room == paper->room)
        return true;
    text = realloc(paper->text, room);
    if (!text) {
        paper->exhausted = true;
        return false;
    }
    paper->text = text;
    paper->room = room;
    return true;
}

static void put(struct hc_paper *paper, const char *bytes, size_t size)
{
    if (paper->exhausted || !fits(paper, size))
        return;
    memcpy(paper->text + paper->size, bytes, size);
    paper->size += size;
    paper->text[paper->size] = '\0';
}

HC_PRINTF(2, 0)
static void vwrite(struct hc_paper *paper, const char *format, va_list args)
{
    va_list again;
    int size;

    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size < 0 || paper->exhausted || !fits(paper, (size_t)size + 1))
        return;
    vsnprintf(paper->text + paper->size, (size_t)size + 1, format, args);
    paper->size += (size_t)size;
}

void hc_write(struct hc_paper *paper, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwrite(paper, format, args);
    va_end(args);
}

static void begin_ink(struct hc_paper *paper, enum hc_ink ink)
{
    /* Of the cube of 256 (xterm, ctlseqs): green and yellow of the first sixteen cannot be read on white. */
    static const char *const codes[] = {
        [HC_PLAIN] = "",      [HC_GOOD] = "\033[38;5;28m", [HC_WARN] = "\033[38;5;130m", [HC_BAD] = "\033[38;5;160m",
        [HC_DIM] = "\033[2m", [HC_BOLD] = "\033[1m"
    };

    if (paper->terminal.color)
        hc_write(paper, "%s", codes[ink]);
}

/* Before the end of a line, so that each is whole by itself. */
static void end_ink(struct hc_paper *paper, enum hc_ink ink)
{
    const bool ended = paper->size && paper->text[paper->size - 1] == '\n';

    if (!paper->terminal.color || ink == HC_PLAIN)
        return;
    paper->size -= ended;
    hc_write(paper, ended ? "\033[0m\n" : "\033[0m");
}

void hc_ink(struct hc_paper *paper, enum hc_ink ink, const char *format, ...)
{
    va_list args;

    begin_ink(paper, ink);
    va_start(args, format);
    vwrite(paper, format, args);
    va_end(args);
    end_ink(paper, ink);
}

/* Characters, not bytes, fill a line. */
static size_t width(struct hc_text word)
{
    size_t n = 0;

    for (size_t i = 0; i < word.size; i++)
        n += ((unsigned char)word.at[i] & 0xc0) != 0x80;
    return n;
}

size_t hc_width(const struct hc_paper *paper)
{
    unsigned wanted = paper->terminal.width;

    return !wanted ? USUAL_WIDTH : wanted < LEAST_WIDTH ? LEAST_WIDTH : wanted > MOST_WIDTH ? MOST_WIDTH : wanted;
}

size_t hc_flow(struct hc_paper *paper, enum hc_ink ink, size_t column, size_t indent, const char *text)
{
    struct hc_text rest = { text, strlen(text) }, word;
    bool first = true;

    begin_ink(paper, ink);
    while (hc_next_word(&rest, &word)) {
        if (column + !first + width(word) > hc_width(paper) && column > indent) {
            end_ink(paper, ink); /* a line that is shown alone has its own colours and no others */
            hc_write(paper, "\n%*s", (int)indent, "");
            begin_ink(paper, ink);
            column = indent;
            first = true;
        }
        if (!first)
            put(paper, " ", 1);
        column += width(word) + !first;
        put(paper, word.at, word.size);
        first = false;
    }
    end_ink(paper, ink);
    return column;
}

void hc_wrap(struct hc_paper *paper, size_t column, size_t indent, const char *text)
{
    hc_flow(paper, HC_PLAIN, column, indent, text);
    put(paper, "\n", 1);
}

/* Characters that turn the order of what stands around them, or begin a line: U+061C, U+200E and F, U+2028 to E, U+2066
   to 9 (Unicode 15, 23.2). A device's name could make another line say what it does not. */
static bool turns(struct hc_text text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text.at;

    if (length == 2)
        return at[0] == 0xd8 && at[1] == 0x9c;
    if (length != 3 || at[0] != 0xe2)
        return false;
    return (at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xa8 && at[2] <= 0xae))) ||
           (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);
}

void hc_clean_in_place(char *text)
{
    struct hc_text rest = { text, strlen(text) };

    while (rest.size) {
        size_t length = hc_utf8_length(rest);
        unsigned char c = (unsigned char)rest.at[0];
        bool c1 = length == 2 && c == 0xc2 && (unsigned char)rest.at[1] < 0xa0; /* control characters of 8 bits */
        if (!length || c < 0x20 || c == 0x7f || c1 || turns(rest, length))
            memset(text + (rest.at - text), c == '\t' ? ' ' : '?', length ? length : 1);
        length = length ? length : 1;
        rest = (struct hc_text){ rest.at + length, rest.size - length };
    }
}

const char *hc_clean(struct hc_arena *arena, const char *text)
{
    char *clean = hc_strdup(arena, text);

    if (!clean)
        return "";
    hc_clean_in_place(clean);
    return clean;
}

char *hc_take(struct hc_paper *paper)
{
    put(paper, "", 0);
    if (!paper->exhausted)
        return paper->text;
    free(paper->text);
    return NULL;
}
