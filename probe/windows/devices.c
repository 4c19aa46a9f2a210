/* Devices as SetupAPI and the configuration manager know them. Nothing is opened: these read what the system keeps. */
#include "native.h"

#include <windows.h>

#include <initguid.h> /* the keys below are defined in this file */

#include <cfgmgr32.h>
#include <devpkey.h>
#include <setupapi.h>
#include <stdlib.h>
#include <string.h>

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
    { "hardware_id", &DEVPKEY_Device_HardwareIds }, { "class", &DEVPKEY_Device_Class },
    { "service", &DEVPKEY_Device_Service },         { "description", &DEVPKEY_Device_DeviceDesc },
    { "location", &DEVPKEY_Device_LocationInfo },   { "bus", &DEVPKEY_Device_BusNumber },
    { "address", &DEVPKEY_Device_Address },         { "parent", &DEVPKEY_Device_Parent },
};

void hc_answer_devices(struct hc_source *src, struct hc_reply *reply, const char *enumerator)
{
    wchar_t *wide = hc_wide(enumerator), id[INSTANCE_MAX];
    HDEVINFO set = SetupDiGetClassDevsW(NULL, wide, NULL, DIGCF_ALLCLASSES | DIGCF_PRESENT);
    SP_DEVINFO_DATA device = { .cbSize = sizeof device };
    DWORD error = set == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    char *list = NULL;
    size_t size = 0;

    free(wide);
    for (DWORD i = 0; !error && i < DEVICES_MAX && SetupDiEnumDeviceInfo(set, i, &device); i++) {
        char *name, *more;
        if (!SetupDiGetDeviceInstanceIdW(set, &device, id, INSTANCE_MAX, NULL))
            continue;
        name = hc_narrow(src, id, -1);
        more = name ? realloc(list, size + strlen(name) + 1) : NULL;
        if (!more) {
            error = ERROR_NOT_ENOUGH_MEMORY;
            break;
        }
        list = more;
        memcpy(list + size, name, strlen(name));
        size += strlen(name);
        list[size++] = '\n';
    }
    if (set != INVALID_HANDLE_VALUE)
        SetupDiDestroyDeviceInfoList(set);
    if (error)
        hc_answer_win32(src, reply, error);
    else
        hc_answer_bytes(src, reply, list ? list : "", size);
    free(list);
}

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
        return hc_format(src, "%s %lu\n", name, (unsigned long)number);
    }
    if (type == DEVPROP_TYPE_BOOLEAN && size == 1)
        return hc_format(src, "%s %d\n", name, bytes[0] != 0);
    if (type != DEVPROP_TYPE_STRING && type != DEVPROP_TYPE_STRING_LIST)
        return "";
    text = hc_narrow(src, (const wchar_t *)(const void *)bytes, -1);
    return text ? hc_format(src, "%s %s\n", name, text) : NULL;
}

void hc_answer_devprop(struct hc_source *src, struct hc_reply *reply, const char *instance)
{
    wchar_t *wide = hc_wide(instance);
    DEVINST device = 0;
    CONFIGRET result = wide ? CM_Locate_DevNodeW(&device, wide, CM_LOCATE_DEVNODE_NORMAL) : CR_OUT_OF_MEMORY;
    char *text = "";

    free(wide);
    if (result != CR_SUCCESS) {
        hc_answer_error(reply, result == CR_NO_SUCH_DEVNODE ? HC_ABSENT : HC_FAILED,
                        hc_format(src, "CONFIGRET 0x%lX", (unsigned long)result));
        return;
    }
    for (size_t i = 0; i < sizeof properties / sizeof *properties && text; i++) {
        char *line = property(src, device, properties[i].key, properties[i].name);
        text = line ? hc_format(src, "%s%s", text, line) : NULL;
    }
    for (size_t i = 0; i < sizeof pci_properties / sizeof *pci_properties && text; i++) {
        char *line = property(src, device, &pci_properties[i].key, pci_properties[i].name);
        text = line ? hc_format(src, "%s%s", text, line) : NULL;
    }
    if (text)
        hc_answer_text(src, reply, "%s", text);
    else
        hc_answer_error(reply, HC_FAILED, "ENOMEM");
}
