/* Devices as SetupAPI and the configuration manager know them. Nothing is opened: these read what the system keeps. */
#include "native.h"

#include <windows.h>

#include <initguid.h> /* the keys below are defined in this file */

#include <cfgmgr32.h>
#include <devpkey.h>
#include <setupapi.h>
#include <stdlib.h>
#include <string.h>

struct list {
    char *text;
    size_t size;
};

enum { INSTANCE_MAX = 512, DEVICES_MAX = 16384, PROPERTY_MAX = 8192 };

/* DEVPKEY_PciDevice_*: Windows SDK, pciprop.h; 31 and 34 are younger than MinGW's. */
#define PCI_PROPERTY(number)                                                                                           \
    {                                                                                                                  \
        { 0x3ab22e31, 0x8264, 0x4b4e, { 0x9a, 0xf5, 0xa8, 0xd2, 0xd8, 0xe3, 0x3e, 0x62 } }, number                     \
    }

static const struct {
    const char *name;
    DEVPROPKEY key;
} pci_properties[] = {
    { "device_type", PCI_PROPERTY(1) }, { "base_class", PCI_PROPERTY(3) },  { "sub_class", PCI_PROPERTY(4) },
    { "prog_if", PCI_PROPERTY(5) },     { "interrupts", PCI_PROPERTY(14) }, { "sriov", PCI_PROPERTY(26) },
    { "acs", PCI_PROPERTY(29) },        { "acs_up", PCI_PROPERTY(31) },     { "reserved_memory", PCI_PROPERTY(34) },
};

static const struct {
    const char *name;
    const DEVPROPKEY *key;
} properties[] = {
    { "class", &DEVPKEY_Device_Class },
    { "service", &DEVPKEY_Device_Service },
    { "description", &DEVPKEY_Device_DeviceDesc },
    { "location", &DEVPKEY_Device_LocationInfo },
    { "bus", &DEVPKEY_Device_BusNumber },
    { "address", &DEVPKEY_Device_Address },
};

/* The first text of a list; a property that the device does not have is no line. */
static char *property(struct hc_source *src, DEVINST device, const DEVPROPKEY *key, const char *name)
{
    BYTE bytes[PROPERTY_MAX + 2 * sizeof(wchar_t)] = { 0 };
    ULONG size = PROPERTY_MAX;
    DEVPROPTYPE type = 0;
    UINT32 number;
    char *text;

    if (CM_Get_DevNode_PropertyW(device, key, &type, bytes, &size, 0) != CR_SUCCESS)
        return "";
    if (type == DEVPROP_TYPE_UINT32 && size == sizeof number) {
        memcpy(&number, bytes, sizeof number);
        return hc_format(src, "%s=%lu\n", name, (unsigned long)number);
    }
    if (type != DEVPROP_TYPE_STRING && type != DEVPROP_TYPE_STRING_LIST)
        return "";
    text = hc_narrow(src, (const wchar_t *)(const void *)bytes, -1);
    for (char *c = text; c && *c; c++)
        *c = (unsigned char)*c < ' ' ? ' ' : *c;
    return text ? hc_format(src, "%s=%s\n", name, text) : NULL;
}

/* Adds a line to the list; false: no memory. */
static bool add_line(struct list *list, const char *line)
{
    size_t size = line ? strlen(line) : 0;
    char *more = line ? realloc(list->text, list->size + size + 1) : NULL;

    if (!more)
        return false;
    memcpy(more + list->size, line, size);
    list->text = more;
    list->size += size;
    return true;
}

/* Of the name only what tells the kind: behind its last backslash there may be the serial number of the device. */
static bool add_device(struct hc_source *src, struct list *list, const wchar_t *id, DEVINST device)
{
    const wchar_t *end = wcsrchr(id, L'\\');
    const char *kind = hc_narrow(src, id, end ? (int)(end - id) : -1);

    if (!kind || (list->size && !add_line(list, "\n")) || !add_line(list, hc_format(src, "id=%s\n", kind)))
        return false;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (!add_line(list, property(src, device, properties[i].key, properties[i].name)))
            return false;
    for (size_t i = 0; i < sizeof pci_properties / sizeof *pci_properties; i++)
        if (!add_line(list, property(src, device, &pci_properties[i].key, pci_properties[i].name)))
            return false;
    return true;
}

void hc_answer_devices(struct hc_source *src, struct hc_reply *reply, const char *enumerator)
{
    wchar_t *wide = hc_wide(enumerator), id[INSTANCE_MAX];
    HDEVINFO set = SetupDiGetClassDevsW(NULL, wide, NULL, DIGCF_ALLCLASSES | DIGCF_PRESENT);
    SP_DEVINFO_DATA device = { .cbSize = sizeof device };
    struct list list = { NULL, 0 };
    bool whole = true;

    free(wide);
    if (set == INVALID_HANDLE_VALUE) {
        hc_answer_win32(src, reply, GetLastError());
        return;
    }
    for (DWORD i = 0; whole && i < DEVICES_MAX && SetupDiEnumDeviceInfo(set, i, &device); i++)
        if (SetupDiGetDeviceInstanceIdW(set, &device, id, INSTANCE_MAX, NULL))
            whole = add_device(src, &list, id, device.DevInst);
    SetupDiDestroyDeviceInfoList(set);
    if (whole)
        hc_answer_bytes(src, reply, list.text ? list.text : "", list.size);
    else
        hc_answer_error(reply, HC_FAILED, "ENOMEM");
    free(list.text);
}
