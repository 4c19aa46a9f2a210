#!/usr/bin/python3
"""Walks a corpus of real hosts' dumps through hostcap and prints a line for each source: items, right, wrong, cannot
tell. HOSTCAP_SHARED names the folder that holds corpus/; without it this is skipped. Names of sources as arguments
choose among them; -v prints every disagreement."""
import importlib
import sys

from corpus import host

# each has SOURCES: name -> function() -> host.Tally
LOADERS = ("cpuid", "bsdhw", "cpuinfo", "topology", "cpuid_topology", "models", "core_types", "pciconfig",
           "acpi", "iommu_bits", "groups", "udev", "interfaces", "storage", "smbios", "qubes", "macos")


def sources():
    for name in LOADERS:
        yield from importlib.import_module(f"corpus.{name}").SOURCES.items()


def main():
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    failed = 0
    if not host.CORPUS or not host.CORPUS.is_dir():
        print("no corpus (HOSTCAP_SHARED): skipped")
        return 77
    known = dict(sources())
    for name in wanted:
        if name not in known:
            sys.exit(f"no source {name}; there are {' '.join(known)}")
    for name in wanted or known:
        tally = known[name]()
        print("\n".join([tally.line(), *tally.notes]), flush=True)
        print("\n".join(tally.problems if "-v" in sys.argv else tally.problems[:10]), end="\n" if tally.problems else "")
        failed += not tally.passed()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
