"""Lists that sysctl of real Macs printed. What a list says of itself in several words is the truth: a name beginning
with "Apple" is Apple silicon, VMX among the features is VT-x, the counts of performance levels add up."""
import re

from corpus import host

# A list need not be whole: what is not on it was not recorded.
NAMES = re.compile(r"(?:hw|kern|machdep|sysctl)\.[\w.]+$")


class Mac(host.Recording):
    def __init__(self, values):
        super().__init__("Darwin", "arm64" if is_apple(values) else "x86_64")
        for name, value in values.items():
            self.text(f"sysctl:{name}", value)
        if not is_apple(values):  # Intel's kernel does not know the name
            self.absent("sysctl:hw.optional.arm64")

    def bytes(self):
        return super().bytes().replace(b'"platform": "linux"', b'"platform": "macos"')


def is_apple(values):
    return values.get("machdep.cpu.brand_string", "").startswith("Apple")


def read(path):
    """name: value; the first of a name stands."""
    values = {}
    for line in path.read_text(errors="replace").splitlines():
        name, found, value = line.partition(":")
        if found and NAMES.match(name):
            values.setdefault(name, value.strip())
    return values


def expected(values):
    """What the report must say: a path of keys, the value."""
    brand = values.get("machdep.cpu.brand_string")
    yield ("host", "os"), "macos"
    yield ("host", "arch"), "aarch64" if is_apple(values) else "x86_64"
    yield ("cpu", "brand"), brand
    if "kern.hv_support" in values:
        yield ("mac", "hv_support"), values["kern.hv_support"] == "1"
    levels = [int(values[f"hw.perflevel{n}.physicalcpu"]) for n in (0, 1) if f"hw.perflevel{n}.physicalcpu" in values]
    if len(levels) == 2:
        yield ("topology", "cores"), sum(levels)
    if "hw.memsize" in values:
        yield ("memory", "installed_bytes"), int(values["hw.memsize"])
    if "kern.osproductversion" in values:
        yield ("host", "os_version"), values["kern.osproductversion"]
    if is_apple(values):
        number = re.match(r"Apple M(\d+)", brand)
        yield ("mac", "chip"), f"m{number[1]}" if number else None
        yield ("cpu", "vendor"), "Apple"
    elif "machdep.cpu.features" in values:
        yield ("virt", "hw"), "VMX" in values["machdep.cpu.features"].split()
        yield ("mac", "chip"), "intel"


def at(report, path):
    for key in path:
        report = report[key]
    return report


def look(values):
    report = host.scan(Mac(values))
    return [(".".join(path), value, at(report, path)) for path, value in expected(values)]


def sysctl():
    tally = host.Tally("macos")
    items = [(path.name, read(path)) for path in sorted((host.CORPUS / "macos").glob("*.sysctl*.txt"))]
    host.each(tally, [(name, values) for name, values in items if "machdep.cpu.brand_string" in values], look)
    return tally


SOURCES = {"macos": sysctl}
