"""Network interfaces of real hosts, by what others saw of them: udev's databases (devices, drivers, ID_PATH) and hwinfo's
walk (nixos-facter). Their places in the tree of devices become links, as sysfs has them."""
import json
import re

from corpus import host

NET = "/sys/class/net"
PCI = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


class Interface:
    """path: of its device's folder, or of its own where it stands upon none. attributes: what lies in its folder."""

    def __init__(self, name, path, attributes=(), driver=None, bus=None, uevent="", mac=None):
        self.name, self.path, self.attributes = name, path, attributes
        self.driver, self.bus, self.uevent, self.mac = driver, bus, uevent, mac


def recording(interfaces):
    made = host.Recording()
    made.text("link:/proc/self/ns/pid", "pid:[4026531836]")
    made.text(f"dir:{NET}", "".join(f"{i.name}\n" for i in interfaces))
    for i in interfaces:
        folder = f"{NET}/{i.name}"
        made.text(f"link:{folder}", f"../..{i.path}")
        made.text(f"dir:{folder}", "".join(f"{name}\n" for name in sorted({"address", "type", "uevent", *i.attributes})))
        made.text(f"file:{folder}/uevent", i.uevent)
        made.text(f"file:{folder}/type", "772\n" if i.name == "lo" else "1\n")
        if i.mac:
            made.text(f"file:{folder}/address", f"{i.mac}\n")
        if i.driver:
            made.text(f"link:{folder}/device/driver", f"../../../bus/drivers/{i.driver}")
            for address in PCI.findall(i.path)[-1:]:
                made.text(f"link:/sys/bus/pci/devices/{address}/driver", f"../../../bus/pci/drivers/{i.driver}")
        if i.bus:
            made.text(f"link:{folder}/device/subsystem", f"../../../bus/{i.bus}")
    return made


def rows_of(interfaces, truth):
    """truth: name -> {column: value}."""
    table = {row["name"]: row for row in host.scan(recording(interfaces))["net"]}
    rows = [("interfaces", sorted(i.name for i in interfaces), sorted(table))]
    for name, columns in truth.items():
        rows += [(f"{name}: {column}", value, table[name][column]) for column, value in columns.items()]
    return rows


# ---- udevadm info --export-db ----

def blocks(path):
    """{device path: {property: value}}"""
    found = {}
    for block in path.read_text(errors="replace").split("\n\n"):
        place = re.search(r"^P: (.*)$", block, re.M)
        if place:
            found[place.group(1)] = dict(re.findall(r"^E: ([^=\n]+)=(.*)$", block, re.M))
    return found


def mac_of(properties):
    digits = re.fullmatch(r"..x([0-9a-f]{12})", properties.get("ID_NET_NAME_MAC", ""))
    return ":".join(re.findall("..", digits.group(1))) if digits else None


def expected(path, properties):
    """What udev worked out by itself: the place from parents, the driver from ethtool, the kind from the driver."""
    virtual, kind = "/virtual/" in path, properties.get("DEVTYPE")
    place = re.search(r"pci-([0-9a-f:.]+)", properties.get("ID_PATH", ""))
    truth = {}
    if place or virtual:
        truth["pci"] = place.group(1) if place else ""
    if not virtual and properties.get("ID_NET_DRIVER"):
        truth["driver"] = properties["ID_NET_DRIVER"]
    if not virtual and properties.get("ID_BUS") and "/virtio" not in path:  # udev's word is of the function above
        truth["bus"] = properties["ID_BUS"]
    if virtual and kind:
        truth["link_kind"] = kind
    if not virtual:
        truth["kind"] = "wireless" if kind == "wlan" else "ethernet"
    if mac_of(properties):
        truth["mac"] = mac_of(properties)
    return truth


def udev(path):
    devices, interfaces, truth = blocks(path), [], {}
    for place, properties in devices.items():
        if properties.get("SUBSYSTEM") != "net":
            continue
        name, above = properties["INTERFACE"], devices.get(place.rsplit("/net/", 1)[0], {})
        kind = properties.get("DEVTYPE", "")
        interfaces.append(Interface(name, f"/devices{place.removeprefix('/devices')}",
                                    {"wlan": ["phy80211"], "bridge": ["bridge"]}.get(kind, []), above.get("DRIVER"),
                                    above.get("SUBSYSTEM"), f"DEVTYPE={kind}\n" if kind else "", mac_of(properties)))
        truth[name] = expected(place, properties)
    return rows_of(interfaces, truth)


def checkbox():
    items = [(path.name.removesuffix(".udevdb.txt"), path)
             for path in sorted((host.CORPUS / "checkbox-udev").glob("*.udevdb.txt"))
             if "SUBSYSTEM=net\n" in path.read_text(errors="replace")]
    return host.each(host.Tally("udev-interfaces", host.load_exceptions("udev-interfaces")), items, udev)


# ---- hwinfo, as nixos-facter writes it ----

def controller_of(hardware, entry):
    """Address of the PCI function that it is attached to, over hubs and controllers."""
    things = {thing["index"]: thing for things in hardware.values() if isinstance(things, list)
              for thing in things if isinstance(thing, dict) and "index" in thing}
    while entry and not PCI.fullmatch(entry.get("sysfs_bus_id", "")):
        entry = things.get(entry.get("attached_to"))
    return entry["sysfs_bus_id"] if entry else None


def hwinfo(path):
    hardware, interfaces, truth = json.loads(path.read_text())["hardware"], [], {}
    for entry in hardware.get("network_interface", []):
        if "unix_device_name" not in entry:
            continue
        name, place = entry["unix_device_name"], entry.get("sysfs_device_link")
        folder = f"{place}/net/{name}" if place else f"/devices/virtual/net/{name}"
        interfaces.append(Interface(name, folder, driver=entry.get("driver") if place else None))
        truth[name] = {"driver": entry["driver"]} if place and entry.get("driver") else {}
        address = controller_of(hardware, entry)
        if address or not place:
            truth[name]["pci"] = address or ""
    return rows_of(interfaces, truth)


def facter():
    items = [(path.name.removesuffix(".facter.json"), path)
             for path in sorted((host.CORPUS / "nixos-facter").glob("*.facter.json"))
             if json.loads(path.read_text()).get("hardware", {}).get("network_interface")]
    return host.each(host.Tally("hwinfo-interfaces", host.load_exceptions("hwinfo-interfaces")), items, hwinfo)


SOURCES = {"udev-interfaces": checkbox, "hwinfo-interfaces": facter}
