"""/proc/cpuinfo of many architectures, some with what lscpu or another parser said on the same host."""
import json
import re

from corpus import host
from corpus.cpuid import tally

# machine as uname names it -> what its text holds; the first that fits
MACHINES = (("x86_64", r"^flags\s*:.* lm\b"), ("i686", r"^flags\s*:"), ("s390x", r"^# processors\s*:"),
            ("ppc64le", r"^cpu\s*: POWER(8|9|1\d).*"), ("ppc64", r"^cpu\s*: (POWER|PPC)"),
            ("riscv64", r"^isa\s*: rv64"), ("alpha", r"^cpu\s*: Alpha"), ("ia64", r"^arch\s*: IA-64"),
            ("loongarch64", r"^cpu family\s*: Loongson-64"),
            ("mips64", r"^isa\s*:.* mips64"), ("mips", r"^isa\s*: mips"),
            ("aarch64", r"^CPU architecture\s*: (8|AArch64)"), ("armv7l", r"^CPU (implementer|architecture)\s*:"),
            ("sparc64", r"^ncpus active\s*:"))
# what shows, in this text, that the CPU can run guests in hardware
SIGNS = {"x86_64": r"^flags\s*:.* (vmx|svm)\b", "i686": r"^flags\s*:.* (vmx|svm)\b", "s390x": r"^features\s*:.* sie\b",
         "ppc64le": r"^platform\s*: PowerNV", "ppc64": r"^platform\s*: PowerNV", "riscv64": r"^isa\s*: rv64[a-z]*h",
         "loongarch64": r"^features\s*:.* lvz\b", "mips": r"^ASEs implemented\s*:.* vz\b",
         "mips64": r"^ASEs implemented\s*:.* vz\b"}
TOTALS = r"^(?:# processors|cpus active|ncpus active)\s*: (\d+)"  # s390x, alpha, sparc


def holds(pattern, text):
    return bool(re.search(pattern, text, re.M | re.I))


def machine_of(text):
    return next((name for name, pattern in MACHINES if holds(pattern, text)), "unknown")


def processors_in(text):
    """By the layout: a block for each, a total, or neither: then there is one."""
    total = re.search(TOTALS, text, re.M)
    return len(re.findall(r"^processor\s*:", text, re.M)) or (int(total[1]) if total else 1)


def flag_line(text, flag):
    lines = re.findall(r"^flags\s*:(.*)$", text, re.M)
    return flag in lines[0].split() if lines else None


def told_count(path):
    """What a companion says of the number of CPUs, as far as it speaks of this very text."""
    stem = path.name.split(".")[0]
    expected = path.with_name(f"{stem}.expected.json")
    lscpu = path.with_name(stem.replace("ohai-", "ohai-lscpu-") + ".txt")
    if expected.exists():
        return json.loads(expected.read_text()).get("count")
    if stem.startswith("ohai-") and lscpu.exists():
        online = re.search(r"^On-line CPU\(s\) list:\s*(\S+)", lscpu.read_text(), re.M)
        return len(numbers(online[1])) if online else None
    if path.with_name(f"{stem}.jc.json").exists():
        return len(json.loads(path.with_name(f"{stem}.jc.json").read_text()))
    return None


def numbers(text):
    """0-3,8 -> 0 1 2 3 8."""
    ranges = (part.partition("-") for part in text.split(","))
    return [cpu for first, _, last in ranges for cpu in range(int(first), int(last or first) + 1)]


def item(path):
    text = path.read_text(encoding="latin1")
    machine = machine_of(text)
    recording = host.Recording(machine=machine)
    recording.text("file:/proc/cpuinfo", text)
    report = host.scan(recording)
    rows = [("processors", processors_in(text), host.at(report, "linux.cpuinfo.processors"))]
    told = told_count(path)
    if told is not None:
        rows.append(("processors, by the companion", told, host.at(report, "linux.cpuinfo.processors")))
    rows += [(flag, flag_line(text, flag), host.at(report, f"linux.cpuinfo.{flag}"))
             for flag in ("vmx", "svm", "hypervisor", "nx", "lm", "x2apic", "npt", "avic")]
    # Linux 2.6.18 lists vmx and knows no name of what VMX can do: there a missing flag is no answer
    unnamed = flag_line(text, "vmx") and not any(
        flag_line(text, flag) for flag in ("tpr_shadow", "vnmi", "flexpriority", "ept", "vpid"))
    silent = unnamed and "vmx flags" not in text
    rows += [(flag, None if silent else flag_line(text, flag), host.at(report, f"linux.cpuinfo.{flag}"))
             for flag in ("ept", "vpid")]
    sign = machine in SIGNS and holds(SIGNS[machine], text)
    rows.append(("virtualization is not invented", True, sign or host.at(report, "virt.hw") is not True))
    if machine in ("x86_64", "i686") and sign:
        rows.append(("virt.hw", True, host.at(report, "virt.hw")))
    return rows


def cpuinfo():
    folder = host.CORPUS / "cpuinfo"
    files = sorted([*folder.glob("*.cpuinfo"), *folder.glob("*.cat_proc_cpuinfo.txt")])
    return host.each(tally("cpuinfo"), [(path.name, path) for path in files], item)


SOURCES = {"cpuinfo": cpuinfo}
