#!/usr/bin/python3
"""Every file that a scan of this host opens fails in every way (DESIGN, promise 5): the report stays whole and valid,
and no verdict turns into its opposite because an answer is gone.

HOSTCAP              the command
HOSTCAP_FAULT_SHIM   tests/fault_shim.c as a shared library

With words on the command line only files whose path contains one of them are tried. Exit 77: cannot be done here."""
import errno
import json
import os
import random
import re
import subprocess
import sys
import tempfile

HANG_S = 20  # no bound on speed: a command that never comes back is a failure
SCHEMES = ("file:", "dir:", "link:", "stat:", "access:rw:")
SKIPPED = 77


class Faults:
    """What can be wrong with a file. A strict fault takes an answer away; others put a wrong one in its place."""

    def __init__(self, folder):
        self.folder = folder
        self.random = random.Random(1)
        self.empty = self.write("empty", b"")
        self.garbage = self.write("garbage", self.random.randbytes(1 << 20))
        self.digits = self.write("digits", b"9" * (1 << 20))
        self.lines = self.write("lines", b"a: 1\n: \n\n" * 100000)
        self.huge = self.path("huge")
        with open(self.huge, "wb") as file:
            file.truncate(1 << 32)
        self.pipe = self.path("pipe")
        os.mkfifo(self.pipe)
        self.writer = os.open(self.pipe, os.O_RDWR)  # there is a writer, and it never writes
        self.full = self.path("full")
        self.none = self.path("none")
        self.link = self.path("link")
        os.mkdir(self.full)
        os.mkdir(self.none)
        os.symlink("x" * 4000, self.link)
        for _ in range(200):
            name = bytes(self.random.choice(range(1, 256)) for _ in range(40)).replace(b"/", b"\n")
            os.close(os.open(os.fsencode(self.full) + b"/" + name, os.O_CREAT | os.O_WRONLY))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def errors(self, schemes):
        """name, settings, strict"""
        yield "missing", {"FAULT_OPEN": errno.ENOENT}, False
        # "refused" is what access: asks for, and a known answer
        yield "denied", {"FAULT_OPEN": errno.EACCES}, "access:rw:" not in schemes
        yield "EIO", {"FAULT_OPEN": errno.EIO}, True
        if schemes & {"file:", "dir:"}:
            yield "EIO on reading", {"FAULT_READ": errno.EIO}, True

    def others(self, schemes, content):
        only_file = schemes == {"file:"}
        yield "empty", {"FAULT_INSTEAD": self.none if "dir:" in schemes else self.empty}, False
        yield "a mebibyte of garbage", {"FAULT_INSTEAD": self.garbage}, False
        yield "a pipe", {"FAULT_INSTEAD": self.pipe}, only_file
        yield "a directory of strange names", {"FAULT_INSTEAD": self.full}, only_file
        if "link:" in schemes:
            yield "a link to nowhere", {"FAULT_INSTEAD": self.link}, False
        if "file:" in schemes:
            half = self.write("half", content[: len(content) // 2])
            yield "truncated", {"FAULT_INSTEAD": half}, False
            yield "a mebibyte of digits", {"FAULT_INSTEAD": self.digits}, False
            yield "a mebibyte of lines", {"FAULT_INSTEAD": self.lines}, False
            yield "four gibibytes", {"FAULT_INSTEAD": self.huge}, only_file


class Runner:
    def __init__(self, command, shim):
        self.command = command
        self.shim = shim
        self.failures = 0
        self.runs = 0
        self.plain = self.scan({})[0]

    def scan(self, settings):
        """The report and how often the fault was met; None where there is no report."""
        reader, writer = os.pipe()
        environment = dict(os.environ, LD_PRELOAD=self.shim, FAULT_TELL=str(writer))
        environment.update({name: str(value) for name, value in settings.items()})
        try:
            done = subprocess.run([self.command, "scan"], env=environment, pass_fds=[writer], timeout=HANG_S,
                                  stdin=subprocess.DEVNULL, capture_output=True)
        finally:
            os.close(writer)
        os.set_blocking(reader, False)
        try:
            met = len(os.read(reader, 65536))
        finally:
            os.close(reader)
        if done.returncode or done.stderr:
            raise ValueError(f"exit {done.returncode}, {done.stderr[:300]!r}")
        return json.loads(done.stdout.decode("utf-8", "strict")), met

    def fail(self, name, path, what):
        self.failures += 1
        print(f"{path}, {name}: {what}")

    def judge(self, name, path, report, strict):
        if shape(report) != shape(self.plain):
            self.fail(name, path, "the report has another shape")
        before, after = ratings(self.plain), ratings(report)
        if before.keys() != after.keys():
            self.fail(name, path, "the report rates other profiles")
        for profile in before if strict else ():
            why = flipped(before[profile], after[profile])
            if why:
                self.fail(name, path, f"{profile}: {why}")

    def try_fault(self, name, path, settings, strict, must_meet=True):
        self.runs += 1
        try:
            report, met = self.scan(dict(settings, FAULT_PATH=path))
        except subprocess.TimeoutExpired:
            self.fail(name, path, "never came back")
        except (ValueError, UnicodeDecodeError) as error:
            self.fail(name, path, error)
        except BlockingIOError:  # nothing was told: the call that opens this file is none that the shim knows
            if must_meet:
                self.fail(name, path, "the fault was not met, so nothing was tested")
        else:
            self.judge(name, path, report, strict)


def shape(value):
    """The names of a report without its values: the same on every host. A list may be null: not known."""
    return {key: shape(member) for key, member in value.items()} if isinstance(value, dict) else None


def ratings(report):
    return {rating["profile"]: rating for rating in report["ratings"]}


def flipped(before, after):
    """Why a verdict may not become this one when an answer is taken away, or None."""
    was, now = before["verdict"], after["verdict"]
    if now in (was, "cannot tell"):
        return None
    if (was, now) == ("limited", "ready"):
        return None if after["open"] or after["open_soft"] else "from limited to ready, and nothing is listed as open"
    return f"from {was} to {now}"


def bytes_of(reply):
    if "hex" in reply:
        return bytes.fromhex(reply["hex"])
    return "\n".join(reply.get("text", [])).encode()


def asked(command):
    """Path -> (schemes, content) of all files that a scan looks at; one for many that differ in their numbers."""
    text = subprocess.run([command, "record", "--keep-identity", "-"], check=True, capture_output=True).stdout
    paths, kinds = {}, set()
    for reply in json.loads(text)["replies"]:
        scheme = next((s for s in SCHEMES if reply["key"].startswith(s)), None)
        if not scheme:
            continue
        path = reply["key"][len(scheme):]
        kind = re.sub(r"\d+", "#", reply["key"])
        if path not in paths and kind in kinds:
            continue
        kinds.add(kind)
        schemes, content = paths.get(path, (set(), b""))
        paths[path] = (schemes | {scheme}, content or bytes_of(reply))
    return paths


def main():
    command, shim = os.environ.get("HOSTCAP"), os.environ.get("HOSTCAP_FAULT_SHIM")
    if not command or not shim:
        sys.exit("HOSTCAP and HOSTCAP_FAULT_SHIM must name the command and the shim")
    runner = Runner(command, shim)
    if not runner.plain:
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        faults = Faults(folder)
        for path, (schemes, content) in asked(command).items():
            if sys.argv[1:] and not any(word in path for word in sys.argv[1:]):
                continue
            for name, settings, strict in faults.errors(schemes):
                runner.try_fault(name, path, settings, strict)
            for name, settings, strict in faults.others(schemes, content):
                runner.try_fault(name, path, settings, strict)
        for path in ("/proc/*", "/sys/*", "/dev/*", "/etc/*", "/proc/self/*", "/sys/module/*") if not sys.argv[1:] else ():
            for name, settings, strict in faults.errors({"file:", "access:rw:"}):
                runner.try_fault(name, path, settings, strict, must_meet=False)
    print(f"{runner.runs} faults, {runner.failures} failures")
    return runner.failures != 0


if __name__ == "__main__":
    sys.exit(main())
