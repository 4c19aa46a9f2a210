"""What is plugged in. Databases of udev (udevadm info --export-db) and reports of hwinfo become answers of sysfs; what
hostcap makes of them is compared with what udev and hwinfo had found out on the real host: ids, numbers, interfaces and
drivers of USB devices, PCI functions, and what input devices are."""
import json
import re

from corpus import host

KERNEL = {"DEVTYPE", "DRIVER", "PRODUCT", "TYPE", "INTERFACE", "BUSNUM", "DEVNUM", "MAJOR", "MINOR", "DEVNAME", "MODALIAS",
          "PCI_CLASS", "PCI_ID", "PCI_SUBSYS_ID", "PCI_SLOT_NAME"}
KINDS = {"KEYBOARD": "keyboard", "KEY": "keys", "MOUSE": "mouse", "TOUCHPAD": "touchpad", "TOUCHSCREEN": "touchscreen",
         "TABLET": "tablet", "JOYSTICK": "joystick", "ACCELEROMETER": "accelerometer", "SWITCH": "switch",
         "POINTINGSTICK": "pointing_stick", "TABLET_PAD": "tablet_pad"}
FUNCTION = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
USB_DEVICE = re.compile(r"usb\d+|\d+-\d+(\.\d+)*")


class Device:
    """One P: of a database: its path, and properties of the kernel and of udev."""

    def __init__(self, path, properties):
        self.path, self.properties = path, properties
        self.name = path.split("/")[-1]
        self.subsystem = properties.get("SUBSYSTEM", "")

    def get(self, name, default=None):
        return self.properties.get(name, default)

    def uevent(self):
        return "".join(f"{name}={value}\n" for name, value in self.properties.items() if name in KERNEL)

    def above(self, pattern):
        """The nearest component above that has this form."""
        return next((part for part in reversed(self.path.split("/")[:-1]) if pattern.fullmatch(part)), "")


def devices_of(text):
    for block in text.split("\n\n"):
        lines = block.splitlines()
        path = next((line[3:] for line in lines if line.startswith("P: ")), None)
        if path:
            pairs = [line[3:].split("=", 1) for line in lines if line.startswith("E: ") and "=" in line]
            yield Device(path, dict(pairs))


# ---- answers ----


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def listing(recording, folder, names):
    recording.text(f"dir:{folder}", "".join(name + "\n" for name in sorted(names, key=natural)))


def machine_of(devices):
    """The width of words in maps of keys tells a 64-bit kernel."""
    words = " ".join(d.get(name, "") for d in devices for name in ("KEY", "ABS")).split()
    if any(len(word) > 8 for word in words):
        return "x86_64"
    return "i686" if any(d.subsystem == "acpi" for d in devices) else "armv7l"


def unquoted(text):
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def input_block(d):
    bus, vendor, product, version = (int(part, 16) for part in d.get("PRODUCT").split("/"))
    maps = "".join(f"B: {name}={d.get(name)}\n" for name in ("PROP", "EV", "KEY", "REL", "ABS") if d.get(name))
    return (f"I: Bus={bus:04x} Vendor={vendor:04x} Product={product:04x} Version={version:04x}\n"
            f"N: Name=\"{unquoted(d.get('NAME', ''))}\"\nP: Phys=\nS: Sysfs={d.path}\nU: Uniq=\nH: Handlers=\n{maps}\n")


def inputs_of(devices):
    return [d for d in devices if d.subsystem == "input" and re.fullmatch(r"input\d+", d.name) and d.get("PRODUCT")]


def answers(devices):
    recording = host.Recording(machine=machine_of(devices))
    chosen = {"usb": [], "pci": [], "drm": [], "sound": [], "tty": []}
    for d in devices:
        chosen.get(d.subsystem, []).append(d)
    listing(recording, "/sys/bus", ["pci", "usb"])
    listing(recording, "/sys/class", ["drm", "sound", "tty"])
    for subsystem, folder in (("usb", "/sys/bus/usb/devices"), ("pci", "/sys/bus/pci/devices"),
                              ("drm", "/sys/class/drm"), ("sound", "/sys/class/sound"), ("tty", "/sys/class/tty")):
        listing(recording, folder, [d.name for d in chosen[subsystem]])
        for d in chosen[subsystem]:
            recording.text(f"link:{folder}/{d.name}", f"../../..{d.path}")
            recording.text(f"file:{folder}/{d.name}/uevent", d.uevent())
    recording.text("file:/proc/bus/input/devices", "".join(input_block(d) for d in inputs_of(devices)))
    return recording


# ---- what udev says ----


def usb_rows(report, devices):
    """ID_USB_INTERFACES and ID_VENDOR_ID come from descriptors, which udev reads by itself."""
    found = {row["name"]: row for row in report["usb"] or []}
    units = [d for d in devices if d.get("DEVTYPE") == "usb_device"]
    rows = [("usb names", sorted(d.name for d in units), sorted(found))]
    for d in units:
        row = found.get(d.name, {})
        ours = [i for i in devices if i.get("DEVTYPE") == "usb_interface" and i.path.rsplit("/", 1)[0] == d.path]
        drivers = {i.get("DRIVER") for i in ours if i.get("DRIVER")}
        rows += [(f"{d.name} drivers", sorted(drivers), sorted(row.get("drivers") or [])),
                 (f"{d.name} pci", d.above(FUNCTION), row.get("pci")),
                 (f"{d.name} parent", d.above(USB_DEVICE), row.get("parent"))]
        if d.get("ID_VENDOR_ID"):
            rows += [(f"{d.name} vendor", d.get("ID_VENDOR_ID"), row.get("vendor_id")),
                     (f"{d.name} product", d.get("ID_MODEL_ID"), row.get("product_id")),
                     (f"{d.name} release", d.get("ID_REVISION"), row.get("release"))]
        if d.get("ID_USB_INTERFACES") and ours:  # of all its settings; the kernel shows those in use
            all_of_them = d.get("ID_USB_INTERFACES").strip(":").split(":")
            rows += [(f"{d.name} interfaces", [], sorted(set(row.get("interfaces") or []) - set(all_of_them))),
                     (f"{d.name} interface count", len(ours), len(row.get("interfaces") or []))]
        node = re.fullmatch(r"/dev/bus/usb/(\d+)/(\d+)", d.get("DEVNAME", ""))
        if node:
            rows.append((f"{d.name} number", [int(n) for n in node.groups()], [row.get("bus"), row.get("number")]))
    return rows


def pci_rows(report, devices):
    found = {row["address"]: row for row in report["pci"] or []}
    functions = [d for d in devices if d.subsystem == "pci" and FUNCTION.fullmatch(d.name) and d.get("PCI_ID")]
    rows = [("pci addresses", sorted(d.name for d in functions), sorted(found))]
    for d in functions:
        row = found.get(d.name, {})
        rows += [(f"{d.name} ids", d.get("PCI_ID").lower(), f"{row.get('vendor_id')}:{row.get('device_id')}"),
                 (f"{d.name} class", d.get("PCI_CLASS").lower().zfill(6), row.get("class_code")),
                 (f"{d.name} driver", d.get("DRIVER", ""), row.get("driver"))]
    displays = [d.name for d in functions if d.get("PCI_CLASS").zfill(6).startswith("03")]
    cards = [d for d in devices if d.subsystem == "drm" and re.fullmatch(r"card\d+", d.name)]
    others = [d for d in cards if d.above(FUNCTION) not in displays]
    rows += [("gpus on pci", sorted(displays), sorted(row["pci"] for row in report["gpus"] if row["pci"] in displays)),
             ("gpus elsewhere", len(others), sum(row["pci"] not in displays for row in report["gpus"])),
             ("cards", sorted(d.name for d in cards), sorted(row["card"] for row in report["gpus"] if row["card"]))]
    return rows


def input_rows(report, devices):
    """The oldest databases lack the maps; udev learned of switches later."""
    knows_switches = any(d.get("ID_INPUT_SWITCH") for d in devices)
    found = {row["id"]: row for row in report["input"] or []}
    rows = [("input ids", sorted(d.name for d in inputs_of(devices)), sorted(found))]
    for d in inputs_of(devices):
        row = found.get(d.name, {})
        if d.get("ID_INPUT") and d.get("EV"):
            said = {word for name, word in KINDS.items() if d.get(f"ID_INPUT_{name}") == "1"}
            rows.append((f"{d.name} {d.get('NAME')} kinds", sorted(said),
                         sorted(kind for kind in row.get("kinds") or [] if knows_switches or kind != "switch")))
    return rows


def other_rows(report, devices):
    cards = [d for d in devices if d.subsystem == "sound" and re.fullmatch(r"card\d+", d.name)]
    connectors = [d.name for d in devices if d.subsystem == "drm" and re.match(r"card\d+-", d.name)]
    ports = [d.name for d in devices if d.subsystem == "tty" and "/devices/virtual/" not in d.path]
    ports = [name for name in ports if not re.match(r"ttyS\d", name)]
    names = [row["name"] for row in report["serial_ports"]]
    return [("sound cards", sorted(d.above(FUNCTION) for d in cards), sorted(row["pci"] for row in report["sound"])),
            ("connectors", sorted(connectors), sorted(row["connector"] for row in report["displays"])),
            ("serial ports", sorted(ports), sorted(n for n in names if not re.match(r"ttyS|hvc", n)))]


def counted_rows(report, path):
    """Counts that the test suite of checkbox expects, where its category is one of ours."""
    counts = json.loads(path.read_text()) if path.exists() else {}
    kinds = [row["kinds"] or [] for row in report["input"]]
    ours = {"VIDEO": len(report["gpus"]), "KEYBOARD": sum("keyboard" in k for k in kinds),
            "TOUCHPAD": sum("touchpad" in k for k in kinds), "TOUCHSCREEN": sum("touchscreen" in k for k in kinds),
            "ACCELEROMETER": sum("accelerometer" in k for k in kinds)}
    return [(f"count {name}", counts[name], count) for name, count in ours.items() if name in counts]


def look_at_database(path):
    devices = list(devices_of(path.read_text(errors="replace")))
    report = host.scan(answers(devices))
    counts = path.with_name(path.name.replace(".udevdb.txt", ".expected-counts.json"))
    return (usb_rows(report, devices) + pci_rows(report, devices) + input_rows(report, devices) +
            other_rows(report, devices) + counted_rows(report, counts))


def databases():
    tally = host.Tally("checkbox-udev", host.load_exceptions("checkbox-udev"))
    paths = sorted((host.CORPUS / "checkbox-udev").glob("*.udevdb.txt"))
    return host.each(tally, [(path.name.split(".")[0], path) for path in paths], look_at_database)


# ---- hwinfo by nixos-facter: an entry for each USB interface ----


def facter_devices(entries):
    """The interfaces, and the devices and hubs on the way to each."""
    devices = {}
    for e in entries:
        alias = re.match(r"usb:v(\w{4})p(\w{4})d(\w{4})dc(\w\w)dsc(\w\w)dp(\w\w)ic(\w\w)isc(\w\w)ip(\w\w)", e["module_alias"])
        vendor, product, release, *classes = (int(part, 16) for part in alias.groups())
        ids = {"SUBSYSTEM": "usb", "PRODUCT": f"{vendor:x}/{product:x}/{release:x}", "TYPE": "/".join(map(str, classes[:3]))}
        above, name = e["sysfs_id"].rsplit("/", 1)
        devices[e["sysfs_id"]] = Device(e["sysfs_id"], ids | {"DEVTYPE": "usb_interface", "INTERFACE": "/".join(map(str, classes[3:]))})
        if e.get("driver"):
            devices[e["sysfs_id"]].properties["DRIVER"] = e["driver"]
        devices[above] = Device(above, ids | {"DEVTYPE": "usb_device"})
        if name.split(":")[0] != above.split("/")[-1] and not above.split("/")[-1].startswith("usb"):
            raise AssertionError(f"{e['sysfs_id']}: an interface below another device")
    return list(devices.values())


def look_at_facter(path):
    hardware = json.loads(path.read_text())["hardware"]
    entries = [e for part in hardware.values() if isinstance(part, list) for e in part if isinstance(e, dict)]
    usb = {e["sysfs_id"]: e for e in entries if e.get("bus_type", {}).get("name") == "USB" and "module_alias" in e}
    devices = facter_devices(usb.values())
    pci = {e["sysfs_bus_id"]: e for e in entries if e.get("bus_type", {}).get("name") == "PCI"}
    for address, e in pci.items():
        alias = re.match(r"pci:v0000(\w{4})d0000(\w{4})sv0000(\w{4})sd0000(\w{4})bc(\w\w)sc(\w\w)i(\w\w)", e["module_alias"])
        vendor, device, sub_vendor, sub_device, *parts = alias.groups()
        properties = {"SUBSYSTEM": "pci", "PCI_ID": f"{vendor}:{device}", "PCI_CLASS": "".join(parts), "PCI_SLOT_NAME": address,
                      "PCI_SUBSYS_ID": f"{sub_vendor}:{sub_device}"}
        devices.append(Device(e["sysfs_id"], properties | ({"DRIVER": e["driver"]} if e.get("driver") else {})))
    report = host.scan(answers(devices))
    found = {row["name"]: row for row in report["usb"]}
    rows = usb_rows(report, devices)
    for e in usb.values():  # what hwinfo says in its own words
        row = found.get(e["sysfs_id"].split("/")[-2], {})
        rows += [(f"{e['sysfs_bus_id']} ids", [e["vendor"]["hex"], e["device"]["hex"]], [row.get("vendor_id"), row.get("product_id")]),
                 (f"{e['sysfs_bus_id']} driver", True, not e.get("driver") or e["driver"] in row.get("drivers", []))]
    cards = sorted(e["sysfs_bus_id"] for e in hardware.get("graphics_card", []) if e.get("bus_type", {}).get("name") == "PCI")
    said = {e["sysfs_bus_id"]: e.get("driver", "") for e in hardware.get("graphics_card", []) if e["sysfs_bus_id"] in cards}
    return rows + [("gpus", cards, sorted(row["pci"] for row in report["gpus"])),
                   ("gpu drivers", said, {row["pci"]: row["driver"] for row in report["gpus"]})]


def facter():
    tally = host.Tally("facter-devices", host.load_exceptions("facter-devices"))
    paths = sorted((host.CORPUS / "nixos-facter").glob("*.facter.json"))
    return host.each(tally, [(path.name, path) for path in paths], look_at_facter)


SOURCES = {"checkbox-udev": databases, "facter-devices": facter}
