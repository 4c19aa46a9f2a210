/* net/ipv4/fib_trie.c, fib_route_seq_show; net/ipv6/route.c, rt6_fill_node of proc; net/ipv6/addrconf.c, if6_seq_show.
 */
#include "routes.h"

#include "ask.h"

#include <string.h>

/* include/uapi/linux/route.h */
#define RTF_UP      0x0001u
#define RTF_GATEWAY 0x0002u
#define RTF_REJECT  0x0200u

enum { FIELDS = 10 };

/* The words of a line; missing ones are empty. */
static size_t fields_of(struct hc_text line, struct hc_text *fields)
{
    size_t count = 0;

    while (count < FIELDS && hc_next_word(&line, &fields[count]))
        count++;
    return count;
}

struct route4 {
    struct hc_text name;
    uint64_t destination, flags, mask; /* addresses as the machine's integers of their bytes: compared, not ordered */
};

/* "eth0 00000000 010200C0 0003 0 0 0 00000000 0 0 0" behind a line of titles. */
static bool read_route4(struct hc_text line, struct route4 *route)
{
    struct hc_text fields[FIELDS];

    if (fields_of(line, fields) < 8)
        return false;
    route->name = fields[0];
    return hc_number(fields[1], 16, &route->destination) && hc_number(fields[3], 16, &route->flags) &&
           hc_number(fields[7], 16, &route->mask);
}

static bool next_route4(struct hc_text *rest, struct route4 *route, bool *sound)
{
    struct hc_text line;

    while (hc_next_line(rest, &line)) {
        if (!hc_trim(line).size || hc_starts(line, "Iface"))
            continue;
        if (read_route4(line, route))
            return true;
        *sound = false;
    }
    return false;
}

bool hc_next_default4(struct hc_text *rest, struct hc_text *name, bool *sound)
{
    struct route4 route;

    while (next_route4(rest, &route, sound))
        if (!route.destination && !route.mask && (route.flags & RTF_UP) && !(route.flags & RTF_REJECT)) {
            *name = route.name;
            return true;
        }
    return false;
}

static bool zero(struct hc_text digits)
{
    for (size_t i = 0; i < digits.size; i++)
        if (digits.at[i] != '0')
            return false;
    return true;
}

/* Destination, its length, source, its length, gateway, metric, two counters, flags, interface. */
bool hc_next_default6(struct hc_text *rest, struct hc_text *name, bool *sound)
{
    struct hc_text line, fields[FIELDS];
    uint64_t flags;

    while (hc_next_line(rest, &line)) {
        if (!hc_trim(line).size)
            continue;
        if (fields_of(line, fields) < FIELDS || fields[0].size != 32 || !hc_number(fields[8], 16, &flags)) {
            *sound = false;
            continue;
        }
        *name = fields[9];
        if (zero(fields[0]) && zero(fields[1]) && (flags & RTF_UP) && !(flags & RTF_REJECT) && !hc_text_is(*name, "lo"))
            return true;
    }
    return false;
}

/* The file has the address as an integer of the machine that wrote it, which is this one. */
static const struct hc_reply *by_route(struct hc_source *src, const unsigned char *address, struct hc_text *name)
{
    struct hc_text text;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/net/route", &text);
    struct route4 route;
    uint32_t wanted;
    int best = -1;
    bool sound = true;

    memcpy(&wanted, address, sizeof wanted);
    while (next_route4(&text, &route, &sound)) {
        int bits = 0;
        for (uint64_t mask = route.mask; mask; mask &= mask - 1)
            bits++;
        if (!(route.flags & RTF_UP) || route.flags & (RTF_GATEWAY | RTF_REJECT) || !route.mask ||
            (wanted & route.mask) != route.destination || bits < best)
            continue;
        *name = bits == best && !hc_same_text(*name, route.name) ? HC_TEXT("") : route.name;
        best = bits;
    }
    return reply;
}

/* "fe8000000000000000fc00fffe000001 02 40 20 80     eth0" */
static const struct hc_reply *by_address(struct hc_source *src, const unsigned char *address, struct hc_text *name)
{
    static const char digits[] = "0123456789abcdef";
    struct hc_text text, line, fields[FIELDS];
    const struct hc_reply *reply = hc_ask_file(src, "/proc/net/if_inet6", &text);
    char wanted[33] = "";

    for (int i = 0; i < 16; i++) {
        wanted[2 * i] = digits[address[i] >> 4];
        wanted[2 * i + 1] = digits[address[i] & 15];
    }
    while (hc_next_line(&text, &line))
        if (fields_of(line, fields) >= 6 && hc_text_is(fields[0], wanted))
            *name = name->size && !hc_same_text(*name, fields[5]) ? HC_TEXT("") : fields[5];
    return reply;
}

const struct hc_reply *hc_interface_of(struct hc_source *src, const unsigned char *address, size_t size,
                                       struct hc_text *name)
{
    *name = HC_TEXT("");
    if (size == 4 && address[0] == 127)
        *name = HC_TEXT("lo");
    return size == 4 ? by_route(src, address, name) : by_address(src, address, name);
}
