# SPDX-License-Identifier: MIT
# make            the library and the command-line client, into build/
# make demo       the client against a simulated service on this machine
# make test       every test
# make help       all targets, by who needs them
#
# This file builds and installs the library and the client. The targets for developers are in
# tests/tests.mk, those for other processors and for firmware in port/build/.

# --- Settings: `make NAME=VALUE` ---

# Folders. Sources of your own: jsmn, and mbedTLS 3.6 or 4. MBEDTLS_LIB names an archive that is built.
#: PREFIX: where install puts its files (/usr/local)
#: DESTDIR: a folder in front of PREFIX, for packages
#: MBEDTLS_DIR: the source of mbedTLS 3.6 or 4 (deps/mbedtls)
#: MBEDTLS: system for the mbedTLS that is installed, 3.6.1 or later, or 4
#: MBEDTLS_CFLAGS: where its headers are, with MBEDTLS=system (pkg-config)
#: MBEDTLS_LIBS: how to link it, with MBEDTLS=system (pkg-config)
#: JSMN_DIR: the source of jsmn (deps/jsmn)
BUILD ?= build$(if $(CROSS),/$(CROSS)$(if $(LIBC),-$(LIBC)))
DEPS := deps
MBEDTLS_DIR ?= $(CURDIR)/$(DEPS)/mbedtls
JSMN_DIR ?= $(CURDIR)/$(DEPS)/jsmn
PREFIX ?= /usr/local
INSTALL ?= install

# Compiler. CROSS names a cross compiler: see port/build/linux.mk. CPPFLAGS, CFLAGS and LDFLAGS are
# yours: what the library needs is added to them. WERROR=1 makes warnings errors, V=1 shows commands.
#: CROSS: a cross compiler, as arm-linux-gnueabihf
#: LIBC: musl, or empty for glibc, with CROSS
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
CC := gcc
endif
OPTIMIZE ?= -O2
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla $(if $(WERROR),-Werror)

# --- What follows from them ---

include port/build/mbedtls.mk

INCLUDES := -Iinclude -Iport/posix -Iport/mbedtls -isystem $(JSMN_DIR) \
    $(MBEDTLS_INCLUDES)
# glibc has 64 bits for file sizes and for times after 2038 only if it is asked.
POSIX := -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
CPPFLAGS_ALL = $(INCLUDES) $(CPPFLAGS)
CFLAGS_COMMON = -std=c99 $(OPTIMIZE) -g -ffunction-sections -fdata-sections $(SANITIZE)
CFLAGS_ALL = $(CFLAGS_COMMON) $(WARNINGS) $(CFLAGS)
LDFLAGS_ALL = -Wl,--gc-sections $(SANITIZE) $(LDFLAGS)
export MBEDTLS MBEDTLS_DIR JSMN_DIR

# $(call short,CC,$<) begins a command that make shows as "CC src/json.c".
SILENT := $(findstring s,$(firstword -$(MAKEFLAGS)))
short = $(if $(V),,@$(if $(SILENT),,printf '%-5s %s\n' '$1' '$2';))

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

.PHONY: all
all: $(LIBS) $(BUILD)/pgtask $(BUILD)/minimal $(BUILD)/blink ## user: build the library and the client build/pgtask
	@$(if $(SILENT),:,echo "built $^")
	@$(if $(SILENT),:,$(tell_missing))

# jsmn and mbedTLS
include port/build/deps.mk

# --- Library and client ---

$(BUILD)/libpgtask.a: $(LIB_OBJECTS)
$(BUILD)/libmbedtls.a: $(MBEDTLS_OBJECTS)
$(BUILD)/lib%.a:
	@rm -f $@
	$(call short,AR,$@) $(AR) rcs $@ $^

$(BUILD)/pgtask: $(CLI_OBJECTS)
$(BUILD)/minimal $(BUILD)/blink: $(BUILD)/%: $(BUILD)/examples/%.o
$(BUILD)/pgtask $(BUILD)/minimal $(BUILD)/blink: $(LIBS) $(BUILD)/link-flags
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS)

$(BUILD)/%.o: %.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
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
$(BUILD)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,mbedtls/$(<F)) $(CC) $(CPPFLAGS_ALL) $(CFLAGS_COMMON) -w $(MBEDTLS_VERIFY_ONLY) $(CFLAGS) \
	    -c -o $@ $<

# Other flags make structs of other sizes, so a change of flags compiles or links again.
$(BUILD)/flags: KNOWN = $(CC) $(subst ','"'"',$(MBEDTLS_INCLUDES)) $(POSIX) $(OPTIMIZE) $(SANITIZE) $(CPPFLAGS) $(CFLAGS) \
    $(value MBEDTLS_VERIFY_ONLY)
$(BUILD)/link-flags: KNOWN = $(CC) $(LDFLAGS_ALL) $(MBEDTLS_LIBS)
$(BUILD)/flags $(BUILD)/link-flags: FORCE
	@mkdir -p $(@D)
	@echo '$(KNOWN)' | cmp -s - $@ || echo '$(KNOWN)' >$@
.PHONY: FORCE
FORCE:

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: demo
demo: $(BUILD)/pgtask ## user: show the client against a simulated service
	@command -v python3 >/dev/null && command -v openssl >/dev/null || port/build/deps.sh demo
	@PGTASK=$(abspath $(BUILD)/pgtask) examples/demo.sh

# --- Installation: mbedTLS goes along, built the way the library needs it ---

# Neither make nor apt can take a name with a blank.
ifneq ($(words $(CURDIR)$(DESTDIR)$(PREFIX)),1)
$(error the names of this folder, PREFIX and DESTDIR must not contain blanks)
endif
TARGET = $(DESTDIR)$(PREFIX)
INSTALLED := bin/pgtask include/pgtask include/pgtask_posix.h lib/libpgtask.a \
    lib/libpgtask_mbedtls.a lib/pkgconfig/pgtask.pc lib/systemd/system/pgtask-led.service \
    share/doc/pgtask
VERSION = $(shell sed -n 's/^\#define PGTASK_VERSION "\(.*\)"/\1/p' include/pgtask/version.h)
SIZES_SET = $(filter -DPGTASK_%,$(CPPFLAGS) $(CFLAGS))

.PHONY: install uninstall
install: $(LIBS) $(BUILD)/pgtask ## packager: install under PREFIX; a package sets DESTDIR
	$(INSTALL) -d $(addprefix $(TARGET)/,bin include/pgtask lib/pkgconfig lib/systemd/system share/doc/pgtask)
	$(INSTALL) -m 755 $(BUILD)/pgtask $(TARGET)/bin/pgtask
	$(INSTALL) -m 644 $(wildcard include/pgtask/*.h) $(TARGET)/include/pgtask/
	$(INSTALL) -m 644 port/posix/pgtask_posix.h $(TARGET)/include/
	$(INSTALL) -m 644 $(BUILD)/libpgtask.a $(TARGET)/lib/libpgtask.a
	$(if $(MBEDTLS_LIB),$(INSTALL) -m 644 $(MBEDTLS_LIB) $(TARGET)/lib/libpgtask_mbedtls.a)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@SIZES@|$(if $(SIZES_SET), $(SIZES_SET))|' \
	    -e 's|@MBEDTLS@|$(or $(MBEDTLS_LIBS),-lpgtask_mbedtls)|' port/pgtask.pc.in >$(BUILD)/pgtask.pc
	$(INSTALL) -m 644 $(BUILD)/pgtask.pc $(TARGET)/lib/pkgconfig/pgtask.pc
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' examples/service/pgtask-led.service \
	    >$(BUILD)/pgtask-led.service
	$(INSTALL) -m 644 $(BUILD)/pgtask-led.service $(TARGET)/lib/systemd/system/
	$(INSTALL) -m 644 examples/service/pgtask-led.init $(TARGET)/share/doc/pgtask/

uninstall: ## packager: remove what install put there
	cd '$(TARGET)' && rm -rf $(INSTALLED)

# --- Everything else ---

include tests/tests.mk tests/stock.mk tests/emulated.mk tests/kernel/kernel.mk port/build/linux.mk port/build/image.mk

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
