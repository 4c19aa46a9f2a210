"""Libraries for another system or architecture, from the sources of Debian's packages: archives under build/arch, with
what CMake and pkg-config look for. Not every architecture has packages in every release, and Windows has none."""
import pathlib
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "arch"
PATIENCE = 300  # seconds: only so that a hang ends

FLAGS = ("-O2", "-g", "-fPIC", "-ffunction-sections", "-fdata-sections", "-D_GNU_SOURCE", "-DHAVE_UNISTD_H")
PCI_FILES = ("access", "caps", "dump", "filter", "generic", "init", "names", "names-cache", "names-hash", "names-hwdb",
             "names-net", "names-parse", "params", "proc", "sysfs")
LIBRARIES = {
    "cjson": (("cJSON.c",), "cJSON.h", "include/cjson"),
    "pciutils": (tuple(f"lib/{name}.c" for name in PCI_FILES), "lib/*.h", "include/pci"),
    "zlib": (("adler32.c", "crc32.c", "inffast.c", "inflate.c", "inftrees.c", "zutil.c"), "z*.h", "include"),
}
ARCHIVES = {"cjson": "libcjson.a", "pciutils": "libpci.a", "zlib": "libz.a"}
# what its configure writes for Linux, without udev, zlib and names from the network
PCI_CONFIG = """#define PCI_OS_LINUX
#define PCI_HAVE_PM_LINUX_SYSFS
#define PCI_HAVE_PM_LINUX_PROC
#define PCI_HAVE_LINUX_BYTEORDER_H
#define PCI_HAVE_64BIT_ADDRESS
#define PCI_PATH_PROC_BUS_PCI "/proc/bus/pci"
#define PCI_PATH_SYS_BUS_PCI "/sys/bus/pci"
#define PCI_IDS "pci.ids"
#define PCI_PATH_IDS_DIR "/usr/share/misc"
#define PCILIB_VERSION "of Debian"
"""
# Windows: hostcap gives libpci bytes that were read elsewhere, so that it needs a method by name that does nothing
PCI_QUIET_FILES = ("access", "caps", "filter", "generic", "init", "names", "names-cache", "names-hash", "names-hwdb",
                   "names-parse", "params", "quiet")
PCI_QUIET_CONFIG = """#define PCI_OS_WINDOWS
#define PCI_HAVE_PM_LINUX_SYSFS
#define PCI_HAVE_STDINT_H
#define PCI_HAVE_64BIT_ADDRESS
#define PCI_PATH_SYS_BUS_PCI ""
#define PCI_IDS "pci.ids"
#define PCI_PATH_IDS_DIR ""
#define PCILIB_VERSION "of Debian"
"""
PCI_QUIET = """#include "internal.h"

static void nothing(struct pci_access *a)
{
  (void)a;
}

static int no_bytes(struct pci_dev *d, int pos, byte *buf, int len)
{
  (void)d; (void)pos; (void)buf; (void)len;
  return 0;
}

struct pci_methods pm_linux_sysfs = { .name = "quiet", .help = "reads nothing", .init = nothing, .cleanup = nothing,
  .scan = nothing, .fill_info = pci_generic_fill_info, .read = no_bytes, .write = no_bytes };
"""


def call(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=PATIENCE, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: {(done.stdout + done.stderr).decode(errors='replace')[-2000:]}")
    return done.stdout


# ---- building ----

def apt_sources(folder):
    """deb-src lines of the archives that this system uses for its main packages."""
    stanzas = call("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT) $(SIGNED_BY)",
                   "Created-By: Packages", "Component: main", "Origin: Debian").decode().split("\n")
    lines = set()
    for site, release, component, *signed in (line.split() for line in stanzas if line):
        keyring = signed[0] if signed and signed[0].startswith("/") else "/usr/share/keyrings/debian-archive-keyring.gpg"
        lines.add(f"deb-src [signed-by={keyring}] {site} {release} {component}\n")
    (folder / "sources.list").write_text("".join(sorted(lines)))
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    return ("-o", f"Dir::Etc::SourceList={folder}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", f"Dir::State::Lists={folder}/lists", "-o", "APT::Sandbox::User=root")


def fetch():
    """The original sources, each unpacked into a folder of its name; kept between runs."""
    folder = BUILD / "sources"
    missing = [name for name in LIBRARIES if not (folder / name).is_dir()]
    if not missing:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    options = apt_sources(folder)
    call("apt-get", *options, "update", cwd=folder)
    call("apt-get", *options, "source", "--download-only", *missing, cwd=folder)
    for name in missing:
        archive, = folder.glob(f"{name}_*.orig.tar.*[!c]")
        with tarfile.open(archive) as tar, tempfile.TemporaryDirectory(dir=folder) as into:
            members = [m for m in tar if m.isreg() and ".." not in m.name and not m.name.startswith("/")]
            tar.extractall(into, members)
            only, = pathlib.Path(into).iterdir()
            only.rename(folder / name)
    return folder


def package(prefix, name, archive, include):
    """What pkg-config looks for."""
    (prefix / f"lib/pkgconfig/{name}.pc").write_text(
        f"prefix={prefix}\nName: {name}\nDescription: {name}\nVersion: 1\n"
        f"Libs: -L${{prefix}}/lib -l{archive}\nCflags: -I${{prefix}}/include -I${{prefix}}/{include}\n")


def libraries(cross):
    """Archives, with what CMake and pkg-config look for."""
    prefix, sources = BUILD / cross, fetch()
    if (prefix / "lib/pkgconfig/libpci.pc").exists():
        return
    (prefix / "lib/pkgconfig").mkdir(parents=True, exist_ok=True)
    quiet = "mingw" in cross
    (sources / "pciutils/lib/config.h").write_text(PCI_QUIET_CONFIG if quiet else PCI_CONFIG)
    (sources / "pciutils/lib/quiet.c").write_text(PCI_QUIET)
    for name, (files, headers, include) in LIBRARIES.items():
        objects = []
        if quiet and name == "pciutils":
            files = tuple(f"lib/{file}.c" for file in PCI_QUIET_FILES)
        (prefix / include).mkdir(parents=True, exist_ok=True)
        for header in (sources / name).glob(headers):
            (prefix / include / header.name).write_bytes(header.read_bytes())
        for file in files:
            objects.append(prefix / f"{name}-{pathlib.Path(file).name}.o")
            call(f"{cross}-gcc", *FLAGS, "-c", sources / name / file,
                 "-o", objects[-1])
        call(f"{cross}-ar", "rcs", prefix / "lib" / ARCHIVES[name], *objects)
    package(prefix, "libcjson", "cjson", "include/cjson")
    package(prefix, "libpci", "pci", "include/pci")
