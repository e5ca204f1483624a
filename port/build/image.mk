# SPDX-License-Identifier: MIT
# Images for Cortex-M boards. An image is a board with a profile; what depends on neither its board's
# code nor its memory is compiled once for a processor and a profile.
#
#   make firmware                       all images, for the tests' simulated service
#   make firmware SETTINGS=my/settings.h    for yours: see examples/firmware/make_settings.py

LWIP_DIR ?= $(CURDIR)/$(DEPS)/lwip
export LWIP_DIR
FIRMWARE := $(BUILD)/firmware
FIRMWARE_CROSS ?= arm-none-eabi
FIRMWARE_OPTIMIZE ?= -Os
SETTINGS ?= $(FIRMWARE)/settings/settings.h
ifneq ($(notdir $(SETTINGS)),settings.h)
$(error SETTINGS=$(SETTINGS) must name a file settings.h)
endif

ifneq ($(filter firmware firmware-% test-firmware bench-firmware $(FIRMWARE)/%,$(MAKECMDGOALS))$(filter tests/firmware/%,$(FOUND)),)
include $(DEPS)/ready-firmware.mk
endif
$(DEPS)/ready-firmware.mk: port/build/deps.sh $(DEPS)/ready.mk
	port/build/deps.sh build firmware
	@touch $@

# Profiles: what a connection may cost. FLASH and RAM are budgets: what exceeds them does not link.
#   tls13  TLS 1.2 and 1.3, records of any size: 96 KiB of RAM
#   tls12  TLS 1.2 alone, the most even handshake (see <pgtask/tls.h>): 64 KiB
#   small  the same with records of 4,096 bytes, for a service that keeps to them when asked: 52 KiB
#   tls12-p256, small-p256  the same two for one root and chains of P-256: 48 KiB and 40 KiB
#   compact     tls12 optimized as a whole, without sentences for errors, RSA-PSS and
#               self-measurement: 110 KB of flash
# An arena carries a chain under an RSA-4096 root, with 4 % to spare. What the firmware never shows,
# the raw texts of a task, is not kept where RAM is scarce.
PROFILES := tls13 tls12 small tls12-p256 small-p256 compact
LEAN := -DPGTASK_TLS13=0 -DPGTASK_TLS_X25519=0 -DPGTASK_ALL_STEPS_BYTES=1 -DPGTASK_INPUT_BYTES=1 \
    -DPGTASK_OUTPUT_BYTES=1 -DPGTASK_WATCH_TASKS=4 -DMEM_SIZE=2048 \
    -DPGTASK_ECP_MAX_OPS=120 -DPGTASK_TLS_SHA1=0
P256 := $(LEAN) -DPGTASK_TLS_RSA=0 -DPGTASK_TLS_P384=0 -DPGTASK_LWIP_WINDOW_SEGMENTS=2 \
    -DPGTASK_ERROR_TEXTS=0 -DPGTASK_SEEN_TASKS=20 -DPGTASK_STEPS=4 -DPGTASK_RESTORE_OBJECTS=2 \
    -DPGTASK_SESSION_BYTES=640 -DPGTASK_BUFFER_BYTES=1024 -DPGTASK_MESSAGE_BYTES=64 \
    -DPGTASK_ERROR_MESSAGE_BYTES=128 -DPGTASK_JSON_WINDOW_BYTES=384 \
    -DPGTASK_DETAIL_WINDOW_BYTES=128
PROFILE_tls13 := -DPGTASK_TLS13=1 -DPGTASK_ARENA_BYTES=45056
PROFILE_tls12 := $(LEAN) -DPGTASK_LWIP_WINDOW_SEGMENTS=3 -DPGTASK_ARENA_BYTES=38912
PROFILE_small := $(LEAN) -DPGTASK_LWIP_WINDOW_SEGMENTS=2 -DPGTASK_TLS_RECORD=4096 \
    -DPGTASK_ARENA_BYTES=26624
PROFILE_tls12-p256 := $(P256) -DPGTASK_ARENA_BYTES=27136
PROFILE_small-p256 := $(P256) -DPGTASK_TLS_RECORD=4096 -DPGTASK_ARENA_BYTES=15360
# What gcc 12 does for speed even at -Os: copies of paths, values kept in registers beyond their use.
SMALLEST := -fno-thread-jumps -fno-move-loop-invariants -fno-schedule-insns2 -fno-if-conversion \
    -fno-tree-fre -fno-tree-dominator-opts
PROFILE_compact := $(PROFILE_tls12) -DPGTASK_ERROR_TEXTS=0 -DPGTASK_TLS_PSS=0 \
    -DPGTASK_TLS_MEASURE=0 -DPGTASK_LWIP_MEASURE=0 $(SMALLEST) -flto
LINK_compact := -flto=auto -flto-partition=1to1 $(FIRMWARE_OPTIMIZE)
FLASH_tls13 := 164000
FLASH_tls12 := 128000
FLASH_small := 128000
FLASH_tls12-p256 := 115000
FLASH_small-p256 := 115000
FLASH_compact := 110000
RAM_tls13 := 96K
RAM_tls12 := 64K
RAM_small := 52K
RAM_tls12-p256 := 48K
RAM_small-p256 := 40K
RAM_compact := 64K
STACK_tls13 := 5120
STACK_tls12 := 3072
STACK_small := 3072
STACK_tls12-p256 := 3072
STACK_small-p256 := 3072
STACK_compact := 3072

# Boards: folder, processor, definition. A board alone, to bring it up, is one profile more.
BOARD_mps2-an385 := mps2 cortex-m3
BOARD_mps2-an386 := mps2 cortex-m4
BOARD_mps2-an500 := mps2 cortex-m7 -DMPS2_AN500
BOARD_lm3s6965evb := lm3s6965 cortex-m3
BOARDS := mps2-an385 mps2-an386 mps2-an500 lm3s6965evb
FLASH_bringup := 256K
RAM_bringup := 64K
STACK_bringup := 2048

# The lwIP port's conformance test runs on one board with each Ethernet controller.
PORT_CHECK_BOARDS := mps2-an385 lm3s6965evb
PORT_CHECK_SOURCES := $(addprefix tests/port/,conformance.c check.c check_platform.c check_stream.c) \
    tests/firmware/port_check.c examples/firmware/log.c $(wildcard port/lwip/*.c port/mbedtls/*.c port/board/*.c)
FLASH_port-check := 256K
RAM_port-check := 64K
STACK_port-check := 6144

# Images: NAME:BOARD:PROFILE
IMAGES := mps2-an385:mps2-an385:tls13 mps2-an385-tls12:mps2-an385:tls12 \
    mps2-an385-small:mps2-an385:small mps2-an385-tls12-p256:mps2-an385:tls12-p256 \
    mps2-an385-small-p256:mps2-an385:small-p256 mps2-an385-compact:mps2-an385:compact \
    mps2-an386:mps2-an386:tls13 mps2-an500:mps2-an500:tls13 \
    lm3s6965evb:lm3s6965evb:tls12

FIRMWARE_CPPFLAGS := -Iinclude -Iport/board -Iport/mbedtls -Iport/lwip -Iexamples/firmware -Itests/port \
    -I$(dir $(SETTINGS)) -isystem $(JSMN_DIR) -isystem $(MBEDTLS_DIR)/include \
    -isystem $(LWIP_DIR)/src/include -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'
FIRMWARE_CFLAGS_ALL = -mthumb -std=c99 $(FIRMWARE_OPTIMIZE) -g -ffunction-sections \
    -fdata-sections -fstack-usage $(FIRMWARE_CFLAGS)
FIRMWARE_LINK = $(FIRMWARE_CROSS)-gcc -mthumb -nostartfiles -nostdlib -Wl,--gc-sections \
    -Wl,--fatal-warnings -Wl,-z,noexecstack -Wl,-z,max-page-size=4

FIRMWARE_SOURCES := $(wildcard src/*.c port/mbedtls/*.c port/lwip/*.c port/board/*.c examples/firmware/*.c)
FIRMWARE_FOREIGN := $(wildcard $(MBEDTLS_DIR)/library/*.c $(LWIP_DIR)/src/core/*.c \
    $(LWIP_DIR)/src/core/ipv4/*.c) $(LWIP_DIR)/src/netif/ethernet.c \
    $(LWIP_DIR)/src/apps/sntp/sntp.c

# An object's name in its folder: the path of ours, a prefix for others'.
foreign_object = $(patsubst $(LWIP_DIR)/src/%.c,lwip/%.o,$(patsubst \
    $(MBEDTLS_DIR)/library/%.c,mbedtls/%.o,$1))

# Options come in through lwIP's and mbedTLS's headers, which -MMD passes over with all they include.
OPTION_HEADERS := $(wildcard port/mbedtls/*.h port/lwip/lwipopts.h port/lwip/arch/*.h)

# $1 folder, $2 flags
define compile_rules
$1/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(wildcard port/mbedtls/*.h) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	@$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) $$(MBEDTLS_VERIFY_ONLY) \
	    -w -c -o $$@ $$<
$1/lwip/%.o: $(LWIP_DIR)/src/%.c $(wildcard port/lwip/lwipopts.h port/lwip/arch/*.h) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	@$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) -w -c -o $$@ $$<
$1/%.o: %.c $(OPTION_HEADERS) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) $$(WARNINGS) -MMD -MP \
	    -c -o $$@ $$<
$(patsubst %.c,$1/%.o,$(wildcard examples/firmware/*.c)): $(SETTINGS)
endef

folder_of = $(word 1,$(BOARD_$1))
processor_of = $(word 2,$(BOARD_$1))
definition_of = $(word 3,$(BOARD_$1))
name_in = $(word 1,$(subst :, ,$1))
board_in = $(word 2,$(subst :, ,$1))
profile_in = $(word 3,$(subst :, ,$1))
part_of = $(call processor_of,$(call board_in,$1))-$(call profile_in,$1)
board_objects = $(patsubst %.c,$(FIRMWARE)/board/$1/%.o,$(wildcard port/board/cortex-m/*.c \
    port/board/$(call folder_of,$1)/*.c))
part_objects = $(addprefix $(FIRMWARE)/$1/,$(FIRMWARE_SOURCES:%.c=%.o) \
    $(call foreign_object,$(FIRMWARE_FOREIGN)))

# $1 image, $2 board, $3 profile, $4 objects
define image_rules
$(FIRMWARE)/$1.elf: $4 port/board/cortex-m/sections.ld port/board/$(call folder_of,$2)/memory.ld \
    port/build/image.mk
	@mkdir -p $$(@D)
	$$(FIRMWARE_LINK) $(LINK_$3) -mcpu=$(call processor_of,$2) -Lport/board/cortex-m -Tport/board/$(call \
	    folder_of,$2)/memory.ld -Wl,--defsym=flash_bytes=$(FLASH_$3),--defsym=ram_bytes=$(RAM_$3) \
	    -Wl,--defsym=stack_bytes=$(STACK_$3) -Wl,-Map=$$(@:.elf=.map) -o $$@ $$(filter %.o,$$^) \
	    -lc_nano -lgcc
endef

$(foreach image,$(IMAGES),$(eval $(call image_rules,$(call name_in,$(image)),$(call \
    board_in,$(image)),$(call profile_in,$(image)),$(call board_objects,$(call \
    board_in,$(image))) $(call part_objects,$(call part_of,$(image))))))
$(foreach board,$(BOARDS),$(eval $(call image_rules,bringup-$(board),$(board),bringup,$(call \
    board_objects,$(board)) $(FIRMWARE)/board/$(board)/tests/firmware/bringup.o)))
$(foreach board,$(PORT_CHECK_BOARDS),$(eval $(call image_rules,$(board)-port-check,$(board),port-check,$(call \
    board_objects,$(board)) $(addprefix $(FIRMWARE)/$(call processor_of,$(board))-tls12/,$(PORT_CHECK_SOURCES:%.c=%.o) \
    $(call foreign_object,$(FIRMWARE_FOREIGN))))))

# The parts of images that are compiled alike, each once.
$(foreach processor,cortex-m3 cortex-m4 cortex-m7,$(foreach profile,$(PROFILES),$(if $(filter \
    $(processor)-$(profile),$(foreach image,$(IMAGES),$(call part_of,$(image)))),$(eval $(call \
    compile_rules,$(FIRMWARE)/$(processor)-$(profile),-mcpu=$(processor) $(PROFILE_$(profile)))))))
$(foreach board,$(BOARDS),$(eval $(call compile_rules,$(FIRMWARE)/board/$(board),-mcpu=$(call \
    processor_of,$(board)) -Iport/board/cortex-m -Iport/board/$(call folder_of,$(board)) $(call \
    definition_of,$(board)))))

FIRMWARE_IMAGES := $(foreach image,$(IMAGES),$(FIRMWARE)/$(call name_in,$(image)).elf)
BRINGUP_IMAGES := $(BOARDS:%=$(FIRMWARE)/bringup-%.elf)
PORT_CHECK_IMAGES := $(PORT_CHECK_BOARDS:%=$(FIRMWARE)/%-port-check.elf)

FIRMWARE_BUILT_WITH = $(FIRMWARE_CROSS) $(FIRMWARE_CFLAGS_ALL) $(foreach \
    profile,$(PROFILES),$(PROFILE_$(profile))) $(SETTINGS)
$(FIRMWARE)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FIRMWARE_BUILT_WITH)' | cmp -s - $@ || echo '$(FIRMWARE_BUILT_WITH)' >$@

# Without settings of one's own: those that the tests' simulator knows.
$(FIRMWARE)/settings/settings.h: examples/firmware/make_settings.py $(CERTIFICATES)/made
	@mkdir -p $(@D)
	TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE \
	    TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE python3 $< \
	    $(patsubst %,--ca $(CERTIFICATES)/%.pem,ca rsa_root p384_root rsa_4096_root) \
	    --instance postgres-q6fj84vb -o $@

.PHONY: firmware firmware-programs test-firmware bench-firmware
firmware: $(FIRMWARE_IMAGES) ## user: build the images for Cortex-M boards, in build/firmware; SETTINGS=FILE
	$(FIRMWARE_CROSS)-size $^

FIRMWARE_TESTS = BUILD=$(abspath $(BUILD)) FIRMWARE=$(abspath $(FIRMWARE))

firmware-programs: $(FIRMWARE_IMAGES) $(BRINGUP_IMAGES) $(PORT_CHECK_IMAGES)

test-firmware: firmware-programs ## user: test the firmware in QEMU
	@$(FIRMWARE_TESTS) tests/run.py tests/firmware

bench-firmware: $(FIRMWARE_IMAGES) ## maintainer: measure how long the firmware leaves its LED alone, in instructions
	@$(FIRMWARE_TESTS) tests/firmware/turns.py $(BUILD)/firmware/turns.json

include tests/firmware/host/host.mk
