"""CPUID dumps: libcpuid's tests, InstLatx64, libvirt's cputest, and a few more. See dumps.py and host.py."""
import functools
import json
import re
import xml.etree.ElementTree

from corpus import dumps, host
from corpus.dumps import EAX, EBX, ECX, EDX

FEATURES = "cpuid.features"

# libcpuid's flag -> leaf, register, bit, and the name (or names) that QEMU and libvirt have for it. Whose decoder knows
# it (libcpuid/cpuid_main.c, recog_intel.c, recog_amd.c): all, Intel's, AMD's.
COMMON = {
    "fpu": (1, EDX, 0, "fpu"), "vme": (1, EDX, 1, "vme"), "de": (1, EDX, 2, "de"), "pse": (1, EDX, 3, "pse"),
    "tsc": (1, EDX, 4, "tsc"), "msr": (1, EDX, 5, "msr"), "pae": (1, EDX, 6, "pae"), "mce": (1, EDX, 7, "mce"),
    "cx8": (1, EDX, 8, "cx8"), "apic": (1, EDX, 9, "apic"), "sep": (1, EDX, 11, "sep"), "mtrr": (1, EDX, 12, "mtrr"),
    "pge": (1, EDX, 13, "pge"), "mca": (1, EDX, 14, "mca"), "cmov": (1, EDX, 15, "cmov"), "pat": (1, EDX, 16, "pat"),
    "pse36": (1, EDX, 17, "pse36"), "clflush": (1, EDX, 19, "clflush"), "mmx": (1, EDX, 23, "mmx"),
    "fxsr": (1, EDX, 24, "fxsr"), "sse": (1, EDX, 25, "sse"), "sse2": (1, EDX, 26, "sse2"), "ht": (1, EDX, 28, "ht"),
    "pni": (1, ECX, 0, "pni sse3"), "pclmul": (1, ECX, 1, "pclmuldq pclmulqdq"), "monitor": (1, ECX, 3, "monitor"),
    "ssse3": (1, ECX, 9, "ssse3"), "fma3": (1, ECX, 12, "fma"), "cx16": (1, ECX, 13, "cx16"),
    "sse4_1": (1, ECX, 19, "sse4.1"), "sse4_2": (1, ECX, 20, "sse4.2"), "x2apic": (1, ECX, 21, "x2apic"),
    "movbe": (1, ECX, 22, "movbe"), "popcnt": (1, ECX, 23, "popcnt"), "aes": (1, ECX, 25, "aes"),
    "xsave": (1, ECX, 26, "xsave"), "osxsave": (1, ECX, 27, "osxsave"), "avx": (1, ECX, 28, "avx"),
    "f16c": (1, ECX, 29, "f16c"), "rdrand": (1, ECX, 30, "rdrand"), "hypervisor": (1, ECX, 31, "hypervisor"),
    "bmi1": (7, EBX, 3, "bmi1"), "avx2": (7, EBX, 5, "avx2"), "bmi2": (7, EBX, 8, "bmi2"),
    "avx512f": (7, EBX, 16, "avx512f"), "avx512dq": (7, EBX, 17, "avx512dq"), "rdseed": (7, EBX, 18, "rdseed"),
    "adx": (7, EBX, 19, "adx"), "avx512cd": (7, EBX, 28, "avx512cd"), "sha_ni": (7, EBX, 29, "sha-ni"),
    "avx512bw": (7, EBX, 30, "avx512bw"), "avx512vl": (7, EBX, 31, "avx512vl"),
    "avx512vbmi": (7, ECX, 1, "avx512vbmi"), "avx512vbmi2": (7, ECX, 6, "avx512vbmi2"),
    "avx512vnni": (7, ECX, 11, "avx512vnni"),
    "syscall": (0x80000001, EDX, 11, "syscall"), "rdtscp": (0x80000001, EDX, 27, "rdtscp"),
    "lm": (0x80000001, EDX, 29, "lm"), "lahf_lm": (0x80000001, ECX, 0, "lahf_lm"), "abm": (0x80000001, ECX, 5, "abm"),
    "constant_tsc": (0x80000007, EDX, 8, "invtsc"),
}
INTEL = {
    "pn": (1, EDX, 18, "pn"), "dts": (1, EDX, 21, "ds"), "acpi": (1, EDX, 22, "acpi"), "ss": (1, EDX, 27, "ss"),
    "tm": (1, EDX, 29, "tm"), "ia64": (1, EDX, 30, "ia64"), "pbe": (1, EDX, 31, "pbe"),
    "dts64": (1, ECX, 2, "dtes64"), "ds_cpl": (1, ECX, 4, "ds_cpl"), "vmx": (1, ECX, 5, "vmx"),
    "smx": (1, ECX, 6, "smx"), "est": (1, ECX, 7, "est"), "tm2": (1, ECX, 8, "tm2"), "cid": (1, ECX, 10, "cid"),
    "xtpr": (1, ECX, 14, "xtpr"), "pdcm": (1, ECX, 15, "pdcm"), "dca": (1, ECX, 18, "dca"),
    "sgx": (7, EBX, 2, "sgx"), "hle": (7, EBX, 4, "hle"), "rtm": (7, EBX, 11, "rtm"),
    "avx512pf": (7, EBX, 26, "avx512pf"), "avx512er": (7, EBX, 27, "avx512er"),
    "xd": (0x80000001, EDX, 20, "nx"),
}
AMD = {
    "nx": (0x80000001, EDX, 20, "nx"), "mmxext": (0x80000001, EDX, 22, "mmxext"),
    "fxsr_opt": (0x80000001, EDX, 25, "fxsr_opt"), "3dnowext": (0x80000001, EDX, 30, "3dnowext"),
    "3dnow": (0x80000001, EDX, 31, "3dnow"), "cmp_legacy": (0x80000001, ECX, 1, "cmp_legacy"),
    "svm": (0x80000001, ECX, 2, "svm"), "sse4a": (0x80000001, ECX, 6, "sse4a"),
    "misalignsse": (0x80000001, ECX, 7, "misalignsse"), "3dnowprefetch": (0x80000001, ECX, 8, "3dnowprefetch"),
    "osvw": (0x80000001, ECX, 9, "osvw"), "ibs": (0x80000001, ECX, 10, "ibs"), "xop": (0x80000001, ECX, 11, "xop"),
    "skinit": (0x80000001, ECX, 12, "skinit"), "wdt": (0x80000001, ECX, 13, "wdt"),
    "fma4": (0x80000001, ECX, 16, "fma4"), "tbm": (0x80000001, ECX, 21, "tbm"),
    # of the power management leaf QEMU and libvirt name invtsc alone
    "ts": (0x80000007, EDX, 0, "ts"), "fid": (0x80000007, EDX, 1, "fid"), "vid": (0x80000007, EDX, 2, "vid"),
    "ttp": (0x80000007, EDX, 3, "ttp"), "tm_amd": (0x80000007, EDX, 4, "tm_amd"), "stc": (0x80000007, EDX, 5, "stc"),
    "100mhzsteps": (0x80000007, EDX, 6, "100mhzsteps"), "hwpstate": (0x80000007, EDX, 7, "hwpstate"),
    "cpb": (0x80000007, EDX, 9, "cpb"), "aperfmperf": (0x80000007, EDX, 10, "eff_freq_ro"),
    "pfi": (0x80000007, EDX, 11, "proc_feedback"), "pa": (0x80000007, EDX, 12, "acc_power"),
}
KNOWN_BY = {"GenuineIntel": COMMON | INTEL, "AuthenticAMD": COMMON | AMD, "HygonGenuine": COMMON | AMD}


def plain(name):
    """QEMU writes sse4.1 and ds-cpl, libvirt sse4.1 and ds_cpl, both know the other's."""
    return re.sub(r"[-.]", "_", name)


def listed(report):
    """The names in the list of features; None where hostcap cannot tell."""
    names = host.at(report, FEATURES)
    if names is None:
        return None
    return {plain(name) for name in (names if isinstance(names, list) else names.split())}


def has(names, row):
    return None if names is None else any(plain(name) in names for name in row[3].split())


def flags(dump, cpu, report):
    """Every flag of the table whose word the dump holds."""
    names = listed(report)
    rows = ((flag, dump.bit(cpu, *row[:3]), has(names, row)) for flag, row in (COMMON | INTEL | AMD).items()
            if not (flag in ("ts", "fid", "vid", "ttp", "tm_amd", "stc") and dumps.vendor(dump, cpu) == "GenuineIntel"))
    return [(f"flag {flag}", expected, actual) for flag, expected, actual in rows if expected is not None]


def look(dump, cpu=0):
    report = host.scan(dump.recording(cpu))
    return dumps.identity(dump, cpu, report) + flags(dump, cpu, report)


# ---- libcpuid ----

INTEL_CORE = {0x40: "performance", 0x20: "efficiency"}  # leaf 0x1A, EAX[31:24]


def purpose(dump, cpu):
    """What libcpuid calls a core: an efficient one without L3 is "low-power efficiency"."""
    if dumps.vendor(dump, cpu) == "GenuineIntel" and dump.bit(cpu, 7, EDX, 15):
        name = INTEL_CORE.get((dump.word(cpu, 0x1a, EAX) or 0) >> 24, "general")
        levels = {words[EAX] >> 5 & 7 for (leaf, _), words in dump.cpus[cpu].items() if leaf == 4 and words[EAX] & 31}
        return f"low-power {name}" if name == "efficiency" and 3 not in levels else name
    if dump.bit(cpu, 0x80000026, EAX, 30):  # heterogeneous: EBX[31:28] is the core type (AMD APM vol. 3, E.4.24)
        return {0: "performance", 1: "efficiency"}.get((dump.word(cpu, 0x80000026, EBX) or 0) >> 28, "general")
    return "general"


def libcpuid_item(path):
    """One block of decoded lines follows the words for every core type."""
    raw, *blocks = re.split(r"\n-{20,}\n", path.read_text(encoding="latin1"))
    dump, rows = dumps.aida(raw), []
    blocks = [block.splitlines() for block in blocks]
    if not dump.cpus:  # an ARM chip: no CPUID, nothing to feed
        return [("x86", False, blocks[0][0] == "x86")]
    for block in blocks:
        if block[0] == "x86":
            rows += libcpuid_block(dump, block, len(blocks) > 1)
    return rows


def libcpuid_block(dump, block, several):
    cpus = [cpu for cpu in range(len(dump.cpus)) if not several or purpose(dump, cpu) == block[2]]
    if not cpus:
        return [(f"a CPU for {block[2]}", True, False)]
    cpu, names = cpus[0], set(block[-1].split())
    report = host.scan(dump.recording(cpu))
    rows = [(f"{block[2]} {what}", int(block[line]), host.at(report, what))
            for line, what in ((6, "cpuid.family"), (7, "cpuid.model"), (5, "cpuid.stepping"))]
    features, vendor = listed(report), dumps.vendor(dump, cpu)
    known = KNOWN_BY.get(vendor, COMMON)
    rows += [(f"{block[2]} flag {flag}", flag in names, has(features, row)) for flag, row in known.items()
             if flag in names or dump.bit(cpu, *row[:3]) is not None]
    rows += [(f"unknown flag {flag}", None, flag) for flag in names - set(known)]
    return rows + [(f"{block[2]} {what}", *values) for what, *values in dumps.identity(dump, cpu, report)]


def tally(source):
    return host.Tally(source, host.load_exceptions(source))


def libcpuid():
    files = sorted((host.CORPUS / "libcpuid").glob("*.test"))
    return host.each(tally("libcpuid"), [(path.name, path) for path in files], libcpuid_item)


# ---- InstLatx64 ----

def instlatx64_item(path):
    return look(dumps.aida(path.read_text(encoding="latin1")))


def instlatx64():
    files = sorted((host.CORPUS / "instlatx64").glob("*.txt"))
    return host.each(tally("instlatx64"), [(path.name, path) for path in files], instlatx64_item)


# ---- archspec and pytorch ----

def cpuid_json_item(path):
    read = dumps.six_numbers if path.suffix == ".json" else dumps.aida
    return look(read(path.read_text(encoding="latin1")))


def cpuid_json():
    files = sorted((host.CORPUS / "cpuid-json").iterdir())
    return host.each(tally("cpuid-json"), [(path.name, path) for path in files], cpuid_json_item)


SOURCES = {"libcpuid": libcpuid, "instlatx64": instlatx64, "cpuid-json": cpuid_json}
