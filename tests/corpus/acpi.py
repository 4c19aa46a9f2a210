"""DMAR and IVRS tables of real firmware: every field of iasl's decode, and what the collector counted."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from corpus import host

FIELD = re.compile(r"^\[[0-9A-F]+h +(\d+) +\w+\] +(.*?)(?: \(decoded below\))? : (.*)$", re.I)
FOLDER = "/sys/firmware/acpi/tables"
DMAR_TYPES = ("DRHD", "RMRR", "ATSR", "RHSA", "ANDD", "SATC", "SIDP")
IVHD, IVMD = (0x10, 0x11, 0x40), (0x20, 0x21, 0x22)

# what iasl calls a field -> the column here; the word before a blank is of one kind of row only
HEADER = {"Signature": "signature", "Table Length": "length", "Revision": "revision", "Checksum": "checksum",
          "Oem ID": "oem_id", "Oem Table ID": "oem_table_id", "Oem Revision": "oem_revision",
          "Asl Compiler ID": "creator_id", "Asl Compiler Revision": "creator_revision"}
STRUCTURE = {"Subtable Type": "type", "Length": "length", "Flags": "flags", "PCI Segment Number": "segment",
             "Register Base Address": "base", "Base Address": "base", "End Address (limit)": "limit",
             "Proximity Domain": "proximity_domain", "Device Number": "device_number", "Device Name": "object_name"}
SCOPE = {"Device Scope Type": "type", "Entry Length": "length", "Enumeration ID": "enumeration_id",
         "PCI Bus Number": "start_bus", "PCI Path": "path"}
BLOCK = {"Subtable Type": "type", "Flags": "flags", "Length": "length", "DeviceId": "device_id",
         "Capability Offset": "capability_offset", "Base Address": "base", "PCI Segment Group": "segment",
         "Virtualization Info": "info", "Feature Reporting": "attributes", "Attributes": "attributes",
         "EFR Image": "efr", "Auxiliary Data": "auxiliary_data", "Start Address": "base", "Memory Length": "size_bytes"}
ENTRY = {"Subtable Type": "type", "Entry Type": "type", "Device ID": "device_id", "Data Setting": "data_setting",
         "Source Used Device ID": "used_id", "Extended Data": "extended_data", "Handle": "handle",
         "Variety": "variety", "ACPI HID": "hid", "ACPI CID": "cid", "UID Format": "uid_format", "UID": "uid"}
TEXTS = ("signature", "oem_id", "oem_table_id", "creator_id", "object_name", "hid", "cid", "uid")


class Decode:
    """One table as iasl tells it: lists of rows (offset, {field: value}); whole: it knew every structure."""

    def __init__(self, lines):
        self.rows = {name: [] for name in ("head", "structures", "scopes", "blocks", "entries")}
        self.whole = not any(line.startswith("****") for line in lines)
        self.odd = []
        self.columns, self.row = HEADER, None
        self.begin("head", HEADER, 0)
        for line in lines:
            found = FIELD.match(line)
            if found:
                self.field(int(found[1]), found[2].strip(), found[3])

    def begin(self, name, columns, offset):
        self.columns, self.row = columns, {}
        self.rows[name].append((offset, self.row))

    def field(self, offset, label, text):
        if label in ("Subtable Type", "Entry Type"):
            entry = label == "Entry Type" or "Device Entry" in text
            dmar = self.rows["head"][0][1]["signature"] == "DMAR"
            self.begin(*(("structures", STRUCTURE) if dmar else ("entries", ENTRY) if entry else ("blocks", BLOCK)),
                       offset)
        elif label == "Device Scope Type":
            self.begin("scopes", SCOPE, offset)
        column = self.columns.get(label)
        if column == "path":
            self.row.setdefault("path", []).append(text)
        elif column:
            self.row[column] = words(text) if column in TEXTS else int(text.split()[0], 16)
        elif self.columns is HEADER and label in ("Host Address Width", "Flags", "Virtualization Info"):
            self.row[label] = int(text.split()[0], 16)
        elif label == "Reserved":
            self.once_reserved(text)
        elif label != "UID Length":
            self.odd.append(label)

    def once_reserved(self, text):
        """Newer specifications give meaning to bytes that this iasl calls reserved."""
        kind = self.row.get("type")
        if self.columns is STRUCTURE and kind == 0:
            self.row["size"] = int(text, 16)
        elif self.columns is SCOPE:
            self.row["flags"] = int(text, 16) & 0xff
        elif self.columns is BLOCK and "efr" in self.row:
            self.row["efr2"] = int(text, 16)
        elif self.columns is BLOCK and kind in IVMD:
            self.row["segment"] = int(text, 16) & 0xffff


def words(text):
    """What stands between quotes; only zeros, where iasl shows no quotes, are no text."""
    quoted = re.match(r'"(.*)"', text)
    return quoted[1].strip() if quoted else "" if not text.strip("0 ") else text


def decodes(lines):
    """{signature: Decode} of the DMAR and IVRS in a text."""
    found, name = {}, None
    for line in lines:
        head = re.match(r"([A-Z0-9]{4,5})( \[decoded here.*)?$", line)
        name = head[1] if head else name
        found.setdefault(name, []).append(line)
    return {name: Decode(found[name]) for name in ("DMAR", "IVRS") if name in found}


def run_iasl(path, signature):
    """The installed iasl's own decode, which may know more than the one of the corpus; None without iasl."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, pathlib.Path(folder) / "table.dat")
        if not shutil.which("iasl"):
            return None
        subprocess.run(["iasl", "-d", "table.dat"], cwd=folder, capture_output=True, check=True, timeout=host.PATIENCE)
        text = (pathlib.Path(folder) / "table.dsl").read_text(encoding="latin1")
    return Decode([line for line in text.splitlines() if not line.startswith(" *")])


# ---- comparing ----

def plain(column, value):
    """A cell as iasl's words are read above; it shows blanks for bytes that do not print."""
    if column in TEXTS and value:
        return re.sub("[^ -~]", " ", value).strip()
    return int(value, 16) if column not in TEXTS and isinstance(value, str) and value.startswith("0x") else value


def of_row(column, value, decode):
    if column == "type" and decode == "DMAR":
        return DMAR_TYPES[value] if value < len(DMAR_TYPES) else str(value)
    if column == "path":
        return ["{:02x}.{:x}".format(*(int(part, 16) for part in step.split(","))) for step in value]
    return value


def compare(who, signature, kind, truth, rows, whole):
    """Every field of iasl's rows against the rows here, in order."""
    rows = rows or []
    name = f"{who}: {kind}"
    if whole:
        yield f"{name}: rows", len(truth), len(rows)
    for number, (offset, fields) in enumerate(truth):
        row = rows[number] if number < len(rows) else {}
        if kind != "head":
            yield f"{name} {number}: offset", offset, row.get("offset")
        for column, value in fields.items():
            if column[0].isupper():
                continue  # a fact, not a column
            expected = of_row(column, value, signature if kind == "structures" else None)
            yield f"{name} {number}: {column}", expected, plain(column, row.get(column))


def compare_facts(who, signature, head, report):
    acpi = report["acpi"]
    if signature == "DMAR":
        yield f"{who}: width", head["Host Address Width"] + 1, acpi["dmar"]["host_address_bits"]
        for bit, name in enumerate(("intr_remap", "x2apic_opt_out", "dma_ctrl_platform_opt_in")):
            yield f"{who}: {name}", bool(head["Flags"] >> bit & 1), acpi["dmar"][name]
    else:
        yield f"{who}: ivinfo", head["Virtualization Info"], plain("ivinfo", acpi["ivrs"]["ivinfo"])


def compare_decode(who, signature, decode, report):
    mine = report["acpi"]["dmar" if signature == "DMAR" else "ivrs"]
    head = [row for row in report["acpi"]["tables"] if row["signature"] == signature]
    yield f"{who}: labels without a column", [], sorted(set(decode.odd))
    yield from compare(who, signature, "head", decode.rows["head"], head, True)
    yield from compare_facts(who, signature, decode.rows["head"][0][1], report)
    for kind in ("structures", "scopes") if signature == "DMAR" else ("blocks", "entries"):
        yield from compare(who, signature, kind, decode.rows[kind], mine[kind], decode.whole)


def collected(info, report):
    """What the collector counted, from the bytes."""
    dmar, ivrs = report["acpi"]["dmar"], report["acpi"]["ivrs"]
    if "drhd" in info:
        yield "info: width", info["dmar_haw"], dmar["host_address_bits"]
        yield "info: units", info["drhd"], dmar["unit_count"]
        for name in ("dmar_intr_remap", "dmar_x2apic_optout", "dmar_dma_ctrl_optin"):
            mine = {"dmar_intr_remap": "intr_remap", "dmar_x2apic_optout": "x2apic_opt_out",
                    "dmar_dma_ctrl_optin": "dma_ctrl_platform_opt_in"}[name]
            yield f"info: {name}", bool(info[name]), dmar[mine]
        for name in ("drhd", "rmrr", "atsr", "rhsa", "andd", "satc"):
            yield f"info: {name}", info[name], sum(row["type"] == name.upper() for row in dmar["structures"])
    if "ivrs_blocks" in info:
        counts = {}
        for row in ivrs["blocks"]:
            counts[f"{row['type']:02x}"] = counts.get(f"{row['type']:02x}", 0) + 1
        yield "info: blocks", info["ivrs_blocks"], counts
        yield "info: ivinfo", int(info["ivrs_ivinfo"], 16), plain("ivinfo", ivrs["ivinfo"])


def units(signature, report):
    """One IOMMU for each own id, however many blocks speak of it."""
    if signature == "DMAR":
        return sum(row["type"] == "DRHD" for row in report["acpi"]["dmar"]["structures"])
    return len({(row["segment"], row["device_id"]) for row in report["acpi"]["ivrs"]["blocks"] if row["type"] in IVHD})


def item(pair):
    folder, info = pair
    tables = {path.stem: path for path in folder.glob("*.dat") if path.stem in ("DMAR", "IVRS")}
    recording = host.Recording()
    recording.text(f"dir:{FOLDER}", "".join(f"{name}\n" for name in sorted({"DSDT", *tables})))
    for name, path in tables.items():
        recording.replies[path] = {"key": f"file:{FOLDER}/{name}", "hex": path.read_bytes().hex()}
    report = host.scan(recording)
    told = folder / "decoded.txt"
    known = decodes(told.read_text(encoding="latin1").splitlines()) if told.exists() else {}
    rows = list(collected(info, report))
    for name in ("DMAR", "IVRS"):
        part = report["acpi"][name.lower()]
        rows += [(f"{name} is there", name in tables, report["linux"]["acpi"][name.lower()]),
                 (f"{name} is sound", True if name in tables else None, part["sound"]),
                 (f"{name}: units", units(name, report), part["unit_count"])]
    for name, path in tables.items():
        rows.append((f"{name} is decoded", True, name in known))
        rows += compare_decode(f"{name} by the corpus", name, known[name], report) if name in known else []
        here = run_iasl(path, name)
        rows += compare_decode(f"{name} by iasl here", name, here, report) if here else []
    return rows


def tables():
    folder = host.CORPUS / "linuxhw-acpi"
    lines = (json.loads(line) for line in (host.CORPUS / "INDEX.jsonl").read_text().splitlines())
    items = [(line["id"], (folder / line["id"], line["info"])) for line in lines if line["source"] == "linuxhw-acpi"]
    tally = host.Tally("linuxhw-acpi", host.load_exceptions("linuxhw-acpi"))
    return host.each(tally, items, item)


SOURCES = {"linuxhw-acpi": tables}
