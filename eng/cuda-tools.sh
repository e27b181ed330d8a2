#!/usr/bin/env bash
# Prints the folder that has NVIDIA's ptxas, cuobjdump and nvdisasm 12.4, which assemble and show GPU code without a GPU; fetches them the first time.
#
#   eng/cuda-tools.sh
#
# They come out of Debian 13's non-free package nvidia-cuda-toolkit (87 MB, nothing is installed), from $MOE_DEBIAN_MIRROR or else from the mirror
# that apt uses, and are kept as cuda-tools in $MOE_TOOLS, or else in moecompiler in the user's cache folder. Ends with 77 where they cannot be had.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

suite=trixie
package=nvidia-cuda-toolkit_12.4.131~12.4.1-2_amd64.deb
sum=cd5fe85aee38d108b315f408a688641478f2402622a10c677478eb7a6c4e5319
what="PTX with ptxas"
bin=$tools/cuda-tools

# Only whole folders get this name (see the last lines).
if [[ -d $bin ]]; then printf '%s\n' "$bin"; exit; fi

[[ $(uname -sm) == "Linux x86_64" ]] || unavailable "$what" "the tools are for Linux on x86_64, this is $(uname -sm)"
command -v dpkg-deb > /dev/null || unavailable "$what" "dpkg-deb, which unpacks them, is missing"
mirror=$(debian_mirror $suite) || unavailable "$what" "no mirror of Debian with $suite answers; name one in MOE_DEBIAN_MIRROR"

mkdir -p "$tools"
exec 9> "$tools/cuda-tools.lock"
flock 9
if [[ -d $bin ]]; then printf '%s\n' "$bin"; exit; fi

part=$tools/cuda-tools.part
rm -rf "$part"
mkdir -p "$part/bin"
echo "cuda-tools.sh: fetches $package from $mirror" >&2
fetch "$mirror/pool/non-free/n/nvidia-cuda-toolkit/$package" "$part/package.deb" || unavailable "$what" "$mirror does not serve $package"
sha256sum --check --quiet <<< "$sum  $part/package.deb" || { echo "cuda-tools.sh: FAILED: $package is not the file it should be" >&2; exit 1; }
dpkg-deb --extract "$part/package.deb" "$part/root"
for tool in ptxas cuobjdump nvdisasm; do
    cp --dereference "$part/root/usr/bin/$tool" "$part/bin/$tool"
    "$part/bin/$tool" --version | grep -q 'release 12\.4' || { echo "cuda-tools.sh: FAILED: $tool does not run here" >&2; exit 1; }
done
mv "$part/bin" "$bin"
rm -rf "$part"
printf '%s\n' "$bin"
