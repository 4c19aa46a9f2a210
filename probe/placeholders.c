#include "placeholders.h"

#include <string.h>

enum { LONGEST = 64 };

static const struct {
    enum hc_placeholder kind;
    const char *pattern;
} list[] = {
#define DATE(month)
#define PLACEHOLDER(kind, pattern) { HC_PLACEHOLDER_##kind, pattern },
#include "placeholders.def"
};

const char *hc_placeholders_date(void)
{
#define DATE(month) month
#define PLACEHOLDER(kind, pattern)
    return
#include "placeholders.def"
        ;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A star takes as little as it can; where the rest does not fit, the last star takes one more. */
static bool fits(struct hc_text text, const char *pattern)
{
    const char *star = NULL;
    size_t at = 0, from = 0;

    while (at < text.size) {
        if (*pattern == '*') {
            star = ++pattern;
            from = at;
        } else if (*pattern == '#' && digit(text.at[at])) {
            while (at < text.size && digit(text.at[at]))
                at++;
            pattern++;
        } else if (*pattern && *pattern == lower(text.at[at])) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star;
            at = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

/* The same character again and again, blanks aside. */
static bool repeated(struct hc_text text, enum hc_placeholder where)
{
    char c = lower(text.at[0]);

    for (size_t i = 1; i < text.size; i++)
        if (lower(text.at[i]) != c && text.at[i] != ' ' && !(where == HC_PLACEHOLDER_UUID && text.at[i] == '-'))
            return false;
    if (where == HC_PLACEHOLDER_ANY)
        return strchr(".-_*?#/", c) != NULL || (c == 'x' && text.size > 2);
    return strchr("0.-_*?#/x", c) != NULL || text.size > 4;
}

bool hc_is_placeholder(struct hc_text text, enum hc_placeholder where)
{
    text = hc_trim(text);
    if (!text.size || text.size > LONGEST || !text.at[0])
        return false;
    if (repeated(text, where))
        return true;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if ((list[i].kind == where || (list[i].kind == HC_PLACEHOLDER_ANY && where == HC_PLACEHOLDER_NUMBER)) &&
            fits(text, list[i].pattern))
            return true;
    return false;
}
