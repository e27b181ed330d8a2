#!/usr/bin/env bash
# Makes an archive with everything that is to be run on a machine with a GPU, which needs neither .NET nor a network.
#
#   eng/gpu-bundle.sh [FILE.tar.gz]
#
# Inside: the GPU tests, FashionMoE, the kernel benchmarks and moec, published with .NET for linux-x64, and gpu-run.sh, which runs them all.
# FILE is artifacts/moecompiler-gpu.tar.gz unless given; more than 60 MB are an error.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$repository/eng/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

most=$((60 * 1000 * 1000))
file=${1:-$repository/artifacts/moecompiler-gpu.tar.gz}
mkdir -p "$(dirname "$file")"
file=$(cd "$(dirname "$file")" && pwd -P)/$(basename "$file")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bundle=$work/moecompiler-gpu

# All into one folder, so that there is one runtime, and built apart from the work tree, whose builds have no runtime of their own.
for project in tests/MoECompiler.Gpu.Tests samples/FashionMoE bench/MoECompiler.Gpu.Bench src/MoECompiler.Cli; do
    dotnet publish "$repository/$project" -c Release -r linux-x64 --self-contained --artifacts-path "$work/artifacts" -o "$bundle/bin" \
        -p:DebugType=none -p:GenerateDocumentationFile=false -p:SatelliteResourceLanguages=en -p:ValidateExecutableReferencesMatchSelfContained=false
done
# 30 MB of the test SDK that only dotnet test uses.
rm -rf "$bundle/bin/Microsoft.CodeCoverage"
cp "$repository/eng/gpu-run.sh" "$repository/eng/gpu-peer.py" "$bundle/"
git -C "$repository" describe --always --dirty > "$bundle/version.txt"

tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$(basename "$bundle")" | gzip -9n > "$file"
bytes=$(stat -c %s "$file")
printf '%s: %s bytes, unpacked %s MB\n' "$file" "$bytes" "$(du -sm "$bundle" | cut -f1)"
((bytes <= most)) || { echo "gpu-bundle.sh: FAILED: more than $most bytes" >&2; exit 1; }
