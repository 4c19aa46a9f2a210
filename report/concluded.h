/* How a conclusion is put: the value with the facts that were looked at. */
#ifndef HC_CONCLUDED_H
#define HC_CONCLUDED_H

#include "view.h"

#include <string.h>

/* A conclusion keeps the facts that were looked at; unknown where the reasoning ended in unknown. */
static inline struct hc_cell *conclude(struct hc_facts *facts, const struct hc_view *view, enum hc_fact fact,
                                       bool known)
{
    struct hc_cell *cell = &facts->cells[fact];

    cell->known = known;
    cell->via = hc_seen(view, facts->arena);
    cell->via_count = cell->via ? (uint16_t)view->count : 0; /* at most every fact once */
    return cell;
}

static inline void put_flag(struct hc_facts *facts, const struct hc_view *view, struct hc_flag_id id, enum hc_tri value)
{
    conclude(facts, view, id.fact, value != HC_UNKNOWN)->flag = value == HC_YES;
}

static inline void put_word(struct hc_facts *facts, const struct hc_view *view, struct hc_word_id id, const char *word)
{
    conclude(facts, view, id.fact, word != NULL)->text = word;
}

static inline void put_text(struct hc_facts *facts, const struct hc_view *view, struct hc_text_id id, const char *text)
{
    conclude(facts, view, id.fact, text != NULL)->text = text;
}

/* Whether a word stands in a list that is a text; NULL: a list that is not known. */
static inline bool has_word(const char *list, const char *word)
{
    return list && hc_has_word((struct hc_text){ list, strlen(list) }, word);
}

/* Whether a version such as "6.12" is that one or a later one; false where it is NULL. */
bool hc_version_at_least(const char *version, unsigned long major, unsigned long minor);

/* conclude_x86.c: role and hypervisor, virtualization, firmware and KVM of an x86 host. */
void hc_conclude_x86(struct hc_facts *facts);
/* conclude_cpu.c: the CPU of any host. */
void hc_conclude_cpu(struct hc_facts *facts);
/* conclude_system.c: who made machine, board, chassis and firmware, and which ones they are. */
void hc_conclude_system(struct hc_facts *facts);
/* conclude_iommu.c: the IOMMU, layer by layer. */
void hc_conclude_iommu(struct hc_facts *facts);

/* conclude_platform.c: Secure Boot, error correction of memory, management controller. */
void hc_conclude_platform(struct hc_facts *facts);
/* conclude_parts.c: what installers ask of a machine: its kind, the largest disk, wired network cards. */
void hc_conclude_parts(struct hc_facts *facts);
/* conclude_boot.c: the boot loader. After conclude_software.c. */
void hc_conclude_boot(struct hc_facts *facts);
/* conclude_software.c: the distribution, containers of the caller, versions. */
void hc_conclude_software(struct hc_facts *facts);

/* conclude_purposes.c: memory, CPUs, kernel and helpers as real time, DPDK and confidential guests ask for them. */
void hc_conclude_purposes(struct hc_facts *facts);

/* ---- macOS (conclude_macos.c) ---- */

/* System, role, chip and virtualization; then, behind what is concluded for all systems, machine and CPU. */
void hc_conclude_macos(struct hc_facts *facts);
void hc_conclude_macos_machine(struct hc_facts *facts);
void hc_conclude_macos_cpu(struct hc_facts *facts);

/* ---- architectures other than x86 (conclude_arch.c) ---- */

/* The architecture that is meant, given the word for what the system calls itself; NULL: not known. */
const char *hc_arch_of(struct hc_view *view, const char *word);
/* Whether this is known not to be x86, or names of two architectures contradict each other. */
bool hc_other_arch(const struct hc_facts *facts);
/* Role and hypervisor, virtualization and who executes the guests of KVM, for such a machine. */
void hc_conclude_arch(struct hc_facts *facts);
/* Two names of the architecture that cannot both be right. */
bool hc_arch_conflict(const struct hc_facts *facts);

#endif
