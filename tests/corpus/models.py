"""libvirt's own answer for the same words: the named model, and the features that it lists beside it."""
import re
import xml.etree.ElementTree as ElementTree

from corpus import host

REGISTER = {"rdctl-no", "ibrs-all", "skip-l1dfl-vmentry", "ssb-no", "mds-no", "pschange-mc-no", "tsx-ctrl", "taa-no"}


def recording(path):
    """A Recording of libvirt's cpudata."""
    made = host.Recording()
    for row in ElementTree.parse(path).getroot():
        words = {name: int(value, 0) for name, value in row.attrib.items()}
        if row.tag == "cpuid":
            made.cpuid(0, words["eax_in"], words.get("ecx_in", 0), [words[r] for r in ("eax", "ebx", "ecx", "edx")])
        elif row.tag == "msr":
            made.msr(0, words["index"], words["edx"] << 32 | words["eax"])
    made.absent("ioctl:kvm:msr_feature_index_list")  # libvirt reads the registers
    return made


def line_and_version(name):
    """("EPYC-Rome", 3) of "EPYC-Rome-v3"."""
    line, version = re.fullmatch(r"(.*?)(?:-v(\d+))?", name or "").groups()
    return line, int(version or 0)


def model(expected, actual):
    """The answers are those of libvirt 11.3.0: a later version of the same model, which it did not have, is right too."""
    (line, version), (other_line, other_version) = line_and_version(expected), line_and_version(actual)
    return expected if line == other_line and other_version > version else actual


def look(paths):
    raw, answer = paths
    expected = ElementTree.parse(answer).getroot()
    report = host.scan(recording(raw))
    known = set(host.at(report, "cpuid.features", [])) | set(host.at(report, "msr.features", []))
    listed = {feature.attrib["name"] for feature in expected.findall("feature")}
    if "arch-capabilities" not in known:
        listed -= REGISTER  # some dumps hold what KVM makes up for guests, of a register that CPUID does not announce
    return [
        ("model", expected.find("model").text,
         model(expected.find("model").text, host.at(report, "cpu.baseline_model"))),
        ("features", sorted(listed), sorted(listed & known)),
        ("beyond the model", [], sorted(set(host.at(report, "cpu.baseline_extra", [])) - known)),
    ]


def libvirt_models():
    folder = host.CORPUS / "libvirt-cputest"
    items = []
    for answer in sorted(folder.glob("*-host.xml")):
        raw = folder / re.sub(r"-host\.xml$", ".xml", answer.name)
        if raw.exists():
            items.append((raw.stem.replace("x86_64-cpuid-", ""), (raw, answer)))
    return host.each(host.Tally("libvirt-models", host.load_exceptions("libvirt-models")), items, look)


SOURCES = {"libvirt-models": libvirt_models}
