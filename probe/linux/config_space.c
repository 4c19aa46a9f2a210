#include "config_space.h"

#include "ask.h"
#include "files.h"
#include "pci_address.h"
#include "pci_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool hc_config_path(const char *address, char *path, size_t size)
{
    struct hc_pci_address parsed;

    if (!hc_pci_address((struct hc_text){ address, strlen(address) }, &parsed))
        return false;
    return snprintf(path, size, HC_PCI_FOLDER "/%s/config", address) < (int)size;
}

/* ---- sleep ---- */

static const struct hc_reply *ask_of(struct hc_source *src, struct hc_text address, const char *file,
                                     struct hc_text *line)
{
    return hc_ask_line(src, hc_format(src, HC_PCI_FOLDER "/%.*s/%s", (int)address.size, address.at, file), line);
}

static bool suspended(struct hc_source *src, struct hc_text address)
{
    struct hc_text line;

    ask_of(src, address, "power/runtime_status", &line);
    return hc_text_is(line, "suspended") || hc_text_is(line, "suspending");
}

/* Reading configuration space resumes the bridges above, and the device where it is in D3cold: Linux drivers/pci/pci.c,
   pci_config_pm_runtime_get(). Kernels before 5.11 do not show the power state. */
static bool sleeps(struct hc_source *src, const char *address)
{
    struct hc_text self = { address, strlen(address) }, line, path, name;
    struct hc_pci_address above;

    ask_of(src, self, "power_state", &line);
    if (hc_text_is(line, "D3cold") || ((!line.size || hc_text_is(line, "unknown")) && suspended(src, self)))
        return true;
    hc_ask_link(src, hc_format(src, HC_PCI_FOLDER "/%s", address), &path);
    while (hc_split(path, '/', &name, &path))
        if (hc_pci_address(name, &above) && suspended(src, name))
            return true;
    return false;
}

/* ---- reading ---- */

static size_t read_live(void *self, size_t offset, unsigned char *bytes, size_t count)
{
    ssize_t n = pread(*(const int *)self, bytes, count, (off_t)offset);

    return n > 0 ? (size_t)n : 0;
}

struct copy {
    unsigned char bytes[HC_PCI_EXPRESS];
    size_t size;
};

static size_t read_copy(void *self, size_t offset, unsigned char *bytes, size_t count)
{
    const struct copy *copy = self;

    if (offset >= copy->size)
        return 0;
    if (count > copy->size - offset)
        count = copy->size - offset;
    memcpy(bytes, copy->bytes + offset, count);
    return count;
}

static void answer(struct hc_source *src, struct hc_reply *reply, size_t size, bool revision, hc_pci_reader *reader,
                   void *self)
{
    struct hc_pci_config config;
    struct hc_text text;

    errno = 0;
    if (!hc_pci_config_read(&config, size, revision, reader, self)) {
        if (errno)
            hc_answer_errno(reply, errno);
        else
            hc_answer_error(reply, HC_FAILED, "less than the 64 bytes of a header");
        return;
    }
    text = hc_pci_config_text(&src->arena, &config);
    hc_answer_error(reply, HC_FAILED, "ENOMEM");
    if (text.at)
        *reply = (struct hc_reply){ .key = reply->key, .answer = HC_OK, .bytes = text.at, .size = text.size };
}

/* Since Linux 4.10 the kernel tells the revision, without an access to the device. */
static bool tells_revision(struct hc_source *src, const char *address)
{
    struct hc_text line;

    return ask_of(src, (struct hc_text){ address, strlen(address) }, "revision", &line)->answer == HC_OK;
}

static void answer_live(struct hc_source *src, struct hc_reply *reply, int fd, const char *address)
{
    struct stat st;

    if (!src->wake && sleeps(src, address))
        hc_answer_error(reply, HC_UNSUPPORTED, "the device sleeps, and reading would wake it");
    else if (fstat(fd, &st))
        hc_answer_errno(reply, errno);
    else
        answer(src, reply, st.st_size > 0 ? (size_t)st.st_size : 0, !tells_revision(src, address), read_live, &fd);
}

/* A copy holds what could be read then. */
static void answer_copy(struct hc_source *src, struct hc_reply *reply, int fd)
{
    struct copy copy;
    ssize_t size = read(fd, copy.bytes, sizeof copy.bytes);

    copy.size = size > 0 ? (size_t)size : 0;
    if (size < 0)
        hc_answer_errno(reply, errno);
    else
        answer(src, reply, copy.size, true, read_copy, &copy);
}

void hc_answer_from_config(struct hc_source *src, struct hc_reply *reply, int fd, const char *address, bool live)
{
    if (live)
        answer_live(src, reply, fd, address);
    else
        answer_copy(src, reply, fd);
    close(fd);
}
