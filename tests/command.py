#!/usr/bin/python3
"""The command as a user types it: exit statuses, messages, output files, colours, and input that nobody should trust.

HOSTCAP names the program."""
import csv
import fcntl
import io
import json
import os
import pathlib
import pty
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

sys.dont_write_bytecode = True
from fixtures import (HOSTCAP, PATIENCE, TREE, clean_environment, document, fact_pointers, jq, parse, run, tables,
                      verdict_statuses, violations)

MIB = 1 << 20
ESCAPES = re.compile(rb"\x1b\[[0-9;]*m")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]")  # C0 but newline, DEL, C1
SANITIZED = b"__asan_" in pathlib.Path(HOSTCAP).read_bytes() if os.path.exists(HOSTCAP) else False


# ---- composed hosts ----

def reply(key, answer):
    """answer: text, bytes, or why there is none, as ("denied", "EACCES")."""
    if isinstance(answer, tuple):
        return {"key": key, "answer": answer[0], "error": answer[1]}
    if isinstance(answer, bytes):
        return {"key": key, "hex": answer.hex()}
    return {"key": key, "text": answer.split("\n")}


def recording(replies=(), **head):
    """A recording as a document; what head gives None for is left out."""
    whole = {"hostcap_recording": 1, "tool": "test", "platform": "linux", "redacted": False,
             "replies": [reply(*item) for item in dict(replies).items()]}
    whole.update(head)
    return {key: value for key, value in whole.items() if value is not None}


ABSENT = ("absent", "ENOENT")
LINUX = {
    "host:time": "2026-01-02T03:04:05Z",
    "host:uname": "sysname Linux\nrelease 6.12.9\nversion #1 SMP\nmachine x86_64\nnodename node\n",
    "host:privilege": "euid 0\negid 0\ngroups\ncap_eff 000001ffffffffff\ncpu 0\n",
    "file:/proc/sys/kernel/osrelease": "6.12.9\n",
    "file:/proc/cmdline": "quiet\n",
    "file:/sys/hypervisor/type": ABSENT,
}
CONTAINERS = {  # what Docker Engine asks for
    "dir:/sys/fs/cgroup": "cgroup.controllers\nmemory.stat\n",
    "file:/proc/filesystems": "nodev\toverlay\n\text4\n",
    "stat:/proc/sys/kernel/seccomp/actions_avail": "file 0:0 0444 0 0",
    "file:/proc/self/status": "Name:\thostcap\nSeccomp:\t0\n",
}
FLAGS = "fpu msr nx lm vmx x2apic ept vpid"
INTEL = {  # a machine with VT-x, which firmware leaves on
    "cpuid:0:00000000:0": "0000000d 756e6547 6c65746e 49656e69",
    "cpuid:0:00000001:0": "000306c3 00000800 00200020 00000000",
    "cpuid:0:80000000:0": "80000008 00000000 00000000 00000000",
    "cpuid:0:80000001:0": "00000000 00000000 00000000 20100000",
    "file:/proc/cpuinfo": f"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Composed CPU\nflags\t\t: {FLAGS}\n\n",
    "msr:0:3a": "0000000000000005",
    "msr:0:482": "8401e1720401e172",
    "msr:0:48b": "00553cfe00000000",
    "msr:0:48c": "00000f0106334141",
    "msr:0:481": "000000ff00000016",
}
KVM = {
    "file:/proc/misc": "232 kvm\n",
    "file:/proc/modules": "kvm_intel 512000 0 - Live 0x0\nkvm 1400832 1 kvm_intel, Live 0x0\n",
    "file:/etc/group": "root:x:0:\nkvm:x:104:\n",
    "stat:/dev/kvm": "char 10:232 0660 0 104",
    "access:rw:/dev/kvm": "granted",
    "ioctl:kvm:api_version": "12",
    "stat:/sys/module/kvm": "dir 0:0 0755 0 0",
    "stat:/sys/module/kvm_intel": "dir 0:0 0755 0 0",
    "stat:/sys/module/kvm_amd": ABSENT,
    "stat:/sys/module/kvm_pvm": ABSENT,
    "file:/sys/module/kvm/parameters/enable_virt_at_load": "N\n",
    **{f"file:/sys/module/kvm_intel/parameters/{name}": "Y\n" for name in ("ept", "unrestricted_guest", "nested", "enable_apicv")},
}
ISOLATED = {  # an IOMMU that is on, one group, interrupts remapped
    "dir:/sys/class/iommu": "dmar0\n",
    "file:/sys/class/iommu/dmar0/intel-iommu/ecap": "f020df\n",
    "dir:/sys/kernel/iommu_groups": "0\n",
    "dir:/sys/kernel/iommu_groups/0/devices": "0000:00:02.0\n",
    "file:/sys/kernel/iommu_groups/0/type": "DMA-FQ\n",
    "file:/sys/kernel/iommu_groups/0/reserved_regions": "0x00000000fee00000 0x00000000feefffff msi\n",
    "file:/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts": "N\n",
    "file:/sys/module/vfio/parameters/enable_unsafe_noiommu_mode": "N\n",
    "file:/proc/interrupts": "            CPU0\n  24:          1  IR-PCI-MSIX-0000:00:02.0    0-edge      eth0\n",
}


def pci_function(address, ids="8086:10D3", driver=b"e1000e"):
    """A network card on a root bus."""
    path = f"/sys/bus/pci/devices/{address}"
    words = b"DRIVER=" + driver + f"\nPCI_CLASS=20000\nPCI_ID={ids}\nPCI_SUBSYS_ID=8086:0000\nPCI_SLOT_NAME={address}\n".encode()
    vendor, device = ids.lower().split(":")
    head = vendor[2:] + vendor[:2] + device[2:] + device[:2]
    return {f"link:{path}": f"../../../devices/pci0000:00/{address}", f"file:{path}/uevent": words,
            f"dir:{path}": "config\ndriver\nenable\nreset_method\nresource\nuevent\n", f"file:{path}/power_state": "D0\n",
            f"file:{path}/reset_method": "flr\n", f"pciconf:{address}": f"size 256\n00 {head}{'00' * 248}{'00' * 4}\n"}


CARDS = {"dir:/sys/bus/pci/devices": "0000:00:02.0\n0000:00:1f.6\n", **pci_function("0000:00:02.0"),
         **pci_function("0000:00:1f.6", "8086:15BC")}
READY = {**LINUX, **CONTAINERS, **INTEL, **KVM, **ISOLATED}
LOCKED = {**LINUX, **CONTAINERS, **INTEL, "msr:0:3a": "0000000000000001", "file:/proc/misc": "229 fuse\n",
          "stat:/dev/kvm": ABSENT, "file:/proc/modules": "ext4 1 0 - Live 0x0\n",
          "file:/proc/cpuinfo": INTEL["file:/proc/cpuinfo"].replace(" vmx", "").replace(" ept vpid", "")}


class Folder(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def keep(self, name, content):
        path = self.folder / name
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def host(self, replies):
        return self.keep("host.json", recording(replies))

    def one_message(self, done, *words):
        """Exit 2, nothing on standard output, one printable line that says all the words."""
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertEqual(b"", done.stdout)
        text = done.stderr.decode("utf-8")  # a message in half a character is none
        self.assertEqual(1, text.count("\n"), f"one line was expected: {text!r}")
        self.assertTrue(text.startswith("hostcap: ") and text.endswith("\n"), repr(text))
        self.assertIsNone(CONTROLS.search(text[:-1]), f"a control character: {text!r}")
        for word in words:
            self.assertIn(str(word), text)

    def usage_error(self, words, *said):
        done = run(*words)
        self.assertEqual((2, b""), (done.returncode, done.stdout), f"{words}: {done.stderr!r}")
        for word in said:
            self.assertIn(word, done.stderr.decode())


class ExitStatus(Folder):
    def status(self, replies, *profiles):
        return run("check", *profiles, "--from", self.host(replies)).returncode

    def test_ready(self):
        self.assertEqual(0, self.status(READY, "kvm"))
        self.assertEqual(0, self.status(READY, "kvm-x86"))
        self.assertEqual(0, self.status({**LINUX, **CONTAINERS}, "docker-engine"))

    def test_not_ready(self):
        """Firmware locked VT-x off: ready after fixes is not ready."""
        self.assertEqual(1, self.status(LOCKED, "kvm"))
        self.assertIn("CPU_VMX_FW_LOCKED", document("check", "kvm", "--from", self.host(LOCKED), status=(1,)))
        freebsd = {"host:uname": LINUX["host:uname"].replace("Linux", "FreeBSD")}
        self.assertEqual(1, self.status(freebsd, "docker-engine"))

    def test_cannot_tell(self):
        self.assertEqual(3, self.status({}, "kvm"))
        self.assertEqual(3, self.status(LINUX, "kvm"))

    def test_limited(self):
        self.assertEqual(4, self.status(LINUX, "qemu-tcg"))

    def test_the_worst_of_several(self):
        """Not ready, cannot tell, limited, ready."""
        self.assertEqual(0, self.status(READY, "kvm", "docker-engine"))
        self.assertEqual(4, self.status(READY, "kvm", "qemu-tcg", "docker-engine"))
        self.assertEqual(1, self.status(READY))  # of all profiles some are not ready
        self.assertEqual(3, self.status({**LINUX, **CONTAINERS}, "docker-engine", "kvm", "qemu-tcg"))
        self.assertEqual(1, self.status(LOCKED, "qemu-tcg", "kvm", "docker-engine"))
        self.assertEqual(1, self.status(LOCKED))

    def test_every_other_command_reports(self):
        path = self.host(LOCKED)
        for words in ([], ["scan"], ["list"], ["list", "memory.hugepages"], ["explain", "kvm"], ["explain", "CPU_VIRT_ABSENT"],
                      ["passthrough"], ["passthrough", "--json"], ["record", "-"], ["schema"], ["--json"]):
            with self.subTest(words):
                self.assertTrue(document(*words, "--from", path).endswith("\n"))

    def test_without_root(self):
        user = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"} if os.getuid() == 0 else {}
        try:
            report = parse(document("scan", **user))
        except PermissionError:
            self.skipTest("another user cannot reach the program")
        self.assertEqual([], violations(report))
        self.assertEqual("user", report["meta"]["privilege"])

    def test_a_time_limit_still_gives_a_report(self):
        report = parse(document("scan", "--timeout", "0.001"))
        self.assertEqual([], violations(report))
        self.assertEqual({unknown["pointer"] for unknown in report["unknowns"]} & set(fact_pointers(report)),
                         {where for where, value in fact_pointers(report).items() if value is None})
        document("check", "--timeout", "0.001", status=verdict_statuses())
        document("--timeout", "0")


class Usage(Folder):
    def test_unknown_names_list_the_near_ones(self):
        path = self.host(LINUX)
        for words, said in ((["check", "kvm-x68"], "kvm-x86"), (["check", "docker"], "docker-engine"),
                            (["check", "kvm", "KVM-X86_"], "kvm-x86"),
                            (["list", "memory.hugepagse"], "memory.hugepages"), (["list", "hugepages"], "memory.hugepages"),
                            (["list", "memory.hugepages", "--columns", "total,fere"], "free"),
                            (["explain", "virt.hv"], "virt.hw"), (["explain", "cpu.hwvirt"], "cpu.hw_virt"),
                            (["explain", "CPU_VRT_ABSENT"], "CPU_VIRT_ABSENT"), (["explain", "kvm-x68"], "kvm-x86"),
                            (["list", "pci", "--columns", "adress"], "address"), (["list", "fatcs"], "facts"),
                            (["export", "csv", "blokc"], "block"), (["export", "xml"], "csv"), (["schema", "dfif"], "diff"),
                            (["export", "csv", "net", "--columns", "naem"], "name"),
                            (["scan", "--only", "storge"], "storage"), (["scan", "--skip", "cpu,cpuuid"], "cpuid"),
                            (["list", "--only", ""], "cpu")):
            with self.subTest(words):
                self.one_message(run(*words, "--from", path), said)

    def test_names_far_from_all_say_where_to_look(self):
        path = self.host(LINUX)
        self.one_message(run("check", "q" * 300, "--from", path), "hostcap list profiles")
        self.one_message(run("list", "zzzzzzzzzzzz", "--from", path), "hostcap list")
        self.one_message(run("explain", "zzzzzzzzzzzz", "--from", path), "hostcap list")

    def test_usage_errors(self):
        path = str(self.host(LINUX))
        for words, *said in ((["chekc"], "chekc", "check"), (["--jsno"], "--jsno"), (["scan", "-x"], "x"),
                             (["scan", "extra"], "extra"), (["explain"], "ID"), (["explain", "a", "b"], "b"),
                             (["record"], "FILE"), (["record", "a", "b"], "b"), (["list", "a", "b"], "b"),
                             (["--from"], "--from"), (["-o"], "o"), (["--color=red"], "auto"),
                             (["--timeout", "soon"], "seconds"), (["--timeout", "-1"], "seconds"),
                             (["--timeout", "nan"], "seconds"), (["--timeout", "1s"], "seconds"), (["--timeout", ""], "seconds"),
                             (["--from", path, "--sysroot", "/"], "--from", "--sysroot"),
                             (["--prove", "--from", path], "--prove"), (["--prove", "--sysroot", "/"], "--prove"),
                             (["--wake", "--from", path], "--wake"), (["passthrough", "--wake", "--sysroot", "/"], "--wake"),
                             (["--dell-tokens", "--from", path], "--dell-tokens"),
                             (["--udev", "--from", path], "--udev"), (["scan", "--udev", "--sysroot", "/"], "--udev"),
                             (["diff"], "A [B]"), (["diff", "a", "b", "c"], "c"), (["export"], "FORMAT"), (["export", "csv", "a", "b"], "b"),
                             (["lits"], "did you mean list"), (["exprot"], "export"), (["export", "csv", "--columns", "name"], "TABLE"),
                             (["list", "facts", "--columns", "key"], "TABLE"), (["schema", "--only", "cpu"], "--only"),
                             (["diff", path, path, "--skip", "cpu"], "--skip"),
                             (["passthrough"] + ["00:00.0"] * 65, "00:00.0"), (["passthrough", "--columns", "address"], "--columns"),
                             (["record", "a", "-o", "b"], "record"), (["check"] + ["kvm"] * 65, "kvm")):
            with self.subTest(words):
                self.usage_error([*words], *said)

    def test_an_empty_list_of_columns_is_no_list(self):
        path = self.host({**LINUX, "dir:/sys/kernel/mm/hugepages": "hugepages-2048kB\n"})
        for columns in ("", ",", "total,,free"):
            with self.subTest(columns):
                self.usage_error(["list", "memory.hugepages", "--columns", columns, "--from", path], "column")

    def test_columns(self):
        path = self.host({**LINUX, "dir:/sys/kernel/mm/hugepages": "hugepages-2048kB\n",
                          "file:/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "7\n",
                          "file:/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages": "5\n"})
        asked = ("list", "memory.hugepages", "--columns", "free,size_bytes", "--from", path)
        self.assertEqual([["free", "size_bytes"], ["5", "2097152"]], [line.split() for line in document(*asked).splitlines()])
        rows = parse(document(*asked, "--json"))["rows"]
        self.assertEqual([("free", 5), ("size_bytes", 2097152)], list(rows[0].items()))

    def test_help_and_version(self):
        self.assertIn("usage:", document("--help"))
        self.assertRegex(document("--version"), r"^hostcap \d+\.\d+\.\d+\n$")
        for name in ("check", "scan", "list", "passthrough", "explain", "record", "diff", "export", "schema"):
            self.assertIn(f"hostcap {name}", document("--help"))

    def test_the_manual_has_every_option_and_command(self):
        manual = (TREE / "cli" / "hostcap.1").read_text().replace("\\-", "-")
        for word in re.findall(r"--[a-z-]+|(?<=  hostcap )[a-z]+", document("--help")):
            if word not in ("--help", "--version"):
                self.assertIn(word, manual)


def every_value_but(*kinds):
    for value in (5, -1, 1.5, True, None, "text", [], {}):
        if type(value) not in kinds:
            yield value


class BadRecording(Folder):
    """Exit 2 and one line that names the file and the place."""

    def refused(self, content, *words):
        path = self.keep("bad.json", content)
        self.one_message(run("--from", path), path, *words)

    def refused_at(self, content, line, column, *words):
        self.refused(content, f"bad.json, line {line}, column {column}: ", *words)

    def whole(self):
        return json.dumps(recording(READY), indent=0)

    def test_a_good_one(self):
        done = run("--from", self.keep("good.json", self.whole()))
        self.assertEqual((0, b""), (done.returncode, done.stderr))

    def test_truncated(self):
        """Cut off anywhere: in a word, a list, a string."""
        text = self.whole()
        for size in (1, 10, len(text) // 3, len(text) // 2, len(text) - 3, len(text) - 1):
            with self.subTest(size):
                self.refused(text[:size], ", line ", "ends too early")

    def test_empty(self):
        self.refused_at(b"", 1, 1)
        self.refused(b"\n\n \n", ", line ")

    def test_not_json(self):
        for text in ("hello", "{'a': 1}", '{"hostcap_recording": 1,}', '{"a": NaN}', '{"a": Infinity}', "/* */ {}", "{a: 1}",
                     '{"a": +1}', '{"a": .5}', '{"a": 0x10}', '{"a": "\\x41"}', '{"a" 1}', "[1 2]", '{"a": tru}', '"\\ud800"'):
            with self.subTest(text):
                self.refused(text, ", line 1, column ")

    def test_what_other_readers_refuse(self):
        """cJSON alone is more tolerant than RFC 8259; two readers must not see two hosts."""
        for text in ('{"a": 01}', '{"a": -01}', '{"a": 1.}', '{"a": 1.e5}', '{"a": "\\u00zz"}', '{"a": "b\\u 041"}'):
            text = self.whole().replace("{", text[:-1] + ",", 1)
            with self.subTest(text[1:20]):
                self.refused(text, ", line 1, column ")

    def test_places(self):
        self.refused_at('{\n "hostcap_recording": 1,\n "x": }', 3, 7)
        self.refused_at(b'{\n"a":"\xff"}', 2, 6, "UTF-8")
        self.refused_at(b'{"a":"\x01"}', 1, 7, "control")
        self.refused_at(b'{"a":\n"\t"}', 2, 2, "control")
        self.refused_at(json.dumps(recording()) + "\n x", 2, 2, "more text")
        self.refused_at("[" * 100000, 1, 65, "64 levels")
        self.refused_at("[" * 100000 + "]" * 100000, 1, 65, "64 levels")
        self.refused_at('{"a":' * 100000, 1, 321, "64 levels")

    def test_invalid_utf8(self):
        """Overlong, surrogates, above U+10FFFF, cut off: RFC 3629."""
        for bad in (b"\x80", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3",
                    b"\xe2\x82", b"\xff"):
            with self.subTest(bad):
                self.refused_at(b'{"a":"' + bad + b'"}', 1, 7, "UTF-8")

    def test_nul(self):
        whole = self.whole().encode()
        self.refused(whole + b"\0", ", line ")
        self.refused(whole.replace(b"quiet", b"qu\0et"), ", line ")
        self.refused(whole.replace(b"quiet", b"qu\\u0000et"), ", line ", "NUL")

    def test_bom(self):
        """RFC 8259, 8.1: no byte order mark may be added."""
        self.refused(b"\xef\xbb\xbf" + self.whole().encode(), ", line 1, column 1: ")

    def test_repeated_keys(self):
        """The place is that of the second one."""
        self.refused_at('{"hostcap_recording": 1,\n"platform": "linux",\n "platform": "macos",\n"replies": []}', 3, 2, "twice")
        lines = ['{"hostcap_recording": 1, "platform": "linux", "replies": [', '{"key": "a", "text": ["x"]},',
                 '{"key": "b", "text": ["x"]},', '{"key": "c", "text": ["x"], "text": ["y"]}]}']
        self.refused_at("\n".join(lines), 4, 29, "twice")

    def test_repeated_replies(self):
        text = json.dumps(recording())[:-2] + '{"key": "host:uname", "text": [""]}, {"key": "host:uname", "text": [""]}]}'
        self.refused(text, "host:uname", "before")

    def test_no_recording(self):
        for value in ([], 5, "text", None, {}, {"replies": []}):
            with self.subTest(value):
                self.refused(json.dumps(value), "hostcap_recording")

    def test_versions(self):
        self.refused(recording(hostcap_recording=2, tool="hostcap 9.9.9"), "newer", "hostcap 9.9.9", "format 2")
        for version in (0, -1, 1.5, "1", True, 1e300, [1]):
            with self.subTest(version):
                self.refused(recording(hostcap_recording=version), "hostcap_recording")

    def test_members_of_another_type(self):
        """A member that is there and cannot be what it says is no member to pass over: redacted least of all."""
        for member, kind in (("tool", str), ("platform", str), ("redacted", bool), ("replies", list)):
            for value in every_value_but(kind):
                with self.subTest(member=member, value=value):
                    bad = recording()
                    bad[member] = value
                    self.refused(bad, member)

    def test_missing_members(self):
        for member in ("hostcap_recording", "platform", "replies"):
            with self.subTest(member):
                self.refused({key: value for key, value in recording().items() if key != member}, member)

    def reply_refused(self, bad, *words):
        self.refused(recording() | {"replies": [bad]}, *words)

    def test_replies_of_another_type(self):
        for value in every_value_but(dict):
            with self.subTest(value):
                self.reply_refused(value, "reply")

    def test_members_of_replies_of_another_type(self):
        ok, denied = {"key": "file:/a", "text": ["x"]}, {"key": "file:/a", "answer": "denied", "error": "EACCES"}
        for base, member, kind in ((ok, "key", str), (ok, "text", list), (ok, "thinned", bool), (denied, "answer", str),
                                   (denied, "error", str), ({"key": "file:/a", "hex": "00"}, "hex", str)):
            for value in every_value_but(kind):
                with self.subTest(member=member, value=value):
                    self.reply_refused({**base, member: value}, "reply")
        for value in every_value_but(str):
            with self.subTest(lines=value):
                self.reply_refused({**ok, "text": ["x", value]}, "file:/a")

    def test_senseless_replies(self):
        key = {"key": "file:/a"}
        for bad in ({"text": ["x"]}, {"key": "", "text": ["x"]}, {"key": "k" * 4097, "text": ["x"]}, key, {**key, "text": []},
                    {**key, "text": ["x"], "hex": "00"}, {**key, "answer": "maybe"}, {**key, "answer": "ok"},
                    {**key, "answer": "denied", "text": ["x"]}, {**key, "answer": "absent", "hex": "00"}):
            with self.subTest(str(bad)[:80]):
                self.reply_refused(bad, "reply")

    def test_hexadecimal(self):
        for digits in ("0", "zz", "0x", "+1", "-1", " 1", "1 ", "0g", "é"):
            with self.subTest(digits):
                self.reply_refused({"key": "file:/a", "hex": digits}, "file:/a")

    def test_a_reply_larger_than_any_host_gives(self):
        """8 MiB is the limit of a live answer (HC_REPLY_MAX): more would not be what a host said."""
        self.reply_refused({"key": "file:/a", "text": ["x" * (9 * MIB)]}, "file:/a")

    def test_a_huge_string_does_no_harm(self):
        path = self.keep("huge.json", recording(tool="x" * (30 * MIB)))
        self.assertIn(run("--from", path).returncode, (0, 2))
        self.refused(recording(hostcap_recording=2, tool="x" * (30 * MIB)), "newer")

    def test_messages_of_hostile_recordings_are_one_clean_line(self):
        """What a recording says is quoted without its line breaks, escape sequences and half characters."""
        for name in ("a\nb", "a\x1b[31mb", "a\x9b31m", "é" * 100, "aa" + "é" * 100, "a\x7fb", "a\rb"):
            with self.subTest(ascii(name)):
                self.reply_refused({"key": name, "hex": "zz"}, "reply")
                self.refused(recording(hostcap_recording=2, tool=name), "newer")

    def test_files(self):
        self.one_message(run("--from", self.folder / "none.json"), "none.json", "No such file")
        self.one_message(run("--from", self.folder), self.folder, "directory")
        self.one_message(run("--from", ""), "No such file")
        if os.getuid():
            path = self.host(LINUX)
            path.chmod(0)
            self.one_message(run("--from", path), path, "Permission denied")

    def test_every_command_refuses(self):
        path = self.keep("bad.json", "{")
        for words in (["scan"], ["check"], ["list"], ["passthrough"], ["explain", "kvm"], ["record", "-"], ["--json"]):
            with self.subTest(words):
                self.one_message(run(*words, "--from", path), path)

    @unittest.skipIf(SANITIZED, "a sanitizer needs memory of its own")
    def test_a_sparse_file_of_a_gibibyte(self):
        path = self.folder / "sparse.json"
        with open(path, "wb") as file:
            file.truncate(1 << 30)
        code, peak, said = self.measured("--from", path)
        self.assertEqual(2, code, said)
        self.assertIn("64 MiB", said)
        self.assertLess(peak, 100 * MIB, f"{peak // MIB} MiB of memory to refuse a file")

    def measured(self, *words):
        """Exit status, peak of resident memory, standard error; with a limit that spares the machine."""
        with open(self.folder / "said", "w+b") as said:
            child = subprocess.Popen([HOSTCAP, *map(str, words)], stdout=subprocess.DEVNULL, stderr=said,
                                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (400 * MIB, 400 * MIB)))
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            return child.returncode, used.ru_maxrss * 1024, said.read().decode()

    def test_little_memory_is_told(self):
        """Where memory ends it says so; it does not crash."""
        if SANITIZED:
            self.skipTest("a sanitizer needs memory of its own")
        path = self.keep("large.json", recording({f"file:/{n}": "x" * MIB for n in range(40)}))
        for limit in (20, 30, 45, 60, 90, 120):
            with self.subTest(limit):
                size = limit * MIB
                done = run("scan", "--from", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))
                if done.returncode:
                    self.one_message(done, "memory")


HOSTILE = b"\x1b[31mred\x1b]0;title\x07\x9b2J\xc2\x9b2J\x7f\r\x08\xff\xe2\x80\xae<&>\"\\"


def hostile_host():
    """Escape sequences, C1 controls and broken UTF-8 wherever a host may put bytes of its own."""
    odd = HOSTILE.replace(b"\n", b"")
    word = odd.replace(b" ", b"")
    brand = odd[:48].ljust(48, b"\0")
    registers = [brand[i:i + 16] for i in (0, 16, 32)]
    hexed = [" ".join(part[i:i + 4][::-1].hex() for i in (0, 4, 8, 12)) for part in registers]
    release = b"6.12.9" + word
    host = {**READY,
            "host:uname": b"sysname Linux\nrelease " + release + b"\nversion " + odd + b"\nmachine x86_64\nnodename " + odd + b"\n",
            "file:/proc/sys/kernel/osrelease": release + b"\n",
            "file:/proc/cmdline": b"quiet clearcpuid=" + word + b",vmx intel_iommu=" + word + b" " + odd + b"\n",
            "file:/proc/cpuinfo": b"processor\t: 0\nvendor_id\t: " + odd + b"\nmodel name\t: " + odd + b"\nflags\t\t: nx lm vmx " + odd
                                  + b"\n\n",
            "cpuid:0:80000000:0": "80000008 00000000 00000000 00000000",
            **{f"cpuid:0:8000000{n + 2}:0": hexed[n] for n in range(3)},
            "cpuid:0:00000001:0": "000306c3 00000800 80200020 00000000",
            "cpuid:0:40000000:0": "40000001 " + " ".join((b"\x1b[31m\x9b\xff\x07\xc2\x9b2J"[i:i + 4])[::-1].hex() for i in (0, 4, 8)),
            "file:/sys/devices/system/cpu/vulnerabilities/itlb_multihit": odd + b"\n",
            "file:/etc/group": b"root:x:0:\n" + word + b":x:104:\n",
            "file:/run/systemd/container": odd + b"\n",
            "dir:/sys/class/iommu": word + b"\n",
            "dir:/sys/kernel/iommu_groups": "0\n",
            "file:/sys/kernel/iommu_groups/0/type": odd + b"\n",
            "dir:/sys/kernel/iommu_groups/0/devices": word + b"\n" + word + b"2\n",
            "file:/proc/self/cgroup": b"0::/" + word + b"\n",
            "file:/sys/kernel/security/lockdown": ("failed", odd.decode("latin-1")),
            "dir:/sys/firmware/acpi/tables": ("denied", "\x1b[2J\x9b\n\u202e"),
            "ioctl:kvm:prove": odd,
            "dir:/sys/bus/pci/devices": b"0000:00:02.0\n" + word + b"\n",
            **pci_function("0000:00:02.0", driver=word),
            "file:/sys/bus/pci/devices/0000:00:02.0/label": odd + b"\n",
            "file:/sys/bus/pci/devices/0000:00:02.0/reset_method": odd + b"\n"}
    return host


class HostileHost(Folder):
    """Bytes of the host are shown and can do nothing."""

    def setUp(self):
        super().setUp()
        self.path = self.host(hostile_host())
        self.report = parse(document("scan", "--from", self.path))

    def clean(self, *words, status=verdict_statuses()):
        text = document(*words, status=status)  # valid UTF-8, or it raises
        found = CONTROLS.search(text)
        if found:
            line = text[:found.start()].count("\n")
            self.fail(f"hostcap {' '.join(map(str, words))}: {found[0]!r} in {text.splitlines()[line]!r}")
        return text

    def ids(self):
        yield from (where[1:].replace("/", ".") for where in fact_pointers(self.report))
        yield from (finding["check"] for finding in self.report["findings"])
        yield from (rating["profile"] for rating in self.report["ratings"])
        yield from re.findall(r"^REASON\((\w+)", (TREE / "report" / "reasons.def").read_text(), re.MULTILINE)

    def test_the_host_is_hostile(self):
        """The report holds what the host said, or this class would test nothing."""
        self.assertIn("\x1b[31mred", self.report["uname"]["release"])
        self.assertIn("\x1b[31mred", self.report["cpuid"]["brand"])
        self.assertIn("\x1b[31mred", self.report["linux"]["kernel"]["command_line"])
        self.assertIn("\x1b[31mred", self.report["iommu"]["groups"][0]["type"])
        self.assertIn("red", self.report["linux"]["kvm"]["node_group"])

    def test_text(self):
        for words in ([], ["check"], ["list"], ["list", "facts"], ["list", "tables"], ["passthrough"], ["passthrough", "00:02.0"],
                      ["explain", "00:02.0"], ["diff", self.keep("other.json", recording(READY))], *(["list", table] for table in tables())):
            with self.subTest(words):
                self.clean(*words, "--from", self.path)

    def test_every_explanation(self):
        for name in self.ids():
            with self.subTest(name):
                self.clean("explain", name, "--from", self.path)

    def test_json(self):
        self.assertEqual([], violations(self.report))
        documents = [document("scan", "--json", "--evidence", "--from", self.path), document("list", "--json", "--from", self.path),
                     document("check", "--json", "--from", self.path, status=verdict_statuses()),
                     document("record", "-", "--from", self.path),
                     *(document("list", table, "--json", "--from", self.path) for table in tables())]
        for text in documents:
            parse(text)
            self.assertEqual(0, jq(text).returncode)
            self.assertIsNone(re.search("[\x00-\x08\x0b-\x1f]", text), "a control character that is not escaped")

    def test_every_explanation_in_json(self):
        whole = ""
        for name in self.ids():
            text = document("explain", name, "--json", "--from", self.path)
            self.assertEqual(name, parse(text)["id"])
            whole += text
        self.assertEqual(0, jq(whole).returncode)

    def test_a_recording_keeps_the_bytes(self):
        replies = {reply["key"]: reply for reply in parse(document("record", "-", "--keep-identity", "--from", self.path))["replies"]}
        self.assertIn(HOSTILE.hex(), replies["file:/sys/kernel/iommu_groups/0/type"]["hex"])

    def test_numbers_that_no_host_has(self):
        """A number that no reader keeps exactly is refused or written as the schema says."""
        huge = {**READY, "file:/proc/meminfo": "MemTotal: 9007199254740993 kB\n", "ioctl:kvm:api_version": "18446744073709551615",
                "dir:/sys/kernel/iommu_groups": "18446744073709551615\n", "stat:/dev/kvm": "char 10:232 0660 0 4294967295",
                "ioctl:kvm:check_extension:NR_VCPUS": "18446744073709551615", "msr:0:3a": "ffffffffffffffff"}
        report = parse(document("scan", "--from", self.host(huge)))
        self.assertEqual([], violations(report))
        self.assertEqual("0xffffffffffffffff", report["msr"]["ia32_feature_control"])


class Devices(Folder):
    def setUp(self):
        super().setUp()
        self.path = self.host({**READY, **CARDS})

    def text(self, *words):
        return document(*words, "--from", self.path)

    def test_all(self):
        text = self.text("passthrough")
        self.assertRegex(text, r"^PCI passthrough ")
        for address in ("0000:00:02.0", "0000:00:1f.6"):
            self.assertRegex(text, rf"(?m)^\S.* {address}  Ethernet, driver e1000e, 8086:")

    def test_summary_says_it_too(self):
        self.assertRegex(self.text(), r"(?m)^PCI passthrough ")
        self.assertIn("there are no PCI devices", document("--from", self.host({**READY, "dir:/sys/bus/pci/devices": ABSENT})))

    def test_one(self):
        text = self.text("passthrough", "0000:00:1f.6")
        self.assertRegex(text, r"^0000:00:1f.6 ")
        self.assertNotIn("0000:00:02.0", text)
        self.assertEqual(text, self.text("passthrough", "00:1f.6"))
        self.assertIn("\n0000:00:02.0", self.text("passthrough", "00:1f.6", "00:02.0"))

    def test_explain_adds_the_evidence(self):
        text = self.text("explain", "00:02.0")
        self.assertTrue(text.startswith(self.text("passthrough", "00:02.0")))
        self.assertRegex(text, r"(?m)^    driver +e1000e +file:/sys/bus/pci/devices/0000:00:02.0/uevent$")

    def test_json(self):
        whole = parse(self.text("passthrough", "--json"))["passthrough"]
        self.assertEqual(["0000:00:02.0", "0000:00:1f.6"], [device["address"] for device in whole["devices"]])
        one = parse(self.text("passthrough", "00:1f.6", "--json"))["passthrough"]
        self.assertEqual(["0000:00:1f.6"], [device["address"] for device in one["devices"]])
        self.assertEqual("0000:00:02.0", parse(self.text("explain", "00:02.0", "--json"))["id"])
        for words in (["passthrough"], ["passthrough", "00:02.0"], ["explain", "00:02.0"]):
            self.assertEqual(0, jq(self.text(*words, "--json")).returncode)

    def test_names_are_decoration(self):
        """From the data files of this machine, in text alone."""
        name = "82574L"
        for words in (["passthrough"], ["passthrough", "00:02.0"], ["explain", "00:02.0"]):
            self.assertNotIn(name, self.text(*words, "--no-names"))
            self.assertNotIn(name, self.text(*words, "--json"))
        self.assertNotIn(name, document("scan", "--from", self.path))
        if any(os.path.exists(f"/usr/share/{folder}/pci.ids") for folder in ("misc", "hwdata")):
            self.assertIn(name, self.text("passthrough"))
            self.assertIn(name, self.text("explain", "00:02.0"))

    def test_devices_that_are_not_there(self):
        for words, said in ((["passthrough", "0000:00:03.0"], "0000:00:02.0"), (["passthrough", "00:03.0"], "00:02.0"),
                            (["passthrough", "00:02.0", "00:1f.7"], "00:1f.6"), (["explain", "0000:00:1e.6"], "0000:00:1f.6"),
                            (["explain", "zz:zz.z"], "hostcap list pci"), (["passthrough", ""], "hostcap list pci"),
                            (["passthrough", "0000:00:02.0 "], "0000:00:02.0"), (["passthrough", "\x1b[31m"], "hostcap list pci")):
            with self.subTest(words):
                self.one_message(run(*words, "--from", self.path), "no PCI device", said)

    def test_columns(self):
        """Text shows those that say most, JSON all."""
        self.assertNotIn("acs_control", self.text("list", "pci"))
        self.assertIn("acs_control", self.text("list", "pci", "--columns", "all"))
        self.assertIn("acs_control", parse(self.text("list", "pci", "--json"))["rows"][0])
        self.assertEqual(["0000:00:02.0", "e1000e"], self.text("list", "pci", "--columns", "address,driver").splitlines()[1].split())

    def test_without_root(self):
        user = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"} if os.getuid() == 0 else {}
        try:
            self.assertRegex(document("passthrough", **user), "^PCI passthrough ")
        except PermissionError:
            self.skipTest("another user cannot reach the program")


class Inventory(Folder):
    """What the machine is, read by people and by spreadsheets, compared, and asked in part."""

    def setUp(self):
        super().setUp()
        self.path = self.host({**READY, **CARDS})

    def text(self, *words):
        return document(*words, "--from", self.path)

    def test_the_tree(self):
        tree = self.text("list")
        self.assertRegex(tree, r"(?m)^CPU +Composed CPU$")
        self.assertRegex(tree, r"(?m)^PCI +00:02\.0  Ethernet  e1000e")
        self.assertNotIn("linux.cpuinfo", tree)
        self.assertRegex(self.text("list", "--no-names"), r"(?m)^PCI +00:02\.0  Ethernet  e1000e  8086:10d3$")
        self.assertRegex(document("list", "--from", self.keep("denied.json", recording({**READY, "dir:/sys/bus/pci/devices": ("denied", "EACCES")}))),
                         r"(?m)^Not seen +.*PCI")

    def test_facts_and_tables(self):
        self.assertRegex(self.text("list", "facts"), r"(?m)^virt\.hw +yes$")
        self.assertRegex(self.text("list", "tables"), r"(?m)^pci +2 rows +PCI functions$")
        listed = parse(self.text("list", "tables", "--json"))["tables"]
        self.assertEqual(sorted(tables()), sorted(table["table"] for table in listed))
        self.assertIn("address", next(table["columns"] for table in listed if table["table"] == "pci"))
        facts, whole = parse(self.text("list", "facts", "--json")), parse(self.text("list", "--json"))
        self.assertEqual(facts["virt"], whole["virt"])
        self.assertNotIn("pci", facts)

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(self.text("export", "csv", "pci", "--columns", "address,driver,acs"), newline="")))
        self.assertEqual([["address", "driver", "acs"], ["0000:00:02.0", "e1000e", "false"]], rows[:2])
        hostile = run("export", "csv", "--from", self.keep("hostile.json", recording(hostile_host()))).stdout.decode()
        self.assertIsNone(CONTROLS.search(hostile.replace("\r\n", "\n")))
        rows = list(csv.reader(io.StringIO(hostile, newline="")))
        self.assertEqual(["table", "row", "column", "value", "unknown"], rows[0])
        self.assertEqual({5}, {len(row) for row in rows})
        self.assertEqual([], [row for row in rows if row[3].lstrip()[:1] in ("=", "+", "-", "@") and row[3]])
        self.assertEqual(len(list(fact_pointers(parse(document("scan", "--from", self.folder / "hostile.json"))))), len([row for row in rows if row[0] == "facts"]))

    def test_nothing_changed(self):
        report = self.keep("report.json", self.text("scan"))
        for words in ([self.path, self.path], [report, self.path], [self.path, report], [report, report]):
            with self.subTest(words):
                found = parse(document("diff", *words, "--json"))
                self.assertEqual(([], [], []), (found["verdicts"], found["changes"], found["not_compared"]))
                self.assertEqual([], violations(found, "diff"))
        self.assertIn("Nothing changed", document("diff", report, "--from", self.path))

    def test_what_changed(self):
        report = self.keep("report.json", self.text("scan"))
        other = self.keep("other.json", recording({**LOCKED, "dir:/sys/bus/pci/devices": "0000:00:02.0\n",
                                                   **pci_function("0000:00:02.0", driver=b"vfio-pci"),
                                                   "host:uname": ("denied", "EACCES"),
                                                   "file:/proc/cmdline": "loud\n"}))
        found = parse(document("diff", report, other, "--json"))
        self.assertEqual([], violations(found, "diff"))
        changes = {(change["table"], change["row"], change["key"]): change for change in found["changes"]}
        self.assertEqual("removed", changes["pci", "0000:00:1f.6", None]["what"])
        driver = changes["pci", "0000:00:02.0", "driver"]
        self.assertEqual(("volatile", "e1000e", "vfio-pci"), (driver["kind"], driver["a"], driver["b"]))
        self.assertEqual("configuration", changes[None, None, "msr.feature_control_vmx_outside_smx"]["kind"])
        self.assertIn({"profile": "kvm-x86", "a": "ready", "b": "ready after fixes"}, found["verdicts"])
        self.assertNotIn((None, None, "uname.release"), changes)  # not known is not gone
        self.assertIn("uname.release", [item["key"] for item in found["not_compared"] if item["known_in"] == "a"])
        text = document("diff", report, other)
        self.assertIn("- pci 0000:00:1f.6", text)
        self.assertIn("driver: e1000e -> vfio-pci", text)

    def test_files_that_cannot_be_compared(self):
        report = parse(self.text("scan"))
        for content, *said in (("{}", "neither a report"), ("[]", "neither a report"), ("{", "line 1"), ("", "line 1"), ("\0", "line 1"),
                               (recording(replies=[], platform="beos"), "platform"),
                               ({"hostcap_recording": 99, "tool": "x"}, "newer"),
                               ({"meta": {"tool": "hostcap", "schema_version": "2.0.0"}}, "another version"),
                               ({"meta": report["meta"]}, "not a whole report"), (document("check", "--json", "--from", self.path, status=(1,)), "not a whole report")):
            with self.subTest(content):
                bad = self.keep("bad.json", content)
                self.one_message(run("diff", bad, self.path), "bad.json", *said)
                self.one_message(run("diff", self.path, bad), "bad.json", *said)
        self.one_message(run("diff", self.folder / "none", self.path), "none")

    def test_a_report_that_lies(self):
        """Values of other types than the schema's are not known; what is too deep, too long or twice is refused."""
        for bad in every_value_but():
            report = parse(self.text("scan"))
            report["pci"], report["virt"], report["linux"]["cpuinfo"]["flags"] = [bad, {"address": bad, "driver": [bad]}], bad, bad
            report["ratings"] = [bad, {"profile": bad, "verdict": bad}]
            path = self.keep("odd.json", report)
            with self.subTest(bad):
                document("diff", path, self.path)
                self.assertEqual([], violations(parse(document("diff", self.path, path, "--json")), "diff"))

    def test_asking_in_part(self):
        whole = parse(document("scan", "--from", self.path))
        part = parse(document("scan", "--skip", "pci,cpu", "--from", self.path))
        self.assertEqual([], violations(part))
        self.assertIs(False, part["meta"]["complete"])
        self.assertEqual(("skipped", "skipped"), (part["meta"]["probes"]["pci"], part["meta"]["probes"]["vmx"]))
        self.assertIsNone(part["pci"])
        self.assertIsNone(part["cpuid"]["vmx"])
        unknown = next(item for item in part["unknowns"] if item["pointer"] == "/pci")
        self.assertIn("not asked", unknown["error"])
        self.assertIn("--skip", unknown["hint"])
        self.assertEqual(whole["linux"]["kernel"], part["linux"]["kernel"])
        only = parse(document("scan", "--only", "pci,iommu", "--from", self.path))
        self.assertEqual(whole["pci"], only["pci"])
        self.assertIsNone(only["cpuid"]["vmx"])
        self.assertEqual(whole["uname"], only["uname"])
        self.assertEqual(3, run("check", "kvm", "--only", "pci", "--from", self.path).returncode)


PROFILE = {"hostcap_profile": 1, "id": "our-node", "title": "Our node", "kind": "type1", "date": "2026-01-01", "sources": ["us"],
           "requirements": [{"id": "os", "fact": "host.os", "in": ["linux"], "level": "hard", "fix": "reinstall",
                             "text": "Not Linux.", "advice": "Install Linux.", "source": "us"}]}


def profile(head=None, **requirement):
    """PROFILE with other members; what is None is left out."""
    merged = {key: value for key, value in {**PROFILE["requirements"][0], **requirement}.items() if value is not None}
    whole = {**PROFILE, "requirements": [merged], **(head or {})}
    return {key: value for key, value in whole.items() if value is not None}


class Profiles(Folder):
    def setUp(self):
        super().setUp()
        self.path = self.host(READY)

    def with_profile(self, content, *words):
        return run(*words, "--from", self.path, "--profile", self.keep("own.json", content))

    def refused(self, content, *words):
        self.one_message(self.with_profile(content, "check"), self.folder / "own.json", *words)

    def test_good(self):
        for requirement, status in (({}, 0), ({"in": ["macos"]}, 1), ({"in": ["macos"], "level": "soft"}, 4),
                                    ({"in": ["macos"], "level": "info"}, 0), ({"in": None, "not_in": ["linux"]}, 1),
                                    ({"fact": "virt.hw", "in": None, "is": True}, 0),
                                    ({"fact": "memory.installed_bytes", "in": None, "at_least": 1}, 3),
                                    ({"fact": "host.os_version", "in": None, "version_at_least": "6.13"}, 1),
                                    ({"fact": "host.os_version", "in": None, "version_at_least": "6.12"}, 0),
                                    ({"fact": None, "in": None, "check": "cpu.hw_virt", "fix": None, "text": None,
                                      "advice": None}, 0),
                                    ({"in": ["macos"], "when": [{"fact": "virt.hw", "is": False}]}, 0),
                                    ({"in": ["macos"], "unless": [{"fact": "virt.hw", "is": True}]}, 0)):
            with self.subTest(requirement):
                done = self.with_profile(profile(**requirement), "check", "our-node")
                self.assertEqual((status, b""), (done.returncode, done.stderr))
                self.assertIn(b"Our node", done.stdout)

    def test_beside_the_others(self):
        report = parse(self.with_profile(PROFILE, "scan").stdout)
        self.assertEqual([], violations(report))
        self.assertIn("our-node", [rating["profile"] for rating in report["ratings"]])
        self.assertIn("kvm-x86", [rating["profile"] for rating in report["ratings"]])
        self.assertIn(b"host.os", self.with_profile(PROFILE, "explain", "our-node").stdout)

    def test_files(self):
        self.one_message(run("--profile", self.folder / "none.json", "--from", self.path), "none.json", "No such file")
        self.one_message(run("--profile", self.folder, "--from", self.path), self.folder, "directory")
        self.refused(b" " * (2 * MIB), "1 MiB")

    def test_syntax(self):
        self.refused('{\n "hostcap_profile": 1,\n "id": ]', "own.json, line 3, column 8: ")
        self.refused(json.dumps(PROFILE, indent=1)[:-20], ", line ", "ends too early")
        self.refused("[" * 100000, ", line 1, column 65: ")
        self.refused('{"hostcap_profile": 1,\n"id": "a",\n"id": "b"}', "own.json, line 3, column 1: ", "twice")
        self.refused(b"", ", line 1, column 1: ")

    def test_head(self):
        for value in every_value_but(int):
            with self.subTest(value):
                self.refused(profile({"hostcap_profile": value}), "hostcap_profile")
        self.refused([], "hostcap_profile")
        self.refused(profile({"hostcap_profile": 2}), "hostcap_profile")
        for member, kind in (("id", str), ("title", str), ("kind", str), ("date", str), ("sources", list), ("requirements", list)):
            for value in every_value_but(kind):
                with self.subTest(member=member, value=value):
                    self.refused({**PROFILE, member: value}, f'"{member}"')
            with self.subTest(missing=member):
                self.refused(profile({member: None}), f'"{member}"')

    def test_ids(self):
        self.refused(profile({"id": "kvm-x86"}), "kvm-x86")

    def test_whoever_has_an_id_can_be_asked_for(self):
        """kvm stands for the profile of this architecture, and facts, checks and codes have names too."""
        for name in ("kvm", "", "host.os", "cpu.hw_virt", "CPU_VIRT_ABSENT"):
            with self.subTest(name):
                for command in ("check", "explain"):
                    done = self.with_profile(profile({"id": name}), command, name)
                    if done.returncode == 2:
                        self.one_message(done, self.folder / "own.json", "id")
                    else:
                        self.assertIn("Our node", done.stdout.decode(), f"{command} {name!r} is about something else")

    def test_two_of_one_id(self):
        files = [self.keep(name, PROFILE) for name in ("a.json", "b.json")]
        self.one_message(run("check", "--from", self.path, "--profile", files[0], "--profile", files[1]), "b.json", "our-node")

    def test_kind(self):
        """What the schema of the report does not know must not come into a report."""
        self.refused(profile({"kind": "hypervisor"}), '"kind"')

    def test_requirements(self):
        for requirement, *said in (({"fact": "host.oss"}, "host.oss"), ({"fact": 5}, "fact"), ({"fact": None}, "fact"),
                                   ({"fact": None, "in": None, "check": "cpu.hw_vrt", "fix": None}, "cpu.hw_vrt"),
                                   ({"in": ["linus"]}, "word"), ({"in": [5]}, "words"), ({"in": []}, '"in"'), ({"in": "linux"}, '"in"'),
                                   ({"levl": "hard"}, "levl"), ({"level": None}, "level"), ({"level": "must"}, "level"),
                                   ({"fix": None}, "fix"), ({"fix": "pray"}, "fix"), ({"fix": "none|pray"}, "fix"),
                                   ({"text": None}, "text"), ({"advice": None}, "advice"), ({"source": None}, "source"),
                                   ({"id": None}, '"id"'), ({"id": 5}, '"id"'), ({"is": "linux"}, "one of"), ({"in": None}, "one of"),
                                   ({"at_least": 5, "in": None}, "at_least"), ({"in": None, "is": True}, '"is"'),
                                   ({"fact": "memory.usable_bytes", "in": None, "at_least": "5"}, "at_least"),
                                   ({"fact": "memory.usable_bytes", "in": None, "at_least": -5}, "at_least"),
                                   ({"fact": "host.os_version", "in": None, "version_at_least": "6.x"}, "version_at_least"),
                                   ({"when": {}}, "when"), ({"when": [{"fact": "nope", "is": True}]}, "nope"),
                                   ({"unless": [{"fact": "host.os", "in": ["linus"]}]}, "word"),
                                   ({"when": [{"fact": "host.os", "in": ["linux"], "levl": 1}]}, "levl")):
            with self.subTest(requirement):
                self.refused(profile(**requirement), *said)

    def test_a_place_is_named(self):
        self.refused(profile(fact="host.oss"), "requirement os")
        self.refused({**PROFILE, "requirements": PROFILE["requirements"] * 2}, "requirement os", "twice")
        self.refused(profile({"lvl": 1}), "lvl")

    def test_hostile_words(self):
        """A profile from elsewhere can do as little to a terminal as a recording."""
        odd = "\x1b[31m\x9b2J\n\x7f" + "é" * 90
        self.refused(profile({odd: 1}), "a key with an escape")
        self.refused(profile(id=odd, level="must"), "level")
        self.refused(profile(fact=odd), "is no fact")
        for member in ("id", "title", "date"):
            with self.subTest(member):
                self.text_is_clean(profile({member: odd}))
        for member in ("id", "text", "advice", "source"):
            with self.subTest(requirement=member):
                self.text_is_clean(profile(**{member: odd, "in": ["macos"]}))

    def text_is_clean(self, content):
        """Shown without controls, or refused in one clean line."""
        for words in (["check"], [], ["explain", content["id"]]):
            done = self.with_profile(content, *words)
            if done.returncode == 2:
                self.one_message(done)
                continue
            text = done.stdout.decode("utf-8")
            found = CONTROLS.search(text)
            self.assertIsNone(found, f"hostcap {words}: {text[max(0, found.start() - 40):found.end() + 40]!r}" if found else "")


def shell(script, *words, **options):
    """hostcap is "$0" in the script, so that it runs as a user would type it."""
    return subprocess.run(["sh", "-c", script, HOSTCAP, *map(str, words)], capture_output=True, timeout=PATIENCE, check=False,
                          env=clean_environment(), **options)


class Output(Folder):
    def setUp(self):
        super().setUp()
        self.path = self.host(READY)
        self.there = self.folder / "there"
        self.there.mkdir()
        self.file = self.there / "out.txt"
        self.text = run("--from", self.path).stdout

    def names(self):
        return sorted(path.name for path in self.there.iterdir())

    def test_into_a_file(self):
        for option in ("-o", "--output"):
            done = run("--from", self.path, option, self.file)
            self.assertEqual((0, b"", b""), (done.returncode, done.stdout, done.stderr))
            self.assertEqual(self.text, self.file.read_bytes())
        self.assertEqual(["out.txt"], self.names())

    def test_the_exit_status_stays(self):
        self.assertEqual(1, run("check", "--from", self.path, "-o", self.file).returncode)

    def test_a_file_is_replaced_whole(self):
        """Whoever has the old file open keeps reading the old one."""
        self.file.write_text("old\n")
        with open(self.file, encoding="utf-8") as old:
            run("--from", self.path, "-o", self.file)
            self.assertEqual("old\n", old.read())
        self.assertEqual(self.text, self.file.read_bytes())

    def test_a_failed_write_leaves_the_old_file(self):
        def no_space():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256))
        for words in (["scan"], ["check"], []):
            with self.subTest(words):
                self.file.write_text("old\n")
                self.one_message(run(*words, "--from", self.path, "-o", self.file, preexec_fn=no_space), self.file, "too large")
                self.assertEqual("old\n", self.file.read_text())
                self.assertEqual(["out.txt"], self.names())
        self.one_message(run("record", self.file, "--from", self.path, preexec_fn=no_space), self.file, "too large")
        self.assertEqual("old\n", self.file.read_text())
        self.assertEqual(["out.txt"], self.names())

    def test_an_error_leaves_the_old_file(self):
        self.file.write_text("old\n")
        for words in (["--from", self.folder / "none"], ["check", "nobody"], ["list", "nothing"], ["--jsno"]):
            self.assertEqual(2, run(*words, "-o", self.file).returncode)
            self.assertEqual("old\n", self.file.read_text())

    def test_places_that_cannot_be_written(self):
        self.one_message(run("scan", "--from", self.path, "-o", self.there), self.there, "directory")
        self.one_message(run("scan", "--from", self.path, "-o", self.there / "none" / "x"), "none", "No such file")
        self.one_message(run("scan", "--from", self.path, "-o", f"{self.file}/"), "out.txt")
        self.one_message(run("record", self.there / "none" / "x", "--from", self.path), "none", "No such file")
        self.one_message(run("scan", "--from", self.path, "-o", ""), "cannot write")
        self.assertEqual([], self.names())

    def test_full(self):
        """Writing that fails is an error: a pipeline must not take half a document for a whole one."""
        self.one_message(run("scan", "--from", self.path, "-o", "/dev/full"), "/dev/full", "No space")
        self.assertTrue(pathlib.Path("/dev/full").is_char_device())
        for words in ("scan", "check", "list", "passthrough", "passthrough --json", "record -", "", "--help", "--version"):
            with self.subTest(words):
                done = shell(f'"$0" {words} --from "$1" >/dev/full', self.path)
                self.one_message(done, "No space")

    def test_closed_files(self):
        self.one_message(shell('"$0" scan --from "$1" >&-', self.path), "standard output")
        for script, status in (('"$0" --from "$1" <&-', 0), ('"$0" --from "$1" 2>&-', 0), ('"$0" --from "$1" <&- 2>&-', 0),
                               ('"$0" --from "$1" >&- 2>&-', 2), ('"$0" --from "$1" <&- >&- 2>&-', 2)):
            with self.subTest(script):
                done = shell(script, self.path)
                self.assertEqual(status, done.returncode, done.stderr)
                self.assertEqual(b"" if status else self.text, done.stdout)

    def test_closed_files_and_an_output_file(self):
        """A file opened in place of a closed one must not be mistaken for it: the document goes where -o says, and only
        there."""
        done = shell('"$0" --from "$1" -o "$2" <&- >&- 2>&-', self.path, self.file)
        self.assertEqual(0, done.returncode)
        self.assertEqual(self.text, self.file.read_bytes())
        before = self.path.read_bytes()
        self.assertEqual(2, shell('"$0" --from "$1" --jsno -o "$2" <&- >&- 2>&-', self.path, self.file).returncode)
        self.assertEqual((before, self.text), (self.path.read_bytes(), self.file.read_bytes()))

    def test_into_a_pipe(self):
        """A FIFO is written to; it is not replaced by a file."""
        pipe, got = self.there / "pipe", []
        os.mkfifo(pipe)
        reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
        reader.start()
        done = run("--from", self.path, "-o", pipe)
        reader.join(PATIENCE)
        self.assertEqual((0, [self.text]), (done.returncode, got), done.stderr)
        self.assertTrue(pipe.is_fifo())
        self.assertEqual(["pipe"], self.names())

    def test_a_reader_that_leaves(self):
        done = shell('"$0" scan --from "$1" | head -n 1 >/dev/null; exit 0', self.path)
        self.assertEqual(b"", done.stderr)

    def test_a_link_stays_a_link(self):
        """As with a shell's >: the file behind it is what changes."""
        link = self.there / "link"
        link.symlink_to("out.txt")
        self.file.write_text("old\n")
        self.assertEqual(0, run("--from", self.path, "-o", link).returncode)
        self.assertTrue(link.is_symlink(), "the link was replaced by a file")
        self.assertEqual(self.text, self.file.read_bytes())

    def test_a_private_file_stays_private(self):
        """Replacing must not open to everybody what its owner had closed: a recording may hold names."""
        self.file.touch()
        self.file.chmod(0o600)
        self.assertEqual(0, run("record", "--keep-identity", self.file, "--from", self.path).returncode)
        self.assertEqual(0o600, self.file.stat().st_mode & 0o777, "mode of the replaced file")


def on_terminal(*words, columns=0, **variables):
    """What the command writes on a terminal of its own; 0 columns: one that does not tell."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    child = subprocess.Popen([HOSTCAP, *map(str, words)], stdin=slave, stdout=slave, stderr=slave,
                             env={**clean_environment(), **variables})
    os.close(slave)
    got = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # EIO: nobody holds the other end
            break
        if not piece:
            break
        got += piece
    os.close(master)
    child.wait(PATIENCE)
    return got.replace(b"\r\n", b"\n")


class Color(Folder):
    def setUp(self):
        super().setUp()
        self.path = self.host(LOCKED)
        self.plain = {words: run(*words, "--from", self.path).stdout for words in ((), ("check",), ("list",), ("explain", "kvm"), ("passthrough",))}

    def test_a_terminal_changes_colour_and_nothing_else(self):
        for words, plain in self.plain.items():
            with self.subTest(words):
                shown = on_terminal(*words, "--from", self.path)
                self.assertIn(b"\x1b[", shown)
                self.assertEqual(plain.decode(), ESCAPES.sub(b"", shown).decode())

    def test_lines_are_as_wide_as_the_terminal(self):
        """From 60 to 160 columns; the same words in the same order."""
        widest = {}
        for columns in (0, 20, 60, 80, 100, 120, 160, 500):
            for words, plain in self.plain.items():
                with self.subTest((columns, words)):
                    shown = ESCAPES.sub(b"", on_terminal(*words, "--from", self.path, columns=columns)).decode()
                    self.assertEqual(plain.decode().split(), shown.split())
                    widest[columns, words] = max(map(len, shown.splitlines()))
                    if columns in (0, 100):
                        self.assertEqual(plain.decode(), shown)
        for words in self.plain:
            self.assertEqual((widest[60, words], widest[160, words]), (widest[20, words], widest[500, words]))
        self.assertLessEqual(widest[80, ("list",)], 80)
        self.assertGreater(widest[120, ()], widest[80, ()])

    def test_a_pipe_has_none(self):
        for plain in self.plain.values():
            self.assertNotIn(b"\x1b", plain)

    def test_always(self):
        for words, plain in self.plain.items():
            with self.subTest(words):
                shown = run(*words, "--from", self.path, "--color=always", env={**clean_environment(), "NO_COLOR": "1"}).stdout
                self.assertIn(b"\x1b[", shown)
                self.assertEqual(plain, ESCAPES.sub(b"", shown))

    def test_every_colour_ends(self):
        shown = run("--from", self.path, "--color=always").stdout.decode()
        for line in shown.splitlines():
            self.assertTrue("\x1b[" not in line or line.rindex("\x1b[0m") == line.rindex("\x1b["), repr(line))

    def test_never(self):
        self.assertEqual(self.plain[()], on_terminal("--from", self.path, "--color=never"))
        self.assertEqual(self.plain[()], run("--from", self.path, "--color=never").stdout)

    def test_no_color(self):
        """https://no-color.org: present and not empty."""
        self.assertEqual(self.plain[()], on_terminal("--from", self.path, NO_COLOR="1"))
        self.assertEqual(self.plain[()], on_terminal("--from", self.path, "--color=auto", NO_COLOR="1"))
        self.assertIn(b"\x1b[", on_terminal("--from", self.path, NO_COLOR=""))

    def test_files_and_json_have_none(self):
        out = self.folder / "out"
        on_terminal("--from", self.path, "-o", out)
        self.assertEqual(self.plain[()], out.read_bytes())
        for words in (["scan"], ["check", "--json"], ["schema"], ["record", "-"]):
            self.assertNotIn(b"\x1b", run(*words, "--from", self.path, "--color=always").stdout)


if __name__ == "__main__":
    if "HOSTCAP" not in os.environ:
        sys.exit("set HOSTCAP to the path of the program")
    unittest.main()
