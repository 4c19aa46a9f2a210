/* PCI functions of the table as a tree with numbers instead of addresses: what grouping, rules and texts walk. */
#ifndef HC_FUNCTIONS_H
#define HC_FUNCTIONS_H

#include "facts.h"

#define HC_NO_FUNCTION ((size_t)-1)

/* The Device/Port Type of the PCI Express Capabilities register (PCI Express Base 6.0, 7.5.3.2), and what has none. */
enum hc_port_type {
    HC_PORT_UNKNOWN,
    HC_PORT_CONVENTIONAL,
    HC_PORT_ENDPOINT,
    HC_PORT_LEGACY_ENDPOINT,
    HC_PORT_ROOT,
    HC_PORT_UPSTREAM,
    HC_PORT_DOWNSTREAM,
    HC_PORT_PCIE_TO_PCI,
    HC_PORT_PCI_TO_PCIE,
    HC_PORT_INTEGRATED_ENDPOINT,
    HC_PORT_EVENT_COLLECTOR
};

struct hc_function {
    const struct hc_table_row *row;
    const char *address;
    uint32_t domain;
    uint8_t bus, device, function;
    uint16_t vendor, device_id; /* 0: not known */
    uint32_t class_code;        /* 24 bits; UINT32_MAX: not known */
    int header;                 /* -1: not known */
    enum hc_port_type port_type;
    enum hc_tri multifunction;  /* its own header bit */
    enum hc_tri acs;            /* has the capability; unknown where it could not be read */
    uint16_t acs_cap, acs_ctrl; /* where acs is yes */
    size_t parent;              /* the bridge above, HC_NO_FUNCTION: on a root bus, or not known */
    size_t physical;            /* of a virtual function; HC_NO_FUNCTION: it is none, or not known */
    bool parent_known, physical_known;
    size_t first_in_slot, next_in_slot; /* functions of one domain:bus:device, in order; HC_NO_FUNCTION ends */
};

struct hc_functions {
    bool known;               /* the table is; an empty one is a host without PCI */
    struct hc_function *list; /* in the order of the table */
    size_t count;
    size_t *by_address; /* hash index, see hc_function_at */
    size_t slots;
};

/* In one pass, linear in their number. False: no memory. */
bool hc_functions_of(const struct hc_facts *facts, struct hc_arena *arena, struct hc_functions *functions);

/* By "0000:01:00.0"; HC_NO_FUNCTION: none. */
size_t hc_function_at(const struct hc_functions *functions, const char *address, size_t size);
size_t hc_function_by_numbers(const struct hc_functions *functions, uint32_t domain, uint8_t bus, uint8_t device,
                              uint8_t function);

#endif
