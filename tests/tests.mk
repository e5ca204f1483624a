# SPDX-License-Identifier: MIT
# Targets for developers and maintainers: tests, lint, figures. tests/README.md says what each test
# proves.

JSON_TEST_SUITE_DIR ?= $(CURDIR)/$(DEPS)/json-test-suite
# All tests of a build, and of the builds below it, share one set of certificates.
CERTIFICATES ?= $(abspath $(if $(filter build/%,$(BUILD)),build,$(BUILD)))/certs
export JSON_TEST_SUITE_DIR CERTIFICATES

comma := ,

# --- Unit tests: each tests/unit/test_ROOM.c is a program over the library and tests/support ---

UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
# Two are about mbedTLS's arena, which a stock mbedTLS does not have, and one is about such a library.
UNIT_SOURCES := $(filter-out $(addprefix tests/unit/test_,$(if $(MBEDTLS_STOCK),faults.c tls_arena.c,tls_stock.c)), \
    $(UNIT_SOURCES))
UNIT_TESTS := $(UNIT_SOURCES:%.c=$(BUILD)/%)
SUPPORT_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c tests/port/*.c port/null/*.c))
CMOCKA := -lcmocka
CJSON := -lcjson
$(BUILD)/tests/unit/%.o: INCLUDES += -Itests/support -Itests/port -Iport/null -I$(BUILD)/generated
$(BUILD)/tests/support/%.o: INCLUDES += -Itests/support -Itests/port
$(BUILD)/tests/support/nginx_server.o: INCLUDES += -DNGINX='"$(CURDIR)/$(DEPS)/nginx/usr/sbin/nginx"'

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(SUPPORT_OBJECTS) $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) $(TEST_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS) \
	    $(CMOCKA) $(TEST_LIBS)

# cJSON is an independent judge of what the library writes and reads.
$(BUILD)/tests/unit/test_query $(BUILD)/tests/unit/test_task_spec \
    $(BUILD)/tests/unit/test_task_order: TEST_LIBS = $(CJSON)

# test_tc3_cache stands between src/tc3.c and mbedTLS: it counts calls of the hash and makes them
# fail. test_tc3_stack looks for keys on the stack, where lazy binding would save vector registers.
$(BUILD)/tests/unit/test_tc3_cache: TEST_LDFLAGS = -Wl,--wrap=mbedtls_sha256_starts \
    -Wl,--wrap=mbedtls_sha256_update -Wl,--wrap=mbedtls_sha256_finish \
    $(addprefix -Wl$(comma)--wrap=psa_hash_,setup update finish)
$(BUILD)/tests/unit/test_tc3_stack: TEST_LDFLAGS = -Wl,-z,now
$(BUILD)/tests/unit/test_tc3_stack: TEST_LIBS = -lpthread
$(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/test_tc3*.c tests/unit/test_cli_dry_run.c)): $(BUILD)/generated/signing_vectors.h

$(BUILD)/generated/signing_vectors.h: tests/unit/make_signing_vectors.py \
    tests/data/signing-vectors.json
	@mkdir -p $(@D)
	$(call short,MAKE,$@) python3 $^ $@

# test_faults makes allocations of mbedTLS fail.
$(BUILD)/tests/unit/test_faults: TEST_LDFLAGS = -Wl,--wrap=mbedtls_calloc

# test_tls_chain_cost counts how often mbedTLS checks a signature and subtrees are compared. Calls
# inside of a shared library are not those of the linker, but the program's own functions come first.
$(BUILD)/tests/unit/test_tls_chain_cost: TEST_LDFLAGS = -Wl,--wrap=pgtaski_tls_is_same_text \
    $(if $(filter system,$(MBEDTLS)),,$(addprefix -Wl$(comma)--wrap=mbedtls_pk_verify_,ext restartable))
$(BUILD)/tests/unit/test_tls_chain_cost.o: INCLUDES += $(if $(filter system,$(MBEDTLS)),-DMBEDTLS_IS_SHARED)

include tests/port/port.mk
# test_tls_stock leaves the verification out.
$(BUILD)/tests/unit/test_tls_stock: TEST_LDFLAGS = -Wl,--wrap=pgtaski_tls_verify_chain

# A script says what the client lists, for exact times: see tests/support/watch_script.h.
$(addprefix $(BUILD)/tests/unit/test_watch_,events interval listings pace polls table until_done): TEST_LDFLAGS = \
    $(addprefix -Wl$(comma)--wrap=pgtask_client_,list list_all next wait_for cancel)

# Tests of the command-line client link its objects too; cJSON reads what it prints.
$(BUILD)/tests/unit/test_cli_%.o: INCLUDES += -Iexamples/cli
$(BUILD)/tests/unit/test_cli_%: $(BUILD)/tests/unit/test_cli_%.o \
    $(filter-out %/main.o,$(CLI_OBJECTS)) $(SUPPORT_OBJECTS) $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS) $(CMOCKA) $(CJSON)

# Each test of a part of the firmware links this part.
$(BUILD)/examples/firmware/%.o $(BUILD)/tests/unit/test_firmware_%.o \
    $(BUILD)/tests/fuzz/fuzz_settings.o: INCLUDES += -Iexamples/firmware -Iport/board
$(BUILD)/tests/unit/test_firmware_%: $(BUILD)/tests/unit/test_firmware_%.o $(BUILD)/examples/firmware/%.o \
    $(BUILD)/examples/firmware/digest.o $(SUPPORT_OBJECTS) $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS) $(CMOCKA)

# The unit tests run once more under the sanitizers of two compilers, each with a build of its own.
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZED_TESTS := $(filter-out $(NOT_SANITIZED),$(UNIT_SOURCES:%.c=$(BUILD)/asan/%) \
    $(UNIT_SOURCES:%.c=$(BUILD)/asan-clang/%))

.PHONY: asan asan-clang
asan: CC := gcc
asan-clang: CC := clang
asan asan-clang: $(BUILD)/generated/signing_vectors.h
	@echo "building the unit tests with $(CC) $(SANITIZERS)"
	@$(MAKE) --no-print-directory -s CC=$(CC) BUILD=$(BUILD)/$@ SANITIZE="$(SANITIZERS)" \
	    $(UNIT_SOURCES:%.c=$(BUILD)/$@/%)

# no_heap.so ends the program that it is preloaded into at the first use of the heap.
HEAP_WATCH := $(BUILD)/tests/binary/no_heap.so $(BUILD)/tests/binary/uses_heap
$(BUILD)/tests/binary/no_heap.so: tests/binary/no_heap.c
	@mkdir -p $(@D)
	$(call short,LINK,$@) $(CC) -std=c99 -O2 -g $(WARNINGS) $(CFLAGS) -fPIC -shared -o $@ $< -ldl
$(BUILD)/tests/binary/uses_heap: $(BUILD)/tests/binary/uses_heap.o
	$(call short,LINK,$@) $(CC) $(LDFLAGS) -o $@ $<

# --- Running tests ---

# What the modules of each folder need to be built.
NEEDS_unit = $(UNIT_TESTS)
NEEDS_lint =
NEEDS_binary = all size-images
NEEDS_builds = all size-images $(BUILD)/led_picture $(BUILD)/tests/bench/bench_hostile
NEEDS_sim = $(BUILD)/pgtask
NEEDS_e2e = $(BUILD)/pgtask $(HEAP_WATCH)
NEEDS_firmware = firmware-programs
NEEDS_kernel = kernel-programs
SUITES := lint binary builds sim e2e
RUN = BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/pgtask) FIRMWARE=$(abspath $(FIRMWARE)) tests/run.py

# Whoever needs the certificates first makes them; they are made again before they expire.
$(CERTIFICATES)/made: FORCE
	@tests/support/make_certs.sh $(@D) all

.PHONY: sim
sim: $(BUILD)/pgtask $(CERTIFICATES)/made ## user: run a simulated service to try the client on
	@PYTHONPATH=tests exec python3 -m sim.play $(CERTIFICATES) $(PORT)

.PHONY: test test-programs
test: ## developer: run every test; installs what tests need
	@echo "test: builds the library, the client, and the unit tests three times: plain, and with the"
	@echo "test: sanitizers of gcc and of clang. That takes about 3 minutes on 2 cores, or seconds if"
	@echo "test: nothing has changed. Then it runs:"
	@$(RUN) --plan $(UNIT_TESTS) $(SANITIZED_TESTS) $(SUITES:%=tests/%)
	+@$(MAKE) --no-print-directory -s test-programs
	@$(RUN) $(UNIT_TESTS) $(SANITIZED_TESTS) $(SUITES:%=tests/%)
test-programs: $(UNIT_TESTS) asan asan-clang $(foreach suite,$(SUITES),$(NEEDS_$(suite)))

.PHONY: unit
unit: $(UNIT_TESTS) ## developer: build and run the unit tests
	@$(RUN) $(UNIT_TESTS)

# T names a test program, a module, a folder, or one test: see tests/README.md.
.PHONY: test-one run-found
test-one: ## developer: run tests by name: T=json or T=e2e/listing
	@found=$$(tests/run.py --find '$(T)') && $(MAKE) --no-print-directory -s run-found FOUND="$$found"
FOUND_FILES = $(foreach one,$(FOUND),$(firstword $(subst ::, ,$(one))))
run-found: $(foreach file,$(FOUND_FILES),$(if $(filter %.c,$(file)),$(file:%.c=$(BUILD)/%),$(NEEDS_$(word \
    2,$(subst /, ,$(file))))))
	@$(RUN) $(foreach one,$(FOUND),$(if $(filter %.c,$(one)),$(one:%.c=$(BUILD)/%),$(one)))

# Unit tests that use neither certificates nor another process. A package is built without the files
# of JSONTestSuite, so it says WITHOUT=json_suite.
QUICK_TESTS := $(filter-out $(WITHOUT:%=$(BUILD)/tests/unit/test_%), \
    $(patsubst %.c,$(BUILD)/%,$(shell grep -L -e certificates.h -e 'fork()' $(UNIT_SOURCES))))
.PHONY: check quick
check: all quick lint ## developer: build, lint, run quick unit tests, in a minute
quick: $(QUICK_TESTS)
	@$(RUN) $(QUICK_TESTS)

# --- Fuzzing: libFuzzer by clang, with limits so small that short inputs reach them too ---

FUZZ_TARGETS := http json answer pem certificate session tls settings
FUZZ_LIMITS := -DPGTASK_HTTP_HEAD_BYTES=1024 -DPGTASK_JSON_WINDOW_BYTES=96 \
    -DPGTASK_DETAIL_WINDOW_BYTES=64 \
    -DPGTASK_STEPS=3 -DPGTASK_RESTORE_OBJECTS=2 -DPGTASK_ALL_STEPS_BYTES=64 \
    -DPGTASK_INPUT_BYTES=48 -DPGTASK_OUTPUT_BYTES=48 -DPGTASK_NAME_BYTES=24 \
    -DPGTASK_MESSAGE_BYTES=24 -DPGTASK_OBJECT_BYTES=16 -DPGTASK_TURN_BYTES=512 \
    -DPGTASK_PEM_ROOT_BYTES=1024
SECONDS ?= 60

$(BUILD)/tests/fuzz/%.o: INCLUDES += -Iport/null -Itests/support
$(BUILD)/tests/fuzz/fuzz_answer: $(BUILD)/tests/fuzz/record.o
$(addprefix $(BUILD)/tests/fuzz/fuzz_,tls session certificate): $(BUILD)/tests/fuzz/peer.o
$(BUILD)/tests/fuzz/fuzz_session: $(BUILD)/port/null/null.o
$(BUILD)/tests/fuzz/fuzz_settings: $(addprefix $(BUILD)/examples/firmware/,settings.o digest.o)
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/entry.o \
    $(BUILD)/tests/fuzz/slices.o $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS)

# Seeds are recorded by the build that is fuzzed, because a recording only fits the same client.
$(BUILD)/tests/fuzz/record_peers: $(addprefix $(BUILD)/tests/,fuzz/record_peers.o fuzz/peer.o \
    fuzz/slices.o support/openssl_server.o) $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS)

.PHONY: fuzz-seeds
fuzz-seeds: $(BUILD)/seeds/made
$(BUILD)/seeds/made: $(BUILD)/tests/fuzz/record_peers tests/fuzz/make_seeds.py $(CERTIFICATES)/made
	@rm -rf $(@D)
	$(call short,SEEDS,$(@D)) python3 tests/fuzz/make_seeds.py tests/data/examples $(JSON_TEST_SUITE_DIR) \
	    $(CERTIFICATES) $(@D)
	@$< $(CERTIFICATES) $(@D) >$(@D)/recorded
	@touch $@

.PHONY: fuzz
fuzz: ## developer: fuzz all parsers and TLS, SECONDS=60 each
	@mkdir -p $(BUILD)/fuzz
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzz CFLAGS="$(FUZZ_LIMITS) $(CFLAGS)" \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" \
	    $(FUZZ_TARGETS:%=$(BUILD)/fuzz/tests/fuzz/fuzz_%) fuzz-seeds
	@tests/fuzz/run.sh $(BUILD)/fuzz/tests/fuzz $(BUILD)/fuzz $(SECONDS) $(FUZZ_TARGETS)

# --- Coverage: the goal is 100 % of lines and 95 % of branches; these gates are already reached ---

COVERED_LINES ?= 90
COVERED_BRANCHES ?= 80

.PHONY: coverage
coverage: $(MBEDTLS_LIB) ## maintainer: measure how much of src/ the unit tests reach
	@$(MAKE) --no-print-directory -s CC=gcc BUILD=$(BUILD)/coverage OPTIMIZE=-O0 \
	    SANITIZE=--coverage MBEDTLS_LIB=$(MBEDTLS_LIB) $(UNIT_SOURCES:%.c=$(BUILD)/coverage/%)
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@tests/run.py $(UNIT_SOURCES:%.c=$(BUILD)/coverage/%)
	gcovr --root . --filter src/ --object-directory $(BUILD)/coverage $(BUILD)/coverage/src \
	    --print-summary --fail-under-line $(COVERED_LINES) --fail-under-branch $(COVERED_BRANCHES)

# --- Lint ---

C_SOURCES = $(shell find include src port examples tests -name '*.[ch]')
LINT_CPPFLAGS = $(CPPFLAGS_ALL) $(POSIX) -Itests/support -Itests/port -Iport/null -Iexamples/cli -I$(BUILD)/generated

.PHONY: lint rooms format-check tidy cppcheck format
lint: rooms format-check tidy cppcheck ## developer: check rooms, format, clang-tidy and cppcheck

rooms: ## developer: check which room of src/ may use which
	$(call short,LINT,rooms) tests/lint/rooms.py

format-check:
	$(call short,LINT,format) clang-format --dry-run -Werror $(C_SOURCES)

tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(LIB_SOURCES) $(CLI_SOURCES) examples/minimal.c examples/blink.c port/docs/tables.c)
$(BUILD)/tidy/%.ok: %.c .clang-tidy $(BUILD)/%.o
	@mkdir -p $(@D)
	$(call short,TIDY,$<) clang-tidy --quiet $< -- -std=c99 $(LINT_CPPFLAGS) 2>/dev/null
	@touch $@

# cppcheck reads no header of mbedTLS. MBEDTLS_X509_CRT_H tells pgtask_chain.h that x509_crt.h came
# first, as in every file but mbedTLS's own; the others say what version.h and ssl_misc.h would find,
# and that mbedTLS is compiled with our configuration.
cppcheck:
	@mkdir -p $(BUILD)/cppcheck
	$(call short,LINT,cppcheck) cppcheck --quiet --std=c99 --error-exitcode=1 --inline-suppr \
	    --cppcheck-build-dir=$(BUILD)/cppcheck --enable=warning,performance,portability \
	    --suppress=missingIncludeSystem --suppress='*:$(DEPS)/*' -Iinclude -Iport/posix -Iport/mbedtls -Iexamples/cli \
	    -DMBEDTLS_VERSION_NUMBER=0x03060600 -DPGTASK_MBEDTLS_CONFIG_H -DMBEDTLS_X509_CRT_H \
	    -DMBEDTLS_SSL_ECP_RESTARTABLE_ENABLED $(POSIX) src port examples

format: ## developer: format the C sources
	clang-format -i $(C_SOURCES)

compile_commands.json: FORCE ## developer: write the compiler's commands, for clangd
	@port/build/compile_commands.py $@ $(BUILD)

# --- Figures: each one that a README shows is made here ---

# Benchmarks are programs whose instructions valgrind counts, and an array for the size of each
# struct: for this machine, and on a PC as on bare-metal ARM (32 bits, 64-bit members aligned, short
# enums, no Unix).
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
BENCH_SIZES := $(BUILD)/tests/bench/sizes.o \
    $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/tests/bench/sizes32.o)
$(BUILD)/tests/bench/bench_decode: BENCH_LIBS = -lcjson
$(BUILD)/tests/bench/bench_decode: $(BUILD)/tests/bench/jsmn_value.o $(BUILD)/tests/bench/jsmn_strict.o \
    $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/decode_*.c))
$(BUILD)/tests/bench/bench_handshake.o: INCLUDES += -Itests/support
$(BUILD)/tests/bench/bench_handshake: $(addprefix $(BUILD)/tests/support/,certificates.o \
    openssl_server.o tls_client.o)
$(BUILD)/tests/bench/bench_watch: TEST_LDFLAGS = -Wl,--wrap=pgtask_client_list_all,--wrap=pgtask_client_next
$(BUILD)/tests/bench/bench_%: $(BUILD)/tests/bench/bench_%.o $(LIBS)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) $(TEST_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(MBEDTLS_LIBS) $(BENCH_LIBS)

$(BUILD)/tests/bench/sizes32.o: tests/bench/sizes.c
	@mkdir -p $(@D)
	$(call short,CC,$<) $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -m32 -malign-double -fshort-enums \
	    -U__unix__ -ffreestanding -MMD -MP -c -o $@ $<

.PHONY: bench bench-hostile bench-led bench-programs readme-figures
bench: ## maintainer: count instructions and bytes; check the bounds
	@port/build/deps.sh build bench
	@$(MAKE) -s --no-print-directory bench-programs
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/small OPTIMIZE=-Os $(BUILD)/small/pgtask
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/pulse CPPFLAGS="-DPGTASK_PULSE=1 $(CPPFLAGS)" \
	    $(BUILD)/pulse/tests/bench/bench_handshake
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/slots CPPFLAGS="-DPGTASK_WATCH_TASKS=100 $(CPPFLAGS)" \
	    MBEDTLS_LIB=$(MBEDTLS_LIB) $(BUILD)/slots/tests/bench/bench_watch
	@CC="$(CC)" OPTIMIZE="$(OPTIMIZE)" PYTHONPATH=tests python3 -m bench.bench $(BUILD)

.PHONY: test-alerts
test-alerts: ## maintainer: test the alert rules by promtool
	@port/build/deps.sh alerts
	@$(DEPS)/promtool/usr/bin/promtool test rules examples/fleet/pgtask.rules.test.yml

bench-led: $(BUILD)/pgtask ## maintainer: count an LED daemon's wake-ups, in 5 min
	@BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/pgtask) PYTHONPATH=tests python3 -m bench.led_wakeups

bench-hostile: $(BUILD)/tests/bench/bench_hostile ## maintainer: count the longest turn beside hostile peers
	@BUILD=$(abspath $(BUILD)) PYTHONPATH=tests python3 -m bench.hostile $(BUILD)

bench-programs: $(BENCH_PROGRAMS) $(BENCH_SIZES) $(BUILD)/pgtask

readme-figures: ## maintainer: write the last figures to tests/bench/README.md
	@PYTHONPATH=tests python3 -m bench.readme $(BUILD) tests/bench/README.md

# What src/ costs on a Cortex-M4: an image of it alone, and the stack that its calls take.
SIZE := $(BUILD)/size
SIZE_CROSS ?= arm-none-eabi
SIZE_CFLAGS := -mcpu=cortex-m4 -mthumb -Os -std=c99 -ffunction-sections -fdata-sections $(WARNINGS)
SIZE_SOURCES := $(wildcard src/*.c)
SIZE_OBJECTS := $(SIZE_SOURCES:%.c=$(SIZE)/%.o)
# What TLS costs depends on mbedTLS: the images of the firmware tell.
SIZE_LINKED := $(filter-out $(SIZE)/src/tls%.o $(SIZE)/src/pem_roots.o,$(SIZE_OBJECTS))
STACK_BYTES := 664

# library.elf is a whole program; exchange.elf signs, takes HTTP apart and decodes, without a client. Those
# in small/ are the same without what the switches of config.h leave out.
SIZE_SMALL := -DPGTASK_EMBEDDED_JSON=0 -DPGTASK_NUMBER_NOTATIONS=0 -DPGTASK_TIME_ZONES=0
SIZE_IMAGES := $(foreach folder,$(SIZE) $(SIZE)/small,$(folder)/library.elf $(folder)/exchange.elf)

# ccache would lose the call graph that lies beside the object.
SIZE_COMPILE = CCACHE_DISABLE=1 $(SIZE_CROSS)-gcc $(CPPFLAGS_ALL) -DPGTASK_ERROR_TEXTS=0 \
    -DPGTASK_PROXY=0 -DPGTASK_FALLBACK_ENDPOINT=0 $(SIZE_CFLAGS) -fcallgraph-info=su,da -MMD -MP
$(SIZE)/%.o: %.c tests/tests.mk
	@mkdir -p $(@D)
	$(call short,CC,$<) $(SIZE_COMPILE) -c -o $@ $<
$(SIZE)/small/%.o: %.c tests/tests.mk
	@mkdir -p $(@D)
	$(call short,CC,$<) $(SIZE_COMPILE) $(SIZE_SMALL) -c -o $@ $<

# What is left out here, such as TLS, takes no bytes. A linker for Thumb wants to know that each is a
# function.
$(SIZE)/absent.o: $(SIZE)/tests/binary/image.o $(SIZE)/tests/binary/exchange.o $(SIZE_LINKED)
	$(call short,MAKE,$@) $(SIZE_CROSS)-nm -u $^ | sed -n 's/^ *U //p' | sort -u | \
	    sed '/^mem/d; /^str/d; /^__/d; s/.*/.weak &\n.thumb_func\n.type &,%function\n&:/' | \
	    $(SIZE_CROSS)-gcc $(SIZE_CFLAGS) -c -o $@ -xassembler -

$(SIZE)/library.elf: $(SIZE)/tests/binary/image.o $(SIZE_LINKED)
$(SIZE)/exchange.elf: $(SIZE)/tests/binary/exchange.o $(SIZE_LINKED)
$(SIZE)/small/library.elf: $(SIZE)/small/tests/binary/image.o $(SIZE_LINKED:$(SIZE)/%=$(SIZE)/small/%)
$(SIZE)/small/exchange.elf: $(SIZE)/small/tests/binary/exchange.o $(SIZE_LINKED:$(SIZE)/%=$(SIZE)/small/%)
$(SIZE_IMAGES): $(SIZE)/absent.o
	$(call short,LINK,$@) $(SIZE_CROSS)-gcc $(SIZE_CFLAGS) -nostdlib -Wl,--gc-sections,-e,main \
	    -Wl,--unresolved-symbols=ignore-all -Wl,-Map=$(@:.elf=.map) -o $@ $^ -lc_nano -lgcc

.PHONY: size size-images
size-images: $(SIZE_IMAGES) $(SIZE_OBJECTS)

size: ## maintainer: measure flash, RAM and stack on a Cortex-M4
	@port/build/deps.sh size firmware
	@$(MAKE) -s --no-print-directory firmware size-images >/dev/null
	@PYTHONPATH=tests python3 -m binary.size $(SIZE_IMAGES) $(FIRMWARE_IMAGES)
	@PYTHONPATH=tests python3 -m binary.stack $(SIZE)/src include/pgtask $(STACK_BYTES)

# The picture of the LED's language is drawn by the functions that light the LED.
$(BUILD)/led_picture: $(BUILD)/examples/led_picture.o $(BUILD)/libpgtask.a
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $^

.PHONY: screenshots
screenshots: $(BUILD)/pgtask $(CERTIFICATES)/made ## maintainer: record a session (examples/cli/screenshots)
	@command -v tmux >/dev/null || port/build/deps.sh test
	@BUILD=$(abspath $(BUILD)) PGTASK=$(abspath $(BUILD)/pgtask) CERTIFICATES=$(CERTIFICATES) PYTHONPATH=tests \
	    python3 -m sim.screenshots

.PHONY: led-picture
led-picture: $(BUILD)/led_picture ## maintainer: draw what the LED says (examples/led.svg)
	$(BUILD)/led_picture >examples/led.svg
