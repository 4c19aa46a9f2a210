/* Devices and groups as JSON. */
#include "render_passthrough.h"

#include "json.h"

#include <stddef.h>

char *hc_render_passthrough_json(const struct hc_report *report, const size_t *chosen, size_t count)
{
    (void)report;
    (void)chosen;
    (void)count;
    return NULL;
}

char *hc_render_device_json(const struct hc_report *report, size_t device)
{
    (void)report;
    (void)device;
    return NULL;
}

void hc_add_passthrough(struct hc_json_doc *doc, struct hc_json *root, const struct hc_report *report)
{
    (void)doc;
    (void)root;
    (void)report;
}
