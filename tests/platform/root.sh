#!/bin/sh
# Makes the root of a Debian release, of the packages that the release itself has: once, for all runs.
#
#   root.sh SUITE small|full ROOT
#
# `small` are its C library and libgcc alone, which is what a program can need of a system; `full` is
# what debootstrap makes. The mirror, its proxy and the keys are those of this machine's apt, or the
# mirror is $DEBIAN_MIRROR; apt's own lists stay as they are. Ends with 3, and the reason as its last
# line, where the root cannot be had.
set -eu
suite=$1 size=$2 root=$3

lacks() {
    echo "$*" >&2
    exit 3
}

libraries=lib/x86_64-linux-gnu
is_whole() { [ -e "$1/$libraries/libc.so.6" ] && [ -e "$1/$libraries/libgcc_s.so.1" ]; }
if is_whole "$root"; then exit 0; fi

command -v apt-get >/dev/null || lacks 'it needs apt-get'
mirror=${DEBIAN_MIRROR:-}
if [ -z "$mirror" ]; then
    # Where this machine's own release comes from, Debian's other releases are, if it is a Debian.
    own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get --print-uris update | sed -n "s|^'\(.*\)/dists/$own/InRelease'.*|\1|p" | head -n 1)
    [ -n "$mirror" ] || lacks "apt has no mirror of $own, and DEBIAN_MIRROR is not set"
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || lacks "it needs $keyring"

mkdir -p "$(dirname "$root")"
made=$(mktemp -d "$root.XXXXXX")
scratch=$(mktemp -d)
# Stays out of what debootstrap may have mounted.
trap 'rm -rf --one-file-system "$made" "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

small() {
    # Read by apt's own user, which fetches and checks.
    chmod 755 "$scratch"
    mkdir -p "$scratch/state/lists/partial" "$scratch/cache/archives/partial" "$scratch/packages"
    touch "$scratch/status"
    echo "deb [arch=amd64 target=Packages signed-by=$keyring] $mirror $suite main" >"$scratch/sources"
    # What this machine does after each update concerns its own lists.
    cat >"$scratch/settings" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architecture "amd64";
Acquire::Languages "none";
Dir::Etc::SourceList "$scratch/sources";
Dir::Etc::SourceParts "-";
Dir::State "$scratch/state";
Dir::State::Status "$scratch/status";
Dir::Cache "$scratch/cache";
END
    apt-get -c "$scratch/settings" -q update || lacks "$suite cannot be had from the mirror of apt"
    (cd "$scratch/packages" && apt-get -c "$scratch/settings" -q download libc6 libgcc-s1) ||
        lacks "the packages of $suite cannot be had"
    for package in "$scratch"/packages/*.deb; do
        dpkg-deb -x "$package" "$made"
    done
}

full() {
    [ "$(id -u)" = 0 ] || lacks 'debootstrap needs root'
    command -v debootstrap >/dev/null || lacks 'it needs debootstrap'
    debootstrap --variant=minbase --arch=amd64 --keyring="$keyring" "$suite" "$made" "$mirror" ||
        lacks "$suite cannot be had by debootstrap"
}

"$size"
# What the function's own directories are mounted on. Any user may enter.
mkdir -p "$made/code" "$made/tmp" "$made/proc"
chmod 755 "$made"
is_whole "$made"
rm -rf "$root"
mv "$made" "$root"
