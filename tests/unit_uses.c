/* What a host needs itself: mounts, routes, and how a use is followed down to a disk or a port. Each host is the few
   answers that matter; all others are those of a host with one disk (sda, mounted at /) and one more (sdb). */
#include "check.h"
#include "mounts.h"
#include "probes.h"
#include "routes.h"
#include "tables.h"
#include "web.h"

#include <stdio.h>
#include <string.h>

struct answer {
    const char *key, *text; /* text NULL: absent; DENIED: denied */
};

static const char DENIED[] = "denied";

#define SYSFS(name, path, number)                                                                                      \
    { "link:/sys/class/block/" name, "../../devices/" path "/block/" name },                                           \
    {                                                                                                                  \
        "file:/sys/class/block/" name "/dev", number "\n"                                                              \
    }
#define ROOT "25 1 8:0 / / rw - ext4 /dev/sda rw\n"

static const struct answer usual[] = {
    { "link:/proc/1/ns/pid", "pid:[4026531836]" },
    { "file:/proc/1/mountinfo", ROOT },
    { "file:/proc/swaps", "Filename Type Size Used Priority\n" },
    { "dir:/sys/fs/btrfs", NULL },
    { "stat:/sys/module/zfs", NULL },
    { "dir:/sys/class/block", "sda\nsdb\n" },
    SYSFS("sda", "pci0000:00/0000:00:1f.2/ata1", "8:0"),
    SYSFS("sdb", "pci0000:00/0000:00:1f.2/ata2", "8:16"),
    SYSFS("dm-0", "virtual", "253:0"),
    { "dir:/sys/class/block/dm-0/slaves", "sdb\n" },
    { "file:/sys/class/block/dm-0/dm/name", "data\n" },
    SYSFS("loop0", "virtual", "7:0"),
    SYSFS("zram0", "virtual", "252:0"),
    { "link:/proc/self/ns/pid", "pid:[4026531836]" },
    { "link:/proc/self/ns/net", "net:[1]" },
    { "link:/proc/1/ns/net", "net:[1]" },
    { "host:ssh", NULL },
    { "file:/proc/net/ipv6_route", NULL },
};

static void answer(struct hc_source *src, const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count && answers[i].key; i++) {
        const char *text = answers[i].text;
        const bool ok = text && text != DENIED;
        const struct hc_reply reply = { .key = answers[i].key,
                                        .answer = ok     ? HC_OK
                                                  : text ? HC_DENIED
                                                         : HC_ABSENT,
                                        .bytes = ok ? text : "",
                                        .size = ok ? strlen(text) : 0 };
        hc_log(src, &reply); /* the first answer to a key stands */
    }
}

static struct hc_source *host(const struct answer *answers, size_t count)
{
    struct hc_source *src = hc_source_new(NULL, NULL);

    answer(src, answers, count);
    answer(src, usual, sizeof usual / sizeof *usual);
    return src;
}

#define HOST(...)                                                                                                      \
    host((const struct answer[]){ __VA_ARGS__ }, sizeof(const struct answer[]){ __VA_ARGS__ } / sizeof(struct answer))

/* ---- disks ---- */

/* "free", the uses, or "?". */
static void uses(struct hc_source *src, const char *name, const char *expected, int line)
{
    struct hc_facts facts = { .arena = &src->arena };
    const char *found = "no such disk";

    hc_probe_block(src, &facts);
    for (const struct hc_table_row *row = facts.tables[HC_TABLE_BLOCK].first; row; row = row->next)
        if (!strcmp(row->cells[HC_COL_BLOCK_NAME].text, name)) {
            const struct hc_cell *cell = &row->cells[HC_COL_BLOCK_USES];
            found = !cell->known ? "?" : *cell->text ? cell->text : "free";
        }
    if (strcmp(found, expected)) {
        printf("%s:%d: %s: %s, not %s\n", __FILE__, line, name, found, expected);
        failures++;
    }
    hc_source_free(src);
}

#define USES(name, expected, ...) uses(HOST(__VA_ARGS__), name, expected, __LINE__)

static void disks(void)
{
    USES("sda", "mounted root", { NULL, NULL });
    USES("sdb", "free", { NULL, NULL });
    /* what cannot be followed down leaves the other disk unknown, never free */
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 8:99 / /srv rw - ext4 /dev/sdx rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 0:40 / /srv rw - other /dev/sdx rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", "25 1 0:40 / / rw - overlay overlay rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", "26 1 8:0 / /srv rw - ext4 /dev/sda rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 0:41\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", "" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", DENIED }, { "file:/proc/self/mountinfo", ROOT });
    USES("sda", "mounted root", { "file:/proc/1/mountinfo", DENIED }, { "file:/proc/self/mountinfo", ROOT });
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 0:40 / /srv rw - btrfs /dev/sda rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 0:40 / /srv rw - zfs tank rw\n" });
    USES("sdb", "?", { "file:/proc/swaps", DENIED });
    USES("sdb", "?", { "file:/proc/swaps", "" });
    USES("sdb", "?", { "file:/proc/swaps", "Filename\n/dev/sdx partition 1 0 -2\n" });
    USES("sdb", "?", { "link:/sys/class/block/sda", DENIED });
    USES("sdb", "?", { "stat:/sys/module/zfs", DENIED });
    /* what lies on no disk */
    USES("sdb", "free", { "file:/proc/1/mountinfo", "25 1 0:2 / / rw - rootfs rootfs rw\n" });
    USES("sdb", "free", { "file:/proc/1/mountinfo", ROOT "26 1 0:40 / /a\\040b rw - nfs4 host:/dev/x rw\n" });
    USES("sdb", "free", { "file:/proc/1/mountinfo", ROOT "26 1 0:40 / /doc rw - fuse.portal /dev/fuse rw\n" });
    USES("sdb", "free", { "file:/proc/swaps", NULL });
}

static void more_disks(void)
{
    static const char subsystem[] = "../../devices/virtual/nvme-subsystem/nvme-subsys3/nvme3n1";

    USES("sdb", "swap", { "file:/proc/swaps", "Filename\n/dev/sdb partition 1 0 -2\n" });
    USES("sda", "mounted root swap", { "file:/proc/swaps", "Filename\n/a\\040b file 1 0 -2\n" });
    USES("sdb", "mounted", { "file:/proc/1/mountinfo", ROOT "26 1 8:0 / /srv rw - xfs /dev/sda rw,logdev=/dev/sdb\n" });
    USES("sdb", "mounted", { "dir:/proc/fs/jbd2", "sda-8\nsdb\n" });
    USES("sdb", "mounted", { "dir:/sys/fs/xfs", "stats\nsdb\n" });
    USES("sdb", "mounted", { "file:/proc/1/mountinfo", ROOT "26 1 0:4 / /srv rw - bcachefs /dev/sda:/dev/sdb rw\n" });
    USES("sdb", "?", { "file:/proc/1/mountinfo", ROOT "26 1 0:4 / /srv rw - bcachefs UUID=1 rw\n" });
    USES("sdb", "held", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" });
    USES("sdb", "held lvm", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" },
         { "file:/sys/class/block/dm-0/dm/uuid", "LVM-x\n" });
    USES("sdb", "mounted boot held", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" },
         { "file:/proc/1/mountinfo", ROOT "26 1 253:0 / /boot rw - ext4 /dev/mapper/data rw\n" });
    USES("sdb", "swap held", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" },
         { "file:/proc/swaps", "Filename\n/dev/mapper/data partition 1 0 -2\n" });
    USES("sdb", "?", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" }, { "dir:/sys/class/block/dm-0/slaves", DENIED });
    USES("sdb", "?", { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" }, { "dir:/sys/class/block/dm-0/slaves", "" },
         { "file:/proc/swaps", "Filename\n/dev/dm-0 partition 1 0 -2\n" });
    USES("sdb", "held bcache", { "dir:/sys/fs/bcache", "7d1c5a1e-30a5-4f5c-9c46-6f5b9d1f2a77\nregister\n" },
         { "link:/sys/fs/bcache/7d1c5a1e-30a5-4f5c-9c46-6f5b9d1f2a77/cache0", "../../../devices/x/block/sdb/bcache" });
    USES("sda", "mounted root swap", { "dir:/sys/class/block", "loop0\nsda\nsdb\n" },
         { "file:/proc/swaps", "Filename\n/dev/loop0 partition 1 0 -2\n" },
         { "file:/sys/class/block/loop0/loop/backing_file", "/swap.img\n" });
    USES("sdb", "swap", { "dir:/sys/class/block", "sda\nsdb\nzram0\n" },
         { "file:/proc/swaps", "Filename\n/dev/zram0 partition 1 0 -2\n" },
         { "file:/sys/class/block/zram0/backing_dev", "/dev/sdb\n" });
    USES("sdb", "?", { "dir:/sys/class/block", "nvme3n1\nsda\nsdb\n" }, { "link:/sys/class/block/nvme3n1", subsystem },
         { "dir:/sys/class/nvme-subsystem/nvme-subsys3", DENIED });
    /* a saved tree has the file that the kernel shows of the process that saved it */
    USES("sda", "mounted root", { "link:/proc/1/ns/pid", NULL }, { "file:/proc/self/mountinfo", ROOT });
    USES("sdb", "?", { "link:/proc/1/ns/pid", NULL }, { "file:/proc/self/mountinfo", ROOT });
}

static void short_mounts(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    const struct answer tree[] = { { "file:/proc/mounts", "/dev/mapper/data / ext4 rw 0 0\nproc /proc proc rw 0 0\n" },
                                   { "dir:/sys/class/block", "dm-0\nsda\nsdb\n" } };

    answer(src, tree, 2);
    answer(src, usual + 2, sizeof usual / sizeof *usual - 2); /* no processes */
    uses(src, "sdb", "mounted root held", __LINE__);
}

/* ---- mounts ---- */

static void mount_lines(void)
{
    struct hc_text text = HC_TEXT("36 35 98:0 /mnt1 /a\\040b rw master:1 shared:2 - ext3 /dev/root rw,errors=x\n\n"
                                  "37 36 0:31 / /a\\040b/c rw - btrfs /dev/sda2 rw\n"
                                  "/dev/sdb1 /srv ext4 rw 0 0\n");
    struct hc_text rest = text;
    struct hc_mount mount;
    bool sound = true;

    CHECK(hc_next_mount(&rest, &mount, &sound) && hc_text_is(mount.point, "/a\\040b") && hc_mount_has_device(&mount));
    CHECK(hc_text_is(mount.source, "/dev/root") && hc_text_is(mount.root, "/mnt1") && hc_text_is(mount.id, "36"));
    CHECK(hc_next_mount(&rest, &mount, &sound) && hc_text_is(mount.type, "btrfs") && !hc_mount_has_device(&mount));
    CHECK(hc_next_mount(&rest, &mount, &sound) && hc_text_is(mount.source, "/dev/sdb1") && !mount.number.size);
    CHECK(!hc_next_mount(&rest, &mount, &sound) && sound);
    CHECK(hc_mount_of(text, HC_TEXT("/a\\040b/c/file"), &mount) && hc_text_is(mount.type, "btrfs"));
    CHECK(hc_mount_of(text, HC_TEXT("/a\\040b/cd"), &mount) && hc_text_is(mount.type, "ext3"));
    CHECK(!hc_mount_of(text, HC_TEXT("/a"), &mount));
    rest = HC_TEXT("36 35 98:0 / / rw ext3 /dev/root rw\n");
    CHECK(!hc_next_mount(&rest, &mount, &sound) && !sound);
}

/* ---- interfaces ---- */

static void route_lines(void)
{
    struct hc_text four = HC_TEXT("Iface\tDestination\n*\t00000000\t0\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
                                  "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
                                  "eth1\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"),
                   name;
    struct hc_text six = HC_TEXT("00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                                 "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200 lo\n"
                                 "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                                 "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth2\n"
                                 "0000 00\n");
    bool sound = true;

    CHECK(hc_next_default4(&four, &name, &sound) && hc_text_is(name, "eth0"));
    CHECK(!hc_next_default4(&four, &name, &sound) && sound);
    CHECK(hc_next_default6(&six, &name, &sound) && hc_text_is(name, "eth2") && sound);
    CHECK(!hc_next_default6(&six, &name, &sound) && !sound);
}

static void addresses(void)
{
    const unsigned char four[4] = { 192, 0, 2, 2 }, six[16] = { 0xfe, 0x80, [15] = 1 };
    char route[256];
    uint32_t network, mask;
    struct hc_text name;
    struct hc_source *src;

    memcpy(&network, (const unsigned char[]){ 192, 0, 2, 0 }, 4); /* the file has integers of its machine */
    memcpy(&mask, (const unsigned char[]){ 255, 255, 255, 0 }, 4);
    snprintf(route, sizeof route, "eth0 %08X 0 0001 0 0 0 %08X 0 0 0\neth1 00000000 1 0003 0 0 0 00000000 0 0 0\n",
             network, mask);
    src = HOST({ "file:/proc/net/route", route },
               { "file:/proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     eth3\n" });
    hc_interface_of(src, four, 4, &name);
    CHECK(hc_text_is(name, "eth0"));
    hc_interface_of(src, six, 16, &name);
    CHECK(hc_text_is(name, "eth3"));
    hc_source_free(src);
    snprintf(route, sizeof route, "eth0 %08X 0 0001 0 0 0 %08X 0 0 0\neth1 %08X 0 0001 0 0 0 %08X 0 0 0\n", network,
             mask, network, mask);
    src = HOST({ "file:/proc/net/route", route });
    hc_interface_of(src, four, 4, &name); /* either could have it */
    CHECK(!name.size);
    hc_source_free(src);
}

#define PORT(name, path, folder)                                                                                       \
    { "link:/sys/class/net/" name, "../../devices/" path "/net/" name },                                               \
    {                                                                                                                  \
        "dir:/sys/class/net/" name, "type\n" folder                                                                    \
    }
#define PORTS                                                                                                          \
    { "dir:/sys/class/net", "eth0\neth1\ntap0\nup0\n" }, PORT("eth0", "pci0000:00/0000:00:03.0", ""),                  \
        PORT("eth1", "pci0000:00/0000:00:04.0", "")
#define DEFAULT(name) name " 00000000 1 0003 0 0 0 00000000 0 0 0\n"

/* 'y', 'n', '?', or '-' where the interface is not listed. */
static char carries(struct hc_source *src, const char *name, int column)
{
    struct hc_facts facts = { .arena = &src->arena };
    char found = '-';

    hc_probe_net(src, &facts);
    for (const struct hc_table_row *row = facts.tables[HC_TABLE_NET].first; row; row = row->next)
        if (!strcmp(row->cells[HC_COL_NET_NAME].text, name))
            found = !row->cells[column].known ? '?' : row->cells[column].flag ? 'y' : 'n';
    if (!facts.tables[HC_TABLE_NET].known)
        found = '0';
    hc_source_free(src);
    return found;
}

#define ROUTE(name, ...)   carries(HOST(__VA_ARGS__, PORTS), name, HC_COL_NET_DEFAULT_ROUTE)
#define SESSION(name, ...) carries(HOST(__VA_ARGS__, PORTS), name, HC_COL_NET_SESSION)

static void interfaces(void)
{
    const struct answer bridge = { "dir:/sys/class/net/up0", "lower_eth0\ntype\n" };
    const struct answer virtual = { "link:/sys/class/net/up0", "../../devices/virtual/net/up0" };
    const struct answer tap = { "link:/sys/class/net/tap0", "../../devices/virtual/net/tap0" };
    const struct answer by_bridge = { "file:/proc/net/route", DEFAULT("up0") };
    const struct answer by_port = { "file:/proc/net/route", DEFAULT("eth0") };

    CHECK(ROUTE("eth0", by_port) == 'y' && ROUTE("eth1", by_port) == 'n');
    CHECK(ROUTE("eth0", by_bridge, bridge, virtual) == 'y' && ROUTE("eth1", by_bridge, bridge, virtual) == 'n');
    CHECK(ROUTE("eth1", by_bridge, { "dir:/sys/class/net/up0", "type\n" }, virtual) == '?'); /* a tunnel */
    CHECK(ROUTE("eth1", by_bridge, { "dir:/sys/class/net/up0", DENIED }, virtual) == '?');
    CHECK(ROUTE("eth1", { "file:/proc/net/route", DEFAULT("gone") }) == '?');
    CHECK(ROUTE("eth1", by_bridge, { "dir:/sys/class/net/up0", "lower_tap0\n" }, virtual, tap) == '?');
    CHECK(ROUTE("eth1", by_bridge, { "dir:/sys/class/net/up0", "lower_eth0\n" }, virtual,
                { "dir:/sys/class/net/eth0", DENIED }) == '?');
    CHECK(ROUTE("eth1", { "file:/proc/net/route", DENIED }) == '?');
    CHECK(ROUTE("eth1", by_port, { "file:/proc/net/ipv6_route", DENIED }) == '?');
    CHECK(ROUTE("eth0", by_port, { "file:/proc/net/ipv6_route", DENIED }) == 'y');
    CHECK(ROUTE("eth1", { "file:/proc/net/route", NULL }) == 'n'); /* no IPv4 */
    CHECK(SESSION("eth0", by_port) == 'n');
    CHECK(SESSION("eth0", by_port, { "host:ssh", "interface eth0\n" }) == 'y');
    CHECK(SESSION("eth1", by_port, { "host:ssh", "interface eth0\n" }) == 'n');
    CHECK(SESSION("eth0", by_port, { "host:ssh", "interface up0\n" }, bridge, virtual) == 'y');
    CHECK(SESSION("eth1", by_port, { "host:ssh", DENIED }) == '?');
    CHECK(SESSION("eth1", by_port, { "host:ssh", "interface\n" }) == '?');
    /* interfaces of another network namespace are not the host's */
    CHECK(ROUTE("eth0", by_port, { "link:/proc/self/ns/pid", "pid:[4026532000]" }) == '0');
    CHECK(ROUTE("eth0", by_port, { "link:/proc/1/ns/net", "net:[2]" }) == '0');
    CHECK(ROUTE("eth0", by_port, { "link:/proc/1/ns/net", DENIED }) == 'y');
}

static void webs(void)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_web web;
    struct hc_web_node *a, *b, *c;

    CHECK(hc_web_make(&web, src, HC_TEXT("c\na\n\nb\n")) && web.count == 3);
    a = hc_web_find(&web, HC_TEXT("a"));
    b = hc_web_find(&web, HC_TEXT("b"));
    c = hc_web_find(&web, HC_TEXT("c"));
    CHECK(a && b && c && !hc_web_find(&web, HC_TEXT("d")) && !hc_web_find(&web, HC_TEXT("")));
    hc_web_join(&web, a, b);
    hc_web_join(&web, b, a);
    hc_web_join(&web, a, c);
    hc_web_join(&web, a, NULL);
    hc_web_mark(b, 2, NULL);
    hc_web_flow(&web);
    CHECK(a->marks == 2 && c->marks == 2);
    CHECK(hc_text_is(hc_web_names(&web, a->below), "b c") && hc_text_is(hc_web_names(&web, NULL), ""));
    CHECK(hc_is_pci_address(HC_TEXT("0000:01:00.0")) && hc_is_pci_address(HC_TEXT("10000:e1:00.0")));
    CHECK(!hc_is_pci_address(HC_TEXT("0:0:0:0")) && !hc_is_pci_address(HC_TEXT("pci0000:00")));
    CHECK(hc_text_is(hc_last_component(HC_TEXT("../a/b/")), "b") && !hc_last_component(HC_TEXT("")).size);
    hc_source_free(src);
}

int main(void)
{
    webs();
    mount_lines();
    disks();
    more_disks();
    short_mounts();
    route_lines();
    addresses();
    interfaces();
    return checked();
}
