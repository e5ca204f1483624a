################################################################################
#
# pgtask
#
################################################################################
# SPDX-License-Identifier: MIT

PGTASK_VERSION = 0.1.0
# The source is the tree that this file belongs to.
PGTASK_SITE = $(BR2_EXTERNAL_PGTASK_PATH)/../..
PGTASK_SITE_METHOD = local
PGTASK_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude /build --exclude /deps
PGTASK_LICENSE = MIT, Unicode-DFS-2016
PGTASK_LICENSE_FILES = LICENSE LICENSES/Unicode-DFS-2016.txt
PGTASK_DEPENDENCIES = jsmn mbedtls

define PGTASK_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) \
		CC="$(TARGET_CC)" AR="$(TARGET_AR)" \
		CPPFLAGS="$(TARGET_CPPFLAGS)" CFLAGS="$(TARGET_CFLAGS)" LDFLAGS="$(TARGET_LDFLAGS)" \
		MBEDTLS=system MBEDTLS_LIBS="-lmbedtls -lmbedx509 -lmbedcrypto" \
		JSMN_DIR=$(STAGING_DIR)/usr/include \
		BUILD=build build/pgtask
endef

define PGTASK_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/build/pgtask $(TARGET_DIR)/usr/bin/pgtask
endef

define PGTASK_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(PGTASK_PKGDIR)/S60pgtask-led $(TARGET_DIR)/etc/init.d/S60pgtask-led
endef

define PGTASK_INSTALL_INIT_SYSTEMD
	$(INSTALL) -d $(TARGET_DIR)/usr/lib/systemd/system
	sed 's|/usr/local/bin/|/usr/bin/|' $(@D)/examples/service/pgtask-led.service \
		>$(TARGET_DIR)/usr/lib/systemd/system/pgtask-led.service
	chmod 0644 $(TARGET_DIR)/usr/lib/systemd/system/pgtask-led.service
endef

$(eval $(generic-package))
