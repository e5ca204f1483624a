# SPDX-License-Identifier: MIT
# A release: the source as git has it at HEAD, static programs for Linux, firmware images, Debian's
# packages, an SBOM, and the digests of all of them, in build/dist.

DIST := $(BUILD)/dist
DIST_NAME := pgtask-$(VERSION)
DIST_SOURCE := $(DIST)/$(DIST_NAME).tar.gz
DIST_LINUX := x86_64-linux-gnu arm-linux-gnueabihf aarch64-linux-gnu
DIST_PROGRAMS := $(DIST_LINUX:%=$(DIST)/$(DIST_NAME)-%)
DIST_IMAGES := $(IMAGES:%=$(DIST)/$(DIST_NAME)-%.bin)
SBOM = MBEDTLS_DIR=$(MBEDTLS_DIR) JSMN_DIR=$(JSMN_DIR) LWIP_DIR=$(LWIP_DIR) \
    MUSL_DIR=$(DEPS)/musl/x86_64-linux-gnu port/dist/make_sbom.py
DIST_OF = $(VERSION) $$(git log -1 --format='%ct %H')

.PHONY: dist dist-source dist-files
dist: ## packager: make a release in build/dist: source, programs, images, packages
	@port/build/deps.sh build cross firmware dist
	@git diff --quiet HEAD || { echo "dist: commit your changes first; a release is what git has" >&2; exit 1; }
	+@$(MAKE) --no-print-directory dist-files
	@cd $(DIST) && sha256sum $$(ls | grep -v '^SHA256SUMS$$') >SHA256SUMS
	@echo "dist: $(DIST) has a release of $(VERSION):" && ls $(DIST)

# git writes the times of the commit and no owner, and gzip no name and no time: the same commit
# gives the same bytes. The SBOM in it names what the source needs, without versions.
dist-source: $(DIST_SOURCE) ## packager: make the source's tarball
$(DIST_SOURCE): FORCE
	@git rev-parse --git-dir >/dev/null || { echo "dist: this is no clone of the repository" >&2; exit 1; }
	@rm -rf $(DIST) && mkdir -p $(DIST)
	@$(SBOM) sbom $(DIST_OF) >$(DIST)/pgtask.spdx.json
	$(call short,DIST,$@) git -c tar.umask=022 archive --format=tar --prefix=$(DIST_NAME)/ \
	    --add-file=$(DIST)/pgtask.spdx.json HEAD | gzip -9n >$@
	@rm $(DIST)/pgtask.spdx.json

dist-files: $(DIST_SOURCE) $(DIST_PROGRAMS) $(DIST_IMAGES) dist-packages
	@$(SBOM) licences >$(DIST)/THIRD-PARTY.txt
	@cp CHANGELOG.md LICENSE $(DIST)/
	@$(SBOM) sbom $(DIST_OF) $(DIST_SOURCE) $(DIST_PROGRAMS) $(DIST_IMAGES) >$(DIST)/$(DIST_NAME).spdx.json

$(DIST_PROGRAMS): $(DIST)/$(DIST_NAME)-%: $(DIST_SOURCE) FORCE
	+@$(MAKE) --no-print-directory -s OPTIMIZE=-Os CROSS=$* LIBC=musl BUILD=$(BUILD)/dist-$* $(BUILD)/dist-$*/pgtask
	$(call short,STRIP,$@) $*-strip -o $@ $(BUILD)/dist-$*/pgtask

$(DIST_IMAGES): $(DIST)/$(DIST_NAME)-%.bin: $(FIRMWARE)/%.bin $(DIST_SOURCE)
	@cp $< $@
