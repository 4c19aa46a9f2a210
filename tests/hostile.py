#!/usr/bin/python3
"""Hosts that lie, are huge, fail or go in circles: every document is valid, harmless on a terminal, and one odd device
costs only its own cells.

Answers of every fixture are poisoned in turn, so that a probe, a fact or a table that is added is tested, too.
HOSTCAP names the program; HOSTCAP_EVERY=n tries every n-th fixture."""
import itertools
import json
import os
import pathlib
import re
import sys
import tempfile
import time
import unittest

import jsonschema

sys.dont_write_bytecode = True
from fixtures import FIXTURES, document, parse, run

EVERY = int(os.environ.get("HOSTCAP_EVERY", "7"))
# A title and a colour of a terminal, the same in 8 bits and as UTF-8, DEL, backspace, carriage return, characters that turn
# the order of a line, bytes that are no UTF-8, and what ends a string of JSON, a cell of CSV or a word of HTML.
POISON = (b"\x1b]0;owned\x07\x1b[31m\x9b31m\xc2\x9b31m\x7f\x08\x0b\r\xe2\x80\xae\xd8\x9c\xe2\x81\xa6\xe2\x80\xa8\xff\xc0\xaf"
          b"\xed\xa0\x80\",\\<b>'=1")
BAD_IN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
BAD_IN_JSON = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # tabs and newlines stand between values
WORDS = ((), ("list",), ("check",), ("passthrough",), ("scan", "--evidence"), ("list", "--json"), ("check", "--json"),
         ("passthrough", "--json"), ("record", "-"), ("record", "-", "--keep-identity"), ("scan", "--redact"))


def body(reply):
    text = reply.get("text")
    if text is None:
        return bytes.fromhex(reply["hex"]) if "hex" in reply else None
    return ("\n".join(text) if isinstance(text, list) else text).encode("utf-8")


def with_body(reply, made):
    return {**{name: value for name, value in reply.items() if name != "text"}, "hex": made.hex()}


def behind_lines(bytes_):
    return b"\n".join(line + POISON if line else line for line in bytes_.split(b"\n"))


def behind_names(bytes_):
    """Behind the name of a folder's entry, the value of a line "name: value", or the whole."""
    return b"\n".join(line + POISON if line and not re.fullmatch(rb"[0-9a-fx ]+", line) else line for line in bytes_.split(b"\n"))


def for_words(bytes_):
    """Numbers and marks stay, so that lines still parse; words are no longer what they were."""
    return re.sub(rb"(?<![A-Za-z0-9_-])[A-Z][a-z]{3,}(?![A-Za-z0-9_-])", lambda match: POISON + match[0], bytes_)


def for_letters(bytes_):
    """Of the same length: structures in bytes keep their places."""
    poison = itertools.cycle(POISON)
    return bytes(next(poison) if 0x61 <= byte <= 0x7a else byte for byte in bytes_)


class Hosts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "host.json"

    @classmethod
    def setUpClass(cls):
        cls.schema = parse(document("schema"))
        cls.tables = re.findall(r"^  ([a-z_.]+) +[0-9]+ rows", document("list", "--from", FIXTURES[0] / "recording.json"),
                                re.MULTILINE)

    def save(self, replies):
        self.path.write_text(json.dumps({"hostcap_recording": 1, "tool": "hostcap 0.1.0", "platform": "linux",
                                         "redacted": False, "replies": replies}))

    def look(self, *words):
        done = run(*words, "--from", self.path)
        self.assertIn(done.returncode, (0, 1, 3, 4), (words, done.stderr))
        self.assertEqual(b"", done.stderr, words)
        return done.stdout.decode("utf-8")  # strict

    def check_documents(self, *more):
        for words in (*WORDS, *more):
            text = self.look(*words)
            is_json = text.startswith("{")
            found = (BAD_IN_JSON if is_json else BAD_IN_TEXT).search(text)
            self.assertIsNone(found, (words, found and text[max(0, found.start() - 80):found.end() + 20]))
            if is_json:
                report = parse(text)
                if words[0] == "scan":
                    jsonschema.Draft202012Validator(self.schema).validate(report)

    def each_table(self):
        return [(*words, *more) for table in self.tables for words in [("list", table, "--columns", "all")]
                for more in ((), ("--json",))]


class Poison(Hosts):
    def poison(self, how):
        for number, folder in enumerate(FIXTURES[::EVERY]):
            recording = json.loads((folder / "recording.json").read_text())
            replies = [with_body(reply, how(body(reply))) if body(reply) else reply for reply in recording["replies"]]
            with self.subTest(folder.name):
                self.save(replies)
                self.check_documents(*(self.each_table() if number % 4 == 0 else ()))

    def test_behind_every_line(self):
        self.poison(behind_lines)

    def test_behind_names(self):
        self.poison(behind_names)

    def test_in_the_place_of_words(self):
        self.poison(for_words)

    def test_in_the_place_of_letters(self):
        self.poison(for_letters)

    def test_one_folder_at_a_time(self):
        """All below a device's folder fails, as where a driver is broken: other rows stay. EIO of any file, and EPERM: what the
        kernel answers to reading a device's label on some boards."""
        for folder in FIXTURES[::EVERY]:
            recording = json.loads((folder / "recording.json").read_text())
            places = sorted({match[0] for reply in recording["replies"]
                             for match in [re.search(r"/sys/(bus/[a-z_]+/devices|class/[a-z_]+)/[^/]+/", reply["key"])] if match})
            self.save(recording["replies"])
            before = parse(self.look("scan"))
            for place, (answer, error) in zip(places[:6], itertools.cycle((("failed", "EIO"), ("denied", "EPERM")))):
                with self.subTest(f"{folder.name} {place} {error}"):
                    self.save([{"key": reply["key"], "answer": answer, "error": error} if place in reply["key"] + "/" else
                               reply for reply in recording["replies"]])
                    after = parse(self.look("scan"))
                    jsonschema.Draft202012Validator(self.schema).validate(after)
                    for table in ("pci", "block", "net"):
                        if before[table] is not None:
                            self.assertEqual(len(before[table]), len(after[table] or ()), table)


# ---- huge ----

class Huge(Hosts):
    MANY = 100_000 if EVERY < 20 else 5_000  # sanitizers: ten times slower

    def time(self, *words):
        start = time.monotonic()
        text = self.look(*words)
        self.assertLess(time.monotonic() - start, 120, "not linear in the host")
        return text

    def test_interfaces(self):
        names = [f"veth{number}" for number in range(self.MANY)]
        self.save([{"key": "dir:/sys/class/net", "text": [*names, ""]}])
        report = parse(self.time("scan"))
        self.assertEqual(names, [row["name"] for row in report["net"]])
        self.assertEqual(self.MANY, len(parse(self.time("scan", "--redact"))["net"]))
        self.assertEqual(self.MANY, self.time("list", "net").count("\nveth"))
        self.assertIn("veth", self.time("record", "-", "--keep-identity"))
        self.assertNotIn(f"veth{self.MANY - 1}", self.time("record", "-"))

    def test_disks_and_mounts(self):
        names = [f"loop{number}" for number in range(self.MANY)]
        mounts = [f"{number + 30} 22 7:{number} / /srv/tenant{number} rw - ext4 /dev/loop{number} rw"
                  for number in range(self.MANY)]
        self.save([{"key": "dir:/sys/class/block", "text": [*names, ""]},
                   {"key": "file:/proc/1/mountinfo", "text": ["22 1 0:1 / / rw - ext4 /dev/root rw", *mounts, ""]}])
        self.assertEqual(self.MANY, len(parse(self.time("scan"))["block"]))
        self.assertNotIn(f"tenant{self.MANY - 1}", self.time("scan", "--redact", "--evidence"))
        self.assertNotIn(f"tenant{self.MANY - 1}", self.time("record", "-"))

    def test_groups_and_functions(self):
        names = [f"{number >> 16:04x}:{number >> 8 & 255:02x}:{number >> 3 & 31:02x}.{number & 7}" for number in range(self.MANY)]
        self.save([{"key": "dir:/sys/bus/pci/devices", "text": [*names, ""]},
                   {"key": "dir:/sys/kernel/iommu_groups", "text": [*map(str, range(self.MANY)), ""]}])
        for table, column in (("pci", "address"), ("iommu.groups", "id")):
            rows = parse(self.time("list", table, "--columns", column, "--json"))["rows"]
            self.assertEqual(self.MANY, len(rows), table)
        self.time("passthrough")


# ---- in circles ----

def disk(name, number, holders, slaves, **more):
    folder = f"/sys/class/block/{name}"
    replies = {f"link:{folder}": f"../../devices/virtual/block/{name}", f"dir:{folder}": "dev\ndm\nholders\nsize\nslaves\n",
               f"file:{folder}/dev": f"253:{number}\n", f"dir:{folder}/holders": "".join(f"{h}\n" for h in holders),
               f"dir:{folder}/slaves": "".join(f"{s}\n" for s in slaves), f"file:{folder}/dm/uuid": "LVM-x\n",
               f"file:{folder}/dm/name": f"vg-{name}\n", f"file:{folder}/size": "2048\n", **more}
    return [{"key": key, "text": text.split("\n")} for key, text in replies.items()]


class Circles(Hosts):
    def test_mappings(self):
        """dm-0 stands upon dm-1, which stands upon dm-2, which stands upon dm-0; dm-3 upon itself; and 5,000 in a row."""
        ring = [disk(f"dm-{n}", n, [f"dm-{(n + 2) % 3}"], [f"dm-{(n + 1) % 3}"]) for n in range(3)]
        row = [disk(f"dm-{n}", n, [f"dm-{n + 1}"], [f"dm-{n - 1}"] if n > 10 else []) for n in range(10, 5010)]
        disks = [*ring, disk("dm-3", 3, ["dm-3"], ["dm-3"]), *row]
        names = sorted(["dm-0", "dm-1", "dm-2", "dm-3", *(f"dm-{n}" for n in range(10, 5010))])
        self.save([{"key": "dir:/sys/class/block", "text": [*names, ""]}, *itertools.chain(*disks),
                   {"key": "file:/proc/1/mountinfo", "text": ["22 1 253:5009 / / rw - ext4 /dev/mapper/vg-dm-5009 rw", ""]}])
        rows = {row["name"]: row for row in parse(self.look("scan"))["block"]}
        self.assertEqual(names, sorted(rows))
        self.assertIn("root", rows["dm-10"]["uses"] or ())
        self.check_documents()

    def test_interfaces(self):
        replies = [{"key": "dir:/sys/class/net", "text": ["bond0", "bond1", "bond2", ""]}]
        for n in range(3):
            folder = f"/sys/class/net/bond{n}"
            replies += [{"key": f"link:{folder}", "text": [f"../../devices/virtual/net/bond{n}"]},
                        {"key": f"dir:{folder}", "text": [f"lower_bond{(n + 1) % 3}", "master", "operstate", "type",
                                                          f"upper_bond{(n + 2) % 3}", ""]},
                        {"key": f"link:{folder}/master", "text": [f"../bond{(n + 2) % 3}"]},
                        {"key": f"file:{folder}/type", "text": ["1", ""]}]
        replies += [{"key": "file:/proc/net/route", "text": [
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
            "bond0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0", ""]}]
        self.save(replies)
        self.assertEqual(3, len(parse(self.look("scan"))["net"]))
        self.check_documents()


if __name__ == "__main__":
    unittest.main(verbosity=1)
