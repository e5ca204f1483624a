#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What .ci/run and .ci/nightly share: they source this file with the names of steps to run, or none
# for all, call `step` for each, and `finish` at the end.

wanted=" $* "
passed=0
failed=0
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/pgtask-ci.XXXXXX")
log=$scratch/log
findings=$scratch/findings
times=$scratch/times
touch "$findings" "$times"
trap 'rm -rf --one-file-system "$scratch"' EXIT

# A test run gathers what failed; of any other step the end of the output counts. Lines and their
# number are bounded, so that the last screens of a long log hold all findings.
keep_finding() {
    printf '\n--- %s\n' "$1"
    if grep -q '^what failed:$' "$log"; then
        sed '1,/^what failed:$/d' "$log"
    else
        tail -n 40 "$log"
    fi | cut -c 1-300 | head -n 150
}

# count_results STATUS: adds the step's own count; a step without a count is one test.
count_results() {
    local counts
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" | tail -n 1)
    if [ -n "$counts" ]; then
        passed=$((passed + ${counts% *}))
        failed=$((failed + ${counts#* }))
        [ "$1" = 0 ] || [ "${counts#* }" != 0 ] || failed=$((failed + 1))
    elif [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

# step NAME COMMAND...
step() {
    local name=$1 start=$SECONDS status result
    shift
    case $wanted in "  " | *" $name "*) ;; *) return ;; esac
    printf '\n=== %s: %s\n' "$name" "$*"
    "$@" 2>&1 </dev/null | tee "$log"
    status=${PIPESTATUS[0]}
    count_results "$status"
    result=good
    [ "$status" = 0 ] || result="failed with status $status"
    [ "$status" = 0 ] || keep_finding "$name" >>"$findings"
    printf '%-16s %4d s  %s\n' "$name" $((SECONDS - start)) "$result" | tee -a "$times"
}

# finish: what failed, how long each step took, and the counts
finish() {
    cat "$findings"
    printf '\n'
    cat "$times"
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
