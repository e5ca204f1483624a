# SPDX-License-Identifier: MIT
# A stub of Buildroot: `build`, `install`, `sysv` and `systemd` of the package pgtask, for this machine.
# STUB is a folder of the test, COMPILER its compiler, BR2_EXTERNAL_PGTASK_PATH the external tree.
TARGET_CC := $(COMPILER)
TARGET_AR := ar
TARGET_CFLAGS := -O1
TARGET_LDFLAGS := -L$(STUB)/staging_dir/usr/lib -Wl,-z,now
# Buildroot's compiler finds the headers and libraries of the staging folder by itself.
TARGET_CPPFLAGS := -I$(STUB)/staging_dir/usr/include
# DRY=MAKEFLAGS=n lets make only say what it would do.
TARGET_MAKE_ENV := PATH="$(PATH)" $(DRY)
INSTALL := install
STAGING_DIR := $(STUB)/staging_dir
TARGET_DIR := $(STUB)/root
FOLDER := $(STUB)/pgtask

generic-package = $(eval PGTASK_PKGDIR := $(dir $(lastword $(MAKEFILE_LIST))))
include $(BR2_EXTERNAL_PGTASK_PATH)/external.mk

.PHONY: build install sysv systemd tell
build: $(FOLDER)/build.stamp
install: $(FOLDER)/install.stamp
sysv: $(FOLDER)/sysv.stamp
systemd: $(FOLDER)/systemd.stamp
tell:
	@echo '$(PGTASK_VERSION) $(PGTASK_SITE_METHOD) $(PGTASK_DEPENDENCIES)'
$(FOLDER)/build.stamp:
	mkdir -p $(@D)
	tar -C $(PGTASK_SITE) $(subst --exclude /,--exclude ./,$(PGTASK_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS)) \
	    --exclude ./.git -cf - . | tar -C $(@D) -xf -
	$(PGTASK_BUILD_CMDS)
$(FOLDER)/install.stamp:
	$(PGTASK_INSTALL_TARGET_CMDS)
$(FOLDER)/sysv.stamp:
	$(PGTASK_INSTALL_INIT_SYSV)
$(FOLDER)/systemd.stamp:
	$(PGTASK_INSTALL_INIT_SYSTEMD)
