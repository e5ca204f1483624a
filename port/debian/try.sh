#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the Debian packages of the last commit on a fresh Debian 13, and tries them on another one:
# lintian, installation, the tests of debian/tests, removal. try.sh FOLDER, as root.
set -eu
cd "$(dirname "$0")/../.."
work=$1
building=$work/deb-building
trying=$work/deb-trying

step() { printf 'packages: %s\n' "$*"; }
fail() { printf 'packages: %s\n' "$*" >&2; exit 1; }
install="apt-get -q install -y --no-install-recommends"

step "two fresh systems"
[ -d "$trying" ] || .ci/root make trixie "$trying" >"$work/deb.log" 2>&1 || { tail "$work/deb.log"; exit 1; }
[ -d "$building" ] || cp -a "$trying" "$building"

step "the packages are built"
rm -rf "$building/pgtask"
git clone -q --depth 1 "file://$PWD" "$building/pgtask"
.ci/root run "$building" sh -ec "apt-get -q update; $install dpkg-dev lintian
    cd /pgtask; make deb-source; apt-get -q build-dep -y --no-install-recommends ./build/deb/pgtask-*/
    make deb"

step "lintian"
.ci/root run "$building" sh -ec "cd /pgtask/build/deb; lintian --allow-root --fail-on error,warning *.changes *.dsc"

step "they are installed, tried and removed"
mkdir -p "$trying/tmp/packages" "$trying/tmp/tree"
cp "$building"/pgtask/build/deb/*.deb "$trying/tmp/packages/"
cp -a "$building"/pgtask/build/deb/pgtask-*/. "$trying/tmp/tree/"
.ci/root run "$trying" sh -ec "apt-get -q update; $install /tmp/packages/pgtask_*.deb /tmp/packages/libpgtask*.deb
    ! test -e /etc/systemd/system/multi-user.target.wants/pgtask-led.service
    dpkg --verify"
.ci/root run "$trying" sh -ec "$install cmake gcc libc6-dev make pkgconf openssl python3
    cd /tmp/tree; debian/tests/library; debian/tests/client"
.ci/root run "$trying" sh -ec "dpkg --purge pgtask libpgtask-dev libpgtask0.1; apt-get -q autoremove -y --purge
    cd /; find / -xdev -name '*pgtask*' -not -path '/tmp/*' -not -path '/proc/*' -not -path '/var/cache/*' \
        -not -path '/pgtask*'" >"$work/left" || fail "the packages could not be removed"
if grep '^/' "$work/left"; then fail "the files above are left behind"; fi
step "all good"
