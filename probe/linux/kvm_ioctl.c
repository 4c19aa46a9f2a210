#include "kvm_ioctl.h"

#include "files.h"

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>

/* Extensions by the kernel's name without KVM_CAP_ (include/uapi/linux/kvm.h). */
static const struct {
    const char *name;
    int number;
} extensions[] = {
#define EXTENSION(name, number, meaning) { #name, number },
#include "kvm_extensions.def"
};

static void answer_number(struct hc_source *src, struct hc_reply *reply, int value)
{
    if (value < 0)
        hc_answer_errno(reply, errno);
    else
        hc_answer_text(src, reply, "%d", value);
}

static void answer_extension(struct hc_source *src, struct hc_reply *reply, int kvm, const char *name)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (!strcmp(name, extensions[i].name)) {
            answer_number(src, reply, ioctl(kvm, KVM_CHECK_EXTENSION, (unsigned long)extensions[i].number));
            return;
        }
    hc_answer_errno(reply, EINVAL);
}

void hc_answer_kvm(struct hc_source *src, struct hc_reply *reply, int kvm, const char *what)
{
    const char *rest;

    if (!strcmp(what, "api_version"))
        answer_number(src, reply, ioctl(kvm, KVM_GET_API_VERSION, 0));
    else if ((rest = hc_key_rest(what, "check_extension:")))
        answer_extension(src, reply, kvm, rest);
    else
        hc_answer_kvm_arch(src, reply, kvm, what);
}
