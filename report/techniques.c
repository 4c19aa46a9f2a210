#include "techniques.h"

#include "report.h"
#include "tables.h"
#include "view.h"

#include <string.h>

struct claim {
    enum hc_tri state;
    const char *because;
};

struct look {
    const struct hc_report *report;
    struct hc_view view;
    const struct hc_reply *reply;
};

const char *hc_state_word(enum hc_tri state)
{
    static const char *const words[] = { [HC_UNKNOWN] = "unknown", [HC_NO] = "no", [HC_YES] = "yes" };

    return words[state];
}

static struct claim yes(const char *because)
{
    return (struct claim){ HC_YES, because };
}

static struct claim no(const char *because)
{
    return (struct claim){ HC_NO, because };
}

static struct claim unknown(const char *because)
{
    return (struct claim){ HC_UNKNOWN, because };
}

static bool is(const char *word, const char *expected)
{
    return word && !strcmp(word, expected);
}

static struct claim by_flag(struct look *l, struct hc_flag_id id, const char *if_yes, const char *if_no,
                            const char *otherwise)
{
    const enum hc_tri flag = hc_see(&l->view, id);

    return (struct claim){ flag, flag == HC_YES ? if_yes : flag == HC_NO ? if_no : otherwise };
}

/* ---- tables ---- */

static const struct hc_table_data *table(struct look *l, enum hc_table id)
{
    l->reply = l->report->facts->tables[id].why;
    return &l->report->facts->tables[id];
}

static const char *cell(const struct hc_table_row *row, int column)
{
    return row->cells[column].known ? row->cells[column].text : NULL;
}

/* A program that was found; NULL: none of that name, or the list is not known. */
static const struct hc_table_row *program(struct look *l, const char *name)
{
    for (const struct hc_table_row *row = table(l, HC_TABLE_SOFTWARE)->first; row; row = row->next)
        if (is(cell(row, HC_COL_SOFTWARE_NAME), name)) {
            l->reply = row->because;
            return row;
        }
    return NULL;
}

/* The list has what was found; the two that have facts of their own tell whether the answers were there to find it. */
static struct claim no_program(struct look *l, const char *none)
{
    const bool looked =
        hc_see(&l->view, HC_QEMU_FOUND) != HC_UNKNOWN && hc_see(&l->view, HC_LIBVIRT_FOUND) != HC_UNKNOWN;

    return table(l, HC_TABLE_SOFTWARE)->known && looked ? no(none)
                                                        : unknown("which programs are installed is not known");
}

/* The first of some programs that is there, by name. */
static struct claim by_program(struct look *l, const char *const *names, size_t count, const char *none)
{
    for (size_t i = 0; i < count; i++)
        if (program(l, names[i]))
            return yes(hc_print(l->report->arena, "%s is installed", names[i]));
    return no_program(l, none);
}

static const struct hc_table_row *module_row(struct look *l, const char *name)
{
    for (const struct hc_table_row *row = table(l, HC_TABLE_KERNEL_MODULES)->first; row; row = row->next)
        if (is(cell(row, HC_COL_MODULE_NAME), name))
            return row;
    return NULL;
}

/* A part of the kernel that is loaded when somebody asks for it. */
static struct claim by_module(struct look *l, const char *name)
{
    const struct hc_table_row *row = module_row(l, name);
    const char *state = row ? cell(row, HC_COL_MODULE_STATE) : NULL;
    const char *blocked = row ? cell(row, HC_COL_MODULE_BLOCKED) : NULL;

    if (!row && table(l, HC_TABLE_KERNEL_MODULES)->known)
        return no(hc_print(l->report->arena, "the kernel was built without %s", name));
    if (!state)
        return unknown(hc_print(l->report->arena, "whether %s is there is not known", name));
    if (is(state, "missing"))
        return no(hc_print(l->report->arena, "the module %s is not in /lib/modules", name));
    if (!is(state, "available"))
        return yes(hc_print(l->report->arena, "%s is %s", name, state));
    if (is(blocked, "install") || is(blocked, "denied"))
        return no(hc_print(l->report->arena, "the module %s is kept from being loaded", name));
    if (!blocked)
        return unknown(hc_print(l->report->arena, "whether the module %s may be loaded is not known", name));
    return yes(hc_print(l->report->arena, "the module %s is there to be loaded", name));
}

/* What is registered with the kernel works; what is not may yet be loaded. */
static struct claim by_device(struct look *l, struct hc_flag_id registered, const char *module)
{
    if (hc_see(&l->view, registered) == HC_YES)
        return yes(hc_print(l->report->arena, "%s is in the kernel", module));
    return by_module(l, module);
}

/* ---- guests ---- */

/* KVM's way to run guests with the CPU's help, in words; NULL: it has none, or it is not known. */
static const char *engine(const char *backend)
{
    static const char *const rows[][2] = { { "vmx", "KVM through VT-x" },
                                           { "svm", "KVM through AMD-V" },
                                           { "el2", "KVM at EL2" },
                                           { "sie", "KVM through SIE" },
                                           { "hv", "KVM through POWER's hypervisor mode" },
                                           { "h", "KVM through the extension H" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (is(backend, rows[i][0]))
            return rows[i][1];
    return NULL;
}

/* Where there is no /dev/kvm: other drivers that are ready to use what the CPU has, or what is in the way. */
static struct claim without_kvm(struct look *l, enum hc_tri kvm)
{
    const enum hc_tri vbox = hc_see(&l->view, HC_MODULE_VBOXDRV), vmware = hc_see(&l->view, HC_MODULE_VMMON);
    const enum hc_tri hw = hc_see(&l->view, HC_VIRT_HW);
    const char *firmware = hc_see_word(&l->view, HC_VIRT_FW);
    const bool seen = hc_see_word(&l->view, HC_HOST_ROLE) && vbox != HC_UNKNOWN && vmware != HC_UNKNOWN;

    if (hw == HC_NO)
        return no(hc_see_is(&l->view, HC_HOST_ROLE, "guest") == HC_YES
                      ? "the hypervisor below shows this guest no VT-x, AMD-V or the like"
                      : "the CPU has no VT-x, AMD-V or the like");
    if (is(firmware, "disabled"))
        return no("firmware keeps it off");
    if (hw == HC_YES && (vbox == HC_YES || vmware == HC_YES))
        return yes(vbox == HC_YES ? "VirtualBox, whose driver is loaded" : "VMware, whose driver is loaded");
    if (kvm == HC_UNKNOWN || hw == HC_UNKNOWN || !seen)
        return unknown("what runs guests here is not known");
    return no("the CPU has it; there is no /dev/kvm here to use it by");
}

static struct claim kvm_hardware(struct look *l)
{
    const char *backend = hc_see_word(&l->view, HC_LINUX_KVM_BACKEND), *words = engine(backend);

    if (is(backend, "pvm"))
        return no("KVM runs guests by PVM here, without VT-x or AMD-V");
    if (!words)
        return unknown("KVM is there; what executes its guests is not known");
    if (hc_see(&l->view, HC_LINUX_KVM_ACCESS) == HC_NO)
        return yes(hc_print(l->report->arena, "%s; this caller may not open /dev/kvm", words));
    return yes(words);
}

/* The effect first: who runs guests so now, or has what it takes. */
static struct claim hardware(struct look *l)
{
    const char *role = hc_see_word(&l->view, HC_HOST_ROLE);
    const enum hc_tri kvm = hc_see(&l->view, HC_LINUX_KVM_DEV);

    if (is(role, "root-partition"))
        return yes("Hyper-V, whose root partition this is");
    if (is(role, "dom0"))
        return by_flag(l, HC_XEN_HVM, "Xen, whose control domain this is", "this Xen has no guests of this kind",
                       "whether this Xen has guests of this kind is not known");
    return kvm == HC_YES ? kvm_hardware(l) : without_kvm(l, kvm);
}

/* KVM for x86 says whether it uses what the CPU has. */
static enum hc_tri used(struct look *l)
{
    const char *backend = hc_see_word(&l->view, HC_LINUX_KVM_BACKEND);
    const enum hc_tri there = hc_see(&l->view, HC_VIRT_SLAT);

    if (is(backend, "vmx"))
        return hc_and(there, hc_see(&l->view, HC_KVM_PARAM_EPT));
    if (is(backend, "svm"))
        return hc_and(there, hc_see(&l->view, HC_KVM_PARAM_NPT));
    return there;
}

static struct claim nested_paging(struct look *l)
{
    const struct claim guests = hardware(l);

    if (guests.state != HC_YES)
        return (struct claim){ guests.state,
                               guests.state == HC_NO ? "it needs hardware-assisted guests" : guests.because };
    switch (used(l)) {
    case HC_YES: return yes("the CPU walks the guests' page tables itself");
    case HC_NO: return no("the CPU lacks it, or KVM was told not to use it");
    default: return unknown("whether the CPU has it, and it is used, is not known");
    }
}

static struct claim shadow_paging(struct look *l)
{
    const char *role = hc_see_word(&l->view, HC_HOST_ROLE), *backend = hc_see_word(&l->view, HC_LINUX_KVM_BACKEND);
    struct claim paging;

    if (is(backend, "pvm"))
        return yes("PVM keeps them");
    if (!backend && hc_see(&l->view, HC_LINUX_KVM_DEV) != HC_NO)
        return unknown("what executes guests of KVM here is not known");
    if (is(role, "dom0") || is(role, "root-partition"))
        return unknown("how the hypervisor below keeps page tables does not show here");
    if (hardware(l).state == HC_NO)
        return no("nothing here runs guests with them");
    paging = nested_paging(l);
    if (paging.state == HC_UNKNOWN)
        return paging;
    return paging.state == HC_YES ? no("not used: there is nested paging") : yes("in place of nested paging: slow");
}

static struct claim paravirtual(struct look *l)
{
    const char *role = hc_see_word(&l->view, HC_HOST_ROLE), *backend;
    const enum hc_tri kvm = hc_see(&l->view, HC_LINUX_KVM_DEV);

    if (is(role, "dom0"))
        return yes("Xen's PV or PVH: this control domain is one itself");
    if (is(role, "root-partition"))
        return yes("Hyper-V's enlightenments");
    backend = hc_see_word(&l->view, HC_LINUX_KVM_BACKEND);
    if (kvm == HC_YES && is(backend, "pvm"))
        return yes("KVM through PVM, for kernels made for it");
    if (kvm == HC_YES && (is(backend, "vmx") || is(backend, "svm")))
        return yes("KVM offers guests its clock, interrupts and locks");
    if (kvm == HC_NO && role)
        return no("there is no /dev/kvm here, and this is no control domain of Xen or Hyper-V");
    return unknown("what the hypervisor here offers of this kind is not known");
}

/* The qemu-kvm of some distributions is built without TCG. */
static struct claim emulation(struct look *l)
{
    const struct hc_table_row *row = program(l, "qemu");
    const char *path = row ? cell(row, HC_COL_SOFTWARE_PATH) : NULL, *file = path ? strrchr(path, '/') : NULL;
    const enum hc_tri found = hc_see(&l->view, HC_QEMU_FOUND);

    if (found == HC_YES && is(file, "/qemu-kvm"))
        return unknown("QEMU is there as qemu-kvm, of which some builds leave emulation out");
    if (found == HC_YES)
        return yes("QEMU (TCG)");
    return found == HC_NO ? no("no QEMU was found") : unknown("whether QEMU is installed is not known");
}

static struct claim containers(struct look *l)
{
    const char *names = NULL;
    size_t count = 0;

    for (const struct hc_table_row *row = table(l, HC_TABLE_SOFTWARE)->first; row; row = row->next) {
        const char *kind = cell(row, HC_COL_SOFTWARE_KIND), *name = cell(row, HC_COL_SOFTWARE_NAME);
        if (!name || !(is(kind, "containers") || is(kind, "runtime")) || ++count > 4)
            continue;
        names = hc_print(l->report->arena, "%s%s%s", names ? names : "", names ? ", " : "", name);
    }
    if (count > 4)
        return yes(hc_print(l->report->arena, "%s and %zu more", names, count - 4));
    if (count)
        return yes(names);
    return no_program(l, "no program that runs them was found");
}

static struct claim nested(struct look *l)
{
    const char *quality = hc_see_word(&l->view, HC_VIRT_NESTED_QUALITY);

    if (!quality)
        return unknown("whether guests may run guests is not known");
    if (is(quality, "none"))
        return no("guests here see no VT-x, AMD-V or the like");
    return yes(is(quality, "assisted") ? "with help of the CPU" : "by software alone: slow");
}

/* ---- devices of guests ---- */

static struct claim emulated_devices(struct look *l)
{
    static const char *const names[] = { "qemu", "virtualbox", "vmware-workstation" };

    return by_program(l, names, 3, "no program that emulates devices was found");
}

static struct claim virtio(struct look *l)
{
    static const char *const names[] = { "qemu", "cloud-hypervisor", "firecracker", "virtualbox" };

    return by_program(l, names, 4, "no program that offers virtio devices was found");
}

static struct claim vhost_net(struct look *l)
{
    return by_device(l, HC_VHOST_NET_REGISTERED, "vhost_net");
}

static struct claim vhost_vsock(struct look *l)
{
    return by_device(l, HC_VHOST_VSOCK_REGISTERED, "vhost_vsock");
}

static struct claim sriov(struct look *l)
{
    const struct hc_table_data *pci = table(l, HC_TABLE_PCI);
    size_t count = 0, open = 0;

    for (const struct hc_table_row *row = pci->first; row; row = row->next) {
        const struct hc_cell *can = &row->cells[HC_COL_PCI_SRIOV], *total = &row->cells[HC_COL_PCI_SRIOV_TOTAL];
        open += !can->known;
        count += can->known && can->flag && !(total->known && !total->number);
    }
    if (count)
        return yes(hc_print(l->report->arena, "%zu PCI %s can have virtual functions", count,
                            count == 1 ? "function" : "functions"));
    if (!pci->known || open)
        return unknown("whether a PCI function can have virtual ones could not be read of all");
    return no("no PCI function here can have virtual ones");
}

static struct claim passthrough(struct look *l)
{
    const struct hc_passthrough *p = l->report->passthrough;
    const enum hc_host_passthrough host = p->host;

    table(l, HC_TABLE_PCI);
    if (host == HC_HOST_UNKNOWN)
        return unknown("hostcap passthrough says what would settle it");
    if (host == HC_HOST_AFTER_FIXES)
        return no("after fixes only: hostcap passthrough names them");
    if (host == HC_HOST_NONE)
        return no("no PCI device here can be given away");
    return yes(hc_print(l->report->arena, "%zu viable and %zu limited %s", p->counts[HC_DEVICE_VIABLE],
                        p->counts[HC_DEVICE_LIMITED],
                        p->counts[HC_DEVICE_VIABLE] + p->counts[HC_DEVICE_LIMITED] == 1 ? "device" : "devices"));
}

static struct claim mediated(struct look *l)
{
    const struct hc_table_data *types = table(l, HC_TABLE_MDEV_TYPES);

    if (!types->known)
        return unknown("which mediated devices drivers can make is not known");
    return types->count ? yes(hc_print(l->report->arena, "%zu %s", types->count, types->count == 1 ? "type" : "types"))
                        : no("no driver here makes mediated devices");
}

/* ---- firmware of guests ---- */

static bool image_for(const struct hc_table_row *row, const char *interface)
{
    const char *list = cell(row, HC_COL_IMAGE_INTERFACES);
    const struct hc_cell *present = &row->cells[HC_COL_IMAGE_PRESENT];

    return list && hc_has_word((struct hc_text){ list, strlen(list) }, interface) && present->known && present->flag;
}

static struct claim bios(struct look *l)
{
    if (hc_see_is(&l->view, HC_HOST_ARCH, "x86_64") == HC_NO)
        return no("machines of this architecture have none");
    for (const struct hc_table_row *row = table(l, HC_TABLE_FIRMWARE_IMAGES)->first; row; row = row->next)
        if (image_for(row, "bios"))
            return yes("an image is described to QEMU");
    if (hc_see(&l->view, HC_QEMU_FOUND) == HC_NO)
        return no("no QEMU was found, which brings SeaBIOS");
    return unknown("no descriptor tells of one; QEMU for x86 comes with SeaBIOS as a rule");
}

static struct claim uefi(struct look *l)
{
    return by_flag(l, HC_SW_UEFI, "an image is there (OVMF, AAVMF or the like)", "no image was found",
                   "whether an image is there is not known");
}

static struct claim secure_boot(struct look *l)
{
    return by_flag(l, HC_SW_UEFI_SECURE, "a UEFI image with Secure Boot is there",
                   "no UEFI image with Secure Boot was found", "whether a UEFI image has Secure Boot is not known");
}

static struct claim guest_tpm(struct look *l)
{
    static const char *const names[] = { "swtpm" };

    return by_program(l, names, 1, "no swtpm was found");
}

/* ---- network of guests ---- */

static struct claim bridge(struct look *l)
{
    size_t count = 0;

    for (const struct hc_table_row *row = table(l, HC_TABLE_NET)->first; row; row = row->next)
        count += is(cell(row, HC_COL_NET_LINK_KIND), "bridge");
    if (count)
        return yes(hc_print(l->report->arena, "%zu %s there", count, count == 1 ? "is" : "are"));
    return by_module(l, "bridge");
}

static struct claim open_vswitch(struct look *l)
{
    return by_flag(l, HC_OVS_RUNNING, "its daemon runs", "its daemon does not run",
                   "whether its daemon runs is not known");
}

static struct claim macvtap(struct look *l)
{
    return by_device(l, HC_MACVTAP_REGISTERED, "macvtap");
}

static struct claim tap(struct look *l)
{
    return by_device(l, HC_TUN_REGISTERED, "tun");
}

static struct claim namespaces(struct look *l)
{
    for (const struct hc_table_row *row = table(l, HC_TABLE_KERNEL_OPTIONS)->first; row; row = row->next)
        if (is(cell(row, HC_COL_OPTION_NAME), "NET_NS") && cell(row, HC_COL_OPTION_VALUE))
            return is(cell(row, HC_COL_OPTION_VALUE), "y") ? yes("the kernel has them")
                                                           : no("the kernel was built without them");
    return unknown("how the kernel was built is not known");
}

/* ---- disks of guests ---- */

static struct claim image_formats(struct look *l)
{
    static const char *const names[] = { "qemu-img", "qemu" };
    struct claim claim = by_program(l, names, 2, "neither qemu-img nor QEMU was found");

    if (claim.state == HC_YES)
        claim.because =
            hc_print(l->report->arena, "%s: qcow2, which takes snapshots itself, raw and others", claim.because);
    return claim;
}

/* Where images live by default: a folder that is there, on a file system of which the column says something. */
static struct claim clones(struct look *l)
{
    const struct hc_table_data *folders = table(l, HC_TABLE_IMAGE_FOLDERS);
    bool open = !folders->known;

    for (const struct hc_table_row *row = folders->first; row; row = row->next) {
        const struct hc_cell *reflink = &row->cells[HC_COL_IMAGES_REFLINK];
        const char *type = cell(row, HC_COL_IMAGES_TYPE);
        if (reflink->known && reflink->flag)
            return yes(hc_print(l->report->arena, "copies share blocks in %s (%s)", cell(row, HC_COL_IMAGES_FOLDER),
                                type ? type : "?"));
        open |= !reflink->known;
    }
    return open ? unknown("whether copies of images share blocks is not known")
                : no("copies of images share no blocks where images live");
}

static struct claim snapshots(struct look *l)
{
    const struct hc_table_data *folders = table(l, HC_TABLE_IMAGE_FOLDERS);
    bool open = !folders->known;

    for (const struct hc_table_row *row = folders->first; row; row = row->next) {
        const char *by = cell(row, HC_COL_IMAGES_SNAPSHOTS);
        if (by && *by)
            return yes(hc_print(l->report->arena, "%s of %s", is(by, "file-system") ? "by the file system" : by,
                                cell(row, HC_COL_IMAGES_FOLDER)));
        open |= !by;
    }
    return open ? unknown("whether anything below the images takes snapshots is not known")
                : no("nothing below the places where images live takes snapshots");
}

static struct claim thin_volumes(struct look *l)
{
    const struct hc_table_data *groups = table(l, HC_TABLE_VOLUME_GROUPS), *pools;

    for (const struct hc_table_row *row = groups->first; row; row = row->next)
        if (row->cells[HC_COL_VG_POOLS].known && row->cells[HC_COL_VG_POOLS].number)
            return yes("an LVM thin pool is active");
    pools = table(l, HC_TABLE_ZFS_POOLS);
    if (pools->count)
        return yes("a ZFS pool is imported");
    return groups->known && pools->known ? no("no LVM thin pool is active, and no ZFS pool imported")
                                         : unknown("which pools there are is not known");
}

/* ---- all of them ---- */

static const struct {
    const char *group, *name;
    struct claim (*find)(struct look *l);
} rows[] = {
    { "guests", "hardware-assisted", hardware },
    { "guests", "nested paging", nested_paging },
    { "guests", "shadow page tables", shadow_paging },
    { "guests", "paravirtualization", paravirtual },
    { "guests", "full emulation", emulation },
    { "guests", "nested guests", nested },
    { "guests", "containers", containers },
    { "devices", "emulated", emulated_devices },
    { "devices", "virtio", virtio },
    { "devices", "vhost-net", vhost_net },
    { "devices", "vhost-vsock", vhost_vsock },
    { "devices", "SR-IOV", sriov },
    { "devices", "PCI passthrough", passthrough },
    { "devices", "mediated", mediated },
    { "firmware", "BIOS", bios },
    { "firmware", "UEFI", uefi },
    { "firmware", "Secure Boot", secure_boot },
    { "firmware", "TPM", guest_tpm },
    { "network", "bridge", bridge },
    { "network", "Open vSwitch", open_vswitch },
    { "network", "macvtap", macvtap },
    { "network", "tap", tap },
    { "network", "namespaces", namespaces },
    { "storage", "image formats", image_formats },
    { "storage", "snapshots below", snapshots },
    { "storage", "clones below", clones },
    { "storage", "thin volumes", thin_volumes },
};

_Static_assert(sizeof rows / sizeof *rows <= HC_TECHNIQUES_MAX, "room for every technique");

static struct hc_technique technique(const struct hc_report *report, size_t number)
{
    struct look l = { .report = report, .view = hc_view_of(report->facts) };
    const struct claim claim = rows[number].find(&l);
    struct hc_technique t = { .group = rows[number].group, .name = rows[number].name, .state = claim.state };

    t.because = claim.because ? claim.because : "";
    t.reply = l.reply;
    t.seen = hc_seen(&l.view, report->arena);
    t.seen_count = t.seen ? l.view.count : 0;
    return t;
}

const struct hc_techniques *hc_techniques_make(const struct hc_report *report)
{
    struct hc_techniques *all = hc_alloc(report->arena, sizeof *all);

    if (!all)
        return NULL;
    for (all->count = 0; all->count < sizeof rows / sizeof *rows; all->count++)
        all->list[all->count] = technique(report, all->count);
    return report->arena->exhausted ? NULL : all;
}

const char *hc_techniques_line(const struct hc_report *report)
{
    const struct hc_techniques *all = report->techniques;
    const char *line = NULL, *group = "";

    for (size_t i = 0; i < all->count; i++) {
        const struct hc_technique *t = &all->list[i];
        const bool same = !strcmp(group, t->group);
        if (t->state != HC_YES)
            continue;
        line = hc_print(report->arena, "%s%s%s%s%s", line ? line : "",
                        !line  ? ""
                        : same ? ", "
                               : "; ",
                        same ? "" : t->group, same ? "" : ": ", t->name);
        group = t->group;
    }
    return line ? line : "none is known to be available";
}
