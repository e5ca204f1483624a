#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches what the build, the demo and the tests need. It does nothing for what is already there.
#
#   port/build/deps.sh [--check] [GROUP]...
#   port/build/deps.sh --newest
#
# A group is what one kind of work needs: build, demo, unit, lint, test, coverage, cross, bench, size,
# firmware, fuzz, musl, docs, dist, kernel or alerts.
#
# It installs Debian packages with apt, with sudo when it does not run as root. It fetches source
# code from Debian's signed archive into deps/, which git ignores: jsmn and mbedTLS 3.6; for tests
# JSONTestSuite, cmocka and cJSON; for firmware lwIP. These come from there as programs: nginx and
# tinyproxy for tests, Linux for kernel, and promtool for alerts. MBEDTLS_DIR, JSMN_DIR and LWIP_DIR name a copy of your
# own, which is used as it is, and MBEDTLS=system needs no source of mbedTLS. Before it begins it says
# what it will do, and how much it will download.
#
# --check changes nothing: it says what is missing and which command fetches it, and fails.
# --newest tells whether Debian's archive has a newer mbedTLS 3.6, and fails if it has.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
deps=$root/deps
MBEDTLS_DIR=${MBEDTLS_DIR:-$deps/mbedtls}
JSMN_DIR=${JSMN_DIR:-$deps/jsmn}
LWIP_DIR=${LWIP_DIR:-$deps/lwip}
JSON_TEST_SUITE_DIR=${JSON_TEST_SUITE_DIR:-$deps/json-test-suite}

check=
missing=
say() { printf 'deps: %s\n' "$*"; }
fail() { printf 'deps: %s\n' "$*" >&2; exit 1; }

# A name with bars stands for the first package that this release of Debian has.
packages_of() {
    case $1 in
    build) echo "gcc libc6-dev make binutils bzip2 xz-utils" ;;
    demo) echo "python3 openssl" ;;
    unit) echo "python3 openssl curl libcmocka-dev libcjson-dev" ;;
    lint) echo "python3 cppcheck clang-tidy clang-format libcmocka-dev libcjson-dev" ;;
    test) echo "python3 python3-cryptography openssl curl ca-certificates cmake pkg-config unicode-data libcmocka-dev
                libcjson-dev clang python3-yaml python3-kconfiglib gcc-riscv64-unknown-elf
                picolibc-riscv64-unknown-elf
                libclang-rt-14-dev|libclang-rt-dev llvm tmux valgrind g++
                man-db mandoc zsh fish doxygen reuse
                gcc-12-multilib|gcc-14-multilib" ;;
    coverage) echo "python3 openssl curl libcmocka-dev libcjson-dev gcovr" ;;
    cross) echo "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-aarch64-linux-gnu
                 libc6-dev-arm64-cross gcc-powerpc-linux-gnu libc6-dev-powerpc-cross
                 qemu-user-static|qemu-user" ;;
    bench) echo "valgrind libcjson-dev python3 python3-cryptography openssl" ;;
    size) echo "gcc-arm-none-eabi libnewlib-arm-none-eabi binutils-arm-none-eabi python3" ;;
    firmware) echo "qemu-system-arm gcc-arm-none-eabi libnewlib-arm-none-eabi python3 openssl
                python3-cryptography libcmocka-dev" ;;
    fuzz) echo "clang libclang-rt-14-dev|libclang-rt-dev llvm" ;;
    dist) echo "git gzip dpkg-dev python3 gcc-x86-64-linux-gnu" ;;
    docs) echo "python3 man-db mandoc bash zsh fish doxygen" ;;
    musl) echo "musl-tools" ;;
    kernel) echo "qemu-system-arm device-tree-compiler gcc-aarch64-linux-gnu libc6-dev-arm64-cross
                python3 openssl" ;;
    alerts) echo "make" ;;
    *) fail "no group named $1" ;;
    esac
}

# is_installed PACKAGE[|PACKAGE]...: a cross compiler may also come from elsewhere.
is_installed() {
    for one in $(echo "$1" | tr '|' ' '); do
        case $one in
        gcc-*-linux-gnu*) command -v "${one#gcc-}-gcc" >/dev/null && return 0 ;;
        esac
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$one" 2>/dev/null)" != installed ] || return 0
    done
    return 1
}

# first_known PACKAGE|PACKAGE...: the first one that apt knows, or else the first one
first_known() {
    for one in $(echo "$1" | tr '|' ' '); do
        if apt-cache show "$one" >/dev/null 2>&1; then
            echo "$one"
            return
        fi
    done
    echo "${1%%|*}"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# lacks FILE WHAT: whether a source is still to be fetched. With --check it is only noted.
lacks() {
    [ ! -f "$1" ] || return 1
    [ -n "$check" ] || return 0
    missing="$missing, the source of $2"
    return 1
}

# apt as this script needs it: it waits for another apt, and a list that it cannot read is an error.
APT="apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any"

install_packages() {
    lacking=
    for package in $*; do
        is_installed "$package" || lacking="$lacking $package"
    done
    [ -n "$lacking" ] || return 0
    command -v apt-get >/dev/null || fail "there is no apt; install what your system calls:$lacking"
    say "will now install these packages with apt:$lacking"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "needs root or sudo; ask an administrator to install:$lacking"
        say "will run apt with sudo, which may ask for your password"
    fi
    as_root $APT update || fail "apt could not read its lists; check the network and run this again"
    packages=
    for package in $lacking; do
        packages="$packages $(first_known "$package")"
    done
    apt-get --assume-no install --no-install-recommends $packages 2>/dev/null |
        sed -n 's/^\(Need to get .*\|After this .*\)/deps: \1/p'
    as_root env DEBIAN_FRONTEND=noninteractive $APT install -y \
        --no-install-recommends --no-remove $packages ||
        fail "apt could not install:$packages.$(tell_of_multilib)"
}

# Writes a sentence on a package that keeps cross compilers away.
tell_of_multilib() {
    ! dpkg-query -W -f '${db:Status-Status}' gcc-multilib 2>/dev/null | grep -q '^installed' ||
        printf ' %s' "gcc-multilib and cross compilers exclude each other; remove gcc-multilib," \
            "because gcc-12-multilib is enough"
}

# archive_options FOLDER TYPE SUITE: apt's options to read only that part of Debian's archive. The
# lists go to deps/FOLDER, so that the machine's own lists stay as they are. Of sources, the security
# updates are read too, if the machine knows an archive of those.
archive_options() {
    lists=$deps/$1
    mkdir -p "$lists/lists/partial"
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        awk -v RS= 'NR == 1' /etc/apt/sources.list.d/debian.sources |
            sed -e "s/^Types:.*/Types: $2/" -e "s/^Suites:.*/Suites: $3/" \
                -e 's/^Components:.*/Components: main/' >"$lists/source.sources"
        if [ "$2" = deb-src ]; then
            awk -v RS= '/(^|\n)Suites:[^\n]*-security/ { print "\n" $0; exit }' \
                /etc/apt/sources.list.d/debian.sources |
                sed -e "s/^Types:.*/Types: $2/" -e "s/^Suites:.*/Suites: $3-security/" \
                    -e 's/^Components:.*/Components: main/' >>"$lists/source.sources"
        fi
        list=$lists/source.sources
    elif [ -f /etc/apt/sources.list ]; then
        awk -v type="$2" -v suite="$3" '
            $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+:\/\//) {
                if ($(i + 1) ~ /-security/ && type == "deb-src" && !security++) {
                    print type, $i, suite "-security", "main"
                } else if ($(i + 1) !~ /-security/ && !main++) {
                    print type, $i, suite, "main"
                } } }' /etc/apt/sources.list >"$lists/source.list"
        list=$lists/source.list
    else
        fail "found no list of Debian's archives; set MBEDTLS_DIR and JSMN_DIR to copies of your own"
    fi
    echo "-o Dir::Etc::SourceList=$list -o Dir::Etc::sourceparts=/dev/null
          -o Dir::State::Lists=$lists/lists -o APT::Sandbox::User="
}

# read_sources: reads which sources Debian 13 has, where mbedTLS is 3.6, and sets `options`
read_sources() {
    options=$(archive_options apt deb-src trixie)
    # The mark comes last: after a failure the next run reads the lists again.
    [ -e "$deps/apt/read" ] || { $APT $options update && : >"$deps/apt/read"; }
}

# newest_mbedtls: the newest version of mbedTLS 3.6 in these lists, as Debian numbers it
newest_mbedtls() {
    apt-cache $options showsrc mbedtls | sed -n 's/^Version: \(3\.6\..*\)/\1/p' | sort -V | tail -n 1
}

# fetch_source NAME: unpacks the upstream source of package NAME as deps/.unpack/NAME
fetch_source() {
    rm -rf "$deps/.unpack"
    mkdir -p "$deps/.unpack/$1"
    package=$1
    (
        cd "$deps/.unpack" && read_sources &&
            { [ "$1" != mbedtls ] || package="mbedtls=$(newest_mbedtls)"; } &&
            $APT $options source --download-only --tar-only "$package" &&
            tar -xf "$1"_*.orig.tar.* -C "$1" --strip-components=1 &&
            echo "${package#*=}" >"$deps/.unpack/version"
    ) || fail "could not fetch the source of $1; check the network and run this again"
}

# check_mbedtls: tells whether the archive has a newer mbedTLS 3.6 than the one in use
check_mbedtls() {
    used=$(sed -n 's/^#define MBEDTLS_VERSION_STRING  *"\(.*\)"/\1/p' \
        "$MBEDTLS_DIR/include/mbedtls/build_info.h" 2>/dev/null) && [ -n "$used" ] ||
        fail "found no mbedTLS in $MBEDTLS_DIR; to fetch it, run: make deps"
    rm -f "$deps/apt/read"
    read_sources || fail "apt could not read its lists; check the network and run this again"
    newest=$(newest_mbedtls)
    [ -n "$newest" ] || fail "Debian's archive has no mbedTLS 3.6; see port/mbedtls/README.md"
    revision=$(cat "$deps/mbedtls.version" 2>/dev/null || echo "$newest")
    if [ "$(printf '%s\n' "$used" "${newest%%-*}" | sort -V | tail -n 1)" != "$used" ]; then
        fail "mbedTLS is $used, and Debian has ${newest%%-*}. To fetch that, remove $MBEDTLS_DIR and" \
            "run: make deps"
    elif [ "${newest%%-*}" = "$used" ] && [ "$revision" != "$newest" ]; then
        fail "mbedTLS is $used, of Debian's $revision, and Debian has $newest. It may have patched a fault;" \
            "read its changelog, because only the makers' own source is fetched"
    fi
    say "mbedTLS is $used, and Debian has ${newest%%-*}"
}

# fetch_tree NAME VARIABLE DIRECTORY FILE WHAT: the whole source of package NAME
fetch_tree() {
    lacks "$3/$4" "$5" || return 0
    [ "$3" = "$deps/$1" ] || fail "$2=$3 does not hold ${5% *}"
    say "fetching the source of $5 from Debian's signed archive into deps/$1"
    fetch_source "$1"
    mv "$deps/.unpack/$1" "$3"
    mv "$deps/.unpack/version" "$deps/$1.version"
    rm -rf "$deps/.unpack"
}

fetch_jsmn() {
    lacks "$JSMN_DIR/jsmn.h" jsmn || return 0
    [ "$JSMN_DIR" = "$deps/jsmn" ] || fail "JSMN_DIR=$JSMN_DIR does not hold jsmn.h"
    say "fetching the source of jsmn from Debian's signed archive into deps/jsmn"
    fetch_source jsmn
    mkdir -p "$JSMN_DIR"
    cp "$deps/.unpack/jsmn/jsmn.h" "$JSMN_DIR/"
    rm -rf "$deps/.unpack"
}

# Tests for other processors compile these themselves.
fetch_cmocka() {
    lacks "$deps/cmocka/cmocka.c" cmocka || return 0
    say "fetching the source of cmocka from Debian's signed archive into deps/cmocka"
    fetch_source cmocka
    mkdir -p "$deps/cmocka"
    cp "$deps"/.unpack/cmocka/include/*.h "$deps"/.unpack/cmocka/src/cmocka.c "$deps/cmocka/"
    rm -rf "$deps/.unpack"
}

fetch_cjson() {
    lacks "$deps/cjson/cjson/cJSON.c" cJSON || return 0
    say "fetching the source of cJSON from Debian's signed archive into deps/cjson"
    fetch_source cjson
    mkdir -p "$deps/cjson/cjson"
    cp "$deps"/.unpack/cjson/cJSON.[ch] "$deps/cjson/cjson/"
    rm -rf "$deps/.unpack"
}

# foreign_options FOLDER ARCHITECTURE: apt's options for binary packages of another processor
foreign_options() {
    rm -rf "${deps:?}/$1"
    mkdir -p "$deps/$1/cache/archives/partial"
    echo "$(archive_options "$1" deb "$(. /etc/os-release && echo "$VERSION_CODENAME")")
        -o APT::Architecture=$2 -o APT::Architectures=$2 -o Dir::State::status=/dev/null -o Dir::Cache=$deps/$1/cache"
}

# musl goes beside Debian's cross compiler for the same processor: unpacked, not installed.
fetch_musl() {
    architecture=$1 target=$2
    # The specs name this folder, which may have been moved since.
    if grep -qsF "$deps/musl/$target/usr/" "$deps/musl/$target/musl.specs"; then return 0; fi
    lacks "" "musl for $architecture" || return 0
    say "fetching musl for $architecture from Debian's signed archive into deps/musl/$target"
    rm -rf "$deps/musl/$target"
    mkdir -p "$deps/musl/$target"
    options=$(foreign_options .musl "$architecture")
    (
        cd "$deps/.musl"
        $APT $options update
        $APT $options download musl-dev
        dpkg-deb -x musl-dev_*.deb "$deps/musl/$target"
    )
    sed "s|/usr/|$deps/musl/$target/usr/|g" "$deps/musl/$target"/usr/lib/*/musl-gcc.specs \
        >"$deps/musl/$target/musl.specs"
    rm -rf "$deps/.musl"
}

# Linux for the tests of LEDs, and busybox as its shell: unpacked, not installed. Of the modules only
# those stay that the tests load.
fetch_linux() {
    lacks "$deps/linux/version" "Linux for arm64" || return 0
    say "fetching Linux and busybox for arm64 from Debian's signed archive into deps/linux: 60 MB"
    options=$(foreign_options .linux arm64)
    (
        cd "$deps/.linux"
        $APT $options update
        package=$(apt-cache $options show linux-image-arm64 |
            sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -n 1)
        $APT $options download "$package" busybox-static
        dpkg-deb -x "$package"_*.deb unpacked
        dpkg-deb -x busybox-static_*.deb unpacked
        rm -rf "$deps/linux"
        mkdir -p "$deps/linux"
        mv unpacked/boot/vmlinuz-* "$deps/linux/vmlinuz"
        mv unpacked/bin/busybox "$deps/linux/"
        for module in drivers/leds/leds-gpio drivers/leds/trigger/ledtrig-pattern \
            drivers/leds/trigger/ledtrig-timer drivers/virtio/virtio_mmio net/core/failover \
            drivers/net/net_failover drivers/net/virtio_net; do
            mv unpacked/lib/modules/*/kernel/$module.ko "$deps/linux/"
        done
        echo "$package" >"$deps/linux/version"
    )
    rm -rf "$deps/.linux"
}

# fetch_program NAME PACKAGE FILE [MB]: a program for tests, unpacked as deps/NAME and not installed,
# because its package may start a service at boot. Its libraries are those that openssl and git need.
fetch_program() {
    lacks "$deps/$1/$3" "$1" || return 0
    say "fetching $1 from Debian's signed archive into deps/$1: ${4:-2} MB at most, not installed"
    options=$(foreign_options ".$1" "$(dpkg --print-architecture)")
    (
        cd "$deps/.$1" && $APT $options update && $APT $options download "$2" &&
            dpkg-deb -x "$2"_*.deb "$deps/$1"
    ) || fail "could not fetch $1; check the network and run this again"
    rm -rf "$deps/.$1"
}

# JSONTestSuite (MIT) travels in the source package of yyjson.
fetch_json_test_suite() {
    lacks "$JSON_TEST_SUITE_DIR/y_array_empty.json" JSONTestSuite || return 0
    say "fetching JSONTestSuite from Debian's signed archive into deps/json-test-suite"
    fetch_source yyjson
    mkdir -p "$JSON_TEST_SUITE_DIR"
    cp "$deps"/.unpack/yyjson/test/data/json/test_parsing/*.json "$JSON_TEST_SUITE_DIR/"
    rm -rf "$deps/.unpack"
}

# needs GROUP...: whether one of these groups was asked for
needs() {
    for group in "$@"; do
        case " $asked " in *" $group "*) return 0 ;; esac
    done
    return 1
}

if [ "${1:-}" = --newest ]; then
    check_mbedtls
    exit 0
fi
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
[ $# -gt 0 ] || set -- build
asked=$*
wanted=
for group in "$@"; do
    wanted="$wanted $(packages_of "$group")"
done
if [ -n "$check" ]; then
    command -v gcc >/dev/null || command -v clang >/dev/null || missing=", a C compiler"
else
    install_packages $wanted
fi
# Firmware is always built from source.
if [ "${MBEDTLS:-}" != system ] || needs size firmware; then
    fetch_tree mbedtls MBEDTLS_DIR "$MBEDTLS_DIR" include/mbedtls/ssl.h "mbedTLS 3.6"
fi
fetch_jsmn
if needs unit test coverage cross; then
    fetch_json_test_suite
    fetch_program nginx nginx usr/sbin/nginx
fi
if needs test firmware; then fetch_program tinyproxy tinyproxy-bin usr/bin/tinyproxy; fi
if needs cross test; then
    fetch_cmocka
    fetch_cjson
fi
if needs cross; then fetch_musl armhf arm-linux-gnueabihf; fi
if needs cross kernel; then fetch_musl arm64 aarch64-linux-gnu; fi
if needs dist; then fetch_musl amd64 x86_64-linux-gnu; fi
if needs kernel; then fetch_linux; fi
if needs alerts; then fetch_program promtool prometheus usr/bin/promtool 20; fi
if needs firmware test; then fetch_tree lwip LWIP_DIR "$LWIP_DIR" src/include/lwip/init.h "lwIP 2.2"; fi
if [ -n "$missing" ]; then
    say "these are missing: ${missing#, }" >&2
    say "to install packages with apt and to fetch sources into deps/, run: port/build/deps.sh $*" >&2
    exit 1
fi
[ -n "$check" ] || say "all there for: $*"
