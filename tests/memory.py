#!/usr/bin/python3
"""Memory runs out at every place, one after the other: the command writes its whole document, or says that memory ran
out, exits 2 and writes nothing. It never dies, and never tells something else because memory was short.

HOSTCAP             the command
HOSTCAP_MALLOC_SHIM tests/malloc_shim.c as a shared library

Recordings on the command line are replayed; without any, the largest of the fixtures beside this file and this host.
With --all every allocation fails, not only the early ones and a share of the others: that takes minutes."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HANG_S = 60  # no bound on speed
EVERY = 300  # allocations that all fail once; of later ones a share does
SHARE = 400
PRIMES = (1, 2, 3, 5, 7, 11, 17, 29, 53, 97, 193, 389, 769, 1543, 3079, 6151, 12289, 24593, 49157, 98317)
OUT_OF_MEMORY = re.compile(rb"^hostcap: [^\n]*(out of memory|cannot allocate memory)[^\n]*\n$", re.IGNORECASE)


def run(arguments, fail):
    """What came of it, and how many allocations there were (0: it did not get that far)."""
    reader, writer = os.pipe()
    environment = dict(os.environ, LD_PRELOAD=os.environ["HOSTCAP_MALLOC_SHIM"], MALLOC_TELL=str(writer),
                       MALLOC_FAIL=fail)
    done = subprocess.run([os.environ["HOSTCAP"], *arguments], env=environment, pass_fds=[writer], timeout=HANG_S,
                          stdin=subprocess.DEVNULL, capture_output=True)
    os.close(writer)
    with open(reader, "rb") as told:
        return done, int(told.read() or 0)


def without_run(text):
    """A report but for the part that differs from run to run."""
    return re.sub(rb'"run":\s*\{[^}]*\}', b"", text)


def answers(text):
    return [(reply["key"], reply.get("answer"), reply.get("error")) for reply in json.loads(text)["replies"]]


def same_document(arguments, plain, done):
    """Why this document is not the one that memory enough gives, or None."""
    if done.stdout.startswith(b"{"):
        json.loads(done.stdout.decode("utf-8", "strict"))
    if b'"ENOMEM"' in done.stdout:  # one answer could not be had, and the document says why
        return None
    if arguments[0] != "record":
        return None if without_run(done.stdout) == without_run(plain.stdout) else "another document"
    if answers(done.stdout) == answers(plain.stdout):
        return None
    return f"other answers, and none says ENOMEM: {sorted(set(answers(done.stdout)) ^ set(answers(plain.stdout)), key=str)[:2]}"


def wrong(arguments, plain, done):
    """What is wrong with a run, or None."""
    if done.returncode == 2:
        if done.stdout:
            return "wrote a document and exited 2"
        return None if OUT_OF_MEMORY.match(done.stderr) else f"does not say what is wrong: {done.stderr[:200]!r}"
    if done.returncode != plain.returncode:
        return f"exit {done.returncode} {done.stderr[:300]!r}"
    try:
        return same_document(arguments, plain, done)
    except ValueError as error:
        return f"no valid document: {error}"


def places(count):
    """Every early allocation, then a share of the others at a prime distance, then the last ones."""
    if "--all" in sys.argv:
        return range(1, count + 1)
    step = next((prime for prime in PRIMES if prime * SHARE >= count - EVERY), PRIMES[-1])
    return sorted({*range(1, min(count, EVERY) + 1), *range(EVERY, count + 1, step), *range(max(1, count - 20), count + 1)})


def try_command(arguments):
    """The number of failures."""
    plain, count = run(arguments, "0")
    found = {}
    if not count:
        print(f"{' '.join(arguments)}: the shim does not work here: {plain.stderr[:200]!r}")
        return 1
    numbers = places(count)
    for number in numbers:
        for fail in (str(number), f"{number}+"):
            done, _ = run(arguments, fail)
            why = wrong(arguments, plain, done)
            if why:
                found.setdefault(re.sub(r"[^ ]*\.json|\d+", "#", why), []).append((fail, why))
    for cases in found.values():
        fail, why = cases[0]
        print(f"{' '.join(arguments)}: MALLOC_FAIL={fail} and {len(cases) - 1} more like it: {why}")
    print(f"{' '.join(arguments)}: {len(numbers)} of {count} allocations failed, {len(found)} kinds of failure")
    return len(found)


def recordings(folder):
    given = [argument for argument in sys.argv[1:] if argument != "--all"]
    if given:
        return given
    fixtures = pathlib.Path(__file__).resolve().parent.glob("fixtures/*/recording.json")
    largest = sorted(fixtures, key=lambda path: path.stat().st_size)[-1:]
    host = os.path.join(folder, "host.json")
    subprocess.run([os.environ["HOSTCAP"], "record", "--keep-identity", host], check=True)
    return [host, *map(str, largest)]


def main():
    failures = 0
    if not os.environ.get("HOSTCAP") or not os.environ.get("HOSTCAP_MALLOC_SHIM"):
        sys.exit("HOSTCAP and HOSTCAP_MALLOC_SHIM must name the command and the shim")
    with tempfile.TemporaryDirectory() as folder:
        for recording in recordings(folder):
            failures += try_command(["scan", "--from", recording])
            failures += try_command(["check", "--from", recording])
            failures += try_command(["passthrough", "--from", recording])
            failures += try_command(["list", "--from", recording])
        failures += try_command(["diff", recording, recording])
    failures += try_command(["record", "-"])
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
