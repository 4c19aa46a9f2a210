/* The rules of passthrough, in the order of their severity, and the verdict over them. What a rule asks of the kernel
   is cited where it stands; the others are judgment: what locks a user out, or makes a guest useless. */
#include "device_rules.h"

#include <string.h>

enum {
    CLASS_STORAGE = 0x01,
    CLASS_NETWORK = 0x02,
    CLASS_DISPLAY = 0x03,
    CLASS_MEMORY = 0x05,
    CLASS_SD_HOST = 0x0805,
    CLASS_FIREWIRE = 0x0c00,
    CLASS_USB = 0x0c03,
    CLASS_FIBRE_CHANNEL = 0x0c04,
    CLASS_INFINIBAND = 0x0c06,
    CLASS_IPMI = 0x0c07,
    VENDOR_INTEL = 0x8086,
    VENDOR_NVIDIA = 0x10de,
    VENDOR_MATROX = 0x102b,
    VENDOR_ASPEED = 0x1a03
};

/* ---- looking ---- */

static enum hc_tri see(struct hc_look *look, enum hc_input input)
{
    const struct hc_subject *s = look->subject;

    if (s->is[input] == HC_UNKNOWN && (!look->open || hc_open_rank(s->why[input]) > hc_open_rank(look->open)))
        look->open = s->why[input];
    return s->is[input];
}

static enum hc_tri base_class(struct hc_look *look, uint32_t class)
{
    if (look->subject->class_code != UINT32_MAX)
        return hc_tri(look->subject->class_code >> 16 == class);
    look->open = look->subject->ids_why;
    return HC_UNKNOWN;
}

static enum hc_tri sub_class(struct hc_look *look, uint32_t class)
{
    if (look->subject->class_code != UINT32_MAX)
        return hc_tri(look->subject->class_code >> 8 == class);
    look->open = look->subject->ids_why;
    return HC_UNKNOWN;
}

static enum hc_tri vendor(struct hc_look *look, uint16_t id)
{
    if (look->subject->vendor)
        return hc_tri(look->subject->vendor == id);
    look->open = look->subject->ids_why;
    return HC_UNKNOWN;
}

enum hc_tri hc_may_carry_disks(uint32_t class_code)
{
    static const uint32_t classes[] = { CLASS_SD_HOST, CLASS_FIREWIRE, CLASS_USB, CLASS_FIBRE_CHANNEL,
                                        CLASS_INFINIBAND };

    if (class_code == UINT32_MAX)
        return HC_UNKNOWN;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (class_code >> 8 == classes[i])
            return HC_YES;
    return hc_tri(class_code >> 16 == CLASS_STORAGE || class_code >> 16 == CLASS_NETWORK ||
                  class_code >> 16 == CLASS_MEMORY);
}

enum hc_tri hc_may_carry_network(uint32_t class_code)
{
    if (class_code == UINT32_MAX)
        return HC_UNKNOWN;
    return hc_tri(class_code >> 16 == CLASS_NETWORK || class_code >> 8 == CLASS_USB ||
                  class_code >> 8 == CLASS_FIREWIRE || class_code >> 8 == CLASS_INFINIBAND);
}

enum hc_tri hc_reaches(const struct hc_rating *host, enum hc_verdict verdict)
{
    if (!host)
        return HC_UNKNOWN;
    if (host->at_best == verdict)
        return HC_YES;
    return host->sure == verdict ? HC_UNKNOWN : HC_NO;
}

/* ---- never: the host needs it ---- */

static enum hc_tri disk_used(struct hc_look *look)
{
    return see(look, HC_IN_DISK);
}

static enum hc_tri only_path(struct hc_look *look)
{
    return hc_and(see(look, HC_IN_PATH), hc_not(see(look, HC_IN_OTHER_WIRED)));
}

static enum hc_tri management(struct hc_look *look)
{
    return sub_class(look, CLASS_IPMI);
}

/* ---- not possible ---- */

/* vfio_pci_core_register_device() takes only PCI_HEADER_TYPE_NORMAL. */
static enum hc_tri bridge(struct hc_look *look)
{
    return see(look, HC_IN_BRIDGE);
}

static enum hc_tri host_impossible(struct hc_look *look)
{
    return see(look, HC_IN_HOST_IMPOSSIBLE);
}

/* Intel's, at the place of integrated ones. */
static enum hc_tri display_of_cpu(struct hc_look *look)
{
    return hc_and(hc_tri(look->subject->at_graphics_place),
                  hc_and(vendor(look, VENDOR_INTEL), base_class(look, CLASS_DISPLAY)));
}

static enum hc_tri display_left_out(struct hc_look *look)
{
    if (see(look, HC_IN_UNGROUPED) == HC_NO || display_of_cpu(look) == HC_NO)
        return HC_NO;
    return hc_and(hc_and(see(look, HC_IN_UNGROUPED), display_of_cpu(look)), see(look, HC_IN_LEFT_OUT));
}

static enum hc_tri ungrouped(struct hc_look *look)
{
    return hc_and(see(look, HC_IN_UNGROUPED), hc_not(display_left_out(look)));
}

/* __iommu_group_set_domain_internal(), before Linux 6.6 vfio_iommu_type1_attach_group(): a device whose firmware asks
   for a direct mapping keeps its group from every other domain. */
static enum hc_tri firmware_memory(struct hc_look *look)
{
    return see(look, HC_IN_DIRECT);
}

/* vfio_pci_dev_in_denylist() of drivers/vfio/pci/vfio_pci.c */
static enum hc_tri denylisted(struct hc_look *look)
{
    if (see(look, HC_IN_DENYLISTED) == HC_NO)
        return HC_NO;
    return hc_and(see(look, HC_IN_DENYLISTED), hc_not(see(look, HC_IN_DENYLIST_OFF)));
}

/* vfio_pci_core_register_device(): EBUSY where pci_num_vf() is not 0 and vfio-pci did not make them itself. */
static enum hc_tri has_vfs(struct hc_look *look)
{
    return see(look, HC_IN_VFS_ON);
}

static enum hc_tri critical_peer(struct hc_look *look)
{
    return see(look, HC_IN_CRITICAL_PEER);
}

/* The G200 of servers (drivers/gpu/drm/mgag200/mgag200_drv.c) and every ASPEED show what the BMC sends on. */
static enum hc_tri server_console(struct hc_look *look)
{
    static const uint16_t matrox[] = { 0x0522, 0x0524, 0x0530, 0x0532, 0x0533, 0x0534, 0x0536, 0x0538, 0x053a };
    enum hc_tri display = base_class(look, CLASS_DISPLAY), listed = HC_NO;

    if (display == HC_NO)
        return HC_NO;
    for (size_t i = 0; i < sizeof matrox / sizeof *matrox; i++)
        if (look->subject->device == matrox[i])
            listed = HC_YES;
    return hc_and(display, hc_or(vendor(look, VENDOR_ASPEED), hc_and(vendor(look, VENDOR_MATROX), listed)));
}

/* ---- after fixes ---- */

static enum hc_tri host_unready(struct hc_look *look)
{
    return see(look, HC_IN_HOST_UNREADY);
}

/* ---- limited ---- */

static enum hc_tri carries_network(struct hc_look *look)
{
    return hc_and(see(look, HC_IN_PATH), see(look, HC_IN_OTHER_WIRED));
}

static enum hc_tri last_wired(struct hc_look *look)
{
    if (see(look, HC_IN_WIRED) == HC_NO)
        return HC_NO;
    return hc_and(hc_and(see(look, HC_IN_WIRED), hc_not(see(look, HC_IN_OTHER_WIRED))), hc_not(see(look, HC_IN_PATH)));
}

static enum hc_tri only_keyboard(struct hc_look *look)
{
    return see(look, HC_IN_KEYBOARD);
}

static enum hc_tri bound_peer(struct hc_look *look)
{
    return see(look, HC_IN_BOUND_PEER);
}

static enum hc_tri legacy_bus(struct hc_look *look)
{
    return see(look, HC_IN_LEGACY_BUS);
}

static enum hc_tri on_paper(struct hc_look *look)
{
    return see(look, HC_IN_ON_PAPER);
}

/* vfio_pci_core_enable() goes on without a reset: a limit, not an end. */
static enum hc_tri no_reset_at_all(struct hc_look *look)
{
    enum hc_tri any = hc_or(see(look, HC_IN_RESET), see(look, HC_IN_RESET_PM));

    return any == HC_YES ? HC_NO : hc_not(hc_or(any, see(look, HC_IN_RESET_BUS)));
}

static enum hc_tri no_reset(struct hc_look *look)
{
    return hc_and(no_reset_at_all(look), hc_not(see(look, HC_IN_NO_RESET_QUIRK)));
}

static enum hc_tri reset_bug(struct hc_look *look)
{
    enum hc_tri gpu = see(look, HC_IN_GPU_RESET_BUG), quirk = see(look, HC_IN_NO_RESET_QUIRK);

    if (gpu == HC_NO && quirk == HC_NO)
        return HC_NO;
    if (gpu != HC_NO)
        gpu = hc_and(gpu, hc_not(see(look, HC_IN_RESET_OWN)));
    return hc_or(gpu, quirk == HC_NO ? HC_NO : hc_and(quirk, no_reset_at_all(look)));
}

/* pci_intx_mask_supported(): without it vfio-pci asks for the line alone. Without a pin there is no line to ask for
   (vfio_config_init(), vfio_pci_get_irq_count()). */
static enum hc_tri line_interrupt(struct hc_look *look)
{
    const enum hc_tri pin = see(look, HC_IN_PIN);

    if (pin == HC_NO)
        return HC_NO;
    if (see(look, HC_IN_BROKEN_INTX) == HC_YES)
        return HC_YES;
    return hc_and(pin, hc_not(hc_or(see(look, HC_IN_MSI), see(look, HC_IN_MSIX))));
}

static enum hc_tri external(struct hc_look *look)
{
    return see(look, HC_IN_EXTERNAL);
}

static enum hc_tri only_display(struct hc_look *look)
{
    if (see(look, HC_IN_BOOT_VGA) == HC_NO)
        return HC_NO;
    return hc_and(see(look, HC_IN_BOOT_VGA), hc_not(see(look, HC_IN_OTHER_DISPLAY)));
}

static enum hc_tri boot_display(struct hc_look *look)
{
    if (see(look, HC_IN_BOOT_VGA) == HC_NO)
        return HC_NO;
    return hc_and(see(look, HC_IN_BOOT_VGA), see(look, HC_IN_OTHER_DISPLAY));
}

/* vfio_pci_igd_init(): OpRegion, host bridge and LPC bridge of the integrated graphics. */
static enum hc_tri integrated_graphics(struct hc_look *look)
{
    enum hc_tri place = display_of_cpu(look);

    return place == HC_NO ? HC_NO : hc_and(place, see(look, HC_IN_BOOT_VGA));
}

/* ---- information ---- */

static enum hc_tri relaxable(struct hc_look *look)
{
    return see(look, HC_IN_RELAXABLE);
}

static enum hc_tri reset_with_bus(struct hc_look *look)
{
    enum hc_tri alone = hc_or(see(look, HC_IN_RESET), see(look, HC_IN_RESET_PM));

    return hc_and(hc_not(alone), see(look, HC_IN_RESET_BUS));
}

static enum hc_tri reset_by_power(struct hc_look *look)
{
    return hc_and(hc_not(see(look, HC_IN_RESET)), see(look, HC_IN_RESET_PM));
}

static enum hc_tri picture(struct hc_look *look)
{
    return see(look, HC_IN_PICTURE);
}

static enum hc_tri no_rom(struct hc_look *look)
{
    return hc_and(base_class(look, CLASS_DISPLAY), see(look, HC_IN_NO_ROM));
}

static enum hc_tri large_bar(struct hc_look *look)
{
    return see(look, HC_IN_LARGE_BAR);
}

static enum hc_tri can_have_vfs(struct hc_look *look)
{
    return see(look, HC_IN_CAN_HAVE_VFS);
}

static enum hc_tri mediated(struct hc_look *look)
{
    return see(look, HC_IN_MDEV);
}

/* Generations of is_supported_device() (drivers/gpu/drm/i915/intel_gvt.c) by the first byte of their ids, of
   include/drm/intel/pciids.h, which has no others that begin so: Broadwell, Skylake, Kaby Lake, Coffee Lake with
   Whiskey Lake, Comet Lake. The list: Broxton, and Amber Lake, which is one of Kaby Lake and one of Coffee Lake. */
static enum hc_tri graphics_of_gvt(struct hc_look *look)
{
    static const uint16_t list[] = { 0x0a84, 0x1a84, 0x1a85, 0x5a84, 0x5a85, 0x87c0, 0x87ca };
    enum hc_tri graphics = hc_and(vendor(look, VENDOR_INTEL), base_class(look, CLASS_DISPLAY));
    const uint16_t id = look->subject->device;
    bool listed = id >> 8 == 0x16 || id >> 8 == 0x19 || id >> 8 == 0x59 || id >> 8 == 0x3e || id >> 8 == 0x9b;

    if (graphics == HC_NO)
        return HC_NO;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        listed |= id == list[i];
    return hc_and(hc_and(graphics, hc_tri(listed)), hc_not(see(look, HC_IN_MDEV)));
}

/* Device tables of the drivers in drivers/vfio/pci/: qat/main.c, mlx5/main.c, pds/pci_drv.c and
   hisilicon/hisi_acc_vfio_pci.c for virtual functions of QAT, ConnectX, DSC and Kunpeng accelerators;
   nvgrace-gpu/main.c for GPUs of GH200, GB200 and GB300; ism/main.c for the Internal Shared Memory of IBM. Left out:
   virtio and xe, whose ids physical functions have, too. */
static enum hc_tri variant_driver(struct hc_look *look)
{
    static const struct {
        uint16_t vendor, device;
    } ids[] = {
        { VENDOR_INTEL, 0x4941 },  { VENDOR_INTEL, 0x4943 },  { VENDOR_INTEL, 0x4945 },  { VENDOR_INTEL, 0x4949 },
        { 0x15b3, 0x101e },        { 0x1dd8, 0x1003 },        { 0x19e5, 0xa256 },        { 0x19e5, 0xa259 },
        { 0x19e5, 0xa251 },        { VENDOR_NVIDIA, 0x2342 }, { VENDOR_NVIDIA, 0x2345 }, { VENDOR_NVIDIA, 0x2348 },
        { VENDOR_NVIDIA, 0x2941 }, { VENDOR_NVIDIA, 0x31c2 }, { 0x1014, 0x04ed },
    };

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (look->subject->vendor == ids[i].vendor && look->subject->device == ids[i].device)
            return HC_YES;
    return HC_NO;
}

static enum hc_tri bound(struct hc_look *look)
{
    return see(look, HC_IN_BOUND);
}

static enum hc_tri near_node(struct hc_look *look)
{
    return see(look, HC_IN_NODES);
}

static enum hc_tri geforce(struct hc_look *look)
{
    return hc_and(vendor(look, VENDOR_NVIDIA), base_class(look, CLASS_DISPLAY));
}

/* ---- the rows ---- */

#define RULE(name, code, what, asks, function)                                                                         \
    {                                                                                                                  \
        .id = (name), .reason = (code), .effect = (what), .question = (asks), .holds = (function)                      \
    }
#define OFFER(name, code, asks, function)                                                                              \
    {                                                                                                                  \
        .id = (name), .reason = (code), .effect = HC_EFFECT_INFO, .offer = true, .question = (asks),                   \
        .holds = (function)                                                                                            \
    }

static const struct hc_device_rule rules[] = {
    RULE("PT-SAFE-DISK", DEVICE_HOLDS_DISK, HC_EFFECT_NEVER, "whether the host uses a disk behind it", disk_used),
    RULE("PT-SAFE-NIC", DEVICE_ONLY_NETWORK, HC_EFFECT_NEVER, "whether it is the only way to reach this host",
         only_path),
    RULE("PT-SAFE-BMC", DEVICE_IS_BMC, HC_EFFECT_NEVER, "whether it is the management controller", management),
    RULE("PT-HDR", DEVICE_IS_BRIDGE, HC_EFFECT_NOT_POSSIBLE, "whether it is a bridge", bridge),
    RULE("PT-HOST", DEVICE_HOST_IMPOSSIBLE, HC_EFFECT_NOT_POSSIBLE, "whether this host can give devices to guests",
         host_impossible),
    RULE("PT-UNGROUPED", DEVICE_NO_GROUP, HC_EFFECT_NOT_POSSIBLE, "whether an IOMMU stands before it", ungrouped),
    RULE("PT-RMRR", DEVICE_FIRMWARE_MEMORY, HC_EFFECT_NOT_POSSIBLE, "whether firmware ties memory to its group",
         firmware_memory),
    RULE("PT-DENY", DEVICE_DENYLISTED, HC_EFFECT_NOT_POSSIBLE, "whether vfio-pci refuses it", denylisted),
    RULE("PT-SRIOV-PF", DEVICE_HAS_VFS, HC_EFFECT_NOT_POSSIBLE, "whether it has virtual functions that are on",
         has_vfs),
    RULE("PT-GROUP-CRITICAL", DEVICE_GROUP_CRITICAL, HC_EFFECT_NOT_POSSIBLE,
         "whether the host needs another member of its group", critical_peer),
    RULE("PT-BMCVGA", DEVICE_SERVER_CONSOLE, HC_EFFECT_NOT_POSSIBLE, "whether it is the display of a BMC",
         server_console),
    RULE("PT-HOST", DEVICE_HOST_UNREADY, HC_EFFECT_AFTER_FIXES, "whether this host can give devices to guests now",
         host_unready),
    RULE("PT-UNGROUPED", DEVICE_DISPLAY_LEFT_OUT, HC_EFFECT_AFTER_FIXES,
         "whether VT-d is told to leave the integrated display out", display_left_out),
    RULE("PT-SAFE-NIC", DEVICE_CARRIES_NETWORK, HC_EFFECT_LIMITED,
         "whether the default route or this session goes over it", carries_network),
    RULE("PT-SAFE-NIC", DEVICE_LAST_WIRED, HC_EFFECT_LIMITED, "whether it has the only wired interface", last_wired),
    RULE("PT-SAFE-INPUT", DEVICE_ONLY_KEYBOARD, HC_EFFECT_LIMITED, "whether the only keyboard is behind it",
         only_keyboard),
    RULE("PT-GROUP", DEVICE_GROUP_SHARED, HC_EFFECT_LIMITED, "whether drivers of the host hold others of its group",
         bound_peer),
    RULE("PT-LEGACY-BUS", DEVICE_LEGACY_BUS, HC_EFFECT_LIMITED, "whether it stands behind a bridge to conventional PCI",
         legacy_bus),
    RULE("PT-ACS-OVERRIDE", DEVICE_ISOLATED_ON_PAPER, HC_EFFECT_LIMITED,
         "whether the hardware isolates its group, or only pcie_acs_override", on_paper),
    RULE("PT-RESET-NONE", DEVICE_NO_RESET, HC_EFFECT_LIMITED, "whether it can be reset", no_reset),
    RULE("PT-RESET-BUG", DEVICE_RESET_BROKEN, HC_EFFECT_LIMITED, "whether its reset works", reset_bug),
    RULE("PT-INTX", DEVICE_LINE_INTERRUPT, HC_EFFECT_LIMITED, "whether it has interrupts that a guest can use freely",
         line_interrupt),
    RULE("PT-EXTERNAL", DEVICE_EXTERNAL, HC_EFFECT_LIMITED, "whether it is in a slot that opens from outside",
         external),
    RULE("PT-BOOTVGA", DEVICE_ONLY_DISPLAY, HC_EFFECT_LIMITED, "whether it is the only display", only_display),
    RULE("PT-BOOTVGA", DEVICE_BOOT_DISPLAY, HC_EFFECT_LIMITED, "whether firmware started with this display",
         boot_display),
    RULE("PT-IGD", DEVICE_INTEGRATED_GRAPHICS, HC_EFFECT_LIMITED, "whether it is the integrated boot display",
         integrated_graphics),
    RULE("PT-RMRR-RELAX", DEVICE_FIRMWARE_MEMORY_RELAXED, HC_EFFECT_INFO, "", relaxable),
    RULE("PT-RESET-HOT", DEVICE_RESET_WITH_BUS, HC_EFFECT_INFO, "", reset_with_bus),
    RULE("PT-RESET-PM", DEVICE_RESET_BY_POWER, HC_EFFECT_INFO, "", reset_by_power),
    RULE("PT-PICTURE", DEVICE_FIRMWARE_PICTURE, HC_EFFECT_INFO, "", picture),
    RULE("PT-ROM", DEVICE_NO_ROM, HC_EFFECT_INFO, "", no_rom),
    RULE("PT-BAR", DEVICE_LARGE_BAR, HC_EFFECT_INFO, "", large_bar),
    OFFER("PT-SRIOV-BETTER", DEVICE_CAN_HAVE_VFS, "", can_have_vfs),
    OFFER("PT-MDEV", DEVICE_MEDIATED, "", mediated),
    OFFER("PT-MDEV", DEVICE_GVT_GENERATION, "", graphics_of_gvt),
    RULE("PT-VARIANT", DEVICE_VARIANT_DRIVER, HC_EFFECT_INFO, "", variant_driver),
    RULE("PT-NV43", DEVICE_OLD_NVIDIA_DRIVER, HC_EFFECT_INFO, "", geforce),
    RULE("PT-NUMA", DEVICE_NEAR_NODE, HC_EFFECT_INFO, "", near_node),
    RULE("PT-DRIVER", DEVICE_BOUND, HC_EFFECT_INFO, "", bound),
};

enum { RULES = sizeof rules / sizeof *rules };
_Static_assert(sizeof rules / sizeof *rules <= (size_t)HC_DEVICE_RULES_MAX, "a judgement has no room for all rules");

size_t hc_device_rule_count(void)
{
    return RULES;
}

const struct hc_device_rule *hc_device_rule(size_t number)
{
    return &rules[number];
}

/* ---- the verdict ---- */

static enum hc_device_verdict verdict_of(enum hc_effect worst)
{
    static const enum hc_device_verdict verdicts[] = {
        [HC_EFFECT_INFO] = HC_DEVICE_VIABLE,
        [HC_EFFECT_LIMITED] = HC_DEVICE_LIMITED,
        [HC_EFFECT_AFTER_FIXES] = HC_DEVICE_AFTER_FIXES,
        [HC_EFFECT_NOT_POSSIBLE] = HC_DEVICE_NOT_POSSIBLE,
        [HC_EFFECT_NEVER] = HC_DEVICE_NEVER,
    };
    return verdicts[worst];
}

/* Where a rule stands among the reasons; -1: not worth telling. */
static int place(const struct hc_judgement *j, const struct hc_held *h)
{
    const bool hard = h->rule->effect >= HC_EFFECT_AFTER_FIXES, told = j->verdict == HC_DEVICE_UNKNOWN;
    const bool refused = j->verdict == HC_DEVICE_NEVER || j->verdict == HC_DEVICE_NOT_POSSIBLE;

    if (h->rule->effect == HC_EFFECT_INFO)
        return h->open || (refused && !h->rule->offer) ? -1 : 4;
    if (!h->open)
        return 1;
    if (refused)
        return -1;
    return hard ? (told ? 0 : 2) : 3;
}

/* One rule may have several rows; what is open for one reason is told once. */
static bool told(const struct hc_judgement *j, const struct hc_held *h)
{
    for (size_t i = 0; h->open && i < j->count; i++)
        if (j->held[i].open && !strcmp(j->held[i].rule->id, h->rule->id) && j->held[i].why == h->why)
            return true;
    return false;
}

static void take(struct hc_judgement *j, const struct hc_held *all, size_t count)
{
    for (int p = 0; p <= 4; p++)
        for (size_t i = 0; i < count; i++)
            if (place(j, &all[i]) == p && !told(j, &all[i]))
                j->held[j->count++] = all[i];
}

/* The same of the device's own rules: its verdict on a host that is ready. */
static void weigh_own(struct hc_judgement *j, const struct hc_held *all, size_t count)
{
    j->own_sure = j->own_best = HC_EFFECT_INFO;
    for (size_t i = 0; i < count; i++) {
        const enum hc_effect e = all[i].rule->effect;
        if (all[i].rule->holds == host_impossible || all[i].rule->holds == host_unready)
            continue;
        if (e > j->own_sure)
            j->own_sure = e;
        if (e > j->own_best && !all[i].open)
            j->own_best = e;
    }
}

/* What is open is reckoned as holding and as not holding. A rule that only limits leaves the verdict where it is. */
static void weigh(struct hc_judgement *j, const struct hc_held *all, size_t count)
{
    enum hc_effect sure = HC_EFFECT_INFO, hard = HC_EFFECT_INFO, best = HC_EFFECT_INFO;

    for (size_t i = 0; i < count; i++) {
        const enum hc_effect e = all[i].rule->effect;
        if (e > sure)
            sure = e;
        if (e > hard && (!all[i].open || e >= HC_EFFECT_AFTER_FIXES))
            hard = e;
        if (e > best && !all[i].open)
            best = e;
    }
    j->sure = verdict_of(sure);
    j->at_best = verdict_of(best);
    j->verdict = hard == best ? verdict_of(best) : HC_DEVICE_UNKNOWN;
}

void hc_judge_device(const struct hc_subject *subject, struct hc_judgement *judgement)
{
    struct hc_held all[RULES];
    size_t count = 0;

    *judgement = (struct hc_judgement){ .count = 0 };
    for (size_t i = 0; i < RULES; i++) {
        struct hc_look look = { .subject = subject };
        const bool moot = subject->is[HC_IN_BRIDGE] == HC_YES && rules[i].holds != bridge;
        const enum hc_tri holds = moot ? HC_NO : rules[i].holds(&look);
        if (holds != HC_NO)
            all[count++] = (struct hc_held){ &rules[i], holds == HC_UNKNOWN, look.open };
    }
    weigh(judgement, all, count);
    weigh_own(judgement, all, count);
    take(judgement, all, count);
}
