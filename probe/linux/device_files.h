/* Files of sysfs that hold nothing: whoever reads them makes the kernel ask the device, and waits for its answer. */
#ifndef HC_LINUX_DEVICE_FILES_H
#define HC_LINUX_DEVICE_FILES_H

#include <stdbool.h>

bool hc_asks_device(const char *path);

#endif
