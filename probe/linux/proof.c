/* What came of the small guest of --prove (probe/linux/prove.h tells the lines of its answer). */
#include "probes.h"

#include <string.h>

static const struct {
    const char *line, *stage;
} steps[] = {
    { "create", "nothing" },      { "vcpu", "created" },
    { "real_mode", "real_mode" }, { "protected_mode", "protected_mode" },
    { "long_mode", "long_mode" },
};

static struct hc_text line_of(struct hc_text text, const char *name)
{
    struct hc_text value;

    return hc_find_value(text, '=', name, &value) ? value : HC_TEXT("");
}

/* The first step that is not ok, as "real_mode: shutdown". */
static const char *first_error(struct hc_source *src, struct hc_text text)
{
    struct hc_text line, name, value;

    while (hc_next_line(&text, &line))
        if (hc_split(line, '=', &name, &value) && !hc_text_is(value, "ok") && !hc_text_is(value, "absent") &&
            !hc_starts(name, "loop_"))
            return hc_format(src, "%.*s: %.*s", (int)name.size, name.at, (int)value.size, value.at);
    return "";
}

/* The words that prove.h lists; anything else was not written by this guest. */
static bool known_outcome(struct hc_text value)
{
    static const char *const words[] = { "ok", "absent", "shutdown", "fail_entry", "wrong_byte", "timeout" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hc_text_is(value, words[i]))
            return true;
    return hc_starts(value, "E") || hc_starts(value, "internal_error:") || hc_starts(value, "exit:");
}

static bool sound(struct hc_text text)
{
    struct hc_text line, name, value;

    while (hc_next_line(&text, &line))
        if (!hc_split(line, '=', &name, &value) || (!hc_starts(name, "loop_") && !known_outcome(value)))
            return false;
    return true;
}

static const char *highest(struct hc_text text)
{
    const char *stage = "nothing";

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!hc_text_is(line_of(text, steps[i].line), "ok"))
            return stage;
        stage = steps[i].stage;
    }
    if (!hc_text_is(line_of(text, "sse"), "ok") || !hc_text_is(line_of(text, "x87"), "ok") ||
        !hc_text_is(line_of(text, "loop"), "ok"))
        return stage;
    return hc_text_is(line_of(text, "popcnt"), "ok") || hc_text_is(line_of(text, "popcnt"), "absent") ? "execution"
                                                                                                      : stage;
}

static void put_step(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const struct hc_reply *reply,
                     struct hc_text said)
{
    if (reply->answer == HC_OK && (!said.size || hc_text_is(said, "absent")))
        reply = hc_reword(src, reply, HC_ABSENT, said.size ? "the CPU has no such instruction" : "not reached");
    hc_put_flag(facts, id, reply, hc_text_is(said, "ok"));
}

void hc_probe_prove(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *reply = hc_ask(src, "ioctl:kvm:prove"), *ratio = reply;
    struct hc_text text = { reply->bytes, reply->size };
    const char *error = first_error(src, text);
    uint64_t turns = 0;

    if (!line_of(text, "create").size || !sound(text))
        ratio = reply = hc_malformed(src, reply, "the outcomes of the small guest were expected");
    hc_put_word(facts, HC_PROVE_STAGE, reply, highest(text));
    hc_put_text(facts, HC_PROVE_ERROR, reply, error ? (struct hc_text){ error, strlen(error) } : HC_TEXT(""));
    put_step(src, facts, HC_PROVE_SSE, reply, line_of(text, "sse"));
    put_step(src, facts, HC_PROVE_POPCNT, reply, line_of(text, "popcnt"));
    put_step(src, facts, HC_PROVE_X87, reply, line_of(text, "x87"));
    if (ratio->answer == HC_OK && !hc_number(line_of(text, "loop_ratio"), 10, &turns))
        ratio = hc_reword(src, ratio, HC_ABSENT, "not reached");
    hc_put_number(facts, HC_PROVE_RATIO, ratio, turns);
}
