/* libcpuid as a decoder of CPUID that was asked elsewhere: no collection of its own, so no CPUID instruction, thread
   affinity, module or driver. Works with 0.6.2 and later.

   cpu_identify() is given no more than it can stand. It executes CPUID for a third section of enclave memory (leaf
   0x12), divides by the threads that leaf 0xB tells, writes behind an array where caches are more than five, and warns
   on standard error of cache levels that it does not know and, since 0.7, of a CPU without a level of the x86-64 psABI;
   the function that warns is one for the whole process, which is not ours to set. Leaves 0xB, 0x12 and 0x14 stay zero,
   and it sees only caches and CPUs that it knows, each cache once. */
#include "libcpuid.h"

#include <libcpuid/libcpuid.h>
#include <stdlib.h>
#include <string.h>

#define BIT(n) (UINT32_C(1) << (n))

/* bad: the first reply that was not ok and without which sizes would come out as zero; missing: likewise, of what may
   be left out, for then libcpuid cannot tell. */
struct reading {
    struct hc_source *src;
    unsigned cpu;
    const struct hc_reply *bad, *missing;
    struct cpu_raw_data_t raw;
};

static const struct hc_reply *read_words(struct reading *r, uint32_t leaf, uint32_t subleaf, uint32_t *words)
{
    struct hc_cpuid regs;
    const struct hc_reply *reply = hc_ask_cpuid(r->src, r->cpu, leaf, subleaf, &regs);

    words[EAX] = regs.eax;
    words[EBX] = regs.ebx;
    words[ECX] = regs.ecx;
    words[EDX] = regs.edx;
    return reply->answer == HC_OK ? NULL : reply;
}

static void need(struct reading *r, uint32_t leaf, uint32_t *words)
{
    const struct hc_reply *bad = read_words(r, leaf, 0, words);

    if (!r->bad)
        r->bad = bad;
}

static void want(struct reading *r, uint32_t leaf, uint32_t subleaf, uint32_t *words)
{
    const struct hc_reply *missing = read_words(r, leaf, subleaf, words);

    if (!r->missing)
        r->missing = missing;
}

/* Which of libcpuid's five caches a row tells of, as a bit; 0: none. SDM vol. 2A, CPUID, leaf 4; APM vol. 3, leaf
   0x8000001D. */
static unsigned cache_of(uint32_t eax)
{
    uint32_t type = eax & 31, level = eax >> 5 & 7;

    if (level == 1 && (type == 1 || type == 2))
        return BIT(type);
    return level >= 2 && level <= 4 && type == 3 ? BIT(1 + level) : 0;
}

/* libcpuid multiplies in 32 bits. */
static bool can_multiply(const uint32_t *row)
{
    uint64_t ways = (row[EBX] >> 22) + 1, partitions = (row[EBX] >> 12 & 1023) + 1, line = (row[EBX] & 4095) + 1;

    return ways * partitions * line * ((uint64_t)row[ECX] + 1) <= INT32_MAX && row[ECX] < INT32_MAX;
}

/* Each cache once: a sixth row would be written behind an array of five. */
static void read_caches(struct reading *r, uint32_t leaf, uint32_t (*rows)[NUM_REGS], size_t room)
{
    unsigned have = 0;
    size_t count = 0;

    for (uint32_t subleaf = 0; count < room && subleaf < 2 * room; subleaf++) {
        unsigned cache;
        want(r, leaf, subleaf, rows[count]);
        if (!(rows[count][EAX] & 31))
            break;
        cache = cache_of(rows[count][EAX]) & ~have;
        if (cache && can_multiply(rows[count])) {
            have |= cache;
            count++;
        }
    }
    if (count < room)
        memset(rows[count], 0, sizeof *rows);
}

static bool is_vendor(const struct reading *r, const char *name)
{
    const uint32_t *leaf = r->raw.basic_cpuid[0];
    char text[12];

    for (int i = 0; i < 4; i++) {
        text[i] = (char)(leaf[EBX] >> 8 * i);
        text[4 + i] = (char)(leaf[EDX] >> 8 * i);
        text[8 + i] = (char)(leaf[ECX] >> 8 * i);
    }
    return !memcmp(text, name, sizeof text);
}

static void read_basic(struct reading *r)
{
    uint32_t(*basic)[NUM_REGS] = r->raw.basic_cpuid;

    need(r, 0, basic[0]);
    if (basic[0][EAX] >= MAX_CPUID_LEVEL)
        basic[0][EAX] = MAX_CPUID_LEVEL - 1;
    need(r, 1, basic[1]);
    if (basic[0][EAX] < 4)
        need(r, 2, basic[2]);
    want(r, 7, 0, basic[7]);
    if (basic[7][EDX] & BIT(15))
        want(r, 0x1a, 0, basic[0x1a]);
}

/* A hypervisor may hide the topology extensions and leave the highest leaf as it is: then libcpuid must not look for
   caches where there are none, but in leaves 0x80000005 and 6. */
static void read_extended(struct reading *r, bool amd)
{
    static const uint8_t wanted[] = { 1, 2, 3, 4, 8 };
    uint32_t(*extended)[NUM_REGS] = r->raw.ext_cpuid;

    want(r, 0x80000000, 0, extended[0]);
    if (extended[0][EAX] < 0x80000000 || extended[0][EAX] > 0x8000ffff)
        extended[0][EAX] = 0;
    if (extended[0][EAX] >= 0x80000000 + MAX_EXT_CPUID_LEVEL)
        extended[0][EAX] = 0x80000000 + MAX_EXT_CPUID_LEVEL - 1;
    for (size_t i = 0; extended[0][EAX] && i < sizeof wanted; i++)
        want(r, 0x80000000 + wanted[i], 0, extended[wanted[i]]);
    if (amd && extended[0][EAX] >= 0x8000001e && (extended[1][ECX] & BIT(22)))
        want(r, 0x8000001e, 0, extended[0x1e]);
    else if (extended[0][EAX] > 0x8000001c)
        extended[0][EAX] = 0x8000001c;
}

/* Intel and Zhaoxin describe their caches in leaf 4, AMD in 0x80000005 and 6 or in 0x8000001D; VIA in either. */
static void read_all(struct reading *r)
{
    uint32_t(*extended)[NUM_REGS] = r->raw.ext_cpuid;
    bool amd;

    read_basic(r);
    amd = is_vendor(r, "AuthenticAMD") || is_vendor(r, "HygonGenuine");
    read_extended(r, amd);
    if (extended[0][EAX] && !is_vendor(r, "GenuineIntel")) {
        need(r, 0x80000005, extended[5]);
        need(r, 0x80000006, extended[6]);
    }
    if (amd && extended[0][EAX] >= 0x8000001d)
        read_caches(r, 0x8000001d, r->raw.amd_fn8000001dh, MAX_AMDFN8000001DH_LEVEL);
    if (!amd && r->raw.basic_cpuid[0][EAX] >= 4) {
        want(r, 4, 0, r->raw.basic_cpuid[4]);
        read_caches(r, 4, r->raw.intel_fn4, MAX_INTELFN4_LEVEL);
    }
}

/* Long mode with all that level 1 of the psABI needs, or a family of 32 bits that libcpuid has heard of. */
static bool knows_cpu(const struct cpu_raw_data_t *raw)
{
    const uint32_t level_1 = BIT(0) | BIT(8) | BIT(15) | BIT(23) | BIT(24) | BIT(25) | BIT(26);
    uint32_t family = raw->basic_cpuid[1][EAX] >> 8 & 15;

    if (raw->ext_cpuid[1][EDX] & BIT(29))
        return (raw->basic_cpuid[1][EDX] & level_1) == level_1;
    return (family >= 3 && family <= 6) || family == 15;
}

static int64_t bytes(int32_t kib)
{
    return kib < 0 ? -1 : (int64_t)kib * 1024;
}

static const struct hc_reply *decode(struct reading *r, struct cpu_id_t *id, struct hc_decoded *decoded)
{
    const struct hc_reply *first;
    struct hc_cpuid regs;

    read_all(r);
    if (r->bad)
        return r->bad;
    first = hc_ask_cpuid(r->src, r->cpu, 0, 0, &regs);
    if (!knows_cpu(&r->raw) || cpu_identify(&r->raw, id) < 0)
        return hc_reword(r->src, first, HC_UNSUPPORTED, "libcpuid does not know CPUs like this one");
    decoded->missing = r->missing;
    decoded->l1d = bytes(id->l1_data_cache);
    decoded->l1i = bytes(id->l1_instruction_cache);
    decoded->l2 = bytes(id->l2_cache);
    decoded->l3 = bytes(id->l3_cache);
    memcpy(decoded->codename, id->cpu_codename, sizeof decoded->codename - 1);
    return first;
}

const struct hc_reply *hc_libcpuid_decode(struct hc_source *src, unsigned cpu, struct hc_decoded *decoded)
{
    struct reading *r = calloc(1, sizeof *r);
    struct cpu_id_t *id = calloc(1, sizeof *id);
    struct hc_cpuid regs;
    const struct hc_reply *reply = hc_ask_cpuid(src, cpu, 0, 0, &regs);

    memset(decoded, 0, sizeof *decoded);
    if (!r || !id)
        src->arena.exhausted = true; /* no report either */
    else if (reply->answer == HC_OK) {
        r->src = src;
        r->cpu = cpu;
        reply = decode(r, id, decoded);
    }
    free(id);
    free(r);
    return reply;
}
