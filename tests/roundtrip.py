#!/usr/bin/python3
"""Any host can be recorded and replayed, bit for bit, and what is meant to be shared does not name it.

HOSTCAP names the program."""
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from fixtures import FIXTURES, TREE, document, fact_schema, parse, run, values

NOBODY = 65534
RUN = re.compile(r'^\t\t"run":\t\{\n.*?^\t\t\}', re.MULTILINE | re.DOTALL)

# Words that a recording of this host holds on purpose, so that finding them again is no chance.
SECRETS = {
    "node": "heliotrope-node-7.corp.example",
    "parameter": "ip=198.51.100.23::198.51.100.1:255.255.255.0:quincunx:eth0:off",
    "token": "installer.token=xylophone-4711",
    "behind": "iommu_secret_of_init=marmalade",
    "member": "ferdinand.quux",
    "group": "zanzibar-staff",
    "unit": "wibble-tenant-31337.service",
    "serial": "SERIAL-QWX-998877",
    "address": "0xffffffffc0deadbe",
    "board": "00000000b0a4d5e7",
    "ident": "C0FFE5",
    "sequence": "00000000000EAB77",
    "partition": "OCELOT12",
    "machine": "PANGOLIN",
    "interface address": "enx0a1b2c3d4e5f",
    "interface": "wombat-lan",
    "gateway": "DEADBEA7",
    "neighbor": "20010db8c0ffee000000000000000001",
    "mount point": "/srv/capybara",
    "server": "numbat.corp.example",
    "mapping": "vgferret-root",
    "mapping uuid": "aYbQ0R6cGm1W9kzq0cO8vJrT2c3m4n5p",
    "file system": "7d1c5a1e-30a5-4f5c-9c46-6f5b9d1f2a77",
    "pool": "ocelotpool",
    "pool elsewhere": "axolotlpool",
    "image": "dugong.img",
    "disk serial": "S3Z8NB0K",
    "card address": "0a1b2c3d4e6f",
    "card address in words": "0a:1b:2c:3d:4e:6f",
    "made address": "0a1b2c3d4e70",
    "host address": "c6336417",
    "network number": "1477",
}


def without_run(text):
    """The lines of a report outside of meta.run; there must be exactly one such object."""
    rest, count = RUN.subn("", text)
    assert count == 1, f"{count} objects meta.run"
    return rest


def replies_of(recording):
    return {reply["key"]: reply for reply in recording["replies"]}


def body(reply):
    return "\n".join(reply["text"]) if "text" in reply else bytes.fromhex(reply["hex"]).decode("latin-1")


def public_words():
    """The kernel parameters that redaction keeps, from the list itself."""
    source = (TREE / "probe" / "redact.c").read_text()
    lists = [re.search(rf"\b{name}\[\] = \{{(.*?)\}};", source, re.DOTALL).group(1)
             for name in ("public_words", "public_prefixes", "public_groups")]
    return [re.findall(r'"([^"]+)"', entries) for entries in lists]


def is_public(word):
    words, prefixes, _ = public_words()
    name = word.split("=", 1)[0]
    return name in words or name.startswith(tuple(prefixes))


def has_word(text, word):
    """As a word of its own: a host called vm is not named by svm."""
    return re.search(rf"(?<![A-Za-z0-9_-]){re.escape(word)}(?![A-Za-z0-9_-])", text) is not None


def differences(a, b, pointer=""):
    """Pointers at which two values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from differences(a.get(key), b.get(key), f"{pointer}/{key}")
    elif a != b:
        yield pointer


def without_keys(value):
    """Without the questions: those below a control group hold its path, which redaction shortens."""
    if isinstance(value, dict):
        return {key: without_keys(part) for key, part in value.items() if key != "keys"}
    return [without_keys(part) for part in value] if isinstance(value, list) else value


def identity_pointers(report):
    return {where for where, _, part, _ in values(fact_schema(), report) if part.get("x-class", "public") != "public"}


def stands_for(before, after):
    """Whether names of interfaces are what redaction makes of others: those that many hosts have, or numbers."""
    if isinstance(before, list):
        return isinstance(after, list) and len(before) == len(after) and all(map(stands_for, before, after))
    known = re.fullmatch(r"(lo|[a-z]+\d+|(en|wl|ww|ib)([a-zA-Z]+\d+)+)?", before) and not re.match(r"(en|wl|ww|ib)x", before)
    return after == before if known else re.fullmatch(r"named\d+|..x0{8}[0-9a-f]{4}", after) is not None


def cells(report):
    """Facts and cells by their pointers; of a table the number of its rows."""
    found = {where: value for where, value, _, _ in values(fact_schema(), report)}
    rows = [where for where, value in found.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return found | {where: len(found[where]) for where in rows}


def network_pointers(report):
    return {where for where, _, part, _ in values(fact_schema(), report) if part.get("x-class") == "network"}


def smbios_system(serial):
    """A system (type 1) with a serial number and a UUID, and the end: DMTF DSP0134, 7.2."""
    area = bytes([1, 27, 0, 1, 1, 0, 0, 2]) + b"UUID-OF-THE-BOX!" + bytes([6, 0, 0])
    return area + b"Maker\0" + serial.encode() + b"\0\0" + bytes([127, 4, 2, 1, 0, 0])


def interfaces():
    """A bridge with a port whose name holds its address, under a name that somebody chose."""
    port, bridge = SECRETS["interface address"], SECRETS["interface"]
    folder = "/sys/class/net"
    zeros = "0" * 32
    return {
        f"dir:{folder}": f"{port}\neth0\nlo\n{bridge}\n",
        f"link:{folder}/{port}": f"../../devices/pci0000:00/0000:00:03.0/net/{port}",
        f"dir:{folder}/{port}": f"master\ntype\nupper_{bridge}\n",
        f"link:{folder}/{port}/master": f"../../../virtual/net/{bridge}",
        f"file:{folder}/{port}/type": "1\n",
        f"link:{folder}/eth0": "../../devices/pci0000:00/0000:00:04.0/net/eth0",
        f"dir:{folder}/eth0": "type\n",
        f"link:{folder}/lo": "../../devices/virtual/net/lo",
        f"dir:{folder}/lo": "type\n",
        f"link:{folder}/{bridge}": f"../../devices/virtual/net/{bridge}",
        f"dir:{folder}/{bridge}": f"lower_{port}\ntype\n",
        "file:/proc/net/route": f"Iface\tDestination\n{bridge}\t00000000\t{SECRETS['gateway']}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        f"eth0\t{SECRETS['gateway']}\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n",
        "file:/proc/net/ipv6_route": f"{SECRETS['neighbor']} 80 {zeros} 00 {zeros} 0 0 0 00000001 {port}\n"
        f"{zeros} 00 {zeros} 00 {SECRETS['neighbor']} 0 0 0 00000003 {bridge}\n",
        "file:/proc/net/if_inet6": f"{SECRETS['neighbor']} 02 40 20 80 {bridge}\n",
        "netlink:link": f"index 1 type 772 flags 0x49 name lo\n"
        f"index 2 type 1 flags 0x1003 name eth0 mtu 1500 carrier 1 address {SECRETS['card address']}"
        f" permanent {SECRETS['made address']}\n"
        f"index 3 type 1 flags 0x1003 name {port} master 4 address {SECRETS['card address']}\n"
        f"index 4 type 1 flags 0x1003 name {bridge} kind vlan vlan_id {SECRETS['network number']}\n",
        "netlink:addr": f"index 2 family inet prefix 24 scope 0 address {SECRETS['host address']}\n"
        f"index 4 family inet6 prefix 64 scope 0 address {SECRETS['neighbor']}\n",
        f"ioctl:ethtool:drvinfo:{port}": "driver e1000e\nversion 6\nfirmware 0.5-4\nbus 0000:00:03.0\n",
        f"ioctl:ethtool:link_settings:{port}": "speed 1000\nport 0\nautonegotiation 1\nsupported 000002ef 00000000\n",
        f"link:{folder}/{port}/device/driver": "../../../../bus/pci/drivers/e1000e",
        f"file:{folder}/{port}/address": f"{SECRETS['card address in words']}\n",
        f"file:{folder}/{port}/uevent": f"DEVTYPE=wlan\nINTERFACE={port}\nIFINDEX=3\n",
        "host:ssh": f"interface {bridge}\n",
        "link:/proc/self/ns/pid": "pid:[4026531836]",
    }


def disks():
    """LVM, btrfs, ZFS, a loop and swap, all with names."""
    folder, uuid = "/sys/class/block", SECRETS["file system"]
    places = {"sda": "8:0", "sdb": "8:16", "sdc": "8:32", "sdd": "8:48", "sde": "8:64", "dm-0": "253:0", "loop0": "7:0"}
    texts = {f"dir:{folder}": "".join(f"{name}\n" for name in places)}
    for name, number in places.items():
        kind = "pci0000:00/0000:00:1f.2/ata1" if name.startswith("sd") else "virtual"
        texts[f"link:{folder}/{name}"] = f"../../devices/{kind}/block/{name}"
        texts[f"file:{folder}/{name}/dev"] = f"{number}\n"
        texts[f"file:/run/udev/data/b{number}"] = f"E:ID_SERIAL={SECRETS['disk serial']}\n"
    for number, pool in (("8:32", "pool"), ("8:48", "pool elsewhere")):
        texts[f"file:/run/udev/data/b{number}"] += f"E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL={SECRETS[pool]}\n"
    return texts | {
        f"dir:{folder}/dm-0/slaves": "sda\n",
        f"file:{folder}/dm-0/dm/uuid": f"LVM-{SECRETS['mapping uuid']}\n",
        f"file:{folder}/dm-0/dm/name": f"{SECRETS['mapping']}\n",
        f"file:{folder}/loop0/loop/backing_file": f"{SECRETS['mount point']}/{SECRETS['image']}\n",
        "link:/proc/1/ns/pid": "pid:[4026531836]",
        "file:/proc/1/mountinfo": f"25 1 253:0 /@{SECRETS['image']} / rw - ext4 /dev/mapper/{SECRETS['mapping']} rw\n"
        f"26 25 0:26 / {SECRETS['mount point']} rw - btrfs /dev/sdb rw,subvol=/{SECRETS['image']}\n"
        f"27 25 7:0 / {SECRETS['mount point']}/in rw - xfs /dev/loop0 rw,logdev=/dev/mapper/{SECRETS['mapping']}\n"
        f"28 25 0:30 / /mnt rw - nfs4 {SECRETS['server']}:/{SECRETS['image']} rw,addr={SECRETS['server']}\n",
        "file:/proc/swaps": f"Filename Type Size Used Priority\n{SECRETS['mount point']}/{SECRETS['image']} file 1 0 -2\n"
        f"/dev/mapper/{SECRETS['mapping']} partition 1 0 -3\n",
        "dir:/sys/fs/btrfs": f"{uuid}\nfeatures\n",
        f"dir:/sys/fs/btrfs/{uuid}/devices": "sdb\n",
        "stat:/sys/module/zfs": "dir 0:0 0755 0 0",
        "dir:/proc/spl/kstat/zfs": f"arcstats\n{SECRETS['pool']}\n",
        f"stat:/proc/spl/kstat/zfs/{SECRETS['pool']}": "dir 0:0 0555 0 0",
    }


def secretive():
    """A host with something to hide behind every question that may tell."""
    texts = {
        "host:time": "2026-01-02T03:04:05Z",
        "host:uname": f"sysname Linux\nrelease 6.12.9\nversion #1 SMP\nmachine x86_64\nnodename {SECRETS['node']}\n",
        "host:privilege": "euid 0\negid 0\ngroups\ncap_eff 000001ffffffffff\ncpu 0\n",
        "file:/proc/sys/kernel/osrelease": "6.12.9\n",
        "file:/proc/cmdline": f"quiet intel_iommu=on {SECRETS['parameter']} iommu=pt {SECRETS['token']} -- {SECRETS['behind']}\n",
        "file:/proc/misc": "232 kvm\n",
        "stat:/dev/kvm": "char 10:232 0660 0 104",
        "file:/etc/group": f"root:x:0:\nkvm:x:104:{SECRETS['member']},other\n{SECRETS['group']}:x:1000:{SECRETS['member']}\n",
        "file:/proc/modules": f"kvm 1400832 1 kvm_intel, Live {SECRETS['address']}\nkvm_intel 512000 0 - Live {SECRETS['address']}\n",
        "file:/proc/self/cgroup": f"0::/tenants.slice/{SECRETS['unit']}\n",
        f"file:/sys/fs/cgroup/tenants.slice/{SECRETS['unit']}/memory.max": "1073741824\n",
        "file:/sys/fs/cgroup/tenants.slice/memory.max": "max\n",
        "dir:/sys/fs/cgroup": "cgroup.controllers\nmemory.stat\n",
        "file:/proc/meminfo": "MemTotal:       16384000 kB\n",
        "file:/proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu lm\n\n"
        f"Serial\t\t: {SECRETS['board']}\nprocessor 0: version = FF,  identification = {SECRETS['ident']},  machine = 3932\n",
        "file:/proc/sysinfo": f"Manufacturer: IBM\nType: 3932\nSequence Code: {SECRETS['sequence']}\n"
        f"LPAR Number: 7\nLPAR Name: {SECRETS['partition']}\nVM00 Name: {SECRETS['machine']}\n"
        f"VM00 Control Program: z/VM 7.3.0\n",
    } | interfaces() | disks()
    replies = [{"key": key, "text": text.split("\n")} for key, text in texts.items()]
    replies.append({"key": "file:/sys/fs/cgroup/memory.max", "answer": "absent", "error": "ENOENT"})
    replies.append({"key": "file:/sys/firmware/dmi/tables/DMI", "hex": smbios_system(SECRETS["serial"]).hex()})
    return json.dumps({"hostcap_recording": 1, "tool": "test", "platform": "linux", "redacted": False, "replies": replies})


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def keep(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def verdicts_agree(self, whole, thin):
        """Every word of readiness, findings and ratings is the same."""
        for member in ("readiness", "findings", "ratings", "conflicts"):
            self.assertEqual(without_keys(whole[member]), without_keys(thin[member]), member)

    def only_identity_differs(self, whole, thin):
        """Facts differ only where their class is not public; there they are null, and unknown because redacted. Names of
        interfaces become others."""
        before, after = cells(whole), cells(thin)
        private, names = identity_pointers(whole), network_pointers(whole)
        self.assertEqual(set(), set(differences(before, after)) - {"/" + where for where in private}, "public facts differ")
        told = {unknown["pointer"]: unknown["answer"] for unknown in thin["unknowns"]}
        for where in sorted(private):
            if before[where] is not None and where in names and after[where] is not None:
                self.assertTrue(stands_for(before[where], after[where]), f"{where} became {after[where]}")
            elif before[where] not in (None, "", []):  # known to be none says nothing of the host
                self.assertIsNone(after[where], f"{where} is still told")
                self.assertEqual("redacted", told.get(where), where)


class Live(Folder):
    """This host: whatever it is, record, replay and record again."""

    def record(self):
        path = self.folder / "host.json"
        document("record", "--keep-identity", path)
        return path

    def test_every_replay_is_the_same_report(self):
        path = self.record()
        first = document("scan", "--json", "--evidence", "--from", path)
        self.assertIn('"origin":\t"recording"', first)
        self.assertEqual(without_run(first), without_run(document("scan", "--json", "--evidence", "--from", path)))

    def test_a_replay_is_the_live_report(self):
        """Byte for byte. Looking and recording are two scans, and the host may change between them: then a scan before
        and one behind the recording differ as well."""
        live, path, again = document("scan"), self.record(), document("scan")
        replay = document("scan", "--from", path)
        if without_run(live) != without_run(again):
            self.skipTest("this host changed between two scans")
        self.assertEqual(without_run(live), without_run(replay))
        self.assertIn('"origin":\t"live"', live)

    def test_recording_a_replay_gives_the_recording(self):
        path = self.record()
        self.assertEqual(path.read_text(), document("record", "--keep-identity", "-", "--from", path))
        copy = self.folder / "copy.json"
        document("record", "--keep-identity", copy, "--from", path)
        self.assertEqual(path.read_bytes(), copy.read_bytes())

    def test_scan_and_record_ask_the_same(self):
        """What a command shows does not depend on which command looked: every key of the evidence is recorded."""
        keys = set(replies_of(parse(self.record().read_text())))
        report = parse(document("scan", "--evidence"))
        open_keys = {unknown.get("key") for unknown in report["unknowns"]}
        self.assertEqual(set(), {key for entry in report["evidence"] for key in entry["keys"]} - keys - open_keys)

    def test_a_shared_recording_does_not_name_this_host(self):
        text = document("record", "-")
        whole, thin = parse(self.record().read_text()), parse(text)
        self.assertIs(True, thin["redacted"])
        self.assertIs(False, whole["redacted"])
        names = [os.uname().nodename, *self.members_of_groups(replies_of(whole))]
        self.assertEqual([], [name for name in names if has_word(text, name)])
        line = replies_of(thin).get("file:/proc/cmdline", {"text": [""]})
        self.assertEqual([], [word for word in body(line).split() if not is_public(word)])
        telling = [word for word in self.command_line(replies_of(whole)) if not is_public(word) and len(word) > 6]
        self.assertEqual([], [word for word in telling if has_word(text, word)])

    def command_line(self, replies):
        return body(replies["file:/proc/cmdline"]).split() if "text" in replies.get("file:/proc/cmdline", {}) else []

    def members_of_groups(self, replies):
        lines = body(replies["file:/etc/group"]).splitlines() if "text" in replies.get("file:/etc/group", {}) else []
        groups = public_words()[2]
        members = {name for line in lines for name in line.split(":")[-1].split(",") if name}
        return sorted(members - set(groups))

    def test_redaction_changes_no_verdict(self):
        path = self.record()
        shared = self.keep("shared.json", document("record", "-", "--from", path))
        whole, thin = parse(document("scan", "--from", path)), parse(document("scan", "--from", shared))
        self.only_identity_differs(whole, thin)
        self.verdicts_agree(whole, thin)

    def test_as_another_user(self):
        if os.getuid() != 0:
            self.skipTest("needs root, to become somebody else")
        self.folder.chmod(0o755)
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/"}
        try:
            run("--version", **options)
        except PermissionError:
            self.skipTest(f"user {NOBODY} cannot reach the program")
        recording = self.keep("nobody.json", document("record", "-", "--keep-identity", **options))
        report = parse(document("scan", "--from", recording))
        self.assertEqual("user", report["meta"]["privilege"])
        self.assertIs(False, report["process"]["root"])
        live = document("scan", **options)
        self.assertEqual("user", parse(live)["meta"]["privilege"])
        self.assertEqual(document("record", "-", "--keep-identity", "--from", recording), recording.read_text())


class Composed(Folder):
    """A host with secrets of which every one can be told from chance."""

    def setUp(self):
        super().setUp()
        self.path = self.keep("whole.json", secretive())

    def test_the_secrets_are_seen_at_all(self):
        report = document("scan", "--evidence", "--from", self.path)
        for name in ("node", "parameter", "unit", "interface", "interface address", "mount point"):
            self.assertTrue(SECRETS[name] in report, f"the composed host no longer shows its {name}")

    def test_no_secret_leaves(self):
        text = document("record", "-", "--from", self.path)
        found = {name for name, secret in SECRETS.items() if secret in text}
        for reply in parse(text)["replies"]:
            content = bytes.fromhex(reply.get("hex", "")).decode("latin-1")
            found |= {name for name, secret in SECRETS.items() if secret in content}
            self.assertNotIn("UUID-OF-THE-BOX!", content)
        self.assertEqual(set(), found, "secrets in a recording that is meant to be shared")

    def test_what_is_public_stays(self):
        replies = replies_of(parse(document("record", "-", "--from", self.path)))
        self.assertEqual("quiet intel_iommu=on iommu=pt", body(replies["file:/proc/cmdline"]).replace(" --", "").strip())
        self.assertIn("kvm:x:104:", body(replies["file:/etc/group"]))
        self.assertIn("release 6.12.9", body(replies["host:uname"]))
        self.assertIs(True, replies["host:uname"]["thinned"])

    def test_a_shared_recording_says_the_same(self):
        shared = self.keep("shared.json", document("record", "-", "--from", self.path))
        whole, thin = parse(document("scan", "--from", self.path)), parse(document("scan", "--from", shared))
        self.assertEqual(1073741824, whole["linux"]["memory"]["cgroup_limit_bytes"])
        self.assertIs(False, whole["meta"]["redacted"])
        self.assertIs(True, thin["meta"]["redacted"])
        self.only_identity_differs(whole, thin)
        self.verdicts_agree(whole, thin)

    def test_uses_and_routes_stay(self):
        """What is mounted where is gone; what is used and what carries the default route is not."""
        shared = self.keep("shared.json", document("record", "-", "--from", self.path))
        report = parse(document("scan", "--from", shared))
        uses = {row["name"]: row["uses"] for row in report["block"]}
        self.assertEqual({"sda": ["mounted", "root", "swap", "held", "lvm"], "sdb": ["mounted", "swap", "btrfs"],
                          "sdc": ["zfs"], "sdd": [], "sde": []}, {name: uses[name] for name in uses if name.startswith("sd")})
        self.assertEqual([(True, True), (False, False), (False, False), (True, True)],
                         [(row["default_route"], row["session"]) for row in report["net"]])
        self.assertEqual(["enx000000000001", "eth0", "lo", "named4"], [row["name"] for row in report["net"]])

    def test_redaction_is_final(self):
        """--keep-identity cannot bring back what is gone, nor claim that it is there; twice is the same as once."""
        shared = self.keep("shared.json", document("record", "-", "--from", self.path))
        kept = document("record", "-", "--keep-identity", "--from", shared)
        self.assertIs(True, parse(kept)["redacted"])
        self.assertEqual(shared.read_text(), kept)
        self.assertEqual(shared.read_text(), document("record", "-", "--from", shared))

    def test_a_private_group_of_the_device_stays_private(self):
        """The group of /dev/kvm may be a person's own: then its name is taken out, and that is the reason given."""
        text = secretive().replace("0660 0 104", "0660 0 1000")
        path = self.keep("group.json", text)
        shared = self.keep("shared.json", document("record", "-", "--from", path))
        self.assertEqual(SECRETS["group"], parse(document("scan", "--from", path))["linux"]["kvm"]["node_group"])
        report = parse(document("scan", "--from", shared))
        self.assertIsNone(report["linux"]["kvm"]["node_group"])
        told = {unknown["pointer"]: unknown["answer"] for unknown in report["unknowns"]}
        self.assertEqual("redacted", told["/linux/kvm/node_group"])


class Recordings(Folder):
    """Every fixture: what is loaded is what is saved."""

    def test_saved_as_loaded(self):
        for folder in FIXTURES:
            with self.subTest(folder.name):
                before = parse((folder / "recording.json").read_text())
                after = parse(document("record", "-", "--keep-identity", "--from", folder / "recording.json"))
                self.assertEqual(before["replies"], after["replies"])
                self.assertEqual(before.get("redacted", False), after["redacted"])

    def test_redaction_changes_no_verdict(self):
        for folder in FIXTURES:
            with self.subTest(folder.name):
                path = folder / "recording.json"
                shared = self.keep("shared.json", document("record", "-", "--from", path))
                whole, thin = parse(document("scan", "--from", path)), parse(document("scan", "--from", shared))
                self.only_identity_differs(whole, thin)
                self.verdicts_agree(whole, thin)


if __name__ == "__main__":
    if "HOSTCAP" not in os.environ:
        sys.exit("set HOSTCAP to the path of the program")
    unittest.main()
