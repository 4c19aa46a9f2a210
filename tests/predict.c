/* The groups that are foreseen beside those that the kernel formed, on hosts that have both.
   predict [-v] [--off] HOST...   A host is a recording, or a folder with a host's files.

   A line for each host: functions in a group of the kernel, and of these right, wrong and not told. --off foresees
   them as if the IOMMU were off; -v prints what is wrong or not told. The exit is 1 where anything is wrong. */
#include "predict.h"
#include "scan.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct count {
    size_t grouped, right, wrong, untold;
};

struct host {
    struct hc_functions functions;
    struct hc_prediction foreseen;
    struct hc_arena arena;
};

static const struct hc_cell *real_group(const struct host *host, size_t i)
{
    return &host->functions.list[i].row->cells[HC_COL_PCI_GROUP];
}

/* The same members, of those that the kernel grouped. */
static bool agrees(const struct host *host, size_t i)
{
    const struct hc_cell *mine = real_group(host, i);

    for (size_t j = 0; j < host->functions.count; j++) {
        const struct hc_cell *other = real_group(host, j);
        bool foreseen = host->foreseen.group[i] == host->foreseen.group[j];
        if (other->known && foreseen != (other->number == mine->number))
            return false;
    }
    return true;
}

static void print_one(const struct host *host, size_t i, const char *what)
{
    const struct hc_function *f = &host->functions.list[i];

    printf("  %s %04x:%04x port type %d, acs %d %x/%x: %s; the kernel's group %llu:", f->address, f->vendor,
           f->device_id, (int)f->port_type, (int)f->acs, f->acs_cap, f->acs_ctrl, what,
           (unsigned long long)real_group(host, i)->number);
    for (size_t j = 0; j < host->functions.count; j++)
        if (real_group(host, j)->known && real_group(host, j)->number == real_group(host, i)->number)
            printf(" %s", host->functions.list[j].address);
    printf("; foreseen:");
    for (size_t j = 0; j < host->functions.count; j++)
        if (host->foreseen.group[j] == host->foreseen.group[i])
            printf(" %s", host->functions.list[j].address);
    printf("\n");
}

static struct count compare(const struct host *host, bool verbose)
{
    struct count count = { 0, 0, 0, 0 };

    for (size_t i = 0; i < host->functions.count; i++) {
        bool right;
        if (!real_group(host, i)->known)
            continue;
        right = agrees(host, i);
        count.grouped++;
        if (host->foreseen.known[i] != HC_YES)
            count.untold++;
        else if (right)
            count.right++;
        else
            count.wrong++;
        if (verbose && (host->foreseen.known[i] != HC_YES || !right))
            print_one(host, i, host->foreseen.known[i] != HC_YES ? "not told" : "wrong");
    }
    return count;
}

static bool run(const char *path, bool iommu_on, bool verbose, struct count *count)
{
    char message[512];
    struct stat status;
    struct hc_scan *scan;
    struct host host = { .arena = { .blocks = NULL } };
    bool folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    struct hc_scan_options options = { .recording = folder ? NULL : path, .sysroot = folder ? path : NULL };

    if (hc_scan_run(&options, &scan, message) != HC_OKAY) {
        fprintf(stderr, "%s: %s\n", path, message);
        return false;
    }
    if (!hc_functions_of(&scan->facts, &host.arena, &host.functions) ||
        !hc_predict_groups(&host.functions, iommu_on, hc_flag(&scan->facts, HC_ACPI_IVRS) == HC_YES, &host.arena,
                           &host.foreseen)) {
        fprintf(stderr, "%s: no memory\n", path);
        return false;
    }
    *count = compare(&host, verbose);
    hc_arena_free(&host.arena);
    hc_scan_free(scan);
    return true;
}

int main(int argc, char **argv)
{
    bool verbose = false, iommu_on = true;
    int at = 1, status = 0;

    for (; at < argc && argv[at][0] == '-'; at++) {
        verbose |= !strcmp(argv[at], "-v");
        iommu_on &= strcmp(argv[at], "--off") != 0;
    }
    for (; at < argc; at++) {
        struct count count;
        if (!run(argv[at], iommu_on, verbose, &count))
            return 2;
        printf("%s: grouped %zu right %zu wrong %zu not told %zu\n", argv[at], count.grouped, count.right, count.wrong,
               count.untold);
        status |= count.wrong != 0;
    }
    return status;
}
