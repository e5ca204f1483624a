# SPDX-License-Identifier: MIT
# Debian's packages. They need Debian 13 or later, whose mbedTLS and jsmn they use.
#
# port/debian is staged as debian/ beside the source that git has at HEAD, in build/deb.

DEB := $(BUILD)/deb
DEB_NAME := pgtask-$(VERSION)

.PHONY: deb deb-source dist-packages
deb: deb-source ## packager: build Debian 13's packages in build/deb
	cd $(DEB)/$(DEB_NAME) && dpkg-buildpackage -us -uc -b

deb-source:
	@rm -rf $(DEB) && mkdir -p $(DEB)
	git archive --format=tar --prefix=$(DEB_NAME)/ HEAD | gzip -9n \
	    >$(DEB)/pgtask_$(VERSION).orig.tar.gz
	tar -C $(DEB) -xf $(DEB)/pgtask_$(VERSION).orig.tar.gz
	mkdir $(DEB)/$(DEB_NAME)/debian
	git archive HEAD:port/debian | tar -C $(DEB)/$(DEB_NAME)/debian -x
	rm $(DEB)/$(DEB_NAME)/debian/debian.mk $(DEB)/$(DEB_NAME)/debian/try.sh $(DEB)/$(DEB_NAME)/debian/README.md
	cd $(DEB)/$(DEB_NAME) && dpkg-source -b .

# A release has the packages of PACKAGES, if that is set: port/debian/try.sh builds them on a fresh
# Debian 13. Otherwise it has the source package, and the others if this system has what they need.
ifdef PACKAGES
dist-packages: $(DIST_SOURCE)
	@cp $(PACKAGES)/*.deb $(DIST)/
else
dist-packages: deb-source $(DIST_SOURCE)
	@if cd $(DEB)/$(DEB_NAME) && dpkg-checkbuilddeps 2>/dev/null; then dpkg-buildpackage -us -uc -b; \
	else echo "dist: Debian's binary packages need Debian 13; only their source is made"; fi
	@cp $(DEB)/*.deb $(DEB)/*.dsc $(DEB)/*.tar.* $(DIST)/ 2>/dev/null || :
endif
