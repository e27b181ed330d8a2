#!/usr/bin/env bash
# Runs everything on a machine with a GPU: the tests on CUDA and on OpenCL, FashionMoE, and the benchmarks, beside PyTorch and Triton where they are.
#
#   ./gpu-run.sh [--quick] [FOLDER]
#
# Lies in the archive that eng/gpu-bundle.sh makes, and needs neither .NET nor a network. Leaves text in FOLDER, or else in results: a file for
# each step, summary.txt with a line for each, and tables.txt with all tables in one. What the machine has not is said and left out; without any
# GPU the tests run on the simulated device. --quick takes the tests of whole models alone and trains for two epochs. The last line counts tests
# and steps; ends with 1 if any failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
bin=$here/bin
tests=()
training=()
least=0.85
if [[ ${1:-} == --quick ]]; then
    tests=(Tests.Models)
    training=(--epochs 2)
    least=0.75
    shift
fi
[[ ${1:-} != -* ]] || { sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"; exit 2; }
results=${1:-$here/results}
mkdir -p "$results" || exit
results=$(cd "$results" && pwd -P)
rm -f "$results"/*.txt
passed=0
failed=0
skipped=0

# say NAME TEXT...: a line of the summary, its spaces single.
say() {
    local name=$1
    shift
    printf '%-16s %s\n' "$name" "$(tr -s ' ' <<< "$*")" | tee -a "$results/summary.txt"
}

missing() {
    say "$@"
    skipped=$((skipped + 1))
}

# step NAME SECONDS COMMAND...: runs a command, which may be a function, into NAME.txt. Counts as one test, or as the tests that its last line counts.
step() {
    local name=$1 seconds=$2 start=$SECONDS status=0 last
    shift 2
    printf '\n== %s\n' "$name"
    timeout --kill-after=10 "$seconds" bash -o pipefail -c '"$@"' bash "$@" 2>&1 | tee "$results/$name.txt" || status=$?
    last=$(grep -v '^ *$' "$results/$name.txt" | tail -n 1)
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        skipped=$((skipped + BASH_REMATCH[3]))
        ((BASH_REMATCH[2] > 0 || status == 0)) || failed=$((failed + 1))
    elif ((status == 0)); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    case $status in
        0) say "$name" "ok, $((SECONDS - start)) s: $last" ;;
        124 | 137) say "$name" "FAILED: not done after $seconds s" ;;
        *) say "$name" "FAILED with $status: $last" ;;
    esac
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

# fashion LEAST OPTION...: the accuracy, in the last line, has to be at least that.
fashion() {
    local folder accuracy
    folder=$(mktemp -d)
    "$bin/FashionMoE" --output "$folder" "${@:2}" | tee "$folder/log" || { rm -rf "$folder"; return 1; }
    accuracy=$(sed -nE '$s/^test accuracy: ([01]\.[0-9]+)$/\1/p' "$folder/log")
    rm -rf "$folder"
    awk -v accuracy="${accuracy:-0}" -v least="$1" 'BEGIN { exit !(accuracy >= least) }'
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
        missing peer "missing: python3"
    elif ! python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
        missing peer "missing: PyTorch that sees a GPU"
    else
        step peer 600 python3 "$here/gpu-peer.py"
    fi
}

step machine 60 machine
step devices 60 "$bin/moec" devices
usable() { grep -qE "^ *$1:[0-9]+ .* yes *$" "$results/devices.txt"; }
found=0
for device in cuda opencl; do
    if ! usable "$device"; then
        missing "$device" "missing: $(grep -m 1 "^ *$device" "$results/devices.txt")"
        continue
    fi
    found=$((found + 1))
    step "$device-tests" 1800 env MOE_DEVICE="$device" "$bin/MoECompiler.Gpu.Tests" "${tests[@]}"
    step "$device-fashion" 900 fashion "$least" --device "$device" "${training[@]}"
    step "$device-bench" 600 "$bin/MoECompiler.Gpu.Bench" --device "$device"
    [[ $device != cuda ]] || peer
    step "$device-profile" 300 profile "$device"
done
((found > 0)) || step simulated-tests 900 env MOE_DEVICE=simulated "$bin/MoECompiler.Gpu.Tests" "${tests[@]}"

for part in machine summary devices cuda-bench peer cuda-profile opencl-bench opencl-profile; do
    [[ ! -f $results/$part.txt ]] || printf '== %s\n\n%s\n\n' "$part" "$(< "$results/$part.txt")"
done > "$results/tables.txt"
printf '\nTables: %s/tables.txt\n' "$results"
cat "$results/summary.txt"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0))
