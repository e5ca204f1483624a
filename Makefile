# SPDX-License-Identifier: MIT
# make         the library and the command-line client
# make demo    the client against a simulated service, on this machine alone
# make test    every test
# make help    the rest

BUILD ?= build
DEPS := deps
MBEDTLS_DIR ?= $(CURDIR)/$(DEPS)/mbedtls
JSMN_DIR ?= $(CURDIR)/$(DEPS)/jsmn
JSON_TEST_SUITE_DIR ?= $(CURDIR)/$(DEPS)/json-test-suite
export MBEDTLS_DIR JSMN_DIR JSON_TEST_SUITE_DIR

ifdef CROSS
CC := $(CROSS)-gcc
AR := $(CROSS)-ar
endif
ifeq ($(origin CC),default)
CC := gcc
endif
OPTIMIZE ?= -O2
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla
ifdef WERROR
WARNINGS += -Werror
endif
CPPFLAGS += -Iinclude -Iport/posix -Iport/mbedtls -isystem $(JSMN_DIR) \
    -isystem $(MBEDTLS_DIR)/include -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'
CFLAGS_ALL = -std=c99 $(OPTIMIZE) -g -ffunction-sections -fdata-sections $(WARNINGS) $(SANITIZE) \
    $(CFLAGS)
LDFLAGS_ALL = -Wl,--gc-sections $(SANITIZE) $(LDFLAGS)
POSIX := -D_POSIX_C_SOURCE=200809L

# The sources of jsmn and mbedTLS are needed to know what to compile: make fetches them before it
# reads on, unless the goal has no use for them.
NO_DEPS_GOALS := clean distclean help deps format
ifneq ($(filter-out $(NO_DEPS_GOALS),$(or $(MAKECMDGOALS),all)),)
include $(DEPS)/ready.mk
endif

LIB_SOURCES := $(wildcard src/*.c port/posix/*.c port/mbedtls/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
MBEDTLS_SOURCES := $(wildcard $(MBEDTLS_DIR)/library/*.c)
MBEDTLS_OBJECTS := $(patsubst $(MBEDTLS_DIR)/library/%.c,$(BUILD)/mbedtls/%.o,$(MBEDTLS_SOURCES))
CLI_SOURCES := $(wildcard examples/cli/*.c)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
LIBS := $(BUILD)/libpgtask.a $(BUILD)/libmbedtls.a

.PHONY: all
all: $(LIBS) $(BUILD)/pgtask $(BUILD)/minimal ## the library and the command-line client (build/pgtask)

$(DEPS)/ready.mk: port/deps.sh
	port/deps.sh build
	@touch $@

.PHONY: deps
deps: ## install packages and fetch sources for the build, the demo and the tests
	port/deps.sh build demo test

$(BUILD)/libpgtask.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libmbedtls.a: $(MBEDTLS_OBJECTS)
	@rm -f $@
	@echo "$(AR) rcs $@ (mbedTLS)"
	@$(AR) rcs $@ $^

$(BUILD)/pgtask: $(CLI_OBJECTS) $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^

$(BUILD)/minimal: $(BUILD)/examples/minimal.o $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^

$(BUILD)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c port/mbedtls/pgtask_mbedtls_config.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(MBEDTLS_CPPFLAGS) -std=c99 $(OPTIMIZE) -g -ffunction-sections \
	    -fdata-sections -w $(SANITIZE) $(CFLAGS) -c -o $@ $<

$(BUILD)/port/posix/%.o $(BUILD)/examples/%.o $(BUILD)/tests/%.o: CPPFLAGS += $(POSIX)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# Unit tests: each tests/unit/test_ROOM.c is one program over the library and tests/support.
UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
UNIT_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
SUPPORT_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
$(BUILD)/tests/unit/%.o: CPPFLAGS += -Itests/support -I$(BUILD)/generated
$(BUILD)/tests/support/%.o: CPPFLAGS += -Itests/support

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(SUPPORT_OBJECTS) $(LIBS)
	$(CC) $(LDFLAGS_ALL) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(TEST_LIBS)

# cJSON reads what the library writes, and what it has to read: an independent judge.
$(BUILD)/tests/unit/test_query $(BUILD)/tests/unit/test_task_spec \
    $(BUILD)/tests/unit/test_task_order: TEST_LIBS = -lcjson

# The hash's calls are counted and made to fail: test_tc3 stands between src/tc3.c and mbedTLS. It
# also looks for keys on the stack, where lazy binding would save vector registers: hence -z now.
$(BUILD)/tests/unit/test_tc3: TEST_LDFLAGS = -Wl,--wrap=mbedtls_sha256_starts \
    -Wl,--wrap=mbedtls_sha256_update -Wl,--wrap=mbedtls_sha256_finish -Wl,-z,now
$(BUILD)/tests/unit/test_tc3: TEST_LIBS = -lpthread
$(BUILD)/tests/unit/test_tc3.o: $(BUILD)/generated/signing_vectors.h

$(BUILD)/generated/signing_vectors.h: tests/unit/make_signing_vectors.py \
    tests/data/signing-vectors.json
	@mkdir -p $(@D)
	python3 $^ $@

# Tests of the command-line client: the same over its objects; cJSON reads what it prints.
$(BUILD)/tests/unit/test_cli_%.o: CPPFLAGS += -Iexamples/cli
$(BUILD)/tests/unit/test_cli_%: $(BUILD)/tests/unit/test_cli_%.o \
    $(filter-out %/main.o,$(CLI_OBJECTS)) $(SUPPORT_OBJECTS) $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka -lcjson

.PHONY: unit
unit: $(UNIT_TESTS) ## build and run the unit tests
	@set -e; for test in $(UNIT_TESTS); do $$test; done

# Fuzzing: libFuzzer by clang, with small limits, so that short inputs reach them too.
FUZZ_TARGETS := http json answer
FUZZ_LIMITS := -DPGTASK_HTTP_HEAD_BYTES=1024 -DPGTASK_JSON_WINDOW_BYTES=96 \
    -DPGTASK_JSON_TOKENS=16 -DPGTASK_DETAIL_WINDOW_BYTES=64 -DPGTASK_DETAIL_TOKENS=16 \
    -DPGTASK_STEPS=3 -DPGTASK_RESTORE_OBJECTS=2 -DPGTASK_ALL_STEPS_BYTES=64 \
    -DPGTASK_INPUT_BYTES=48 -DPGTASK_OUTPUT_BYTES=48 -DPGTASK_NAME_BYTES=24 \
    -DPGTASK_MESSAGE_BYTES=24 -DPGTASK_OBJECT_BYTES=16
SECONDS ?= 60

$(BUILD)/tests/fuzz/fuzz_answer: $(BUILD)/tests/fuzz/record.o
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/slices.o \
    $(BUILD)/libpgtask.a
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(filter %.a,$^)

.PHONY: fuzz
fuzz: ## fuzz HTTP, JSON and whole answers, SECONDS=60 each
	@mkdir -p $(BUILD)/fuzz
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzz CFLAGS="$(FUZZ_LIMITS) $(CFLAGS)" \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
	    $(FUZZ_TARGETS:%=$(BUILD)/fuzz/tests/fuzz/fuzz_%)
	python3 tests/fuzz/make_seeds.py tests/data/examples $(JSON_TEST_SUITE_DIR) $(BUILD)/fuzz/seeds
	@tests/fuzz/run.sh $(BUILD)/fuzz/tests/fuzz $(BUILD)/fuzz $(SECONDS) $(FUZZ_TARGETS)

# Benchmarks: programs whose instructions valgrind counts, and an array for each struct's size, for
# this machine and (on a PC) as on bare-metal ARM: 32 bits, 64-bit members aligned, short enums.
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
BENCH_SIZES := $(BUILD)/tests/bench/sizes.o \
    $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/tests/bench/sizes32.o)
$(BUILD)/tests/bench/bench_decode: BENCH_LIBS = -lcjson
$(BUILD)/tests/bench/bench_decode: $(BUILD)/tests/bench/jsmn_value.o \
    $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/decode_*.c))
$(BUILD)/tests/bench/bench_%: $(BUILD)/tests/bench/bench_%.o $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(BENCH_LIBS)

$(BUILD)/tests/bench/sizes32.o: tests/bench/sizes.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -m32 -malign-double -fshort-enums -ffreestanding -MMD -MP -c -o $@ $<

.PHONY: bench bench-programs readme-figures
bench: ## count instructions, hashes and bytes; fails where a bound is missed
	port/deps.sh build bench
	@$(MAKE) -s --no-print-directory bench-programs
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/small OPTIMIZE=-Os $(BUILD)/small/pgtask
	@CC="$(CC)" OPTIMIZE="$(OPTIMIZE)" tests/bench/bench.py $(BUILD)

bench-programs: $(BENCH_PROGRAMS) $(BENCH_SIZES) $(BUILD)/pgtask

readme-figures: ## write the figures of the last `make bench` into README.md
	tests/bench/readme.py $(BUILD)/bench.json README.md

.PHONY: test
test: $(UNIT_TESTS) $(BUILD)/pgtask ## every test
	PGTASK=$(abspath $(BUILD)/pgtask) tests/run.py $(UNIT_TESTS) tests/sim_tests tests/e2e

.PHONY: demo
demo: $(BUILD)/pgtask ## the client against a simulated service, on this machine alone
	@command -v python3 >/dev/null && command -v openssl >/dev/null || port/deps.sh demo
	@PGTASK=$(abspath $(BUILD)/pgtask) examples/demo.sh

.PHONY: format
format: ## format the C sources
	clang-format -i $$(git ls-files '*.c' '*.h')

.PHONY: clean distclean help
clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## and what was fetched
	rm -rf $(DEPS)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 - \2/p' $(MAKEFILE_LIST)
.SECONDARY:
