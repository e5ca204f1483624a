# SPDX-License-Identifier: MIT
# make         the library and the command-line client
# make demo    the client against a simulated service, on this machine alone
# make test    every test
# make help    the rest

# All cores, unless -j says otherwise. Not with clean: what it removes is being built.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
ifneq ($(filter clean distclean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

BUILD ?= build$(if $(CROSS),/$(CROSS)$(if $(LIBC),-$(LIBC)))
DEPS := deps
MBEDTLS_DIR ?= $(CURDIR)/$(DEPS)/mbedtls
JSMN_DIR ?= $(CURDIR)/$(DEPS)/jsmn
JSON_TEST_SUITE_DIR ?= $(CURDIR)/$(DEPS)/json-test-suite
export MBEDTLS_DIR JSMN_DIR JSON_TEST_SUITE_DIR
# All tests of a build, and of the builds below it, share one set of certificates.
CERTIFICATES ?= $(abspath $(if $(filter build/%,$(BUILD)),build,$(BUILD)))/certs
export CERTIFICATES

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
# 64 bits where glibc would have 32: files with large numbers, and the time after 2038.
POSIX := -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64

# The sources of jsmn and mbedTLS are needed to know what to compile: make fetches them before it
# reads on, unless the goal has no use for them. Goals that test need more.
NO_DEPS_GOALS := rooms clean distclean help deps uninstall
TEST_GOALS := test unit fuzz test-32bit test-cross test-emulated emulated coverage lint tidy cppcheck format format-check
ifneq ($(filter-out $(NO_DEPS_GOALS),$(or $(MAKECMDGOALS),all)),)
include $(DEPS)/ready.mk
endif
ifneq ($(filter $(TEST_GOALS),$(MAKECMDGOALS)),)
include $(DEPS)/ready-test.mk
endif

LIB_SOURCES := $(wildcard src/*.c port/posix/*.c port/mbedtls/*.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
MBEDTLS_SOURCES := $(wildcard $(MBEDTLS_DIR)/library/*.c)
MBEDTLS_OBJECTS := $(patsubst $(MBEDTLS_DIR)/library/%.c,$(BUILD)/mbedtls/%.o,$(MBEDTLS_SOURCES))
CLI_SOURCES := $(wildcard examples/cli/*.c examples/cli/*/*.c)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)
MBEDTLS_LIB ?= $(BUILD)/libmbedtls.a
LIBS := $(BUILD)/libpgtask.a $(MBEDTLS_LIB)

.PHONY: all
all: $(LIBS) $(BUILD)/pgtask $(BUILD)/minimal ## the library and the command-line client (build/pgtask)

$(DEPS)/ready.mk: port/build/deps.sh
	port/build/deps.sh build
	@mkdir -p $(@D) && touch $@

$(DEPS)/ready-test.mk: port/build/deps.sh $(DEPS)/ready.mk
	port/build/deps.sh build demo test size
	@touch $@

.PHONY: deps
deps: ## install packages and fetch sources for the build, the demo and the tests
	port/build/deps.sh build demo test size

$(BUILD)/libpgtask.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libmbedtls.a: $(MBEDTLS_OBJECTS)
	@rm -f $@
	@echo "$(AR) rcs $@ (mbedTLS)"
	@$(AR) rcs $@ $^

$(BUILD)/pgtask: $(CLI_OBJECTS) $(LIBS) $(BUILD)/link-flags
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^)

$(BUILD)/minimal: $(BUILD)/examples/minimal.o $(LIBS) $(BUILD)/link-flags
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^)

# Objects made with other flags hold structs of other sizes: they are made again.
# Programs linked with other flags are linked again.
BUILT_WITH = $(CC) $(POSIX) $(OPTIMIZE) $(SANITIZE) $(CFLAGS)
LINKED_WITH = $(CC) $(LDFLAGS_ALL)
$(BUILD)/flags: KNOWN = $(BUILT_WITH)
$(BUILD)/link-flags: KNOWN = $(LINKED_WITH)
$(BUILD)/flags $(BUILD)/link-flags: FORCE
	@mkdir -p $(@D)
	@echo '$(KNOWN)' | cmp -s - $@ || echo '$(KNOWN)' >$@
.PHONY: FORCE
FORCE:

$(BUILD)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(MBEDTLS_CPPFLAGS) -std=c99 $(OPTIMIZE) -g -ffunction-sections \
	    -fdata-sections $(MBEDTLS_VERIFY_ONLY) -w $(SANITIZE) $(CFLAGS) -c -o $@ $<
# Three files of mbedTLS are told to leave out what a client never calls: see the headers.
MBEDTLS_VERIFY_ONLY = $(if $(filter %/pk_wrap.c %/ssl_tls12_client.c,$<),-include pgtask_verify_only.h) \
    $(if $(filter %/rsa.c,$<),-include pgtask_public_only.h)

$(BUILD)/port/posix/%.o $(BUILD)/examples/%.o $(BUILD)/tests/%.o: CPPFLAGS += $(POSIX)
$(BUILD)/examples/cli/%.o: CPPFLAGS += -Iexamples/cli

$(BUILD)/%.o: %.c $(wildcard port/mbedtls/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# Unit tests: each tests/unit/test_ROOM.c is one program over the library and tests/support.
UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
UNIT_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
SUPPORT_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c tests/port/*.c port/null/*.c))
$(BUILD)/tests/unit/%.o: CPPFLAGS += -Itests/support -Itests/port -Iport/null -I$(BUILD)/generated
$(BUILD)/tests/support/%.o: CPPFLAGS += -Itests/support

CMOCKA := -lcmocka
CJSON := -lcjson
include port/build/linux.mk

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(SUPPORT_OBJECTS) $(LIBS)
	$(CC) $(LDFLAGS_ALL) $(TEST_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(CMOCKA) $(TEST_LIBS)

# cJSON reads what the library writes, and what it has to read: an independent judge.
$(BUILD)/tests/unit/test_query $(BUILD)/tests/unit/test_task_spec \
    $(BUILD)/tests/unit/test_task_order: TEST_LIBS = $(CJSON)

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

# Allocations of mbedTLS's are made to fail.
$(BUILD)/tests/unit/test_faults: TEST_LDFLAGS = -Wl,--wrap=mbedtls_calloc

# What the client lists is scripted, for exact times: see tests/support/watch_script.h.
$(addprefix $(BUILD)/tests/unit/test_watch_,events interval listings pace polls table until_done): TEST_LDFLAGS = \
    $(addprefix -Wl$(comma)--wrap=pgtask_client_,list list_all next wait_for cancel)
comma := ,

# Tests of the command-line client: the same over its objects; cJSON reads what it prints.
$(BUILD)/tests/unit/test_cli_%.o: CPPFLAGS += -Iexamples/cli
$(BUILD)/tests/unit/test_cli_%: $(BUILD)/tests/unit/test_cli_%.o \
    $(filter-out %/main.o,$(CLI_OBJECTS)) $(SUPPORT_OBJECTS) $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) $(CMOCKA) $(CJSON)

# The set is made by whoever needs it first, and again before it expires.
$(CERTIFICATES)/made: FORCE
	@tests/support/make_certs.sh $(@D) all

.PHONY: unit
unit: $(UNIT_TESTS) ## build and run the unit tests
	@tests/run.py $(UNIT_TESTS)

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

# The unit tests once more under the sanitizers of two compilers, each with a build of its own.
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZED_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/asan/%) $(UNIT_SOURCES:%.c=$(BUILD)/asan-clang/%)

.PHONY: asan asan-clang
asan: CC := gcc
asan-clang: CC := clang
asan asan-clang: $(BUILD)/generated/signing_vectors.h
	@echo "unit tests with $(CC) $(SANITIZERS)"
	@$(MAKE) --no-print-directory -s CC=$(CC) BUILD=$(BUILD)/$@ SANITIZE="$(SANITIZERS)" \
	    $(UNIT_SOURCES:%.c=$(BUILD)/$@/%)

# no_heap.so ends the program it is preloaded into at the first use of the heap.
HEAP_WATCH := $(BUILD)/tests/heap/no_heap.so $(BUILD)/tests/heap/uses_heap
$(BUILD)/tests/heap/no_heap.so: tests/heap/no_heap.c
	@mkdir -p $(@D)
	$(CC) -std=c99 -O2 -g $(WARNINGS) $(CFLAGS) -fPIC -shared -o $@ $< -ldl
$(BUILD)/tests/heap/uses_heap: $(BUILD)/tests/heap/uses_heap.o
	$(CC) $(LDFLAGS) -o $@ $<

# Benchmarks: programs whose instructions valgrind counts, and an array for each struct's size, for
# this machine and (on a PC) as on bare-metal ARM: 32 bits, 64-bit members aligned, short enums.
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
BENCH_SIZES := $(BUILD)/tests/bench/sizes.o \
    $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/tests/bench/sizes32.o)
$(BUILD)/tests/bench/bench_decode: BENCH_LIBS = -lcjson
$(BUILD)/tests/bench/bench_decode: $(BUILD)/tests/bench/jsmn_value.o $(BUILD)/tests/bench/jsmn_strict.o \
    $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/decode_*.c))
$(BUILD)/tests/bench/bench_handshake.o: CPPFLAGS += -Itests/support
$(BUILD)/tests/bench/bench_handshake: $(addprefix $(BUILD)/tests/support/,certificates.o \
    openssl_server.o tls_client.o)
$(BUILD)/tests/bench/bench_%: $(BUILD)/tests/bench/bench_%.o $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(BENCH_LIBS)

$(BUILD)/tests/bench/sizes32.o: tests/bench/sizes.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -m32 -malign-double -fshort-enums -ffreestanding -MMD -MP -c -o $@ $<

.PHONY: bench bench-programs readme-figures
bench: ## count instructions, hashes and bytes; fails where a bound is missed
	port/build/deps.sh build bench
	@$(MAKE) -s --no-print-directory bench-programs
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/small OPTIMIZE=-Os $(BUILD)/small/pgtask
	@CC="$(CC)" OPTIMIZE="$(OPTIMIZE)" tests/bench/bench.py $(BUILD)

bench-programs: $(BENCH_PROGRAMS) $(BENCH_SIZES) $(BUILD)/pgtask

readme-figures: ## write the figures of the last `make bench` into README.md
	tests/bench/readme.py $(BUILD)/bench.json README.md

include port/size.mk

.PHONY: test
test: all $(UNIT_TESTS) asan asan-clang $(HEAP_WATCH) size-images ## every test; installs what they need
	@BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/pgtask) tests/run.py $(UNIT_TESTS) \
	    $(SANITIZED_TESTS) tests/lint tests/heap tests/size tests/builds tests/sim_tests tests/e2e

# Gates are what is reached; the goal is 100 % of lines and 95 % of branches.
COVERED_LINES ?= 90
COVERED_BRANCHES ?= 80

.PHONY: coverage
coverage: $(MBEDTLS_LIB) ## how much of src/ the unit tests reach, with a gate
	@$(MAKE) --no-print-directory -s CC=gcc BUILD=$(BUILD)/coverage OPTIMIZE=-O0 \
	    SANITIZE=--coverage MBEDTLS_LIB=$(MBEDTLS_LIB) $(UNIT_SOURCES:%.c=$(BUILD)/coverage/%)
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@tests/run.py $(UNIT_SOURCES:%.c=$(BUILD)/coverage/%)
	gcovr --root . --filter src/ --object-directory $(BUILD)/coverage $(BUILD)/coverage/src \
	    --print-summary --fail-under-line $(COVERED_LINES) --fail-under-branch $(COVERED_BRANCHES)

C_SOURCES = $(shell find include src port examples tests -name '*.[ch]')
LINT_CPPFLAGS = $(CPPFLAGS) $(POSIX) -Itests/support -Itests/port -Iport/null -Iexamples/cli -I$(BUILD)/generated

.PHONY: lint rooms format-check tidy cppcheck
lint: rooms format-check tidy cppcheck ## directions between rooms, format, clang-tidy and cppcheck

rooms: ## which room of src/ may use which: see tests/lint/rooms.py
	@tests/lint/rooms.py

format-check:
	@clang-format --dry-run -Werror $(C_SOURCES)

tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(LIB_SOURCES) $(CLI_SOURCES) examples/minimal.c)
$(BUILD)/tidy/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	clang-tidy --quiet $< -- -std=c99 $(LINT_CPPFLAGS) 2>/dev/null
	@touch $@

cppcheck:
	@mkdir -p $(BUILD)/cppcheck
	cppcheck --quiet --std=c99 --error-exitcode=1 --inline-suppr --cppcheck-build-dir=$(BUILD)/cppcheck \
	    --enable=warning,performance,portability --suppress=missingIncludeSystem \
	    --suppress='*:$(DEPS)/*' -Iinclude -Iport/posix -Iport/mbedtls -Iexamples/cli $(POSIX) src port examples

.PHONY: demo
demo: $(BUILD)/pgtask ## the client against a simulated service, on this machine alone
	@command -v python3 >/dev/null && command -v openssl >/dev/null || port/build/deps.sh demo
	@PGTASK=$(abspath $(BUILD)/pgtask) examples/demo.sh

include examples/led.mk
include port/build/image.mk

# What is installed links alone: mbedTLS goes along, built the way the library needs it.
PREFIX ?= /usr/local
INSTALL ?= install
# make and apt both take a blank as the end of a name.
ifneq ($(words $(CURDIR)$(DESTDIR)$(PREFIX)),1)
$(error this folder, PREFIX and DESTDIR may not have blanks in their names)
endif
SIZES_SET = $(filter -DPGTASK_%,$(CPPFLAGS) $(CFLAGS))
INSTALLED := bin/pgtask include/pgtask include/pgtask_posix.h lib/libpgtask.a \
    lib/libpgtask_mbedtls.a lib/pkgconfig/pgtask.pc lib/systemd/system/pgtask-led.service \
    share/doc/pgtask

.PHONY: install uninstall
install: $(LIBS) $(BUILD)/pgtask ## the client, its service, headers and libraries into PREFIX=/usr/local
	$(INSTALL) -d $(addprefix $(DESTDIR)$(PREFIX)/,bin include/pgtask lib/pkgconfig \
	    lib/systemd/system share/doc/pgtask)
	$(INSTALL) -m 755 $(BUILD)/pgtask $(DESTDIR)$(PREFIX)/bin/pgtask
	$(INSTALL) -m 644 $(wildcard include/pgtask/*.h) $(DESTDIR)$(PREFIX)/include/pgtask/
	$(INSTALL) -m 644 port/posix/pgtask_posix.h $(DESTDIR)$(PREFIX)/include/
	$(INSTALL) -m 644 $(BUILD)/libpgtask.a $(DESTDIR)$(PREFIX)/lib/libpgtask.a
	$(INSTALL) -m 644 $(MBEDTLS_LIB) $(DESTDIR)$(PREFIX)/lib/libpgtask_mbedtls.a
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@SIZES@|$(if $(SIZES_SET), $(SIZES_SET))|' \
	    port/pgtask.pc.in >$(BUILD)/pgtask.pc
	$(INSTALL) -m 644 $(BUILD)/pgtask.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/pgtask.pc
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' examples/service/pgtask-led.service \
	    >$(BUILD)/pgtask-led.service
	$(INSTALL) -m 644 $(BUILD)/pgtask-led.service $(DESTDIR)$(PREFIX)/lib/systemd/system/
	$(INSTALL) -m 644 examples/service/pgtask-led.init $(DESTDIR)$(PREFIX)/share/doc/pgtask/

uninstall: ## what install put there
	cd '$(DESTDIR)$(PREFIX)' && rm -rf $(INSTALLED)

.PHONY: format
format: ## format the C sources
	clang-format -i $(C_SOURCES)

.PHONY: clean distclean help
clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## and what was fetched
	rm -rf $(DEPS)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1 - \2/p' $(MAKEFILE_LIST)
.SECONDARY:
