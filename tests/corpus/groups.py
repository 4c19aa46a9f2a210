"""Hosts whose PCI functions and IOMMU groups are known. Lists become folders like the kernel's, and what hostcap says of
functions and groups is compared with the list. Where the configuration spaces are there too, the groups that are foreseen
are laid beside the kernel's (test_predict, which stands beside the command); the rate is printed."""
import collections
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile

from corpus import host

ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # thousands of small files want a quick place
PREDICT = pathlib.Path(host.HOSTCAP).parent / "tests" / "test_predict"
LAB = pathlib.Path(host.SHARED) / "corpus-lab"
TWINS = {"intel-off": "intel-vtd", "intel-none": "intel-vtd", "amd-off": "amd-vi"}  # one machine, its IOMMU off and on

# ---- folders like the kernel's ----


class Function:
    """A PCI function; ids as hex digits, class with 6. group: None where it has none; driver: "" none, None not told."""

    def __init__(self, address, ids, class_code, revision=None, sub_ids=None, path=None, group=None, driver=""):
        self.address, self.ids, self.class_code, self.revision = address, ids, class_code, revision
        self.sub_ids, self.group, self.driver = sub_ids, group, driver
        self.path = path or f"/devices/pci{address[:7]}/{address}"

    def folder(self, root):
        return root / "sys" / self.path.lstrip("/")

    def bridge(self):
        """Address of the bridge above, "" on a root bus."""
        above = self.path.split("/")[-2]
        return above if re.fullmatch(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", above) else ""


def link(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(os.path.relpath(target, path.parent))


def put(root, function):
    folder = function.folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    sub_ids = function.sub_ids or "0000:0000"
    (vendor, device), (sub_vendor, sub_device) = function.ids.split(":"), sub_ids.split(":")
    files = {"vendor": vendor, "device": device, "class": function.class_code, "subsystem_vendor": sub_vendor,
             "subsystem_device": sub_device, "revision": function.revision}
    for name, digits in files.items():
        if digits:
            (folder / name).write_text(f"0x{digits}\n")
    driver = f"DRIVER={function.driver}\n" if function.driver else ""
    (folder / "uevent").write_text(f"{driver}PCI_CLASS={int(function.class_code, 16):04X}\n"
                                   f"PCI_ID={function.ids.upper()}\nPCI_SUBSYS_ID={sub_ids.upper()}\n"
                                   f"PCI_SLOT_NAME={function.address}\n")
    link(root / "sys/bus/pci/devices" / function.address, folder)
    if function.driver:
        (root / "sys/bus/pci/drivers" / function.driver).mkdir(parents=True, exist_ok=True)
        link(folder / "driver", root / "sys/bus/pci/drivers" / function.driver)
    if function.group is not None:
        group = root / "sys/kernel/iommu_groups" / str(function.group)
        (group / "devices").mkdir(parents=True, exist_ok=True)
        link(folder / "iommu_group", group)
        link(group / "devices" / function.address, folder)


@contextlib.contextmanager
def folder_of(functions):
    """A folder that holds the functions and their groups, and nothing else of a host."""
    with tempfile.TemporaryDirectory(prefix="hostcap-corpus-", dir=ROOM) as name:
        root = pathlib.Path(name)
        (root / "sys/kernel/iommu_groups").mkdir(parents=True)
        (root / "proc").mkdir()
        (root / "proc/modules").write_text("")
        for function in functions:
            put(root, function)
        yield root


# ---- comparing ----


def compare(report, functions):
    """Rows (what, expected, actual) of every function and every group."""
    rows = [("addresses", sorted(f.address for f in functions), sorted(row["address"] for row in report["pci"] or []))]
    found = {row["address"]: row for row in report["pci"] or []}
    members = collections.defaultdict(list)
    for f in functions:
        row = found.get(f.address, {})
        ids = f"{row.get('vendor_id')}:{row.get('device_id')}"
        rows += [(f.address + " ids", f.ids, ids), (f.address + " class", f.class_code, row.get("class_code")),
                 (f.address + " parent", f.bridge(), row.get("parent"))]
        if f.driver is not None:
            rows.append((f.address + " driver", f.driver, row.get("driver")))
        if f.revision:
            rows.append((f.address + " revision", f.revision, row.get("revision")))
        if f.sub_ids:
            sub_ids = f"{row.get('subsystem_vendor_id')}:{row.get('subsystem_device_id')}"
            rows.append((f.address + " subsystem", f.sub_ids, sub_ids))
        rows.append((f.address + " group", f.group, row.get("iommu_group")))
        if f.group is not None:
            members[f.group].append(f.address)
    groups = {row["id"]: sorted(row["devices"] or []) for row in host.at(report, "iommu.groups", [])}
    return rows + [("groups", {number: sorted(names) for number, names in members.items()}, groups)]


# ---- foreseen groups ----


def foreseen(root, *options):
    """Functions in groups, and of these right, wrong, not told; none where the program was not built."""
    if not PREDICT.exists():
        return (0, 0, 0, 0)
    done = subprocess.run([PREDICT, *options, root], capture_output=True, text=True, timeout=host.PATIENCE, check=False)
    counts = re.search(r"grouped (\d+) right (\d+) wrong (\d+) not told (\d+)", done.stdout)
    if done.returncode not in (0, 1) or not counts:
        raise AssertionError(f"test_predict: exit {done.returncode}: {done.stderr[:300]}")
    return tuple(int(count) for count in counts.groups())


class Rate:
    """How many groups were foreseen, over all hosts of a source."""

    def __init__(self):
        self.counts = []

    def rows(self, root):
        """What is foreseen is not wrong; where much could not be read, much is not told."""
        self.counts.append(foreseen(root))
        return [("wrongly foreseen groups", 0, self.counts[-1][2])]

    def show(self, tally):
        grouped, right, wrong, untold = (sum(column) for column in zip(*self.counts or [(0, 0, 0, 0)]))
        if grouped:
            print(f"{tally.source:18} {grouped:5} functions in groups; foreseen {right} right, {wrong} wrong, {untold} not told")
        return tally


# ---- lists ----


def facter_function(entry):
    """An entry of nixos-facter, hwinfo's words; hwinfo leaves out a revision of 0 and ids of no subsystem."""
    alias = re.match(r"pci:v0000(\w{4})d0000(\w{4})sv0000(\w{4})sd0000(\w{4})bc(\w\w)sc(\w\w)i(\w\w)", entry["module_alias"])
    vendor, device, sub_vendor, sub_device, base, sub, interface = (part.lower() for part in alias.groups())
    said = [entry[name]["hex"] for name in ("vendor", "device", "base_class")]
    if said != [vendor, device, "00" + base]:
        raise AssertionError(f"{entry['sysfs_bus_id']}: two tales of its ids")
    return Function(entry["sysfs_bus_id"], f"{vendor}:{device}", base + sub + interface,
                    entry.get("revision", {}).get("hex", "0000")[-2:], f"{sub_vendor}:{sub_device}", entry["sysfs_id"],
                    entry.get("sysfs_iommu_group_id"), entry.get("driver", ""))


def facter_functions(path):
    lists = [part for part in json.loads(path.read_text())["hardware"].values() if isinstance(part, list)]
    entries = [e for part in lists for e in part if isinstance(e, dict) and e.get("bus_type", {}).get("name") == "PCI"]
    return [facter_function(entry) for entry in {e["sysfs_bus_id"]: e for e in entries}.values()]


def facter():
    tally, rate = host.Tally("nixos-facter", host.load_exceptions("nixos-facter")), Rate()

    def look(functions):
        with folder_of(functions) as root:
            return compare(host.scan_folder(root), functions) + rate.rows(root)

    paths = sorted((host.CORPUS / "nixos-facter").glob("*.facter.json"))
    return rate.show(host.each(tally, [(path.name, facter_functions(path)) for path in paths], look))


def list_functions(path):
    """Groups with addresses, classes and ids; the way to a function is not told: each stands on its root bus."""
    return [Function("0000:" + f["bdf"], f"{f['vendor']}:{f['device']}", f["cls"] + "00", f["rev"], group=int(number))
            for number, members in json.loads(path.read_text())["groups"].items() for f in members]


def look_at_members(functions):
    with folder_of(functions) as root:
        return compare(host.scan_folder(root), functions)


def lists():
    tally = host.Tally("iommu-lists", host.load_exceptions("iommu-lists"))
    hosts = [(path.name, list_functions(path)) for path in sorted((host.CORPUS / "iommu-lists").glob("*.json"))]
    return host.each(tally, hosts, look_at_members)


# ---- folders ----


def folder_function(root, entry):
    """A function in an unpacked snapshot: ids and class by modalias, the rest by links; None where it is a stub."""
    folder = root / "sys/bus/pci/devices" / entry.name
    if not (folder / "modalias").is_file():
        return None
    alias = re.match(r"pci:v0000(\w{4})d0000(\w{4})sv0000(\w{4})sd0000(\w{4})bc(\w\w)sc(\w\w)i(\w\w)",
                     (folder / "modalias").read_text())
    vendor, device, sub_vendor, sub_device, base, sub, interface = (part.lower() for part in alias.groups())
    names = {name: os.path.basename(os.readlink(folder / name)) for name in ("iommu_group", "driver")
             if (folder / name).is_symlink()}
    revision = (folder / "revision").read_text().strip()[2:] if (folder / "revision").is_file() else None
    path = "/devices/" + os.readlink(folder).split("devices/")[-1] if folder.is_symlink() else None
    group = names.get("iommu_group")
    sub_ids = f"{sub_vendor}:{sub_device}" if (folder / "subsystem_vendor").is_file() else None
    return Function(entry.name, f"{vendor}:{device}", base + sub + interface, revision, sub_ids, path,
                    int(group) if group else None, names.get("driver"))


def look_at_folder(archive, rate):
    with host.Unpacked(archive) as root:
        devices = root / "sys/bus/pci/devices"
        functions = [folder_function(root, entry) for entry in sorted(devices.iterdir())] if devices.is_dir() else []
        if None in functions:
            return []
        rows = compare(host.scan_folder(root), functions)
        if not (root / "sys/kernel/iommu_groups").is_dir():  # the snapshot has the links to groups only
            rows = [row for row in rows if row[0] != "groups"]
        return rows + rate.rows(root)


def folders(source):
    def look():
        tally, rate = host.Tally(source, host.load_exceptions(source)), Rate()
        archives = [(path.name, path) for path in sorted((host.CORPUS / source).glob("*gz"))]
        return rate.show(host.each(tally, archives, lambda archive: look_at_folder(archive, rate)))
    return look


# ---- the lab: all is read, so all is told, with the IOMMU on and as if it were off ----


def look_at_lab(archive):
    with host.Unpacked(archive) as root:
        counts = [foreseen(root), foreseen(root, "--off")]
        twin = TWINS.get(archive.name.split(".")[0])
        if twin:
            with host.Unpacked(archive.parent / f"{twin}.tar.gz") as other:
                counts.append(foreseen(root, "--off", "--like", other))
        return [("groups foreseen", grouped, right) for grouped, right, _, _ in counts]


def lab():
    tally = host.Tally("lab-groups")
    if not PREDICT.exists():
        raise AssertionError(f"{PREDICT} was not built")
    return host.each(tally, [(path.name, path) for path in sorted(LAB.glob("*.tar.gz"))], look_at_lab)


SOURCES = {"nixos-facter": facter, "iommu-lists": lists, "ghw-snapshot": folders("ghw-snapshot"),
           "openshift-sysinfo": folders("openshift-sysinfo"), "lab-groups": lab}
