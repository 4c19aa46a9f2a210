"""Reports of the people who tried Qubes OS, as facts for run_vectors: what each machine is rated beside what came of it.

A word of theirs is taken for the worst that it can mean: "no" of HVM or of the IOMMU may be a switch in firmware, and is
taken for a machine that has none. What they do not say is not known."""
import collections
import csv
import json
import pathlib
import subprocess
import tempfile

from corpus import host

TARGETS = ("qubes-4.2", "xen-4.20")
VERDICTS = ("ready", "limited", "ready_after_fix", "not_possible", "unknown")
OUTCOMES = ("yes", "partial", "no", "not told")
RUN_VECTORS = pathlib.Path(host.HOSTCAP).parent / "run_vectors"
CHASSIS = {"laptop": "laptop", "desktop": "desktop", "workstation": "desktop", "motherboard": "desktop",
           "server": "server"}


def told(word):
    return {"yes": True, "no": False}.get(word)


def mebibytes(text):
    """"16292 Mb" of some; others round."""
    number = text.removesuffix(" Mb")
    return int(number) if number.isdigit() else None


def facts(row):
    hvm, iommu = told(row["hvm"]), told(row["iommu"])
    vendor = {"Intel(R)": "GenuineIntel", "AMD": "AuthenticAMD"}
    return {
        "host.os": "linux", "host.arch": "x86_64", "host.role": "physical", "host.chassis": CHASSIS.get(row["type"]),
        "cpu.vendor": next((vendor[word] for word in row["cpu"].split() if word in vendor), None),
        "cpu.brand": row["cpu"] or None,
        "virt.hw": hvm, "virt.fw": "enabled" if hvm else None,  # Xen runs HVM guests only where firmware lets it
        "virt.slat": told(row["slat"]),
        "iommu.table": iommu, "iommu.active": iommu, "iommu.intremap": told(row["remap"]),
        "mem.usable_mib": mebibytes(row["memory"]),  # what Xen found, without what firmware keeps
        "disk.free_gib": 32,  # Qubes OS was installed to write the report, and asks for as much
    }


def vectors(rows):
    nothing = {target: {} for target in TARGETS}
    return {"format": "hostcap-vectors/1",
            "vectors": [{"id": row["report"], "host": facts(row), "expect": {"targets": nothing}} for row in rows]}


def verdicts(rows):
    """{(report, target): verdict}"""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(vectors(rows), file)
        file.flush()
        done = subprocess.run([RUN_VECTORS, "--verdicts", file.name], capture_output=True, text=True, check=True,
                              timeout=host.PATIENCE)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {(report, target): verdict for report, target, verdict, _, _ in lines}


def outcome(row):
    return row["works"].split("@")[0] or "not told"


def table(target, rows, rated):
    counts = collections.Counter((rated[row["report"], target], outcome(row)) for row in rows)
    yield f"  {target:18}" + "".join(f"{word:>10}" for word in OUTCOMES)
    for verdict in VERDICTS:
        yield f"    {verdict:16}" + "".join(f"{counts[verdict, word]:10}" for word in OUTCOMES)


def qubes():
    tally = host.Tally("qubes-hcl", host.load_exceptions("qubes-hcl"))
    with (host.CORPUS / "qubes-hcl/facts.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rated = verdicts(rows)
    for row in rows:
        tally.add(row["report"], [(f"{target} runs", True, rated[row["report"], target] != "not_possible")
                                  for target in TARGETS if outcome(row) == "yes"])
    for target in TARGETS:
        tally.notes.extend(table(target, rows, rated))
    return tally


SOURCES = {"qubes-hcl": qubes}
