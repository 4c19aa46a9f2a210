#include "probes.h"

/* The value on the line "name value". */
static bool line_value(struct hc_text text, const char *name, struct hc_text *value)
{
    return hc_find_value(text, ' ', name, value);
}

unsigned hc_probe_cpu(struct hc_source *src)
{
    struct hc_text text, value;
    uint64_t cpu = 0;

    hc_ask_host(src, "privilege", &text);
    if (!line_value(text, "cpu", &value) || !hc_number(value, 10, &cpu) || cpu > UINT16_MAX)
        return 0;
    return (unsigned)cpu;
}

static void put_line(struct hc_facts *facts, struct hc_source *src, struct hc_text_id id, const struct hc_reply *reply,
                     struct hc_text text, const char *name)
{
    struct hc_text value = { "", 0 };

    if (reply->thinned && hc_fact_field(id.fact)->class != HC_PUBLIC)
        reply = hc_reword(src, reply, HC_REDACTED, NULL);
    else if (!line_value(text, name, &value))
        reply = hc_malformed(src, reply, "a line is missing");
    hc_put_text(facts, id, reply, value);
}

void hc_probe_process(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, euid = { "", 0 };
    const struct hc_reply *reply = hc_ask_host(src, "uname", &text);

    put_line(facts, src, HC_UNAME_SYSNAME, reply, text, "sysname");
    put_line(facts, src, HC_UNAME_RELEASE, reply, text, "release");
    put_line(facts, src, HC_UNAME_VERSION, reply, text, "version");
    put_line(facts, src, HC_UNAME_MACHINE, reply, text, "machine");
    put_line(facts, src, HC_UNAME_NODENAME, reply, text, "nodename");

    reply = hc_ask_host(src, "privilege", &text);
    if (line_value(text, "elevated", &euid)) { /* Windows: as administrator */
        hc_put_flag(facts, HC_ROOT, reply, hc_text_is(euid, "1"));
        return;
    }
    if (!line_value(text, "euid", &euid))
        reply = hc_malformed(src, reply, "no euid");
    hc_put_flag(facts, HC_ROOT, reply, hc_text_is(euid, "0"));
}
