"""CPUID dumps: libcpuid's tests, InstLatx64, libvirt's cputest, and a few more. See dumps.py and host.py."""
import functools
import json
import re
import xml.etree.ElementTree

from corpus import dumps, host
from corpus.dumps import EAX, EBX, ECX, EDX

# libcpuid's flag -> leaf, register, bit, and the name (or names) that QEMU and libvirt have for it. Whose decoder knows
# it (libcpuid/cpuid_main.c, recog_intel.c, recog_amd.c): all, Intel's, AMD's.
COMMON = {
    "fpu": (1, EDX, 0, "fpu"), "vme": (1, EDX, 1, "vme"), "de": (1, EDX, 2, "de"), "pse": (1, EDX, 3, "pse"),
    "tsc": (1, EDX, 4, "tsc"), "msr": (1, EDX, 5, "msr"), "pae": (1, EDX, 6, "pae"), "mce": (1, EDX, 7, "mce"),
    "cx8": (1, EDX, 8, "cx8"), "apic": (1, EDX, 9, "apic"), "sep": (1, EDX, 11, "sep"), "mtrr": (1, EDX, 12, "mtrr"),
    "pge": (1, EDX, 13, "pge"), "mca": (1, EDX, 14, "mca"), "cmov": (1, EDX, 15, "cmov"), "pat": (1, EDX, 16, "pat"),
    "pse36": (1, EDX, 17, "pse36"), "clflush": (1, EDX, 19, "clflush"), "mmx": (1, EDX, 23, "mmx"),
    "fxsr": (1, EDX, 24, "fxsr"), "sse": (1, EDX, 25, "sse"), "sse2": (1, EDX, 26, "sse2"), "ht": (1, EDX, 28, "ht"),
    "pni": (1, ECX, 0, "pni sse3"), "pclmul": (1, ECX, 1, "pclmuldq pclmulqdq"), "monitor": (1, ECX, 3, "monitor"),
    "ssse3": (1, ECX, 9, "ssse3"), "fma3": (1, ECX, 12, "fma"), "cx16": (1, ECX, 13, "cx16"),
    "sse4_1": (1, ECX, 19, "sse4.1"), "sse4_2": (1, ECX, 20, "sse4.2"), "x2apic": (1, ECX, 21, "x2apic"),
    "movbe": (1, ECX, 22, "movbe"), "popcnt": (1, ECX, 23, "popcnt"), "aes": (1, ECX, 25, "aes"),
    "xsave": (1, ECX, 26, "xsave"), "osxsave": (1, ECX, 27, "osxsave"), "avx": (1, ECX, 28, "avx"),
    "f16c": (1, ECX, 29, "f16c"), "rdrand": (1, ECX, 30, "rdrand"), "hypervisor": (1, ECX, 31, "hypervisor"),
    "bmi1": (7, EBX, 3, "bmi1"), "avx2": (7, EBX, 5, "avx2"), "bmi2": (7, EBX, 8, "bmi2"),
    "avx512f": (7, EBX, 16, "avx512f"), "avx512dq": (7, EBX, 17, "avx512dq"), "rdseed": (7, EBX, 18, "rdseed"),
    "adx": (7, EBX, 19, "adx"), "avx512cd": (7, EBX, 28, "avx512cd"), "sha_ni": (7, EBX, 29, "sha-ni"),
    "avx512bw": (7, EBX, 30, "avx512bw"), "avx512vl": (7, EBX, 31, "avx512vl"),
    "avx512vbmi": (7, ECX, 1, "avx512vbmi"), "avx512vbmi2": (7, ECX, 6, "avx512vbmi2"),
    "avx512vnni": (7, ECX, 11, "avx512vnni"),
    "syscall": (0x80000001, EDX, 11, "syscall"), "rdtscp": (0x80000001, EDX, 27, "rdtscp"),
    "lm": (0x80000001, EDX, 29, "lm"), "lahf_lm": (0x80000001, ECX, 0, "lahf_lm"), "abm": (0x80000001, ECX, 5, "abm"),
    "constant_tsc": (0x80000007, EDX, 8, "invtsc"),
}
INTEL = {
    "pn": (1, EDX, 18, "pn"), "dts": (1, EDX, 21, "ds"), "acpi": (1, EDX, 22, "acpi"), "ss": (1, EDX, 27, "ss"),
    "tm": (1, EDX, 29, "tm"), "ia64": (1, EDX, 30, "ia64"), "pbe": (1, EDX, 31, "pbe"),
    "dts64": (1, ECX, 2, "dtes64"), "ds_cpl": (1, ECX, 4, "ds_cpl"), "vmx": (1, ECX, 5, "vmx"),
    "smx": (1, ECX, 6, "smx"), "est": (1, ECX, 7, "est"), "tm2": (1, ECX, 8, "tm2"), "cid": (1, ECX, 10, "cid"),
    "xtpr": (1, ECX, 14, "xtpr"), "pdcm": (1, ECX, 15, "pdcm"), "dca": (1, ECX, 18, "dca"),
    "sgx": (7, EBX, 2, "sgx"), "hle": (7, EBX, 4, "hle"), "rtm": (7, EBX, 11, "rtm"),
    "avx512pf": (7, EBX, 26, "avx512pf"), "avx512er": (7, EBX, 27, "avx512er"),
    "xd": (0x80000001, EDX, 20, "nx"),
}
AMD = {
    "nx": (0x80000001, EDX, 20, "nx"), "mmxext": (0x80000001, EDX, 22, "mmxext"),
    "fxsr_opt": (0x80000001, EDX, 25, "fxsr_opt"), "3dnowext": (0x80000001, EDX, 30, "3dnowext"),
    "3dnow": (0x80000001, EDX, 31, "3dnow"), "cmp_legacy": (0x80000001, ECX, 1, "cmp_legacy"),
    "svm": (0x80000001, ECX, 2, "svm"), "sse4a": (0x80000001, ECX, 6, "sse4a"),
    "misalignsse": (0x80000001, ECX, 7, "misalignsse"), "3dnowprefetch": (0x80000001, ECX, 8, "3dnowprefetch"),
    "osvw": (0x80000001, ECX, 9, "osvw"), "ibs": (0x80000001, ECX, 10, "ibs"), "xop": (0x80000001, ECX, 11, "xop"),
    "skinit": (0x80000001, ECX, 12, "skinit"), "wdt": (0x80000001, ECX, 13, "wdt"),
    "fma4": (0x80000001, ECX, 16, "fma4"), "tbm": (0x80000001, ECX, 21, "tbm"),
    # of the power management leaf QEMU and libvirt name invtsc alone
    "ts": (0x80000007, EDX, 0, "ts"), "fid": (0x80000007, EDX, 1, "fid"), "vid": (0x80000007, EDX, 2, "vid"),
    "ttp": (0x80000007, EDX, 3, "ttp"), "tm_amd": (0x80000007, EDX, 4, "tm_amd"), "stc": (0x80000007, EDX, 5, "stc"),
    "100mhzsteps": (0x80000007, EDX, 6, "100mhzsteps"), "hwpstate": (0x80000007, EDX, 7, "hw_pstate"),
    "cpb": (0x80000007, EDX, 9, "cpb"), "aperfmperf": (0x80000007, EDX, 10, "eff_freq_ro"),
    "pfi": (0x80000007, EDX, 11, "proc_feedback"), "pa": (0x80000007, EDX, 12, "acc_power"),
}
KNOWN_BY = {"GenuineIntel": COMMON | INTEL, "AuthenticAMD": COMMON | AMD, "HygonGenuine": COMMON | AMD}


def plain(name):
    """QEMU writes sse4.1 and ds-cpl, libvirt sse4.1 and ds_cpl, both know the other's."""
    return re.sub(r"[-.]", "_", name)


def listed(report, key="cpuid.features"):
    """The names in a list of features; None where hostcap cannot tell."""
    names = host.at(report, key)
    return None if names is None else {plain(name) for name in names}


def has(names, row):
    return None if names is None else any(plain(name) in names for name in row[3].split())


def flags(dump, cpu, report):
    """Every flag of the table whose word the dump holds."""
    names = listed(report)
    rows = ((flag, dump.bit(cpu, *row[:3]), has(names, row)) for flag, row in (COMMON | INTEL | AMD).items()
            if not (flag in ("ts", "fid", "vid", "ttp", "tm_amd", "stc") and dumps.vendor(dump, cpu) == "GenuineIntel"))
    return [(f"flag {flag}", expected, actual) for flag, expected, actual in rows if expected is not None]


def look(dump, cpu=0):
    report = host.scan(dump.recording(cpu))
    return dumps.identity(dump, cpu, report) + flags(dump, cpu, report)


# ---- libcpuid ----

INTEL_CORE = {0x40: "performance", 0x20: "efficiency"}  # leaf 0x1A, EAX[31:24]


def purpose(dump, cpu):
    """What libcpuid calls a core: an efficient one without L3 is "low-power efficiency"."""
    if dumps.vendor(dump, cpu) == "GenuineIntel" and dump.bit(cpu, 7, EDX, 15):
        name = INTEL_CORE.get((dump.word(cpu, 0x1a, EAX) or 0) >> 24, "general")
        levels = {words[EAX] >> 5 & 7 for (leaf, _), words in dump.cpus[cpu].items() if leaf == 4 and words[EAX] & 31}
        return f"low-power {name}" if name == "efficiency" and 3 not in levels else name
    if dump.bit(cpu, 0x80000026, EAX, 30):  # heterogeneous: EBX[31:28] is the core type (AMD APM vol. 3, E.4.24)
        return {0: "performance", 1: "efficiency"}.get((dump.word(cpu, 0x80000026, EBX) or 0) >> 28, "general")
    return "general"


def libcpuid_item(path):
    """One block of decoded lines follows the words for every core type."""
    raw, *blocks = re.split(r"\n-{20,}\n", path.read_text(encoding="latin1"))
    dump, rows = dumps.aida(raw), []
    blocks = [block.splitlines() for block in blocks]
    if not dump.cpus:  # an ARM chip: no CPUID, nothing to feed
        return [("x86", False, blocks[0][0] == "x86")]
    for block in blocks:
        if block[0] == "x86":
            rows += libcpuid_block(dump, block, len(blocks) > 1)
    return rows


def libcpuid_block(dump, block, several):
    cpus = [cpu for cpu in range(len(dump.cpus)) if not several or purpose(dump, cpu) == block[2]]
    if not cpus:
        return [(f"a CPU for {block[2]}", True, False)]
    cpu, names = cpus[0], set(block[-1].split())
    report = host.scan(dump.recording(cpu))
    rows = [(f"{block[2]} {what}", int(block[line]), host.at(report, what))
            for line, what in ((6, "cpuid.family"), (7, "cpuid.model"), (5, "cpuid.stepping"))]
    features, vendor = listed(report), dumps.vendor(dump, cpu)
    known = KNOWN_BY.get(vendor, COMMON)
    if (dump.word(cpu, 1, EBX) or 0) >> 16 & 0xff < 2:  # libcpuid takes ht back where there is one logical CPU
        known = {flag: row for flag, row in known.items() if flag != "ht"}
        names.discard("ht")
    rows += [(f"{block[2]} flag {flag}", flag in names, has(features, row)) for flag, row in known.items()
             if flag in names or dump.bit(cpu, *row[:3]) is not None]
    rows += [(f"unknown flag {flag}", None, flag) for flag in names - set(known)]
    return rows + [(f"{block[2]} {what}", *values) for what, *values in dumps.identity(dump, cpu, report)]


def tally(source):
    return host.Tally(source, host.load_exceptions(source))


def libcpuid():
    files = sorted((host.CORPUS / "libcpuid").glob("*.test"))
    return host.each(tally("libcpuid"), [(path.name, path) for path in files], libcpuid_item)


# ---- InstLatx64 ----

AIDA_SETS = {"x86-64": "lm", "3DNow!": "3dnow", "AVX-512": "avx512f", "SHA": "sha_ni", "SSE4.1": "sse4_1",
             "SSE4.2": "sse4_2", "SSE3": "pni", "FMA": "fma3"}


def instlatx64_item(path):
    """Newer files begin with what AIDA64 makes of the words."""
    text = path.read_text(encoding="latin1")
    dump = dumps.aida(text)
    report = host.scan(dump.recording())
    rows, names = dumps.identity(dump, 0, report) + flags(dump, 0, report), listed(report)
    said = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines()[:60])}
    if "CPUID Manufacturer" in said:
        rows.append(("Manufacturer", said["CPUID Manufacturer"], host.at(report, "cpuid.vendor")))
    if "CPUID CPU Name" in said:
        rows.append(("CPU Name", said["CPUID CPU Name"].split(), host.at(report, "cpuid.brand", "").split()))
    if "CPUID Revision" in said:
        rows.append(("Revision", dumps.signature(int(said["CPUID Revision"].rstrip("h"), 16)),
                     tuple(host.at(report, f"cpuid.{what}") for what in ("family", "model", "stepping"))))
    for name in said.get("Instruction Set", "x86").split(", ")[1:]:
        rows.append((f"flag {name}", True, has(names, (COMMON | AMD)[AIDA_SETS.get(name, name.lower())])))
    return rows


def instlatx64():
    files = sorted((host.CORPUS / "instlatx64").glob("*.txt"))
    return host.each(tally("instlatx64"), [(path.name, path) for path in files], instlatx64_item)


# ---- archspec and pytorch ----

def cpuid_json_item(path):
    read = dumps.six_numbers if path.suffix == ".json" else dumps.aida
    return look(read(path.read_text(encoding="latin1")))


def cpuid_json():
    files = sorted((host.CORPUS / "cpuid-json").iterdir())
    return host.each(tally("cpuid-json"), [(path.name, path) for path in files], cpuid_json_item)


# ---- libvirt's cputest ----

# QEMU's name of what VMX capability registers allow (target/i386/cpu.c; Intel SDM vol. 3D, appendix A) -> index, bit,
# and the fact of that bit; None: hostcap gives the register, and the bit is looked up in that
VMX = {
    "vmx-ins-outs": (0x480, 54, None), "vmx-true-ctls": (0x480, 55, None),
    "vmx-intr-exit": (0x48d, 32, None), "vmx-nmi-exit": (0x48d, 35, None), "vmx-vnmi": (0x48d, 37, "virtual_nmi"),
    "vmx-preemption-timer": (0x48d, 38, "preemption_timer"), "vmx-posted-intr": (0x48d, 39, "posted_interrupts"),
    "vmx-vintr-pending": (0x48e, 34, None), "vmx-tsc-offset": (0x48e, 35, None), "vmx-hlt-exit": (0x48e, 39, None),
    "vmx-invlpg-exit": (0x48e, 41, None), "vmx-mwait-exit": (0x48e, 42, None), "vmx-rdpmc-exit": (0x48e, 43, None),
    "vmx-rdtsc-exit": (0x48e, 44, None), "vmx-cr3-load-noexit": (0x48e, 47, None),
    "vmx-cr3-store-noexit": (0x48e, 48, None), "vmx-cr8-load-exit": (0x48e, 51, None),
    "vmx-cr8-store-exit": (0x48e, 52, None), "vmx-flexpriority": (0x48e, 53, "tpr_shadow"),
    "vmx-vnmi-pending": (0x48e, 54, None), "vmx-movdr-exit": (0x48e, 55, None), "vmx-io-exit": (0x48e, 56, None),
    "vmx-io-bitmap": (0x48e, 57, None), "vmx-mtf": (0x48e, 59, "monitor_trap_flag"),
    "vmx-msr-bitmap": (0x48e, 60, "msr_bitmaps"), "vmx-monitor-exit": (0x48e, 61, None),
    "vmx-pause-exit": (0x48e, 62, None), "vmx-secondary-ctls": (0x48e, 63, "secondary_controls"),
    "vmx-apicv-xapic": (0x48b, 32, "virtual_apic_accesses"), "vmx-ept": (0x48b, 33, "ept"),
    "vmx-desc-exit": (0x48b, 34, "descriptor_table_exiting"), "vmx-rdtscp-exit": (0x48b, 35, "rdtscp"),
    "vmx-apicv-x2apic": (0x48b, 36, "virtual_x2apic"), "vmx-vpid": (0x48b, 37, "vpid"),
    "vmx-wbinvd-exit": (0x48b, 38, "wbinvd_exiting"), "vmx-unrestricted-guest": (0x48b, 39, "unrestricted_guest"),
    "vmx-apicv-register": (0x48b, 40, "apic_register_virtualization"),
    "vmx-apicv-vid": (0x48b, 41, "virtual_interrupt_delivery"), "vmx-ple": (0x48b, 42, "pause_loop_exiting"),
    "vmx-rdrand-exit": (0x48b, 43, "rdrand_exiting"), "vmx-invpcid-exit": (0x48b, 44, "invpcid"),
    "vmx-vmfunc": (0x48b, 45, "vmfunc"), "vmx-shadow-vmcs": (0x48b, 46, "vmcs_shadowing"),
    "vmx-encls-exit": (0x48b, 47, "encls_exiting"), "vmx-rdseed-exit": (0x48b, 48, "rdseed_exiting"),
    "vmx-pml": (0x48b, 49, "pml"), "vmx-xsaves": (0x48b, 52, "xsaves"), "vmx-tsc-scaling": (0x48b, 57, "tsc_scaling"),
    "vmx-enable-user-wait-pause": (0x48b, 58, "user_wait_pause"),
    "vmx-exit-nosave-debugctl": (0x48f, 34, None), "vmx-exit-load-perf-global-ctrl": (0x48f, 44, None),
    "vmx-exit-ack-intr": (0x48f, 47, None), "vmx-exit-save-pat": (0x48f, 50, None),
    "vmx-exit-load-pat": (0x48f, 51, None), "vmx-exit-save-efer": (0x48f, 52, None),
    "vmx-exit-load-efer": (0x48f, 53, None), "vmx-exit-save-preemption-timer": (0x48f, 54, None),
    "vmx-exit-clear-bndcfgs": (0x48f, 55, None), "vmx-exit-clear-rtit-ctl": (0x48f, 57, None),
    "vmx-entry-noload-debugctl": (0x490, 34, None), "vmx-entry-ia32e-mode": (0x490, 41, None),
    "vmx-entry-load-perf-global-ctrl": (0x490, 45, None), "vmx-entry-load-pat": (0x490, 46, None),
    "vmx-entry-load-efer": (0x490, 47, None), "vmx-entry-load-bndcfgs": (0x490, 48, None),
    "vmx-entry-load-rtit-ctl": (0x490, 50, None),
    "vmx-store-lma": (0x485, 5, None), "vmx-activity-hlt": (0x485, 6, None),
    "vmx-activity-shutdown": (0x485, 7, None), "vmx-activity-wait-sipi": (0x485, 8, None),
    "vmx-vmwrite-vmexit-fields": (0x485, 29, "vmwrite_any_field"), "vmx-zero-len-inject": (0x485, 30, None),
    "vmx-ept-execonly": (0x48c, 0, "ept_execute_only"), "vmx-page-walk-4": (0x48c, 6, "ept_4_level"),
    "vmx-page-walk-5": (0x48c, 7, "ept_5_level"), "vmx-ept-2mb": (0x48c, 16, "ept_2m_pages"),
    "vmx-ept-1gb": (0x48c, 17, "ept_1g_pages"), "vmx-invept": (0x48c, 20, "invept"),
    "vmx-eptad": (0x48c, 21, "ept_accessed_dirty"),
    "vmx-ept-advanced-exitinfo": (0x48c, 22, "ept_advanced_exit_information"),
    "vmx-invept-single-context": (0x48c, 25, "invept_single_context"),
    "vmx-invept-all-context": (0x48c, 26, "invept_all_contexts"), "vmx-invvpid": (0x48c, 32, "invvpid"),
    "vmx-invvpid-single-addr": (0x48c, 40, "invvpid_address"),
    "vmx-invvpid-all-context": (0x48c, 42, "invvpid_all_contexts"),
    "vmx-invept-single-context-noglobals": (0x48c, 43, "invvpid_single_retaining_globals"),  # so QEMU, of INVVPID
    "vmx-eptp-switching": (0x491, 0, "eptp_switching"),
}
VMX_REGISTERS = {0x480: "basic", 0x485: "misc", 0x48d: "true_pinbased_ctls", 0x48e: "true_procbased_ctls",
                 0x48f: "true_exit_ctls", 0x490: "true_entry_ctls"}


def vmx_bit(report, row):
    """Whether a bit is set, by its fact or by that of its register."""
    index, bit, fact = row
    if host.at(report, "cpuid.vmx") is False:
        return False
    if fact:
        return host.at(report, f"msr.vmx_{fact}")
    value = host.at(report, f"msr.ia32_vmx_{VMX_REGISTERS[index]}")
    return None if value is None else bool(int(value, 0) >> bit & 1)


# Features that KVM offers whatever the CPU has, or by the name that another vendor has for the same (kvm_set_cpu_caps
# in arch/x86/kvm/cpuid.c), so that QEMU's "true" says nothing of this bit in the host
EMULATED = {"x2apic", "hypervisor", "tsc_deadline", "tsc_adjust", "arat", "umip", "movbe", "rdpid", "arch_capabilities",
            "spec_ctrl", "stibp", "ssbd", "ibpb", "ibrs", "amd_stibp", "amd_ssbd"}
# Bits of IA32_ARCH_CAPABILITIES: where CPUID does not have that register, the files hold what KVM emulates
ARCH_CAPABILITIES = {"rdctl_no", "ibrs_all", "rsba", "skip_l1dfl_vmentry", "mds_no", "ssb_no", "pschange_mc_no",
                     "taa_no"}
VENDORS = {"Intel": "GenuineIntel", "AMD": "AuthenticAMD", "Hygon": "HygonGenuine"}


def vmx_registers(enabled):
    """What -enabled.xml says of VMX, as registers. Files of libvirt 11.3 and before hold the allowed-1 words of the
    controls (0x48B, 0x48D to 0x490) in eax, later ones in edx, where the register has them. Plain and "true" registers
    differ only in their low halves (SDM vol. 3D, A.3.1), which none of these files holds."""
    msrs = {index: value for index, value in enabled.msrs.items() if 0x480 <= index <= 0x493}
    for index in (0x48b, 0x48d, 0x48e, 0x48f, 0x490):
        if index in msrs:
            msrs[index] = (msrs[index] >> 32 | msrs[index] & 0xffffffff) << 32
    return msrs | {index - 12: msrs[index] for index in (0x48d, 0x48e, 0x48f, 0x490) if index in msrs}


def complete(enabled):
    """Leaves of which a file holds only the feature words, with the words that say how far they go."""
    dump = dumps.Dump()
    leaves = enabled.cpus[0]
    top = {base: max(leaf for leaf, _ in leaves if leaf & 0xffff0000 == base) for base in (0, 0x80000000)}
    dump.add(0, 0, (top[0], 0x756e6547, 0x6c65746e, 0x49656e69))  # files of Intel's CPUs alone come so
    dump.add(0x80000000, 0, (top[0x80000000], 0, 0, 0))
    for (leaf, subleaf), words in leaves.items():
        if (leaf, subleaf) == (7, 0):
            words = (max(sub for leaf, sub in leaves if leaf == 7), *words[1:])
        dump.add(leaf, subleaf, words)
    return dump


def xml_features(path):
    """Names that a <cpu> requires, or names as they are in the host."""
    return {node.get("name") for node in xml.etree.ElementTree.parse(path).getroot().iter("feature")
            if node.get("policy", "require") == "require"}


def all_features(report):
    """Of CPUID and of IA32_ARCH_CAPABILITIES and IA32_CORE_CAPABILITIES."""
    names = listed(report)
    return names and names | (listed(report, "msr.features") or set())


def libvirt_host(path, dump, report):
    """X-host.xml: libvirt's own decode of the words in X.xml."""
    emulated = set() if dump.bit(0, 7, EDX, 29) else ARCH_CAPABILITIES
    root = xml.etree.ElementTree.parse(path).getroot()
    rows, names = [("vendor", VENDORS[root.findtext("vendor")], host.at(report, "cpuid.vendor"))], all_features(report)
    signature = root.find("signature")
    if signature is not None:
        rows += [(f"signature {what}", int(value), host.at(report, f"cpuid.{what}"))
                 for what, value in signature.attrib.items()]
    return rows + [(f"feature {name}", True, names and plain(name) in names) for name in sorted(xml_features(path))
                   if plain(name) not in emulated]


def libvirt_qemu(path, report):
    """X.json: what QEMU and KVM on this host make of it: a lower bound but for what KVM emulates."""
    answer, _ = json.JSONDecoder().raw_decode(path.read_text())  # query-cpu-model-expansion; another answer follows
    names, rows = all_features(report), []
    for name, value in sorted(answer["return"]["model"]["props"].items()):
        if name.startswith("vmx-"):
            rows.append((f"QEMU {name}", value, vmx_bit(report, VMX[name]) if name in VMX else None))
        elif value is True and plain(name) in libvirt_names() and plain(name) not in EMULATED | ARCH_CAPABILITIES:
            rows.append((f"QEMU {name}", True, names and plain(name) in names))
    return rows


@functools.cache
def libvirt_names():
    """Every feature that some file of libvirt names: the other properties of QEMU are settings, or its own words."""
    paths = (host.CORPUS / "libvirt-cputest").glob("*-*st.xml")
    return {plain(name) for path in paths for name in xml_features(path)}


def libvirt_item(base):
    files = {kind: base.with_name(base.name + kind) for kind in (".xml", "-host.xml", ".json", "-enabled.xml")}
    enabled = dumps.libvirt(files["-enabled.xml"]) if files["-enabled.xml"].exists() else dumps.Dump()
    dump = dumps.libvirt(files[".xml"]) if files[".xml"].exists() else complete(enabled)
    dump.msrs |= vmx_registers(enabled)
    report = host.scan(dump.recording())
    rows = dumps.identity(dump, 0, report) + flags(dump, 0, report)
    rows += [(name, bool(dump.msrs[row[0]] >> row[1] & 1), vmx_bit(report, row)) for name, row in VMX.items()
             if row[0] in dump.msrs]
    if files["-host.xml"].exists():
        rows += libvirt_host(files["-host.xml"], dump, report)
    if files[".json"].exists():
        rows += libvirt_qemu(files[".json"], report)
    return rows


def libvirt_cputest():
    folder = host.CORPUS / "libvirt-cputest"
    names = {re.sub(r"(-(host|guest|json|enabled|disabled))?\.(xml|json|sig)$", "", path.name)
             for path in folder.iterdir()}
    return host.each(tally("libvirt-cputest"), [(name, folder / name) for name in sorted(names)], libvirt_item)


# ---- Firecracker's guests ----

def firecracker_item(path):
    dump = dumps.firecracker(path.read_text())
    if dump is None:
        return []
    report = host.scan(dump.recording())
    signature = dumps.text_of(dump.cpus[0][0x40000000, 0][1:])
    return dumps.identity(dump, 0, report) + flags(dump, 0, report) + [
        ("signature", signature, host.at(report, "cpuid.hypervisor_signature"))]


def firecracker():
    files = sorted((host.CORPUS / "firecracker-guest").glob("*.json"))
    return host.each(tally("firecracker-guest"), [(path.name, path) for path in files], firecracker_item)


SOURCES = {"libcpuid": libcpuid, "instlatx64": instlatx64, "libvirt-cputest": libvirt_cputest, "cpuid-json": cpuid_json,
           "firecracker-guest": firecracker}
