"""Configuration spaces of real devices: lspci's dumps with its own decode of the same bytes, and raw files."""
import os
import re
import shutil
import subprocess

from corpus import host

DEVICES = "/sys/bus/pci/devices"
FUNCTION = re.compile(r"((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ")
HEX = re.compile(r"([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?)+)$")
ACS_BITS = ("SrcValid", "TransBlk", "ReqRedir", "CmpltRedir", "UpstreamFwd", "EgressCtrl", "DirectTrans")
PORT_TYPES = {
    "Endpoint": "endpoint", "Legacy Endpoint": "legacy endpoint", "Root Port": "root port", "Upstream Port": "upstream port",
    "Downstream Port": "downstream port", "PCI-Express to PCI/PCI-X Bridge": "PCIe-to-PCI bridge",
    "PCI/PCI-X to PCI-Express Bridge": "PCI-to-PCIe bridge", "Root Complex Integrated Endpoint": "integrated endpoint",
    "Root Complex Event Collector": "event collector"}
EXTENDED = {"acs": "Access Control Services", "ari": "Alternative Routing-ID Interpretation", "pri": "Page Request",
            "ats": "Address Translation Service", "pasid": "Process Address Space ID", "sriov": "Single Root I/O",
            "resizable_bar": "Physical Resizable BAR", "dpc": "Downstream Port Containment"}


# ---- a host with one bus folder ----

def answer(data, size=None):
    """What the backend would say of a space that could be read from its beginning on."""
    return f"size {size or len(data)}\n00 {bytes(data).hex()}\n"


def uevent(data):
    word = lambda at: data[at] | data[at + 1] << 8
    sub = (word(0x2c), word(0x2e)) if data[0x0e] & 0x7f == 0 else (0, 0)
    return (f"PCI_CLASS={data[0x0b]:X}{data[0x0a]:02X}{data[0x09]:02X}\nPCI_ID={word(0):04X}:{word(2):04X}\n"
            f"PCI_SUBSYS_ID={sub[0]:04X}:{sub[1]:04X}\n")


def recording(spaces):
    """spaces: address -> (bytes, size of the kernel's file)."""
    out = host.Recording()
    out.text(f"dir:{DEVICES}", "".join(f"{address}\n" for address in spaces))
    for address, (data, size) in spaces.items():
        out.text(f"pciconf:{address}", answer(data, size))
        out.text(f"file:{DEVICES}/{address}/uevent", uevent(data))
    return out


def rows(spaces):
    return {row["address"]: row for row in host.scan(recording(spaces))["pci"]}


# ---- lspci's text ----

def functions(text):
    """address -> (lines of the decode, bytes)."""
    out, address = {}, None
    for line in text.splitlines():
        found, dumped = FUNCTION.match(line), HEX.match(line.strip())
        if dumped and address and not line[:1].isspace():
            out[address][1][int(dumped[1], 16):] = bytes.fromhex(dumped[2])
        elif found:
            address = found[1] if found[1].count(":") == 2 else f"0000:{found[1]}"
            out[address] = ([line], bytearray())
        elif address:
            out[address][0].append(line)
    return {name: value for name, value in out.items() if len(value[1]) >= 64}


def capabilities(lines):
    """Heads without the place and the version, each with its own lines."""
    out = []
    for line in lines:
        found = re.match(r"\s+Capabilities: \[[0-9a-f]+(?: v\d+)?\] (.*)", line)
        if found:
            out.append([found[1]])
        elif out:
            out[-1].append(line.strip())
    return out


def having(caps, head):
    return [cap for cap in caps if cap[0].startswith(head)]


def field(cap, pattern):
    found = re.search(pattern, "\n".join(cap or []))
    return found and found[1]


def bits(cap, register):
    line = field(cap, register + r":\s*(.*)") or ""
    return f"0x{sum(1 << bit for bit, name in enumerate(ACS_BITS) if name + '+' in line):x}"


def mts(speed):
    return None if speed in (None, "unknown") else int(1000 * float(speed))


def express(caps, row):
    found = having(caps, "Express ")
    if not found:
        yield "port_type", "conventional", row["port_type"]
        yield "flr", False, row["flr"]
        return
    cap = found[0]
    kind = field(cap, r"Express (?:\(v\d\) )?([^(,]+)").strip()
    yield "port_type", PORT_TYPES[kind], row["port_type"]
    yield "flr", "FLReset+" in "\n".join(cap), row["flr"]
    if re.search(r"DevCtl2:.*ARIFwd[+-]", "\n".join(cap)) and kind in ("Root Port", "Downstream Port"):
        yield "ari_forwarding", bool(re.search(r"DevCtl2:.*ARIFwd\+", "\n".join(cap))), row["ari_forwarding"]
    width = int(field(cap, r"LnkCap:.*Width x(\d+)") or 0)
    if width and kind not in ("Root Complex Integrated Endpoint", "Root Complex Event Collector"):
        yield "link_max_lanes", width, row["link_max_lanes"]
        yield "link_lanes", int(field(cap, r"LnkSta:.*Width x(\d+)")), row["link_lanes"]
        yield "link_max_mts", mts(field(cap, r"LnkCap:.*Speed ([\d.]+|unknown)")), row["link_max_mts"]
        yield "link_mts", mts(field(cap, r"LnkSta:\s*Speed ([\d.]+|unknown)")), row["link_mts"]


def conventional(caps, row):
    power, msix, af = (having(caps, head) for head in ("Power Management", "MSI-X", "PCI Advanced Features"))
    yield "msi", bool(having(caps, "MSI:") + having(caps, "Message Signalled")), row["msi"]
    yield "msix", bool(msix), row["msix"]
    if msix:
        yield "msix_vectors", int(field(msix[0], r"(?:Count|TabSize)=(\d+)")), row["msix_vectors"]
    soft = field(power[0], r"(NoSoftRst[+-])") if power else None
    if soft or not power:
        yield "pm_reset", soft == "NoSoftRst-", row["pm_reset"]
    yield "af_flr", bool(af and "TP+ FLR+" in "\n".join(af[0])), row["af_flr"]


def extended(caps, row):
    for column, head in EXTENDED.items():
        yield column, bool(having(caps, head)), row[column]
    for cap in having(caps, EXTENDED["acs"]):
        yield "acs_capability", bits(cap, "ACSCap"), row["acs_capability"]
        yield "acs_control", bits(cap, "ACSCtl"), row["acs_control"]
    for cap in having(caps, EXTENDED["sriov"]):
        active = int(field(cap, r"Number of VFs: (\d+)")) if "IOVCtl:\tEnable+" in "\n".join(cap) else 0
        yield "sriov_total", int(field(cap, r"Total VFs: (\d+)")), row["sriov_total"]
        yield "sriov_active", active, row["sriov_active"]


def names(lines, data, row):
    """lspci's texts here name vendors; the numbers are those of the header, read a second time."""
    yield "vendor_id", f"{data[1]:02x}{data[0]:02x}", row["vendor_id"]
    yield "device_id", f"{data[3]:02x}{data[2]:02x}", row["device_id"]
    yield "class_code", f"{data[0x0b]:02x}{data[0x0a]:02x}{data[0x09]:02x}", row["class_code"]
    rev = re.search(r"\(rev ([0-9a-f]{2})\)", lines[0])
    yield "revision", rev[1] if rev else "00", row["revision"]
    bus = re.search(r"Bus: primary=[0-9a-f]+, secondary=([0-9a-f]+), subordinate=([0-9a-f]+)", "\n".join(lines))
    if bus:
        yield "secondary_bus", int(bus[1], 16), row["secondary_bus"]
        yield "subordinate_bus", int(bus[2], 16), row["subordinate_bus"]


def says_nothing(lines, data):
    """Of capabilities: some dumps were made without -v."""
    return data[6] & 0x10 and not capabilities(lines)


def decoded(lines, data, row):
    """A dump of the first 64 bytes shows no capabilities, and lspci then says nothing of them."""
    caps = capabilities(lines)
    yield from names(lines, data, row)
    if len(data) < 256 or says_nothing(lines, data):
        return
    yield from conventional(caps, row)
    yield from express(caps, row)
    if len(data) >= 4096 or not having(caps, "Express "):
        yield from extended(caps, row)


def add_decode(path, found):
    """What the lspci of this machine says of the same bytes, for functions of which the dump itself says nothing."""
    lspci_here = shutil.which("lspci", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if lspci_here and any(says_nothing(lines, data) for lines, data in found.values()):
        text = subprocess.run([lspci_here, "-F", path, "-D", "-vvv", "-x"], capture_output=True, check=True).stdout
        for address, (lines, _) in functions(text.decode(errors="replace")).items():
            if says_nothing(*found[address]):
                found[address] = ([found[address][0][0], *lines[1:]], found[address][1])
    return found


def look_lspci(path):
    found = add_decode(path, functions(path.read_text(errors="replace")))
    # 256 bytes of a PCI Express function are all of an old kernel's file, and not all of the function
    seen = rows({address: (data, 4096 if "Express " in "".join(lines) else None)
                 for address, (lines, data) in found.items()})
    return [(f"{address} {what}", expected, actual) for address, (lines, data) in found.items()
            for what, expected, actual in decoded(lines, data, seen[address])]


def lspci():
    tally = host.Tally("pciutils", host.load_exceptions("pciutils"))
    paths = sorted((host.CORPUS / "pciutils").glob("*.txt"))
    return host.each(tally, [(path.name[:-len(".lspci.txt")], path) for path in paths], look_lspci)


# ---- raw files ----

class Walk:
    """The lists of a raw space, walked here a second time."""

    def __init__(self, data):
        self.data, self.caps, self.extended = data, {}, {}
        at = data[0x34] & ~3 if data[6] & 0x10 else 0
        while at >= 64 and data[at] not in self.caps:
            self.caps[data[at]] = at
            at = data[at + 1] & ~3
        at = 0x100 if len(data) > 256 and 0x10 in self.caps else 0
        while at and self.word(at) and at not in self.extended.values():
            self.extended[self.word(at)] = at
            at = self.word(at + 2) >> 4 & ~3

    def word(self, at):
        return self.data[at] | self.data[at + 1] << 8


def raw_rows(data, row):
    walk = Walk(data)
    for column, head in (("msi", 5), ("msix", 0x11)):
        yield column, head in walk.caps, row[column]
    for column, head in (("acs", 0x0d), ("ari", 0x0e), ("ats", 0x0f), ("sriov", 0x10), ("pri", 0x13), ("pasid", 0x1b)):
        yield column, head in walk.extended, row[column]
    at = walk.caps.get(0x10)
    yield "flr", bool(at and walk.word(at + 6) & 0x1000), row["flr"]
    at = walk.caps.get(0x01)
    yield "pm_reset", bool(at and not walk.word(at + 4) & 8), row["pm_reset"]
    if 0x0d in walk.extended:
        yield "acs_capability", f"0x{walk.word(walk.extended[0x0d] + 4):x}", row["acs_capability"]
        yield "acs_control", f"0x{walk.word(walk.extended[0x0d] + 6):x}", row["acs_control"]


def raw():
    tally = host.Tally("libvirt-pciconfig", host.load_exceptions("libvirt-pciconfig"))
    paths = sorted((host.CORPUS / "libvirt-pciconfig").glob("*.config"))
    spaces = {re.sub(r"^(\w+)-(\w+)-(.*)\.config$", r"\1:\2:\3", path.name): path.read_bytes() for path in paths}
    seen = rows({address: (data, None) for address, data in spaces.items()})
    for address, data in spaces.items():
        tally.add(address, raw_rows(data, seen[address]))
    return tally


SOURCES = {"pciutils": lspci, "libvirt-pciconfig": raw}
