/* Programs for virtualization and containers: of a closed list, each looked for where distributions put it. Nothing is
   run: a version comes from the package database, from the program's own note, or from a name that holds it. */
#include "json.h"
#include "probes.h"
#include "tables.h"

#include <string.h>

struct product {
    const char *name, *kind;
    const char *machine;  /* only on such a machine; NULL: on all */
    const char *paths[4]; /* the first that is there counts */
    const char *packages; /* names that it has in package databases, parted by commas; NULL: version not asked for */
    const char *sockets[2];
};

#define ANY NULL
#define PATHS(...)                                                                                                     \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
#define SOCKETS(...)                                                                                                   \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
static const struct product products[] = {
#define PRODUCT(name, kind, machine, packages, sockets, paths) { name, kind, machine, paths, packages, sockets },
#include "software.def"
};

enum { PRODUCTS = sizeof products / sizeof *products };

struct look {
    struct hc_source *src;
    struct hc_facts *facts;
    const char *store;                      /* where a distribution without /usr/bin has its programs; NULL: /usr */
    const char *paths[PRODUCTS];            /* of what was found */
    const struct hc_reply *proof[PRODUCTS]; /* that it is there, or why it is not known to be or not to be */
    struct hc_table_row *rows[PRODUCTS];
};

/* ---- where ---- */

static bool os_is(const struct look *look, const char *id)
{
    const char *said = hc_text_of(look->facts, HC_OS_ID);

    return said && !strcmp(said, id);
}

static const char *place(const struct look *look, const char *path)
{
    return look->store ? hc_format(look->src, "%s%s", look->store, strrchr(path, '/')) : path;
}

static bool of_other_machine(const struct look *look, const struct product *product)
{
    const char *machine = hc_text_of(look->facts, HC_UNAME_MACHINE);

    if (!machine)
        machine = hc_text_of(look->facts, HC_KERNEL_ARCH);
    return product->machine && machine && strcmp(machine, product->machine) != 0;
}

static void find(struct look *look, size_t p)
{
    const struct product *product = &products[p];
    const struct hc_reply *open = NULL, *reply = NULL;
    struct hc_node node;

    for (size_t i = 0; i < 4 && product->paths[i] && !(look->store && i); i++) {
        const char *path = place(look, product->paths[i]);
        reply = hc_ask_stat(look->src, path, &node);
        if (reply->answer == HC_OK && node.type == 'f') {
            look->paths[p] = path;
            look->proof[p] = reply;
            return;
        }
        if (reply->answer != HC_ABSENT && reply->answer != HC_OK)
            open = reply;
    }
    look->proof[p] = open ? open : reply;
}

/* Whether the caller may look or not, a folder on the way may be closed: that is no absence. */
static void put_socket(struct look *look, size_t p)
{
    const struct product *product = &products[p];
    const struct hc_reply *reply = NULL, *open = NULL;
    struct hc_node node;

    for (size_t i = 0; i < 2 && product->sockets[i]; i++) {
        reply = hc_ask_stat(look->src, product->sockets[i], &node);
        if (reply->answer == HC_OK && node.type == 's') {
            hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_SOCKET, reply,
                         (struct hc_text){ product->sockets[i], strlen(product->sockets[i]) });
            return;
        }
        if (reply->answer != HC_ABSENT && reply->answer != HC_OK)
            open = reply;
    }
    if (!reply)
        return;
    if (!open && reply->answer == HC_ABSENT)
        reply = hc_restate(look->src, reply, "absent");
    hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_SOCKET, open ? open : reply, HC_TEXT(""));
}

static void put_row(struct look *look, size_t p)
{
    struct hc_table_row *row = hc_add_row(look->facts, HC_TABLE_SOFTWARE, look->proof[p]);
    const struct product *product = &products[p];

    look->rows[p] = row;
    hc_cell_text(look->facts, row, HC_COL_SOFTWARE_NAME, look->proof[p],
                 (struct hc_text){ product->name, strlen(product->name) });
    hc_cell_text(look->facts, row, HC_COL_SOFTWARE_KIND, look->proof[p],
                 (struct hc_text){ product->kind, strlen(product->kind) });
    hc_cell_text(look->facts, row, HC_COL_SOFTWARE_PATH, look->proof[p],
                 (struct hc_text){ look->paths[p], strlen(look->paths[p]) });
    put_socket(look, p);
}

/* ---- versions ---- */

static void put_version(struct look *look, size_t p, const struct hc_reply *reply, struct hc_text version,
                        struct hc_text package, const char *from)
{
    hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_VERSION, reply, version);
    hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_FROM, reply, (struct hc_text){ from, strlen(from) });
    if (package.size)
        hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_PACKAGE, reply, package);
}

static bool has_version(const struct look *look, size_t p)
{
    return look->rows[p] && look->rows[p]->cells[HC_COL_SOFTWARE_VERSION].known;
}

/* "/nix/store/HASH-qemu-9.1.2/bin/qemu-system-x86_64": the first number behind a hyphen begins the version. */
static bool store_version(struct hc_text target, struct hc_text *name, struct hc_text *version)
{
    static const char *const stores[] = { "/nix/store/", "/gnu/store/" };
    size_t skip = strlen(stores[0]), at, start, end;

    if (!hc_starts(target, stores[0]) && !hc_starts(target, stores[1]))
        return false;
    for (at = skip; at < target.size && target.at[at] != '-' && target.at[at] != '/'; at++)
        ;
    start = at + 1;
    for (end = start; end < target.size && target.at[end] != '/'; end++)
        ;
    for (at = start; at + 1 < end; at++)
        if (target.at[at] == '-' && target.at[at + 1] >= '0' && target.at[at + 1] <= '9') {
            *name = (struct hc_text){ target.at + start, at - start };
            *version = (struct hc_text){ target.at + at + 1, end - at - 1 };
            return true;
        }
    return false;
}

static void versions_by_store(struct look *look)
{
    struct hc_text target, name, version;

    for (size_t p = 0; p < PRODUCTS; p++)
        if (look->rows[p]) {
            const struct hc_reply *reply = hc_ask_link(look->src, look->paths[p], &target);
            if (store_version(target, &name, &version))
                put_version(look, p, reply, version, name, "store");
        }
}

/* What the package manager did not install is not what its database speaks of. */
static bool packaged(const struct look *look, size_t p)
{
    const char *path = look->paths[p];

    return look->rows[p] && products[p].packages && !strncmp(path, "/usr/", 5) && strncmp(path, "/usr/local/", 11) != 0;
}

static const char *database(const struct look *look)
{
    static const char *const managers[][2] = { { "apt", "dpkg" }, { "apk", "apk" }, { "pacman", "pacman" } };
    const char *tools = hc_text_of(look->facts, HC_PACKAGE_TOOLS);

    for (size_t i = 0; tools && i < sizeof managers / sizeof *managers; i++)
        if (hc_has_word((struct hc_text){ tools, strlen(tools) }, managers[i][0]))
            return managers[i][1];
    return NULL;
}

/* One question for all that was found. */
static void versions_by_database(struct look *look, const char *manager)
{
    const char *question = NULL;
    struct hc_text lines, names, name, version;
    const struct hc_reply *reply;

    for (size_t p = 0; p < PRODUCTS; p++)
        if (packaged(look, p))
            question = question ? hc_format(look->src, "%s,%s", question, products[p].packages)
                                : hc_format(look->src, "%s:%s", manager, products[p].packages);
    if (!question)
        return;
    reply = hc_ask_packages(look->src, question, &lines);
    for (size_t p = 0; p < PRODUCTS; p++) {
        if (!packaged(look, p))
            continue;
        names = (struct hc_text){ products[p].packages, strlen(products[p].packages) };
        while (names.size && !has_version(look, p)) {
            char *one;
            if (!hc_split(names, ',', &name, &names)) {
                name = names;
                names.size = 0;
            }
            one = hc_copy(&look->src->arena, name.at, name.size);
            if (one && hc_find_value(lines, ' ', one, &version))
                put_version(look, p, reply, version, name, "package");
        }
        if (reply->answer != HC_OK)
            hc_cell_text(look->facts, look->rows[p], HC_COL_SOFTWARE_VERSION, reply, HC_TEXT(""));
    }
}

static struct hc_text member(const struct hc_json *note, const char *name)
{
    const char *value = hc_json_get_string(note, name);

    return value ? (struct hc_text){ value, strlen(value) } : HC_TEXT("");
}

/* Distributions that keep their packages in a database of RPM leave a note in each program. */
static void version_by_note(struct look *look, size_t p)
{
    struct hc_text text, version;
    struct hc_json_error error;
    struct hc_json_doc doc;
    const struct hc_reply *reply = hc_ask_note(look->src, look->paths[p], &text);

    if (reply->answer != HC_OK)
        return;
    if (!hc_json_parse(&doc, text, &error)) {
        look->src->exhausted = doc.exhausted || look->src->exhausted;
        return;
    }
    version = member(doc.root, "version");
    if (version.size)
        put_version(look, p, reply, version, member(doc.root, "name"), "note");
    hc_json_free(&doc);
}

static bool wants_note(const struct product *product)
{
    return !strcmp(product->kind, "hypervisor") || !strcmp(product->kind, "manager") ||
           !strcmp(product->kind, "containers");
}

/* The library's name holds it, "libvirt.so.0.11003.0" is 11.3.0: meson.build of libvirt, libvirt_lib_version. */
static bool library_version(struct look *look, struct hc_text target, struct hc_text *version)
{
    struct hc_text head, middle, micro;
    uint64_t number, last;

    if (!hc_starts(target, "libvirt.so.0.") ||
        !hc_split((struct hc_text){ target.at + 13, target.size - 13 }, '.', &middle, &micro) ||
        !hc_number(middle, 10, &number) || !hc_number(micro, 10, &last))
        return false;
    head.at = hc_format(look->src, "%u.%u.%u", (unsigned)(number / 1000), (unsigned)(number % 1000), (unsigned)last);
    head.size = head.at ? strlen(head.at) : 0;
    *version = head;
    return head.size != 0;
}

static void libvirt_version(struct look *look, size_t p)
{
    static const char *const folders[] = { "/usr/lib64", "/usr/lib", NULL };
    const char *machine = hc_text_of(look->facts, HC_UNAME_MACHINE);
    struct hc_text target, version;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *folder = folders[i];
        const struct hc_reply *reply;
        if (!folder) /* Debian's */
            folder = hc_format(look->src, "/usr/lib/%s-linux-gnu", machine ? machine : "x86_64");
        reply = hc_ask_link(look->src, hc_format(look->src, "%s/libvirt.so.0", folder), &target);
        if (library_version(look, target, &version)) {
            put_version(look, p, reply, version, HC_TEXT(""), "library");
            return;
        }
    }
}

static void versions(struct look *look)
{
    const char *manager = database(look);

    if (look->store)
        versions_by_store(look);
    for (size_t p = 0; p < PRODUCTS; p++)
        if (look->rows[p] && !strcmp(products[p].name, "libvirt") && !look->store)
            libvirt_version(look, p);
    if (manager) {
        versions_by_database(look, manager);
        return;
    }
    for (size_t p = 0; p < PRODUCTS; p++)
        if (packaged(look, p) && wants_note(&products[p]) && !has_version(look, p))
            version_by_note(look, p);
}

/* ---- what profiles and checks ask for by name ---- */

static const struct {
    const char *name;
    const struct hc_flag_id *found;
    const struct hc_text_id *version; /* NULL: nobody asks for it */
} known[] = {
    { "qemu", &HC_QEMU_FOUND, &HC_QEMU_VERSION }, { "libvirt", &HC_LIBVIRT_FOUND, &HC_LIBVIRT_VERSION },
    { "virtualbox", &HC_VIRTUALBOX_FOUND, NULL }, { "vmware-workstation", &HC_VMWARE_FOUND, NULL },
    { "newuidmap", &HC_NEWUIDMAP_FOUND, NULL },   { "swtpm", &HC_SWTPM_FOUND, NULL },
};

enum { KNOWN = sizeof known / sizeof *known };

static void put_known_version(struct look *look, struct hc_text_id version, const struct hc_cell *cell)
{
    if (cell->known)
        hc_put_text(look->facts, version, cell->why, (struct hc_text){ cell->text, strlen(cell->text) });
    else if (cell->why)
        hc_put_text(look->facts, version, cell->why, HC_TEXT(""));
}

static void put_known(struct look *look, size_t k)
{
    for (size_t p = 0; p < PRODUCTS; p++) {
        if (strcmp(products[p].name, known[k].name) != 0 || !look->proof[p])
            continue;
        hc_put_listed(look->facts, *known[k].found, look->proof[p], look->paths[p] != NULL);
        if (look->rows[p] && known[k].version)
            put_known_version(look, *known[k].version, &look->rows[p]->cells[HC_COL_SOFTWARE_VERSION]);
    }
}

void hc_probe_software(struct hc_source *src, struct hc_facts *facts)
{
    struct look look = { .src = src, .facts = facts };
    const struct hc_reply *reply;
    struct hc_node node;

    if (os_is(&look, "nixos"))
        look.store = "/run/current-system/sw/bin";
    else if (os_is(&look, "guix"))
        look.store = "/run/current-system/profile/bin";
    reply = hc_ask_stat(src, look.store ? look.store : "/usr/bin", &node);
    hc_put_table(facts, HC_TABLE_SOFTWARE, reply);
    if (reply->answer != HC_OK) {
        for (size_t k = 0; k < KNOWN; k++)
            hc_put_flag(facts, *known[k].found, reply, false);
        return;
    }
    for (size_t p = 0; p < PRODUCTS; p++)
        if (!of_other_machine(&look, &products[p])) {
            find(&look, p);
            if (look.paths[p])
                put_row(&look, p);
        }
    versions(&look);
    for (size_t k = 0; k < KNOWN; k++)
        put_known(&look, k);
}
