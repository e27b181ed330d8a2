#!/usr/bin/env bash
# Runs a command where OpenCL has a device: in the root of eng/opencl-root.sh, with this repository, the home folder, /tmp and .NET in their places.
#
#   eng/opencl-run.sh [--bind FOLDER]... COMMAND...
#
#   eng/opencl-run.sh clinfo --list
#   eng/opencl-run.sh dotnet test tests/MoECompiler.Tests -c Release --no-build
#
# The command starts in the repository's folder and its exit code is passed on; --bind shows it one more folder at the same path. The root has
# no compiler, so build before. Compiled kernels are kept beside the root. Ends with 77 where the root cannot be had.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$repository/eng/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

binds=()
while [[ ${1:-} == --bind ]]; do
    [[ -d ${2:-} ]] || { echo "opencl-run.sh: --bind takes a folder, not '${2:-}'" >&2; exit 2; }
    binds+=("$(cd "$2" && pwd -P)")
    shift 2
done
(($# > 0)) || { help "$0" >&2; exit 2; }

root=$("$repository/eng/opencl-root.sh")
[[ $EUID == 0 ]] || unavailable "OpenCL kernels on PoCL" "only root can enter a root folder"
unshare --mount true 2> /dev/null || unavailable "OpenCL kernels on PoCL" "this machine allows no mount namespace (unshare --mount)"

export POCL_CACHE_DIR=${POCL_CACHE_DIR:-$tools/pocl-cache}
mkdir -p "$POCL_CACHE_DIR"
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
binds=(/tmp "$HOME" "$repository" "$POCL_CACHE_DIR" "${binds[@]}")
[[ ! -d $packages ]] || binds+=("$packages")

dotnet=
if command -v dotnet > /dev/null; then
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
elif [[ -x ${DOTNET_ROOT:-}/dotnet ]]; then
    dotnet=$DOTNET_ROOT
fi
[[ ! $dotnet ]] || export DOTNET_ROOT=$dotnet
export PATH=${dotnet:+$dotnet:}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

# The mounts live in a namespace of this command's own and end with it.
exec unshare --mount --propagation private bash -euo pipefail -c '
    root=$1 dotnet=$2 repository=$3 count=$4
    shift 4
    mount -t proc proc "$root/proc"
    mount -t sysfs sys "$root/sys"
    mount --rbind /dev "$root/dev"
    for folder in "${@:1:count}"; do
        mkdir -p "$root$folder"
        mount --bind "$folder" "$root$folder"
    done
    shift "$count"
    if [[ $dotnet ]]; then
        mkdir -p "$root$dotnet"
        mount --bind "$dotnet" "$root$dotnet"
        mount -o remount,bind,ro "$root$dotnet"
    fi
    exec chroot "$root" /usr/bin/env --chdir="$repository" -- "$@"' bash \
    "$root" "$dotnet" "$repository" "${#binds[@]}" "${binds[@]}" "$@"
