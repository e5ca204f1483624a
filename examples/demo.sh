#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows pgtask at work against a simulated service on this machine alone: no account, no network.
# PGTASK names another client than build/pgtask. Takes about 15 seconds and leaves nothing behind.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
pgtask=${PGTASK:-$root/build/pgtask}
directory=
children=

clean_up() {
    trap '' INT TERM HUP
    for child in $children; do
        kill "$child" 2>/dev/null || :
    done
    for child in $children; do
        wait "$child" 2>/dev/null || :
    done
    [ -z "$directory" ] || rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

tell() { printf '$ pgtask'; printf ' %s' "$@"; printf '\n'; }

# Everything runs in the background, so that a signal to this script counts at once.
pgtask_in_background() { exec "$pgtask" "$@" --connect "$address" --ca-file "$authority"; }

run() {
    tell "$@"
    pgtask_in_background "$@" &
    child=$!
    children="$children $child"
    wait "$child"
}

for tool in python3 openssl; do
    command -v $tool >/dev/null || fail "needs $tool: run port/deps.sh demo"
done
[ -x "$pgtask" ] || fail "$pgtask is not built: run make"

directory=$(mktemp -d "${TMPDIR:-/tmp}/pgtask-demo.XXXXXX")
mkfifo "$directory/ready" "$directory/tasks"

say "A throw-away certificate authority, and a simulated service that it vouches for"
"$root/tests/support/make_certs.sh" "$directory/certs"
python3 "$root/tests/sim" --cert "$directory/certs/server.pem" --key "$directory/certs/server.key" \
    --with-parent --live 1 --speed 24 >"$directory/ready" &
children=$!
read -r line <"$directory/ready" || fail "the simulated service did not start"
address=${line#listening on }
authority=$directory/certs/ca.pem
echo "simulated service: $line"

# The sample key of the API's documentation; the simulator verifies every signature made with it.
export TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE
export TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE
export TENCENTCLOUD_REGION=ap-guangzhou
unset TENCENTCLOUD_TOKEN

say "The tasks of one instance: example 3 of the API page"
run list --instance postgres-q6fj84vb

say "One of them with its steps"
run show 120006

say "A restore that runs right now, asked for twice a second over one connection"
set -- list --task-id 2000001 --count 60 --interval 0.5 --output jsonl
tell "$@"
pgtask_in_background "$@" >"$directory/tasks" &
children="$children $!"
python3 -c '
import json, sys
for line in sys.stdin:
    task = json.loads(line)
    bar = "#" * (task["Progress"] // 4)
    step = task["TaskDetail"]["CurrentStep"]
    print("  %-8s %3d %% [%-25s] %s" % (task["Status"], task["Progress"], bar, step), flush=True)
    if task["Status"] in ("Success", "Fail"):
        sys.exit(task["Status"] != "Success")
sys.exit(1)
' <"$directory/tasks" &
shower=$!
children="$children $shower"
wait $shower || fail "the restore did not come to a good end"

say "What it restored"
run show 2000001

say "Done: the simulated service is stopped, its keys and certificates are deleted"
