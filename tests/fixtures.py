#!/usr/bin/python3
"""A folder tests/fixtures/NAME is a test: the recording of a host, and what hostcap must say of it.

  recording.json   what `hostcap record` wrote, or a composed host
  expected.json    `hostcap scan --json --evidence`, without meta.run and meta.version; long lists with a line for each entry
  expected.txt     `hostcap`, `hostcap check` and, where there are PCI functions, `hostcap passthrough`: what a person reads
  about.md         which host this is and why it is here

HOSTCAP names the program. HOSTCAP_UPDATE=1 rewrites expected.json and expected.txt: read the diff as a user would.
HOSTCAP_FIXTURES names another folder of such folders, HOSTCAP_FIXTURES_EVERY=n takes every n-th. Needs jq and python3-jsonschema."""
import difflib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

HOSTCAP = os.path.abspath(os.environ.get("HOSTCAP", "hostcap"))
TREE = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("HOSTCAP_FIXTURES", TREE / "tests" / "fixtures"))
EVERY = int(os.environ.get("HOSTCAP_FIXTURES_EVERY", "1"))
FIXTURES = sorted(path for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.is_dir() else []
UPDATE = os.environ.get("HOSTCAP_UPDATE", "0") not in ("", "0")
PATIENCE = 300  # seconds: only so that a hang ends
EXIT = {"ready": 0, "limited": 4, "cannot tell": 3, "ready after fixes": 1, "not possible": 1}


# ---- running; the other scripts use these too ----

def clean_environment():
    return {name: value for name, value in os.environ.items() if name != "NO_COLOR"}


def run(*words, **options):
    """The command as it is, whatever its exit status; bytes come back."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("timeout", PATIENCE)
    options.setdefault("env", clean_environment())
    return subprocess.run([HOSTCAP, *map(str, words)], capture_output=True, check=False, **options)


def document(*words, status=(0,), **options):
    """What it prints as text; a wrong exit status, or a word on standard error, is a failure."""
    done = run(*words, **options)
    if done.returncode not in status or done.stderr:
        raise AssertionError(f"hostcap {' '.join(map(str, words))}: exit {done.returncode}: {done.stderr!r}")
    return done.stdout.decode("utf-8")


def once(pairs):
    """No key twice in an object: two readers could see two hosts."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise AssertionError(f"a key stands twice among {keys}")
    return dict(pairs)


def parse(text):
    return json.loads(text, object_pairs_hook=once, parse_constant=lambda word: 1 / 0)


def verdict_statuses():
    return tuple(set(EXIT.values()))


# ---- the schema ----

def parts(schema):
    """The schemas right below a schema."""
    for key in ("properties", "$defs"):
        yield from schema.get(key, {}).values()
    for key in ("anyOf", "allOf", "oneOf"):
        yield from schema.get(key, [])
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield schema[key]


def make_strict(schema):
    """Published it is open, so that later versions may add; here a member that it does not describe is an error."""
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    for part in parts(schema):
        make_strict(part)
    return schema


@functools.lru_cache(maxsize=None)
def published_schema(*name):
    return document("schema", *name)


@functools.lru_cache(maxsize=None)
def validator(*name):
    return jsonschema.Draft202012Validator(make_strict(parse(published_schema(*name))))


def violations(report, *name):
    errors = sorted(validator(*name).iter_errors(report), key=lambda error: str(list(error.absolute_path)))
    return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in errors]


def is_table(schema):
    return "array" in schema.get("type", []) and schema.get("items", {}).get("type") == "object"


def values(schema, report, pointer=""):
    """Every fact, table and cell of a report: its JSON Pointer, its value, its schema and whether it is a fact. A fact
    is known by its class; an object without one only groups facts."""
    for name, part in schema.get("properties", {}).items():
        where, value = f"{pointer}/{name}", report[name]
        if "x-class" in part:
            yield where, value, part, True
        elif is_table(part):
            yield where, value, part, False
            for number, row in enumerate(value or []):
                for cell in values(part["items"], row, f"{where}/{number}"):
                    yield *cell[:3], False
        elif part.get("type") == "object":
            yield from values(part, value, where)


def fact_schema():
    """The schema without the members that hold no facts: meta, findings, ratings, ..."""
    schema = parse(published_schema())
    fixed = parse((TREE / "report" / "schema.json").read_text())["properties"]
    return {"properties": {name: part for name, part in schema["properties"].items() if name not in fixed}}


def fact_pointers(report):
    """Pointer, value of every fact (no tables)."""
    return {where: value for where, value, _, fact in values(fact_schema(), report) if fact}


def cell(pointer):
    """Whether it is one of a row of a table: rows have numbers."""
    return any(part.isdigit() for part in pointer.split("/"))


def check_unknowns(test, report):
    """null means looked and not known, and the reason stands in unknowns: each way round, and once. Only in a row of a
    table a null may have none, where the question does not arise for that row; a fact that was not asked is told."""
    nulls = {where: cell(where) for where, value, _, _ in values(fact_schema(), report) if value is None}
    told = {unknown["pointer"]: unknown["answer"] for unknown in report["unknowns"]}
    test.assertEqual(len(told), len(report["unknowns"]), "an unknown is told twice")
    test.assertEqual(set(), set(told) - set(nulls), "unknowns that are no nulls of the report")
    test.assertEqual([], sorted(where for where in nulls if where not in told and not nulls[where]),
                     "nulls of the report without a reason")
    test.assertEqual([], sorted(where for where in told if nulls[where] and told[where] == "not asked"),
                     "cells that nobody asked for are not told")


def check_evidence(test, report, keys):
    """A known fact has the replies that prove it, an unknown one has none. What was looked at and not answered (then
    other replies decided) stands in unknowns."""
    told = {entry["pointer"]: entry["keys"] for entry in report["evidence"]}
    known = [where for where, value in fact_pointers(report).items() if value is not None]
    test.assertEqual(sorted(known), sorted(told), "the known facts (first) and those with evidence differ")
    test.assertEqual([], [where for where, seen in told.items() if not seen], "known, and resting on nothing")
    strange = {key for seen in told.values() for key in seen} - keys - {u.get("key") for u in report["unknowns"]}
    test.assertEqual(set(), strange, "evidence that nobody gave")


# ---- the tests ----

def line(*words):
    return " ".join(str(word) for word in words if word)


def stable(report):
    """A report without what differs between two runs or two versions; lists that are long on every host have a line for
    each entry. What a person reads of reasons stands in expected.txt."""
    report["meta"].pop("run")
    report["meta"].pop("version")
    report["unknowns"] = [line(u["pointer"], u["answer"], u.get("key")) for u in report["unknowns"]]
    report["evidence"] = [line(e["pointer"], *e["keys"]) for e in report["evidence"]]
    for rating in report["ratings"]:
        rating["reasons"] = [line(r["requirement"], r["level"], r["result"], r["code"]) for r in rating["reasons"]]
    return report


def pretty(value):
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def texts_of(recording):
    """The summary without the version, then every profile, then the devices. Names come from this machine's files."""
    version = document("--version").split()[1]
    text = document("--from", recording).replace(f"hostcap {version}", "hostcap VERSION", 1)
    text += "\n" + document("check", "--from", recording, status=verdict_statuses())
    if parse(document("list", "pci", "--json", "--from", recording))["rows"]:
        text += document("passthrough", "--no-names", "--from", recording)
    return text


def difference(expected, found, name):
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), f"{name} (expected)", "found", lineterm="", n=2)
    return "\n".join(list(lines)[:80])


def jq(text):
    """Whether another reader of JSON takes it."""
    return subprocess.run(["jq", "."], input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=PATIENCE, check=False)


def rows_of_table(report, table):
    for name in table.split("."):
        report = report[name]
    return report


class Fixtures(unittest.TestCase):
    def each(self, test):
        self.assertTrue(FIXTURES, f"no fixtures in {FOLDER}")
        for folder in FIXTURES[::EVERY]:
            with self.subTest(folder.name):
                test(folder)

    def compare(self, path, found):
        if UPDATE:
            path.write_text(found)
        self.assertTrue(path.exists(), f"{path.name} is missing: HOSTCAP_UPDATE=1 makes it")
        expected = path.read_text()
        if expected != found:
            self.fail(f"{path.parent.name}: HOSTCAP_UPDATE=1 rewrites\n{difference(expected, found, path.name)}")

    def test_report(self):
        self.each(lambda folder: self.compare(folder / "expected.json", pretty(stable(parse(
            document("scan", "--json", "--evidence", "--from", folder / "recording.json"))))))

    def test_text(self):
        self.each(lambda folder: self.compare(folder / "expected.txt", texts_of(folder / "recording.json")))

    def test_about(self):
        def test(folder):
            about = folder / "about.md"
            self.assertTrue(about.exists() and about.read_text().strip(), "about.md is missing or empty")
        self.each(test)

    def test_report_keeps_the_schema(self):
        def test(folder):
            report = parse(document("scan", "--json", "--evidence", "--from", folder / "recording.json"))
            self.assertEqual([], violations(report))
        self.each(test)

    def test_screen(self):
        """It fits, says nothing twice, and every product stands on it once. (KVM is one for each architecture, where that is not
        known.)"""
        def test(folder):
            source = ("--from", folder / "recording.json")
            text = document(*source)
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            self.assertLessEqual(text.count("\n"), 40)
            self.assertLessEqual(max(map(len, text.splitlines())), 100)
            self.assertEqual(sorted(set(lines)), sorted(lines))
            rows = re.search(r"(?ms)^(On this system|Instead of this system)$.*?\n\n", text)[0]
            names = [profile["name"] for profile in parse(document("list", "profiles", "--json", *source))["profiles"]
                     if profile["for_this_host"]]
            self.assertEqual([], [name for name, count in told(rows, names).items() if not 1 <= count <= names.count(name)])
        self.each(test)

    def test_plans(self):
        def test(folder):
            check = document("check", "--json", "--from", folder / "recording.json", status=verdict_statuses())
            for rating in parse(check)["ratings"]:
                with self.subTest(rating["profile"]):
                    check_plan(self, rating)
        self.each(test)

    def test_unknowns_and_evidence(self):
        def test(folder):
            recording = folder / "recording.json"
            keys = {reply["key"] for reply in parse(recording.read_text())["replies"]}
            report = parse(document("scan", "--evidence", "--from", recording))
            check_unknowns(self, report)
            check_evidence(self, report, keys)
        self.each(test)

    def test_exit_status_is_the_verdict(self):
        def test(folder):
            ratings = parse(document("scan", "--from", folder / "recording.json"))["ratings"]
            for rating in {rating["verdict"]: rating for rating in ratings}.values():  # one of each verdict
                done = run("check", rating["profile"], "--from", folder / "recording.json")
                self.assertEqual(EXIT[rating["verdict"]], done.returncode, f"{rating['profile']}: {rating['verdict']}")
        self.each(test)

    def test_documents_agree_with_the_report(self):
        def test(folder):
            source = ("--json", "--from", folder / "recording.json")
            report = parse(document("scan", *source))
            check = parse(document("check", *source, status=verdict_statuses()))
            here = [rating for rating in report["ratings"] if not {"arch", "host-os"} & set(rating["blocking"])]
            there = [{key: value for key, value in rating.items() if key != "plan"} for rating in check["ratings"]]
            self.assertEqual(here, there)  # without names, what is made for other machines is left out
            facts = parse(document("list", *source))
            self.assertEqual(fact_pointers(report), {where: pointed(facts, where) for where in fact_pointers(report)})
            for table in tables_to_ask(report, folder):
                self.assertEqual(rows_of_table(report, table), parse(document("list", table, *source))["rows"], table)
            self.assertEqual(report["passthrough"], parse(document("passthrough", *source))["passthrough"])
        self.each(test)

    def test_jq_reads_every_document(self):
        """jq takes them all at once: starting it is what takes long."""
        def test(folder):
            source, whole = ("--from", folder / "recording.json"), ""
            report = parse(document("scan", *source))
            for words in json_documents(report, tables_to_ask(report, folder)):
                text = document(*words, *source, status=verdict_statuses())
                self.assertTrue(parse(text), words)
                whole += text
            done = jq(whole)
            self.assertEqual(0, done.returncode, done.stderr)
        self.each(test)


def told(rows, names):
    """How often each name stands behind the verdicts; the longest first, for one may be part of another. What is wrong
    with a product stands behind two blanks or further in, and may name it too."""
    lists = [line[21:].split("  ")[0] for line in rows.splitlines() if not line.startswith(" " * 23)]
    flat, counts = " ".join(" ".join(lists).split()), {}
    for name in sorted(set(names), key=len, reverse=True):
        flat, counts[name] = re.subn(rf"(?<!\w){re.escape(name)}(?=,| |$)", "|", flat)
    return counts


KINDS = ["blocked", "fix", "better", "find out", "note"]
LAST_CLASSES = ["reinstall", "override", "none"]  # nothing done to this system helps


def check_plan(test, rating):
    """Every reason in one step, in the order of kinds, then what only informs; nothing told twice; no mark of ours left
    in a text."""
    plan = rating["plan"]
    test.assertEqual(list(range(1, len(plan) + 1)), [step["step"] for step in plan])
    test.assertEqual(sorted(plan, key=lambda step: KINDS.index(step["kind"])), plan)
    test.assertEqual(sorted(reason["requirement"] for reason in rating["reasons"]),
                     sorted(one for step in plan if step["kind"] != "note" for one in step["requirements"]))
    problems = [step["problem"] for step in plan]
    test.assertEqual(len(set(problems)), len(problems), problems)
    fixes = [step["text"] for step in plan if step["text"]]
    test.assertEqual(len(set(fixes)), len(fixes), fixes)
    for step in plan:
        test.assertEqual(step["kind"] == "blocked",
                         step["kind"] in KINDS[:2] and step["fix_class"] in LAST_CLASSES, step)
        for text in (step["problem"], step["text"], step["verify"], *step["commands"]):
            test.assertNotRegex(text, "[`{}]" if text not in step["commands"] else "`")
        for command in step["commands"]:
            test.assertIn(command, step["text"])


def pointed(value, pointer):
    for name in pointer.split("/")[1:]:
        value = value[name]
    return value


def tables(schema=None, key=""):
    """The keys of all tables: memory.hugepages, ..."""
    schema = fact_schema() if schema is None else schema
    for name, part in schema["properties"].items():
        if is_table(part):
            yield key + name
        elif "properties" in part:
            yield from tables(part, f"{key}{name}.")


def tables_to_ask(report, folder):
    """Those that have rows, each by a program of its own; of every tenth host all."""
    return [table for table in tables() if FIXTURES.index(folder) % 10 == 0 or rows_of_table(report, table)]


def a_code(report):
    return next((finding["code"] for finding in report["findings"] if "code" in finding), "CPU_VIRT_ABSENT")


def a_few_devices(report):
    """The first and the last."""
    addresses = [device["address"] for device in report["pci"] or [] if device["address"]]
    return dict.fromkeys(addresses[:1] + addresses[-1:])


def json_documents(report, listed):
    """Every kind of JSON document, as the words that ask for it; listed: tables."""
    yield "scan",
    yield "scan", "--json", "--evidence"
    yield "--json",
    yield "check", "--json"
    yield "list", "--json"
    for table in listed:
        yield "list", table, "--json"
    for name in ("host.role", report["findings"][0]["check"], a_code(report), report["ratings"][0]["profile"]):
        yield "explain", name, "--json"
    yield "passthrough", "--json"
    for address in a_few_devices(report):
        yield "passthrough", address, "--json"
        yield "explain", address, "--json"
    yield "schema",
    yield "record", "-"
    yield "record", "-", "--keep-identity"


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(parse(published_schema()))
        jsonschema.Draft202012Validator.check_schema(parse(published_schema("diff")))

    def test_is_open_for_later_versions(self):
        """Only maps, whose names are data, may say what else they hold."""
        def walk(schema, where):
            if "properties" in schema:
                self.assertNotIn("additionalProperties", schema, where)
            for part in parts(schema):
                walk(part, where + "/...")
        walk(parse(published_schema()), "")
        walk(parse(published_schema("diff")), "")

    def facts(self, schema, pointer=""):
        """Whatever is no object of facts and no table is a fact, with or without its annotations."""
        for name, part in schema["properties"].items():
            if is_table(part):
                self.assertTrue(part.get("description"), f"{pointer}/{name}")
                yield from self.facts(part["items"], f"{pointer}/{name}/*")
            elif "properties" in part:
                yield from self.facts(part, f"{pointer}/{name}")
            else:
                yield f"{pointer}/{name}", part

    def test_every_fact_is_annotated(self):
        facts = dict(self.facts(fact_schema()))
        self.assertGreater(len(facts), 100)
        for where, part in facts.items():
            with self.subTest(where):
                self.assertTrue(part.get("description"))
                self.assertIn(part.get("x-class"), ("public", "identity", "network", "location"))
                self.assertIn(part.get("x-volatility"), ("static", "boot", "runtime"))
                self.assertTrue("null" in part.get("type", []) or None in part.get("enum", []), "must admit null")

    def test_everything_is_required(self):
        """One shape, with or without root, on every host."""
        def walk(schema, where):
            if "properties" in schema:
                self.assertEqual(sorted(schema["properties"]), sorted(schema.get("required", [])), where or "/")
            for name, part in schema.get("properties", {}).items():
                walk(part, f"{where}/{name}")
            walk(schema.get("items", {}), f"{where}/*") if "items" in schema else None
        for name, part in fact_schema()["properties"].items():
            walk(part, "/" + name)

    def test_does_not_depend_on_the_host(self):
        self.assertEqual(published_schema(), document("schema", "--json"))

    def test_comparisons_keep_theirs(self):
        """Of every third host with the next one."""
        changes = 0
        for one, other in zip(FIXTURES[::3], FIXTURES[1::3]):
            with self.subTest(f"{one.name} {other.name}"):
                found = parse(document("diff", one / "recording.json", other / "recording.json", "--json"))
                self.assertEqual([], violations(found, "diff"))
                changes += len(found["changes"])
        self.assertGreater(changes, 1000)


if __name__ == "__main__":
    if "HOSTCAP" not in os.environ:
        sys.exit("set HOSTCAP to the path of the program")
    unittest.main()
