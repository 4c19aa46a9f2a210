/* A sleeping PCI device is left alone, and so is one below a bridge that sleeps: whether to read is asked of the log
   alone, and any file of sysfs will do for one that must not be read. */
#include "config_space.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CARD "/sys/bus/pci/devices/0000:01:00.0"
#define PORT "/sys/bus/pci/devices/0000:00:01.0"

static void tell(struct hc_source *src, const char *key, const char *text)
{
    struct hc_reply reply = { .key = key, .answer = HC_ABSENT, .error = "ENOENT", .bytes = "" };

    if (text)
        reply = (struct hc_reply){ .key = key, .answer = HC_OK, .bytes = text, .size = strlen(text) };
    hc_log(src, &reply);
}

/* Whether a function in such a state is read. */
static bool is_read(const char *state, const char *own, const char *above, bool wake)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_reply reply = { .key = "pciconf:0000:01:00.0", .bytes = "" };
    bool asleep;

    src->wake = wake;
    tell(src, "link:" CARD, "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0");
    tell(src, "file:" CARD "/power_state", state);
    tell(src, "file:" CARD "/power/runtime_status", own);
    tell(src, "file:" PORT "/power/runtime_status", above);
    hc_answer_from_config(src, &reply, open("/sys/kernel/uevent_seqnum", O_RDONLY | O_CLOEXEC), "0000:01:00.0", true);
    asleep = reply.answer == HC_UNSUPPORTED;
    hc_source_free(src);
    return !asleep;
}

int main(void)
{
    static const struct {
        const char *state, *own, *above;
        bool wake, read;
    } rows[] = {
        { "D0\n", "active\n", "active\n", false, true },
        { "D3hot\n", "suspended\n", "active\n", false, true }, /* its registers can be read */
        { "D3cold\n", "suspended\n", "active\n", false, false },
        { "D3cold\n", "suspended\n", "suspended\n", true, true },
        { "D3hot\n", "active\n", "suspended\n", false, false }, /* the bridge would be woken */
        { "unknown\n", "suspended\n", "active\n", false, false },
        { "unknown\n", "active\n", "unsupported\n", false, true },
        { NULL, "suspended\n", "active\n", false, false }, /* Linux before 5.11 */
        { NULL, NULL, NULL, false, true },
    };
    int failures = 0;

    if (access("/sys/kernel/uevent_seqnum", R_OK)) {
        printf("no sysfs here: skipped\n");
        return 77;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (is_read(rows[i].state, rows[i].own, rows[i].above, rows[i].wake) != rows[i].read) {
            printf("row %zu: expected to be %s\n", i, rows[i].read ? "read" : "left alone");
            failures++;
        }
    printf("%d failures\n", failures);
    return failures != 0;
}
