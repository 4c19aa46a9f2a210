/* Memory is never one total: what is plugged in (smbios_decode.c), what the kernel can give out, what this process may
   have. */
#include "probes.h"
#include "tables.h"

#include <string.h>

/* "MemTotal:  24684096 kB": the unit is KiB (Documentation/filesystems/proc.rst). */
static void usable(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, value, number, unit = { "", 0 };
    const struct hc_reply *reply = hc_ask_file(src, "/proc/meminfo", &text);
    uint64_t kib = 0;

    if (!hc_find_value(text, ':', "MemTotal", &value) || !hc_next_word(&value, &number) ||
        !hc_next_word(&value, &unit) || !hc_text_is(unit, "kB") || !hc_number(number, 10, &kib) ||
        kib > UINT64_MAX >> 10)
        reply = hc_malformed(src, reply, "no MemTotal in kB");
    hc_put_number(facts, HC_MEMINFO_TOTAL, reply, kib << 10);
}

/* ---- control group ---- */

struct limit {
    const struct hc_reply *reply; /* of the lowest limit, or of what could not be read */
    uint64_t bytes;
    bool limited, unread, answered;
};

#define NO_LIMIT (UINT64_C(1) << 62) /* version 1 writes "no limit" as the largest multiple of a page */

static void consider(struct hc_source *src, const char *path, struct limit *limit)
{
    struct hc_text line;
    const struct hc_reply *reply = hc_ask_line(src, path, &line);
    uint64_t bytes = 0;

    if (reply->answer == HC_OK && !hc_text_is(line, "max") && !hc_number(line, 10, &bytes))
        reply = hc_malformed(src, reply, "a number or max was expected");
    limit->answered = limit->answered || reply->answer == HC_OK;
    if (reply->answer != HC_OK && reply->answer != HC_ABSENT) {
        limit->reply = reply;
        limit->unread = true;
    }
    if (reply->answer != HC_OK || limit->unread || hc_text_is(line, "max") || bytes >= NO_LIMIT)
        return;
    if (!limit->limited || bytes < limit->bytes)
        *limit = (struct limit){ reply, bytes, true, false, true };
}

/* The path of this process in the hierarchy that has the memory controller: "4:memory:/path" or "0::/path"
   (cgroups(7)). */
static bool memory_cgroup(struct hc_text text, struct hc_text *path, bool *v1)
{
    struct hc_text line, id, rest, controllers, where;
    bool found = false;

    while (hc_next_line(&text, &line)) {
        if (!hc_split(line, ':', &id, &rest) || !hc_split(rest, ':', &controllers, &where))
            continue;
        if (hc_text_is(controllers, "memory") || (!controllers.size && !found)) {
            *v1 = controllers.size != 0;
            *path = where;
            found = true;
        }
    }
    return found && hc_starts(*path, "/") && path->size < HC_KEY_MAX - 64;
}

static void cgroup(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, path = { "", 0 };
    const struct hc_reply *reply = hc_ask_file(src, "/proc/self/cgroup", &text);
    struct limit limit = { .reply = reply };
    bool v1 = false, found = memory_cgroup(text, &path, &v1), below_root = path.size > 1;

    while (found && path.size > 1) { /* the root itself has no limit */
        consider(src,
                 hc_format(src,
                           v1 ? "/sys/fs/cgroup/memory%.*s/memory.limit_in_bytes" : "/sys/fs/cgroup%.*s/memory.max",
                           (int)path.size, path.at),
                 &limit);
        while (path.size > 1 && path.at[path.size - 1] != '/')
            path.size--;
        path.size--;
    }
    if (found && !limit.unread) /* in a namespace of its own the group's limit stands at the root that it sees */
        consider(src, v1 ? "/sys/fs/cgroup/memory/memory.limit_in_bytes" : "/sys/fs/cgroup/memory.max", &limit);
    if (found && below_root && !limit.answered && !limit.unread)
        limit.reply = hc_reword(src, reply, HC_ABSENT, "the files of this control group are not seen here");
    hc_put_flag(facts, HC_CGROUP_LIMITED, limit.reply, limit.limited);
    if (!limit.limited && limit.reply->answer == HC_OK)
        limit.reply = hc_reword(src, limit.reply, HC_ABSENT, "no limit is set");
    hc_put_number(facts, HC_CGROUP_LIMIT, limit.reply, limit.bytes);
}

/* ---- huge pages ---- */

static void hugepages(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, "/sys/kernel/mm/hugepages", &names), *reply;
    uint64_t kib, count;

    hc_put_table(facts, HC_TABLE_HUGEPAGES, list);
    while (hc_next_line(&names, &name)) {
        static const char prefix[] = "hugepages-", suffix[] = "kB";
        const size_t ends = sizeof prefix - 1 + sizeof suffix - 1;
        struct hc_table_row *row;
        if (!hc_starts(name, prefix) || name.size <= ends ||
            !hc_number((struct hc_text){ name.at + sizeof prefix - 1, name.size - ends }, 10, &kib) ||
            kib > UINT64_C(1) << 40)
            continue;
        row = hc_add_row(facts, HC_TABLE_HUGEPAGES, list);
        hc_cell_number(facts, row, HC_COL_HUGEPAGE_SIZE, list, kib << 10);
        reply = hc_ask_u64(src, hc_format(src, "/sys/kernel/mm/hugepages/%.*s/nr_hugepages", (int)name.size, name.at),
                           &count);
        hc_cell_number(facts, row, HC_COL_HUGEPAGE_TOTAL, reply, count);
        reply = hc_ask_u64(src, hc_format(src, "/sys/kernel/mm/hugepages/%.*s/free_hugepages", (int)name.size, name.at),
                           &count);
        hc_cell_number(facts, row, HC_COL_HUGEPAGE_FREE, reply, count);
    }
}

void hc_probe_memory(struct hc_source *src, struct hc_facts *facts)
{
    usable(src, facts);
    cgroup(src, facts);
    hugepages(src, facts);
}
