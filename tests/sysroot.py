#!/usr/bin/python3
"""A host's files in a folder (--sysroot): nothing in the folder leads out of it, nothing in it hangs, and what is not in it
is not taken for absent.

HOSTCAP names the program. HOSTCAP_SHARED may name a folder with corpus-lab/*.tar.gz, snapshots of virtual hosts."""
import os
import pathlib
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from fixtures import check_evidence, check_unknowns, document, parse, run, violations

PATIENCE = 60  # seconds: whoever opens a FIFO waits for ever; a busy machine does not
SECRET = "marzipan-7f3a"
SHARED = os.environ.get("HOSTCAP_SHARED", "")
CORPUS = sorted(pathlib.Path(SHARED, "corpus-lab").glob("*.tar.gz")) if SHARED else []
ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # ten thousand small files want a quick place

FLAGS = "fpu msr nx lm vmx x2apic ept vpid"
CPUINFO = "".join(f"processor\t: {n}\nvendor_id\t: GenuineIntel\nmodel name\t: Composed CPU\nflags\t\t: {FLAGS}\n"
                  "vmx flags\t: vnmi preemption_timer invvpid ept vpid unrestricted_guest shadow_vmcs\n\n" for n in (0, 1))
TREE = {
    "proc/cpuinfo": CPUINFO,
    "proc/cmdline": "quiet intel_iommu=on\n",
    "proc/misc": "232 kvm\n",
    "proc/meminfo": "MemTotal:       16384000 kB\n",
    "proc/modules": "kvm_intel 512000 0 - Live 0x0\nkvm 1400832 1 kvm_intel, Live 0x0\n",
    "proc/sys/kernel/osrelease": "6.12.9\n",
    "sys/module/kvm/parameters/enable_virt_at_load": "N\n",
    "sys/module/kvm_intel/parameters/nested": "Y\n",
}


def leaves(value):
    """The plain values of an object, also of those in it."""
    for part in value.values():
        yield from leaves(part) if isinstance(part, dict) else [part]


class Folder(unittest.TestCase):
    """A tree, and a secret beside it."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.root = self.folder / "root"
        self.root.mkdir()
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        self.secret = self.outside / "secret"
        self.secret.write_text(SECRET + "\n")

    def build(self, tree):
        for name, text in tree.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def link(self, name, target):
        """A link in the tree, in place of what may stand there."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def ask(self, *words):
        return document(*words, "--sysroot", self.root, timeout=PATIENCE)

    def report(self):
        report = parse(self.ask("scan", "--evidence"))
        self.assertEqual([], violations(report))
        check_unknowns(self, report)
        return report

    def replies(self):
        return {reply["key"]: reply for reply in parse(self.ask("record", "-", "--keep-identity"))["replies"]}

    def answer(self, key):
        """What the recording has for a key; what it leaves out is not recorded."""
        reply = self.replies().get(key)
        return "not recorded" if reply is None else reply.get("answer", "ok")

    def text(self, key):
        return "\n".join(self.replies()[key]["text"])


class Plain(Folder):
    def setUp(self):
        super().setUp()
        self.build(TREE)

    def test_facts_of_the_files(self):
        report = self.report()
        cpuinfo = report["linux"]["cpuinfo"]
        self.assertEqual(("GenuineIntel", "Composed CPU", 2), (cpuinfo["vendor"], cpuinfo["brand"], cpuinfo["processors"]))
        for name in ("vmx", "ept", "vpid", "nx", "lm", "x2apic", "same_on_all_cpus", "vmx_unrestricted_guest", "vmx_shadow_vmcs"):
            self.assertIs(True, cpuinfo[name], name)
        for name in ("svm", "npt", "hypervisor", "vmx_apicv"):
            self.assertIs(False, cpuinfo[name], name)
        self.assertEqual("6.12.9", report["linux"]["kernel"]["release"])
        self.assertEqual("on", report["linux"]["kernel"]["intel_iommu"])
        self.assertIs(True, report["linux"]["kvm"]["nested"])
        self.assertEqual(16384000 * 1024, report["memory"]["usable_bytes"])
        self.assertEqual(("linux", "x86_64", "6.12"), tuple(report["host"][name] for name in ("os", "arch", "os_version")))

    def test_what_only_a_running_host_can_tell(self):
        """CPUID, registers, ioctls, rights and the caller belong to this machine, not to the folder."""
        report = self.report()
        self.assertEqual("sysroot", report["meta"]["run"]["origin"])
        self.assertIsNone(report["meta"]["run"]["time"])
        self.assertIsNone(report["meta"]["privilege"])
        for group in ("cpuid", "uname", "process"):
            self.assertEqual({None}, set(leaves(report[group])), group)
        self.assertIsNone(report["linux"]["kvm"]["mode_allows"])
        self.assertIsNone(report["linux"]["kvm_access"])
        told = {unknown["pointer"]: unknown["answer"] for unknown in report["unknowns"]}
        for where in ("/cpuid/vendor", "/uname/nodename", "/process/root", "/linux/kvm/mode_allows", "/linux/kvm/opened"):
            self.assertEqual("not recorded", told[where], where)
        schemes = {key.split(":")[0] for key in self.replies()}
        self.assertEqual(set(), schemes - {"file", "dir", "link", "stat"})

    def test_order_of_names(self):
        """Numbers by their value, addresses of PCI functions by theirs, which is hex."""
        addresses = ["0000:00:00.0", "0000:00:0a.0", "0000:00:1c.0", "0000:0a:00.0", "0000:10:00.0", "ffff:00:00.0", "10000:00:01.0"]
        for address in reversed(addresses):
            (self.root / "sys/bus/pci/devices" / address).mkdir(parents=True, exist_ok=True)
        for name in ("nvme10n1", "nvme2n1"):
            (self.root / "sys/class/block" / name).mkdir(parents=True, exist_ok=True)
        self.assertEqual(addresses, self.text("dir:/sys/bus/pci/devices").split())
        self.assertEqual(["nvme2n1", "nvme10n1"], [name for name in self.text("dir:/sys/class/block").split() if name.startswith("nvme")])

    def test_evidence(self):
        check_evidence(self, self.report(), set(self.replies()))

    def test_a_recording_of_it_says_the_same(self):
        path = self.folder / "recording.json"
        path.write_text(self.ask("record", "-", "--keep-identity"))
        whole, replayed = self.report(), parse(document("scan", "--evidence", "--from", path))
        for report in (whole, replayed):
            report["meta"].pop("run")
        self.assertEqual(whole, replayed)

    def test_the_tree_is_not_changed(self):
        before = self.snapshot()
        self.ask("scan")
        self.ask("list")
        self.ask("record", "-")
        self.assertEqual(before, self.snapshot())

    def snapshot(self):
        return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode, path.lstat().st_size) for path in self.root.rglob("*")}

    def test_however_the_folder_is_named(self):
        whole = self.ask("record", "-")
        self.assertEqual(whole, document("record", "-", "--sysroot", ".", cwd=self.root))
        self.assertEqual(whole, document("record", "-", "--sysroot", "root/", cwd=self.folder))
        self.assertEqual(whole, document("record", "-", "--sysroot", "outside/../root", cwd=self.folder))
        (self.folder / "link").symlink_to("root")
        self.assertEqual(whole, document("record", "-", "--sysroot", "link", cwd=self.folder))

    def test_no_folder(self):
        for name in ("none", "outside/secret", "", "root/proc/cpuinfo/x"):
            with self.subTest(name):
                done = run("scan", "--sysroot", name, cwd=self.folder)
                self.assertEqual((2, b""), (done.returncode, done.stdout))
                self.assertEqual(1, done.stderr.count(b"\n"), done.stderr)
                self.assertIn(name.encode(), done.stderr)


class Missing(Folder):
    """Absent is what a folder with other things in it does not hold; anything else was not saved."""

    def test_an_empty_tree(self):
        report = self.report()
        self.assertEqual({}, self.replies())
        self.assertEqual({"cannot tell"}, {rating["verdict"] for rating in report["ratings"]})

    def test_a_missing_folder(self):
        self.build({"proc/cpuinfo": CPUINFO})
        for key in ("stat:/sys/module/kvm", "dir:/sys/kernel/iommu_groups", "file:/proc/sys/kernel/osrelease", "stat:/dev/kvm"):
            self.assertEqual("not recorded", self.answer(key), key)
        self.assertIsNone(self.report()["linux"]["kvm"]["module_kvm"])

    def test_an_empty_folder(self):
        self.build({"proc/cpuinfo": CPUINFO})
        for name in ("sys/module", "sys/class/iommu", "proc/sys/kernel"):
            (self.root / name).mkdir(parents=True)
        for key in ("stat:/sys/module/kvm", "dir:/sys/class/iommu", "file:/proc/sys/kernel/osrelease"):
            self.assertEqual("not recorded", self.answer(key), key)

    def test_a_folder_without_the_file(self):
        self.build({"proc/cpuinfo": CPUINFO, "sys/module/ext4/refcnt": "1\n", "dev/null": ""})
        for key in ("file:/proc/misc", "file:/proc/cmdline", "stat:/sys/module/kvm", "stat:/sys/module/kvm_intel", "stat:/dev/kvm"):
            self.assertEqual("absent", self.answer(key), key)
        self.assertIs(False, self.report()["linux"]["kvm"]["module_kvm"])

    def test_absent_is_no_without_a_folder_of_the_same_kind(self):
        """sys holds something, sys/kernel is not there: then what lies in sys/kernel was not saved."""
        self.build({"sys/module/ext4/refcnt": "1\n"})
        self.assertEqual("not recorded", self.answer("dir:/sys/kernel/iommu_groups"))
        self.build({"sys/kernel/uevent_seqnum": "1\n"})
        self.assertEqual("absent", self.answer("dir:/sys/kernel/iommu_groups"))

    def test_dangling_links(self):
        """The folder of the link is there, so the name is absent; nothing is invented."""
        self.build(TREE)
        self.link("proc/misc", "nowhere")
        self.assertIn(self.answer("file:/proc/misc"), ("absent", "not recorded"))
        self.assertIsNone(self.report()["linux"]["kvm"]["registered"])


class Links(Folder):
    """Every link is followed as if the tree were the whole disk: chroot(2)."""

    def setUp(self):
        super().setUp()
        self.build(TREE)
        self.build({"saved/cpuinfo": CPUINFO.replace("Composed CPU", "Linked CPU"), "saved/kernel/osrelease": "5.4.1\n"})

    def brand(self):
        return self.report()["linux"]["cpuinfo"]["brand"]

    def test_inside(self):
        for target in ("/saved/cpuinfo", "../saved/cpuinfo", "../" * 40 + "saved/cpuinfo", "/../../saved/cpuinfo",
                       "/saved/./../saved//cpuinfo", "../proc/../saved/cpuinfo"):
            with self.subTest(target):
                self.link("proc/cpuinfo", target)
                self.assertEqual("Linked CPU", self.brand())

    def test_chains_and_folders(self):
        self.link("one", "/two")
        self.link("two", "../../three")
        self.link("three", "saved/cpuinfo")
        self.link("proc/cpuinfo", "/one")
        self.assertEqual("Linked CPU", self.brand())
        (self.root / "proc/sys/kernel/osrelease").unlink()
        (self.root / "proc/sys/kernel").rmdir()
        self.link("proc/sys/kernel", "../../../../saved/kernel")
        self.assertEqual("5.4.1", self.report()["linux"]["kernel"]["release"])

    def test_folders_of_cpus(self):
        """One folder of a CPU is a link inside, another would lead out: the same way, where its folder stays open."""
        outside = self.folder / "outside" / "topology"
        outside.mkdir(parents=True)
        (outside / "core_id").write_text("77\n")
        (outside / "core_cpus_list").write_text("1\n")
        self.build({"sys/devices/system/cpu/online": "0-1\n", "sys/devices/system/cpu/present": "0-1\n",
                    "saved/cpu0/topology/core_id": "5\n", "saved/cpu0/topology/core_cpus_list": "0\n"})
        self.link("sys/devices/system/cpu/cpu0", "/saved/cpu0")
        self.link("sys/devices/system/cpu/cpu1", str(outside.parent))
        self.assertEqual([5, None], [row["core"] for row in self.report()["cpus"]])

    def test_loops(self):
        self.link("proc/cpuinfo", "cpuinfo")
        self.link("proc/misc", "/a")
        self.link("a", "b")
        self.link("b", "/a")
        self.link("proc/deep", ".")
        self.link("proc/cmdline", "deep/" * 60 + "cmdline")
        for key in ("file:/proc/cpuinfo", "file:/proc/misc", "file:/proc/cmdline"):
            self.assertEqual("failed", self.answer(key), key)
        self.assertIsNone(self.report()["linux"]["cpuinfo"]["vmx"])
        self.assertIsNone(self.report()["linux"]["kvm"]["registered"])

    def test_a_link_is_told_as_it_is(self):
        """link: gives the target itself, which is only text."""
        self.link("proc/self/ns/pid", "pid:[4026531836]")
        self.link("proc/self/ns/uts", str(self.secret))
        self.assertEqual("pid:[4026531836]", self.text("link:/proc/self/ns/pid"))
        report = self.report()
        self.assertIs(True, report["linux"]["namespaces"]["pid_initial"])
        self.assertNotIn(SECRET, self.ask("record", "-", "--keep-identity"))

    def outward(self):
        """Targets that would be the secret, if the tree did not end at its root."""
        up = "../" * 60
        yield str(self.secret)
        yield up + str(self.secret)[1:]
        yield "../../outside/secret"
        yield "../../../outside/secret"
        yield f"/../../{self.secret}"
        yield f"{self.root}/../outside/secret"
        yield f"/proc/self/root{self.secret}"

    def nothing_leaks(self):
        for words in (["record", "-", "--keep-identity"], ["scan", "--evidence"], ["list"], ["explain", "linux.cpuinfo.brand"]):
            self.assertNotIn(SECRET, self.ask(*words))

    def test_outside(self):
        """The tests would see a leak: the same target is the secret for whoever follows it here."""
        self.link("proc/cpuinfo", "../../outside/secret")
        self.assertEqual(SECRET + "\n", (self.root / "proc/cpuinfo").read_text())
        for target in self.outward():
            for name in ("proc/cpuinfo", "proc/cmdline", "proc/sys/kernel/osrelease"):
                with self.subTest(name=name, target=target):
                    self.link(name, target)
                    self.nothing_leaks()

    def test_folders_outside(self):
        """A folder of the way leads out, or all of /proc does."""
        outside = self.outside / "proc"
        (outside / "sys" / "kernel").mkdir(parents=True)
        (outside / "sys" / "kernel" / "osrelease").write_text(SECRET + "\n")
        (outside / "cpuinfo").write_text(CPUINFO.replace("Composed", SECRET))
        (outside / SECRET).mkdir()
        for target in (str(outside), "../outside/proc", "../../../outside/proc", "../" * 60 + str(outside)[1:]):
            with self.subTest(target):
                self.link("sys/class/iommu", target)
                self.link("sys/firmware/acpi/tables", target)
                self.nothing_leaks()
        (self.root / "proc").rename(self.root / "was-proc")
        for target in (str(outside), "../outside/proc", "../" * 60 + str(outside)[1:]):
            with self.subTest(proc=target):
                self.link("proc", target)
                self.nothing_leaks()

    def test_up_and_out_through_a_folder_link(self):
        """A link to a folder, then "..": the parent is that of the folder, not that of the link."""
        self.link("proc/cpuinfo", "../deep/../../../outside/secret")
        self.link("deep", "/saved/kernel")
        self.nothing_leaks()
        self.link("deep", str(self.outside))
        self.nothing_leaks()


class Odd(Folder):
    """What stands where a file should be may be anything."""

    def setUp(self):
        super().setUp()
        self.build(TREE)

    def replace(self, name):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        return path

    def refused(self, key, fact):
        """Neither waited for nor read, and no value comes of it."""
        self.assertIn(self.answer(key), ("failed", "denied"), key)
        value = self.report()
        for name in fact.split("."):
            value = value[name]
        self.assertIsNone(value, fact)

    def test_pipes(self):
        os.mkfifo(self.replace("proc/cpuinfo"))
        os.mkfifo(self.replace("sys/firmware/acpi/tables"))
        self.refused("file:/proc/cpuinfo", "linux.cpuinfo.vmx")
        self.refused("dir:/sys/firmware/acpi/tables", "linux.acpi.dmar")
        os.mkfifo(self.root / "pipe")
        self.link("proc/misc", "/pipe")
        self.refused("file:/proc/misc", "linux.kvm.registered")

    def test_a_pipe_in_place_of_a_folder(self):
        (self.root / "sys/module/kvm/parameters/enable_virt_at_load").unlink()
        (self.root / "sys/module/kvm/parameters").rmdir()
        os.mkfifo(self.root / "sys/module/kvm/parameters")
        self.assertIsNone(self.report()["linux"]["kvm"]["enable_virt_at_load"])

    def test_sockets(self):
        path = self.replace("proc/cpuinfo")
        with socket.socket(socket.AF_UNIX) as server:
            where = os.open(path.parent, os.O_PATH)  # the name of a socket must be short
            server.bind(f"/proc/self/fd/{where}/{path.name}")
            os.close(where)
            self.refused("file:/proc/cpuinfo", "linux.cpuinfo.vmx")

    def test_folders_and_files_exchanged(self):
        self.replace("proc/cpuinfo").mkdir()
        self.build({"sys/kernel/iommu_groups": "0\n1\n", "sys/kernel/other": ""})
        self.refused("file:/proc/cpuinfo", "linux.cpuinfo.vmx")
        self.refused("dir:/sys/kernel/iommu_groups", "linux.iommu.group_count")

    def test_devices(self):
        """/dev/zero never ends, a terminal waits, and opening a node may load a driver."""
        try:
            os.mknod(self.replace("proc/cpuinfo"), stat.S_IFCHR | 0o666, os.makedev(1, 5))
            os.mknod(self.replace("proc/misc"), stat.S_IFCHR | 0o666, os.makedev(5, 0))
            os.mknod(self.replace("proc/cmdline"), stat.S_IFBLK | 0o666, os.makedev(7, 0))
        except PermissionError:
            self.skipTest("may not make device nodes")
        self.refused("file:/proc/cpuinfo", "linux.cpuinfo.vmx")
        self.refused("file:/proc/misc", "linux.kvm.registered")
        self.refused("file:/proc/cmdline", "linux.kernel.command_line")

    def test_the_kvm_node_of_the_tree(self):
        """A node in the tree is looked at and says nothing of this machine's KVM."""
        try:
            os.mknod(self.replace("dev/kvm"), stat.S_IFCHR | 0o660, os.makedev(10, 232))
        except PermissionError:
            self.skipTest("may not make device nodes")
        kvm = self.report()["linux"]["kvm"]
        self.assertIs(True, kvm["node_is_kvm"])
        self.assertIsNone(kvm["opened"])
        self.assertIsNone(kvm["api_version"])
        self.assertEqual([], [key for key in self.replies() if key.startswith(("ioctl:", "access:"))])

    def test_a_huge_file(self):
        with open(self.replace("proc/cpuinfo"), "wb") as file:
            file.truncate(1 << 30)
        self.refused("file:/proc/cpuinfo", "linux.cpuinfo.vmx")

    def test_nonsense(self):
        """Bytes of any kind: never a crash, always a valid report, and no value that is not there."""
        for name, content in (("empty", b""), ("zeros", bytes(100000)), ("all", bytes(range(256)) * 500), ("colons", b":" * 99999),
                              ("lines", b"\n" * 99999), ("one line", b"flags\t: " + b"vmx" * 99999), ("cut", b"processor\t: 0\nfla")):
            with self.subTest(name):
                for file in ("proc/cpuinfo", "proc/misc", "proc/meminfo", "proc/sys/kernel/osrelease", "proc/modules", "etc/group",
                             "proc/interrupts", "proc/config.gz", "sys/firmware/dmi/tables/DMI"):
                    path = self.replace(file)
                    path.write_bytes(content)
                report = self.report()
                self.assertIsNot(True, report["linux"]["cpuinfo"]["vmx"])
                self.assertIsNone(report["memory"]["usable_bytes"])

    def test_a_tree_that_may_not_be_read(self):
        if os.getuid() == 0:
            self.skipTest("root may read everything")
        (self.root / "proc/cpuinfo").chmod(0)
        (self.root / "sys/module").chmod(0)
        try:
            self.assertEqual("denied", self.answer("file:/proc/cpuinfo"))
            self.assertEqual("denied", self.answer("stat:/sys/module/kvm"))
            self.assertIsNone(self.report()["linux"]["kvm"]["module_kvm"])
        finally:
            (self.root / "sys/module").chmod(0o700)


def expected_cpuinfo(text):
    """linux.cpuinfo.* as this file says it, read another way than the program does."""
    blocks = [dict((part.strip() for part in line.split(":", 1)) for line in block.splitlines() if ":" in line)
              for block in text.strip().split("\n\n")]
    first = blocks[0]
    facts = {"processors": sum("processor" in block for block in blocks),
             "vendor": first.get("vendor_id"), "brand": first.get("model name")}
    names = ("vmx", "svm", "hypervisor", "nx", "lm", "x2apic", "ept", "vpid", "npt", "avic")
    if "flags" not in first:  # not x86
        return {**facts, **dict.fromkeys(names)}
    facts.update((name, name in first["flags"].split()) for name in names)
    vmx = first.get("vmx flags", "").split()
    if "vmx flags" in first:  # since Linux 5.6 the old flag is set by the bit of virtual NMIs
        facts["vpid"] = "vpid" in vmx
    if vmx or not facts["vmx"]:
        facts.update(vmx_unrestricted_guest="unrestricted_guest" in vmx, vmx_shadow_vmcs="shadow_vmcs" in vmx,
                     vmx_apicv={"vid", "vapic_reg", "posted_intr"} <= set(vmx))
    return facts


@unittest.skipUnless(CORPUS, "HOSTCAP_SHARED names no folder with corpus-lab/*.tar.gz")
class Corpus(unittest.TestCase):
    def test_snapshots(self):
        for archive in CORPUS:
            with self.subTest(archive.name.split(".")[0]), tempfile.TemporaryDirectory(dir=ROOM) as folder:
                subprocess.run(["tar", "--no-same-owner", "-xzf", archive, "-C", folder], check=True)
                self.snapshot(pathlib.Path(folder))

    def snapshot(self, root):
        report = parse(document("scan", "--evidence", "--sysroot", root))
        self.assertEqual([], violations(report))
        check_unknowns(self, report)
        cpuinfo = expected_cpuinfo((root / "proc/cpuinfo").read_text())
        self.assertEqual(cpuinfo, {name: report["linux"]["cpuinfo"][name] for name in cpuinfo})
        kernel = report["linux"]["kernel"]
        self.assertEqual((root / "proc/cmdline").read_text().strip(), kernel["command_line"])
        self.assertEqual((root / "proc/sys/kernel/osrelease").read_text().strip(), kernel["release"])
        total = next(line for line in (root / "proc/meminfo").read_text().splitlines() if line.startswith("MemTotal:"))
        self.assertEqual(int(total.split()[1]) * 1024, report["memory"]["usable_bytes"])
        groups = root / "sys/kernel/iommu_groups"
        if groups.is_dir() and any(groups.iterdir()):
            self.assertEqual(len(list(groups.iterdir())), report["linux"]["iommu"]["group_count"])
            self.assertEqual(sorted(int(path.name) for path in groups.iterdir()), [row["id"] for row in report["iommu"]["groups"]])


if __name__ == "__main__":
    if "HOSTCAP" not in os.environ:
        sys.exit("set HOSTCAP to the path of the program")
    unittest.main()
