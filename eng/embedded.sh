#!/usr/bin/env bash
# Publishes samples/Embedded as a native executable, any warning being an error, and classifies images with a model that FashionMoE saved.
#
#   eng/embedded.sh [MODEL.safetensors [FOLDER]]
#
# The model is FashionMoE's own output unless given, trained for three epochs where there is none. The executable is left in FOLDER where it is given.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/tools.sh
[[ ${1:-} != --help ]] || { help "$0"; exit; }

model=${1:-artifacts/FashionMoE/model.safetensors}
folder=${2:-}
if [[ ! $folder ]]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
[[ -f $model || ${1:-} ]] || dotnet run -c Release --project samples/FashionMoE -- --device cpu --epochs 3
dotnet publish -c Release samples/Embedded -o "$folder" -p:TreatWarningsAsErrors=true
"$folder/Embedded" "$model"
