/* What came back for one question: the vocabulary that every layer shares. */
#ifndef HC_ANSWER_H
#define HC_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum hc_answer {
    HC_NOT_RECORDED, /* nobody asked when this host was recorded, or the question needs an option */
    HC_OK,
    HC_ABSENT,      /* looked in the right place, and it is not there */
    HC_DENIED,      /* not allowed to look, or the place is masked */
    HC_UNSUPPORTED, /* this platform or kernel cannot answer */
    HC_FAILED,      /* an error, a limit, or an answer that does not parse */
    HC_REDACTED,    /* taken out of the recording for privacy */
    HC_ANSWERS
};

/* An answer with the question that it belongs to. Replies live as long as their source. */
struct hc_reply {
    const char *key;
    const char *error; /* errno name, or what is wrong with the answer; NULL where there is nothing to say */
    const char *bytes; /* size bytes, and a NUL behind them; never NULL */
    size_t size;
    enum hc_answer answer;
    bool thinned; /* identity was taken out of the bytes */
};

/* "ok", "absent", ... as recordings and reports spell them. */
const char *hc_answer_name(enum hc_answer answer);

/* What would settle the question: one sentence for a person. Written once, here (probe/hints.c). */
const char *hc_hint(const struct hc_reply *reply);

#endif
