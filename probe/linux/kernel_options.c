#include "kernel_options.h"

#include "ask.h"
#include "tables.h"
#include "unzip.h"

#include <string.h>

#define OPTION(name)                                                                                                   \
    {                                                                                                                  \
#name, sizeof #name - 1                                                                                        \
    }
static const struct {
    const char *name;
    size_t size;
} options[] = {
    /* KVM */
    OPTION(VIRTUALIZATION),
    OPTION(KVM),
    OPTION(KVM_INTEL),
    OPTION(KVM_AMD),
    OPTION(KVM_AMD_SEV),
    OPTION(KVM_PVM),
    OPTION(KVM_HYPERV),
    OPTION(KVM_SMM),
    OPTION(KVM_BOOK3S_64_HV),
    OPTION(INTEL_TDX_HOST),
    OPTION(IRQ_BYPASS_MANAGER),
    OPTION(CRYPTO_DEV_CCP),
    OPTION(X86_MSR),
    /* IOMMU and devices for guests */
    OPTION(INTEL_IOMMU),
    OPTION(INTEL_IOMMU_DEFAULT_ON),
    OPTION(INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF),
    OPTION(AMD_IOMMU),
    OPTION(ARM_SMMU),
    OPTION(ARM_SMMU_V3),
    OPTION(VIRTIO_IOMMU),
    OPTION(IRQ_REMAP),
    OPTION(IOMMU_DEFAULT_PASSTHROUGH),
    OPTION(IOMMU_DEFAULT_DMA_STRICT),
    OPTION(IOMMU_DEFAULT_DMA_LAZY),
    OPTION(IOMMUFD),
    OPTION(VFIO),
    OPTION(VFIO_IOMMU_TYPE1),
    OPTION(VFIO_NOIOMMU),
    OPTION(VFIO_PCI),
    OPTION(VFIO_MDEV),
    OPTION(PCI_STUB),
    OPTION(PCI_IOV),
    /* helpers of guests in the kernel */
    OPTION(VHOST),
    OPTION(VHOST_NET),
    OPTION(VHOST_VSOCK),
    OPTION(VHOST_SCSI),
    OPTION(VHOST_VDPA),
    OPTION(VSOCKETS),
    OPTION(TUN),
    OPTION(MACVLAN),
    OPTION(MACVTAP),
    OPTION(VETH),
    OPTION(BRIDGE),
    OPTION(BRIDGE_NETFILTER),
    OPTION(VXLAN),
    OPTION(OPENVSWITCH),
    OPTION(NF_TABLES),
    OPTION(NETFILTER_XT_MATCH_ADDRTYPE),
    OPTION(NETFILTER_XT_MATCH_CONNTRACK),
    OPTION(WIREGUARD),
    /* memory */
    OPTION(KSM),
    OPTION(TRANSPARENT_HUGEPAGE),
    OPTION(HUGETLBFS),
    OPTION(CGROUP_HUGETLB),
    OPTION(NUMA_BALANCING),
    /* containers */
    OPTION(USER_NS),
    OPTION(PID_NS),
    OPTION(NET_NS),
    OPTION(IPC_NS),
    OPTION(UTS_NS),
    OPTION(CGROUPS),
    OPTION(MEMCG),
    OPTION(BLK_CGROUP),
    OPTION(CFS_BANDWIDTH),
    OPTION(CGROUP_PIDS),
    OPTION(CGROUP_FREEZER),
    OPTION(CGROUP_DEVICE),
    OPTION(CPUSETS),
    OPTION(CGROUP_BPF),
    OPTION(SECCOMP),
    OPTION(SECCOMP_FILTER),
    OPTION(KEYS),
    OPTION(POSIX_MQUEUE),
    OPTION(OVERLAY_FS),
    OPTION(FUSE_FS),
    OPTION(VIRTIO_FS),
    OPTION(BTRFS_FS),
    OPTION(XFS_FS),
    OPTION(BLK_DEV_LOOP),
    OPTION(BLK_DEV_NBD),
    OPTION(DM_THIN_PROVISIONING),
    OPTION(SECURITY_APPARMOR),
    OPTION(SECURITY_SELINUX),
    /* the kernel itself, and other hypervisors */
    OPTION(EFI),
    OPTION(MODULES),
    OPTION(MODULE_SIG_FORCE),
    OPTION(MODULE_COMPRESS_NONE),
    OPTION(MODULE_COMPRESS_GZIP),
    OPTION(MODULE_COMPRESS_XZ),
    OPTION(MODULE_COMPRESS_ZSTD),
    OPTION(SECURITY_LOCKDOWN_LSM),
    OPTION(PREEMPT_RT),
    OPTION(NO_HZ_FULL),
    OPTION(HZ),
    OPTION(NR_CPUS),
    OPTION(HYPERV),
    OPTION(MSHV_ROOT),
    OPTION(XEN),
    OPTION(XEN_DOM0),
    OPTION(XEN_PCIDEV_BACKEND),
    OPTION(DRM_NOUVEAU),
    OPTION(DRM_AMDGPU),
    OPTION(DRM_I915),
    OPTION(DRM_XE),
    OPTION(DRM_RADEON),
};

enum { OPTIONS = sizeof options / sizeof *options, SIZES = 40 };

struct config {
    struct hc_source *src;
    uint8_t first[SIZES]; /* the first option whose name is that long, + 1 */
    uint8_t next[OPTIONS];
    struct hc_text values[OPTIONS]; /* at NULL: not set */
    bool any;                       /* some option stood there */
};

/* The file has thousands of lines: only options of a name's length are compared with it. */
static void sort_by_size(struct config *config)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        config->next[i] = config->first[options[i].size];
        config->first[options[i].size] = (uint8_t)(i + 1);
    }
}

static void keep(struct config *config, size_t i, struct hc_text value)
{
    static const char letters[] = "ymn";
    const char *letter = value.size == 1 ? memchr(letters, value.at[0], sizeof letters - 1) : NULL;

    config->values[i] =
        (struct hc_text){ letter ? letter : hc_copy(&config->src->arena, value.at, value.size), value.size };
}

/* "CONFIG_KVM=m". An option that the file does not name is off: "# CONFIG_X is not set", or hidden by another. */
static void config_line(void *to, struct hc_text line)
{
    static const char prefix[] = "CONFIG_";
    const size_t skip = sizeof prefix - 1;
    struct config *config = to;
    const char *equals;
    size_t size;

    if (line.size < skip + 3 || line.at[0] != 'C' || memcmp(line.at, prefix, skip) != 0 ||
        !(equals = memchr(line.at, '=', line.size)))
        return;
    config->any = true;
    size = (size_t)(equals - line.at) - skip;
    if (size >= SIZES || line.size - size - skip - 1 > 24)
        return;
    for (size_t i = config->first[size]; i; i = config->next[i - 1])
        if (!memcmp(options[i - 1].name, line.at + skip, size))
            keep(config, i - 1, (struct hc_text){ equals + 1, line.size - size - skip - 1 });
}

static void plain_lines(struct hc_text text, struct config *config)
{
    struct hc_text line;

    while (hc_next_line(&text, &line))
        config_line(config, line);
}

/* Beside the kernel, or beside its modules: image-based systems have no file in /boot. */
static const struct hc_reply *ask_beside(struct hc_source *src, const char *release, struct hc_text *text)
{
    const struct hc_reply *reply = hc_ask_file(src, hc_format(src, "/boot/config-%s", release), text), *other;
    struct hc_text found;

    if (reply->answer == HC_OK)
        return reply;
    other = hc_ask_file(src, hc_format(src, "/lib/modules/%s/config", release), &found);
    if (other->answer != HC_OK)
        return reply;
    *text = found;
    return other;
}

/* What /proc/config.gz says, or else the file that distributions install. */
static const struct hc_reply *read_config(struct hc_source *src, const struct hc_facts *facts, struct config *config)
{
    const char *release = hc_text_of(facts, HC_KERNEL_RELEASE);
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/config.gz", &text);

    if (reply->answer == HC_OK) {
        reply = hc_unzip_lines(src, reply, text, config_line, config);
    } else if (release && !strchr(release, '/')) {
        reply = ask_beside(src, release, &text);
        plain_lines(text, config);
    }
    return config->any ? reply : hc_malformed(src, reply, "no kernel configuration");
}

static struct hc_text value_of(const struct config *config, const char *name)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (!strcmp(options[i].name, name) && config->values[i].at)
            return config->values[i];
    return HC_TEXT("n");
}

static void put_facts(struct hc_facts *facts, const struct hc_reply *reply, const struct config *config)
{
    static const struct {
        const struct hc_word_id *id;
        const char *name;
    } rows[] = {
        { &HC_CONFIG_KVM, "KVM" },
        { &HC_CONFIG_KVM_INTEL, "KVM_INTEL" },
        { &HC_CONFIG_KVM_AMD, "KVM_AMD" },
        { &HC_CONFIG_INTEL_IOMMU, "INTEL_IOMMU" },
        { &HC_CONFIG_INTEL_IOMMU_ON, "INTEL_IOMMU_DEFAULT_ON" },
        { &HC_CONFIG_INTGPU_OFF, "INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF" },
        { &HC_CONFIG_AMD_IOMMU, "AMD_IOMMU" },
        { &HC_CONFIG_IRQ_REMAP, "IRQ_REMAP" },
        { &HC_CONFIG_VFIO_PCI, "VFIO_PCI" },
        { &HC_CONFIG_PCI_IOV, "PCI_IOV" },
        { &HC_CONFIG_OVERLAY_FS, "OVERLAY_FS" },
        { &HC_CONFIG_SECCOMP_FILTER, "SECCOMP_FILTER" },
        { &HC_CONFIG_EFI, "EFI" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        hc_put_word(facts, *rows[i].id, reply, (const char[]){ value_of(config, rows[i].name).at[0], '\0' });
}

void hc_put_kernel_options(struct hc_source *src, struct hc_facts *facts)
{
    struct config config = { .src = src };
    const struct hc_reply *reply;

    sort_by_size(&config);
    reply = read_config(src, facts, &config);
    put_facts(facts, reply, &config);
    /* that there is no file says nothing of the options */
    hc_put_table(facts, HC_TABLE_KERNEL_OPTIONS,
                 reply->answer == HC_ABSENT ? hc_reword(src, reply, HC_UNSUPPORTED, "the configuration is not shown")
                                            : reply);
    for (size_t i = 0; reply->answer == HC_OK && i < OPTIONS; i++) {
        struct hc_table_row *row = hc_add_row(facts, HC_TABLE_KERNEL_OPTIONS, reply);
        hc_cell_text(facts, row, HC_COL_OPTION_NAME, reply, (struct hc_text){ options[i].name, options[i].size });
        hc_cell_text(facts, row, HC_COL_OPTION_VALUE, reply, config.values[i].at ? config.values[i] : HC_TEXT("n"));
    }
}

const char *hc_kernel_option(const struct hc_facts *facts, const char *name, const struct hc_reply **reply)
{
    for (const struct hc_table_row *row = facts->tables[HC_TABLE_KERNEL_OPTIONS].first; row; row = row->next) {
        const struct hc_cell *cell = row->cells;
        if (!cell[HC_COL_OPTION_NAME].known || strcmp(cell[HC_COL_OPTION_NAME].text, name) != 0)
            continue;
        *reply = cell[HC_COL_OPTION_VALUE].why;
        return cell[HC_COL_OPTION_VALUE].known ? cell[HC_COL_OPTION_VALUE].text : NULL;
    }
    return NULL;
}
