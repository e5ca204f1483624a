# SPDX-License-Identifier: MIT
SUMMARY = "JSON tokenizer in one header"
HOMEPAGE = "https://github.com/zserge/jsmn"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://LICENSE;sha256=4675b94a50d2afe811c52785463c854f1156056632cce17cc7133939eac8ed55"

SRC_URI = "https://github.com/zserge/jsmn/archive/v${PV}/jsmn-${PV}.tar.gz"
SRC_URI[sha256sum] = "5f0913a10657fe7ec8d5794ccf00a01000e3e1f2f1e1f143c34a0f7b47edcb38"

inherit allarch

do_configure[noexec] = "1"
do_compile[noexec] = "1"

do_install() {
    install -D -m 0644 ${S}/jsmn.h ${D}${includedir}/jsmn.h
}

# A header is all there is, so the package for the target is empty.
ALLOW_EMPTY:${PN} = "1"
