/* What Dell's firmware setup says: each switch has two tokens, one for on and one for off, and one of them is active
   (dell/libsmbios, doc/token_list.csv). */
#include "ask.h"
#include "dell.h"
#include "probes.h"

#include <string.h>

static const struct {
    const struct hc_flag_id *id;
    const char *on, *off;
} switches[] = {
    { &HC_DELL_VIRTUALIZATION, "014b", "014a" },
    { &HC_DELL_VTD, "0205", "0204" },
    { &HC_DELL_SRIOV, "02ad", "02ae" },
    { &HC_DELL_SECURE_BOOT, "0350", "034f" },
};

/* "014b 1": 1 is active, 0 is not; anything else, or no such line, is nothing. */
static enum hc_tri active(struct hc_text text, const char *token)
{
    struct hc_text value;

    if (!hc_find_value(text, ' ', token, &value))
        return HC_UNKNOWN;
    return hc_text_is(value, "1") ? HC_YES : hc_text_is(value, "0") ? HC_NO : HC_UNKNOWN;
}

void hc_probe_dell_tokens(struct hc_source *src, struct hc_facts *facts)
{
    const struct hc_reply *reply = hc_ask(src, "dell:tokens"), *why;
    const struct hc_text text = { reply->bytes, reply->answer == HC_OK ? reply->size : 0 };

    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        const enum hc_tri on = active(text, switches[i].on), off = active(text, switches[i].off);
        why = reply;
        if (reply->answer == HC_OK && on != HC_YES && off != HC_YES)
            why = hc_reword(src, reply, HC_ABSENT, "this firmware has no such switch, or does not tell");
        else if (reply->answer == HC_OK && on == off)
            why = hc_malformed(src, reply, "both tokens of a switch are active");
        hc_put_flag(facts, *switches[i].id, why, on == HC_YES);
    }
}

static unsigned sum_of(const unsigned char *bytes, size_t size)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    return sum & 0xff;
}

/* DMTF DSP0134 3.7, 5.2.1 and 5.2.2: anchor, checksum, length of the entry point; length or greatest length of the
   table, which the kernel may have cut. */
bool hc_smbios_entry_sound(const unsigned char *entry, size_t size, size_t table_size)
{
    const struct hc_text text = { (const char *)entry, size };
    uint16_t length;
    uint32_t most;

    if (size >= 0x1f && !memcmp(entry, "_SM_", 4))
        return entry[5] >= 0x1e && entry[5] <= size && !sum_of(entry, entry[5]) && !memcmp(entry + 0x10, "_DMI_", 5) &&
               !sum_of(entry + 0x10, 0x0f) && hc_le16(text, 0x16, &length) && length && length <= table_size;
    return size >= 0x18 && !memcmp(entry, "_SM3_", 5) && entry[6] >= 0x18 && entry[6] <= size &&
           !sum_of(entry, entry[6]) && hc_le32(text, 0x0c, &most) && most && most <= table_size;
}
