/* Disks and network adapters by WMI: what a host has, not what it does with them. Serial numbers and addresses are not
   asked for. */
#include "asked.h"
#include "probes.h"
#include "tables.h"

struct part {
    struct hc_source *src;
    struct hc_facts *facts;
    struct hc_table_row *row;
    const struct hc_reply *list;
    struct hc_text lines;
};

static const struct hc_reply *not_told(const struct part *p, const char *property)
{
    return hc_reword(p->src, p->list, HC_ABSENT, hc_format(p->src, "Windows does not tell %s", property));
}

static void put_text(struct part *p, int column, const char *property)
{
    struct hc_text value;
    bool told = hc_wmi_text(p->lines, property, &value);

    hc_cell_text(p->facts, p->row, column, told ? p->list : not_told(p, property), value);
}

static void put_number(struct part *p, int column, const char *property)
{
    uint64_t value;
    bool told = hc_wmi_number(p->lines, property, &value);

    hc_cell_number(p->facts, p->row, column, told ? p->list : not_told(p, property), value);
}

static void put_flag(struct part *p, int column, const char *property)
{
    bool value, told = hc_wmi_flag(p->lines, property, &value);

    hc_cell_flag(p->facts, p->row, column, told ? p->list : not_told(p, property), value);
}

static void disks(struct part *p)
{
    struct hc_text rows;

    p->list = hc_ask_wmi(
        p->src, "ROOT\\CIMV2:Win32_DiskDrive:Index,Model,Size,BytesPerSector,InterfaceType,MediaType,FirmwareRevision",
        &rows);
    hc_put_table(p->facts, HC_TABLE_WIN_DISKS, p->list);
    while (hc_next_wmi_row(&rows, &p->lines)) {
        p->row = hc_add_row(p->facts, HC_TABLE_WIN_DISKS, p->list);
        put_number(p, HC_COL_WIN_DISK_NUMBER, "Index");
        put_text(p, HC_COL_WIN_DISK_MODEL, "Model");
        put_number(p, HC_COL_WIN_DISK_SIZE, "Size");
        put_number(p, HC_COL_WIN_DISK_SECTOR, "BytesPerSector");
        put_text(p, HC_COL_WIN_DISK_BUS, "InterfaceType");
        put_text(p, HC_COL_WIN_DISK_MEDIA, "MediaType");
        put_text(p, HC_COL_WIN_DISK_FIRMWARE, "FirmwareRevision");
    }
}

static void adapters(struct part *p)
{
    struct hc_text rows;

    p->list = hc_ask_wmi(p->src, "ROOT\\CIMV2:Win32_NetworkAdapter:Index,Name,Speed,PhysicalAdapter,NetEnabled", &rows);
    hc_put_table(p->facts, HC_TABLE_WIN_NET, p->list);
    while (hc_next_wmi_row(&rows, &p->lines)) {
        p->row = hc_add_row(p->facts, HC_TABLE_WIN_NET, p->list);
        put_number(p, HC_COL_WIN_NET_NUMBER, "Index");
        put_text(p, HC_COL_WIN_NET_NAME, "Name");
        put_number(p, HC_COL_WIN_NET_SPEED, "Speed");
        put_flag(p, HC_COL_WIN_NET_PHYSICAL, "PhysicalAdapter");
        put_flag(p, HC_COL_WIN_NET_ENABLED, "NetEnabled");
    }
}

static void displays(struct part *p)
{
    struct hc_text rows;

    p->list = hc_ask_wmi(p->src, "ROOT\\CIMV2:Win32_VideoController:Name,DriverVersion,VideoProcessor", &rows);
    hc_put_table(p->facts, HC_TABLE_WIN_VIDEO, p->list);
    while (hc_next_wmi_row(&rows, &p->lines)) {
        p->row = hc_add_row(p->facts, HC_TABLE_WIN_VIDEO, p->list);
        put_text(p, HC_COL_WIN_VIDEO_NAME, "Name");
        put_text(p, HC_COL_WIN_VIDEO_DRIVER, "DriverVersion");
        put_text(p, HC_COL_WIN_VIDEO_PROCESSOR, "VideoProcessor");
    }
}

void hc_probe_windows_parts(struct hc_source *src, struct hc_facts *facts)
{
    struct part part = { .src = src, .facts = facts };

    if (!hc_is_windows(src))
        return;
    disks(&part);
    adapters(&part);
    displays(&part);
}
