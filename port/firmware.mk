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

ifneq ($(filter firmware firmware-% test-firmware $(FIRMWARE)/%,$(MAKECMDGOALS)),)
include $(DEPS)/ready-firmware.mk
endif
$(DEPS)/ready-firmware.mk: port/deps.sh $(DEPS)/ready.mk
	port/deps.sh build firmware
	@touch $@

# Profiles: what a connection may cost.
#   tls13  TLS 1.2 and 1.3
#   tls12  TLS 1.2 alone: the most even handshake, see <pgtask/tls.h>
#   small  the same with records of 4,096 bytes, of a service that sends no larger ones when asked
PROFILE_tls13 := -DPGTASK_TLS13=1
PROFILE_tls12 := -DPGTASK_TLS13=0
PROFILE_small := -DPGTASK_TLS13=0 -DPGTASK_TLS_RECORD=4096

# Boards: folder, processor, flash and RAM that an image may take, definitions.
BOARD_mps2-an385 := mps2 cortex-m3 256K 64K
BOARD_mps2-an386 := mps2 cortex-m4 256K 64K
BOARD_mps2-an500 := mps2 cortex-m7 256K 64K -DMPS2_AN500
BOARD_lm3s6965evb := lm3s6965 cortex-m3 256K 64K
BOARDS := mps2-an385 mps2-an386 mps2-an500 lm3s6965evb

# Images: NAME:BOARD:PROFILE
IMAGES := mps2-an385:mps2-an385:tls13 mps2-an385-tls12:mps2-an385:tls12 \
    mps2-an385-small:mps2-an385:small mps2-an386:mps2-an386:tls13 mps2-an500:mps2-an500:tls13 \
    lm3s6965evb:lm3s6965evb:tls12
STACK_BYTES_tls13 ?= 6144
STACK_BYTES_tls12 ?= 4096
STACK_BYTES_small ?= 4096

FIRMWARE_CPPFLAGS := -Iinclude -Iport/board -Iport/mbedtls -Iport/lwip -Iexamples/firmware \
    -I$(dir $(SETTINGS)) -isystem $(JSMN_DIR) -isystem $(MBEDTLS_DIR)/include \
    -isystem $(LWIP_DIR)/src/include -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'
FIRMWARE_CFLAGS_ALL = -mthumb -std=c99 $(FIRMWARE_OPTIMIZE) -g -ffunction-sections \
    -fdata-sections -fstack-usage $(FIRMWARE_CFLAGS)
FIRMWARE_LINK = $(FIRMWARE_CROSS)-gcc -mthumb -nostartfiles -nostdlib -Wl,--gc-sections \
    -Wl,--fatal-warnings -Wl,-z,noexecstack -Wl,-z,max-page-size=4

FIRMWARE_SOURCES := $(wildcard src/*.c port/mbedtls/*.c port/lwip/*.c examples/firmware/*.c)
FIRMWARE_FOREIGN := $(wildcard $(MBEDTLS_DIR)/library/*.c $(LWIP_DIR)/src/core/*.c \
    $(LWIP_DIR)/src/core/ipv4/*.c) $(LWIP_DIR)/src/netif/ethernet.c \
    $(LWIP_DIR)/src/apps/sntp/sntp.c
BOARD_SOURCES = $(wildcard port/cortex-m/*.c port/$(word 1,$(BOARD_$1))/*.c)

# An object's name in its folder: the path of ours, a prefix for others'.
foreign_object = $(patsubst $(LWIP_DIR)/src/%.c,lwip/%.o,$(patsubst \
    $(MBEDTLS_DIR)/library/%.c,mbedtls/%.o,$1))

# $1 folder, $2 flags
define compile_rules
$1/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c port/mbedtls/pgtask_mbedtls_config.h $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	@$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) -w -c -o $$@ $$<
$1/lwip/%.o: $(LWIP_DIR)/src/%.c $(wildcard port/lwip/lwipopts.h port/lwip/arch/*.h) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	@$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) -w -c -o $$@ $$<
$1/%.o: %.c $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	$(FIRMWARE_CROSS)-gcc $2 $$(FIRMWARE_CPPFLAGS) $$(FIRMWARE_CFLAGS_ALL) $$(WARNINGS) -MMD -MP \
	    -c -o $$@ $$<
$1/examples/firmware/%.o: $(SETTINGS)
endef

# $1 image, $2 board, $3 objects apart from the board's, $4 bytes of stack
define image_rules
$(FIRMWARE)/$1.elf: $(addprefix $(FIRMWARE)/board/$2/,$(patsubst %.c,%.o,$(call BOARD_SOURCES,$2))) $3 \
    port/cortex-m/sections.ld port/$(word 1,$(BOARD_$2))/memory.ld port/firmware.mk
	@mkdir -p $$(@D)
	$$(FIRMWARE_LINK) -mcpu=$(word 2,$(BOARD_$2)) -Lport/cortex-m \
	    -Wl,--defsym=flash_bytes=$(word 3,$(BOARD_$2)),--defsym=ram_bytes=$(word 4,$(BOARD_$2)) \
	    -Wl,--defsym=stack_bytes=$4,--defsym=stack_guard_bytes=256 \
	    -Tport/$(word 1,$(BOARD_$2))/memory.ld -Wl,-Map=$$(@:.elf=.map) -o $$@ \
	    $$(filter %.o,$$^) -lc_nano -lgcc
endef

unpack = $(word $2,$(subst :, ,$1))
cpu_profile = $(word 2,$(BOARD_$1))-$2
part_objects = $(addprefix $(FIRMWARE)/$1/,$(FIRMWARE_SOURCES:%.c=%.o) \
    $(call foreign_object,$(FIRMWARE_FOREIGN)))

PARTS := $(sort $(foreach image,$(IMAGES),$(call \
    cpu_profile,$(call unpack,$(image),2),$(call unpack,$(image),3))))
$(foreach part,$(PARTS),$(eval $(call compile_rules,$(FIRMWARE)/$(part),\
    $(foreach profile,tls13 tls12 small,$(if $(filter %-$(profile),$(part)),\
    -mcpu=$(part:%-$(profile)=%) $(PROFILE_$(profile)))))))
$(foreach board,$(BOARDS),$(eval $(call compile_rules,$(FIRMWARE)/board/$(board),\
    -mcpu=$(word 2,$(BOARD_$(board))) -Iport/cortex-m -Iport/$(word 1,$(BOARD_$(board))) \
    $(word 5,$(BOARD_$(board))))))
$(foreach image,$(IMAGES),$(eval $(call image_rules,$(call unpack,$(image),1),$(call \
    unpack,$(image),2),$(call part_objects,$(call cpu_profile,$(call unpack,$(image),2),$(call \
    unpack,$(image),3))),$(STACK_BYTES_$(call unpack,$(image),3)))))
$(foreach board,$(BOARDS),$(eval $(call image_rules,bringup-$(board),$(board),\
    $(FIRMWARE)/board/$(board)/tests/firmware/bringup.o,2048)))

FIRMWARE_IMAGES := $(foreach image,$(IMAGES),$(FIRMWARE)/$(call unpack,$(image),1).elf)
BRINGUP_IMAGES := $(BOARDS:%=$(FIRMWARE)/bringup-%.elf)

FIRMWARE_BUILT_WITH = $(FIRMWARE_CROSS) $(FIRMWARE_CFLAGS_ALL) $(foreach \
    profile,tls13 tls12 small,$(PROFILE_$(profile))) $(SETTINGS)
$(FIRMWARE)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FIRMWARE_BUILT_WITH)' | cmp -s - $@ || echo '$(FIRMWARE_BUILT_WITH)' >$@

# Without settings of one's own: those that the tests' simulator knows.
$(FIRMWARE)/settings/settings.h: examples/firmware/make_settings.py tests/support/make_certs.sh
	tests/support/make_certs.sh $(@D)/certs all
	TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE \
	    TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE python3 $< \
	    $(patsubst %,--ca $(@D)/certs/%.pem,ca rsa_root p384_root rsa_4096_root) \
	    --instance postgres-q6fj84vb -o $@

.PHONY: firmware firmware-images test-firmware
firmware: $(FIRMWARE_IMAGES) ## images for Cortex-M boards, in build/firmware; SETTINGS=FILE
	$(FIRMWARE_CROSS)-size $^

test-firmware: $(FIRMWARE_IMAGES) $(BRINGUP_IMAGES) ## the firmware in QEMU
	@BUILD=$(abspath $(BUILD)) FIRMWARE=$(abspath $(FIRMWARE)) tests/run.py tests/firmware
