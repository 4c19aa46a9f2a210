/* The distribution and what installs software on it, what containers of this caller may use, and the versions that
   profiles ask for. */
#include "conclude_windows.h"
#include "tables.h"

#include <ctype.h>
#include <string.h>

/* ---- distribution ---- */

/* os-release(5): without an ID it is "linux". */
static void distribution(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *id = hc_see_text(&v, HC_OS_ID);

    put_text(facts, &v, HC_HOST_DISTRIBUTION, id && !*id ? "linux" : id);
    v = hc_view_of(facts);
    put_text(facts, &v, HC_HOST_DISTRIBUTION_VERSION, hc_see_text(&v, HC_OS_VERSION_ID));
}

/* Images that are changed as a whole have a tool of their own beside the usual one. */
static const char *package_manager(struct hc_view *v)
{
    static const char *const order[] = { "apt", "dnf",  "yum",    "zypper", "pacman", "apk",
                                         "nix", "guix", "emerge", "xbps",   "opkg" };
    const char *tools = hc_see_text(v, HC_PACKAGE_TOOLS), *id;

    if (!tools)
        return NULL;
    if (has_word(tools, "rpm-ostree")) {
        enum hc_tri image = hc_see(v, HC_OSTREE_BOOTED);
        if (image != HC_NO)
            return image == HC_YES ? "rpm-ostree" : NULL;
    }
    id = hc_see_text(v, HC_OS_ID);
    if (id && has_word(tools, "transactional-update") &&
        (strstr(id, "micro") || strstr(id, "aeon") || strstr(id, "kalpa")))
        return "transactional-update";
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (has_word(tools, order[i]))
            return order[i];
    return "none";
}

/* ---- containers of this caller ---- */

static enum hc_tri userns(struct hc_view *v)
{
    uint64_t max;
    enum hc_tri built = hc_see(v, HC_USERNS_BUILT), some;

    if (built == HC_NO)
        return HC_NO;
    some = hc_see_number(v, HC_USERNS_MAX, &max) ? hc_tri(max != 0) : HC_UNKNOWN;
    return hc_and(hc_and(built, some), hc_and(hc_not(hc_see(v, HC_USERNS_OFF)), hc_not(hc_see(v, HC_USERNS_APPARMOR))));
}

static void subid(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    uint64_t users = 0, groups = 0;
    bool known = hc_see_number(&v, HC_SUBUID_COUNT, &users);

    known = hc_see_number(&v, HC_SUBGID_COUNT, &groups) && known;
    conclude(facts, &v, HC_LINUX_SUBID.fact, known)->number = users < groups ? users : groups;
}

/* ---- versions ---- */

/* The upstream version in a package's: "7.2" of "1:7.2+dfsg-7+deb12u13", "9.1.2" of "9.1.2-1.fc41". */
static const char *upstream(struct hc_facts *facts, const char *version)
{
    const char *colon = version ? strchr(version, ':') : NULL;
    size_t size = 0;

    if (!version)
        return NULL;
    version = colon ? colon + 1 : version;
    while (isdigit((unsigned char)version[size]) ||
           (size && version[size] == '.' && isdigit((unsigned char)version[size + 1])))
        size++;
    return size ? hc_copy(facts->arena, version, size) : NULL;
}

static void version(struct hc_facts *facts, struct hc_text_id id, struct hc_flag_id found, struct hc_text_id observed)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri there = hc_see(&v, found);

    put_text(facts, &v, id, there == HC_NO ? "" : there == HC_YES ? upstream(facts, hc_see_text(&v, observed)) : NULL);
}

/* ---- firmware for guests ---- */

static bool cell_has(const struct hc_table_row *row, int column, const char *word)
{
    return row->cells[column].known && has_word(row->cells[column].text, word);
}

/* Of guests of this machine's kind. A descriptor that could not be read may be of such, and so may an image whose place
   could not be looked at: then the images are not counted. */
static enum hc_tri uefi(struct hc_view *v, const char *feature)
{
    const struct hc_table_data *table = &v->facts->tables[HC_TABLE_FIRMWARE_IMAGES];
    const char *arch = hc_see_word(v, HC_HOST_ARCH);
    enum hc_tri found;
    uint64_t count;

    found = hc_see_number(v, HC_FIRMWARE_IMAGE_COUNT, &count) ? HC_NO : HC_UNKNOWN;
    for (const struct hc_table_row *row = table->first; arch && row; row = row->next) {
        const struct hc_cell *present = &row->cells[HC_COL_IMAGE_PRESENT];
        if (!row->cells[HC_COL_IMAGE_INTERFACES].known || !present->known) {
            found = HC_UNKNOWN;
            continue;
        }
        if (present->flag && cell_has(row, HC_COL_IMAGE_INTERFACES, "uefi") &&
            cell_has(row, HC_COL_IMAGE_ARCHITECTURES, arch) &&
            (!feature || cell_has(row, HC_COL_IMAGE_FEATURES, feature)))
            return HC_YES;
    }
    return arch ? found : HC_UNKNOWN;
}

static void firmware(struct hc_facts *facts, struct hc_flag_id id, const char *feature)
{
    struct hc_view v = hc_view_of(facts);
    enum hc_tri value = uefi(&v, feature);

    put_flag(facts, &v, id, value);
}

/* ---- who works here ---- */

/* Who starts a desktop from a text console has a session of a terminal: only where nobody sits there it is nobody. A
   folder without systemd may be an image's. */
static enum hc_tri interactive(struct hc_view *v)
{
    uint64_t graphical, seated;

    if (hc_on_windows(v)) /* a server may have a desktop, too */
        return hc_see_is(v, HC_WIN_PRODUCT_TYPE, "workstation") == HC_YES ? HC_YES : HC_UNKNOWN;

    if (hc_see_number(v, HC_SESSIONS_GRAPHICAL, &graphical) && graphical)
        return HC_YES;
    if (!hc_see_number(v, HC_SESSIONS_SEATED, &seated) || seated)
        return HC_UNKNOWN;
    return hc_see(v, HC_SYSTEMD) == HC_YES ? HC_NO : HC_UNKNOWN;
}

void hc_conclude_software(struct hc_facts *facts)
{
    struct hc_view v = hc_view_of(facts);
    const char *manager = package_manager(&v);
    enum hc_tri value;

    put_word(facts, &v, HC_HOST_PACKAGE_MANAGER, manager);
    distribution(facts);
    v = hc_view_of(facts);
    value = userns(&v);
    put_flag(facts, &v, HC_LINUX_USERNS, value);
    subid(facts);
    v = hc_view_of(facts);
    value = interactive(&v);
    put_flag(facts, &v, HC_HOST_INTERACTIVE, value);
    v = hc_view_of(facts);
    value = hc_see(&v, HC_VHOST_NET_REGISTERED); /* its driver registers the device when it is there */
    put_flag(facts, &v, HC_MODULE_VHOST_NET, value);
    version(facts, HC_SW_QEMU, HC_QEMU_FOUND, HC_QEMU_VERSION);
    version(facts, HC_SW_LIBVIRT, HC_LIBVIRT_FOUND, HC_LIBVIRT_VERSION);
    firmware(facts, HC_SW_UEFI, NULL);
    firmware(facts, HC_SW_UEFI_SECURE, "secure-boot");
}
