/* Kernel modules that matter to virtualization: loaded, built in, or in a file that modprobe would find; and what
   modprobe.d and the command line say of them. Modules are not looked up one by one in modules.dep: it has thousands of
   lines, and where each file of this list lies is known. */
#include "modules.h"

#include "kernel_options.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

struct module {
    const char *name;
    const char *option; /* NULL: not a module of the kernel's own tree */
    const char *folder; /* below kernel/; of others the folders of outer[] are listed */
    const char *file;   /* without .ko; NULL: as its name */
};

static const struct module modules[] = {
    { "kvm", "KVM", "arch/x86/kvm", NULL },
    { "kvm_intel", "KVM_INTEL", "arch/x86/kvm", "kvm-intel" },
    { "kvm_amd", "KVM_AMD", "arch/x86/kvm", "kvm-amd" },
    { "kvm_pvm", "KVM_PVM", "arch/x86/kvm", "kvm-pvm" },
    { "irqbypass", "IRQ_BYPASS_MANAGER", "virt/lib", NULL },
    { "ccp", "CRYPTO_DEV_CCP", "drivers/crypto/ccp", NULL },
    { "msr", "X86_MSR", "arch/x86/kernel", NULL },
    { "vfio", "VFIO", "drivers/vfio", NULL },
    { "vfio_iommu_type1", "VFIO_IOMMU_TYPE1", "drivers/vfio", NULL },
    { "vfio_pci", "VFIO_PCI", "drivers/vfio/pci", "vfio-pci" },
    { "mdev", "VFIO_MDEV", "drivers/vfio/mdev", NULL },
    { "iommufd", "IOMMUFD", "drivers/iommu/iommufd", NULL },
    { "pci_stub", "PCI_STUB", "drivers/pci", "pci-stub" },
    { "vhost_net", "VHOST_NET", "drivers/vhost", NULL },
    { "vhost_vsock", "VHOST_VSOCK", "drivers/vhost", NULL },
    { "vhost_scsi", "VHOST_SCSI", "drivers/vhost", NULL },
    { "vhost_vdpa", "VHOST_VDPA", "drivers/vhost", NULL },
    { "tun", "TUN", "drivers/net", NULL },
    { "macvtap", "MACVTAP", "drivers/net", NULL },
    { "macvlan", "MACVLAN", "drivers/net", NULL },
    { "veth", "VETH", "drivers/net", NULL },
    { "wireguard", "WIREGUARD", "drivers/net/wireguard", NULL },
    { "bridge", "BRIDGE", "net/bridge", NULL },
    { "br_netfilter", "BRIDGE_NETFILTER", "net/bridge", NULL },
    { "openvswitch", "OPENVSWITCH", "net/openvswitch", NULL },
    { "nf_tables", "NF_TABLES", "net/netfilter", NULL },
    { "overlay", "OVERLAY_FS", "fs/overlayfs", NULL },
    { "fuse", "FUSE_FS", "fs/fuse", NULL },
    { "btrfs", "BTRFS_FS", "fs/btrfs", NULL },
    { "xfs", "XFS_FS", "fs/xfs", NULL },
    { "nbd", "BLK_DEV_NBD", "drivers/block", NULL },
    { "loop", "BLK_DEV_LOOP", "drivers/block", NULL },
    { "dm_thin_pool", "DM_THIN_PROVISIONING", "drivers/md", "dm-thin-pool" },
    { "xen_pciback", "XEN_PCIDEV_BACKEND", "drivers/xen/xen-pciback", "xen-pciback" },
    { "hv_vmbus", "HYPERV", "drivers/hv", NULL },
    { "mshv_root", "MSHV_ROOT", "drivers/hv", NULL },
    { "nouveau", "DRM_NOUVEAU", "drivers/gpu/drm/nouveau", NULL },
    { "amdgpu", "DRM_AMDGPU", "drivers/gpu/drm/amd/amdgpu", NULL },
    { "radeon", "DRM_RADEON", "drivers/gpu/drm/radeon", NULL },
    { "i915", "DRM_I915", "drivers/gpu/drm/i915", NULL },
    { "xe", "DRM_XE", "drivers/gpu/drm/xe", NULL },
    { "zfs", NULL, NULL, NULL },
    { "nvidia", NULL, NULL, NULL },
    { "vboxdrv", NULL, NULL, NULL },
    { "vmmon", NULL, NULL, NULL },
};

enum { MODULES = sizeof modules / sizeof *modules, CONF_FILES_MAX = 64 };

/* Where modules from elsewhere are put: by DKMS, by packages of RPM, by their own installers, by Ubuntu and Proxmox. */
static const char *const outer[] = {
    "updates/dkms", "extra", "misc", "zfs", "kernel/zfs", "extra/zfs", "extra/nvidia"
};

struct setting {
    const char *blocked, *by, *options;
    const struct hc_reply *blocked_why, *options_why;
};

struct look {
    struct hc_source *src;
    struct hc_facts *facts;
    const char *release;                              /* NULL: not known */
    bool loaded[MODULES], built_in[MODULES];          /* by /proc/modules, by modules.builtin */
    const struct hc_reply *loaded_why, *built_in_why; /* the latter NULL: not asked */
    const struct hc_reply *folder;                    /* of modules of the running kernel */
    const char *ending;                               /* of files of modules; NULL: none was found yet */
    bool conf_read;
    const struct hc_reply *conf_why; /* that no other setting was seen, or why that is not known */
    struct setting settings[MODULES];
};

/* ---- names ---- */

static bool same_module(struct hc_text a, const char *b)
{
    if (a.size != strlen(b))
        return false;
    for (size_t i = 0; i < a.size; i++)
        if ((a.at[i] == '-' ? '_' : a.at[i]) != (b[i] == '-' ? '_' : b[i]))
            return false;
    return true;
}

static size_t module_of(struct hc_text name)
{
    size_t m = 0;

    while (m < MODULES && !same_module(name, modules[m].name))
        m++;
    return m;
}

bool hc_is_listed_module(struct hc_text name)
{
    return module_of(name) < MODULES;
}

/* ---- loaded, built in ---- */

static void read_loaded(struct look *look)
{
    struct hc_text text, line, name;
    size_t m;

    look->loaded_why = hc_ask_file(look->src, "/proc/modules", &text);
    while (hc_next_line(&text, &line))
        if (hc_next_word(&line, &name) && (m = module_of(name)) < MODULES)
            look->loaded[m] = true;
}

/* "kernel/arch/x86/kvm/kvm.ko" (Documentation/kbuild/kbuild.rst, modules.builtin) */
static struct hc_text file_of(struct hc_text line)
{
    size_t start = line.size;

    while (start && line.at[start - 1] != '/')
        start--;
    line = (struct hc_text){ line.at + start, line.size - start };
    line.size -= line.size > 3 && !memcmp(line.at + line.size - 3, ".ko", 3) ? 3 : 0;
    return line;
}

/* Asked only where the configuration is not known. */
static bool is_built_in(struct look *look, size_t module)
{
    struct hc_text text, line;
    size_t m;

    if (!look->built_in_why && look->release) {
        look->built_in_why =
            hc_ask_file(look->src, hc_format(look->src, "/lib/modules/%s/modules.builtin", look->release), &text);
        while (hc_next_line(&text, &line))
            if ((m = module_of(file_of(line))) < MODULES)
                look->built_in[m] = true;
    }
    return look->built_in[module];
}

/* ---- files ---- */

static const struct hc_reply *ask_ending(struct look *look, const char *folder, const char *file, const char *ending)
{
    struct hc_node node;

    return hc_ask_stat(look->src,
                       hc_format(look->src, "/lib/modules/%s/%s/%s.ko%s", look->release, folder, file, ending), &node);
}

/* All files of a kernel have one ending; the configuration tells it, or the first file that is found. */
static const struct hc_reply *ask_file(struct look *look, const char *folder, const char *file)
{
    static const char *const endings[] = { "", ".zst", ".xz", ".gz" };
    const struct hc_reply *reply = NULL;

    if (look->ending)
        return ask_ending(look, folder, file, look->ending);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        reply = ask_ending(look, folder, file, endings[i]);
        if (reply->answer == HC_OK)
            look->ending = endings[i];
        if (reply->answer != HC_ABSENT)
            break;
    }
    return reply;
}

static void ending_by_configuration(struct look *look)
{
    static const char *const rows[][2] = { { "MODULE_COMPRESS_NONE", "" },
                                           { "MODULE_COMPRESS_GZIP", ".gz" },
                                           { "MODULE_COMPRESS_XZ", ".xz" },
                                           { "MODULE_COMPRESS_ZSTD", ".zst" } };
    const struct hc_reply *why;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *value = hc_kernel_option(look->facts, rows[i][0], &why);
        if (value && !strcmp(value, "y"))
            look->ending = rows[i][1];
    }
}

static const char *folder_of(struct look *look, const struct module *module)
{
    const char *machine = hc_text_of(look->facts, HC_UNAME_MACHINE);
    const char *arch = !machine                      ? NULL
                       : !strcmp(machine, "s390x")   ? "s390"
                       : !strncmp(machine, "ppc", 3) ? "powerpc"
                                                     : NULL;

    if (arch && !strcmp(module->name, "kvm"))
        return hc_format(look->src, "kernel/arch/%s/kvm", arch);
    return hc_format(look->src, "kernel/%s", module->folder);
}

/* The listing that has "zfs.ko" with any ending; NULL: none has. It may lie elsewhere yet. */
static const struct hc_reply *find_outer(struct look *look, const char *name)
{
    const char *file = hc_format(look->src, "%s.ko", name);

    for (size_t i = 0; file && i < sizeof outer / sizeof *outer; i++) {
        struct hc_text names, one;
        const struct hc_reply *reply =
            hc_ask_dir(look->src, hc_format(look->src, "/lib/modules/%s/%s", look->release, outer[i]), &names);
        while (hc_next_line(&names, &one))
            if (hc_starts(one, file))
                return reply;
    }
    return NULL;
}

/* ---- what it comes to ---- */

/* Whether this process sees the modules of the host: not in a container, whatever its image holds. */
static bool in_container(const struct hc_facts *facts)
{
    return hc_flag(facts, HC_NS_PID_INITIAL) == HC_NO ||
           (hc_flag(facts, HC_NS_UTS_INITIAL) == HC_NO && hc_flag(facts, HC_NS_CGROUP_INITIAL) == HC_NO);
}

struct state {
    const char *word; /* NULL: not known, because of: */
    const struct hc_reply *why;
};

static struct state by_file(struct look *look, const struct module *module)
{
    const struct hc_reply *reply = look->folder;

    if (!look->release)
        return (struct state){ NULL, hc_why(look->facts, HC_FACT_KERNEL_RELEASE) };
    if (reply->answer == HC_OK)
        reply = ask_file(look, folder_of(look, module), module->file ? module->file : module->name);
    if (reply->answer == HC_OK)
        return (struct state){ "available", reply };
    if (reply->answer != HC_ABSENT)
        return (struct state){ NULL, reply };
    if (in_container(look->facts))
        return (struct state){ NULL, hc_reword(look->src, reply, HC_DENIED,
                                               "the modules of the host are not seen in a container") };
    return (struct state){ "missing", hc_restate(look->src, reply, "absent") };
}

/* A kernel that loads no modules has nothing but what is built in. */
static struct state without_modules(struct look *look, bool known)
{
    const struct hc_reply *reply = known ? look->loaded_why : look->built_in_why;

    if (known || (reply && reply->answer == HC_OK))
        return (struct state){ "missing", hc_restate(look->src, reply, "absent") };
    return (struct state){ NULL, reply ? reply : look->loaded_why };
}

static struct state state_of(struct look *look, size_t m)
{
    const struct hc_reply *why = NULL;
    const char *option = hc_kernel_option(look->facts, modules[m].option, &why);
    struct state state;

    if (look->loaded[m])
        return (struct state){ "loaded", look->loaded_why };
    if (option && !strcmp(option, "y"))
        return (struct state){ "built-in", why };
    if (option && !strcmp(option, "n"))
        return (struct state){ "not built", why };
    if (!option && is_built_in(look, m))
        return (struct state){ "built-in", look->built_in_why };
    if (look->loaded_why->answer == HC_ABSENT)
        return without_modules(look, option != NULL);
    state = by_file(look, &modules[m]);
    if (!option && state.word && !strcmp(state.word, "missing") && look->built_in_why->answer != HC_OK)
        return (struct state){ NULL, look->built_in_why }; /* it may be built in */
    return state;
}

/* Of one from elsewhere only that it is there can be said: it may lie in a folder that nobody thought of. */
static struct state outer_state(struct look *look, size_t m)
{
    const struct hc_reply *reply =
        look->folder && look->folder->answer == HC_OK ? find_outer(look, modules[m].name) : NULL;

    if (look->loaded[m])
        return (struct state){ "loaded", look->loaded_why };
    return (struct state){ reply ? "available" : NULL, reply };
}

/* ---- modprobe.d and the command line ---- */

static void block(struct look *look, struct hc_text name, const char *how, const char *by, const struct hc_reply *why)
{
    size_t m = module_of(name);

    if (m == MODULES || look->settings[m].blocked)
        return;
    look->settings[m].blocked = how;
    look->settings[m].by = by;
    look->settings[m].blocked_why = why;
}

static void block_list(struct look *look, struct hc_text list, const char *how, const struct hc_reply *why)
{
    struct hc_text name;

    while (list.size) {
        if (!hc_split(list, ',', &name, &list)) {
            name = list;
            list.size = 0;
        }
        block(look, name, how, "command-line", why);
    }
}

/* module_blacklist is the kernel's own (kernel/module/main.c), modprobe.blacklist is for modprobe (modprobe(8)). */
static void command_line(struct look *look)
{
    struct hc_text text, word, name, value;
    const struct hc_reply *reply = hc_ask_file(look->src, "/proc/cmdline", &text);

    while (hc_next_word(&text, &word) && !hc_text_is(word, "--")) {
        if (!hc_split(word, '=', &name, &value))
            continue;
        if (hc_text_is(name, "module_blacklist"))
            block_list(look, value, "denied", reply);
        else if (hc_text_is(name, "modprobe.blacklist"))
            block_list(look, value, "blacklist", reply);
    }
    if (reply->answer != HC_OK)
        look->conf_why = reply;
}

static void add_options(struct look *look, size_t m, struct hc_text options, const struct hc_reply *why)
{
    struct setting *setting = &look->settings[m];

    options = hc_trim(options);
    setting->options = setting->options
                           ? hc_format(look->src, "%s %.*s", setting->options, (int)options.size, options.at)
                           : hc_copy(&look->src->arena, options.at, options.size);
    setting->options_why = why;
}

bool hc_module_kept_out(struct hc_text command)
{
    static const char *const words[] = { "/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (hc_text_is(hc_trim(command), words[i]))
            return true;
    return false;
}

/* modprobe.d(5) */
static void conf_line(struct look *look, struct hc_text line, const char *by, const struct hc_reply *why)
{
    struct hc_text command, name;
    size_t m;

    if (!hc_next_word(&line, &command) || command.at[0] == '#' || !hc_next_word(&line, &name))
        return;
    m = module_of(name);
    if (m == MODULES)
        return;
    if (hc_text_is(command, "blacklist"))
        block(look, name, "blacklist", by, why);
    else if (hc_text_is(command, "install") && hc_module_kept_out(line))
        block(look, name, "install", by, why);
    else if (hc_text_is(command, "options"))
        add_options(look, m, line, why);
}

static void conf_file(struct look *look, const char *path, const char *by)
{
    struct hc_text text, line;
    const struct hc_reply *reply = hc_ask_file(look->src, path, &text);

    while (hc_next_line(&text, &line))
        conf_line(look, line, by, reply);
    if (reply->answer != HC_OK && reply->answer != HC_ABSENT)
        look->conf_why = reply;
}

static bool is_conf(struct hc_text name)
{
    return name.size > 5 && !memcmp(name.at + name.size - 5, ".conf", 5);
}

enum { OWN_FOLDERS = 3 }; /* the first of them: names of files there are the owner's own, and not told */

/* A name in an earlier folder hides the same one in a later: that is how /etc overrides what packages say. */
static void modprobe_d(struct look *look)
{
    static const char *const folders[] = { "/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
                                           "/usr/lib/modprobe.d", "/lib/modprobe.d" };
    struct hc_text names[sizeof folders / sizeof *folders], name;
    size_t count = 0;

    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        const struct hc_reply *reply = hc_ask_dir(look->src, folders[f], &names[f]);
        struct hc_text rest = names[f];
        if (!look->conf_why || (reply->answer != HC_OK && reply->answer != HC_ABSENT))
            look->conf_why = reply->answer == HC_ABSENT ? hc_restate(look->src, reply, "absent") : reply;
        while (hc_next_line(&rest, &name)) {
            char *plain = hc_copy(&look->src->arena, name.at, name.size);
            bool hidden = !plain || !is_conf(name);
            for (size_t i = 0; i < f && !hidden; i++)
                hidden = hc_has_word(names[i], plain);
            if (!hidden && count >= CONF_FILES_MAX) {
                look->conf_why = hc_reword(look->src, reply, HC_UNSUPPORTED, "more files than are read");
            } else if (!hidden) {
                const char *path = hc_format(look->src, "%s/%s", folders[f], plain);
                count++;
                conf_file(look, path, f < OWN_FOLDERS ? folders[f] : path);
            }
        }
    }
}

static const struct setting *setting_of(struct look *look, size_t m)
{
    if (!look->conf_read) {
        look->conf_read = true;
        command_line(look); /* the kernel's word goes before modprobe's */
        modprobe_d(look);
    }
    return &look->settings[m];
}

/* ---- rows ---- */

static void put_settings(struct look *look, struct hc_table_row *row, size_t m)
{
    const struct setting *setting = setting_of(look, m);
    const struct hc_reply *why = setting->blocked ? setting->blocked_why : look->conf_why;

    hc_cell_text(look->facts, row, HC_COL_MODULE_BLOCKED, why, hc_text_from(setting->blocked));
    hc_cell_text(look->facts, row, HC_COL_MODULE_BLOCKED_BY, why, hc_text_from(setting->by));
    hc_cell_text(look->facts, row, HC_COL_MODULE_OPTIONS, setting->options ? setting->options_why : look->conf_why,
                 hc_text_from(setting->options));
}

static bool of_other_machine(const struct look *look, const struct module *module)
{
    const char *machine = hc_text_of(look->facts, HC_UNAME_MACHINE);

    if (!machine || !strcmp(machine, "x86_64") || !strcmp(machine, "i686") || !strcmp(module->name, "kvm"))
        return false;
    return module->folder && !strncmp(module->folder, "arch/x86/", 9);
}

static void put_row(struct look *look, size_t m)
{
    struct state state = modules[m].option ? state_of(look, m) : outer_state(look, m);
    struct hc_table_row *row;

    if (modules[m].option ? state.word && !strcmp(state.word, "not built") : !state.word)
        return; /* what a kernel was built without is in the table of its options */
    row = hc_add_row(look->facts, HC_TABLE_KERNEL_MODULES, look->loaded_why);
    if (!row)
        return;
    row->cells[HC_COL_MODULE_NAME] =
        (struct hc_cell){ .text = modules[m].name, .why = look->loaded_why, .known = true };
    if (state.why)
        hc_cell_text(look->facts, row, HC_COL_MODULE_STATE,
                     state.word || state.why->answer != HC_OK ? state.why : look->loaded_why, hc_text_from(state.word));
    if (!state.word || !strcmp(state.word, "loaded") || !strcmp(state.word, "available"))
        put_settings(look, row, m);
}

void hc_probe_modules(struct hc_source *src, struct hc_facts *facts)
{
    struct look look = { .src = src, .facts = facts, .release = hc_text_of(facts, HC_KERNEL_RELEASE) };
    struct hc_node node;

    if (look.release && strchr(look.release, '/'))
        look.release = NULL;
    read_loaded(&look);
    if (look.release) {
        look.folder = hc_ask_stat(src, hc_format(src, "/lib/modules/%s", look.release), &node);
        hc_put_presence(facts, HC_MODULES_FOLDER, look.folder);
    }
    hc_put_table(facts, HC_TABLE_KERNEL_MODULES, look.loaded_why);
    if (!facts->tables[HC_TABLE_KERNEL_MODULES].known)
        return;
    ending_by_configuration(&look);
    for (size_t m = 0; m < MODULES; m++)
        if (!of_other_machine(&look, &modules[m]))
            put_row(&look, m);
}
