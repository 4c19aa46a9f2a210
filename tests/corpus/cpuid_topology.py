"""CPUs, cores and caches out of CPUID alone: every CPU of a dump becomes `cpuid:` replies, and nothing else is recorded.

What is compared are sets of CPUs (those of a package, a die, a core, a cache), not the numbers that a tool gave them."""
import collections
import json
import re
import xml.etree.ElementTree as etree

from corpus import host

SUBLEAVES = (0x4, 0xb, 0x1f, 0x8000001d, 0x80000026)
KIB = 1024


# ---- dumps to recordings ----

class Dump:
    """Words of every CPU: {cpu: {(leaf, subleaf): words}}."""

    def __init__(self):
        self.cpus = collections.defaultdict(dict)
        self.cut = set()  # leaves of which a format holds the first subleaf only

    def add(self, cpu, leaf, subleaf, words):
        self.cpus[cpu].setdefault((leaf, subleaf), words)

    def next_subleaf(self, cpu, leaf):
        return sum(1 for known, _ in self.cpus[cpu] if known == leaf)

    def end_lists(self):
        """Tools print the subleaves that say something, and the leaves of a range that is there; what ends a list is all
        zero."""
        for words in self.cpus.values():
            words.setdefault((0x80000000, 0), (0, 0, 0, 0))
            for leaf in SUBLEAVES:
                if leaf <= words.get((leaf & 0xffff0000, 0), (0,))[0] and leaf not in self.cut:
                    last = max((sub for known, sub in words if known == leaf), default=-1)
                    words.setdefault((leaf, last + 1), (0, 0, 0, 0))

    def recording(self, complete):
        recording = host.Recording(cpu=min(self.cpus))
        if complete:
            recording.text("host:cpus", ",".join(str(cpu) for cpu in sorted(self.cpus)))
        for cpu, words in self.cpus.items():
            for (leaf, subleaf), regs in words.items():
                recording.cpuid(cpu, leaf, subleaf, regs)
        return recording

    def report(self, complete=True):
        self.end_lists()
        return host.scan(self.recording(complete))


WORD = r"([0-9A-Fa-f]{8})"
AIDA = re.compile(rf"^\s*CPUID {WORD}\s*:?\s+{WORD}[- ]{WORD}[- ]{WORD}[- ]{WORD}(?:\s*\[SL ([0-9A-F]{{2}})\])?")
ARRAY = re.compile(r"^(\w+)\[(\d+)\]\s*=\s*([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8})")
ARRAYS = {"basic_cpuid": (0, None), "ext_cpuid": (0x80000000, None), "intel_fn4": (None, 0x4),
          "intel_fn11": (None, 0xb), "amd_fn8000001dh": (None, 0x8000001d)}


def parse(text):
    """Lines of AIDA64 and its like, or of libcpuid. A leaf 0 begins the next CPU."""
    dump, cpu = Dump(), -1
    if "ext_cpuid[29]" in text and "amd_fn8000001dh[" not in text:
        dump.cut.add(0x8000001d)
    for line in text.splitlines():
        if match := AIDA.match(line):
            leaf, *words = (int(word, 16) for word in match.groups()[:5])
            cpu += leaf == 0
            subleaf = dump.next_subleaf(cpu, leaf) if match[6] is None else int(match[6], 16)
            if cpu >= 0:
                dump.add(cpu, leaf, subleaf, words)
        elif (match := ARRAY.match(line)) and match[1] in ARRAYS:
            base, leaf = ARRAYS[match[1]]
            number, words = int(match[2]), [int(word, 16) for word in match.groups()[2:]]
            cpu += match[1] == "basic_cpuid" and number == 0
            # of leaves with subleaves the first array holds the first subleaf only
            dump.add(max(cpu, 0), *((base + number, 0) if leaf is None else (leaf, number)), words)
    return dump


# ---- what hostcap says, as sets of CPUs ----

def cpu_set(text):
    cpus = set()
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        cpus |= set(range(int(first), int(last or first) + 1))
    return frozenset(cpus)


def groups(report, *columns):
    """The sets of CPUs that agree in these columns; None where one of them is not known."""
    sets = collections.defaultdict(set)
    for row in report["cpus"] or []:
        if any(row[column] is None for column in columns):
            return None
        sets[tuple(row[column] for column in columns)].add(row["cpu"])
    return {frozenset(cpus) for cpus in sets.values()}


def caches(report):
    """(level, type, size, ways, line, CPUs) of every cache."""
    rows = report["caches"]
    return None if rows is None else [
        (row["level"], row["type"], row["size_bytes"], row["ways"], row["line_bytes"],
         None if row["cpus"] is None else cpu_set(row["cpus"])) for row in rows]


def differences(what, expected, actual):
    """A result for what both have, and one for each thing that only one of them has."""
    if actual is None:
        return [(what, expected, None)]
    extra, missing = set(actual) - expected, expected - set(actual)
    return ([(what, len(expected & set(actual)), len(actual) - len(extra))] + [(what, None, thing) for thing in extra] +
            [(what, thing, "no such one") for thing in missing])


# ---- hwloc ----

def hwloc_dump(folder):
    dump = Dump()
    for file in folder.rglob("pu[0-9]*"):
        for line in file.read_text().splitlines():
            if "=>" not in line or line.startswith("#"):
                continue
            given, got = line.split("=>")
            _, leaf, _, subleaf, _ = (int(word, 16) for word in given.split())
            dump.add(int(file.name[2:]), leaf, subleaf, [int(word, 16) for word in got.split()])
    return dump


def hwloc_set(mask):
    number = 0
    for word in mask.split(","):
        number = number << 32 | int(word or "0", 16)
    return frozenset(bit for bit in range(number.bit_length()) if number >> bit & 1)


HWLOC_TYPES = {"0": "unified", "1": "data", "2": "instruction"}


def hwloc_expected(path):
    sets, kinds, found = collections.defaultdict(set), {}, set()
    for item in etree.parse(path).iter("object"):
        cpus = hwloc_set(item.get("cpuset") or "")
        if "cache_size" in item.attrib:
            ways = int(item.get("cache_associativity"))
            found.add((int(item.get("depth")), HWLOC_TYPES[item.get("cache_type")], int(item.get("cache_size")),
                       max(ways, 0), int(item.get("cache_linesize")), cpus))
        else:
            sets[item.get("type")].add(cpus)
    for kind in etree.parse(path).iter("cpukind"):
        for info in kind.iter("info"):
            if info.get("name") == "CoreType":
                add_kind(kinds, info.get("value"), kind.get("cpuset"))
    return sets, kinds, found


def add_kind(kinds, name, cpus):
    """Several kinds may have one name, where their frequencies differ."""
    name = {"IntelAtom": "efficiency", "IntelCore": "performance"}[name]
    kinds[name] = kinds.get(name, frozenset()) | hwloc_set(cpus)


def kinds_of(report):
    """To hwloc, cores of the low-power island are of the efficiency kind."""
    kinds = collections.defaultdict(set)
    for row in report["cpus"]:
        if row["type"]:
            kinds[row["type"].replace("low-power", "efficiency")].add(row["cpu"])
    return {kind: frozenset(cpus) for kind, cpus in kinds.items()}


def hwloc_dies(dump, report, expected):
    """hwloc shows dies that leaf 0x1F tells; the nodes of an AMD package, which here are dies, it leaves to the system,
    and one die in a package is none to it."""
    if expected:
        return [("dies", expected, groups(report, "package", "die"))]
    if any(words.get((0x8000001e, 0), (0, 0, 0))[2] >> 8 & 7 for words in dump.cpus.values()):
        return []
    known = any(row["die"] is not None for row in report["cpus"])
    return [("dies", groups(report, "package"), groups(report, "package", "die"))] if known else []


def look_hwloc(name):
    with host.Unpacked(host.CORPUS / "hwloc" / f"{name}.tar.bz2") as folder:
        dump = hwloc_dump(folder)
    expected = host.CORPUS / "hwloc" / f"{name}.xml"
    sets, kinds, found = hwloc_expected(expected) if expected.exists() else hwloc_console(name)
    report = dump.report()
    return [("packages", sets["Package"], groups(report, "package")),
            ("cores", sets["Core"], groups(report, "package", "core")),
            ("CPUs", sets["PU"], groups(report, "cpu")),
            *differences("cache", found, caches(report)),
            ("kinds", kinds, kinds_of(report)),
            *hwloc_dies(dump, report, sets["Die"])]


CONSOLE = re.compile(r"^(\s*)(\w+) L#\d+ \((?:P#(\d+) ?)?(.*)\)")
CONSOLE_CACHES = {"L1Cache": (1, "data"), "L1dCache": (1, "data"), "L1iCache": (1, "instruction"),
                  "L2Cache": (2, "unified"), "L3Cache": (3, "unified")}


def hwloc_console(name):
    """The tree that lstopo -v prints: what is indented below an object is in it."""
    text = (host.CORPUS / "hwloc" / f"{name}.console").read_text()
    open_objects, objects, kinds = [], [], {}
    for line in text.splitlines():
        if not (match := CONSOLE.match(line)):
            continue
        depth = len(match[1])
        open_objects = [o for o in open_objects if o[0] < depth] + [(depth, match[2], match[4], set())]
        objects.append(open_objects[-1])
        if match[2] == "PU":
            for item in open_objects:
                item[3].add(int(match[3]))
    sets, found = collections.defaultdict(set), set()
    for _, kind, words, cpus in objects:
        if kind in CONSOLE_CACHES:
            size, line, ways = (int(re.search(rf"{word}=(\d+)", words)[1]) for word in ("size", "linesize", "ways"))
            found.add((*CONSOLE_CACHES[kind], size * KIB, ways, line, frozenset(cpus)))
        else:
            sets[kind].add(frozenset(cpus))
    for match in re.finditer(r"cpuset (0x[0-9a-fx,]+)\n(?:  .*\n)*?  CoreType = (\w+)", text):
        add_kind(kinds, match[2], match[1])
    return sets, kinds, found


def hwloc_x86():
    index = map(json.loads, (host.CORPUS / "INDEX.jsonl").read_text().splitlines())
    names = [item["id"].split("-", 1)[1] for item in index if item["source"] == "hwloc" and item["id"].startswith("x86")]
    return host.each(tally("hwloc-x86"), [(name, name) for name in names], look_hwloc)


# ---- InstLatx64 ----

ALLCPU = re.compile(r"^allcpu: Package (\d+) / Core (\d+) / Thread (\d+): Valid(?:, Virtual)?(?:, (.*))?", re.M)
SMALL = re.compile(r"Atom|E-core", re.I)
AIDA_CACHE = re.compile(r"^L(\d)\s+(Data|Instr\.|Unified) Cache:\s*(\d+) (KB|MB),\s*(\d+)-way Associative, (\d+)-byte")
AIDA_TYPES = {"Data": "data", "Instr.": "instruction", "Unified": "unified"}


def aida_caches(text):
    """The cache lines behind each CPU's words: a list for each CPU."""
    lists, began = [], False
    for line in text.splitlines():
        if (match := AIDA.match(line)) and int(match[1], 16) == 0:
            lists.append(set())
        elif lists and (match := AIDA_CACHE.match(line)):
            size = int(match[3]) * (KIB * KIB if match[4] == "MB" else KIB)
            lists[-1].add((int(match[1]), AIDA_TYPES[match[2]], size, int(match[5]), int(match[6])))
            began = True
    return lists if began else []


def partition(keys):
    sets = collections.defaultdict(set)
    for cpu, key in enumerate(keys):
        sets[key].add(cpu)
    return {frozenset(cpus) for cpus in sets.values()}


def look_instlatx64(path):
    text = path.read_text(encoding="latin-1")
    dump, places, lists = parse(text), ALLCPU.findall(text), aida_caches(text)
    if not dump.cpus:
        return []
    report, results = dump.report(), []
    if len(places) == len(dump.cpus):
        results += [("packages", partition(place[0] for place in places), groups(report, "package")),
                    ("cores", partition(place[:2] for place in places), groups(report, "package", "core"))]
    small = {cpu for cpu, place in enumerate(places) if SMALL.search(place[3])}
    if small and len(small) < len(places):
        results.append(("small cores", small, {row["cpu"] for row in report["cpus"]
                                               if row["type"] in ("efficiency", "low-power")}))
    for cpu, expected in enumerate(lists):
        actual = {row[:5] for row in caches(report) or [] if row[5] is None or cpu in row[5]}
        if expected:
            results.append((f"caches of CPU {cpu}", sorted(expected), sorted(actual)))
    return results


def instlatx64():
    paths = sorted((host.CORPUS / "instlatx64").iterdir())
    return host.each(tally("instlatx64-topology"), [(path.stem, path) for path in paths], look_instlatx64)


# ---- libcpuid ----

LIBCPUID_TYPES = {"general": "", "performance": "performance", "efficiency": "efficiency",
                  "low-power efficiency": "low-power"}
LIBCPUID_CACHES = ((1, "data"), (1, "instruction"), (2, "unified"), (3, "unified"), (4, "unified"))


def libcpuid_kinds(text):
    """What is expected of each core type: its lines in the order of libcpuid's own tests."""
    parts = re.split(r"^-{20,}\n", text, flags=re.M)
    return [part.splitlines() for part in parts[1:]]


def expected_caches(lines):
    """A cache of which the size of a line is not known is a trace cache: its size is in micro-operations."""
    sizes, ways, line_sizes, instances = (list(map(int, lines[at:at + 5])) for at in (10, 15, 20, 25))
    return [(cache, sizes[i] * KIB, ways[i], line_sizes[i], instances[i])
            for i, cache in enumerate(LIBCPUID_CACHES) if sizes[i] > 0 and line_sizes[i] > 0]


def cores_of_a_package(report, cpus):
    packages = groups(report, "package")
    if packages is None:  # CPUs before the Pentium 4 do not give their number, but are counted
        return host.at(report, "cpuid.topology.cores") // host.at(report, "cpuid.topology.packages")
    first = next(package for package in packages if min(cpus) in package)
    return sum(bool(core & cpus & first) for core in groups(report, "package", "core") or [])


def look_libcpuid(path):
    text = path.read_text(encoding="latin-1")
    dump, kinds = parse(text), libcpuid_kinds(text)
    if not dump.cpus or not kinds:
        return []
    complete = sum(int(lines[9]) for lines in kinds) == len(dump.cpus)
    report, results = dump.report(complete), []
    for lines in kinds:
        kind = LIBCPUID_TYPES[lines[2]]
        cpus = {row["cpu"] for row in report["cpus"] if row["type"] == kind or len(kinds) == 1}
        rows = [row for row in caches(report) or [] if row[5] is None or row[5] & cpus]
        for cache, size, ways, line, instances in expected_caches(lines):
            same = [row for row in rows if row[:2] == cache]
            results.append((f"{kind} {cache}", {(size, ways, line)}, {row[2:5] for row in same}))
            if complete and instances > 0:
                results.append((f"{kind} {cache} count", instances, len(same)))
        if complete:
            results.append((f"{kind} CPUs", int(lines[9]), len(cpus)))
            # libcpuid counts the cores of one package; where it could not even decode caches, it took threads for cores
            if expected_caches(lines) or len(cpus) == 1:
                results.append((f"{kind} cores", int(lines[8]), cores_of_a_package(report, cpus)))
    return results


def libcpuid():
    paths = sorted(path for path in (host.CORPUS / "libcpuid").iterdir() if not path.name.startswith("arm"))
    return host.each(tally("libcpuid-topology"), [(path.stem, path) for path in paths], look_libcpuid)


def tally(source):
    return host.Tally(source, host.load_exceptions(source))


SOURCES = {"hwloc-x86": hwloc_x86, "instlatx64-topology": instlatx64, "libcpuid-topology": libcpuid}
