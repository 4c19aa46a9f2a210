/* What can be given to a guest: every PCI function, every group, the host; each with reasons. The rules stand in the
   order of their severity; what cannot be told is reckoned as holding and as not holding, and where the verdicts differ
   it is "cannot tell". */
#ifndef HC_PASSTHROUGH_H
#define HC_PASSTHROUGH_H

#include "checks.h"
#include "predict.h"

enum { HC_NO_GROUP = -1 };
#define HC_NO_DEVICE HC_NO_FUNCTION

/* Better first. */
enum hc_device_verdict {
    HC_DEVICE_VIABLE,
    HC_DEVICE_LIMITED,     /* can be given, with what it lacks named */
    HC_DEVICE_AFTER_FIXES, /* the host is not ready, or what is in the way can be removed */
    HC_DEVICE_NOT_POSSIBLE,
    HC_DEVICE_NEVER, /* the host needs it */
    HC_DEVICE_UNKNOWN,
    HC_DEVICE_VERDICTS
};
/* "viable", "limited", "viable after fixes", "not possible", "never", "cannot tell" */
const char *hc_device_verdict_name(enum hc_device_verdict verdict);

/* What a rule does to the verdict where it holds. */
enum hc_effect { HC_EFFECT_INFO, HC_EFFECT_LIMITED, HC_EFFECT_AFTER_FIXES, HC_EFFECT_NOT_POSSIBLE, HC_EFFECT_NEVER };

/* The words of a reason: what is wrong, what to change, how to see that it worked. */
struct hc_words {
    const char *code; /* NULL: none */
    const char *wrong, *change, *see;
};

struct hc_device_reason {
    const char *rule; /* "PT-GROUP"; permanent, as its code */
    enum hc_effect effect;
    bool open;                  /* could not be told: words.change says what would settle it */
    const struct hc_reply *why; /* of an open one: the reply that would settle it; NULL: nobody asked */
    struct hc_words words;      /* filled in for this device */
};

struct hc_device {
    size_t function; /* index into functions */
    int group;       /* index into groups, or HC_NO_GROUP */
    bool bridge;     /* stands in the tree, and is not counted: nobody gives a bridge to a guest */
    enum hc_device_verdict verdict, sure, at_best;
    enum hc_effect own_sure, own_best;      /* the worst of its rules, the host's own readiness left aside */
    const struct hc_device_reason *reasons; /* those that decide first; information last */
    size_t reason_count;
    const char *reset; /* best way to reset what would be assigned: flr, af_flr, pm, bus, none, ...; NULL: unknown */
};

struct hc_device_group {
    uint64_t number; /* of a predicted one: from 0 */
    bool predicted;
    enum hc_device_verdict verdict; /* of the group given as a whole; the worst of its members that are not bridges */
    const size_t *members;          /* indices into devices, in the order of the table */
    size_t count;
    const char *others; /* members that are no PCI functions; "" */
    const char *joined; /* what holds them together, a sentence; "" where there is one member */
    bool on_paper;      /* split by pcie_acs_override, not by the hardware */
};

/* "none", "after fixes", "partial", "good", "cannot tell" */
enum hc_host_passthrough { HC_HOST_NONE, HC_HOST_AFTER_FIXES, HC_HOST_PARTIAL, HC_HOST_GOOD, HC_HOST_UNKNOWN };
const char *hc_host_passthrough_name(enum hc_host_passthrough host);

struct hc_passthrough {
    struct hc_functions functions;
    struct hc_prediction prediction;
    const struct hc_device *devices; /* one for each function, in that order */
    const struct hc_device_group *groups;
    size_t group_count;
    bool predicted; /* groups are: the IOMMU is off */
    enum hc_host_passthrough host;
    size_t counts[HC_DEVICE_VERDICTS]; /* of devices that are no bridges */
};

struct hc_report;

/* NULL: no memory. After the ratings: the host's own readiness is that of the profile vfio. */
const struct hc_passthrough *hc_passthrough_make(const struct hc_report *report);

/* Index of a device by its address ("0000:01:00.0", or "01:00.0" in domain 0); HC_NO_DEVICE: none. */
size_t hc_device_by_address(const struct hc_passthrough *passthrough, const char *address);

#endif
