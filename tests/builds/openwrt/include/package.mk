# SPDX-License-Identifier: MIT
# A stub of OpenWrt's package.mk: `prepare`, `compile` and `install` of one package, and `tell`, which
# prints its fields.
PKG_BUILD_DIR ?= $(BUILD_DIR)/$(PKG_NAME)-$(PKG_VERSION)

define Download
$(eval $(Download/$(1)))
.PHONY: download
download:
	@echo '$(URL)/$(FILE) $(HASH)'
endef

define BuildPackage
$(eval $(Package/$(1)))
.PHONY: tell conffiles prepare compile install
tell:
	@echo '$(1) $(PKG_VERSION) $(SECTION) $(CATEGORY) $(strip $(DEPENDS))'
conffiles:
	@:$$(foreach file,$$(Package/$(1)/conffiles),$$(info $$(file)))
prepare:
	$$(Build/Prepare)
compile:
	$$(Build/Configure)
	$$(Build/Compile)
install:
	$$(call Package/$(1)/install,$$(STUB)/root)
endef
