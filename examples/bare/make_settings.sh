#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the settings of the bare program as a C file: credentials, region, instance, and trusted
# roots as arrays in DER.
#
#   examples/bare/make_settings.sh FILE INSTANCE REGION ROOT.pem...
#
# The credentials come from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, never from the command
# line, which other users can see. FILE holds the key, so it lies below build/, which git ignores, and
# only its owner may read it. Each PEM file holds one certificate.
set -eu

fail() { printf 'make_settings: %s\n' "$*" >&2; exit 1; }

[ $# -ge 4 ] || fail "give FILE INSTANCE REGION ROOT.pem..."
file=$1 instance=$2 region=$3
shift 3
[ -n "${TENCENTCLOUD_SECRET_ID:-}" ] && [ -n "${TENCENTCLOUD_SECRET_KEY:-}" ] ||
    fail "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY"

# A value becomes a string of C, so it may hold nothing that means more there.
for value in "$instance" "$region" "$TENCENTCLOUD_SECRET_ID" "$TENCENTCLOUD_SECRET_KEY"; do
    case $value in
    *[!A-Za-z0-9_-]*) fail "instance, region and credentials have letters, digits, - and _ only" ;;
    esac
done

umask 077
mkdir -p "$(dirname "$file")"
rm -f "$file.new"
number=0
names=
{
    printf '/* Written by make_settings.sh. It holds a secret key: keep it out of git. */\n'
    printf '#include "bare.h"\n'
    for root in "$@"; do
        der=$(openssl x509 -in "$root" -outform DER | od -An -v -tx1) && [ -n "$der" ] ||
            fail "$root holds no certificate in PEM"
        number=$((number + 1))
        names="$names {root_$number, sizeof root_$number},"
        printf '\nstatic uint8_t const root_%d[] = {\n%s\n};\n' $number \
            "$(printf '%s\n' "$der" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g')"
    done
    printf '\nstatic struct pgtask_root const roots[] = {%s};\n' "$names"
    printf '\nstruct pgtask_config const bare_config = {\n'
    printf '    .region = "%s",\n' "$region"
    printf '    .credentials = {.secret_id = "%s",\n' "$TENCENTCLOUD_SECRET_ID"
    printf '                    .secret_key = "%s"},\n' "$TENCENTCLOUD_SECRET_KEY"
    printf '    .roots = {.list = roots, .count = %d},\n};\n' $number
    printf '\nchar const bare_instance[] = "%s";\n' "$instance"
} >"$file.new"
# A file that has not changed stays, so that make builds nothing anew.
if cmp -s "$file.new" "$file"; then rm -f "$file.new"; else mv "$file.new" "$file"; fi
