/* What only KVM on x86 can be asked: feature registers, and the small guest. */
#include "files.h"
#include "kvm_ioctl.h"
#include "parse.h"
#include "prove.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* Registers that KVM_GET_MSRS answers on /dev/kvm itself: what guests may be offered
   (Documentation/virt/kvm/api.rst, 4.3 KVM_GET_MSR_FEATURE_INDEX_LIST). */
static void answer_feature_list(struct hc_source *src, struct hc_reply *reply, int kvm)
{
    struct kvm_msr_list none = { .nmsrs = 0 }, *list;
    char text[8192] = "";
    size_t at = 0;

    if (ioctl(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, &none) && errno != E2BIG) {
        hc_answer_errno(reply, errno);
        return;
    }
    list = none.nmsrs <= 512 ? calloc(1, sizeof *list + none.nmsrs * sizeof list->indices[0]) : NULL;
    if (list)
        list->nmsrs = none.nmsrs;
    if (!list || ioctl(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST, list)) {
        hc_answer_errno(reply, list ? errno : ENOMEM);
    } else {
        for (unsigned i = 0; i < list->nmsrs && i < none.nmsrs && at + 12 < sizeof text; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%x\n", list->indices[i]);
        hc_answer_bytes(src, reply, text, at);
    }
    free(list);
}

static void answer_feature_msr(struct hc_source *src, struct hc_reply *reply, int kvm, const char *index)
{
    union {
        struct kvm_msrs msrs;
        char room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)]; /* its list has one entry */
    } query = { .room = { 0 } };
    uint64_t number;
    int got;

    if (!hc_number((struct hc_text){ index, strlen(index) }, 16, &number) || number > UINT32_MAX) {
        hc_answer_errno(reply, EINVAL);
        return;
    }
    query.msrs.nmsrs = 1;
    query.msrs.entries[0].index = (uint32_t)number;
    got = ioctl(kvm, KVM_GET_MSRS, &query);
    if (got == 1)
        hc_answer_text(src, reply, "0x%llx", (unsigned long long)query.msrs.entries[0].data);
    else if (got == 0)
        hc_answer_error(reply, HC_ABSENT, "KVM does not offer this register");
    else
        hc_answer_errno(reply, errno);
}

static void answer_prove(struct hc_source *src, struct hc_reply *reply, int kvm)
{
    char text[2048];

    hc_answer_bytes(src, reply, text, hc_kvm_prove(kvm, text, sizeof text));
}

void hc_answer_kvm_arch(struct hc_source *src, struct hc_reply *reply, int kvm, const char *what)
{
    const char *rest;

    if (!strcmp(what, "msr_feature_index_list"))
        answer_feature_list(src, reply, kvm);
    else if ((rest = hc_key_rest(what, "feature_msr:")))
        answer_feature_msr(src, reply, kvm, rest);
    else if (!strcmp(what, "prove"))
        answer_prove(src, reply, kvm);
    else
        hc_answer_errno(reply, EINVAL);
}
