# SPDX-License-Identifier: MIT
# Other processors, by Debian's cross compilers, run by QEMU's user mode:
#   make CROSS=arm-linux-gnueabihf [STATIC=1]    into build/arm-linux-gnueabihf
#   make CROSS=arm-linux-gnueabihf LIBC=musl     into build/arm-linux-gnueabihf-musl: runs anywhere
#   make test-cross                              unit and end-to-end tests on each of CROSS_TARGETS
#   make size-linux                              what the client takes on each

# 32 bits and 64, and one that stores the high byte first.
CROSS_TARGETS := arm-linux-gnueabihf aarch64-linux-gnu powerpc-linux-gnu
EMULATOR_arm-linux-gnueabihf := qemu-arm-static
EMULATOR_aarch64-linux-gnu := qemu-aarch64-static
EMULATOR_powerpc-linux-gnu := qemu-ppc-static
CMOCKA_DIR := $(CURDIR)/$(DEPS)/cmocka
CJSON_DIR := $(CURDIR)/$(DEPS)/cjson

# The kernel's headers, which all x86 share, lie in the 64-bit ones' place.
M32 := -m32 -idirafter /usr/include/x86_64-linux-gnu

# glibc's getaddrinfo() wants glibc's shared libraries even where it is linked statically; musl's
# does not.
ifeq ($(LIBC),musl)
CC += -specs=$(CURDIR)/$(DEPS)/musl/$(CROSS)/musl.specs
STATIC := 1
WARNINGS += -Wno-sign-conversion # its FD_SET() has one
else ifdef LIBC
$(error LIBC=$(LIBC): musl or nothing)
endif
ifdef STATIC
LDFLAGS += -static
endif

# FOREIGN: Debian has no cmocka and cJSON beside this machine's own, so they are compiled here.
ifdef FOREIGN
INCLUDES += -isystem $(CMOCKA_DIR) -isystem $(CJSON_DIR)
CMOCKA := $(BUILD)/foreign/cmocka.a
CJSON := $(BUILD)/foreign/cJSON.a -lm
$(UNIT_TESTS): | $(BUILD)/foreign/cmocka.a $(BUILD)/foreign/cJSON.a
endif

FOREIGN_CFLAGS = -std=gnu99 $(OPTIMIZE) -w $(SANITIZE) $(CFLAGS)
$(BUILD)/foreign/cmocka.o: $(CMOCKA_DIR)/cmocka.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,cmocka.c) $(CC) -I$(CMOCKA_DIR) -DHAVE_INTTYPES_H -DHAVE_MALLOC_H -DHAVE_SIGLONGJMP -DHAVE_SIGNAL_H \
	    -DHAVE_STRINGS_H -DHAVE_STRSIGNAL -DHAVE_STRUCT_TIMESPEC $(FOREIGN_CFLAGS) -c -o $@ $<
$(BUILD)/foreign/cJSON.o: $(CJSON_DIR)/cjson/cJSON.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,cJSON.c) $(CC) $(FOREIGN_CFLAGS) -c -o $@ $<
$(BUILD)/foreign/%.a: $(BUILD)/foreign/%.o
	@$(AR) rcs $@ $<

# A script that runs a program of another processor, so that tests can start it like any other.
$(BUILD)/emulated/%: $(BUILD)/%
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec $(EMULATOR_$(CROSS)) -L /usr/$(CROSS) %s "$$@"\n' '$(abspath $<)' >$@
	@chmod +x $@

# Emulated, these take up to minutes each, with up to hundreds of handshakes: they run with SLOW=1.
# Handshakes as such are tried end to end.
SLOW_TESTS := client client_failure client_pages clock faults poll renew retry secrets tls \
    tls_arena tls_chain tls_flood tls_session tls_session_secret tls_session_time tls_stream tls_turns watch
# What touches the C library, for a second one.
LIBC_TESTS := cli_credentials cli_options cli_output cli_text port posix posix_roots
EMULATED_TESTS := $(if $(LIBC),$(LIBC_TESTS:%=tests/unit/test_%),$(filter-out $(if $(SLOW),,$(SLOW_TESTS:%=tests/unit/test_%)),\
    $(UNIT_SOURCES:%.c=%)))
EMULATED_SUITES := $(if $(SLOW),tests/e2e,tests/e2e/test_listing.py tests/e2e/test_tls.py)

.PHONY: test-cross test-emulated emulated test-32bit
test-cross: ## maintainer: run unit and end-to-end tests on emulated ARM, 32 and 64 bits, and big-endian PowerPC
	@set -e; for target in $(CROSS_TARGETS); do \
	    $(MAKE) --no-print-directory -s test-emulated CROSS=$$target BUILD=$(BUILD)/$$target; done
	@$(MAKE) --no-print-directory -s test-emulated CROSS=arm-linux-gnueabihf LIBC=musl \
	    BUILD=$(BUILD)/arm-linux-gnueabihf-musl

test-emulated: ## maintainer: the same on CROSS=... alone; SLOW=1 adds the tests that take minutes
	@port/build/deps.sh build demo test cross
	@$(MAKE) --no-print-directory -s FOREIGN=1 emulated
	@BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/emulated/pgtask) tests/run.py \
	    $(EMULATED_TESTS:%=$(BUILD)/emulated/%) $(EMULATED_SUITES)

emulated: $(EMULATED_TESTS:%=$(BUILD)/emulated/%) $(BUILD)/emulated/pgtask

test-32bit: ## maintainer: run every unit and end-to-end test with 32-bit programs on this machine
	@port/build/deps.sh build demo test
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/32 FOREIGN=1 CFLAGS="$(M32) $(CFLAGS)" \
	    LDFLAGS="-m32 $(LDFLAGS)" $(HEAP_WATCH:$(BUILD)/%=$(BUILD)/32/%) $(BUILD)/32/pgtask \
	    $(UNIT_SOURCES:%.c=$(BUILD)/32/%)
	@BUILD=$(abspath $(BUILD)/32) PGTASK=$(abspath $(BUILD)/32/pgtask) tests/run.py \
	    $(UNIT_SOURCES:%.c=$(BUILD)/32/%) tests/e2e

# Sizes of the client as it would be installed, stripped, by -Os.
MUSL_TARGETS := arm-linux-gnueabihf aarch64-linux-gnu
SMALL_GLIBC := $(foreach target,$(CROSS_TARGETS),$(foreach kind,dynamic static,\
    $(BUILD)/small-linux/$(target)/pgtask-$(kind)))
SMALL_MUSL := $(MUSL_TARGETS:%=$(BUILD)/small-linux/%-musl/pgtask-static)
SMALL_MAKE = $(MAKE) --no-print-directory -s OPTIMIZE=-Os CROSS=$(word 1,$(subst -musl, ,$(notdir \
    $(@D)))) BUILD=$(@D) $(@D)/pgtask

$(BUILD)/small-linux/%/pgtask-dynamic: FORCE
	+@$(SMALL_MAKE)
	@$*-strip -o $@ $(@D)/pgtask
$(BUILD)/small-linux/%-musl/pgtask-static: FORCE
	+@$(SMALL_MAKE) LIBC=musl
	@$*-strip -o $@ $(@D)/pgtask
$(BUILD)/small-linux/%/pgtask-static: FORCE $(BUILD)/small-linux/%/pgtask-dynamic
	+@$(SMALL_MAKE) STATIC=1 2>/dev/null
	@$*-strip -o $@ $(@D)/pgtask

.PHONY: size-linux
size-linux: ## maintainer: measure bytes of the client on ARM and PowerPC, by glibc and musl
	@port/build/deps.sh build cross
	@$(MAKE) --no-print-directory -s $(SMALL_GLIBC) $(SMALL_MUSL)
	@printf '| target | linked | bytes |\n| --- | --- | --- |\n'
	@for file in $(SMALL_GLIBC) $(SMALL_MUSL); do \
	    folder=$$(basename $$(dirname $$file)); libc=glibc; \
	    case $$folder in *-musl) libc=musl ;; esac; \
	    printf '| %s | %s, %s | %s |\n' $${folder%-musl} $$libc $${file##*-} $$(wc -c <$$file); \
	done
