#!/usr/bin/python3
"""run_vectors on files that are wrong: what it cannot compare is counted as failed and named, and never passed over.

Argument: the program."""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv[1]
HOST = {"host.os": "linux", "host.arch": "x86_64", "host.role": "physical", "linux.cgroup": "v2",
        "linux.overlayfs": True, "linux.seccomp": True, "virt.hw": None}
DEVICE = {"device": {"bdf": "0000:01:00.0", "class": "0200", "group": 1, "group_members": [], "reset": ["flr"],
                     "msi": True, "bridge": True},
          "expect": {"verdict": "not_viable", "rules": ["PT-HDR"]}}
GOOD = {"id": "one", "host": HOST, "devices": [DEVICE], "expect": {
    "targets": {
        "docker-engine": {"verdict": "ready", "override": False, "blocking": [], "fixes": [], "soft": [], "open": [],
                          "open_soft": []},
        "kvm-arm64": {"verdict": "not_possible", "blocking": ["arch"], "fixes": ["none"]},
        "harvester-1": {"verdict": "unknown", "between": ["not_possible", "ready"]}},
    "level": None, "potential": None, "tags": [], "suitability": {"type1": None, "type2": None, "prefer": "unknown"}}}


def run(text):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text if isinstance(text, str) else
                   json.dumps({"format": "hostcap-vectors/1", "vectors": [text]}))
        file.flush()
        return subprocess.run([PROGRAM, file.name], capture_output=True, text=True)


class Vectors(unittest.TestCase):
    def test_all_that_agrees(self):
        done = run(GOOD)
        self.assertEqual((0, "10 passed, 0 failed\n"), (done.returncode, done.stdout))

    def test_each_difference(self):
        changes = {
            "kvm-vax: has no profile here": lambda v: v["expect"]["targets"].update({"kvm-vax": {"verdict": "ready"}}),
            "cpu.moon: facts.def has no such fact": lambda v: v["host"].update({"cpu.moon": None}),
            "virt.fw: facts.def has no such word": lambda v: v["host"].update({"virt.fw": "maybe"}),
            "virt.slat: facts.def has true or false": lambda v: v["host"].update({"virt.slat": "yes"}),
            "cpu.cores: facts.def has a whole number": lambda v: v["host"].update({"cpu.cores": 1.5}),
            "mem.installed_mib: the number is too large": lambda v: v["host"].update({"mem.installed_mib": 1 << 50}),
            "host.os_version: facts.def has text": lambda v: v["host"].update({"host.os_version": [6]}),
            "vector: \"mood\"": lambda v: v.update(mood=1),
            "vector: \"mode\"": lambda v: v["expect"].update(mode=1),
            "docker-engine: \"colour\"": lambda v: v["expect"]["targets"]["docker-engine"].update(colour=1),
            "docker-engine: verdict: expected limited, got ready":
                lambda v: v["expect"]["targets"]["docker-engine"].update(verdict="limited"),
            "docker-engine: override: got false":
                lambda v: v["expect"]["targets"]["docker-engine"].update(override=True),
            "docker-engine: soft: cgroup2 is missing":
                lambda v: v["expect"]["targets"]["docker-engine"].update(soft=["cgroup2"]),
            "docker-engine: open_soft: cgroup2 is missing":
                lambda v: v["expect"]["targets"]["docker-engine"].update(open_soft=["cgroup2"]),
            "kvm-arm64: blocking: arch is too much": lambda v: v["expect"]["targets"]["kvm-arm64"].update(blocking=[]),
            "kvm-arm64: fixes: none is too much": lambda v: v["expect"]["targets"]["kvm-arm64"].update(fixes=[]),
            "kvm-arm64: fixes: firmware is missing":
                lambda v: v["expect"]["targets"]["kvm-arm64"].update(fixes=["none", "firmware"]),
            "harvester-1: between: expected ready and not_possible":
                lambda v: v["expect"]["targets"]["harvester-1"].update(between=["ready", "not_possible"]),
            "level: expected 2, got null": lambda v: v["expect"].update(level=2),
            "potential: expected 0, got null": lambda v: v["expect"].update(potential=0),
            "tags: N is missing": lambda v: v["expect"].update(tags=["N"]),
            "type1: expected 3, got null": lambda v: v["expect"]["suitability"].update(type1=3),
            "prefer: expected type2, got unknown": lambda v: v["expect"]["suitability"].update(prefer="type2"),
            "suitability: \"type3\"": lambda v: v["expect"]["suitability"].update(type3=1),
            "0000:01:00.0: verdict: expected viable, got not_viable":
                lambda v: v["devices"][0]["expect"].update(verdict="viable"),
            "0000:01:00.0: rules: PT-HDR is too much": lambda v: v["devices"][0]["expect"].update(rules=[]),
            "0000:01:00.0: rules: PT-DENY is missing":
                lambda v: v["devices"][0]["expect"].update(rules=["PT-HDR", "PT-DENY"]),
            "0000:01:00.0: \"colour\"": lambda v: v["devices"][0]["device"].update(colour=1),
            "0000:01:00.0: \"reset\": names no method": lambda v: v["devices"][0]["device"].update(reset=["hammer"]),
            "0000:01:00.0: \"quirks\": names no known quirk":
                lambda v: v["devices"][0]["device"].update(quirks=["moody"]),
        }
        for message, change in changes.items():
            with self.subTest(message):
                vector = copy.deepcopy(GOOD)
                change(vector)
                done = run(vector)
                self.assertEqual(1, done.returncode, done.stdout + done.stderr)
                self.assertIn(message, done.stdout)
                self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ passed, 1 failed$")

    def test_files(self):
        good = json.dumps({"format": "hostcap-vectors/1", "vectors": [GOOD]})
        for what, text in {"empty": "", "truncated": good[:-9], "no JSON": "vectors", "another format": "{}",
                           "no vectors": '{"format": "hostcap-vectors/1", "vectors": []}'}.items():
            with self.subTest(what):
                done = run(text)
                self.assertEqual((2, ""), (done.returncode, done.stdout))
                self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        for path in ("/nowhere/vectors.json", str(pathlib.Path(__file__).parent)):
            done = subprocess.run([PROGRAM, path], capture_output=True, text=True)
            self.assertEqual(2, done.returncode)
            self.assertIn(path, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
