#!/usr/bin/python3
"""The layers look one way: source -> probe -> facts -> checks -> report -> cli. Read from the #include lines; the build
itself refuses source.h in report/ and everything but hostcap.h in cli/."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CJSON = "json.c"
ZLIB = "unzip.c"
LIBCPUID = "libcpuid.c"
LIBPCI = "libpci.c"
PLATFORM = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif).*(_WIN32|__APPLE__|__linux__|__x86_64__|__i386__|__aarch64__)", re.M)
HANDLER = re.compile(r"\bsigaction\s*\([^,]+,(?!\s*NULL)")  # asking for the handler is allowed, setting one is not
FORBIDDEN = re.compile(r"\b(system|popen|exec[lv]p?e?|posix_spawnp?|fork|strcpy|strcat|sprintf|atoi|strtok|gets|"
                       r"signal|setlocale|exit|abort|printf|puts|perror)\s*\(")

problems = []


def code(path):
    """The text without comments and strings."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def includes(path):
    return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)', path.read_text(), re.M)


def complain(path, what):
    problems.append(f"{path.relative_to(ROOT)}: {what}")


def names(folder):
    return {path.name for path in (ROOT / folder).rglob("*.h")}


def look():
    report = names("report")
    for path in sorted(ROOT.glob("probe/**/*.[ch]")):
        for name in includes(path):
            if name.split("/")[-1] in report - names("probe"):
                complain(path, f"a probe includes {name} of report/")
            if name == "hostcap.h":
                complain(path, "a probe sees the public header")
        if PLATFORM.search(path.read_text()) and path.name not in ("live.c", "arena.h"):
            complain(path, "a platform #if outside of live.c")
    for path in sorted(ROOT.glob("report/*.[ch]")):
        for name in includes(path):
            if name.split("/")[-1] in ("source.h", "ask.h", "probes.h", "recording.h"):
                complain(path, f"report/ includes {name}: it asks the host")
    for path in sorted(ROOT.glob("cli/*.[ch]")):
        for name in includes(path):
            if (ROOT / "probe").rglob(name) and name in names("probe") | report:
                complain(path, f"cli/ includes {name}: it sees only hostcap.h")
    for path in sorted([*ROOT.glob("probe/**/*.[ch]"), *ROOT.glob("report/*.[ch]")]):
        for name in includes(path):
            if name.startswith("cjson/") and path.name != CJSON:
                complain(path, "cJSON has one door, probe/json.c")
            if name == "zlib.h" and path.name != ZLIB:
                complain(path, "zlib has one door, probe/unzip.c")
            if name.startswith("libcpuid/") and path.name != LIBCPUID:
                complain(path, "libcpuid has one door, probe/x86/libcpuid.c")
            if name.startswith("pci/") and path.name != LIBPCI:
                complain(path, "libpci has one door, probe/libpci.c")
        if HANDLER.search(code(path)):
            complain(path, "the library sets a signal handler")
        for found in FORBIDDEN.finditer(code(path)):
            complain(path, f"the library calls {found.group(1)}()")


def refused(source, folders, definition):
    """Whether the compiler refuses a program that breaks the border."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write(source)
        file.flush()
        return subprocess.run(["cc", "-std=c11", "-fsyntax-only", "-Werror", *definition,
                               *[f"-I{ROOT / folder}" for folder in folders], file.name],
                              capture_output=True).returncode != 0


def borders():
    cases = {
        "report/ must not see source.h": ('#include "source.h"\n', ["probe"], ["-DHC_LAYER_REPORT"]),
        "a number must not go where a flag belongs":
            ('#include "facts.h"\nvoid f(struct hc_facts *facts, const struct hc_reply *r);\n'
             "void f(struct hc_facts *facts, const struct hc_reply *r)"
             "{ hc_put_flag(facts, HC_CPUID_FAMILY, r, 1); }\n", ["probe"], []),
        "a value must not come without its reply":
            ('#include "facts.h"\nvoid f(struct hc_facts *facts);\n'
             "void f(struct hc_facts *facts) { hc_put_flag(facts, HC_CPUID_VMX, 1); }\n", ["probe"], []),
    }
    for what, (source, folders, definition) in cases.items():
        if not refused(source, folders, definition):
            problems.append(f"the compiler allows it: {what}")
    good = ('#include "facts.h"\nvoid f(struct hc_facts *facts, const struct hc_reply *r);\n'
            "void f(struct hc_facts *facts, const struct hc_reply *r) { hc_put_flag(facts, HC_CPUID_VMX, r, 1); }\n")
    if refused(good, ["probe"], []):
        problems.append("the compiler refuses even the right program: this test proves nothing")


def tables():
    """Every table has its file of columns, and every profile its schema-worthy head (parsed by the unit test)."""
    for name in re.findall(r"TABLE\(\w+, \"[^\"]+\", (\w+)", (ROOT / "probe/tables.def").read_text()):
        if not (ROOT / f"probe/table_{name}.def").exists():
            problems.append(f"probe/tables.def: no probe/table_{name}.def")


look()
borders()
tables()
print("\n".join(problems) or "the layers hold")
sys.exit(bool(problems))
