#!/usr/bin/python3
"""Profiles and their schema: the built-in ones fit it, and what it refuses hostcap refuses too.

HOSTCAP names the program."""
import copy
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "report/profile.schema.json").read_text())
SENTENCE = re.compile(r"([A-Z{]|macOS ).*\.")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
GOOD = {
    "hostcap_profile": 1, "id": "site", "title": "Our node", "kind": "type1", "date": "2026-01-02", "sources": ["us"],
    "arch": ["x86_64"], "os": ["linux"],
    "requirements": [
        {"id": "virt", "check": "cpu.hw_virt", "level": "hard", "source": "us"},
        {"id": "memory", "fact": "memory.usable_bytes", "about_at_least": 1 << 30, "level": "hard", "fix": "hardware",
         "text": "Too little memory.", "advice": "Add some.", "source": "us",
         "when": [{"fact": "host.os", "in": ["linux"]}]},
        {"id": "kernel", "fact": "host.os_version", "version_at_least": "4.14", "level": "soft", "fix": "os-upgrade",
         "text": "An old kernel.", "advice": "Upgrade.", "source": "us"},
        {"id": "note", "always": True, "level": "info", "fix": "none", "text": "A note.", "advice": "Read it.",
         "source": "us"},
    ],
}

def hostcap(profile):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(profile, file)
        file.flush()
        return subprocess.run([os.environ["HOSTCAP"], "check", "site", "--profile", file.name, "--json"],
                              capture_output=True, text=True)


def changed(change):
    profile = copy.deepcopy(GOOD)
    change(profile)
    return profile


class Profiles(unittest.TestCase):
    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_built_in(self):
        paths = sorted((ROOT / "report/profiles").glob("*.json"))
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            with self.subTest(path.name):
                VALIDATOR.validate(json.loads(path.read_text()))

    def test_sizes(self):
        """A size that a rule asks for stands in its text, in the units that memory is counted in."""
        for path in sorted((ROOT / "report/profiles").glob("*.json")):
            for r in json.loads(path.read_text())["requirements"]:
                size = r.get("at_least", r.get("about_at_least", 0)) if r.get("fact", "").endswith("_bytes") else 0
                if size and size % (1 << 30) == 0:
                    with self.subTest(path.name, requirement=r["id"], text=r["text"]):
                        self.assertIn(f"{size >> 30} GiB", r["text"])

    def test_who_reaches_the_firmware(self):
        """That is for a recipe to say, which knows guests and containers."""
        for path in sorted((ROOT / "report/profiles").glob("*.json")):
            for r in json.loads(path.read_text())["requirements"]:
                with self.subTest(path.name, requirement=r["id"]):
                    self.assertNotIn("firmware setup", r.get("advice", ""))

    def test_texts(self):
        """Sentences, with a capital and a full stop, and no text twice in a profile: two grounds are two texts."""
        for path in sorted((ROOT / "report/profiles").glob("*.json")):
            texts = set()
            for requirement in json.loads(path.read_text())["requirements"]:
                for key in ("text", "advice"):
                    text = requirement.get(key)
                    with self.subTest(path.name, requirement=requirement["id"], key=key, text=text):
                        filled = text and re.sub(r"\{[a-z_]+(:[^}]*)?\}", "Do so.", text)  # a recipe gives whole sentences
                        self.assertTrue(text is None or SENTENCE.fullmatch(filled))
                with self.subTest(path.name, requirement=requirement["id"]):
                    self.assertNotIn(requirement.get("text"), texts)
                texts.update([requirement["text"]] if "text" in requirement else [])

    def test_a_site_of_its_own(self):
        VALIDATOR.validate(GOOD)
        done = hostcap(GOOD)
        self.assertIn(done.returncode, (0, 1, 3, 4), done.stderr)
        rating = json.loads(done.stdout)["ratings"][0]
        self.assertEqual("site", rating["profile"])
        self.assertNotIn("kernel", rating["soft"] + rating["open_soft"])

    def test_refused_by_both(self):
        changes = {
            "no level": lambda p: p["requirements"][0].pop("level"),
            "no source": lambda p: p["requirements"][0].pop("source"),
            "an unknown key": lambda p: p.update(extra=1),
            "an unknown key of a requirement": lambda p: p["requirements"][1].update(extra=1),
            "a fix beside a check": lambda p: p["requirements"][0].update(fix="none"),
            "an unknown fix": lambda p: p["requirements"][1].update(fix="prayer"),
            "two operators": lambda p: p["requirements"][1].update(at_least=1),
            "no operator": lambda p: p["requirements"][1].pop("about_at_least"),
            "an empty list": lambda p: p["requirements"][1]["when"][0].update({"in": []}),
            "a negative number": lambda p: p["requirements"][1].update(about_at_least=-1),
            "no title": lambda p: p.pop("title"),
            "another kind": lambda p: p.update(kind="type3"),
            "another format": lambda p: p.update(hostcap_profile=2),
            "the id kvm": lambda p: p.update(id="kvm"),
            "a version that is none": lambda p: p["requirements"][2].update(version_at_least="new"),
            "requirements that are no list": lambda p: p.update(requirements={}),
        }
        for what, change in changes.items():
            with self.subTest(what):
                profile = changed(change)
                self.assertFalse(VALIDATOR.is_valid(profile), "the schema lets it through")
                done = hostcap(profile)
                self.assertEqual(2, done.returncode, done.stdout[:200])
                self.assertEqual(1, done.stderr.count("\n"), done.stderr)


if __name__ == "__main__":
    unittest.main()
