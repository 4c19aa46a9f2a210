/* Devices and groups for a person. */
#include "render_passthrough.h"

#include <stddef.h>

char *hc_render_passthrough_text(const struct hc_report *report, const size_t *chosen, size_t count, bool color,
                                 bool names)
{
    (void)report;
    (void)chosen;
    (void)count;
    (void)color;
    (void)names;
    return NULL;
}

char *hc_render_device_text(const struct hc_report *report, size_t device, bool color, bool names)
{
    (void)report;
    (void)device;
    (void)color;
    (void)names;
    return NULL;
}
