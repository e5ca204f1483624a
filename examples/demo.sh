#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows pgtask at work against a simulated service on this machine alone: no account, no network.
# PGTASK names another client than build/pgtask. Takes about 45 seconds and leaves nothing behind.
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

start() {
    pgtask_in_background "$@" &
    child=$!
    children="$children $child"
}

run() {
    tell "$@"
    start "$@"
    wait "$child"
}

# restore OUTCOME SECONDS: begins a restore that would take so long, and sets $task to its id.
restore() {
    python3 - "$control" "$1" "$2" >"$directory/task" <<'END' &
import json, sys, urllib.request
wanted = {"outcome": sys.argv[2], "duration_s": int(sys.argv[3])}
request = urllib.request.Request(f"http://{sys.argv[1]}/tasks", json.dumps(wanted).encode())
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(json.load(opener.open(request, timeout=10))["TaskId"])
END
    children="$children $!"
    wait $!
    read -r task <"$directory/task"
}

# ends_with STATUS COMMAND...: runs it, and says its exit status, which must be this one.
ends_with() {
    expected=$1
    shift
    status=0
    run "$@" || status=$?
    echo "(exit status $status)"
    [ $status = "$expected" ] || fail "exit status $expected was expected"
}

# An LED follows the task until it has ended and for 3 seconds more. Its log is not shown.
show_led() {
    set -- led "$task" --led terminal --interval 0.5
    tell "$@"
    start "$@" 2>"$directory/log"
    led=$child
    start watch "$task" --interval 0.5 --output jsonl >"$directory/events"
    wait "$child" || :
    sleep 3 &
    wait $!
    kill "$led"
    wait "$led" || fail "pgtask led did not end well: $(cat "$directory/log")"
}

for tool in python3 openssl; do
    command -v $tool >/dev/null || fail "needs $tool: run port/build/deps.sh demo"
done
[ -x "$pgtask" ] || fail "$pgtask is not built: run make"

directory=$(mktemp -d "${TMPDIR:-/tmp}/pgtask-demo.XXXXXX")
mkfifo "$directory/ready"

say "A throw-away certificate authority, and a simulated service that it vouches for"
"$root/tests/support/make_certs.sh" "$directory/certs"
python3 "$root/tests/sim" --cert "$directory/certs/server.pem" --key "$directory/certs/server.key" \
    --with-parent --control-port 0 >"$directory/ready" &
children=$!
read -r line <"$directory/ready" || fail "the simulated service did not start"
address=${line#listening on }
address=${address%%,*}
control=${line##*control on }
authority=$directory/certs/ca.pem
echo "simulated service: listening on $address"

# The sample key of the API's documentation; the simulator verifies every signature made with it.
export TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE
export TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE
export TENCENTCLOUD_REGION=ap-guangzhou
unset TENCENTCLOUD_TOKEN

say "The tasks of one instance: example 3 of the API page"
run list --instance postgres-q6fj84vb

say "One of them with its steps"
run show 120006

say "A restore that begins now, watched until it has ended"
restore Success 9
ends_with 0 watch "$task" --interval 0.5

say "What it restored"
run show "$task"

say "Another one, which fails half-way"
restore Fail 10
ends_with 1 watch "$task" --interval 0.5

say "A status LED, drawn in the terminal, that follows a restore to success"
restore Success 9
show_led

say "And one that fails"
restore Fail 10
show_led

say "Done: the simulated service is stopped, its keys and certificates are deleted"
