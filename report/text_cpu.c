#include "text_cpu.h"

#include "tables.h"

#include <string.h>

/* A line in the making: pieces with a separator between them. */
struct line {
    const struct hc_report *report;
    const char *text; /* NULL: nothing yet */
};

static void add(struct line *line, const char *separator, const char *piece)
{
    if (!piece || !*piece)
        return;
    line->text = line->text ? hc_print(line->report->arena, "%s%s%s", line->text, separator, piece) : piece;
}

static void put_line(struct hc_paper *paper, const struct line *line, int label, const char *name, enum hc_ink ink)
{
    if (!line->text)
        return;
    hc_ink(paper, ink, "%-*s", label, name);
    hc_wrap(paper, (size_t)label, (size_t)label, hc_clean(line->report->arena, line->text));
}

static bool yes(const struct line *line, struct hc_flag_id id)
{
    return hc_flag(line->report->facts, id) == HC_YES;
}

static bool no(const struct line *line, struct hc_flag_id id)
{
    return hc_flag(line->report->facts, id) == HC_NO;
}

static bool word_is(const struct line *line, struct hc_word_id id, const char *word)
{
    const char *known = hc_word_of(line->report->facts, id);

    return known && !strcmp(known, word);
}

/* ---- how many ---- */

static const char *counted(struct line *line, struct hc_number_id id, const char *one, const char *many)
{
    uint64_t n;

    if (!hc_number_of(line->report->facts, id, &n))
        return NULL;
    return hc_print(line->report->arena, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

/* Kinds of cores with their CPUs, where there are several. */
static const char *kinds_text(struct line *line)
{
    const struct hc_table_data *table = &line->report->facts->tables[HC_TABLE_CORE_TYPES];
    struct line kinds = { line->report, NULL };

    for (const struct hc_table_row *row = table->first; row && table->count > 1; row = row->next) {
        const struct hc_cell *type = &row->cells[HC_COL_CORE_TYPE], *cpus = &row->cells[HC_COL_CORE_TYPE_CPUS];
        if (type->known && cpus->known)
            add(&kinds, ", ", hc_print(line->report->arena, "CPUs %s %s", cpus->text, type->text));
    }
    return kinds.text;
}

static void counts(struct hc_paper *paper, const struct hc_report *report, int label)
{
    struct line line = { report, NULL };
    const struct hc_facts *facts = report->facts;
    const char *model = hc_text_of(facts, HC_CPU_BASELINE_MODEL);
    uint64_t level, nodes;

    add(&line, ", ", counted(&line, HC_TOPOLOGY_PACKAGES, "socket", "sockets"));
    add(&line, ", ", counted(&line, HC_TOPOLOGY_CORES, "core", "cores"));
    add(&line, ", ", counted(&line, HC_TOPOLOGY_THREADS, "thread", "threads"));
    if (hc_number_of(facts, HC_TOPOLOGY_NODES, &nodes) && nodes > 1)
        add(&line, ", ", counted(&line, HC_TOPOLOGY_NODES, "memory node", "memory nodes"));
    add(&line, "; ", kinds_text(&line));
    if (hc_number_of(facts, HC_CPU_LEVEL, &level) && level)
        add(&line, "; ", hc_print(report->arena, "x86-64-v%llu", (unsigned long long)level));
    if (model && *model)
        add(&line, ", ", hc_print(report->arena, "model for guests that move: %s", model));
    put_line(paper, &line, label, "CPU", HC_PLAIN);
}

/* ---- for guests ---- */

static const char *technology(struct line *line)
{
    static const struct {
        const char *arch, *name;
    } rows[] = { { "aarch64", "EL2" },
                 { "s390x", "interpretive execution (SIE)" },
                 { "ppc64le", "hypervisor mode" },
                 { "ppc64", "hypervisor mode" },
                 { "riscv64", "hypervisor extension" } };

    if (yes(line, HC_CPUID_VMX) || yes(line, HC_CPUINFO_VMX))
        return "VT-x";
    if (yes(line, HC_CPUID_SVM) || yes(line, HC_CPUINFO_SVM))
        return "AMD-V";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (word_is(line, HC_HOST_ARCH, rows[i].arch))
            return rows[i].name;
    return "hardware virtualization";
}

/* In the order of what matters to a guest. */
static const struct {
    const struct hc_flag_id *id;
    const char *name;
} abilities[] = {
    { &HC_VIRT_SLAT, "nested paging" },
    { &HC_VIRT_1G, "1 GiB pages" },
    { &HC_VIRT_UG, "real mode" },
    { &HC_VIRT_APICV, "virtual interrupt controller" },
    { &HC_VIRT_POSTED, "posted interrupts" },
    { &HC_VIRT_VNMI, "virtual NMI" },
    { &HC_VIRT_MBEC, "execute permission by mode" },
    { &HC_VIRT_TSC_SCALING, "TSC scaling" },
    { &HC_CVM_SEV_SNP, "SEV-SNP" },
    { &HC_CVM_SEV_ES, "SEV-ES" },
    { &HC_CVM_SEV, "SEV" },
    { &HC_CVM_TDX, "TDX" },
};

static const char *nesting(struct line *line)
{
    if (word_is(line, HC_VIRT_NESTED_QUALITY, "assisted"))
        return "guests of guests with help of the CPU";
    return word_is(line, HC_VIRT_NESTED_QUALITY, "software") ? "guests of guests by KVM alone" : NULL;
}

static void for_guests(struct hc_paper *paper, const struct hc_report *report, int label)
{
    struct line line = { report, NULL };

    if (no(&line, HC_VIRT_HW))
        return; /* the level says so */
    if (!yes(&line, HC_VIRT_HW)) {
        add(&line, "", hc_print(report->arena, "cannot tell: %s", hc_report_why_unknown(report, HC_FACT_VIRT_HW)));
    } else {
        add(&line, ", ", technology(&line));
        for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++)
            if (yes(&line, *abilities[i].id))
                add(&line, ", ", abilities[i].name);
        add(&line, ", ", nesting(&line));
    }
    put_line(paper, &line, label, "For guests", HC_PLAIN);
}

/* ---- switched off ---- */

/* Who acts on a reason is who caused it. */
static const char *who(enum hc_reason reason)
{
    switch (hc_reason_row(reason)->fix) {
    case HC_FIX_FIRMWARE: return "by firmware";
    case HC_FIX_OUTER: return "by the hypervisor below";
    default: return "by the kernel or its command line";
    }
}

static void off_finding(struct line *line, const char *check, const char *what)
{
    const struct hc_finding *f = &line->report->findings[hc_check_by_id(check)];

    if (f->reason > HC_MOOT)
        add(line, "; ", hc_print(line->report->arena, "%s %s", what, who(f->reason)));
}

/* What KVM is told not to use though the CPU has it. */
static const struct {
    const struct hc_flag_id *has, *used;
    const char *text;
} unused[] = {
    { &HC_VIRT_HW, &HC_KVM_PARAM_NESTED, "guests of guests by the parameter nested of KVM's module" },
    { &HC_MSR_EPT, &HC_KVM_PARAM_EPT, "EPT by the parameter ept of kvm_intel" },
    { &HC_CPUID_SVM_NP, &HC_KVM_PARAM_NPT, "nested paging by the parameter npt of kvm_amd" },
    { &HC_VIRT_APICV, &HC_KVM_PARAM_APICV, "APICv by the parameter enable_apicv of kvm_intel" },
    { &HC_CPUID_SVM_AVIC, &HC_KVM_PARAM_AVIC, "AVIC by the parameter avic of kvm_amd" },
    { &HC_CPUID_SEV, &HC_KVM_PARAM_SEV, "SEV by the parameter sev of kvm_amd, or for want of firmware" },
    { &HC_CPUID_NX, &HC_CPU_NX, "no-execute pages by the kernel command line" },
};

static const char *threads_off(struct line *line)
{
    const char *control = hc_text_of(line->report->facts, HC_SMT_CONTROL);

    if (control && !strcmp(control, "off"))
        return "second threads of the cores by an administrator (smt/control)";
    return control && !strcmp(control, "forceoff") ? "second threads of the cores by the kernel command line (nosmt)"
                                                   : NULL;
}

static void switched_off(struct hc_paper *paper, const struct hc_report *report, int label)
{
    struct line line = { report, NULL };
    const char *offline = hc_text_of(report->facts, HC_CPUS_OFFLINE);

    if (word_is(&line, HC_VIRT_FW, "disabled"))
        off_finding(&line, "cpu.firmware", technology(&line));
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        if (yes(&line, *unused[i].has) && no(&line, *unused[i].used))
            add(&line, "; ", unused[i].text);
    add(&line, "; ", threads_off(&line));
    if (offline && *offline)
        add(&line, "; ", hc_print(report->arena, "CPUs %s are offline", offline));
    put_line(paper, &line, label, "Switched off", HC_WARN);
}

void hc_text_cpu(struct hc_paper *paper, const struct hc_report *report, int label)
{
    counts(paper, report, label);
    for_guests(paper, report, label);
    switched_off(paper, report, label);
}
