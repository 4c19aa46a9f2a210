/* The features of x86/features.def: where each is found, and its name. */
#ifndef HC_CPU_FEATURES_H
#define HC_CPU_FEATURES_H

#include <stdint.h>

enum hc_feature {
#define FEATURE(id, name, leaf, subleaf, reg, bit) HC_FEATURE_##id,
#define KERNEL(id, name, leaf, subleaf, reg, bit)  HC_FEATURE_##id,
#define IN_MSR(id, name, msr, bit)                 HC_FEATURE_##id,
#include "x86/features.def"
    HC_FEATURES
};

enum hc_feature_kind {
    HC_FEATURE_NAMED,  /* by QEMU and libvirt, in CPUID */
    HC_FEATURE_KERNEL, /* by Linux alone, in CPUID */
    HC_FEATURE_IN_MSR  /* by QEMU and libvirt, in a register */
};

enum { HC_EAX, HC_EBX, HC_ECX, HC_EDX };

/* Names stand in the rows: no pointers, so nothing to relocate when the program is loaded. */
struct hc_feature_row {
    char name[28];
    uint32_t leaf; /* or the number of the register */
    uint8_t subleaf, reg, bit;
    uint8_t kind;
};

extern const struct hc_feature_row hc_features[HC_FEATURES];

#endif
