/* Kinds of cores: CPUs grouped by the type that the table cpus gives them, and one of each kind decoded by libcpuid. A
   codename appears only where our own table of families and models agrees with the library's. */
#include "cpulist.h"
#include "libcpuid.h"
#include "probes.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    char vendor[13];
    uint8_t family, model, first, last;
    char name[24];
} codenames[] = {
#define CODENAME(vendor, family, model, first, last, name) { vendor, family, model, first, last, name },
#include "codenames.def"
};

/* One kind: its type is NULL where cpus does not tell it. */
struct kind {
    const struct hc_cell *type; /* NULL: the CPUs are not known */
    unsigned *cpus, count;
};

enum { KINDS_MAX = 8 };

struct view {
    struct hc_source *src;
    struct hc_facts *facts;
    struct kind kinds[KINDS_MAX];
    unsigned count, probe_cpu;
};

/* ---- grouping ---- */

static bool same_type(const struct hc_cell *a, const struct hc_cell *b)
{
    return a->known == b->known && (!a->known || !strcmp(a->text, b->text));
}

static struct kind *kind_of(struct view *v, const struct hc_cell *type, size_t room)
{
    struct kind *kind;

    for (unsigned i = 0; i < v->count; i++)
        if (same_type(v->kinds[i].type, type))
            return &v->kinds[i];
    if (v->count == KINDS_MAX)
        return NULL;
    kind = &v->kinds[v->count];
    kind->cpus = malloc(room * sizeof *kind->cpus);
    if (!kind->cpus) {
        v->src->arena.exhausted = true; /* no memory: no report either */
        return NULL;
    }
    kind->type = type;
    v->count++;
    return kind;
}

static void group(struct view *v)
{
    const struct hc_table_data *table = &v->facts->tables[HC_TABLE_CPUS];

    for (const struct hc_table_row *row = table->known ? table->first : NULL; row; row = row->next) {
        const struct hc_cell *id = &row->cells[HC_COL_CPU_ID], *online = &row->cells[HC_COL_CPU_ONLINE];
        struct kind *kind;
        if (!id->known || id->number >= HC_CPUS_MAX || (online->known && !online->flag))
            continue;
        kind = kind_of(v, &row->cells[HC_COL_CPU_TYPE], table->count);
        if (kind)
            kind->cpus[kind->count++] = (unsigned)id->number;
    }
    if (!v->count) /* one kind at least: that of the CPU that answers */
        v->count = 1;
}

/* The CPU that is asked for a kind: the one that the other probes asked, if it is of that kind. */
static unsigned speaker(const struct view *v, const struct kind *kind)
{
    for (unsigned i = 0; i < kind->count; i++)
        if (kind->cpus[i] == v->probe_cpu)
            return v->probe_cpu;
    return kind->count ? kind->cpus[0] : v->probe_cpu;
}

/* ---- cells ---- */

static void put_cpus(const struct view *v, struct hc_table_row *row, const struct kind *kind)
{
    const struct hc_reply *reply = v->facts->tables[HC_TABLE_CPUS].why;
    struct hc_text list = hc_cpu_list_of(&v->src->arena, kind->cpus, kind->count);

    if (kind->type && kind->type->why)
        hc_cell_text(v->facts, row, HC_COL_CORE_TYPE, kind->type->why,
                     kind->type->known ? (struct hc_text){ kind->type->text, strlen(kind->type->text) } : HC_TEXT(""));
    if (kind->count && list.at && reply)
        hc_cell_text(v->facts, row, HC_COL_CORE_TYPE_CPUS, reply, list);
}

struct identity {
    char vendor[12];
    uint32_t family, model, stepping;
};

/* Family 0xF adds the extended family; from family 6 on the model is extended (Linux, arch/x86/lib/cpu.c; the SDM, vol.
   2A, figure 3-6, knows of families 6 and 0xF alone, and Zhaoxin's is 7). */
static const struct hc_reply *identify(const struct view *v, unsigned cpu, struct identity *who)
{
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(v->src, cpu, 0, 0, &r);

    for (int i = 0; i < 4; i++) {
        who->vendor[i] = (char)(r.ebx >> 8 * i);
        who->vendor[4 + i] = (char)(r.edx >> 8 * i);
        who->vendor[8 + i] = (char)(r.ecx >> 8 * i);
    }
    if (reply->answer == HC_OK)
        reply = hc_ask_cpuid(v->src, cpu, 1, 0, &r);
    else
        memset(&r, 0, sizeof r);
    who->family = r.eax >> 8 & 15;
    who->model = r.eax >> 4 & 15;
    who->stepping = r.eax & 15;
    if (who->family >= 6)
        who->model |= (r.eax >> 16 & 15) << 4;
    if (who->family == 15)
        who->family += r.eax >> 20 & 255;
    return reply;
}

static void put_size(const struct view *v, struct hc_table_row *row, int column, const struct hc_reply *reply,
                     const struct hc_decoded *decoded, int64_t size)
{
    if (reply->answer == HC_OK && size < 0)
        reply =
            decoded->missing ? decoded->missing : hc_reword(v->src, reply, HC_UNSUPPORTED, "libcpuid could not tell");
    hc_cell_number(v->facts, row, column, reply, size < 0 ? 0 : (uint64_t)size);
}

static const char *agreed(const struct identity *who, const char *codename)
{
    for (size_t i = 0; i < sizeof codenames / sizeof *codenames; i++)
        if (!memcmp(codenames[i].vendor, who->vendor, sizeof who->vendor) && codenames[i].family == who->family &&
            codenames[i].model == who->model && who->stepping >= codenames[i].first &&
            who->stepping <= codenames[i].last && strstr(codename, codenames[i].name))
            return codenames[i].name;
    return NULL;
}

static void put_decoded(const struct view *v, struct hc_table_row *row, const struct identity *who, unsigned cpu)
{
    struct hc_decoded decoded;
    const struct hc_reply *reply = hc_libcpuid_decode(v->src, cpu, &decoded);
    const char *name = agreed(who, decoded.codename);

    put_size(v, row, HC_COL_CORE_TYPE_L1D, reply, &decoded, decoded.l1d);
    put_size(v, row, HC_COL_CORE_TYPE_L1I, reply, &decoded, decoded.l1i);
    put_size(v, row, HC_COL_CORE_TYPE_L2, reply, &decoded, decoded.l2);
    put_size(v, row, HC_COL_CORE_TYPE_L3, reply, &decoded, decoded.l3);
    if (reply->answer == HC_OK && !name)
        reply = hc_reword(v->src, reply, HC_UNSUPPORTED, "libcpuid's codename is not one of this family and model");
    hc_cell_text(v->facts, row, HC_COL_CORE_TYPE_CODENAME, reply,
                 (struct hc_text){ name ? name : "", name ? strlen(name) : 0 });
}

static void put_kind(const struct view *v, const struct kind *kind)
{
    unsigned cpu = speaker(v, kind);
    struct identity who;
    const struct hc_reply *reply = identify(v, cpu, &who);
    struct hc_table_row *row = hc_add_row(v->facts, HC_TABLE_CORE_TYPES, reply);

    put_cpus(v, row, kind);
    hc_cell_number(v->facts, row, HC_COL_CORE_TYPE_FAMILY, reply, who.family);
    hc_cell_number(v->facts, row, HC_COL_CORE_TYPE_MODEL, reply, who.model);
    hc_cell_number(v->facts, row, HC_COL_CORE_TYPE_STEPPING, reply, who.stepping);
    put_decoded(v, row, &who, cpu);
}

/* Where CPUID does not answer, there is nothing to decode, and no row. */
void hc_probe_core_types(struct hc_source *src, struct hc_facts *facts)
{
    struct view v = { .src = src, .facts = facts, .probe_cpu = hc_probe_cpu(src) };
    struct hc_cpuid r;
    const struct hc_reply *reply = hc_ask_cpuid(src, v.probe_cpu, 0, 0, &r);

    hc_put_table(facts, HC_TABLE_CORE_TYPES,
                 reply->answer == HC_ABSENT ? hc_reword(src, reply, HC_UNSUPPORTED, "no CPUID") : reply);
    if (reply->answer == HC_OK)
        group(&v);
    for (unsigned i = 0; i < v.count; i++)
        put_kind(&v, &v.kinds[i]);
    for (unsigned i = 0; i < v.count; i++)
        free(v.kinds[i].cpus);
}
