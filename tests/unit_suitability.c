/* Type 1 or type 2, the tags of the level, the techniques: what one fact more or less changes. */
#include "check.h"
#include "conclude.h"
#include "rate.h"
#include "report.h"
#include "tables.h"
#include "text_suitability.h"
#include "text_techniques.h"

#include <stdlib.h>
#include <string.h>

#define GIB(n) (UINT64_C(n) << 30)

static const struct hc_reply ok = { .key = "file:/x", .answer = HC_OK, .bytes = "" };
static const struct hc_reply absent = { .key = "stat:/usr/bin", .answer = HC_ABSENT, .bytes = "" };

/* A report of a host of which nothing is known, and facts that are put afterwards. */
static struct hc_report *nothing(void)
{
    char message[512];
    struct hc_report *report = NULL;

    CHECK(!hc_report_make(hc_scan_empty(), NULL, 0, &report, message));
    return report;
}

static void flag(struct hc_report *r, const char *key, bool value)
{
    CHECK(hc_give_flag(r->facts, key, value));
}

static void number(struct hc_report *r, const char *key, uint64_t value)
{
    CHECK(hc_give_number(r->facts, key, value));
}

static void word(struct hc_report *r, const char *key, const char *value)
{
    CHECK(hc_give_text(r->facts, key, value));
}

static void server(struct hc_report *r)
{
    flag(r, "virt.hw", true);
    flag(r, "iommu.table", true);
    flag(r, "iommu.intremap", true);
    number(r, "memory.installed_bytes", GIB(256));
    number(r, "topology.cores", 32);
    number(r, "nic.wired", 2);
    number(r, "nic.max_bits_per_second", UINT64_C(10000000000));
    word(r, "host.chassis", "server");
    flag(r, "host.bmc", true);
    flag(r, "memory.ecc", true);
    number(r, "disk.free_bytes", GIB(400));
    flag(r, "host.interactive", false);
    word(r, "virt.taken_by", "kvm");
    word(r, "host.role", "physical");
}

/* ---- points ---- */

static const struct hc_score_item *item(const struct hc_suitability *s, const char *id)
{
    static const struct hc_score_item none = { .id = "", .points = -1, .because = "" };

    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->items[i].id, id))
            return &s->items[i];
    return &none;
}

static int points(struct hc_report *r, const char *id)
{
    const struct hc_suitability s = hc_suitability(r->facts, r->arena);

    return item(&s, id)->points;
}

static void whole_server(void)
{
    struct hc_report *r = nothing();
    struct hc_suitability s;
    int max1 = 0, max2 = 0;

    server(r);
    s = hc_suitability(r->facts, r->arena);
    CHECK(s.type1 == 100 && s.type2 == 50 && !strcmp(s.prefer, "type1") && s.sure);
    for (size_t i = 0; i < s.count; i++) {
        *(s.items[i].id[1] == '1' ? &max1 : &max2) += s.items[i].max;
        CHECK(s.items[i].known && s.items[i].points <= s.items[i].max && *s.items[i].because && s.items[i].seen_count);
    }
    CHECK(max1 == 100 && max2 == 100);
    hc_report_free(r);
}

static void scales(void)
{
    static const struct {
        const char *key;
        uint64_t value;
        const char *item;
        int points;
    } rows[] = {
        { "memory.installed_bytes", GIB(64) - GIB(2), "T1.mem", 15 }, /* 3.125 % less, exactly */
        { "memory.installed_bytes", GIB(64) - GIB(2) - 4096, "T1.mem", 12 },
        { "memory.installed_bytes", GIB(4), "T1.mem", 0 },
        { "memory.installed_bytes", GIB(4), "T2.mem", 5 },
        { "memory.installed_bytes", GIB(8), "T1.mem", 4 },
        { "topology.cores", 15, "T1.cores", 8 },
        { "topology.cores", 1, "T2.cores", 0 },
        { "nic.wired", 1, "T1.nic", 12 },
        { "nic.wired", 0, "T1.nic", 0 },
        { "nic.max_bits_per_second", 999999999, "T1.nic", 6 },
        { "nic.max_bits_per_second", 1000000000, "T1.nic", 20 },
        { "disk.free_bytes", GIB(250) - 1, "T1.disk", 5 },
        { "disk.free_bytes", GIB(100), "T2.disk", 15 },
        { "disk.free_bytes", GIB(39), "T2.disk", 4 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hc_report *r = nothing();
        server(r);
        r->facts->cells[hc_fact_by_key(rows[i].key)].known = false;
        number(r, rows[i].key, rows[i].value);
        if (points(r, rows[i].item) != rows[i].points)
            printf("%s %llu: %d\n", rows[i].key, (unsigned long long)rows[i].value, points(r, rows[i].item));
        CHECK(points(r, rows[i].item) == rows[i].points);
        hc_report_free(r);
    }
}

static void forget(struct hc_report *r, const char *key)
{
    r->facts->cells[hc_fact_by_key(key)].known = false;
}

/* What is not known gives no points, but what is sure besides does. */
static void unknown_facts(void)
{
    struct hc_report *r = nothing();
    struct hc_suitability s;

    server(r);
    forget(r, "iommu.intremap");
    forget(r, "nic.max_bits_per_second");
    forget(r, "memory.ecc");
    forget(r, "virt.taken_by");
    s = hc_suitability(r->facts, r->arena);
    CHECK(item(&s, "T1.iommu")->points == 12 && !item(&s, "T1.iommu")->known);
    CHECK(item(&s, "T1.nic")->points == 6 && !item(&s, "T1.nic")->known);
    CHECK(item(&s, "T1.manage")->points == 5 && !item(&s, "T1.manage")->known);
    CHECK(item(&s, "T2.free")->points == 3 && !item(&s, "T2.free")->known);
    CHECK(!strcmp(s.prefer, "type1") && s.sure); /* 73 against 43, and 7 more at most */
    forget(r, "host.interactive");
    forget(r, "host.chassis");
    s = hc_suitability(r->facts, r->arena);
    CHECK(!strcmp(s.prefer, "type1") && !s.sure);
    hc_report_free(r);
}

static void gate(void)
{
    struct hc_report *r = nothing();
    struct hc_suitability s;

    server(r);
    forget(r, "virt.hw");
    s = hc_suitability(r->facts, r->arena);
    CHECK(s.type1 == -1 && s.type2 == -1 && !strcmp(s.prefer, "unknown") && !s.sure);
    flag(r, "virt.hw", false);
    s = hc_suitability(r->facts, r->arena);
    CHECK(s.type1 == 0 && s.type2 == 0 && !strcmp(s.prefer, "neither") && s.sure);
    hc_report_free(r);
}

/* 7 of 15 and 2 of 5: each item is halved by itself. */
static void guest(void)
{
    struct hc_report *r = nothing();
    struct hc_suitability s;

    server(r);
    forget(r, "host.role");
    word(r, "host.role", "guest");
    s = hc_suitability(r->facts, r->arena);
    CHECK(s.type1 == 10 + 7 + 5 + 10 + 7 + 5 + 5 && s.type2 == 50 && !strcmp(s.prefer, "either") && s.sure);
    forget(r, "host.role");
    s = hc_suitability(r->facts, r->arena);
    CHECK(s.type1 == 100 && !strcmp(s.prefer, "type1") && !s.sure && !item(&s, "T1.mem")->known);
    CHECK(item(&s, "T2.mem")->known);
    hc_report_free(r);
}

static void bars(void)
{
    struct hc_report *r = nothing();
    char *text;

    server(r);
    r->suitability = hc_suitability(r->facts, r->arena);
    text = hc_render_suitability_text(r, (struct hc_terminal){ .color = false });
    CHECK(text && strstr(text, "type 1  [####################] 100\n") &&
          strstr(text, "type 2  [##########..........]  50\n") && strstr(text, "takes the whole machine (type 1).\n") &&
          strstr(text, "T2.interactive    0 of 30 "));
    free(text);
    hc_report_free(r);
}

/* ---- tags ---- */

static void tags(void)
{
    struct hc_report *r = nothing();
    struct hc_readiness level;

    server(r);
    word(r, "host.arch", "x86_64");
    word(r, "virt.fw", "enabled");
    flag(r, "virt.slat", true);
    flag(r, "virt.ug", true);
    flag(r, "iommu.active", false);
    flag(r, "virt.apicv", true);
    flag(r, "cpu.x2apic", true);
    level = hc_readiness(r->facts, HC_YES);
    CHECK(!strcmp(hc_readiness_text(&level, r->arena), "HV:2! (potential HV:4) +P"));
    flag(r, "cvm.tdx", true);
    flag(r, "virt.nested", true);
    level = hc_readiness(r->facts, HC_UNKNOWN);
    CHECK(!strcmp(hc_readiness_text(&level, r->arena), "HV:2! (potential HV:4) +C +N"));
    CHECK(level.better && level.confidential && level.nested && !level.passthrough);
    flag(r, "iommu.active", true);
    level = hc_readiness(r->facts, HC_NO);
    CHECK(!strcmp(hc_readiness_text(&level, r->arena), "HV:4 +C +N") && !level.better);
    hc_report_free(r);
}

/* ---- techniques ---- */

static enum hc_tri state(struct hc_report *r, const char *name)
{
    const struct hc_techniques *all = hc_techniques_make(r);

    for (size_t i = 0; all && i < all->count; i++)
        if (!strcmp(all->list[i].name, name))
            return all->list[i].state;
    printf("no technique %s\n", name);
    failures++;
    return HC_UNKNOWN;
}

static void nothing_is_known(void)
{
    struct hc_report *r = nothing();

    for (size_t i = 0; i < r->techniques->count; i++) {
        CHECK(r->techniques->list[i].state == HC_UNKNOWN);
        CHECK(*r->techniques->list[i].because);
    }
    CHECK(r->techniques->count > 20 && !strcmp(hc_techniques_line(r), "none is known to be available"));
    hc_report_free(r);
}

static void kvm(struct hc_report *r, const char *backend)
{
    flag(r, "linux.kvm_dev", true);
    word(r, "linux.kvm_backend", backend);
    word(r, "host.role", "physical");
    flag(r, "virt.slat", true);
}

/* The effect, not the CPU's flag; and what KVM uses, not what the CPU has. */
static void engines(void)
{
    struct hc_report *r = nothing();

    kvm(r, "vmx");
    CHECK(state(r, "hardware-assisted") == HC_YES && state(r, "paravirtualization") == HC_YES);
    CHECK(state(r, "nested paging") == HC_UNKNOWN && state(r, "shadow page tables") == HC_UNKNOWN);
    flag(r, "linux.kvm.ept", true);
    CHECK(state(r, "nested paging") == HC_YES && state(r, "shadow page tables") == HC_NO);
    flag(r, "linux.kvm.ept", false);
    CHECK(state(r, "nested paging") == HC_NO && state(r, "shadow page tables") == HC_YES);
    hc_report_free(r);
    r = nothing();
    kvm(r, "pvm");
    CHECK(state(r, "hardware-assisted") == HC_NO && state(r, "nested paging") == HC_NO);
    CHECK(state(r, "shadow page tables") == HC_YES && state(r, "paravirtualization") == HC_YES);
    flag(r, "virt.hw", false);
    forget(r, "linux.kvm_dev");
    forget(r, "linux.kvm_backend");
    CHECK(state(r, "hardware-assisted") == HC_NO && state(r, "shadow page tables") == HC_UNKNOWN);
    hc_report_free(r);
    r = nothing();
    kvm(r, "el2");
    CHECK(state(r, "hardware-assisted") == HC_YES && state(r, "nested paging") == HC_YES);
    CHECK(state(r, "paravirtualization") == HC_UNKNOWN);
    hc_report_free(r);
}

/* Other hypervisors; who they are must be known before nobody uses the CPU's help. */
static void others(void)
{
    struct hc_report *r = nothing();

    flag(r, "virt.hw", true);
    flag(r, "linux.kvm_dev", false);
    CHECK(state(r, "hardware-assisted") == HC_UNKNOWN);
    word(r, "host.role", "physical");
    CHECK(state(r, "hardware-assisted") == HC_UNKNOWN);
    flag(r, "linux.vmmon.loaded", false);
    flag(r, "linux.vboxdrv.loaded", false);
    CHECK(state(r, "hardware-assisted") == HC_NO && state(r, "paravirtualization") == HC_NO);
    flag(r, "linux.vboxdrv.loaded", true);
    CHECK(state(r, "hardware-assisted") == HC_YES);
    word(r, "host.role", "dom0");
    CHECK(state(r, "hardware-assisted") == HC_UNKNOWN && state(r, "paravirtualization") == HC_YES);
    flag(r, "linux.xen.hvm", false);
    CHECK(state(r, "hardware-assisted") == HC_NO);
    word(r, "host.role", "root-partition");
    CHECK(state(r, "hardware-assisted") == HC_YES && state(r, "shadow page tables") == HC_UNKNOWN);
    hc_report_free(r);
}

static void module(struct hc_report *r, const char *name, const char *state_word, const char *blocked)
{
    struct hc_table_row *row = hc_add_row(r->facts, HC_TABLE_KERNEL_MODULES, &ok);

    hc_cell_text(r->facts, row, HC_COL_MODULE_NAME, &ok, (struct hc_text){ name, strlen(name) });
    hc_cell_text(r->facts, row, HC_COL_MODULE_STATE, &ok, (struct hc_text){ state_word, strlen(state_word) });
    if (blocked)
        hc_cell_text(r->facts, row, HC_COL_MODULE_BLOCKED, &ok, (struct hc_text){ blocked, strlen(blocked) });
}

static void modules(void)
{
    struct hc_report *r = nothing();

    hc_put_table(r->facts, HC_TABLE_KERNEL_MODULES, &ok);
    module(r, "vhost_net", "available", "");
    module(r, "vhost_vsock", "available", "install");
    module(r, "macvtap", "missing", "");
    module(r, "tun", "available", NULL);
    CHECK(state(r, "vhost-net") == HC_YES && state(r, "vhost-vsock") == HC_NO && state(r, "macvtap") == HC_NO);
    CHECK(state(r, "tap") == HC_UNKNOWN && state(r, "bridge") == HC_NO);
    flag(r, "linux.tun.registered", true);
    CHECK(state(r, "tap") == HC_YES);
    hc_report_free(r);
}

static void programs(void)
{
    struct hc_report *r = nothing();
    struct hc_table_row *row;

    hc_put_table(r->facts, HC_TABLE_SOFTWARE, &absent);
    CHECK(state(r, "containers") == HC_UNKNOWN && state(r, "TPM") == HC_UNKNOWN); /* nobody says that all were asked */
    flag(r, "linux.software.qemu", false);
    flag(r, "linux.software.libvirt", false);
    CHECK(state(r, "containers") == HC_NO && state(r, "full emulation") == HC_NO && state(r, "virtio") == HC_NO);
    row = hc_add_row(r->facts, HC_TABLE_SOFTWARE, &ok);
    hc_cell_text(r->facts, row, HC_COL_SOFTWARE_NAME, &ok, HC_TEXT("qemu"));
    hc_cell_text(r->facts, row, HC_COL_SOFTWARE_KIND, &ok, HC_TEXT("hypervisor"));
    hc_cell_text(r->facts, row, HC_COL_SOFTWARE_PATH, &ok, HC_TEXT("/usr/libexec/qemu-kvm"));
    flag(r, "linux.software.qemu", true);
    CHECK(state(r, "full emulation") == HC_UNKNOWN && state(r, "virtio") == HC_YES);
    row->cells[HC_COL_SOFTWARE_PATH].text = "/usr/bin/qemu-system-x86_64";
    CHECK(state(r, "full emulation") == HC_YES && state(r, "containers") == HC_NO);
    hc_report_free(r);
}

static void table_text(void)
{
    struct hc_report *r = nothing();
    char *text;

    kvm(r, "svm");
    r->techniques = hc_techniques_make(r);
    CHECK(!strcmp(hc_techniques_line(r), "guests: hardware-assisted, paravirtualization"));
    text = hc_render_techniques_text(r, (struct hc_terminal){ .color = false });
    CHECK(text &&
          strstr(text, "guests    hardware-assisted   yes  KVM through AMD-V\n          nested paging       ?"));
    free(text);
    hc_report_free(r);
}

int main(void)
{
    whole_server();
    scales();
    unknown_facts();
    gate();
    guest();
    bars();
    tags();
    nothing_is_known();
    engines();
    others();
    modules();
    programs();
    table_text();
    return checked();
}
