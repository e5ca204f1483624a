#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows pgtask at work against a simulated service on this machine: it needs no account and no
# network. It takes about 45 seconds and leaves nothing behind. Set PGTASK to try another client than
# build/pgtask.
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

print_title() { printf '\n== %s\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

print_command() { printf '$ pgtask'; printf ' %s' "$@"; printf '\n'; }

# Everything runs in the background, so that a signal ends this script at once.
pgtask_in_background() { exec "$pgtask" "$@" --connect "$address" --ca-file "$authority"; }

start() {
    pgtask_in_background "$@" &
    child=$!
    children="$children $child"
}

run() {
    print_command "$@"
    start "$@"
    wait "$child"
}

# restore OUTCOME SECONDS: begins a restore that takes that long, and sets $task to its id.
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

# expect STATUS COMMAND...: runs it, prints its exit status, and checks that it is this one.
expect() {
    expected=$1
    shift
    status=0
    run "$@" || status=$?
    echo "(exit status $status)"
    [ $status = "$expected" ] || fail "exit status $expected was expected"
}

# An LED shows the task until it has ended and for 3 seconds more. Its log is hidden.
show_led() {
    set -- led "$task" --led terminal --interval 0.5
    print_command "$@"
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

print_title "A certificate authority for this demo, and a simulated service with its certificate"
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
# The service is on this machine: no proxy and no endpoint of the shell leads to it.
export no_proxy='*'
unset PGTASK_ENDPOINT PGTASK_FALLBACK_ENDPOINT
unset TENCENTCLOUD_TOKEN

print_title "The tasks of one instance: example 3 of the API page"
run list --instance postgres-q6fj84vb

print_title "One of them with its steps"
run show 120006

print_title "A restore that begins now, followed to its end"
restore Success 9
expect 0 watch "$task" --interval 0.5

print_title "What it restored"
run show "$task"

print_title "A restore that fails half-way"
restore Fail 10
expect 1 watch "$task" --interval 0.5

print_title "A status LED, drawn in the terminal, shows a restore that succeeds"
restore Success 9
show_led

print_title "The same LED shows a restore that fails"
restore Fail 10
show_led

print_title "Done: the simulated service is stopped, and its keys and certificates are deleted"
