/* One dump of all interfaces, one of all addresses (rtnetlink(7)): what sysfs shows in a dozen files for each interface
   comes in one message, and some of it (permanent address, kind, VLAN) only there. Asking changes nothing, needs no
   privilege, and loads no module: rtnetlink is always part of the kernel.

   The wait for an answer is bounded. What cannot be is the kernel's own lock, which every question about interfaces
   takes, those to sysfs as well. */
#include "netlink_answer.h"

#include "files.h"
#include "unix/errno_name.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    WAIT_S = 2,           /* for the next part of an answer */
    DUMP_NS = 2000000000, /* for all of it */
    PART_MAX = 32 * 1024, /* bytes; the kernel makes none larger: net/netlink/af_netlink.c, netlink_recvmsg() */
    TRIES = 3,            /* of a list that changes while it is read */
    ATTRIBUTES = 128,
};

/* ---- text ---- */

static void append(struct hc_lines *lines, const char *bytes, size_t size)
{
    if (lines->error)
        return;
    if (size > lines->room - lines->size) {
        size_t room = 2 * (lines->room + size) + 1024;
        char *larger = room <= HC_REPLY_MAX ? realloc(lines->text, room) : NULL;
        if (!larger) {
            lines->error = room <= HC_REPLY_MAX ? "ENOMEM" : "EFBIG";
            return;
        }
        lines->text = larger;
        lines->room = room;
    }
    memcpy(lines->text + lines->size, bytes, size);
    lines->size += size;
}

static void HC_PRINTF(2, 3) print(struct hc_lines *lines, const char *format, ...)
{
    char text[128];
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    append(lines, text, size > 0 && (size_t)size < sizeof text ? (size_t)size : 0);
}

/* ---- attributes ---- */

/* Takes the next attribute (include/uapi/linux/netlink.h: struct nlattr) off the front. */
static bool next_attribute(struct hc_text *rest, unsigned *type, struct hc_text *value)
{
    struct nlattr head;
    size_t step;

    if (rest->size < sizeof head)
        return false;
    memcpy(&head, rest->at, sizeof head);
    if (head.nla_len < sizeof head || head.nla_len > rest->size)
        return false;
    *type = head.nla_type & (unsigned)NLA_TYPE_MASK;
    *value = (struct hc_text){ rest->at + sizeof head, head.nla_len - sizeof head };
    step = ((size_t)head.nla_len + 3) & ~(size_t)3;
    step = step < rest->size ? step : rest->size;
    *rest = (struct hc_text){ rest->at + step, rest->size - step };
    return true;
}

/* By their numbers; those that are not there are empty. */
static void collect(struct hc_text rest, struct hc_text *values)
{
    struct hc_text value;
    unsigned type;

    memset(values, 0, ATTRIBUTES * sizeof *values);
    while (next_attribute(&rest, &type, &value))
        if (type < ATTRIBUTES)
            values[type] = value;
}

static bool number_of(struct hc_text value, uint32_t *number)
{
    uint16_t half;

    *number = value.size == 1 ? (unsigned char)value.at[0] : 0;
    if (value.size == sizeof *number)
        memcpy(number, value.at, sizeof *number);
    if (value.size == sizeof half) {
        memcpy(&half, value.at, sizeof half);
        *number = half;
    }
    return value.size == 1 || value.size == 2 || value.size == 4;
}

enum form { NUMBER, BYTES, WORD };

struct row {
    unsigned type;
    const char *name;
    enum form form;
};

static struct hc_text string_of(struct hc_text value)
{
    const char *end = value.size ? memchr(value.at, '\0', value.size) : NULL;

    return (struct hc_text){ value.at, end ? (size_t)(end - value.at) : value.size };
}

/* Names have no blanks: net/core/dev.c, dev_valid_name(); what did would tear the line. */
static void write_word(struct hc_lines *lines, const char *name, struct hc_text word)
{
    if (!word.size)
        return;
    print(lines, " %s ", name);
    for (size_t i = 0; i < word.size; i++)
        append(lines, word.at[i] == ' ' || word.at[i] == '\t' || word.at[i] == '\n' ? "?" : word.at + i, 1);
}

static void write_bytes(struct hc_lines *lines, const char *name, struct hc_text bytes)
{
    if (!bytes.size)
        return;
    print(lines, " %s ", name);
    for (size_t i = 0; i < bytes.size; i++)
        print(lines, "%02x", (unsigned char)bytes.at[i]);
}

static void write_value(struct hc_lines *lines, const struct row *row, struct hc_text value)
{
    uint32_t number;

    if (row->form == WORD)
        write_word(lines, row->name, string_of(value));
    else if (row->form == BYTES)
        write_bytes(lines, row->name, value);
    else if (number_of(value, &number))
        print(lines, " %s %u", row->name, number);
}

/* ---- interfaces ---- */

static const struct row link_rows[] = {
    { IFLA_MTU, "mtu", NUMBER },           { IFLA_OPERSTATE, "operstate", NUMBER },
    { IFLA_CARRIER, "carrier", NUMBER },   { IFLA_MASTER, "master", NUMBER },
    { IFLA_ADDRESS, "address", BYTES },    { IFLA_PERM_ADDRESS, "permanent", BYTES },
    { IFLA_PHYS_PORT_NAME, "port", WORD },
};

/* Of what the kind tells. The driver of macvtap is that of macvlan. */
static const struct {
    const char *kind;
    struct row row;
} data_rows[] = {
    { "bond", { IFLA_BOND_MODE, "bond_mode", NUMBER } },
    { "vlan", { IFLA_VLAN_ID, "vlan_id", NUMBER } },
    { "macvlan", { IFLA_MACVLAN_MODE, "macvlan_mode", NUMBER } },
    { "macvtap", { IFLA_MACVLAN_MODE, "macvlan_mode", NUMBER } },
    { "bridge", { IFLA_BR_STP_STATE, "stp", NUMBER } },
    { "bridge", { IFLA_BR_VLAN_FILTERING, "vlan_filtering", NUMBER } },
    { "tun", { IFLA_TUN_TYPE, "tun_type", NUMBER } },
    { "vxlan", { IFLA_VXLAN_ID, "vxlan_id", NUMBER } },
};

static void write_kind(struct hc_lines *lines, struct hc_text info)
{
    struct hc_text values[ATTRIBUTES], kind, data;

    collect(info, values);
    kind = string_of(values[IFLA_INFO_KIND]);
    data = values[IFLA_INFO_DATA];
    write_word(lines, "kind", kind);
    write_word(lines, "slave", string_of(values[IFLA_INFO_SLAVE_KIND]));
    collect(data, values);
    for (size_t i = 0; i < sizeof data_rows / sizeof *data_rows; i++)
        if (hc_text_is(kind, data_rows[i].kind))
            write_value(lines, &data_rows[i].row, values[data_rows[i].row.type]);
}

void hc_write_link(struct hc_lines *lines, struct hc_text message)
{
    struct hc_text values[ATTRIBUTES], name, info;
    struct ifinfomsg head;

    if (message.size < NLMSG_ALIGN(sizeof head))
        return;
    memcpy(&head, message.at, sizeof head);
    collect((struct hc_text){ message.at + NLMSG_ALIGN(sizeof head), message.size - NLMSG_ALIGN(sizeof head) }, values);
    name = string_of(values[IFLA_IFNAME]);
    if (!name.size)
        return;
    info = values[IFLA_LINKINFO];
    print(lines, "index %u type %u flags 0x%x", (unsigned)head.ifi_index, (unsigned)head.ifi_type, head.ifi_flags);
    write_word(lines, "name", name);
    for (size_t i = 0; i < sizeof link_rows / sizeof *link_rows; i++)
        write_value(lines, &link_rows[i], values[link_rows[i].type]);
    write_kind(lines, info);
    append(lines, "\n", 1);
}

/* ---- addresses ---- */

/* IFA_LOCAL is the address of this end, where the link has two: include/uapi/linux/if_addr.h. */
void hc_write_address(struct hc_lines *lines, struct hc_text message)
{
    struct hc_text values[ATTRIBUTES], address;
    struct ifaddrmsg head;

    if (message.size < NLMSG_ALIGN(sizeof head))
        return;
    memcpy(&head, message.at, sizeof head);
    collect((struct hc_text){ message.at + NLMSG_ALIGN(sizeof head), message.size - NLMSG_ALIGN(sizeof head) }, values);
    address = values[values[IFA_LOCAL].size ? IFA_LOCAL : IFA_ADDRESS];
    if (!address.size || (head.ifa_family != AF_INET && head.ifa_family != AF_INET6))
        return;
    print(lines, "index %u family %s prefix %u scope %u", head.ifa_index, head.ifa_family == AF_INET ? "inet" : "inet6",
          head.ifa_prefixlen, head.ifa_scope);
    write_bytes(lines, "address", address);
    append(lines, "\n", 1);
}

/* ---- asking ---- */

struct question {
    uint16_t type, answer;
    void (*write)(struct hc_lines *lines, struct hc_text message);
};

struct dump {
    const struct question *question;
    struct hc_lines lines;
    bool done, changed;
};

static int open_socket(void)
{
    const struct timeval wait = { WAIT_S, 0 };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), reason;

    if (fd < 0 || !setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait))
        return fd;
    reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

/* Newer kernels leave out the counters where they are asked to. */
static bool send_question(int fd, const struct question *question)
{
    const struct {
        struct nlmsghdr head;
        struct ifinfomsg info;
        struct nlattr attribute;
        uint32_t mask;
    } link = { { sizeof link, question->type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
               { .ifi_family = AF_UNSPEC },
               { sizeof(struct nlattr) + sizeof(uint32_t), IFLA_EXT_MASK },
               RTEXT_FILTER_SKIP_STATS };
    const struct {
        struct nlmsghdr head;
        struct ifaddrmsg info;
    } address = { { sizeof address, question->type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { .ifa_family = AF_UNSPEC } };
    const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
    const bool of_links = question->type == RTM_GETLINK;
    const void *bytes = of_links ? (const void *)&link : &address;
    const size_t size = of_links ? sizeof link : sizeof address;

    return sendto(fd, bytes, size, 0, (const struct sockaddr *)&kernel, sizeof kernel) == (ssize_t)size;
}

/* The end, an error, or a line. */
static void take(struct dump *dump, const struct nlmsghdr *head, struct hc_text message)
{
    int error = 0;

    if (head->nlmsg_flags & NLM_F_DUMP_INTR)
        dump->changed = true;
    if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR) {
        if (message.size >= sizeof error)
            memcpy(&error, message.at, sizeof error);
        dump->done = true;
        if (error && !dump->lines.error)
            dump->lines.error = hc_errno_name(-error);
    } else if (head->nlmsg_type == dump->question->answer) {
        dump->question->write(&dump->lines, message);
    }
}

static void take_part(struct dump *dump, struct hc_text part)
{
    struct nlmsghdr head;

    while (!dump->done && part.size >= sizeof head) {
        size_t step;
        memcpy(&head, part.at, sizeof head);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > part.size)
            break;
        take(dump, &head, (struct hc_text){ part.at + NLMSG_HDRLEN, head.nlmsg_len - NLMSG_HDRLEN });
        step = NLMSG_ALIGN((size_t)head.nlmsg_len);
        step = step < part.size ? step : part.size;
        part = (struct hc_text){ part.at + step, part.size - step };
    }
}

/* Parts of others than the kernel do not count. */
static void receive(int fd, struct dump *dump)
{
    const uint64_t end = hc_clock_ns() + DUMP_NS;
    char part[PART_MAX];
    struct sockaddr_nl from;

    while (!dump->done && !dump->lines.error) {
        struct iovec where = { part, sizeof part };
        struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &where, .msg_iovlen = 1 };
        ssize_t size = recvmsg(fd, &message, 0);
        if (hc_clock_ns() > end || (size < 0 && errno == EAGAIN))
            dump->lines.error = "the kernel did not answer in time";
        else if (size < 0 && errno != EINTR)
            dump->lines.error = hc_errno_name(errno);
        else if (size == 0 || message.msg_flags & MSG_TRUNC)
            dump->lines.error = "EMSGSIZE";
        else if (size > 0 && message.msg_namelen == sizeof from && !from.nl_pid)
            take_part(dump, (struct hc_text){ part, (size_t)size });
    }
}

/* False where the list changed on the way, so that an interface may be missing. */
static bool ask_once(struct hc_source *src, struct hc_reply *reply, const struct question *question)
{
    struct dump dump = { .question = question };
    int fd = open_socket();

    if (fd < 0 || !send_question(fd, question)) {
        hc_answer_errno(reply, errno);
    } else {
        receive(fd, &dump);
        if (dump.lines.error)
            hc_answer_error(reply, HC_FAILED, dump.lines.error);
        else if (dump.changed)
            hc_answer_error(reply, HC_FAILED, "the list changed while it was read");
        else
            hc_answer_bytes(src, reply, dump.lines.text ? dump.lines.text : "", dump.lines.size);
    }
    if (fd >= 0)
        close(fd);
    free(dump.lines.text);
    return !dump.changed;
}

void hc_answer_netlink(struct hc_source *src, struct hc_reply *reply, const char *what)
{
    static const struct question link = { RTM_GETLINK, RTM_NEWLINK, hc_write_link };
    static const struct question address = { RTM_GETADDR, RTM_NEWADDR, hc_write_address };
    const struct question *question = !strcmp(what, "link") ? &link : !strcmp(what, "addr") ? &address : NULL;

    if (!question) {
        hc_answer_errno(reply, EINVAL);
        return;
    }
    for (int i = 0; i < TRIES && !ask_once(src, reply, question); i++)
        ;
}

/* ---- ethtool ---- */

static bool says(struct hc_source *src, const char *name, const char *file, const char *word, const char *other)
{
    const char *key = hc_format(src, "file:/sys/class/net/%s/%s", name, file);
    const struct hc_reply *reply = key ? hc_ask(src, key) : NULL;
    struct hc_text line = { "", 0 };

    if (reply && reply->answer == HC_OK)
        line = hc_trim((struct hc_text){ reply->bytes, reply->size });
    return hc_text_is(line, word) || hc_text_is(line, other);
}

/* "unknown": it is up, and its driver does not tell of links (Documentation/networking/operstates.rst).
   Since Linux 5.15 the kernel resumes what an interface belongs to before it asks the driver (net/ethtool/ioctl.c,
   pm_runtime_get_sync): only one that runs is asked. "unsupported": it never sleeps by itself. An interface of that
   name exists then; for one that does not, the kernel would look for a module (net/core/dev_ioctl.c, dev_load). */
static bool awake(struct hc_source *src, const char *name)
{
    return says(src, name, "operstate", "up", "unknown") &&
           says(src, name, "device/power/runtime_status", "active", "unsupported");
}

static void write_line(struct hc_lines *lines, const char *name, const char *bytes, size_t size)
{
    struct hc_text value = string_of((struct hc_text){ bytes, size });

    print(lines, "%s ", name);
    for (size_t i = 0; i < value.size; i++)
        append(lines, value.at[i] == '\n' ? "?" : value.at + i, 1);
    append(lines, "\n", 1);
}

static void answer_lines(struct hc_source *src, struct hc_reply *reply, struct hc_lines *lines)
{
    if (lines->error)
        hc_answer_error(reply, HC_FAILED, lines->error);
    else
        hc_answer_bytes(src, reply, lines->text, lines->size);
    free(lines->text);
}

static bool command(int fd, const char *name, void *what)
{
    struct ifreq request;

    memset(&request, 0, sizeof request);
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    request.ifr_data = what;
    return !ioctl(fd, SIOCETHTOOL, &request);
}

static void answer_driver(struct hc_source *src, struct hc_reply *reply, int fd, const char *name)
{
    struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
    struct hc_lines lines = { NULL, 0, 0, NULL };

    if (!command(fd, name, &info)) {
        hc_answer_errno(reply, errno);
        return;
    }
    write_line(&lines, "driver", info.driver, sizeof info.driver);
    write_line(&lines, "version", info.version, sizeof info.version);
    write_line(&lines, "firmware", info.fw_version, sizeof info.fw_version);
    write_line(&lines, "bus", info.bus_info, sizeof info.bus_info);
    answer_lines(src, reply, &lines);
}

/* The head, and behind it room for three bitmaps of the most words that it can tell. */
struct settings {
    unsigned char bytes[sizeof(struct ethtool_link_settings) + 3 * INT8_MAX * sizeof(uint32_t)];
};

/* A question with the wrong size is answered with minus the right one, and asks no driver: net/ethtool/ioctl.c,
   ethtool_get_link_ksettings(). */
static bool ask_settings(int fd, const char *name, struct settings *settings, struct ethtool_link_settings *head)
{
    for (int step = 0; step < 2; step++) {
        head->cmd = ETHTOOL_GLINKSETTINGS;
        head->link_mode_masks_nwords = (signed char)-head->link_mode_masks_nwords;
        memcpy(settings->bytes, head, sizeof *head);
        if (!command(fd, name, settings->bytes))
            return false;
        memcpy(head, settings->bytes, sizeof *head);
    }
    errno = EPROTO; /* neither size was right */
    return head->link_mode_masks_nwords > 0;
}

/* What is supported comes first of the three bitmaps. */
static void answer_settings(struct hc_source *src, struct hc_reply *reply, int fd, const char *name)
{
    struct settings settings = { { 0 } };
    struct ethtool_link_settings head = { .cmd = ETHTOOL_GLINKSETTINGS };
    struct hc_lines lines = { NULL, 0, 0, NULL };
    uint32_t word;

    if (!ask_settings(fd, name, &settings, &head)) {
        hc_answer_errno(reply, errno);
        return;
    }
    print(&lines, "speed %u\nport %u\nautonegotiation %u\nsupported", head.speed, head.port, head.autoneg);
    for (int i = 0; i < head.link_mode_masks_nwords; i++) {
        memcpy(&word, settings.bytes + sizeof head + (size_t)i * sizeof word, sizeof word);
        print(&lines, " %08x", word);
    }
    append(&lines, "\n", 1);
    answer_lines(src, reply, &lines);
}

static const struct {
    const char *scheme;
    void (*answer)(struct hc_source *src, struct hc_reply *reply, int fd, const char *name);
} commands[] = { { "drvinfo:", answer_driver }, { "link_settings:", answer_settings } };

/* Every kind of socket takes it, and one of rtnetlink reaches no network. */
static void answer_command(struct hc_source *src, struct hc_reply *reply, size_t which, const char *name)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0) {
        hc_answer_errno(reply, errno);
        return;
    }
    commands[which].answer(src, reply, fd, name);
    close(fd);
}

void hc_answer_ethtool(struct hc_source *src, struct hc_reply *reply, const char *what)
{
    const char *name = NULL;
    size_t i = 0;

    while (i < sizeof commands / sizeof *commands && !(name = hc_key_rest(what, commands[i].scheme)))
        i++;
    if (!name || !*name || strlen(name) >= IFNAMSIZ || strchr(name, '/') || *name == '.')
        hc_answer_errno(reply, EINVAL);
    else if (!awake(src, name))
        hc_answer_error(reply, HC_UNSUPPORTED, "not asked: the interface is down, and asking could wake it");
    else
        answer_command(src, reply, i, name);
}
