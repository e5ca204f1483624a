# SPDX-License-Identifier: MIT
# Builds firmware images for the boards and profiles of port/build/profiles.mk.
#
#   make firmware                              every image
#   make build/firmware/lm3s6965evb.bin        one image, ready to be flashed
#
# An image holds no settings: a device has them in a page of flash. examples/firmware/README.md tells how
# to write it.
#
# Two kinds of objects make an image:
#   build/firmware/PROCESSOR/PROFILE/   the library, mbedTLS, lwIP and the program; images that have
#                                       the same processor and profile share them
#   build/firmware/board/BOARD/         the code of one board, which all its images share
#
# The Makefile sets BUILD, DEPS, WARNINGS, REPRODUCIBLE, MBEDTLS_DIR, JSMN_DIR and MBEDTLS_VERIFY_ONLY, and includes
# the *.d files of gcc's -MMD. `short` shows a command as one short line, and FORCE is never up to date.
# tests/tests.mk sets CERTIFICATES, the folder of the tests' certificates, and FOUND, the tests that
# `make test-one` has found.

LWIP_DIR ?= $(CURDIR)/$(DEPS)/lwip
export LWIP_DIR
FIRMWARE := $(BUILD)/firmware
FIRMWARE_CROSS ?= arm-none-eabi
FIRMWARE_OPTIMIZE ?= -Os

# make builds a missing file that it includes, and then begins anew. So these goals fetch their
# sources before the wildcards below look for them.
FIRMWARE_GOALS := firmware firmware-% test-firmware bench-firmware $(FIRMWARE)/%
ifneq ($(filter $(FIRMWARE_GOALS),$(MAKECMDGOALS))$(filter tests/firmware/% tests/lwip/%,$(FOUND)),)
include $(DEPS)/ready-firmware.mk
endif
$(DEPS)/ready-firmware.mk: port/build/deps.sh $(DEPS)/ready.mk
	port/build/deps.sh build firmware
	@touch $@

include port/build/profiles.mk

# $(call rows_of,TABLE): the names of a table's rows. `board.NAME := ...` is a row of the table board.
rows_of = $(sort $(patsubst $1.%,%,$(filter $1.%,$(.VARIABLES))))
BOARDS := $(call rows_of,board)
IMAGES := $(call rows_of,image)

# The columns of a row. Each takes the row's name as $1. Written without `call`, as in
# $(image_board), it takes the $1 of the macro around it.
profile_flash   = $(word 1,$(profile.$1))
profile_ram     = $(word 2,$(profile.$1))
profile_stack   = $(word 3,$(profile.$1))
profile_options = $(wordlist 4,$(words $(profile.$1)),$(profile.$1))
board_folder    = port/board/$(word 1,$(board.$1))
board_processor = $(word 2,$(board.$1))
board_options   = $(wordlist 3,$(words $(board.$1)),$(board.$1))
image_board     = $(word 1,$(image.$1))
image_profile   = $(word 2,$(image.$1))

# A part is PROCESSOR/PROFILE: it names the folder of the objects that images share.
image_part = $(call board_processor,$(image_board))/$(image_profile)
PARTS := $(sort $(foreach image,$(IMAGES),$(call image_part,$(image))))

# These sources are compiled. An object has the path of its source; objects of mbedTLS and lwIP have
# the path in their own tree.
FIRMWARE_SOURCES := $(wildcard src/*.c port/mbedtls/*.c port/lwip/*.c port/board/*.c examples/firmware/*.c)
MBEDTLS_LIBRARY := $(wildcard $(MBEDTLS_DIR)/library/*.c)
LWIP_SOURCES := $(wildcard $(LWIP_DIR)/src/core/*.c $(LWIP_DIR)/src/core/ipv4/*.c) \
    $(LWIP_DIR)/src/netif/ethernet.c $(LWIP_DIR)/src/apps/sntp/sntp.c
FOREIGN_OBJECTS := $(MBEDTLS_LIBRARY:$(MBEDTLS_DIR)/library/%.c=mbedtls/%.o) \
    $(LWIP_SOURCES:$(LWIP_DIR)/src/%.c=lwip/%.o)
# $(call part_objects,PART,SOURCES): these sources and all of mbedTLS and lwIP.
# $(call board_objects,BOARD): the code of all Cortex-M boards, and of this one.
part_objects = $(addprefix $(FIRMWARE)/$1/,$(2:%.c=%.o) $(FOREIGN_OBJECTS))
board_objects = $(patsubst %.c,$(FIRMWARE)/board/$1/%.o,$(wildcard port/board/cortex-m/*.c \
    $(board_folder)/*.c))

# They are compiled and linked with these options. Long computations give pulses for the watchdog. The
# chips have no pages of memory, so max-page-size saves the padding between segments.
FIRMWARE_CPPFLAGS := -Iinclude -Iport/board -Iport/mbedtls -Iport/lwip -Iexamples/firmware -Itests/port \
    -isystem $(JSMN_DIR) -isystem $(MBEDTLS_DIR)/include \
    -isystem $(LWIP_DIR)/src/include -DPGTASK_PULSE=1 -DMBEDTLS_CONFIG_FILE='"pgtask_mbedtls_config.h"'
FIRMWARE_CFLAGS_ALL = -mthumb -std=c99 $(FIRMWARE_OPTIMIZE) -g $(REPRODUCIBLE) -ffunction-sections \
    -fdata-sections -fstack-usage $(FIRMWARE_CFLAGS)
FIRMWARE_COMPILE = $(FIRMWARE_CROSS)-gcc $(FIRMWARE_CPPFLAGS) $(FIRMWARE_CFLAGS_ALL)
FIRMWARE_LINK = $(FIRMWARE_CROSS)-gcc -mthumb -nostartfiles -nostdlib -Wl,--gc-sections \
    -Wl,--fatal-warnings -Wl,-z,noexecstack -Wl,-z,max-page-size=4
part_flags = -mcpu=$(firstword $(subst /, ,$1)) $(call profile_options,$(lastword $(subst /, ,$1)))
board_flags = -mcpu=$(board_processor) -Iport/board/cortex-m -I$(board_folder) $(board_options)
# With -flto the linker compiles, so it needs the compiler's level of optimization. 1to1 makes one unit
# of each source, so that the map still tells the flash of each part.
link_flags = $(if $(filter -flto,$(profile_options)),-flto=auto -flto-partition=1to1 $(FIRMWARE_OPTIMIZE))

# mbedTLS and lwIP include these headers as if they were the system's, which gcc's -MMD leaves out.
MBEDTLS_CONFIG_HEADERS := $(wildcard port/mbedtls/*.h)
LWIP_CONFIG_HEADERS := $(wildcard port/lwip/lwipopts.h port/lwip/arch/*.h)

# $(call compile_into,FOLDER,FLAGS): rules for the objects below build/firmware/FOLDER. make expands `$`
# when the rule is made, and `$$` when it runs.
define compile_into
$(FIRMWARE)/$1/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(MBEDTLS_CONFIG_HEADERS) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	$$(call short,CC,mbedtls/$$(<F)) $$(FIRMWARE_COMPILE) $2 $$(MBEDTLS_VERIFY_ONLY) -w -c -o $$@ $$<
$(FIRMWARE)/$1/lwip/%.o: $(LWIP_DIR)/src/%.c $(LWIP_CONFIG_HEADERS) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	$$(call short,CC,lwip/$$(<F)) $$(FIRMWARE_COMPILE) $2 $(SMALLEST) -w -c -o $$@ $$<
$(FIRMWARE)/$1/%.o: %.c $(MBEDTLS_CONFIG_HEADERS) $(LWIP_CONFIG_HEADERS) $(FIRMWARE)/flags
	@mkdir -p $$(@D)
	$$(call short,CC,$$<) $$(FIRMWARE_COMPILE) $2 $(SMALLEST) $$(WARNINGS) -MMD -MP -c -o $$@ $$<
endef

# $(call link_image,IMAGE,BOARD,PROFILE,OBJECTS): the rule for build/firmware/IMAGE.elf, of the
# board's objects and these, within the profile's budgets.
define link_image
$(FIRMWARE)/$1.elf: $(call board_objects,$2) $4 port/board/cortex-m/sections.ld \
    $(call board_folder,$2)/memory.ld port/build/image.mk port/build/profiles.mk
	@mkdir -p $$(@D)
	$$(call short,LINK,$$@) $$(FIRMWARE_LINK) $(call link_flags,$3) -mcpu=$(call board_processor,$2) \
	    -Lport/board/cortex-m -T$(call board_folder,$2)/memory.ld \
	    -Wl,--defsym=flash_bytes=$(call profile_flash,$3) \
	    -Wl,--defsym=ram_bytes=$(call profile_ram,$3) \
	    -Wl,--defsym=stack_bytes=$(call profile_stack,$3) \
	    -Wl,-Map=$$(@:.elf=.map) -o $$@ $$(filter %.o,$$^) -lc_nano -lgcc
endef

$(foreach board,$(BOARDS),$(eval $(call compile_into,board/$(board),$(call board_flags,$(board)))))
$(foreach part,$(PARTS),$(eval $(call compile_into,$(part),$(call part_flags,$(part)))))
program_objects = $(call part_objects,$(image_part),$(FIRMWARE_SOURCES))
link_firmware = $(call link_image,$1,$(image_board),$(image_profile),$(program_objects))
$(foreach image,$(IMAGES),$(eval $(call link_firmware,$(image))))

# A flasher takes a .bin file: the bytes of the flash, without symbols.
$(FIRMWARE)/%.bin: $(FIRMWARE)/%.elf
	$(call short,BIN,$@) $(FIRMWARE_CROSS)-objcopy -O binary $< $@

# build/firmware/flags changes when the compiler, or its options change. All objects depend on it.
FIRMWARE_BUILT_WITH = $(FIRMWARE_COMPILE) $(WARNINGS) $(SMALLEST) \
    $(foreach part,$(PARTS),$(call part_flags,$(part))) \
    $(foreach board,$(BOARDS),$(call board_flags,$(board)))
$(eval $(call remember,$(FIRMWARE)/flags,FIRMWARE_BUILT_WITH))

# The settings of the tests: the tests' certificates as roots, and the made-up key that the simulated
# service knows. Each page is the first one.
FIRMWARE_SETTINGS := $(FIRMWARE)/settings/settings.bin
$(FIRMWARE_SETTINGS): $(wildcard examples/firmware/*.py) $(CERTIFICATES)/made
	@mkdir -p $(@D)
	@rm -f $@
	TENCENTCLOUD_SECRET_ID=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE \
	    TENCENTCLOUD_SECRET_KEY=Gu5t9xGARNpq86cd98joQYCN3EXAMPLE python3 examples/firmware/make_settings.py \
	    $(patsubst %,--ca $(CERTIFICATES)/%.pem,ca rsa_root p384_root rsa_4096_root service_g2 service_g1) \
	    --instance postgres-q6fj84vb -o $@

FIRMWARE_IMAGES := $(IMAGES:%=$(FIRMWARE)/%.elf)

.PHONY: firmware
firmware: $(FIRMWARE_IMAGES) $(FIRMWARE_SETTINGS) ## user: build the images for boards
	$(FIRMWARE_CROSS)-size $(FIRMWARE_IMAGES)

# clang-tidy reads this code with the headers of newlib. Code that all boards share is read for MPS2.
# Standard error holds only the count of warnings in system headers; findings go to standard output.
NEWLIB_INCLUDE ?= /usr/include/newlib
FIRMWARE_TIDY := $(wildcard examples/firmware/*.c examples/bare/*.c port/at/*.c port/lwip/*.c port/board/*.c port/board/*/*.c)
FIRMWARE_TIDY_OK := $(FIRMWARE_TIDY:%.c=$(BUILD)/tidy/firmware/%.ok)
tidy: $(FIRMWARE_TIDY_OK)
$(FIRMWARE_TIDY_OK): $(BUILD)/tidy/firmware/%.ok: %.c .clang-tidy | $(DEPS)/ready-firmware.mk
	@mkdir -p $(@D)
	$(call short,TIDY,$<) clang-tidy --quiet $< -- --target=arm-none-eabi -mthumb -mcpu=cortex-m3 -std=c99 \
	    -I$(<D) -Iport/board/cortex-m -Iport/board/mps2 $(FIRMWARE_CPPFLAGS) \
	    -isystem $(NEWLIB_INCLUDE) 2>/dev/null
	@touch $@

include examples/bare/bare.mk
include tests/firmware/firmware.mk
include tests/lwip/lwip.mk
