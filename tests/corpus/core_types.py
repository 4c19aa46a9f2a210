"""Kinds of cores as libcpuid's own tests expect them, through hostcap's adapter: the installed library may be older than
the tests and know fewer CPUs, but what it tells has to be right."""
import re

from corpus import dumps, host

CACHES = ("l1d_bytes", "l1i_bytes", "l2_bytes", "l3_bytes")
UNTOLD = ("unsupported", "not recorded")  # the library does not know the CPU, or the dump has not the leaf


def expected(text):
    """A list of lines for each kind of core: the parts behind a line of dashes (libcpuid's tests/README)."""
    parts = [part.strip().split("\n") for part in re.split(r"^-{10,}\s*$", text, flags=re.M)[1:]]
    kinds = {}
    for lines in parts:
        if len(lines) > 20 and lines[0].startswith("x86"):
            # CPUID does not tell low-power cores from other efficiency cores, the first of the two stands; sysfs does
            kinds.setdefault("efficiency" if "efficiency" in lines[2] else lines[2], lines)
    return list(kinds.values())


def reasons(report):
    return {row["pointer"]: row["answer"] for row in report["unknowns"]}


def of_kind(index, lines, kind, why):
    """Lines: 5 stepping, 6 family, 7 model, 10 to 13 caches in KiB (-1: not told); further down the codename."""
    rows = [(f"{index} {name}", int(lines[at]), kind[name]) for name, at in (("stepping", 5), ("family", 6), ("model", 7))]
    for at, name in enumerate(CACHES, 10):
        told = kind[name] is not None or why.get(f"/core_types/{index}/{name}") not in UNTOLD
        if int(lines[at]) >= 0 and told:
            rows.append((f"{index} {name}", int(lines[at]) * 1024, kind[name]))
    if kind["codename"] is not None:
        rows.append((f"{index} codename", True, any(kind["codename"] in line for line in lines[20:])))
    return rows


def look(path):
    text = path.read_text(errors="replace")
    dump, kinds = dumps.aida(text), expected(text)
    recording = dump.recording()
    recording.text("host:cpus", f"0-{len(dump.cpus) - 1}" if len(dump.cpus) > 1 else "0")
    report = host.scan(recording)
    found = report["core_types"]
    rows = [("kinds", len(kinds), len(found))]
    for index, (lines, kind) in enumerate(zip(kinds, found)):
        rows += of_kind(index, lines, kind, reasons(report))
    return rows


def core_types():
    items = [(path.stem, path) for path in sorted((host.CORPUS / "libcpuid").glob("*.test"))
             if expected(path.read_text(errors="replace"))]
    return host.each(host.Tally("libcpuid-kinds", host.load_exceptions("libcpuid-kinds")), items, look)


SOURCES = {"libcpuid-kinds": core_types}
