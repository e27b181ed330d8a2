#!/usr/bin/env bash
# Prints the folder of a Debian 13 root that has PoCL 6, an OpenCL device on the processor; makes it the first time (a minute or two, 1 GB).
#
#   eng/opencl-root.sh
#
# The root is kept as opencl-root in $MOE_TOOLS, or else in moecompiler in the user's cache folder. Its packages come from $MOE_DEBIAN_MIRROR,
# or else from the mirror that apt uses. Ends with 77 where it cannot be had. eng/opencl-run.sh runs a command in it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

suite=trixie
packages=ca-certificates,pocl-opencl-icd,ocl-icd-libopencl1,clinfo,libicu76,libssl3t64,libstdc++6,zlib1g
what="OpenCL kernels on PoCL"
root=$tools/opencl-root
# Written last: a root without it, or made after another recipe, is made anew.
mark=$root/etc/moecompiler-recipe
recipe="$suite $packages"

is_whole() { [[ -f $mark && $(< "$mark") == "$recipe" ]]; }
if is_whole; then printf '%s\n' "$root"; exit; fi

[[ $(uname -sm) == "Linux x86_64" ]] || unavailable "$what" "the root is for Linux on x86_64, this is $(uname -sm)"
[[ $EUID == 0 ]] || unavailable "$what" "only root can make and enter a root folder"
unshare --mount true 2> /dev/null || unavailable "$what" "this machine allows no mount namespace (unshare --mount)"

mkdir -p "$tools"
exec 9> "$tools/opencl-root.lock"
flock 9 # what runs below inherits it, and keeps it should this script be killed
if is_whole; then printf '%s\n' "$root"; exit; fi

log=$tools/opencl-root.log
if ! command -v debootstrap > /dev/null; then
    echo "opencl-root.sh: installs the package debootstrap" >&2
    { apt-get update && apt-get install -y --no-install-recommends debootstrap; } > "$log" 2>&1 ||
        unavailable "$what" "debootstrap is missing and apt-get cannot install it (see $log)"
fi
mirror=$(debian_mirror $suite) || unavailable "$what" "no mirror of Debian with $suite answers; name one in MOE_DEBIAN_MIRROR"

echo "opencl-root.sh: makes $root from $mirror (log: $log)" >&2
rm -rf --one-file-system "$root"
# A mount namespace of its own, so that what debootstrap and clinfo need mounted is gone with them.
if ! unshare --mount --propagation private bash -euo pipefail -c '
    debootstrap --variant=minbase --include="$3" "$2" "$1" "$4"
    mount --bind /dev "$1/dev"
    mountpoint -q "$1/proc" || mount -t proc proc "$1/proc"
    mountpoint -q "$1/sys" || mount -t sysfs sys "$1/sys"
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
    chroot "$1" env POCL_CACHE_DIR=/tmp/pocl clinfo --list | tee /dev/stderr | grep -q "Portable Computing Language"
    rm -rf "$1/tmp/pocl"' bash "$root" "$suite" "$packages" "$mirror" > "$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "opencl-root.sh: FAILED to make $root; the lines above are the end of $log" >&2
    exit 1
fi
printf '%s\n' "$recipe" > "$mark"
printf '%s\n' "$root"
