# SPDX-License-Identifier: MIT
# Tests of the firmware in QEMU, and the two programs that only tests run on a board.

# A board alone, without network stack or TLS.
profile.bringup := 240K 64K 2048
link_bringup = $(call \
    link_image,bringup-$1,$1,bringup,$(FIRMWARE)/board/$1/tests/firmware/bringup.o)
$(foreach board,$(BOARDS),$(eval $(call link_bringup,$(board))))

# The promises of <pgtask/port.h>, on one board with each Ethernet controller. The objects are those
# of the profile tls12.
PORT_CHECK_BOARDS := mps2-an385 lm3s6965evb
PORT_CHECK_SOURCES := $(addprefix tests/port/,conformance.c check.c check_platform.c check_stream.c) \
    tests/firmware/port_check.c examples/firmware/log.c $(wildcard port/lwip/*.c port/mbedtls/*.c port/board/*.c)
profile.port-check := 240K 64K 6144
link_port_check = $(call link_image,$1-port-check,$1,port-check,$(call \
    part_objects,$(board_processor)/tls12,$(PORT_CHECK_SOURCES)))
$(foreach board,$(PORT_CHECK_BOARDS),$(eval $(call link_port_check,$(board))))

BRINGUP_IMAGES := $(BOARDS:%=$(FIRMWARE)/bringup-%.elf)
PORT_CHECK_IMAGES := $(PORT_CHECK_BOARDS:%=$(FIRMWARE)/%-port-check.elf)
# A plugin of QEMU, which counts instructions between two stores to a register.
$(FIRMWARE)/store_gaps.so: tests/firmware/store_gaps.c
	@mkdir -p $(@D)
	$(call short,LINK,$@) $(CC) -std=c99 -O2 $(WARNINGS) $(CFLAGS) -fPIC -shared -fvisibility=hidden -o $@ $<
FIRMWARE_TESTS = BUILD=$(abspath $(BUILD)) FIRMWARE=$(abspath $(FIRMWARE))

.PHONY: firmware-programs test-firmware bench-firmware
firmware-programs: $(FIRMWARE_IMAGES) $(BARE_IMAGES) $(BRINGUP_IMAGES) $(PORT_CHECK_IMAGES) $(FIRMWARE_SETTINGS) \
    $(FIRMWARE)/store_gaps.so

test-firmware: firmware-programs ## developer: test the firmware in QEMU
	@$(FIRMWARE_TESTS) tests/run.py $(LWIP_TEST) tests/firmware

bench-firmware: $(FIRMWARE_IMAGES) $(FIRMWARE_SETTINGS) $(FIRMWARE)/store_gaps.so ## maintainer: measure the arena and the turns of each image
	@$(FIRMWARE_TESTS) PYTHONPATH=tests python3 -m firmware.reach $(FIRMWARE)/reach.json
	@$(FIRMWARE_TESTS) PYTHONPATH=tests python3 -m firmware.led_gaps $(FIRMWARE)/led_gaps.json
