"""Registers of IOMMUs: every bit of rules/iommu-bits.tsv by its name, alone and all together, and of no other."""
import csv
import re

from corpus import host

KINDS = {"vtd.cap": ("dmar", "cap"), "vtd.ecap": ("dmar", "ecap"), "amdvi.efr": ("ivhd", "features")}
# fields of several bits, by what each bit says; the others hold numbers
FIELDS = {"vtd.cap.12_8": {9: "SAGAW39", 10: "SAGAW48", 11: "SAGAW57"}, "vtd.cap.37_34": {34: "SLLPS2M", 35: "SLLPS1G"}}
FEATURE = re.compile(r"(vtd\.e?cap|amdvi\.efr)\.(\d+)$")
UNITS = "/sys/class/iommu"


def bits():
    """{kind: {bit: name}}"""
    known = {kind: {} for kind in KINDS}
    path = host.CORPUS.parent / "rules" / "iommu-bits.tsv"
    for row in csv.DictReader(path.open(encoding="utf-8"), delimiter="\t"):
        found = FEATURE.match(row["id"])
        if found:
            known[found[1]][int(found[2])] = row["name"].split()[0]
        if row["id"] in FIELDS:
            known[row["id"].rpartition(".")[0]].update(FIELDS[row["id"]])
    return known


def unit(recording, name, register, value):
    """One unit with one register set; those beside it are 0."""
    if name.startswith("dmar"):
        for each in ("address", "cap", "ecap"):
            recording.text(f"file:{UNITS}/{name}/intel-iommu/{each}", f"{value if each == register else 0:x}\n")
        recording.text(f"file:{UNITS}/{name}/intel-iommu/version", "1:0\n")
    else:
        recording.text(f"file:{UNITS}/{name}/amd-iommu/cap", "1f03000f\n")
        recording.text(f"file:{UNITS}/{name}/amd-iommu/features", f"{value:x}\n")


def cases():
    """(name of the unit, register, value, names expected)"""
    known = bits()
    for kind, (prefix, register) in KINDS.items():
        values = [1 << bit for bit in range(64)] + [0, (1 << 64) - 1]
        for value in values:
            names = [name for bit, name in sorted(known[kind].items()) if value >> bit & 1]
            yield prefix, register, value, names


def registers():
    tally = host.Tally("iommu-bits")
    recording = host.Recording()
    units = {}
    for number, (prefix, register, value, names) in enumerate(cases()):
        units[f"{prefix}{number}"] = (register, value, names)
        unit(recording, f"{prefix}{number}", register, value)
    recording.text(f"dir:{UNITS}", "".join(f"{name}\n" for name in units))
    rows = {row["name"]: row for row in host.scan(recording)["iommu"]["units"]}
    for name, (register, value, names) in units.items():
        row = rows[name]
        wanted = [("names", names, row["feature_names"]), ("value", f"{value:#x}", row[register])]
        if register == "cap":
            wanted.append(("width", (value >> 16 & 63) + 1, row["address_bits"]))
        if register == "ecap":
            wanted.append(("remaps", bool(value >> 3 & 1), row["interrupt_remapping"]))
        tally.add(f"{register} {value:#x}", wanted)
    return tally


SOURCES = {"iommu-bits": registers}
