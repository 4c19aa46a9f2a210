/* The one adapter of libsmbios. It is loaded when it is needed: nobody else should pay for it. What it may do is fenced
   in before the first call, since it falls back to /dev/mem where it does not like a table (smbios_obj.c), pokes memory
   in its fix-ups, reads CMOS by ports for tokens of type 0xD4 (cmos_linux.c), and without the kernel's WMI driver
   writes to dcdbas (smi_linux.c). Left is: two files that were read and walked here, and a query through
   /dev/wmi/dell-smbios. */
#include "dell.h"

#include "ask.h"
#include "smbios.h"

#include <string.h>

enum { DELL_TOKENS = 0xda };

/* NULL: libsmbios may be called. Else why not; *answer says of what kind that is. */
static const char *fence(struct hc_source *src, enum hc_answer *answer)
{
    struct hc_text vendor, entry, table, rest, area;
    struct hc_node node;
    const struct hc_reply *reply = hc_ask_line(src, "/sys/class/dmi/id/sys_vendor", &vendor);
    bool broken = false, tokens = false;

    *answer = HC_ABSENT;
    if (reply->answer == HC_OK && !hc_starts(vendor, "Dell"))
        return "no machine of Dell";
    reply = hc_ask_file(src, "/sys/firmware/dmi/tables/smbios_entry_point", &entry);
    if (reply->answer == HC_OK)
        reply = hc_ask_file(src, "/sys/firmware/dmi/tables/DMI", &table);
    *answer = reply->answer;
    if (reply->answer != HC_OK)
        return "the SMBIOS table is not seen";
    *answer = HC_UNSUPPORTED;
    for (rest = table; hc_smbios_next(&rest, &area, &broken);)
        tokens = tokens || (unsigned char)area.at[0] == DELL_TOKENS;
    if (broken || !hc_smbios_entry_sound((const unsigned char *)entry.at, entry.size, table.size))
        return "libsmbios would not take this SMBIOS table, and would look for another in memory";
    *answer = HC_ABSENT;
    if (!tokens)
        return "firmware lists no tokens";
    *answer = HC_UNSUPPORTED;
    reply = hc_ask_stat(src, "/dev/wmi/dell-smbios", &node);
    if (reply->answer != HC_OK || node.type != 'c')
        return "the driver dell-smbios-wmi is not there; without it libsmbios would write";
    return NULL;
}

#ifdef HC_WITH_LIBSMBIOS
#include <dlfcn.h>
#include <smbios_c/obj/smbios.h>
#include <smbios_c/obj/token.h>
#include <stdio.h>

/* dell/libsmbios, doc/token_list.csv: virtualization, VT-d, trusted execution, SR-IOV, Secure Boot, threads. */
static const uint16_t asked[] = { 0x014a, 0x014b, 0x0204, 0x0205, 0x0202, 0x0203,
                                  0x02ad, 0x02ae, 0x034f, 0x0350, 0x00d1, 0x00d2 };

struct library {
    void *handle;
    __typeof__(smbios_table_factory) *smbios_factory;
    __typeof__(token_table_factory) *token_factory;
    __typeof__(token_table_free) *token_free;
    __typeof__(token_table_get_next_by_id) *by_id;
    __typeof__(token_obj_get_type) *type;
    __typeof__(token_obj_is_bool) *is_bool;
    __typeof__(token_obj_is_active) *is_active;
};

/* POSIX lets a pointer to an object be one to a function here. */
static bool find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);

    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool load(struct library *l)
{
    l->handle = dlopen("libsmbios_c.so.2", RTLD_NOW | RTLD_LOCAL);
    return l->handle && find(l->handle, "smbios_table_factory", &l->smbios_factory) &&
           find(l->handle, "token_table_factory", &l->token_factory) &&
           find(l->handle, "token_table_free", &l->token_free) &&
           find(l->handle, "token_table_get_next_by_id", &l->by_id) &&
           find(l->handle, "token_obj_get_type", &l->type) && find(l->handle, "token_obj_is_bool", &l->is_bool) &&
           find(l->handle, "token_obj_is_active", &l->is_active);
}

/* Lines for the tokens that told, in text; the number of those that did not in *silent. */
static size_t read_tokens(const struct library *l, struct token_table *table, char *text, size_t room, size_t *silent)
{
    size_t size = 0;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const struct token_obj *token = l->by_id(table, NULL, asked[i]);
        int active;
        if (!token || l->type(token) != DELL_TOKENS || !l->is_bool(token))
            continue;
        active = l->is_active(token);
        if (active >= 0 && size + 8 <= room)
            size += (size_t)snprintf(text + size, room - size, "%04x %d\n", asked[i], active != 0);
        *silent += active < 0;
    }
    return size;
}

static void ask_library(struct hc_source *src, struct hc_reply *reply)
{
    struct library l = { .handle = NULL };
    struct token_table *table = NULL;
    char text[8 * sizeof asked / sizeof *asked + 1];
    size_t silent = 0, size;

    if (!load(&l)) {
        hc_answer_error(reply, HC_UNSUPPORTED, "libsmbios is not installed");
        return;
    }
    /* the table that the tokens use is the library's single one: made here first, without its fix-ups */
    if (l.smbios_factory(SMBIOS_GET_SINGLETON | SMBIOS_NO_FIXUPS))
        table = l.token_factory(TOKEN_GET_NEW);
    if (!table) {
        hc_answer_error(reply, HC_FAILED, "libsmbios found no tokens");
        return;
    }
    size = read_tokens(&l, table, text, sizeof text, &silent);
    l.token_free(table);
    if (size)
        hc_answer_bytes(src, reply, text, size);
    else
        hc_answer_error(reply, silent ? HC_FAILED : HC_ABSENT,
                        silent ? "the driver answered for none of the tokens" : "firmware has none of these tokens");
}
#else
static void ask_library(struct hc_source *src, struct hc_reply *reply)
{
    (void)src;
    hc_answer_error(reply, HC_UNSUPPORTED, "this build does without libsmbios");
}
#endif

void hc_answer_dell(struct hc_source *src, struct hc_reply *reply, const char *what)
{
    enum hc_answer answer;
    const char *why;

    if (strcmp(what, "tokens")) {
        hc_answer_error(reply, HC_UNSUPPORTED, "no such question");
        return;
    }
    why = fence(src, &answer);
    if (why)
        hc_answer_error(reply, answer, why);
    else
        ask_library(src, reply);
}
