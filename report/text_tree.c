#include "text_tree.h"

#include "device_words.h"
#include "names.h"
#include "outer.h"
#include "tables.h"
#include "text_line.h"
#include "text_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 12, LINES = 6, NOTES = 8, NOTED = 12 };

/* What was refused, by what would settle it. */
struct note {
    const char *hint;
    const char *things[NOTED];
    size_t count;
};

struct sheet {
    const struct hc_report *report;
    struct hc_paper paper;
    struct hc_names *names, *usb_names; /* NULL: none wanted */
    struct note notes[NOTES];
    size_t note_count;
};

struct section;
typedef void draw(struct sheet *s, const struct section *section);

static draw draw_host, draw_cpu, draw_pci, draw_tree, draw_modules;

/* A section: lines about the host, or one line for each row of a table. Patterns as in text_line.h; a line that says
   nothing is not shown, and neither is a section without lines. */
struct section {
    const char *title; /* "": goes on with the section before */
    bool close;        /* no empty line before it */
    const char *table; /* NULL: about the host */
    const char *lines[LINES];
    const char *only;               /* a pattern: rows of which it says nothing are left out */
    size_t least;                   /* a table with fewer rows is no news */
    const char *rest;               /* what those are that are left out, behind "and 12 "; NULL: no word of them */
    const char *refused;            /* what is not seen where the table was refused; NULL: the title */
    const char *id, *above, *below; /* of trees: the column with a row's name, with the rows above it, below it */
    draw *draw;                     /* NULL: as told here */
};

static const struct section sections[] = {
    { .title = "System",
      .lines = { "{system.manufacturer:before system.product} {system.product}[, version {system.version}][, serial "
                 "number {system.serial_number}][, {chassis.type:some}][, asset tag {chassis.asset_tag}]" },
      .draw = draw_host },
    { .title = "Board",
      .close = true,
      .lines = { "{board.manufacturer:before board.product} {board.product}[, version {board.version}][, serial number "
                 "{board.serial_number}]" } },
    { .title = "Firmware",
      .close = true,
      .lines = { "{firmware.vendor}[ {firmware.version}][ ({firmware.date})][, {fw.mode:booted}][{linux.efi?, "
                 "}{fw.secureboot?Secure Boot on}][{linux.efi?, }{fw.secureboot!Secure Boot off}][, "
                 "{uefi.setup_mode?in setup mode}]" } },
    { .title = "Kernel",
      .close = true,
      .lines = { "{uname.sysname} {uname.release|linux.kernel.release}[, {uname.machine}][; "
                 "{linux.os_release.pretty_name}]" } },

    { .title = "CPU",
      .lines = { "{cpu.brand|linux.cpuinfo.brand}",
                 "[{topology.packages:n socket}][, {topology.cores:n core}][, {topology.threads:n thread}][, "
                 "{topology.nodes:n memory node}][, up to {linux.cpufreq.maximum_hz:hz}][; "
                 "x86-64-v{cpu.x86_64_level:some}]" },
      .draw = draw_cpu },
    { .title = "",
      .table = "core_types",
      .refused = "kinds of cores",
      .lines = { "[CPUs {cpus}: {type}]" },
      .only = "{type}" },

    { .title = "Memory",
      .lines = { "[{memory.installed_bytes:size} installed][, {memory.usable_bytes:size} usable][, "
                 "{linux.memory.available_bytes:size} available][, {memory.ecc?ECC}][, {memory.ecc!no ECC}][; "
                 "{linux.memory.swap_bytes:size} swap]",
                 "[this control group may use {linux.memory.cgroup_limit_bytes:size}]" } },
    { .title = "",
      .table = "memory.devices",
      .lines = { "{slot}\t{bank}\t{bytes:size}\t{type}[ {form_factor}][, "
                 "{configured_speed_transfers_per_second|speed_transfers_per_second:rate_mts}][, {manufacturer}[ "
                 "{part_number}]]" },
      .only = "{populated?yes}",
      .rest = "without a module",
      .refused = "memory modules" },
    { .title = "",
      .table = "memory.edac",
      .refused = "errors of memory",
      .lines = { "{unit}[ {label}]: {corrected_errors} corrected errors, {uncorrected_errors} uncorrected" },
      .only = "{corrected_errors:some}{uncorrected_errors:some}" },
    { .title = "",
      .table = "memory.persistent",
      .refused = "persistent memory",
      .lines = { "{name}\t{size_bytes:size}\tpersistent memory[, mode {mode}]" },
      .only = "{size_bytes:some}" },
    { .title = "",
      .table = "numa",
      .refused = "memory nodes",
      .lines = { "node {node}\t{memory_bytes:size}\t[CPUs {cpus}]" },
      .least = 2 },
    { .title = "",
      .table = "memory.hugepages",
      .refused = "huge pages",
      .lines = { "[{total:some} huge pages of {size_bytes:size}][, {free} free]" },
      .only = "{total:some}" },

    { .title = "PCI", .table = "pci", .lines = { "{address}" }, .draw = draw_pci },
    { .title = "Graphics",
      .table = "gpus",
      .lines = { "{pci|card:short}\t{driver:serving}\t{pci:device}[, {memory_bytes|window_bytes:size}][, {boot_vga?the "
                 "screen "
                 "of "
                 "firmware}][, {mdev?can be shared (mdev)}]" } },
    { .title = "",
      .table = "displays",
      .lines = { "{connector}\t{status}\t{manufacturer:before name} {name|product_id}[, {mode}]" },
      .only = "{edid_bytes:some}" },
    { .title = "",
      .table = "mdev_types",
      .refused = "mediated devices",
      .lines = { "{pci:short}\t{type}\t{name}[, {available} more can be made]" } },

    { .title = "Storage",
      .table = "block",
      .lines = { "{mapping|name}\t{size_bytes:disk}\t{transport|type}\t{vendor:before model} {model}[, "
                 "{rotational?rotating}][, "
                 "{removable?removable}][, {read_only?read only}][, firmware {firmware}][, serial number {serial}][, "
                 "{content}][, {mounts:paths}]",
                 "{mapping|name}\t{size_bytes:size}\t{type}\t{content|uses:is swap}[ {label|partition_label}][, "
                 "{mounts:paths}]" },
      .only = "{size_bytes:some}{mounts}{uses}{holders}{pci}",
      .id = "name",
      .above = "disk",
      .below = "holders",
      .draw = draw_tree },
    { .title = "",
      .table = "nvme.controllers",
      .refused = "NVMe controllers",
      .lines = { "{name}\t{transport}\t{model}[, firmware {firmware}][, serial number {serial}][, at {address}][, "
                 "{namespaces!without a disk}]" },
      .only = "{address}{namespaces!yes}" },
    { .title = "",
      .table = "md_arrays",
      .refused = "software RAID",
      .lines = { "RAID {name}\t{level}\t{state}[, {disks:n disk}][, {degraded:some} missing][, {sync_action}]" } },
    { .title = "",
      .table = "lvm.volume_groups",
      .refused = "LVM",
      .lines = { "LVM {name}\t{active_volumes:n volume}\t[on {disks}][, {thin_pools:n thin pool}]" } },
    { .title = "", .table = "zfs.pools", .refused = "ZFS", .lines = { "ZFS {name}\t{state}" } },
    { .title = "",
      .table = "btrfs",
      .lines = { "btrfs {label}\t{data_profile}\t[on {devices}][, {missing_devices:n disk} missing]" } },
    { .title = "Mounted",
      .table = "file_systems",
      .lines = { "{mounts:paths}\t{type}\t[{available_bytes:size} of {size_bytes:size} free]\t{block|source:mapped}[, "
                 "{read_only?read only}][, {reflink?reflinks}][, {snapshots} snapshots]" },
      .only = "[{block} {size_bytes:some}]{remote?yes}[{source} {snapshots}]" },
    { .title = "Images",
      .table = "image_folders",
      .lines = { "{folder}\t{type}\t[{available_bytes:size} free]\t[{reflink?reflinks}][, {snapshots} snapshots]" },
      .only = "{exists?yes}" },

    { .title = "Network",
      .table = "net",
      .lines = { "{name}\t{link_kind|kind}\t{up?up}{up!down}\t{speed_bits_per_second:rate}\t[{driver}][, "
                 "{permanent_mac|mac}][, {addresses}][, VLAN {vlan_id} on {lower}][, {bond_mode}][, "
                 "{sriov_active:some} virtual functions][, {default_route?default route}][, {session?this session}]" },
      .only = "{pci}{master}{lower}{up?up}",
      .rest = "down and without a device (hostcap list net)",
      .id = "name",
      .above = "master",
      .draw = draw_tree },

    { .title = "USB",
      .table = "usb",
      .lines = { "{name}\t{vendor_id}:{product_id}\t{speed_bits_per_second:rate}\t{manufacturer:before product} "
                 "{product}{product_id:usb}[, {drivers}]" },
      .only = "{parent}",
      .id = "name",
      .above = "parent",
      .draw = draw_tree },
    { .title = "Thunderbolt",
      .table = "thunderbolt",
      .lines = { "{name}\t{kind}\t{vendor} {device}[, security {security}]" } },
    { .title = "Sound", .table = "sound", .lines = { "{id}\t{driver}\t{name}" } },
    { .title = "Input", .table = "input", .lines = { "{name}\t{kinds}\t{bus}" }, .only = "{virtual!no}" },
    { .title = "Serial",
      .table = "serial_ports",
      .lines = { "{name}\t{uart}[, {console?console}]" },
      .only = "{uart}{usb}{console?yes}",
      .rest = "more (hostcap list serial_ports)" },
    { .title = "TPM",
      .table = "tpm",
      .lines = { "{name}\t[version {version}][, firmware {firmware_version}][, {driver}][, "
                 "{owned?owned}][, {owned!not owned}]" } },
    { .title = "BMC",
      .table = "bmc",
      .close = true,
      .lines = { "{name}\t[IPMI {ipmi_version}][, firmware {firmware_version}][, {interfaces}]" } },
    { .title = "Watchdog",
      .table = "watchdogs",
      .close = true,
      .lines = { "{name}\t{identity}[, {timeout_seconds} s][, {state}]" } },
    { .title = "Sensors",
      .table = "sensors",
      .lines = { "{chip}\t[{temperatures:n temperature}][, {fans:n fan}][, {voltages:n voltage}][, {currents:n "
                 "current}][, {powers:n power meter}]" } },
    { .title = "Power",
      .table = "power_supplies",
      .lines = { "{name}\t{type}\t[{status}][, {capacity_percent} %][, health {health_percent} %][, "
                 "{manufacturer:before model}][ "
                 "{model}][, {online?plugged in}][, {online!not plugged in}]" },
      .only = "{type}{status}" },
    { .title = "",
      .table = "smbios.power_supplies",
      .lines = { "{location|name}\t[{maximum_watts} W]\t{manufacturer} {part_number}[, {status}]" },
      .only = "{present?yes}",
      .refused = "power supplies" },
    { .title = "Software",
      .table = "software",
      .lines = { "{name}\t{version}\t{path}[, takes requests at {socket}]" } },
    { .title = "",
      .table = "firmware_images",
      .refused = "firmware for guests",
      .lines = { "{interfaces} for {architectures} guests\t{path}[, {features:has secure-boot}][, {features:has "
                 "enrolled-keys}]" },
      .only = "{present?yes}" },
    { .title = "Modules", .table = "kernel.modules", .draw = draw_modules },
};

enum { SECTIONS = sizeof sections / sizeof *sections };

bool hc_tree_section(size_t number, const char **table, const char *const **patterns)
{
    if (number >= SECTIONS)
        return false;
    *table = sections[number].table;
    *patterns = sections[number].lines;
    return true;
}

/* ---- what was refused ---- */

static void note(struct sheet *s, const struct hc_reply *reply, const char *thing)
{
    const char *hint;
    size_t i = 0;

    if (!reply || (reply->answer != HC_DENIED && reply->answer != HC_FAILED && reply->answer != HC_REDACTED))
        return;
    hint = hc_hint(reply);
    while (i < s->note_count && strcmp(s->notes[i].hint, hint))
        i++;
    if (i == NOTES)
        return;
    if (i == s->note_count)
        s->notes[s->note_count++] = (struct note){ .hint = hint };
    for (size_t n = 0; n < s->notes[i].count; n++)
        if (!strcmp(s->notes[i].things[n], thing))
            return;
    if (s->notes[i].count < NOTED)
        s->notes[i].things[s->notes[i].count++] = thing;
}

static enum hc_fact fact_of(struct hc_text key)
{
    char name[96];

    if (key.size >= sizeof name)
        return HC_FACTS;
    memcpy(name, key.at, key.size);
    name[key.size] = '\0';
    return hc_fact_by_key(name);
}

/* Facts that a pattern asks for and that were refused, where none that would do in its place is known. Of a section
   that says nothing at all (title; otherwise NULL) its title says more than their keys. */
static void note_facts(struct sheet *s, const char *pattern, const char *title)
{
    const struct hc_cell *cells = s->report->facts->cells;
    struct hc_text key;
    bool known = false;

    while (hc_line_key(&pattern, &key)) {
        enum hc_fact fact = fact_of(key);
        known = known || (fact != HC_FACTS && cells[fact].known);
        if (*pattern == '|')
            continue;
        if (!known && fact != HC_FACTS)
            note(s, hc_open_reply(s->report->facts, fact), title ? title : hc_fact_field(fact)->key);
        known = false;
    }
}

static void put_notes(struct sheet *s)
{
    for (size_t i = 0; i < s->note_count; i++) {
        const char *text = NULL;
        for (size_t n = 0; n < s->notes[i].count; n++)
            text = hc_print(s->report->arena, "%s%s%s", text ? text : "", text ? ", " : "", s->notes[i].things[n]);
        text = hc_print(s->report->arena, "%s. %s", text ? text : "", s->notes[i].hint);
        hc_ink(&s->paper, HC_DIM, "%-*s", LABEL, "Not seen");
        hc_wrap(&s->paper, LABEL, LABEL, text ? hc_clean(s->report->arena, text) : "");
    }
}

/* ---- sections as they are told in their row ---- */

static enum hc_table table_of(const struct section *section)
{
    return section->table ? hc_table_by_key(section->table) : HC_TABLES;
}

static void host_lines(struct sheet *s, const struct section *section, struct hc_text_rows *rows)
{
    const struct hc_line line = { s->report, HC_TABLES, NULL, NULL };

    for (size_t i = 0; i < LINES && section->lines[i]; i++)
        hc_rows_add(rows, 0, HC_PLAIN, hc_line_text(&line, section->lines[i]));
    for (size_t i = 0; i < LINES && section->lines[i]; i++)
        note_facts(s, section->lines[i], rows->count ? NULL : section->title);
}

/* Those that are not shown, in a dim line. */
static void more_line(struct sheet *s, struct hc_text_rows *rows, int depth, size_t count, const char *what)
{
    if (count)
        hc_rows_add(rows, depth, HC_DIM, hc_print(s->report->arena, "and %zu %s", count, what));
}

static const char *more_text(struct sheet *s, const char *table)
{
    const char *text = hc_print(s->report->arena, "more (hostcap list %s)", table);

    return text ? text : "";
}

static bool wanted(const struct section *section, const struct hc_line *line)
{
    return !section->only || *hc_line_text(line, section->only);
}

static struct hc_line line_of(const struct sheet *s, enum hc_table table, const struct hc_table_row *row)
{
    return (struct hc_line){ s->report, table, row, table == HC_TABLE_USB ? s->usb_names : s->names };
}

enum { ROWS_MOST = 64 };

static void table_lines(struct sheet *s, const struct section *section, enum hc_table table, struct hc_text_rows *rows)
{
    const struct hc_table_data *data = &s->report->facts->tables[table];
    size_t shown = 0, more = 0, rest = 0;

    for (const struct hc_table_row *row = data->first; row; row = row->next) {
        const struct hc_line line = line_of(s, table, row);
        if (!wanted(section, &line))
            rest++;
        else if (shown++ >= ROWS_MOST)
            more++;
        else
            hc_rows_add(rows, 0, HC_PLAIN, hc_line_text(&line, section->lines[0]));
    }
    more_line(s, rows, 0, more, more_text(s, section->table));
    if (section->rest)
        more_line(s, rows, 0, rest, section->rest);
}

static void put_section(struct sheet *s, const struct section *section, const struct hc_text_rows *rows)
{
    if (rows->count && *section->title && !section->close && s->paper.size)
        hc_write(&s->paper, "\n");
    hc_rows_put(&s->paper, rows, section->title, LABEL);
}

static void draw_section(struct sheet *s, const struct section *section)
{
    struct hc_text_rows rows = { .arena = s->report->arena };
    enum hc_table table = table_of(section);

    if (!section->table)
        host_lines(s, section, &rows);
    else
        table_lines(s, section, table, &rows);
    put_section(s, section, &rows);
}

/* ---- the host ---- */

static void draw_host(struct sheet *s, const struct section *section)
{
    struct hc_text_rows rows = { .arena = s->report->arena };
    const char *role = hc_word_of(s->report->facts, HC_HOST_ROLE);
    const char *below = hc_text_of(s->report->facts, HC_HOST_HYPERVISOR), *name = hc_outer_name(below);

    host_lines(s, section, &rows);
    if (role && !strcmp(role, "guest"))
        hc_rows_add(&rows, 0, HC_PLAIN,
                    hc_print(s->report->arena, "guest of %s",
                             name              ? name
                             : below && *below ? hc_clean(s->report->arena, below)
                                               : "an unknown hypervisor"));
    if (role && !strcmp(role, "dom0"))
        hc_rows_add(&rows, 0, HC_PLAIN, "control domain of Xen");
    if (role && !strcmp(role, "root-partition"))
        hc_rows_add(&rows, 0, HC_PLAIN, "root partition of Hyper-V");
    if (hc_flag(s->report->facts, HC_HOST_CONTAINER) == HC_YES)
        hc_rows_add(&rows, 0, HC_PLAIN, "seen from within a container");
    put_section(s, section, &rows);
}

/* ---- CPU ---- */

enum { CACHE_KINDS = 24 };

struct cache_kind {
    uint64_t level, size;
    const char *type;
    size_t count;
};

static int by_level(const void *a, const void *b)
{
    const struct cache_kind *x = a, *y = b;

    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    if (strcmp(x->type, y->type))
        return strcmp(x->type, y->type);
    return x->size < y->size ? 1 : x->size > y->size ? -1 : 0;
}

static size_t cache_kinds(const struct hc_table_data *data, struct cache_kind *kinds)
{
    size_t count = 0, i;

    for (const struct hc_table_row *row = data->first; row; row = row->next) {
        const struct hc_cell *level = &row->cells[HC_COL_CACHE_LEVEL], *type = &row->cells[HC_COL_CACHE_TYPE];
        const struct hc_cell *size = &row->cells[HC_COL_CACHE_SIZE];
        if (!level->known || !type->known || !size->known)
            continue;
        for (i = 0; i < count; i++)
            if (kinds[i].level == level->number && kinds[i].size == size->number && !strcmp(kinds[i].type, type->text))
                break;
        if (i == CACHE_KINDS)
            continue;
        if (i == count)
            kinds[count++] = (struct cache_kind){ level->number, size->number, type->text, 0 };
        kinds[i].count++;
    }
    qsort(kinds, count, sizeof *kinds, by_level);
    return count;
}

/* "L1d 8 x 48 KiB, L1i 8 x 32 KiB, L2 8 x 2 MiB, L3 24 MiB" */
static const char *cache_text(struct sheet *s)
{
    struct cache_kind kinds[CACHE_KINDS];
    struct hc_arena *arena = s->report->arena;
    size_t count = cache_kinds(&s->report->facts->tables[HC_TABLE_CACHES], kinds);
    const char *text = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct cache_kind *k = &kinds[i];
        bool same = i && k[-1].level == k->level && !strcmp(k[-1].type, k->type);
        const char *each = k->count == 1 ? "" : hc_print(arena, "%zu x ", k->count);
        const char *name = same ? ""
                                : hc_print(arena, "L%llu%s ", (unsigned long long)k->level,
                                           !strcmp(k->type, "data")          ? "d"
                                           : !strcmp(k->type, "instruction") ? "i"
                                                                             : "");
        text = hc_print(arena, "%s%s%s%s%s", text ? text : "",
                        !text  ? ""
                        : same ? " and "
                               : ", ",
                        name ? name : "", each ? each : "", hc_size_text(arena, k->size));
    }
    return text;
}

static void draw_cpu(struct sheet *s, const struct section *section)
{
    struct hc_text_rows rows = { .arena = s->report->arena };

    host_lines(s, section, &rows);
    hc_rows_add(&rows, 0, HC_PLAIN, cache_text(s));
    put_section(s, section, &rows);
}

/* ---- trees ---- */

struct walk {
    struct sheet *s;
    const struct section *section;
    enum hc_table table;
    struct hc_tree tree;
    struct hc_text_rows rows;
};

static int column_of(enum hc_table table, const char *key)
{
    return key ? hc_column_by_key(table, (struct hc_text){ key, strlen(key) }) : -1;
}

static void tree_row(void *self, size_t row, int depth, bool again)
{
    struct walk *w = self;
    const struct hc_line line = line_of(w->s, w->table, w->tree.rows[row]);
    const char *pattern = depth && w->section->lines[1] ? w->section->lines[1] : w->section->lines[0];
    const char *text = hc_line_text(&line, pattern);

    if (again)
        text = hc_print(w->s->report->arena, "%.*s\t(as above)", (int)strcspn(text, "\t"), text);
    hc_rows_add(&w->rows, depth, HC_PLAIN, text);
}

static void tree_more(void *self, size_t count, int depth)
{
    struct walk *w = self;

    more_line(w->s, &w->rows, depth, count, more_text(w->s, w->section->table));
}

/* Rows that say nothing, where nothing stands upon them either. */
static size_t hide(struct walk *w)
{
    size_t hidden = 0;

    for (size_t i = 0; i < w->tree.count; i++) {
        const struct hc_line line = { w->s->report, w->table, w->tree.rows[i], NULL };
        if (hc_tree_has_below(&w->tree, i) || wanted(w->section, &line))
            continue;
        hc_tree_hide(&w->tree, i);
        hidden++;
    }
    return hidden;
}

static void draw_tree(struct sheet *s, const struct section *section)
{
    enum hc_table table = table_of(section);
    struct walk w = { .s = s, .section = section, .table = table, .rows = { .arena = s->report->arena } };
    size_t hidden;

    if (!hc_tree_of(&w.tree, s->report->arena, &s->report->facts->tables[table]))
        return;
    hc_tree_edges(&w.tree, column_of(table, section->id), column_of(table, section->above), true);
    hc_tree_edges(&w.tree, column_of(table, section->id), column_of(table, section->below), false);
    hidden = hide(&w);
    hc_tree_walk(&w.tree, &(struct hc_tree_visitor){ tree_row, tree_more, &w });
    if (section->rest)
        more_line(s, &w.rows, 0, hidden, section->rest);
    put_section(s, section, &w.rows);
}

/* ---- PCI ---- */

/* What a person does not look for: parts of the chipset that do nothing by themselves. */
static bool is_chipset(const struct hc_function *f)
{
    switch (f->class_code >> 8) {
    case 0x0800: /* interrupt controller */
    case 0x0880: /* system peripheral: uncore of servers */
    case 0x0806: /* IOMMU */
    case 0x0c05: /* SMBus */
    case 0x1101: /* performance counters */
    case 0x1180: return true;
    default: return f->class_code >> 16 == 0x06;
    }
}

/* From the last to the first: a bridge stands before what is below it in most tables; what is not, is shown. */
static size_t hide_functions(struct walk *w, const struct hc_functions *functions, size_t *virtual_ones)
{
    bool *needed = hc_alloc(w->s->report->arena, functions->count + 1);
    size_t hidden = 0;

    for (size_t i = functions->count; needed && i--;) {
        const struct hc_function *f = &functions->list[i];
        bool virtual_one = f->physical != HC_NO_FUNCTION;
        if (virtual_one)
            virtual_ones[f->physical]++;
        if (virtual_one || (is_chipset(f) && !needed[i])) {
            hc_tree_hide(&w->tree, i);
            hidden += !virtual_one;
        } else if (f->parent != HC_NO_FUNCTION) {
            needed[f->parent] = true;
        }
    }
    return hidden;
}

/* Rows of a table by the PCI function that they stand behind: the first word of the column. */
static void carried_by(struct sheet *s, enum hc_table table, int name, int pci, int not_where,
                       const struct hc_functions *functions, const char **carries)
{
    for (const struct hc_table_row *row = s->report->facts->tables[table].first; row; row = row->next) {
        const struct hc_cell *where = &row->cells[pci], *what = &row->cells[name];
        size_t at = where->known ? hc_function_at(functions, where->text, strcspn(where->text, " \n")) : HC_NO_FUNCTION;
        if (at == HC_NO_FUNCTION || !what->known || (row->cells[not_where].known && *row->cells[not_where].text))
            continue;
        if (!carries[at])
            carries[at] = hc_clean(s->report->arena, what->text);
        else if (strlen(carries[at]) < 40)
            carries[at] = hc_print(s->report->arena, "%s %s", carries[at], hc_clean(s->report->arena, what->text));
    }
}

struct pci_walk {
    struct walk w;
    const struct hc_functions *functions;
    const size_t *virtual_ones;
    const char **carries;
};

/* Bridges only show the way. */
static const char *bridge_word(const struct hc_function *f)
{
    return f->port_type == HC_PORT_ROOT                                             ? "root port"
           : f->port_type == HC_PORT_UPSTREAM || f->port_type == HC_PORT_DOWNSTREAM ? "switch port"
                                                                                    : "bridge";
}

/* What has no class may be a virtio device, which says what it is. */
static const char *device_word(struct sheet *s, const struct hc_function *f)
{
    const struct hc_table_row *row = f->class_code >> 16 == 0xff ? hc_virtio_behind(s->report, f->address) : NULL;
    const struct hc_cell *kind = row ? &row->cells[HC_COL_VIRTIO_KIND] : NULL;

    return kind && kind->known && *kind->text ? kind->text : hc_device_kind(f, false);
}

static void pci_row(void *self, size_t row, int depth, bool again)
{
    struct pci_walk *p = self;
    struct sheet *s = p->w.s;
    struct hc_arena *arena = s->report->arena;
    const struct hc_function *f = &p->functions->list[row];
    const struct hc_line line = { s->report, HC_TABLE_PCI, f->row, NULL };
    const char *address = hc_clean(arena, hc_short_address(f->address)), *text;
    size_t virtual_ones = p->virtual_ones[row];

    if (again || hc_tree_has_below(&p->w.tree, row))
        text = hc_print(arena, "%s\t%s", address, again ? "(as above)" : bridge_word(f));
    else
        text =
            hc_print(arena, "%s\t%s\t%s\t%s\t%s", address, device_word(s, f), hc_line_text(&line, "{driver:serving}"),
                     p->carries[row] ? p->carries[row] : "", hc_function_name(s->report, s->names, f));
    if (text && virtual_ones)
        text = hc_print(arena, "%s, %zu virtual function%s", text, virtual_ones, virtual_ones == 1 ? "" : "s");
    hc_rows_add(&p->w.rows, depth, HC_PLAIN, text);
}

static void draw_pci(struct sheet *s, const struct section *section)
{
    const struct hc_functions *functions = &s->report->passthrough->functions;
    struct pci_walk p = {
        .w = { .s = s, .section = section, .table = HC_TABLE_PCI, .rows = { .arena = s->report->arena } },
        .functions = functions
    };
    size_t *virtual_ones = hc_alloc(s->report->arena, (functions->count + 1) * sizeof *virtual_ones), hidden;

    p.virtual_ones = virtual_ones;
    p.carries = hc_alloc(s->report->arena, (functions->count + 1) * sizeof *p.carries);
    if (!virtual_ones || !p.carries || !hc_tree_make(&p.w.tree, s->report->arena, functions->count))
        return;
    for (size_t i = 0; i < functions->count; i++)
        if (functions->list[i].parent != HC_NO_FUNCTION && functions->list[i].parent != i)
            hc_tree_edge(&p.w.tree, functions->list[i].parent, i);
    hidden = hide_functions(&p.w, functions, virtual_ones);
    carried_by(s, HC_TABLE_NET, HC_COL_NET_NAME, HC_COL_NET_PCI, HC_COL_NET_LOWER, functions, p.carries);
    carried_by(s, HC_TABLE_BLOCK, HC_COL_BLOCK_NAME, HC_COL_BLOCK_PCI, HC_COL_BLOCK_DISK, functions, p.carries);
    hc_tree_walk(&p.w.tree, &(struct hc_tree_visitor){ pci_row, tree_more, &p.w });
    more_line(s, &p.w.rows, 0, hidden, "of the chipset (hostcap list pci)");
    put_section(s, section, &p.w.rows);
}

/* ---- kernel modules ---- */

/* "loaded: kvm, kvm_intel, tun" */
static void modules_line(struct sheet *s, struct hc_text_rows *rows, const char *state, const char *words)
{
    const char *list = NULL;

    for (const struct hc_table_row *row = s->report->facts->tables[HC_TABLE_KERNEL_MODULES].first; row;
         row = row->next) {
        const struct hc_cell *name = &row->cells[HC_COL_MODULE_NAME], *is = &row->cells[HC_COL_MODULE_STATE];
        if (name->known && is->known && !strcmp(is->text, state))
            list = hc_print(s->report->arena, "%s%s%s", list ? list : "", list ? ", " : "",
                            hc_clean(s->report->arena, name->text));
    }
    if (list)
        hc_rows_add(rows, 0, HC_PLAIN, hc_print(s->report->arena, "%s\t%s", words, list));
}

/* Those that are there for virtualization, and what keeps others out. */
static void draw_modules(struct sheet *s, const struct section *section)
{
    struct hc_text_rows rows = { .arena = s->report->arena };

    modules_line(s, &rows, "loaded", "loaded");
    modules_line(s, &rows, "built-in", "built in");
    for (const struct hc_table_row *row = s->report->facts->tables[HC_TABLE_KERNEL_MODULES].first; row;
         row = row->next) {
        const struct hc_line line = line_of(s, HC_TABLE_KERNEL_MODULES, row);
        hc_rows_add(&rows, 0, HC_PLAIN, hc_line_text(&line, "[kept out\t{name} ({blocked_by})]"));
    }
    put_section(s, section, &rows);
}

/* ---- the whole ---- */

static void draw_one(struct sheet *s, const struct section *section)
{
    enum hc_table table = table_of(section);

    if (section->table && (table == HC_TABLES || s->report->facts->tables[table].count < section->least))
        return;
    if (section->table && !s->report->facts->tables[table].known) {
        note(s, s->report->facts->tables[table].why,
             section->refused  ? section->refused
             : *section->title ? section->title
                               : section->table);
        return;
    }
    (section->draw ? section->draw : draw_section)(s, section);
}

char *hc_render_tree(const struct hc_report *report, struct hc_terminal terminal, bool names)
{
    struct sheet s = { .report = report, .paper = { .terminal = terminal } };

    s.names = names ? hc_names_open() : NULL;
    s.usb_names = names && report->facts->tables[HC_TABLE_USB].count ? hc_usb_names_open() : NULL;
    s.paper.exhausted = names && !s.names;
    for (size_t i = 0; i < SECTIONS; i++)
        draw_one(&s, &sections[i]);
    if (s.note_count)
        hc_write(&s.paper, "\n");
    put_notes(&s);
    hc_names_close(s.names);
    hc_names_close(s.usb_names);
    return hc_take(&s.paper);
}
