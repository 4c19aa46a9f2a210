/* Without libudev nobody can ask the database of udev. */
#include "udev.h"

void hc_answer_udev(struct hc_source *src, struct hc_reply *reply, const char *subsystem)
{
    (void)src;
    (void)subsystem;
    hc_answer_error(reply, HC_UNSUPPORTED, "built without libudev");
}
