/* What Windows' own answers come to. While a hypervisor runs VT-x is hidden from its root partition, and what Windows
   says of firmware and nested paging is no, whatever the machine has: a no counts only where none runs. A yes counts
   everywhere. */
#include "conclude_windows.h"

/* Where it is another system, that is no evidence for what is concluded there. */
bool hc_on_windows(struct hc_view *v)
{
    const char *os = hc_word_of(v->facts, HC_HOST_OS);

    return os && !strcmp(os, "windows") && hc_see_is(v, HC_HOST_OS, "windows") == HC_YES;
}

/* Two ways to ask the same; "no" of either is believed on the machine itself only. */
static enum hc_tri believed(struct hc_view *v, struct hc_flag_id feature, struct hc_flag_id wmi)
{
    enum hc_tri value = hc_see(v, feature), also = hc_see(v, wmi);

    if (value == HC_YES || also == HC_YES)
        return HC_YES;
    if (hc_see_is(v, HC_HOST_ROLE, "physical") != HC_YES)
        return HC_UNKNOWN;
    return value == HC_NO || also == HC_NO ? HC_NO : HC_UNKNOWN;
}

const char *hc_windows_fw(struct hc_view *v)
{
    enum hc_tri on = hc_on_windows(v) ? believed(v, HC_WIN_PF_FIRMWARE, HC_WIN_WMI_FIRMWARE) : HC_UNKNOWN;

    return on == HC_UNKNOWN ? NULL : on == HC_YES ? "enabled" : "disabled";
}

enum hc_tri hc_windows_slat(struct hc_view *v)
{
    return hc_on_windows(v) ? believed(v, HC_WIN_PF_SLAT, HC_WIN_WMI_SLAT) : HC_UNKNOWN;
}

/* A driver that is installed takes VT-x while its machines run, which does not show. */
const char *hc_windows_owner(struct hc_view *v)
{
    enum hc_tri others = hc_or(hc_or(hc_see(v, HC_WIN_VBOX), hc_see(v, HC_WIN_VMWARE)),
                               hc_or(hc_see(v, HC_WIN_AEHD), hc_see(v, HC_WIN_HAXM)));

    return others == HC_NO && hc_see_word(v, HC_HOST_ROLE) ? "none" : NULL;
}

/* Microsoft: GetProductInfo, PRODUCT_*. Server editions go by the product type: they are many. */
static const char *edition(struct hc_view *v)
{
    static const struct {
        unsigned number;
        const char *word;
    } rows[] = {
        { 98, "home" },        { 99, "home" },        { 100, "home" },       { 101, "home" },
        { 48, "pro" },         { 49, "pro" },         { 161, "pro" },        { 162, "pro" },
        { 4, "enterprise" },   { 27, "enterprise" },  { 72, "enterprise" },  { 84, "enterprise" },
        { 125, "enterprise" }, { 126, "enterprise" }, { 175, "enterprise" }, { 188, "enterprise" },
        { 121, "education" },  { 122, "education" },  { 164, "education" },  { 165, "education" },
    };
    const char *type = hc_see_word(v, HC_WIN_PRODUCT_TYPE);
    uint64_t number;

    if (type && strcmp(type, "workstation") != 0)
        return "server";
    if (!type || !hc_see_number(v, HC_WIN_PRODUCT, &number))
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].number == number)
            return rows[i].word;
    return NULL;
}

/* What is switched on that has the hypervisor run. Known only where a hypervisor runs and this is its root. */
static const char *serves(struct hc_facts *facts, struct hc_view *v)
{
    const char *vbs = hc_see_word(v, HC_WIN_VBS);
    const char *list;
    enum hc_tri hyperv = hc_see(v, HC_WIN_HYPERV), vmp = hc_see(v, HC_WIN_VMP), whp = hc_see(v, HC_WIN_WHP);

    if (hc_see_is(v, HC_HOST_ROLE, "root-partition") != HC_YES || !vbs || hyperv == HC_UNKNOWN || vmp == HC_UNKNOWN ||
        whp == HC_UNKNOWN)
        return NULL;
    list = hc_print(facts->arena, "%s%s%s%s", strcmp(vbs, "running") ? "" : " vbs", hyperv == HC_YES ? " hyper-v" : "",
                    vmp == HC_YES ? " vmp" : "", whp == HC_YES ? " whp" : "");
    return list && *list ? list + 1 : list;
}

static void os_edition(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *word = edition(&v);

    put_word(facts, &v, HC_HOST_OS_EDITION, word);
}

static void hypervisor_serves(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *text = serves(facts, &v);

    put_text(facts, &v, HC_WIN_SERVES, text);
}

void hc_conclude_windows(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);

    if (!hc_on_windows(&v)) /* nobody asked */
        return;
    os_edition(facts);
    hypervisor_serves(facts);
}
