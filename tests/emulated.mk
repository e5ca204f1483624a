# SPDX-License-Identifier: MIT
# Tests of programs for other processors, which QEMU's user mode runs, and for 32 bits.

EMULATOR_arm-linux-gnueabihf := qemu-arm-static
EMULATOR_aarch64-linux-gnu := qemu-aarch64-static
EMULATOR_powerpc-linux-gnu := qemu-ppc-static
CMOCKA_DIR := $(CURDIR)/$(DEPS)/cmocka
CJSON_DIR := $(CURDIR)/$(DEPS)/cjson

# All x86 share the kernel's headers, which lie with those for 64 bits.
M32 := -m32 -idirafter /usr/include/x86_64-linux-gnu

# FOREIGN: Debian has cmocka and cJSON only for this machine's own processor, so they are compiled.
ifdef FOREIGN
INCLUDES += -isystem $(CMOCKA_DIR) -isystem $(CJSON_DIR)
CMOCKA := $(BUILD)/foreign/cmocka.a
CJSON := $(BUILD)/foreign/cJSON.a -lm
$(UNIT_TESTS): | $(BUILD)/foreign/cmocka.a $(BUILD)/foreign/cJSON.a
endif

FOREIGN_CFLAGS = -std=gnu99 $(OPTIMIZE) -w $(SANITIZE) $(CFLAGS)
$(BUILD)/foreign/cmocka.o: $(CMOCKA_DIR)/cmocka.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,cmocka.c) $(CC) -I$(CMOCKA_DIR) -DHAVE_INTTYPES_H -DHAVE_MALLOC_H -DHAVE_SIGLONGJMP \
	    -DHAVE_SIGNAL_H -DHAVE_STRINGS_H -DHAVE_STRSIGNAL -DHAVE_STRUCT_TIMESPEC $(FOREIGN_CFLAGS) \
	    -c -o $@ $<
$(BUILD)/foreign/cJSON.o: $(CJSON_DIR)/cjson/cJSON.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call short,CC,cJSON.c) $(CC) $(FOREIGN_CFLAGS) -c -o $@ $<
$(BUILD)/foreign/%.a: $(BUILD)/foreign/%.o
	@$(AR) rcs $@ $<

# A script runs the program of another processor, so that tests can start it like any other.
$(BUILD)/emulated/%: $(BUILD)/%
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec $(EMULATOR_$(CROSS)) -L /usr/$(CROSS) %s "$$@"\n' '$(abspath $<)' >$@
	@chmod +x $@

# Programs that shake hands take minutes each under emulation, so they run only with SLOW=1. The
# end-to-end tests shake hands too. With a second C library, only what touches it is tested.
HANDSHAKES := -e client_rig.h -e tls_fixture.h -e tls_visit.h -e tls_client.h -e tls_trial.h -e clock_rig.h \
    -e live_watch.h
# glibc reads the host's locale files, which are in the host's byte order.
OTHER_BYTE_ORDER := $(if $(filter powerpc-%,$(CROSS)),tests/unit/test_cli_columns.c)
LIBC_TESTS := cli_credentials cli_options cli_output cli_text port posix posix_roots
EMULATED_SOURCES := $(if $(LIBC),$(LIBC_TESTS:%=tests/unit/test_%.c),$(filter-out $(OTHER_BYTE_ORDER),$(if \
    $(SLOW),$(UNIT_SOURCES),$(shell grep -L $(HANDSHAKES) $(UNIT_SOURCES)))))
EMULATED_TESTS := $(EMULATED_SOURCES:%.c=$(BUILD)/emulated/%)
EMULATED_SUITES := $(if $(SLOW),tests/e2e,tests/e2e/test_listing.py tests/e2e/test_tls.py)

.PHONY: test-cross test-emulated emulated test-32bit
test-cross: ## maintainer: run tests on emulated ARM, AArch64, PowerPC
	@set -e; for target in $(CROSS_TARGETS); do \
	    $(MAKE) --no-print-directory -s test-emulated CROSS=$$target BUILD=$(BUILD)/$$target; done
	@$(MAKE) --no-print-directory -s test-emulated CROSS=arm-linux-gnueabihf LIBC=musl \
	    BUILD=$(BUILD)/arm-linux-gnueabihf-musl

test-emulated: ## maintainer: run tests for CROSS=NAME; SLOW=1 adds slow ones
	@port/build/deps.sh build demo unit test cross
	@$(MAKE) --no-print-directory -s FOREIGN=1 emulated
	@BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/emulated/pgtask) tests/run.py \
	    $(EMULATED_TESTS) $(EMULATED_SUITES)

emulated: $(EMULATED_TESTS) $(BUILD)/emulated/pgtask

test-32bit: ## maintainer: run tests as 32-bit programs on this machine
	@port/build/deps.sh build demo unit test
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/32 FOREIGN=1 CFLAGS="$(M32) $(CFLAGS)" \
	    LDFLAGS="-m32 $(LDFLAGS)" $(HEAP_WATCH:$(BUILD)/%=$(BUILD)/32/%) $(BUILD)/32/pgtask \
	    $(UNIT_SOURCES:%.c=$(BUILD)/32/%)
	@BUILD=$(abspath $(BUILD)/32) PGTASK=$(abspath $(BUILD)/32/pgtask) tests/run.py \
	    $(UNIT_SOURCES:%.c=$(BUILD)/32/%) tests/e2e
