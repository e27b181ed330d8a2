#!/usr/bin/env bash
# Compiles every kernel of the samples, of the tests' odd models and of the benchmarks for sm_75, sm_80, sm_90 and OpenCL, and looks into them.
#
#   eng/check-kernels.sh [FOLDER]
#
# No GPU is needed, only a Release build and NVIDIA's assembler. Prints a table and ends with 1 if a kernel has a stack frame, spills, calls a
# function, computes in f64 or lacks the 128-bit loads or tensor-core products that it is meant to have. The texts are left in FOLDER. Ends
# with 77 where the assembler cannot be had.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$repository/eng/tools.sh"
[[ ${1:-} != --help ]] || { help "$0"; exit; }

assembler=$("$repository/eng/cuda-tools.sh")
folder=${1:-}
if [[ ! $folder ]]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
output=bin/Release/net10.0
moec() { dotnet "$repository/src/MoECompiler.Cli/$output/moec.dll" "$@"; }

# Writes the kernels of a project for an architecture, and with those for sm_80 the ones in OpenCL C.
kernels() {
    local project=$1 arch=$2 name given
    name=$(basename "$project" .csproj)
    given=(--arch "$arch" --ptx "$folder/$name/$arch")
    [[ $arch != sm_80 ]] || given+=(--opencl "$folder/$name/OpenCL")
    # Those of optimizers are the library's, alike for all models.
    [[ $arch != sm_80 || $name != MoECompiler.Gpu.Tests ]] || given+=(--optimizers)
    moec kernels "$repository/$(dirname "$project")/$output/$name.dll" "${given[@]}" > "$folder/$name.$arch.txt"
}
export -f kernels moec
export repository folder output

# What has kernels for GPUs refers to MoECompiler.Gpu. The tests have the most models, so they begin.
mapfile -t projects < <(cd "$repository" && grep -l 'MoECompiler\.Gpu\.csproj' tests/MoECompiler.Gpu.Tests/*.csproj samples/*/*.csproj bench/*/*.csproj)
for project in "${projects[@]}"; do
    rm -rf "${folder:?}/$(basename "$project" .csproj)"
    for arch in sm_80 sm_75 sm_90; do printf '%s\0%s\0' "$project" "$arch"; done
done | xargs -0 -n 2 -P "$(nproc)" bash -euo pipefail -c 'kernels "$@"' bash
for project in "${projects[@]}"; do
    name=$(basename "$project" .csproj)
    echo "$name"
    grep ' launches, ' "$folder/$name.sm_80.txt"
done

moec check "$folder" --tools "$assembler"
