#include "device_files.h"

#include <stddef.h>
#include <string.h>

/* Every attribute of a management controller sends Get Device ID, unless the last answer is less than ten seconds old,
   and sleeps until there is one, which no signal ends (drivers/char/ipmi/ipmi_msghandler.c, __get_device_id). Those of
   a TPM 1.2 send it TPM_GetCapability (drivers/char/tpm/tpm-sysfs.c), for which it may take minutes. What the kernel
   knows of a TPM without asking (tpm_version_major, ppi/version) is not among them. */
static const struct {
    const char *folder, *file; /* the folder up to a number */
} rows[] = {
    { "/sys/devices/platform/ipmi_bmc.", "firmware_revision" },
    { "/sys/devices/platform/ipmi_bmc.", "ipmi_version" },
    { "/sys/devices/platform/ipmi_bmc.", "manufacturer_id" },
    { "/sys/devices/platform/ipmi_bmc.", "product_id" },
    { "/sys/class/tpm/tpm", "active" },
    { "/sys/class/tpm/tpm", "caps" },
    { "/sys/class/tpm/tpm", "enabled" },
    { "/sys/class/tpm/tpm", "owned" },
};

bool hc_asks_device(const char *path)
{
    const char *file = strrchr(path, '/');

    for (size_t i = 0; file && i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(file + 1, rows[i].file) && !strncmp(path, rows[i].folder, strlen(rows[i].folder)))
            return true;
    return false;
}
