# SPDX-License-Identifier: MIT
# Tests the port for lwIP on this machine, over lwIP's loopback, under the sanitizers. Each
# tests/lwip/test_*.c is a program.

LWIP_TEST := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/lwip/test_*.c))
LWIP_TEST_SOURCES := $(wildcard tests/lwip/loop_*.c port/lwip/lwip_*.c)
LWIP_TEST_LWIP := $(wildcard $(LWIP_DIR)/src/core/*.c $(LWIP_DIR)/src/core/ipv4/*.c) \
    $(LWIP_DIR)/src/netif/ethernet.c
LWIP_TEST_OBJECTS := $(LWIP_TEST_SOURCES:%.c=$(BUILD)/lwip/%.o) \
    $(LWIP_TEST_LWIP:$(LWIP_DIR)/src/%.c=$(BUILD)/lwip/lwip/%.o)
LWIP_TEST_OPTIONS := tests/lwip/lwipopts.h port/lwip/lwipopts.h
LWIP_TEST_COMPILE = $(CC) -std=gnu99 -O1 -g $(SANITIZERS) -D_POSIX_C_SOURCE=200809L \
    -Itests/lwip -Iinclude -Iport/lwip -isystem $(LWIP_DIR)/src/include

firmware-programs: $(LWIP_TEST)
$(LWIP_TEST): $(BUILD)/tests/lwip/%: $(BUILD)/lwip/tests/lwip/%.o $(LWIP_TEST_OBJECTS)
	@mkdir -p $(@D)
	$(call short,LINK,$@) $(CC) $(SANITIZERS) -o $@ $^ -lcmocka

$(BUILD)/lwip/lwip/%.o: $(LWIP_DIR)/src/%.c $(LWIP_TEST_OPTIONS)
	@mkdir -p $(@D)
	$(call short,CC,lwip/$(<F)) $(LWIP_TEST_COMPILE) -w -c -o $@ $<

$(BUILD)/lwip/%.o: %.c $(LWIP_TEST_OPTIONS)
	@mkdir -p $(@D)
	$(call short,CC,$<) $(LWIP_TEST_COMPILE) $(WARNINGS) -MMD -MP -c -o $@ $<
