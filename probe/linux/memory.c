/* Memory is never one total: what is plugged in (smbios_decode.c), what the kernel can give out, what this process may
   have. */
#include "attributes.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

/* "MemTotal:  24684096 kB": the unit is KiB (Documentation/filesystems/proc.rst). */
static void meminfo_line(struct hc_source *src, struct hc_facts *facts, struct hc_number_id id, const char *name)
{
    struct hc_text text, value, number, unit = { "", 0 };
    const struct hc_reply *reply = hc_ask_file(src, "/proc/meminfo", &text);
    uint64_t kib = 0;

    if (reply->answer == HC_OK && !hc_find_value(text, ':', name, &value) &&
        hc_find_value(text, ':', "MemTotal", &number)) {
        reply = hc_reword(src, reply, HC_ABSENT, "this kernel has no such line");
    } else if (!hc_find_value(text, ':', name, &value) || !hc_next_word(&value, &number) ||
               !hc_next_word(&value, &unit) || !hc_text_is(unit, "kB") || !hc_number(number, 10, &kib) ||
               kib > UINT64_MAX >> 10) {
        reply = hc_malformed(src, reply, "no such line in kB");
        kib = 0;
    }
    hc_put_number(facts, id, reply, kib << 10);
}

static void usable(struct hc_source *src, struct hc_facts *facts)
{
    meminfo_line(src, facts, HC_MEMINFO_TOTAL, "MemTotal");
    meminfo_line(src, facts, HC_MEMINFO_AVAILABLE, "MemAvailable");
    meminfo_line(src, facts, HC_MEMINFO_FREE, "MemFree");
    meminfo_line(src, facts, HC_MEMINFO_SWAP, "SwapTotal");
    meminfo_line(src, facts, HC_MEMINFO_SWAP_FREE, "SwapFree");
    meminfo_line(src, facts, HC_MEMINFO_CORRUPTED, "HardwareCorrupted");
}

/* ---- blocks that the kernel can switch on and off: Documentation/ABI/testing/sysfs-devices-memory ---- */

#define BLOCK_FOLDER "/sys/devices/system/memory"

enum { BLOCKS_ASKED_MAX = 32 };

static uint64_t count_blocks(struct hc_text names)
{
    struct hc_text name;
    uint64_t count = 0, number;

    while (hc_next_line(&names, &name))
        count += hc_numbered(name, "memory", &number);
    return count;
}

/* A block's file online is 1 or 0; between the two it is "going-offline" in state alone. */
static const struct hc_reply *count_online(struct hc_source *src, const struct hc_reply *list, struct hc_text names,
                                           uint64_t *count)
{
    const struct hc_reply *reply = list;
    struct hc_text name, state;
    uint64_t number;

    for (*count = 0; hc_next_line(&names, &name);) {
        if (!hc_numbered(name, "memory", &number))
            continue;
        reply = hc_ask_line(src, hc_format(src, BLOCK_FOLDER "/%.*s/state", (int)name.size, name.at), &state);
        if (reply->answer != HC_OK)
            return reply;
        *count += hc_text_is(state, "online") || hc_text_is(state, "going-offline");
    }
    return list;
}

/* "        present  782336": pages of a zone that are online, without the holes between them (mm/vmstat.c). */
static uint64_t present_pages(struct hc_text text)
{
    struct hc_text line, word;
    uint64_t sum = 0, pages;

    while (hc_next_line(&text, &line))
        if (hc_next_word(&line, &word) && hc_text_is(word, "present") && hc_number(hc_trim(line), 10, &pages))
            sum += pages;
    return sum;
}

/* Memory that is surely online: no page is smaller than this. */
#define SMALLEST_PAGE 4096u

static const struct hc_reply *surely_online(struct hc_source *src, uint64_t *bytes)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/zoneinfo", &text);
    const uint64_t pages = present_pages(text);

    *bytes = pages > UINT64_MAX / SMALLEST_PAGE ? 0 : pages * SMALLEST_PAGE;
    return reply;
}

/* No block is off where less than one is missing in what is online. Else each has to be asked, which takes longer than
   all the rest where there are many: that is done only where no zones are seen, as in a folder of files. */
static void online(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *list, struct hc_text names,
                   uint64_t block, uint64_t count)
{
    const struct hc_reply *zones;
    const uint64_t total = block * count;
    uint64_t on = count, sure;

    hc_number_of(facts, HC_MEMINFO_TOTAL, &sure);
    if (sure > total || total - sure >= block) {
        zones = surely_online(src, &sure);
        if (sure <= total && total - sure < block)
            list = zones;
        else if (zones->answer == HC_OK && count > BLOCKS_ASKED_MAX)
            list = hc_reword(src, list, HC_UNSUPPORTED, "each of many blocks would have to be asked");
        else
            list = count_online(src, list, names, &on);
    }
    hc_put_number(facts, HC_MEMORY_ONLINE, list, block * on);
}

static void blocks(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, line;
    const struct hc_reply *list = hc_ask_dir(src, BLOCK_FOLDER, &names);
    const struct hc_reply *size = hc_ask_line(src, BLOCK_FOLDER "/block_size_bytes", &line);
    const uint64_t count = count_blocks(names);
    uint64_t block = 0;

    if (size->answer == HC_OK && (!hc_number(line, 16, &block) || (count && block > UINT64_MAX / count))) {
        size = hc_malformed(src, size, "a size in hexadecimal digits was expected");
        block = 0;
    }
    hc_put_number(facts, HC_MEMORY_BLOCK, size, block);
    if (list->answer == HC_OK && size->answer != HC_OK)
        list = size;
    else if (list->answer == HC_OK && !count)
        list = hc_reword(src, list, HC_ABSENT, "no memory blocks listed");
    hc_put_number(facts, HC_MEMORY_PRESENT, list, block * count);
    if (list->answer == HC_OK)
        online(src, facts, list, names, block, count);
    else
        hc_put_number(facts, HC_MEMORY_ONLINE, list, 0);
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

#define GIB_IN_KIB  (UINT64_C(1) << 20)
#define MEMORY_MOST (UINT64_C(1) << 52) /* bytes that any CPU of today can address */

/* Pages of one size more; one size that cannot be read leaves the sum unknown. */
static const struct hc_reply *add_reserved(struct hc_source *src, const struct hc_reply *sum,
                                           const struct hc_reply *reply, uint64_t kib, uint64_t count, uint64_t *bytes)
{
    if (sum->answer != HC_OK || reply->answer != HC_OK)
        return sum->answer != HC_OK ? sum : reply;
    if (kib && count > (MEMORY_MOST - *bytes) / (kib << 10))
        return hc_malformed(src, reply, "more pages than there can be");
    *bytes += (kib << 10) * count;
    return sum;
}

static void hugepages(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text names, name;
    const struct hc_reply *list = hc_ask_dir(src, "/sys/kernel/mm/hugepages", &names), *reply, *sum = list;
    uint64_t kib, count, reserved = 0;
    bool gib = false;

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
        sum = add_reserved(src, sum, reply, kib, count, &reserved);
        gib |= kib == GIB_IN_KIB;
        reply = hc_ask_u64(src, hc_format(src, "/sys/kernel/mm/hugepages/%.*s/free_hugepages", (int)name.size, name.at),
                           &count);
        hc_cell_number(facts, row, HC_COL_HUGEPAGE_FREE, reply, count);
    }
    hc_put_number(facts, HC_HUGEPAGES_RESERVED, sum, reserved);
    hc_put_listed(facts, HC_HUGEPAGES_1G, list, gib);
}

void hc_probe_memory(struct hc_source *src, struct hc_facts *facts)
{
    usable(src, facts);
    blocks(src, facts);
    cgroup(src, facts);
    hugepages(src, facts);
}
