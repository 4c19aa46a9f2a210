/* The groups that are foreseen beside those that the kernel formed, on hosts that have both.
   predict [-v] [--off] [--like HOST] HOST...   A host is a recording, or a folder with a host's files.

   A line for each host: functions in a group of the kernel, and of these right, wrong and not told. --off foresees
   them as if the IOMMU were off; --like takes the kernel's groups of another host, the same machine with its IOMMU on;
   -v prints what is wrong or not told. The exit is 1 where anything is wrong. */
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
    struct hc_scan *scan;
    struct hc_functions functions;
    const struct hc_functions *grouped; /* those that the kernel's groups are taken of */
    struct hc_prediction foreseen;
    struct hc_arena arena;
};

static const struct hc_cell *real_group(const struct host *host, size_t i)
{
    static const struct hc_cell none = { .known = false };
    const char *address = host->functions.list[i].address;
    size_t at = hc_function_at(host->grouped, address, strlen(address));

    return at == HC_NO_FUNCTION ? &none : &host->grouped->list[at].row->cells[HC_COL_PCI_GROUP];
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

static bool load(const char *path, struct host *host)
{
    char message[512];
    struct stat status;
    bool folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    struct hc_scan_options options = { .recording = folder ? NULL : path, .sysroot = folder ? path : NULL };

    *host = (struct host){ .grouped = &host->functions };
    if (hc_scan_run(&options, &host->scan, message) == HC_OKAY &&
        hc_functions_of(&host->scan->facts, &host->arena, &host->functions))
        return true;
    fprintf(stderr, "%s: %s\n", path, host->scan ? "no memory" : message);
    return false;
}

static void leave(struct host *host)
{
    hc_arena_free(&host->arena);
    hc_scan_free(host->scan);
}

static bool run(const char *path, const struct host *like, bool iommu_on, bool verbose, struct count *count)
{
    struct host host;
    bool amd;

    if (!load(path, &host))
        return false;
    amd = hc_flag(&host.scan->facts, HC_ACPI_IVRS) == HC_YES;
    if (like)
        host.grouped = &like->functions;
    if (!hc_predict_groups(&host.functions, iommu_on, amd, &host.arena, &host.foreseen))
        return false;
    *count = compare(&host, verbose);
    leave(&host);
    return true;
}

int main(int argc, char **argv)
{
    struct host like = { .scan = NULL };
    bool verbose = false, iommu_on = true;
    int at = 1, status = 0;

    for (; at < argc && argv[at][0] == '-'; at++) {
        verbose |= !strcmp(argv[at], "-v");
        iommu_on &= strcmp(argv[at], "--off") != 0;
        if (!strcmp(argv[at], "--like") && at + 1 < argc && !load(argv[++at], &like))
            return 2;
    }
    for (; at < argc; at++) {
        struct count count;
        if (!run(argv[at], like.scan ? &like : NULL, iommu_on, verbose, &count))
            return 2;
        printf("%s: grouped %zu right %zu wrong %zu not told %zu\n", argv[at], count.grouped, count.right, count.wrong,
               count.untold);
        status |= count.wrong != 0;
    }
    if (like.scan)
        leave(&like);
    return status;
}
