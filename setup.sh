# Sourced by run and test: installs what is missing, or says what to do without root.
# shellcheck shell=sh

missing_of()
{
	for package in "$@"; do
		dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || printf ' %s' "$package"
	done
}

need()
{
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "This script installs Debian packages, and there is no apt-get here. Install these by hand: $*" >&2
		return
	fi
	missing=$(missing_of "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "These packages are missing, and only root can install them. Run:" >&2
		echo "    sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
		echo "and then this script again." >&2
		exit 1
	fi
	echo "Installing:$missing" >&2
	# shellcheck disable=SC2086
	{ apt-get -o DPkg::Lock::Timeout=600 update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing; } >&2 || {
		echo "apt-get could not install them: see above. Is the network there, and the package list?" >&2
		exit 1
	}
}

BUILD_PACKAGES="cmake ninja-build gcc libc6-dev pkg-config libcjson-dev libcpuid-dev libpci-dev libudev-dev zlib1g-dev"
TEST_PACKAGES="clang libclang-rt-dev clang-format gcc-mingw-w64-x86-64 libz-mingw-w64-dev python3 python3-jsonschema jq
	strace util-linux qemu-user gcc-s390x-linux-gnu libc6-dev-s390x-cross dmidecode libsmbios-dev"
