#include "fs_answers.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

/* XFS_IOC_FSGEOMETRY_V4 and its struct (fs/xfs/libxfs/xfs_fs.h): there since the start, and for every caller. */
struct xfs_geometry {
    uint32_t sizes[8];
    uint64_t blocks[4];
    unsigned char uuid[16];
    uint32_t stripe[2];
    int32_t version;
    uint32_t flags;
    uint32_t more[4];
};
#define XFS_GEOMETRY _IOR('X', 124, struct xfs_geometry)

void hc_answer_statfs(struct hc_source *src, struct hc_reply *reply, const char *path)
{
    struct statfs fs;
    struct stat st;

    if (statfs(path, &fs) || stat(path, &st)) {
        hc_answer_errno(reply, errno);
        return;
    }
    hc_answer_text(src, reply,
                   "device %u:%u\ntype %lx\nblock %llu\nblocks %llu\nfree %llu\navailable %llu\nfiles %llu\n"
                   "files_free %llu\n",
                   major(st.st_dev), minor(st.st_dev), (unsigned long)fs.f_type & 0xffffffff,
                   (unsigned long long)(fs.f_frsize ? fs.f_frsize : fs.f_bsize), (unsigned long long)fs.f_blocks,
                   (unsigned long long)fs.f_bfree, (unsigned long long)fs.f_bavail, (unsigned long long)fs.f_files,
                   (unsigned long long)fs.f_ffree);
}

/* The number of an ioctl means something else on other file systems: which one it is, is seen first. */
void hc_answer_xfs_flags(struct hc_source *src, struct hc_reply *reply, const char *path)
{
    struct xfs_geometry geometry = { .flags = 0 };
    struct statfs fs;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        hc_answer_errno(reply, errno);
        return;
    }
    if (fstatfs(fd, &fs))
        hc_answer_errno(reply, errno);
    else if ((unsigned long)fs.f_type != XFS_SUPER_MAGIC)
        hc_answer_error(reply, HC_FAILED, "not an XFS file system");
    else if (ioctl(fd, XFS_GEOMETRY, &geometry))
        hc_answer_errno(reply, errno);
    else
        hc_answer_text(src, reply, "0x%x", geometry.flags);
    close(fd);
}
