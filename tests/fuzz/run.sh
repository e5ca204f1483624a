#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs fuzz targets one after the other: run.sh PROGRAMS WORK SECONDS TARGET...
# WORK holds each target's seeds and the corpus that grows from run to run; a finding stays there.
set -eu

programs=$1 work=$2 seconds=$3
shift 3
for target in "$@"; do
    case $target in
    http | json | answer) dictionary=answer ;;
    pem) dictionary=pem ;;
    settings) dictionary=settings ;;
    *) dictionary=tls ;;
    esac
    mkdir -p "$work/corpus/$target"
    log=$work/$target.log
    if ! "$programs/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
        -dict=tests/fuzz/$dictionary.dict -print_final_stats=1 -artifact_prefix="$work/finding-" \
        "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "fuzz $target: finding, see above; the input lies in $work/finding-*" >&2
        exit 1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    [ "${runs:-0}" -gt 0 ] || { echo "fuzz $target: nothing ran, see $log" >&2; exit 1; }
    echo "fuzz $target: $runs runs, $(sed -n 's/.*\(cov: [0-9]*\).*/\1/p' "$log" | tail -n 1)," \
        "no finding"
done
