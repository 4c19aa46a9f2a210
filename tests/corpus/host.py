"""What the loaders of foreign dumps share: a composed recording, a run of hostcap on it, and the count of what agreed.

A loader turns a dump into replies (`cpuid:`, `msr:`, `file:`) or a folder for --sysroot, and says what the dump's own
decode says. It never decides what is right by itself: the truth is the dump's."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

HOSTCAP = os.path.abspath(os.environ.get("HOSTCAP", "hostcap"))
SHARED = os.environ.get("HOSTCAP_SHARED", "")
CORPUS = pathlib.Path(SHARED) / "corpus" if SHARED else None
PATIENCE = 300  # seconds: only so that a hang ends
EXCEPTIONS_MOST = 5


# ---- a host out of answers ----

class Recording:
    """Replies by key; what is not in it was not recorded."""

    def __init__(self, os_name="Linux", machine="x86_64", cpu=0):
        self.replies = {}
        self.text("host:time", "2026-11-22T12:00:00Z")
        self.text("host:uname", f"sysname {os_name}\nrelease 6.12.0\nversion 1\nmachine {machine}\n")
        self.text("host:privilege", f"euid 0\negid 0\ngroups 0\ncap_eff 000001ffffffffff\ncpu {cpu}\n")

    def text(self, key, text):
        self.replies[key] = {"key": key, "text": text.split("\n")}

    def cpuid(self, cpu, leaf, subleaf, words):
        self.text(f"cpuid:{cpu}:{leaf:08x}:{subleaf:x}", " ".join(f"{word & 0xffffffff:08x}" for word in words))

    def msr(self, cpu, index, value):
        self.text(f"msr:{cpu}:{index:x}", f"{value:016x}")

    def absent(self, key, error="ENOENT"):
        self.replies[key] = {"key": key, "answer": "absent", "error": error}

    def bytes(self):
        return json.dumps({"hostcap_recording": 1, "tool": "hostcap 0.1.0", "platform": "linux", "redacted": False,
                           "replies": list(self.replies.values())}).encode()


def hostcap(*words, stdin=None):
    """The JSON that it prints; an exit other than 0 raises."""
    done = subprocess.run([HOSTCAP, *words], input=stdin, capture_output=True, timeout=PATIENCE, check=False)
    if done.returncode not in (0, 1, 3, 4) or done.stderr:
        raise AssertionError(f"hostcap {' '.join(words)}: exit {done.returncode}: {done.stderr[:300]!r}")
    return json.loads(done.stdout)


def scan(recording):
    """The whole report of a Recording."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(recording.bytes())
        file.flush()
        return hostcap("scan", "--from", file.name)


def scan_folder(folder):
    return hostcap("scan", "--sysroot", str(folder))


class Unpacked:
    """An archive in a temporary folder; device nodes and names that lead out of it are left out."""

    def __init__(self, archive):
        self.archive = archive
        self.folder = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hostcap-corpus-"))
        with tarfile.open(self.archive) as tar:
            for member in tar:
                safe = not member.name.startswith("/") and ".." not in pathlib.PurePath(member.name).parts
                if safe and (member.isdir() or member.isreg() or member.issym()):
                    member.mode |= 0o700 if member.isdir() else 0o400
                    tar.extract(member, self.folder)
        return self.folder

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


def at(report, path, default=None):
    """at(report, "cpuid.vmx")."""
    for name in path.split("."):
        report = report.get(name) if isinstance(report, dict) else None
    return default if report is None else report


# ---- counting ----

class Tally:
    """One source: items, and what was right, wrong, or could not be told though the dump holds it."""

    def __init__(self, source, exceptions=()):
        self.source = source
        self.items = self.right = self.wrong = self.cannot_tell = self.explained = 0
        self.problems = []
        self.notes = []  # lines to print beside the count
        self.exceptions = {(e["item"], e["what"]): e for e in exceptions}

    def check(self, item, what, expected, actual):
        """None as actual: hostcap cannot tell."""
        if actual == expected:
            self.right += 1
        elif (item, what) in self.exceptions:
            self.explained += 1
        else:
            if actual is None:
                self.cannot_tell += 1
            else:
                self.wrong += 1
            self.problems.append(f"  {self.source} {item}: {what}: the dump says {expected!r}, hostcap {actual!r}")

    def add(self, item, rows):
        """One more item, with all its rows (what, expected, actual)."""
        self.items += 1
        for what, expected, actual in rows:
            self.check(item, what, expected, actual)

    def line(self):
        return (f"{self.source:18} {self.items:5} items  {self.right:7} right  {self.wrong:4} wrong  "
                f"{self.cannot_tell:4} cannot tell  {self.explained:2} explained")

    def passed(self):
        return self.items > 0 and not self.wrong and not self.cannot_tell


def results(items, look, workers=None):
    """{name: look(item)} for every (name, item), several at once; look gives a list of (what, expected, actual)."""
    items = list(items)
    with concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return dict(zip([name for name, _ in items], pool.map(look, [item for _, item in items])))


def each(tally, items, look, workers=None):
    """Looks at every (name, item) and counts."""
    for name, rows in results(items, look, workers).items():
        tally.add(name, rows)
    return tally


def load_exceptions(source):
    """Explained exceptions of a source: item, what, why, and the raw words that show it."""
    path = pathlib.Path(__file__).parent / "exceptions.json"
    rows = json.loads(path.read_text())["exceptions"] if path.exists() else []
    rows = [row for row in rows if row["source"] == source]
    if len({row["item"] for row in rows}) > EXCEPTIONS_MOST:
        raise AssertionError(f"{source}: more than {EXCEPTIONS_MOST} exceptions")
    return rows
