/* What decides whether a device can be given to a guest: one row for each rule, over what is known of one device. */
#ifndef HC_DEVICE_RULES_H
#define HC_DEVICE_RULES_H

#include "passthrough.h"
#include "rate.h"

/* Observations of one device that rules rest on. */
enum hc_input {
    HC_IN_BRIDGE,          /* its PCI header is not that of a device */
    HC_IN_HOST_IMPOSSIBLE, /* the host can give nothing away, whatever is changed */
    HC_IN_HOST_UNREADY,    /* the host can give nothing away before it is changed */
    HC_IN_DISK,            /* the host uses a disk behind it */
    HC_IN_PATH,            /* the default route or this SSH session goes over it */
    HC_IN_WIRED,           /* it carries a wired network interface */
    HC_IN_OTHER_WIRED,     /* another function carries one, too */
    HC_IN_KEYBOARD,        /* a USB controller with the only keyboard, and there is a display */
    HC_IN_LEFT_OUT,        /* VT-d is told not to cover the integrated display */
    HC_IN_UNGROUPED,       /* there are groups, and it is in none */
    HC_IN_DIRECT,          /* firmware ties memory to its group */
    HC_IN_RELAXABLE,       /* the same, but guests may do without */
    HC_IN_DENYLISTED,      /* vfio-pci refuses such devices */
    HC_IN_DENYLIST_OFF,    /* ... unless it was told not to */
    HC_IN_VFS_ON,          /* virtual functions are switched on */
    HC_IN_CRITICAL_PEER,   /* the host needs another member of its group */
    HC_IN_BOUND_PEER,      /* a driver of the host holds another member, in another slot */
    HC_IN_LEGACY_BUS,      /* it shares its group with the bridge to its conventional bus */
    HC_IN_ON_PAPER,        /* its group was split by pcie_acs_override */
    HC_IN_RESET,           /* it can be reset alone, not only through power management or the bus */
    HC_IN_RESET_PM,        /* it can be reset alone through power management */
    HC_IN_RESET_OWN,       /* the kernel has a method made for it */
    HC_IN_RESET_BUS,       /* its bus can be reset, and all there would be assigned with it */
    HC_IN_GPU_RESET_BUG,   /* quirks of such devices */
    HC_IN_NO_RESET_QUIRK,
    HC_IN_BROKEN_INTX,
    HC_IN_PIN, /* it has a line interrupt */
    HC_IN_MSI,
    HC_IN_MSIX,
    HC_IN_EXTERNAL,      /* in a slot that opens from outside */
    HC_IN_BOOT_VGA,      /* the display that firmware started with */
    HC_IN_OTHER_DISPLAY, /* there is another display */
    HC_IN_CAN_HAVE_VFS,
    HC_IN_MDEV,
    HC_IN_PICTURE,   /* what firmware shows holds memory of it */
    HC_IN_NO_ROM,    /* a display whose ROM the kernel cannot show */
    HC_IN_LARGE_BAR, /* a window of 4 GiB or more */
    HC_IN_BOUND,     /* a driver of the host holds it */
    HC_IN_NODES,     /* there are several memory nodes, and it is near to one */
    HC_INPUTS
};

/* One device as the rules see it. */
struct hc_subject {
    uint16_t vendor, device; /* 0: not known */
    uint32_t class_code;     /* 24 bits; UINT32_MAX: not known */
    bool at_graphics_place;  /* 0000:00:02.0 */
    const struct hc_reply *ids_why;
    enum hc_tri is[HC_INPUTS];
    const struct hc_reply *why[HC_INPUTS]; /* of an unknown one: the reply that would settle it; NULL: nobody asked */
};

/* What a rule looked at. */
struct hc_look {
    const struct hc_subject *subject;
    const struct hc_reply *open;
};

struct hc_device_rule {
    const char *id;
    enum hc_reason reason;
    enum hc_effect effect;
    bool offer;           /* worth telling of devices that cannot be given, too */
    const char *question; /* whether ... */
    enum hc_tri (*holds)(struct hc_look *look);
};

enum { HC_DEVICE_RULES_MAX = 48 };
size_t hc_device_rule_count(void);
const struct hc_device_rule *hc_device_rule(size_t number);

struct hc_held {
    const struct hc_device_rule *rule;
    bool open;
    const struct hc_reply *why; /* of an open one */
};

struct hc_judgement {
    enum hc_device_verdict verdict, sure, at_best;
    enum hc_effect own_sure, own_best;        /* the host's own readiness left aside */
    struct hc_held held[HC_DEVICE_RULES_MAX]; /* those that decide first, information last */
    size_t count;
};

void hc_judge_device(const struct hc_subject *subject, struct hc_judgement *judgement);

/* Whether the host's verdict is this one: where only one of its bounds is, nobody can tell. host NULL: not rated. */
enum hc_tri hc_reaches(const struct hc_rating *host, enum hc_verdict verdict);

/* Whether functions of this class could carry disks or network interfaces of the host. */
enum hc_tri hc_may_carry_disks(uint32_t class_code);
enum hc_tri hc_may_carry_network(uint32_t class_code);

#endif
