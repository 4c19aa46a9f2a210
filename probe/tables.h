/* Column numbers of every table. */
#ifndef HC_TABLES_H
#define HC_TABLES_H

#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_kvm_extensions.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_kvm_feature_msrs.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_cpus.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_core_types.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_caches.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_numa.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_vulnerabilities.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_hugepages.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_iommu_units.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_iommu_groups.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_pci.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_pci_bars.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_block.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_net.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_acpi_tables.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_dmar_structures.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_dmar_scopes.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_ivrs_blocks.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_ivrs_entries.def"
};
#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,
enum {
#include "table_iort_nodes.def"
};

#endif
