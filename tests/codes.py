#!/usr/bin/python3
"""Every reason code is shown by a host, with the right verdict and a fix text, and every tricky case is answered.

codes.json names the hosts: folders of fixtures/. A row names a profile or a device, and its verdict. What no recording
can show stands there with the reason. HOSTCAP names the program."""
import functools
import json
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True
from fixtures import FIXTURES, FOLDER, TREE, document, parse, pointed

TABLE = json.loads((TREE / "tests" / "codes.json").read_text())
CODES = re.findall(r"^REASON\((\w+),", (TREE / "report" / "reasons.def").read_text(), re.MULTILINE)
IN_SETUP = re.compile(r"firmware setup|BIOS|setup program", re.IGNORECASE)


@functools.lru_cache(maxsize=None)
def report_of(fixture):
    return parse(document("scan", "--json", "--from", FOLDER / fixture / "recording.json"))


def explained(fixture, code):
    """A check that only informs is no reason of a rating: its texts are those of its code on this host."""
    found = parse(document("explain", code, "--json", "--from", FOLDER / fixture / "recording.json"))
    return {"text": found["text"], "fix": found["fix"], "verify": found["verify"]}


def judged(row):
    """The rating or device that a row is about."""
    report = report_of(row["fixture"])
    if "profile" in row:
        return next(one for one in report["ratings"] if one["profile"] == row["profile"])
    return next(one for one in report["passthrough"]["devices"] if one["address"] == row["device"])


def texts_of(row, code):
    """What the host says with this code: each place has its own words for it."""
    for reason in judged(row)["reasons"]:
        if reason["code"] == code and (reason.get("result") == "fail" or reason.get("open") is False):
            yield reason
    if "profile" in row and any(one.get("code") == code for one in report_of(row["fixture"])["findings"]):
        yield explained(row["fixture"], code)


def not_on_the_machine(report):
    return report["host"]["role"] == "guest" or report["host"]["container"] is True


def cases():
    for section in TABLE["cases"].values():
        yield from section.items()


class Codes(unittest.TestCase):
    def test_each_is_shown_or_says_why_not(self):
        self.assertEqual(CODES, [code for code in CODES if code in TABLE["codes"] or code in TABLE["unseen"]])
        self.assertEqual(set(), set(TABLE["codes"]) & set(TABLE["unseen"]))
        self.assertEqual(set(), (set(TABLE["codes"]) | set(TABLE["unseen"])) - set(CODES))

    def test_the_host_gives_it_with_this_verdict(self):
        for code, row in TABLE["codes"].items():
            with self.subTest(code):
                self.assertTrue(list(texts_of(row, code)), row)
                self.assertEqual(row["verdict"], judged(row)["verdict"], row)

    def test_each_has_words_and_a_fix(self):
        for code, row in TABLE["codes"].items():
            for texts in texts_of(row, code):
                with self.subTest(code):
                    for key in ("text", "fix", "verify"):
                        self.assertTrue(texts[key].strip(), (key, texts))
                        self.assertNotRegex(texts[key], r"[{}`]|\.\.\.|  | [;,.]", (key, texts))

    def test_who_cannot_reach_firmware_is_not_sent_there(self):
        for fixture in (path.name for path in FIXTURES):
            report = report_of(fixture)
            if not not_on_the_machine(report):
                continue
            reasons = [one for rating in report["ratings"] for one in rating["reasons"]]
            reasons += [one for device in report["passthrough"]["devices"] or [] for one in device["reasons"]]
            for code, text in {(one["code"], one["text"] + one["fix"]) for one in reasons if one["code"]}:
                with self.subTest(f"{fixture} {code}"):
                    self.assertNotRegex(text, IN_SETUP)

    def test_unseen_ones_are_not_seen(self):
        for fixture in (path.name for path in FIXTURES):
            for finding in report_of(fixture)["findings"]:
                self.assertNotIn(finding.get("code"), TABLE["unseen"], fixture)


class Cases(unittest.TestCase):
    def test_each_is_answered_once(self):
        for name, answer in cases():
            with self.subTest(name):
                self.assertTrue(answer.keys() <= {"codes", "cases"} or answer.keys() == {"elsewhere"}, answer)
                self.assertTrue(all(answer.values()), answer)
                for code in answer.get("codes", []):
                    self.assertIn(code, TABLE["codes"])

    def test_hosts_without_a_code_have_the_right_verdict(self):
        for name, answer in cases():
            for row in answer.get("cases", []):
                with self.subTest(f"{name} {row['fixture']}"):
                    self.assertEqual(row["verdict"], judged(row)["verdict"])
                    for pointer, value in row.get("facts", {}).items():
                        self.assertEqual(value, pointed(report_of(row["fixture"]), pointer), pointer)


if __name__ == "__main__":
    if "HOSTCAP" not in os.environ:
        sys.exit("set HOSTCAP to the path of the program")
    unittest.main()
