"""Disks of hosts whose tools listed them: hwinfo (in nixos-facter's reports), lshw, udev's database, saved trees (ghw).
What a dump says of a disk becomes the answers that the kernel gives of such a disk; how it is attached, what kind it is,
what is on it and what stands below it must then come out as the dump's own tool found it."""
import json
import os
import pathlib
import re
import xml.etree.ElementTree as ET

from corpus import host

B = "/sys/class/block/"


class Disks:
    """A recording of disks; put() adds one."""

    def __init__(self):
        self.recording = host.Recording()
        self.names = []
        self.recording.text("link:/proc/1/ns/pid", "pid:[4026531836]")
        self.recording.text("file:/proc/1/mountinfo", "25 1 8:250 / / rw - ext4 /dev/sdzz rw\n")
        self.recording.text("file:/proc/swaps", "Filename\n")

    def put(self, name, devpath, number=None, size=None, device=None, files=None, partition=None):
        """devpath: below /sys, with the name at its end. device: files of its device; files: others of its own."""
        r = self.recording
        if name in self.names:
            return
        self.names.append(name)
        r.text(f"link:{B}{name}", f"../..{devpath}")
        if number:
            r.text(f"file:{B}{name}/dev", f"{number}\n")
        if size is not None:
            r.text(f"file:{B}{name}/size", f"{size // 512}\n")
        if partition is not None:
            r.text(f"file:{B}{name}/uevent", f"DEVTYPE=partition\nPARTN={partition}\n")
            return
        names = ["device"] if device is not None else []
        r.text(f"dir:{B}{name}/", "".join(f"{n}\n" for n in sorted(names + list(files or {}))))
        for file, text in (files or {}).items():
            r.text(f"file:{B}{name}/{file}", f"{text}\n")
        if device is not None:
            r.text(f"dir:{B}{name}/device", "".join(f"{file}\n" for file in sorted(device)))
            for file, text in device.items():
                kind = "link" if file == "driver" else "file"
                r.text(f"{kind}:{B}{name}/device/{file}", f"../{text}" if kind == "link" else f"{text}\n")

    def scan(self):
        """Rows of block by name."""
        self.recording.text("dir:/sys/class/block", "".join(f"{name}\n" for name in self.names))
        return {row["name"]: row for row in host.scan(self.recording)["block"]}


# ---- hwinfo, by nixos-facter ----

WAYS = {"usb-storage": "usb", "uas": "usb", "ahci": "sata", "nvme": "nvme", "virtio_scsi": "virtio", "virtio_blk": "virtio",
        "virtio": "virtio", "mmcblk": "mmc", "ata_piix": "ata", "megaraid_sas": "scsi", "mpt3sas": "sas"}


def way_of(disk):
    """How hwinfo's drivers say that it is attached; None: they do not."""
    found = {WAYS[driver] for driver in disk.get("drivers", []) if driver in WAYS}
    return found.pop() if len(found) == 1 else None


def size_of(disk):
    for resource in disk.get("resources", []):
        if resource["type"] == "size" and resource.get("unit") == "sectors":
            return resource["value_1"] * resource["value_2"]
    return None


def facter_disk(disks, disk, classes):
    name = disk["sysfs_id"].split("/")[-1]
    path = disk.get("sysfs_device_link", "")
    nvme = name.startswith("nvme")
    if not path:
        path = "/devices/virtual"
    elif not nvme and "/block/" not in path:
        path += "/block"
    device = {}
    model = disk.get("model", "")
    vendor = disk.get("vendor", {}).get("name", "")
    if nvme:
        device = {"model": model, "serial": disk.get("serial", "")}
        disks.recording.text(f"file:/sys/class/nvme/{path.split('/')[-1]}/transport", "pcie\n")
    elif path.count("target"):
        device = {"vendor": vendor, "model": model.removeprefix(vendor + " "),
                  "rev": disk.get("revision", {}).get("name", "")}
    driver = [d for d in disk.get("drivers", []) if d in ("sd", "sr", "virtio_blk", "mmcblk")]
    if driver:
        device["driver"] = f"bus/drivers/{driver[0]}"
    number = disk.get("unix_device_number", {})
    disks.put(name, f"{path}/{name}", f"{number['major']}:{number['minor']}" if number else None, size_of(disk), device)
    address = [part for part in path.split("/") if re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", part)]
    if address and address[-1] in classes:
        disks.recording.text(f"file:/sys/bus/pci/devices/{address[-1]}/class", f"0x{classes[address[-1]]:04x}00\n")
    return name, device, driver, address


def facter(file):
    disks, told = Disks(), []
    hardware = json.loads(file.read_text())["hardware"]
    classes = {c["sysfs_bus_id"]: c["base_class"]["value"] << 8 | c["sub_class"]["value"]
               for c in hardware.get("storage_controller", []) if "sysfs_bus_id" in c}
    for disk in hardware.get("disk", []) + hardware.get("cdrom", []):
        told.append((disk, *facter_disk(disks, disk, classes)))
    found, rows = disks.scan(), []
    rows.append(("disks", sorted(set(disks.names)), sorted(found)))
    for disk, name, device, driver, address in told:
        row = found[name]
        rows.append((f"{name} size", size_of(disk), row["size_bytes"]))
        rows.append((f"{name} type", "rom" if name.startswith("sr") else row["type"], row["type"]))
        rows.append((f"{name} functions", " ".join(reversed(address)).split(), row["pci"]))
        if way_of(disk):
            rows.append((f"{name} transport", way_of(disk), row["transport"]))
        if "model" in device:
            rows.append((f"{name} model", device["model"], row["model"]))
        if name.startswith("nvme"):
            rows.append((f"{name} serial", disk.get("serial"), row["serial"]))
        if driver:
            rows.append((f"{name} driver", driver[0], row["driver"]))
    return rows


def facter_hosts():
    tally = host.Tally("storage-facter", host.load_exceptions("storage-facter"))
    files = sorted((host.CORPUS / "nixos-facter").glob("*.facter.json"))
    return host.each(tally, [(file.name, file) for file in files], facter)


# ---- lshw ----


def lshw(file):
    disks, told = Disks(), []
    text = file.read_text(errors="replace")
    for node in ET.fromstring(text[text.index("<"):]).iter("node"):
        names = [n.text.rsplit("/", 1)[-1] for n in node.findall("logicalname") if n.text.startswith("/dev/")]
        bus = re.fullmatch(r"scsi@(\d+):(\d+)\.(\d+)\.(\d+)(?:,(\d+))?", node.findtext("businfo") or "")
        if not names or not bus or node.get("class") not in ("disk", "volume"):
            continue
        h, c, t, u, part = bus.groups()
        folder = f"/devices/pci0000:00/0000:00:1f.2/ata{int(h) + 1}/host{h}/target{h}:{c}:{t}/{h}:{c}:{t}:{u}/block"
        size = node.findtext("size") or node.findtext("capacity")
        if part:
            disk = names[0].rstrip("0123456789")
            disks.put(names[0], f"{folder}/{disk}/{names[0]}", None, int(size), partition=int(part))
            told.append((names[0], {"type": "partition", "disk": disk, "partition": int(part), "size_bytes": int(size)}))
            continue
        device = {"vendor": node.findtext("vendor") or "", "model": node.findtext("product") or "",
                  "rev": node.findtext("version") or ""}
        disks.put(names[0], f"{folder}/{names[0]}", None, int(size) if size else None, device)
        told.append((names[0], {"scsi_address": f"{h}:{c}:{t}:{u}", "model": device["model"], "firmware": device["rev"],
                                **({"size_bytes": int(size)} if size else {})}))
    found = disks.scan()
    return [(f"{name} {key}", value, found[name][key]) for name, facts in told for key, value in facts.items()]


def cardiff(file):
    """Lists of (kind, name, key, value)."""
    disks, told = Disks(), {}
    for kind, name, key, value in re.findall(r"\('(\w+)',\s*'([^']+)',\s*'([^']+)',\s*'([^']*)'\)", file.read_text()):
        if kind == "disk" and re.fullmatch(r"sd[a-z]", name):
            told.setdefault(name, {})[key] = value
    for number, (name, disk) in enumerate(told.items()):
        size = int(disk["size"]) * 10**9 // 512 * 512
        disks.put(name, f"/devices/pci0000:00/0000:00:02.2/0000:02:00.0/host0/target0:0:{number}/0:0:{number}:0/block/{name}",
                  None, size, {"vendor": disk["vendor"], "model": disk["model"], "rev": disk["rev"]})
    found = disks.scan()
    return [(f"{name} {theirs}", disk[theirs], found[name][ours]) for name, disk in told.items()
            for theirs, ours in (("vendor", "vendor"), ("model", "model"), ("rev", "firmware"))]


def lshw_hosts():
    tally = host.Tally("storage-lshw", host.load_exceptions("storage-lshw"))
    folder = host.CORPUS / "lshw-xml"
    host.each(tally, [(file.name, file) for file in sorted(folder.glob("*.xml"))], lshw)
    return host.each(tally, [(file.name, file) for file in sorted(folder.glob("*cardiff*"))], cardiff)


# ---- udev ----


def entries(text):
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.splitlines()
        path = next((line[3:] for line in lines if line.startswith("P: ")), None)
        facts = dict(line[3:].split("=", 1) for line in lines if line.startswith("E: ") and "=" in line)
        if path and facts.get("SUBSYSTEM") == "block":
            yield path, facts, lines


def expected_way(path, facts):
    """What udev's own rules say of the bus; None: they say nothing, or less."""
    bus = facts.get("ID_BUS")
    if "/usb" in path:
        return "usb"
    return {"usb": "usb"}.get(bus) or ("ata-" in facts.get("ID_PATH", "") and bus == "ata" and "sata or ata") or None


def udev(file):
    disks, told = Disks(), []
    disks.recording.text("stat:/run/udev/data", "d 0:0 755 0 0")
    for path, facts, lines in entries(file.read_text(errors="replace")):
        name = path.split("/")[-1]
        number = f"{facts.get('MAJOR')}:{facts.get('MINOR')}"
        part = facts.get("DEVTYPE") == "partition"
        disks.put(name, path, number, None, None if part else {}, partition=1 if part else None)
        disks.recording.text(f"file:{B}{name}/size", "2048\n")
        disks.recording.text(f"file:/run/udev/data/b{number}", "".join(f"{line[:2]}{line[3:]}\n" for line in lines[1:]))
        told.append((name, path, facts, part))
    found, rows = disks.scan(), []
    rows.append(("disks", sorted(name for name, *_ in told), sorted(found)))
    for name, path, facts, part in told:
        row = found[name]
        rows.append((f"{name} disk", path.split("/")[-2] if part else "", row["disk"]))
        if row["type"] not in ("loop", "ram", "nbd", "zram"):
            rows.append((f"{name} content", facts.get("ID_FS_TYPE", ""), row["content"]))
            rows.append((f"{name} uuid", facts.get("ID_FS_UUID"), row["uuid"]))
            rows.append((f"{name} table", facts.get("ID_PART_TABLE_TYPE"), row["partition_table"]))
        way = None if part else expected_way(path, facts)
        if way:
            actual = row["transport"]
            rows.append((f"{name} transport", way, "sata or ata" if actual in ("sata", "ata") else actual))
    return rows


def udev_hosts():
    tally = host.Tally("storage-udev", host.load_exceptions("storage-udev"))
    files = sorted((host.CORPUS / "checkbox-udev").glob("*.udevdb.txt"))
    return host.each(tally, [(file.name, file) for file in files], udev)


# ---- saved trees ----


def read(path):
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None


def put_links(root):
    """ghw saves /sys/block only: the folder that the kernel has of disks and partitions is made anew."""
    folder = root / "sys/class/block"
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for uevent in (root / "sys/devices").rglob("uevent"):
        text = read(uevent) or ""
        kind = re.search(r"^DEVTYPE=(disk|partition)$", text, re.M)
        if kind and "/block/" in str(uevent) + "/" or kind and re.search(r"/nvme\d+n\d+", str(uevent)):
            found[uevent.parent.name] = (uevent.parent, kind[1])
    for name, (path, _) in found.items():
        if not (folder / name).exists():
            (folder / name).symlink_to(os.path.relpath(path, folder))
    return found


def tree(archive):
    with host.Unpacked(archive) as root:
        found = put_links(root)
        if not found:
            return [("disks", [], [row["name"] for row in host.scan_folder(root)["block"] or []])]
        report = host.scan_folder(root)
        block = {row["name"]: row for row in report["block"]}
        rows = [("disks", sorted(found), sorted(block))]
        for name, (path, kind) in found.items():
            row = block[name]
            rows.append((f"{name} kind", kind == "partition", row["type"] == "partition"))
            size = read(path / "size")
            if size:
                rows.append((f"{name} size", int(size) * 512, row["size_bytes"]))
            if kind == "partition":
                rows.append((f"{name} number", int(read(path / "partition")), row["partition"]))
                rows.append((f"{name} start", int(read(path / "start")) * 512, row["start_bytes"]))
                rows.append((f"{name} disk", path.parent.name, row["disk"]))
            udev_data = read(root / f"run/udev/data/b{read(path / 'dev')}") if read(path / "dev") else None
            told = re.search(r"^E:ID_FS_TYPE=(.*)$", udev_data or "", re.M)
            if told:
                rows.append((f"{name} content", told[1], row["content"]))
        mounts = read(root / "proc/self/mounts") or read(root / "etc/mtab") or ""
        rooted = [line.split()[2] for line in mounts.splitlines() if line.split()[1:2] == ["/"]]
        if read(root / "proc/mounts") and rooted:
            rows.append(("root", rooted[-1], next((fs["type"] for fs in report["file_systems"] or []
                                                   if "/" in (fs["mounts"] or [])), None)))
    return rows


def tree_hosts():
    tally = host.Tally("storage-ghw", host.load_exceptions("storage-ghw"))
    files = sorted((host.CORPUS / "ghw-snapshot").glob("*.tar.gz"))
    return host.each(tally, [(pathlib.Path(file).name, file) for file in files], tree, workers=1)


SOURCES = {"storage-facter": facter_hosts, "storage-lshw": lshw_hosts, "storage-udev": udev_hosts, "storage-ghw": tree_hosts}
