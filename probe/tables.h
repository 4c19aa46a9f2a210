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

#endif
