#!/usr/bin/python3
"""A short run of the fuzzer that is the same every time: seeds from the fixtures, cut down to what a mutation can reach.

  fuzz_short.py FUZZER [RUNS]
"""
import json
import pathlib
import subprocess
import sys
import tempfile

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"
PROFILES = FIXTURES.parent.parent / "report/profiles"
ASKED_FOR = ["host:", "file:/proc/cpuinfo", "file:/proc/misc", "cpuid:", "msr:", "ioctl:", "file:/proc/modules",
             "file:/proc/cmdline", "file:/proc/meminfo", "dir:/sys/kernel/iommu_groups", "file:/sys/firmware",
             "file:/proc/self/cgroup", "dir:/sys/kernel/mm", "file:/proc/interrupts", "file:/etc/group", "stat:/dev/kvm"]


def small(reply):
    """Long answers make slow seeds: the first and last lines of them will do."""
    text = reply.get("text")
    if text and len(text) > 40:
        reply["text"] = [line[:400] for line in text[:30] + text[-5:]]
    if "hex" in reply:
        reply["hex"] = reply["hex"][:4000]
    return reply


def seeds(folder):
    for path in sorted(FIXTURES.glob("*/recording.json")):
        recording = json.loads(path.read_text())
        for number, prefix in enumerate(ASKED_FOR):
            part = dict(recording)
            part["replies"] = [small(r) for r in recording["replies"] if r["key"].startswith((prefix, "cpuid:", "host:", "dir:/sys/firmware"))]
            (folder / f"{path.parent.name}-{number}").write_text(json.dumps(part))
    for path in sorted(PROFILES.glob("*.json")):
        (folder / path.name).write_bytes(path.read_bytes())


def dictionary(path):
    words = ["hostcap_recording", "replies", "key", "answer", "error", "thinned", "text", "hex", "denied", "absent",
             "requirements", "check", "fact", "when", "unless", "level", "hard", "always", "about_at_least", "flags",
             "vmx flags", "MemTotal", "clearcpuid=", "cpuid:0:80000001:0", "loop_ratio=", "real_mode=ok"]
    path.write_text("".join(f'"{word}"\n' for word in words))


def main():
    runs = sys.argv[2] if len(sys.argv) > 2 else "15000"
    with tempfile.TemporaryDirectory() as work:
        corpus, words = pathlib.Path(work, "corpus"), pathlib.Path(work, "words")
        corpus.mkdir()
        seeds(corpus)
        dictionary(words)
        return subprocess.run([sys.argv[1], f"-runs={runs}", "-seed=1", "-max_len=20000", f"-dict={words}", "-timeout=20",
                               "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={work}/", str(corpus)]
                              ).returncode


sys.exit(main())
