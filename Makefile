# SPDX-License-Identifier: MIT
# make            the library and the command-line client, into build/
# make demo       the client against a simulated service on this machine
# make test       every test
# make help       all targets, by who needs them
#
# This file builds and installs the library and the client. The targets for developers are in
# tests/tests.mk, those for other processors and for firmware in port/build/.

# --- Another folder: `make -f .../pgtask/Makefile` builds into build/ of the folder it runs in ---

TREE := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
ifneq ($(TREE),$(CURDIR))
GOALS := $(or $(MAKECMDGOALS),all)
FOLDERS := $(foreach name,MBEDTLS_DIR JSMN_DIR MBEDTLS_LIB DESTDIR,\
    $(if $($(name)),$(name)=$(abspath $($(name)))))
.PHONY: $(GOALS) elsewhere
$(GOALS): elsewhere
	@:
elsewhere:
	@$(MAKE) --no-print-directory -C $(TREE) BUILD=$(abspath $(or $(BUILD),build)) $(FOLDERS) \
	    $(patsubst build/%,$(CURDIR)/build/%,$(GOALS))
else

# --- Settings: `make NAME=VALUE` ---

# Folders. Sources of your own: jsmn, and mbedTLS 3.6 or 4. MBEDTLS_LIB names an archive that is built.
#: BUILD: where to build (build)
#: PREFIX: where install puts its files (/usr/local)
#: DESTDIR: a folder in front of PREFIX, for packages
#: BINDIR: where programs go (PREFIX/bin)
#: LIBDIR: where libraries go (PREFIX/lib)
#: INCLUDEDIR: where headers go (PREFIX/include)
#: DATADIR: where completions go (PREFIX/share)
#: MANDIR: where manual pages go (PREFIX/share/man)
#: DOCDIR: where documents go (PREFIX/share/doc/pgtask)
#: UNITDIR: where units go (PREFIX/lib/systemd/system)
#: MBEDTLS_DIR: the source of mbedTLS 3.6 or 4 (deps/mbedtls)
#: MBEDTLS: system for the one installed, 3.6.1, later, or 4
#: MBEDTLS_CFLAGS: its headers, with MBEDTLS=system (pkg-config)
#: MBEDTLS_LIBS: how to link it, with MBEDTLS=system
#: JSMN_DIR: the source of jsmn (deps/jsmn)
BUILD ?= build$(if $(CROSS),/$(CROSS)$(if $(LIBC),-$(LIBC)))
DEPS := deps
MBEDTLS_DIR ?= $(CURDIR)/$(DEPS)/mbedtls
JSMN_DIR ?= $(CURDIR)/$(DEPS)/jsmn
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/pgtask
UNITDIR ?= $(PREFIX)/lib/systemd/system
INSTALL ?= install

# Compiler. CROSS names a cross compiler: see port/build/linux.mk. CPPFLAGS, CFLAGS and LDFLAGS are
# yours: what the library needs is added to them. WERROR=1 makes warnings errors, V=1 shows commands.
#: CROSS: a cross compiler, as arm-linux-gnueabihf
#: LIBC: musl, or empty for glibc
#: SHARED: 1 adds the shared library, for the client too
#: WERROR: 1 makes warnings errors
#: V: 1 shows the commands
#: CPPFLAGS: your flags for the preprocessor
#: CFLAGS: your flags for the compiler
#: LDFLAGS: your flags for the linker
ifdef CROSS
CC := $(CROSS)-gcc
AR := $(CROSS)-ar
endif
ifeq ($(origin CC),default)
CC := $(or $(shell command -v gcc >/dev/null && echo gcc),$(shell command -v clang >/dev/null && echo clang),cc)
endif
OPTIMIZE ?= -O2
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla $(if $(WERROR),-Werror)

# --- What follows from them ---

.DEFAULT_GOAL := all

# Folders below this one have short names.
MBEDTLS_SOURCE := $(MBEDTLS_DIR:$(CURDIR)/%=%)
JSMN_SOURCE := $(JSMN_DIR:$(CURDIR)/%=%)
include port/build/mbedtls.mk

INCLUDES := -Iinclude -Iport/posix -Iport/mbedtls -isystem $(JSMN_SOURCE) $(MBEDTLS_INCLUDES)
# glibc has 64 bits for file sizes and for times after 2038 only if it is asked.
POSIX := -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
CPPFLAGS_ALL = $(INCLUDES) $(CPPFLAGS)
# Two builds in two folders make the same bytes: names of folders do not reach debug information.
REPRODUCIBLE := $(MBEDTLS_SOURCE:/%=-ffile-prefix-map=/%=mbedtls) $(JSMN_SOURCE:/%=-ffile-prefix-map=/%=jsmn) \
    -ffile-prefix-map=$(CURDIR)=.
REPRODUCIBLE := $(filter -%,$(REPRODUCIBLE))
CFLAGS_COMMON = -std=c99 $(OPTIMIZE) -g $(REPRODUCIBLE) -ffunction-sections -fdata-sections \
    $(if $(SHARED),-fPIC) $(SANITIZE)
CFLAGS_ALL = $(CFLAGS_COMMON) $(WARNINGS) $(CFLAGS)
LDFLAGS_ALL = -Wl,--gc-sections $(SANITIZE) $(LDFLAGS)
export MBEDTLS MBEDTLS_DIR JSMN_DIR

# $(call short,CC,$<) begins a command that make shows as "CC src/json.c". `make -n` shows the
# command alone.
SILENT := $(findstring s,$(firstword -$(MAKEFLAGS)))
DRY_RUN := $(findstring n,$(firstword -$(MAKEFLAGS)))
short = $(if $(V)$(DRY_RUN),,@$(if $(SILENT),,printf '%-5s %s\n' '$1' '$2';))
make_folder = $(if $(wildcard $(@D)),,@mkdir -p $(@D))

# $(eval $(call remember,FILE,NAME)): FILE holds the value of the variable NAME, and is new if that is.
define remember
$1: $(if $(call is_same,$(strip $($2)),$(strip $(file <$1))),,FORCE)
	@mkdir -p $$(@D) && echo '$$(subst ','"'"',$$(strip $$($2)))' >$$@
endef
is_same = $(and $(findstring |$1|,|$2|),$(findstring |$2|,|$1|))
.PHONY: FORCE
FORCE:

# make uses all cores, unless -j says otherwise. It cleans before it builds.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
ifneq ($(filter clean distclean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

LIB_SOURCES := $(wildcard src/*.c port/posix/*.c port/mbedtls/*.c)
LIB_OBJECTS := $(filter-out $(MBEDTLS_PULSE),$(LIB_SOURCES:%.c=$(BUILD)/%.o))
CLI_SOURCES := $(wildcard examples/cli/*.c examples/cli/*/*.c)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
LIBS := $(BUILD)/libpgtask.a $(MBEDTLS_LIB)

# Programs place the library's structs, and a release of 0.x may change their sizes, so each 0.x has
# an SONAME of its own.
VERSION := $(shell sed -n 's/^\#define PGTASK_VERSION "\(.*\)"/\1/p' include/pgtask/version.h)
SONAME := libpgtask.so.$(if $(filter 0.%,$(VERSION)),$(basename $(VERSION)),$(firstword $(subst ., ,$(VERSION))))
SHARED_LIB := $(if $(SHARED),$(BUILD)/libpgtask.so.$(VERSION))

.PHONY: all
all: $(LIBS) $(SHARED_LIB) $(BUILD)/pgtask $(BUILD)/minimal $(BUILD)/blink ## user: build the library and the client build/pgtask
	@$(if $(SILENT),:,echo "built $^")
	@$(if $(SILENT),:,$(tell_missing))

# jsmn and mbedTLS
include port/build/deps.mk

# --- Library and client ---

$(BUILD)/libpgtask.a: $(LIB_OBJECTS)
$(BUILD)/libmbedtls.a: $(MBEDTLS_OBJECTS)
$(BUILD)/lib%.a:
	@rm -f $@
	$(call short,AR,$@) $(AR) rcsD $@ $^

$(BUILD)/libpgtask.so.%: $(LIB_OBJECTS) $(MBEDTLS_LIB) port/build/exported.map $(BUILD)/link-flags
	$(call short,LINK,$@) $(CC) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs \
	    -Wl,--version-script=port/build/exported.map $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
	    $(MBEDTLS_LIBS)
	@ln -sf $(@F) $(@D)/$(SONAME)
	@ln -sf $(SONAME) $(@D)/libpgtask.so

$(BUILD)/pgtask: $(CLI_OBJECTS)
$(BUILD)/minimal $(BUILD)/blink: $(BUILD)/%: $(BUILD)/examples/%.o
$(BUILD)/pgtask $(BUILD)/minimal $(BUILD)/blink: $(or $(SHARED_LIB),$(LIBS)) $(BUILD)/link-flags
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter-out %.o %/link-flags,$^) $(MBEDTLS_LIBS)

$(BUILD)/%.o: %.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	$(make_folder)
	$(call short,CC,$<) $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/port/posix/%.o $(BUILD)/examples/%.o $(BUILD)/tests/%.o: INCLUDES += $(POSIX)
$(BUILD)/examples/cli/%.o: INCLUDES += -Iexamples/cli

# Four files of mbedTLS leave out what a client never calls, src/tls_chain.c stands before a fifth,
# and four count for the pulse: the headers named here say why.
MBEDTLS_VERIFY_ONLY = $(if $(filter %/pk_wrap.c %/ssl_tls12_client.c,$<),-include pgtask_verify_only.h) \
    $(if $(filter %/rsa.c,$<),-include pgtask_public_only.h) \
    $(if $(filter %/ecp.c,$<),-include pgtask_uncompressed_only.h) \
    $(if $(filter %/x509_crt.c,$<),-include pgtask_chain.h) \
    $(if $(filter %/bignum_core.c %/cipher.c %/sha256.c %/sha512.c,$<),-include pgtask_pulse_hooks.h)
$(BUILD)/mbedtls/%.o: $(MBEDTLS_SOURCE)/library/%.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	$(make_folder)
	$(call short,CC,mbedtls/$(<F)) $(CC) $(CPPFLAGS_ALL) $(CFLAGS_COMMON) -w $(MBEDTLS_VERIFY_ONLY) $(CFLAGS) \
	    -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: demo
demo: $(BUILD)/pgtask ## user: show the client against a simulated service
	@command -v python3 >/dev/null && command -v openssl >/dev/null || port/build/deps.sh demo
	@PGTASK=$(abspath $(BUILD)/pgtask) examples/demo.sh

# --- Installation: mbedTLS goes along, built the way the library needs it ---

# Neither make nor apt can take a name with a blank.
ifneq ($(words $(CURDIR)$(DESTDIR)$(PREFIX)$(BINDIR)$(LIBDIR)$(INCLUDEDIR)$(DATADIR)$(MANDIR)$(DOCDIR)$(UNITDIR)),1)
$(error the names of this folder and of those for install must not contain blanks)
endif
INSTALLED = $(BINDIR)/pgtask $(INCLUDEDIR)/pgtask $(INCLUDEDIR)/pgtask_posix.h \
    $(addprefix $(LIBDIR)/,libpgtask.a libpgtask_mbedtls.a libpgtask.so $(SONAME) libpgtask.so.$(VERSION) \
    pkgconfig/pgtask.pc cmake/pgtask) $(UNITDIR)/pgtask-led.service $(DOCDIR)
# $(call fill,TEMPLATE,FILE): installs a template with the folders and the version of this build.
TLS_LIBS = $(or $(MBEDTLS_LIBS),-lpgtask_mbedtls)
INSTALLED_LIBS = -lpgtask $(if $(SHARED),,$(TLS_LIBS))
PRIVATE_LIBS = $(if $(SHARED),$(TLS_LIBS))
fill = sed -e 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@BINDIR@|$(BINDIR)|' \
    -e 's|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|; s|@INCLUDEDIR@|$(INCLUDEDIR:$(PREFIX)/%=$${prefix}/%)|' \
    -e 's|@LIBS@|$(INSTALLED_LIBS)|; s|@TLS_LIBS@|$(TLS_LIBS)|' \
    -e 's|@PRIVATE_LIBS@|$(PRIVATE_LIBS)|' $1 >$(DESTDIR)$2 && chmod 644 $(DESTDIR)$2

.PHONY: install uninstall
install: $(LIBS) $(SHARED_LIB) $(BUILD)/pgtask ## packager: install under PREFIX; a package sets DESTDIR
	$(INSTALL) -d $(addprefix $(DESTDIR),$(BINDIR) $(INCLUDEDIR)/pgtask $(LIBDIR)/pkgconfig $(LIBDIR)/cmake/pgtask \
	    $(UNITDIR) $(DOCDIR))
	$(INSTALL) -m 755 $(BUILD)/pgtask $(DESTDIR)$(BINDIR)/pgtask
	$(INSTALL) -m 644 $(wildcard include/pgtask/*.h) $(DESTDIR)$(INCLUDEDIR)/pgtask/
	port/build/installed_config.sh $(CC) $(CPPFLAGS_ALL) $(CFLAGS) >$(DESTDIR)$(INCLUDEDIR)/pgtask/config.h
	$(INSTALL) -m 644 port/posix/pgtask_posix.h $(DESTDIR)$(INCLUDEDIR)/
	$(INSTALL) -m 644 $(BUILD)/libpgtask.a $(DESTDIR)$(LIBDIR)/libpgtask.a
	$(if $(MBEDTLS_LIB),$(INSTALL) -m 644 $(MBEDTLS_LIB) $(DESTDIR)$(LIBDIR)/libpgtask_mbedtls.a)
ifdef SHARED
	$(INSTALL) -m 644 $(SHARED_LIB) $(DESTDIR)$(LIBDIR)/
	ln -sf libpgtask.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libpgtask.so
endif
	$(call fill,port/pgtask.pc.in,$(LIBDIR)/pkgconfig/pgtask.pc)
	$(call fill,port/cmake/pgtaskConfig.cmake.in,$(LIBDIR)/cmake/pgtask/pgtaskConfig.cmake)
	$(call fill,port/cmake/pgtaskConfigVersion.cmake.in,$(LIBDIR)/cmake/pgtask/pgtaskConfigVersion.cmake)
	sed 's|/usr/local/bin/|$(BINDIR)/|' examples/service/pgtask-led.service \
	    >$(DESTDIR)$(UNITDIR)/pgtask-led.service
	chmod 644 $(DESTDIR)$(UNITDIR)/pgtask-led.service
	$(INSTALL) -m 644 examples/service/pgtask-led.init $(DESTDIR)$(DOCDIR)/

uninstall: ## packager: remove what install put there
	rm -rf $(addprefix $(DESTDIR),$(INSTALLED))

# --- Everything else ---

include port/docs/docs.mk tests/tests.mk tests/stock.mk tests/emulated.mk tests/kernel/kernel.mk \
    port/build/linux.mk port/build/image.mk port/dist/dist.mk port/debian/debian.mk

# Other flags make structs of other sizes, so a change of flags compiles or links again.
COMPILED_WITH = $(CC) $(MBEDTLS_INCLUDES) $(POSIX) $(OPTIMIZE) $(SANITIZE) $(SHARED) $(CPPFLAGS) $(CFLAGS) \
    $(value MBEDTLS_VERIFY_ONLY)
LINKED_WITH = $(CC) $(SHARED) $(LDFLAGS_ALL) $(MBEDTLS_LIBS)
$(eval $(call remember,$(BUILD)/flags,COMPILED_WITH))
$(eval $(call remember,$(BUILD)/link-flags,LINKED_WITH))

.PHONY: nightly
nightly: ## maintainer: run what takes hours
	@.ci/nightly

.PHONY: clean distclean help
clean: ## user: remove what was built
	rm -rf $(BUILD)

distclean: clean ## user: remove what was built and fetched
	rm -rf $(DEPS)

# Each target's line ends with `## GROUP: what it does`; `#: NAME: what it sets` tells a setting.
help: ## user: show this list
	@for group in user packager developer maintainer; do \
	    printf '\nFor a %s:\n' $$group; \
	    sed -n "s/^\([a-z0-9_.-]*\):.*## $$group: \(.*\)/\1|\2/p" $(filter-out %.d,$(MAKEFILE_LIST)) | \
	        awk -F'|' '{ printf "  make %-24s %s\n", $$1, $$2 }'; \
	done
	@printf '\nSettings:\n'
	@sed -n 's/^#: \([A-Z0-9_]*\): \(.*\)/\1|\2/p' $(filter-out %.d,$(MAKEFILE_LIST)) | \
	    awk -F'|' '{ printf "  %-29s %s\n", $$1, $$2 }'
.SECONDARY:

endif
