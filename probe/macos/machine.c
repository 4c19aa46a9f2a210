/* The Mac by its IORegistry: maker, T2, the policy of Secure Boot, battery, VT-d. */
#include "macos/ioreg.h"
#include "macos/macos.h"

#define SECURE_BOOT_POLICY "94b73556-2197-4702-82a8-3e1337dafbfb:AppleSecureBootPolicy"

static void put_presence(struct hc_source *src, struct hc_facts *facts, const char *class, struct hc_flag_id id)
{
    struct hc_text text;

    hc_put_presence(facts, id, hc_ask_ioreg(src, class, &text));
}

static void put_manufacturer(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, object, name = { "", 0 };
    char room[128];
    const struct hc_reply *reply = hc_ask_ioreg(src, "IOPlatformExpertDevice", &text);

    if (!hc_ioreg_next(&text, &object) || !hc_ioreg_text(object, "manufacturer", room, sizeof room, &name))
        reply = hc_malformed(src, reply, "no manufacturer");
    hc_put_text(facts, HC_MACOS_MANUFACTURER, reply, name);
}

/* Mac with T2: 0 no security, 1 medium, 2 full, as Apple's tool shows them; others with macOS 12 and later may have a
 * 0.
 */
static void put_policy(struct hc_source *src, struct hc_facts *facts)
{
    struct hc_text text, object;
    uint64_t policy = 0;
    const struct hc_reply *reply = hc_ask_ioreg(src, "IODeviceTree:/options", &text);

    if (reply->answer == HC_OK &&
        (!hc_ioreg_next(&text, &object) || !hc_ioreg_number(object, SECURE_BOOT_POLICY, &policy)))
        reply = hc_reword(src, reply, HC_ABSENT, "no AppleSecureBootPolicy");
    hc_put_number(facts, HC_MACOS_SECURE_BOOT, reply, policy);
}

void hc_probe_macos_machine(struct hc_source *src, struct hc_facts *facts)
{
    if (!hc_is_macos(src))
        return;
    put_manufacturer(src, facts);
    put_presence(src, facts, "AppleT2", HC_MACOS_T2);
    put_policy(src, facts);
    put_presence(src, facts, "AppleSmartBattery", HC_MACOS_BATTERY);
    put_presence(src, facts, "AppleVTD", HC_MACOS_VTD);
}
