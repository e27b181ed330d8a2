#!/usr/bin/env bash
# Runs everything on a machine with a GPU: the tests on CUDA and on OpenCL, FashionMoE, and the benchmarks, beside PyTorch and Triton where they are.
#
#   ./gpu-run.sh [FOLDER]
#
# Lies in the archive that eng/gpu-bundle.sh makes, and needs neither .NET nor a network. Leaves text in FOLDER, or else in results: a file for
# each step, and summary.txt with a line for each. What the machine has not is said and left out; ends with 1 if a step failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
bin=$here/bin
results=${1:-$here/results}
mkdir -p "$results"
results=$(cd "$results" && pwd -P)
: > "$results/summary.txt"
failed=0

say() { printf '%-16s %s\n' "$1" "$2" | tee -a "$results/summary.txt"; }

# step NAME SECONDS COMMAND...: runs a command, which may be a function, into NAME.txt.
step() {
    local name=$1 seconds=$2 start=$SECONDS status=0 last
    shift 2
    printf '\n== %s\n' "$name"
    timeout --kill-after=10 "$seconds" bash -o pipefail -c '"$@"' bash "$@" 2>&1 | tee "$results/$name.txt" || status=$?
    last=$(grep -v '^ *$' "$results/$name.txt" | tail -n 1)
    case $status in
        0) say "$name" "ok, $((SECONDS - start)) s: $last" ;;
        124 | 137) say "$name" "FAILED: not done after $seconds s" ;;
        *) say "$name" "FAILED with $status: $last" ;;
    esac
    [[ $status == 0 ]] || failed=$((failed + 1))
}

machine() {
    uname -srm
    grep -m 1 'model name' /proc/cpuinfo
    printf '%s processors\n' "$(nproc)"
    if command -v nvidia-smi > /dev/null; then
        nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.total,clocks.max.sm,power.limit --format=csv
    else
        echo "nvidia-smi: missing"
    fi
    printf 'MoECompiler %s, ' "$(< "$here/version.txt")"
    date -u +'%Y-%m-%d %H:%M UTC'
}

# The accuracy, in the last line, has to be that of the processor.
fashion() {
    local folder accuracy
    folder=$(mktemp -d)
    "$bin/FashionMoE" --device "$1" --output "$folder" | tee "$folder/log" || { rm -rf "$folder"; return 1; }
    accuracy=$(sed -nE '$s/^test accuracy: ([01]\.[0-9]+)$/\1/p' "$folder/log")
    rm -rf "$folder"
    awk -v accuracy="${accuracy:-0}" 'BEGIN { exit !(accuracy >= 0.85) }'
}

profile() {
    "$bin/moec" profile "$bin/FashionMoE.dll" --method Forward --device "$1" &&
        "$bin/moec" profile "$bin/FashionMoE.dll" --method Backward --device "$1" &&
        "$bin/moec" profile "$bin/MoECompiler.Gpu.Bench.dll" --model ExpertLayer --rows 512 --device "$1"
}

export here bin
export -f machine fashion profile

# What it computes with is compared in the same run, on the same GPU.
peer() {
    if ! command -v python3 > /dev/null; then
        say peer "missing: python3"
    elif ! python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
        say peer "missing: PyTorch that sees a GPU"
    else
        step peer 600 python3 "$here/gpu-peer.py"
    fi
}

step machine 60 machine
step devices 60 "$bin/moec" devices
usable() { grep -qE "^ *$1:[0-9]+ .* yes *$" "$results/devices.txt"; }
for device in cuda opencl; do
    if ! usable "$device"; then
        say "$device" "missing: $(grep -m 1 "^ *$device" "$results/devices.txt" | sed -E 's/ {2,}/ /g')"
        continue
    fi
    step "$device-tests" 900 env MOE_DEVICE="$device" "$bin/MoECompiler.Gpu.Tests"
    step "$device-fashion" 900 fashion "$device"
    step "$device-bench" 600 "$bin/MoECompiler.Gpu.Bench" --device "$device"
    [[ $device != cuda ]] || peer
    step "$device-profile" 300 profile "$device"
done

printf '\n%s\n' "$results/summary.txt"
cat "$results/summary.txt"
((failed == 0))
