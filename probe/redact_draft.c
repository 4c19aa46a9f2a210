#include "redact_draft.h"

enum { MORE = 16 }; /* bytes by which what is left may be longer: a newline, a word that stands for others */

bool hc_key_fits(const char *key, const char *begin, const char *end)
{
    const size_t size = strlen(key), before = strlen(begin), behind = end ? strlen(end) : 0;

    if (!end)
        return !strcmp(key, begin);
    return size >= before + behind && !strncmp(key, begin, before) && !strcmp(key + size - behind, end);
}

enum hc_thinned hc_thinned_to(struct hc_text *body, const char *text, size_t size)
{
    if (size == body->size && !memcmp(text, body->at, size))
        return HC_WHOLE;
    *body = (struct hc_text){ text, size };
    return HC_LESS;
}

static void kept_lines(const struct hc_thin_row *row, struct hc_text body, struct hc_draft *draft)
{
    struct hc_text line;

    while (hc_next_line(&body, &line))
        if (row->keep(line))
            hc_draft_line(draft, line);
}

enum hc_thinned hc_thin_by(const struct hc_thin_row *rows, size_t count, struct hc_source *src, const char *key,
                           struct hc_text *body)
{
    struct hc_draft draft = { NULL, 0 };
    size_t i = 0;

    while (i < count && !hc_key_fits(key, rows[i].begin, rows[i].end))
        i++;
    if (i == count || !body->size)
        return HC_WHOLE;
    if (rows[i].thin || rows[i].keep)
        draft.text = hc_alloc(&src->arena, body->size + MORE);
    if (!draft.text)
        return HC_NOTHING; /* without memory, too */
    if (rows[i].thin)
        rows[i].thin(*body, &draft);
    else
        kept_lines(&rows[i], *body, &draft);
    return hc_thinned_to(body, draft.text, draft.size);
}
