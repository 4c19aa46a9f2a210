"""Hosts' /proc and /sys with what other programs made of them: lscpu, hwloc, libvirt, and snapshots without a decode."""
import json
import pathlib
import re
import shutil
import tempfile
import xml.etree.ElementTree

from corpus import host


# ---- what hostcap says, in the shapes that the dumps speak ----

def cpus_of(text):
    """ "0-3,8" as a set; lscpu also writes "0-6:2" for every second one."""
    out = set()
    for part in (text or "").split(","):
        first, _, last = part.strip().partition("-")
        last, _, step = last.partition(":")
        if first:
            out |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return frozenset(out)


def online(report):
    return [row for row in report["cpus"] or [] if row["online"]]


def groups(rows, *columns):
    """The partition of CPUs that these cells make; None where one is not known."""
    out = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        if None in key:
            return None
        out.setdefault(key, set()).add(row["cpu"])
    return {frozenset(cpus) for cpus in out.values()}


def caches(report, level, kind):
    return [row for row in report["caches"] or [] if (row["level"], row["type"]) == (level, kind)]


def node_cpus(report):
    return {row["node"]: cpus_of(row["cpus"]) for row in report["numa"] or []}


CACHE_TYPES = {"d": "data", "i": "instruction", "": "unified"}


def folder_of(root, *names):
    """The root of a host in an unpacked archive: the folder that holds these names."""
    for folder in [root, *sorted(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())]:
        if all((folder / name).is_dir() for name in names):
            return folder
    raise AssertionError(f"no {' '.join(names)} in it")


def archives(source, pattern):
    return [(path.name[:path.name.index(".t")], path) for path in sorted((host.CORPUS / source).glob(pattern))]


# ---- lscpu ----

def lscpu_caches(fields, columns, cpu_lines, report):
    """ "L2 cache: 512 KiB (2 instances)": the sum of all; a column of the list says who shares."""
    units = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
    for name, value in fields.items():
        found = re.fullmatch(r"L(\d)([di]?) cache", name)
        if not found:
            continue
        level, kind = int(found[1]), CACHE_TYPES[found[2]]
        # lscpu calls the data cache of a level "L2" where the kernel shows no other at that level
        rows = caches(report, level, kind) or (caches(report, level, "data") if kind == "unified" else [])
        rows = list({row["cpus"] or at: row for at, row in enumerate(rows)}.values())  # lscpu: one of a name for a CPU
        number, unit, *rest = value.split()
        total = sum(row["size_bytes"] or 0 for row in rows)
        yield name, float(number), round(total / units[unit], len(number.partition(".")[2])) if rows else None
        if rest:
            yield f"{name}: instances", int(rest[0][1:]), len(rows)
        short = f"L{level}{found[2]}"
        if short in columns and all(row["cpus"] is not None for row in rows):
            at = columns.index(short)
            shared = {}
            for line in cpu_lines:
                shared.setdefault(line[at], set()).add(int(line[0]))
            yield (f"{name}: shared by", {frozenset(cpus) for cpus in shared.values()},
                   {cpus_of(row["cpus"]) for row in rows})


def lscpu_vulnerabilities(fields, report):
    states = {"Not affected": "not_affected", "Mitigation": "mitigated", "Vulnerable": "vulnerable",
              "Unknown": "unknown", "KVM": "mitigated", "Processor vulnerable": "vulnerable"}
    rows = {row["name"]: row for row in report["vulnerabilities"] or []}
    for name, value in fields.items():
        if name.startswith("Vulnerability "):
            row = rows.get(name.removeprefix("Vulnerability ").lower().replace(" ", "_"), {"state": None, "text": None})
            yield f"{name}: state", states[re.split("[;:(]", value)[0].strip()], row["state"]
            # a colon ends a name of lscpu's: it prints a semicolon for the first one, and none of the others
            yield name, value, row["text"] and row["text"].replace(":", ";", 1).replace(":", "")


def lscpu_numa(fields, report):
    nodes = node_cpus(report)
    for name, value in fields.items():
        found = re.fullmatch(r"NUMA node(\d+) CPU\(s\)", name)
        if name == "NUMA node(s)":
            yield name, int(value), host.at(report, "topology.nodes")
        elif found:
            yield name, cpus_of(value), nodes.get(int(found[1]))


def lscpu_ids(lines, report):
    """The second list: numbers as the kernel has them, "-" where it has none."""
    rows = {row["cpu"]: row for row in report["cpus"] or []}
    for line in lines:
        row = rows.get(int(line[0]), {})
        for column, at in (("core", 1), ("package", 2)):
            yield f"cpu {line[0]}: {column}", None if line[at] == "-" else int(line[at]), row.get(column)


def lscpu_item(archive):
    text = archive.with_name(archive.name.replace(".tar.gz", ".expected")).read_text()
    plain, *lists = re.split(r"(?:^#.*\n)+", text, flags=re.M)
    heads = re.findall(r"^# (CPU,.*)$", text, re.M)
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in plain.splitlines())}
    lines, numbers = ([line.split(",") for line in part.split()] for part in lists[:2])
    columns = heads[0].split(",")
    with host.Unpacked(archive) as root:
        report = host.scan_folder(folder_of(root, "proc", "sys"))
    at = lambda name: host.at(report, f"topology.{name}")
    threads = {}
    for line in lines:
        threads.setdefault(line[1], []).append(line[0])
    yield "CPU(s)", int(fields["CPU(s)"]), len(report["cpus"] or [])
    yield "On-line CPU(s) list", cpus_of(fields["On-line CPU(s) list"]), frozenset(row["cpu"] for row in online(report))
    yield "threads", len(lines), at("threads")
    yield "cores", len(threads), at("cores")
    yield "threads of a core", max(map(len, threads.values())), at("threads_per_core")
    yield "sockets", len({line[2] for line in lines}), at("packages")
    if "Microcode version" in fields:
        yield "Microcode version", fields["Microcode version"], (host.at(report, "linux.microcode.version")
                                                                 or host.at(report, "linux.cpuinfo.microcode"))
    yield from lscpu_ids(numbers, report)
    yield from lscpu_numa(fields, report)
    yield from lscpu_caches(fields, columns, lines, report)
    yield from lscpu_vulnerabilities(fields, report)


# ---- hwloc ----

class Thing:
    """An object of lstopo: type, number of the kernel, attributes, CPUs below it."""

    def __init__(self, kind, number, attributes):
        self.kind, self.number, self.attributes = kind, number, attributes
        self.cpus = set()


def bits(text):
    """ "0x00000001,,0x0": words of 32 bits, the highest first."""
    value = 0
    for word in text.split(","):
        value = value << 32 | int(word or "0", 16)
    return frozenset(n for n in range(value.bit_length()) if value >> n & 1)


def console_things(text):
    """The tree by its indentation. A memory node has the CPUs of what it hangs from."""
    things, above = [], []
    for line in text.splitlines():
        found = re.match(r"( *)(\w+?)(\d*)(?:\((\w+)\))? L#\d+(?: \((.*)\))?$", line) or re.match(r"( *)(Machine)()()", line)
        if not found or line.startswith((" depth", "depth", "Special")):
            continue
        words = dict(re.findall(r"(\w+)=([\w.]+)", found[5] if found.lastindex == 5 else ""))
        number = re.search(r"P#(\d+)", line)
        thing = Thing(found[4] or found[2] + found[3], int(number[1]) if number else None, words)
        del above[len(found[1]) // 2:]
        while len(above) < len(found[1]) // 2:
            above.append(above[-1])
        if thing.kind == "PU":
            for one in [*above, thing]:
                one.cpus.add(thing.number)
        thing.above = above[-1] if above else None
        above.append(thing)
        things.append(thing)
    for thing in things:
        holder = thing.above
        while holder and holder.kind == "MemCache":
            holder = holder.above
        if thing.kind == "NUMANode":
            thing.cpus = holder.cpus if holder else thing.cpus
    return things


def xml_things(text):
    names = {"0": "", "1": "d", "2": "i"}
    for node in xml.etree.ElementTree.fromstring(text).iter("object"):
        kind, words = node.get("type"), dict(node.attrib)
        cache = re.fullmatch(r"L(\d)i?Cache", kind)
        if cache:
            kind = f"L{cache[1]}{names[words['cache_type']]}Cache"
            words = {"bytes": int(words["cache_size"]), "linesize": words["cache_linesize"],
                     "ways": words["cache_associativity"]}
        if kind == "NUMANode":
            words = {"memory": int(words["local_memory"])}
        if kind == "Group" and node.get("subtype"):
            kind = node.get("subtype")
        thing = Thing(kind, int(node.get("os_index", "-1")), words)
        thing.cpus = set(bits(node.get("cpuset") or "0x0"))
        yield thing


def about(number, text):
    """Whether a number of bytes is what lstopo prints as "28MiB"."""
    found = re.fullmatch(r"(\d+)([KMGT]i)?B", text)
    unit = {None: 1, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}[found[2]]
    return number is not None and int(found[1]) in (number // unit, round(number / unit))


def hwloc_caches(things, visible, report):
    kinds = {thing.kind for thing in things if re.fullmatch(r"L\d[di]?Cache", thing.kind)}
    for kind in sorted(kinds):
        level, letter = int(kind[1]), kind[2] if kind[2] in "di" else ""
        rows = {cpus_of(row["cpus"]) & visible: row for row in caches(report, level, CACHE_TYPES[letter])}
        rows.pop(frozenset(), None)
        theirs = {frozenset(thing.cpus): thing for thing in things if thing.kind == kind and thing.cpus}
        yield kind, set(theirs), set(rows)
        for cpus in set(theirs) & set(rows):
            thing, row = theirs[cpus], rows[cpus]
            words = thing.attributes
            size = row["size_bytes"]
            if "bytes" in words:
                yield f"{kind} of {min(cpus)}: size", words["bytes"], size
            elif "size" in words:
                yield f"{kind} of {min(cpus)}: size", words["size"], words["size"] if about(size, words["size"]) else size
            for word, column in (("linesize", "line_bytes"), ("ways", "ways")):
                # 0 is lstopo's word for not known, and -1 for fully associative, where the kernel says 0
                if word in words and words[word] not in ("0", "-1"):
                    yield f"{kind} of {min(cpus)}: {word}", int(words[word]), row[column]


def hwloc_nodes(things, visible, report):
    """hwloc makes a node of the whole where the kernel has none, and drops nodes that claim the same CPUs."""
    theirs = [thing for thing in things if thing.kind == "NUMANode"]
    ours = {row["node"]: row for row in report["numa"] or []}
    if not ours:
        yield "nodes", len(theirs), host.at(report, "topology.nodes")
        return
    overlap = sum(len(cpus_of(row["cpus"])) for row in ours.values()) > len(online(report))
    if overlap:  # the dump's own files list each CPU in every node
        yield "nodes that overlap", [None], sorted({row["node"] for row in online(report)}, key=str)
        return
    for thing in theirs:
        row = ours.get(thing.number, {"cpus": None, "memory_bytes": None})
        actual = None if row["cpus"] is None else cpus_of(row["cpus"]) & visible
        if actual != frozenset():  # memory without CPUs hangs anywhere in the tree
            yield f"node {thing.number}", frozenset(thing.cpus), actual
        words = thing.attributes
        if "memory" in words:
            yield f"node {thing.number}: memory", words["memory"], row["memory_bytes"]
        if "local" in words:
            yield (f"node {thing.number}: memory", words["local"],
                   words["local"] if about(row["memory_bytes"], words["local"]) else row["memory_bytes"])


def hwloc_kinds(text, visible, report):
    """Kinds of CPUs, where lstopo knows them by more than a frequency."""
    kinds = re.findall(r'<cpukind cpuset="([^"]+)"[^>]*>(.*?)</cpukind>', text, re.S)
    kinds = [bits(cpus) for cpus, words in kinds if "CPUPart" in words or "CoreType" in words]
    if len(kinds) > 1:
        ours = groups([row for row in online(report) if row["cpu"] in visible], "type")
        yield "kinds of cores", set(kinds), ours


def hwloc_item(archive):
    base = archive.name.removesuffix(".tar.bz2")
    console, tree = archive.with_name(f"{base}.console"), archive.with_name(f"{base}.xml")
    text = (console if console.exists() else tree).read_text()
    things = console_things(text) if console.exists() else list(xml_things(text))
    visible = frozenset().union(*({thing.number} for thing in things if thing.kind == "PU"))
    with host.Unpacked(archive) as root:
        report = host.scan_folder(folder_of(root, "proc", "sys"))
    rows = [row for row in online(report) if row["cpu"] in visible]
    whole = len(visible) == len(online(report))
    yield "CPUs", visible, frozenset(row["cpu"] for row in rows)
    if whole:
        yield "threads", len(visible), host.at(report, "topology.threads")
    for kind, columns, count in (("Package", ("package",), "packages"), ("Core", ("package", "die", "core"), "cores"),
                                 ("Die", ("package", "die"), "dies")):
        theirs = {frozenset(thing.cpus) for thing in things if thing.kind == kind and thing.cpus}
        if not theirs:  # left out by an option of lstopo, or not different from what is around it
            continue
        if whole:
            yield kind, len(theirs), host.at(report, f"topology.{count}")
        if kind == "Core" and rows and rows[0]["die"] is None:
            columns = ("package", "core")
        ours = groups(online(report), *columns)
        if ours is not None and len(ours) == host.at(report, f"topology.{count}"):  # where numbers are not unique, counts tell
            yield f"{kind}: CPUs", theirs, {cpus & visible for cpus in ours} - {frozenset()}
    clusters = {frozenset(thing.cpus) for thing in things if thing.kind == "Cluster"}
    if clusters:
        yield "clusters", clusters, groups(rows, "package", "cluster")
    yield from hwloc_caches(things, visible, report)
    yield from hwloc_nodes(things, visible, report)
    yield from hwloc_kinds(text, visible, report)


# ---- libvirt ----

def system_folder(root, archive):
    """A root for sysroot out of libvirt's folders, which begin at /sys/devices/system or hold it as "system"."""
    top = next(path for path in root.iterdir() if path.is_dir())
    new = pathlib.Path(tempfile.mkdtemp(dir=root))
    place = new / "sys/devices/system"
    if (top / "system").is_symlink():  # one set of files for several tests
        other = (top / "system").readlink().parts[1]
        with host.Unpacked(archive.with_name(f"{other}.tar.gz")) as unpacked:
            shutil.copytree(unpacked / other / "system", place, symlinks=True)
    elif (top / "system").is_dir():
        shutil.copytree(top / "system", place, symlinks=True)
    else:
        shutil.copytree(top, place, symlinks=True)
    return new


def hostcpu_numbers(report, arch):
    """libvirt's view: nodes, then the most sockets of a node, cores of a socket, threads of a core; where these do not
    multiply to all CPUs, as many cores as CPUs (virHostCPUGetInfoPopulateLinux). A CPU of s390 is a core to it, and threads are what a list of siblings has. On POWER only the first thread of a
    core is online while guests use all: where no other is online, the rest count as well."""
    rows = online(report)
    subcore, nodes = 8 if arch == "ppc64" else 0, {}
    core_column = "cpu" if arch == "s390x" else "core"
    for row in rows:
        nodes.setdefault(row["node"], []).append(row)
    if subcore and {row["thread"] for row in rows} != {0}:
        subcore = 0
    sockets = max(len({row["package"] for row in of}) for of in nodes.values())
    cores = max(len({row[core_column] for row in of if row["package"] == package})
                for of in nodes.values() for package in {row["package"] for row in of})
    threads = max(row["thread"] or 0 for row in rows) + 1
    running = len(rows) * (subcore or 1)
    every = running if subcore else len(report["cpus"])
    if len(nodes) * sockets * cores * threads != every:
        return running, every, 1, 1, running, 1
    return running, every, len(nodes), sockets, cores, threads


def hostcpu_item(expected):
    numbers = [int(n) for n in re.findall(r"CPUs: (\d+)/(\d+), .*Nodes: (\d+), Sockets: (\d+), Cores: (\d+), Threads: (\d+)",
                                          expected.read_text())[0]]
    _, arch, name = expected.stem.split("-", 2)
    archive = expected.with_name(f"linux-{name}.tar.gz")
    with host.Unpacked(archive) as root:
        folder = system_folder(root, archive)
        (folder / "proc").mkdir()
        shutil.copy(expected.with_suffix(".cpuinfo"), folder / "proc/cpuinfo")
        report = host.scan_folder(folder)
    words = ("online", "CPUs", "nodes", "sockets", "cores", "threads")
    yield from zip(words, numbers, hostcpu_numbers(report, arch))


def bank_bytes(bank):
    return int(bank.get("size")) << {"B": 0, "KiB": 10, "MiB": 20, "GiB": 30}[bank.get("unit")]


def capabilities_item(xml_file):
    """What libvirt puts for a number that is not there is 0."""
    root_node = xml.etree.ElementTree.parse(xml_file).getroot()
    name = xml_file.stem.removeprefix("vircaps-x86_64-")
    archive = xml_file.with_name(f"linux-{name}.tar.gz")
    with host.Unpacked(archive) as root:
        report = host.scan_folder(system_folder(root, archive))
    rows = {row["cpu"]: row for row in report["cpus"] or []}
    cells = root_node.findall(".//topology/cells/cell")
    yield "nodes", len(cells), host.at(report, "topology.nodes")
    for cell in cells:
        cpus = cell.findall("cpus/cpu")
        yield f"node {cell.get('id')}", frozenset(int(cpu.get("id")) for cpu in cpus), node_cpus(report).get(int(cell.get("id")))
        for cpu in cpus:
            row = rows.get(int(cpu.get("id")), {})
            for word, column in (("socket_id", "package"), ("die_id", "die"), ("core_id", "core")):
                actual = row.get(column)
                yield f"cpu {cpu.get('id')}: {column}", int(cpu.get(word)), 0 if actual is None and column == "die" else actual
    threads = {cpus_of(cpu.get("siblings")) for cpu in root_node.iter("cpu") if cpu.get("siblings")}
    yield "cores", len(threads), host.at(report, "topology.cores")
    kinds = {"both": "unified", "data": "data", "code": "instruction"}
    banks = {}
    for bank in root_node.iter("bank"):
        banks.setdefault((int(bank.get("level")), kinds[bank.get("type")], cpus_of(bank.get("cpus"))), []).append(bank_bytes(bank))
    for (level, kind, cpus), expected in banks.items():
        yield (f"L{level} of {min(cpus)}", expected,
               [row["size_bytes"] for row in caches(report, level, kind) if cpus_of(row["cpus"]) == cpus])


def libvirt_item(path):
    yield from hostcpu_item(path) if path.suffix == ".expected" else capabilities_item(path)


# ---- snapshots without a decode: two parts of the same files must agree ----

def cpuinfo_cores(text):
    """Packages and cores by /proc/cpuinfo; none where a part lacks them."""
    parts = [dict(re.findall(r"^(physical id|core id|processor)\s*: (\d+)$", part, re.M)) for part in text.split("\n\n")]
    parts = [part for part in parts if "processor" in part]
    if not parts or any(len(part) < 3 for part in parts):
        return None
    return len(parts), len({part["physical id"] for part in parts}), len({(part["physical id"], part["core id"]) for part in parts})


def snapshot_item(archive):
    with host.Unpacked(archive) as root:
        folder = folder_of(root, "sys/devices/system/cpu")
        report = host.scan_folder(folder)
        cpuinfo = folder / "proc/cpuinfo"
        counts = cpuinfo_cores(cpuinfo.read_text()) if cpuinfo.exists() else None
        lists = {int(path.parent.name[4:]): cpus_of(path.read_text())
                 for path in folder.glob("sys/devices/system/node/node*/cpulist")}
    if counts:
        for word, expected in zip(("threads", "packages", "cores"), counts):
            yield word, expected, host.at(report, f"topology.{word}")
    for node, cpus in lists.items():
        yield f"node {node}", cpus, node_cpus(report).get(node)
    if report["cpus"] is not None and any(cpus for cpus in lists.values()):
        yield "nodes of CPUs", {cpus for cpus in lists.values() if cpus}, groups(online(report), "node")


def walk(source, corpus, look, items):
    return lambda: host.each(host.Tally(source, host.load_exceptions(source)), items(corpus), lambda item: list(look(item)))


def of_pattern(*patterns):
    return lambda corpus: [(path.name.split(".t")[0], path) for pattern in patterns
                           for path in sorted((host.CORPUS / corpus).glob(pattern))]


def hwloc_linux(corpus):
    """Items of one folder a CPU are CPUID dumps, without a system's files."""
    index = [json.loads(line) for line in (host.CORPUS / "INDEX.jsonl").read_text().splitlines()]
    return [(item["id"], host.CORPUS / corpus / next(name for name in item["files"] if name.endswith(".tar.bz2")))
            for item in index if item["source"] == corpus and not item["id"].startswith("x86-")]


SOURCES = {
    "lscpu": walk("lscpu", "lscpu", lscpu_item, of_pattern("*.tar.gz")),
    "hwloc-linux": walk("hwloc-linux", "hwloc", hwloc_item, hwloc_linux),
    "libvirt-hostcpu": walk("libvirt-hostcpu", "libvirt-hostcpu", libvirt_item, of_pattern("*.expected", "*.xml")),
    "ghw": walk("ghw", "ghw-snapshot", snapshot_item, of_pattern("*.tar.gz")),
    "nri-sysfs": walk("nri-sysfs", "nri-sysfs", snapshot_item, of_pattern("*.tar.*")),
    "openshift-sysinfo": walk("openshift-sysinfo", "openshift-sysinfo", snapshot_item, of_pattern("*.tgz")),
}
