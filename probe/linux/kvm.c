/* KVM from every layer: kernel (/proc/misc, /sys/module), node, permission, what it answers, what it offers. */
#include "module_file.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

#define BIT64(n) (UINT64_C(1) << (n))

enum { KVM_MAJOR = 10, KVM_MINOR = 232 }; /* Documentation/admin-guide/devices.txt */

/* /proc/misc lists what is registered now; a device node may stand in /dev all the same. */
static void registered(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/misc", &text);

    hc_put_flag(facts, HC_KVM_MISC, reply, hc_has_word(text, "kvm"));
}

static void group_name(struct hc_source *src, struct hc_facts *facts, uint32_t gid)
{
    struct hc_text text, line, name, rest, password, number, members;
    const struct hc_reply *reply = hc_ask_file(src, "/etc/group", &text);
    uint64_t value;

    while (hc_next_line(&text, &line))
        if (hc_split(line, ':', &name, &rest) && hc_split(rest, ':', &password, &rest) &&
            hc_split(rest, ':', &number, &members) && hc_number(number, 10, &value) && value == gid) {
            hc_put_text(facts, HC_KVM_NODE_GROUP, reply, name);
            return;
        }
    if (reply->answer == HC_OK)
        reply = reply->thinned ? hc_reword(src, reply, HC_REDACTED, NULL)
                               : hc_reword(src, reply, HC_ABSENT, "no group of that number");
    hc_put_text(facts, HC_KVM_NODE_GROUP, reply, HC_TEXT(""));
}

#define CAP_DAC_OVERRIDE BIT64(1) /* include/uapi/linux/capability.h */

static uint64_t privilege_number(struct hc_source *src, const char *name, int base)
{
    struct hc_text text, value;
    uint64_t number = UINT64_MAX;

    hc_ask_host(src, "privilege", &text);
    if (hc_find_value(text, ' ', name, &value))
        hc_number(value, base, &number);
    return number;
}

static bool in_group(struct hc_source *src, uint32_t gid)
{
    struct hc_text text, list = { "", 0 }, word;
    uint64_t number;

    hc_ask_host(src, "privilege", &text);
    hc_find_value(text, ' ', "groups", &list);
    while (hc_next_word(&list, &word))
        if (hc_number(word, 10, &number) && number == gid)
            return true;
    return privilege_number(src, "egid", 10) == gid;
}

/* What the permission bits say, as path_resolution(7) tells; access(2) would mix in device groups and LSMs. */
static bool mode_allows(struct hc_source *src, const struct hc_node *n)
{
    uint64_t caps = privilege_number(src, "cap_eff", 16);
    uint32_t bits = n->mode & 7;

    if (caps != UINT64_MAX && caps & CAP_DAC_OVERRIDE)
        return true;
    if (privilege_number(src, "euid", 10) == n->uid)
        bits = n->mode >> 6 & 7;
    else if (in_group(src, n->gid))
        bits = n->mode >> 3 & 7;
    return (bits & 6) == 6;
}

/* The bits mean something only where the caller is known. */
static const struct hc_reply *mode_reply(struct hc_source *src, const struct hc_reply *node)
{
    struct hc_text text;
    const struct hc_reply *caller = hc_ask_host(src, "privilege", &text);

    return caller->answer == HC_OK ? node : caller;
}

static void node(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_node n;
    const struct hc_reply *reply = hc_ask_stat(src, "/dev/kvm", &n);
    const char *mode = hc_format(src, "%04o", n.mode);
    bool granted;

    hc_put_presence(facts, HC_KVM_NODE, reply);
    hc_put_flag(facts, HC_KVM_MODE_ALLOWS, reply->answer == HC_OK ? mode_reply(src, reply) : reply,
                mode_allows(src, &n));
    hc_put_flag(facts, HC_KVM_NODE_RIGHT, reply, n.type == 'c' && n.major == KVM_MAJOR && n.minor == KVM_MINOR);
    hc_put_text(facts, HC_KVM_NODE_MODE, reply, mode ? (struct hc_text){ mode, strlen(mode) } : HC_TEXT(""));
    hc_put_number(facts, HC_KVM_NODE_GID, reply, n.gid);
    if (reply->answer == HC_OK)
        group_name(src, facts, n.gid);
    reply = hc_ask_access(src, "/dev/kvm", &granted);
    hc_put_flag(facts, HC_KVM_ACCESS, reply, granted);
}

/* Opening is the proof of permission; every refusal has its errno. */
static void opened(struct hc_source *src, struct hc_facts *facts)
{
    uint64_t version;
    const struct hc_reply *reply = hc_ask_ioctl(src, "kvm:api_version", &version), *said = reply;
    const char *error = reply->answer == HC_OK ? "" : reply->error;

    hc_put_number(facts, HC_KVM_API, reply, version);
    if (reply->answer == HC_DENIED && error && error[0] == 'E') /* refused by the kernel: a known no */
        said = hc_restate(src, reply, hc_format(src, "refused: %s", error));
    hc_put_flag(facts, HC_KVM_OPENED, said, reply->answer == HC_OK);
    hc_put_text(facts, HC_KVM_OPEN_ERROR, said, error ? (struct hc_text){ error, strlen(error) } : HC_TEXT(""));
}

static const struct hc_reply *module(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id,
                                     const char *path)
{
    struct hc_node n;
    const struct hc_reply *reply = hc_ask_stat(src, path, &n);

    hc_put_presence(facts, id, reply);
    return reply;
}

/* A built-in module stands in /sys/module but not in /proc/modules. Without module support there is no such file. */
static void built_in(struct hc_source *src, struct hc_facts *facts, const struct hc_reply *kvm)
{
    struct hc_text text, line, name;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/modules", &text);
    bool listed = false;

    if (kvm->answer == HC_ABSENT) {
        hc_put_listed(facts, HC_KVM_BUILTIN, kvm, false);
        return;
    }
    while (hc_next_line(&text, &line))
        listed = (hc_next_word(&line, &name) && hc_text_is(name, "kvm")) || listed;
    if (reply->answer == HC_ABSENT)
        reply = kvm;
    hc_put_flag(facts, HC_KVM_BUILTIN, kvm->answer == HC_OK ? reply : kvm, !listed);
}

struct parameter {
    const struct hc_flag_id *id;
    const char *name;
    bool ability; /* a module without it cannot do it: absent is no */
};

static void parameter(struct hc_source *src, struct hc_facts *facts, const char *module, const struct parameter *p)
{
    bool value;
    const char *path = hc_format(src, "/sys/module/%s/parameters/%s", module, p->name);
    const struct hc_reply *reply = hc_ask_flag(src, path, &value);

    if (p->ability)
        hc_put_listed(facts, *p->id, reply, value);
    else
        hc_put_flag(facts, *p->id, reply, value);
}

static void parameters(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id loaded, const char *of,
                       const struct parameter *rows, size_t count)
{
    for (size_t i = 0; hc_flag(facts, loaded) != HC_NO && i < count; i++)
        parameter(src, facts, of, &rows[i]);
}

static void modules(struct hc_source *src, struct hc_facts *facts)
{
    static const struct parameter at_load = { &HC_KVM_PARAM_AT_LOAD, "enable_virt_at_load", false };
    static const struct parameter intel[] = {
        { &HC_KVM_PARAM_NESTED, "nested", false },
        { &HC_KVM_PARAM_EPT, "ept", false },
        { &HC_KVM_PARAM_UG, "unrestricted_guest", false },
        { &HC_KVM_PARAM_APICV, "enable_apicv", false },
        { &HC_KVM_PARAM_VPID, "vpid", false },
        { &HC_KVM_PARAM_SHADOW_VMCS, "enable_shadow_vmcs", false },
        { &HC_KVM_PARAM_TDX, "tdx", true },
    };
    static const struct parameter amd[] = {
        { &HC_KVM_PARAM_NESTED, "nested", false }, { &HC_KVM_PARAM_NPT, "npt", false },
        { &HC_KVM_PARAM_AVIC, "avic", false },     { &HC_KVM_PARAM_VGIF, "vgif", false },
        { &HC_KVM_PARAM_VLS, "vls", false },       { &HC_KVM_PARAM_SEV, "sev", true },
        { &HC_KVM_PARAM_SEV_ES, "sev_es", true },  { &HC_KVM_PARAM_SEV_SNP, "sev_snp", true },
    };
    struct hc_node n;

    built_in(src, facts, module(src, facts, HC_MODULE_KVM, "/sys/module/kvm"));
    module(src, facts, HC_MODULE_KVM_INTEL, "/sys/module/kvm_intel");
    module(src, facts, HC_MODULE_KVM_AMD, "/sys/module/kvm_amd");
    module(src, facts, HC_MODULE_KVM_PVM, "/sys/module/kvm_pvm");
    parameter(src, facts, "kvm", &at_load);
    parameters(src, facts, HC_MODULE_KVM_INTEL, "kvm_intel", intel, sizeof intel / sizeof *intel);
    parameters(src, facts, HC_MODULE_KVM_AMD, "kvm_amd", amd, sizeof amd / sizeof *amd);
    hc_put_presence(facts, HC_SEV_NODE, hc_ask_stat(src, "/dev/sev", &n));
}

/* Where KVM is a module; on arm64 it never is one (arch/arm64/kvm/Kconfig: bool). NULL: nobody knows the name. */
static const char *module_path(const struct hc_facts *facts)
{
    static const struct {
        const char *form, *path;
    } rows[] = { { "s390", "arch/s390/kvm/kvm" },
                 { "power", "arch/powerpc/kvm/kvm-hv" },
                 { "riscv", "arch/riscv/kvm/kvm" } };
    const char *form = hc_word_of(facts, HC_CPUINFO_FORM);

    for (size_t i = 0; form && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(form, rows[i].form))
            return rows[i].path;
    if (form && strcmp(form, "x86"))
        return NULL;
    return hc_flag(facts, HC_CPUID_SVM) == HC_YES ? "arch/x86/kvm/kvm-amd" : "arch/x86/kvm/kvm-intel";
}

static void module_file(struct hc_source *src, struct hc_facts *facts)
{
    const char *path = module_path(facts);

    if (hc_flag(facts, HC_KVM_MISC) != HC_YES && path) /* where KVM is there, no file is needed */
        hc_put_module_file(src, facts, HC_KVM_MODULE_FILE, path);
}

void hc_probe_kvm(struct hc_source *src, struct hc_facts *facts)
{
    registered(src, facts);
    node(src, facts);
    opened(src, facts);
    modules(src, facts);
    module_file(src, facts);
}

static void extension(struct hc_source *src, struct hc_facts *facts, const char *name)
{
    static const struct {
        const char *name;
        const struct hc_flag_id *id;
    } flags[] = {
        { "X86_SMM", &HC_KVM_SMM },
        { "ARM_EL2", &HC_KVM_ARM_EL2 },
        { "S390_PROTECTED", &HC_KVM_S390_PROTECTED },
        { "PPC_ALLOC_HTAB", &HC_KVM_PPC_HV },
        { "PPC_NESTED_HV", &HC_KVM_PPC_NESTED },
    };
    uint64_t value;
    const struct hc_reply *reply = hc_ask_ioctl(src, hc_format(src, "kvm:check_extension:%s", name), &value);
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_KVM_EXTENSIONS, reply);

    hc_cell_text(facts, row, HC_COL_KVM_EXTENSION_NAME, reply, (struct hc_text){ name, strlen(name) });
    hc_cell_number(facts, row, HC_COL_KVM_EXTENSION_VALUE, reply, value);
    if (!strcmp(name, "NESTED_STATE"))
        hc_put_number(facts, HC_KVM_NESTED_STATE, reply, value);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(name, flags[i].name))
            hc_put_flag(facts, *flags[i].id, reply, value != 0);
}

/* A register that is on the list is asked for; one that is not, KVM does not offer. */
static const struct hc_reply *feature_msr(struct hc_source *src, const struct hc_reply *list, struct hc_text indices,
                                          const char *index, uint64_t *value)
{
    *value = 0;
    if (list->answer != HC_OK || !hc_has_word(indices, index))
        return list;
    return hc_ask_ioctl(src, hc_format(src, "kvm:feature_msr:%s", index), value);
}

static void feature_msrs(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const struct hc_flag_id *id;
        unsigned bit; /* of 0x48B, what may be set */
    } offered[] = { { &HC_KVM_OFFERS_EPT, 33 },
                    { &HC_KVM_OFFERS_VPID, 37 },
                    { &HC_KVM_OFFERS_UG, 39 },
                    { &HC_KVM_OFFERS_SHADOW, 46 },
                    { &HC_KVM_OFFERS_TSC_SCALING, 57 } };
    const struct hc_reply *list = hc_ask(src, "ioctl:kvm:msr_feature_index_list"), *reply;
    struct hc_text indices = { list->bytes, list->size }, rest = indices, word;
    uint64_t value;

    while (list->answer == HC_OK && hc_next_word(&rest, &word))
        if (!hc_number(word, 16, &value))
            list = hc_malformed(src, list, "hexadecimal numbers were expected");
    rest = indices;
    hc_put_table(facts, HC_TABLE_KVM_FEATURE_MSRS, list);
    while (list->answer == HC_OK && hc_next_word(&rest, &word))
        if (hc_number(word, 16, &value))
            hc_cell_number(facts, hc_add_row(facts, HC_TABLE_KVM_FEATURE_MSRS, list), HC_COL_KVM_FEATURE_MSR_INDEX,
                           list, value);
    hc_put_flag(facts, HC_KVM_OFFERS_VMX, list, hc_has_word(indices, "480"));
    reply = feature_msr(src, list, indices, "48b", &value);
    for (size_t i = 0; i < sizeof offered / sizeof *offered; i++)
        hc_put_flag(facts, *offered[i].id, reply, (value & BIT64(offered[i].bit)) != 0);
}

void hc_probe_kvm_extensions(struct hc_source *src, struct hc_facts *facts)
{
    static const struct {
        const char *name, *form;
    } rows[] = {
#define EXTENSION(name, number, meaning)          { #name, NULL },
#define EXTENSION_OF(form, name, number, meaning) { #name, #form },
#include "linux/kvm_extensions.def"
    };
    const char *form = hc_word_of(facts, HC_CPUINFO_FORM);
    const struct hc_reply *opened = hc_ask(src, "ioctl:kvm:api_version");

    hc_put_table(facts, HC_TABLE_KVM_EXTENSIONS, opened);
    for (size_t i = 0; opened->answer == HC_OK && i < sizeof rows / sizeof *rows; i++)
        if (!rows[i].form || (form && !strcmp(form, rows[i].form)))
            extension(src, facts, rows[i].name);
    feature_msrs(src, facts);
}
