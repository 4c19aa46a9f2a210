/* Checks of containers: where this process stands itself. */
#include "checks.h"

/* Where nobody looked, as on other systems, the question does not arise. */
static enum hc_reason not_inside(struct hc_view *v)
{
    switch (hc_see(v, HC_HOST_CONTAINER)) {
    case HC_YES: return CONTAINER_INSIDE;
    case HC_NO: return HC_PASS;
    default: return hc_open_reply(v->facts, HC_FACT_HOST_CONTAINER) ? HC_CANNOT_TELL : HC_MOOT;
    }
}

const struct hc_check hc_container_checks[] = {
    {
        .id = "container.not_inside",
        .title = "This is not a container itself",
        .fix = HC_FIX_OS_CONFIG,
        .fix_in_guest = HC_FIX_OS_CONFIG,
        .eval = not_inside,
        .reasons = HC_REASON_LIST(CONTAINER_INSIDE),
    },
};
const size_t hc_container_check_count = sizeof hc_container_checks / sizeof *hc_container_checks;
