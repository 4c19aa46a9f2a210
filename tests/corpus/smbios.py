"""SMBIOS tables of real machines, as dmidecode reads them: its text of now, or where the package is not installed, the
text beside the dump. Every field that hostcap decodes is compared with what stands there."""
import random
import re
import shutil
import struct
import subprocess
import tempfile
import xml.etree.ElementTree

from corpus import host

DMIDECODE = shutil.which("dmidecode") or shutil.which("dmidecode", path="/usr/sbin")
FOLDER = "/sys/firmware/dmi/tables"
UNITS = {"bytes": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40, "MHz": 10**6, "MT/s": 10**6, "W": 1,
         "V": 1000, "bits": 1, "ns": 1, "U": 1}
# what hostcap says of a null, in dmidecode's words
REASONS = {"firmware does not know it": "Unknown", "firmware does not say it": "Not Specified",
           "a string that is not in its structure": "<BAD INDEX>",
           "a placeholder: all ones, no UUID": "Not Present", "a placeholder: all zeros, no UUID yet": "Not Settable"}
NOTHING = {"", "Unknown", "Not Specified", "None", "<OUT OF SPEC>", "Unspecified", "Not Provided"}
# words of lists that hostcap spells for machines
TRAITS = {"64-bit capable": "64-bit", "Multi-Core": "multi-core", "Hardware Thread": "hardware-thread",
          "Execute Protection": "execute-protection", "Enhanced Virtualization": "enhanced-virtualization",
          "Power/Performance Control": "power-control", "128-bit Capable": "128-bit",
          "Arm64 SoC ID": "arm64-soc-id", "5.0 V is provided": "5v", "3.3 V is provided": "3.3v",
          "Opening is shared": "shared", "PC Card-16 is supported": "pc-card-16", "Cardbus is supported": "cardbus",
          "Zoom Video is supported": "zoom-video", "Modem ring resume is supported": "modem-ring-resume",
          "PME signal is supported": "pme", "Hot-plug devices are supported": "hot-plug",
          "SMBus signal is supported": "smbus", "PCIe slot bifurcation is supported": "bifurcation",
          "Async/surprise removal is supported": "surprise-removal"}


# ---- a dump, a host out of it, its text ----

class Dump:
    """entry: the entry point; table: the structures."""

    def __init__(self, path):
        data = path.read_bytes()
        if data.startswith(b"_SM3_"):
            at = struct.unpack_from("<Q", data, 0x10)[0]
            self.entry, self.table = data[:24], data[at:]
        elif data.startswith(b"_SM_"):
            size, at = struct.unpack_from("<HI", data, 0x16)
            at = at if at < len(data) else 32  # an address in the memory of that machine
            self.entry, self.table = data[:31], data[at:at + size]
        else:  # RawSMBIOSData of Windows: flags, major, minor, revision, length
            major, minor, revision, size = struct.unpack_from("<BBBI", data, 1)
            self.table = data[8:8 + size]
            self.entry = wide_entry(major, minor, revision, size)

    def recording(self):
        recording = host.Recording()
        for name, data in (("DMI", self.table), ("smbios_entry_point", self.entry)):
            recording.replies[name] = {"key": f"file:{FOLDER}/{name}", "hex": data.hex()}
        return recording

    def text(self):
        """What dmidecode says here; None where it is not installed."""
        if not DMIDECODE:
            return None
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            file.write(relocated(self.entry) + self.table)
            file.flush()
            done = subprocess.run([DMIDECODE, "--from-dump", file.name], capture_output=True, check=False)
        return done.stdout.decode("latin1")


def wide_entry(major, minor, revision, size):
    entry = bytearray(b"_SM3_\0" + bytes([24, major, minor, revision, 1, 0]) + struct.pack("<IQ", size, 32))
    entry[5] = -sum(entry) & 255
    return bytes(entry)


def relocated(entry):
    """As dmidecode --dump-bin writes it: the table stands at 32."""
    entry = bytearray(entry)
    if entry.startswith(b"_SM3_"):
        struct.pack_into("<Q", entry, 0x10, 32)
        entry[5] = 0
        entry[5] = -sum(entry[:entry[6]]) & 255
    else:
        struct.pack_into("<I", entry, 0x18, 32)
        entry[0x15] = entry[4] = 0
        entry[0x15] = -sum(entry[0x10:0x1f]) & 255
        entry[4] = -sum(entry[:entry[5]]) & 255
    return bytes(entry).ljust(32, b"\0")


def blocks(text):
    """{type: [{label: value or list}]} of dmidecode's text."""
    found = {}
    fields, label = None, None
    for line in text.splitlines():
        head = re.match(r"Handle 0x([0-9A-F]{4}), DMI type (\d+), (\d+) bytes", line)
        if head:
            fields = {"handle": int(head[1], 16)}
            found.setdefault(int(head[2]), []).append(fields)
        elif fields is None or not line.startswith("\t"):
            continue
        elif line.startswith("\t\t") and label:
            if not isinstance(fields[label], list):
                fields[label] = []
            fields[label].append(line.strip())
        elif ":" in line:
            label, value = line.strip().split(":", 1)
            fields.setdefault(label, value.strip())
    return found


# ---- what a text means ----

def text(value):
    """Bytes that are not UTF-8 come out as others in JSON; control characters as dots in dmidecode."""
    return None if value is None else re.sub(r"[^ -~]+", "?", value).strip()


def number(value):
    """"8 GB" -> bytes; "2666 MT/s" -> per second; words stay."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([A-Za-z/]*)", value or "")
    if not match or match[2] and match[2] not in UNITS:
        return value
    return round(float(match[1]) * UNITS.get(match[2], 1))


def part(value):
    return 0 if value in ("None", "No Module Installed") else number(value)


def sram(value):
    return sorted(value.lower().replace("pipeline burst", "pipeline-burst").split())


def counted(value):
    """0 cores or volts are not known ones."""
    return number(value) or "Unknown"


def hexadecimal(value):
    """Before SMBIOS 2.3 all ones as the handle of a cache meant that there is none, later that it is not told."""
    if value and value.startswith("No L"):
        return "Unknown"
    return int(value, 16) if value and value.startswith("0x") else value


def module_id(value):
    """"Bank 1, Hex 0xCE": the low byte is the bank (and its parity), the high one the code (JEP106)."""
    match = re.fullmatch(r"Bank (\d+), Hex 0x([0-9A-F]{2})", value or "")
    return (int(match[1]) - 1, int(match[2], 16)) if match else value


def listed(names=None):
    def read(value):
        value = [] if value in (None, "None") else value if isinstance(value, list) else value.split(" ")
        return sorted((names or {}).get(name, name) for name in value)
    return read


def detail(value):
    value = value.replace("Registered (Buffered)", "registered").replace("Unbuffered (Unregistered)", "unbuffered")
    value = value.replace("Static Column", "static-column").replace("Window DRAM", "window-dram")
    value = value.replace("Cache DRAM", "cache-dram")
    return [] if value == "None" else sorted(value.lower().split())


def modes(value):
    names = {"Volatile memory": "volatile", "Byte-accessible persistent memory": "byte-persistent",
             "Block-accessible persistent memory": "block-persistent"}
    return sorted(names[name] for name in names if name in value)


SPACING = {"Successive Byte Boundaries": 1, "32-bit Boundaries": 4, "16-byte Boundaries": 16,
           "<OUT OF SPEC>": "Unknown"}


# ---- the rows to compare: label, path below the row, how to read the text ----

SYSTEM = {
    0: ("smbios.bios", [("Vendor", "vendor", text), ("Version", "version", text), ("Release Date", "date", text),
                        ("ROM Size", "rom_bytes", number), ("BIOS Revision", "release", text),
                        ("Firmware Revision", "ec_release", text)]),
    1: ("smbios.system", [("Manufacturer", "manufacturer", text), ("Product Name", "product", text),
                          ("Version", "version", text), ("Serial Number", "serial_number", text),
                          ("UUID", "uuid", str.lower), ("Wake-up Type", "wake_up", text), ("SKU Number", "sku", text),
                          ("Family", "family", text)]),
    2: ("smbios.board", [("Manufacturer", "manufacturer", text), ("Product Name", "product", text),
                         ("Version", "version", text), ("Serial Number", "serial_number", text),
                         ("Asset Tag", "asset_tag", text), ("Location In Chassis", "location", text),
                         ("Type", "type", text)]),
    3: ("smbios.chassis", [("Manufacturer", "manufacturer", text), ("Type", "type", text),
                           ("Lock", "lock", {"Present": True, "Not Present": False}.get), ("Version", "version", text),
                           ("Serial Number", "serial_number", text), ("Asset Tag", "asset_tag", text),
                           ("Boot-up State", "boot_up_state", text),
                           ("Power Supply State", "power_supply_state", text),
                           ("Thermal State", "thermal_state", text), ("Security Status", "security_status", text),
                           ("Height", "height_rack_units", number), ("Number Of Power Cords", "power_cords", number),
                           ("SKU Number", "sku", text)]),
    32: ("smbios", [("Status", "boot_status", text)]),
    38: ("smbios.ipmi", [("Interface Type", "interface", text), ("Specification Version", "specification", text),
                         ("I2C Slave Address", "i2c_address", lambda v: int(v, 16) or "Unknown"),
                         ("Base Address", "base_address", lambda v: int(v.split()[0], 16)),
                         ("Base Address", "io_space", lambda v: "I/O" in v),
                         ("Register Spacing", "register_spacing_bytes", SPACING.get),
                         ("Interrupt Number", "interrupt", number)]),
    43: ("smbios.tpm", [("Vendor ID", "vendor", text), ("Specification Version", "specification", text),
                        ("Firmware Revision", "firmware", text), ("Description", "description", text)]),
}

TABLES = {
    4: ("smbios.processors", [
        ("Socket Designation", "socket", text), ("Type", "type", text), ("Family", "family", text),
        ("Manufacturer", "manufacturer", text), ("Version", "version", text),
        ("Voltage", "millivolts", counted),
        ("External Clock", "external_clock_hz", number), ("Max Speed", "maximum_hz", number),
        ("Current Speed", "boot_hz", number), ("Upgrade", "upgrade", text),
        ("Status", "populated", lambda v: v.startswith("Populated")),
        ("Status", "status", lambda v: v.split(", ")[-1]),
        ("ID", "id", lambda v: int.from_bytes(bytes.fromhex(v), "little") or "Unknown"),
        ("L1 Cache Handle", "l1_cache", hexadecimal), ("L2 Cache Handle", "l2_cache", hexadecimal),
        ("L3 Cache Handle", "l3_cache", hexadecimal), ("Serial Number", "serial_number", text),
        ("Asset Tag", "asset_tag", text), ("Part Number", "part_number", text), ("Core Count", "cores", counted),
        ("Core Enabled", "cores_enabled", counted), ("Thread Count", "threads", counted),
        ("Characteristics", "characteristics", listed(TRAITS))]),
    7: ("smbios.caches", [
        ("Socket Designation", "designation", text),
        ("Configuration", "level", lambda v: int(v[-1])),
        ("Configuration", "enabled", lambda v: v.startswith("Enabled")),
        ("Configuration", "socketed", lambda v: ", Socketed" in v), ("Operational Mode", "mode", text),
        ("Location", "location", text), ("Installed Size", "bytes", number), ("Maximum Size", "maximum_bytes", number),
        ("Installed SRAM Type", "sram", sram),
        ("Speed", "speed_nanoseconds", number), ("Error Correction Type", "error_correction", text),
        ("System Type", "type", text), ("Associativity", "associativity", text)]),
    9: ("smbios.slots", [
        ("Designation", "designation", text), ("Current Usage", "usage", text), ("Length", "length", text),
        ("Bus Address", "pci", text)]),
    16: ("memory.arrays", [
        ("Location", "location", text), ("Use", "use", text), ("Error Correction Type", "error_correction", text),
        ("Maximum Capacity", "maximum_bytes", number), ("Number Of Devices", "slots", number)]),
    17: ("memory.devices", [
        ("Array Handle", "array", hexadecimal), ("Total Width", "total_width_bits", number),
        ("Data Width", "data_width_bits", number),
        ("Size", "bytes", part), ("Form Factor", "form_factor", text),
        ("Set", "set", lambda v: None if v == "None" else number(v)), ("Locator", "slot", text),
        ("Bank Locator", "bank", text), ("Type", "type", text), ("Type Detail", "type_detail", detail),
        ("Speed", "speed_transfers_per_second", number), ("Manufacturer", "manufacturer", text),
        ("Serial Number", "serial_number", text), ("Asset Tag", "asset_tag", text),
        ("Part Number", "part_number", text), ("Rank", "ranks", number),
        ("Configured Memory Speed", "configured_speed_transfers_per_second", number),
        ("Minimum Voltage", "minimum_millivolts", number), ("Maximum Voltage", "maximum_millivolts", number),
        ("Configured Voltage", "configured_millivolts", number), ("Memory Technology", "technology", text),
        ("Memory Operating Mode Capability", "operating_modes", modes), ("Firmware Version", "firmware_version", text),
        ("Module Manufacturer ID", "module_manufacturer_id", module_id),
        ("Module Product ID", "module_product_id", hexadecimal),
        ("Memory Subsystem Controller Manufacturer ID", "controller_manufacturer_id", module_id),
        ("Memory Subsystem Controller Product ID", "controller_product_id", hexadecimal),
        ("Non-Volatile Size", "non_volatile_bytes", part), ("Volatile Size", "volatile_bytes", part),
        ("Cache Size", "cache_bytes", part), ("Logical Size", "logical_bytes", part)]),
    39: ("smbios.power_supplies", [
        ("Power Unit Group", "group", number), ("Location", "location", text), ("Name", "name", text),
        ("Manufacturer", "manufacturer", text), ("Serial Number", "serial_number", text),
        ("Asset Tag", "asset_tag", text), ("Model Part Number", "part_number", text), ("Revision", "revision", text),
        ("Max Power Capacity", "maximum_watts", number), ("Type", "type", text),
        ("Status", "present", lambda v: v.startswith("Present")),
        ("Status", "status", lambda v: v.split(", ")[-1]), ("Input Voltage Range Switching", "input_switching", text),
        ("Plugged", "plugged", {"Yes": True, "No": False}.get),
        ("Hot Replaceable", "hot_replaceable", {"Yes": True, "No": False}.get)]),
    41: ("smbios.onboard_devices", [
        ("Reference Designation", "designation", text), ("Type", "type", text),
        ("Status", "enabled", lambda v: v == "Enabled"), ("Type Instance", "instance", number),
        ("Bus Address", "pci", text)]),
}
REGISTERS = {"id", "l1_cache", "l2_cache", "l3_cache", "array", "i2c_address", "base_address", "module_product_id",
             "controller_product_id"}
MODULE_IDS = {"module_manufacturer_id", "controller_manufacturer_id"}


def actual(report, pointer, name, value):
    """A value as dmidecode would tell it: a null in the words of its reason; a list in order."""
    if value is None:
        unknown = report["reasons"].get(pointer, {})
        error = unknown.get("error", "")
        if error in REASONS:
            return REASONS[error]
        if error.startswith("a placeholder: "):
            return text(error.removeprefix("a placeholder: "))
        return "<OUT OF SPEC>" if error.startswith("a code that is not known") else None
    if name in REGISTERS:
        return int(value, 16)
    if name in MODULE_IDS:
        return (int(value, 16) & 0x7f, int(value, 16) >> 8)
    if isinstance(value, list):
        return sorted(value)
    return text(value) if isinstance(value, str) else value


def same(expected, found, empty):
    """Words for nothing are one; of an empty slot nothing is said."""
    nothing = isinstance(expected, str) and expected in NOTHING
    if expected == found or (nothing and isinstance(found, str) and found in NOTHING):
        return True
    return found is None and (empty or nothing)


def compare(report, what, path, rows, fields, value, empty=False):
    for label, name, read in rows:
        if label not in fields:
            continue
        expected = read(fields[label]) if fields[label] is not None else None
        found = actual(report, f"/{path.replace('.', '/')}/{name}", name, value.get(name))
        if isinstance(found, str) and isinstance(expected, list) and found in NOTHING:
            found = [] if not expected or expected == ["unknown"] else found
            expected = [] if expected == ["unknown"] else expected
        yield f"{what} {label}: {name}", expected, expected if same(expected, found, empty) else found


def slot(fields, row):
    """dmidecode writes width and type as one."""
    width = row["width"] if row["width"] not in (None, "Other") else ""
    return f"{width} {row['type'] or 'Unknown'}".strip()


def ranges(structures, handle):
    found = [row for row in structures.get(19, []) if row.get("Physical Array Handle") == f"0x{handle:04X}"]
    return sorted(f"{int(row['Starting Address'], 16):#x}-{int(row['Ending Address'], 16):#x}" for row in found)


def table_rows(report, structures):
    for type_, (path, rows) in TABLES.items():
        expected, listed_rows = structures.get(type_, []), host.at(report, path) or []
        yield f"type {type_}: structures", len(expected), len(listed_rows)
        for index, (fields, row) in enumerate(zip(expected, listed_rows)):
            what = f"type {type_} 0x{fields['handle']:04X}"
            empty = row.get("populated") is False or row.get("present") is False
            yield f"{what}: handle", fields["handle"], int(row["handle"], 16)
            yield from compare(report, what, f"{path}.{index}", rows, fields, row, empty)
            if type_ == 9:
                yield f"{what} Type", fields["Type"], slot(fields, row)
                traits = [name for name in fields.get("Characteristics", []) if name in TRAITS]
                yield f"{what} Characteristics", listed(TRAITS)(traits), sorted(row["characteristics"] or [])
            if type_ == 16:
                yield f"{what} ranges", ranges(structures, fields["handle"]), sorted(row["ranges"] or [])


def collected(report, structures):
    for type_, (path, rows) in SYSTEM.items():
        first = structures.get(type_, [{}])[0]
        yield from compare(report, f"type {type_}", path, rows, first, host.at(report, path))
    strings = [(row["handle"], int(label.split()[1]), text(value)) for row in structures.get(11, [])
               for label, value in row.items() if label.startswith("String ")]
    found = [(int(row["handle"], 16), row["number"],
              actual(report, f"/smbios/oem_strings/{index}/text", "text", row["text"]) or "")
             for index, row in enumerate(report["smbios"]["oem_strings"])]
    yield "type 11: strings", [row for row in strings if row[2]], [row for row in found if row[2]]
    yield from table_rows(report, structures)
    sizes = [number(row["Size"]) for row in structures.get(17, []) if row["Size"] != "No Module Installed"]
    known = all(isinstance(size, int) for size in sizes)
    yield "memory.installed_bytes", sum(sizes) if sizes and known else None, report["memory"]["installed_bytes"]


def with_reasons(report):
    report["reasons"] = {unknown["pointer"]: unknown for unknown in report["unknowns"]}
    return report


def item(path):
    dump = Dump(path)
    beside = path.with_suffix(".dmidecode-3.4.txt")
    said = dump.text() or (beside.read_text(encoding="latin1") if beside.exists() else "")
    report = with_reasons(host.scan(dump.recording()))
    structures = blocks(said)
    rows = [("the table holds", "", report["smbios"]["fault"]),
            ("structures", sum(map(len, structures.values())) - len(structures.get(127, [])),
             report["smbios"]["structure_count"])]
    rows += list(collected(report, structures))
    for suffix, look in ((".udev-memory-id.expected.txt", udev), (".testInput.xml", told)):
        expected = path.with_suffix(suffix)
        rows += look(expected, report) if expected.exists() else []
    return rows


def told(path, report):
    """What the makers of libsmbios knew of the machine."""
    tree = xml.etree.ElementTree.parse(path)
    for name, key in (("vendor", "vendor"), ("version", "version"), ("release", "date")):
        node = tree.find(f"smbios/biosInformation/{name}")
        if node is not None and node.text:
            found = actual(report, f"/smbios/bios/{key}", key, report["smbios"]["bios"][key])
            yield f"known: BIOS {name}", text(node.text), found


def udev(path, report):
    """What udev's dmi_memory_id told of the same table: a line for each field that is known."""
    words = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    names = {"SIZE": "bytes", "TOTAL_WIDTH": "total_width_bits", "DATA_WIDTH": "data_width_bits",
             "FORM_FACTOR": "form_factor", "LOCATOR": "slot", "BANK_LOCATOR": "bank", "TYPE": "type",
             "MANUFACTURER": "manufacturer", "SERIAL_NUMBER": "serial_number", "ASSET_TAG": "asset_tag",
             "PART_NUMBER": "part_number", "RANK": "ranks"}
    for key, value in words.items():
        match = re.fullmatch(r"MEMORY_DEVICE_(\d+)_(\w+)", key)
        if match and match[2] in names:
            name, row = names[match[2]], report["memory"]["devices"][int(match[1])]
            found = actual(report, f"/memory/devices/{match[1]}/{name}", name, row[name])
            expected = int(value) if name.endswith(("s", "bits")) and value.isdigit() else text(value)
            yield f"udev: {key}", expected, expected if same(expected, found, not row["populated"]) else found


def known(path):
    """Some texts are empty: of dumps with an address in the memory of that machine, where dmidecode found no table."""
    beside = path.with_suffix(".dmidecode-3.4.txt")
    return DMIDECODE or (beside.exists() and b"Handle 0x" in beside.read_bytes())


def tables(source):
    def walk():
        paths = [path for kind in ("*.bin", "*.dat") for path in sorted((host.CORPUS / source).glob(kind))]
        items = [(path.stem.split(".")[0], path) for path in paths if known(path)]
        tally = host.Tally(source, host.load_exceptions(source))
        return host.each(tally, items, item)
    return walk


# ---- text without a dump: what Linux would show of it in /sys/class/dmi/id ----

DMI = {0: {"Vendor": "bios_vendor", "Version": "bios_version", "Release Date": "bios_date"},
       1: {"Manufacturer": "sys_vendor", "Product Name": "product_name", "Version": "product_version",
           "Serial Number": "product_serial", "UUID": "product_uuid", "SKU Number": "product_sku",
           "Family": "product_family"},
       2: {"Manufacturer": "board_vendor", "Product Name": "board_name", "Version": "board_version",
           "Serial Number": "board_serial", "Asset Tag": "board_asset_tag"},
       3: {"Manufacturer": "chassis_vendor", "Version": "chassis_version", "Serial Number": "chassis_serial",
           "Asset Tag": "chassis_asset_tag"}}
CONCLUDED = {"sys_vendor": "system.manufacturer", "product_name": "system.product", "product_version": "system.version",
             "product_serial": "system.serial_number", "product_uuid": "system.uuid", "product_sku": "system.sku",
             "product_family": "system.family", "board_vendor": "board.manufacturer", "board_name": "board.product",
             "board_version": "board.version", "board_serial": "board.serial_number",
             "board_asset_tag": "board.asset_tag", "chassis_vendor": "chassis.manufacturer",
             "chassis_version": "chassis.version", "chassis_serial": "chassis.serial_number",
             "chassis_asset_tag": "chassis.asset_tag", "bios_vendor": "firmware.vendor",
             "bios_version": "firmware.version"}


def shown(path):
    structures = blocks(path.read_text(encoding="latin1"))
    files = {}
    for type_, names in DMI.items():
        first = structures.get(type_, [{}])[0]
        files.update({name: first[label] for label, name in names.items()
                      if isinstance(first.get(label), str) and first[label] not in ("", "Not Specified")})
    recording = host.Recording()
    recording.replies["DMI"] = {"key": f"file:{FOLDER}/DMI", "answer": "denied", "error": "EACCES"}
    recording.text("dir:/sys/class/dmi/id", "".join(f"{name}\n" for name in sorted(files)))
    for name, value in files.items():
        recording.text(f"file:/sys/class/dmi/id/{name}", f"{value}\n")
    report = with_reasons(host.scan(recording))
    for name, where in CONCLUDED.items():
        found = host.at(report, where)
        if found is None:  # the reason stands with what Linux shows
            found = actual(report, f"/linux/dmi/{name}", name, None)
        yield where, text(files[name]) if name in files else None, text(found)


def texts():
    folder = host.CORPUS / "dmidecode-text"
    items = [(path.name, path) for path in sorted(folder.glob("*.txt"))]
    tally = host.Tally("dmidecode-text", host.load_exceptions("dmidecode-text"))
    return host.each(tally, items, lambda path: list(shown(path)))


# ---- tables out of thin air: every field with many values, where dmidecode is installed ----

LENGTHS = {0: 26, 1: 27, 2: 15, 3: 22, 4: 48, 7: 27, 9: 19, 16: 23, 17: 92, 32: 11, 38: 18, 39: 22, 41: 11, 43: 31}
STRINGS = {0: (4, 5, 8), 1: (4, 5, 6, 7, 25, 26), 2: (4, 5, 6, 7, 8, 10), 3: (4, 6, 7, 8, 21),
           4: (4, 7, 16, 32, 33, 34), 7: (4,), 9: (4,), 17: (16, 17, 23, 24, 25, 26, 43),
           39: (5, 6, 7, 8, 9, 10, 11), 41: (4,), 43: (18,)}
# bytes that are not free, (and, or): counts of lists, sizes that dmidecode would round, bits that it shows otherwise
LIMITS = {2: {14: (0, 0)}, 3: {0x13: (0, 0), 0x14: (0, 0)},
          4: {0x11: (0xff, 0x80), 0x26: (0xfc, 4), 0x27: (0, 0), 0x2b: (0x7f, 0), 0x2d: (0x7f, 0), 0x2f: (0x7f, 0)},
          7: {7: (0, 0xff), 8: (0, 0xff), 9: (0, 0xff), 10: (0, 0xff), 13: (0x40, 8), 14: (0, 0), 0x13: (0, 0),
              0x14: (0, 0), 0x16: (0, 0), 0x17: (0, 0), 0x18: (0, 0), 0x1a: (0, 0)},
          9: {0x0b: (0xfe, 2), 0x0c: (0x1f, 0), 0x12: (0, 0)}, 16: {7: (0, 0), 8: (0, 0), 10: (0x3f, 1)},
          17: {0x13: (0xf8, 0), 0x29: (0x38, 8), 0x2a: (0, 0), 0x57: (0x7f, 0), 0x5b: (0x7f, 0),
               **{at + i: (0, 0) for at in (0x34, 0x3c, 0x44, 0x4c) for i in (0, 1, 2, 3, 5, 6, 7)}},
          43: {4: (0, 0x49), 5: (0, 0x46), 6: (0, 0x58), 7: (0, 0), 8: (1, 0)}}
SEEDS = 60


def structure(type_, handle, dice):
    area = bytearray(dice.choice((dice.randrange(256), dice.randrange(16), 0xff, 0)) for _ in range(LENGTHS[type_]))
    area[:4] = bytes([type_, LENGTHS[type_]]) + struct.pack("<H", handle)
    strings = []
    for offset in STRINGS.get(type_, ()):
        area[offset] = dice.choice((0, len(strings) + 1, len(strings) + 1))
        if area[offset]:
            strings.append("".join(dice.choice("ABCDEFGH 0123456789-") for _ in range(9)).strip() + "q")
    for offset, (keep, put) in LIMITS.get(type_, {}).items():
        area[offset] = area[offset] & keep | put
    if type_ == 43:
        area[8] += 1  # TPM 1.2 or 2.0
    return bytes(area) + b"".join(text.encode() + b"\0" for text in strings) + (b"\0" if strings else b"\0\0")


def composed_table(seed):
    dice = random.Random(seed)
    body = b"".join(structure(type_, 0x100 + 16 * number + type_ * 256, dice)
                    for type_ in LENGTHS for number in range(1 if type_ in SYSTEM else 6))
    dump = Dump.__new__(Dump)
    dump.table = body + bytes([127, 4, 0xff, 0xfe, 0, 0])
    dump.entry = wide_entry(3, 4, 0, len(dump.table))
    return dump


def composed_item(seed):
    dump = composed_table(seed)
    said = dump.text()
    report = with_reasons(host.scan(dump.recording()))
    rows = [("the table holds", "", report["smbios"]["fault"])] + list(collected(report, blocks(said or "")))
    # codes that this dmidecode does not know yet, and words of which it cannot make a number
    return [row for row in rows if "OUT OF SPEC" not in str(row[1])]


def composed():
    tally = host.Tally("smbios-composed", host.load_exceptions("smbios-composed"))
    return host.each(tally, [(str(seed), seed) for seed in range(SEEDS)], composed_item)


SOURCES = {name: tables(name) for name in ("smbios-libsmbios", "smbios-uroot", "smbios-systemd")}
SOURCES["dmidecode-text"] = texts
if DMIDECODE:  # nothing stands beside these
    SOURCES["smbios-smbios-lib"] = tables("smbios-smbios-lib")
    SOURCES["smbios-composed"] = composed
