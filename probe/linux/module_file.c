#include "module_file.h"

#include <string.h>

void hc_put_module_file(struct hc_source *src, struct hc_facts *facts, struct hc_flag_id id, const char *path)
{
    static const char *const endings[] = { "", ".xz", ".zst", ".gz" };
    const char *release = hc_text_of(facts, HC_KERNEL_RELEASE);
    const struct hc_reply *reply = NULL;
    struct hc_node node;

    if (!release || strchr(release, '/'))
        return;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        reply = hc_ask_stat(src, hc_format(src, "/lib/modules/%s/kernel/%s.ko%s", release, path, endings[i]), &node);
        if (reply->answer != HC_ABSENT)
            break;
    }
    hc_put_presence(facts, id, reply);
}
