/* What the inventory is read by: patterns of lines, trees, tables, comparisons, CSV, and which probes ask. */
#include "check.h"
#include "diff.h"
#include "render_csv.h"
#include "selection.h"
#include "tables.h"
#include "text_line.h"
#include "text_rows.h"
#include "text_table.h"
#include "text_tree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct hc_reply ok = { .key = "file:/x", .answer = HC_OK, .bytes = "" };
static const struct hc_reply denied = { .key = "dir:/y", .answer = HC_DENIED, .error = "EACCES", .bytes = "" };

/* A host whose facts are put by hand. */
struct host {
    struct hc_scan *scan;
    struct hc_report *report;
};

static struct hc_facts *begin(struct host *h)
{
    h->scan = hc_scan_empty();
    return &h->scan->facts;
}

static void ready(struct host *h)
{
    char message[512];

    CHECK(h->scan && !hc_report_make(h->scan, NULL, 0, &h->report, message));
}

static void text(struct hc_facts *facts, struct hc_table_row *row, int column, const char *value)
{
    hc_cell_text(facts, row, column, value ? &ok : &denied,
                 (struct hc_text){ value ? value : "", value ? strlen(value) : 0 });
}

static void disk(struct hc_facts *facts, const char *name, const char *parent, const char *holders, const char *mounts)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_BLOCK, &ok);

    text(facts, row, HC_COL_BLOCK_NAME, name);
    text(facts, row, HC_COL_BLOCK_DISK, parent);
    text(facts, row, HC_COL_BLOCK_HOLDERS, holders);
    text(facts, row, HC_COL_BLOCK_MOUNTS, mounts);
}

static bool has(const char *whole, const char *part)
{
    return whole && strstr(whole, part) != NULL;
}

/* ---- patterns ---- */

static bool line_is(const struct hc_line *line, const char *pattern, const char *wanted)
{
    const char *got = hc_line_text(line, pattern);

    if (strcmp(got, wanted) != 0)
        printf("%s: \"%s\", not \"%s\"\n", pattern, got, wanted);
    return !strcmp(got, wanted);
}

static void patterns(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    struct hc_table_row *row;
    struct hc_line line, about;

    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    row = hc_add_row(facts, HC_TABLE_BLOCK, &ok);
    text(facts, row, HC_COL_BLOCK_NAME, "s\033da\t1");
    text(facts, row, HC_COL_BLOCK_DISK, "");
    text(facts, row, HC_COL_BLOCK_HOLDERS, NULL);
    text(facts, row, HC_COL_BLOCK_MOUNTS, "/\n/home");
    hc_put_number(facts, HC_MEMINFO_TOTAL, &ok, UINT64_C(64) << 30);
    hc_put_flag(facts, HC_EFI, &ok, false);
    ready(&h);
    line = (struct hc_line){ h.report, HC_TABLE_BLOCK, row, NULL };
    about = (struct hc_line){ h.report, HC_TABLES, NULL, NULL };
    CHECK(line_is(&line, "{name}\t{mounts}", "s?da 1\t/, /home"));
    CHECK(line_is(&line, "{disk|name}", "s?da 1"));
    CHECK(line_is(&line, "[in {disk}][, at {mounts}][ held by {holders}]", "at /, /home"));
    CHECK(line_is(&line, "[a[ {disk}] {name}] {[] {nosuch} {", "a s?da 1"));
    CHECK(line_is(&line, "{nosuch}\t{holders}\t", ""));
    CHECK(line_is(&about, "{linux.efi?UEFI}{linux.efi!BIOS}, {memory.usable_bytes:size} {name}", "BIOS, 64 GiB"));
    CHECK(line_is(&about, "{linux.memory.total_bytes:disk}", "64 GiB (68.7 GB)"));
    CHECK(line_is(&about, "{linux.memory.total_bytes:n byte}", "68719476736 bytes"));
    CHECK(!strcmp(hc_size_text(h.report->arena, 0), "0 B") && !strcmp(hc_size_text(h.report->arena, 1023), "1023 B"));
    CHECK(!strcmp(hc_size_text(h.report->arena, 1536), "1.5 KiB"));
    CHECK(!strcmp(hc_size_text(h.report->arena, UINT64_MAX), "16 EiB"));
    CHECK(!strcmp(hc_decimal_text(h.report->arena, 999999, "B"), "1 MB"));
    CHECK(!strcmp(hc_decimal_text(h.report->arena, 2500000000, "bit/s"), "2.5 Gbit/s"));
    hc_report_free(h.report);
}

static void forms(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    struct hc_table_row *row, *usb;
    struct hc_line line, stick;

    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    row = hc_add_row(facts, HC_TABLE_BLOCK, &ok);
    text(facts, row, HC_COL_BLOCK_NAME, "dm-0");
    text(facts, row, HC_COL_BLOCK_MAPPING, "vg-root");
    text(facts, row, HC_COL_BLOCK_USES, "mounted swap");
    text(facts, row, HC_COL_BLOCK_HOLDERS, "");
    text(facts, row, HC_COL_BLOCK_MOUNTS, "/a\\040b\n/c\\0\n/d\\033");
    text(facts, row, HC_COL_BLOCK_VENDOR, "QEMU");
    text(facts, row, HC_COL_BLOCK_MODEL, "QEMU HARDDISK");
    text(facts, row, HC_COL_BLOCK_TYPE, "Other");
    text(facts, row, HC_COL_BLOCK_DRIVER, "virtio-pci");
    usb = hc_add_row(facts, HC_TABLE_USB, &ok);
    text(facts, usb, HC_COL_USB_MAKER, "QEMU");
    text(facts, usb, HC_COL_USB_MODEL, "QEMUlator");
    ready(&h);
    line = (struct hc_line){ h.report, HC_TABLE_BLOCK, row, NULL };
    stick = (struct hc_line){ h.report, HC_TABLE_USB, usb, NULL };
    CHECK(line_is(&line, "{vendor:before model} {model}", "QEMU HARDDISK"));
    CHECK(line_is(&stick, "{manufacturer:before product} {product}{product_id:usb}", "QEMU QEMUlator"));
    CHECK(line_is(&line, "{name:mapped} {type:some}{name:some}", "vg-root dm-0"));
    CHECK(line_is(&line, "{uses:has swap}{uses:has held}{uses:is swap}", "swap"));
    CHECK(line_is(&line, "{holders!free}{uses!free}{uses?used}{model?no}{model!no}", "freeused"));
    CHECK(line_is(&line, "{mounts:paths}", "/a b, /c\\0, /d?"));
    CHECK(line_is(&line, "{driver:serving}", "virtio-pci"));
    hc_report_free(h.report);
}

/* The name of what says none, as hubs that are not asked. */
static void names_of_usb(void)
{
    static const char ids[] = "1d6b  Linux Foundation\n\t0002  2.0 root hub\n";
    char path[] = "/tmp/hostcap-names-XXXXXX";
    const int fd = mkstemp(path);
    struct hc_names *names;
    struct host h;
    struct hc_facts *facts = begin(&h);
    struct hc_table_row *hub = hc_add_row(facts, HC_TABLE_USB, &ok), *stick = hc_add_row(facts, HC_TABLE_USB, &ok);
    struct hc_line line;

    CHECK(fd >= 0 && write(fd, ids, sizeof ids - 1) == sizeof ids - 1);
    names = hc_usb_names_from(path);
    text(facts, hub, HC_COL_USB_VENDOR, "1d6b");
    text(facts, hub, HC_COL_USB_PRODUCT, "0002");
    text(facts, stick, HC_COL_USB_VENDOR, "1d6b");
    text(facts, stick, HC_COL_USB_PRODUCT, "0002");
    text(facts, stick, HC_COL_USB_MODEL, "A stick");
    ready(&h);
    line = (struct hc_line){ h.report, HC_TABLE_USB, hub, names };
    CHECK(line_is(&line, "{product}{product_id:usb}", "Linux Foundation 2.0 root hub"));
    line.row = stick;
    CHECK(line_is(&line, "{product}{product_id:usb}", "A stick"));
    line = (struct hc_line){ h.report, HC_TABLE_USB, hub, NULL };
    CHECK(line_is(&line, "{product}{product_id:usb}", ""));
    hc_report_free(h.report);
    hc_names_close(names);
    close(fd);
    unlink(path);
}

/* Whether one of the keys with | between them is there: a column of the table, or a fact. */
static bool one_is_there(enum hc_table table, const char **at, struct hc_text *key)
{
    bool found = false, more = hc_line_key(at, key);
    char name[96];

    for (; more; more = **at == '|' && hc_line_key(at, key)) {
        snprintf(name, sizeof name, "%.*s", (int)key->size, key->at);
        found = found || (table != HC_TABLES && hc_column_by_key(table, *key) >= 0) || hc_fact_by_key(name) != HC_FACTS;
    }
    return found;
}

/* Every key that a section shows of a table is there, once the columns that all sections are written for are. */
static void keys_of_the_tree(void)
{
    const char *const *lines;
    const char *name, *at;
    struct hc_text key;
    const bool whole = hc_column_by_key(HC_TABLE_BLOCK, HC_TEXT("size_bytes")) >= 0;

    for (size_t i = 0; hc_tree_section(i, &name, &lines); i++) {
        enum hc_table table = name ? hc_table_by_key(name) : HC_TABLES;
        for (size_t l = 0; l < 2 && table != HC_TABLES && lines[l]; l++)
            for (at = lines[l]; strchr(at, '{');)
                if (!one_is_there(table, &at, &key)) {
                    CHECK(!whole);
                    printf("hostcap list: %s has no %.*s\n", name, (int)key.size, key.at);
                }
    }
}

/* ---- trees ---- */

static char *tree_of(struct host *h)
{
    ready(h);
    return hc_render_tree(h->report, (struct hc_terminal){ .color = false }, false);
}

static void stacks(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    char *tree;

    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    disk(facts, "sda", "", "", "");
    disk(facts, "sda1", "sda", "md0", "");
    disk(facts, "sdb", "", "", "");
    disk(facts, "sdb1", "sdb", "md0", "");
    disk(facts, "md0", "", "dm-0", "");
    disk(facts, "dm-0", "", "", "/srv");
    disk(facts, "loop0", "", "", "");
    disk(facts, "ring1", "", "ring2", "");
    disk(facts, "ring2", "", "ring1", "/r");
    tree = tree_of(&h);
    CHECK(has(tree, "sda") && has(tree, "\n                md0\n                  dm-0") && has(tree, "/srv"));
    CHECK(has(tree, "(as above)"));
    CHECK(!has(tree, "loop0"));
    CHECK(has(tree, "ring1") && has(tree, "ring2"));
    free(tree);
    hc_report_free(h.report);
}

/* A chain of a hundred thousand mappings, and as many disks beside each other: no deep stack, no endless list. */
static void many(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    char name[32], next[32], *tree;

    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "dm-%u", i);
        snprintf(next, sizeof next, "dm-%u", i + 1);
        disk(facts, name, "", next, "/x");
        snprintf(name, sizeof name, "disk%u", i);
        disk(facts, name, "", "", "/y");
    }
    tree = tree_of(&h);
    CHECK(tree && strlen(tree) < 16384 && has(tree, "more (hostcap list block)"));
    free(tree);
    tree = hc_render_table_text(h.report, HC_TABLE_BLOCK, NULL, 0, (struct hc_terminal){ .color = false });
    CHECK(has(tree, "disk99999"));
    free(tree);
    hc_report_free(h.report);
}

/* A PCI function whose driver only carries a virtio device shows who serves it, and one without a class what it is. */
static void carried(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    struct hc_table_row *row;
    char *tree;

    hc_put_table(facts, HC_TABLE_PCI, &ok);
    row = hc_add_row(facts, HC_TABLE_PCI, &ok);
    text(facts, row, HC_COL_PCI_ADDRESS, "0000:00:01.0");
    text(facts, row, HC_COL_PCI_CLASS, "ff0000");
    text(facts, row, HC_COL_PCI_DRIVER, "virtio-pci");
    hc_put_table(facts, HC_TABLE_VIRTIO, &ok);
    row = hc_add_row(facts, HC_TABLE_VIRTIO, &ok);
    text(facts, row, HC_COL_VIRTIO_PCI, "0000:00:01.0");
    text(facts, row, HC_COL_VIRTIO_KIND, "balloon");
    text(facts, row, HC_COL_VIRTIO_DRIVER, "virtio_balloon");
    hc_put_table(facts, HC_TABLE_KERNEL_MODULES, &ok);
    row = hc_add_row(facts, HC_TABLE_KERNEL_MODULES, &ok);
    text(facts, row, HC_COL_MODULE_NAME, "kvm");
    text(facts, row, HC_COL_MODULE_STATE, "loaded");
    row = hc_add_row(facts, HC_TABLE_KERNEL_MODULES, &ok);
    text(facts, row, HC_COL_MODULE_NAME, "nouveau");
    text(facts, row, HC_COL_MODULE_STATE, "available");
    text(facts, row, HC_COL_MODULE_BLOCKED_BY, "/etc/modprobe.d");
    tree = tree_of(&h);
    CHECK(has(tree, "00:01.0  balloon  virtio_balloon"));
    CHECK(has(tree, "loaded    kvm\n") && has(tree, "kept out  nouveau (/etc/modprobe.d)\n"));
    free(tree);
    hc_report_free(h.report);
}

/* Of a section that says nothing its title is named, of another the keys. */
static void refused_facts(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    char *tree;

    hc_put_text(facts, HC_SMBIOS_SYSTEM_PRODUCT, &denied, HC_TEXT(""));
    hc_put_text(facts, HC_SMBIOS_BOARD_PRODUCT, &ok, HC_TEXT("B"));
    hc_put_text(facts, HC_SMBIOS_BOARD_SERIAL, &denied, HC_TEXT(""));
    hc_put_flag(facts, HC_EFI, &ok, false);
    tree = tree_of(&h);
    CHECK(has(tree, "Board       B\n"));
    CHECK(has(tree, "Not seen    System, board.serial_number. "));
    CHECK(!has(tree, "UEFI")); /* a kernel built without UEFI has no folder either */
    free(tree);
    hc_report_free(h.report);
}

static void started_by_bios(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    char *tree;

    hc_put_flag(facts, HC_EFI, &ok, false);
    hc_put_word(facts, HC_CONFIG_EFI, &ok, "y");
    hc_put_text(facts, HC_UNAME_MACHINE, &ok, HC_TEXT("x86_64"));
    tree = tree_of(&h);
    CHECK(has(tree, "Firmware    no UEFI\n"));
    free(tree);
    hc_report_free(h.report);
}

static void refused(void)
{
    struct host h;
    struct hc_facts *facts = begin(&h);
    char *tree;

    hc_put_table(facts, HC_TABLE_BLOCK, &denied);
    tree = tree_of(&h);
    CHECK(has(tree, "Not seen") && has(tree, "Storage. Run hostcap as root"));
    free(tree);
    hc_report_free(h.report);
}

/* ---- comparisons ---- */

static const struct hc_change *change_of(const struct hc_diff *d, enum hc_table table, const char *row, const char *key)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct hc_change *c = &d->changes[i];
        bool same_row = row ? c->row && !strcmp(c->row, row) : !c->row;
        bool same_key = key ? c->field && !strcmp(c->field->key, key) : !c->field;
        if (c->table == table && same_row && same_key)
            return c;
    }
    return NULL;
}

static void two_hosts(struct host *a, struct host *b)
{
    struct hc_facts *before = begin(a), *after = begin(b);

    hc_put_text(before, HC_UNAME_NODENAME, &ok, HC_TEXT("one"));
    hc_put_text(after, HC_UNAME_NODENAME, &ok, HC_TEXT("two"));
    hc_put_number(before, HC_MEMINFO_TOTAL, &ok, UINT64_C(64) << 30);
    hc_put_number(after, HC_MEMINFO_TOTAL, &denied, 0);
    hc_put_flag(before, HC_EFI, &ok, false);
    hc_put_flag(after, HC_EFI, &ok, true);
    hc_put_table(before, HC_TABLE_BLOCK, &ok);
    hc_put_table(after, HC_TABLE_BLOCK, &ok);
    disk(before, "sda", "", "", "/");
    disk(before, "sdb", "", "", "");
    disk(after, "sda", "", "", "/\n/home");
    disk(after, "sdc", "", "", "");
    hc_put_table(before, HC_TABLE_NET, &ok);
    hc_put_table(after, HC_TABLE_NET, &denied);
    text(before, hc_add_row(before, HC_TABLE_NET, &ok), HC_COL_NET_NAME, "eth0");
    ready(a);
    ready(b);
}

static void changes(void)
{
    struct host a, b;
    struct hc_side side_a = { 0 }, side_b = { 0 };
    struct hc_diff d;
    const struct hc_change *c;
    char *shown;

    two_hosts(&a, &b);
    CHECK(hc_side_of(&side_a, a.report) && hc_side_of(&side_b, b.report) && hc_diff_make(&d, &side_a, &side_b));
    c = change_of(&d, HC_TABLES, NULL, "uname.nodename");
    CHECK(c && c->kind == HC_CHANGE_IDENTITY && c->what == HC_CHANGED);
    c = change_of(&d, HC_TABLES, NULL, "linux.efi");
    CHECK(c && c->kind == HC_CHANGE_CONFIGURATION);
    CHECK(!change_of(&d, HC_TABLES, NULL, "linux.memory.total_bytes"));
    c = change_of(&d, HC_TABLE_BLOCK, "sda", "mounts");
    CHECK(c && c->kind == HC_CHANGE_VOLATILE);
    c = change_of(&d, HC_TABLE_BLOCK, "sdb", NULL);
    CHECK(c && c->what == HC_REMOVED);
    c = change_of(&d, HC_TABLE_BLOCK, "sdc", NULL);
    CHECK(c && c->what == HC_ADDED);
    CHECK(!change_of(&d, HC_TABLE_NET, "eth0", NULL)); /* not seen is not removed */
    shown = hc_render_diff_text(&d, (struct hc_terminal){ .color = false });
    CHECK(has(shown, "uname.nodename: one -> two") && has(shown, "- block sdb\n") && has(shown, "+ block sdc\n"));
    CHECK(has(shown, "block sda mounts: +/home\n") && has(shown, "known in A only: ") && has(shown, "net"));
    free(shown);
    shown = hc_render_diff_json(&d);
    CHECK(has(shown, "\"not_compared\"") && has(shown, "\"what\":\t\"removed\""));
    free(shown);
    hc_diff_free(&d);
    CHECK(hc_diff_make(&d, &side_a, &side_a) && !d.count && !d.open_count && !d.verdict_count);
    hc_diff_free(&d);
    hc_report_free(a.report);
    hc_report_free(b.report);
}

/* A row whose name was taken out may be any of the other side: none of them was removed. */
static void names_taken_out(void)
{
    struct host a, b;
    struct hc_side side_a = { 0 }, side_b = { 0 };
    struct hc_facts *before = begin(&a), *after = begin(&b);
    struct hc_diff d;

    hc_put_table(before, HC_TABLE_NET, &ok);
    hc_put_table(after, HC_TABLE_NET, &ok);
    text(before, hc_add_row(before, HC_TABLE_NET, &ok), HC_COL_NET_NAME, "br0");
    text(after, hc_add_row(after, HC_TABLE_NET, &ok), HC_COL_NET_NAME, NULL);
    hc_put_text(before, HC_UNAME_NODENAME, &ok, HC_TEXT("redacted-1"));
    hc_put_text(after, HC_UNAME_NODENAME, &ok, HC_TEXT("redacted-2"));
    ready(&a);
    ready(&b);
    CHECK(hc_side_of(&side_a, a.report) && hc_side_of(&side_b, b.report) && hc_diff_make(&d, &side_a, &side_b));
    CHECK(!d.count && d.open_count);
    hc_diff_free(&d);
    hc_report_free(a.report);
    hc_report_free(b.report);
}

/* Taken out with a key a name can be compared with one that was taken out with it, and with no other. */
static void names_with_a_key(void)
{
    static const char *const names[] = { "redacted-5611176dd4343b1d1df9", "redacted-397c91cf648b4060601e", "node",
                                         "redacted-1" };

    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            struct host a, b;
            struct hc_side side_a = { 0 }, side_b = { 0 };
            struct hc_diff d;
            struct hc_text name_a = { names[i], strlen(names[i]) }, name_b = { names[j], strlen(names[j]) };
            hc_put_text(begin(&a), HC_UNAME_NODENAME, &ok, name_a);
            hc_put_text(begin(&b), HC_UNAME_NODENAME, &ok, name_b);
            ready(&a);
            ready(&b);
            CHECK(hc_side_of(&side_a, a.report) && hc_side_of(&side_b, b.report) && hc_diff_make(&d, &side_a, &side_b));
            CHECK((change_of(&d, HC_TABLES, NULL, "uname.nodename") != NULL) == (i != j && i < 2 && j < 2));
            hc_diff_free(&d);
            hc_report_free(a.report);
            hc_report_free(b.report);
        }
}

/* ---- CSV ---- */

static void formulas(void)
{
    static const size_t columns[] = { HC_COL_BLOCK_NAME, HC_COL_BLOCK_DISK, HC_COL_BLOCK_HOLDERS, HC_COL_BLOCK_MOUNTS };
    struct host h;
    struct hc_facts *facts = begin(&h);
    char *csv;

    hc_put_table(facts, HC_TABLE_BLOCK, &ok);
    disk(facts, "=cmd|' /C calc'!A0", "", NULL, "/a\n/b,c");
    disk(facts, " +1", "-1", "@SUM(1)", "say \"hi\"");
    ready(&h);
    csv = hc_render_csv_table(h.report, HC_TABLE_BLOCK, columns, 4);
    CHECK(csv && !strcmp(csv, "name,disk,holders,mounts\r\n"
                              "\"'=cmd|' /C calc'!A0\",\"\",,\"/a /b,c\"\r\n"
                              "\"' +1\",\"'-1\",\"'@SUM(1)\",\"say \"\"hi\"\"\"\r\n"));
    free(csv);
    csv = hc_render_csv_all(h.report);
    CHECK(has(csv, "table,row,column,value,unknown\r\n") &&
          has(csv, "\r\nblock,0,holders,,\"denied (EACCES): dir:/y\"\r\n"));
    free(csv);
    hc_report_free(h.report);
}

/* ---- which probes ask ---- */

static void selection(void)
{
    bool skipped[HC_PROBES], in_topic[HC_PROBES] = { false }, topics = true;
    const char *name;
    char wrong[64];

    CHECK(hc_select("cpu", NULL, skipped, wrong) && skipped[HC_PROBE_block] && !skipped[HC_PROBE_cpuid]);
    CHECK(!skipped[HC_PROBE_process]);
    CHECK(hc_select(NULL, "storage, net", skipped, wrong) && skipped[HC_PROBE_block] && skipped[HC_PROBE_net]);
    CHECK(hc_select("cpu", "vmx", skipped, wrong) && skipped[HC_PROBE_vmx] && !skipped[HC_PROBE_svm]);
    CHECK(!hc_select("cpu,sotrage", NULL, skipped, wrong) && !strcmp(wrong, "sotrage"));
    CHECK(!hc_select("", NULL, skipped, wrong) && !hc_select(NULL, "cpu,", skipped, wrong));
    for (size_t i = 0; (name = hc_selector(i)) != NULL; i++) {
        CHECK(hc_select(NULL, name, skipped, wrong));
        topics = topics && strcmp(name, hc_probe_name(0)) != 0; /* which come first */
        for (int p = 0; p < HC_PROBES; p++)
            in_topic[p] = in_topic[p] || (topics && skipped[p]);
    }
    for (int p = 0; p < HC_PROBES; p++)
        if (p != HC_PROBE_process && !in_topic[p]) {
            printf("the probe %s stands in no topic of probe/selection.c\n", hc_probe_name(p));
            CHECK(in_topic[p]);
        }
}

int main(void)
{
    patterns();
    forms();
    names_of_usb();
    keys_of_the_tree();
    stacks();
    many();
    refused();
    refused_facts();
    started_by_bios();
    carried();
    changes();
    names_taken_out();
    names_with_a_key();
    formulas();
    selection();
    return checked();
}
