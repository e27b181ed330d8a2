#!/usr/bin/env bash
# Publishes samples/AotHello as a native executable, any warning being an error, and runs it: eng/aot.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-$(mktemp -d)}
dotnet publish -c Release samples/AotHello -o "$out" -p:TreatWarningsAsErrors=true
"$out/AotHello"
printf '%s bytes on disk\n' "$(stat -c %s "$out/AotHello")"
