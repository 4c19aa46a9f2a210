#include "unix/errno_name.h"

#include <errno.h>

static const struct {
    int err;
    enum hc_answer answer;
    const char *name;
} rows[] = {
    { ENOENT, HC_ABSENT, "ENOENT" },
    { ENODEV, HC_ABSENT, "ENODEV" },
    { ENXIO, HC_ABSENT, "ENXIO" },
    { ENOTDIR, HC_ABSENT, "ENOTDIR" },
    { EACCES, HC_DENIED, "EACCES" },
    { EPERM, HC_DENIED, "EPERM" },
    { ENOSYS, HC_UNSUPPORTED, "ENOSYS" },
    { ENOTTY, HC_UNSUPPORTED, "ENOTTY" },
    { EOPNOTSUPP, HC_UNSUPPORTED, "EOPNOTSUPP" },
    { EAFNOSUPPORT, HC_UNSUPPORTED, "EAFNOSUPPORT" },
    { EPROTONOSUPPORT, HC_UNSUPPORTED, "EPROTONOSUPPORT" },
    { EBUSY, HC_FAILED, "EBUSY" },
    { EIO, HC_FAILED, "EIO" },
    { EINVAL, HC_FAILED, "EINVAL" },
    { ENOMEM, HC_FAILED, "ENOMEM" },
    { EINTR, HC_FAILED, "EINTR" },
    { EAGAIN, HC_FAILED, "EAGAIN" },
    { ELOOP, HC_FAILED, "ELOOP" },
    { EXDEV, HC_FAILED, "EXDEV" },
    { EMFILE, HC_FAILED, "EMFILE" },
    { ENFILE, HC_FAILED, "ENFILE" },
    { E2BIG, HC_FAILED, "E2BIG" },
    { EFAULT, HC_FAILED, "EFAULT" },
    { ENAMETOOLONG, HC_FAILED, "ENAMETOOLONG" },
    { ENOSPC, HC_FAILED, "ENOSPC" },
    { EEXIST, HC_FAILED, "EEXIST" },
    { EISDIR, HC_FAILED, "EISDIR" },
    { ESTALE, HC_FAILED, "ESTALE" },
    { ETIMEDOUT, HC_FAILED, "ETIMEDOUT" },
    { ESRCH, HC_FAILED, "ESRCH" },
    { ERANGE, HC_FAILED, "ERANGE" },
};

const char *hc_errno_name(int err)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].err == err)
            return rows[i].name;
    return "EOTHER";
}

enum hc_answer hc_errno_answer(int err)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].err == err)
            return rows[i].answer;
    return HC_FAILED;
}
