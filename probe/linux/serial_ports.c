/* Serial ports. The 8250 driver shows more names than there are ports (CONFIG_SERIAL_8250_RUNTIME_UARTS): those of no
   kind are left out. Consoles of the screen and pseudo terminals are none. */
#include "place.h"
#include "probes.h"
#include "stable_names.h"
#include "tables.h"

#include <string.h>

#define FOLDER "/sys/class/tty"
#define DRIVER "/proc/tty/driver/serial"

struct scan {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_reply *list, *driver_why, *console_why;
    struct hc_text driver, consoles;
    struct hc_text_index ports;
    struct hc_stable_names stable;
};

static bool only(struct hc_text text, size_t at, const char *allowed)
{
    for (; at < text.size; at++)
        if (!strchr(allowed, text.at[at]) || !text.at[at])
            return false;
    return true;
}

/* ttyS0, ttyUSB0, ttyACM0, ttyAMA0, hvc0, ...; but not tty, tty0, console, ptmx, or ttyp0 and ptyp0 of old. */
static bool is_port(struct hc_text name)
{
    if (hc_starts(name, "hvc") || hc_starts(name, "hvsi"))
        return true;
    if (!hc_starts(name, "tty") || only(name, 3, "0123456789"))
        return false;
    return !(name.size == 5 && name.at[3] >= 'a' && name.at[3] <= 'z' && only(name, 4, "0123456789abcdef"));
}

static bool is_8250(struct hc_text name)
{
    return hc_starts(name, "ttyS") && name.size > 4 && only(name, 4, "0123456789");
}

/* The lines of the driver by their numbers. */
static void take_driver(struct scan *s)
{
    struct hc_text rest, line, number, *words;
    size_t count = 0;

    s->driver_why = hc_ask_file(s->src, DRIVER, &s->driver);
    rest = s->driver;
    while (hc_next_line(&rest, &line))
        count++;
    hc_index_make(&s->ports, &s->src->arena, count);
    rest = s->driver;
    while (hc_next_line(&rest, &line) && (words = hc_alloc(&s->src->arena, sizeof *words)) != NULL)
        if (hc_split(line, ':', &number, words))
            hc_index_put(&s->ports, number, words);
}

/* "0: uart:16550A port:000003F8 irq:4": drivers/tty/serial/serial_core.c, uart_line_info. */
static bool listed_uart(const struct scan *s, struct hc_text name, struct hc_text *uart)
{
    const struct hc_text *words = hc_index_get(&s->ports, (struct hc_text){ name.at + 4, name.size - 4 });
    struct hc_text rest, word;

    if (!words)
        return false;
    rest = *words;
    while (hc_next_word(&rest, &word))
        if (hc_starts(word, "uart:")) {
            *uart = (struct hc_text){ word.at + 5, word.size - 5 };
            return true;
        }
    return false;
}

/* include/uapi/linux/serial_core.h and serial.h */
static const char *uart_name(struct hc_source *src, uint64_t type)
{
    static const char *const names[] = { "unknown", "8250", "16450", "16550", "16550A" };

    return type < sizeof names / sizeof *names ? names[type] : hc_format(src, "type %llu", (unsigned long long)type);
}

/* The driver's list is for root; the type of one port is for everybody. */
static const struct hc_reply *ask_uart(struct scan *s, struct hc_text name, struct hc_text *uart)
{
    const struct hc_reply *reply;
    const char *text;
    uint64_t type;

    if (!s->driver_why)
        take_driver(s);
    if (s->driver_why->answer == HC_OK && listed_uart(s, name, uart))
        return s->driver_why;
    reply = hc_ask_u64(s->src, hc_format(s->src, FOLDER "/%.*s/type", (int)name.size, name.at), &type);
    text = uart_name(s->src, type);
    if (reply->answer == HC_OK && text)
        *uart = (struct hc_text){ text, strlen(text) };
    return reply;
}

static void put_port(struct scan *s, struct hc_text name)
{
    struct hc_text uart = HC_TEXT(""), path, rest;
    const struct hc_reply *uart_why = is_8250(name) ? ask_uart(s, name, &uart) : NULL, *link;
    struct hc_table_row *row;
    bool console = false;

    if (hc_text_is(uart, "unknown"))
        return;
    link = hc_ask_link(s->src, hc_format(s->src, FOLDER "/%.*s", (int)name.size, name.at), &path);
    if (hc_place_is_virtual(path) && !hc_starts(name, "hvc") && !hc_starts(name, "hvsi")) /* as ttyprintk, ttynull */
        return;
    row = hc_add_row(s->facts, HC_TABLE_SERIAL_PORTS, s->list);
    hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_NAME, s->list, name);
    if (uart_why)
        hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_UART, uart_why, uart);
    hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_PCI, link, hc_place_function(path));
    hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_USB, link, hc_place_usb(path));
    if (s->stable.reply) {
        hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_BY_PATH,
                     hc_stable_names_why(&s->stable, "/dev/serial/by-path/"),
                     hc_stable_names_below(&s->stable, name, "/dev/serial/by-path/"));
        hc_cell_text(s->facts, row, HC_COL_SERIAL_PORTS_BY_ID, hc_stable_names_why(&s->stable, "/dev/serial/by-id/"),
                     hc_stable_names_below(&s->stable, name, "/dev/serial/by-id/"));
    }
    if (!s->console_why)
        s->console_why = hc_ask_line(s->src, FOLDER "/console/active", &s->consoles);
    rest = s->consoles;
    while (hc_next_word(&rest, &path))
        console |= hc_same_text(path, name);
    hc_cell_flag(s->facts, row, HC_COL_SERIAL_PORTS_CONSOLE, s->console_why, console);
}

void hc_probe_serial_ports(struct hc_source *src, struct hc_facts *facts)
{
    struct scan s = { .src = src, .facts = facts };
    struct hc_text names, name;

    s.list = hc_ask_folder(src, "/sys/class", "tty", "", &names);
    hc_put_table(facts, HC_TABLE_SERIAL_PORTS, s.list);
    hc_stable_names_of(src, "tty", &s.stable);
    while (hc_next_line(&names, &name))
        if (is_port(name))
            put_port(&s, name);
}
