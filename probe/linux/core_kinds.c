/* Kinds of cores: the folders that the kernel makes for Intel's hybrids, the part number of each core on Arm. Where all
   are alike the type is empty. */
#include "topology.h"

#include <string.h>

/* The performance counters of a hybrid's cores (Linux 5.13, arch/x86/events/intel/core.c). The first is there on every
   hybrid. */
static const struct {
    const char *path, *type;
} folders[] = {
    { "/sys/devices/cpu_core/cpus", "performance" },
    { "/sys/devices/cpu_atom/cpus", "efficiency" },
    { "/sys/devices/cpu_lowpower/cpus", "low-power" },
};

static void set_all(struct hc_topology *t, const struct hc_reply *why)
{
    for (struct hc_cpu_group *core = t->groups[HC_CORE]; core; core = core->next) {
        core->type = HC_TEXT("");
        core->type_why = why;
    }
}

static void set_listed(struct hc_topology *t, struct hc_text list, const char *type, const struct hc_reply *why)
{
    struct hc_cpu_range range;

    while (hc_next_range(&list, &range))
        for (unsigned cpu = range.first; cpu <= range.last && cpu < t->count; cpu++) {
            struct hc_cpu_group *core = t->cpus[cpu].group[HC_CORE];
            if (core && hc_sound(core) && core->first == cpu) {
                core->type = (struct hc_text){ type, strlen(type) };
                core->type_why = why;
            }
        }
}

/* A folder that is absent says that the kernel knows of one kind only; of a hybrid, that it has no counters for it. */
static void by_folders(struct hc_topology *t)
{
    struct hc_text list;
    const struct hc_reply *reply = hc_ask_cpu_list(t->src, folders[0].path, &list);

    if (reply->answer == HC_ABSENT && hc_flag(t->facts, HC_CPUID_HYBRID) != HC_YES)
        reply = hc_restate(t->src, reply, "absent");
    else if (reply->answer == HC_OK)
        reply = hc_reword(t->src, reply, HC_FAILED, "in no list of a kind of cores");
    set_all(t, reply);
    for (size_t i = 0; reply->answer == HC_FAILED && i < sizeof folders / sizeof *folders; i++) {
        const struct hc_reply *one = hc_ask_cpu_list(t->src, folders[i].path, &list);
        set_listed(t, list, folders[i].type, one);
    }
}

/* What a file of each core says. False where the first core has no such file. */
static bool ask_each(struct hc_topology *t, const char *file, bool *alike)
{
    struct hc_cpu_group *first = t->groups[HC_CORE];

    *alike = true;
    for (struct hc_cpu_group *core = first; core; core = core->next) {
        core->type_why = hc_ask_line(t->src, hc_cpu_path(t, core->first, file), &core->type);
        if (core->type_why->answer != HC_OK && core == first)
            return false;
        *alike = *alike && hc_same_text(core->type, first->type);
    }
    return first != NULL;
}

/* MIDR_EL1: implementer in bits 31:24, part in 15:4 (Arm ARM, MIDR_EL1). Variants and revisions are one kind. */
static void name_part(struct hc_topology *t, struct hc_cpu_group *core)
{
    uint64_t midr;
    const char *text;

    if (core->type_why->answer != HC_OK || !hc_number(core->type, 16, &midr)) {
        core->type_why = hc_malformed(t->src, core->type_why, "a register was expected");
        core->type = HC_TEXT("");
        return;
    }
    text = hc_format(t->src, "0x%02x:0x%03x", (unsigned)(midr >> 24 & 0xff), (unsigned)(midr >> 4 & 0xfff));
    core->type = (struct hc_text){ text ? text : "", text ? strlen(text) : 0 };
}

static void by_parts(struct hc_topology *t)
{
    struct hc_cpu_group *first = t->groups[HC_CORE];
    bool alike = true;

    for (struct hc_cpu_group *core = first; core; core = core->next) {
        name_part(t, core);
        alike = alike && core->type_why->answer == HC_OK && hc_same_text(core->type, first->type);
    }
    for (struct hc_cpu_group *core = first; core && alike; core = core->next)
        core->type = HC_TEXT("");
}

/* The scheduler's idea of a core's strength tells that cores differ, but not what they are. */
static void by_capacity(struct hc_topology *t, bool alike)
{
    const struct hc_reply *why = t->groups[HC_CORE]->type_why;

    set_all(t, alike ? why : hc_reword(t->src, why, HC_UNSUPPORTED, "cores differ, and have no name here"));
}

void hc_topology_kinds(struct hc_topology *t)
{
    const bool x86 = hc_flag(t->facts, HC_CPUINFO_LM) != HC_UNKNOWN; /* its list of flags is there */
    bool alike;

    if (!x86 && ask_each(t, "regs/identification/midr_el1", &alike))
        by_parts(t);
    else if (!x86 && ask_each(t, "cpu_capacity", &alike))
        by_capacity(t, alike);
    else
        by_folders(t);
}
