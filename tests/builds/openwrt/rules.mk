# SPDX-License-Identifier: MIT
# A stub of OpenWrt's rules.mk: what port/openwrt uses of it, for this machine. STUB is a folder of the
# test, COMPILER its compiler.
INCLUDE_DIR := $(TOPDIR)/include
BUILD_DIR := $(STUB)/build_dir
STAGING_DIR := $(STUB)/staging_dir
DL_DIR := $(STUB)/dl
TARGET_CC := $(COMPILER)
TARGET_AR := ar
TARGET_CFLAGS := -O1
TARGET_CPPFLAGS := -I$(STAGING_DIR)/usr/include
TARGET_LDFLAGS := -L$(STAGING_DIR)/usr/lib -Wl,-z,now
TAR := tar
CP := cp -fpR
INSTALL_DIR := install -d -m0755
INSTALL_BIN := install -m0755
INSTALL_CONF := install -m0600
