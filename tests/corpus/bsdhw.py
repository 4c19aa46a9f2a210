"""Hosts that booted FreeBSD: facts.tsv, a row a host, and the boot messages themselves. Words become CPUID leaves and
registers of a composed Linux host, for what the kernel and the verdict make of a switch in the firmware; FreeBSD's own
decode is the truth (sys/x86/x86/identcpu.c, sys/amd64/vmm)."""
import csv
import json
import pathlib
import re

from corpus import dumps, host
from corpus.cpuid import COMMON, VMX, all_features, has, listed, plain, tally
from corpus.dumps import EAX, EBX, ECX, EDX

# A physical host with Linux 6.12 and KVM not loaded: all but the CPU is taken from it.
FRAME = pathlib.Path(__file__).parent.parent / "fixtures" / "lab-vmx-locked" / "recording.json"
FRAME_LEAVES_OUT = ("host:", "cpuid:", "msr:", "file:/proc/cpuinfo", "file:/sys/devices/system/cpu/")
FEATURE_CONTROL, VM_CR = 0x3a, 0xc0010114
FIXABLE = {"ready after fixes", "cannot tell"}

# ---- words of a row ----

LEAVES = {"features": (1, EDX), "features2": (1, ECX), "sef": (7, EBX), "sef2": (7, ECX), "sef3": (7, EDX),
          "amd_features": (0x80000001, EDX), "amd_features2": (0x80000001, ECX), "ext8": (0x80000008, EBX)}
# The short names of VT-x, as bits that may be set: register, bits. They stand for words that are not printed, so these
# rows try the way through hostcap, and verbose boots and libvirt's files the decode.
SHORT_VTX = {"PAT": [(0x483, 18), (0x483, 19), (0x484, 14)], "HLT": [(0x482, 7)], "MTF": [(0x482, 27)],
             "PAUSE": [(0x482, 30)], "EPT": [(0x48b, 1)], "UG": [(0x48b, 7)], "VPID": [(0x48b, 5)],
             "VID": [(0x482, 21), (0x48b, 0), (0x48b, 4), (0x48b, 8), (0x48b, 9)], "PostIntr": [(0x481, 7)]}
SHORT_SVM = {"NP": 0, "NRIP": 3, "VClean": 5, "AFlush": 6, "DAssist": 7}
VERBOSE = {"pin": 0x481, "proc": 0x482, "proc2": 0x48b}  # their allowed-1 halves
FACTS = {"EPT": ["ept"], "UG": ["unrestricted_guest"], "VPID": ["vpid"], "MTF": ["monitor_trap_flag"],
         "VID": ["virtual_apic_accesses", "virtual_x2apic", "apic_register_virtualization",
                 "virtual_interrupt_delivery", "tpr_shadow"], "PostIntr": ["posted_interrupts"]}
SVM_FACTS = {"NP": "svm_np", "NRIP": "svm_nrips", "NRIPS": "svm_nrips", "AVIC": "svm_avic",
             "V_VMSAVE_VMLOAD": "svm_v_vmsave_vmload", "vGIF": "svm_vgif"}


def number(row, column):
    return int(row.get(column) or "0", 16)


def names_of(text):
    """Names between commas, or between < and > behind a word."""
    inside = re.search(r"<(.*)>", text)
    return [name for name in (inside[1] if inside else text).split(",") if name]


def vtx_registers(row):
    if row.get("pin"):
        basic = re.search(r"Basic Features=0x(\w+)", row["vtx"])
        msrs = {index: number(row, column) << 32 for column, index in VERBOSE.items()}
        msrs[0x480] = int(basic[1], 16) << 32 if basic else 0
        if msrs[0x480] >> 55 & 1:  # the "true" registers were read: these halves are the same (SDM vol. 3D, A.3.1)
            msrs |= {0x48d: msrs[0x481], 0x48e: msrs[0x482]}
        if row["eptcap"]:
            msrs[0x48c] = number(row, "vpidcap") << 32 | number(row, "eptcap")
        return msrs
    if not row["vtx"]:
        return {}
    msrs = dict.fromkeys((0x480, 0x481, 0x482, 0x483, 0x484), 0)
    for index, bit in (place for name in names_of(row["vtx"]) for place in SHORT_VTX.get(name, ())):
        msrs[index] = msrs.get(index, 0) | 1 << (32 + bit)
    if 0x48b in msrs:
        msrs[0x482] |= 1 << 63
    return msrs


def leaves(row):
    """CPUID as far as the row goes; FreeBSD prints no word that is zero."""
    vendor = row["origin"].encode()
    words = [int.from_bytes(vendor[at:at + 4], "little") for at in (0, 8, 4)]
    svm = re.search(r"NAsids=(\d+)", row["svm"])
    found = {(0, 0): [1, *words], (1, 0): [number(row, "id"), 0x800, 0, 0],
             (0x80000000, 0): [0x80000008, *words], (0x80000001, 0): [0] * 4, (0x80000007, 0): [0] * 4,
             (0x80000008, 0): [0x3028, 0, 0, 0]}
    if number(row, "sef") | number(row, "sef2") | number(row, "sef3"):
        found[7, 0], found[0, 0][EAX] = [0] * 4, 7
    if row.get("xsave"):
        found[0xd, 1], found[0, 0][EAX] = [number(row, "xsave"), 0, 0, 0], 0xd
        found.setdefault((7, 0), [0] * 4)
    for column, (leaf, register) in LEAVES.items():
        if number(row, column):
            found[leaf, 0][register] = number(row, column)
    found[0x80000007, 0][EDX] = 0x100 if row.get("invtsc") else 0
    if row["svm"]:
        word = re.search(r"Features=0x(\w+)", row["svm"])
        edx = int(word[1], 16) if word else sum(1 << SHORT_SVM[n] for n in names_of(row["svm"]) if n in SHORT_SVM)
        found[0x8000000a, 0] = [1, int(svm[1]) if svm else 0, 0, edx]
    if number(row, "amd_features2") >> 2 & 1:
        found[0x80000000, 0][EAX] = 0x8000000a
    if row["hv"]:
        padded = row["hv"].encode().ljust(12, b"\0")
        found[0x40000000, 0] = [0x40000000, *(int.from_bytes(padded[at:at + 4], "little") for at in (0, 4, 8))]
    return found


# ---- the host around them ----

def cpuinfo(row, shown):
    """What Linux would print; `shown`: vmx or svm is among the flags."""
    words = [("nx", number(row, "amd_features") >> 20), ("lm", number(row, "amd_features") >> 29),
             ("x2apic", number(row, "features2") >> 21), ("hypervisor", number(row, "features2") >> 31),
             ("vmx", shown and number(row, "features2") >> 5), ("svm", shown and number(row, "amd_features2") >> 2)]
    flags = ["fpu", "msr", *(name for name, bit in words if bit & 1)]
    return f"processor\t: 0\nvendor_id\t: {row['origin']}\nflags\t\t: {' '.join(flags)}\n\n"


def composed(row, switch, shown):
    """The frame with this CPU; `switch`: the register of the firmware's switch, or None for no reply."""
    recording = host.Recording()
    for reply in json.loads(FRAME.read_text())["replies"]:
        if not reply["key"].startswith(FRAME_LEAVES_OUT):
            recording.replies[reply["key"]] = reply
    recording.text("host:uname", "sysname Linux\nrelease 6.12.0\nversion 1\nmachine x86_64\n")
    recording.text("file:/proc/cpuinfo", cpuinfo(row, shown))
    for (leaf, subleaf), words in leaves(row).items():
        recording.cpuid(0, leaf, subleaf, words)
    for index, value in vtx_registers(row).items():
        recording.msr(0, index, value)
    if row.get("archcaps"):
        recording.msr(0, 0x10a, number(row, "archcaps"))
        recording.msr(0, 0xcf, 0)  # IA32_CORE_CAPABILITIES, of which FreeBSD says nothing, is in the same list
    if switch is not None:
        recording.msr(0, *switch)
    return recording


def verdict(report):
    return next(rating["verdict"] for rating in report["ratings"] if rating["profile"] == "kvm-x86")


# ---- what must agree ----

def decoded(row, report):
    family, model, stepping = dumps.signature(number(row, "id"))
    vmx, svm = bool(number(row, "features2") >> 5 & 1), bool(number(row, "amd_features2") >> 2 & 1)
    facts = [("vendor", row["origin"]), ("family", family), ("model", model), ("stepping", stepping), ("vmx", vmx),
             ("svm", svm), ("hypervisor", bool(number(row, "features2") >> 31)),
             ("nx", bool(number(row, "amd_features") >> 20 & 1)), ("lm", bool(number(row, "amd_features") >> 29 & 1)),
             ("x2apic", bool(number(row, "features2") >> 21 & 1))]
    if row["hv"]:
        facts.append(("hypervisor_signature", row["hv"].strip()))
    if svm and row["svm"]:
        names = names_of(row["svm"])
        facts += [(SVM_FACTS[name], True) for name in names if name in SVM_FACTS]
        facts += [("svm_np", "NP" in names)]
    rows = [(f"cpuid.{key}", expected, host.at(report, f"cpuid.{key}")) for key, expected in facts]
    names = listed(report)
    for column, place in LEAVES.items():
        rows += [(f"flag {flag}", bool(number(row, column) >> known[2] & 1), has(names, known))
                 for flag, known in COMMON.items() if column != "ext8" and known[:2] == place]
    return rows + [(f"msr.vmx_{key}", expected, host.at(report, f"msr.vmx_{key}")) for key, expected in controls(row)]


def controls(row):
    """(key, whether the control may be set): what the row's words say, or FreeBSD's names for them."""
    if not row["vtx"] or not number(row, "features2") >> 5 & 1:
        return []
    if row.get("pin"):
        msrs = vtx_registers(row)
        plain_register = {0x48d: 0x481, 0x48e: 0x482}
        return [(fact, bool(msrs[plain_register.get(index, index)] >> bit & 1)) for index, bit, fact in VMX.values()
                if fact and plain_register.get(index, index) in msrs]
    names = names_of(row["vtx"])
    found = [(key, True) for name in names for key in FACTS.get(name, ())]
    if all(name in SHORT_VTX for name in names):  # a damaged name could be any
        found += [(FACTS[name][0], False) for name in ("EPT", "UG", "VPID", "MTF") if name not in names]
    return found


def switched_on(row):
    """The firmware left it on: the register, and what must be concluded."""
    intel = number(row, "features2") >> 5 & 1
    switch = (FEATURE_CONTROL, 5) if intel else (VM_CR, 0) if number(row, "amd_features2") >> 2 & 1 else None
    report = host.scan(composed(row, switch, shown=True))
    rows = decoded(row, report) + [("virt.hw", switch is not None, host.at(report, "virt.hw"))]
    if switch:
        rows.append(("virt.fw", "enabled", host.at(report, "virt.fw")))
    return rows


def forms_of_off(row):
    """Name, register, flag shown by the kernel, the states of virt.fw that are right. FreeBSD prints "disabled"
    whatever the lock bit says."""
    if row["vtx_dis"] == "1":
        return [("locked off", (FEATURE_CONTROL, 1), False, ["disabled"]),
                ("unlocked", (FEATURE_CONTROL, 0), False, ["unlocked", "disabled", None]),
                ("unlocked, flag shown", (FEATURE_CONTROL, 0), True, ["unlocked", "disabled", None]),
                ("not readable", None, False, ["disabled", None])]
    return [("SVMDIS locked", (VM_CR, 0x18), False, ["disabled"]), ("SVMDIS", (VM_CR, 0x10), False, ["disabled"]),
            ("SVMDIS, flag shown", (VM_CR, 0x18), True, ["disabled"]),
            ("not readable", None, False, ["disabled", None])]


def switched_off(row):
    rows = []
    for name, switch, shown, right in forms_of_off(row):
        report = host.scan(composed(row, switch, shown))
        rows += decoded(row, report) if not rows else []
        state, rated = host.at(report, "virt.fw"), verdict(report)
        rows += [(f"{name}: virt.fw", state if state in right else right[0], state),
                 (f"{name}: virt.hw", True, host.at(report, "virt.hw")),
                 (f"{name}: kvm-x86", rated if rated in FIXABLE else "ready after fixes", rated)]
    return rows


def look(row):
    return switched_off(row) if "1" in (row["vtx_dis"], row["svm_dis"]) else switched_on(row)


# ---- facts.tsv ----

def key_of(row):
    """All words of a row: hosts that have them alike are one host to hostcap."""
    return tuple(row[column] for column in (
        "origin", "id", "features", "features2", "amd_features", "amd_features2", "sef", "sef2", "sef3", "vtx",
        "vtx_dis", "svm", "svm_dis", "hv", "pin", "proc", "proc2", "eptcap", "vpidcap"))


def bsdhw():
    with open(host.CORPUS / "bsdhw" / "facts.tsv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    distinct = {key_of(row): row for row in rows}
    results = host.results(distinct.items(), look)
    count = tally("bsdhw")
    for row in rows:
        count.add(row["hwid"], results[key_of(row)])
    return count


# ---- boot messages ----

# FreeBSD's names of bits, as names of QEMU and libvirt where they differ by more than capitals
FEATURES = {
    "Features": {"DTS": "ds", "HTT": "ht"},
    "Features2": {"SSE3": "pni sse3", "PCLMULQDQ": "pclmuldq pclmulqdq", "MON": "monitor", "CNXT-ID": "cid",
                  "TSCDLT": "tsc-deadline", "AESNI": "aes", "HV": "hypervisor", "RDRND": "rdrand"},
    "AMD Features": {"MMX+": "mmxext", "FFXSR": "fxsr_opt", "Page1GB": "pdpe1gb", "3DNow!+": "3dnowext",
                     "3DNow!": "3dnow"},
    "AMD Features2": {"LAHF": "lahf_lm", "CMP": "cmp_legacy", "CR8": "cr8legacy", "MAS": "misalignsse",
                      "Prefetch": "3dnowprefetch", "NodeId": "nodeid_msr", "Topology": "topoext",
                      "PCXC": "perfctr_core", "PNXC": "perfctr_nb", "DBE": "bpext", "PL2I": "perfctr_llc"},
    "Structured Extended Features": {"GSFSBASE": "fsgsbase", "TSCADJ": "tsc_adjust", "FDPEXC": "fdp-excptn-only",
                                     "ENHMOVSB": "erms", "PQM": "cmt", "NFPUSG": "zero-fcs-fds", "PQE": "rdt_a",
                                     "PROCTRACE": "intel-pt", "SHA": "sha-ni"},
    "Structured Extended Features2": {"AVX512VPOPCNTDQ": "avx512-vpopcntdq"},
    "Structured Extended Features3": {"AVX512VP2INTERSECT": "avx512-vp2intersect", "MCUOPT": "srbds_ctrl",
                                      "TSXFA": "tsx_force_abort", "IBT": "cet-ibt", "IBPB": "spec-ctrl",
                                      "L1DFL": "flush-l1d", "ARCH_CAP": "arch-capabilities",
                                      "CORE_CAP": "core-capability"},
    "AMD Extended Feature Extensions ID EBX": {"STIBP": "amd-stibp", "STIBP_ALWAYSON": "stibp-always-on",
                                               "SSBD": "amd-ssbd", "PPIN": "amd_ppin"},
    "XSAVE Features": {"XINUSE": "xgetbv1"},
    "IA32_ARCH_CAPS": {"RDCL_NO": "rdctl-no", "SKIP_L1DFL_VME": "skip-l1dfl-vmentry"},
}
COLUMNS = dict(zip(FEATURES, ("features", "features2", "amd_features", "amd_features2", "sef", "sef2", "sef3", "ext8",
                              "xsave", "archcaps")))
NAMELESS = {"ADMSKX", "MCOMMIT", "PREFER_IBRS"}  # Linux, QEMU and libvirt have no name for these
CONTROLS = {
    "Pin-Based Controls": {"VNMI": "virtual_nmi", "PreTmr": "preemption_timer", "PostIntr": "posted_interrupts"},
    "Primary Processor Controls": {"TPR": "tpr_shadow", "MTF": "monitor_trap_flag", "MSRmap": "msr_bitmaps"},
    "Secondary Processor Controls": {
        "APIC": "virtual_apic_accesses", "EPT": "ept", "RDTSCP": "rdtscp", "x2APIC": "virtual_x2apic", "VPID": "vpid",
        "UG": "unrestricted_guest", "APIC-reg": "apic_register_virtualization", "VID": "virtual_interrupt_delivery",
        "PAUSE-loop": "pause_loop_exiting", "INVPCID": "invpcid", "VMFUNC": "vmfunc", "VMCS": "vmcs_shadowing",
        "EPT#VE": "ept_violation_ve", "XSAVES": "xsaves"},
    "EPT Features": {"XO": "ept_execute_only", "2M": "ept_2m_pages", "1G": "ept_1g_pages", "INVEPT": "invept",
                     "AD": "ept_accessed_dirty"},
    "VPID Features": {"INVVPID": "invvpid"},
}
CONTROL_COLUMNS = dict(zip(CONTROLS, ("pin", "proc", "proc2", "eptcap", "vpidcap")))
WORD = re.compile(r"\s+([A-Z][\w -]*?)=0x([0-9a-f]+)(?:<(.*?)>?)?$")
ORIGIN = re.compile(r'\s+Origin\s*=\s*"(\w+)"\s+Id\s*=\s*0x(\w+)')
HYPERVISOR = re.compile(r'Hypervisor: Origin = "(.*)"')
EXTENSION = re.compile(r"\s+(VT-x|SVM): (\(disabled in BIOS\) )?(.*)")


def boots(text):
    """A row (as of facts.tsv) for each boot that names its CPU, with the names printed."""
    row = None
    for line in text.splitlines():
        origin, word, extension = ORIGIN.match(line), WORD.match(line), EXTENSION.match(line)
        if origin:
            row = dict.fromkeys([*COLUMNS.values(), *CONTROL_COLUMNS.values(), "vtx", "svm", "hv"], "")
            row |= {"origin": origin[1], "id": origin[2], "vtx_dis": "", "svm_dis": "", "names": {}}
        elif row and word and word[1] in COLUMNS | CONTROL_COLUMNS:
            row[(COLUMNS | CONTROL_COLUMNS)[word[1]]] = word[2]
            row["names"][word[1]] = (word[3] or "").split(",")
        elif row and extension:
            which = extension[1].lower().replace("-", "")
            row[which], row[f"{which}_dis"] = extension[3], "1" if extension[2] else "0"
        elif row and line.lstrip().startswith("TSC: P-state invariant"):
            row["invtsc"] = "1"
        elif row and HYPERVISOR.match(line):
            row["hv"] = HYPERVISOR.match(line)[1]
        elif row and line.startswith("real memory"):
            yield row
            row = None


def named(row, report):
    """Every bit that the kernel named."""
    listing, rows = all_features(report), []
    for register, names in row["names"].items():
        for name in names:
            known = FEATURES.get(register, {}).get(name, name.lower())
            if register in FEATURES and name and not name.startswith("<") and name not in NAMELESS:
                rows.append((f"{register} {name}", True, has(listing, (0, 0, 0, known))))
            elif register in CONTROLS and name in CONTROLS[register]:
                key = f"msr.vmx_{CONTROLS[register][name]}"
                rows.append((f"{register} {name}", True, host.at(report, key)))
    if row.get("invtsc"):
        rows.append(("TSC: P-state invariant", True, listing and plain("invtsc") in listing))
    return rows


def log_item(path):
    rows = []
    for row in boots(path.read_text(encoding="latin1")):
        if row["features"]:
            rows += look(row) + named(row, host.scan(composed(row, None, shown=True)))
    return rows or [("a boot that names its CPU", True, False)]


def bsdhw_logs():
    files = sorted((host.CORPUS / "bsdhw").glob("*/dmesg.txt"))
    return host.each(tally("bsdhw-logs"), [(path.parent.name, path) for path in files], log_item)


SOURCES = {"bsdhw": bsdhw, "bsdhw-logs": bsdhw_logs}
