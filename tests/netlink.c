/* rtnetlink: its messages byte by byte, those that lie as well, and what the table of interfaces says beside what `ip`
   says of the same host. With HOSTCAP_MAKE_INTERFACES=1, as root: also in a network namespace of its own, with an
   interface of every kind that this kernel makes (it may load their modules). Without ip the comparison is skipped. */
#include "check.h"
#include "netlink_answer.h"
#include "probes.h"
#include "tables.h"

#include <cjson/cJSON.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 };

/* ---- messages ---- */

struct message {
    char bytes[512];
    size_t size;
};

static void put(struct message *m, const void *bytes, size_t size)
{
    memcpy(m->bytes + m->size, bytes, size);
    m->size += size;
    while (m->size % 4)
        m->bytes[m->size++] = 0;
}

static void put_attribute(struct message *m, unsigned type, const void *value, size_t size)
{
    const uint16_t head[2] = { (uint16_t)(4 + size), (uint16_t)type };

    put(m, head, sizeof head);
    put(m, value, size);
}

static void put_nest(struct message *m, unsigned type, const struct message *inside)
{
    put_attribute(m, type, inside->bytes, inside->size);
}

static struct message link_message(void)
{
    const struct ifinfomsg head = { .ifi_type = ARPHRD_ETHER, .ifi_index = 7, .ifi_flags = 0x1003 };
    struct message m = { .size = 0 };

    put(&m, &head, sizeof head);
    put_attribute(&m, IFLA_IFNAME, "eth0.5", 7);
    return m;
}

/* Whether that is the line; NULL: whether there is none. */
static bool is_line(struct hc_text message, void (*write)(struct hc_lines *, struct hc_text), const char *expected)
{
    struct hc_lines lines = { NULL, 0, 0, NULL };
    bool same;

    write(&lines, message);
    same = hc_text_is((struct hc_text){ lines.text ? lines.text : "", lines.size }, expected ? expected : "");
    if (!same)
        printf("%.*s", (int)lines.size, lines.text);
    free(lines.text);
    return same;
}

static bool link_is(const struct message *m, const char *expected)
{
    return is_line((struct hc_text){ m->bytes, m->size }, hc_write_link, expected);
}

static void vlan(void)
{
    const uint16_t id = 5;
    const uint32_t mtu = 1496;
    struct message m = link_message(), data = { .size = 0 }, info = { .size = 0 };

    put_attribute(&data, IFLA_VLAN_ID, &id, sizeof id);
    put_attribute(&info, IFLA_INFO_KIND, "vlan", 5);
    put_nest(&info, IFLA_INFO_DATA, &data);
    put_attribute(&m, IFLA_ADDRESS, "\x52\x54\0\xfe\xdc\xba", 6);
    put_nest(&m, IFLA_LINKINFO, &info);
    put_attribute(&m, IFLA_MTU, &mtu, sizeof mtu);
    CHECK(link_is(&m, "index 7 type 1 flags 0x1003 name eth0.5 mtu 1496 address 525400fedcba kind vlan vlan_id 5\n"));
}

static void bond(void)
{
    const uint8_t mode = 4;
    struct message m = link_message(), data = { .size = 0 }, info = { .size = 0 };

    put_attribute(&data, IFLA_BOND_MODE, &mode, sizeof mode);
    put_attribute(&info, IFLA_INFO_KIND, "bond", 5);
    put_nest(&info, IFLA_INFO_DATA | NLA_F_NESTED, &data);
    put_attribute(&info, IFLA_INFO_SLAVE_KIND, "bridge", 7);
    put_nest(&m, IFLA_LINKINFO | NLA_F_NESTED, &info);
    CHECK(link_is(&m, "index 7 type 1 flags 0x1003 name eth0.5 kind bond slave bridge bond_mode 4\n"));
}

static void lying_messages(void)
{
    const struct ifinfomsg head = { .ifi_index = 7 };
    struct message m = link_message(), nameless = { .size = 0 };
    const uint16_t zero[2] = { 0, IFLA_MTU }, beyond[2] = { 200, IFLA_MTU };

    put(&nameless, &head, sizeof head);
    CHECK(link_is(&nameless, NULL));
    put(&m, zero, sizeof zero); /* would be read for ever */
    CHECK(link_is(&m, "index 7 type 1 flags 0x1003 name eth0.5\n"));
    m = link_message();
    put(&m, beyond, sizeof beyond);
    CHECK(link_is(&m, "index 7 type 1 flags 0x1003 name eth0.5\n"));
    m = link_message();
    put_attribute(&m, IFLA_MTU, "abc", 3); /* no number has three bytes */
    put_attribute(&m, IFLA_PHYS_PORT_NAME, "p 0\n", 5);
    CHECK(link_is(&m, "index 7 type 1 flags 0x1003 name eth0.5 port p?0?\n"));
    for (size_t size = 0; size <= m.size; size++) { /* bounds are the sanitizer's part */
        struct hc_lines lines = { NULL, 0, 0, NULL };
        char *exact = malloc(size + 1);
        if (!exact)
            return;
        memcpy(exact, m.bytes, size);
        hc_write_link(&lines, (struct hc_text){ exact, size });
        hc_write_address(&lines, (struct hc_text){ exact, size });
        free(exact);
        free(lines.text);
    }
}

static void addresses(void)
{
    const struct ifaddrmsg head = { .ifa_family = AF_INET, .ifa_prefixlen = 31, .ifa_index = 7 };
    struct message m = { .size = 0 };

    put(&m, &head, sizeof head);
    put_attribute(&m, IFA_ADDRESS, "\xc0\0\2\1", 4); /* of the other end */
    put_attribute(&m, IFA_LOCAL, "\xc0\0\2\0", 4);
    CHECK(is_line((struct hc_text){ m.bytes, m.size }, hc_write_address,
                  "index 7 family inet prefix 31 scope 0 address c0000200\n"));
}

/* ---- beside ip ---- */

static const struct hc_table_row *row_of(const struct hc_facts *facts, const char *name)
{
    for (const struct hc_table_row *row = facts->tables[HC_TABLE_NET].first; row; row = row->next)
        if (row->cells[HC_COL_NET_NAME].known && !strcmp(row->cells[HC_COL_NET_NAME].text, name))
            return row;
    return NULL;
}

static const char *string(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));

    return text ? text : "";
}

static bool text_is(const struct hc_table_row *row, int column, const char *expected)
{
    const struct hc_cell *cell = &row->cells[column];
    bool same = cell->known ? !strcmp(cell->text, expected) : !*expected;

    if (!same)
        printf("%s: %s: %s, and ip says %s\n", row->cells[HC_COL_NET_NAME].text,
               hc_table_field(HC_TABLE_NET)->columns[column].key, cell->known ? cell->text : "unknown", expected);
    return same;
}

static bool number_is(const struct hc_table_row *row, int column, const cJSON *number)
{
    const struct hc_cell *cell = &row->cells[column];

    return number ? cell->known && (double)cell->number == number->valuedouble : !cell->known;
}

static const char *mac(const struct hc_table_row *row, const char *address)
{
    return strlen(address) != 17 || !strcmp(row->cells[HC_COL_NET_NAME].text, "lo") ? "" : address;
}

static void compare_kind(const struct hc_table_row *row, const cJSON *link)
{
    const cJSON *info = cJSON_GetObjectItem(link, "linkinfo"), *data = cJSON_GetObjectItem(info, "info_data");
    const char *kind = string(info, "info_kind");
    const bool bridge = !strcmp(kind, "bridge"), macvlan = !strncmp(kind, "macv", 4);

    CHECK(text_is(row, HC_COL_NET_LINK_KIND, strcmp(kind, "tun") ? kind : string(data, "type")));
    CHECK(number_is(row, HC_COL_NET_VLAN_ID, strcmp(kind, "vlan") ? NULL : cJSON_GetObjectItem(data, "id")));
    CHECK(number_is(row, HC_COL_NET_VXLAN_ID, strcmp(kind, "vxlan") ? NULL : cJSON_GetObjectItem(data, "id")));
    CHECK(text_is(row, HC_COL_NET_BOND_MODE, strcmp(kind, "bond") ? "" : string(data, "mode")));
    CHECK(text_is(row, HC_COL_NET_MACVLAN_MODE, macvlan ? string(data, "mode") : ""));
    CHECK(row->cells[HC_COL_NET_BRIDGE_STP].known == bridge);
    CHECK(!bridge || row->cells[HC_COL_NET_BRIDGE_STP].flag == (cJSON_GetObjectItem(data, "stp_state")->valueint != 0));
    CHECK(!bridge ||
          row->cells[HC_COL_NET_BRIDGE_VLANS].flag == (cJSON_GetObjectItem(data, "vlan_filtering")->valueint != 0));
}

static void compare_addresses(const struct hc_table_row *row, const cJSON *link)
{
    const cJSON *one;
    char list[4096] = "";

    cJSON_ArrayForEach(one, cJSON_GetObjectItem(link, "addr_info"))
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s/%d", *list ? " " : "", string(one, "local"),
                 cJSON_GetObjectItem(one, "prefixlen")->valueint);
    CHECK(text_is(row, HC_COL_NET_ADDRESSES, list));
}

static void compare(const struct hc_facts *facts, const cJSON *link)
{
    const char *name = string(link, "ifname"), *state = string(link, "operstate");
    const struct hc_table_row *row = row_of(facts, name);
    const char *permanent = string(link, "permaddr");

    if (!row) {
        printf("%s is not in the table\n", name);
        failures++;
        return;
    }
    CHECK(number_is(row, HC_COL_NET_MTU, cJSON_GetObjectItem(link, "mtu")));
    CHECK(row->cells[HC_COL_NET_UP].flag == (!strcmp(state, "UP") || !strcmp(state, "UNKNOWN")));
    CHECK(text_is(row, HC_COL_NET_MAC, mac(row, string(link, "address"))));
    CHECK(text_is(row, HC_COL_NET_MASTER, string(link, "master")));
    if (*permanent && row->cells[HC_COL_NET_DRIVER].known) /* told only where it is another */
        CHECK(text_is(row, HC_COL_NET_PERMANENT_MAC, permanent));
    compare_kind(row, link);
    compare_addresses(row, link);
}

/* NULL: there is no ip, or it cannot say it. */
static cJSON *ip_says(void)
{
    static char text[1 << 20];
    FILE *in = popen("ip -d -j addr show 2>/dev/null", "r");
    size_t size = in ? fread(text, 1, sizeof text - 1, in) : 0;

    if (in)
        pclose(in);
    text[size] = '\0';
    return cJSON_Parse(text);
}

/* The probe believes that these are the host's interfaces. */
static void of_the_host(struct hc_source *src)
{
    const struct hc_reply replies[] = {
        { .key = "link:/proc/self/ns/pid", .answer = HC_OK, .bytes = "pid:[4026531836]", .size = 16 },
        { .key = "link:/proc/self/ns/net", .answer = HC_OK, .bytes = "net:[1]", .size = 7 },
        { .key = "link:/proc/1/ns/net", .answer = HC_OK, .bytes = "net:[1]", .size = 7 },
    };

    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        hc_log(src, &replies[i]);
}

/* False: skipped. */
static bool beside_ip(void)
{
    struct hc_source *src = hc_source_live();
    struct hc_facts *facts = src ? hc_alloc(&src->arena, sizeof *facts) : NULL;
    cJSON *links = ip_says(), *link;
    const bool asked = links && facts;

    if (asked) {
        facts->arena = &src->arena;
        of_the_host(src);
        hc_probe_net(src, facts);
        CHECK(facts->tables[HC_TABLE_NET].known);
        CHECK(facts->tables[HC_TABLE_NET].count == (size_t)cJSON_GetArraySize(links));
        cJSON_ArrayForEach(link, links) compare(facts, link);
    }
    cJSON_Delete(links);
    hc_source_free(src);
    return asked;
}

/* ---- an interface of every kind ---- */

static const char *const kinds[] = {
    "ip link add br0 type bridge",
    "ip link set br0 type bridge stp_state 1",
    "ip link set br0 type bridge vlan_filtering 1",
    "ip link add v0 type veth peer name v1",
    "ip link set v1 master br0",
    "ip link add link v0 name mv0 type macvtap mode bridge",
    "ip link add vx0 type vxlan id 42 dstport 4789",
    "ip link add bond7 type bond mode 802.3ad",
    "ip link add link v0 name v0.5 type vlan id 5",
    "ip link add d0 type dummy",
    "ip link add wg0 type wireguard",
    "ip tuntap add tap0 mode tap",
    "ip tuntap add tun0 mode tun",
    "ip link set lo up",
    "ip addr add 192.0.2.7/24 dev br0",
    "ip addr add 192.0.2.8 peer 192.0.2.9/32 dev v0",
    "ip addr add 2001:db8::1:0:0:1/64 dev br0 nodad",
    "ip link set br0 up",
    "ip link set v0 up",
    "ip link set v1 up",
};

static int with_every_kind(void)
{
    char command[256];

    if (unshare(CLONE_NEWNET | CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("sysfs", "/sys", "sysfs", 0, NULL)) {
        puts("skipped: no namespace of its own");
        return 0;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(command, sizeof command, "%s 2>/dev/null", kinds[i]);
        if (system(command))
            printf("not made here: %s\n", kinds[i]);
    }
    beside_ip();
    printf("with an interface of every kind: ");
    return checked();
}

static void in_namespace(void)
{
    const char *wanted = getenv("HOSTCAP_MAKE_INTERFACES");
    pid_t child;
    int status = 0;

    if (!wanted || strcmp(wanted, "1")) {
        puts("skipped: interfaces of every kind (HOSTCAP_MAKE_INTERFACES=1 makes them, as root)");
        return;
    }
    fflush(stdout);
    child = fork();
    if (!child)
        exit(with_every_kind());
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

int main(void)
{
    bool compared;

    vlan();
    bond();
    lying_messages();
    addresses();
    in_namespace();
    compared = beside_ip();
    if (!compared)
        puts("skipped: there is no ip to compare with");
    return checked() ? 1 : compared ? 0 : SKIPPED;
}
