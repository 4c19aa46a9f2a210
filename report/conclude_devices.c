/* What profiles may ask of the devices: how many there are, and whether the best of a kind can be given to a guest.
   What is open of a device is reckoned as holding and as not holding, and only what is the same both ways is known. */
#include "concluded.h"
#include "device_groups.h"
#include "report.h"
#include "tables.h"

/* ---- kinds ---- */

static enum hc_tri of_class(const struct hc_function *f, unsigned base)
{
    return f->class_code == UINT32_MAX ? HC_UNKNOWN : hc_tri(f->class_code >> 16 == base);
}

static enum hc_tri is_gpu(const struct hc_function *f)
{
    return of_class(f, 0x03);
}

static enum hc_tri is_nic(const struct hc_function *f)
{
    return of_class(f, 0x02);
}

static enum hc_tri is_vf(const struct hc_function *f)
{
    const struct hc_cell *cell = &f->row->cells[HC_COL_PCI_PHYSFN];

    return cell->known ? hc_tri(*cell->text != '\0') : HC_UNKNOWN;
}

static enum hc_tri can_have_vfs(const struct hc_function *f)
{
    const struct hc_cell *total = &f->row->cells[HC_COL_PCI_SRIOV_TOTAL], *cap = &f->row->cells[HC_COL_PCI_SRIOV];

    if (is_vf(f) == HC_YES || hc_is_bridge(f))
        return HC_NO;
    if (total->known)
        return hc_tri(total->number > 0);
    return cap->known && !cap->flag ? HC_NO : HC_UNKNOWN;
}

/* The reply that would settle whether a function is of a kind. */
static const struct hc_reply *why_kind(const struct hc_function *f)
{
    static const int columns[] = { HC_COL_PCI_CLASS, HC_COL_PCI_PHYSFN, HC_COL_PCI_SRIOV_TOTAL, HC_COL_PCI_SRIOV };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (!f->row->cells[columns[i]].known && f->row->cells[columns[i]].why)
            return f->row->cells[columns[i]].why;
    return NULL;
}

/* ---- the best of a kind ---- */

typedef enum hc_tri kind_test(const struct hc_function *f);
typedef enum hc_tri worth_test(const struct hc_device *d);

/* Whether what is better where it is smaller reaches a limit. */
static enum hc_tri at_most(int best, int sure, int limit)
{
    return sure <= limit ? HC_YES : best <= limit ? HC_UNKNOWN : HC_NO;
}

static enum hc_tri own_at_most(const struct hc_device *d, int limit)
{
    return at_most((int)d->own_best, (int)d->own_sure, limit);
}

static enum hc_tri possible(const struct hc_device *d)
{
    return own_at_most(d, HC_EFFECT_LIMITED);
}

static enum hc_tri unlimited(const struct hc_device *d)
{
    return own_at_most(d, HC_EFFECT_INFO);
}

static enum hc_tri ready(const struct hc_device *d)
{
    return at_most((int)d->at_best, (int)d->sure, HC_DEVICE_LIMITED);
}

static enum hc_tri viable(const struct hc_device *d)
{
    return at_most((int)d->at_best, (int)d->sure, HC_DEVICE_VIABLE);
}

/* The answer for the devices of a kind; of an unknown one the reply that would settle it, where one device has it. */
struct found {
    enum hc_tri is;
    const struct hc_reply *why;
};

static const struct hc_reply *open_rule(const struct hc_device *d)
{
    for (size_t r = 0; r < d->reason_count; r++)
        if (d->reasons[r].open && d->reasons[r].why)
            return d->reasons[r].why;
    return NULL;
}

static struct found any(const struct hc_report *report, kind_test *kind, worth_test *worth)
{
    const struct hc_passthrough *p = report->passthrough;
    struct found found = { p->functions.known ? HC_NO : HC_UNKNOWN, report->facts->tables[HC_TABLE_PCI].why };

    if (p->functions.known)
        found.why = NULL;
    for (size_t i = 0; i < p->functions.count && found.is != HC_YES; i++) {
        const struct hc_function *f = &p->functions.list[i];
        const enum hc_tri is = p->devices[i].bridge ? HC_NO : hc_and(kind(f), worth(&p->devices[i]));
        if (is == HC_UNKNOWN && !found.why)
            found.why = kind(f) == HC_YES ? open_rule(&p->devices[i]) : why_kind(f);
        found.is = hc_or(found.is, is);
    }
    return found;
}

static struct found either(struct found a, struct found b)
{
    return (struct found){ hc_or(a.is, b.is), a.why ? a.why : b.why };
}

/* Known where it is known of each whether it is one; otherwise why says what would settle it. */
static bool count(const struct hc_report *report, kind_test *kind, uint64_t *number, const struct hc_reply **why)
{
    const struct hc_functions *functions = &report->passthrough->functions;

    *number = 0;
    *why = functions->known ? NULL : report->facts->tables[HC_TABLE_PCI].why;
    for (size_t i = 0; i < functions->count; i++) {
        const enum hc_tri is = kind(&functions->list[i]);
        if (is == HC_UNKNOWN) {
            *why = why_kind(&functions->list[i]);
            return false;
        }
        *number += is == HC_YES;
    }
    return functions->known;
}

/* ---- putting ---- */

/* The devices and what the verdict of vfio rests on: what is known of them stands in the table, with its replies. */
static struct hc_view look(const struct hc_report *report)
{
    struct hc_view v = hc_view_of(report->facts);
    uint64_t functions;

    hc_see_number(&v, HC_PCI_FUNCTIONS, &functions);
    return v;
}

static struct hc_view look_at_host(const struct hc_report *report)
{
    struct hc_view v = look(report);
    const struct hc_rating *vfio = hc_report_rating(report, "vfio");

    for (size_t i = 0; vfio && i < vfio->count; i++)
        if (vfio->outcomes[i].requirement->level == HC_HARD)
            hc_see_again(&v, vfio->outcomes[i].seen, vfio->outcomes[i].seen_count);
    return v;
}

/* An unknown keeps the reply that would settle it, where there is one. */
static void put_why(struct hc_report *report, enum hc_fact fact, const struct hc_reply *why)
{
    if (!report->facts->cells[fact].known && why && why->answer != HC_OK) /* one that was answered settles nothing */
        report->facts->cells[fact] = (struct hc_cell){ .why = why };
}

static void put_found(struct hc_report *report, const struct hc_view *view, const struct hc_flag_id *id,
                      struct found found)
{
    put_flag(report->facts, view, *id, found.is);
    put_why(report, id->fact, found.why);
}

static void put_count(struct hc_report *report, const struct hc_view *view, struct hc_number_id id, bool known,
                      uint64_t number, const struct hc_reply *why)
{
    conclude(report->facts, view, id.fact, known)->number = number;
    put_why(report, id.fact, why);
}

static void kinds(struct hc_report *report)
{
    static const struct {
        kind_test *kind;
        const struct hc_flag_id *possible, *whole, *ready;
    } rows[] = {
        { is_gpu, &HC_PASSTHROUGH_GPU_POSSIBLE, &HC_PASSTHROUGH_GPU_WHOLE, &HC_PASSTHROUGH_GPU_READY },
        { is_nic, &HC_PASSTHROUGH_NIC_POSSIBLE, &HC_PASSTHROUGH_NIC_WHOLE, &HC_PASSTHROUGH_NIC_READY },
        { is_vf, &HC_PASSTHROUGH_VF_POSSIBLE, &HC_PASSTHROUGH_VF_WHOLE, &HC_PASSTHROUGH_VF_READY },
    };
    const struct hc_view devices = look(report), host = look_at_host(report);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_found(report, &devices, rows[i].possible, any(report, rows[i].kind, possible));
        put_found(report, &devices, rows[i].whole, any(report, rows[i].kind, unlimited));
        put_found(report, &host, rows[i].ready, any(report, rows[i].kind, ready));
    }
}

static void numbers(struct hc_report *report)
{
    static const struct {
        kind_test *kind;
        const struct hc_number_id *id;
    } rows[] = { { is_gpu, &HC_PASSTHROUGH_GPUS },
                 { can_have_vfs, &HC_PASSTHROUGH_SRIOV },
                 { is_vf, &HC_PASSTHROUGH_VFS } };
    const struct hc_view devices = look(report);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t number;
        const struct hc_reply *why;
        const bool known = count(report, rows[i].kind, &number, &why);
        put_count(report, &devices, *rows[i].id, known, number, why);
    }
}

/* Where one may be a bridge, or its verdict is open, the sum is not known. */
static void counts(struct hc_report *report)
{
    const struct hc_passthrough *p = report->passthrough;
    const struct hc_view host = look_at_host(report);
    const struct hc_reply *why;
    uint64_t gpus;
    const bool known = count(report, is_gpu, &gpus, &why) && !p->counts[HC_DEVICE_UNKNOWN];

    for (size_t i = 0; i < p->functions.count && !why; i++)
        if (p->devices[i].verdict == HC_DEVICE_UNKNOWN)
            why = open_rule(&p->devices[i]);
    put_count(report, &host, HC_PASSTHROUGH_READY, known, p->counts[HC_DEVICE_VIABLE] + p->counts[HC_DEVICE_LIMITED],
              why);
    put_count(report, &host, HC_PASSTHROUGH_AFTER_FIXES, known, p->counts[HC_DEVICE_AFTER_FIXES], why);
}

static enum hc_tri is_any(const struct hc_function *f)
{
    (void)f;
    return HC_YES;
}

/* Whether a mediated device can be made as things are; it needs no IOMMU of its own, for its driver isolates it. */
static struct found mediated(const struct hc_facts *facts)
{
    const struct hc_table_data *table = &facts->tables[HC_TABLE_MDEV_TYPES];
    struct found found = { table->known ? HC_NO : HC_UNKNOWN, table->known ? NULL : table->why };

    for (const struct hc_table_row *row = table->first; row; row = row->next) {
        const struct hc_cell *left = &row->cells[HC_COL_MDEV_TYPES_AVAILABLE];
        const struct found here = { left->known ? hc_tri(left->number > 0) : HC_UNKNOWN, left->why };
        found = either(found, here);
    }
    return found;
}

void hc_conclude_devices(struct hc_report *report)
{
    const struct hc_view host = look_at_host(report);

    kinds(report);
    numbers(report);
    counts(report);
    put_found(report, &host, &HC_PASSTHROUGH_ANY_READY,
              either(any(report, is_any, viable), either(any(report, is_vf, ready), mediated(report->facts))));
}
