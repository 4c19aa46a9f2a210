#include "ask.h"

#include <string.h>

static struct hc_text body(const struct hc_reply *reply)
{
    return (struct hc_text){ reply->bytes, reply->answer == HC_OK ? reply->size : 0 };
}

/* "scheme:rest"; most keys are made here. */
static const char *join(struct hc_source *src, const char *scheme, const char *rest)
{
    size_t size = strlen(scheme), more = rest ? strlen(rest) : 0;
    char *key = rest ? hc_alloc(&src->arena, size + more + 2) : NULL;

    if (key) {
        memcpy(key, scheme, size);
        key[size] = ':';
        memcpy(key + size + 1, rest, more);
    }
    return key;
}

static const struct hc_reply *ask_text(struct hc_source *src, const char *scheme, const char *rest,
                                       struct hc_text *text)
{
    const struct hc_reply *reply = hc_ask_lasting(src, join(src, scheme, rest));

    *text = body(reply);
    return reply;
}

const struct hc_reply *hc_ask_file(struct hc_source *src, const char *path, struct hc_text *text)
{
    return ask_text(src, "file", path, text);
}

const struct hc_reply *hc_ask_dir(struct hc_source *src, const char *path, struct hc_text *names)
{
    return ask_text(src, "dir", path, names);
}

const struct hc_reply *hc_ask_link(struct hc_source *src, const char *path, struct hc_text *target)
{
    return ask_text(src, "link", path, target);
}

const struct hc_reply *hc_ask_host(struct hc_source *src, const char *what, struct hc_text *text)
{
    return ask_text(src, "host", what, text);
}

const struct hc_reply *hc_ask_netlink(struct hc_source *src, const char *what, struct hc_text *text)
{
    return ask_text(src, "netlink", what, text);
}

const struct hc_reply *hc_ask_drvinfo(struct hc_source *src, struct hc_text interface, struct hc_text *text)
{
    return ask_text(src, "ioctl:ethtool:drvinfo", hc_format(src, "%.*s", (int)interface.size, interface.at), text);
}

const struct hc_reply *hc_ask_link_settings(struct hc_source *src, struct hc_text interface,
                                            struct hc_link_settings *settings)
{
    const char *name = hc_format(src, "%.*s", (int)interface.size, interface.at);
    struct hc_text text;
    const struct hc_reply *reply = ask_text(src, "ioctl:ethtool:link_settings", name, &text);

    if (hc_read_link_settings(text, settings) || reply->answer != HC_OK)
        return reply;
    *settings = (struct hc_link_settings){ .connector = HC_TEXT("") };
    return hc_malformed(src, reply, "settings of a link were expected");
}

const struct hc_reply *hc_ask_packages(struct hc_source *src, const char *question, struct hc_text *lines)
{
    return ask_text(src, "packages", question, lines);
}

const struct hc_reply *hc_ask_note(struct hc_source *src, const char *path, struct hc_text *json)
{
    return ask_text(src, "note", path, json);
}

const struct hc_reply *hc_ask_line(struct hc_source *src, const char *path, struct hc_text *line)
{
    const struct hc_reply *reply = hc_ask_file(src, path, line);

    *line = hc_trim(*line);
    if (line->size && memchr(line->at, '\n', line->size)) {
        *line = (struct hc_text){ "", 0 };
        return hc_malformed(src, reply, "one line was expected");
    }
    return reply;
}

static const struct hc_reply *parse_u64(struct hc_source *src, const struct hc_reply *reply, int base, uint64_t *value)
{
    *value = 0;
    if (reply->answer == HC_OK && !hc_number(hc_trim(body(reply)), base, value))
        return hc_malformed(src, reply, "a number was expected");
    return reply;
}

const struct hc_reply *hc_ask_u64(struct hc_source *src, const char *path, uint64_t *value)
{
    struct hc_text text;

    return parse_u64(src, hc_ask_file(src, path, &text), 10, value);
}

const struct hc_reply *hc_ask_ioctl(struct hc_source *src, const char *what, uint64_t *value)
{
    struct hc_text text;

    return parse_u64(src, ask_text(src, "ioctl", what, &text), 10, value);
}

const struct hc_reply *hc_ask_flag(struct hc_source *src, const char *path, bool *value)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, path, &line);

    *value = hc_text_is(line, "Y") || hc_text_is(line, "1");
    if (reply->answer == HC_OK && !*value && !hc_text_is(line, "N") && !hc_text_is(line, "0"))
        return hc_malformed(src, reply, "Y, N, 1 or 0 was expected");
    return reply;
}

const struct hc_reply *hc_ask_sysctl(struct hc_source *src, const char *name, struct hc_text *text)
{
    const struct hc_reply *reply = ask_text(src, "sysctl", name, text);

    *text = hc_trim(*text);
    return reply;
}

const struct hc_reply *hc_ask_sysctl_u64(struct hc_source *src, const char *name, uint64_t *value)
{
    struct hc_text text;

    return parse_u64(src, ask_text(src, "sysctl", name, &text), 10, value);
}

const struct hc_reply *hc_ask_ioreg(struct hc_source *src, const char *what, struct hc_text *text)
{
    return ask_text(src, "ioreg", what, text);
}

const struct hc_reply *hc_ask_api(struct hc_source *src, const char *function, uint64_t *value)
{
    struct hc_text text;

    return parse_u64(src, ask_text(src, "api", function, &text), 10, value);
}

static bool parse_node(struct hc_text text, struct hc_node *node)
{
    struct hc_text type, numbers[5], device, dev_minor;
    uint64_t v[5];

    if (!hc_next_word(&text, &type) || !hc_next_word(&text, &device) || !hc_split(device, ':', &numbers[0], &dev_minor))
        return false;
    numbers[1] = dev_minor;
    for (int i = 2; i < 5; i++)
        if (!hc_next_word(&text, &numbers[i]))
            return false;
    for (int i = 0; i < 5; i++)
        if (!hc_number(numbers[i], i == 2 ? 8 : 10, &v[i]) || v[i] > UINT32_MAX)
            return false;
    *node =
        (struct hc_node){ type.at[0], (uint32_t)v[0], (uint32_t)v[1], (uint32_t)v[2], (uint32_t)v[3], (uint32_t)v[4] };
    return true;
}

const struct hc_reply *hc_ask_stat(struct hc_source *src, const char *path, struct hc_node *node)
{
    struct hc_text text;
    const struct hc_reply *reply = ask_text(src, "stat", path, &text);

    memset(node, 0, sizeof *node);
    if (reply->answer == HC_OK && !parse_node(text, node))
        return hc_malformed(src, reply, "type, device, mode, user and group were expected");
    return reply;
}

static bool parse_room(struct hc_text text, struct hc_room *room)
{
    static const char *const names[] = { "block", "blocks", "free", "available", "files", "files_free" };
    struct hc_text value;
    uint64_t v[6];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!hc_find_value(text, ' ', names[i], &value) || !hc_number(value, 10, &v[i]))
            return false;
    for (size_t i = 1; i < 4; i++)
        if (v[0] && v[i] > UINT64_MAX / v[0])
            return false;
    *room = (struct hc_room){
        .size = v[0] * v[1], .free = v[0] * v[2], .available = v[0] * v[3], .files = v[4], .files_free = v[5]
    };
    return hc_find_value(text, ' ', "type", &value) && hc_number(value, 16, &room->magic) &&
           hc_find_value(text, ' ', "device", &room->device);
}

const struct hc_reply *hc_ask_statfs(struct hc_source *src, const char *path, struct hc_room *room)
{
    struct hc_text text;
    const struct hc_reply *reply = ask_text(src, "statfs", path, &text);

    if (reply->answer == HC_OK && parse_room(text, room))
        return reply;
    *room = (struct hc_room){ .device = { "", 0 } };
    return reply->answer == HC_OK ? hc_malformed(src, reply, "sizes of a file system were expected") : reply;
}

const struct hc_reply *hc_ask_access(struct hc_source *src, const char *path, bool *granted)
{
    struct hc_text text;
    const struct hc_reply *reply = ask_text(src, "access:rw", path, &text);

    *granted = hc_text_is(hc_trim(text), "granted");
    if (reply->answer == HC_OK && !*granted && !hc_text_is(hc_trim(text), "refused"))
        return hc_malformed(src, reply, "granted or refused was expected");
    return reply;
}

static bool parse_cpuid(struct hc_text text, struct hc_cpuid *regs)
{
    uint32_t *const out[] = { &regs->eax, &regs->ebx, &regs->ecx, &regs->edx };
    struct hc_text word;
    uint64_t value;

    for (int i = 0; i < 4; i++) {
        if (!hc_next_word(&text, &word) || !hc_number(word, 16, &value) || value > UINT32_MAX)
            return false;
        *out[i] = (uint32_t)value;
    }
    return !hc_next_word(&text, &word);
}

static const struct hc_reply *one_leaf(struct hc_source *src, unsigned cpu, uint32_t leaf, uint32_t subleaf,
                                       struct hc_cpuid *regs)
{
    const struct hc_reply *reply = hc_ask(src, hc_format(src, "cpuid:%u:%08x:%x", cpu, leaf, subleaf));

    memset(regs, 0, sizeof *regs);
    if (reply->answer == HC_OK && !parse_cpuid(body(reply), regs)) {
        memset(regs, 0, sizeof *regs);
        return hc_malformed(src, reply, "four registers were expected");
    }
    return reply;
}

const struct hc_reply *hc_ask_cpuid(struct hc_source *src, unsigned cpu, uint32_t leaf, uint32_t subleaf,
                                    struct hc_cpuid *regs)
{
    /* hypervisors stand 0x100 apart, each with a highest leaf of its own */
    const uint32_t size = leaf >> 16 == 0x4000 ? 0x100 : 0x10000, range = leaf & ~(size - 1);
    const struct hc_reply *reply = one_leaf(src, cpu, range, 0, regs);

    if (leaf == range || reply->answer != HC_OK)
        return reply;
    if (!range && regs->eax >= size) { /* no CPU has so many; that it has none is not said either */
        memset(regs, 0, sizeof *regs);
        return hc_malformed(src, reply, "a highest leaf was expected");
    }
    if (leaf > regs->eax || regs->eax < range || regs->eax - range >= size) {
        memset(regs, 0, sizeof *regs);
        return reply;
    }
    return one_leaf(src, cpu, leaf, subleaf, regs);
}

const struct hc_reply *hc_ask_msr(struct hc_source *src, unsigned cpu, uint32_t index, uint64_t *value)
{
    return parse_u64(src, hc_ask(src, hc_format(src, "msr:%u:%x", cpu, index)), 16, value);
}
