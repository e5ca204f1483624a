# SPDX-License-Identifier: MIT
SUMMARY = "Tasks of TencentDB for PostgreSQL, and a status LED"
DESCRIPTION = "Lists and follows the tasks of TencentDB for PostgreSQL, such as a restore, and shows \
with an LED how they are going."
LICENSE = "MIT & Unicode-DFS-2016"
LIC_FILES_CHKSUM = "file://LICENSE;sha256=242062f4d04e9dc38d89f82413eac0f5c48d25b476a815ce81b7ed51a5662ec1"

DEPENDS = "jsmn mbedtls"
RDEPENDS:${PN} = "ca-certificates"

inherit externalsrc pkgconfig systemd

# The source is the tree that this file belongs to. PGTASK_SOURCE names another one.
PGTASK_SOURCE ?= "${@os.path.abspath(d.getVar('THISDIR') + '/../../../../..')}"
EXTERNALSRC = "${PGTASK_SOURCE}"
EXTERNALSRC_BUILD = "${WORKDIR}/build"

SYSTEMD_SERVICE:${PN} = "pgtask-led.service"
# It starts once its two files in /etc/pgtask are written, and somebody enables it.
SYSTEMD_AUTO_ENABLE = "disable"

do_configure[noexec] = "1"

do_compile() {
    oe_runmake -C ${S} BUILD=${B} CC="${CC}" AR="${AR}" MBEDTLS=system \
        JSMN_DIR=${STAGING_INCDIR} CPPFLAGS="${CPPFLAGS}" CFLAGS="${CFLAGS}" LDFLAGS="${LDFLAGS}" \
        ${B}/pgtask
}

do_install() {
    install -D -m 0755 ${B}/pgtask ${D}${bindir}/pgtask
    install -d ${D}${systemd_system_unitdir}
    sed 's|/usr/local/bin/|${bindir}/|' ${S}/examples/service/pgtask-led.service \
        >${D}${systemd_system_unitdir}/pgtask-led.service
    chmod 0644 ${D}${systemd_system_unitdir}/pgtask-led.service
}
