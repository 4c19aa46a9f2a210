"""Readers of CPUID dumps in foreign formats, and what of a dump can be told from its words alone.

A Dump holds for every logical CPU its leaves {(leaf, subleaf): (eax, ebx, ecx, edx)} as they were printed, and model
specific registers of one CPU {index: value, or None where reading failed}."""
import json
import re
import xml.etree.ElementTree

from corpus import host

AIDA_LEAF = re.compile(r"\s*CPUID ([0-9a-f]{8})\s*:?\s+([0-9a-f]{8})[- ]([0-9a-f]{8})[- ]([0-9a-f]{8})[- ]([0-9a-f]{8})"
                       r"(?:\s*\[SL ([0-9a-f]+)\])?", re.I)
AIDA_MSR = re.compile(r"\s*MSR ([0-9a-f]{8}):?\s+"
                      r"(?:([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})|< FAILED >)", re.I)
ARRAY_LEAF = re.compile(r"(\w+)\[(\d+)\]=([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+)", re.I)
ARRAYS = {  # libcpuid's own format: name -> leaf and subleaf of its n-th line
    "basic_cpuid": lambda n: (n, 0),
    "ext_cpuid": lambda n: (0x80000000 + n, 0),
    "intel_fn4": lambda n: (4, n),
    "intel_fn11": lambda n: (0xb, n),
    "intel_fn12h": lambda n: (0x12, n),
    "intel_fn14h": lambda n: (0x14, n),
    "amd_fn8000001dh": lambda n: (0x8000001d, n),
    "amd_fn80000026h": lambda n: (0x80000026, n),
}
EAX, EBX, ECX, EDX = range(4)


class Dump:
    def __init__(self):
        self.cpus = []
        self.msrs = {}

    def add(self, leaf, subleaf, words):
        """Leaf 0 begins a CPU, however the dump marks that; of what is printed twice the first stands."""
        if leaf == 0 and subleaf == 0 and (not self.cpus or (0, 0) in self.cpus[-1]):
            self.cpus.append({})
        if not self.cpus:
            self.cpus.append({})
        self.cpus[-1].setdefault((leaf, subleaf), words)

    def word(self, cpu, leaf, register, subleaf=0):
        """One register as software sees it: 0 above the range's highest leaf; None where the dump does not hold it."""
        top = self.cpus[cpu].get((leaf & 0xffff0000, 0))
        if top is None:
            return None
        if leaf != leaf & 0xffff0000 and not leaf <= top[EAX] <= (leaf | 0xffff):
            return 0
        words = self.cpus[cpu].get((leaf, subleaf))
        return None if words is None else words[register]

    def bit(self, cpu, leaf, register, bit, subleaf=0):
        word = self.word(cpu, leaf, register, subleaf)
        return None if word is None else bool(word >> bit & 1)

    def recording(self, asked=0):
        """All logical CPUs; `asked` is the one that hostcap may run on."""
        recording = host.Recording(cpu=asked)
        for cpu, leaves in enumerate(self.cpus):
            for (leaf, subleaf), words in leaves.items():
                recording.cpuid(cpu, leaf, subleaf, words)
        for index, value in self.msrs.items():
            if value is None:
                recording.absent(f"msr:{asked}:{index:x}", "EIO")
            else:
                recording.msr(asked, index, value)
        return recording


def aida(text):
    """AIDA64 and EVEREST text, and libcpuid's arrays (which its tests mix)."""
    dump = Dump()
    for line in text.splitlines():
        leaf, array, msr = AIDA_LEAF.match(line), ARRAY_LEAF.match(line), AIDA_MSR.match(line)
        if leaf:
            words = tuple(int(word, 16) for word in leaf.groups()[1:5])
            dump.add(int(leaf[1], 16), int(leaf[6] or "0", 16), words)
        elif array and array[1] in ARRAYS:
            dump.add(*ARRAYS[array[1]](int(array[2])), tuple(int(word, 16) for word in array.groups()[2:]))
        elif msr:
            dump.msrs.setdefault(int(msr[1], 16), int("".join(msr.groups()[1:]), 16) if msr[2] else None)
    return dump


def six_numbers(text):
    """archspec: a line a leaf of "leaf, subleaf, eax, ebx, ecx, edx", decimal."""
    dump = Dump()
    for line in text.splitlines():
        numbers = [int(number) for number in line.split(",")] if line.strip() else []
        if len(numbers) == 6:
            dump.add(numbers[0], numbers[1], tuple(numbers[2:]))
    return dump


def libvirt(path):
    """<cpudata> of <cpuid eax_in ecx_in eax ebx ecx edx> and <msr index edx eax>."""
    dump = Dump()
    for node in xml.etree.ElementTree.parse(path).getroot():
        number = {name: int(value, 0) for name, value in node.attrib.items()}
        if node.tag == "cpuid":
            dump.add(number["eax_in"], number["ecx_in"], tuple(number[name] for name in ("eax", "ebx", "ecx", "edx")))
        elif node.tag == "msr":
            dump.msrs[number["index"]] = number["edx"] << 32 | number["eax"]
    return dump


def firecracker(text):
    """A guest's fingerprint: CPUID and MSRs as bitmaps; None where it is not of an x86 guest."""
    dump, config = Dump(), json.loads(text)["guest_cpu_config"]
    if "cpuid_modifiers" not in config:
        return None
    for leaf in config["cpuid_modifiers"]:
        registers = {row["register"]: int(row["bitmap"], 0) for row in leaf["modifiers"]}
        words = tuple(registers[register] for register in ("eax", "ebx", "ecx", "edx"))
        dump.add(int(leaf["leaf"], 0), int(leaf["subleaf"], 0), words)
    for msr in config["msr_modifiers"]:
        dump.msrs[int(msr["addr"], 0)] = int(msr["bitmap"], 0)
    return dump


# ---- what the words say, read here a second time ----

def text_of(words):
    data = b"".join(word.to_bytes(4, "little") for word in words)
    return data.split(b"\0")[0].decode("latin1").strip()


def vendor(dump, cpu):
    words = dump.cpus[cpu][0, 0]
    return text_of([words[EBX], words[EDX], words[ECX]])


def brand(dump, cpu):
    words = [dump.word(cpu, leaf, register) for leaf in (0x80000002, 0x80000003, 0x80000004) for register in range(4)]
    return None if None in words else text_of(words)


def signature(eax):
    """Display family, model and stepping, as Linux reads them (arch/x86/lib/cpu.c): other vendors than Intel extend the
    model of family 7, too."""
    family, model = eax >> 8 & 15, eax >> 4 & 15
    if family >= 6:
        model |= eax >> 12 & 0xf0
    if family == 15:
        family += eax >> 20 & 0xff
    return family, model, eax & 15


def identity(dump, cpu, report):
    """Rows (what, expected, actual) of all that every dump with these words has to give."""
    eax = dump.word(cpu, 1, EAX)
    svm = dump.bit(cpu, 0x80000001, ECX, 2)
    rows = [("cpuid.vendor", vendor(dump, cpu)), ("cpuid.brand", brand(dump, cpu)),
            ("cpuid.vmx", dump.bit(cpu, 1, ECX, 5)), ("cpuid.svm", svm),
            ("cpuid.svm_np", dump.bit(cpu, 0x8000000a, EDX, 0) if svm else svm),
            ("cpuid.hypervisor", dump.bit(cpu, 1, ECX, 31))]
    if eax is not None:
        rows += zip(("cpuid.family", "cpuid.model", "cpuid.stepping"), signature(eax))
    return [(key, expected, host.at(report, key)) for key, expected in rows if expected is not None]
