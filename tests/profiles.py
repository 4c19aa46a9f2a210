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
            "an empty id": lambda p: p.update(id=""),
            "an id that is no word": lambda p: p.update(id="our\nnode"),
            "a day that is none": lambda p: p.update(date="January"),
            "a check and a fact": lambda p: p["requirements"][0].update(fact="host.os"),
            "a check and always": lambda p: p["requirements"][0].update(always=True),
            "a text beside a check": lambda p: p["requirements"][0].update(text="Mine."),
            "a note with an operator": lambda p: p["requirements"][3].update({"is": True}),
            "more requirements than anybody reads": lambda p: p["requirements"].extend(
                dict(p["requirements"][3], id=f"note{i}") for i in range(500)),
        }
        for what, change in changes.items():
            with self.subTest(what):
                profile = changed(change)
                self.assertFalse(VALIDATOR.is_valid(profile), "the schema lets it through")
                done = hostcap(profile)
                self.assertEqual(2, done.returncode, done.stdout[:200])
                self.assertEqual(1, done.stderr.count("\n"), done.stderr)

    def message(self, content, *options):
        """What is said of a file that is refused, in one line, without the words before the name of the file."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "site.json")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            done = subprocess.run([os.environ["HOSTCAP"], "check", "site", "--profile", path, *options],
                                  capture_output=True, text=True, timeout=60)
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        self.assertIn(str(path), done.stderr)
        return done.stderr.split(str(path), 1)[1]

    def test_where(self):
        """The line of the key that is wrong, the requirement, the key, and what is wrong with it."""
        def cycle(p):
            p["requirements"][1]["after"] = "kernel"
            p["requirements"][2]["after"] = "memory"

        changes = [
            (lambda p: p["requirements"][1].update(fact="memory.moon"), '"memory.moon"', "memory", "is no fact"),
            (lambda p: p["requirements"][1]["when"][0].update(fact="host.moon"), '"host.moon"', "memory", "is no fact"),
            (lambda p: p["requirements"][1].update(at_leest=1), '"at_leest"', "memory", "is not a key"),
            (lambda p: p["requirements"][0].update(check="cpu.moon"), '"cpu.moon"', "virt", "is no check"),
            (cycle, '"after": "kernel"', "memory", '"kernel" leads back to this requirement'),
            (lambda p: p["requirements"][3].update(after="note"), '"after"', "note", '"note" leads back'),
            (lambda p: p["requirements"][3].update(after="moon"), '"after"', "note", '"moon" is no requirement'),
            (lambda p: p["requirements"][1].update(about_at_least="much"), '"much"', "memory", '"about_at_least" must be'),
            (lambda p: p["requirements"][1].update(about_at_least=1.5), '1.5', "memory", '"about_at_least" must be'),
            (lambda p: p["requirements"][1].update(level=3), '"level": 3', "memory", '"level" must be hard, soft or info'),
            (lambda p: p["requirements"][1].update(fact=3), '"fact": 3', "memory", '"fact" must name a fact'),
            (lambda p: p["requirements"][1].update(fix=3), '"fix": 3', "memory", '"fix" must be one of'),
            (lambda p: p["requirements"][1].update(when={}), '"when"', "memory", '"when" must be a list'),
            (lambda p: p["requirements"][1].update(when=["host.os"]), '   "host.os"', "memory", '"when" must hold objects'),
            (lambda p: p["requirements"][1]["when"][0].update({"in": ["lunix"]}), '"in"', "memory", "names a word"),
            (lambda p: p["requirements"][2].update(id="memory"), '"id": "memory"', "memory", '"memory" stands in this profile twice'),
            (lambda p: p["requirements"][2].update(id="arch"), '"id": "arch"', "arch", "is the id of what the head"),
            (lambda p: p["requirements"][2].update(after=3), '"after"', "kernel", '"after" must be text'),
            (lambda p: p["requirements"][2].update(id=3), '"id": 3', None, '"id" must be text'),
            (lambda p: p["requirements"].append("moon"), '"moon"', None, '"requirements" must hold objects'),
            (lambda p: p.update(sources="us"), '"sources"', None, '"sources" must be a list'),
            (lambda p: p.update(arch="x86_64"), '"arch"', None, '"arch" must be a list'),
            (lambda p: p.update(arch=["vax"]), '"arch"', None, '"arch" names a word that this fact never has'),
            (lambda p: p.update(id="kvm"), '"id": "kvm"', None, '"id" is the name of'),
            (lambda p: p.update(id="cpu.vendor"), '"id": "cpu.vendor"', None, '"id" is the name of'),
        ]
        for change, mark, requirement, words in changes:
            with self.subTest(words, mark=mark):
                text = json.dumps(changed(change), indent=1)
                line = text[:text.rindex(mark)].count("\n") + 1
                place = f", requirement {requirement}: " if requirement else ": "
                said = self.message(text)
                self.assertTrue(said.startswith(f", line {line}{place}"), (line, said))
                self.assertIn(words, said)

    def test_files_that_are_no_profile(self):
        good = json.dumps(GOOD, indent=1)
        files = {
            "ends too early": good[:-40],
            "the text is empty": "",
            "UTF-16": good.encode("utf-16"),
            "byte order mark": good.encode("utf-8-sig"),
            "line 4, column 15: a control character": good.replace("Our node", "Our\0node"),
            "line 4, column 17: a NUL": good.replace("Our node", "Our\\u0000node"),
            "line 4, column 2: a key that stands here twice": good.replace('"title"', '"id": "two",\n "title"', 1),
            "more than 64 levels": "[" * 100000 + "]" * 100000,
            "larger than 1 MiB": json.dumps(dict(GOOD, sources=["x" * 1000] * 10500)),
            "must be 1": "{}",
        }
        for words, content in files.items():
            with self.subTest(words):
                self.assertIn(words, self.message(content))

    def test_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = pathlib.Path(folder, "pipe")
            os.mkfifo(pipe)
            for path, words in ((folder, "directory"), (pipe, "a pipe that nobody writes to"),
                                (pathlib.Path(folder, "missing"), "No such file")):
                with self.subTest(words):
                    done = subprocess.run([os.environ["HOSTCAP"], "check", "--profile", path], capture_output=True,
                                          text=True, timeout=60)
                    self.assertEqual((2, ""), (done.returncode, done.stdout))
                    self.assertIn(words, done.stderr)

    def test_ids_of_others(self):
        self.assertIn("is that of the built-in profile kvm-x86", self.message(json.dumps(dict(GOOD, id="kvm-x86"))))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as other:
            json.dump(GOOD, other)
            other.flush()
            done = subprocess.run([os.environ["HOSTCAP"], "check", "site", "--profile", other.name, "--profile",
                                   other.name], capture_output=True, text=True)
            self.assertEqual(2, done.returncode)
            self.assertIn(f'the id "site" is that of {other.name}: ', done.stderr)


if __name__ == "__main__":
    unittest.main()
