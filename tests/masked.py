#!/usr/bin/python3
"""What is not mounted, or hidden by a container runtime, is denied and never absent: no "no" may come of it.

HOSTCAP names the program. Needs root for a mount namespace of its own, and a build without sanitizers,
which want /proc themselves."""
import json
import os
import shlex
import subprocess
import sys
import unittest

HOSTCAP = os.environ["HOSTCAP"]


def scan(*mounts):
    """The report from a mount namespace in which something was mounted over these folders."""
    script = "".join(f"mount -t tmpfs none {folder} && " for folder in mounts) + f"exec {shlex.quote(HOSTCAP)} scan --json"
    return subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True)


def unknown(report):
    return {u["pointer"]: u for u in report["unknowns"]}


class Masked(unittest.TestCase):
    def report(self, *mounts):
        done = scan(*mounts)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def denied(self, report, pointer):
        self.assertEqual("denied", unknown(report)[pointer]["answer"], pointer)

    def test_firmware_hidden_as_in_a_container(self):
        report = self.report("/sys/firmware")
        for pointer in ("/linux/acpi/tables", "/linux/acpi/dmar", "/linux/acpi/ivrs", "/linux/efi", "/fw/mode"):
            self.denied(report, pointer)
        self.assertIsNone(report["iommu"]["table"])

    def test_neither_proc_nor_sys(self):
        report = self.report("/sys", "/proc")
        verdicts = {r["profile"]: r["verdict"] for r in report["ratings"]}
        self.assertEqual("cannot tell", verdicts["kvm-x86"])
        self.assertEqual("cannot tell", verdicts["docker-engine"])
        for pointer in ("/linux/kvm/registered", "/linux/xen/present", "/linux/seccomp_actions", "/linux/cgroup",
                        "/linux/iommu/group_count", "/linux/cpuinfo/vmx"):
            self.denied(report, pointer)

    def test_nothing_hidden(self):
        """The same without mounts: the folders above are seen on this host at all."""
        report = self.report()
        self.assertIsNotNone(report["linux"]["kvm"]["registered"])
        self.assertIsNotNone(report["linux"]["cgroup"])


if __name__ == "__main__":
    if os.geteuid() or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        print("skipped: needs root and a mount namespace")
        sys.exit(77)
    unittest.main()
