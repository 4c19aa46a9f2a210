#!/usr/bin/python3
"""What leaves a host does not name it: for every fixture, for composed hosts full of names, and for this host.

Which values are identity follows from the schema alone (x-class), so that a fact or table that is added is tested, too:
every value of such a class in the whole report is searched in the recording that is made for others, in what is replayed
from that, and in every report that is made with --redact or --redact-key. Beside these stand what was planted in composed
hosts: values that no report may show wherever they came from.

HOSTCAP names the program."""
import hmac
import itertools
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from fixtures import FIXTURES, document, parse, run

KEY = "a key for the tests, of more than sixteen bytes"
PRIVATE = ("identity", "network", "location")

# What names nobody and stays: as kernels and udev name interfaces, folders that every host has, addresses of nobody.
KINDS = ("eth wlan wwan usb ib br bond team virbr vmbr lxcbr tun tap ifb sit dummy docker ip6tnl tunl gre wg dm- named pool "
         "/mount").split()
POINTS = ("/boot /boot/efi /efi /usr /usr/local /var /var/lib /var/log /var/tmp /opt /home /root /srv /tmp /mnt /run /media "
          "/proc /sys /dev /nix /gnu /var/lib/libvirt /var/lib/libvirt/images /var/lib/vz /var/lib/docker "
          "/var/lib/containers /var/lib/containers/storage /var/lib/containerd /var/lib/incus /var/lib/lxd "
          "/var/lib/machines").split()
NOBODY = re.compile(r"[0:./-]*|lo|bonding_masters|\(none\)|localhost(\.localdomain)?|127\..*|::1(/128)?|redacted-.*"
                    rf"|({'|'.join(KINDS)})[0-9]+|(en|wl|ww|ib)((np|[oPpsfduicv])[0-9]+)+|(en|wl|ww)x00000000[0-9a-f]{{4}}"
                    r"|/dev/((sd|hd|vd|xvd|nvme|md|dm-|loop|mmcblk|sr|ram|zram)[a-z0-9]*|root|fuse|other|mapper/(dm-[0-9]+|other))"
                    r"|00000000-0000-0000-0000-[0-9]{12}|" + "|".join(map(re.escape, POINTS)))
COMMON = re.compile(r".{,3}|[A-Za-z]{,8}|[0-9]{,6}")  # "host", "7": stands in other texts by chance


# ---- what is identity ----

def classed(schema, report, where=""):
    """(pointer, class, type, value) of every value that has a class."""
    if "x-class" in schema:
        yield where, schema["x-class"], schema.get("type", ["string"])[0], report
    elif isinstance(report, dict):
        for name, part in schema.get("properties", {}).items():
            if name in report:
                yield from classed(part, report[name], f"{where}/{name}")
    elif isinstance(report, list):
        for number, part in enumerate(report):
            yield from classed(schema.get("items", {}), part, f"{where}/{number}")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


SCHEMA = None


def schema():
    global SCHEMA  # asked once: it takes longer than a scan
    SCHEMA = SCHEMA or parse(document("schema"))
    return SCHEMA


def identity(report):
    """Texts of the private classes -> where, without those that name nobody. Words of the kernel's command line leave one by
    one (roundtrip.py), so that a line of public words is whole."""
    return {text: where for where, kind, _, value in classed(schema(), report)
            if kind in PRIVATE and where != "/linux/kernel/command_line" for text in strings(value)
            if not NOBODY.fullmatch(text)}


def public(report):
    """Every text of a public fact: a host that is called "kvm" has a name that stands elsewhere, too."""
    return {text for _, kind, _, value in classed(schema(), report) if kind == "public" for text in strings(value)}


def bytes_of(recording):
    """All that a recording holds, with what is written in hexadecimal as the bytes that it is."""
    for reply in recording["replies"]:
        yield reply["key"]
        yield reply.get("error", "")
        yield "\n".join(reply["text"]) if isinstance(reply.get("text"), list) else reply.get("text", "")
        yield bytes.fromhex(reply.get("hex", "")).decode("latin-1")


def holds(text, value):
    """Whether a value stands in a text, not as a part of a longer word."""
    return value in text and re.search(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", text) is not None


def found(values, texts):
    """Those of the values that stand in one of the texts."""
    texts = list(texts)
    whole = "\n".join(texts)
    return {value for value in values if value in whole and any(holds(text, value) for text in texts)}


# ---- hosts ----

def reports(path, *redact):
    """Every document that can be made of a host."""
    for words in (("scan", "--evidence"), ("list",), ("list", "--json"), ("check",), ("check", "--json"), ("passthrough",),
                  ("passthrough", "--json"), ()):
        yield words, run(*words, "--from", path, *redact).stdout.decode("utf-8")


def tables(report):
    return sorted({where.rsplit("/", 2)[0].strip("/").replace("/", ".") for where, *_ in classed(schema(), report)
                   if re.search(r"/[0-9]+/[^/]*$", where)})


class Hosts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.key = self.folder / "key"
        self.key.write_text(KEY + "\n")

    def check_recording(self, path, report, planted=()):
        shared = document("record", "-", "--from", path)
        names = {value: where for value, where in identity(report).items()
                 if not COMMON.fullmatch(value) and value not in public(report)}
        left = found(set(names) | set(planted), bytes_of(parse(shared)))
        self.assertEqual({}, {value: names.get(value, "planted") for value in left}, "in the recording")
        thin = self.folder / "shared.json"
        thin.write_text(shared)
        replay = document("scan", "--from", thin)
        left = found(set(names) | set(planted), strings(parse(replay)))
        self.assertEqual({}, {value: names.get(value, "planted") for value in left}, "in the replay of the recording")
        self.assertEqual(shared, document("record", "-", "--from", thin), "twice is the same as once")

    def check_reports(self, path, report, redact, planted=()):
        names = {value: where for value, where in identity(report).items()
                 if not COMMON.fullmatch(value) and value not in public(report)}
        for words, text in reports(path, *redact):
            left = found(set(names) | set(planted), strings(parse(text)) if text.startswith("{") else [text])
            self.assertEqual({}, {value: names.get(value, "planted") for value in left}, words)

    def check_values(self, report, shown, keyed):
        """One shape; public values stay; the same value has the same word, another another."""
        before = {where: (kind, value) for where, kind, _, value in classed(schema(), report)}
        after = {where: (kind, value) for where, kind, _, value in classed(schema(), shown)}
        self.assertEqual(list(before), list(after), "one shape")
        words = {}
        for where, (kind, value) in before.items():
            if kind not in PRIVATE:
                self.assertEqual(value, after[where][1], where)
            elif isinstance(value, (str, list)):
                for old, new in itertools.zip_longest(strings(value), strings(after[where][1])):
                    words.setdefault(old, set()).add(new)
            elif value is None:
                self.assertIsNone(after[where][1], "unknown stays unknown")
        for old, new in words.items():
            self.assertEqual(1, len(new), f"{old!r} became {new}")
            if NOBODY.fullmatch(old):
                self.assertEqual({old}, new)
            elif keyed:
                digest = hmac.new(KEY.encode(), old.encode("utf-8"), "sha256").hexdigest()
                self.assertEqual({"redacted-" + digest[:20]}, new)
            else:
                self.assertRegex(next(iter(new)), "^redacted-[0-9]+$")
        made = [next(iter(new)) for new in words.values()]
        self.assertEqual(len(made), len(set(made)), "two values with one word")
        for member in ("readiness", "ratings"):
            self.assertEqual([word for word in strings(report[member]) if len(word) < 24],
                             [word for word in strings(shown[member]) if len(word) < 24], member)

    def check(self, path, planted=()):
        report = parse(document("scan", "--from", path))
        self.check_recording(path, report, planted)
        for redact in (["--redact"], ["--redact-key", self.key]):
            self.check_reports(path, report, redact, planted)
            self.check_values(report, parse(document("scan", "--from", path, *redact)), len(redact) == 2)
        return report


class Fixtures(Hosts):
    def test_no_fixture_leaves_its_name(self):
        for folder in FIXTURES[::int(os.environ.get("HOSTCAP_EVERY", "1"))]:
            with self.subTest(folder.name):
                path = folder / "recording.json"
                report = parse(document("scan", "--from", path))
                self.check_recording(path, report)
                self.check_values(report, parse(document("scan", "--from", path, "--redact-key", self.key)), True)


# ---- a host full of names ----

def record(replies):
    return {"hostcap_recording": 1, "tool": "hostcap 0.1.0", "platform": "linux", "redacted": False,
            "replies": [{"key": key, **reply} if isinstance(reply, dict) else
                        {"key": key, "text": reply.split("\n")} if isinstance(reply, str) else
                        {"key": key, "hex": reply.hex()} for key, reply in replies.items()]}


def structure(kind, handle, body, *texts):
    """DMTF DSP0134, 6.1.2 and 6.1.3."""
    return bytes((kind, len(body) + 4)) + handle.to_bytes(2, "little") + body + \
        (b"".join(text.encode() + b"\0" for text in texts) or b"\0") + b"\0"


UUID = bytes.fromhex("7d1c5a1e30a54f5c9c466f5b9d1f2a77")


def smbios():
    dimm = (bytes.fromhex("0010feff480040000040") + bytes((9, 0, 1, 2, 0x1a, 0x80, 0, 0x80, 0x0c, 3, 4, 5, 6, 2)) +
            bytes(0x28 - 28))
    return b"".join((
        structure(0, 0, bytes((1, 2, 0, 0xe0, 3, 0xff)) + bytes(18), "ACME", "1.2.3", "11/22/2025"),
        structure(1, 1, bytes((1, 2, 3, 4)) + UUID + bytes((6, 5, 6)), "ACME", "Rack 9", "v1", "SYSSERIAL-77Q1", "SKU9",
                  "family"),
        structure(2, 2, bytes((1, 2, 3, 4, 5, 9, 6, 3, 0, 10, 0)), "ACME", "Board 9", "v1", "BRDSERIAL-77Q2",
                  "BRDASSET-77Q3", "Bay 4-77Q4"),
        structure(3, 3, bytes((1, 0x17, 2, 3, 4, 3, 3, 3, 2)) + bytes(9), "ACME", "v1", "CHSSERIAL-77Q5", "CHSASSET-77Q6"),
        structure(4, 4, bytes((1, 3, 0xb3, 2)) + bytes(8) + bytes((3,)) + bytes(15) + bytes((4, 5, 6)) + bytes(9), "CPU0",
                  "ACME", "CPU 9", "CPUSERIAL-77Q7", "CPUASSET-77Q8", "part"),
        structure(11, 5, bytes((2,)), "OEMNAME-77Q9", "rack 12 of row 77Q10"),
        structure(17, 6, dimm, "DIMM A1", "BANK 0", "ACME", "DIMMSER-77Q11", "DIMMASSET-77Q12", "M393A2K43"),
        structure(22, 7, bytes((1, 2, 3, 4, 5)) + bytes(17), "ACME", "Front", "11/22/2025", "BATSER-77Q13", "Bat"),
        structure(39, 8, bytes((1, 1, 2, 3, 4, 5, 6, 7)) + bytes(10), "Bay 1", "PSU 9", "ACME", "PSUSER-77Q14",
                  "PSUASSET-77Q15", "part", "v1"),
        structure(127, 9, b"")))


def edid():
    """VESA E-EDID 1.4, 3.4: header, ACM, product, serial number; 3.10.3: descriptors."""
    block = bytearray(128)
    block[0:8] = bytes.fromhex("00ffffffffffff00")
    block[8:10] = ((1 << 10) | (3 << 5) | 13).to_bytes(2, "big")
    block[10:12] = (9).to_bytes(2, "little")
    block[12:16] = (0x12345677).to_bytes(4, "little")
    block[16:20] = bytes((40, 30, 1, 4))
    block[54:72] = bytes.fromhex("023a801871382d40582c450009252100001e")
    block[72:90] = bytes.fromhex("000000ff00") + b"EDIDSER-77Q16"
    block[90:108] = bytes.fromhex("000000fc00") + b"Screen 9\n    "
    block[127] = -sum(block) & 255
    return bytes(block)


MAC = "0a:1b:2c:77:41:17"
PLANTED = {
    "host:uname": "sysname Linux\nnodename heliotrope-77q18\nrelease 6.1.0\nversion #1\nmachine x86_64\n",
    "file:/proc/sys/kernel/hostname": "heliotrope-77q18\n",
    "file:/proc/cmdline": "root=UUID=7d1c5a1e-77a5-4f5c-9c46-6f5b9d1f2a77 ip=198.51.100.77 intel_iommu=on user=ferdinand77\n",
    "file:/etc/machine-id": "7d1c5a1e77a54f5c9c466f5b9d1f2a78\n",
    "file:/etc/hostname": "heliotrope-77q18\n",
    "file:/sys/firmware/dmi/tables/DMI": smbios(),
    "file:/sys/class/dmi/id/product_serial": "SYSSERIAL-77Q1\n",
    "file:/sys/class/dmi/id/product_uuid": "7d1c5a1e-30a5-4f5c-9c46-6f5b9d1f2a77\n",
    "file:/sys/class/dmi/id/board_serial": "BRDSERIAL-77Q2\n",
    "file:/sys/class/dmi/id/chassis_serial": "CHSSERIAL-77Q5\n",
    "file:/sys/class/dmi/id/chassis_asset_tag": "CHSASSET-77Q6\n",
    "file:/sys/class/dmi/id/board_asset_tag": "BRDASSET-77Q3\n",
    "dir:/sys/class/net": "enx0a1b2c774117\nlo\nwombat-lan77\n",
    "dir:/sys/class/net/enx0a1b2c774117": "address\noperstate\ntype\nupper_wombat-lan77\nmaster\n",
    "link:/sys/class/net/enx0a1b2c774117": "../../devices/pci0000:00/0000:00:03.0/net/enx0a1b2c774117",
    "link:/sys/class/net/enx0a1b2c774117/master": "../wombat-lan77",
    "file:/sys/class/net/enx0a1b2c774117/address": MAC + "\n",
    "file:/sys/class/net/enx0a1b2c774117/operstate": "up\n",
    "file:/sys/class/net/enx0a1b2c774117/type": "1\n",
    "link:/sys/class/net/wombat-lan77": "../../devices/virtual/net/wombat-lan77",
    "dir:/sys/class/net/wombat-lan77": "address\nbridge\nlower_enx0a1b2c774117\noperstate\ntype\n",
    "file:/sys/class/net/wombat-lan77/address": MAC + "\n",
    "file:/sys/class/net/wombat-lan77/operstate": "up\n",
    "file:/sys/class/net/wombat-lan77/type": "1\n",
    "file:/proc/net/route": "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
                            "wombat-lan77\t00000000\tDEADBE77\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
    "file:/proc/net/ipv6_route": "",
    "file:/proc/net/if_inet6": "20010db877ffee000000000000000077 02 40 00 00 wombat-lan77\n",
    "host:ssh": "interface wombat-lan77\n",
    "dir:/sys/class/block": "dm-0\nsda\nsda1\n",
    "link:/sys/class/block/sda": "../../devices/pci0000:00/0000:00:04.0/ata1/host0/target0:0:0/0:0:0:0/block/sda",
    "link:/sys/class/block/sda1": "../../devices/pci0000:00/0000:00:04.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1",
    "link:/sys/class/block/dm-0": "../../devices/virtual/block/dm-0",
    "dir:/sys/class/block/sda": "dev\ndevice\nholders\nsda1\nsize\nwwid\n",
    "dir:/sys/class/block/sda1": "dev\nholders\npartition\nsize\n",
    "dir:/sys/class/block/dm-0": "dev\ndm\nholders\nsize\nslaves\n",
    "file:/sys/class/block/sda/dev": "8:0\n",
    "file:/sys/class/block/sda1/dev": "8:1\n",
    "file:/sys/class/block/dm-0/dev": "253:0\n",
    "file:/sys/class/block/sda/device/wwid": "naa.5000c50077abcdef\n",
    "file:/sys/class/block/sda/wwid": "naa.5000c50077abcdef\n",
    "file:/sys/class/block/sda/device/serial": "DISKSER-77Q19\n",
    "file:/sys/class/block/sda/device/vpd_pg80": b"\x00\x80\x00\x0dDISKSER-77Q19",
    "file:/sys/class/block/dm-0/dm/name": "vgferret77-root\n",
    "file:/sys/class/block/dm-0/dm/uuid": "LVM-aYbQ0R6cGm1W9kzq0cO8vJrT2c3m4n77\n",
    "file:/run/udev/data/b8:0": "E:ID_SERIAL=ACME_DISKSER-77Q19\nE:ID_SERIAL_SHORT=DISKSER-77Q19\nE:ID_WWN=0x5000c50077abcdef\n",
    "file:/run/udev/data/b8:1": "E:ID_FS_LABEL=label77q20\nE:ID_FS_UUID=7d1c5a1e-77a5-4f5c-9c46-6f5b9d1f2a77\n"
                                "E:ID_PART_ENTRY_NAME=partname77q21\nE:ID_FS_TYPE=ext4\n",
    "file:/proc/1/mountinfo": "22 1 253:0 / / rw - ext4 /dev/mapper/vgferret77-root rw\n"
                              "23 22 8:1 / /srv/capybara77 rw - ext4 /dev/sda1 rw\n"
                              "24 22 0:44 / /home/ferdinand77 rw - nfs4 numbat77.corp.example:/home/ferdinand77 rw\n",
    "file:/proc/swaps": "Filename\tType\tSize\tUsed\tPriority\n",
    "file:/etc/group": "kvm:x:107:ferdinand77\nlibvirt:x:108:ferdinand77\nstaff77q:x:1000:\n",
    "file:/etc/passwd": "ferdinand77:x:1000:1000:Ferdinand:/home/ferdinand77:/bin/sh\n",
    "file:/etc/subuid": "ferdinand77:100000:65536\n",
    "file:/etc/subgid": "ferdinand77:100000:65536\n",
    "dir:/sys/class/drm": "card0\ncard0-HDMI-A-1\n",
    "file:/sys/class/drm/card0-HDMI-A-1/edid": edid(),
    "file:/sys/class/drm/card0-HDMI-A-1/status": "connected\n",
    "dir:/sys/bus/usb/devices": "1-1\n",
    "file:/sys/bus/usb/devices/1-1/serial": "USBSER-77Q22\n",
    "dir:/sys/class/power_supply": "BAT0\n",
    "file:/sys/class/power_supply/BAT0/serial_number": "BATSER-77Q23\n",
    "file:/sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_SERIAL_NUMBER=BATSER-77Q23\n",
    "dir:/sys/class/nvme": "nvme0\n",
    "file:/sys/class/nvme/nvme0/serial": "NVMESER-77Q24\n",
    "file:/sys/class/nvme/nvme0/subsysnqn": "nqn.2014.08.org.example:NVMESER-77Q24\n",
}
NAMES = re.compile(r"[A-Za-z0-9_:.-]*77[A-Za-z0-9_:.-]*")


class Composed(Hosts):
    def test_a_host_full_of_names(self):
        """Of every question that a scan asks of this host; others are for those who will ask them."""
        path = self.folder / "host.json"
        path.write_text(json.dumps(record(PLANTED)))
        asked = {reply["key"] for reply in parse(document("record", "-", "--keep-identity", "--from", path))["replies"]}
        self.assertEqual(set(PLANTED), asked)
        report = self.check(path)
        self.assertIn("heliotrope-77q18", identity(report))
        self.assertIn("wombat-lan77", identity(report))
        self.assertIn("/srv/capybara77", identity(report))
        whole = {name for text in strings(report) for name in NAMES.findall(text)}
        for _, text in reports(path, "--redact"):
            self.assertEqual(set(), {name for name in NAMES.findall(text) if name in whole})

    def test_explain_and_single_tables(self):
        path = self.folder / "host.json"
        path.write_text(json.dumps(record(PLANTED)))
        report = parse(document("scan", "--from", path))
        names = set(identity(report))
        for table in tables(report):
            for words in (("list", table, "--columns", "all"), ("list", table, "--json")):
                text = document(*words, "--from", path, "--redact")
                self.assertEqual(set(), {name for name in names if holds(text, name)}, words)
        for fact in ("uname.nodename", "linux.kernel.command_line"):
            for form in ((), ("--json",)):
                text = document("explain", fact, *form, "--from", path, "--redact")
                self.assertEqual(set(), {name for name in names if holds(text, name)}, fact)

    def test_two_hosts_of_one_owner_join(self):
        for number in (1, 2):
            replies = dict(PLANTED)
            replies["file:/proc/1/mountinfo"] += f"25 22 0:45 / /srv/other{number} rw - tmpfs none rw\n"
            (self.folder / f"{number}.json").write_text(json.dumps(record(replies)))
        one, two = (parse(document("list", "net", "--json", "--from", self.folder / f"{number}.json", "--redact-key", self.key))
                    for number in (1, 2))
        self.assertEqual(one["rows"], two["rows"])
        other = self.folder / "other"
        other.write_text(KEY + "!")
        three = parse(document("list", "net", "--json", "--from", self.folder / "1.json", "--redact-key", other))
        self.assertNotEqual(one["rows"], three["rows"])


class Words(Hosts):
    def test_keys_that_will_not_do(self):
        short = self.folder / "short"
        short.write_text("guess me\n")
        for words, says in ((("scan", "--redact-key", short), b"16 bytes"),
                            (("scan", "--redact-key", self.folder / "none"), b"No such file"),
                            (("record", "-", "--redact-key", self.key), b"scan --redact-key"),
                            (("record", "-", "--redact", "--keep-identity"), b"together")):
            done = run(*words)
            self.assertEqual((2, b""), (done.returncode, done.stdout), words)
            self.assertIn(says, done.stderr)

    def test_this_host(self):
        path = self.folder / "live.json"
        document("record", path, "--keep-identity")
        self.check(path)


if __name__ == "__main__":
    unittest.main(verbosity=1)
